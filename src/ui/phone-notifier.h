/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* Desktop notifications for what the switchboard tells: an incoming call (withdrawn in every end), a missed call, a text.
 * Buttons and clicks go to app.answer-call::ID, app.decline-call::ID, app.show-call::ID, app.show-history and app.activate. */
#define PHONE_TYPE_NOTIFIER (phone_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PhoneNotifier, phone_notifier, PHONE, NOTIFIER, GObject)

PhoneNotifier *phone_notifier_new (GApplication     *application,
                                   PhoneSwitchboard *switchboard);

G_END_DECLS
