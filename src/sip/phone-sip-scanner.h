/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Character classes of RFC 3261 §25.1, one bit each. */
enum
{
  PHONE_SIP_CHAR_TOKEN      = 1 << 0,
  PHONE_SIP_CHAR_LWS        = 1 << 1,   /* SP, HT, and the CR LF of a folded line */
  PHONE_SIP_CHAR_DIGIT      = 1 << 2,
  PHONE_SIP_CHAR_HEX        = 1 << 3,
  PHONE_SIP_CHAR_ALNUM      = 1 << 4,
  PHONE_SIP_CHAR_UNRESERVED = 1 << 5,
  PHONE_SIP_CHAR_USER       = 1 << 6,   /* unreserved and user-unreserved */
  PHONE_SIP_CHAR_PASSWORD   = 1 << 7,
  PHONE_SIP_CHAR_URI_PARAM  = 1 << 8,   /* unreserved and param-unreserved */
  PHONE_SIP_CHAR_URI_HEADER = 1 << 9,   /* unreserved and hnv-unreserved */
  PHONE_SIP_CHAR_HOST       = 1 << 10,  /* alphanum, "-", and "_" which half the world uses */
  PHONE_SIP_CHAR_VALUE      = 1 << 11,  /* what an unquoted parameter value may hold */
  PHONE_SIP_CHAR_VISIBLE    = 1 << 12,  /* no LWS, no control */
  PHONE_SIP_CHAR_ALPHA      = 1 << 13,
};

extern const guint16 phone_sip_char_classes[256];

#define PHONE_SIP_CHAR_IS(c, class) ((phone_sip_char_classes[(guint8) (c)] & (class)) != 0)

/* A piece of somebody else's text. */
typedef struct
{
  const char *text;
  gsize       length;
} PhoneSipSlice;

static inline gboolean
phone_sip_text_is (const char *text,
                   const char *lower,
                   gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if ((text[i] | 0x20) != lower[i])
      return FALSE;

  return TRUE;
}

/* A cursor over bytes that do not change and need not be terminated. A function that returns FALSE leaves the cursor
 * somewhere within the bytes; it never passes the end. */
typedef struct
{
  const char *at;
  const char *end;
} PhoneSipScanner;

/* text may be NULL if length is 0. */
#define PHONE_SIP_SCANNER_INIT(text, length) { (text), (length) > 0 ? (text) + (length) : (text) }

static inline gboolean
phone_sip_scanner_is_done (const PhoneSipScanner *self)
{
  return self->at == self->end;
}

static inline void
phone_sip_scanner_skip_lws (PhoneSipScanner *self)
{
  while (self->at < self->end && PHONE_SIP_CHAR_IS (*self->at, PHONE_SIP_CHAR_LWS))
    self->at++;
}

/* The first byte that is not of the class. This loop is where a parser spends its time: four bytes for one look at the end. */
static inline const char *
phone_sip_chars_skip (const char *at,
                      const char *end,
                      guint       char_class)
{
  for (; end - at >= 4; at += 4)
    {
      if (!PHONE_SIP_CHAR_IS (at[0], char_class))
        return at;
      if (!PHONE_SIP_CHAR_IS (at[1], char_class))
        return at + 1;
      if (!PHONE_SIP_CHAR_IS (at[2], char_class))
        return at + 2;
      if (!PHONE_SIP_CHAR_IS (at[3], char_class))
        return at + 3;
    }

  while (at < end && PHONE_SIP_CHAR_IS (*at, char_class))
    at++;

  return at;
}

/* Takes every byte of the class; FALSE if there is none. */
static inline gboolean
phone_sip_scanner_take (PhoneSipScanner *self,
                        guint            char_class,
                        PhoneSipSlice   *out)
{
  const char *start = self->at;

  self->at = phone_sip_chars_skip (start, self->end, char_class);
  out->text = start;
  out->length = self->at - start;
  return self->at != start;
}

/* Skips LWS, the character, LWS; FALSE without moving past anything but LWS if another one stands there. */
static inline gboolean
phone_sip_scanner_skip_char (PhoneSipScanner *self,
                             char             c)
{
  phone_sip_scanner_skip_lws (self);
  if (self->at == self->end || *self->at != c)
    return FALSE;

  self->at++;
  phone_sip_scanner_skip_lws (self);
  return TRUE;
}

/* 1*DIGIT not above max; never wraps. */
gboolean  phone_sip_scanner_take_uint   (PhoneSipScanner *self, guint32 max, guint32 *out_value);
/* quoted-string, with its quotes. */
gboolean  phone_sip_scanner_take_quoted (PhoneSipScanner *self, PhoneSipSlice *out);
/* hostname, IPv4address or IPv6reference. */
gboolean  phone_sip_scanner_take_host   (PhoneSipScanner *self, PhoneSipSlice *out);
/* generic-param: name, and value with its quotes, or a value with text NULL. */
gboolean  phone_sip_scanner_take_param  (PhoneSipScanner *self, PhoneSipSlice *out_name, PhoneSipSlice *out_value);
/* Everything until the next comma outside quotes and angle brackets, trimmed; empty elements are passed over. */
gboolean  phone_sip_scanner_take_element (PhoneSipScanner *self, PhoneSipSlice *out);

typedef enum
{
  PHONE_SIP_HOST_INVALID,
  PHONE_SIP_HOST_DOMAIN,
  PHONE_SIP_HOST_IPV4,
  PHONE_SIP_HOST_IPV6,          /* with brackets */
} PhoneSipHostType;

PhoneSipHostType phone_sip_host_get_type (const char *text, gsize length);

gboolean  phone_sip_slice_equal         (PhoneSipSlice slice, const char *text);     /* without case */
/* The same for a literal of lower-case letters and "-". */
#define   phone_sip_slice_is(slice, literal) ((slice).length == sizeof (literal) - 1 && phone_sip_text_is ((slice).text, "" literal, sizeof (literal) - 1))
char     *phone_sip_slice_dup           (PhoneSipSlice slice);
/* The text of a quoted-string without quotes and backslashes, anything else as it is; escaped NULs are left out. */
char     *phone_sip_slice_unquote       (PhoneSipSlice slice);
/* text as a quoted-string. */
char     *phone_sip_quote               (const char *text);

G_END_DECLS
