/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-ua.h"

G_BEGIN_DECLS

/* An account in the preferences, with how it stands. Property "ua". Signal "asked" (const char *verb): "edit", "remove". */
#define PHONE_TYPE_ACCOUNT_ROW (phone_account_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAccountRow, phone_account_row, PHONE, ACCOUNT_ROW, AdwActionRow)

GtkWidget *phone_account_row_new    (PhoneUa         *ua);
PhoneUa   *phone_account_row_get_ua (PhoneAccountRow *self);

G_END_DECLS
