/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-method.h"

static void
test_names (void)
{
  for (guint i = PHONE_SIP_METHOD_INVITE; i <= PHONE_SIP_METHOD_PUBLISH; i++)
    {
      const char *name = phone_sip_method_to_string (i);

      g_assert_nonnull (name);
      g_assert_cmpint (phone_sip_method_from_string (name, -1), ==, i);
    }

  g_assert_null (phone_sip_method_to_string (PHONE_SIP_METHOD_UNKNOWN));
}

static void
test_unknown (void)
{
  static const char * const names[] = { "invite", "INVITES", "INVIT", "", "RE%47IST%45R", "PINg" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (phone_sip_method_from_string (names[i], -1), ==, PHONE_SIP_METHOD_UNKNOWN);
}

static void
test_unterminated (void)
{
  g_assert_cmpint (phone_sip_method_from_string ("ACKNOWLEDGE", 3), ==, PHONE_SIP_METHOD_ACK);
  g_assert_cmpint (phone_sip_method_from_string ("BYE", 2), ==, PHONE_SIP_METHOD_UNKNOWN);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/method/every-name-is-found", test_names);
  g_test_add_func ("/sip/method/case-matters", test_unknown);
  g_test_add_func ("/sip/method/length-ends-the-name", test_unterminated);
  return g_test_run ();
}
