/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-agent.h"

#include "phone-agent-stage.h"
#include "phone-sip-agent-private.h"

#include <string.h>

static void
set_up (PhoneAgentStage *stage,
        gconstpointer    data)
{
  phone_agent_stage_open (stage, NULL);
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
send_to (PhoneAgentStage *stage,
         const char      *uri,
         const char      *to,
         const char      *lines)
{
  phone_scripted_peer_send (stage->peer,
                            "OPTIONS %s SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKto%u\nFrom: <sip:bob@example.org>;tag=b\n"
                            "To: %s\nCall-ID: to-%u\nCSeq: 1 OPTIONS%s%s\n\n", uri, stage->n_sent, to, stage->n_sent,
                            lines != NULL ? "\n" : "", lines != NULL ? lines : "");
  stage->n_sent++;
  phone_agent_stage_pump (stage);
}

static void
test_sanity (PhoneAgentStage *stage,
             gconstpointer    data)
{
  const PhoneSipUri *contact = phone_sip_agent_get_contact_uri (stage->agent);
  g_autofree char *own = phone_sip_uri_to_string (contact);
  g_autoptr(PhoneSipMessage) unsupported = NULL;

  send_to (stage, "sip:alice@example.org", "<sip:alice@example.org>", NULL);
  phone_agent_stage_expect (stage, "200");
  send_to (stage, own, "<sip:alice@example.org>", NULL);
  phone_agent_stage_expect (stage, "200");
  send_to (stage, "sip:mallory@example.org", "<sip:alice@example.org>", NULL);
  phone_agent_stage_expect (stage, "404");
  send_to (stage, "sips:alice@example.org", "<sip:alice@example.org>", NULL);
  phone_agent_stage_expect (stage, "416");
  send_to (stage, "tel:+123", "<sip:alice@example.org>", NULL);
  phone_agent_stage_expect (stage, "416");
  send_to (stage, "sip:alice@example.org", "<tel:+123>", NULL);
  phone_agent_stage_expect (stage, "416");
  send_to (stage, "sip:alice@example.org", "<sip:alice@example.org>;tag=unknown", NULL);
  phone_agent_stage_expect (stage, "481");
  phone_scripted_peer_send (stage->peer,
                            "ACK sip:alice@example.org SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKack\nFrom: <sip:bob@example.org>;tag=b\n"
                            "To: <sip:alice@example.org>;tag=unknown\nCall-ID: nobody\nCSeq: 1 ACK\n\n");
  phone_agent_stage_pump (stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  send_to (stage, "sip:alice@example.org", "<sip:alice@example.org>", "Require: a, timer, b");
  unsupported = phone_scripted_peer_expect (stage->peer, "420");
  g_assert_cmpstr (header (unsupported, "Unsupported"), ==, "a, b");
}

static void
test_methods (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const struct
  {
    const char *method;
    const char *status;
  } cases[] = {
    { "DANCE", "405" }, { "INFO", "405" }, { "UPDATE", "405" }, { "REFER", "405" }, { "REGISTER", "405" },
    { "BYE", "481" }, { "PRACK", "481" }, { "SUBSCRIBE", "405" }, { "PUBLISH", "405" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      phone_agent_stage_stranger (stage, cases[i].method, NULL, NULL);
      phone_agent_stage_expect (stage, cases[i].status);
    }
}

static void
event_cb (PhoneAgentStage *stage,
          const char      *event,
          PhoneSipMessage *request)
{
  g_string_append_printf (stage->log, "event %s %s;", event, phone_sip_message_get_body (request, NULL));
}

static void
test_sip_event (PhoneAgentStage *stage,
                gconstpointer    data)
{
  phone_agent_stage_stranger (stage, "NOTIFY", "Event: check-sync\nSubscription-State: active", NULL);
  phone_agent_stage_expect (stage, "200");
  g_signal_connect_swapped (stage->agent, "sip-event", G_CALLBACK (event_cb), stage);
  phone_agent_stage_stranger (stage, "NOTIFY", "Event: message-summary\nContent-Type: application/simple-message-summary", "Messages-Waiting: yes");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_stranger (stage, "NOTIFY", NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "event message-summary Messages-Waiting: yes;event  (null);");
}

static void
test_contact (PhoneAgentStage *stage,
              gconstpointer    data)
{
  g_autofree char *plain = phone_sip_agent_create_contact (stage->agent, FALSE, FALSE);
  g_autofree char *outbound = phone_sip_agent_create_contact (stage->agent, FALSE, TRUE);
  g_autofree char *anonymous = phone_sip_agent_create_contact (stage->agent, TRUE, FALSE);

  g_assert_true (g_regex_match_simple ("^<sip:[a-z0-9]{8}@[a-z0-9]{12}\\.invalid;transport=ws>$", plain, 0, 0));
  g_assert_true (g_str_has_suffix (outbound, ";transport=ws;ob>"));
  g_assert_cmpstr (anonymous, ==, "<sip:anonymous@anonymous.invalid;transport=ws>");
}

static void
configured (PhoneSipAgentConfig *config)
{
  static const char * const extra[] = { "X-All: yes", NULL };

  config->contact_uri = phone_sip_uri_new ("sip", "me", "my.host", 0);
  config->display_name = g_strdup ("Alice");
  config->user_agent = g_strdup ("Tester 1");
  config->extra_headers = g_strdupv ((char **) extra);
  config->use_preloaded_route = TRUE;
}

static void
test_configured (void)
{
  PhoneAgentStage stage = { NULL, };
  static const char * const other[] = { "X-Other: yes", NULL };
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(PhoneSipMessage) again = NULL;

  phone_agent_stage_open (&stage, configured);
  invite = phone_agent_stage_call (&stage, "offer", NULL);
  g_assert_true (g_str_has_prefix (header (invite, "Contact"), "<sip:me@my.host"));
  g_assert_true (g_str_has_prefix (header (invite, "From"), "\"Alice\" <sip:alice@example.org>;tag="));
  g_assert_nonnull (strstr (header (invite, "Via"), "my.host"));
  g_assert_cmpstr (header (invite, "User-Agent"), ==, "Tester 1");
  g_assert_cmpstr (header (invite, "X-All"), ==, "yes");
  g_assert_nonnull (strstr (header (invite, "Route"), ";lr>"));
  phone_sip_agent_set_extra_headers (stage.agent, other);
  phone_sip_agent_set_display_name (stage.agent, "Al");
  g_assert_cmpstr (phone_sip_agent_get_config (stage.agent)->display_name, ==, "Al");
  phone_agent_stage_stranger (&stage, "OPTIONS", NULL, NULL);
  response = phone_scripted_peer_expect (stage.peer, "200");
  g_assert_cmpstr (header (response, "X-Other"), ==, "yes");
  g_assert_null (header (response, "X-All"));
  phone_agent_stage_close (&stage);
}

static void
test_session_limit (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  for (guint i = 0; i < 8; i++)
    {
      phone_agent_stage_invite (stage, NULL, "offer");
      g_signal_handlers_disconnect_by_data (stage->session, stage);
    }
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_agent_stage_expect (stage, "486");
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 8);
  phone_sip_agent_terminate_sessions (stage->agent);
  for (guint i = 0; i < 8; i++)
    phone_agent_stage_expect (stage, "480");
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 0);
}

static void
test_stop_when_idle (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  PhoneSipTransport *transport = phone_sip_agent_get_transport (stage->agent);

  g_assert_true (phone_sip_agent_is_started (stage->agent));
  phone_sip_agent_stop (stage->agent);
  g_assert_false (phone_sip_agent_is_started (stage->agent));
  g_assert_false (phone_sip_transport_is_connected (transport));
  phone_sip_agent_stop (stage->agent);
  phone_sip_agent_start (stage->agent);
  phone_agent_stage_pump (stage);
  g_assert_true (phone_sip_transport_is_connected (transport));
}

static void
test_stop_in_a_call (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  PhoneSipTransport *transport = phone_sip_agent_get_transport (stage->agent);
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  phone_sip_agent_stop (stage->agent);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Terminated;");
  phone_agent_stage_advance (stage, 1999);
  g_assert_true (phone_sip_transport_is_connected (transport));
  phone_agent_stage_advance (stage, 1);
  g_assert_false (phone_sip_transport_is_connected (transport));
  phone_agent_stage_advance (stage, 100000);
  g_assert_false (phone_sip_transport_is_connected (transport));
}

static void
log_unregistered_cb (PhoneAgentStage *stage,
                     PhoneSipMessage *response,
                     const char      *cause)
{
  g_string_append_printf (stage->log, "unregistered %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0, cause);
}

/* Requests sent while stopping get their answers: neither of them fails. */
static void
test_stop_when_registered (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  PhoneSipRegistration *registration = phone_sip_agent_get_registration (stage->agent);
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autofree char *lines = NULL;

  phone_sip_registration_register (registration);
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  lines = g_strdup_printf ("Contact: %s", header (request, "Contact"));
  phone_scripted_peer_reply (stage->peer, request, 200, lines, NULL);
  phone_agent_stage_pump (stage);
  g_assert_true (phone_sip_registration_is_registered (registration));
  g_signal_connect_swapped (registration, "unregistered", G_CALLBACK (log_unregistered_cb), stage);
  invite = phone_agent_stage_call_up (stage);

  phone_sip_agent_stop (stage->agent);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(PhoneSipMessage) farewell = phone_scripted_peer_expect (stage->peer, i == 0 ? "REGISTER" : "BYE");

      if (i == 0)
        g_assert_cmpstr (header (farewell, "Expires"), ==, "0");
      phone_scripted_peer_reply (stage->peer, farewell, 200, NULL, NULL);
    }
  phone_agent_stage_pump (stage);
  g_assert_nonnull (strstr (stage->log->str, "ended local Terminated;"));
  g_assert_nonnull (strstr (stage->log->str, "unregistered 200 (null);"));
  g_assert_null (strstr (stage->log->str, "failed"));
  g_assert_false (phone_sip_registration_is_registered (registration));
  g_signal_handlers_disconnect_by_data (registration, stage);
}

static void
test_start_while_stopping (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  PhoneSipTransport *transport = phone_sip_agent_get_transport (stage->agent);
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  phone_sip_agent_stop (stage->agent);
  phone_sip_agent_start (stage->agent);
  phone_agent_stage_advance (stage, 3000);
  g_assert_true (phone_sip_transport_is_connected (transport));
}

static void
registers (PhoneSipAgentConfig *config)
{
  config->register_ = TRUE;
}

static void
test_registers_on_connection (void)
{
  PhoneAgentStage stage = { NULL, };

  phone_agent_stage_open (&stage, registers);
  phone_agent_stage_answer (&stage, "REGISTER", 503, NULL, NULL);
  phone_agent_stage_close (&stage);
}

static void
test_gone_in_a_call (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(GError) error = NULL;

  g_signal_handlers_disconnect_by_data (stage->agent, stage);
  g_object_run_dispose (G_OBJECT (stage->agent));
  phone_agent_stage_expect_log (stage, "");
  g_assert_false (phone_sip_session_terminate (stage->session, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (phone_sip_session_is_ended (stage->session));
}

static void
test_find_session (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  PhoneSipDialog *dialog = phone_sip_session_get_dialog (stage->session);
  g_autofree char *replaces = phone_sip_session_get_replaces (stage->session);
  g_autofree char *expected = g_strdup_printf ("%s;to-tag=%s;from-tag=%s", phone_sip_dialog_get_call_id (dialog),
                                               phone_sip_dialog_get_remote_tag (dialog), phone_sip_dialog_get_local_tag (dialog));

  g_assert_true (phone_sip_agent_find_session (stage->agent, phone_sip_dialog_get_call_id (dialog), phone_sip_dialog_get_local_tag (dialog),
                                               phone_sip_dialog_get_remote_tag (dialog)) == stage->session);
  g_assert_null (phone_sip_agent_find_session (stage->agent, "x", "y", "z"));
  g_assert_cmpstr (replaces, ==, expected);
}

#define ADD(path, function) g_test_add ("/sip/agent/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("checks-what-comes", test_sanity);
  ADD ("knows-its-methods", test_methods);
  ADD ("passes-events-on", test_sip_event);
  ADD ("makes-contacts", test_contact);
  g_test_add_func ("/sip/agent/does-as-configured", test_configured);
  ADD ("limits-its-sessions", test_session_limit);
  ADD ("stops-at-once-when-idle", test_stop_when_idle);
  ADD ("stops-after-the-goodbyes", test_stop_in_a_call);
  ADD ("says-goodbye-to-the-registrar-too", test_stop_when_registered);
  ADD ("starts-while-stopping", test_start_while_stopping);
  g_test_add_func ("/sip/agent/registers-on-connection", test_registers_on_connection);
  ADD ("goes-in-the-middle-of-a-call", test_gone_in_a_call);
  ADD ("finds-sessions-by-dialog", test_find_session);

  return g_test_run ();
}
