/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The protocol code as a filter: a JSON object a line in, {"kind": K, "input": I}; a JSON object a line out,
 * {"ok": true, "value": V} or {"ok": false, "error": "…"}. Only what shows values as JSON is here and in sip-probe-headers.c; the parsing is the
 * product's. */

#include "config.h"
#include "sip-probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "phone-account.h"
#include "phone-sip-address-private.h"
#include "phone-sip-digest.h"
#include "phone-sip-error.h"
#include "phone-sip-message-private.h"
#include "phone-sip-parser.h"

void
probe_add_string (JsonBuilder *builder,
                  const char  *name,
                  const char  *text)
{
  if (name != NULL)
    json_builder_set_member_name (builder, name);

  if (text == NULL)
    {
      json_builder_add_null_value (builder);
    }
  else
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      json_builder_add_string_value (builder, valid);
    }
}

void
probe_add_int (JsonBuilder *builder,
               const char  *name,
               gint64       value)
{
  if (name != NULL)
    json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static const char *
probe_get_string (JsonNode *input)
{
  return input != NULL && JSON_NODE_HOLDS_VALUE (input) && json_node_get_value_type (input) == G_TYPE_STRING ? json_node_get_string (input) : NULL;
}

static const char *
probe_get_member (JsonNode   *input,
                  const char *name)
{
  JsonObject *object = input != NULL && JSON_NODE_HOLDS_OBJECT (input) ? json_node_get_object (input) : NULL;

  return object != NULL && json_object_has_member (object, name) ? probe_get_string (json_object_get_member (object, name)) : NULL;
}

static gboolean
probe_fail (GError     **error,
            const char  *text)
{
  g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, text);
  return FALSE;
}

static void
probe_add_uri_headers (JsonBuilder       *builder,
                       const PhoneSipUri *uri)
{
  const char *last = NULL, *value, *name;

  json_builder_begin_object (builder);
  for (guint i = 0; i < phone_sip_uri_get_n_headers (uri); i++)
    {
      name = phone_sip_uri_get_nth_header (uri, i, &value);
      if (last == NULL || strcmp (last, name) != 0)
        {
          if (last != NULL)
            json_builder_end_array (builder);
          json_builder_set_member_name (builder, name);
          json_builder_begin_array (builder);
        }
      probe_add_string (builder, NULL, value);
      last = name;
    }
  if (last != NULL)
    json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* tel:911;a=b: the number and its parameters. */
static void
probe_add_opaque (JsonBuilder *builder,
                  const char  *opaque)
{
  g_auto (PhoneSipParams) params = { NULL, };
  g_autofree char *number = NULL;

  if (phone_sip_params_parse_value (&params, opaque, -1, PHONE_SIP_CHAR_VALUE, &number))
    {
      probe_add_string (builder, "number", number);
      json_builder_set_member_name (builder, "params");
      probe_add_params (builder, &params, NULL);
    }
}

static void
probe_add_port (JsonBuilder *builder,
                guint        port)
{
  json_builder_set_member_name (builder, "port");
  if (port != 0)
    json_builder_add_int_value (builder, port);
  else
    json_builder_add_null_value (builder);
}

static void
probe_add_uri_members (JsonBuilder       *builder,
                       const PhoneSipUri *uri)
{
  probe_add_string (builder, "user", phone_sip_uri_get_user (uri));
  probe_add_string (builder, "password", phone_sip_uri_get_password (uri));
  probe_add_string (builder, "host", phone_sip_uri_get_host (uri));
  probe_add_port (builder, phone_sip_uri_get_port (uri));
}

void
probe_add_uri (JsonBuilder       *builder,
               const PhoneSipUri *uri)
{
  g_autofree char *string = phone_sip_uri_to_string (uri), *aor = phone_sip_uri_to_aor (uri, FALSE);

  json_builder_begin_object (builder);
  probe_add_string (builder, "scheme", phone_sip_uri_get_scheme (uri));

  if (!phone_sip_uri_is_sip (uri))
    {
      probe_add_opaque (builder, phone_sip_uri_get_host (uri));
    }
  else
    {
      probe_add_uri_members (builder, uri);
      json_builder_set_member_name (builder, "params");
      json_builder_begin_object (builder);
      for (guint i = 0; i < phone_sip_uri_get_n_params (uri); i++)
        {
          const char *value, *name = phone_sip_uri_get_nth_param (uri, i, &value);

          probe_add_string (builder, name, value);
        }
      json_builder_end_object (builder);
      json_builder_set_member_name (builder, "headers");
      probe_add_uri_headers (builder, uri);
    }

  probe_add_string (builder, "string", string);
  probe_add_string (builder, "aor", aor);
  json_builder_end_object (builder);
}

static void
probe_add_q (JsonBuilder *builder,
             const char  *q)
{
  double value = g_ascii_strtod (q, NULL);

  if (value >= 0 && value <= 1)
    probe_add_int (builder, "q1000", (gint64) (value * 1000 + 0.5));
}

void
probe_add_address (JsonBuilder           *builder,
                   const PhoneSipAddress *address)
{
  g_autofree char *string = phone_sip_address_to_string (address);
  const PhoneSipUri *uri = phone_sip_address_get_uri (address);
  const char *value, *name;

  json_builder_begin_object (builder);
  probe_add_string (builder, "display_name", phone_sip_address_get_display_name (address));

  json_builder_set_member_name (builder, "uri");
  if (uri != NULL)
    probe_add_uri (builder, uri);
  else
    json_builder_add_string_value (builder, "*");

  if (uri != NULL && phone_sip_uri_is_sip (uri))
    probe_add_uri_members (builder, uri);

  json_builder_set_member_name (builder, "params");
  json_builder_begin_object (builder);
  for (guint i = 0; i < phone_sip_address_get_n_params (address); i++)
    {
      name = phone_sip_address_get_nth_param (address, i, &value);
      probe_add_string (builder, name, value);
    }
  json_builder_end_object (builder);

  if (phone_sip_address_get_param (address, "q") != NULL)
    probe_add_q (builder, phone_sip_address_get_param (address, "q"));
  if (phone_sip_address_get_param (address, "tag") != NULL)
    probe_add_string (builder, "tag", phone_sip_address_get_param (address, "tag"));

  probe_add_string (builder, "string", string);
  json_builder_end_object (builder);
}

void
probe_add_params (JsonBuilder          *builder,
                  const PhoneSipParams *params,
                  const char * const   *except)
{
  json_builder_begin_object (builder);
  for (guint i = 0; i < params->n_items; i++)
    if (except == NULL || !g_strv_contains (except, params->items[i].name))
      {
        g_autofree char *text = phone_sip_slice_unquote ((PhoneSipSlice) { params->items[i].value, params->items[i].value != NULL ? strlen (params->items[i].value) : 0 });

        probe_add_string (builder, params->items[i].name, text);
      }
  json_builder_end_object (builder);
}

static gboolean
probe_uri (JsonBuilder  *builder,
           JsonNode     *input,
           GError      **error)
{
  const char *text = probe_get_string (input);
  g_autoptr (PhoneSipUri) uri = text != NULL ? phone_sip_uri_parse (text, -1, error) : NULL;

  if (text == NULL)
    return probe_fail (error, "The input is not a text");
  if (uri == NULL)
    return FALSE;

  probe_add_uri (builder, uri);
  return TRUE;
}

static gboolean
probe_nameaddr (JsonBuilder  *builder,
                JsonNode     *input,
                GError      **error)
{
  const char *text = probe_get_string (input);
  g_autoptr (PhoneSipAddress) address = text != NULL ? phone_sip_address_parse (text, -1, error) : NULL;
  PhoneSipAddressParts parts;

  if (text == NULL)
    return probe_fail (error, "The input is not a text");
  if (address == NULL)
    return FALSE;
  if (!phone_sip_address_split (text, strlen (text), &parts) || !parts.is_bracketed)
    return probe_fail (error, "A name-addr has angle brackets");

  probe_add_address (builder, address);
  return TRUE;
}

static gboolean
probe_target (JsonBuilder  *builder,
              JsonNode     *input,
              GError      **error)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_from_target (probe_get_member (input, "text"), probe_get_member (input, "domain"), error);
  g_autofree char *text = uri != NULL ? phone_sip_uri_to_string (uri) : NULL;

  if (uri == NULL)
    return FALSE;

  json_builder_add_string_value (builder, text);
  return TRUE;
}

static gboolean
probe_start_line (JsonBuilder  *builder,
                  JsonNode     *input,
                  GError      **error)
{
  const char *text = probe_get_string (input);
  PhoneSipMessageDraft draft = { NULL, };
  g_autofree char *first = NULL, *second = NULL;

  if (text == NULL)
    return probe_fail (error, "The input is not a text");
  if (!phone_sip_parser_take_start_line (text, text + strcspn (text, "\r\n"), &draft, error))
    return FALSE;

  json_builder_begin_object (builder);
  if (draft.status == 0)
    {
      first = phone_sip_slice_dup (draft.method);
      second = phone_sip_slice_dup (draft.request_uri);
      probe_add_string (builder, "method", first);
      probe_add_string (builder, "ruri", second);
    }
  else
    {
      first = phone_sip_slice_dup (draft.reason);
      probe_add_int (builder, "status_code", draft.status);
      probe_add_string (builder, "reason_phrase", first);
    }
  probe_add_string (builder, "version", "SIP/2.0");
  probe_add_string (builder, "sip_version", "SIP/2.0");
  json_builder_end_object (builder);
  return TRUE;
}

static gboolean
probe_message (JsonBuilder  *builder,
               JsonNode     *input,
               GError      **error)
{
  const char *base64 = probe_get_member (input, "base64"), *text;
  g_autoptr (PhoneSipMessage) message = NULL;
  g_autofree guchar *bytes = NULL;
  g_autofree char *string = NULL;
  gsize length;

  if (base64 == NULL)
    return probe_fail (error, "The input has no base64");

  bytes = g_base64_decode (base64, &length);
  message = phone_sip_parse ((const char *) bytes, length, error);
  if (message == NULL)
    return FALSE;

  json_builder_begin_object (builder);
  if (phone_sip_message_is_request (message))
    {
      probe_add_string (builder, "method", phone_sip_message_get_method_name (message));
      probe_add_string (builder, "ruri", phone_sip_message_get_request_uri (message));
    }
  else
    {
      probe_add_int (builder, "status_code", phone_sip_message_get_status (message));
      probe_add_string (builder, "reason_phrase", phone_sip_message_get_reason (message));
    }

  probe_add_string (builder, "call_id", phone_sip_message_get_call_id (message));
  probe_add_int (builder, "cseq", phone_sip_message_get_cseq (message));
  probe_add_string (builder, "cseq_method", phone_sip_message_get_method_name (message));
  probe_add_string (builder, "from_tag", phone_sip_message_get_from_tag (message));
  probe_add_string (builder, "to_tag", phone_sip_message_get_to_tag (message));
  probe_add_string (builder, "branch", phone_sip_message_get_branch (message));
  probe_add_int (builder, "via_count", phone_sip_message_count_header (message, "Via"));
  probe_add_int (builder, "contact_count", phone_sip_message_count_header (message, "Contact"));
  phone_sip_message_get_body (message, &length);
  probe_add_int (builder, "body_length", length);
  text = phone_sip_message_get_text (message, &length);
  string = g_utf8_make_valid (text, length);
  probe_add_string (builder, "string", string);
  json_builder_end_object (builder);
  return TRUE;
}

static guint
probe_get_nc (JsonNode *input)
{
  const char *text = probe_get_member (input, "nc");

  return text != NULL ? (guint) strtoul (text, NULL, 16) : (guint) json_object_get_int_member_with_default (json_node_get_object (input), "nc", 1);
}

static PhoneSipCredentials *
probe_get_credentials (JsonNode *input)
{
  PhoneSipCredentials *credentials = phone_sip_credentials_new (probe_get_member (input, "username"), probe_get_member (input, "password"));

  credentials->ha1 = g_strdup (probe_get_member (input, "ha1"));
  credentials->realm = g_strdup (probe_get_member (input, "realm"));
  return credentials;
}

/* The challenge that the members of input would have come in. */
static PhoneSipChallenge *
probe_get_challenge (JsonNode  *input,
                     GError   **error)
{
  static const char * const quoted[] = { "realm", "nonce", "opaque", "qop" };
  g_autoptr (GString) text = g_string_new ("Digest stale=false");

  for (guint i = 0; i < G_N_ELEMENTS (quoted); i++)
    if (probe_get_member (input, quoted[i]) != NULL)
      g_string_append_printf (text, ", %s=\"%s\"", quoted[i], probe_get_member (input, quoted[i]));
  if (probe_get_member (input, "algorithm") != NULL)
    g_string_append_printf (text, ", algorithm=%s", probe_get_member (input, "algorithm"));

  return phone_sip_challenge_parse (text->str, FALSE, error);
}

static gboolean
probe_digest (JsonBuilder  *builder,
              JsonNode     *input,
              GError      **error)
{
  g_autoptr (PhoneSipCredentials) credentials = NULL;
  g_autoptr (PhoneSipChallenge) challenge = NULL;
  g_autofree char *authorization = NULL;
  const char *body, *method, *uri, *found;

  if (input == NULL || !JSON_NODE_HOLDS_OBJECT (input))
    return probe_fail (error, "The input is not an object");

  method = probe_get_member (input, "method");
  uri = probe_get_member (input, "uri");
  body = probe_get_member (input, "body");
  if (method == NULL || uri == NULL)
    return probe_fail (error, "The input has no method or no uri");

  credentials = probe_get_credentials (input);
  challenge = probe_get_challenge (input, error);
  if (challenge == NULL)
    return FALSE;

  authorization = phone_sip_digest_authorize (challenge, credentials, method, uri, body, body != NULL ? strlen (body) : 0,
                                              probe_get_member (input, "cnonce"), probe_get_nc (input), error);
  if (authorization == NULL)
    return FALSE;

  found = strstr (authorization, ", response=\"");
  found += strlen (", response=\"");
  authorization[found - authorization + strcspn (found, "\"")] = '\0';
  json_builder_begin_object (builder);
  probe_add_string (builder, "response", found);
  json_builder_end_object (builder);
  return TRUE;
}

/* "WWW-Authenticate: Digest …", or the value alone. */
static const char *
probe_strip_name (const char     *line,
                  PhoneSipHeader *out_header)
{
  static const PhoneSipHeader headers[] = { PHONE_SIP_HEADER_WWW_AUTHENTICATE, PHONE_SIP_HEADER_PROXY_AUTHENTICATE };

  *out_header = PHONE_SIP_HEADER_WWW_AUTHENTICATE;
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      const char *name = phone_sip_header_get_name (headers[i]);
      gsize length = strlen (name);

      if (g_ascii_strncasecmp (line, name, length) == 0 && line[length] == ':')
        {
          *out_header = headers[i];
          return line + length + 1 + strspn (line + length + 1, " \t");
        }
    }

  return line;
}

static PhoneSipMessage *
probe_make_401 (JsonArray  *headers,
                GError    **error)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_response (401, NULL);

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, "SIP/2.0/WSS a.invalid;branch=z9hG4bKa");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_FROM, "<sip:a@a.invalid>;tag=a");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_TO, "<sip:a@a.invalid>;tag=b");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CALL_ID, "a");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CSEQ, "1 REGISTER");

  for (guint i = 0; i < json_array_get_length (headers); i++)
    {
      const char *line = probe_get_string (json_array_get_element (headers, i));
      PhoneSipHeader header;

      if (line != NULL)
        {
          line = probe_strip_name (line, &header);
          phone_sip_message_builder_add (builder, header, line);
        }
    }

  return phone_sip_message_builder_end (builder, error);
}

static int
probe_find_challenge (JsonArray               *headers,
                      const PhoneSipChallenge *chosen)
{
  for (guint i = 0; i < json_array_get_length (headers); i++)
    {
      const char *line = probe_get_string (json_array_get_element (headers, i));
      g_autoptr (PhoneSipChallenge) challenge = NULL;
      PhoneSipHeader header;

      if (line == NULL)
        continue;

      line = probe_strip_name (line, &header);
      challenge = phone_sip_challenge_parse (line, header == PHONE_SIP_HEADER_PROXY_AUTHENTICATE, NULL);
      if (challenge != NULL && challenge->algorithm == chosen->algorithm && strcmp (challenge->realm, chosen->realm) == 0 &&
          strcmp (challenge->nonce, chosen->nonce) == 0)
        return i;
    }

  return -1;
}

static gboolean
probe_challenges (JsonBuilder  *builder,
                  JsonNode     *input,
                  GError      **error)
{
  JsonObject *object = input != NULL && JSON_NODE_HOLDS_OBJECT (input) ? json_node_get_object (input) : NULL;
  JsonNode *list = object != NULL ? json_object_get_member (object, "headers") : NULL;
  const char *method = probe_get_member (input, "method"), *uri = probe_get_member (input, "uri"), *body = probe_get_member (input, "body");
  g_autoptr (PhoneSipCredentials) credentials = NULL;
  g_autoptr (PhoneSipMessage) response = NULL;
  g_autoptr (GPtrArray) chosen = NULL;
  g_autofree char *authorization = NULL;

  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list) || method == NULL || uri == NULL)
    return probe_fail (error, "The input has no headers, method or uri");

  response = probe_make_401 (json_node_get_array (list), error);
  if (response == NULL)
    return FALSE;

  credentials = probe_get_credentials (input);
  chosen = phone_sip_digest_choose (response, credentials);
  if (chosen->len > 0)
    authorization = phone_sip_digest_authorize (chosen->pdata[0], credentials, method, uri, body, body != NULL ? strlen (body) : 0,
                                                probe_get_member (input, "cnonce"), 1, NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "chosen");
  if (chosen->len > 0)
    json_builder_add_int_value (builder, probe_find_challenge (json_node_get_array (list), chosen->pdata[0]));
  else
    json_builder_add_null_value (builder);
  probe_add_string (builder, "authorization", authorization);
  json_builder_end_object (builder);
  return TRUE;
}

/* In JsSIP's own tests the sockets are objects of the program and no part of the text. */
static void
probe_complete_config (JsonNode *input)
{
  if (JSON_NODE_HOLDS_OBJECT (input) && !json_object_has_member (json_node_get_object (input), "sockets"))
    json_object_set_string_member (json_node_get_object (input), "sockets", "wss://probe.invalid");
}

static gboolean
probe_config (JsonBuilder  *builder,
              JsonNode     *input,
              GError      **error)
{
  g_autofree char *json = NULL, *out = NULL;
  PhoneAccountSecrets *secrets = NULL;
  g_autoptr (PhoneAccount) account = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (input == NULL)
    return probe_fail (error, "There is no input");

  probe_complete_config (input);
  json = json_to_string (input, FALSE);
  account = phone_account_from_json (json, -1, &secrets, error);
  g_clear_pointer (&secrets, phone_account_secrets_free);
  if (account == NULL)
    return FALSE;

  out = phone_account_to_json (account);
  node = json_from_string (out, error);
  if (node == NULL)
    return FALSE;

  /* JsSIP keeps this one in milliseconds. */
  json_object_set_int_member (json_node_get_object (node), "no_answer_timeout_ms",
                              (gint64) phone_account_get_no_answer_timeout (account) * 1000);
  json_builder_add_value (builder, g_steal_pointer (&node));
  return TRUE;
}

static gboolean
probe_uri_equal (JsonBuilder  *builder,
                 JsonNode     *input,
                 GError      **error)
{
  JsonArray *pair = input != NULL && JSON_NODE_HOLDS_ARRAY (input) ? json_node_get_array (input) : NULL;
  g_autoptr (PhoneSipUri) a = NULL, b = NULL;
  const char *first, *second;

  if (pair == NULL || json_array_get_length (pair) != 2)
    return probe_fail (error, "The input is not a pair");

  first = probe_get_string (json_array_get_element (pair, 0));
  second = probe_get_string (json_array_get_element (pair, 1));
  if (first == NULL || second == NULL)
    return probe_fail (error, "The input is not a pair of texts");

  a = phone_sip_uri_parse (first, -1, error);
  b = a != NULL ? phone_sip_uri_parse (second, -1, error) : NULL;
  if (b == NULL)
    return FALSE;

  json_builder_add_boolean_value (builder, phone_sip_uri_equal (a, b));
  return TRUE;
}

static const struct { const char *kind; gboolean (*run) (JsonBuilder *builder, JsonNode *input, GError **error); } probes[] = {
  { "uri", probe_uri },
  { "nameaddr", probe_nameaddr },
  { "target", probe_target },
  { "start-line", probe_start_line },
  { "message", probe_message },
  { "digest", probe_digest },
  { "challenges", probe_challenges },
  { "config", probe_config },
  { "uri-equal", probe_uri_equal },
};

static gboolean
probe_run (JsonBuilder  *builder,
           const char   *kind,
           JsonNode     *input,
           GError      **error)
{
  const char *text = probe_get_string (input);

  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    if (strcmp (probes[i].kind, kind) == 0)
      return probes[i].run (builder, input, error);

  if (!g_str_has_prefix (kind, "header:"))
    return probe_fail (error, "There is no such kind");
  if (text == NULL)
    return probe_fail (error, "The input is not a text");

  return probe_header (builder, kind + strlen ("header:"), text, error);
}

/* The JSON parser recurses. */
static gboolean
probe_is_deep (const char *line,
               gsize       length)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (quoted && line[i] == '\\')
        i++;
      else if (line[i] == '"')
        quoted = !quoted;
      else if (!quoted && (line[i] == '[' || line[i] == '{') && ++depth > 64)
        return TRUE;
      else if (!quoted && (line[i] == ']' || line[i] == '}') && depth > 0)
        depth--;
    }

  return FALSE;
}

static JsonNode *
probe_answer (const char  *line,
              gsize        length,
              GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) array = NULL;
  JsonNode *root;
  const char *kind;

  if (probe_is_deep (line, length))
    {
      probe_fail (error, "The input is nested too deeply");
      return NULL;
    }

  if (!json_parser_load_from_data (parser, line, length, error))
    return NULL;

  root = json_parser_get_root (parser);
  kind = probe_get_member (root, "kind");
  if (kind == NULL)
    {
      probe_fail (error, "There is no kind");
      return NULL;
    }

  /* The builder makes objects and arrays only. */
  json_builder_begin_array (builder);
  if (!probe_run (builder, kind, json_object_get_member (json_node_get_object (root), "input"), error))
    return NULL;
  json_builder_end_array (builder);

  array = json_builder_get_root (builder);
  return json_array_dup_element (json_node_get_array (array), 0);
}

static void
probe_print (const char *line,
             gsize       length)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  JsonNode *value = probe_answer (line, length, &error);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, value != NULL);
  if (value != NULL)
    {
      json_builder_set_member_name (builder, "value");
      json_builder_add_value (builder, value);
    }
  else
    {
      probe_add_string (builder, "error", error != NULL ? error->message : "This cannot be read");
    }
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  puts (text);
  fflush (stdout);
}

int
main (void)
{
  char *line = NULL;
  size_t allocated = 0;
  ssize_t length;

  while ((length = getline (&line, &allocated, stdin)) >= 0)
    probe_print (line, length);

  free (line);
  return 0;
}
