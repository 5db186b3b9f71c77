/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* The address book: search, call, add, edit, delete with undo, vCard in and out. Properties "switchboard" and "contacts".
 * Actions contacts.add, contacts.import, contacts.export. */
#define PHONE_TYPE_CONTACTS_PAGE (phone_contacts_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactsPage, phone_contacts_page, PHONE, CONTACTS_PAGE, AdwBin)

G_END_DECLS
