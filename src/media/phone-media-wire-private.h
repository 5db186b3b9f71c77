/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-wire.h"

G_BEGIN_DECLS

PhoneMediaWireLine      *phone_media_wire_append       (PhoneMediaWire       *self,
                                                        const char           *media);
void                     phone_media_wire_set          (char                **field,
                                                        const char           *value);
/* A line that webrtcbin has for this kind and no live wire line uses, or the next one. */
int                      phone_media_wire_take_link    (PhoneMediaWire       *self,
                                                        const char           *media);
/* The first line of the bundle, or the first that has candidates; sdp may be NULL. */
const PhoneMediaSdpLine *phone_media_wire_find_bundled (const PhoneMediaSdp  *sdp,
                                                        gboolean              with_candidates);

G_END_DECLS
