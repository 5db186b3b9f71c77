/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-scanner.h"

#include <string.h>

/* Text in a block of its own size: a read behind it is seen by the sanitizer. */
static PhoneSipScanner
scan (const char  *text,
      char       **out_block)
{
  gsize length = strlen (text);

  *out_block = g_memdup2 (text, length);
  return (PhoneSipScanner) { *out_block, *out_block != NULL ? *out_block + length : NULL };
}

static void
test_uint (void)
{
  static const struct { const char *text; guint32 max; gint64 value; } rows[] = {
    { "0", 10, 0 }, { "10", 10, 10 }, { "11", 10, -1 }, { "", 10, -1 }, { "x", 10, -1 }, { "-1", 10, -1 }, { "+1", 10, -1 }, { "007", 10, 7 },
    { "4294967295", G_MAXUINT32, G_MAXUINT32 }, { "4294967296", G_MAXUINT32, -1 }, { "4294967297", G_MAXUINT32, -1 },
    { "99999999999999999999999999999999999999999", G_MAXUINT32, -1 }, { "7x", 10, 7 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *block = NULL;
      PhoneSipScanner scanner = scan (rows[i].text, &block);
      guint32 value = 77;

      if (rows[i].value < 0)
        g_assert_false (phone_sip_scanner_take_uint (&scanner, rows[i].max, &value));
      else
        g_assert_true (phone_sip_scanner_take_uint (&scanner, rows[i].max, &value));
      g_assert_cmpuint (value, ==, rows[i].value < 0 ? 77 : rows[i].value);
      g_assert_true (scanner.at <= scanner.end);
    }
}

static void
test_quoted (void)
{
  static const struct { const char *text, *taken, *plain; } rows[] = {
    { "\"\"", "\"\"", "" }, { "\"a\"b", "\"a\"", "a" }, { "\"a", NULL, NULL }, { "\"", NULL, NULL }, { "a", NULL, NULL }, { "", NULL, NULL },
    { "\"a\\\"b\" ", "\"a\\\"b\"", "a\"b" }, { "\"a\\\\\" ", "\"a\\\\\"", "a\\" }, { "\"a\\\"", NULL, NULL }, { "\"\\", NULL, NULL },
    { "\"\\\\\\\"\"", "\"\\\\\\\"\"", "\\\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *block = NULL, *taken = NULL, *plain = NULL;
      PhoneSipScanner scanner = scan (rows[i].text, &block);
      PhoneSipSlice slice;

      g_assert_cmpint (phone_sip_scanner_take_quoted (&scanner, &slice), ==, rows[i].taken != NULL);
      if (rows[i].taken == NULL)
        continue;

      taken = phone_sip_slice_dup (slice);
      plain = phone_sip_slice_unquote (slice);
      g_assert_cmpstr (taken, ==, rows[i].taken);
      g_assert_cmpstr (plain, ==, rows[i].plain);
    }
}

static void
test_quote (void)
{
  g_autofree char *quoted = phone_sip_quote ("say \"hi\" \\ there");

  g_assert_cmpstr (quoted, ==, "\"say \\\"hi\\\" \\\\ there\"");
}

static void
test_host (void)
{
  static const struct { const char *text; PhoneSipHostType type; } rows[] = {
    { "example.com", PHONE_SIP_HOST_DOMAIN }, { "example.com.", PHONE_SIP_HOST_DOMAIN }, { "localhost", PHONE_SIP_HOST_DOMAIN },
    { "host123", PHONE_SIP_HOST_DOMAIN }, { "my_host.x-y.de", PHONE_SIP_HOST_DOMAIN }, { "1.2.3.four", PHONE_SIP_HOST_DOMAIN },
    { "1.2.3.4.five", PHONE_SIP_HOST_DOMAIN }, { "0a.b", PHONE_SIP_HOST_DOMAIN },
    { "1.2.3.4", PHONE_SIP_HOST_IPV4 }, { "255.255.255.255", PHONE_SIP_HOST_IPV4 }, { "0.0.0.0", PHONE_SIP_HOST_IPV4 },
    { "1.2.3.256", PHONE_SIP_HOST_INVALID }, { "1.2.3", PHONE_SIP_HOST_INVALID }, { "1.2.3.4.5", PHONE_SIP_HOST_INVALID },
    { "1234", PHONE_SIP_HOST_INVALID }, { "1.2.3.0004", PHONE_SIP_HOST_INVALID }, { "1.2.3.4.", PHONE_SIP_HOST_INVALID },
    { "[::1]", PHONE_SIP_HOST_IPV6 }, { "[2001:db8::192.0.2.1]", PHONE_SIP_HOST_IPV6 }, { "[2001:db8:::192.0.2.1]", PHONE_SIP_HOST_IPV6 },
    { "[::]", PHONE_SIP_HOST_IPV6 }, { "[1:2:3:4:5:6:7:8]", PHONE_SIP_HOST_IPV6 },
    { "[::1", PHONE_SIP_HOST_INVALID }, { "[]", PHONE_SIP_HOST_INVALID }, { "[1]", PHONE_SIP_HOST_INVALID }, { "[12345::]", PHONE_SIP_HOST_INVALID },
    { "[::g]", PHONE_SIP_HOST_INVALID }, { "::1", PHONE_SIP_HOST_INVALID },
    { "", PHONE_SIP_HOST_INVALID }, { ".", PHONE_SIP_HOST_INVALID }, { ".com", PHONE_SIP_HOST_INVALID }, { "a..b", PHONE_SIP_HOST_INVALID },
    { "-a.com", PHONE_SIP_HOST_INVALID }, { "a-.com", PHONE_SIP_HOST_INVALID }, { "a.-b", PHONE_SIP_HOST_INVALID }, { "a.b-", PHONE_SIP_HOST_INVALID },
    { "bad host", PHONE_SIP_HOST_INVALID }, { "i\xc3\xb1" "aki.com", PHONE_SIP_HOST_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *block = NULL;
      PhoneSipScanner scanner = scan (rows[i].text, &block);

      if (phone_sip_host_get_type (scanner.at, scanner.end - scanner.at) != rows[i].type)
        g_error ("%s is not a host of type %d", rows[i].text, rows[i].type);
    }
}

static void
test_param (void)
{
  static const struct { const char *text, *name, *value; } rows[] = {
    { "lr", "lr", NULL }, { "a=b", "a", "b" }, { "a = b", "a", "b" }, { "a=\"b;c\"", "a", "\"b;c\"" }, { "a=[::1]", "a", "[::1]" },
    { "received=::2;x", "received", "::2" }, { "x=AAE-==", "x", "AAE-==" }, { "a \r\n =\r\n b", "a", "b" }, { "lr ;b", "lr", NULL },
  };
  static const char * const bad[] = { "", "=", "=b", ";", "a=", "a= ", "a=\"b", "\"a\"=b", "a=;b" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *block = NULL, *name = NULL, *value = NULL;
      PhoneSipScanner scanner = scan (rows[i].text, &block);
      PhoneSipSlice name_slice, value_slice;

      g_assert_true (phone_sip_scanner_take_param (&scanner, &name_slice, &value_slice));
      name = phone_sip_slice_dup (name_slice);
      value = phone_sip_slice_dup (value_slice);
      g_assert_cmpstr (name, ==, rows[i].name);
      g_assert_cmpstr (value, ==, rows[i].value);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *block = NULL;
      PhoneSipScanner scanner = scan (bad[i], &block);
      PhoneSipSlice name, value;

      g_assert_false (phone_sip_scanner_take_param (&scanner, &name, &value));
    }
}

static void
test_element (void)
{
  static const struct { const char *text, *elements; } rows[] = {
    { "", "" }, { ",,,", "" }, { "a", "a" }, { "a,b", "a|b" }, { " a , b ,", "a|b" }, { ",,a,,b,,", "a|b" },
    { "\"a,b\",c", "\"a,b\"|c" }, { "<sip:a,b@c>, <d>", "<sip:a,b@c>|<d>" }, { "\"a\\\",b\",c", "\"a\\\",b\"|c" }, { "a\r\n ,\r\n b", "a|b" },
    { "\"a,b", "\"a,b" }, { "\"<\",b", "\"<\"|b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *block = NULL;
      g_autoptr (GString) joined = g_string_new (NULL);
      PhoneSipScanner scanner = scan (rows[i].text, &block);
      PhoneSipSlice element;

      while (phone_sip_scanner_take_element (&scanner, &element))
        {
          if (joined->len > 0)
            g_string_append_c (joined, '|');
          g_string_append_len (joined, element.text, element.length);
        }

      g_assert_cmpstr (joined->str, ==, rows[i].elements);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/scanner/numbers-never-wrap", test_uint);
  g_test_add_func ("/sip/scanner/quoted-strings", test_quoted);
  g_test_add_func ("/sip/scanner/quoting", test_quote);
  g_test_add_func ("/sip/scanner/hosts", test_host);
  g_test_add_func ("/sip/scanner/parameters", test_param);
  g_test_add_func ("/sip/scanner/list-elements", test_element);
  return g_test_run ();
}
