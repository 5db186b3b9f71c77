/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-stage.h"

#include <string.h>

static void
set_up (PhoneUaStage  *stage,
        gconstpointer  data)
{
  phone_ua_stage_open (stage, NULL);
}

static void
tear_down (PhoneUaStage  *stage,
           gconstpointer  data)
{
  phone_ua_stage_close (stage);
}

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
test_options (PhoneUaStage  *stage,
              gconstpointer  data)
{
  static const char * const extra[] = { "X-Door: green", NULL };
  PhoneCallAnswerOptions options = { .extra_headers = extra, .session_expires = 180 };
  PhoneCall *call = phone_ua_stage_invite (stage, PHONE_UA_STAGE_SDP);
  g_autoptr (PhoneSipMessage) response = NULL;

  g_assert_true (phone_call_answer_with (call, &options, NULL));
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (header (response, "X-Door"), ==, "green");
  g_assert_cmpstr (header (response, "Session-Expires"), ==, "180;refresher=uas");
  phone_ua_stage_request (stage, "ACK", 1, NULL, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
}

/* The INVITE asks for our offer; its answer comes with the ACK. */
static void
test_late_offer (PhoneUaStage  *stage,
                 gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_invite (stage, NULL);
  GString *events = phone_ua_pair_record_events (call);
  g_autoptr (PhoneSipMessage) response = NULL;

  g_assert_true (phone_call_answer (call, FALSE, NULL));
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_nonnull (strstr (phone_sip_message_get_body (response, NULL), "a=sendrecv"));
  phone_ua_stage_request (stage, "ACK", 1, "Content-Type: application/sdp", PHONE_UA_STAGE_SDP);
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_true (phone_call_is_ready_to_modify (call));
  g_assert_cmpstr (events->str, ==, "peerconnection connecting sdp accepted sdp confirmed ");
}

static void
test_late_offer_unanswered (PhoneUaStage  *stage,
                            gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_invite (stage, NULL);
  g_autoptr (PhoneSipMessage) bye = NULL;

  g_assert_true (phone_call_answer (call, FALSE, NULL));
  phone_ua_stage_expect (stage, "200");
  phone_ua_stage_request (stage, "ACK", 1, NULL, NULL);
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (header (bye, "Reason"), ==, "SIP ;cause=400 ;text=\"Missing SDP\"");
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (call), ==, "Missing SDP");
  g_assert_cmpint (phone_call_get_end_reason (call), ==, PHONE_CALL_END_INCOMPATIBLE);
}

static const char held_sdp[] =
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:96 opus/48000/2\r\na=sendonly\r\n";

/* Sound while it rings comes from somewhere else than the person who answers. */
static void
test_early_answer (PhoneUaStage  *stage,
                   gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);
  GString *events = phone_ua_pair_record_events (call);

  phone_scripted_peer_reply (stage->peer, stage->dialog, 183, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  phone_ua_pair_settle ();
  g_assert_true (phone_call_has_early_media (call));
  g_assert_cmpstr (events->str, ==, "sdp progress ");
  phone_scripted_peer_reply (stage->peer, stage->dialog, 200, PHONE_UA_STAGE_CONTACT, held_sdp);
  phone_ua_stage_expect (stage, "ACK");
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_cmpstr (events->str, ==, "sdp progress sdp accepted confirmed hold ");
  g_assert_true (phone_call_get_remote_hold (call));
  g_assert_cmpstr (phone_sip_session_get_remote_sdp (phone_call_get_session (call)), ==, held_sdp);
  g_assert_true (phone_call_is_ready_to_modify (call));
}

/* Dials, hears early media of one fork, and is answered by another. */
static PhoneCall *
dial_a_fork (PhoneUaStage *stage)
{
  PhoneCall *call = phone_ua_stage_dial (stage);

  phone_scripted_peer_reply (stage->peer, stage->dialog, 183, PHONE_UA_STAGE_CONTACT, held_sdp);
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  phone_ua_pair_settle ();
  phone_fake_media_set_stranded (phone_ua_pair_get_media (call));
  phone_scripted_peer_reply (stage->peer, stage->dialog, 200, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (stage, "ACK");
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();

  return call;
}

/* Media goes to the first fork; for the second one ICE restarts, and once is enough. */
static void
test_another_fork_answers (PhoneUaStage  *stage,
                           gconstpointer  data)
{
  PhoneCall *call = dial_a_fork (stage);
  g_autoptr (PhoneSipMessage) offer = phone_scripted_peer_expect (stage->peer, "INVITE");

  g_assert_cmpuint (phone_fake_media_get_n_restarts (phone_ua_pair_get_media (call)), ==, 1);
  g_assert_nonnull (strstr (phone_sip_message_get_body (offer, NULL), "a=sendrecv"));
  phone_scripted_peer_reply (stage->peer, offer, 200, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (stage, "ACK");
  phone_ua_pair_settle ();
  g_assert_true (phone_call_is_ready_to_modify (call));
  g_assert_false (phone_call_get_busy (call));
  g_assert_false (phone_call_get_remote_hold (call));
  g_assert_cmpstr (phone_call_get_problem (call), ==, "");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

/* The call goes on without media, says why, and tries anew with whatever is changed next. */
static void
test_another_fork_refuses (PhoneUaStage  *stage,
                           gconstpointer  data)
{
  PhoneCall *call = dial_a_fork (stage);
  g_autoptr (PhoneSipMessage) offer = phone_scripted_peer_expect (stage->peer, "INVITE");

  phone_scripted_peer_reply (stage->peer, offer, 488, NULL, NULL);
  phone_ua_stage_expect (stage, "ACK");
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpstr (phone_call_get_problem (call), ==, "Incompatible SDP");
  g_assert_false (phone_call_get_encrypted (call));
  g_assert_false (phone_call_get_busy (call));
  g_assert_cmpuint (phone_fake_media_get_n_abandoned (phone_ua_pair_get_media (call)), ==, 1);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

/* Both offer at once: theirs goes first, ours after it. */
static void
test_another_fork_offers_too (PhoneUaStage  *stage,
                              gconstpointer  data)
{
  PhoneCall *call = dial_a_fork (stage);
  g_autoptr (PhoneSipMessage) offer = phone_scripted_peer_expect (stage->peer, "INVITE");
  g_autoptr (PhoneSipMessage) again = NULL;

  phone_ua_stage_request (stage, "INVITE", 7, PHONE_UA_STAGE_CONTACT "\nContent-Type: application/sdp", held_sdp);
  phone_ua_stage_expect (stage, "491");
  phone_ua_stage_request (stage, "ACK", 7, NULL, NULL);
  phone_scripted_peer_reply (stage->peer, offer, 491, NULL, NULL);
  phone_ua_stage_expect (stage, "ACK");
  phone_ua_stage_request (stage, "INVITE", 8, PHONE_UA_STAGE_CONTACT "\nContent-Type: application/sdp", held_sdp);
  phone_ua_stage_expect (stage, "200");
  phone_ua_stage_request (stage, "ACK", 8, NULL, NULL);
  phone_ua_stage_advance (stage, 200);
  again = phone_scripted_peer_expect (stage->peer, "INVITE");
  phone_scripted_peer_reply (stage->peer, again, 200, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (stage, "ACK");
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpstr (phone_call_get_problem (call), ==, "");
  g_assert_cmpuint (phone_fake_media_get_n_restarts (phone_ua_pair_get_media (call)), ==, 2);
  g_assert_true (phone_call_is_ready_to_modify (call));
}

/* A fork that was heard and cannot be reached any more is not the call. */
static void
test_early_media_fails (PhoneUaStage  *stage,
                        gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE, "gone");

  phone_scripted_peer_reply (stage->peer, stage->dialog, 183, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  phone_ua_pair_settle ();
  phone_fake_media_fail (phone_ua_pair_get_media (call), error);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_RINGING);
  phone_scripted_peer_reply (stage->peer, stage->dialog, 200, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (stage, "ACK");
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_fake_media_fail (phone_ua_pair_get_media (call), error);
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_reason (call), ==, PHONE_CALL_END_MEDIA);
}

/* The refresh repeats our offer; its answer is news, and is taken like any other. */
static void
test_refresh_answered_otherwise (PhoneUaStage  *stage,
                                 gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);
  static const struct { const char *answer; gboolean held; } rows[] = {
    { PHONE_UA_STAGE_SDP, FALSE }, { held_sdp, TRUE }, { held_sdp, TRUE }, { PHONE_UA_STAGE_SDP, FALSE },
  };

  phone_scripted_peer_reply (stage->peer, stage->dialog, 200, PHONE_UA_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac", PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (stage, "ACK");
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PhoneSipMessage) again = NULL;

      phone_ua_stage_advance (stage, 50000);
      again = phone_scripted_peer_expect (stage->peer, "INVITE");
      phone_scripted_peer_reply (stage->peer, again, 200, PHONE_UA_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac", rows[i].answer);
      phone_ua_stage_expect (stage, "ACK");
      phone_ua_pair_settle ();
      g_assert_true (!phone_call_get_remote_hold (call) == !rows[i].held);
      g_assert_true (phone_call_is_ready_to_modify (call));
      g_assert_cmpstr (phone_call_get_problem (call), ==, "");
    }
}

static void
test_bad_early_answer (PhoneUaStage  *stage,
                       gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);
  GString *events = phone_ua_pair_record_events (call);

  phone_scripted_peer_reply (stage->peer, stage->dialog, 183, PHONE_UA_STAGE_CONTACT, "v=0\r\n");
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  phone_ua_pair_settle ();
  g_assert_cmpstr (events->str, ==, "sdp progress peerconnection:setremotedescriptionfailed ");
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_RINGING);
  phone_scripted_peer_reply (stage->peer, stage->dialog, 200, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (stage, "ACK");
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_true (phone_call_is_ready_to_modify (call));
}

static void
test_bad_answer (PhoneUaStage  *stage,
                 gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);
  g_autoptr (PhoneSipMessage) bye = NULL;

  phone_scripted_peer_reply (stage->peer, stage->dialog, 200, PHONE_UA_STAGE_CONTACT, "v=0\r\n");
  phone_ua_stage_expect (stage, "ACK");
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_true (g_str_has_prefix (header (bye, "Reason"), "SIP ;cause=488 "));
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (call), ==, "Bad Media Description");
}

#define ADD(path, function) g_test_add ("/calls/call-answer/" path, PhoneUaStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("carries-headers-and-timer", test_options);
  ADD ("offers-when-the-invite-does-not", test_late_offer);
  ADD ("ends-without-answer-to-its-offer", test_late_offer_unanswered);
  ADD ("the-last-answer-counts", test_early_answer);
  ADD ("another-fork-gets-media-by-an-ice-restart", test_another_fork_answers);
  ADD ("another-fork-may-refuse-the-ice-restart", test_another_fork_refuses);
  ADD ("another-fork-may-offer-too", test_another_fork_offers_too);
  ADD ("early-media-that-fails-is-not-the-end", test_early_media_fails);
  ADD ("a-refresh-may-be-answered-otherwise", test_refresh_answered_otherwise);
  ADD ("a-bad-early-answer-does-no-harm", test_bad_early_answer);
  ADD ("a-bad-answer-ends-the-call", test_bad_answer);

  return g_test_run ();
}
