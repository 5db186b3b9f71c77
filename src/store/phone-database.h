/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The one SQLite file: open, migrate, prepared statements, transactions. Main context only. What speaks SQL is in
 * phone-database-private.h, so that no other room sees SQLite. */
#define PHONE_TYPE_DATABASE (phone_database_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDatabase, phone_database, PHONE, DATABASE, GObject)

PhoneDatabase *phone_database_open          (const char *path, GError **error);
const char    *phone_database_get_set_aside (PhoneDatabase *self);
/* Moves the journal into the file; worth calling when no call is up. */
void           phone_database_checkpoint    (PhoneDatabase *self);

G_END_DECLS
