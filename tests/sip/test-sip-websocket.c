/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-websocket.h"

#include "phone-expect.h"
#include "phone-sip-error.h"
#include "phone-sip-transport.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  SoupServer              *server;
  char                    *port;
  SoupWebsocketConnection *accepted;
  char                    *request_header;
  char                    *request_origin;
  GSocketService          *raw;
  guint                    raw_stage;
  PhoneSipWebsocket       *socket;
  guint                    connected;
  guint                    disconnected;
  guint                    received;
  guint                    alive;
  gboolean                 error;
  guint                    code;
  char                    *reason;
  GError                  *cause;
  char                    *frame;
} Fixture;

static void
connected_cb (Fixture *fixture)
{
  fixture->connected++;
}

static void
disconnected_cb (Fixture    *fixture,
                 gboolean    error,
                 guint       code,
                 const char *reason,
                 GError     *cause)
{
  fixture->disconnected++;
  fixture->error = error;
  fixture->code = code;
  g_free (fixture->reason);
  fixture->reason = g_strdup (reason);
  g_clear_error (&fixture->cause);
  fixture->cause = cause != NULL ? g_error_copy (cause) : NULL;
}

static void
received_cb (Fixture *fixture,
             GBytes  *frame)
{
  gsize length;
  const char *bytes = g_bytes_get_data (frame, &length);

  fixture->received++;
  g_free (fixture->frame);
  fixture->frame = g_strndup (bytes, length);
}

static void
alive_cb (Fixture *fixture)
{
  fixture->alive++;
}

static void
accepted_cb (SoupServer              *server,
             SoupServerMessage       *message,
             const char              *path,
             SoupWebsocketConnection *connection,
             gpointer                 data)
{
  Fixture *fixture = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  g_set_object (&fixture->accepted, connection);
  g_free (fixture->request_header);
  g_free (fixture->request_origin);
  fixture->request_header = g_strdup (soup_message_headers_get_one (headers, "X-Test"));
  fixture->request_origin = g_strdup (soup_message_headers_get_one (headers, "Origin"));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
}

static void
listen_with (Fixture    *fixture,
             const char *protocol,
             GTlsCertificate *certificate)
{
  const char *protocols[] = { protocol, NULL };
  g_autoptr(GError) error = NULL;
  GSList *uris;

  fixture->server = soup_server_new (NULL, NULL);

  if (certificate != NULL)
    soup_server_set_tls_certificate (fixture->server, certificate);

  soup_server_add_websocket_handler (fixture->server, "/", NULL, protocol != NULL ? (char **) protocols : NULL, accepted_cb, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->port = g_strdup_printf ("%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
watch (Fixture           *fixture,
       PhoneSipWebsocket *socket)
{
  fixture->socket = socket;
  g_signal_connect_swapped (socket, "connected", G_CALLBACK (connected_cb), fixture);
  g_signal_connect_swapped (socket, "disconnected", G_CALLBACK (disconnected_cb), fixture);
  g_signal_connect_swapped (socket, "received", G_CALLBACK (received_cb), fixture);
  g_signal_connect_swapped (socket, "alive", G_CALLBACK (alive_cb), fixture);
}

static void
make_socket (Fixture    *fixture,
             const char *scheme,
             const char *host)
{
  g_autofree char *url = g_strdup_printf ("%s://%s:%s/", scheme, host, fixture->port);
  g_autoptr(GError) error = NULL;
  PhoneSipWebsocket *socket = phone_sip_websocket_new (url, &error);

  g_assert_no_error (error);
  watch (fixture, socket);
}

static void
open_socket (Fixture *fixture)
{
  make_socket (fixture, "ws", "127.0.0.1");
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the connection", &fixture->connected, 1);
}

static void
expect_failure (Fixture *fixture)
{
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the failure", &fixture->disconnected, 1);
  g_assert_cmpuint (fixture->connected, ==, 0);
  g_assert_true (fixture->error);
  g_assert_nonnull (fixture->cause);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gpointer watched = fixture->socket;

  if (fixture->socket != NULL)
    {
      g_object_add_weak_pointer (watched, &watched);
      g_object_unref (fixture->socket);
      phone_expect_until ("the socket's end", is_gone, &watched);
    }

  if (fixture->server != NULL)
    soup_server_disconnect (fixture->server);

  if (fixture->raw != NULL)
    g_socket_service_stop (fixture->raw);

  g_clear_object (&fixture->accepted);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->raw);
  g_clear_error (&fixture->cause);
  g_free (fixture->port);
  g_free (fixture->frame);
  g_free (fixture->reason);
  g_free (fixture->request_header);
  g_free (fixture->request_origin);

  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_urls (Fixture       *fixture,
           gconstpointer  data)
{
  static const struct { const char *url; const char *sip_uri; const char *via; } good[] = {
    { "ws://example.org", "sip:example.org;transport=ws", "WS" },
    { "wss://example.org:7443/path?x=1", "sip:example.org:7443;transport=ws", "WSS" },
    { "WSS://example.org/", "sip:example.org;transport=ws", "WSS" },
    { "ws://[::1]:80", "sip:[::1]:80;transport=ws", "WS" },
  };
  static const char * const bad[] = { "", "http://example.org", "example.org", "ws://", "wss:", "ws://exa mple", "sip:a@b" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(PhoneSipWebsocket) socket = phone_sip_websocket_new (good[i].url, NULL);

      g_assert_nonnull (socket);
      g_assert_cmpstr (phone_sip_socket_get_url (PHONE_SIP_SOCKET (socket)), ==, good[i].url);
      g_assert_cmpstr (phone_sip_socket_get_sip_uri (PHONE_SIP_SOCKET (socket)), ==, good[i].sip_uri);
      g_assert_cmpstr (phone_sip_socket_get_via_transport (PHONE_SIP_SOCKET (socket)), ==, good[i].via);
      phone_sip_websocket_set_via_transport (socket, "tcp");
      g_assert_cmpstr (phone_sip_socket_get_via_transport (PHONE_SIP_SOCKET (socket)), ==, "TCP");
      g_assert_false (phone_sip_socket_send (PHONE_SIP_SOCKET (socket), "x", 1));
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (phone_sip_websocket_new (bad[i], &error));
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
    }
}

static void
count_message_cb (guint                   *count,
                  SoupWebsocketDataType    type,
                  GBytes                  *frame,
                  SoupWebsocketConnection *connection)
{
  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  (*count)++;
}

static void
expect_local_address (Fixture    *fixture,
                      const char *expected)
{
  g_autofree char *address = phone_sip_socket_get_local_address (PHONE_SIP_SOCKET (fixture->socket));

  g_assert_cmpstr (address, ==, expected);
}

static void
test_talks (Fixture       *fixture,
            gconstpointer  data)
{
  static const char * const headers[] = { "X-Test: yes", "broken", NULL };
  g_autoptr(GBytes) binary = g_bytes_new ("binary", 6);
  guint at_server = 0;

  listen_with (fixture, "sip", NULL);
  make_socket (fixture, "ws", "127.0.0.1");
  phone_sip_websocket_set_origin (fixture->socket, "https://phone.example");
  phone_sip_websocket_set_headers (fixture->socket, headers);
  expect_local_address (fixture, NULL);
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the connection", &fixture->connected, 1);
  expect_local_address (fixture, "127.0.0.1");
  g_assert_cmpstr (soup_websocket_connection_get_protocol (fixture->accepted), ==, "sip");
  g_assert_cmpstr (fixture->request_header, ==, "yes");
  g_assert_cmpstr (fixture->request_origin, ==, "https://phone.example");

  g_signal_connect_swapped (fixture->accepted, "message", G_CALLBACK (count_message_cb), &at_server);
  g_assert_true (phone_sip_socket_send (PHONE_SIP_SOCKET (fixture->socket), "hello", 5));
  phone_expect_count ("a text frame at the server", &at_server, 1);
  soup_websocket_connection_send_text (fixture->accepted, "grüße");
  phone_expect_count ("a text frame", &fixture->received, 1);
  g_assert_cmpstr (fixture->frame, ==, "grüße");
  soup_websocket_connection_send_message (fixture->accepted, SOUP_WEBSOCKET_DATA_BINARY, binary);
  phone_expect_count ("a binary frame", &fixture->received, 2);
  g_assert_cmpstr (fixture->frame, ==, "binary");

  soup_websocket_connection_close (fixture->accepted, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "bye");
  phone_expect_count ("the close", &fixture->disconnected, 1);
  g_assert_false (fixture->error);
  g_assert_cmpuint (fixture->code, ==, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
  g_assert_cmpstr (fixture->reason, ==, "bye");
  g_assert_false (phone_sip_socket_send (PHONE_SIP_SOCKET (fixture->socket), "x", 1));
}

static void
count_close_cb (guint *count)
{
  (*count)++;
}

static void
test_disconnects (Fixture       *fixture,
                  gconstpointer  data)
{
  guint closed = 0;

  listen_with (fixture, "sip", NULL);
  open_socket (fixture);
  g_signal_connect_swapped (fixture->accepted, "closed", G_CALLBACK (count_close_cb), &closed);
  phone_sip_socket_send (PHONE_SIP_SOCKET (fixture->socket), "last words", 10);
  phone_sip_socket_disconnect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the close at the server", &closed, 1);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (fixture->accepted), ==, SOUP_WEBSOCKET_CLOSE_NORMAL);
  g_assert_cmpuint (fixture->disconnected, ==, 0);

  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the second connection", &fixture->connected, 2);
}

static void
test_disconnects_while_connecting (Fixture       *fixture,
                                   gconstpointer  data)
{
  listen_with (fixture, "sip", NULL);
  make_socket (fixture, "ws", "127.0.0.1");
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_sip_socket_disconnect (PHONE_SIP_SOCKET (fixture->socket));
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the second connection", &fixture->connected, 1);
  g_assert_cmpuint (fixture->disconnected, ==, 0);
}

static void
test_server_side (Fixture       *fixture,
                  gconstpointer  data)
{
  PhoneSipWebsocket *client;
  PhoneSipWebsocket *server;

  listen_with (fixture, "sip", NULL);
  open_socket (fixture);
  client = fixture->socket;
  server = phone_sip_websocket_new_for_connection (fixture->accepted, "ws://127.0.0.1:9");
  g_signal_handlers_disconnect_by_data (client, fixture);
  watch (fixture, server);
  fixture->connected = 0;
  phone_sip_socket_connect (PHONE_SIP_SOCKET (server));
  g_assert_cmpuint (fixture->connected, ==, 1);
  phone_sip_socket_send (PHONE_SIP_SOCKET (client), "up", 2);
  phone_expect_count ("a frame at the server's end", &fixture->received, 1);
  g_assert_true (phone_sip_socket_send (PHONE_SIP_SOCKET (server), "down", 4));
  phone_sip_socket_disconnect (PHONE_SIP_SOCKET (client));
  phone_expect_count ("the close at the server's end", &fixture->disconnected, 1);
  g_assert_false (fixture->error);
  g_assert_finalize_object (client);
}

static void
test_pong (Fixture       *fixture,
           gconstpointer  data)
{
  listen_with (fixture, "sip", NULL);
  make_socket (fixture, "ws", "127.0.0.1");
  phone_sip_socket_set_keepalive (PHONE_SIP_SOCKET (fixture->socket), 1);
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("two signs of life", &fixture->alive, 2);
}

static void
test_too_large (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *large = g_malloc (300 * 1024 + 1);

  memset (large, 'x', 300 * 1024);
  large[300 * 1024] = '\0';
  listen_with (fixture, "sip", NULL);
  open_socket (fixture);
  large[64 * 1024] = '\0';
  soup_websocket_connection_send_text (fixture->accepted, large);
  phone_expect_count ("the largest frame", &fixture->received, 1);
  large[64 * 1024] = 'x';
  soup_websocket_connection_send_text (fixture->accepted, large);
  phone_expect_count ("the end", &fixture->disconnected, 1);
  g_assert_true (fixture->error);
  g_assert_error (fixture->cause, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE);
  g_assert_cmpuint (fixture->received, ==, 1);

  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the next connection", &fixture->connected, 2);
}

static void
test_refused_connection (Fixture       *fixture,
                         gconstpointer  data)
{
  listen_with (fixture, "sip", NULL);
  soup_server_disconnect (fixture->server);
  make_socket (fixture, "ws", "127.0.0.1");
  expect_failure (fixture);
  g_assert_error (fixture->cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
test_unknown_host (Fixture       *fixture,
                   gconstpointer  data)
{
  fixture->port = g_strdup ("80");
  make_socket (fixture, "ws", "no-such-host.invalid");
  expect_failure (fixture);
  g_assert_true (fixture->cause->domain == G_RESOLVER_ERROR);
}

static void
test_wrong_protocol (Fixture       *fixture,
                     gconstpointer  data)
{
  listen_with (fixture, data, NULL);
  make_socket (fixture, "ws", "127.0.0.1");
  expect_failure (fixture);
  g_assert_true (fixture->cause->domain == SOUP_WEBSOCKET_ERROR);
}

static void
forbid_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  soup_server_message_set_status (message, GPOINTER_TO_UINT (data), NULL);
}

static void
test_refused_upgrade (Fixture       *fixture,
                      gconstpointer  data)
{
  listen_with (fixture, "sip", NULL);
  soup_server_remove_handler (fixture->server, "/");
  soup_server_add_handler (fixture->server, "/", forbid_cb, (gpointer) data, NULL);
  make_socket (fixture, "ws", "127.0.0.1");
  expect_failure (fixture);
  g_assert_true (fixture->cause->domain == SOUP_WEBSOCKET_ERROR);
}

/* A server that stops at a stage of its own: at once, after the request, amid the answer, with nonsense, or never. */
enum
{
  STAGE_ACCEPTED,
  STAGE_REQUEST,
  STAGE_HALF,
  STAGE_GARBAGE,
  STAGE_GARBAGE_AFTER_UPGRADE,
  STAGE_CLOSE_AFTER_UPGRADE,
  STAGE_SILENT,
};

static char *
accept_key (const char *request)
{
  const char *key = strstr (request, "Sec-WebSocket-Key: ") + strlen ("Sec-WebSocket-Key: ");
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, (gssize) strcspn (key, "\r"));
  g_checksum_update (checksum, (const guchar *) "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest (checksum, digest, &length);

  return g_base64_encode (digest, length);
}

static gboolean
raw_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                data)
{
  Fixture *fixture = data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char buffer[4096] = { 0 };
  const char *text = NULL;
  g_autofree char *upgrade = NULL;

  if (fixture->raw_stage != STAGE_ACCEPTED)
    g_input_stream_read (in, buffer, sizeof buffer - 1, NULL, NULL);

  if (fixture->raw_stage >= STAGE_GARBAGE_AFTER_UPGRADE && fixture->raw_stage != STAGE_SILENT)
    {
      g_autofree char *key = accept_key (buffer);

      upgrade = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Accept: %s\r\n\r\n%s", key,
                                 fixture->raw_stage == STAGE_GARBAGE_AFTER_UPGRADE ? "\xff\xff\xff\xff garbage garbage" : "");
      text = upgrade;
    }
  else if (fixture->raw_stage == STAGE_HALF)
    text = "HTTP/1.1 101 Switching Proto";
  else if (fixture->raw_stage == STAGE_GARBAGE)
    text = "\x01\x02 what do you mean\n\n\n";
  else if (fixture->raw_stage == STAGE_SILENT)
    g_input_stream_read (in, buffer, sizeof buffer - 1, NULL, NULL);

  if (text != NULL)
    g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);

  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  return TRUE;
}

static void
test_raw_server (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  guint16 port;

  fixture->raw_stage = GPOINTER_TO_UINT (data);
  fixture->raw = g_threaded_socket_service_new (4);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (fixture->raw), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->raw, "run", G_CALLBACK (raw_cb), fixture);
  fixture->port = g_strdup_printf ("%u", port);
  make_socket (fixture, "ws", "127.0.0.1");
  phone_sip_websocket_set_timeout (fixture->socket, 1);
  phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
  phone_expect_count ("the failure", &fixture->disconnected, 1);
  g_assert_true (fixture->error);
  g_assert_nonnull (fixture->cause);
  g_assert_cmpuint (fixture->received, ==, 0);
  g_assert_cmpuint (fixture->connected, ==, fixture->raw_stage >= STAGE_GARBAGE_AFTER_UPGRADE && fixture->raw_stage != STAGE_SILENT);

  if (fixture->raw_stage == STAGE_SILENT)
    g_assert_error (fixture->cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static gboolean
openssl (const char *folder,
         const char *arguments)
{
  g_autofree char *command = g_strconcat ("openssl ", arguments, NULL);
  g_auto(GStrv) argv = NULL;
  int status;

  g_shell_parse_argv (command, NULL, &argv, NULL);

  return g_spawn_sync (folder, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL)
         && g_spawn_check_wait_status (status, NULL);
}

/* An authority and a certificate of it for 127.0.0.1, in a new folder. */
static char *
make_certificates (void)
{
  g_autofree char *folder = g_dir_make_tmp ("phone-test-XXXXXX", NULL);

  if (openssl (folder, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=Private -keyout ca.key -out ca.pem")
      && openssl (folder, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=server -CA ca.pem -CAkey ca.key "
                          "-addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -keyout server.key -out server.pem")
      && openssl (folder, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=Other -keyout other.key -out other.pem"))
    return g_steal_pointer (&folder);

  return NULL;
}

static void
remove_folder (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }

  g_rmdir (folder);
}

static void
test_certificates (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *folder = make_certificates ();
  g_autofree char *server_pem = NULL;
  g_autofree char *server_key = NULL;
  g_autofree char *ca = NULL;
  g_autofree char *other = NULL;
  g_autoptr(GTlsCertificate) certificate = NULL;
  g_autoptr(GError) error = NULL;
  const struct { const char *host; const char *ca_file; gboolean good; } rows[] = {
    { "127.0.0.1", NULL, FALSE },
    { "127.0.0.1", "other.pem", FALSE },
    { "localhost", "ca.pem", FALSE },
    { "127.0.0.1", "missing.pem", FALSE },
    { "127.0.0.1", "ca.pem", TRUE },
  };

  if (folder == NULL || !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("no openssl or no TLS backend");
      return;
    }

  server_pem = g_build_filename (folder, "server.pem", NULL);
  server_key = g_build_filename (folder, "server.key", NULL);
  certificate = g_tls_certificate_new_from_files (server_pem, server_key, &error);
  g_assert_no_error (error);
  listen_with (fixture, "sip", certificate);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = rows[i].ca_file != NULL ? g_build_filename (folder, rows[i].ca_file, NULL) : NULL;

      fixture->disconnected = fixture->connected = 0;
      make_socket (fixture, "wss", rows[i].host);
      phone_sip_websocket_set_ca_file (fixture->socket, path);

      if (rows[i].good)
        {
          phone_sip_socket_connect (PHONE_SIP_SOCKET (fixture->socket));
          phone_expect_count ("the secure connection", &fixture->connected, 1);
          expect_local_address (fixture, "127.0.0.1");
          break;
        }

      expect_failure (fixture);

      if (g_strcmp0 (rows[i].ca_file, "missing.pem") != 0)
        g_assert_error (fixture->cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);

      g_signal_handlers_disconnect_by_data (fixture->socket, fixture);
      g_clear_object (&fixture->socket);
    }

  remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, func) g_test_add ("/sip/websocket/" path, Fixture, data, set_up, func, tear_down)
  ADD ("url-is-checked", NULL, test_urls);
  ADD ("talks-with-subprotocol-origin-and-headers", NULL, test_talks);
  ADD ("disconnects-and-connects-again", NULL, test_disconnects);
  ADD ("disconnects-while-connecting", NULL, test_disconnects_while_connecting);
  ADD ("server-side-is-open-at-once", NULL, test_server_side);
  ADD ("pong-is-a-sign-of-life", NULL, test_pong);
  ADD ("too-large-frame-ends-the-connection", NULL, test_too_large);
  ADD ("refused-connection-is-told", NULL, test_refused_connection);
  ADD ("unknown-host-is-told", NULL, test_unknown_host);
  ADD ("server-without-subprotocol-is-told", NULL, test_wrong_protocol);
  ADD ("server-of-another-subprotocol-is-told", "other", test_wrong_protocol);
  ADD ("refused-upgrade-is-told/403", GUINT_TO_POINTER (403), test_refused_upgrade);
  ADD ("refused-upgrade-is-told/404", GUINT_TO_POINTER (404), test_refused_upgrade);
  ADD ("refused-upgrade-is-told/200", GUINT_TO_POINTER (200), test_refused_upgrade);
  ADD ("refused-upgrade-is-told/401", GUINT_TO_POINTER (401), test_refused_upgrade);
  ADD ("server-closes/accepted", GUINT_TO_POINTER (STAGE_ACCEPTED), test_raw_server);
  ADD ("server-closes/after-request", GUINT_TO_POINTER (STAGE_REQUEST), test_raw_server);
  ADD ("server-closes/amid-answer", GUINT_TO_POINTER (STAGE_HALF), test_raw_server);
  ADD ("server-closes/after-garbage", GUINT_TO_POINTER (STAGE_GARBAGE), test_raw_server);
  ADD ("server-closes/garbage-after-upgrade", GUINT_TO_POINTER (STAGE_GARBAGE_AFTER_UPGRADE), test_raw_server);
  ADD ("server-closes/after-upgrade", GUINT_TO_POINTER (STAGE_CLOSE_AFTER_UPGRADE), test_raw_server);
  ADD ("silent-server-times-out", GUINT_TO_POINTER (STAGE_SILENT), test_raw_server);
  ADD ("certificate-of-private-authority", NULL, test_certificates);
#undef ADD

  return g_test_run ();
}
