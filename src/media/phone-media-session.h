/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-media-devices.h"
#include "phone-media-error.h"
#include "phone-media-stats.h"
#include "phone-video-slot.h"

G_BEGIN_DECLS

typedef enum
{
  PHONE_MEDIA_DIRECTION_INACTIVE = 0,
  PHONE_MEDIA_DIRECTION_SEND     = 1 << 0,
  PHONE_MEDIA_DIRECTION_RECEIVE  = 1 << 1,
  PHONE_MEDIA_DIRECTION_BOTH     = PHONE_MEDIA_DIRECTION_SEND | PHONE_MEDIA_DIRECTION_RECEIVE,
} PhoneMediaDirection;

/* One ICE server (W3C RTCIceServer with one URL). */
typedef struct
{
  char *url;            /* "stun:host[:port]", "turn:host[:port][?transport=tcp]" */
  char *username;
  char *credential;
} PhoneMediaIceServer;

/* What a call's media is made with. Plain struct, copied by the session. */
typedef struct
{
  GPtrArray *ice_servers;               /* (element-type PhoneMediaIceServer), owned */
  PhoneMediaDevices *devices;           /* what is plugged in, a reference; NULL: nothing */
  char      *microphone_id;             /* device id of PhoneMediaDevices, NULL: the default */
  char      *camera_id;
  char      *speaker_id;
  guint      gathering_timeout;         /* ms for an offer once there is a usable candidate, default 500 */
  guint      relay_only : 1;
  guint      test_media : 1;            /* moving pattern and tone instead of devices */
  guint      audio : 1;
  guint      video : 1;                 /* offer or accept a picture at the start */
  guint      loopback : 1;              /* also gather on 127.0.0.1 (the exchange and tests) */
} PhoneMediaConfig;

PhoneMediaConfig *phone_media_config_new  (void);
PhoneMediaConfig *phone_media_config_copy (const PhoneMediaConfig *self);
void              phone_media_config_free (PhoneMediaConfig *self);
void              phone_media_config_add_ice_server (PhoneMediaConfig *self, const char *url, const char *username, const char *credential);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaConfig, phone_media_config_free)

/* The media of one call behind an interface (webrtcbin, and a fake in tests). All SDP here is wire SDP: it goes into and comes out
 * of SIP unchanged. All calls and signals on the main context.
 *
 * A session is made as soon as its call exists, so that the two slots are the same for the call's life; microphone and camera are
 * opened, and anything costly is built, only when the first offer or answer is asked for: an unanswered call opens nothing.
 * set_video () before the first answer decides whether our camera is used; the peer's picture is accepted in any case if config.video is set.
 *
 * Signals: "connected" (): ICE and DTLS are up; "failed" (GError *); "candidate" (const char *candidate): a local one, while gathering;
 * "dtmf" (char tone, guint duration_ms): RFC 4733 from the peer.
 * Properties (notify): "connected" b, "microphone-muted" b, "camera-muted" b, "local-direction-audio/-video" and
 * "remote-direction-audio/-video" as negotiated (PhoneMediaDirection), "test-camera" b and "test-microphone" b: no device, a pattern or tone is sent. */
#define PHONE_TYPE_MEDIA_SESSION (phone_media_session_get_type ())
G_DECLARE_INTERFACE (PhoneMediaSession, phone_media_session, PHONE, MEDIA_SESSION, GObject)

struct _PhoneMediaSessionInterface
{
  GTypeInterface g_iface;

  void     (*create_offer_async)   (PhoneMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  char    *(*create_offer_finish)  (PhoneMediaSession *self, GAsyncResult *result, GError **error);
  void     (*create_answer_async)  (PhoneMediaSession *self, const char *offer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  char    *(*create_answer_finish) (PhoneMediaSession *self, GAsyncResult *result, GError **error);
  void     (*apply_answer_async)   (PhoneMediaSession *self, const char *answer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  gboolean (*apply_answer_finish)  (PhoneMediaSession *self, GAsyncResult *result, GError **error);
  gboolean (*needs_restart)        (PhoneMediaSession *self);
  void     (*abandon_offer)        (PhoneMediaSession *self);
  void     (*finish_gathering)     (PhoneMediaSession *self);
  void     (*set_hold)             (PhoneMediaSession *self, gboolean hold);
  void     (*set_video)            (PhoneMediaSession *self, gboolean send);
  void     (*restart_ice)          (PhoneMediaSession *self);
  void     (*set_muted)            (PhoneMediaSession *self, gboolean microphone, gboolean camera);
  gboolean (*send_dtmf)            (PhoneMediaSession *self, const char *tones, guint duration, guint gap, GError **error);
  void     (*get_stats_async)      (PhoneMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  PhoneMediaStats *(*get_stats_finish) (PhoneMediaSession *self, GAsyncResult *result, GError **error);
  PhoneVideoSlot *(*get_remote_slot) (PhoneMediaSession *self);
  PhoneVideoSlot *(*get_local_slot)  (PhoneMediaSession *self);
  void     (*close)                (PhoneMediaSession *self);
};

/* An offer of the state wanted now: the first one gathers; later ones carry hold, video and ICE restart as set below. */
void             phone_media_session_create_offer_async   (PhoneMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char            *phone_media_session_create_offer_finish  (PhoneMediaSession *self, GAsyncResult *result, GError **error);
/* Takes the peer's offer (first or later) and gives the answer. */
void             phone_media_session_create_answer_async  (PhoneMediaSession *self, const char *offer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
char            *phone_media_session_create_answer_finish (PhoneMediaSession *self, GAsyncResult *result, GError **error);
/* Each answer to one offer (forks, early media) is taken in its turn: the last one counts. */
void             phone_media_session_apply_answer_async   (PhoneMediaSession *self, const char *answer, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean         phone_media_session_apply_answer_finish  (PhoneMediaSession *self, GAsyncResult *result, GError **error);
/* The last answer leads to another peer than media goes to: restart_ice () and an offer, as soon as one may be sent. */
gboolean         phone_media_session_needs_restart        (PhoneMediaSession *self);
/* The last offer was refused: back to what was agreed before. */
void             phone_media_session_abandon_offer        (PhoneMediaSession *self);
/* JsSIP's ready (): ends the wait for candidates. */
void             phone_media_session_finish_gathering     (PhoneMediaSession *self);

/* Wishes for the next offer (or answer); nothing is sent until the answer is agreed. hold also stops the sources at once. */
void             phone_media_session_set_hold             (PhoneMediaSession *self, gboolean hold);
void             phone_media_session_set_video            (PhoneMediaSession *self, gboolean send);
void             phone_media_session_restart_ice          (PhoneMediaSession *self);

void             phone_media_session_set_muted            (PhoneMediaSession *self, gboolean microphone, gboolean camera);
gboolean         phone_media_session_send_dtmf            (PhoneMediaSession *self, const char *tones, guint duration, guint gap, GError **error);
void             phone_media_session_get_stats_async      (PhoneMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
PhoneMediaStats *phone_media_session_get_stats_finish     (PhoneMediaSession *self, GAsyncResult *result, GError **error);
PhoneVideoSlot  *phone_media_session_get_remote_slot      (PhoneMediaSession *self);    /* (transfer none) */
PhoneVideoSlot  *phone_media_session_get_local_slot       (PhoneMediaSession *self);
/* Teardown without blocking; no signal comes after it. */
void             phone_media_session_close                (PhoneMediaSession *self);

/* How a call gets its media without knowing webrtcbin. */
typedef PhoneMediaSession *(*PhoneMediaFactory) (const PhoneMediaConfig *config, gpointer data);

/* Pure questions about a wire SDP. */
PhoneMediaDirection phone_media_sdp_get_direction (const char *sdp, gboolean video);    /* INACTIVE also if there is no such line */
gboolean            phone_media_sdp_has_video     (const char *sdp);

G_END_DECLS
