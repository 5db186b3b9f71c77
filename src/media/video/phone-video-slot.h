/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-video-frame.h"

G_BEGIN_DECLS

/* Door 2 between threads: the latest frame and a bell. put () from any thread; everything else on the main context. */
typedef struct _PhoneVideoSlot PhoneVideoSlot;
typedef void (*PhoneVideoSlotFunc) (PhoneVideoSlot *slot, gpointer data);

#define PHONE_TYPE_VIDEO_SLOT (phone_video_slot_get_type ())
GType            phone_video_slot_get_type   (void);
PhoneVideoSlot  *phone_video_slot_new        (void);
PhoneVideoSlot  *phone_video_slot_ref        (PhoneVideoSlot *self);
void             phone_video_slot_unref      (PhoneVideoSlot *self);
/* (transfer full) frame; NULL clears the picture. Any thread. */
void             phone_video_slot_put        (PhoneVideoSlot *self, PhoneVideoFrame *frame);
/* (transfer full) the latest frame, or NULL. */
PhoneVideoFrame *phone_video_slot_get        (PhoneVideoSlot *self);
/* One listener a slot, called on the main context after a put (); NULL removes it. */
void             phone_video_slot_set_listener (PhoneVideoSlot *self, PhoneVideoSlotFunc func, gpointer data);
/* The size in pixels it is shown at: the sink scales down to it (0, 0: the natural size). Any thread. */
void             phone_video_slot_set_size   (PhoneVideoSlot *self, guint width, guint height);
void             phone_video_slot_get_size   (PhoneVideoSlot *self, guint *out_width, guint *out_height);
/* Frames taken by the listener's side since creation. */
guint64          phone_video_slot_get_n_shown (PhoneVideoSlot *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneVideoSlot, phone_video_slot_unref)

G_END_DECLS
