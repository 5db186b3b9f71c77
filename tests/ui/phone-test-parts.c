/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-test-parts.h"

#include "phone-expect.h"
#include "phone-fake-calls.h"
#include "phone-memory-secrets.h"

void
phone_test_parts_init (PhoneTestParts *self)
{
  static AdwApplication *application;

  /* One for the whole run: it cannot be registered twice. */
  if (application == NULL)
    {
      application = adw_application_new ("org.example.Phone.Test", G_APPLICATION_NON_UNIQUE);
      g_application_set_resource_base_path (G_APPLICATION (application), "/org/example/Phone");
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
      g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
    }

  self->application = application;
  self->database = phone_database_open (NULL, NULL);
  self->parts = (PhoneApplicationParts) {
    .accounts = phone_account_store_new (self->database),
    .contacts = phone_contact_store_new (self->database),
    .history = phone_history_new (self->database),
    .secrets = PHONE_SECRETS (phone_memory_secrets_new ()),
  };
  self->parts.switchboard = phone_fake_switchboard_new (self->parts.accounts);
}

void
phone_test_parts_clear (PhoneTestParts *self)
{
  phone_test_settle ();
  g_assert_finalize_object (self->parts.switchboard);
  g_assert_finalize_object (self->parts.accounts);
  g_assert_finalize_object (self->parts.contacts);
  g_assert_finalize_object (self->parts.history);
  g_assert_finalize_object (self->parts.secrets);
  g_assert_finalize_object (self->database);
}

PhoneUa *
phone_test_parts_add_account (PhoneTestParts *self,
                              const char     *uri,
                              PhoneUaState    state)
{
  g_autoptr (PhoneAccount) account = phone_account_new ();
  g_autoptr (PhoneUa) ua = NULL;

  g_object_set (account, "uri", uri, NULL);
  phone_account_add_socket (account, "wss://sip.example.com/ws", 0);
  g_assert_true (phone_account_store_save (self->parts.accounts, account, NULL));
  ua = phone_fake_ua_new (account);
  g_object_set (ua, "state", state, NULL);
  phone_fake_switchboard_add_ua (self->parts.switchboard, ua);

  return ua;
}

void
phone_test_settle (void)
{
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

static gboolean
phone_test_is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data) && gtk_widget_get_width (data) > 0;
}

void
phone_test_show (GtkWidget *window)
{
  gtk_window_present (GTK_WINDOW (window));
  phone_expect_until ("the window to be mapped", phone_test_is_mapped, window);
  phone_test_settle ();
}

static gboolean
phone_test_is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
phone_test_destroy (GtkWidget *window)
{
  gpointer watched = window;

  g_object_add_weak_pointer (G_OBJECT (window), &watched);
  gtk_window_destroy (GTK_WINDOW (window));
  phone_expect_until ("the window to be finalized", phone_test_is_gone, &watched);
}

void
phone_test_press (GtkWidget *button)
{
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));

  /* Activating it would wait for the picture of a pressed button. */
  g_signal_emit_by_name (button, "clicked");
  phone_test_settle ();
}

/* No portal answers here, so the chooser is a window of this program. */
static GtkFileChooser *
phone_test_find_chooser (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (GTK_IS_FILE_CHOOSER (window) && gtk_widget_get_visible (window))
        return GTK_FILE_CHOOSER (window);
    }

  return NULL;
}

typedef struct
{
  GtkFileChooser *chooser;
  GFile          *file;
} PhoneTestChoice;

static gboolean
phone_test_has_chosen (gpointer data)
{
  PhoneTestChoice *choice = data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (choice->chooser);

  return file != NULL && g_file_equal (file, choice->file);
}

void
phone_test_choose (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  PhoneTestChoice choice = { phone_test_find_chooser (), file };

  g_assert_nonnull (choice.chooser);

  if (gtk_file_chooser_get_action (choice.chooser) == GTK_FILE_CHOOSER_ACTION_SAVE)
    {
      g_autoptr (GFile) folder = g_file_get_parent (file);
      g_autofree char *name = g_file_get_basename (file);

      g_assert_true (gtk_file_chooser_set_current_folder (choice.chooser, folder, NULL));
      gtk_file_chooser_set_current_name (choice.chooser, name);
    }
  else
    {
      g_assert_true (gtk_file_chooser_set_file (choice.chooser, file, NULL));
    }

  phone_expect_until ("the file to be selected", phone_test_has_chosen, &choice);
  gtk_dialog_response (GTK_DIALOG (choice.chooser), GTK_RESPONSE_ACCEPT);
  phone_test_settle ();
}

static gboolean
phone_test_is_named (GtkWidget  *widget,
                     const char *label)
{
  g_autofree char *text = NULL;
  g_autofree char *mistake = NULL;

  if (label == NULL)
    return TRUE;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "label") != NULL)
    g_object_get (widget, "label", &text, NULL);
  else if (ADW_IS_PREFERENCES_ROW (widget))
    g_object_get (widget, "title", &text, NULL);

  if (g_strcmp0 (text, label) == 0)
    return TRUE;

  mistake = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label);

  return mistake == NULL && gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

GtkWidget *
phone_test_find (GtkWidget  *root,
                 GType       type,
                 const char *label)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && phone_test_is_named (root, label))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = phone_test_find (child, type, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

gboolean
phone_test_sees (GtkWidget  *root,
                 const char *text)
{
  if (!gtk_widget_get_child_visible (root) || !gtk_widget_get_visible (root))
    return FALSE;

  if (GTK_IS_LABEL (root) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (root)), text) == 0)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (phone_test_sees (child, text))
      return TRUE;

  return FALSE;
}
