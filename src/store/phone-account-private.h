/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-account.h"

G_BEGIN_DECLS

/* phone-account.c */
void                 phone_account_set_id            (PhoneAccount *self, gint64 id);

/* phone-account-uri.c: what can be said about an address by its text alone */
char                *phone_account_uri_normalize     (const char *text, gboolean needs_user);
char                *phone_account_uri_dup_user      (const char *uri);
char                *phone_account_uri_dup_domain    (const char *uri);
gboolean             phone_account_uri_is_websocket  (const char *text);
gboolean             phone_account_uri_is_ice_server (const char *text);

/* phone-account-json.c: the settings of the database, where defaults are left out */
char                *phone_account_to_settings       (PhoneAccount *self);

/* phone-account-secrets.c */
char                *phone_account_secrets_to_json   (const PhoneAccountSecrets *self);
PhoneAccountSecrets *phone_account_secrets_from_json (const char *json);
void                 phone_account_secrets_wipe      (char *text);    /* g_free () after overwriting */

G_END_DECLS
