/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-account.h"
#include "phone-database.h"

G_BEGIN_DECLS

/* All accounts, as a GListModel of PhoneAccount in order of creation. */
#define PHONE_TYPE_ACCOUNT_STORE (phone_account_store_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAccountStore, phone_account_store, PHONE, ACCOUNT_STORE, GObject)

PhoneAccountStore *phone_account_store_new    (PhoneDatabase *database);
/* Adds (id 0) or updates. Error EXISTS if another account has the URI. A demo account joins the list but not the file. */
gboolean           phone_account_store_save   (PhoneAccountStore *self, PhoneAccount *account, GError **error);
gboolean           phone_account_store_remove (PhoneAccountStore *self, PhoneAccount *account, GError **error);
PhoneAccount      *phone_account_store_find   (PhoneAccountStore *self, const char *uri);        /* (transfer none) or NULL */

G_END_DECLS
