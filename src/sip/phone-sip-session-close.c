/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a session ends (RFC 3261 §9 and §15), from either side and in every state: unsent, CANCEL, a refusal, BYE. Our own part is
 * over at once and said so; what the protocol still wants (the final response to a cancelled INVITE, the ACK before a BYE) happens
 * behind it. A CANCEL or BYE may say why (RFC 3326). */
#include "config.h"
#include "phone-sip-session.h"

#include <stdlib.h>
#include <string.h>

#include "phone-sip-session-private.h"

#define DEFAULT_REFUSAL 480

/* "Reason: SIP ;cause=480 ;text="…"" if the options name a status, as JsSIP writes it; NULL else. */
static char *
phone_sip_session_make_reason (const PhoneSipTerminateOptions *options)
{
  const char *text;
  g_autofree char *clean = NULL;

  if (options == NULL || options->status < 200)
    return NULL;

  text = options->reason != NULL ? options->reason : phone_sip_status_get_reason (options->status);
  clean = g_strdelimit (g_strdup (text != NULL ? text : ""), "\"\\\r\n", ' ');

  return g_strdup_printf ("Reason: SIP ;cause=%u ;text=\"%s\"", options->status, clean);
}

static char **
phone_sip_session_make_bye_headers (const PhoneSipTerminateOptions *options)
{
  g_autoptr(GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *reason = phone_sip_session_make_reason (options);

  if (reason != NULL)
    g_strv_builder_add (lines, reason);
  for (guint i = 0; options != NULL && options->extra_headers != NULL && options->extra_headers[i] != NULL; i++)
    g_strv_builder_add (lines, options->extra_headers[i]);

  return g_strv_builder_end (lines);
}

void
phone_sip_session_read_reason (PhoneSipSession *self,
                               PhoneSipMessage *message)
{
  g_auto(GStrv) values = NULL;

  if (phone_sip_message_get_header (message, PHONE_SIP_HEADER_REASON) == NULL)
    return;

  values = phone_sip_message_get_headers (message, "Reason");
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_auto(GStrv) parts = g_strsplit (values[i], ";", 16);

      if (parts[0] == NULL || g_ascii_strcasecmp (g_strstrip (parts[0]), "SIP") != 0)
        continue;

      for (guint k = 1; parts[k] != NULL; k++)
        {
          const char *part = g_strstrip (parts[k]);

          if (g_ascii_strncasecmp (part, "cause=", 6) == 0)
            {
              self->reason_status = (guint) CLAMP (strtol (part + 6, NULL, 10), 0, 699);
            }
          else if (g_ascii_strncasecmp (part, "text=", 5) == 0)
            {
              g_free (self->reason_text);
              self->reason_text = g_utf8_make_valid (part + 5, -1);
              g_strdelimit (self->reason_text, "\"", ' ');
              g_strstrip (self->reason_text);
            }
        }
      return;
    }
}

void
phone_sip_session_bye_in_dialog (PhoneSipSession     *self,
                                 PhoneSipDialog      *dialog,
                                 const char * const  *headers,
                                 const char          *content_type,
                                 const char          *body)
{
  g_autoptr(PhoneSipRequest) bye = phone_sip_session_create_request (self, dialog, "BYE");
  g_autoptr(GError) error = NULL;

  if (body != NULL)
    phone_sip_request_set_body (bye, content_type != NULL ? content_type : PHONE_SIP_SDP, body, -1);
  if (!phone_sip_request_add_lines (bye, headers, &error) || !phone_sip_request_send (bye, &error))
    g_debug ("BYE not sent: %s", error->message);
}

/* After a BYE or its kin: everything stops, then the owner hears of it. */
static void
phone_sip_session_finish (PhoneSipSession           *self,
                          const PhoneSipSessionNews *news,
                          const char                *cause)
{
  const char *text = news->cause != NULL ? news->cause : cause;
  g_autofree char *kept = g_strdup (text);
  gboolean ended = self->accepted;

  phone_sip_session_clean_up (self);
  phone_sip_session_emit_over (self, news->originator != NULL ? news->originator : "local", news->message, kept, ended);
}

void
phone_sip_session_drop_unsent (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_CANCELED);
}

void
phone_sip_session_send_cancel (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  g_autofree char *reason = phone_sip_session_make_reason (news->options);
  const char *lines[] = { reason, NULL };
  PhoneSipSessionNews over = { .originator = "local" };

  phone_sip_request_cancel (self->request, lines);
  phone_sip_session_finish (self, &over, news->cause != NULL ? news->cause : PHONE_SIP_CAUSE_CANCELED);

  /* A handler of "sending" closed it: no final response will ever come. */
  if (self->agent != NULL && phone_sip_request_get_transaction (self->request) == NULL)
    phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_REFUSE, NULL);
}

void
phone_sip_session_settle_canceled (PhoneSipSession           *self,
                                   const PhoneSipSessionNews *news)
{
  g_debug ("a cancelled INVITE is over");
}

void
phone_sip_session_reject (PhoneSipSession           *self,
                          const PhoneSipSessionNews *news)
{
  if (news->message != NULL)
    phone_sip_server_transaction_respond (self->transaction, news->message);
  phone_sip_session_finish (self, &(PhoneSipSessionNews) { .originator = "local", .cause = news->cause }, PHONE_SIP_CAUSE_REJECTED);
}

void
phone_sip_session_take_cancel (PhoneSipSession           *self,
                               const PhoneSipSessionNews *news)
{
  phone_sip_session_read_reason (self, news->message);
  self->elsewhere = self->reason_status == 200;
  phone_sip_server_transaction_reply (self->transaction, 487, NULL, NULL);
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_CANCELED);
}

void
phone_sip_session_lapse (PhoneSipSession           *self,
                         const PhoneSipSessionNews *news)
{
  phone_sip_server_transaction_reply (self->transaction, news->status, NULL, NULL);
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_NO_ANSWER);
}

void
phone_sip_session_send_bye (PhoneSipSession           *self,
                            const PhoneSipSessionNews *news)
{
  const PhoneSipTerminateOptions *options = news->options;
  g_auto(GStrv) lines = phone_sip_session_make_bye_headers (options);

  /* RFC 3261 §13.2.2.4: a 2xx is acknowledged whatever follows. */
  phone_sip_session_pay_acks (self);
  if (self->dialog != NULL)
    phone_sip_session_bye_in_dialog (self, self->dialog, (const char * const *) lines,
                                     options != NULL ? options->content_type : NULL, options != NULL ? options->body : NULL);
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_BYE);
}

/* RFC 3261 §15: the called party must not send BYE before the ACK has come or the 2xx was given up. */
void
phone_sip_session_hold_bye (PhoneSipSession           *self,
                            const PhoneSipSessionNews *news)
{
  const PhoneSipTerminateOptions *options = news->options;

  if (self->unacknowledged.response == NULL)
    {
      phone_sip_session_send_bye (self, news);
      return;
    }

  self->bye_due = TRUE;
  self->bye_headers = phone_sip_session_make_bye_headers (options);
  if (options != NULL)
    {
      self->bye_type = g_strdup (options->content_type);
      self->bye_body = g_strdup (options->body);
    }
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_BYE);
}

void
phone_sip_session_send_held_bye (PhoneSipSession *self)
{
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  self->bye_due = FALSE;
  phone_sip_session_bye_in_dialog (self, self->dialog, (const char * const *) self->bye_headers, self->bye_type, self->bye_body);
  phone_sip_session_drop_dialog (self, self->dialog);
  phone_sip_session_settle (self);
}

void
phone_sip_session_take_bye (PhoneSipSession           *self,
                            const PhoneSipSessionNews *news)
{
  phone_sip_session_read_reason (self, news->message);
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_BYE);
}

/* BYE before the final response (RFC 3261 §15.1.2): the INVITE gets 487. On our own INVITE it is nonsense, and taken as a farewell. */
void
phone_sip_session_take_early_bye (PhoneSipSession           *self,
                                  const PhoneSipSessionNews *news)
{
  phone_sip_session_read_reason (self, news->message);
  if (self->outgoing)
    phone_sip_request_cancel (self->request, NULL);
  else
    phone_sip_server_transaction_reply (self->transaction, 487, "BYE Received", NULL);
  phone_sip_session_clean_up (self);
  phone_sip_session_emit_over (self, "remote", news->message, PHONE_SIP_CAUSE_BYE, TRUE);
}

/* The transaction of the peer's INVITE broke: nothing can be answered any more. */
void
phone_sip_session_take_loss (PhoneSipSession           *self,
                             const PhoneSipSessionNews *news)
{
  phone_sip_session_finish (self, news, PHONE_SIP_CAUSE_CONNECTION_ERROR);
}

static PhoneSipMessage *
phone_sip_session_create_refusal (PhoneSipSession                 *self,
                                  const PhoneSipTerminateOptions  *options,
                                  GError                         **error)
{
  guint status = options->status != 0 ? options->status : DEFAULT_REFUSAL;
  const char *type = options->content_type != NULL ? options->content_type : PHONE_SIP_SDP;

  return phone_sip_agent_create_reply (self->transaction, status, options->reason, options->extra_headers,
                                       options->body != NULL ? type : NULL, options->body, error);
}

/**
 * phone_sip_session_terminate:
 * @self: a session
 * @options: (nullable): how and why
 * @error: return location
 *
 * Ends the session in the way its state asks for: nothing, CANCEL, a final response (default 480) or BYE; "failed" or "ended" has
 * been emitted when this returns. A status in @options becomes a Reason header in CANCEL and BYE.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE (over already), %PHONE_SIP_ERROR_INVALID_ARGUMENT (a status outside
 *   200–699, or for a refusal outside 300–699) or %PHONE_SIP_ERROR_MALFORMED (a bad extra header)
 */
gboolean
phone_sip_session_terminate (PhoneSipSession                 *self,
                             const PhoneSipTerminateOptions  *options,
                             GError                         **error)
{
  static const PhoneSipTerminateOptions defaults = { 0, };
  g_autoptr(PhoneSipMessage) refusal = NULL;
  PhoneSipSessionNews news = { .originator = "local" };
  gboolean refuses;

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  news.options = options != NULL ? options : &defaults;
  news.cause = news.options->cause;
  refuses = self->state == PHONE_SIP_SESSION_STATE_INVITE_RECEIVED || self->state == PHONE_SIP_SESSION_STATE_WAITING_FOR_ANSWER;

  if (phone_sip_session_is_ended (self) || self->agent == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the session is over");
      return FALSE;
    }
  if (news.options->status != 0 && (news.options->status < (refuses ? 300u : 200u) || news.options->status > 699))
    {
      g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "%u does not end a session", news.options->status);
      return FALSE;
    }

  if (refuses)
    {
      refusal = phone_sip_session_create_refusal (self, news.options, error);
      if (refusal == NULL)
        return FALSE;
      news.message = refusal;
    }

  return phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_CLOSE, &news);
}
