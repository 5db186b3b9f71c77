/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The main window puts pages around the parts it is given; what they show is the parts' own. Two strips under the header bar appear only when there is
 * something to say: how the accounts stand (PhoneStatus), and that no key ring keeps the passwords.
 *
 * The demo line is an account like any other; when it joins, the dial pad is made ready to call its echo, so that "Try it" is two clicks from a picture. */
#include "config.h"
#include "phone-window.h"

#include <glib/gi18n.h>

#include "phone-about.h"
#include "phone-account-dialog.h"
#include "phone-contacts-page.h"
#include "phone-dialer.h"
#include "phone-history-page.h"
#include "phone-preferences-window.h"
#include "phone-status.h"
#include "phone-toast.h"

struct _PhoneWindow
{
  AdwApplicationWindow parent_instance;

  PhoneApplicationParts  parts;
  GSettings             *settings;
  PhoneStatus           *status;
  gboolean               has_account;

  AdwToastOverlay       *toasts;
  AdwViewStack          *pages;
  PhoneDialer           *dialer;
};

G_DEFINE_FINAL_TYPE (PhoneWindow, phone_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_0,
  PROP_SWITCHBOARD,
  PROP_CONTACTS,
  PROP_HISTORY,
  PROP_SECRETS,
  PROP_STATUS,
  PROP_HAS_ACCOUNT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
phone_window_choose_child (GObject  *object,
                           gboolean  has_account)
{
  return g_strdup (has_account ? "phone" : "welcome");
}

static gboolean
phone_window_both (GObject  *object,
                   gboolean  one,
                   gboolean  other)
{
  return one && other;
}

static gboolean
phone_window_is_missing (GObject  *object,
                         gboolean  present)
{
  return !present;
}

static gboolean
phone_window_has_some (GObject *object,
                       guint    count)
{
  return count > 0;
}

static gboolean
phone_window_status_is_shown (GObject *object,
                              int      level)
{
  return level != PHONE_STATUS_FINE;
}

static gboolean
phone_window_status_is_working (GObject *object,
                                int      level)
{
  return level == PHONE_STATUS_WORKING;
}

static gboolean
phone_window_status_can_retry (GObject *object,
                               int      level)
{
  return level == PHONE_STATUS_PROBLEM || level == PHONE_STATUS_IDLE;
}

static char *
phone_window_status_icon (GObject *object,
                          int      level)
{
  return g_strdup (level == PHONE_STATUS_PROBLEM ? "phone-warning-symbolic" : "phone-hang-up-symbolic");
}

static void
phone_window_saved_cb (PhoneWindow *self,
                       gboolean     persistent)
{
  phone_window_say (self, _("Account saved"));
  phone_window_show_page (self, "dial");
}

static void
phone_window_open_account (PhoneWindow  *self,
                           PhoneAccount *account)
{
  PhoneAccountDialog *dialog = phone_account_dialog_new (self->parts.switchboard, self->parts.secrets, account);

  g_signal_connect_object (dialog, "saved", G_CALLBACK (phone_window_saved_cb), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
phone_window_add_account_action (GtkWidget  *widget,
                                 const char *action_name,
                                 GVariant   *parameter)
{
  phone_window_open_account (PHONE_WINDOW (widget), NULL);
}

static void
phone_window_edit_account_action (GtkWidget  *widget,
                                  const char *action_name,
                                  GVariant   *parameter)
{
  PhoneWindow *self = PHONE_WINDOW (widget);
  PhoneUa *ua = phone_status_get_ua (self->status);

  if (ua != NULL)
    phone_window_open_account (self, phone_ua_get_account (ua));
}

static void
phone_window_retry_action (GtkWidget  *widget,
                           const char *action_name,
                           GVariant   *parameter)
{
  phone_status_retry (PHONE_WINDOW (widget)->status);
}

static void
phone_window_preferences_action (GtkWidget  *widget,
                                 const char *action_name,
                                 GVariant   *parameter)
{
  PhoneWindow *self = PHONE_WINDOW (widget);
  PhonePreferencesWindow *window = phone_preferences_window_new (&self->parts, self->settings);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}

static void
phone_window_about_action (GtkWidget  *widget,
                           const char *action_name,
                           GVariant   *parameter)
{
  phone_about_present (GTK_WINDOW (widget));
}

/* Made when it is wanted: it costs a tenth of the start, and most people never see it. */
static void
phone_window_show_help_overlay_action (GtkWidget  *widget,
                                       const char *action_name,
                                       GVariant   *parameter)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/example/Phone/ui/phone-shortcuts-window.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (shortcuts, GTK_WINDOW (widget));
  gtk_window_present (shortcuts);
}

static void
phone_window_show_page_action (GtkWidget  *widget,
                               const char *action_name,
                               GVariant   *parameter)
{
  phone_window_show_page (PHONE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
phone_window_account_joined (PhoneWindow  *self,
                             PhoneAccount *account)
{
  if (!phone_account_get_demo (account) || *phone_dialer_get_text (self->dialer) != '\0')
    return;

  phone_window_dial (self, "echo");
}

static void
phone_window_accounts_changed_cb (PhoneWindow *self,
                                  guint        position,
                                  guint        removed,
                                  guint        added)
{
  GListModel *accounts = G_LIST_MODEL (self->parts.accounts);
  gboolean has_account = g_list_model_get_n_items (accounts) > 0;

  if (self->has_account != has_account)
    {
      self->has_account = has_account;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_ACCOUNT]);
    }

  for (guint i = 0; i < added; i++)
    {
      g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, position + i);

      phone_window_account_joined (self, account);
    }
}

static void
phone_window_restore_size (PhoneWindow *self)
{
  if (self->settings == NULL)
    return;

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));

  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
phone_window_keep_size (PhoneWindow *self)
{
  int width, height;

  if (self->settings == NULL)
    return;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
phone_window_unmap (GtkWidget *widget)
{
  phone_window_keep_size (PHONE_WINDOW (widget));

  GTK_WIDGET_CLASS (phone_window_parent_class)->unmap (widget);
}

static void
phone_window_dispose (GObject *object)
{
  PhoneWindow *self = PHONE_WINDOW (object);

  g_clear_object (&self->status);
  g_clear_object (&self->settings);
  g_clear_object (&self->parts.switchboard);
  g_clear_object (&self->parts.accounts);
  g_clear_object (&self->parts.contacts);
  g_clear_object (&self->parts.history);
  g_clear_object (&self->parts.secrets);
  g_clear_object (&self->parts.microphones);
  g_clear_object (&self->parts.cameras);
  g_clear_object (&self->parts.speakers);

  G_OBJECT_CLASS (phone_window_parent_class)->dispose (object);
}

static void
phone_window_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  PhoneWindow *self = PHONE_WINDOW (object);

  switch (prop_id)
    {
    case PROP_SWITCHBOARD:
      g_value_set_object (value, self->parts.switchboard);
      break;

    case PROP_CONTACTS:
      g_value_set_object (value, self->parts.contacts);
      break;

    case PROP_HISTORY:
      g_value_set_object (value, self->parts.history);
      break;

    case PROP_SECRETS:
      g_value_set_object (value, self->parts.secrets);
      break;

    case PROP_STATUS:
      g_value_set_object (value, self->status);
      break;

    case PROP_HAS_ACCOUNT:
      g_value_set_boolean (value, self->has_account);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_window_class_init (PhoneWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = phone_window_dispose;
  object_class->get_property = phone_window_get_property;
  widget_class->unmap = phone_window_unmap;

  properties[PROP_SWITCHBOARD] = g_param_spec_object ("switchboard", NULL, NULL, PHONE_TYPE_SWITCHBOARD, flags);
  properties[PROP_CONTACTS] = g_param_spec_object ("contacts", NULL, NULL, PHONE_TYPE_CONTACT_STORE, flags);
  properties[PROP_HISTORY] = g_param_spec_object ("history", NULL, NULL, PHONE_TYPE_HISTORY, flags);
  properties[PROP_SECRETS] = g_param_spec_object ("secrets", NULL, NULL, PHONE_TYPE_SECRETS, flags);
  properties[PROP_STATUS] = g_param_spec_object ("status", NULL, NULL, PHONE_TYPE_STATUS, flags);
  properties[PROP_HAS_ACCOUNT] = g_param_spec_boolean ("has-account", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PHONE_TYPE_CONTACTS_PAGE);
  g_type_ensure (PHONE_TYPE_DIALER);
  g_type_ensure (PHONE_TYPE_HISTORY_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/Phone/ui/phone-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PhoneWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, PhoneWindow, dialer);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_choose_child);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_both);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_is_missing);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_has_some);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_status_is_shown);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_status_is_working);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_status_can_retry);
  gtk_widget_class_bind_template_callback (widget_class, phone_window_status_icon);

  gtk_widget_class_install_action (widget_class, "win.add-account", NULL, phone_window_add_account_action);
  gtk_widget_class_install_action (widget_class, "win.edit-account", NULL, phone_window_edit_account_action);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, phone_window_retry_action);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, phone_window_preferences_action);
  gtk_widget_class_install_action (widget_class, "win.about", NULL, phone_window_about_action);
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL, phone_window_show_help_overlay_action);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", phone_window_show_page_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_comma, GDK_CONTROL_MASK, "win.preferences", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.show-help-overlay", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_q, GDK_CONTROL_MASK, "app.quit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_ALT_MASK, "win.show-page", "s", "contacts");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_ALT_MASK, "win.show-page", "s", "dial");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_3, GDK_ALT_MASK, "win.show-page", "s", "history");
}

static void
phone_window_init (PhoneWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

PhoneWindow *
phone_window_new (GtkApplication              *application,
                  const PhoneApplicationParts *parts,
                  GSettings                   *settings)
{
  PhoneWindow *self = g_object_new (PHONE_TYPE_WINDOW, "application", application, NULL);

  g_set_object (&self->settings, settings);
  g_set_object (&self->parts.switchboard, parts->switchboard);
  g_set_object (&self->parts.accounts, parts->accounts);
  g_set_object (&self->parts.contacts, parts->contacts);
  g_set_object (&self->parts.history, parts->history);
  g_set_object (&self->parts.secrets, parts->secrets);
  g_set_object (&self->parts.microphones, parts->microphones);
  g_set_object (&self->parts.cameras, parts->cameras);
  g_set_object (&self->parts.speakers, parts->speakers);
  self->status = phone_status_new (phone_switchboard_get_uas (parts->switchboard));

  phone_window_restore_size (self);

  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);

  g_signal_connect_object (parts->accounts, "items-changed", G_CALLBACK (phone_window_accounts_changed_cb), self, G_CONNECT_SWAPPED);
  phone_window_accounts_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (parts->accounts)));

  return self;
}

void
phone_window_dial (PhoneWindow *self,
                   const char  *target)
{
  g_return_if_fail (PHONE_IS_WINDOW (self));
  g_return_if_fail (target != NULL);

  phone_window_show_page (self, "dial");
  phone_dialer_set_text (self->dialer, target);
  if (!self->has_account)
    {
      /* TRANSLATORS: %s is a SIP address or a number, as of a link that was clicked. */
      g_autofree char *sentence = g_strdup_printf (_("Add an account to call %s"), target);

      phone_window_say (self, sentence);
    }
}

void
phone_window_show_page (PhoneWindow *self,
                        const char  *page)
{
  g_return_if_fail (PHONE_IS_WINDOW (self));

  adw_view_stack_set_visible_child_name (self->pages, page);

  if (g_str_equal (page, "dial"))
    gtk_widget_grab_focus (GTK_WIDGET (self->dialer));
}

void
phone_window_say (PhoneWindow *self,
                  const char  *sentence)
{
  g_return_if_fail (PHONE_IS_WINDOW (self));

  phone_toast_say (GTK_WIDGET (self->pages), sentence);
}
