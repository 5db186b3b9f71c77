/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-window.h"

#include <glib/gstdio.h>

#include "phone-contact-dialog.h"
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
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  phone_test_parts_init (&fixture->parts);
  fixture->window = GTK_WIDGET (phone_window_new (GTK_APPLICATION (fixture->parts.application), &fixture->parts.parts, NULL));
  phone_test_show (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  phone_test_destroy (fixture->window);
  phone_test_parts_clear (&fixture->parts);
}

static void
add_record (Fixture             *fixture,
            PhoneCallRecordKind  kind,
            const char          *uri)
{
  g_autoptr (PhoneCallRecord) record = g_object_new (PHONE_TYPE_CALL_RECORD, "kind", kind, "uri", uri, "name", "",
                                                     "account", "sip:gone@example.com", "start", g_get_real_time () / 1000, NULL);

  g_assert_true (phone_history_add (fixture->parts.parts.history, record, NULL));
}

static void
test_welcome (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PhoneAccount) demo = phone_account_new ();

  g_assert_true (phone_test_sees (fixture->window, "Welcome to Phone"));
  g_assert_nonnull (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Add an account"));
  g_assert_nonnull (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Try it"));

  /* "Try it" makes the demo line join: one click from the echo. */
  g_object_set (demo, "uri", "sip:you@demo.invalid", "demo", TRUE, NULL);
  g_assert_true (phone_account_store_save (fixture->parts.parts.accounts, demo, NULL));
  phone_test_settle ();
  g_assert_false (phone_test_sees (fixture->window, "Welcome to Phone"));
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Video call"));
  phone_test_settle ();

  g_assert_true (phone_account_store_remove (fixture->parts.parts.accounts, demo, NULL));
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "Welcome to Phone"));
}

static void
test_link_without_an_account (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr (PhoneAccount) account = phone_account_new ();

  phone_window_dial (PHONE_WINDOW (fixture->window), "bob@example.com");
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "Add an account to call bob@example.com"));

  g_object_set (account, "uri", "sip:you@demo.invalid", "demo", TRUE, NULL);
  g_assert_true (phone_account_store_save (fixture->parts.parts.accounts, account, NULL));
  phone_window_dial (PHONE_WINDOW (fixture->window), "carol@example.com");
  phone_test_settle ();
  g_assert_false (phone_test_sees (fixture->window, "Add an account to call carol@example.com"));
}

static gboolean
echo_is_ready (gpointer data)
{
  return gtk_widget_is_sensitive (data);
}

static void
test_demo_calls_the_echo (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (PhoneAccount) demo = phone_account_new ();
  GtkWidget *button;

  g_object_set (demo, "uri", "sip:you@demo.invalid", "demo", TRUE, NULL);
  g_assert_true (phone_account_store_save (fixture->parts.parts.accounts, demo, NULL));
  button = gtk_widget_get_ancestor (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "7"), g_type_from_name ("PhoneDialer"));
  button = phone_test_find (button, GTK_TYPE_BUTTON, "Video call");
  phone_expect_until ("the call button", echo_is_ready, button);
  phone_test_press (button);
  phone_test_settle ();
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "video sip:echo@example.com");
}

static void
test_strip (Fixture       *fixture,
            gconstpointer  data)
{
  PhoneUa *ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  GtkWidget *retry = phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Retry");
  GtkRevealer *revealer = GTK_REVEALER (gtk_widget_get_ancestor (retry, GTK_TYPE_REVEALER));

  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_object_set (ua, "state", PHONE_UA_STATE_FAILED, "problem", PHONE_UA_PROBLEM_UNREACHABLE, NULL);
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  phone_test_press (retry);
  g_assert_cmpstr (phone_fake_ua_get_intent (ua), ==, "retry-now");
  g_object_set (ua, "state", PHONE_UA_STATE_REGISTERED, "problem", PHONE_UA_PROBLEM_NONE, NULL);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
}

static void
test_key_ring (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *label = phone_test_find (fixture->window, GTK_TYPE_LABEL, "No key ring answers. Passwords are kept until Phone is closed.");
  GtkRevealer *revealer = GTK_REVEALER (gtk_widget_get_ancestor (label, GTK_TYPE_REVEALER));

  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  phone_memory_secrets_lose (PHONE_MEMORY_SECRETS (fixture->parts.parts.secrets));
  phone_test_settle ();
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
}

static void
test_contacts (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (PhoneContact) contact = phone_contact_new ("Bob", "sip:bob@example.org");
  GtkWidget *page;
  GtkWidget *row;

  phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  phone_window_show_page (PHONE_WINDOW (fixture->window), "contacts");
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "No contacts yet"));

  g_assert_true (phone_contact_store_save (fixture->parts.parts.contacts, contact, NULL));
  phone_test_settle ();
  row = phone_test_find (fixture->window, g_type_from_name ("PhoneContactRow"), NULL);
  g_assert_nonnull (row);
  phone_test_press (phone_test_find (row, GTK_TYPE_BUTTON, "Voice call"));
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "voice sip:bob@example.org");

  gtk_widget_activate_action (row, "contact.ask", "s", "favourite");
  phone_test_settle ();
  row = phone_test_find (fixture->window, g_type_from_name ("PhoneContactRow"), NULL);
  gtk_widget_activate_action (row, "contact.ask", "s", "remove");
  phone_test_settle ();
  g_assert_cmpuint (phone_contact_store_count (fixture->parts.parts.contacts), ==, 0);

  page = phone_test_find (fixture->window, GTK_TYPE_BUTTON, "_Undo");
  g_assert_nonnull (page);
  phone_test_press (page);
  phone_test_settle ();
  g_assert_cmpuint (phone_contact_store_count (fixture->parts.parts.contacts), ==, 1);
  g_clear_object (&contact);
  contact = phone_contact_store_find (fixture->parts.parts.contacts, "sip:bob@example.org");
  g_assert_true (phone_contact_get_favourite (contact));
}

typedef struct
{
  GtkWidget  *window;
  const char *words;
} Sight;

static gboolean
is_seen (gpointer data)
{
  Sight *sight = data;

  return phone_test_sees (sight->window, sight->words);
}

static void
expect_words (Fixture    *fixture,
              const char *words)
{
  Sight sight = { fixture->window, words };

  phone_expect_until (words, is_seen, &sight);
}

/* Opens the chooser of a verb of the contacts page, and chooses. */
static void
choose_contact_file (Fixture    *fixture,
                     const char *action,
                     const char *path)
{
  GtkWidget *page = phone_test_find (fixture->window, g_type_from_name ("PhoneContactsPage"), NULL);

  g_assert_true (gtk_widget_activate_action (page, action, NULL));
  phone_test_settle ();
  phone_test_choose (path);
}

static void
test_contact_files (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("phone-contacts-XXXXXX", NULL);
  g_autofree char *good = g_build_filename (folder, "people.vcf", NULL);
  g_autofree char *bad = g_build_filename (folder, "bad.vcf", NULL);
  g_autofree char *out = g_build_filename (folder, "out.vcf", NULL);
  g_autofree char *text = NULL;
  PhoneContactStore *contacts = fixture->parts.parts.contacts;

  phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  phone_window_show_page (PHONE_WINDOW (fixture->window), "contacts");
  phone_test_settle ();
  g_assert_true (g_file_set_contents (good, "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Carol\r\nIMPP:sip:carol@example.org\r\nEND:VCARD\r\n"
                                            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Dave\r\nTEL:+15551234567\r\nEND:VCARD\r\n", -1, NULL));
  g_assert_true (g_file_set_contents (bad, "\x89PNG\r\n\x1a\n\x00", 9, NULL));

  choose_contact_file (fixture, "contacts.import", good);
  expect_words (fixture, "2 contacts imported");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (contacts)), ==, 2);
  g_assert_true (phone_test_sees (fixture->window, "Carol"));

  choose_contact_file (fixture, "contacts.export", out);
  expect_words (fixture, "Contacts exported");
  g_assert_true (g_file_get_contents (out, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "FN:Carol"));
  g_assert_nonnull (strstr (text, "carol@example.org"));
  g_assert_nonnull (strstr (text, "+15551234567"));

  /* A file that holds no contacts loses nobody. */
  choose_contact_file (fixture, "contacts.import", bad);
  expect_words (fixture, "Nothing was imported: this is not a whole contact file (vCard 3.0 or 4.0).");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (contacts)), ==, 2);

  g_assert_no_errno (g_unlink (good));
  g_assert_no_errno (g_unlink (bad));
  g_assert_no_errno (g_unlink (out));
  g_assert_no_errno (g_rmdir (folder));
}

static void
test_contact_dialog (Fixture       *fixture,
                     gconstpointer  data)
{
  GtkWidget *dialog = GTK_WIDGET (phone_contact_dialog_new (fixture->parts.parts.switchboard, fixture->parts.parts.contacts, NULL));
  GtkWidget *save;

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  phone_test_show (dialog);
  save = phone_test_find (dialog, GTK_TYPE_BUTTON, "_Save");
  g_assert_false (gtk_widget_is_sensitive (save));
  gtk_editable_set_text (GTK_EDITABLE (phone_test_find (dialog, ADW_TYPE_ENTRY_ROW, "Name")), "Carol");
  gtk_editable_set_text (GTK_EDITABLE (phone_test_find (dialog, ADW_TYPE_ENTRY_ROW, "Address or number")), "not <an address>");
  g_assert_false (gtk_widget_is_sensitive (save));
  gtk_editable_set_text (GTK_EDITABLE (phone_test_find (dialog, ADW_TYPE_ENTRY_ROW, "Address or number")), "carol@example.org");
  g_assert_true (gtk_widget_is_sensitive (save));
  phone_test_press (save);
  phone_test_settle ();
  g_assert_null (dialog);
  g_assert_cmpuint (phone_contact_store_count (fixture->parts.parts.contacts), ==, 1);
}

static void
test_history (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *row;

  phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  phone_window_show_page (PHONE_WINDOW (fixture->window), "contacts");
  add_record (fixture, PHONE_CALL_RECORD_MISSED, "sip:carol@example.org");
  phone_test_settle ();
  g_assert_cmpuint (phone_history_get_n_missed (fixture->parts.parts.history), ==, 1);

  phone_window_show_page (PHONE_WINDOW (fixture->window), "history");
  phone_test_settle ();
  g_assert_cmpuint (phone_history_get_n_missed (fixture->parts.parts.history), ==, 0);
  g_assert_true (phone_test_sees (fixture->window, "carol@example.org"));

  row = phone_test_find (fixture->window, g_type_from_name ("PhoneHistoryRow"), NULL);
  phone_test_press (phone_test_find (row, GTK_TYPE_BUTTON, "Video call"));
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "video sip:carol@example.org");
  gtk_widget_activate_action (row, "record.ask", "s", "remove");
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "No recent calls"));
}

static void
test_dialogs_open (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char * const actions[] = { "win.add-account", "win.preferences", "win.about", "win.show-help-overlay" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GListModel *toplevels = gtk_window_get_toplevels ();
      gboolean closed = FALSE;

      g_assert_true (gtk_widget_activate_action (fixture->window, actions[i], NULL));
      phone_test_settle ();

      for (guint j = g_list_model_get_n_items (toplevels); j > 0; j--)
        {
          g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, j - 1);

          if (GTK_WIDGET (window) != fixture->window && gtk_widget_get_visible (GTK_WIDGET (window)))
            {
              gtk_window_close (window);
              closed = TRUE;
            }
        }

      phone_test_settle ();
      g_assert_true (closed);
    }
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(name, function) g_test_add ("/ui/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("window/welcomes-while-there-is-no-account", test_welcome);
  ADD ("window/a-link-without-an-account-says-what-to-do", test_link_without_an_account);
  ADD ("window/demo-line-is-ready-to-call-the-echo", test_demo_calls_the_echo);
  ADD ("window/says-what-is-wrong-and-retries", test_strip);
  ADD ("window/says-that-no-key-ring-answers", test_key_ring);
  ADD ("contacts-page/calls-removes-and-undoes", test_contacts);
  ADD ("contacts-page/files-come-and-go", test_contact_files);
  ADD ("contact-dialog/validates-and-saves", test_contact_dialog);
  ADD ("history-page/calls-back-and-is-seen", test_history);
  ADD ("window/dialogs-open-and-close", test_dialogs_open);
#undef ADD

  return g_test_run ();
}
