/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "phone-video-slot.h"

G_BEGIN_DECLS

/* A bin that paints raw video into a slot, scaled down to the size the slot is shown at. */
GstElement *phone_media_video_sink_new (PhoneVideoSlot *slot, gboolean sync);

G_END_DECLS
