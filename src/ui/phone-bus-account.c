/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-bus-account.h"

#include "phone-bus-error.h"
#include "phone-dbus.h"
#include "phone-format.h"

struct _PhoneBusAccount
{
  GDBusObjectSkeleton  parent_instance;

  PhoneUa             *ua;
  PhoneDbusAccount    *skeleton;
};

G_DEFINE_FINAL_TYPE (PhoneBusAccount, phone_bus_account, G_TYPE_DBUS_OBJECT_SKELETON)

static const char *
phone_bus_account_or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/* What changed is told at once and not in the next idle, so that no state between two is lost. */
static void
phone_bus_account_refresh (PhoneBusAccount *self)
{
  PhoneAccount *account = phone_ua_get_account (self->ua);
  g_autofree char *reason = phone_format_ua_reason (self->ua);

  g_object_set (self->skeleton,
                "uri", phone_account_get_uri (account),
                "display-name", phone_bus_account_or_empty (phone_account_get_display_name (account)),
                "state", phone_ua_state_to_string (phone_ua_get_state (self->ua)),
                "reason", phone_bus_account_or_empty (reason),
                "status-code", phone_ua_get_status_code (self->ua),
                "socket", phone_bus_account_or_empty (phone_ua_get_socket (self->ua)),
                NULL);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

static void
phone_bus_account_changed_cb (PhoneBusAccount *self)
{
  phone_bus_account_refresh (self);
}

static void
phone_bus_account_message_received_cb (PhoneBusAccount *self,
                                       const char      *from,
                                       const char      *content_type,
                                       const char      *text)
{
  phone_dbus_account_emit_message_received (self->skeleton,
                                            phone_bus_account_or_empty (from),
                                            phone_bus_account_or_empty (content_type),
                                            phone_bus_account_or_empty (text));
}

static void
phone_bus_account_request_finished_cb (PhoneBusAccount *self,
                                       const char      *id,
                                       guint            status,
                                       const char      *cause)
{
  phone_dbus_account_emit_request_finished (self->skeleton, phone_bus_account_or_empty (id), status, phone_bus_account_or_empty (cause));
}

static gboolean
phone_bus_account_start_cb (PhoneBusAccount       *self,
                            GDBusMethodInvocation *invocation)
{
  phone_ua_start (self->ua);
  phone_dbus_account_complete_start (self->skeleton, invocation);

  return TRUE;
}

static gboolean
phone_bus_account_stop_cb (PhoneBusAccount       *self,
                           GDBusMethodInvocation *invocation)
{
  phone_ua_stop (self->ua);
  phone_dbus_account_complete_stop (self->skeleton, invocation);

  return TRUE;
}

static gboolean
phone_bus_account_register_cb (PhoneBusAccount       *self,
                               GDBusMethodInvocation *invocation)
{
  phone_ua_register (self->ua);
  phone_dbus_account_complete_register (self->skeleton, invocation);

  return TRUE;
}

static gboolean
phone_bus_account_unregister_cb (PhoneBusAccount       *self,
                                 GDBusMethodInvocation *invocation,
                                 gboolean               all)
{
  phone_ua_unregister (self->ua, all);
  phone_dbus_account_complete_unregister (self->skeleton, invocation);

  return TRUE;
}

static gboolean
phone_bus_account_send_message_cb (PhoneBusAccount       *self,
                                   GDBusMethodInvocation *invocation,
                                   const char            *target,
                                   const char            *text)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *id = phone_ua_send_message (self->ua, target, text, &error);

  if (id != NULL)
    phone_dbus_account_complete_send_message (self->skeleton, invocation, id);
  else
    phone_bus_return_error (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_account_send_options_cb (PhoneBusAccount       *self,
                                   GDBusMethodInvocation *invocation,
                                   const char            *target)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *id = phone_ua_send_options (self->ua, target, &error);

  if (id != NULL)
    phone_dbus_account_complete_send_options (self->skeleton, invocation, id);
  else
    phone_bus_return_error (invocation, error);

  return TRUE;
}

static const struct
{
  const char *signal;
  GCallback   callback;
} methods[] = {
  { "handle-start",        G_CALLBACK (phone_bus_account_start_cb) },
  { "handle-stop",         G_CALLBACK (phone_bus_account_stop_cb) },
  { "handle-register",     G_CALLBACK (phone_bus_account_register_cb) },
  { "handle-unregister",   G_CALLBACK (phone_bus_account_unregister_cb) },
  { "handle-send-message", G_CALLBACK (phone_bus_account_send_message_cb) },
  { "handle-send-options", G_CALLBACK (phone_bus_account_send_options_cb) },
};

static void
phone_bus_account_follow (PhoneBusAccount *self)
{
  static const char * const followed[] = { "notify::state", "notify::problem", "notify::problem-detail", "notify::status-code", "notify::socket" };
  PhoneAccount *account = phone_ua_get_account (self->ua);

  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    g_signal_connect_object (self->ua, followed[i], G_CALLBACK (phone_bus_account_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::uri", G_CALLBACK (phone_bus_account_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::display-name", G_CALLBACK (phone_bus_account_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ua, "message-received", G_CALLBACK (phone_bus_account_message_received_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ua, "request-finished", G_CALLBACK (phone_bus_account_request_finished_cb), self, G_CONNECT_SWAPPED);
}

static void
phone_bus_account_dispose (GObject *object)
{
  PhoneBusAccount *self = PHONE_BUS_ACCOUNT (object);

  g_clear_object (&self->ua);
  g_clear_object (&self->skeleton);

  G_OBJECT_CLASS (phone_bus_account_parent_class)->dispose (object);
}

static void
phone_bus_account_class_init (PhoneBusAccountClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_bus_account_dispose;
}

static void
phone_bus_account_init (PhoneBusAccount *self)
{
  self->skeleton = phone_dbus_account_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    g_signal_connect_object (self->skeleton, methods[i].signal, methods[i].callback, self, G_CONNECT_SWAPPED);
  g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (self), G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

PhoneBusAccount *
phone_bus_account_new (PhoneUa    *ua,
                       const char *object_path)
{
  PhoneBusAccount *self = g_object_new (PHONE_TYPE_BUS_ACCOUNT, "g-object-path", object_path, NULL);

  self->ua = g_object_ref (ua);
  phone_bus_account_follow (self);
  phone_bus_account_refresh (self);

  return self;
}

PhoneUa *
phone_bus_account_get_ua (PhoneBusAccount *self)
{
  return self->ua;
}
