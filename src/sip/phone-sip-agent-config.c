/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-agent.h"

#include "phone-sip-token.h"

/**
 * phone_sip_agent_config_new:
 * @uri: the account's address, with user
 *
 * Returns: (transfer full): JsSIP's defaults for @uri
 */
PhoneSipAgentConfig *
phone_sip_agent_config_new (PhoneSipUri *uri)
{
  PhoneSipAgentConfig *self = g_new0 (PhoneSipAgentConfig, 1);

  self->uri = phone_sip_uri_copy (uri);
  self->instance_id = phone_sip_token_uuid ();
  self->register_expires = 600;
  self->no_answer_timeout = 60;
  self->register_ = TRUE;
  self->session_timers = TRUE;
  self->session_timers_update = TRUE;

  return self;
}

PhoneSipAgentConfig *
phone_sip_agent_config_copy (const PhoneSipAgentConfig *self)
{
  PhoneSipAgentConfig *copy = g_memdup2 (self, sizeof *self);

  copy->uri = phone_sip_uri_copy (self->uri);
  copy->contact_uri = self->contact_uri != NULL ? phone_sip_uri_copy (self->contact_uri) : NULL;
  copy->registrar = self->registrar != NULL ? phone_sip_uri_copy (self->registrar) : NULL;
  copy->display_name = g_strdup (self->display_name);
  copy->instance_id = g_strdup (self->instance_id);
  copy->credentials = self->credentials != NULL ? phone_sip_credentials_copy (self->credentials) : NULL;
  copy->user_agent = g_strdup (self->user_agent);
  copy->extra_headers = g_strdupv (self->extra_headers);
  copy->register_from_tag_trail = g_strdup (self->register_from_tag_trail);

  return copy;
}

void
phone_sip_agent_config_free (PhoneSipAgentConfig *self)
{
  g_clear_pointer (&self->uri, phone_sip_uri_free);
  g_clear_pointer (&self->contact_uri, phone_sip_uri_free);
  g_clear_pointer (&self->registrar, phone_sip_uri_free);
  g_clear_pointer (&self->credentials, phone_sip_credentials_free);
  g_free (self->display_name);
  g_free (self->instance_id);
  g_free (self->user_agent);
  g_strfreev (self->extra_headers);
  g_free (self->register_from_tag_trail);
  g_free (self);
}
