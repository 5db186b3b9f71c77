/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-scripted-peer.h"
#include "phone-ua-pair.h"

G_BEGIN_DECLS

/* One account in service (sip:alice@example.com, fake media, time in hand) before a scripted peer: for what no telephone of ours says. */
typedef struct
{
  PhoneFakeClock     *clock;
  PhoneMemorySecrets *secrets;
  PhoneFakeSocket    *sockets[2];       /* alice's end, the peer's */
  PhoneAccount       *account;
  PhoneUa            *ua;
  PhoneScriptedPeer  *peer;
  PhoneSipMessage    *dialog;           /* whatever names the dialog: our INVITE, or our response to theirs */
  guint               n_sent;           /* requests of the peer, for branches */
} PhoneUaStage;

/* change may be NULL: what differs in the account. Connected, not registered. */
void             phone_ua_stage_open    (PhoneUaStage *self, void (*change) (PhoneAccount *account));
/* Fails the test if anything is left over. */
void             phone_ua_stage_close   (PhoneUaStage *self);
void             phone_ua_stage_advance (PhoneUaStage *self, guint milliseconds);
/* Alice calls Bob; the INVITE is self->dialog. */
PhoneCall       *phone_ua_stage_dial    (PhoneUaStage *self);
/* The same, answered and acknowledged. */
PhoneCall       *phone_ua_stage_call    (PhoneUaStage *self);
/* Bob calls Alice, with an offer or without; the call when it rings. The 180 is self->dialog. */
PhoneCall       *phone_ua_stage_invite  (PhoneUaStage *self, const char *sdp);
/* A request of the peer in the dialog. lines: header lines separated by '\n', or NULL. */
void             phone_ua_stage_request (PhoneUaStage *self, const char *method, guint32 cseq, const char *lines, const char *body);
/* Expects and drops. */
void             phone_ua_stage_expect  (PhoneUaStage *self, const char *what);

#define PHONE_UA_STAGE_CONTACT "Contact: <sip:bob@peer.invalid;transport=ws>"
#define PHONE_UA_STAGE_SDP \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:96 opus/48000/2\r\na=sendrecv\r\n"

G_END_DECLS
