/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webrtcbin's statistics as one plain reading. In 1.22 the kind of an inbound stream can be wrong under BUNDLE and local and remote
 * are swapped in a candidate's type, so streams are told apart by clock rate and candidates by the text of their id; frames are
 * counted by our own probes. Every second the transport-wide feedback in the same reading moves the encoder's rate. */
#include "config.h"
#include "phone-media-link-private.h"

#include <string.h>

#define RATE_INTERVAL_MS 1000
#define VIDEO_CLOCK      90000
#define MAX_RATE         2500000

typedef struct
{
  PhoneMediaStats *stats;
  guint64          bytes[2];            /* received, sent */
  const char      *local;               /* candidate types, interned */
  const char      *remote;
  guint            sent;                /* bit/s by transport-wide feedback */
  guint            received;
  double           loss;
  double           delay_trend;
  gboolean         has_feedback;
} Reading;

static guint64
phone_media_link_get_number (const GstStructure *entry,
                             const char         *name)
{
  const GValue *value = gst_structure_get_value (entry, name);

  if (value == NULL)
    return 0;
  if (G_VALUE_HOLDS_UINT64 (value))
    return g_value_get_uint64 (value);
  if (G_VALUE_HOLDS_INT64 (value))
    return MAX (0, g_value_get_int64 (value));
  if (G_VALUE_HOLDS_UINT (value))
    return g_value_get_uint (value);
  if (G_VALUE_HOLDS_INT (value))
    return MAX (0, g_value_get_int (value));

  return 0;
}

static double
phone_media_link_get_double (const GstStructure *entry,
                             const char         *name)
{
  double number = 0;

  gst_structure_get_double (entry, name, &number);

  return number;
}

static void
phone_media_link_read_inbound (Reading            *reading,
                               const GstStructure *entry)
{
  g_autoptr (GstStructure) source = NULL;
  double jitter = phone_media_link_get_double (entry, "jitter");
  int clock_rate = 0;

  reading->bytes[0] += phone_media_link_get_number (entry, "bytes-received");
  if (gst_structure_get (entry, "gst-rtpsource-stats", GST_TYPE_STRUCTURE, &source, NULL))
    gst_structure_get_int (source, "clock-rate", &clock_rate);
  if (clock_rate == VIDEO_CLOCK)
    return;

  reading->stats->audio_packets_received += phone_media_link_get_number (entry, "packets-received");
  /* The entry's own "packets-lost" counts what came too late for the jitter buffer as well. */
  reading->stats->audio_packets_lost += source != NULL ? phone_media_link_get_number (source, "packets-lost") : 0;
  /* webrtcbin divides by a clock rate that is −1 until it is known. */
  reading->stats->jitter = jitter > 0 ? jitter * 1000 : 0;
}

static void
phone_media_link_read_pair (Reading            *reading,
                            const GstStructure *entry)
{
  g_autoptr (GstStructure) feedback = NULL;

  if (!gst_structure_get (entry, "gst-twcc-stats", GST_TYPE_STRUCTURE, &feedback, NULL))
    return;

  reading->has_feedback = TRUE;
  reading->sent = phone_media_link_get_number (feedback, "bitrate-sent");
  reading->received = phone_media_link_get_number (feedback, "bitrate-recv");
  reading->loss = phone_media_link_get_double (feedback, "packet-loss-pct");
  reading->delay_trend = phone_media_link_get_number (feedback, "avg-delta-of-delta");
}

static void
phone_media_link_read_candidate (Reading            *reading,
                                 const GstStructure *entry,
                                 const char         *id)
{
  const char *type = gst_structure_get_string (entry, "candidate-type");
  const char **field = strstr (id, "remote") != NULL ? &reading->remote : &reading->local;

  if (g_strcmp0 (type, "server-reflexive") == 0 || g_strcmp0 (type, "srflx") == 0)
    *field = "srflx";
  else if (g_strcmp0 (type, "peer-reflexive") == 0 || g_strcmp0 (type, "prflx") == 0)
    *field = "prflx";
  else if (g_strcmp0 (type, "relayed") == 0 || g_strcmp0 (type, "relay") == 0)
    *field = "relay";
  else if (type != NULL)
    *field = "host";
}

static gboolean
phone_media_link_read_entry_cb (GQuark        field,
                                const GValue *value,
                                gpointer      data)
{
  Reading *reading = data;
  const char *id = g_quark_to_string (field);
  const GstStructure *entry = GST_VALUE_HOLDS_STRUCTURE (value) ? gst_value_get_structure (value) : NULL;

  if (entry == NULL)
    return TRUE;

  if (g_str_has_prefix (id, "rtp-inbound"))
    phone_media_link_read_inbound (reading, entry);
  else if (g_str_has_prefix (id, "rtp-outbound"))
    reading->bytes[1] += phone_media_link_get_number (entry, "bytes-sent");
  else if (g_str_has_prefix (id, "rtp-remote-inbound"))
    reading->stats->round_trip_time = MAX (reading->stats->round_trip_time,
                                           phone_media_link_get_double (entry, "round-trip-time") * 1000);
  else if (g_str_has_prefix (id, "ice-candidate-pair"))
    phone_media_link_read_pair (reading, entry);
  else if (g_str_has_prefix (id, "ice-candidate"))
    phone_media_link_read_candidate (reading, entry, id);
  else if (g_str_has_prefix (id, "transport-stats"))
    phone_media_link_read_pair (reading, entry);

  return TRUE;
}

static void
phone_media_link_measure_bitrate (PhoneMediaLink *self,
                                  const Reading  *reading)
{
  gint64 now = g_get_monotonic_time ();
  double seconds = (now - self->stats_time) / (double) G_USEC_PER_SEC;

  if (self->stats_time != 0 && seconds > 0.01)
    {
      if (reading->bytes[0] >= self->stats_bytes[0])
        reading->stats->bitrate_in = (reading->bytes[0] - self->stats_bytes[0]) * 8 / seconds;
      if (reading->bytes[1] >= self->stats_bytes[1])
        reading->stats->bitrate_out = (reading->bytes[1] - self->stats_bytes[1]) * 8 / seconds;
    }
  self->stats_time = now;
  memcpy (self->stats_bytes, reading->bytes, sizeof self->stats_bytes);
}

static void
phone_media_link_measure_picture (PhoneMediaLink  *self,
                                  PhoneMediaStats *stats)
{
  GstElement *bin = self->receivers[PHONE_MEDIA_LINK_VIDEO].bin;
  g_autoptr (GstElement) screen = bin != NULL && !self->echo ? gst_bin_get_by_name (GST_BIN (bin), "screen") : NULL;
  g_autoptr (GstPad) pad = screen != NULL ? gst_element_get_static_pad (screen, "sink") : NULL;
  g_autoptr (GstCaps) caps = pad != NULL ? gst_pad_get_current_caps (pad) : NULL;

  if (caps == NULL)
    return;

  gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &stats->video_width);
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "height", &stats->video_height);
}

static void
phone_media_link_fill_own (PhoneMediaLink  *self,
                           PhoneMediaStats *stats)
{
  const PhoneMediaSender *audio = &self->senders[PHONE_MEDIA_LINK_AUDIO];
  const PhoneMediaSender *video = &self->senders[PHONE_MEDIA_LINK_VIDEO];
  gint64 now = g_get_monotonic_time ();

  stats->audio_level_in = phone_media_level_get (&self->levels[0], now);
  stats->audio_level_out = phone_media_level_get (&self->levels[1], now);
  stats->video_frames_decoded = phone_media_counter_get (self->decoded);
  stats->video_frames_sent = phone_media_counter_get (self->sent);
  stats->video_frames_shown = phone_video_slot_get_n_shown (self->slots[1]);
  stats->codec_audio = audio->codec != NULL ? g_intern_static_string (audio->codec->name) : NULL;
  stats->codec_video = video->codec != NULL ? g_intern_static_string (video->codec->name) : NULL;
  phone_media_link_measure_picture (self, stats);
}

/* A rate too low for the picture's size makes mud of it; a smaller picture is better. */
static void
phone_media_link_limit_size (GstElement *encoder_bin,
                             guint       width)
{
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (encoder_bin), "size");
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420",
                                                  "width", GST_TYPE_INT_RANGE, 16, (int) width,
                                                  "height", GST_TYPE_INT_RANGE, 16, (int) width * 3 / 4, NULL);
  g_autoptr (GstCaps) old = NULL;

  g_object_get (filter, "caps", &old, NULL);
  if (old == NULL || !gst_caps_is_equal (old, caps))
    g_object_set (filter, "caps", caps, NULL);
}

static void
phone_media_link_apply_rate (PhoneMediaLink *self)
{
  const PhoneMediaSender *video = &self->senders[PHONE_MEDIA_LINK_VIDEO];
  g_autoptr (GstElement) encoder = NULL;

  if (video->encoder == NULL || self->echo)
    return;

  encoder = gst_bin_get_by_name (GST_BIN (video->encoder), "encoder");
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (encoder), "target-bitrate") != NULL)
    g_object_set (encoder, "target-bitrate", (int) self->rate.bitrate, NULL);
  else
    g_object_set (encoder, "bitrate", self->rate.bitrate / 1000, NULL);
  phone_media_link_limit_size (video->encoder, phone_media_rate_get_width (&self->rate));
}

static void
phone_media_link_follow_rate (PhoneMediaLink *self,
                              const Reading  *reading)
{
  if (reading->has_feedback && self->senders[PHONE_MEDIA_LINK_VIDEO].open
      && phone_media_rate_update (&self->rate, reading->sent, reading->received, reading->loss, reading->delay_trend,
                                  g_get_monotonic_time ()))
    phone_media_link_apply_rate (self);
}

static gboolean
phone_media_link_rate_cb (gpointer data)
{
  PhoneMediaLink *self = data;

  if (self->senders[PHONE_MEDIA_LINK_VIDEO].open && !self->echo)
    phone_media_link_ask_stats (self, g_task_new (self, NULL, NULL, NULL));

  return G_SOURCE_CONTINUE;
}

/**
 * phone_media_link_take_stats:
 * @task: who asked: a reading is its result
 * @reply: what webrtcbin said
 */
void
phone_media_link_take_stats (PhoneMediaLink     *self,
                             GTask              *task,
                             const GstStructure *reply)
{
  PhoneMediaStats *stats = g_new0 (PhoneMediaStats, 1);
  Reading reading = { .stats = stats };

  if (reply != NULL)
    gst_structure_foreach (reply, phone_media_link_read_entry_cb, &reading);

  if (g_task_get_source_tag (task) == phone_media_link_get_stats_async)
    {
      if (reading.local != NULL && reading.remote != NULL)
        {
          g_autofree char *pair = g_strdup_printf ("%s %s", reading.local, reading.remote);

          stats->candidate_pair = g_intern_string (pair);
        }
      phone_media_link_measure_bitrate (self, &reading);
      phone_media_link_fill_own (self, stats);
    }
  else
    phone_media_link_follow_rate (self, &reading);

  g_task_return_pointer (task, stats, (GDestroyNotify) phone_media_stats_free);
}

void
phone_media_link_start_rate (PhoneMediaLink *self)
{
  phone_media_rate_init (&self->rate, MAX_RATE);
  phone_media_link_apply_rate (self);
  if (self->rate_id == 0)
    self->rate_id = g_timeout_add (RATE_INTERVAL_MS, phone_media_link_rate_cb, self);
}
