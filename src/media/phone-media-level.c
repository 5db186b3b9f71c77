/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-level.h"

#include <math.h>

#define SILENCE -90.0

void
phone_media_level_add (PhoneMediaLevel *self,
                       double           decibel,
                       gint64           now)
{
  self->levels[self->next] = decibel > SILENCE ? pow (10, decibel / 20) : 0;
  self->times[self->next] = now;
  self->next = (self->next + 1) % PHONE_MEDIA_LEVEL_N_HELD;
}

double
phone_media_level_get (const PhoneMediaLevel *self,
                       gint64                 now)
{
  double loudest = 0;

  for (guint i = 0; i < PHONE_MEDIA_LEVEL_N_HELD; i++)
    if (now - self->times[i] <= G_USEC_PER_SEC)
      loudest = MAX (loudest, self->levels[i]);

  return loudest;
}
