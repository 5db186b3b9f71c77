/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-header.h"

#include <string.h>

static void
test_names (void)
{
  for (guint i = PHONE_SIP_HEADER_OTHER + 1; i < PHONE_SIP_N_HEADERS; i++)
    {
      const char *name = phone_sip_header_get_name (i);
      g_autofree char *upper = NULL, *lower = NULL, *more = NULL;

      g_assert_nonnull (name);
      upper = g_ascii_strup (name, -1);
      lower = g_ascii_strdown (name, -1);
      more = g_strconcat (name, "x", NULL);
      g_assert_cmpint (phone_sip_header_from_name (name, -1), ==, i);
      g_assert_cmpint (phone_sip_header_from_name (upper, -1), ==, i);
      g_assert_cmpint (phone_sip_header_from_name (lower, -1), ==, i);
      g_assert_cmpint (phone_sip_header_from_name (more, -1), ==, PHONE_SIP_HEADER_OTHER);
      g_assert_cmpint (phone_sip_header_from_name (more, strlen (name)), ==, i);
    }
}

static void
test_compact (void)
{
  static const struct { char letter; PhoneSipHeader header; } rows[] = {
    { 'a', PHONE_SIP_HEADER_ACCEPT_CONTACT }, { 'b', PHONE_SIP_HEADER_REFERRED_BY }, { 'c', PHONE_SIP_HEADER_CONTENT_TYPE },
    { 'd', PHONE_SIP_HEADER_REQUEST_DISPOSITION }, { 'e', PHONE_SIP_HEADER_CONTENT_ENCODING }, { 'f', PHONE_SIP_HEADER_FROM },
    { 'g', PHONE_SIP_HEADER_OTHER }, { 'h', PHONE_SIP_HEADER_OTHER }, { 'i', PHONE_SIP_HEADER_CALL_ID },
    { 'j', PHONE_SIP_HEADER_REJECT_CONTACT }, { 'k', PHONE_SIP_HEADER_SUPPORTED }, { 'l', PHONE_SIP_HEADER_CONTENT_LENGTH },
    { 'm', PHONE_SIP_HEADER_CONTACT }, { 'n', PHONE_SIP_HEADER_IDENTITY_INFO }, { 'o', PHONE_SIP_HEADER_EVENT },
    { 'p', PHONE_SIP_HEADER_OTHER }, { 'q', PHONE_SIP_HEADER_OTHER }, { 'r', PHONE_SIP_HEADER_REFER_TO },
    { 's', PHONE_SIP_HEADER_SUBJECT }, { 't', PHONE_SIP_HEADER_TO }, { 'u', PHONE_SIP_HEADER_ALLOW_EVENTS },
    { 'v', PHONE_SIP_HEADER_VIA }, { 'w', PHONE_SIP_HEADER_OTHER }, { 'x', PHONE_SIP_HEADER_SESSION_EXPIRES },
    { 'y', PHONE_SIP_HEADER_IDENTITY }, { 'z', PHONE_SIP_HEADER_OTHER }, { '1', PHONE_SIP_HEADER_OTHER }, { '6', PHONE_SIP_HEADER_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      char upper = g_ascii_toupper (rows[i].letter);

      g_assert_cmpint (phone_sip_header_from_name (&rows[i].letter, 1), ==, rows[i].header);
      g_assert_cmpint (phone_sip_header_from_name (&upper, 1), ==, rows[i].header);
    }
}

static void
test_list (void)
{
  static const PhoneSipHeader lists[] = {
    PHONE_SIP_HEADER_VIA, PHONE_SIP_HEADER_CONTACT, PHONE_SIP_HEADER_ROUTE, PHONE_SIP_HEADER_RECORD_ROUTE, PHONE_SIP_HEADER_PATH,
    PHONE_SIP_HEADER_SERVICE_ROUTE, PHONE_SIP_HEADER_SUPPORTED, PHONE_SIP_HEADER_REQUIRE, PHONE_SIP_HEADER_ALLOW, PHONE_SIP_HEADER_ACCEPT,
    PHONE_SIP_HEADER_P_ASSERTED_IDENTITY, PHONE_SIP_HEADER_REASON,
  };
  static const PhoneSipHeader singles[] = {
    PHONE_SIP_HEADER_OTHER, PHONE_SIP_HEADER_FROM, PHONE_SIP_HEADER_TO, PHONE_SIP_HEADER_CALL_ID, PHONE_SIP_HEADER_DATE, PHONE_SIP_HEADER_SUBJECT,
    PHONE_SIP_HEADER_WWW_AUTHENTICATE, PHONE_SIP_HEADER_PROXY_AUTHENTICATE, PHONE_SIP_HEADER_AUTHORIZATION, PHONE_SIP_HEADER_PROXY_AUTHORIZATION,
    PHONE_SIP_HEADER_REPLACES, PHONE_SIP_HEADER_REFER_TO,
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_assert_true (phone_sip_header_is_list (lists[i]));
  for (guint i = 0; i < G_N_ELEMENTS (singles); i++)
    g_assert_false (phone_sip_header_is_list (singles[i]));
}

static void
test_canonical (void)
{
  static const struct { const char *name, *canonical; } rows[] = {
    { "x-my-header", "X-My-Header" }, { "X-MY", "X-My" }, { "call-id", "Call-ID" }, { "CSEQ", "CSeq" }, { "v", "Via" },
    { "www-authenticate", "WWW-Authenticate" }, { "foo", "Foo" }, { "a--b", "A--B" }, { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *canonical = phone_sip_header_canonical_name (rows[i].name);

      if (*rows[i].name != '\0')
        g_assert_cmpstr (canonical, ==, rows[i].canonical);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/header/every-name-in-any-case", test_names);
  g_test_add_func ("/sip/header/compact-forms", test_compact);
  g_test_add_func ("/sip/header/which-are-lists", test_list);
  g_test_add_func ("/sip/header/canonical-names", test_canonical);
  return g_test_run ();
}
