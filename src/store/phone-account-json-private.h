/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-account-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PHONE_ACCOUNT_N_KEYS 25

/* One value on its way in. A reader that goes into an object names the inner key before it complains. */
typedef struct
{
  PhoneAccount        *account;
  PhoneAccountSecrets *secrets;
  const char          *key;
  const char          *property;
  JsonNode            *node;
} PhoneAccountReading;

typedef struct
{
  const char *key;
  const char *property;                                         /* of PhoneAccount; NULL: a secret */
  const char *(*read) (PhoneAccountReading *reading);           /* what is wrong, or NULL */
} PhoneAccountKey;

/* phone-account-json.c: in the order of the error when several are wrong */
extern const PhoneAccountKey phone_account_keys[PHONE_ACCOUNT_N_KEYS];

/* phone-account-json-values.c */
gboolean    phone_account_json_is_text                 (JsonNode            *node);
gboolean    phone_account_json_is_number               (JsonNode            *node);
/* null, "", [] and NaN. */
gboolean    phone_account_json_is_empty                (JsonNode            *node);
/* What is wrong with a text that may come into a header, or NULL. */
const char *phone_account_json_check_plain             (const char          *text);
const char *phone_account_json_read_text               (PhoneAccountReading *reading);
const char *phone_account_json_read_string             (PhoneAccountReading *reading);
const char *phone_account_json_read_flag               (PhoneAccountReading *reading);
const char *phone_account_json_read_seconds            (PhoneAccountReading *reading);
const char *phone_account_json_read_positive           (PhoneAccountReading *reading);
const char *phone_account_json_read_uri                (PhoneAccountReading *reading);
const char *phone_account_json_read_contact_uri        (PhoneAccountReading *reading);
const char *phone_account_json_read_registrar          (PhoneAccountReading *reading);
const char *phone_account_json_read_uuid               (PhoneAccountReading *reading);
const char *phone_account_json_read_authorization_user (PhoneAccountReading *reading);
const char *phone_account_json_read_tag                (PhoneAccountReading *reading);
const char *phone_account_json_read_refresh_method     (PhoneAccountReading *reading);
const char *phone_account_json_read_headers            (PhoneAccountReading *reading);
const char *phone_account_json_read_password           (PhoneAccountReading *reading);
const char *phone_account_json_read_ha1                (PhoneAccountReading *reading);
const char *phone_account_json_read_jwt                (PhoneAccountReading *reading);

/* phone-account-json-servers.c */
const char *phone_account_json_check_ice_url           (const char          *url);
const char *phone_account_json_read_sockets            (PhoneAccountReading *reading);
const char *phone_account_json_read_pc_config          (PhoneAccountReading *reading);
const char *phone_account_json_read_tls                (PhoneAccountReading *reading);

/* phone-account-json-write.c */
/* derived: with the defaults that are not stored, for people. */
char       *phone_account_json_write                   (PhoneAccount        *account,
                                                        gboolean             derived);

G_END_DECLS
