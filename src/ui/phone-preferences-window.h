/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-application.h"

G_BEGIN_DECLS

/* Accounts, devices and behaviour. Settings used: camera s, microphone s, speaker s ("" is automatic), call-links b (a link calls at once). */
#define PHONE_TYPE_PREFERENCES_WINDOW (phone_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (PhonePreferencesWindow, phone_preferences_window, PHONE, PREFERENCES_WINDOW, AdwPreferencesWindow)

/* settings may be NULL. */
PhonePreferencesWindow *phone_preferences_window_new (const PhoneApplicationParts *parts,
                                                      GSettings                   *settings);

G_END_DECLS
