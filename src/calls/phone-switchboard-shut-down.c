/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of the program: every account says good-bye at once, and whoever waits is told when the last has, or when time is up. */
#include "config.h"
#include "phone-switchboard-internal.h"

#include "phone-ua-private.h"

typedef struct
{
  PhoneSwitchboard *switchboard;
  guint             timer;
} ShutDown;

static void
shut_down_free (ShutDown *self)
{
  phone_sip_clock_clear (self->switchboard->parts.clock, &self->timer);
  g_free (self);
}

static gboolean
phone_switchboard_is_quiet (PhoneSwitchboard *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      if (phone_ua_get_state (ua) != PHONE_UA_STATE_OFFLINE)
        return FALSE;
    }

  return TRUE;
}

static void
phone_switchboard_shut_down_done (GTask *task)
{
  PhoneSwitchboard *self = g_task_get_source_object (task);
  ShutDown *shut_down = g_task_get_task_data (task);

  phone_sip_clock_clear (self->parts.clock, &shut_down->timer);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      g_signal_handlers_disconnect_by_data (ua, task);
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
phone_switchboard_shut_down_timeout_cb (gpointer data)
{
  ShutDown *shut_down = g_task_get_task_data (data);

  shut_down->timer = 0;
  phone_switchboard_shut_down_done (data);
}

static void
phone_switchboard_shut_down_state_cb (PhoneUa    *ua,
                                      GParamSpec *pspec,
                                      GTask      *task)
{
  if (phone_switchboard_is_quiet (g_task_get_source_object (task)))
    phone_switchboard_shut_down_done (task);
}

/**
 * phone_switchboard_shut_down_async:
 *
 * Ends every call and unregisters. The callback runs when all is quiet, after some two seconds at the latest.
 */
void
phone_switchboard_shut_down_async (PhoneSwitchboard    *self,
                                   GAsyncReadyCallback  callback,
                                   gpointer             data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  ShutDown *shut_down = g_new0 (ShutDown, 1);

  g_return_if_fail (PHONE_IS_SWITCHBOARD (self));

  shut_down->switchboard = self;
  g_task_set_source_tag (task, phone_switchboard_shut_down_async);
  g_task_set_task_data (task, shut_down, (GDestroyNotify) shut_down_free);
  self->shutting_down = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      phone_ua_stop (ua);
    }
  phone_switchboard_update_tone (self);

  if (phone_switchboard_is_quiet (self))
    {
      phone_switchboard_shut_down_done (task);
      return;
    }

  shut_down->timer = phone_sip_clock_add (self->parts.clock, PHONE_SWITCHBOARD_FAREWELL_MILLISECONDS, phone_switchboard_shut_down_timeout_cb, task);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      g_signal_connect (ua, "notify::state", G_CALLBACK (phone_switchboard_shut_down_state_cb), task);
    }
}

gboolean
phone_switchboard_shut_down_finish (PhoneSwitchboard  *self,
                                    GAsyncResult      *result,
                                    GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
