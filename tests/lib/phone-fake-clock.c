/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-fake-clock.h"

#define GENERATIONS (1u << 12)

typedef struct
{
  gint64            due;
  guint64           order;      /* of adding: first come, first served */
  PhoneSipClockFunc func;
  gpointer          data;
  guint             place;      /* in the heap, from 1; 0: free */
  guint             generation; /* an id is used once in so many */
} Slot;

/* A binary heap of slots: long runs have thousands of timers that never fire. */
struct _PhoneFakeClock
{
  GObject  parent_instance;

  gint64   now;
  guint64  last_order;
  GArray  *slots;               /* of Slot */
  GArray  *heap;                /* of guint, slots by due time */
  GArray  *free;                /* of guint, slots */
};

static void phone_fake_clock_iface_init (PhoneSipClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneFakeClock, phone_fake_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SIP_CLOCK, phone_fake_clock_iface_init))

static Slot *
phone_fake_clock_at (PhoneFakeClock *self,
                     guint           place)
{
  return &g_array_index (self->slots, Slot, g_array_index (self->heap, guint, place - 1));
}

static gboolean
phone_fake_clock_is_before (PhoneFakeClock *self,
                            guint           a,
                            guint           b)
{
  const Slot *first = phone_fake_clock_at (self, a);
  const Slot *second = phone_fake_clock_at (self, b);

  return first->due != second->due ? first->due < second->due : first->order < second->order;
}

static void
phone_fake_clock_swap (PhoneFakeClock *self,
                       guint           a,
                       guint           b)
{
  guint *heap = (guint *) (gpointer) self->heap->data;
  guint slot = heap[a - 1];

  heap[a - 1] = heap[b - 1];
  heap[b - 1] = slot;
  phone_fake_clock_at (self, a)->place = a;
  phone_fake_clock_at (self, b)->place = b;
}

static void
phone_fake_clock_sift (PhoneFakeClock *self,
                       guint           place)
{
  while (place > 1 && phone_fake_clock_is_before (self, place, place / 2))
    {
      phone_fake_clock_swap (self, place, place / 2);
      place /= 2;
    }

  while (2 * place <= self->heap->len)
    {
      guint child = 2 * place;

      if (child < self->heap->len && phone_fake_clock_is_before (self, child + 1, child))
        child++;

      if (!phone_fake_clock_is_before (self, child, place))
        break;

      phone_fake_clock_swap (self, place, child);
      place = child;
    }
}

static gint64
phone_fake_clock_get_time (PhoneSipClock *clock)
{
  return PHONE_FAKE_CLOCK (clock)->now;
}

static guint
phone_fake_clock_take_slot (PhoneFakeClock *self)
{
  guint slot = self->slots->len;

  if (self->free->len == 0)
    {
      g_array_set_size (self->slots, slot + 1);
      return slot;
    }

  slot = g_array_index (self->free, guint, self->free->len - 1);
  g_array_set_size (self->free, self->free->len - 1);

  return slot;
}

static guint
phone_fake_clock_add (PhoneSipClock     *clock,
                      guint              milliseconds,
                      PhoneSipClockFunc  func,
                      gpointer           data)
{
  PhoneFakeClock *self = PHONE_FAKE_CLOCK (clock);
  guint index = phone_fake_clock_take_slot (self);
  Slot *slot = &g_array_index (self->slots, Slot, index);

  slot->due = self->now + milliseconds;
  slot->order = ++self->last_order;
  slot->func = func;
  slot->data = data;
  slot->generation = (slot->generation + 1) % GENERATIONS;
  g_array_append_val (self->heap, index);
  slot->place = self->heap->len;
  phone_fake_clock_sift (self, self->heap->len);

  return (index + 1) * GENERATIONS + slot->generation;
}

static void
phone_fake_clock_drop (PhoneFakeClock *self,
                       guint           index)
{
  guint place = g_array_index (self->slots, Slot, index).place;
  guint last = self->heap->len;

  if (place != last)
    phone_fake_clock_swap (self, place, last);

  g_array_set_size (self->heap, last - 1);
  g_array_index (self->slots, Slot, index).place = 0;
  g_array_append_val (self->free, index);

  if (place != last)
    phone_fake_clock_sift (self, place);
}

/* A timer that is not there any more is a mistake of the code under test. */
static void
phone_fake_clock_remove (PhoneSipClock *clock,
                         guint          id)
{
  PhoneFakeClock *self = PHONE_FAKE_CLOCK (clock);
  guint index = id / GENERATIONS - 1;

  g_assert_cmpuint (index, <, self->slots->len);
  g_assert_cmpuint (g_array_index (self->slots, Slot, index).generation, ==, id % GENERATIONS);
  g_assert_cmpuint (g_array_index (self->slots, Slot, index).place, !=, 0);
  phone_fake_clock_drop (self, index);
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

  g_array_unref (self->slots);
  g_array_unref (self->heap);
  g_array_unref (self->free);

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
  self->slots = g_array_new (FALSE, TRUE, sizeof (Slot));
  self->heap = g_array_new (FALSE, FALSE, sizeof (guint));
  self->free = g_array_new (FALSE, FALSE, sizeof (guint));
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

  while (self->heap->len > 0)
    {
      Slot first = *phone_fake_clock_at (self, 1);

      if (first.due > until)
        break;

      self->now = MAX (self->now, first.due);
      phone_fake_clock_drop (self, g_array_index (self->heap, guint, 0));
      first.func (first.data);
    }

  self->now = until;
}

guint
phone_fake_clock_get_n_timers (PhoneFakeClock *self)
{
  return self->heap->len;
}
