/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The enumerations of a telephone as GTypes: their nicks are what D-Bus, logs and templates print. */
#include "config.h"
#include "phone-call-types.h"

G_DEFINE_ENUM_TYPE (PhoneCallState, phone_call_state,
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_NEW, "new"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_PREPARING, "preparing"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_DIALING, "dialing"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_RINGING, "ringing"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_INCOMING, "incoming"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_ANSWERING, "answering"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_CONFIRMING, "confirming"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_ACTIVE, "active"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_ENDING, "ending"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_STATE_ENDED, "ended"))

G_DEFINE_ENUM_TYPE (PhoneCallDirection, phone_call_direction,
  G_DEFINE_ENUM_VALUE (PHONE_CALL_INCOMING, "incoming"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_OUTGOING, "outgoing"))

G_DEFINE_ENUM_TYPE (PhoneCallOriginator, phone_call_originator,
  G_DEFINE_ENUM_VALUE (PHONE_CALL_ORIGINATOR_LOCAL, "local"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_ORIGINATOR_REMOTE, "remote"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_ORIGINATOR_SYSTEM, "system"))

G_DEFINE_ENUM_TYPE (PhoneCallEndReason, phone_call_end_reason,
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_NONE, "none"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_HUNG_UP, "hung-up"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_CANCELLED, "cancelled"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_DECLINED, "declined"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_BUSY, "busy"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_NO_ANSWER, "no-answer"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_NOT_FOUND, "not-found"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_UNAVAILABLE, "unavailable"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_REDIRECTED, "redirected"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_ANSWERED_ELSEWHERE, "answered-elsewhere"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_NOT_ALLOWED, "not-allowed"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_INCOMPATIBLE, "incompatible"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_MEDIA, "media"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_CONNECTION, "connection"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_TIMEOUT, "timeout"),
  G_DEFINE_ENUM_VALUE (PHONE_CALL_END_FAILED, "failed"))

G_DEFINE_ENUM_TYPE (PhoneUaState, phone_ua_state,
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_OFFLINE, "offline"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_CONNECTING, "connecting"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_CONNECTED, "connected"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_REGISTERING, "registering"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_REGISTERED, "registered"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_UNREGISTERED, "unregistered"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_STATE_FAILED, "failed"))

G_DEFINE_ENUM_TYPE (PhoneUaProblem, phone_ua_problem,
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_NONE, "none"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_NAME_NOT_FOUND, "name-not-found"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_UNREACHABLE, "unreachable"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_CERTIFICATE, "certificate"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_NOT_SIP, "not-sip"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_PASSWORD, "password"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_NO_SUCH_USER, "no-such-user"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_NO_PASSWORD, "no-password"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_SERVER, "server"),
  G_DEFINE_ENUM_VALUE (PHONE_UA_PROBLEM_CONFIGURATION, "configuration"))

static const char *
phone_call_types_get_nick (GType type,
                           int   value)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (class, value);

  return found ? found->value_nick : "";
}

/**
 * phone_call_state_to_string:
 *
 * Returns: the nick of @state, such as "ringing"; static
 */
const char *
phone_call_state_to_string (PhoneCallState state)
{
  return phone_call_types_get_nick (PHONE_TYPE_CALL_STATE, (int) state);
}

/**
 * phone_ua_state_to_string:
 *
 * Returns: the nick of @state, such as "registered"; static
 */
const char *
phone_ua_state_to_string (PhoneUaState state)
{
  return phone_call_types_get_nick (PHONE_TYPE_UA_STATE, (int) state);
}
