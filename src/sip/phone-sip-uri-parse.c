/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Splitting a URI (RFC 3261 §19.1.1, §25.1). This half allocates nothing, as the parser asks it three times a message only
 * whether the text is good. A SIP URI has at most one "@" that is not escaped, and everything before it is user and password,
 * also ";" and "?" (RFC 4475 §3.1.1.9). Parameter values are taken a little wider than the grammar ("=" in base64, "@"), because routes of
 * real proxies carry such. */

#include "config.h"
#include "phone-sip-uri-private.h"

#include <string.h>

/* Bytes of the class, or escapes of two hexadecimal digits. */
static gboolean
phone_sip_uri_is_escaped (PhoneSipSlice slice,
                          guint         char_class)
{
  const char *at = slice.text, *end = at + slice.length;

  for (; (at = phone_sip_chars_skip (at, end, char_class)) < end; at++)
    {
      if (*at != '%' || end - at < 3 || !PHONE_SIP_CHAR_IS (at[1], PHONE_SIP_CHAR_HEX) || !PHONE_SIP_CHAR_IS (at[2], PHONE_SIP_CHAR_HEX))
        return FALSE;
      at += 2;
    }

  return TRUE;
}

static gboolean
phone_sip_uri_split_userinfo (const char       *text,
                              const char       *at_sign,
                              PhoneSipUriParts *out)
{
  const char *colon = memchr (text, ':', at_sign - text);

  out->user.text = text;
  out->user.length = (colon != NULL ? colon : at_sign) - text;
  if (colon != NULL)
    {
      out->password.text = colon + 1;
      out->password.length = at_sign - colon - 1;
      if (!phone_sip_uri_is_escaped (out->password, PHONE_SIP_CHAR_PASSWORD))
        return FALSE;
    }

  return out->user.length > 0 && phone_sip_uri_is_escaped (out->user, PHONE_SIP_CHAR_USER);
}

static inline const char *
phone_sip_uri_skip_escaped (const char *at,
                            const char *end,
                            guint       char_class,
                            const char *also)
{
  for (; (at = phone_sip_chars_skip (at, end, char_class)) < end; at++)
    {
      if (*at == also[0] || *at == also[1])
        continue;
      if (*at != '%' || end - at < 3 || !PHONE_SIP_CHAR_IS (at[1], PHONE_SIP_CHAR_HEX) || !PHONE_SIP_CHAR_IS (at[2], PHONE_SIP_CHAR_HEX))
        break;
      at += 2;
    }

  return at;
}

static gboolean
phone_sip_uri_split_headers (const char       *at,
                             const char       *end,
                             PhoneSipUriParts *out)
{
  out->headers.text = at;
  out->headers.length = end - at;

  do
    {
      const char *name = at;

      at = phone_sip_uri_skip_escaped (at, end, PHONE_SIP_CHAR_URI_HEADER, "++");
      if (at == name || at == end || *at != '=')
        return FALSE;

      at = phone_sip_uri_skip_escaped (at + 1, end, PHONE_SIP_CHAR_URI_HEADER, "=@");
      if (at == end)
        return TRUE;
    }
  while (*at++ == '&');

  return FALSE;
}

static gboolean
phone_sip_uri_split_params (const char       *at,
                            const char       *end,
                            PhoneSipUriParts *out)
{
  out->params.text = at;

  while (at < end && *at == ';')
    {
      const char *name = ++at;

      at = phone_sip_uri_skip_escaped (at, end, PHONE_SIP_CHAR_URI_PARAM, "++");
      if (at == name)
        return FALSE;
      if (at < end && *at == '=')
        at = phone_sip_uri_skip_escaped (at + 1, end, PHONE_SIP_CHAR_URI_PARAM, "=@");
    }

  out->params.length = at - out->params.text;
  if (at == end)
    return TRUE;

  return *at == '?' && phone_sip_uri_split_headers (at + 1, end, out);
}

static gboolean
phone_sip_uri_split_sip (const char       *text,
                         const char       *end,
                         PhoneSipUriParts *out)
{
  const char *at_sign = memchr (text, '@', end - text);
  PhoneSipScanner scanner = { text, end };
  guint32 port;

  if (at_sign != NULL)
    {
      if (!phone_sip_uri_split_userinfo (text, at_sign, out))
        return FALSE;
      scanner.at = at_sign + 1;
    }

  if (!phone_sip_scanner_take_host (&scanner, &out->host))
    return FALSE;

  if (scanner.at < end && *scanner.at == ':')
    {
      scanner.at++;
      if (!phone_sip_scanner_take_uint (&scanner, G_MAXUINT16, &port))
        return FALSE;
      out->port = port;
    }

  if (scanner.at == end)
    return TRUE;

  return phone_sip_uri_split_params (scanner.at, end, out);
}

/* 1: sip, 2: sips, 0: neither. */
static inline guint
phone_sip_uri_scheme_kind (PhoneSipSlice scheme)
{
  if (scheme.length < 3 || scheme.length > 4 ||
      (scheme.text[0] | 0x20) != 's' || (scheme.text[1] | 0x20) != 'i' || (scheme.text[2] | 0x20) != 'p')
    return 0;

  if (scheme.length == 3)
    return 1;

  return (scheme.text[3] | 0x20) == 's' ? 2 : 0;
}

static gboolean
phone_sip_uri_is_scheme (PhoneSipSlice scheme)
{
  if (scheme.length == 0 || !PHONE_SIP_CHAR_IS (scheme.text[0], PHONE_SIP_CHAR_ALPHA))
    return FALSE;

  for (gsize i = 1; i < scheme.length; i++)
    if (!PHONE_SIP_CHAR_IS (scheme.text[i], PHONE_SIP_CHAR_ALNUM) && scheme.text[i] != '+' && scheme.text[i] != '-' && scheme.text[i] != '.')
      return FALSE;

  return TRUE;
}

/* A foreign URI: visible ASCII that can stand in angle brackets. */
static gboolean
phone_sip_uri_is_opaque (PhoneSipSlice rest)
{
  for (gsize i = 0; i < rest.length; i++)
    if (!PHONE_SIP_CHAR_IS (rest.text[i], PHONE_SIP_CHAR_VISIBLE) || (guint8) rest.text[i] >= 0x80 ||
        rest.text[i] == '<' || rest.text[i] == '>' || rest.text[i] == '"')
      return FALSE;

  return rest.length > 0;
}

gboolean
phone_sip_uri_split (const char       *text,
                     gsize             length,
                     PhoneSipUriParts *out)
{
  const char *colon = memchr (text, ':', MIN (length, 64));

  if (colon == NULL)
    return FALSE;

  memset (out, 0, sizeof *out);
  out->port = -1;
  out->scheme.text = text;
  out->scheme.length = colon - text;
  out->rest.text = colon + 1;
  out->rest.length = text + length - colon - 1;
  out->is_sip = phone_sip_uri_scheme_kind (out->scheme) != 0;

  if (out->is_sip)
    return phone_sip_uri_split_sip (out->rest.text, text + length, out);

  return phone_sip_uri_is_scheme (out->scheme) && phone_sip_uri_is_opaque (out->rest);
}
