/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-call-logger.h"
#include "phone-call-private.h"

/* What a person calls it: only a call that nobody took, nowhere, was missed. */
PhoneCallRecordKind
phone_call_logger_get_kind (PhoneCall *call)
{
  const gboolean was_up = phone_call_get_start_time (call) != 0;

  if (phone_call_get_direction (call) == PHONE_CALL_OUTGOING)
    return was_up ? PHONE_CALL_RECORD_OUTGOING : PHONE_CALL_RECORD_OUTGOING_FAILED;
  if (was_up)
    return PHONE_CALL_RECORD_INCOMING;

  switch (phone_call_get_end_reason (call))
    {
    case PHONE_CALL_END_ANSWERED_ELSEWHERE:
      return PHONE_CALL_RECORD_ANSWERED_ELSEWHERE;
    case PHONE_CALL_END_DECLINED:
      return PHONE_CALL_RECORD_DECLINED;
    case PHONE_CALL_END_NONE:
    case PHONE_CALL_END_HUNG_UP:
    case PHONE_CALL_END_CANCELLED:
    case PHONE_CALL_END_BUSY:
    case PHONE_CALL_END_NO_ANSWER:
    case PHONE_CALL_END_NOT_FOUND:
    case PHONE_CALL_END_UNAVAILABLE:
    case PHONE_CALL_END_REDIRECTED:
    case PHONE_CALL_END_NOT_ALLOWED:
    case PHONE_CALL_END_INCOMPATIBLE:
    case PHONE_CALL_END_MEDIA:
    case PHONE_CALL_END_CONNECTION:
    case PHONE_CALL_END_TIMEOUT:
    case PHONE_CALL_END_FAILED:
    default:
      return PHONE_CALL_RECORD_MISSED;
    }
}

PhoneCallRecord *
phone_call_logger_new_record (PhoneCall *call)
{
  PhoneUa *ua = phone_call_get_ua (call);
  const gint64 up = phone_call_get_start_time (call);
  const gint64 end = phone_call_get_end_time (call);

  return g_object_new (PHONE_TYPE_CALL_RECORD,
                       "kind", (int) phone_call_logger_get_kind (call),
                       "uri", phone_call_get_remote_uri (call),
                       "name", phone_call_get_remote_name (call),
                       "account", ua ? phone_account_get_uri (phone_ua_get_account (ua)) : "",
                       "start", phone_call_get_begin_time (call),
                       "duration", up != 0 ? MAX (end - up, 0) : 0,
                       "video", phone_call_had_video (call),
                       "cause", phone_call_get_end_cause (call),
                       "status", phone_call_get_status_code (call),
                       NULL);
}

/* A history that cannot be written to must not keep anybody from calling. */
void
phone_call_logger_write (PhoneHistory *history,
                         PhoneCall    *call)
{
  g_autoptr (PhoneCallRecord) record = phone_call_logger_new_record (call);
  g_autoptr (GError) error = NULL;

  if (!phone_history_add (history, record, &error))
    g_debug ("Call %s is not in the history: %s", phone_call_get_id (call), error->message);
}
