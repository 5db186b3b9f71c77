/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The object tree on the bus mirrors two list models of the switchboard: accounts in service and calls. An account's object goes with
 * the account; a call's stays LINGER_S longer, so that who asks late still learns how the call ended. Numbers are never used
 * twice in one run.
 *
 * The object manager takes only objects below its own path, so Calls, which stands at the path itself, is exported beside it. */

#include "config.h"
#include "phone-bus-service.h"

#include "phone-bus-account.h"
#include "phone-bus-call.h"
#include "phone-bus-error.h"
#include "phone-dbus.h"

#define LINGER_S 5

struct _PhoneBusService
{
  GObject                   parent_instance;

  char                     *object_path;
  PhoneSwitchboard         *switchboard;
  PhoneDbusCalls           *calls_skeleton;
  GDBusObjectManagerServer *manager;
  GPtrArray                *accounts;           /* PhoneBusAccount */
  GPtrArray                *calls;              /* PhoneBusCall */
  GHashTable               *lingering;          /* PhoneBusCall, borrowed from calls → source id */
  guint                     n_accounts;         /* ever */
  guint                     n_calls;
};

G_DEFINE_FINAL_TYPE (PhoneBusService, phone_bus_service, G_TYPE_OBJECT)

typedef struct
{
  PhoneBusService *service;     /* borrowed: its dispose removes the source */
  PhoneBusCall    *call;        /* borrowed from calls */
} Linger;

static const char *
phone_bus_service_get_path (gpointer object)
{
  return g_dbus_object_get_object_path (G_DBUS_OBJECT (object));
}

static void
phone_bus_service_drop (PhoneBusService *self,
                        GPtrArray       *objects,
                        guint            position)
{
  g_dbus_object_manager_server_unexport (self->manager, phone_bus_service_get_path (g_ptr_array_index (objects, position)));
  g_ptr_array_remove_index (objects, position);
}

static const char *
phone_bus_service_find_account_path (PhoneBusService *self,
                                     PhoneUa         *ua)
{
  for (guint i = 0; i < self->accounts->len; i++)
    if (phone_bus_account_get_ua (g_ptr_array_index (self->accounts, i)) == ua)
      return phone_bus_service_get_path (g_ptr_array_index (self->accounts, i));

  return "/";
}

static PhoneBusCall *
phone_bus_service_find_call (PhoneBusService *self,
                             PhoneCall       *call)
{
  for (guint i = 0; i < self->calls->len; i++)
    if (phone_bus_call_get_call (g_ptr_array_index (self->calls, i)) == call)
      return g_ptr_array_index (self->calls, i);

  return NULL;
}

static gboolean
phone_bus_service_linger_over_cb (gpointer data)
{
  Linger *linger = data;
  PhoneBusService *self = linger->service;
  guint position;

  g_hash_table_steal (self->lingering, linger->call);
  if (g_ptr_array_find (self->calls, linger->call, &position))
    phone_bus_service_drop (self, self->calls, position);

  return G_SOURCE_REMOVE;
}

static void
phone_bus_service_linger (PhoneBusService *self,
                          PhoneBusCall    *call)
{
  Linger *linger;
  guint id;

  if (g_hash_table_contains (self->lingering, call))
    return;
  linger = g_new (Linger, 1);
  linger->service = self;
  linger->call = call;
  id = g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, LINGER_S, phone_bus_service_linger_over_cb, linger, g_free);
  g_hash_table_insert (self->lingering, call, GUINT_TO_POINTER (id));
}

static void
phone_bus_service_call_state_cb (PhoneBusService *self,
                                 GParamSpec      *pspec,
                                 PhoneCall       *call)
{
  PhoneBusCall *object = phone_bus_service_find_call (self, call);

  if (object != NULL && phone_call_is_ended (call))
    phone_bus_service_linger (self, object);
}

static PhoneBusCall *
phone_bus_service_add_call (PhoneBusService *self,
                            PhoneCall       *call)
{
  g_autofree char *path = g_strdup_printf ("%s/Calls/%u", self->object_path, ++self->n_calls);
  PhoneBusCall *object = phone_bus_call_new (call, path,
                                             phone_bus_service_find_account_path (self, phone_call_get_ua (call)),
                                             G_DBUS_OBJECT_MANAGER (self->manager));

  g_ptr_array_add (self->calls, object);
  g_dbus_object_manager_server_export (self->manager, G_DBUS_OBJECT_SKELETON (object));
  g_signal_connect_object (call, "notify::state", G_CALLBACK (phone_bus_service_call_state_cb), self, G_CONNECT_SWAPPED);
  if (phone_call_is_ended (call))
    phone_bus_service_linger (self, object);

  return object;
}

static void
phone_bus_service_add_account (PhoneBusService *self,
                               PhoneUa         *ua)
{
  g_autofree char *path = g_strdup_printf ("%s/Accounts/%u", self->object_path, ++self->n_accounts);
  PhoneBusAccount *object = phone_bus_account_new (ua, path);

  g_ptr_array_add (self->accounts, object);
  g_dbus_object_manager_server_export (self->manager, G_DBUS_OBJECT_SKELETON (object));
}

static gboolean
phone_bus_service_has_ua (PhoneBusService *self,
                          PhoneUa         *ua)
{
  return g_strcmp0 (phone_bus_service_find_account_path (self, ua), "/") != 0;
}

static gboolean
phone_bus_service_is_in_service (GListModel *uas,
                                 PhoneUa    *ua)
{
  for (guint i = 0; i < g_list_model_get_n_items (uas); i++)
    {
      g_autoptr(PhoneUa) other = g_list_model_get_item (uas, i);

      if (other == ua)
        return TRUE;
    }

  return FALSE;
}

static void
phone_bus_service_uas_changed_cb (PhoneBusService *self,
                                  guint            position,
                                  guint            removed,
                                  guint            added,
                                  GListModel      *uas)
{
  for (guint i = self->accounts->len; i > 0; i--)
    if (!phone_bus_service_is_in_service (uas, phone_bus_account_get_ua (g_ptr_array_index (self->accounts, i - 1))))
      phone_bus_service_drop (self, self->accounts, i - 1);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(PhoneUa) ua = g_list_model_get_item (uas, i);

      if (!phone_bus_service_has_ua (self, ua))
        phone_bus_service_add_account (self, ua);
    }
}

/* Calls leave by their own end, not by leaving the list. */
static void
phone_bus_service_calls_changed_cb (PhoneBusService *self,
                                    guint            position,
                                    guint            removed,
                                    guint            added,
                                    GListModel      *calls)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr(PhoneCall) call = g_list_model_get_item (calls, i);

      if (phone_bus_service_find_call (self, call) == NULL)
        phone_bus_service_add_call (self, call);
    }
}

/* The call's object is there already, made when the call joined the list; only a call that ended at once may have to be added. */
static gboolean
phone_bus_service_dial_cb (PhoneBusService       *self,
                           GDBusMethodInvocation *invocation,
                           const char            *target,
                           GVariant              *options)
{
  PhoneUaCallOptions call_options = { TRUE, FALSE };
  g_autoptr(GError) error = NULL;
  g_autofree char *account = NULL;
  PhoneBusCall *object;
  PhoneCall *call = NULL;

  g_variant_lookup (options, "video", "b", &call_options.video);
  g_variant_lookup (options, "anonymous", "b", &call_options.anonymous);
  g_variant_lookup (options, "account", "s", &account);
  if (self->switchboard != NULL)
    call = phone_switchboard_place_call (self->switchboard, target, account, &call_options, &error);
  else
    error = g_error_new_literal (PHONE_UA_ERROR, PHONE_UA_ERROR_NO_ACCOUNT, "the phone is not ready");
  if (call == NULL)
    {
      phone_bus_return_error (invocation, error);
      return TRUE;
    }
  object = phone_bus_service_find_call (self, call);
  if (object == NULL)
    object = phone_bus_service_add_call (self, call);
  phone_dbus_calls_complete_dial (self->calls_skeleton, invocation, phone_bus_service_get_path (object));

  return TRUE;
}

static void
phone_bus_service_clear (PhoneBusService *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->lingering);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    g_source_remove (GPOINTER_TO_UINT (id));
  g_hash_table_remove_all (self->lingering);
  while (self->calls->len > 0)
    phone_bus_service_drop (self, self->calls, self->calls->len - 1);
  while (self->accounts->len > 0)
    phone_bus_service_drop (self, self->accounts, self->accounts->len - 1);
}

static void
phone_bus_service_dispose (GObject *object)
{
  PhoneBusService *self = PHONE_BUS_SERVICE (object);

  if (self->manager != NULL)
    {
      phone_bus_service_unexport (self);
      phone_bus_service_clear (self);
    }
  g_clear_object (&self->manager);
  g_clear_object (&self->calls_skeleton);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (phone_bus_service_parent_class)->dispose (object);
}

static void
phone_bus_service_finalize (GObject *object)
{
  PhoneBusService *self = PHONE_BUS_SERVICE (object);

  g_ptr_array_unref (self->accounts);
  g_ptr_array_unref (self->calls);
  g_hash_table_unref (self->lingering);
  g_free (self->object_path);

  G_OBJECT_CLASS (phone_bus_service_parent_class)->finalize (object);
}

static void
phone_bus_service_class_init (PhoneBusServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_bus_service_dispose;
  object_class->finalize = phone_bus_service_finalize;
}

static void
phone_bus_service_init (PhoneBusService *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->lingering = g_hash_table_new (NULL, NULL);
  self->calls_skeleton = phone_dbus_calls_skeleton_new ();
  g_signal_connect_object (self->calls_skeleton, "handle-dial", G_CALLBACK (phone_bus_service_dial_cb), self, G_CONNECT_SWAPPED);
}

/**
 * phone_bus_service_new:
 * @switchboard: (nullable): the switchboard; may come later
 * @object_path: the application's object path: its id with slashes
 *
 * Returns: (transfer full): the phone as D-Bus objects, not on a bus yet
 */
PhoneBusService *
phone_bus_service_new (PhoneSwitchboard *switchboard,
                       const char       *object_path)
{
  PhoneBusService *self;

  g_return_val_if_fail (g_variant_is_object_path (object_path), NULL);

  self = g_object_new (PHONE_TYPE_BUS_SERVICE, NULL);
  self->object_path = g_strdup (object_path);
  self->manager = g_dbus_object_manager_server_new (object_path);
  if (switchboard != NULL)
    phone_bus_service_set_switchboard (self, switchboard);

  return self;
}

/**
 * phone_bus_service_set_switchboard:
 * @self: a service without switchboard
 * @switchboard: the switchboard
 *
 * Makes an object for each of its accounts and calls, now and from now on. Once only.
 */
void
phone_bus_service_set_switchboard (PhoneBusService  *self,
                                   PhoneSwitchboard *switchboard)
{
  GListModel *uas, *calls;

  g_return_if_fail (PHONE_IS_BUS_SERVICE (self));
  g_return_if_fail (PHONE_IS_SWITCHBOARD (switchboard));
  g_return_if_fail (self->switchboard == NULL);

  self->switchboard = g_object_ref (switchboard);
  uas = phone_switchboard_get_uas (switchboard);
  calls = phone_switchboard_get_calls (switchboard);
  g_signal_connect_object (uas, "items-changed", G_CALLBACK (phone_bus_service_uas_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "items-changed", G_CALLBACK (phone_bus_service_calls_changed_cb), self, G_CONNECT_SWAPPED);
  phone_bus_service_uas_changed_cb (self, 0, 0, g_list_model_get_n_items (uas), uas);
  phone_bus_service_calls_changed_cb (self, 0, 0, g_list_model_get_n_items (calls), calls);
}

/**
 * phone_bus_service_export:
 * @self: a service
 * @connection: the session bus
 * @error: return location
 *
 * Puts the objects on the bus; best before the name is owned.
 *
 * Returns: %FALSE with an error of GDBus if the path has the interface already
 */
gboolean
phone_bus_service_export (PhoneBusService  *self,
                          GDBusConnection  *connection,
                          GError          **error)
{
  g_return_val_if_fail (PHONE_IS_BUS_SERVICE (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->calls_skeleton), connection, self->object_path, error))
    return FALSE;
  g_dbus_object_manager_server_set_connection (self->manager, connection);

  return TRUE;
}

/**
 * phone_bus_service_unexport:
 * @self: a service
 *
 * Takes the objects off the bus.
 */
void
phone_bus_service_unexport (PhoneBusService *self)
{
  GDBusInterfaceSkeleton *skeleton;

  g_return_if_fail (PHONE_IS_BUS_SERVICE (self));

  skeleton = G_DBUS_INTERFACE_SKELETON (self->calls_skeleton);
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  g_dbus_object_manager_server_set_connection (self->manager, NULL);
}
