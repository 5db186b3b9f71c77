/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-store.h"

#include "phone-store-error.h"

static PhoneAccount *
create_account (const char *user)
{
  g_autofree char *uri = g_strdup_printf ("sip:%s@example.com", user);
  PhoneAccount *account = phone_account_new ();

  g_object_set (account, "uri", uri, NULL);
  phone_account_add_socket (account, "wss://sip.example.com", 3);

  return account;
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            gpointer    data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static void
test_round_trip (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneAccountStore) again = NULL;
  g_autoptr(GString) changes = g_string_new (NULL);
  PhoneAccountStore *store = phone_account_store_new (database);
  g_autoptr(PhoneAccount) alice = create_account ("alice");
  g_autoptr(PhoneAccount) bob = create_account ("bob");
  PhoneAccount *found;
  int weight = 0;

  g_signal_connect (store, "items-changed", G_CALLBACK (changed_cb), changes);
  g_object_set (bob, "display-name", "Bob", "enabled", FALSE, "trust-asserted-identity", TRUE, "relay-only", TRUE, NULL);
  phone_account_add_ice_server (bob, "turn:t.example.com", "me");
  g_assert_true (phone_account_store_save (store, alice, NULL));
  g_assert_true (phone_account_store_save (store, bob, NULL));
  g_assert_cmpstr (changes->str, ==, "0-0+1 1-0+1 ");
  g_assert_cmpint (phone_account_get_id (bob), >, phone_account_get_id (alice));
  g_assert_true (phone_account_store_find (store, "Alice@example.com") == NULL);
  g_assert_true (phone_account_store_find (store, "alice@EXAMPLE.com") == alice);
  g_object_set (alice, "register-expires", 77, NULL);
  g_assert_true (phone_account_store_save (store, alice, NULL));
  g_signal_handlers_disconnect_by_func (store, changed_cb, changes);
  g_assert_finalize_object (store);

  again = phone_account_store_new (database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 2);
  found = phone_account_store_find (again, "sip:alice@example.com");
  g_assert_cmpuint (phone_account_get_register_expires (found), ==, 77);
  g_assert_cmpstr (phone_account_get_instance_id (found), ==, phone_account_get_instance_id (alice));
  g_assert_cmpstr (phone_account_get_nth_socket (found, 0, &weight), ==, "wss://sip.example.com");
  g_assert_cmpint (weight, ==, 3);
  found = phone_account_store_find (again, "sip:bob@example.com");
  g_assert_cmpstr (phone_account_get_display_name (found), ==, "Bob");
  g_assert_false (phone_account_get_enabled (found));
  g_assert_true (phone_account_get_trust_asserted_identity (found));
  g_assert_true (phone_account_get_relay_only (found));
  g_assert_cmpuint (phone_account_get_n_ice_servers (found), ==, 1);
}

static void
test_same_uri (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneAccountStore) store = phone_account_store_new (database);
  g_autoptr(PhoneAccount) first = create_account ("alice");
  g_autoptr(PhoneAccount) second = create_account ("alice");
  g_autoptr(GError) error = NULL;

  g_assert_true (phone_account_store_save (store, first, NULL));
  g_assert_false (phone_account_store_save (store, second, &error));
  g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_EXISTS);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 1);
}

static void
test_remove (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneAccountStore) again = NULL;
  PhoneAccountStore *store = phone_account_store_new (database);
  g_autoptr(PhoneAccount) alice = create_account ("alice");

  g_assert_true (phone_account_store_save (store, alice, NULL));
  g_assert_true (phone_account_store_remove (store, alice, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
  g_assert_cmpint (phone_account_get_id (alice), ==, 0);
  g_assert_finalize_object (store);
  again = phone_account_store_new (database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 0);
}

static void
test_demo (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneAccountStore) store = phone_account_store_new (database);
  g_autoptr(PhoneAccountStore) again = NULL;
  g_autoptr(PhoneAccount) demo = create_account ("me");

  g_object_set (demo, "demo", TRUE, NULL);
  g_assert_true (phone_account_store_save (store, demo, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 1);
  again = phone_account_store_new (database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, 0);
  g_assert_true (phone_account_store_remove (store, demo, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/account-store/keeps-every-setting", test_round_trip);
  g_test_add_func ("/store/account-store/refuses-a-second-account-with-the-uri", test_same_uri);
  g_test_add_func ("/store/account-store/removes-for-good", test_remove);
  g_test_add_func ("/store/account-store/demo-account-is-listed-but-not-stored", test_demo);

  return g_test_run ();
}
