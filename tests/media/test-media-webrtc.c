/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-webrtc.h"

#include <string.h>

#include "phone-expect.h"
#include "phone-media-echo.h"

/* Two sessions that talk to each other over 127.0.0.1, with test sources. */
typedef struct
{
  PhoneMediaSession *alice;
  PhoneMediaSession *bob;
  char              *offer;
  char              *answer;
  GError            *error;
  gboolean           done;
  guint              n_connected;
  guint              n_failed;
  GString           *tones;
} Pair;

static void
connected_cb (Pair *pair)
{
  pair->n_connected++;
}

static void
failed_cb (Pair         *pair,
           const GError *error)
{
  g_test_message ("failed: %s", error->message);
  pair->n_failed++;
}

static void
dtmf_cb (Pair  *pair,
         char   tone,
         guint  duration)
{
  g_string_append_c (pair->tones, tone);
}

static PhoneMediaSession *
create_session (Pair              *pair,
                PhoneMediaFactory  factory,
                gboolean           video)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  PhoneMediaSession *session;

  config->test_media = TRUE;
  config->loopback = TRUE;
  config->video = video;
  session = factory (config, NULL);
  g_signal_connect_swapped (session, "connected", G_CALLBACK (connected_cb), pair);
  g_signal_connect_swapped (session, "failed", G_CALLBACK (failed_cb), pair);
  g_signal_connect_swapped (session, "dtmf", G_CALLBACK (dtmf_cb), pair);

  return session;
}

static void
set_up (Pair    *pair,
        gboolean video)
{
  memset (pair, 0, sizeof *pair);
  pair->tones = g_string_new (NULL);
  pair->alice = create_session (pair, phone_media_webrtc_new, video);
  pair->bob = create_session (pair, phone_media_webrtc_new, video);
}

static void
tear_down (Pair *pair)
{
  phone_media_session_close (pair->alice);
  phone_media_session_close (pair->bob);
  g_assert_finalize_object (pair->alice);
  g_assert_finalize_object (pair->bob);
  g_free (pair->offer);
  g_free (pair->answer);
  g_string_free (pair->tones, TRUE);
  g_clear_error (&pair->error);
}

static void
offered_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Pair *pair = data;

  g_free (pair->offer);
  pair->offer = phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (source), result, &pair->error);
  pair->done = TRUE;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Pair *pair = data;

  g_free (pair->answer);
  pair->answer = phone_media_session_create_answer_finish (PHONE_MEDIA_SESSION (source), result, &pair->error);
  pair->done = TRUE;
}

static void
applied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Pair *pair = data;

  phone_media_session_apply_answer_finish (PHONE_MEDIA_SESSION (source), result, &pair->error);
  pair->done = TRUE;
}

static void
offer (Pair              *pair,
       PhoneMediaSession *from)
{
  pair->done = FALSE;
  phone_media_session_create_offer_async (from, NULL, offered_cb, pair);
  phone_expect_flag ("an offer", &pair->done);
  g_assert_no_error (pair->error);
  g_test_message ("offer:\n%s", pair->offer);
}

static void
exchange (Pair              *pair,
          PhoneMediaSession *from,
          PhoneMediaSession *to)
{
  offer (pair, from);

  pair->done = FALSE;
  phone_media_session_create_answer_async (to, pair->offer, NULL, answered_cb, pair);
  phone_expect_flag ("an answer", &pair->done);
  g_assert_no_error (pair->error);
  g_test_message ("answer:\n%s", pair->answer);

  pair->done = FALSE;
  phone_media_session_apply_answer_async (from, pair->answer, NULL, applied_cb, pair);
  phone_expect_flag ("the answer's end", &pair->done);
  g_assert_no_error (pair->error);
}

static void
stats_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  *(PhoneMediaStats **) data = phone_media_session_get_stats_finish (PHONE_MEDIA_SESSION (source), result, NULL);
}

static gboolean
has_stats (gpointer data)
{
  return *(PhoneMediaStats **) data != NULL;
}

static PhoneMediaStats *
get_stats (PhoneMediaSession *session)
{
  PhoneMediaStats *stats = NULL;

  phone_media_session_get_stats_async (session, NULL, stats_cb, &stats);
  phone_expect_until ("stats", has_stats, &stats);

  return stats;
}

/* More frames or packets than there were when it was set up. */
typedef struct
{
  PhoneMediaSession *session;
  guint64            frames;
  guint64            packets;
} More;

static gboolean
has_more (gpointer data)
{
  More *more = data;
  g_autoptr (PhoneMediaStats) stats = get_stats (more->session);

  return stats->video_frames_decoded >= more->frames && stats->audio_packets_received >= more->packets;
}

static void
expect_more (PhoneMediaSession *session,
             guint              frames,
             guint              packets)
{
  g_autoptr (PhoneMediaStats) stats = get_stats (session);
  More more = { session, stats->video_frames_decoded + frames, stats->audio_packets_received + packets };

  phone_expect_until ("more media", has_more, &more);
}

static void
test_audio_and_video (void)
{
  Pair pair;

  set_up (&pair, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  phone_expect_count ("both sides connected", &pair.n_connected, 2);
  expect_more (pair.alice, 30, 50);
  expect_more (pair.bob, 30, 50);

  {
    g_autoptr (PhoneMediaStats) stats = get_stats (pair.bob);

    g_assert_cmpint (stats->video_width, ==, 640);
    g_assert_cmpfloat (stats->audio_level_in, >, 0.05);
    g_assert_cmpfloat (stats->audio_level_out, >, 0.05);
    g_assert_cmpstr (stats->codec_video, ==, "VP8");
    g_assert_cmpstr (stats->codec_audio, ==, "opus");
    g_assert_cmpstr (stats->candidate_pair, ==, "host host");
    g_assert_cmpuint (stats->audio_packets_lost, ==, 0);
    g_assert_cmpuint (stats->video_frames_sent, >, 20);
  }
  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  if (!phone_media_init (&error))
    {
      g_printerr ("%s\n", error->message);
      return 77;
    }

  g_test_add_func ("/media/webrtc/audio-and-video", test_audio_and_video);

  return g_test_run ();
}
