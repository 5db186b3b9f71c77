/* SPDX-License-Identifier: GPL-3.0-or-later */

/* name-addr and addr-spec with header parameters (RFC 3261 §20.10, §25.1). Splitting allocates nothing; the value type is made
 * only where somebody wants to keep or change an address. Without angle brackets every semicolon belongs to the header, and a URI with
 * "?" or "," must have brackets (§20). */

#include "config.h"
#include "phone-sip-address.h"

#include "phone-sip-address-private.h"
#include "phone-sip-error.h"
#include "phone-sip-params.h"

struct _PhoneSipAddress
{
  char           *display_name;     /* without quotes */
  PhoneSipUri    *uri;              /* NULL: "*" */
  PhoneSipParams  params;
};

G_DEFINE_BOXED_TYPE (PhoneSipAddress, phone_sip_address, phone_sip_address_copy, phone_sip_address_free)

/* Tokens, or bytes that are not ASCII, with white space between them, up to "<". */
static gboolean
phone_sip_address_take_words (PhoneSipScanner *scanner,
                              PhoneSipSlice   *out)
{
  const char *start = scanner->at, *stop = start;

  for (;;)
    {
      while (scanner->at < scanner->end && (PHONE_SIP_CHAR_IS (*scanner->at, PHONE_SIP_CHAR_TOKEN) || (guint8) *scanner->at >= 0x80))
        scanner->at++;

      if (scanner->at > start)
        stop = scanner->at;

      if (scanner->at == scanner->end || !PHONE_SIP_CHAR_IS (*scanner->at, PHONE_SIP_CHAR_LWS))
        break;
      phone_sip_scanner_skip_lws (scanner);
      if (scanner->at < scanner->end && *scanner->at == '<')
        break;
    }

  if (stop > start)
    {
      while (PHONE_SIP_CHAR_IS (stop[-1], PHONE_SIP_CHAR_LWS))
        stop--;
      out->text = start;
      out->length = stop - start;
    }

  return scanner->at < scanner->end && *scanner->at == '<';
}

static gboolean
phone_sip_address_take_bracketed (PhoneSipScanner      *scanner,
                                  PhoneSipAddressParts *out)
{
  const char *start = scanner->at + 1, *close = memchr (start, '>', scanner->end - start);

  if (close == NULL || !phone_sip_uri_split (start, close - start, &out->uri))
    return FALSE;

  scanner->at = close + 1;
  out->is_bracketed = TRUE;
  return TRUE;
}

static gboolean
phone_sip_address_take_bare (PhoneSipScanner      *scanner,
                             PhoneSipAddressParts *out)
{
  const char *start = scanner->at, *at = start;

  while (at < scanner->end && *at != ';' && *at != ',' && !PHONE_SIP_CHAR_IS (*at, PHONE_SIP_CHAR_LWS))
    at++;

  scanner->at = at;
  return phone_sip_uri_split (start, at - start, &out->uri) && out->uri.headers.text == NULL;
}

static gboolean
phone_sip_address_take_params (PhoneSipScanner      *scanner,
                               PhoneSipAddressParts *out)
{
  PhoneSipSlice name, value;
  const char *stop = scanner->at;

  out->params.text = scanner->at;
  while (phone_sip_scanner_skip_char (scanner, ';'))
    {
      if (!phone_sip_scanner_take_param (scanner, &name, &value))
        return FALSE;

      stop = scanner->at;
      if (phone_sip_slice_is (name, "tag") && out->tag.text == NULL)
        out->tag = value;
      else if (phone_sip_slice_is (name, "expires") && out->expires.text == NULL)
        out->expires = value;
    }

  out->params.length = stop - out->params.text;
  return TRUE;
}

/* Whether "<" comes before the addr-spec could end: decides between the two forms. */
static gboolean
phone_sip_address_is_bracketed (const PhoneSipScanner *scanner)
{
  for (const char *at = scanner->at; at < scanner->end; at++)
    {
      if (*at == '<')
        return TRUE;
      if (*at == ':' || *at == ';' || *at == ',' || *at == '"')
        return FALSE;
    }

  return FALSE;
}

gboolean
phone_sip_address_take (PhoneSipScanner      *scanner,
                        PhoneSipAddressParts *out)
{
  out->display_name.text = out->tag.text = out->expires.text = NULL;
  out->display_name.length = out->tag.length = out->expires.length = out->params.length = 0;
  out->is_wildcard = out->is_bracketed = FALSE;

  phone_sip_scanner_skip_lws (scanner);
  if (phone_sip_scanner_is_done (scanner))
    return FALSE;

  if (*scanner->at == '"')
    {
      if (!phone_sip_scanner_take_quoted (scanner, &out->display_name))
        return FALSE;
      phone_sip_scanner_skip_lws (scanner);
      if (phone_sip_scanner_is_done (scanner) || *scanner->at != '<')
        return FALSE;
    }
  else if (*scanner->at == '*' && (scanner->at + 1 == scanner->end || PHONE_SIP_CHAR_IS (scanner->at[1], PHONE_SIP_CHAR_LWS)) &&
           !phone_sip_address_is_bracketed (scanner))
    {
      scanner->at++;
      phone_sip_scanner_skip_lws (scanner);
      out->is_wildcard = TRUE;
      out->params.text = scanner->at;
      return phone_sip_scanner_is_done (scanner);
    }
  else if (*scanner->at != '<')
    {
      if (!phone_sip_address_is_bracketed (scanner))
        return phone_sip_address_take_bare (scanner, out) && phone_sip_address_take_params (scanner, out);
      if (!phone_sip_address_take_words (scanner, &out->display_name))
        return FALSE;
    }

  return phone_sip_address_take_bracketed (scanner, out) && phone_sip_address_take_params (scanner, out);
}

gboolean
phone_sip_address_split (const char           *text,
                         gsize                 length,
                         PhoneSipAddressParts *out)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, length);

  return phone_sip_address_take (&scanner, out) && (phone_sip_scanner_skip_lws (&scanner), phone_sip_scanner_is_done (&scanner));
}

gboolean
phone_sip_address_find_param (const PhoneSipAddressParts *parts,
                              const char                 *name,
                              PhoneSipSlice              *out_value)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (parts->params.text, parts->params.length);
  PhoneSipSlice found;

  while (phone_sip_scanner_skip_char (&scanner, ';') && phone_sip_scanner_take_param (&scanner, &found, out_value))
    if (phone_sip_slice_equal (found, name))
      return TRUE;

  return FALSE;
}

/* White space between words becomes one space. */
static char *
phone_sip_address_join_words (PhoneSipSlice slice)
{
  char *text = g_malloc (slice.length + 1), *out = text;

  for (gsize i = 0; i < slice.length; i++)
    {
      if (!PHONE_SIP_CHAR_IS (slice.text[i], PHONE_SIP_CHAR_LWS))
        *out++ = slice.text[i];
      else if (out > text && out[-1] != ' ')
        *out++ = ' ';
    }

  *out = '\0';
  return text;
}

PhoneSipAddress *
phone_sip_address_new_from_parts (const PhoneSipAddressParts *parts)
{
  PhoneSipAddress *self = g_new0 (PhoneSipAddress, 1);
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (parts->params.text, parts->params.length);

  if (parts->is_wildcard)
    return self;

  self->uri = phone_sip_uri_new_from_parts (&parts->uri);
  phone_sip_params_take (&self->params, &scanner);

  if (parts->display_name.text == NULL)
    return self;
  if (parts->display_name.text[0] == '"')
    self->display_name = phone_sip_slice_unquote (parts->display_name);
  else
    self->display_name = phone_sip_address_join_words (parts->display_name);

  return self;
}

void
phone_sip_address_write (const PhoneSipAddress *self,
                         PhoneSipWriter        *writer)
{
  if (self->uri == NULL)
    {
      phone_sip_writer_add_char (writer, '*');
      return;
    }

  if (self->display_name != NULL && *self->display_name != '\0')
    {
      phone_sip_writer_add_char (writer, '"');
      for (const char *at = self->display_name; *at != '\0';)
        {
          gsize run = strcspn (at, "\"\\");

          phone_sip_writer_add_bytes (writer, at, run);
          at += run;
          if (*at != '\0')
            {
              phone_sip_writer_add_char (writer, '\\');
              phone_sip_writer_add_char (writer, *at++);
            }
        }
      phone_sip_writer_add_literal (writer, "\" ");
    }

  phone_sip_writer_add_char (writer, '<');
  phone_sip_uri_write (self->uri, writer);
  phone_sip_writer_add_char (writer, '>');

  for (guint i = 0; i < self->params.n_items; i++)
    {
      phone_sip_writer_add_char (writer, ';');
      phone_sip_writer_add (writer, self->params.items[i].name);
      if (self->params.items[i].value != NULL)
        {
          phone_sip_writer_add_char (writer, '=');
          phone_sip_writer_add (writer, self->params.items[i].value);
        }
    }
}

static void
phone_sip_address_set_malformed (GError **error)
{
  g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "This is not an address");
}

/**
 * phone_sip_address_new:
 * @uri: a URI, copied
 * @display_name: (nullable): readable name
 *
 * Returns: (transfer full): an address without parameters
 */
PhoneSipAddress *
phone_sip_address_new (const PhoneSipUri *uri,
                       const char        *display_name)
{
  PhoneSipAddress *self;

  g_return_val_if_fail (uri != NULL, NULL);

  self = g_new0 (PhoneSipAddress, 1);
  self->uri = phone_sip_uri_copy (uri);
  self->display_name = g_strdup (display_name);
  return self;
}

/**
 * phone_sip_address_parse:
 * @text: a header's value, not necessarily terminated
 * @length: its length, or -1
 * @error: return location for %PHONE_SIP_ERROR_MALFORMED
 *
 * Parses all of @text as one name-addr or addr-spec with parameters.
 *
 * Returns: (transfer full): the address, or %NULL and @error
 */
PhoneSipAddress *
phone_sip_address_parse (const char  *text,
                         gssize       length,
                         GError     **error)
{
  PhoneSipAddressParts parts;

  g_return_val_if_fail (text != NULL, NULL);

  if (!phone_sip_address_split (text, length < 0 ? strlen (text) : (gsize) length, &parts))
    {
      phone_sip_address_set_malformed (error);
      return NULL;
    }

  return phone_sip_address_new_from_parts (&parts);
}

/**
 * phone_sip_address_parse_list:
 * @text: a header's value: addresses with commas between them
 * @length: its length, or -1
 * @error: return location for %PHONE_SIP_ERROR_MALFORMED
 *
 * Returns: (transfer full) (element-type PhoneSipAddress): at least one address, or %NULL and @error if any is bad
 */
GPtrArray *
phone_sip_address_parse_list (const char  *text,
                              gssize       length,
                              GError     **error)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (text, length < 0 ? strlen (text) : (gsize) length);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) phone_sip_address_free);
  PhoneSipAddressParts parts;

  do
    {
      if (!phone_sip_address_take (&scanner, &parts))
        {
          phone_sip_address_set_malformed (error);
          return NULL;
        }

      g_ptr_array_add (list, phone_sip_address_new_from_parts (&parts));
    }
  while (phone_sip_scanner_skip_char (&scanner, ','));

  if (!phone_sip_scanner_is_done (&scanner))
    {
      phone_sip_address_set_malformed (error);
      return NULL;
    }

  return g_steal_pointer (&list);
}

/**
 * phone_sip_address_copy:
 * @self: an address
 *
 * Returns: (transfer full): an independent copy
 */
PhoneSipAddress *
phone_sip_address_copy (const PhoneSipAddress *self)
{
  PhoneSipAddress *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (PhoneSipAddress, 1);
  copy->display_name = g_strdup (self->display_name);
  copy->uri = self->uri != NULL ? phone_sip_uri_copy (self->uri) : NULL;
  phone_sip_params_copy (&copy->params, &self->params);
  return copy;
}

/**
 * phone_sip_address_free:
 * @self: (nullable) (transfer full): an address
 *
 * Frees it.
 */
void
phone_sip_address_free (PhoneSipAddress *self)
{
  if (self == NULL)
    return;

  g_free (self->display_name);
  phone_sip_uri_free (self->uri);
  phone_sip_params_clear (&self->params);
  g_free (self);
}

/**
 * phone_sip_address_to_string:
 * @self: an address
 *
 * Returns: (transfer full): `"Name" <uri>;p=v`, always with angle brackets; "*" for the wildcard
 */
char *
phone_sip_address_to_string (const PhoneSipAddress *self)
{
  PhoneSipWriter writer = { NULL, };

  g_return_val_if_fail (self != NULL, NULL);

  phone_sip_address_write (self, &writer);
  return phone_sip_writer_steal (&writer);
}

/**
 * phone_sip_address_is_wildcard:
 * @self: an address
 *
 * Returns: whether it is the "*" of a Contact
 */
gboolean
phone_sip_address_is_wildcard (const PhoneSipAddress *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->uri == NULL;
}

/**
 * phone_sip_address_get_uri:
 * @self: an address
 *
 * Returns: (nullable) (transfer none): its URI, which may be changed in place; %NULL for the wildcard
 */
PhoneSipUri *
phone_sip_address_get_uri (const PhoneSipAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->uri;
}

/**
 * phone_sip_address_get_display_name:
 * @self: an address
 *
 * Returns: (nullable) (transfer none): the name without quotes
 */
const char *
phone_sip_address_get_display_name (const PhoneSipAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->display_name;
}

/**
 * phone_sip_address_set_display_name:
 * @self: an address
 * @display_name: (nullable): readable name; %NULL or "" for none
 *
 * Sets the name. Line ends in it become spaces.
 */
void
phone_sip_address_set_display_name (PhoneSipAddress *self,
                                    const char      *display_name)
{
  char *copy = g_strdup (display_name);

  if (copy != NULL)
    g_strdelimit (copy, "\r\n", ' ');
  g_free (self->display_name);
  self->display_name = copy;
}

/**
 * phone_sip_address_get_n_params:
 * @self: an address
 *
 * Returns: how many header parameters it has
 */
guint
phone_sip_address_get_n_params (const PhoneSipAddress *self)
{
  return self->params.n_items;
}

/**
 * phone_sip_address_get_nth_param:
 * @self: an address
 * @n: index below the count
 * @out_value: (out) (optional) (nullable): its value, with its quotes if it has them
 *
 * Returns: (transfer none): its name in lower case
 */
const char *
phone_sip_address_get_nth_param (const PhoneSipAddress  *self,
                                 guint                   n,
                                 const char            **out_value)
{
  g_return_val_if_fail (n < self->params.n_items, NULL);

  if (out_value != NULL)
    *out_value = self->params.items[n].value;
  return self->params.items[n].name;
}

/**
 * phone_sip_address_has_param:
 * @self: an address
 * @name: name in any case
 *
 * Returns: whether there is such a parameter
 */
gboolean
phone_sip_address_has_param (const PhoneSipAddress *self,
                             const char            *name)
{
  return phone_sip_params_find (&self->params, name) != NULL;
}

/**
 * phone_sip_address_get_param:
 * @self: an address
 * @name: name in any case
 *
 * Returns: (nullable) (transfer none): its value as it stands, a quoted-string with its quotes
 */
const char *
phone_sip_address_get_param (const PhoneSipAddress *self,
                             const char            *name)
{
  return phone_sip_params_get (&self->params, name);
}

/**
 * phone_sip_address_set_param:
 * @self: an address
 * @name: name
 * @value: (nullable): a token, or a quoted-string with its quotes
 *
 * Sets or adds a parameter.
 */
void
phone_sip_address_set_param (PhoneSipAddress *self,
                             const char      *name,
                             const char      *value)
{
  phone_sip_params_set (&self->params, name, value);
}

/**
 * phone_sip_address_delete_param:
 * @self: an address
 * @name: name in any case
 *
 * Returns: whether it was there
 */
gboolean
phone_sip_address_delete_param (PhoneSipAddress *self,
                                const char      *name)
{
  return phone_sip_params_delete (&self->params, name);
}

/**
 * phone_sip_address_clear_params:
 * @self: an address
 *
 * Removes all header parameters.
 */
void
phone_sip_address_clear_params (PhoneSipAddress *self)
{
  phone_sip_params_clear (&self->params);
}
