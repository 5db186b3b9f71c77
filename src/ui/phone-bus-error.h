/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Answers a method that succeeded without a value, or failed: an error of the rooms below becomes org.example.Phone.Error.NAME with a
 * sentence. Takes the invocation, as g_dbus_method_invocation_return_* do. */
void phone_bus_return_error  (GDBusMethodInvocation *invocation, const GError *error);
void phone_bus_return_result (GDBusMethodInvocation *invocation, const GError *error);

G_END_DECLS
