/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-error.h"
#include "phone-sip-uri-private.h"

#include <string.h>
#include <time.h>

static PhoneSipUri *
parse (const char *text)
{
  g_autofree char *block = g_memdup2 (text, strlen (text));
  g_autoptr (GError) error = NULL;
  PhoneSipUri *uri = phone_sip_uri_parse (block, strlen (text), &error);

  if (uri == NULL)
    g_error ("“%s” was refused: %s", text, error->message);
  return uri;
}

static const struct { const char *text, *scheme, *user, *password, *host; guint port; const char *string, *aor; } good[] = {
  { "sip:alice@example.com", "sip", "alice", NULL, "example.com", 0, "sip:alice@example.com", "sip:alice@example.com" },
  { "SIPS:Bob@EXAMPLE.com:5061", "sips", "Bob", NULL, "example.com", 5061, "sips:Bob@example.com:5061", "sips:Bob@example.com" },
  { "sip:example.com", "sip", NULL, NULL, "example.com", 0, "sip:example.com", "sip:example.com" },
  { "sip:a:b@h", "sip", "a", "b", "h", 0, "sip:a:b@h", "sip:a@h" },
  { "sip:a:@h", "sip", "a", "", "h", 0, "sip:a:@h", "sip:a@h" },
  { "sip:[2001:DB8::10:5070]", "sip", NULL, NULL, "[2001:db8::10:5070]", 0, "sip:[2001:db8::10:5070]", "sip:[2001:db8::10:5070]" },
  { "sip:[2001:db8::10]:5070", "sip", NULL, NULL, "[2001:db8::10]", 5070, "sip:[2001:db8::10]:5070", "sip:[2001:db8::10]" },
  { "sip:%61lic%65@h", "sip", "alice", NULL, "h", 0, "sip:alice@h", "sip:alice@h" },
  { "sip:j%40s0n@h", "sip", "j@s0n", NULL, "h", 0, "sip:j%40s0n@h", "sip:j%40s0n@h" },
  { "sip:i%c3%b1aki@h", "sip", "i\xc3\xb1" "aki", NULL, "h", 0, "sip:i%C3%B1aki@h", "sip:i%C3%B1aki@h" },
  { "sip:a;b=c@h", "sip", "a;b=c", NULL, "h", 0, "sip:a;b=c@h", "sip:a;b=c@h" },
  { "sip:a%3bb@h", "sip", "a;b", NULL, "h", 0, "sip:a%3Bb@h", "sip:a%3Bb@h" },
  { "sip:a?b/c@h", "sip", "a?b/c", NULL, "h", 0, "sip:a?b/c@h", "sip:a?b/c@h" },
  { "sip:null-%00-null@h", "sip", "null-%00-null", NULL, "h", 0, "sip:null-%00-null@h", "sip:null-%00-null@h" },
  { "sip:%ff@h", "sip", "%FF", NULL, "h", 0, "sip:%FF@h", "sip:%FF@h" },
  { "sip:a@my_host", "sip", "a", NULL, "my_host", 0, "sip:a@my_host", "sip:a@my_host" },
  { "sip:h;Transport=TCP;LR;x=%41b", "sip", NULL, NULL, "h", 0, "sip:h;transport=tcp;lr;x=Ab", "sip:h" },
  { "sip:h;n=v%25%34%31", "sip", NULL, NULL, "h", 0, "sip:h;n=v%2541", "sip:h" },
  { "sip:h;vsf=AAAA==;did=1.2", "sip", NULL, NULL, "h", 0, "sip:h;vsf=AAAA%3D%3D;did=1.2", "sip:h" },
  { "sip:h?x-a=1&Bb=&x-A=2", "sip", NULL, NULL, "h", 0, "sip:h?X-A=1&X-A=2&Bb=", "sip:h" },
  { "sip:h?Replaces=c%40d%3Bto-tag%3D1", "sip", NULL, NULL, "h", 0, "sip:h?Replaces=c%40d%3Bto-tag%3D1", "sip:h" },
  { "tel:+1-201-555-0123;x=y", "tel", NULL, NULL, "+1-201-555-0123;x=y", 0, "tel:+1-201-555-0123;x=y", "tel:+1-201-555-0123;x=y" },
  { "http://example.com/?q", "http", NULL, NULL, "//example.com/?q", 0, "http://example.com/?q", "http://example.com/?q" },
};

static const char * const bad[] = {
  "", "sip", "sip:", ":", "sip :h", "sip: h", " sip:h", "sip:h ", "sip:@", "sip:@h", "sip:a@", "sip:a@b@c", "sip:user:password", "sip:h:", "sip:h::5",
  "sip:h:5:", "sip:h:65536", "sip:h:99999999999", "sip:h:-1", "sip:1.2.3.444", "sip:2001:db8::10", "sip:[::1", "sip:a@[bar:50", "sip:h;", "sip:h;;",
  "sip:h;=x", "sip:h;a=b;", "sip:h?", "sip:h?a", "sip:h?=b", "sip:h?a=b&", "sip:h?a=b&&c=d", "sip:100%@h", "sip:%4@h", "sip:%zz@h", "sip:a b@h", "sip:a\tb@h",
  "sip:h;a=%4", "sip:h;a=b c", "sip:h;a=\"b\"", "sip:i\xc3\xb1" "aki@h", "sip:h\r\n", "<sip:h>", "1x:y", "x y:z", "mailto:", "mailto:<a>",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (PhoneSipUri) uri = parse (good[i].text);
      g_autofree char *string = phone_sip_uri_to_string (uri), *aor = phone_sip_uri_to_aor (uri, FALSE);
      g_autoptr (PhoneSipUri) again = parse (string), copy = phone_sip_uri_copy (uri);

      g_assert_cmpstr (phone_sip_uri_get_scheme (uri), ==, good[i].scheme);
      g_assert_cmpstr (phone_sip_uri_get_user (uri), ==, good[i].user);
      g_assert_cmpstr (phone_sip_uri_get_password (uri), ==, good[i].password);
      g_assert_cmpstr (phone_sip_uri_get_host (uri), ==, good[i].host);
      g_assert_cmpuint (phone_sip_uri_get_port (uri), ==, good[i].port);
      g_assert_cmpstr (string, ==, good[i].string);
      g_assert_cmpstr (aor, ==, good[i].aor);
      g_assert_true (phone_sip_uri_equal (uri, again));
      g_assert_true (phone_sip_uri_equal (uri, copy));
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *block = g_memdup2 (bad[i], strlen (bad[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipUri) uri = phone_sip_uri_parse (block != NULL ? block : "", strlen (bad[i]), &error);

      if (uri != NULL)
        g_error ("“%s” passed", bad[i]);
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);
    }
}

/* Found by the fuzzer: a NUL in a scheme made it a foreign one. */
static void
test_nul (void)
{
  static const char * const texts[] = { "si\0p:h", "sip\0:h", "sip:a\0@h", "sip:h\0x", "tel:\0x1" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (phone_sip_uri_parse (texts[i], 7, NULL));
}

/* RFC 3261 §19.1.4 by its rules, with names of our own. */
static const struct { const char *a, *b; gboolean equal; } pairs[] = {
  { "sip:%64ora@Oslo.example;transport=TCP", "sip:dora@oSLO.example;Transport=tcp", TRUE },
  { "sip:emil@oslo.example", "sip:emil@oslo.example;colour=red", TRUE },
  { "sip:emil@oslo.example;colour=blue", "sip:emil@oslo.example;colour=red", FALSE },
  { "sip:emil@oslo.example;a=1;b=2", "sip:emil@oslo.example;b=2;a=1", TRUE },
  { "sip:h?a=1&b=2", "sip:h?B=2&A=1", TRUE },
  { "sip:h?a=1", "sip:h", FALSE },
  { "sip:h?a=1&a=2", "sip:h?a=2&a=1", TRUE },
  { "sip:h?a=1&a=1", "sip:h?a=1&a=2", FALSE },
  { "sip:Dora@h", "sip:dora@h", FALSE },
  { "sip:dora@h", "sips:dora@h", FALSE },
  { "sip:dora:x@h", "sip:dora@h", FALSE },
  { "sip:h", "sip:h:5060", FALSE },
  { "sip:h;transport=udp", "sip:h", FALSE },
  { "sip:h;user=phone", "sip:h", FALSE },
  { "sip:h;ttl=1", "sip:h", FALSE },
  { "sip:h;method=BYE", "sip:h", FALSE },
  { "sip:h;maddr=1.2.3.4", "sip:h", FALSE },
  { "sip:h;lr", "sip:h", TRUE },
  { "sip:h;lr", "sip:h;lr=on", FALSE },
  { "sip:a;b@h", "sip:a%3Bb@h", FALSE },
  { "tel:1", "tel:1", TRUE },
  { "tel:1", "tel:2", FALSE },
  { "tel:1", "sip:1@h", FALSE },
};

static void
test_equal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (PhoneSipUri) a = parse (pairs[i].a), b = parse (pairs[i].b);

      if (phone_sip_uri_equal (a, b) != pairs[i].equal || phone_sip_uri_equal (b, a) != pairs[i].equal)
        g_error ("%s and %s should be %s", pairs[i].a, pairs[i].b, pairs[i].equal ? "equal" : "different");
    }
}

/* By itself, and in an address, where the URI keeps its text between two writings. */
static void
assert_string (const PhoneSipUri *uri,
               const char        *expected)
{
  g_autofree char *string = phone_sip_uri_to_string (uri), *kept = NULL;
  PhoneSipWriter writer = { NULL, };

  g_assert_cmpstr (string, ==, expected);
  phone_sip_uri_write (uri, &writer);
  kept = phone_sip_writer_steal (&writer);
  g_assert_cmpstr (kept, ==, expected);
}

static void
test_setters (void)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_new (NULL, "alice", "Example.NET", 6060);
  g_autofree char *aor = NULL;

  assert_string (uri, "sip:alice@example.net:6060");
  aor = phone_sip_uri_to_aor (uri, TRUE);
  g_assert_cmpstr (aor, ==, "sip:alice@example.net:6060");
  phone_sip_uri_set_scheme (uri, "SIPS");
  assert_string (uri, "sips:alice@example.net:6060");
  phone_sip_uri_set_scheme (uri, "sip");
  phone_sip_uri_set_user (uri, "I\xc3\xb1" "aki x");
  assert_string (uri, "sip:I%C3%B1aki%20x@example.net:6060");
  phone_sip_uri_set_user (uri, "%61lice");
  assert_string (uri, "sip:alice@example.net:6060");
  phone_sip_uri_set_user (uri, "100%");
  assert_string (uri, "sip:100%25@example.net:6060");
  g_assert_cmpstr (phone_sip_uri_get_user (uri), ==, "100%");
  phone_sip_uri_set_user (uri, phone_sip_uri_get_user (uri));
  assert_string (uri, "sip:100%25@example.net:6060");
  phone_sip_uri_set_password (uri, "p:w");
  assert_string (uri, "sip:100%25:p%3Aw@example.net:6060");
  phone_sip_uri_set_password (uri, NULL);
  phone_sip_uri_set_user (uri, NULL);
  assert_string (uri, "sip:example.net:6060");
  phone_sip_uri_set_port (uri, 0);
  assert_string (uri, "sip:example.net");
  phone_sip_uri_set_host (uri, "VERSA.example");
  g_assert_cmpstr (phone_sip_uri_get_host (uri), ==, "versa.example");
}

static void
test_params (void)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_new ("sip", "a", "h", 0);
  const char *value = "x";

  phone_sip_uri_set_param (uri, "Foo", NULL);
  phone_sip_uri_set_param (uri, "baz", "123");
  phone_sip_uri_set_param (uri, "zero", "0");
  assert_string (uri, "sip:a@h;foo;baz=123;zero=0");
  g_assert_true (phone_sip_uri_has_param (uri, "FOO"));
  g_assert_false (phone_sip_uri_has_param (uri, "bar"));
  g_assert_null (phone_sip_uri_get_param (uri, "foo"));
  g_assert_null (phone_sip_uri_get_param (uri, "bar"));
  g_assert_cmpstr (phone_sip_uri_get_param (uri, "BAZ"), ==, "123");
  g_assert_cmpuint (phone_sip_uri_get_n_params (uri), ==, 3);
  g_assert_cmpstr (phone_sip_uri_get_nth_param (uri, 0, &value), ==, "foo");
  g_assert_null (value);
  phone_sip_uri_set_param (uri, "BAZ", "4;5");
  assert_string (uri, "sip:a@h;foo;baz=4%3B5;zero=0");
  g_assert_true (phone_sip_uri_delete_param (uri, "Foo"));
  g_assert_false (phone_sip_uri_delete_param (uri, "Foo"));
  assert_string (uri, "sip:a@h;baz=4%3B5;zero=0");
  phone_sip_uri_clear_params (uri);
  assert_string (uri, "sip:a@h");
}

static void
test_headers (void)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_new ("sip", "a", "h", 0);
  g_auto (GStrv) values = NULL, none = NULL;
  const char *value;

  phone_sip_uri_set_header (uri, "Foo", "LALALA");
  phone_sip_uri_add_header (uri, "bAz", "ABC-1");
  phone_sip_uri_add_header (uri, "x-other", "a b&c");
  phone_sip_uri_add_header (uri, "BAZ", "ABC-2");
  assert_string (uri, "sip:a@h?Foo=LALALA&Baz=ABC-1&Baz=ABC-2&X-Other=a%20b%26c");
  values = phone_sip_uri_get_header (uri, "baz");
  g_assert_cmpuint (g_strv_length (values), ==, 2);
  g_assert_cmpstr (values[1], ==, "ABC-2");
  none = phone_sip_uri_get_header (uri, "no");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_true (phone_sip_uri_has_header (uri, "X-OTHER"));
  g_assert_cmpuint (phone_sip_uri_get_n_headers (uri), ==, 4);
  g_assert_cmpstr (phone_sip_uri_get_nth_header (uri, 3, &value), ==, "X-Other");
  g_assert_cmpstr (value, ==, "a b&c");
  phone_sip_uri_set_header (uri, "baz", "one");
  assert_string (uri, "sip:a@h?Foo=LALALA&X-Other=a%20b%26c&Baz=one");
  g_assert_true (phone_sip_uri_delete_header (uri, "foo"));
  g_assert_false (phone_sip_uri_delete_header (uri, "foo"));
  phone_sip_uri_clear_headers (uri);
  assert_string (uri, "sip:a@h");
}

static const struct { const char *text, *domain, *uri; } targets[] = {
  { "dora", "oslo.example", "sip:dora@oslo.example" },
  { "DORA", "oslo.example", "sip:DORA@oslo.example" },
  { "%64ora", "oslo.example", "sip:dora@oslo.example" },
  { "dora@Bergen.Example", "oslo.example", "sip:dora@bergen.example" },
  { "d\xc3\xb6ra", "oslo.example", "sip:d%C3%B6ra@oslo.example" },
  { "SIP:dora@h.example:7070", "oslo.example", "sip:dora@h.example:7070" },
  { "sips:dora@h.example", "oslo.example", "sip:dora@h.example" },
  { "dora@mail.example@h.example", "oslo.example", "sip:dora%40mail.example@h.example" },
  { "dora:secret", "oslo.example", "sip:dora:secret@oslo.example" },
  { "+47 22", "oslo.example", "sip:+47%2022@oslo.example" },
  { "tel:(+47)-22.33-44", "oslo.example", "sip:+47223344@oslo.example" },
  { "callto:22-33", "oslo.example", "sip:2233@oslo.example" },
  { "+47-22", "oslo.example:5070;transport=tcp", "sip:+4722@oslo.example:5070;transport=tcp" },
  { "*21#", "oslo.example", "sip:*21%23@oslo.example" },
  { "100%", "oslo.example", "sip:100%25@oslo.example" },
  { "a;b=c", "oslo.example", "sip:a%3Bb%3Dc@oslo.example" },
  { "do?ra/1+2", "oslo.example", "sip:do?ra/1+2@oslo.example" }, { "22.33", "oslo.example", "sip:2233@oslo.example" },
  { "+A-1", "oslo.example", "sip:+A-1@oslo.example" },
  { NULL, "oslo.example", NULL }, { "", "oslo.example", NULL }, { "dora", NULL, NULL }, { "dora", "", NULL }, { "dora@", "oslo.example", NULL },
  { "@h", "oslo.example", NULL }, { "sip:", "oslo.example", NULL }, { "dora@d\xc3\xb6ra.example", "oslo.example", NULL },
  { "dora@h.example;;;", "oslo.example", NULL }, { "dora@h example", "oslo.example", NULL }, { "\xff\xfe", "oslo.example", NULL },
};

static void
test_targets (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipUri) uri = phone_sip_uri_from_target (targets[i].text, targets[i].domain, &error);

      if (targets[i].uri == NULL)
        {
          g_assert_null (uri);
          g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
          continue;
        }

      g_assert_no_error (error);
      assert_string (uri, targets[i].uri);
    }
}

/* CPU time of reading and comparing a URI of n parameters: the best of some, other programs disturb the rest. */
static double
measure (guint n)
{
  g_autoptr (GString) text = g_string_new ("sip:h");
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, ";p%u=%u", i, i);

  for (guint round = 0; round < 5; round++)
    {
      clock_t start = clock ();
      g_autoptr (PhoneSipUri) a = parse (text->str), b = parse (text->str);

      g_assert_true (phone_sip_uri_equal (a, b));
      best = MIN (best, (double) (clock () - start));
    }

  return best;
}

/* Sixteen times the parameters may cost some more than sixteen times the time, not 256. */
static void
test_many_params (void)
{
  g_assert_cmpfloat (measure (16000), <, 80 * MAX (measure (1000), 100));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/uri/good-text", test_good);
  g_test_add_func ("/sip/uri/bad-text", test_bad);
  g_test_add_func ("/sip/uri/nul-is-refused", test_nul);
  g_test_add_func ("/sip/uri/equivalence-of-rfc3261", test_equal);
  g_test_add_func ("/sip/uri/setters", test_setters);
  g_test_add_func ("/sip/uri/parameters", test_params);
  g_test_add_func ("/sip/uri/headers", test_headers);
  g_test_add_func ("/sip/uri/targets", test_targets);
  g_test_add_func ("/sip/uri/many-parameters-are-linear", test_many_params);
  return g_test_run ();
}
