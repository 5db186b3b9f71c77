/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "phone-video-slot.h"

G_BEGIN_DECLS

/* The latest frame of a slot as a GdkPaintable, without a copy. It is the slot's one listener while it lives. Property "has-picture" b (notify). */
#define PHONE_TYPE_VIDEO_PAINTABLE (phone_video_paintable_get_type ())
G_DECLARE_FINAL_TYPE (PhoneVideoPaintable, phone_video_paintable, PHONE, VIDEO_PAINTABLE, GObject)

PhoneVideoPaintable *phone_video_paintable_new             (void);
PhoneVideoSlot      *phone_video_paintable_get_slot        (PhoneVideoPaintable *self);
void                 phone_video_paintable_set_slot        (PhoneVideoPaintable *self,
                                                            PhoneVideoSlot      *slot);
gboolean             phone_video_paintable_get_has_picture (PhoneVideoPaintable *self);

G_END_DECLS
