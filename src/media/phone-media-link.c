/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webrtcbin's three verbs (create, set, gather) as tasks of the main context, and its life: one pipeline a call, playing from the
 * start, since webrtcbin does nothing below that. Facts that shaped it: gathering takes 200 ms for UPnP unless that is off, and
 * two seconds for a server that does not answer, so it has a limit; libnice skips 127.0.0.1 and, told of one address, uses only
 * those it was told; the certificate is one per process unless another is put into the DTLS element; webrtcbin does not compare
 * the peer's certificate with the fingerprint in its description. A transceiver that is not given back keeps the ICE agent alive
 * with sixteen file descriptors. */
#include "config.h"
#include "phone-media-link.h"

#include "phone-media-certificate.h"
#include "phone-media-link-private.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

#define LATENCY_MS         70
#define GATHERING_LIMIT_MS 2500
#define GATHERING_LEAST_MS 150

G_DEFINE_FINAL_TYPE (PhoneMediaLink, phone_media_link, G_TYPE_OBJECT)

enum
{
  PROP_TEST_CAMERA = 1,
  PROP_TEST_MICROPHONE,
  N_PROPS
};

enum
{
  CONNECTED,
  FAILED,
  CANDIDATE,
  DTMF,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

void
phone_media_link_fail (PhoneMediaLink  *self,
                       PhoneMediaError  code,
                       const char      *message)
{
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, code, message);

  if (!self->closed)
    g_signal_emit (self, signals[FAILED], 0, error);
}

void
phone_media_link_set_test_microphone (PhoneMediaLink *self,
                                      gboolean        test)
{
  if (self->test_microphone == test)
    return;

  self->test_microphone = test;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEST_MICROPHONE]);
}

static void
phone_media_link_end_gathering (PhoneMediaLink *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->gathering);

  g_clear_handle_id (&self->gathering_id, g_source_remove);
  g_clear_handle_id (&self->gathering_limit_id, g_source_remove);
  if (task == NULL)
    return;

  if (self->config->relay_only && !self->has_candidate)
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE, "No relay server gave an address");
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
phone_media_link_gathering_timeout_cb (gpointer data)
{
  PhoneMediaLink *self = data;

  self->gathering_id = 0;
  phone_media_link_end_gathering (self);

  return G_SOURCE_REMOVE;
}

/* The person waits since the click, so what making the offer took counts as gathering too. */
static void
phone_media_link_limit_gathering (PhoneMediaLink *self)
{
  gint64 spent = (g_get_monotonic_time () - self->birth) / 1000;

  if (self->gathering_id != 0)
    return;

  self->gathering_id = g_timeout_add (MAX (GATHERING_LEAST_MS, (gint64) self->config->gathering_timeout - spent),
                                      phone_media_link_gathering_timeout_cb, self);
}

static gboolean
phone_media_link_gathering_limit_cb (gpointer data)
{
  PhoneMediaLink *self = data;

  self->gathering_limit_id = 0;
  phone_media_link_end_gathering (self);

  return G_SOURCE_REMOVE;
}

/* What the bus says: one row each. */

static void
phone_media_link_handle_promise (PhoneMediaLink     *self,
                                 const GstStructure *message)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GstStructure) reply = NULL;
  const char *error = gst_structure_get_string (message, "error");
  guint serial = 0;

  gst_structure_get_uint (message, "serial", &serial);
  if (!g_hash_table_steal_extended (self->pending, GUINT_TO_POINTER (serial), NULL, (gpointer *) &task))
    return;

  gst_structure_get (message, "reply", GST_TYPE_STRUCTURE, &reply, NULL);
  if (error != NULL)
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "webrtcbin: %s", error);
  else if (g_task_get_source_tag (task) == phone_media_link_create_async || g_task_get_source_tag (task) == phone_media_link_set_async)
    g_task_return_pointer (task, g_strdup (gst_structure_get_string (message, "sdp")), g_free);
  else
    phone_media_link_take_stats (self, task, reply);
}

static void
phone_media_link_handle_candidate (PhoneMediaLink     *self,
                                   const GstStructure *message)
{
  const char *candidate = gst_structure_get_string (message, "candidate");
  guint line = 0;

  gst_structure_get_uint (message, "line", &line);
  if (candidate == NULL || (self->config->relay_only && strstr (candidate, " typ relay") == NULL))
    return;

  if (!self->has_candidate && self->gathering != NULL)
    phone_media_link_limit_gathering (self);
  self->has_candidate = TRUE;
  g_signal_emit (self, signals[CANDIDATE], 0, line, candidate);
}

static void
phone_media_link_handle_gathering (PhoneMediaLink     *self,
                                   const GstStructure *message)
{
  int state = 0;

  gst_structure_get_int (message, "state", &state);
  self->gathered = state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
  if (self->gathered)
    phone_media_link_end_gathering (self);
}

static void
phone_media_link_handle_ice (PhoneMediaLink     *self,
                             const GstStructure *message)
{
  int state = 0;

  gst_structure_get_int (message, "state", &state);
  g_debug ("ICE connection state %d", state);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED || state == GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED)
    phone_media_link_start_knocking (self);
}

static void
phone_media_link_handle_connection (PhoneMediaLink     *self,
                                    const GstStructure *message)
{
  int state = 0;

  gst_structure_get_int (message, "state", &state);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED && !self->connected)
    {
      self->connected = TRUE;
      phone_media_link_start_rate (self);
      phone_media_link_start_listening (self);
      g_signal_emit (self, signals[CONNECTED], 0);
    }
  else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED)
    phone_media_link_fail (self, PHONE_MEDIA_ERROR_ICE, "No path to the other side was found");
}

static void
phone_media_link_handle_stream (PhoneMediaLink     *self,
                                const GstStructure *message)
{
  g_autoptr (GstPad) pad = NULL;
  gulong probe = 0;

  if (!gst_structure_get (message, "pad", GST_TYPE_PAD, &pad, "probe", G_TYPE_ULONG, &probe, NULL))
    return;

  phone_media_link_add_stream (self, pad);
  gst_pad_remove_probe (pad, probe);
}

static void
phone_media_link_handle_event (PhoneMediaLink     *self,
                               const GstStructure *message)
{
  static const char tones[] = "0123456789*#ABCD";
  guint number = G_MAXUINT;
  guint duration = 0;

  gst_structure_get (message, "number", G_TYPE_UINT, &number, "duration", G_TYPE_UINT, &duration, NULL);
  if (number < strlen (tones))
    g_signal_emit (self, signals[DTMF], 0, tones[number], duration);
}

static void
phone_media_link_handle_level (PhoneMediaLink *self,
                               GstMessage     *message)
{
  const GstStructure *structure = gst_message_get_structure (message);
  const GValue *rms = gst_structure_get_value (structure, "rms");
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  GValueArray *channels = rms != NULL ? g_value_get_boxed (rms) : NULL;
  double level = channels != NULL && channels->n_values > 0 ? g_value_get_double (&channels->values[0]) : -G_MAXDOUBLE;
  G_GNUC_END_IGNORE_DEPRECATIONS

  phone_media_level_add (&self->levels[g_str_equal (GST_MESSAGE_SRC_NAME (message), "level-in") ? 0 : 1], level, g_get_monotonic_time ());
}

static const struct
{
  const char *name;
  void      (*handle) (PhoneMediaLink *self, const GstStructure *message);
} events[] = {
  { "promise", phone_media_link_handle_promise },
  { "candidate", phone_media_link_handle_candidate },
  { "gathering", phone_media_link_handle_gathering },
  { "ice", phone_media_link_handle_ice },
  { "connection", phone_media_link_handle_connection },
  { "stream-added", phone_media_link_handle_stream },
  { "event", phone_media_link_handle_event },
};

static void
phone_media_link_handle_error (PhoneMediaLink *self,
                               GstMessage     *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;
  g_autofree char *text = NULL;

  gst_message_parse_error (message, &error, &debug);
  g_debug ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, debug);
  if (phone_media_link_replace_microphone (self, GST_MESSAGE_SRC (message))
      || phone_media_link_replace_speaker (self, GST_MESSAGE_SRC (message)))
    return;

  text = g_strdup_printf ("%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
  phone_media_link_fail (self, PHONE_MEDIA_ERROR_FAILED, text);
}

static gboolean
phone_media_link_message_cb (GstBus     *bus,
                             GstMessage *message,
                             gpointer    data)
{
  PhoneMediaLink *self = data;
  g_autoptr (PhoneMediaLink) keep = g_object_ref (self);
  const GstStructure *structure = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    phone_media_link_handle_error (self, message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && gst_structure_has_name (structure, "level"))
    phone_media_link_handle_level (self, message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_APPLICATION)
    for (guint i = 0; i < G_N_ELEMENTS (events); i++)
      if (gst_structure_has_name (structure, events[i].name))
        events[i].handle (self, structure);

  return self->closed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* "turn:host:port?transport=tcp" and a user as webrtcbin wants them: "turn://user:password@host:port?transport=tcp". */
static char *
phone_media_link_print_turn (const PhoneMediaIceServer *server)
{
  g_autofree char *user = g_uri_escape_string (server->username != NULL ? server->username : "", NULL, FALSE);
  g_autofree char *password = g_uri_escape_string (server->credential != NULL ? server->credential : "", NULL, FALSE);

  return g_strdup_printf ("turn://%s:%s@%s", user, password, server->url + strlen ("turn:"));
}

static gboolean
phone_media_link_add_server (PhoneMediaLink             *self,
                             const PhoneMediaIceServer  *server,
                             GError                    **error)
{
  gboolean good = TRUE;

  if (g_ascii_strncasecmp (server->url, "turns:", 6) == 0)
    {
      g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_TURNS,
                   "The relay server \"%s\" asks for TLS, but here it would be reached in plain text; use a turn: address", server->url);
      return FALSE;
    }

  if (g_ascii_strncasecmp (server->url, "stun:", 5) == 0)
    {
      g_autofree char *url = g_strdup_printf ("stun://%s", server->url + 5);

      g_object_set (self->webrtcbin, "stun-server", url, NULL);
    }
  else if (g_ascii_strncasecmp (server->url, "turn:", 5) == 0)
    {
      g_autofree char *url = phone_media_link_print_turn (server);

      g_signal_emit_by_name (self->webrtcbin, "add-turn-server", url, &good);
    }
  else
    good = FALSE;

  if (!good)
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "\"%s\" is not an address of a STUN or TURN server", server->url);

  return good;
}

/* Told of one address, libnice uses only those told: so all of them, and 127.0.0.1. */
static void
phone_media_link_add_loopback (GObject *ice)
{
  struct ifaddrs *addresses = NULL;
  gboolean added;

  g_signal_emit_by_name (ice, "add-local-ip-address", "127.0.0.1", &added);
  if (getifaddrs (&addresses) != 0)
    return;

  for (struct ifaddrs *address = addresses; address != NULL; address = address->ifa_next)
    {
      char host[NI_MAXHOST];

      if (address->ifa_addr == NULL || address->ifa_addr->sa_family != AF_INET || !(address->ifa_flags & IFF_UP)
          || (address->ifa_flags & IFF_LOOPBACK)
          || getnameinfo (address->ifa_addr, sizeof (struct sockaddr_in), host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
        continue;
      g_signal_emit_by_name (ice, "add-local-ip-address", host, &added);
    }
  freeifaddrs (addresses);
}

static void
phone_media_link_set_up_ice (PhoneMediaLink *self)
{
  g_autoptr (GObject) ice = NULL;

  g_object_get (self->webrtcbin, "ice-agent", &ice, NULL);
  if (ice == NULL)
    return;

  g_object_set (ice, "ice-tcp", FALSE, NULL);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent") != NULL)
    g_object_get (ice, "agent", &self->agent, NULL);
  if (self->agent != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (self->agent), "upnp") != NULL)
    g_object_set (self->agent, "upnp", FALSE, "keepalive-conncheck", TRUE, NULL);
  if (self->config->loopback)
    phone_media_link_add_loopback (ice);
}

static gboolean
phone_media_link_set_up_certificate (PhoneMediaLink  *self,
                                     GError         **error)
{
  g_autofree char *pem = phone_media_certificate_create (&self->fingerprint, error);

  if (pem == NULL)
    return FALSE;

  phone_media_bus_set_certificate (self->webrtcbin, pem);

  return TRUE;
}

/* A task whose promise is given to webrtcbin. */
static GstPromise *
phone_media_link_create_promise (PhoneMediaLink *self,
                                 GTask          *task)
{
  guint serial = ++self->serial;

  g_hash_table_insert (self->pending, GUINT_TO_POINTER (serial), task);

  return phone_media_bus_create_promise (self->bus, serial);
}

static gboolean
phone_media_link_refuse_closed (PhoneMediaLink *self,
                                GTask          *task)
{
  if (!self->closed)
    return FALSE;

  g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "The media has ended");
  g_object_unref (task);

  return TRUE;
}

void
phone_media_link_ask_stats (PhoneMediaLink *self,
                            GTask          *task)
{
  g_signal_emit_by_name (self->webrtcbin, "get-stats", NULL, phone_media_link_create_promise (self, task));
}

static void
phone_media_link_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  PhoneMediaLink *self = PHONE_MEDIA_LINK (object);

  switch (id)
    {
    case PROP_TEST_CAMERA:
      g_value_set_boolean (value, self->camera != NULL && phone_media_camera_get_test (self->camera));
      break;
    case PROP_TEST_MICROPHONE:
      g_value_set_boolean (value, self->test_microphone);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
phone_media_link_dispose (GObject *object)
{
  phone_media_link_close (PHONE_MEDIA_LINK (object));

  G_OBJECT_CLASS (phone_media_link_parent_class)->dispose (object);
}

static void
phone_media_link_finalize (GObject *object)
{
  PhoneMediaLink *self = PHONE_MEDIA_LINK (object);

  phone_media_config_free (self->config);
  for (guint i = 0; i < G_N_ELEMENTS (self->slots); i++)
    phone_video_slot_unref (self->slots[i]);
  g_hash_table_unref (self->pending);
  g_queue_free (self->tone_queue);
  phone_media_counter_unref (self->decoded);
  phone_media_counter_unref (self->sent);
  phone_media_counter_unref (self->arrived);
  g_free (self->fingerprint);
  g_free (self->probe);

  G_OBJECT_CLASS (phone_media_link_parent_class)->finalize (object);
}

static void
phone_media_link_class_init (PhoneMediaLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_media_link_get_property;
  object_class->dispose = phone_media_link_dispose;
  object_class->finalize = phone_media_link_finalize;

  properties[PROP_TEST_CAMERA] = g_param_spec_boolean ("test-camera", NULL, NULL, FALSE,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_TEST_MICROPHONE] = g_param_spec_boolean ("test-microphone", NULL, NULL, FALSE,
                                                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CONNECTED] = g_signal_new ("connected", PHONE_TYPE_MEDIA_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", PHONE_TYPE_MEDIA_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[CANDIDATE] = g_signal_new ("candidate", PHONE_TYPE_MEDIA_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[DTMF] = g_signal_new ("dtmf", PHONE_TYPE_MEDIA_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_CHAR, G_TYPE_UINT);
}

static void
phone_media_link_init (PhoneMediaLink *self)
{
  self->birth = g_get_monotonic_time ();
  self->pending = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->tone_queue = g_queue_new ();
  self->decoded = phone_media_counter_new ();
  self->sent = phone_media_counter_new ();
  self->arrived = phone_media_counter_new ();
}

PhoneMediaLink *
phone_media_link_new (const PhoneMediaConfig *config,
                      PhoneVideoSlot         *local_slot,
                      PhoneVideoSlot         *remote_slot,
                      gboolean                echo)
{
  PhoneMediaLink *self = g_object_new (PHONE_TYPE_MEDIA_LINK, NULL);

  self->config = phone_media_config_copy (config);
  self->slots[0] = phone_video_slot_ref (local_slot);
  self->slots[1] = phone_video_slot_ref (remote_slot);
  self->echo = echo;

  return self;
}

gboolean
phone_media_link_start (PhoneMediaLink  *self,
                        gboolean         fresh_certificate,
                        GError         **error)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), clock);
  self->bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  if (self->webrtcbin == NULL)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT, "The GStreamer element webrtcbin is missing");
      return FALSE;
    }

  gst_object_ref_sink (self->webrtcbin);
  gst_util_set_object_arg (G_OBJECT (self->webrtcbin), "bundle-policy", "max-compat");
  g_object_set (self->webrtcbin, "latency", LATENCY_MS, NULL);
  if (self->config->relay_only)
    gst_util_set_object_arg (G_OBJECT (self->webrtcbin), "ice-transport-policy", "relay");
  phone_media_link_set_up_ice (self);
  for (guint i = 0; i < self->config->ice_servers->len; i++)
    if (!phone_media_link_add_server (self, g_ptr_array_index (self->config->ice_servers, i), error))
      return FALSE;
  if (fresh_certificate && !phone_media_link_set_up_certificate (self, error))
    return FALSE;

  phone_media_bus_connect (self->bus, self->webrtcbin);
  phone_media_bus_count_arriving (self->webrtcbin, self->arrived);
  gst_bin_add (GST_BIN (self->pipeline), self->webrtcbin);
  self->watch_id = gst_bus_add_watch (self->bus, phone_media_link_message_cb, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  return TRUE;
}

void
phone_media_link_close (PhoneMediaLink *self)
{
  GHashTableIter iter;
  gpointer task;

  if (self->closed)
    return;

  self->closed = TRUE;
  phone_media_link_close_tones (self);
  g_clear_handle_id (&self->rate_id, g_source_remove);
  g_clear_handle_id (&self->watch_id, g_source_remove);
  g_clear_handle_id (&self->knock_id, g_source_remove);
  g_clear_handle_id (&self->listen_id, g_source_remove);
  g_clear_handle_id (&self->gathering_id, g_source_remove);
  g_clear_handle_id (&self->gathering_limit_id, g_source_remove);
  phone_media_link_close_senders (self);
  phone_media_link_close_receivers (self);
  if (self->bus != NULL)
    gst_bus_set_flushing (self->bus, TRUE);
  g_clear_object (&self->bus);
  g_clear_object (&self->agent);
  g_clear_object (&self->webrtcbin);
  if (self->pipeline != NULL)
    phone_media_bins_dismiss (self->pipeline);
  g_clear_object (&self->pipeline);

  if (self->gathering != NULL)
    g_task_return_new_error (self->gathering, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "The media has ended");
  g_clear_object (&self->gathering);
  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &task))
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "The media has ended");
  g_hash_table_remove_all (self->pending);
}

void
phone_media_link_create_async (PhoneMediaLink      *self,
                               gboolean             answer,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, phone_media_link_create_async);
  if (phone_media_link_refuse_closed (self, task))
    return;

  g_signal_emit_by_name (self->webrtcbin, answer ? "create-answer" : "create-offer", NULL, phone_media_link_create_promise (self, task));
}

char *
phone_media_link_create_finish (PhoneMediaLink  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  char *sdp = g_task_propagate_pointer (G_TASK (result), error);

  if (sdp == NULL && error != NULL && *error == NULL)
    g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "webrtcbin made no description");

  return sdp;
}

void
phone_media_link_set_async (PhoneMediaLink      *self,
                            gboolean             local,
                            gboolean             answer,
                            const char          *sdp,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  GstSDPMessage *message = NULL;
  GstWebRTCSessionDescription *description;

  g_task_set_source_tag (task, phone_media_link_set_async);
  if (phone_media_link_refuse_closed (self, task))
    return;
  if (gst_sdp_message_new_from_text (sdp, &message) != GST_SDP_OK)
    {
      g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "The description cannot be read");
      g_object_unref (task);
      return;
    }

  if (local)
    self->gathered = FALSE;
  description = gst_webrtc_session_description_new (answer ? GST_WEBRTC_SDP_TYPE_ANSWER : GST_WEBRTC_SDP_TYPE_OFFER, message);
  g_signal_emit_by_name (self->webrtcbin, local ? "set-local-description" : "set-remote-description", description,
                         phone_media_link_create_promise (self, task));
  gst_webrtc_session_description_free (description);
}

gboolean
phone_media_link_set_finish (PhoneMediaLink  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  gboolean failed = g_task_had_error (G_TASK (result));
  g_autofree char *nothing = g_task_propagate_pointer (G_TASK (result), error);

  return !failed;
}

void
phone_media_link_gather_async (PhoneMediaLink      *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;

  if (phone_media_link_refuse_closed (self, task))
    return;

  g_object_get (self->webrtcbin, "ice-gathering-state", &state, NULL);
  self->gathering = task;
  if (self->gathered)
    {
      phone_media_link_end_gathering (self);
      return;
    }
  self->gathering_limit_id = g_timeout_add (GATHERING_LIMIT_MS, phone_media_link_gathering_limit_cb, self);
  /* The candidates of a finished gathering may still be on the bus, before the message that ends it: however late they are read, that
   * comes first. */
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    self->gathering_id = g_timeout_add_full (G_PRIORITY_LOW, 20, phone_media_link_gathering_timeout_cb, self, NULL);
  else if (self->has_candidate)
    phone_media_link_limit_gathering (self);
}

gboolean
phone_media_link_gather_finish (PhoneMediaLink  *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
phone_media_link_finish_gathering (PhoneMediaLink *self)
{
  phone_media_link_end_gathering (self);
}

const char *
phone_media_link_get_fingerprint (PhoneMediaLink *self)
{
  return self->fingerprint;
}

char *
phone_media_link_get_peer_certificate (PhoneMediaLink *self)
{
  char *pem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (self->senders) && pem == NULL; i++)
    {
      g_autoptr (GObject) transceiver = NULL;
      g_autoptr (GObject) sender = NULL;
      g_autoptr (GObject) transport = NULL;

      if (self->senders[i].pad != NULL)
        g_object_get (self->senders[i].pad, "transceiver", &transceiver, NULL);
      if (transceiver != NULL)
        g_object_get (transceiver, "sender", &sender, NULL);
      if (sender != NULL)
        g_object_get (sender, "transport", &transport, NULL);
      if (transport != NULL)
        g_object_get (transport, "remote-certificate", &pem, NULL);
    }

  return pem;
}

gboolean
phone_media_link_is_connected (PhoneMediaLink *self)
{
  return self->connected;
}

void
phone_media_link_get_stats_async (PhoneMediaLink      *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, phone_media_link_get_stats_async);
  if (!phone_media_link_refuse_closed (self, task))
    phone_media_link_ask_stats (self, task);
}

PhoneMediaStats *
phone_media_link_get_stats_finish (PhoneMediaLink  *self,
                                   GAsyncResult    *result,
                                   GError         **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
