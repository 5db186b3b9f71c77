/* SPDX-License-Identifier: GPL-3.0-or-later */

/* SIP URIs as values (RFC 3261 §19.1). What decides is escaping: getters give readable text, yet ";" and "%3B" in a user are
 * different addresses (§19.1.4), so user and password are kept twice: readable, and with exactly the escapes that mean something. An
 * escaped NUL stays escaped in both: text that a C string would cut short must not look like another user (RFC 4475 §3.1.1.4). Other
 * schemes are opaque. */

#include "config.h"
#include "phone-sip-uri.h"

#include "phone-sip-error.h"
#include "phone-sip-header.h"
#include "phone-sip-params.h"
#include "phone-sip-uri-private.h"

/* Above this many headers those of the same name are not brought together. */
#define PHONE_SIP_URI_MAX_GROUPED 64

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

G_DEFINE_BOXED_TYPE (PhoneSipUri, phone_sip_uri, phone_sip_uri_copy, phone_sip_uri_free)

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

static void
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

static void
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
static void
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

static int
phone_sip_uri_compare_params (gconstpointer a,
                              gconstpointer b)
{
  const PhoneSipParam *first = *(PhoneSipParam **) a, *second = *(PhoneSipParam **) b;
  int order = g_ascii_strcasecmp (first->name, second->name);

  return order != 0 ? order : g_strcmp0 (first->value, second->value);
}

static GPtrArray *
phone_sip_uri_sort_params (const PhoneSipParams *params)
{
  GPtrArray *sorted = g_ptr_array_sized_new (params->n_items);

  for (guint i = 0; i < params->n_items; i++)
    g_ptr_array_add (sorted, &params->items[i]);

  g_ptr_array_sort (sorted, phone_sip_uri_compare_params);
  return sorted;
}

/* Those that make a difference when only one side has them. */
static gboolean
phone_sip_uri_param_is_significant (const PhoneSipParam *param)
{
  static const char * const names[] = { "user", "ttl", "method", "maddr", "transport" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (param->name, names[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
phone_sip_uri_params_equal (const PhoneSipUri *a,
                            const PhoneSipUri *b)
{
  g_autoptr (GPtrArray) first = phone_sip_uri_sort_params (&a->params);
  g_autoptr (GPtrArray) second = phone_sip_uri_sort_params (&b->params);
  guint i = 0, j = 0;

  while (i < first->len || j < second->len)
    {
      const PhoneSipParam *x = i < first->len ? first->pdata[i] : NULL, *y = j < second->len ? second->pdata[j] : NULL;
      int order = x == NULL ? 1 : y == NULL ? -1 : strcmp (x->name, y->name);

      if (order == 0)
        {
          if ((x->value == NULL) != (y->value == NULL) || (x->value != NULL && g_ascii_strcasecmp (x->value, y->value) != 0))
            return FALSE;
          i++;
          j++;
        }
      else
        {
          if (phone_sip_uri_param_is_significant (order < 0 ? x : y))
            return FALSE;
          if (order < 0)
            i++;
          else
            j++;
        }
    }

  return TRUE;
}

static gboolean
phone_sip_uri_headers_equal (const PhoneSipUri *a,
                             const PhoneSipUri *b)
{
  g_autoptr (GPtrArray) first = NULL, second = NULL;

  if (a->headers.n_items != b->headers.n_items)
    return FALSE;

  first = phone_sip_uri_sort_params (&a->headers);
  second = phone_sip_uri_sort_params (&b->headers);
  for (guint i = 0; i < first->len; i++)
    if (phone_sip_uri_compare_params (&first->pdata[i], &second->pdata[i]) != 0)
      return FALSE;

  return TRUE;
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

/**
 * phone_sip_uri_equal:
 * @a: a URI
 * @b: a URI
 *
 * Returns: whether they are equivalent by RFC 3261 §19.1.4; foreign URIs when their text is the same
 */
gboolean
phone_sip_uri_equal (const PhoneSipUri *a,
                     const PhoneSipUri *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (strcmp (a->scheme, b->scheme) != 0)
    return FALSE;
  if (a->opaque != NULL || b->opaque != NULL)
    return g_strcmp0 (a->opaque, b->opaque) == 0;

  return g_strcmp0 (a->user_escaped, b->user_escaped) == 0 && g_strcmp0 (a->password_escaped, b->password_escaped) == 0 &&
         strcmp (a->host, b->host) == 0 && a->port == b->port &&
         phone_sip_uri_params_equal (a, b) && phone_sip_uri_headers_equal (a, b);
}

/**
 * phone_sip_uri_is_sip:
 * @self: a URI
 *
 * Returns: %TRUE for sip: and sips:
 */
gboolean
phone_sip_uri_is_sip (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->opaque == NULL;
}

/**
 * phone_sip_uri_get_scheme:
 * @self: a URI
 *
 * Returns: (transfer none): the scheme in lower case
 */
const char *
phone_sip_uri_get_scheme (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->scheme;
}

/**
 * phone_sip_uri_get_user:
 * @self: a URI
 *
 * Returns: (nullable) (transfer none): the user, unescaped as far as it is UTF-8 without NUL
 */
const char *
phone_sip_uri_get_user (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * phone_sip_uri_get_password:
 * @self: a URI
 *
 * Returns: (nullable) (transfer none): the password, unescaped
 */
const char *
phone_sip_uri_get_password (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}

/**
 * phone_sip_uri_get_host:
 * @self: a URI
 *
 * Returns: (nullable) (transfer none): the host in lower case, an IPv6 address in brackets; of a foreign URI what is behind the colon
 */
const char *
phone_sip_uri_get_host (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->opaque != NULL ? self->opaque : self->host;
}

/**
 * phone_sip_uri_get_port:
 * @self: a URI
 *
 * Returns: the port, or 0
 */
guint
phone_sip_uri_get_port (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return MAX (self->port, 0);
}

/**
 * phone_sip_uri_set_scheme:
 * @self: a SIP URI
 * @scheme: (nullable): "sip" or "sips" in any case; %NULL is "sip"
 *
 * Sets the scheme.
 */
void
phone_sip_uri_set_scheme (PhoneSipUri *self,
                          const char  *scheme)
{
  char *lower = g_ascii_strdown (scheme != NULL ? scheme : "sip", -1);

  phone_sip_uri_changed (self);
  g_free (self->scheme);
  self->scheme = lower;
}

/**
 * phone_sip_uri_set_user:
 * @self: a SIP URI
 * @user: (nullable): the user, readable or escaped; a "%" that begins no escape is text. %NULL or "" removes it
 *
 * Sets the user.
 */
void
phone_sip_uri_set_user (PhoneSipUri *self,
                        const char  *user)
{
  g_autofree char *copy = user != NULL && *user != '\0' ? g_strdup (user) : NULL;
  PhoneSipSlice slice = { copy, copy != NULL ? strlen (copy) : 0 };

  phone_sip_uri_changed (self);
  phone_sip_uri_take_userinfo (slice, PHONE_SIP_CHAR_USER, &self->user, &self->user_escaped);
}

/**
 * phone_sip_uri_set_password:
 * @self: a SIP URI
 * @password: (nullable): the password, readable or escaped
 *
 * Sets the password. RFC 3261 §19.1.1 recommends against one.
 */
void
phone_sip_uri_set_password (PhoneSipUri *self,
                            const char  *password)
{
  g_autofree char *copy = g_strdup (password);
  PhoneSipSlice slice = { copy, copy != NULL ? strlen (copy) : 0 };

  phone_sip_uri_changed (self);
  phone_sip_uri_take_userinfo (slice, PHONE_SIP_CHAR_PASSWORD, &self->password, &self->password_escaped);
}

/**
 * phone_sip_uri_set_host:
 * @self: a SIP URI
 * @host: the host, an IPv6 address in brackets
 *
 * Sets the host, in lower case.
 */
void
phone_sip_uri_set_host (PhoneSipUri *self,
                        const char  *host)
{
  char *lower;

  g_return_if_fail (host != NULL);

  phone_sip_uri_changed (self);
  lower = g_ascii_strdown (host, -1);
  g_free (self->host);
  self->host = lower;
}

/**
 * phone_sip_uri_set_port:
 * @self: a SIP URI
 * @port: the port; 0 removes it
 *
 * Sets the port.
 */
void
phone_sip_uri_set_port (PhoneSipUri *self,
                        guint        port)
{
  g_return_if_fail (port <= G_MAXUINT16);

  phone_sip_uri_changed (self);
  self->port = port > 0 ? (gint) port : -1;
}

/**
 * phone_sip_uri_get_n_params:
 * @self: a URI
 *
 * Returns: how many parameters it has
 */
guint
phone_sip_uri_get_n_params (const PhoneSipUri *self)
{
  return self->params.n_items;
}

/**
 * phone_sip_uri_get_nth_param:
 * @self: a URI
 * @n: index below the count
 * @out_value: (out) (optional) (nullable): its value
 *
 * Returns: (transfer none): its name in lower case
 */
const char *
phone_sip_uri_get_nth_param (const PhoneSipUri  *self,
                             guint               n,
                             const char        **out_value)
{
  g_return_val_if_fail (n < self->params.n_items, NULL);

  if (out_value != NULL)
    *out_value = self->params.items[n].value;
  return self->params.items[n].name;
}

/**
 * phone_sip_uri_has_param:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether there is such a parameter, with or without a value
 */
gboolean
phone_sip_uri_has_param (const PhoneSipUri *self,
                         const char        *name)
{
  return phone_sip_params_find (&self->params, name) != NULL;
}

/**
 * phone_sip_uri_get_param:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: (nullable) (transfer none): its value; %NULL if it has none or is not there
 */
const char *
phone_sip_uri_get_param (const PhoneSipUri *self,
                         const char        *name)
{
  return phone_sip_params_get (&self->params, name);
}

/**
 * phone_sip_uri_set_param:
 * @self: a SIP URI
 * @name: name
 * @value: (nullable): readable value
 *
 * Sets or adds a parameter.
 */
void
phone_sip_uri_set_param (PhoneSipUri *self,
                         const char  *name,
                         const char  *value)
{
  phone_sip_uri_changed (self);
  phone_sip_params_set (&self->params, name, value);
}

/**
 * phone_sip_uri_delete_param:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether it was there
 */
gboolean
phone_sip_uri_delete_param (PhoneSipUri *self,
                            const char  *name)
{
  phone_sip_uri_changed (self);
  return phone_sip_params_delete (&self->params, name);
}

/**
 * phone_sip_uri_clear_params:
 * @self: a URI
 *
 * Removes all parameters.
 */
void
phone_sip_uri_clear_params (PhoneSipUri *self)
{
  phone_sip_uri_changed (self);
  phone_sip_params_clear (&self->params);
}

/**
 * phone_sip_uri_get_n_headers:
 * @self: a URI
 *
 * Returns: how many headers it has, values of one name counted apart
 */
guint
phone_sip_uri_get_n_headers (const PhoneSipUri *self)
{
  return self->headers.n_items;
}

/**
 * phone_sip_uri_get_nth_header:
 * @self: a URI
 * @n: index below the count
 * @out_value: (out) (optional): its unescaped value
 *
 * Returns: (transfer none): its name ("X-My-Header")
 */
const char *
phone_sip_uri_get_nth_header (const PhoneSipUri  *self,
                              guint               n,
                              const char        **out_value)
{
  g_return_val_if_fail (n < self->headers.n_items, NULL);

  if (out_value != NULL)
    *out_value = self->headers.items[n].value;
  return self->headers.items[n].name;
}

/**
 * phone_sip_uri_has_header:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether there is such a header
 */
gboolean
phone_sip_uri_has_header (const PhoneSipUri *self,
                          const char        *name)
{
  return phone_sip_params_find (&self->headers, name) != NULL;
}

/**
 * phone_sip_uri_get_header:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: (transfer full): all its values, unescaped; empty if there is none
 */
char **
phone_sip_uri_get_header (const PhoneSipUri *self,
                          const char        *name)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < self->headers.n_items; i++)
    if (g_ascii_strcasecmp (self->headers.items[i].name, name) == 0)
      g_ptr_array_add (values, g_strdup (self->headers.items[i].value));

  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (values, FALSE);
}

/**
 * phone_sip_uri_set_header:
 * @self: a SIP URI
 * @name: name
 * @value: readable value
 *
 * Makes @value the only one of @name.
 */
void
phone_sip_uri_set_header (PhoneSipUri *self,
                          const char  *name,
                          const char  *value)
{
  g_autofree char *copy = g_strdup (value);

  phone_sip_params_delete (&self->headers, name);
  phone_sip_uri_add_header (self, name, copy);
}

/**
 * phone_sip_uri_add_header:
 * @self: a SIP URI
 * @name: name
 * @value: readable value
 *
 * Adds a value, behind others of the same name.
 */
void
phone_sip_uri_add_header (PhoneSipUri *self,
                          const char  *name,
                          const char  *value)
{
  g_return_if_fail (name != NULL && value != NULL);

  phone_sip_uri_changed (self);
  phone_sip_uri_insert_header (self, phone_sip_header_canonical_name (name), g_strdup (value));
}

/**
 * phone_sip_uri_delete_header:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether it was there
 */
gboolean
phone_sip_uri_delete_header (PhoneSipUri *self,
                             const char  *name)
{
  phone_sip_uri_changed (self);
  return phone_sip_params_delete (&self->headers, name);
}

/**
 * phone_sip_uri_clear_headers:
 * @self: a URI
 *
 * Removes all headers.
 */
void
phone_sip_uri_clear_headers (PhoneSipUri *self)
{
  phone_sip_uri_changed (self);
  phone_sip_params_clear (&self->headers);
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
