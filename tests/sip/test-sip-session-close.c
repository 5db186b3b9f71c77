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

static const char * const extra[] = { "X-Door: green", NULL };

static void
test_bye (PhoneAgentStage *stage,
          gconstpointer    data)
{
  PhoneSipTerminateOptions options = { .status = 486, .reason = "On the phone", .cause = "Had enough", .extra_headers = extra,
                                       .content_type = "text/plain", .body = "good bye" };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) bye = NULL;

  g_assert_true (phone_sip_session_terminate (stage->session, &options, NULL));
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (header (bye, "Reason"), ==, "SIP ;cause=486 ;text=\"On the phone\"");
  g_assert_cmpstr (header (bye, "X-Door"), ==, "green");
  g_assert_cmpstr (phone_sip_message_get_content_type (bye), ==, "text/plain");
  g_assert_cmpstr (phone_sip_message_get_body (bye, NULL), ==, "good bye");
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Had enough;");
}

static void
test_plain_bye (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) bye = NULL;

  g_assert_true (phone_sip_session_terminate (stage->session, NULL, NULL));
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_null (header (bye, "Reason"));
  g_assert_null (phone_sip_message_get_body (bye, NULL));
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Terminated;");
}

/* Held until the ACK, it still says all of it. */
static void
test_held_bye (PhoneAgentStage *stage,
               gconstpointer    data)
{
  PhoneSipTerminateOptions options = { .status = 500, .cause = "Had enough", .extra_headers = extra, .content_type = "text/plain", .body = "good bye" };
  g_autoptr(PhoneSipMessage) bye = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  g_assert_true (phone_sip_session_terminate (stage->session, &options, NULL));
  phone_agent_stage_expect_log (stage, "new;accepted local;ended local Had enough;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (header (bye, "Reason"), ==, "SIP ;cause=500 ;text=\"Server Internal Error\"");
  g_assert_cmpstr (header (bye, "X-Door"), ==, "green");
  g_assert_cmpstr (phone_sip_message_get_body (bye, NULL), ==, "good bye");
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
}

/* CANCEL goes hop by hop (RFC 3261 §9.1): it has a reason, and nothing else of ours. */
static void
test_cancel (PhoneAgentStage *stage,
             gconstpointer    data)
{
  PhoneSipTerminateOptions options = { .status = 408, .extra_headers = extra, .content_type = "text/plain", .body = "good bye" };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipMessage) cancel = NULL;

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_pump (stage);
  g_assert_true (phone_sip_session_terminate (stage->session, &options, NULL));
  cancel = phone_scripted_peer_expect (stage->peer, "CANCEL");
  g_assert_cmpstr (header (cancel, "Reason"), ==, "SIP ;cause=408 ;text=\"Request Timeout\"");
  g_assert_null (header (cancel, "X-Door"));
  g_assert_null (phone_sip_message_get_body (cancel, NULL));
  g_assert_cmpuint (phone_sip_message_get_cseq (cancel), ==, phone_sip_message_get_cseq (invite));
  phone_scripted_peer_reply (stage->peer, cancel, 200, NULL, NULL);
  phone_scripted_peer_reply (stage->peer, invite, 487, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "sending;progress remote 180;failed local 0 Canceled;");
}

static void
test_refusal (PhoneAgentStage *stage,
              gconstpointer    data)
{
  PhoneSipTerminateOptions options = { .status = 603, .cause = "Not for me", .extra_headers = extra, .content_type = "text/plain", .body = "good bye" };
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  g_assert_true (phone_sip_session_terminate (stage->session, &options, NULL));
  response = phone_scripted_peer_expect (stage->peer, "603");
  g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Decline");
  g_assert_cmpstr (header (response, "X-Door"), ==, "green");
  g_assert_cmpstr (phone_sip_message_get_content_type (response), ==, "text/plain");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "good bye");
  phone_agent_stage_expect_log (stage, "new;failed local 0 Not for me;");
}

static void
assert_refuses (PhoneAgentStage *stage,
                guint            status)
{
  PhoneSipTerminateOptions options = { .status = status };
  g_autoptr(GError) error = NULL;

  g_assert_false (phone_sip_session_terminate (stage->session, &options, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_assert_false (phone_sip_session_is_ended (stage->session));
}

static void
test_status_as_caller (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  assert_refuses (stage, 199);
  assert_refuses (stage, 700);
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  assert_refuses (stage, 199);
  assert_refuses (stage, 700);
}

static void
test_status_as_called (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  assert_refuses (stage, 180);
  assert_refuses (stage, 299);
  assert_refuses (stage, 700);
}

static void
test_twice (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(GError) error = NULL;

  g_assert_true (phone_sip_session_terminate (stage->session, NULL, NULL));
  g_assert_false (phone_sip_session_terminate (stage->session, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_expect_log (stage, "ended local Terminated;");
}

#define ADD(path, function) g_test_add ("/sip/session-close/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("bye-says-what-it-is-told", test_bye);
  ADD ("bye-says-nothing-by-itself", test_plain_bye);
  ADD ("held-bye-says-what-it-is-told", test_held_bye);
  ADD ("cancel-gives-a-reason-only", test_cancel);
  ADD ("refusal-says-what-it-is-told", test_refusal);
  ADD ("statuses-that-end-no-call/as-caller", test_status_as_caller);
  ADD ("statuses-that-end-no-call/as-called", test_status_as_called);
  ADD ("is-closed-once", test_twice);

  return g_test_run ();
}
