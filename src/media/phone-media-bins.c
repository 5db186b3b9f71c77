/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph's pieces as text, which is how they are read, tried with gst-launch and changed. A device that was
 * chosen is found by its id; the default of sound is what the first sound system that answers thinks it is. Sinks run
 * unsynchronised to preroll (async=false), since they are added to pipelines that play. */
#include "config.h"
#include "phone-media-bins.h"

#include "phone-media-devices-private.h"

static const char *const microphones[] = { "pulsesrc", "alsasrc", NULL };
static const char *const speakers[] = { "pulsesink", "alsasink", NULL };

static GstElement *
phone_media_bins_make (PhoneMediaDeviceKind  kind,
                       const char           *id)
{
  g_autoptr (PhoneMediaDevices) devices = phone_media_devices_new ();
  PhoneMediaDevice *device;

  phone_media_devices_start (devices);
  device = phone_media_devices_find (devices, kind, id);

  return device != NULL ? gst_device_create_element (phone_media_device_get_gst_device (device), NULL) : NULL;
}

/* Whether the element can reach its device. */
static GstElement *
phone_media_bins_try (GstElement *element)
{
  if (element == NULL)
    return NULL;

  gst_object_ref_sink (element);
  if (gst_element_set_state (element, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE)
    {
      g_object_force_floating (G_OBJECT (element));
      return element;
    }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);

  return NULL;
}

static GstElement *
phone_media_bins_try_all (PhoneMediaDeviceKind  kind,
                          const char           *id,
                          const char *const    *factories)
{
  GstElement *element = id != NULL ? phone_media_bins_try (phone_media_bins_make (kind, id)) : NULL;

  for (guint i = 0; element == NULL && factories[i] != NULL; i++)
    element = phone_media_bins_try (gst_element_factory_make (factories[i], NULL));

  return element;
}

/* The pipeline runs by the system's clock; times in µs. Not every kind of device knows each of these. */
static void
phone_media_bins_tune (GstElement *element,
                       gint64      buffer_time,
                       gint64      latency_time)
{
  GObjectClass *object_class = G_OBJECT_GET_CLASS (element);

  if (g_object_class_find_property (object_class, "provide-clock") != NULL)
    g_object_set (element, "provide-clock", FALSE, NULL);
  if (g_object_class_find_property (object_class, "async") != NULL)
    g_object_set (element, "async", FALSE, NULL);
  if (g_object_class_find_property (object_class, "buffer-time") != NULL)
    g_object_set (element, "buffer-time", buffer_time, "latency-time", latency_time, NULL);
}

static GstElement *
phone_media_bins_parse (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (description, TRUE, &error);

  if (error != NULL)
    {
      g_debug ("\"%s\": %s", description, error->message);
      g_clear_pointer (&bin, gst_object_unref);
    }

  return bin;
}

static GstElement *
phone_media_bins_create_camera (const char *id)
{
  GstElement *source = phone_media_bins_try (phone_media_bins_make (PHONE_MEDIA_DEVICE_CAMERA, id));
  GstElement *rest;
  GstElement *bin;
  g_autoptr (GstPad) pad = NULL;

  if (source == NULL)
    return NULL;

  rest = phone_media_bins_parse ("capsfilter caps=\"video/x-raw,width=[160,1280],height=[120,720],framerate=[10/1,60/1];"
                                 "image/jpeg,width=[160,1280],height=[120,720],framerate=[10/1,60/1]\" ! decodebin ! videoconvert "
                                 "! videorate max-rate=30 drop-only=true ! capsfilter caps=video/x-raw,format=I420");
  bin = gst_bin_new (NULL);
  gst_bin_add_many (GST_BIN (bin), source, rest, NULL);
  gst_element_link (source, rest);
  pad = gst_element_get_static_pad (rest, "src");
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));

  return bin;
}

GstElement *
phone_media_bins_open_camera (const char *id,
                              gboolean    test)
{
  if (test)
    return phone_media_bins_parse ("videotestsrc is-live=true pattern=smpte horizontal-speed=4 "
                                   "! capsfilter caps=video/x-raw,format=I420,width=640,height=480,framerate=30/1");

  return phone_media_bins_create_camera (id);
}

GstElement *
phone_media_bins_open_microphone (const char *id,
                                  gboolean    test,
                                  gboolean   *out_test)
{
  GstElement *element = test ? NULL : phone_media_bins_try_all (PHONE_MEDIA_DEVICE_MICROPHONE, id, microphones);

  *out_test = element == NULL;
  if (element == NULL)
    return phone_media_bins_parse ("audiotestsrc is-live=true wave=sine freq=440 volume=0.3 samplesperbuffer=480 "
                                   "! capsfilter caps=audio/x-raw,rate=48000,channels=1,format=S16LE");

  phone_media_bins_tune (element, 200000, 10000);

  return element;
}

GstElement *
phone_media_bins_open_speaker (const char *id,
                               gboolean    test,
                               gboolean   *out_test)
{
  GstElement *element = test ? NULL : phone_media_bins_try_all (PHONE_MEDIA_DEVICE_SPEAKER, id, speakers);

  *out_test = element == NULL;
  if (element == NULL)
    {
      element = gst_element_factory_make ("fakesink", NULL);
      g_object_set (element, "sync", TRUE, "async", FALSE, NULL);
      return element;
    }

  phone_media_bins_tune (element, 80000, 20000);

  return element;
}

/**
 * phone_media_bins_create_sound:
 * @probe: (nullable): the echo probe that hears what is played
 *
 * Returns: (transfer floating): from a microphone to where an encoder is linked; "mute", "level" and the closed "gate" inside
 */
GstElement *
phone_media_bins_create_sound (const char *probe)
{
  g_autofree char *canceller = probe != NULL ? g_strdup_printf ("! webrtcdsp probe=%s ", probe) : g_strdup ("");
  g_autofree char *description = g_strdup_printf ("audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved %s"
                                                  "! volume name=mute ! level name=level-out interval=100000000 "
                                                  "! valve name=gate drop=true "
                                                  "! queue leaky=downstream max-size-buffers=5 max-size-bytes=0 max-size-time=0", canceller);

  return phone_media_bins_parse (description);
}

/**
 * phone_media_bins_create_picture:
 *
 * Returns: (transfer floating): an appsrc "camera" and a "tee", from which one branch goes through the closed "gate" to where an
 *   encoder is linked; "mute" makes it black
 */
GstElement *
phone_media_bins_create_picture (void)
{
  return phone_media_bins_parse ("appsrc name=camera is-live=true do-timestamp=true format=time max-buffers=2 leaky-type=downstream "
                                 "! videobalance name=mute ! tee name=tee allow-not-linked=true ! valve name=gate drop=true "
                                 "! queue leaky=downstream max-size-buffers=3 max-size-bytes=0 max-size-time=0");
}

GstElement *
phone_media_bins_create_encoder (const PhoneMediaCodec *codec,
                                 guint                  payload,
                                 guint                  ssrc,
                                 guint                  transport_cc_id)
{
  g_autofree char *caps = phone_media_codecs_print_caps (codec, payload, transport_cc_id);
  g_autofree char *description = g_strdup_printf ("%s ! %s ! %s pt=%u ssrc=%u ! capsfilter name=sent caps=\"%s\"%s",
                                                  codec->video ? "videoconvertscale ! capsfilter name=size caps=video/x-raw,format=I420" : "audioconvert",
                                                  codec->encode, codec->payloader, payload, ssrc, caps,
                                                  codec->video ? "" : " ! rtpdtmfmux name=mux");
  GstElement *bin = phone_media_bins_parse (description);
  g_autoptr (GstElement) mux = bin != NULL ? gst_bin_get_by_name (GST_BIN (bin), "mux") : NULL;

  if (mux != NULL)
    g_object_set (mux, "ssrc", ssrc, NULL);

  return bin;
}

GstElement *
phone_media_bins_create_decoder (const PhoneMediaCodec *codec)
{
  g_autofree char *description = g_strdup_printf ("queue max-size-buffers=0 max-size-bytes=0 max-size-time=1000000000 leaky=downstream ! %s ! %s",
                                                  codec->depayloader, codec->decode);

  return phone_media_bins_parse (description);
}

/**
 * phone_media_bins_create_relay:
 * @out_sender: (out) (transfer floating): where RTP of our own comes from
 *
 * A stream turned round, undecoded; "gate" lets it through. The two halves are not linked, since a graph with a loop cannot be
 * sorted, but key frame requests travel through to the peer.
 *
 * Returns: (transfer floating): where received RTP goes
 */
GstElement *
phone_media_bins_create_relay (const PhoneMediaCodec  *codec,
                               guint                   payload,
                               guint                   ssrc,
                               guint                   transport_cc_id,
                               GstElement            **out_sender)
{
  g_autofree char *caps = phone_media_codecs_print_caps (codec, payload, transport_cc_id);
  g_autofree char *receive = g_strdup_printf ("queue max-size-buffers=0 max-size-bytes=0 max-size-time=1000000000 leaky=downstream ! %s "
                                              "! valve name=gate drop=true ! proxysink name=out", codec->depayloader);
  g_autofree char *send = g_strdup_printf ("proxysrc name=in ! %s pt=%u ssrc=%u ! capsfilter name=sent caps=\"%s\"",
                                           codec->payloader, payload, ssrc, caps);
  GstElement *receiver = phone_media_bins_parse (receive);
  g_autoptr (GstElement) out = NULL;
  g_autoptr (GstElement) in = NULL;

  *out_sender = phone_media_bins_parse (send);
  if (receiver == NULL || *out_sender == NULL)
    return NULL;

  out = gst_bin_get_by_name (GST_BIN (receiver), "out");
  in = gst_bin_get_by_name (GST_BIN (*out_sender), "in");
  g_object_set (in, "proxysink", out, NULL);

  return receiver;
}

/**
 * phone_media_bins_create_player:
 * @probe: (nullable): the name of the echo probe in it
 *
 * Returns: (transfer floating): from decoded sound to where a speaker is linked; "level-in" inside
 */
GstElement *
phone_media_bins_create_player (const char *probe)
{
  g_autofree char *listener = probe != NULL ? g_strdup_printf ("! webrtcechoprobe name=%s", probe) : g_strdup ("");
  g_autofree char *description = g_strdup_printf ("audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved "
                                                  "! level name=level-in interval=100000000 %s", listener);

  return phone_media_bins_parse (description);
}

static void
phone_media_bins_stop_cb (GstElement *element,
                          gpointer    data)
{
  gst_element_set_state (element, GST_STATE_NULL);
}

void
phone_media_bins_dismiss (GstElement *element)
{
  gst_element_call_async (element, phone_media_bins_stop_cb, NULL, NULL);
}
