/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first offer and answer of a call, the peer's answers, and what both sides agreed on. A description is opaque here but for
 * its directions: whether each side sends and receives is read off the two texts that crossed, never off wishes.
 *
 * The peer may answer several times before it accepts (early media, forks: RFC 3261 §13.2.2.4): the last answer counts, an equal one
 * is not taken twice, and a bad early one does no harm as long as a good one follows. */
#include "config.h"
#include "phone-call-private.h"

static PhoneMediaDirection
phone_call_get_direction_of_all (const char *sdp)
{
  return phone_media_sdp_get_direction (sdp, FALSE) | phone_media_sdp_get_direction (sdp, TRUE);
}

/* One stream that they still take is no hold. An answer to an offer of ours that sends nothing says nothing about it. */
static gboolean
phone_call_is_held_by_peer (PhoneCall *self,
                            gboolean   peer_offered)
{
  if (phone_call_get_direction_of_all (self->remote_sdp) & PHONE_MEDIA_DIRECTION_RECEIVE)
    return FALSE;
  if (peer_offered || (phone_call_get_direction_of_all (self->local_sdp) & PHONE_MEDIA_DIRECTION_SEND))
    return TRUE;

  return self->remote_hold;
}

static void
phone_call_set_remote_hold (PhoneCall *self,
                            gboolean   hold)
{
  if (self->remote_hold == !!hold)
    return;

  self->remote_hold = !!hold;
  phone_call_emit_event (self, hold ? "hold" : "unhold", g_variant_new_parsed ("{'originator': <'remote'>}"));
  phone_call_notify (self, PHONE_CALL_PROP_REMOTE_HOLD);
}

/* The camera stays off until somebody turns it on: when the peer has taken the picture out of the call, our wish for one goes too. */
static void
phone_call_forget_video (PhoneCall *self,
                         gboolean   no_picture)
{
  if (!no_picture || self->wish.hold || self->remote_hold || self->wish.video != self->agreed.video || !self->wish.video)
    return;

  self->wish.video = FALSE;
  self->agreed.video = FALSE;
  phone_media_session_set_video (self->media, FALSE);
}

/* local_sdp and remote_sdp have become what both sides agreed on. peer_offered: whether the peer's was the offer. */
void
phone_call_agree (PhoneCall *self,
                  gboolean   peer_offered)
{
  PhoneMediaDirection ours, theirs;
  gboolean local_video, remote_video, local_changed, remote_changed;

  if (self->local_sdp == NULL || self->remote_sdp == NULL)
    return;

  ours = phone_media_sdp_get_direction (self->local_sdp, TRUE);
  theirs = phone_media_sdp_get_direction (self->remote_sdp, TRUE);
  local_video = (ours & PHONE_MEDIA_DIRECTION_SEND) && (theirs & PHONE_MEDIA_DIRECTION_RECEIVE);
  remote_video = (theirs & PHONE_MEDIA_DIRECTION_SEND) && (ours & PHONE_MEDIA_DIRECTION_RECEIVE);
  local_changed = self->local_video != local_video;
  remote_changed = self->remote_video != remote_video;
  self->local_video = local_video;
  self->remote_video = remote_video;
  self->agreed.hold = self->asked.hold;
  self->agreed.video = self->asked.video;
  self->negotiated = TRUE;
  g_clear_pointer (&self->refresh_answer, g_free);
  self->had_video |= local_video || remote_video;

  g_object_freeze_notify (G_OBJECT (self));
  phone_call_set_remote_hold (self, phone_call_is_held_by_peer (self, peer_offered));
  phone_call_forget_video (self, !local_video && theirs == PHONE_MEDIA_DIRECTION_INACTIVE);
  if (local_changed)
    phone_call_notify (self, PHONE_CALL_PROP_LOCAL_VIDEO);
  if (remote_changed)
    phone_call_notify (self, PHONE_CALL_PROP_REMOTE_VIDEO);
  phone_call_set_busy (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_call_offer_made_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (self->state != PHONE_CALL_STATE_PREPARING && self->state != PHONE_CALL_STATE_ANSWERING)
    return;
  if (sdp == NULL)
    {
      phone_call_fail_media (self, error, "peerconnection:createofferfailed");
      return;
    }

  self->phase = PHONE_CALL_MEDIA_OFFERED;
  g_free (self->local_sdp);
  self->local_sdp = phone_call_review_sdp (self, "local", "offer", sdp);
  phone_call_dispatch (self, self->state == PHONE_CALL_STATE_PREPARING ? PHONE_CALL_EVENT_OFFER_READY : PHONE_CALL_EVENT_ANSWER_READY);
}

static void
phone_call_create_offer (PhoneCall *self)
{
  self->phase = PHONE_CALL_MEDIA_OFFERING;
  self->asked = self->wish;
  phone_media_session_set_video (self->media, self->wish.video);
  phone_media_session_create_offer_async (self->media, self->cancellable, phone_call_offer_made_cb, g_object_ref (self));
}

/* The action of DIAL. */
void
phone_call_start_offer (PhoneCall *self)
{
  phone_call_emit_event (self, "connecting", NULL);
  phone_call_create_offer (self);
}

static void
phone_call_answer_made_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_answer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (self->state != PHONE_CALL_STATE_ANSWERING)
    return;
  if (sdp == NULL)
    {
      phone_call_fail_media (self, error, g_error_matches (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED)
                                            ? "peerconnection:createanswerfailed" : "peerconnection:setremotedescriptionfailed");
      return;
    }

  g_free (self->local_sdp);
  self->local_sdp = phone_call_review_sdp (self, "local", "answer", sdp);
  phone_call_dispatch (self, PHONE_CALL_EVENT_ANSWER_READY);
}

/* The action of ACCEPT: our answer, or our offer if the INVITE had none (RFC 3261 §13.3.1). */
void
phone_call_start_answer (PhoneCall *self)
{
  const char *offer = phone_sip_session_get_remote_sdp (self->session);

  phone_call_emit_event (self, "peerconnection", NULL);
  if (offer == NULL)
    {
      self->empty_invite = TRUE;
      phone_call_emit_event (self, "connecting", NULL);
      phone_call_create_offer (self);
      return;
    }

  self->phase = PHONE_CALL_MEDIA_ANSWERING;
  self->asked = self->wish;
  g_free (self->remote_sdp);
  self->remote_sdp = phone_call_review_sdp (self, "remote", "offer", offer);
  phone_call_emit_event (self, "connecting", NULL);
  phone_media_session_set_video (self->media, self->wish.video);
  phone_media_session_create_answer_async (self->media, self->remote_sdp, self->cancellable, phone_call_answer_made_cb, g_object_ref (self));
}

static void
phone_call_answer_applied_cb (GObject      *source,
                              GAsyncResult *result,
                              gpointer      data)
{
  g_autoptr (PhoneCall) self = data;
  g_autoptr (GError) error = NULL;
  gboolean good = phone_media_session_apply_answer_finish (PHONE_MEDIA_SESSION (source), result, &error);
  gboolean stale = g_strcmp0 (self->applied_sdp, self->remote_sdp) != 0;

  if (phone_call_is_over (self) || self->phase != PHONE_CALL_MEDIA_APPLYING)
    return;

  self->phase = PHONE_CALL_MEDIA_OFFERED;
  if (!good)
    g_clear_pointer (&self->applied_sdp, g_free);
  if (stale)
    {
      phone_call_apply_answer (self);
      return;
    }
  if (self->state == PHONE_CALL_STATE_DIALING || self->state == PHONE_CALL_STATE_RINGING)
    {
      if (!good)
        phone_call_emit_event (self, "peerconnection:setremotedescriptionfailed", NULL);
      return;
    }

  phone_call_modify_taken (self, error);
}

/* The action of ANSWERED, and what an early answer does. The phase stays OFFERED until the final answer has been taken. */
void
phone_call_apply_answer (PhoneCall *self)
{
  if (self->phase != PHONE_CALL_MEDIA_OFFERED || self->remote_sdp == NULL)
    return;
  if (g_strcmp0 (self->applied_sdp, self->remote_sdp) == 0)
    {
      if (self->state == PHONE_CALL_STATE_ACTIVE)
        phone_call_modify_taken (self, NULL);
      return;
    }

  phone_call_await_media (self, PHONE_CALL_MEDIA_APPLYING);
  g_free (self->applied_sdp);
  self->applied_sdp = g_strdup (self->remote_sdp);
  phone_media_session_apply_answer_async (self->media, self->remote_sdp, self->cancellable, phone_call_answer_applied_cb, g_object_ref (self));
}
