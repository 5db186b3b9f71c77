/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-call-controls.h"

#include <glib/gi18n.h>

#include "phone-format.h"

struct _PhoneCallControls
{
  AdwBin parent_instance;

  PhoneCall     *call;
  gboolean       watching;              /* the statistics are open */

  GtkStack      *stack;
  GtkWidget     *answer_voice;
  GtkWidget     *mute;
  GtkWidget     *again;
  GtkMenuButton *more;
  GtkPopover    *statistics;
  GtkLabel      *statistics_label;
};

G_DEFINE_FINAL_TYPE (PhoneCallControls, phone_call_controls, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_CALL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
phone_call_controls_choose_child (GObject        *object,
                                  PhoneCallState  state)
{
  switch (state)
    {
    case PHONE_CALL_STATE_INCOMING:
      return g_strdup ("incoming");
    case PHONE_CALL_STATE_ENDED:
      return g_strdup ("ended");
    case PHONE_CALL_STATE_NEW:
    case PHONE_CALL_STATE_PREPARING:
    case PHONE_CALL_STATE_DIALING:
    case PHONE_CALL_STATE_RINGING:
    case PHONE_CALL_STATE_ANSWERING:
    case PHONE_CALL_STATE_CONFIRMING:
    case PHONE_CALL_STATE_ACTIVE:
    case PHONE_CALL_STATE_ENDING:
    default:
      return g_strdup ("running");
    }
}

static gboolean
phone_call_controls_not (GObject  *object,
                         gboolean  value)
{
  return !value;
}

static char *
phone_call_controls_microphone_icon (GObject  *object,
                                     gboolean  muted)
{
  return g_strdup (muted ? "phone-microphone-off-symbolic" : "phone-microphone-symbolic");
}

static char *
phone_call_controls_camera_icon (GObject  *object,
                                 gboolean  muted)
{
  return g_strdup (muted ? "phone-camera-off-symbolic" : "phone-camera-symbolic");
}

static gboolean
phone_call_controls_has_text (GObject    *object,
                              const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
phone_call_controls_format_stats (GObject  *object,
                                  GVariant *stats)
{
  g_autofree char *lines = phone_format_stats (object, stats);

  return *lines != '\0' ? g_steal_pointer (&lines) : g_strdup (_("Measuring…"));
}

static void
phone_call_controls_set_watching (PhoneCallControls *self,
                                  gboolean           watching)
{
  if (self->watching == watching || self->call == NULL)
    return;

  self->watching = watching;

  if (watching)
    phone_call_watch_stats (self->call);
  else
    phone_call_unwatch_stats (self->call);
}

static void
phone_call_controls_statistics_shown_cb (PhoneCallControls *self)
{
  phone_call_controls_set_watching (self, gtk_widget_get_visible (GTK_WIDGET (self->statistics)));
}

static void
phone_call_controls_statistics_action (GtkWidget  *widget,
                                       const char *action_name,
                                       GVariant   *parameter)
{
  gtk_popover_popup (PHONE_CALL_CONTROLS (widget)->statistics);
}

static void
phone_call_controls_size_allocate (GtkWidget *widget,
                                   int        width,
                                   int        height,
                                   int        baseline)
{
  PhoneCallControls *self = PHONE_CALL_CONTROLS (widget);

  GTK_WIDGET_CLASS (phone_call_controls_parent_class)->size_allocate (widget, width, height, baseline);
  gtk_popover_present (self->statistics);
}

static void
phone_call_controls_dispose (GObject *object)
{
  PhoneCallControls *self = PHONE_CALL_CONTROLS (object);

  phone_call_controls_set_watching (self, FALSE);

  if (self->statistics != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->statistics));

  self->statistics = NULL;
  g_clear_object (&self->call);

  G_OBJECT_CLASS (phone_call_controls_parent_class)->dispose (object);
}

static void
phone_call_controls_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  PhoneCallControls *self = PHONE_CALL_CONTROLS (object);

  switch (prop_id)
    {
    case PROP_CALL:
      g_value_set_object (value, self->call);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_call_controls_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  PhoneCallControls *self = PHONE_CALL_CONTROLS (object);

  switch (prop_id)
    {
    case PROP_CALL:
      phone_call_controls_set_watching (self, FALSE);
      if (g_set_object (&self->call, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_call_controls_class_init (PhoneCallControlsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_call_controls_dispose;
  object_class->get_property = phone_call_controls_get_property;
  object_class->set_property = phone_call_controls_set_property;
  widget_class->size_allocate = phone_call_controls_size_allocate;

  properties[PROP_CALL] =
    g_param_spec_object ("call", NULL, NULL, PHONE_TYPE_CALL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-call-controls.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, stack);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, answer_voice);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, mute);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, again);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, more);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, statistics);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallControls, statistics_label);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_choose_child);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_not);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_microphone_icon);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_camera_icon);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_has_text);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_format_stats);
  gtk_widget_class_bind_template_callback (widget_class, phone_call_controls_statistics_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_redirect_target);
  gtk_widget_class_install_action (widget_class, "controls.statistics", NULL, phone_call_controls_statistics_action);
}

static void
phone_call_controls_init (PhoneCallControls *self)
{
  g_autoptr (PangoTabArray) tabs = pango_tab_array_new_with_positions (1, TRUE, PANGO_TAB_LEFT, 130);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_tabs (self->statistics_label, tabs);
  gtk_widget_set_parent (GTK_WIDGET (self->statistics), GTK_WIDGET (self));
}

gboolean
phone_call_controls_is_in_use (PhoneCallControls *self)
{
  GtkPopover *menu;

  g_return_val_if_fail (PHONE_IS_CALL_CONTROLS (self), FALSE);

  menu = gtk_menu_button_get_popover (self->more);

  return gtk_widget_get_visible (GTK_WIDGET (self->statistics)) || (menu != NULL && gtk_widget_get_visible (GTK_WIDGET (menu)));
}

/**
 * phone_call_controls_focus_first:
 * @self: the controls
 *
 * Puts the focus on what Enter should do in this state. An Enter that was meant for another window must not turn the camera on,
 * and who answers by Enter may press it twice: in a running call it is the mute and not the red button.
 */
void
phone_call_controls_focus_first (PhoneCallControls *self)
{
  const char *page;

  g_return_if_fail (PHONE_IS_CALL_CONTROLS (self));

  page = gtk_stack_get_visible_child_name (self->stack);

  if (g_strcmp0 (page, "incoming") == 0)
    gtk_widget_grab_focus (self->answer_voice);
  else if (g_strcmp0 (page, "ended") == 0)
    gtk_widget_grab_focus (self->again);
  else
    gtk_widget_grab_focus (self->mute);
}
