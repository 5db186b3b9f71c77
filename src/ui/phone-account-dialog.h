/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-secrets.h"
#include "phone-switchboard.h"

G_BEGIN_DECLS

/* Adds an account, or edits one: form with validation as one types, connection test, save. Signal "saved" (gboolean persistent). */
#define PHONE_TYPE_ACCOUNT_DIALOG (phone_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAccountDialog, phone_account_dialog, PHONE, ACCOUNT_DIALOG, AdwWindow)

/* account may be NULL, for a new one. */
PhoneAccountDialog *phone_account_dialog_new (PhoneSwitchboard *switchboard,
                                              PhoneSecrets     *secrets,
                                              PhoneAccount     *account);

G_END_DECLS
