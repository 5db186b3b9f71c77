/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-session.h"

G_BEGIN_DECLS

typedef enum
{
  PHONE_MEDIA_FEEDBACK_NACK         = 1 << 0,
  PHONE_MEDIA_FEEDBACK_PLI          = 1 << 1,
  PHONE_MEDIA_FEEDBACK_FIR          = 1 << 2,
  PHONE_MEDIA_FEEDBACK_TRANSPORT_CC = 1 << 3,
} PhoneMediaFeedback;

/* One payload type of an m-line. */
typedef struct
{
  guint              payload;
  char              *name;              /* as in a=rtpmap; static types have theirs */
  guint              clock_rate;
  guint              channels;          /* 0: not said */
  char              *fmtp;              /* NULL: none */
  PhoneMediaFeedback feedback;
} PhoneMediaSdpFormat;

/* One m-line with what concerns a call; session-level attributes are written into each line. */
typedef struct
{
  char                *media;           /* "audio", "video" or whatever the peer wrote */
  guint                port;
  char                *proto;
  char                *format_text;     /* the formats as written, for lines that are only refused */
  GPtrArray           *formats;         /* (element-type PhoneMediaSdpFormat) */
  char                *mid;
  char                *ufrag;
  char                *password;
  char                *fingerprint;     /* "sha-256 AB:…" */
  char                *setup;
  char                *address;         /* of c= */
  guint                transport_cc_id; /* of the header extension; 0: none */
  PhoneMediaDirection  direction;
  GPtrArray           *candidates;      /* (element-type utf8), "candidate:…" */
  GPtrArray           *sources;         /* (element-type utf8), "ssrc:…" and "ssrc-group:…" */
  guint                rtcp_mux : 1;
  guint                rtcp_rsize : 1;
  guint                bundle_only : 1;
  guint                bundled : 1;     /* its mid is in a=group:BUNDLE */
  guint                end_of_candidates : 1;
} PhoneMediaSdpLine;

/* A description, parsed; a plain value. */
typedef struct
{
  char      *session_id;
  guint64    version;
  GPtrArray *lines;                     /* (element-type PhoneMediaSdpLine) */
} PhoneMediaSdp;

PhoneMediaSdp       *phone_media_sdp_new         (void);
PhoneMediaSdp       *phone_media_sdp_parse       (const char *text, GError **error);
PhoneMediaSdp       *phone_media_sdp_copy        (const PhoneMediaSdp *self);
char                *phone_media_sdp_print       (const PhoneMediaSdp *self);
void                 phone_media_sdp_free        (PhoneMediaSdp *self);
PhoneMediaSdpLine   *phone_media_sdp_get_line    (const PhoneMediaSdp *self, guint index);

PhoneMediaSdpLine   *phone_media_sdp_line_new    (const char *media);
PhoneMediaSdpLine   *phone_media_sdp_line_copy   (const PhoneMediaSdpLine *self);
void                 phone_media_sdp_line_free   (PhoneMediaSdpLine *self);
gboolean             phone_media_sdp_line_is_rejected (const PhoneMediaSdpLine *self);
gboolean             phone_media_sdp_line_is_secure   (const PhoneMediaSdpLine *self);
PhoneMediaSdpFormat *phone_media_sdp_line_add_format  (PhoneMediaSdpLine *self, guint payload, const char *name, guint clock_rate, guint channels, const char *fmtp);
PhoneMediaSdpFormat *phone_media_sdp_line_find_format (const PhoneMediaSdpLine *self, guint payload);

PhoneMediaDirection  phone_media_direction_reverse (PhoneMediaDirection direction);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaSdp, phone_media_sdp_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaSdpLine, phone_media_sdp_line_free)

G_END_DECLS
