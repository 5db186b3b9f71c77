/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-clock.h"
#include "phone-sip-message.h"

G_BEGIN_DECLS

/* RFC 3261 §17.1 with RFC 6026, INVITE and other, as two tables. Owned by the endpoint until terminated.
 * Signals: "response" (PhoneSipMessage *): every provisional, the first final, and for INVITE every 2xx of any fork;
 * "failed" (const char *cause): PHONE_SIP_CAUSE_REQUEST_TIMEOUT or PHONE_SIP_CAUSE_CONNECTION_ERROR;
 * "terminated" (). At most one of a final response and failed. */
#define PHONE_TYPE_SIP_CLIENT_TRANSACTION (phone_sip_client_transaction_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipClientTransaction, phone_sip_client_transaction, PHONE, SIP_CLIENT_TRANSACTION, GObject)

typedef enum
{
  PHONE_SIP_CLIENT_TRANSACTION_STATE_CALLING,           /* non-INVITE: Trying */
  PHONE_SIP_CLIENT_TRANSACTION_STATE_PROCEEDING,
  PHONE_SIP_CLIENT_TRANSACTION_STATE_ACCEPTED,
  PHONE_SIP_CLIENT_TRANSACTION_STATE_COMPLETED,
  PHONE_SIP_CLIENT_TRANSACTION_STATE_TERMINATED,
} PhoneSipClientTransactionState;

PhoneSipMessage                *phone_sip_client_transaction_get_request (PhoneSipClientTransaction *self);
PhoneSipClientTransactionState  phone_sip_client_transaction_get_state   (PhoneSipClientTransaction *self);
/* Sends CANCEL (RFC 3261 §9.1) now or as soon as a provisional response came. extra: lines such as "Reason: …", or NULL. */
void                            phone_sip_client_transaction_cancel      (PhoneSipClientTransaction *self, const char * const *extra);

G_END_DECLS
