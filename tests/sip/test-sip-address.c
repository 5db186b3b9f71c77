/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-address.h"
#include "phone-sip-error.h"

#include <string.h>

static const struct { const char *text, *display_name, *uri, *string; } good[] = {
  { "<sip:a@h>", NULL, "sip:a@h", "<sip:a@h>" },
  { "sip:a@h", NULL, "sip:a@h", "<sip:a@h>" },
  { "sip:a@h;tag=1", NULL, "sip:a@h", "<sip:a@h>;tag=1" },
  { "<sip:a@h;x=y>;tag=1", NULL, "sip:a@h;x=y", "<sip:a@h;x=y>;tag=1" },
  { "\"Dora D\" <sip:a@h>", "Dora D", "sip:a@h", "\"Dora D\" <sip:a@h>" },
  { "\"Dora\"<sip:a@h>", "Dora", "sip:a@h", "\"Dora\" <sip:a@h>" },
  { "Dora<sip:a@h>", "Dora", "sip:a@h", "\"Dora\" <sip:a@h>" },
  { "  Dora \t  van   Oslo  <sip:a@h>", "Dora van Oslo", "sip:a@h", "\"Dora van Oslo\" <sip:a@h>" },
  { "\"q\\\"b\\\\\" <sip:a@h>", "q\"b\\", "sip:a@h", "\"q\\\"b\\\\\" <sip:a@h>" },
  { "\"\" <sip:a@h>", "", "sip:a@h", "<sip:a@h>" },
  { "\"<sip:no@no>\" <sip:a@h>", "<sip:no@no>", "sip:a@h", "\"<sip:no@no>\" <sip:a@h>" },
  { "D\xc3\xb6ra <sip:a@h>", "D\xc3\xb6ra", "sip:a@h", "\"D\xc3\xb6ra\" <sip:a@h>" },
  { "<sip:a@h>;+sip.Instance=\"<urn:uuid:1>\";LR ; q = 0.3", NULL, "sip:a@h", "<sip:a@h>;+sip.instance=\"<urn:uuid:1>\";lr;q=0.3" },
  { "<sip:a@h?Replaces=x%3By>", NULL, "sip:a@h?Replaces=x%3By", "<sip:a@h?Replaces=x%3By>" },
  { "isbn:2983792873", NULL, "isbn:2983792873", "<isbn:2983792873>" },
  { "http://example.com;foo=bar", NULL, "http://example.com", "<http://example.com>;foo=bar" },
  { "Dora\r\n <sip:a@h>\r\n ;tag=1", "Dora", "sip:a@h", "\"Dora\" <sip:a@h>;tag=1" },
};

static const char * const bad[] = {
  "", " ", "<>", "<", ">", "Dora", "Dora <>", "Dora <sip:a@h", "\"Dora <sip:a@h>", "\"Dora\\\" <sip:a@h>", "Dora, D <sip:a@h>", "\"Dora\"", "<sip:a@h>;", "<sip:a@h>;;",
  "<sip:a@h>;=x", "<sip:a@h>;a=", "<sip:a@h> x", "<sip:a@h>, <sip:b@h>", "sip:a@h?x=y", "sip:a b", "< sip:a@h >", "<sip:a@h>;t=\"x", "a\"b <sip:a@h>", "* x",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *block = g_memdup2 (good[i].text, strlen (good[i].text)), *string = NULL, *uri = NULL, *again = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipAddress) address = phone_sip_address_parse (block, strlen (good[i].text), &error), copy = NULL;

      g_assert_no_error (error);
      copy = phone_sip_address_copy (address);
      string = phone_sip_address_to_string (address);
      again = phone_sip_address_to_string (copy);
      uri = phone_sip_uri_to_string (phone_sip_address_get_uri (address));
      g_assert_cmpstr (phone_sip_address_get_display_name (address), ==, good[i].display_name);
      g_assert_cmpstr (uri, ==, good[i].uri);
      g_assert_cmpstr (string, ==, good[i].string);
      g_assert_cmpstr (again, ==, good[i].string);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *block = g_memdup2 (bad[i], strlen (bad[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipAddress) address = phone_sip_address_parse (block != NULL ? block : "", strlen (bad[i]), &error);

      if (address != NULL)
        g_error ("“%s” passed", bad[i]);
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);
    }
}

static void
test_list (void)
{
  g_autoptr (GPtrArray) list = phone_sip_address_parse_list ("\"D, <x>\" <sip:a@h;b,c@h>;q=1, sip:b@h;p , <sip:h>", -1, NULL);
  static const char * const bad_lists[] = { "", ",", ",,", "<sip:a@h>,", ",<sip:a@h>", "<sip:a@h>,,<sip:b@h>", "<sip:a@h> bar, sip:foo", "<sip:a@[bar:50>" };

  g_assert_null (list);
  list = phone_sip_address_parse_list ("\"D, <x>\" <sip:a,b@h>;q=1, sip:b@h;p , <sip:h>", -1, NULL);
  g_assert_nonnull (list);
  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpstr (phone_sip_address_get_display_name (list->pdata[0]), ==, "D, <x>");
  g_assert_true (phone_sip_address_has_param (list->pdata[1], "p"));
  g_assert_false (phone_sip_uri_has_param (phone_sip_address_get_uri (list->pdata[1]), "p"));

  for (guint i = 0; i < G_N_ELEMENTS (bad_lists); i++)
    g_assert_null (phone_sip_address_parse_list (bad_lists[i], -1, NULL));
}

static void
test_wildcard (void)
{
  g_autoptr (PhoneSipAddress) address = phone_sip_address_parse (" * ", -1, NULL), star = phone_sip_address_parse ("* <sip:a@h>", -1, NULL);
  g_autofree char *string = NULL;

  g_assert_nonnull (address);
  g_assert_true (phone_sip_address_is_wildcard (address));
  g_assert_null (phone_sip_address_get_uri (address));
  string = phone_sip_address_to_string (address);
  g_assert_cmpstr (string, ==, "*");
  g_assert_false (phone_sip_address_is_wildcard (star));
  g_assert_cmpstr (phone_sip_address_get_display_name (star), ==, "*");
}

static void
assert_string (const PhoneSipAddress *address,
               const char            *expected)
{
  g_autofree char *string = phone_sip_address_to_string (address);

  g_assert_cmpstr (string, ==, expected);
}

static void
test_setters (void)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_new ("sip", "a", "h", 0);
  g_autoptr (PhoneSipAddress) address = phone_sip_address_new (uri, "Dora \xc3\xa6");
  const char *value;

  assert_string (address, "\"Dora \xc3\xa6\" <sip:a@h>");
  phone_sip_address_set_display_name (address, NULL);
  assert_string (address, "<sip:a@h>");
  phone_sip_address_set_display_name (address, "0");
  assert_string (address, "\"0\" <sip:a@h>");
  phone_sip_address_set_display_name (address, "a\r\nVia: x");
  assert_string (address, "\"a  Via: x\" <sip:a@h>");
  phone_sip_address_set_display_name (address, "");
  phone_sip_address_set_param (address, "Foo", NULL);
  phone_sip_address_set_param (address, "Baz", "123");
  assert_string (address, "<sip:a@h>;foo;baz=123");
  g_assert_cmpuint (phone_sip_address_get_n_params (address), ==, 2);
  g_assert_cmpstr (phone_sip_address_get_nth_param (address, 1, &value), ==, "baz");
  g_assert_cmpstr (value, ==, "123");
  g_assert_cmpstr (phone_sip_address_get_param (address, "BAZ"), ==, "123");
  g_assert_true (phone_sip_address_delete_param (address, "foo"));
  g_assert_false (phone_sip_address_delete_param (address, "foo"));
  phone_sip_uri_set_user (phone_sip_address_get_uri (address), "b");
  assert_string (address, "<sip:b@h>;baz=123");
  phone_sip_address_clear_params (address);
  assert_string (address, "<sip:b@h>");
}

static void
test_null_in_quotes (void)
{
  static const char text[] = "\"a\\\0b\" <sip:a@h>";
  g_autoptr (PhoneSipAddress) address = phone_sip_address_parse (text, sizeof text - 1, NULL);

  g_assert_nonnull (address);
  g_assert_cmpstr (phone_sip_address_get_display_name (address), ==, "ab");
}

/* Found by the fuzzer: a value that was cut off in its quotes could not be written. */
static void
test_null_in_a_value (void)
{
  static const char text[] = "<sip:a@h>;x=\"a\\\0b\\\"\0c\"";
  g_autoptr (PhoneSipAddress) address = phone_sip_address_parse (text, sizeof text - 1, NULL);

  g_assert_nonnull (address);
  g_assert_cmpstr (phone_sip_address_get_param (address, "x"), ==, "\"ab\\\"c\"");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/address/good-text", test_good);
  g_test_add_func ("/sip/address/bad-text", test_bad);
  g_test_add_func ("/sip/address/lists", test_list);
  g_test_add_func ("/sip/address/wildcard", test_wildcard);
  g_test_add_func ("/sip/address/setters", test_setters);
  g_test_add_func ("/sip/address/nul-in-a-quoted-pair", test_null_in_quotes);
  g_test_add_func ("/sip/address/nul-in-a-value", test_null_in_a_value);
  return g_test_run ();
}
