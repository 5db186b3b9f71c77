/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file holds all that the phone remembers, so this object is made once and lives as long as the program.
 *
 * Facts that shaped it: a call record is written in microseconds under WAL with synchronous NORMAL, which loses at most the
 * last transactions in a power cut and never the file, so everything happens on the main context without a worker thread.
 * Statements are few and fixed, hence prepared once and kept by their text. The version of the schema is user_version.
 *
 * A file that is no database, or whose structure does not check out, is moved aside with its journal, because a phone that
 * does not start is worse than one with an empty history; the move is reported to whoever asks. A file of a newer version is
 * refused instead: it is good, only not ours to touch. */

#include "config.h"
#include "phone-database-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "phone-store-error.h"

#define BUSY_TIMEOUT_MS    2000
#define CHECK_ALWAYS_BYTES (8 * 1024 * 1024)

struct _PhoneDatabase
{
  GObject     parent_instance;

  sqlite3    *db;
  char       *set_aside;
  GHashTable *statements;       /* SQL text → sqlite3_stmt */
};

G_DEFINE_FINAL_TYPE (PhoneDatabase, phone_database, G_TYPE_OBJECT)

static void
phone_database_close (PhoneDatabase *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->db, sqlite3_close);
}

static gboolean
phone_database_is_corruption (int code)
{
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

static gboolean
phone_database_fail (PhoneDatabase  *self,
                     GError        **error)
{
  int code = sqlite3_errcode (self->db);

  g_set_error_literal (error, PHONE_STORE_ERROR,
                       phone_database_is_corruption (code) ? PHONE_STORE_ERROR_CORRUPT : PHONE_STORE_ERROR_FAILED,
                       sqlite3_errmsg (self->db));

  return FALSE;
}

/* quick_check reads every page, some 5 ms a megabyte from a cold disk: always affordable for the file of most people, and for a
 * large one when a journal lies beside it, which only an unclean end leaves. */
static gboolean
phone_database_deserves_check (const char *path)
{
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  GStatBuf file;

  return g_file_test (journal, G_FILE_TEST_EXISTS) || (g_stat (path, &file) == 0 && file.st_size <= CHECK_ALWAYS_BYTES);
}

static gboolean
phone_database_check (PhoneDatabase  *self,
                      GError        **error)
{
  sqlite3_stmt *statement = phone_database_prepare (self, "PRAGMA quick_check(1)");
  gboolean row = FALSE;

  if (!phone_database_step (self, statement, &row, error))
    return FALSE;
  if (row && strcmp (phone_database_column_text (statement, 0), "ok") == 0)
    {
      sqlite3_reset (statement);
      return TRUE;
    }
  sqlite3_reset (statement);
  g_set_error_literal (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_CORRUPT, "the file is damaged");

  return FALSE;
}

static gboolean
phone_database_connect (PhoneDatabase  *self,
                        const char     *path,
                        GError        **error)
{
  gboolean check = phone_database_deserves_check (path);

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) sqlite3_finalize);
  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
    return phone_database_fail (self, error);

  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);

  return phone_database_execute (self, "PRAGMA schema_version", error) &&
         phone_database_execute (self, "PRAGMA journal_mode=WAL", error) &&
         phone_database_execute (self, "PRAGMA synchronous=NORMAL", error) &&
         phone_database_execute (self, "PRAGMA foreign_keys=ON", error) &&
         (!check || phone_database_check (self, error)) &&
         phone_database_migrate (self, error);
}

static char *
phone_database_choose_aside (const char *path)
{
  for (guint n = 1;; n++)
    {
      g_autofree char *aside = g_strdup_printf ("%s.corrupt-%u", path, n);

      if (!g_file_test (aside, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&aside);
    }
}

static gboolean
phone_database_move_aside (PhoneDatabase  *self,
                           const char     *path,
                           GError        **error)
{
  static const char * const companions[] = { "-wal", "-shm" };
  g_autofree char *aside = phone_database_choose_aside (path);

  if (g_rename (path, aside) != 0)
    {
      g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_CORRUPT,
                   "“%s” is damaged and cannot be set aside: %s", path, g_strerror (errno));
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *from = g_strconcat (path, companions[i], NULL);
      g_autofree char *to = g_strconcat (aside, companions[i], NULL);

      g_rename (from, to);
    }
  self->set_aside = g_steal_pointer (&aside);

  return TRUE;
}

/* The file holds names and call history: for its owner only. */
static gboolean
phone_database_make_folder (const char  *path,
                            GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_FAILED, "cannot make the folder “%s”: %s", folder, g_strerror (errno));

  return FALSE;
}

static void
phone_database_finalize (GObject *object)
{
  PhoneDatabase *self = PHONE_DATABASE (object);

  phone_database_close (self);
  g_free (self->set_aside);

  G_OBJECT_CLASS (phone_database_parent_class)->finalize (object);
}

static void
phone_database_class_init (PhoneDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_database_finalize;
}

static void
phone_database_init (PhoneDatabase *self)
{
}

/**
 * phone_database_open:
 * @path: (nullable): the file, made with its folder if it is not there; %NULL for a database in memory
 * @error: return location
 *
 * Opens the database and brings its schema up to date. A damaged file is moved to `path.corrupt-N` and a new one made.
 *
 * Returns: (transfer full): the database, or %NULL with %PHONE_STORE_ERROR_NEWER when a newer version wrote the file,
 *   %PHONE_STORE_ERROR_CORRUPT when a damaged file cannot be moved, %PHONE_STORE_ERROR_FAILED with SQLite's words otherwise
 */
PhoneDatabase *
phone_database_open (const char  *path,
                     GError     **error)
{
  g_autoptr(PhoneDatabase) self = g_object_new (PHONE_TYPE_DATABASE, NULL);
  g_autoptr(GError) local_error = NULL;

  if (path != NULL && !phone_database_make_folder (path, error))
    return NULL;

  if (phone_database_connect (self, path != NULL ? path : ":memory:", &local_error))
    {
      if (path != NULL)
        g_chmod (path, 0600);
      return g_steal_pointer (&self);
    }

  if (path == NULL || !g_error_matches (local_error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  phone_database_close (self);
  if (!phone_database_move_aside (self, path, error) || !phone_database_connect (self, path, error))
    return NULL;
  g_chmod (path, 0600);

  return g_steal_pointer (&self);
}

/**
 * phone_database_get_set_aside:
 * @self: a database
 *
 * Returns: (nullable): where a damaged file was moved when this database was opened
 */
const char *
phone_database_get_set_aside (PhoneDatabase *self)
{
  g_return_val_if_fail (PHONE_IS_DATABASE (self), NULL);

  return self->set_aside;
}

/**
 * phone_database_checkpoint:
 * @self: a database
 *
 * Moves what the write-ahead log holds into the file, without waiting for readers. SQLite does so by itself now and then,
 * which can take ten milliseconds; called when the phone is quiet, that pause falls into no call.
 */
void
phone_database_checkpoint (PhoneDatabase *self)
{
  g_return_if_fail (PHONE_IS_DATABASE (self));

  sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* The SQL is ours and fixed; one that does not compile is a programmer's error, except when the file is damaged: then stepping
 * NULL reports what SQLite said. */
sqlite3_stmt *
phone_database_prepare (PhoneDatabase *self,
                        const char    *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement == NULL)
    {
      if (sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        {
          g_debug ("cannot prepare “%s”: %s", sql, sqlite3_errmsg (self->db));
          return NULL;
        }
      g_hash_table_insert (self->statements, g_strdup (sql), statement);
    }
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return statement;
}

/* sql may be several statements; rows are thrown away. */
gboolean
phone_database_execute (PhoneDatabase  *self,
                        const char     *sql,
                        GError        **error)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK || phone_database_fail (self, error);
}

/* A finished or failed statement is reset at once, so that it holds no lock. */
gboolean
phone_database_step (PhoneDatabase  *self,
                     sqlite3_stmt   *statement,
                     gboolean       *out_row,
                     GError        **error)
{
  int code = statement != NULL ? sqlite3_step (statement) : SQLITE_ERROR;

  if (out_row != NULL)
    *out_row = code == SQLITE_ROW;
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    phone_database_fail (self, error);
  if (statement != NULL)
    sqlite3_reset (statement);

  return code == SQLITE_DONE;
}

/* For statements that give no rows. */
gboolean
phone_database_run (PhoneDatabase  *self,
                    sqlite3_stmt   *statement,
                    GError        **error)
{
  gboolean done = phone_database_step (self, statement, NULL, error);

  if (statement != NULL)
    sqlite3_reset (statement);

  return done;
}

gint64
phone_database_get_integer (PhoneDatabase *self,
                            const char    *sql)
{
  sqlite3_stmt *statement = phone_database_prepare (self, sql);
  gboolean row = FALSE;
  gint64 value = 0;

  if (phone_database_step (self, statement, &row, NULL) && row)
    {
      value = sqlite3_column_int64 (statement, 0);
      sqlite3_reset (statement);
    }

  return value;
}

gint64
phone_database_last_insert_id (PhoneDatabase *self)
{
  return sqlite3_last_insert_rowid (self->db);
}

gboolean
phone_database_begin (PhoneDatabase  *self,
                      GError        **error)
{
  return phone_database_execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
phone_database_commit (PhoneDatabase  *self,
                       GError        **error)
{
  return phone_database_execute (self, "COMMIT", error);
}

void
phone_database_rollback (PhoneDatabase *self)
{
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

void
phone_database_bind_text (sqlite3_stmt *statement,
                          int           index,
                          const char   *text)
{
  sqlite3_bind_text (statement, index, text, -1, SQLITE_TRANSIENT);
}

const char *
phone_database_column_text (sqlite3_stmt *statement,
                            int           column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  return text != NULL ? text : "";
}
