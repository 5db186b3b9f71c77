/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-sdp.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n"
#define BOTH  PHONE_MEDIA_DIRECTION_BOTH
#define SEND  PHONE_MEDIA_DIRECTION_SEND
#define RECV  PHONE_MEDIA_DIRECTION_RECEIVE
#define NONE  PHONE_MEDIA_DIRECTION_INACTIVE

static const struct
{
  const char          *what;
  const char          *text;
  PhoneMediaDirection  audio;
  PhoneMediaDirection  video;
  gboolean             has_video;
} questions[] = {
  { "both-ways-by-default", HEAD AUDIO VIDEO, BOTH, BOTH, TRUE },
  { "no-picture", HEAD AUDIO, BOTH, NONE, FALSE },
  { "held", HEAD AUDIO "a=sendonly\r\n" VIDEO "a=inactive\r\n", SEND, NONE, TRUE },
  { "held-for-the-whole-session", HEAD "a=sendonly\r\n" AUDIO VIDEO "a=recvonly\r\n", SEND, RECV, TRUE },
  { "refused-picture", HEAD AUDIO "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n", BOTH, NONE, FALSE },
  { "port-0-with-bundle-only-lives", HEAD "a=group:BUNDLE a v\r\n" AUDIO "a=mid:a\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=bundle-only\r\n", BOTH, BOTH, TRUE },
  { "bundle-only-outside-a-bundle-does-not", HEAD "a=group:BUNDLE a\r\n" AUDIO "a=mid:a\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=bundle-only\r\n", BOTH, NONE, FALSE },
  { "plain-line-ends", "v=0\nm=audio 9 RTP/AVP 0\na=recvonly\n", RECV, NONE, FALSE },
  { "the-second-picture-lives", HEAD AUDIO "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n" VIDEO "a=sendonly\r\n", BOTH, SEND, TRUE },
  { "one-picture-in-and-another-out", HEAD AUDIO VIDEO "a=recvonly\r\n" VIDEO "a=sendonly\r\n", BOTH, BOTH, TRUE },
  { "nonsense", "hello", NONE, NONE, FALSE },
  { "empty", "", NONE, NONE, FALSE },
  { "a-port-too-high", HEAD "m=audio 70000 RTP/AVP 0\r\n", NONE, NONE, FALSE },
  { "a-cut-line", HEAD "m=audio 9\r\n", NONE, NONE, FALSE },
};

static void
test_question (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpuint (phone_media_sdp_get_direction (questions[i].text, FALSE), ==, questions[i].audio);
  g_assert_cmpuint (phone_media_sdp_get_direction (questions[i].text, TRUE), ==, questions[i].video);
  g_assert_cmpint (phone_media_sdp_has_video (questions[i].text), ==, questions[i].has_video);
}

static void
test_session_attributes_reach_every_line (void)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (HEAD "a=fingerprint:sha-256 AB:CD\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
                                                         "a=setup:actpass\r\n" AUDIO VIDEO "a=ice-ufrag:efgh\r\n", NULL);
  PhoneMediaSdpLine *audio = phone_media_sdp_get_line (sdp, 0);
  PhoneMediaSdpLine *video = phone_media_sdp_get_line (sdp, 1);

  g_assert_true (phone_media_sdp_line_is_secure (audio));
  g_assert_true (phone_media_sdp_line_is_secure (video));
  g_assert_cmpstr (audio->ufrag, ==, "abcd");
  g_assert_cmpstr (video->ufrag, ==, "efgh");
  g_assert_cmpstr (video->fingerprint, ==, "sha-256 AB:CD");
  g_assert_null (phone_media_sdp_get_line (sdp, 2));
}

static void
test_what_is_printed_reads_the_same (void)
{
  static const char text[] = HEAD "a=group:BUNDLE 0\r\n" AUDIO
    "a=mid:0\r\na=recvonly\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AB:CD\r\na=setup:active\r\n"
    "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10\r\n"
    "a=extmap:5/sendrecv http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=ssrc:1 cname:x\r\na=candidate:1 1 UDP 2015364095 127.0.0.1 44018 typ host\r\na=end-of-candidates\r\nc=IN IP6 ::1\r\n";
  g_autoptr (PhoneMediaSdp) first = phone_media_sdp_parse (text, NULL);
  g_autofree char *once = phone_media_sdp_print (first);
  g_autoptr (PhoneMediaSdp) second = phone_media_sdp_parse (once, NULL);
  g_autofree char *twice = phone_media_sdp_print (second);

  g_assert_cmpstr (once, ==, twice);
  g_assert_nonnull (strstr (once, "\r\na=recvonly\r\n"));
  g_assert_nonnull (strstr (once, "\r\nc=IN IP6 ::1\r\n"));
  g_assert_nonnull (strstr (once, "\r\na=extmap:5 http"));
  g_assert_nonnull (strstr (once, "\r\na=candidate:1 1 UDP"));
  g_assert_nonnull (strstr (once, "\r\na=group:BUNDLE 0\r\n"));
  g_assert_cmpuint (second->version, ==, 2);
}

/* Lines that only a broken or a hostile peer writes: they are left out, and nothing else is. */
static void
test_bad_attributes_are_left_out (void)
{
  static const char *const bad[] = {
    "a=ice-ufrag:x", "a=ice-pwd:short", "a=fingerprint:sha-256", "a=fingerprint:sha-256 XY", "a=fingerprint: AB:CD",
    "a=candidate:1 1 UDP 1 127.0.0.1 99999 typ host", "a=candidate:1 1 SCTP 1 127.0.0.1 9 typ host", "a=candidate:", "a=candidate:1 x",
    "a=mid:", "a=mid:with space", "a=rtpmap:200 x/1", "a=rtpmap:111", "a=rtpmap:", "a=fmtp:111", "a=fmtp:", "a=rtcp-fb:", "a=rtcp-fb:* ",
    "a=extmap:", "a=extmap:99 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", "a=setup:x", "a=", "a", "=", "c=IN", "o=x",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf (HEAD AUDIO "%s\r\na=sendonly\r\n", bad[i]);
      g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (text, NULL);
      PhoneMediaSdpLine *line = phone_media_sdp_get_line (sdp, 0);

      g_assert_null (line->ufrag);
      g_assert_null (line->password);
      g_assert_null (line->fingerprint);
      g_assert_null (line->mid);
      g_assert_null (line->setup);
      g_assert_cmpuint (line->candidates->len, ==, 0);
      g_assert_cmpuint (line->transport_cc_id, ==, 0);
      g_assert_cmpuint (line->formats->len, ==, 1);
      g_assert_cmpuint (line->direction, ==, SEND);
    }
}

static void
test_sizes_are_limited (void)
{
  g_autoptr (GString) lines = g_string_new (HEAD);
  g_autoptr (GString) candidates = g_string_new (HEAD AUDIO);
  g_autofree char *long_text = g_strnfill (70000, 'a');
  g_autoptr (PhoneMediaSdp) sdp = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 17; i++)
    g_string_append (lines, AUDIO);
  g_assert_null (phone_media_sdp_parse (lines->str, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION);
  g_assert_null (phone_media_sdp_parse (long_text, NULL));

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (candidates, "a=candidate:%u 1 UDP 1 127.0.0.1 9 typ host\r\na=ssrc:%u cname:x\r\n", i, i);
  sdp = phone_media_sdp_parse (candidates->str, NULL);
  g_assert_cmpuint (phone_media_sdp_get_line (sdp, 0)->candidates->len, ==, 64);
  g_assert_cmpuint (phone_media_sdp_get_line (sdp, 0)->sources->len, ==, 64);
}

static void
test_the_strong_fingerprint_is_taken (void)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (HEAD AUDIO "a=fingerprint:sha-1 AA:BB\r\na=fingerprint:sha-256 CC:DD\r\na=fingerprint:sha-512 EE:FF\r\n", NULL);

  g_assert_cmpstr (phone_media_sdp_get_line (sdp, 0)->fingerprint, ==, "sha-256 CC:DD");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/sdp/%s", questions[i].what);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_question);
    }
  g_test_add_func ("/media/sdp/session-attributes-reach-every-line", test_session_attributes_reach_every_line);
  g_test_add_func ("/media/sdp/what-is-printed-reads-the-same", test_what_is_printed_reads_the_same);
  g_test_add_func ("/media/sdp/bad-attributes-are-left-out", test_bad_attributes_are_left_out);
  g_test_add_func ("/media/sdp/sizes-are-limited", test_sizes_are_limited);
  g_test_add_func ("/media/sdp/the-strong-fingerprint-is-taken", test_the_strong_fingerprint_is_taken);

  return g_test_run ();
}
