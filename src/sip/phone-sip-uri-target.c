/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what a person types, or a link carries, to a URI: JsSIP's normalizeTarget. */

#include "config.h"
#include "phone-sip-uri.h"

#include "phone-sip-error.h"
#include "phone-sip-uri-private.h"

#include <string.h>

/* User part as JsSIP writes it: like encodeURIComponent, but ":", "+", "?" and "/" stay. */
static void
phone_sip_uri_write_target_user (PhoneSipWriter *writer,
                                 PhoneSipSlice   user)
{
  const char *at = user.text, *end = at != NULL ? at + user.length : NULL;

  while (at < end)
    {
      gboolean escape = phone_sip_uri_is_escape (at, end);
      guint8 byte = escape ? phone_sip_uri_escape_value (at) : (guint8) *at;

      if (PHONE_SIP_CHAR_IS (byte, PHONE_SIP_CHAR_UNRESERVED) || byte == ':' || byte == '+' || byte == '?' || byte == '/')
        phone_sip_writer_add_char (writer, byte);
      else
        phone_sip_uri_write_escape (writer, byte);

      at += escape ? 3 : 1;
    }
}

/* "(+34)-944.43" is a number with visual separators (RFC 3966 §5.1.1). */
static gboolean
phone_sip_uri_is_number (PhoneSipSlice user)
{
  gsize i = 0;

  while (i < user.length && strchr ("-.()", user.text[i]) != NULL)
    i++;
  if (i < user.length && user.text[i] == '+')
    i++;
  if (i == user.length)
    return FALSE;
  for (; i < user.length; i++)
    if (!PHONE_SIP_CHAR_IS (user.text[i], PHONE_SIP_CHAR_DIGIT) && strchr ("-.()", user.text[i]) == NULL)
      return FALSE;

  return TRUE;
}

static PhoneSipSlice
phone_sip_uri_strip_scheme (PhoneSipSlice user)
{
  static const char * const schemes[] = { "sip:", "sips:", "tel:", "callto:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize length = strlen (schemes[i]);

      if (user.length >= length && g_ascii_strncasecmp (user.text, schemes[i], length) == 0)
        {
          user.text += length;
          user.length -= length;
          break;
        }
    }

  return user;
}

/**
 * phone_sip_uri_from_target:
 * @text: (nullable): what a person typed or a link carries: "bob", "bob@example.com", "sip:…", "tel:+1-201-555-0123"
 * @domain: (nullable): the domain of a target without "@", possibly with port and parameters
 * @error: return location for %PHONE_SIP_ERROR_INVALID_ARGUMENT
 *
 * JsSIP's normalizeTarget: the last "@" divides user and domain, a scheme is dropped, visual separators leave a telephone number, and the
 * user is escaped. The result is always a sip: URI.
 *
 * Returns: (transfer full): the URI, or %NULL and @error
 */
PhoneSipUri *
phone_sip_uri_from_target (const char  *text,
                           const char  *domain,
                           GError     **error)
{
  const char *at_sign = text != NULL ? strrchr (text, '@') : NULL;
  PhoneSipWriter writer = { NULL, };
  PhoneSipSlice user = { text, 0 };
  PhoneSipUri *self = NULL;
  gboolean number;

  if (text != NULL)
    user.length = at_sign != NULL ? (gsize) (at_sign - text) : strlen (text);
  user = phone_sip_uri_strip_scheme (user);
  number = phone_sip_uri_is_number (user);

  phone_sip_writer_add_literal (&writer, "sip:");
  if (number)
    {
      for (gsize i = 0; i < user.length; i++)
        if (strchr ("-.()", user.text[i]) == NULL)
          phone_sip_writer_add_char (&writer, user.text[i]);
    }
  else
    {
      phone_sip_uri_write_target_user (&writer, user);
    }

  phone_sip_writer_add_char (&writer, '@');
  if (at_sign != NULL)
    phone_sip_writer_add (&writer, at_sign + 1);
  else if (domain != NULL)
    phone_sip_writer_add (&writer, domain);

  if (text != NULL && g_utf8_validate (text, -1, NULL))
    self = phone_sip_uri_parse (writer.text, writer.length, NULL);
  phone_sip_writer_clear (&writer);

  if (self == NULL)
    g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "“%s” is not an address that can be called", text != NULL ? text : "");
  return self;
}
