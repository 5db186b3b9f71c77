/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call-private.h"
#include "phone-fake-clock.h"
#include "phone-fake-media.h"
#include "phone-fake-socket.h"
#include "phone-memory-secrets.h"
#include "phone-ua-private.h"

G_BEGIN_DECLS

/* Two accounts in service, sip:alice@example.com and sip:bob@example.com, each other's server over sockets in memory, with fake media
 * and a clock that stands still. */
typedef struct
{
  PhoneFakeClock        *clock;
  PhoneMemorySecrets    *secrets;
  PhoneFakeSocket       *sockets[2];
  PhoneAccount          *accounts[2];
  PhoneSwitchboardParts  parts[2];
  PhoneUa               *uas[2];        /* alice, bob */
} PhoneUaPair;

PhoneAccount *phone_ua_pair_create_account (const char *uri);
PhoneUaPair  *phone_ua_pair_new            (void);
/* Also checks that nobody holds anything of it any more. */
void          phone_ua_pair_free           (PhoneUaPair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneUaPair, phone_ua_pair_free)

/* Alice calls Bob; his call when it rings. */
PhoneCall    *phone_ua_pair_dial           (PhoneUaPair *self, const PhoneUaCallOptions *options, PhoneCall **out_callee);
/* The same, answered and confirmed. */
PhoneCall    *phone_ua_pair_call           (PhoneUaPair *self, gboolean video, PhoneCall **out_callee);
/* Everything that waits in the main context. */
void          phone_ua_pair_settle         (void);
void          phone_expect_call_state      (PhoneCall *call, PhoneCallState state);
/* The names of a call's events from now on, each with a blank after it; freed with the call. */
GString      *phone_ua_pair_record_events  (PhoneCall *call);
/* The same with what they say: "hold local;sdp local offer;muted audio;". */
GString      *phone_ua_pair_record_details (PhoneCall *call);
PhoneFakeMedia *phone_ua_pair_get_media    (PhoneCall *call);
/* The nth call of an account. (transfer none) */
PhoneCall    *phone_ua_pair_get_call       (PhoneUa *ua, guint n);

G_END_DECLS
