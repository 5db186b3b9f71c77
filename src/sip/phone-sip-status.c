/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Status codes: RFC 3261 §21 and what the IANA registry has added since, in order, for a binary search. The cause is JsSIP's
 * word for the end of a call or request; a code without one is a "SIP Failure Code". */

#include "config.h"
#include "phone-sip-status.h"

typedef struct
{
  guint16     status;
  const char *reason;
  const char *cause;
} PhoneSipStatusRow;

static const PhoneSipStatusRow phone_sip_statuses[] = {
  { 100, "Trying" },
  { 180, "Ringing" },
  { 181, "Call Is Being Forwarded" },
  { 182, "Queued" },
  { 183, "Session Progress" },
  { 199, "Early Dialog Terminated" },
  { 200, "OK" },
  { 202, "Accepted" },
  { 204, "No Notification" },
  { 300, "Multiple Choices", PHONE_SIP_CAUSE_REDIRECTED },
  { 301, "Moved Permanently", PHONE_SIP_CAUSE_REDIRECTED },
  { 302, "Moved Temporarily", PHONE_SIP_CAUSE_REDIRECTED },
  { 305, "Use Proxy", PHONE_SIP_CAUSE_REDIRECTED },
  { 380, "Alternative Service", PHONE_SIP_CAUSE_REDIRECTED },
  { 400, "Bad Request" },
  { 401, "Unauthorized", PHONE_SIP_CAUSE_AUTHENTICATION_ERROR },
  { 402, "Payment Required" },
  { 403, "Forbidden", PHONE_SIP_CAUSE_REJECTED },
  { 404, "Not Found", PHONE_SIP_CAUSE_NOT_FOUND },
  { 405, "Method Not Allowed" },
  { 406, "Not Acceptable" },
  { 407, "Proxy Authentication Required", PHONE_SIP_CAUSE_AUTHENTICATION_ERROR },
  { 408, "Request Timeout", PHONE_SIP_CAUSE_UNAVAILABLE },
  { 410, "Gone", PHONE_SIP_CAUSE_UNAVAILABLE },
  { 412, "Conditional Request Failed" },
  { 413, "Request Entity Too Large" },
  { 414, "Request-URI Too Long" },
  { 415, "Unsupported Media Type" },
  { 416, "Unsupported URI Scheme" },
  { 417, "Unknown Resource-Priority" },
  { 420, "Bad Extension" },
  { 421, "Extension Required" },
  { 422, "Session Interval Too Small" },
  { 423, "Interval Too Brief" },
  { 424, "Bad Location Information", PHONE_SIP_CAUSE_ADDRESS_INCOMPLETE },
  { 425, "Bad Alert Message" },
  { 428, "Use Identity Header" },
  { 429, "Provide Referrer Identity" },
  { 430, "Flow Failed", PHONE_SIP_CAUSE_UNAVAILABLE },
  { 433, "Anonymity Disallowed" },
  { 436, "Bad Identity-Info" },
  { 437, "Unsupported Certificate" },
  { 438, "Invalid Identity Header" },
  { 439, "First Hop Lacks Outbound Support" },
  { 440, "Max-Breadth Exceeded" },
  { 469, "Bad Info Package" },
  { 470, "Consent Needed" },
  { 478, "Unresolvable Destination" },
  { 480, "Temporarily Unavailable", PHONE_SIP_CAUSE_UNAVAILABLE },
  { 481, "Call/Transaction Does Not Exist" },
  { 482, "Loop Detected" },
  { 483, "Too Many Hops" },
  { 484, "Address Incomplete", PHONE_SIP_CAUSE_ADDRESS_INCOMPLETE },
  { 485, "Ambiguous" },
  { 486, "Busy Here", PHONE_SIP_CAUSE_BUSY },
  { 487, "Request Terminated" },
  { 488, "Not Acceptable Here", PHONE_SIP_CAUSE_INCOMPATIBLE_SDP },
  { 489, "Bad Event" },
  { 491, "Request Pending" },
  { 493, "Undecipherable" },
  { 494, "Security Agreement Required" },
  { 500, "Server Internal Error" },
  { 501, "Not Implemented" },
  { 502, "Bad Gateway" },
  { 503, "Service Unavailable" },
  { 504, "Server Time-out" },
  { 505, "Version Not Supported" },
  { 513, "Message Too Large" },
  { 555, "Push Notification Service Not Supported" },
  { 580, "Precondition Failure" },
  { 600, "Busy Everywhere", PHONE_SIP_CAUSE_BUSY },
  { 603, "Decline", PHONE_SIP_CAUSE_REJECTED },
  { 604, "Does Not Exist Anywhere", PHONE_SIP_CAUSE_NOT_FOUND },
  { 606, "Not Acceptable", PHONE_SIP_CAUSE_INCOMPATIBLE_SDP },
  { 607, "Unwanted" },
  { 608, "Rejected" },
};

static const char * const phone_sip_status_classes[] = {
  "Unknown", "Trying", "OK", "Multiple Choices", "Bad Request", "Server Internal Error", "Decline",
};

static const PhoneSipStatusRow *
phone_sip_status_find (guint status)
{
  guint low = 0, high = G_N_ELEMENTS (phone_sip_statuses);

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (phone_sip_statuses[middle].status == status)
        return &phone_sip_statuses[middle];

      if (phone_sip_statuses[middle].status < status)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

/**
 * phone_sip_status_get_reason:
 * @status: a status code
 *
 * Returns: (transfer none): the standard reason phrase; of an unknown code, that of x00, its class (RFC 3261 §8.1.3.2)
 */
const char *
phone_sip_status_get_reason (guint status)
{
  const PhoneSipStatusRow *row = phone_sip_status_find (status);

  if (row != NULL)
    return row->reason;

  return phone_sip_status_classes[status >= 100 && status < 700 ? status / 100 : 0];
}

/**
 * phone_sip_status_get_cause:
 * @status: a final status code
 *
 * Returns: (transfer none): JsSIP's cause for it; %PHONE_SIP_CAUSE_SIP_FAILURE_CODE where it has no word of its own
 */
const char *
phone_sip_status_get_cause (guint status)
{
  const PhoneSipStatusRow *row = phone_sip_status_find (status);

  return row != NULL && row->cause != NULL ? row->cause : PHONE_SIP_CAUSE_SIP_FAILURE_CODE;
}
