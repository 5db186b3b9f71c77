/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "phone-media-devices-private.h"

struct _PhoneMediaDevice
{
  GObject               parent_instance;

  GstDevice            *device;
  char                 *id;
  char                 *name;
  PhoneMediaDeviceKind  kind;
};

G_DEFINE_FINAL_TYPE (PhoneMediaDevice, phone_media_device, G_TYPE_OBJECT)

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_KIND,
} PhoneMediaDeviceProperty;

static GParamSpec *properties[PROP_KIND + 1];

/* What survives unplugging and a restart, by preference: PipeWire's and PulseAudio's name, the kernel's path, the shown name. */
static char *
phone_media_device_find_id (GstDevice *device)
{
  static const char * const keys[] = { "node.name", "device.name", "device.string", "device.path", "api.v4l2.path" };
  g_autoptr (GstStructure) known = gst_device_get_properties (device);

  for (guint i = 0; known != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = gst_structure_get_string (known, keys[i]);

      if (value != NULL && *value != '\0')
        return g_strdup (value);
    }

  return gst_device_get_display_name (device);
}

static void
phone_media_device_finalize (GObject *object)
{
  PhoneMediaDevice *self = PHONE_MEDIA_DEVICE (object);

  g_clear_object (&self->device);
  g_free (self->id);
  g_free (self->name);

  G_OBJECT_CLASS (phone_media_device_parent_class)->finalize (object);
}

static void
phone_media_device_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  PhoneMediaDevice *self = PHONE_MEDIA_DEVICE (object);

  switch ((PhoneMediaDeviceProperty) property_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_KIND:
      g_value_set_int (value, self->kind);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_media_device_class_init (PhoneMediaDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = phone_media_device_finalize;
  object_class->get_property = phone_media_device_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, 0, PHONE_MEDIA_DEVICE_SPEAKER, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
phone_media_device_init (PhoneMediaDevice *self)
{
}

PhoneMediaDevice *
phone_media_device_new (GstDevice            *device,
                        PhoneMediaDeviceKind  kind)
{
  PhoneMediaDevice *self = g_object_new (PHONE_TYPE_MEDIA_DEVICE, NULL);

  self->device = g_object_ref (device);
  self->id = phone_media_device_find_id (device);
  self->name = gst_device_get_display_name (device);
  self->kind = kind;

  return self;
}

GstDevice *
phone_media_device_get_gst_device (PhoneMediaDevice *self)
{
  return self->device;
}

/**
 * phone_media_device_get_id:
 * @self: a device
 *
 * Returns: the text by which settings remember the device
 */
const char *
phone_media_device_get_id (PhoneMediaDevice *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_DEVICE (self), NULL);

  return self->id;
}

/**
 * phone_media_device_get_name:
 * @self: a device
 *
 * Returns: the name that people see
 */
const char *
phone_media_device_get_name (PhoneMediaDevice *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_DEVICE (self), NULL);

  return self->name;
}

/**
 * phone_media_device_get_kind:
 * @self: a device
 *
 * Returns: what it is used for
 */
PhoneMediaDeviceKind
phone_media_device_get_kind (PhoneMediaDevice *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_DEVICE (self), PHONE_MEDIA_DEVICE_MICROPHONE);

  return self->kind;
}
