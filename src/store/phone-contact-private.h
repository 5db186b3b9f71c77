/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-contact-store.h"

G_BEGIN_DECLS

/* phone-contact.c */
void       phone_contact_set_id      (PhoneContact *self, gint64 id);
/* What two spellings of one address have in common: "alice@example.com", "+15551234". */
char      *phone_contact_address_key (const char *uri);
/* The number alone if the user of a SIP URI is one, or NULL: a contact may hold only the number. */
char      *phone_contact_number_key  (const char *uri);
/* Letters without case, accents and width. */
char      *phone_contact_fold        (const char *text);

/* phone-contact-vcard.c */
GPtrArray *phone_contact_parse_vcard (const char *text, gssize length, GError **error);     /* of PhoneContact */
void       phone_contact_print_vcard (GString *out, PhoneContact *self);

G_END_DECLS
