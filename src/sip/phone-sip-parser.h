/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-message.h"

G_BEGIN_DECLS

#define PHONE_SIP_MAX_FRAME   (64 * 1024)
#define PHONE_SIP_MAX_HEADERS 200
#define PHONE_SIP_MAX_LINE    (8 * 1024)

/* One WebSocket message → one SIP message, within the limits above. If the text is a request that can be answered although it is
 * bad, out_reply_status (may be NULL) is set to 400, 413, 505 … and the return value is NULL. */
PhoneSipMessage *phone_sip_parse (const char *bytes, gsize length, GError **error);

G_END_DECLS
