/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading and changing the fields of a URI. A change throws away the text that was written last. */

#include "config.h"
#include "phone-sip-uri.h"

#include "phone-sip-header.h"
#include "phone-sip-uri-private.h"

#include <string.h>

/**
 * phone_sip_uri_is_sip:
 * @self: a URI
 *
 * Returns: %TRUE for sip: and sips:
 */
gboolean
phone_sip_uri_is_sip (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->opaque == NULL;
}

/**
 * phone_sip_uri_get_scheme:
 * @self: a URI
 *
 * Returns: (transfer none): the scheme in lower case
 */
const char *
phone_sip_uri_get_scheme (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->scheme;
}

/**
 * phone_sip_uri_get_user:
 * @self: a URI
 *
 * Returns: (nullable) (transfer none): the user, unescaped as far as it is UTF-8 without NUL
 */
const char *
phone_sip_uri_get_user (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * phone_sip_uri_get_password:
 * @self: a URI
 *
 * Returns: (nullable) (transfer none): the password, unescaped
 */
const char *
phone_sip_uri_get_password (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}

/**
 * phone_sip_uri_get_host:
 * @self: a URI
 *
 * Returns: (nullable) (transfer none): the host in lower case, an IPv6 address in brackets; of a foreign URI what is behind the colon
 */
const char *
phone_sip_uri_get_host (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->opaque != NULL ? self->opaque : self->host;
}

/**
 * phone_sip_uri_get_port:
 * @self: a URI
 *
 * Returns: the port, or 0
 */
guint
phone_sip_uri_get_port (const PhoneSipUri *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return MAX (self->port, 0);
}

/**
 * phone_sip_uri_set_scheme:
 * @self: a SIP URI
 * @scheme: (nullable): "sip" or "sips" in any case; %NULL is "sip"
 *
 * Sets the scheme.
 */
void
phone_sip_uri_set_scheme (PhoneSipUri *self,
                          const char  *scheme)
{
  char *lower = g_ascii_strdown (scheme != NULL ? scheme : "sip", -1);

  phone_sip_uri_changed (self);
  g_free (self->scheme);
  self->scheme = lower;
}

/**
 * phone_sip_uri_set_user:
 * @self: a SIP URI
 * @user: (nullable): the user, readable or escaped; a "%" that begins no escape is text. %NULL or "" removes it
 *
 * Sets the user.
 */
void
phone_sip_uri_set_user (PhoneSipUri *self,
                        const char  *user)
{
  g_autofree char *copy = user != NULL && *user != '\0' ? g_strdup (user) : NULL;
  PhoneSipSlice slice = { copy, copy != NULL ? strlen (copy) : 0 };

  phone_sip_uri_changed (self);
  phone_sip_uri_take_userinfo (slice, PHONE_SIP_CHAR_USER, &self->user, &self->user_escaped);
}

/**
 * phone_sip_uri_set_password:
 * @self: a SIP URI
 * @password: (nullable): the password, readable or escaped
 *
 * Sets the password. RFC 3261 §19.1.1 recommends against one.
 */
void
phone_sip_uri_set_password (PhoneSipUri *self,
                            const char  *password)
{
  g_autofree char *copy = g_strdup (password);
  PhoneSipSlice slice = { copy, copy != NULL ? strlen (copy) : 0 };

  phone_sip_uri_changed (self);
  phone_sip_uri_take_userinfo (slice, PHONE_SIP_CHAR_PASSWORD, &self->password, &self->password_escaped);
}

/**
 * phone_sip_uri_set_host:
 * @self: a SIP URI
 * @host: the host, an IPv6 address in brackets
 *
 * Sets the host, in lower case.
 */
void
phone_sip_uri_set_host (PhoneSipUri *self,
                        const char  *host)
{
  char *lower;

  g_return_if_fail (host != NULL);

  phone_sip_uri_changed (self);
  lower = g_ascii_strdown (host, -1);
  g_free (self->host);
  self->host = lower;
}

/**
 * phone_sip_uri_set_port:
 * @self: a SIP URI
 * @port: the port; 0 removes it
 *
 * Sets the port.
 */
void
phone_sip_uri_set_port (PhoneSipUri *self,
                        guint        port)
{
  g_return_if_fail (port <= G_MAXUINT16);

  phone_sip_uri_changed (self);
  self->port = port > 0 ? (gint) port : -1;
}

/**
 * phone_sip_uri_get_n_params:
 * @self: a URI
 *
 * Returns: how many parameters it has
 */
guint
phone_sip_uri_get_n_params (const PhoneSipUri *self)
{
  return self->params.n_items;
}

/**
 * phone_sip_uri_get_nth_param:
 * @self: a URI
 * @n: index below the count
 * @out_value: (out) (optional) (nullable): its value
 *
 * Returns: (transfer none): its name in lower case
 */
const char *
phone_sip_uri_get_nth_param (const PhoneSipUri  *self,
                             guint               n,
                             const char        **out_value)
{
  g_return_val_if_fail (n < self->params.n_items, NULL);

  if (out_value != NULL)
    *out_value = self->params.items[n].value;
  return self->params.items[n].name;
}

/**
 * phone_sip_uri_has_param:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether there is such a parameter, with or without a value
 */
gboolean
phone_sip_uri_has_param (const PhoneSipUri *self,
                         const char        *name)
{
  return phone_sip_params_find (&self->params, name) != NULL;
}

/**
 * phone_sip_uri_get_param:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: (nullable) (transfer none): its value; %NULL if it has none or is not there
 */
const char *
phone_sip_uri_get_param (const PhoneSipUri *self,
                         const char        *name)
{
  return phone_sip_params_get (&self->params, name);
}

/**
 * phone_sip_uri_set_param:
 * @self: a SIP URI
 * @name: name
 * @value: (nullable): readable value
 *
 * Sets or adds a parameter.
 */
void
phone_sip_uri_set_param (PhoneSipUri *self,
                         const char  *name,
                         const char  *value)
{
  phone_sip_uri_changed (self);
  phone_sip_params_set (&self->params, name, value);
}

/**
 * phone_sip_uri_delete_param:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether it was there
 */
gboolean
phone_sip_uri_delete_param (PhoneSipUri *self,
                            const char  *name)
{
  phone_sip_uri_changed (self);
  return phone_sip_params_delete (&self->params, name);
}

/**
 * phone_sip_uri_clear_params:
 * @self: a URI
 *
 * Removes all parameters.
 */
void
phone_sip_uri_clear_params (PhoneSipUri *self)
{
  phone_sip_uri_changed (self);
  phone_sip_params_clear (&self->params);
}

/**
 * phone_sip_uri_get_n_headers:
 * @self: a URI
 *
 * Returns: how many headers it has, values of one name counted apart
 */
guint
phone_sip_uri_get_n_headers (const PhoneSipUri *self)
{
  return self->headers.n_items;
}

/**
 * phone_sip_uri_get_nth_header:
 * @self: a URI
 * @n: index below the count
 * @out_value: (out) (optional): its unescaped value
 *
 * Returns: (transfer none): its name ("X-My-Header")
 */
const char *
phone_sip_uri_get_nth_header (const PhoneSipUri  *self,
                              guint               n,
                              const char        **out_value)
{
  g_return_val_if_fail (n < self->headers.n_items, NULL);

  if (out_value != NULL)
    *out_value = self->headers.items[n].value;
  return self->headers.items[n].name;
}

/**
 * phone_sip_uri_has_header:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether there is such a header
 */
gboolean
phone_sip_uri_has_header (const PhoneSipUri *self,
                          const char        *name)
{
  return phone_sip_params_find (&self->headers, name) != NULL;
}

/**
 * phone_sip_uri_get_header:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: (transfer full): all its values, unescaped; empty if there is none
 */
char **
phone_sip_uri_get_header (const PhoneSipUri *self,
                          const char        *name)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < self->headers.n_items; i++)
    if (g_ascii_strcasecmp (self->headers.items[i].name, name) == 0)
      g_ptr_array_add (values, g_strdup (self->headers.items[i].value));

  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (values, FALSE);
}

/**
 * phone_sip_uri_set_header:
 * @self: a SIP URI
 * @name: name
 * @value: readable value
 *
 * Makes @value the only one of @name.
 */
void
phone_sip_uri_set_header (PhoneSipUri *self,
                          const char  *name,
                          const char  *value)
{
  g_autofree char *copy = g_strdup (value);

  phone_sip_params_delete (&self->headers, name);
  phone_sip_uri_add_header (self, name, copy);
}

/**
 * phone_sip_uri_add_header:
 * @self: a SIP URI
 * @name: name
 * @value: readable value
 *
 * Adds a value, behind others of the same name.
 */
void
phone_sip_uri_add_header (PhoneSipUri *self,
                          const char  *name,
                          const char  *value)
{
  g_return_if_fail (name != NULL && value != NULL);

  phone_sip_uri_changed (self);
  phone_sip_uri_insert_header (self, phone_sip_header_canonical_name (name), g_strdup (value));
}

/**
 * phone_sip_uri_delete_header:
 * @self: a URI
 * @name: name in any case
 *
 * Returns: whether it was there
 */
gboolean
phone_sip_uri_delete_header (PhoneSipUri *self,
                             const char  *name)
{
  phone_sip_uri_changed (self);
  return phone_sip_params_delete (&self->headers, name);
}

/**
 * phone_sip_uri_clear_headers:
 * @self: a URI
 *
 * Removes all headers.
 */
void
phone_sip_uri_clear_headers (PhoneSipUri *self)
{
  phone_sip_uri_changed (self);
  phone_sip_params_clear (&self->headers);
}
