/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form edits a copy: the account in service is only touched when it is saved. Of the lists in an account (several servers, several relays) it shows the
 * first of each kind and keeps the others as they are; who needs more writes the account as JSON.
 *
 * A stored password is never put into a row, because any program that reads the screen for the blind can read it there in clear. An empty row means "as
 * before". */
#include "config.h"
#include "phone-account-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "phone-account-form.h"
#include "phone-format.h"
#include "phone-store-error.h"

struct _PhoneAccountDialog
{
  AdwWindow parent_instance;

  PhoneSwitchboard     *switchboard;
  PhoneSecrets         *secrets;
  PhoneAccount         *account;        /* NULL: a new one */
  PhoneAccountSecrets  *stored;         /* what the key ring holds for it; NULL before it answered */
  GCancellable         *cancellable;
  GtkFileChooserNative *chooser;
  char                 *ca_file;
  gboolean              busy;

  GtkEditable          *server;
  GtkEditable          *address;
  GtkEditable          *password;
  GtkEditable          *display_name;
  GtkEditable          *registrar;
  GtkEditable          *authorization_user;
  GtkEditable          *stun;
  GtkEditable          *turn;
  GtkEditable          *turn_user;
  GtkEditable          *turn_password;
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
  char *stun;
  char *turn;
  char *hint;           /* the first sentence that a field gave */
  gboolean complete;
} Form;

static void
form_clear (Form *form)
{
  g_free (form->server);
  g_free (form->address);
  g_free (form->registrar);
  g_free (form->stun);
  g_free (form->turn);
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
  char *hints[5] = { NULL, };

  form->complete = TRUE;
  form->server = phone_account_form_parse_server (gtk_editable_get_text (self->server), &hints[0]);
  form->address = phone_account_form_parse_address (gtk_editable_get_text (self->address), &hints[1]);
  form->registrar = phone_account_form_parse_registrar (gtk_editable_get_text (self->registrar), &hints[2]);
  form->stun = phone_account_form_parse_relay (gtk_editable_get_text (self->stun), "stun", &hints[3]);
  form->turn = phone_account_form_parse_relay (gtk_editable_get_text (self->turn), "turn", &hints[4]);

  phone_account_dialog_mark (self->server, hints[0], form);
  phone_account_dialog_mark (self->address, hints[1], form);
  phone_account_dialog_mark (self->registrar, hints[2], form);
  phone_account_dialog_mark (self->stun, hints[3], form);
  phone_account_dialog_mark (self->turn, hints[4], form);
}

static void
phone_account_dialog_set_busy (PhoneAccountDialog *self,
                               gboolean            busy,
                               gboolean            complete)
{
  self->busy = busy;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account-dialog.save", complete && !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account-dialog.test", complete && !busy);
}

static void
phone_account_dialog_changed_cb (PhoneAccountDialog *self)
{
  g_auto (Form) form = { NULL, };

  phone_account_dialog_read (self, &form);

  if (form.hint == NULL && form.server != NULL && g_str_has_prefix (form.server, "ws://"))
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

/* The first relay of a kind, and where it stands. */
static const char *
phone_account_dialog_find_relay (PhoneAccount  *account,
                                 const char    *prefix,
                                 const char   **out_username)
{
  for (guint i = 0; i < phone_account_get_n_ice_servers (account); i++)
    {
      const char *url = phone_account_get_nth_ice_server (account, i, out_username);

      if (g_str_has_prefix (url, prefix))
        return url;
    }

  return NULL;
}

/* Puts the form's relays first and keeps those that the form does not show. */
static void
phone_account_dialog_write_relays (PhoneAccountDialog *self,
                                   const Form         *form,
                                   PhoneAccount       *account)
{
  g_autoptr (PhoneAccount) before = phone_account_new ();
  g_autofree char *shown_stun = NULL;
  g_autofree char *shown_turn = NULL;

  phone_account_dialog_copy_properties (account, before);
  shown_stun = g_strdup (phone_account_dialog_find_relay (before, "stun:", NULL));
  shown_turn = g_strdup (phone_account_dialog_find_relay (before, "turn:", NULL));
  phone_account_clear_ice_servers (account);

  if (*form->stun != '\0')
    phone_account_add_ice_server (account, form->stun, NULL);
  if (*form->turn != '\0')
    phone_account_add_ice_server (account, form->turn, gtk_editable_get_text (self->turn_user));

  for (guint i = 0; i < phone_account_get_n_ice_servers (before); i++)
    {
      const char *username;
      const char *url = phone_account_get_nth_ice_server (before, i, &username);

      if (g_strcmp0 (url, shown_stun) != 0 && g_strcmp0 (url, shown_turn) != 0)
        phone_account_add_ice_server (account, url, username);
    }
}

static void
phone_account_dialog_write_server (const Form   *form,
                                   PhoneAccount *account)
{
  g_autoptr (PhoneAccount) before = phone_account_new ();

  phone_account_dialog_copy_properties (account, before);
  phone_account_clear_sockets (account);
  phone_account_add_socket (account, form->server, 0);

  for (guint i = 1; i < phone_account_get_n_sockets (before); i++)
    {
      int weight;
      const char *url = phone_account_get_nth_socket (before, i, &weight);

      phone_account_add_socket (account, url, weight);
    }
}

/* The account as the form has it, never the one in service. */
static PhoneAccount *
phone_account_dialog_create_account (PhoneAccountDialog *self,
                                     const Form         *form)
{
  PhoneAccount *account = phone_account_new ();

  if (self->account != NULL)
    phone_account_dialog_copy_properties (self->account, account);

  g_object_set (account,
                "uri", form->address,
                "display-name", gtk_editable_get_text (self->display_name),
                "registrar-server", form->registrar,
                "authorization-user", gtk_editable_get_text (self->authorization_user),
                "ca-file", self->ca_file != NULL ? self->ca_file : "",
                "relay-only", gtk_switch_get_active (self->relay_only),
                NULL);
  phone_account_dialog_write_server (form, account);
  phone_account_dialog_write_relays (self, form, account);

  return account;
}

static PhoneAccountSecrets *
phone_account_dialog_create_secrets (PhoneAccountDialog *self,
                                     const Form         *form)
{
  PhoneAccountSecrets *secrets = self->stored != NULL ? phone_account_secrets_copy (self->stored) : phone_account_secrets_new ();
  const char *password = gtk_editable_get_text (self->password);
  const char *turn_password = gtk_editable_get_text (self->turn_password);

  if (*password != '\0')
    {
      g_free (secrets->password);
      secrets->password = g_strdup (password);
      g_clear_pointer (&secrets->ha1, g_free);
      g_clear_pointer (&secrets->authorization_jwt, g_free);
    }

  if (*turn_password != '\0' && *form->turn != '\0')
    {
      if (secrets->credentials == NULL)
        secrets->credentials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

      g_hash_table_replace (secrets->credentials, g_strdup (form->turn), g_strdup (turn_password));
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
  secrets = phone_account_dialog_create_secrets (self, &form);
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

  if (saving->old_uri != NULL && self->secrets != NULL && g_strcmp0 (saving->old_uri, phone_account_get_uri (self->account)) != 0)
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
  secrets = phone_account_dialog_create_secrets (self, &form);
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

  g_clear_pointer (&self->stored, phone_account_secrets_free);
  self->stored = secrets;

  if (secrets != NULL && (secrets->password != NULL || secrets->ha1 != NULL || secrets->authorization_jwt != NULL))
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password), _("Password (leave empty to keep it)"));
}

static void
phone_account_dialog_load (PhoneAccountDialog *self)
{
  PhoneAccount *account = self->account;
  const char *username = NULL;
  g_autofree char *address = phone_format_address (NULL, phone_account_get_uri (account));
  g_autofree char *authorization_user = NULL;
  const char *stun = phone_account_dialog_find_relay (account, "stun:", NULL);
  const char *turn = phone_account_dialog_find_relay (account, "turn:", &username);

  g_object_get (account, "authorization-user", &authorization_user, NULL);
  gtk_window_set_title (GTK_WINDOW (self), _("Edit account"));

  if (phone_account_get_n_sockets (account) > 0)
    gtk_editable_set_text (self->server, phone_account_get_nth_socket (account, 0, NULL));

  gtk_editable_set_text (self->address, address);
  gtk_editable_set_text (self->display_name, phone_account_get_display_name (account) != NULL ? phone_account_get_display_name (account) : "");
  gtk_editable_set_text (self->registrar, phone_account_get_registrar_server (account) != NULL ? phone_account_get_registrar_server (account) : "");
  gtk_editable_set_text (self->authorization_user, authorization_user != NULL ? authorization_user : "");
  gtk_editable_set_text (self->stun, stun != NULL ? stun : "");
  gtk_editable_set_text (self->turn, turn != NULL ? turn : "");
  gtk_editable_set_text (self->turn_user, turn != NULL && username != NULL ? username : "");
  gtk_switch_set_active (self->relay_only, phone_account_get_relay_only (account));
  phone_account_dialog_set_ca_file (self, phone_account_get_ca_file (account));

  if (self->secrets != NULL)
    phone_secrets_lookup_async (self->secrets, phone_account_get_uri (account), NULL, phone_account_dialog_looked_up_cb, g_object_ref (self));
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

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, server);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, address);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, password);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, display_name);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, registrar);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, authorization_user);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, stun);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, turn);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, turn_user);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountDialog, turn_password);
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
