/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "phone-database.h"

G_BEGIN_DECLS

/* phone-database.c: for the stores of this room and their tests */
sqlite3_stmt *phone_database_prepare        (PhoneDatabase *self, const char *sql);  /* cached, reset, unbound; (transfer none) */
gboolean      phone_database_execute        (PhoneDatabase *self, const char *sql, GError **error);
gboolean      phone_database_step           (PhoneDatabase *self, sqlite3_stmt *statement, gboolean *out_row, GError **error);
gboolean      phone_database_run            (PhoneDatabase *self, sqlite3_stmt *statement, GError **error);
gint64        phone_database_get_integer    (PhoneDatabase *self, const char *sql);  /* first column of the first row, or 0 */
gint64        phone_database_last_insert_id (PhoneDatabase *self);
gboolean      phone_database_begin          (PhoneDatabase *self, GError **error);
gboolean      phone_database_commit         (PhoneDatabase *self, GError **error);
void          phone_database_rollback       (PhoneDatabase *self);

void          phone_database_bind_text      (sqlite3_stmt *statement, int index, const char *text);
const char   *phone_database_column_text    (sqlite3_stmt *statement, int column);    /* "" for NULL */

/* phone-database-schema.c */
guint         phone_database_schema_version (void);
gboolean      phone_database_migrate        (PhoneDatabase *self, GError **error);

G_END_DECLS
