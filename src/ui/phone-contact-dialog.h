/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* Adds a contact, or edits one. Saves into the store by itself. */
#define PHONE_TYPE_CONTACT_DIALOG (phone_contact_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactDialog, phone_contact_dialog, PHONE, CONTACT_DIALOG, AdwWindow)

/* contact may be NULL, for a new one. */
PhoneContactDialog *phone_contact_dialog_new     (PhoneSwitchboard   *switchboard,
                                                  PhoneContactStore  *contacts,
                                                  PhoneContact       *contact);
/* Fills in what is known of somebody who is not a contact yet. */
void                phone_contact_dialog_suggest (PhoneContactDialog *self,
                                                  const char         *name,
                                                  const char         *uri);

G_END_DECLS
