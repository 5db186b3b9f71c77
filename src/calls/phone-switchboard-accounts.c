/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts tried, kept, changed and forgotten, with their secrets. Services follow the store's list by themselves; only changed
 * secrets of a known account make one begin anew. */
#include "config.h"
#include "phone-switchboard-internal.h"

#include "phone-account-test.h"
#include "phone-store-error.h"
#include "phone-ua-private.h"

static void
phone_switchboard_tested_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      data)
{
  g_autoptr (GTask) task = data;

  g_task_return_pointer (task, g_object_ref (result), g_object_unref);
}

/**
 * phone_switchboard_test_account_async:
 *
 * Tries an account without keeping it: connects, registers, unregisters.
 */
void
phone_switchboard_test_account_async (PhoneSwitchboard          *self,
                                      PhoneAccount              *account,
                                      const PhoneAccountSecrets *secrets,
                                      GCancellable              *cancellable,
                                      GAsyncReadyCallback        callback,
                                      gpointer                   data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (PHONE_IS_SWITCHBOARD (self));
  g_return_if_fail (PHONE_IS_ACCOUNT (account));

  g_task_set_source_tag (task, phone_switchboard_test_account_async);
  phone_account_test_async (account, secrets, &self->parts, cancellable, phone_switchboard_tested_cb, task);
}

/**
 * phone_switchboard_test_account_finish:
 * @out_detail: (out) (optional): the library's or the server's words
 *
 * Returns: the problem found, NONE if all is well. Error: cancelled
 */
PhoneUaProblem
phone_switchboard_test_account_finish (PhoneSwitchboard  *self,
                                       GAsyncResult      *result,
                                       char             **out_detail,
                                       GError           **error)
{
  g_autoptr (GAsyncResult) inner = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), PHONE_UA_PROBLEM_CONFIGURATION);

  inner = g_task_propagate_pointer (G_TASK (result), error);

  return phone_account_test_finish (inner, out_detail, error);
}

static void
phone_switchboard_secrets_saved_cb (GObject      *source,
                                    GAsyncResult *result,
                                    gpointer      data)
{
  g_autoptr (GTask) task = data;
  PhoneSwitchboard *self = g_task_get_source_object (task);
  PhoneAccount *account = g_task_get_task_data (task);
  const gboolean known = phone_switchboard_has_item (G_LIST_MODEL (self->parts.accounts), account);
  g_autoptr (GError) error = NULL;
  PhoneUa *ua;

  if (!phone_secrets_save_finish (PHONE_SECRETS (source), result, &error)
      || !phone_account_store_save (self->parts.accounts, account, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ua = phone_switchboard_find_ua (self, phone_account_get_uri (account));
  if (ua && known)
    phone_ua_reload (ua);
  g_task_return_boolean (task, TRUE);
}

/**
 * phone_switchboard_add_account_async:
 * @secrets: (nullable): NULL leaves those of the key ring as they are
 *
 * Saves an account and its secrets, new or changed, and takes it into service.
 */
void
phone_switchboard_add_account_async (PhoneSwitchboard          *self,
                                     PhoneAccount              *account,
                                     const PhoneAccountSecrets *secrets,
                                     GCancellable              *cancellable,
                                     GAsyncReadyCallback        callback,
                                     gpointer                   data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  PhoneAccount *other;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (PHONE_IS_SWITCHBOARD (self));
  g_return_if_fail (PHONE_IS_ACCOUNT (account));

  g_task_set_source_tag (task, phone_switchboard_add_account_async);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  other = phone_account_store_find (self->parts.accounts, phone_account_get_uri (account));
  if (other && other != account)
    {
      g_task_return_new_error (task, PHONE_STORE_ERROR, PHONE_STORE_ERROR_EXISTS, "There is an account %s already", phone_account_get_uri (account));
      return;
    }

  /* Secrets first: the store's list puts the account into service at once. */
  if (secrets && self->parts.secrets && !phone_account_get_demo (account))
    phone_secrets_save_async (self->parts.secrets, phone_account_get_uri (account), secrets, cancellable,
                              phone_switchboard_secrets_saved_cb, g_steal_pointer (&task));
  else if (phone_account_store_save (self->parts.accounts, account, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * phone_switchboard_add_account_finish:
 * @out_persistent: (out) (optional): FALSE if there is no key ring, so that the secrets are kept for this run only
 *
 * Returns: FALSE and an error of domain #PHONE_STORE_ERROR if the account could not be saved
 */
gboolean
phone_switchboard_add_account_finish (PhoneSwitchboard  *self,
                                      GAsyncResult      *result,
                                      gboolean          *out_persistent,
                                      GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (out_persistent)
    *out_persistent = self->parts.secrets == NULL || phone_secrets_is_persistent (self->parts.secrets);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
phone_switchboard_secrets_cleared_cb (GObject      *source,
                                      GAsyncResult *result,
                                      gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!phone_secrets_clear_finish (PHONE_SECRETS (source), result, &error))
    g_debug ("Secrets of a removed account stay: %s", error->message);
}

/**
 * phone_switchboard_remove_account:
 *
 * Ends the account's calls, unregisters and forgets it, secrets included.
 *
 * Returns: FALSE and an error of domain #PHONE_STORE_ERROR if the store could not be written
 */
gboolean
phone_switchboard_remove_account (PhoneSwitchboard  *self,
                                  PhoneAccount      *account,
                                  GError           **error)
{
  g_autofree char *uri = NULL;

  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), FALSE);
  g_return_val_if_fail (PHONE_IS_ACCOUNT (account), FALSE);

  uri = g_strdup (phone_account_get_uri (account));
  if (!phone_account_store_remove (self->parts.accounts, account, error))
    return FALSE;

  if (self->parts.secrets)
    phone_secrets_clear_async (self->parts.secrets, uri, NULL, phone_switchboard_secrets_cleared_cb, NULL);

  return TRUE;
}
