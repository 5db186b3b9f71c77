/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-history.h"

G_BEGIN_DECLS

/* A past call in the list. Property "record". Signal "asked" (const char *verb): "video-call", "voice-call", "add-contact", "copy", "remove". */
#define PHONE_TYPE_HISTORY_ROW (phone_history_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneHistoryRow, phone_history_row, PHONE, HISTORY_ROW, AdwBin)

GtkWidget       *phone_history_row_new        (void);
PhoneCallRecord *phone_history_row_get_record (PhoneHistoryRow *self);

G_END_DECLS
