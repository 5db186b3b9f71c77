/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* The phone on the session bus: org.example.Phone.Calls and an ObjectManager at the application's object path, accounts and calls
 * below it. Owned by the application.
 *
 * Export it in GApplication's dbus_register (), that is before the bus name is owned, so that who activates the program by calling
 * Dial finds it there; the switchboard comes when the house is built. Methods run in the main loop, thus after that. */
#define PHONE_TYPE_BUS_SERVICE (phone_bus_service_get_type ())
G_DECLARE_FINAL_TYPE (PhoneBusService, phone_bus_service, PHONE, BUS_SERVICE, GObject)

PhoneBusService *phone_bus_service_new             (PhoneSwitchboard *switchboard, const char *object_path);   /* switchboard may be NULL for now */
void             phone_bus_service_set_switchboard (PhoneBusService *self, PhoneSwitchboard *switchboard);
gboolean         phone_bus_service_export          (PhoneBusService *self, GDBusConnection *connection, GError **error);
void             phone_bus_service_unexport        (PhoneBusService *self);

G_END_DECLS
