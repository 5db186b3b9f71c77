/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-session.h"
#include "phone-media-tone.h"
#include "phone-sip-clock.h"
#include "phone-sip-socket.h"
#include "phone-switchboard.h"

G_BEGIN_DECLS

/* Makes the socket for a URL; ca_file may be NULL. PhoneSipWebsocket in the program, a pair in memory in tests. */
typedef PhoneSipSocket *(*PhoneSocketFactory) (const char *url, const char *ca_file, gpointer data, GError **error);
/* Device choice, test media and the like, read when a call begins; ICE servers and audio, video are filled in by the ua. */
typedef PhoneMediaConfig *(*PhoneMediaConfigFunc) (gpointer data);

/* What the house is built with; only the assembly and tests fill it in. Borrowed for the call of _new (), which takes its own references. */
typedef struct
{
  PhoneSipClock        *clock;
  PhoneAccountStore    *accounts;
  PhoneContactStore    *contacts;       /* names of callers; may be NULL */
  PhoneHistory         *history;        /* may be NULL */
  PhoneSecrets         *secrets;
  PhoneMediaTone       *tone;           /* may be NULL */
  PhoneSocketFactory    socket_factory;
  PhoneMediaFactory     media_factory;
  PhoneMediaConfigFunc  media_config;
  gpointer              data;           /* for the three functions */
} PhoneSwitchboardParts;

PhoneSwitchboard *phone_switchboard_new (const PhoneSwitchboardParts *parts);

G_END_DECLS
