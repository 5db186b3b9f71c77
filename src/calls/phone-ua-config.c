/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An account as the lower rooms want it: who we are for SIP, the ways to the server, the servers for ICE. */
#include "config.h"
#include "phone-ua-private.h"

#include "phone-dial-target.h"

#include <string.h>

#define DEFAULT_USER_AGENT "Phone/" PHONE_VERSION

gboolean
phone_ua_has_credentials (const PhoneAccountSecrets *secrets)
{
  return secrets && ((secrets->password && *secrets->password) || secrets->ha1 || secrets->authorization_jwt);
}

static PhoneSipCredentials *
phone_ua_credentials_new (PhoneAccount              *account,
                          const PhoneAccountSecrets *secrets)
{
  PhoneSipCredentials *credentials;

  if (!phone_ua_has_credentials (secrets))
    return NULL;

  credentials = phone_sip_credentials_new (phone_account_get_authorization_user (account), secrets->password);
  credentials->ha1 = g_strdup (secrets->ha1);
  credentials->realm = g_strdup (phone_account_get_realm (account));
  credentials->jwt = g_strdup (secrets->authorization_jwt);

  return credentials;
}

/* TRUE for an absent text as well. */
static gboolean
phone_ua_config_parse_uri (const char   *text,
                           const char   *name,
                           PhoneSipUri **out_uri,
                           GError      **error)
{
  if (text == NULL || *text == '\0')
    return TRUE;

  *out_uri = phone_sip_uri_parse (text, -1, error);
  if (*out_uri == NULL)
    g_prefix_error (error, "%s: ", name);

  return *out_uri != NULL;
}

PhoneSipAgentConfig *
phone_ua_config_new (PhoneAccount               *account,
                     const PhoneAccountSecrets  *secrets,
                     GError                    **error)
{
  g_autoptr (PhoneSipUri) uri = NULL;
  g_autoptr (PhoneSipAgentConfig) config = NULL;
  const char *user_agent = phone_account_get_user_agent (account);
  const char *instance_id = phone_account_get_instance_id (account);
  const char *display_name = phone_account_get_display_name (account);

  uri = phone_sip_uri_parse (phone_account_get_uri (account), -1, error);
  if (uri == NULL)
    return NULL;

  config = phone_sip_agent_config_new (uri);
  if (!phone_ua_config_parse_uri (phone_account_get_contact_uri (account), "contact_uri", &config->contact_uri, error)
      || !phone_ua_config_parse_uri (phone_account_get_registrar_server (account), "registrar_server", &config->registrar, error))
    return NULL;

  g_free (config->display_name);
  config->display_name = display_name && *display_name ? g_strdup (display_name) : NULL;
  if (instance_id && *instance_id)
    {
      g_free (config->instance_id);
      config->instance_id = g_strdup (instance_id);
    }
  g_clear_pointer (&config->credentials, phone_sip_credentials_free);
  config->credentials = phone_ua_credentials_new (account, secrets);
  g_free (config->user_agent);
  config->user_agent = g_strdup (user_agent && *user_agent ? user_agent : DEFAULT_USER_AGENT);
  g_strfreev (config->extra_headers);
  config->extra_headers = g_strdupv ((char **) phone_account_get_extra_headers (account));
  g_free (config->register_from_tag_trail);
  config->register_from_tag_trail = g_strdup (phone_account_get_register_from_tag_trail (account));
  config->register_expires = phone_account_get_register_expires (account);
  config->no_answer_timeout = phone_account_get_no_answer_timeout (account);
  config->register_ = !!phone_account_get_register (account);
  config->use_preloaded_route = !!phone_account_get_use_preloaded_route (account);
  config->session_timers = !!phone_account_get_session_timers (account);
  config->session_timers_update = !!phone_account_get_session_timers_update (account);
  config->session_timers_force_refresher = !!phone_account_get_session_timers_force_refresher (account);
  config->trust_asserted_identity = !!phone_account_get_trust_asserted_identity (account);

  return g_steal_pointer (&config);
}

PhoneSipUri *
phone_ua_parse_target (PhoneUa     *self,
                       const char  *target,
                       GError     **error)
{
  PhoneAccount *account = phone_ua_get_account (self);
  g_autoptr (PhoneSipUri) home = phone_sip_uri_parse (phone_account_get_uri (account), -1, NULL);
  g_autofree char *text = NULL;

  if (home == NULL)
    return phone_dial_target_parse (target, phone_account_get_domain (account), error);

  phone_sip_uri_set_user (home, NULL);
  phone_sip_uri_set_password (home, NULL);
  phone_sip_uri_clear_headers (home);
  text = phone_sip_uri_to_string (home);

  return phone_dial_target_parse (target, strchr (text, ':') + 1, error);
}

PhoneSipTransport *
phone_ua_transport_new (PhoneAccount                 *account,
                        const PhoneSwitchboardParts  *parts,
                        GError                      **error)
{
  g_autoptr (PhoneSipTransport) transport = phone_sip_transport_new (parts->clock);
  const char *ca_file = phone_account_get_ca_file (account);

  if (phone_account_get_n_sockets (account) == 0)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_CONFIGURATION, "The account names no server");
      return NULL;
    }

  for (guint i = 0; i < phone_account_get_n_sockets (account); i++)
    {
      int weight = 0;
      const char *url = phone_account_get_nth_socket (account, i, &weight);
      g_autoptr (PhoneSipSocket) socket = parts->socket_factory (url, ca_file && *ca_file ? ca_file : NULL, parts->data, error);

      if (socket == NULL)
        return NULL;

      phone_sip_transport_add_socket (transport, socket, weight);
    }
  phone_sip_transport_set_recovery (transport, phone_account_get_recovery_min (account), phone_account_get_recovery_max (account));

  return g_steal_pointer (&transport);
}

/* A server on this machine has peers on this machine. */
static gboolean
phone_ua_is_loopback (const char *url)
{
  const char *host = url ? strstr (url, "://") : NULL;

  if (host == NULL)
    return FALSE;

  host += 3;

  return g_str_has_prefix (host, "127.") || g_str_has_prefix (host, "[::1]") || g_str_has_prefix (host, "localhost");
}

/* socket_url: the server in use. */
PhoneMediaConfig *
phone_ua_media_config_new (PhoneAccount                *account,
                           const PhoneAccountSecrets   *secrets,
                           const PhoneSwitchboardParts *parts,
                           const char                  *socket_url)
{
  PhoneMediaConfig *config = parts->media_config ? parts->media_config (parts->data) : phone_media_config_new ();

  for (guint i = 0; i < phone_account_get_n_ice_servers (account); i++)
    {
      const char *username = NULL;
      const char *url = phone_account_get_nth_ice_server (account, i, &username);
      const char *credential = secrets && secrets->credentials ? g_hash_table_lookup (secrets->credentials, url) : NULL;

      phone_media_config_add_ice_server (config, url, username && *username ? username : NULL, credential);
    }
  config->relay_only = !!phone_account_get_relay_only (account);
  config->audio = TRUE;
  config->video = TRUE;
  if (phone_account_get_demo (account) || phone_ua_is_loopback (socket_url))
    config->loopback = TRUE;

  return config;
}
