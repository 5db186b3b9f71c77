/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-agent.h"

#include "phone-agent-stage.h"
#include "phone-sip-agent-private.h"
#include "phone-sip-endpoint-private.h"

#include <string.h>

#define CHALLENGE "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"n\", qop=\"auth\""

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
set_up (PhoneAgentStage *stage,
        gconstpointer    data)
{
  phone_agent_stage_open (stage, data);
}

static void
tear_down (PhoneAgentStage *stage,
           gconstpointer    data)
{
  phone_agent_stage_close (stage);
}

static PhoneSipMessage *
ask (PhoneAgentStage *stage)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipRequest) request = phone_sip_agent_create_request (stage->agent, "OPTIONS", bob);

  g_assert_true (phone_sip_request_send (request, NULL));

  return phone_scripted_peer_expect (stage->peer, "OPTIONS");
}

/* What comes after a challenge; NULL if nothing does. */
static PhoneSipMessage *
ask_and_challenge (PhoneAgentStage *stage)
{
  g_autoptr(PhoneSipMessage) request = ask (stage);

  phone_scripted_peer_reply (stage->peer, request, 401, CHALLENGE, NULL);
  phone_agent_stage_pump (stage);

  return phone_scripted_peer_get_n_waiting (stage->peer) > 0 ? phone_scripted_peer_expect (stage->peer, "OPTIONS") : NULL;
}

static void
with_everything (PhoneSipAgentConfig *config)
{
  config->display_name = g_strdup ("Alice");
  config->credentials = phone_sip_credentials_new ("al", NULL);
  config->credentials->ha1 = g_strdup ("0123");
  config->credentials->realm = g_strdup ("example.org");
  config->credentials->jwt = g_strdup ("Bearer x");
}

/* The struct that the stage filled in is freed by now. */
static void
test_copy (PhoneAgentStage *stage,
           gconstpointer    data)
{
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (stage->agent);

  g_assert_cmpstr (phone_sip_uri_get_user (config->uri), ==, "alice");
  g_assert_cmpstr (config->display_name, ==, "Alice");
  g_assert_cmpstr (config->credentials->username, ==, "al");
  g_assert_cmpstr (config->credentials->ha1, ==, "0123");
  g_assert_cmpstr (config->credentials->realm, ==, "example.org");
  g_assert_cmpstr (config->credentials->jwt, ==, "Bearer x");
  g_assert_true (phone_sip_endpoint_get_transport (phone_sip_agent_get_endpoint (stage->agent)) == phone_sip_agent_get_transport (stage->agent));
}

static void
test_credentials_change (PhoneAgentStage *stage,
                         gconstpointer    data)
{
  g_autoptr(PhoneSipCredentials) credentials = phone_sip_credentials_new ("al", "secret");
  g_autoptr(PhoneSipMessage) without = ask_and_challenge (stage);
  g_autoptr(PhoneSipMessage) by_password = NULL;
  g_autoptr(PhoneSipMessage) by_hash = NULL;
  g_autoptr(PhoneSipMessage) elsewhere = NULL;
  g_autoptr(PhoneSipMessage) by_token = NULL;

  g_assert_null (without);
  phone_sip_agent_set_credentials (stage->agent, credentials);
  by_password = ask_and_challenge (stage);
  g_assert_nonnull (strstr (header (by_password, "Authorization"), "username=\"al\""));
  g_assert_nonnull (strstr (header (by_password, "Authorization"), "realm=\"example.org\""));

  g_clear_pointer (&credentials->password, g_free);
  credentials->ha1 = g_compute_checksum_for_string (G_CHECKSUM_MD5, "al:example.org:secret", -1);
  credentials->realm = g_strdup ("example.org");
  phone_sip_agent_set_credentials (stage->agent, credentials);
  g_assert_null (phone_sip_agent_get_config (stage->agent)->credentials->password);
  by_hash = ask_and_challenge (stage);
  g_assert_nonnull (strstr (header (by_hash, "Authorization"), "username=\"al\""));

  g_free (credentials->realm);
  credentials->realm = g_strdup ("elsewhere.org");
  phone_sip_agent_set_credentials (stage->agent, credentials);
  elsewhere = ask_and_challenge (stage);
  g_assert_null (elsewhere);

  credentials->jwt = g_strdup ("Bearer late");
  phone_sip_agent_set_credentials (stage->agent, credentials);
  by_token = ask (stage);
  g_assert_cmpstr (header (by_token, "Authorization"), ==, "Bearer late");
}

static void
with_token (PhoneSipAgentConfig *config)
{
  config->credentials = phone_sip_credentials_new ("alice", NULL);
  config->credentials->jwt = g_strdup ("Bearer abc");
}

static void
test_token (PhoneAgentStage *stage,
            gconstpointer    data)
{
  PhoneSipMessage *requests[4];

  phone_sip_registration_register (phone_sip_agent_get_registration (stage->agent));
  requests[0] = phone_scripted_peer_expect (stage->peer, "REGISTER");
  requests[1] = ask (stage);
  requests[2] = phone_agent_stage_call_up (stage);
  phone_sip_session_terminate (stage->session, NULL, NULL);
  requests[3] = phone_scripted_peer_expect (stage->peer, "BYE");
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_assert_cmpstr (header (requests[i], "Authorization"), ==, "Bearer abc");
      phone_sip_message_unref (requests[i]);
    }
}

static void
with_route (PhoneSipAgentConfig *config)
{
  config->use_preloaded_route = TRUE;
}

static void
test_route (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = ask (stage);

  g_assert_cmpstr (header (request, "Route"), ==, data != NULL ? "<sip:fake.invalid;transport=ws;lr>" : NULL);
}

static void
with_short_patience (PhoneSipAgentConfig *config)
{
  config->no_answer_timeout = 7;
}

static void
test_patience (PhoneAgentStage *stage,
               gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_agent_stage_advance (stage, 6999);
  phone_agent_stage_expect_log (stage, "new;progress local 0;");
  phone_agent_stage_advance (stage, 1);
  phone_agent_stage_expect (stage, "408");
  phone_agent_stage_expect_log (stage, "failed local 0 No Answer;");
}

static void
with_port_and_parameters (PhoneSipAgentConfig *config)
{
  phone_sip_uri_set_port (config->uri, 5070);
  phone_sip_uri_set_password (config->uri, "pw");
  phone_sip_uri_set_param (config->uri, "x", "y");
  phone_sip_uri_set_header (config->uri, "Subject", "z");
}

static void
test_registrar (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_registration_register (phone_sip_agent_get_registration (stage->agent));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (phone_sip_message_get_request_uri (request), ==, "sip:example.org:5070");
}

static void
test_identifiers (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  PhoneSipEndpoint *endpoint = phone_sip_agent_get_endpoint (stage->agent);
  const char *prefix = phone_sip_endpoint_get_call_id_prefix (endpoint);
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (PHONE_SIP_CLOCK (stage->clock));
  g_autoptr(PhoneSipAgent) other = phone_sip_agent_new (phone_sip_agent_get_config (stage->agent), transport, PHONE_SIP_CLOCK (stage->clock));
  g_autoptr(PhoneSipMessage) first = ask (stage);
  g_autoptr(PhoneSipMessage) second = ask (stage);

  g_assert_true (g_regex_match_simple ("^[a-z0-9]{12}\\.invalid$", phone_sip_endpoint_get_sent_by (endpoint), 0, 0));
  g_assert_cmpstr (phone_sip_endpoint_get_sent_by (endpoint), !=, phone_sip_endpoint_get_sent_by (phone_sip_agent_get_endpoint (other)));
  g_assert_cmpuint (strlen (prefix), ==, 5);
  g_assert_true (g_str_has_prefix (phone_sip_message_get_call_id (first), prefix));
  g_assert_true (g_str_has_prefix (phone_sip_message_get_call_id (second), prefix));
  g_assert_cmpstr (phone_sip_message_get_call_id (first), !=, phone_sip_message_get_call_id (second));
}

static void
with_user_agent (PhoneSipAgentConfig *config)
{
  static const char * const extra[] = { "X-One: 1", "X-Two: 2", NULL };

  config->user_agent = g_strdup ("Tester/2");
  config->extra_headers = g_strdupv ((char **) extra);
}

static void
test_everywhere (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) bye = NULL;
  g_autoptr(PhoneSipMessage) response = NULL;
  PhoneSipMessage *messages[3];

  phone_sip_session_terminate (stage->session, NULL, NULL);
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  phone_agent_stage_stranger (stage, "DANCE", NULL, NULL);
  response = phone_scripted_peer_expect (stage->peer, "405");
  messages[0] = invite;
  messages[1] = bye;
  messages[2] = response;
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_assert_cmpstr (header (messages[i], "X-One"), ==, "1");
      g_assert_cmpstr (header (messages[i], "X-Two"), ==, "2");
    }
  g_assert_cmpstr (header (bye, "User-Agent"), ==, "Tester/2");
}

#define ADD(path, change, function) g_test_add ("/sip/agent-config/" path, PhoneAgentStage, change, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("is-a-copy-that-may-be-read", with_everything, test_copy);
  ADD ("credentials-change-at-run-time", NULL, test_credentials_change);
  ADD ("token-goes-with-every-request", with_token, test_token);
  ADD ("route-is-preloaded", with_route, test_route);
  ADD ("route-is-not-preloaded-unless-wanted", NULL, test_route);
  ADD ("callers-wait-as-long-as-configured", with_short_patience, test_patience);
  ADD ("registrar-is-host-and-port-of-the-uri", with_port_and_parameters, test_registrar);
  ADD ("host-and-call-ids-are-its-own", NULL, test_identifiers);
  ADD ("extra-headers-go-with-requests-and-responses", with_user_agent, test_everywhere);

  return g_test_run ();
}
