/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices come and go while the row is shown. A device that was chosen and is unplugged stays the setting: the row shows "Automatic", which is what a call will
 * use until it is back, and the setting is only written when a person selects. The list is of objects whose type lives in a room that ui does not see, so they
 * are read by property name. */
#include "config.h"
#include "phone-device-row.h"

#include <glib/gi18n.h>

struct _PhoneDeviceRow
{
  AdwComboRow parent_instance;

  GListStore *lists;            /* of two models: the one word "Automatic", the devices */
  GListModel *devices;
  char       *device;
  guint       shown;            /* what the row itself selected; another selection is the person's */
  gboolean    following;        /* the list is changing */
};

G_DEFINE_FINAL_TYPE (PhoneDeviceRow, phone_device_row, ADW_TYPE_COMBO_ROW)

enum
{
  PROP_0,
  PROP_DEVICES,
  PROP_DEVICE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
phone_device_row_get_text (GObject    *item,
                           const char *property)
{
  char *text = NULL;

  if (GTK_IS_STRING_OBJECT (item))
    return g_strdup (g_str_equal (property, "name") ? gtk_string_object_get_string (GTK_STRING_OBJECT (item)) : "");

  g_object_get (item, property, &text, NULL);

  return text;
}

static char *
phone_device_row_format_name (GObject *item)
{
  return phone_device_row_get_text (item, "name");
}

/* Selects the device of the setting, or "Automatic" while it is away. */
static void
phone_device_row_follow (PhoneDeviceRow *self)
{
  GListModel *model = adw_combo_row_get_model (ADW_COMBO_ROW (self));
  guint selected = 0;

  for (guint i = 1; model != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);
      g_autofree char *id = phone_device_row_get_text (item, "id");

      if (g_strcmp0 (id, self->device) == 0)
        selected = i;
    }

  self->shown = selected;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
}

static void
phone_device_row_set_device (PhoneDeviceRow *self,
                             const char     *device)
{
  if (g_strcmp0 (self->device, device != NULL ? device : "") == 0)
    return;

  g_free (self->device);
  self->device = g_strdup (device != NULL ? device : "");
  phone_device_row_follow (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
}

static void
phone_device_row_selected_cb (PhoneDeviceRow *self)
{
  GObject *item = adw_combo_row_get_selected_item (ADW_COMBO_ROW (self));
  g_autofree char *id = NULL;

  /* A notification may also come late, after construction, for a selection that the row made. */
  if (self->following || item == NULL || adw_combo_row_get_selected (ADW_COMBO_ROW (self)) == self->shown)
    return;

  id = phone_device_row_get_text (item, "id");
  phone_device_row_set_device (self, id);
}

static void
phone_device_row_items_changed_cb (PhoneDeviceRow *self)
{
  phone_device_row_follow (self);
  self->following = FALSE;
}

/* Runs before the combo row moves its selection along. */
static void
phone_device_row_items_changing_cb (PhoneDeviceRow *self)
{
  self->following = TRUE;
}

static void
phone_device_row_set_devices (PhoneDeviceRow *self,
                              GListModel     *devices)
{
  if (!g_set_object (&self->devices, devices))
    return;

  if (g_list_model_get_n_items (G_LIST_MODEL (self->lists)) > 1)
    g_list_store_remove (self->lists, 1);
  if (devices != NULL)
    g_list_store_append (self->lists, devices);

  phone_device_row_follow (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICES]);
}

static void
phone_device_row_dispose (GObject *object)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  self->following = TRUE;
  g_clear_object (&self->lists);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (phone_device_row_parent_class)->dispose (object);
}

static void
phone_device_row_finalize (GObject *object)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  g_free (self->device);

  G_OBJECT_CLASS (phone_device_row_parent_class)->finalize (object);
}

static void
phone_device_row_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  switch (prop_id)
    {
    case PROP_DEVICES:
      g_value_set_object (value, self->devices);
      break;

    case PROP_DEVICE:
      g_value_set_string (value, self->device);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_device_row_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  switch (prop_id)
    {
    case PROP_DEVICES:
      phone_device_row_set_devices (self, g_value_get_object (value));
      break;

    case PROP_DEVICE:
      phone_device_row_set_device (self, g_value_get_string (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_device_row_class_init (PhoneDeviceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_device_row_dispose;
  object_class->finalize = phone_device_row_finalize;
  object_class->get_property = phone_device_row_get_property;
  object_class->set_property = phone_device_row_set_property;

  properties[PROP_DEVICES] =
    g_param_spec_object ("devices", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_DEVICE] =
    g_param_spec_string ("device", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_device_row_init (PhoneDeviceRow *self)
{
  const char *words[] = { _("Automatic"), NULL };
  g_autoptr (GtkStringList) automatic = gtk_string_list_new (words);
  g_autoptr (GtkFlattenListModel) all = NULL;
  g_autoptr (GtkExpression) name = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (phone_device_row_format_name), NULL, NULL);

  self->device = g_strdup ("");
  self->lists = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (self->lists, automatic);
  all = gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (self->lists)));

  g_signal_connect_object (all, "items-changed", G_CALLBACK (phone_device_row_items_changing_cb), self, G_CONNECT_SWAPPED);
  adw_combo_row_set_expression (ADW_COMBO_ROW (self), name);
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (all));
  g_signal_connect_object (all, "items-changed", G_CALLBACK (phone_device_row_items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect (self, "notify::selected-item", G_CALLBACK (phone_device_row_selected_cb), NULL);
}
