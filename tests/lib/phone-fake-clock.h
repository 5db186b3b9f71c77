/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-clock.h"

G_BEGIN_DECLS

/* A clock that stands still until a test moves it. */
#define PHONE_TYPE_FAKE_CLOCK (phone_fake_clock_get_type ())
G_DECLARE_FINAL_TYPE (PhoneFakeClock, phone_fake_clock, PHONE, FAKE_CLOCK, GObject)

PhoneFakeClock *phone_fake_clock_new          (void);
/* Runs what is due on the way, in order; also what was added on the way. 0 runs what is due now. */
void            phone_fake_clock_advance      (PhoneFakeClock *self, guint milliseconds);
guint           phone_fake_clock_get_n_timers (PhoneFakeClock *self);

G_END_DECLS
