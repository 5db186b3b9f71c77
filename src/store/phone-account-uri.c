/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an account file says about addresses is checked by their text alone: this room does not know the SIP parser, and an
 * account only needs "is it a SIP URI" (RFC 3261 §25.1), its user, its domain and one spelling for one address. */

#include "config.h"
#include "phone-account-private.h"

#include <gio/gio.h>
#include <string.h>

#define USER_CHARACTERS     "-_.!~*'()&=+$,;?/"
#define PASSWORD_CHARACTERS "-_.!~*'()&=+$,"
#define PARAM_CHARACTERS    "-_.!~*'()[]/:&+$"
#define HEADER_CHARACTERS   "-_.!~*'()[]/?:+$&="
#define MAX_LENGTH          1024

/* Letters, digits, the given marks, and %XX. */
static gboolean
phone_account_uri_consists_of (const char *text,
                               gsize       length,
                               const char *marks)
{
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]))
        i += 2;
      else if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || strchr (marks, text[i]) == NULL))
        return FALSE;
    }

  return TRUE;
}

/* "%61" and "a" are the same user (RFC 3261 §19.1.4), so escapes of letters that need none are dissolved. */
static void
phone_account_uri_append_plain (GString    *out,
                                const char *text,
                                gsize       length,
                                const char *marks)
{
  for (gsize i = 0; i < length; i++)
    {
      int byte;

      if (text[i] != '%')
        {
          g_string_append_c (out, text[i]);
          continue;
        }
      byte = g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2]);
      if (byte > 0 && (g_ascii_isalnum (byte) || strchr (marks, byte) != NULL))
        g_string_append_c (out, byte);
      else
        g_string_append_printf (out, "%%%02X", (guint) byte);
      i += 2;
    }
}

static gboolean
phone_account_uri_is_host_name (const char *host)
{
  gsize length = strlen (host);

  if (length == 0 || length > 253 || host[0] == '.' || host[0] == '-' || strstr (host, "..") != NULL)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (host[i]) && strchr ("-_.", host[i]) == NULL)
      return FALSE;

  return host[length - 1] != '-';
}

static gboolean
phone_account_uri_is_reference (const char *host)
{
  gsize length = strlen (host);
  g_autofree char *inner = NULL;

  if (length < 4 || host[0] != '[' || host[length - 1] != ']')
    return FALSE;
  inner = g_strndup (host + 1, length - 2);

  return strchr (inner, ':') != NULL && g_hostname_is_ip_address (inner);
}

static gboolean
phone_account_uri_is_port (const char *text)
{
  guint64 port;

  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &port, NULL);
}

/* host [ ":" port ], in lower case */
static gboolean
phone_account_uri_append_host (GString    *out,
                               const char *text,
                               gsize       length)
{
  g_autofree char *host = g_ascii_strdown (text, length);
  char *bracket = strchr (host, ']');
  char *colon = strchr (bracket != NULL ? bracket : host, ':');

  if (colon != NULL)
    {
      *colon = '\0';
      if (!phone_account_uri_is_port (colon + 1))
        return FALSE;
    }
  if (!phone_account_uri_is_host_name (host) && !phone_account_uri_is_reference (host))
    return FALSE;
  g_string_append (out, host);
  if (colon != NULL)
    g_string_append_printf (out, ":%s", colon + 1);

  return TRUE;
}

static gboolean
phone_account_uri_append_user (GString    *out,
                               const char *text,
                               gsize       length)
{
  const char *colon = memchr (text, ':', length);
  gsize user_length = colon != NULL ? (gsize) (colon - text) : length;

  if (user_length == 0 || !phone_account_uri_consists_of (text, user_length, USER_CHARACTERS))
    return FALSE;
  phone_account_uri_append_plain (out, text, user_length, USER_CHARACTERS);
  if (colon != NULL)
    {
      if (!phone_account_uri_consists_of (colon + 1, length - user_length - 1, PASSWORD_CHARACTERS))
        return FALSE;
      g_string_append_len (out, colon, length - user_length);
    }
  g_string_append_c (out, '@');

  return TRUE;
}

/* ";name=value": names in lower case, and the value of transport too, which is a token of fixed words. */
static gboolean
phone_account_uri_append_params (GString    *out,
                                 const char *text)
{
  g_auto(GStrv) params = g_strsplit (text, ";", -1);

  for (guint i = 0; params[i] != NULL; i++)
    {
      char *equals = strchr (params[i], '=');
      g_autofree char *name = g_ascii_strdown (params[i], equals != NULL ? equals - params[i] : -1);
      g_autofree char *value = equals != NULL ? g_strdup (equals + 1) : NULL;

      if (*name == '\0' || !phone_account_uri_consists_of (name, strlen (name), PARAM_CHARACTERS))
        return FALSE;
      if (value != NULL && (*value == '\0' || !phone_account_uri_consists_of (value, strlen (value), PARAM_CHARACTERS)))
        return FALSE;
      g_string_append_printf (out, ";%s", name);
      if (value != NULL && strcmp (name, "transport") == 0)
        {
          g_autofree char *lower = g_ascii_strdown (value, -1);

          g_string_append_printf (out, "=%s", lower);
        }
      else if (value != NULL)
        g_string_append_printf (out, "=%s", value);
    }

  return TRUE;
}

static const char *
phone_account_uri_skip_scheme (const char *text)
{
  if (g_ascii_strncasecmp (text, "sip:", 4) == 0)
    return text + 4;
  if (g_ascii_strncasecmp (text, "sips:", 5) == 0)
    return text + 5;

  return text;
}

/* The one spelling of a SIP URI whose scheme may be left out; NULL if it is none, or if a user is missing where it is needed. */
char *
phone_account_uri_normalize (const char *text,
                             gboolean    needs_user)
{
  gsize length = strlen (text);
  const char *rest = phone_account_uri_skip_scheme (text);
  const char *at = strchr (rest, '@');
  const char *host = at != NULL ? at + 1 : rest;
  gsize host_length = strcspn (host, ";?");
  const char *headers = strchr (host, '?');
  g_autoptr(GString) out = g_string_new (rest - text == 5 ? "sips:" : "sip:");

  if (length > MAX_LENGTH || (needs_user && at == NULL))
    return NULL;
  if (at != NULL && !phone_account_uri_append_user (out, rest, at - rest))
    return NULL;
  if (!phone_account_uri_append_host (out, host, host_length))
    return NULL;
  if (host[host_length] == ';')
    {
      const char *params = host + host_length + 1;
      g_autofree char *copy = g_strndup (params, headers != NULL ? (gsize) (headers - params) : strlen (params));

      if (!phone_account_uri_append_params (out, copy))
        return NULL;
    }
  if (headers != NULL)
    {
      if (headers[1] == '\0' || !phone_account_uri_consists_of (headers + 1, strlen (headers + 1), HEADER_CHARACTERS))
        return NULL;
      g_string_append (out, headers);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* What may stand between quotation marks in a header, where the user becomes the user name of credentials. */
static gboolean
phone_account_uri_is_quotable (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < ' ' || strchr ("\"\\\x7f", *p) != NULL)
      return FALSE;

  return g_utf8_validate (text, -1, NULL);
}

/* The user without password, escapes dissolved if the result can be shown and quoted; "" if there is none. */
char *
phone_account_uri_dup_user (const char *uri)
{
  const char *rest = phone_account_uri_skip_scheme (uri);
  const char *at = strchr (rest, '@');
  g_autofree char *user = g_strndup (rest, at != NULL ? strcspn (rest, ":@") : 0);
  g_autofree char *plain = g_uri_unescape_string (user, NULL);

  return plain != NULL && phone_account_uri_is_quotable (plain) ? g_steal_pointer (&plain) : g_steal_pointer (&user);
}

/* The host without port. */
char *
phone_account_uri_dup_domain (const char *uri)
{
  const char *rest = phone_account_uri_skip_scheme (uri);
  const char *at = strchr (rest, '@');
  const char *host = at != NULL ? at + 1 : rest;
  const char *bracket = *host == '[' ? strchr (host, ']') : NULL;

  if (bracket != NULL)
    return g_ascii_strdown (host, bracket + 1 - host);

  return g_ascii_strdown (host, strcspn (host, ":;?"));
}

/* An absolute ws: or wss: URL without fragment (RFC 6455 §3). */
gboolean
phone_account_uri_is_websocket (const char *text)
{
  g_autoptr(GUri) uri = NULL;
  const char *scheme;

  if (strlen (text) > MAX_LENGTH || strpbrk (text, " \t\r\n\"<>") != NULL)
    return FALSE;
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' || g_uri_get_fragment (uri) != NULL)
    return FALSE;
  scheme = g_uri_get_scheme (uri);

  return strcmp (scheme, "ws") == 0 || strcmp (scheme, "wss") == 0;
}

/* RFC 7064 and RFC 7065 */
gboolean
phone_account_uri_is_ice_server (const char *text)
{
  static const char * const schemes[] = { "stun:", "stuns:", "turn:", "turns:" };
  g_autoptr(GString) host = g_string_new (NULL);
  const char *rest = NULL, *query;

  for (guint i = 0; i < G_N_ELEMENTS (schemes) && rest == NULL; i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      rest = text + strlen (schemes[i]);
  if (rest == NULL || strlen (text) > MAX_LENGTH)
    return FALSE;
  query = strchr (rest, '?');
  if (query != NULL && g_ascii_strcasecmp (query, "?transport=udp") != 0 && g_ascii_strcasecmp (query, "?transport=tcp") != 0)
    return FALSE;

  return phone_account_uri_append_host (host, rest, query != NULL ? (gsize) (query - rest) : strlen (rest));
}
