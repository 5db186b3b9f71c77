/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-database.h"
#include "phone-row-list.h"

G_BEGIN_DECLS

/* A person: properties "id" x, "name" s, "uri" s (SIP URI or number), "favourite" b. */
#define PHONE_TYPE_CONTACT (phone_contact_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContact, phone_contact, PHONE, CONTACT, GObject)
PhoneContact *phone_contact_new           (const char *name, const char *uri);
gint64        phone_contact_get_id        (PhoneContact *self);
const char   *phone_contact_get_name      (PhoneContact *self);
const char   *phone_contact_get_uri       (PhoneContact *self);
gboolean      phone_contact_get_favourite (PhoneContact *self);

/* Contacts sorted by name, favourites first, as a lazy GListModel; property "search" s filters (name or address). */
#define PHONE_TYPE_CONTACT_STORE (phone_contact_store_get_type ())
G_DECLARE_FINAL_TYPE (PhoneContactStore, phone_contact_store, PHONE, CONTACT_STORE, PhoneRowList)
PhoneContactStore *phone_contact_store_new        (PhoneDatabase *database);
void               phone_contact_store_set_search (PhoneContactStore *self, const char *search);
gboolean           phone_contact_store_save       (PhoneContactStore *self, PhoneContact *contact, GError **error);
gboolean           phone_contact_store_remove     (PhoneContactStore *self, PhoneContact *contact, GError **error);
PhoneContact      *phone_contact_store_find       (PhoneContactStore *self, const char *uri);   /* (transfer full) or NULL: the contact with this address */
guint              phone_contact_store_count      (PhoneContactStore *self);                    /* all, whatever the search */
/* vCard 3.0/4.0 text. Returns how many came in, -1 on error INVALID. */
int                phone_contact_store_import     (PhoneContactStore *self, const char *vcard, gssize length, GError **error);
char              *phone_contact_store_export     (PhoneContactStore *self);

G_END_DECLS
