/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-dialog.h"

#include "phone-expect.h"
#include "phone-fake-calls.h"
#include "phone-memory-secrets.h"
#include "phone-test-parts.h"

typedef struct
{
  PhoneTestParts  parts;
  GtkWidget      *window;
} Fixture;

static void
open_dialog (Fixture      *fixture,
             PhoneAccount *account)
{
  fixture->window = GTK_WIDGET (phone_account_dialog_new (fixture->parts.parts.switchboard, fixture->parts.parts.secrets, account));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  phone_test_show (fixture->window);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  phone_test_parts_init (&fixture->parts);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->window != NULL)
    phone_test_destroy (fixture->window);

  phone_test_parts_clear (&fixture->parts);
}

static void
fill_in (Fixture    *fixture,
         const char *field,
         const char *text)
{
  GtkWidget *row = phone_test_find (fixture->window, ADW_TYPE_ENTRY_ROW, field);

  g_assert_nonnull (row);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static gboolean
has_intent (gpointer data)
{
  return *phone_fake_switchboard_get_intent (data) != '\0';
}

static void
test_validates (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *save;

  open_dialog (fixture, NULL);
  save = phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Save");
  g_assert_false (gtk_widget_is_sensitive (save));

  fill_in (fixture, "Server", "sip.example.com");
  g_assert_false (gtk_widget_is_sensitive (save));

  fill_in (fixture, "Address", "alice");
  g_assert_true (phone_test_sees (fixture->window, "Your address looks like name@example.com."));
  g_assert_false (gtk_widget_is_sensitive (save));

  fill_in (fixture, "Address", "alice@example.com");
  g_assert_true (gtk_widget_is_sensitive (save));

  fill_in (fixture, "Server", "ws://sip.example.com");
  g_assert_true (phone_test_sees (fixture->window, "This connection is not encrypted: others on the network can see whom you call."));
  g_assert_true (gtk_widget_is_sensitive (save));

  fill_in (fixture, "TURN server", "turns:turn.example.com");
  g_assert_false (gtk_widget_is_sensitive (save));
}

static void
test_saves (Fixture       *fixture,
            gconstpointer  data)
{
  PhoneAccount *account;

  open_dialog (fixture, NULL);
  fill_in (fixture, "Server", "sip.example.com/ws");
  fill_in (fixture, "Address", "alice@example.com");
  fill_in (fixture, "Password", "secret");
  fill_in (fixture, "STUN server", "stun.example.com");
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Save"));
  phone_expect_until ("the dialog to close", is_gone, &fixture->window);

  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "add sip:alice@example.com password secret");
  account = phone_account_store_find (fixture->parts.parts.accounts, "sip:alice@example.com");
  g_assert_nonnull (account);
  g_assert_cmpstr (phone_account_get_nth_socket (account, 0, NULL), ==, "wss://sip.example.com/ws");
  g_assert_cmpstr (phone_account_get_nth_ice_server (account, 0, NULL), ==, "stun:stun.example.com");
}

static void
test_connection_test_says_what_is_wrong (Fixture       *fixture,
                                         gconstpointer  data)
{
  open_dialog (fixture, NULL);
  fill_in (fixture, "Server", "sip.example.com");
  fill_in (fixture, "Address", "alice@example.com");
  phone_fake_switchboard_set_test_result (fixture->parts.parts.switchboard, PHONE_UA_PROBLEM_NO_SUCH_USER, NULL);
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Test connection"));
  phone_expect_until ("the test to be asked for", has_intent, fixture->parts.parts.switchboard);
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "The server knows no user alice@example.com."));

  phone_fake_switchboard_set_test_result (fixture->parts.parts.switchboard, PHONE_UA_PROBLEM_NONE, NULL);
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Test connection"));
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "It works: the server accepted the account."));

  /* The result is of another form now. */
  fill_in (fixture, "Address", "bob@example.com");
  g_assert_false (phone_test_sees (fixture->window, "It works: the server accepted the account."));
}

static void
test_edit_keeps_what_it_does_not_show (Fixture       *fixture,
                                       gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  PhoneAccount *account = phone_ua_get_account (ua);
  g_autofree char *instance = g_strdup (phone_account_get_instance_id (account));
  const char *username;

  phone_memory_secrets_put (PHONE_MEMORY_SECRETS (fixture->parts.parts.secrets), "sip:alice@example.com", "stored");
  phone_account_add_socket (account, "wss://other.example.com", 5);
  phone_account_add_ice_server (account, "stun:one.example.com", NULL);
  phone_account_add_ice_server (account, "stun:two.example.com", NULL);
  phone_account_add_ice_server (account, "turn:turn.example.com", "alice");
  open_dialog (fixture, account);
  phone_test_settle ();

  /* The password is not shown, and not lost. */
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (phone_test_find (fixture->window, ADW_TYPE_PASSWORD_ENTRY_ROW, NULL))), ==, "");
  fill_in (fixture, "Display name", "Alice");
  fill_in (fixture, "STUN server", "");
  g_assert_cmpstr (phone_account_get_display_name (account), !=, "Alice");
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Save"));
  phone_expect_until ("the dialog to close", is_gone, &fixture->window);

  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "add sip:alice@example.com password stored");
  g_assert_cmpstr (phone_account_get_display_name (account), ==, "Alice");
  g_assert_cmpstr (phone_account_get_instance_id (account), ==, instance);
  g_assert_cmpuint (phone_account_get_n_sockets (account), ==, 2);
  g_assert_cmpuint (phone_account_get_n_ice_servers (account), ==, 2);
  g_assert_cmpstr (phone_account_get_nth_ice_server (account, 0, &username), ==, "turn:turn.example.com");
  g_assert_cmpstr (username, ==, "alice");
  g_assert_cmpstr (phone_account_get_nth_ice_server (account, 1, &username), ==, "stun:two.example.com");
}

static void
test_same_address_is_refused (Fixture       *fixture,
                              gconstpointer  data)
{
  phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  open_dialog (fixture, NULL);
  fill_in (fixture, "Server", "sip.example.com");
  fill_in (fixture, "Address", "alice@example.com");
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Save"));
  phone_test_settle ();
  g_assert_nonnull (fixture->window);
  g_assert_true (phone_test_sees (fixture->window, "There is already an account with this address."));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/ui/account-dialog/validates-while-one-types", Fixture, NULL, set_up, test_validates, tear_down);
  g_test_add ("/ui/account-dialog/saves-a-new-account", Fixture, NULL, set_up, test_saves, tear_down);
  g_test_add ("/ui/account-dialog/connection-test-says-what-is-wrong", Fixture, NULL, set_up, test_connection_test_says_what_is_wrong, tear_down);
  g_test_add ("/ui/account-dialog/edit-keeps-what-it-does-not-show", Fixture, NULL, set_up, test_edit_keeps_what_it_does_not_show, tear_down);
  g_test_add ("/ui/account-dialog/refuses-an-address-twice", Fixture, NULL, set_up, test_same_address_is_refused, tear_down);

  return g_test_run ();
}
