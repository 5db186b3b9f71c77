/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-codecs.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* One webrtcbin with its pipeline: what it sends, what it receives. Knows no wire SDP and no wishes. Owned by one
 * PhoneMediaWebrtc, which has a second one for a moment while ICE restarts. Main context only.
 *
 * Signals: "connected" (); "failed" (GError *); "candidate" (guint line, const char *candidate); "dtmf" (char tone, guint ms).
 * Properties (notify): "test-camera" b, "test-microphone" b. */
#define PHONE_TYPE_MEDIA_LINK (phone_media_link_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMediaLink, phone_media_link, PHONE, MEDIA_LINK, GObject)

PhoneMediaLink  *phone_media_link_new              (const PhoneMediaConfig *config, PhoneVideoSlot *local_slot, PhoneVideoSlot *remote_slot, gboolean echo);
/* Opens the pipeline; with fresh_certificate the peer sees another DTLS identity than before. */
gboolean         phone_media_link_start            (PhoneMediaLink *self, gboolean fresh_certificate, GError **error);
void             phone_media_link_close            (PhoneMediaLink *self);

/* webrtcbin's line index gets a sender; codec NULL: our first of that kind. Does nothing if it has one. */
gboolean         phone_media_link_add_line         (PhoneMediaLink *self, guint line, gboolean video, const char *mid, const PhoneMediaCodec *codec, guint payload, guint transport_cc_id, GError **error);
/* What was agreed for the line: an encoder is put in, or another one. */
gboolean         phone_media_link_set_codec        (PhoneMediaLink *self, gboolean video, const PhoneMediaCodec *codec, guint payload, guint event_payload, guint transport_cc_id, GError **error);
void             phone_media_link_set_sending      (PhoneMediaLink *self, gboolean audio, gboolean video);
void             phone_media_link_set_showing      (PhoneMediaLink *self, gboolean camera);
void             phone_media_link_set_muted        (PhoneMediaLink *self, gboolean microphone, gboolean camera);
gboolean         phone_media_link_send_dtmf        (PhoneMediaLink *self, const char *tones, guint duration, guint gap, GError **error);

void             phone_media_link_create_async     (PhoneMediaLink *self, gboolean answer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char            *phone_media_link_create_finish    (PhoneMediaLink *self, GAsyncResult *result, GError **error);
void             phone_media_link_set_async        (PhoneMediaLink *self, gboolean local, gboolean answer, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean         phone_media_link_set_finish       (PhoneMediaLink *self, GAsyncResult *result, GError **error);
/* Ends with gathering, finish_gathering () or the configured time; what was found came as "candidate". */
void             phone_media_link_gather_async     (PhoneMediaLink *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean         phone_media_link_gather_finish    (PhoneMediaLink *self, GAsyncResult *result, GError **error);
void             phone_media_link_finish_gathering (PhoneMediaLink *self);

/* The fingerprint of the fresh certificate, "sha-256 AB:…"; NULL: webrtcbin knows its own. */
const char      *phone_media_link_get_fingerprint  (PhoneMediaLink *self);
/* (transfer full) (nullable): the peer's certificate as PEM, once connected. */
char            *phone_media_link_get_peer_certificate (PhoneMediaLink *self);
gboolean         phone_media_link_is_connected     (PhoneMediaLink *self);
/* Nothing has come for some seconds after the peer was heard: the path may be gone, but does not count as lost. */
gboolean         phone_media_link_is_silent        (PhoneMediaLink *self);
void             phone_media_link_get_stats_async  (PhoneMediaLink *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
PhoneMediaStats *phone_media_link_get_stats_finish (PhoneMediaLink *self, GAsyncResult *result, GError **error);

G_END_DECLS
