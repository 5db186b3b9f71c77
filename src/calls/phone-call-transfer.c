/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Call transfer (RFC 3515, RFC 3891, RFC 5589), all three parts of it. A transferor sends REFER and hangs up once a NOTIFY says that
 * the new call stands. A transferee follows a REFER into its own domain by itself and asks the person about any other: a stranger
 * must not be able to make this phone ring a number of his choice. A transfer target answers an INVITE whose Replaces names a
 * live call without asking, since that call was answered before. */
#include "config.h"
#include "phone-call-private.h"

#include "phone-dial-target.h"
#include "phone-ua-private.h"

#include <string.h>

void
phone_call_transfer_release (PhoneCall *self)
{
  if (self->refer_out)
    g_signal_handlers_disconnect_by_data (self->refer_out, self);
  g_clear_object (&self->refer_out);
  if (self->refer_in)
    phone_sip_refer_notifier_reject (self->refer_in);
  g_clear_object (&self->refer_in);
  self->transferring = FALSE;
  if (self->transfer_request)
    phone_call_set_string (self, &self->transfer_request, NULL, PHONE_CALL_PROP_TRANSFER_REQUEST);
}

static void
phone_call_transfer_failed (PhoneCall  *self,
                            const char *cause)
{
  if (phone_call_is_over (self))
    return;

  phone_call_transfer_release (self);
  g_object_freeze_notify (G_OBJECT (self));
  phone_call_set_busy (self);
  phone_call_set_string (self, &self->problem, cause, PHONE_CALL_PROP_PROBLEM);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_call_refer_refused_cb (PhoneSipReferSubscriber *subscriber,
                             PhoneSipMessage         *response,
                             const char              *cause,
                             PhoneCall               *self)
{
  phone_call_transfer_failed (self, cause);
}

static void
phone_call_refer_failed_cb (PhoneSipReferSubscriber *subscriber,
                            PhoneSipMessage         *notify,
                            const char              *status_line,
                            PhoneCall               *self)
{
  const char *space = status_line ? strchr (status_line, ' ') : NULL;
  guint64 status = space ? g_ascii_strtoull (space, NULL, 10) : 0;

  phone_call_transfer_failed (self, status >= 300 && status <= 699 ? phone_sip_status_get_cause ((guint) status)
                                                                   : PHONE_SIP_CAUSE_SIP_FAILURE_CODE);
}

static void
phone_call_refer_accepted_cb (PhoneSipReferSubscriber *subscriber,
                              PhoneSipMessage         *notify,
                              const char              *status_line,
                              PhoneCall               *self)
{
  phone_call_hang_up (self, 0, NULL, NULL);
}

static gboolean
phone_call_refer (PhoneCall          *self,
                  const PhoneSipUri  *target,
                  PhoneSipSession    *replaces,
                  GError            **error)
{
  g_autoptr (GError) refused = NULL;

  if (self->transferring)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE, "The call is being transferred already");
      return FALSE;
    }

  self->refer_out = phone_sip_session_refer (self->session, target, replaces, NULL, &refused);
  if (self->refer_out == NULL)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, refused->message);
      return FALSE;
    }

  g_signal_connect_object (self->refer_out, "request-failed", G_CALLBACK (phone_call_refer_refused_cb), self, 0);
  g_signal_connect_object (self->refer_out, "failed", G_CALLBACK (phone_call_refer_failed_cb), self, 0);
  g_signal_connect_object (self->refer_out, "accepted", G_CALLBACK (phone_call_refer_accepted_cb), self, 0);
  self->transferring = TRUE;
  g_object_freeze_notify (G_OBJECT (self));
  phone_call_set_string (self, &self->problem, "", PHONE_CALL_PROP_PROBLEM);
  phone_call_set_busy (self);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

static gboolean
phone_call_may_transfer (PhoneCall  *self,
                         GError    **error)
{
  if (self->state == PHONE_CALL_STATE_ACTIVE || self->state == PHONE_CALL_STATE_CONFIRMING)
    return TRUE;

  return phone_call_refuse (self, error);
}

/**
 * phone_call_transfer:
 * @target: what a person types
 *
 * Sends the peer to @target (RFC 3515). The call ends by itself once that stands; "problem" tells if it does not.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE, #PHONE_CALL_ERROR_INVALID_ARGUMENT for a bad target, or #PHONE_CALL_ERROR_FAILED
 */
gboolean
phone_call_transfer (PhoneCall   *self,
                     const char  *target,
                     GError     **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;
  g_autoptr (GError) bad = NULL;

  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);
  g_return_val_if_fail (target != NULL, FALSE);

  if (!phone_call_may_transfer (self, error))
    return FALSE;

  uri = self->ua ? phone_ua_parse_target (self->ua, target, &bad) : phone_dial_target_parse (target, NULL, &bad);
  if (uri == NULL)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, bad->message);
      return FALSE;
    }

  return phone_call_refer (self, uri, NULL, error);
}

/* The peer's device if it can be reached from anywhere (GRUU, RFC 5627), else its address of record. */
static PhoneSipUri *
phone_call_get_transfer_address (PhoneCall *self)
{
  PhoneSipDialog *dialog = phone_sip_session_get_dialog (self->session);
  g_autoptr (PhoneSipUri) device = dialog ? phone_sip_uri_parse (phone_sip_dialog_get_remote_target (dialog), -1, NULL) : NULL;

  if (device && phone_sip_uri_has_param (device, "gr"))
    return g_steal_pointer (&device);

  return phone_sip_uri_parse (phone_call_get_remote_uri (self), -1, NULL);
}

/**
 * phone_call_transfer_to:
 * @other: the call whose peer is to take over
 *
 * Joins the peers of both calls (attended transfer, RFC 5589 §7): this peer gets a REFER whose Replaces names @other.
 *
 * Returns: as phone_call_transfer()
 */
gboolean
phone_call_transfer_to (PhoneCall  *self,
                        PhoneCall  *other,
                        GError    **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;

  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);
  g_return_val_if_fail (PHONE_IS_CALL (other), FALSE);

  if (self == other)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "A call cannot be transferred to itself");
      return FALSE;
    }
  if (!phone_call_may_transfer (self, error) || !phone_call_may_transfer (other, error))
    return FALSE;

  uri = phone_call_get_transfer_address (other);
  if (uri == NULL)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, "The other call's address cannot be named");
      return FALSE;
    }

  return phone_call_refer (self, uri, other->session, error);
}

/* The new call could not be set up: this one is an ordinary call again. */
static void
phone_call_follow_state_cb (PhoneCall  *followed,
                            GParamSpec *pspec,
                            PhoneCall  *self)
{
  if (followed->state != PHONE_CALL_STATE_ENDED || followed->accepted)
    return;

  self->transferred = FALSE;
}

static gboolean
phone_call_follow (PhoneCall  *self,
                   GError    **error)
{
  g_autoptr (PhoneSipReferNotifier) notifier = g_steal_pointer (&self->refer_in);
  PhoneUaCallOptions options = { .video = self->wish.video };
  PhoneCall *followed = NULL;

  self->transferred = TRUE;
  phone_call_set_string (self, &self->transfer_request, NULL, PHONE_CALL_PROP_TRANSFER_REQUEST);
  if (self->ua)
    followed = phone_ua_follow_refer (self->ua, notifier, &options, error);
  else
    g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, "The account has gone");
  if (followed == NULL)
    {
      self->transferred = FALSE;
      phone_sip_refer_notifier_reject (notifier);
      return FALSE;
    }

  g_signal_connect_object (followed, "notify::state", G_CALLBACK (phone_call_follow_state_cb), self, 0);

  return TRUE;
}

static gboolean
phone_call_is_own_domain (PhoneCall         *self,
                          const PhoneSipUri *target)
{
  g_autoptr (PhoneSipUri) own = NULL;

  if (self->ua == NULL)
    return FALSE;

  own = phone_sip_uri_parse (phone_account_get_uri (phone_ua_get_account (self->ua)), -1, NULL);

  return own && g_ascii_strcasecmp (phone_sip_uri_get_host (own), phone_sip_uri_get_host (target)) == 0;
}

/* The peer's REFER. */
void
phone_call_transfer_asked (PhoneCall             *self,
                           PhoneSipReferNotifier *notifier)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  PhoneSipUri *target = phone_sip_refer_notifier_get_target (notifier);
  g_autofree char *uri = phone_sip_uri_to_string (target);
  g_autofree char *text = phone_call_make_text (uri);
  g_autoptr (GError) error = NULL;

  phone_call_emit_event (self, "refer", g_variant_new_parsed ("{'target': <%s>}", text));
  if (phone_call_is_over (self) || self->refer_in || self->transferred)
    {
      phone_sip_refer_notifier_reject (notifier);
      return;
    }

  self->refer_in = g_object_ref (notifier);
  if (!phone_sip_uri_is_sip (target) || !phone_call_is_own_domain (self, target))
    phone_call_set_string (self, &self->transfer_request, text, PHONE_CALL_PROP_TRANSFER_REQUEST);
  else if (!phone_call_follow (self, &error))
    g_debug ("Call %s does not follow a REFER: %s", self->id, error->message);
}

static gboolean
phone_call_has_request (PhoneCall  *self,
                        GError    **error)
{
  if (self->refer_in)
    return TRUE;

  g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE, "Nobody asks for a transfer of this call");

  return FALSE;
}

/**
 * phone_call_accept_transfer:
 *
 * Follows the REFER that "transfer-request" tells of.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if there is none, or the error of phone_ua_call()
 */
gboolean
phone_call_accept_transfer (PhoneCall  *self,
                            GError    **error)
{
  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  return phone_call_has_request (self, error) && phone_call_follow (self, error);
}

/**
 * phone_call_reject_transfer:
 *
 * Declines the REFER that "transfer-request" tells of: NOTIFY 603.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE if there is none
 */
gboolean
phone_call_reject_transfer (PhoneCall  *self,
                            GError    **error)
{
  g_autoptr (PhoneSipReferNotifier) notifier = NULL;

  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  if (!phone_call_has_request (self, error))
    return FALSE;

  notifier = g_steal_pointer (&self->refer_in);
  phone_sip_refer_notifier_reject (notifier);
  phone_call_set_string (self, &self->transfer_request, NULL, PHONE_CALL_PROP_TRANSFER_REQUEST);

  return TRUE;
}

/* An INVITE whose Replaces names this call. The session below hangs this one up once the new one is confirmed. */
void
phone_call_transfer_replace (PhoneCall       *self,
                             PhoneSipSession *incoming)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  PhoneSipTerminateOptions busy = { .status = 486 };

  phone_call_emit_event (self, "replaces", NULL);
  if (self->state != PHONE_CALL_STATE_ACTIVE || self->ua == NULL || !phone_ua_answer_replacement (self->ua, incoming, self, self->wish.video))
    {
      phone_sip_session_terminate (incoming, &busy, NULL);
      return;
    }

  self->transferred = TRUE;
  self->wanted_reason = PHONE_CALL_END_HUNG_UP;
}
