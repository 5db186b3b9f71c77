/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real clock keeps no list: GLib's main context already is one. A transaction holds one timer at a time, mostly 32 s
 * long and mostly removed before it fires, so adding and removing is all that has to be cheap. */
#include "config.h"
#include "phone-sip-clock.h"

G_DEFINE_INTERFACE (PhoneSipClock, phone_sip_clock, G_TYPE_OBJECT)

#define PHONE_TYPE_SIP_MAIN_LOOP_CLOCK (phone_sip_main_loop_clock_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipMainLoopClock, phone_sip_main_loop_clock, PHONE, SIP_MAIN_LOOP_CLOCK, GObject)

struct _PhoneSipMainLoopClock
{
  GObject parent_instance;
};

typedef struct
{
  PhoneSipClockFunc func;
  gpointer          data;
} Timer;

static void phone_sip_main_loop_clock_iface_init (PhoneSipClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneSipMainLoopClock, phone_sip_main_loop_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SIP_CLOCK, phone_sip_main_loop_clock_iface_init))

static gboolean
phone_sip_main_loop_clock_fired_cb (gpointer data)
{
  const Timer *timer = data;

  timer->func (timer->data);

  return G_SOURCE_REMOVE;
}

static gint64
phone_sip_main_loop_clock_get_time (PhoneSipClock *clock)
{
  return g_get_monotonic_time () / 1000;
}

static guint
phone_sip_main_loop_clock_add (PhoneSipClock     *clock,
                               guint              milliseconds,
                               PhoneSipClockFunc  func,
                               gpointer           data)
{
  Timer *timer = g_new (Timer, 1);

  timer->func = func;
  timer->data = data;

  return g_timeout_add_full (G_PRIORITY_DEFAULT, milliseconds, phone_sip_main_loop_clock_fired_cb, timer, g_free);
}

static void
phone_sip_main_loop_clock_remove (PhoneSipClock *clock,
                                  guint          id)
{
  g_source_remove (id);
}

static void
phone_sip_main_loop_clock_iface_init (PhoneSipClockInterface *iface)
{
  iface->get_time = phone_sip_main_loop_clock_get_time;
  iface->add = phone_sip_main_loop_clock_add;
  iface->remove = phone_sip_main_loop_clock_remove;
}

static void
phone_sip_main_loop_clock_class_init (PhoneSipMainLoopClockClass *klass)
{
}

static void
phone_sip_main_loop_clock_init (PhoneSipMainLoopClock *self)
{
}

static void
phone_sip_clock_default_init (PhoneSipClockInterface *iface)
{
}

/**
 * phone_sip_clock_get_time:
 *
 * Returns: monotonic time in milliseconds; only differences mean something
 */
gint64
phone_sip_clock_get_time (PhoneSipClock *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_CLOCK (self), 0);

  return PHONE_SIP_CLOCK_GET_IFACE (self)->get_time (self);
}

/**
 * phone_sip_clock_add:
 * @milliseconds: from now; 0 is the next turn of the main context
 * @func: (scope async): called once; its id is void from then on
 *
 * Returns: an id for phone_sip_clock_clear(), never 0
 */
guint
phone_sip_clock_add (PhoneSipClock     *self,
                     guint              milliseconds,
                     PhoneSipClockFunc  func,
                     gpointer           data)
{
  g_return_val_if_fail (PHONE_IS_SIP_CLOCK (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  return PHONE_SIP_CLOCK_GET_IFACE (self)->add (self, milliseconds, func, data);
}

/**
 * phone_sip_clock_clear:
 * @id: (inout): the place that holds the id; 0 means no timer
 *
 * Removes a timer that has not fired. The function of a timer sets its own id to 0 when it runs.
 */
void
phone_sip_clock_clear (PhoneSipClock *self,
                       guint         *id)
{
  g_return_if_fail (id != NULL);

  /* Mostly there is none, and asking an object for its interface has its price. */
  if (*id == 0)
    return;

  g_return_if_fail (PHONE_IS_SIP_CLOCK (self));

  PHONE_SIP_CLOCK_GET_IFACE (self)->remove (self, *id);
  *id = 0;
}

/**
 * phone_sip_clock_new_main_loop:
 *
 * Returns: (transfer full): the clock of the default main context
 */
PhoneSipClock *
phone_sip_clock_new_main_loop (void)
{
  return g_object_new (PHONE_TYPE_SIP_MAIN_LOOP_CLOCK, NULL);
}
