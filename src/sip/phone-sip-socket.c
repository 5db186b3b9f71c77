/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-socket.h"

G_DEFINE_INTERFACE (PhoneSipSocket, phone_sip_socket, G_TYPE_OBJECT)

enum
{
  SIGNAL_CONNECTED,
  SIGNAL_DISCONNECTED,
  SIGNAL_RECEIVED,
  SIGNAL_ALIVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_sip_socket_default_init (PhoneSipSocketInterface *iface)
{
  GType type = PHONE_TYPE_SIP_SOCKET;

  /**
   * PhoneSipSocket::connected:
   */
  signals[SIGNAL_CONNECTED] =
    g_signal_new ("connected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);

  /**
   * PhoneSipSocket::disconnected:
   * @error: whether it was not an orderly close
   * @code: the WebSocket close code, 0 if there was none
   * @reason: (nullable): what the peer gave as reason
   * @cause: (nullable): why it could not be opened or broke
   */
  signals[SIGNAL_DISCONNECTED] =
    g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 4, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_ERROR);

  /**
   * PhoneSipSocket::received:
   * @frame: one SIP message, or CR and LF only
   */
  signals[SIGNAL_RECEIVED] =
    g_signal_new ("received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, G_TYPE_BYTES | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_set_va_marshaller (signals[SIGNAL_RECEIVED], type, g_cclosure_marshal_VOID__BOXEDv);

  /**
   * PhoneSipSocket::alive:
   *
   * The peer answered a question of the connection's own, such as a WebSocket ping.
   */
  signals[SIGNAL_ALIVE] =
    g_signal_new ("alive", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);
}

/**
 * phone_sip_socket_get_url:
 *
 * Returns: "wss://host:port/path"
 */
const char *
phone_sip_socket_get_url (PhoneSipSocket *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SOCKET (self), NULL);

  return PHONE_SIP_SOCKET_GET_IFACE (self)->get_url (self);
}

/**
 * phone_sip_socket_get_sip_uri:
 *
 * Returns: the server as a URI for Route, "sip:host:port;transport=ws"
 */
const char *
phone_sip_socket_get_sip_uri (PhoneSipSocket *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SOCKET (self), NULL);

  return PHONE_SIP_SOCKET_GET_IFACE (self)->get_sip_uri (self);
}

/**
 * phone_sip_socket_get_via_transport:
 *
 * Returns: the transport in Via, "WS" or "WSS" (RFC 7118 §8)
 */
const char *
phone_sip_socket_get_via_transport (PhoneSipSocket *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SOCKET (self), NULL);

  return PHONE_SIP_SOCKET_GET_IFACE (self)->get_via_transport (self);
}

/**
 * phone_sip_socket_connect:
 *
 * Starts to open it. "connected" or "disconnected" tells the outcome, perhaps before this returns.
 */
void
phone_sip_socket_connect (PhoneSipSocket *self)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  PHONE_SIP_SOCKET_GET_IFACE (self)->connect (self);
}

/**
 * phone_sip_socket_disconnect:
 *
 * Closes it or gives up opening it.
 */
void
phone_sip_socket_disconnect (PhoneSipSocket *self)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  PHONE_SIP_SOCKET_GET_IFACE (self)->disconnect (self);
}

/**
 * phone_sip_socket_send:
 * @text: one frame
 * @length: in bytes
 *
 * Returns: FALSE if it is not open
 */
gboolean
phone_sip_socket_send (PhoneSipSocket *self,
                       const char     *text,
                       gsize           length)
{
  g_return_val_if_fail (PHONE_IS_SIP_SOCKET (self), FALSE);

  return PHONE_SIP_SOCKET_GET_IFACE (self)->send (self, text, length);
}

/**
 * phone_sip_socket_set_keepalive:
 * @seconds: between two questions, 0 for none
 *
 * Asks the connection itself for signs of life, where it has a means for that. Holds for later connections too.
 */
void
phone_sip_socket_set_keepalive (PhoneSipSocket *self,
                                guint           seconds)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  if (PHONE_SIP_SOCKET_GET_IFACE (self)->set_keepalive != NULL)
    PHONE_SIP_SOCKET_GET_IFACE (self)->set_keepalive (self, seconds);
}

/**
 * phone_sip_socket_get_local_address:
 *
 * Returns: (transfer full) (nullable): the address of this machine that the connection leaves from, without port; %NULL if that is
 *   not known or there is no connection
 */
char *
phone_sip_socket_get_local_address (PhoneSipSocket *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SOCKET (self), NULL);

  if (PHONE_SIP_SOCKET_GET_IFACE (self)->get_local_address == NULL)
    return NULL;

  return PHONE_SIP_SOCKET_GET_IFACE (self)->get_local_address (self);
}

void
phone_sip_socket_emit_connected (PhoneSipSocket *self)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0);
}

void
phone_sip_socket_emit_disconnected (PhoneSipSocket *self,
                                    gboolean        error,
                                    guint           code,
                                    const char     *reason,
                                    const GError   *cause)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  g_signal_emit (self, signals[SIGNAL_DISCONNECTED], 0, error, code, reason, cause);
}

void
phone_sip_socket_emit_received (PhoneSipSocket *self,
                                GBytes         *frame)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  g_signal_emit (self, signals[SIGNAL_RECEIVED], 0, frame);
}

void
phone_sip_socket_emit_alive (PhoneSipSocket *self)
{
  g_return_if_fail (PHONE_IS_SIP_SOCKET (self));

  g_signal_emit (self, signals[SIGNAL_ALIVE], 0);
}
