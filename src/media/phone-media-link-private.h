/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-bins.h"
#include "phone-media-bus.h"
#include "phone-media-camera.h"
#include "phone-media-level.h"
#include "phone-media-link.h"
#include "phone-media-rate.h"

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/* What is sent on one line. */
typedef struct
{
  GstPad                *pad;           /* of webrtcbin, NULL: no line */
  guint                  ssrc;
  GstElement            *source;        /* "create_sound" or "create_picture" */
  GstElement            *encoder;       /* NULL: nothing agreed */
  const PhoneMediaCodec *codec;
  guint                  payload;
  guint                  event_payload;
  guint                  transport_cc_id;
  gboolean               open;          /* the gate */
} PhoneMediaSender;

/* What is received on one line. */
typedef struct
{
  GstElement            *bin;           /* decoder and what follows, NULL: nothing yet */
  GstPad                *pad;           /* of webrtcbin, that bin is linked to */
  const PhoneMediaCodec *codec;
} PhoneMediaReceiver;

struct _PhoneMediaLink
{
  GObject             parent_instance;

  PhoneMediaConfig   *config;
  PhoneVideoSlot     *slots[2];         /* local, remote */
  gboolean            echo;
  gboolean            closed;

  GstElement         *pipeline;
  GstElement         *webrtcbin;
  GstBus             *bus;
  guint               watch_id;
  char               *fingerprint;
  gboolean            connected;

  GHashTable         *pending;          /* serial → GTask */
  guint               serial;
  GTask              *gathering;
  gint64              birth;            /* monotonic, µs */
  gboolean            gathered;
  gboolean            has_candidate;
  guint               gathering_id;
  guint               gathering_limit_id;
  guint               knock_id;

  GObject            *agent;            /* webrtcbin's, NULL if that is another than libnice's */
  PhoneMediaCounter  *arrived;          /* buffers, of whatever kind but STUN */
  guint               heard;            /* of them, a second ago */
  guint               silence;          /* seconds */
  gboolean            mindful;          /* of the peer's consent */
  guint               listen_id;

  PhoneMediaSender    senders[2];       /* audio, video */
  PhoneMediaReceiver  receivers[2];
  GstElement         *microphone;
  GstElement         *player;
  char               *probe;
  gboolean            test_microphone;
  gboolean            muted[2];
  PhoneMediaCamera   *camera;
  GstElement         *camera_source;    /* the appsrc; NULL while not added to camera */
  gboolean            showing;

  GstElement         *tones;            /* rtpdtmfsrc, NULL before the first tone */
  GQueue             *tone_queue;
  guint               tone_id;
  guint               tone_ms[2];       /* duration, gap */
  int                 tone_playing;     /* event number, −1: a pause */
  gboolean            tone_sounding;

  PhoneMediaRate      rate;
  guint               rate_id;
  PhoneMediaLevel     levels[2];        /* in, out */
  PhoneMediaCounter  *decoded;
  PhoneMediaCounter  *sent;
  gint64              stats_time;       /* of the last reading, with its bytes */
  guint64             stats_bytes[2];   /* received, sent */
};

enum
{
  PHONE_MEDIA_LINK_AUDIO,
  PHONE_MEDIA_LINK_VIDEO,
};

void     phone_media_link_fail                (PhoneMediaLink *self, PhoneMediaError code, const char *message);
/* (transfer full) task: gets a reading; tagged with get_stats_async, a public one. */
void     phone_media_link_ask_stats           (PhoneMediaLink *self, GTask *task);
void     phone_media_link_set_test_microphone (PhoneMediaLink *self, gboolean test);

/* -send.c */
void     phone_media_link_unplug_encoder      (PhoneMediaLink *self, PhoneMediaSender *sender);
gboolean phone_media_link_replace_microphone  (PhoneMediaLink *self, GstObject *failed);
void     phone_media_link_close_senders       (PhoneMediaLink *self);
/* -receive.c */
void     phone_media_link_add_stream          (PhoneMediaLink *self, GstPad *pad);
gboolean phone_media_link_open_player         (PhoneMediaLink *self);
gboolean phone_media_link_replace_speaker     (PhoneMediaLink *self, GstObject *failed);
void     phone_media_link_close_receivers     (PhoneMediaLink *self);
/* -knock.c */
void     phone_media_link_start_knocking      (PhoneMediaLink *self);
/* -listen.c */
void     phone_media_link_start_listening     (PhoneMediaLink *self);
void     phone_media_link_listen              (PhoneMediaLink *self);
/* -dtmf.c */
void     phone_media_link_close_tones         (PhoneMediaLink *self);
/* -stats.c */
void     phone_media_link_take_stats          (PhoneMediaLink *self, GTask *task, const GstStructure *reply);
void     phone_media_link_start_rate          (PhoneMediaLink *self);

G_END_DECLS
