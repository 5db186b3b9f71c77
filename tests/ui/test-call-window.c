/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-call-window.h"

#include "phone-expect.h"
#include "phone-fake-calls.h"
#include "phone-test-parts.h"

typedef struct
{
  PhoneTestParts  parts;
  PhoneUa        *ua;
  PhoneCall      *call;
  GtkWidget      *window;
} Fixture;

static void
open_window (Fixture            *fixture,
             PhoneCallDirection  direction,
             PhoneCallState      state,
             gboolean            video)
{
  fixture->call = phone_fake_call_new (fixture->ua, "sip:bob@example.com", "Bob", direction);
  g_object_set (fixture->call, "state", state, "offers-video", video, "local-video", video && direction == PHONE_CALL_OUTGOING, "remote-video", video, NULL);
  phone_fake_switchboard_add_call (fixture->parts.parts.switchboard, fixture->call);
  fixture->window = GTK_WIDGET (phone_call_window_new (GTK_APPLICATION (fixture->parts.application), fixture->parts.parts.switchboard, fixture->call));
  phone_test_show (fixture->window);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  phone_test_parts_init (&fixture->parts);
  fixture->ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->window != NULL)
    phone_test_destroy (fixture->window);

  g_list_store_remove_all (G_LIST_STORE (phone_switchboard_get_calls (fixture->parts.parts.switchboard)));
  phone_test_settle ();
  g_assert_finalize_object (fixture->call);
  phone_test_parts_clear (&fixture->parts);
}

static void
press (Fixture    *fixture,
       const char *label)
{
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, label));
}

static void
test_incoming (Fixture       *fixture,
               gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_INCOMING, PHONE_CALL_STATE_INCOMING, TRUE);
  g_assert_true (phone_test_sees (fixture->window, "Bob"));
  g_assert_true (phone_test_sees (fixture->window, "Incoming video call"));

  press (fixture, "Answer with voice");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "answer voice");
  press (fixture, "Answer with video");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "answer video");
  press (fixture, "Decline");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "hang-up");
}

static void
test_voice_only (Fixture       *fixture,
                 gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_INCOMING, PHONE_CALL_STATE_INCOMING, FALSE);
  g_assert_true (phone_test_sees (fixture->window, "Incoming call"));
  g_assert_true (phone_test_sees (fixture->window, "Answer with voice"));
  g_assert_false (phone_test_sees (fixture->window, "Answer with video"));
}

static void
test_toggles_follow_the_call (Fixture       *fixture,
                              gconstpointer  data)
{
  GtkToggleButton *mute, *hold;

  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, TRUE);
  mute = GTK_TOGGLE_BUTTON (phone_test_find (fixture->window, GTK_TYPE_TOGGLE_BUTTON, "Mute"));
  hold = GTK_TOGGLE_BUTTON (phone_test_find (fixture->window, GTK_TYPE_TOGGLE_BUTTON, "Hold"));
  g_assert_false (gtk_toggle_button_get_active (mute));

  press (fixture, "Mute");
  g_assert_true (phone_call_get_microphone_muted (fixture->call));
  g_assert_true (gtk_toggle_button_get_active (mute));

  phone_call_set_muted (fixture->call, FALSE, TRUE);
  g_assert_false (gtk_toggle_button_get_active (mute));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (phone_test_find (fixture->window, GTK_TYPE_TOGGLE_BUTTON, "Camera off"))));

  press (fixture, "Hold");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "hold");
  g_assert_true (gtk_toggle_button_get_active (hold));
  press (fixture, "Hold");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "unhold");
  g_assert_false (gtk_toggle_button_get_active (hold));
}

static void
test_video_can_be_added (Fixture       *fixture,
                         gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, FALSE);
  press (fixture, "Add video");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "add-video");

  g_object_set (fixture->call, "local-video", TRUE, NULL);
  gtk_widget_activate_action (fixture->window, "call.remove-video", NULL);
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "remove-video");
}

static void
test_keypad_sends_tones (Fixture       *fixture,
                         gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, FALSE);
  press (fixture, "Keypad");
  press (fixture, "5");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "dtmf 5");
}

static void
test_peer_asks (Fixture       *fixture,
                gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, FALSE);
  g_assert_false (phone_test_sees (fixture->window, "Connect me"));

  g_object_set (fixture->call, "remote-hold", TRUE, "transfer-request", "sip:carol@example.com", NULL);
  g_assert_true (phone_test_sees (fixture->window, "The other side has put you on hold"));
  g_assert_true (phone_test_sees (fixture->window, "Bob wants to connect you to carol@example.com."));
  press (fixture, "Connect me");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "accept-transfer");
  press (fixture, "Stay here");
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "reject-transfer");
}

static void
test_says_test_media (Fixture       *fixture,
                      gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, TRUE);
  g_object_set (fixture->call, "test-camera", TRUE, "test-microphone", TRUE, NULL);
  g_assert_true (phone_test_sees (fixture->window, "Sending a test picture and a test tone"));
}

static void
test_says_that_it_reconnects (Fixture       *fixture,
                              gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, FALSE);
  g_assert_false (phone_test_sees (fixture->window, "Reconnecting…"));
  g_object_set (fixture->call, "reconnecting", TRUE, NULL);
  g_assert_true (phone_test_sees (fixture->window, "Reconnecting…"));
  g_object_set (fixture->call, "reconnecting", FALSE, NULL);
  g_assert_false (phone_test_sees (fixture->window, "Reconnecting…"));
}

static void
test_failure_stays_and_offers_again (Fixture       *fixture,
                                     gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_RINGING, TRUE);
  g_object_set (fixture->call, "end-reason", PHONE_CALL_END_BUSY, "status-code", 486, "state", PHONE_CALL_STATE_ENDED, NULL);
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "The line is busy."));

  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  press (fixture, "Call again");
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "video sip:bob@example.com");
  g_assert_null (fixture->window);
}

static void
test_redirect_is_offered (Fixture       *fixture,
                          gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_RINGING, FALSE);
  g_object_set (fixture->call, "end-reason", PHONE_CALL_END_REDIRECTED, "redirect-target", "sip:bob@mobile.example.net", "state", PHONE_CALL_STATE_ENDED, NULL);
  phone_test_settle ();
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  press (fixture, "Call bob@mobile.example.net");
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "voice sip:bob@mobile.example.net");
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
test_closes_after_a_normal_end (Fixture       *fixture,
                                gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, TRUE);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  g_object_set (fixture->call, "end-reason", PHONE_CALL_END_HUNG_UP, "originator", PHONE_CALL_ORIGINATOR_REMOTE, "state", PHONE_CALL_STATE_ENDED, NULL);
  g_assert_true (phone_test_sees (fixture->window, "The other side ended the call."));
  phone_expect_until ("the window to close by itself", is_gone, &fixture->window);
}

static void
test_closing_hangs_up (Fixture       *fixture,
                       gconstpointer  data)
{
  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, TRUE);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_close (GTK_WINDOW (fixture->window));
  phone_expect_until ("the window to close", is_gone, &fixture->window);
  g_assert_cmpstr (phone_fake_call_get_intent (fixture->call), ==, "hang-up");
}

static void
test_statistics_are_watched_while_shown (Fixture       *fixture,
                                         gconstpointer  data)
{
  GtkWidget *controls;

  open_window (fixture, PHONE_CALL_OUTGOING, PHONE_CALL_STATE_ACTIVE, TRUE);
  controls = gtk_widget_get_ancestor (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Hang up"), g_type_from_name ("PhoneCallControls"));
  g_assert_cmpuint (phone_fake_call_get_n_watchers (fixture->call), ==, 0);
  gtk_widget_activate_action (controls, "controls.statistics", NULL);
  g_assert_cmpuint (phone_fake_call_get_n_watchers (fixture->call), ==, 1);
  phone_test_destroy (fixture->window);
  fixture->window = NULL;
  g_assert_cmpuint (phone_fake_call_get_n_watchers (fixture->call), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(name, function) g_test_add ("/ui/call-window/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("incoming-call-can-be-answered-or-declined", test_incoming);
  ADD ("voice-call-offers-no-video", test_voice_only);
  ADD ("toggles-follow-the-call", test_toggles_follow_the_call);
  ADD ("video-can-be-added-and-removed", test_video_can_be_added);
  ADD ("keypad-sends-tones", test_keypad_sends_tones);
  ADD ("hold-and-transfer-of-the-other-side", test_peer_asks);
  ADD ("says-that-test-media-is-sent", test_says_test_media);
  ADD ("says-that-it-reconnects", test_says_that_it_reconnects);
  ADD ("failure-stays-and-offers-to-call-again", test_failure_stays_and_offers_again);
  ADD ("redirect-is-offered", test_redirect_is_offered);
  ADD ("closes-after-a-normal-end", test_closes_after_a_normal_end);
  ADD ("closing-it-hangs-up", test_closing_hangs_up);
  ADD ("statistics-are-watched-while-shown", test_statistics_are_watched_while_shown);
#undef ADD

  return g_test_run ();
}
