/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-sdp.h"

G_BEGIN_DECLS

/* One codec: how it is named in SDP and which elements speak it. */
typedef struct
{
  const char *name;
  guint       video : 1;
  guint       payload;          /* ours, in offers; a peer's offer brings its own */
  guint       rtx_payload;      /* 0: no retransmission */
  guint       event_payload;    /* of the telephone-event with this clock; 0: none */
  guint       clock_rate;
  guint       channels;
  const char *fmtp;             /* NULL: none */
  const char *encode;           /* from raw to the payloader */
  const char *payloader;
  const char *depayloader;
  const char *decode;
} PhoneMediaCodec;

/* In the order of our preference. */
const PhoneMediaCodec *phone_media_codecs_get     (guint index);        /* NULL past the end */
const PhoneMediaCodec *phone_media_codecs_find    (const char *name);
/* The first codec of a peer's line that we speak, with the payload type it has there; NULL: none. */
const PhoneMediaCodec *phone_media_codecs_choose  (const PhoneMediaSdpLine *line, guint *out_payload);
/* The payload type of line's telephone-event for codec; 0: none. */
guint                  phone_media_codecs_find_event (const PhoneMediaSdpLine *line, const PhoneMediaCodec *codec);
/* Fills an offer's line with all we speak. */
void                   phone_media_codecs_fill    (PhoneMediaSdpLine *line);
/* Leaves in a peer's line only what we speak, its retransmission and its telephone-event. */
void                   phone_media_codecs_filter  (PhoneMediaSdpLine *line);
/* The caps of one stream of ours. */
char                  *phone_media_codecs_print_caps (const PhoneMediaCodec *codec, guint payload, guint transport_cc_id);

G_END_DECLS
