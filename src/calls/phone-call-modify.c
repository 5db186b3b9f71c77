/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing a call that is up: hold, pictures, a new path (RFC 3264 §8, RFC 3311). What a person asks for is only noted as a wish.
 * Whenever nothing is under way the wish is held against what the peer agreed to, and if they differ an offer goes out. So
 * quick changes of mind cost one offer, and a wish uttered while the peer changes the call itself waits for its turn.
 *
 * A refusal takes back what the offer asked for, not what is wished since, and is told as "problem"; it never ends or misstates the
 * call. Silence is such a refusal, and may last 32 s: meanwhile every wish is noted, and a hold or its end takes effect here. While
 * the server is away nothing is refused by anybody: wishes wait for it. Glare on the wire (491) is the session's affair, and an offer
 * of the peer that comes while ours is being made, or waits to be sent again, goes first.
 *
 * An answer may lead to another peer than the one that media goes to: a fork that answers after another one's early media, or a
 * device that took the call over. Media for it needs a new path, so a wish for one is uttered on the person's behalf. */
#include "config.h"
#include "phone-call-private.h"

#define RETRY_MILLISECONDS 200
#define MEDIA_MILLISECONDS 15000        /* beyond what gathering takes, and before the session answers the peer by itself */

static gboolean
phone_call_is_satisfied (PhoneCall *self)
{
  return self->wish.hold == self->agreed.hold && self->wish.video == self->agreed.video
    && !self->wish.ice_restart && !self->wish.renegotiate && !self->wish.path;
}

static void
phone_call_set_local_hold (PhoneCall *self,
                           gboolean   hold)
{
  if (self->local_hold == !!hold)
    return;

  self->local_hold = !!hold;
  phone_call_emit_event (self, hold ? "hold" : "unhold", g_variant_new_parsed ("{'originator': <'local'>}"));
  phone_call_notify (self, PHONE_CALL_PROP_LOCAL_HOLD);
}

static gboolean
phone_call_has_server (PhoneCall *self)
{
  return self->ua != NULL && phone_ua_is_connected (self->ua);
}

/* Ours is made again, of what is wanted then: after the peer's, which goes first, or when the server is back. */
static void
phone_call_modify_yield (PhoneCall *self)
{
  phone_media_session_abandon_offer (self->media);
  self->wish.ice_restart |= self->asked.ice_restart;
  self->wish.renegotiate |= self->asked.renegotiate;
  self->wish.path |= self->asked.path;
  self->phase = PHONE_CALL_MEDIA_IDLE;
  phone_call_modify_kick (self);
}

/* Nobody asked for it but the call itself, so nobody need hear of it. */
static gboolean
phone_call_asked_path_alone (PhoneCall *self)
{
  return self->asked.path && !self->asked.ice_restart && !self->asked.renegotiate
    && self->asked.hold == self->agreed.hold && self->asked.video == self->agreed.video;
}

/* Back to what was agreed before; what people wish since the offer was made stands. */
static void
phone_call_modify_fail (PhoneCall  *self,
                        const char *cause)
{
  const gboolean told = !phone_call_asked_path_alone (self);

  if (self->wish.hold == self->asked.hold)
    self->wish.hold = self->agreed.hold;
  if (self->wish.video == self->asked.video)
    self->wish.video = self->agreed.video;

  phone_media_session_abandon_offer (self->media);
  self->phase = PHONE_CALL_MEDIA_IDLE;
  phone_media_session_set_video (self->media, self->agreed.video);
  g_object_freeze_notify (G_OBJECT (self));
  phone_call_set_local_hold (self, self->wish.hold);
  if (told)
    phone_call_set_string (self, &self->problem, cause, PHONE_CALL_PROP_PROBLEM);
  if (self->asked.path)
    phone_call_path_refused (self);
  phone_call_modify_kick (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* The media took the peer's answer, or did not. */
void
phone_call_modify_taken (PhoneCall    *self,
                         const GError *error)
{
  const gboolean first = !self->negotiated;
  const gboolean asked_video = self->asked.video;

  self->empty_invite = FALSE;
  if (error && first)
    {
      phone_call_fail_media (self, error, "peerconnection:setremotedescriptionfailed");
      return;
    }
  if (error)
    {
      g_debug ("Call %s: %s", self->id, error->message);
      phone_call_emit_event (self, "peerconnection:setremotedescriptionfailed", NULL);
      phone_call_modify_fail (self, PHONE_SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
      return;
    }

  self->phase = PHONE_CALL_MEDIA_IDLE;
  self->wish.ice_restart |= phone_media_session_needs_restart (self->media);
  phone_call_agree (self, FALSE);
  phone_call_path_tried (self);
  if (!first && asked_video && !self->agreed.video)
    phone_call_set_string (self, &self->problem, PHONE_SIP_CAUSE_INCOMPATIBLE_SDP, PHONE_CALL_PROP_PROBLEM);
  phone_call_modify_kick (self);
}

/* Our half for the peer's re-INVITE or UPDATE. */
static void
phone_call_send_half (PhoneCall  *self,
                      const char *sdp,
                      GError     *failure)
{
  g_autoptr (GError) error = NULL;
  const gboolean gave_offer = self->empty_invite;

  if (sdp == NULL)
    {
      g_debug ("Call %s refuses the peer's offer: %s", self->id, failure->message);
      self->empty_invite = FALSE;
      self->phase = PHONE_CALL_MEDIA_IDLE;
      phone_sip_session_refuse_modification (self->session, 488, NULL, NULL, NULL);
      phone_call_modify_kick (self);
      return;
    }

  g_free (self->local_sdp);
  self->local_sdp = phone_call_review_sdp (self, "local", gave_offer ? "offer" : "answer", sdp);
  self->phase = gave_offer ? PHONE_CALL_MEDIA_OFFERED : PHONE_CALL_MEDIA_IDLE;
  if (!phone_sip_session_answer (self->session, self->local_sdp, &error))
    {
      g_debug ("Call %s: %s", self->id, error->message);
      self->phase = PHONE_CALL_MEDIA_IDLE;
      self->empty_invite = FALSE;
      phone_call_modify_kick (self);
      return;
    }
  if (gave_offer)
    return;

  phone_call_agree (self, TRUE);
  phone_call_path_tried (self);
  phone_call_modify_kick (self);
}

static void
phone_call_media_guard_cb (gpointer data)
{
  PhoneCall *self = data;
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "The media said nothing");

  self->media_guard = 0;
  if (self->state != PHONE_CALL_STATE_ACTIVE)
    return;

  if (self->phase == PHONE_CALL_MEDIA_OFFERING)
    phone_call_modify_fail (self, PHONE_SIP_CAUSE_WEBRTC_ERROR);
  else if (self->phase == PHONE_CALL_MEDIA_APPLYING)
    phone_call_modify_taken (self, error);
  else if (self->phase == PHONE_CALL_MEDIA_ANSWERING)
    phone_call_send_half (self, NULL, error);
}

/* The phase lasts until the media has said something, but not for ever. */
void
phone_call_await_media (PhoneCall           *self,
                        PhoneCallMediaPhase  phase)
{
  phone_sip_clock_clear (self->clock, &self->media_guard);
  self->media_guard = phone_sip_clock_add (self->clock, MEDIA_MILLISECONDS, phone_call_media_guard_cb, self);
  self->phase = phase;
}

static const char *
phone_call_modify_cause (guint         status,
                         const GError *error)
{
  if (status >= 300)
    return phone_sip_status_get_cause (status);
  if (g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TIMEOUT))
    return PHONE_SIP_CAUSE_REQUEST_TIMEOUT;
  if (g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_CONNECTED))
    return PHONE_SIP_CAUSE_CONNECTION_ERROR;

  return PHONE_SIP_CAUSE_SIP_FAILURE_CODE;
}

static void
phone_call_modified_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  guint status = 0;
  g_autofree char *answer = phone_sip_session_modify_finish (PHONE_SIP_SESSION (source), result, &status, &error);

  if (phone_call_is_over (self) || self->phase != PHONE_CALL_MEDIA_OFFERED)
    return;
  if (answer == NULL && (self->peer_modifies || !phone_call_has_server (self)))
    {
      phone_call_modify_yield (self);
      return;
    }
  if (answer == NULL || *answer == '\0')
    {
      g_debug ("Call %s: %s", self->id, error ? error->message : "a 2xx without the answer");
      phone_call_modify_fail (self, answer ? PHONE_SIP_CAUSE_MISSING_SDP : phone_call_modify_cause (status, error));
      return;
    }

  g_free (self->remote_sdp);
  self->remote_sdp = phone_call_review_sdp (self, "remote", "answer", answer);
  g_clear_pointer (&self->applied_sdp, g_free);
  phone_call_apply_answer (self);
}

static void
phone_call_reoffer_made_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (source), result, &error);
  g_auto (GStrv) headers = NULL;

  if (phone_call_is_over (self) || self->phase != PHONE_CALL_MEDIA_OFFERING)
    return;
  if (sdp == NULL)
    {
      phone_call_emit_event (self, "peerconnection:createofferfailed", NULL);
      phone_call_modify_fail (self, PHONE_SIP_CAUSE_WEBRTC_ERROR);
      return;
    }
  if (self->peer_modifies || !phone_sip_session_is_ready_to_modify (self->session))
    {
      phone_call_modify_yield (self);
      return;
    }

  self->phase = PHONE_CALL_MEDIA_OFFERED;
  g_free (self->local_sdp);
  self->local_sdp = phone_call_review_sdp (self, "local", "offer", sdp);
  headers = g_steal_pointer (&self->modify_headers);
  phone_sip_session_modify_async (self->session, self->modify_update ? PHONE_SIP_METHOD_UPDATE : PHONE_SIP_METHOD_INVITE, self->local_sdp,
                                  (const char * const *) headers, NULL, phone_call_modified_cb, g_object_ref (self));
}

static void
phone_call_reoffer (PhoneCall *self)
{
  phone_call_await_media (self, PHONE_CALL_MEDIA_OFFERING);
  self->asked = self->wish;
  self->wish.ice_restart = FALSE;
  self->wish.renegotiate = FALSE;
  self->wish.path = FALSE;
  phone_media_session_set_hold (self->media, self->asked.hold);
  phone_media_session_set_video (self->media, self->asked.video);
  if (self->asked.ice_restart || self->asked.path)
    phone_media_session_restart_ice (self->media);
  phone_media_session_create_offer_async (self->media, self->cancellable, phone_call_reoffer_made_cb, g_object_ref (self));
}

static void
phone_call_peer_answered_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_answer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (!phone_call_is_over (self) && self->phase == PHONE_CALL_MEDIA_ANSWERING)
    phone_call_send_half (self, sdp, error);
}

static void
phone_call_peer_offered_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (!phone_call_is_over (self) && self->phase == PHONE_CALL_MEDIA_ANSWERING)
    phone_call_send_half (self, sdp, error);
}

/* The answer says what is agreed, a hold that is wished comes after it; the sources wait for the answer. */
static void
phone_call_answer_peer (PhoneCall *self)
{
  g_autofree char *offer = g_steal_pointer (&self->peer_offer);

  self->peer_modifies = FALSE;
  g_clear_pointer (&self->refresh_answer, g_free);
  phone_call_await_media (self, PHONE_CALL_MEDIA_ANSWERING);
  self->asked = self->agreed;
  phone_media_session_set_video (self->media, self->agreed.video);
  if (offer == NULL)
    {
      self->empty_invite = TRUE;
      phone_media_session_create_offer_async (self->media, self->cancellable, phone_call_peer_offered_cb, g_object_ref (self));
    }
  else
    {
      g_free (self->remote_sdp);
      self->remote_sdp = phone_call_review_sdp (self, "remote", "offer", offer);
      phone_media_session_create_answer_async (self->media, self->remote_sdp, self->cancellable, phone_call_peer_answered_cb, g_object_ref (self));
    }
  phone_media_session_set_hold (self->media, self->agreed.hold);
}

static void
phone_call_take_refresh (PhoneCall *self)
{
  g_autofree char *answer = g_steal_pointer (&self->refresh_answer);

  self->phase = PHONE_CALL_MEDIA_OFFERED;
  self->asked = self->agreed;
  g_free (self->local_sdp);
  self->local_sdp = g_strdup (phone_sip_session_get_local_sdp (self->session));
  g_free (self->remote_sdp);
  self->remote_sdp = phone_call_review_sdp (self, "remote", "answer", answer);
  g_clear_pointer (&self->applied_sdp, g_free);
  phone_call_apply_answer (self);
}

static void
phone_call_modify_retry_cb (gpointer data)
{
  PhoneCall *self = data;

  self->modify_retry = 0;
  phone_call_modify_kick (self);
}

/* Does what is to be done next, if nothing is under way. */
void
phone_call_modify_kick (PhoneCall *self)
{
  phone_call_set_busy (self);
  if (self->state != PHONE_CALL_STATE_ACTIVE || self->phase != PHONE_CALL_MEDIA_IDLE)
    return;

  if (self->peer_modifies)
    {
      phone_call_answer_peer (self);
      return;
    }

  /* Sources may still stand for a hold that nobody was told of. */
  phone_media_session_set_hold (self->media, self->wish.hold || self->agreed.hold);
  if (self->refresh_answer != NULL)
    phone_call_take_refresh (self);
  else if (phone_call_is_satisfied (self))
    return;
  else if (phone_sip_session_is_ready_to_modify (self->session) && phone_call_has_server (self))
    phone_call_reoffer (self);
  else if (self->modify_retry == 0)
    self->modify_retry = phone_sip_clock_add (self->clock, RETRY_MILLISECONDS, phone_call_modify_retry_cb, self);
}

/* The peer answered a refresh of ours otherwise than the offer that it repeats. */
void
phone_call_modify_refreshed (PhoneCall  *self,
                             const char *answer)
{
  g_free (self->refresh_answer);
  self->refresh_answer = g_strdup (answer);
  phone_call_modify_kick (self);
}

/* The peer's re-INVITE or UPDATE. */
void
phone_call_modify_peer (PhoneCall       *self,
                        PhoneSipMessage *request,
                        const char      *sdp)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  const gboolean update = phone_sip_message_get_method (request) == PHONE_SIP_METHOD_UPDATE;

  phone_call_emit_event (self, update ? "update" : "reinvite", g_variant_new_parsed ("{'sdp': <%b>}", sdp != NULL));
  if (phone_call_is_over (self))
    return;

  self->peer_modifies = TRUE;
  g_free (self->peer_offer);
  self->peer_offer = g_strdup (sdp);
  phone_call_modify_kick (self);
}

static gboolean
phone_call_may_modify (PhoneCall  *self,
                       GError    **error)
{
  if (self->state == PHONE_CALL_STATE_ACTIVE || self->state == PHONE_CALL_STATE_CONFIRMING)
    return TRUE;

  return phone_call_refuse (self, error);
}

/* Whether a hold that the peer has not agreed to can be lifted at once. What the offer says must not change while it is being made. */
static gboolean
phone_call_may_release (PhoneCall *self)
{
  return !self->agreed.hold && self->phase == PHONE_CALL_MEDIA_OFFERED;
}

static void
phone_call_modify_start (PhoneCall                    *self,
                         const PhoneCallModifyOptions *options)
{
  self->modify_update = options && options->use_update;
  g_strfreev (self->modify_headers);
  self->modify_headers = options ? g_strdupv ((char **) options->extra_headers) : NULL;
  phone_call_set_string (self, &self->problem, "", PHONE_CALL_PROP_PROBLEM);
  phone_call_modify_kick (self);
}

/**
 * phone_call_hold:
 *
 * Puts the peer on hold: our sound and picture stop at once, then a re-INVITE says so (RFC 3264 §8.4), as soon as there is a
 * connection to the server. "local-hold" turns back if the peer refuses.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if the call is not up or is held already
 */
gboolean
phone_call_hold (PhoneCall  *self,
                 GError    **error)
{
  return phone_call_set_hold_with (self, TRUE, NULL, error);
}

/**
 * phone_call_unhold:
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if the call is not held by us
 */
gboolean
phone_call_unhold (PhoneCall  *self,
                   GError    **error)
{
  return phone_call_set_hold_with (self, FALSE, NULL, error);
}

/**
 * phone_call_set_hold_with:
 * @options: (nullable): what the request carries
 *
 * Returns: as phone_call_hold()
 */
gboolean
phone_call_set_hold_with (PhoneCall                     *self,
                          gboolean                       hold,
                          const PhoneCallModifyOptions  *options,
                          GError                       **error)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  if (!phone_call_may_modify (self, error))
    return FALSE;
  if (self->wish.hold == !!hold)
    {
      g_set_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE, "The call is %s hold", hold ? "already on" : "not on");
      return FALSE;
    }

  self->wish.hold = !!hold;
  if (hold || phone_call_may_release (self))
    phone_media_session_set_hold (self->media, hold);
  g_object_freeze_notify (G_OBJECT (self));
  phone_call_set_local_hold (self, hold);
  phone_call_modify_start (self, options);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

/**
 * phone_call_set_video:
 * @video: whether our picture is to be sent
 *
 * Adds our picture to the call or takes it out. A picture of the peer stays.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if the call is not up
 */
gboolean
phone_call_set_video (PhoneCall  *self,
                      gboolean    video,
                      GError    **error)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  if (!phone_call_may_modify (self, error))
    return FALSE;

  /* Asking again for what the peer did not take is a new question. */
  if (self->wish.video == !!video && self->local_video != !!video && !self->local_hold && !self->remote_hold)
    self->wish.renegotiate = TRUE;
  self->wish.video = !!video;
  phone_call_modify_start (self, NULL);

  return TRUE;
}

/**
 * phone_call_renegotiate:
 * @ice_restart: whether a new path is to be found (RFC 8445 §9)
 *
 * Sends an offer of what is wanted now.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if the call is not up
 */
gboolean
phone_call_renegotiate (PhoneCall  *self,
                        gboolean    ice_restart,
                        GError    **error)
{
  PhoneCallModifyOptions options = { .ice_restart = ice_restart };

  return phone_call_renegotiate_with (self, &options, error);
}

/**
 * phone_call_renegotiate_with:
 * @options: what the request carries
 *
 * Returns: as phone_call_renegotiate()
 */
gboolean
phone_call_renegotiate_with (PhoneCall                     *self,
                             const PhoneCallModifyOptions  *options,
                             GError                       **error)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  if (!phone_call_may_modify (self, error))
    return FALSE;

  self->wish.renegotiate = TRUE;
  self->wish.ice_restart |= !!options->ice_restart;
  phone_call_modify_start (self, options);

  return TRUE;
}
