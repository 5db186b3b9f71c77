/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PHONE_MEDIA_LEVEL_N_HELD 10

/* How loud a stream has been in the last second; a plain value. A word or a beep is shorter than the time between two readings,
 * so a reading of the present moment would miss it. */
typedef struct
{
  double levels[PHONE_MEDIA_LEVEL_N_HELD];
  gint64 times[PHONE_MEDIA_LEVEL_N_HELD];       /* µs */
  guint  next;
} PhoneMediaLevel;

/* decibel: of a tenth of a second, 0 is full scale; now in µs. */
void   phone_media_level_add (PhoneMediaLevel *self, double decibel, gint64 now);
/* The loudest of the last second, 0…1; 0: nothing came. */
double phone_media_level_get (const PhoneMediaLevel *self, gint64 now);

G_END_DECLS
