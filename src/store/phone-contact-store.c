/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Contacts by name, favourites first. The order and the search are in the database: one index holds favourite, sort key, id and the
 * folded text that is searched, so a search is one scan of that index, already in order, and touches no row. A scan finds any part
 * of a word in any script, which a word index does not; for 100,000 contacts it takes some 20 ms. */

#include "config.h"
#include "phone-contact-private.h"

#include <string.h>

#include "phone-database-private.h"

#define MAX_WORDS 8

struct _PhoneContactStore
{
  PhoneRowList   parent_instance;

  PhoneDatabase *database;
  char          *search;
  char         **words;         /* of search, folded */
};

G_DEFINE_FINAL_TYPE (PhoneContactStore, phone_contact_store, PHONE_TYPE_ROW_LIST)

enum {
  PROP_0,
  PROP_SEARCH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The statement with one more condition for each word searched for; their parameters begin with first. */
static sqlite3_stmt *
phone_contact_store_prepare_search (PhoneContactStore *self,
                                    const char        *select,
                                    const char        *order,
                                    guint              first)
{
  g_autoptr(GString) sql = g_string_new (select);
  sqlite3_stmt *statement;

  for (guint i = 0; self->words[i] != NULL; i++)
    g_string_append_printf (sql, " AND instr (search_key, ?%u)", first + i);
  g_string_append (sql, order);
  statement = phone_database_prepare (self->database, sql->str);
  for (guint i = 0; self->words[i] != NULL; i++)
    phone_database_bind_text (statement, first + i, self->words[i]);

  return statement;
}

static void
phone_contact_store_load (PhoneContactStore *self)
{
  sqlite3_stmt *statement = phone_contact_store_prepare_search (self, "SELECT id FROM contact WHERE 1",
                                                                " ORDER BY favourite DESC, sort_key, id", 1);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row = TRUE;

  while (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      gint64 id = sqlite3_column_int64 (statement, 0);

      g_array_append_val (ids, id);
    }
  phone_row_list_take_ids (PHONE_ROW_LIST (self), ids);
}

static GObject *
phone_contact_store_read (PhoneRowList *list,
                          gint64        id)
{
  PhoneContactStore *self = PHONE_CONTACT_STORE (list);
  sqlite3_stmt *statement = phone_database_prepare (self->database, "SELECT name, uri, favourite FROM contact WHERE id = ?");
  PhoneContact *contact = phone_contact_new (NULL, NULL);
  gboolean row = FALSE;

  sqlite3_bind_int64 (statement, 1, id);
  phone_contact_set_id (contact, id);
  if (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      g_object_set (contact,
                    "name", phone_database_column_text (statement, 0),
                    "uri", phone_database_column_text (statement, 1),
                    "favourite", sqlite3_column_int (statement, 2) != 0,
                    NULL);
      sqlite3_reset (statement);
    }

  return G_OBJECT (contact);
}

static gboolean
phone_contact_store_write (PhoneContactStore  *self,
                           PhoneContact       *contact,
                           GError            **error)
{
  const char *name = phone_contact_get_name (contact), *uri = phone_contact_get_uri (contact);
  g_autofree char *address_key = phone_contact_address_key (uri);
  g_autofree char *text = g_strconcat (name, "\n", uri, NULL);
  g_autofree char *search_key = phone_contact_fold (text);
  g_autofree char *shown = g_utf8_make_valid (*name != '\0' ? name : uri, -1);
  g_autofree char *sort_key = g_utf8_collate_key (shown, -1);
  sqlite3_stmt *statement;

  statement = phone_database_prepare (self->database,
                                      "INSERT INTO contact (id, name, uri, favourite, address_key, search_key, sort_key)"
                                      " VALUES (?, ?, ?, ?, ?, ?, ?)"
                                      " ON CONFLICT (id) DO UPDATE SET name = excluded.name, uri = excluded.uri,"
                                      " favourite = excluded.favourite, address_key = excluded.address_key,"
                                      " search_key = excluded.search_key, sort_key = excluded.sort_key");
  if (phone_contact_get_id (contact) != 0)
    sqlite3_bind_int64 (statement, 1, phone_contact_get_id (contact));
  phone_database_bind_text (statement, 2, name);
  phone_database_bind_text (statement, 3, uri);
  sqlite3_bind_int (statement, 4, phone_contact_get_favourite (contact));
  phone_database_bind_text (statement, 5, address_key);
  phone_database_bind_text (statement, 6, search_key);
  sqlite3_bind_blob (statement, 7, sort_key, strlen (sort_key), SQLITE_TRANSIENT);
  if (!phone_database_run (self->database, statement, error))
    return FALSE;
  if (phone_contact_get_id (contact) == 0)
    phone_contact_set_id (contact, phone_database_last_insert_id (self->database));

  return TRUE;
}

/* Where a stored row stands in the list; FALSE if the search leaves it out. */
static gboolean
phone_contact_store_get_place (PhoneContactStore *self,
                               gint64             id,
                               guint             *out_place)
{
  sqlite3_stmt *statement;
  gboolean row = FALSE;

  statement = phone_contact_store_prepare_search (self, "SELECT 1 FROM contact WHERE id = ?1", "", 2);
  sqlite3_bind_int64 (statement, 1, id);
  if (!phone_database_step (self->database, statement, &row, NULL) || !row)
    return FALSE;
  sqlite3_reset (statement);

  statement = phone_contact_store_prepare_search (self,
                                                  "SELECT count(*) FROM contact, (SELECT favourite AS f, sort_key AS s FROM contact WHERE id = ?1)"
                                                  " WHERE (favourite > f OR (favourite = f AND (sort_key, id) < (s, ?1)))", "", 2);
  sqlite3_bind_int64 (statement, 1, id);
  if (!phone_database_step (self->database, statement, &row, NULL) || !row)
    return FALSE;
  *out_place = MIN ((guint) sqlite3_column_int (statement, 0), g_list_model_get_n_items (G_LIST_MODEL (self)));
  sqlite3_reset (statement);

  return TRUE;
}

static gint64
phone_contact_store_lookup (PhoneContactStore *self,
                            const char        *key)
{
  sqlite3_stmt *statement = phone_database_prepare (self->database,
                                                    "SELECT id FROM contact WHERE address_key = ? ORDER BY favourite DESC, id LIMIT 1");
  gboolean row = FALSE;
  gint64 id = 0;

  phone_database_bind_text (statement, 1, key);
  if (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      id = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }

  return id;
}

/* The same name at the same address is the same person. */
static gboolean
phone_contact_store_knows (PhoneContactStore *self,
                           PhoneContact      *contact)
{
  g_autofree char *key = phone_contact_address_key (phone_contact_get_uri (contact));
  sqlite3_stmt *statement = phone_database_prepare (self->database, "SELECT 1 FROM contact WHERE address_key = ? AND name = ?");
  gboolean row = FALSE;

  phone_database_bind_text (statement, 1, key);
  phone_database_bind_text (statement, 2, phone_contact_get_name (contact));
  if (!phone_database_step (self->database, statement, &row, NULL) || !row)
    return FALSE;
  sqlite3_reset (statement);

  return TRUE;
}

static void
phone_contact_store_finalize (GObject *object)
{
  PhoneContactStore *self = PHONE_CONTACT_STORE (object);

  g_clear_object (&self->database);
  g_free (self->search);
  g_strfreev (self->words);

  G_OBJECT_CLASS (phone_contact_store_parent_class)->finalize (object);
}

static void
phone_contact_store_get_property (GObject    *object,
                                  guint       property,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  PhoneContactStore *self = PHONE_CONTACT_STORE (object);

  if (property == PROP_SEARCH)
    g_value_set_string (value, self->search);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
phone_contact_store_set_property (GObject      *object,
                                  guint         property,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  PhoneContactStore *self = PHONE_CONTACT_STORE (object);

  if (property == PROP_SEARCH)
    phone_contact_store_set_search (self, g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
phone_contact_store_class_init (PhoneContactStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PhoneRowListClass *list_class = PHONE_ROW_LIST_CLASS (klass);

  object_class->finalize = phone_contact_store_finalize;
  object_class->get_property = phone_contact_store_get_property;
  object_class->set_property = phone_contact_store_set_property;
  list_class->item_type = PHONE_TYPE_CONTACT;
  list_class->read = phone_contact_store_read;

  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, "",
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_contact_store_init (PhoneContactStore *self)
{
  self->search = g_strdup ("");
  self->words = g_new0 (char *, 1);
}

/* Folded words of what was typed; more than MAX_WORDS narrow nothing down any further. */
static char **
phone_contact_store_split (const char *search)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *folded = phone_contact_fold (search);
  g_auto(GStrv) parts = g_strsplit_set (folded, " \t\n", -1);
  guint n = 0;

  for (guint i = 0; parts[i] != NULL && n < MAX_WORDS; i++)
    if (*parts[i] != '\0')
      {
        g_strv_builder_add (builder, parts[i]);
        n++;
      }

  return g_strv_builder_end (builder);
}

/**
 * phone_contact_store_new:
 * @database: where the contacts are
 *
 * Returns: (transfer full): all contacts by name, favourites first, a #GListModel of #PhoneContact
 */
PhoneContactStore *
phone_contact_store_new (PhoneDatabase *database)
{
  PhoneContactStore *self;

  g_return_val_if_fail (PHONE_IS_DATABASE (database), NULL);

  self = g_object_new (PHONE_TYPE_CONTACT_STORE, NULL);
  self->database = g_object_ref (database);
  phone_contact_store_load (self);

  return self;
}

/**
 * phone_contact_store_set_search:
 * @self: a store
 * @search: (nullable): what to look for; empty for everybody
 *
 * Leaves in the list whoever has every word of @search in name or address, whatever case and accents.
 */
void
phone_contact_store_set_search (PhoneContactStore *self,
                                const char        *search)
{
  g_return_if_fail (PHONE_IS_CONTACT_STORE (self));

  if (search == NULL)
    search = "";
  if (strcmp (self->search, search) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (search);
  g_strfreev (self->words);
  self->words = phone_contact_store_split (search);
  phone_contact_store_load (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}

/**
 * phone_contact_store_save:
 * @self: a store
 * @contact: a contact, new or changed
 * @error: return location
 *
 * Adds the contact or writes its changes, and moves it to its place in the list.
 *
 * Returns: %FALSE with an error of the database
 */
gboolean
phone_contact_store_save (PhoneContactStore  *self,
                          PhoneContact       *contact,
                          GError            **error)
{
  gint64 id;
  guint place;

  g_return_val_if_fail (PHONE_IS_CONTACT_STORE (self), FALSE);
  g_return_val_if_fail (PHONE_IS_CONTACT (contact), FALSE);

  if (!phone_contact_store_write (self, contact, error))
    return FALSE;
  id = phone_contact_get_id (contact);
  phone_row_list_remove (PHONE_ROW_LIST (self), id);
  if (phone_contact_store_get_place (self, id, &place))
    phone_row_list_insert (PHONE_ROW_LIST (self), place, id, G_OBJECT (contact));

  return TRUE;
}

/**
 * phone_contact_store_remove:
 * @self: a store
 * @contact: a contact of it
 * @error: return location
 *
 * Forgets the contact.
 *
 * Returns: %FALSE with an error of the database
 */
gboolean
phone_contact_store_remove (PhoneContactStore  *self,
                            PhoneContact       *contact,
                            GError            **error)
{
  g_autoptr(PhoneContact) hold = NULL;
  sqlite3_stmt *statement;

  g_return_val_if_fail (PHONE_IS_CONTACT_STORE (self), FALSE);
  g_return_val_if_fail (PHONE_IS_CONTACT (contact), FALSE);

  hold = g_object_ref (contact);
  statement = phone_database_prepare (self->database, "DELETE FROM contact WHERE id = ?");
  sqlite3_bind_int64 (statement, 1, phone_contact_get_id (contact));
  if (!phone_database_run (self->database, statement, error))
    return FALSE;
  phone_row_list_remove (PHONE_ROW_LIST (self), phone_contact_get_id (contact));
  phone_contact_set_id (contact, 0);

  return TRUE;
}

/**
 * phone_contact_store_find:
 * @self: a store
 * @uri: a SIP URI or a number
 *
 * Finds who has an address, whatever its spelling. A contact with a number alone is found by a SIP URI with that number as user.
 *
 * Returns: (transfer full) (nullable): the contact, favourites first
 */
PhoneContact *
phone_contact_store_find (PhoneContactStore *self,
                          const char        *uri)
{
  g_autofree char *key = NULL, *number = NULL;
  gint64 id;

  g_return_val_if_fail (PHONE_IS_CONTACT_STORE (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  key = phone_contact_address_key (uri);
  id = phone_contact_store_lookup (self, key);
  number = id == 0 ? phone_contact_number_key (uri) : NULL;
  if (number != NULL)
    id = phone_contact_store_lookup (self, number);

  return id != 0 ? PHONE_CONTACT (phone_row_list_dup (PHONE_ROW_LIST (self), id)) : NULL;
}

/**
 * phone_contact_store_count:
 * @self: a store
 *
 * Returns: how many contacts there are, whatever the search
 */
guint
phone_contact_store_count (PhoneContactStore *self)
{
  g_return_val_if_fail (PHONE_IS_CONTACT_STORE (self), 0);

  return phone_database_get_integer (self->database, "SELECT count(*) FROM contact");
}

/**
 * phone_contact_store_import:
 * @self: a store
 * @vcard: vCards of version 3.0 or 4.0 (RFC 2426, RFC 6350)
 * @length: their length in bytes, or -1
 * @error: return location
 *
 * Takes in every card with a SIP address or a number; a card with several becomes as many contacts, and what is known already
 * is left alone. All or nothing.
 *
 * Returns: how many contacts came in; -1 with %PHONE_STORE_ERROR_INVALID or an error of the database
 */
int
phone_contact_store_import (PhoneContactStore  *self,
                            const char         *vcard,
                            gssize              length,
                            GError            **error)
{
  g_autoptr(GPtrArray) contacts = NULL;
  int n = 0;

  g_return_val_if_fail (PHONE_IS_CONTACT_STORE (self), -1);
  g_return_val_if_fail (vcard != NULL, -1);

  contacts = phone_contact_parse_vcard (vcard, length, error);
  if (contacts == NULL || !phone_database_begin (self->database, error))
    return -1;
  for (guint i = 0; i < contacts->len; i++)
    {
      if (phone_contact_store_knows (self, g_ptr_array_index (contacts, i)))
        continue;
      if (!phone_contact_store_write (self, g_ptr_array_index (contacts, i), error))
        {
          phone_database_rollback (self->database);
          return -1;
        }
      n++;
    }
  if (!phone_database_commit (self->database, error))
    {
      phone_database_rollback (self->database);
      return -1;
    }
  phone_contact_store_load (self);

  return n;
}

/**
 * phone_contact_store_export:
 * @self: a store
 *
 * Returns: (transfer full): all contacts as vCards of version 4.0 (RFC 6350)
 */
char *
phone_contact_store_export (PhoneContactStore *self)
{
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GString *out = g_string_new (NULL);
  sqlite3_stmt *statement;
  gboolean row = TRUE;

  g_return_val_if_fail (PHONE_IS_CONTACT_STORE (self), NULL);

  statement = phone_database_prepare (self->database, "SELECT id FROM contact ORDER BY sort_key, id");
  while (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      gint64 id = sqlite3_column_int64 (statement, 0);

      g_array_append_val (ids, id);
    }
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr(GObject) contact = phone_contact_store_read (PHONE_ROW_LIST (self), g_array_index (ids, gint64, i));

      phone_contact_print_vcard (out, PHONE_CONTACT (contact));
    }

  return g_string_free (out, FALSE);
}
