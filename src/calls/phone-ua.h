/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-account.h"
#include "phone-call.h"

G_BEGIN_DECLS

/* The user agent service object: one account in service. JsSIP's UA. A GListModel of its PhoneCalls.
 *
 * Properties (notify): "account" o, "state" e, "problem" e, "problem-detail" s (library's or server's words), "status-code" u, "socket" s (URL in use).
 * Signals, JsSIP's: "connecting" (url, attempts), "connected" (url), "disconnected" (url, error b, code u, reason s), "registered" (status u),
 * "unregistered" (status u, cause s), "registration-failed" (status u, cause s), "registration-expiring" () → b, "new-call" (PhoneCall *, originator e),
 * "message-received" (from s, content_type s, text s), "request-finished" (id s, status u, cause s). */
#define PHONE_TYPE_UA (phone_ua_get_type ())
G_DECLARE_FINAL_TYPE (PhoneUa, phone_ua, PHONE, UA, GObject)

PhoneAccount   *phone_ua_get_account        (PhoneUa *self);
PhoneUaState    phone_ua_get_state          (PhoneUa *self);
PhoneUaProblem  phone_ua_get_problem        (PhoneUa *self);
const char     *phone_ua_get_problem_detail (PhoneUa *self);
guint           phone_ua_get_status_code    (PhoneUa *self);
const char     *phone_ua_get_socket         (PhoneUa *self);
gboolean        phone_ua_is_connected       (PhoneUa *self);
gboolean        phone_ua_is_registered      (PhoneUa *self);

void            phone_ua_start              (PhoneUa *self);
void            phone_ua_stop               (PhoneUa *self);
void            phone_ua_register           (PhoneUa *self);
void            phone_ua_unregister         (PhoneUa *self, gboolean all);
void            phone_ua_retry_now          (PhoneUa *self);     /* the network came back or changed */
void            phone_ua_terminate_sessions (PhoneUa *self);
void            phone_ua_terminate_sessions_with (PhoneUa *self, const PhoneCallEndOptions *options);

typedef struct
{
  gboolean            video;
  gboolean            anonymous;
  const char * const *extra_headers;
  const char         *from_user;
  const char         *from_display_name;
  guint               session_expires;  /* s, 0: the default */
} PhoneUaCallOptions;

/* (transfer none): owned by the list model. Error in domain PHONE_CALL_ERROR or PHONE_UA_ERROR. */
PhoneCall      *phone_ua_call               (PhoneUa *self, const char *target, const PhoneUaCallOptions *options, GError **error);
/* (transfer full) id for "request-finished". */
char           *phone_ua_send_message       (PhoneUa *self, const char *target, const char *text, GError **error);
char           *phone_ua_send_options       (PhoneUa *self, const char *target, GError **error);

typedef enum
{
  PHONE_UA_ERROR_INVALID_TARGET,
  PHONE_UA_ERROR_NO_ACCOUNT,
  PHONE_UA_ERROR_NOT_CONNECTED,
  PHONE_UA_ERROR_TOO_LARGE,
} PhoneUaError;
#define PHONE_UA_ERROR (phone_ua_error_quark ())
GQuark          phone_ua_error_quark        (void);

G_END_DECLS
