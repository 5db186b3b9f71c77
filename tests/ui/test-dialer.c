/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-dialer.h"

#include "phone-fake-calls.h"
#include "phone-keypad.h"
#include "phone-test-parts.h"

typedef struct
{
  PhoneTestParts  parts;
  GtkWidget      *window;
  PhoneDialer    *dialer;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  phone_test_parts_init (&fixture->parts);
  phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  fixture->dialer = g_object_new (PHONE_TYPE_DIALER, "switchboard", fixture->parts.parts.switchboard, "contacts", fixture->parts.parts.contacts, NULL);
  fixture->window = adw_application_window_new (GTK_APPLICATION (fixture->parts.application));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (fixture->window), GTK_WIDGET (fixture->dialer));
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
test_buttons_follow_validity (Fixture       *fixture,
                              gconstpointer  data)
{
  GtkWidget *video = phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Video call");
  GtkWidget *voice = phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Voice call");

  g_assert_nonnull (video);
  g_assert_nonnull (voice);
  g_assert_false (gtk_widget_is_sensitive (video));

  phone_dialer_set_text (fixture->dialer, "bob <at> home");
  g_assert_false (gtk_widget_is_sensitive (video));
  g_assert_true (phone_test_sees (fixture->window, "This is not an address that can be called."));

  phone_dialer_set_text (fixture->dialer, "bob");
  g_assert_true (gtk_widget_is_sensitive (voice));

  phone_test_press (voice);
  g_assert_cmpstr (phone_fake_switchboard_get_intent (fixture->parts.parts.switchboard), ==, "voice sip:bob@example.com");
  g_assert_cmpstr (phone_dialer_get_text (fixture->dialer), ==, "");
}

static void
test_keys_type (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *keypad = phone_test_find (fixture->window, PHONE_TYPE_KEYPAD, NULL);

  for (const char *p = "+49*#"; *p != '\0'; p++)
    {
      char key[] = { *p, '\0' };

      g_signal_emit_by_name (keypad, "key", key);
    }

  g_assert_cmpstr (phone_dialer_get_text (fixture->dialer), ==, "+49*#");
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "7"));
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Erase"));
  phone_test_press (phone_test_find (fixture->window, GTK_TYPE_BUTTON, "Erase"));
  phone_test_settle ();
  g_assert_cmpstr (phone_dialer_get_text (fixture->dialer), ==, "+49*");
}

static void
test_completes_from_contacts (Fixture       *fixture,
                              gconstpointer  data)
{
  g_autoptr (PhoneContact) contact = phone_contact_new ("Anna Bergström", "sip:anna@example.org");
  GtkWidget *row;

  g_assert_true (phone_contact_store_save (fixture->parts.parts.contacts, contact, NULL));
  phone_dialer_set_text (fixture->dialer, "berg");
  phone_test_settle ();
  g_assert_true (phone_test_sees (fixture->window, "Anna Bergström"));

  row = phone_test_find (fixture->window, ADW_TYPE_ACTION_ROW, "Anna Bergström");
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  g_assert_cmpstr (phone_dialer_get_text (fixture->dialer), ==, "sip:anna@example.org");

  phone_dialer_set_text (fixture->dialer, "123");
  phone_test_settle ();
  g_assert_false (phone_test_sees (fixture->window, "Anna Bergström"));
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/ui/dialer/buttons-follow-what-is-typed", Fixture, NULL, set_up, test_buttons_follow_validity, tear_down);
  g_test_add ("/ui/dialer/keys-type", Fixture, NULL, set_up, test_keys_type, tear_down);
  g_test_add ("/ui/dialer/completes-from-contacts", Fixture, NULL, set_up, test_completes_from_contacts, tear_down);

  return g_test_run ();
}
