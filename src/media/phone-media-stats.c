/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-stats.h"

G_DEFINE_BOXED_TYPE (PhoneMediaStats, phone_media_stats, phone_media_stats_copy, phone_media_stats_free)

PhoneMediaStats *
phone_media_stats_copy (const PhoneMediaStats *self)
{
  return g_memdup2 (self, sizeof *self);
}

void
phone_media_stats_free (PhoneMediaStats *self)
{
  g_free (self);
}
