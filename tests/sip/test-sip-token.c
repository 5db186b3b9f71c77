/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-token.h"

#include <string.h>

static void
test_alphabet (void)
{
  for (guint length = 0; length < 64; length++)
    {
      g_autofree char *token = phone_sip_token_new (length);

      g_assert_cmpuint (strlen (token), ==, length);
      g_assert_cmpuint (strspn (token, "abcdefghijklmnopqrstuvwxyz0123456789"), ==, length);
    }
}

static void
test_unique (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 20000; i++)
    g_assert_true (g_hash_table_add (seen, phone_sip_token_new (10)));
}

/* Of 36,000 letters each comes 1,000 times; 32 is one standard deviation. */
static void
test_even (void)
{
  g_autofree char *token = phone_sip_token_new (36000);
  guint counts[256] = { 0, };

  for (const char *at = token; *at != '\0'; at++)
    counts[(guint8) *at]++;

  for (const char *at = "abcdefghijklmnopqrstuvwxyz0123456789"; *at != '\0'; at++)
    {
      g_assert_cmpuint (counts[(guint8) *at], >, 750);
      g_assert_cmpuint (counts[(guint8) *at], <, 1250);
    }
}

static void
test_branch (void)
{
  g_autofree char *a = phone_sip_token_branch (), *b = phone_sip_token_branch ();

  g_assert_true (g_str_has_prefix (a, "z9hG4bK"));
  g_assert_cmpuint (strlen (a), >, 7 + 10);
  g_assert_cmpstr (a, !=, b);
}

static void
test_uuid (void)
{
  g_autofree char *uuid = phone_sip_token_uuid (), *other = phone_sip_token_uuid ();

  g_assert_true (g_uuid_string_is_valid (uuid));
  g_assert_cmpint (uuid[14], ==, '4');
  g_assert_nonnull (strchr ("89ab", uuid[19]));
  g_assert_cmpstr (uuid, !=, other);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/token/letters-and-digits-of-any-length", test_alphabet);
  g_test_add_func ("/sip/token/never-twice", test_unique);
  g_test_add_func ("/sip/token/every-letter-as-often", test_even);
  g_test_add_func ("/sip/token/branch-has-the-cookie", test_branch);
  g_test_add_func ("/sip/token/uuid-is-random", test_uuid);
  return g_test_run ();
}
