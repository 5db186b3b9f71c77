/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-dialog.h"

#include <glib/gstdio.h>

#include "phone-expect.h"
#include "phone-fake-calls.h"
#include "phone-memory-secrets.h"
#include "phone-servers-group.h"
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

static void
add_server (Fixture    *fixture,
            const char *kind)
{
  GtkWidget *group = phone_test_find (fixture->window, PHONE_TYPE_SERVERS_GROUP, NULL);

  g_assert_true (gtk_widget_activate_action (group, "servers.add", "s", kind));
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
save (Fixture *fixture)
{
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Save"));
  phone_expect_until ("the dialog to close", is_gone, &fixture->window);
}

/* The row with this title and text. */
static GtkWidget *
find_row (GtkWidget  *root,
          const char *title,
          const char *text)
{
  if (ADW_IS_ENTRY_ROW (root) && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (root)), title) &&
      g_str_equal (gtk_editable_get_text (GTK_EDITABLE (root)), text))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, title, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
change (Fixture    *fixture,
        const char *title,
        const char *from,
        const char *to)
{
  GtkWidget *row = find_row (fixture->window, title, from);

  g_assert_nonnull (row);
  gtk_editable_set_text (GTK_EDITABLE (row), to);
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

  add_server (fixture, "turn");
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
  add_server (fixture, "stun");
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

  phone_memory_secrets_put (PHONE_MEMORY_SECRETS (fixture->parts.parts.secrets), "sip:alice@example.com", "stored");
  g_object_set (account, "no-answer-timeout", 17, NULL);
  open_dialog (fixture, account);

  /* The password is not shown, and not lost. */
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (phone_test_find (fixture->window, ADW_TYPE_PASSWORD_ENTRY_ROW, NULL))), ==, "");
  fill_in (fixture, "Display name", "Alice");
  g_assert_cmpstr (phone_account_get_display_name (account), !=, "Alice");
  save (fixture);

  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "add sip:alice@example.com password stored");
  g_assert_cmpstr (phone_account_get_display_name (account), ==, "Alice");
  g_assert_cmpstr (phone_account_get_instance_id (account), ==, instance);
  g_assert_cmpuint (phone_account_get_no_answer_timeout (account), ==, 17);
}

static void
add_servers (PhoneAccount *account)
{
  phone_account_clear_sockets (account);
  phone_account_add_socket (account, "wss://one.example.com", 7);
  phone_account_add_socket (account, "wss://two.example.com", 5);
  phone_account_add_socket (account, "wss://three.example.com", 3);
  phone_account_add_ice_server (account, "stun:one.example.com", NULL);
  phone_account_add_ice_server (account, "turn:one.example.com", "alice");
  phone_account_add_ice_server (account, "stun:two.example.com", NULL);
  phone_account_add_ice_server (account, "turn:two.example.com", "bob");
}

static char *
format_servers (PhoneAccount *account)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < phone_account_get_n_sockets (account); i++)
    {
      int weight;
      const char *url = phone_account_get_nth_socket (account, i, &weight);

      g_string_append_printf (text, "%s %d\n", url, weight);
    }

  for (guint i = 0; i < phone_account_get_n_ice_servers (account); i++)
    {
      const char *username = NULL;
      const char *url = phone_account_get_nth_ice_server (account, i, &username);

      g_string_append_printf (text, "%s %s\n", url, username != NULL ? username : "");
    }

  return g_string_free (text, FALSE);
}

static void
test_edit_keeps_servers (Fixture       *fixture,
                         gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  g_autoptr (PhoneAccount) account = g_object_ref (phone_ua_get_account (ua));
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  add_servers (account);
  before = format_servers (account);
  open_dialog (fixture, account);
  fill_in (fixture, "Display name", "Alice");
  save (fixture);
  after = format_servers (account);
  g_assert_cmpstr (after, ==, before);
}

static void
test_edits_several_servers (Fixture       *fixture,
                            gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  g_autoptr (PhoneAccount) account = g_object_ref (phone_ua_get_account (ua));
  g_autofree char *after = NULL;

  add_servers (account);
  open_dialog (fixture, account);
  change (fixture, "Another server", "wss://three.example.com", "");
  phone_test_press (phone_test_find (find_row (fixture->window, "Another server", "wss://two.example.com"), GTK_TYPE_BUTTON, "Remove this server"));
  phone_test_press (phone_test_find (find_row (fixture->window, "TURN server", "turn:one.example.com"), GTK_TYPE_BUTTON, "Remove this server"));
  g_assert_null (find_row (fixture->window, "TURN name", "alice"));
  change (fixture, "STUN server", "stun:two.example.com", "stun.example.org");
  change (fixture, "TURN name", "bob", "carol");
  add_server (fixture, "socket");
  change (fixture, "Another server", "", "four.example.com/ws");
  change (fixture, "Another server", "", "ws://five.example.com");
  g_assert_true (phone_test_sees (fixture->window, "This connection is not encrypted: others on the network can see whom you call."));
  save (fixture);
  after = format_servers (account);
  g_assert_cmpstr (after, ==, "wss://one.example.com 7\nwss://four.example.com/ws 3\nws://five.example.com 0\n"
                              "stun:one.example.com \nstun:stun.example.org \nturn:two.example.com carol\n");
}

static void
test_a_server_is_there_once (Fixture       *fixture,
                             gconstpointer  data)
{
  GtkWidget *button;

  open_dialog (fixture, NULL);
  button = phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Save");
  fill_in (fixture, "Server", "sip.example.com");
  fill_in (fixture, "Address", "alice@example.com");
  add_server (fixture, "turn");
  change (fixture, "TURN server", "", "turn.example.com");
  add_server (fixture, "turn");
  g_assert_true (gtk_widget_is_sensitive (button));
  change (fixture, "TURN server", "", "turn:turn.example.com");
  g_assert_true (phone_test_sees (fixture->window, "This server is in the list twice."));
  g_assert_false (gtk_widget_is_sensitive (button));
}

static void
test_turn_password_follows_its_server (Fixture       *fixture,
                                       gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  g_autoptr (PhoneAccount) account = g_object_ref (phone_ua_get_account (ua));
  g_autoptr (PhoneAccountSecrets) secrets = phone_account_secrets_new ();
  const PhoneAccountSecrets *after;

  secrets->password = g_strdup ("stored");
  g_hash_table_insert (secrets->credentials, g_strdup ("turn:one.example.com"), g_strdup ("secret-one"));
  g_hash_table_insert (secrets->credentials, g_strdup ("turn:two.example.com"), g_strdup ("secret-two"));
  phone_memory_secrets_put_all (PHONE_MEMORY_SECRETS (fixture->parts.parts.secrets), "sip:alice@example.com", secrets);
  add_servers (account);
  open_dialog (fixture, account);
  g_assert_nonnull (phone_test_find (fixture->window, ADW_TYPE_PASSWORD_ENTRY_ROW, "TURN password (leave empty to keep it)"));
  change (fixture, "TURN server", "turn:one.example.com", "turn:one.example.com:5349");
  phone_test_press (phone_test_find (find_row (fixture->window, "TURN server", "turn:two.example.com"), GTK_TYPE_BUTTON, "Remove this server"));
  add_server (fixture, "turn");
  change (fixture, "TURN server", "", "turn:three.example.com");
  gtk_editable_set_text (GTK_EDITABLE (phone_test_find (gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (
                           find_row (fixture->window, "TURN server", "turn:three.example.com"))), ADW_TYPE_PASSWORD_ENTRY_ROW, NULL)), "secret-three");
  save (fixture);

  after = phone_fake_switchboard_get_secrets (fixture->parts.parts.switchboard);
  g_assert_cmpstr (after->password, ==, "stored");
  g_assert_cmpuint (g_hash_table_size (after->credentials), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (after->credentials, "turn:one.example.com:5349"), ==, "secret-one");
  g_assert_cmpstr (g_hash_table_lookup (after->credentials, "turn:three.example.com"), ==, "secret-three");
}

static void
test_waits_for_the_key_ring (Fixture       *fixture,
                             gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  GtkWidget *window = GTK_WIDGET (phone_account_dialog_new (fixture->parts.parts.switchboard, fixture->parts.parts.secrets, phone_ua_get_account (ua)));
  GtkWidget *button = phone_test_find (window, GTK_TYPE_BUTTON, "_Save");

  g_assert_false (gtk_widget_is_sensitive (button));
  phone_test_settle ();
  g_assert_true (gtk_widget_is_sensitive (button));
  phone_test_destroy (window);
}

static void
test_a_locked_key_ring_keeps_its_secrets (Fixture       *fixture,
                                          gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);

  phone_memory_secrets_put (PHONE_MEMORY_SECRETS (fixture->parts.parts.secrets), "sip:alice@example.com", "stored");
  phone_memory_secrets_lock (PHONE_MEMORY_SECRETS (fixture->parts.parts.secrets));
  open_dialog (fixture, phone_ua_get_account (ua));
  fill_in (fixture, "Display name", "Alice");
  save (fixture);
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "add sip:alice@example.com password as before");
  g_assert_null (phone_fake_switchboard_get_secrets (fixture->parts.parts.switchboard));
}

static void
assert_certificate_authority (Fixture    *fixture,
                              const char *words)
{
  GtkWidget *row = phone_test_find (fixture->window, ADW_TYPE_ACTION_ROW, "Certificate authority");

  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, words);
}

static void
test_certificate_authority (Fixture       *fixture,
                            gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  g_autoptr (PhoneAccount) account = g_object_ref (phone_ua_get_account (ua));
  g_autofree char *folder = g_dir_make_tmp ("phone-ca-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "company <ca>.pem", NULL);

  g_assert_true (g_file_set_contents (path, "certificate", -1, NULL));
  open_dialog (fixture, account);
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Choose…"));
  phone_test_choose (path);
  assert_certificate_authority (fixture, "company <ca>.pem");
  save (fixture);
  g_assert_cmpstr (phone_account_get_ca_file (account), ==, path);

  open_dialog (fixture, account);
  assert_certificate_authority (fixture, "company <ca>.pem");
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Forget the file"));
  assert_certificate_authority (fixture, "Only those the system trusts");
  save (fixture);
  g_assert_cmpstr (phone_account_get_ca_file (account), ==, NULL);
  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (g_rmdir (folder));
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
  g_test_add ("/ui/account-dialog/edit-keeps-servers-and-weights", Fixture, NULL, set_up, test_edit_keeps_servers, tear_down);
  g_test_add ("/ui/account-dialog/edits-several-servers", Fixture, NULL, set_up, test_edits_several_servers, tear_down);
  g_test_add ("/ui/account-dialog/a-server-is-there-once", Fixture, NULL, set_up, test_a_server_is_there_once, tear_down);
  g_test_add ("/ui/account-dialog/turn-password-follows-its-server", Fixture, NULL, set_up, test_turn_password_follows_its_server, tear_down);
  g_test_add ("/ui/account-dialog/waits-for-the-key-ring", Fixture, NULL, set_up, test_waits_for_the_key_ring, tear_down);
  g_test_add ("/ui/account-dialog/a-locked-key-ring-keeps-its-secrets", Fixture, NULL, set_up, test_a_locked_key_ring_keeps_its_secrets, tear_down);
  g_test_add ("/ui/account-dialog/certificate-authority-is-chosen-and-forgotten", Fixture, NULL, set_up, test_certificate_authority, tear_down);
  g_test_add ("/ui/account-dialog/refuses-an-address-twice", Fixture, NULL, set_up, test_same_address_is_refused, tear_down);

  return g_test_run ();
}
