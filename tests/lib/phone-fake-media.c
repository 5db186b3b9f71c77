/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-fake-media.h"

#include <string.h>

struct _PhoneFakeMedia
{
  GObject           parent_instance;

  PhoneMediaConfig *config;
  PhoneVideoSlot   *remote_slot;
  PhoneVideoSlot   *local_slot;
  GPtrArray        *waiting;            /* GTask: descriptions held back */
  GError           *failure;
  GString          *tones;
  guint             version;
  guint             n_restarts;
  guint             n_abandoned;
  PhoneMediaDirection peer_audio;       /* what the peer said last, from its side */
  PhoneMediaDirection peer_video;

  guint             prompt : 1;
  guint             takes_dtmf : 1;
  guint             opened : 1;
  guint             closed : 1;
  guint             hold : 1;
  guint             video : 1;
  guint             has_video_line : 1;
  guint             connected : 1;
  guint             stranded : 1;
  guint             restarting : 1;
  guint             microphone_muted : 1;
  guint             camera_muted : 1;
};

static void phone_fake_media_session_init (PhoneMediaSessionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneFakeMedia, phone_fake_media, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_MEDIA_SESSION, phone_fake_media_session_init))

enum
{
  PROP_0,
  PROP_CONNECTED,
  PROP_MICROPHONE_MUTED,
  PROP_CAMERA_MUTED,
  PROP_TEST_CAMERA,
  PROP_TEST_MICROPHONE,
  PROP_LOCAL_DIRECTION_AUDIO,
  PROP_LOCAL_DIRECTION_VIDEO,
  PROP_REMOTE_DIRECTION_AUDIO,
  PROP_REMOTE_DIRECTION_VIDEO,
};

static const char *
phone_fake_media_direction_name (PhoneMediaDirection direction)
{
  static const char * const names[] = { "inactive", "sendonly", "recvonly", "sendrecv" };

  return names[direction & PHONE_MEDIA_DIRECTION_BOTH];
}

static PhoneMediaDirection
phone_fake_media_mirror (PhoneMediaDirection direction)
{
  return ((direction & PHONE_MEDIA_DIRECTION_SEND) ? PHONE_MEDIA_DIRECTION_RECEIVE : 0)
    | ((direction & PHONE_MEDIA_DIRECTION_RECEIVE) ? PHONE_MEDIA_DIRECTION_SEND : 0);
}

static PhoneMediaDirection
phone_fake_media_want (PhoneFakeMedia *self,
                       gboolean        send)
{
  return (send ? PHONE_MEDIA_DIRECTION_SEND : 0) | (self->hold ? 0 : PHONE_MEDIA_DIRECTION_RECEIVE);
}

/* A held line: sendonly, or inactive if the peer holds as well. */
static char *
phone_fake_media_describe (PhoneFakeMedia      *self,
                           PhoneMediaDirection  audio,
                           PhoneMediaDirection  video)
{
  GString *sdp = g_string_new (NULL);

  g_string_append_printf (sdp, "v=0\r\no=- 4711 %u IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", ++self->version);
  g_string_append_printf (sdp, "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:96 opus/48000/2\r\na=mid:0\r\na=%s\r\n",
                          phone_fake_media_direction_name (audio));
  if (self->has_video_line)
    g_string_append_printf (sdp, "m=video %d UDP/TLS/RTP/SAVPF 97\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:97 VP8/90000\r\na=mid:1\r\na=%s\r\n",
                            video == PHONE_MEDIA_DIRECTION_INACTIVE && !self->hold && self->peer_video != PHONE_MEDIA_DIRECTION_SEND ? 0 : 9,
                            phone_fake_media_direction_name (video));

  return g_string_free (sdp, FALSE);
}

static void
phone_fake_media_learn (PhoneFakeMedia *self,
                        const char     *sdp)
{
  self->peer_audio = phone_media_sdp_get_direction (sdp, FALSE);
  self->peer_video = phone_media_sdp_get_direction (sdp, TRUE);
}

static char *
phone_fake_media_make_offer (PhoneFakeMedia *self)
{
  self->has_video_line |= self->video;

  return phone_fake_media_describe (self, phone_fake_media_want (self, TRUE), phone_fake_media_want (self, self->video));
}

static char *
phone_fake_media_make_answer (PhoneFakeMedia *self,
                              const char     *offer)
{
  self->has_video_line |= phone_media_sdp_has_video (offer);
  phone_fake_media_learn (self, offer);

  return phone_fake_media_describe (self, phone_fake_media_want (self, TRUE) & phone_fake_media_mirror (self->peer_audio),
                                    phone_fake_media_want (self, self->video) & phone_fake_media_mirror (self->peer_video));
}

/* The task's data is the offer to answer, or NULL to make one. */
static gboolean
phone_fake_media_done_cb (gpointer data)
{
  GTask *task = data;
  PhoneFakeMedia *self = g_task_get_source_object (task);
  const char *offer = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  if (self->closed)
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "closed");
  else if (self->failure)
    g_task_return_error (task, g_error_copy (self->failure));
  else
    g_task_return_pointer (task, offer ? phone_fake_media_make_answer (self, offer) : phone_fake_media_make_offer (self), g_free);

  return G_SOURCE_REMOVE;
}

static void
phone_fake_media_finish_later (PhoneFakeMedia *self,
                               GTask          *task)
{
  if (self->prompt || self->closed)
    g_idle_add_full (G_PRIORITY_DEFAULT, phone_fake_media_done_cb, task, g_object_unref);
  else
    g_ptr_array_add (self->waiting, task);
}

static void
phone_fake_media_create_offer_async (PhoneMediaSession   *media,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             data)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (media);

  self->opened = TRUE;
  phone_fake_media_finish_later (self, g_task_new (media, cancellable, callback, data));
}

static void
phone_fake_media_create_answer_async (PhoneMediaSession   *media,
                                      const char          *offer,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             data)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (media);
  GTask *task = g_task_new (media, cancellable, callback, data);

  self->opened = TRUE;
  g_task_set_task_data (task, g_strdup (offer), g_free);
  phone_fake_media_finish_later (self, task);
}

static char *
phone_fake_media_description_finish (PhoneMediaSession  *media,
                                     GAsyncResult       *result,
                                     GError            **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
phone_fake_media_applied_cb (gpointer data)
{
  GTask *task = data;
  PhoneFakeMedia *self = g_task_get_source_object (task);
  const char *answer = g_task_get_task_data (task);

  if (self->closed)
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_CLOSED, "closed");
  else if (self->failure)
    g_task_return_error (task, g_error_copy (self->failure));
  else if (strstr (answer, "m=") == NULL)
    g_task_return_new_error (task, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "no media");
  else
    {
      phone_fake_media_learn (self, answer);
      self->stranded = self->stranded && !self->restarting;
      if (self->restarting && self->connected)
        {
          self->connected = FALSE;
          g_object_notify (G_OBJECT (self), "connected");
        }
      self->restarting = FALSE;
      g_task_return_boolean (task, TRUE);
    }

  return G_SOURCE_REMOVE;
}

static void
phone_fake_media_apply_answer_async (PhoneMediaSession   *media,
                                     const char          *answer,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             data)
{
  GTask *task = g_task_new (media, cancellable, callback, data);

  g_task_set_task_data (task, g_strdup (answer), g_free);
  g_idle_add_full (G_PRIORITY_DEFAULT, phone_fake_media_applied_cb, task, g_object_unref);
}

static gboolean
phone_fake_media_apply_answer_finish (PhoneMediaSession  *media,
                                      GAsyncResult       *result,
                                      GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
phone_fake_media_needs_restart (PhoneMediaSession *media)
{
  return PHONE_FAKE_MEDIA (media)->stranded;
}

static void
phone_fake_media_abandon_offer (PhoneMediaSession *media)
{
  PHONE_FAKE_MEDIA (media)->restarting = FALSE;
  PHONE_FAKE_MEDIA (media)->n_abandoned++;
}

static void
phone_fake_media_finish_gathering (PhoneMediaSession *media)
{
  phone_fake_media_set_prompt (PHONE_FAKE_MEDIA (media), TRUE);
}

static void
phone_fake_media_set_hold (PhoneMediaSession *media,
                           gboolean           hold)
{
  PHONE_FAKE_MEDIA (media)->hold = !!hold;
}

static void
phone_fake_media_set_video (PhoneMediaSession *media,
                            gboolean           send)
{
  PHONE_FAKE_MEDIA (media)->video = !!send;
}

static void
phone_fake_media_restart_ice (PhoneMediaSession *media)
{
  PHONE_FAKE_MEDIA (media)->restarting = TRUE;
  PHONE_FAKE_MEDIA (media)->n_restarts++;
}

static void
phone_fake_media_set_muted (PhoneMediaSession *media,
                            gboolean           microphone,
                            gboolean           camera)
{
  PHONE_FAKE_MEDIA (media)->microphone_muted = !!microphone;
  PHONE_FAKE_MEDIA (media)->camera_muted = !!camera;
}

static gboolean
phone_fake_media_send_dtmf (PhoneMediaSession  *media,
                            const char         *tones,
                            guint               duration,
                            guint               gap,
                            GError            **error)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (media);

  if (!self->takes_dtmf)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_COMMON_CODEC, "The other side takes no telephone events");
      return FALSE;
    }

  g_string_append (self->tones, tones);

  return TRUE;
}

static void
phone_fake_media_get_stats_async (PhoneMediaSession   *media,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (media, cancellable, callback, data);
  PhoneMediaStats stats = { .audio_packets_received = 50, .video_width = 640, .video_height = 480, .codec_audio = "opus", .candidate_pair = "host host" };

  g_task_return_pointer (task, phone_media_stats_copy (&stats), (GDestroyNotify) phone_media_stats_free);
}

static PhoneMediaStats *
phone_fake_media_get_stats_finish (PhoneMediaSession  *media,
                                   GAsyncResult       *result,
                                   GError            **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static PhoneVideoSlot *
phone_fake_media_get_remote_slot (PhoneMediaSession *media)
{
  return PHONE_FAKE_MEDIA (media)->remote_slot;
}

static PhoneVideoSlot *
phone_fake_media_get_local_slot (PhoneMediaSession *media)
{
  return PHONE_FAKE_MEDIA (media)->local_slot;
}

static void
phone_fake_media_close (PhoneMediaSession *media)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (media);

  self->closed = TRUE;
  phone_fake_media_set_prompt (self, TRUE);
}

static void
phone_fake_media_session_init (PhoneMediaSessionInterface *iface)
{
  iface->create_offer_async = phone_fake_media_create_offer_async;
  iface->create_offer_finish = phone_fake_media_description_finish;
  iface->create_answer_async = phone_fake_media_create_answer_async;
  iface->create_answer_finish = phone_fake_media_description_finish;
  iface->apply_answer_async = phone_fake_media_apply_answer_async;
  iface->apply_answer_finish = phone_fake_media_apply_answer_finish;
  iface->needs_restart = phone_fake_media_needs_restart;
  iface->abandon_offer = phone_fake_media_abandon_offer;
  iface->finish_gathering = phone_fake_media_finish_gathering;
  iface->set_hold = phone_fake_media_set_hold;
  iface->set_video = phone_fake_media_set_video;
  iface->restart_ice = phone_fake_media_restart_ice;
  iface->set_muted = phone_fake_media_set_muted;
  iface->send_dtmf = phone_fake_media_send_dtmf;
  iface->get_stats_async = phone_fake_media_get_stats_async;
  iface->get_stats_finish = phone_fake_media_get_stats_finish;
  iface->get_remote_slot = phone_fake_media_get_remote_slot;
  iface->get_local_slot = phone_fake_media_get_local_slot;
  iface->close = phone_fake_media_close;
}

static void
phone_fake_media_dispose (GObject *object)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (object);

  g_clear_pointer (&self->waiting, g_ptr_array_unref);

  G_OBJECT_CLASS (phone_fake_media_parent_class)->dispose (object);
}

static void
phone_fake_media_finalize (GObject *object)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (object);

  g_clear_pointer (&self->config, phone_media_config_free);
  g_clear_pointer (&self->remote_slot, phone_video_slot_unref);
  g_clear_pointer (&self->local_slot, phone_video_slot_unref);
  g_clear_error (&self->failure);
  g_string_free (self->tones, TRUE);

  G_OBJECT_CLASS (phone_fake_media_parent_class)->finalize (object);
}

static void
phone_fake_media_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  PhoneFakeMedia *self = PHONE_FAKE_MEDIA (object);

  switch (property_id)
    {
    case PROP_CONNECTED:
      g_value_set_boolean (value, self->connected);
      break;
    case PROP_MICROPHONE_MUTED:
      g_value_set_boolean (value, self->microphone_muted);
      break;
    case PROP_CAMERA_MUTED:
      g_value_set_boolean (value, self->camera_muted);
      break;
    case PROP_TEST_CAMERA:
    case PROP_TEST_MICROPHONE:
      g_value_set_boolean (value, self->config->test_media);
      break;
    case PROP_REMOTE_DIRECTION_AUDIO:
      g_value_set_uint (value, self->peer_audio);
      break;
    case PROP_REMOTE_DIRECTION_VIDEO:
      g_value_set_uint (value, self->peer_video);
      break;
    case PROP_LOCAL_DIRECTION_AUDIO:
      g_value_set_uint (value, phone_fake_media_want (self, TRUE));
      break;
    case PROP_LOCAL_DIRECTION_VIDEO:
      g_value_set_uint (value, phone_fake_media_want (self, self->video));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_fake_media_class_init (PhoneFakeMediaClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_fake_media_dispose;
  object_class->finalize = phone_fake_media_finalize;
  object_class->get_property = phone_fake_media_get_property;
  g_object_class_override_property (object_class, PROP_CONNECTED, "connected");
  g_object_class_override_property (object_class, PROP_MICROPHONE_MUTED, "microphone-muted");
  g_object_class_override_property (object_class, PROP_CAMERA_MUTED, "camera-muted");
  g_object_class_override_property (object_class, PROP_TEST_CAMERA, "test-camera");
  g_object_class_override_property (object_class, PROP_TEST_MICROPHONE, "test-microphone");
  g_object_class_override_property (object_class, PROP_LOCAL_DIRECTION_AUDIO, "local-direction-audio");
  g_object_class_override_property (object_class, PROP_LOCAL_DIRECTION_VIDEO, "local-direction-video");
  g_object_class_override_property (object_class, PROP_REMOTE_DIRECTION_AUDIO, "remote-direction-audio");
  g_object_class_override_property (object_class, PROP_REMOTE_DIRECTION_VIDEO, "remote-direction-video");
}

static void
phone_fake_media_init (PhoneFakeMedia *self)
{
  self->prompt = TRUE;
  self->remote_slot = phone_video_slot_new ();
  self->local_slot = phone_video_slot_new ();
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->tones = g_string_new (NULL);
}

PhoneMediaSession *
phone_fake_media_new (const PhoneMediaConfig *config,
                      gpointer                data)
{
  PhoneFakeMedia *self = g_object_new (PHONE_TYPE_FAKE_MEDIA, NULL);

  self->config = phone_media_config_copy (config);
  self->video = config->video;

  return PHONE_MEDIA_SESSION (self);
}

const PhoneMediaConfig *
phone_fake_media_get_config (PhoneFakeMedia *self)
{
  return self->config;
}

void
phone_fake_media_set_failure (PhoneFakeMedia *self,
                              const GError   *error)
{
  g_clear_error (&self->failure);
  self->failure = error ? g_error_copy (error) : NULL;
}

void
phone_fake_media_set_prompt (PhoneFakeMedia *self,
                             gboolean        prompt)
{
  self->prompt = !!prompt;
  while (prompt && self->waiting && self->waiting->len > 0)
    g_idle_add_full (G_PRIORITY_DEFAULT, phone_fake_media_done_cb, g_ptr_array_steal_index (self->waiting, 0), g_object_unref);
}

void
phone_fake_media_set_takes_dtmf (PhoneFakeMedia *self,
                                 gboolean        takes)
{
  self->takes_dtmf = !!takes;
}

void
phone_fake_media_set_stranded (PhoneFakeMedia *self)
{
  self->stranded = TRUE;
}

void
phone_fake_media_set_connected (PhoneFakeMedia *self)
{
  self->connected = TRUE;
  g_object_notify (G_OBJECT (self), "connected");
  g_signal_emit_by_name (self, "connected");
}

void
phone_fake_media_fail (PhoneFakeMedia *self,
                       const GError   *error)
{
  if (self->connected && g_error_matches (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE))
    {
      self->connected = FALSE;
      self->stranded = TRUE;
      g_object_notify (G_OBJECT (self), "connected");
    }
  g_signal_emit_by_name (self, "failed", error);
}

void
phone_fake_media_hear_dtmf (PhoneFakeMedia *self,
                            char            tone,
                            guint           duration)
{
  g_signal_emit_by_name (self, "dtmf", tone, duration);
}

gboolean
phone_fake_media_get_opened (PhoneFakeMedia *self)
{
  return self->opened;
}

gboolean
phone_fake_media_get_closed (PhoneFakeMedia *self)
{
  return self->closed;
}

gboolean
phone_fake_media_get_hold (PhoneFakeMedia *self)
{
  return self->hold;
}

gboolean
phone_fake_media_get_video (PhoneFakeMedia *self)
{
  return self->video;
}

gboolean
phone_fake_media_get_muted (PhoneFakeMedia *self,
                            gboolean        camera)
{
  return camera ? self->camera_muted : self->microphone_muted;
}

guint
phone_fake_media_get_n_restarts (PhoneFakeMedia *self)
{
  return self->n_restarts;
}

guint
phone_fake_media_get_n_abandoned (PhoneFakeMedia *self)
{
  return self->n_abandoned;
}

const char *
phone_fake_media_get_tones (PhoneFakeMedia *self)
{
  return self->tones->str;
}

guint
phone_fake_media_get_version (PhoneFakeMedia *self)
{
  return self->version;
}
