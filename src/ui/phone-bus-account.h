/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-ua.h"

G_BEGIN_DECLS

/* An account in service as a D-Bus object; owned by PhoneBusService. */
#define PHONE_TYPE_BUS_ACCOUNT (phone_bus_account_get_type ())
G_DECLARE_FINAL_TYPE (PhoneBusAccount, phone_bus_account, PHONE, BUS_ACCOUNT, GDBusObjectSkeleton)

PhoneBusAccount *phone_bus_account_new    (PhoneUa *ua, const char *object_path);
PhoneUa         *phone_bus_account_get_ua (PhoneBusAccount *self);

G_END_DECLS
