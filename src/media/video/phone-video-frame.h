/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One picture: BGRA bytes and geometry, immutable, shared by reference. */
typedef struct _PhoneVideoFrame PhoneVideoFrame;

#define PHONE_TYPE_VIDEO_FRAME (phone_video_frame_get_type ())
GType            phone_video_frame_get_type   (void);
PhoneVideoFrame *phone_video_frame_new        (GBytes *bytes, guint width, guint height, gsize stride, double pixel_aspect);
PhoneVideoFrame *phone_video_frame_ref        (PhoneVideoFrame *self);
void             phone_video_frame_unref      (PhoneVideoFrame *self);
GBytes          *phone_video_frame_get_bytes  (PhoneVideoFrame *self);
guint            phone_video_frame_get_width  (PhoneVideoFrame *self);
guint            phone_video_frame_get_height (PhoneVideoFrame *self);
gsize            phone_video_frame_get_stride (PhoneVideoFrame *self);
double           phone_video_frame_get_pixel_aspect (PhoneVideoFrame *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneVideoFrame, phone_video_frame_unref)

G_END_DECLS
