/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-memory-secrets.h"

struct _PhoneMemorySecrets
{
  GObject     parent_instance;

  GHashTable *secrets;
  gboolean    persistent;
  gboolean    locked;
};

enum {
  PROP_0,
  PROP_PERSISTENT,
};

static void
phone_memory_secrets_lookup_async (PhoneSecrets        *secrets,
                                   const char          *uri,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             data)
{
  PhoneMemorySecrets *self = PHONE_MEMORY_SECRETS (secrets);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, data);

  g_task_return_pointer (task, phone_account_secrets_copy (self->locked ? NULL : g_hash_table_lookup (self->secrets, uri)),
                         (GDestroyNotify) phone_account_secrets_free);
}

static PhoneAccountSecrets *
phone_memory_secrets_lookup_finish (PhoneSecrets  *secrets,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
phone_memory_secrets_save_async (PhoneSecrets              *secrets,
                                 const char                *uri,
                                 const PhoneAccountSecrets *new_secrets,
                                 GCancellable              *cancellable,
                                 GAsyncReadyCallback        callback,
                                 gpointer                   data)
{
  PhoneMemorySecrets *self = PHONE_MEMORY_SECRETS (secrets);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, data);

  g_hash_table_insert (self->secrets, g_strdup (uri), phone_account_secrets_copy (new_secrets));
  g_task_return_boolean (task, TRUE);
}

static void
phone_memory_secrets_clear_async (PhoneSecrets        *secrets,
                                  const char          *uri,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             data)
{
  PhoneMemorySecrets *self = PHONE_MEMORY_SECRETS (secrets);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, data);

  g_hash_table_remove (self->secrets, uri);
  g_task_return_boolean (task, TRUE);
}

static gboolean
phone_memory_secrets_finish_boolean (PhoneSecrets  *secrets,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
phone_memory_secrets_secrets_init (PhoneSecretsInterface *iface)
{
  iface->lookup_async = phone_memory_secrets_lookup_async;
  iface->lookup_finish = phone_memory_secrets_lookup_finish;
  iface->save_async = phone_memory_secrets_save_async;
  iface->save_finish = phone_memory_secrets_finish_boolean;
  iface->clear_async = phone_memory_secrets_clear_async;
  iface->clear_finish = phone_memory_secrets_finish_boolean;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneMemorySecrets, phone_memory_secrets, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SECRETS, phone_memory_secrets_secrets_init))

static void
phone_memory_secrets_finalize (GObject *object)
{
  g_hash_table_unref (PHONE_MEMORY_SECRETS (object)->secrets);

  G_OBJECT_CLASS (phone_memory_secrets_parent_class)->finalize (object);
}

static void
phone_memory_secrets_get_property (GObject    *object,
                                   guint       property,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  if (property == PROP_PERSISTENT)
    g_value_set_boolean (value, PHONE_MEMORY_SECRETS (object)->persistent);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
phone_memory_secrets_class_init (PhoneMemorySecretsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = phone_memory_secrets_finalize;
  object_class->get_property = phone_memory_secrets_get_property;
  g_object_class_override_property (object_class, PROP_PERSISTENT, "persistent");
}

static void
phone_memory_secrets_init (PhoneMemorySecrets *self)
{
  self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) phone_account_secrets_free);
  self->persistent = TRUE;
}

PhoneMemorySecrets *
phone_memory_secrets_new (void)
{
  return g_object_new (PHONE_TYPE_MEMORY_SECRETS, NULL);
}

void
phone_memory_secrets_put (PhoneMemorySecrets *self,
                          const char         *uri,
                          const char         *password)
{
  PhoneAccountSecrets *secrets = phone_account_secrets_new ();

  secrets->password = g_strdup (password);
  g_hash_table_insert (self->secrets, g_strdup (uri), secrets);
}

void
phone_memory_secrets_put_all (PhoneMemorySecrets        *self,
                              const char                *uri,
                              const PhoneAccountSecrets *secrets)
{
  g_hash_table_insert (self->secrets, g_strdup (uri), phone_account_secrets_copy (secrets));
}

void
phone_memory_secrets_lock (PhoneMemorySecrets *self)
{
  self->locked = TRUE;
}

const PhoneAccountSecrets *
phone_memory_secrets_get (PhoneMemorySecrets *self,
                          const char         *uri)
{
  return g_hash_table_lookup (self->secrets, uri);
}

void
phone_memory_secrets_lose (PhoneMemorySecrets *self)
{
  self->persistent = FALSE;
  g_object_notify (G_OBJECT (self), "persistent");
  g_signal_emit_by_name (self, "unavailable", "no key ring answers");
}
