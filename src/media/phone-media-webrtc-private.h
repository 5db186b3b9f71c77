/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-link.h"
#include "phone-media-webrtc.h"
#include "phone-media-wire.h"

G_BEGIN_DECLS

struct _PhoneMediaWebrtc
{
  GObject              parent_instance;

  PhoneMediaConfig    *config;
  gboolean             echo;
  gboolean             closed;
  PhoneVideoSlot      *slots[2];        /* local, remote */

  PhoneMediaLink      *link;            /* NULL before the first description */
  PhoneMediaLink      *next_link;       /* offered instead of link while ICE restarts */
  PhoneMediaWire      *wire;            /* what is agreed */
  PhoneMediaWire      *offered;         /* wire with our unanswered offer; NULL: none */
  gboolean             offer_touched;   /* webrtcbin made that offer */
  PhoneMediaWire      *question;        /* our first offer as it went out: another fork may answer it too; NULL: none */
  PhoneMediaSdp       *told;            /* the peer that link was told of; NULL: none that it may speak to */
  gboolean             stranded;        /* the peer is another one: only a new link reaches it */
  GTask               *operation;       /* borrowed: the description being made; NULL: none */

  /* Wishes. */
  gboolean             hold;
  PhoneMediaDirection  video;
  gboolean             agreed_hold;     /* the two above when last agreed */
  PhoneMediaDirection  agreed_video;
  gboolean             restart;
  gboolean             muted[2];        /* microphone, camera */

  gboolean             connected;
  PhoneMediaDirection  local[2];        /* audio, video, as last told */
  PhoneMediaDirection  remote[2];
};

/* -negotiate.c: the interface's verbs */
void     phone_media_webrtc_create_offer_async   (PhoneMediaSession *session, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char    *phone_media_webrtc_create_offer_finish  (PhoneMediaSession *session, GAsyncResult *result, GError **error);
void     phone_media_webrtc_create_answer_async  (PhoneMediaSession *session, const char *offer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char    *phone_media_webrtc_create_answer_finish (PhoneMediaSession *session, GAsyncResult *result, GError **error);
void     phone_media_webrtc_apply_answer_async   (PhoneMediaSession *session, const char *answer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean phone_media_webrtc_apply_answer_finish  (PhoneMediaSession *session, GAsyncResult *result, GError **error);
gboolean phone_media_webrtc_needs_restart        (PhoneMediaSession *session);
void     phone_media_webrtc_abandon_offer        (PhoneMediaSession *session);
void     phone_media_webrtc_finish_gathering     (PhoneMediaSession *session);
void     phone_media_webrtc_take_candidate       (PhoneMediaWebrtc *self, PhoneMediaLink *link, guint line, const char *candidate);

/* phone-media-webrtc.c */
PhoneMediaLink *phone_media_webrtc_create_link   (PhoneMediaWebrtc *self, gboolean fresh_certificate, GError **error);
void            phone_media_webrtc_drop_link     (PhoneMediaWebrtc *self, PhoneMediaLink **link);
/* Tells whether there is a connection, after link or stranded has changed. */
void            phone_media_webrtc_follow_link   (PhoneMediaWebrtc *self);
/* What wire says holds now: codecs, gates, camera, properties. */
gboolean        phone_media_webrtc_apply         (PhoneMediaWebrtc *self, GError **error);
PhoneMediaSession *phone_media_webrtc_create     (const PhoneMediaConfig *config, gboolean echo);

G_END_DECLS
