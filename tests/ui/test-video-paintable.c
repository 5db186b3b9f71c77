/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-video-paintable.h"

#include "phone-expect.h"
#include "phone-test-parts.h"
#include "phone-video-view.h"

static PhoneVideoFrame *
create_frame (guint  width,
              guint  height,
              gsize  stride,
              double aspect)
{
  gsize size = stride * height;
  guchar *data = g_malloc (size);

  /* Blue, opaque, as the sink gives it. */
  for (gsize i = 0; i + 4 <= size; i += 4)
    {
      data[i] = 255;
      data[i + 1] = data[i + 2] = 0;
      data[i + 3] = 255;
    }

  return phone_video_frame_new (g_bytes_new_take (data, size), width, height, stride, aspect);
}

static gboolean
has_picture (gpointer paintable)
{
  return phone_video_paintable_get_has_picture (paintable);
}

static gboolean
has_no_picture (gpointer paintable)
{
  return !phone_video_paintable_get_has_picture (paintable);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_follows_slot (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  PhoneVideoPaintable *paintable = phone_video_paintable_new ();
  guint n_sizes = 0;
  guint n_contents = 0;
  guint n_notified = 0;

  g_signal_connect_swapped (paintable, "notify::has-picture", G_CALLBACK (count_cb), &n_notified);
  phone_video_paintable_set_slot (paintable, slot);
  g_signal_connect_swapped (paintable, "invalidate-size", G_CALLBACK (count_cb), &n_sizes);
  g_signal_connect_swapped (paintable, "invalidate-contents", G_CALLBACK (count_cb), &n_contents);
  g_assert_false (phone_video_paintable_get_has_picture (paintable));

  phone_video_slot_put (slot, create_frame (64, 48, 64 * 4 + 16, 1.0));
  phone_expect_until ("the first picture", has_picture, paintable);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (paintable)), ==, 64);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (GDK_PAINTABLE (paintable)), ==, 48);
  g_assert_cmpuint (n_sizes, ==, 1);
  g_assert_cmpuint (n_contents, ==, 1);

  phone_video_slot_put (slot, create_frame (64, 48, 64 * 4, 1.0));
  phone_expect_count ("the second picture", &n_contents, 2);
  g_assert_cmpuint (n_sizes, ==, 1);

  phone_video_slot_put (slot, create_frame (64, 48, 64 * 4, 2.0));
  phone_expect_count ("the third picture", &n_contents, 3);
  g_assert_cmpuint (n_sizes, ==, 2);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (GDK_PAINTABLE (paintable)), ==, 128);

  phone_video_slot_put (slot, NULL);
  phone_expect_until ("no picture", has_no_picture, paintable);
  g_assert_cmpuint (n_notified, ==, 2);

  g_assert_finalize_object (paintable);

  /* Nobody listens any more. */
  phone_video_slot_put (slot, create_frame (64, 48, 64 * 4, 1.0));
  phone_test_settle ();
}

static void
test_refuses_short_bytes (void)
{
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  PhoneVideoPaintable *paintable = phone_video_paintable_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("short", 5);

  phone_video_slot_put (slot, phone_video_frame_new (g_bytes_ref (bytes), 64, 48, 256, 1.0));
  phone_video_paintable_set_slot (paintable, slot);
  phone_test_settle ();
  g_assert_false (phone_video_paintable_get_has_picture (paintable));

  phone_video_slot_put (slot, phone_video_frame_new (g_bytes_ref (bytes), 0, 0, 0, 0.0));
  phone_test_settle ();
  g_assert_false (phone_video_paintable_get_has_picture (paintable));

  g_assert_finalize_object (paintable);
}

static gboolean
has_size (gpointer data)
{
  guint width, height;

  phone_video_slot_get_size (data, &width, &height);

  return width > 0 && height > 0;
}

static void
test_view_tells_size (void)
{
  PhoneTestParts parts;
  g_autoptr (PhoneVideoSlot) slot = phone_video_slot_new ();
  GtkWidget *window;
  GtkWidget *view;
  guint width, height;

  phone_test_parts_init (&parts);
  window = adw_application_window_new (GTK_APPLICATION (parts.application));
  view = g_object_new (PHONE_TYPE_VIDEO_VIEW, NULL);
  phone_video_view_set_slot (PHONE_VIDEO_VIEW (view), slot);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  phone_video_slot_put (slot, create_frame (1280, 720, 1280 * 4, 1.0));
  phone_test_show (window);
  phone_expect_until ("the slot to know its size", has_size, slot);
  phone_video_slot_get_size (slot, &width, &height);

  /* The picture is far larger; the window stays as it was asked for. */
  g_assert_cmpuint (width, <=, 400);
  g_assert_cmpuint (height, <=, 300);
  g_assert_cmpuint (width, ==, gtk_widget_get_width (view) * gtk_widget_get_scale_factor (view));

  phone_test_destroy (window);
  phone_test_parts_clear (&parts);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/video-paintable/follows-its-slot", test_follows_slot);
  g_test_add_func ("/ui/video-paintable/refuses-geometry-that-does-not-fit", test_refuses_short_bytes);
  g_test_add_func ("/ui/video-view/tells-the-slot-its-size", test_view_tells_size);

  return g_test_run ();
}
