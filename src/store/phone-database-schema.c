/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The migrations. Number n brings a file from user_version n to n + 1; what once went out is never edited, only followed.
 * All missing ones run in one transaction, so a file has either its old version or the newest. */

#include "config.h"
#include "phone-database-private.h"

#include "phone-store-error.h"

static const char * const migrations[] = {
  /* 0 → 1 */
  "CREATE TABLE account ("
  "  id INTEGER PRIMARY KEY,"
  "  uri TEXT NOT NULL UNIQUE,"
  "  settings TEXT NOT NULL,"           /* account JSON without secrets */
  "  trust_asserted_identity INTEGER NOT NULL DEFAULT 0,"
  "  enabled INTEGER NOT NULL DEFAULT 1);"
  "CREATE TABLE contact ("
  "  id INTEGER PRIMARY KEY,"
  "  name TEXT NOT NULL,"
  "  uri TEXT NOT NULL,"
  "  favourite INTEGER NOT NULL DEFAULT 0,"
  "  address_key TEXT NOT NULL,"        /* uri as compared */
  "  search_key TEXT NOT NULL,"         /* name and uri, folded */
  "  sort_key BLOB NOT NULL);"
  "CREATE INDEX contact_order ON contact (favourite DESC, sort_key, id, search_key);"
  "CREATE INDEX contact_address ON contact (address_key);"
  "CREATE TABLE call ("
  "  id INTEGER PRIMARY KEY,"
  "  kind INTEGER NOT NULL,"
  "  uri TEXT NOT NULL,"
  "  name TEXT NOT NULL DEFAULT '',"
  "  account TEXT NOT NULL DEFAULT '',"
  "  start INTEGER NOT NULL,"           /* Unix ms */
  "  duration INTEGER NOT NULL DEFAULT 0,"
  "  video INTEGER NOT NULL DEFAULT 0,"
  "  cause TEXT NOT NULL DEFAULT '',"
  "  status INTEGER NOT NULL DEFAULT 0,"
  "  seen INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX call_order ON call (start DESC, id DESC);"
  "CREATE INDEX call_unseen ON call (kind) WHERE seen = 0;",
};

static gboolean
phone_database_apply (PhoneDatabase  *self,
                      guint           from,
                      GError        **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version=%u", phone_database_schema_version ());

  for (guint version = from; version < G_N_ELEMENTS (migrations); version++)
    if (!phone_database_execute (self, migrations[version], error))
      return FALSE;

  return phone_database_execute (self, stamp, error) && phone_database_commit (self, error);
}

guint
phone_database_schema_version (void)
{
  return G_N_ELEMENTS (migrations);
}

/* The version is read inside the transaction: two programs may open a new file at the same time. */
gboolean
phone_database_migrate (PhoneDatabase  *self,
                        GError        **error)
{
  gint64 version = phone_database_get_integer (self, "PRAGMA user_version");

  if (version == phone_database_schema_version ())
    return TRUE;

  if (!phone_database_begin (self, error))
    return FALSE;
  version = phone_database_get_integer (self, "PRAGMA user_version");
  if (version > phone_database_schema_version () || version < 0)
    {
      phone_database_rollback (self);
      g_set_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_NEWER,
                   "the file was written by a newer version of Phone (schema %" G_GINT64_FORMAT ", known are up to %u)",
                   version, phone_database_schema_version ());
      return FALSE;
    }
  if (phone_database_apply (self, version, error))
    return TRUE;
  phone_database_rollback (self);

  return FALSE;
}
