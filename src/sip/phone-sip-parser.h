/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-message.h"

G_BEGIN_DECLS

#define PHONE_SIP_MAX_FRAME   (64 * 1024)
#define PHONE_SIP_MAX_HEADERS 200
#define PHONE_SIP_MAX_LINE    (8 * 1024)

/* One WebSocket message → one SIP message, within the limits above. NULL and PHONE_SIP_ERROR_MALFORMED, _TOO_LARGE, or _NOT_SUPPORTED
 * for another version of SIP. */
PhoneSipMessage *phone_sip_parse        (const char *bytes, gsize length, GError **error);
/* The 400, 505 or 513 for bytes that phone_sip_parse () refused with error: made of what Via, From, To, Call-ID and CSeq there is, so it is
 * fit for sending only. NULL if no answer can reach anyone: a response, an ACK, no Via. */
PhoneSipMessage *phone_sip_parse_refuse (const char *bytes, gsize length, const GError *error);

G_END_DECLS
