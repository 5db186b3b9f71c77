/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-preferences-window.h"

#include <glib/gi18n.h>

#include "phone-account-dialog.h"
#include "phone-account-row.h"
#include "phone-device-row.h"
#include "phone-format.h"
#include "phone-toast.h"

struct _PhonePreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  PhoneSwitchboard    *switchboard;
  PhoneSecrets        *secrets;
  PhoneAccount        *removing;        /* while the person is asked */

  GtkListBox          *account_list;
  GtkWidget           *no_account;
  GtkWidget           *camera;
  GtkWidget           *microphone;
  GtkWidget           *speaker;
  GtkWidget           *links;
};

G_DEFINE_FINAL_TYPE (PhonePreferencesWindow, phone_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
phone_preferences_window_saved_cb (PhonePreferencesWindow *self,
                                   gboolean                persistent)
{
  phone_toast_say (GTK_WIDGET (self), persistent ? _("Account saved") : _("Account saved. No key ring answers: the password is kept until Phone is closed."));
}

static void
phone_preferences_window_edit (PhonePreferencesWindow *self,
                               PhoneAccount           *account)
{
  PhoneAccountDialog *dialog = phone_account_dialog_new (self->switchboard, self->secrets, account);

  g_signal_connect_object (dialog, "saved", G_CALLBACK (phone_preferences_window_saved_cb), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
phone_preferences_window_remove_response_cb (PhonePreferencesWindow *self,
                                             const char             *response)
{
  g_autoptr (PhoneAccount) account = g_steal_pointer (&self->removing);
  g_autoptr (GError) error = NULL;

  if (account == NULL || !g_str_equal (response, "remove"))
    return;

  if (!phone_switchboard_remove_account (self->switchboard, account, &error))
    phone_toast_say (GTK_WIDGET (self), error->message);
}

static void
phone_preferences_window_ask_to_remove (PhonePreferencesWindow *self,
                                        PhoneAccount           *account)
{
  g_autofree char *address = phone_format_address (NULL, phone_account_get_uri (account));
  g_autofree char *body = g_strdup_printf (_("%s will be signed out and its password forgotten. Calls on it end."), address);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Remove this account?"), body);

  g_set_object (&self->removing, account);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (phone_preferences_window_remove_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
phone_preferences_window_asked_cb (PhonePreferencesWindow *self,
                                   const char             *verb,
                                   PhoneAccountRow        *row)
{
  PhoneAccount *account = phone_ua_get_account (phone_account_row_get_ua (row));

  if (g_str_equal (verb, "edit"))
    phone_preferences_window_edit (self, account);
  else if (g_str_equal (verb, "remove"))
    phone_preferences_window_ask_to_remove (self, account);
}

static GtkWidget *
phone_preferences_window_create_row (gpointer item,
                                     gpointer data)
{
  GtkWidget *row = phone_account_row_new (item);

  g_signal_connect_object (row, "asked", G_CALLBACK (phone_preferences_window_asked_cb), data, G_CONNECT_SWAPPED);

  return row;
}

static void
phone_preferences_window_add_action (GtkWidget  *widget,
                                     const char *action_name,
                                     GVariant   *parameter)
{
  phone_preferences_window_edit (PHONE_PREFERENCES_WINDOW (widget), NULL);
}

static void
phone_preferences_window_uas_changed_cb (PhonePreferencesWindow *self)
{
  gboolean some = g_list_model_get_n_items (phone_switchboard_get_uas (self->switchboard)) > 0;

  gtk_widget_set_visible (GTK_WIDGET (self->account_list), some);
  gtk_widget_set_visible (self->no_account, !some);
}

static void
phone_preferences_window_dispose (GObject *object)
{
  PhonePreferencesWindow *self = PHONE_PREFERENCES_WINDOW (object);

  if (self->account_list != NULL)
    gtk_list_box_bind_model (self->account_list, NULL, NULL, NULL, NULL);

  self->account_list = NULL;
  g_clear_object (&self->removing);
  g_clear_object (&self->switchboard);
  g_clear_object (&self->secrets);

  G_OBJECT_CLASS (phone_preferences_window_parent_class)->dispose (object);
}

static void
phone_preferences_window_class_init (PhonePreferencesWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_preferences_window_dispose;

  g_type_ensure (PHONE_TYPE_DEVICE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PhonePreferencesWindow, account_list);
  gtk_widget_class_bind_template_child (widget_class, PhonePreferencesWindow, no_account);
  gtk_widget_class_bind_template_child (widget_class, PhonePreferencesWindow, camera);
  gtk_widget_class_bind_template_child (widget_class, PhonePreferencesWindow, microphone);
  gtk_widget_class_bind_template_child (widget_class, PhonePreferencesWindow, speaker);
  gtk_widget_class_bind_template_child (widget_class, PhonePreferencesWindow, links);
  gtk_widget_class_install_action (widget_class, "preferences.add-account", NULL, phone_preferences_window_add_action);
}

static void
phone_preferences_window_init (PhonePreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

PhonePreferencesWindow *
phone_preferences_window_new (const PhoneApplicationParts *parts,
                              GSettings                   *settings)
{
  PhonePreferencesWindow *self = g_object_new (PHONE_TYPE_PREFERENCES_WINDOW, NULL);
  GListModel *uas = phone_switchboard_get_uas (parts->switchboard);

  g_set_object (&self->switchboard, parts->switchboard);
  g_set_object (&self->secrets, parts->secrets);
  g_object_set (self->camera, "devices", parts->cameras, NULL);
  g_object_set (self->microphone, "devices", parts->microphones, NULL);
  g_object_set (self->speaker, "devices", parts->speakers, NULL);

  if (settings != NULL)
    {
      g_settings_bind (settings, "camera", self->camera, "device", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "microphone", self->microphone, "device", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "speaker", self->speaker, "device", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "call-links", self->links, "active", G_SETTINGS_BIND_DEFAULT);
    }

  gtk_list_box_bind_model (self->account_list, uas, phone_preferences_window_create_row, self, NULL);
  g_signal_connect_object (uas, "items-changed", G_CALLBACK (phone_preferences_window_uas_changed_cb), self, G_CONNECT_SWAPPED);
  phone_preferences_window_uas_changed_cb (self);

  return self;
}
