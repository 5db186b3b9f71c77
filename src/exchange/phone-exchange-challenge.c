/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Digest at the server's end (RFC 7616 §3.4), for users that were given a password. The answer is checked by making the same answer
 * with the client's cnonce and count and comparing: one implementation of the arithmetic serves both ends. */

#include "config.h"

#include "phone-exchange-private.h"

#include <string.h>

#include "phone-sip-digest.h"

/* The value of name in a Digest credentials header, unquoted; (transfer full) or NULL. */
static char *
phone_exchange_credential (const char *header,
                           const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("[ ,]%s=(?:\"([^\"]*)\"|([^, ]*))", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *quoted = NULL;

  if (!g_regex_match (regex, header, 0, &match))
    return NULL;

  quoted = g_match_info_fetch (match, 1);
  if (quoted != NULL && *quoted != '\0')
    return g_steal_pointer (&quoted);

  return g_match_info_fetch (match, 2);
}

static gboolean
phone_exchange_check (PhoneExchange   *self,
                      PhoneSipMessage *request,
                      const char      *header,
                      const char      *password,
                      gboolean         proxy)
{
  g_autofree char *username = phone_exchange_credential (header, "username");
  g_autofree char *nonce = phone_exchange_credential (header, "nonce");
  g_autofree char *uri = phone_exchange_credential (header, "uri");
  g_autofree char *cnonce = phone_exchange_credential (header, "cnonce");
  g_autofree char *count = phone_exchange_credential (header, "nc");
  g_autofree char *response = phone_exchange_credential (header, "response");
  g_autofree char *value = NULL;
  g_autofree char *expected_value = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (PhoneSipChallenge) challenge = NULL;
  g_autoptr (PhoneSipCredentials) credentials = NULL;

  if (username == NULL || uri == NULL || cnonce == NULL || count == NULL || response == NULL || g_strcmp0 (nonce, self->nonce) != 0)
    return FALSE;

  value = g_strdup_printf ("Digest realm=\"%s\", nonce=\"%s\", algorithm=MD5, qop=\"auth\"", self->domain, self->nonce);
  challenge = phone_sip_challenge_parse (value, proxy, NULL);
  credentials = phone_sip_credentials_new (username, password);
  expected_value = phone_sip_digest_authorize (challenge, credentials, phone_sip_message_get_method_name (request), uri,
                                               NULL, 0, cnonce, (guint) strtoul (count, NULL, 16), NULL);
  expected = expected_value != NULL ? phone_exchange_credential (expected_value, "response") : NULL;

  return g_strcmp0 (expected, response) == 0;
}

gboolean
phone_exchange_authorize (PhoneExchange     *self,
                          PhoneExchangeLine *line,
                          PhoneSipMessage   *request)
{
  gboolean proxy = phone_sip_message_get_method (request) != PHONE_SIP_METHOD_REGISTER;
  g_autoptr (PhoneSipAddress) from = phone_sip_message_get_address (request, PHONE_SIP_HEADER_FROM);
  const char *user = from != NULL ? phone_sip_uri_get_user (phone_sip_address_get_uri (from)) : NULL;
  const char *password = user != NULL ? g_hash_table_lookup (self->passwords, user) : NULL;
  const char *header = phone_sip_message_get_header (request, proxy ? PHONE_SIP_HEADER_PROXY_AUTHORIZATION : PHONE_SIP_HEADER_AUTHORIZATION);
  g_autofree char *challenge = NULL;
  const char *extra[2] = { NULL, NULL };

  if (password == NULL || (header != NULL && phone_exchange_check (self, request, header, password, proxy)))
    return TRUE;

  challenge = g_strdup_printf ("%s: Digest realm=\"%s\", nonce=\"%s\", algorithm=MD5, qop=\"auth\"",
                               proxy ? "Proxy-Authenticate" : "WWW-Authenticate", self->domain, self->nonce);
  extra[0] = challenge;
  phone_exchange_reply (self, line, request, proxy ? 407 : 401, extra);

  return FALSE;
}
