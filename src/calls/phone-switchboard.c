/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a telephone does across its accounts. Policy: one call is heard, and taking up another one puts it on
 * hold; a call that comes in meanwhile knocks; above eight calls the line is busy; each call that ends is written down once.
 *
 * Accounts come and go in the store's list, and services follow it. A call is known here from its first moment (before its first
 * packet) until some seconds after its end. */
#include "config.h"
#include "phone-switchboard-internal.h"

#include "phone-call-logger.h"
#include "phone-ua-private.h"

#define MAX_CALLS 8

G_DEFINE_FINAL_TYPE (PhoneSwitchboard, phone_switchboard, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CALLS,
  PROP_UAS,
  PROP_ACTIVE_CALL,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  INCOMING_CALL,
  CALL_ENDED,
  MESSAGE_RECEIVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Somebody is at the other end, or about to be, because this side wants it. */
static gboolean
phone_switchboard_is_taken_up (PhoneCall *call)
{
  const PhoneCallState state = phone_call_get_state (call);

  return state != PHONE_CALL_STATE_NEW && state != PHONE_CALL_STATE_INCOMING && state != PHONE_CALL_STATE_ENDING
    && state != PHONE_CALL_STATE_ENDED && !phone_call_get_local_hold (call);
}

static void
phone_switchboard_hold_others (PhoneSwitchboard *self,
                               PhoneCall        *taken)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      if (call != taken && !phone_call_is_transferred (call) && !phone_call_get_local_hold (call)
          && (phone_call_get_state (call) == PHONE_CALL_STATE_ACTIVE || phone_call_get_state (call) == PHONE_CALL_STATE_CONFIRMING))
        phone_call_hold (call, NULL);
    }
}

/* The youngest one that is not held. */
static void
phone_switchboard_update_active (PhoneSwitchboard *self)
{
  g_autoptr (PhoneCall) active = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      if (phone_switchboard_is_taken_up (call))
        g_set_object (&active, call);
    }

  if (g_set_object (&self->active_call, active))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_CALL]);
}

static void
phone_switchboard_call_changed_cb (PhoneCall        *call,
                                   GParamSpec       *pspec,
                                   PhoneSwitchboard *self)
{
  g_autoptr (PhoneSwitchboard) alive = g_object_ref (self);
  g_autoptr (PhoneCall) kept = g_object_ref (call);

  if (phone_switchboard_is_taken_up (call))
    phone_switchboard_hold_others (self, call);
  phone_switchboard_update_tone (self);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
    {
      g_signal_handlers_disconnect_by_func (call, phone_switchboard_call_changed_cb, self);
      phone_switchboard_play_end (self, call);
      if (self->parts.history)
        phone_call_logger_write (self->parts.history, call);
      phone_switchboard_update_active (self);
      g_signal_emit (self, signals[CALL_ENDED], 0, call);
      return;
    }
  phone_switchboard_update_active (self);
}

/* A caller that the person knows bears the name that the person gave. */
static void
phone_switchboard_name_caller (PhoneSwitchboard *self,
                               PhoneCall        *call)
{
  g_autoptr (PhoneContact) contact = NULL;

  if (self->parts.contacts)
    contact = phone_contact_store_find (self->parts.contacts, phone_call_get_remote_uri (call));
  if (contact)
    phone_call_set_remote_name (call, phone_contact_get_name (contact));
}

static guint
phone_switchboard_count_live_calls (PhoneSwitchboard *self)
{
  guint live = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      live += phone_ua_count_live_calls (ua);
    }

  return live;
}

static void
phone_switchboard_new_call_cb (PhoneUa             *ua,
                               PhoneCall           *call,
                               PhoneCallOriginator  originator,
                               PhoneSwitchboard    *self)
{
  if (originator == PHONE_CALL_ORIGINATOR_LOCAL || phone_call_is_replacement (call))
    return;

  if (phone_switchboard_count_live_calls (self) > MAX_CALLS || self->shutting_down)
    {
      phone_call_hang_up (call, 486, NULL, NULL);
      return;
    }

  self->silenced = FALSE;
  g_signal_emit (self, signals[INCOMING_CALL], 0, call);
}

static void
phone_switchboard_message_cb (PhoneUa          *ua,
                              const char       *from,
                              const char       *content_type,
                              const char       *text,
                              PhoneSwitchboard *self)
{
  g_signal_emit (self, signals[MESSAGE_RECEIVED], 0, ua, from, text);
}

static void
phone_switchboard_forget_call (PhoneSwitchboard *self,
                               guint             position)
{
  g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), position);

  g_list_store_remove (self->calls, position);
  phone_switchboard_update_active (self);
}

gboolean
phone_switchboard_has_item (GListModel *model,
                            gpointer    item)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) other = g_list_model_get_item (model, i);

      if (other == item)
        return TRUE;
    }

  return FALSE;
}

static void
phone_switchboard_ua_calls_changed_cb (GListModel       *ua,
                                       guint             position,
                                       guint             removed,
                                       guint             added,
                                       PhoneSwitchboard *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->calls)); removed > 0 && i > 0; i--)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i - 1);

      if (phone_call_get_ua (call) == PHONE_UA (ua) && !phone_switchboard_has_item (ua, call))
        phone_switchboard_forget_call (self, i - 1);
    }

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (ua, i);

      phone_switchboard_name_caller (self, call);
      g_signal_connect_object (call, "notify::state", G_CALLBACK (phone_switchboard_call_changed_cb), self, 0);
      g_signal_connect_object (call, "notify::local-hold", G_CALLBACK (phone_switchboard_call_changed_cb), self, 0);
      g_list_store_append (self->calls, call);
    }
}

static void
phone_switchboard_enabled_cb (PhoneAccount *account,
                              GParamSpec   *pspec,
                              PhoneUa      *ua)
{
  if (phone_account_get_enabled (account))
    phone_ua_start (ua);
  else
    phone_ua_stop (ua);
}

static PhoneUa *
phone_switchboard_create_ua (PhoneSwitchboard *self,
                             PhoneAccount     *account)
{
  PhoneUa *ua = phone_ua_new (account, &self->parts);

  g_signal_connect_object (ua, "items-changed", G_CALLBACK (phone_switchboard_ua_calls_changed_cb), self, 0);
  g_signal_connect_object (ua, "new-call", G_CALLBACK (phone_switchboard_new_call_cb), self, 0);
  g_signal_connect_object (ua, "message-received", G_CALLBACK (phone_switchboard_message_cb), self, 0);
  g_signal_connect_object (account, "notify::enabled", G_CALLBACK (phone_switchboard_enabled_cb), ua, 0);

  return ua;
}

/* The account has gone; its calls are shown as ended for as long as others would be. */
static void
phone_switchboard_leaving_cb (gpointer data)
{
  g_object_unref (data);
}

static void
phone_switchboard_retire_ua (PhoneSwitchboard *self,
                             guint             position)
{
  g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), position);

  g_signal_handlers_disconnect_by_func (phone_ua_get_account (ua), phone_switchboard_enabled_cb, ua);
  phone_ua_stop (ua);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i > 0; i--)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i - 1);

      if (phone_call_get_ua (call) == ua)
        phone_switchboard_forget_call (self, i - 1);
    }
  g_signal_handlers_disconnect_by_data (ua, self);
  g_list_store_remove (self->uas, position);
  phone_sip_clock_add (self->parts.clock, PHONE_SWITCHBOARD_FAREWELL_MILLISECONDS, phone_switchboard_leaving_cb, g_steal_pointer (&ua));
}

static PhoneAccount *
phone_switchboard_get_nth_account (PhoneSwitchboard *self,
                                   guint             position)
{
  g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), position);

  return phone_ua_get_account (ua);
}

static void
phone_switchboard_accounts_changed_cb (GListModel       *accounts,
                                       guint             position,
                                       guint             removed,
                                       guint             added,
                                       PhoneSwitchboard *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i > 0; i--)
    if (!phone_switchboard_has_item (accounts, phone_switchboard_get_nth_account (self, i - 1)))
      phone_switchboard_retire_ua (self, i - 1);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);
      g_autoptr (PhoneUa) ua = NULL;

      if (i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)) && phone_switchboard_get_nth_account (self, i) == account)
        continue;

      ua = phone_switchboard_create_ua (self, account);
      g_list_store_insert (self->uas, i, ua);
      if (phone_account_get_enabled (account) && !self->shutting_down)
        phone_ua_start (ua);
    }
}

static void
phone_switchboard_network_changed_cb (GNetworkMonitor  *network,
                                      gboolean          available,
                                      PhoneSwitchboard *self)
{
  if (!available)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      phone_ua_retry_now (ua);
    }
}

static void
phone_switchboard_dispose (GObject *object)
{
  PhoneSwitchboard *self = PHONE_SWITCHBOARD (object);

  if (self->parts.tone)
    phone_media_tone_stop (self->parts.tone);
  if (self->uas)
    g_list_store_remove_all (self->uas);
  g_clear_object (&self->uas);
  g_clear_object (&self->calls);
  g_clear_object (&self->active_call);
  g_clear_object (&self->network);
  g_clear_object (&self->parts.clock);
  g_clear_object (&self->parts.accounts);
  g_clear_object (&self->parts.contacts);
  g_clear_object (&self->parts.history);
  g_clear_object (&self->parts.secrets);
  g_clear_object (&self->parts.tone);

  G_OBJECT_CLASS (phone_switchboard_parent_class)->dispose (object);
}

static void
phone_switchboard_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneSwitchboard *self = PHONE_SWITCHBOARD (object);

  switch (property_id)
    {
    case PROP_CALLS:
      g_value_set_object (value, self->calls);
      break;
    case PROP_UAS:
      g_value_set_object (value, self->uas);
      break;
    case PROP_ACTIVE_CALL:
      g_value_set_object (value, self->active_call);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_switchboard_class_init (PhoneSwitchboardClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = phone_switchboard_dispose;
  object_class->get_property = phone_switchboard_get_property;

  properties[PROP_CALLS] = g_param_spec_object ("calls", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_UAS] = g_param_spec_object ("uas", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_ACTIVE_CALL] = g_param_spec_object ("active-call", NULL, NULL, PHONE_TYPE_CALL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[INCOMING_CALL] = g_signal_new ("incoming-call", PHONE_TYPE_SWITCHBOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  signals[CALL_ENDED] = g_signal_new ("call-ended", PHONE_TYPE_SWITCHBOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  signals[MESSAGE_RECEIVED] = g_signal_new ("message-received", PHONE_TYPE_SWITCHBOARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 3, PHONE_TYPE_UA, G_TYPE_STRING, G_TYPE_STRING);
}

static void
phone_switchboard_init (PhoneSwitchboard *self)
{
  self->uas = g_list_store_new (PHONE_TYPE_UA);
  self->calls = g_list_store_new (PHONE_TYPE_CALL);
}

static gpointer
phone_switchboard_keep (gpointer object)
{
  return object ? g_object_ref (object) : NULL;
}

/**
 * phone_switchboard_new:
 * @parts: what it is built with
 *
 * Takes every account of the store into service at once.
 *
 * Returns: (transfer full): the switchboard
 */
PhoneSwitchboard *
phone_switchboard_new (const PhoneSwitchboardParts *parts)
{
  PhoneSwitchboard *self = g_object_new (PHONE_TYPE_SWITCHBOARD, NULL);

  self->parts = *parts;
  phone_switchboard_keep (parts->clock);
  phone_switchboard_keep (parts->accounts);
  phone_switchboard_keep (parts->contacts);
  phone_switchboard_keep (parts->history);
  phone_switchboard_keep (parts->secrets);
  phone_switchboard_keep (parts->tone);
  self->network = g_object_ref (g_network_monitor_get_default ());
  g_signal_connect_object (self->network, "network-changed", G_CALLBACK (phone_switchboard_network_changed_cb), self, 0);
  g_signal_connect_object (parts->accounts, "items-changed", G_CALLBACK (phone_switchboard_accounts_changed_cb), self, 0);
  phone_switchboard_accounts_changed_cb (G_LIST_MODEL (parts->accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (parts->accounts)), self);

  return self;
}

GListModel *
phone_switchboard_get_calls (PhoneSwitchboard *self)
{
  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);

  return G_LIST_MODEL (self->calls);
}

GListModel *
phone_switchboard_get_uas (PhoneSwitchboard *self)
{
  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);

  return G_LIST_MODEL (self->uas);
}

/**
 * phone_switchboard_get_active_call:
 *
 * Returns: (transfer none) (nullable): the call that is heard, or is about to be
 */
PhoneCall *
phone_switchboard_get_active_call (PhoneSwitchboard *self)
{
  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);

  return self->active_call;
}

/**
 * phone_switchboard_find_ua:
 * @uri: of an account
 *
 * Returns: (transfer none) (nullable): its service
 */
PhoneUa *
phone_switchboard_find_ua (PhoneSwitchboard *self,
                           const char       *uri)
{
  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      if (g_strcmp0 (phone_account_get_uri (phone_ua_get_account (ua)), uri) == 0)
        return ua;
    }

  return NULL;
}

/**
 * phone_switchboard_find_call:
 * @id: of a call
 *
 * Returns: (transfer none) (nullable): the call
 */
PhoneCall *
phone_switchboard_find_call (PhoneSwitchboard *self,
                             const char       *id)
{
  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      if (g_strcmp0 (phone_call_get_id (call), id) == 0)
        return call;
    }

  return NULL;
}
