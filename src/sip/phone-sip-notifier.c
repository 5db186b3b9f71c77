/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notifier of RFC 6665: the dialog begins with our 200 to the SUBSCRIBE, a clock runs to its end unless a SUBSCRIBE in the dialog
 * winds it up again, and the last NOTIFY says "terminated". A NOTIFY that is refused, or whose peer is gone, ends it (§4.2.2). */
#include "config.h"
#include "phone-sip-notifier.h"

#include "phone-sip-agent-private.h"
#include "phone-sip-error.h"
#include "phone-sip-status.h"

#define DEFAULT_EXPIRES 900
#define MAX_EXPIRES     86400

G_DEFINE_ENUM_TYPE (PhoneSipNotifierState, phone_sip_notifier_state,
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_STATE_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_STATE_ACTIVE, "active"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_STATE_TERMINATED, "terminated"))

G_DEFINE_ENUM_TYPE (PhoneSipNotifierEnd, phone_sip_notifier_end,
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_RESPONSE_TIMEOUT, "response-timeout"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_TRANSPORT_ERROR, "transport-error"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_NON_OK_RESPONSE, "non-ok-response"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_AUTHENTICATION_FAILED, "authentication-failed"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_FINAL_NOTIFY_SENT, "final-notify-sent"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_UNSUBSCRIBE_RECEIVED, "unsubscribe-received"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_NOTIFIER_END_EXPIRED, "expired"))

struct _PhoneSipNotifier
{
  GObject                    parent_instance;

  PhoneSipAgent             *agent;             /* weak; NULL once terminated */
  PhoneSipServerTransaction *subscribe;         /* the first; NULL once started */
  PhoneSipNotifierState      state;
  PhoneSipDialog            *dialog;
  GPtrArray                 *requests;          /* NOTIFYs under way */
  char                      *event;
  char                      *content_type;
  char                      *allow_events;
  char                     **extra_headers;
  char                      *id;
  guint                      default_expires;
  guint                      timer;
  gint64                     expires_at;        /* of the clock, ms */
  PhoneSipNotifierEnd        end;               /* told when the final NOTIFY leaves */
};

G_DEFINE_FINAL_TYPE (PhoneSipNotifier, phone_sip_notifier, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SIGNAL_SUBSCRIBE,
  SIGNAL_EXPIRED,
  SIGNAL_TERMINATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_sip_notifier_set_state (PhoneSipNotifier      *self,
                              PhoneSipNotifierState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
phone_sip_notifier_stop (PhoneSipNotifier *self)
{
  if (self->agent == NULL)
    return;

  phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &self->timer);
  if (self->dialog != NULL)
    phone_sip_agent_remove_dialog (self->agent, self->dialog);
  for (guint i = 0; i < self->requests->len; i++)
    g_signal_handlers_disconnect_by_data (self->requests->pdata[i], self);
  g_ptr_array_set_size (self->requests, 0);
}

static void
phone_sip_notifier_finish (PhoneSipNotifier    *self,
                           PhoneSipNotifierEnd  end)
{
  g_autoptr(PhoneSipNotifier) kept = g_object_ref (self);
  PhoneSipAgent *agent = self->agent;

  if (self->state == PHONE_SIP_NOTIFIER_STATE_TERMINATED)
    return;

  phone_sip_notifier_stop (self);
  g_clear_weak_pointer (&self->agent);
  if (agent != NULL)
    phone_sip_agent_let_go (agent, self);
  phone_sip_notifier_set_state (self, PHONE_SIP_NOTIFIER_STATE_TERMINATED);
  g_signal_emit (self, signals[SIGNAL_TERMINATED], 0, end);
}

static void
phone_sip_notifier_succeeded_cb (PhoneSipNotifier *self,
                                 PhoneSipMessage  *response,
                                 PhoneSipRequest  *request)
{
  g_signal_handlers_disconnect_by_data (request, self);
  phone_sip_dialog_refresh_target (self->dialog, response);
  g_ptr_array_remove (self->requests, request);
}

static void
phone_sip_notifier_failed_cb (PhoneSipNotifier *self,
                              PhoneSipMessage  *response,
                              const char       *cause,
                              PhoneSipRequest  *request)
{
  guint status = response != NULL ? phone_sip_message_get_status (response) : 0;

  if (status == 401 || status == 407)
    phone_sip_notifier_finish (self, PHONE_SIP_NOTIFIER_END_AUTHENTICATION_FAILED);
  else if (g_strcmp0 (cause, PHONE_SIP_CAUSE_REQUEST_TIMEOUT) == 0)
    phone_sip_notifier_finish (self, PHONE_SIP_NOTIFIER_END_RESPONSE_TIMEOUT);
  else if (response == NULL)
    phone_sip_notifier_finish (self, PHONE_SIP_NOTIFIER_END_TRANSPORT_ERROR);
  else
    phone_sip_notifier_finish (self, PHONE_SIP_NOTIFIER_END_NON_OK_RESPONSE);
}

static gboolean
phone_sip_notifier_send (PhoneSipNotifier  *self,
                         const char        *state,
                         const char        *body,
                         gboolean           final,
                         GError           **error)
{
  g_autoptr(PhoneSipRequest) request = phone_sip_dialog_create_request (self->dialog, phone_sip_agent_get_endpoint (self->agent), "NOTIFY");
  g_autofree char *contact = phone_sip_agent_create_contact (self->agent, FALSE, FALSE);

  phone_sip_agent_complete (self->agent, request);
  phone_sip_request_set_header (request, "Event", self->event);
  phone_sip_request_set_header (request, "Subscription-State", state);
  phone_sip_request_set_header (request, "Contact", contact);
  if (self->allow_events != NULL)
    phone_sip_request_set_header (request, "Allow-Events", self->allow_events);
  if (body != NULL)
    phone_sip_request_set_body (request, self->content_type, body, -1);
  if (!phone_sip_request_add_lines (request, (const char * const *) self->extra_headers, error) ||
      !phone_sip_request_send (request, error))
    return FALSE;

  if (!final)
    {
      g_ptr_array_add (self->requests, g_object_ref (request));
      g_signal_connect_object (request, "succeeded", G_CALLBACK (phone_sip_notifier_succeeded_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (request, "failed", G_CALLBACK (phone_sip_notifier_failed_cb), self, G_CONNECT_SWAPPED);
    }

  return TRUE;
}

static void
phone_sip_notifier_expired_cb (gpointer data)
{
  PhoneSipNotifier *self = data;
  g_autoptr(PhoneSipNotifier) kept = g_object_ref (self);

  self->timer = 0;
  self->end = PHONE_SIP_NOTIFIER_END_EXPIRED;
  g_signal_emit (self, signals[SIGNAL_EXPIRED], 0);
  phone_sip_notifier_terminate (self, NULL, "timeout", -1, NULL);
}

/* Winds the clock up by what a SUBSCRIBE asks for; gives that. */
static guint
phone_sip_notifier_take_expires (PhoneSipNotifier *self,
                                 PhoneSipMessage  *subscribe)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);
  guint32 expires = self->default_expires;

  phone_sip_message_get_uint (subscribe, PHONE_SIP_HEADER_EXPIRES, &expires);
  expires = MIN (expires, MAX_EXPIRES);
  self->expires_at = phone_sip_clock_get_time (clock) + (gint64) expires * 1000;
  phone_sip_clock_clear (clock, &self->timer);
  if (expires > 0)
    self->timer = phone_sip_clock_add (clock, expires * 1000, phone_sip_notifier_expired_cb, self);

  return expires;
}

static void
phone_sip_notifier_take_subscribe (PhoneSipNotifier          *self,
                                   PhoneSipServerTransaction *transaction)
{
  g_autoptr(PhoneSipNotifier) kept = g_object_ref (self);
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  guint expires = phone_sip_notifier_take_expires (self, request);
  g_autofree char *contact = phone_sip_agent_create_contact (self->agent, FALSE, FALSE);
  g_autofree char *contact_line = g_strconcat ("Contact: ", contact, NULL);
  g_autofree char *expires_line = g_strdup_printf ("Expires: %u", expires);
  const char *lines[] = { contact_line, expires_line, NULL };

  phone_sip_dialog_refresh_target (self->dialog, request);
  phone_sip_server_transaction_reply (transaction, 200, NULL, lines);
  if (expires == 0)
    self->end = PHONE_SIP_NOTIFIER_END_UNSUBSCRIBE_RECEIVED;
  g_signal_emit (self, signals[SIGNAL_SUBSCRIBE], 0, expires == 0, request,
                 phone_sip_message_get_body (request, NULL), phone_sip_message_get_content_type (request));
  if (expires == 0)
    phone_sip_notifier_terminate (self, NULL, "timeout", -1, NULL);
}

static void
phone_sip_notifier_dialog_request (gpointer                   owner,
                                   PhoneSipServerTransaction *transaction,
                                   PhoneSipDialog            *dialog)
{
  PhoneSipNotifier *self = owner;
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  if (!phone_sip_dialog_accept_cseq (dialog, request))
    phone_sip_server_transaction_reply (transaction, 500, NULL, NULL);
  else if (phone_sip_message_get_method (request) != PHONE_SIP_METHOD_SUBSCRIBE)
    phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
  else
    phone_sip_notifier_take_subscribe (self, transaction);
}

static const PhoneSipDialogOwner dialog_owner = { phone_sip_notifier_dialog_request, NULL };

static void
phone_sip_notifier_dispose (GObject *object)
{
  PhoneSipNotifier *self = PHONE_SIP_NOTIFIER (object);

  phone_sip_notifier_stop (self);
  g_clear_object (&self->subscribe);
  g_clear_object (&self->dialog);
  g_clear_weak_pointer (&self->agent);

  G_OBJECT_CLASS (phone_sip_notifier_parent_class)->dispose (object);
}

static void
phone_sip_notifier_finalize (GObject *object)
{
  PhoneSipNotifier *self = PHONE_SIP_NOTIFIER (object);

  g_ptr_array_unref (self->requests);
  g_free (self->event);
  g_free (self->content_type);
  g_free (self->allow_events);
  g_strfreev (self->extra_headers);
  g_free (self->id);

  G_OBJECT_CLASS (phone_sip_notifier_parent_class)->finalize (object);
}

static void
phone_sip_notifier_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, PHONE_SIP_NOTIFIER (object)->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_sip_notifier_class_init (PhoneSipNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = phone_sip_notifier_dispose;
  object_class->finalize = phone_sip_notifier_finalize;
  object_class->get_property = phone_sip_notifier_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_SIP_NOTIFIER_STATE, PHONE_SIP_NOTIFIER_STATE_ACTIVE,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SIGNAL_SUBSCRIBE] =
    g_signal_new ("subscribe", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_BOOLEAN, message, text, text);
  signals[SIGNAL_EXPIRED] =
    g_signal_new ("expired", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TERMINATED] =
    g_signal_new ("terminated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_SIP_NOTIFIER_END);
}

static void
phone_sip_notifier_init (PhoneSipNotifier *self)
{
  self->state = PHONE_SIP_NOTIFIER_STATE_ACTIVE;
  self->end = PHONE_SIP_NOTIFIER_END_FINAL_NOTIFY_SENT;
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
}

void
phone_sip_notifier_detach (PhoneSipNotifier *self)
{
  phone_sip_notifier_stop (self);
  g_clear_weak_pointer (&self->agent);
  self->state = PHONE_SIP_NOTIFIER_STATE_TERMINATED;
}

/**
 * phone_sip_notifier_new:
 * @agent: who was subscribed to
 * @subscribe: the SUBSCRIBE of "new-subscribe"
 * @content_type: of every body
 * @options: (nullable): what differs from the default
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a notifier, not started; %NULL with %PHONE_SIP_ERROR_MALFORMED (no Event or usable Contact) or
 *   %PHONE_SIP_ERROR_INVALID_ARGUMENT (no content type)
 */
PhoneSipNotifier *
phone_sip_notifier_new (PhoneSipAgent                  *agent,
                        PhoneSipServerTransaction      *subscribe,
                        const char                     *content_type,
                        const PhoneSipNotifierOptions  *options,
                        GError                        **error)
{
  static const PhoneSipNotifierOptions defaults = { NULL, };
  PhoneSipMessage *request;
  const char *event;
  g_autoptr(PhoneSipNotifier) self = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (agent), NULL);
  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (subscribe), NULL);

  request = phone_sip_server_transaction_get_request (subscribe);
  event = phone_sip_message_get_header (request, PHONE_SIP_HEADER_EVENT);
  if (content_type == NULL || event == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, content_type == NULL ? PHONE_SIP_ERROR_INVALID_ARGUMENT : PHONE_SIP_ERROR_MALFORMED,
                           "a notifier needs an event and a content type");
      return NULL;
    }

  if (options == NULL)
    options = &defaults;

  self = g_object_new (PHONE_TYPE_SIP_NOTIFIER, NULL);
  self->dialog = phone_sip_dialog_new_uas (request, phone_sip_server_transaction_get_to_tag (subscribe), error);
  if (self->dialog == NULL)
    return NULL;

  phone_sip_dialog_confirm (self->dialog, NULL);
  g_set_weak_pointer (&self->agent, agent);
  self->subscribe = g_object_ref (subscribe);
  self->event = g_strdup (event);
  self->content_type = g_strdup (content_type);
  self->allow_events = g_strdup (options->allow_events);
  self->extra_headers = g_strdupv ((char **) options->extra_headers);
  self->default_expires = options->default_expires != 0 ? options->default_expires : DEFAULT_EXPIRES;
  self->state = options->pending ? PHONE_SIP_NOTIFIER_STATE_PENDING : PHONE_SIP_NOTIFIER_STATE_ACTIVE;
  self->id = g_strconcat (phone_sip_dialog_get_call_id (self->dialog), phone_sip_dialog_get_local_tag (self->dialog),
                          phone_sip_dialog_get_remote_tag (self->dialog), event, NULL);

  return g_steal_pointer (&self);
}

/**
 * phone_sip_notifier_start:
 * @self: a notifier
 *
 * Answers the SUBSCRIBE with 200 and emits "subscribe"; then the first phone_sip_notifier_notify() is due.
 */
void
phone_sip_notifier_start (PhoneSipNotifier *self)
{
  g_autoptr(PhoneSipServerTransaction) subscribe = NULL;

  g_return_if_fail (PHONE_IS_SIP_NOTIFIER (self));

  if (self->subscribe == NULL || self->agent == NULL)
    return;

  subscribe = g_steal_pointer (&self->subscribe);
  phone_sip_agent_hold (self->agent, self);
  phone_sip_agent_add_dialog (self->agent, self->dialog, &dialog_owner, self);
  phone_sip_notifier_take_subscribe (self, subscribe);
}

void
phone_sip_notifier_set_active (PhoneSipNotifier *self)
{
  g_return_if_fail (PHONE_IS_SIP_NOTIFIER (self));

  if (self->state == PHONE_SIP_NOTIFIER_STATE_PENDING)
    phone_sip_notifier_set_state (self, PHONE_SIP_NOTIFIER_STATE_ACTIVE);
}

static gboolean
phone_sip_notifier_check (PhoneSipNotifier  *self,
                          GError           **error)
{
  if (self->agent != NULL && self->subscribe == NULL && self->state != PHONE_SIP_NOTIFIER_STATE_TERMINATED)
    return TRUE;

  g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the notifier does not run");

  return FALSE;
}

/**
 * phone_sip_notifier_notify:
 * @self: a started notifier
 * @body: (nullable): the state of what was subscribed to
 * @error: return location
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE (not started, over)
 */
gboolean
phone_sip_notifier_notify (PhoneSipNotifier  *self,
                           const char        *body,
                           GError           **error)
{
  g_autofree char *state = NULL;
  gint64 left;

  g_return_val_if_fail (PHONE_IS_SIP_NOTIFIER (self), FALSE);

  if (!phone_sip_notifier_check (self, error))
    return FALSE;

  left = (self->expires_at - phone_sip_clock_get_time (phone_sip_agent_get_clock (self->agent))) / 1000;
  if (left <= 0)
    return phone_sip_notifier_terminate (self, body, "timeout", -1, error);

  state = g_strdup_printf ("%s;expires=%" G_GINT64_FORMAT, self->state == PHONE_SIP_NOTIFIER_STATE_PENDING ? "pending" : "active", left);

  return phone_sip_notifier_send (self, state, body, FALSE, error);
}

/**
 * phone_sip_notifier_terminate:
 * @self: a started notifier
 * @body: (nullable): the last state
 * @reason: (nullable): of RFC 6665 §4.1.3
 * @retry_after: in seconds, or below 0
 * @error: return location
 *
 * Sends the final NOTIFY and is over.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE (not started, over)
 */
gboolean
phone_sip_notifier_terminate (PhoneSipNotifier  *self,
                              const char        *body,
                              const char        *reason,
                              int                retry_after,
                              GError           **error)
{
  GString *state;
  g_autofree char *text = NULL;
  gboolean sent;

  g_return_val_if_fail (PHONE_IS_SIP_NOTIFIER (self), FALSE);

  if (!phone_sip_notifier_check (self, error))
    return FALSE;

  state = g_string_new ("terminated");
  if (reason != NULL)
    g_string_append_printf (state, ";reason=%s", reason);
  if (retry_after >= 0)
    g_string_append_printf (state, ";retry-after=%d", retry_after);
  text = g_string_free (state, FALSE);
  sent = phone_sip_notifier_send (self, text, body, TRUE, error);
  phone_sip_notifier_finish (self, self->end);

  return sent;
}

PhoneSipNotifierState
phone_sip_notifier_get_state (PhoneSipNotifier *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_NOTIFIER (self), PHONE_SIP_NOTIFIER_STATE_TERMINATED);

  return self->state;
}

const char *
phone_sip_notifier_get_id (PhoneSipNotifier *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_NOTIFIER (self), NULL);

  return self->id;
}
