/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The exchange in the house: a SoupServer whose WebSockets speak SIP (RFC 7118), a registrar and a proxy behind them. A fresh install
 * calls its echo party, and the tests use it as their server. It binds to 127.0.0.1 only and trusts whoever runs on this machine. */

#include "config.h"

#include "phone-exchange-private.h"

#include <libsoup/soup.h>

#include "phone-sip-token.h"
#include "phone-sip-websocket.h"

G_DEFINE_FINAL_TYPE (PhoneExchange, phone_exchange, G_TYPE_OBJECT)

static void
phone_exchange_line_free (gpointer data)
{
  PhoneExchangeLine *line = data;

  g_signal_handlers_disconnect_by_data (line->transport, line);
  phone_sip_transport_disconnect (line->transport);
  g_object_unref (line->transport);
  g_free (line);
}

static void
phone_exchange_message_cb (PhoneSipTransport *transport,
                           PhoneSipMessage   *message,
                           PhoneExchangeLine *line)
{
  PhoneExchange *self = line->exchange;

  if (!phone_sip_message_is_request (message))
    phone_exchange_relay_response (self, line, message);
  else if (phone_sip_message_get_method (message) != PHONE_SIP_METHOD_REGISTER)
    phone_exchange_relay_request (self, line, message);
  else if (phone_exchange_authorize (self, line, message))
    phone_exchange_register (self, line, message);
}

static void
phone_exchange_disconnected_cb (PhoneSipTransport *transport,
                                PhoneSipSocket    *socket,
                                gboolean           error,
                                guint              code,
                                const char        *reason,
                                const GError      *cause,
                                PhoneExchangeLine *line)
{
  g_autoptr (PhoneSipTransport) alive = g_object_ref (transport);
  PhoneExchange *self = line->exchange;

  phone_exchange_drop_bindings (self, line);
  phone_exchange_drop_forks (self, line);
  g_ptr_array_remove (self->lines, line);
}

static void
phone_exchange_websocket_cb (SoupServer              *server,
                             SoupServerMessage       *message,
                             const char              *path,
                             SoupWebsocketConnection *connection,
                             gpointer                 data)
{
  PhoneExchange *self = PHONE_EXCHANGE (data);
  g_autoptr (PhoneSipWebsocket) socket = NULL;
  PhoneExchangeLine *line;

  if (self->lines->len >= PHONE_EXCHANGE_MAX_LINES)
    {
      soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, NULL);
      return;
    }

  socket = phone_sip_websocket_new_for_connection (connection, self->url);
  line = g_new0 (PhoneExchangeLine, 1);
  line->exchange = self;
  line->id = ++self->last_line;
  line->transport = phone_sip_transport_new (self->clock);
  phone_sip_transport_set_keepalive (line->transport, 0);
  phone_sip_transport_add_socket (line->transport, PHONE_SIP_SOCKET (socket), 0);
  g_ptr_array_add (self->lines, line);

  g_signal_connect (line->transport, "message", G_CALLBACK (phone_exchange_message_cb), line);
  g_signal_connect (line->transport, "disconnected", G_CALLBACK (phone_exchange_disconnected_cb), line);
  phone_sip_transport_connect (line->transport);
}

static void
phone_exchange_dispose (GObject *object)
{
  phone_exchange_close (PHONE_EXCHANGE (object));

  G_OBJECT_CLASS (phone_exchange_parent_class)->dispose (object);
}

static void
phone_exchange_finalize (GObject *object)
{
  PhoneExchange *self = PHONE_EXCHANGE (object);

  g_ptr_array_unref (self->forks);
  g_ptr_array_unref (self->lines);
  g_hash_table_unref (self->branches);
  g_hash_table_unref (self->users);
  g_hash_table_unref (self->passwords);
  g_object_unref (self->clock);
  g_free (self->domain);
  g_free (self->url);
  g_free (self->sent_by);
  g_free (self->nonce);

  G_OBJECT_CLASS (phone_exchange_parent_class)->finalize (object);
}

static void
phone_exchange_class_init (PhoneExchangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_exchange_dispose;
  object_class->finalize = phone_exchange_finalize;
}

static void
phone_exchange_init (PhoneExchange *self)
{
  self->clock = phone_sip_clock_new_main_loop ();
  self->nonce = phone_sip_token_new (32);
  self->lines = g_ptr_array_new_with_free_func (phone_exchange_line_free);
  self->forks = g_ptr_array_new_with_free_func (phone_exchange_fork_free);
  self->branches = g_hash_table_new (g_str_hash, g_str_equal);
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->passwords = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
phone_exchange_reply (PhoneExchange      *self,
                      PhoneExchangeLine  *line,
                      PhoneSipMessage    *request,
                      guint               status,
                      const char * const *extra)
{
  g_autofree char *to_tag = status > 100 ? phone_sip_token_new (10) : NULL;
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_reply (request, status, NULL, to_tag);
  g_autoptr (PhoneSipMessage) reply = NULL;

  for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, extra[i]);
  reply = phone_sip_message_builder_end (builder, NULL);

  if (reply != NULL)
    phone_sip_transport_send (line->transport, reply);
}

/**
 * phone_exchange_new:
 * @domain: the SIP domain it serves, such as "demo.invalid"
 *
 * Makes an exchange that does not listen yet.
 *
 * Returns: (transfer full): the exchange
 */
PhoneExchange *
phone_exchange_new (const char *domain)
{
  PhoneExchange *self;

  g_return_val_if_fail (domain != NULL, NULL);

  self = g_object_new (PHONE_TYPE_EXCHANGE, NULL);
  self->domain = g_strdup (domain);

  return self;
}

/**
 * phone_exchange_listen:
 * @self: an exchange that does not listen
 * @port: the TCP port on 127.0.0.1, or 0 for any free one
 * @error: return location for an error
 *
 * Opens the exchange for WebSockets of subprotocol "sip" (RFC 7118).
 *
 * Returns: %TRUE; %FALSE with libsoup's error if the port cannot be had
 */
gboolean
phone_exchange_listen (PhoneExchange  *self,
                       guint16         port,
                       GError        **error)
{
  static char *protocols[] = { (char *) "sip", NULL };
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  GSList *uris;

  g_return_val_if_fail (PHONE_IS_EXCHANGE (self), FALSE);
  g_return_val_if_fail (self->server == NULL, FALSE);

  server = soup_server_new (NULL, NULL);
  if (!soup_server_listen (server, address, 0, error))
    return FALSE;

  uris = soup_server_get_uris (server);
  self->sent_by = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
  self->url = g_strconcat ("ws://", self->sent_by, NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  soup_server_add_websocket_handler (server, NULL, NULL, protocols, phone_exchange_websocket_cb, self, NULL);
  self->server = g_steal_pointer (&server);

  return TRUE;
}

/**
 * phone_exchange_close:
 * @self: an exchange
 *
 * Stops listening and closes every connection; bindings and pending requests are forgotten. May be called twice.
 */
void
phone_exchange_close (PhoneExchange *self)
{
  g_return_if_fail (PHONE_IS_EXCHANGE (self));

  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);

  g_ptr_array_set_size (self->forks, 0);
  g_hash_table_remove_all (self->users);
  g_ptr_array_set_size (self->lines, 0);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->sent_by, g_free);
}

/**
 * phone_exchange_get_url:
 * @self: an exchange
 *
 * Returns: (nullable): the WebSocket URL while it listens, such as "ws://127.0.0.1:41234"
 */
const char *
phone_exchange_get_url (PhoneExchange *self)
{
  g_return_val_if_fail (PHONE_IS_EXCHANGE (self), NULL);

  return self->url;
}

/**
 * phone_exchange_get_domain:
 * @self: an exchange
 *
 * Returns: the SIP domain it serves
 */
const char *
phone_exchange_get_domain (PhoneExchange *self)
{
  g_return_val_if_fail (PHONE_IS_EXCHANGE (self), NULL);

  return self->domain;
}

/**
 * phone_exchange_get_n_bindings:
 * @self: an exchange
 * @user: the user part of an address of its domain
 *
 * Returns: how many live bindings @user has
 */
guint
phone_exchange_get_n_bindings (PhoneExchange *self,
                               const char    *user)
{
  g_autoptr (GPtrArray) bindings = NULL;

  g_return_val_if_fail (PHONE_IS_EXCHANGE (self), 0);
  g_return_val_if_fail (user != NULL, 0);

  bindings = phone_exchange_get_bindings (self, user);

  return bindings->len;
}

/**
 * phone_exchange_set_password:
 * @self: an exchange
 * @user: the user part of an address of its domain
 * @password: (nullable): the password, or %NULL to let @user in without
 *
 * Asks @user for a digest (RFC 7616, MD5, qop auth) in REGISTER and in every request out of a dialog from now on.
 */
void
phone_exchange_set_password (PhoneExchange *self,
                             const char    *user,
                             const char    *password)
{
  g_return_if_fail (PHONE_IS_EXCHANGE (self));
  g_return_if_fail (user != NULL);

  if (password != NULL)
    g_hash_table_insert (self->passwords, g_strdup (user), g_strdup (password));
  else
    g_hash_table_remove (self->passwords, user);
}
