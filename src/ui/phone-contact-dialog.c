/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-contact-dialog.h"

#include <glib/gi18n.h>

#include "phone-format.h"

struct _PhoneContactDialog
{
  AdwWindow parent_instance;

  PhoneSwitchboard  *switchboard;
  PhoneContactStore *contacts;
  PhoneContact      *contact;           /* NULL: a new one */

  GtkEditable       *name;
  GtkEditable       *address;
  GtkSwitch         *favourite;
  GtkLabel          *hint;
};

G_DEFINE_FINAL_TYPE (PhoneContactDialog, phone_contact_dialog, ADW_TYPE_WINDOW)

static void
phone_contact_dialog_changed_cb (PhoneContactDialog *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  const char *address = gtk_editable_get_text (self->address);
  g_autofree char *uri = NULL;
  g_autofree char *hint = NULL;
  g_autoptr (GError) error = NULL;

  if (*address != '\0' && self->switchboard != NULL)
    uri = phone_switchboard_parse_target (self->switchboard, address, &error);

  /* Without an account a bare number means nothing yet, but may be kept. */
  if (g_error_matches (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NO_ACCOUNT))
    {
      g_clear_error (&error);
      uri = g_strdup (address);
    }

  if (error != NULL)
    {
      hint = phone_format_call_error (error);
      gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
    }

  gtk_label_set_text (self->hint, hint != NULL ? hint : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "contact-dialog.save", *name != '\0' && uri != NULL);
}

static void
phone_contact_dialog_save_action (GtkWidget  *widget,
                                  const char *action_name,
                                  GVariant   *parameter)
{
  PhoneContactDialog *self = PHONE_CONTACT_DIALOG (widget);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
  g_autoptr (PhoneContact) contact = self->contact != NULL ? g_object_ref (self->contact) : phone_contact_new (name, address);
  g_autoptr (GError) error = NULL;

  g_object_set (contact, "name", name, "uri", address, "favourite", gtk_switch_get_active (self->favourite), NULL);

  if (phone_contact_store_save (self->contacts, contact, &error))
    gtk_window_close (GTK_WINDOW (self));
  else
    gtk_label_set_text (self->hint, error->message);
}

static void
phone_contact_dialog_entry_activated_cb (PhoneContactDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "contact-dialog.save", NULL);
}

static void
phone_contact_dialog_dispose (GObject *object)
{
  PhoneContactDialog *self = PHONE_CONTACT_DIALOG (object);

  g_clear_object (&self->switchboard);
  g_clear_object (&self->contacts);
  g_clear_object (&self->contact);

  G_OBJECT_CLASS (phone_contact_dialog_parent_class)->dispose (object);
}

static void
phone_contact_dialog_class_init (PhoneContactDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_contact_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-contact-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, name);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, address);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, favourite);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactDialog, hint);
  gtk_widget_class_bind_template_callback (widget_class, phone_contact_dialog_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_contact_dialog_entry_activated_cb);
  gtk_widget_class_install_action (widget_class, "contact-dialog.save", NULL, phone_contact_dialog_save_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
phone_contact_dialog_init (PhoneContactDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_contact_dialog_changed_cb (self);
}

PhoneContactDialog *
phone_contact_dialog_new (PhoneSwitchboard  *switchboard,
                          PhoneContactStore *contacts,
                          PhoneContact      *contact)
{
  PhoneContactDialog *self = g_object_new (PHONE_TYPE_CONTACT_DIALOG, NULL);

  g_set_object (&self->switchboard, switchboard);
  g_set_object (&self->contacts, contacts);

  if (g_set_object (&self->contact, contact))
    {
      gtk_window_set_title (GTK_WINDOW (self), _("Edit contact"));
      gtk_switch_set_active (self->favourite, phone_contact_get_favourite (contact));
      phone_contact_dialog_suggest (self, phone_contact_get_name (contact), phone_contact_get_uri (contact));
    }

  return self;
}

void
phone_contact_dialog_suggest (PhoneContactDialog *self,
                              const char         *name,
                              const char         *uri)
{
  g_autofree char *address = phone_format_address (NULL, uri);

  g_return_if_fail (PHONE_IS_CONTACT_DIALOG (self));

  gtk_editable_set_text (self->name, name != NULL ? name : "");

  /* Only what a plain address loses is shown as a machine writes it. */
  gtk_editable_set_text (self->address, uri != NULL && (g_str_has_prefix (uri, "tel:") || g_str_has_prefix (uri, "sips:")) ? uri : address);
}
