/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "phone-media-devices.h"

G_BEGIN_DECLS

PhoneMediaDevice *phone_media_device_new            (GstDevice *device, PhoneMediaDeviceKind kind);
GstDevice        *phone_media_device_get_gst_device (PhoneMediaDevice *self);   /* (transfer none) */
/* The device with this id, or for NULL (and an id that is not plugged in) the first one; (transfer none), NULL where there is none. */
PhoneMediaDevice *phone_media_devices_find          (PhoneMediaDevices *self, PhoneMediaDeviceKind kind, const char *id);

G_END_DECLS
