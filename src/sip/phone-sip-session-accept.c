/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The called half of an INVITE (RFC 3261 §13.3). The server transaction has sent 100 and says a provisional response again each
 * minute; what is left here is to ring, to answer, and to repeat the 2xx from T1 up to T2 until its ACK comes or 64·T1 are over
 * (§13.3.1.4). A re-INVITE of the peer is acknowledged by the same means, so there is one record of what waits for an ACK. */
#include "config.h"
#include "phone-sip-session.h"

#include <string.h>

#include "phone-sip-session-private.h"

static void
phone_sip_session_cancelled_cb (gpointer         owner,
                                PhoneSipMessage *cancel)
{
  PhoneSipSessionNews news = { .message = cancel, .originator = "remote", .cause = PHONE_SIP_CAUSE_CANCELED };

  phone_sip_session_dispatch (owner, PHONE_SIP_SESSION_EVENT_CANCEL, &news);
}

static void
phone_sip_session_transaction_failed_cb (gpointer    owner,
                                         const char *cause)
{
  PhoneSipSessionNews news = { .originator = "system", .cause = cause };

  if (phone_sip_session_is_in_progress (owner))
    phone_sip_session_dispatch (owner, PHONE_SIP_SESSION_EVENT_BREAK, &news);
}

static const PhoneSipServerTransactionOwner transaction_owner = {
  phone_sip_session_cancelled_cb,
  phone_sip_session_transaction_failed_cb,
};

static void
phone_sip_session_no_answer_cb (gpointer data)
{
  PhoneSipSession *self = data;
  PhoneSipSessionNews news = { .originator = "local", .cause = PHONE_SIP_CAUSE_NO_ANSWER, .status = 408 };

  self->no_answer_timer = 0;
  phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_LAPSE, &news);
}

static void
phone_sip_session_expires_cb (gpointer data)
{
  PhoneSipSession *self = data;
  PhoneSipSessionNews news = { .originator = "system", .cause = PHONE_SIP_CAUSE_EXPIRES, .status = 487 };

  self->expires_timer = 0;
  phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_LAPSE, &news);
}

static void
phone_sip_session_no_ack_cb (gpointer data)
{
  PhoneSipSession *self = data;
  PhoneSipSessionNews news = { .originator = "remote", .cause = PHONE_SIP_CAUSE_NO_ACK };
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  self->unacknowledged.limit_timer = 0;
  phone_sip_session_stop_awaiting (self);
  if (self->bye_due)
    phone_sip_session_send_held_bye (self);
  else
    phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_NO_ACK, &news);
}

static void
phone_sip_session_repeat_cb (gpointer data)
{
  PhoneSipSession *self = data;
  PhoneSipUnacknowledged *waiting = &self->unacknowledged;

  waiting->interval = MIN (waiting->interval * 2, PHONE_SIP_T2);
  waiting->repeat_timer = phone_sip_clock_add (phone_sip_agent_get_clock (self->agent), waiting->interval, phone_sip_session_repeat_cb, self);
  if (!phone_sip_server_transaction_respond (waiting->transaction, waiting->response))
    phone_sip_endpoint_send (phone_sip_agent_get_endpoint (self->agent), waiting->response);
}

static const char *
phone_sip_session_read_body (PhoneSipMessage *message)
{
  return g_strcmp0 (phone_sip_message_get_content_type (message), PHONE_SIP_SDP) == 0 ? phone_sip_message_get_body (message, NULL) : NULL;
}

PhoneSipMessageBuilder *
phone_sip_session_create_reply (PhoneSipSession           *self,
                                PhoneSipServerTransaction *transaction,
                                guint                      status)
{
  PhoneSipMessageBuilder *builder = phone_sip_server_transaction_create_reply (transaction, status, NULL);
  g_autofree char *contact = phone_sip_session_create_contact (self);

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CONTACT, contact);

  return builder;
}

void
phone_sip_session_add_abilities (PhoneSipSession        *self,
                                 PhoneSipMessageBuilder *builder,
                                 PhoneSipMessage        *request)
{
  PhoneSipMethod method = phone_sip_message_get_method (request);

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ALLOW, PHONE_SIP_ALLOW);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUPPORTED, phone_sip_agent_get_supported (self->agent, method));
  phone_sip_session_agree_timer_uas (self, request, builder);
}

void
phone_sip_session_await_ack (PhoneSipSession           *self,
                             PhoneSipServerTransaction *transaction,
                             PhoneSipMessage           *response,
                             gboolean                   wants_answer)
{
  PhoneSipUnacknowledged *waiting = &self->unacknowledged;
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_session_stop_awaiting (self);
  waiting->transaction = g_object_ref (transaction);
  waiting->response = phone_sip_message_ref (response);
  waiting->cseq = phone_sip_message_get_cseq (response);
  waiting->wants_answer = wants_answer;
  waiting->interval = PHONE_SIP_T1;
  waiting->repeat_timer = phone_sip_clock_add (clock, waiting->interval, phone_sip_session_repeat_cb, self);
  waiting->limit_timer = phone_sip_clock_add (clock, PHONE_SIP_TIMER_64_T1, phone_sip_session_no_ack_cb, self);
}

void
phone_sip_session_stop_awaiting (PhoneSipSession *self)
{
  PhoneSipUnacknowledged *waiting = &self->unacknowledged;

  if (self->agent != NULL)
    {
      phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &waiting->repeat_timer);
      phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &waiting->limit_timer);
    }
  g_clear_object (&waiting->transaction);
  g_clear_pointer (&waiting->response, phone_sip_message_unref);
  waiting->wants_answer = FALSE;
}

void
phone_sip_session_stop_accept (PhoneSipSession *self)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_clock_clear (clock, &self->no_answer_timer);
  phone_sip_clock_clear (clock, &self->expires_timer);
  if (self->transaction != NULL)
    phone_sip_server_transaction_set_owner (self->transaction, NULL, NULL);
}

void
phone_sip_session_take_invite (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  guint32 expires = 0;

  phone_sip_agent_hold (self->agent, self);
  self->invite = phone_sip_message_ref (news->message);
  self->trusts_assertion = phone_sip_agent_get_config (self->agent)->trust_asserted_identity;
  self->transaction = g_object_ref (news->transaction);
  self->peer_updates = phone_sip_message_has_token (news->message, PHONE_SIP_HEADER_ALLOW, "UPDATE");
  phone_sip_session_set_remote_sdp (self, phone_sip_session_read_body (news->message));
  phone_sip_server_transaction_set_owner (self->transaction, &transaction_owner, self);

  if (phone_sip_message_get_uint (news->message, PHONE_SIP_HEADER_EXPIRES, &expires))
    self->expires_timer = phone_sip_clock_add (phone_sip_agent_get_clock (self->agent), MIN (expires, G_MAXUINT / 1000) * 1000,
                                               phone_sip_session_expires_cb, self);
}

void
phone_sip_session_start_ringing (PhoneSipSession           *self,
                                 const PhoneSipSessionNews *news)
{
  guint limit = phone_sip_agent_get_config (self->agent)->no_answer_timeout;

  if (news->message != NULL)
    phone_sip_server_transaction_respond (self->transaction, news->message);
  if (self->no_answer_timer == 0 && limit > 0)
    self->no_answer_timer = phone_sip_clock_add (phone_sip_agent_get_clock (self->agent), limit * 1000, phone_sip_session_no_answer_cb, self);
  phone_sip_session_emit_progress (self, "local", NULL);
}

void
phone_sip_session_send_answer (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  phone_sip_session_stop_accept (self);
  phone_sip_dialog_confirm (self->dialog, NULL);

  /* RFC 3262 §3: a provisional response with our description must be acknowledged before the 2xx. */
  if (self->reliable != NULL && self->reliable_sdp)
    {
      self->deferred_accept = phone_sip_message_ref (news->message);
    }
  else
    {
      phone_sip_session_stop_prack (self);
      phone_sip_server_transaction_respond (self->transaction, news->message);
      phone_sip_session_await_ack (self, self->transaction, news->message, self->remote_sdp == NULL);
    }
  phone_sip_session_emit_accepted (self, "local", NULL);
}

void
phone_sip_session_take_ack (PhoneSipSession           *self,
                            const PhoneSipSessionNews *news)
{
  gboolean wants_answer = self->unacknowledged.wants_answer;
  const char *sdp = phone_sip_session_read_body (news->message);
  PhoneSipTerminateOptions options = { .status = 400, .reason = PHONE_SIP_CAUSE_MISSING_SDP, .cause = PHONE_SIP_CAUSE_MISSING_SDP };

  phone_sip_session_stop_awaiting (self);
  if (wants_answer && sdp == NULL)
    {
      phone_sip_session_terminate (self, &options, NULL);
      return;
    }

  phone_sip_session_start_timer (self);
  if (wants_answer)
    {
      phone_sip_session_set_remote_sdp (self, sdp);
      phone_sip_session_emit_modified (self, self->remote_sdp);
    }
  phone_sip_session_emit_confirmed (self, "remote", news->message);
  phone_sip_session_end_replaced (self);
  phone_sip_session_modification_confirmed (self);
}

/* An ACK in our dialog: to the first 2xx, or to that of a re-INVITE. */
void
phone_sip_session_receive_ack (PhoneSipSession *self,
                               PhoneSipMessage *ack)
{
  PhoneSipSessionNews news = { .message = ack };

  if (self->unacknowledged.response == NULL || phone_sip_message_get_cseq (ack) != self->unacknowledged.cseq)
    return;

  if (self->bye_due)
    {
      phone_sip_session_stop_awaiting (self);
      phone_sip_session_send_held_bye (self);
    }
  else if (!phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_ACK, &news))
    {
      phone_sip_session_modification_acknowledged (self, ack);
    }
}

static gboolean
phone_sip_session_check_incoming (PhoneSipSession  *self,
                                  GError          **error)
{
  if (self->outgoing)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED, "not an incoming session");
      return FALSE;
    }
  if (self->agent == NULL || self->deferred_accept != NULL ||
      (self->state != PHONE_SIP_SESSION_STATE_INVITE_RECEIVED && self->state != PHONE_SIP_SESSION_STATE_WAITING_FOR_ANSWER))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the session does not wait for an answer");
      return FALSE;
    }

  return TRUE;
}

/**
 * phone_sip_session_ring:
 * @self: an incoming session
 * @early_sdp: (nullable): our answer for early media: 183 instead of 180
 * @error: return location
 *
 * Tells the caller that a person is being alerted and starts the no-answer timer. Reliable (RFC 3262) where the peer requires it,
 * or supports it and there is a description.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_NOT_SUPPORTED (outgoing) or %PHONE_SIP_ERROR_INVALID_STATE
 */
gboolean
phone_sip_session_ring (PhoneSipSession  *self,
                        const char       *early_sdp,
                        GError          **error)
{
  guint status = early_sdp != NULL ? 183 : 180;
  g_autoptr(PhoneSipMessage) response = NULL;
  PhoneSipSessionNews news = { NULL, };

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  if (!phone_sip_session_check_incoming (self, error))
    return FALSE;

  if (early_sdp != NULL)
    phone_sip_session_set_local_sdp (self, early_sdp);

  if (phone_sip_session_wants_reliable (self, early_sdp != NULL))
    {
      if (!phone_sip_session_send_reliable (self, status, early_sdp, error))
        return FALSE;
    }
  else
    {
      response = phone_sip_agent_end_reply (phone_sip_session_create_reply (self, self->transaction, status), NULL,
                                            PHONE_SIP_SDP, early_sdp, error);
      if (response == NULL)
        return FALSE;
    }

  news.message = response;

  return phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_RING, &news);
}

/**
 * phone_sip_session_accept:
 * @self: an incoming session
 * @sdp: our answer, or our offer if the INVITE had none
 * @session_expires: the session interval that we would like, in seconds; 0 is 90
 * @extra_headers: (nullable): "Name: value" lines for the 200
 * @error: return location
 *
 * Sends 200. Before ringing it is fine too.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_NOT_SUPPORTED (outgoing), %PHONE_SIP_ERROR_INVALID_STATE or
 *   %PHONE_SIP_ERROR_MALFORMED (a bad extra header)
 */
gboolean
phone_sip_session_accept (PhoneSipSession     *self,
                          const char          *sdp,
                          guint                session_expires,
                          const char * const  *extra_headers,
                          GError             **error)
{
  PhoneSipMessageBuilder *builder;
  g_autoptr(PhoneSipMessage) response = NULL;
  PhoneSipSessionNews news = { NULL, };

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);
  g_return_val_if_fail (sdp != NULL, FALSE);

  if (!phone_sip_session_check_incoming (self, error))
    return FALSE;

  if (session_expires >= PHONE_SIP_SESSION_MIN_EXPIRES)
    self->offered_expires = session_expires;
  builder = phone_sip_session_create_reply (self, self->transaction, 200);
  phone_sip_session_add_abilities (self, builder, self->invite);
  response = phone_sip_agent_end_reply (builder, extra_headers, PHONE_SIP_SDP, sdp, error);
  if (response == NULL)
    return FALSE;

  phone_sip_session_set_local_sdp (self, sdp);
  news.message = response;

  return phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_ACCEPT, &news);
}
