/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The one SQLite file: open, migrate, prepared statements, transactions. Main context only. */
#define PHONE_TYPE_DATABASE (phone_database_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDatabase, phone_database, PHONE, DATABASE, GObject)

/* path NULL: in memory. A corrupt file is set aside as path.corrupt-N and reported by error CORRUPT only if no new one can be made. */
PhoneDatabase *phone_database_open              (const char *path, GError **error);
/* The path a broken file was moved to at open (), or NULL. */
const char    *phone_database_get_set_aside     (PhoneDatabase *self);
sqlite3_stmt  *phone_database_prepare           (PhoneDatabase *self, const char *sql);  /* cached, reset; (transfer none) */
gboolean       phone_database_execute           (PhoneDatabase *self, const char *sql, GError **error);
gboolean       phone_database_step              (PhoneDatabase *self, sqlite3_stmt *statement, gboolean *out_row, GError **error);
gboolean       phone_database_begin             (PhoneDatabase *self, GError **error);
gboolean       phone_database_commit            (PhoneDatabase *self, GError **error);
void           phone_database_rollback          (PhoneDatabase *self);

G_END_DECLS
