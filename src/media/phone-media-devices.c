/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Three short lists that follow what is plugged in. The monitor tells of changes on its bus, which we watch on the main context. A
 * machine has a handful of devices; a server or a container has none, and then the lists are empty and stay so. */

#include "config.h"

#include "phone-media-devices-private.h"

struct _PhoneMediaDevices
{
  GObject           parent_instance;

  GstDeviceMonitor *monitor;
  GListStore       *lists[PHONE_MEDIA_DEVICE_SPEAKER + 1];
  guint             watch;
};

G_DEFINE_FINAL_TYPE (PhoneMediaDevices, phone_media_devices, G_TYPE_OBJECT)

static const char * const classes[] = {
  [PHONE_MEDIA_DEVICE_MICROPHONE] = "Audio/Source",
  [PHONE_MEDIA_DEVICE_CAMERA]     = "Video/Source",
  [PHONE_MEDIA_DEVICE_SPEAKER]    = "Audio/Sink",
};

/* A sound server offers what each speaker plays as a source too; nobody wants that as a microphone. */
static gboolean
phone_media_devices_is_loopback (GstDevice *device)
{
  g_autoptr (GstStructure) known = gst_device_get_properties (device);

  return known != NULL && g_strcmp0 (gst_structure_get_string (known, "device.class"), "monitor") == 0;
}

static gboolean
phone_media_devices_classify (GstDevice            *device,
                              PhoneMediaDeviceKind *out_kind)
{
  if (phone_media_devices_is_loopback (device))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (gst_device_has_classes (device, classes[i]))
      {
        *out_kind = i;
        return TRUE;
      }

  return FALSE;
}

static void
phone_media_devices_add (PhoneMediaDevices *self,
                         GstDevice         *device)
{
  g_autoptr (PhoneMediaDevice) item = NULL;
  PhoneMediaDeviceKind kind;

  if (!phone_media_devices_classify (device, &kind))
    return;

  item = phone_media_device_new (device, kind);
  g_list_store_append (self->lists[kind], item);
}

static void
phone_media_devices_remove (PhoneMediaDevices *self,
                            GstDevice         *device)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (self->lists); kind++)
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->lists[kind])); i++)
      {
        g_autoptr (PhoneMediaDevice) item = g_list_model_get_item (G_LIST_MODEL (self->lists[kind]), i);

        if (phone_media_device_get_gst_device (item) == device)
          {
            g_list_store_remove (self->lists[kind], i);
            return;
          }
      }
}

static gboolean
phone_media_devices_message_cb (GstBus     *bus,
                                GstMessage *message,
                                gpointer    data)
{
  PhoneMediaDevices *self = PHONE_MEDIA_DEVICES (data);
  g_autoptr (GstDevice) device = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED)
    {
      gst_message_parse_device_added (message, &device);
      phone_media_devices_add (self, device);
    }
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_REMOVED)
    {
      gst_message_parse_device_removed (message, &device);
      phone_media_devices_remove (self, device);
    }

  return G_SOURCE_CONTINUE;
}

static void
phone_media_devices_dispose (GObject *object)
{
  PhoneMediaDevices *self = PHONE_MEDIA_DEVICES (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  if (self->monitor != NULL)
    gst_device_monitor_stop (self->monitor);
  g_clear_object (&self->monitor);
  for (guint i = 0; i < G_N_ELEMENTS (self->lists); i++)
    g_clear_object (&self->lists[i]);

  G_OBJECT_CLASS (phone_media_devices_parent_class)->dispose (object);
}

static void
phone_media_devices_class_init (PhoneMediaDevicesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_media_devices_dispose;
}

static void
phone_media_devices_init (PhoneMediaDevices *self)
{
  self->monitor = gst_device_monitor_new ();
  for (guint i = 0; i < G_N_ELEMENTS (self->lists); i++)
    self->lists[i] = g_list_store_new (PHONE_TYPE_MEDIA_DEVICE);
}

/**
 * phone_media_devices_new:
 *
 * The lists are empty until phone_media_devices_start(). GStreamer must be initialised.
 *
 * Returns: (transfer full): the devices
 */
PhoneMediaDevices *
phone_media_devices_new (void)
{
  return g_object_new (PHONE_TYPE_MEDIA_DEVICES, NULL);
}

/**
 * phone_media_devices_start:
 *
 * Lists what is plugged in now and follows it from here on; asking every sound and camera system takes some tenths of a second.
 * Nothing happens the second time.
 */
void
phone_media_devices_start (PhoneMediaDevices *self)
{
  g_autoptr (GstBus) bus = NULL;
  GList *devices;

  g_return_if_fail (PHONE_IS_MEDIA_DEVICES (self));

  if (self->watch != 0)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gst_device_monitor_add_filter (self->monitor, classes[i], NULL);

  if (gst_device_monitor_start (self->monitor))
    {
      devices = gst_device_monitor_get_devices (self->monitor);
      for (GList *l = devices; l != NULL; l = l->next)
        phone_media_devices_add (self, l->data);
      g_list_free_full (devices, gst_object_unref);
    }

  /* The first devices are on the bus as well: what was listed above must not come twice. */
  bus = gst_device_monitor_get_bus (self->monitor);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  self->watch = gst_bus_add_watch (bus, phone_media_devices_message_cb, self);
}

/**
 * phone_media_devices_get_list:
 * @self: the devices
 * @kind: which of the three lists
 *
 * Returns: (transfer none): a list of #PhoneMediaDevice that follows plugging
 */
GListModel *
phone_media_devices_get_list (PhoneMediaDevices    *self,
                              PhoneMediaDeviceKind  kind)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_DEVICES (self), NULL);
  g_return_val_if_fail (kind <= PHONE_MEDIA_DEVICE_SPEAKER, NULL);

  return G_LIST_MODEL (self->lists[kind]);
}

PhoneMediaDevice *
phone_media_devices_find (PhoneMediaDevices    *self,
                          PhoneMediaDeviceKind  kind,
                          const char           *id)
{
  GListModel *list = G_LIST_MODEL (self->lists[kind]);
  PhoneMediaDevice *first = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      /* The list keeps it alive. */
      g_autoptr (PhoneMediaDevice) item = g_list_model_get_item (list, i);

      if (id != NULL && g_str_equal (phone_media_device_get_id (item), id))
        return item;
      if (first == NULL)
        first = item;
    }

  return first;
}
