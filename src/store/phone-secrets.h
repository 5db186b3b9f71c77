/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-account.h"

G_BEGIN_DECLS

/* Where secrets are kept: the key ring (PhoneSecretService), or memory in tests. Keyed by account URI.
 * Signal "unavailable" (const char *sentence): no key ring answers; what was saved lasts for this run only. Property "persistent" b (notify). */
#define PHONE_TYPE_SECRETS (phone_secrets_get_type ())
G_DECLARE_INTERFACE (PhoneSecrets, phone_secrets, PHONE, SECRETS, GObject)

struct _PhoneSecretsInterface
{
  GTypeInterface g_iface;

  void                 (*lookup_async)  (PhoneSecrets *self, const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  PhoneAccountSecrets *(*lookup_finish) (PhoneSecrets *self, GAsyncResult *result, GError **error);
  void                 (*save_async)    (PhoneSecrets *self, const char *uri, const PhoneAccountSecrets *secrets, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  gboolean             (*save_finish)   (PhoneSecrets *self, GAsyncResult *result, GError **error);
  void                 (*clear_async)   (PhoneSecrets *self, const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  gboolean             (*clear_finish)  (PhoneSecrets *self, GAsyncResult *result, GError **error);
};

void                 phone_secrets_lookup_async  (PhoneSecrets *self, const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
/* (transfer full); empty secrets, not NULL, when nothing is stored. */
PhoneAccountSecrets *phone_secrets_lookup_finish (PhoneSecrets *self, GAsyncResult *result, GError **error);
/* TRUE also when kept for this run only; then error is not set and "persistent" is FALSE. */
void                 phone_secrets_save_async    (PhoneSecrets *self, const char *uri, const PhoneAccountSecrets *secrets, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean             phone_secrets_save_finish   (PhoneSecrets *self, GAsyncResult *result, GError **error);
void                 phone_secrets_clear_async   (PhoneSecrets *self, const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean             phone_secrets_clear_finish  (PhoneSecrets *self, GAsyncResult *result, GError **error);
gboolean             phone_secrets_is_persistent (PhoneSecrets *self);

G_END_DECLS
