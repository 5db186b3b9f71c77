/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"

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
test_contents (PhoneAgentStage *stage,
               gconstpointer    data)
{
  static const char * const extra[] = { "X-Door: green", "X-Key: brass", NULL };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipRequest) request = phone_sip_session_send_request (stage->session, "INFO", extra, "text/plain", "hello", NULL);
  g_autoptr(PhoneSipMessage) info = phone_scripted_peer_expect (stage->peer, "INFO");

  g_assert_nonnull (request);
  g_assert_cmpstr (header (info, "X-Door"), ==, "green");
  g_assert_cmpstr (header (info, "X-Key"), ==, "brass");
  g_assert_cmpstr (phone_sip_message_get_content_type (info), ==, "text/plain");
  g_assert_cmpstr (phone_sip_message_get_body (info, NULL), ==, "hello");
  g_assert_cmpstr (phone_sip_message_get_request_uri (info), ==, "sip:bob@peer.invalid;transport=ws");
  g_assert_cmpstr (phone_sip_message_get_call_id (info), ==, phone_sip_message_get_call_id (invite));
  g_assert_cmpuint (phone_sip_message_get_cseq (info), ==, phone_sip_message_get_cseq (invite) + 1);
  phone_scripted_peer_reply (stage->peer, info, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "finished INFO 200;");
}

static void
test_any_method (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  static const char * const methods[] = { "MESSAGE", "OPTIONS", "DANCE" };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr(PhoneSipRequest) request = phone_sip_session_send_request (stage->session, methods[i], NULL, NULL, NULL, NULL);
      g_autofree char *log = g_strdup_printf ("finished %s 501 SIP Failure Code;", methods[i]);

      g_assert_nonnull (request);
      phone_agent_stage_answer (stage, methods[i], 501, NULL, NULL);
      phone_agent_stage_expect_log (stage, log);
    }
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
test_bad_header (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  static const char * const extra[] = { "no colon here", NULL };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(GError) error = NULL;

  g_assert_null (phone_sip_session_send_request (stage->session, "INFO", extra, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
}

static void
authenticated_cb (GString *log)
{
  g_string_append (log, "authenticated;");
}

static void
add_credentials (PhoneSipAgentConfig *config)
{
  config->credentials = phone_sip_credentials_new ("alice", "secret");
}

static void
test_challenge (void)
{
  PhoneAgentStage stage = { NULL, };
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autoptr(PhoneSipMessage) first = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autoptr(PhoneSipRequest) request = NULL;

  phone_agent_stage_open (&stage, add_credentials);
  invite = phone_agent_stage_call_up (&stage);
  request = phone_sip_session_send_request (stage.session, "INFO", NULL, "text/plain", "hello", NULL);
  g_signal_connect_swapped (request, "authenticated", G_CALLBACK (authenticated_cb), stage.log);
  first = phone_scripted_peer_expect (stage.peer, "INFO");
  phone_scripted_peer_reply (stage.peer, first, 407, "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"n\", qop=\"auth\"", NULL);
  second = phone_scripted_peer_expect (stage.peer, "INFO");
  g_assert_nonnull (header (second, "Proxy-Authorization"));
  g_assert_cmpuint (phone_sip_message_get_cseq (second), ==, phone_sip_message_get_cseq (first) + 1);
  g_assert_cmpstr (phone_sip_message_get_body (second, NULL), ==, "hello");
  phone_scripted_peer_reply (stage.peer, second, 200, NULL, NULL);
  phone_agent_stage_expect_log (&stage, "authenticated;finished INFO 200;");
  phone_agent_stage_close (&stage);
}

/* The connection says nothing about the call. */
static void
test_connection_breaks (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipRequest) request = phone_sip_session_send_request (stage->session, "INFO", NULL, "text/plain", "x", NULL);

  phone_agent_stage_expect (stage, "INFO");
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_expect_log (stage, "finished INFO 0 Connection Error;");
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

/* RFC 3261 §12.2.1.2: the dialog is gone. */
static void
test_dialog_is_gone (gconstpointer data)
{
  guint status = GPOINTER_TO_UINT (data);
  PhoneAgentStage stage = { NULL, };
  g_autofree char *log = g_strdup_printf ("finished INFO %u Dialog Error;ended remote Dialog Error;", status);
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autoptr(PhoneSipRequest) request = NULL;

  phone_agent_stage_open (&stage, NULL);
  invite = phone_agent_stage_call_up (&stage);
  request = phone_sip_session_send_request (stage.session, "INFO", NULL, "text/plain", "x", NULL);
  phone_agent_stage_answer (&stage, "INFO", status, NULL, NULL);
  phone_agent_stage_expect_log (&stage, log);
  phone_agent_stage_answer (&stage, "BYE", 481, NULL, NULL);
  g_assert_cmpint (phone_sip_session_get_state (stage.session), ==, PHONE_SIP_SESSION_STATE_TERMINATED);
  phone_agent_stage_close (&stage);
}

static void
test_received_early (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_agent_stage_request (stage, "INFO", 0, "Content-Type: text/plain", "early");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "new;progress local 0;info early;");
}

#define ADD(path, function) g_test_add ("/sip/session-info/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("carries-headers-and-body", test_contents);
  ADD ("sends-any-method", test_any_method);
  ADD ("refuses-a-bad-header", test_bad_header);
  g_test_add_func ("/sip/session-info/answers-a-challenge", test_challenge);
  ADD ("survives-a-broken-connection", test_connection_breaks);
  g_test_add_data_func ("/sip/session-info/ends-the-call-that-is-gone/408", GUINT_TO_POINTER (408), test_dialog_is_gone);
  g_test_add_data_func ("/sip/session-info/ends-the-call-that-is-gone/481", GUINT_TO_POINTER (481), test_dialog_is_gone);
  ADD ("is-taken-while-it-rings", test_received_early);

  return g_test_run ();
}
