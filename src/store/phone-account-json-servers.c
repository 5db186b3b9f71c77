/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the account file says of servers: "sockets" as JsSIP takes them, "pcConfig" as WebRTC does, and "tls". A member that nobody
 * knows is an error, as a key is. */
#include "config.h"
#include "phone-account-json-private.h"

#include <string.h>

#define MAX_SERVERS 32

#define TURNS_PROBLEM "names a “turns:” server, which cannot be reached encrypted here; use “turn:”"

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
phone_account_json_add_socket (PhoneAccountReading *reading,
                               JsonNode            *node)
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

const char *
phone_account_json_read_sockets (PhoneAccountReading *reading)
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

const char *
phone_account_json_check_ice_url (const char *url)
{
  if (!phone_account_uri_is_ice_server (url))
    return "must be a URL like “stun:stun.example.com:3478” or “turn:turn.example.com”";
  if (g_ascii_strncasecmp (url, "turns:", 6) == 0)
    return TURNS_PROBLEM;

  return NULL;
}

static const char *
phone_account_json_add_ice_url (PhoneAccountReading *reading,
                                JsonNode            *node,
                                const char          *username,
                                const char          *credential)
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
phone_account_json_add_ice_server (PhoneAccountReading *reading,
                                   JsonNode            *node)
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
phone_account_json_read_ice_servers (PhoneAccountReading *reading,
                                     JsonNode            *node)
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
phone_account_json_read_ice_policy (PhoneAccountReading *reading,
                                    JsonNode            *node)
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

const char *
phone_account_json_read_pc_config (PhoneAccountReading *reading)
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

const char *
phone_account_json_read_tls (PhoneAccountReading *reading)
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
