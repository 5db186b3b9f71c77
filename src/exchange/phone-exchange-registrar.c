/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The registrar (RFC 3261 §10.3 with the outbound binding key of RFC 5626 §6). A user has a handful of bindings and a domain a
 * handful of users, so a list a user is enough. Bindings end by time (looked at when they are read), by REGISTER, or with their line. */

#include "config.h"

#include "phone-exchange-private.h"

#define DEFAULT_EXPIRES 600u
#define MIN_EXPIRES     10u
#define MAX_EXPIRES     3600u

static void
phone_exchange_binding_free (gpointer data)
{
  PhoneExchangeBinding *binding = data;

  g_free (binding->key);
  phone_sip_address_free (binding->contact);
  g_free (binding);
}

static gboolean
phone_exchange_binding_is_live (PhoneExchange        *self,
                                PhoneExchangeBinding *binding)
{
  return binding->expires > phone_sip_clock_get_time (self->clock);
}

static char *
phone_exchange_binding_key (PhoneSipAddress *contact)
{
  const char *instance = phone_sip_address_get_param (contact, "+sip.instance");
  const char *reg_id = phone_sip_address_get_param (contact, "reg-id");

  if (instance != NULL && reg_id != NULL)
    return g_strconcat (instance, " ", reg_id, NULL);

  return phone_sip_uri_to_string (phone_sip_address_get_uri (contact));
}

static GPtrArray *
phone_exchange_ensure_user (PhoneExchange *self,
                            const char    *user)
{
  GPtrArray *bindings = g_hash_table_lookup (self->users, user);

  if (bindings == NULL)
    {
      bindings = g_ptr_array_new_with_free_func (phone_exchange_binding_free);
      g_hash_table_insert (self->users, g_strdup (user), bindings);
    }

  return bindings;
}

static void
phone_exchange_remove_binding (GPtrArray  *bindings,
                               const char *key)
{
  for (guint i = 0; i < bindings->len; i++)
    {
      PhoneExchangeBinding *binding = g_ptr_array_index (bindings, i);

      if (g_str_equal (binding->key, key))
        {
          g_ptr_array_remove_index (bindings, i);
          return;
        }
    }
}

static guint
phone_exchange_contact_expires (PhoneSipMessage *request,
                                PhoneSipAddress *contact)
{
  const char *param = phone_sip_address_get_param (contact, "expires");
  guint64 value;
  guint32 header;

  if (param != NULL && g_ascii_string_to_unsigned (param, 10, 0, G_MAXUINT32, &value, NULL))
    return MIN (value, MAX_EXPIRES);

  if (phone_sip_message_get_uint (request, PHONE_SIP_HEADER_EXPIRES, &header))
    return MIN (header, MAX_EXPIRES);

  return DEFAULT_EXPIRES;
}

static void
phone_exchange_bind (PhoneExchange     *self,
                     PhoneExchangeLine *line,
                     GPtrArray         *bindings,
                     PhoneSipAddress   *contact,
                     guint              expires)
{
  g_autofree char *key = phone_exchange_binding_key (contact);
  PhoneExchangeBinding *binding;

  phone_exchange_remove_binding (bindings, key);
  if (expires == 0 || bindings->len >= PHONE_EXCHANGE_MAX_BINDINGS)
    return;

  binding = g_new0 (PhoneExchangeBinding, 1);
  binding->line = line;
  binding->key = g_steal_pointer (&key);
  binding->contact = phone_sip_address_copy (contact);
  binding->expires = phone_sip_clock_get_time (self->clock) + (gint64) expires * 1000;
  g_ptr_array_add (bindings, binding);
}

static void
phone_exchange_reply_bindings (PhoneExchange     *self,
                               PhoneExchangeLine *line,
                               PhoneSipMessage   *request,
                               GPtrArray         *bindings)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  gint64 now = phone_sip_clock_get_time (self->clock);

  for (guint i = 0; i < bindings->len; i++)
    {
      PhoneExchangeBinding *binding = g_ptr_array_index (bindings, i);
      g_autoptr (PhoneSipAddress) contact = phone_sip_address_copy (binding->contact);
      g_autofree char *expires = g_strdup_printf ("%u", (guint) ((binding->expires - now + 999) / 1000));
      g_autofree char *text = NULL;

      phone_sip_address_set_param (contact, "expires", expires);
      text = phone_sip_address_to_string (contact);
      g_ptr_array_add (lines, g_strconcat ("Contact: ", text, NULL));
    }

  g_ptr_array_add (lines, g_strdup ("Supported: path, outbound"));
  g_ptr_array_add (lines, NULL);
  phone_exchange_reply (self, line, request, 200, (const char * const *) lines->pdata);
}

void
phone_exchange_register (PhoneExchange     *self,
                         PhoneExchangeLine *line,
                         PhoneSipMessage   *request)
{
  static const char * const min_expires[] = { "Min-Expires: " G_STRINGIFY (10), NULL };
  g_autoptr (PhoneSipAddress) to = phone_sip_message_get_address (request, PHONE_SIP_HEADER_TO);
  g_autoptr (GPtrArray) contacts = phone_sip_message_get_addresses (request, PHONE_SIP_HEADER_CONTACT);
  g_autoptr (GPtrArray) live = NULL;
  const char *user = to != NULL ? phone_sip_uri_get_user (phone_sip_address_get_uri (to)) : NULL;
  const char *host = to != NULL ? phone_sip_uri_get_host (phone_sip_address_get_uri (to)) : NULL;
  GPtrArray *bindings;

  if (user == NULL || g_strcmp0 (host, self->domain) != 0)
    {
      phone_exchange_reply (self, line, request, 404, NULL);
      return;
    }

  bindings = phone_exchange_ensure_user (self, user);

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      PhoneSipAddress *contact = g_ptr_array_index (contacts, i);
      guint expires;

      if (phone_sip_address_is_wildcard (contact))
        {
          g_ptr_array_set_size (bindings, 0);
          continue;
        }

      expires = phone_exchange_contact_expires (request, contact);
      if (expires > 0 && expires < MIN_EXPIRES)
        {
          phone_exchange_reply (self, line, request, 423, min_expires);
          return;
        }

      phone_exchange_bind (self, line, bindings, contact, expires);
    }

  live = phone_exchange_get_bindings (self, user);
  phone_exchange_reply_bindings (self, line, request, live);
}

GPtrArray *
phone_exchange_get_bindings (PhoneExchange *self,
                             const char    *user)
{
  GPtrArray *live = g_ptr_array_new ();
  GPtrArray *bindings = g_hash_table_lookup (self->users, user);

  for (guint i = 0; bindings != NULL && i < bindings->len; i++)
    {
      PhoneExchangeBinding *binding = g_ptr_array_index (bindings, i);

      if (phone_exchange_binding_is_live (self, binding))
        g_ptr_array_add (live, binding);
    }

  return live;
}

/* A request to a Contact: its host is a made-up name ending in .invalid, so user and host together name the binding. */
PhoneExchangeBinding *
phone_exchange_find_contact (PhoneExchange     *self,
                             const PhoneSipUri *uri)
{
  GHashTableIter iter;
  gpointer bindings;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &bindings))
    for (guint i = 0; i < ((GPtrArray *) bindings)->len; i++)
      {
        PhoneExchangeBinding *binding = g_ptr_array_index ((GPtrArray *) bindings, i);
        PhoneSipUri *contact = phone_sip_address_get_uri (binding->contact);

        if (phone_exchange_binding_is_live (self, binding) &&
            g_strcmp0 (phone_sip_uri_get_user (contact), phone_sip_uri_get_user (uri)) == 0 &&
            g_strcmp0 (phone_sip_uri_get_host (contact), phone_sip_uri_get_host (uri)) == 0)
          return binding;
      }

  return NULL;
}

void
phone_exchange_drop_bindings (PhoneExchange     *self,
                              PhoneExchangeLine *line)
{
  GHashTableIter iter;
  gpointer bindings;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &bindings))
    for (guint i = ((GPtrArray *) bindings)->len; i > 0; i--)
      {
        PhoneExchangeBinding *binding = g_ptr_array_index ((GPtrArray *) bindings, i - 1);

        if (binding->line == line)
          g_ptr_array_remove_index ((GPtrArray *) bindings, i - 1);
      }
}
