/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"

#include <string.h>

static void
test_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "machines", "call.txt", NULL);
  g_autofree char *expected = NULL;
  g_autofree char *printed = phone_call_machine_to_string ();
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (printed, ==, expected);
}

static const char * const event_names[] = {
  "dial", "invited", "offer-ready", "progress", "answered", "accept", "answer-ready", "confirmed", "hang-up", "remote-end",
  "media-failed", "timeout", "session-gone",
};

/* The state that the table names, or the same one for an empty cell. */
static PhoneCallState
find_next (const char     *table,
           PhoneCallState  state,
           PhoneCallEvent  event)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (PHONE_TYPE_CALL_STATE);
  g_autofree char *cell = g_strdup_printf ("\n%s %s -> ", phone_call_state_to_string (state), event_names[event]);
  const char *found = strstr (table, cell);
  g_autofree char *nick = NULL;

  if (found == NULL)
    return state;

  found += strlen (cell);
  nick = g_strndup (found, strcspn (found, " \n"));

  return (PhoneCallState) g_enum_get_value_by_nick (states, nick)->value;
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

static PhoneCall *
create_new (PhoneUaPair *pair)
{
  PhoneSipAgent *agent = phone_ua_get_agent (pair->uas[0]);
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_parse ("sip:bob@example.com", -1, NULL);
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();

  return phone_call_new_outgoing (pair->uas[0], PHONE_SIP_CLOCK (pair->clock), phone_sip_agent_create_session (agent, uri),
                                  phone_fake_media_new (config, NULL), "sip:bob@example.com", NULL);
}

/* A call in that state, (transfer full). */
static PhoneCall *
bring_to (PhoneUaPair    *pair,
          PhoneCallState  state)
{
  PhoneCall *caller, *callee;
  g_autoptr (GError) error = NULL;

  switch (state)
    {
    case PHONE_CALL_STATE_NEW:
      return create_new (pair);
    case PHONE_CALL_STATE_PREPARING:
      g_signal_connect (pair->uas[0], "items-changed", G_CALLBACK (hold_media_cb), NULL);
      return g_object_ref (phone_ua_call (pair->uas[0], "bob", NULL, NULL));
    case PHONE_CALL_STATE_DIALING:
      caller = phone_ua_call (pair->uas[0], "bob", NULL, NULL);
      phone_expect_call_state (caller, PHONE_CALL_STATE_DIALING);
      return g_object_ref (caller);
    case PHONE_CALL_STATE_RINGING:
      return g_object_ref (phone_ua_pair_dial (pair, NULL, &callee));
    case PHONE_CALL_STATE_INCOMING:
      phone_ua_pair_dial (pair, NULL, &callee);
      return g_object_ref (callee);
    case PHONE_CALL_STATE_ANSWERING:
      g_signal_connect (pair->uas[1], "items-changed", G_CALLBACK (hold_media_cb), NULL);
      phone_ua_pair_dial (pair, NULL, &callee);
      phone_call_answer (callee, FALSE, NULL);
      return g_object_ref (callee);
    case PHONE_CALL_STATE_CONFIRMING:
      phone_ua_pair_dial (pair, NULL, &callee);
      phone_call_answer (callee, FALSE, NULL);
      phone_expect_call_state (callee, PHONE_CALL_STATE_CONFIRMING);
      return g_object_ref (callee);
    case PHONE_CALL_STATE_ACTIVE:
      return g_object_ref (phone_ua_pair_call (pair, FALSE, &callee));
    case PHONE_CALL_STATE_ENDING:
    case PHONE_CALL_STATE_ENDED:
    default:
      caller = g_object_ref (phone_ua_pair_call (pair, FALSE, &callee));
      phone_call_hang_up (caller, 0, NULL, &error);
      g_assert_no_error (error);
      phone_expect_call_state (caller, PHONE_CALL_STATE_ENDED);
      return caller;
    }
}

/* An end that has a session on the wire goes through ENDING, at once or later. */
static gboolean
is_reached (PhoneCallState state,
            PhoneCallState next)
{
  return state == next || (next == PHONE_CALL_STATE_ENDING && state == PHONE_CALL_STATE_ENDED);
}

static void
test_cells (gconstpointer data)
{
  const PhoneCallState state = (PhoneCallState) GPOINTER_TO_INT (data);
  g_autofree char *printed = phone_call_machine_to_string ();
  g_autofree char *table = g_strconcat ("\n", printed, NULL);

  for (int event = 0; event < PHONE_CALL_N_EVENTS; event++)
    {
      g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
      g_autoptr (PhoneCall) call = bring_to (pair, state);
      PhoneCallState next = find_next (table, state, (PhoneCallEvent) event);

      /* Outgoing calls only: an INVITE that came is in INCOMING when its owner hears of it. */
      if (state == PHONE_CALL_STATE_NEW && event == PHONE_CALL_EVENT_INVITED)
        {
          phone_call_hang_up (call, 0, NULL, NULL);
          continue;
        }

      g_test_message ("%s %s", phone_call_state_to_string (state), event_names[event]);
      g_assert_cmpint (phone_call_get_state (call), ==, state);
      if (call->local_sdp == NULL)
        call->local_sdp = g_strdup ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n");
      phone_call_dispatch (call, (PhoneCallEvent) event);
      g_assert_true (is_reached (phone_call_get_state (call), next));
      if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED && state != PHONE_CALL_STATE_ENDED)
        {
          g_assert_true (phone_fake_media_get_closed (phone_ua_pair_get_media (call)));
          g_assert_cmpint (phone_call_get_end_reason (call), !=, PHONE_CALL_END_NONE);
          g_assert_cmpint (phone_call_get_end_time (call), >, 0);
        }
      phone_call_hang_up (call, 0, NULL, NULL);
    }
}

/* A step that never comes to an end is given up. */
static void
test_guard (gconstpointer data)
{
  const PhoneCallState state = (PhoneCallState) GPOINTER_TO_INT (data);
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (PhoneCall) call = bring_to (pair, state);

  phone_fake_clock_advance (pair->clock, 20000);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_reason (call), ==, PHONE_CALL_END_TIMEOUT);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/calls/call-machine/is-as-written-down", test_table);
  for (int state = PHONE_CALL_STATE_NEW; state <= PHONE_CALL_STATE_ENDED; state++)
    {
      g_autofree char *path = g_strdup_printf ("/calls/call-machine/every-event-when-%s", phone_call_state_to_string ((PhoneCallState) state));

      if (state != PHONE_CALL_STATE_ENDING)
        g_test_add_data_func (path, GINT_TO_POINTER (state), test_cells);
    }
  g_test_add_data_func ("/calls/call-machine/gives-up-an-offer-that-never-comes", GINT_TO_POINTER (PHONE_CALL_STATE_PREPARING), test_guard);
  g_test_add_data_func ("/calls/call-machine/gives-up-an-answer-that-never-comes", GINT_TO_POINTER (PHONE_CALL_STATE_ANSWERING), test_guard);

  return g_test_run ();
}
