/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "phone-switchboard.h"

G_BEGIN_DECLS

/* Asks whom a call should be connected to: an address, or one of the other calls. Failures are said as a toast of parent. */
void phone_transfer_dialog_present (GtkWindow        *parent,
                                    PhoneSwitchboard *switchboard,
                                    PhoneCall        *call);

G_END_DECLS
