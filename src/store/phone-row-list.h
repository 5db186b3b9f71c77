/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Rows of a table as a GListModel that knows all their numbers and reads a row only when somebody looks at it. Contacts and
 * history derive from it. */
#define PHONE_TYPE_ROW_LIST (phone_row_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (PhoneRowList, phone_row_list, PHONE, ROW_LIST, GObject)

struct _PhoneRowListClass
{
  GObjectClass parent_class;

  GType        item_type;
  /* (transfer full): the row with this id; an empty item when it cannot be read, never NULL */
  GObject     *(*read) (PhoneRowList *self, gint64 id);
};

/* For the deriving types only. */
void     phone_row_list_take_ids  (PhoneRowList *self, GArray *ids);   /* of gint64; replaces everything, in two steps */
void     phone_row_list_insert    (PhoneRowList *self, guint position, gint64 id, GObject *item);
void     phone_row_list_remove    (PhoneRowList *self, gint64 id);
gboolean phone_row_list_find      (PhoneRowList *self, gint64 id, guint *out_position);
GObject *phone_row_list_peek      (PhoneRowList *self, gint64 id);     /* (transfer none): the object of the row if it is alive */
GObject *phone_row_list_dup       (PhoneRowList *self, gint64 id);     /* (transfer full): alive or read */

G_END_DECLS
