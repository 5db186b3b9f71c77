/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-level.h"

#define TENTH (G_USEC_PER_SEC / 10)

static void
test_a_beep_is_heard_for_a_second (void)
{
  PhoneMediaLevel level = { 0 };

  phone_media_level_add (&level, -20, 0);
  for (guint i = 1; i < 10; i++)
    {
      phone_media_level_add (&level, -700, i * TENTH);
      g_assert_cmpfloat_with_epsilon (phone_media_level_get (&level, i * TENTH), 0.1, 0.0001);
    }

  phone_media_level_add (&level, -700, 10 * TENTH);
  g_assert_cmpfloat (phone_media_level_get (&level, 10 * TENTH), ==, 0);
}

static void
test_a_stream_that_stops_is_silent (void)
{
  PhoneMediaLevel level = { 0 };

  phone_media_level_add (&level, 0, 0);

  g_assert_cmpfloat (phone_media_level_get (&level, 10 * TENTH), ==, 1);
  g_assert_cmpfloat (phone_media_level_get (&level, 11 * TENTH), ==, 0);
}

static void
test_noise_of_a_decoder_is_silence (void)
{
  PhoneMediaLevel level = { 0 };

  phone_media_level_add (&level, -91, 0);

  g_assert_cmpfloat (phone_media_level_get (&level, 0), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/level/a-beep-is-heard-for-a-second", test_a_beep_is_heard_for_a_second);
  g_test_add_func ("/media/level/a-stream-that-stops-is-silent", test_a_stream_that_stops_is_silent);
  g_test_add_func ("/media/level/noise-of-a-decoder-is-silence", test_noise_of_a_decoder_is_silence);

  return g_test_run ();
}
