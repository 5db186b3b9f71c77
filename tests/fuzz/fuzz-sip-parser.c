/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A frame from a peer: parsed, read with every getter, answered, and written again. */

#include "config.h"
#include "fuzz.h"

#include <string.h>

#include "phone-sip-parser.h"

static void
fuzz_read (PhoneSipMessage *message)
{
  guint32 number;

  for (guint i = 0; i < phone_sip_message_get_n_headers (message); i++)
    {
      const char *name, *value;
      PhoneSipHeader header = phone_sip_message_get_nth_header (message, i, &name, &value);
      g_auto (GStrv) values = phone_sip_message_get_headers (message, name);

      if (strlen (name) == 0)
        fuzz_fail ("A header has no name");
      phone_sip_message_count_header (message, name);
      if (header != PHONE_SIP_HEADER_OTHER)
        {
          g_autoptr (PhoneSipAddress) address = phone_sip_message_get_address (message, header);
          g_autoptr (GPtrArray) addresses = phone_sip_message_get_addresses (message, header);

          phone_sip_message_get_uint (message, header, &number);
          phone_sip_message_has_token (message, header, "timer");
        }
    }
}

static void
fuzz_reply (PhoneSipMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneSipMessage) reply = NULL;

  if (!phone_sip_message_is_request (message))
    return;

  reply = phone_sip_message_builder_end (phone_sip_message_builder_new_reply (message, 200, NULL, "tag"), &error);
  if (reply == NULL)
    fuzz_fail ("A good request cannot be answered: %s", error->message);
}

/* The wire text of a message is a message with the same headers and body. */
static void
fuzz_again (PhoneSipMessage *message)
{
  gsize length, body_length, again_length;
  const char *text = phone_sip_message_get_text (message, &length);
  g_autoptr (PhoneSipMessage) again = phone_sip_parse (text, length, NULL);

  if (again == NULL || phone_sip_message_get_n_headers (again) != phone_sip_message_get_n_headers (message))
    fuzz_fail ("The wire text is another message");

  phone_sip_message_get_body (message, &body_length);
  phone_sip_message_get_body (again, &again_length);
  if (body_length != again_length || g_strcmp0 (phone_sip_message_get_branch (message), phone_sip_message_get_branch (again)) != 0)
    fuzz_fail ("The wire text is another message");
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneSipMessage) message = phone_sip_parse ((const char *) bytes, length, &error);

  if (message == NULL)
    {
      g_autoptr (PhoneSipMessage) refusal = phone_sip_parse_refuse ((const char *) bytes, length, error);

      return 0;
    }

  fuzz_read (message);
  fuzz_reply (message);
  fuzz_again (message);
  return 0;
}
