/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session: wishes in, descriptions out, and what was agreed put into effect. It owns the wire state and one link (two for a
 * moment, while ICE restarts: webrtcbin cannot restart, so a second one is offered and takes over with the answer). Sources stop
 * at once when a hold is wished and start only when it is agreed that they may. */
#include "config.h"
#include "phone-media-webrtc.h"

#include "phone-media-certificate.h"
#include "phone-media-webrtc-private.h"

static void phone_media_webrtc_iface_init (PhoneMediaSessionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneMediaWebrtc, phone_media_webrtc, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_MEDIA_SESSION, phone_media_webrtc_iface_init))

enum
{
  PROP_CONNECTED = 1,
  PROP_MICROPHONE_MUTED,
  PROP_CAMERA_MUTED,
  PROP_TEST_CAMERA,
  PROP_TEST_MICROPHONE,
  PROP_LOCAL_DIRECTION_AUDIO,
  PROP_LOCAL_DIRECTION_VIDEO,
  PROP_REMOTE_DIRECTION_AUDIO,
  PROP_REMOTE_DIRECTION_VIDEO,
  N_PROPS
};

/* Every element without which a call cannot be, and where Debian has it. */
static const struct
{
  const char *element;
  const char *package;
} elements[] = {
  { "webrtcbin", "gstreamer1.0-plugins-bad" },
  { "nicesrc", "gstreamer1.0-nice" },
  { "dtlssrtpdec", "gstreamer1.0-plugins-bad" },
  { "srtpdec", "gstreamer1.0-plugins-bad" },
  { "rtpbin", "gstreamer1.0-plugins-good" },
  { "rtpopuspay", "gstreamer1.0-plugins-good" },
  { "opusenc", "gstreamer1.0-plugins-base" },
  { "vp8enc", "gstreamer1.0-plugins-good" },
  { "rtpdtmfmux", "gstreamer1.0-plugins-good" },
  { "level", "gstreamer1.0-plugins-good" },
  { "proxysink", "gstreamer1.0-plugins-bad" },
  { "videobalance", "gstreamer1.0-plugins-good" },
  { "videoconvertscale", "gstreamer1.0-plugins-base" },
  { "x264enc", "gstreamer1.0-plugins-ugly" },
  { "avdec_h264", "gstreamer1.0-libav" },
};

static void
phone_media_webrtc_store (PhoneMediaWebrtc    *self,
                          PhoneMediaDirection *field,
                          PhoneMediaDirection  value,
                          const char          *property)
{
  if (*field == value)
    return;

  *field = value;
  g_object_notify (G_OBJECT (self), property);
}

/* RFC 8827 §6.5 leaves it to the user of DTLS to compare the certificate with the signalling. */
static gboolean
phone_media_webrtc_check_certificate (PhoneMediaWebrtc *self,
                                      PhoneMediaLink   *link)
{
  g_autofree char *pem = phone_media_link_get_peer_certificate (link);
  const PhoneMediaSdpLine *line = self->wire->remote != NULL ? phone_media_sdp_get_line (self->wire->remote, 0) : NULL;
  g_autofree char *fingerprint = NULL;

  if (pem == NULL || line == NULL)
    return FALSE;

  fingerprint = phone_media_certificate_fingerprint (pem, line->fingerprint);

  return fingerprint != NULL && g_ascii_strcasecmp (fingerprint, line->fingerprint) == 0;
}

/* What may flow now, which a wished hold stops before it is agreed. */
static void
phone_media_webrtc_set_gates (PhoneMediaWebrtc *self)
{
  const PhoneMediaWireLine *audio = phone_media_wire_find (self->wire, FALSE);
  const PhoneMediaWireLine *video = phone_media_wire_find (self->wire, TRUE);
  gboolean open = !self->hold && !self->stranded;

  if (self->link == NULL)
    return;

  phone_media_link_set_sending (self->link, open && (phone_media_wire_line_get_agreed (audio) & PHONE_MEDIA_DIRECTION_SEND),
                                open && (phone_media_wire_line_get_agreed (video) & PHONE_MEDIA_DIRECTION_SEND));
}

/* The link is of no use any more, whatever the peer answers: the call ends, or gets a new one. */
static void
phone_media_webrtc_give_up_link (PhoneMediaWebrtc *self,
                                 const GError     *error)
{
  g_clear_pointer (&self->told, phone_media_sdp_free);
  self->stranded = TRUE;
  phone_media_webrtc_set_gates (self);
  phone_media_webrtc_follow_link (self);
  g_signal_emit_by_name (self, "failed", error);
}

static void
phone_media_webrtc_link_connected_cb (PhoneMediaWebrtc *self,
                                      PhoneMediaLink   *link)
{
  g_autoptr (GError) error = NULL;

  if (link != self->link || self->stranded)
    return;

  if (!phone_media_webrtc_check_certificate (self, link))
    {
      g_set_error_literal (&error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE,
                           "The other side's certificate is not the one that it announced");
      phone_media_webrtc_give_up_link (self, error);
      return;
    }
  if (self->connected)
    return;

  self->connected = TRUE;
  g_object_notify (G_OBJECT (self), "connected");
  g_signal_emit_by_name (self, "connected");
}

static void
phone_media_webrtc_link_failed_cb (PhoneMediaWebrtc *self,
                                   const GError     *error,
                                   PhoneMediaLink   *link)
{
  if (link != self->link)
    return;

  if (!g_error_matches (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE))
    g_signal_emit_by_name (self, "failed", error);
  else if (!self->stranded)
    phone_media_webrtc_give_up_link (self, error);
}

static void
phone_media_webrtc_link_candidate_cb (PhoneMediaWebrtc *self,
                                      guint             line,
                                      const char       *candidate,
                                      PhoneMediaLink   *link)
{
  phone_media_webrtc_take_candidate (self, link, line, candidate);
}

static void
phone_media_webrtc_link_dtmf_cb (PhoneMediaWebrtc *self,
                                 char              tone,
                                 guint             duration,
                                 PhoneMediaLink   *link)
{
  if (link == self->link)
    g_signal_emit_by_name (self, "dtmf", tone, duration);
}

static void
phone_media_webrtc_link_notify_cb (PhoneMediaWebrtc *self,
                                   GParamSpec       *pspec,
                                   PhoneMediaLink   *link)
{
  g_object_notify (G_OBJECT (self), pspec->name);
}

PhoneMediaLink *
phone_media_webrtc_create_link (PhoneMediaWebrtc  *self,
                                gboolean           fresh_certificate,
                                GError           **error)
{
  g_autoptr (PhoneMediaLink) link = phone_media_link_new (self->config, self->slots[0], self->slots[1], self->echo);

  g_signal_connect_object (link, "connected", G_CALLBACK (phone_media_webrtc_link_connected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "failed", G_CALLBACK (phone_media_webrtc_link_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "candidate", G_CALLBACK (phone_media_webrtc_link_candidate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "dtmf", G_CALLBACK (phone_media_webrtc_link_dtmf_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "notify::test-camera", G_CALLBACK (phone_media_webrtc_link_notify_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "notify::test-microphone", G_CALLBACK (phone_media_webrtc_link_notify_cb), self, G_CONNECT_SWAPPED);
  if (!phone_media_link_start (link, fresh_certificate, error))
    {
      phone_media_link_close (link);
      return NULL;
    }
  phone_media_link_set_muted (link, self->muted[0], self->muted[1]);

  return g_steal_pointer (&link);
}

void
phone_media_webrtc_drop_link (PhoneMediaWebrtc  *self,
                              PhoneMediaLink   **link)
{
  if (*link == NULL)
    return;

  g_signal_handlers_disconnect_by_data (*link, self);
  phone_media_link_close (*link);
  g_clear_object (link);
}

void
phone_media_webrtc_follow_link (PhoneMediaWebrtc *self)
{
  gboolean connected = !self->stranded && self->link != NULL && phone_media_link_is_connected (self->link);

  if (!connected && self->connected)
    {
      self->connected = FALSE;
      g_object_notify (G_OBJECT (self), "connected");
    }
  else if (connected && !self->connected)
    {
      phone_media_webrtc_link_connected_cb (self, self->link);
    }
}

gboolean
phone_media_webrtc_apply (PhoneMediaWebrtc  *self,
                          GError           **error)
{
  static const char *const local_names[] = { "local-direction-audio", "local-direction-video" };
  static const char *const remote_names[] = { "remote-direction-audio", "remote-direction-video" };

  for (guint i = 0; i < 2; i++)
    {
      const PhoneMediaWireLine *line = phone_media_wire_find (self->wire, i == 1);

      if (line != NULL && line->codec != NULL && line->link < (int) self->wire->local->lines->len
          && !phone_media_link_set_codec (self->link, i == 1, line->codec, line->payload, line->event_payload,
                                          phone_media_sdp_get_line (self->wire->local, line->link)->transport_cc_id, error))
        return FALSE;
    }

  phone_media_link_set_showing (self->link, (self->video & PHONE_MEDIA_DIRECTION_SEND) && phone_media_wire_find (self->wire, TRUE) != NULL);
  phone_media_webrtc_set_gates (self);
  for (guint i = 0; i < 2; i++)
    {
      const PhoneMediaWireLine *line = phone_media_wire_find (self->wire, i == 1);

      phone_media_webrtc_store (self, &self->local[i], phone_media_wire_line_get_agreed (line), local_names[i]);
      phone_media_webrtc_store (self, &self->remote[i], line != NULL ? line->remote : PHONE_MEDIA_DIRECTION_INACTIVE, remote_names[i]);
    }
  if (!(self->remote[1] & PHONE_MEDIA_DIRECTION_SEND))
    phone_video_slot_put (self->slots[1], NULL);

  return TRUE;
}

static void
phone_media_webrtc_set_hold (PhoneMediaSession *session,
                             gboolean           hold)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  gboolean was = self->hold;

  self->hold = hold;
  if (hold != was && (hold || (!self->agreed_hold && self->operation == NULL)))
    phone_media_webrtc_set_gates (self);
}

static void
phone_media_webrtc_set_video (PhoneMediaSession *session,
                              gboolean           send)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);

  self->video = send ? PHONE_MEDIA_DIRECTION_BOTH : PHONE_MEDIA_DIRECTION_INACTIVE;
}

static void
phone_media_webrtc_restart_ice (PhoneMediaSession *session)
{
  PHONE_MEDIA_WEBRTC (session)->restart = TRUE;
}

static void
phone_media_webrtc_set_muted (PhoneMediaSession *session,
                              gboolean           microphone,
                              gboolean           camera)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  gboolean changed[] = { self->muted[0] != microphone, self->muted[1] != camera };

  self->muted[0] = microphone;
  self->muted[1] = camera;
  if (self->link != NULL)
    phone_media_link_set_muted (self->link, microphone, camera);
  if (self->next_link != NULL)
    phone_media_link_set_muted (self->next_link, microphone, camera);
  if (changed[0])
    g_object_notify (G_OBJECT (self), "microphone-muted");
  if (changed[1])
    g_object_notify (G_OBJECT (self), "camera-muted");
}

static gboolean
phone_media_webrtc_send_dtmf (PhoneMediaSession  *session,
                              const char         *tones,
                              guint               duration,
                              guint               gap,
                              GError            **error)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);

  if (self->link == NULL)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "There is no media to send tones in");
      return FALSE;
    }

  return phone_media_link_send_dtmf (self->link, tones, duration, gap, error);
}

static void
phone_media_webrtc_stats_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  PhoneMediaStats *stats = phone_media_link_get_stats_finish (PHONE_MEDIA_LINK (source), result, &error);

  if (stats != NULL)
    g_task_return_pointer (task, stats, (GDestroyNotify) phone_media_stats_free);
  else
    g_task_return_error (task, error);
}

static void
phone_media_webrtc_get_stats_async (PhoneMediaSession   *session,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             data)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, data);

  if (self->closed)
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "The media has ended");
  else if (self->link == NULL)
    g_task_return_pointer (task, g_new0 (PhoneMediaStats, 1), (GDestroyNotify) phone_media_stats_free);
  else
    phone_media_link_get_stats_async (self->link, cancellable, phone_media_webrtc_stats_cb, g_steal_pointer (&task));
}

static PhoneMediaStats *
phone_media_webrtc_get_stats_finish (PhoneMediaSession  *session,
                                     GAsyncResult       *result,
                                     GError            **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static PhoneVideoSlot *
phone_media_webrtc_get_remote_slot (PhoneMediaSession *session)
{
  return PHONE_MEDIA_WEBRTC (session)->slots[1];
}

static PhoneVideoSlot *
phone_media_webrtc_get_local_slot (PhoneMediaSession *session)
{
  return PHONE_MEDIA_WEBRTC (session)->slots[0];
}

static void
phone_media_webrtc_close (PhoneMediaSession *session)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (session);

  if (self->closed)
    return;

  self->closed = TRUE;
  phone_media_webrtc_drop_link (self, &self->link);
  phone_media_webrtc_drop_link (self, &self->next_link);
}

static void
phone_media_webrtc_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (object);

  switch (id)
    {
    case PROP_CONNECTED:
      g_value_set_boolean (value, self->connected);
      break;
    case PROP_MICROPHONE_MUTED:
      g_value_set_boolean (value, self->muted[0]);
      break;
    case PROP_CAMERA_MUTED:
      g_value_set_boolean (value, self->muted[1]);
      break;
    case PROP_TEST_CAMERA:
    case PROP_TEST_MICROPHONE:
      if (self->link != NULL)
        g_object_get_property (G_OBJECT (self->link), pspec->name, value);
      break;
    case PROP_LOCAL_DIRECTION_AUDIO:
    case PROP_LOCAL_DIRECTION_VIDEO:
      g_value_set_uint (value, self->local[id - PROP_LOCAL_DIRECTION_AUDIO]);
      break;
    case PROP_REMOTE_DIRECTION_AUDIO:
    case PROP_REMOTE_DIRECTION_VIDEO:
      g_value_set_uint (value, self->remote[id - PROP_REMOTE_DIRECTION_AUDIO]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
phone_media_webrtc_dispose (GObject *object)
{
  phone_media_webrtc_close (PHONE_MEDIA_SESSION (object));

  G_OBJECT_CLASS (phone_media_webrtc_parent_class)->dispose (object);
}

static void
phone_media_webrtc_finalize (GObject *object)
{
  PhoneMediaWebrtc *self = PHONE_MEDIA_WEBRTC (object);

  phone_media_config_free (self->config);
  phone_media_wire_free (self->wire);
  g_clear_pointer (&self->offered, phone_media_wire_free);
  g_clear_pointer (&self->question, phone_media_wire_free);
  g_clear_pointer (&self->told, phone_media_sdp_free);
  phone_video_slot_unref (self->slots[0]);
  phone_video_slot_unref (self->slots[1]);

  G_OBJECT_CLASS (phone_media_webrtc_parent_class)->finalize (object);
}

static void
phone_media_webrtc_class_init (PhoneMediaWebrtcClass *klass)
{
  static const char *const names[N_PROPS] = {
    [PROP_CONNECTED] = "connected",
    [PROP_MICROPHONE_MUTED] = "microphone-muted",
    [PROP_CAMERA_MUTED] = "camera-muted",
    [PROP_TEST_CAMERA] = "test-camera",
    [PROP_TEST_MICROPHONE] = "test-microphone",
    [PROP_LOCAL_DIRECTION_AUDIO] = "local-direction-audio",
    [PROP_LOCAL_DIRECTION_VIDEO] = "local-direction-video",
    [PROP_REMOTE_DIRECTION_AUDIO] = "remote-direction-audio",
    [PROP_REMOTE_DIRECTION_VIDEO] = "remote-direction-video",
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_media_webrtc_get_property;
  object_class->dispose = phone_media_webrtc_dispose;
  object_class->finalize = phone_media_webrtc_finalize;

  for (guint id = 1; id < N_PROPS; id++)
    g_object_class_override_property (object_class, id, names[id]);
}

static void
phone_media_webrtc_iface_init (PhoneMediaSessionInterface *iface)
{
  iface->create_offer_async = phone_media_webrtc_create_offer_async;
  iface->create_offer_finish = phone_media_webrtc_create_offer_finish;
  iface->create_answer_async = phone_media_webrtc_create_answer_async;
  iface->create_answer_finish = phone_media_webrtc_create_answer_finish;
  iface->apply_answer_async = phone_media_webrtc_apply_answer_async;
  iface->apply_answer_finish = phone_media_webrtc_apply_answer_finish;
  iface->needs_restart = phone_media_webrtc_needs_restart;
  iface->abandon_offer = phone_media_webrtc_abandon_offer;
  iface->finish_gathering = phone_media_webrtc_finish_gathering;
  iface->set_hold = phone_media_webrtc_set_hold;
  iface->set_video = phone_media_webrtc_set_video;
  iface->restart_ice = phone_media_webrtc_restart_ice;
  iface->set_muted = phone_media_webrtc_set_muted;
  iface->send_dtmf = phone_media_webrtc_send_dtmf;
  iface->get_stats_async = phone_media_webrtc_get_stats_async;
  iface->get_stats_finish = phone_media_webrtc_get_stats_finish;
  iface->get_remote_slot = phone_media_webrtc_get_remote_slot;
  iface->get_local_slot = phone_media_webrtc_get_local_slot;
  iface->close = phone_media_webrtc_close;
}

static void
phone_media_webrtc_init (PhoneMediaWebrtc *self)
{
  self->wire = phone_media_wire_new ();
  self->slots[0] = phone_video_slot_new ();
  self->slots[1] = phone_video_slot_new ();
}

PhoneMediaSession *
phone_media_webrtc_create (const PhoneMediaConfig *config,
                           gboolean                echo)
{
  PhoneMediaWebrtc *self = g_object_new (PHONE_TYPE_MEDIA_WEBRTC, NULL);

  self->config = phone_media_config_copy (config);
  self->video = config->video ? PHONE_MEDIA_DIRECTION_BOTH : PHONE_MEDIA_DIRECTION_INACTIVE;
  self->echo = echo;

  return PHONE_MEDIA_SESSION (self);
}

/* What the first call would otherwise wait for: plugins are loaded, and the first dtlsdec of a process makes an RSA key. */
static void
phone_media_warm_up (GTask        *task,
                     gpointer      source,
                     gpointer      data,
                     GCancellable *cancellable)
{
  g_autoptr (GstElement) element = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (elements[i].element);
      g_autoptr (GstPluginFeature) loaded = gst_plugin_feature_load (GST_PLUGIN_FEATURE (factory));
    }
  element = gst_object_ref_sink (gst_element_factory_make ("dtlsdec", NULL));
}

static gboolean
phone_media_warm_up_cb (gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_run_in_thread (task, phone_media_warm_up);

  return G_SOURCE_REMOVE;
}

/**
 * phone_media_init:
 *
 * Starts GStreamer, and once the main loop has nothing better to do, loads what the first call would otherwise wait for.
 *
 * Returns: whether everything a call needs is there: %PHONE_MEDIA_ERROR_MISSING_ELEMENT names the element and Debian's package
 */
gboolean
phone_media_init (GError **error)
{
  if (!gst_init_check (NULL, NULL, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (elements[i].element);

      if (factory == NULL)
        {
          g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                       "The GStreamer element %s is missing; Debian has it in %s", elements[i].element, elements[i].package);
          return FALSE;
        }
    }
  g_idle_add_full (G_PRIORITY_LOW, phone_media_warm_up_cb, NULL, NULL);

  return TRUE;
}

/**
 * phone_media_webrtc_new:
 * @config: what the call's media is made with
 * @data: unused
 *
 * Returns: (transfer full): a session that has opened nothing yet
 */
PhoneMediaSession *
phone_media_webrtc_new (const PhoneMediaConfig *config,
                        gpointer                data)
{
  g_return_val_if_fail (config != NULL, NULL);

  return phone_media_webrtc_create (config, FALSE);
}
