/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-tone.h"

#include <gst/gst.h>

#include "phone-expect.h"

static gboolean
is_silent (gpointer tone)
{
  return phone_media_tone_get_kind (tone) == PHONE_MEDIA_TONE_NONE;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_plays_until_stopped (void)
{
  PhoneMediaTone *tone = phone_media_tone_new (NULL, NULL);

  phone_media_tone_play (tone, PHONE_MEDIA_TONE_RING);
  g_assert_cmpint (phone_media_tone_get_kind (tone), ==, PHONE_MEDIA_TONE_RING);
  phone_media_tone_stop (tone);
  g_assert_cmpint (phone_media_tone_get_kind (tone), ==, PHONE_MEDIA_TONE_NONE);

  g_assert_finalize_object (tone);
}

static void
test_replaces_the_tone_before (void)
{
  PhoneMediaTone *tone = phone_media_tone_new (NULL, NULL);
  guint changes = 0;

  g_signal_connect_swapped (tone, "notify::kind", G_CALLBACK (count_cb), &changes);
  phone_media_tone_play (tone, PHONE_MEDIA_TONE_RINGBACK);
  phone_media_tone_play (tone, PHONE_MEDIA_TONE_RINGBACK);
  g_assert_cmpuint (changes, ==, 1);
  phone_media_tone_play (tone, PHONE_MEDIA_TONE_WAITING);
  g_assert_cmpint (phone_media_tone_get_kind (tone), ==, PHONE_MEDIA_TONE_WAITING);
  g_assert_cmpuint (changes, ==, 2);

  g_assert_finalize_object (tone);
}

static void
test_busy_falls_silent_by_itself (void)
{
  PhoneMediaTone *tone = phone_media_tone_new (NULL, NULL);

  phone_media_tone_play (tone, PHONE_MEDIA_TONE_BUSY);
  phone_expect_until ("the busy tone to end", is_silent, tone);

  g_assert_finalize_object (tone);
}

static void
test_a_key_leaves_a_ringing_tone_alone (void)
{
  PhoneMediaTone *tone = phone_media_tone_new (NULL, NULL);

  phone_media_tone_play_key (tone, '5');
  g_assert_cmpint (phone_media_tone_get_kind (tone), ==, PHONE_MEDIA_TONE_NONE);
  phone_media_tone_play_key (tone, 'x');
  phone_media_tone_play (tone, PHONE_MEDIA_TONE_RING);
  phone_media_tone_play_key (tone, '#');
  g_assert_cmpint (phone_media_tone_get_kind (tone), ==, PHONE_MEDIA_TONE_RING);

  g_assert_finalize_object (tone);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/tone/plays-until-stopped", test_plays_until_stopped);
  g_test_add_func ("/media/tone/replaces-the-tone-before", test_replaces_the_tone_before);
  g_test_add_func ("/media/tone/busy-falls-silent-by-itself", test_busy_falls_silent_by_itself);
  g_test_add_func ("/media/tone/a-key-leaves-a-ringing-tone-alone", test_a_key_leaves_a_ringing_tone_alone);

  return g_test_run ();
}
