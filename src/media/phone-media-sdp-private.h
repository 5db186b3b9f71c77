/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-sdp.h"

G_BEGIN_DECLS

#define PHONE_MEDIA_SDP_TRANSPORT_CC "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

#define PHONE_MEDIA_SDP_N_DIRECTIONS 4
#define PHONE_MEDIA_SDP_N_FEEDBACKS  4

typedef struct
{
  const char          *name;
  PhoneMediaDirection  direction;
} PhoneMediaSdpDirectionName;

typedef struct
{
  const char         *name;
  PhoneMediaFeedback  feedback;
} PhoneMediaSdpFeedbackName;

/* The words that are both read and written. */
extern const PhoneMediaSdpDirectionName phone_media_sdp_directions[PHONE_MEDIA_SDP_N_DIRECTIONS];
extern const PhoneMediaSdpFeedbackName phone_media_sdp_feedbacks[PHONE_MEDIA_SDP_N_FEEDBACKS];

G_END_DECLS
