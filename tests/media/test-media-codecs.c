/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-codecs.h"

#include <gst/gst.h>

#include "phone-media-bins.h"

/* The rest of a peer's m-line, and what we take of it. */
static const struct
{
  const char *what;
  const char *text;
  const char *codec;            /* NULL: none */
  guint       payload;
  guint       event;
  const char *kept;             /* payload types left by the filter */
} lines[] = {
  { "their-order", "m=audio 9 UDP/TLS/RTP/SAVPF 8 111\r\na=rtpmap:111 opus/48000/2\r\n", "PCMA", 8, 0, "8 111" },
  { "static-types-need-no-map", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "PCMU", 0, 0, "0" },
  { "names-in-any-case", "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 OPUS/48000/2\r\n", "opus", 96, 0, "96" },
  { "opus-has-its-clock", "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 opus/8000\r\n", NULL, 0, 0, "" },
  { "unknown-ones-go", "m=audio 9 UDP/TLS/RTP/SAVPF 63 9 111\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\n", "opus", 111, 0, "111" },
  { "event-of-the-same-clock",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 126 110\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:126 telephone-event/8000\r\na=rtpmap:110 telephone-event/48000\r\n",
    "opus", 111, 110, "111 110" },
  { "no-event-of-another-clock", "m=audio 9 UDP/TLS/RTP/SAVPF 111 126\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:126 telephone-event/8000\r\n",
    "opus", 111, 0, "111" },
  { "retransmission-of-what-is-kept",
    "m=video 9 UDP/TLS/RTP/SAVPF 98 99 96 97\r\na=rtpmap:98 VP9/90000\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\na=rtpmap:96 VP8/90000\r\n"
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n", "VP8", 96, 0, "96 97" },
  { "h264-with-mode-1",
    "m=video 9 UDP/TLS/RTP/SAVPF 104 108\r\na=rtpmap:104 H264/90000\r\na=fmtp:104 packetization-mode=0;profile-level-id=42e01f\r\n"
    "a=rtpmap:108 H264/90000\r\na=fmtp:108 level-asymmetry-allowed=1; packetization-mode=1;profile-level-id=42e01f\r\n", "H264", 108, 0, "108" },
  { "no-high-profile", "m=video 9 UDP/TLS/RTP/SAVPF 112\r\na=rtpmap:112 H264/90000\r\na=fmtp:112 packetization-mode=1;profile-level-id=64001f\r\n",
    NULL, 0, 0, "" },
  { "h264-without-mode-is-mode-0", "m=video 9 UDP/TLS/RTP/SAVPF 112\r\na=rtpmap:112 H264/90000\r\n", NULL, 0, 0, "" },
  { "a-voice-is-no-picture", "m=video 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n", NULL, 0, 0, "" },
};

static char *
print_payloads (const PhoneMediaSdpLine *line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < line->formats->len; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", ((PhoneMediaSdpFormat *) g_ptr_array_index (line->formats, i))->payload);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_line (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (lines[i].text, NULL);
  PhoneMediaSdpLine *line = phone_media_sdp_get_line (sdp, 0);
  guint payload = 0;
  const PhoneMediaCodec *codec = phone_media_codecs_choose (line, &payload);
  g_autofree char *kept = NULL;

  g_assert_cmpstr (codec != NULL ? codec->name : NULL, ==, lines[i].codec);
  g_assert_cmpuint (payload, ==, lines[i].payload);
  g_assert_cmpuint (phone_media_codecs_find_event (line, codec), ==, lines[i].event);
  phone_media_codecs_filter (line);
  kept = print_payloads (line);
  g_assert_cmpstr (kept, ==, lines[i].kept);
}

static void
test_our_offer_is_ours (void)
{
  g_autoptr (PhoneMediaSdpLine) line = phone_media_sdp_line_new ("video");
  g_autofree char *all = NULL;
  g_autofree char *kept = NULL;

  phone_media_codecs_fill (line);
  all = print_payloads (line);
  phone_media_codecs_filter (line);
  kept = print_payloads (line);
  g_assert_cmpstr (all, ==, "96 97 102 103");
  g_assert_cmpstr (kept, ==, all);
}

/* Every description of the table can be built here. */
static void
test_every_codec_has_its_elements (void)
{
  const PhoneMediaCodec *codec;

  for (guint i = 0; (codec = phone_media_codecs_get (i)) != NULL; i++)
    {
      g_autofree char *text = phone_media_codecs_print_caps (codec, codec->payload, 3);
      g_autoptr (GstCaps) caps = gst_caps_from_string (text);
      GstElement *encoder = phone_media_bins_create_encoder (codec, codec->payload, 1234, 3);
      GstElement *decoder = phone_media_bins_create_decoder (codec);

      g_assert_nonnull (caps);
      g_assert_nonnull (encoder);
      g_assert_nonnull (decoder);
      g_assert_true (phone_media_codecs_find (codec->name) == codec);
      gst_object_unref (gst_object_ref_sink (encoder));
      gst_object_unref (gst_object_ref_sink (decoder));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *path = g_strdup_printf ("/media/codecs/%s", lines[i].what);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_line);
    }
  g_test_add_func ("/media/codecs/our-offer-is-ours", test_our_offer_is_ours);
  g_test_add_func ("/media/codecs/every-codec-has-its-elements", test_every_codec_has_its_elements);

  return g_test_run ();
}
