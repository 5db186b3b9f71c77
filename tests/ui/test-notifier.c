/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On a session bus of its own, with a desktop that only writes down what it is asked to show. */
#include "config.h"
#include "phone-notifier.h"

#include "phone-expect.h"
#include "phone-fake-calls.h"
#include "phone-test-parts.h"

#include <string.h>

static const char desktop_xml[] =
  "<node><interface name='org.gtk.Notifications'>"
  "<method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/></method>"
  "<method name='RemoveNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/></method>"
  "</interface></node>";

/* Notification id → what was asked to be shown (a{sv}). */
static GHashTable *shown;

static void
desktop_call_cb (GDBusConnection       *connection,
                 const char            *sender,
                 const char            *path,
                 const char            *interface,
                 const char            *method,
                 GVariant              *parameters,
                 GDBusMethodInvocation *invocation,
                 gpointer               data)
{
  g_autoptr (GVariant) what = NULL;
  g_autofree char *id = NULL;

  g_variant_get_child (parameters, 1, "s", &id);

  if (g_str_equal (method, "AddNotification"))
    {
      what = g_variant_get_child_value (parameters, 2);
      g_hash_table_replace (shown, g_steal_pointer (&id), g_steal_pointer (&what));
    }
  else
    {
      g_hash_table_remove (shown, id);
    }

  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
name_owned_cb (GDBusConnection *connection,
               const char      *name,
               gpointer         data)
{
  *(gboolean *) data = TRUE;
}

static void
start_desktop (void)
{
  static const GDBusInterfaceVTable vtable = { desktop_call_cb, NULL, NULL, { NULL, } };
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (desktop_xml, NULL);
  gboolean owned = FALSE;

  shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  g_dbus_connection_register_object (connection, "/org/gtk/Notifications", node->interfaces[0], &vtable, NULL, NULL, NULL);
  g_bus_own_name_on_connection (connection, "org.gtk.Notifications", G_BUS_NAME_OWNER_FLAGS_NONE, name_owned_cb, NULL, &owned, NULL);
  phone_expect_flag ("the desktop to own its name", &owned);
}

static gboolean
is_shown (gpointer id)
{
  return g_hash_table_contains (shown, id);
}

static gboolean
is_not_shown (gpointer id)
{
  return !g_hash_table_contains (shown, id);
}

static void
assert_shown (const char *id,
              const char *title,
              const char *body)
{
  const char *text;

  phone_expect_until (id, is_shown, (gpointer) id);
  g_assert_true (g_variant_lookup (g_hash_table_lookup (shown, id), "title", "&s", &text));
  g_assert_cmpstr (text, ==, title);
  g_assert_true (g_variant_lookup (g_hash_table_lookup (shown, id), "body", "&s", &text));
  g_assert_cmpstr (text, ==, body);
}

typedef struct
{
  PhoneTestParts  parts;
  PhoneNotifier  *notifier;
  PhoneUa        *ua;
  PhoneCall      *call;
  char           *id;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  phone_test_parts_init (&fixture->parts);
  fixture->ua = phone_test_parts_add_account (&fixture->parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  fixture->notifier = phone_notifier_new (G_APPLICATION (fixture->parts.application), fixture->parts.parts.switchboard);
  fixture->call = phone_fake_call_new (fixture->ua, "sip:bob@example.com", "Bob", PHONE_CALL_INCOMING);
  g_object_set (fixture->call, "state", PHONE_CALL_STATE_INCOMING, "offers-video", TRUE, NULL);
  phone_fake_switchboard_add_call (fixture->parts.parts.switchboard, fixture->call);
  fixture->id = g_strconcat ("call-", phone_call_get_id (fixture->call), NULL);
  assert_shown (fixture->id, "Incoming video call", "Bob");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_list_store_remove_all (G_LIST_STORE (phone_switchboard_get_calls (fixture->parts.parts.switchboard)));
  g_assert_finalize_object (fixture->call);

  if (fixture->notifier != NULL)
    g_assert_finalize_object (fixture->notifier);

  phone_test_parts_clear (&fixture->parts);
  g_hash_table_remove_all (shown);
  g_free (fixture->id);
}

static void
test_answer_and_decline (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GVariant) buttons = g_variant_lookup_value (g_hash_table_lookup (shown, fixture->id), "buttons", G_VARIANT_TYPE ("aa{sv}"));
  static const char * const actions[] = { "app.answer-call", "app.decline-call" };

  g_assert_nonnull (buttons);
  g_assert_cmpuint (g_variant_n_children (buttons), ==, 2);

  for (gsize i = 0; i < 2; i++)
    {
      g_autoptr (GVariant) button = g_variant_get_child_value (buttons, i);
      const char *text;

      g_assert_true (g_variant_lookup (button, "action", "&s", &text));
      g_assert_cmpstr (text, ==, actions[i]);
      g_assert_true (g_variant_lookup (button, "target", "&s", &text));
      g_assert_cmpstr (text, ==, phone_call_get_id (fixture->call));
    }
}

static void
test_withdrawn_when_answered (Fixture       *fixture,
                              gconstpointer  data)
{
  g_object_set (fixture->call, "state", PHONE_CALL_STATE_ANSWERING, NULL);
  phone_expect_until ("it to be withdrawn", is_not_shown, fixture->id);
}

static void
end_call (Fixture             *fixture,
          PhoneCallEndReason   reason,
          PhoneCallOriginator  originator)
{
  g_object_set (fixture->call, "end-reason", reason, "originator", originator, "state", PHONE_CALL_STATE_ENDED, NULL);
  g_signal_emit_by_name (fixture->parts.parts.switchboard, "call-ended", fixture->call);
  phone_expect_until ("it to be withdrawn", is_not_shown, fixture->id);
}

static void
test_missed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *id = g_strconcat ("missed-", phone_call_get_id (fixture->call), NULL);

  end_call (fixture, PHONE_CALL_END_CANCELLED, PHONE_CALL_ORIGINATOR_REMOTE);
  assert_shown (id, "Missed call", "Bob");
}

static void
test_not_missed (Fixture       *fixture,
                 gconstpointer  data)
{
  end_call (fixture, PHONE_CALL_END_ANSWERED_ELSEWHERE, PHONE_CALL_ORIGINATOR_REMOTE);
  g_assert_cmpuint (g_hash_table_size (shown), ==, 0);
}

static void
test_declined (Fixture       *fixture,
               gconstpointer  data)
{
  end_call (fixture, PHONE_CALL_END_DECLINED, PHONE_CALL_ORIGINATOR_LOCAL);
  g_assert_cmpuint (g_hash_table_size (shown), ==, 0);
}

static void
test_withdrawn_with_the_notifier (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_clear_object (&fixture->notifier);
  phone_expect_until ("it to be withdrawn", is_not_shown, fixture->id);
}

static void
test_message (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *long_text = g_strnfill (100000, 'x');
  const char *body;

  g_signal_emit_by_name (fixture->parts.parts.switchboard, "message-received", fixture->ua, "sip:carol@example.com", "Hello\nyou");
  assert_shown ("message-sip:carol@example.com", "carol@example.com", "Hello you");

  g_signal_emit_by_name (fixture->parts.parts.switchboard, "message-received", fixture->ua, "sip:dave@example.com", long_text);
  phone_expect_until ("the long message", is_shown, (gpointer) "message-sip:dave@example.com");
  g_assert_true (g_variant_lookup (g_hash_table_lookup (shown, "message-sip:dave@example.com"), "body", "&s", &body));
  g_assert_cmpuint (strlen (body), <, 1000);
}

int
main (int    argc,
      char **argv)
{
  static GTestDBus *bus;
  g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));
  int result;

  /* It takes the display away with the bus. It is stopped, not freed: that would wait for a connection which GTK keeps. */
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  g_setenv ("DISPLAY", display != NULL ? display : "", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  start_desktop ();
#define ADD(name, function) g_test_add ("/ui/notifier/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("offers-to-answer-and-to-decline", test_answer_and_decline);
  ADD ("withdrawn-when-answered", test_withdrawn_when_answered);
  ADD ("missed-call-is-told", test_missed);
  ADD ("answered-elsewhere-is-not-missed", test_not_missed);
  ADD ("declined-is-not-missed", test_declined);
  ADD ("withdrawn-with-the-notifier", test_withdrawn_with_the_notifier);
  ADD ("message-is-cut", test_message);
#undef ADD
  result = g_test_run ();

  g_hash_table_unref (shown);
  g_test_dbus_stop (bus);

  return result;
}
