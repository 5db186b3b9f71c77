/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "phone-media-codecs.h"

G_BEGIN_DECLS

/* The pieces of the graph, made from descriptions. Returned elements are floating. */
GstElement *phone_media_bins_open_camera     (const char *id, gboolean test);
/* Silence and failure are no answer: without a device it is a tone, and out_test says so. */
GstElement *phone_media_bins_open_microphone (const char *id, gboolean test, gboolean *out_test);
/* A sink that is silent without a device. */
GstElement *phone_media_bins_open_speaker    (const char *id, gboolean test, gboolean *out_test);
GstElement *phone_media_bins_create_sound    (const char *probe);
GstElement *phone_media_bins_create_picture  (void);
GstElement *phone_media_bins_create_encoder  (const PhoneMediaCodec *codec, guint payload, guint ssrc, guint transport_cc_id);
GstElement *phone_media_bins_create_decoder  (const PhoneMediaCodec *codec);
GstElement *phone_media_bins_create_relay    (const PhoneMediaCodec *codec, guint payload, guint ssrc, guint transport_cc_id, GstElement **out_sender);
GstElement *phone_media_bins_create_player   (const char *probe);

/* Stops in a thread of GStreamer and drops it. */
void        phone_media_bins_dismiss         (GstElement *element);

G_END_DECLS
