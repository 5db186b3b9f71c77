/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we receive. webrtcbin adds a pad for every payload type that arrives, so one line may bring several in its life (another
 * codec, a new source after the peer's re-INVITE, telephone-events): the newest of a kind is heard or seen, the one before is let
 * go. The player stands from the start, since the echo canceller looks for its probe when it starts. The echo decodes nothing: it
 * turns a received stream round to the sink pad of the same kind. */
#include "config.h"
#include "phone-media-link-private.h"
#include "phone-media-video-sink.h"

#include <gst/video/video.h>

static void
phone_media_link_plug_speaker (PhoneMediaLink *self,
                               gboolean        test)
{
  gboolean is_test;
  GstElement *speaker = phone_media_bins_open_speaker (self->config->speaker_id, test, &is_test);

  gst_element_set_name (speaker, is_test ? "silence" : "speaker");
  gst_bin_add (GST_BIN (self->pipeline), speaker);
  gst_element_link (self->player, speaker);
  gst_element_sync_state_with_parent (speaker);
}

gboolean
phone_media_link_open_player (PhoneMediaLink *self)
{
  if (self->player != NULL)
    return TRUE;

  self->player = phone_media_bins_create_player (self->probe);
  if (self->player == NULL)
    return FALSE;

  gst_bin_add (GST_BIN (self->pipeline), gst_object_ref (self->player));
  phone_media_link_plug_speaker (self, self->config->test_media);
  gst_element_sync_state_with_parent (self->player);

  return TRUE;
}

static void
phone_media_link_drop_receiver (PhoneMediaLink     *self,
                                PhoneMediaReceiver *receiver)
{
  if (receiver->bin != NULL)
    {
      gst_element_set_locked_state (receiver->bin, TRUE);
      gst_bin_remove (GST_BIN (self->pipeline), receiver->bin);
      phone_media_bins_dismiss (receiver->bin);
    }
  g_clear_object (&receiver->bin);
  g_clear_object (&receiver->pad);
}

/* Somewhere for packets that nobody wants: an unlinked pad would be an error. */
static void
phone_media_link_ignore (PhoneMediaLink *self,
                         GstPad         *pad)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) target = gst_element_get_static_pad (sink, "sink");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, target);
}

static GstElement *
phone_media_link_create_picture (PhoneMediaLink        *self,
                                 const PhoneMediaCodec *codec)
{
  GstElement *decoder = phone_media_bins_create_decoder (codec);
  GstElement *bin;
  GstElement *sink;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstPad) out = NULL;

  if (decoder == NULL)
    return NULL;

  bin = gst_bin_new (NULL);
  sink = phone_media_video_sink_new (self->slots[1], TRUE);
  gst_element_set_name (sink, "screen");
  gst_bin_add_many (GST_BIN (bin), decoder, sink, NULL);
  gst_element_link (decoder, sink);
  out = gst_element_get_static_pad (decoder, "src");
  phone_media_bus_count (out, self->decoded);
  pad = gst_element_get_static_pad (decoder, "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));

  return bin;
}

/* The echo's encoder is the other half of the relay. */
static GstElement *
phone_media_link_create_relay (PhoneMediaLink        *self,
                               const PhoneMediaCodec *codec)
{
  PhoneMediaSender *sender = &self->senders[codec->video ? PHONE_MEDIA_LINK_VIDEO : PHONE_MEDIA_LINK_AUDIO];
  GstElement *relay;
  GstElement *back = NULL;
  g_autoptr (GstElement) gate = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (sender->pad == NULL || sender->codec != codec)
    return NULL;

  phone_media_link_unplug_encoder (self, sender);
  relay = phone_media_bins_create_relay (codec, sender->payload, sender->ssrc, sender->transport_cc_id, &back);
  if (relay == NULL)
    return NULL;

  sender->encoder = gst_object_ref (back);
  gst_bin_add (GST_BIN (self->pipeline), back);
  pad = gst_element_get_static_pad (back, "src");
  gst_pad_link (pad, sender->pad);
  gst_element_sync_state_with_parent (back);
  gate = gst_bin_get_by_name (GST_BIN (relay), "gate");
  g_object_set (gate, "drop", !sender->open, NULL);

  return relay;
}

static GstElement *
phone_media_link_create_receiver (PhoneMediaLink        *self,
                                  const PhoneMediaCodec *codec)
{
  if (self->echo)
    return phone_media_link_create_relay (self, codec);
  if (codec->video)
    return phone_media_link_create_picture (self, codec);

  return phone_media_link_open_player (self) ? phone_media_bins_create_decoder (codec) : NULL;
}

static void
phone_media_link_receive (PhoneMediaLink        *self,
                          GstPad                *pad,
                          const PhoneMediaCodec *codec)
{
  PhoneMediaReceiver *receiver = &self->receivers[codec->video ? PHONE_MEDIA_LINK_VIDEO : PHONE_MEDIA_LINK_AUDIO];
  GstPad *old = receiver->pad != NULL ? gst_object_ref (receiver->pad) : NULL;
  GstElement *bin;
  g_autoptr (GstPad) sink = NULL;

  phone_media_link_drop_receiver (self, receiver);
  if (old != NULL)
    {
      phone_media_link_ignore (self, old);
      gst_object_unref (old);
    }

  bin = phone_media_link_create_receiver (self, codec);
  if (bin == NULL)
    {
      phone_media_link_ignore (self, pad);
      return;
    }

  receiver->bin = gst_object_ref (bin);
  receiver->pad = gst_object_ref (pad);
  receiver->codec = codec;
  gst_bin_add (GST_BIN (self->pipeline), bin);
  if (!self->echo && !codec->video)
    gst_element_link (bin, self->player);
  gst_element_sync_state_with_parent (bin);
  sink = gst_element_get_static_pad (bin, "sink");
  phone_media_bus_drop_eos (sink);
  phone_media_bus_renew_requests (sink);
  gst_pad_link (pad, sink);
}

/**
 * phone_media_link_add_stream:
 * @pad: of webrtcbin, blocked until this returns
 */
void
phone_media_link_add_stream (PhoneMediaLink *self,
                             GstPad         *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure;
  const PhoneMediaCodec *codec;
  const char *name;
  int clock_rate = 0;

  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  structure = gst_caps_is_empty (caps) || gst_caps_is_any (caps) ? NULL : gst_caps_get_structure (caps, 0);
  name = structure != NULL ? gst_structure_get_string (structure, "encoding-name") : NULL;
  g_debug ("stream %s", name != NULL ? name : "without a name");

  codec = phone_media_codecs_find (name);
  if (codec != NULL)
    {
      phone_media_link_receive (self, pad, codec);
      return;
    }

  if (name != NULL && g_ascii_strcasecmp (name, "telephone-event") == 0)
    {
      gst_structure_get_int (structure, "clock-rate", &clock_rate);
      phone_media_bus_watch_events (self->bus, pad, clock_rate);
    }
  phone_media_link_ignore (self, pad);
}

gboolean
phone_media_link_replace_speaker (PhoneMediaLink *self,
                                  GstObject      *failed)
{
  if (self->player == NULL || g_strcmp0 (GST_OBJECT_NAME (failed), "speaker") != 0)
    return FALSE;

  gst_element_set_locked_state (GST_ELEMENT (failed), TRUE);
  gst_bin_remove (GST_BIN (self->pipeline), GST_ELEMENT (failed));
  phone_media_bins_dismiss (GST_ELEMENT (failed));
  phone_media_link_plug_speaker (self, TRUE);

  return TRUE;
}

void
phone_media_link_close_receivers (PhoneMediaLink *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->receivers); i++)
    {
      g_clear_object (&self->receivers[i].bin);
      g_clear_object (&self->receivers[i].pad);
    }
  g_clear_object (&self->player);
}
