/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-session.h"

G_BEGIN_DECLS

/* A PhoneMediaFactory whose sessions send back what they receive, undecoded; for the echo party. */
PhoneMediaSession *phone_media_echo_new (const PhoneMediaConfig *config, gpointer data);

G_END_DECLS
