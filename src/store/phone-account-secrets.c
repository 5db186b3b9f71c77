/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const struct
{
  const char *key;
  size_t      offset;
} texts[] = {
  { "password",          G_STRUCT_OFFSET (PhoneAccountSecrets, password) },
  { "ha1",               G_STRUCT_OFFSET (PhoneAccountSecrets, ha1) },
  { "authorization_jwt", G_STRUCT_OFFSET (PhoneAccountSecrets, authorization_jwt) },
};

static char **
phone_account_secrets_text (const PhoneAccountSecrets *self,
                            guint                      n)
{
  return (char **) G_STRUCT_MEMBER_P (self, texts[n].offset);
}

static void
phone_account_secrets_read_credentials (PhoneAccountSecrets *self,
                                        JsonObject          *object)
{
  JsonObjectIter iter;
  const char *url;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &url, &node))
    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      g_hash_table_insert (self->credentials, g_strdup (url), json_node_dup_string (node));
}

static void
phone_account_secrets_read (PhoneAccountSecrets *self,
                            JsonObject          *object)
{
  JsonNode *credentials = json_object_get_member (object, "credentials");

  for (guint n = 0; n < G_N_ELEMENTS (texts); n++)
    *phone_account_secrets_text (self, n) = g_strdup (json_object_get_string_member_with_default (object, texts[n].key, NULL));
  if (credentials != NULL && JSON_NODE_HOLDS_OBJECT (credentials))
    phone_account_secrets_read_credentials (self, json_node_get_object (credentials));
}

static void
phone_account_secrets_write_credentials (const PhoneAccountSecrets *self,
                                         JsonBuilder               *builder)
{
  GHashTableIter iter;
  const char *url, *credential;

  json_builder_set_member_name (builder, "credentials");
  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, self->credentials);
  while (g_hash_table_iter_next (&iter, (gpointer *) &url, (gpointer *) &credential))
    {
      json_builder_set_member_name (builder, url);
      json_builder_add_string_value (builder, credential);
    }
  json_builder_end_object (builder);
}

/* The one item of the key ring. */
char *
phone_account_secrets_to_json (const PhoneAccountSecrets *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint n = 0; n < G_N_ELEMENTS (texts); n++)
    if (*phone_account_secrets_text (self, n) != NULL)
      {
        json_builder_set_member_name (builder, texts[n].key);
        json_builder_add_string_value (builder, *phone_account_secrets_text (self, n));
      }
  if (g_hash_table_size (self->credentials) > 0)
    phone_account_secrets_write_credentials (self, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

/* An item that somebody else has changed into nonsense is as good as none. */
PhoneAccountSecrets *
phone_account_secrets_from_json (const char *json)
{
  g_autoptr(PhoneAccountSecrets) self = phone_account_secrets_new ();
  g_autoptr(JsonNode) root = json_from_string (json, NULL);

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    phone_account_secrets_read (self, json_node_get_object (root));

  return g_steal_pointer (&self);
}

void
phone_account_secrets_wipe (char *text)
{
  if (text == NULL)
    return;
  explicit_bzero (text, strlen (text));
  g_free (text);
}

/**
 * phone_account_secrets_new:
 *
 * Returns: (transfer full): secrets without anything in them
 */
PhoneAccountSecrets *
phone_account_secrets_new (void)
{
  PhoneAccountSecrets *self = g_new0 (PhoneAccountSecrets, 1);

  self->credentials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) phone_account_secrets_wipe);

  return self;
}

/**
 * phone_account_secrets_copy:
 * @self: (nullable): secrets
 *
 * Returns: (transfer full): a deep copy; empty secrets for %NULL
 */
PhoneAccountSecrets *
phone_account_secrets_copy (const PhoneAccountSecrets *self)
{
  PhoneAccountSecrets *copy = phone_account_secrets_new ();
  GHashTableIter iter;
  const char *url, *credential;

  if (self == NULL)
    return copy;

  for (guint n = 0; n < G_N_ELEMENTS (texts); n++)
    *phone_account_secrets_text (copy, n) = g_strdup (*phone_account_secrets_text (self, n));
  g_hash_table_iter_init (&iter, self->credentials);
  while (g_hash_table_iter_next (&iter, (gpointer *) &url, (gpointer *) &credential))
    g_hash_table_insert (copy->credentials, g_strdup (url), g_strdup (credential));

  return copy;
}

/**
 * phone_account_secrets_free:
 * @self: (nullable): secrets
 *
 * Overwrites and frees them.
 */
void
phone_account_secrets_free (PhoneAccountSecrets *self)
{
  if (self == NULL)
    return;

  for (guint n = 0; n < G_N_ELEMENTS (texts); n++)
    phone_account_secrets_wipe (*phone_account_secrets_text (self, n));
  g_hash_table_unref (self->credentials);
  g_free (self);
}

/**
 * phone_account_secrets_is_empty:
 *
 * Returns: whether there is nothing to keep. Saving empty secrets clears those of the key ring
 */
gboolean
phone_account_secrets_is_empty (const PhoneAccountSecrets *self)
{
  return self->password == NULL && self->ha1 == NULL && self->authorization_jwt == NULL && g_hash_table_size (self->credentials) == 0;
}
