/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a transaction needs of every message: the topmost Via, From, To, Call-ID and CSeq, read at the door, from the wire and from the
 * builder alike. Nothing is allocated: slices of the text go into the message that is made then. */

#include "config.h"
#include "phone-sip-message.h"

#include "phone-sip-error.h"
#include "phone-sip-message-private.h"

#include <string.h>

static inline PhoneSipSlice
phone_sip_message_draft_slice (const PhoneSipMessageDraft *draft,
                               const PhoneSipHeaderLine   *line)
{
  return (PhoneSipSlice) { draft->text + line->value, line->length };
}

static gboolean
phone_sip_message_take_cseq (PhoneSipSlice           value,
                             PhoneSipMessageEssence *essence)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

  /* RFC 3261 §8.1.1.5: "MUST be less than 2**31" */
  if (!phone_sip_scanner_take_uint (&scanner, G_MAXINT32, &essence->cseq) || phone_sip_scanner_is_done (&scanner) ||
      !PHONE_SIP_CHAR_IS (*scanner.at, PHONE_SIP_CHAR_LWS))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  return phone_sip_scanner_take (&scanner, PHONE_SIP_CHAR_TOKEN, &essence->cseq_method) && phone_sip_scanner_is_done (&scanner);
}

static gboolean
phone_sip_message_take_call_id (PhoneSipSlice           value,
                                PhoneSipMessageEssence *essence)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

  return phone_sip_scanner_take (&scanner, PHONE_SIP_CHAR_VISIBLE, &essence->call_id) && phone_sip_scanner_is_done (&scanner);
}

static gboolean
phone_sip_message_take_address (PhoneSipSlice  value,
                                PhoneSipSlice *out_host,
                                PhoneSipSlice *out_tag)
{
  PhoneSipAddressParts parts;

  if (!phone_sip_address_split (value.text, value.length, &parts) || parts.is_wildcard)
    return FALSE;

  *out_host = parts.uri.host;
  *out_tag = parts.tag;
  return TRUE;
}

static gboolean
phone_sip_message_take_via (PhoneSipSlice           value,
                            PhoneSipMessageEssence *essence)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

  if (!phone_sip_via_take (&scanner, &essence->via))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  essence->more_vias = !phone_sip_scanner_is_done (&scanner);
  return !essence->more_vias || *scanner.at == ',';
}

static gboolean
phone_sip_message_refuse (GError        **error,
                          PhoneSipHeader  header,
                          const char     *what)
{
  g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "%s %s", phone_sip_header_get_name (header), what);
  return FALSE;
}

gboolean
phone_sip_message_take_essence (const PhoneSipMessageDraft  *draft,
                                PhoneSipMessageEssence      *essence,
                                GError                     **error)
{
  static const PhoneSipHeader needed[] = {
    PHONE_SIP_HEADER_VIA, PHONE_SIP_HEADER_FROM, PHONE_SIP_HEADER_TO, PHONE_SIP_HEADER_CALL_ID, PHONE_SIP_HEADER_CSEQ,
  };
  guint seen = 0;

  for (guint i = 0; i < draft->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &draft->lines[i];
      PhoneSipSlice value = phone_sip_message_draft_slice (draft, line);
      gboolean good;
      guint bit;

      switch (line->header)
        {
        case PHONE_SIP_HEADER_VIA:
          if ((seen & 1) != 0)
            {
              essence->more_vias = TRUE;
              continue;
            }
          bit = 1;
          good = phone_sip_message_take_via (value, essence);
          break;

        case PHONE_SIP_HEADER_FROM:
          bit = 2;
          good = phone_sip_message_take_address (value, &essence->hosts.from, &essence->from_tag);
          break;

        case PHONE_SIP_HEADER_TO:
          bit = 4;
          good = phone_sip_message_take_address (value, &essence->hosts.to, &essence->to_tag);
          break;

        case PHONE_SIP_HEADER_CALL_ID:
          bit = 8;
          good = phone_sip_message_take_call_id (value, essence);
          essence->call_id_line = i;
          break;

        case PHONE_SIP_HEADER_CSEQ:
          bit = 16;
          good = phone_sip_message_take_cseq (value, essence);
          break;

        case PHONE_SIP_HEADER_CONTENT_TYPE:
          essence->content_type = value;
          continue;

        default:
          continue;
        }

      if (!good)
        return phone_sip_message_refuse (error, line->header, "is malformed");
      if ((seen & bit) != 0)
        return phone_sip_message_refuse (error, line->header, "stands twice");
      seen |= bit;
    }

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if ((seen & 1 << i) == 0)
      return phone_sip_message_refuse (error, needed[i], "is missing");

  /* RFC 3261 §8.1.1.5: "The method MUST match that of the request." */
  if (draft->status == 0 && (draft->method.length != essence->cseq_method.length ||
                             memcmp (draft->method.text, essence->cseq_method.text, draft->method.length) != 0))
    return phone_sip_message_refuse (error, PHONE_SIP_HEADER_CSEQ, "names another method");

  return TRUE;
}
