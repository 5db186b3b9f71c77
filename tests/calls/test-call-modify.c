/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-stage.h"

#include "phone-expect.h"

#include <string.h>

static void
settle (PhoneUaPair *pair)
{
  phone_ua_pair_settle ();
  phone_fake_clock_advance (pair->clock, 1);
  phone_ua_pair_settle ();
}

static gboolean
is_idle (gpointer data)
{
  return !phone_call_get_busy (data);
}

static void
test_hold (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);
  GString *ours = phone_ua_pair_record_events (caller);
  GString *theirs = phone_ua_pair_record_events (callee);

  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_fake_media_get_hold (phone_ua_pair_get_media (caller)));
  g_assert_true (phone_call_get_busy (caller));
  g_assert_cmpstr (ours->str, ==, "hold ");
  settle (pair);
  g_assert_cmpint (phone_media_sdp_get_direction (phone_sip_session_get_remote_sdp (phone_call_get_session (callee)), FALSE), ==,
                   PHONE_MEDIA_DIRECTION_SEND);
  g_assert_false (phone_call_get_busy (caller));
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_false (phone_call_get_remote_hold (caller));
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_false (phone_call_get_local_hold (caller));
  g_assert_false (phone_call_get_remote_hold (callee));
  g_assert_true (phone_call_get_local_video (caller));
  g_assert_true (phone_call_get_local_video (callee));
  g_assert_true (g_str_has_prefix (ours->str, "hold sdp sdp unhold sdp sdp "));
  g_assert_cmpstr (theirs->str, ==, "reinvite sdp sdp hold reinvite sdp sdp unhold ");
}

static void
test_tells_who (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  GString *ours = phone_ua_pair_record_details (caller);
  GString *theirs = phone_ua_pair_record_details (callee);

  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_cmpstr (ours->str, ==, "hold local;");
  settle (pair);
  g_assert_cmpstr (ours->str, ==, "hold local;sdp local offer;sdp remote answer;");
  g_assert_cmpstr (theirs->str, ==, "reinvite sdp;sdp remote offer;sdp local answer;hold remote;");
  g_string_truncate (ours, 0);
  g_string_truncate (theirs, 0);
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_cmpstr (ours->str, ==, "unhold local;sdp local offer;sdp remote answer;");
  g_assert_cmpstr (theirs->str, ==, "reinvite sdp;sdp remote offer;sdp local answer;unhold remote;");
}

#define HEAD  "v=0\r\no=- 1 9 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 opus/48000/2\r\na=mid:0\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 97\r\na=rtpmap:97 VP8/90000\r\na=mid:1\r\n"

static void
answer_offer_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  const char *answer = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = phone_sip_session_modify_finish (PHONE_SIP_SESSION (source), result, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (offer, "m=audio"));
  g_assert_true (phone_sip_session_answer (PHONE_SIP_SESSION (source), answer, NULL));
}

/* Asked for an offer by somebody who held us and takes us back with the answer. */
static void
test_asked_for_an_offer (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  GString *events;

  g_assert_true (phone_call_hold (callee, NULL));
  settle (pair);
  g_assert_true (phone_call_get_remote_hold (caller));
  events = phone_ua_pair_record_details (caller);
  phone_sip_session_modify_async (phone_call_get_session (callee), PHONE_SIP_METHOD_INVITE, NULL, NULL, NULL, answer_offer_cb,
                                  (gpointer) (HEAD AUDIO "a=sendrecv\r\n"));
  settle (pair);
  g_assert_cmpstr (events->str, ==, "reinvite no sdp;sdp local offer;sdp remote answer;unhold remote;");
  g_assert_false (phone_call_get_remote_hold (caller));
  g_assert_false (phone_call_get_busy (caller));
}

/* Held is whose media are taken on no line: one that is still taken is enough. */
static void
test_every_line_counts (void)
{
  static const struct
  {
    const char *answer;
    gboolean    held;
  } rows[] = {
    { HEAD AUDIO "a=sendonly\r\n" VIDEO "a=inactive\r\n", TRUE },
    { HEAD AUDIO "a=sendonly\r\n" VIDEO "a=sendrecv\r\n", FALSE },
    { HEAD "a=inactive\r\n" AUDIO VIDEO, TRUE },
    { HEAD "a=inactive\r\n" AUDIO "a=recvonly\r\n" VIDEO, FALSE },
    { HEAD "a=sendonly\r\n" AUDIO VIDEO, TRUE },
    { HEAD AUDIO VIDEO, FALSE },
  };
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);
  GString *events = phone_ua_pair_record_details (caller);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      phone_sip_session_modify_async (phone_call_get_session (callee), PHONE_SIP_METHOD_INVITE, NULL, NULL, NULL, answer_offer_cb,
                                      (gpointer) rows[i].answer);
      settle (pair);
      g_assert_cmpint (phone_call_get_remote_hold (caller), ==, rows[i].held);
      g_assert_true (g_str_has_suffix (events->str, rows[i].held ? ";hold remote;" : ";unhold remote;"));
    }
}

static void
test_hold_twice (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_false (phone_call_unhold (caller, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_false (phone_call_hold (caller, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
}

static void
test_not_up (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_call_hold (caller, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
  g_assert_false (phone_call_set_video (caller, TRUE, NULL));
  g_assert_false (phone_call_renegotiate (caller, TRUE, NULL));
}

static void
test_both_hold (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  g_assert_true (phone_call_hold (callee, NULL));
  settle (pair);
  g_assert_true (phone_call_get_local_hold (caller) && phone_call_get_remote_hold (caller));
  g_assert_true (phone_call_get_local_hold (callee) && phone_call_get_remote_hold (callee));
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_true (phone_call_get_remote_hold (caller));
  g_assert_false (phone_call_get_remote_hold (callee));
  g_assert_true (phone_call_unhold (callee, NULL));
  settle (pair);
  g_assert_false (phone_call_get_remote_hold (caller));
  g_assert_false (phone_call_get_remote_hold (callee));
}

/* Both offers cross: 491 to both, and both get through in the end (RFC 3261 §14.1). */
static void
test_glare (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_true (phone_call_hold (callee, NULL));
  for (guint i = 0; i < 200 && (phone_call_get_busy (caller) || phone_call_get_busy (callee)); i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (pair->clock, 100);
    }
  phone_ua_pair_settle ();
  g_assert_false (phone_call_get_busy (caller) || phone_call_get_busy (callee));
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_call_get_local_hold (caller) && phone_call_get_remote_hold (caller));
  g_assert_true (phone_call_get_local_hold (callee) && phone_call_get_remote_hold (callee));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
  g_assert_cmpstr (phone_call_get_problem (callee), ==, "");
}

/* A change of mind while the first request is under way costs one more offer, and the last word counts. */
static void
test_change_of_mind (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_true (phone_call_unhold (caller, NULL));
  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_true (phone_call_set_video (caller, TRUE, NULL));
  phone_expect_until ("quiet", is_idle, caller);
  settle (pair);
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_cmpuint (phone_fake_media_get_version (phone_ua_pair_get_media (caller)), <=, 3);
}

static void
test_refused (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "no");
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  GString *events = phone_ua_pair_record_events (caller);

  phone_fake_media_set_failure (phone_ua_pair_get_media (callee), error);
  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_false (phone_call_get_local_hold (caller));
  g_assert_false (phone_call_get_remote_hold (callee));
  g_assert_false (phone_call_get_busy (caller));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "Incompatible SDP");
  g_assert_false (phone_fake_media_get_hold (phone_ua_pair_get_media (caller)));
  g_assert_cmpuint (phone_fake_media_get_n_abandoned (phone_ua_pair_get_media (caller)), ==, 1);
  g_assert_cmpstr (events->str, ==, "hold sdp unhold ");

  phone_fake_media_set_failure (phone_ua_pair_get_media (callee), NULL);
  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
  settle (pair);
  g_assert_true (phone_call_get_remote_hold (callee));
}

static gboolean
is_held (PhoneCall *call)
{
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_local_hold (call), ==, phone_fake_media_get_hold (phone_ua_pair_get_media (call)));

  return phone_call_get_local_hold (call);
}

static void
expect_offer (PhoneUaStage        *stage,
              PhoneMediaDirection  audio,
              gboolean             video,
              guint                status,
              const char          *answer)
{
  g_autoptr (PhoneSipMessage) invite = phone_scripted_peer_expect (stage->peer, "INVITE");
  const char *offer = phone_sip_message_get_body (invite, NULL);

  g_assert_cmpint (phone_media_sdp_get_direction (offer, FALSE), ==, audio);
  g_assert_cmpint ((phone_media_sdp_get_direction (offer, TRUE) & PHONE_MEDIA_DIRECTION_SEND) != 0, ==, video);
  if (status == 0)
    return;

  phone_scripted_peer_reply (stage->peer, invite, status, PHONE_UA_STAGE_CONTACT, answer);
  phone_ua_stage_expect (stage, "ACK");
  phone_ua_pair_settle ();
}

/* Whoever asks an absent peer may ask on: what is asked takes effect here, and one offer tells the rest when the first is given up. */
static void
test_silent_peer (void)
{
  PhoneUaStage stage = { NULL, };
  PhoneCall *call;

  phone_ua_stage_open (&stage, NULL);
  call = phone_ua_stage_call (&stage);
  g_assert_true (phone_call_hold (call, NULL));
  phone_ua_pair_settle ();
  expect_offer (&stage, PHONE_MEDIA_DIRECTION_SEND, FALSE, 0, NULL);
  g_assert_true (is_held (call));
  g_assert_true (phone_call_unhold (call, NULL));
  g_assert_false (is_held (call));
  g_assert_true (phone_call_hold (call, NULL));
  g_assert_true (is_held (call));
  phone_ua_stage_advance (&stage, 10000);
  g_assert_true (phone_call_unhold (call, NULL));
  g_assert_true (phone_call_set_video (call, TRUE, NULL));
  phone_ua_stage_advance (&stage, 10000);
  g_assert_false (is_held (call));
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage.peer), ==, 0);

  phone_ua_stage_advance (&stage, 12000);
  g_assert_cmpstr (phone_call_get_problem (call), ==, "Request Timeout");
  expect_offer (&stage, PHONE_MEDIA_DIRECTION_BOTH, TRUE, 200, HEAD AUDIO VIDEO);
  g_assert_false (is_held (call));
  g_assert_true (phone_call_get_local_video (call));
  g_assert_false (phone_call_get_busy (call));
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage.peer), ==, 0);
  phone_ua_stage_close (&stage);
}

/* A hold that is given up like this one ends nothing either. */
static void
test_hold_of_silent_peer (void)
{
  PhoneUaStage stage = { NULL, };
  PhoneCall *call;

  phone_ua_stage_open (&stage, NULL);
  call = phone_ua_stage_call (&stage);
  g_assert_true (phone_call_hold (call, NULL));
  phone_ua_pair_settle ();
  expect_offer (&stage, PHONE_MEDIA_DIRECTION_SEND, FALSE, 0, NULL);
  phone_ua_stage_advance (&stage, 31000);
  g_assert_true (is_held (call));
  phone_ua_stage_advance (&stage, 1000);
  g_assert_false (is_held (call));
  g_assert_false (phone_call_get_busy (call));
  g_assert_cmpstr (phone_call_get_problem (call), ==, "Request Timeout");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage.peer), ==, 0);
  phone_ua_stage_close (&stage);
}

/* What is asked while another question is open was not refused with it. */
static void
test_refusal_of_another (void)
{
  PhoneUaStage stage = { NULL, };
  PhoneCall *call;

  phone_ua_stage_open (&stage, NULL);
  call = phone_ua_stage_call (&stage);
  g_assert_true (phone_call_set_video (call, TRUE, NULL));
  phone_ua_pair_settle ();
  {
    g_autoptr (PhoneSipMessage) invite = phone_scripted_peer_expect (stage.peer, "INVITE");

    g_assert_true (phone_call_hold (call, NULL));
    phone_ua_pair_settle ();
    phone_scripted_peer_reply (stage.peer, invite, 488, NULL, NULL);
    phone_ua_stage_expect (&stage, "ACK");
    phone_ua_pair_settle ();
  }
  g_assert_true (is_held (call));
  g_assert_cmpstr (phone_call_get_problem (call), ==, "Incompatible SDP");
  expect_offer (&stage, PHONE_MEDIA_DIRECTION_SEND, FALSE, 200, HEAD AUDIO "a=recvonly\r\n");
  g_assert_true (is_held (call));
  g_assert_false (phone_call_get_local_video (call));
  g_assert_false (phone_call_get_busy (call));
  phone_ua_stage_close (&stage);
}

/* Without a server a hold is a hold, which the peer hears of later. */
static void
test_server_away (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) refusal = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "away");
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  phone_fake_socket_set_refusal (pair->sockets[0], refusal);
  phone_fake_socket_cut (pair->sockets[0]);
  phone_ua_pair_settle ();
  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  g_assert_true (is_held (caller));
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_false (is_held (caller));
  g_assert_false (phone_call_get_busy (caller));
  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  g_assert_true (is_held (caller));
  phone_fake_clock_advance (pair->clock, 3000);
  settle (pair);
  g_assert_true (is_held (caller));

  phone_fake_socket_set_refusal (pair->sockets[0], NULL);
  phone_ua_retry_now (pair->uas[0]);
  for (guint i = 0; i < 10 && phone_call_get_busy (caller); i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (pair->clock, 100);
    }
  settle (pair);
  g_assert_true (is_held (caller));
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
}

/* The connection goes while the offer is under way: it is made again by the next one. */
static void
test_server_goes (void)
{
  PhoneUaStage stage = { NULL, };
  PhoneCall *call;

  phone_ua_stage_open (&stage, NULL);
  call = phone_ua_stage_call (&stage);
  g_assert_true (phone_call_hold (call, NULL));
  phone_ua_pair_settle ();
  expect_offer (&stage, PHONE_MEDIA_DIRECTION_SEND, FALSE, 0, NULL);
  phone_fake_socket_cut (stage.sockets[0]);
  phone_ua_pair_settle ();
  g_assert_true (is_held (call));
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage.peer));
  phone_ua_retry_now (stage.ua);
  phone_ua_stage_advance (&stage, 300);
  expect_offer (&stage, PHONE_MEDIA_DIRECTION_SEND, FALSE, 200, HEAD AUDIO "a=recvonly\r\n");
  g_assert_true (is_held (call));
  g_assert_false (phone_call_get_busy (call));
  g_assert_cmpstr (phone_call_get_problem (call), ==, "");
  phone_ua_stage_close (&stage);
}

static void
test_add_video (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_set_video (caller, TRUE, NULL));
  settle (pair);
  g_assert_true (phone_call_get_local_video (caller));
  g_assert_false (phone_call_get_remote_video (caller));
  g_assert_true (phone_call_get_remote_video (callee));
  g_assert_false (phone_call_get_local_video (callee));
  g_assert_false (phone_fake_media_get_video (phone_ua_pair_get_media (callee)));

  g_assert_true (phone_call_set_video (callee, TRUE, NULL));
  settle (pair);
  g_assert_true (phone_call_get_remote_video (caller));
  g_assert_true (phone_call_get_local_video (callee));
  g_assert_true (phone_call_get_local_video (caller));

  g_assert_true (phone_call_set_video (caller, FALSE, NULL));
  settle (pair);
  g_assert_false (phone_call_get_local_video (caller));
  g_assert_true (phone_call_get_remote_video (caller));
  g_assert_false (phone_call_get_remote_video (callee));
}

static void
test_hold_keeps_video (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);

  g_assert_true (phone_call_hold (callee, NULL));
  settle (pair);
  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  g_assert_true (phone_call_unhold (callee, NULL));
  settle (pair);
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_true (phone_call_get_local_video (caller) && phone_call_get_remote_video (caller));
  g_assert_true (phone_call_get_local_video (callee) && phone_call_get_remote_video (callee));
}

static void
test_ice_restart (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);

  g_assert_true (phone_call_renegotiate (caller, TRUE, NULL));
  settle (pair);
  g_assert_cmpuint (phone_fake_media_get_n_restarts (phone_ua_pair_get_media (caller)), ==, 1);
  g_assert_false (phone_call_get_busy (caller));
  g_assert_true (phone_call_renegotiate (caller, FALSE, NULL));
  settle (pair);
  g_assert_cmpuint (phone_fake_media_get_n_restarts (phone_ua_pair_get_media (caller)), ==, 1);
  g_assert_cmpuint (phone_fake_media_get_version (phone_ua_pair_get_media (caller)), ==, 3);
}

static void
note_request_cb (PhoneSipSession *session,
                 PhoneSipMessage *request,
                 const char      *sdp,
                 GString         *log)
{
  const char *door = phone_sip_message_get_header_by_name (request, "X-Door");

  g_string_append_printf (log, "%s %s;", phone_sip_message_get_method_name (request), door ? door : "-");
}

static void
test_update (void)
{
  static const char * const extra[] = { "X-Door: green", NULL };
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  PhoneCallModifyOptions update = { .use_update = TRUE, .extra_headers = extra };
  PhoneCallModifyOptions invite = { .extra_headers = extra };
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  GString *events = phone_ua_pair_record_events (callee);

  g_signal_connect (phone_call_get_session (callee), "modification", G_CALLBACK (note_request_cb), log);
  g_assert_true (phone_call_set_hold_with (caller, TRUE, &update, NULL));
  settle (pair);
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_true (phone_call_set_hold_with (caller, FALSE, &update, NULL));
  settle (pair);
  g_assert_false (phone_call_get_remote_hold (callee));
  g_assert_cmpstr (events->str, ==, "update sdp sdp hold update sdp sdp unhold ");
  g_assert_true (phone_call_renegotiate_with (caller, &update, NULL));
  settle (pair);
  g_assert_true (phone_call_renegotiate_with (caller, &invite, NULL));
  settle (pair);
  g_assert_true (phone_call_set_hold_with (caller, TRUE, &invite, NULL));
  settle (pair);
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_cmpstr (log->str, ==, "UPDATE green;UPDATE green;UPDATE green;INVITE green;INVITE green;INVITE -;");
  g_assert_false (phone_call_get_busy (caller));
  g_signal_handlers_disconnect_by_data (phone_call_get_session (callee), log);
}

static void
test_refused_unhold (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "no");
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  phone_fake_media_set_failure (phone_ua_pair_get_media (callee), error);
  g_assert_true (phone_call_unhold (caller, NULL));
  settle (pair);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "Incompatible SDP");

  g_assert_true (phone_call_renegotiate (caller, FALSE, NULL));
  settle (pair);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "Incompatible SDP");
  g_assert_false (phone_call_get_busy (caller));
}

/* What is muted and what is held are two things. */
static void
test_unmute_on_hold (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  phone_call_set_muted (caller, TRUE, TRUE);
  phone_call_set_muted (caller, FALSE, FALSE);
  settle (pair);
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_fake_media_get_hold (phone_ua_pair_get_media (caller)));
  g_assert_true (phone_call_get_remote_hold (callee));
}

/* Media that says nothing any more must not leave the peer waiting, nor the call. */
static void
test_silent_media (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  phone_fake_media_set_prompt (phone_ua_pair_get_media (callee), FALSE);
  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  phone_fake_clock_advance (pair->clock, 14000);
  settle (pair);
  g_assert_true (phone_call_get_busy (caller));
  phone_fake_clock_advance (pair->clock, 1000);
  settle (pair);
  g_assert_false (phone_call_get_busy (caller));
  g_assert_false (phone_call_get_local_hold (caller));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "Incompatible SDP");

  g_assert_true (phone_call_hold (callee, NULL));
  settle (pair);
  g_assert_true (phone_call_get_busy (callee));
  phone_fake_clock_advance (pair->clock, 15000);
  settle (pair);
  g_assert_false (phone_call_get_busy (callee));
  g_assert_false (phone_call_get_local_hold (callee));
  g_assert_cmpstr (phone_call_get_problem (callee), ==, "WebRTC Error");

  phone_fake_media_set_prompt (phone_ua_pair_get_media (callee), TRUE);
  settle (pair);
  g_assert_true (phone_call_hold (caller, NULL));
  settle (pair);
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
}

/* Said before the ACK has come: it waits for it. */
static void
test_before_ack (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  g_assert_true (phone_call_answer (callee, FALSE, NULL));
  phone_expect_call_state (callee, PHONE_CALL_STATE_CONFIRMING);
  g_assert_true (phone_call_hold (callee, NULL));
  phone_expect_call_state (callee, PHONE_CALL_STATE_ACTIVE);
  settle (pair);
  g_assert_true (phone_call_get_local_hold (callee));
  g_assert_true (phone_call_get_remote_hold (caller));
}

/* And taken back before anybody heard of it. */
static void
test_change_of_mind_before_ack (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  g_assert_true (phone_call_answer (callee, FALSE, NULL));
  phone_expect_call_state (callee, PHONE_CALL_STATE_CONFIRMING);
  g_assert_true (phone_call_hold (callee, NULL));
  g_assert_true (phone_call_unhold (callee, NULL));
  phone_expect_call_state (callee, PHONE_CALL_STATE_ACTIVE);
  settle (pair);
  g_assert_false (is_held (callee));
  g_assert_false (phone_call_get_remote_hold (caller));
}

/* A call that ends in the middle of it leaves nothing behind. */
static void
test_ends_meanwhile (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  g_assert_true (phone_call_set_video (callee, TRUE, NULL));
  phone_call_hang_up (callee, 0, NULL, NULL);
  settle (pair);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ENDED);
  g_assert_false (phone_call_get_busy (caller));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/calls/call-modify/hold-and-unhold", test_hold);
  g_test_add_func ("/calls/call-modify/events-tell-who-and-what", test_tells_who);
  g_test_add_func ("/calls/call-modify/offers-when-asked", test_asked_for_an_offer);
  g_test_add_func ("/calls/call-modify/every-line-counts-for-hold", test_every_line_counts);
  g_test_add_func ("/calls/call-modify/holds-once", test_hold_twice);
  g_test_add_func ("/calls/call-modify/only-when-up", test_not_up);
  g_test_add_func ("/calls/call-modify/both-hold", test_both_hold);
  g_test_add_func ("/calls/call-modify/both-hold-at-once", test_glare);
  g_test_add_func ("/calls/call-modify/the-last-word-counts", test_change_of_mind);
  g_test_add_func ("/calls/call-modify/refused-hold-misstates-nothing", test_refused);
  g_test_add_func ("/calls/call-modify/adds-and-removes-video", test_add_video);
  g_test_add_func ("/calls/call-modify/video-comes-back-after-hold", test_hold_keeps_video);
  g_test_add_func ("/calls/call-modify/ice-restart", test_ice_restart);
  g_test_add_func ("/calls/call-modify/hold-by-update", test_update);
  g_test_add_func ("/calls/call-modify/refused-unhold-misstates-nothing", test_refused_unhold);
  g_test_add_func ("/calls/call-modify/unmuting-lifts-no-hold", test_unmute_on_hold);
  g_test_add_func ("/calls/call-modify/silent-media-stop-nothing", test_silent_media);
  g_test_add_func ("/calls/call-modify/waits-for-the-ack", test_before_ack);
  g_test_add_func ("/calls/call-modify/changes-its-mind-before-the-ack", test_change_of_mind_before_ack);
  g_test_add_func ("/calls/call-modify/a-silent-peer-keeps-nobody-waiting", test_silent_peer);
  g_test_add_func ("/calls/call-modify/a-hold-nobody-answers-ends-nothing", test_hold_of_silent_peer);
  g_test_add_func ("/calls/call-modify/a-refusal-takes-back-what-it-refuses", test_refusal_of_another);
  g_test_add_func ("/calls/call-modify/waits-for-the-server", test_server_away);
  g_test_add_func ("/calls/call-modify/the-server-goes-meanwhile", test_server_goes);
  g_test_add_func ("/calls/call-modify/call-ends-meanwhile", test_ends_meanwhile);

  return g_test_run ();
}
