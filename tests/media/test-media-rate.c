/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-rate.h"

#define SECOND G_USEC_PER_SEC

static void
test_grows_while_all_is_quiet (void)
{
  PhoneMediaRate rate;
  guint before;

  phone_media_rate_init (&rate, 2000000);
  before = rate.bitrate;
  for (guint i = 0; i < 60; i++)
    phone_media_rate_update (&rate, rate.bitrate, rate.bitrate, 0, 0, i * SECOND);

  g_assert_cmpuint (rate.bitrate, >, before);
  g_assert_cmpuint (rate.bitrate, ==, 2000000);
  g_assert_cmpuint (phone_media_rate_get_width (&rate), ==, 1280);
}

static void
test_does_not_grow_unused (void)
{
  PhoneMediaRate rate;
  guint before;

  phone_media_rate_init (&rate, 2000000);
  before = rate.bitrate;
  for (guint i = 0; i < 20; i++)
    g_assert_false (phone_media_rate_update (&rate, 50000, 50000, 0, 0, i * SECOND));

  g_assert_cmpuint (rate.bitrate, ==, before);
}

static void
test_loss_cuts_below_what_arrived (void)
{
  PhoneMediaRate rate;

  phone_media_rate_init (&rate, 2000000);
  g_assert_true (phone_media_rate_update (&rate, 800000, 400000, 50, 0, SECOND));
  g_assert_cmpuint (rate.bitrate, <, 400000);

  for (guint i = 0; i < 100; i++)
    phone_media_rate_update (&rate, rate.bitrate, rate.bitrate / 2, 50, 0, i * SECOND);
  g_assert_cmpuint (rate.bitrate, ==, 100000);
  g_assert_cmpuint (phone_media_rate_get_width (&rate), ==, 320);
}

static void
test_growing_delay_cuts (void)
{
  PhoneMediaRate rate;

  phone_media_rate_init (&rate, 2000000);
  g_assert_true (phone_media_rate_update (&rate, 800000, 700000, 0, 5e6, SECOND));
  g_assert_cmpuint (rate.bitrate, <, 700000);
}

static void
test_rests_after_a_cut (void)
{
  PhoneMediaRate rate;
  guint cut;

  phone_media_rate_init (&rate, 2000000);
  phone_media_rate_update (&rate, 800000, 600000, 20, 0, 10 * SECOND);
  cut = rate.bitrate;
  phone_media_rate_update (&rate, cut, cut, 0, 0, 10.5 * SECOND);
  phone_media_rate_update (&rate, cut, cut, 0, 0, 11 * SECOND);
  phone_media_rate_update (&rate, cut, cut, 0, 0, 11.5 * SECOND);
  g_assert_cmpuint (rate.bitrate, ==, cut);
  phone_media_rate_update (&rate, cut, cut, 0, 0, 12.5 * SECOND);
  g_assert_cmpuint (rate.bitrate, >, cut);
}

static void
test_some_loss_holds (void)
{
  PhoneMediaRate rate;

  phone_media_rate_init (&rate, 2000000);
  for (guint i = 0; i < 20; i++)
    g_assert_false (phone_media_rate_update (&rate, rate.bitrate, rate.bitrate, 5, 0, i * SECOND));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/rate/grows-while-all-is-quiet", test_grows_while_all_is_quiet);
  g_test_add_func ("/media/rate/does-not-grow-unused", test_does_not_grow_unused);
  g_test_add_func ("/media/rate/loss-cuts-below-what-arrived", test_loss_cuts_below_what_arrived);
  g_test_add_func ("/media/rate/growing-delay-cuts", test_growing_delay_cuts);
  g_test_add_func ("/media/rate/rests-after-a-cut", test_rests_after_a_cut);
  g_test_add_func ("/media/rate/some-loss-holds", test_some_loss_holds);

  return g_test_run ();
}
