/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-call.h"

G_BEGIN_DECLS

/* A call as a D-Bus object; owned by PhoneBusService, which keeps it for a while after the end. */
#define PHONE_TYPE_BUS_CALL (phone_bus_call_get_type ())
G_DECLARE_FINAL_TYPE (PhoneBusCall, phone_bus_call, PHONE, BUS_CALL, GDBusObjectSkeleton)

/* manager: finds the other call of an attended transfer; borrowed weakly. */
PhoneBusCall *phone_bus_call_new      (PhoneCall *call, const char *object_path, const char *account_path, GDBusObjectManager *manager);
PhoneCall    *phone_bus_call_get_call (PhoneBusCall *self);

G_END_DECLS
