/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-devices.h"

G_BEGIN_DECLS

typedef enum
{
  PHONE_MEDIA_TONE_NONE,
  PHONE_MEDIA_TONE_RING,        /* an incoming call */
  PHONE_MEDIA_TONE_RINGBACK,    /* the other side rings */
  PHONE_MEDIA_TONE_BUSY,        /* some seconds, then silence by itself */
  PHONE_MEDIA_TONE_WAITING,     /* a second call while one is up */
} PhoneMediaToneKind;

/* Plays one tone at a time; silent where there is no sound device. Property "kind" (notify) is what plays now. */
#define PHONE_TYPE_MEDIA_TONE (phone_media_tone_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMediaTone, phone_media_tone, PHONE, MEDIA_TONE, GObject)
/* devices may be NULL: the system's own choice of speaker. */
PhoneMediaTone     *phone_media_tone_new      (PhoneMediaDevices *devices, const char *speaker_id);
void                phone_media_tone_play     (PhoneMediaTone *self, PhoneMediaToneKind kind);
void                phone_media_tone_play_key (PhoneMediaTone *self, char key);      /* a dial-pad key, short */
void                phone_media_tone_stop     (PhoneMediaTone *self);
PhoneMediaToneKind  phone_media_tone_get_kind (PhoneMediaTone *self);

G_END_DECLS
