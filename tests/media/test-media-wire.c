/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-wire.h"

#include <string.h>

/* What webrtcbin would write: one codec, trickle, no candidates, its own idea of the DTLS role. */
#define LOCAL_HEAD   "v=0\r\no=- 777 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-options:trickle\r\na=group:BUNDLE 0 1\r\n"
#define LOCAL_SECRET "a=ice-ufrag:ours\r\na=ice-pwd:ourpasswordourpassword\r\na=fingerprint:sha-256 00:11\r\na=setup:active\r\na=rtcp-mux\r\n"
#define LOCAL_AUDIO  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\n" LOCAL_SECRET "a=rtpmap:111 OPUS/48000/2\r\na=ssrc:1 cname:x\r\n"
#define LOCAL_VIDEO  "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=bundle-only\r\na=sendrecv\r\n" LOCAL_SECRET "a=rtpmap:96 VP8/90000\r\n"

#define THEIR_HEAD   "v=0\r\no=- 4242 7 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a v\r\n"
#define THEIR_SECRET "a=ice-ufrag:their\r\na=ice-pwd:theirpasswordtheirpassw\r\na=fingerprint:sha-256 AA:BB\r\na=rtcp-mux\r\n"
#define THEIR_AUDIO  "m=audio 9 UDP/TLS/RTP/SAVPF 63 111 0 110\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:110 telephone-event/48000\r\na=mid:a\r\n" THEIR_SECRET
#define THEIR_VIDEO  "m=video 9 UDP/TLS/RTP/SAVPF 98 100\r\na=rtpmap:98 VP9/90000\r\na=rtpmap:100 VP8/90000\r\na=mid:v\r\n" THEIR_SECRET
#define OFFERED      "a=setup:actpass\r\n"
#define ANSWERED     "a=setup:active\r\n"

#define BOTH PHONE_MEDIA_DIRECTION_BOTH
#define SEND PHONE_MEDIA_DIRECTION_SEND
#define RECV PHONE_MEDIA_DIRECTION_RECEIVE
#define NONE PHONE_MEDIA_DIRECTION_INACTIVE

static void
assert_has (const char *text,
            const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is not in:\n%s", part, text);
}

static void
assert_lacks (const char *text,
              const char *part)
{
  if (strstr (text, part) != NULL)
    g_error ("\"%s\" is in:\n%s", part, text);
}

/* The number of times that part is in text. */
static guint
count (const char *text,
       const char *part)
{
  g_auto (GStrv) pieces = g_strsplit (text, part, -1);

  return g_strv_length (pieces) - 1;
}

static char *
take_offer (PhoneMediaWire *wire,
            const char     *offer)
{
  g_auto (PhoneMediaWireNews) news = { 0 };
  g_autoptr (GError) error = NULL;

  phone_media_wire_take_offer (wire, offer, TRUE, TRUE, &news, &error);
  g_assert_no_error (error);
  g_assert_false (news.replace);

  return g_steal_pointer (&news.feed);
}

static char *
take_answer (PhoneMediaWire *wire,
             const char     *answer)
{
  g_auto (PhoneMediaWireNews) news = { 0 };
  g_autoptr (GError) error = NULL;

  phone_media_wire_take_answer (wire, answer, &news, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&news.feed);
}

static char *
take_local (PhoneMediaWire *wire,
            const char     *local,
            gboolean        answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (local);
  char *feed;

  /* webrtcbin's answer repeats the mids that it was fed. */
  if (answer && wire->local == NULL)
    g_string_replace (text, "a=mid:", "a=mid:link", 0);
  feed = phone_media_wire_take_local (wire, text->str, NULL, answer, &error);

  g_assert_no_error (error);

  return feed;
}

static PhoneMediaWire *
create_offerer (gboolean video)
{
  PhoneMediaWire *wire = phone_media_wire_new ();
  g_autofree char *feed = NULL;

  phone_media_wire_add (wire, FALSE);
  if (video)
    phone_media_wire_add (wire, TRUE);
  feed = take_local (wire, video ? LOCAL_HEAD LOCAL_AUDIO LOCAL_VIDEO : LOCAL_HEAD LOCAL_AUDIO, FALSE);
  phone_media_wire_add_candidate (wire, 0, "candidate:1 1 UDP 2015364095 127.0.0.1 5000 typ host");
  phone_media_wire_add_candidate (wire, 0, "candidate:2 1 UDP 1015364095 198.51.100.1 6000 typ srflx raddr 127.0.0.1 rport 5000");
  phone_media_wire_set_wishes (wire, BOTH, BOTH, FALSE);

  return wire;
}

/* Answered, in a call of both. */
static PhoneMediaWire *
create_answerer (void)
{
  PhoneMediaWire *wire = phone_media_wire_new ();
  g_autofree char *remote = take_offer (wire, THEIR_HEAD THEIR_AUDIO OFFERED THEIR_VIDEO OFFERED);
  g_autofree char *local = take_local (wire, LOCAL_HEAD LOCAL_AUDIO LOCAL_VIDEO, TRUE);

  phone_media_wire_set_wishes (wire, BOTH, BOTH, TRUE);

  return wire;
}

static void
test_offer (void)
{
  g_autoptr (PhoneMediaWire) wire = create_offerer (TRUE);
  g_autofree char *first = phone_media_wire_print (wire, FALSE);
  g_autofree char *second = phone_media_wire_print (wire, FALSE);
  g_autofree char *origin = g_strdup_printf ("\r\no=- %s 1 IN IP4 ", wire->session_id);
  g_autofree char *next = g_strdup_printf ("\r\no=- %s 2 IN IP4 ", wire->session_id);

  assert_has (first, "m=audio 6000 UDP/TLS/RTP/SAVPF 111 0 8 110 126\r\nc=IN IP4 198.51.100.1\r\n");
  assert_has (first, "m=video 6000 UDP/TLS/RTP/SAVPF 96 97 102 103\r\nc=IN IP4 198.51.100.1\r\n");
  assert_has (first, "a=group:BUNDLE 0 1\r\n");
  assert_has (first, "a=rtpmap:110 telephone-event/48000\r\n");
  assert_has (first, "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n");
  assert_has (first, "a=rtcp-fb:96 nack pli\r\n");
  assert_lacks (first, "bundle-only");
  assert_lacks (first, "trickle");
  assert_lacks (first, "0.0.0.0");
  g_assert_cmpuint (count (first, "a=setup:actpass\r\n"), ==, 2);
  g_assert_cmpuint (count (first, "a=end-of-candidates\r\n"), ==, 2);
  g_assert_cmpuint (count (first, "a=sendrecv\r\n"), ==, 2);
  assert_has (first, origin);
  assert_has (second, next);
}

static void
test_answer_fed_is_without_moods (void)
{
  g_autoptr (PhoneMediaWire) wire = create_offerer (TRUE);
  g_autofree char *feed = take_answer (wire, THEIR_HEAD THEIR_AUDIO ANSWERED "a=recvonly\r\n" THEIR_VIDEO ANSWERED "a=inactive\r\n");

  g_assert_cmpuint (count (feed, "a=sendrecv\r\n"), ==, 2);
  assert_has (feed, "a=group:BUNDLE 0 1\r\n");
  assert_lacks (feed, "red/48000");
  assert_lacks (feed, "VP9");
  g_assert_cmpstr (wire->setup, ==, "passive");
  g_assert_cmpuint (phone_media_wire_find (wire, FALSE)->remote, ==, RECV);
  g_assert_cmpuint (phone_media_wire_find (wire, FALSE)->event_payload, ==, 110);
  g_assert_cmpstr (phone_media_wire_find (wire, TRUE)->codec->name, ==, "VP8");
  g_assert_cmpuint (phone_media_wire_line_get_agreed (phone_media_wire_find (wire, FALSE)), ==, SEND);
  g_assert_cmpuint (phone_media_wire_line_get_agreed (phone_media_wire_find (wire, TRUE)), ==, NONE);
}

static void
test_answer_without_mids_or_bundle (void)
{
  g_autoptr (PhoneMediaWire) wire = create_offerer (FALSE);
  g_autofree char *feed = take_answer (wire, "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/SAVPF 0\r\n" THEIR_SECRET "a=setup:passive\r\n");

  assert_has (feed, "a=mid:0\r\n");
  assert_has (feed, "m=audio 9 UDP/TLS/RTP/SAVPF 0 ");
  g_assert_cmpstr (phone_media_wire_find (wire, FALSE)->codec->name, ==, "PCMU");
  g_assert_cmpstr (wire->setup, ==, "active");
}

static void
test_refused_picture_stays_out_of_sight (void)
{
  g_autoptr (PhoneMediaWire) wire = create_offerer (TRUE);
  g_autofree char *feed = take_answer (wire, "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" THEIR_AUDIO ANSWERED "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n");
  g_autofree char *next = NULL;

  assert_has (feed, "m=video 9 ");
  g_assert_cmpuint (count (feed, "a=ice-ufrag:their\r\n"), ==, 2);
  g_assert_null (phone_media_wire_find (wire, TRUE));

  phone_media_wire_set_wishes (wire, BOTH, BOTH, FALSE);
  next = phone_media_wire_print (wire, FALSE);
  assert_has (next, "m=video 0 UDP/TLS/RTP/SAVPF");
  assert_has (next, "a=group:BUNDLE 0\r\n");
  assert_has (next, "a=inactive\r\n");

  g_assert_cmpstr (phone_media_wire_add (wire, TRUE)->mid, ==, "2");
  g_assert_cmpint (phone_media_wire_find (wire, TRUE)->link, ==, 1);
  g_assert_cmpuint (phone_media_wire_count_links (wire), ==, 2);
}

static void
test_answer (void)
{
  g_autoptr (PhoneMediaWire) wire = phone_media_wire_new ();
  g_autofree char *remote = take_offer (wire, THEIR_HEAD THEIR_AUDIO OFFERED THEIR_VIDEO OFFERED);
  g_autofree char *local = take_local (wire, LOCAL_HEAD LOCAL_AUDIO LOCAL_VIDEO, TRUE);
  g_autofree char *answer = NULL;

  assert_has (remote, "m=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\n");
  assert_has (remote, "m=video 9 UDP/TLS/RTP/SAVPF 100\r\n");
  assert_has (remote, "o=- 4242 7 ");
  assert_has (local, "a=setup:active\r\n");
  assert_has (local, "a=rtpmap:110 telephone-event/48000\r\n");

  phone_media_wire_set_wishes (wire, BOTH, RECV, TRUE);
  answer = phone_media_wire_print (wire, TRUE);
  assert_has (answer, "a=group:BUNDLE a v\r\n");
  assert_has (answer, "m=audio 9 UDP/TLS/RTP/SAVPF 111 110\r\n");
  assert_has (answer, "m=video 9 UDP/TLS/RTP/SAVPF 100\r\n");
  assert_has (answer, "a=recvonly\r\n");
  g_assert_cmpuint (count (answer, "a=setup:active\r\n"), ==, 2);
  assert_lacks (answer, "o=- 4242");
}

/* m-lines that are not for us are answered in their place and never seen by webrtcbin. */
static void
test_other_lines_are_refused_in_place (void)
{
  g_autoptr (PhoneMediaWire) wire = phone_media_wire_new ();
  g_autofree char *remote = take_offer (wire, "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\na=group:BUNDLE d v a\r\n"
                                        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n" THEIR_SECRET OFFERED
                                        THEIR_VIDEO OFFERED THEIR_AUDIO OFFERED
                                        "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=rtpmap:100 VP8/90000\r\na=mid:w\r\n" THEIR_SECRET OFFERED);
  g_autofree char *local = take_local (wire, LOCAL_HEAD LOCAL_VIDEO LOCAL_AUDIO, TRUE);
  g_autofree char *answer = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_cmpuint (count (remote, "m="), ==, 2);
  phone_media_wire_set_wishes (wire, BOTH, BOTH, TRUE);
  answer = phone_media_wire_print (wire, TRUE);
  lines = g_strsplit (answer, "\r\nm=", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_true (g_str_has_prefix (lines[1], "application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
  g_assert_true (g_str_has_prefix (lines[2], "video 9 "));
  g_assert_true (g_str_has_prefix (lines[3], "audio 9 "));
  g_assert_true (g_str_has_prefix (lines[4], "video 0 "));
  assert_has (lines[0], "a=group:BUNDLE v a");
}

static void
test_unwanted_picture_is_refused (void)
{
  g_autoptr (PhoneMediaWire) wire = phone_media_wire_new ();
  g_auto (PhoneMediaWireNews) news = { 0 };
  g_autofree char *local = NULL;
  g_autofree char *answer = NULL;

  g_assert_true (phone_media_wire_take_offer (wire, THEIR_HEAD THEIR_AUDIO OFFERED THEIR_VIDEO OFFERED, TRUE, FALSE, &news, NULL));
  g_assert_cmpuint (count (news.feed, "m="), ==, 1);
  local = take_local (wire, LOCAL_HEAD LOCAL_AUDIO, TRUE);
  phone_media_wire_set_wishes (wire, BOTH, NONE, TRUE);
  answer = phone_media_wire_print (wire, TRUE);
  assert_has (answer, "m=video 0 UDP/TLS/RTP/SAVPF 98 100\r\n");
  assert_has (answer, "a=group:BUNDLE a\r\n");
}

static void
test_role_is_kept_for_the_call (void)
{
  g_autoptr (PhoneMediaWire) wire = create_offerer (FALSE);
  g_autofree char *answered = take_answer (wire, THEIR_HEAD THEIR_AUDIO ANSWERED);
  g_autofree char *restarted = take_offer (wire, THEIR_HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=mid:a\r\n"
                                           "a=ice-ufrag:newer\r\na=ice-pwd:newerpasswordnewerpasswd\r\na=fingerprint:sha-256 AA:BB\r\na=rtcp-mux\r\n" OFFERED);
  g_autofree char *local = take_local (wire, LOCAL_HEAD LOCAL_AUDIO, TRUE);
  g_autofree char *answer = NULL;

  assert_has (restarted, "a=ice-ufrag:newer\r\n");
  assert_has (local, "a=setup:passive\r\n");
  phone_media_wire_set_wishes (wire, BOTH, NONE, TRUE);
  answer = phone_media_wire_print (wire, TRUE);
  assert_has (answer, "a=setup:passive\r\n");
  assert_has (answer, "a=candidate:1 1 UDP 2015364095 127.0.0.1 5000 typ host\r\n");
}

/* What changes nothing for webrtcbin is kept from it. */
static void
test_hold_is_no_news (void)
{
  static const struct
  {
    const char          *attribute;
    PhoneMediaDirection  answer;
  } holds[] = { { "a=sendonly\r\n", RECV }, { "a=inactive\r\n", NONE }, { "a=recvonly\r\n", SEND }, { "a=sendrecv\r\n", BOTH } };
  g_autoptr (PhoneMediaWire) wire = create_answerer ();

  for (guint i = 0; i < G_N_ELEMENTS (holds); i++)
    {
      g_autofree char *offer = g_strconcat (THEIR_HEAD THEIR_AUDIO OFFERED, holds[i].attribute, THEIR_VIDEO OFFERED, holds[i].attribute, NULL);
      g_autofree char *feed = take_offer (wire, offer);

      g_assert_null (feed);
      phone_media_wire_set_wishes (wire, BOTH, BOTH, TRUE);
      g_assert_cmpuint (phone_media_wire_find (wire, FALSE)->local, ==, holds[i].answer);
      g_assert_cmpuint (phone_media_wire_find (wire, TRUE)->local, ==, holds[i].answer);
    }
}

static void
test_stopped_line_is_kept_from_webrtcbin (void)
{
  g_autoptr (PhoneMediaWire) wire = create_answerer ();
  g_autofree char *feed = take_offer (wire, "v=0\r\no=- 4242 8 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a\r\n" THEIR_AUDIO OFFERED
                                      "m=video 0 UDP/TLS/RTP/SAVPF 100\r\na=mid:v\r\n");
  g_autofree char *again = NULL;
  g_autofree char *answer = NULL;

  g_assert_null (feed);
  phone_media_wire_set_wishes (wire, BOTH, BOTH, TRUE);
  answer = phone_media_wire_print (wire, TRUE);
  assert_has (answer, "m=video 0 ");
  assert_has (answer, "a=group:BUNDLE a\r\n");

  again = take_offer (wire, "v=0\r\no=- 4242 9 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a w\r\n" THEIR_AUDIO OFFERED
                      "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=rtpmap:100 VP8/90000\r\na=mid:w\r\n" THEIR_SECRET OFFERED);
  g_assert_null (again);
  g_assert_cmpint (phone_media_wire_find (wire, TRUE)->link, ==, 1);
  g_assert_cmpstr (phone_media_wire_find (wire, TRUE)->mid, ==, "w");
}

/* A peer that has removed its track and added another one receives by the old line and sends by a new one. */
static void
test_picture_follows_who_sends (void)
{
#define NEXT_VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=rtpmap:100 VP8/90000\r\na=mid:w\r\n" THEIR_SECRET OFFERED
  static const char offer[] = "v=0\r\no=- 4242 8 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a v w\r\n" THEIR_AUDIO OFFERED
                              THEIR_VIDEO OFFERED "a=recvonly\r\n" NEXT_VIDEO;
  static const char later[] = "v=0\r\no=- 4242 9 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a v w\r\n" THEIR_AUDIO OFFERED
                              THEIR_VIDEO OFFERED NEXT_VIDEO "a=recvonly\r\n";
  g_autoptr (PhoneMediaWire) wire = create_answerer ();
  g_autofree char *feed = take_offer (wire, offer);
  g_autofree char *again = NULL;
  g_autofree char *answer = NULL;

  g_assert_null (feed);
  phone_media_wire_set_wishes (wire, BOTH, BOTH, TRUE);
  answer = phone_media_wire_print (wire, TRUE);
  assert_has (answer, "a=group:BUNDLE a w\r\n");
  g_assert_cmpuint (count (answer, "m=video "), ==, 2);
  g_assert_cmpuint (count (answer, "m=video 0 "), ==, 1);
  g_assert_cmpint (phone_media_wire_find (wire, TRUE)->link, ==, 1);
  g_assert_cmpuint (phone_media_wire_line_get_agreed (phone_media_wire_find (wire, TRUE)), ==, BOTH);

  again = take_offer (wire, later);
  g_assert_cmpstr (phone_media_wire_find (wire, TRUE)->mid, ==, "v");
  g_assert_cmpint (phone_media_wire_find (wire, TRUE)->link, ==, 1);
#undef NEXT_VIDEO
}

/* One that sends two pictures shows the one we have. */
static void
test_second_picture_is_refused (void)
{
  g_autoptr (PhoneMediaWire) wire = create_answerer ();
  g_autofree char *feed = take_offer (wire, THEIR_HEAD THEIR_AUDIO OFFERED THEIR_VIDEO OFFERED
                                      "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=rtpmap:100 VP8/90000\r\na=mid:w\r\n" THEIR_SECRET OFFERED);

  g_assert_null (feed);
  g_assert_cmpstr (phone_media_wire_find (wire, TRUE)->mid, ==, "v");
}

static void
test_replaced_by (const char *old,
                  const char *new,
                  gboolean    silent)
{
  g_autoptr (PhoneMediaWire) wire = create_answerer ();
  g_auto (PhoneMediaWireNews) news = { .silent = silent };
  g_auto (GStrv) parts = g_strsplit (THEIR_HEAD THEIR_AUDIO OFFERED THEIR_VIDEO OFFERED, old, -1);
  g_autofree char *offer = g_strjoinv (new, parts);

  g_assert_true (phone_media_wire_take_offer (wire, offer, TRUE, TRUE, &news, NULL));
  g_assert_true (news.replace);
  g_assert_nonnull (news.feed);
  g_assert_null (wire->local);
  g_assert_null (wire->setup);
}

static void
test_another_certificate_replaces (void)
{
  test_replaced_by ("AA:BB", "EE:FF", FALSE);
}

static void
test_ice_restart_replaces_in_silence (void)
{
  test_replaced_by ("ice-ufrag:their", "ice-ufrag:newer", TRUE);
  test_replaced_by ("theirpasswordtheirpassw", "newerpasswordnewerpassw", TRUE);
}

/* A peer may go on writing credentials of its own for a line whose transport is the bundle's. */
static void
test_credentials_beside_the_bundle_are_ignored (void)
{
  static const char offer[] = THEIR_HEAD THEIR_AUDIO OFFERED "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=rtpmap:100 VP8/90000\r\na=mid:v\r\n"
                              "a=ice-ufrag:beside\r\na=ice-pwd:besidepasswordbesidepas\r\na=fingerprint:sha-256 AA:BB\r\na=rtcp-mux\r\n" OFFERED;
  g_autoptr (PhoneMediaWire) wire = phone_media_wire_new ();
  g_autofree char *first = take_offer (wire, offer);
  g_autofree char *local = take_local (wire, LOCAL_HEAD LOCAL_AUDIO LOCAL_VIDEO, TRUE);
  g_auto (PhoneMediaWireNews) news = { .silent = TRUE };

  assert_lacks (first, "beside");
  g_assert_true (phone_media_wire_take_offer (wire, offer, TRUE, TRUE, &news, NULL));
  g_assert_false (news.replace);
}

/* Whoever answers the same offer with other credentials is somebody else; other codecs, directions and candidates are not. */
static void
test_forks_lead_elsewhere (void)
{
  static const struct
  {
    const char *from;
    const char *to;
    gboolean    same;
  } rows[] = {
    { "4242 7", "4242 8", TRUE },
    { "a=rtpmap:63 red/48000/2", "a=recvonly", TRUE },
    { "111", "0", TRUE },
    { "a=rtcp-mux\r\n", "a=rtcp-mux\r\na=candidate:1 1 UDP 2015364095 192.0.2.9 5000 typ host\r\n", TRUE },
    { "AA:BB", "aa:bb", TRUE },
    { "m=video 9", "m=video 0", TRUE },
    { "AA:BB", "EE:FF", FALSE },
    { "a=ice-ufrag:their", "a=ice-ufrag:other", FALSE },
    { "theirpassword", "otherpassword", FALSE },
  };
  const char *first = THEIR_HEAD THEIR_AUDIO ANSWERED THEIR_VIDEO ANSWERED;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PhoneMediaWire) wire = create_offerer (TRUE);
      g_autoptr (PhoneMediaWire) other = phone_media_wire_copy (wire);
      g_autoptr (GString) second = g_string_new (first);
      g_autofree char *fed = take_answer (wire, first);
      g_autofree char *other_fed = NULL;

      g_string_replace (second, rows[i].from, rows[i].to, 0);
      g_assert_cmpstr (second->str, !=, first);
      other_fed = take_answer (other, second->str);
      g_test_message ("%s for %s", rows[i].to, rows[i].from);
      g_assert_true (!phone_media_wire_leads_to (other, wire->remote) == !rows[i].same);
      g_assert_false (phone_media_wire_leads_to (other, NULL));
    }
}

static void
test_refused_offer_is_answered_for_webrtcbin (void)
{
  g_autoptr (PhoneMediaWire) wire = create_offerer (FALSE);
  g_autofree char *answered = take_answer (wire, THEIR_HEAD THEIR_AUDIO ANSWERED);
  g_autoptr (PhoneMediaWire) offered = phone_media_wire_copy (wire);
  g_autofree char *local = NULL;
  g_autofree char *wire_offer = NULL;
  g_autofree char *feed = NULL;
  g_autofree char *next = NULL;

  phone_media_wire_add (offered, TRUE);
  local = take_local (offered, LOCAL_HEAD LOCAL_AUDIO LOCAL_VIDEO, FALSE);
  wire_offer = phone_media_wire_print (offered, FALSE);
  feed = phone_media_wire_abandon (wire, offered);
  g_assert_cmpuint (count (feed, "m="), ==, 2);
  g_assert_cmpuint (count (feed, "a=setup:active\r\n"), ==, 2);
  g_assert_cmpuint (count (feed, "a=ice-ufrag:their\r\n"), ==, 2);

  phone_media_wire_set_wishes (wire, SEND, NONE, FALSE);
  next = phone_media_wire_print (wire, FALSE);
  g_assert_cmpuint (count (next, "m="), ==, 1);
  assert_has (next, " 2 IN IP4 ");
}

static const struct
{
  const char *what;
  const char *offer;
  int         code;
} refusals[] = {
  { "nothing", "", PHONE_MEDIA_ERROR_BAD_DESCRIPTION },
  { "no-encryption", "v=0\r\nm=audio 9 RTP/AVP 0\r\n", PHONE_MEDIA_ERROR_NO_COMMON_CODEC },
  { "no-fingerprint", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n", PHONE_MEDIA_ERROR_NO_COMMON_CODEC },
  { "no-codec", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 3\r\n" THEIR_SECRET, PHONE_MEDIA_ERROR_NO_COMMON_CODEC },
  { "all-refused", "v=0\r\nm=audio 0 UDP/TLS/RTP/SAVPF 0\r\n" THEIR_SECRET, PHONE_MEDIA_ERROR_NO_COMMON_CODEC },
};

static void
test_refusal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (PhoneMediaWire) wire = phone_media_wire_new ();
  g_auto (PhoneMediaWireNews) news = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_media_wire_take_offer (wire, refusals[i].offer, TRUE, TRUE, &news, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, refusals[i].code);
}

static void
test_lost_lines_are_an_error (void)
{
  g_autoptr (PhoneMediaWire) wire = create_answerer ();
  g_auto (PhoneMediaWireNews) news = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_media_wire_take_offer (wire, THEIR_HEAD THEIR_AUDIO OFFERED, TRUE, TRUE, &news, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/wire/offer", test_offer);
  g_test_add_func ("/media/wire/answer-fed-is-without-moods", test_answer_fed_is_without_moods);
  g_test_add_func ("/media/wire/answer-without-mids-or-bundle", test_answer_without_mids_or_bundle);
  g_test_add_func ("/media/wire/refused-picture-stays-out-of-sight", test_refused_picture_stays_out_of_sight);
  g_test_add_func ("/media/wire/answer", test_answer);
  g_test_add_func ("/media/wire/other-lines-are-refused-in-place", test_other_lines_are_refused_in_place);
  g_test_add_func ("/media/wire/unwanted-picture-is-refused", test_unwanted_picture_is_refused);
  g_test_add_func ("/media/wire/role-is-kept-for-the-call", test_role_is_kept_for_the_call);
  g_test_add_func ("/media/wire/hold-is-no-news", test_hold_is_no_news);
  g_test_add_func ("/media/wire/stopped-line-is-kept-from-webrtcbin", test_stopped_line_is_kept_from_webrtcbin);
  g_test_add_func ("/media/wire/picture-follows-who-sends", test_picture_follows_who_sends);
  g_test_add_func ("/media/wire/second-picture-is-refused", test_second_picture_is_refused);
  g_test_add_func ("/media/wire/another-certificate-replaces", test_another_certificate_replaces);
  g_test_add_func ("/media/wire/ice-restart-replaces-in-silence", test_ice_restart_replaces_in_silence);
  g_test_add_func ("/media/wire/credentials-beside-the-bundle-are-ignored", test_credentials_beside_the_bundle_are_ignored);
  g_test_add_func ("/media/wire/forks-lead-elsewhere", test_forks_lead_elsewhere);
  g_test_add_func ("/media/wire/refused-offer-is-answered-for-webrtcbin", test_refused_offer_is_answered_for_webrtcbin);
  g_test_add_func ("/media/wire/lost-lines-are-an-error", test_lost_lines_are_an_error);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/wire/refuses/%s", refusals[i].what);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_refusal);
    }

  return g_test_run ();
}
