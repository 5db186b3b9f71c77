/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subscriber of RFC 6665. Its dialog may begin with the 2xx or with a NOTIFY that overtakes it (§4.1.2.4); of several notifiers
 * behind a forking proxy only the first is taken. Timer N bounds the wait for the first NOTIFY and for the last one after an
 * unsubscribe. Every way to the end passes one function, which tells it once. */
#include "config.h"
#include "phone-sip-subscription.h"

#include <stdlib.h>
#include <string.h>

#include "phone-sip-agent-private.h"
#include "phone-sip-error.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#define DEFAULT_EXPIRES 900
#define MAX_EXPIRES     86400
#define MARGIN          70      /* s: JsSIP's */
#define TIMER_N         PHONE_SIP_TIMER_64_T1
#define MAX_QUEUE       16

G_DEFINE_ENUM_TYPE (PhoneSipSubscriptionState, phone_sip_subscription_state,
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_STATE_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_STATE_ACTIVE, "active"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED, "terminated"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_STATE_INIT, "init"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_STATE_WAITING_NOTIFY, "waiting-notify"))

G_DEFINE_ENUM_TYPE (PhoneSipSubscriptionEnd, phone_sip_subscription_end,
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_RESPONSE_TIMEOUT, "response-timeout"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_TRANSPORT_ERROR, "transport-error"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_NON_OK_RESPONSE, "non-ok-response"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_WRONG_OK_RESPONSE, "wrong-ok-response"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_AUTHENTICATION_FAILED, "authentication-failed"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_UNSUBSCRIBE_TIMEOUT, "unsubscribe-timeout"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_FINAL_NOTIFY, "final-notify"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SUBSCRIPTION_END_WRONG_NOTIFY, "wrong-notify"))

struct _PhoneSipSubscription
{
  GObject                    parent_instance;

  PhoneSipAgent             *agent;             /* weak; NULL once terminated */
  PhoneSipSubscriptionState  state;
  PhoneSipRequest           *first;             /* the SUBSCRIBE that begins it */
  PhoneSipDialog            *dialog;
  GPtrArray                 *requests;          /* under way */
  GQueue                     queue;             /* bodies ("" for none) that wait for the dialog */
  char                      *event;
  char                      *accept;
  char                      *content_type;
  char                      *allow_events;
  char                     **extra_headers;
  char                      *id;
  guint                      expires;
  guint                      refresh_timer;
  guint                      notify_timer;
  gint64                     expires_at;        /* of the clock, ms */
  guint                      accepted : 1;
  guint                      unsubscribed : 1;
  guint                      retried : 1;       /* 423 */
};

G_DEFINE_FINAL_TYPE (PhoneSipSubscription, phone_sip_subscription, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SIGNAL_ACCEPTED,
  SIGNAL_NOTIFY,
  SIGNAL_TERMINATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static PhoneSipRequest *phone_sip_subscription_send (PhoneSipSubscription *self, PhoneSipRequest *request, const char *body);

static void
phone_sip_subscription_set_state (PhoneSipSubscription      *self,
                                  PhoneSipSubscriptionState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
phone_sip_subscription_stop (PhoneSipSubscription *self)
{
  PhoneSipClock *clock;

  if (self->agent == NULL)
    return;

  clock = phone_sip_agent_get_clock (self->agent);
  phone_sip_clock_clear (clock, &self->refresh_timer);
  phone_sip_clock_clear (clock, &self->notify_timer);
  phone_sip_agent_remove_listener (self->agent, self);
  if (self->dialog != NULL)
    phone_sip_agent_remove_dialog (self->agent, self->dialog);
  for (guint i = 0; i < self->requests->len; i++)
    g_signal_handlers_disconnect_by_data (self->requests->pdata[i], self);
  g_ptr_array_set_size (self->requests, 0);
}

static void
phone_sip_subscription_end (PhoneSipSubscription    *self,
                            PhoneSipSubscriptionEnd  end,
                            const char              *reason,
                            int                      retry_after)
{
  g_autoptr(PhoneSipSubscription) kept = g_object_ref (self);
  PhoneSipAgent *agent = self->agent;

  if (self->state == PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED)
    return;

  phone_sip_subscription_stop (self);
  g_clear_weak_pointer (&self->agent);
  if (agent != NULL)
    phone_sip_agent_let_go (agent, self);
  phone_sip_subscription_set_state (self, PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED);
  g_signal_emit (self, signals[SIGNAL_TERMINATED], 0, end, reason, retry_after);
}

static void
phone_sip_subscription_no_notify_cb (gpointer data)
{
  PhoneSipSubscription *self = data;

  self->notify_timer = 0;
  phone_sip_subscription_end (self, self->unsubscribed ? PHONE_SIP_SUBSCRIPTION_END_UNSUBSCRIBE_TIMEOUT
                                                       : PHONE_SIP_SUBSCRIPTION_END_RESPONSE_TIMEOUT, NULL, -1);
}

static void
phone_sip_subscription_await_notify (PhoneSipSubscription *self)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_clock_clear (clock, &self->notify_timer);
  self->notify_timer = phone_sip_clock_add (clock, TIMER_N, phone_sip_subscription_no_notify_cb, self);
}

static PhoneSipRequest *
phone_sip_subscription_draft (PhoneSipSubscription *self)
{
  PhoneSipRequest *request = phone_sip_dialog_create_request (self->dialog, phone_sip_agent_get_endpoint (self->agent), "SUBSCRIBE");

  phone_sip_agent_complete (self->agent, request);

  return request;
}

static void
phone_sip_subscription_refresh_cb (gpointer data)
{
  PhoneSipSubscription *self = data;

  self->refresh_timer = 0;
  phone_sip_subscription_send (self, phone_sip_subscription_draft (self), NULL);
}

static void
phone_sip_subscription_plan_refresh (PhoneSipSubscription *self,
                                     guint                 expires)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);
  guint wait = expires > 5 ? expires - 5 : expires;

  if (expires >= 2 * MARGIN)
    wait = expires / 2 + (guint) g_random_int_range (0, (gint32) (expires / 2 - MARGIN) + 1);

  self->expires_at = phone_sip_clock_get_time (clock) + (gint64) expires * 1000;
  phone_sip_clock_clear (clock, &self->refresh_timer);
  if (!self->unsubscribed && self->expires != 0)
    self->refresh_timer = phone_sip_clock_add (clock, wait * 1000, phone_sip_subscription_refresh_cb, self);
}

/* RFC 6665 §4.4.1: a NOTIFY may say that it lasts shorter than the 2xx said. */
static void
phone_sip_subscription_heed_expires (PhoneSipSubscription *self,
                                     const char           *value)
{
  gint64 now = phone_sip_clock_get_time (phone_sip_agent_get_clock (self->agent));
  guint expires = value != NULL ? (guint) CLAMP (g_ascii_strtoll (value, NULL, 10), 0, MAX_EXPIRES) : 0;

  if (expires > 0 && now + (gint64) expires * 1000 + 2000 < self->expires_at)
    phone_sip_subscription_plan_refresh (self, expires);
}

static gboolean
phone_sip_subscription_knows_event (PhoneSipSubscription *self,
                                    const char           *event)
{
  g_autofree char *theirs = g_strdup (event);
  g_autofree char *ours = g_strdup (self->event);

  g_strcanon (theirs, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-;=_!%*+`'~", ' ');
  g_strcanon (ours, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-;=_!%*+`'~", ' ');

  return g_ascii_strcasecmp (g_strstrip (theirs), g_strstrip (ours)) == 0;
}

static char *
phone_sip_subscription_find_param (char       **parts,
                                   const char  *name)
{
  gsize length = strlen (name);

  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    {
      g_strstrip (parts[i]);
      if (g_ascii_strncasecmp (parts[i], name, length) == 0 && parts[i][length] == '=')
        return parts[i] + length + 1;
    }

  return NULL;
}

static void
phone_sip_subscription_refuse (PhoneSipSubscription      *self,
                               PhoneSipServerTransaction *transaction,
                               guint                      status)
{
  phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
  phone_sip_subscription_end (self, PHONE_SIP_SUBSCRIPTION_END_WRONG_NOTIFY, NULL, -1);
}

static void
phone_sip_subscription_take_notify (PhoneSipSubscription      *self,
                                    PhoneSipServerTransaction *transaction)
{
  g_autoptr(PhoneSipSubscription) kept = g_object_ref (self);
  PhoneSipMessage *notify = phone_sip_server_transaction_get_request (transaction);
  const char *event = phone_sip_message_get_header (notify, PHONE_SIP_HEADER_EVENT);
  const char *state = phone_sip_message_get_header (notify, PHONE_SIP_HEADER_SUBSCRIPTION_STATE);
  const char *body = phone_sip_message_get_body (notify, NULL);
  g_auto(GStrv) parts = g_strsplit (state != NULL ? state : "", ";", 16);
  const char *word = parts[0] != NULL ? g_strstrip (parts[0]) : "";
  gboolean final = g_ascii_strcasecmp (word, "terminated") == 0;
  gboolean active = g_ascii_strcasecmp (word, "active") == 0;
  const char *retry_after;

  if (event == NULL)
    {
      phone_sip_subscription_refuse (self, transaction, 400);
      return;
    }
  if (!phone_sip_subscription_knows_event (self, event))
    {
      phone_sip_subscription_refuse (self, transaction, 489);
      return;
    }
  if (!final && !active && g_ascii_strcasecmp (word, "pending") != 0)
    {
      phone_sip_subscription_refuse (self, transaction, 400);
      return;
    }

  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  phone_sip_dialog_refresh_target (self->dialog, notify);
  if (!self->unsubscribed || final)
    phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &self->notify_timer);
  if (!final)
    {
      phone_sip_subscription_heed_expires (self, phone_sip_subscription_find_param (parts, "expires"));
      phone_sip_subscription_set_state (self, active ? PHONE_SIP_SUBSCRIPTION_STATE_ACTIVE : PHONE_SIP_SUBSCRIPTION_STATE_PENDING);
    }
  if (body != NULL)
    g_signal_emit (self, signals[SIGNAL_NOTIFY], 0, final, notify, body, phone_sip_message_get_content_type (notify));
  if (final)
    {
      retry_after = phone_sip_subscription_find_param (parts, "retry-after");
      phone_sip_subscription_end (self, PHONE_SIP_SUBSCRIPTION_END_FINAL_NOTIFY, phone_sip_subscription_find_param (parts, "reason"),
                                  retry_after != NULL ? (int) CLAMP (g_ascii_strtoll (retry_after, NULL, 10), 0, G_MAXINT) : -1);
    }
}

static void
phone_sip_subscription_dialog_request (gpointer                   owner,
                                       PhoneSipServerTransaction *transaction,
                                       PhoneSipDialog            *dialog)
{
  PhoneSipSubscription *self = owner;
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  if (!phone_sip_dialog_accept_cseq (dialog, request))
    phone_sip_server_transaction_reply (transaction, 500, NULL, NULL);
  else if (phone_sip_message_get_method (request) != PHONE_SIP_METHOD_NOTIFY)
    phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
  else
    phone_sip_subscription_take_notify (self, transaction);
}

static const PhoneSipDialogOwner dialog_owner = { phone_sip_subscription_dialog_request, NULL };

static void
phone_sip_subscription_flush (PhoneSipSubscription *self)
{
  while (self->agent != NULL && !g_queue_is_empty (&self->queue))
    {
      g_autofree char *body = g_queue_pop_head (&self->queue);

      phone_sip_subscription_send (self, phone_sip_subscription_draft (self), *body != '\0' ? body : NULL);
    }
}

static void
phone_sip_subscription_adopt (PhoneSipSubscription *self,
                              PhoneSipDialog       *dialog)
{
  self->dialog = g_object_ref (dialog);
  self->id = g_strconcat (phone_sip_dialog_get_call_id (dialog), phone_sip_dialog_get_local_tag (dialog),
                          phone_sip_dialog_get_remote_tag (dialog), self->event, NULL);
  phone_sip_agent_remove_listener (self->agent, self);
  phone_sip_agent_add_dialog (self->agent, dialog, &dialog_owner, self);
}

/* A NOTIFY without dialog: ours if it answers our first SUBSCRIBE, whose 2xx it has overtaken. */
static gboolean
phone_sip_subscription_listen (gpointer                   owner,
                               PhoneSipServerTransaction *transaction)
{
  PhoneSipSubscription *self = owner;
  PhoneSipMessage *notify = phone_sip_server_transaction_get_request (transaction);
  PhoneSipMessage *sent = phone_sip_request_get_message (self->first);
  g_autoptr(PhoneSipDialog) dialog = NULL;

  if (sent == NULL || !g_str_equal (phone_sip_message_get_call_id (sent), phone_sip_message_get_call_id (notify)) ||
      g_strcmp0 (phone_sip_message_get_from_tag (sent), phone_sip_message_get_to_tag (notify)) != 0)
    return FALSE;

  dialog = phone_sip_dialog_new_uas (notify, phone_sip_message_get_to_tag (notify), NULL);
  if (dialog == NULL)
    {
      phone_sip_subscription_refuse (self, transaction, 400);
      return TRUE;
    }

  phone_sip_dialog_set_local_cseq (dialog, phone_sip_message_get_cseq (sent));
  phone_sip_dialog_confirm (dialog, NULL);
  phone_sip_subscription_adopt (self, dialog);
  phone_sip_subscription_take_notify (self, transaction);

  return TRUE;
}

static void
phone_sip_subscription_release_request (PhoneSipSubscription *self,
                                        PhoneSipRequest      *request)
{
  g_signal_handlers_disconnect_by_data (request, self);
  g_ptr_array_remove (self->requests, request);
}

static void
phone_sip_subscription_succeeded_cb (PhoneSipSubscription *self,
                                     PhoneSipMessage      *response,
                                     PhoneSipRequest      *request)
{
  g_autoptr(PhoneSipSubscription) kept = g_object_ref (self);
  g_autoptr(PhoneSipRequest) kept_request = g_object_ref (request);
  gboolean first = !self->accepted;
  guint32 expires = self->expires;

  phone_sip_subscription_release_request (self, request);
  if (self->dialog == NULL)
    {
      g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uac (phone_sip_request_get_message (request), response, NULL);

      if (dialog == NULL)
        {
          phone_sip_subscription_end (self, PHONE_SIP_SUBSCRIPTION_END_WRONG_OK_RESPONSE, NULL, -1);
          return;
        }
      phone_sip_subscription_adopt (self, dialog);
    }
  else if (phone_sip_dialog_matches (self->dialog, response))
    {
      phone_sip_dialog_refresh_target (self->dialog, response);
    }

  phone_sip_message_get_uint (response, PHONE_SIP_HEADER_EXPIRES, &expires);
  phone_sip_subscription_plan_refresh (self, MIN (expires, MAX_EXPIRES));
  self->accepted = TRUE;
  if (self->unsubscribed || self->state == PHONE_SIP_SUBSCRIPTION_STATE_WAITING_NOTIFY)
    phone_sip_subscription_await_notify (self);
  if (first)
    g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0);
  phone_sip_subscription_flush (self);
}

/* 423 asks for a longer one (RFC 6665 §4.1.2.2), once. */
static gboolean
phone_sip_subscription_retry_longer (PhoneSipSubscription *self,
                                     PhoneSipMessage      *response,
                                     PhoneSipRequest      *request)
{
  guint32 minimum = 0;
  g_autofree char *expires = NULL;
  PhoneSipRequest *again;

  if (phone_sip_message_get_status (response) != 423 || self->retried || self->unsubscribed ||
      !phone_sip_message_get_uint (response, PHONE_SIP_HEADER_MIN_EXPIRES, &minimum) || minimum <= self->expires)
    return FALSE;

  self->retried = TRUE;
  self->expires = MIN (minimum, MAX_EXPIRES);
  expires = g_strdup_printf ("%u", self->expires);
  if (self->dialog == NULL)
    {
      again = phone_sip_request_copy (request);
      phone_sip_request_set_cseq (again, phone_sip_request_get_cseq (request) + 1);
      phone_sip_request_set_header (again, "Expires", expires);
      g_set_object (&self->first, again);
    }
  else
    {
      again = phone_sip_subscription_draft (self);
    }
  phone_sip_subscription_send (self, again, phone_sip_request_get_body (request));

  return TRUE;
}

static void
phone_sip_subscription_failed_cb (PhoneSipSubscription *self,
                                  PhoneSipMessage      *response,
                                  const char           *cause,
                                  PhoneSipRequest      *request)
{
  g_autoptr(PhoneSipSubscription) kept = g_object_ref (self);
  g_autoptr(PhoneSipRequest) kept_request = g_object_ref (request);
  guint status = response != NULL ? phone_sip_message_get_status (response) : 0;
  PhoneSipSubscriptionEnd end = PHONE_SIP_SUBSCRIPTION_END_NON_OK_RESPONSE;

  phone_sip_subscription_release_request (self, request);
  if (response != NULL && phone_sip_subscription_retry_longer (self, response, request))
    return;

  if (status == 401 || status == 407)
    end = PHONE_SIP_SUBSCRIPTION_END_AUTHENTICATION_FAILED;
  else if (g_strcmp0 (cause, PHONE_SIP_CAUSE_REQUEST_TIMEOUT) == 0)
    end = PHONE_SIP_SUBSCRIPTION_END_RESPONSE_TIMEOUT;
  else if (response == NULL)
    end = PHONE_SIP_SUBSCRIPTION_END_TRANSPORT_ERROR;
  phone_sip_subscription_end (self, end, NULL, -1);
}

/* Takes the draft, fills it and sends it. */
static PhoneSipRequest *
phone_sip_subscription_send (PhoneSipSubscription *self,
                             PhoneSipRequest      *request,
                             const char           *body)
{
  g_autofree char *expires = g_strdup_printf ("%u", self->unsubscribed ? 0 : self->expires);
  g_autofree char *contact = phone_sip_agent_create_contact (self->agent, FALSE, FALSE);
  g_autoptr(GError) error = NULL;

  phone_sip_request_set_header (request, "Event", self->event);
  phone_sip_request_set_header (request, "Expires", expires);
  phone_sip_request_set_header (request, "Accept", self->accept);
  phone_sip_request_set_header (request, "Contact", contact);
  if (self->allow_events != NULL)
    phone_sip_request_set_header (request, "Allow-Events", self->allow_events);
  phone_sip_request_add_lines (request, (const char * const *) self->extra_headers, NULL);
  if (body != NULL)
    phone_sip_request_set_body (request, self->content_type, body, -1);

  g_ptr_array_add (self->requests, request);
  g_signal_connect_object (request, "succeeded", G_CALLBACK (phone_sip_subscription_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (request, "failed", G_CALLBACK (phone_sip_subscription_failed_cb), self, G_CONNECT_SWAPPED);
  if (!phone_sip_request_send (request, &error))
    {
      g_debug ("SUBSCRIBE not sent: %s", error->message);
      phone_sip_subscription_end (self, PHONE_SIP_SUBSCRIPTION_END_TRANSPORT_ERROR, NULL, -1);
    }

  return request;
}

static void
phone_sip_subscription_dispose (GObject *object)
{
  PhoneSipSubscription *self = PHONE_SIP_SUBSCRIPTION (object);

  phone_sip_subscription_stop (self);
  g_clear_object (&self->first);
  g_clear_object (&self->dialog);
  g_clear_weak_pointer (&self->agent);

  G_OBJECT_CLASS (phone_sip_subscription_parent_class)->dispose (object);
}

static void
phone_sip_subscription_finalize (GObject *object)
{
  PhoneSipSubscription *self = PHONE_SIP_SUBSCRIPTION (object);

  g_queue_clear_full (&self->queue, g_free);
  g_ptr_array_unref (self->requests);
  g_free (self->event);
  g_free (self->accept);
  g_free (self->content_type);
  g_free (self->allow_events);
  g_strfreev (self->extra_headers);
  g_free (self->id);

  G_OBJECT_CLASS (phone_sip_subscription_parent_class)->finalize (object);
}

static void
phone_sip_subscription_get_property (GObject    *object,
                                     guint       property_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, PHONE_SIP_SUBSCRIPTION (object)->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_sip_subscription_class_init (PhoneSipSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = phone_sip_subscription_dispose;
  object_class->finalize = phone_sip_subscription_finalize;
  object_class->get_property = phone_sip_subscription_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_SIP_SUBSCRIPTION_STATE, PHONE_SIP_SUBSCRIPTION_STATE_INIT,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SIGNAL_ACCEPTED] =
    g_signal_new ("accepted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTIFY] =
    g_signal_new ("notify-received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_BOOLEAN, message, text, text);
  signals[SIGNAL_TERMINATED] =
    g_signal_new ("terminated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, PHONE_TYPE_SIP_SUBSCRIPTION_END, text, G_TYPE_INT);
}

static void
phone_sip_subscription_init (PhoneSipSubscription *self)
{
  self->state = PHONE_SIP_SUBSCRIPTION_STATE_INIT;
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->queue);
}

static void
phone_sip_subscription_set_identity (PhoneSipSubscription              *self,
                                     const PhoneSipUri                 *target,
                                     const PhoneSipSubscriptionOptions *options)
{
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (self->agent);
  g_autofree char *tag = phone_sip_token_new (10);
  g_autoptr(PhoneSipAddress) from = phone_sip_address_new (options->from_uri != NULL ? options->from_uri : config->uri,
                                                           options->from_display_name != NULL ? options->from_display_name : config->display_name);
  g_autoptr(PhoneSipAddress) to = phone_sip_address_new (options->to_uri != NULL ? options->to_uri : target, options->to_display_name);
  g_autofree char *from_text = NULL;
  g_autofree char *to_text = phone_sip_address_to_string (to);

  phone_sip_address_set_param (from, "tag", tag);
  from_text = phone_sip_address_to_string (from);
  phone_sip_request_set_header (self->first, "From", from_text);
  phone_sip_request_set_header (self->first, "To", to_text);
  if (options->cseq != 0)
    phone_sip_request_set_cseq (self->first, options->cseq);
}

void
phone_sip_subscription_detach (PhoneSipSubscription *self)
{
  phone_sip_subscription_stop (self);
  g_clear_weak_pointer (&self->agent);
  self->state = PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED;
}

/**
 * phone_sip_subscription_new:
 * @agent: who subscribes
 * @target: to whom
 * @event: the event package, maybe with ";id=x"
 * @accept: media types of bodies that are understood
 * @options: (nullable): what differs from the default
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a subscription, not begun; %NULL with %PHONE_SIP_ERROR_INVALID_ARGUMENT
 */
PhoneSipSubscription *
phone_sip_subscription_new (PhoneSipAgent                      *agent,
                            const PhoneSipUri                  *target,
                            const char                         *event,
                            const char                         *accept,
                            const PhoneSipSubscriptionOptions  *options,
                            GError                            **error)
{
  static const PhoneSipSubscriptionOptions defaults = { 0, };
  PhoneSipSubscription *self;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (agent), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  if (event == NULL || *event == '\0' || accept == NULL || *accept == '\0')
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "a subscription needs event and accept");
      return NULL;
    }

  if (options == NULL)
    options = &defaults;

  self = g_object_new (PHONE_TYPE_SIP_SUBSCRIPTION, NULL);
  g_set_weak_pointer (&self->agent, agent);
  self->event = g_strdup (event);
  self->accept = g_strdup (accept);
  self->content_type = g_strdup (options->content_type);
  self->allow_events = g_strdup (options->allow_events);
  self->extra_headers = g_strdupv ((char **) options->extra_headers);
  self->expires = options->fetch ? 0 : options->expires != 0 ? options->expires : DEFAULT_EXPIRES;
  self->first = phone_sip_agent_create_request (agent, "SUBSCRIBE", target);
  phone_sip_subscription_set_identity (self, target, options);

  return self;
}

static gboolean
phone_sip_subscription_check (PhoneSipSubscription  *self,
                              const char            *body,
                              GError               **error)
{
  if (self->agent == NULL || self->state == PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED || self->unsubscribed ||
      g_queue_get_length (&self->queue) >= MAX_QUEUE)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the subscription is over");
      return FALSE;
    }
  if (body != NULL && self->content_type == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "a body needs a content type");
      return FALSE;
    }

  return TRUE;
}

/**
 * phone_sip_subscription_subscribe:
 * @self: a subscription
 * @body: (nullable): what the SUBSCRIBE carries
 * @error: return location
 *
 * Begins it, or sends another SUBSCRIBE in its dialog; before there is one, after the first 2xx or NOTIFY.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE (over) or %PHONE_SIP_ERROR_INVALID_ARGUMENT (a body without type)
 */
gboolean
phone_sip_subscription_subscribe (PhoneSipSubscription  *self,
                                  const char            *body,
                                  GError               **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_SUBSCRIPTION (self), FALSE);

  if (!phone_sip_subscription_check (self, body, error))
    return FALSE;

  if (self->state == PHONE_SIP_SUBSCRIPTION_STATE_INIT)
    {
      phone_sip_agent_hold (self->agent, self);
      phone_sip_agent_add_listener (self->agent, self, phone_sip_subscription_listen);
      phone_sip_subscription_set_state (self, PHONE_SIP_SUBSCRIPTION_STATE_WAITING_NOTIFY);
      phone_sip_subscription_send (self, g_object_ref (self->first), body);
    }
  else if (self->dialog == NULL)
    {
      g_queue_push_tail (&self->queue, g_strdup (body != NULL ? body : ""));
    }
  else
    {
      phone_sip_subscription_send (self, phone_sip_subscription_draft (self), body);
    }

  return TRUE;
}

/**
 * phone_sip_subscription_terminate:
 * @self: a subscription that was begun
 * @body: (nullable): what the SUBSCRIBE carries
 * @error: return location
 *
 * Unsubscribes; "terminated" comes with the final NOTIFY.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE (not begun, over, or asked before) or %PHONE_SIP_ERROR_INVALID_ARGUMENT
 */
gboolean
phone_sip_subscription_terminate (PhoneSipSubscription  *self,
                                  const char            *body,
                                  GError               **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_SUBSCRIPTION (self), FALSE);

  if (self->state == PHONE_SIP_SUBSCRIPTION_STATE_INIT)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the subscription was not begun");
      return FALSE;
    }
  if (!phone_sip_subscription_check (self, body, error))
    return FALSE;

  self->unsubscribed = TRUE;
  phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &self->refresh_timer);
  if (self->dialog == NULL)
    g_queue_push_tail (&self->queue, g_strdup (body != NULL ? body : ""));
  else
    phone_sip_subscription_send (self, phone_sip_subscription_draft (self), body);

  return TRUE;
}

PhoneSipSubscriptionState
phone_sip_subscription_get_state (PhoneSipSubscription *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SUBSCRIPTION (self), PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED);

  return self->state;
}

const char *
phone_sip_subscription_get_id (PhoneSipSubscription *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SUBSCRIPTION (self), NULL);

  return self->id;
}
