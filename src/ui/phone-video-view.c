/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture of a slot. A video whose size changes in a call (the sender's rate control does that) must not move the layout, so the view measures as nothing
 * and takes what it is given; the paintable's aspect decides the bars. */
#include "config.h"
#include "phone-video-view.h"

#include "phone-video-paintable.h"

struct _PhoneVideoView
{
  GtkWidget parent_instance;

  PhoneVideoPaintable *paintable;
  GtkWidget           *picture;
  gboolean             mirrored;
};

G_DEFINE_FINAL_TYPE (PhoneVideoView, phone_video_view, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_SLOT,
  PROP_HAS_PICTURE,
  PROP_COVER,
  PROP_MIRRORED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_video_view_has_picture_cb (PhoneVideoView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PICTURE]);
}

static void
phone_video_view_tell_size (PhoneVideoView *self)
{
  PhoneVideoSlot *slot = phone_video_paintable_get_slot (self->paintable);
  GtkWidget *widget = GTK_WIDGET (self);
  int scale = gtk_widget_get_scale_factor (widget);

  if (slot != NULL && gtk_widget_get_width (widget) > 0 && gtk_widget_get_height (widget) > 0)
    phone_video_slot_set_size (slot, (guint) (gtk_widget_get_width (widget) * scale), (guint) (gtk_widget_get_height (widget) * scale));
}

static void
phone_video_view_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  PhoneVideoView *self = PHONE_VIDEO_VIEW (widget);
  int ignored;

  /* GTK wants a child measured before it is allocated. */
  gtk_widget_measure (self->picture, orientation, for_size, &ignored, &ignored, NULL, NULL);
  *minimum = *natural = 0;
}

static void
phone_video_view_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  PhoneVideoView *self = PHONE_VIDEO_VIEW (widget);

  gtk_widget_allocate (self->picture, width, height, baseline, NULL);
  phone_video_view_tell_size (self);
}

static void
phone_video_view_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  PhoneVideoView *self = PHONE_VIDEO_VIEW (widget);

  gtk_snapshot_save (snapshot);

  if (self->mirrored)
    {
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) gtk_widget_get_width (widget), 0));
      gtk_snapshot_scale (snapshot, -1, 1);
    }

  gtk_widget_snapshot_child (widget, self->picture, snapshot);
  gtk_snapshot_restore (snapshot);
}

static void
phone_video_view_dispose (GObject *object)
{
  PhoneVideoView *self = PHONE_VIDEO_VIEW (object);

  g_clear_pointer (&self->picture, gtk_widget_unparent);

  if (self->paintable != NULL)
    phone_video_paintable_set_slot (self->paintable, NULL);

  g_clear_object (&self->paintable);

  G_OBJECT_CLASS (phone_video_view_parent_class)->dispose (object);
}

static void
phone_video_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  PhoneVideoView *self = PHONE_VIDEO_VIEW (object);

  switch (prop_id)
    {
    case PROP_SLOT:
      g_value_set_boxed (value, self->paintable != NULL ? phone_video_paintable_get_slot (self->paintable) : NULL);
      break;

    case PROP_HAS_PICTURE:
      g_value_set_boolean (value, self->paintable != NULL && phone_video_paintable_get_has_picture (self->paintable));
      break;

    case PROP_COVER:
      g_value_set_boolean (value, gtk_picture_get_content_fit (GTK_PICTURE (self->picture)) == GTK_CONTENT_FIT_COVER);
      break;

    case PROP_MIRRORED:
      g_value_set_boolean (value, self->mirrored);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_video_view_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  PhoneVideoView *self = PHONE_VIDEO_VIEW (object);

  switch (prop_id)
    {
    case PROP_SLOT:
      phone_video_view_set_slot (self, g_value_get_boxed (value));
      break;

    case PROP_COVER:
      gtk_picture_set_content_fit (GTK_PICTURE (self->picture), g_value_get_boolean (value) ? GTK_CONTENT_FIT_COVER : GTK_CONTENT_FIT_CONTAIN);
      g_object_notify_by_pspec (object, pspec);
      break;

    case PROP_MIRRORED:
      self->mirrored = g_value_get_boolean (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      g_object_notify_by_pspec (object, pspec);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_video_view_class_init (PhoneVideoViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_video_view_dispose;
  object_class->get_property = phone_video_view_get_property;
  object_class->set_property = phone_video_view_set_property;
  widget_class->measure = phone_video_view_measure;
  widget_class->size_allocate = phone_video_view_size_allocate;
  widget_class->snapshot = phone_video_view_snapshot;

  properties[PROP_SLOT] =
    g_param_spec_boxed ("slot", NULL, NULL, PHONE_TYPE_VIDEO_SLOT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_HAS_PICTURE] =
    g_param_spec_boolean ("has-picture", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_COVER] =
    g_param_spec_boolean ("cover", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_MIRRORED] =
    g_param_spec_boolean ("mirrored", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "videoview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
phone_video_view_init (PhoneVideoView *self)
{
  self->paintable = phone_video_paintable_new ();
  self->picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (self->paintable));
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  gtk_widget_set_parent (self->picture, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (self->paintable, "notify::has-picture", G_CALLBACK (phone_video_view_has_picture_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self, "notify::scale-factor", G_CALLBACK (phone_video_view_tell_size), self);
}

void
phone_video_view_set_slot (PhoneVideoView *self,
                           PhoneVideoSlot *slot)
{
  g_return_if_fail (PHONE_IS_VIDEO_VIEW (self));

  if (slot == phone_video_paintable_get_slot (self->paintable))
    return;

  phone_video_paintable_set_slot (self->paintable, slot);
  phone_video_view_tell_size (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLOT]);
}
