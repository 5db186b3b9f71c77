/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People copy addresses from letters of their provider: with and without a scheme, with spaces around. What can only mean one thing is completed; the rest is
 * said in a sentence while they type. */
#include "config.h"
#include "phone-account-form.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

static gboolean
phone_account_form_is_host (const char *host)
{
  if (host == NULL || *host == '\0' || *host == '.' || *host == '-' || strstr (host, "..") != NULL)
    return FALSE;

  if (g_hostname_is_ip_address (host))
    return TRUE;

  for (const char *p = host; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_' && (guchar) *p < 0x80)
      return FALSE;

  return TRUE;
}

static char *
phone_account_form_refuse (char       **out_hint,
                           const char  *sentence)
{
  *out_hint = g_strdup (sentence);

  return NULL;
}

/* "host", "host:5060" or "[2001:db8::1]:5060". */
static gboolean
phone_account_form_is_host_and_port (const char *text)
{
  g_autofree char *url = g_strdup_printf ("x://%s", text);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_userinfo (uri) == NULL && *g_uri_get_path (uri) == '\0' && g_uri_get_query (uri) == NULL &&
         phone_account_form_is_host (g_uri_get_host (uri));
}

char *
phone_account_form_parse_server (const char  *text,
                                 char       **out_hint)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autofree char *url = NULL;
  g_autoptr (GUri) uri = NULL;

  if (*trimmed == '\0')
    return phone_account_form_refuse (out_hint, "");

  url = strstr (trimmed, "://") != NULL ? g_strdup (trimmed) : g_strconcat ("wss://", trimmed, NULL);
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri != NULL && !g_str_equal (g_uri_get_scheme (uri), "wss") && !g_str_equal (g_uri_get_scheme (uri), "ws"))
    return phone_account_form_refuse (out_hint, _("The server's address begins with wss:// (or ws://, which is not encrypted)."));

  if (uri == NULL || g_uri_get_userinfo (uri) != NULL || !phone_account_form_is_host (g_uri_get_host (uri)))
    return phone_account_form_refuse (out_hint, _("A server's address looks like wss://example.com/ws."));

  return g_steal_pointer (&url);
}

char *
phone_account_form_parse_address (const char  *text,
                                  char       **out_hint)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  const char *scheme = "sip:";
  const char *rest = trimmed;
  const char *at;

  if (*trimmed == '\0')
    return phone_account_form_refuse (out_hint, "");

  if (g_ascii_strncasecmp (rest, "sips:", 5) == 0)
    {
      scheme = "sips:";
      rest += 5;
    }
  else if (g_ascii_strncasecmp (rest, "sip:", 4) == 0)
    {
      rest += 4;
    }

  at = strchr (rest, '@');

  if (at == NULL || at == rest || at[1] == '\0' || strchr (at + 1, '@') != NULL || strpbrk (rest, " \t<>\"") != NULL ||
      !phone_account_form_is_host_and_port (at + 1))
    return phone_account_form_refuse (out_hint, _("Your address looks like name@example.com."));

  return g_strconcat (scheme, rest, NULL);
}

char *
phone_account_form_parse_registrar (const char  *text,
                                    char       **out_hint)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  const char *host = trimmed;

  if (*trimmed == '\0')
    return g_strdup ("");

  if (g_ascii_strncasecmp (host, "sip:", 4) == 0)
    host += 4;

  if (!phone_account_form_is_host_and_port (host))
    return phone_account_form_refuse (out_hint, _("A registrar looks like sip:example.com."));

  return g_strconcat ("sip:", host, NULL);
}

char *
phone_account_form_parse_relay (const char  *text,
                                const char  *kind,
                                char       **out_hint)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autofree char *prefix = g_strconcat (kind, ":", NULL);
  g_autofree char *secure = g_strconcat (kind, "s:", NULL);
  g_autofree char *host = NULL;
  const char *rest = trimmed;

  if (*trimmed == '\0')
    return g_strdup ("");

  if (g_ascii_strncasecmp (trimmed, secure, strlen (secure)) == 0)
    return phone_account_form_refuse (out_hint, _("Encrypted STUN and TURN connections are not supported; media is always encrypted."));

  if (g_ascii_strncasecmp (trimmed, prefix, strlen (prefix)) == 0)
    rest += strlen (prefix);

  host = g_strndup (rest, strcspn (rest, "?"));

  if (!phone_account_form_is_host_and_port (host) || strstr (rest, "://") != NULL)
    {
      *out_hint = g_strdup_printf (_("This server's address looks like %s:example.com:3478."), kind);
      return NULL;
    }

  return g_strconcat (prefix, rest, NULL);
}
