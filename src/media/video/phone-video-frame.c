/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture on its way to the screen. Thirty a second live for two frames' time each, made on a streaming thread and read on
 * the main context, so the count is atomic and nothing in it ever changes. */
#include "config.h"
#include "phone-video-frame.h"

struct _PhoneVideoFrame
{
  GBytes *bytes;
  guint   width;
  guint   height;
  gsize   stride;
  double  pixel_aspect;
};

G_DEFINE_BOXED_TYPE (PhoneVideoFrame, phone_video_frame, phone_video_frame_ref, phone_video_frame_unref)

static void
phone_video_frame_clear (gpointer data)
{
  PhoneVideoFrame *self = data;

  g_bytes_unref (self->bytes);
}

/**
 * phone_video_frame_new:
 * @bytes: the picture's rows, BGRA, premultiplied
 * @width: in pixels
 * @height: in pixels
 * @stride: bytes from one row to the next
 * @pixel_aspect: a pixel's width divided by its height
 *
 * Returns: (transfer full) (nullable): the frame, or %NULL if @bytes are too short for its geometry
 */
PhoneVideoFrame *
phone_video_frame_new (GBytes *bytes,
                       guint   width,
                       guint   height,
                       gsize   stride,
                       double  pixel_aspect)
{
  PhoneVideoFrame *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  if (width == 0 || height == 0 || width > G_MAXUINT16 || height > G_MAXUINT16 || stride / 4 < width)
    return NULL;
  if (g_bytes_get_size (bytes) < stride * (height - 1) + (gsize) width * 4)
    return NULL;

  self = g_atomic_rc_box_new0 (PhoneVideoFrame);
  self->bytes = g_bytes_ref (bytes);
  self->width = width;
  self->height = height;
  self->stride = stride;
  self->pixel_aspect = pixel_aspect > 0 ? pixel_aspect : 1.0;

  return self;
}

PhoneVideoFrame *
phone_video_frame_ref (PhoneVideoFrame *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
phone_video_frame_unref (PhoneVideoFrame *self)
{
  g_atomic_rc_box_release_full (self, phone_video_frame_clear);
}

/**
 * phone_video_frame_get_bytes:
 *
 * Returns: (transfer none): the rows, at least stride × (height − 1) + width × 4 bytes
 */
GBytes *
phone_video_frame_get_bytes (PhoneVideoFrame *self)
{
  return self->bytes;
}

guint
phone_video_frame_get_width (PhoneVideoFrame *self)
{
  return self->width;
}

guint
phone_video_frame_get_height (PhoneVideoFrame *self)
{
  return self->height;
}

gsize
phone_video_frame_get_stride (PhoneVideoFrame *self)
{
  return self->stride;
}

double
phone_video_frame_get_pixel_aspect (PhoneVideoFrame *self)
{
  return self->pixel_aspect;
}
