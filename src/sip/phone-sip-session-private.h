/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-agent-private.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-error.h"
#include "phone-sip-machine.h"
#include "phone-sip-refer.h"
#include "phone-sip-session.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

G_BEGIN_DECLS

#define PHONE_SIP_SESSION_MAX_EARLY    8
#define PHONE_SIP_SESSION_MIN_EXPIRES  60
#define PHONE_SIP_SESSION_MIN_SE       90
#define PHONE_SIP_SESSION_EXPIRES      90
#define PHONE_SIP_SDP                  "application/sdp"

typedef enum
{
  PHONE_SIP_SESSION_EVENT_CONNECT,      /* connect () */
  PHONE_SIP_SESSION_EVENT_TRYING,       /* 100, or a provisional without tag */
  PHONE_SIP_SESSION_EVENT_PROGRESS,     /* 101 to 199 */
  PHONE_SIP_SESSION_EVENT_ANSWER,       /* 2xx */
  PHONE_SIP_SESSION_EVENT_REFUSE,       /* 3xx to 6xx, time-out, no connection: the INVITE is over */
  PHONE_SIP_SESSION_EVENT_INVITE,       /* from the peer */
  PHONE_SIP_SESSION_EVENT_RING,         /* ring () */
  PHONE_SIP_SESSION_EVENT_ACCEPT,       /* accept () */
  PHONE_SIP_SESSION_EVENT_ACK,
  PHONE_SIP_SESSION_EVENT_NO_ACK,       /* none in 32 s */
  PHONE_SIP_SESSION_EVENT_CANCEL,       /* from the peer */
  PHONE_SIP_SESSION_EVENT_LAPSE,        /* no answer in time, Expires, no PRACK */
  PHONE_SIP_SESSION_EVENT_CLOSE,        /* terminate () */
  PHONE_SIP_SESSION_EVENT_BYE,          /* from the peer */
  PHONE_SIP_SESSION_EVENT_BREAK,        /* the dialog is gone (481), the session timer ran out */
  PHONE_SIP_SESSION_N_EVENTS,
} PhoneSipSessionEvent;

/* What came with an event. Everything is borrowed. */
typedef struct
{
  PhoneSipMessage                *message;
  PhoneSipServerTransaction      *transaction;
  const char                     *originator;
  const char                     *cause;
  guint                           status;       /* of our own response or Reason */
  const PhoneSipTerminateOptions *options;
} PhoneSipSessionNews;

typedef enum
{
  PHONE_SIP_MODIFICATION_STABLE,
  PHONE_SIP_MODIFICATION_SENT,          /* ours is on its way */
  PHONE_SIP_MODIFICATION_WAITING,       /* ours was crossed (491) or must wait for the ACK; goes again */
  PHONE_SIP_MODIFICATION_OWED,          /* the 2xx to our empty re-INVITE had an offer: our answer goes in the ACK */
  PHONE_SIP_MODIFICATION_RECEIVED,      /* theirs waits for our answer */
  PHONE_SIP_MODIFICATION_UNACKNOWLEDGED, /* our 2xx to their re-INVITE waits for the ACK */
  PHONE_SIP_N_MODIFICATIONS,
} PhoneSipModification;

/* A 2xx of ours that is repeated until its ACK comes (RFC 3261 §13.3.1.4). */
typedef struct
{
  PhoneSipServerTransaction *transaction;
  PhoneSipMessage           *response;
  guint32                    cseq;
  guint                      repeat_timer;
  guint                      limit_timer;
  guint                      interval;
  guint                      wants_answer : 1;  /* it had our offer */
} PhoneSipUnacknowledged;

struct _PhoneSipSession
{
  GObject               parent_instance;

  PhoneSipAgent        *agent;          /* borrowed; NULL once it went */
  PhoneSipSessionState  state;
  PhoneSipSessionState  notified_state;
  guint                 outgoing : 1;
  guint                 accepted : 1;   /* "accepted" went out */
  guint                 finished : 1;   /* "ended" or "failed" went out */
  guint                 elsewhere : 1;
  guint                 anonymous : 1;
  guint                 trusts_assertion : 1;
  char                 *id;
  PhoneSipUri          *target;
  PhoneSipAddress      *local;
  PhoneSipAddress      *remote;
  PhoneSipDialog       *dialog;         /* the one that counts; early for an incoming call */
  char                 *local_sdp;
  char                 *remote_sdp;
  gint64                start_time;
  gint64                end_time;
  guint                 reason_status;  /* of the peer's Reason header */
  char                 *reason_text;
  PhoneSipMessage      *invite;         /* received, or last sent */

  /* outgoing */
  PhoneSipRequest      *request;        /* the INVITE */
  PhoneSipMessage      *ack;            /* sent again for each repeated 2xx */
  PhoneSipMessage      *owed;           /* the 2xx that waits for answer () (late offer) */
  GPtrArray            *early;          /* dialogs of other provisional responses */
  guint                 lingering : 1;  /* its transaction still takes repeated 2xx */
  guint                 retried : 2;    /* 422 */

  /* incoming */
  PhoneSipServerTransaction *transaction;
  PhoneSipSession      *replaced;       /* gets BYE when this one is confirmed */
  guint                 no_answer_timer;
  guint                 expires_timer;
  guint                 bye_due : 1;    /* after the ACK */
  char                **bye_headers;
  char                 *bye_type;
  char                 *bye_body;

  PhoneSipUnacknowledged unacknowledged;

  /* modification */
  PhoneSipModification  modification;
  GTask                *task;           /* NULL for our own refresh */
  PhoneSipRequest      *modify_request;
  PhoneSipServerTransaction *modify_transaction;        /* theirs */
  PhoneSipMessage      *modify_ack;
  PhoneSipMessage      *modify_owed;
  PhoneSipMethod        modify_method;
  char                 *modify_sdp;
  char                **modify_headers;
  guint                 modify_timer;
  guint                 modify_guard;   /* theirs is answered by then, whoever is silent */
  guint                 modify_tries;

  /* RFC 4028 */
  guint                 session_expires;        /* agreed, 0: none */
  guint                 offered_expires;
  guint                 min_se;
  guint                 refresh_timer;
  guint                 expiry_timer;
  guint                 refresher : 1;
  guint                 peer_updates : 1;       /* the peer allows UPDATE */
  guint                 refreshing : 1;         /* the modification under way is ours, for the timer */

  /* RFC 3262 */
  guint32               rseq;                   /* ours, last used */
  PhoneSipMessage      *reliable;               /* ours, waits for its PRACK */
  guint                 reliable_timer;
  guint                 reliable_limit_timer;
  guint                 reliable_interval;
  guint                 reliable_sdp : 1;
  GHashTable           *remote_rseq;            /* To tag → last RSeq + 1 */
  PhoneSipMessage      *prack_owed;             /* reliable provisional with an offer, waits for answer () */
  PhoneSipMessage      *deferred_accept;        /* 200, until the PRACK is here */
  guint                 answered_reliably : 1;  /* the peer's answer came in a reliable provisional */

  GPtrArray            *requests;               /* in-dialog, ours, under way */
  GPtrArray            *refers;                 /* subscribers and notifiers */
};

/* phone-sip-session.c */
PhoneSipSession *phone_sip_session_new_outgoing   (PhoneSipAgent *agent, const PhoneSipUri *target);
/* NULL if the INVITE was refused: no usable Contact (500), too short a session timer (422). */
PhoneSipSession *phone_sip_session_new_incoming   (PhoneSipAgent *agent, PhoneSipServerTransaction *transaction);
void             phone_sip_session_detach         (PhoneSipSession *self);
/* FALSE if the event means nothing in this state. */
gboolean         phone_sip_session_dispatch       (PhoneSipSession *self, PhoneSipSessionEvent event, const PhoneSipSessionNews *news);
void             phone_sip_session_adopt_dialog   (PhoneSipSession *self, PhoneSipDialog *dialog);
void             phone_sip_session_drop_dialog    (PhoneSipSession *self, PhoneSipDialog *dialog);
void             phone_sip_session_set_remote_sdp (PhoneSipSession *self, const char *sdp);
void             phone_sip_session_set_local_sdp  (PhoneSipSession *self, const char *sdp);
/* Timers, transactions and requests of every aspect; the dialog too unless a BYE is due. */
void             phone_sip_session_clean_up       (PhoneSipSession *self);
/* Gives itself back to the agent when nothing can come any more. */
void             phone_sip_session_settle         (PhoneSipSession *self);
void             phone_sip_session_emit_progress  (PhoneSipSession *self, const char *originator, PhoneSipMessage *response);
void             phone_sip_session_emit_answer    (PhoneSipSession *self, const char *sdp, gboolean early);
void             phone_sip_session_emit_offer     (PhoneSipSession *self, const char *sdp);
void             phone_sip_session_emit_accepted  (PhoneSipSession *self, const char *originator, PhoneSipMessage *response);
void             phone_sip_session_emit_confirmed (PhoneSipSession *self, const char *originator, PhoneSipMessage *ack);
void             phone_sip_session_emit_modified  (PhoneSipSession *self, const char *sdp);
void             phone_sip_session_emit_refreshed (PhoneSipSession *self, PhoneSipMessage *request);
gboolean         phone_sip_session_emit_modification (PhoneSipSession *self, PhoneSipMessage *request, const char *sdp);
gboolean         phone_sip_session_emit_refer     (PhoneSipSession *self, PhoneSipReferNotifier *notifier);
gboolean         phone_sip_session_emit_replaces  (PhoneSipSession *self, PhoneSipSession *incoming);
void             phone_sip_session_emit_sending   (PhoneSipSession *self, PhoneSipRequest *request);
void             phone_sip_session_emit_info      (PhoneSipSession *self, PhoneSipMessage *request);
void             phone_sip_session_emit_request_finished (PhoneSipSession *self, PhoneSipRequest *request, PhoneSipMessage *response, const char *cause);
/* "failed" before accepted, "ended" after; once. */
void             phone_sip_session_emit_over      (PhoneSipSession *self, const char *originator, PhoneSipMessage *message, const char *cause, gboolean ended);
char            *phone_sip_session_print_machine  (void);

/* phone-sip-session-connect.c */
void phone_sip_session_send_invite     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_progress   (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_answer     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_refusal    (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_late_answer (PhoneSipSession *self, const PhoneSipSessionNews *news);
gboolean phone_sip_session_acknowledge (PhoneSipSession *self, const char *sdp, GError **error);
void phone_sip_session_pay_acks        (PhoneSipSession *self);

/* phone-sip-session-accept.c */
/* A provisional or good response of ours, begun: it has our Contact, as it makes or refreshes the dialog (RFC 3261 §12.1.1). */
PhoneSipMessageBuilder *phone_sip_session_create_reply (PhoneSipSession *self, PhoneSipServerTransaction *transaction, guint status);
/* What a 2xx to INVITE or UPDATE says besides: what we understand, and the session timer. */
void phone_sip_session_add_abilities   (PhoneSipSession *self, PhoneSipMessageBuilder *builder, PhoneSipMessage *request);
void phone_sip_session_take_invite     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_start_ringing   (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_send_answer     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_ack        (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_receive_ack     (PhoneSipSession *self, PhoneSipMessage *ack);
/* Starts repeating response until acknowledged; takes references. */
void phone_sip_session_await_ack       (PhoneSipSession *self, PhoneSipServerTransaction *transaction, PhoneSipMessage *response, gboolean wants_answer);
void phone_sip_session_stop_awaiting   (PhoneSipSession *self);
void phone_sip_session_stop_accept     (PhoneSipSession *self);

/* phone-sip-session-close.c */
void phone_sip_session_drop_unsent     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_send_cancel     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_reject          (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_cancel     (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_lapse           (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_send_bye        (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_hold_bye        (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_bye        (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_early_bye  (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_take_loss       (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_settle_canceled (PhoneSipSession *self, const PhoneSipSessionNews *news);
void phone_sip_session_send_held_bye   (PhoneSipSession *self);
void phone_sip_session_read_reason     (PhoneSipSession *self, PhoneSipMessage *message);
/* BYE in any dialog of ours. */
void phone_sip_session_bye_in_dialog   (PhoneSipSession *self, PhoneSipDialog *dialog, const char * const *headers, const char *content_type, const char *body);

/* phone-sip-session-receive.c */
void phone_sip_session_receive         (PhoneSipSession *self, PhoneSipServerTransaction *transaction, PhoneSipDialog *dialog);

/* phone-sip-session-modify.c */
void phone_sip_session_receive_modification (PhoneSipSession *self, PhoneSipServerTransaction *transaction);
void phone_sip_session_modification_acknowledged (PhoneSipSession *self, PhoneSipMessage *ack);
void phone_sip_session_modification_confirmed (PhoneSipSession *self);          /* a waiting one may leave now */
gboolean phone_sip_session_refresh     (PhoneSipSession *self);                 /* FALSE: busy */
void phone_sip_session_stop_modify     (PhoneSipSession *self);
void phone_sip_session_modify_pay_ack  (PhoneSipSession *self);
gboolean phone_sip_session_answer_modification (PhoneSipSession *self, const char *sdp, GError **error);
/* Ours is under way, waiting included. */
gboolean phone_sip_session_has_modification (PhoneSipSession *self);
char *phone_sip_modification_print_machine (void);

/* phone-sip-session-timer.c */
void   phone_sip_session_offer_timer   (PhoneSipSession *self, PhoneSipRequest *request);
void   phone_sip_session_agree_timer_uac (PhoneSipSession *self, PhoneSipMessage *response);
/* Adds its lines to our 2xx to request. The timer runs once start_timer () is called. */
void   phone_sip_session_agree_timer_uas (PhoneSipSession *self, PhoneSipMessage *request, PhoneSipMessageBuilder *builder);
/* TRUE if request asks for less than we take: 422 was sent. */
gboolean phone_sip_session_refuse_timer (PhoneSipSession *self, PhoneSipServerTransaction *transaction);
void   phone_sip_session_refresh_failed (PhoneSipSession *self);
void   phone_sip_session_start_timer   (PhoneSipSession *self);
void   phone_sip_session_stop_timer    (PhoneSipSession *self);

/* phone-sip-session-prack.c */
void     phone_sip_session_receive_prack (PhoneSipSession *self, PhoneSipServerTransaction *transaction);
/* FALSE: a repetition or out of order, to be dropped. */
gboolean phone_sip_session_acknowledge_provisional (PhoneSipSession *self, PhoneSipDialog *dialog, PhoneSipMessage *response);
gboolean phone_sip_session_answer_provisional (PhoneSipSession *self, const char *sdp, GError **error);
gboolean phone_sip_session_wants_reliable (PhoneSipSession *self, gboolean with_sdp);
gboolean phone_sip_session_send_reliable (PhoneSipSession *self, guint status, const char *sdp, GError **error);
void     phone_sip_session_stop_prack    (PhoneSipSession *self);

/* phone-sip-session-info.c */
/* A draft in dialog with our common headers. */
PhoneSipRequest *phone_sip_session_create_request (PhoneSipSession *self, PhoneSipDialog *dialog, const char *method);
/* Sends a draft and reports its end by "request-finished". */
gboolean phone_sip_session_follow_request (PhoneSipSession *self, PhoneSipRequest *request, GError **error);
void     phone_sip_session_receive_info  (PhoneSipSession *self, PhoneSipServerTransaction *transaction);
char    *phone_sip_session_create_contact (PhoneSipSession *self);
void     phone_sip_session_stop_requests (PhoneSipSession *self);

/* phone-sip-session-replace.c */
/* The session that a Replaces value names; NULL and the status that refuses the INVITE. */
PhoneSipSession *phone_sip_session_find_replaced (PhoneSipAgent *agent, const char *replaces, guint *out_status);
/* Asks the old session's owner; self is its successor, not rung yet. */
void     phone_sip_session_replace        (PhoneSipSession *self, PhoneSipSession *old);
/* The successor is confirmed: the old one may go. */
void     phone_sip_session_end_replaced   (PhoneSipSession *self);

/* phone-sip-refer.c */
void     phone_sip_session_receive_refer  (PhoneSipSession *self, PhoneSipServerTransaction *transaction);
void     phone_sip_session_receive_notify (PhoneSipSession *self, PhoneSipServerTransaction *transaction);
void     phone_sip_session_stop_refer     (PhoneSipSession *self);

G_END_DECLS
