/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-registration.h"

#include "phone-agent-stage.h"
#include "phone-sip-agent-private.h"

#include <string.h>

#define URN "<urn:uuid:11111111-2222-3333-4444-555555555555>"

static void
configure (PhoneSipAgentConfig *config)
{
  g_free (config->instance_id);
  config->instance_id = g_strdup ("11111111-2222-3333-4444-555555555555");
  config->credentials = phone_sip_credentials_new ("alice", "secret");
}

static void
registered_cb (PhoneAgentStage *stage,
               PhoneSipMessage *response)
{
  g_string_append (stage->log, "registered;");
}

static void
unregistered_cb (PhoneAgentStage *stage,
                 PhoneSipMessage *response,
                 const char      *cause)
{
  g_string_append_printf (stage->log, "unregistered %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0,
                          cause != NULL ? cause : "-");
}

static void
failed_cb (PhoneAgentStage *stage,
           PhoneSipMessage *response,
           const char      *cause)
{
  g_string_append_printf (stage->log, "failed %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0, cause);
}

static PhoneSipRegistration *
registration (PhoneAgentStage *stage)
{
  return phone_sip_agent_get_registration (stage->agent);
}

static void
watch (PhoneAgentStage *stage)
{
  g_signal_connect_swapped (registration (stage), "registered", G_CALLBACK (registered_cb), stage);
  g_signal_connect_swapped (registration (stage), "unregistered", G_CALLBACK (unregistered_cb), stage);
  g_signal_connect_swapped (registration (stage), "failed", G_CALLBACK (failed_cb), stage);
}

static void
set_up (PhoneAgentStage *stage,
        gconstpointer    data)
{
  phone_agent_stage_open (stage, configure);
  watch (stage);
}

static void
tear_down (PhoneAgentStage *stage,
           gconstpointer    data)
{
  phone_agent_stage_close (stage);
}

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
assert_state (PhoneAgentStage           *stage,
              PhoneSipRegistrationState  state)
{
  phone_agent_stage_pump (stage);
  g_assert_cmpint (phone_sip_registration_get_state (registration (stage)), ==, state);
}

/* A 200 that lists our Contact. */
static void
grant (PhoneAgentStage *stage,
       PhoneSipMessage *request,
       guint            expires,
       const char      *lines)
{
  g_autofree char *contact = g_strdup (header (request, "Contact"));
  char *params = strstr (contact, ";expires=");
  g_autofree char *all = NULL;

  if (params != NULL)
    *params = '\0';
  all = g_strdup_printf ("Contact: %s;expires=%u%s%s", contact, expires, lines != NULL ? "\n" : "", lines != NULL ? lines : "");
  phone_scripted_peer_reply (stage->peer, request, 200, all, NULL);
  phone_agent_stage_pump (stage);
}

static PhoneSipMessage *
come_online (PhoneAgentStage *stage,
             guint            expires)
{
  PhoneSipMessage *request;

  phone_sip_registration_register (registration (stage));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  grant (stage, request, expires, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_ONLINE);

  return request;
}

/* Milliseconds until the next REGISTER, at most limit. */
static guint
wait_for_register (PhoneAgentStage *stage,
                   guint            limit)
{
  guint waited = 0;

  while (phone_scripted_peer_get_n_waiting (stage->peer) == 0 && waited < limit)
    {
      phone_agent_stage_advance (stage, 100);
      waited += 100;
    }

  return waited;
}

static void
test_machine (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "machines", "registration.txt", NULL);
  g_autofree char *expected = NULL;
  g_autofree char *printed = phone_sip_registration_print_machine ();

  g_file_get_contents (path, &expected, NULL, NULL);
  g_assert_cmpstr (printed, ==, expected);
}

static void
test_register (PhoneAgentStage *stage,
               gconstpointer    data)
{
  static const char * const lines[] = { "X-Door: blue", NULL };
  static const char * const params[] = { "verified=true", "flag", NULL };
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_registration_set_extra_headers (registration (stage), lines);
  phone_sip_registration_set_extra_contact_params (registration (stage), params);
  phone_sip_registration_register (registration (stage));
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_REGISTERING);
  phone_sip_registration_register (registration (stage));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  g_assert_cmpstr (phone_sip_message_get_request_uri (request), ==, "sip:example.org");
  g_assert_cmpstr (header (request, "To"), ==, "<sip:alice@example.org>");
  g_assert_cmpstr (header (request, "Supported"), ==, "path,gruu,outbound");
  g_assert_cmpstr (header (request, "Expires"), ==, "600");
  g_assert_cmpstr (header (request, "X-Door"), ==, "blue");
  g_assert_nonnull (strstr (header (request, "Contact"), ";+sip.ice;reg-id=1;+sip.instance=\"" URN "\";verified=true;flag;expires=600"));
  grant (stage, request, 600, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
  g_assert_true (phone_sip_registration_is_registered (registration (stage)));
  g_assert_cmpuint (phone_sip_registration_get_status (registration (stage)), ==, 200);
}

static void
test_refresh (PhoneAgentStage *stage,
              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) first = come_online (stage, 600);
  g_autoptr(PhoneSipMessage) second = NULL;
  guint waited = wait_for_register (stage, 600000);

  g_assert_cmpuint (waited, >=, 300000);
  g_assert_cmpuint (waited, <=, 600000 - 32000);
  second = phone_scripted_peer_expect (stage->peer, "REGISTER");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_ONLINE);
  g_assert_cmpstr (phone_sip_message_get_call_id (second), ==, phone_sip_message_get_call_id (first));
  g_assert_cmpstr (phone_sip_message_get_from_tag (second), ==, phone_sip_message_get_from_tag (first));
  g_assert_cmpuint (phone_sip_message_get_cseq (second), ==, phone_sip_message_get_cseq (first) + 1);
  grant (stage, second, 60, NULL);
  phone_agent_stage_expect_log (stage, "");
  waited = wait_for_register (stage, 60000);
  g_assert_cmpuint (waited, ==, 55000);
  grant (stage, second, 3, NULL);
}

static void
test_short_expires (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = come_online (stage, 1);

  g_assert_cmpuint (wait_for_register (stage, 60000), ==, 5000);
}

static void
test_challenged (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) first = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autoptr(PhoneSipMessage) third = NULL;
  g_autoptr(PhoneSipMessage) next = NULL;

  phone_sip_registration_register (registration (stage));
  first = phone_scripted_peer_expect (stage->peer, "REGISTER");
  phone_scripted_peer_reply (stage->peer, first, 401, "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"a\", qop=\"auth\"", NULL);
  second = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_nonnull (header (second, "Authorization"));
  phone_scripted_peer_reply (stage->peer, second, 401,
                             "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"b\", qop=\"auth\", stale=true", NULL);
  third = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_nonnull (strstr (header (third, "Authorization"), "nonce=\"b\""));
  grant (stage, third, 60, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
  wait_for_register (stage, 60000);
  next = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpuint (phone_sip_message_get_cseq (next), ==, phone_sip_message_get_cseq (third) + 1);
}

static void
test_refused (PhoneAgentStage *stage,
              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) first = NULL;

  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 401, "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"a\", qop=\"auth\"", NULL);
  phone_agent_stage_answer (stage, "REGISTER", 401, "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"b\", qop=\"auth\"", NULL);
  phone_agent_stage_expect_log (stage, "failed 401 Authentication Error;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_REFUSED);
  g_assert_cmpuint (phone_sip_registration_get_status (registration (stage)), ==, 401);
  phone_agent_stage_advance (stage, 1000000);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 404, NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed 404 Not Found;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_REFUSED);
}

/* 2 s doubling to 5 min, at least half of each. */
static void
test_back_off (PhoneAgentStage *stage,
               gconstpointer    data)
{
  guint longest = 2000;

  phone_sip_registration_register (registration (stage));
  for (guint i = 0; i < 10; i++)
    {
      guint waited;

      phone_agent_stage_answer (stage, "REGISTER", 500, NULL, NULL);
      phone_agent_stage_expect_log (stage, "failed 500 SIP Failure Code;");
      assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
      waited = wait_for_register (stage, 400000);
      g_assert_cmpuint (waited, >=, longest / 2);
      g_assert_cmpuint (waited, <=, longest + 100);
      longest = MIN (longest * 2, 300000);
    }
  {
    g_autoptr(PhoneSipMessage) request = phone_scripted_peer_expect (stage->peer, "REGISTER");

    grant (stage, request, 600, NULL);
  }
  phone_agent_stage_expect_log (stage, "registered;");
}

static void
test_503 (PhoneAgentStage *stage,
          gconstpointer    data)
{
  guint waited;

  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 503, "Retry-After: 77", NULL);
  phone_agent_stage_expect_log (stage, "failed 503 SIP Failure Code;");
  waited = wait_for_register (stage, 400000);
  g_assert_cmpuint (waited, ==, 77000);
}

static void
test_423 (PhoneAgentStage *stage,
          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) again = NULL;

  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 423, "Min-Expires: 1800", NULL);
  again = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (again, "Expires"), ==, "1800");
  grant (stage, again, 1800, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
}

/* A registrar that never has enough, or asks for more than there is, is asked as seldom as one that fails. */
static void
test_423_again (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) later = NULL;
  g_autoptr(PhoneSipMessage) longest = NULL;

  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 423, "Min-Expires: 1800", NULL);
  phone_agent_stage_answer (stage, "REGISTER", 423, "Min-Expires: 1801", NULL);
  phone_agent_stage_expect_log (stage, "failed 423 SIP Failure Code;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);

  g_assert_cmpuint (wait_for_register (stage, 3000), >=, 1000);
  later = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (later, "Expires"), ==, "1801");
  phone_scripted_peer_reply (stage->peer, later, 423, "Min-Expires: 4294967295", NULL);
  longest = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (longest, "Expires"), ==, "2147483");
  phone_scripted_peer_reply (stage->peer, longest, 423, "Min-Expires: 4294967295", NULL);
  phone_agent_stage_expect_log (stage, "failed 423 SIP Failure Code;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
}

static void
test_423_without_minimum (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 423, NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed 423 SIP Failure Code;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
}

static void
test_without_our_contact (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_answer (stage, "REGISTER", 200, "Contact: <sip:somebody@else.invalid>;expires=600", NULL);
  phone_agent_stage_expect_log (stage, "failed 200 SIP Failure Code;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
  wait_for_register (stage, 10000);
  phone_agent_stage_answer (stage, "REGISTER", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed 200 SIP Failure Code;");
  wait_for_register (stage, 10000);
  phone_agent_stage_answer (stage, "REGISTER", 200, "Contact: *", NULL);
  phone_agent_stage_expect_log (stage, "failed 200 SIP Failure Code;");
  wait_for_register (stage, 20000);
  {
    g_autoptr(PhoneSipMessage) request = phone_scripted_peer_expect (stage->peer, "REGISTER");

    grant (stage, request, 600, NULL);
  }
  phone_agent_stage_expect_log (stage, "registered;");
}

static void
test_found_by_user (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autofree char *lines = NULL;

  phone_sip_registration_register (registration (stage));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  lines = g_strdup_printf ("Contact: <sip:other@x.invalid>, <sip:%s@changed.invalid:5060>;expires=30\nExpires: 900",
                           phone_sip_uri_get_user (phone_sip_agent_get_contact_uri (stage->agent)));
  phone_scripted_peer_reply (stage->peer, request, 200, lines, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
  g_assert_cmpuint (wait_for_register (stage, 100000), ==, 25000);
}

static void
test_failed_refresh (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = come_online (stage, 60);

  wait_for_register (stage, 60000);
  phone_agent_stage_answer (stage, "REGISTER", 500, NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed 500 SIP Failure Code;unregistered 500 SIP Failure Code;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
}

static void
test_timeout (PhoneAgentStage *stage,
              gconstpointer    data)
{
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_expect (stage, "REGISTER");
  phone_agent_stage_advance (stage, 32000);
  phone_agent_stage_expect_log (stage, "failed 0 Request Timeout;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_RETRYING);
}

static void
test_gruu_and_route (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *hidden = NULL;

  phone_sip_registration_register (registration (stage));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  lines = g_strdup_printf ("Contact: <sip:a@b.invalid>;reg-id=1;+sip.instance=\"" URN "\";"
                           "pub-gruu=\"sip:alice@example.org;gr=urn:x\";temp-gruu=\"sip:tgruu@example.org;gr\";expires=600\n"
                           "Service-Route: <sip:edge.example.org;lr>, <sip:core.example.org;lr>");
  phone_scripted_peer_reply (stage->peer, request, 200, lines, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
  g_assert_cmpstr (phone_sip_registration_get_pub_gruu (registration (stage)), ==, "sip:alice@example.org;gr=urn:x");
  plain = phone_sip_agent_create_contact (stage->agent, FALSE, TRUE);
  g_assert_cmpstr (plain, ==, "<sip:alice@example.org;gr=urn:x>");
  hidden = phone_sip_agent_create_contact (stage->agent, TRUE, TRUE);
  g_assert_cmpstr (hidden, ==, "<sip:tgruu@example.org;gr>");

  invite = phone_agent_stage_call (stage, "offer", NULL);
  {
    g_auto(GStrv) routes = phone_sip_message_get_headers (invite, "Route");

    g_assert_cmpuint (g_strv_length (routes), ==, 2);
    g_assert_cmpstr (routes[0], ==, "<sip:edge.example.org;lr>");
  }
  g_assert_cmpstr (header (invite, "Supported"), ==, "timer,gruu,100rel,ice,replaces,outbound");
  g_assert_cmpstr (header (invite, "Contact"), ==, "<sip:alice@example.org;gr=urn:x>");
}

static void
test_unregister (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = come_online (stage, 600);
  g_autoptr(PhoneSipMessage) farewell = NULL;
  g_autoptr(PhoneSipMessage) proven = NULL;

  phone_sip_registration_unregister (registration (stage), FALSE);
  farewell = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (farewell, "Expires"), ==, "0");
  g_assert_nonnull (strstr (header (farewell, "Contact"), ";expires=0"));
  phone_scripted_peer_reply (stage->peer, farewell, 401, "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"a\", qop=\"auth\"", NULL);
  proven = phone_scripted_peer_expect (stage->peer, "REGISTER");
  phone_scripted_peer_reply (stage->peer, proven, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "unregistered 200 -;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_OFFLINE);
  phone_agent_stage_advance (stage, 1000000);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_sip_registration_unregister (registration (stage), FALSE);
  phone_agent_stage_pump (stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

static void
test_unregister_all (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = come_online (stage, 600);
  g_autoptr(PhoneSipMessage) farewell = NULL;

  phone_sip_registration_unregister (registration (stage), TRUE);
  farewell = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (farewell, "Contact"), ==, "*");
  g_assert_cmpstr (header (farewell, "Expires"), ==, "0");
  phone_sip_registration_register (registration (stage));
  phone_scripted_peer_reply (stage->peer, farewell, 500, NULL, NULL);
  phone_agent_stage_expect_log (stage, "unregistered 500 SIP Failure Code;");
  phone_agent_stage_expect (stage, "REGISTER");
}

static void
test_unregister_early (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_registration_register (registration (stage));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  phone_sip_registration_unregister (registration (stage), FALSE);
  grant (stage, request, 600, NULL);
  phone_agent_stage_answer (stage, "REGISTER", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "registered;unregistered 200 -;");
}

/* Nobody wants it any more, so a failure is the end of it. */
static void
test_unregister_under_way (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  static const struct
  {
    guint       status;
    const char *lines;
    const char *log;
  } rows[] = {
    { 503, NULL, "failed 503 SIP Failure Code;" },
    { 403, NULL, "failed 403 Rejected;" },
    { 423, "Min-Expires: 86400", "failed 423 SIP Failure Code;" },
    { 200, NULL, "failed 200 SIP Failure Code;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(PhoneSipMessage) request = NULL;

      phone_sip_registration_register (registration (stage));
      request = phone_scripted_peer_expect (stage->peer, "REGISTER");
      phone_sip_registration_unregister (registration (stage), FALSE);
      phone_scripted_peer_reply (stage->peer, request, rows[i].status, rows[i].lines, NULL);
      phone_agent_stage_pump (stage);
      phone_agent_stage_expect_log (stage, rows[i].log);
      assert_state (stage, PHONE_SIP_REGISTRATION_STATE_OFFLINE);
      phone_agent_stage_advance (stage, 1000000);
      g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
    }
}

static void
test_connection (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = come_online (stage, 600);
  g_autoptr(PhoneSipMessage) again = NULL;

  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_expect_log (stage, "unregistered 0 -;");
  assert_state (stage, PHONE_SIP_REGISTRATION_STATE_OFFLINE);
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_expect_log (stage, "failed 0 Connection Error;");
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_agent_stage_advance (stage, 3000);
  again = phone_scripted_peer_expect (stage->peer, "REGISTER");
  grant (stage, again, 600, NULL);
  phone_agent_stage_expect_log (stage, "registered;");
}

static void
test_connection_under_way (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_expect (stage, "REGISTER");
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_pump (stage);
  g_assert_true (g_str_has_prefix (stage->log->str, "failed 0 Connection Error;"));
  g_string_truncate (stage->log, 0);
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_agent_stage_advance (stage, 3000);
  phone_agent_stage_expect (stage, "REGISTER");
}

static gboolean
expiring_cb (PhoneAgentStage *stage)
{
  g_string_append (stage->log, "expiring;");

  return TRUE;
}

static void
test_expiring (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = come_online (stage, 60);

  g_signal_connect_swapped (registration (stage), "expiring", G_CALLBACK (expiring_cb), stage);
  phone_agent_stage_advance (stage, 60000);
  phone_agent_stage_expect_log (stage, "expiring;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_sip_registration_register (registration (stage));
  phone_agent_stage_expect (stage, "REGISTER");
}

static void
plain (PhoneSipAgentConfig *config)
{
  config->register_expires = 0;
  config->registrar = phone_sip_uri_new ("sip", NULL, "registrar.example.org", 5080);
  config->register_from_tag_trail = g_strdup ("-trail");
}

static void
test_configured (void)
{
  PhoneAgentStage stage = { NULL, };
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_agent_stage_open (&stage, plain);
  phone_sip_registration_register (registration (&stage));
  request = phone_scripted_peer_expect (stage.peer, "REGISTER");
  g_assert_cmpstr (phone_sip_message_get_request_uri (request), ==, "sip:registrar.example.org:5080");
  g_assert_null (header (request, "Expires"));
  g_assert_null (strstr (header (request, "Contact"), "expires"));
  g_assert_true (g_str_has_suffix (phone_sip_message_get_from_tag (request), "-trail"));
  phone_agent_stage_close (&stage);
}

#define ADD(path, function) g_test_add ("/sip/registration/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sip/registration/machine", test_machine);
  ADD ("registers", test_register);
  ADD ("refreshes-in-time", test_refresh);
  ADD ("never-lasts-less-than-ten-seconds", test_short_expires);
  ADD ("answers-challenges-and-stale-nonces", test_challenged);
  ADD ("waits-for-a-person-when-refused", test_refused);
  ADD ("backs-off", test_back_off);
  ADD ("heeds-retry-after", test_503);
  ADD ("asks-for-longer-after-423", test_423);
  ADD ("waits-after-423-twice", test_423_again);
  ADD ("fails-after-423-without-minimum", test_423_without_minimum);
  ADD ("fails-and-retries-when-its-contact-is-not-listed", test_without_our_contact);
  ADD ("finds-its-contact-by-user", test_found_by_user);
  ADD ("is-lost-when-a-refresh-fails", test_failed_refresh);
  ADD ("times-out", test_timeout);
  ADD ("uses-gruu-and-service-route", test_gruu_and_route);
  ADD ("unregisters", test_unregister);
  ADD ("unregisters-everything", test_unregister_all);
  ADD ("unregisters-when-just-registered", test_unregister_early);
  ADD ("ends-when-the-unwanted-register-fails", test_unregister_under_way);
  ADD ("comes-back-with-the-connection", test_connection);
  ADD ("comes-back-after-a-break-under-way", test_connection_under_way);
  ADD ("lets-its-owner-refresh", test_expiring);
  g_test_add_func ("/sip/registration/does-as-configured", test_configured);

  return g_test_run ();
}
