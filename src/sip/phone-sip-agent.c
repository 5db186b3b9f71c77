/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user agent of RFC 3261 §8 below media. It owns what lives longer than a function call: the endpoint, the registration, and
 * every session, page and subscription until nothing can come for it any more; those point back without a reference.
 *
 * A request of the peer takes one of two ways. With a To tag it belongs to a dialog, found in one hash by Call-ID and both tags;
 * who owns the dialog answers. Without one, the checks of §8.2 and of JsSIP's sanity list come first (scheme, user, Require),
 * then a table by method. Calls at once are limited to eight, so that a stranger cannot fill the desk. */
#include "config.h"
#include "phone-sip-agent.h"

#include <string.h>

#include "phone-sip-agent-private.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-error.h"
#include "phone-sip-session-private.h"
#include "phone-sip-token.h"

#define MAX_SESSIONS    8
#define STOP_DELAY      2000    /* ms: JsSIP's */
#define ACCEPT          "application/sdp, application/dtmf-relay"

/* What a peer may require of us. */
static const char * const known_extensions[] = {
  "100rel", "gruu", "ice", "norefersub", "outbound", "path", "replaces", "timer", NULL
};

typedef struct
{
  gpointer                owner;        /* borrowed */
  PhoneSipAgentNotifyFunc func;
} Listener;

struct _PhoneSipAgent
{
  GObject               parent_instance;

  PhoneSipAgentConfig  *config;
  PhoneSipTransport    *transport;
  PhoneSipClock        *clock;
  PhoneSipEndpoint     *endpoint;
  PhoneSipRegistration *registration;
  PhoneSipUri          *contact;
  GHashTable           *dialogs;                /* Name → borrowed */
  GHashTable           *held;                   /* sessions, pages, subscriptions, notifiers */
  GHashTable           *sessions;               /* borrowed: all that point here */
  char                 *contact_text;
  GArray               *listeners;
  guint                 stop_timer;
  guint                 started : 1;
  guint                 stopping : 1;
  guint                 wants_registration : 1;
};

G_DEFINE_FINAL_TYPE (PhoneSipAgent, phone_sip_agent, G_TYPE_OBJECT)

enum
{
  SIGNAL_NEW_SESSION,
  SIGNAL_NEW_PAGE,
  SIGNAL_SIP_EVENT,
  SIGNAL_NEW_SUBSCRIBE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What a dialog is found by; nothing is allocated for it. */
typedef struct
{
  const char *call_id;
  const char *local_tag;
  const char *remote_tag;
} Name;

static guint
phone_sip_agent_hash_name (gconstpointer key)
{
  const Name *name = key;

  return g_str_hash (name->local_tag) ^ g_str_hash (name->remote_tag);
}

static gboolean
phone_sip_agent_equal_names (gconstpointer a,
                             gconstpointer b)
{
  const Name *one = a;
  const Name *other = b;

  return g_str_equal (one->local_tag, other->local_tag) && g_str_equal (one->remote_tag, other->remote_tag) &&
         g_str_equal (one->call_id, other->call_id);
}

static Name
phone_sip_agent_get_name (PhoneSipDialog *dialog)
{
  return (Name) { phone_sip_dialog_get_call_id (dialog), phone_sip_dialog_get_local_tag (dialog), phone_sip_dialog_get_remote_tag (dialog) };
}

static PhoneSipDialog *
phone_sip_agent_find_dialog (PhoneSipAgent         *self,
                             const PhoneSipMessage *request)
{
  const char *local_tag = phone_sip_message_get_to_tag (request);
  const char *remote_tag = phone_sip_message_get_from_tag (request);
  Name name = { phone_sip_message_get_call_id (request), local_tag != NULL ? local_tag : "", remote_tag != NULL ? remote_tag : "" };

  return g_hash_table_lookup (self->dialogs, &name);
}

static void
phone_sip_agent_receive_invite (PhoneSipAgent             *self,
                                PhoneSipServerTransaction *transaction)
{
  static const char * const accept[] = { "Accept: " PHONE_SIP_SDP, NULL };
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *replaces = phone_sip_message_get_header (request, PHONE_SIP_HEADER_REPLACES);
  const char *type = phone_sip_message_get_content_type (request);
  g_autoptr(PhoneSipSession) session = NULL;
  PhoneSipSession *replaced = NULL;

  if (phone_sip_message_get_body (request, NULL) != NULL && g_strcmp0 (type, PHONE_SIP_SDP) != 0)
    {
      phone_sip_server_transaction_reply (transaction, 415, NULL, accept);
      return;
    }

  if (replaces != NULL)
    {
      guint status = 481;

      replaced = phone_sip_session_find_replaced (self, replaces, &status);
      if (replaced == NULL)
        {
          phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
          return;
        }
    }
  else if (!g_signal_has_handler_pending (self, signals[SIGNAL_NEW_SESSION], 0, TRUE))
    {
      phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
      return;
    }
  else if (phone_sip_agent_get_n_sessions (self) >= MAX_SESSIONS)
    {
      phone_sip_server_transaction_reply (transaction, 486, NULL, NULL);
      return;
    }

  session = phone_sip_session_new_incoming (self, transaction);
  if (session == NULL)
    return;

  if (replaced != NULL)
    phone_sip_session_replace (session, replaced);
  else
    g_signal_emit (self, signals[SIGNAL_NEW_SESSION], 0, session, request);
}

void
phone_sip_agent_receive_page (PhoneSipAgent             *self,
                              PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  g_autoptr(PhoneSipPage) page = NULL;

  if (phone_sip_message_get_method (request) == PHONE_SIP_METHOD_MESSAGE &&
      !g_signal_has_handler_pending (self, signals[SIGNAL_NEW_PAGE], 0, TRUE))
    {
      phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
      return;
    }

  page = phone_sip_page_new_incoming (self, transaction);
  g_signal_emit (self, signals[SIGNAL_NEW_PAGE], 0, page);
  phone_sip_page_finish (page);
}

static void
phone_sip_agent_receive_event (PhoneSipAgent             *self,
                               PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *event = phone_sip_message_get_header (request, PHONE_SIP_HEADER_EVENT);

  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  g_signal_emit (self, signals[SIGNAL_SIP_EVENT], 0, event != NULL ? event : "", request);
}

static void
phone_sip_agent_receive_subscribe (PhoneSipAgent             *self,
                                   PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *event = phone_sip_message_get_header (request, PHONE_SIP_HEADER_EVENT);
  g_autoptr(PhoneSipAddress) contact = phone_sip_message_get_address (request, PHONE_SIP_HEADER_CONTACT);
  gboolean handled = FALSE;
  guint32 expires;

  if (event != NULL && contact != NULL &&
      (phone_sip_message_get_header (request, PHONE_SIP_HEADER_EXPIRES) == NULL ||
       phone_sip_message_get_uint (request, PHONE_SIP_HEADER_EXPIRES, &expires)))
    g_signal_emit (self, signals[SIGNAL_NEW_SUBSCRIBE], 0, event, transaction, &handled);

  if (!handled)
    phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
}

static void
phone_sip_agent_receive_orphan (PhoneSipAgent             *self,
                                PhoneSipServerTransaction *transaction)
{
  phone_sip_server_transaction_reply (transaction, 481, NULL, NULL);
}

/* Requests out of any dialog; a method without a row gets 405. */
static const struct
{
  PhoneSipMethod   method;
  void           (*receive) (PhoneSipAgent             *self,
                             PhoneSipServerTransaction *transaction);
} receivers[] = {
  { PHONE_SIP_METHOD_INVITE,    phone_sip_agent_receive_invite },
  { PHONE_SIP_METHOD_MESSAGE,   phone_sip_agent_receive_page },
  { PHONE_SIP_METHOD_OPTIONS,   phone_sip_agent_receive_page },
  { PHONE_SIP_METHOD_NOTIFY,    phone_sip_agent_receive_event },
  { PHONE_SIP_METHOD_SUBSCRIBE, phone_sip_agent_receive_subscribe },
  { PHONE_SIP_METHOD_BYE,       phone_sip_agent_receive_orphan },
  { PHONE_SIP_METHOD_PRACK,     phone_sip_agent_receive_orphan },
};

static gboolean
phone_sip_agent_is_for_us (PhoneSipAgent     *self,
                           const PhoneSipUri *uri)
{
  const char *user = phone_sip_uri_get_user (uri);

  return user != NULL &&
         (g_strcmp0 (user, phone_sip_uri_get_user (self->config->uri)) == 0 ||
          g_strcmp0 (user, phone_sip_uri_get_user (self->contact)) == 0);
}

/* 0, or the status that answers a request which must not reach anybody (JsSIP's sanity list, RFC 3261 §8.2.2). */
static guint
phone_sip_agent_check (PhoneSipAgent         *self,
                       const PhoneSipMessage *request)
{
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_parse (phone_sip_message_get_request_uri (request), -1, NULL);
  g_autoptr(PhoneSipAddress) to = phone_sip_message_get_address (request, PHONE_SIP_HEADER_TO);

  if (uri == NULL || g_strcmp0 (phone_sip_uri_get_scheme (uri), "sip") != 0)
    return 416;
  if (to == NULL || g_strcmp0 (phone_sip_uri_get_scheme (phone_sip_address_get_uri (to)), "sip") != 0)
    return 416;
  if (!phone_sip_agent_is_for_us (self, uri))
    return 404;

  return 0;
}

static gboolean
phone_sip_agent_offer_to_listeners (PhoneSipAgent             *self,
                                    PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  if (phone_sip_message_get_method (request) != PHONE_SIP_METHOD_NOTIFY)
    return FALSE;

  for (guint i = 0; i < self->listeners->len; i++)
    {
      Listener listener = g_array_index (self->listeners, Listener, i);

      if (listener.func (listener.owner, transaction))
        return TRUE;
    }

  return FALSE;
}

static void
phone_sip_agent_receive_in_dialog (PhoneSipAgent             *self,
                                   PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  PhoneSipDialog *dialog = phone_sip_agent_find_dialog (self, request);

  if (dialog != NULL)
    {
      g_autoptr(PhoneSipDialog) kept = g_object_ref (dialog);

      phone_sip_dialog_receive_request (kept, transaction);
    }
  else if (!phone_sip_agent_offer_to_listeners (self, transaction))
    {
      phone_sip_agent_receive_orphan (self, transaction);
    }
}

static gboolean
phone_sip_agent_request_cb (PhoneSipAgent             *self,
                            PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  PhoneSipMethod method = phone_sip_message_get_method (request);
  g_autofree char *unsupported = NULL;
  guint status;

  if (phone_sip_message_get_to_tag (request) == NULL)
    {
      status = phone_sip_agent_check (self, request);
      if (status != 0)
        {
          phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
          return TRUE;
        }
    }

  unsupported = phone_sip_agent_find_unsupported (request);
  if (unsupported != NULL)
    {
      g_autofree char *line = g_strconcat ("Unsupported: ", unsupported, NULL);
      const char *lines[] = { line, NULL };

      phone_sip_server_transaction_reply (transaction, 420, NULL, lines);
      return TRUE;
    }

  if (phone_sip_message_get_to_tag (request) != NULL)
    {
      phone_sip_agent_receive_in_dialog (self, transaction);
      return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (receivers); i++)
    if (receivers[i].method == method)
      {
        receivers[i].receive (self, transaction);
        return TRUE;
      }

  return FALSE;
}

static void
phone_sip_agent_ack_cb (PhoneSipAgent   *self,
                        PhoneSipMessage *ack)
{
  PhoneSipDialog *dialog = phone_sip_agent_find_dialog (self, ack);

  if (dialog != NULL)
    {
      g_autoptr(PhoneSipDialog) kept = g_object_ref (dialog);

      phone_sip_dialog_receive_ack (kept, ack);
    }
}

static void
phone_sip_agent_finish_stop (PhoneSipAgent *self)
{
  phone_sip_clock_clear (self->clock, &self->stop_timer);
  self->stopping = FALSE;
  phone_sip_transport_disconnect (self->transport);
}

static void
phone_sip_agent_stop_timer_cb (gpointer data)
{
  PhoneSipAgent *self = data;

  self->stop_timer = 0;
  phone_sip_agent_finish_stop (self);
}

static void
phone_sip_agent_connected_cb (PhoneSipAgent  *self,
                              PhoneSipSocket *socket)
{
  if (self->started)
    phone_sip_registration_opened (self->registration, self->wants_registration);
}

static void
phone_sip_agent_disconnected_cb (PhoneSipAgent  *self,
                                 PhoneSipSocket *socket,
                                 gboolean        error,
                                 guint           code,
                                 const char     *reason,
                                 const GError   *cause)
{
  phone_sip_registration_closed (self->registration);
}

static char *
phone_sip_agent_make_preloaded_route (PhoneSipAgent *self)
{
  PhoneSipSocket *socket = phone_sip_transport_get_socket (self->transport);

  return self->config->use_preloaded_route && socket != NULL
    ? g_strdup_printf ("<%s;lr>", phone_sip_socket_get_sip_uri (socket))
    : NULL;
}

/* Any one; detached it is forgotten. */
static gboolean
phone_sip_agent_pick_session (PhoneSipAgent *self,
                              gpointer      *out_session)
{
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->sessions);

  return g_hash_table_iter_next (&iter, out_session, NULL);
}

static void
phone_sip_agent_dispose (GObject *agent)
{
  PhoneSipAgent *self = PHONE_SIP_AGENT (agent);
  g_autoptr(GHashTable) held = g_steal_pointer (&self->held);
  GHashTableIter iter;
  gpointer object;

  if (self->clock != NULL)
    phone_sip_clock_clear (self->clock, &self->stop_timer);

  while (phone_sip_agent_pick_session (self, &object))
    phone_sip_session_detach (object);

  if (held != NULL)
    g_hash_table_iter_init (&iter, held);
  while (held != NULL && g_hash_table_iter_next (&iter, &object, NULL))
    {
      if (PHONE_IS_SIP_PAGE (object))
        phone_sip_page_detach (object);
      else if (PHONE_IS_SIP_SUBSCRIPTION (object))
        phone_sip_subscription_detach (object);
      else if (PHONE_IS_SIP_NOTIFIER (object))
        phone_sip_notifier_detach (object);
    }

  if (self->registration != NULL)
    phone_sip_registration_detach (self->registration);
  g_clear_object (&self->registration);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->transport);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (phone_sip_agent_parent_class)->dispose (agent);
}

static void
phone_sip_agent_finalize (GObject *object)
{
  PhoneSipAgent *self = PHONE_SIP_AGENT (object);

  g_clear_pointer (&self->config, phone_sip_agent_config_free);
  g_clear_pointer (&self->contact, phone_sip_uri_free);
  g_hash_table_unref (self->dialogs);
  g_hash_table_unref (self->sessions);
  g_free (self->contact_text);
  g_array_unref (self->listeners);

  G_OBJECT_CLASS (phone_sip_agent_parent_class)->finalize (object);
}

static void
phone_sip_agent_class_init (PhoneSipAgentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_sip_agent_dispose;
  object_class->finalize = phone_sip_agent_finalize;

  signals[SIGNAL_NEW_SESSION] =
    g_signal_new ("new-session", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, PHONE_TYPE_SIP_SESSION, PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_NEW_PAGE] =
    g_signal_new ("new-page", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_PAGE);
  signals[SIGNAL_SIP_EVENT] =
    g_signal_new ("sip-event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_NEW_SUBSCRIBE] =
    g_signal_new ("new-subscribe", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                  G_TYPE_BOOLEAN, 2, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, PHONE_TYPE_SIP_SERVER_TRANSACTION);
}

static void
phone_sip_agent_init (PhoneSipAgent *self)
{
  self->dialogs = g_hash_table_new_full (phone_sip_agent_hash_name, phone_sip_agent_equal_names, g_free, NULL);
  self->held = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->sessions = g_hash_table_new (NULL, NULL);
  self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
}

/**
 * phone_sip_agent_config_new:
 * @uri: the account's address, with user
 *
 * Returns: (transfer full): JsSIP's defaults for @uri
 */
PhoneSipAgentConfig *
phone_sip_agent_config_new (PhoneSipUri *uri)
{
  PhoneSipAgentConfig *self = g_new0 (PhoneSipAgentConfig, 1);

  self->uri = phone_sip_uri_copy (uri);
  self->instance_id = phone_sip_token_uuid ();
  self->register_expires = 600;
  self->no_answer_timeout = 60;
  self->register_ = TRUE;
  self->session_timers = TRUE;
  self->session_timers_update = TRUE;

  return self;
}

PhoneSipAgentConfig *
phone_sip_agent_config_copy (const PhoneSipAgentConfig *self)
{
  PhoneSipAgentConfig *copy = g_memdup2 (self, sizeof *self);

  copy->uri = phone_sip_uri_copy (self->uri);
  copy->contact_uri = self->contact_uri != NULL ? phone_sip_uri_copy (self->contact_uri) : NULL;
  copy->registrar = self->registrar != NULL ? phone_sip_uri_copy (self->registrar) : NULL;
  copy->display_name = g_strdup (self->display_name);
  copy->instance_id = g_strdup (self->instance_id);
  copy->credentials = self->credentials != NULL ? phone_sip_credentials_copy (self->credentials) : NULL;
  copy->user_agent = g_strdup (self->user_agent);
  copy->extra_headers = g_strdupv (self->extra_headers);
  copy->register_from_tag_trail = g_strdup (self->register_from_tag_trail);

  return copy;
}

void
phone_sip_agent_config_free (PhoneSipAgentConfig *self)
{
  g_clear_pointer (&self->uri, phone_sip_uri_free);
  g_clear_pointer (&self->contact_uri, phone_sip_uri_free);
  g_clear_pointer (&self->registrar, phone_sip_uri_free);
  g_clear_pointer (&self->credentials, phone_sip_credentials_free);
  g_free (self->display_name);
  g_free (self->instance_id);
  g_free (self->user_agent);
  g_strfreev (self->extra_headers);
  g_free (self->register_from_tag_trail);
  g_free (self);
}

/**
 * phone_sip_agent_new:
 * @config: who it is; copied
 * @transport: the way to the server, not connected yet
 * @clock: time
 *
 * Nothing is sent before phone_sip_agent_start(); a transport that is connected by other hands carries calls at once.
 *
 * Returns: (transfer full): the agent
 */
PhoneSipAgent *
phone_sip_agent_new (const PhoneSipAgentConfig *config,
                     PhoneSipTransport         *transport,
                     PhoneSipClock             *clock)
{
  PhoneSipAgent *self;

  g_return_val_if_fail (config != NULL && config->uri != NULL, NULL);

  self = g_object_new (PHONE_TYPE_SIP_AGENT, NULL);
  self->config = phone_sip_agent_config_copy (config);
  self->transport = g_object_ref (transport);
  self->clock = g_object_ref (clock);
  self->endpoint = phone_sip_endpoint_new (transport, clock);

  phone_sip_endpoint_set_user_agent (self->endpoint, config->user_agent);
  phone_sip_endpoint_set_extra_headers (self->endpoint, (const char * const *) config->extra_headers);
  if (config->contact_uri != NULL)
    {
      self->contact = phone_sip_uri_copy (config->contact_uri);
      phone_sip_endpoint_set_sent_by (self->endpoint, phone_sip_uri_get_host (config->contact_uri));
    }
  else
    {
      g_autofree char *user = phone_sip_token_new (8);

      self->contact = phone_sip_uri_new ("sip", user, phone_sip_endpoint_get_sent_by (self->endpoint), 0);
      phone_sip_uri_set_param (self->contact, "transport", "ws");
    }

  self->contact_text = phone_sip_uri_to_string (self->contact);
  self->registration = phone_sip_registration_new (self);

  g_signal_connect_object (self->endpoint, "request", G_CALLBACK (phone_sip_agent_request_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->endpoint, "ack", G_CALLBACK (phone_sip_agent_ack_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (transport, "connected", G_CALLBACK (phone_sip_agent_connected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (transport, "disconnected", G_CALLBACK (phone_sip_agent_disconnected_cb), self, G_CONNECT_SWAPPED);

  return self;
}

PhoneSipEndpoint *
phone_sip_agent_get_endpoint (PhoneSipAgent *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  return self->endpoint;
}

PhoneSipTransport *
phone_sip_agent_get_transport (PhoneSipAgent *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  return self->transport;
}

PhoneSipClock *
phone_sip_agent_get_clock (PhoneSipAgent *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  return self->clock;
}

PhoneSipRegistration *
phone_sip_agent_get_registration (PhoneSipAgent *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  return self->registration;
}

const PhoneSipAgentConfig *
phone_sip_agent_get_config (PhoneSipAgent *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  return self->config;
}

const PhoneSipUri *
phone_sip_agent_get_contact_uri (PhoneSipAgent *self)
{
  return self->contact;
}

/**
 * phone_sip_agent_set_credentials:
 * @self: an agent
 * @credentials: (nullable): what requests from now on answer challenges with
 */
void
phone_sip_agent_set_credentials (PhoneSipAgent             *self,
                                 const PhoneSipCredentials *credentials)
{
  PhoneSipCredentials *copy;

  g_return_if_fail (PHONE_IS_SIP_AGENT (self));

  copy = credentials != NULL ? phone_sip_credentials_copy (credentials) : NULL;
  g_clear_pointer (&self->config->credentials, phone_sip_credentials_free);
  self->config->credentials = copy;
}

void
phone_sip_agent_set_display_name (PhoneSipAgent *self,
                                  const char    *display_name)
{
  char *copy;

  g_return_if_fail (PHONE_IS_SIP_AGENT (self));

  copy = g_strdup (display_name);
  g_free (self->config->display_name);
  self->config->display_name = copy;
}

/**
 * phone_sip_agent_set_extra_headers:
 * @self: an agent
 * @lines: (nullable): "Name: value" lines for every request and response from now on
 */
void
phone_sip_agent_set_extra_headers (PhoneSipAgent      *self,
                                   const char * const *lines)
{
  char **copy;

  g_return_if_fail (PHONE_IS_SIP_AGENT (self));

  copy = g_strdupv ((char **) lines);
  g_strfreev (self->config->extra_headers);
  self->config->extra_headers = copy;
  phone_sip_endpoint_set_extra_headers (self->endpoint, (const char * const *) copy);
}

/**
 * phone_sip_agent_create_contact:
 * @self: an agent
 * @anonymous: tell nobody who we are
 * @outbound: add "ob" (RFC 5626 §4.3) unless it is a GRUU
 *
 * A Contact value: public or temporary GRUU where the registrar gave one (RFC 5627 §4.4).
 *
 * Returns: (transfer full): "<sip:…>"
 */
char *
phone_sip_agent_create_contact (PhoneSipAgent *self,
                                gboolean       anonymous,
                                gboolean       outbound)
{
  const char *gruu;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  gruu = anonymous ? phone_sip_registration_get_temp_gruu (self->registration)
                   : phone_sip_registration_get_pub_gruu (self->registration);
  if (gruu != NULL)
    return g_strconcat ("<", gruu, ">", NULL);

  return g_strconcat ("<", anonymous ? "sip:anonymous@anonymous.invalid;transport=ws" : self->contact_text, outbound ? ";ob>" : ">", NULL);
}

/**
 * phone_sip_agent_start:
 * @self: an agent
 *
 * Connects; registers on each connection if the configuration says so. During the two seconds of a stop, that stop is
 * finished first.
 */
void
phone_sip_agent_start (PhoneSipAgent *self)
{
  g_return_if_fail (PHONE_IS_SIP_AGENT (self));

  self->wants_registration = self->config->register_;

  if (self->started)
    return;

  if (self->stopping)
    phone_sip_agent_finish_stop (self);
  self->started = TRUE;
  if (phone_sip_transport_is_connected (self->transport))
    phone_sip_registration_opened (self->registration, self->wants_registration);
  else
    phone_sip_transport_connect (self->transport);
}

/**
 * phone_sip_agent_stop:
 * @self: an agent
 *
 * Unregisters, ends every session, closes the transport: at once, or after 2 s while a session or transaction is pending.
 */
void
phone_sip_agent_stop (PhoneSipAgent *self)
{
  g_return_if_fail (PHONE_IS_SIP_AGENT (self));

  if (!self->started)
    return;

  self->started = FALSE;
  self->wants_registration = FALSE;
  phone_sip_registration_unregister (self->registration, FALSE);
  phone_sip_agent_terminate_sessions (self);

  if (phone_sip_endpoint_get_n_transactions (self->endpoint) == 0 && phone_sip_agent_get_n_sessions (self) == 0)
    {
      phone_sip_transport_disconnect (self->transport);
      return;
    }

  self->stopping = TRUE;
  self->stop_timer = phone_sip_clock_add (self->clock, STOP_DELAY, phone_sip_agent_stop_timer_cb, self);
}

gboolean
phone_sip_agent_is_started (PhoneSipAgent *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), FALSE);

  return self->started;
}

/**
 * phone_sip_agent_terminate_sessions:
 * @self: an agent
 *
 * Ends every session in the way its state asks for.
 */
void
phone_sip_agent_terminate_sessions (PhoneSipAgent *self)
{
  g_autoptr(GPtrArray) sessions = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer session;

  g_return_if_fail (PHONE_IS_SIP_AGENT (self));

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &session, NULL))
    g_ptr_array_add (sessions, g_object_ref (session));
  for (guint i = 0; i < sessions->len; i++)
    if (!phone_sip_session_is_ended (sessions->pdata[i]))
      phone_sip_session_terminate (sessions->pdata[i], NULL, NULL);
}

guint
phone_sip_agent_get_n_sessions (PhoneSipAgent *self)
{
  GHashTableIter iter;
  gpointer session;
  guint n = 0;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), 0);

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &session, NULL))
    if (!phone_sip_session_is_ended (session) && phone_sip_session_get_state (session) != PHONE_SIP_SESSION_STATE_NULL)
      n++;

  return n;
}

/**
 * phone_sip_agent_create_session:
 * @self: an agent
 * @target: whom to call
 *
 * Returns: (transfer full): an outgoing session; phone_sip_session_connect() sends
 */
PhoneSipSession *
phone_sip_agent_create_session (PhoneSipAgent     *self,
                                const PhoneSipUri *target)
{
  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  return phone_sip_session_new_outgoing (self, target);
}

/**
 * phone_sip_agent_create_request:
 * @self: an agent
 * @method: its name
 * @target: Request-URI and To
 *
 * A draft with From, To, Call-ID, CSeq, Max-Forwards, Route (preloaded and Service-Route), Contact (where the method has one),
 * Allow, Supported and credentials.
 *
 * Returns: (transfer full): the draft
 */
PhoneSipRequest *
phone_sip_agent_create_request (PhoneSipAgent     *self,
                                const char        *method,
                                const PhoneSipUri *target)
{
  PhoneSipRequest *request;
  const char * const *service_route;
  g_autofree char *uri = NULL;
  g_autofree char *to = NULL;
  g_autofree char *from = NULL;
  g_autofree char *tag = NULL;
  g_autofree char *route = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  uri = phone_sip_uri_to_string (target);
  to = g_strdup_printf ("<%s>", uri);
  tag = phone_sip_token_new (10);
  from = phone_sip_agent_create_from (self, NULL, NULL, FALSE, tag);

  request = phone_sip_request_new (self->endpoint, method, uri);
  route = phone_sip_agent_make_preloaded_route (self);
  if (route != NULL)
    phone_sip_request_add_header (request, "Route", route);
  service_route = phone_sip_registration_get_service_route (self->registration);
  for (guint i = 0; service_route != NULL && service_route[i] != NULL; i++)
    phone_sip_request_add_header (request, "Route", service_route[i]);
  phone_sip_request_set_header (request, "To", to);
  phone_sip_request_set_header (request, "From", from);

  if (phone_sip_method_from_string (method, -1) != PHONE_SIP_METHOD_MESSAGE)
    {
      g_autofree char *contact = phone_sip_agent_create_contact (self, FALSE, FALSE);

      phone_sip_request_set_header (request, "Contact", contact);
    }

  phone_sip_agent_complete (self, request);

  return request;
}

/**
 * phone_sip_agent_find_session:
 * @self: an agent
 * @call_id: of the dialog
 * @to_tag: our tag, as a peer's Replaces names it
 * @from_tag: the peer's tag
 *
 * Returns: (transfer none) (nullable): the session with that dialog, early or confirmed
 */
PhoneSipSession *
phone_sip_agent_find_session (PhoneSipAgent *self,
                              const char    *call_id,
                              const char    *to_tag,
                              const char    *from_tag)
{
  GHashTableIter iter;
  gpointer session;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (self), NULL);

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &session, NULL))
    {
      PhoneSipDialog *dialog = phone_sip_session_get_dialog (session);

      if (dialog != NULL &&
          g_strcmp0 (phone_sip_dialog_get_call_id (dialog), call_id) == 0 &&
          g_strcmp0 (phone_sip_dialog_get_local_tag (dialog), to_tag) == 0 &&
          g_strcmp0 (phone_sip_dialog_get_remote_tag (dialog), from_tag) == 0)
        return session;
    }

  return NULL;
}

void
phone_sip_agent_add_dialog (PhoneSipAgent             *self,
                            PhoneSipDialog            *dialog,
                            const PhoneSipDialogOwner *functions,
                            gpointer                   owner)
{
  Name name = phone_sip_agent_get_name (dialog);

  phone_sip_dialog_set_owner (dialog, functions, owner);
  g_hash_table_replace (self->dialogs, g_memdup2 (&name, sizeof name), dialog);
}

void
phone_sip_agent_remove_dialog (PhoneSipAgent  *self,
                               PhoneSipDialog *dialog)
{
  Name name = phone_sip_agent_get_name (dialog);

  phone_sip_dialog_set_owner (dialog, NULL, NULL);
  if (g_hash_table_lookup (self->dialogs, &name) == dialog)
    g_hash_table_remove (self->dialogs, &name);
}

void
phone_sip_agent_note_session (PhoneSipAgent   *self,
                              PhoneSipSession *session)
{
  g_hash_table_add (self->sessions, session);
}

void
phone_sip_agent_forget_session (PhoneSipAgent   *self,
                                PhoneSipSession *session)
{
  g_hash_table_remove (self->sessions, session);
}

void
phone_sip_agent_hold (PhoneSipAgent *self,
                      gpointer       object)
{
  if (self->held != NULL)
    g_hash_table_add (self->held, g_object_ref (object));
}

void
phone_sip_agent_let_go (PhoneSipAgent *self,
                        gpointer       object)
{
  if (self->held != NULL)
    g_hash_table_remove (self->held, object);
}

void
phone_sip_agent_add_listener (PhoneSipAgent           *self,
                              gpointer                 owner,
                              PhoneSipAgentNotifyFunc  func)
{
  Listener listener = { owner, func };

  g_array_append_val (self->listeners, listener);
}

void
phone_sip_agent_remove_listener (PhoneSipAgent *self,
                                 gpointer       owner)
{
  for (guint i = self->listeners->len; i > 0; i--)
    if (g_array_index (self->listeners, Listener, i - 1).owner == owner)
      g_array_remove_index (self->listeners, i - 1);
}

void
phone_sip_agent_set_wants_registration (PhoneSipAgent *self,
                                        gboolean       wanted)
{
  self->wants_registration = wanted;
}

const char *
phone_sip_agent_get_allow (void)
{
  return PHONE_SIP_ALLOW;
}

const char *
phone_sip_agent_get_accept (void)
{
  return ACCEPT;
}

/* JsSIP's lists, and 100rel where it means something. */
char *
phone_sip_agent_get_supported (PhoneSipAgent  *self,
                               PhoneSipMethod  method)
{
  const char *timer = self->config->session_timers ? "timer," : "";
  gboolean gruu = phone_sip_registration_get_pub_gruu (self->registration) != NULL ||
                  phone_sip_registration_get_temp_gruu (self->registration) != NULL;

  if (method == PHONE_SIP_METHOD_REGISTER)
    return g_strdup ("path,gruu,outbound");
  if (method == PHONE_SIP_METHOD_INVITE)
    return g_strconcat (timer, gruu ? "gruu," : "", "100rel,ice,replaces,outbound", NULL);
  if (method == PHONE_SIP_METHOD_UPDATE)
    return g_strconcat (timer, "ice,outbound", NULL);

  return g_strdup ("outbound");
}

void
phone_sip_agent_complete (PhoneSipAgent   *self,
                          PhoneSipRequest *request)
{
  PhoneSipMethod method = phone_sip_method_from_string (phone_sip_request_get_method (request), -1);

  /* Allow and the Supported of other methods are what a request says by itself. */
  if (method == PHONE_SIP_METHOD_INVITE || method == PHONE_SIP_METHOD_UPDATE)
    {
      g_autofree char *supported = phone_sip_agent_get_supported (self, method);

      phone_sip_request_set_header (request, "Supported", supported);
    }
  phone_sip_request_set_credentials (request, self->config->credentials);
}

char *
phone_sip_agent_create_from (PhoneSipAgent *self,
                             const char    *user,
                             const char    *display_name,
                             gboolean       anonymous,
                             const char    *tag)
{
  g_autoptr(PhoneSipUri) uri = anonymous ? phone_sip_uri_new ("sip", "anonymous", "anonymous.invalid", 0)
                                         : phone_sip_uri_copy (self->config->uri);
  g_autoptr(PhoneSipAddress) address = NULL;

  if (display_name == NULL)
    display_name = anonymous ? "Anonymous" : self->config->display_name;
  if (user != NULL && !anonymous)
    phone_sip_uri_set_user (uri, user);

  address = phone_sip_address_new (uri, display_name);
  phone_sip_address_set_param (address, "tag", tag);

  return phone_sip_address_to_string (address);
}

char *
phone_sip_agent_find_unsupported (const PhoneSipMessage *request)
{
  g_auto(GStrv) required = NULL;
  GString *unsupported = NULL;

  if (phone_sip_message_get_header (request, PHONE_SIP_HEADER_REQUIRE) == NULL ||
      phone_sip_message_get_method (request) == PHONE_SIP_METHOD_CANCEL)
    return NULL;

  required = phone_sip_message_get_headers (request, "Require");
  for (guint i = 0; required[i] != NULL; i++)
    {
      gboolean known = FALSE;

      for (guint k = 0; known_extensions[k] != NULL && !known; k++)
        known = g_ascii_strcasecmp (known_extensions[k], required[i]) == 0;
      if (known)
        continue;

      if (unsupported == NULL)
        unsupported = g_string_new (required[i]);
      else
        g_string_append_printf (unsupported, ", %s", required[i]);
    }

  return unsupported != NULL ? g_string_free (unsupported, FALSE) : NULL;
}

PhoneSipMessage *
phone_sip_agent_create_reply (PhoneSipServerTransaction  *transaction,
                              guint                       status,
                              const char                 *reason,
                              const char * const         *first,
                              const char * const         *second,
                              const char                 *content_type,
                              const char                 *body,
                              GError                    **error)
{
  const char * const *lines[] = { first, second };
  PhoneSipMessageBuilder *builder = phone_sip_server_transaction_create_reply (transaction, status, reason);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    for (guint k = 0; lines[i] != NULL && lines[i][k] != NULL; k++)
      phone_sip_message_builder_add_line (builder, lines[i][k]);
  if (body != NULL)
    phone_sip_message_builder_set_body (builder, content_type, body, -1);

  return phone_sip_message_builder_end (builder, error);
}
