/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a call ended, in the words of a telephone. A peer says it with one of some seventy status codes, our own layers with one of
 * JsSIP's causes; a person wants to know which of a dozen things happened. */
#include "config.h"
#include "phone-call-private.h"

static const struct
{
  guint              status;
  PhoneCallEndReason reason;
} statuses[] = {
  { 401, PHONE_CALL_END_NOT_ALLOWED },
  { 402, PHONE_CALL_END_NOT_ALLOWED },
  { 403, PHONE_CALL_END_NOT_ALLOWED },
  { 404, PHONE_CALL_END_NOT_FOUND },
  { 407, PHONE_CALL_END_NOT_ALLOWED },
  { 410, PHONE_CALL_END_NOT_FOUND },
  { 415, PHONE_CALL_END_INCOMPATIBLE },
  { 430, PHONE_CALL_END_UNAVAILABLE },
  { 480, PHONE_CALL_END_UNAVAILABLE },
  { 484, PHONE_CALL_END_NOT_FOUND },
  { 485, PHONE_CALL_END_NOT_FOUND },
  { 486, PHONE_CALL_END_BUSY },
  { 487, PHONE_CALL_END_CANCELLED },
  { 488, PHONE_CALL_END_INCOMPATIBLE },
  { 503, PHONE_CALL_END_UNAVAILABLE },
  { 504, PHONE_CALL_END_TIMEOUT },
  { 600, PHONE_CALL_END_BUSY },
  { 603, PHONE_CALL_END_DECLINED },
  { 604, PHONE_CALL_END_NOT_FOUND },
  { 606, PHONE_CALL_END_INCOMPATIBLE },
  { 607, PHONE_CALL_END_DECLINED },
  { 608, PHONE_CALL_END_DECLINED },
};

static const struct
{
  const char         *cause;
  PhoneCallEndReason  reason;
} causes[] = {
  { PHONE_SIP_CAUSE_CONNECTION_ERROR,         PHONE_CALL_END_CONNECTION },
  { PHONE_SIP_CAUSE_REQUEST_TIMEOUT,          PHONE_CALL_END_TIMEOUT },
  { PHONE_SIP_CAUSE_NO_ACK,                   PHONE_CALL_END_TIMEOUT },
  { PHONE_SIP_CAUSE_NO_ANSWER,                PHONE_CALL_END_NO_ANSWER },
  { PHONE_SIP_CAUSE_EXPIRES,                  PHONE_CALL_END_NO_ANSWER },
  { PHONE_SIP_CAUSE_CANCELED,                 PHONE_CALL_END_CANCELLED },
  { PHONE_SIP_CAUSE_BUSY,                     PHONE_CALL_END_BUSY },
  { PHONE_SIP_CAUSE_REJECTED,                 PHONE_CALL_END_DECLINED },
  { PHONE_SIP_CAUSE_REDIRECTED,               PHONE_CALL_END_REDIRECTED },
  { PHONE_SIP_CAUSE_UNAVAILABLE,              PHONE_CALL_END_UNAVAILABLE },
  { PHONE_SIP_CAUSE_NOT_FOUND,                PHONE_CALL_END_NOT_FOUND },
  { PHONE_SIP_CAUSE_ADDRESS_INCOMPLETE,       PHONE_CALL_END_NOT_FOUND },
  { PHONE_SIP_CAUSE_AUTHENTICATION_ERROR,     PHONE_CALL_END_NOT_ALLOWED },
  { PHONE_SIP_CAUSE_INCOMPATIBLE_SDP,         PHONE_CALL_END_INCOMPATIBLE },
  { PHONE_SIP_CAUSE_MISSING_SDP,              PHONE_CALL_END_INCOMPATIBLE },
  { PHONE_SIP_CAUSE_BAD_MEDIA_DESCRIPTION,    PHONE_CALL_END_INCOMPATIBLE },
  { PHONE_SIP_CAUSE_WEBRTC_ERROR,             PHONE_CALL_END_MEDIA },
  { PHONE_SIP_CAUSE_USER_DENIED_MEDIA_ACCESS, PHONE_CALL_END_MEDIA },
  { PHONE_SIP_CAUSE_RTP_TIMEOUT,              PHONE_CALL_END_MEDIA },
  { PHONE_SIP_CAUSE_DIALOG_ERROR,             PHONE_CALL_END_FAILED },
};

/* rang: the other side had rung before, so that a time-out means that nobody came. */
PhoneCallEndReason
phone_call_end_for_status (guint    status,
                           gboolean rang)
{
  if (status == 408)
    return rang ? PHONE_CALL_END_NO_ANSWER : PHONE_CALL_END_UNAVAILABLE;
  if (PHONE_SIP_STATUS_IS_REDIRECT (status))
    return PHONE_CALL_END_REDIRECTED;

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      return statuses[i].reason;

  return PHONE_CALL_END_FAILED;
}

/* accepted: a call that was up and ends for no special cause was hung up. */
PhoneCallEndReason
phone_call_end_for_cause (const char *cause,
                          gboolean    accepted)
{
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    if (g_strcmp0 (causes[i].cause, cause) == 0)
      return causes[i].reason;

  return accepted ? PHONE_CALL_END_HUNG_UP : PHONE_CALL_END_FAILED;
}
