/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user agent of RFC 3261 §8 below media. It owns what lives longer than a function call: the endpoint, the registration, and
 * every session, page and subscription until nothing can come for it any more; those point back without a reference.
 */
#include "config.h"
#include "phone-sip-agent.h"

#include <string.h>

#include "phone-sip-agent-private.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-error.h"
#include "phone-sip-session-private.h"
#include "phone-sip-token.h"

#define STOP_DELAY      2000    /* ms: JsSIP's */
#define ACCEPT          "application/sdp, application/dtmf-relay"

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
  if (self->endpoint != NULL)
    phone_sip_endpoint_set_owner (self->endpoint, NULL, NULL);
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
  g_free (self->identity);
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
  self->dialogs = phone_sip_agent_create_dialogs ();
  self->held = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->sessions = g_hash_table_new (NULL, NULL);
  self->listeners = phone_sip_agent_create_listeners ();
}

static void
phone_sip_agent_note_identity (PhoneSipAgent *self)
{
  g_autoptr(PhoneSipAddress) address = phone_sip_address_new (self->config->uri, self->config->display_name);

  g_free (self->identity);
  self->identity = phone_sip_address_to_string (address);
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
  phone_sip_agent_note_identity (self);
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

  phone_sip_endpoint_set_owner (self->endpoint, &phone_sip_agent_endpoint_owner, self);

  /* After those who only listen: "connected" comes before the REGISTER, "disconnected" before "unregistered". */
  g_signal_connect_object (transport, "connected", G_CALLBACK (phone_sip_agent_connected_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (transport, "disconnected", G_CALLBACK (phone_sip_agent_disconnected_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);

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
  phone_sip_agent_note_identity (self);
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
  phone_sip_agent_terminate_sessions_with (self, NULL);
}

/**
 * phone_sip_agent_terminate_sessions_with:
 * @self: an agent
 * @options: (nullable): as in phone_sip_session_terminate(), for each
 *
 * Ends every session. One that cannot be ended with @options stays.
 */
void
phone_sip_agent_terminate_sessions_with (PhoneSipAgent                  *self,
                                         const PhoneSipTerminateOptions *options)
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
      phone_sip_session_terminate (sessions->pdata[i], options, NULL);
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
  to = g_strconcat ("<", uri, ">", NULL);
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
const char *
phone_sip_agent_get_supported (PhoneSipAgent  *self,
                               PhoneSipMethod  method)
{
  gboolean timer = self->config->session_timers;
  gboolean gruu = phone_sip_registration_get_pub_gruu (self->registration) != NULL ||
                  phone_sip_registration_get_temp_gruu (self->registration) != NULL;

  if (method == PHONE_SIP_METHOD_UPDATE)
    return timer ? "timer,ice,outbound" : "ice,outbound";
  if (timer)
    return gruu ? "timer,gruu,100rel,ice,replaces,outbound" : "timer,100rel,ice,replaces,outbound";

  return gruu ? "gruu,100rel,ice,replaces,outbound" : "100rel,ice,replaces,outbound";
}

void
phone_sip_agent_complete (PhoneSipAgent   *self,
                          PhoneSipRequest *request)
{
  PhoneSipMethod method = phone_sip_method_from_string (phone_sip_request_get_method (request), -1);

  /* Allow and the Supported of other methods are what a request says by itself. */
  if (method == PHONE_SIP_METHOD_INVITE || method == PHONE_SIP_METHOD_UPDATE)
    phone_sip_request_set_header (request, "Supported", phone_sip_agent_get_supported (self, method));
  phone_sip_request_set_credentials (request, self->config->credentials);
}

char *
phone_sip_agent_create_from (PhoneSipAgent *self,
                             const char    *user,
                             const char    *display_name,
                             gboolean       anonymous,
                             const char    *tag)
{
  g_autoptr(PhoneSipUri) uri = NULL;
  g_autoptr(PhoneSipAddress) address = NULL;

  if (user == NULL && display_name == NULL && !anonymous)
    return g_strconcat (self->identity, ";tag=", tag, NULL);

  uri = anonymous ? phone_sip_uri_new ("sip", "anonymous", "anonymous.invalid", 0) : phone_sip_uri_copy (self->config->uri);
  if (display_name == NULL)
    display_name = anonymous ? "Anonymous" : self->config->display_name;
  if (user != NULL && !anonymous)
    phone_sip_uri_set_user (uri, user);

  address = phone_sip_address_new (uri, display_name);
  phone_sip_address_set_param (address, "tag", tag);

  return phone_sip_address_to_string (address);
}

gboolean
phone_sip_agent_listens_to_sessions (PhoneSipAgent *self)
{
  return g_signal_has_handler_pending (self, signals[SIGNAL_NEW_SESSION], 0, TRUE);
}

void
phone_sip_agent_emit_new_session (PhoneSipAgent   *self,
                                  PhoneSipSession *session,
                                  PhoneSipMessage *request)
{
  g_signal_emit (self, signals[SIGNAL_NEW_SESSION], 0, session, request);
}

gboolean
phone_sip_agent_listens_to_pages (PhoneSipAgent *self)
{
  return g_signal_has_handler_pending (self, signals[SIGNAL_NEW_PAGE], 0, TRUE);
}

void
phone_sip_agent_emit_new_page (PhoneSipAgent *self,
                               PhoneSipPage  *page)
{
  g_signal_emit (self, signals[SIGNAL_NEW_PAGE], 0, page);
}

void
phone_sip_agent_emit_sip_event (PhoneSipAgent   *self,
                                const char      *event,
                                PhoneSipMessage *request)
{
  g_signal_emit (self, signals[SIGNAL_SIP_EVENT], 0, event, request);
}

gboolean
phone_sip_agent_emit_new_subscribe (PhoneSipAgent             *self,
                                    const char                *event,
                                    PhoneSipServerTransaction *transaction)
{
  gboolean handled = FALSE;

  g_signal_emit (self, signals[SIGNAL_NEW_SUBSCRIBE], 0, event, transaction, &handled);

  return handled;
}

PhoneSipMessage *
phone_sip_agent_end_reply (PhoneSipMessageBuilder  *builder,
                           const char * const      *extra_headers,
                           const char              *content_type,
                           const char              *body,
                           GError                 **error)
{
  for (guint i = 0; extra_headers != NULL && extra_headers[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, extra_headers[i]);
  if (body != NULL)
    phone_sip_message_builder_set_body (builder, content_type, body, -1);

  return phone_sip_message_builder_end (builder, error);
}

PhoneSipMessage *
phone_sip_agent_create_reply (PhoneSipServerTransaction  *transaction,
                              guint                       status,
                              const char                 *reason,
                              const char * const         *extra_headers,
                              const char                 *content_type,
                              const char                 *body,
                              GError                    **error)
{
  PhoneSipMessageBuilder *builder = phone_sip_server_transaction_create_reply (transaction, status, reason);

  return phone_sip_agent_end_reply (builder, extra_headers, content_type, body, error);
}
