/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking up header lines and reading their values. Numbers, tokens and pieces of addresses are read where they stand; a copy is made
 * only of what the caller keeps. Lists are split at commas outside of quotes and angle brackets. */

#include "config.h"
#include "phone-sip-message.h"

#include "phone-sip-message-private.h"

#include <string.h>

static inline const PhoneSipHeaderLine *
phone_sip_message_find_line (const PhoneSipMessage *self,
                             PhoneSipHeader         header)
{
  for (guint i = 0; i < self->n_lines; i++)
    if (self->lines[i].header == header)
      return &self->lines[i];

  return NULL;
}

static inline gboolean
phone_sip_message_line_is (const PhoneSipMessage    *self,
                           const PhoneSipHeaderLine *line,
                           PhoneSipHeader            header,
                           const char               *name)
{
  if (line->header != header)
    return FALSE;

  return header != PHONE_SIP_HEADER_OTHER || g_ascii_strcasecmp (self->head + line->name, name) == 0;
}

gboolean
phone_sip_message_split_address (const PhoneSipMessage *self,
                                 PhoneSipHeader         header,
                                 PhoneSipAddressParts  *out)
{
  const PhoneSipHeaderLine *line = phone_sip_message_find_line (self, header);
  gboolean list = phone_sip_header_is_list (header);
  PhoneSipScanner scanner;

  if (line == NULL)
    return FALSE;

  scanner = (PhoneSipScanner) PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
  while (list && phone_sip_scanner_skip_char (&scanner, ','))
    ;
  if (!phone_sip_address_take (&scanner, out))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  return phone_sip_scanner_is_done (&scanner) || (list && *scanner.at == ',');
}

PhoneSipHeader
phone_sip_message_get_nth_slice (const PhoneSipMessage *self,
                                 guint                  n,
                                 PhoneSipSlice         *out_value)
{
  out_value->text = self->head + self->lines[n].value;
  out_value->length = self->lines[n].length;
  return self->lines[n].header;
}

/**
 * phone_sip_message_get_n_headers:
 * @self: a message
 *
 * Returns: how many header lines there are
 */
guint
phone_sip_message_get_n_headers (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_lines;
}

/**
 * phone_sip_message_get_nth_header:
 * @self: a message
 * @n: index below the count
 * @out_name: (out) (optional): the name; the long form of a known header
 * @out_value: (out) (optional): the value of the line, unfolded
 *
 * Returns: the header
 */
PhoneSipHeader
phone_sip_message_get_nth_header (const PhoneSipMessage  *self,
                                  guint                   n,
                                  const char            **out_name,
                                  const char            **out_value)
{
  const PhoneSipHeaderLine *line;

  g_return_val_if_fail (self != NULL && n < self->n_lines, PHONE_SIP_HEADER_OTHER);

  line = &self->lines[n];
  if (out_name != NULL)
    *out_name = line->header != PHONE_SIP_HEADER_OTHER ? phone_sip_header_get_name (line->header) : self->head + line->name;
  if (out_value != NULL)
    *out_value = self->head + line->value;

  return line->header;
}

/**
 * phone_sip_message_get_header:
 * @self: a message
 * @header: a known header
 *
 * Returns: (nullable) (transfer none): the value of its first line
 */
const char *
phone_sip_message_get_header (const PhoneSipMessage *self,
                              PhoneSipHeader         header)
{
  const PhoneSipHeaderLine *line;

  g_return_val_if_fail (self != NULL && header != PHONE_SIP_HEADER_OTHER, NULL);

  line = phone_sip_message_find_line (self, header);
  return line != NULL ? self->head + line->value : NULL;
}

/**
 * phone_sip_message_get_header_by_name:
 * @self: a message
 * @name: a name in any case and form
 *
 * Returns: (nullable) (transfer none): the value of its first line
 */
const char *
phone_sip_message_get_header_by_name (const PhoneSipMessage *self,
                                      const char            *name)
{
  PhoneSipHeader header;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  header = phone_sip_header_from_name (name, -1);
  for (guint i = 0; i < self->n_lines; i++)
    if (phone_sip_message_line_is (self, &self->lines[i], header, name))
      return self->head + self->lines[i].value;

  return NULL;
}

/**
 * phone_sip_message_get_headers:
 * @self: a message
 * @name: a name in any case and form
 *
 * Returns: (transfer full): every value in order; lines of a list header are split at their commas
 */
char **
phone_sip_message_get_headers (const PhoneSipMessage *self,
                               const char            *name)
{
  GPtrArray *values = g_ptr_array_new ();
  PhoneSipHeader header = phone_sip_header_from_name (name, -1);
  gboolean list = phone_sip_header_is_list (header);

  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
      PhoneSipSlice element;

      if (!phone_sip_message_line_is (self, line, header, name))
        continue;

      if (!list)
        g_ptr_array_add (values, g_strdup (self->head + line->value));
      else
        while (phone_sip_scanner_take_element (&scanner, &element))
          g_ptr_array_add (values, phone_sip_slice_dup (element));
    }

  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (values, FALSE);
}

/**
 * phone_sip_message_count_header:
 * @self: a message
 * @name: a name in any case and form
 *
 * Returns: how many values there are, those of a comma-separated list counted apart
 */
guint
phone_sip_message_count_header (const PhoneSipMessage *self,
                                const char            *name)
{
  PhoneSipHeader header;
  gboolean list;
  guint count = 0;

  g_return_val_if_fail (self != NULL && name != NULL, 0);

  header = phone_sip_header_from_name (name, -1);
  list = phone_sip_header_is_list (header);
  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
      PhoneSipSlice element;

      if (!phone_sip_message_line_is (self, line, header, name))
        continue;

      if (!list)
        count++;
      else
        while (phone_sip_scanner_take_element (&scanner, &element))
          count++;
    }

  return count;
}

/**
 * phone_sip_message_get_address:
 * @self: a message
 * @header: From, To, Contact, Refer-To …
 *
 * Returns: (nullable) (transfer full): the first address of its first line; %NULL if absent or malformed
 */
PhoneSipAddress *
phone_sip_message_get_address (const PhoneSipMessage *self,
                               PhoneSipHeader         header)
{
  PhoneSipAddressParts parts;

  g_return_val_if_fail (self != NULL, NULL);

  return phone_sip_message_split_address (self, header, &parts) ? phone_sip_address_new_from_parts (&parts) : NULL;
}

/**
 * phone_sip_message_get_addresses:
 * @self: a message
 * @header: Contact, Route, Record-Route, P-Asserted-Identity …
 *
 * Returns: (transfer full) (element-type PhoneSipAddress): every address in order; %NULL if absent or if one is malformed
 */
GPtrArray *
phone_sip_message_get_addresses (const PhoneSipMessage *self,
                                 PhoneSipHeader         header)
{
  g_autoptr (GPtrArray) all = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      GPtrArray *some;

      if (line->header != header)
        continue;

      some = phone_sip_address_parse_list (self->head + line->value, line->length, NULL);
      if (some == NULL)
        return NULL;

      if (all == NULL)
        all = some;
      else
        g_ptr_array_extend_and_steal (all, some);
    }

  return g_steal_pointer (&all);
}

/**
 * phone_sip_message_get_uint:
 * @self: a message
 * @header: Expires, Max-Forwards, Min-Expires, Session-Expires, Retry-After …
 * @out_value: (out): the number
 *
 * Reads the number that a value begins with; parameters or a comment may follow it.
 *
 * Returns: %FALSE if absent, malformed or above 2³² − 1; @out_value is then untouched
 */
gboolean
phone_sip_message_get_uint (const PhoneSipMessage *self,
                            PhoneSipHeader         header,
                            guint32               *out_value)
{
  const PhoneSipHeaderLine *line;
  PhoneSipScanner scanner;
  guint32 value;

  g_return_val_if_fail (self != NULL, FALSE);

  line = phone_sip_message_find_line (self, header);
  if (line == NULL)
    return FALSE;

  scanner = (PhoneSipScanner) PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
  if (!phone_sip_scanner_take_uint (&scanner, G_MAXUINT32, &value))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  if (!phone_sip_scanner_is_done (&scanner) && *scanner.at != ';' && *scanner.at != '(')
    return FALSE;

  *out_value = value;
  return TRUE;
}

/**
 * phone_sip_message_has_token:
 * @self: a message
 * @header: Supported, Require, Allow …
 * @token: an option tag or a method
 *
 * Returns: whether one of the lists of @header has @token; methods compare with case
 */
gboolean
phone_sip_message_has_token (const PhoneSipMessage *self,
                             PhoneSipHeader         header,
                             const char            *token)
{
  gsize length;

  g_return_val_if_fail (self != NULL && token != NULL, FALSE);

  length = strlen (token);
  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
      PhoneSipSlice element;

      if (line->header != header)
        continue;

      while (phone_sip_scanner_take_element (&scanner, &element))
        if (element.length == length && (header == PHONE_SIP_HEADER_ALLOW ? memcmp (element.text, token, length) == 0
                                                                          : phone_sip_slice_equal (element, token)))
          return TRUE;
    }

  return FALSE;
}
