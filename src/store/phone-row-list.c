/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A history grows for years, and a list view shows a dozen rows of it. What is kept for all rows is eight bytes each, their
 * ids in order; one index scan gives them (100,000 in some 20 ms), and a row read by its id takes a few microseconds wherever
 * it is, while OFFSET walks there.
 *
 * One row has one object while anybody holds it, which is what list views and windows rely on; the last RECENT objects are held
 * here, so that scrolling back and forth does not read again.
 *
 * Replacing everything emits two changes, first to empty, then to full: a selection model asked about (0, old, new) reads
 * every new item at once. */

#include "config.h"
#include "phone-row-list.h"

#define RECENT 64

typedef struct
{
  GArray     *ids;                      /* of gint64 */
  GHashTable *alive;                    /* gint64 → GObject, weak */
  GObject    *recent[RECENT];
  guint       next_recent;
} PhoneRowListPrivate;

static void phone_row_list_list_model_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (PhoneRowList, phone_row_list, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (PhoneRowList)
                                  G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, phone_row_list_list_model_init))

static PhoneRowListPrivate *
phone_row_list_get_private (PhoneRowList *self)
{
  return phone_row_list_get_instance_private (self);
}

static gboolean
phone_row_list_is_object (gpointer key,
                          gpointer value,
                          gpointer object)
{
  return value == object;
}

static void
phone_row_list_item_gone_cb (gpointer  data,
                             GObject  *object)
{
  g_hash_table_foreach_remove (data, phone_row_list_is_object, object);
}

static void
phone_row_list_remember (PhoneRowList *self,
                         GObject      *item)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);

  g_set_object (&priv->recent[priv->next_recent], item);
  priv->next_recent = (priv->next_recent + 1) % RECENT;
}

static void
phone_row_list_adopt (PhoneRowList *self,
                      gint64        id,
                      GObject      *item)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);
  gint64 *key = g_new (gint64, 1);

  *key = id;
  g_hash_table_insert (priv->alive, key, item);
  g_object_weak_ref (item, phone_row_list_item_gone_cb, priv->alive);
  phone_row_list_remember (self, item);
}

static void
phone_row_list_disown (PhoneRowList *self,
                       gint64        id)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);
  GObject *item = g_hash_table_lookup (priv->alive, &id);

  if (item == NULL)
    return;
  g_object_weak_unref (item, phone_row_list_item_gone_cb, priv->alive);
  g_hash_table_remove (priv->alive, &id);
}

static GType
phone_row_list_get_item_type (GListModel *model)
{
  return PHONE_ROW_LIST_GET_CLASS (model)->item_type;
}

static guint
phone_row_list_get_n_items (GListModel *model)
{
  return phone_row_list_get_private (PHONE_ROW_LIST (model))->ids->len;
}

static gpointer
phone_row_list_get_item (GListModel *model,
                         guint       position)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (PHONE_ROW_LIST (model));

  if (position >= priv->ids->len)
    return NULL;

  return phone_row_list_dup (PHONE_ROW_LIST (model), g_array_index (priv->ids, gint64, position));
}

static void
phone_row_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = phone_row_list_get_item_type;
  iface->get_n_items = phone_row_list_get_n_items;
  iface->get_item = phone_row_list_get_item;
}

static void
phone_row_list_dispose (GObject *object)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (PHONE_ROW_LIST (object));
  GHashTableIter iter;
  gpointer item;

  for (guint i = 0; i < RECENT; i++)
    g_clear_object (&priv->recent[i]);
  g_hash_table_iter_init (&iter, priv->alive);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_object_weak_unref (item, phone_row_list_item_gone_cb, priv->alive);
  g_hash_table_remove_all (priv->alive);

  G_OBJECT_CLASS (phone_row_list_parent_class)->dispose (object);
}

static void
phone_row_list_finalize (GObject *object)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (PHONE_ROW_LIST (object));

  g_hash_table_unref (priv->alive);
  g_array_unref (priv->ids);

  G_OBJECT_CLASS (phone_row_list_parent_class)->finalize (object);
}

static void
phone_row_list_class_init (PhoneRowListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_row_list_dispose;
  object_class->finalize = phone_row_list_finalize;
}

static void
phone_row_list_init (PhoneRowList *self)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);

  priv->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  priv->alive = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/* ids: (transfer full). Objects alive stay those of their rows. */
void
phone_row_list_take_ids (PhoneRowList *self,
                         GArray       *ids)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);
  guint before = priv->ids->len;

  g_array_set_size (priv->ids, 0);
  if (before > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, 0);
  g_array_unref (priv->ids);
  priv->ids = ids;
  if (ids->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, ids->len);
}

void
phone_row_list_insert (PhoneRowList *self,
                       guint         position,
                       gint64        id,
                       GObject      *item)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);

  if (g_hash_table_lookup (priv->alive, &id) != item)
    {
      phone_row_list_disown (self, id);
      phone_row_list_adopt (self, id, item);
    }
  g_array_insert_val (priv->ids, position, id);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

void
phone_row_list_remove (PhoneRowList *self,
                       gint64        id)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);
  guint position;

  phone_row_list_disown (self, id);
  if (!phone_row_list_find (self, id, &position))
    return;
  g_array_remove_index (priv->ids, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

gboolean
phone_row_list_find (PhoneRowList *self,
                     gint64        id,
                     guint        *out_position)
{
  PhoneRowListPrivate *priv = phone_row_list_get_private (self);

  for (guint i = 0; i < priv->ids->len; i++)
    if (g_array_index (priv->ids, gint64, i) == id)
      {
        *out_position = i;
        return TRUE;
      }

  return FALSE;
}

GObject *
phone_row_list_peek (PhoneRowList *self,
                     gint64        id)
{
  return g_hash_table_lookup (phone_row_list_get_private (self)->alive, &id);
}

GObject *
phone_row_list_dup (PhoneRowList *self,
                    gint64        id)
{
  GObject *item = phone_row_list_peek (self, id);

  if (item != NULL)
    return g_object_ref (item);
  item = PHONE_ROW_LIST_GET_CLASS (self)->read (self, id);
  phone_row_list_adopt (self, id, item);

  return item;
}
