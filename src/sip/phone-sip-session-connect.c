/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller's half of an INVITE (RFC 3261 §13.2). One INVITE may be answered by several phones: each provisional response with a
 * new To tag makes an early dialog (§12.1), the first 2xx decides which one counts, and any other 2xx is acknowledged and ended on a
 * dialog of its own, which leaves the good one alone. A 2xx that comes again gets the same ACK again. A 422 (RFC 4028 §7.3) is
 * answered by the same INVITE with the longer interval. */
#include "config.h"
#include "phone-sip-session.h"

#include <string.h>

#include "phone-sip-request-private.h"
#include "phone-sip-session-private.h"

#define MAX_RETRIES 2

static const char *
phone_sip_session_read_sdp (PhoneSipMessage *message)
{
  const char *type = phone_sip_message_get_content_type (message);

  return g_strcmp0 (type, PHONE_SIP_SDP) == 0 ? phone_sip_message_get_body (message, NULL) : NULL;
}

static void
phone_sip_session_provisional_cb (gpointer         owner,
                                  PhoneSipMessage *response)
{
  PhoneSipSessionNews news = { .message = response };
  gboolean tagged = phone_sip_message_get_to_tag (response) != NULL && phone_sip_message_get_status (response) > 100;

  phone_sip_session_dispatch (owner, tagged ? PHONE_SIP_SESSION_EVENT_PROGRESS : PHONE_SIP_SESSION_EVENT_TRYING, &news);
}

static void
phone_sip_session_note_invite (PhoneSipSession *self)
{
  g_clear_pointer (&self->invite, phone_sip_message_unref);
  self->invite = phone_sip_message_ref (phone_sip_request_get_message (self->request));
}

static void
phone_sip_session_authenticated_cb (gpointer owner)
{
  phone_sip_session_note_invite (owner);
}

static void
phone_sip_session_lingered_cb (gpointer owner)
{
  PhoneSipSession *self = owner;

  self->lingering = FALSE;
  if (self->state == PHONE_SIP_SESSION_STATE_TERMINATED)
    phone_sip_session_settle (self);
}

/* A 2xx of a phone that we do not talk to: its own ACK and BYE on its own dialog. */
static void
phone_sip_session_end_fork (PhoneSipSession *self,
                            PhoneSipMessage *response)
{
  PhoneSipEndpoint *endpoint = phone_sip_agent_get_endpoint (self->agent);
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uac (self->invite, response, NULL);
  g_autoptr(PhoneSipMessage) ack = NULL;

  if (dialog == NULL)
    return;

  ack = phone_sip_dialog_create_ack (dialog, endpoint, phone_sip_message_get_cseq (self->invite), self->invite, NULL, NULL, NULL);
  if (ack != NULL)
    phone_sip_endpoint_send (endpoint, ack);
  phone_sip_session_bye_in_dialog (self, dialog, NULL, NULL, NULL);
}

static void
phone_sip_session_repeat_ack (PhoneSipSession *self,
                              PhoneSipMessage *response)
{
  if (self->dialog == NULL || !phone_sip_dialog_matches (self->dialog, response))
    phone_sip_session_end_fork (self, response);
  else if (self->ack != NULL)
    phone_sip_endpoint_send (phone_sip_agent_get_endpoint (self->agent), self->ack);
}

static void
phone_sip_session_succeeded_cb (gpointer         owner,
                                PhoneSipMessage *response)
{
  g_autoptr(PhoneSipSession) self = g_object_ref (owner);
  PhoneSipSessionNews news = { .message = response };

  self->lingering = TRUE;
  if (!phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_ANSWER, &news))
    phone_sip_session_repeat_ack (self, response);
}

static gboolean phone_sip_session_retry_longer (PhoneSipSession *self, PhoneSipMessage *response);

static void
phone_sip_session_invite_failed_cb (gpointer         owner,
                                    PhoneSipMessage *response,
                                    const char      *cause)
{
  g_autoptr(PhoneSipSession) self = g_object_ref (owner);
  PhoneSipSessionNews news = { .message = response, .cause = cause, .originator = response != NULL ? "remote" : "system" };

  if (response != NULL && phone_sip_session_retry_longer (self, response))
    return;

  phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_REFUSE, &news);
}

static const PhoneSipRequestOwner request_owner = {
  phone_sip_session_provisional_cb,
  phone_sip_session_succeeded_cb,
  phone_sip_session_invite_failed_cb,
  phone_sip_session_authenticated_cb,
  phone_sip_session_lingered_cb,
};

static gboolean
phone_sip_session_transmit (PhoneSipSession  *self,
                            GError          **error)
{
  phone_sip_request_set_owner (self->request, &request_owner, self);
  if (!phone_sip_request_send (self->request, error))
    return FALSE;

  phone_sip_session_note_invite (self);

  return TRUE;
}

/* RFC 4028 §7.3: 422 asks for a longer interval; the INVITE goes again with it. */
static gboolean
phone_sip_session_retry_longer (PhoneSipSession *self,
                                PhoneSipMessage *response)
{
  g_autoptr(PhoneSipRequest) again = NULL;
  g_autofree char *min_se = NULL;
  guint32 minimum = 0;

  if (phone_sip_message_get_status (response) != 422 || self->retried >= MAX_RETRIES ||
      !phone_sip_session_is_in_progress (self) ||
      !phone_sip_message_get_uint (response, PHONE_SIP_HEADER_MIN_SE, &minimum) || minimum == 0)
    return FALSE;

  self->retried++;
  self->min_se = MAX (self->min_se, minimum);
  self->offered_expires = MAX (self->offered_expires, self->min_se);

  again = phone_sip_request_copy (self->request);
  min_se = g_strdup_printf ("%u", self->min_se);
  phone_sip_request_set_header (again, "Min-SE", min_se);
  phone_sip_request_set_cseq (again, phone_sip_message_get_cseq (self->invite) + 1);
  phone_sip_session_offer_timer (self, again);
  phone_sip_request_set_owner (self->request, NULL, NULL);
  g_set_object (&self->request, again);

  return phone_sip_session_transmit (self, NULL);
}

static PhoneSipDialog *
phone_sip_session_find_early (PhoneSipSession *self,
                              PhoneSipMessage *response)
{
  for (guint i = 0; i < self->early->len; i++)
    if (phone_sip_dialog_matches (self->early->pdata[i], response))
      return self->early->pdata[i];

  return NULL;
}

/* The early dialog of a provisional response, made if it is new; NULL without Contact or when there are too many. */
static PhoneSipDialog *
phone_sip_session_take_early (PhoneSipSession *self,
                              PhoneSipMessage *response)
{
  PhoneSipDialog *dialog = phone_sip_session_find_early (self, response);

  if (dialog != NULL || self->early->len >= PHONE_SIP_SESSION_MAX_EARLY)
    return dialog;

  dialog = phone_sip_dialog_new_uac (self->invite, response, NULL);
  if (dialog != NULL)
    {
      g_ptr_array_add (self->early, dialog);
      phone_sip_session_adopt_dialog (self, dialog);
    }

  return dialog;
}

/* The dialog of the first 2xx becomes ours; those of the other phones go. */
static gboolean
phone_sip_session_confirm_dialog (PhoneSipSession *self,
                                  PhoneSipMessage *response)
{
  g_autoptr(PhoneSipDialog) winner = phone_sip_session_find_early (self, response);

  if (winner != NULL)
    {
      g_object_ref (winner);
      phone_sip_dialog_confirm (winner, response);
      g_ptr_array_remove (self->early, winner);
    }
  else
    {
      winner = phone_sip_dialog_new_uac (self->invite, response, NULL);
      if (winner == NULL)
        return FALSE;
      phone_sip_session_adopt_dialog (self, winner);
    }

  self->dialog = g_steal_pointer (&winner);
  for (guint i = 0; i < self->early->len; i++)
    phone_sip_session_drop_dialog (self, self->early->pdata[i]);
  g_ptr_array_set_size (self->early, 0);

  return TRUE;
}

static void
phone_sip_session_set_identity (PhoneSipSession              *self,
                                const PhoneSipConnectOptions *options)
{
  const char *tag = strrchr (phone_sip_request_get_header (self->request, "From"), '=') + 1;
  g_autofree char *from = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *identity = NULL;

  self->id = g_strconcat (phone_sip_request_get_header (self->request, "Call-ID"), tag, NULL);
  if (!options->anonymous && options->from_user == NULL && options->from_display_name == NULL)
    return;

  uri = phone_sip_uri_to_string (phone_sip_agent_get_config (self->agent)->uri);
  identity = g_strdup_printf ("<%s>", uri);
  from = phone_sip_agent_create_from (self->agent, options->from_user, options->from_display_name, options->anonymous, tag);
  phone_sip_request_set_header (self->request, "From", from);
  if (options->anonymous)
    {
      phone_sip_request_set_header (self->request, "P-Preferred-Identity", identity);
      phone_sip_request_set_header (self->request, "Privacy", "id");
    }
  else if (options->from_user != NULL)
    {
      phone_sip_request_set_header (self->request, "P-Preferred-Identity", identity);
    }
}

/* Whoever asked before the INVITE was written asked too early. */
static void
phone_sip_session_forget_identity (PhoneSipSession *self)
{
  g_clear_pointer (&self->local, phone_sip_address_free);
  g_clear_pointer (&self->id, g_free);
}

static gboolean
phone_sip_session_draft (PhoneSipSession               *self,
                         const char                    *sdp,
                         const PhoneSipConnectOptions  *options,
                         GError                       **error)
{
  g_autofree char *contact = NULL;

  self->request = phone_sip_agent_create_request (self->agent, "INVITE", self->target);
  self->anonymous = options->anonymous;
  self->offered_expires = options->session_expires >= PHONE_SIP_SESSION_MIN_EXPIRES ? options->session_expires : PHONE_SIP_SESSION_EXPIRES;
  contact = phone_sip_session_create_contact (self);
  phone_sip_request_set_header (self->request, "Contact", contact);
  if (options->replaces != NULL)
    phone_sip_request_set_header (self->request, "Replaces", options->replaces);
  phone_sip_session_offer_timer (self, self->request);
  phone_sip_session_forget_identity (self);
  phone_sip_session_set_identity (self, options);
  if (sdp != NULL)
    phone_sip_request_set_body (self->request, PHONE_SIP_SDP, sdp, -1);

  if (phone_sip_request_add_lines (self->request, options->extra_headers, error))
    return TRUE;

  g_clear_object (&self->request);

  return FALSE;
}

void
phone_sip_session_send_invite (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  g_autoptr(GError) error = NULL;
  PhoneSipSessionNews failure = { .originator = "system", .cause = PHONE_SIP_CAUSE_INTERNAL_ERROR };

  phone_sip_agent_hold (self->agent, self);
  phone_sip_session_emit_sending (self, self->request);
  if (self->state != PHONE_SIP_SESSION_STATE_INVITE_SENT || self->agent == NULL)
    return;

  phone_sip_session_set_local_sdp (self, phone_sip_request_get_body (self->request));
  if (!phone_sip_session_transmit (self, &error))
    {
      g_debug ("INVITE not sent: %s", error->message);
      phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_REFUSE, &failure);
    }
}

void
phone_sip_session_take_progress (PhoneSipSession           *self,
                                 const PhoneSipSessionNews *news)
{
  PhoneSipMessage *response = news->message;
  PhoneSipDialog *dialog = phone_sip_session_take_early (self, response);
  const char *sdp = phone_sip_session_read_sdp (response);
  gboolean reliable = phone_sip_message_has_token (response, PHONE_SIP_HEADER_REQUIRE, "100rel");

  if (reliable && (dialog == NULL || !phone_sip_session_acknowledge_provisional (self, dialog, response)))
    return;

  if (sdp != NULL && self->local_sdp != NULL)
    {
      gboolean news_to_us = g_strcmp0 (self->remote_sdp, sdp) != 0;

      phone_sip_session_set_remote_sdp (self, sdp);
      if (reliable)
        self->answered_reliably = TRUE;
      if (news_to_us)
        phone_sip_session_emit_answer (self, self->remote_sdp, TRUE);
    }
  else if (sdp != NULL && reliable && self->prack_owed != NULL)
    {
      phone_sip_session_set_remote_sdp (self, sdp);
      phone_sip_session_emit_offer (self, self->remote_sdp);
    }

  if (self->state == PHONE_SIP_SESSION_STATE_1XX_RECEIVED)
    phone_sip_session_emit_progress (self, "remote", response);
}

/* Sends the ACK to the 2xx; FALSE only if sdp cannot be sent. */
static gboolean
phone_sip_session_send_ack (PhoneSipSession  *self,
                            const char       *sdp,
                            GError          **error)
{
  PhoneSipEndpoint *endpoint = phone_sip_agent_get_endpoint (self->agent);
  PhoneSipMessage *ack = phone_sip_dialog_create_ack (self->dialog, endpoint, phone_sip_message_get_cseq (self->invite), self->invite,
                                                      sdp != NULL ? PHONE_SIP_SDP : NULL, sdp, error);

  if (ack == NULL)
    return FALSE;

  g_clear_pointer (&self->ack, phone_sip_message_unref);
  self->ack = ack;
  phone_sip_endpoint_send (endpoint, ack);

  return TRUE;
}

/* RFC 3261 §13.2.2.4: a 2xx that cannot be used is acknowledged, then ended. */
static void
phone_sip_session_end_unusable (PhoneSipSession *self,
                                PhoneSipMessage *response)
{
  static const char * const reason[] = { "Reason: SIP ;cause=400 ;text=\"Missing SDP\"", NULL };
  PhoneSipTerminateOptions options = { .extra_headers = reason };
  PhoneSipSessionNews news = { .message = response, .originator = "remote", .cause = PHONE_SIP_CAUSE_BAD_MEDIA_DESCRIPTION, .options = &options };

  phone_sip_session_send_ack (self, NULL, NULL);
  phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_CLOSE, &news);
}

void
phone_sip_session_take_answer (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  PhoneSipMessage *response = news->message;
  const char *sdp = phone_sip_session_read_sdp (response);
  PhoneSipSessionNews broken = { .message = response, .originator = "remote", .cause = PHONE_SIP_CAUSE_DIALOG_ERROR };

  if (!phone_sip_session_confirm_dialog (self, response))
    {
      phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_BREAK, &broken);
      return;
    }

  if (sdp == NULL && (self->remote_sdp == NULL || self->local_sdp == NULL))
    {
      phone_sip_session_end_unusable (self, response);
      return;
    }

  phone_sip_session_agree_timer_uac (self, response);
  if (self->local_sdp == NULL)
    {
      self->owed = phone_sip_message_ref (response);
      phone_sip_session_set_remote_sdp (self, sdp);
      phone_sip_session_emit_accepted (self, "remote", response);
      if (self->state == PHONE_SIP_SESSION_STATE_CONFIRMED && self->owed != NULL)
        phone_sip_session_emit_offer (self, self->remote_sdp);
      return;
    }

  phone_sip_session_send_ack (self, NULL, NULL);
  phone_sip_session_start_timer (self);
  if (sdp != NULL && (!self->answered_reliably || g_strcmp0 (sdp, self->remote_sdp) != 0))
    {
      phone_sip_session_set_remote_sdp (self, sdp);
      phone_sip_session_emit_answer (self, self->remote_sdp, FALSE);
    }
  phone_sip_session_emit_accepted (self, "remote", response);
  phone_sip_session_emit_confirmed (self, "local", NULL);
}

/* The ACKs that wait for an answer of ours, without one. */
void
phone_sip_session_pay_acks (PhoneSipSession *self)
{
  if (self->owed != NULL)
    phone_sip_session_send_ack (self, NULL, NULL);
  g_clear_pointer (&self->owed, phone_sip_message_unref);
  phone_sip_session_modify_pay_ack (self);
}

gboolean
phone_sip_session_acknowledge (PhoneSipSession  *self,
                               const char       *sdp,
                               GError          **error)
{
  if (!phone_sip_session_send_ack (self, sdp, error))
    return FALSE;

  g_clear_pointer (&self->owed, phone_sip_message_unref);
  phone_sip_session_set_local_sdp (self, sdp);
  phone_sip_session_start_timer (self);
  phone_sip_session_emit_confirmed (self, "local", NULL);

  return TRUE;
}

void
phone_sip_session_take_refusal (PhoneSipSession           *self,
                                const PhoneSipSessionNews *news)
{
  phone_sip_session_clean_up (self);
  phone_sip_session_emit_over (self, news->originator, news->message, news->cause, FALSE);
}

/* The 200 crossed our CANCEL. */
void
phone_sip_session_take_late_answer (PhoneSipSession           *self,
                                    const PhoneSipSessionNews *news)
{
  phone_sip_session_end_fork (self, news->message);
  phone_sip_session_clean_up (self);
}

/**
 * phone_sip_session_connect:
 * @self: an outgoing session
 * @sdp: (nullable): our offer; %NULL asks the peer for one (it comes as "offer")
 * @options: (nullable): what differs from the default
 * @error: return location
 *
 * Sends the INVITE (RFC 3261 §13.2.1) after "sending", whose handlers may still change it. What goes wrong on the way comes as
 * "failed", maybe before this returns.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE (not new), %PHONE_SIP_ERROR_NOT_SUPPORTED (incoming) or
 *   %PHONE_SIP_ERROR_INVALID_ARGUMENT (a malformed extra header)
 */
gboolean
phone_sip_session_connect (PhoneSipSession               *self,
                           const char                    *sdp,
                           const PhoneSipConnectOptions  *options,
                           GError                       **error)
{
  static const PhoneSipConnectOptions defaults = { NULL, };

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  if (!self->outgoing)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED, "not an outgoing session");
      return FALSE;
    }
  if (self->state != PHONE_SIP_SESSION_STATE_NULL || self->agent == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the session was begun before");
      return FALSE;
    }
  if (!phone_sip_session_draft (self, sdp, options != NULL ? options : &defaults, error))
    return FALSE;

  return phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_CONNECT, NULL);
}
