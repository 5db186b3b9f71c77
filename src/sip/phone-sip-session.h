/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-sip-dialog.h"
#include "phone-sip-request.h"

G_BEGIN_DECLS

typedef struct _PhoneSipAgent PhoneSipAgent;

/* An INVITE session seen from above: JsSIP's RTCSession below media. SDP is opaque text. What SIP asks of an INVITE (ACK, CANCEL
 * after a provisional, BYE after ACK, extra forks, PRACK, timers, glare) happens in here.
 *
 * The four descriptions that cross this border:
 *   our offer    connect (), or accept () when the INVITE had none     the peer's offer   "offer", or get_remote_sdp () of an INVITE
 *   our answer   accept (), answer ()                                  the peer's answer  "answer"
 *
 * Signals:
 *  "sending" (PhoneSipRequest *invite): the last moment to change headers or body
 *  "progress" (const char *originator, PhoneSipMessage *response or NULL)
 *  "answer" (const char *sdp, gboolean early): the peer's answer to our INVITE, before accepted; early: of a reliable or plain 18x.
 *           A fork's different early answer comes as a new "answer"; the last one is of the dialog that won.
 *  "offer" (const char *sdp): the peer's offer in the response to our INVITE without one: answer () sends ours. After "accepted" when it came in
 *           the 2xx, before it when in a reliable provisional. Nobody listens: the session ends
 *  "accepted" (const char *originator, PhoneSipMessage *response or NULL)
 *  "confirmed" (const char *originator, PhoneSipMessage *ack or NULL)
 *  "ended" (const char *originator, PhoneSipMessage * or NULL, const char *cause): after accepted
 *  "failed" (const char *originator, PhoneSipMessage * or NULL, const char *cause): before accepted. One of ended and failed comes, once, last.
 *  "modification" (PhoneSipMessage *request, const char *sdp or NULL): re-INVITE or UPDATE of the peer. sdp: answer it by answer () or
 *           refuse_modification (). NULL sdp and INVITE: give an offer by answer (), its answer comes as "modified". No handler: 488, no
 *           answer for long: 500.
 *  "modified" (const char *sdp or NULL): the ACK's SDP answer to an offer we gave in a 2xx, or another answer than before to a refresh of ours
 *  "refreshed" (PhoneSipMessage *request): an UPDATE of the peer without SDP, answered 200 already
 *  "info" (PhoneSipMessage *request): INFO, answered 200 already
 *  "refer" (PhoneSipReferNotifier *): a REFER, answered 202 (see phone-sip-refer.h)
 *  "replaces" (PhoneSipSession *incoming): on the old session: incoming's INVITE wants to take its place. The handler rings and accepts incoming
 *           (this session gets its BYE when incoming is confirmed) or terminates it; "new-session" is not emitted for it. No handler: 486
 *  "request-finished" (PhoneSipRequest *, PhoneSipMessage *response or NULL, const char *cause or NULL): any in-dialog request of ours
 * Property "state" (notify). */
#define PHONE_TYPE_SIP_SESSION (phone_sip_session_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipSession, phone_sip_session, PHONE, SIP_SESSION, GObject)

typedef enum
{
  PHONE_SIP_SESSION_STATE_NULL,
  PHONE_SIP_SESSION_STATE_INVITE_SENT,
  PHONE_SIP_SESSION_STATE_1XX_RECEIVED,
  PHONE_SIP_SESSION_STATE_INVITE_RECEIVED,
  PHONE_SIP_SESSION_STATE_WAITING_FOR_ANSWER,   /* 180 sent */
  PHONE_SIP_SESSION_STATE_WAITING_FOR_ACK,      /* 2xx sent */
  PHONE_SIP_SESSION_STATE_CONFIRMED,
  PHONE_SIP_SESSION_STATE_CANCELED,             /* waits for the final response after CANCEL */
  PHONE_SIP_SESSION_STATE_TERMINATED,
} PhoneSipSessionState;

#define PHONE_TYPE_SIP_SESSION_STATE (phone_sip_session_state_get_type ())
GType                 phone_sip_session_state_get_type   (void);

typedef struct
{
  const char * const *extra_headers;
  const char         *from_user;
  const char         *from_display_name;
  const char         *replaces;                 /* value of a Replaces header, or NULL */
  guint               session_expires;          /* s; 0: default 90; below 60 becomes 90 */
  guint               anonymous : 1;
} PhoneSipConnectOptions;

typedef struct
{
  guint               status;                   /* 0: the default of the state (480, BYE, CANCEL) */
  const char         *reason;
  const char         *cause;                    /* text of "ended"; NULL: by state */
  const char * const *extra_headers;
  const char         *content_type;
  const char         *body;
} PhoneSipTerminateOptions;

PhoneSipSessionState  phone_sip_session_get_state        (PhoneSipSession *self);
gboolean              phone_sip_session_is_outgoing      (PhoneSipSession *self);
gboolean              phone_sip_session_is_in_progress   (PhoneSipSession *self);
gboolean              phone_sip_session_is_established   (PhoneSipSession *self);
gboolean              phone_sip_session_is_ended         (PhoneSipSession *self);
/* No offer or answer of either side is under way. */
gboolean              phone_sip_session_is_ready_to_modify (PhoneSipSession *self);
const char           *phone_sip_session_get_id           (PhoneSipSession *self);       /* Call-ID + from tag */
PhoneSipDialog       *phone_sip_session_get_dialog       (PhoneSipSession *self);       /* NULL before one exists */
PhoneSipMessage      *phone_sip_session_get_invite       (PhoneSipSession *self);       /* received or last sent */
PhoneSipAddress      *phone_sip_session_get_local        (PhoneSipSession *self);
PhoneSipAddress      *phone_sip_session_get_remote       (PhoneSipSession *self);       /* P-Asserted-Identity where trusted */
const char           *phone_sip_session_get_local_sdp    (PhoneSipSession *self);       /* ours, as agreed last */
const char           *phone_sip_session_get_remote_sdp   (PhoneSipSession *self);       /* the last description of the peer */
/* The Reason header (RFC 3326) of the peer's CANCEL or BYE; 0 if there was none. */
guint                 phone_sip_session_get_reason       (PhoneSipSession *self, const char **out_text);
/* The CANCEL said that another device took the call (SIP;cause=200). */
gboolean              phone_sip_session_is_answered_elsewhere (PhoneSipSession *self);
gint64                phone_sip_session_get_start_time   (PhoneSipSession *self);       /* Unix ms at accepted; 0 */
gint64                phone_sip_session_get_end_time     (PhoneSipSession *self);

/* Outgoing: sends the INVITE. sdp NULL: a late offer; then "modification"-like: the 2xx's offer comes as "offer" and answer () sends the ACK. */
gboolean              phone_sip_session_connect          (PhoneSipSession *self, const char *sdp, const PhoneSipConnectOptions *options, GError **error);
/* Incoming: 180, or 183 with our answer as early media; starts the no-answer timer. */
gboolean              phone_sip_session_ring             (PhoneSipSession *self, const char *early_sdp, GError **error);
gboolean              phone_sip_session_accept           (PhoneSipSession *self, const char *sdp, guint session_expires, const char * const *extra_headers, GError **error);
/* In every state: rejects, cancels or sends BYE. Error INVALID_STATE when ended already, INVALID_ARGUMENT for a bad status. */
gboolean              phone_sip_session_terminate        (PhoneSipSession *self, const PhoneSipTerminateOptions *options, GError **error);

/* A re-INVITE or UPDATE with our offer (sdp NULL: refresh, or an INVITE asking for an offer). 491 is tried again after the RFC's random wait.
 * _finish: the peer's answer (transfer full; "" if the response had no SDP); NULL and error REFUSED with the status in out_status. The call goes on either way. */
void                  phone_sip_session_modify_async     (PhoneSipSession *self, PhoneSipMethod method, const char *sdp, const char * const *extra_headers,
                                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char                 *phone_sip_session_modify_finish    (PhoneSipSession *self, GAsyncResult *result, guint *out_status, GError **error);
/* Our half for the pending modification of the peer, or for the 2xx of our late offer. */
gboolean              phone_sip_session_answer           (PhoneSipSession *self, const char *sdp, GError **error);
gboolean              phone_sip_session_refuse_modification (PhoneSipSession *self, guint status, const char *reason, const char * const *extra_headers, GError **error);

/* Any in-dialog request (INFO, MESSAGE, OPTIONS, REFER, NOTIFY …), also on an early dialog. (transfer full) already sent. */
PhoneSipRequest      *phone_sip_session_send_request     (PhoneSipSession *self, const char *method, const char * const *extra_headers,
                                                          const char *content_type, const char *body, GError **error);
/* For attended transfer: "call-id;to-tag=…;from-tag=…" as the peer of this session would name the dialog. */
char                 *phone_sip_session_get_replaces     (PhoneSipSession *self);

G_END_DECLS
