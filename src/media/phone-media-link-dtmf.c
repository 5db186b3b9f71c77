/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4733 events on the stream of the sound. rtpdtmfsrc comes into the pipeline with the first tone only: before the codec is
 * agreed its caps could win over those of the sound, and the offer would be for events alone. The queue holds event numbers. */
#include "config.h"
#include "phone-media-link-private.h"

#include <string.h>

#define PAUSE     -1
#define PAUSE_MS  2000
#define MAX_TONES 256
#define VOLUME    10    /* dBm0 below zero, RFC 4733 §2.3.3 */

static const char numbers[] = "0123456789*#ABCD";

static void
phone_media_link_sound_tone (PhoneMediaLink *self,
                             gboolean        start)
{
  GstStructure *structure = gst_structure_new ("dtmf-event", "type", G_TYPE_INT, 1, "start", G_TYPE_BOOLEAN, start,
                                               "method", G_TYPE_INT, 1, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->tones, "src");

  if (start)
    gst_structure_set (structure, "number", G_TYPE_INT, self->tone_playing, "volume", G_TYPE_INT, VOLUME, NULL);
  gst_pad_send_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM, structure));
}

/* A tone ends and its gap begins, or the gap ends and the next tone begins. */
static gboolean
phone_media_link_tone_cb (gpointer data)
{
  PhoneMediaLink *self = data;
  guint wait;

  self->tone_id = 0;
  if (self->tone_sounding)
    {
      phone_media_link_sound_tone (self, FALSE);
      self->tone_sounding = FALSE;
      wait = self->tone_ms[1];
    }
  else if (!g_queue_is_empty (self->tone_queue))
    {
      self->tone_playing = GPOINTER_TO_INT (g_queue_pop_head (self->tone_queue));
      self->tone_sounding = self->tone_playing != PAUSE;
      if (self->tone_sounding)
        phone_media_link_sound_tone (self, TRUE);
      wait = self->tone_sounding ? self->tone_ms[0] : PAUSE_MS;
    }
  else
    return G_SOURCE_REMOVE;

  self->tone_id = g_timeout_add (wait, phone_media_link_tone_cb, self);

  return G_SOURCE_REMOVE;
}

static gboolean
phone_media_link_open_tones (PhoneMediaLink *self)
{
  const PhoneMediaSender *sender = &self->senders[PHONE_MEDIA_LINK_AUDIO];
  g_autoptr (GstElement) mux = NULL;
  g_autoptr (GstPad) out = NULL;
  g_autoptr (GstPad) in = NULL;

  if (self->tones != NULL)
    return TRUE;

  mux = gst_bin_get_by_name (GST_BIN (sender->encoder), "mux");
  self->tones = gst_element_factory_make ("rtpdtmfsrc", NULL);
  if (mux == NULL || self->tones == NULL)
    return FALSE;

  gst_object_ref_sink (self->tones);
  g_object_set (self->tones, "pt", sender->event_payload, "ssrc", sender->ssrc, "clock-rate", sender->codec->clock_rate, NULL);
  gst_bin_add (GST_BIN (sender->encoder), gst_object_ref (self->tones));
  out = gst_element_get_static_pad (self->tones, "src");
  in = gst_element_request_pad_simple (mux, "priority_sink_%u");
  gst_pad_link (out, in);
  gst_element_sync_state_with_parent (self->tones);

  return TRUE;
}

gboolean
phone_media_link_send_dtmf (PhoneMediaLink  *self,
                            const char      *tones,
                            guint            duration,
                            guint            gap,
                            GError         **error)
{
  const PhoneMediaSender *sender = &self->senders[PHONE_MEDIA_LINK_AUDIO];

  if (sender->encoder == NULL || sender->event_payload == 0)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_COMMON_CODEC, "The other side takes no tones in its sound");
      return FALSE;
    }
  if (!phone_media_link_open_tones (self))
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT, "The GStreamer element rtpdtmfsrc is missing");
      return FALSE;
    }

  self->tone_ms[0] = CLAMP (duration, 40, 6000);
  self->tone_ms[1] = CLAMP (gap, 30, 6000);
  for (const char *tone = tones; *tone != '\0' && g_queue_get_length (self->tone_queue) < MAX_TONES; tone++)
    {
      const char *number = strchr (numbers, g_ascii_toupper (*tone));

      if (number != NULL || *tone == ',')
        g_queue_push_tail (self->tone_queue, GINT_TO_POINTER (number != NULL ? (int) (number - numbers) : PAUSE));
    }
  if (self->tone_id == 0)
    self->tone_id = g_timeout_add (0, phone_media_link_tone_cb, self);

  return TRUE;
}

void
phone_media_link_close_tones (PhoneMediaLink *self)
{
  g_clear_handle_id (&self->tone_id, g_source_remove);
  g_queue_clear (self->tone_queue);
  self->tone_sounding = FALSE;
  g_clear_object (&self->tones);
}
