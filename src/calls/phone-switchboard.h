/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-account-store.h"
#include "phone-contact-store.h"
#include "phone-history.h"
#include "phone-secrets.h"
#include "phone-ua.h"

G_BEGIN_DECLS

/* All accounts in service, and what a telephone does across them: one active call (others are held), busy policy, history, tones.
 *
 * Properties (notify): "calls" (GListModel of every PhoneCall), "uas" (GListModel of PhoneUa), "active-call" (PhoneCall or NULL), "state" of the first ua is read through it.
 * Signals: "incoming-call" (PhoneCall *), "call-ended" (PhoneCall *), "message-received" (PhoneUa *, const char *from, const char *text). */
#define PHONE_TYPE_SWITCHBOARD (phone_switchboard_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSwitchboard, phone_switchboard, PHONE, SWITCHBOARD, GObject)

GListModel *phone_switchboard_get_calls       (PhoneSwitchboard *self);
GListModel *phone_switchboard_get_uas         (PhoneSwitchboard *self);
PhoneCall  *phone_switchboard_get_active_call (PhoneSwitchboard *self);
PhoneUa    *phone_switchboard_find_ua         (PhoneSwitchboard *self, const char *uri);
PhoneCall  *phone_switchboard_find_call       (PhoneSwitchboard *self, const char *id);
/* target: what a person types or a link says. account: URI or NULL for the best one. Error in domain PHONE_UA_ERROR. (transfer none) */
PhoneCall  *phone_switchboard_place_call      (PhoneSwitchboard *self, const char *target, const char *account, const PhoneUaCallOptions *options, GError **error);
/* The normalised form of what is typed, for display and validation; NULL and error INVALID_TARGET. */
char       *phone_switchboard_parse_target    (PhoneSwitchboard *self, const char *text, GError **error);
/* Stops ringing without answering (the person pressed "silence"). */
void        phone_switchboard_silence         (PhoneSwitchboard *self);
void        phone_switchboard_play_key        (PhoneSwitchboard *self, char key);
gboolean    phone_switchboard_is_ringing      (PhoneSwitchboard *self);
/* Ends every call and unregisters; the callback runs when all is quiet or after 2 s. */
void        phone_switchboard_shut_down_async  (PhoneSwitchboard *self, GAsyncReadyCallback callback, gpointer data);
gboolean    phone_switchboard_shut_down_finish (PhoneSwitchboard *self, GAsyncResult *result, GError **error);

/* Tries an account without keeping it: connect, register, unregister. _finish gives the problem found (NONE: all is well); detail is for people to read out. */
void           phone_switchboard_test_account_async  (PhoneSwitchboard *self, PhoneAccount *account, const PhoneAccountSecrets *secrets,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
PhoneUaProblem phone_switchboard_test_account_finish (PhoneSwitchboard *self, GAsyncResult *result, char **out_detail, GError **error);

/* Saves account and secrets (out_persistent FALSE: no key ring, kept for this run) and takes it into service; removing ends its calls. */
void           phone_switchboard_add_account_async   (PhoneSwitchboard *self, PhoneAccount *account, const PhoneAccountSecrets *secrets,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean       phone_switchboard_add_account_finish  (PhoneSwitchboard *self, GAsyncResult *result, gboolean *out_persistent, GError **error);
gboolean       phone_switchboard_remove_account      (PhoneSwitchboard *self, PhoneAccount *account, GError **error);

G_END_DECLS
