/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph's pieces as text, which is how they are read, tried with gst-launch and changed. A device is named "factory:value",
 * which opens without asking a monitor first; the default is what the first sound system that answers thinks it is. Sinks run
 * unsynchronised to preroll (async=false), since they are added to pipelines that play. */
#include "config.h"
#include "phone-media-bins.h"

#include <string.h>

/* The property that names the device, by factory. */
static const struct
{
  const char *factory;
  const char *property;
} device_factories[] = {
  { "v4l2src", "device" },
  { "pulsesrc", "device" },
  { "pulsesink", "device" },
  { "alsasrc", "device" },
  { "alsasink", "device" },
  { "pipewiresrc", "path" },
};

static const char *const microphones[] = { "pulsesrc", "alsasrc", NULL };
static const char *const speakers[] = { "pulsesink", "alsasink", NULL };

static const char *
phone_media_bins_get_property (const char *factory)
{
  for (guint i = 0; i < G_N_ELEMENTS (device_factories); i++)
    if (g_str_equal (device_factories[i].factory, factory))
      return device_factories[i].property;

  return NULL;
}

static GstElement *
phone_media_bins_make (const char *id)
{
  g_auto (GStrv) parts = g_strsplit (id, ":", 2);
  const char *property = phone_media_bins_get_property (parts[0]);
  GstElement *element;

  if (property == NULL || parts[1] == NULL)
    return NULL;

  element = gst_element_factory_make (parts[0], NULL);
  if (element != NULL)
    g_object_set (element, property, parts[1], NULL);

  return element;
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
phone_media_bins_try_all (const char        *id,
                          const char *const *factories)
{
  GstElement *element = id != NULL ? phone_media_bins_try (phone_media_bins_make (id)) : NULL;

  for (guint i = 0; element == NULL && factories[i] != NULL; i++)
    element = phone_media_bins_try (gst_element_factory_make (factories[i], NULL));

  return element;
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

static char *
phone_media_bins_find_camera (void)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  GList *devices;
  char *id = NULL;

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  devices = gst_device_monitor_get_devices (monitor);
  for (GList *link = devices; link != NULL && id == NULL; link = link->next)
    id = phone_media_bins_identify (link->data);
  g_list_free_full (devices, gst_object_unref);

  return id;
}

static GstElement *
phone_media_bins_create_camera (const char *id)
{
  GstElement *source = phone_media_bins_try (phone_media_bins_make (id));
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
  g_autofree char *found = id == NULL && !test ? phone_media_bins_find_camera () : g_strdup (id);

  if (test)
    return phone_media_bins_parse ("videotestsrc is-live=true pattern=smpte horizontal-speed=4 "
                                   "! capsfilter caps=video/x-raw,format=I420,width=640,height=480,framerate=30/1");

  return found != NULL ? phone_media_bins_create_camera (found) : NULL;
}

GstElement *
phone_media_bins_open_microphone (const char *id,
                                  gboolean    test,
                                  gboolean   *out_test)
{
  GstElement *element = test ? NULL : phone_media_bins_try_all (id, microphones);

  *out_test = element == NULL;
  if (element == NULL)
    return phone_media_bins_parse ("audiotestsrc is-live=true wave=sine freq=440 volume=0.3 samplesperbuffer=480 "
                                   "! capsfilter caps=audio/x-raw,rate=48000,channels=1,format=S16LE");

  g_object_set (element, "provide-clock", FALSE, "buffer-time", G_GINT64_CONSTANT (200000), "latency-time", G_GINT64_CONSTANT (10000), NULL);

  return element;
}

GstElement *
phone_media_bins_open_speaker (const char *id,
                               gboolean    test,
                               gboolean   *out_test)
{
  GstElement *element = test ? NULL : phone_media_bins_try_all (id, speakers);

  *out_test = element == NULL;
  if (element == NULL)
    {
      element = gst_element_factory_make ("fakesink", NULL);
      g_object_set (element, "sync", TRUE, "async", FALSE, NULL);
      return element;
    }

  g_object_set (element, "provide-clock", FALSE, "async", FALSE, "buffer-time", G_GINT64_CONSTANT (80000), "latency-time", G_GINT64_CONSTANT (20000), NULL);

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
 *
 * Returns: (transfer floating): from received RTP to RTP of our own, undecoded; "gate" lets it through. Key frame requests travel
 *   through it to the peer.
 */
GstElement *
phone_media_bins_create_relay (const PhoneMediaCodec *codec,
                               guint                  payload,
                               guint                  ssrc,
                               guint                  transport_cc_id)
{
  g_autofree char *caps = phone_media_codecs_print_caps (codec, payload, transport_cc_id);
  g_autofree char *description = g_strdup_printf ("queue max-size-buffers=0 max-size-bytes=0 max-size-time=1000000000 leaky=downstream ! %s "
                                                  "! valve name=gate drop=true ! %s pt=%u ssrc=%u ! capsfilter name=sent caps=\"%s\"",
                                                  codec->depayloader, codec->payloader, payload, ssrc, caps);

  return phone_media_bins_parse (description);
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

char *
phone_media_bins_identify (GstDevice *device)
{
  g_autoptr (GstElement) element = gst_device_create_element (device, NULL);
  g_autofree char *value = NULL;
  const char *factory;
  const char *property;

  if (element == NULL)
    return NULL;
  gst_object_ref_sink (element);
  factory = gst_element_get_factory (element) != NULL ? GST_OBJECT_NAME (gst_element_get_factory (element)) : "";
  property = phone_media_bins_get_property (factory);
  if (property != NULL)
    g_object_get (element, property, &value, NULL);

  return value != NULL ? g_strdup_printf ("%s:%s", factory, value) : NULL;
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
