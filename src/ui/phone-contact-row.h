/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-contact-store.h"

G_BEGIN_DECLS

/* A contact in the list. Property "contact". Signal "asked" (const char *verb): "video-call", "voice-call", "edit", "copy", "favourite", "remove". */
#define PHONE_TYPE_CONTACT_ROW (phone_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactRow, phone_contact_row, PHONE, CONTACT_ROW, AdwBin)

GtkWidget    *phone_contact_row_new         (void);
PhoneContact *phone_contact_row_get_contact (PhoneContactRow *self);

G_END_DECLS
