/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-history-private.h"

#include "phone-database-private.h"

struct _PhoneHistory
{
  PhoneRowList   parent_instance;

  PhoneDatabase *database;
  guint          n_missed;
};

G_DEFINE_FINAL_TYPE (PhoneHistory, phone_history, PHONE_TYPE_ROW_LIST)

enum {
  PROP_0,
  PROP_N_MISSED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_history_count_missed (PhoneHistory *self)
{
  guint n = phone_database_get_integer (self->database, "SELECT count(*) FROM call WHERE seen = 0 AND kind = 3");

  G_STATIC_ASSERT (PHONE_CALL_RECORD_MISSED == 3);

  if (n == self->n_missed)
    return;
  self->n_missed = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MISSED]);
}

static void
phone_history_load (PhoneHistory *self)
{
  sqlite3_stmt *statement = phone_database_prepare (self->database, "SELECT id FROM call ORDER BY start DESC, id DESC");
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
phone_history_read (PhoneRowList *list,
                    gint64        id)
{
  PhoneHistory *self = PHONE_HISTORY (list);
  sqlite3_stmt *statement = phone_database_prepare (self->database,
                                                    "SELECT kind, uri, name, account, start, duration, video, cause, status, seen"
                                                    " FROM call WHERE id = ?");
  gboolean row = FALSE;
  GObject *record;

  sqlite3_bind_int64 (statement, 1, id);
  if (!phone_database_step (self->database, statement, &row, NULL) || !row)
    return g_object_new (PHONE_TYPE_CALL_RECORD, "id", id, NULL);

  record = g_object_new (PHONE_TYPE_CALL_RECORD,
                         "id", id,
                         "kind", MAX (sqlite3_column_int (statement, 0), 0),
                         "uri", phone_database_column_text (statement, 1),
                         "name", phone_database_column_text (statement, 2),
                         "account", phone_database_column_text (statement, 3),
                         "start", sqlite3_column_int64 (statement, 4),
                         "duration", sqlite3_column_int64 (statement, 5),
                         "video", sqlite3_column_int (statement, 6) != 0,
                         "cause", phone_database_column_text (statement, 7),
                         "status", (guint) sqlite3_column_int (statement, 8),
                         "seen", sqlite3_column_int (statement, 9) != 0,
                         NULL);
  sqlite3_reset (statement);

  return record;
}

static gboolean
phone_history_write (PhoneHistory     *self,
                     PhoneCallRecord  *record,
                     GError          **error)
{
  sqlite3_stmt *statement = phone_database_prepare (self->database,
                                                    "INSERT INTO call (kind, uri, name, account, start, duration, video, cause, status, seen)"
                                                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

  sqlite3_bind_int (statement, 1, phone_call_record_get_kind (record));
  phone_database_bind_text (statement, 2, phone_call_record_get_uri (record));
  phone_database_bind_text (statement, 3, phone_call_record_get_name (record));
  phone_database_bind_text (statement, 4, phone_call_record_get_account (record));
  sqlite3_bind_int64 (statement, 5, phone_call_record_get_start (record));
  sqlite3_bind_int64 (statement, 6, phone_call_record_get_duration (record));
  sqlite3_bind_int (statement, 7, phone_call_record_get_video (record));
  phone_database_bind_text (statement, 8, phone_call_record_get_cause (record));
  sqlite3_bind_int64 (statement, 9, phone_call_record_get_status (record));
  sqlite3_bind_int (statement, 10, phone_call_record_get_seen (record));

  return phone_database_run (self->database, statement, error);
}

/* How many are newer; 0 unless a long call ends after a short one that began later. */
static guint
phone_history_get_place (PhoneHistory *self,
                         gint64        start,
                         gint64        id)
{
  sqlite3_stmt *statement = phone_database_prepare (self->database, "SELECT count(*) FROM call WHERE (start, id) > (?, ?)");
  gboolean row = FALSE;
  guint place = 0;

  sqlite3_bind_int64 (statement, 1, start);
  sqlite3_bind_int64 (statement, 2, id);
  if (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      place = sqlite3_column_int (statement, 0);
      sqlite3_reset (statement);
    }

  return MIN (place, g_list_model_get_n_items (G_LIST_MODEL (self)));
}

static void
phone_history_finalize (GObject *object)
{
  PhoneHistory *self = PHONE_HISTORY (object);

  g_clear_object (&self->database);

  G_OBJECT_CLASS (phone_history_parent_class)->finalize (object);
}

static void
phone_history_get_property (GObject    *object,
                            guint       property,
                            GValue     *value,
                            GParamSpec *pspec)
{
  PhoneHistory *self = PHONE_HISTORY (object);

  if (property == PROP_N_MISSED)
    g_value_set_uint (value, self->n_missed);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
phone_history_class_init (PhoneHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PhoneRowListClass *list_class = PHONE_ROW_LIST_CLASS (klass);

  object_class->finalize = phone_history_finalize;
  object_class->get_property = phone_history_get_property;
  list_class->item_type = PHONE_TYPE_CALL_RECORD;
  list_class->read = phone_history_read;

  properties[PROP_N_MISSED] = g_param_spec_uint ("n-missed", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_history_init (PhoneHistory *self)
{
}

/**
 * phone_history_new:
 * @database: where the calls are
 *
 * Returns: (transfer full): all past calls, newest first, a #GListModel of #PhoneCallRecord
 */
PhoneHistory *
phone_history_new (PhoneDatabase *database)
{
  PhoneHistory *self;

  g_return_val_if_fail (PHONE_IS_DATABASE (database), NULL);

  self = g_object_new (PHONE_TYPE_HISTORY, NULL);
  self->database = g_object_ref (database);
  phone_history_load (self);
  phone_history_count_missed (self);

  return self;
}

/**
 * phone_history_add:
 * @self: a history
 * @record: a new record, made with g_object_new(); it gets its number and becomes the item of the list
 * @error: return location
 *
 * Writes down a call.
 *
 * Returns: %FALSE with an error of the database
 */
gboolean
phone_history_add (PhoneHistory     *self,
                   PhoneCallRecord  *record,
                   GError          **error)
{
  gint64 id;

  g_return_val_if_fail (PHONE_IS_HISTORY (self), FALSE);
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (record), FALSE);

  if (!phone_history_write (self, record, error))
    return FALSE;
  id = phone_database_last_insert_id (self->database);
  phone_call_record_set_id (record, id);
  phone_row_list_insert (PHONE_ROW_LIST (self), phone_history_get_place (self, phone_call_record_get_start (record), id),
                         id, G_OBJECT (record));
  phone_history_count_missed (self);

  return TRUE;
}

/**
 * phone_history_remove:
 * @self: a history
 * @record: a record of it
 * @error: return location
 *
 * Forgets one call.
 *
 * Returns: %FALSE with an error of the database
 */
gboolean
phone_history_remove (PhoneHistory     *self,
                      PhoneCallRecord  *record,
                      GError          **error)
{
  sqlite3_stmt *statement;
  gint64 id;

  g_return_val_if_fail (PHONE_IS_HISTORY (self), FALSE);
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (record), FALSE);

  id = phone_call_record_get_id (record);
  statement = phone_database_prepare (self->database, "DELETE FROM call WHERE id = ?");
  sqlite3_bind_int64 (statement, 1, id);
  if (!phone_database_run (self->database, statement, error))
    return FALSE;
  phone_row_list_remove (PHONE_ROW_LIST (self), id);
  phone_history_count_missed (self);

  return TRUE;
}

/**
 * phone_history_clear:
 * @self: a history
 * @error: return location
 *
 * Forgets all calls.
 *
 * Returns: %FALSE with an error of the database
 */
gboolean
phone_history_clear (PhoneHistory  *self,
                     GError       **error)
{
  g_return_val_if_fail (PHONE_IS_HISTORY (self), FALSE);

  if (!phone_database_execute (self->database, "DELETE FROM call", error))
    return FALSE;
  phone_row_list_take_ids (PHONE_ROW_LIST (self), g_array_new (FALSE, FALSE, sizeof (gint64)));
  phone_history_count_missed (self);

  return TRUE;
}

/**
 * phone_history_mark_seen:
 * @self: a history
 *
 * The person has looked: no missed call is news any more.
 */
void
phone_history_mark_seen (PhoneHistory *self)
{
  g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func (g_object_unref);
  sqlite3_stmt *statement;
  gboolean row = TRUE;

  g_return_if_fail (PHONE_IS_HISTORY (self));

  statement = phone_database_prepare (self->database, "SELECT id FROM call WHERE seen = 0");
  while (phone_database_step (self->database, statement, &row, NULL) && row)
    {
      GObject *record = phone_row_list_peek (PHONE_ROW_LIST (self), sqlite3_column_int64 (statement, 0));

      if (record != NULL)
        g_ptr_array_add (seen, g_object_ref (record));
    }
  phone_database_execute (self->database, "UPDATE call SET seen = 1 WHERE seen = 0", NULL);
  for (guint i = 0; i < seen->len; i++)
    phone_call_record_set_seen (g_ptr_array_index (seen, i), TRUE);
  phone_history_count_missed (self);
}

/**
 * phone_history_get_n_missed:
 * @self: a history
 *
 * Returns: how many missed calls the person has not seen yet
 */
guint
phone_history_get_n_missed (PhoneHistory *self)
{
  g_return_val_if_fail (PHONE_IS_HISTORY (self), 0);

  return self->n_missed;
}
