/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "phone-assembly.h"

#include <glib/gstdio.h>

#include "phone-echo-party.h"
#include "phone-exchange.h"
#include "phone-media-devices.h"
#include "phone-media-webrtc.h"
#include "phone-secret-service.h"
#include "phone-sip-websocket.h"
#include "phone-switchboard-private.h"

#define DEMO_DOMAIN "demo.invalid"

struct _PhoneAssembly
{
  PhoneApplicationHooks  hooks;

  PhoneDatabase         *database;
  PhoneAccountStore     *accounts;
  PhoneContactStore     *contacts;
  PhoneHistory          *history;
  PhoneSecretService    *secrets;

  GSettings             *settings;
  PhoneSipClock         *clock;
  PhoneMediaDevices     *devices;
  PhoneMediaTone        *tone;
  PhoneSwitchboard      *switchboard;

  PhoneExchange         *exchange;      /* with the demo line only */
  PhoneEchoParty        *echo;
  gboolean               test_media;
};

static char *
phone_assembly_get_database_path (const char *application_id)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), application_id, NULL);

  g_mkdir_with_parents (folder, 0700);

  return g_build_filename (folder, "phone.db", NULL);
}

static gboolean
phone_assembly_open_store (const char             *application_id,
                           PhoneApplicationParts  *out_parts,
                           gpointer                data,
                           GError                **error)
{
  PhoneAssembly *self = data;
  g_autofree char *path = phone_assembly_get_database_path (application_id);

  if (self->database == NULL)
    {
      self->database = phone_database_open (path, error);
      if (self->database == NULL)
        return FALSE;

      self->accounts = phone_account_store_new (self->database);
      self->contacts = phone_contact_store_new (self->database);
      self->history = phone_history_new (self->database);
      self->secrets = phone_secret_service_new (application_id);
    }

  out_parts->accounts = self->accounts;
  out_parts->contacts = self->contacts;
  out_parts->history = self->history;
  out_parts->secrets = PHONE_SECRETS (self->secrets);

  return TRUE;
}

static PhoneSipSocket *
phone_assembly_create_socket (const char  *url,
                              const char  *ca_file,
                              gpointer     data,
                              GError     **error)
{
  PhoneSipWebsocket *socket = phone_sip_websocket_new (url, error);

  if (socket == NULL)
    return NULL;

  if (ca_file != NULL)
    phone_sip_websocket_set_ca_file (socket, ca_file);

  return PHONE_SIP_SOCKET (socket);
}

static char *
phone_assembly_get_device (PhoneAssembly *self,
                           const char    *key)
{
  g_autofree char *id = g_settings_get_string (self->settings, key);

  return *id != '\0' ? g_steal_pointer (&id) : NULL;
}

static PhoneMediaConfig *
phone_assembly_create_media_config (gpointer data)
{
  PhoneAssembly *self = data;
  PhoneMediaConfig *config = phone_media_config_new ();

  config->microphone_id = phone_assembly_get_device (self, "microphone");
  config->camera_id = phone_assembly_get_device (self, "camera");
  config->speaker_id = phone_assembly_get_device (self, "speaker");
  config->gathering_timeout = g_settings_get_uint (self->settings, "gathering-timeout");
  config->devices = g_object_ref (self->devices);
  config->test_media = self->test_media;

  return config;
}

static void
phone_assembly_build_switchboard (PhoneAssembly *self)
{
  g_autofree char *speaker = phone_assembly_get_device (self, "speaker");
  PhoneSwitchboardParts parts = {
    .accounts = self->accounts,
    .contacts = self->contacts,
    .history = self->history,
    .secrets = PHONE_SECRETS (self->secrets),
    .socket_factory = phone_assembly_create_socket,
    .media_factory = phone_media_webrtc_new,
    .media_config = phone_assembly_create_media_config,
    .data = self,
  };

  self->clock = phone_sip_clock_new_main_loop ();
  self->tone = phone_media_tone_new (self->devices, speaker);
  parts.clock = self->clock;
  parts.tone = self->tone;
  self->switchboard = phone_switchboard_new (&parts);
}

/* The window comes first: asking for devices takes longer than building it. */
static gboolean
phone_assembly_start_devices_cb (gpointer data)
{
  phone_media_devices_start (PHONE_MEDIA_DEVICES (data));

  return G_SOURCE_REMOVE;
}

static gboolean
phone_assembly_assemble (const char             *application_id,
                         GSettings              *settings,
                         PhoneApplicationParts  *out_parts,
                         gpointer                data,
                         GError                **error)
{
  PhoneAssembly *self = data;

  if (!phone_media_init (error))
    return FALSE;

  self->settings = g_object_ref (settings);
  self->devices = phone_media_devices_new ();
  g_idle_add_full (G_PRIORITY_LOW, phone_assembly_start_devices_cb, g_object_ref (self->devices), g_object_unref);
  phone_assembly_build_switchboard (self);

  out_parts->switchboard = self->switchboard;
  out_parts->microphones = phone_media_devices_get_list (self->devices, PHONE_MEDIA_DEVICE_MICROPHONE);
  out_parts->cameras = phone_media_devices_get_list (self->devices, PHONE_MEDIA_DEVICE_CAMERA);
  out_parts->speakers = phone_media_devices_get_list (self->devices, PHONE_MEDIA_DEVICE_SPEAKER);

  return TRUE;
}

static gboolean
phone_assembly_open_exchange (PhoneAssembly  *self,
                              GError        **error)
{
  g_autoptr (PhoneExchange) exchange = phone_exchange_new (DEMO_DOMAIN);

  if (!phone_exchange_listen (exchange, 0, error))
    return FALSE;

  self->exchange = g_steal_pointer (&exchange);
  self->echo = phone_echo_party_new (self->exchange);
  phone_echo_party_start (self->echo);

  return TRUE;
}

static char *
phone_assembly_start_demo (gpointer   data,
                           GError   **error)
{
  PhoneAssembly *self = data;
  g_autoptr (PhoneAccount) account = NULL;

  if (self->exchange == NULL)
    {
      if (!phone_assembly_open_exchange (self, error))
        return NULL;

      account = g_object_new (PHONE_TYPE_ACCOUNT, "uri", "sip:me@" DEMO_DOMAIN, "display-name", g_get_real_name (), "demo", TRUE, NULL);
      phone_account_add_socket (account, phone_exchange_get_url (self->exchange), 0);
      if (!phone_account_store_save (self->accounts, account, error))
        return NULL;
    }

  return g_strdup ("echo");
}

static void
phone_assembly_use_test_media (gpointer data)
{
  ((PhoneAssembly *) data)->test_media = TRUE;
}

PhoneAssembly *
phone_assembly_new (void)
{
  PhoneAssembly *self = g_new0 (PhoneAssembly, 1);

  self->hooks = (PhoneApplicationHooks) {
    .open_store = phone_assembly_open_store,
    .assemble = phone_assembly_assemble,
    .start_demo = phone_assembly_start_demo,
    .use_test_media = phone_assembly_use_test_media,
    .data = self,
  };

  return self;
}

void
phone_assembly_free (PhoneAssembly *self)
{
  if (self->echo != NULL)
    phone_echo_party_stop (self->echo);
  g_clear_object (&self->echo);
  g_clear_object (&self->switchboard);
  g_clear_object (&self->exchange);
  g_clear_object (&self->tone);
  g_clear_object (&self->devices);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_object (&self->secrets);
  g_clear_object (&self->history);
  g_clear_object (&self->contacts);
  g_clear_object (&self->accounts);
  g_clear_object (&self->database);
  g_free (self);
}

const PhoneApplicationHooks *
phone_assembly_get_hooks (PhoneAssembly *self)
{
  return &self->hooks;
}
