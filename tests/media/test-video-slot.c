/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-video-slot.h"

#include "phone-expect.h"

#define N_PUTS 10000

typedef struct
{
  PhoneVideoSlot *slot;
  GThread        *main_thread;
  guint           n_calls;
  gboolean        wrong_thread;
  guint           last_width;
  gboolean        empty;
} Listener;

static PhoneVideoFrame *
create_frame (guint width)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 ((gsize) width * 4), (gsize) width * 4);

  return phone_video_frame_new (bytes, width, 1, (gsize) width * 4, 1.0);
}

static void
listener_cb (PhoneVideoSlot *slot,
             gpointer        data)
{
  Listener *listener = data;
  g_autoptr (PhoneVideoFrame) frame = phone_video_slot_get (slot);

  listener->n_calls++;
  listener->wrong_thread |= g_thread_self () != listener->main_thread;
  listener->empty = frame == NULL;
  if (frame != NULL)
    listener->last_width = phone_video_frame_get_width (frame);
}

static gpointer
put_many (gpointer data)
{
  for (guint i = 1; i <= N_PUTS; i++)
    phone_video_slot_put (data, create_frame (i));

  return NULL;
}

static gboolean
last_arrived (gpointer data)
{
  return ((Listener *) data)->last_width == N_PUTS;
}

static gboolean
is_empty (gpointer data)
{
  return ((Listener *) data)->empty;
}

static void
test_latest_wins (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  Listener listener = { slot, g_thread_self () };
  GThread *thread;

  phone_video_slot_set_listener (slot, listener_cb, &listener);
  thread = g_thread_new ("put", put_many, slot);
  phone_expect_until ("the last frame", last_arrived, &listener);
  g_thread_join (thread);

  g_assert_false (listener.wrong_thread);
  g_assert_cmpuint (listener.n_calls, <=, N_PUTS);
  g_assert_cmpuint (phone_video_slot_get_n_shown (slot), <=, listener.n_calls);

  phone_video_slot_put (slot, NULL);
  phone_expect_until ("the empty picture", is_empty, &listener);
  phone_video_slot_set_listener (slot, NULL, NULL);
}

static void
test_listener_removed_is_not_called (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  Listener listener = { slot, g_thread_self () };

  phone_video_slot_set_listener (slot, listener_cb, &listener);
  phone_video_slot_put (slot, create_frame (3));
  phone_video_slot_set_listener (slot, NULL, NULL);
  phone_video_slot_put (slot, create_frame (4));
  while (g_main_context_iteration (NULL, FALSE));

  g_assert_cmpuint (listener.n_calls, ==, 0);
}

static void
test_late_listener_gets_the_picture (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  Listener listener = { slot, g_thread_self () };

  phone_video_slot_put (slot, create_frame (7));
  phone_video_slot_set_listener (slot, listener_cb, &listener);
  phone_expect_count ("the bell", &listener.n_calls, 1);

  g_assert_cmpuint (listener.last_width, ==, 7);
  phone_video_slot_set_listener (slot, NULL, NULL);
}

static void
test_a_picture_is_counted_once (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  PhoneVideoFrame *first;
  PhoneVideoFrame *second;

  g_assert_null (phone_video_slot_get (slot));
  phone_video_slot_put (slot, create_frame (1));
  first = phone_video_slot_get (slot);
  second = phone_video_slot_get (slot);

  g_assert_true (first == second);
  g_assert_cmpuint (phone_video_slot_get_n_shown (slot), ==, 1);
  phone_video_frame_unref (first);
  phone_video_frame_unref (second);
}

static void
test_size (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  guint width = 1;
  guint height = 1;

  phone_video_slot_get_size (slot, &width, &height);
  g_assert_cmpuint (width + height, ==, 0);
  phone_video_slot_set_size (slot, 320, 200);
  phone_video_slot_get_size (slot, &width, &height);
  g_assert_cmpuint (width, ==, 320);
  g_assert_cmpuint (height, ==, 200);
}

static void
test_frame_refuses_short_bytes (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (64), 64);
  g_autoptr (PhoneVideoFrame) frame = phone_video_frame_new (bytes, 4, 4, 16, 0);

  g_assert_cmpuint (phone_video_frame_get_height (frame), ==, 4);
  g_assert_cmpfloat (phone_video_frame_get_pixel_aspect (frame), ==, 1.0);
  g_assert_null (phone_video_frame_new (bytes, 4, 5, 16, 1));
  g_assert_null (phone_video_frame_new (bytes, 5, 1, 16, 1));
  g_assert_null (phone_video_frame_new (bytes, 0, 4, 16, 1));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/video-slot/latest-wins", test_latest_wins);
  g_test_add_func ("/media/video-slot/listener-removed-is-not-called", test_listener_removed_is_not_called);
  g_test_add_func ("/media/video-slot/late-listener-gets-the-picture", test_late_listener_gets_the_picture);
  g_test_add_func ("/media/video-slot/a-picture-is-counted-once", test_a_picture_is_counted_once);
  g_test_add_func ("/media/video-slot/size", test_size);
  g_test_add_func ("/media/video-frame/refuses-short-bytes", test_frame_refuses_short_bytes);

  return g_test_run ();
}
