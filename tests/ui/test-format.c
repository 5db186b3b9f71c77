/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-format.h"

#include <string.h>

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_durations (void)
{
  static const struct { gint64 seconds; const char *clock; const char *spoken; } cases[] = {
    { -5, "0:00", "0 seconds" }, { 1, "0:01", "1 second" }, { 59, "0:59", "59 seconds" }, { 60, "1:00", "1 minute" },
    { 754, "12:34", "12 minutes" }, { 3599, "59:59", "59 minutes" }, { 3661, "1:01:01", "1 h 1 min" }, { 360000, "100:00:00", "100 h 0 min" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      assert_text (phone_format_duration (NULL, cases[i].seconds), cases[i].clock);
      assert_text (phone_format_duration_spoken (NULL, cases[i].seconds), cases[i].spoken);
    }
}

static void
test_when (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 11, 23, 15, 30, 0);
  static const struct { int year, month, day, hour; const char *expected; } cases[] = {
    { 2026, 11, 23, 9, "Today, 09:05" }, { 2026, 11, 23, 0, "Today, 00:05" }, { 2026, 11, 22, 23, "Yesterday, 23:05" },
    { 2026, 11, 20, 9, "Friday, 09:05" }, { 2026, 11, 17, 9, "Tuesday, 09:05" }, { 2026, 11, 16, 9, "16 November, 09:05" },
    { 2026, 1, 2, 9, "2 January, 09:05" }, { 2025, 12, 31, 9, "31 December 2025" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) then = g_date_time_new (zone, cases[i].year, cases[i].month, cases[i].day, cases[i].hour, 5, 0);

      assert_text (phone_format_when_at (g_date_time_to_unix (then) * 1000, now), cases[i].expected);
    }

  assert_text (phone_format_when_at (G_MAXINT64, now), "");
}

static void
test_addresses (void)
{
  assert_text (phone_format_address (NULL, "sip:bob@example.com;transport=ws"), "bob@example.com");
  assert_text (phone_format_address (NULL, "SIPS:bob@example.com?Subject=x"), "bob@example.com");
  assert_text (phone_format_address (NULL, "tel:+1-555"), "+1-555");
  assert_text (phone_format_address (NULL, NULL), "");
  assert_text (phone_format_peer (NULL, "Bob", "sip:bob@example.com"), "Bob");
  assert_text (phone_format_peer (NULL, "", "sip:bob@example.com"), "bob@example.com");
  assert_text (phone_format_peer (NULL, " \t ", "sip:bob@example.com"), "bob@example.com");
  assert_text (phone_format_peer (NULL, NULL, "sip:anonymous@anonymous.invalid"), "Anonymous");
  assert_text (phone_format_peer (NULL, NULL, NULL), "Anonymous");
}

static void
test_hostile_names (void)
{
  g_autofree char *many = g_strnfill (100000, 'x');
  g_autofree char *cut = phone_format_peer (NULL, many, "");

  g_assert_cmpuint (strlen (cut), <, 200);
  assert_text (phone_format_peer (NULL, "Bo\nb\x1b[0m", ""), "Bo b [0m");
  assert_text (phone_format_peer (NULL, "a\xe2\x80\xae" "b", ""), "a b");

  for (guint c = 0x80; c < 0x100; c++)
    {
      char bytes[] = { 'a', (char) c, 'b', '\0' };
      g_autofree char *text = phone_format_peer (NULL, bytes, "");

      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

static void
test_call_states (void)
{
  static const struct { PhoneCallState state; gboolean video, local_hold, remote_hold; const char *expected; } cases[] = {
    { PHONE_CALL_STATE_NEW, TRUE, FALSE, FALSE, "Preparing the call…" }, { PHONE_CALL_STATE_PREPARING, TRUE, FALSE, FALSE, "Preparing the call…" },
    { PHONE_CALL_STATE_DIALING, TRUE, FALSE, FALSE, "Calling…" }, { PHONE_CALL_STATE_RINGING, TRUE, FALSE, FALSE, "Ringing…" },
    { PHONE_CALL_STATE_INCOMING, TRUE, FALSE, FALSE, "Incoming video call" }, { PHONE_CALL_STATE_INCOMING, FALSE, FALSE, FALSE, "Incoming call" },
    { PHONE_CALL_STATE_ANSWERING, TRUE, FALSE, FALSE, "Connecting…" }, { PHONE_CALL_STATE_CONFIRMING, TRUE, FALSE, FALSE, "Connecting…" },
    { PHONE_CALL_STATE_ACTIVE, TRUE, FALSE, FALSE, "1:23" }, { PHONE_CALL_STATE_ACTIVE, TRUE, TRUE, FALSE, "On hold" },
    { PHONE_CALL_STATE_ACTIVE, TRUE, FALSE, TRUE, "The other side has put you on hold" },
    { PHONE_CALL_STATE_ACTIVE, TRUE, TRUE, TRUE, "On hold by both sides" },
    { PHONE_CALL_STATE_ENDING, TRUE, FALSE, FALSE, "Ending the call…" }, { PHONE_CALL_STATE_ENDED, TRUE, FALSE, FALSE, "Call ended" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_text (phone_format_call_state (NULL, cases[i].state, cases[i].video, 83, cases[i].local_hold, cases[i].remote_hold), cases[i].expected);
}

static void
test_end_reasons (void)
{
  for (int reason = PHONE_CALL_END_HUNG_UP; reason <= PHONE_CALL_END_FAILED; reason++)
    for (int originator = PHONE_CALL_ORIGINATOR_LOCAL; originator <= PHONE_CALL_ORIGINATOR_SYSTEM; originator++)
      {
        g_autofree char *sentence = phone_format_end_reason (NULL, reason, "SIP Failure Code", 500, originator);

        g_assert_true (g_str_has_suffix (sentence, "."));
      }

  assert_text (phone_format_end_reason (NULL, PHONE_CALL_END_NONE, NULL, 0, 0), "");
  assert_text (phone_format_end_reason (NULL, PHONE_CALL_END_HUNG_UP, "Terminated", 200, PHONE_CALL_ORIGINATOR_REMOTE), "The other side ended the call.");
  assert_text (phone_format_end_reason (NULL, PHONE_CALL_END_BUSY, "Busy", 486, PHONE_CALL_ORIGINATOR_REMOTE), "The line is busy.");
  assert_text (phone_format_end_reason (NULL, PHONE_CALL_END_FAILED, "SIP Failure Code", 500, PHONE_CALL_ORIGINATOR_REMOTE),
               "The call failed: SIP Failure Code (500).");
  assert_text (phone_format_end_reason (NULL, PHONE_CALL_END_FAILED, NULL, 0, PHONE_CALL_ORIGINATOR_SYSTEM), "The call failed.");
}

static void
test_ua_problems (void)
{
  g_autofree char *certificate = NULL;

  assert_text (phone_format_ua_problem (PHONE_UA_PROBLEM_NONE, 0, "x", "y", "z"), "");

  for (int problem = PHONE_UA_PROBLEM_NAME_NOT_FOUND; problem <= PHONE_UA_PROBLEM_CONFIGURATION; problem++)
    {
      g_autofree char *bare = phone_format_ua_problem (problem, 0, NULL, NULL, NULL);
      g_autofree char *full = phone_format_ua_problem (problem, 503, "Service Unavailable", "sip.example.com", "sip:alice@example.com");

      g_assert_true (g_str_has_suffix (bare, "."));
      g_assert_true (g_str_has_suffix (full, "."));
    }

  certificate = phone_format_ua_problem (PHONE_UA_PROBLEM_CERTIFICATE, 0, NULL, "sip.example.com", NULL);
  g_assert_nonnull (strstr (certificate, "certificate"));
  assert_text (phone_format_ua_problem (PHONE_UA_PROBLEM_NO_SUCH_USER, 404, NULL, NULL, "sip:alice@example.com"),
               "The server knows no user alice@example.com.");
  assert_text (phone_format_ua_problem (PHONE_UA_PROBLEM_SERVER, 503, "Service Unavailable", NULL, NULL),
               "The server answered “Service Unavailable” (503).");
}

static void
test_records (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 start = g_date_time_to_unix (now) * 1000;
  g_autofree char *answered = phone_format_record_detail (NULL, PHONE_CALL_RECORD_INCOMING, start, 60000);
  g_autofree char *missed = phone_format_record_detail (NULL, PHONE_CALL_RECORD_MISSED, start, 0);

  g_assert_true (g_str_has_suffix (answered, " · 1 minute"));
  g_assert_true (g_str_has_suffix (missed, " · Missed call"));

  for (int kind = PHONE_CALL_RECORD_OUTGOING; kind <= PHONE_CALL_RECORD_ANSWERED_ELSEWHERE; kind++)
    {
      g_autofree char *icon = phone_format_record_icon (NULL, kind);
      g_autofree char *words = phone_format_record_kind (NULL, kind, TRUE);

      g_assert_true (g_str_has_prefix (icon, "phone-"));
      g_assert_cmpstr (words, !=, "");
    }
}

static void
test_stats (void)
{
  g_autoptr (GVariant) stats = g_variant_ref_sink (g_variant_new_parsed (
    "{'video-width': <640>, 'video-height': <480>, 'codec-video': <'VP8'>, 'bitrate-in': <uint32 512345>, 'bitrate-out': <uint32 64000>,"
    " 'audio-packets-received': <uint64 99>, 'audio-packets-lost': <uint64 1>}"));

  assert_text (phone_format_stats (NULL, NULL), "");
  assert_text (phone_format_stats (NULL, stats),
               "Picture\t640 × 480\nVideo format\tVP8\nReceiving\t512 kbit/s\nSending\t64 kbit/s\nLost\t1.0 %");
}

static void
test_notes (void)
{
  assert_text (phone_format_test_media (NULL, FALSE, FALSE), "");
  assert_text (phone_format_test_media (NULL, TRUE, FALSE), "Sending a test picture instead of a camera");
  assert_text (phone_format_transfer_request (NULL, NULL, "Bob", "sip:bob@example.com"), "");
  assert_text (phone_format_transfer_request (NULL, "sip:carol@example.com", "Bob", "sip:bob@example.com"), "Bob wants to connect you to carol@example.com.");
  assert_text (phone_format_redirect_target (NULL, "sip:carol@example.com"), "Call carol@example.com");
  assert_text (phone_format_call_problem (NULL, ""), "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/format/durations", test_durations);
  g_test_add_func ("/ui/format/when-says-the-day", test_when);
  g_test_add_func ("/ui/format/addresses-as-people-read-them", test_addresses);
  g_test_add_func ("/ui/format/names-of-peers-do-no-harm", test_hostile_names);
  g_test_add_func ("/ui/format/call-states", test_call_states);
  g_test_add_func ("/ui/format/every-end-has-a-sentence", test_end_reasons);
  g_test_add_func ("/ui/format/every-problem-has-a-sentence", test_ua_problems);
  g_test_add_func ("/ui/format/records", test_records);
  g_test_add_func ("/ui/format/statistics", test_stats);
  g_test_add_func ("/ui/format/notes-in-a-call", test_notes);

  return g_test_run ();
}
