/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One function a shape of header value, one row a header. */

#include "config.h"
#include "sip-probe.h"

#include <string.h>

#include "phone-sip-address-private.h"
#include "phone-sip-error.h"
#include "phone-sip-header.h"
#include "phone-sip-via.h"

typedef gboolean (*ProbeFunc) (JsonBuilder *builder, PhoneSipScanner *scanner);

static gboolean
probe_is_done (PhoneSipScanner *scanner)
{
  phone_sip_scanner_skip_lws (scanner);
  return phone_sip_scanner_is_done (scanner);
}

static void
probe_add_slice (JsonBuilder   *builder,
                 const char    *name,
                 PhoneSipSlice  slice)
{
  g_autofree char *text = phone_sip_slice_unquote (slice);

  probe_add_string (builder, name, text);
}

static void
probe_add_lower (JsonBuilder   *builder,
                 const char    *name,
                 PhoneSipSlice  slice)
{
  g_autofree char *text = g_ascii_strdown (slice.text, slice.length);

  probe_add_string (builder, name, text);
}

static void
probe_add_params_member (JsonBuilder          *builder,
                         const PhoneSipParams *params,
                         const char * const   *except)
{
  json_builder_set_member_name (builder, "params");
  probe_add_params (builder, params, except);
}

static void
probe_add_param_text (JsonBuilder          *builder,
                      const PhoneSipParams *params,
                      const char           *name,
                      const char           *member)
{
  g_autofree char *text = phone_sip_params_get_text (params, name);

  if (text != NULL)
    probe_add_string (builder, member, text);
}

static void
probe_add_param_uint (JsonBuilder          *builder,
                      const PhoneSipParams *params,
                      const char           *name,
                      const char           *member)
{
  guint32 value;

  if (phone_sip_params_get_uint (params, name, &value))
    probe_add_int (builder, member, value);
}

static const char *
probe_name_host_type (PhoneSipSlice host)
{
  static const char * const names[] = { "invalid", "domain", "IPv4", "IPv6" };

  return names[phone_sip_host_get_type (host.text, host.length)];
}

static void
probe_add_via (JsonBuilder       *builder,
               const PhoneSipVia *via)
{
  static const char * const except[] = { "branch", "received", "rport", NULL };
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (via->params.text, via->params.length);
  g_auto (PhoneSipParams) params = { NULL, };

  phone_sip_params_take (&params, &scanner);
  json_builder_begin_object (builder);
  probe_add_slice (builder, "protocol", via->protocol);
  probe_add_slice (builder, "version", via->version);
  probe_add_slice (builder, "transport", via->transport);
  probe_add_string (builder, "host_type", probe_name_host_type (via->host));
  probe_add_slice (builder, "host", via->host);
  json_builder_set_member_name (builder, "port");
  if (via->port >= 0)
    json_builder_add_int_value (builder, via->port);
  else
    json_builder_add_null_value (builder);
  probe_add_param_text (builder, &params, "branch", "branch");
  probe_add_param_text (builder, &params, "received", "received");
  probe_add_param_uint (builder, &params, "rport", "rport");
  probe_add_params_member (builder, &params, except);
  json_builder_end_object (builder);
}

/* One value is an object, several are an array of them. */
static gboolean
probe_via (JsonBuilder     *builder,
           PhoneSipScanner *scanner)
{
  g_autoptr (GArray) vias = g_array_new (FALSE, FALSE, sizeof (PhoneSipVia));
  PhoneSipVia via;

  do
    {
      if (!phone_sip_via_take (scanner, &via))
        return FALSE;
      g_array_append_val (vias, via);
    }
  while (phone_sip_scanner_skip_char (scanner, ','));

  if (!probe_is_done (scanner))
    return FALSE;

  if (vias->len > 1)
    json_builder_begin_array (builder);
  for (guint i = 0; i < vias->len; i++)
    probe_add_via (builder, &g_array_index (vias, PhoneSipVia, i));
  if (vias->len > 1)
    json_builder_end_array (builder);
  return TRUE;
}

static gboolean
probe_address (JsonBuilder     *builder,
               PhoneSipScanner *scanner)
{
  g_autoptr (PhoneSipAddress) address = phone_sip_address_parse (scanner->at, scanner->end - scanner->at, NULL);

  if (address == NULL || phone_sip_address_is_wildcard (address))
    return FALSE;

  probe_add_address (builder, address);
  return TRUE;
}

static gboolean
probe_addresses (JsonBuilder     *builder,
                 PhoneSipScanner *scanner)
{
  g_autoptr (GPtrArray) addresses = phone_sip_address_parse_list (scanner->at, scanner->end - scanner->at, NULL);

  if (addresses == NULL)
    return FALSE;

  json_builder_begin_array (builder);
  for (guint i = 0; i < addresses->len; i++)
    probe_add_address (builder, addresses->pdata[i]);
  json_builder_end_array (builder);
  return TRUE;
}

/* Route and its like: every element needs its angle brackets. */
static gboolean
probe_routes (JsonBuilder     *builder,
              PhoneSipScanner *scanner)
{
  PhoneSipScanner look = *scanner;
  PhoneSipAddressParts parts;

  do
    if (!phone_sip_address_take (&look, &parts) || !parts.is_bracketed)
      return FALSE;
  while (phone_sip_scanner_skip_char (&look, ','));

  return probe_addresses (builder, scanner);
}

/* White space outside quotes goes. */
static char *
probe_squeeze (PhoneSipSlice slice)
{
  char *text = g_malloc (slice.length + 1), *out = text;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < slice.length; i++)
    {
      if (slice.text[i] == '"')
        quoted = !quoted;
      if (quoted || !PHONE_SIP_CHAR_IS (slice.text[i], PHONE_SIP_CHAR_LWS))
        *out++ = slice.text[i];
    }

  *out = '\0';
  return text;
}

static gboolean
probe_elements (JsonBuilder     *builder,
                PhoneSipScanner *scanner)
{
  PhoneSipSlice element;

  json_builder_begin_array (builder);
  while (phone_sip_scanner_take_element (scanner, &element))
    {
      g_autofree char *text = probe_squeeze (element);

      probe_add_string (builder, NULL, text);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
probe_tokens (JsonBuilder     *builder,
              PhoneSipScanner *scanner)
{
  PhoneSipScanner look = *scanner, inside;
  PhoneSipSlice element, token;

  while (phone_sip_scanner_take_element (&look, &element))
    {
      inside = (PhoneSipScanner) PHONE_SIP_SCANNER_INIT (element.text, element.length);
      if (!phone_sip_scanner_take (&inside, PHONE_SIP_CHAR_TOKEN, &token) || !phone_sip_scanner_is_done (&inside))
        return FALSE;
    }

  return probe_elements (builder, scanner);
}

static gboolean
probe_uint (JsonBuilder     *builder,
            PhoneSipScanner *scanner)
{
  guint32 value;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take_uint (scanner, G_MAXUINT32, &value) || !probe_is_done (scanner))
    return FALSE;

  json_builder_add_int_value (builder, value);
  return TRUE;
}

static gboolean
probe_text (JsonBuilder     *builder,
            PhoneSipScanner *scanner)
{
  PhoneSipSlice slice;

  phone_sip_scanner_skip_lws (scanner);
  slice = (PhoneSipSlice) { scanner->at, scanner->end - scanner->at };
  while (slice.length > 0 && PHONE_SIP_CHAR_IS (slice.text[slice.length - 1], PHONE_SIP_CHAR_LWS))
    slice.length--;

  {
    g_autofree char *text = phone_sip_slice_dup (slice);

    probe_add_string (builder, NULL, text);
  }
  return TRUE;
}

static gboolean
probe_call_id (JsonBuilder     *builder,
               PhoneSipScanner *scanner)
{
  PhoneSipSlice slice;
  g_autofree char *text = NULL;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_VISIBLE, &slice) || !probe_is_done (scanner))
    return FALSE;

  text = phone_sip_slice_dup (slice);
  probe_add_string (builder, NULL, text);
  return TRUE;
}

static gboolean
probe_cseq (JsonBuilder     *builder,
            PhoneSipScanner *scanner)
{
  PhoneSipSlice method;
  guint32 value;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take_uint (scanner, G_MAXINT32, &value) || phone_sip_scanner_is_done (scanner) ||
      !PHONE_SIP_CHAR_IS (*scanner->at, PHONE_SIP_CHAR_LWS))
    return FALSE;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &method) || !probe_is_done (scanner))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_int (builder, "value", value);
  probe_add_slice (builder, "method", method);
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_rack (JsonBuilder     *builder,
            PhoneSipScanner *scanner)
{
  guint32 numbers[2];
  PhoneSipSlice method;

  for (guint i = 0; i < 2; i++)
    {
      phone_sip_scanner_skip_lws (scanner);
      if (!phone_sip_scanner_take_uint (scanner, G_MAXUINT32, &numbers[i]) || phone_sip_scanner_is_done (scanner) ||
          !PHONE_SIP_CHAR_IS (*scanner->at, PHONE_SIP_CHAR_LWS))
        return FALSE;
    }

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &method) || !probe_is_done (scanner))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_int (builder, "rseq", numbers[0]);
  probe_add_int (builder, "cseq", numbers[1]);
  probe_add_slice (builder, "method", method);
  json_builder_end_object (builder);
  return TRUE;
}

/* "(text)" with nested comments and quoted pairs. */
static gboolean
probe_take_comment (PhoneSipScanner *scanner,
                    PhoneSipSlice   *out)
{
  guint depth = 0;

  out->text = scanner->at + 1;
  for (; scanner->at < scanner->end; scanner->at++)
    {
      if (*scanner->at == '\\' && scanner->at + 1 < scanner->end)
        scanner->at++;
      else if (*scanner->at == '(')
        depth++;
      else if (*scanner->at == ')' && --depth == 0)
        {
          out->length = scanner->at++ - out->text;
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
probe_retry_after (JsonBuilder     *builder,
                   PhoneSipScanner *scanner)
{
  g_auto (PhoneSipParams) params = { NULL, };
  PhoneSipSlice comment = { NULL, 0 };
  guint32 value;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take_uint (scanner, G_MAXUINT32, &value))
    return FALSE;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_is_done (scanner) && *scanner->at == '(' && !probe_take_comment (scanner, &comment))
    return FALSE;
  if (!phone_sip_params_take (&params, scanner) || !probe_is_done (scanner))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_int (builder, "value", value);
  probe_add_slice (builder, "comment", comment);
  probe_add_param_uint (builder, &params, "duration", "duration");
  probe_add_params_member (builder, &params, NULL);
  json_builder_end_object (builder);
  return TRUE;
}

/* A number with parameters: Session-Expires and Min-SE. */
static gboolean
probe_interval (JsonBuilder     *builder,
                PhoneSipScanner *scanner)
{
  static const char * const except[] = { "refresher", NULL };
  g_auto (PhoneSipParams) params = { NULL, };
  const char *refresher;
  guint32 value;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take_uint (scanner, G_MAXUINT32, &value) || !phone_sip_params_take (&params, scanner) || !probe_is_done (scanner))
    return FALSE;

  refresher = phone_sip_params_get (&params, "refresher");
  json_builder_begin_object (builder);
  probe_add_int (builder, "value", value);
  probe_add_int (builder, "expires", value);
  if (refresher != NULL)
    probe_add_lower (builder, "refresher", (PhoneSipSlice) { refresher, strlen (refresher) });
  probe_add_params_member (builder, &params, except);
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_take_value (PhoneSipScanner *scanner,
                  guint            value_class,
                  PhoneSipSlice   *out_value,
                  PhoneSipParams  *params)
{
  phone_sip_scanner_skip_lws (scanner);
  return phone_sip_scanner_take (scanner, value_class, out_value) && phone_sip_params_take (params, scanner) && probe_is_done (scanner);
}

static gboolean
probe_event (JsonBuilder     *builder,
             PhoneSipScanner *scanner)
{
  g_auto (PhoneSipParams) params = { NULL, };
  PhoneSipSlice value;

  if (!probe_take_value (scanner, PHONE_SIP_CHAR_TOKEN, &value, &params))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_lower (builder, "event", value);
  probe_add_param_text (builder, &params, "id", "id");
  probe_add_params_member (builder, &params, NULL);
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_subscription_state (JsonBuilder     *builder,
                          PhoneSipScanner *scanner)
{
  static const char * const except[] = { "expires", "reason", "retry-after", NULL };
  g_auto (PhoneSipParams) params = { NULL, };
  PhoneSipSlice value;

  if (!probe_take_value (scanner, PHONE_SIP_CHAR_TOKEN, &value, &params))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_lower (builder, "state", value);
  probe_add_param_uint (builder, &params, "expires", "expires");
  probe_add_param_text (builder, &params, "reason", "reason");
  probe_add_param_uint (builder, &params, "retry-after", "retry_after");
  probe_add_params_member (builder, &params, except);
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_disposition (JsonBuilder     *builder,
                   PhoneSipScanner *scanner)
{
  g_auto (PhoneSipParams) params = { NULL, };
  PhoneSipSlice value;

  if (!probe_take_value (scanner, PHONE_SIP_CHAR_TOKEN, &value, &params))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_lower (builder, "type", value);
  probe_add_param_text (builder, &params, "handling", "handling");
  probe_add_params_member (builder, &params, NULL);
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_content_type (JsonBuilder     *builder,
                    PhoneSipScanner *scanner)
{
  g_auto (PhoneSipParams) params = { NULL, };
  g_autofree char *type = NULL;
  PhoneSipSlice major, minor;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &major) || !phone_sip_scanner_skip_char (scanner, '/') ||
      !probe_take_value (scanner, PHONE_SIP_CHAR_TOKEN, &minor, &params))
    return FALSE;

  type = g_strdup_printf ("%.*s/%.*s", (int) major.length, major.text, (int) minor.length, minor.text);
  json_builder_begin_object (builder);
  probe_add_lower (builder, "type", (PhoneSipSlice) { type, strlen (type) });
  probe_add_param_text (builder, &params, "charset", "charset");
  probe_add_params_member (builder, &params, NULL);
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_add_reason (JsonBuilder   *builder,
                  PhoneSipSlice  element)
{
  static const char * const except[] = { "cause", "text", NULL };
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (element.text, element.length);
  g_auto (PhoneSipParams) params = { NULL, };
  PhoneSipSlice protocol;

  if (!probe_take_value (&scanner, PHONE_SIP_CHAR_TOKEN, &protocol, &params))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_lower (builder, "protocol", protocol);
  probe_add_param_uint (builder, &params, "cause", "cause");
  probe_add_param_text (builder, &params, "text", "text");
  probe_add_params_member (builder, &params, except);
  json_builder_end_object (builder);
  return TRUE;
}

/* One value is an object, several are an array of them. */
static gboolean
probe_reason (JsonBuilder     *builder,
              PhoneSipScanner *scanner)
{
  PhoneSipScanner look = *scanner;
  PhoneSipSlice element;
  guint n = 0;

  while (phone_sip_scanner_take_element (&look, &element))
    n++;
  if (n == 0)
    return FALSE;

  if (n > 1)
    json_builder_begin_array (builder);
  while (phone_sip_scanner_take_element (scanner, &element))
    if (!probe_add_reason (builder, element))
      return FALSE;
  if (n > 1)
    json_builder_end_array (builder);
  return TRUE;
}

/* RFC 3891 §6.1: exactly one to-tag and one from-tag. */
static gboolean
probe_replaces (JsonBuilder     *builder,
                PhoneSipScanner *scanner)
{
  static const char * const except[] = { "to-tag", "from-tag", "early-only", NULL };
  g_auto (PhoneSipParams) params = { NULL, };
  PhoneSipSlice call_id;

  if (!probe_take_value (scanner, PHONE_SIP_CHAR_VALUE, &call_id, &params) ||
      phone_sip_params_get (&params, "to-tag") == NULL || phone_sip_params_get (&params, "from-tag") == NULL)
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_slice (builder, "call_id", call_id);
  probe_add_param_text (builder, &params, "to-tag", "to_tag");
  probe_add_param_text (builder, &params, "from-tag", "from_tag");
  json_builder_set_member_name (builder, "early_only");
  json_builder_add_boolean_value (builder, phone_sip_params_find (&params, "early-only") != NULL);
  probe_add_params_member (builder, &params, except);
  json_builder_end_object (builder);
  return TRUE;
}

/* RFC 3323 §4.2: values with semicolons between them. */
static gboolean
probe_privacy (JsonBuilder     *builder,
               PhoneSipScanner *scanner)
{
  PhoneSipSlice value;

  json_builder_begin_array (builder);
  do
    {
      phone_sip_scanner_skip_lws (scanner);
      if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &value))
        return FALSE;
      probe_add_slice (builder, NULL, value);
    }
  while (phone_sip_scanner_skip_char (scanner, ';'));
  json_builder_end_array (builder);

  return probe_is_done (scanner);
}

static gboolean
probe_take_decimal (PhoneSipScanner *scanner,
                    gboolean         integer,
                    double          *out_value)
{
  g_autofree char *text = NULL;
  PhoneSipSlice digits = { scanner->at, 0 }, fraction = { NULL, 0 };

  if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_DIGIT, &digits) && integer)
    return FALSE;
  if (!phone_sip_scanner_is_done (scanner) && *scanner->at == '.')
    {
      scanner->at++;
      phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_DIGIT, &fraction);
    }

  if (scanner->at == digits.text)
    return FALSE;

  text = g_strndup (digits.text, scanner->at - digits.text);
  *out_value = g_ascii_strtod (text, NULL);
  return TRUE;
}

static gboolean
probe_timestamp (JsonBuilder     *builder,
                 PhoneSipScanner *scanner)
{
  gboolean has_delay;
  double value, delay = 0;

  phone_sip_scanner_skip_lws (scanner);
  if (!probe_take_decimal (scanner, TRUE, &value))
    return FALSE;

  has_delay = !probe_is_done (scanner);
  if (has_delay && (!PHONE_SIP_CHAR_IS (scanner->at[-1], PHONE_SIP_CHAR_LWS) || !probe_take_decimal (scanner, FALSE, &delay) || !probe_is_done (scanner)))
    return FALSE;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "value");
  json_builder_add_double_value (builder, value);
  if (has_delay)
    {
      json_builder_set_member_name (builder, "delay");
      json_builder_add_double_value (builder, delay);
    }
  json_builder_end_object (builder);
  return TRUE;
}

/* "Sat, 13 Nov 2010 23:29:00 GMT" (RFC 3261 §20.17: only GMT). */
static gboolean
probe_date (JsonBuilder     *builder,
            PhoneSipScanner *scanner)
{
  static const char pattern[] = "^\\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun),\\s+\\d{2}\\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\s+\\d{4}\\s+\\d{2}:\\d{2}:\\d{2}\\s+GMT\\s*$";
  g_autofree char *text = g_strndup (scanner->at, scanner->end - scanner->at);

  return g_regex_match_simple (pattern, text, 0, 0) && probe_text (builder, scanner);
}

static void
probe_add_qop (JsonBuilder   *builder,
               PhoneSipSlice  value)
{
  g_autofree char *text = phone_sip_slice_unquote (value);
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, strlen (text));
  PhoneSipSlice option;

  json_builder_set_member_name (builder, "qop");
  json_builder_begin_array (builder);
  while (phone_sip_scanner_take_element (&scanner, &option))
    probe_add_lower (builder, NULL, option);
  json_builder_end_array (builder);
}

static gboolean
probe_credentials (JsonBuilder     *builder,
                   PhoneSipScanner *scanner)
{
  PhoneSipSlice scheme, name, value;

  phone_sip_scanner_skip_lws (scanner);
  if (!phone_sip_scanner_take (scanner, PHONE_SIP_CHAR_TOKEN, &scheme) || phone_sip_scanner_is_done (scanner))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_slice (builder, "scheme", scheme);
  do
    {
      g_autofree char *lower = NULL;

      phone_sip_scanner_skip_lws (scanner);
      if (!phone_sip_scanner_take_param (scanner, &name, &value) || value.text == NULL)
        return FALSE;

      lower = g_ascii_strdown (name.text, name.length);
      if (strcmp (lower, "qop") == 0)
        {
          probe_add_qop (builder, value);
        }
      else if (strcmp (lower, "stale") == 0)
        {
          json_builder_set_member_name (builder, lower);
          json_builder_add_boolean_value (builder, phone_sip_slice_equal (value, "true"));
        }
      else if (strcmp (lower, "algorithm") == 0)
        {
          g_autofree char *algorithm = g_ascii_strup (value.text, value.length);

          probe_add_string (builder, lower, algorithm);
        }
      else
        {
          probe_add_slice (builder, lower, value);
        }
    }
  while (phone_sip_scanner_skip_char (scanner, ','));
  json_builder_end_object (builder);

  return probe_is_done (scanner);
}

static gboolean
probe_host (JsonBuilder     *builder,
            PhoneSipScanner *scanner)
{
  PhoneSipSlice host;

  if (!phone_sip_scanner_take_host (scanner, &host) || !phone_sip_scanner_is_done (scanner))
    return FALSE;

  json_builder_begin_object (builder);
  probe_add_string (builder, "host_type", probe_name_host_type (host));
  probe_add_lower (builder, "host", host);
  json_builder_end_object (builder);
  return TRUE;
}

static const struct { const char *name; ProbeFunc func; } probe_headers[] = {
  { "Accept", probe_elements },
  { "Accept-Encoding", probe_elements },
  { "Accept-Language", probe_elements },
  { "Alert-Info", probe_elements },
  { "Allow", probe_tokens },
  { "Allow-Events", probe_tokens },
  { "Authorization", probe_credentials },
  { "Call-ID", probe_call_id },
  { "Call-Info", probe_elements },
  { "Contact", probe_addresses },
  { "Content-Disposition", probe_disposition },
  { "Content-Encoding", probe_tokens },
  { "Content-Language", probe_tokens },
  { "Content-Length", probe_uint },
  { "Content-Type", probe_content_type },
  { "CSeq", probe_cseq },
  { "Date", probe_date },
  { "Event", probe_event },
  { "Expires", probe_uint },
  { "Flow-Timer", probe_uint },
  { "From", probe_address },
  { "In-Reply-To", probe_elements },
  { "Max-Forwards", probe_uint },
  { "Min-Expires", probe_uint },
  { "Min-SE", probe_interval },
  { "P-Asserted-Identity", probe_addresses },
  { "P-Preferred-Identity", probe_addresses },
  { "Path", probe_routes },
  { "Privacy", probe_privacy },
  { "Proxy-Authenticate", probe_credentials },
  { "Proxy-Authorization", probe_credentials },
  { "Proxy-Require", probe_tokens },
  { "RAck", probe_rack },
  { "Reason", probe_reason },
  { "Record-Route", probe_routes },
  { "Refer-To", probe_address },
  { "Referred-By", probe_address },
  { "Replaces", probe_replaces },
  { "Reply-To", probe_address },
  { "Require", probe_tokens },
  { "Retry-After", probe_retry_after },
  { "Route", probe_routes },
  { "RSeq", probe_uint },
  { "Service-Route", probe_routes },
  { "Session-Expires", probe_interval },
  { "Subscription-State", probe_subscription_state },
  { "Supported", probe_tokens },
  { "Timestamp", probe_timestamp },
  { "To", probe_address },
  { "Unsupported", probe_tokens },
  { "Via", probe_via },
  { "WWW-Authenticate", probe_credentials },
};

gboolean
probe_header (JsonBuilder  *builder,
              const char   *name,
              const char   *text,
              GError      **error)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, strlen (text));
  PhoneSipHeader header = phone_sip_header_from_name (name, -1);
  ProbeFunc func = g_ascii_strcasecmp (name, "host") == 0 ? probe_host : probe_text;

  if (header != PHONE_SIP_HEADER_OTHER)
    name = phone_sip_header_get_name (header);

  for (guint i = 0; i < G_N_ELEMENTS (probe_headers); i++)
    if (g_ascii_strcasecmp (name, probe_headers[i].name) == 0)
      func = probe_headers[i].func;

  if (func (builder, &scanner))
    return TRUE;

  g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "This is no %s", name);
  return FALSE;
}
