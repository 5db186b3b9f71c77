/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain requests inside a dialog: INFO (RFC 6086), MESSAGE, OPTIONS and whatever an owner thinks of. They neither change the session
 * nor wait for each other. A peer that answers 481 or 408 has lost the call (RFC 3261 §12.2.1.2); a broken connection or our own
 * time-out says nothing about the call and leaves it alone. */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-sip-session-private.h"

static void
phone_sip_session_request_over (PhoneSipSession *self,
                                PhoneSipRequest *request,
                                PhoneSipMessage *response,
                                const char      *cause)
{
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);
  g_autoptr(PhoneSipRequest) kept_request = g_object_ref (request);
  PhoneSipSessionNews gone = { .message = response, .originator = "remote", .cause = PHONE_SIP_CAUSE_DIALOG_ERROR };
  guint status = response != NULL ? phone_sip_message_get_status (response) : 0;
  gboolean lost = status == 481 || status == 408;

  g_signal_handlers_disconnect_by_data (request, self);
  if (!g_ptr_array_remove (self->requests, request))
    return;

  phone_sip_session_emit_request_finished (self, request, response, lost ? PHONE_SIP_CAUSE_DIALOG_ERROR : cause);
  if (lost)
    phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_BREAK, &gone);
}

static void
phone_sip_session_request_succeeded_cb (PhoneSipSession *self,
                                        PhoneSipMessage *response,
                                        PhoneSipRequest *request)
{
  phone_sip_session_request_over (self, request, response, NULL);
}

static void
phone_sip_session_request_failed_cb (PhoneSipSession *self,
                                     PhoneSipMessage *response,
                                     const char      *cause,
                                     PhoneSipRequest *request)
{
  phone_sip_session_request_over (self, request, response, cause);
}

PhoneSipRequest *
phone_sip_session_create_request (PhoneSipSession *self,
                                  PhoneSipDialog  *dialog,
                                  const char      *method)
{
  PhoneSipRequest *request = phone_sip_dialog_create_request (dialog, phone_sip_agent_get_endpoint (self->agent), method);

  phone_sip_agent_complete (self->agent, request);

  return request;
}

gboolean
phone_sip_session_follow_request (PhoneSipSession  *self,
                                  PhoneSipRequest  *request,
                                  GError          **error)
{
  if (!phone_sip_request_send (request, error))
    return FALSE;

  g_ptr_array_add (self->requests, g_object_ref (request));
  g_signal_connect_object (request, "succeeded", G_CALLBACK (phone_sip_session_request_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (request, "failed", G_CALLBACK (phone_sip_session_request_failed_cb), self, G_CONNECT_SWAPPED);

  return TRUE;
}

void
phone_sip_session_stop_requests (PhoneSipSession *self)
{
  for (guint i = 0; i < self->requests->len; i++)
    g_signal_handlers_disconnect_by_data (self->requests->pdata[i], self);
  g_ptr_array_set_size (self->requests, 0);
}

void
phone_sip_session_receive_info (PhoneSipSession           *self,
                                PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  if (phone_sip_message_get_content_type (request) == NULL)
    {
      phone_sip_server_transaction_reply (transaction, 415, NULL, NULL);
      return;
    }

  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  phone_sip_session_emit_info (self, request);
}

char *
phone_sip_session_create_contact (PhoneSipSession *self)
{
  return phone_sip_agent_create_contact (self->agent, self->anonymous, self->outgoing);
}

/**
 * phone_sip_session_send_request:
 * @self: a session with a dialog, early ones included
 * @method: any but those with a function of their own
 * @extra_headers: (nullable): "Name: value" lines
 * @content_type: (nullable): of @body
 * @body: (nullable): what it carries
 * @error: return location
 *
 * Sends a request in the dialog (of several early ones, the first). Its end comes as "request-finished".
 *
 * Returns: (transfer full) (nullable): the request, sent; %NULL with %PHONE_SIP_ERROR_INVALID_STATE (no dialog, over) or
 *   %PHONE_SIP_ERROR_INVALID_ARGUMENT (a malformed extra header)
 */
PhoneSipRequest *
phone_sip_session_send_request (PhoneSipSession     *self,
                                const char          *method,
                                const char * const  *extra_headers,
                                const char          *content_type,
                                const char          *body,
                                GError             **error)
{
  g_autoptr(PhoneSipRequest) request = NULL;
  PhoneSipDialog *dialog;

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  dialog = self->dialog != NULL ? self->dialog : self->early->len > 0 ? self->early->pdata[0] : NULL;
  if (dialog == NULL || self->agent == NULL || phone_sip_session_is_ended (self))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the session has no dialog");
      return NULL;
    }

  request = phone_sip_session_create_request (self, dialog, method);
  if (content_type != NULL || body != NULL)
    phone_sip_request_set_body (request, content_type, body, -1);
  if (!phone_sip_request_add_lines (request, extra_headers, error) || !phone_sip_session_follow_request (self, request, error))
    return NULL;

  return g_steal_pointer (&request);
}
