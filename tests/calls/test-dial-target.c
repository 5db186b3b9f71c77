/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-dial-target.h"
#include "phone-ua.h"

static const struct
{
  const char *text;
  const char *uri;      /* NULL: refused */
} targets[] = {
  { "bob", "sip:bob@example.com" },
  { " bob ", "sip:bob@example.com" },
  { "bob@example.org", "sip:bob@example.org" },
  { "sip:bob@example.org", "sip:bob@example.org" },
  { "SIP:bob@example.org", "sip:bob@example.org" },
  { "sip:///bob@example.org", "sip:bob@example.org" },
  { "sip://bob@example.org", "sip:bob@example.org" },
  { "sip:bob@%5B2001:db8::1%5D:5061", "sip:bob@[2001:db8::1]:5061" },
  { "sip:///bob@%5b2001:db8::1%5d", "sip:bob@[2001:db8::1]" },
  { "sip:bob@example.org;transport=ws", "sip:bob@example.org;transport=ws" },
  { "tel:+1-555-1234", "sip:+15551234@example.com" },
  { "tel:///+1-555", "sip:+1555@example.com" },
  { "tel:+15551234;ext=5", "sip:+15551234@example.com" },
  { "tel:%2B15551234", "sip:+15551234@example.com" },
  { "callto:bob@example.org", "sip:bob@example.org" },
  { "callto://+15551234", "sip:+15551234@example.com" },
  { "+1 (555) 12-34", "sip:+15551234@example.com" },
  { "030 / 123 45", "sip:03012345@example.com" },
  { "*31#", "sip:*31%23@example.com" },
  { "", NULL },
  { "   ", NULL },
  { "sip:", NULL },
  { "sip:///", NULL },
  { "tel:", NULL },
  { "two words", NULL },
  { "mailto:bob@example.org", NULL },
  { "https://example.org/", NULL },
  { "foo://bob@example.org", NULL },
  { "bob@", NULL },
  { "<bob@example.org>", NULL },
  { "bob\r\nX: y", NULL },
  { "\xff\xfe", NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipUri) uri = phone_dial_target_parse (targets[i].text, "example.com", &error);
      g_autofree char *text = uri ? phone_sip_uri_to_string (uri) : NULL;

      g_test_message ("%s", g_utf8_validate (targets[i].text, -1, NULL) ? targets[i].text : "bytes");
      g_assert_cmpstr (text, ==, targets[i].uri);
      if (uri == NULL)
        g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET);
    }
}

static void
test_length (void)
{
  g_autofree char *text = g_strnfill (5000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (phone_dial_target_parse (text, "example.com", &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET);
}

static void
test_sips (void)
{
  g_autoptr (PhoneSipUri) uri = phone_dial_target_parse ("sips:///bob@example.org", "example.com", NULL);

  g_assert_nonnull (uri);
  g_assert_cmpstr (phone_sip_uri_get_user (uri), ==, "bob");
  g_assert_cmpstr (phone_sip_uri_get_host (uri), ==, "example.org");
}

static void
test_clean (void)
{
  static const struct { const char *text, *clean; } rows[] = {
    { "sip:///bob@example.org", "bob@example.org" },
    { "sips:bob@example.org", "bob@example.org" },
    { "tel:+1-555", "+1-555" },
    { "bob", "bob" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *clean = phone_dial_target_clean (rows[i].text);

      g_assert_cmpstr (clean, ==, rows[i].clean);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/calls/dial-target/what-people-type-and-links-say", test_parse);
  g_test_add_func ("/calls/dial-target/refuses-what-is-too-long", test_length);
  g_test_add_func ("/calls/dial-target/keeps-user-and-host-of-sips", test_sips);
  g_test_add_func ("/calls/dial-target/shows-it-without-scheme", test_clean);

  return g_test_run ();
}
