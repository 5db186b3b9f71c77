/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PHONE_MEDIA_ERROR_FAILED,             /* GStreamer's own trouble; the message says which element */
  PHONE_MEDIA_ERROR_MISSING_ELEMENT,
  PHONE_MEDIA_ERROR_BAD_DESCRIPTION,    /* the peer's SDP cannot be used */
  PHONE_MEDIA_ERROR_NO_COMMON_CODEC,
  PHONE_MEDIA_ERROR_DEVICE,             /* microphone or camera cannot be opened */
  PHONE_MEDIA_ERROR_TURNS,              /* turns: would go out in plain text here */
  PHONE_MEDIA_ERROR_ICE,                /* no path to the peer */
  PHONE_MEDIA_ERROR_CLOSED,
} PhoneMediaError;

#define PHONE_MEDIA_ERROR (phone_media_error_quark ())
GQuark phone_media_error_quark (void);

G_END_DECLS
