/* SPDX-License-Identifier: GPL-3.0-or-later */

/* vCard (RFC 6350, and RFC 2426 before it), as far as a telephone cares: FN or N for the name; IMPP, X-SIP and TEL for addresses.
 * Address books differ in everything else, so unknown properties, groups and parameters are passed over. */

#include "config.h"
#include "phone-contact-private.h"

#include <string.h>

#include "phone-store-error.h"

#define MAX_BYTES (32 * 1024 * 1024)
#define MAX_LINE  75            /* RFC 6350 §3.2 */

typedef struct
{
  gboolean   open;
  gboolean   favourite;
  char      *name;              /* FN */
  char      *parts;             /* N */
  GPtrArray *addresses;
} Card;

static void
phone_contact_card_reset (Card *card)
{
  g_clear_pointer (&card->name, g_free);
  g_clear_pointer (&card->parts, g_free);
  g_clear_pointer (&card->addresses, g_ptr_array_unref);
  card->addresses = g_ptr_array_new_with_free_func (g_free);
  card->favourite = FALSE;
  card->open = FALSE;
}

static void
phone_contact_card_clear (Card *card)
{
  phone_contact_card_reset (card);
  g_ptr_array_unref (card->addresses);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Card, phone_contact_card_clear)

/* RFC 6350 §3.4. A line break in a name becomes a space. */
static char *
phone_contact_unescape (const char *value)
{
  GString *plain = g_string_new (NULL);

  for (; *value != '\0'; value++)
    {
      if (*value != '\\' || value[1] == '\0')
        g_string_append_c (plain, *value);
      else
        {
          value++;
          g_string_append_c (plain, *value == 'n' || *value == 'N' ? ' ' : *value);
        }
    }

  return g_strstrip (g_string_free (plain, FALSE));
}

/* N: family;given;additional;prefixes;suffixes */
static char *
phone_contact_join_name (const char *value)
{
  g_auto(GStrv) parts = g_strsplit (value, ";", 3);
  g_autofree char *family = phone_contact_unescape (parts[0] != NULL ? parts[0] : "");
  g_autofree char *given = phone_contact_unescape (parts[0] != NULL && parts[1] != NULL ? parts[1] : "");

  return g_strstrip (g_strdup_printf ("%s %s", given, family));
}

static void
phone_contact_card_add_address (Card       *card,
                                const char *value)
{
  g_autofree char *address = phone_contact_unescape (value);
  const char *start = address;

  if (g_ascii_strncasecmp (start, "tel:", 4) == 0)
    start += 4;
  if (*start != '\0')
    g_ptr_array_add (card->addresses, g_strdup (start));
}

static void
phone_contact_card_finish (Card      *card,
                           GPtrArray *contacts)
{
  const char *name = card->name != NULL && *card->name != '\0' ? card->name : card->parts;

  for (guint i = 0; i < card->addresses->len; i++)
    {
      const char *address = g_ptr_array_index (card->addresses, i);
      PhoneContact *contact = phone_contact_new (name != NULL && *name != '\0' ? name : address, address);

      g_object_set (contact, "favourite", card->favourite, NULL);
      g_ptr_array_add (contacts, contact);
    }
  phone_contact_card_reset (card);
}

/* "group.NAME;param=x:value"; a colon may stand within a quoted parameter. FALSE: no property line. */
static gboolean
phone_contact_split_line (const char  *line,
                          char       **out_name,
                          const char **out_value)
{
  gboolean quoted = FALSE;
  const char *end = line, *dot;

  for (; *end != '\0' && (quoted || *end != ':'); end++)
    if (*end == '"')
      quoted = !quoted;
  if (*end == '\0')
    return FALSE;
  *out_name = g_ascii_strup (line, MIN (strcspn (line, ";"), (gsize) (end - line)));
  dot = strrchr (*out_name, '.');
  if (dot != NULL)
    memmove (*out_name, dot + 1, strlen (dot));
  *out_value = end + 1;

  return TRUE;
}

static void
phone_contact_card_read (Card       *card,
                         const char *name,
                         const char *value)
{
  if (strcmp (name, "FN") == 0 && card->name == NULL)
    card->name = phone_contact_unescape (value);
  else if (strcmp (name, "N") == 0 && card->parts == NULL)
    card->parts = phone_contact_join_name (value);
  else if (strcmp (name, "IMPP") == 0 && g_ascii_strncasecmp (value, "sip", 3) == 0)
    phone_contact_card_add_address (card, value);
  else if (strcmp (name, "X-SIP") == 0 || strcmp (name, "TEL") == 0)
    phone_contact_card_add_address (card, value);
  else if (strcmp (name, "X-PHONE-FAVOURITE") == 0)
    card->favourite = strcmp (value, "1") == 0;
}

static gboolean
phone_contact_read_line (Card        *card,
                         GPtrArray   *contacts,
                         const char  *line,
                         const char **out_problem)
{
  g_autofree char *name = NULL;
  const char *value;

  if (!phone_contact_split_line (line, &name, &value))
    return TRUE;
  if (strcmp (name, "BEGIN") == 0 && g_ascii_strcasecmp (value, "VCARD") == 0)
    {
      *out_problem = "a card begins within another";
      if (card->open)
        return FALSE;
      card->open = TRUE;
    }
  else if (strcmp (name, "END") == 0 && g_ascii_strcasecmp (value, "VCARD") == 0)
    {
      *out_problem = "a card ends that did not begin";
      if (!card->open)
        return FALSE;
      phone_contact_card_finish (card, contacts);
    }
  else if (strcmp (name, "VERSION") == 0 && strcmp (value, "2.1") == 0)
    {
      *out_problem = "it is a vCard of version 2.1; 3.0 and 4.0 are understood";
      return FALSE;
    }
  else if (card->open)
    phone_contact_card_read (card, name, value);

  return TRUE;
}

/* RFC 6350 §3.2: a line break and one blank continue the line. */
static char *
phone_contact_unfold (const char *text,
                      gsize       length)
{
  GString *plain = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\r' && i + 1 < length && text[i + 1] == '\n')
        continue;
      if (text[i] == '\n' && i + 1 < length && (text[i + 1] == ' ' || text[i + 1] == '\t'))
        i++;
      else
        g_string_append_c (plain, text[i]);
    }

  return g_string_free (plain, FALSE);
}

static GPtrArray *
phone_contact_fail_vcard (const char  *problem,
                          GError     **error)
{
  g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID, "the address book cannot be read: %s", problem);

  return NULL;
}

GPtrArray *
phone_contact_parse_vcard (const char  *text,
                           gssize       length,
                           GError     **error)
{
  g_autoptr(GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  gsize size = length >= 0 ? (gsize) length : strlen (text);
  g_auto(Card) card = { FALSE, };
  g_autofree char *plain = NULL;
  const char *problem = NULL;
  gboolean any = FALSE;

  if (size > MAX_BYTES)
    return phone_contact_fail_vcard ("it is too large", error);
  if (!g_utf8_validate_len (text, size, NULL))
    return phone_contact_fail_vcard ("it is not UTF-8 text", error);
  phone_contact_card_reset (&card);
  plain = phone_contact_unfold (text, size);
  for (char *line = plain, *next; line != NULL && *line != '\0'; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (!phone_contact_read_line (&card, contacts, line, &problem))
        return phone_contact_fail_vcard (problem, error);
      any = any || card.open;
    }
  if (!any)
    return phone_contact_fail_vcard ("it holds no vCard", error);
  if (card.open)
    return phone_contact_fail_vcard ("the last card does not end", error);

  return g_steal_pointer (&contacts);
}

/* Folds between characters, not within one. */
static void
phone_contact_print_line (GString    *out,
                          const char *name,
                          const char *value)
{
  gsize column = strlen (name) + 1;

  g_string_append_printf (out, "%s:", name);
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    {
      gsize size = g_utf8_next_char (p) - p;

      if (column + size > MAX_LINE)
        {
          g_string_append (out, "\r\n ");
          column = 1;
        }
      g_string_append_len (out, p, size);
      column += size;
    }
  g_string_append (out, "\r\n");
}

static char *
phone_contact_escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *escaped = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p++)
    {
      if (*p == '\n')
        g_string_append (escaped, "\\n");
      else if (*p != '\r')
        {
          if (strchr ("\\,;", *p) != NULL)
            g_string_append_c (escaped, '\\');
          g_string_append_c (escaped, *p);
        }
    }

  return g_string_free (escaped, FALSE);
}

void
phone_contact_print_vcard (GString      *out,
                           PhoneContact *self)
{
  const char *uri = phone_contact_get_uri (self);
  g_autofree char *name = phone_contact_escape (phone_contact_get_name (self));
  g_autofree char *address = phone_contact_escape (uri);
  gboolean sip = g_ascii_strncasecmp (uri, "sip:", 4) == 0 || g_ascii_strncasecmp (uri, "sips:", 5) == 0;

  g_string_append (out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
  phone_contact_print_line (out, "FN", name);
  if (sip)
    phone_contact_print_line (out, "IMPP", address);
  else
    phone_contact_print_line (out, *uri == '+' || g_ascii_isdigit (*uri) ? "TEL" : "X-SIP", address);
  if (phone_contact_get_favourite (self))
    phone_contact_print_line (out, "X-PHONE-FAVOURITE", "1");
  g_string_append (out, "END:VCARD\r\n");
}
