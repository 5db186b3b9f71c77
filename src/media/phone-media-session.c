/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seam between a call and its media. Two implementations stand in the tree, webrtcbin and a fake in the tests; a third is
 * the echo, which is webrtcbin with another inside. The configuration lives here because every implementation takes one. */
#include "config.h"
#include "phone-media-session.h"

#define GATHERING_TIMEOUT_MS 500

G_DEFINE_INTERFACE (PhoneMediaSession, phone_media_session, G_TYPE_OBJECT)

enum
{
  CONNECTED,
  FAILED,
  CANDIDATE,
  DTMF,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_media_ice_server_free (gpointer data)
{
  PhoneMediaIceServer *server = data;

  g_free (server->url);
  g_free (server->username);
  g_free (server->credential);
  g_free (server);
}

static void
phone_media_session_install_boolean (gpointer    iface,
                                     const char *name)
{
  g_object_interface_install_property (iface,
                                       g_param_spec_boolean (name, NULL, NULL, FALSE,
                                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
}

static void
phone_media_session_install_direction (gpointer    iface,
                                       const char *name)
{
  g_object_interface_install_property (iface,
                                       g_param_spec_uint (name, NULL, NULL, 0, PHONE_MEDIA_DIRECTION_BOTH, 0,
                                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
}

static void
phone_media_session_default_init (PhoneMediaSessionInterface *iface)
{
  phone_media_session_install_boolean (iface, "connected");
  phone_media_session_install_boolean (iface, "microphone-muted");
  phone_media_session_install_boolean (iface, "camera-muted");
  phone_media_session_install_boolean (iface, "test-camera");
  phone_media_session_install_boolean (iface, "test-microphone");
  phone_media_session_install_direction (iface, "local-direction-audio");
  phone_media_session_install_direction (iface, "local-direction-video");
  phone_media_session_install_direction (iface, "remote-direction-audio");
  phone_media_session_install_direction (iface, "remote-direction-video");

  signals[CONNECTED] = g_signal_new ("connected", PHONE_TYPE_MEDIA_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", PHONE_TYPE_MEDIA_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[CANDIDATE] = g_signal_new ("candidate", PHONE_TYPE_MEDIA_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[DTMF] = g_signal_new ("dtmf", PHONE_TYPE_MEDIA_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_CHAR, G_TYPE_UINT);
}

/**
 * phone_media_config_new:
 *
 * Returns: (transfer full): audio and video, real devices, no ICE server, 500 ms for candidates
 */
PhoneMediaConfig *
phone_media_config_new (void)
{
  PhoneMediaConfig *self = g_new0 (PhoneMediaConfig, 1);

  self->ice_servers = g_ptr_array_new_with_free_func (phone_media_ice_server_free);
  self->gathering_timeout = GATHERING_TIMEOUT_MS;
  self->audio = TRUE;
  self->video = TRUE;

  return self;
}

PhoneMediaConfig *
phone_media_config_copy (const PhoneMediaConfig *self)
{
  PhoneMediaConfig *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->ice_servers = g_ptr_array_new_with_free_func (phone_media_ice_server_free);
  copy->devices = self->devices != NULL ? g_object_ref (self->devices) : NULL;
  copy->microphone_id = g_strdup (self->microphone_id);
  copy->camera_id = g_strdup (self->camera_id);
  copy->speaker_id = g_strdup (self->speaker_id);
  for (guint i = 0; i < self->ice_servers->len; i++)
    {
      const PhoneMediaIceServer *server = g_ptr_array_index (self->ice_servers, i);

      phone_media_config_add_ice_server (copy, server->url, server->username, server->credential);
    }

  return copy;
}

void
phone_media_config_free (PhoneMediaConfig *self)
{
  g_ptr_array_unref (self->ice_servers);
  g_clear_object (&self->devices);
  g_free (self->microphone_id);
  g_free (self->camera_id);
  g_free (self->speaker_id);
  g_free (self);
}

/**
 * phone_media_config_add_ice_server:
 * @url: "stun:host[:port]", "turn:host[:port][?transport=tcp]"
 * @username: (nullable): for TURN
 * @credential: (nullable): for TURN
 *
 * Adds a server of W3C's RTCIceServer. An url that cannot be used is told when the session makes its first description.
 */
void
phone_media_config_add_ice_server (PhoneMediaConfig *self,
                                   const char       *url,
                                   const char       *username,
                                   const char       *credential)
{
  PhoneMediaIceServer *server;

  g_return_if_fail (self != NULL);
  g_return_if_fail (url != NULL);

  server = g_new0 (PhoneMediaIceServer, 1);
  server->url = g_strdup (url);
  server->username = g_strdup (username);
  server->credential = g_strdup (credential);
  g_ptr_array_add (self->ice_servers, server);
}

/**
 * phone_media_session_create_offer_async:
 *
 * Makes an offer of the state wanted now. The first one gathers candidates, for at most the configured time. Later ones carry
 * what set_hold (), set_video () and restart_ice () asked for; peers see them take effect with apply_answer_async ().
 */
void
phone_media_session_create_offer_async (PhoneMediaSession   *self,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->create_offer_async (self, cancellable, callback, data);
}

/**
 * phone_media_session_create_offer_finish:
 *
 * Returns: (transfer full): wire SDP, or %NULL: %PHONE_MEDIA_ERROR_CLOSED, %PHONE_MEDIA_ERROR_TURNS, %PHONE_MEDIA_ERROR_ICE
 *   (relay only, and no relay answered), %PHONE_MEDIA_ERROR_FAILED, or %G_IO_ERROR_CANCELLED
 */
char *
phone_media_session_create_offer_finish (PhoneMediaSession  *self,
                                         GAsyncResult       *result,
                                         GError            **error)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), NULL);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->create_offer_finish (self, result, error);
}

/**
 * phone_media_session_create_answer_async:
 * @offer: wire SDP, the first or a later one
 *
 * Takes the peer's offer and makes the answer (RFC 3264 §6). What the answer says holds from the moment it is given.
 */
void
phone_media_session_create_answer_async (PhoneMediaSession   *self,
                                         const char          *offer,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             data)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));
  g_return_if_fail (offer != NULL);

  PHONE_MEDIA_SESSION_GET_IFACE (self)->create_answer_async (self, offer, cancellable, callback, data);
}

/**
 * phone_media_session_create_answer_finish:
 *
 * Returns: (transfer full): wire SDP, or %NULL: %PHONE_MEDIA_ERROR_BAD_DESCRIPTION, %PHONE_MEDIA_ERROR_NO_COMMON_CODEC and
 *   those of phone_media_session_create_offer_finish (); a refused offer leaves what was agreed before
 */
char *
phone_media_session_create_answer_finish (PhoneMediaSession  *self,
                                          GAsyncResult       *result,
                                          GError            **error)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), NULL);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->create_answer_finish (self, result, error);
}

/**
 * phone_media_session_apply_answer_async:
 * @answer: wire SDP, to the last offer made
 *
 * Ends an exchange that create_offer began. The same answer may come twice (in a 183 and in the 200).
 */
void
phone_media_session_apply_answer_async (PhoneMediaSession   *self,
                                        const char          *answer,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             data)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));
  g_return_if_fail (answer != NULL);

  PHONE_MEDIA_SESSION_GET_IFACE (self)->apply_answer_async (self, answer, cancellable, callback, data);
}

/**
 * phone_media_session_apply_answer_finish:
 *
 * Returns: whether the answer was good: %PHONE_MEDIA_ERROR_BAD_DESCRIPTION, %PHONE_MEDIA_ERROR_NO_COMMON_CODEC,
 *   %PHONE_MEDIA_ERROR_FAILED, %PHONE_MEDIA_ERROR_CLOSED
 */
gboolean
phone_media_session_apply_answer_finish (PhoneMediaSession  *self,
                                         GAsyncResult       *result,
                                         GError            **error)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), FALSE);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->apply_answer_finish (self, result, error);
}

/**
 * phone_media_session_needs_restart:
 *
 * The peer whose answer was taken last has other ICE credentials or another certificate than the one that media was set up with
 * (a fork that answers after another one's early media, RFC 3261 §13.2.2.4), or the path to it failed. Nothing is sent until the
 * next exchange of descriptions, which finds a new path; "connected" is %FALSE until then.
 *
 * Returns: whether an offer is to be sent for it
 */
gboolean
phone_media_session_needs_restart (PhoneMediaSession *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), FALSE);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->needs_restart (self);
}

/**
 * phone_media_session_abandon_offer:
 *
 * The last offer was refused: media goes on as agreed before, and the wishes that led to the offer are taken back.
 */
void
phone_media_session_abandon_offer (PhoneMediaSession *self)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->abandon_offer (self);
}

/**
 * phone_media_session_finish_gathering:
 *
 * Ends the wait for candidates of the description being made.
 */
void
phone_media_session_finish_gathering (PhoneMediaSession *self)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->finish_gathering (self);
}

/**
 * phone_media_session_set_hold:
 * @hold: whether we hold the peer
 *
 * Holding stops our sources at once; releasing starts them when the next exchange agrees, or at once if none agreed to
 * the hold and no description is being made.
 */
void
phone_media_session_set_hold (PhoneMediaSession *self,
                              gboolean           hold)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->set_hold (self, hold);
}

/**
 * phone_media_session_set_video:
 * @send: whether the call has our picture from the next exchange on
 */
void
phone_media_session_set_video (PhoneMediaSession *self,
                               gboolean           send)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->set_video (self, send);
}

/**
 * phone_media_session_restart_ice:
 *
 * The next offer looks for a new path (RFC 8445 §9).
 */
void
phone_media_session_restart_ice (PhoneMediaSession *self)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->restart_ice (self);
}

/**
 * phone_media_session_set_muted:
 * @microphone: whether silence is sent
 * @camera: whether a black picture is sent
 */
void
phone_media_session_set_muted (PhoneMediaSession *self,
                               gboolean           microphone,
                               gboolean           camera)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->set_muted (self, microphone, camera);
}

/**
 * phone_media_session_send_dtmf:
 * @tones: of 0–9, A–D, * and #; a comma is a pause of two seconds
 * @duration: of a tone, in ms
 * @gap: between two tones, in ms
 *
 * Queues RFC 4733 events.
 *
 * Returns: whether the peer takes such events: %PHONE_MEDIA_ERROR_NO_COMMON_CODEC, %PHONE_MEDIA_ERROR_FAILED
 */
gboolean
phone_media_session_send_dtmf (PhoneMediaSession  *self,
                               const char         *tones,
                               guint               duration,
                               guint               gap,
                               GError            **error)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), FALSE);
  g_return_val_if_fail (tones != NULL, FALSE);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->send_dtmf (self, tones, duration, gap, error);
}

void
phone_media_session_get_stats_async (PhoneMediaSession   *self,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             data)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->get_stats_async (self, cancellable, callback, data);
}

/**
 * phone_media_session_get_stats_finish:
 *
 * Returns: (transfer full): a reading, or %NULL: %PHONE_MEDIA_ERROR_CLOSED
 */
PhoneMediaStats *
phone_media_session_get_stats_finish (PhoneMediaSession  *self,
                                      GAsyncResult       *result,
                                      GError            **error)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), NULL);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->get_stats_finish (self, result, error);
}

/**
 * phone_media_session_get_remote_slot:
 *
 * Returns: (transfer none): where the peer's picture arrives; the same one for the session's life
 */
PhoneVideoSlot *
phone_media_session_get_remote_slot (PhoneMediaSession *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), NULL);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->get_remote_slot (self);
}

/**
 * phone_media_session_get_local_slot:
 *
 * Returns: (transfer none): where our own picture arrives, as it is sent
 */
PhoneVideoSlot *
phone_media_session_get_local_slot (PhoneMediaSession *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_SESSION (self), NULL);

  return PHONE_MEDIA_SESSION_GET_IFACE (self)->get_local_slot (self);
}

/**
 * phone_media_session_close:
 *
 * Ends the media; pending operations finish with %PHONE_MEDIA_ERROR_CLOSED. Does not block, and no signal comes after it.
 */
void
phone_media_session_close (PhoneMediaSession *self)
{
  g_return_if_fail (PHONE_IS_MEDIA_SESSION (self));

  PHONE_MEDIA_SESSION_GET_IFACE (self)->close (self);
}
