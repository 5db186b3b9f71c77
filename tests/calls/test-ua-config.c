/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"
#include "phone-scripted-peer.h"

#include <string.h>

#define CHALLENGE "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\""

/* One account, as JSON configures it, and a server that says what the test wants. */
typedef struct
{
  PhoneFakeClock        *clock;
  PhoneMemorySecrets    *secrets;
  PhoneFakeSocket       *near;
  PhoneFakeSocket       *far;
  PhoneScriptedPeer     *server;
  PhoneAccount          *account;
  PhoneSwitchboardParts  parts;
  PhoneUa               *ua;
  GString               *events;
} Fixture;

static PhoneSipSocket *
create_socket (const char  *url,
               const char  *ca_file,
               gpointer     data,
               GError     **error)
{
  return g_object_ref (PHONE_SIP_SOCKET (data));
}

/* keys: more of the account's JSON, or NULL. */
static void
open_ua (Fixture    *fixture,
         const char *uri,
         const char *keys)
{
  g_autofree char *json = g_strdup_printf ("{\"uri\":\"%s\",\"sockets\":\"ws://127.0.0.1:1\"%s%s}", uri, keys != NULL ? "," : "", keys != NULL ? keys : "");
  g_autoptr (PhoneAccountSecrets) secrets = NULL;
  g_autoptr (GError) error = NULL;

  fixture->clock = phone_fake_clock_new ();
  fixture->secrets = phone_memory_secrets_new ();
  fixture->events = g_string_new (NULL);
  phone_fake_socket_new_pair (&fixture->near, &fixture->far);
  fixture->account = phone_account_from_json (json, -1, &secrets, &error);
  g_assert_no_error (error);
  phone_secrets_save_async (PHONE_SECRETS (fixture->secrets), phone_account_get_uri (fixture->account), secrets, NULL, NULL, NULL);
  phone_ua_pair_settle ();
  fixture->parts = (PhoneSwitchboardParts) {
    .clock = PHONE_SIP_CLOCK (fixture->clock),
    .secrets = PHONE_SECRETS (fixture->secrets),
    .socket_factory = create_socket,
    .media_factory = phone_fake_media_new,
    .data = fixture->near,
  };
  fixture->ua = phone_ua_new (fixture->account, &fixture->parts);
  fixture->server = phone_scripted_peer_new (PHONE_SIP_SOCKET (fixture->far));
}

static void
close_ua (Fixture *fixture)
{
  phone_ua_stop (fixture->ua);
  for (guint i = 0; i < 4; i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (fixture->clock, 20000);
    }
  phone_ua_pair_settle ();
  g_assert_finalize_object (fixture->ua);
  g_object_unref (fixture->server);
  g_object_unref (fixture->account);
  g_object_unref (fixture->near);
  g_object_unref (fixture->far);
  g_object_unref (fixture->secrets);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->events, TRUE);
}

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
expect_events (Fixture    *fixture,
               const char *expected)
{
  phone_ua_pair_settle ();
  g_assert_cmpstr (fixture->events->str, ==, expected);
  g_string_truncate (fixture->events, 0);
}

static void
answer_register (Fixture    *fixture,
                 guint       status,
                 const char *params)
{
  g_autoptr (PhoneSipMessage) request = phone_scripted_peer_expect (fixture->server, "REGISTER");
  g_autofree char *line = g_strdup_printf ("Contact: %s%s", header (request, "Contact"), params);

  phone_scripted_peer_reply (fixture->server, request, status, status == 200 ? line : params, NULL);
  phone_ua_pair_settle ();
}

static void
test_name (void)
{
  Fixture fixture = { 0, };
  g_autoptr (PhoneSipMessage) request = NULL;

  open_ua (&fixture, "sip:alice@example.com", NULL);
  phone_ua_start (fixture.ua);
  request = phone_scripted_peer_expect (fixture.server, "REGISTER");
  g_assert_cmpstr (header (request, "User-Agent"), ==, "Phone/" PHONE_VERSION);
  close_ua (&fixture);
}

static void
test_every_key (void)
{
  static const char keys[] =
    "\"password\":\"pw\",\"ha1\":\"0123\",\"realm\":\"example.com\",\"authorization_user\":\"al\",\"authorization_jwt\":\"Bearer x\","
    "\"display_name\":\"Alice\",\"contact_uri\":\"sip:c@h.invalid;transport=ws\",\"instance_id\":\"8f1fa16a-1165-4a96-8341-785b1ef24f12\","
    "\"use_preloaded_route\":true,\"session_timers\":false,\"session_timers_refresh_method\":\"INVITE\",\"session_timers_force_refresher\":true,"
    "\"no_answer_timeout\":30,\"register\":false,\"register_expires\":77,\"registrar_server\":\"reg.example.com\","
    "\"register_from_tag_trail\":\"-t\",\"user_agent\":\"Mine\",\"extra_headers\":[\"X-A: b\"]";
  Fixture fixture = { 0, };
  const PhoneSipAgentConfig *config;
  g_autofree char *contact = NULL;
  g_autofree char *registrar = NULL;

  open_ua (&fixture, "sip:alice@example.com", keys);
  phone_ua_start (fixture.ua);
  phone_ua_pair_settle ();
  config = phone_sip_agent_get_config (phone_ua_get_agent (fixture.ua));
  contact = phone_sip_uri_to_string (config->contact_uri);
  registrar = phone_sip_uri_to_string (config->registrar);
  g_assert_cmpstr (config->credentials->username, ==, "al");
  g_assert_cmpstr (config->credentials->password, ==, "pw");
  g_assert_cmpstr (config->credentials->ha1, ==, "0123");
  g_assert_cmpstr (config->credentials->realm, ==, "example.com");
  g_assert_cmpstr (config->credentials->jwt, ==, "Bearer x");
  g_assert_cmpstr (config->display_name, ==, "Alice");
  g_assert_cmpstr (contact, ==, "sip:c@h.invalid;transport=ws");
  g_assert_cmpstr (config->instance_id, ==, "8f1fa16a-1165-4a96-8341-785b1ef24f12");
  g_assert_true (config->use_preloaded_route);
  g_assert_false (config->session_timers);
  g_assert_false (config->session_timers_update);
  g_assert_true (config->session_timers_force_refresher);
  g_assert_cmpuint (config->no_answer_timeout, ==, 30);
  g_assert_false (config->register_);
  g_assert_cmpuint (config->register_expires, ==, 77);
  g_assert_cmpstr (registrar, ==, "sip:reg.example.com");
  g_assert_cmpstr (config->register_from_tag_trail, ==, "-t");
  g_assert_cmpstr (config->user_agent, ==, "Mine");
  g_assert_cmpstr (config->extra_headers[0], ==, "X-A: b");
  g_assert_null (config->extra_headers[1]);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture.server), ==, 0);
  close_ua (&fixture);
}

static const struct
{
  const char *keys;
  const char *username;         /* NULL: the challenge is not answered */
} proofs[] = {
  { "\"password\":\"pw\"", "username=\"alice\"" },
  { "\"password\":\"pw\",\"authorization_user\":\"al\"", "username=\"al\"" },
  { "\"ha1\":\"0123456789abcdef0123456789abcdef\",\"realm\":\"example.com\"", "username=\"alice\"" },
  { "\"ha1\":\"0123456789abcdef0123456789abcdef\",\"realm\":\"else.com\"", NULL },
  { "\"register\":true", NULL },
};

static void
test_proofs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (proofs); i++)
    {
      Fixture fixture = { 0, };

      g_test_message ("%s", proofs[i].keys);
      open_ua (&fixture, "sip:alice@example.com", proofs[i].keys);
      phone_ua_start (fixture.ua);
      answer_register (&fixture, 401, CHALLENGE);
      g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture.server), ==, proofs[i].username != NULL);
      if (proofs[i].username != NULL)
        {
          g_autoptr (PhoneSipMessage) proven = phone_scripted_peer_expect (fixture.server, "REGISTER");

          g_assert_nonnull (strstr (header (proven, "Authorization"), proofs[i].username));
        }
      close_ua (&fixture);
    }
}

/* Both bounds at seven: each attempt comes exactly then. */
static void
test_recovery (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GError) refusal = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "no");

  open_ua (&fixture, "sip:alice@example.com", "\"connection_recovery_min_interval\":7,\"connection_recovery_max_interval\":7,\"register\":false");
  phone_fake_socket_set_refusal (fixture.near, refusal);
  phone_ua_start (fixture.ua);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_FAILED);
  phone_fake_socket_set_refusal (fixture.near, NULL);
  phone_fake_clock_advance (fixture.clock, 6999);
  phone_ua_pair_settle ();
  g_assert_false (phone_ua_is_connected (fixture.ua));
  phone_fake_clock_advance (fixture.clock, 1);
  phone_ua_pair_settle ();
  g_assert_true (phone_ua_is_connected (fixture.ua));
  close_ua (&fixture);
}

static PhoneSipSocket *
create_named_socket (const char  *url,
                     const char  *ca_file,
                     gpointer     data,
                     GError     **error)
{
  return PHONE_SIP_SOCKET (phone_fake_socket_new (url));
}

static void
test_sockets (void)
{
  static const char json[] = "{\"uri\":\"sip:alice@example.com\",\"register\":false,"
                             "\"sockets\":[\"ws://plain\",{\"url\":\"ws://heavy\",\"weight\":9},{\"url\":\"ws://light\",\"weight\":1}]}";
  g_autoptr (PhoneFakeClock) clock = phone_fake_clock_new ();
  g_autoptr (PhoneAccount) account = phone_account_from_json (json, -1, NULL, NULL);
  PhoneSwitchboardParts parts = { .clock = PHONE_SIP_CLOCK (clock), .socket_factory = create_named_socket };
  g_autoptr (PhoneSipTransport) transport = phone_ua_transport_new (account, &parts, NULL);

  phone_sip_transport_connect (transport);
  g_assert_cmpstr (phone_sip_socket_get_url (phone_sip_transport_get_socket (transport)), ==, "ws://heavy");
}

static void
test_ice (void)
{
  static const char json[] = "{\"uri\":\"sip:alice@example.com\",\"sockets\":\"ws://h\"%s}";
  g_autofree char *plain = g_strdup_printf (json, "");
  g_autofree char *full = g_strdup_printf (json, ",\"pcConfig\":{\"iceServers\":[{\"urls\":\"stun:s.example\"},{\"urls\":\"turn:t.example\","
                                                 "\"username\":\"me\",\"credential\":\"pw\"}],\"iceTransportPolicy\":\"relay\"}");
  g_autoptr (PhoneAccountSecrets) secrets = NULL;
  g_autoptr (PhoneAccount) bare = phone_account_from_json (plain, -1, NULL, NULL);
  g_autoptr (PhoneAccount) rich = phone_account_from_json (full, -1, &secrets, NULL);
  PhoneSwitchboardParts parts = { 0, };
  g_autoptr (PhoneMediaConfig) none = phone_ua_media_config_new (bare, NULL, &parts, "wss://sip.example.com");
  g_autoptr (PhoneMediaConfig) all = phone_ua_media_config_new (rich, secrets, &parts, "wss://sip.example.com");
  PhoneMediaIceServer *server;

  g_assert_cmpuint (none->ice_servers->len, ==, 0);
  g_assert_false (none->relay_only);
  g_assert_cmpuint (all->ice_servers->len, ==, 2);
  server = all->ice_servers->pdata[1];
  g_assert_cmpstr (server->url, ==, "turn:t.example");
  g_assert_cmpstr (server->username, ==, "me");
  g_assert_cmpstr (server->credential, ==, "pw");
  g_assert_true (all->relay_only);
}

static void
test_home (void)
{
  static const struct
  {
    const char *uri;
    const char *target;
    const char *result;
  } rows[] = {
    { "sip:alice@example.com", "bob", "sip:bob@example.com" },
    { "sip:alice:pw@example.com:5070", "bob", "sip:bob@example.com:5070" },
    { "sip:alice@example.com:5070;x=y", "bob", "sip:bob@example.com:5070;x=y" },
    { "sip:alice@example.com:5070;x=y", "+1 (555) 12-34", "sip:+15551234@example.com:5070;x=y" },
    { "sip:alice@example.com:5070;x=y", "bob@example.org", "sip:bob@example.org" },
    { "sip:alice@[2001:db8::1]:5070", "bob", "sip:bob@[2001:db8::1]:5070" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0, };
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipMessage) invite = NULL;

      g_test_message ("%s from %s", rows[i].target, rows[i].uri);
      open_ua (&fixture, rows[i].uri, "\"register\":false");
      phone_ua_start (fixture.ua);
      phone_ua_pair_settle ();
      g_assert_nonnull (phone_ua_call (fixture.ua, rows[i].target, NULL, &error));
      g_assert_no_error (error);
      invite = phone_scripted_peer_expect (fixture.server, "INVITE");
      g_assert_cmpstr (phone_sip_message_get_request_uri (invite), ==, rows[i].result);
      g_assert_null (phone_ua_call (fixture.ua, "two words", NULL, &error));
      g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET);
      close_ua (&fixture);
    }
}

static void
test_call_options (void)
{
  static const char * const extra[] = { "X-Door: green", NULL };
  const PhoneUaCallOptions rows[] = {
    { .extra_headers = extra, .from_user = "desk", .from_display_name = "Office", .session_expires = 120 },
    { .anonymous = TRUE },
  };
  PhoneSipMessage *invites[2];
  Fixture fixture = { 0, };

  open_ua (&fixture, "sip:alice@example.com", "\"register\":false");
  phone_ua_start (fixture.ua);
  phone_ua_pair_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_nonnull (phone_ua_call (fixture.ua, "bob", &rows[i], NULL));
      invites[i] = phone_scripted_peer_expect (fixture.server, "INVITE");
    }
  g_assert_cmpstr (header (invites[0], "X-Door"), ==, "green");
  g_assert_cmpstr (header (invites[0], "Session-Expires"), ==, "120");
  g_assert_true (g_str_has_prefix (header (invites[0], "From"), "\"Office\" <sip:desk@example.com>;tag="));
  g_assert_null (header (invites[1], "X-Door"));
  g_assert_true (g_str_has_prefix (header (invites[1], "From"), "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
  g_assert_cmpstr (header (invites[1], "Privacy"), ==, "id");
  for (guint i = 0; i < G_N_ELEMENTS (invites); i++)
    phone_sip_message_unref (invites[i]);
  close_ua (&fixture);
}

/* All that can prove who we are, through a challenge, a call and a stop. */
static void
test_secrets_unlogged (void)
{
  if (g_test_subprocess ())
    {
      static const char * const proofs_of_rows[] = {
        "\"password\":\"s3cret\"",
        "\"ha1\":\"s3cret\",\"realm\":\"example.com\"",
        "\"authorization_jwt\":\"Bearer s3cret\"",
        "\"password\":\"s3cret\",\"pcConfig\":{\"iceServers\":[{\"urls\":\"turn:t\",\"username\":\"me\",\"credential\":\"s3cret\"}]}",
      };

      for (guint i = 0; i < G_N_ELEMENTS (proofs_of_rows); i++)
        {
          Fixture fixture = { 0, };

          open_ua (&fixture, "sip:alice@example.com", proofs_of_rows[i]);
          phone_ua_start (fixture.ua);
          answer_register (&fixture, 401, CHALLENGE);
          if (phone_scripted_peer_get_n_waiting (fixture.server) > 0)
            answer_register (&fixture, 403, NULL);
          phone_ua_call (fixture.ua, "bob", NULL, NULL);
          phone_ua_pair_settle ();
          close_ua (&fixture);
        }
      return;
    }

  g_setenv ("G_MESSAGES_DEBUG", "phone phone-sip phone-sip-trace phone-calls phone-media phone-store", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*REGISTER sip:example.com*INVITE sip:bob@example.com*");
  g_test_trap_assert_stdout_unmatched ("*s3cret*");
  g_test_trap_assert_stderr_unmatched ("*s3cret*");
}

/* What the sip room says of itself is heard under its own name only. */
static void
test_log_domains (void)
{
  static const struct
  {
    const char *domains;
    gboolean    heard;
  } rows[] = {
    { "phone-sip", TRUE },
    { "phone-calls phone-media phone-store", FALSE },
  };

  if (g_test_subprocess ())
    {
      Fixture fixture = { 0, };

      open_ua (&fixture, "sip:alice@example.com", "\"register\":false");
      phone_ua_start (fixture.ua);
      phone_ua_pair_settle ();
      phone_fake_socket_cut (fixture.near);
      phone_ua_pair_settle ();
      close_ua (&fixture);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_setenv ("G_MESSAGES_DEBUG", rows[i].domains, TRUE);
      g_test_trap_subprocess (NULL, 0, 0);
      g_unsetenv ("G_MESSAGES_DEBUG");
      g_test_trap_assert_passed ();
      if (rows[i].heard)
        g_test_trap_assert_stdout ("*phone-sip-DEBUG*");
      else
        g_test_trap_assert_stdout_unmatched ("*phone-sip*");
      g_test_trap_assert_stdout_unmatched ("*phone-sip-trace*");
    }
}

static void
connecting_cb (Fixture    *fixture,
               const char *url,
               guint       attempts)
{
  g_string_append_printf (fixture->events, "connecting %s %u;", url, attempts);
}

static void
connected_cb (Fixture    *fixture,
              const char *url)
{
  g_string_append_printf (fixture->events, "connected %s %d%d;", url, phone_ua_is_connected (fixture->ua), phone_ua_is_registered (fixture->ua));
}

static void
disconnected_cb (Fixture    *fixture,
                 const char *url,
                 gboolean    error,
                 guint       code,
                 const char *reason)
{
  g_string_append_printf (fixture->events, "disconnected %s %d %d;", url, error, phone_ua_is_connected (fixture->ua));
}

static void
registered_cb (Fixture *fixture,
               guint    status)
{
  g_string_append_printf (fixture->events, "registered %u;", status);
}

static void
unregistered_cb (Fixture    *fixture,
                 guint       status,
                 const char *cause)
{
  g_string_append_printf (fixture->events, "unregistered %u %s;", status, cause != NULL ? cause : "-");
}

static void
failed_cb (Fixture    *fixture,
           guint       status,
           const char *cause)
{
  g_string_append_printf (fixture->events, "failed %u %s;", status, cause);
}

static gboolean
expiring_cb (Fixture *fixture)
{
  g_string_append (fixture->events, "expiring;");

  return TRUE;
}

static void
sip_event_cb (Fixture    *fixture,
              const char *event,
              const char *type,
              const char *body)
{
  g_string_append_printf (fixture->events, "event %s %s %s;", event, type, body);
}

static void
open_watched (Fixture    *fixture,
              const char *keys)
{
  open_ua (fixture, "sip:alice@example.com", keys);
  g_signal_connect_swapped (fixture->ua, "connecting", G_CALLBACK (connecting_cb), fixture);
  g_signal_connect_swapped (fixture->ua, "connected", G_CALLBACK (connected_cb), fixture);
  g_signal_connect_swapped (fixture->ua, "disconnected", G_CALLBACK (disconnected_cb), fixture);
  g_signal_connect_swapped (fixture->ua, "registered", G_CALLBACK (registered_cb), fixture);
  g_signal_connect_swapped (fixture->ua, "unregistered", G_CALLBACK (unregistered_cb), fixture);
  g_signal_connect_swapped (fixture->ua, "registration-failed", G_CALLBACK (failed_cb), fixture);
}

static void
test_nothing_before_start (void)
{
  Fixture fixture = { 0, };

  open_watched (&fixture, NULL);
  phone_fake_clock_advance (fixture.clock, 100000);
  expect_events (&fixture, "");
  g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_OFFLINE);
  g_assert_cmpuint (phone_fake_socket_get_n_sent (fixture.near), ==, 0);
  close_ua (&fixture);
}

static void
test_events_of_connection (void)
{
  g_autoptr (GError) refusal = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "no");
  Fixture fixture = { 0, };

  open_watched (&fixture, "\"connection_recovery_min_interval\":1,\"connection_recovery_max_interval\":1,\"register_expires\":60");
  phone_fake_socket_set_refusal (fixture.near, refusal);
  phone_ua_start (fixture.ua);
  expect_events (&fixture, "connecting ws://a.invalid 0;disconnected ws://a.invalid 1 0;");
  phone_fake_socket_set_refusal (fixture.near, NULL);
  phone_fake_clock_advance (fixture.clock, 1000);
  expect_events (&fixture, "connecting ws://a.invalid 1;connected ws://a.invalid 10;");
  answer_register (&fixture, 200, "");
  expect_events (&fixture, "registered 200;");
  g_assert_true (phone_ua_is_registered (fixture.ua));

  phone_fake_clock_advance (fixture.clock, 55000);
  answer_register (&fixture, 200, "");
  expect_events (&fixture, "");

  phone_fake_socket_cut (fixture.near);
  expect_events (&fixture, "disconnected ws://a.invalid 1 0;unregistered 0 -;");
  g_assert_false (phone_ua_is_registered (fixture.ua));
  g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_CONNECTING);
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture.far));
  phone_fake_clock_advance (fixture.clock, 1000);
  expect_events (&fixture, "connecting ws://a.invalid 1;connected ws://a.invalid 10;");
  g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_REGISTERING);
  answer_register (&fixture, 200, "");
  expect_events (&fixture, "registered 200;");

  phone_fake_clock_advance (fixture.clock, 55000);
  answer_register (&fixture, 403, NULL);
  expect_events (&fixture, "failed 403 Rejected;unregistered 403 Rejected;");
  close_ua (&fixture);
}

static void
test_expiring (void)
{
  Fixture fixture = { 0, };

  open_watched (&fixture, "\"register_expires\":60");
  g_signal_connect_swapped (fixture.ua, "registration-expiring", G_CALLBACK (expiring_cb), &fixture);
  phone_ua_start (fixture.ua);
  answer_register (&fixture, 200, "");
  g_string_truncate (fixture.events, 0);
  phone_fake_clock_advance (fixture.clock, 55000);
  expect_events (&fixture, "expiring;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture.server), ==, 0);
  phone_ua_register (fixture.ua);
  answer_register (&fixture, 200, "");
  expect_events (&fixture, "");
  close_ua (&fixture);
}

static void
test_sip_event (void)
{
  Fixture fixture = { 0, };
  g_autoptr (PhoneSipMessage) response = NULL;

  open_ua (&fixture, "sip:alice@example.com", "\"register\":false");
  g_signal_connect_swapped (fixture.ua, "sip-event", G_CALLBACK (sip_event_cb), &fixture);
  phone_ua_start (fixture.ua);
  phone_ua_pair_settle ();
  phone_scripted_peer_send (fixture.server,
                            "NOTIFY sip:alice@example.com SIP/2.0\nVia: SIP/2.0/WS p.invalid;branch=z9hG4bK1\n"
                            "From: <sip:bob@example.com>;tag=b\nTo: <sip:alice@example.com>\nCall-ID: c\nCSeq: 1 NOTIFY\n"
                            "Event: message-summary\nContent-Type: application/simple-message-summary\n\nMessages-Waiting: yes");
  response = phone_scripted_peer_expect (fixture.server, "200");
  expect_events (&fixture, "event message-summary application/simple-message-summary Messages-Waiting: yes;");
  close_ua (&fixture);
}

static void
new_call_cb (PhoneUa             *ua,
             PhoneCall           *call,
             PhoneCallOriginator  originator,
             GString             *events)
{
  g_assert_true (phone_call_get_ua (call) == ua);
  g_string_append_printf (events, "%s ", originator == PHONE_CALL_ORIGINATOR_LOCAL ? "local" : "remote");
}

static void
test_originators (void)
{
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;

  for (guint i = 0; i < 2; i++)
    g_signal_connect (pair->uas[i], "new-call", G_CALLBACK (new_call_cb), events);
  phone_ua_pair_dial (pair, NULL, &callee);
  g_assert_cmpstr (events->str, ==, "local remote ");
}

static void
test_terminates_as_told (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCallEndOptions options = { .status = 486, .reason = "Out" };
  PhoneCall *callers[2];
  PhoneCall *callee;

  for (guint i = 0; i < 2; i++)
    callers[i] = phone_ua_pair_dial (pair, NULL, &callee);
  phone_ua_terminate_sessions_with (pair->uas[1], &options);
  for (guint i = 0; i < 2; i++)
    {
      phone_expect_call_state (callers[i], PHONE_CALL_STATE_ENDED);
      g_assert_cmpuint (phone_call_get_status_code (callers[i]), ==, 486);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/calls/ua-config/names-itself-and-its-version", test_name);
  g_test_add_func ("/calls/ua-config/every-key-reaches-the-agent", test_every_key);
  g_test_add_func ("/calls/ua-config/proofs-answer-challenges", test_proofs);
  g_test_add_func ("/calls/ua-config/recovery-comes-when-configured", test_recovery);
  g_test_add_func ("/calls/ua-config/the-heaviest-socket-comes-first", test_sockets);
  g_test_add_func ("/calls/ua-config/ice-servers-are-those-of-the-account", test_ice);
  g_test_add_func ("/calls/ua-config/home-has-port-and-parameters", test_home);
  g_test_add_func ("/calls/ua-config/options-of-a-call-reach-the-invite", test_call_options);
  g_test_add_func ("/calls/ua-config/secrets-are-never-logged", test_secrets_unlogged);
  g_test_add_func ("/calls/ua-config/each-room-logs-under-its-name", test_log_domains);
  g_test_add_func ("/calls/ua-events/nothing-before-start", test_nothing_before_start);
  g_test_add_func ("/calls/ua-events/connection-and-registration-in-order", test_events_of_connection);
  g_test_add_func ("/calls/ua-events/owner-may-refresh", test_expiring);
  g_test_add_func ("/calls/ua-events/notify-out-of-dialogs", test_sip_event);
  g_test_add_func ("/calls/ua-events/calls-have-an-originator", test_originators);
  g_test_add_func ("/calls/ua-events/all-calls-end-as-told", test_terminates_as_told);

  return g_test_run ();
}
