/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIP over WebSocket (RFC 7118) by libsoup, both ends: a client that opens a connection by its URL, and a server's accepted
 * connection. Facts that shaped it:
 *
 * - libsoup has no limit for a name look-up or a handshake that hangs; one timer of our own ends the attempt.
 * - A private certificate authority has to be trusted beside the system's, not instead of it: the system judges first, and
 *   what it refuses is judged again with the file of the account.
 * - A browser refuses a server that does not choose the subprotocol; so do we, for it does not speak SIP.
 * - The argument of libsoup 3.2's "pong" signal is not what its type says. It is never touched.
 * - A server that dies is a "closed" with code 0; one that is stopped is silence, which the transport has to notice. */
#include "config.h"
#include "phone-sip-websocket.h"

#include "phone-sip-error.h"
#include "phone-sip-parser.h"

#include <string.h>

#define SUBPROTOCOL     "sip"
#define DEFAULT_TIMEOUT 10u     /* s */

struct _PhoneSipWebsocket
{
  GObject                  parent_instance;

  char                    *url;
  char                    *sip_uri;
  char                    *via_transport;
  char                    *origin;
  char                   **headers;
  char                    *ca_file;
  guint                    keepalive;
  guint                    timeout;             /* s */
  gboolean                 accepted;            /* the server's side */
  SoupSession             *session;
  SoupWebsocketConnection *connection;
  GTlsDatabase            *private_authority;
  GCancellable            *cancellable;         /* of the attempt under way */
  guint                    timeout_id;
  GError                  *failure;             /* what libsoup said before it closed */
};

static void phone_sip_websocket_iface_init (PhoneSipSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneSipWebsocket, phone_sip_websocket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SIP_SOCKET, phone_sip_websocket_iface_init))

static void
phone_sip_websocket_drop_connection (PhoneSipWebsocket *self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);

  g_clear_object (&self->connection);
}

static void
phone_sip_websocket_end_attempt (PhoneSipWebsocket *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_object (&self->cancellable);
}

static void
phone_sip_websocket_message_cb (PhoneSipWebsocket *self,
                                int                type,
                                GBytes            *frame)
{
  phone_sip_socket_emit_received (PHONE_SIP_SOCKET (self), frame);
}

static void
phone_sip_websocket_pong_cb (PhoneSipWebsocket *self)
{
  phone_sip_socket_emit_alive (PHONE_SIP_SOCKET (self));
}

static void
phone_sip_websocket_error_cb (PhoneSipWebsocket *self,
                              GError            *error)
{
  g_clear_error (&self->failure);

  if (g_error_matches (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG))
    self->failure = g_error_new (PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE,
                                 "The server sent more than %u bytes at once", (guint) PHONE_SIP_MAX_FRAME);
  else
    self->failure = g_error_copy (error);
}

static void
phone_sip_websocket_closed_cb (PhoneSipWebsocket       *self,
                               SoupWebsocketConnection *connection)
{
  g_autoptr(SoupWebsocketConnection) closed = g_object_ref (connection);
  g_autoptr(GError) failure = g_steal_pointer (&self->failure);
  guint code = soup_websocket_connection_get_close_code (closed);
  gboolean error = failure != NULL || (code != SOUP_WEBSOCKET_CLOSE_NORMAL && code != SOUP_WEBSOCKET_CLOSE_GOING_AWAY);

  if (failure == NULL && code == 0)
    failure = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection broke");
  else if (code == 0 && failure->domain == PHONE_SIP_ERROR)
    code = SOUP_WEBSOCKET_CLOSE_TOO_BIG;

  phone_sip_websocket_drop_connection (self);
  phone_sip_socket_emit_disconnected (PHONE_SIP_SOCKET (self), error, code,
                                      soup_websocket_connection_get_close_data (closed), failure);
}

static void
phone_sip_websocket_bind (PhoneSipWebsocket *self)
{
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, PHONE_SIP_MAX_FRAME);
  soup_websocket_connection_set_keepalive_interval (self->connection, self->keepalive);
  g_signal_connect_object (self->connection, "message", G_CALLBACK (phone_sip_websocket_message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "error", G_CALLBACK (phone_sip_websocket_error_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "closed", G_CALLBACK (phone_sip_websocket_closed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->connection, "pong", G_CALLBACK (phone_sip_websocket_pong_cb), self, G_CONNECT_SWAPPED);
}

/* Whether the account's own authority vouches for what the system's did not. */
static gboolean
phone_sip_websocket_accept_certificate_cb (PhoneSipWebsocket    *self,
                                           GTlsCertificate      *certificate,
                                           GTlsCertificateFlags  errors,
                                           SoupMessage          *message)
{
  g_autoptr(GSocketConnectable) identity = NULL;
  GUri *uri = soup_message_get_uri (message);

  if (self->private_authority == NULL)
    return FALSE;

  identity = g_network_address_new (g_uri_get_host (uri), 0);

  return g_tls_database_verify_chain (self->private_authority, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
                                      identity, NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, NULL) == 0;
}

static void
phone_sip_websocket_fail (PhoneSipWebsocket *self,
                          const GError      *error)
{
  g_debug ("%s: %s", self->url, error->message);
  phone_sip_socket_emit_disconnected (PHONE_SIP_SOCKET (self), TRUE, 0, NULL, error);
}

static void
phone_sip_websocket_connected_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      data)
{
  g_autoptr(PhoneSipWebsocket) self = data;
  g_autoptr(SoupWebsocketConnection) connection = NULL;
  g_autoptr(GError) error = NULL;

  connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  /* disconnect () or dispose () ended this attempt; whatever came of it, nobody waits for it. */
  if (SOUP_SESSION (source) != self->session)
    {
      if (connection != NULL)
        soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_error (&error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The server does not answer");
    }
  else if (error == NULL && g_strcmp0 (soup_websocket_connection_get_protocol (connection), SUBPROTOCOL) != 0)
    {
      error = g_error_new_literal (SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE, "The server does not speak SIP");
      soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR, NULL);
    }

  phone_sip_websocket_end_attempt (self);

  if (error != NULL)
    {
      phone_sip_websocket_fail (self, error);
      return;
    }

  g_set_object (&self->connection, connection);
  phone_sip_websocket_bind (self);
  phone_sip_socket_emit_connected (PHONE_SIP_SOCKET (self));
}

static gboolean
phone_sip_websocket_timeout_cb (gpointer data)
{
  PhoneSipWebsocket *self = data;

  self->timeout_id = 0;
  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static void
phone_sip_websocket_append_headers (PhoneSipWebsocket *self,
                                    SoupMessage       *message)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  for (guint i = 0; self->headers != NULL && self->headers[i] != NULL; i++)
    {
      const char *colon = strchr (self->headers[i], ':');
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (colon == NULL || strpbrk (self->headers[i], "\r\n") != NULL)
        continue;

      name = g_strstrip (g_strndup (self->headers[i], (gsize) (colon - self->headers[i])));
      value = g_strstrip (g_strdup (colon + 1));
      soup_message_headers_append (headers, name, value);
    }
}

static gboolean
phone_sip_websocket_load_authority (PhoneSipWebsocket  *self,
                                    GError            **error)
{
  g_autofree char *path = NULL;

  g_clear_object (&self->private_authority);

  if (self->ca_file == NULL)
    return TRUE;

  path = g_canonicalize_filename (self->ca_file, NULL);
  self->private_authority = G_TLS_DATABASE (g_tls_file_database_new (path, error));

  return self->private_authority != NULL;
}

static gboolean
phone_sip_websocket_refuse_cb (gpointer data)
{
  PhoneSipWebsocket *self = data;
  g_autoptr(GError) error = g_steal_pointer (&self->failure);

  self->timeout_id = 0;
  phone_sip_websocket_fail (self, error);

  return G_SOURCE_REMOVE;
}

static void
phone_sip_websocket_open (PhoneSipWebsocket *self)
{
  static char *protocols[] = { (char *) SUBPROTOCOL, NULL };
  g_autoptr(SoupMessage) message = NULL;

  g_clear_error (&self->failure);

  if (!phone_sip_websocket_load_authority (self, &self->failure))
    {
      self->timeout_id = g_idle_add (phone_sip_websocket_refuse_cb, self);
      return;
    }

  message = soup_message_new (SOUP_METHOD_GET, self->url);
  phone_sip_websocket_append_headers (self, message);
  g_signal_connect_object (message, "accept-certificate", G_CALLBACK (phone_sip_websocket_accept_certificate_cb),
                           self, G_CONNECT_SWAPPED);

  /* A session an attempt: nothing of a broken connection is ever used again. */
  g_clear_object (&self->session);
  self->session = soup_session_new_with_options ("timeout", self->timeout, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  self->cancellable = g_cancellable_new ();
  self->timeout_id = g_timeout_add (self->timeout * 1000, phone_sip_websocket_timeout_cb, self);
  soup_session_websocket_connect_async (self->session, message, self->origin, protocols, G_PRIORITY_DEFAULT,
                                        self->cancellable, phone_sip_websocket_connected_cb, g_object_ref (self));
}

static const char *
phone_sip_websocket_get_url (PhoneSipSocket *socket)
{
  return PHONE_SIP_WEBSOCKET (socket)->url;
}

static const char *
phone_sip_websocket_get_sip_uri (PhoneSipSocket *socket)
{
  return PHONE_SIP_WEBSOCKET (socket)->sip_uri;
}

static const char *
phone_sip_websocket_get_via_transport (PhoneSipSocket *socket)
{
  return PHONE_SIP_WEBSOCKET (socket)->via_transport;
}

static void
phone_sip_websocket_connect (PhoneSipSocket *socket)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (socket);

  if (self->cancellable != NULL || self->timeout_id != 0)
    return;

  if (!self->accepted)
    {
      phone_sip_websocket_drop_connection (self);
      phone_sip_websocket_open (self);
    }
  else if (self->connection != NULL)
    {
      phone_sip_websocket_bind (self);
      phone_sip_socket_emit_connected (socket);
    }
}

static void
phone_sip_websocket_disconnect (PhoneSipSocket *socket)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (socket);
  g_autoptr(GCancellable) attempt = g_steal_pointer (&self->cancellable);

  phone_sip_websocket_end_attempt (self);
  g_clear_object (&self->session);

  if (attempt != NULL)
    g_cancellable_cancel (attempt);

  if (self->connection == NULL)
    return;

  /* libsoup sends what is queued and the close frame while the connection lives, so it is kept until the next one. */
  g_signal_handlers_disconnect_by_data (self->connection, self);

  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static gboolean
phone_sip_websocket_send (PhoneSipSocket *socket,
                          const char     *text,
                          gsize           length)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (socket);
  gboolean valid = g_utf8_validate_len (text, length, NULL);
  g_autoptr(GBytes) frame = NULL;

  if (self->connection == NULL || soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return FALSE;

  frame = g_bytes_new (text, length);
  soup_websocket_connection_send_message (self->connection, valid ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY, frame);

  return TRUE;
}

static void
phone_sip_websocket_set_keepalive (PhoneSipSocket *socket,
                                   guint           seconds)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (socket);

  self->keepalive = seconds;

  if (self->connection != NULL)
    soup_websocket_connection_set_keepalive_interval (self->connection, seconds);
}

/* What libsoup gives wraps TLS, and that the socket's stream. */
static GIOStream *
phone_sip_websocket_unwrap (GIOStream *stream)
{
  static const char * const names[] = { "base-iostream", "base-io-stream" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(GIOStream) base = NULL;

      if (g_object_class_find_property (G_OBJECT_GET_CLASS (stream), names[i]) != NULL)
        g_object_get (stream, names[i], &base, NULL);
      if (base != NULL)
        return phone_sip_websocket_unwrap (base);
    }

  return stream;
}

static char *
phone_sip_websocket_get_local_address (PhoneSipSocket *socket)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (socket);
  g_autoptr(GSocketAddress) address = NULL;
  GIOStream *stream;

  if (self->connection == NULL)
    return NULL;

  stream = phone_sip_websocket_unwrap (soup_websocket_connection_get_io_stream (self->connection));
  if (G_IS_SOCKET_CONNECTION (stream))
    address = g_socket_connection_get_local_address (G_SOCKET_CONNECTION (stream), NULL);
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;

  return g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static void
phone_sip_websocket_iface_init (PhoneSipSocketInterface *iface)
{
  iface->get_url = phone_sip_websocket_get_url;
  iface->get_sip_uri = phone_sip_websocket_get_sip_uri;
  iface->get_via_transport = phone_sip_websocket_get_via_transport;
  iface->connect = phone_sip_websocket_connect;
  iface->disconnect = phone_sip_websocket_disconnect;
  iface->send = phone_sip_websocket_send;
  iface->set_keepalive = phone_sip_websocket_set_keepalive;
  iface->get_local_address = phone_sip_websocket_get_local_address;
}

static void
phone_sip_websocket_dispose (GObject *object)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (object);

  phone_sip_websocket_disconnect (PHONE_SIP_SOCKET (self));
  phone_sip_websocket_drop_connection (self);
  g_clear_object (&self->private_authority);

  G_OBJECT_CLASS (phone_sip_websocket_parent_class)->dispose (object);
}

static void
phone_sip_websocket_finalize (GObject *object)
{
  PhoneSipWebsocket *self = PHONE_SIP_WEBSOCKET (object);

  g_free (self->url);
  g_free (self->sip_uri);
  g_free (self->via_transport);
  g_free (self->origin);
  g_strfreev (self->headers);
  g_free (self->ca_file);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (phone_sip_websocket_parent_class)->finalize (object);
}

static void
phone_sip_websocket_class_init (PhoneSipWebsocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_sip_websocket_dispose;
  object_class->finalize = phone_sip_websocket_finalize;
}

static void
phone_sip_websocket_init (PhoneSipWebsocket *self)
{
  self->timeout = DEFAULT_TIMEOUT;
}

/* "sip:host[:port];transport=ws"; a port that is only the scheme's default is left out. */
static char *
phone_sip_websocket_make_sip_uri (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  gboolean numeric = strchr (host, ':') != NULL;
  GString *text = g_string_new ("sip:");

  g_string_append_printf (text, numeric ? "[%s]" : "%s", host);

  if (g_uri_get_port (uri) > 0)
    g_string_append_printf (text, ":%d", g_uri_get_port (uri));

  g_string_append (text, ";transport=ws");

  return g_string_free (text, FALSE);
}

/**
 * phone_sip_websocket_new:
 * @url: "ws://…" or "wss://…"
 *
 * Returns: (transfer full): a socket; NULL and %PHONE_SIP_ERROR_INVALID_ARGUMENT if @url is no WebSocket URL
 */
PhoneSipWebsocket *
phone_sip_websocket_new (const char  *url,
                         GError     **error)
{
  g_autoptr(GUri) uri = NULL;
  PhoneSipWebsocket *self;
  gboolean secure;

  g_return_val_if_fail (url != NULL, NULL);

  uri = g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD, NULL);
  secure = uri != NULL && g_ascii_strcasecmp (g_uri_get_scheme (uri), "wss") == 0;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || strpbrk (g_uri_get_host (uri), " \t\r\n\"<>\\^`{|}@/?#") != NULL
      || (!secure && g_ascii_strcasecmp (g_uri_get_scheme (uri), "ws") != 0))
    {
      g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "“%s” is no WebSocket URL", url);
      return NULL;
    }

  self = g_object_new (PHONE_TYPE_SIP_WEBSOCKET, NULL);
  self->url = g_strdup (url);
  self->sip_uri = phone_sip_websocket_make_sip_uri (uri);
  self->via_transport = g_strdup (secure ? "WSS" : "WS");

  return self;
}

/**
 * phone_sip_websocket_new_for_connection:
 * @connection: an accepted one, open
 * @url: the peer's address
 *
 * The server's side of a connection. Frames come after phone_sip_socket_connect(), which answers "connected" at once.
 *
 * Returns: (transfer full): a socket
 */
PhoneSipWebsocket *
phone_sip_websocket_new_for_connection (SoupWebsocketConnection *connection,
                                        const char              *url)
{
  g_autoptr(GUri) uri = NULL;
  PhoneSipWebsocket *self;

  g_return_val_if_fail (SOUP_IS_WEBSOCKET_CONNECTION (connection), NULL);
  g_return_val_if_fail (url != NULL, NULL);

  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  self = g_object_new (PHONE_TYPE_SIP_WEBSOCKET, NULL);
  self->accepted = TRUE;
  self->connection = g_object_ref (connection);
  self->url = g_strdup (url);
  self->sip_uri = uri != NULL && g_uri_get_host (uri) != NULL ? phone_sip_websocket_make_sip_uri (uri)
                                                              : g_strdup ("sip:invalid;transport=ws");
  self->via_transport = g_strdup (uri != NULL && g_str_equal (g_uri_get_scheme (uri), "wss") ? "WSS" : "WS");

  return self;
}

/**
 * phone_sip_websocket_set_via_transport:
 * @via_transport: for Via; upper-cased
 */
void
phone_sip_websocket_set_via_transport (PhoneSipWebsocket *self,
                                       const char        *via_transport)
{
  g_autofree char *old = NULL;

  g_return_if_fail (PHONE_IS_SIP_WEBSOCKET (self));
  g_return_if_fail (via_transport != NULL);

  old = g_steal_pointer (&self->via_transport);
  self->via_transport = g_ascii_strup (via_transport, -1);
}

/**
 * phone_sip_websocket_set_origin:
 * @origin: (nullable): the Origin of the handshake (RFC 6455 §4.1)
 */
void
phone_sip_websocket_set_origin (PhoneSipWebsocket *self,
                                const char        *origin)
{
  g_autofree char *old = NULL;

  g_return_if_fail (PHONE_IS_SIP_WEBSOCKET (self));

  old = g_steal_pointer (&self->origin);
  self->origin = g_strdup (origin);
}

/**
 * phone_sip_websocket_set_headers:
 * @lines: (nullable): "Name: value" lines of the handshake; what is no header line is left out
 */
void
phone_sip_websocket_set_headers (PhoneSipWebsocket  *self,
                                 const char * const *lines)
{
  g_auto(GStrv) old = NULL;

  g_return_if_fail (PHONE_IS_SIP_WEBSOCKET (self));

  old = g_steal_pointer (&self->headers);
  self->headers = g_strdupv ((char **) lines);
}

/**
 * phone_sip_websocket_set_timeout:
 * @seconds: how long an attempt to connect may take, from the name to the handshake
 */
void
phone_sip_websocket_set_timeout (PhoneSipWebsocket *self,
                                 guint              seconds)
{
  g_return_if_fail (PHONE_IS_SIP_WEBSOCKET (self));

  self->timeout = CLAMP (seconds, 1, 3600);
}

/**
 * phone_sip_websocket_set_ca_file:
 * @path: (nullable): PEM certificates, trusted beside the system's; read at each attempt
 */
void
phone_sip_websocket_set_ca_file (PhoneSipWebsocket *self,
                                 const char        *path)
{
  g_autofree char *old = NULL;

  g_return_if_fail (PHONE_IS_SIP_WEBSOCKET (self));

  old = g_steal_pointer (&self->ca_file);
  self->ca_file = g_strdup (path);
}
