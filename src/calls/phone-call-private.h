/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"
#include "phone-media-session.h"
#include "phone-sip-clock.h"
#include "phone-sip-refer.h"
#include "phone-sip-error.h"
#include "phone-sip-session.h"
#include "phone-sip-status.h"
#include "phone-ua.h"

G_BEGIN_DECLS

typedef enum
{
  PHONE_CALL_EVENT_DIAL,
  PHONE_CALL_EVENT_INVITED,
  PHONE_CALL_EVENT_OFFER_READY,
  PHONE_CALL_EVENT_PROGRESS,
  PHONE_CALL_EVENT_ANSWERED,
  PHONE_CALL_EVENT_ACCEPT,
  PHONE_CALL_EVENT_ANSWER_READY,
  PHONE_CALL_EVENT_CONFIRMED,
  PHONE_CALL_EVENT_HANG_UP,
  PHONE_CALL_EVENT_REMOTE_END,
  PHONE_CALL_EVENT_MEDIA_FAILED,
  PHONE_CALL_EVENT_TIMEOUT,
  PHONE_CALL_EVENT_SESSION_GONE,
  PHONE_CALL_N_EVENTS,
} PhoneCallEvent;

/* What the media session is busy with. It does one thing at a time, and a description of the peer that comes meanwhile waits. */
typedef enum
{
  PHONE_CALL_MEDIA_IDLE,
  PHONE_CALL_MEDIA_OFFERING,            /* our offer is being made */
  PHONE_CALL_MEDIA_OFFERED,             /* our offer is with the peer */
  PHONE_CALL_MEDIA_APPLYING,            /* the peer's answer is being taken */
  PHONE_CALL_MEDIA_ANSWERING,           /* our answer, or the offer that an empty INVITE asks for, is being made */
} PhoneCallMediaPhase;

/* What a person wants of the call's description; re-negotiation goes on until it is what the peer agreed to. */
typedef struct
{
  guint hold : 1;
  guint video : 1;
  guint ice_restart : 1;
  guint renegotiate : 1;
  guint path : 1;                       /* a new path, on the call's own behalf */
} PhoneCallWish;

struct _PhoneCall
{
  GObject              parent_instance;

  char                *id;
  PhoneUa             *ua;              /* weak pointer; NULL once its account has gone */
  PhoneSipClock       *clock;
  PhoneSipSession     *session;
  PhoneMediaSession   *media;
  PhoneVideoSlot      *remote_slot;
  PhoneVideoSlot      *local_slot;
  GCancellable        *cancellable;     /* of everything asked of the media */

  PhoneCallState       state;
  PhoneCallDirection   direction;
  char                *remote_uri;
  char                *remote_name;
  gint64               begin_time;
  gint64               start_time;
  gint64               end_time;
  guint                guard;           /* a step that must not take for ever */

  /* The end: what it was, and before that what our own part of it is to say. */
  PhoneCallEndReason   end_reason;
  PhoneCallOriginator  originator;
  char                *end_cause;
  guint                status_code;
  char                *redirect_target;
  PhoneCallEndReason   wanted_reason;
  char                *wanted_cause;
  char                *wanted_phrase;
  guint                wanted_status;
  char               **wanted_headers;
  char                *wanted_content_type;
  char                *wanted_body;
  const char          *failure_event;   /* JsSIP's event that follows "failed", static */

  /* Media. */
  PhoneCallMediaPhase  phase;
  PhoneCallWish        wish;
  PhoneCallWish        agreed;
  PhoneCallWish        asked;           /* the wish that the offer under way carries */
  char                *local_sdp;       /* of the negotiation under way, then the agreed one */
  char                *remote_sdp;
  char                *applied_sdp;     /* the peer's answer that the media took last */
  char                *peer_offer;
  char                *refresh_answer;  /* of the peer to a refresh, other than before: not taken yet */
  guint                modify_retry;
  guint                media_guard;     /* a description that the media owes */
  guint                path_limit;      /* until then a new path must be found; 0: there is one */
  guint                path_pause;      /* before it is sought again */
  char               **modify_headers;
  char                *problem;

  /* Options of call () and answer (). */
  char               **extra_headers;
  char                *from_user;
  char                *from_display_name;
  char                *replaces;
  guint                session_expires;

  /* Transfer. */
  PhoneSipReferSubscriber *refer_out;
  PhoneSipReferNotifier   *refer_in;
  char                    *transfer_request;

  /* Keys. */
  GString             *tones;           /* waiting to go out by INFO */
  guint                tone_timer;
  guint                tone_duration;
  guint                tone_gap;
  char               **tone_headers;

  GVariant            *stats;
  guint                stats_watchers;
  guint                stats_timer;

  guint                anonymous : 1;
  guint                accepted : 1;
  guint                offers_video : 1;
  guint                had_video : 1;
  guint                early_media : 1;
  guint                local_hold : 1;
  guint                remote_hold : 1;
  guint                microphone_muted : 1;
  guint                camera_muted : 1;
  guint                local_video : 1;
  guint                remote_video : 1;
  guint                encrypted : 1;
  guint                test_camera : 1;
  guint                test_microphone : 1;
  guint                transferring : 1;        /* a REFER of ours is under way */
  guint                replacement : 1;
  guint                transferred : 1;         /* the peer's REFER is being followed */
  guint                peer_modifies : 1;       /* peer_offer, or an INVITE without one, waits for our half */
  guint                empty_invite : 1;        /* our offer went out in a 2xx: the ACK brings its answer */
  guint                modify_update : 1;
  guint                negotiated : 1;          /* the first offer and answer are agreed on */
  guint                busy : 1;
  guint                had_path : 1;            /* the media were connected at some time */
  guint                reconnecting : 1;
  guint                stats_reading : 1;
};

enum
{
  PHONE_CALL_PROP_0,
  PHONE_CALL_PROP_ID,
  PHONE_CALL_PROP_STATE,
  PHONE_CALL_PROP_DIRECTION,
  PHONE_CALL_PROP_UA,
  PHONE_CALL_PROP_REMOTE_URI,
  PHONE_CALL_PROP_REMOTE_NAME,
  PHONE_CALL_PROP_START_TIME,
  PHONE_CALL_PROP_END_TIME,
  PHONE_CALL_PROP_LOCAL_HOLD,
  PHONE_CALL_PROP_REMOTE_HOLD,
  PHONE_CALL_PROP_MICROPHONE_MUTED,
  PHONE_CALL_PROP_CAMERA_MUTED,
  PHONE_CALL_PROP_LOCAL_VIDEO,
  PHONE_CALL_PROP_REMOTE_VIDEO,
  PHONE_CALL_PROP_ENCRYPTED,
  PHONE_CALL_PROP_TEST_CAMERA,
  PHONE_CALL_PROP_TEST_MICROPHONE,
  PHONE_CALL_PROP_END_REASON,
  PHONE_CALL_PROP_END_CAUSE,
  PHONE_CALL_PROP_STATUS_CODE,
  PHONE_CALL_PROP_ORIGINATOR,
  PHONE_CALL_PROP_TRANSFER_REQUEST,
  PHONE_CALL_PROP_REDIRECT_TARGET,
  PHONE_CALL_PROP_STATS,
  PHONE_CALL_PROP_BUSY,
  PHONE_CALL_PROP_PROBLEM,
  PHONE_CALL_PROP_OFFERS_VIDEO,
  PHONE_CALL_PROP_RECONNECTING,
  PHONE_CALL_N_PROPERTIES,
};

/* A call for an INVITE of ours or of the peer; media and session are taken over, ua is borrowed. */
PhoneCall           *phone_call_new_outgoing     (PhoneUa                   *ua,
                                                  PhoneSipClock             *clock,
                                                  PhoneSipSession           *session,
                                                  PhoneMediaSession         *media,
                                                  const char                *remote_uri,
                                                  const PhoneUaCallOptions  *options);
PhoneCall           *phone_call_new_incoming     (PhoneUa                   *ua,
                                                  PhoneSipClock             *clock,
                                                  PhoneSipSession           *session,
                                                  PhoneMediaSession         *media);
PhoneSipSession     *phone_call_get_session      (PhoneCall                 *self);
PhoneMediaSession   *phone_call_get_media        (PhoneCall                 *self);
void                 phone_call_set_remote_name  (PhoneCall                 *self,
                                                  const char                *name);
gboolean             phone_call_has_early_media  (PhoneCall                 *self);
/* When it was dialled or began to ring, Unix ms. */
gint64               phone_call_get_begin_time   (PhoneCall                 *self);
/* Whether a picture went either way at some time, or was asked for. */
gboolean             phone_call_had_video        (PhoneCall                 *self);
/* Whether its peer's REFER is being followed: it is about to be ended and need not be held. */
gboolean             phone_call_is_transferred   (PhoneCall                 *self);
/* A call that takes the place of another one (RFC 3891): nobody is to be alerted. */
void                 phone_call_set_replacement  (PhoneCall                 *self);
gboolean             phone_call_is_replacement   (PhoneCall                 *self);
void                 phone_call_set_replaces     (PhoneCall                 *self,
                                                  const char                *replaces);

/* phone-call.c: for the other files of the call */
void                 phone_call_notify           (PhoneCall                 *self,
                                                  guint                      property);
void                 phone_call_set_string       (PhoneCall                 *self,
                                                  char                     **field,
                                                  const char                *value,
                                                  guint                      property);
gboolean             phone_call_is_over          (PhoneCall                 *self);
gboolean             phone_call_refuse           (PhoneCall                 *self,
                                                  GError                   **error);
void                 phone_call_set_busy         (PhoneCall                 *self);

void                 phone_call_emit_event       (PhoneCall                 *self,
                                                  const char                *name,
                                                  GVariant                  *details);
char                *phone_call_review_sdp       (PhoneCall                 *self,
                                                  const char                *originator,
                                                  const char                *type,
                                                  const char                *sdp);
char                *phone_call_make_text        (const char                *text);
void                 phone_call_emit_dtmf        (PhoneCall                 *self,
                                                  const char                *tone,
                                                  guint                      duration);
void                 phone_call_emit_info        (PhoneCall                 *self,
                                                  const char                *type,
                                                  const char                *body);

/* phone-call-machine.c */
void                 phone_call_dispatch         (PhoneCall                 *self,
                                                  PhoneCallEvent             event);
char                *phone_call_machine_to_string (void);

/* phone-call-session.c */
void                 phone_call_connect_session  (PhoneCall                 *self);
void                 phone_call_connect_media    (PhoneCall                 *self);
void                 phone_call_record_end       (PhoneCall                 *self,
                                                  PhoneCallOriginator        originator,
                                                  PhoneCallEndReason         reason,
                                                  guint                      status,
                                                  const char                *cause);
void                 phone_call_fail_media       (PhoneCall                 *self,
                                                  const GError              *error,
                                                  const char                *step);

/* phone-call-end.c */
PhoneCallEndReason   phone_call_end_for_status   (guint                      status,
                                                  gboolean                   rang);
PhoneCallEndReason   phone_call_end_for_cause    (const char                *cause,
                                                  gboolean                   accepted);

/* phone-call-negotiate.c */
void                 phone_call_start_offer      (PhoneCall                 *self);
void                 phone_call_start_answer     (PhoneCall                 *self);
void                 phone_call_apply_answer     (PhoneCall                 *self);
void                 phone_call_agree            (PhoneCall                 *self,
                                                  gboolean                   peer_offered);

/* phone-call-modify.c */
void                 phone_call_modify_kick      (PhoneCall                 *self);
void                 phone_call_await_media      (PhoneCall                 *self,
                                                  PhoneCallMediaPhase        phase);
void                 phone_call_modify_peer      (PhoneCall                 *self,
                                                  PhoneSipMessage           *request,
                                                  const char                *sdp);
void                 phone_call_modify_refreshed (PhoneCall                 *self,
                                                  const char                *answer);
void                 phone_call_modify_taken     (PhoneCall                 *self,
                                                  const GError              *error);

/* phone-call-path.c */
gboolean             phone_call_path_lost        (PhoneCall                 *self);
void                 phone_call_path_moved       (PhoneCall                 *self);
void                 phone_call_path_found       (PhoneCall                 *self);
void                 phone_call_path_tried       (PhoneCall                 *self);
void                 phone_call_path_refused     (PhoneCall                 *self);
void                 phone_call_path_release     (PhoneCall                 *self);

/* phone-call-transfer.c */
void                 phone_call_transfer_asked   (PhoneCall                 *self,
                                                  PhoneSipReferNotifier     *notifier);
void                 phone_call_transfer_replace (PhoneCall                 *self,
                                                  PhoneSipSession           *incoming);
void                 phone_call_transfer_release (PhoneCall                 *self);

/* phone-call-dtmf.c */
void                 phone_call_dtmf_received    (PhoneCall                 *self,
                                                  PhoneSipMessage           *request);
void                 phone_call_dtmf_heard       (PhoneCall                 *self,
                                                  char                       tone,
                                                  guint                      duration);
void                 phone_call_dtmf_release     (PhoneCall                 *self);

/* phone-call-stats.c */
void                 phone_call_stats_release    (PhoneCall                 *self);

G_END_DECLS
