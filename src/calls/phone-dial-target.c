/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person types or a link says. The rules of an address are JsSIP's normalizeTarget, in the sip room; here is what comes before:
 * blanks, schemes of other telephones, and links that a desktop has bent. With gvfs a GFile turns "sip:bob@h" into "sip:///bob@h" and
 * "[" into "%5B"; senders do it too, so it is undone on receipt. GUri must not parse these: it would decode and collapse. */
#include "config.h"
#include "phone-dial-target.h"
#include "phone-ua.h"

#include <string.h>

/* callto: is what browsers and Skype used; it carries a number or an address, never parameters. */
static const char * const plain_schemes[] = { "callto:", "tel:" };
static const char * const kept_schemes[] = { "sip:", "sips:" };

/* Links that are no telephone's; "mailto:bob@h" must not become the user "mailto:bob". */
static const char * const foreign_schemes[] = {
  "about:", "data:", "file:", "ftp:", "geo:", "h323:", "http:", "https:", "im:", "javascript:", "mailto:", "mms:", "pres:", "skype:",
  "sms:", "smsto:", "ssh:", "xmpp:",
};

#define MAX_LENGTH 1024

static char *
phone_dial_target_replace (const char *text,
                           const char *what,
                           const char *with)
{
  g_auto (GStrv) parts = g_strsplit (text, what, -1);

  return g_strjoinv (with, parts);
}

static char *
phone_dial_target_restore_brackets (const char *text)
{
  g_autofree char *a = phone_dial_target_replace (text, "%5B", "[");
  g_autofree char *b = phone_dial_target_replace (a, "%5D", "]");
  g_autofree char *c = phone_dial_target_replace (b, "%5b", "[");

  return phone_dial_target_replace (c, "%5d", "]");
}

static const char *
phone_dial_target_skip_scheme (const char         *text,
                               const char * const *schemes,
                               gsize               n_schemes,
                               const char        **out_scheme)
{
  for (gsize i = 0; i < n_schemes; i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      {
        *out_scheme = schemes[i];
        text += strlen (schemes[i]);
        while (*text == '/')
          text++;
        return text;
      }

  return NULL;
}

/* A number's parameters (RFC 3966: ";ext=", ";phone-context=") mean nothing to a SIP server that was not asked. */
static char *
phone_dial_target_strip_number (const char *number)
{
  g_autofree char *decoded = g_uri_unescape_string (number, NULL);
  char *copy = g_strdup (decoded ? decoded : number);
  char *end = strpbrk (copy, ";?");

  if (end)
    *end = '\0';

  return g_strstrip (copy);
}

/* "scheme:rest" with a known scheme in lower case, or the rest alone where it means nothing to SIP. */
static char *
phone_dial_target_normalise (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *whole = phone_dial_target_restore_brackets (stripped);
  const char *scheme = NULL;
  const char *rest;

  rest = phone_dial_target_skip_scheme (whole, plain_schemes, G_N_ELEMENTS (plain_schemes), &scheme);
  if (rest)
    return strchr (rest, '@') ? g_strdup (rest) : phone_dial_target_strip_number (rest);

  rest = phone_dial_target_skip_scheme (whole, kept_schemes, G_N_ELEMENTS (kept_schemes), &scheme);
  if (rest)
    return *rest ? g_strconcat (scheme, rest, NULL) : g_strdup ("");

  return g_steal_pointer (&whole);
}

static gboolean
phone_dial_target_is_foreign (const char *target)
{
  const char *scheme = NULL;

  return phone_dial_target_skip_scheme (target, foreign_schemes, G_N_ELEMENTS (foreign_schemes), &scheme) != NULL
    || strstr (target, "://") != NULL;
}

/* Blanks inside are the separators of a number; in anything else they are a mistake, which the parser names. */
static void
phone_dial_target_join_number (char *text)
{
  char *out = text;

  if (text[strspn (text, "0123456789+*#-.() /")] != '\0')
    return;

  for (const char *in = text; *in; in++)
    if (*in != ' ' && *in != '/')
      *out++ = *in;
  *out = '\0';
}

/**
 * phone_dial_target_parse:
 * @text: what was typed, or a link
 * @domain: (nullable): taken where @text names none
 *
 * Returns: (transfer full): a SIP URI; %NULL and #PHONE_UA_ERROR_INVALID_TARGET with a sentence if @text cannot be called
 */
PhoneSipUri *
phone_dial_target_parse (const char  *text,
                         const char  *domain,
                         GError     **error)
{
  g_autofree char *target = NULL;
  g_autoptr (PhoneSipUri) uri = NULL;
  g_autoptr (GError) bad = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > MAX_LENGTH || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET, "This is no address");
      return NULL;
    }

  target = phone_dial_target_normalise (text);
  phone_dial_target_join_number (target);
  if (*target != '\0' && strpbrk (target, " \t\r\n<>\"") == NULL && !phone_dial_target_is_foreign (target))
    uri = phone_sip_uri_from_target (target, domain ? domain : "invalid", &bad);
  if (uri == NULL || phone_sip_uri_get_user (uri) == NULL || *phone_sip_uri_get_user (uri) == '\0')
    {
      g_set_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET, "“%s” is no address that can be called", text);
      return NULL;
    }

  return g_steal_pointer (&uri);
}

/**
 * phone_dial_target_clean:
 * @text: what was typed, or a link
 *
 * Returns: (transfer full): @text as a person would type it, without scheme and blanks around it
 */
char *
phone_dial_target_clean (const char *text)
{
  g_autofree char *target = NULL;
  const char *scheme = NULL;
  const char *rest;

  g_return_val_if_fail (text != NULL, NULL);

  target = phone_dial_target_normalise (text);
  rest = phone_dial_target_skip_scheme (target, kept_schemes, G_N_ELEMENTS (kept_schemes), &scheme);

  return g_strdup (rest ? rest : target);
}
