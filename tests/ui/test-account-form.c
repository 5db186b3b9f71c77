/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-form.h"

typedef struct
{
  const char *typed;
  const char *value;            /* NULL: refused */
  const char *hint;             /* a part of the sentence; "" for a field that is merely empty */
} Case;

static const Case servers[] = {
  { "wss://example.com/ws", "wss://example.com/ws", NULL },
  { "  example.com/ws ", "wss://example.com/ws", NULL },
  { "ws://127.0.0.1:8080", "ws://127.0.0.1:8080", NULL },
  { "wss://[2001:db8::1]:443/", "wss://[2001:db8::1]:443/", NULL },
  { "", NULL, "" },
  { "   ", NULL, "" },
  { "https://example.com", NULL, "wss://" },
  { "sip:alice@example.com", NULL, "looks like" },
  { "wss://", NULL, "looks like" },
  { "wss://exa mple.com", NULL, "looks like" },
  { "wss://example..com", NULL, "looks like" },
};

static const Case addresses[] = {
  { "alice@example.com", "sip:alice@example.com", NULL },
  { "sip:alice@example.com", "sip:alice@example.com", NULL },
  { "SIP:alice@example.com", "sip:alice@example.com", NULL },
  { "sips:alice@example.com:5061", "sips:alice@example.com:5061", NULL },
  { " alice@192.0.2.1 ", "sip:alice@192.0.2.1", NULL },
  { "", NULL, "" },
  { "alice", NULL, "name@example.com" },
  { "@example.com", NULL, "name@example.com" },
  { "alice@", NULL, "name@example.com" },
  { "alice@bob@example.com", NULL, "name@example.com" },
  { "Alice <sip:alice@example.com>", NULL, "name@example.com" },
  { "alice@exa/mple", NULL, "name@example.com" },
};

static const Case registrars[] = {
  { "", "", NULL },
  { "example.com", "sip:example.com", NULL },
  { "sip:example.com:5060", "sip:example.com:5060", NULL },
  { "not a host", NULL, "sip:example.com" },
};

static const Case stuns[] = {
  { "", "", NULL },
  { "stun.example.com", "stun:stun.example.com", NULL },
  { "stun:stun.example.com:3478", "stun:stun.example.com:3478", NULL },
  { "stuns:example.com", NULL, "not supported" },
  { "http://example.com", NULL, "stun:example.com" },
};

static const Case turns[] = {
  { "turn:turn.example.com:3478?transport=tcp", "turn:turn.example.com:3478?transport=tcp", NULL },
  { "turns:turn.example.com", NULL, "not supported" },
  { "stun:turn.example.com", NULL, "turn:example.com" },
};

static void
check (const Case *cases,
       gsize       n_cases,
       char     *(*parse) (const char *text, char **out_hint))
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autofree char *hint = NULL;
      g_autofree char *value = parse (cases[i].typed, &hint);

      g_assert_cmpstr (value, ==, cases[i].value);

      if (cases[i].hint == NULL)
        g_assert_null (hint);
      else if (*cases[i].hint == '\0')
        g_assert_cmpstr (hint, ==, "");
      else
        g_assert_nonnull (g_strstr_len (hint, -1, cases[i].hint));
    }
}

static void
test_server (void)
{
  check (servers, G_N_ELEMENTS (servers), phone_account_form_parse_server);
}

static void
test_address (void)
{
  check (addresses, G_N_ELEMENTS (addresses), phone_account_form_parse_address);
}

static void
test_registrar (void)
{
  check (registrars, G_N_ELEMENTS (registrars), phone_account_form_parse_registrar);
}

static char *
parse_stun (const char  *text,
            char       **out_hint)
{
  return phone_account_form_parse_relay (text, "stun", out_hint);
}

static char *
parse_turn (const char  *text,
            char       **out_hint)
{
  return phone_account_form_parse_relay (text, "turn", out_hint);
}

static void
test_relays (void)
{
  check (stuns, G_N_ELEMENTS (stuns), parse_stun);
  check (turns, G_N_ELEMENTS (turns), parse_turn);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/account-form/server-is-completed-or-refused", test_server);
  g_test_add_func ("/ui/account-form/address-is-completed-or-refused", test_address);
  g_test_add_func ("/ui/account-form/registrar-is-optional", test_registrar);
  g_test_add_func ("/ui/account-form/relays-of-the-right-kind", test_relays);

  return g_test_run ();
}
