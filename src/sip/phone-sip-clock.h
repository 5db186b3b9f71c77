/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Time as an interface, so that a test moves it by hand. Timers fire once, on the main context. */
#define PHONE_TYPE_SIP_CLOCK (phone_sip_clock_get_type ())
G_DECLARE_INTERFACE (PhoneSipClock, phone_sip_clock, PHONE, SIP_CLOCK, GObject)

typedef void (*PhoneSipClockFunc) (gpointer data);

struct _PhoneSipClockInterface
{
  GTypeInterface g_iface;

  gint64 (*get_time) (PhoneSipClock *self);
  guint  (*add)      (PhoneSipClock *self, guint milliseconds, PhoneSipClockFunc func, gpointer data);
  void   (*remove)   (PhoneSipClock *self, guint id);
};

gint64         phone_sip_clock_get_time (PhoneSipClock *self);  /* ms, monotonic */
guint          phone_sip_clock_add      (PhoneSipClock *self, guint milliseconds, PhoneSipClockFunc func, gpointer data);
/* Removes *id if it is not 0 and sets it to 0. */
void           phone_sip_clock_clear    (PhoneSipClock *self, guint *id);

PhoneSipClock *phone_sip_clock_new_main_loop (void);

/* RFC 3261 Table 4 and RFC 6026, in milliseconds, for a reliable transport. */
#define PHONE_SIP_T1 500u
#define PHONE_SIP_T2 4000u
#define PHONE_SIP_T4 5000u
#define PHONE_SIP_TIMER_64_T1 (64 * PHONE_SIP_T1)

G_END_DECLS
