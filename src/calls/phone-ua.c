/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One account in service: JsSIP's UA with media. It fetches the secrets, makes the SIP agent, and lists the calls.
 *
 * Its state is never set by an event: each event asks phone_ua_update_state () to read transport and registration anew, so that no
 * order of events can leave a wrong word on the screen. FAILED means that the last attempt went wrong; unless the server refused
 * us it goes on trying by itself.
 *
 * A changed account is taken over when no call is up: a call must not end because somebody corrected a name. */
#include "config.h"
#include "phone-ua-internal.h"

/* An agent that was replaced says good-bye to its registrar meanwhile. */
#define RETIRED_AGENT_MILLISECONDS 2500u

typedef struct
{
  PhoneUa *ua;          /* borrowed: it owns this */
  GObject *object;      /* a call or an agent */
  guint    timer;
} Leaving;

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

guint phone_ua_signals[PHONE_UA_N_SIGNALS];

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

void
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

void
phone_ua_update_state (PhoneUa *self)
{
  PhoneUaState state = phone_ua_find_state (self);

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
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

void
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
  guint *signals = phone_ua_signals;

  signals[PHONE_UA_SIGNAL_CONNECTING] = g_signal_new ("connecting", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[PHONE_UA_SIGNAL_CONNECTED] = g_signal_new ("connected", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PHONE_UA_SIGNAL_DISCONNECTED] = g_signal_new ("disconnected", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                        G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_STRING);
  signals[PHONE_UA_SIGNAL_REGISTERED] = g_signal_new ("registered", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                      G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[PHONE_UA_SIGNAL_UNREGISTERED] = g_signal_new ("unregistered", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                        G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[PHONE_UA_SIGNAL_REGISTRATION_FAILED] = g_signal_new ("registration-failed", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                               G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[PHONE_UA_SIGNAL_REGISTRATION_EXPIRING] = g_signal_new ("registration-expiring", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0,
                                                                 g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 0);
  signals[PHONE_UA_SIGNAL_NEW_CALL] = g_signal_new ("new-call", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                    G_TYPE_NONE, 2, PHONE_TYPE_CALL, PHONE_TYPE_CALL_ORIGINATOR);
  signals[PHONE_UA_SIGNAL_MESSAGE_RECEIVED] = g_signal_new ("message-received", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[PHONE_UA_SIGNAL_REQUEST_FINISHED] = g_signal_new ("request-finished", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                            G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_STRING);
  /**
   * PhoneUa::sip-event:
   * @event: of a NOTIFY outside any dialog (RFC 3265), such as "message-summary"
   * @type: its content type
   * @body: what it says
   */
  signals[PHONE_UA_SIGNAL_SIP_EVENT] = g_signal_new ("sip-event", PHONE_TYPE_UA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
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
