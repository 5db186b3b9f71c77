/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-contact-row.h"

#include "phone-format.h"

struct _PhoneContactRow
{
  AdwBin parent_instance;

  PhoneContact *contact;
};

G_DEFINE_FINAL_TYPE (PhoneContactRow, phone_contact_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_CONTACT,
  N_PROPS
};

enum
{
  SIGNAL_ASKED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
phone_contact_row_ask_action (GtkWidget  *widget,
                              const char *action_name,
                              GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_ASKED], 0, g_variant_get_string (parameter, NULL));
}

static void
phone_contact_row_dispose (GObject *object)
{
  PhoneContactRow *self = PHONE_CONTACT_ROW (object);

  g_clear_object (&self->contact);

  G_OBJECT_CLASS (phone_contact_row_parent_class)->dispose (object);
}

static void
phone_contact_row_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneContactRow *self = PHONE_CONTACT_ROW (object);

  switch (prop_id)
    {
    case PROP_CONTACT:
      g_value_set_object (value, self->contact);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_contact_row_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  PhoneContactRow *self = PHONE_CONTACT_ROW (object);

  switch (prop_id)
    {
    case PROP_CONTACT:
      if (g_set_object (&self->contact, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_contact_row_class_init (PhoneContactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_contact_row_dispose;
  object_class->get_property = phone_contact_row_get_property;
  object_class->set_property = phone_contact_row_set_property;

  properties[PROP_CONTACT] =
    g_param_spec_object ("contact", NULL, NULL, PHONE_TYPE_CONTACT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_ASKED] =
    g_signal_new ("asked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-contact-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, phone_format_address);
  gtk_widget_class_install_action (widget_class, "contact.ask", "s", phone_contact_row_ask_action);
}

static void
phone_contact_row_init (PhoneContactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
phone_contact_row_new (void)
{
  return g_object_new (PHONE_TYPE_CONTACT_ROW, NULL);
}

PhoneContact *
phone_contact_row_get_contact (PhoneContactRow *self)
{
  g_return_val_if_fail (PHONE_IS_CONTACT_ROW (self), NULL);

  return self->contact;
}
