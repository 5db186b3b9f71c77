/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Readings of a call's media, once a second while somebody watches, in the form that the D-Bus interface names. */
#include "config.h"
#include "phone-call-private.h"

#define INTERVAL 1000u

void
phone_call_stats_release (PhoneCall *self)
{
  if (self->clock)
    phone_sip_clock_clear (self->clock, &self->stats_timer);
}

static GVariant *
phone_call_stats_to_variant (const PhoneMediaStats *stats)
{
  g_auto (GVariantDict) dictionary = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dictionary, "audio-packets-received", "t", stats->audio_packets_received);
  g_variant_dict_insert (&dictionary, "audio-packets-lost", "t", stats->audio_packets_lost);
  g_variant_dict_insert (&dictionary, "audio-level-in", "d", stats->audio_level_in);
  g_variant_dict_insert (&dictionary, "audio-level-out", "d", stats->audio_level_out);
  g_variant_dict_insert (&dictionary, "video-frames-decoded", "t", stats->video_frames_decoded);
  g_variant_dict_insert (&dictionary, "video-frames-shown", "t", stats->video_frames_shown);
  g_variant_dict_insert (&dictionary, "video-frames-sent", "t", stats->video_frames_sent);
  g_variant_dict_insert (&dictionary, "video-width", "i", stats->video_width);
  g_variant_dict_insert (&dictionary, "video-height", "i", stats->video_height);
  g_variant_dict_insert (&dictionary, "round-trip-time", "d", stats->round_trip_time);
  g_variant_dict_insert (&dictionary, "jitter", "d", stats->jitter);
  g_variant_dict_insert (&dictionary, "bitrate-in", "u", stats->bitrate_in);
  g_variant_dict_insert (&dictionary, "bitrate-out", "u", stats->bitrate_out);
  g_variant_dict_insert (&dictionary, "codec-audio", "s", stats->codec_audio ? stats->codec_audio : "");
  g_variant_dict_insert (&dictionary, "codec-video", "s", stats->codec_video ? stats->codec_video : "");
  g_variant_dict_insert (&dictionary, "candidate-pair", "s", stats->candidate_pair ? stats->candidate_pair : "");

  return g_variant_ref_sink (g_variant_dict_end (&dictionary));
}

static void
phone_call_stats_read_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (PhoneMediaStats) stats = phone_media_session_get_stats_finish (PHONE_MEDIA_SESSION (source), result, NULL);

  self->stats_reading = FALSE;
  if (stats == NULL)
    return;

  g_clear_pointer (&self->stats, g_variant_unref);
  self->stats = phone_call_stats_to_variant (stats);
  phone_call_notify (self, PHONE_CALL_PROP_STATS);
}

static void
phone_call_stats_cb (gpointer data)
{
  PhoneCall *self = data;

  self->stats_timer = 0;
  if (self->stats_watchers == 0 || self->state == PHONE_CALL_STATE_ENDED)
    return;

  self->stats_timer = phone_sip_clock_add (self->clock, INTERVAL, phone_call_stats_cb, self);
  if ((!self->negotiated && !self->early_media) || self->stats_reading)
    return;

  self->stats_reading = TRUE;
  phone_media_session_get_stats_async (self->media, self->cancellable, phone_call_stats_read_cb, g_object_ref (self));
}

/**
 * phone_call_watch_stats:
 *
 * From now on "stats" is read each second, until as many phone_call_unwatch_stats() have come.
 */
void
phone_call_watch_stats (PhoneCall *self)
{
  g_return_if_fail (PHONE_IS_CALL (self));

  self->stats_watchers++;
  if (self->stats_timer == 0 && self->clock)
    phone_call_stats_cb (self);
}

void
phone_call_unwatch_stats (PhoneCall *self)
{
  g_return_if_fail (PHONE_IS_CALL (self));
  g_return_if_fail (self->stats_watchers > 0);

  self->stats_watchers--;
}
