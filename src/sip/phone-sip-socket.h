/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One way to a server: what JsSIP calls Socket. PhoneSipWebsocket is the real one; tests plug in a pair in memory.
 * Signals: "connected" (), "disconnected" (gboolean error, guint code, const char *reason, GError *cause or NULL),
 * "received" (GBytes *frame): one frame is one SIP message or a keep-alive; "alive" (): the peer gave a sign of life that is no
 * frame, such as a WebSocket pong. */
#define PHONE_TYPE_SIP_SOCKET (phone_sip_socket_get_type ())
G_DECLARE_INTERFACE (PhoneSipSocket, phone_sip_socket, PHONE, SIP_SOCKET, GObject)

struct _PhoneSipSocketInterface
{
  GTypeInterface g_iface;

  const char *(*get_url)           (PhoneSipSocket *self);   /* "wss://host:port/path" */
  const char *(*get_sip_uri)       (PhoneSipSocket *self);   /* "sip:host:port;transport=ws" */
  const char *(*get_via_transport) (PhoneSipSocket *self);   /* "WS" or "WSS" */
  void        (*connect)           (PhoneSipSocket *self);
  void        (*disconnect)        (PhoneSipSocket *self);
  gboolean    (*send)              (PhoneSipSocket *self, const char *text, gsize length);
  void        (*set_keepalive)     (PhoneSipSocket *self, guint seconds);        /* may be NULL */
  char       *(*get_local_address) (PhoneSipSocket *self);                       /* may be NULL */
};

const char *phone_sip_socket_get_url           (PhoneSipSocket *self);
const char *phone_sip_socket_get_sip_uri       (PhoneSipSocket *self);
const char *phone_sip_socket_get_via_transport (PhoneSipSocket *self);
void        phone_sip_socket_connect           (PhoneSipSocket *self);
void        phone_sip_socket_disconnect        (PhoneSipSocket *self);
gboolean    phone_sip_socket_send              (PhoneSipSocket *self, const char *text, gsize length);
/* Asks the connection itself for signs of life ("alive") each seconds, where it has a means for that; 0: no longer. */
void        phone_sip_socket_set_keepalive     (PhoneSipSocket *self, guint seconds);
/* (transfer full) (nullable) The address of this machine that the connection leaves from, without port; NULL: not known, or none. */
char       *phone_sip_socket_get_local_address (PhoneSipSocket *self);
/* For implementations. */
void        phone_sip_socket_emit_connected    (PhoneSipSocket *self);
void        phone_sip_socket_emit_disconnected (PhoneSipSocket *self, gboolean error, guint code, const char *reason, const GError *cause);
void        phone_sip_socket_emit_received     (PhoneSipSocket *self, GBytes *frame);
void        phone_sip_socket_emit_alive        (PhoneSipSocket *self);

G_END_DECLS
