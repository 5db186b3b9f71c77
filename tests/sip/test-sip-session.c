/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"
#include "phone-sip-session-private.h"

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

static void
assert_state (PhoneAgentStage      *stage,
              PhoneSipSessionState  state)
{
  phone_agent_stage_pump (stage);
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, state);
}

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
assert_contains (const char *text,
                 const char *part)
{
  if (text == NULL || strstr (text, part) == NULL)
    g_error ("\"%s\" is not in \"%s\"", part, text);
}

/* Nothing is left but what a test holds: the agent has let go of the session. */
static void
assert_let_go (PhoneAgentStage *stage)
{
  phone_agent_stage_advance (stage, 70000);
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 0);
  g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (phone_sip_agent_get_endpoint (stage->agent)), ==, 0);
  g_assert_cmpuint (G_OBJECT (stage->session)->ref_count, ==, 1);
}

static void
test_machine (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "machines", "session.txt", NULL);
  g_autofree char *expected = NULL;
  g_autofree char *printed = phone_sip_session_print_machine ();

  g_file_get_contents (path, &expected, NULL, NULL);
  g_assert_cmpstr (printed, ==, expected);
}

static void
test_call (PhoneAgentStage *stage,
           gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  assert_state (stage, PHONE_SIP_SESSION_STATE_INVITE_SENT);
  g_assert_cmpstr (phone_sip_message_get_request_uri (invite), ==, "sip:bob@example.org");
  g_assert_cmpstr (phone_sip_message_get_content_type (invite), ==, "application/sdp");
  g_assert_cmpstr (phone_sip_message_get_body (invite, NULL), ==, "offer");
  g_assert_cmpstr (header (invite, "Session-Expires"), ==, "90");
  g_assert_cmpstr (header (invite, "Supported"), ==, "timer,100rel,ice,replaces,outbound");
  g_assert_cmpstr (header (invite, "Allow"), ==, "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE,PRACK");
  g_assert_cmpstr (header (invite, "Max-Forwards"), ==, "69");
  assert_contains (header (invite, "Contact"), ";ob>");

  phone_scripted_peer_reply (stage->peer, invite, 100, NULL, NULL);
  assert_state (stage, PHONE_SIP_SESSION_STATE_1XX_RECEIVED);
  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect_log (stage, "sending;progress remote 180;");
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "answer answer;accepted remote;confirmed local;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);
  g_assert_cmpint (phone_sip_session_get_start_time (stage->session), >, 0);

  g_assert_true (phone_sip_session_terminate (stage->session, NULL, NULL));
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Terminated;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpint (phone_sip_session_get_end_time (stage->session), >, 0);
  g_assert_false (phone_sip_session_terminate (stage->session, NULL, NULL));
  assert_let_go (stage);
}

static void
test_peer_hangs_up (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  phone_agent_stage_request (stage, "BYE", 0, "Reason: Q.850;cause=16, SIP;cause=503;text=\"gone\"", NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "ended remote Terminated;");
  g_assert_cmpuint (phone_sip_session_get_reason (stage->session, NULL), ==, 503);
  assert_let_go (stage);
}

static void
test_dialog_is_over (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  assert_state (stage, PHONE_SIP_SESSION_STATE_TERMINATED);
  g_assert_true (phone_sip_session_is_ended (stage->session));
  g_assert_null (phone_sip_session_send_request (stage->session, "INFO", NULL, "text/plain", "x", NULL));
  phone_agent_stage_request (stage, "INFO", 0, "Content-Type: text/plain", "late");
  phone_agent_stage_expect (stage, "481");
  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "481");
  assert_let_go (stage);
}

static void
test_incoming (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);

  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "answer");
  g_assert_cmpstr (header (response, "Session-Expires"), ==, "90;refresher=uas");
  g_assert_cmpstr (phone_sip_address_get_display_name (phone_sip_session_get_remote (stage->session)), ==, "Bob");
  g_assert_false (phone_sip_session_is_outgoing (stage->session));
  g_assert_cmpstr (phone_sip_session_get_remote_sdp (stage->session), ==, "offer");
  g_assert_nonnull (header (response, "Contact"));
  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "ended remote Terminated;");
  assert_let_go (stage);
}

static void
test_refused (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const struct
  {
    guint       status;
    const char *log;
  } cases[] = {
    { 486, "sending;failed remote 486 Busy;" },
    { 603, "sending;failed remote 603 Rejected;" },
    { 404, "sending;failed remote 404 Not Found;" },
    { 480, "sending;failed remote 480 Unavailable;" },
    { 484, "sending;failed remote 484 Address Incomplete;" },
    { 488, "sending;failed remote 488 Incompatible SDP;" },
    { 401, "sending;failed remote 401 Authentication Error;" },
    { 302, "sending;failed remote 302 Redirected;" },
    { 500, "sending;failed remote 500 SIP Failure Code;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

      phone_scripted_peer_reply (stage->peer, invite, cases[i].status, NULL, NULL);
      phone_agent_stage_expect (stage, "ACK");
      phone_agent_stage_expect_log (stage, cases[i].log);
      assert_let_go (stage);
      g_assert_finalize_object (g_steal_pointer (&stage->session));
    }
}

static void
redirected_cb (char            **target,
               const char       *originator,
               PhoneSipMessage  *response,
               const char       *cause)
{
  g_autoptr(GPtrArray) contacts = phone_sip_message_get_addresses (response, PHONE_SIP_HEADER_CONTACT);

  g_assert_cmpuint (contacts->len, ==, 2);
  *target = phone_sip_uri_to_string (phone_sip_address_get_uri (contacts->pdata[0]));
}

static void
test_redirected (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autofree char *target = NULL;

  g_signal_connect_swapped (stage->session, "failed", G_CALLBACK (redirected_cb), &target);
  phone_scripted_peer_reply (stage->peer, invite, 302, "Contact: <sip:carol@example.org>, <sip:dave@example.org>", NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_pump (stage);
  g_assert_cmpstr (target, ==, "sip:carol@example.org");
}

static void
test_timeout (PhoneAgentStage *stage,
              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_agent_stage_advance (stage, 31000);
  phone_agent_stage_expect_log (stage, "sending;");
  phone_agent_stage_advance (stage, 1100);
  phone_agent_stage_expect_log (stage, "failed system 0 Request Timeout;");
  assert_let_go (stage);
}

static void
test_options (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const char * const extra[] = { "X-Door: green", NULL };
  PhoneSipConnectOptions options = { .extra_headers = extra, .anonymous = TRUE, .session_expires = 120 };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", &options);

  g_assert_cmpstr (header (invite, "X-Door"), ==, "green");
  g_assert_cmpstr (header (invite, "Privacy"), ==, "id");
  g_assert_cmpstr (header (invite, "P-Preferred-Identity"), ==, "<sip:alice@example.org>");
  g_assert_cmpstr (header (invite, "Session-Expires"), ==, "120");
  assert_contains (header (invite, "From"), "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=");
  g_assert_cmpstr (header (invite, "Contact"), ==, "<sip:anonymous@anonymous.invalid;transport=ws;ob>");
}

static void
test_from_user (PhoneAgentStage *stage,
                gconstpointer    data)
{
  PhoneSipConnectOptions options = { .from_user = "office", .from_display_name = "The Office", .session_expires = 30 };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", &options);

  assert_contains (header (invite, "From"), "\"The Office\" <sip:office@example.org>;tag=");
  g_assert_cmpstr (header (invite, "P-Preferred-Identity"), ==, "<sip:alice@example.org>");
  g_assert_cmpstr (header (invite, "Session-Expires"), ==, "90");
  g_assert_null (header (invite, "Privacy"));
}

static void
test_bad_header (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  static const char * const extra[] = { "no colon here", NULL };
  PhoneSipConnectOptions options = { .extra_headers = extra };
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(GError) error = NULL;

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  g_assert_false (phone_sip_session_connect (stage->session, "offer", &options, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  assert_state (stage, PHONE_SIP_SESSION_STATE_NULL);
}

static void
add_header_cb (PhoneSipSession *session,
               PhoneSipRequest *request)
{
  phone_sip_request_set_header (request, "X-Late", "yes");
  phone_sip_request_set_body (request, "application/sdp", "changed offer", -1);
}

static void
close_cb (PhoneSipSession *session,
          PhoneSipRequest *request)
{
  phone_sip_session_terminate (session, NULL, NULL);
}

static void
test_sending_changes (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipMessage) invite = NULL;

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  g_signal_connect (stage->session, "sending", G_CALLBACK (add_header_cb), NULL);
  phone_sip_session_connect (stage->session, "offer", NULL, NULL);
  invite = phone_scripted_peer_expect (stage->peer, "INVITE");
  g_assert_cmpstr (header (invite, "X-Late"), ==, "yes");
  g_assert_cmpstr (phone_sip_message_get_body (invite, NULL), ==, "changed offer");
}

static void
test_sending_closes (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  g_signal_connect (stage->session, "sending", G_CALLBACK (close_cb), NULL);
  phone_agent_stage_watch (stage, stage->session);
  phone_sip_session_connect (stage->session, "offer", NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed local 0 Canceled;sending;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  assert_let_go (stage);
}

static void
spoil_cb (PhoneSipSession *session,
          PhoneSipRequest *request)
{
  phone_sip_request_add_header (request, "X-Bad", "a\r\nb");
}

static void
test_sending_spoils (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  g_signal_connect (stage->session, "sending", G_CALLBACK (spoil_cb), NULL);
  phone_agent_stage_watch (stage, stage->session);
  phone_sip_session_connect (stage->session, "offer", NULL, NULL);
  phone_agent_stage_expect_log (stage, "sending;failed system 0 Internal Error;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  assert_let_go (stage);
}

static void
test_cancel_after_provisional (PhoneAgentStage *stage,
                               gconstpointer    data)
{
  PhoneSipTerminateOptions options = { .status = 480, .reason = "Not now" };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipMessage) cancel = NULL;

  g_assert_true (phone_sip_session_terminate (stage->session, &options, NULL));
  phone_agent_stage_expect_log (stage, "sending;failed local 0 Canceled;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CANCELED);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  cancel = phone_scripted_peer_expect (stage->peer, "CANCEL");
  g_assert_cmpstr (header (cancel, "Reason"), ==, "SIP ;cause=480 ;text=\"Not now\"");
  phone_scripted_peer_reply (stage->peer, cancel, 200, NULL, NULL);
  phone_scripted_peer_reply (stage->peer, invite, 487, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "");
  assert_state (stage, PHONE_SIP_SESSION_STATE_TERMINATED);
  assert_let_go (stage);
}

static void
test_cancel_crosses_answer (PhoneAgentStage *stage,
                            gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_pump (stage);
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "CANCEL");
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "sending;progress remote 180;failed local 0 Canceled;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_TERMINATED);
  assert_let_go (stage);
}

static void
test_cancel_unanswered (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_pump (stage);
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "CANCEL");
  assert_let_go (stage);
  assert_state (stage, PHONE_SIP_SESSION_STATE_TERMINATED);
}

static void
test_terminate_unsent (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  phone_agent_stage_watch (stage, stage->session);
  g_assert_true (phone_sip_session_terminate (stage->session, NULL, NULL));
  phone_agent_stage_expect_log (stage, "failed local 0 Canceled;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

static void
test_repeated_answer (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) ack = NULL;

  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  ack = phone_scripted_peer_expect (stage->peer, "ACK");
  g_assert_cmpuint (phone_sip_message_get_cseq (ack), ==, phone_sip_message_get_cseq (invite));
  g_assert_cmpstr (phone_sip_message_get_request_uri (ack), ==, "sip:bob@peer.invalid;transport=ws");
  phone_agent_stage_expect_log (stage, "");
}

static void
test_repeated_answer_after_bye (PhoneAgentStage *stage,
                                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  assert_let_go (stage);
}

static void
test_forked (PhoneAgentStage *stage,
             gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipMessage) ack = NULL;
  g_autoptr(PhoneSipMessage) other_ack = NULL;
  g_autoptr(PhoneSipMessage) bye = NULL;

  phone_scripted_peer_reply_as (stage->peer, "desk", invite, 183, "Contact: <sip:desk@peer.invalid>", "desk sdp");
  phone_scripted_peer_reply_as (stage->peer, "cell", invite, 183, "Contact: <sip:cell@peer.invalid>", "cell sdp");
  phone_agent_stage_expect_log (stage, "sending;answer desk sdp early;progress remote 183;answer cell sdp early;progress remote 183;");

  phone_scripted_peer_reply_as (stage->peer, "desk", invite, 200, "Contact: <sip:desk2@peer.invalid>", "desk sdp");
  ack = phone_scripted_peer_expect (stage->peer, "ACK");
  g_assert_cmpstr (phone_sip_message_get_request_uri (ack), ==, "sip:desk2@peer.invalid");
  phone_agent_stage_expect_log (stage, "answer desk sdp;accepted remote;confirmed local;");

  phone_scripted_peer_reply_as (stage->peer, "cell", invite, 200, "Contact: <sip:cell@peer.invalid>", "cell sdp");
  other_ack = phone_scripted_peer_expect (stage->peer, "ACK");
  g_assert_cmpstr (phone_sip_message_get_to_tag (other_ack), ==, "cell");
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (phone_sip_message_get_to_tag (bye), ==, "cell");
  g_assert_cmpstr (phone_sip_message_get_request_uri (bye), ==, "sip:cell@peer.invalid");
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);
  g_assert_cmpstr (phone_sip_dialog_get_remote_tag (phone_sip_session_get_dialog (stage->session)), ==, "desk");

  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  assert_let_go (stage);
}

static void
test_no_sdp_in_answer (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipMessage) bye = NULL;

  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect (stage, "ACK");
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (header (bye, "Reason"), ==, "SIP ;cause=400 ;text=\"Missing SDP\"");
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "sending;failed remote 200 Bad Media Description;");
  assert_let_go (stage);
}

static void
answer_offer_cb (PhoneSipSession *session,
                 const char      *sdp)
{
  g_assert_cmpstr (sdp, ==, "their offer");
  g_assert_true (phone_sip_session_answer (session, "our answer", NULL));
}

static void
test_late_offer_out (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, NULL, NULL);
  g_autoptr(PhoneSipMessage) ack = NULL;

  g_signal_connect (stage->session, "offer", G_CALLBACK (answer_offer_cb), NULL);
  g_assert_null (phone_sip_message_get_body (invite, NULL));
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "their offer");
  ack = phone_scripted_peer_expect (stage->peer, "ACK");
  g_assert_cmpstr (phone_sip_message_get_body (ack, NULL), ==, "our answer");
  g_assert_cmpstr (phone_sip_message_get_content_type (ack), ==, "application/sdp");
  phone_agent_stage_expect_log (stage, "sending;accepted remote;confirmed local;");
}

static void
test_late_offer_unheard (PhoneAgentStage *stage,
                         gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, NULL, NULL);

  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "sending;accepted remote;ended local Bad Media Description;");
  assert_let_go (stage);
}

static void
test_late_offer_in (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, NULL);
  g_assert_null (phone_sip_session_get_remote_sdp (stage->session));
  g_assert_true (phone_sip_session_accept (stage->session, "our offer", 0, NULL, NULL));
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "our offer");
  phone_agent_stage_request (stage, "ACK", 1, NULL, "their answer");
  phone_agent_stage_expect_log (stage, "new;accepted local;modified their answer;confirmed remote;");
}

static void
test_late_offer_in_unanswered (PhoneAgentStage *stage,
                               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) bye = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, NULL);
  phone_sip_session_accept (stage->session, "our offer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (header (bye, "Reason"), ==, "SIP ;cause=400 ;text=\"Missing SDP\"");
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "new;accepted local;ended local Missing SDP;");
  assert_let_go (stage);
}

static void
test_reject (PhoneAgentStage *stage,
             gconstpointer    data)
{
  static const char * const extra[] = { "Retry-After: 20", NULL };
  PhoneSipTerminateOptions options = { .status = 486, .reason = "On the phone", .extra_headers = extra };
  PhoneSipTerminateOptions bad = { .status = 200 };
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(GError) error = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  g_assert_false (phone_sip_session_terminate (stage->session, &bad, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (phone_sip_session_terminate (stage->session, &options, NULL));
  response = phone_scripted_peer_expect (stage->peer, "486");
  g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "On the phone");
  g_assert_cmpstr (header (response, "Retry-After"), ==, "20");
  phone_agent_stage_expect_log (stage, "new;failed local 0 Rejected;");
  assert_let_go (stage);
}

static void
test_reject_by_default (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  g_assert_true (phone_sip_session_terminate (stage->session, NULL, NULL));
  phone_agent_stage_expect (stage, "480");
}

static void
send_cancel (PhoneAgentStage *stage,
             const char      *lines)
{
  phone_scripted_peer_send (stage->peer,
                            "CANCEL sip:alice@example.org SIP/2.0\n"
                            "Via: SIP/2.0/WS peer.invalid;branch=z9hG4bKinvite0\n"
                            "From: \"Bob\" <sip:bob@example.org>;tag=peer\n"
                            "To: <sip:alice@example.org>\n"
                            "Call-ID: call-of-bob-0\n"
                            "CSeq: 1 CANCEL%s%s\n\n", lines != NULL ? "\n" : "", lines != NULL ? lines : "");
  phone_agent_stage_pump (stage);
}

static void
test_cancelled (PhoneAgentStage *stage,
                gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  send_cancel (stage, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect (stage, "487");
  phone_agent_stage_expect_log (stage, "new;progress local 0;failed remote 0 Canceled;");
  g_assert_false (phone_sip_session_is_answered_elsewhere (stage->session));
  g_assert_false (phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL));
  assert_let_go (stage);
}

static void
test_answered_elsewhere (PhoneAgentStage *stage,
                         gconstpointer    data)
{
  const char *text = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  send_cancel (stage, "Reason: SIP;cause=200;text=\"Call completed elsewhere\"");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect (stage, "487");
  g_assert_true (phone_sip_session_is_answered_elsewhere (stage->session));
  g_assert_cmpuint (phone_sip_session_get_reason (stage->session, &text), ==, 200);
  g_assert_cmpstr (text, ==, "Call completed elsewhere");
}

static void
test_cancel_after_answer (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  send_cancel (stage, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "new;accepted local;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_WAITING_FOR_ACK);
}

static void
test_no_answer (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) ringing = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  ringing = phone_scripted_peer_expect (stage->peer, "180");
  g_assert_nonnull (header (ringing, "Contact"));
  phone_agent_stage_advance (stage, 59000);
  phone_agent_stage_expect_log (stage, "new;progress local 0;");
  phone_agent_stage_advance (stage, 1000);
  phone_agent_stage_expect (stage, "180");
  phone_agent_stage_expect (stage, "408");
  phone_agent_stage_expect_log (stage, "failed local 0 No Answer;");
  assert_let_go (stage);
}

static void
test_expires (PhoneAgentStage *stage,
              gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, PHONE_STAGE_CONTACT "\nExpires: 10", "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_agent_stage_advance (stage, 10000);
  phone_agent_stage_expect (stage, "487");
  phone_agent_stage_expect_log (stage, "new;progress local 0;failed system 0 Expires;");
  assert_let_go (stage);
}

static void
test_missing_ack (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  static const guint waits[] = { 500, 1000, 2000, 4000, 4000 };

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      phone_agent_stage_advance (stage, waits[i] - 1);
      g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
      phone_agent_stage_advance (stage, 1);
      phone_agent_stage_expect (stage, "200");
    }

  phone_agent_stage_advance (stage, 32000 - 11500);
  while (phone_scripted_peer_get_n_waiting (stage->peer) > 1)
    phone_agent_stage_expect (stage, "200");
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "new;accepted local;ended remote No ACK;");
  assert_let_go (stage);
}

static void
test_bye_waits_for_ack (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_expect_log (stage, "new;accepted local;ended local Terminated;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  assert_let_go (stage);
}

static void
test_bye_without_ack (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_advance (stage, 32000);
  while (phone_scripted_peer_get_n_waiting (stage->peer) > 1)
    {
      g_autoptr(PhoneSipMessage) message = phone_scripted_peer_expect (stage->peer, "200");
    }
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  assert_let_go (stage);
}

static void
test_early_bye (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_agent_stage_request (stage, "BYE", 2, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  response = phone_scripted_peer_expect (stage->peer, "487");
  g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "BYE Received");
  phone_agent_stage_expect_log (stage, "new;progress local 0;ended remote Terminated;");
  assert_let_go (stage);
}

static void
test_unacceptable_invites (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  static const struct
  {
    const char *lines;
    const char *status;
  } cases[] = {
    { "Contact: <sip:bob@peer.invalid>\nContent-Type: text/plain", "415" },
    { "X-No: contact\nContent-Type: application/sdp", "500" },
    { PHONE_STAGE_CONTACT "\nRequire: telepathy", "420" },
    { PHONE_STAGE_CONTACT "\nSupported: timer\nSession-Expires: 30\nContent-Type: application/sdp", "422" },
  };

  phone_agent_stage_take_calls (stage);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(PhoneSipMessage) response = NULL;

      phone_agent_stage_stranger (stage, "INVITE", cases[i].lines, "body");
      response = phone_scripted_peer_expect (stage->peer, cases[i].status);
      if (g_str_equal (cases[i].status, "420"))
        g_assert_cmpstr (header (response, "Unsupported"), ==, "telepathy");
      if (g_str_equal (cases[i].status, "500"))
        g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Missing Contact header field");
      if (g_str_equal (cases[i].status, "422"))
        g_assert_cmpstr (header (response, "Min-SE"), ==, "90");
    }
  phone_agent_stage_expect_log (stage, "");
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 0);
}

static void
test_nobody_home (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_agent_stage_expect (stage, "405");
}

static void
test_422 (PhoneAgentStage *stage,
          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipMessage) again = NULL;

  phone_scripted_peer_reply (stage->peer, invite, 422, "Min-SE: 300", NULL);
  phone_agent_stage_expect (stage, "ACK");
  again = phone_scripted_peer_expect (stage->peer, "INVITE");
  g_assert_cmpstr (header (again, "Session-Expires"), ==, "300");
  g_assert_cmpstr (header (again, "Min-SE"), ==, "300");
  g_assert_cmpuint (phone_sip_message_get_cseq (again), ==, phone_sip_message_get_cseq (invite) + 1);
  g_assert_cmpstr (phone_sip_message_get_call_id (again), ==, phone_sip_message_get_call_id (invite));
  phone_scripted_peer_reply (stage->peer, again, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "sending;answer answer;accepted remote;confirmed local;");
}

static void
add_credentials (PhoneSipAgentConfig *config)
{
  config->credentials = phone_sip_credentials_new ("alice", "secret");
}

static void
test_401_then_407 (void)
{
  PhoneAgentStage stage = { NULL, };
  g_autoptr(PhoneSipMessage) first = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autoptr(PhoneSipMessage) third = NULL;
  g_autoptr(PhoneSipMessage) ack = NULL;

  phone_agent_stage_open (&stage, add_credentials);
  first = phone_agent_stage_call (&stage, "offer", NULL);
  phone_scripted_peer_reply (stage.peer, first, 401, "WWW-Authenticate: Digest realm=\"home\", nonce=\"n\", qop=\"auth\"", NULL);
  phone_agent_stage_expect (&stage, "ACK");
  second = phone_scripted_peer_expect (stage.peer, "INVITE");
  g_assert_nonnull (header (second, "Authorization"));
  phone_scripted_peer_reply (stage.peer, second, 407, "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"m\", qop=\"auth\"", NULL);
  phone_agent_stage_expect (&stage, "ACK");
  third = phone_scripted_peer_expect (stage.peer, "INVITE");
  g_assert_nonnull (header (third, "Authorization"));
  g_assert_nonnull (header (third, "Proxy-Authorization"));
  phone_scripted_peer_reply (stage.peer, third, 200, PHONE_STAGE_CONTACT, "answer");
  ack = phone_scripted_peer_expect (stage.peer, "ACK");
  g_assert_cmpuint (phone_sip_message_get_cseq (ack), ==, phone_sip_message_get_cseq (third));
  g_assert_nonnull (header (ack, "Proxy-Authorization"));
  phone_agent_stage_expect_log (&stage, "sending;answer answer;accepted remote;confirmed local;");

  /* What comes next in the dialog counts on from the last INVITE. */
  phone_sip_session_terminate (stage.session, NULL, NULL);
  {
    g_autoptr(PhoneSipMessage) bye = phone_scripted_peer_expect (stage.peer, "BYE");

    g_assert_cmpuint (phone_sip_message_get_cseq (bye), >, phone_sip_message_get_cseq (third));
    phone_scripted_peer_reply (stage.peer, bye, 200, NULL, NULL);
  }
  assert_let_go (&stage);
  phone_agent_stage_close (&stage);
}

static void
trust (PhoneSipAgentConfig *config)
{
  config->trust_asserted_identity = TRUE;
}

static void
test_asserted_identity (void)
{
  PhoneAgentStage stage = { NULL, };
  static const char lines[] = PHONE_STAGE_CONTACT "\nP-Asserted-Identity: \"Robert\" <sip:robert@example.org>";

  phone_agent_stage_open (&stage, trust);
  phone_agent_stage_take_calls (&stage);
  phone_agent_stage_invite (&stage, lines, "offer");
  g_assert_cmpstr (phone_sip_address_get_display_name (phone_sip_session_get_remote (stage.session)), ==, "Robert");
  phone_agent_stage_close (&stage);

  phone_agent_stage_open (&stage, NULL);
  phone_agent_stage_take_calls (&stage);
  phone_agent_stage_invite (&stage, lines, "offer");
  g_assert_cmpstr (phone_sip_address_get_display_name (phone_sip_session_get_remote (stage.session)), ==, "Bob");
  phone_agent_stage_close (&stage);
}

static void
test_in_dialog_rules (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);

  phone_agent_stage_request (stage, "INFO", 1, "Content-Type: text/plain", "old");
  phone_agent_stage_expect (stage, "500");
  phone_agent_stage_request (stage, "INFO", 5, "Content-Type: text/plain", "new");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "INFO", 4, "Content-Type: text/plain", "old again");
  phone_agent_stage_expect (stage, "500");
  phone_agent_stage_request (stage, "INFO", 6, NULL, NULL);
  phone_agent_stage_expect (stage, "415");
  phone_agent_stage_request (stage, "DANCE", 7, NULL, NULL);
  phone_agent_stage_expect (stage, "501");
  phone_agent_stage_request (stage, "OPTIONS", 8, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "BYE", 9, "Require: magic", NULL);
  phone_agent_stage_expect (stage, "420");
  phone_agent_stage_expect_log (stage, "info new;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
note_page_cb (PhoneAgentStage *stage,
              PhoneSipPage    *page)
{
  g_string_append_printf (stage->log, "page %s;", phone_sip_message_get_body (phone_sip_page_get_request (page), NULL));
}

static void
test_page_in_dialog (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);

  phone_agent_stage_request (stage, "MESSAGE", 5, "Content-Type: text/plain", "nobody listens");
  phone_agent_stage_expect (stage, "405");
  g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (note_page_cb), stage);
  phone_agent_stage_request (stage, "MESSAGE", 6, "Content-Type: text/plain", "psst");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "page psst;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
test_foreign_ack (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 7, NULL, NULL);
  assert_state (stage, PHONE_SIP_SESSION_STATE_WAITING_FOR_ACK);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
test_info_out (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipRequest) request = NULL;
  g_autoptr(PhoneSipRequest) lost = NULL;

  request = phone_sip_session_send_request (stage->session, "INFO", NULL, "application/dtmf-relay", "Signal=1\r\nDuration=100", NULL);
  phone_agent_stage_answer (stage, "INFO", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "finished INFO 200;");
  lost = phone_sip_session_send_request (stage->session, "INFO", NULL, "text/plain", "x", NULL);
  phone_agent_stage_answer (stage, "INFO", 481, NULL, NULL);
  phone_agent_stage_expect_log (stage, "finished INFO 481 Dialog Error;ended remote Dialog Error;");
  phone_agent_stage_answer (stage, "BYE", 481, NULL, NULL);
  assert_let_go (stage);
}

static void
test_info_lost (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipRequest) request = phone_sip_session_send_request (stage->session, "INFO", NULL, "text/plain", "x", NULL);

  phone_agent_stage_expect (stage, "INFO");
  phone_agent_stage_advance (stage, 33000);
  phone_agent_stage_expect_log (stage, "finished INFO 0 Request Timeout;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
test_early_info (PhoneAgentStage *stage,
                 gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipRequest) request = NULL;

  g_assert_null (phone_sip_session_send_request (stage->session, "INFO", NULL, "text/plain", "x", NULL));
  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_pump (stage);
  request = phone_sip_session_send_request (stage->session, "INFO", NULL, "text/plain", "x", NULL);
  g_assert_nonnull (request);
  phone_agent_stage_answer (stage, "INFO", 200, NULL, NULL);
}

static void
test_connection_lost (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_pump (stage);
  phone_agent_stage_expect_log (stage, "");
  assert_state (stage, PHONE_SIP_SESSION_STATE_CONFIRMED);

  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_agent_stage_advance (stage, 5000);
  g_assert_true (phone_sip_transport_is_connected (phone_sip_agent_get_transport (stage->agent)));
  phone_agent_stage_request (stage, "INFO", 0, "Content-Type: text/plain", "still here");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "info still here;");
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Terminated;");
}

static void
test_connection_lost_while_calling (PhoneAgentStage *stage,
                                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_pump (stage);
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_expect_log (stage, "sending;progress remote 180;failed system 0 Connection Error;");
  assert_let_go (stage);
}

static void
test_connection_lost_while_ringing (PhoneAgentStage *stage,
                                    gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_expect_log (stage, "new;progress local 0;failed system 0 Connection Error;");
  assert_let_go (stage);
}

static void
test_prack_out (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipMessage) prack = NULL;
  g_autofree char *rack = NULL;

  phone_scripted_peer_reply (stage->peer, invite, 183, PHONE_STAGE_CONTACT "\nRequire: 100rel\nRSeq: 41", "early");
  prack = phone_scripted_peer_expect (stage->peer, "PRACK");
  rack = g_strdup_printf ("41 %u INVITE", phone_sip_message_get_cseq (invite));
  g_assert_cmpstr (header (prack, "RAck"), ==, rack);
  phone_agent_stage_expect_log (stage, "sending;answer early early;progress remote 183;");

  /* A repetition, and one that comes too early. */
  phone_scripted_peer_reply (stage->peer, invite, 183, PHONE_STAGE_CONTACT "\nRequire: 100rel\nRSeq: 41", "early");
  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT "\nRequire: 100rel\nRSeq: 43", NULL);
  phone_agent_stage_expect_log (stage, "");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_scripted_peer_reply (stage->peer, prack, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "finished PRACK 200;");

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT "\nRequire: 100rel\nRSeq: 42", NULL);
  phone_agent_stage_answer (stage, "PRACK", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "progress remote 180;finished PRACK 200;");
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "accepted remote;confirmed local;");
}

static void
test_prack_with_answer (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, NULL, NULL);
  g_autoptr(PhoneSipMessage) prack = NULL;

  g_signal_connect (stage->session, "offer", G_CALLBACK (answer_offer_cb), NULL);
  phone_scripted_peer_reply (stage->peer, invite, 183, PHONE_STAGE_CONTACT "\nRequire: 100rel\nRSeq: 7", "their offer");
  prack = phone_scripted_peer_expect (stage->peer, "PRACK");
  g_assert_cmpstr (phone_sip_message_get_body (prack, NULL), ==, "our answer");
  phone_scripted_peer_reply (stage->peer, prack, 200, NULL, NULL);
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "sending;progress remote 183;finished PRACK 200;accepted remote;confirmed local;");
}

static void
test_prack_in (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) ringing = NULL;
  g_autofree char *rack = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, PHONE_STAGE_CONTACT "\nRequire: 100rel", "offer");
  g_assert_true (phone_sip_session_ring (stage->session, "early answer", NULL));
  ringing = phone_scripted_peer_expect (stage->peer, "183");
  g_assert_cmpstr (header (ringing, "Require"), ==, "100rel");
  phone_agent_stage_advance (stage, 500);
  phone_agent_stage_expect (stage, "183");

  /* The 200 waits for the PRACK. */
  g_assert_true (phone_sip_session_accept (stage->session, "early answer", 0, NULL, NULL));
  phone_agent_stage_pump (stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_request (stage, "PRACK", 2, "RAck: 1 1 INVITE", NULL);
  phone_agent_stage_expect (stage, "481");
  rack = g_strdup_printf ("RAck: %s 1 INVITE", header (ringing, "RSeq"));
  phone_agent_stage_request (stage, "PRACK", 3, rack, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  phone_agent_stage_expect_log (stage, "new;progress local 0;accepted local;confirmed remote;");
}

static void
test_prack_missing (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, PHONE_STAGE_CONTACT "\nRequire: 100rel", "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_advance (stage, 32000);
  while (phone_scripted_peer_get_n_waiting (stage->peer) > 1)
    phone_agent_stage_expect (stage, "180");
  phone_agent_stage_expect (stage, "504");
  phone_agent_stage_expect_log (stage, "new;progress local 0;failed remote 0 Request Timeout;");
  assert_let_go (stage);
}

static void
test_early_media_out (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply (stage->peer, invite, 183, PHONE_STAGE_CONTACT, "early");
  phone_agent_stage_expect_log (stage, "sending;answer early early;progress remote 183;");
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "final");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "answer final;accepted remote;confirmed local;");
  g_assert_cmpstr (phone_sip_session_get_remote_sdp (stage->session), ==, "final");
}

static void
test_tagless_provisional (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply_as (stage->peer, NULL, invite, 180, NULL, NULL);
  phone_agent_stage_expect_log (stage, "sending;");
  assert_state (stage, PHONE_SIP_SESSION_STATE_1XX_RECEIVED);
}

static void
take_over_cb (PhoneSipSession *old,
              PhoneSipSession *incoming,
              PhoneAgentStage *stage)
{
  g_string_append (stage->log, "replaces;");
  g_assert_true (phone_sip_session_accept (incoming, "answer two", 0, NULL, NULL));
}

static char *
make_replaces (PhoneSipSession *session)
{
  PhoneSipDialog *dialog = phone_sip_session_get_dialog (session);

  return g_strdup_printf (PHONE_STAGE_CONTACT "\nReplaces: %s;to-tag=%s;from-tag=%s", phone_sip_dialog_get_call_id (dialog),
                          phone_sip_dialog_get_local_tag (dialog), phone_sip_dialog_get_remote_tag (dialog));
}

static void
test_replaced (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);
  g_autofree char *lines = make_replaces (stage->session);
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autoptr(PhoneSipMessage) bye = NULL;

  g_signal_connect (stage->session, "replaces", G_CALLBACK (take_over_cb), stage);
  phone_agent_stage_invite (stage, lines, "offer two");
  second = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (phone_sip_message_get_body (second, NULL), ==, "answer two");
  phone_agent_stage_expect_log (stage, "replaces;");
  phone_scripted_peer_send (stage->peer,
                            "ACK sip:alice@example.org SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKack2\n"
                            "From: <sip:bob@example.org>;tag=peer\nTo: <sip:alice@example.org>;tag=%s\nCall-ID: %s\nCSeq: 1 ACK\n\n",
                            phone_sip_message_get_to_tag (second), phone_sip_message_get_call_id (second));
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (phone_sip_message_get_call_id (bye), ==, phone_sip_message_get_call_id (response));
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Terminated;");
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 1);
}

static void
test_replaces_refused (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);
  g_autofree char *lines = make_replaces (stage->session);
  g_autofree char *early = g_strconcat (lines, ";early-only", NULL);

  phone_agent_stage_stranger (stage, "INVITE", lines, NULL);
  phone_agent_stage_expect (stage, "486");
  phone_agent_stage_stranger (stage, "INVITE", early, NULL);
  phone_agent_stage_expect (stage, "486");
  phone_agent_stage_stranger (stage, "INVITE", PHONE_STAGE_CONTACT "\nReplaces: nobody;to-tag=a;from-tag=b", NULL);
  phone_agent_stage_expect (stage, "481");
  phone_agent_stage_stranger (stage, "INVITE", PHONE_STAGE_CONTACT "\nReplaces: nobody", NULL);
  phone_agent_stage_expect (stage, "400");
  phone_agent_stage_expect_log (stage, "");
}

/* Every step of a call each way, and silence after it: the phone ends in a named state and lets go of everything. */
static void
run_outgoing (PhoneAgentStage *stage,
              guint            steps)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  if (steps-- == 0)
    return;
  phone_scripted_peer_reply (stage->peer, invite, 100, NULL, NULL);
  if (steps-- == 0)
    return;
  phone_scripted_peer_reply (stage->peer, invite, 183, PHONE_STAGE_CONTACT "\nRequire: 100rel\nRSeq: 1", "early");
  if (steps-- == 0)
    return;
  phone_agent_stage_answer (stage, "PRACK", 200, NULL, NULL);
  if (steps-- == 0)
    return;
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  if (steps-- == 0)
    return;
  phone_agent_stage_request (stage, "INVITE", 0, PHONE_STAGE_CONTACT, "new offer");
  phone_agent_stage_expect (stage, "488");
  if (steps-- == 0)
    return;
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "BYE");
}

static void
test_cut_off_outgoing (void)
{
  for (guint steps = 0; steps <= 6; steps++)
    {
      PhoneAgentStage stage = { NULL, };
      PhoneSipSessionState state;

      phone_agent_stage_open (&stage, NULL);
      run_outgoing (&stage, steps);
      phone_agent_stage_advance (&stage, 200000);
      state = phone_sip_session_get_state (stage.session);
      if (steps == 1 || steps == 2 || steps == 3)
        {
          /* A proxy that said 100 owes an answer (RFC 3261 §16.8); a person gives up. */
          g_assert_cmpint (state, ==, PHONE_SIP_SESSION_STATE_1XX_RECEIVED);
          phone_sip_session_terminate (stage.session, NULL, NULL);
        }
      else
        {
          g_assert_cmpint (state, ==, PHONE_SIP_SESSION_STATE_TERMINATED);
        }
      assert_let_go (&stage);
      g_assert_cmpint (phone_sip_session_get_state (stage.session), ==, PHONE_SIP_SESSION_STATE_TERMINATED);
      g_assert_cmpuint (phone_fake_clock_get_n_timers (stage.clock), ==, 0);
      phone_agent_stage_close (&stage);
    }
}

static void
run_incoming (PhoneAgentStage *stage,
              guint            steps)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE", "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  if (steps-- == 0)
    return;
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  if (steps-- == 0)
    return;
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  if (steps-- == 0)
    return;
  phone_sip_session_terminate (stage->session, NULL, NULL);
}

static void
test_cut_off_incoming (void)
{
  for (guint steps = 0; steps <= 3; steps++)
    {
      PhoneAgentStage stage = { NULL, };

      phone_agent_stage_open (&stage, NULL);
      run_incoming (&stage, steps);
      phone_agent_stage_advance (&stage, 200000);
      assert_let_go (&stage);
      g_assert_cmpint (phone_sip_session_get_state (stage.session), ==, PHONE_SIP_SESSION_STATE_TERMINATED);
      g_assert_cmpuint (phone_fake_clock_get_n_timers (stage.clock), ==, 0);
      phone_agent_stage_close (&stage);
    }
}

/* The same with the connection broken at each frame of either direction. */
static void
test_broken_at_every_message (void)
{
  for (guint frame = 0; frame < 12; frame++)
    {
      PhoneAgentStage stage = { NULL, };
      g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);

      phone_agent_stage_open (&stage, NULL);
      phone_fake_socket_cut_after (stage.socket, frame);
      stage.session = phone_sip_agent_create_session (stage.agent, bob);
      phone_agent_stage_watch (&stage, stage.session);
      phone_sip_session_connect (stage.session, "offer", NULL, NULL);
      phone_agent_stage_pump (&stage);
      while (phone_scripted_peer_get_n_waiting (stage.peer) > 0 && phone_sip_session_is_in_progress (stage.session))
        {
          g_autoptr(PhoneSipMessage) invite = phone_scripted_peer_expect (stage.peer, "INVITE");

          phone_scripted_peer_reply (stage.peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
          phone_scripted_peer_reply (stage.peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
          phone_agent_stage_pump (&stage);
        }
      phone_agent_stage_advance (&stage, 200000);
      assert_let_go (&stage);
      g_assert_cmpint (phone_sip_session_get_state (stage.session), ==, PHONE_SIP_SESSION_STATE_TERMINATED);
      phone_agent_stage_close (&stage);
    }
}

#define ADD(path, function) g_test_add ("/sip/session/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sip/session/machine", test_machine);
  ADD ("calls-and-hangs-up", test_call);
  ADD ("is-hung-up-by-the-peer", test_peer_hangs_up);
  ADD ("knows-no-dialog-after-the-end", test_dialog_is_over);
  ADD ("is-called", test_incoming);
  ADD ("names-the-cause-of-a-refusal", test_refused);
  ADD ("shows-where-a-redirection-leads", test_redirected);
  ADD ("times-out", test_timeout);
  ADD ("calls-anonymously", test_options);
  ADD ("calls-as-somebody-else", test_from_user);
  ADD ("refuses-a-bad-header", test_bad_header);
  ADD ("lets-sending-change-the-invite", test_sending_changes);
  ADD ("lets-sending-close-it", test_sending_closes);
  ADD ("fails-when-sending-spoils-the-invite", test_sending_spoils);
  ADD ("cancels-after-the-first-provisional", test_cancel_after_provisional);
  ADD ("acknowledges-and-ends-an-answer-that-crossed-cancel", test_cancel_crosses_answer);
  ADD ("forgets-an-unanswered-cancel", test_cancel_unanswered);
  ADD ("is-dropped-unsent", test_terminate_unsent);
  ADD ("acknowledges-a-repeated-answer", test_repeated_answer);
  ADD ("acknowledges-a-repeated-answer-after-bye", test_repeated_answer_after_bye);
  ADD ("ends-only-the-extra-fork", test_forked);
  ADD ("ends-an-answer-without-sdp", test_no_sdp_in_answer);
  ADD ("answers-a-late-offer", test_late_offer_out);
  ADD ("ends-a-late-offer-that-nobody-hears", test_late_offer_unheard);
  ADD ("makes-a-late-offer", test_late_offer_in);
  ADD ("ends-without-answer-to-its-late-offer", test_late_offer_in_unanswered);
  ADD ("rejects", test_reject);
  ADD ("rejects-with-480", test_reject_by_default);
  ADD ("is-cancelled", test_cancelled);
  ADD ("is-answered-elsewhere", test_answered_elsewhere);
  ADD ("ignores-cancel-after-its-answer", test_cancel_after_answer);
  ADD ("gives-up-when-nobody-answers", test_no_answer);
  ADD ("expires-as-the-caller-said", test_expires);
  ADD ("repeats-its-answer-until-no-ack-ends-it", test_missing_ack);
  ADD ("holds-bye-until-the-ack", test_bye_waits_for_ack);
  ADD ("sends-bye-when-no-ack-comes", test_bye_without_ack);
  ADD ("takes-an-early-bye", test_early_bye);
  ADD ("refuses-invites-it-cannot-take", test_unacceptable_invites);
  ADD ("is-refused-when-nobody-listens", test_nobody_home);
  ADD ("calls-again-with-a-longer-interval", test_422);
  g_test_add_func ("/sip/session/proves-itself-to-registrar-and-proxy", test_401_then_407);
  g_test_add_func ("/sip/session/believes-an-asserted-identity-only-if-trusted", test_asserted_identity);
  ADD ("keeps-the-rules-of-the-dialog", test_in_dialog_rules);
  ADD ("passes-messages-in-the-dialog-on", test_page_in_dialog);
  ADD ("ignores-the-ack-of-another-number", test_foreign_ack);
  ADD ("sends-info", test_info_out);
  ADD ("survives-a-lost-info", test_info_lost);
  ADD ("sends-info-early", test_early_info);
  ADD ("survives-a-lost-connection", test_connection_lost);
  ADD ("fails-when-the-connection-breaks-while-calling", test_connection_lost_while_calling);
  ADD ("fails-when-the-connection-breaks-while-ringing", test_connection_lost_while_ringing);
  ADD ("acknowledges-reliable-provisionals", test_prack_out);
  ADD ("answers-an-offer-in-prack", test_prack_with_answer);
  ADD ("rings-reliably", test_prack_in);
  ADD ("gives-up-without-prack", test_prack_missing);
  ADD ("takes-early-media", test_early_media_out);
  ADD ("ignores-a-provisional-without-tag", test_tagless_provisional);
  ADD ("is-replaced", test_replaced);
  ADD ("refuses-to-be-replaced", test_replaces_refused);
  g_test_add_func ("/sip/session/cut-off/outgoing", test_cut_off_outgoing);
  g_test_add_func ("/sip/session/cut-off/incoming", test_cut_off_incoming);
  g_test_add_func ("/sip/session/cut-off/broken-at-every-message", test_broken_at_every_message);

  return g_test_run ();
}
