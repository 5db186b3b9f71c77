/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application class is given its own backend by overriding nothing: GApplication without a bus drops notifications, so what is tested here is that every
 * path runs and nothing is held. What reaches the bus is a desktop test. */
#include "config.h"
#include "phone-notifier.h"

#include "phone-fake-calls.h"
#include "phone-test-parts.h"

static void
test_lives_as_long_as_the_call_waits (void)
{
  PhoneTestParts parts;
  PhoneNotifier *notifier;
  PhoneUa *ua;
  PhoneCall *call;

  phone_test_parts_init (&parts);
  ua = phone_test_parts_add_account (&parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  notifier = phone_notifier_new (G_APPLICATION (parts.application), parts.parts.switchboard);
  call = phone_fake_call_new (ua, "sip:bob@example.com", "Bob", PHONE_CALL_INCOMING);
  g_object_set (call, "state", PHONE_CALL_STATE_INCOMING, NULL);
  phone_fake_switchboard_add_call (parts.parts.switchboard, call);

  g_object_set (call, "end-reason", PHONE_CALL_END_CANCELLED, "originator", PHONE_CALL_ORIGINATOR_REMOTE, "state", PHONE_CALL_STATE_ENDED, NULL);
  g_signal_emit_by_name (parts.parts.switchboard, "call-ended", call);
  g_signal_emit_by_name (parts.parts.switchboard, "message-received", ua, "sip:bob@example.com", "Hello");

  g_list_store_remove_all (G_LIST_STORE (phone_switchboard_get_calls (parts.parts.switchboard)));
  g_assert_finalize_object (call);
  g_assert_finalize_object (notifier);
  phone_test_parts_clear (&parts);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/notifier/holds-nothing-of-a-call-that-is-over", test_lives_as_long_as_the_call_waits);

  return g_test_run ();
}
