/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Accounts are a handful, so all are in memory and in order. An account's settings are one JSON text in its row: they are read
 * and written only as a whole, by the same code and checks as an account file. */

#include "config.h"
#include "phone-account-store.h"

#include "phone-account-private.h"
#include "phone-database-private.h"
#include "phone-store-error.h"

struct _PhoneAccountStore
{
  GObject        parent_instance;

  PhoneDatabase *database;
  GPtrArray     *accounts;
};

static GType
phone_account_store_get_item_type (GListModel *model)
{
  return PHONE_TYPE_ACCOUNT;
}

static guint
phone_account_store_get_n_items (GListModel *model)
{
  return PHONE_ACCOUNT_STORE (model)->accounts->len;
}

static gpointer
phone_account_store_get_item (GListModel *model,
                              guint       position)
{
  PhoneAccountStore *self = PHONE_ACCOUNT_STORE (model);

  return position < self->accounts->len ? g_object_ref (g_ptr_array_index (self->accounts, position)) : NULL;
}

static void
phone_account_store_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_account_store_get_item_type;
  iface->get_n_items = phone_account_store_get_n_items;
  iface->get_item = phone_account_store_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneAccountStore, phone_account_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, phone_account_store_list_model_init))

static PhoneAccount *
phone_account_store_read (sqlite3_stmt *statement)
{
  g_autoptr(PhoneAccount) account = NULL;
  g_autoptr(GError) error = NULL;

  account = phone_account_from_json (phone_database_column_text (statement, 1), -1, NULL, &error);
  if (account == NULL)
    {
      g_debug ("an account in the database cannot be read: %s", error->message);
      return NULL;
    }
  phone_account_set_id (account, sqlite3_column_int64 (statement, 0));
  g_object_set (account,
                "trust-asserted-identity", sqlite3_column_int (statement, 2) != 0,
                "enabled", sqlite3_column_int (statement, 3) != 0,
                NULL);

  return g_steal_pointer (&account);
}

static void
phone_account_store_load (PhoneAccountStore *self)
{
  sqlite3_stmt *statement = phone_database_prepare (self->database,
                                                    "SELECT id, settings, trust_asserted_identity, enabled FROM account ORDER BY id");
  gboolean row = TRUE;

  while (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      PhoneAccount *account = phone_account_store_read (statement);

      if (account != NULL)
        g_ptr_array_add (self->accounts, account);
    }
}

static gboolean
phone_account_store_write (PhoneAccountStore  *self,
                           PhoneAccount       *account,
                           GError            **error)
{
  gint64 id = phone_account_get_id (account);
  sqlite3_stmt *statement;
  g_autofree char *settings = phone_account_to_settings (account);

  statement = phone_database_prepare (self->database,
                                      "INSERT INTO account (id, uri, settings, trust_asserted_identity, enabled) VALUES (?, ?, ?, ?, ?)"
                                      " ON CONFLICT (id) DO UPDATE SET uri = excluded.uri, settings = excluded.settings,"
                                      " trust_asserted_identity = excluded.trust_asserted_identity, enabled = excluded.enabled");
  if (id != 0)
    sqlite3_bind_int64 (statement, 1, id);
  phone_database_bind_text (statement, 2, phone_account_get_uri (account));
  phone_database_bind_text (statement, 3, settings);
  sqlite3_bind_int (statement, 4, phone_account_get_trust_asserted_identity (account));
  sqlite3_bind_int (statement, 5, phone_account_get_enabled (account));
  if (!phone_database_run (self->database, statement, error))
    return FALSE;
  if (id == 0)
    phone_account_set_id (account, phone_database_last_insert_id (self->database));

  return TRUE;
}

static void
phone_account_store_finalize (GObject *object)
{
  PhoneAccountStore *self = PHONE_ACCOUNT_STORE (object);

  g_clear_object (&self->database);
  g_ptr_array_unref (self->accounts);

  G_OBJECT_CLASS (phone_account_store_parent_class)->finalize (object);
}

static void
phone_account_store_class_init (PhoneAccountStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_account_store_finalize;
}

static void
phone_account_store_init (PhoneAccountStore *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * phone_account_store_new:
 * @database: where the accounts are
 *
 * Returns: (transfer full): the stored accounts in order of creation, a #GListModel of #PhoneAccount
 */
PhoneAccountStore *
phone_account_store_new (PhoneDatabase *database)
{
  PhoneAccountStore *self;

  g_return_val_if_fail (PHONE_IS_DATABASE (database), NULL);

  self = g_object_new (PHONE_TYPE_ACCOUNT_STORE, NULL);
  self->database = g_object_ref (database);
  phone_account_store_load (self);

  return self;
}

/**
 * phone_account_store_save:
 * @self: a store
 * @account: an account, new or changed
 * @error: return location
 *
 * Adds the account or writes its changes. The demo account joins the list but not the file.
 *
 * Returns: %FALSE with %PHONE_STORE_ERROR_EXISTS if another account has the URI, or with an error of the database
 */
gboolean
phone_account_store_save (PhoneAccountStore  *self,
                          PhoneAccount       *account,
                          GError            **error)
{
  PhoneAccount *other;

  g_return_val_if_fail (PHONE_IS_ACCOUNT_STORE (self), FALSE);
  g_return_val_if_fail (PHONE_IS_ACCOUNT (account), FALSE);

  for (guint i = 0; i < self->accounts->len; i++)
    {
      other = g_ptr_array_index (self->accounts, i);
      if (other != account && g_strcmp0 (phone_account_get_uri (other), phone_account_get_uri (account)) == 0)
        {
          g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_EXISTS,
                       "there is an account “%s” already", phone_account_get_uri (account));
          return FALSE;
        }
    }
  if (!phone_account_get_demo (account) && !phone_account_store_write (self, account, error))
    return FALSE;
  if (g_ptr_array_find (self->accounts, account, NULL))
    return TRUE;

  g_ptr_array_add (self->accounts, g_object_ref (account));
  g_list_model_items_changed (G_LIST_MODEL (self), self->accounts->len - 1, 0, 1);

  return TRUE;
}

/**
 * phone_account_store_remove:
 * @self: a store
 * @account: an account of it
 * @error: return location
 *
 * Forgets the account; its secrets are the caller's to clear.
 *
 * Returns: %FALSE with an error of the database
 */
gboolean
phone_account_store_remove (PhoneAccountStore  *self,
                            PhoneAccount       *account,
                            GError            **error)
{
  g_autoptr(PhoneAccount) hold = NULL;
  sqlite3_stmt *statement;
  guint position;

  g_return_val_if_fail (PHONE_IS_ACCOUNT_STORE (self), FALSE);
  g_return_val_if_fail (PHONE_IS_ACCOUNT (account), FALSE);

  if (!g_ptr_array_find (self->accounts, account, &position))
    return TRUE;
  hold = g_object_ref (account);
  if (phone_account_get_id (account) != 0)
    {
      statement = phone_database_prepare (self->database, "DELETE FROM account WHERE id = ?");
      sqlite3_bind_int64 (statement, 1, phone_account_get_id (account));
      if (!phone_database_run (self->database, statement, error))
        return FALSE;
    }
  g_ptr_array_remove_index (self->accounts, position);
  phone_account_set_id (account, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);

  return TRUE;
}

/**
 * phone_account_store_find:
 * @self: a store
 * @uri: an address; "sip:" may be left out
 *
 * Returns: (transfer none) (nullable): the account with this address
 */
PhoneAccount *
phone_account_store_find (PhoneAccountStore *self,
                          const char        *uri)
{
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (PHONE_IS_ACCOUNT_STORE (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  wanted = phone_account_uri_normalize (uri, TRUE);
  for (guint i = 0; i < self->accounts->len; i++)
    {
      PhoneAccount *account = g_ptr_array_index (self->accounts, i);

      if (g_strcmp0 (phone_account_get_uri (account), wanted != NULL ? wanted : uri) == 0)
        return account;
    }

  return NULL;
}
