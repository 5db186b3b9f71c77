/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-history-row.h"

#include "phone-format.h"

struct _PhoneHistoryRow
{
  AdwBin parent_instance;

  PhoneCallRecord *record;
};

G_DEFINE_FINAL_TYPE (PhoneHistoryRow, phone_history_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_RECORD,
  N_PROPS
};

enum
{
  SIGNAL_ASKED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Style classes of the icon: what asks for attention is red. */
static char **
phone_history_row_style (GObject *object,
                         int      kind)
{
  const char *classes[] = { "record-icon", kind == PHONE_CALL_RECORD_MISSED || kind == PHONE_CALL_RECORD_OUTGOING_FAILED ? "error" : "dim-label", NULL };

  return g_strdupv ((char **) classes);
}

static void
phone_history_row_ask_action (GtkWidget  *widget,
                              const char *action_name,
                              GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_ASKED], 0, g_variant_get_string (parameter, NULL));
}

static void
phone_history_row_dispose (GObject *object)
{
  PhoneHistoryRow *self = PHONE_HISTORY_ROW (object);

  g_clear_object (&self->record);

  G_OBJECT_CLASS (phone_history_row_parent_class)->dispose (object);
}

static void
phone_history_row_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneHistoryRow *self = PHONE_HISTORY_ROW (object);

  switch (prop_id)
    {
    case PROP_RECORD:
      g_value_set_object (value, self->record);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_history_row_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  PhoneHistoryRow *self = PHONE_HISTORY_ROW (object);

  switch (prop_id)
    {
    case PROP_RECORD:
      if (g_set_object (&self->record, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_history_row_class_init (PhoneHistoryRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_history_row_dispose;
  object_class->get_property = phone_history_row_get_property;
  object_class->set_property = phone_history_row_set_property;

  properties[PROP_RECORD] =
    g_param_spec_object ("record", NULL, NULL, PHONE_TYPE_CALL_RECORD, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_ASKED] =
    g_signal_new ("asked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-history-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, phone_format_address);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_peer);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_record_detail);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_record_icon);
  gtk_widget_class_bind_template_callback (widget_class, phone_format_record_kind);
  gtk_widget_class_bind_template_callback (widget_class, phone_history_row_style);
  gtk_widget_class_install_action (widget_class, "record.ask", "s", phone_history_row_ask_action);
}

static void
phone_history_row_init (PhoneHistoryRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
phone_history_row_new (void)
{
  return g_object_new (PHONE_TYPE_HISTORY_ROW, NULL);
}

PhoneCallRecord *
phone_history_row_get_record (PhoneHistoryRow *self)
{
  g_return_val_if_fail (PHONE_IS_HISTORY_ROW (self), NULL);

  return self->record;
}
