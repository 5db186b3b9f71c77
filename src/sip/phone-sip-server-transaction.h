/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-clock.h"
#include "phone-sip-message.h"

G_BEGIN_DECLS

/* RFC 3261 §17.2 with RFC 6026. An INVITE gets its 100 at once; a 2xx to INVITE is repeated by the session, not here.
 * Signals: "cancelled" (PhoneSipMessage *cancel): a CANCEL came (already answered 200) and no final response was sent yet;
 * "acknowledged" (): ACK to a 3xx–6xx; "failed" (const char *cause): no ACK within Timer H, or the transport broke;
 * "terminated" (). */
#define PHONE_TYPE_SIP_SERVER_TRANSACTION (phone_sip_server_transaction_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipServerTransaction, phone_sip_server_transaction, PHONE, SIP_SERVER_TRANSACTION, GObject)

typedef enum
{
  PHONE_SIP_SERVER_TRANSACTION_STATE_TRYING,            /* non-INVITE only */
  PHONE_SIP_SERVER_TRANSACTION_STATE_PROCEEDING,
  PHONE_SIP_SERVER_TRANSACTION_STATE_ACCEPTED,
  PHONE_SIP_SERVER_TRANSACTION_STATE_COMPLETED,
  PHONE_SIP_SERVER_TRANSACTION_STATE_CONFIRMED,
  PHONE_SIP_SERVER_TRANSACTION_STATE_TERMINATED,
} PhoneSipServerTransactionState;

PhoneSipMessage                *phone_sip_server_transaction_get_request (PhoneSipServerTransaction *self);
PhoneSipServerTransactionState  phone_sip_server_transaction_get_state   (PhoneSipServerTransaction *self);
/* The tag that new_reply () should use for every response of this transaction. */
const char                     *phone_sip_server_transaction_get_to_tag  (PhoneSipServerTransaction *self);
/* FALSE if a final response went before (a second 2xx is passed on, as RFC 6026 asks). */
gboolean                        phone_sip_server_transaction_respond     (PhoneSipServerTransaction *self, PhoneSipMessage *response);
/* The start of a reply with to_tag and the endpoint's common headers, for one that needs a body. */
PhoneSipMessageBuilder         *phone_sip_server_transaction_create_reply (PhoneSipServerTransaction *self, guint status, const char *reason);
/* Short form: reply built with to_tag, the endpoint's common headers, and extra lines (or NULL). */
gboolean                        phone_sip_server_transaction_reply       (PhoneSipServerTransaction *self, guint status, const char *reason, const char * const *extra);

G_END_DECLS
