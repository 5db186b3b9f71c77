/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codecs.h"

G_BEGIN_DECLS

/* One m-line as both sides of the rewriter see it. */
typedef struct
{
  char                  *media;
  char                  *mid;           /* on the wire; NULL where the peer has none */
  char                  *proto;
  char                  *format_text;   /* of a line that was never used */
  int                    link;          /* index of webrtcbin's line; -1: it has none */
  gboolean               rejected;      /* port 0 at present */
  gboolean               bundled;
  gboolean               no_rtcp_mux;
  PhoneMediaDirection    local;         /* in our last description */
  PhoneMediaDirection    remote;        /* in the peer's last one */
  const PhoneMediaCodec *codec;         /* agreed; NULL before */
  guint                  payload;       /* of what we send */
  guint                  event_payload; /* 0: the peer takes no telephone-event */
} PhoneMediaWireLine;

/* The rewriter between the SDP that SIP carries and the one webrtcbin gets: pure, no GStreamer in it. */
typedef struct
{
  GPtrArray     *lines;                 /* (element-type PhoneMediaWireLine) in wire order */
  PhoneMediaSdp *local;                 /* what webrtcbin has as its own, by link index; NULL before */
  PhoneMediaSdp *remote;                /* what webrtcbin has as the peer's, by link index; NULL before */
  PhoneMediaSdp *model;                 /* after renew: what our lines were like, by new link index */
  char          *session_id;
  guint64        version;               /* of the last description we sent */
  const char    *setup;                 /* our DTLS role, "active" or "passive"; NULL before */
} PhoneMediaWire;

PhoneMediaDirection phone_media_wire_line_get_agreed (const PhoneMediaWireLine *self);

/* What a peer's description asks of webrtcbin. */
typedef struct
{
  char     *feed;                       /* SDP for set-remote-description; NULL: webrtcbin needs not know */
  gboolean  replace;                    /* another certificate: only a new webrtcbin can follow. Set before: it comes in any case */
  gboolean  silent;                     /* set before: webrtcbin hears nothing any more, so a peer that restarts ICE gets a new one */
} PhoneMediaWireNews;

PhoneMediaWire     *phone_media_wire_new           (void);
PhoneMediaWire     *phone_media_wire_copy          (const PhoneMediaWire *self);
void                phone_media_wire_free          (PhoneMediaWire *self);
PhoneMediaWireLine *phone_media_wire_find          (const PhoneMediaWire *self, gboolean video);
PhoneMediaWireLine *phone_media_wire_find_link     (const PhoneMediaWire *self, guint link);
guint               phone_media_wire_count_links   (const PhoneMediaWire *self);

/* Our side: lines first, then what webrtcbin makes of them, then the wire. */
PhoneMediaWireLine *phone_media_wire_add           (PhoneMediaWire *self, gboolean video);
void                phone_media_wire_renew         (PhoneMediaWire *self);
char               *phone_media_wire_take_local    (PhoneMediaWire *self, const char *local, const char *fingerprint, gboolean answer, GError **error);
void                phone_media_wire_add_candidate (PhoneMediaWire *self, guint link, const char *candidate);
void                phone_media_wire_set_wishes    (PhoneMediaWire *self, PhoneMediaDirection audio, PhoneMediaDirection video, gboolean answer);
char               *phone_media_wire_print         (PhoneMediaWire *self, gboolean answer);

/* The peer's side. */
gboolean            phone_media_wire_take_offer    (PhoneMediaWire *self, const char *offer, gboolean audio, gboolean video, PhoneMediaWireNews *out_news, GError **error);
gboolean            phone_media_wire_take_answer   (PhoneMediaWire *self, const char *answer, PhoneMediaWireNews *out_news, GError **error);
/* Whether each live line leads to peer, by ICE and DTLS; FALSE for NULL. */
gboolean            phone_media_wire_leads_to      (const PhoneMediaWire *self, const PhoneMediaSdp *peer);
/* The offer in offered was refused: takes over what webrtcbin has learnt, and gives it the answer that the peer did not. */
char               *phone_media_wire_abandon       (PhoneMediaWire *self, PhoneMediaWire *offered);

void                phone_media_wire_news_clear    (PhoneMediaWireNews *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaWire, phone_media_wire_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhoneMediaWireNews, phone_media_wire_news_clear)

G_END_DECLS
