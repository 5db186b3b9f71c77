/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-history-page.h"

#include <glib/gi18n.h>

#include "phone-contact-dialog.h"
#include "phone-format.h"
#include "phone-history-row.h"
#include "phone-toast.h"

struct _PhoneHistoryPage
{
  AdwBin parent_instance;

  PhoneSwitchboard  *switchboard;
  PhoneContactStore *contacts;
  PhoneHistory      *history;

  GtkListView       *list;
  GtkStack          *stack;
};

G_DEFINE_FINAL_TYPE (PhoneHistoryPage, phone_history_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SWITCHBOARD,
  PROP_CONTACTS,
  PROP_HISTORY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_history_page_items_changed_cb (PhoneHistoryPage *self)
{
  gboolean empty = self->history == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->history)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "history.clear", !empty);

  /* A call that is missed while one looks at the list has been seen. */
  if (self->history != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    phone_history_mark_seen (self->history);
}

static void
phone_history_page_call (PhoneHistoryPage *self,
                         PhoneCallRecord  *record,
                         gboolean          video)
{
  PhoneUaCallOptions options = { .video = video };
  const char *account = phone_call_record_get_account (record);
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  /* From the account it came to, if that is still in service. */
  if (account == NULL || phone_switchboard_find_ua (self->switchboard, account) == NULL)
    account = NULL;

  if (phone_switchboard_place_call (self->switchboard, phone_call_record_get_uri (record), account, &options, &error) != NULL)
    return;

  sentence = phone_format_call_error (error);
  phone_toast_say (GTK_WIDGET (self), sentence);
}

static void
phone_history_page_add_contact (PhoneHistoryPage *self,
                                PhoneCallRecord  *record)
{
  g_autoptr (PhoneContact) known = phone_contact_store_find (self->contacts, phone_call_record_get_uri (record));
  PhoneContactDialog *dialog = phone_contact_dialog_new (self->switchboard, self->contacts, known);

  if (known == NULL)
    phone_contact_dialog_suggest (dialog, phone_call_record_get_name (record), phone_call_record_get_uri (record));

  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
phone_history_page_remove (PhoneHistoryPage *self,
                           PhoneCallRecord  *record)
{
  g_autoptr (GError) error = NULL;

  if (!phone_history_remove (self->history, record, &error))
    phone_toast_say (GTK_WIDGET (self), error->message);
}

static void
phone_history_page_asked_cb (PhoneHistoryPage *self,
                             const char       *verb,
                             PhoneHistoryRow  *row)
{
  g_autoptr (PhoneCallRecord) record = NULL;

  if (!g_set_object (&record, phone_history_row_get_record (row)))
    return;

  if (g_str_equal (verb, "video-call"))
    phone_history_page_call (self, record, TRUE);
  else if (g_str_equal (verb, "voice-call"))
    phone_history_page_call (self, record, FALSE);
  else if (g_str_equal (verb, "add-contact"))
    phone_history_page_add_contact (self, record);
  else if (g_str_equal (verb, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), phone_call_record_get_uri (record));
  else if (g_str_equal (verb, "remove"))
    phone_history_page_remove (self, record);
}

static void
phone_history_page_setup_cb (PhoneHistoryPage *self,
                             GtkListItem      *item)
{
  GtkWidget *row = phone_history_row_new ();

  g_signal_connect_object (row, "asked", G_CALLBACK (phone_history_page_asked_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (item, "item", row, "record", G_BINDING_DEFAULT);
  gtk_list_item_set_child (item, row);
}

static void
phone_history_page_activate_cb (PhoneHistoryPage *self,
                                guint             position)
{
  g_autoptr (PhoneCallRecord) record = g_list_model_get_item (G_LIST_MODEL (self->history), position);

  if (record != NULL)
    phone_history_page_call (self, record, phone_call_record_get_video (record));
}

static void
phone_history_page_clear_response_cb (PhoneHistoryPage *self,
                                      const char       *response)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (response, "clear") && !phone_history_clear (self->history, &error))
    phone_toast_say (GTK_WIDGET (self), error->message);
}

static void
phone_history_page_clear_action (GtkWidget  *widget,
                                 const char *action_name,
                                 GVariant   *parameter)
{
  PhoneHistoryPage *self = PHONE_HISTORY_PAGE (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), _("Clear all recent calls?"),
                                              _("The list of past calls will be deleted for good."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "clear", _("C_lear all"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "clear", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (phone_history_page_clear_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
phone_history_page_set_history (PhoneHistoryPage *self,
                                PhoneHistory     *history)
{
  if (!g_set_object (&self->history, history))
    return;

  if (history != NULL)
    {
      g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (history)));

      gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
      g_signal_connect_object (history, "items-changed", G_CALLBACK (phone_history_page_items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  else
    {
      gtk_list_view_set_model (self->list, NULL);
    }

  phone_history_page_items_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HISTORY]);
}

static void
phone_history_page_map (GtkWidget *widget)
{
  PhoneHistoryPage *self = PHONE_HISTORY_PAGE (widget);

  GTK_WIDGET_CLASS (phone_history_page_parent_class)->map (widget);

  if (self->history != NULL)
    phone_history_mark_seen (self->history);
}

static void
phone_history_page_dispose (GObject *object)
{
  PhoneHistoryPage *self = PHONE_HISTORY_PAGE (object);

  if (adw_bin_get_child (ADW_BIN (self)) != NULL)
    {
      gtk_list_view_set_model (self->list, NULL);
      adw_bin_set_child (ADW_BIN (self), NULL);
    }

  g_clear_object (&self->history);
  g_clear_object (&self->contacts);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (phone_history_page_parent_class)->dispose (object);
}

static void
phone_history_page_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  PhoneHistoryPage *self = PHONE_HISTORY_PAGE (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      g_value_set_object (value, self->switchboard);
      break;

    case PROP_CONTACTS:
      g_value_set_object (value, self->contacts);
      break;

    case PROP_HISTORY:
      g_value_set_object (value, self->history);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_history_page_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  PhoneHistoryPage *self = PHONE_HISTORY_PAGE (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      if (g_set_object (&self->switchboard, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    case PROP_CONTACTS:
      if (g_set_object (&self->contacts, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    case PROP_HISTORY:
      phone_history_page_set_history (self, g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_history_page_class_init (PhoneHistoryPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_history_page_dispose;
  object_class->get_property = phone_history_page_get_property;
  object_class->set_property = phone_history_page_set_property;
  widget_class->map = phone_history_page_map;

  properties[PROP_SWITCHBOARD] =
    g_param_spec_object ("switchboard", NULL, NULL, PHONE_TYPE_SWITCHBOARD, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CONTACTS] =
    g_param_spec_object ("contacts", NULL, NULL, PHONE_TYPE_CONTACT_STORE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_HISTORY] =
    g_param_spec_object ("history", NULL, NULL, PHONE_TYPE_HISTORY, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-history-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneHistoryPage, list);
  gtk_widget_class_bind_template_child (widget_class, PhoneHistoryPage, stack);
  gtk_widget_class_bind_template_callback (widget_class, phone_history_page_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_history_page_activate_cb);
  gtk_widget_class_install_action (widget_class, "history.clear", NULL, phone_history_page_clear_action);
}

static void
phone_history_page_init (PhoneHistoryPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_history_page_items_changed_cb (self);
}
