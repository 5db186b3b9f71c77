/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-scripted-peer.h"
#include "phone-sip-agent.h"

G_BEGIN_DECLS

/* One agent (sip:alice@example.org) before a scripted peer, time in hand, and a log of what its session says: "progress remote 180;". */
typedef struct
{
  PhoneFakeClock    *clock;
  PhoneFakeSocket   *socket;            /* the agent's end */
  PhoneScriptedPeer *peer;
  PhoneSipAgent     *agent;
  PhoneSipSession   *session;           /* the one under test */
  GString           *log;
  guint              n_sent;            /* requests of the peer, for branches */
  guint32            cseq;              /* of the peer's last request in the dialog */
} PhoneAgentStage;

/* change may be NULL: what differs in the configuration. Connected, not registered. */
void             phone_agent_stage_open       (PhoneAgentStage *self, void (*change) (PhoneSipAgentConfig *config));
/* Fails the test if a timer, a transaction or an object is left over. */
void             phone_agent_stage_close      (PhoneAgentStage *self);
/* Log signals of session. */
void             phone_agent_stage_watch      (PhoneAgentStage *self, PhoneSipSession *session);
/* "new-session" is answered by watching. */
void             phone_agent_stage_take_calls (PhoneAgentStage *self);
/* Delivers everything, and compares and empties the log. */
void             phone_agent_stage_expect_log (PhoneAgentStage *self, const char *expected);
void             phone_agent_stage_pump       (PhoneAgentStage *self);
void             phone_agent_stage_advance    (PhoneAgentStage *self, guint milliseconds);
/* Makes the outgoing session, connects it with sdp (may be NULL), gives the INVITE. */
PhoneSipMessage *phone_agent_stage_call       (PhoneAgentStage *self, const char *sdp, const PhoneSipConnectOptions *options);
/* The same until the ACK is there; (transfer full) the INVITE. */
PhoneSipMessage *phone_agent_stage_call_up    (PhoneAgentStage *self);
/* The peer's INVITE; self->session is the incoming one. lines as in phone_scripted_peer_reply (). */
void             phone_agent_stage_invite     (PhoneAgentStage *self, const char *lines, const char *sdp);
/* Rung, answered and acknowledged; (transfer full) the 200. */
PhoneSipMessage *phone_agent_stage_invite_up  (PhoneAgentStage *self, const char *lines);
/* A request of the peer in the session's dialog, with the next CSeq unless cseq is given. */
void             phone_agent_stage_request    (PhoneAgentStage *self, const char *method, guint32 cseq, const char *lines, const char *body);
/* Any request out of a dialog. */
void             phone_agent_stage_stranger   (PhoneAgentStage *self, const char *method, const char *lines, const char *body);
/* Expects and drops. */
void             phone_agent_stage_expect     (PhoneAgentStage *self, const char *what);
/* Expects and answers. */
void             phone_agent_stage_answer     (PhoneAgentStage *self, const char *method, guint status, const char *lines, const char *body);

#define PHONE_STAGE_CONTACT "Contact: <sip:bob@peer.invalid;transport=ws>"

G_END_DECLS
