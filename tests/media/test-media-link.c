/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-expect.h"
#include "phone-media-link-private.h"

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_set_object ((GAsyncResult **) data, result);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* webrtcbin has found everything, and nobody has read of it on the bus. */
static void
wait_until_gathered_unread (PhoneMediaLink *link)
{
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;

  while (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    {
      g_thread_yield ();
      g_object_get (link->webrtcbin, "ice-gathering-state", &state, NULL);
    }
}

static void
test_no_timer_outlives_the_link (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  g_autoptr (GAsyncResult) created = NULL;
  g_autoptr (GAsyncResult) set = NULL;
  g_autoptr (GAsyncResult) gathered = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  PhoneMediaLink *link;

  config->test_media = TRUE;
  config->loopback = TRUE;
  link = phone_media_link_new (config, slot, slot, FALSE);
  g_assert_true (phone_media_link_start (link, FALSE, &error));
  g_assert_true (phone_media_link_add_line (link, 0, FALSE, NULL, NULL, 0, 0, &error));
  phone_media_link_create_async (link, FALSE, NULL, finished_cb, &created);
  phone_expect_until ("an offer", is_there, &created);
  offer = phone_media_link_create_finish (link, created, &error);
  g_assert_no_error (error);
  phone_media_link_set_async (link, TRUE, FALSE, offer, NULL, finished_cb, &set);
  wait_until_gathered_unread (link);

  phone_media_link_gather_async (link, NULL, finished_cb, &gathered);
  phone_expect_until ("the end of gathering", is_there, &gathered);
  g_assert_true (phone_media_link_gather_finish (link, gathered, &error));
  phone_media_link_close (link);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, link));

  g_clear_object (&created);
  g_clear_object (&set);
  g_clear_object (&gathered);
  g_assert_finalize_object (link);
}

static void
candidate_cb (PhoneMediaLink *link,
              guint           line,
              const char     *candidate,
              guint          *count)
{
  (*count)++;
}

/* The main loop has something else to do for longer than any timer of a finished gathering. */
static void
keep_busy (void)
{
  const gint64 end = g_get_monotonic_time () + 100 * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    g_thread_yield ();
}

static void
test_candidates_come_first (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  g_autoptr (GAsyncResult) created = NULL;
  g_autoptr (GAsyncResult) set = NULL;
  g_autoptr (GAsyncResult) gathered = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  guint candidates = 0;
  PhoneMediaLink *link;

  config->test_media = TRUE;
  config->loopback = TRUE;
  link = phone_media_link_new (config, slot, slot, FALSE);
  g_signal_connect (link, "candidate", G_CALLBACK (candidate_cb), &candidates);
  g_assert_true (phone_media_link_start (link, FALSE, &error));
  g_assert_true (phone_media_link_add_line (link, 0, FALSE, NULL, NULL, 0, 0, &error));
  phone_media_link_create_async (link, FALSE, NULL, finished_cb, &created);
  phone_expect_until ("an offer", is_there, &created);
  offer = phone_media_link_create_finish (link, created, &error);
  g_assert_no_error (error);
  phone_media_link_set_async (link, TRUE, FALSE, offer, NULL, finished_cb, &set);
  wait_until_gathered_unread (link);

  phone_media_link_gather_async (link, NULL, finished_cb, &gathered);
  keep_busy ();
  phone_expect_until ("the end of gathering", is_there, &gathered);
  g_assert_true (phone_media_link_gather_finish (link, gathered, &error));
  g_assert_cmpuint (candidates, >, 0);
  phone_media_link_close (link);

  g_clear_object (&created);
  g_clear_object (&set);
  g_clear_object (&gathered);
  g_assert_finalize_object (link);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/link/no-timer-outlives-it", test_no_timer_outlives_the_link);
  g_test_add_func ("/media/link/candidates-come-before-the-end-of-gathering", test_candidates_come_first);

  return g_test_run ();
}
