/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "phone-video-slot.h"

G_BEGIN_DECLS

/* Shows a video slot and tells it the size in pixels that is needed. It asks for no size of its own: what holds it decides.
 * Properties: "slot", "has-picture" b (read-only, notify), "cover" b (fill and crop instead of bars), "mirrored" b. */
#define PHONE_TYPE_VIDEO_VIEW (phone_video_view_get_type ())
G_DECLARE_FINAL_TYPE (PhoneVideoView, phone_video_view, PHONE, VIDEO_VIEW, GtkWidget)

void phone_video_view_set_slot (PhoneVideoView *self,
                                PhoneVideoSlot *slot);

G_END_DECLS
