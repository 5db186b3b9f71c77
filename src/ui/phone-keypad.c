/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built from a table rather than a template: twelve buttons that differ in two strings. The grid is always left to right, as on every telephone, also where
 * text runs the other way. */
#include "config.h"
#include "phone-keypad.h"

#include <glib/gi18n.h>

static const struct
{
  const char *key;
  const char *letters;
} keys[] = {
  { "1", "" },     { "2", "ABC" }, { "3", "DEF" },
  { "4", "GHI" },  { "5", "JKL" }, { "6", "MNO" },
  { "7", "PQRS" }, { "8", "TUV" }, { "9", "WXYZ" },
  { "*", "" },     { "0", "+" },   { "#", "" },
};

struct _PhoneKeypad
{
  GtkWidget parent_instance;

  GtkWidget *grid;
};

G_DEFINE_FINAL_TYPE (PhoneKeypad, phone_keypad, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_KEY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_keypad_key_action (GtkWidget  *widget,
                         const char *action_name,
                         GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_KEY], 0, g_variant_get_string (parameter, NULL));
}

static void
phone_keypad_zero_held_cb (GtkGestureLongPress *gesture,
                           double               x,
                           double               y,
                           PhoneKeypad         *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[SIGNAL_KEY], 0, "+");
}

static GtkWidget *
phone_keypad_create_key (PhoneKeypad *self,
                         const char  *key,
                         const char  *letters)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *digit = gtk_label_new (key);

  gtk_widget_add_css_class (digit, "digit");
  gtk_box_append (GTK_BOX (box), digit);

  if (g_ascii_isdigit (*key))
    {
      GtkWidget *caption = gtk_label_new (letters);

      gtk_widget_add_css_class (caption, "letters");
      gtk_box_append (GTK_BOX (box), caption);
    }

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "key");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "keypad.key");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", key);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, key, -1);

  if (*key == '0')
    {
      GtkGesture *gesture = gtk_gesture_long_press_new ();

      gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
      g_signal_connect_object (gesture, "pressed", G_CALLBACK (phone_keypad_zero_held_cb), self, 0);
      gtk_widget_add_controller (button, GTK_EVENT_CONTROLLER (gesture));
    }

  return button;
}

static void
phone_keypad_dispose (GObject *object)
{
  PhoneKeypad *self = PHONE_KEYPAD (object);

  g_clear_pointer (&self->grid, gtk_widget_unparent);

  G_OBJECT_CLASS (phone_keypad_parent_class)->dispose (object);
}

static void
phone_keypad_class_init (PhoneKeypadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_keypad_dispose;

  signals[SIGNAL_KEY] =
    g_signal_new ("key", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_install_action (widget_class, "keypad.key", "s", phone_keypad_key_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "keypad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
phone_keypad_init (PhoneKeypad *self)
{
  self->grid = gtk_grid_new ();
  gtk_widget_set_direction (self->grid, GTK_TEXT_DIR_LTR);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_grid_attach (GTK_GRID (self->grid), phone_keypad_create_key (self, keys[i].key, keys[i].letters), (int) (i % 3), (int) (i / 3), 1, 1);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Keypad"), -1);
}

GtkWidget *
phone_keypad_new (void)
{
  return g_object_new (PHONE_TYPE_KEYPAD, NULL);
}
