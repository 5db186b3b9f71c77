/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-via.h"

#include <string.h>

static void
assert_slice (PhoneSipSlice  slice,
              const char    *text)
{
  g_autofree char *copy = phone_sip_slice_dup (slice);

  g_assert_cmpstr (copy, ==, text);
}

static const struct { const char *text, *transport, *host; int port; const char *branch, *received, *rport; } good[] = {
  { "SIP/2.0/WSS a.invalid;branch=z9hG4bKx", "WSS", "a.invalid", -1, "z9hG4bKx", NULL, NULL },
  { "SIP/2.0/UDP [2001:db8::1]:5061;rport=5061;received=::2", "UDP", "[2001:db8::1]", 5061, NULL, "::2", "5061" },
  { "SIP / 2.0 / TCP   host.example : 5060 ; branch = z9hG4bKy ;rport", "TCP", "host.example", 5060, "z9hG4bKy", NULL, "" },
  { "SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;BRANCH=abc", "UDP", "192.0.2.2", -1, "abc", NULL, NULL },
  { "SIP/2.0/TLS-SCTP h", "TLS-SCTP", "h", -1, NULL, NULL, NULL },
  { "SIP/2.0/UDP h;received=[2001:db8::9:255];ttl=1;x=\"y;z\"", "UDP", "h", -1, NULL, "[2001:db8::9:255]", NULL },
};

static const char * const bad[] = {
  "", ",", "SIP", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0/UDP ;branch=a", "SIP// host", "SIP/2.0/UDPhost", "SIP/2.0/UDP h:",
  "SIP/2.0/UDP h:65536", "SIP/2.0/UDP h:5060x", "SIP/2.0/UDP h;;branch=a", "SIP/2.0/UDP h;branch=", "SIP/2.0/UDP h;,", "SIP/2.0/UDP [::1",
  "SIP/2.0/UDP h (comment)", "SIP/2.0/UDP a b", "SIP/2.0/UDP a, SIP/2.0/UDP b",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      PhoneSipVia via;

      g_assert_true (phone_sip_via_parse (good[i].text, -1, &via));
      assert_slice (via.protocol, "SIP");
      assert_slice (via.version, "2.0");
      assert_slice (via.transport, good[i].transport);
      assert_slice (via.host, good[i].host);
      g_assert_cmpint (via.port, ==, good[i].port);
      assert_slice (via.branch, good[i].branch);
      assert_slice (via.received, good[i].received);
      assert_slice (via.rport, good[i].rport);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *block = g_memdup2 (bad[i], strlen (bad[i]));
      PhoneSipVia via;

      if (phone_sip_via_parse (block != NULL ? block : "", strlen (bad[i]), &via))
        g_error ("“%s” passed", bad[i]);
    }
}

static void
test_list (void)
{
  const char *text = "SIP/2.0/WSS a;branch=1 , SIP/2.0/TCP b:5060\r\n ,SIP/2.0/UDP c";
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, strlen (text));
  static const char * const hosts[] = { "a", "b", "c" };
  PhoneSipVia via;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (phone_sip_via_take (&scanner, &via));
      assert_slice (via.host, hosts[i]);
      g_assert_cmpint (phone_sip_scanner_skip_char (&scanner, ','), ==, i < 2);
    }

  g_assert_true (phone_sip_scanner_is_done (&scanner));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/via/good-values", test_good);
  g_test_add_func ("/sip/via/bad-values", test_bad);
  g_test_add_func ("/sip/via/several-in-a-line", test_list);
  return g_test_run ();
}
