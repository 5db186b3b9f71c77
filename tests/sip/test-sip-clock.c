/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-clock.h"

#include "phone-expect.h"
#include "phone-fake-clock.h"

static void
note_cb (gpointer data)
{
  guint *count = data;

  (*count)++;
}

typedef struct
{
  PhoneSipClock *clock;
  GString       *order;
  char           name;
} Note;

static void
append_cb (gpointer data)
{
  Note *note = data;

  g_string_append_c (note->order, note->name);
}

static void
append_and_add_cb (gpointer data)
{
  Note *note = data;

  append_cb (note);
  note->name = 'x';
  phone_sip_clock_add (note->clock, 5, append_cb, note);
}

static void
test_main_loop_fires_once (void)
{
  PhoneSipClock *clock = phone_sip_clock_new_main_loop ();
  gint64 before = phone_sip_clock_get_time (clock);
  guint fired = 0;
  guint later = 0;

  phone_sip_clock_add (clock, 0, note_cb, &fired);
  phone_sip_clock_add (clock, 30, note_cb, &later);
  phone_expect_count ("the later timer", &later, 1);
  g_assert_cmpuint (fired, ==, 1);
  g_assert_cmpint (phone_sip_clock_get_time (clock) - before, >=, 29);
  g_assert_finalize_object (clock);
}

static void
test_main_loop_clears (void)
{
  PhoneSipClock *clock = phone_sip_clock_new_main_loop ();
  guint fired = 0;
  guint other = 0;
  guint id = phone_sip_clock_add (clock, 0, note_cb, &fired);

  g_assert_cmpuint (id, !=, 0);
  phone_sip_clock_clear (clock, &id);
  g_assert_cmpuint (id, ==, 0);
  phone_sip_clock_clear (clock, &id);
  phone_sip_clock_add (clock, 5, note_cb, &other);
  phone_expect_count ("the other timer", &other, 1);
  g_assert_cmpuint (fired, ==, 0);
  g_assert_finalize_object (clock);
}

static void
test_fake_runs_in_order (void)
{
  PhoneFakeClock *fake = phone_fake_clock_new ();
  PhoneSipClock *clock = PHONE_SIP_CLOCK (fake);
  g_autoptr(GString) order = g_string_new (NULL);
  Note a = { clock, order, 'a' };
  Note b = { clock, order, 'b' };
  Note c = { clock, order, 'c' };

  phone_sip_clock_add (clock, 20, append_cb, &c);
  phone_sip_clock_add (clock, 10, append_and_add_cb, &a);
  phone_sip_clock_add (clock, 10, append_cb, &b);
  phone_fake_clock_advance (fake, 9);
  g_assert_cmpstr (order->str, ==, "");
  phone_fake_clock_advance (fake, 11);
  g_assert_cmpstr (order->str, ==, "abxc");
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fake), ==, 0);
  g_assert_finalize_object (fake);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/clock/main-loop-fires-once", test_main_loop_fires_once);
  g_test_add_func ("/sip/clock/main-loop-clears-before-firing", test_main_loop_clears);
  g_test_add_func ("/sip/clock/fake-runs-what-is-due-in-order", test_fake_runs_in_order);

  return g_test_run ();
}
