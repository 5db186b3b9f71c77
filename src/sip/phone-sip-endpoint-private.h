/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-endpoint.h"

G_BEGIN_DECLS

/* The methods named in Allow: all that an agent understands. */
#define PHONE_SIP_ALLOW "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE,PRACK"

/* What the agent above an endpoint hears. A request that it does not answer is offered to the signal, then gets 405. */
typedef struct
{
  gboolean (*request) (gpointer owner, PhoneSipServerTransaction *transaction);
  void     (*ack)     (gpointer owner, PhoneSipMessage *ack);
} PhoneSipEndpointOwner;

/* table NULL: nobody any more. */
void                       phone_sip_endpoint_set_owner           (PhoneSipEndpoint *self, const PhoneSipEndpointOwner *table, gpointer owner);

/* What the request above a client transaction hears, before the signals and without their price: three connections a
 * transaction would cost as much as parsing its response. */
typedef struct
{
  void (*response)   (gpointer owner, PhoneSipMessage *response);
  void (*failed)     (gpointer owner, const char *cause);
  void (*terminated) (gpointer owner);
} PhoneSipClientTransactionOwner;

/* What a transaction asks of its endpoint. A transaction borrows the endpoint; the endpoint outlives it or abandons it. */
PhoneSipClientTransaction *phone_sip_client_transaction_new       (PhoneSipEndpoint *endpoint, PhoneSipMessage *request);
/* table NULL: nobody any more. The owner has to leave before it is gone. */
void                       phone_sip_client_transaction_set_owner (PhoneSipClientTransaction *self, const PhoneSipClientTransactionOwner *table, gpointer owner);
void                       phone_sip_client_transaction_start     (PhoneSipClientTransaction *self);
void                       phone_sip_client_transaction_receive   (PhoneSipClientTransaction *self, PhoneSipMessage *response);
void                       phone_sip_client_transaction_break     (PhoneSipClientTransaction *self);   /* the connection is gone */
void                       phone_sip_client_transaction_abandon   (PhoneSipClientTransaction *self);   /* the endpoint is gone */
char                      *phone_sip_client_transaction_print_table (void);

/* The same for the session that answers an INVITE. */
typedef struct
{
  void (*cancelled) (gpointer owner, PhoneSipMessage *cancel);
  void (*failed)    (gpointer owner, const char *cause);
} PhoneSipServerTransactionOwner;

PhoneSipServerTransaction *phone_sip_server_transaction_new       (PhoneSipEndpoint *endpoint, PhoneSipMessage *request);
void                       phone_sip_server_transaction_set_owner (PhoneSipServerTransaction *self, const PhoneSipServerTransactionOwner *table, gpointer owner);
void                       phone_sip_server_transaction_start     (PhoneSipServerTransaction *self);
/* A repetition of the request, its ACK or its CANCEL. */
void                       phone_sip_server_transaction_receive   (PhoneSipServerTransaction *self, PhoneSipMessage *request);
void                       phone_sip_server_transaction_break     (PhoneSipServerTransaction *self);
void                       phone_sip_server_transaction_abandon   (PhoneSipServerTransaction *self);
char                      *phone_sip_server_transaction_print_table (void);

/* A weak reference that costs nothing per holder: requests are many, and GObject looks for each of its weak pointers in a list.
 * A g_rc_box; endpoint is NULL once it is gone. */
typedef struct
{
  PhoneSipEndpoint *endpoint;
} PhoneSipEndpointHome;

PhoneSipEndpointHome      *phone_sip_endpoint_get_home            (PhoneSipEndpoint *self);

/* A final response was given, or never will be. */
void                       phone_sip_endpoint_answered            (PhoneSipEndpoint *self, PhoneSipServerTransaction *transaction);
void                       phone_sip_endpoint_forget_client       (PhoneSipEndpoint *self, PhoneSipClientTransaction *transaction);
void                       phone_sip_endpoint_forget_server       (PhoneSipEndpoint *self, PhoneSipServerTransaction *transaction);
/* An ACK that the user of the endpoint has to see. */
void                       phone_sip_endpoint_pass_ack            (PhoneSipEndpoint *self, PhoneSipMessage *ack);

/* Call-IDs of ours begin with it, so that a request of ours that comes back is known (RFC 3261 §8.2.2.2). */
const char                *phone_sip_endpoint_get_call_id_prefix  (PhoneSipEndpoint *self);

/* phone-sip-endpoint-trace.c */
gboolean                   phone_sip_endpoint_trace_is_on         (void);
void                       phone_sip_endpoint_trace               (const char *direction, const char *text, gsize length);

G_END_DECLS
