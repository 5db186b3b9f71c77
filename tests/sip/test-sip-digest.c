/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-digest.h"
#include "phone-sip-error.h"

#include <string.h>

/* The examples of RFC 7616 §3.9.1 (MD5 and SHA-256), and figures computed with another implementation of the hashes. */
static const struct { const char *challenge, *user, *password, *method, *uri, *cnonce, *body, *response; } rows[] = {
  { "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
    "Mufasa", "Circle of Life", "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", NULL, "8ca523f5e9506fed4657c9700eebdbec" },
  { "Digest realm=\"http-auth@example.org\", qop=\"auth\", algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
    "Mufasa", "Circle of Life", "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", NULL, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=MD5, qop=\"auth\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "df64455674ef7f28cb4d10513aec676b" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=MD5, qop=\"auth-int\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", "v=0\r\n",
    "012b9ec7e926a573b5b443a841f099c8" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=MD5", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "51b39e8e7b2c5089df135e005570ca1c" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=MD5-sess, qop=\"auth\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "f0146df399b4e4ed99f8a1d0585ff4c1" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=MD5-sess, qop=\"auth-int\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", "v=0\r\n",
    "752da8b5cad6769bf16dcb551b31b857" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=MD5-sess", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "12a5fd60ff1a74a1c00a89bd325c713a" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-256, qop=\"auth\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "4a6b37bd572f18aa9aeebdfc0e424fddd85ba60ee6edcc7e35cfd5c65f98aa68" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-256, qop=\"auth-int\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", "v=0\r\n",
    "724e04dbb0ae515942ad10cfb89e36ac8ebb65cb2072397cf06e149bfe362e3c" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-256", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "568dd4d8b15c1ca14462d757aa2d25c10019379e6b59309ae50899a05f46ec73" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-256-sess, qop=\"auth\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "107b64a35141e7bfd8a9b273ca64541a72330421164150115780e8cfbd0a9583" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-256-sess, qop=\"auth-int\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", "v=0\r\n",
    "0cfdd3a51c9fe55217ac791f8d44d7906d77ec48c1c25f6544174333a51bcdbb" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-256-sess", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "79e7dca97833075f600ba317c17a8369ade2e4d3b0f54ec7a2efb0678d2c1157" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-512-256, qop=\"auth\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "de5bcde410eeb3d6adedd23656c07de083cd537a96eaabb579ecbf4a73539122" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-512-256, qop=\"auth-int\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", "v=0\r\n",
    "d68837264ce61167498ed12320dee301da3a4c21d273cf17a9de5b0251c142eb" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-512-256", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "5c72c3184c90889c7b7b70bd2c78e1973b611a030fd2b2a1789ce647649ea97a" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-512-256-sess, qop=\"auth\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "d4802c2b742cf3513beb6e14675ec8ad5025a898f2596264d4ad3694886032fe" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-512-256-sess, qop=\"auth-int\"", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", "v=0\r\n",
    "224b2f0d5884649b93abfb69fdeb2d320cd05991a4a2b434cf1a4f2e54f57767" },
  { "Digest realm=\"oslo.example\", nonce=\"abc123\", algorithm=SHA-512-256-sess", "emil", "geheim", "INVITE", "sip:dora@oslo.example", "0a4f113b", NULL,
    "9a11755d6aa36662f589efdaa11ec32eaa9250f4377549545dcc3231a3bba003" },
};

static char *
get_param (const char *authorization,
           const char *name)
{
  g_autofree char *start = g_strdup_printf ("%s=", name);
  const char *at = strstr (authorization, start);

  if (at == NULL)
    return NULL;

  at += strlen (start);
  return *at == '"' ? g_strndup (at + 1, strcspn (at + 1, "\"")) : g_strndup (at, strcspn (at, ","));
}

static void
test_responses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse (rows[i].challenge, FALSE, &error);
      g_autoptr (PhoneSipCredentials) credentials = phone_sip_credentials_new (rows[i].user, rows[i].password);
      g_autofree char *authorization = NULL, *response = NULL;

      g_assert_no_error (error);
      authorization = phone_sip_digest_authorize (challenge, credentials, rows[i].method, rows[i].uri, rows[i].body,
                                                  rows[i].body != NULL ? strlen (rows[i].body) : 0, rows[i].cnonce, 1, &error);
      g_assert_no_error (error);
      response = get_param (authorization, ", response");
      g_assert_cmpstr (response, ==, rows[i].response);
    }
}

static void
test_quoting (void)
{
  g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse ("Digest realm=\"r\\\"x\", nonce=\"n\", opaque=\"o\", qop=\"auth\"", FALSE, NULL);
  g_autoptr (PhoneSipCredentials) credentials = phone_sip_credentials_new ("a\"b", "p");
  g_autofree char *authorization = phone_sip_digest_authorize (challenge, credentials, "REGISTER", "sip:h", NULL, 0, "c", 0x1f, NULL);

  g_assert_true (g_str_has_prefix (authorization, "Digest algorithm=MD5, username=\"a\\\"b\", realm=\"r\\\"x\", nonce=\"n\", uri=\"sip:h\", response=\""));
  g_assert_true (g_str_has_suffix (authorization, "\", opaque=\"o\", qop=auth, cnonce=\"c\", nc=0000001f"));
}

static void
test_without_qop (void)
{
  g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse ("Digest realm=\"r\", nonce=\"n\"", TRUE, NULL);
  g_autoptr (PhoneSipCredentials) credentials = phone_sip_credentials_new ("u", "p");
  g_autofree char *authorization = phone_sip_digest_authorize (challenge, credentials, "REGISTER", "sip:h", NULL, 0, NULL, 1, NULL);

  g_assert_true (challenge->proxy);
  g_assert_null (strstr (authorization, "qop"));
  g_assert_null (strstr (authorization, "cnonce"));
  g_assert_null (strstr (authorization, "nc="));
  g_assert_null (strstr (authorization, "opaque"));
}

static void
test_ha1 (void)
{
  g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse ("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", FALSE, NULL);
  g_autoptr (PhoneSipCredentials) plain = phone_sip_credentials_new ("u", "p"), hashed = phone_sip_credentials_new ("u", NULL);
  g_autofree char *first = NULL, *second = NULL, *none = NULL;
  g_autoptr (GError) error = NULL;

  hashed->ha1 = g_compute_checksum_for_string (G_CHECKSUM_MD5, "u:r:p", -1);
  hashed->realm = g_strdup ("r");
  first = phone_sip_digest_authorize (challenge, plain, "BYE", "sip:h", NULL, 0, "c", 1, NULL);
  second = phone_sip_digest_authorize (challenge, hashed, "BYE", "sip:h", NULL, 0, "c", 1, NULL);
  g_assert_cmpstr (first, ==, second);

  g_free (hashed->realm);
  hashed->realm = g_strdup ("other");
  none = phone_sip_digest_authorize (challenge, hashed, "BYE", "sip:h", NULL, 0, "c", 1, &error);
  g_assert_null (none);
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
}

static void
test_fresh_cnonce (void)
{
  g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse ("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", FALSE, NULL);
  g_autoptr (PhoneSipCredentials) credentials = phone_sip_credentials_new ("u", "p");
  g_autofree char *first = phone_sip_digest_authorize (challenge, credentials, "BYE", "sip:h", NULL, 0, NULL, 1, NULL);
  g_autofree char *second = phone_sip_digest_authorize (challenge, credentials, "BYE", "sip:h", NULL, 0, NULL, 1, NULL);

  g_assert_cmpstr (first, !=, second);
}

static const struct { const char *text; int code; } challenges[] = {
  { "Digest realm=\"r\", nonce=\"n\"", -1 },
  { "digest REALM = \"r\" , NONCE = \"n\",", -1 },
  { "Digest realm=\"r\", nonce=\"n\", algorithm=sha-512-256-SESS, qop=\"token, AUTH-int\"", -1 },
  { "Digest realm=\"r\", nonce=\"n\", qop=auth", -1 },
  { "Digest nonce=\"n\", realm=\"r\", Digest realm=\"x\"", -1 },
  { "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1", PHONE_SIP_ERROR_NOT_SUPPORTED },
  { "Digest realm=\"r\", nonce=\"n\", qop=\"auth-conf\"", PHONE_SIP_ERROR_NOT_SUPPORTED },
  { "Basic realm=\"r\"", PHONE_SIP_ERROR_NOT_SUPPORTED },
  { "Digest realm=\"r\"", PHONE_SIP_ERROR_MALFORMED },
  { "Digest nonce=\"n\"", PHONE_SIP_ERROR_MALFORMED },
  { "", PHONE_SIP_ERROR_MALFORMED },
  { "Digest", PHONE_SIP_ERROR_MALFORMED },
  { "Digest realm=\"r, nonce=\"n\"", PHONE_SIP_ERROR_MALFORMED },
  { "Digest realm=\"r\" nonce=\"n\"", PHONE_SIP_ERROR_MALFORMED },
};

static void
test_challenges (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (challenges); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse (challenges[i].text, FALSE, &error);

      if (challenges[i].code < 0)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (challenge->realm, ==, "r");
          g_assert_cmpstr (challenge->nonce, ==, "n");
        }
      else
        {
          g_assert_null (challenge);
          g_assert_error (error, PHONE_SIP_ERROR, challenges[i].code);
        }
    }
}

static void
test_challenge_fields (void)
{
  g_autoptr (PhoneSipChallenge) challenge =
    phone_sip_challenge_parse ("Digest realm=\"[1:ABCD::abc]\",nonce=\"n\",qop=\"AUTH,autH-INt\",algorithm=md5,stale=TRUE,opaque=\"07\",domain=\"sip:d\"", FALSE, NULL);

  g_assert_nonnull (challenge);
  g_assert_true (challenge->stale);
  g_assert_true (challenge->qop_auth);
  g_assert_true (challenge->qop_auth_int);
  g_assert_false (challenge->proxy);
  g_assert_cmpint (challenge->algorithm, ==, PHONE_SIP_DIGEST_MD5);
  g_assert_cmpstr (challenge->realm, ==, "[1:ABCD::abc]");
  g_assert_cmpstr (challenge->opaque, ==, "07");
  g_assert_cmpstr (challenge->domain, ==, "sip:d");
}

static PhoneSipMessage *
make_401 (const char * const *lines)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_response (401, NULL);

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, "SIP/2.0/WSS a.invalid;branch=z9hG4bKa");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_FROM, "<sip:a@h>;tag=1");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_TO, "<sip:a@h>;tag=2");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CALL_ID, "c");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CSEQ, "1 REGISTER");
  for (; *lines != NULL; lines++)
    phone_sip_message_builder_add_line (builder, *lines);

  return phone_sip_message_builder_end (builder, NULL);
}

static void
test_choose (void)
{
  static const char * const lines[] = {
    "WWW-Authenticate: Negotiate abc",
    "WWW-Authenticate: Digest realm=\"a\", nonce=\"1\", algorithm=SHA-1",
    "WWW-Authenticate: Digest realm=\"a\", nonce=\"2\", algorithm=SHA-256, qop=\"auth\"",
    "WWW-Authenticate: Digest realm=\"a\", nonce=\"3\", algorithm=MD5, qop=\"auth\"",
    "Proxy-Authenticate: Digest realm=\"a\", nonce=\"4\", algorithm=MD5, qop=\"auth\"",
    "WWW-Authenticate: Digest realm=\"b\", nonce=\"5\", qop=\"auth\", Digest realm=\"c\", nonce=\"6\", qop=\"auth\"",
    NULL,
  };
  static const char * const nonces[] = { "2", "4", "5", "6" };
  g_autoptr (PhoneSipMessage) response = make_401 (lines);
  g_autoptr (PhoneSipCredentials) credentials = phone_sip_credentials_new ("u", "p"), hashed = phone_sip_credentials_new ("u", NULL), none = phone_sip_credentials_new ("u", NULL);
  g_autoptr (GPtrArray) chosen = phone_sip_digest_choose (response, credentials), by_hash = NULL, by_none = NULL;

  g_assert_cmpuint (chosen->len, ==, G_N_ELEMENTS (nonces));
  for (guint i = 0; i < chosen->len; i++)
    g_assert_cmpstr (((PhoneSipChallenge *) chosen->pdata[i])->nonce, ==, nonces[i]);

  hashed->ha1 = g_compute_checksum_for_string (G_CHECKSUM_MD5, "u:a:p", -1);
  hashed->realm = g_strdup ("a");
  by_hash = phone_sip_digest_choose (response, hashed);
  g_assert_cmpuint (by_hash->len, ==, 2);
  g_assert_cmpstr (((PhoneSipChallenge *) by_hash->pdata[0])->nonce, ==, "3");
  by_none = phone_sip_digest_choose (response, none);
  g_assert_cmpuint (by_none->len, ==, 0);
}

static void
test_copy (void)
{
  g_autoptr (PhoneSipCredentials) credentials = phone_sip_credentials_new ("u", "p"), copy = NULL;

  credentials->jwt = g_strdup ("Bearer x");
  copy = phone_sip_credentials_copy (credentials);
  g_assert_cmpstr (copy->username, ==, "u");
  g_assert_cmpstr (copy->password, ==, "p");
  g_assert_cmpstr (copy->jwt, ==, "Bearer x");
  g_assert_null (copy->ha1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/digest/responses", test_responses);
  g_test_add_func ("/sip/digest/quoting-and-order", test_quoting);
  g_test_add_func ("/sip/digest/without-qop", test_without_qop);
  g_test_add_func ("/sip/digest/hash-instead-of-password", test_ha1);
  g_test_add_func ("/sip/digest/cnonce-is-fresh", test_fresh_cnonce);
  g_test_add_func ("/sip/digest/challenges", test_challenges);
  g_test_add_func ("/sip/digest/challenge-fields", test_challenge_fields);
  g_test_add_func ("/sip/digest/topmost-of-each-realm", test_choose);
  g_test_add_func ("/sip/digest/credentials-copy", test_copy);
  return g_test_run ();
}
