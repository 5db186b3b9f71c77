/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* The dial pad: an entry that completes from the contacts, the keys, and two ways to call.
 * Properties "switchboard" and "contacts"; actions dialer.call (b: with video), dialer.erase. */
#define PHONE_TYPE_DIALER (phone_dialer_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDialer, phone_dialer, PHONE, DIALER, AdwBin)

const char *phone_dialer_get_text (PhoneDialer *self);
/* Puts target in the entry and the focus on the first call button. */
void        phone_dialer_set_text (PhoneDialer *self,
                                   const char  *target);

G_END_DECLS
