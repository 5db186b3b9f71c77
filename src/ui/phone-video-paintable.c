/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thirty times a second a slot rings; we take its latest frame, wrap its bytes in a memory texture (the bytes are shared, the texture keeps them alive) and
 * tell the picture. The size is only invalidated when it changed, because that costs a layout of the window.
 *
 * The frame comes as BGRA whose fourth byte may be anything that the decoder left; it is opaque by contract of the sink, so "premultiplied" is exact.
 * GTK 4.8 knows no format without alpha and none in YUV. */
#include "config.h"
#include "phone-video-paintable.h"

struct _PhoneVideoPaintable
{
  GObject parent_instance;

  PhoneVideoSlot *slot;
  GdkTexture     *texture;              /* NULL: no picture */
  double          pixel_aspect;
};

static int
phone_video_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (paintable);

  if (self->texture == NULL)
    return 0;

  return MAX (1, (int) (gdk_texture_get_width (self->texture) * self->pixel_aspect + 0.5));
}

static int
phone_video_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (paintable);

  return self->texture != NULL ? gdk_texture_get_height (self->texture) : 0;
}

static double
phone_video_paintable_get_intrinsic_aspect_ratio (GdkPaintable *paintable)
{
  int height = phone_video_paintable_get_intrinsic_height (paintable);

  return height > 0 ? (double) phone_video_paintable_get_intrinsic_width (paintable) / height : 0.0;
}

static void
phone_video_paintable_snapshot (GdkPaintable *paintable,
                                GdkSnapshot  *snapshot,
                                double        width,
                                double        height)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (paintable);

  if (self->texture != NULL)
    gdk_paintable_snapshot (GDK_PAINTABLE (self->texture), snapshot, width, height);
}

static GdkPaintable *
phone_video_paintable_get_current_image (GdkPaintable *paintable)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (paintable);

  if (self->texture == NULL)
    return gdk_paintable_new_empty (0, 0);

  return g_object_ref (GDK_PAINTABLE (self->texture));
}

static void
phone_video_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->get_intrinsic_width = phone_video_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = phone_video_paintable_get_intrinsic_height;
  iface->get_intrinsic_aspect_ratio = phone_video_paintable_get_intrinsic_aspect_ratio;
  iface->get_current_image = phone_video_paintable_get_current_image;
  iface->snapshot = phone_video_paintable_snapshot;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneVideoPaintable, phone_video_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, phone_video_paintable_iface_init))

enum
{
  PROP_0,
  PROP_SLOT,
  PROP_HAS_PICTURE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* A frame whose geometry does not fit its bytes is no picture: GDK would only notice in a critical warning. */
static GdkTexture *
phone_video_paintable_create_texture (PhoneVideoFrame *frame)
{
  guint width = phone_video_frame_get_width (frame);
  guint height = phone_video_frame_get_height (frame);
  gsize stride = phone_video_frame_get_stride (frame);
  GBytes *bytes = phone_video_frame_get_bytes (frame);

  if (width == 0 || height == 0 || stride / 4 < width || g_bytes_get_size (bytes) < stride * (height - 1) + (gsize) width * 4)
    return NULL;

  return gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, stride);
}

static void
phone_video_paintable_take_frame (PhoneVideoPaintable *self)
{
  g_autoptr (PhoneVideoFrame) frame = self->slot != NULL ? phone_video_slot_get (self->slot) : NULL;
  GdkPaintable *paintable = GDK_PAINTABLE (self);
  gboolean had_picture = self->texture != NULL;
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);

  g_clear_object (&self->texture);

  if (frame != NULL)
    {
      double aspect = phone_video_frame_get_pixel_aspect (frame);

      self->texture = phone_video_paintable_create_texture (frame);
      self->pixel_aspect = aspect > 0.1 && aspect < 10.0 ? aspect : 1.0;
    }

  g_object_ref (self);

  if (width != gdk_paintable_get_intrinsic_width (paintable) || height != gdk_paintable_get_intrinsic_height (paintable))
    gdk_paintable_invalidate_size (paintable);

  gdk_paintable_invalidate_contents (paintable);

  if (had_picture != (self->texture != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PICTURE]);

  g_object_unref (self);
}

static void
phone_video_paintable_slot_rang_cb (PhoneVideoSlot *slot,
                                    gpointer        data)
{
  phone_video_paintable_take_frame (data);
}

static void
phone_video_paintable_dispose (GObject *object)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (object);

  if (self->slot != NULL)
    phone_video_slot_set_listener (self->slot, NULL, NULL);

  g_clear_pointer (&self->slot, phone_video_slot_unref);
  g_clear_object (&self->texture);

  G_OBJECT_CLASS (phone_video_paintable_parent_class)->dispose (object);
}

static void
phone_video_paintable_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  PhoneVideoPaintable *self = PHONE_VIDEO_PAINTABLE (object);

  switch (prop_id)
    {
    case PROP_SLOT:
      g_value_set_boxed (value, self->slot);
      break;

    case PROP_HAS_PICTURE:
      g_value_set_boolean (value, phone_video_paintable_get_has_picture (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_video_paintable_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_SLOT:
      phone_video_paintable_set_slot (PHONE_VIDEO_PAINTABLE (object), g_value_get_boxed (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_video_paintable_class_init (PhoneVideoPaintableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_video_paintable_dispose;
  object_class->get_property = phone_video_paintable_get_property;
  object_class->set_property = phone_video_paintable_set_property;

  properties[PROP_SLOT] =
    g_param_spec_boxed ("slot", NULL, NULL, PHONE_TYPE_VIDEO_SLOT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_HAS_PICTURE] =
    g_param_spec_boolean ("has-picture", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_video_paintable_init (PhoneVideoPaintable *self)
{
  self->pixel_aspect = 1.0;
}

PhoneVideoPaintable *
phone_video_paintable_new (void)
{
  return g_object_new (PHONE_TYPE_VIDEO_PAINTABLE, NULL);
}

PhoneVideoSlot *
phone_video_paintable_get_slot (PhoneVideoPaintable *self)
{
  g_return_val_if_fail (PHONE_IS_VIDEO_PAINTABLE (self), NULL);

  return self->slot;
}

/**
 * phone_video_paintable_set_slot:
 * @self: a paintable
 * @slot: (nullable): where frames come from
 *
 * Shows the frames of another slot, beginning with the one it holds.
 */
void
phone_video_paintable_set_slot (PhoneVideoPaintable *self,
                                PhoneVideoSlot      *slot)
{
  g_return_if_fail (PHONE_IS_VIDEO_PAINTABLE (self));

  if (self->slot == slot)
    return;

  if (self->slot != NULL)
    phone_video_slot_set_listener (self->slot, NULL, NULL);

  g_clear_pointer (&self->slot, phone_video_slot_unref);

  if (slot != NULL)
    {
      self->slot = phone_video_slot_ref (slot);
      phone_video_slot_set_listener (slot, phone_video_paintable_slot_rang_cb, self);
    }

  g_object_ref (self);
  phone_video_paintable_take_frame (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLOT]);
  g_object_unref (self);
}

gboolean
phone_video_paintable_get_has_picture (PhoneVideoPaintable *self)
{
  g_return_val_if_fail (PHONE_IS_VIDEO_PAINTABLE (self), FALSE);

  return self->texture != NULL;
}
