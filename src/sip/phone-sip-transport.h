/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-clock.h"
#include "phone-sip-message.h"
#include "phone-sip-socket.h"

G_BEGIN_DECLS

/* The way to the server that lasts: several sockets with weights, recovery, keep-alive and the check that the peer is alive.
 * Frames become messages here.
 *
 * Signals: "connecting" (PhoneSipSocket *, guint attempts), "connected" (PhoneSipSocket *),
 * "disconnected" (PhoneSipSocket *, gboolean error, guint code, const char *reason, GError *cause),
 * "message" (PhoneSipMessage *), "malformed" (GBytes *frame, GError *).
 * Property "connected" (notify). */
#define PHONE_TYPE_SIP_TRANSPORT (phone_sip_transport_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipTransport, phone_sip_transport, PHONE, SIP_TRANSPORT, GObject)

PhoneSipTransport *phone_sip_transport_new              (PhoneSipClock *clock);
void               phone_sip_transport_add_socket       (PhoneSipTransport *self, PhoneSipSocket *socket, int weight);
/* Seconds; JsSIP's 2 and 30. */
void               phone_sip_transport_set_recovery     (PhoneSipTransport *self, guint min_interval, guint max_interval);
/* Seconds between "\r\n\r\n" pings; the connection is given up when no byte came for interval + 4 s. 0: none (a server's end). Default 5. */
void               phone_sip_transport_set_keepalive    (PhoneSipTransport *self, guint interval);
void               phone_sip_transport_connect          (PhoneSipTransport *self);
void               phone_sip_transport_disconnect       (PhoneSipTransport *self);
/* Cuts a waiting recovery interval short, as when the network came back. */
void               phone_sip_transport_retry_now        (PhoneSipTransport *self);
/* Gives the present connection up, as when its address has gone, and opens another one at once. */
void               phone_sip_transport_reconnect        (PhoneSipTransport *self);
gboolean           phone_sip_transport_is_connected     (PhoneSipTransport *self);
gboolean           phone_sip_transport_is_connecting    (PhoneSipTransport *self);
PhoneSipSocket    *phone_sip_transport_get_socket       (PhoneSipTransport *self);  /* (transfer none) the one in use or tried, NULL before */
const char        *phone_sip_transport_get_via_transport (PhoneSipTransport *self);
gboolean           phone_sip_transport_send             (PhoneSipTransport *self, PhoneSipMessage *message);

G_END_DECLS
