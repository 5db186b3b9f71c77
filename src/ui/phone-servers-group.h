/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-account.h"

G_BEGIN_DECLS

/* The servers of an account after its first: further WebSocket servers, STUN and TURN, to be added, edited and removed.
 * Signals "changed" and "entry-activated", as of an editable and of an entry row. */
#define PHONE_TYPE_SERVERS_GROUP (phone_servers_group_get_type ())
G_DECLARE_FINAL_TYPE (PhoneServersGroup, phone_servers_group, PHONE, SERVERS_GROUP, AdwPreferencesGroup)

void     phone_servers_group_load             (PhoneServersGroup    *self,
                                               PhoneAccount         *account);
/* Says at each TURN password that secrets hold that it is there. */
void     phone_servers_group_show_stored      (PhoneServersGroup    *self,
                                               PhoneAccountSecrets  *secrets);
/* Marks what is not valid. FALSE comes with a sentence in out_hint, which must be NULL before. */
gboolean phone_servers_group_check            (PhoneServersGroup    *self,
                                               char                **out_hint);
gboolean phone_servers_group_is_encrypted     (PhoneServersGroup    *self);
/* Appends the WebSocket servers to those of account and replaces its ICE servers. Empty rows are left out. */
void     phone_servers_group_save             (PhoneServersGroup    *self,
                                               PhoneAccount         *account);
gboolean phone_servers_group_has_credentials  (PhoneServersGroup    *self);
/* Puts what was typed among the TURN credentials; a server with an empty row keeps the one it had, under whatever address it has now. */
void     phone_servers_group_save_credentials (PhoneServersGroup    *self,
                                               PhoneAccountSecrets  *secrets);

G_END_DECLS
