/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A notification of a call lives exactly as long as the call waits for its answer: it is withdrawn by the call's state, whoever changed it, and when the
 * notifier goes. What is missed stays until the person looks. */
#include "config.h"
#include "phone-notifier.h"

#include <glib/gi18n.h>

#include "phone-format.h"

struct _PhoneNotifier
{
  GObject parent_instance;

  GApplication     *application;        /* borrowed: it owns the notifier */
  PhoneSwitchboard *switchboard;
  GHashTable       *shown;              /* set of notification ids of waiting calls */
};

G_DEFINE_FINAL_TYPE (PhoneNotifier, phone_notifier, G_TYPE_OBJECT)

static char *
phone_notifier_create_id (PhoneCall *call)
{
  return g_strconcat ("call-", phone_call_get_id (call), NULL);
}

static void
phone_notifier_withdraw (PhoneNotifier *self,
                         PhoneCall     *call)
{
  g_autofree char *id = phone_notifier_create_id (call);

  if (g_hash_table_remove (self->shown, id))
    g_application_withdraw_notification (self->application, id);
}

static void
phone_notifier_call_state_cb (PhoneNotifier *self,
                              GParamSpec    *pspec,
                              PhoneCall     *call)
{
  if (phone_call_get_state (call) != PHONE_CALL_STATE_INCOMING)
    phone_notifier_withdraw (self, call);
}

static void
phone_notifier_incoming_cb (PhoneNotifier *self,
                            PhoneCall     *call)
{
  g_autofree char *id = phone_notifier_create_id (call);
  g_autofree char *peer = phone_format_peer (NULL, phone_call_get_remote_name (call), phone_call_get_remote_uri (call));
  g_autofree char *title = phone_format_call_state (NULL, PHONE_CALL_STATE_INCOMING, phone_call_get_offers_video (call), 0, FALSE, FALSE);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, peer);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_set_category (notification, "call.incoming");
  g_notification_set_default_action_and_target (notification, "app.show-call", "s", phone_call_get_id (call));
  g_notification_add_button_with_target (notification, _("Answer"), "app.answer-call", "s", phone_call_get_id (call));
  g_notification_add_button_with_target (notification, _("Decline"), "app.decline-call", "s", phone_call_get_id (call));

  g_hash_table_add (self->shown, g_strdup (id));
  g_signal_connect_object (call, "notify::state", G_CALLBACK (phone_notifier_call_state_cb), self, G_CONNECT_SWAPPED);
  g_application_send_notification (self->application, id, notification);
}

static gboolean
phone_notifier_is_missed (PhoneCall *call)
{
  PhoneCallEndReason reason = phone_call_get_end_reason (call);

  return phone_call_get_direction (call) == PHONE_CALL_INCOMING && phone_call_get_start_time (call) == 0 &&
         phone_call_get_originator (call) != PHONE_CALL_ORIGINATOR_LOCAL &&
         (reason == PHONE_CALL_END_CANCELLED || reason == PHONE_CALL_END_NO_ANSWER || reason == PHONE_CALL_END_TIMEOUT);
}

static void
phone_notifier_ended_cb (PhoneNotifier *self,
                         PhoneCall     *call)
{
  g_autofree char *id = g_strconcat ("missed-", phone_call_get_id (call), NULL);
  g_autofree char *peer = NULL;
  g_autoptr (GNotification) notification = NULL;

  phone_notifier_withdraw (self, call);

  if (!phone_notifier_is_missed (call))
    return;

  peer = phone_format_peer (NULL, phone_call_get_remote_name (call), phone_call_get_remote_uri (call));
  notification = g_notification_new (_("Missed call"));
  g_notification_set_body (notification, peer);
  g_notification_set_category (notification, "call.unanswered");
  g_notification_set_default_action (notification, "app.show-history");
  g_application_send_notification (self->application, id, notification);
}

static void
phone_notifier_message_cb (PhoneNotifier *self,
                           PhoneUa       *ua,
                           const char    *from,
                           const char    *text)
{
  g_autofree char *id = g_strconcat ("message-", from, NULL);
  g_autofree char *title = phone_format_peer (NULL, NULL, from);
  g_autofree char *body = phone_format_message (text);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action (notification, "app.activate");
  g_application_send_notification (self->application, id, notification);
}

static void
phone_notifier_dispose (GObject *object)
{
  PhoneNotifier *self = PHONE_NOTIFIER (object);

  if (self->shown != NULL)
    {
      GHashTableIter iter;
      gpointer id;

      g_hash_table_iter_init (&iter, self->shown);

      while (g_hash_table_iter_next (&iter, &id, NULL))
        g_application_withdraw_notification (self->application, id);
    }

  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_object (&self->switchboard);

  G_OBJECT_CLASS (phone_notifier_parent_class)->dispose (object);
}

static void
phone_notifier_class_init (PhoneNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_notifier_dispose;
}

static void
phone_notifier_init (PhoneNotifier *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

PhoneNotifier *
phone_notifier_new (GApplication     *application,
                    PhoneSwitchboard *switchboard)
{
  PhoneNotifier *self = g_object_new (PHONE_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->switchboard = g_object_ref (switchboard);
  g_signal_connect_object (switchboard, "incoming-call", G_CALLBACK (phone_notifier_incoming_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (switchboard, "call-ended", G_CALLBACK (phone_notifier_ended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (switchboard, "message-received", G_CALLBACK (phone_notifier_message_cb), self, G_CONNECT_SWAPPED);

  return self;
}
