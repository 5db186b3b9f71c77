/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-transfer-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "phone-format.h"
#include "phone-toast.h"

struct _PhoneTransferDialog
{
  AdwMessageDialog parent_instance;

  PhoneSwitchboard *switchboard;
  PhoneCall        *call;

  GtkWidget        *entry;
  GtkWidget        *others;
};

#define PHONE_TYPE_TRANSFER_DIALOG (phone_transfer_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PhoneTransferDialog, phone_transfer_dialog, PHONE, TRANSFER_DIALOG, AdwMessageDialog)
G_DEFINE_FINAL_TYPE (PhoneTransferDialog, phone_transfer_dialog, ADW_TYPE_MESSAGE_DIALOG)

static void
phone_transfer_dialog_report (PhoneTransferDialog *self,
                              const GError        *error)
{
  g_autofree char *sentence = phone_format_call_error (error);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (error != NULL && ADW_IS_APPLICATION_WINDOW (parent))
    phone_toast_say (adw_application_window_get_content (ADW_APPLICATION_WINDOW (parent)), sentence);
}

static void
phone_transfer_dialog_changed_cb (PhoneTransferDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *uri = *text != '\0' ? phone_switchboard_parse_target (self->switchboard, text, NULL) : NULL;

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "transfer", uri != NULL);
}

static void
phone_transfer_dialog_other_activated_cb (PhoneTransferDialog *self,
                                          GtkListBoxRow       *row)
{
  PhoneCall *other = phone_switchboard_find_call (self->switchboard, gtk_widget_get_name (GTK_WIDGET (row)));
  g_autoptr (GError) error = NULL;

  if (other != NULL)
    phone_call_transfer_to (self->call, other, &error);

  phone_transfer_dialog_report (self, error);
  gtk_window_close (GTK_WINDOW (self));
}

static void
phone_transfer_dialog_response (AdwMessageDialog *dialog,
                                const char       *response)
{
  PhoneTransferDialog *self = PHONE_TRANSFER_DIALOG (dialog);
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "transfer"))
    return;

  target = phone_switchboard_parse_target (self->switchboard, gtk_editable_get_text (GTK_EDITABLE (self->entry)), &error);

  if (target != NULL)
    phone_call_transfer (self->call, target, &error);

  phone_transfer_dialog_report (self, error);
}

static void
phone_transfer_dialog_add_other (PhoneTransferDialog *self,
                                 PhoneCall           *other)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *peer = phone_format_peer (NULL, phone_call_get_remote_name (other), phone_call_get_remote_uri (other));
  g_autofree char *state = phone_format_call_state (NULL, phone_call_get_state (other), FALSE, 0, phone_call_get_local_hold (other), FALSE);

  gtk_widget_set_name (row, phone_call_get_id (other));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), peer);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), state);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_list_box_append (GTK_LIST_BOX (self->others), row);
  gtk_widget_set_visible (self->others, TRUE);
}

static void
phone_transfer_dialog_dispose (GObject *object)
{
  PhoneTransferDialog *self = PHONE_TRANSFER_DIALOG (object);

  g_clear_object (&self->switchboard);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (phone_transfer_dialog_parent_class)->dispose (object);
}

static void
phone_transfer_dialog_class_init (PhoneTransferDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_transfer_dialog_dispose;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = phone_transfer_dialog_response;
}

static void
phone_transfer_dialog_init (PhoneTransferDialog *self)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->entry = gtk_entry_new ();
  gtk_entry_set_activates_default (GTK_ENTRY (self->entry), TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("Name, address or number"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Transfer to"), -1);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (phone_transfer_dialog_changed_cb), self, G_CONNECT_SWAPPED);

  self->others = gtk_list_box_new ();
  gtk_widget_add_css_class (self->others, "boxed-list");
  gtk_widget_set_visible (self->others, FALSE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->others), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->others), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Other calls"), -1);
  g_signal_connect_object (self->others, "row-activated", G_CALLBACK (phone_transfer_dialog_other_activated_cb), self, G_CONNECT_SWAPPED);

  gtk_box_append (GTK_BOX (box), self->others);
  gtk_box_append (GTK_BOX (box), self->entry);

  adw_message_dialog_set_heading (dialog, _("Transfer the call"));
  adw_message_dialog_set_body (dialog, _("Whom should the other side be connected to?"));
  adw_message_dialog_set_extra_child (dialog, box);
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "transfer", _("_Transfer"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "transfer", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (dialog, "transfer", FALSE);
  adw_message_dialog_set_default_response (dialog, "transfer");
  adw_message_dialog_set_close_response (dialog, "cancel");
}

void
phone_transfer_dialog_present (GtkWindow        *parent,
                               PhoneSwitchboard *switchboard,
                               PhoneCall        *call)
{
  PhoneTransferDialog *self = g_object_new (PHONE_TYPE_TRANSFER_DIALOG, "transient-for", parent, "modal", TRUE, NULL);
  GListModel *calls = phone_switchboard_get_calls (switchboard);

  self->switchboard = g_object_ref (switchboard);
  self->call = g_object_ref (call);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (PhoneCall) other = g_list_model_get_item (calls, i);

      if (other != call && phone_call_get_state (other) == PHONE_CALL_STATE_ACTIVE)
        phone_transfer_dialog_add_other (self, other);
    }

  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (self->entry);
}
