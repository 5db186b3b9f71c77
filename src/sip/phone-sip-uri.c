/* SPDX-License-Identifier: GPL-3.0-or-later */

/* SIP URIs as values (RFC 3261 §19.1). What decides is escaping: getters give readable text, yet ";" and "%3B" in a user are
 * different addresses (§19.1.4), so user and password are kept twice: readable, and with exactly the escapes that mean something. An
 * escaped NUL stays escaped in both: text that a C string would cut short must not look like another user (RFC 4475 §3.1.1.4). Other
 * schemes are opaque. */

#include "config.h"
#include "phone-sip-uri.h"

#include "phone-sip-error.h"
#include "phone-sip-header.h"
#include "phone-sip-uri-private.h"

/* Above this many headers those of the same name are not brought together. */
#define PHONE_SIP_URI_MAX_GROUPED 64

G_DEFINE_BOXED_TYPE (PhoneSipUri, phone_sip_uri, phone_sip_uri_copy, phone_sip_uri_free)

void
phone_sip_uri_write_escape (PhoneSipWriter *writer,
                            guint8          byte)
{
  static const char digits[] = "0123456789ABCDEF";

  phone_sip_writer_add_char (writer, '%');
  phone_sip_writer_add_char (writer, digits[byte >> 4]);
  phone_sip_writer_add_char (writer, digits[byte & 15]);
}

/* Readable text: every escape but that of NUL resolved. */
static char *
phone_sip_uri_unescape (PhoneSipSlice slice)
{
  const char *at = slice.text, *end;
  char *text, *out;

  if (at == NULL)
    return NULL;

  end = at + slice.length;
  text = out = g_malloc (slice.length + 1);
  while (at < end)
    {
      if (phone_sip_uri_is_escape (at, end) && phone_sip_uri_escape_value (at) != 0)
        {
          *out++ = phone_sip_uri_escape_value (at);
          at += 3;
        }
      else
        {
          *out++ = *at++;
        }
    }

  *out = '\0';
  return text;
}

/* The escapes that mean something, in capitals; an unreserved character is itself (§19.1.4), and what may not stand in the class is escaped. */
static char *
phone_sip_uri_normalize (PhoneSipSlice slice,
                         guint         char_class)
{
  PhoneSipWriter writer = { NULL, };
  const char *at = slice.text, *end;

  if (at == NULL)
    return NULL;

  end = at + slice.length;
  while (at < end)
    {
      gboolean escape = phone_sip_uri_is_escape (at, end);
      guint8 byte = escape ? phone_sip_uri_escape_value (at) : (guint8) *at;

      if (PHONE_SIP_CHAR_IS (byte, escape ? PHONE_SIP_CHAR_UNRESERVED : char_class))
        phone_sip_writer_add_char (&writer, byte);
      else
        phone_sip_uri_write_escape (&writer, byte);

      at += escape ? 3 : 1;
    }

  return phone_sip_writer_steal (&writer);
}

/* Readable text with what is not of the class escaped; "%00" is an escape already. */
static void
phone_sip_uri_write_escaped (PhoneSipWriter *writer,
                             const char     *text,
                             guint           char_class)
{
  const char *end = text + strlen (text), *run;

  for (; (run = phone_sip_chars_skip (text, end, char_class)), phone_sip_writer_add_bytes (writer, text, run - text), (text = run) < end; text++)
    {
      if ((text[0] == '%' && text[1] == '0' && text[2] == '0'))
        phone_sip_writer_add_char (writer, *text);
      else
        phone_sip_uri_write_escape (writer, *text);
    }
}

void
phone_sip_uri_take_userinfo (PhoneSipSlice   slice,
                             guint           char_class,
                             char          **out_text,
                             char          **out_escaped)
{
  g_free (*out_text);
  g_free (*out_escaped);
  *out_escaped = phone_sip_uri_normalize (slice, char_class);
  *out_text = phone_sip_uri_unescape (slice);

  if (*out_text != NULL && !g_utf8_validate (*out_text, -1, NULL))
    {
      g_free (*out_text);
      *out_text = g_strdup (*out_escaped);
    }
}

char *
phone_sip_uri_parts_read_user (const PhoneSipUriParts *parts)
{
  g_autofree char *escaped = NULL;
  char *user = NULL;

  phone_sip_uri_take_userinfo (parts->user, PHONE_SIP_CHAR_USER, &user, &escaped);

  return user;
}

static void
phone_sip_uri_take_params (PhoneSipUri   *self,
                           PhoneSipSlice  params)
{
  const char *at = params.text, *end = at != NULL ? at + params.length : NULL;

  while (at < end)
    {
      const char *start = ++at, *stop = memchr (start, ';', end - start), *equal;
      PhoneSipSlice name, value = { NULL, 0 };
      char *text;

      at = stop != NULL ? stop : end;
      equal = memchr (start, '=', at - start);
      name.text = start;
      name.length = (equal != NULL ? equal : at) - start;
      if (equal != NULL)
        {
          value.text = equal + 1;
          value.length = at - value.text;
        }

      text = phone_sip_uri_unescape (name);
      for (char *c = text; *c != '\0'; c++)
        *c = g_ascii_tolower (*c);

      phone_sip_params_append (&self->params, text, phone_sip_uri_unescape (value));
      if (strcmp (text, "transport") == 0 && value.text != NULL)
        {
          char *transport = self->params.items[self->params.n_items - 1].value;

          for (; *transport != '\0'; transport++)
            *transport = g_ascii_tolower (*transport);
        }
    }
}

/* Headers of one name stand together, in the order of the first of each. */
void
phone_sip_uri_insert_header (PhoneSipUri *self,
                             char        *name,
                             char        *value)
{
  PhoneSipParams *headers = &self->headers;
  PhoneSipParam item;
  guint after = headers->n_items;

  phone_sip_params_append (headers, name, value);
  if (after >= PHONE_SIP_URI_MAX_GROUPED)
    return;

  while (after > 0 && strcmp (headers->items[after - 1].name, name) != 0)
    after--;

  if (after == 0)
    return;

  item = headers->items[headers->n_items - 1];
  memmove (&headers->items[after + 1], &headers->items[after], (headers->n_items - 1 - after) * sizeof item);
  headers->items[after] = item;
}

static void
phone_sip_uri_take_headers (PhoneSipUri   *self,
                            PhoneSipSlice  headers)
{
  const char *at = headers.text, *end = at != NULL ? at + headers.length : NULL;

  while (at < end)
    {
      const char *stop = memchr (at, '&', end - at), *equal;
      PhoneSipSlice name, value;
      g_autofree char *text = NULL;

      if (stop == NULL)
        stop = end;

      equal = memchr (at, '=', stop - at);
      name.text = at;
      name.length = equal - at;
      value.text = equal + 1;
      value.length = stop - value.text;
      text = phone_sip_uri_unescape (name);
      phone_sip_uri_insert_header (self, phone_sip_header_canonical_name (text), phone_sip_uri_unescape (value));
      at = stop + 1;
    }
}

PhoneSipUri *
phone_sip_uri_new_from_parts (const PhoneSipUriParts *parts)
{
  PhoneSipUri *self = g_new0 (PhoneSipUri, 1);

  self->scheme = g_ascii_strdown (parts->scheme.text, parts->scheme.length);
  self->port = parts->port;

  if (!parts->is_sip)
    {
      self->opaque = phone_sip_slice_dup (parts->rest);
      return self;
    }

  phone_sip_uri_take_userinfo (parts->user, PHONE_SIP_CHAR_USER, &self->user, &self->user_escaped);
  phone_sip_uri_take_userinfo (parts->password, PHONE_SIP_CHAR_PASSWORD, &self->password, &self->password_escaped);
  self->host = g_ascii_strdown (parts->host.text, parts->host.length);
  phone_sip_uri_take_params (self, parts->params);
  phone_sip_uri_take_headers (self, parts->headers);
  return self;
}

static void
phone_sip_uri_write_address (const PhoneSipUri *self,
                             gboolean           with_password,
                             gboolean           with_port,
                             PhoneSipWriter    *writer)
{
  phone_sip_writer_add (writer, self->scheme);
  phone_sip_writer_add_char (writer, ':');

  if (self->user != NULL)
    {
      phone_sip_writer_add (writer, self->user_escaped);
      if (with_password && self->password != NULL)
        {
          phone_sip_writer_add_char (writer, ':');
          phone_sip_writer_add (writer, self->password_escaped);
        }
      phone_sip_writer_add_char (writer, '@');
    }

  phone_sip_writer_add (writer, self->host);
  if (with_port && self->port >= 0)
    {
      phone_sip_writer_add_char (writer, ':');
      phone_sip_writer_add_uint (writer, self->port);
    }
}

static void
phone_sip_uri_compose (const PhoneSipUri *self,
                       PhoneSipWriter    *writer)
{
  if (self->opaque != NULL)
    {
      phone_sip_writer_add (writer, self->scheme);
      phone_sip_writer_add_char (writer, ':');
      phone_sip_writer_add (writer, self->opaque);
      return;
    }

  phone_sip_uri_write_address (self, TRUE, TRUE, writer);

  for (guint i = 0; i < self->params.n_items; i++)
    {
      phone_sip_writer_add_char (writer, ';');
      phone_sip_uri_write_escaped (writer, self->params.items[i].name, PHONE_SIP_CHAR_URI_PARAM);
      if (self->params.items[i].value != NULL)
        {
          phone_sip_writer_add_char (writer, '=');
          phone_sip_uri_write_escaped (writer, self->params.items[i].value, PHONE_SIP_CHAR_URI_PARAM);
        }
    }

  for (guint i = 0; i < self->headers.n_items; i++)
    {
      phone_sip_writer_add_char (writer, i == 0 ? '?' : '&');
      phone_sip_uri_write_escaped (writer, self->headers.items[i].name, PHONE_SIP_CHAR_URI_HEADER);
      phone_sip_writer_add_char (writer, '=');
      phone_sip_uri_write_escaped (writer, self->headers.items[i].value, PHONE_SIP_CHAR_URI_HEADER);
    }
}

/* The same few URIs (ours, a dialog's target and routes) are written into every message, so the text is kept until something changes. */
void
phone_sip_uri_write (const PhoneSipUri *self,
                     PhoneSipWriter    *writer)
{
  PhoneSipUri *cache = (PhoneSipUri *) self;
  PhoneSipWriter text = { NULL, };

  if (self->text == NULL)
    {
      phone_sip_uri_compose (self, &text);
      cache->text_length = text.length;
      cache->text = phone_sip_writer_steal (&text);
    }

  phone_sip_writer_add_bytes (writer, self->text, self->text_length);
}

/**
 * phone_sip_uri_new:
 * @scheme: (nullable): "sip" or "sips"; %NULL is "sip"
 * @user: (nullable): user, readable or escaped
 * @host: host name or address, an IPv6 address in brackets
 * @port: port, or 0
 *
 * Returns: (transfer full): a SIP URI
 */
PhoneSipUri *
phone_sip_uri_new (const char *scheme,
                   const char *user,
                   const char *host,
                   guint       port)
{
  PhoneSipUri *self;

  g_return_val_if_fail (host != NULL, NULL);

  self = g_new0 (PhoneSipUri, 1);
  phone_sip_uri_set_scheme (self, scheme);
  phone_sip_uri_set_user (self, user);
  phone_sip_uri_set_host (self, host);
  phone_sip_uri_set_port (self, port);
  return self;
}

/**
 * phone_sip_uri_parse:
 * @text: text, not necessarily terminated
 * @length: its length, or -1
 * @error: return location for %PHONE_SIP_ERROR_MALFORMED
 *
 * Parses all of @text as a SIP or SIPS URI (RFC 3261 §25.1), or as the URI of another scheme, kept whole.
 *
 * Returns: (transfer full): the URI, or %NULL and @error
 */
PhoneSipUri *
phone_sip_uri_parse (const char  *text,
                     gssize       length,
                     GError     **error)
{
  PhoneSipUriParts parts;

  g_return_val_if_fail (text != NULL, NULL);

  if (!phone_sip_uri_split (text, length < 0 ? strlen (text) : (gsize) length, &parts))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "This is not a URI");
      return NULL;
    }

  return phone_sip_uri_new_from_parts (&parts);
}

/**
 * phone_sip_uri_copy:
 * @self: a URI
 *
 * Returns: (transfer full): an independent copy
 */
PhoneSipUri *
phone_sip_uri_copy (const PhoneSipUri *self)
{
  PhoneSipUri *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (PhoneSipUri, 1);
  copy->scheme = g_strdup (self->scheme);
  copy->opaque = g_strdup (self->opaque);
  copy->user = g_strdup (self->user);
  copy->user_escaped = g_strdup (self->user_escaped);
  copy->password = g_strdup (self->password);
  copy->password_escaped = g_strdup (self->password_escaped);
  copy->host = g_strdup (self->host);
  copy->port = self->port;
  phone_sip_params_copy (&copy->params, &self->params);
  phone_sip_params_copy (&copy->headers, &self->headers);
  return copy;
}

/**
 * phone_sip_uri_free:
 * @self: (nullable) (transfer full): a URI
 *
 * Frees it.
 */
void
phone_sip_uri_free (PhoneSipUri *self)
{
  if (self == NULL)
    return;

  g_free (self->scheme);
  g_free (self->opaque);
  g_free (self->user);
  g_free (self->user_escaped);
  g_free (self->password);
  g_free (self->password_escaped);
  g_free (self->host);
  g_free (self->text);
  phone_sip_params_clear (&self->params);
  phone_sip_params_clear (&self->headers);
  g_free (self);
}

/**
 * phone_sip_uri_to_string:
 * @self: a URI
 *
 * Returns: (transfer full): the URI as it goes on the wire, escaped where needed
 */
char *
phone_sip_uri_to_string (const PhoneSipUri *self)
{
  PhoneSipWriter writer = { NULL, };

  g_return_val_if_fail (self != NULL, NULL);

  if (self->text != NULL)
    return g_strdup (self->text);

  phone_sip_uri_compose (self, &writer);
  return phone_sip_writer_steal (&writer);
}

/**
 * phone_sip_uri_to_aor:
 * @self: a URI
 * @with_port: whether to keep the port
 *
 * Returns: (transfer full): the address of record: scheme, user, host
 */
char *
phone_sip_uri_to_aor (const PhoneSipUri *self,
                      gboolean           with_port)
{
  PhoneSipWriter writer = { NULL, };

  g_return_val_if_fail (self != NULL, NULL);

  if (self->opaque != NULL)
    phone_sip_uri_compose (self, &writer);
  else
    phone_sip_uri_write_address (self, FALSE, with_port, &writer);

  return phone_sip_writer_steal (&writer);
}
