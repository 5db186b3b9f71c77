/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A challenge from a server, and our answer to it. */

#include "config.h"
#include "fuzz.h"

#include <string.h>

#include "phone-sip-digest.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         length)
{
  g_autofree char *text = g_strndup ((const char *) bytes, length), *authorization = NULL;
  g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse (text, FALSE, NULL);
  g_autoptr (PhoneSipCredentials) credentials = NULL;

  if (challenge == NULL)
    return 0;

  credentials = phone_sip_credentials_new ("emil", "secret");
  authorization = phone_sip_digest_authorize (challenge, credentials, "REGISTER", "sip:oslo.example", NULL, 0, "c", 1, NULL);
  if (authorization == NULL || strstr (authorization, "response=\"") == NULL)
    fuzz_fail ("No answer to a good challenge");

  return 0;
}
