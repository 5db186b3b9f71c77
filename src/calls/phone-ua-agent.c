/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the SIP agent says: the way to the server comes and goes, the account is registered or not, a NOTIFY belongs to nobody. Each
 * event is told on as JsSIP's of the same name; the state is read anew, never set. */
#include "config.h"
#include "phone-ua-internal.h"

#include "phone-sip-token.h"

static void
phone_ua_connecting_cb (PhoneSipTransport *transport,
                        PhoneSipSocket    *socket,
                        guint              attempts,
                        PhoneUa           *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  phone_ua_set_socket (self, socket);
  phone_ua_update_state (self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_CONNECTING], 0, phone_sip_socket_get_url (socket), attempts);
}

static void
phone_ua_connected_cb (PhoneSipTransport *transport,
                       PhoneSipSocket    *socket,
                       PhoneUa           *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  self->connected = TRUE;
  self->was_connected = TRUE;
  phone_ua_set_problem (self, PHONE_UA_PROBLEM_NONE, 0, "");
  phone_ua_set_socket (self, socket);
  phone_ua_update_state (self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_CONNECTED], 0, phone_sip_socket_get_url (socket));
  phone_ua_follow_address (self, socket);
}

static void
phone_ua_disconnected_cb (PhoneSipTransport *transport,
                          PhoneSipSocket    *socket,
                          gboolean           failed,
                          guint              code,
                          const char        *reason,
                          const GError      *cause,
                          PhoneUa           *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autofree char *text = phone_call_make_text (reason);

  if (self->wanted)
    phone_ua_set_problem (self, phone_ua_problem_for_error (cause), 0, cause ? cause->message : text);
  if (!self->connected)
    self->was_connected = FALSE;
  self->connected = FALSE;
  phone_ua_update_state (self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_DISCONNECTED], 0, phone_sip_socket_get_url (socket), failed, code, text);
}

guint
phone_ua_read_status (PhoneSipMessage *response)
{
  return response ? phone_sip_message_get_status (response) : 0;
}

static void
phone_ua_registered_cb (PhoneSipRegistration *registration,
                        PhoneSipMessage      *response,
                        PhoneUa              *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  guint status = phone_ua_read_status (response);

  self->unregistered = FALSE;
  phone_ua_set_problem (self, PHONE_UA_PROBLEM_NONE, status, "");
  phone_ua_update_state (self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_REGISTERED], 0, status);
}

static void
phone_ua_unregistered_cb (PhoneSipRegistration *registration,
                          PhoneSipMessage      *response,
                          const char           *cause,
                          PhoneUa              *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);

  /* Neither: the connection went, and registering goes on with the next one. */
  self->unregistered = response != NULL || cause != NULL;
  phone_ua_update_state (self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_UNREGISTERED], 0, phone_ua_read_status (response), cause);
}

static char *
phone_ua_describe_failure (PhoneSipMessage *response,
                           const char      *cause)
{
  if (response == NULL)
    return phone_call_make_text (cause);

  return g_strdup_printf ("%u %s", phone_sip_message_get_status (response), phone_sip_message_get_reason (response));
}

static void
phone_ua_registration_failed_cb (PhoneSipRegistration *registration,
                                 PhoneSipMessage      *response,
                                 const char           *cause,
                                 PhoneUa              *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  guint status = phone_ua_read_status (response);
  g_autofree char *detail = phone_ua_describe_failure (response, cause);

  /* Without a connection its own problem says more. */
  if (response || self->problem == PHONE_UA_PROBLEM_NONE)
    phone_ua_set_problem (self, phone_ua_problem_for_status (status, cause, phone_ua_has_credentials (self->secrets)), status, detail);
  phone_ua_update_state (self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_REGISTRATION_FAILED], 0, status, cause);
}

static gboolean
phone_ua_registration_expiring_cb (PhoneSipRegistration *registration,
                                   PhoneUa              *self)
{
  gboolean handled = FALSE;

  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_REGISTRATION_EXPIRING], 0, &handled);

  return handled;
}

static void
phone_ua_registration_state_cb (PhoneSipRegistration *registration,
                                GParamSpec           *pspec,
                                PhoneUa              *self)
{
  phone_ua_update_state (self);
}

static void
phone_ua_sip_event_cb (PhoneSipAgent   *agent,
                       const char      *event,
                       PhoneSipMessage *request,
                       PhoneUa         *self)
{
  g_autofree char *name = phone_call_make_text (event);
  g_autofree char *type = phone_call_make_text (phone_sip_message_get_content_type (request));
  g_autofree char *body = phone_call_make_text (phone_sip_message_get_body (request, NULL));

  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_SIP_EVENT], 0, name, type, body);
}

static void
phone_ua_connect_agent (PhoneUa *self)
{
  PhoneSipTransport *transport = phone_sip_agent_get_transport (self->agent);
  PhoneSipRegistration *registration = phone_sip_agent_get_registration (self->agent);

  g_signal_connect_object (transport, "connecting", G_CALLBACK (phone_ua_connecting_cb), self, 0);
  g_signal_connect_object (transport, "connected", G_CALLBACK (phone_ua_connected_cb), self, 0);
  g_signal_connect_object (transport, "disconnected", G_CALLBACK (phone_ua_disconnected_cb), self, 0);
  g_signal_connect_object (registration, "registered", G_CALLBACK (phone_ua_registered_cb), self, 0);
  g_signal_connect_object (registration, "unregistered", G_CALLBACK (phone_ua_unregistered_cb), self, 0);
  g_signal_connect_object (registration, "failed", G_CALLBACK (phone_ua_registration_failed_cb), self, 0);
  g_signal_connect_object (registration, "expiring", G_CALLBACK (phone_ua_registration_expiring_cb), self, 0);
  g_signal_connect_object (registration, "notify::state", G_CALLBACK (phone_ua_registration_state_cb), self, 0);
  g_signal_connect_object (self->agent, "new-session", G_CALLBACK (phone_ua_new_session_cb), self, 0);
  g_signal_connect_object (self->agent, "new-page", G_CALLBACK (phone_ua_new_page_cb), self, 0);
  g_signal_connect_object (self->agent, "sip-event", G_CALLBACK (phone_ua_sip_event_cb), self, 0);
}

void
phone_ua_disconnect_agent (PhoneUa *self)
{
  g_signal_handlers_disconnect_by_data (phone_sip_agent_get_transport (self->agent), self);
  g_signal_handlers_disconnect_by_data (phone_sip_agent_get_registration (self->agent), self);
  g_signal_handlers_disconnect_by_data (self->agent, self);
}

gboolean
phone_ua_create_agent (PhoneUa  *self,
                       GError  **error)
{
  g_autoptr (PhoneSipAgentConfig) config = phone_ua_config_new (self->account, self->secrets, error);
  g_autoptr (PhoneSipTransport) transport = config ? phone_ua_transport_new (self->account, &self->parts, error) : NULL;

  if (transport == NULL)
    return FALSE;

  if (self->trial)
    {
      g_free (config->instance_id);
      config->instance_id = phone_sip_token_uuid ();
    }
  self->agent = phone_sip_agent_new (config, transport, self->parts.clock);
  phone_ua_connect_agent (self);

  return TRUE;
}
