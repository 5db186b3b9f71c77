/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line. What only reads or writes the store works without a display and without a running phone; if one runs for this
 * profile it does the work, so that its list of accounts is the one that changes. Exit codes: 0 done, 1 refused with a sentence. */

#include "config.h"

#include "phone-application-private.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>

#define MAX_ACCOUNT_FILE (1024 * 1024)

static const GOptionEntry entries[] = {
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Add the demo line for this run"), NULL },
  { "test-media", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Send a test picture and a test tone instead of camera and microphone"), NULL },
  { "add-account", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Add the account that a JSON file describes (- is standard input)"), N_("FILE") },
  { "list-accounts", 0, 0, G_OPTION_ARG_NONE, NULL, N_("List the accounts"), NULL },
  { "remove-account", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Remove an account"), N_("URI") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the version"), NULL },
  { NULL }
};

/* One run of --add-account, here or for another process. */
typedef struct
{
  PhoneApplication        *application;
  GApplicationCommandLine *command_line;        /* NULL: our own process */
  char                    *uri;
  int                      status;
  gboolean                 done;
} AddAccount;

G_GNUC_PRINTF (3, 4) static void
phone_application_print (GApplicationCommandLine *command_line,
                         gboolean                 is_error,
                         const char              *format,
                         ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  if (command_line == NULL)
    is_error ? g_printerr ("%s\n", text) : g_print ("%s\n", text);
  else if (is_error)
    g_application_command_line_printerr (command_line, "%s\n", text);
  else
    g_application_command_line_print (command_line, "%s\n", text);
}

static int
phone_application_list_accounts (PhoneApplication        *self,
                                 GApplicationCommandLine *command_line)
{
  GListModel *accounts = G_LIST_MODEL (self->parts.accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

      phone_application_print (command_line, FALSE, "%s", phone_account_get_uri (account));
    }

  return 0;
}

static void
phone_application_secrets_cleared_cb (GObject      *object,
                                      GAsyncResult *result,
                                      gpointer      data)
{
  phone_secrets_clear_finish (PHONE_SECRETS (object), result, NULL);
  *(gboolean *) data = TRUE;
}

/* Without a running switchboard nobody else clears the key ring. */
static gboolean
phone_application_forget_account (PhoneApplication  *self,
                                  PhoneAccount      *account,
                                  GError           **error)
{
  g_autofree char *uri = g_strdup (phone_account_get_uri (account));
  gboolean done = FALSE;

  if (self->parts.switchboard != NULL)
    return phone_switchboard_remove_account (self->parts.switchboard, account, error);

  if (!phone_account_store_remove (self->parts.accounts, account, error))
    return FALSE;

  phone_secrets_clear_async (self->parts.secrets, uri, NULL, phone_application_secrets_cleared_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);

  return TRUE;
}

static int
phone_application_remove_account (PhoneApplication        *self,
                                  GApplicationCommandLine *command_line,
                                  const char              *uri)
{
  PhoneAccount *account = phone_account_store_find (self->parts.accounts, uri);
  g_autoptr (GError) error = NULL;

  if (account == NULL)
    {
      phone_application_print (command_line, TRUE, _("There is no account “%s”."), uri);
      return 1;
    }

  if (phone_application_forget_account (self, account, &error))
    return 0;

  phone_application_print (command_line, TRUE, _("The account cannot be removed: %s"), error->message);

  return 1;
}

static void
phone_application_add_account_end (AddAccount *add,
                                   GError     *error,
                                   gboolean    persistent)
{
  add->done = TRUE;
  add->status = error != NULL ? 1 : 0;

  if (error != NULL)
    phone_application_print (add->command_line, TRUE, _("The account cannot be added: %s"), error->message);
  else
    phone_application_print (add->command_line, FALSE, "%s", add->uri);

  if (error == NULL && !persistent)
    phone_application_print (add->command_line, TRUE, _("No key ring answers: the password is kept until Phone quits and must be entered again then."));

  if (add->command_line != NULL)
    {
      g_application_command_line_set_exit_status (add->command_line, add->status);
      g_application_release (G_APPLICATION (add->application));
      g_object_unref (add->command_line);
      g_free (add->uri);
      g_free (add);
    }
}

static void
phone_application_account_added_cb (GObject      *object,
                                    GAsyncResult *result,
                                    gpointer      data)
{
  g_autoptr (GError) error = NULL;
  gboolean persistent = TRUE;

  phone_switchboard_add_account_finish (PHONE_SWITCHBOARD (object), result, &persistent, &error);
  phone_application_add_account_end (data, error, persistent);
}

static void
phone_application_secrets_saved_cb (GObject      *object,
                                    GAsyncResult *result,
                                    gpointer      data)
{
  g_autoptr (GError) error = NULL;

  phone_secrets_save_finish (PHONE_SECRETS (object), result, &error);
  phone_application_add_account_end (data, error, phone_secrets_is_persistent (PHONE_SECRETS (object)));
}

static char *
phone_application_read_stream (GInputStream  *stream,
                               gsize         *out_length,
                               GError       **error)
{
  g_autofree char *text = g_malloc (MAX_ACCOUNT_FILE + 1);

  if (!g_input_stream_read_all (stream, text, MAX_ACCOUNT_FILE, out_length, NULL, error))
    return NULL;

  text[*out_length] = '\0';

  return g_steal_pointer (&text);
}

static char *
phone_application_read_account (GApplicationCommandLine  *command_line,
                                const char               *path,
                                gsize                    *out_length,
                                GError                  **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GInputStream) standard_input = NULL;

  if (g_str_equal (path, "-"))
    {
      if (command_line != NULL)
        standard_input = g_application_command_line_get_stdin (command_line);
      else
        standard_input = g_unix_input_stream_new (0, FALSE);

      return phone_application_read_stream (standard_input, out_length, error);
    }

  file = command_line != NULL ? g_application_command_line_create_file_for_arg (command_line, path) : g_file_new_for_commandline_arg (path);
  stream = g_file_read (file, NULL, error);

  return stream != NULL ? phone_application_read_stream (G_INPUT_STREAM (stream), out_length, error) : NULL;
}

static void
phone_application_begin_add_account (AddAccount *add,
                                     const char *path)
{
  PhoneApplicationParts *parts = &add->application->parts;
  g_autoptr (PhoneAccountSecrets) secrets = NULL;
  g_autoptr (PhoneAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  gsize length;

  json = phone_application_read_account (add->command_line, path, &length, &error);
  if (json != NULL)
    account = phone_account_from_json (json, (gssize) length, &secrets, &error);

  if (account == NULL)
    {
      phone_application_add_account_end (add, error, TRUE);
      return;
    }

  add->uri = g_strdup (phone_account_get_uri (account));

  if (parts->switchboard != NULL)
    phone_switchboard_add_account_async (parts->switchboard, account, secrets, NULL, phone_application_account_added_cb, add);
  else if (phone_account_store_save (parts->accounts, account, &error))
    phone_secrets_save_async (parts->secrets, add->uri, secrets, NULL, phone_application_secrets_saved_cb, add);
  else
    phone_application_add_account_end (add, error, TRUE);
}

static int
phone_application_add_account_here (PhoneApplication *self,
                                    const char       *path)
{
  AddAccount add = { .application = self };

  phone_application_begin_add_account (&add, path);
  while (!add.done)
    g_main_context_iteration (NULL, TRUE);
  g_free (add.uri);

  return add.status;
}

static void
phone_application_add_account_for (PhoneApplication        *self,
                                   GApplicationCommandLine *command_line,
                                   const char              *path)
{
  AddAccount *add = g_new0 (AddAccount, 1);

  add->application = self;
  add->command_line = g_object_ref (command_line);
  g_application_hold (G_APPLICATION (self));
  phone_application_begin_add_account (add, path);
}

static gboolean
phone_application_is_running (PhoneApplication *self)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  gboolean owned = FALSE;

  if (connection == NULL)
    return FALSE;

  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new ("(s)", g_application_get_application_id (G_APPLICATION (self))),
                                       G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);

  return owned;
}

static gboolean
phone_application_options_concern_store (GVariantDict *options)
{
  return g_variant_dict_contains (options, "add-account") ||
         g_variant_dict_contains (options, "remove-account") ||
         g_variant_dict_contains (options, "list-accounts");
}

/* The exit status; adding for another process goes on and sets it later. */
static int
phone_application_do_store_options (PhoneApplication        *self,
                                    GVariantDict            *options,
                                    GApplicationCommandLine *command_line)
{
  const char *argument;

  if (g_variant_dict_lookup (options, "add-account", "^&ay", &argument))
    {
      if (command_line == NULL)
        return phone_application_add_account_here (self, argument);

      phone_application_add_account_for (self, command_line, argument);
      return g_application_command_line_get_exit_status (command_line);
    }

  if (g_variant_dict_lookup (options, "remove-account", "&s", &argument))
    return phone_application_remove_account (self, command_line, argument);

  return phone_application_list_accounts (self, command_line);
}

void
phone_application_add_options (PhoneApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[URI…]"));
  g_application_set_option_context_summary (G_APPLICATION (self), _("Video calls over SIP and WebSocket."));
}

int
phone_application_handle_local_options (GApplication *application,
                                        GVariantDict *options)
{
  PhoneApplication *self = PHONE_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Phone %s\n", PHONE_VERSION);
      return 0;
    }

  /* For our own start; another instance finds them in the options that are handed over. */
  self->demo = g_variant_dict_contains (options, "demo");
  self->test_media = g_variant_dict_contains (options, "test-media");

  if (!phone_application_options_concern_store (options) || phone_application_is_running (self))
    return -1;

  if (!self->hooks.open_store (g_application_get_application_id (application), &self->parts, self->hooks.data, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  return phone_application_do_store_options (self, options, NULL);
}

static void
phone_application_apply_run_options (PhoneApplication *self,
                                     GVariantDict     *options)
{
  if (g_variant_dict_contains (options, "test-media"))
    self->hooks.use_test_media (self->hooks.data);
  if (g_variant_dict_contains (options, "demo"))
    phone_application_start_demo (self);
}

int
phone_application_command_line (GApplication            *application,
                                GApplicationCommandLine *command_line)
{
  PhoneApplication *self = PHONE_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  g_auto (GStrv) arguments = g_application_command_line_get_arguments (command_line, NULL);

  if (phone_application_options_concern_store (options))
    return phone_application_do_store_options (self, options, command_line);

  phone_application_show_window (self);
  phone_application_apply_run_options (self, options);
  for (guint i = 1; arguments[i] != NULL; i++)
    phone_application_dial (self, arguments[i]);

  return 0;
}
