/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-devices-private.h"

/* A device of our own making: no hardware is asked for. */
typedef GstDevice TestDevice;
typedef GstDeviceClass TestDeviceClass;
GType test_device_get_type (void);
G_DEFINE_TYPE (TestDevice, test_device, GST_TYPE_DEVICE)

static void
test_device_class_init (TestDeviceClass *klass)
{
}

static void
test_device_init (TestDevice *self)
{
}

static GstDevice *
create_device (const char *name,
               const char *node)
{
  g_autoptr (GstStructure) known = node != NULL ? gst_structure_new ("test", "node.name", G_TYPE_STRING, node, NULL) : NULL;
  g_autoptr (GstCaps) caps = gst_caps_new_any ();

  return g_object_ref_sink (g_object_new (test_device_get_type (), "display-name", name, "device-class", "Audio/Source",
                                          "caps", caps, "properties", known, NULL));
}

static void
test_lists_hold_their_kind (void)
{
  PhoneMediaDevices *devices = phone_media_devices_new ();

  phone_media_devices_start (devices);
  for (guint kind = 0; kind <= PHONE_MEDIA_DEVICE_SPEAKER; kind++)
    {
      GListModel *list = phone_media_devices_get_list (devices, kind);

      for (guint i = 0; i < g_list_model_get_n_items (list); i++)
        {
          g_autoptr (PhoneMediaDevice) device = g_list_model_get_item (list, i);

          g_assert_cmpuint (phone_media_device_get_kind (device), ==, kind);
        }
      if (g_list_model_get_n_items (list) == 0)
        g_assert_null (phone_media_devices_find (devices, kind, "anything"));
    }

  g_assert_finalize_object (devices);
}

static void
test_id_is_the_sound_servers_name (void)
{
  g_autoptr (GstDevice) device = create_device ("Headset", "alsa_input.usb-headset");
  PhoneMediaDevice *item = phone_media_device_new (device, PHONE_MEDIA_DEVICE_MICROPHONE);

  g_assert_cmpstr (phone_media_device_get_id (item), ==, "alsa_input.usb-headset");
  g_assert_cmpstr (phone_media_device_get_name (item), ==, "Headset");

  g_assert_finalize_object (item);
}

static void
test_id_falls_back_to_the_shown_name (void)
{
  g_autoptr (GstDevice) device = create_device ("Built-in", NULL);
  PhoneMediaDevice *item = phone_media_device_new (device, PHONE_MEDIA_DEVICE_MICROPHONE);

  g_assert_cmpstr (phone_media_device_get_id (item), ==, "Built-in");

  g_assert_finalize_object (item);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/devices/lists-hold-their-kind", test_lists_hold_their_kind);
  g_test_add_func ("/media/devices/id-is-the-sound-servers-name", test_id_is_the_sound_servers_name);
  g_test_add_func ("/media/devices/id-falls-back-to-the-shown-name", test_id_falls_back_to_the_shown_name);

  return g_test_run ();
}
