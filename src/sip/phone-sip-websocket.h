/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "phone-sip-socket.h"

G_BEGIN_DECLS

/* SIP over WebSocket (RFC 7118) by libsoup. */
#define PHONE_TYPE_SIP_WEBSOCKET (phone_sip_websocket_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipWebsocket, phone_sip_websocket, PHONE, SIP_WEBSOCKET, GObject)

/* Error PHONE_SIP_ERROR_INVALID_ARGUMENT if url is not ws: or wss:. */
PhoneSipWebsocket *phone_sip_websocket_new                (const char *url, GError **error);
/* The server's side: an accepted connection, already open; url is the peer's address. */
PhoneSipWebsocket *phone_sip_websocket_new_for_connection (SoupWebsocketConnection *connection, const char *url);
void               phone_sip_websocket_set_via_transport  (PhoneSipWebsocket *self, const char *via_transport);
void               phone_sip_websocket_set_origin         (PhoneSipWebsocket *self, const char *origin);
void               phone_sip_websocket_set_headers        (PhoneSipWebsocket *self, const char * const *lines);  /* extra HTTP request headers */
void               phone_sip_websocket_set_timeout        (PhoneSipWebsocket *self, guint seconds);              /* of an attempt to connect; 10 at first */
void               phone_sip_websocket_set_ca_file        (PhoneSipWebsocket *self, const char *path);           /* PEM, trusted beside the system's */

G_END_DECLS
