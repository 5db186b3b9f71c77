/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program as one object: windows for calls, what keeps it alive in the background, and quitting. There is one instance a profile
 * (application id); a second start hands its command line over. An account in service holds the application, so that closing the
 * window leaves the phone reachable; without an account nothing is lost by ending with the last window. */

#include "config.h"

#include "phone-application-private.h"

#include <glib/gi18n.h>

#include "phone-call-window.h"
#include "phone-format.h"

G_DEFINE_FINAL_TYPE (PhoneApplication, phone_application, ADW_TYPE_APPLICATION)

/* A service without an account ends after this long. */
#define INACTIVITY_TIMEOUT_MS 60000

static void
phone_application_follow_accounts (PhoneApplication *self)
{
  gboolean hold = g_list_model_get_n_items (G_LIST_MODEL (self->parts.accounts)) > 0;

  if (hold == self->holding)
    return;

  self->holding = hold;
  if (hold)
    g_application_hold (G_APPLICATION (self));
  else
    g_application_release (G_APPLICATION (self));
}

/* While a call is up the session should not suspend, blank or end without a word. */
static void
phone_application_follow_active_call (PhoneApplication *self)
{
  gboolean active = phone_switchboard_get_active_call (self->parts.switchboard) != NULL;

  if (active && self->inhibit_cookie == 0)
    {
      self->inhibit_cookie = gtk_application_inhibit (GTK_APPLICATION (self), gtk_application_get_active_window (GTK_APPLICATION (self)),
                                                      GTK_APPLICATION_INHIBIT_LOGOUT | GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_IDLE,
                                                      _("A call is up"));
    }
  else if (!active && self->inhibit_cookie != 0)
    {
      gtk_application_uninhibit (GTK_APPLICATION (self), self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

static void
phone_application_calls_changed_cb (PhoneApplication *self,
                                    guint             position,
                                    guint             removed,
                                    guint             added,
                                    GListModel       *calls)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

      phone_application_show_call (self, call);
    }
}

static void
phone_application_network_changed_cb (PhoneApplication *self,
                                      gboolean          available,
                                      GNetworkMonitor  *monitor)
{
  GListModel *uas = phone_switchboard_get_uas (self->parts.switchboard);

  for (guint i = 0; available && i < g_list_model_get_n_items (uas); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (uas, i);

      phone_ua_retry_now (ua);
    }
}

/* Before the bus name is owned: who starts the program by calling Dial finds the objects there. */
static gboolean
phone_application_dbus_register (GApplication     *application,
                                 GDBusConnection  *connection,
                                 const char       *object_path,
                                 GError          **error)
{
  PhoneApplication *self = PHONE_APPLICATION (application);

  if (!G_APPLICATION_CLASS (phone_application_parent_class)->dbus_register (application, connection, object_path, error))
    return FALSE;

  self->bus_service = phone_bus_service_new (NULL, object_path);

  return phone_bus_service_export (self->bus_service, connection, error);
}

static void
phone_application_dbus_unregister (GApplication    *application,
                                   GDBusConnection *connection,
                                   const char      *object_path)
{
  PhoneApplication *self = PHONE_APPLICATION (application);

  if (self->bus_service != NULL)
    phone_bus_service_unexport (self->bus_service);
  g_clear_object (&self->bus_service);

  G_APPLICATION_CLASS (phone_application_parent_class)->dbus_unregister (application, connection, object_path);
}

static GSettings *
phone_application_open_settings (PhoneApplication *self)
{
  g_autofree char *id = g_strdup (g_application_get_application_id (G_APPLICATION (self)));
  g_autofree char *path = g_strdup_printf ("/%s/", g_strdelimit (id, ".", '/'));

  return g_settings_new_with_path (PHONE_APP_ID, path);
}

static gboolean
phone_application_assemble (PhoneApplication  *self,
                            GError           **error)
{
  const char *id = g_application_get_application_id (G_APPLICATION (self));

  return self->hooks.open_store (id, &self->parts, self->hooks.data, error) &&
         self->hooks.assemble (id, self->settings, &self->parts, self->hooks.data, error);
}

static void
phone_application_startup (GApplication *application)
{
  PhoneApplication *self = PHONE_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (!gtk_init_check ())
    {
      g_printerr ("%s\n", _("There is no display here: start Phone in a desktop session."));
      exit (1);
    }

  G_APPLICATION_CLASS (phone_application_parent_class)->startup (application);

  self->settings = phone_application_open_settings (self);
  if (self->test_media)
    self->hooks.use_test_media (self->hooks.data);

  if (!phone_application_assemble (self, &error))
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }

  phone_application_add_actions (self);
  self->notifier = phone_notifier_new (application, self->parts.switchboard);
  if (self->bus_service != NULL)
    phone_bus_service_set_switchboard (self->bus_service, self->parts.switchboard);

  g_signal_connect_object (self->parts.accounts, "items-changed", G_CALLBACK (phone_application_follow_accounts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (phone_switchboard_get_calls (self->parts.switchboard), "items-changed",
                           G_CALLBACK (phone_application_calls_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->parts.switchboard, "notify::active-call",
                           G_CALLBACK (phone_application_follow_active_call), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (phone_application_network_changed_cb), self, G_CONNECT_SWAPPED);
  phone_application_follow_accounts (self);

  if (self->demo)
    phone_application_start_demo (self);
}

static void
phone_application_shutdown (GApplication *application)
{
  PhoneApplication *self = PHONE_APPLICATION (application);

  g_clear_weak_pointer (&self->quit_dialog);
  g_clear_object (&self->notifier);

  G_APPLICATION_CLASS (phone_application_parent_class)->shutdown (application);
}

static void
phone_application_activate (GApplication *application)
{
  phone_application_show_window (PHONE_APPLICATION (application));
}

static void
phone_application_open (GApplication  *application,
                        GFile        **files,
                        int            n_files,
                        const char    *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *uri = g_file_get_uri (files[i]);

      phone_application_dial (PHONE_APPLICATION (application), uri);
    }
}

static void
phone_application_finalize (GObject *object)
{
  PhoneApplication *self = PHONE_APPLICATION (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (phone_application_parent_class)->finalize (object);
}

static void
phone_application_class_init (PhoneApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = phone_application_finalize;

  application_class->dbus_register = phone_application_dbus_register;
  application_class->dbus_unregister = phone_application_dbus_unregister;
  application_class->startup = phone_application_startup;
  application_class->shutdown = phone_application_shutdown;
  application_class->activate = phone_application_activate;
  application_class->open = phone_application_open;
  application_class->handle_local_options = phone_application_handle_local_options;
  application_class->command_line = phone_application_command_line;
}

static void
phone_application_init (PhoneApplication *self)
{
  g_application_set_inactivity_timeout (G_APPLICATION (self), INACTIVITY_TIMEOUT_MS);
  phone_application_add_options (self);
}

static void
phone_application_window_gone_cb (gpointer  data,
                                  GObject  *window)
{
  PHONE_APPLICATION (data)->window = NULL;
}

PhoneWindow *
phone_application_show_window (PhoneApplication *self)
{
  if (self->window == NULL)
    {
      self->window = phone_window_new (GTK_APPLICATION (self), &self->parts, self->settings);
      g_object_weak_ref (G_OBJECT (self->window), phone_application_window_gone_cb, self);
    }

  gtk_window_present (GTK_WINDOW (self->window));

  return self->window;
}

void
phone_application_dial (PhoneApplication *self,
                        const char       *target)
{
  g_autoptr (GError) error = NULL;
  PhoneUaCallOptions options = { .video = TRUE };

  if (g_settings_get_boolean (self->settings, "call-links") &&
      phone_switchboard_place_call (self->parts.switchboard, target, NULL, &options, &error) != NULL)
    return;

  phone_window_dial (phone_application_show_window (self), target);

  if (error != NULL)
    {
      g_autofree char *sentence = phone_format_call_error (error);

      phone_window_say (self->window, sentence);
    }
}

gboolean
phone_application_start_demo (PhoneApplication *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *target = self->hooks.start_demo (self->hooks.data, &error);

  if (target == NULL)
    {
      g_autofree char *sentence = g_strdup_printf (_("The demo line cannot start: %s"), error->message);

      phone_window_say (phone_application_show_window (self), sentence);
      return FALSE;
    }

  if (self->window != NULL)
    phone_window_dial (self->window, target);

  return TRUE;
}

PhoneCall *
phone_application_find_call (PhoneApplication *self,
                             const char       *id)
{
  return phone_switchboard_find_call (self->parts.switchboard, id);
}

void
phone_application_show_call (PhoneApplication *self,
                             PhoneCall        *call)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *l = windows; l != NULL; l = l->next)
    if (PHONE_IS_CALL_WINDOW (l->data) && phone_call_window_get_call (l->data) == call)
      {
        gtk_window_present (GTK_WINDOW (l->data));
        return;
      }

  gtk_window_present (GTK_WINDOW (phone_call_window_new (GTK_APPLICATION (self), self->parts.switchboard, call)));
}

static void
phone_application_quiet_cb (GObject      *object,
                            GAsyncResult *result,
                            gpointer      data)
{
  g_autoptr (PhoneApplication) self = PHONE_APPLICATION (data);

  phone_switchboard_shut_down_finish (PHONE_SWITCHBOARD (object), result, NULL);
  g_application_quit (G_APPLICATION (self));
}

static void
phone_application_shut_down (PhoneApplication *self)
{
  if (self->quitting)
    return;

  self->quitting = TRUE;
  phone_switchboard_shut_down_async (self->parts.switchboard, phone_application_quiet_cb, g_object_ref (self));
}

static void
phone_application_quit_response_cb (PhoneApplication *self,
                                    const char       *response)
{
  if (g_str_equal (response, "quit"))
    phone_application_shut_down (self);
}

static gboolean
phone_application_has_call (PhoneApplication *self)
{
  GListModel *calls = phone_switchboard_get_calls (self->parts.switchboard);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

      if (!phone_call_is_ended (call))
        return TRUE;
    }

  return FALSE;
}

void
phone_application_quit (PhoneApplication *self)
{
  GtkWidget *dialog;

  if (!phone_application_has_call (self))
    {
      phone_application_shut_down (self);
      return;
    }

  if (self->quit_dialog != NULL)
    {
      gtk_window_present (self->quit_dialog);
      return;
    }

  dialog = adw_message_dialog_new (gtk_application_get_active_window (GTK_APPLICATION (self)),
                                   _("End the call and quit?"),
                                   _("A call is up. Quitting ends it, and nobody can reach you until you start Phone again."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "quit", _("End and _quit"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "quit", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (phone_application_quit_response_cb), self, G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->quit_dialog, GTK_WINDOW (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * phone_application_new:
 * @hooks: how the application gets its parts; copied
 *
 * Makes the application for the default profile; `--gapplication-app-id` chooses another.
 *
 * Returns: (transfer full): the application
 */
PhoneApplication *
phone_application_new (const PhoneApplicationHooks *hooks)
{
  PhoneApplication *self;

  g_return_val_if_fail (hooks != NULL, NULL);

  self = g_object_new (PHONE_TYPE_APPLICATION,
                       "application-id", PHONE_APP_ID,
                       "resource-base-path", "/org/example/Phone",
                       "flags", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_CAN_OVERRIDE_APP_ID,
                       NULL);
  self->hooks = *hooks;

  return self;
}

/**
 * phone_application_get_parts:
 * @self: an application that has started up
 *
 * Returns: (transfer none): what the application shows; valid as long as @self
 */
const PhoneApplicationParts *
phone_application_get_parts (PhoneApplication *self)
{
  g_return_val_if_fail (PHONE_IS_APPLICATION (self), NULL);

  return &self->parts;
}
