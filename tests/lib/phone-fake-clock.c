/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-fake-clock.h"

typedef struct
{
  guint             id;
  gint64            due;
  PhoneSipClockFunc func;
  gpointer          data;
} Timer;

struct _PhoneFakeClock
{
  GObject     parent_instance;

  gint64      now;
  guint       last_id;
  GSequence  *timers;           /* of Timer, by due time, then by id */
  GHashTable *places;           /* id → GSequenceIter */
};

static void phone_fake_clock_iface_init (PhoneSipClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneFakeClock, phone_fake_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SIP_CLOCK, phone_fake_clock_iface_init))

static int
phone_fake_clock_compare (gconstpointer a,
                          gconstpointer b,
                          gpointer      data)
{
  const Timer *first = a;
  const Timer *second = b;

  if (first->due != second->due)
    return first->due < second->due ? -1 : 1;

  return first->id < second->id ? -1 : first->id > second->id;
}

static gint64
phone_fake_clock_get_time (PhoneSipClock *clock)
{
  return PHONE_FAKE_CLOCK (clock)->now;
}

static guint
phone_fake_clock_add (PhoneSipClock     *clock,
                      guint              milliseconds,
                      PhoneSipClockFunc  func,
                      gpointer           data)
{
  PhoneFakeClock *self = PHONE_FAKE_CLOCK (clock);
  Timer *timer = g_new (Timer, 1);

  *timer = (Timer) { ++self->last_id, self->now + milliseconds, func, data };
  g_hash_table_insert (self->places, GUINT_TO_POINTER (timer->id),
                       g_sequence_insert_sorted (self->timers, timer, phone_fake_clock_compare, NULL));

  return timer->id;
}

/* A timer that is not there any more is a mistake of the code under test. */
static void
phone_fake_clock_remove (PhoneSipClock *clock,
                         guint          id)
{
  PhoneFakeClock *self = PHONE_FAKE_CLOCK (clock);
  GSequenceIter *place = g_hash_table_lookup (self->places, GUINT_TO_POINTER (id));

  g_assert_nonnull (place);
  g_hash_table_remove (self->places, GUINT_TO_POINTER (id));
  g_sequence_remove (place);
}

static void
phone_fake_clock_iface_init (PhoneSipClockInterface *iface)
{
  iface->get_time = phone_fake_clock_get_time;
  iface->add = phone_fake_clock_add;
  iface->remove = phone_fake_clock_remove;
}

static void
phone_fake_clock_finalize (GObject *object)
{
  PhoneFakeClock *self = PHONE_FAKE_CLOCK (object);

  g_sequence_free (self->timers);
  g_hash_table_unref (self->places);

  G_OBJECT_CLASS (phone_fake_clock_parent_class)->finalize (object);
}

static void
phone_fake_clock_class_init (PhoneFakeClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_fake_clock_finalize;
}

static void
phone_fake_clock_init (PhoneFakeClock *self)
{
  self->now = 1000000;
  self->timers = g_sequence_new (g_free);
  self->places = g_hash_table_new (NULL, NULL);
}

PhoneFakeClock *
phone_fake_clock_new (void)
{
  return g_object_new (PHONE_TYPE_FAKE_CLOCK, NULL);
}

void
phone_fake_clock_advance (PhoneFakeClock *self,
                          guint           milliseconds)
{
  g_autoptr(PhoneFakeClock) alive = g_object_ref (self);
  gint64 until = self->now + milliseconds;

  while (!g_sequence_is_empty (self->timers))
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->timers);
      Timer timer = *(Timer *) g_sequence_get (first);

      if (timer.due > until)
        break;

      self->now = MAX (self->now, timer.due);
      phone_fake_clock_remove (PHONE_SIP_CLOCK (self), timer.id);
      timer.func (timer.data);
    }

  self->now = until;
}

guint
phone_fake_clock_get_n_timers (PhoneFakeClock *self)
{
  return g_hash_table_size (self->places);
}
