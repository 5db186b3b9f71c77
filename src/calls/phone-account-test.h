/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-switchboard-private.h"

G_BEGIN_DECLS

/* Tries an account: connects, registers, takes that back. Keeps nothing. _finish gives the problem found; out_detail are the library's
 * or the server's words. Error: cancelled. */
void           phone_account_test_async  (PhoneAccount *account, const PhoneAccountSecrets *secrets, const PhoneSwitchboardParts *parts,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
PhoneUaProblem phone_account_test_finish (GAsyncResult *result, char **out_detail, GError **error);

G_END_DECLS
