/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Additive increase, multiplicative decrease on what the peer's transport-wide feedback says of the last interval: loss beyond a
 * tenth, or a delay that keeps growing, cuts below what arrived; quiet readings add a fixed step, and only while the encoder makes
 * use of what it has. Half-way losses hold. After a cut nothing grows for two seconds, the time a queue needs to drain. */
#include "config.h"
#include "phone-media-rate.h"

#define START           800000u
#define FLOOR           100000u
#define STEP            80000u
#define LOSS_CUT        10.0
#define LOSS_HOLD       2.0
#define DELAY_CUT       2000000.0       /* ns a packet group */
#define HOLD_US         (2 * G_USEC_PER_SEC)

static const struct
{
  guint bitrate;
  guint width;
} widths[] = {
  { 900000, 1280 },
  { 350000, 640 },
  { 0, 320 },
};

void
phone_media_rate_init (PhoneMediaRate *self,
                       guint           max)
{
  self->max = MAX (max, FLOOR);
  self->bitrate = MIN (START, self->max);
  self->n_good = 0;
  self->held_until = 0;
}

gboolean
phone_media_rate_update (PhoneMediaRate *self,
                         guint           sent,
                         guint           received,
                         double          loss,
                         double          delay_trend,
                         gint64          now)
{
  guint old = self->bitrate;

  if (loss >= LOSS_CUT || (delay_trend > DELAY_CUT && received < sent))
    {
      guint arrived = received > 0 ? MIN (received, old) : old;

      self->bitrate = CLAMP ((guint) (arrived * 0.85), FLOOR, self->max);
      self->bitrate = MIN (self->bitrate, MAX (FLOOR, (guint) (old * 0.9)));
      self->held_until = now + HOLD_US;
      self->n_good = 0;
    }
  else if (loss >= LOSS_HOLD)
    self->n_good = 0;
  else if (++self->n_good >= 2 && now >= self->held_until && sent >= old / 2)
    self->bitrate = MIN (old + STEP, self->max);

  return self->bitrate != old;
}

guint
phone_media_rate_get_width (const PhoneMediaRate *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    if (self->bitrate >= widths[i].bitrate)
      return widths[i].width;

  return widths[G_N_ELEMENTS (widths) - 1].width;
}
