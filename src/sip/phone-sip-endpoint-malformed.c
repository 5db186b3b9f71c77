/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 §8.2, §16.3: a request that cannot be read still gets an answer when enough of it can be read to send one. The five
 * headers that a response copies are looked for by eye, as plain lines; what is no request, or lacks one, is dropped. */
#include "config.h"
#include "phone-sip-endpoint-private.h"

#include "phone-sip-error.h"
#include "phone-sip-parser.h"
#include "phone-sip-token.h"

#include <string.h>

#define TAG_LENGTH 10u

/* "METHOD uri VERSION"; a response begins with its version. */
static guint
phone_sip_endpoint_status_for (const char   *line,
                               const GError *error)
{
  const char *version = strrchr (line, ' ');

  if (version == NULL || g_ascii_strncasecmp (line, "SIP/", 4) == 0 || g_str_has_prefix (line, "ACK "))
    return 0;

  if (g_ascii_strncasecmp (version + 1, "SIP/", 4) == 0 && g_ascii_strcasecmp (version + 1, "SIP/2.0") != 0)
    return 505;

  return g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE) ? 513 : 400;
}

static void
phone_sip_endpoint_copy_line (PhoneSipMessageBuilder *builder,
                              const char             *line,
                              guint                  *found)
{
  const char *colon = strchr (line, ':');
  g_autofree char *value = NULL;
  PhoneSipHeader header;

  if (colon == NULL)
    return;

  header = phone_sip_header_from_name (line, (gssize) strcspn (line, " \t:"));
  value = g_strstrip (g_strdup (colon + 1));

  switch ((int) header)
    {
    case PHONE_SIP_HEADER_VIA:
      *found |= 1;
      break;
    case PHONE_SIP_HEADER_FROM:
      *found |= 2;
      break;
    case PHONE_SIP_HEADER_TO:
      *found |= 4;
      break;
    case PHONE_SIP_HEADER_CALL_ID:
      *found |= 8;
      break;
    case PHONE_SIP_HEADER_CSEQ:
      *found |= 16;
      break;
    default:
      return;
    }

  if (header == PHONE_SIP_HEADER_TO && strstr (value, "tag=") == NULL)
    {
      g_autofree char *tag = phone_sip_token_new (TAG_LENGTH);

      phone_sip_message_builder_add_printf (builder, header, "%s;tag=%s", value, tag);
    }
  else
    phone_sip_message_builder_add (builder, header, value);
}

PhoneSipMessage *
phone_sip_endpoint_answer_malformed (GBytes       *frame,
                                     const GError *error)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  PhoneSipMessageBuilder *builder;
  guint found = 0;
  guint status;
  gsize length;
  const char *bytes = g_bytes_get_data (frame, &length);

  if (bytes == NULL || length > PHONE_SIP_MAX_FRAME || memchr (bytes, '\0', length) != NULL)
    return NULL;

  text = g_strndup (bytes, length);
  lines = g_strsplit (text, "\r\n", PHONE_SIP_MAX_HEADERS);
  status = lines[0] != NULL ? phone_sip_endpoint_status_for (lines[0], error) : 0;

  if (status == 0)
    return NULL;

  builder = phone_sip_message_builder_new_response (status, NULL);

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    phone_sip_endpoint_copy_line (builder, lines[i], &found);

  if (found != 31)
    {
      phone_sip_message_builder_free (builder);
      return NULL;
    }

  return phone_sip_message_builder_end (builder, NULL);
}
