/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-secrets.h"

/**
 * PhoneSecrets::unavailable:
 * @self: the secrets
 * @sentence: what the key ring said
 *
 * No key ring answers; what was saved lasts for this run only.
 */
G_DEFINE_INTERFACE (PhoneSecrets, phone_secrets, G_TYPE_OBJECT)

static void
phone_secrets_default_init (PhoneSecretsInterface *iface)
{
  g_object_interface_install_property (iface, g_param_spec_boolean ("persistent", NULL, NULL, TRUE,
                                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY));
  g_signal_new ("unavailable", PHONE_TYPE_SECRETS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

/**
 * phone_secrets_lookup_async:
 * @self: secrets
 * @uri: the account's URI
 * @cancellable: (nullable): a cancellable
 * @callback: called when done
 * @data: for @callback
 *
 * Looks up the secrets of an account.
 */
void
phone_secrets_lookup_async (PhoneSecrets        *self,
                            const char          *uri,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_return_if_fail (PHONE_IS_SECRETS (self));
  g_return_if_fail (uri != NULL);

  PHONE_SECRETS_GET_IFACE (self)->lookup_async (self, uri, cancellable, callback, data);
}

/**
 * phone_secrets_lookup_finish:
 * @self: secrets
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full): the secrets, empty when nothing is stored or no key ring answers; %NULL only when cancelled
 */
PhoneAccountSecrets *
phone_secrets_lookup_finish (PhoneSecrets  *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (PHONE_IS_SECRETS (self), NULL);

  return PHONE_SECRETS_GET_IFACE (self)->lookup_finish (self, result, error);
}

/**
 * phone_secrets_save_async:
 * @self: secrets
 * @uri: the account's URI
 * @secrets: what to keep; copied
 * @cancellable: (nullable): a cancellable
 * @callback: called when done
 * @data: for @callback
 *
 * Keeps the secrets of an account in place of those it had.
 */
void
phone_secrets_save_async (PhoneSecrets              *self,
                          const char                *uri,
                          const PhoneAccountSecrets *secrets,
                          GCancellable              *cancellable,
                          GAsyncReadyCallback        callback,
                          gpointer                   data)
{
  g_return_if_fail (PHONE_IS_SECRETS (self));
  g_return_if_fail (uri != NULL && secrets != NULL);

  PHONE_SECRETS_GET_IFACE (self)->save_async (self, uri, secrets, cancellable, callback, data);
}

/**
 * phone_secrets_save_finish:
 * @self: secrets
 * @result: the result
 * @error: return location
 *
 * Returns: %TRUE when kept, be it for this run only (then #PhoneSecrets:persistent is %FALSE); %FALSE when cancelled
 */
gboolean
phone_secrets_save_finish (PhoneSecrets  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (PHONE_IS_SECRETS (self), FALSE);

  return PHONE_SECRETS_GET_IFACE (self)->save_finish (self, result, error);
}

/**
 * phone_secrets_clear_async:
 * @self: secrets
 * @uri: the account's URI
 * @cancellable: (nullable): a cancellable
 * @callback: called when done
 * @data: for @callback
 *
 * Forgets the secrets of an account.
 */
void
phone_secrets_clear_async (PhoneSecrets        *self,
                           const char          *uri,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             data)
{
  g_return_if_fail (PHONE_IS_SECRETS (self));
  g_return_if_fail (uri != NULL);

  PHONE_SECRETS_GET_IFACE (self)->clear_async (self, uri, cancellable, callback, data);
}

/**
 * phone_secrets_clear_finish:
 * @self: secrets
 * @result: the result
 * @error: return location
 *
 * Returns: %TRUE when forgotten or never known; %FALSE when cancelled
 */
gboolean
phone_secrets_clear_finish (PhoneSecrets  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (PHONE_IS_SECRETS (self), FALSE);

  return PHONE_SECRETS_GET_IFACE (self)->clear_finish (self, result, error);
}

/**
 * phone_secrets_is_persistent:
 * @self: secrets
 *
 * Returns: whether what is saved outlasts this run
 */
gboolean
phone_secrets_is_persistent (PhoneSecrets *self)
{
  gboolean persistent;

  g_return_val_if_fail (PHONE_IS_SECRETS (self), FALSE);

  g_object_get (self, "persistent", &persistent, NULL);

  return persistent;
}
