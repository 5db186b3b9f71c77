/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* The window of one call, from its first ring to the reason of its end. It holds a reference on its call; the application makes one for each new call
 * and presents it. Closing it hangs up. */
#define PHONE_TYPE_CALL_WINDOW (phone_call_window_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallWindow, phone_call_window, PHONE, CALL_WINDOW, AdwApplicationWindow)

PhoneCallWindow *phone_call_window_new      (GtkApplication   *application,
                                             PhoneSwitchboard *switchboard,
                                             PhoneCall        *call);
PhoneCall       *phone_call_window_get_call (PhoneCallWindow  *self);

G_END_DECLS
