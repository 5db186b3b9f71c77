/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list is the contact store itself, which reads rows when they scroll into sight, so a hundred thousand contacts cost what forty do; that is why rows are
 * light and why the list is a GtkListView. The store has one search, shared with the dial pad; whichever page is on screen sets it. */
#include "config.h"
#include "phone-contacts-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "phone-contact-dialog.h"
#include "phone-contact-row.h"
#include "phone-format.h"
#include "phone-store-error.h"
#include "phone-toast.h"

struct _PhoneContactsPage
{
  AdwBin parent_instance;

  PhoneSwitchboard     *switchboard;
  PhoneContactStore    *contacts;
  PhoneContact         *removed;        /* for undo */
  GtkFileChooserNative *chooser;        /* while a file is asked for */

  GtkSearchEntry       *search;
  GtkListView          *list;
  GtkStack             *stack;
};

G_DEFINE_FINAL_TYPE (PhoneContactsPage, phone_contacts_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SWITCHBOARD,
  PROP_CONTACTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_contacts_page_choose_child (PhoneContactsPage *self)
{
  const char *page = "list";

  if (self->contacts == NULL || phone_contact_store_count (self->contacts) == 0)
    page = "empty";
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->contacts)) == 0)
    page = "nothing-found";

  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
phone_contacts_page_search_changed_cb (PhoneContactsPage *self)
{
  if (self->contacts == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  phone_contact_store_set_search (self->contacts, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  phone_contacts_page_choose_child (self);
}

static void
phone_contacts_page_call (PhoneContactsPage *self,
                          PhoneContact      *contact,
                          gboolean           video)
{
  PhoneUaCallOptions options = { .video = video };
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (phone_switchboard_place_call (self->switchboard, phone_contact_get_uri (contact), NULL, &options, &error) != NULL)
    return;

  sentence = phone_format_call_error (error);
  phone_toast_say (GTK_WIDGET (self), sentence);
}

static void
phone_contacts_page_edit (PhoneContactsPage *self,
                          PhoneContact      *contact)
{
  PhoneContactDialog *dialog = phone_contact_dialog_new (self->switchboard, self->contacts, contact);

  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
phone_contacts_page_save (PhoneContactsPage *self,
                          PhoneContact      *contact)
{
  g_autoptr (GError) error = NULL;

  if (!phone_contact_store_save (self->contacts, contact, &error))
    phone_toast_say (GTK_WIDGET (self), error->message);
}

/* What was removed comes back as a new contact: its row in the file is gone. */
static void
phone_contacts_page_undo_cb (PhoneContactsPage *self)
{
  g_autoptr (PhoneContact) contact = g_steal_pointer (&self->removed);

  if (contact != NULL && self->contacts != NULL)
    phone_contacts_page_save (self, contact);
}

static void
phone_contacts_page_remove (PhoneContactsPage *self,
                            PhoneContact      *contact)
{
  g_autoptr (PhoneContact) copy = phone_contact_new (phone_contact_get_name (contact), phone_contact_get_uri (contact));
  g_autofree char *sentence = g_strdup_printf (_("“%s” deleted"), phone_contact_get_name (contact));
  g_autoptr (GError) error = NULL;

  g_object_set (copy, "favourite", phone_contact_get_favourite (contact), NULL);

  if (!phone_contact_store_remove (self->contacts, contact, &error))
    {
      phone_toast_say (GTK_WIDGET (self), error->message);
      return;
    }

  g_set_object (&self->removed, copy);
  phone_toast_undo (GTK_WIDGET (self), sentence, G_CALLBACK (phone_contacts_page_undo_cb), G_OBJECT (self));
}

static void
phone_contacts_page_asked_cb (PhoneContactsPage *self,
                              const char        *verb,
                              PhoneContactRow   *row)
{
  g_autoptr (PhoneContact) contact = NULL;

  /* The row may be bound to another contact before this is done. */
  if (!g_set_object (&contact, phone_contact_row_get_contact (row)))
    return;

  if (g_str_equal (verb, "video-call"))
    phone_contacts_page_call (self, contact, TRUE);
  else if (g_str_equal (verb, "voice-call"))
    phone_contacts_page_call (self, contact, FALSE);
  else if (g_str_equal (verb, "edit"))
    phone_contacts_page_edit (self, contact);
  else if (g_str_equal (verb, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), phone_contact_get_uri (contact));
  else if (g_str_equal (verb, "favourite"))
    {
      g_object_set (contact, "favourite", !phone_contact_get_favourite (contact), NULL);
      phone_contacts_page_save (self, contact);
    }
  else if (g_str_equal (verb, "remove"))
    phone_contacts_page_remove (self, contact);
}

static void
phone_contacts_page_setup_cb (PhoneContactsPage *self,
                              GtkListItem       *item)
{
  GtkWidget *row = phone_contact_row_new ();

  g_signal_connect_object (row, "asked", G_CALLBACK (phone_contacts_page_asked_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (item, "item", row, "contact", G_BINDING_DEFAULT);
  gtk_list_item_set_child (item, row);
}

static void
phone_contacts_page_activate_cb (PhoneContactsPage *self,
                                 guint              position)
{
  g_autoptr (PhoneContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), position);

  if (contact != NULL)
    phone_contacts_page_call (self, contact, TRUE);
}

static void
phone_contacts_page_add_action (GtkWidget  *widget,
                                const char *action_name,
                                GVariant   *parameter)
{
  phone_contacts_page_edit (PHONE_CONTACTS_PAGE (widget), NULL);
}

static GtkFileChooserNative *
phone_contacts_page_open_chooser (PhoneContactsPage    *self,
                                  const char           *title,
                                  GtkFileChooserAction  action,
                                  GCallback             response)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Contact files (vCard)"));
  gtk_file_filter_add_mime_type (filter, "text/vcard");
  gtk_file_filter_add_suffix (filter, "vcf");

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect_object (self->chooser, "response", response, self, G_CONNECT_SWAPPED);

  return self->chooser;
}

static void
phone_contacts_page_import_loaded_cb (GObject      *source,
                                      GAsyncResult *result,
                                      gpointer      data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autofree char *text = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  int count = -1;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error) && self->contacts != NULL)
    count = phone_contact_store_import (self->contacts, text, (gssize) length, &error);

  if (count >= 0)
    sentence = g_strdup_printf (ngettext ("%d contact imported", "%d contacts imported", (gulong) count), count);
  else if (g_error_matches (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID))
    sentence = g_strdup (_("Nothing was imported: this is not a whole contact file (vCard 3.0 or 4.0)."));
  else
    sentence = g_strdup_printf (_("The contacts could not be imported: %s"), error != NULL ? error->message : "");

  phone_toast_say (GTK_WIDGET (self), sentence);
  phone_contacts_page_choose_child (self);
}

static void
phone_contacts_page_import_response_cb (PhoneContactsPage *self,
                                        int                response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    g_file_load_contents_async (file, NULL, phone_contacts_page_import_loaded_cb, g_object_ref (self));

  g_clear_object (&self->chooser);
}

static void
phone_contacts_page_import_action (GtkWidget  *widget,
                                   const char *action_name,
                                   GVariant   *parameter)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (widget);

  gtk_native_dialog_show (GTK_NATIVE_DIALOG (phone_contacts_page_open_chooser (self, _("Import contacts"), GTK_FILE_CHOOSER_ACTION_OPEN,
                                                                               G_CALLBACK (phone_contacts_page_import_response_cb))));
}

static void
phone_contacts_page_export_saved_cb (GObject      *source,
                                     GAsyncResult *result,
                                     gpointer      data)
{
  g_autoptr (PhoneContactsPage) self = data;
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    sentence = g_strdup (_("Contacts exported"));
  else
    sentence = g_strdup_printf (_("The contacts could not be exported: %s"), error->message);

  phone_toast_say (GTK_WIDGET (self), sentence);
}

static void
phone_contacts_page_export_response_cb (PhoneContactsPage *self,
                                        int                response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    {
      char *text = phone_contact_store_export (self->contacts);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, phone_contacts_page_export_saved_cb,
                                           g_object_ref (self));
    }

  g_clear_object (&self->chooser);
}

static void
phone_contacts_page_export_action (GtkWidget  *widget,
                                   const char *action_name,
                                   GVariant   *parameter)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (widget);
  GtkFileChooserNative *chooser = phone_contacts_page_open_chooser (self, _("Export contacts"), GTK_FILE_CHOOSER_ACTION_SAVE,
                                                                    G_CALLBACK (phone_contacts_page_export_response_cb));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), _("contacts.vcf"));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
phone_contacts_page_set_contacts (PhoneContactsPage *self,
                                  PhoneContactStore *contacts)
{
  if (!g_set_object (&self->contacts, contacts))
    return;

  if (contacts != NULL)
    {
      g_autoptr (GtkNoSelection) selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (contacts)));

      gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
      g_signal_connect_object (contacts, "items-changed", G_CALLBACK (phone_contacts_page_choose_child), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  else
    {
      gtk_list_view_set_model (self->list, NULL);
    }

  phone_contacts_page_choose_child (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTACTS]);
}

static void
phone_contacts_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (phone_contacts_page_parent_class)->map (widget);

  phone_contacts_page_search_changed_cb (PHONE_CONTACTS_PAGE (widget));
}

static void
phone_contacts_page_dispose (GObject *object)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (object);

  if (adw_bin_get_child (ADW_BIN (self)) != NULL)
    {
      gtk_list_view_set_model (self->list, NULL);
      adw_bin_set_child (ADW_BIN (self), NULL);
    }

  g_clear_object (&self->chooser);
  g_clear_object (&self->removed);
  g_clear_object (&self->contacts);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (phone_contacts_page_parent_class)->dispose (object);
}

static void
phone_contacts_page_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      g_value_set_object (value, self->switchboard);
      break;

    case PROP_CONTACTS:
      g_value_set_object (value, self->contacts);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_contacts_page_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  PhoneContactsPage *self = PHONE_CONTACTS_PAGE (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      if (g_set_object (&self->switchboard, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;

    case PROP_CONTACTS:
      phone_contacts_page_set_contacts (self, g_value_get_object (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_contacts_page_class_init (PhoneContactsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_contacts_page_dispose;
  object_class->get_property = phone_contacts_page_get_property;
  object_class->set_property = phone_contacts_page_set_property;
  widget_class->map = phone_contacts_page_map;

  properties[PROP_SWITCHBOARD] =
    g_param_spec_object ("switchboard", NULL, NULL, PHONE_TYPE_SWITCHBOARD, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_CONTACTS] =
    g_param_spec_object ("contacts", NULL, NULL, PHONE_TYPE_CONTACT_STORE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-contacts-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, search);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, list);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactsPage, stack);
  gtk_widget_class_bind_template_callback (widget_class, phone_contacts_page_search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_contacts_page_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_contacts_page_activate_cb);
  gtk_widget_class_install_action (widget_class, "contacts.add", NULL, phone_contacts_page_add_action);
  gtk_widget_class_install_action (widget_class, "contacts.import", NULL, phone_contacts_page_import_action);
  gtk_widget_class_install_action (widget_class, "contacts.export", NULL, phone_contacts_page_export_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "contacts.add", NULL);
}

static void
phone_contacts_page_init (PhoneContactsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->search, GTK_WIDGET (self));
  phone_contacts_page_choose_child (self);
}
