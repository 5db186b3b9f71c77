/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grammar's small words (RFC 3261 §25.1). Every typed parser of the room is a walk of this cursor; each byte is looked at
 * once, so the cost of a message is linear in its size. White space is meant with the CR LF of folded lines, because values are scanned as
 * they came from the wire. */

#include "config.h"
#include "phone-sip-scanner.h"

#include <string.h>

/* 16 bytes a row of two lines, in ASCII order; the bits are in the header. */
const guint16 phone_sip_char_classes[256] = {
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
  0x0000, 0x0002, 0x0002, 0x0000, 0x0000, 0x0002, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
  0x0002, 0x1be1, 0x1000, 0x1800, 0x1bc0, 0x1801, 0x19c0, 0x1be1,
  0x13e0, 0x13e0, 0x1be1, 0x1bc1, 0x10c0, 0x1fe1, 0x1be1, 0x1b40,
  0x1ffd, 0x1ffd, 0x1ffd, 0x1ffd, 0x1ffd, 0x1ffd, 0x1ffd, 0x1ffd,
  0x1ffd, 0x1ffd, 0x1b00, 0x1040, 0x1000, 0x18c0, 0x1000, 0x1a40,
  0x1800, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff1,
  0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1,
  0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1,
  0x3ff1, 0x3ff1, 0x3ff1, 0x1b00, 0x1000, 0x1b00, 0x1800, 0x1fe1,
  0x1801, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff9, 0x3ff1,
  0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1,
  0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1, 0x3ff1,
  0x3ff1, 0x3ff1, 0x3ff1, 0x1800, 0x1800, 0x1800, 0x1be1, 0x0000,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
  0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800, 0x1800,
};

/**
 * phone_sip_scanner_take_uint:
 * @self: a scanner
 * @max: the largest value that is good
 * @out_value: (out): the number
 *
 * Takes digits. A number above @max is an error, never wrapped around.
 *
 * Returns: %TRUE if there was a number within the limit
 */
gboolean
phone_sip_scanner_take_uint (PhoneSipScanner *self,
                             guint32          max,
                             guint32         *out_value)
{
  const char *start = self->at, *at = start, *end = self->end;
  guint64 value = 0;
  guint digit;

  for (; at < end && (digit = (guint8) *at - '0') <= 9; at++)
    {
      value = value * 10 + digit;
      if (value > max)
        return FALSE;
    }

  self->at = at;
  if (at == start)
    return FALSE;

  *out_value = value;
  return TRUE;
}

/**
 * phone_sip_scanner_take_quoted:
 * @self: a scanner that stands on a quote
 * @out: (out): the quoted-string with its quotes
 *
 * Returns: %FALSE if the closing quote is missing
 */
gboolean
phone_sip_scanner_take_quoted (PhoneSipScanner *self,
                               PhoneSipSlice   *out)
{
  const char *start = self->at, *close;

  if (self->at == self->end || *self->at != '"')
    return FALSE;

  /* A quote with no backslash before it ends the string; only behind one it must be counted out. */
  close = memchr (start + 1, '"', self->end - start - 1);
  if (close != NULL && close[-1] != '\\')
    {
      self->at = close + 1;
      out->text = start;
      out->length = self->at - start;
      return TRUE;
    }

  for (self->at++; self->at < self->end; self->at++)
    {
      if (*self->at == '\\')
        {
          if (++self->at == self->end)
            return FALSE;
        }
      else if (*self->at == '"')
        {
          self->at++;
          out->text = start;
          out->length = self->at - start;
          return TRUE;
        }
    }

  return FALSE;
}

/* "::1", "2001:db8::192.0.2.1". Three colons pass, as RFC 5118 §4.10 asks of parsers; what is in it beyond that is the resolver's. */
static gboolean
phone_sip_host_is_ipv6 (const char *text,
                        gsize       length)
{
  guint colons = 0, digits = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == ':')
        {
          colons++;
          digits = 0;
        }
      else if (text[i] == '.')
        {
          digits = 0;
        }
      else if (!PHONE_SIP_CHAR_IS (text[i], PHONE_SIP_CHAR_HEX) || ++digits > 4)
        {
          return FALSE;
        }
    }

  return colons >= 2 && colons <= 8;
}

static gboolean
phone_sip_host_is_ipv4 (const char *text,
                        gsize       length)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, length);
  guint32 value;

  for (guint i = 0; i < 4; i++)
    {
      const char *start = scanner.at;

      if (!phone_sip_scanner_take_uint (&scanner, 255, &value) || scanner.at - start > 3)
        return FALSE;
      if (i < 3 && (phone_sip_scanner_is_done (&scanner) || *scanner.at++ != '.'))
        return FALSE;
    }

  return phone_sip_scanner_is_done (&scanner);
}

static gboolean
phone_sip_scanner_take_ipv6 (PhoneSipScanner *self,
                             PhoneSipSlice   *out)
{
  const char *start = self->at, *close = memchr (start, ']', self->end - start);

  if (close == NULL || !phone_sip_host_is_ipv6 (start + 1, close - start - 1))
    return FALSE;

  self->at = close + 1;
  out->text = start;
  out->length = self->at - start;
  return TRUE;
}

/**
 * phone_sip_scanner_take_host:
 * @self: a scanner
 * @out: (out): the host, an IPv6 address with its brackets
 *
 * Takes `hostname / IPv4address / IPv6reference`. A host name's last label begins with a letter, so "1.2.3.444" is none;
 * "_" counts as a letter, as names in use have it.
 *
 * Returns: whether a host stood there
 */
gboolean
phone_sip_scanner_take_host (PhoneSipScanner *self,
                             PhoneSipSlice   *out)
{
  const char *start = self->at, *at = start, *end = self->end, *label = start;

  if (at < end && *at == '[')
    return phone_sip_scanner_take_ipv6 (self, out);

  for (; (at = phone_sip_chars_skip (at, end, PHONE_SIP_CHAR_HOST)) < end; at++)
    {
      if (*at != '.' || at == label || at[-1] == '-' || *label == '-')
        break;
      if (at + 1 == end || !PHONE_SIP_CHAR_IS (at[1], PHONE_SIP_CHAR_HOST))
        {
          at++;
          break;
        }
      label = at + 1;
    }

  if (at == start || at[-1] == '-' || *label == '-' || *label == '.')
    return FALSE;
  if (!PHONE_SIP_CHAR_IS (*label, PHONE_SIP_CHAR_ALPHA) && *label != '_' && !phone_sip_host_is_ipv4 (start, at - start))
    return FALSE;

  self->at = at;
  out->text = start;
  out->length = at - start;
  return TRUE;
}

/**
 * phone_sip_scanner_take_param:
 * @self: a scanner behind a semicolon and its white space
 * @out_name: (out): the name
 * @out_value: (out): the value with its quotes, or a slice whose text is %NULL
 *
 * Takes `token [ EQUAL ( token / host / quoted-string ) ]`; unquoted values may hold what peers really put there.
 *
 * Returns: whether a parameter stood there
 */
gboolean
phone_sip_scanner_take_param (PhoneSipScanner *self,
                              PhoneSipSlice   *out_name,
                              PhoneSipSlice   *out_value)
{
  const char *back;

  out_value->text = NULL;
  out_value->length = 0;

  if (!phone_sip_scanner_take (self, PHONE_SIP_CHAR_TOKEN, out_name))
    return FALSE;

  if (self->at == self->end || *self->at == ';')
    return TRUE;

  back = self->at;
  phone_sip_scanner_skip_lws (self);
  if (self->at == self->end || *self->at != '=')
    {
      self->at = back;
      return TRUE;
    }

  self->at++;
  phone_sip_scanner_skip_lws (self);
  if (self->at < self->end && *self->at == '"')
    return phone_sip_scanner_take_quoted (self, out_value);

  return phone_sip_scanner_take (self, PHONE_SIP_CHAR_VALUE, out_value);
}

/**
 * phone_sip_scanner_take_element:
 * @self: a scanner over a comma-separated list
 * @out: (out): the next element, trimmed
 *
 * Commas inside quotes or angle brackets do not separate; empty elements are passed over.
 *
 * Returns: %FALSE at the end
 */
gboolean
phone_sip_scanner_take_element (PhoneSipScanner *self,
                                PhoneSipSlice   *out)
{
  while (self->at < self->end)
    {
      const char *start, *stop;
      gboolean quoted = FALSE, angled = FALSE;

      phone_sip_scanner_skip_lws (self);
      start = self->at;

      for (; self->at < self->end && (quoted || angled || *self->at != ','); self->at++)
        {
          if (quoted && *self->at == '\\' && self->at + 1 < self->end)
            self->at++;
          else if (*self->at == '"')
            quoted = !quoted;
          else if (!quoted && *self->at == '<')
            angled = TRUE;
          else if (!quoted && *self->at == '>')
            angled = FALSE;
        }

      stop = self->at;
      if (self->at < self->end)
        self->at++;
      while (stop > start && PHONE_SIP_CHAR_IS (stop[-1], PHONE_SIP_CHAR_LWS))
        stop--;

      if (stop > start)
        {
          out->text = start;
          out->length = stop - start;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * phone_sip_host_get_type:
 * @text: text
 * @length: its length
 *
 * Returns: what kind of host all of @text is
 */
PhoneSipHostType
phone_sip_host_get_type (const char *text,
                         gsize       length)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, length);
  PhoneSipSlice host;

  if (!phone_sip_scanner_take_host (&scanner, &host) || !phone_sip_scanner_is_done (&scanner))
    return PHONE_SIP_HOST_INVALID;
  if (text[0] == '[')
    return PHONE_SIP_HOST_IPV6;

  return phone_sip_host_is_ipv4 (text, length) ? PHONE_SIP_HOST_IPV4 : PHONE_SIP_HOST_DOMAIN;
}

/**
 * phone_sip_slice_equal:
 * @slice: a slice
 * @text: text
 *
 * Returns: whether they are equal without regard to ASCII case
 */
gboolean
phone_sip_slice_equal (PhoneSipSlice  slice,
                       const char    *text)
{
  return strlen (text) == slice.length && g_ascii_strncasecmp (slice.text, text, slice.length) == 0;
}

/**
 * phone_sip_slice_dup:
 * @slice: a slice
 *
 * Returns: (nullable) (transfer full): its bytes as a string, without NULs and quoted pairs of NUL; %NULL if its text is %NULL
 */
char *
phone_sip_slice_dup (PhoneSipSlice slice)
{
  char *text, *out;

  if (slice.length == 0 || memchr (slice.text, '\0', slice.length) == NULL)
    return g_strndup (slice.text, slice.length);

  text = out = g_malloc (slice.length + 1);
  for (gsize i = 0; i < slice.length; i++)
    {
      gboolean pair = slice.text[i] == '\\' && i + 1 < slice.length;

      if (pair && slice.text[i + 1] != '\0')
        *out++ = slice.text[i];
      if (pair)
        i++;
      if (slice.text[i] != '\0')
        *out++ = slice.text[i];
    }

  *out = '\0';
  return text;
}

/**
 * phone_sip_slice_unquote:
 * @slice: a slice
 *
 * Returns: (nullable) (transfer full): the content of a quoted-string (RFC 3261 §25.1), or a copy of what is not quoted
 */
char *
phone_sip_slice_unquote (PhoneSipSlice slice)
{
  char *text, *out;

  if (slice.length < 2 || slice.text[0] != '"')
    return phone_sip_slice_dup (slice);

  text = out = g_malloc (slice.length);
  for (gsize i = 1; i < slice.length - 1; i++)
    {
      if (slice.text[i] == '\\' && i + 1 < slice.length - 1)
        i++;
      if (slice.text[i] != '\0')
        *out++ = slice.text[i];
    }

  *out = '\0';
  return text;
}

/**
 * phone_sip_quote:
 * @text: text
 *
 * Returns: (transfer full): @text as a quoted-string
 */
char *
phone_sip_quote (const char *text)
{
  char *quoted = g_malloc (2 * strlen (text) + 3), *out = quoted;

  *out++ = '"';
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        *out++ = '\\';
      *out++ = *text;
    }
  *out++ = '"';
  *out = '\0';
  return quoted;
}
