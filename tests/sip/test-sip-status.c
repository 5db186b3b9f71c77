/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-status.h"

static const struct { guint status; const char *reason; const char *cause; } rows[] = {
  { 100, "Trying", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 180, "Ringing", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 199, "Early Dialog Terminated", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 200, "OK", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 204, "No Notification", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 300, "Multiple Choices", "Redirected" },
  { 301, "Moved Permanently", "Redirected" },
  { 302, "Moved Temporarily", "Redirected" },
  { 305, "Use Proxy", "Redirected" },
  { 380, "Alternative Service", "Redirected" },
  { 401, "Unauthorized", "Authentication Error" },
  { 403, "Forbidden", "Rejected" },
  { 404, "Not Found", "Not Found" },
  { 407, "Proxy Authentication Required", "Authentication Error" },
  { 408, "Request Timeout", "Unavailable" },
  { 410, "Gone", "Unavailable" },
  { 422, "Session Interval Too Small", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 424, "Bad Location Information", "Address Incomplete" },
  { 430, "Flow Failed", "Unavailable" },
  { 478, "Unresolvable Destination", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 480, "Temporarily Unavailable", "Unavailable" },
  { 484, "Address Incomplete", "Address Incomplete" },
  { 486, "Busy Here", "Busy" },
  { 487, "Request Terminated", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 488, "Not Acceptable Here", "Incompatible SDP" },
  { 500, "Server Internal Error", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 600, "Busy Everywhere", "Busy" },
  { 603, "Decline", "Rejected" },
  { 604, "Does Not Exist Anywhere", "Not Found" },
  { 606, "Not Acceptable", "Incompatible SDP" },
  { 299, "OK", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 499, "Bad Request", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 699, "Decline", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 0, "Unknown", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
  { 4000000000u, "Unknown", PHONE_SIP_CAUSE_SIP_FAILURE_CODE },
};

static void
test_reason (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (phone_sip_status_get_reason (rows[i].status), ==, rows[i].reason);
}

static void
test_cause (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (phone_sip_status_get_cause (rows[i].status), ==, rows[i].cause);
}

static void
test_every_code (void)
{
  guint known = 0;

  for (guint status = 100; status < 700; status++)
    {
      const char *reason = phone_sip_status_get_reason (status);

      g_assert_nonnull (reason);
      if (status % 100 == 0 || g_strcmp0 (reason, phone_sip_status_get_reason (status / 100 * 100)) != 0)
        known++;
    }

  g_assert_cmpuint (known, >=, 70);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/status/reason-phrases", test_reason);
  g_test_add_func ("/sip/status/causes-of-jssip", test_cause);
  g_test_add_func ("/sip/status/every-code-has-a-phrase", test_every_code);
  return g_test_run ();
}
