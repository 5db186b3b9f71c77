/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-session.h"

G_BEGIN_DECLS

/* Media without GStreamer: records what is asked of it and gives descriptions whose directions follow from the wishes and from what
 * the other side said, as the real one's do. Answers come in a later turn of the main context. */
#define PHONE_TYPE_FAKE_MEDIA (phone_fake_media_get_type ())
G_DECLARE_FINAL_TYPE (PhoneFakeMedia, phone_fake_media, PHONE, FAKE_MEDIA, GObject)

/* A PhoneMediaFactory; data is not used. */
PhoneMediaSession      *phone_fake_media_new            (const PhoneMediaConfig *config, gpointer data);
const PhoneMediaConfig *phone_fake_media_get_config     (PhoneFakeMedia *self);
/* The next description fails with this; NULL: it succeeds again. */
void                    phone_fake_media_set_failure    (PhoneFakeMedia *self, const GError *error);
/* FALSE: descriptions wait until it is TRUE again. */
void                    phone_fake_media_set_prompt     (PhoneFakeMedia *self, gboolean prompt);
/* Whether the peer is said to take telephone-events. */
void                    phone_fake_media_set_takes_dtmf (PhoneFakeMedia *self, gboolean takes);
/* The answers to come lead to another peer, until ICE restarts. */
void                    phone_fake_media_set_stranded   (PhoneFakeMedia *self);
void                    phone_fake_media_set_connected  (PhoneFakeMedia *self);
void                    phone_fake_media_fail           (PhoneFakeMedia *self, const GError *error);
void                    phone_fake_media_hear_dtmf      (PhoneFakeMedia *self, char tone, guint duration);

gboolean                phone_fake_media_get_opened     (PhoneFakeMedia *self);  /* something was asked that opens devices */
gboolean                phone_fake_media_get_closed     (PhoneFakeMedia *self);
gboolean                phone_fake_media_get_hold       (PhoneFakeMedia *self);
gboolean                phone_fake_media_get_video      (PhoneFakeMedia *self);
gboolean                phone_fake_media_get_muted      (PhoneFakeMedia *self, gboolean camera);
guint                   phone_fake_media_get_n_restarts (PhoneFakeMedia *self);
guint                   phone_fake_media_get_n_abandoned (PhoneFakeMedia *self);
const char             *phone_fake_media_get_tones      (PhoneFakeMedia *self);
/* The number that the last description carries in its o= line. */
guint                   phone_fake_media_get_version    (PhoneFakeMedia *self);

G_END_DECLS
