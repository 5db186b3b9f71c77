/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-call.h"

G_BEGIN_DECLS

/* The buttons of a call, by its state: answer and decline, the row of the running call, or what to do after it. Property "call".
 * The actions call.* are those of the window around it. */
#define PHONE_TYPE_CALL_CONTROLS (phone_call_controls_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallControls, phone_call_controls, PHONE, CALL_CONTROLS, AdwBin)

/* Whether a menu or popover of the controls is open. */
gboolean phone_call_controls_is_in_use        (PhoneCallControls *self);
/* The focus on what Enter should do in this state. */
void     phone_call_controls_focus_first      (PhoneCallControls *self);

G_END_DECLS
