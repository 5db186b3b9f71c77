/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One plain reading of a call's media, boxed. */
typedef struct
{
  guint64     audio_packets_received;
  guint64     audio_packets_lost;
  double      audio_level_in;           /* of what comes in: the loudest tenth of the last second (RMS), 0…1 */
  double      audio_level_out;
  guint64     video_frames_decoded;
  guint64     video_frames_shown;
  guint64     video_frames_sent;
  int         video_width;
  int         video_height;
  double      round_trip_time;          /* ms */
  double      jitter;                   /* ms */
  guint       bitrate_in;               /* bit/s since the last reading */
  guint       bitrate_out;
  const char *codec_audio;              /* interned */
  const char *codec_video;
  const char *candidate_pair;           /* "host srflx": local and remote type, interned; NULL before */
} PhoneMediaStats;

#define PHONE_TYPE_MEDIA_STATS (phone_media_stats_get_type ())
GType            phone_media_stats_get_type (void);
PhoneMediaStats *phone_media_stats_copy     (const PhoneMediaStats *self);
void             phone_media_stats_free     (PhoneMediaStats *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaStats, phone_media_stats_free)

G_END_DECLS
