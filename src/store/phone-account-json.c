/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The account file: JsSIP's configuration object with JsSIP's names, defaults and checks, plus "pcConfig" as in WebRTC and "tls".
 * One row a key. As in JsSIP null, "", [] and NaN stand for the default. Stricter than JsSIP in two points: an unknown key and a
 * socket that is none are errors, because a person wrote them, and nothing with a line break may reach a SIP header.
 *
 * The same reader takes the settings of the database, so what was stored once is checked again. */

#include "config.h"
#include "phone-account-private.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "phone-store-error.h"

#define MAX_FILE    (256 * 1024)
#define MAX_DEPTH   16                  /* the JSON parser recurses */
#define MAX_TEXT    8192
#define MAX_SERVERS 32
#define MAX_SECONDS 4294967.0           /* in milliseconds it still fits 32 bits */

#define TURNS_PROBLEM "names a “turns:” server, which cannot be reached encrypted here; use “turn:”"

/* One value on its way in. A reader that goes into an object names the inner key before it complains. */
typedef struct
{
  PhoneAccount        *account;
  PhoneAccountSecrets *secrets;
  const char          *key;
  const char          *property;
  JsonNode            *node;
} Reading;

typedef struct
{
  const char *key;
  const char *property;                         /* of PhoneAccount */
  const char *(*read) (Reading *reading);       /* what is wrong, or NULL */
} Key;

static gboolean
phone_account_json_is_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
phone_account_json_is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) &&
         (json_node_get_value_type (node) == G_TYPE_INT64 || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

static gboolean
phone_account_json_is_empty (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node) ||
         (phone_account_json_is_text (node) && *json_node_get_string (node) == '\0') ||
         (JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) == 0) ||
         (phone_account_json_is_number (node) && isnan (json_node_get_double (node)));
}

/* JavaScript's String () of a plain value. */
static char *
phone_account_json_dup_text (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (phone_account_json_is_text (node))
    return json_node_dup_string (node);

  return json_to_string (node, FALSE);
}

static const char *
phone_account_json_check_plain (const char *text)
{
  if (strlen (text) > MAX_TEXT)
    return "is too long";
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < ' ' || *p == 0x7f)
      return "must not contain control characters";

  return NULL;
}

static const char *
phone_account_json_read_text (Reading *reading)
{
  g_autofree char *text = phone_account_json_dup_text (reading->node);
  const char *problem = text != NULL ? phone_account_json_check_plain (text) : "must be a text";

  if (problem == NULL)
    g_object_set (reading->account, reading->property, text, NULL);

  return problem;
}

static const char *
phone_account_json_read_string (Reading *reading)
{
  return phone_account_json_is_text (reading->node) ? phone_account_json_read_text (reading) : "must be a text";
}

static const char *
phone_account_json_read_flag (Reading *reading)
{
  if (!JSON_NODE_HOLDS_VALUE (reading->node) || json_node_get_value_type (reading->node) != G_TYPE_BOOLEAN)
    return "must be true or false";
  g_object_set (reading->account, reading->property, json_node_get_boolean (reading->node), NULL);

  return NULL;
}

/* A number with nothing after the point, also as a text: JsSIP's isDecimal (). -1 if it is none. */
static double
phone_account_json_get_seconds (JsonNode *node)
{
  double seconds = -1;
  char *end = NULL;

  if (phone_account_json_is_number (node))
    seconds = json_node_get_double (node);
  else if (phone_account_json_is_text (node))
    {
      seconds = g_ascii_strtod (json_node_get_string (node), &end);
      if (*end != '\0')
        return -1;
    }

  return isfinite (seconds) && seconds == floor (seconds) ? seconds : -1;
}

static const char *
phone_account_json_read_seconds (Reading *reading)
{
  double seconds = phone_account_json_get_seconds (reading->node);

  if (seconds < 0)
    return "must be a whole number of seconds, 0 or more";
  if (seconds > MAX_SECONDS)
    return "is too large";
  g_object_set (reading->account, reading->property, (guint) seconds, NULL);

  return NULL;
}

static const char *
phone_account_json_read_positive (Reading *reading)
{
  return phone_account_json_get_seconds (reading->node) == 0 ? "must be a whole number of seconds above 0"
                                                              : phone_account_json_read_seconds (reading);
}

static const char *
phone_account_json_read_sip_uri (Reading    *reading,
                                 gboolean    needs_user,
                                 const char *problem)
{
  g_autofree char *uri = NULL;

  if (!phone_account_json_is_text (reading->node))
    return problem;
  uri = phone_account_uri_normalize (json_node_get_string (reading->node), needs_user);
  if (uri == NULL)
    return problem;
  g_object_set (reading->account, reading->property, uri, NULL);

  return NULL;
}

static const char *
phone_account_json_read_uri (Reading *reading)
{
  return phone_account_json_read_sip_uri (reading, TRUE, "must be a SIP address with a user, as in “sip:alice@example.com”");
}

static const char *
phone_account_json_read_contact_uri (Reading *reading)
{
  const char *problem = "must be a SIP URI, as in “sip:alice@host.invalid;transport=ws”";

  if (!phone_account_json_is_text (reading->node) || g_ascii_strncasecmp (json_node_get_string (reading->node), "sip", 3) != 0)
    return problem;

  return phone_account_json_read_sip_uri (reading, FALSE, problem);
}

static const char *
phone_account_json_read_registrar (Reading *reading)
{
  const char *problem = "must be a SIP URI without a user, as in “sip:registrar.example.com”";

  if (!phone_account_json_is_text (reading->node) || strchr (json_node_get_string (reading->node), '@') != NULL)
    return problem;

  return phone_account_json_read_sip_uri (reading, FALSE, problem);
}

static const char *
phone_account_json_read_uuid (Reading *reading)
{
  const char *problem = "must be a UUID";
  const char *text;

  if (!phone_account_json_is_text (reading->node))
    return problem;
  text = json_node_get_string (reading->node);
  if (g_ascii_strncasecmp (text, "uuid:", 5) == 0)
    text += 5;
  if (!g_uuid_string_is_valid (text))
    return problem;
  g_object_set (reading->account, reading->property, text, NULL);

  return NULL;
}

/* It goes between quotation marks (RFC 3261 §25.1, quoted-string). */
static const char *
phone_account_json_read_authorization_user (Reading *reading)
{
  g_autofree char *text = phone_account_json_dup_text (reading->node);

  for (const char *p = text; p != NULL && *p != '\0'; p++)
    {
      if (*p == '"' || (*p == '\\' && p[1] == '\0'))
        return "must not contain quotation marks";
      if (*p == '\\')
        p++;
    }

  return phone_account_json_read_text (reading);
}

static const char *
phone_account_json_read_tag (Reading *reading)
{
  if (!phone_account_json_is_text (reading->node))
    return "must be a text";
  for (const char *p = json_node_get_string (reading->node); *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~", *p) == NULL)
      return "must consist of letters, digits and -.!%*_+`'~";

  return phone_account_json_read_text (reading);
}

static const char *
phone_account_json_read_refresh_method (Reading *reading)
{
  g_autofree char *method = NULL;

  if (!phone_account_json_is_text (reading->node))
    return "must be “INVITE” or “UPDATE”";
  method = g_ascii_strup (json_node_get_string (reading->node), -1);
  if (strcmp (method, "INVITE") != 0 && strcmp (method, "UPDATE") != 0)
    return "must be “INVITE” or “UPDATE”";
  g_object_set (reading->account, reading->property, method, NULL);

  return NULL;
}

static const char *
phone_account_json_read_headers (Reading *reading)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) lines = NULL;
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (reading->node))
    return "must be an array of header lines";
  array = json_node_get_array (reading->node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *line = phone_account_json_is_text (node) ? json_node_get_string (node) : NULL;

      if (line == NULL)
        continue;
      if (strchr (line, ':') == NULL || *line == ':' || phone_account_json_check_plain (line) != NULL)
        return "must consist of lines like “X-Name: value”";
      g_strv_builder_add (builder, line);
    }
  lines = g_strv_builder_end (builder);
  g_object_set (reading->account, reading->property, lines, NULL);

  return NULL;
}

static const char *
phone_account_json_take_secret (Reading  *reading,
                                char    **secret)
{
  g_autofree char *text = phone_account_json_dup_text (reading->node);
  const char *problem = text != NULL ? phone_account_json_check_plain (text) : "must be a text";

  if (problem != NULL)
    return problem;
  phone_account_secrets_wipe (*secret);
  *secret = g_steal_pointer (&text);

  return NULL;
}

static const char *
phone_account_json_read_password (Reading *reading)
{
  return phone_account_json_take_secret (reading, &reading->secrets->password);
}

static const char *
phone_account_json_read_ha1 (Reading *reading)
{
  return phone_account_json_take_secret (reading, &reading->secrets->ha1);
}

static const char *
phone_account_json_read_jwt (Reading *reading)
{
  if (!phone_account_json_is_text (reading->node))
    return "must be a text";

  return phone_account_json_take_secret (reading, &reading->secrets->authorization_jwt);
}

/* The first member that is none of the allowed ones, as "key.member". */
static const char *
phone_account_json_find_stranger (const char         *key,
                                  JsonObject         *object,
                                  const char * const *allowed)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    if (!g_strv_contains (allowed, name))
      {
        g_autofree char *path = g_strconcat (key, ".", name, NULL);

        return g_intern_string (strlen (path) < 100 ? path : key);
      }

  return NULL;
}

static const char *
phone_account_json_add_socket (Reading  *reading,
                               JsonNode *node)
{
  static const char * const members[] = { "url", "weight", NULL };
  const char *problem = "must name WebSocket servers, as in “wss://example.com”";
  JsonNode *url = node, *weight = NULL;
  double number = 0;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      const char *stranger = phone_account_json_find_stranger ("sockets", json_node_get_object (node), members);

      if (stranger != NULL)
        {
          reading->key = stranger;
          return "is not known";
        }
      url = json_object_get_member (json_node_get_object (node), "url");
      weight = json_object_get_member (json_node_get_object (node), "weight");
    }
  if (url == NULL || !phone_account_json_is_text (url) || !phone_account_uri_is_websocket (json_node_get_string (url)))
    return problem;
  if (weight != NULL && !JSON_NODE_HOLDS_NULL (weight))
    {
      reading->key = "sockets.weight";
      if (!phone_account_json_is_number (weight))
        return "must be a number";
      number = json_node_get_double (weight);
      if (!(ABS (number) <= G_MAXINT))
        return "is too large";
    }
  phone_account_add_socket (reading->account, json_node_get_string (url), (int) number);

  return NULL;
}

static const char *
phone_account_json_read_sockets (Reading *reading)
{
  JsonArray *array;
  const char *problem = NULL;

  if (!JSON_NODE_HOLDS_ARRAY (reading->node))
    return phone_account_json_add_socket (reading, reading->node);
  array = json_node_get_array (reading->node);
  if (json_array_get_length (array) > MAX_SERVERS)
    return "names too many servers";
  for (guint i = 0; i < json_array_get_length (array) && problem == NULL; i++)
    problem = phone_account_json_add_socket (reading, json_array_get_element (array, i));

  return problem;
}

static const char *
phone_account_json_check_ice_url (const char *url)
{
  if (!phone_account_uri_is_ice_server (url))
    return "must be a URL like “stun:stun.example.com:3478” or “turn:turn.example.com”";
  if (g_ascii_strncasecmp (url, "turns:", 6) == 0)
    return TURNS_PROBLEM;

  return NULL;
}

static const char *
phone_account_json_add_ice_url (Reading    *reading,
                                JsonNode   *node,
                                const char *username,
                                const char *credential)
{
  const char *url = phone_account_json_is_text (node) ? json_node_get_string (node) : "";
  const char *problem = phone_account_json_check_ice_url (url);

  if (problem != NULL)
    return problem;
  if (phone_account_get_n_ice_servers (reading->account) >= MAX_SERVERS)
    return "names too many servers";
  phone_account_add_ice_server (reading->account, url, username);
  if (credential != NULL && *credential != '\0')
    g_hash_table_insert (reading->secrets->credentials, g_strdup (url), g_strdup (credential));

  return NULL;
}

static const char *
phone_account_json_get_member_text (JsonObject *object,
                                    const char *name,
                                    gboolean   *out_bad)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (!phone_account_json_is_text (node) || phone_account_json_check_plain (json_node_get_string (node)) != NULL)
    {
      *out_bad = TRUE;
      return NULL;
    }

  return json_node_get_string (node);
}

static const char *
phone_account_json_add_ice_server (Reading  *reading,
                                   JsonNode *node)
{
  static const char * const members[] = { "urls", "username", "credential", NULL };
  const char *username, *credential, *stranger, *problem = NULL;
  gboolean bad = FALSE;
  JsonNode *urls;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return "must be an array of objects with “urls”";
  stranger = phone_account_json_find_stranger ("pcConfig.iceServers", json_node_get_object (node), members);
  if (stranger != NULL)
    {
      reading->key = stranger;
      return "is not known";
    }
  username = phone_account_json_get_member_text (json_node_get_object (node), "username", &bad);
  credential = phone_account_json_get_member_text (json_node_get_object (node), "credential", &bad);
  if (bad)
    return "must have plain texts as “username” and “credential”";

  reading->key = "pcConfig.iceServers.urls";
  urls = json_object_get_member (json_node_get_object (node), "urls");
  if (phone_account_json_is_empty (urls))
    return "is missing";
  if (!JSON_NODE_HOLDS_ARRAY (urls))
    return phone_account_json_add_ice_url (reading, urls, username, credential);
  for (guint i = 0; i < json_array_get_length (json_node_get_array (urls)) && problem == NULL; i++)
    problem = phone_account_json_add_ice_url (reading, json_array_get_element (json_node_get_array (urls), i), username, credential);

  return problem;
}

static const char *
phone_account_json_read_ice_servers (Reading  *reading,
                                     JsonNode *node)
{
  const char *problem = NULL;

  reading->key = "pcConfig.iceServers";
  if (phone_account_json_is_empty (node))
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return "must be an array of objects with “urls”";
  for (guint i = 0; i < json_array_get_length (json_node_get_array (node)) && problem == NULL; i++)
    problem = phone_account_json_add_ice_server (reading, json_array_get_element (json_node_get_array (node), i));

  return problem;
}

static const char *
phone_account_json_read_ice_policy (Reading  *reading,
                                    JsonNode *node)
{
  const char *policy;

  if (phone_account_json_is_empty (node))
    return NULL;
  reading->key = "pcConfig.iceTransportPolicy";
  policy = phone_account_json_is_text (node) ? json_node_get_string (node) : "";
  if (strcmp (policy, "all") != 0 && strcmp (policy, "relay") != 0)
    return "must be “all” or “relay”";
  g_object_set (reading->account, "relay-only", strcmp (policy, "relay") == 0, NULL);

  return NULL;
}

static const char *
phone_account_json_read_pc_config (Reading *reading)
{
  static const char * const members[] = { "iceServers", "iceTransportPolicy", NULL };
  const char *stranger, *problem;
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (reading->node))
    return "must be an object";
  object = json_node_get_object (reading->node);
  stranger = phone_account_json_find_stranger ("pcConfig", object, members);
  if (stranger != NULL)
    {
      reading->key = stranger;
      return "is not known";
    }
  problem = phone_account_json_read_ice_servers (reading, json_object_get_member (object, "iceServers"));

  return problem != NULL ? problem : phone_account_json_read_ice_policy (reading, json_object_get_member (object, "iceTransportPolicy"));
}

static const char *
phone_account_json_read_tls (Reading *reading)
{
  static const char * const members[] = { "ca", NULL };
  const char *stranger;

  if (!JSON_NODE_HOLDS_OBJECT (reading->node))
    return "must be an object";
  stranger = phone_account_json_find_stranger ("tls", json_node_get_object (reading->node), members);
  if (stranger != NULL)
    {
      reading->key = stranger;
      return "is not known";
    }
  reading->key = "tls.ca";
  reading->node = json_object_get_member (json_node_get_object (reading->node), "ca");

  return phone_account_json_is_empty (reading->node) ? NULL : phone_account_json_read_string (reading);
}

/* The order is that of the error when several are wrong. */
static const Key keys[] = {
  { "uri",                              "uri",                            phone_account_json_read_uri },
  { "sockets",                          "sockets",                        phone_account_json_read_sockets },
  { "authorization_user",               "authorization-user",             phone_account_json_read_authorization_user },
  { "password",                         NULL,                             phone_account_json_read_password },
  { "ha1",                              NULL,                             phone_account_json_read_ha1 },
  { "authorization_jwt",                NULL,                             phone_account_json_read_jwt },
  { "realm",                            "realm",                          phone_account_json_read_text },
  { "display_name",                     "display-name",                   phone_account_json_read_text },
  { "contact_uri",                      "contact-uri",                    phone_account_json_read_contact_uri },
  { "instance_id",                      "instance-id",                    phone_account_json_read_uuid },
  { "use_preloaded_route",              "use-preloaded-route",            phone_account_json_read_flag },
  { "session_timers",                   "session-timers",                 phone_account_json_read_flag },
  { "session_timers_refresh_method",    "session-timers-refresh-method",  phone_account_json_read_refresh_method },
  { "session_timers_force_refresher",   "session-timers-force-refresher", phone_account_json_read_flag },
  { "no_answer_timeout",                "no-answer-timeout",              phone_account_json_read_positive },
  { "register",                         "register",                       phone_account_json_read_flag },
  { "register_expires",                 "register-expires",               phone_account_json_read_seconds },
  { "register_from_tag_trail",          "register-from-tag-trail",        phone_account_json_read_tag },
  { "registrar_server",                 "registrar-server",               phone_account_json_read_registrar },
  { "connection_recovery_min_interval", "recovery-min",                   phone_account_json_read_positive },
  { "connection_recovery_max_interval", "recovery-max",                   phone_account_json_read_positive },
  { "user_agent",                       "user-agent",                     phone_account_json_read_string },
  { "extra_headers",                    "extra-headers",                  phone_account_json_read_headers },
  { "pcConfig",                         "ice-servers",                    phone_account_json_read_pc_config },
  { "tls",                              "ca-file",                        phone_account_json_read_tls },
};

static gboolean
phone_account_json_is_key (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].key, name) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
phone_account_json_check_keys (JsonObject  *object,
                               GError     **error)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    if (!phone_account_json_is_key (name))
      {
        g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "“%.100s” is not a known key of an account", name);
        return FALSE;
      }

  return TRUE;
}

static gboolean
phone_account_json_read_key (PhoneAccount         *account,
                             PhoneAccountSecrets  *secrets,
                             const Key            *key,
                             JsonNode             *node,
                             GError              **error)
{
  Reading reading = { account, secrets, key->key, key->property, node };
  const char *problem = key->read (&reading);

  if (problem == NULL)
    return TRUE;
  g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "“%s” %s", reading.key, problem);

  return FALSE;
}

static gboolean
phone_account_json_read_object (PhoneAccount         *account,
                                PhoneAccountSecrets  *secrets,
                                JsonObject           *object,
                                GError              **error)
{
  if (!phone_account_json_check_keys (object, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      JsonNode *node = json_object_get_member (object, keys[i].key);
      gboolean mandatory = i < 2;

      if (!phone_account_json_is_empty (node))
        {
          if (!phone_account_json_read_key (account, secrets, &keys[i], node, error))
            return FALSE;
        }
      else if (mandatory)
        {
          g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "“%s” is missing", keys[i].key);
          return FALSE;
        }
    }

  return TRUE;
}

/* Brackets within texts count too; an account has none of either. */
static gboolean
phone_account_json_is_too_deep (const char *json,
                                gsize       length)
{
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (json[i] == '[' || json[i] == '{')
        depth++;
      else if ((json[i] == ']' || json[i] == '}') && depth > 0)
        depth--;
      if (depth > MAX_DEPTH)
        return TRUE;
    }

  return FALSE;
}

static JsonNode *
phone_account_json_parse (const char  *json,
                          gsize        length,
                          GError     **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(GError) local_error = NULL;
  JsonNode *root;

  if (length > MAX_FILE || phone_account_json_is_too_deep (json, length) || !g_utf8_validate_len (json, length, NULL))
    {
      g_set_error_literal (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "the account is not a JSON object");
      return NULL;
    }
  if (!json_parser_load_from_data (parser, json, length, &local_error))
    {
      g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "the account is not valid JSON (%s)", local_error->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "the account is not a JSON object");
      return NULL;
    }

  return json_node_ref (root);
}

static void
phone_account_json_add_text (JsonBuilder *builder,
                             const char  *key,
                             const char  *text)
{
  json_builder_set_member_name (builder, key);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

static void
phone_account_json_add_sockets (JsonBuilder  *builder,
                                PhoneAccount *account)
{
  json_builder_begin_array (builder);
  for (guint n = 0; n < phone_account_get_n_sockets (account); n++)
    {
      int weight = 0;
      const char *url = phone_account_get_nth_socket (account, n, &weight);

      json_builder_begin_object (builder);
      phone_account_json_add_text (builder, "url", url);
      json_builder_set_member_name (builder, "weight");
      json_builder_add_int_value (builder, weight);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
phone_account_json_add_headers (JsonBuilder  *builder,
                                PhoneAccount *account)
{
  const char * const *lines = phone_account_get_extra_headers (account);

  json_builder_begin_array (builder);
  for (guint i = 0; lines[i] != NULL; i++)
    json_builder_add_string_value (builder, lines[i]);
  json_builder_end_array (builder);
}

static void
phone_account_json_add_pc_config (JsonBuilder  *builder,
                                  PhoneAccount *account)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "iceServers");
  json_builder_begin_array (builder);
  for (guint n = 0; n < phone_account_get_n_ice_servers (account); n++)
    {
      const char *username = NULL;
      const char *url = phone_account_get_nth_ice_server (account, n, &username);

      json_builder_begin_object (builder);
      phone_account_json_add_text (builder, "urls", url);
      if (username != NULL)
        phone_account_json_add_text (builder, "username", username);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  phone_account_json_add_text (builder, "iceTransportPolicy", phone_account_get_relay_only (account) ? "relay" : "all");
  json_builder_end_object (builder);
}

static void
phone_account_json_add_tls (JsonBuilder  *builder,
                            PhoneAccount *account)
{
  json_builder_begin_object (builder);
  if (phone_account_get_ca_file (account) != NULL)
    phone_account_json_add_text (builder, "ca", phone_account_get_ca_file (account));
  json_builder_end_object (builder);
}

static void
phone_account_json_add_property (JsonBuilder  *builder,
                                 PhoneAccount *account,
                                 const Key    *key)
{
  g_auto(GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (account), key->property, &value);
  json_builder_set_member_name (builder, key->key);
  if (G_VALUE_HOLDS_BOOLEAN (&value))
    json_builder_add_boolean_value (builder, g_value_get_boolean (&value));
  else if (G_VALUE_HOLDS_UINT (&value))
    json_builder_add_int_value (builder, g_value_get_uint (&value));
  else if (G_VALUE_HOLDS_STRING (&value) && g_value_get_string (&value) != NULL)
    json_builder_add_string_value (builder, g_value_get_string (&value));
  else if (key->read == phone_account_json_read_sockets)
    phone_account_json_add_sockets (builder, account);
  else if (key->read == phone_account_json_read_headers)
    phone_account_json_add_headers (builder, account);
  else if (key->read == phone_account_json_read_pc_config)
    phone_account_json_add_pc_config (builder, account);
  else
    json_builder_add_null_value (builder);
}

/* Defaults that are not stored: they follow the URI when it changes, or say the same as nothing. */
static gboolean
phone_account_json_add_derived (JsonBuilder  *builder,
                                PhoneAccount *account,
                                const Key    *key)
{
  if (strcmp (key->key, "authorization_user") == 0)
    phone_account_json_add_text (builder, key->key, phone_account_get_authorization_user (account));
  else if (strcmp (key->key, "register_from_tag_trail") == 0 && phone_account_get_register_from_tag_trail (account) == NULL)
    phone_account_json_add_text (builder, key->key, "");
  else if (strcmp (key->key, "registrar_server") == 0 && phone_account_get_registrar_server (account) == NULL)
    {
      const char *uri = phone_account_get_uri (account);
      const char *at = strchr (uri, '@');
      g_autofree char *host = at != NULL ? g_strndup (at + 1, strcspn (at + 1, ";?")) : NULL;
      g_autofree char *registrar = host != NULL ? g_strconcat (g_str_has_prefix (uri, "sips:") ? "sips:" : "sip:", host, NULL) : NULL;

      phone_account_json_add_text (builder, key->key, registrar);
    }
  else
    return FALSE;

  return TRUE;
}

static char *
phone_account_json_write (PhoneAccount *account,
                          gboolean      derived)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (keys[i].property == NULL || (derived && phone_account_json_add_derived (builder, account, &keys[i])))
        continue;
      if (keys[i].read == phone_account_json_read_tls)
        {
          json_builder_set_member_name (builder, keys[i].key);
          phone_account_json_add_tls (builder, account);
        }
      else
        phone_account_json_add_property (builder, account, &keys[i]);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);

  return json_to_string (root, derived);
}

char *
phone_account_to_settings (PhoneAccount *self)
{
  return phone_account_json_write (self, FALSE);
}

/**
 * phone_account_from_json:
 * @json: an account file: JsSIP's configuration object, with "pcConfig" and "tls"
 * @length: its length in bytes, or -1
 * @out_secrets: (out) (optional): what belongs into the key ring
 * @error: return location
 *
 * Reads and checks an account. `null`, `""` and `[]` stand for the default.
 *
 * Returns: (transfer full): the account, or %NULL with %PHONE_STORE_ERROR_INVALID and a sentence that names the key
 */
PhoneAccount *
phone_account_from_json (const char           *json,
                         gssize                length,
                         PhoneAccountSecrets **out_secrets,
                         GError              **error)
{
  g_autoptr(PhoneAccount) account = phone_account_new ();
  g_autoptr(PhoneAccountSecrets) secrets = phone_account_secrets_new ();
  g_autoptr(JsonNode) root = NULL;

  g_return_val_if_fail (json != NULL, NULL);

  root = phone_account_json_parse (json, length >= 0 ? (gsize) length : strlen (json), error);
  if (root == NULL || !phone_account_json_read_object (account, secrets, json_node_get_object (root), error))
    return NULL;
  if (out_secrets != NULL)
    *out_secrets = g_steal_pointer (&secrets);

  return g_steal_pointer (&account);
}

/**
 * phone_account_to_json:
 * @self: an account
 *
 * Returns: (transfer full): the account as JSON with the defaults filled in, times in seconds, without any secret
 */
char *
phone_account_to_json (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return phone_account_json_write (self, TRUE);
}

/**
 * phone_account_check_text:
 * @key: a key of the account file that takes a text, or "pcConfig.iceServers.urls"
 * @text: what a person typed; "" stands for the default
 * @error: return location
 *
 * Checks one value as phone_account_from_json() would, for forms that are checked while they are filled in.
 *
 * Returns: whether it is good; otherwise %PHONE_STORE_ERROR_INVALID is set
 */
gboolean
phone_account_check_text (const char  *key,
                          const char  *text,
                          GError     **error)
{
  g_autoptr(PhoneAccount) account = phone_account_new ();
  g_autoptr(PhoneAccountSecrets) secrets = phone_account_secrets_new ();
  g_autoptr(JsonNode) node = json_node_init_string (json_node_alloc (), text);
  const char *problem = NULL;

  g_return_val_if_fail (key != NULL && text != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].key, key) == 0)
      {
        if (*text != '\0')
          return phone_account_json_read_key (account, secrets, &keys[i], node, error);
        problem = i < 2 ? "is missing" : NULL;
      }
  if (strcmp (key, "pcConfig.iceServers.urls") == 0 && *text != '\0')
    problem = phone_account_json_check_ice_url (text);
  if (problem == NULL)
    return TRUE;
  g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "“%s” %s", key, problem);

  return FALSE;
}
