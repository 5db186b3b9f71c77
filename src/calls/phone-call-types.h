/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  PHONE_CALL_STATE_NEW,
  PHONE_CALL_STATE_PREPARING,   /* our offer is being made */
  PHONE_CALL_STATE_DIALING,     /* INVITE sent */
  PHONE_CALL_STATE_RINGING,     /* the other side rings */
  PHONE_CALL_STATE_INCOMING,
  PHONE_CALL_STATE_ANSWERING,   /* our answer is being made */
  PHONE_CALL_STATE_CONFIRMING,  /* 200 sent, ACK not here yet */
  PHONE_CALL_STATE_ACTIVE,
  PHONE_CALL_STATE_ENDING,
  PHONE_CALL_STATE_ENDED,
} PhoneCallState;

typedef enum
{
  PHONE_CALL_INCOMING,
  PHONE_CALL_OUTGOING,
} PhoneCallDirection;

typedef enum
{
  PHONE_CALL_ORIGINATOR_LOCAL,
  PHONE_CALL_ORIGINATOR_REMOTE,
  PHONE_CALL_ORIGINATOR_SYSTEM,
} PhoneCallOriginator;

/* Why a call is over, in the words of a telephone; the cause text and status code are properties of the call beside it. */
typedef enum
{
  PHONE_CALL_END_NONE,
  PHONE_CALL_END_HUNG_UP,               /* after it was active, by either side */
  PHONE_CALL_END_CANCELLED,             /* by us before the answer, or by the caller: then missed */
  PHONE_CALL_END_DECLINED,
  PHONE_CALL_END_BUSY,
  PHONE_CALL_END_NO_ANSWER,
  PHONE_CALL_END_NOT_FOUND,
  PHONE_CALL_END_UNAVAILABLE,
  PHONE_CALL_END_REDIRECTED,
  PHONE_CALL_END_ANSWERED_ELSEWHERE,
  PHONE_CALL_END_NOT_ALLOWED,           /* credentials */
  PHONE_CALL_END_INCOMPATIBLE,          /* no common codec, refused description */
  PHONE_CALL_END_MEDIA,                 /* devices, ICE, DTLS, our own media */
  PHONE_CALL_END_CONNECTION,            /* the server is away */
  PHONE_CALL_END_TIMEOUT,
  PHONE_CALL_END_FAILED,                /* anything else; see the status code */
} PhoneCallEndReason;

/* The state of an account in service; the nicks are those of the D-Bus property State. */
typedef enum
{
  PHONE_UA_STATE_OFFLINE,
  PHONE_UA_STATE_CONNECTING,
  PHONE_UA_STATE_CONNECTED,
  PHONE_UA_STATE_REGISTERING,
  PHONE_UA_STATE_REGISTERED,
  PHONE_UA_STATE_UNREGISTERED,
  PHONE_UA_STATE_FAILED,
} PhoneUaState;

/* What went wrong with an account, for the ui to word. */
typedef enum
{
  PHONE_UA_PROBLEM_NONE,
  PHONE_UA_PROBLEM_NAME_NOT_FOUND,      /* DNS */
  PHONE_UA_PROBLEM_UNREACHABLE,         /* refused, timed out, no route */
  PHONE_UA_PROBLEM_CERTIFICATE,
  PHONE_UA_PROBLEM_NOT_SIP,             /* an HTTP server without SIP over WebSocket */
  PHONE_UA_PROBLEM_PASSWORD,            /* 401, 403 and 407 after an answer to the challenge */
  PHONE_UA_PROBLEM_NO_SUCH_USER,        /* 404 */
  PHONE_UA_PROBLEM_NO_PASSWORD,         /* the key ring gave none */
  PHONE_UA_PROBLEM_SERVER,              /* any other status */
  PHONE_UA_PROBLEM_CONFIGURATION,
} PhoneUaProblem;

#define PHONE_TYPE_CALL_STATE      (phone_call_state_get_type ())
#define PHONE_TYPE_CALL_DIRECTION  (phone_call_direction_get_type ())
#define PHONE_TYPE_CALL_ORIGINATOR (phone_call_originator_get_type ())
#define PHONE_TYPE_CALL_END_REASON (phone_call_end_reason_get_type ())
#define PHONE_TYPE_UA_STATE        (phone_ua_state_get_type ())
#define PHONE_TYPE_UA_PROBLEM      (phone_ua_problem_get_type ())
GType       phone_call_state_get_type      (void);
GType       phone_call_direction_get_type  (void);
GType       phone_call_originator_get_type (void);
GType       phone_call_end_reason_get_type (void);
GType       phone_ua_state_get_type        (void);
GType       phone_ua_problem_get_type      (void);
const char *phone_call_state_to_string     (PhoneCallState state);     /* "ringing" */
const char *phone_ua_state_to_string       (PhoneUaState state);

G_END_DECLS
