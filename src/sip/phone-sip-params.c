/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parameter lists. Two to six items, so a linear scan is the fastest look-up there is; but a peer chooses how many, and set()
 * in a loop would be quadratic: parsing only ever appends. Where a name stands twice the first one counts. */

#include "config.h"
#include "phone-sip-params.h"

#include <string.h>

static guint
phone_sip_params_index (const PhoneSipParams *self,
                        const char           *name)
{
  for (guint i = 0; i < self->n_items; i++)
    if (g_ascii_strcasecmp (self->items[i].name, name) == 0)
      return i;

  return self->n_items;
}

/**
 * phone_sip_params_clear:
 * @self: a list
 *
 * Empties it and frees its memory; it can be used again.
 */
void
phone_sip_params_clear (PhoneSipParams *self)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      g_free (self->items[i].name);
      g_free (self->items[i].value);
    }

  g_clear_pointer (&self->items, g_free);
  self->n_items = self->allocated = 0;
}

/**
 * phone_sip_params_append:
 * @self: a list
 * @name: (transfer full): name
 * @value: (nullable) (transfer full): value
 *
 * Adds at the end without looking whether the name is there.
 */
void
phone_sip_params_append (PhoneSipParams *self,
                         char           *name,
                         char           *value)
{
  if (self->n_items == self->allocated)
    {
      self->allocated = self->allocated == 0 ? 4 : 2 * self->allocated;
      self->items = g_renew (PhoneSipParam, self->items, self->allocated);
    }

  self->items[self->n_items].name = name;
  self->items[self->n_items].value = value;
  self->n_items++;
}

/**
 * phone_sip_params_copy:
 * @self: an empty list
 * @from: another one
 *
 * Appends copies of all items of @from.
 */
void
phone_sip_params_copy (PhoneSipParams       *self,
                       const PhoneSipParams *from)
{
  for (guint i = 0; i < from->n_items; i++)
    phone_sip_params_append (self, g_strdup (from->items[i].name), g_strdup (from->items[i].value));
}

/**
 * phone_sip_params_take:
 * @self: a list
 * @scanner: a scanner behind a value
 *
 * Takes `*( SEMI generic-param )` (RFC 3261 §25.1).
 *
 * Returns: %FALSE if a semicolon is not followed by a parameter
 */
gboolean
phone_sip_params_take (PhoneSipParams  *self,
                       PhoneSipScanner *scanner)
{
  PhoneSipSlice name, value;

  while (phone_sip_scanner_skip_char (scanner, ';'))
    {
      if (!phone_sip_scanner_take_param (scanner, &name, &value))
        return FALSE;

      phone_sip_params_append (self, g_ascii_strdown (name.text, name.length), phone_sip_slice_dup (value));
    }

  return TRUE;
}

/**
 * phone_sip_params_set:
 * @self: a list
 * @name: name
 * @value: (nullable): value
 *
 * Replaces the value of @name in its place, or appends it with its name in lower case.
 */
void
phone_sip_params_set (PhoneSipParams *self,
                      const char     *name,
                      const char     *value)
{
  guint i = phone_sip_params_index (self, name);

  if (i == self->n_items)
    {
      phone_sip_params_append (self, g_ascii_strdown (name, -1), g_strdup (value));
      return;
    }

  g_free (self->items[i].value);
  self->items[i].value = g_strdup (value);
}

/**
 * phone_sip_params_delete:
 * @self: a list
 * @name: name
 *
 * Returns: whether there was one; every one of that name is gone
 */
gboolean
phone_sip_params_delete (PhoneSipParams *self,
                         const char     *name)
{
  guint kept = 0, before = self->n_items;

  for (guint i = 0; i < before; i++)
    {
      if (g_ascii_strcasecmp (self->items[i].name, name) == 0)
        {
          g_free (self->items[i].name);
          g_free (self->items[i].value);
        }
      else
        {
          self->items[kept++] = self->items[i];
        }
    }

  self->n_items = kept;
  return kept != before;
}

/**
 * phone_sip_params_find:
 * @self: a list
 * @name: name
 *
 * Returns: (nullable) (transfer none): the first item of that name
 */
const PhoneSipParam *
phone_sip_params_find (const PhoneSipParams *self,
                       const char           *name)
{
  guint i = phone_sip_params_index (self, name);

  return i < self->n_items ? &self->items[i] : NULL;
}

/**
 * phone_sip_params_get:
 * @self: a list
 * @name: name
 *
 * Returns: (nullable) (transfer none): the value as it stands, with its quotes
 */
const char *
phone_sip_params_get (const PhoneSipParams *self,
                      const char           *name)
{
  const PhoneSipParam *param = phone_sip_params_find (self, name);

  return param != NULL ? param->value : NULL;
}

/**
 * phone_sip_params_get_text:
 * @self: a list
 * @name: name
 *
 * Returns: (nullable) (transfer full): the value without quotes
 */
char *
phone_sip_params_get_text (const PhoneSipParams *self,
                           const char           *name)
{
  const char *value = phone_sip_params_get (self, name);
  PhoneSipSlice slice = { value, value != NULL ? strlen (value) : 0 };

  return phone_sip_slice_unquote (slice);
}

/**
 * phone_sip_params_get_uint:
 * @self: a list
 * @name: name
 * @out_value: (out): the number
 *
 * Returns: whether the value is a number that fits
 */
gboolean
phone_sip_params_get_uint (const PhoneSipParams *self,
                           const char           *name,
                           guint32              *out_value)
{
  const char *value = phone_sip_params_get (self, name);
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value, value != NULL ? strlen (value) : 0);
  guint32 number;

  if (value == NULL || !phone_sip_scanner_take_uint (&scanner, G_MAXUINT32, &number) || !phone_sip_scanner_is_done (&scanner))
    return FALSE;

  *out_value = number;
  return TRUE;
}

/**
 * phone_sip_params_parse_value:
 * @self: an empty list
 * @text: a header's value
 * @length: its length, or -1
 * @value_class: PHONE_SIP_CHAR_ class of what stands before the parameters
 * @out_value: (out) (transfer full): that
 *
 * Returns: whether @text is a value with parameters and nothing else; if not, @self is empty
 */
gboolean
phone_sip_params_parse_value (PhoneSipParams  *self,
                              const char      *text,
                              gssize           length,
                              guint            value_class,
                              char           **out_value)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, length < 0 ? strlen (text) : (gsize) length);
  PhoneSipSlice value;

  phone_sip_scanner_skip_lws (&scanner);
  if (!phone_sip_scanner_take (&scanner, value_class, &value) || !phone_sip_params_take (self, &scanner) ||
      (phone_sip_scanner_skip_lws (&scanner), !phone_sip_scanner_is_done (&scanner)))
    {
      phone_sip_params_clear (self);
      return FALSE;
    }

  *out_value = phone_sip_slice_dup (value);
  return TRUE;
}
