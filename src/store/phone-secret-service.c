/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key ring by libsecret: one item an account and profile, whose secret is a small JSON object, because an account's
 * secrets come and go together.
 *
 * A key ring can be away in many ways (no service, no bus, no collection, no master password), each with an error of another
 * domain, and none of them is a reason not to telephone: whatever fails is kept in memory for this run, "unavailable" tells
 * once, and the next save tries the key ring again. A locked key ring answers a lookup with nothing and no error; that cannot
 * be told from "no password", so it means empty secrets and the person is asked. */

#include "config.h"
#include "phone-secret-service.h"

#include <libsecret/secret.h>

#include "phone-account-private.h"

static const SecretSchema schema = {
  "org.example.Phone.Account", SECRET_SCHEMA_NONE,
  {
    { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

struct _PhoneSecretService
{
  GObject     parent_instance;

  char       *profile;
  GHashTable *kept;             /* URI → PhoneAccountSecrets, for this run only */
  gboolean    persistent;
};

enum {
  PROP_0,
  PROP_PERSISTENT,
};

typedef struct
{
  char                *uri;
  PhoneAccountSecrets *secrets; /* save */
} Request;

static void
phone_secret_service_request_free (Request *request)
{
  g_free (request->uri);
  phone_account_secrets_free (request->secrets);
  g_free (request);
}

static void
phone_secret_service_set_persistent (PhoneSecretService *self,
                                     gboolean            persistent)
{
  if (self->persistent == persistent)
    return;
  self->persistent = persistent;
  g_object_notify (G_OBJECT (self), "persistent");
}

static void
phone_secret_service_lose (PhoneSecretService *self,
                           const GError       *error)
{
  gboolean news = self->persistent;

  phone_secret_service_set_persistent (self, FALSE);
  if (news)
    g_signal_emit_by_name (self, "unavailable", error->message);
}

static GTask *
phone_secret_service_create_task (PhoneSecretService        *self,
                                  const char                *uri,
                                  const PhoneAccountSecrets *secrets,
                                  GCancellable              *cancellable,
                                  GAsyncReadyCallback        callback,
                                  gpointer                   data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Request *request = g_new0 (Request, 1);

  request->uri = g_strdup (uri);
  request->secrets = secrets != NULL ? phone_account_secrets_copy (secrets) : NULL;
  g_task_set_task_data (task, request, (GDestroyNotify) phone_secret_service_request_free);

  return task;
}

static gboolean
phone_secret_service_return_if_cancelled (GTask        *task,
                                          const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_task_return_error (task, g_error_copy (error));

  return TRUE;
}

static void
phone_secret_service_lookup_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  char *json = secret_password_lookup_finish (result, &error);

  if (phone_secret_service_return_if_cancelled (task, error))
    return;
  if (error != NULL)
    phone_secret_service_lose (g_task_get_source_object (task), error);
  g_task_return_pointer (task,
                         json != NULL ? phone_account_secrets_from_json (json) : phone_account_secrets_new (),
                         (GDestroyNotify) phone_account_secrets_free);
  secret_password_free (json);
}

static void
phone_secret_service_lookup_async (PhoneSecrets        *secrets,
                                   const char          *uri,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             data)
{
  PhoneSecretService *self = PHONE_SECRET_SERVICE (secrets);
  g_autoptr(GTask) task = phone_secret_service_create_task (self, uri, NULL, cancellable, callback, data);
  PhoneAccountSecrets *kept = g_hash_table_lookup (self->kept, uri);

  if (kept != NULL)
    g_task_return_pointer (task, phone_account_secrets_copy (kept), (GDestroyNotify) phone_account_secrets_free);
  else
    secret_password_lookup (&schema, cancellable, phone_secret_service_lookup_cb, g_steal_pointer (&task),
                            "profile", self->profile, "account", uri, NULL);
}

static PhoneAccountSecrets *
phone_secret_service_lookup_finish (PhoneSecrets  *secrets,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The service may have gone while the key ring was thinking; the task holds it. */
static void
phone_secret_service_save_cb (GObject      *source,
                              GAsyncResult *result,
                              gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;
  PhoneSecretService *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);

  if (secret_password_store_finish (result, &error))
    {
      g_hash_table_remove (self->kept, request->uri);
      phone_secret_service_set_persistent (self, g_hash_table_size (self->kept) == 0);
    }
  else if (phone_secret_service_return_if_cancelled (task, error))
    return;
  else
    {
      g_hash_table_insert (self->kept, g_strdup (request->uri), g_steal_pointer (&request->secrets));
      phone_secret_service_lose (self, error);
    }
  g_task_return_boolean (task, TRUE);
}

static void
phone_secret_service_clear_cb (GObject      *source,
                               GAsyncResult *result,
                               gpointer      data)
{
  g_autoptr(GTask) task = data;
  g_autoptr(GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (phone_secret_service_return_if_cancelled (task, error))
    return;
  if (error != NULL)
    phone_secret_service_lose (g_task_get_source_object (task), error);
  g_task_return_boolean (task, TRUE);
}

static void
phone_secret_service_clear_async (PhoneSecrets        *secrets,
                                  const char          *uri,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             data)
{
  PhoneSecretService *self = PHONE_SECRET_SERVICE (secrets);
  GTask *task = phone_secret_service_create_task (self, uri, NULL, cancellable, callback, data);

  g_hash_table_remove (self->kept, uri);
  secret_password_clear (&schema, cancellable, phone_secret_service_clear_cb, task,
                         "profile", self->profile, "account", uri, NULL);
}

static gboolean
phone_secret_service_finish_boolean (PhoneSecrets  *secrets,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* An account without secrets leaves no item behind. */
static void
phone_secret_service_save_async (PhoneSecrets              *secrets,
                                 const char                *uri,
                                 const PhoneAccountSecrets *new_secrets,
                                 GCancellable              *cancellable,
                                 GAsyncReadyCallback        callback,
                                 gpointer                   data)
{
  PhoneSecretService *self = PHONE_SECRET_SERVICE (secrets);
  g_autofree char *label = NULL;
  char *json;

  if (phone_account_secrets_is_empty (new_secrets))
    {
      phone_secret_service_clear_async (secrets, uri, cancellable, callback, data);
      return;
    }
  label = g_strdup_printf ("Phone: %s", uri);
  json = phone_account_secrets_to_json (new_secrets);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, json, cancellable, phone_secret_service_save_cb,
                         phone_secret_service_create_task (self, uri, new_secrets, cancellable, callback, data),
                         "profile", self->profile, "account", uri, NULL);
  phone_account_secrets_wipe (json);
}

static void
phone_secret_service_secrets_init (PhoneSecretsInterface *iface)
{
  iface->lookup_async = phone_secret_service_lookup_async;
  iface->lookup_finish = phone_secret_service_lookup_finish;
  iface->save_async = phone_secret_service_save_async;
  iface->save_finish = phone_secret_service_finish_boolean;
  iface->clear_async = phone_secret_service_clear_async;
  iface->clear_finish = phone_secret_service_finish_boolean;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneSecretService, phone_secret_service, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SECRETS, phone_secret_service_secrets_init))

static void
phone_secret_service_finalize (GObject *object)
{
  PhoneSecretService *self = PHONE_SECRET_SERVICE (object);

  g_free (self->profile);
  g_hash_table_unref (self->kept);

  G_OBJECT_CLASS (phone_secret_service_parent_class)->finalize (object);
}

static void
phone_secret_service_get_property (GObject    *object,
                                   guint       property,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  PhoneSecretService *self = PHONE_SECRET_SERVICE (object);

  if (property == PROP_PERSISTENT)
    g_value_set_boolean (value, self->persistent);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
phone_secret_service_class_init (PhoneSecretServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = phone_secret_service_finalize;
  object_class->get_property = phone_secret_service_get_property;
  g_object_class_override_property (object_class, PROP_PERSISTENT, "persistent");
}

static void
phone_secret_service_init (PhoneSecretService *self)
{
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) phone_account_secrets_free);
  self->persistent = TRUE;
}

/**
 * phone_secret_service_new:
 * @profile: the application id; each has its own items
 *
 * Returns: (transfer full): the key ring
 */
PhoneSecretService *
phone_secret_service_new (const char *profile)
{
  PhoneSecretService *self = g_object_new (PHONE_TYPE_SECRET_SERVICE, NULL);

  self->profile = g_strdup (profile);

  return self;
}
