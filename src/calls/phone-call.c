/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call lives from the click (or the INVITE) until some seconds after its end. What it does next is decided by the table of
 * phone-call-machine.c; hold, mute, camera and pictures are properties and no states, because each would double the rows.
 * This file is what a window or D-Bus sees of a call: its properties and the wishes that a person can utter. By aspect:
 *
 *   phone-call-machine.c    state × event           phone-call-transfer.c   REFER and Replaces
 *   phone-call-session.c    what SIP says           phone-call-dtmf.c       keys and INFO
 *   phone-call-negotiate.c  offers and answers      phone-call-stats.c      readings of the media
 *   phone-call-modify.c     hold, video, restart    phone-call-end.c        status codes in a telephone's words
 *   phone-call-path.c       when the network changes
 *
 * The media session is made together with the call, so that both slots are the same for the call's life, but it opens
 * nothing before the first offer or answer. */
#include "config.h"
#include "phone-call-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PhoneCall, phone_call, G_TYPE_OBJECT)

G_DEFINE_QUARK (phone-call-error-quark, phone_call_error)

static GParamSpec *properties[PHONE_CALL_N_PROPERTIES];

enum
{
  EVENT,
  DTMF_RECEIVED,
  INFO_RECEIVED,
  SDP,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
phone_call_dispose (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  phone_call_stats_release (self);
  phone_call_dtmf_release (self);
  phone_call_transfer_release (self);
  if (self->clock)
    {
      phone_sip_clock_clear (self->clock, &self->guard);
      phone_sip_clock_clear (self->clock, &self->modify_retry);
      phone_sip_clock_clear (self->clock, &self->media_guard);
      phone_sip_clock_clear (self->clock, &self->path_limit);
      phone_sip_clock_clear (self->clock, &self->path_pause);
    }
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->media)
    phone_media_session_close (self->media);
  g_clear_object (&self->media);
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_clear_weak_pointer (&self->ua);

  G_OBJECT_CLASS (phone_call_parent_class)->dispose (object);
}

static void
phone_call_finalize (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  g_clear_pointer (&self->remote_slot, phone_video_slot_unref);
  g_clear_pointer (&self->local_slot, phone_video_slot_unref);
  g_clear_pointer (&self->stats, g_variant_unref);
  g_free (self->id);
  g_free (self->remote_uri);
  g_free (self->remote_name);
  g_free (self->end_cause);
  g_free (self->redirect_target);
  g_free (self->wanted_cause);
  g_free (self->wanted_phrase);
  g_free (self->wanted_content_type);
  g_free (self->wanted_body);
  g_strfreev (self->wanted_headers);
  g_free (self->local_sdp);
  g_free (self->remote_sdp);
  g_free (self->applied_sdp);
  g_free (self->peer_offer);
  g_free (self->refresh_answer);
  g_free (self->problem);
  g_strfreev (self->modify_headers);
  g_strfreev (self->extra_headers);
  g_free (self->from_user);
  g_free (self->from_display_name);
  g_free (self->replaces);
  g_free (self->transfer_request);

  G_OBJECT_CLASS (phone_call_parent_class)->finalize (object);
}

static void
phone_call_get_property (GObject    *object,
                         guint       property_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  PhoneCall *self = PHONE_CALL (object);

  switch (property_id)
    {
    case PHONE_CALL_PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PHONE_CALL_PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PHONE_CALL_PROP_DIRECTION:
      g_value_set_enum (value, (int) self->direction);
      break;
    case PHONE_CALL_PROP_UA:
      g_value_set_object (value, self->ua);
      break;
    case PHONE_CALL_PROP_REMOTE_URI:
      g_value_set_string (value, phone_call_get_remote_uri (self));
      break;
    case PHONE_CALL_PROP_REMOTE_NAME:
      g_value_set_string (value, phone_call_get_remote_name (self));
      break;
    case PHONE_CALL_PROP_START_TIME:
      g_value_set_int64 (value, self->start_time);
      break;
    case PHONE_CALL_PROP_END_TIME:
      g_value_set_int64 (value, self->end_time);
      break;
    case PHONE_CALL_PROP_LOCAL_HOLD:
      g_value_set_boolean (value, self->local_hold);
      break;
    case PHONE_CALL_PROP_REMOTE_HOLD:
      g_value_set_boolean (value, self->remote_hold);
      break;
    case PHONE_CALL_PROP_MICROPHONE_MUTED:
      g_value_set_boolean (value, self->microphone_muted);
      break;
    case PHONE_CALL_PROP_CAMERA_MUTED:
      g_value_set_boolean (value, self->camera_muted);
      break;
    case PHONE_CALL_PROP_LOCAL_VIDEO:
      g_value_set_boolean (value, self->local_video);
      break;
    case PHONE_CALL_PROP_REMOTE_VIDEO:
      g_value_set_boolean (value, self->remote_video);
      break;
    case PHONE_CALL_PROP_ENCRYPTED:
      g_value_set_boolean (value, self->encrypted);
      break;
    case PHONE_CALL_PROP_TEST_CAMERA:
      g_value_set_boolean (value, self->test_camera);
      break;
    case PHONE_CALL_PROP_TEST_MICROPHONE:
      g_value_set_boolean (value, self->test_microphone);
      break;
    case PHONE_CALL_PROP_END_REASON:
      g_value_set_enum (value, (int) self->end_reason);
      break;
    case PHONE_CALL_PROP_END_CAUSE:
      g_value_set_string (value, phone_call_get_end_cause (self));
      break;
    case PHONE_CALL_PROP_STATUS_CODE:
      g_value_set_uint (value, self->status_code);
      break;
    case PHONE_CALL_PROP_ORIGINATOR:
      g_value_set_enum (value, (int) self->originator);
      break;
    case PHONE_CALL_PROP_TRANSFER_REQUEST:
      g_value_set_string (value, self->transfer_request);
      break;
    case PHONE_CALL_PROP_REDIRECT_TARGET:
      g_value_set_string (value, self->redirect_target);
      break;
    case PHONE_CALL_PROP_STATS:
      g_value_set_variant (value, self->stats);
      break;
    case PHONE_CALL_PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    case PHONE_CALL_PROP_PROBLEM:
      g_value_set_string (value, phone_call_get_problem (self));
      break;
    case PHONE_CALL_PROP_OFFERS_VIDEO:
      g_value_set_boolean (value, self->offers_video);
      break;
    case PHONE_CALL_PROP_RECONNECTING:
      g_value_set_boolean (value, self->reconnecting);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

/* The first handler that gives another description wins. */
static gboolean
phone_call_sdp_accumulate (GSignalInvocationHint *hint,
                           GValue                *total,
                           const GValue          *value,
                           gpointer               data)
{
  g_value_copy (value, total);

  return g_value_get_string (value) == NULL;
}

static void
phone_call_class_init (PhoneCallClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = phone_call_dispose;
  object_class->finalize = phone_call_finalize;
  object_class->get_property = phone_call_get_property;

  properties[PHONE_CALL_PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PHONE_CALL_PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_CALL_STATE, PHONE_CALL_STATE_NEW, flags);
  properties[PHONE_CALL_PROP_DIRECTION] =
    g_param_spec_enum ("direction", NULL, NULL, PHONE_TYPE_CALL_DIRECTION, PHONE_CALL_INCOMING, flags);
  properties[PHONE_CALL_PROP_UA] = g_param_spec_object ("ua", NULL, NULL, PHONE_TYPE_UA, flags);
  properties[PHONE_CALL_PROP_REMOTE_URI] = g_param_spec_string ("remote-uri", NULL, NULL, "", flags);
  properties[PHONE_CALL_PROP_REMOTE_NAME] = g_param_spec_string ("remote-name", NULL, NULL, "", flags);
  properties[PHONE_CALL_PROP_START_TIME] = g_param_spec_int64 ("start-time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PHONE_CALL_PROP_END_TIME] = g_param_spec_int64 ("end-time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PHONE_CALL_PROP_LOCAL_HOLD] = g_param_spec_boolean ("local-hold", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_REMOTE_HOLD] = g_param_spec_boolean ("remote-hold", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_MICROPHONE_MUTED] = g_param_spec_boolean ("microphone-muted", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_CAMERA_MUTED] = g_param_spec_boolean ("camera-muted", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_LOCAL_VIDEO] = g_param_spec_boolean ("local-video", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_REMOTE_VIDEO] = g_param_spec_boolean ("remote-video", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_ENCRYPTED] = g_param_spec_boolean ("encrypted", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_TEST_CAMERA] = g_param_spec_boolean ("test-camera", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_TEST_MICROPHONE] = g_param_spec_boolean ("test-microphone", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_END_REASON] =
    g_param_spec_enum ("end-reason", NULL, NULL, PHONE_TYPE_CALL_END_REASON, PHONE_CALL_END_NONE, flags);
  properties[PHONE_CALL_PROP_END_CAUSE] = g_param_spec_string ("end-cause", NULL, NULL, "", flags);
  properties[PHONE_CALL_PROP_STATUS_CODE] = g_param_spec_uint ("status-code", NULL, NULL, 0, 699, 0, flags);
  properties[PHONE_CALL_PROP_ORIGINATOR] =
    g_param_spec_enum ("originator", NULL, NULL, PHONE_TYPE_CALL_ORIGINATOR, PHONE_CALL_ORIGINATOR_LOCAL, flags);
  properties[PHONE_CALL_PROP_TRANSFER_REQUEST] = g_param_spec_string ("transfer-request", NULL, NULL, NULL, flags);
  properties[PHONE_CALL_PROP_REDIRECT_TARGET] = g_param_spec_string ("redirect-target", NULL, NULL, NULL, flags);
  properties[PHONE_CALL_PROP_STATS] = g_param_spec_variant ("stats", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);
  properties[PHONE_CALL_PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, "", flags);
  properties[PHONE_CALL_PROP_OFFERS_VIDEO] = g_param_spec_boolean ("offers-video", NULL, NULL, FALSE, flags);
  properties[PHONE_CALL_PROP_RECONNECTING] = g_param_spec_boolean ("reconnecting", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, PHONE_CALL_N_PROPERTIES, properties);

  /**
   * PhoneCall::event:
   * @name: JsSIP's name of a session event
   * @details: a dictionary with what it carries
   */
  signals[EVENT] = g_signal_new ("event", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
  /**
   * PhoneCall::dtmf-received:
   * @tone: one key
   * @duration: in milliseconds
   */
  signals[DTMF_RECEIVED] = g_signal_new ("dtmf-received", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  /**
   * PhoneCall::info-received:
   * @type: content type
   * @body: what it carries, as valid UTF-8
   */
  signals[INFO_RECEIVED] = g_signal_new ("info-received", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * PhoneCall::sdp:
   * @originator: "local" or "remote"
   * @type: "offer" or "answer"
   * @sdp: the description
   *
   * Returns: (nullable): a description to use in its place
   */
  signals[SDP] = g_signal_new ("sdp", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, phone_call_sdp_accumulate, NULL, NULL,
                               G_TYPE_STRING, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
phone_call_init (PhoneCall *self)
{
  self->id = g_uuid_string_random ();
  self->begin_time = g_get_real_time () / 1000;
  self->cancellable = g_cancellable_new ();
  self->tones = g_string_new (NULL);
}

static PhoneCall *
phone_call_new (PhoneUa            *ua,
                PhoneSipClock      *clock,
                PhoneSipSession    *session,
                PhoneMediaSession  *media,
                PhoneCallDirection  direction)
{
  PhoneCall *self = g_object_new (PHONE_TYPE_CALL, NULL);

  g_set_weak_pointer (&self->ua, ua);
  self->clock = g_object_ref (clock);
  self->session = session;
  self->media = media;
  self->direction = direction;
  phone_call_connect_session (self);
  phone_call_connect_media (self);

  return self;
}

PhoneCall *
phone_call_new_outgoing (PhoneUa                  *ua,
                         PhoneSipClock            *clock,
                         PhoneSipSession          *session,
                         PhoneMediaSession        *media,
                         const char               *remote_uri,
                         const PhoneUaCallOptions *options)
{
  PhoneCall *self = phone_call_new (ua, clock, session, media, PHONE_CALL_OUTGOING);

  self->remote_uri = g_strdup (remote_uri);
  if (options)
    {
      self->wish.video = !!options->video;
      self->anonymous = !!options->anonymous;
      self->extra_headers = g_strdupv ((char **) options->extra_headers);
      self->from_user = g_strdup (options->from_user);
      self->from_display_name = g_strdup (options->from_display_name);
      self->session_expires = options->session_expires;
    }

  return self;
}

PhoneCall *
phone_call_new_incoming (PhoneUa           *ua,
                         PhoneSipClock     *clock,
                         PhoneSipSession   *session,
                         PhoneMediaSession *media)
{
  PhoneCall *self = phone_call_new (ua, clock, session, media, PHONE_CALL_INCOMING);
  PhoneSipAddress *remote = phone_sip_session_get_remote (session);
  const char *offer = phone_sip_session_get_remote_sdp (session);

  if (remote)
    {
      g_autofree char *uri = phone_sip_uri_to_string (phone_sip_address_get_uri (remote));

      self->remote_uri = phone_call_make_text (uri);
      self->remote_name = phone_call_make_text (phone_sip_address_get_display_name (remote));
    }
  self->offers_video = offer && phone_media_sdp_has_video (offer);

  return self;
}

const char *
phone_call_get_id (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->id;
}

PhoneCallState
phone_call_get_state (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), PHONE_CALL_STATE_ENDED);

  return self->state;
}

PhoneCallDirection
phone_call_get_direction (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), PHONE_CALL_OUTGOING);

  return self->direction;
}

/**
 * phone_call_get_ua:
 *
 * Returns: (transfer none) (nullable): the account it goes through, NULL once that has gone
 */
PhoneUa *
phone_call_get_ua (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->ua;
}

const char *
phone_call_get_remote_uri (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->remote_uri ? self->remote_uri : "";
}

const char *
phone_call_get_remote_name (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->remote_name ? self->remote_name : "";
}

gint64
phone_call_get_start_time (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), 0);

  return self->start_time;
}

gint64
phone_call_get_end_time (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), 0);

  return self->end_time;
}

gboolean
phone_call_get_local_hold (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->local_hold;
}

gboolean
phone_call_get_remote_hold (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->remote_hold;
}

gboolean
phone_call_get_microphone_muted (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->microphone_muted;
}

gboolean
phone_call_get_camera_muted (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->camera_muted;
}

gboolean
phone_call_get_local_video (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->local_video;
}

gboolean
phone_call_get_remote_video (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->remote_video;
}

gboolean
phone_call_get_offers_video (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->offers_video;
}

gboolean
phone_call_get_encrypted (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->encrypted;
}

gboolean
phone_call_get_test_camera (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->test_camera;
}

gboolean
phone_call_get_test_microphone (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->test_microphone;
}

PhoneCallEndReason
phone_call_get_end_reason (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), PHONE_CALL_END_NONE);

  return self->end_reason;
}

const char *
phone_call_get_end_cause (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->end_cause ? self->end_cause : "";
}

guint
phone_call_get_status_code (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), 0);

  return self->status_code;
}

PhoneCallOriginator
phone_call_get_originator (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), PHONE_CALL_ORIGINATOR_LOCAL);

  return self->originator;
}

const char *
phone_call_get_transfer_request (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->transfer_request;
}

const char *
phone_call_get_redirect_target (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->redirect_target;
}

GVariant *
phone_call_get_stats (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->stats;
}

static PhoneVideoSlot *
phone_call_keep_slot (PhoneVideoSlot **slot,
                      PhoneVideoSlot  *of_media)
{
  if (*slot == NULL)
    *slot = of_media ? phone_video_slot_ref (of_media) : phone_video_slot_new ();

  return *slot;
}

PhoneVideoSlot *
phone_call_get_remote_slot (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return phone_call_keep_slot (&self->remote_slot, self->media ? phone_media_session_get_remote_slot (self->media) : NULL);
}

PhoneVideoSlot *
phone_call_get_local_slot (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return phone_call_keep_slot (&self->local_slot, self->media ? phone_media_session_get_local_slot (self->media) : NULL);
}

gboolean
phone_call_get_busy (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->busy;
}

gboolean
phone_call_get_reconnecting (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->reconnecting;
}

const char *
phone_call_get_problem (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), NULL);

  return self->problem ? self->problem : "";
}

/**
 * phone_call_is_in_progress:
 *
 * Returns: whether nobody has answered yet
 */
gboolean
phone_call_is_in_progress (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->state < PHONE_CALL_STATE_ANSWERING;
}

/**
 * phone_call_is_established:
 *
 * Returns: whether it was answered and goes on
 */
gboolean
phone_call_is_established (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->state >= PHONE_CALL_STATE_ANSWERING && self->state <= PHONE_CALL_STATE_ACTIVE;
}

/**
 * phone_call_is_ended:
 *
 * Returns: whether it is over or about to be
 */
gboolean
phone_call_is_ended (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), TRUE);

  return phone_call_is_over (self);
}

/**
 * phone_call_is_ready_to_modify:
 *
 * Returns: whether no description of either side is under way
 */
gboolean
phone_call_is_ready_to_modify (PhoneCall *self)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return self->state == PHONE_CALL_STATE_ACTIVE && self->phase == PHONE_CALL_MEDIA_IDLE
    && phone_sip_session_is_ready_to_modify (self->session);
}

/**
 * phone_call_answer:
 * @video: whether our camera is used; it is only if the peer offers a picture
 *
 * Answers an incoming call that rings.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if there is nothing to answer
 */
gboolean
phone_call_answer (PhoneCall  *self,
                   gboolean    video,
                   GError    **error)
{
  PhoneCallAnswerOptions options = { .video = video };

  return phone_call_answer_with (self, &options, error);
}

/**
 * phone_call_answer_with:
 * @options: what the 200 carries beside the answer
 *
 * Returns: as phone_call_answer()
 */
gboolean
phone_call_answer_with (PhoneCall                     *self,
                        const PhoneCallAnswerOptions  *options,
                        GError                       **error)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  if (self->state != PHONE_CALL_STATE_INCOMING)
    return phone_call_refuse (self, error);

  self->wish.video = options->video && (self->offers_video || phone_sip_session_get_remote_sdp (self->session) == NULL);
  self->session_expires = options->session_expires;
  g_strfreev (self->extra_headers);
  self->extra_headers = g_strdupv ((char **) options->extra_headers);
  phone_call_dispatch (self, PHONE_CALL_EVENT_ACCEPT);

  return TRUE;
}

/**
 * phone_call_hang_up:
 * @status: a status code for the peer, or 0
 * @reason: (nullable): its phrase
 *
 * Ends the call in any state: rejects (603 by default), cancels or sends BYE (RFC 3261 §9, §15).
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if it is over, #PHONE_CALL_ERROR_INVALID_ARGUMENT if @status cannot be sent
 */
gboolean
phone_call_hang_up (PhoneCall   *self,
                    guint        status,
                    const char  *reason,
                    GError     **error)
{
  PhoneCallEndOptions options = { .status = status, .reason = reason };

  return phone_call_hang_up_with (self, &options, error);
}

static PhoneCallEndReason
phone_call_hang_up_reason (PhoneCall *self)
{
  if (self->state == PHONE_CALL_STATE_CONFIRMING || self->state == PHONE_CALL_STATE_ACTIVE)
    return PHONE_CALL_END_HUNG_UP;

  return self->direction == PHONE_CALL_OUTGOING ? PHONE_CALL_END_CANCELLED : PHONE_CALL_END_DECLINED;
}

/**
 * phone_call_hang_up_with:
 * @options: what the last request or response carries
 *
 * Returns: as phone_call_hang_up()
 */
gboolean
phone_call_hang_up_with (PhoneCall                  *self,
                         const PhoneCallEndOptions  *options,
                         GError                    **error)
{
  gboolean rejecting;

  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  if (phone_call_is_over (self))
    return phone_call_refuse (self, error);

  rejecting = self->state == PHONE_CALL_STATE_INCOMING || self->state == PHONE_CALL_STATE_ANSWERING;
  if (options->status != 0 && (options->status < (rejecting ? 300u : 200u) || options->status > 699))
    {
      g_set_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "A call cannot be ended with status %u", options->status);
      return FALSE;
    }

  self->wanted_reason = phone_call_hang_up_reason (self);
  self->wanted_status = options->status;
  g_free (self->wanted_phrase);
  self->wanted_phrase = g_strdup (options->reason);
  g_free (self->wanted_cause);
  self->wanted_cause = g_strdup (options->cause);
  g_strfreev (self->wanted_headers);
  self->wanted_headers = g_strdupv ((char **) options->extra_headers);
  g_free (self->wanted_content_type);
  self->wanted_content_type = g_strdup (options->content_type);
  g_free (self->wanted_body);
  self->wanted_body = g_strdup (options->body);
  phone_call_dispatch (self, PHONE_CALL_EVENT_HANG_UP);

  return TRUE;
}

/**
 * phone_call_set_muted:
 *
 * Stops or lets go what goes out of microphone and camera. Nothing is negotiated.
 */
void
phone_call_set_muted (PhoneCall *self,
                      gboolean   microphone,
                      gboolean   camera)
{
  gboolean microphone_changed, camera_changed;
  g_auto (GVariantDict) muted = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) unmuted = G_VARIANT_DICT_INIT (NULL);

  g_return_if_fail (PHONE_IS_CALL (self));

  microphone_changed = self->microphone_muted != !!microphone;
  camera_changed = self->camera_muted != !!camera;
  if ((!microphone_changed && !camera_changed) || phone_call_is_over (self))
    return;

  self->microphone_muted = !!microphone;
  self->camera_muted = !!camera;
  if (self->media)
    phone_media_session_set_muted (self->media, microphone, camera);

  if (microphone_changed)
    g_variant_dict_insert (microphone ? &muted : &unmuted, "audio", "b", TRUE);
  if (camera_changed)
    g_variant_dict_insert (camera ? &muted : &unmuted, "video", "b", TRUE);
  if ((microphone_changed && microphone) || (camera_changed && camera))
    phone_call_emit_event (self, "muted", g_variant_dict_end (&muted));
  if ((microphone_changed && !microphone) || (camera_changed && !camera))
    phone_call_emit_event (self, "unmuted", g_variant_dict_end (&unmuted));
  if (microphone_changed)
    phone_call_notify (self, PHONE_CALL_PROP_MICROPHONE_MUTED);
  if (camera_changed)
    phone_call_notify (self, PHONE_CALL_PROP_CAMERA_MUTED);
}

void
phone_call_finish_gathering (PhoneCall *self)
{
  g_return_if_fail (PHONE_IS_CALL (self));

  if (self->media && !phone_call_is_over (self))
    phone_media_session_finish_gathering (self->media);
}

PhoneSipSession *
phone_call_get_session (PhoneCall *self)
{
  return self->session;
}

PhoneMediaSession *
phone_call_get_media (PhoneCall *self)
{
  return self->media;
}

void
phone_call_set_remote_name (PhoneCall  *self,
                            const char *name)
{
  phone_call_set_string (self, &self->remote_name, name, PHONE_CALL_PROP_REMOTE_NAME);
}

gboolean
phone_call_has_early_media (PhoneCall *self)
{
  return self->early_media;
}

gint64
phone_call_get_begin_time (PhoneCall *self)
{
  return self->begin_time;
}

gboolean
phone_call_had_video (PhoneCall *self)
{
  return self->had_video || (!self->accepted && (self->offers_video || self->wish.video));
}

gboolean
phone_call_is_transferred (PhoneCall *self)
{
  return self->transferred;
}

void
phone_call_set_replacement (PhoneCall *self)
{
  self->replacement = TRUE;
}

gboolean
phone_call_is_replacement (PhoneCall *self)
{
  return self->replacement;
}

void
phone_call_set_replaces (PhoneCall  *self,
                         const char *replaces)
{
  g_free (self->replaces);
  self->replaces = g_strdup (replaces);
}

void
phone_call_notify (PhoneCall *self,
                   guint      property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
phone_call_set_string (PhoneCall   *self,
                       char       **field,
                       const char  *value,
                       guint        property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;

  g_free (*field);
  *field = g_strdup (value);
  phone_call_notify (self, property);
}

gboolean
phone_call_is_over (PhoneCall *self)
{
  return self->state == PHONE_CALL_STATE_ENDING || self->state == PHONE_CALL_STATE_ENDED;
}

/* FALSE with the one sentence for a wish that does not fit the state. */
gboolean
phone_call_refuse (PhoneCall  *self,
                   GError    **error)
{
  g_set_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE, "The call is %s", phone_call_state_to_string (self->state));

  return FALSE;
}

void
phone_call_set_busy (PhoneCall *self)
{
  gboolean busy = !phone_call_is_over (self)
    && (self->transferring || self->wish.ice_restart || self->wish.renegotiate
        || self->wish.hold != self->agreed.hold || self->wish.video != self->agreed.video);

  if (self->busy == busy)
    return;

  self->busy = busy;
  phone_call_notify (self, PHONE_CALL_PROP_BUSY);
}

/* details: floating, or NULL for none. */
void
phone_call_emit_event (PhoneCall  *self,
                       const char *name,
                       GVariant   *details)
{
  g_autoptr (GVariant) dictionary = g_variant_ref_sink (details ? details : g_variant_new_parsed ("@a{sv} {}"));

  g_signal_emit (self, signals[EVENT], 0, name, dictionary);
}

char *
phone_call_review_sdp (PhoneCall  *self,
                       const char *originator,
                       const char *type,
                       const char *sdp)
{
  g_autofree char *text = phone_call_make_text (sdp);
  char *other = NULL;

  phone_call_emit_event (self, "sdp", g_variant_new_parsed ("{'originator': <%s>, 'type': <%s>, 'sdp': <%s>}", originator, type, text));
  g_signal_emit (self, signals[SDP], 0, originator, type, sdp, &other);

  return other ? other : g_strdup (sdp);
}

void
phone_call_emit_dtmf (PhoneCall  *self,
                      const char *tone,
                      guint       duration)
{
  g_signal_emit (self, signals[DTMF_RECEIVED], 0, tone, duration);
}

void
phone_call_emit_info (PhoneCall  *self,
                      const char *type,
                      const char *body)
{
  g_signal_emit (self, signals[INFO_RECEIVED], 0, type, body);
}

/* A peer's bytes as text that D-Bus and GTK take; "" for NULL. */
char *
phone_call_make_text (const char *text)
{
  return text ? g_utf8_make_valid (text, -1) : g_strdup ("");
}
