/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* PhoneCall, PhoneUa and PhoneSwitchboard without a network or media, for windows: the same types and functions, linked instead of the calls room's own.
 * Every property can be set with g_object_set (); what a window asks for is only written down. */
PhoneUa          *phone_fake_ua_new                      (PhoneAccount       *account);
PhoneCall        *phone_fake_call_new                    (PhoneUa            *ua,
                                                          const char         *remote_uri,
                                                          const char         *remote_name,
                                                          PhoneCallDirection  direction);
/* The last thing that was asked for, as "hang-up" or "dtmf 5"; "" if nothing was. */
const char       *phone_fake_call_get_intent             (PhoneCall          *self);
guint             phone_fake_call_get_n_watchers         (PhoneCall          *self);
const char       *phone_fake_ua_get_intent               (PhoneUa            *self);

PhoneSwitchboard *phone_fake_switchboard_new             (PhoneAccountStore  *accounts);
void              phone_fake_switchboard_add_ua          (PhoneSwitchboard   *self,
                                                          PhoneUa            *ua);
void              phone_fake_switchboard_add_call        (PhoneSwitchboard   *self,
                                                          PhoneCall          *call);
/* What the next connection test finds. */
void              phone_fake_switchboard_set_test_result (PhoneSwitchboard   *self,
                                                          PhoneUaProblem      problem,
                                                          const char         *detail);
const char       *phone_fake_switchboard_get_intent      (PhoneSwitchboard   *self);
/* Of the account that was added last; NULL if those of the key ring were left alone. */
const PhoneAccountSecrets *phone_fake_switchboard_get_secrets (PhoneSwitchboard *self);

G_END_DECLS
