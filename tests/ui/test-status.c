/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-status.h"

#include "phone-expect.h"
#include "phone-fake-calls.h"
#include "phone-format.h"
#include "phone-test-parts.h"

static int
get_level (PhoneStatus *status)
{
  int level;

  g_object_get (status, "level", &level, NULL);

  return level;
}

static void
assert_text (PhoneStatus *status,
             const char  *expected)
{
  g_autofree char *text = NULL;

  g_object_get (status, "text", &text, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static gboolean
is_working (gpointer status)
{
  return get_level (status) == PHONE_STATUS_WORKING;
}

static void
test_worst_speaks (void)
{
  PhoneTestParts parts;
  PhoneStatus *status;
  PhoneUa *alice, *bob;

  phone_test_parts_init (&parts);
  status = phone_status_new (phone_switchboard_get_uas (parts.parts.switchboard));
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_FINE);

  alice = phone_test_parts_add_account (&parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_FINE);

  g_object_set (alice, "problem", PHONE_UA_PROBLEM_PASSWORD, "state", PHONE_UA_STATE_FAILED, NULL);
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_PROBLEM);
  assert_text (status, "The server refused the name or the password.");
  g_assert_true (phone_status_get_ua (status) == alice);

  bob = phone_test_parts_add_account (&parts, "sip:bob@example.com", PHONE_UA_STATE_OFFLINE);
  assert_text (status, "alice@example.com: The server refused the name or the password.");

  g_object_set (alice, "problem", PHONE_UA_PROBLEM_NONE, "state", PHONE_UA_STATE_REGISTERED, NULL);
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_IDLE);
  assert_text (status, "bob@example.com is offline: calls cannot reach you.");

  phone_status_retry (status);
  g_assert_cmpstr (phone_fake_ua_get_intent (bob), ==, "start");
  g_assert_cmpstr (phone_fake_ua_get_intent (alice), ==, "");

  g_assert_finalize_object (status);
  phone_test_parts_clear (&parts);
}

static void
test_connecting_is_said_when_it_lasts (void)
{
  PhoneTestParts parts;
  PhoneStatus *status;
  PhoneUa *ua;

  phone_test_parts_init (&parts);
  status = phone_status_new (phone_switchboard_get_uas (parts.parts.switchboard));
  ua = phone_test_parts_add_account (&parts, "sip:alice@example.com", PHONE_UA_STATE_CONNECTING);
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_FINE);
  phone_expect_until ("patience to be over", is_working, status);
  assert_text (status, "Connecting alice@example.com…");

  g_object_set (ua, "state", PHONE_UA_STATE_REGISTERED, NULL);
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_FINE);

  /* A problem that is being retried stays said. */
  g_object_set (ua, "state", PHONE_UA_STATE_FAILED, "problem", PHONE_UA_PROBLEM_UNREACHABLE, NULL);
  g_object_set (ua, "state", PHONE_UA_STATE_CONNECTING, "problem", PHONE_UA_PROBLEM_NONE, NULL);
  g_assert_cmpint (get_level (status), ==, PHONE_STATUS_PROBLEM);

  g_assert_finalize_object (status);
  phone_test_parts_clear (&parts);
}

static void
test_reason_of_a_ua (void)
{
  PhoneTestParts parts;
  PhoneUa *ua;
  g_autofree char *ready = NULL;
  g_autofree char *certificate = NULL;

  phone_test_parts_init (&parts);
  ua = phone_test_parts_add_account (&parts, "sip:alice@example.com", PHONE_UA_STATE_REGISTERED);
  ready = phone_format_ua_reason (ua);
  g_assert_cmpstr (ready, ==, "Ready");

  g_object_set (ua, "problem", PHONE_UA_PROBLEM_CERTIFICATE, NULL);
  certificate = phone_format_ua_reason (ua);
  g_assert_cmpstr (certificate, ==, "The certificate of sip.example.com is not trusted.");
  phone_test_parts_clear (&parts);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/status/the-worst-account-speaks", test_worst_speaks);
  g_test_add_func ("/ui/status/connecting-is-said-when-it-lasts", test_connecting_is_said_when_it_lasts);
  g_test_add_func ("/ui/format/reason-of-an-account", test_reason_of_a_ua);

  return g_test_run ();
}
