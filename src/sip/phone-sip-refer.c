/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Call transfer in a dialog (RFC 3515, RFC 5589). REFER opens a subscription without SUBSCRIBE: NOTIFYs with "Event: refer;id=CSeq" and
 * a status line as body (RFC 3420) tell how the new call goes. The id is the CSeq of the REFER as it was sent last, for a challenge
 * gives it a new one; a NOTIFY without id is taken while only one transfer is pending. The usage ends with its last NOTIFY and
 * never takes the call with it (RFC 5057 §5). */
#include "config.h"
#include "phone-sip-refer.h"

#include <stdlib.h>
#include <string.h>

#include "phone-sip-session-private.h"

#define NOTIFY_EXPIRES 300
#define MAX_PENDING    8

struct _PhoneSipReferSubscriber
{
  GObject          parent_instance;

  PhoneSipSession *session;     /* borrowed; NULL once over */
  PhoneSipRequest *request;
};

struct _PhoneSipReferNotifier
{
  GObject          parent_instance;

  PhoneSipSession *session;     /* borrowed; NULL once over */
  PhoneSipMessage *request;
  PhoneSipUri     *target;
  char            *replaces;
};

G_DEFINE_FINAL_TYPE (PhoneSipReferSubscriber, phone_sip_refer_subscriber, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (PhoneSipReferNotifier, phone_sip_refer_notifier, G_TYPE_OBJECT)

enum
{
  SIGNAL_REQUEST_SUCCEEDED,
  SIGNAL_REQUEST_FAILED,
  SIGNAL_TRYING,
  SIGNAL_PROGRESS,
  SIGNAL_ACCEPTED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_sip_refer_subscriber_finish (PhoneSipReferSubscriber *self)
{
  PhoneSipSession *session = g_steal_pointer (&self->session);

  if (self->request != NULL)
    g_signal_handlers_disconnect_by_data (self->request, self);
  if (session != NULL)
    g_ptr_array_remove (session->refers, self);
}

static void
phone_sip_refer_subscriber_succeeded_cb (PhoneSipReferSubscriber *self,
                                         PhoneSipMessage         *response)
{
  g_signal_emit (self, signals[SIGNAL_REQUEST_SUCCEEDED], 0, response);
}

static void
phone_sip_refer_subscriber_failed_cb (PhoneSipReferSubscriber *self,
                                      PhoneSipMessage         *response,
                                      const char              *cause)
{
  g_autoptr(PhoneSipReferSubscriber) kept = g_object_ref (self);
  guint status = response != NULL ? phone_sip_message_get_status (response) : 0;
  g_autoptr(PhoneSipSession) session = self->session != NULL ? g_object_ref (self->session) : NULL;
  PhoneSipSessionNews gone = { .message = response, .originator = "remote", .cause = PHONE_SIP_CAUSE_DIALOG_ERROR };

  phone_sip_refer_subscriber_finish (self);
  if (status == 481 || status == 408)
    cause = PHONE_SIP_CAUSE_DIALOG_ERROR;
  else if (status != 0)
    cause = PHONE_SIP_CAUSE_REJECTED;
  g_signal_emit (self, signals[SIGNAL_REQUEST_FAILED], 0, response, cause);
  if (session != NULL && (status == 481 || status == 408))
    phone_sip_session_dispatch (session, PHONE_SIP_SESSION_EVENT_BREAK, &gone);
}

static void
phone_sip_refer_subscriber_receive (PhoneSipReferSubscriber *self,
                                    PhoneSipMessage         *notify)
{
  g_autoptr(PhoneSipReferSubscriber) kept = g_object_ref (self);
  const char *body = phone_sip_message_get_body (notify, NULL);
  const char *state = phone_sip_message_get_header (notify, PHONE_SIP_HEADER_SUBSCRIPTION_STATE);
  gboolean over = state != NULL && g_ascii_strncasecmp (state, "terminated", 10) == 0;
  g_autofree char *line = body != NULL ? g_strndup (body, strcspn (body, "\r\n")) : NULL;
  guint status = line != NULL && g_ascii_strncasecmp (line, "SIP/2.0 ", 8) == 0 ? (guint) strtoul (line + 8, NULL, 10) : 0;

  if (over || status >= 200)
    phone_sip_refer_subscriber_finish (self);
  if (status < 100 || status > 699)
    return;

  g_signal_emit (self, signals[status == 100 ? SIGNAL_TRYING : status < 200 ? SIGNAL_PROGRESS : status < 300 ? SIGNAL_ACCEPTED : SIGNAL_FAILED],
                 0, notify, line);
}

static void
phone_sip_refer_subscriber_finalize (GObject *object)
{
  PhoneSipReferSubscriber *self = PHONE_SIP_REFER_SUBSCRIBER (object);

  g_clear_object (&self->request);

  G_OBJECT_CLASS (phone_sip_refer_subscriber_parent_class)->finalize (object);
}

static void
phone_sip_refer_subscriber_class_init (PhoneSipReferSubscriberClass *klass)
{
  static const char * const names[] = { "trying", "progress", "accepted", "failed" };
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  G_OBJECT_CLASS (klass)->finalize = phone_sip_refer_subscriber_finalize;

  signals[SIGNAL_REQUEST_SUCCEEDED] =
    g_signal_new ("request-succeeded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, message);
  signals[SIGNAL_REQUEST_FAILED] =
    g_signal_new ("request-failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, message, text);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    signals[SIGNAL_TRYING + i] =
      g_signal_new (names[i], type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, message, text);
}

static void
phone_sip_refer_subscriber_init (PhoneSipReferSubscriber *self)
{
}

static void
phone_sip_refer_notifier_finish (PhoneSipReferNotifier *self)
{
  PhoneSipSession *session = g_steal_pointer (&self->session);

  if (session != NULL)
    g_ptr_array_remove (session->refers, self);
}

static void
phone_sip_refer_notifier_notify_failed_cb (PhoneSipReferNotifier *self,
                                           PhoneSipMessage       *response,
                                           const char            *cause)
{
  g_autoptr(PhoneSipReferNotifier) kept = g_object_ref (self);

  if (response != NULL)
    phone_sip_refer_notifier_finish (self);
}

static void
phone_sip_refer_notifier_call_progress_cb (PhoneSipReferNotifier *self,
                                           const char            *originator,
                                           PhoneSipMessage       *response)
{
  if (response != NULL)
    phone_sip_refer_notifier_notify (self, phone_sip_message_get_status (response), phone_sip_message_get_reason (response));
}

static void
phone_sip_refer_notifier_call_accepted_cb (PhoneSipReferNotifier *self,
                                           const char            *originator,
                                           PhoneSipMessage       *response)
{
  if (response != NULL)
    phone_sip_refer_notifier_notify (self, phone_sip_message_get_status (response), phone_sip_message_get_reason (response));
}

static void
phone_sip_refer_notifier_call_failed_cb (PhoneSipReferNotifier *self,
                                         const char            *originator,
                                         PhoneSipMessage       *message,
                                         const char            *cause)
{
  if (message != NULL && phone_sip_message_get_status (message) >= 200)
    phone_sip_refer_notifier_notify (self, phone_sip_message_get_status (message), phone_sip_message_get_reason (message));
  else
    phone_sip_refer_notifier_notify (self, 487, cause);
}

static void
phone_sip_refer_notifier_finalize (GObject *object)
{
  PhoneSipReferNotifier *self = PHONE_SIP_REFER_NOTIFIER (object);

  g_clear_pointer (&self->request, phone_sip_message_unref);
  g_clear_pointer (&self->target, phone_sip_uri_free);
  g_free (self->replaces);

  G_OBJECT_CLASS (phone_sip_refer_notifier_parent_class)->finalize (object);
}

static void
phone_sip_refer_notifier_class_init (PhoneSipReferNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_sip_refer_notifier_finalize;
}

static void
phone_sip_refer_notifier_init (PhoneSipReferNotifier *self)
{
}

/* The notifier of a REFER with a usable Refer-To, or the status that refuses it. */
static PhoneSipReferNotifier *
phone_sip_refer_notifier_new (PhoneSipSession *session,
                              PhoneSipMessage *request,
                              guint           *out_status)
{
  g_autoptr(PhoneSipAddress) refer_to = phone_sip_message_get_address (request, PHONE_SIP_HEADER_REFER_TO);
  PhoneSipReferNotifier *self;
  g_auto(GStrv) replaces = NULL;

  *out_status = 400;
  if (refer_to == NULL || phone_sip_address_is_wildcard (refer_to))
    return NULL;
  *out_status = 416;
  if (!phone_sip_uri_is_sip (phone_sip_address_get_uri (refer_to)))
    return NULL;

  self = g_object_new (PHONE_TYPE_SIP_REFER_NOTIFIER, NULL);
  self->session = session;
  self->request = phone_sip_message_ref (request);
  self->target = phone_sip_uri_copy (phone_sip_address_get_uri (refer_to));
  replaces = phone_sip_uri_get_header (self->target, "Replaces");
  if (replaces != NULL)
    self->replaces = g_strdup (replaces[0]);
  phone_sip_uri_clear_headers (self->target);

  return self;
}

void
phone_sip_session_receive_refer (PhoneSipSession           *self,
                                 PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  g_autoptr(PhoneSipReferNotifier) notifier = NULL;
  guint status;

  if (self->state != PHONE_SIP_SESSION_STATE_CONFIRMED)
    {
      phone_sip_server_transaction_reply (transaction, 403, "Wrong Status", NULL);
      return;
    }
  if (self->refers->len >= MAX_PENDING)
    {
      phone_sip_server_transaction_reply (transaction, 486, NULL, NULL);
      return;
    }

  notifier = phone_sip_refer_notifier_new (self, request, &status);
  if (notifier == NULL)
    {
      phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
      return;
    }

  g_ptr_array_add (self->refers, g_object_ref (notifier));
  phone_sip_server_transaction_reply (transaction, 202, NULL, NULL);
  phone_sip_refer_notifier_notify (notifier, 100, NULL);
  if (!phone_sip_session_emit_refer (self, notifier))
    phone_sip_refer_notifier_reject (notifier);
}

/* The transfer that an Event value means; NULL and the status that refuses the NOTIFY. */
static PhoneSipReferSubscriber *
phone_sip_session_find_refer (PhoneSipSession *self,
                              const char      *event,
                              guint           *out_status)
{
  g_auto(GStrv) parts = event != NULL ? g_strsplit (event, ";", 8) : NULL;
  PhoneSipReferSubscriber *only = NULL;
  const char *id = NULL;
  guint pending = 0;

  *out_status = 400;
  if (parts == NULL || parts[0] == NULL)
    return NULL;
  *out_status = 489;
  if (g_ascii_strcasecmp (g_strstrip (parts[0]), "refer") != 0)
    return NULL;

  for (guint i = 1; parts[i] != NULL; i++)
    if (g_ascii_strncasecmp (g_strstrip (parts[i]), "id=", 3) == 0)
      id = parts[i] + 3;

  for (guint i = 0; i < self->refers->len; i++)
    {
      if (!PHONE_IS_SIP_REFER_SUBSCRIBER (self->refers->pdata[i]))
        continue;

      only = self->refers->pdata[i];
      pending++;
      if (id != NULL && strtoul (id, NULL, 10) == phone_sip_refer_subscriber_get_id (only))
        return only;
    }

  *out_status = id == NULL && pending > 1 ? 400 : 481;

  return id == NULL && pending == 1 ? only : NULL;
}

void
phone_sip_session_receive_notify (PhoneSipSession           *self,
                                  PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  PhoneSipReferSubscriber *subscriber;
  guint status;

  if (!phone_sip_session_is_established (self))
    {
      phone_sip_server_transaction_reply (transaction, 403, "Wrong Status", NULL);
      return;
    }

  subscriber = phone_sip_session_find_refer (self, phone_sip_message_get_header (request, PHONE_SIP_HEADER_EVENT), &status);
  if (subscriber == NULL)
    {
      phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
      return;
    }

  phone_sip_dialog_refresh_target (self->dialog, request);
  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  phone_sip_refer_subscriber_receive (subscriber, request);
}

void
phone_sip_session_stop_refer (PhoneSipSession *self)
{
  for (guint i = 0; i < self->refers->len; i++)
    {
      if (PHONE_IS_SIP_REFER_SUBSCRIBER (self->refers->pdata[i]))
        {
          PhoneSipReferSubscriber *subscriber = self->refers->pdata[i];

          g_signal_handlers_disconnect_by_data (subscriber->request, subscriber);
          subscriber->session = NULL;
        }
      else
        {
          PHONE_SIP_REFER_NOTIFIER (self->refers->pdata[i])->session = NULL;
        }
    }
  g_ptr_array_set_size (self->refers, 0);
}

static char *
phone_sip_session_make_refer_to (const PhoneSipUri *target,
                                 PhoneSipSession   *replaces)
{
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_copy (target);
  g_autofree char *text = NULL;
  g_autofree char *value = replaces != NULL ? phone_sip_session_get_replaces (replaces) : NULL;

  if (value != NULL)
    phone_sip_uri_set_header (uri, "Replaces", value);
  text = phone_sip_uri_to_string (uri);

  return g_strdup_printf ("<%s>", text);
}

static void
phone_sip_session_fill_refer (PhoneSipSession   *self,
                              PhoneSipRequest   *request,
                              const PhoneSipUri *target,
                              PhoneSipSession   *replaces)
{
  g_autofree char *refer_to = phone_sip_session_make_refer_to (target, replaces);
  g_autofree char *contact = phone_sip_session_create_contact (self);
  g_autofree char *aor = phone_sip_uri_to_aor (phone_sip_agent_get_config (self->agent)->uri, FALSE);
  g_autofree char *referred_by = g_strdup_printf ("<%s>", aor);

  phone_sip_request_set_header (request, "Refer-To", refer_to);
  if (!phone_sip_request_has_header (request, "Referred-By"))
    phone_sip_request_set_header (request, "Referred-By", referred_by);
  phone_sip_request_set_header (request, "Contact", contact);
}

/**
 * phone_sip_session_refer:
 * @session: a session that is up
 * @target: whom the peer shall call
 * @replaces: (nullable): the call of ours that the peer shall take over (attended transfer)
 * @extra_headers: (nullable): "Name: value" lines
 * @error: return location
 *
 * Sends a REFER; several may be pending.
 *
 * Returns: (transfer full) (nullable): its way; %NULL with %PHONE_SIP_ERROR_INVALID_STATE (not up, or @replaces has no dialog) or
 *   %PHONE_SIP_ERROR_INVALID_ARGUMENT (a malformed extra header)
 */
PhoneSipReferSubscriber *
phone_sip_session_refer (PhoneSipSession     *session,
                         const PhoneSipUri   *target,
                         PhoneSipSession     *replaces,
                         const char * const  *extra_headers,
                         GError             **error)
{
  g_autoptr(PhoneSipReferSubscriber) self = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (session), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  if (session->agent == NULL || !phone_sip_session_is_established (session) ||
      (replaces != NULL && phone_sip_session_get_dialog (replaces) == NULL))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the session is not up");
      return NULL;
    }

  self = g_object_new (PHONE_TYPE_SIP_REFER_SUBSCRIBER, NULL);
  self->request = phone_sip_session_create_request (session, session->dialog, "REFER");
  if (!phone_sip_request_add_lines (self->request, extra_headers, error))
    return NULL;

  phone_sip_session_fill_refer (session, self->request, target, replaces);
  g_signal_connect_object (self->request, "succeeded", G_CALLBACK (phone_sip_refer_subscriber_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->request, "failed", G_CALLBACK (phone_sip_refer_subscriber_failed_cb), self, G_CONNECT_SWAPPED);
  if (!phone_sip_request_send (self->request, error))
    return NULL;

  self->session = session;
  g_ptr_array_add (session->refers, g_object_ref (self));

  return g_steal_pointer (&self);
}

guint32
phone_sip_refer_subscriber_get_id (PhoneSipReferSubscriber *self)
{
  PhoneSipMessage *message;

  g_return_val_if_fail (PHONE_IS_SIP_REFER_SUBSCRIBER (self), 0);

  message = phone_sip_request_get_message (self->request);

  return message != NULL ? phone_sip_message_get_cseq (message) : 0;
}

PhoneSipMessage *
phone_sip_refer_notifier_get_request (PhoneSipReferNotifier *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REFER_NOTIFIER (self), NULL);

  return self->request;
}

PhoneSipUri *
phone_sip_refer_notifier_get_target (PhoneSipReferNotifier *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REFER_NOTIFIER (self), NULL);

  return self->target;
}

const char *
phone_sip_refer_notifier_get_replaces (PhoneSipReferNotifier *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REFER_NOTIFIER (self), NULL);

  return self->replaces;
}

/**
 * phone_sip_refer_notifier_accept:
 * @self: a REFER of the peer
 * @call: the outgoing session that follows it, not connected yet
 *
 * Tells the peer how @call goes, by NOTIFY, until it is answered or has failed.
 */
void
phone_sip_refer_notifier_accept (PhoneSipReferNotifier *self,
                                 PhoneSipSession       *call)
{
  g_return_if_fail (PHONE_IS_SIP_REFER_NOTIFIER (self));

  g_signal_connect_object (call, "progress", G_CALLBACK (phone_sip_refer_notifier_call_progress_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "accepted", G_CALLBACK (phone_sip_refer_notifier_call_accepted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "failed", G_CALLBACK (phone_sip_refer_notifier_call_failed_cb), self, G_CONNECT_SWAPPED);
}

void
phone_sip_refer_notifier_reject (PhoneSipReferNotifier *self)
{
  g_return_if_fail (PHONE_IS_SIP_REFER_NOTIFIER (self));

  phone_sip_refer_notifier_notify (self, 603, NULL);
}

/**
 * phone_sip_refer_notifier_notify:
 * @self: a REFER of the peer
 * @status: of the new call; 200 and above is the last word
 * @reason: (nullable): the phrase
 *
 * Sends a NOTIFY with that status line; nothing after the last one, or when the session is over.
 */
void
phone_sip_refer_notifier_notify (PhoneSipReferNotifier *self,
                                 guint                  status,
                                 const char            *reason)
{
  g_autoptr(PhoneSipReferNotifier) kept = NULL;
  g_autoptr(PhoneSipRequest) request = NULL;
  g_autofree char *event = NULL;
  g_autofree char *state = NULL;
  g_autofree char *contact = NULL;
  g_autofree char *body = NULL;

  g_return_if_fail (PHONE_IS_SIP_REFER_NOTIFIER (self));

  if (self->session == NULL || self->session->agent == NULL)
    return;

  kept = g_object_ref (self);
  if (reason == NULL)
    reason = phone_sip_status_get_reason (status);
  event = g_strdup_printf ("refer;id=%u", phone_sip_message_get_cseq (self->request));
  state = status >= 200 ? g_strdup ("terminated;reason=noresource") : g_strdup_printf ("active;expires=%d", NOTIFY_EXPIRES);
  contact = phone_sip_session_create_contact (self->session);
  body = g_strdup_printf ("SIP/2.0 %u %s\r\n", status, reason != NULL ? reason : "");

  request = phone_sip_session_create_request (self->session, self->session->dialog, "NOTIFY");
  phone_sip_request_set_header (request, "Event", event);
  phone_sip_request_set_header (request, "Subscription-State", state);
  phone_sip_request_set_header (request, "Contact", contact);
  phone_sip_request_set_body (request, "message/sipfrag;version=2.0", body, -1);
  if (status < 200)
    g_signal_connect_object (request, "failed", G_CALLBACK (phone_sip_refer_notifier_notify_failed_cb), self, G_CONNECT_SWAPPED);
  phone_sip_request_send (request, NULL);
  if (status >= 200)
    phone_sip_refer_notifier_finish (self);
}
