/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-row.h"

#include "phone-format.h"

struct _PhoneAccountRow
{
  AdwActionRow parent_instance;

  PhoneUa *ua;
};

G_DEFINE_FINAL_TYPE (PhoneAccountRow, phone_account_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_0,
  PROP_UA,
  N_PROPS
};

enum
{
  SIGNAL_ASKED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static char *
phone_account_row_format_state (GObject        *object,
                                PhoneUa        *ua,
                                PhoneUaState    state,
                                PhoneUaProblem  problem)
{
  return ua != NULL ? phone_format_ua_reason (ua) : g_strdup ("");
}

/* The demo line has nothing to edit. */
static gboolean
phone_account_row_is_stored (GObject  *object,
                             gboolean  demo)
{
  return !demo;
}

static void
phone_account_row_ask_action (GtkWidget  *widget,
                              const char *action_name,
                              GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_ASKED], 0, g_variant_get_string (parameter, NULL));
}

static void
phone_account_row_dispose (GObject *object)
{
  PhoneAccountRow *self = PHONE_ACCOUNT_ROW (object);

  g_clear_object (&self->ua);

  G_OBJECT_CLASS (phone_account_row_parent_class)->dispose (object);
}

static void
phone_account_row_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneAccountRow *self = PHONE_ACCOUNT_ROW (object);

  switch (prop_id)
    {
    case PROP_UA:
      g_value_set_object (value, self->ua);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_account_row_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  PhoneAccountRow *self = PHONE_ACCOUNT_ROW (object);

  switch (prop_id)
    {
    case PROP_UA:
      if (g_set_object (&self->ua, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_account_row_class_init (PhoneAccountRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_account_row_dispose;
  object_class->get_property = phone_account_row_get_property;
  object_class->set_property = phone_account_row_set_property;

  properties[PROP_UA] =
    g_param_spec_object ("ua", NULL, NULL, PHONE_TYPE_UA, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_ASKED] =
    g_signal_new ("asked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  g_type_ensure (PHONE_TYPE_ACCOUNT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-account-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, phone_format_address);
  gtk_widget_class_bind_template_callback (widget_class, phone_account_row_format_state);
  gtk_widget_class_bind_template_callback (widget_class, phone_account_row_is_stored);
  gtk_widget_class_install_action (widget_class, "account.ask", "s", phone_account_row_ask_action);
}

static void
phone_account_row_init (PhoneAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
phone_account_row_new (PhoneUa *ua)
{
  return g_object_new (PHONE_TYPE_ACCOUNT_ROW, "ua", ua, NULL);
}

PhoneUa *
phone_account_row_get_ua (PhoneAccountRow *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT_ROW (self), NULL);

  return self->ua;
}
