/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-agent-stage.h"

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

/* One word for what the three questions say together. */
static void
assert_is (PhoneAgentStage *stage,
           const char      *expected)
{
  GString *said = g_string_new (NULL);

  phone_agent_stage_pump (stage);
  g_string_append (said, phone_sip_session_is_in_progress (stage->session) ? "in-progress" : "");
  g_string_append (said, phone_sip_session_is_established (stage->session) ? "established" : "");
  g_string_append (said, phone_sip_session_is_ended (stage->session) ? "ended" : "");
  g_assert_cmpstr (said->str, ==, expected);
  g_string_free (said, TRUE);
}

static void
test_outgoing (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipMessage) invite = NULL;

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  g_assert_true (phone_sip_session_is_outgoing (stage->session));
  assert_is (stage, "in-progress");
  g_assert_false (phone_sip_session_is_ready_to_modify (stage->session));
  phone_sip_session_connect (stage->session, "offer", NULL, NULL);
  invite = phone_scripted_peer_expect (stage->peer, "INVITE");
  assert_is (stage, "in-progress");
  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  assert_is (stage, "in-progress");
  g_assert_false (phone_sip_session_is_ready_to_modify (stage->session));
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  assert_is (stage, "established");
  g_assert_true (phone_sip_session_is_ready_to_modify (stage->session));
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  assert_is (stage, "ended");
  g_assert_false (phone_sip_session_is_ready_to_modify (stage->session));
}

static void
test_incoming (PhoneAgentStage *stage,
               gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  assert_is (stage, "in-progress");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  assert_is (stage, "in-progress");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  assert_is (stage, "established");
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  assert_is (stage, "established");
  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  assert_is (stage, "ended");
}

/* It waits for the final response, but for its owner it is over. */
static void
test_cancelled (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_sip_session_terminate (stage->session, NULL, NULL);
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CANCELED);
  assert_is (stage, "ended");
  phone_scripted_peer_reply (stage->peer, invite, 487, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  assert_is (stage, "ended");
}

static void
assert_address (PhoneSipAddress *address,
                const char      *display_name,
                const char      *uri)
{
  g_autofree char *text = phone_sip_uri_to_string (phone_sip_address_get_uri (address));

  g_assert_cmpstr (phone_sip_address_get_display_name (address), ==, display_name);
  g_assert_cmpstr (text, ==, uri);
}

static void
test_identities_outgoing (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  PhoneSipConnectOptions options = { .from_user = "office", .from_display_name = "The Office" };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", &options);
  g_autoptr(PhoneSipAddress) from = phone_sip_message_get_address (invite, PHONE_SIP_HEADER_FROM);
  g_autofree char *id = g_strconcat (phone_sip_message_get_call_id (invite), phone_sip_message_get_from_tag (invite), NULL);

  assert_address (phone_sip_session_get_local (stage->session), "The Office", "sip:office@example.org");
  assert_address (from, "The Office", "sip:office@example.org");
  assert_address (phone_sip_session_get_remote (stage->session), NULL, "sip:bob@example.org");
  g_assert_cmpstr (phone_sip_session_get_id (stage->session), ==, id);
}

static void
test_identities_incoming (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  g_assert_false (phone_sip_session_is_outgoing (stage->session));
  assert_address (phone_sip_session_get_local (stage->session), NULL, "sip:alice@example.org");
  assert_address (phone_sip_session_get_remote (stage->session), "Bob", "sip:bob@example.org");
  g_assert_cmpstr (phone_sip_session_get_id (stage->session), ==, "call-of-bob-0peer");
}

static void
test_times (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  gint64 before = g_get_real_time () / 1000;

  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_pump (stage);
  g_assert_cmpint (phone_sip_session_get_start_time (stage->session), ==, 0);
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  g_assert_cmpint (phone_sip_session_get_start_time (stage->session), >=, before);
  g_assert_cmpint (phone_sip_session_get_end_time (stage->session), ==, 0);
  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  g_assert_cmpint (phone_sip_session_get_end_time (stage->session), >=, phone_sip_session_get_start_time (stage->session));
}

static void
test_times_of_failure (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply (stage->peer, invite, 486, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "sending;failed remote 486 Busy;");
  g_assert_cmpint (phone_sip_session_get_start_time (stage->session), ==, 0);
  g_assert_cmpint (phone_sip_session_get_end_time (stage->session), ==, 0);
}

/* Which message an event carries: a status, a method, or none. */
static void
note (GString         *events,
      const char      *name,
      const char      *originator,
      PhoneSipMessage *message,
      const char      *cause)
{
  g_autofree char *status = message != NULL ? g_strdup_printf ("%u", phone_sip_message_get_status (message)) : NULL;

  g_string_append_printf (events, "%s %s %s%s%s;", name, originator,
                          message == NULL ? "-" : phone_sip_message_is_request (message) ? phone_sip_message_get_method_name (message) : status,
                          cause != NULL ? " " : "", cause != NULL ? cause : "");
}

static void
progress_cb (GString         *events,
             const char      *originator,
             PhoneSipMessage *message)
{
  note (events, "progress", originator, message, NULL);
}

static void
accepted_cb (GString         *events,
             const char      *originator,
             PhoneSipMessage *message)
{
  note (events, "accepted", originator, message, NULL);
}

static void
confirmed_cb (GString         *events,
              const char      *originator,
              PhoneSipMessage *message)
{
  note (events, "confirmed", originator, message, NULL);
}

static void
ended_cb (GString         *events,
          const char      *originator,
          PhoneSipMessage *message,
          const char      *cause)
{
  note (events, "ended", originator, message, cause);
}

static void
failed_cb (GString         *events,
           const char      *originator,
           PhoneSipMessage *message,
           const char      *cause)
{
  note (events, "failed", originator, message, cause);
}

/* The clean-up is done: there is nothing left to end. */
static void
over_cb (PhoneSipSession *session)
{
  g_assert_true (phone_sip_session_is_ended (session));
  g_assert_false (phone_sip_session_terminate (session, NULL, NULL));
}

static void
listen (PhoneAgentStage *stage,
        GString         *events)
{
  g_signal_connect_swapped (stage->session, "progress", G_CALLBACK (progress_cb), events);
  g_signal_connect_swapped (stage->session, "accepted", G_CALLBACK (accepted_cb), events);
  g_signal_connect_swapped (stage->session, "confirmed", G_CALLBACK (confirmed_cb), events);
  g_signal_connect_swapped (stage->session, "ended", G_CALLBACK (ended_cb), events);
  g_signal_connect_swapped (stage->session, "failed", G_CALLBACK (failed_cb), events);
  g_signal_connect (stage->session, "ended", G_CALLBACK (over_cb), NULL);
  g_signal_connect (stage->session, "failed", G_CALLBACK (over_cb), NULL);
}

static void
expect_events (PhoneAgentStage *stage,
               GString         *events,
               const char      *expected)
{
  phone_agent_stage_pump (stage);
  g_assert_cmpstr (events->str, ==, expected);
  g_signal_handlers_disconnect_by_data (stage->session, events);
}

static void
test_events_outgoing (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(GString) events = g_string_new (NULL);
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  listen (stage, events);
  phone_scripted_peer_reply (stage->peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  expect_events (stage, events, "progress remote 180;accepted remote 200;confirmed local -;ended remote BYE Terminated;");
}

static void
test_events_incoming (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(GString) events = g_string_new (NULL);

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  listen (stage, events);
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  phone_sip_session_terminate (stage->session, NULL, NULL);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  expect_events (stage, events, "progress local -;accepted local -;confirmed remote ACK;ended local - Terminated;");
}

static void
test_events_refused (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(GString) events = g_string_new (NULL);
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  listen (stage, events);
  phone_scripted_peer_reply (stage->peer, invite, 486, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  expect_events (stage, events, "failed remote 486 Busy;");
}

static void
test_events_cancelled (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(GString) events = g_string_new (NULL);

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  listen (stage, events);
  phone_scripted_peer_send (stage->peer,
                            "CANCEL sip:alice@example.org SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKinvite0\n"
                            "From: \"Bob\" <sip:bob@example.org>;tag=peer\nTo: <sip:alice@example.org>\nCall-ID: call-of-bob-0\nCSeq: 1 CANCEL\n\n");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect (stage, "487");
  expect_events (stage, events, "failed remote CANCEL Canceled;");
}

static void
test_events_lost (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  g_autoptr(GString) events = g_string_new (NULL);
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  listen (stage, events);
  phone_agent_stage_advance (stage, 32100);
  expect_events (stage, events, "failed system - Request Timeout;");
}

/* RFC 6228: one of several telephones gave up; the call itself goes on. */
static void
test_199 (PhoneAgentStage *stage,
          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply_as (stage->peer, "desk", invite, 180, PHONE_STAGE_CONTACT, NULL);
  phone_scripted_peer_reply_as (stage->peer, "desk", invite, 199, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect_log (stage, "sending;progress remote 180;progress remote 199;");
  assert_is (stage, "in-progress");
  phone_scripted_peer_reply_as (stage->peer, "cell", invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "answer answer;accepted remote;confirmed local;");
}

static void
reject_cb (PhoneAgentStage *stage,
           PhoneSipSession *session,
           PhoneSipMessage *request)
{
  PhoneSipTerminateOptions busy = { .status = 486 };

  g_set_object (&stage->session, session);
  phone_agent_stage_watch (stage, session);
  g_assert_true (phone_sip_session_terminate (session, &busy, NULL));
}

static void
test_rejected_at_once (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_signal_connect_swapped (stage->agent, "new-session", G_CALLBACK (reject_cb), stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_agent_stage_expect (stage, "486");
  phone_agent_stage_expect_log (stage, "failed local 0 Rejected;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  assert_is (stage, "ended");
}

#define ADD(path, function) g_test_add ("/sip/session-state/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("of-an-outgoing-call", test_outgoing);
  ADD ("of-an-incoming-call", test_incoming);
  ADD ("of-a-cancelled-call", test_cancelled);
  ADD ("names-both-sides-of-an-outgoing-call", test_identities_outgoing);
  ADD ("names-both-sides-of-an-incoming-call", test_identities_incoming);
  ADD ("tells-when-it-was-answered-and-ended", test_times);
  ADD ("has-no-times-when-it-failed", test_times_of_failure);
  ADD ("events-carry-their-message/outgoing", test_events_outgoing);
  ADD ("events-carry-their-message/incoming", test_events_incoming);
  ADD ("events-carry-their-message/refused", test_events_refused);
  ADD ("events-carry-their-message/cancelled", test_events_cancelled);
  ADD ("events-carry-their-message/lost", test_events_lost);
  ADD ("goes-on-after-199", test_199);
  ADD ("is-rejected-before-it-rings", test_rejected_at_once);

  return g_test_run ();
}
