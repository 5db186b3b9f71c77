/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-webrtc.h"

#include <gst/gst.h>
#include <math.h>
#include <string.h>

#include "phone-expect.h"
#include "phone-media-echo.h"
#include "phone-media-link-private.h"
#include "phone-media-webrtc-private.h"

#define LIMIT_SECONDS 60

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
  phone_expect_gstreamer_races ();
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
apply (Pair              *pair,
       PhoneMediaSession *from)
{
  pair->done = FALSE;
  phone_media_session_apply_answer_async (from, pair->answer, NULL, applied_cb, pair);
  phone_expect_flag ("the answer's end", &pair->done);
  g_assert_no_error (pair->error);
}

/* to answers the last offer. */
static void
answer (Pair              *pair,
        PhoneMediaSession *from,
        PhoneMediaSession *to)
{
  pair->done = FALSE;
  phone_media_session_create_answer_async (to, pair->offer, NULL, answered_cb, pair);
  phone_expect_flag ("an answer", &pair->done);
  g_assert_no_error (pair->error);
  g_test_message ("answer:\n%s", pair->answer);
  apply (pair, from);
}

static void
exchange (Pair              *pair,
          PhoneMediaSession *from,
          PhoneMediaSession *to)
{
  offer (pair, from);
  answer (pair, from, to);
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

typedef struct
{
  PhoneCondition condition;
  gpointer       data;
  gint64         asked;
} Patience;

static gboolean
is_time (gpointer data)
{
  Patience *patience = data;

  if (g_get_monotonic_time () < patience->asked + 100000)
    return FALSE;
  patience->asked = g_get_monotonic_time ();

  return patience->condition (patience->data);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* As phone_expect_until (), but asks ten times a second, since a reading of the stats costs the other side's time too, and is
 * patient with machines that have more to do. */
static void
expect_now_and_then (const char     *what,
                     PhoneCondition  condition,
                     gpointer        data)
{
  Patience patience = { condition, data, 0 };
  guint tick = g_timeout_add (100, tick_cb, NULL);
  gint64 limit = g_get_monotonic_time () + LIMIT_SECONDS * G_USEC_PER_SEC;

  while (!is_time (&patience))
    {
      if (g_get_monotonic_time () > limit)
        g_error ("waited in vain for: %s", what);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
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

  expect_now_and_then ("more media", has_more, &more);
}

static void
test_audio_and_video (void)
{
  Pair pair;

  set_up (&pair, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  phone_expect_count ("both sides connected", &pair.n_connected, 2);
  expect_more (pair.alice, 12, 20);
  expect_more (pair.bob, 12, 20);

  {
    g_autoptr (PhoneMediaStats) stats = get_stats (pair.bob);

    /* As it was made, or smaller if the machine is busy and the rate fell. */
    g_assert_cmpint (stats->video_height, >=, 180);
    g_assert_cmpint (stats->video_width * 3, ==, stats->video_height * 4);
    g_assert_cmpfloat (stats->audio_level_in, >, 0.05);
    g_assert_cmpfloat (stats->audio_level_out, >, 0.05);
    g_assert_cmpstr (stats->codec_video, ==, "VP8");
    g_assert_cmpstr (stats->codec_audio, ==, "opus");
    g_assert_cmpstr (stats->candidate_pair, ==, "host host");
    g_assert_cmpuint (stats->audio_packets_lost, <, 10);
    g_assert_cmpfloat (stats->jitter, >=, 0);
    g_assert_false (signbit (stats->jitter));
    g_assert_cmpuint (stats->video_frames_sent, >, 8);
  }
  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}


static guint
count_entries (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    n++;

  return n;
}

static void
call (Pair    *pair,
      gboolean video)
{
  set_up (pair, video);
  exchange (pair, pair->alice, pair->bob);
  phone_expect_count ("both sides connected", &pair->n_connected, 2);
  expect_more (pair->alice, video ? 3 : 0, 5);
  expect_more (pair->bob, video ? 3 : 0, 5);
}

/* A path that loses every tenth packet on its way to one jitter buffer. */
typedef struct
{
  GstElement *jitterbuffer;
  GstPad     *pad;
  gulong      probe;
  int         n_packets;        /* atomic */
} Loss;

static GstPadProbeReturn
lose_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         data)
{
  Loss *loss = data;

  return g_atomic_int_add (&loss->n_packets, 1) % 10 == 9 ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static guint
get_ssrc (GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  guint ssrc = 0;

  if (caps != NULL)
    gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc);

  return ssrc;
}

static int
compare_stream (gconstpointer item,
                gconstpointer ssrc)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (g_value_get_object (item), "sink");

  return get_ssrc (pad) == GPOINTER_TO_UINT (ssrc) ? 0 : 1;
}

static gboolean
receives_both (gpointer data)
{
  PhoneMediaLink *link = PHONE_MEDIA_WEBRTC (data)->link;

  return link->receivers[PHONE_MEDIA_LINK_AUDIO].pad != NULL && link->receivers[PHONE_MEDIA_LINK_VIDEO].pad != NULL;
}

static void
lose (Loss              *loss,
      PhoneMediaSession *session,
      guint              kind)
{
  PhoneMediaLink *link = PHONE_MEDIA_WEBRTC (session)->link;
  GstIterator *buffers = gst_bin_iterate_all_by_element_factory_name (GST_BIN (link->webrtcbin), "rtpjitterbuffer");
  guint ssrc = get_ssrc (link->receivers[kind].pad);
  GValue found = G_VALUE_INIT;

  g_assert_cmpuint (ssrc, !=, 0);
  g_assert_true (gst_iterator_find_custom (buffers, compare_stream, &found, GUINT_TO_POINTER (ssrc)));
  gst_iterator_free (buffers);
  loss->jitterbuffer = g_value_dup_object (&found);
  g_value_unset (&found);
  loss->pad = gst_element_get_static_pad (loss->jitterbuffer, "sink");
  loss->probe = gst_pad_add_probe (loss->pad, GST_PAD_PROBE_TYPE_BUFFER, lose_cb, loss, NULL);
}

static guint64
count_of_loss (const Loss *loss,
               const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 count = 0;

  g_object_get (loss->jitterbuffer, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &count));

  return count;
}

static gboolean
has_lost_and_repaired (gpointer data)
{
  Loss *losses = data;

  return count_of_loss (&losses[0], "num-lost") >= 5 && count_of_loss (&losses[1], "rtx-success-count") >= 5;
}

/* Lost pictures come again; for sound it would be too late, so nobody is asked. */
static void
test_lost_pictures_come_again (void)
{
  Pair pair;
  Loss losses[2] = { { NULL, } };

  call (&pair, TRUE);
  expect_now_and_then ("sound and pictures", receives_both, pair.alice);
  lose (&losses[0], pair.alice, PHONE_MEDIA_LINK_AUDIO);
  lose (&losses[1], pair.alice, PHONE_MEDIA_LINK_VIDEO);
  expect_now_and_then ("lost sound and pictures that came again", has_lost_and_repaired, losses);
  g_assert_cmpuint (count_of_loss (&losses[0], "rtx-count"), ==, 0);
  g_assert_cmpuint (count_of_loss (&losses[1], "rtx-count"), >=, 5);
  g_assert_null (strstr (strstr (pair.answer, "m=audio"), "a=rtcp-fb:111 nack"));
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    {
      gst_pad_remove_probe (losses[i].pad, losses[i].probe);
      gst_object_unref (losses[i].pad);
      gst_object_unref (losses[i].jitterbuffer);
    }
  tear_down (&pair);
}

static guint
get_direction (PhoneMediaSession *session,
               const char        *name)
{
  guint direction;

  g_object_get (session, name, &direction, NULL);

  return direction;
}

typedef struct
{
  PhoneMediaSession *session;
  gboolean           video;
  guint64            last;
  guint              n_quiet;
} Quiet;

static gboolean
is_quiet (gpointer data)
{
  Quiet *quiet = data;
  g_autoptr (PhoneMediaStats) stats = get_stats (quiet->session);
  guint64 now = quiet->video ? stats->video_frames_decoded : stats->audio_packets_received;

  quiet->n_quiet = now == quiet->last ? quiet->n_quiet + 1 : 0;
  quiet->last = now;

  return quiet->n_quiet >= 5;
}

static void
expect_quiet (PhoneMediaSession *session,
              gboolean           video)
{
  Quiet quiet = { session, video };

  expect_now_and_then ("silence", is_quiet, &quiet);
}

/* What of a link is to be seen from outside of libnice: whether it minds that the peer answers. */
static gboolean
minds (PhoneMediaLink *link)
{
  gboolean minds;

  g_object_get (link->agent, "consent-freshness", &minds, NULL);

  return minds;
}

static GstPadProbeReturn
drop_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         data)
{
  return GST_PAD_PROBE_DROP;
}

typedef struct
{
  PhoneMediaLink *link;
  guint           heard;
} Arrival;

static gboolean
has_arrived (gpointer data)
{
  Arrival *arrival = data;

  return phone_media_counter_get (arrival->link->arrived) != arrival->heard;
}

static void
pass_silence (PhoneMediaLink *link,
              guint           from,
              guint           to)
{
  link->silence = from;
  link->heard = phone_media_counter_get (link->arrived);
  while (link->silence < to)
    phone_media_link_listen (link);
}

/* Bob falls silent and is heard again; he answers checks all the while. */
static void
test_silence_makes_suspicious (void)
{
  Pair pair;
  PhoneMediaLink *link;
  GstIterator *sinks;
  GValue sink = G_VALUE_INIT;
  g_autoptr (GstPad) pad = NULL;
  Arrival arrival;
  gulong probe;

  call (&pair, FALSE);
  link = PHONE_MEDIA_WEBRTC (pair.alice)->link;
  g_assert_cmpuint (link->listen_id, !=, 0);
  g_clear_handle_id (&link->listen_id, g_source_remove);
  phone_media_link_listen (link);
  g_assert_false (minds (link));

  sinks = gst_bin_iterate_all_by_element_factory_name (GST_BIN (PHONE_MEDIA_WEBRTC (pair.bob)->link->webrtcbin), "nicesink");
  g_assert_cmpint (gst_iterator_next (sinks, &sink), ==, GST_ITERATOR_OK);
  pad = gst_element_get_static_pad (g_value_get_object (&sink), "sink");
  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, drop_cb, NULL, NULL);
  expect_quiet (pair.alice, FALSE);
  pass_silence (link, 0, 2);
  g_assert_false (phone_media_link_is_silent (link));
  pass_silence (link, 2, 7);
  g_assert_true (phone_media_link_is_silent (link));
  g_assert_false (minds (link));
  pass_silence (link, 7, 8);
  g_assert_true (minds (link));
  pass_silence (link, 8, 30);
  g_assert_false (minds (link));
  pass_silence (link, 0, 8);
  g_assert_true (minds (link));

  gst_pad_remove_probe (pad, probe);
  arrival = (Arrival) { link, link->heard };
  expect_now_and_then ("sound", has_arrived, &arrival);
  phone_media_link_listen (link);
  g_assert_cmpuint (link->silence, ==, 0);
  g_assert_false (minds (link));

  gst_iterator_free (sinks);
  g_value_unset (&sink);
  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static void
test_hold_and_release (void)
{
  Pair pair;

  call (&pair, TRUE);

  phone_media_session_set_hold (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.offer, FALSE), ==, PHONE_MEDIA_DIRECTION_SEND);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.answer, TRUE), ==, PHONE_MEDIA_DIRECTION_RECEIVE);
  g_assert_cmpuint (get_direction (pair.bob, "remote-direction-audio"), ==, PHONE_MEDIA_DIRECTION_SEND);
  g_assert_cmpuint (get_direction (pair.bob, "local-direction-audio"), ==, PHONE_MEDIA_DIRECTION_RECEIVE);
  expect_quiet (pair.alice, TRUE);
  expect_quiet (pair.bob, FALSE);

  phone_media_session_set_hold (pair.bob, TRUE);
  exchange (&pair, pair.bob, pair.alice);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.offer, FALSE), ==, PHONE_MEDIA_DIRECTION_INACTIVE);

  phone_media_session_set_hold (pair.alice, FALSE);
  exchange (&pair, pair.alice, pair.bob);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.answer, FALSE), ==, PHONE_MEDIA_DIRECTION_SEND);

  phone_media_session_set_hold (pair.bob, FALSE);
  exchange (&pair, pair.bob, pair.alice);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.answer, FALSE), ==, PHONE_MEDIA_DIRECTION_BOTH);
  expect_more (pair.alice, 10, 10);
  expect_more (pair.bob, 10, 10);

  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

/* A hold that the peer was never told of is lifted without it. */
static void
test_hold_untold (void)
{
  Pair pair;

  call (&pair, TRUE);
  phone_media_session_set_hold (pair.alice, TRUE);
  expect_quiet (pair.bob, TRUE);
  phone_media_session_set_hold (pair.alice, FALSE);
  expect_more (pair.bob, 10, 10);
  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static void
test_video_added_by_caller (void)
{
  Pair pair;

  call (&pair, FALSE);
  g_assert_false (phone_media_sdp_has_video (pair.answer));

  phone_media_session_set_video (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.answer, TRUE), ==, PHONE_MEDIA_DIRECTION_RECEIVE);
  expect_more (pair.bob, 10, 10);

  phone_media_session_set_video (pair.bob, TRUE);
  exchange (&pair, pair.bob, pair.alice);
  g_assert_cmpuint (get_direction (pair.alice, "remote-direction-video"), ==, PHONE_MEDIA_DIRECTION_BOTH);
  expect_more (pair.alice, 10, 10);
  expect_more (pair.bob, 10, 10);

  phone_media_session_set_video (pair.alice, FALSE);
  exchange (&pair, pair.alice, pair.bob);
  g_assert_cmpuint (phone_media_sdp_get_direction (pair.offer, TRUE), ==, PHONE_MEDIA_DIRECTION_INACTIVE);
  expect_quiet (pair.alice, TRUE);
  expect_more (pair.alice, 0, 10);

  phone_media_session_set_video (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.alice, 10, 10);
  expect_more (pair.bob, 10, 10);

  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static void
test_video_added_by_callee (void)
{
  Pair pair;

  call (&pair, FALSE);
  phone_media_session_set_video (pair.bob, TRUE);
  exchange (&pair, pair.bob, pair.alice);
  expect_more (pair.alice, 10, 10);
  tear_down (&pair);
}

static void
test_refused_offer_leaves_the_call (void)
{
  Pair pair;

  call (&pair, FALSE);
  phone_media_session_set_video (pair.alice, TRUE);
  offer (&pair, pair.alice);
  g_assert_true (phone_media_sdp_has_video (pair.offer));
  phone_media_session_abandon_offer (pair.alice);
  expect_more (pair.alice, 0, 10);
  expect_more (pair.bob, 0, 10);

  phone_media_session_set_hold (pair.alice, TRUE);
  offer (&pair, pair.alice);
  g_assert_false (phone_media_sdp_has_video (pair.offer));
  phone_media_session_abandon_offer (pair.alice);
  expect_more (pair.bob, 0, 10);

  phone_media_session_set_video (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.bob, 10, 10);

  phone_media_session_set_video (pair.bob, TRUE);
  offer (&pair, pair.bob);
  phone_media_session_abandon_offer (pair.bob);
  exchange (&pair, pair.bob, pair.alice);
  expect_more (pair.bob, 10, 10);

  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static void
test_video_declined (void)
{
  Pair pair;

  set_up (&pair, TRUE);
  phone_media_session_close (pair.bob);
  g_object_unref (pair.bob);
  pair.bob = create_session (&pair, phone_media_webrtc_new, FALSE);
  exchange (&pair, pair.alice, pair.bob);
  g_assert_false (phone_media_sdp_has_video (pair.answer));
  g_assert_nonnull (strstr (pair.answer, "m=video 0 "));
  phone_expect_count ("both sides connected", &pair.n_connected, 2);
  expect_more (pair.alice, 0, 10);
  expect_more (pair.bob, 0, 10);

  phone_media_session_set_video (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.bob, 10, 10);

  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static gboolean
out_is_silent (gpointer data)
{
  g_autoptr (PhoneMediaStats) stats = get_stats (data);

  return stats->audio_level_out < 0.001;
}

static gboolean
local_is_black (gpointer data)
{
  g_autoptr (PhoneVideoFrame) frame = phone_video_slot_get (phone_media_session_get_local_slot (data));
  gsize size = 0;
  const guint8 *bytes = frame != NULL ? g_bytes_get_data (phone_video_frame_get_bytes (frame), &size) : NULL;

  for (gsize i = 0; i + 3 < size; i += 404)
    if (bytes[i] > 24 || bytes[i + 1] > 24 || bytes[i + 2] > 24)
      return FALSE;

  return bytes != NULL;
}

static void
test_mute (void)
{
  Pair pair;
  gboolean muted;

  call (&pair, TRUE);
  g_assert_false (local_is_black (pair.alice));
  phone_media_session_set_muted (pair.alice, TRUE, TRUE);
  g_object_get (pair.alice, "camera-muted", &muted, NULL);
  g_assert_true (muted);
  expect_now_and_then ("silence sent", out_is_silent, pair.alice);
  expect_now_and_then ("black shown", local_is_black, pair.alice);
  expect_more (pair.bob, 10, 10);
  tear_down (&pair);
}

static gboolean
has_tones (gpointer data)
{
  return ((GString *) data)->len >= 4;
}

static void
test_dtmf (void)
{
  Pair pair;

  call (&pair, FALSE);
  g_assert_true (phone_media_session_send_dtmf (pair.alice, "12#d", 100, 70, &pair.error));
  g_assert_no_error (pair.error);
  expect_now_and_then ("four tones", has_tones, pair.tones);
  g_assert_cmpstr (pair.tones->str, ==, "12#D");
  expect_more (pair.bob, 0, 10);
  tear_down (&pair);
}

static void
test_echo (void)
{
  Pair pair;
  gboolean test;

  set_up (&pair, TRUE);
  phone_media_session_close (pair.bob);
  g_object_unref (pair.bob);
  pair.bob = create_session (&pair, phone_media_echo_new, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  phone_expect_count ("both sides connected", &pair.n_connected, 2);
  expect_more (pair.alice, 12, 20);
  g_object_get (pair.alice, "test-camera", &test, NULL);
  g_assert_true (test);

  phone_media_session_set_hold (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  expect_quiet (pair.alice, TRUE);
  phone_media_session_set_hold (pair.alice, FALSE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.alice, 12, 20);

  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static void
test_echo_of_added_video (void)
{
  Pair pair;

  set_up (&pair, FALSE);
  phone_media_session_close (pair.bob);
  g_object_unref (pair.bob);
  pair.bob = create_session (&pair, phone_media_echo_new, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.alice, 0, 20);
  phone_media_session_set_video (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.alice, 12, 20);
  tear_down (&pair);
}

static gboolean
is_connected (gpointer data)
{
  gboolean connected;

  g_object_get (data, "connected", &connected, NULL);

  return connected;
}

static void
close_session (PhoneMediaSession *session)
{
  phone_media_session_close (session);
  g_assert_finalize_object (session);
}

/* Another telephone of the one who is called. A process has one certificate for all first links, and she is somewhere else. Until ICE
 * restarts nobody answers her checks, which may take her too long: only the caller's failures count. */
static PhoneMediaSession *
create_fork (Pair *pair)
{
  PhoneMediaSession *fork = create_session (pair, phone_media_webrtc_new, TRUE);

  g_signal_handlers_disconnect_by_func (fork, failed_cb, pair);
  PHONE_MEDIA_WEBRTC (fork)->stranded = TRUE;

  return fork;
}

static const char *
get_fingerprint (const char *sdp)
{
  return strstr (sdp, "a=fingerprint:");
}

/* Bob answers early; Carol answers the same offer, and pictures and sound are hers. */
static void
test_last_answer (gboolean heard)
{
  Pair pair;
  PhoneMediaSession *carol;
  g_autofree char *early = NULL;

  set_up (&pair, TRUE);
  carol = create_fork (&pair);
  exchange (&pair, pair.alice, pair.bob);
  early = g_strdup (pair.answer);
  if (heard)
    {
      expect_more (pair.alice, 10, 10);
      g_assert_true (is_connected (pair.alice));
    }
  g_assert_false (phone_media_session_needs_restart (pair.alice));

  answer (&pair, pair.alice, carol);
  g_assert_cmpint (strncmp (get_fingerprint (pair.answer), get_fingerprint (early), 60), !=, 0);
  g_assert_true (phone_media_session_needs_restart (pair.alice));
  g_assert_false (is_connected (pair.alice));
  if (heard)
    {
      expect_quiet (pair.bob, TRUE);
      expect_quiet (pair.bob, FALSE);
    }
  phone_media_session_close (pair.bob);

  phone_media_session_restart_ice (pair.alice);
  exchange (&pair, pair.alice, carol);
  g_assert_false (phone_media_session_needs_restart (pair.alice));
  expect_now_and_then ("a connection", is_connected, pair.alice);
  expect_more (pair.alice, 12, 20);
  expect_more (carol, 12, 20);

  phone_media_session_set_hold (carol, TRUE);
  exchange (&pair, carol, pair.alice);
  expect_quiet (carol, FALSE);
  phone_media_session_set_hold (carol, FALSE);
  exchange (&pair, carol, pair.alice);
  expect_more (carol, 10, 10);
  g_assert_cmpuint (pair.n_failed, ==, 0);
  close_session (carol);
  tear_down (&pair);
}

static void
test_last_answer_counts (void)
{
  test_last_answer (TRUE);
}

static void
test_last_answer_counts_at_once (void)
{
  test_last_answer (FALSE);
}

/* Carol answers early too, and with sound alone; it is Bob who takes the call. */
static void
test_first_fork_answers_after_all (void)
{
  Pair pair;
  PhoneMediaSession *carol;
  g_autofree char *first = NULL;

  set_up (&pair, TRUE);
  carol = create_session (&pair, phone_media_webrtc_new, FALSE);
  exchange (&pair, pair.alice, pair.bob);
  first = g_strdup (pair.answer);
  expect_more (pair.alice, 5, 5);

  answer (&pair, pair.alice, carol);
  g_assert_true (phone_media_session_needs_restart (pair.alice));
  g_assert_cmpuint (get_direction (pair.alice, "remote-direction-video"), ==, PHONE_MEDIA_DIRECTION_INACTIVE);
  close_session (carol);

  g_free (pair.answer);
  pair.answer = g_strdup (first);
  apply (&pair, pair.alice);
  g_assert_false (phone_media_session_needs_restart (pair.alice));
  g_assert_true (is_connected (pair.alice));
  expect_more (pair.alice, 10, 10);
  expect_more (pair.bob, 10, 10);
  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

/* Before our restart the other fork offers by itself: our answer comes from the new link. */
static void
test_other_fork_offers (void)
{
  Pair pair;
  PhoneMediaSession *carol;

  set_up (&pair, TRUE);
  carol = create_fork (&pair);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.alice, 5, 5);
  answer (&pair, pair.alice, carol);
  phone_media_session_close (pair.bob);

  phone_media_session_restart_ice (carol);
  exchange (&pair, carol, pair.alice);
  g_assert_false (phone_media_session_needs_restart (pair.alice));
  expect_more (pair.alice, 10, 10);
  expect_more (carol, 10, 10);
  close_session (carol);
  tear_down (&pair);
}

static void
test_restarted_by (gboolean callee)
{
  Pair pair;
  g_autofree char *before = NULL;

  call (&pair, TRUE);
  before = g_strdup (pair.offer);
  phone_media_session_restart_ice (callee ? pair.bob : pair.alice);
  exchange (&pair, callee ? pair.bob : pair.alice, callee ? pair.alice : pair.bob);
  g_assert_null (strstr (pair.offer, strstr (before, "a=fingerprint:")));
  expect_more (pair.alice, 12, 20);
  expect_more (pair.bob, 12, 20);

  phone_media_session_set_hold (pair.alice, TRUE);
  exchange (&pair, pair.alice, pair.bob);
  phone_media_session_set_hold (pair.alice, FALSE);
  exchange (&pair, pair.alice, pair.bob);
  expect_more (pair.alice, 10, 10);
  g_assert_cmpuint (pair.n_failed, ==, 0);
  tear_down (&pair);
}

static void
test_ice_restarted_by_caller (void)
{
  test_restarted_by (FALSE);
}

static void
test_ice_restarted_by_callee (void)
{
  test_restarted_by (TRUE);
}

static void
test_turns_is_refused (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  Pair pair = { 0 };
  PhoneMediaSession *session;

  phone_media_config_add_ice_server (config, "turns:relay.example:5349", "user", "secret");
  config->test_media = TRUE;
  session = phone_media_webrtc_new (config, NULL);
  phone_media_session_create_offer_async (session, NULL, offered_cb, &pair);
  phone_expect_flag ("an answer", &pair.done);
  g_assert_error (pair.error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_TURNS);
  g_assert_null (strstr (pair.error->message, "secret"));
  g_clear_error (&pair.error);
  phone_media_session_close (session);
  g_assert_finalize_object (session);
}

/* How long an offer takes, in µs. */
static gint64
measure_offer (const char *server)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (PhoneMediaSession) session = NULL;
  Pair pair = { 0 };
  gint64 start;

  if (server != NULL)
    phone_media_config_add_ice_server (config, server, NULL, NULL);
  config->test_media = TRUE;
  config->loopback = TRUE;
  config->gathering_timeout = 200;
  session = phone_media_webrtc_new (config, NULL);
  start = g_get_monotonic_time ();
  offer (&pair, session);
  g_assert_nonnull (strstr (pair.offer, " typ host"));
  g_free (pair.offer);
  phone_media_session_close (session);

  return g_get_monotonic_time () - start;
}

static void
test_offer_does_not_wait_for_a_dead_server (void)
{
  gint64 without;
  gint64 with;

  measure_offer (NULL);
  without = measure_offer (NULL);
  with = measure_offer ("stun:192.0.2.254:3478");
  g_test_message ("%" G_GINT64_FORMAT " µs without, %" G_GINT64_FORMAT " µs with", without, with);
  g_assert_cmpint (with, <, without + 1500000);
}

static void
ready_cb (PhoneMediaSession *session,
          const char        *candidate,
          gint64            *ready)
{
  if (*ready == 0 && strstr (candidate, " typ host") != NULL)
    {
      *ready = g_get_monotonic_time ();
      phone_media_session_finish_gathering (session);
    }
}

/* The first candidate is enough for who says so: a server that does not answer would take two seconds, and the limit is longer. */
static void
test_offer_goes_out_when_told (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (PhoneMediaSession) session = NULL;
  Pair pair = { 0 };
  gint64 ready = 0;
  gint64 taken;

  phone_media_config_add_ice_server (config, "stun:192.0.2.254:3478", NULL, NULL);
  config->test_media = TRUE;
  config->loopback = TRUE;
  config->gathering_timeout = 60000;
  session = phone_media_webrtc_new (config, NULL);
  g_signal_connect (session, "candidate", G_CALLBACK (ready_cb), &ready);
  offer (&pair, session);
  taken = g_get_monotonic_time () - ready;
  g_assert_cmpint (ready, !=, 0);
  g_test_message ("%" G_GINT64_FORMAT " µs", taken);
  g_assert_cmpint (taken, <, 1000000);
  g_assert_nonnull (strstr (pair.offer, " typ host"));
  g_free (pair.offer);
  phone_media_session_close (session);
}

static gboolean
has_failed (gpointer data)
{
  return *(guint *) data > 0;
}

/* Somebody between the two who changed the signalling, or who answers in the other's place. */
static void
test_another_certificate_is_noticed (void)
{
  Pair pair;
  char *hex;

  set_up (&pair, FALSE);
  offer (&pair, pair.alice);
  pair.done = FALSE;
  phone_media_session_create_answer_async (pair.bob, pair.offer, NULL, answered_cb, &pair);
  phone_expect_flag ("an answer", &pair.done);
  hex = strstr (pair.answer, "a=fingerprint:sha-256 ") + strlen ("a=fingerprint:sha-256 ");
  *hex = *hex == '0' ? '1' : '0';
  pair.done = FALSE;
  phone_media_session_apply_answer_async (pair.alice, pair.answer, NULL, applied_cb, &pair);
  phone_expect_flag ("the answer's end", &pair.done);
  expect_now_and_then ("the failure", has_failed, &pair.n_failed);
  g_assert_cmpuint (pair.n_connected, <=, 1);
  tear_down (&pair);
}

static void
test_closing_ends_what_is_pending (void)
{
  Pair pair;

  set_up (&pair, TRUE);
  phone_media_session_create_offer_async (pair.alice, NULL, offered_cb, &pair);
  phone_media_session_close (pair.alice);
  phone_expect_flag ("the end", &pair.done);
  g_assert_error (pair.error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED);
  tear_down (&pair);
}

static void
test_nonsense_is_refused (void)
{
  Pair pair;

  set_up (&pair, TRUE);
  phone_media_session_create_answer_async (pair.bob, "v=0\r\nm=audio 9 RTP/AVP 0\r\n", NULL, answered_cb, &pair);
  phone_expect_flag ("a refusal", &pair.done);
  g_assert_error (pair.error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_COMMON_CODEC);
  tear_down (&pair);
}

typedef struct
{
  guint descriptors;
  guint threads;
} Held;

static gboolean
holds_no_more (gpointer data)
{
  const Held *held = data;

  return count_entries ("/proc/self/task") <= held->threads && count_entries ("/proc/self/fd") <= held->descriptors;
}

/* Teardown goes on in threads after close (), so what is held comes down some time after a call. */
static gboolean
has_settled (gpointer data)
{
  Held *held = data;
  Held now = { count_entries ("/proc/self/fd"), count_entries ("/proc/self/task") };
  gboolean settled = now.descriptors >= held->descriptors && now.threads >= held->threads;

  *held = now;

  return settled;
}

/* OpenSSL ends with the process, and a webrtcbin that still starts or stops in a thread does not like that. */
static void
settle (void)
{
  Held held = { G_MAXUINT, G_MAXUINT };
  GstElement *element = gst_element_factory_make ("dtlsdec", NULL);

  /* Its making waits for the key that may still be made elsewhere. */
  gst_object_unref (gst_object_ref_sink (element));
  expect_now_and_then ("teardown", has_settled, &held);
}

static void
test_many_calls_leave_nothing (void)
{
  Held held = { G_MAXUINT, G_MAXUINT };

  for (guint i = 0; i < 10; i++)
    {
      Pair pair;

      call (&pair, TRUE);
      tear_down (&pair);
      if (i == 2)
        expect_now_and_then ("teardown", has_settled, &held);
    }
  expect_now_and_then ("no more threads and descriptors than after three calls", holds_no_more, &held);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  if (!phone_media_init (&error))
    {
      g_printerr ("%s\n", error->message);
      return 77;
    }

  g_test_add_func ("/media/webrtc/audio-and-video", test_audio_and_video);
  g_test_add_func ("/media/webrtc/lost-pictures-come-again", test_lost_pictures_come_again);
  g_test_add_func ("/media/webrtc/hold-and-release", test_hold_and_release);
  g_test_add_func ("/media/webrtc/a-hold-nobody-was-told-of-is-lifted-at-once", test_hold_untold);
  g_test_add_func ("/media/webrtc/video-added-by-caller", test_video_added_by_caller);
  g_test_add_func ("/media/webrtc/video-added-by-callee", test_video_added_by_callee);
  g_test_add_func ("/media/webrtc/video-declined", test_video_declined);
  g_test_add_func ("/media/webrtc/refused-offer-leaves-the-call", test_refused_offer_leaves_the_call);
  g_test_add_func ("/media/webrtc/silence-makes-suspicious", test_silence_makes_suspicious);
  g_test_add_func ("/media/webrtc/mute", test_mute);
  g_test_add_func ("/media/webrtc/dtmf", test_dtmf);
  g_test_add_func ("/media/webrtc/echo", test_echo);
  g_test_add_func ("/media/webrtc/echo-of-added-video", test_echo_of_added_video);
  g_test_add_func ("/media/webrtc/ice-restarted-by-caller", test_ice_restarted_by_caller);
  g_test_add_func ("/media/webrtc/ice-restarted-by-callee", test_ice_restarted_by_callee);
  g_test_add_func ("/media/webrtc/the-last-answer-counts", test_last_answer_counts);
  g_test_add_func ("/media/webrtc/the-last-answer-counts-at-once", test_last_answer_counts_at_once);
  g_test_add_func ("/media/webrtc/the-first-fork-answers-after-all", test_first_fork_answers_after_all);
  g_test_add_func ("/media/webrtc/the-other-fork-offers", test_other_fork_offers);
  g_test_add_func ("/media/webrtc/turns-is-refused", test_turns_is_refused);
  g_test_add_func ("/media/webrtc/offer-does-not-wait-for-a-dead-server", test_offer_does_not_wait_for_a_dead_server);
  g_test_add_func ("/media/webrtc/offer-goes-out-when-told", test_offer_goes_out_when_told);
  g_test_add_func ("/media/webrtc/another-certificate-is-noticed", test_another_certificate_is_noticed);
  g_test_add_func ("/media/webrtc/closing-ends-what-is-pending", test_closing_ends_what_is_pending);
  g_test_add_func ("/media/webrtc/nonsense-is-refused", test_nonsense_is_refused);
  g_test_add_func ("/media/webrtc/many-calls-leave-nothing", test_many_calls_leave_nothing);

  result = g_test_run ();
  settle ();

  return result;
}
