/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we send. A line's sink pad is requested when the line is wanted, with codec preferences on its transceiver, so that an
 * offer can be made before anything runs; source and preview run from then on behind a closed gate (a valve, which drops, so that
 * nothing waits in a queue for ICE); the encoder comes in when the answer says which. Muting is silence and black, not a stop:
 * the peer's clock keeps running. */
#include "config.h"
#include "phone-media-link-private.h"
#include "phone-media-video-sink.h"

#include <gst/video/video.h>

#define DEFAULT_EXTMAP 3

static void
phone_media_link_set_in_bin (GstElement *bin,
                             const char *name,
                             const char *property,
                             gboolean    value)
{
  g_autoptr (GstElement) element = bin != NULL ? gst_bin_get_by_name (GST_BIN (bin), name) : NULL;

  if (element != NULL)
    g_object_set (element, property, value, NULL);
}

static gboolean
phone_media_link_link (GstElement *from,
                       GstPad     *to)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (from, "src");

  return pad != NULL && gst_pad_link (pad, to) == GST_PAD_LINK_OK;
}

static void
phone_media_link_plug_microphone (PhoneMediaLink *self,
                                  GstElement     *microphone,
                                  gboolean        is_test)
{
  self->microphone = microphone;
  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (self->microphone));
  gst_element_link (self->microphone, self->senders[PHONE_MEDIA_LINK_AUDIO].source);
  gst_element_sync_state_with_parent (self->microphone);
  phone_media_link_set_test_microphone (self, is_test);
}

/* Between microphone and the rest no end may pass: another source takes over when one fails. The canceller of echo needs its
 * probe in the player before it starts; a tone has no echo. */
static void
phone_media_link_open_sound (PhoneMediaLink   *self,
                             PhoneMediaSender *sender)
{
  gboolean is_test;
  GstElement *microphone = phone_media_bins_open_microphone (self->config->microphone_id, self->config->test_media, &is_test);
  g_autoptr (GstElementFactory) canceller = gst_element_factory_find ("webrtcdsp");
  g_autoptr (GstPad) sink = NULL;

  if (!is_test && canceller != NULL && self->player == NULL)
    {
      self->probe = g_strdup_printf ("probe-%p", self);
      phone_media_link_open_player (self);
    }
  sender->source = phone_media_bins_create_sound (self->probe);
  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (sender->source));
  sink = gst_element_get_static_pad (sender->source, "sink");
  phone_media_bus_drop_eos (sink);
  gst_element_sync_state_with_parent (sender->source);
  phone_media_link_plug_microphone (self, microphone, is_test);
}

static void
phone_media_link_open_picture (PhoneMediaLink   *self,
                               PhoneMediaSender *sender)
{
  g_autoptr (GstElement) tee = NULL;
  GstElement *preview = phone_media_video_sink_new (self->slots[0], FALSE);

  sender->source = phone_media_bins_create_picture ();
  gst_bin_add (GST_BIN (sender->source), preview);
  tee = gst_bin_get_by_name (GST_BIN (sender->source), "tee");
  gst_element_link (tee, preview);
  self->camera_source = gst_bin_get_by_name (GST_BIN (sender->source), "camera");
  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (sender->source));
  gst_element_sync_state_with_parent (sender->source);
}

static void
phone_media_link_camera_changed_cb (PhoneMediaLink   *self,
                                    GParamSpec       *pspec,
                                    PhoneMediaCamera *camera)
{
  g_object_notify (G_OBJECT (self), "test-camera");
}

static void
phone_media_link_apply_mute (PhoneMediaLink *self)
{
  GstElement *sound = self->senders[PHONE_MEDIA_LINK_AUDIO].source;
  GstElement *picture = self->senders[PHONE_MEDIA_LINK_VIDEO].source;
  g_autoptr (GstElement) balance = picture != NULL ? gst_bin_get_by_name (GST_BIN (picture), "mute") : NULL;

  phone_media_link_set_in_bin (sound, "mute", "mute", self->muted[0]);
  if (balance != NULL)
    g_object_set (balance, "brightness", self->muted[1] ? -1.0 : 0.0, "contrast", self->muted[1] ? 0.0 : 1.0,
                  "saturation", self->muted[1] ? 0.0 : 1.0, NULL);
}

static void
phone_media_link_set_preferences (PhoneMediaLink        *self,
                                  PhoneMediaSender      *sender,
                                  const char            *mid,
                                  const PhoneMediaCodec *codec,
                                  guint                  payload,
                                  guint                  transport_cc_id)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autofree char *text = phone_media_codecs_print_caps (codec, payload, transport_cc_id);
  g_autoptr (GString) full = g_string_new (text);
  g_autoptr (GstCaps) caps = NULL;

  g_object_get (sender->pad, "transceiver", &transceiver, NULL);
  if (transceiver == NULL)
    return;

  if (!codec->video && codec->channels > 1)
    g_string_append_printf (full, ",encoding-params=(string)%u", codec->channels);
  if (mid != NULL)
    g_string_append_printf (full, ",a-mid=(string)%s", mid);
  if (sender->ssrc != 0)
    g_string_append_printf (full, ",ssrc=(uint)%u", sender->ssrc);
  if (sender->event_payload != 0)
    g_string_append_printf (full, ";application/x-rtp,media=(string)audio,encoding-name=(string)TELEPHONE-EVENT,"
                            "payload=(int)%u,clock-rate=(int)%u", sender->event_payload, codec->clock_rate);
  caps = gst_caps_from_string (full->str);
  g_object_set (transceiver, "codec-preferences", caps, NULL);
  if (codec->video)
    g_object_set (transceiver, "do-nack", TRUE, NULL);
}

static const PhoneMediaCodec *
phone_media_link_get_first_codec (gboolean video)
{
  const PhoneMediaCodec *codec;

  for (guint i = 0; (codec = phone_media_codecs_get (i)) != NULL; i++)
    if ((gboolean) codec->video == video)
      return codec;

  return NULL;
}

static void
phone_media_link_remove (PhoneMediaLink *self,
                         GstElement     *element)
{
  gst_element_set_locked_state (element, TRUE);
  gst_bin_remove (GST_BIN (self->pipeline), element);
  phone_media_bins_dismiss (element);
}

void
phone_media_link_unplug_encoder (PhoneMediaLink   *self,
                                 PhoneMediaSender *sender)
{
  if (sender->encoder == NULL)
    return;

  if (!sender->codec->video)
    phone_media_link_close_tones (self);
  phone_media_link_remove (self, sender->encoder);
  g_clear_object (&sender->encoder);
}

static gboolean
phone_media_link_plug_encoder (PhoneMediaLink    *self,
                               PhoneMediaSender  *sender,
                               GError           **error)
{
  g_autoptr (GstElement) sent = NULL;
  g_autoptr (GstPad) counted = NULL;

  sender->encoder = phone_media_bins_create_encoder (sender->codec, sender->payload, sender->ssrc, sender->transport_cc_id);
  if (sender->encoder == NULL)
    {
      g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT, "No encoder for %s", sender->codec->name);
      return FALSE;
    }

  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (sender->encoder));
  if (sender->codec->video)
    {
      g_autoptr (GstElement) encoder = gst_bin_get_by_name (GST_BIN (sender->encoder), "encoder");

      counted = gst_element_get_static_pad (encoder, "src");
      phone_media_bus_count (counted, self->sent);
    }
  gst_element_sync_state_with_parent (sender->encoder);
  if (!phone_media_link_link (sender->encoder, sender->pad) || !gst_element_link (sender->source, sender->encoder))
    {
      g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "The %s encoder cannot be linked", sender->codec->name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
phone_media_link_open_line (PhoneMediaLink    *self,
                            PhoneMediaSender  *sender,
                            gboolean           video,
                            guint              line,
                            GError           **error)
{
  g_autofree char *name = g_strdup_printf ("sink_%u", line);

  sender->pad = gst_element_request_pad_simple (self->webrtcbin, name);
  if (sender->pad == NULL)
    sender->pad = gst_element_request_pad_simple (self->webrtcbin, "sink_%u");
  if (sender->pad == NULL)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "webrtcbin takes no further media line");
      return FALSE;
    }

  sender->ssrc = g_random_int_range (1, G_MAXINT32);
  if (self->echo)
    return TRUE;
  if (video)
    phone_media_link_open_picture (self, sender);
  else
    phone_media_link_open_sound (self, sender);
  phone_media_link_apply_mute (self);

  return TRUE;
}

gboolean
phone_media_link_add_line (PhoneMediaLink         *self,
                           guint                   line,
                           gboolean                video,
                           const char             *mid,
                           const PhoneMediaCodec  *codec,
                           guint                   payload,
                           guint                   transport_cc_id,
                           GError                **error)
{
  PhoneMediaSender *sender = &self->senders[video ? PHONE_MEDIA_LINK_VIDEO : PHONE_MEDIA_LINK_AUDIO];

  if (sender->pad == NULL && !phone_media_link_open_line (self, sender, video, line, error))
    return FALSE;
  if (sender->codec != NULL && codec == NULL)
    return TRUE;

  if (codec == NULL)
    {
      codec = phone_media_link_get_first_codec (video);
      payload = codec->payload;
      transport_cc_id = DEFAULT_EXTMAP;
    }
  phone_media_link_set_preferences (self, sender, mid, codec, payload, transport_cc_id);

  return TRUE;
}

gboolean
phone_media_link_set_codec (PhoneMediaLink         *self,
                            gboolean                video,
                            const PhoneMediaCodec  *codec,
                            guint                   payload,
                            guint                   event_payload,
                            guint                   transport_cc_id,
                            GError                **error)
{
  PhoneMediaSender *sender = &self->senders[video ? PHONE_MEDIA_LINK_VIDEO : PHONE_MEDIA_LINK_AUDIO];

  if (sender->pad == NULL)
    return TRUE;

  sender->event_payload = event_payload;
  if (sender->codec == codec && sender->payload == payload && sender->transport_cc_id == transport_cc_id)
    return TRUE;

  phone_media_link_unplug_encoder (self, sender);
  sender->codec = codec;
  sender->payload = payload;
  sender->transport_cc_id = transport_cc_id;
  phone_media_link_set_preferences (self, sender, NULL, codec, payload, transport_cc_id);

  if (!self->echo && !phone_media_link_plug_encoder (self, sender, error))
    return FALSE;
  if (video && self->connected)
    phone_media_link_start_rate (self);

  return TRUE;
}

/* Who sees the picture again begins with a whole one. */
static void
phone_media_link_request_key_frame (PhoneMediaLink *self)
{
  GstElement *bin = self->senders[PHONE_MEDIA_LINK_VIDEO].encoder;
  g_autoptr (GstElement) encoder = bin != NULL && !self->echo ? gst_bin_get_by_name (GST_BIN (bin), "encoder") : NULL;
  g_autoptr (GstPad) pad = encoder != NULL ? gst_element_get_static_pad (encoder, "src") : NULL;

  if (self->echo && self->receivers[PHONE_MEDIA_LINK_VIDEO].pad != NULL)
    pad = gst_object_ref (self->receivers[PHONE_MEDIA_LINK_VIDEO].pad);
  if (pad != NULL)
    gst_pad_send_event (pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0));
}

/**
 * phone_media_link_set_sending:
 *
 * Opens and closes the gates; a gate without a codec stays closed.
 */
void
phone_media_link_set_sending (PhoneMediaLink *self,
                              gboolean        audio,
                              gboolean        video)
{
  const gboolean wanted[] = { audio, video };

  for (guint i = 0; i < G_N_ELEMENTS (self->senders); i++)
    {
      PhoneMediaSender *sender = &self->senders[i];
      gboolean was_open = sender->open;

      sender->open = wanted[i] && sender->codec != NULL;
      phone_media_link_set_in_bin (self->echo ? self->receivers[i].bin : sender->source, "gate", "drop", !sender->open);
      if (i == PHONE_MEDIA_LINK_VIDEO && sender->open && !was_open)
        phone_media_link_request_key_frame (self);
    }
}

/**
 * phone_media_link_set_showing:
 * @camera: whether frames of the camera are wanted, for the peer or the preview
 *
 * Opens the camera or gives it back.
 */
void
phone_media_link_set_showing (PhoneMediaLink *self,
                              gboolean        camera)
{
  if (self->camera_source == NULL || self->showing == camera)
    return;

  self->showing = camera;
  if (camera)
    {
      self->camera = phone_media_camera_open (self->config->camera_id, self->config->test_media);
      g_signal_connect_object (self->camera, "notify::test", G_CALLBACK (phone_media_link_camera_changed_cb), self, G_CONNECT_SWAPPED);
      phone_media_camera_add (self->camera, GST_APP_SRC (self->camera_source));
    }
  else
    {
      phone_media_camera_remove (self->camera, GST_APP_SRC (self->camera_source));
      g_clear_object (&self->camera);
      phone_video_slot_put (self->slots[0], NULL);
    }
  g_object_notify (G_OBJECT (self), "test-camera");
}

void
phone_media_link_set_muted (PhoneMediaLink *self,
                            gboolean        microphone,
                            gboolean        camera)
{
  self->muted[0] = microphone;
  self->muted[1] = camera;
  phone_media_link_apply_mute (self);
}

gboolean
phone_media_link_replace_microphone (PhoneMediaLink *self,
                                     GstObject      *failed)
{
  gboolean is_test;

  if (self->microphone == NULL || self->test_microphone
      || (failed != GST_OBJECT (self->microphone) && !gst_object_has_as_ancestor (failed, GST_OBJECT (self->microphone))))
    return FALSE;

  phone_media_link_remove (self, self->microphone);
  g_clear_object (&self->microphone);
  phone_media_link_plug_microphone (self, phone_media_bins_open_microphone (NULL, TRUE, &is_test), TRUE);

  return TRUE;
}

void
phone_media_link_close_senders (PhoneMediaLink *self)
{
  if (self->showing)
    phone_media_link_set_showing (self, FALSE);
  g_clear_object (&self->camera_source);
  g_clear_object (&self->microphone);
  for (guint i = 0; i < G_N_ELEMENTS (self->senders); i++)
    {
      PhoneMediaSender *sender = &self->senders[i];

      g_clear_object (&sender->source);
      g_clear_object (&sender->encoder);
      g_clear_object (&sender->pad);
    }
}
