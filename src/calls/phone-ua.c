/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One account in service: JsSIP's UA with media. It fetches the secrets, makes the SIP agent, and lists the calls.
 *
 * Its state is never set by an event: each event asks phone_ua_update_state () to read transport and registration anew, so that no
 * order of events can leave a wrong word on the screen. FAILED means that the last attempt went wrong; unless the server refused
 * us it goes on trying by itself.
 *
 * A changed account is taken over when no call is up: a call must not end because somebody corrected a name. */
#include "config.h"
#include "phone-call-private.h"
#include "phone-ua-private.h"

#include "phone-sip-token.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

/* D-Bus clients may still read a call that is over. */
#define ENDED_CALL_MILLISECONDS 5000u
/* An agent that was replaced says good-bye to its registrar meanwhile. */
#define RETIRED_AGENT_MILLISECONDS 2500u
#define MAX_TEXT 32768

typedef struct
{
  PhoneUa *ua;          /* borrowed: it owns this */
  GObject *object;      /* a call or an agent */
  guint    timer;
} Leaving;

struct _PhoneUa
{
  GObject                parent_instance;

  PhoneAccount          *account;
  PhoneSwitchboardParts  parts;
  PhoneAccountSecrets   *secrets;       /* NULL: to be fetched */
  GCancellable          *cancellable;   /* of fetching them */
  PhoneSipAgent         *agent;
  GListStore            *calls;
  GHashTable            *pages;         /* PhoneSipPage → id; under way */
  GPtrArray             *leaving;
  guint                  reload_source;

  PhoneUaState           state;
  PhoneUaProblem         problem;
  char                  *problem_detail;
  guint                  status_code;
  char                  *socket;
  char                  *local_address; /* of ours, at the last connection */

  guint                  trial : 1;
  guint                  wanted : 1;            /* between start () and stop () */
  guint                  connected : 1;         /* as the last event said */
  guint                  was_connected : 1;     /* the last attempt succeeded, also if that connection broke since */
  guint                  unregistered : 1;      /* and that is what somebody wanted, or the server */
  guint                  reload_due : 1;
};

static void phone_ua_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneUa, phone_ua, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, phone_ua_list_model_init))

G_DEFINE_QUARK (phone-ua-error-quark, phone_ua_error)

enum
{
  PROP_0,
  PROP_ACCOUNT,
  PROP_STATE,
  PROP_PROBLEM,
  PROP_PROBLEM_DETAIL,
  PROP_STATUS_CODE,
  PROP_SOCKET,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  CONNECTING,
  CONNECTED,
  DISCONNECTED,
  REGISTERED,
  UNREGISTERED,
  REGISTRATION_FAILED,
  REGISTRATION_EXPIRING,
  NEW_CALL,
  MESSAGE_RECEIVED,
  REQUEST_FINISHED,
  SIP_EVENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GType
phone_ua_get_item_type (GListModel *model)
{
  return PHONE_TYPE_CALL;
}

static guint
phone_ua_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PHONE_UA (model)->calls));
}

static gpointer
phone_ua_get_item (GListModel *model,
                   guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (PHONE_UA (model)->calls), position);
}

static void
phone_ua_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_ua_get_item_type;
  iface->get_n_items = phone_ua_get_n_items;
  iface->get_item = phone_ua_get_item;
}

static void
phone_ua_calls_changed_cb (GListModel *calls,
                           guint       position,
                           guint       removed,
                           guint       added,
                           PhoneUa    *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
leaving_free (Leaving *self)
{
  phone_sip_clock_clear (self->ua->parts.clock, &self->timer);
  g_object_unref (self->object);
  g_free (self);
}

static void
phone_ua_left_cb (gpointer data)
{
  Leaving *leaving = data;
  g_autoptr (PhoneUa) self = g_object_ref (leaving->ua);
  guint position;

  leaving->timer = 0;
  if (PHONE_IS_CALL (leaving->object) && g_list_store_find (self->calls, leaving->object, &position))
    g_list_store_remove (self->calls, position);
  g_ptr_array_remove_fast (self->leaving, leaving);
}

static void
phone_ua_keep (PhoneUa *self,
               gpointer object,
               guint    milliseconds)
{
  Leaving *leaving = g_new0 (Leaving, 1);

  leaving->ua = self;
  leaving->object = g_object_ref (object);
  g_ptr_array_add (self->leaving, leaving);
  leaving->timer = phone_sip_clock_add (self->parts.clock, milliseconds, phone_ua_left_cb, leaving);
}

static PhoneUaState
phone_ua_find_registered_state (PhoneUa *self)
{
  PhoneSipRegistration *registration = phone_sip_agent_get_registration (self->agent);

  if (phone_sip_registration_is_registered (registration))
    return PHONE_UA_STATE_REGISTERED;

  switch (phone_sip_registration_get_state (registration))
    {
    case PHONE_SIP_REGISTRATION_STATE_REGISTERING:
      return PHONE_UA_STATE_REGISTERING;
    case PHONE_SIP_REGISTRATION_STATE_ONLINE:
      return PHONE_UA_STATE_REGISTERED;
    case PHONE_SIP_REGISTRATION_STATE_RETRYING:
    case PHONE_SIP_REGISTRATION_STATE_REFUSED:
      return PHONE_UA_STATE_FAILED;
    case PHONE_SIP_REGISTRATION_STATE_OFFLINE:
    default:
      return self->unregistered ? PHONE_UA_STATE_UNREGISTERED : PHONE_UA_STATE_CONNECTED;
    }
}

static PhoneUaState
phone_ua_find_state (PhoneUa *self)
{
  const gboolean connected = phone_ua_is_connected (self);

  if (!self->wanted)
    return connected ? PHONE_UA_STATE_UNREGISTERED : PHONE_UA_STATE_OFFLINE;
  if (connected)
    return phone_ua_find_registered_state (self);

  return self->problem != PHONE_UA_PROBLEM_NONE && !self->was_connected ? PHONE_UA_STATE_FAILED : PHONE_UA_STATE_CONNECTING;
}

static void
phone_ua_update_state (PhoneUa *self)
{
  PhoneUaState state = phone_ua_find_state (self);

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
phone_ua_set_problem (PhoneUa        *self,
                      PhoneUaProblem  problem,
                      guint           status,
                      const char     *detail)
{
  g_autofree char *text = phone_call_make_text (detail);

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (self->problem_detail, text) != 0)
    {
      g_free (self->problem_detail);
      self->problem_detail = g_steal_pointer (&text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM_DETAIL]);
    }
  if (self->status_code != status)
    {
      self->status_code = status;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS_CODE]);
    }
  if (self->problem != problem)
    {
      self->problem = problem;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_ua_set_socket (PhoneUa        *self,
                     PhoneSipSocket *socket)
{
  const char *url = phone_sip_socket_get_url (socket);

  if (g_strcmp0 (self->socket, url) == 0)
    return;

  g_free (self->socket);
  self->socket = g_strdup (url);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOCKET]);
}

static void
phone_ua_connecting_cb (PhoneSipTransport *transport,
                        PhoneSipSocket    *socket,
                        guint              attempts,
                        PhoneUa           *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  phone_ua_set_socket (self, socket);
  phone_ua_update_state (self);
  g_signal_emit (self, signals[CONNECTING], 0, phone_sip_socket_get_url (socket), attempts);
}

/* Calls whose signalling leaves from another address now have media that left from the old one. */
static void
phone_ua_follow_address (PhoneUa        *self,
                         PhoneSipSocket *socket)
{
  g_autofree char *old = g_steal_pointer (&self->local_address);

  self->local_address = phone_sip_socket_get_local_address (socket);
  if (old == NULL || self->local_address == NULL || g_str_equal (old, self->local_address))
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      phone_call_path_moved (call);
    }
}

static void
phone_ua_connected_cb (PhoneSipTransport *transport,
                       PhoneSipSocket    *socket,
                       PhoneUa           *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  self->connected = TRUE;
  self->was_connected = TRUE;
  phone_ua_set_problem (self, PHONE_UA_PROBLEM_NONE, 0, "");
  phone_ua_set_socket (self, socket);
  phone_ua_update_state (self);
  g_signal_emit (self, signals[CONNECTED], 0, phone_sip_socket_get_url (socket));
  phone_ua_follow_address (self, socket);
}

static void
phone_ua_disconnected_cb (PhoneSipTransport *transport,
                          PhoneSipSocket    *socket,
                          gboolean           failed,
                          guint              code,
                          const char        *reason,
                          const GError      *cause,
                          PhoneUa           *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autofree char *text = phone_call_make_text (reason);

  if (self->wanted)
    phone_ua_set_problem (self, phone_ua_problem_for_error (cause), 0, cause ? cause->message : text);
  if (!self->connected)
    self->was_connected = FALSE;
  self->connected = FALSE;
  phone_ua_update_state (self);
  g_signal_emit (self, signals[DISCONNECTED], 0, phone_sip_socket_get_url (socket), failed, code, text);
}

static guint
phone_ua_get_status (PhoneSipMessage *response)
{
  return response ? phone_sip_message_get_status (response) : 0;
}

static void
phone_ua_registered_cb (PhoneSipRegistration *registration,
                        PhoneSipMessage      *response,
                        PhoneUa              *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  guint status = phone_ua_get_status (response);

  self->unregistered = FALSE;
  phone_ua_set_problem (self, PHONE_UA_PROBLEM_NONE, status, "");
  phone_ua_update_state (self);
  g_signal_emit (self, signals[REGISTERED], 0, status);
}

static void
phone_ua_unregistered_cb (PhoneSipRegistration *registration,
                          PhoneSipMessage      *response,
                          const char           *cause,
                          PhoneUa              *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  /* Neither: the connection went, and registering goes on with the next one. */
  self->unregistered = response != NULL || cause != NULL;
  phone_ua_update_state (self);
  g_signal_emit (self, signals[UNREGISTERED], 0, phone_ua_get_status (response), cause);
}

static char *
phone_ua_describe_failure (PhoneSipMessage *response,
                           const char      *cause)
{
  if (response == NULL)
    return phone_call_make_text (cause);

  return g_strdup_printf ("%u %s", phone_sip_message_get_status (response), phone_sip_message_get_reason (response));
}

static void
phone_ua_registration_failed_cb (PhoneSipRegistration *registration,
                                 PhoneSipMessage      *response,
                                 const char           *cause,
                                 PhoneUa              *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  guint status = phone_ua_get_status (response);
  g_autofree char *detail = phone_ua_describe_failure (response, cause);

  /* Without a connection its own problem says more. */
  if (response || self->problem == PHONE_UA_PROBLEM_NONE)
    phone_ua_set_problem (self, phone_ua_problem_for_status (status, cause, phone_ua_has_credentials (self->secrets)), status, detail);
  phone_ua_update_state (self);
  g_signal_emit (self, signals[REGISTRATION_FAILED], 0, status, cause);
}

static gboolean
phone_ua_registration_expiring_cb (PhoneSipRegistration *registration,
                                   PhoneUa              *self)
{
  gboolean handled = FALSE;

  g_signal_emit (self, signals[REGISTRATION_EXPIRING], 0, &handled);

  return handled;
}

static void
phone_ua_registration_state_cb (PhoneSipRegistration *registration,
                                GParamSpec           *pspec,
                                PhoneUa              *self)
{
  phone_ua_update_state (self);
}

static void
phone_ua_call_state_cb (PhoneCall  *call,
                        GParamSpec *pspec,
                        PhoneUa    *self)
{
  if (phone_call_get_state (call) != PHONE_CALL_STATE_ENDED)
    return;

  g_signal_handlers_disconnect_by_func (call, phone_ua_call_state_cb, self);
  phone_ua_keep (self, call, ENDED_CALL_MILLISECONDS);
  if (self->reload_due)
    phone_ua_reload (self);
}

static PhoneMediaSession *
phone_ua_create_media (PhoneUa  *self,
                       gboolean  video)
{
  g_autoptr (PhoneMediaConfig) config = phone_ua_media_config_new (self->account, self->secrets, &self->parts, self->socket);

  config->video = !!video;

  return self->parts.media_factory (config, self->parts.data);
}

static void
phone_ua_add_call (PhoneUa             *self,
                   PhoneCall           *call,
                   PhoneCallOriginator  originator)
{
  g_signal_connect_object (call, "notify::state", G_CALLBACK (phone_ua_call_state_cb), self, 0);
  g_list_store_append (self->calls, call);
  if (originator == PHONE_CALL_ORIGINATOR_LOCAL)
    phone_call_emit_event (call, "peerconnection", NULL);
  g_signal_emit (self, signals[NEW_CALL], 0, call, originator);
}

static void
phone_ua_refuse_session (PhoneSipSession *session,
                         guint            status)
{
  PhoneSipTerminateOptions options = { .status = status };

  phone_sip_session_terminate (session, &options, NULL);
}

static void
phone_ua_new_session_cb (PhoneSipAgent   *agent,
                         PhoneSipSession *session,
                         PhoneSipMessage *request,
                         PhoneUa         *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autoptr (PhoneCall) call = NULL;

  if (phone_sip_session_is_outgoing (session))
    return;
  if (self->trial || phone_ua_count_live_calls (self) >= PHONE_UA_MAX_CALLS)
    {
      phone_ua_refuse_session (session, self->trial ? 480 : 486);
      return;
    }

  call = phone_call_new_incoming (self, self->parts.clock, g_object_ref (session), phone_ua_create_media (self, TRUE));
  phone_ua_add_call (self, call, PHONE_CALL_ORIGINATOR_REMOTE);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_NEW)
    phone_call_dispatch (call, PHONE_CALL_EVENT_INVITED);
}

static void
phone_ua_new_page_cb (PhoneSipAgent *agent,
                      PhoneSipPage  *page,
                      PhoneUa       *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  PhoneSipMessage *request = phone_sip_page_get_request (page);
  PhoneSipAddress *remote = phone_sip_page_get_remote (page);
  g_autofree char *uri = NULL;
  g_autofree char *from = NULL;
  g_autofree char *type = NULL;
  g_autofree char *text = NULL;

  if (!phone_sip_page_is_incoming (page) || phone_sip_page_get_method (page) != PHONE_SIP_METHOD_MESSAGE || remote == NULL)
    return;

  uri = phone_sip_uri_to_string (phone_sip_address_get_uri (remote));
  from = phone_call_make_text (uri);
  type = phone_call_make_text (phone_sip_message_get_content_type (request));
  text = phone_call_make_text (phone_sip_message_get_body (request, NULL));
  phone_sip_page_accept (page, NULL, NULL, NULL, NULL);
  g_signal_emit (self, signals[MESSAGE_RECEIVED], 0, from, type, text);
}

static void
phone_ua_sip_event_cb (PhoneSipAgent   *agent,
                       const char      *event,
                       PhoneSipMessage *request,
                       PhoneUa         *self)
{
  g_autofree char *name = phone_call_make_text (event);
  g_autofree char *type = phone_call_make_text (phone_sip_message_get_content_type (request));
  g_autofree char *body = phone_call_make_text (phone_sip_message_get_body (request, NULL));

  g_signal_emit (self, signals[SIP_EVENT], 0, name, type, body);
}

static void
phone_ua_connect_agent (PhoneUa *self)
{
  PhoneSipTransport *transport = phone_sip_agent_get_transport (self->agent);
  PhoneSipRegistration *registration = phone_sip_agent_get_registration (self->agent);

  g_signal_connect_object (transport, "connecting", G_CALLBACK (phone_ua_connecting_cb), self, 0);
  g_signal_connect_object (transport, "connected", G_CALLBACK (phone_ua_connected_cb), self, 0);
  g_signal_connect_object (transport, "disconnected", G_CALLBACK (phone_ua_disconnected_cb), self, 0);
  g_signal_connect_object (registration, "registered", G_CALLBACK (phone_ua_registered_cb), self, 0);
  g_signal_connect_object (registration, "unregistered", G_CALLBACK (phone_ua_unregistered_cb), self, 0);
  g_signal_connect_object (registration, "failed", G_CALLBACK (phone_ua_registration_failed_cb), self, 0);
  g_signal_connect_object (registration, "expiring", G_CALLBACK (phone_ua_registration_expiring_cb), self, 0);
  g_signal_connect_object (registration, "notify::state", G_CALLBACK (phone_ua_registration_state_cb), self, 0);
  g_signal_connect_object (self->agent, "new-session", G_CALLBACK (phone_ua_new_session_cb), self, 0);
  g_signal_connect_object (self->agent, "new-page", G_CALLBACK (phone_ua_new_page_cb), self, 0);
  g_signal_connect_object (self->agent, "sip-event", G_CALLBACK (phone_ua_sip_event_cb), self, 0);
}

static void
phone_ua_disconnect_agent (PhoneUa *self)
{
  g_signal_handlers_disconnect_by_data (phone_sip_agent_get_transport (self->agent), self);
  g_signal_handlers_disconnect_by_data (phone_sip_agent_get_registration (self->agent), self);
  g_signal_handlers_disconnect_by_data (self->agent, self);
}

static gboolean
phone_ua_create_agent (PhoneUa  *self,
                       GError  **error)
{
  g_autoptr (PhoneSipAgentConfig) config = phone_ua_config_new (self->account, self->secrets, error);
  g_autoptr (PhoneSipTransport) transport = config ? phone_ua_transport_new (self->account, &self->parts, error) : NULL;

  if (transport == NULL)
    return FALSE;

  if (self->trial)
    {
      g_free (config->instance_id);
      config->instance_id = phone_sip_token_uuid ();
    }
  self->agent = phone_sip_agent_new (config, transport, self->parts.clock);
  phone_ua_connect_agent (self);

  return TRUE;
}

static void
phone_ua_run (PhoneUa *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autoptr (GError) error = NULL;

  self->connected = FALSE;
  self->was_connected = FALSE;
  self->unregistered = FALSE;
  if (self->agent == NULL && !phone_ua_create_agent (self, &error))
    phone_ua_set_problem (self, PHONE_UA_PROBLEM_CONFIGURATION, 0, error->message);
  else
    phone_sip_agent_start (self->agent);
  phone_ua_update_state (self);
}

static void
phone_ua_secrets_found_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      data)
{
  g_autoptr (PhoneUa) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneAccountSecrets) secrets = phone_secrets_lookup_finish (PHONE_SECRETS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->wanted || self->secrets)
    return;
  if (error)
    g_debug ("Secrets of %s: %s", phone_account_get_uri (self->account), error->message);

  self->secrets = secrets ? g_steal_pointer (&secrets) : phone_account_secrets_new ();
  phone_ua_run (self);
}

static void
phone_ua_fetch_secrets (PhoneUa *self)
{
  /* The demo line has none: a key ring that does not answer is no news there. */
  if (phone_account_get_demo (self->account))
    {
      self->secrets = phone_account_secrets_new ();
      phone_ua_run (self);
      return;
    }

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  phone_secrets_lookup_async (self->parts.secrets, phone_account_get_uri (self->account), self->cancellable,
                              phone_ua_secrets_found_cb, g_object_ref (self));
}

static gboolean
phone_ua_reload_cb (gpointer data)
{
  PhoneUa *self = data;

  self->reload_source = 0;
  phone_ua_reload (self);

  return G_SOURCE_REMOVE;
}

/* One change of an account comes as many notifications. */
static void
phone_ua_account_changed_cb (PhoneAccount *account,
                             GParamSpec   *pspec,
                             PhoneUa      *self)
{
  if (g_str_equal (pspec->name, "id") || g_str_equal (pspec->name, "enabled") || g_str_equal (pspec->name, "demo"))
    return;

  if (g_str_equal (pspec->name, "display-name") && self->agent)
    phone_sip_agent_set_display_name (self->agent, phone_account_get_display_name (account));
  else if (self->reload_source == 0)
    self->reload_source = g_idle_add (phone_ua_reload_cb, self);
}

static void
phone_ua_dispose (GObject *object)
{
  PhoneUa *self = PHONE_UA (object);

  g_clear_handle_id (&self->reload_source, g_source_remove);
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->agent)
    {
      phone_ua_disconnect_agent (self);
      phone_sip_agent_stop (self->agent);
    }
  g_clear_object (&self->agent);
  g_clear_pointer (&self->leaving, g_ptr_array_unref);
  g_clear_pointer (&self->pages, g_hash_table_unref);
  if (self->calls)
    g_signal_handlers_disconnect_by_data (self->calls, self);
  g_clear_object (&self->calls);
  g_clear_object (&self->account);
  g_clear_object (&self->parts.clock);
  g_clear_object (&self->parts.secrets);

  G_OBJECT_CLASS (phone_ua_parent_class)->dispose (object);
}

static void
phone_ua_finalize (GObject *object)
{
  PhoneUa *self = PHONE_UA (object);

  g_clear_pointer (&self->secrets, phone_account_secrets_free);
  g_free (self->problem_detail);
  g_free (self->socket);
  g_free (self->local_address);

  G_OBJECT_CLASS (phone_ua_parent_class)->finalize (object);
}

static void
phone_ua_get_property (GObject    *object,
                       guint       property_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  PhoneUa *self = PHONE_UA (object);

  switch (property_id)
    {
    case PROP_ACCOUNT:
      g_value_set_object (value, self->account);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_PROBLEM:
      g_value_set_enum (value, (int) self->problem);
      break;
    case PROP_PROBLEM_DETAIL:
      g_value_set_string (value, phone_ua_get_problem_detail (self));
      break;
    case PROP_STATUS_CODE:
      g_value_set_uint (value, self->status_code);
      break;
    case PROP_SOCKET:
      g_value_set_string (value, phone_ua_get_socket (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_ua_install_signals (void)
{
  signals[CONNECTING] = g_signal_new ("connecting", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[CONNECTED] = g_signal_new ("connected", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[DISCONNECTED] = g_signal_new ("disconnected", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_STRING);
  signals[REGISTERED] = g_signal_new ("registered", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[UNREGISTERED] = g_signal_new ("unregistered", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[REGISTRATION_FAILED] = g_signal_new ("registration-failed", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                               G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[REGISTRATION_EXPIRING] = g_signal_new ("registration-expiring", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0,
                                                 g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 0);
  signals[NEW_CALL] = g_signal_new ("new-call", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, PHONE_TYPE_CALL, PHONE_TYPE_CALL_ORIGINATOR);
  signals[MESSAGE_RECEIVED] = g_signal_new ("message-received", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[REQUEST_FINISHED] = g_signal_new ("request-finished", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_STRING);
  /**
   * PhoneUa::sip-event:
   * @event: of a NOTIFY outside any dialog (RFC 3265), such as "message-summary"
   * @type: its content type
   * @body: what it says
   */
  signals[SIP_EVENT] = g_signal_new ("sip-event", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
phone_ua_class_init (PhoneUaClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = phone_ua_dispose;
  object_class->finalize = phone_ua_finalize;
  object_class->get_property = phone_ua_get_property;

  properties[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_UA_STATE, PHONE_UA_STATE_OFFLINE, flags);
  properties[PROP_PROBLEM] = g_param_spec_enum ("problem", NULL, NULL, PHONE_TYPE_UA_PROBLEM, PHONE_UA_PROBLEM_NONE, flags);
  properties[PROP_PROBLEM_DETAIL] = g_param_spec_string ("problem-detail", NULL, NULL, "", flags);
  properties[PROP_STATUS_CODE] = g_param_spec_uint ("status-code", NULL, NULL, 0, 999, 0, flags);
  properties[PROP_SOCKET] = g_param_spec_string ("socket", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  phone_ua_install_signals ();
}

static void
phone_ua_init (PhoneUa *self)
{
  self->cancellable = g_cancellable_new ();
  self->calls = g_list_store_new (PHONE_TYPE_CALL);
  g_signal_connect (self->calls, "items-changed", G_CALLBACK (phone_ua_calls_changed_cb), self);
  self->pages = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  self->leaving = g_ptr_array_new_with_free_func ((GDestroyNotify) leaving_free);
}

PhoneUa *
phone_ua_new (PhoneAccount                *account,
              const PhoneSwitchboardParts *parts)
{
  PhoneUa *self = g_object_new (PHONE_TYPE_UA, NULL);

  self->account = g_object_ref (account);
  self->parts = (PhoneSwitchboardParts) {
    .clock = g_object_ref (parts->clock),
    .secrets = parts->secrets ? g_object_ref (parts->secrets) : NULL,
    .socket_factory = parts->socket_factory,
    .media_factory = parts->media_factory,
    .media_config = parts->media_config,
    .data = parts->data,
  };
  g_signal_connect_object (account, "notify", G_CALLBACK (phone_ua_account_changed_cb), self, 0);

  return self;
}

PhoneUa *
phone_ua_new_trial (PhoneAccount                *account,
                    const PhoneAccountSecrets   *secrets,
                    const PhoneSwitchboardParts *parts)
{
  PhoneUa *self = phone_ua_new (account, parts);

  self->trial = TRUE;
  self->secrets = secrets ? phone_account_secrets_copy (secrets) : phone_account_secrets_new ();

  return self;
}

PhoneAccount *
phone_ua_get_account (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);

  return self->account;
}

PhoneUaState
phone_ua_get_state (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), PHONE_UA_STATE_OFFLINE);

  return self->state;
}

PhoneUaProblem
phone_ua_get_problem (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), PHONE_UA_PROBLEM_NONE);

  return self->problem;
}

const char *
phone_ua_get_problem_detail (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);

  return self->problem_detail ? self->problem_detail : "";
}

guint
phone_ua_get_status_code (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), 0);

  return self->status_code;
}

const char *
phone_ua_get_socket (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);

  return self->socket ? self->socket : "";
}

gboolean
phone_ua_is_connected (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), FALSE);

  return self->agent && phone_sip_transport_is_connected (phone_sip_agent_get_transport (self->agent));
}

gboolean
phone_ua_is_registered (PhoneUa *self)
{
  g_return_val_if_fail (PHONE_IS_UA (self), FALSE);

  return self->agent && phone_sip_registration_is_registered (phone_sip_agent_get_registration (self->agent));
}

gboolean
phone_ua_is_started (PhoneUa *self)
{
  return self->wanted;
}

PhoneSipAgent *
phone_ua_get_agent (PhoneUa *self)
{
  return self->agent;
}

guint
phone_ua_count_live_calls (PhoneUa *self)
{
  GListModel *calls = G_LIST_MODEL (self->calls);
  guint live = 0;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

      live += phone_call_get_state (call) != PHONE_CALL_STATE_ENDED;
    }

  return live;
}

/**
 * phone_ua_start:
 *
 * Connects, and registers if the account says so. Secrets are fetched first. May be called again after phone_ua_stop().
 */
void
phone_ua_start (PhoneUa *self)
{
  g_return_if_fail (PHONE_IS_UA (self));

  if (self->wanted)
    return;

  self->wanted = TRUE;
  phone_ua_set_problem (self, PHONE_UA_PROBLEM_NONE, 0, "");
  if (self->secrets || self->parts.secrets == NULL)
    phone_ua_run (self);
  else
    {
      phone_ua_update_state (self);
      phone_ua_fetch_secrets (self);
    }
}

/**
 * phone_ua_stop:
 *
 * Ends every call, takes the registration back and closes the connection, after two seconds at the latest.
 */
void
phone_ua_stop (PhoneUa *self)
{
  g_return_if_fail (PHONE_IS_UA (self));

  if (!self->wanted)
    return;

  self->wanted = FALSE;
  g_cancellable_cancel (self->cancellable);
  phone_ua_set_problem (self, PHONE_UA_PROBLEM_NONE, 0, "");
  phone_ua_terminate_sessions (self);
  if (self->agent)
    phone_sip_agent_stop (self->agent);
  phone_ua_update_state (self);
}

void
phone_ua_reload (PhoneUa *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  self->reload_due = phone_ua_count_live_calls (self) > 0;
  if (self->reload_due)
    return;

  if (self->agent)
    {
      phone_ua_disconnect_agent (self);
      phone_sip_agent_stop (self->agent);
      phone_ua_keep (self, self->agent, RETIRED_AGENT_MILLISECONDS);
      g_clear_object (&self->agent);
    }
  if (!self->trial)
    g_clear_pointer (&self->secrets, phone_account_secrets_free);
  if (!self->wanted)
    return;

  self->wanted = FALSE;
  phone_ua_start (self);
}

/**
 * phone_ua_register:
 *
 * Sends a REGISTER now, also when registered. Starts the account if it was stopped.
 */
void
phone_ua_register (PhoneUa *self)
{
  g_return_if_fail (PHONE_IS_UA (self));

  self->unregistered = FALSE;
  if (!self->wanted)
    phone_ua_start (self);
  else if (self->agent)
    phone_sip_registration_register (phone_sip_agent_get_registration (self->agent));
  phone_ua_update_state (self);
}

/**
 * phone_ua_unregister:
 * @all: whether every binding of the address goes (Contact: *), not only ours
 *
 * Takes the registration back and stays connected.
 */
void
phone_ua_unregister (PhoneUa  *self,
                     gboolean  all)
{
  g_return_if_fail (PHONE_IS_UA (self));

  if (self->agent)
    phone_sip_registration_unregister (phone_sip_agent_get_registration (self->agent), all);
}

/* Many changes of the network are none of ours: an interface for containers or a tunnel comes and goes. */
static gboolean
phone_ua_has_lost_address (PhoneUa *self)
{
  struct ifaddrs *addresses = NULL;
  gboolean lost = TRUE;

  if (self->local_address == NULL || getifaddrs (&addresses) != 0)
    return FALSE;

  for (struct ifaddrs *address = addresses; address != NULL && lost; address = address->ifa_next)
    {
      char host[NI_MAXHOST];
      int family = address->ifa_addr != NULL ? address->ifa_addr->sa_family : AF_UNSPEC;
      socklen_t length = family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);

      if ((family != AF_INET && family != AF_INET6) || !(address->ifa_flags & IFF_UP)
          || getnameinfo (address->ifa_addr, length, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
        continue;
      host[strcspn (host, "%")] = '\0';
      lost = strcmp (host, self->local_address) != 0;
    }
  freeifaddrs (addresses);

  return lost;
}

/**
 * phone_ua_retry_now:
 *
 * The network came back or changed: what waits to connect again need not wait, and a connection whose address has gone is given up
 * without waiting for the server's silence. Calls follow to the new address.
 */
void
phone_ua_retry_now (PhoneUa *self)
{
  g_return_if_fail (PHONE_IS_UA (self));

  if (!self->wanted || self->agent == NULL)
    return;
  if (!phone_ua_is_connected (self))
    phone_sip_transport_retry_now (phone_sip_agent_get_transport (self->agent));
  else if (phone_ua_has_lost_address (self))
    phone_sip_transport_reconnect (phone_sip_agent_get_transport (self->agent));
}

/**
 * phone_ua_terminate_sessions:
 *
 * Ends every call.
 */
void
phone_ua_terminate_sessions (PhoneUa *self)
{
  phone_ua_terminate_sessions_with (self, NULL);
}

/**
 * phone_ua_terminate_sessions_with:
 * @options: (nullable): as in phone_call_hang_up_with(), for each
 *
 * Ends every call.
 */
void
phone_ua_terminate_sessions_with (PhoneUa                   *self,
                                  const PhoneCallEndOptions *options)
{
  const PhoneCallEndOptions none = { 0, };

  g_return_if_fail (PHONE_IS_UA (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      phone_call_hang_up_with (call, options ? options : &none, NULL);
    }
  if (self->agent)
    phone_sip_agent_terminate_sessions (self->agent);
}

static gboolean
phone_ua_may_send (PhoneUa  *self,
                   GError  **error)
{
  if (phone_ua_is_connected (self))
    return TRUE;

  g_set_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED, "%s is not connected", phone_account_get_uri (self->account));

  return FALSE;
}

static PhoneCall *
phone_ua_begin_call (PhoneUa                   *self,
                     const PhoneSipUri         *target,
                     const PhoneUaCallOptions  *options,
                     PhoneSipReferNotifier     *notifier,
                     GError                   **error)
{
  g_autoptr (PhoneCall) call = NULL;
  g_autofree char *uri = phone_sip_uri_to_string (target);
  PhoneSipSession *session;

  if (!phone_ua_may_send (self, error))
    return NULL;
  if (phone_ua_count_live_calls (self) >= PHONE_UA_MAX_CALLS)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, "There are too many calls already");
      return NULL;
    }

  session = phone_sip_agent_create_session (self->agent, target);
  if (notifier)
    phone_sip_refer_notifier_accept (notifier, session);
  call = phone_call_new_outgoing (self, self->parts.clock, session, phone_ua_create_media (self, options && options->video), uri, options);
  if (notifier)
    phone_call_set_replaces (call, phone_sip_refer_notifier_get_replaces (notifier));
  phone_ua_add_call (self, call, PHONE_CALL_ORIGINATOR_LOCAL);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_NEW)
    phone_call_dispatch (call, PHONE_CALL_EVENT_DIAL);

  return call;
}

/**
 * phone_ua_call:
 * @target: what a person types, or a URI
 * @options: (nullable): NULL for a call without a picture
 *
 * Begins a call. What becomes of it is told by the call.
 *
 * Returns: (transfer none): the call, owned by the list; %NULL with #PHONE_UA_ERROR_INVALID_TARGET or #PHONE_UA_ERROR_NOT_CONNECTED
 */
PhoneCall *
phone_ua_call (PhoneUa                   *self,
               const char                *target,
               const PhoneUaCallOptions  *options,
               GError                   **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;

  g_return_val_if_fail (PHONE_IS_UA (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  uri = phone_ua_parse_target (self, target, error);

  return uri ? phone_ua_begin_call (self, uri, options, NULL, error) : NULL;
}

PhoneCall *
phone_ua_follow_refer (PhoneUa                   *self,
                       PhoneSipReferNotifier     *notifier,
                       const PhoneUaCallOptions  *options,
                       GError                   **error)
{
  return phone_ua_begin_call (self, phone_sip_refer_notifier_get_target (notifier), options, notifier, error);
}

gboolean
phone_ua_answer_replacement (PhoneUa         *self,
                             PhoneSipSession *incoming,
                             PhoneCall       *replaced,
                             gboolean         video)
{
  g_autoptr (PhoneCall) call = NULL;

  if (!self->wanted)
    return FALSE;

  call = phone_call_new_incoming (self, self->parts.clock, g_object_ref (incoming), phone_ua_create_media (self, TRUE));
  phone_call_set_replacement (call);
  phone_ua_add_call (self, call, PHONE_CALL_ORIGINATOR_REMOTE);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_NEW)
    phone_call_dispatch (call, PHONE_CALL_EVENT_INVITED);
  phone_call_answer (call, video, NULL);

  return TRUE;
}

static void
phone_ua_finish_page (PhoneUa      *self,
                      PhoneSipPage *page,
                      guint         status,
                      const char   *cause)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autofree char *id = NULL;
  g_autoptr (PhoneSipPage) kept = NULL;

  if (!g_hash_table_steal_extended (self->pages, page, (gpointer *) &kept, (gpointer *) &id))
    return;

  g_signal_handlers_disconnect_by_data (page, self);
  g_signal_emit (self, signals[REQUEST_FINISHED], 0, id, status, cause);
}

static void
phone_ua_page_succeeded_cb (PhoneSipPage    *page,
                            PhoneSipMessage *response,
                            PhoneUa         *self)
{
  phone_ua_finish_page (self, page, phone_ua_get_status (response), "");
}

static void
phone_ua_page_failed_cb (PhoneSipPage    *page,
                         const char      *originator,
                         PhoneSipMessage *response,
                         const char      *cause,
                         PhoneUa         *self)
{
  phone_ua_finish_page (self, page, phone_ua_get_status (response), cause ? cause : "");
}

static char *
phone_ua_send_page (PhoneUa         *self,
                    PhoneSipMethod   method,
                    const char      *target,
                    const char      *body,
                    GError         **error)
{
  g_autoptr (PhoneSipUri) uri = phone_ua_parse_target (self, target, error);
  g_autoptr (PhoneSipPage) page = NULL;
  g_autoptr (GError) refused = NULL;
  char *id;

  if (uri == NULL || !phone_ua_may_send (self, error))
    return NULL;

  page = phone_sip_page_new (self->agent, method, uri, body, NULL, &refused);
  if (page == NULL)
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET, refused->message);
      return NULL;
    }

  id = phone_sip_token_new (10);
  g_hash_table_insert (self->pages, g_object_ref (page), g_strdup (id));
  g_signal_connect_object (page, "succeeded", G_CALLBACK (phone_ua_page_succeeded_cb), self, 0);
  g_signal_connect_object (page, "failed", G_CALLBACK (phone_ua_page_failed_cb), self, 0);
  if (phone_sip_page_send (page, &refused))
    return id;

  g_signal_handlers_disconnect_by_data (page, self);
  g_hash_table_remove (self->pages, page);
  g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED, refused->message);
  g_free (id);

  return NULL;
}

/**
 * phone_ua_send_message:
 * @target: what a person types, or a URI
 * @text: at most 32 KiB
 *
 * Sends one MESSAGE (RFC 3428).
 *
 * Returns: (transfer full): the id that "request-finished" names; %NULL with an error of domain #PHONE_UA_ERROR
 */
char *
phone_ua_send_message (PhoneUa     *self,
                       const char  *target,
                       const char  *text,
                       GError     **error)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);
  g_return_val_if_fail (target != NULL && text != NULL, NULL);

  if (strlen (text) > MAX_TEXT)
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_TOO_LARGE, "The message is too long");
      return NULL;
    }

  return phone_ua_send_page (self, PHONE_SIP_METHOD_MESSAGE, target, text, error);
}

/**
 * phone_ua_send_options:
 * @target: what a person types, or a URI
 *
 * Asks what @target can do: OPTIONS (RFC 3261 §11).
 *
 * Returns: (transfer full): as phone_ua_send_message()
 */
char *
phone_ua_send_options (PhoneUa     *self,
                       const char  *target,
                       GError     **error)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  return phone_ua_send_page (self, PHONE_SIP_METHOD_OPTIONS, target, NULL, error);
}
