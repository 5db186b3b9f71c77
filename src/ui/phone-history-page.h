/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* Past calls: call back, remove, clear. Properties "switchboard", "contacts" and "history". Action history.clear. */
#define PHONE_TYPE_HISTORY_PAGE (phone_history_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneHistoryPage, phone_history_page, PHONE, HISTORY_PAGE, AdwBin)

G_END_DECLS
