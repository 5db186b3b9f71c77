/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames are too many for a message queue and only the last one matters. A streaming thread swaps the frame under a lock held for
 * a pointer's time and rings the bell: one GSource on the main context whose ready time goes to 0. Many rings before the main
 * context comes by are one dispatch. The bell exists while there is a listener and holds the slot, so that the last reference can
 * not go away under a dispatch; ringing a destroyed bell is harmless. */
#include "config.h"
#include "phone-video-slot.h"

struct _PhoneVideoSlot
{
  GMutex              mutex;
  PhoneVideoFrame    *frame;      /* under mutex, as all down to bell */
  gboolean            fresh;      /* frame was not taken yet */
  guint64             n_shown;
  guint               width;
  guint               height;
  GSource            *bell;
  PhoneVideoSlotFunc  listener;   /* main context only */
  gpointer            listener_data;
};

G_DEFINE_BOXED_TYPE (PhoneVideoSlot, phone_video_slot, phone_video_slot_ref, phone_video_slot_unref)

static gboolean
phone_video_slot_bell_dispatch (GSource     *source,
                                GSourceFunc  callback,
                                gpointer     data)
{
  g_source_set_ready_time (source, -1);

  return callback (data);
}

static GSourceFuncs bell_funcs = { NULL, NULL, phone_video_slot_bell_dispatch, NULL, NULL, NULL };

static gboolean
phone_video_slot_bell_cb (gpointer data)
{
  g_autoptr (PhoneVideoSlot) self = phone_video_slot_ref (data);

  if (self->listener != NULL)
    self->listener (self, self->listener_data);

  return G_SOURCE_CONTINUE;
}

static void
phone_video_slot_release_cb (gpointer data)
{
  phone_video_slot_unref (data);
}

static GSource *
phone_video_slot_create_bell (PhoneVideoSlot *self)
{
  GSource *bell = g_source_new (&bell_funcs, sizeof (GSource));

  g_source_set_static_name (bell, "phone-video-slot");
  g_source_set_callback (bell, phone_video_slot_bell_cb, phone_video_slot_ref (self), phone_video_slot_release_cb);
  g_source_set_ready_time (bell, -1);
  g_source_attach (bell, NULL);

  return bell;
}

static void
phone_video_slot_clear (gpointer data)
{
  PhoneVideoSlot *self = data;

  g_clear_pointer (&self->frame, phone_video_frame_unref);
  g_mutex_clear (&self->mutex);
}

/**
 * phone_video_slot_new:
 *
 * Returns: (transfer full): an empty slot
 */
PhoneVideoSlot *
phone_video_slot_new (void)
{
  PhoneVideoSlot *self = g_atomic_rc_box_new0 (PhoneVideoSlot);

  g_mutex_init (&self->mutex);

  return self;
}

PhoneVideoSlot *
phone_video_slot_ref (PhoneVideoSlot *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
phone_video_slot_unref (PhoneVideoSlot *self)
{
  g_atomic_rc_box_release_full (self, phone_video_slot_clear);
}

/**
 * phone_video_slot_put:
 * @frame: (transfer full) (nullable): the newest picture, or %NULL for none
 *
 * Replaces the picture and wakes the listener. A picture that nobody took is dropped. Any thread.
 */
void
phone_video_slot_put (PhoneVideoSlot  *self,
                      PhoneVideoFrame *frame)
{
  PhoneVideoFrame *old;

  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  old = self->frame;
  self->frame = frame;
  self->fresh = frame != NULL;
  if (self->bell != NULL)
    g_source_set_ready_time (self->bell, 0);
  g_mutex_unlock (&self->mutex);

  g_clear_pointer (&old, phone_video_frame_unref);
}

/**
 * phone_video_slot_get:
 *
 * The picture stays in the slot: a second call without a put () between returns the same one.
 *
 * Returns: (transfer full) (nullable): the newest picture
 */
PhoneVideoFrame *
phone_video_slot_get (PhoneVideoSlot *self)
{
  PhoneVideoFrame *frame;

  g_return_val_if_fail (self != NULL, NULL);

  g_mutex_lock (&self->mutex);
  frame = self->frame != NULL ? phone_video_frame_ref (self->frame) : NULL;
  if (self->fresh)
    self->n_shown++;
  self->fresh = FALSE;
  g_mutex_unlock (&self->mutex);

  return frame;
}

/**
 * phone_video_slot_set_listener:
 * @func: (nullable): called on the main context after one or more put ()
 * @data: its argument; must outlive the listener
 *
 * Sets, replaces or (with %NULL) removes the one listener. The slot lives while it has one. A picture that is already there
 * rings at once. Main context only.
 */
void
phone_video_slot_set_listener (PhoneVideoSlot     *self,
                               PhoneVideoSlotFunc  func,
                               gpointer            data)
{
  GSource *bell;
  GSource *old;

  g_return_if_fail (self != NULL);

  bell = func != NULL ? phone_video_slot_create_bell (self) : NULL;
  self->listener = func;
  self->listener_data = data;

  g_mutex_lock (&self->mutex);
  old = g_steal_pointer (&self->bell);
  self->bell = bell;
  if (bell != NULL && self->frame != NULL)
    g_source_set_ready_time (bell, 0);
  g_mutex_unlock (&self->mutex);

  if (old != NULL)
    {
      g_source_destroy (old);
      g_source_unref (old);
    }
}

/**
 * phone_video_slot_set_size:
 * @width: in device pixels
 * @height: in device pixels
 *
 * Tells the producer how large the picture is shown; (0, 0) asks for its natural size. Any thread.
 */
void
phone_video_slot_set_size (PhoneVideoSlot *self,
                           guint           width,
                           guint           height)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->width = width;
  self->height = height;
  g_mutex_unlock (&self->mutex);
}

void
phone_video_slot_get_size (PhoneVideoSlot *self,
                           guint          *out_width,
                           guint          *out_height)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  if (out_width != NULL)
    *out_width = self->width;
  if (out_height != NULL)
    *out_height = self->height;
  g_mutex_unlock (&self->mutex);
}

guint64
phone_video_slot_get_n_shown (PhoneVideoSlot *self)
{
  guint64 n_shown;

  g_return_val_if_fail (self != NULL, 0);

  g_mutex_lock (&self->mutex);
  n_shown = self->n_shown;
  g_mutex_unlock (&self->mutex);

  return n_shown;
}
