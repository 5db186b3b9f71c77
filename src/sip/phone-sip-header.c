/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Header names. Seventy are known here, thirteen to twenty stand in a message, and every one of them is looked up once, so the
 * names sit in an open-addressing table that is filled at first use from the rows below; one row is all a new header needs. The
 * hash reads three characters with the case bit set, and the usual spelling is verified by two loads. Compact forms are those of the IANA
 * registry (RFC 3261 §7.3.3 and its extensions). */

#include "config.h"
#include "phone-sip-header.h"

#include <string.h>

#include "phone-sip-message-private.h"

#define N(name) name, sizeof (name) - 1

typedef struct
{
  const char *name;
  guint8      length;
  char        compact;
  gboolean    list;
} PhoneSipHeaderRow;

static const PhoneSipHeaderRow phone_sip_headers[PHONE_SIP_N_HEADERS] = {
  [PHONE_SIP_HEADER_ACCEPT] = { N ("Accept"), 0, TRUE },
  [PHONE_SIP_HEADER_ACCEPT_CONTACT] = { N ("Accept-Contact"), 'a', TRUE },
  [PHONE_SIP_HEADER_ACCEPT_ENCODING] = { N ("Accept-Encoding"), 0, TRUE },
  [PHONE_SIP_HEADER_ACCEPT_LANGUAGE] = { N ("Accept-Language"), 0, TRUE },
  [PHONE_SIP_HEADER_ALERT_INFO] = { N ("Alert-Info"), 0, TRUE },
  [PHONE_SIP_HEADER_ALLOW] = { N ("Allow"), 0, TRUE },
  [PHONE_SIP_HEADER_ALLOW_EVENTS] = { N ("Allow-Events"), 'u', TRUE },
  [PHONE_SIP_HEADER_AUTHENTICATION_INFO] = { N ("Authentication-Info") },
  [PHONE_SIP_HEADER_AUTHORIZATION] = { N ("Authorization") },
  [PHONE_SIP_HEADER_CALL_ID] = { N ("Call-ID"), 'i' },
  [PHONE_SIP_HEADER_CALL_INFO] = { N ("Call-Info"), 0, TRUE },
  [PHONE_SIP_HEADER_CONTACT] = { N ("Contact"), 'm', TRUE },
  [PHONE_SIP_HEADER_CONTENT_DISPOSITION] = { N ("Content-Disposition") },
  [PHONE_SIP_HEADER_CONTENT_ENCODING] = { N ("Content-Encoding"), 'e', TRUE },
  [PHONE_SIP_HEADER_CONTENT_LANGUAGE] = { N ("Content-Language"), 0, TRUE },
  [PHONE_SIP_HEADER_CONTENT_LENGTH] = { N ("Content-Length"), 'l' },
  [PHONE_SIP_HEADER_CONTENT_TYPE] = { N ("Content-Type"), 'c' },
  [PHONE_SIP_HEADER_CSEQ] = { N ("CSeq") },
  [PHONE_SIP_HEADER_DATE] = { N ("Date") },
  [PHONE_SIP_HEADER_ERROR_INFO] = { N ("Error-Info"), 0, TRUE },
  [PHONE_SIP_HEADER_EVENT] = { N ("Event"), 'o' },
  [PHONE_SIP_HEADER_EXPIRES] = { N ("Expires") },
  [PHONE_SIP_HEADER_FLOW_TIMER] = { N ("Flow-Timer") },
  [PHONE_SIP_HEADER_FROM] = { N ("From"), 'f' },
  [PHONE_SIP_HEADER_HISTORY_INFO] = { N ("History-Info"), 0, TRUE },
  [PHONE_SIP_HEADER_IDENTITY] = { N ("Identity"), 'y' },
  [PHONE_SIP_HEADER_IDENTITY_INFO] = { N ("Identity-Info"), 'n' },
  [PHONE_SIP_HEADER_IN_REPLY_TO] = { N ("In-Reply-To"), 0, TRUE },
  [PHONE_SIP_HEADER_JOIN] = { N ("Join") },
  [PHONE_SIP_HEADER_MAX_FORWARDS] = { N ("Max-Forwards") },
  [PHONE_SIP_HEADER_MIME_VERSION] = { N ("MIME-Version") },
  [PHONE_SIP_HEADER_MIN_EXPIRES] = { N ("Min-Expires") },
  [PHONE_SIP_HEADER_MIN_SE] = { N ("Min-SE") },
  [PHONE_SIP_HEADER_ORGANIZATION] = { N ("Organization") },
  [PHONE_SIP_HEADER_PATH] = { N ("Path"), 0, TRUE },
  [PHONE_SIP_HEADER_PRIORITY] = { N ("Priority") },
  [PHONE_SIP_HEADER_PRIVACY] = { N ("Privacy") },
  [PHONE_SIP_HEADER_PROXY_AUTHENTICATE] = { N ("Proxy-Authenticate") },
  [PHONE_SIP_HEADER_PROXY_AUTHORIZATION] = { N ("Proxy-Authorization") },
  [PHONE_SIP_HEADER_PROXY_REQUIRE] = { N ("Proxy-Require"), 0, TRUE },
  [PHONE_SIP_HEADER_P_ASSERTED_IDENTITY] = { N ("P-Asserted-Identity"), 0, TRUE },
  [PHONE_SIP_HEADER_P_PREFERRED_IDENTITY] = { N ("P-Preferred-Identity"), 0, TRUE },
  [PHONE_SIP_HEADER_RACK] = { N ("RAck") },
  [PHONE_SIP_HEADER_REASON] = { N ("Reason"), 0, TRUE },
  [PHONE_SIP_HEADER_RECORD_ROUTE] = { N ("Record-Route"), 0, TRUE },
  [PHONE_SIP_HEADER_RECV_INFO] = { N ("Recv-Info"), 0, TRUE },
  [PHONE_SIP_HEADER_REFERRED_BY] = { N ("Referred-By"), 'b' },
  [PHONE_SIP_HEADER_REFER_TO] = { N ("Refer-To"), 'r' },
  [PHONE_SIP_HEADER_REJECT_CONTACT] = { N ("Reject-Contact"), 'j', TRUE },
  [PHONE_SIP_HEADER_REPLACES] = { N ("Replaces") },
  [PHONE_SIP_HEADER_REPLY_TO] = { N ("Reply-To") },
  [PHONE_SIP_HEADER_REQUEST_DISPOSITION] = { N ("Request-Disposition"), 'd', TRUE },
  [PHONE_SIP_HEADER_REQUIRE] = { N ("Require"), 0, TRUE },
  [PHONE_SIP_HEADER_RETRY_AFTER] = { N ("Retry-After") },
  [PHONE_SIP_HEADER_ROUTE] = { N ("Route"), 0, TRUE },
  [PHONE_SIP_HEADER_RSEQ] = { N ("RSeq") },
  [PHONE_SIP_HEADER_SERVER] = { N ("Server") },
  [PHONE_SIP_HEADER_SERVICE_ROUTE] = { N ("Service-Route"), 0, TRUE },
  [PHONE_SIP_HEADER_SESSION_EXPIRES] = { N ("Session-Expires"), 'x' },
  [PHONE_SIP_HEADER_SIP_ETAG] = { N ("SIP-ETag") },
  [PHONE_SIP_HEADER_SIP_IF_MATCH] = { N ("SIP-If-Match") },
  [PHONE_SIP_HEADER_SUBJECT] = { N ("Subject"), 's' },
  [PHONE_SIP_HEADER_SUBSCRIPTION_STATE] = { N ("Subscription-State") },
  [PHONE_SIP_HEADER_SUPPORTED] = { N ("Supported"), 'k', TRUE },
  [PHONE_SIP_HEADER_TIMESTAMP] = { N ("Timestamp") },
  [PHONE_SIP_HEADER_TO] = { N ("To"), 't' },
  [PHONE_SIP_HEADER_UNSUPPORTED] = { N ("Unsupported"), 0, TRUE },
  [PHONE_SIP_HEADER_USER_AGENT] = { N ("User-Agent") },
  [PHONE_SIP_HEADER_VIA] = { N ("Via"), 'v', TRUE },
  [PHONE_SIP_HEADER_WARNING] = { N ("Warning"), 0, TRUE },
  [PHONE_SIP_HEADER_WWW_AUTHENTICATE] = { N ("WWW-Authenticate") },
};

#define PHONE_SIP_HEADER_SLOTS 256

static guint8 phone_sip_header_slots[PHONE_SIP_HEADER_SLOTS];
static guint8 phone_sip_header_compacts[32];

static inline guint
phone_sip_header_hash (const char *name,
                       gsize       length)
{
  guint first = name[0] | 0x20, middle = name[length / 2] | 0x20, last = name[length - 1] | 0x20;

  return (guint) (length * 8 + first * 33 + middle * 17 + last * 5) & (PHONE_SIP_HEADER_SLOTS - 1);
}

static void
phone_sip_header_fill_slots (void)
{
  for (guint i = PHONE_SIP_HEADER_OTHER + 1; i < PHONE_SIP_N_HEADERS; i++)
    {
      const PhoneSipHeaderRow *row = &phone_sip_headers[i];
      guint slot = phone_sip_header_hash (row->name, row->length);

      while (phone_sip_header_slots[slot] != 0)
        slot = (slot + 1) & (PHONE_SIP_HEADER_SLOTS - 1);

      phone_sip_header_slots[slot] = i;
      if (row->compact != 0)
        phone_sip_header_compacts[row->compact & 0x1f] = i;
    }
}

/* Equal bytes, for two or more of them; most names are of no more than sixteen. */
static inline gboolean
phone_sip_header_same (const char *a,
                       const char *b,
                       gsize       length)
{
  guint64 a8, b8, a8_end, b8_end;
  guint32 a4, b4, a4_end, b4_end;

  if (length >= 8)
    {
      memcpy (&a8, a, 8);
      memcpy (&b8, b, 8);
      memcpy (&a8_end, a + length - 8, 8);
      memcpy (&b8_end, b + length - 8, 8);
      return a8 == b8 && a8_end == b8_end && (length <= 16 || memcmp (a + 8, b + 8, length - 16) == 0);
    }

  if (length >= 4)
    {
      memcpy (&a4, a, 4);
      memcpy (&b4, b, 4);
      memcpy (&a4_end, a + length - 4, 4);
      memcpy (&b4_end, b + length - 4, 4);
      return a4 == b4 && a4_end == b4_end;
    }

  return a[0] == b[0] && a[1] == b[1] && a[length - 1] == b[length - 1];
}

/**
 * phone_sip_header_from_name:
 * @name: a header name in any case, long or compact, not necessarily terminated
 * @length: its length in bytes, or -1
 *
 * Returns: the header, or %PHONE_SIP_HEADER_OTHER
 */
PhoneSipHeader
phone_sip_header_from_name (const char *name,
                            gssize      length)
{
  static gsize filled;
  gsize size = length < 0 ? strlen (name) : (gsize) length;

  if (g_once_init_enter (&filled))
    {
      phone_sip_header_fill_slots ();
      g_once_init_leave (&filled, 1);
    }

  if (size == 1)
    return g_ascii_isalpha (name[0]) ? phone_sip_header_compacts[name[0] & 0x1f] : PHONE_SIP_HEADER_OTHER;
  if (size == 0)
    return PHONE_SIP_HEADER_OTHER;

  for (guint slot = phone_sip_header_hash (name, size); phone_sip_header_slots[slot] != 0;
       slot = (slot + 1) & (PHONE_SIP_HEADER_SLOTS - 1))
    {
      const PhoneSipHeaderRow *row = &phone_sip_headers[phone_sip_header_slots[slot]];

      if (row->length == size &&
          (phone_sip_header_same (row->name, name, size) || g_ascii_strncasecmp (row->name, name, size) == 0))
        return phone_sip_header_slots[slot];
    }

  return PHONE_SIP_HEADER_OTHER;
}

/**
 * phone_sip_header_get_name:
 * @header: a header
 *
 * Returns: (nullable) (transfer none): its long form as the RFCs spell it; %NULL for %PHONE_SIP_HEADER_OTHER
 */
const char *
phone_sip_header_get_name (PhoneSipHeader header)
{
  g_return_val_if_fail ((guint) header < PHONE_SIP_N_HEADERS, NULL);

  return phone_sip_headers[header].name;
}

const char *
phone_sip_header_get_name_slice (PhoneSipHeader  header,
                                 gsize          *out_length)
{
  *out_length = phone_sip_headers[header].length;
  return phone_sip_headers[header].name;
}

/**
 * phone_sip_header_is_list:
 * @header: a header
 *
 * Returns: whether commas separate values of it (RFC 3261 §7.3.1); not so for the four that carry credentials or challenges,
 *   whose commas separate parameters
 */
gboolean
phone_sip_header_is_list (PhoneSipHeader header)
{
  g_return_val_if_fail ((guint) header < PHONE_SIP_N_HEADERS, FALSE);

  return phone_sip_headers[header].list;
}

/**
 * phone_sip_header_canonical_name:
 * @name: a header name in any case
 *
 * Returns: (transfer full): the registered spelling of a known header, else each word with a capital ("X-My-Header")
 */
char *
phone_sip_header_canonical_name (const char *name)
{
  PhoneSipHeader header = phone_sip_header_from_name (name, -1);
  gboolean start = TRUE;
  char *text;

  if (header != PHONE_SIP_HEADER_OTHER)
    return g_strdup (phone_sip_headers[header].name);

  text = g_strdup (name);
  for (char *at = text; *at != '\0'; at++)
    {
      *at = start ? g_ascii_toupper (*at) : g_ascii_tolower (*at);
      start = *at == '-';
    }

  return text;
}
