/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reason phrases of RFC 3261 §21 and its extensions, and JsSIP's cause text for a final status. */
const char *phone_sip_status_get_reason (guint status);
const char *phone_sip_status_get_cause  (guint status);

#define PHONE_SIP_STATUS_IS_PROVISIONAL(status) ((status) >= 100 && (status) < 200)
#define PHONE_SIP_STATUS_IS_SUCCESS(status)     ((status) >= 200 && (status) < 300)
#define PHONE_SIP_STATUS_IS_REDIRECT(status)    ((status) >= 300 && (status) < 400)
#define PHONE_SIP_STATUS_IS_FINAL(status)       ((status) >= 200)

/* Causes that are no status code (JsSIP's names, so that scripts may move over). */
#define PHONE_SIP_CAUSE_CONNECTION_ERROR         "Connection Error"
#define PHONE_SIP_CAUSE_REQUEST_TIMEOUT          "Request Timeout"
#define PHONE_SIP_CAUSE_SIP_FAILURE_CODE         "SIP Failure Code"
#define PHONE_SIP_CAUSE_INTERNAL_ERROR           "Internal Error"
#define PHONE_SIP_CAUSE_BUSY                     "Busy"
#define PHONE_SIP_CAUSE_REJECTED                 "Rejected"
#define PHONE_SIP_CAUSE_REDIRECTED               "Redirected"
#define PHONE_SIP_CAUSE_UNAVAILABLE              "Unavailable"
#define PHONE_SIP_CAUSE_NOT_FOUND                "Not Found"
#define PHONE_SIP_CAUSE_ADDRESS_INCOMPLETE       "Address Incomplete"
#define PHONE_SIP_CAUSE_INCOMPATIBLE_SDP         "Incompatible SDP"
#define PHONE_SIP_CAUSE_MISSING_SDP              "Missing SDP"
#define PHONE_SIP_CAUSE_AUTHENTICATION_ERROR     "Authentication Error"
#define PHONE_SIP_CAUSE_BYE                      "Terminated"
#define PHONE_SIP_CAUSE_WEBRTC_ERROR             "WebRTC Error"
#define PHONE_SIP_CAUSE_CANCELED                 "Canceled"
#define PHONE_SIP_CAUSE_NO_ANSWER                "No Answer"
#define PHONE_SIP_CAUSE_EXPIRES                  "Expires"
#define PHONE_SIP_CAUSE_NO_ACK                   "No ACK"
#define PHONE_SIP_CAUSE_DIALOG_ERROR             "Dialog Error"
#define PHONE_SIP_CAUSE_USER_DENIED_MEDIA_ACCESS "User Denied Media Access"
#define PHONE_SIP_CAUSE_BAD_MEDIA_DESCRIPTION    "Bad Media Description"
#define PHONE_SIP_CAUSE_RTP_TIMEOUT              "RTP Timeout"

G_END_DECLS
