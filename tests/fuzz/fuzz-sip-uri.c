/* SPDX-License-Identifier: GPL-3.0-or-later */

/* URIs, addresses and what people type: what was read is written so that it reads the same again. */

#include "config.h"
#include "fuzz.h"

#include "phone-sip-address.h"

static void
fuzz_uri (const char *text,
          gsize       length)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_parse (text, length, NULL), again = NULL, copy = NULL;
  g_autofree char *string = NULL, *aor = NULL, *second = NULL;

  if (uri == NULL)
    return;

  string = phone_sip_uri_to_string (uri);
  aor = phone_sip_uri_to_aor (uri, TRUE);
  copy = phone_sip_uri_copy (uri);
  again = phone_sip_uri_parse (string, -1, NULL);
  if (again == NULL || !phone_sip_uri_equal (uri, copy))
    fuzz_fail ("“%s” cannot be read again", string);

  second = phone_sip_uri_to_string (again);
  if (g_strcmp0 (string, second) != 0)
    fuzz_fail ("“%s” became “%s”", string, second);
}

static void
fuzz_addresses (const char *text,
                gsize       length)
{
  g_autoptr (GPtrArray) addresses = phone_sip_address_parse_list (text, length, NULL);

  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      g_autofree char *string = phone_sip_address_to_string (addresses->pdata[i]), *second = NULL;
      g_autoptr (PhoneSipAddress) again = phone_sip_address_parse (string, -1, NULL);

      if (again == NULL)
        fuzz_fail ("“%s” cannot be read again", string);

      second = phone_sip_address_to_string (again);
      if (g_strcmp0 (string, second) != 0)
        fuzz_fail ("“%s” became “%s”", string, second);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         length)
{
  g_autofree char *text = g_strndup ((const char *) bytes, length);
  g_autoptr (PhoneSipUri) target = phone_sip_uri_from_target (text, "oslo.example", NULL);

  fuzz_uri ((const char *) bytes, length);
  fuzz_addresses ((const char *) bytes, length);
  return 0;
}
