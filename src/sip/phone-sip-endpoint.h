/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-client-transaction.h"
#include "phone-sip-server-transaction.h"
#include "phone-sip-transport.h"

G_BEGIN_DECLS

/* Matches messages to transactions, sends, and answers by itself what RFC 3261 §8.2 lets it answer (400 and 505 to a request that
 * cannot be read, 482 to one that is ours or came twice, 481 to a CANCEL without INVITE, 503 with Retry-After when too many are open).
 * Writes the wire trace (domain "phone-sip-trace", credentials masked).
 * Signals: "request" (PhoneSipServerTransaction *) → gboolean handled (unhandled gets 405);
 * "ack" (PhoneSipMessage *): an ACK that belongs to a 2xx; "stray-response" (PhoneSipMessage *): a 2xx to INVITE without
 * transaction; "new-transaction" (GObject *), "transaction-destroyed" (GObject *). */
#define PHONE_TYPE_SIP_ENDPOINT (phone_sip_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipEndpoint, phone_sip_endpoint, PHONE, SIP_ENDPOINT, GObject)

PhoneSipEndpoint          *phone_sip_endpoint_new            (PhoneSipTransport *transport, PhoneSipClock *clock);
PhoneSipTransport         *phone_sip_endpoint_get_transport  (PhoneSipEndpoint *self);
PhoneSipClock             *phone_sip_endpoint_get_clock      (PhoneSipEndpoint *self);
/* The Via sent-by: "<12 random>.invalid" unless set. */
const char                *phone_sip_endpoint_get_sent_by    (PhoneSipEndpoint *self);
void                       phone_sip_endpoint_set_sent_by    (PhoneSipEndpoint *self, const char *sent_by);
void                       phone_sip_endpoint_set_user_agent (PhoneSipEndpoint *self, const char *user_agent);
const char                *phone_sip_endpoint_get_user_agent (PhoneSipEndpoint *self);
/* Lines added to every request and response, or NULL. */
void                       phone_sip_endpoint_set_extra_headers (PhoneSipEndpoint *self, const char * const *lines);
const char * const        *phone_sip_endpoint_get_extra_headers (PhoneSipEndpoint *self);
/* A fresh "SIP/2.0/WS host;branch=z9hG4bK…". */
char                      *phone_sip_endpoint_create_via     (PhoneSipEndpoint *self);
/* request must carry a Via of create_via () on top. (transfer none), alive until "terminated"; a send failure comes as "failed" later. */
PhoneSipClientTransaction *phone_sip_endpoint_send_request   (PhoneSipEndpoint *self, PhoneSipMessage *request);
/* ACK to a 2xx, its repetitions, and stateless replies. */
gboolean                   phone_sip_endpoint_send           (PhoneSipEndpoint *self, PhoneSipMessage *message);
/* phone_sip_message_builder_new_reply () with the common headers (Server, extra headers; Allow in a 405). */
PhoneSipMessageBuilder    *phone_sip_endpoint_create_reply    (PhoneSipEndpoint *self, const PhoneSipMessage *request, guint status, const char *reason, const char *to_tag);
guint                      phone_sip_endpoint_get_n_transactions (PhoneSipEndpoint *self);

G_END_DECLS
