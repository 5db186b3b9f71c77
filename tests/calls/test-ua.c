/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"
#include "phone-scripted-peer.h"

#include <string.h>

/* One account that registers, and a server that says what the test wants. */
typedef struct
{
  PhoneFakeClock        *clock;
  PhoneMemorySecrets    *secrets;
  PhoneFakeSocket       *sockets[2];
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
  if (strstr (url, "bad"))
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "no such socket");
      return NULL;
    }

  return g_object_ref (PHONE_SIP_SOCKET (data));
}

static void
registered_cb (PhoneUa *ua,
               guint    status,
               Fixture *fixture)
{
  g_string_append_printf (fixture->events, "registered %u;", status);
}

static void
unregistered_cb (PhoneUa    *ua,
                 guint       status,
                 const char *cause,
                 Fixture    *fixture)
{
  g_string_append_printf (fixture->events, "unregistered %u;", status);
}

static void
failed_cb (PhoneUa    *ua,
           guint       status,
           const char *cause,
           Fixture    *fixture)
{
  g_string_append_printf (fixture->events, "failed %u %s;", status, cause);
}

static void
connecting_cb (PhoneUa    *ua,
               const char *url,
               guint       attempts,
               Fixture    *fixture)
{
  g_string_append_printf (fixture->events, "connecting %u;", attempts);
}

static void
connected_cb (PhoneUa    *ua,
              const char *url,
              Fixture    *fixture)
{
  g_string_append (fixture->events, "connected;");
}

static void
disconnected_cb (PhoneUa    *ua,
                 const char *url,
                 gboolean    error,
                 guint       code,
                 const char *reason,
                 Fixture    *fixture)
{
  g_string_append_printf (fixture->events, "disconnected %d;", error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = phone_fake_clock_new ();
  fixture->secrets = phone_memory_secrets_new ();
  fixture->events = g_string_new (NULL);
  phone_fake_socket_new_pair (&fixture->sockets[0], &fixture->sockets[1]);
  fixture->account = phone_ua_pair_create_account ("sip:alice@example.com");
  g_object_set (fixture->account, "register", TRUE, NULL);
  fixture->parts = (PhoneSwitchboardParts) {
    .clock = PHONE_SIP_CLOCK (fixture->clock),
    .secrets = PHONE_SECRETS (fixture->secrets),
    .socket_factory = create_socket,
    .media_factory = phone_fake_media_new,
    .data = fixture->sockets[0],
  };
  fixture->ua = phone_ua_new (fixture->account, &fixture->parts);
  fixture->server = phone_scripted_peer_new (PHONE_SIP_SOCKET (fixture->sockets[1]));
  g_signal_connect (fixture->ua, "registered", G_CALLBACK (registered_cb), fixture);
  g_signal_connect (fixture->ua, "unregistered", G_CALLBACK (unregistered_cb), fixture);
  g_signal_connect (fixture->ua, "registration-failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect (fixture->ua, "connecting", G_CALLBACK (connecting_cb), fixture);
  g_signal_connect (fixture->ua, "connected", G_CALLBACK (connected_cb), fixture);
  g_signal_connect (fixture->ua, "disconnected", G_CALLBACK (disconnected_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
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
  g_object_unref (fixture->sockets[0]);
  g_object_unref (fixture->sockets[1]);
  g_object_unref (fixture->secrets);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->events, TRUE);
}

static void
answer_register (Fixture    *fixture,
                 guint       status,
                 const char *lines)
{
  g_autoptr (PhoneSipMessage) request = phone_scripted_peer_expect (fixture->server, "REGISTER");
  const char *contact = phone_sip_message_get_header (request, PHONE_SIP_HEADER_CONTACT);
  g_autofree char *echo = g_strdup_printf ("Contact: %s", contact);

  phone_scripted_peer_reply (fixture->server, request, status, lines ? lines : status == 200 ? echo : NULL, NULL);
  phone_ua_pair_settle ();
}

static void
test_registers (Fixture       *fixture,
                gconstpointer  data)
{
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_OFFLINE);
  phone_ua_start (fixture->ua);
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_CONNECTING);
  answer_register (fixture, 200, NULL);
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_REGISTERED);
  g_assert_true (phone_ua_is_registered (fixture->ua));
  g_assert_cmpuint (phone_ua_get_status_code (fixture->ua), ==, 200);
  g_assert_cmpint (phone_ua_get_problem (fixture->ua), ==, PHONE_UA_PROBLEM_NONE);
  g_assert_true (g_str_has_prefix (phone_ua_get_socket (fixture->ua), "ws://"));
  g_assert_cmpstr (fixture->events->str, ==, "connecting 0;connected;registered 200;");
}

static void
test_registers_again (Fixture       *fixture,
                      gconstpointer  data)
{
  phone_ua_start (fixture->ua);
  answer_register (fixture, 200, NULL);
  phone_ua_register (fixture->ua);
  answer_register (fixture, 200, NULL);
  phone_ua_unregister (fixture->ua, FALSE);
  answer_register (fixture, 200, "Expires: 0");
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_UNREGISTERED);
  phone_ua_register (fixture->ua);
  answer_register (fixture, 200, NULL);
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_REGISTERED);
}

static const struct
{
  guint           status;
  gboolean        password;
  PhoneUaProblem  problem;
} refusals[] = {
  { 401, FALSE, PHONE_UA_PROBLEM_NO_PASSWORD },
  { 407, FALSE, PHONE_UA_PROBLEM_NO_PASSWORD },
  { 403, FALSE, PHONE_UA_PROBLEM_PASSWORD },
  { 404, FALSE, PHONE_UA_PROBLEM_NO_SUCH_USER },
  { 500, FALSE, PHONE_UA_PROBLEM_SERVER },
  { 401, TRUE,  PHONE_UA_PROBLEM_PASSWORD },
  { 403, TRUE,  PHONE_UA_PROBLEM_PASSWORD },
};

static void
test_refused (gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      Fixture fixture = { 0, };
      const char *challenge = refusals[i].status == 401 ? "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"abc\""
        : refusals[i].status == 407 ? "Proxy-Authenticate: Digest realm=\"example.com\", nonce=\"abc\"" : NULL;

      set_up (&fixture, NULL);
      if (refusals[i].password)
        phone_memory_secrets_put (fixture.secrets, "sip:alice@example.com", "wrong");
      phone_ua_start (fixture.ua);
      answer_register (&fixture, refusals[i].status, challenge);
      if (refusals[i].password && refusals[i].status == 401)
        answer_register (&fixture, 401, challenge);
      g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_FAILED);
      g_assert_cmpint (phone_ua_get_problem (fixture.ua), ==, refusals[i].problem);
      g_assert_cmpuint (phone_ua_get_status_code (fixture.ua), ==, refusals[i].status);
      g_assert_cmpstr (phone_ua_get_problem_detail (fixture.ua), !=, "");
      tear_down (&fixture, NULL);
    }
}

static void
test_unreachable (void)
{
  const struct { GQuark domain; int code; PhoneUaProblem problem; } rows[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, PHONE_UA_PROBLEM_NAME_NOT_FOUND },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, PHONE_UA_PROBLEM_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, PHONE_UA_PROBLEM_UNREACHABLE },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, PHONE_UA_PROBLEM_CERTIFICATE },
    { g_quark_from_static_string ("soup-websocket-error-quark"), 1, PHONE_UA_PROBLEM_NOT_SIP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Fixture fixture = { 0, };
      g_autoptr (GError) error = g_error_new_literal (rows[i].domain, rows[i].code, "as the test wants");

      set_up (&fixture, NULL);
      phone_fake_socket_set_refusal (fixture.sockets[0], error);
      phone_ua_start (fixture.ua);
      phone_ua_pair_settle ();
      g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_FAILED);
      g_assert_cmpint (phone_ua_get_problem (fixture.ua), ==, rows[i].problem);
      g_assert_cmpstr (phone_ua_get_problem_detail (fixture.ua), ==, "as the test wants");

      phone_fake_socket_set_refusal (fixture.sockets[0], NULL);
      phone_ua_retry_now (fixture.ua);
      answer_register (&fixture, 200, NULL);
      g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_REGISTERED);
      g_assert_cmpint (phone_ua_get_problem (fixture.ua), ==, PHONE_UA_PROBLEM_NONE);
      tear_down (&fixture, NULL);
    }
}

static void
test_connection_lost (Fixture       *fixture,
                      gconstpointer  data)
{
  phone_ua_start (fixture->ua);
  answer_register (fixture, 200, NULL);
  phone_fake_socket_cut (fixture->sockets[0]);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_CONNECTING);
  g_assert_cmpint (phone_ua_get_problem (fixture->ua), ==, PHONE_UA_PROBLEM_UNREACHABLE);
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->sockets[1]));
  phone_fake_clock_advance (fixture->clock, 4000);
  answer_register (fixture, 200, NULL);
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_REGISTERED);
}

static void
test_stops (Fixture       *fixture,
            gconstpointer  data)
{
  phone_ua_start (fixture->ua);
  answer_register (fixture, 200, NULL);
  phone_ua_stop (fixture->ua);
  answer_register (fixture, 200, "Expires: 0");
  phone_fake_clock_advance (fixture->clock, 2000);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_ua_get_state (fixture->ua), ==, PHONE_UA_STATE_OFFLINE);
  g_assert_false (phone_ua_is_connected (fixture->ua));
}

static void
test_configuration (void)
{
  Fixture fixture = { 0, };

  set_up (&fixture, NULL);
  phone_account_clear_sockets (fixture.account);
  phone_ua_start (fixture.ua);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_FAILED);
  g_assert_cmpint (phone_ua_get_problem (fixture.ua), ==, PHONE_UA_PROBLEM_CONFIGURATION);

  phone_account_add_socket (fixture.account, "ws://bad", 0);
  phone_ua_pair_settle ();
  g_assert_cmpint (phone_ua_get_problem (fixture.ua), ==, PHONE_UA_PROBLEM_CONFIGURATION);
  g_assert_cmpstr (phone_ua_get_problem_detail (fixture.ua), ==, "no such socket");

  phone_account_clear_sockets (fixture.account);
  phone_account_add_socket (fixture.account, "ws://127.0.0.1:1", 0);
  phone_ua_pair_settle ();
  answer_register (&fixture, 200, NULL);
  g_assert_cmpint (phone_ua_get_state (fixture.ua), ==, PHONE_UA_STATE_REGISTERED);
  tear_down (&fixture, NULL);
}

static void
message_cb (PhoneUa    *ua,
            const char *from,
            const char *type,
            const char *text,
            char      **out)
{
  *out = g_strdup_printf ("%s|%s|%s", from, type, text);
}

static void
finished_cb (PhoneUa    *ua,
             const char *id,
             guint       status,
             const char *cause,
             char      **out)
{
  *out = g_strdup_printf ("%s %u %s", id, status, cause);
}

static void
test_messages (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autofree char *long_text = g_strnfill (40000, 'x');
  g_autofree char *received = NULL;
  g_autofree char *finished = NULL;
  g_autofree char *id = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (pair->uas[1], "message-received", G_CALLBACK (message_cb), &received);
  g_signal_connect (pair->uas[0], "request-finished", G_CALLBACK (finished_cb), &finished);
  id = phone_ua_send_message (pair->uas[0], "bob", "grüße", &error);
  g_assert_no_error (error);
  phone_ua_pair_settle ();
  expected = g_strdup_printf ("%s 200 ", id);
  g_assert_cmpstr (received, ==, "sip:alice@example.com|text/plain|grüße");
  g_assert_cmpstr (finished, ==, expected);

  g_assert_null (phone_ua_send_message (pair->uas[0], "bob", long_text, &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (phone_ua_send_message (pair->uas[0], "two words", "x", &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET);
}

static void
test_options (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autofree char *finished = NULL;
  g_autofree char *id = NULL;
  g_autofree char *expected = NULL;

  g_signal_connect (pair->uas[0], "request-finished", G_CALLBACK (finished_cb), &finished);
  id = phone_ua_send_options (pair->uas[0], "carol", NULL);
  phone_ua_pair_settle ();
  expected = g_strdup_printf ("%s 404 Not Found", id);
  g_assert_cmpstr (finished, ==, expected);
  g_clear_pointer (&finished, g_free);
  g_clear_pointer (&id, g_free);
  g_clear_pointer (&expected, g_free);
  id = phone_ua_send_options (pair->uas[0], "bob", NULL);
  phone_ua_pair_settle ();
  expected = g_strdup_printf ("%s 200 ", id);
  g_assert_cmpstr (finished, ==, expected);
}

static void
test_not_connected (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (phone_ua_call (fixture->ua, "bob", NULL, &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED);
  g_clear_error (&error);
  g_assert_null (phone_ua_send_message (fixture->ua, "bob", "x", &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED);
}

/* A changed account waits for the call to end. */
static void
test_change (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);
  PhoneSipAgent *agent = phone_ua_get_agent (pair->uas[0]);

  g_object_set (pair->accounts[0], "user-agent", "Other/1", NULL);
  phone_ua_pair_settle ();
  g_assert_true (phone_ua_get_agent (pair->uas[0]) == agent);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  phone_call_hang_up (caller, 0, NULL, NULL);
  phone_ua_pair_settle ();
  g_assert_true (phone_ua_get_agent (pair->uas[0]) != agent);
  g_assert_cmpstr (phone_sip_agent_get_config (phone_ua_get_agent (pair->uas[0]))->user_agent, ==, "Other/1");
}

static void
test_media_config (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  const PhoneMediaConfig *config;
  PhoneCall *callee, *caller;
  PhoneMediaIceServer *server;
  g_autoptr (PhoneAccountSecrets) secrets = phone_account_secrets_new ();

  phone_account_add_ice_server (pair->accounts[0], "turn:relay.example.com", "me");
  g_object_set (pair->accounts[0], "relay-only", TRUE, NULL);
  g_hash_table_insert (secrets->credentials, g_strdup ("turn:relay.example.com"), g_strdup ("secret"));
  phone_secrets_save_async (PHONE_SECRETS (pair->secrets), "sip:alice@example.com", secrets, NULL, NULL, NULL);
  for (guint i = 0; i < 3; i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (pair->clock, 1000);
    }

  caller = phone_ua_pair_dial (pair, NULL, &callee);
  config = phone_fake_media_get_config (phone_ua_pair_get_media (caller));
  g_assert_cmpuint (config->ice_servers->len, ==, 1);
  server = config->ice_servers->pdata[0];
  g_assert_cmpstr (server->url, ==, "turn:relay.example.com");
  g_assert_cmpstr (server->username, ==, "me");
  g_assert_cmpstr (server->credential, ==, "secret");
  g_assert_true (config->relay_only && config->audio);
  g_assert_false (config->video);
}

/* A server on this machine means peers on this machine. */
static void
test_loopback (void)
{
  static const struct { const char *url; gboolean loopback; } rows[] = {
    { "ws://127.0.0.1:8080", TRUE },
    { "wss://localhost/ws", TRUE },
    { "ws://[::1]:80", TRUE },
    { "wss://sip.example.com", FALSE },
    { "", FALSE },
  };
  g_autoptr (PhoneAccount) account = phone_account_new ();
  PhoneSwitchboardParts parts = { 0, };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PhoneMediaConfig) config = phone_ua_media_config_new (account, NULL, &parts, rows[i].url);

      g_assert_cmpint (config->loopback, ==, rows[i].loopback);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/calls/ua/connects-and-registers", Fixture, NULL, set_up, test_registers, tear_down);
  g_test_add ("/calls/ua/registers-again-and-unregisters", Fixture, NULL, set_up, test_registers_again, tear_down);
  g_test_add_data_func ("/calls/ua/refusals-have-names", NULL, test_refused);
  g_test_add_func ("/calls/ua/failures-to-connect-have-names", test_unreachable);
  g_test_add ("/calls/ua/comes-back-after-a-loss", Fixture, NULL, set_up, test_connection_lost, tear_down);
  g_test_add ("/calls/ua/stops", Fixture, NULL, set_up, test_stops, tear_down);
  g_test_add_func ("/calls/ua/bad-configuration-can-be-mended", test_configuration);
  g_test_add_func ("/calls/ua/messages", test_messages);
  g_test_add_func ("/calls/ua/options", test_options);
  g_test_add ("/calls/ua/needs-a-connection-to-call", Fixture, NULL, set_up, test_not_connected, tear_down);
  g_test_add_func ("/calls/ua/change-waits-for-the-call", test_change);
  g_test_add_func ("/calls/ua/media-is-configured-by-the-account", test_media_config);

  g_test_add_func ("/calls/ua/media-of-a-server-here-is-here", test_loopback);

  return g_test_run ();
}
