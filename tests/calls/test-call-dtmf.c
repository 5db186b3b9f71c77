/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-stage.h"

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
expect_key (PhoneUaStage *stage,
            const char   *body)
{
  g_autoptr (PhoneSipMessage) info = phone_scripted_peer_expect (stage->peer, "INFO");

  g_assert_cmpstr (phone_sip_message_get_content_type (info), ==, "application/dtmf-relay");
  g_assert_cmpstr (phone_sip_message_get_body (info, NULL), ==, body);
  phone_scripted_peer_reply (stage->peer, info, 200, NULL, NULL);
  phone_ua_pair_settle ();
}

static void
expect_nothing (PhoneUaStage *stage)
{
  phone_ua_pair_settle ();
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

/* What is asked for, and what becomes of it. */
static void
test_times (PhoneUaStage  *stage,
            gconstpointer  data)
{
  static const struct
  {
    guint duration, gap;
    guint true_duration, true_gap;
  } rows[] = {
    {    0,   0,  100, 500 },
    {   70,  50,   70,  50 },
    {   10,  10,   70,  50 },
    {  250, 100,  250, 100 },
    { 6000, 700, 6000, 700 },
    { 9999, 200, 6000, 200 },
  };
  PhoneCall *call = phone_ua_stage_call (stage);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *first = g_strdup_printf ("Signal=1\r\nDuration=%u\r\n", rows[i].true_duration);
      g_autofree char *second = g_strdup_printf ("Signal=2\r\nDuration=%u\r\n", rows[i].true_duration);

      g_assert_true (phone_call_send_dtmf (call, "12", "info", rows[i].duration, rows[i].gap, NULL));
      expect_key (stage, first);
      phone_ua_stage_advance (stage, rows[i].true_duration + rows[i].true_gap - 1);
      expect_nothing (stage);
      phone_ua_stage_advance (stage, 1);
      expect_key (stage, second);
      phone_ua_stage_advance (stage, rows[i].true_duration + rows[i].true_gap);
      expect_nothing (stage);
    }
}

static void
test_every_key (PhoneUaStage  *stage,
                gconstpointer  data)
{
  static const char keys[] = "0123456789abcdrABCDR#*";
  PhoneCall *call = phone_ua_stage_call (stage);

  for (guint i = 0; keys[i] != '\0'; i++)
    {
      const char key[] = { keys[i], '\0' };
      g_autofree char *body = g_strdup_printf ("Signal=%c\r\nDuration=100\r\n", g_ascii_toupper (keys[i]));

      g_assert_true (phone_call_send_dtmf (call, key, "info", 0, 50, NULL));
      expect_key (stage, body);
      phone_ua_stage_advance (stage, 150);
    }
}

static void
assert_refused (PhoneCall *call)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_call_send_dtmf (call, "1", "info", 0, 0, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_false (phone_call_send_info (call, "text/plain", "x", &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
}

static void
test_states_of_outgoing (PhoneUaStage  *stage,
                         gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);

  assert_refused (call);
  phone_scripted_peer_reply (stage->peer, stage->dialog, 180, PHONE_UA_STAGE_CONTACT, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  g_assert_true (phone_call_send_dtmf (call, "1", "info", 0, 0, NULL));
  expect_key (stage, "Signal=1\r\nDuration=100\r\n");
  g_assert_true (phone_call_send_info (call, "text/plain", "x", NULL));
  phone_ua_stage_expect (stage, "INFO");
  phone_scripted_peer_reply (stage->peer, stage->dialog, 486, NULL, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  assert_refused (call);
}

static void
test_states_of_incoming (PhoneUaStage  *stage,
                         gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_invite (stage, PHONE_UA_STAGE_SDP);

  assert_refused (call);
  g_assert_true (phone_call_answer (call, FALSE, NULL));
  phone_ua_stage_expect (stage, "200");
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_CONFIRMING);
  g_assert_true (phone_call_send_dtmf (call, "1", "info", 0, 0, NULL));
  expect_key (stage, "Signal=1\r\nDuration=100\r\n");
  g_assert_true (phone_call_send_info (call, "text/plain", "x", NULL));
  phone_ua_stage_expect (stage, "INFO");
}

static void
test_refusal (PhoneUaStage  *stage,
              gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_call (stage);
  g_autoptr (PhoneSipMessage) info = NULL;

  g_assert_true (phone_call_send_dtmf (call, "123", "info", 0, 0, NULL));
  g_assert_true (phone_call_send_dtmf (call, "4", "info", 0, 0, NULL));
  info = phone_scripted_peer_expect (stage->peer, "INFO");
  phone_scripted_peer_reply (stage->peer, info, 415, NULL, NULL);
  phone_ua_stage_advance (stage, 10000);
  expect_nothing (stage);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_call_send_dtmf (call, "5", "info", 0, 0, NULL));
  expect_key (stage, "Signal=5\r\nDuration=100\r\n");
}

static void
test_headers (PhoneUaStage  *stage,
              gconstpointer  data)
{
  static const char * const extra[] = { "X-Door: green", NULL };
  PhoneCallDtmfOptions options = { .transport = "info", .extra_headers = extra };
  PhoneCall *call = phone_ua_stage_call (stage);

  g_assert_true (phone_call_send_dtmf_with (call, "12", &options, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PhoneSipMessage) info = phone_scripted_peer_expect (stage->peer, "INFO");

      g_assert_cmpstr (header (info, "X-Door"), ==, "green");
      phone_scripted_peer_reply (stage->peer, info, 200, NULL, NULL);
      phone_ua_stage_advance (stage, 600);
    }

  g_assert_true (phone_call_send_dtmf (call, "3", "info", 0, 0, NULL));
  {
    g_autoptr (PhoneSipMessage) info = phone_scripted_peer_expect (stage->peer, "INFO");

    g_assert_null (header (info, "X-Door"));
  }
}

static void
test_info (PhoneUaStage  *stage,
           gconstpointer  data)
{
  static const char * const extra[] = { "X-Door: green", NULL };
  static const char * const bad[] = { "no colon here", NULL };
  PhoneCall *call = phone_ua_stage_call (stage);
  g_autoptr (PhoneSipMessage) info = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (phone_call_send_info_with (call, "text/x-note", "hello", extra, NULL));
  info = phone_scripted_peer_expect (stage->peer, "INFO");
  g_assert_cmpstr (header (info, "X-Door"), ==, "green");
  g_assert_cmpstr (phone_sip_message_get_content_type (info), ==, "text/x-note");
  g_assert_cmpstr (phone_sip_message_get_body (info, NULL), ==, "hello");
  g_assert_false (phone_call_send_info_with (call, "text/x-note", "hello", bad, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED);
}

static void
note_event_cb (PhoneCall  *call,
               const char *name,
               GVariant   *details,
               GString    *events)
{
  g_autofree char *text = g_variant_print (details, FALSE);

  if (g_str_equal (name, "newDTMF") || g_str_equal (name, "newInfo"))
    g_string_append_printf (events, "%s %s;", name, text);
}

static void
test_events (PhoneUaStage  *stage,
             gconstpointer  data)
{
  g_autoptr (GString) events = g_string_new (NULL);
  PhoneCall *call = phone_ua_stage_call (stage);

  g_signal_connect (call, "event", G_CALLBACK (note_event_cb), events);
  phone_call_send_dtmf (call, "1", "info", 160, 0, NULL);
  expect_key (stage, "Signal=1\r\nDuration=160\r\n");
  g_assert_cmpstr (events->str, ==, "newDTMF {'originator': <'local'>, 'tone': <'1'>, 'duration': <uint32 160>, 'transport': <'info'>};");
  g_string_truncate (events, 0);
  phone_ua_stage_request (stage, "INFO", 2, "Content-Type: application/dtmf-relay", "Signal=2\r\nDuration=170");
  phone_ua_stage_expect (stage, "200");
  g_assert_cmpstr (events->str, ==, "newDTMF {'originator': <'remote'>, 'tone': <'2'>, 'duration': <uint32 170>, 'transport': <'info'>};");
  g_string_truncate (events, 0);
  phone_call_send_info (call, "text/plain", "hello", NULL);
  phone_ua_stage_expect (stage, "INFO");
  g_assert_cmpstr (events->str, ==, "newInfo {'originator': <'local'>, 'type': <'text/plain'>, 'body': <'hello'>};");
  g_string_truncate (events, 0);
  phone_ua_stage_request (stage, "INFO", 3, "Content-Type: text/plain", "and you");
  phone_ua_stage_expect (stage, "200");
  g_assert_cmpstr (events->str, ==, "newInfo {'originator': <'remote'>, 'type': <'text/plain'>, 'body': <'and you'>};");
  g_signal_handlers_disconnect_by_data (call, events);
}

static const struct
{
  const char *body;
  const char *heard;    /* tone and duration, or nothing */
} received[] = {
  { "Signal=1\r\nDuration=160\r\n", "1 160;" },
  { "Signal=#\r\nDuration=70", "# 70;" },
  { "Signal=*\r\n", "* 100;" },
  { "signal = d\nduration = 250\n", "D 250;" },
  { "Duration=160\r\nSignal=A", "A 160;" },
  { "Signal=5\r\nDuration=12345", "5 100;" },
  { "Signal=5\r\nDuration=soon", "5 100;" },
  { "Signal=R\r\nDuration=100", "" },
  { "Signal=12\r\nDuration=100", "" },
  { "Signal=\r\nDuration=100", "" },
  { "Duration=100", "" },
  { "nonsense", "" },
};

static void
heard_cb (PhoneCall  *call,
          const char *tone,
          guint       duration,
          GString    *heard)
{
  g_string_append_printf (heard, "%s %u;", tone, duration);
}

static void
expect_heard (PhoneUaStage *stage,
              PhoneCall    *call)
{
  g_autoptr (GString) heard = g_string_new (NULL);

  g_signal_connect (call, "dtmf-received", G_CALLBACK (heard_cb), heard);
  for (guint i = 0; i < G_N_ELEMENTS (received); i++)
    {
      phone_ua_stage_request (stage, "INFO", 10 + i, "Content-Type: application/dtmf-relay", received[i].body);
      phone_ua_stage_expect (stage, "200");
      g_assert_cmpstr (heard->str, ==, received[i].heard);
      g_string_truncate (heard, 0);
    }
  g_signal_handlers_disconnect_by_data (call, heard);
}

static void
test_received (PhoneUaStage  *stage,
               gconstpointer  data)
{
  expect_heard (stage, phone_ua_stage_call (stage));
}

static void
test_received_early (PhoneUaStage  *stage,
                     gconstpointer  data)
{
  PhoneCall *call = phone_ua_stage_dial (stage);

  phone_scripted_peer_reply (stage->peer, stage->dialog, 180, PHONE_UA_STAGE_CONTACT, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  expect_heard (stage, call);
}

static void
test_received_while_ringing (PhoneUaStage  *stage,
                             gconstpointer  data)
{
  expect_heard (stage, phone_ua_stage_invite (stage, PHONE_UA_STAGE_SDP));
}

#define ADD(path, function) g_test_add ("/calls/call-dtmf/" path, PhoneUaStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("lasts-and-waits-within-limits", test_times);
  ADD ("sends-every-key", test_every_key);
  ADD ("states-of-an-outgoing-call", test_states_of_outgoing);
  ADD ("states-of-an-incoming-call", test_states_of_incoming);
  ADD ("stops-when-refused", test_refusal);
  ADD ("every-key-carries-the-headers", test_headers);
  ADD ("info-carries-headers", test_info);
  ADD ("events-tell-of-both-sides", test_events);
  ADD ("hears/in-a-call", test_received);
  ADD ("hears/while-the-peer-rings", test_received_early);
  ADD ("hears/while-we-ring", test_received_while_ringing);

  return g_test_run ();
}
