/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function here that ends in _cb runs on a thread of GStreamer. webrtcbin tells all it has to say on its own thread, and
 * streams start on theirs, so each callback packs its arguments into a message and posts it: the bus hands it to the main context
 * in order, and a flushed bus drops what comes too late. A new pad must not lose its first packets until the main context has
 * linked it: a blocking probe waits with it and travels in the message. Frames are counted in place, as thirty messages a second
 * a stream would be waste. */
#include "config.h"
#include "phone-media-bus.h"

#include <gst/rtp/rtp.h>
#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>

struct _PhoneMediaCounter
{
  guint count;          /* atomic */
};

typedef struct
{
  GstBus *bus;
  guint   serial;
} Promise;

typedef struct
{
  GstBus  *bus;
  guint    clock_rate;
  guint32  timestamp;   /* of the event that was told last */
  gboolean told;
} Events;

static void
phone_media_bus_post (gpointer      bus,
                      GstStructure *structure)
{
  gst_bus_post (bus, gst_message_new_application (NULL, structure));
}

static void
phone_media_bus_release_cb (gpointer  data,
                            GClosure *closure)
{
  gst_object_unref (data);
}

static void
phone_media_bus_candidate_cb (GstElement *webrtcbin,
                              guint       line,
                              const char *candidate,
                              gpointer    bus)
{
  phone_media_bus_post (bus, gst_structure_new ("candidate", "line", G_TYPE_UINT, line,
                                                "candidate", G_TYPE_STRING, candidate, NULL));
}

static void
phone_media_bus_post_state (GstElement *webrtcbin,
                            const char *property,
                            const char *name,
                            gpointer    bus)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (webrtcbin), property, &value);
  phone_media_bus_post (bus, gst_structure_new (name, "state", G_TYPE_INT, g_value_get_enum (&value), NULL));
}

static void
phone_media_bus_gathering_cb (GstElement *webrtcbin,
                              GParamSpec *pspec,
                              gpointer    bus)
{
  phone_media_bus_post_state (webrtcbin, "ice-gathering-state", "gathering", bus);
}

static void
phone_media_bus_ice_cb (GstElement *webrtcbin,
                        GParamSpec *pspec,
                        gpointer    bus)
{
  phone_media_bus_post_state (webrtcbin, "ice-connection-state", "ice", bus);
}

static void
phone_media_bus_connection_cb (GstElement *webrtcbin,
                               GParamSpec *pspec,
                               gpointer    bus)
{
  phone_media_bus_post_state (webrtcbin, "connection-state", "connection", bus);
}

static GstPadProbeReturn
phone_media_bus_block_cb (GstPad          *pad,
                          GstPadProbeInfo *info,
                          gpointer         data)
{
  return GST_PAD_PROBE_OK;
}

static void
phone_media_bus_pad_added_cb (GstElement *webrtcbin,
                              GstPad     *pad,
                              gpointer    bus)
{
  gulong probe;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;

  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, phone_media_bus_block_cb, NULL, NULL);
  phone_media_bus_post (bus, gst_structure_new ("stream-added", "pad", GST_TYPE_PAD, pad,
                                                "probe", G_TYPE_ULONG, probe, NULL));
}

static void
phone_media_bus_promise_free (gpointer data)
{
  Promise *promise = data;

  gst_object_unref (promise->bus);
  g_free (promise);
}

static void
phone_media_bus_copy_description (const GstStructure *reply,
                                  const char         *name,
                                  GstStructure       *message)
{
  GstWebRTCSessionDescription *description = NULL;
  g_autofree char *text = NULL;

  if (!gst_structure_get (reply, name, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL))
    return;

  text = gst_sdp_message_as_text (description->sdp);
  gst_structure_set (message, "sdp", G_TYPE_STRING, text, NULL);
  gst_webrtc_session_description_free (description);
}

static void
phone_media_bus_promise_cb (GstPromise *promise,
                            gpointer    data)
{
  const Promise *closure = data;
  gboolean replied = gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED;
  const GstStructure *reply = replied ? gst_promise_get_reply (promise) : NULL;
  GstStructure *message = gst_structure_new ("promise", "serial", G_TYPE_UINT, closure->serial, NULL);
  g_autoptr (GError) error = NULL;

  if (!replied)
    gst_structure_set (message, "error", G_TYPE_STRING, "no reply", NULL);
  if (reply != NULL)
    {
      if (gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL) && error != NULL)
        gst_structure_set (message, "error", G_TYPE_STRING, error->message, NULL);
      phone_media_bus_copy_description (reply, "offer", message);
      phone_media_bus_copy_description (reply, "answer", message);
      gst_structure_set (message, "reply", GST_TYPE_STRUCTURE, reply, NULL);
    }

  phone_media_bus_post (closure->bus, message);
  gst_promise_unref (promise);
}

static GstPadProbeReturn
phone_media_bus_count_cb (GstPad          *pad,
                          GstPadProbeInfo *info,
                          gpointer         counter)
{
  g_atomic_int_inc (&((PhoneMediaCounter *) counter)->count);

  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
phone_media_bus_drop_eos_cb (GstPad          *pad,
                             GstPadProbeInfo *info,
                             gpointer         data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* A depayloader asks with all headers, which goes out as FIR with one and the same sequence number: the second is ignored. A
 * request that comes through a relay names the stream on the far side of it. */
static GstPadProbeReturn
phone_media_bus_renew_request_cb (GstPad          *pad,
                                  GstPadProbeInfo *info,
                                  gpointer         data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (!gst_video_event_is_force_key_unit (event))
    return GST_PAD_PROBE_OK;

  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE, 0);

  return GST_PAD_PROBE_OK;
}

/* RFC 4733 §2.3: event, end bit and volume, duration; the end comes three times with one timestamp. */
static GstPadProbeReturn
phone_media_bus_event_cb (GstPad          *pad,
                          GstPadProbeInfo *info,
                          gpointer         data)
{
  Events *events = data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  const guint8 *payload;
  guint32 timestamp;

  if (!gst_rtp_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), GST_MAP_READ, &rtp))
    return GST_PAD_PROBE_OK;

  payload = gst_rtp_buffer_get_payload (&rtp);
  timestamp = gst_rtp_buffer_get_timestamp (&rtp);
  if (gst_rtp_buffer_get_payload_len (&rtp) >= 4 && (payload[1] & 0x80) != 0
      && !(events->told && events->timestamp == timestamp))
    {
      events->told = TRUE;
      events->timestamp = timestamp;
      phone_media_bus_post (events->bus,
                            gst_structure_new ("event", "number", G_TYPE_UINT, (guint) payload[0], "duration", G_TYPE_UINT,
                                               (guint) ((payload[2] << 8 | payload[3]) * 1000ull / events->clock_rate), NULL));
    }
  gst_rtp_buffer_unmap (&rtp);

  return GST_PAD_PROBE_OK;
}

static void
phone_media_bus_events_free (gpointer data)
{
  Events *events = data;

  gst_object_unref (events->bus);
  g_free (events);
}

static void
phone_media_bus_counter_free (gpointer data)
{
  phone_media_counter_unref (data);
}

static void
phone_media_bus_release_counter_cb (gpointer  data,
                                    GClosure *closure)
{
  phone_media_counter_unref (data);
}

static void
phone_media_bus_transport_cb (GstBin     *webrtcbin,
                              GstBin     *bin,
                              GstElement *element,
                              gpointer    counter)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  g_autoptr (GstPad) pad = NULL;

  if (factory == NULL || g_strcmp0 (GST_OBJECT_NAME (factory), "nicesrc") != 0)
    return;

  pad = gst_element_get_static_pad (element, "src");
  phone_media_bus_count (pad, counter);
}

static void
phone_media_bus_element_added_cb (GstBin     *webrtcbin,
                                  GstBin     *bin,
                                  GstElement *element,
                                  gpointer    pem)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory != NULL && g_strcmp0 (GST_OBJECT_NAME (factory), "dtlssrtpdec") == 0)
    g_object_set (element, "pem", pem, NULL);
}

/* The first packet of a stream says by its payload type what it is; whoever made the jitter buffer answers which that is. */
static GstPadProbeReturn
phone_media_bus_first_packet_cb (GstPad          *pad,
                                 GstPadProbeInfo *info,
                                 gpointer         data)
{
  g_autoptr (GstElement) jitterbuffer = gst_pad_get_parent_element (pad);
  g_autoptr (GstCaps) caps = NULL;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST
                        ? gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0) : GST_PAD_PROBE_INFO_BUFFER (info);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  if (jitterbuffer == NULL || !gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return GST_PAD_PROBE_OK;

  g_signal_emit_by_name (jitterbuffer, "request-pt-map", (guint) gst_rtp_buffer_get_payload_type (&rtp), &caps);
  gst_rtp_buffer_unmap (&rtp);
  if (caps == NULL || gst_caps_is_empty (caps))
    return GST_PAD_PROBE_OK;

  if (g_strcmp0 (gst_structure_get_string (gst_caps_get_structure (caps, 0), "media"), "audio") == 0)
    g_object_set (jitterbuffer, "do-retransmission", FALSE, NULL);

  return GST_PAD_PROBE_REMOVE;
}

/* Under BUNDLE webrtcbin takes the picture's wish for lost packets as that of all streams. For sound nobody offers to send them again,
 * and asking costs the peer and the path. */
static void
phone_media_bus_jitterbuffer_cb (GstBin     *webrtcbin,
                                 GstBin     *bin,
                                 GstElement *element,
                                 gpointer    data)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  g_autoptr (GstPad) pad = NULL;

  if (factory == NULL || g_strcmp0 (GST_OBJECT_NAME (factory), "rtpjitterbuffer") != 0)
    return;

  pad = gst_element_get_static_pad (element, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, phone_media_bus_first_packet_cb, NULL, NULL);
}

static void
phone_media_bus_free_text_cb (gpointer  data,
                              GClosure *closure)
{
  g_free (data);
}

PhoneMediaCounter *
phone_media_counter_new (void)
{
  return g_atomic_rc_box_new0 (PhoneMediaCounter);
}

PhoneMediaCounter *
phone_media_counter_ref (PhoneMediaCounter *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
phone_media_counter_unref (PhoneMediaCounter *self)
{
  g_atomic_rc_box_release (self);
}

guint
phone_media_counter_get (PhoneMediaCounter *self)
{
  return g_atomic_int_get (&self->count);
}

/**
 * phone_media_bus_connect:
 *
 * From now on @webrtcbin reports to @bus.
 */
void
phone_media_bus_connect (GstBus     *bus,
                         GstElement *webrtcbin)
{
  static const struct
  {
    const char *signal;
    GCallback   callback;
  } signals[] = {
    { "on-ice-candidate", G_CALLBACK (phone_media_bus_candidate_cb) },
    { "notify::ice-gathering-state", G_CALLBACK (phone_media_bus_gathering_cb) },
    { "notify::ice-connection-state", G_CALLBACK (phone_media_bus_ice_cb) },
    { "notify::connection-state", G_CALLBACK (phone_media_bus_connection_cb) },
    { "pad-added", G_CALLBACK (phone_media_bus_pad_added_cb) },
    { "deep-element-added", G_CALLBACK (phone_media_bus_jitterbuffer_cb) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_data (webrtcbin, signals[i].signal, signals[i].callback, gst_object_ref (bus),
                           phone_media_bus_release_cb, 0);
}

/**
 * phone_media_bus_create_promise:
 *
 * Returns: (transfer full): a promise whose reply is posted as "promise" with @serial
 */
GstPromise *
phone_media_bus_create_promise (GstBus *bus,
                                guint   serial)
{
  Promise *promise = g_new0 (Promise, 1);

  promise->bus = gst_object_ref (bus);
  promise->serial = serial;

  return gst_promise_new_with_change_func (phone_media_bus_promise_cb, promise, phone_media_bus_promise_free);
}

void
phone_media_bus_count (GstPad            *pad,
                       PhoneMediaCounter *counter)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, phone_media_bus_count_cb, phone_media_counter_ref (counter),
                     phone_media_bus_counter_free);
}

void
phone_media_bus_count_arriving (GstElement        *webrtcbin,
                                PhoneMediaCounter *counter)
{
  g_signal_connect_data (webrtcbin, "deep-element-added", G_CALLBACK (phone_media_bus_transport_cb), phone_media_counter_ref (counter),
                         phone_media_bus_release_counter_cb, 0);
}

void
phone_media_bus_drop_eos (GstPad *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, phone_media_bus_drop_eos_cb, NULL, NULL);
}

void
phone_media_bus_renew_requests (GstPad *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, phone_media_bus_renew_request_cb, NULL, NULL);
}

void
phone_media_bus_watch_events (GstBus *bus,
                              GstPad *pad,
                              guint   clock_rate)
{
  Events *events = g_new0 (Events, 1);

  events->bus = gst_object_ref (bus);
  events->clock_rate = MAX (clock_rate, 8000);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, phone_media_bus_event_cb, events, phone_media_bus_events_free);
}

void
phone_media_bus_set_certificate (GstElement *webrtcbin,
                                 const char *pem)
{
  g_signal_connect_data (webrtcbin, "deep-element-added", G_CALLBACK (phone_media_bus_element_added_cb), g_strdup (pem),
                         phone_media_bus_free_text_cb, 0);
}
