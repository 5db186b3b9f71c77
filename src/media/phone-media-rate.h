/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How fast the picture may be sent; a plain value, fed with what transport-wide feedback says. */
typedef struct
{
  guint  bitrate;               /* bit/s, what the encoder gets */
  guint  max;
  guint  n_good;                /* readings in a row without complaint */
  gint64 held_until;            /* µs: no growth before */
} PhoneMediaRate;

void     phone_media_rate_init   (PhoneMediaRate *self, guint max);
/* loss in percent, delay_trend in ns per interval as gst-twcc-stats has it; TRUE if bitrate has changed. */
gboolean phone_media_rate_update (PhoneMediaRate *self, guint sent, guint received, double loss, double delay_trend, gint64 now);
/* The longest side that this rate is good for. */
guint    phone_media_rate_get_width (const PhoneMediaRate *self);

G_END_DECLS
