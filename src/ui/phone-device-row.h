/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A choice among devices, with "Automatic" first. Properties "devices" (GListModel of objects with "id" and "name") and "device" s ("" is automatic; notify). */
#define PHONE_TYPE_DEVICE_ROW (phone_device_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDeviceRow, phone_device_row, PHONE, DEVICE_ROW, AdwComboRow)

G_END_DECLS
