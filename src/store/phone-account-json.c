/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The account file: JsSIP's configuration object with JsSIP's names, defaults and checks, plus "pcConfig" as in WebRTC and "tls".
 * One row a key. As in JsSIP null, "", [] and NaN stand for the default. Stricter than JsSIP in two points: an unknown key and a
 * socket that is none are errors, because a person wrote them, and nothing with a line break may reach a SIP header.
 *
 * The same reader takes the settings of the database, so what was stored once is checked again. */

#include "config.h"
#include "phone-account-json-private.h"

#include <string.h>

#include "phone-store-error.h"

#define MAX_FILE  (256 * 1024)
#define MAX_DEPTH 16    /* the JSON parser recurses */

/* The order is that of the error when several are wrong. */
const PhoneAccountKey phone_account_keys[PHONE_ACCOUNT_N_KEYS] = {
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
  for (guint i = 0; i < PHONE_ACCOUNT_N_KEYS; i++)
    if (strcmp (phone_account_keys[i].key, name) == 0)
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
phone_account_json_read_key (PhoneAccount           *account,
                             PhoneAccountSecrets    *secrets,
                             const PhoneAccountKey  *key,
                             JsonNode               *node,
                             GError                **error)
{
  PhoneAccountReading reading = { account, secrets, key->key, key->property, node };
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
  for (guint i = 0; i < PHONE_ACCOUNT_N_KEYS; i++)
    {
      JsonNode *node = json_object_get_member (object, phone_account_keys[i].key);
      gboolean mandatory = i < 2;

      if (!phone_account_json_is_empty (node))
        {
          if (!phone_account_json_read_key (account, secrets, &phone_account_keys[i], node, error))
            return FALSE;
        }
      else if (mandatory)
        {
          g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "“%s” is missing", phone_account_keys[i].key);
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

  for (guint i = 0; i < PHONE_ACCOUNT_N_KEYS; i++)
    if (strcmp (phone_account_keys[i].key, key) == 0)
      {
        if (*text != '\0')
          return phone_account_json_read_key (account, secrets, &phone_account_keys[i], node, error);
        problem = i < 2 ? "is missing" : NULL;
      }
  if (strcmp (key, "pcConfig.iceServers.urls") == 0 && *text != '\0')
    problem = phone_account_json_check_ice_url (text);
  if (problem == NULL)
    return TRUE;
  g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "“%s” %s", key, problem);

  return FALSE;
}
