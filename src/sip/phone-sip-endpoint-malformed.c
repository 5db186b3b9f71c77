/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 §8.2, §16.3: a request that cannot be read still gets an answer when enough of it can be read to send one. The five
 * headers that a response copies need not be good ones; what is no request, or lacks a Via, is dropped. */
#include "config.h"
#include "phone-sip-endpoint-private.h"

#include "phone-sip-parser.h"

PhoneSipMessage *
phone_sip_endpoint_answer_malformed (GBytes       *frame,
                                     const GError *error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (frame, &length);

  return bytes != NULL ? phone_sip_parse_refuse (bytes, length, error) : NULL;
}
