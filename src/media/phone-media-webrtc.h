/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-session.h"

G_BEGIN_DECLS

/* The webrtcbin implementation of PhoneMediaSession. */
#define PHONE_TYPE_MEDIA_WEBRTC (phone_media_webrtc_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMediaWebrtc, phone_media_webrtc, PHONE, MEDIA_WEBRTC, GObject)

/* gst_init () and the check that every element needed is there; error MISSING_ELEMENT names the Debian package. */
gboolean           phone_media_init       (GError **error);
/* A PhoneMediaFactory. */
PhoneMediaSession *phone_media_webrtc_new (const PhoneMediaConfig *config, gpointer data);

G_END_DECLS
