/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One window for the whole life of a call: it rings, runs and ends here, so that nothing jumps. What is shown follows properties of the call in the template.
 * What is left for code: the clock that ticks while the call runs, the controls that fade when nobody moves (only over a picture: a voice call has nothing to
 * uncover), and the moment after the end.
 *
 * Controls that fade are made transparent, not unmapped: they stay in the tree that reads the screen, take the focus by Tab, and come back with it. */
#include "config.h"
#include "phone-call-window-private.h"

#include <string.h>

#include "phone-format.h"
#include "phone-keypad.h"

#define QUIET_AFTER_MS  3000
#define CLOSE_AFTER_MS  2500
#define TONE_MS         100     /* JsSIP's default */
#define TONE_GAP_MS     70

G_DEFINE_FINAL_TYPE (PhoneCallWindow, phone_call_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_0,
  PROP_CALL,
  PROP_DURATION,
  PROP_SHOWS_PICTURE,
  PROP_MUTED,
  PROP_CAMERA_OFF,
  PROP_HELD,
  PROP_KEYPAD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_call_window_set_quiet (PhoneCallWindow *self,
                             gboolean         quiet)
{
  GtkWidget *parts[] = { self->top, self->bottom };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (quiet)
        gtk_widget_add_css_class (parts[i], "away");
      else
        gtk_widget_remove_css_class (parts[i], "away");

      /* What cannot be seen must not be pressed by a click that was meant to bring it back. */
      gtk_widget_set_can_target (parts[i], !quiet);
    }

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), quiet ? "none" : NULL);
}

/* The controls stay while they are used and where there is no picture to uncover. */
static gboolean
phone_call_window_may_be_quiet (PhoneCallWindow *self)
{
  return self->shows_picture && !self->keypad_shown && !phone_call_controls_is_in_use (self->controls);
}

static gboolean
phone_call_window_quiet_cb (gpointer data)
{
  PhoneCallWindow *self = data;

  if (!phone_call_window_may_be_quiet (self))
    return G_SOURCE_CONTINUE;

  self->quiet_id = 0;
  phone_call_window_set_quiet (self, TRUE);

  return G_SOURCE_REMOVE;
}

static void
phone_call_window_stir (PhoneCallWindow *self)
{
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  phone_call_window_set_quiet (self, FALSE);

  if (self->shows_picture)
    self->quiet_id = g_timeout_add (QUIET_AFTER_MS, phone_call_window_quiet_cb, self);
}

static void
phone_call_window_motion_cb (PhoneCallWindow *self,
                             double           x,
                             double           y)
{
  /* A picture that changes under a resting pointer makes motion events too. */
  if (ABS (x - self->pointer_x) < 1.0 && ABS (y - self->pointer_y) < 1.0)
    return;

  self->pointer_x = x;
  self->pointer_y = y;
  phone_call_window_stir (self);
}

static gboolean
phone_call_window_tick_cb (gpointer data)
{
  PhoneCallWindow *self = data;
  gint64 start = phone_call_get_start_time (self->call);
  gint64 duration = start > 0 ? (g_get_real_time () / 1000 - start) / 1000 : 0;

  if (self->duration != duration)
    {
      self->duration = duration;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DURATION]);
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
phone_call_window_close_cb (gpointer data)
{
  PhoneCallWindow *self = data;

  self->close_id = 0;
  gtk_window_close (GTK_WINDOW (self));

  return G_SOURCE_REMOVE;
}

/* What went as one of the two wanted needs no reading. */
static gboolean
phone_call_window_ended_normally (PhoneCallWindow *self)
{
  gboolean incoming = phone_call_get_direction (self->call) == PHONE_CALL_INCOMING;
  gboolean local = phone_call_get_originator (self->call) == PHONE_CALL_ORIGINATOR_LOCAL;

  switch (phone_call_get_end_reason (self->call))
    {
    case PHONE_CALL_END_HUNG_UP:
    case PHONE_CALL_END_ANSWERED_ELSEWHERE:
      return TRUE;

    case PHONE_CALL_END_CANCELLED:
    case PHONE_CALL_END_DECLINED:
    case PHONE_CALL_END_NO_ANSWER:
      return local || incoming;

    case PHONE_CALL_END_NONE:
    case PHONE_CALL_END_BUSY:
    case PHONE_CALL_END_NOT_FOUND:
    case PHONE_CALL_END_UNAVAILABLE:
    case PHONE_CALL_END_REDIRECTED:
    case PHONE_CALL_END_NOT_ALLOWED:
    case PHONE_CALL_END_INCOMPATIBLE:
    case PHONE_CALL_END_MEDIA:
    case PHONE_CALL_END_CONNECTION:
    case PHONE_CALL_END_TIMEOUT:
    case PHONE_CALL_END_FAILED:
    default:
      return FALSE;
    }
}

static void
phone_call_window_end (PhoneCallWindow *self)
{
  g_clear_handle_id (&self->clock_id, g_source_remove);
  gtk_window_unfullscreen (GTK_WINDOW (self));
  g_object_set (self, "keypad", FALSE, NULL);

  if (phone_call_window_ended_normally (self) && self->close_id == 0)
    self->close_id = g_timeout_add (CLOSE_AFTER_MS, phone_call_window_close_cb, self);
}

static void
phone_call_window_review_picture_cb (PhoneCallWindow *self)
{
  PhoneCallState state = phone_call_get_state (self->call);
  gboolean has_picture, shows;

  g_object_get (self->remote_view, "has-picture", &has_picture, NULL);
  shows = has_picture && phone_call_get_remote_video (self->call) && !phone_call_get_local_hold (self->call) &&
          !phone_call_get_remote_hold (self->call) && state != PHONE_CALL_STATE_INCOMING && state < PHONE_CALL_STATE_ENDING;

  if (self->shows_picture == shows)
    return;

  self->shows_picture = shows;

  if (shows)
    gtk_widget_add_css_class (self->stage, "picture");
  else
    gtk_widget_remove_css_class (self->stage, "picture");

  phone_call_window_stir (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_PICTURE]);
}

static void
phone_call_window_video_changed_cb (PhoneCallWindow *self)
{
  self->had_video |= phone_call_get_local_video (self->call);
  phone_call_window_review_actions (self);
}

static void
phone_call_window_state_changed_cb (PhoneCallWindow *self)
{
  PhoneCallState state = phone_call_get_state (self->call);

  if (state == PHONE_CALL_STATE_ACTIVE && self->clock_id == 0)
    self->clock_id = g_timeout_add_seconds (1, phone_call_window_tick_cb, self);
  if (state == PHONE_CALL_STATE_ENDED)
    phone_call_window_end (self);

  phone_call_window_video_changed_cb (self);
  phone_call_window_review_picture_cb (self);
  phone_call_window_stir (self);
  phone_call_controls_focus_first (self->controls);
}

static void
phone_call_window_notify_cb (PhoneCallWindow *self,
                             GParamSpec      *pspec)
{
  static const struct
  {
    const char *theirs;
    guint       ours;
  } mirrored[] = {
    { "microphone-muted", PROP_MUTED },
    { "camera-muted", PROP_CAMERA_OFF },
    { "local-hold", PROP_HELD },
  };

  for (guint i = 0; i < G_N_ELEMENTS (mirrored); i++)
    if (g_str_equal (pspec->name, mirrored[i].theirs))
      g_object_notify_by_pspec (G_OBJECT (self), properties[mirrored[i].ours]);
}

static void
phone_call_window_key_cb (PhoneCallWindow *self,
                          const char      *key)
{
  g_autofree char *shown = g_strconcat (gtk_label_get_text (self->digits), key, NULL);
  g_autoptr (GError) error = NULL;

  /* A telephone has no "+" key; it is only for dialling. */
  if (*key == '+')
    return;

  if (!phone_call_send_dtmf (self->call, key, "auto", TONE_MS, TONE_GAP_MS, &error))
    {
      phone_call_window_say (self, error);
      return;
    }

  phone_switchboard_play_key (self->switchboard, *key);
  gtk_label_set_text (self->digits, shown);
}

static gboolean
phone_call_window_key_pressed_cb (PhoneCallWindow *self,
                                  guint            keyval,
                                  guint            keycode,
                                  GdkModifierType  modifiers)
{
  gunichar c = gdk_keyval_to_unicode (keyval);
  char key[2] = { (char) c, '\0' };

  phone_call_window_stir (self);

  if (keyval == GDK_KEY_Escape)
    {
      gboolean something = gtk_window_is_fullscreen (GTK_WINDOW (self)) || self->keypad_shown;

      if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
        gtk_window_unfullscreen (GTK_WINDOW (self));
      else
        g_object_set (self, "keypad", FALSE, NULL);

      return something;
    }

  if (c == 0 || c >= 0x80 || strchr ("0123456789*#", (int) c) == NULL || (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  if (phone_call_get_state (self->call) == PHONE_CALL_STATE_ACTIVE)
    phone_call_window_key_cb (self, key);

  return GDK_EVENT_STOP;
}

static gboolean
phone_call_window_close_request (GtkWindow *window)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (window);

  if (!phone_call_is_ended (self->call) && phone_call_get_state (self->call) != PHONE_CALL_STATE_ENDING)
    phone_call_hang_up (self->call, 0, NULL, NULL);

  return GTK_WINDOW_CLASS (phone_call_window_parent_class)->close_request (window);
}

static void
phone_call_window_set_held (PhoneCallWindow *self,
                            gboolean         held)
{
  g_autoptr (GError) error = NULL;

  if (held == phone_call_get_local_hold (self->call))
    return;

  if (held)
    phone_call_hold (self->call, &error);
  else
    phone_call_unhold (self->call, &error);

  phone_call_window_say (self, error);
}

static void
phone_call_window_set_keypad (PhoneCallWindow *self,
                              gboolean         shown)
{
  if (self->keypad_shown == shown)
    return;

  self->keypad_shown = shown;
  gtk_label_set_text (self->digits, "");
  phone_call_window_stir (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYPAD]);
}

static void
phone_call_window_set_call (PhoneCallWindow *self,
                            PhoneCall       *call)
{
  self->call = g_object_ref (call);
  phone_video_view_set_slot (self->remote_view, phone_call_get_remote_slot (call));
  phone_video_view_set_slot (self->local_view, phone_call_get_local_slot (call));

  g_signal_connect_object (call, "notify", G_CALLBACK (phone_call_window_notify_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::state", G_CALLBACK (phone_call_window_state_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (call, "notify::local-video", G_CALLBACK (phone_call_window_video_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::remote-video", G_CALLBACK (phone_call_window_review_picture_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::local-hold", G_CALLBACK (phone_call_window_review_picture_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::remote-hold", G_CALLBACK (phone_call_window_review_picture_cb), self, G_CONNECT_SWAPPED);

  if (phone_call_get_direction (call) == PHONE_CALL_INCOMING && !phone_call_get_offers_video (call))
    gtk_window_set_default_size (GTK_WINDOW (self), 440, 600);
}

static void
phone_call_window_constructed (GObject *object)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (object);

  G_OBJECT_CLASS (phone_call_window_parent_class)->constructed (object);

  g_object_notify_by_pspec (object, properties[PROP_CALL]);
  phone_call_window_tick_cb (self);
  phone_call_window_state_changed_cb (self);
}

static void
phone_call_window_dispose (GObject *object)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (object);

  g_clear_handle_id (&self->clock_id, g_source_remove);
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  g_clear_handle_id (&self->close_id, g_source_remove);

  if (self->call != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->call, self);
      phone_video_view_set_slot (self->remote_view, NULL);
      phone_video_view_set_slot (self->local_view, NULL);
    }

  G_OBJECT_CLASS (phone_call_window_parent_class)->dispose (object);
}

static void
phone_call_window_finalize (GObject *object)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (object);

  g_clear_object (&self->call);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (phone_call_window_parent_class)->finalize (object);
}

static void
phone_call_window_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (object);

  switch (prop_id)
    {
    case PROP_CALL:
      g_value_set_object (value, self->call);
      break;

    case PROP_DURATION:
      g_value_set_int64 (value, self->duration);
      break;

    case PROP_SHOWS_PICTURE:
      g_value_set_boolean (value, self->shows_picture);
      break;

    case PROP_MUTED:
      g_value_set_boolean (value, self->call != NULL && phone_call_get_microphone_muted (self->call));
      break;

    case PROP_CAMERA_OFF:
      g_value_set_boolean (value, self->call != NULL && phone_call_get_camera_muted (self->call));
      break;

    case PROP_HELD:
      g_value_set_boolean (value, self->call != NULL && phone_call_get_local_hold (self->call));
      break;

    case PROP_KEYPAD:
      g_value_set_boolean (value, self->keypad_shown);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_call_window_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (object);

  switch (prop_id)
    {
    case PROP_CALL:
      phone_call_window_set_call (self, g_value_get_object (value));
      break;

    case PROP_MUTED:
      phone_call_set_muted (self->call, g_value_get_boolean (value), phone_call_get_camera_muted (self->call));
      break;

    case PROP_CAMERA_OFF:
      phone_call_set_muted (self->call, phone_call_get_microphone_muted (self->call), g_value_get_boolean (value));
      break;

    case PROP_HELD:
      phone_call_window_set_held (self, g_value_get_boolean (value));
      break;

    case PROP_KEYPAD:
      phone_call_window_set_keypad (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_call_window_class_init (PhoneCallWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = phone_call_window_constructed;
  object_class->dispose = phone_call_window_dispose;
  object_class->finalize = phone_call_window_finalize;
  object_class->get_property = phone_call_window_get_property;
  object_class->set_property = phone_call_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = phone_call_window_close_request;

  properties[PROP_CALL] =
    g_param_spec_object ("call", NULL, NULL, PHONE_TYPE_CALL, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_DURATION] = g_param_spec_int64 ("duration", NULL, NULL, 0, G_MAXINT64, 0, readable);
  properties[PROP_SHOWS_PICTURE] = g_param_spec_boolean ("shows-picture", NULL, NULL, FALSE, readable);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, writable);
  properties[PROP_CAMERA_OFF] = g_param_spec_boolean ("camera-off", NULL, NULL, FALSE, writable);
  properties[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, writable);
  properties[PROP_KEYPAD] = g_param_spec_boolean ("keypad", NULL, NULL, FALSE, writable);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PHONE_TYPE_CALL_CONTROLS);
  g_type_ensure (PHONE_TYPE_KEYPAD);
  g_type_ensure (PHONE_TYPE_VIDEO_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-call-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, stage);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, remote_view);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, local_view);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, top);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, bottom);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, digits);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallWindow, controls);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_address);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_call_problem);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_peer);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_transfer_request);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_format_state);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_format_test_media);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_fullscreen_icon);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_has_text);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_motion_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_not);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_person_align);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_shows_lock);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_window_shows_self);
  phone_call_window_class_init_actions (widget_class);
}

static void
phone_call_window_init (PhoneCallWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->remote_view, "notify::has-picture", G_CALLBACK (phone_call_window_review_picture_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (phone_call_window_stir), NULL);
}

PhoneCallWindow *
phone_call_window_new (GtkApplication   *application,
                       PhoneSwitchboard *switchboard,
                       PhoneCall        *call)
{
  PhoneCallWindow *self = g_object_new (PHONE_TYPE_CALL_WINDOW, "application", application, "call", call, NULL);

  self->switchboard = g_object_ref (switchboard);

  return self;
}

PhoneCall *
phone_call_window_get_call (PhoneCallWindow *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_WINDOW (self), NULL);

  return self->call;
}
