/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls of an account: those that it makes, those that come, and their end. A call that is over stays in the list for some
 * seconds. */
#include "config.h"
#include "phone-ua-internal.h"

/* D-Bus clients may still read a call that is over. */
#define ENDED_CALL_MILLISECONDS 5000u

static void
phone_ua_call_state_cb (PhoneCall  *call,
                        GParamSpec *pspec,
                        PhoneUa    *self)
{
  if (phone_call_get_state (call) != PHONE_CALL_STATE_ENDED)
    return;

  g_signal_handlers_disconnect_by_func (call, phone_ua_call_state_cb, self);
  phone_ua_keep (self, call, ENDED_CALL_MILLISECONDS);
  if (self->reload_due)
    phone_ua_reload (self);
}

static PhoneMediaSession *
phone_ua_create_media (PhoneUa  *self,
                       gboolean  video)
{
  g_autoptr (PhoneMediaConfig) config = phone_ua_media_config_new (self->account, self->secrets, &self->parts, self->socket);

  config->video = !!video;

  return self->parts.media_factory (config, self->parts.data);
}

static void
phone_ua_add_call (PhoneUa             *self,
                   PhoneCall           *call,
                   PhoneCallOriginator  originator)
{
  g_signal_connect_object (call, "notify::state", G_CALLBACK (phone_ua_call_state_cb), self, 0);
  g_list_store_append (self->calls, call);
  if (originator == PHONE_CALL_ORIGINATOR_LOCAL)
    phone_call_emit_event (call, "peerconnection", NULL);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_NEW_CALL], 0, call, originator);
}

static void
phone_ua_refuse_session (PhoneSipSession *session,
                         guint            status)
{
  PhoneSipTerminateOptions options = { .status = status };

  phone_sip_session_terminate (session, &options, NULL);
}

static PhoneCall *
phone_ua_begin_call (PhoneUa                   *self,
                     const PhoneSipUri         *target,
                     const PhoneUaCallOptions  *options,
                     PhoneSipReferNotifier     *notifier,
                     GError                   **error)
{
  g_autoptr (PhoneCall) call = NULL;
  g_autofree char *uri = phone_sip_uri_to_string (target);
  PhoneSipSession *session;

  if (!phone_ua_may_send (self, error))
    return NULL;
  if (phone_ua_count_live_calls (self) >= PHONE_UA_MAX_CALLS)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, "There are too many calls already");
      return NULL;
    }

  session = phone_sip_agent_create_session (self->agent, target);
  if (notifier)
    phone_sip_refer_notifier_accept (notifier, session);
  call = phone_call_new_outgoing (self, self->parts.clock, session, phone_ua_create_media (self, options && options->video), uri, options);
  if (notifier)
    phone_call_set_replaces (call, phone_sip_refer_notifier_get_replaces (notifier));
  phone_ua_add_call (self, call, PHONE_CALL_ORIGINATOR_LOCAL);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_NEW)
    phone_call_dispatch (call, PHONE_CALL_EVENT_DIAL);

  return call;
}

void
phone_ua_new_session_cb (PhoneSipAgent   *agent,
                         PhoneSipSession *session,
                         PhoneSipMessage *request,
                         PhoneUa         *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autoptr (PhoneCall) call = NULL;

  if (phone_sip_session_is_outgoing (session))
    return;
  if (self->trial || phone_ua_count_live_calls (self) >= PHONE_UA_MAX_CALLS)
    {
      phone_ua_refuse_session (session, self->trial ? 480 : 486);
      return;
    }

  call = phone_call_new_incoming (self, self->parts.clock, g_object_ref (session), phone_ua_create_media (self, TRUE));
  phone_ua_add_call (self, call, PHONE_CALL_ORIGINATOR_REMOTE);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_NEW)
    phone_call_dispatch (call, PHONE_CALL_EVENT_INVITED);
}

guint
phone_ua_count_live_calls (PhoneUa *self)
{
  GListModel *calls = G_LIST_MODEL (self->calls);
  guint live = 0;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

      live += phone_call_get_state (call) != PHONE_CALL_STATE_ENDED;
    }

  return live;
}

gboolean
phone_ua_may_send (PhoneUa  *self,
                   GError  **error)
{
  if (phone_ua_is_connected (self))
    return TRUE;

  g_set_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED, "%s is not connected", phone_account_get_uri (self->account));

  return FALSE;
}

/**
 * phone_ua_call:
 * @target: what a person types, or a URI
 * @options: (nullable): NULL for a call without a picture
 *
 * Begins a call. What becomes of it is told by the call.
 *
 * Returns: (transfer none): the call, owned by the list; %NULL with #PHONE_UA_ERROR_INVALID_TARGET or #PHONE_UA_ERROR_NOT_CONNECTED
 */
PhoneCall *
phone_ua_call (PhoneUa                   *self,
               const char                *target,
               const PhoneUaCallOptions  *options,
               GError                   **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;

  g_return_val_if_fail (PHONE_IS_UA (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  uri = phone_ua_parse_target (self, target, error);

  return uri ? phone_ua_begin_call (self, uri, options, NULL, error) : NULL;
}

PhoneCall *
phone_ua_follow_refer (PhoneUa                   *self,
                       PhoneSipReferNotifier     *notifier,
                       const PhoneUaCallOptions  *options,
                       GError                   **error)
{
  return phone_ua_begin_call (self, phone_sip_refer_notifier_get_target (notifier), options, notifier, error);
}

gboolean
phone_ua_answer_replacement (PhoneUa         *self,
                             PhoneSipSession *incoming,
                             PhoneCall       *replaced,
                             gboolean         video)
{
  g_autoptr (PhoneCall) call = NULL;

  if (!self->wanted)
    return FALSE;

  call = phone_call_new_incoming (self, self->parts.clock, g_object_ref (incoming), phone_ua_create_media (self, TRUE));
  phone_call_set_replacement (call);
  phone_ua_add_call (self, call, PHONE_CALL_ORIGINATOR_REMOTE);
  if (phone_call_get_state (call) == PHONE_CALL_STATE_NEW)
    phone_call_dispatch (call, PHONE_CALL_EVENT_INVITED);
  phone_call_answer (call, video, NULL);

  return TRUE;
}

/**
 * phone_ua_terminate_sessions:
 *
 * Ends every call.
 */
void
phone_ua_terminate_sessions (PhoneUa *self)
{
  phone_ua_terminate_sessions_with (self, NULL);
}

/**
 * phone_ua_terminate_sessions_with:
 * @options: (nullable): as in phone_call_hang_up_with(), for each
 *
 * Ends every call.
 */
void
phone_ua_terminate_sessions_with (PhoneUa                   *self,
                                  const PhoneCallEndOptions *options)
{
  const PhoneCallEndOptions none = { 0, };

  g_return_if_fail (PHONE_IS_UA (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      phone_call_hang_up_with (call, options ? options : &none, NULL);
    }
  if (self->agent)
    phone_sip_agent_terminate_sessions (self->agent);
}
