/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-params.h"
#include "phone-sip-scanner.h"
#include "phone-sip-uri.h"
#include "phone-sip-writer.h"

G_BEGIN_DECLS

struct _PhoneSipUri
{
  char           *scheme;           /* lower case */
  char           *opaque;           /* of a foreign scheme: all behind the colon; else NULL */
  char           *user;
  char           *user_escaped;
  char           *password;
  char           *password_escaped;
  char           *host;             /* lower case */
  gint            port;             /* -1: none */
  PhoneSipParams  params;
  PhoneSipParams  headers;
  char           *text;             /* as last written; NULL after a change */
  gsize           text_length;
};

/* The pieces of a URI where they stand, still escaped; nothing is allocated. Of a URI that is not SIP only scheme and rest. */
typedef struct
{
  PhoneSipSlice scheme;
  PhoneSipSlice rest;           /* everything behind "scheme:" */
  PhoneSipSlice user;           /* text NULL: none */
  PhoneSipSlice password;       /* text NULL: none */
  PhoneSipSlice host;
  PhoneSipSlice params;         /* from the first ";" on */
  PhoneSipSlice headers;        /* behind "?"; text NULL: none */
  gint          port;           /* -1: none */
  gboolean      is_sip;
} PhoneSipUriParts;

/* Scheme and all behind it, as it stands. */
static inline PhoneSipSlice
phone_sip_uri_parts_get_text (const PhoneSipUriParts *parts)
{
  return (PhoneSipSlice) { parts->scheme.text, parts->scheme.length + 1 + parts->rest.length };
}

/* All of text must be a URI. */
gboolean     phone_sip_uri_split          (const char *text, gsize length, PhoneSipUriParts *out);
PhoneSipUri *phone_sip_uri_new_from_parts (const PhoneSipUriParts *parts);
/* (transfer full) (nullable): as phone_sip_uri_get_user () of the whole. */
char        *phone_sip_uri_parts_read_user (const PhoneSipUriParts *parts);
void         phone_sip_uri_write          (const PhoneSipUri *self, PhoneSipWriter *writer);

/* The text last written holds no longer. */
static inline void
phone_sip_uri_changed (PhoneSipUri *self)
{
  g_clear_pointer (&self->text, g_free);
}

static inline gboolean
phone_sip_uri_is_escape (const char *at,
                         const char *end)
{
  return *at == '%' && end - at >= 3 && PHONE_SIP_CHAR_IS (at[1], PHONE_SIP_CHAR_HEX) && PHONE_SIP_CHAR_IS (at[2], PHONE_SIP_CHAR_HEX);
}

static inline guint8
phone_sip_uri_escape_value (const char *at)
{
  return g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]);
}

void         phone_sip_uri_write_escape   (PhoneSipWriter *writer, guint8 byte);
/* User or password, readable and with the escapes that mean something. */
void         phone_sip_uri_take_userinfo  (PhoneSipSlice slice, guint char_class, char **out_text, char **out_escaped);
/* Takes name and value. */
void         phone_sip_uri_insert_header  (PhoneSipUri *self, char *name, char *value);

G_END_DECLS
