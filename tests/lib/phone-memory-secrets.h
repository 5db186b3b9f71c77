/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-secrets.h"

G_BEGIN_DECLS

/* Secrets in memory, for tests. Answers come in a later turn of the main context, as from a key ring. */
#define PHONE_TYPE_MEMORY_SECRETS (phone_memory_secrets_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMemorySecrets, phone_memory_secrets, PHONE, MEMORY_SECRETS, GObject)

PhoneMemorySecrets *phone_memory_secrets_new         (void);
/* At once, without a callback. */
void                phone_memory_secrets_put         (PhoneMemorySecrets *self, const char *uri, const char *password);
void                phone_memory_secrets_put_all     (PhoneMemorySecrets *self, const char *uri, const PhoneAccountSecrets *secrets);
/* Every lookup finds nothing from now on, as in a locked key ring. */
void                phone_memory_secrets_lock        (PhoneMemorySecrets *self);
const PhoneAccountSecrets *phone_memory_secrets_get  (PhoneMemorySecrets *self, const char *uri);
/* As if the key ring had gone: "persistent" is FALSE and "unavailable" is emitted. */
void                phone_memory_secrets_lose        (PhoneMemorySecrets *self);

G_END_DECLS
