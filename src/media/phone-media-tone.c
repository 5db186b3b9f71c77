/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ring, ringback, busy and keys. A tone is one period of samples, computed when it starts (a few hundred kB at most) and pushed into the
 * pipeline as often as the longest call may ring: the buffers share the one block of memory, so nothing has to be fed later from
 * another thread. Ringback and busy follow ETSI TR 101 041 (425 Hz), keys ITU-T Q.23. */

#include "config.h"

#include "phone-media-tone.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <math.h>
#include <string.h>

#include "phone-media-devices-private.h"

#define RATE        48000
#define MAX_SECONDS 300
#define KEY_SECONDS 0.12
#define FADE        (RATE / 200)

struct _PhoneMediaTone
{
  GObject             parent_instance;

  PhoneMediaDevices  *devices;
  char               *speaker_id;
  PhoneMediaToneKind  kind;
  GstElement         *pipeline;
  guint               watch;
};

G_DEFINE_FINAL_TYPE (PhoneMediaTone, phone_media_tone, G_TYPE_OBJECT)

typedef enum
{
  PROP_KIND = 1,
} PhoneMediaToneProperty;

static GParamSpec *properties[PROP_KIND + 1];

/* One sound within a period: two frequencies at once, and how fast it dies away (0: not at all). */
typedef struct
{
  double start;         /* s */
  double length;        /* s */
  double low;           /* Hz */
  double high;          /* Hz, 0: one frequency */
  double volume;        /* 0…1 */
  double decay;         /* 1/s */
} Note;

typedef struct
{
  double period;        /* s */
  guint  repeats;       /* 0: until stopped */
  Note   notes[8];
} Cadence;

static const Cadence cadences[] = {
  [PHONE_MEDIA_TONE_RING] = { 3.2, 0, {
    { 0.00, 0.7, 659.26, 1318.51, 0.34, 5 }, { 0.16, 0.7, 830.61, 1661.22, 0.34, 5 }, { 0.32, 0.9, 987.77, 1975.53, 0.34, 4 },
    { 0.80, 0.7, 659.26, 1318.51, 0.34, 5 }, { 0.96, 0.7, 830.61, 1661.22, 0.34, 5 }, { 1.12, 1.2, 987.77, 1975.53, 0.34, 3 },
  } },
  [PHONE_MEDIA_TONE_RINGBACK] = { 5.0, 0, { { 0.0, 1.0, 425, 0, 0.22, 0 } } },
  [PHONE_MEDIA_TONE_BUSY]     = { 1.0, 4, { { 0.0, 0.5, 425, 0, 0.22, 0 } } },
  [PHONE_MEDIA_TONE_WAITING]  = { 4.0, 0, { { 0.0, 0.2, 425, 0, 0.16, 0 }, { 0.4, 0.2, 425, 0, 0.16, 0 } } },
};

static const char   keys[] = "123A456B789C*0#D";
static const double rows[] = { 697, 770, 852, 941 };
static const double columns[] = { 1209, 1336, 1477, 1633 };

static void
phone_media_tone_mix (float      *samples,
                      gsize       n_samples,
                      const Note *note)
{
  gsize first = (gsize) (note->start * RATE);
  gsize length = (gsize) (note->length * RATE);

  for (gsize i = 0; i < length && first + i < n_samples; i++)
    {
      double time = (double) i / RATE;
      double value = sin (2 * G_PI * note->low * time);
      /* A short ramp at both ends, else the loudspeaker clicks. */
      double fade = MIN (1.0, (double) MIN (i, length - i) / FADE);

      if (note->high > 0)
        value = (value + sin (2 * G_PI * note->high * time)) / 2;
      samples[first + i] += (float) (value * note->volume * fade * exp (-note->decay * time));
    }
}

static GstMemory *
phone_media_tone_render (const Cadence *cadence)
{
  gsize n_samples = (gsize) (cadence->period * RATE);
  g_autofree float *mixed = g_new0 (float, n_samples);
  gint16 *samples = g_new (gint16, n_samples);

  for (guint i = 0; i < G_N_ELEMENTS (cadence->notes); i++)
    if (cadence->notes[i].length > 0)
      phone_media_tone_mix (mixed, n_samples, &cadence->notes[i]);

  for (gsize i = 0; i < n_samples; i++)
    samples[i] = (gint16) (CLAMP (mixed[i], -1.0f, 1.0f) * G_MAXINT16);

  return gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, samples, n_samples * sizeof *samples, 0, n_samples * sizeof *samples, samples, g_free);
}

static GstElement *
phone_media_tone_create_sink (PhoneMediaTone *self)
{
  PhoneMediaDevice *device = self->devices != NULL && self->speaker_id != NULL
                             ? phone_media_devices_find (self->devices, PHONE_MEDIA_DEVICE_SPEAKER, self->speaker_id) : NULL;
  GstElement *sink = device != NULL ? gst_device_create_element (phone_media_device_get_gst_device (device), NULL) : NULL;

  return sink != NULL ? sink : gst_element_factory_make ("autoaudiosink", NULL);
}

static void
phone_media_tone_push (GstAppSrc     *source,
                       const Cadence *cadence)
{
  GstMemory *memory = phone_media_tone_render (cadence);
  GstClockTime duration = (GstClockTime) (cadence->period * GST_SECOND);
  guint repeats = cadence->repeats > 0 ? cadence->repeats : (guint) (MAX_SECONDS / cadence->period);

  for (guint i = 0; i < repeats; i++)
    {
      GstBuffer *buffer = gst_buffer_new ();

      gst_buffer_append_memory (buffer, gst_memory_ref (memory));
      GST_BUFFER_PTS (buffer) = i * duration;
      GST_BUFFER_DURATION (buffer) = duration;
      gst_app_src_push_buffer (source, buffer);
    }

  gst_app_src_end_of_stream (source);
  gst_memory_unref (memory);
}

static void
phone_media_tone_close_cb (GstElement *pipeline,
                           gpointer    data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* A sound server may take its time: closing happens on a thread of GStreamer's, which holds the pipeline until it is done. */
static void
phone_media_tone_close (PhoneMediaTone *self)
{
  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->pipeline != NULL)
    gst_element_call_async (self->pipeline, phone_media_tone_close_cb, NULL, NULL);
  g_clear_object (&self->pipeline);
}

static void
phone_media_tone_set_kind (PhoneMediaTone     *self,
                           PhoneMediaToneKind  kind)
{
  if (self->kind == kind)
    return;

  self->kind = kind;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KIND]);
}

static gboolean
phone_media_tone_message_cb (GstBus     *bus,
                             GstMessage *message,
                             gpointer    data)
{
  PhoneMediaTone *self = PHONE_MEDIA_TONE (data);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS && GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;

  self->watch = 0;
  phone_media_tone_close (self);
  phone_media_tone_set_kind (self, PHONE_MEDIA_TONE_NONE);

  return G_SOURCE_REMOVE;
}

static void
phone_media_tone_start (PhoneMediaTone *self,
                        const Cadence  *cadence)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate=48000");
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);
  GstElement *sink = phone_media_tone_create_sink (self);
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = g_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add_many (GST_BIN (self->pipeline), source, convert, resample, sink, NULL);
  gst_element_link_many (source, convert, resample, sink, NULL);
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", (guint64) 0, NULL);

  bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->watch = gst_bus_add_watch (bus, phone_media_tone_message_cb, self);

  phone_media_tone_push (GST_APP_SRC (source), cadence);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
phone_media_tone_dispose (GObject *object)
{
  PhoneMediaTone *self = PHONE_MEDIA_TONE (object);

  phone_media_tone_close (self);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (phone_media_tone_parent_class)->dispose (object);
}

static void
phone_media_tone_finalize (GObject *object)
{
  g_free (PHONE_MEDIA_TONE (object)->speaker_id);

  G_OBJECT_CLASS (phone_media_tone_parent_class)->finalize (object);
}

static void
phone_media_tone_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  PhoneMediaTone *self = PHONE_MEDIA_TONE (object);

  switch ((PhoneMediaToneProperty) property_id)
    {
    case PROP_KIND:
      g_value_set_int (value, self->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_media_tone_class_init (PhoneMediaToneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_media_tone_dispose;
  object_class->finalize = phone_media_tone_finalize;
  object_class->get_property = phone_media_tone_get_property;

  properties[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, 0, PHONE_MEDIA_TONE_WAITING, PHONE_MEDIA_TONE_NONE,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
phone_media_tone_init (PhoneMediaTone *self)
{
}

/**
 * phone_media_tone_new:
 * @devices: (nullable): where @speaker_id is looked up
 * @speaker_id: (nullable): the speaker to ring on, %NULL for the system's choice
 *
 * Makes a silent tone player. GStreamer must be initialised.
 *
 * Returns: (transfer full): the tone player
 */
PhoneMediaTone *
phone_media_tone_new (PhoneMediaDevices *devices,
                      const char        *speaker_id)
{
  PhoneMediaTone *self = g_object_new (PHONE_TYPE_MEDIA_TONE, NULL);

  g_set_object (&self->devices, devices);
  self->speaker_id = g_strdup (speaker_id);

  return self;
}

/**
 * phone_media_tone_play:
 * @self: a tone player
 * @kind: what to play; %PHONE_MEDIA_TONE_NONE is silence
 *
 * Plays @kind instead of what plays now; nothing changes if it plays already. Where no sound device can be opened it is silent.
 */
void
phone_media_tone_play (PhoneMediaTone     *self,
                       PhoneMediaToneKind  kind)
{
  g_return_if_fail (PHONE_IS_MEDIA_TONE (self));
  g_return_if_fail (kind <= PHONE_MEDIA_TONE_WAITING);

  if (self->kind == kind)
    return;

  phone_media_tone_close (self);
  if (kind != PHONE_MEDIA_TONE_NONE)
    phone_media_tone_start (self, &cadences[kind]);
  phone_media_tone_set_kind (self, kind);
}

/**
 * phone_media_tone_play_key:
 * @self: a tone player
 * @key: one of "0123456789*#ABCD"; any other is silent
 *
 * Plays the two frequencies of a key (ITU-T Q.23) for 120 ms, unless a tone plays.
 */
void
phone_media_tone_play_key (PhoneMediaTone *self,
                           char            key)
{
  const char *found = key != '\0' ? strchr (keys, g_ascii_toupper (key)) : NULL;
  Cadence cadence = { KEY_SECONDS, 1, { { 0, KEY_SECONDS, 0, 0, 0.25, 0 } } };

  g_return_if_fail (PHONE_IS_MEDIA_TONE (self));

  if (found == NULL || self->kind != PHONE_MEDIA_TONE_NONE)
    return;

  cadence.notes[0].low = rows[(found - keys) / 4];
  cadence.notes[0].high = columns[(found - keys) % 4];
  phone_media_tone_close (self);
  phone_media_tone_start (self, &cadence);
}

/**
 * phone_media_tone_stop:
 * @self: a tone player
 *
 * Falls silent at once.
 */
void
phone_media_tone_stop (PhoneMediaTone *self)
{
  g_return_if_fail (PHONE_IS_MEDIA_TONE (self));

  phone_media_tone_close (self);
  phone_media_tone_set_kind (self, PHONE_MEDIA_TONE_NONE);
}

/**
 * phone_media_tone_get_kind:
 * @self: a tone player
 *
 * Returns: what plays now; a key is %PHONE_MEDIA_TONE_NONE
 */
PhoneMediaToneKind
phone_media_tone_get_kind (PhoneMediaTone *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_TONE (self), PHONE_MEDIA_TONE_NONE);

  return self->kind;
}
