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

/* Not bindings of the template: GTK 4.8 warns when an object that is not a window goes while its own properties are bound to itself. */
static void
phone_account_row_word_cb (PhoneAccountRow *self)
{
  g_autofree char *address = phone_format_address (NULL, phone_account_get_uri (phone_ua_get_account (self->ua)));
  g_autofree char *reason = phone_format_ua_reason (self->ua);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), address);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), reason);
}

static void
phone_account_row_set_ua (PhoneAccountRow *self,
                          PhoneUa         *ua)
{
  static const char * const watched[] = { "notify::state", "notify::problem", "notify::problem-detail", "notify::account" };

  if (self->ua != NULL)
    g_signal_handlers_disconnect_by_data (self->ua, self);

  if (!g_set_object (&self->ua, ua))
    return;

  for (guint i = 0; ua != NULL && i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (ua, watched[i], G_CALLBACK (phone_account_row_word_cb), self, G_CONNECT_SWAPPED);

  if (ua != NULL)
    phone_account_row_word_cb (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UA]);
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

  phone_account_row_set_ua (self, NULL);

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
      phone_account_row_set_ua (self, g_value_get_object (value));
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
