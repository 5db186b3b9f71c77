/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-call-types.h"
#include "phone-video-slot.h"

G_BEGIN_DECLS

typedef struct _PhoneUa PhoneUa;

/* A call: a SIP session plus its media. Windows and D-Bus bind to it. JsSIP's RTCSession with media.
 *
 * Properties (all notify): "id" s, "state" e, "direction" e, "ua" o, "remote-uri" s, "remote-name" s (peer's display name, or ""), "start-time" x and
 * "end-time" x (Unix ms, 0 before), "local-hold" b, "remote-hold" b, "microphone-muted" b, "camera-muted" b, "local-video" b (our picture is agreed to be sent),
 * "remote-video" b (theirs is), "encrypted" b (DTLS is up), "test-camera" b, "test-microphone" b, "end-reason" e, "end-cause" s (JsSIP's text), "status-code" u,
 * "originator" e, "transfer-request" s (target of a REFER that waits for the person, or NULL), "redirect-target" s (a 3xx's Contact, or NULL), "stats" boxed
 * (a GVariant a{sv} as in the D-Bus interface, refreshed each second while watched), "busy" b (a hold, video change or transfer is under way),
 * "problem" s (a failed hold or the like in JsSIP's cause words, "" when fine), "offers-video" b,
 * "reconnecting" b (a new path for the media is sought).
 *
 * Signals: "event" (const char *name, GVariant *details a{sv}): JsSIP's session events by name in JsSIP's order (connecting, sending, progress, accepted,
 * confirmed, ended, failed, hold, unhold, muted, unmuted, newDTMF, newInfo, refer, replaces, reinvite, update, sdp, icecandidate, peerconnection, …);
 * "dtmf-received" (const char *tone, guint duration); "info-received" (const char *type, const char *body);
 * "sdp" (const char *originator, const char *type, const char *sdp) → char *: each description before it is used; a handler may
 * return another one to be used in its place, or NULL. */
#define PHONE_TYPE_CALL (phone_call_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCall, phone_call, PHONE, CALL, GObject)

const char          *phone_call_get_id            (PhoneCall *self);
PhoneCallState       phone_call_get_state         (PhoneCall *self);
PhoneCallDirection   phone_call_get_direction     (PhoneCall *self);
PhoneUa             *phone_call_get_ua            (PhoneCall *self);
const char          *phone_call_get_remote_uri    (PhoneCall *self);
const char          *phone_call_get_remote_name   (PhoneCall *self);
gint64               phone_call_get_start_time    (PhoneCall *self);
gint64               phone_call_get_end_time      (PhoneCall *self);
gboolean             phone_call_get_local_hold    (PhoneCall *self);
gboolean             phone_call_get_remote_hold   (PhoneCall *self);
gboolean             phone_call_get_microphone_muted (PhoneCall *self);
gboolean             phone_call_get_camera_muted  (PhoneCall *self);
gboolean             phone_call_get_local_video   (PhoneCall *self);
gboolean             phone_call_get_remote_video  (PhoneCall *self);
gboolean             phone_call_get_offers_video  (PhoneCall *self);     /* incoming: the INVITE has a picture */
gboolean             phone_call_get_encrypted     (PhoneCall *self);
gboolean             phone_call_get_test_camera   (PhoneCall *self);
gboolean             phone_call_get_test_microphone (PhoneCall *self);
PhoneCallEndReason   phone_call_get_end_reason    (PhoneCall *self);
const char          *phone_call_get_end_cause     (PhoneCall *self);
guint                phone_call_get_status_code   (PhoneCall *self);
PhoneCallOriginator  phone_call_get_originator    (PhoneCall *self);
const char          *phone_call_get_transfer_request (PhoneCall *self);
const char          *phone_call_get_redirect_target (PhoneCall *self);
GVariant            *phone_call_get_stats         (PhoneCall *self);     /* (transfer none), NULL before the first reading */
PhoneVideoSlot      *phone_call_get_remote_slot   (PhoneCall *self);     /* (transfer none), the same for the call's life */
PhoneVideoSlot      *phone_call_get_local_slot    (PhoneCall *self);
gboolean             phone_call_get_busy          (PhoneCall *self);
gboolean             phone_call_get_reconnecting  (PhoneCall *self);
const char          *phone_call_get_problem       (PhoneCall *self);
gboolean             phone_call_is_in_progress    (PhoneCall *self);     /* JsSIP's isInProgress, isEstablished, isEnded, isReadyToReOffer */
gboolean             phone_call_is_established    (PhoneCall *self);
gboolean             phone_call_is_ended          (PhoneCall *self);
gboolean             phone_call_is_ready_to_modify (PhoneCall *self);

/* Intent. Each returns FALSE with an error in domain PHONE_CALL_ERROR when the state does not allow it; results come as properties. */
typedef enum
{
  PHONE_CALL_ERROR_INVALID_STATE,
  PHONE_CALL_ERROR_INVALID_ARGUMENT,
  PHONE_CALL_ERROR_FAILED,
} PhoneCallError;
#define PHONE_CALL_ERROR (phone_call_error_quark ())
GQuark               phone_call_error_quark       (void);

/* What answer (), the end of a call and a re-negotiation may carry beside the plain wish. Borrowed for the call of the function. */
typedef struct
{
  const char * const *extra_headers;
  guint               session_expires;  /* s, 0: the default */
  gboolean            video;
} PhoneCallAnswerOptions;

typedef struct
{
  guint               status;           /* 0: the default of the state */
  const char         *reason;
  const char         *cause;            /* "end-cause"; NULL: by state */
  const char * const *extra_headers;
  const char         *content_type;
  const char         *body;
} PhoneCallEndOptions;

typedef struct
{
  const char * const *extra_headers;
  gboolean            use_update;       /* UPDATE instead of a re-INVITE */
  gboolean            ice_restart;
} PhoneCallModifyOptions;

typedef struct
{
  const char         *transport;        /* "auto", "info", "rfc4733"; NULL: auto */
  guint               duration;         /* ms, 0: 100 */
  guint               gap;              /* ms, 0: 500 */
  const char * const *extra_headers;    /* of each INFO */
} PhoneCallDtmfOptions;

gboolean             phone_call_answer            (PhoneCall *self, gboolean video, GError **error);
gboolean             phone_call_answer_with       (PhoneCall *self, const PhoneCallAnswerOptions *options, GError **error);
gboolean             phone_call_hang_up           (PhoneCall *self, guint status, const char *reason, GError **error);  /* 0, NULL: the default of the state */
gboolean             phone_call_hang_up_with      (PhoneCall *self, const PhoneCallEndOptions *options, GError **error);
gboolean             phone_call_hold              (PhoneCall *self, GError **error);
gboolean             phone_call_unhold            (PhoneCall *self, GError **error);
gboolean             phone_call_set_hold_with     (PhoneCall *self, gboolean hold, const PhoneCallModifyOptions *options, GError **error);
void                 phone_call_set_muted         (PhoneCall *self, gboolean microphone, gboolean camera);
gboolean             phone_call_set_video         (PhoneCall *self, gboolean video, GError **error);
gboolean             phone_call_send_dtmf         (PhoneCall *self, const char *tones, const char *transport, guint duration, guint gap, GError **error);  /* transport "auto", "info", "rfc4733" */
gboolean             phone_call_send_dtmf_with    (PhoneCall *self, const char *tones, const PhoneCallDtmfOptions *options, GError **error);
gboolean             phone_call_send_info         (PhoneCall *self, const char *content_type, const char *body, GError **error);
gboolean             phone_call_send_info_with    (PhoneCall *self, const char *content_type, const char *body, const char * const *extra_headers, GError **error);
gboolean             phone_call_transfer          (PhoneCall *self, const char *target, GError **error);
gboolean             phone_call_transfer_to       (PhoneCall *self, PhoneCall *other, GError **error);
gboolean             phone_call_accept_transfer   (PhoneCall *self, GError **error);
gboolean             phone_call_reject_transfer   (PhoneCall *self, GError **error);
gboolean             phone_call_renegotiate       (PhoneCall *self, gboolean ice_restart, GError **error);
gboolean             phone_call_renegotiate_with  (PhoneCall *self, const PhoneCallModifyOptions *options, GError **error);
/* JsSIP's ready () of an icecandidate event: the description goes out with the candidates found so far. */
void                 phone_call_finish_gathering  (PhoneCall *self);
/* "stats" is read each second while the count of watchers is above 0. */
void                 phone_call_watch_stats       (PhoneCall *self);
void                 phone_call_unwatch_stats     (PhoneCall *self);

G_END_DECLS
