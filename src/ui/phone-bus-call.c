/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every property of the interface is one of PhoneCall under another name, so most are bindings; a method is one call of PhoneCall
 * whose error becomes the reply. What changes is sent at once instead of in the next idle: states follow each other within
 * one turn of the main loop, and whoever watches shall see each, and before the event that tells of it. */

#include "config.h"
#include "phone-bus-call.h"

#include "phone-bus-error.h"
#include "phone-dbus.h"

#define DTMF_DURATION_MS 100
#define DTMF_GAP_MS      500

struct _PhoneBusCall
{
  GDBusObjectSkeleton  parent_instance;

  PhoneCall           *call;
  PhoneDbusCall       *skeleton;
  GWeakRef             manager_wr;
  gboolean             watching;
};

G_DEFINE_FINAL_TYPE (PhoneBusCall, phone_bus_call, G_TYPE_DBUS_OBJECT_SKELETON)

/* Properties that are the same on both sides. */
static const char * const bound[] = {
  "remote-uri", "remote-name", "start-time", "end-time", "local-hold", "remote-hold", "microphone-muted", "camera-muted",
  "local-video", "remote-video", "encrypted", "end-cause", "status-code", "transfer-request",
};

static const char *
phone_bus_call_name_state (PhoneCall *call)
{
  switch (phone_call_get_state (call))
    {
    case PHONE_CALL_STATE_NEW:
      return phone_call_get_direction (call) == PHONE_CALL_INCOMING ? "incoming" : "preparing";
    case PHONE_CALL_STATE_PREPARING:
      return "preparing";
    case PHONE_CALL_STATE_DIALING:
      return "dialing";
    case PHONE_CALL_STATE_RINGING:
      return "ringing";
    case PHONE_CALL_STATE_INCOMING:
      return "incoming";
    case PHONE_CALL_STATE_ANSWERING:
    case PHONE_CALL_STATE_CONFIRMING:
      return "answering";
    case PHONE_CALL_STATE_ACTIVE:
      return "active";
    case PHONE_CALL_STATE_ENDING:
      return "ending";
    case PHONE_CALL_STATE_ENDED:
    default:
      return "ended";
    }
}

static const char *
phone_bus_call_name_originator (PhoneCall *call)
{
  static const char * const names[] = {
    [PHONE_CALL_ORIGINATOR_LOCAL] = "local",
    [PHONE_CALL_ORIGINATOR_REMOTE] = "remote",
    [PHONE_CALL_ORIGINATOR_SYSTEM] = "system",
  };

  return names[phone_call_get_originator (call)];
}

static void
phone_bus_call_flush (PhoneBusCall *self)
{
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

/* The reading costs a little each second: only while there is something to read. */
static void
phone_bus_call_watch (PhoneBusCall *self,
                      gboolean      watch)
{
  if (self->watching == watch)
    return;
  self->watching = watch;
  if (watch)
    phone_call_watch_stats (self->call);
  else
    phone_call_unwatch_stats (self->call);
}

static void
phone_bus_call_state_changed_cb (PhoneBusCall *self)
{
  PhoneCallState state = phone_call_get_state (self->call);

  phone_dbus_call_set_state (self->skeleton, phone_bus_call_name_state (self->call));
  phone_dbus_call_set_originator (self->skeleton, phone_bus_call_name_originator (self->call));
  phone_bus_call_flush (self);
  /* Early media flows while it still rings. */
  phone_bus_call_watch (self, state == PHONE_CALL_STATE_RINGING || state == PHONE_CALL_STATE_ACTIVE);
}

static void
phone_bus_call_originator_changed_cb (PhoneBusCall *self)
{
  phone_dbus_call_set_originator (self->skeleton, phone_bus_call_name_originator (self->call));
}

static void
phone_bus_call_stats_changed_cb (PhoneBusCall *self)
{
  GVariant *stats = phone_call_get_stats (self->call);

  if (stats != NULL)
    phone_dbus_call_set_statistics (self->skeleton, stats);
}

static void
phone_bus_call_event_cb (PhoneBusCall *self,
                         const char   *name,
                         GVariant     *details)
{
  g_autoptr(GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));

  phone_bus_call_flush (self);
  phone_dbus_call_emit_event (self->skeleton, name, details != NULL ? details : none);
}

static void
phone_bus_call_dtmf_received_cb (PhoneBusCall *self,
                                 const char   *tone,
                                 guint         duration)
{
  phone_dbus_call_emit_dtmf_received (self->skeleton, tone, duration);
}

static void
phone_bus_call_info_received_cb (PhoneBusCall *self,
                                 const char   *type,
                                 const char   *body)
{
  phone_dbus_call_emit_info_received (self->skeleton, type != NULL ? type : "", body != NULL ? body : "");
}

static gboolean
phone_bus_call_answer_cb (PhoneBusCall          *self,
                          GDBusMethodInvocation *invocation,
                          GVariant              *options)
{
  g_autoptr(GError) error = NULL;
  gboolean video = phone_call_get_offers_video (self->call);

  g_variant_lookup (options, "video", "b", &video);
  phone_call_answer (self->call, video, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_hang_up_cb (PhoneBusCall          *self,
                           GDBusMethodInvocation *invocation,
                           GVariant              *options)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *reason = NULL;
  guint status = 0;

  g_variant_lookup (options, "status-code", "u", &status);
  g_variant_lookup (options, "reason", "s", &reason);
  phone_call_hang_up (self->call, status, reason, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_hold_cb (PhoneBusCall          *self,
                        GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;

  phone_call_hold (self->call, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_unhold_cb (PhoneBusCall          *self,
                          GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;

  phone_call_unhold (self->call, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_mute_cb (PhoneBusCall          *self,
                        GDBusMethodInvocation *invocation,
                        gboolean               microphone,
                        gboolean               camera)
{
  phone_call_set_muted (self->call, microphone, camera);
  phone_bus_return_result (invocation, NULL);

  return TRUE;
}

static gboolean
phone_bus_call_set_video_cb (PhoneBusCall          *self,
                             GDBusMethodInvocation *invocation,
                             gboolean               video)
{
  g_autoptr(GError) error = NULL;

  phone_call_set_video (self->call, video, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_send_dtmf_cb (PhoneBusCall          *self,
                             GDBusMethodInvocation *invocation,
                             const char            *tones,
                             GVariant              *options)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *transport = NULL;
  guint duration = DTMF_DURATION_MS, gap = DTMF_GAP_MS;

  g_variant_lookup (options, "transport", "s", &transport);
  g_variant_lookup (options, "duration", "u", &duration);
  g_variant_lookup (options, "gap", "u", &gap);
  phone_call_send_dtmf (self->call, tones, transport != NULL ? transport : "auto", duration, gap, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_send_info_cb (PhoneBusCall          *self,
                             GDBusMethodInvocation *invocation,
                             const char            *type,
                             const char            *body)
{
  g_autoptr(GError) error = NULL;

  phone_call_send_info (self->call, type, body, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_transfer_cb (PhoneBusCall          *self,
                            GDBusMethodInvocation *invocation,
                            const char            *target)
{
  g_autoptr(GError) error = NULL;

  phone_call_transfer (self->call, target, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_transfer_to_cb (PhoneBusCall          *self,
                               GDBusMethodInvocation *invocation,
                               const char            *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusObjectManager) manager = g_weak_ref_get (&self->manager_wr);
  g_autoptr(GDBusObject) other = manager != NULL ? g_dbus_object_manager_get_object (manager, path) : NULL;

  if (other != NULL && PHONE_IS_BUS_CALL (other))
    phone_call_transfer_to (self->call, PHONE_BUS_CALL (other)->call, &error);
  else
    error = g_error_new (PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "there is no call “%s”", path);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_accept_transfer_cb (PhoneBusCall          *self,
                                   GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;

  phone_call_accept_transfer (self->call, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_reject_transfer_cb (PhoneBusCall          *self,
                                   GDBusMethodInvocation *invocation)
{
  g_autoptr(GError) error = NULL;

  phone_call_reject_transfer (self->call, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static gboolean
phone_bus_call_renegotiate_cb (PhoneBusCall          *self,
                               GDBusMethodInvocation *invocation,
                               GVariant              *options)
{
  g_autoptr(GError) error = NULL;
  PhoneCallModifyOptions wanted = { NULL };

  g_variant_lookup (options, "ice-restart", "b", &wanted.ice_restart);
  g_variant_lookup (options, "use-update", "b", &wanted.use_update);
  phone_call_renegotiate_with (self->call, &wanted, &error);
  phone_bus_return_result (invocation, error);

  return TRUE;
}

static const struct
{
  const char *signal;
  GCallback   callback;
} methods[] = {
  { "handle-answer",          G_CALLBACK (phone_bus_call_answer_cb) },
  { "handle-hang-up",         G_CALLBACK (phone_bus_call_hang_up_cb) },
  { "handle-hold",            G_CALLBACK (phone_bus_call_hold_cb) },
  { "handle-unhold",          G_CALLBACK (phone_bus_call_unhold_cb) },
  { "handle-mute",            G_CALLBACK (phone_bus_call_mute_cb) },
  { "handle-set-video",       G_CALLBACK (phone_bus_call_set_video_cb) },
  { "handle-send-dtmf",       G_CALLBACK (phone_bus_call_send_dtmf_cb) },
  { "handle-send-info",       G_CALLBACK (phone_bus_call_send_info_cb) },
  { "handle-transfer",        G_CALLBACK (phone_bus_call_transfer_cb) },
  { "handle-transfer-to",     G_CALLBACK (phone_bus_call_transfer_to_cb) },
  { "handle-accept-transfer", G_CALLBACK (phone_bus_call_accept_transfer_cb) },
  { "handle-reject-transfer", G_CALLBACK (phone_bus_call_reject_transfer_cb) },
  { "handle-renegotiate",     G_CALLBACK (phone_bus_call_renegotiate_cb) },
};

/* D-Bus has no NULL among its texts. */
static gboolean
phone_bus_call_text_to_bus (GBinding     *binding,
                            const GValue *from,
                            GValue       *to,
                            gpointer      data)
{
  if (G_VALUE_HOLDS_STRING (from) && g_value_get_string (from) == NULL)
    g_value_set_static_string (to, "");
  else
    g_value_copy (from, to);

  return TRUE;
}

/* Bindings first: when the state changes, what belongs to it has changed already and goes out with it. */
static void
phone_bus_call_follow (PhoneBusCall *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (bound); i++)
    g_object_bind_property_full (self->call, bound[i], self->skeleton, bound[i], G_BINDING_SYNC_CREATE,
                                 phone_bus_call_text_to_bus, NULL, NULL, NULL);
  g_signal_connect_object (self->call, "notify::originator", G_CALLBACK (phone_bus_call_originator_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call, "notify::state", G_CALLBACK (phone_bus_call_state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call, "notify::stats", G_CALLBACK (phone_bus_call_stats_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call, "event", G_CALLBACK (phone_bus_call_event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call, "dtmf-received", G_CALLBACK (phone_bus_call_dtmf_received_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call, "info-received", G_CALLBACK (phone_bus_call_info_received_cb), self, G_CONNECT_SWAPPED);
  phone_bus_call_state_changed_cb (self);
}

static void
phone_bus_call_dispose (GObject *object)
{
  PhoneBusCall *self = PHONE_BUS_CALL (object);

  if (self->call != NULL)
    phone_bus_call_watch (self, FALSE);
  g_clear_object (&self->call);
  g_clear_object (&self->skeleton);
  g_weak_ref_set (&self->manager_wr, NULL);

  G_OBJECT_CLASS (phone_bus_call_parent_class)->dispose (object);
}

static void
phone_bus_call_finalize (GObject *object)
{
  g_weak_ref_clear (&PHONE_BUS_CALL (object)->manager_wr);

  G_OBJECT_CLASS (phone_bus_call_parent_class)->finalize (object);
}

static void
phone_bus_call_class_init (PhoneBusCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_bus_call_dispose;
  object_class->finalize = phone_bus_call_finalize;
}

static void
phone_bus_call_init (PhoneBusCall *self)
{
  g_weak_ref_init (&self->manager_wr, NULL);
  self->skeleton = phone_dbus_call_skeleton_new ();
  phone_dbus_call_set_statistics (self->skeleton, g_variant_new ("a{sv}", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    g_signal_connect_object (self->skeleton, methods[i].signal, methods[i].callback, self, G_CONNECT_SWAPPED);
  g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (self), G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

PhoneBusCall *
phone_bus_call_new (PhoneCall          *call,
                    const char         *object_path,
                    const char         *account_path,
                    GDBusObjectManager *manager)
{
  PhoneBusCall *self = g_object_new (PHONE_TYPE_BUS_CALL, "g-object-path", object_path, NULL);

  self->call = g_object_ref (call);
  g_weak_ref_set (&self->manager_wr, manager);
  phone_dbus_call_set_account (self->skeleton, account_path);
  phone_dbus_call_set_direction (self->skeleton, phone_call_get_direction (call) == PHONE_CALL_INCOMING ? "incoming" : "outgoing");
  phone_bus_call_follow (self);

  return self;
}

PhoneCall *
phone_bus_call_get_call (PhoneBusCall *self)
{
  return self->call;
}
