/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-agent.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"

#include <string.h>

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

static void
registers (PhoneSipAgentConfig *config)
{
  config->register_ = TRUE;
}

static void
grant (PhoneAgentStage *stage)
{
  g_autoptr(PhoneSipMessage) request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_autofree char *line = g_strdup_printf ("Contact: %s", header (request, "Contact"));

  phone_scripted_peer_reply (stage->peer, request, 200, line, NULL);
  phone_agent_stage_pump (stage);
}

static void
connecting_cb (PhoneAgentStage *stage)
{
  g_string_append (stage->log, "connecting;");
}

static void
connected_cb (PhoneAgentStage *stage)
{
  g_string_append_printf (stage->log, "connected %u;", phone_fake_socket_get_n_sent (stage->socket));
}

static void
disconnected_cb (PhoneAgentStage *stage)
{
  g_string_append_printf (stage->log, "disconnected %u;",
                          phone_sip_endpoint_get_n_transactions (phone_sip_agent_get_endpoint (stage->agent)));
}

static void
unregistered_cb (PhoneAgentStage *stage)
{
  g_string_append (stage->log, "unregistered;");
}

static void
request_failed_cb (PhoneAgentStage *stage,
                   PhoneSipMessage *response,
                   const char      *cause)
{
  g_string_append_printf (stage->log, "request %s;", cause);
}

static void
watch (PhoneAgentStage *stage)
{
  PhoneSipTransport *transport = phone_sip_agent_get_transport (stage->agent);

  g_signal_connect_swapped (transport, "connecting", G_CALLBACK (connecting_cb), stage);
  g_signal_connect_swapped (transport, "connected", G_CALLBACK (connected_cb), stage);
  g_signal_connect_swapped (transport, "disconnected", G_CALLBACK (disconnected_cb), stage);
  g_signal_connect_swapped (phone_sip_agent_get_registration (stage->agent), "unregistered", G_CALLBACK (unregistered_cb), stage);
}

static void
test_before_start (void)
{
  g_autoptr(PhoneFakeClock) clock = phone_fake_clock_new ();
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (PHONE_SIP_CLOCK (clock));
  g_autoptr(PhoneFakeSocket) socket = phone_fake_socket_new ("ws://one");
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_new ("sip", "alice", "example.org", 0);
  g_autoptr(PhoneSipAgentConfig) config = phone_sip_agent_config_new (uri);
  PhoneSipAgent *agent;

  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (socket), 0);
  agent = phone_sip_agent_new (config, transport, PHONE_SIP_CLOCK (clock));
  phone_fake_clock_advance (clock, 100000);
  phone_fake_socket_pump (socket);
  g_assert_false (phone_sip_agent_is_started (agent));
  g_assert_false (phone_sip_transport_is_connecting (transport));
  g_assert_false (phone_fake_socket_is_open (socket));
  g_assert_cmpuint (phone_fake_socket_get_n_sent (socket), ==, 0);
  g_assert_finalize_object (agent);
}

static void
test_starts_once (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  watch (stage);
  phone_sip_agent_start (stage->agent);
  phone_agent_stage_expect_log (stage, "");

  /* Recovery goes on at its own pace. */
  phone_fake_socket_cut (stage->socket);
  phone_sip_agent_start (stage->agent);
  phone_agent_stage_expect_log (stage, "disconnected 0;");
}

static void
test_start_resets_registering (PhoneAgentStage *stage,
                               gconstpointer    data)
{
  grant (stage);
  phone_sip_registration_unregister (phone_sip_agent_get_registration (stage->agent), FALSE);
  phone_agent_stage_answer (stage, "REGISTER", 200, NULL, NULL);
  phone_sip_agent_stop (stage->agent);
  phone_agent_stage_pump (stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_sip_agent_start (stage->agent);
  grant (stage);
  g_assert_true (phone_sip_registration_is_registered (phone_sip_agent_get_registration (stage->agent)));
}

static void
test_unregistered_stays (PhoneAgentStage *stage,
                         gconstpointer    data)
{
  grant (stage);
  phone_sip_registration_unregister (phone_sip_agent_get_registration (stage->agent), FALSE);
  phone_agent_stage_answer (stage, "REGISTER", 200, NULL, NULL);
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_pump (stage);
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_agent_stage_advance (stage, 3000);
  g_assert_true (phone_sip_transport_is_connected (phone_sip_agent_get_transport (stage->agent)));
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

/* Requests fail, then the news of the connection, then that of the registration; on the way back the news comes before the REGISTER. */
static void
test_order (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipRequest) request = phone_sip_agent_create_request (stage->agent, "OPTIONS", bob);
  g_autofree char *expected = NULL;
  guint n_sent;

  grant (stage);
  watch (stage);
  g_signal_connect_swapped (request, "failed", G_CALLBACK (request_failed_cb), stage);
  phone_sip_request_send (request, NULL);
  phone_agent_stage_expect (stage, "OPTIONS");
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_expect_log (stage, "request Connection Error;disconnected 0;unregistered;");

  n_sent = phone_fake_socket_get_n_sent (stage->socket);
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_agent_stage_advance (stage, 3000);
  expected = g_strdup_printf ("connecting;connected %u;", n_sent);
  phone_agent_stage_expect_log (stage, expected);
  phone_agent_stage_expect (stage, "REGISTER");
}

static void
test_silent_after_stop (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  phone_sip_agent_stop (stage->agent);
  phone_agent_stage_pump (stage);
  watch (stage);
  phone_sip_agent_start (stage->agent);
  phone_sip_agent_stop (stage->agent);
  phone_agent_stage_advance (stage, 100000);
  g_assert_nonnull (strstr (stage->log->str, "connecting;"));
  g_assert_null (strstr (stage->log->str, ";connected"));
}

static void
test_terminates_as_told (PhoneAgentStage *stage,
                         gconstpointer    data)
{
  static const char * const extra[] = { "X-Why: fire", NULL };
  PhoneSipTerminateOptions options = { .status = 486, .reason = "Out", .extra_headers = extra };

  phone_agent_stage_take_calls (stage);
  for (guint i = 0; i < 2; i++)
    {
      phone_agent_stage_invite (stage, NULL, "offer");
      g_signal_handlers_disconnect_by_data (stage->session, stage);
    }
  phone_sip_agent_terminate_sessions_with (stage->agent, &options);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(PhoneSipMessage) response = phone_scripted_peer_expect (stage->peer, "486");

      g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Out");
      g_assert_cmpstr (header (response, "X-Why"), ==, "fire");
    }
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 0);
}

static void
options_cb (PhoneAgentStage *stage,
            PhoneSipPage    *page)
{
  static const char * const extra[] = { "X-Seen: yes", NULL };

  g_assert_cmpint (phone_sip_page_get_method (page), ==, PHONE_SIP_METHOD_OPTIONS);
  g_string_append (stage->log, "options;");
  g_assert_true (phone_sip_page_accept (page, extra, "text/x-can", "everything", NULL));
}

static void
test_options (PhoneAgentStage *stage,
              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (options_cb), stage);
  phone_agent_stage_stranger (stage, "OPTIONS", NULL, NULL);
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (header (response, "X-Seen"), ==, "yes");
  g_assert_cmpstr (phone_sip_message_get_content_type (response), ==, "text/x-can");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "everything");
  phone_agent_stage_expect_log (stage, "options;");
}

static void
test_answers_only_what_came (PhoneAgentStage *stage,
                             gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipPage) page = phone_sip_page_new (stage->agent, PHONE_SIP_METHOD_MESSAGE, bob, "hi", NULL, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (phone_sip_page_accept (page, NULL, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (phone_sip_page_reject (page, 486, NULL, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED);
}

static void
transaction_cb (PhoneAgentStage *stage,
                GObject         *transaction)
{
  g_string_append_printf (stage->log, "new %s;", G_OBJECT_TYPE_NAME (transaction));
}

static void
destroyed_cb (PhoneAgentStage *stage,
              GObject         *transaction)
{
  g_string_append_printf (stage->log, "gone %s;", G_OBJECT_TYPE_NAME (transaction));
}

static void
test_transactions (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  PhoneSipEndpoint *endpoint = phone_sip_agent_get_endpoint (stage->agent);
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipRequest) request = phone_sip_agent_create_request (stage->agent, "OPTIONS", bob);

  g_signal_connect_swapped (endpoint, "new-transaction", G_CALLBACK (transaction_cb), stage);
  g_signal_connect_swapped (endpoint, "transaction-destroyed", G_CALLBACK (destroyed_cb), stage);
  phone_sip_request_send (request, NULL);
  phone_agent_stage_expect_log (stage, "new PhoneSipClientTransaction;");
  phone_agent_stage_answer (stage, "OPTIONS", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "gone PhoneSipClientTransaction;");
  phone_agent_stage_stranger (stage, "OPTIONS", NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "new PhoneSipServerTransaction;gone PhoneSipServerTransaction;");
  g_signal_handlers_disconnect_by_data (endpoint, stage);
}

#define ADD(path, change, function) g_test_add ("/sip/agent-life/" path, PhoneAgentStage, change, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sip/agent-life/sends-nothing-before-its-start", test_before_start);
  ADD ("starts-once", NULL, test_starts_once);
  ADD ("registers-as-configured-at-each-start", registers, test_start_resets_registering);
  ADD ("unregistered-stays-so-over-connections", registers, test_unregistered_stays);
  ADD ("tells-of-the-connection-in-order", registers, test_order);
  ADD ("is-never-connected-after-its-stop", NULL, test_silent_after_stop);
  ADD ("ends-all-sessions-as-told", NULL, test_terminates_as_told);
  ADD ("options-may-be-answered-by-a-listener", NULL, test_options);
  ADD ("answers-only-what-came-in", NULL, test_answers_only_what_came);
  ADD ("tells-of-its-transactions", NULL, test_transactions);

  return g_test_run ();
}
