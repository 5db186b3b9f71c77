/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Via is the one header with white space allowed nearly everywhere ("SIP / 2.0 / UDP host : 5060"), and there is one more of
 * it for each hop. Nothing is copied; the message keeps branch and sent-by of the topmost. */

#include "config.h"
#include "phone-sip-via.h"

#include <string.h>

static gboolean
phone_sip_via_take_protocol (PhoneSipScanner *scanner,
                             PhoneSipVia     *out)
{
  /* As everybody writes it. */
  if (scanner->end - scanner->at > 8 && memcmp (scanner->at, "SIP/2.0/", 8) == 0)
    {
      out->protocol = (PhoneSipSlice) { scanner->at, 3 };
      out->version = (PhoneSipSlice) { scanner->at + 4, 3 };
      scanner->at += 8;
      phone_sip_scanner_skip_lws (scanner);
      return phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &out->transport);
    }

  return phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &out->protocol) && phone_sip_scanner_skip_char (scanner, '/') &&
         phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &out->version) && phone_sip_scanner_skip_char (scanner, '/') &&
         phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &out->transport);
}

static gboolean
phone_sip_via_take_sent_by (PhoneSipScanner *scanner,
                            PhoneSipVia     *out)
{
  guint32 port;

  if (!phone_sip_scanner_take_host (scanner, &out->host))
    return FALSE;

  out->port = -1;
  if (phone_sip_scanner_skip_char (scanner, ':'))
    {
      if (!phone_sip_scanner_take_uint (scanner, G_MAXUINT16, &port))
        return FALSE;
      out->port = port;
    }

  return TRUE;
}

/**
 * phone_sip_via_take:
 * @scanner: a scanner over the value of a Via line
 * @out: (out caller-allocates): its next value
 *
 * Returns: whether a good value stood there
 */
gboolean
phone_sip_via_take (PhoneSipScanner *scanner,
                    PhoneSipVia     *out)
{
  PhoneSipSlice name, value;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_via_take_protocol (scanner, out) || scanner->at == scanner->end || !PHONE_SIP_CHAR_IS (*scanner->at, PHONE_SIP_CHAR_LWS))
    return FALSE;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_via_take_sent_by (scanner, out))
    return FALSE;

  out->branch.text = out->received.text = out->rport.text = NULL;
  out->branch.length = out->received.length = out->rport.length = 0;
  out->params.text = scanner->at;
  out->params.length = 0;

  while (phone_sip_scanner_skip_char (scanner, ';'))
    {
      if (!phone_sip_scanner_take_param (scanner, &name, &value))
        return FALSE;

      out->params.length = scanner->at - out->params.text;
      if (phone_sip_slice_is (name, "branch"))
        out->branch = value;
      else if (phone_sip_slice_is (name, "received"))
        out->received = value;
      else if (phone_sip_slice_is (name, "rport"))
        out->rport = value.text != NULL ? value : (PhoneSipSlice) { scanner->at, 0 };
    }

  return TRUE;
}

/**
 * phone_sip_via_parse:
 * @text: one value
 * @length: its length, or -1
 * @out: (out caller-allocates): slices of @text
 *
 * Returns: whether all of @text is one good value
 */
gboolean
phone_sip_via_parse (const char  *text,
                     gssize       length,
                     PhoneSipVia *out)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, length < 0 ? strlen (text) : (gsize) length);

  return phone_sip_via_take (&scanner, out) && (phone_sip_scanner_skip_lws (&scanner), phone_sip_scanner_is_done (&scanner));
}
