/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form edits a copy: the account in service is only touched when it is saved. What it does not show stays as it is.
 *
 * A stored password is never put into a row, because any program that reads the screen for the blind can read it there in clear. An empty row means "as
 * before", so nothing is saved until the key ring has answered. A locked one answers that it has nothing: then what it holds is left alone. */
#include "config.h"
#include "phone-account-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "phone-account-form.h"
#include "phone-format.h"
#include "phone-servers-group.h"
#include "phone-store-error.h"

struct _PhoneAccountDialog
{
  AdwWindow parent_instance;

  PhoneSwitchboard     *switchboard;
  PhoneSecrets         *secrets;
  PhoneAccount         *account;        /* NULL: a new one */
  PhoneAccountSecrets  *stored;         /* what the key ring holds for it; NULL if it said nothing */
  GCancellable         *cancellable;
  GtkFileChooserNative *chooser;
  char                 *ca_file;
  gboolean              looking_up;
  gboolean              busy;

  GtkEditable          *server;
  GtkEditable          *address;
  GtkEditable          *password;
  GtkEditable          *display_name;
  GtkEditable          *registrar;
  GtkEditable          *authorization_user;
  PhoneServersGroup    *servers;
  AdwActionRow         *ca_row;
  GtkSwitch            *relay_only;
  GtkLabel             *hint;
  GtkStack             *result_stack;
  GtkLabel             *progress;
  GtkLabel             *result;
  GtkImage             *result_icon;
};

G_DEFINE_FINAL_TYPE (PhoneAccountDialog, phone_account_dialog, ADW_TYPE_WINDOW)

enum
{
  SIGNAL_SAVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The values of the form, normalised; a NULL one is not valid. */
typedef struct
{
  char *server;
  char *address;
  char *registrar;
  char *hint;           /* the first sentence that a field gave */
  gboolean complete;
} Form;

static void
form_clear (Form *form)
{
  g_free (form->server);
  g_free (form->address);
  g_free (form->registrar);
  g_free (form->hint);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Form, form_clear)

/* Marks a field that has a sentence to say, and keeps the first of the sentences. */
static void
phone_account_dialog_mark (GtkEditable *field,
                           char        *hint,
                           Form        *form)
{
  if (hint != NULL && *hint != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (field), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (field), "error");

  if (hint != NULL)
    form->complete = FALSE;

  if (form->hint == NULL && hint != NULL && *hint != '\0')
    form->hint = hint;
  else
    g_free (hint);
}

static void
phone_account_dialog_read (PhoneAccountDialog *self,
                           Form               *form)
{
  char *hints[3] = { NULL, };
  g_autofree char *servers_hint = NULL;

  form->complete = TRUE;
  form->server = phone_account_form_parse_server (gtk_editable_get_text (self->server), &hints[0]);
  form->address = phone_account_form_parse_address (gtk_editable_get_text (self->address), &hints[1]);
  form->registrar = phone_account_form_parse_registrar (gtk_editable_get_text (self->registrar), &hints[2]);

  phone_account_dialog_mark (self->server, hints[0], form);
  phone_account_dialog_mark (self->address, hints[1], form);
  phone_account_dialog_mark (self->registrar, hints[2], form);

  if (!phone_servers_group_check (self->servers, &servers_hint))
    form->complete = FALSE;
  if (form->hint == NULL)
    form->hint = g_steal_pointer (&servers_hint);
}

static void
phone_account_dialog_set_busy (PhoneAccountDialog *self,
                               gboolean            busy,
                               gboolean            complete)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account-dialog.save", complete && !busy && !self->looking_up);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account-dialog.test", complete && !busy && !self->looking_up);
}

static void
phone_account_dialog_changed_cb (PhoneAccountDialog *self)
{
  g_auto (Form) form = { NULL, };

  phone_account_dialog_read (self, &form);

  if (form.hint == NULL &&
      ((form.server != NULL && g_str_has_prefix (form.server, "ws://")) || !phone_servers_group_is_encrypted (self->servers)))
    form.hint = g_strdup (_("This connection is not encrypted: others on the network can see whom you call."));

  gtk_label_set_text (self->hint, form.hint != NULL ? form.hint : "");
  gtk_widget_set_visible (GTK_WIDGET (self->hint), form.hint != NULL);

  /* A test answered for another form says nothing about this one. */
  if (self->busy)
    {
      g_cancellable_cancel (self->cancellable);
      g_object_unref (self->cancellable);
      self->cancellable = g_cancellable_new ();
    }

  gtk_stack_set_visible_child_name (self->result_stack, "nothing");
  phone_account_dialog_set_busy (self, FALSE, form.complete);
}

static void
phone_account_dialog_copy_properties (PhoneAccount *from,
                                      PhoneAccount *to)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (from), &n_pspecs);

  for (guint i = 0; i < n_pspecs; i++)
    if ((pspecs[i]->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE && (pspecs[i]->flags & G_PARAM_CONSTRUCT_ONLY) == 0)
      {
        g_auto (GValue) value = G_VALUE_INIT;

        g_value_init (&value, pspecs[i]->value_type);
        g_object_get_property (G_OBJECT (from), pspecs[i]->name, &value);
        g_object_set_property (G_OBJECT (to), pspecs[i]->name, &value);
      }
}

/* The account as the form has it, never the one in service. */
static PhoneAccount *
phone_account_dialog_create_account (PhoneAccountDialog *self,
                                     const Form         *form)
{
  PhoneAccount *account = phone_account_new ();
  int weight = 0;

  if (self->account != NULL)
    phone_account_dialog_copy_properties (self->account, account);
  if (phone_account_get_n_sockets (account) > 0)
    phone_account_get_nth_socket (account, 0, &weight);

  g_object_set (account,
                "uri", form->address,
                "display-name", gtk_editable_get_text (self->display_name),
                "registrar-server", form->registrar,
                "authorization-user", gtk_editable_get_text (self->authorization_user),
                "ca-file", self->ca_file != NULL ? self->ca_file : "",
                "relay-only", gtk_switch_get_active (self->relay_only),
                NULL);
  phone_account_clear_sockets (account);
  phone_account_add_socket (account, form->server, weight);
  phone_servers_group_save (self->servers, account);

  return account;
}

static gboolean
phone_account_dialog_has_stored (PhoneAccountDialog *self)
{
  return self->stored != NULL && !phone_account_secrets_is_empty (self->stored);
}

/* NULL: what the key ring holds stays, whatever it is. */
static PhoneAccountSecrets *
phone_account_dialog_create_secrets (PhoneAccountDialog *self)
{
  const char *password = gtk_editable_get_text (self->password);
  PhoneAccountSecrets *secrets;

  if (self->account != NULL && !phone_account_dialog_has_stored (self) && *password == '\0' && !phone_servers_group_has_credentials (self->servers))
    return NULL;

  secrets = phone_account_secrets_copy (self->stored);
  phone_servers_group_save_credentials (self->servers, secrets);

  if (*password != '\0')
    {
      g_free (secrets->password);
      secrets->password = g_strdup (password);
      g_clear_pointer (&secrets->ha1, g_free);
      g_clear_pointer (&secrets->authorization_jwt, g_free);
    }

  return secrets;
}

static void
phone_account_dialog_show_result (PhoneAccountDialog *self,
                                  gboolean            good,
                                  const char         *sentence)
{
  gtk_label_set_text (self->result, sentence);
  gtk_image_set_from_icon_name (self->result_icon, good ? "phone-check-symbolic" : "phone-warning-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->result_icon), (const char *[]) { good ? "success" : "error", NULL });
  gtk_stack_set_visible_child_name (self->result_stack, "result");
}

static void
phone_account_dialog_show_progress (PhoneAccountDialog *self,
                                    const char         *sentence)
{
  gtk_label_set_text (self->progress, sentence);
  gtk_stack_set_visible_child_name (self->result_stack, "progress");
}

static void
phone_account_dialog_tested_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      data)
{
  g_autoptr (PhoneAccountDialog) self = data;
  g_auto (Form) form = { NULL, };
  g_autofree char *detail = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *host = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;
  PhoneUaProblem problem = phone_switchboard_test_account_finish (PHONE_SWITCHBOARD (source), result, &detail, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  phone_account_dialog_read (self, &form);
  phone_account_dialog_set_busy (self, FALSE, form.complete);
  uri = form.server != NULL ? g_uri_parse (form.server, G_URI_FLAGS_NONE, NULL) : NULL;
  host = g_strdup (uri != NULL ? g_uri_get_host (uri) : NULL);

  if (error != NULL)
    sentence = phone_format_call_error (error);
  else if (problem == PHONE_UA_PROBLEM_NONE)
    sentence = g_strdup (_("It works: the server accepted the account."));
  else
    sentence = phone_format_ua_problem (problem, 0, detail, host, form.address);

  phone_account_dialog_show_result (self, error == NULL && problem == PHONE_UA_PROBLEM_NONE, sentence);
}

static void
phone_account_dialog_test_action (GtkWidget  *widget,
                                  const char *action_name,
                                  GVariant   *parameter)
{
  PhoneAccountDialog *self = PHONE_ACCOUNT_DIALOG (widget);
  g_auto (Form) form = { NULL, };
  g_autoptr (PhoneAccount) account = NULL;
  g_autoptr (PhoneAccountSecrets) secrets = NULL;

  phone_account_dialog_read (self, &form);

  if (!form.complete)
    return;

  account = phone_account_dialog_create_account (self, &form);
  secrets = phone_account_dialog_create_secrets (self);
  phone_account_dialog_set_busy (self, TRUE, TRUE);
  phone_account_dialog_show_progress (self, _("Trying to connect and sign in…"));
  phone_switchboard_test_account_async (self->switchboard, account, secrets, self->cancellable, phone_account_dialog_tested_cb, g_object_ref (self));
}

static void
phone_account_dialog_cleared_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      data)
{
  phone_secrets_clear_finish (PHONE_SECRETS (source), result, NULL);
}

typedef struct
{
  PhoneAccountDialog *self;
  char               *old_uri;
  PhoneAccount       *before;           /* to go back to if it cannot be saved */
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->self);
  g_clear_object (&saving->before);
  g_free (saving->old_uri);
  g_free (saving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
phone_account_dialog_saved_cb (GObject      *source,
                               GAsyncResult *result,
                               gpointer      data)
{
  g_autoptr (Saving) saving = data;
  PhoneAccountDialog *self = saving->self;
  g_autoptr (GError) error = NULL;
  gboolean persistent = TRUE;

  if (!phone_switchboard_add_account_finish (PHONE_SWITCHBOARD (source), result, &persistent, &error))
    {
      if (self->account != NULL && saving->before != NULL)
        phone_account_dialog_copy_properties (saving->before, self->account);

      phone_account_dialog_set_busy (self, FALSE, TRUE);
      phone_account_dialog_show_result (self, FALSE,
                                        g_error_matches (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_EXISTS)
                                          ? _("There is already an account with this address.") : error->message);
      return;
    }

  if (saving->old_uri != NULL && phone_account_dialog_has_stored (self) && g_strcmp0 (saving->old_uri, phone_account_get_uri (self->account)) != 0)
    phone_secrets_clear_async (self->secrets, saving->old_uri, NULL, phone_account_dialog_cleared_cb, NULL);

  g_signal_emit (self, signals[SIGNAL_SAVED], 0, persistent);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
phone_account_dialog_save_action (GtkWidget  *widget,
                                  const char *action_name,
                                  GVariant   *parameter)
{
  PhoneAccountDialog *self = PHONE_ACCOUNT_DIALOG (widget);
  g_auto (Form) form = { NULL, };
  g_autoptr (PhoneAccount) account = NULL;
  g_autoptr (PhoneAccountSecrets) secrets = NULL;
  Saving *saving;

  phone_account_dialog_read (self, &form);

  if (!form.complete)
    return;

  account = phone_account_dialog_create_account (self, &form);
  secrets = phone_account_dialog_create_secrets (self);
  saving = g_new0 (Saving, 1);
  saving->self = g_object_ref (self);

  if (self->account != NULL)
    {
      saving->old_uri = g_strdup (phone_account_get_uri (self->account));
      saving->before = phone_account_new ();
      phone_account_dialog_copy_properties (self->account, saving->before);
      phone_account_dialog_copy_properties (account, self->account);
      g_set_object (&account, self->account);
    }

  phone_account_dialog_set_busy (self, TRUE, TRUE);
  phone_account_dialog_show_progress (self, _("Saving… The key ring may ask for its password."));
  phone_switchboard_add_account_async (self->switchboard, account, secrets, NULL, phone_account_dialog_saved_cb, saving);
}

static void
phone_account_dialog_entry_activated_cb (PhoneAccountDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "account-dialog.save", NULL);
}

static void
phone_account_dialog_set_ca_file (PhoneAccountDialog *self,
                                  const char         *path)
{
  g_autofree char *name = path != NULL && *path != '\0' ? g_filename_display_basename (path) : NULL;

  if (g_strcmp0 (path, self->ca_file) != 0)
    {
      g_free (self->ca_file);
      self->ca_file = g_strdup (path);
    }

  adw_action_row_set_subtitle (self->ca_row, name != NULL ? name : _("Only those the system trusts"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account-dialog.clear-ca", name != NULL);
}

static void
phone_account_dialog_ca_response_cb (PhoneAccountDialog *self,
                                     int                 response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    {
      phone_account_dialog_set_ca_file (self, path);
      phone_account_dialog_changed_cb (self);
    }

  g_clear_object (&self->chooser);
}

static void
phone_account_dialog_choose_ca_action (GtkWidget  *widget,
                                       const char *action_name,
                                       GVariant   *parameter)
{
  PhoneAccountDialog *self = PHONE_ACCOUNT_DIALOG (widget);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Certificate authority"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (phone_account_dialog_ca_response_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
phone_account_dialog_clear_ca_action (GtkWidget  *widget,
                                      const char *action_name,
                                      GVariant   *parameter)
{
  PhoneAccountDialog *self = PHONE_ACCOUNT_DIALOG (widget);

  phone_account_dialog_set_ca_file (self, NULL);
  phone_account_dialog_changed_cb (self);
}

static void
phone_account_dialog_looked_up_cb (GObject      *source,
                                   GAsyncResult *result,
                                   gpointer      data)
{
  g_autoptr (PhoneAccountDialog) self = data;
  PhoneAccountSecrets *secrets = phone_secrets_lookup_finish (PHONE_SECRETS (source), result, NULL);

  self->stored = secrets;
  self->looking_up = FALSE;

  if (secrets != NULL)
    phone_servers_group_show_stored (self->servers, secrets);
  if (secrets != NULL && (secrets->password != NULL || secrets->ha1 != NULL || secrets->authorization_jwt != NULL))
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password), _("Password (leave empty to keep it)"));

  phone_account_dialog_changed_cb (self);
}

static void
phone_account_dialog_load (PhoneAccountDialog *self)
{
  PhoneAccount *account = self->account;
  g_autofree char *address = phone_format_address (NULL, phone_account_get_uri (account));
  g_autofree char *authorization_user = NULL;

  g_object_get (account, "authorization-user", &authorization_user, NULL);
  gtk_window_set_title (GTK_WINDOW (self), _("Edit account"));

  if (phone_account_get_n_sockets (account) > 0)
    gtk_editable_set_text (self->server, phone_account_get_nth_socket (account, 0, NULL));

  gtk_editable_set_text (self->address, address);
  gtk_editable_set_text (self->display_name, phone_account_get_display_name (account) != NULL ? phone_account_get_display_name (account) : "");
  gtk_editable_set_text (self->registrar, phone_account_get_registrar_server (account) != NULL ? phone_account_get_registrar_server (account) : "");
  gtk_editable_set_text (self->authorization_user, authorization_user != NULL ? authorization_user : "");
  phone_servers_group_load (self->servers, account);
  gtk_switch_set_active (self->relay_only, phone_account_get_relay_only (account));
  phone_account_dialog_set_ca_file (self, phone_account_get_ca_file (account));

  if (self->secrets != NULL)
    {
      self->looking_up = TRUE;
      phone_account_dialog_changed_cb (self);
      phone_secrets_lookup_async (self->secrets, phone_account_get_uri (account), NULL, phone_account_dialog_looked_up_cb, g_object_ref (self));
    }
}

static void
phone_account_dialog_dispose (GObject *object)
{
  PhoneAccountDialog *self = PHONE_ACCOUNT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->switchboard);
  g_clear_object (&self->secrets);
  g_clear_object (&self->account);

  G_OBJECT_CLASS (phone_account_dialog_parent_class)->dispose (object);
}

static void
phone_account_dialog_finalize (GObject *object)
{
  PhoneAccountDialog *self = PHONE_ACCOUNT_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->stored, phone_account_secrets_free);
  g_free (self->ca_file);

  G_OBJECT_CLASS (phone_account_dialog_parent_class)->finalize (object);
}

static void
phone_account_dialog_class_init (PhoneAccountDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = phone_account_dialog_dispose;
  object_class->finalize = phone_account_dialog_finalize;

  signals[SIGNAL_SAVED] =
    g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  g_type_ensure (PHONE_TYPE_SERVERS_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, server);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, address);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, password);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, display_name);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, registrar);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, authorization_user);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, servers);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, ca_row);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, relay_only);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, result_stack);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, result);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, result_icon);
  gtk_widget_class_bind_template_callback (widget_class, phone_account_dialog_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_account_dialog_entry_activated_cb);
  gtk_widget_class_install_action (widget_class, "account-dialog.save", NULL, phone_account_dialog_save_action);
  gtk_widget_class_install_action (widget_class, "account-dialog.test", NULL, phone_account_dialog_test_action);
  gtk_widget_class_install_action (widget_class, "account-dialog.choose-ca", NULL, phone_account_dialog_choose_ca_action);
  gtk_widget_class_install_action (widget_class, "account-dialog.clear-ca", NULL, phone_account_dialog_clear_ca_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
phone_account_dialog_init (PhoneAccountDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_account_dialog_set_ca_file (self, NULL);
  phone_account_dialog_changed_cb (self);
}

PhoneAccountDialog *
phone_account_dialog_new (PhoneSwitchboard *switchboard,
                          PhoneSecrets     *secrets,
                          PhoneAccount     *account)
{
  PhoneAccountDialog *self = g_object_new (PHONE_TYPE_ACCOUNT_DIALOG, NULL);

  g_set_object (&self->switchboard, switchboard);
  g_set_object (&self->secrets, secrets);

  if (g_set_object (&self->account, account))
    phone_account_dialog_load (self);

  return self;
}
