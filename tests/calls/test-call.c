/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"

#include <string.h>

static void
test_answered (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);

  g_assert_cmpint (phone_call_get_direction (caller), ==, PHONE_CALL_OUTGOING);
  g_assert_cmpint (phone_call_get_direction (callee), ==, PHONE_CALL_INCOMING);
  g_assert_cmpstr (phone_call_get_remote_uri (caller), ==, "sip:bob@example.com");
  g_assert_cmpstr (phone_call_get_remote_uri (callee), ==, "sip:alice@example.com");
  g_assert_true (phone_call_get_ua (caller) == pair->uas[0]);
  g_assert_cmpint (phone_call_get_start_time (caller), >, 0);
  g_assert_cmpint (phone_call_get_start_time (callee), >, 0);
  g_assert_true (phone_call_get_local_video (caller));
  g_assert_true (phone_call_get_remote_video (caller));
  g_assert_true (phone_call_get_local_video (callee));
  g_assert_true (phone_call_is_established (caller));
  g_assert_false (phone_call_is_in_progress (caller));
  g_assert_true (phone_call_is_ready_to_modify (caller));
  g_assert_false (phone_call_get_encrypted (caller));
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  g_assert_true (phone_call_get_encrypted (caller));
}

static void
test_caller_hangs_up (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hang_up (caller, 0, NULL, NULL));
  phone_expect_call_state (callee, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_originator (caller), ==, PHONE_CALL_ORIGINATOR_LOCAL);
  g_assert_cmpint (phone_call_get_originator (callee), ==, PHONE_CALL_ORIGINATOR_REMOTE);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "Terminated");
  g_assert_cmpstr (phone_call_get_end_cause (callee), ==, "Terminated");
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_HUNG_UP);
  g_assert_cmpint (phone_call_get_end_reason (callee), ==, PHONE_CALL_END_HUNG_UP);
  g_assert_true (phone_fake_media_get_closed (phone_ua_pair_get_media (caller)));
  g_assert_true (phone_fake_media_get_closed (phone_ua_pair_get_media (callee)));
}

static void
test_twice (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_true (phone_call_hang_up (caller, 0, NULL, NULL));
  g_assert_false (phone_call_hang_up (caller, 0, NULL, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
}

static void
test_cancelled (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  g_assert_true (phone_call_hang_up (caller, 0, NULL, NULL));
  phone_expect_call_state (callee, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "Canceled");
  g_assert_cmpint (phone_call_get_originator (caller), ==, PHONE_CALL_ORIGINATOR_LOCAL);
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_CANCELLED);
  g_assert_cmpstr (phone_call_get_end_cause (callee), ==, "Canceled");
  g_assert_cmpint (phone_call_get_originator (callee), ==, PHONE_CALL_ORIGINATOR_REMOTE);
  g_assert_cmpint (phone_call_get_end_reason (callee), ==, PHONE_CALL_END_CANCELLED);
}

static void
test_rejected (gconstpointer data)
{
  const guint status = GPOINTER_TO_UINT (data);
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  g_assert_true (phone_call_hang_up (callee, status, NULL, NULL));
  phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
  g_assert_cmpuint (phone_call_get_status_code (caller), ==, status == 0 ? 603 : status);
  g_assert_cmpuint (phone_call_get_status_code (callee), ==, status == 0 ? 603 : status);
  g_assert_cmpint (phone_call_get_originator (caller), ==, PHONE_CALL_ORIGINATOR_REMOTE);
  g_assert_cmpint (phone_call_get_originator (callee), ==, PHONE_CALL_ORIGINATOR_LOCAL);
  g_assert_cmpint (phone_call_get_end_reason (callee), ==, PHONE_CALL_END_DECLINED);
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, phone_call_end_for_status (status == 0 ? 603 : status, TRUE));
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, phone_sip_status_get_cause (status == 0 ? 603 : status));
}

static void
test_bad_status (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;
  PhoneCall *callee;

  phone_ua_pair_dial (pair, NULL, &callee);
  g_assert_false (phone_call_hang_up (callee, 200, NULL, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT);
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_INCOMING);
}

static void
test_no_answer (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  phone_fake_clock_advance (pair->clock, 60000);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_reason (callee), ==, PHONE_CALL_END_NO_ANSWER);
  g_assert_cmpstr (phone_call_get_end_cause (callee), ==, "No Answer");
  g_assert_cmpuint (phone_call_get_status_code (callee), ==, 408);
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_NO_ANSWER);
  g_assert_cmpuint (phone_call_get_status_code (caller), ==, 408);
}

static void
test_opens_nothing (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneUaCallOptions options = { .video = TRUE };
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, &options, &callee);
  PhoneVideoSlot *slot = phone_call_get_remote_slot (callee);

  g_assert_true (phone_call_get_offers_video (callee));
  g_assert_false (phone_fake_media_get_opened (phone_ua_pair_get_media (callee)));
  g_assert_true (phone_call_answer (callee, FALSE, NULL));
  phone_expect_call_state (caller, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_true (phone_fake_media_get_opened (phone_ua_pair_get_media (callee)));
  g_assert_true (phone_call_get_remote_slot (callee) == slot);
}

/* Their picture is shown, our camera stays off. */
static void
test_answer_without_camera (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneUaCallOptions options = { .video = TRUE };
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, &options, &callee);

  g_assert_true (phone_call_answer (callee, FALSE, NULL));
  phone_expect_call_state (caller, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_false (phone_call_get_local_video (callee));
  g_assert_true (phone_call_get_remote_video (callee));
  g_assert_true (phone_call_get_local_video (caller));
  g_assert_false (phone_call_get_remote_video (caller));
  g_assert_false (phone_fake_media_get_video (phone_ua_pair_get_media (callee)));
}

/* A camera cannot be offered in an answer to a call of sound alone. */
static void
test_answer_of_sound (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  g_assert_false (phone_call_get_offers_video (callee));
  g_assert_true (phone_call_answer (callee, TRUE, NULL));
  phone_expect_call_state (caller, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_false (phone_call_get_local_video (callee));
  g_assert_false (phone_call_get_busy (callee));
}

static void
test_answer_twice (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);

  g_assert_false (phone_call_answer (caller, FALSE, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_true (phone_call_answer (callee, FALSE, NULL));
  g_assert_false (phone_call_answer (callee, FALSE, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
}

static void
test_order_of_outgoing (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
  GString *events = phone_ua_pair_record_events (caller);

  phone_expect_call_state (caller, PHONE_CALL_STATE_RINGING);
  callee = phone_ua_pair_get_call (pair->uas[1], 0);
  phone_call_answer (callee, FALSE, NULL);
  phone_expect_call_state (callee, PHONE_CALL_STATE_ACTIVE);
  phone_call_hang_up (caller, 0, NULL, NULL);
  g_assert_cmpstr (events->str, ==, "sdp sending progress sdp accepted confirmed ended ");
}

static void
note_new_call_cb (PhoneUa             *ua,
                  PhoneCall           *call,
                  PhoneCallOriginator  originator,
                  GString             *events)
{
  g_string_append (events, "newRTCSession ");
}

static void
note_event_cb (PhoneCall  *call,
               const char *name,
               GVariant   *details,
               GString    *events)
{
  g_string_append_printf (events, "%s ", name);
}

static void
note_call_cb (GListModel *ua,
              guint       position,
              guint       removed,
              guint       added,
              GString    *events)
{
  if (added > 0)
    g_signal_connect (phone_ua_pair_get_call (PHONE_UA (ua), position), "event", G_CALLBACK (note_event_cb), events);
}

static void
test_order_of_beginning (void)
{
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;

  g_signal_connect (pair->uas[0], "new-call", G_CALLBACK (note_new_call_cb), events);
  g_signal_connect (pair->uas[0], "items-changed", G_CALLBACK (note_call_cb), events);
  phone_ua_pair_dial (pair, NULL, &callee);
  g_assert_cmpstr (events->str, ==, "peerconnection newRTCSession connecting sdp sending progress ");
}

static void
test_order_of_incoming (void)
{
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;

  g_signal_connect (pair->uas[1], "new-call", G_CALLBACK (note_new_call_cb), events);
  g_signal_connect (pair->uas[1], "items-changed", G_CALLBACK (note_call_cb), events);
  phone_ua_pair_call (pair, FALSE, &callee);
  g_assert_cmpstr (events->str, ==, "newRTCSession progress peerconnection sdp connecting sdp accepted confirmed ");
}

static void
test_order_of_failure (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_DEVICE, "no microphone");
  PhoneCall *caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
  GString *events = phone_ua_pair_record_events (caller);

  phone_fake_media_set_failure (phone_ua_pair_get_media (caller), error);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (events->str, ==, "failed getusermediafailed ");
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "User Denied Media Access");
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_MEDIA);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pair->uas[1])), ==, 0);
}

static const struct
{
  PhoneMediaError      code;
  guint                status;
  PhoneCallEndReason   reason;
  PhoneCallOriginator  originator;
  const char          *cause;
  const char          *events;
} answer_failures[] = {
  { PHONE_MEDIA_ERROR_DEVICE,          480, PHONE_CALL_END_MEDIA,        PHONE_CALL_ORIGINATOR_LOCAL,
    "User Denied Media Access", "peerconnection sdp connecting failed getusermediafailed " },
  { PHONE_MEDIA_ERROR_BAD_DESCRIPTION, 488, PHONE_CALL_END_INCOMPATIBLE, PHONE_CALL_ORIGINATOR_SYSTEM,
    "WebRTC Error",             "peerconnection sdp connecting failed peerconnection:setremotedescriptionfailed " },
  { PHONE_MEDIA_ERROR_NO_COMMON_CODEC, 488, PHONE_CALL_END_INCOMPATIBLE, PHONE_CALL_ORIGINATOR_SYSTEM,
    "WebRTC Error",             "peerconnection sdp connecting failed peerconnection:setremotedescriptionfailed " },
  { PHONE_MEDIA_ERROR_FAILED,          500, PHONE_CALL_END_MEDIA,        PHONE_CALL_ORIGINATOR_SYSTEM,
    "Internal Error",           "peerconnection sdp connecting failed peerconnection:createanswerfailed " },
};

static void
test_answer_fails (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answer_failures); i++)
    {
      g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
      g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, (int) answer_failures[i].code, "as the test wants");
      PhoneCall *callee;
      PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);
      GString *events = phone_ua_pair_record_events (callee);

      phone_fake_media_set_failure (phone_ua_pair_get_media (callee), error);
      phone_call_answer (callee, FALSE, NULL);
      phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
      g_assert_cmpuint (phone_call_get_status_code (caller), ==, answer_failures[i].status);
      g_assert_cmpint (phone_call_get_end_reason (callee), ==, answer_failures[i].reason);
      g_assert_cmpuint (phone_call_get_status_code (callee), ==, answer_failures[i].status);
      g_assert_cmpint (phone_call_get_originator (callee), ==, answer_failures[i].originator);
      g_assert_cmpstr (phone_call_get_end_cause (callee), ==, answer_failures[i].cause);
      g_assert_cmpstr (events->str, ==, answer_failures[i].events);
    }
}

static void
test_bad_answer (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "no DTLS");
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_dial (pair, NULL, &callee);
  GString *events = phone_ua_pair_record_events (caller);

  phone_fake_media_set_failure (phone_ua_pair_get_media (caller), error);
  phone_call_answer (callee, FALSE, NULL);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
  g_assert_nonnull (strstr (events->str, "peerconnection:setremotedescriptionfailed"));
  phone_expect_call_state (callee, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "Bad Media Description");
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_INCOMPATIBLE);
}

static void
assert_told (GString    *events,
             const char *event)
{
  if (!g_str_has_suffix (events->str, event))
    g_error ("“%s” does not end in “%s”", events->str, event);
}

/* JsSIP's names of what went wrong; our own description is set in the same step that makes it. */
static void
test_failed_steps (void)
{
  static const struct
  {
    PhoneMediaError  code;
    gboolean         answering;
    const char      *events;
    const char      *cause;
  } rows[] = {
    { PHONE_MEDIA_ERROR_FAILED,          FALSE, "failed peerconnection:createofferfailed ",          "WebRTC Error" },
    { PHONE_MEDIA_ERROR_FAILED,          TRUE,  "failed peerconnection:createanswerfailed ",         "Internal Error" },
    { PHONE_MEDIA_ERROR_BAD_DESCRIPTION, TRUE,  "failed peerconnection:setremotedescriptionfailed ", "WebRTC Error" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
      g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, (int) rows[i].code, "as the test wants");
      PhoneCall *callee = NULL;
      PhoneCall *caller = rows[i].answering ? phone_ua_pair_dial (pair, NULL, &callee) : phone_ua_call (pair->uas[0], "bob", NULL, NULL);
      GString *events = phone_ua_pair_record_events (rows[i].answering ? callee : caller);

      phone_fake_media_set_failure (phone_ua_pair_get_media (rows[i].answering ? callee : caller), error);
      if (rows[i].answering)
        phone_call_answer (callee, FALSE, NULL);
      phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
      assert_told (events, rows[i].events);
      g_assert_cmpstr (phone_call_get_end_cause (rows[i].answering ? callee : caller), ==, rows[i].cause);
    }
}

static void
hold_media_cb (GListModel *ua,
               guint       position,
               guint       removed,
               guint       added,
               gpointer    data)
{
  if (added > 0)
    phone_fake_media_set_prompt (phone_ua_pair_get_media (phone_ua_pair_get_call (PHONE_UA (ua), position)), FALSE);
}

static void
test_candidates (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *caller;
  GString *events;

  g_signal_connect (pair->uas[0], "items-changed", G_CALLBACK (hold_media_cb), NULL);
  caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
  events = phone_ua_pair_record_details (caller);
  phone_ua_pair_settle ();
  g_signal_emit_by_name (phone_ua_pair_get_media (caller), "candidate", "candidate:1 1 udp 1 192.0.2.1 9 typ host");
  g_signal_emit_by_name (phone_ua_pair_get_media (caller), "candidate", "candidate:2 1 udp 1 192.0.2.2 9 typ srflx");
  g_assert_cmpstr (events->str, ==, "icecandidate candidate:1 1 udp 1 192.0.2.1 9 typ host;icecandidate candidate:2 1 udp 1 192.0.2.2 9 typ srflx;");
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_PREPARING);
  phone_call_finish_gathering (caller);
  phone_expect_call_state (caller, PHONE_CALL_STATE_RINGING);
}

static void
test_path_lost (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE, "no path");
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  phone_fake_media_fail (phone_ua_pair_get_media (caller), error);
  phone_expect_call_state (callee, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "RTP Timeout");
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_MEDIA);
  g_assert_cmpint (phone_call_get_end_reason (callee), ==, PHONE_CALL_END_HUNG_UP);
  g_assert_cmpuint (phone_sip_session_get_reason (phone_call_get_session (callee), NULL), ==, 408);
}

/* The signalling may go away: the voices stay. */
static void
test_server_lost (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  phone_fake_socket_cut (pair->sockets[0]);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_ACTIVE);
}

/* Whatever frame is the last one that gets through, every call ends in a named state and nothing is left (pair_free () looks). */
static void
test_peer_vanishes (void)
{
  for (guint frames = 0; frames < 8; frames++)
    {
      g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
      g_autoptr (PhoneCall) caller = NULL;

      phone_fake_socket_cut_after (pair->sockets[0], frames);
      caller = g_object_ref (phone_ua_call (pair->uas[0], "bob", NULL, NULL));
      for (guint i = 0; i < 50; i++)
        {
          phone_ua_pair_settle ();
          if (g_list_model_get_n_items (G_LIST_MODEL (pair->uas[1])) > 0)
            phone_call_answer (phone_ua_pair_get_call (pair->uas[1], 0), FALSE, NULL);
          if (phone_call_get_state (caller) == PHONE_CALL_STATE_ACTIVE)
            phone_call_hang_up (caller, 0, NULL, NULL);
          phone_fake_clock_advance (pair->clock, 2000);
        }
      g_assert_true (phone_call_get_state (caller) == PHONE_CALL_STATE_ENDED);
      g_assert_cmpint (phone_call_get_end_reason (caller), !=, PHONE_CALL_END_NONE);
    }
}

static void
note_details_cb (PhoneCall  *call,
                 const char *name,
                 GVariant   *details,
                 GString    *events)
{
  g_autofree char *text = g_variant_print (details, FALSE);

  g_string_append_printf (events, "%s %s;", name, text);
}

static void
test_mute (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GString) events = g_string_new (NULL);
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);

  g_signal_connect (caller, "event", G_CALLBACK (note_details_cb), events);
  phone_call_set_muted (caller, TRUE, FALSE);
  phone_call_set_muted (caller, TRUE, FALSE);
  g_assert_true (phone_call_get_microphone_muted (caller));
  g_assert_false (phone_call_get_camera_muted (caller));
  g_assert_true (phone_fake_media_get_muted (phone_ua_pair_get_media (caller), FALSE));
  g_assert_cmpstr (events->str, ==, "muted {'audio': <true>};");
  g_string_truncate (events, 0);
  phone_call_set_muted (caller, FALSE, TRUE);
  g_assert_true (phone_fake_media_get_muted (phone_ua_pair_get_media (caller), TRUE));
  g_assert_cmpstr (events->str, ==, "muted {'video': <true>};unmuted {'audio': <true>};");
  g_string_truncate (events, 0);
  phone_call_set_muted (caller, FALSE, FALSE);
  phone_call_set_muted (caller, FALSE, FALSE);
  g_assert_false (phone_call_get_camera_muted (caller));
  g_assert_cmpstr (events->str, ==, "unmuted {'video': <true>};");
  g_signal_handlers_disconnect_by_data (caller, events);
}

typedef struct
{
  GString *tones;
  guint    duration;
  char    *info;
} Heard;

static void
dtmf_cb (PhoneCall  *call,
         const char *tone,
         guint       duration,
         Heard      *heard)
{
  g_string_append (heard->tones, tone);
  heard->duration = duration;
}

static void
info_cb (PhoneCall  *call,
         const char *type,
         const char *body,
         Heard      *heard)
{
  g_free (heard->info);
  heard->info = g_strdup_printf ("%s|%s", type, body);
}

static void
test_keys_by_info (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GString) tones = g_string_new (NULL);
  Heard heard = { tones, 0, NULL };
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_signal_connect (callee, "dtmf-received", G_CALLBACK (dtmf_cb), &heard);
  g_assert_true (phone_call_send_dtmf (caller, "1a", "info", 160, 100, NULL));
  g_assert_true (phone_call_send_dtmf (caller, ",#", "info", 0, 0, NULL));
  phone_ua_pair_settle ();
  g_assert_cmpstr (tones->str, ==, "1");
  g_assert_cmpuint (heard.duration, ==, 160);
  phone_fake_clock_advance (pair->clock, 260);
  phone_ua_pair_settle ();
  g_assert_cmpstr (tones->str, ==, "1A");
  phone_fake_clock_advance (pair->clock, 260);
  phone_ua_pair_settle ();
  phone_fake_clock_advance (pair->clock, 1990);
  phone_ua_pair_settle ();
  g_assert_cmpstr (tones->str, ==, "1A");
  phone_fake_clock_advance (pair->clock, 10);
  phone_ua_pair_settle ();
  g_assert_cmpstr (tones->str, ==, "1A#");
}

static void
test_keys_in_sound (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) tones = g_string_new (NULL);
  Heard heard = { tones, 0, NULL };
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  g_assert_false (phone_call_send_dtmf (caller, "1", "rfc4733", 0, 0, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED);
  phone_fake_media_set_takes_dtmf (phone_ua_pair_get_media (caller), TRUE);
  g_assert_true (phone_call_send_dtmf (caller, "12", "auto", 0, 0, NULL));
  g_assert_cmpstr (phone_fake_media_get_tones (phone_ua_pair_get_media (caller)), ==, "12");

  g_signal_connect (caller, "dtmf-received", G_CALLBACK (dtmf_cb), &heard);
  phone_fake_media_hear_dtmf (phone_ua_pair_get_media (caller), '*', 80);
  phone_fake_media_hear_dtmf (phone_ua_pair_get_media (caller), '?', 80);
  g_assert_cmpstr (tones->str, ==, "*");
  g_assert_cmpuint (heard.duration, ==, 80);
}

static void
test_bad_keys (void)
{
  static const char * const bad[] = { "", "x", "1 2", "12é" };
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (phone_call_send_dtmf (caller, bad[i], "info", 0, 0, &error));
      g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_false (phone_call_send_dtmf (caller, "1", "pigeon", 0, 0, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT);
}

static void
test_info (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GString) tones = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Heard heard = { tones, 0, NULL };
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  GString *events = phone_ua_pair_record_events (callee);

  g_signal_connect (callee, "info-received", G_CALLBACK (info_cb), &heard);
  g_assert_true (phone_call_send_info (caller, "text/x-note", "hello", NULL));
  phone_ua_pair_settle ();
  g_assert_cmpstr (heard.info, ==, "text/x-note|hello");
  g_assert_cmpstr (events->str, ==, "newInfo ");
  g_assert_false (phone_call_send_info (caller, NULL, "hello", &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT);
  g_free (heard.info);
}

static void
gather_for_ever_cb (GListModel *ua,
                    guint       position,
                    guint       removed,
                    guint       added,
                    gpointer    data)
{
  if (added > 0)
    phone_fake_media_set_prompt (phone_ua_pair_get_media (phone_ua_pair_get_call (PHONE_UA (ua), position)), FALSE);
}

static void
test_gathering (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *caller;

  g_signal_connect (pair->uas[0], "items-changed", G_CALLBACK (gather_for_ever_cb), NULL);
  caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_PREPARING);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pair->uas[1])), ==, 0);
  phone_call_finish_gathering (caller);
  phone_expect_call_state (caller, PHONE_CALL_STATE_RINGING);
}

/* Whoever hears of the end finds it all gone. */
static void
end_cb (PhoneCall  *call,
        const char *name,
        GVariant   *details,
        guint      *n)
{
  if (!g_str_equal (name, "ended") && !g_str_equal (name, "failed"))
    return;

  ++*n;
  g_assert_true (phone_call_is_ended (call));
  g_assert_true (phone_fake_media_get_closed (phone_ua_pair_get_media (call)));
  g_assert_true (phone_sip_session_is_ended (phone_call_get_session (call)));
  g_assert_cmpint (phone_call_get_end_time (call), >, 0);
}

static void
test_end_is_clean (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  guint n = 0;

  g_signal_connect (caller, "event", G_CALLBACK (end_cb), &n);
  g_signal_connect (callee, "event", G_CALLBACK (end_cb), &n);
  phone_call_hang_up (caller, 0, NULL, NULL);
  phone_expect_call_state (callee, PHONE_CALL_STATE_ENDED);
  g_assert_cmpuint (n, ==, 2);

  caller = phone_ua_pair_dial (pair, NULL, &callee);
  g_signal_connect (caller, "event", G_CALLBACK (end_cb), &n);
  g_signal_connect (callee, "event", G_CALLBACK (end_cb), &n);
  phone_call_hang_up (callee, 0, NULL, NULL);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
  g_assert_cmpuint (n, ==, 4);
}

/* One word for what the three questions say together. */
static const char *
get_progress (PhoneCall *call)
{
  if (phone_call_is_in_progress (call) + phone_call_is_established (call) + phone_call_is_ended (call) != 1)
    return "contradictory";

  return phone_call_is_in_progress (call) ? "in progress" : phone_call_is_established (call) ? "established" : "ended";
}

static void
test_progress (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
  PhoneCall *callee;

  g_assert_cmpstr (get_progress (caller), ==, "in progress");
  g_assert_false (phone_call_is_ready_to_modify (caller));
  phone_expect_call_state (caller, PHONE_CALL_STATE_RINGING);
  callee = phone_ua_pair_get_call (pair->uas[1], 0);
  g_assert_cmpstr (get_progress (caller), ==, "in progress");
  g_assert_cmpstr (get_progress (callee), ==, "in progress");
  g_assert_cmpint (phone_call_get_start_time (caller), ==, 0);
  g_assert_cmpint (phone_call_get_start_time (callee), ==, 0);
  phone_call_answer (callee, FALSE, NULL);
  g_assert_cmpstr (get_progress (callee), ==, "established");
  phone_expect_call_state (callee, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();
  g_assert_cmpstr (get_progress (caller), ==, "established");
  g_assert_true (phone_call_is_ready_to_modify (caller));
  phone_call_hold (caller, NULL);
  g_assert_false (phone_call_is_ready_to_modify (caller));
  phone_call_hang_up (caller, 0, NULL, NULL);
  g_assert_cmpstr (get_progress (caller), ==, "ended");
  phone_expect_call_state (callee, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (get_progress (callee), ==, "ended");
  g_assert_false (phone_call_is_ready_to_modify (caller));
}

static void
test_stats (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, &callee);
  guint64 packets = 0;
  const char *codec = NULL;

  g_assert_null (phone_call_get_stats (caller));
  phone_call_watch_stats (caller);
  phone_ua_pair_settle ();
  g_assert_nonnull (phone_call_get_stats (caller));
  g_assert_true (g_variant_lookup (phone_call_get_stats (caller), "audio-packets-received", "t", &packets));
  g_assert_cmpuint (packets, ==, 50);
  g_assert_true (g_variant_lookup (phone_call_get_stats (caller), "codec-audio", "&s", &codec));
  g_assert_cmpstr (codec, ==, "opus");
  g_assert_true (g_variant_lookup (phone_call_get_stats (caller), "codec-video", "&s", &codec));
  g_assert_cmpstr (codec, ==, "");
  phone_call_unwatch_stats (caller);
}

static char *
other_sdp_cb (PhoneCall  *call,
              const char *originator,
              const char *type,
              const char *sdp,
              gpointer    data)
{
  return g_strcmp0 (originator, "local") == 0 ? g_strconcat (sdp, "a=x-other\r\n", NULL) : NULL;
}

static void
test_other_sdp (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
  GString *events = phone_ua_pair_record_details (caller);
  PhoneCall *callee;

  g_signal_connect (caller, "sdp", G_CALLBACK (other_sdp_cb), NULL);
  phone_expect_call_state (caller, PHONE_CALL_STATE_RINGING);
  callee = phone_ua_pair_get_call (pair->uas[1], 0);
  g_assert_nonnull (strstr (phone_sip_session_get_remote_sdp (phone_call_get_session (callee)), "a=x-other"));
  phone_call_answer (callee, FALSE, NULL);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ACTIVE);
  g_assert_nonnull (strstr (events->str, "sdp local offer;"));
  g_assert_nonnull (strstr (events->str, "sdp remote answer;"));
}

static void
test_too_many (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < PHONE_UA_MAX_CALLS; i++)
    g_assert_nonnull (phone_ua_call (pair->uas[0], "bob", NULL, NULL));
  g_assert_null (phone_ua_call (pair->uas[0], "bob", NULL, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED);
}

static void
test_gone_after_a_while (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  g_autoptr (PhoneCall) caller = g_object_ref (phone_ua_pair_call (pair, FALSE, &callee));

  phone_call_hang_up (caller, 0, NULL, NULL);
  phone_fake_clock_advance (pair->clock, 4999);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pair->uas[0])), ==, 1);
  phone_fake_clock_advance (pair->clock, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pair->uas[0])), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/calls/call/answered", test_answered);
  g_test_add_func ("/calls/call/caller-hangs-up", test_caller_hangs_up);
  g_test_add_func ("/calls/call/hangs-up-once", test_twice);
  g_test_add_func ("/calls/call/cancelled", test_cancelled);
  g_test_add_data_func ("/calls/call/declined", GUINT_TO_POINTER (0), test_rejected);
  g_test_add_data_func ("/calls/call/rejected-as-busy", GUINT_TO_POINTER (486), test_rejected);
  g_test_add_data_func ("/calls/call/rejected-as-unavailable", GUINT_TO_POINTER (480), test_rejected);
  g_test_add_func ("/calls/call/refuses-to-reject-with-200", test_bad_status);
  g_test_add_func ("/calls/call/nobody-answers", test_no_answer);
  g_test_add_func ("/calls/call/opens-no-device-before-answer", test_opens_nothing);
  g_test_add_func ("/calls/call/answered-without-camera", test_answer_without_camera);
  g_test_add_func ("/calls/call/answers-sound-with-sound", test_answer_of_sound);
  g_test_add_func ("/calls/call/is-answered-once", test_answer_twice);
  g_test_add_func ("/calls/call/events-of-outgoing", test_order_of_outgoing);
  g_test_add_func ("/calls/call/events-of-beginning", test_order_of_beginning);
  g_test_add_func ("/calls/call/events-of-incoming", test_order_of_incoming);
  g_test_add_func ("/calls/call/events-of-failure", test_order_of_failure);
  g_test_add_func ("/calls/call/own-answer-fails", test_answer_fails);
  g_test_add_func ("/calls/call/peers-answer-is-bad", test_bad_answer);
  g_test_add_func ("/calls/call/tells-which-step-failed", test_failed_steps);
  g_test_add_func ("/calls/call/tells-candidates-and-waits-no-longer-when-told", test_candidates);
  g_test_add_func ("/calls/call/path-is-lost", test_path_lost);
  g_test_add_func ("/calls/call/goes-on-without-server", test_server_lost);
  g_test_add_func ("/calls/call/peer-vanishes-after-each-frame", test_peer_vanishes);
  g_test_add_func ("/calls/call/mute", test_mute);
  g_test_add_func ("/calls/call/keys-by-info", test_keys_by_info);
  g_test_add_func ("/calls/call/keys-in-sound", test_keys_in_sound);
  g_test_add_func ("/calls/call/refuses-what-is-no-key", test_bad_keys);
  g_test_add_func ("/calls/call/info", test_info);
  g_test_add_func ("/calls/call/offer-goes-out-when-told", test_gathering);
  g_test_add_func ("/calls/call/everything-is-gone-when-the-end-is-told", test_end_is_clean);
  g_test_add_func ("/calls/call/knows-how-far-it-is", test_progress);
  g_test_add_func ("/calls/call/stats", test_stats);
  g_test_add_func ("/calls/call/sdp-may-be-changed", test_other_sdp);
  g_test_add_func ("/calls/call/not-more-than-eight", test_too_many);
  g_test_add_func ("/calls/call/stays-five-seconds", test_gone_after_a_while);

  return g_test_run ();
}
