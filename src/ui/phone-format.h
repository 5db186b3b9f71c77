/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "phone-call-types.h"
#include "phone-history.h"
#include "phone-ua.h"

G_BEGIN_DECLS

/* Words for templates. Pure: no widget, no display. The first argument is the object a template closure runs on and is not looked at;
 * each returns a new string, "" where there is nothing to say. */
char *phone_format_duration         (GObject *object, gint64 seconds);
char *phone_format_duration_spoken  (GObject *object, gint64 seconds);
char *phone_format_when             (GObject *object, gint64 start);
char *phone_format_when_at          (gint64 start, GDateTime *now);
char *phone_format_address          (GObject *object, const char *uri);
char *phone_format_message          (const char *text);
char *phone_format_peer             (GObject *object, const char *name, const char *uri);
char *phone_format_call_state       (GObject *object, PhoneCallState state, gboolean offers_video, gint64 seconds,
                                     gboolean local_hold, gboolean remote_hold);
char *phone_format_end_reason       (GObject *object, PhoneCallEndReason reason, const char *cause, guint status, int originator);
char *phone_format_call_problem     (GObject *object, const char *cause);
char *phone_format_call_error       (const GError *error);
char *phone_format_test_media       (GObject *object, gboolean test_camera, gboolean test_microphone);
char *phone_format_transfer_request (GObject *object, const char *target, const char *name, const char *uri);
char *phone_format_redirect_target  (GObject *object, const char *target);
char *phone_format_stats            (GObject *object, GVariant *stats);
char *phone_format_ua_state         (GObject *object, PhoneUaState state);
char *phone_format_ua_problem       (PhoneUaProblem problem, guint status, const char *detail, const char *server, const char *user);
char *phone_format_ua_reason        (PhoneUa *ua);
char *phone_format_record_kind      (GObject *object, int kind, gboolean video);
char *phone_format_record_detail    (GObject *object, int kind, gint64 start, gint64 duration);
char *phone_format_record_icon      (GObject *object, int kind);

G_END_DECLS
