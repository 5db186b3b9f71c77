/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  PHONE_MEDIA_DEVICE_MICROPHONE,
  PHONE_MEDIA_DEVICE_CAMERA,
  PHONE_MEDIA_DEVICE_SPEAKER,
} PhoneMediaDeviceKind;

/* One device: properties "id", "name", "kind". */
#define PHONE_TYPE_MEDIA_DEVICE (phone_media_device_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMediaDevice, phone_media_device, PHONE, MEDIA_DEVICE, GObject)
const char           *phone_media_device_get_id   (PhoneMediaDevice *self);
const char           *phone_media_device_get_name (PhoneMediaDevice *self);
PhoneMediaDeviceKind  phone_media_device_get_kind (PhoneMediaDevice *self);

/* What is plugged in, by GstDeviceMonitor; lists follow plugging. */
#define PHONE_TYPE_MEDIA_DEVICES (phone_media_devices_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMediaDevices, phone_media_devices, PHONE, MEDIA_DEVICES, GObject)
PhoneMediaDevices *phone_media_devices_new      (void);
void               phone_media_devices_start    (PhoneMediaDevices *self);
GListModel        *phone_media_devices_get_list (PhoneMediaDevices *self, PhoneMediaDeviceKind kind);   /* (transfer none), of PhoneMediaDevice */

G_END_DECLS
