/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An account as a file again, row by row of the table it was read by; secrets are in no row that has a property. */
#include "config.h"
#include "phone-account-json-private.h"

#include <string.h>

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
phone_account_json_add_property (JsonBuilder           *builder,
                                 PhoneAccount          *account,
                                 const PhoneAccountKey *key)
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
phone_account_json_add_derived (JsonBuilder           *builder,
                                PhoneAccount          *account,
                                const PhoneAccountKey *key)
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

char *
phone_account_json_write (PhoneAccount *account,
                          gboolean      derived)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; i < PHONE_ACCOUNT_N_KEYS; i++)
    {
      if (phone_account_keys[i].property == NULL || (derived && phone_account_json_add_derived (builder, account, &phone_account_keys[i])))
        continue;
      if (phone_account_keys[i].read == phone_account_json_read_tls)
        {
          json_builder_set_member_name (builder, phone_account_keys[i].key);
          phone_account_json_add_tls (builder, account);
        }
      else
        phone_account_json_add_property (builder, account, &phone_account_keys[i]);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);

  return json_to_string (root, derived);
}
