/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Door 1 between threads: what GStreamer's threads may call. They see a GstBus, counters and their own arguments, never one of our
 * objects. Messages posted (application, by structure name): "promise" (serial u, sdp s, error s, reply structure), "candidate"
 * (line u, candidate s), "gathering" (state), "ice" (state), "connection" (state), "stream-added" (pad, probe), "event" (number u, duration u). */
typedef struct _PhoneMediaCounter PhoneMediaCounter;

PhoneMediaCounter *phone_media_counter_new   (void);
PhoneMediaCounter *phone_media_counter_ref   (PhoneMediaCounter *self);
void               phone_media_counter_unref (PhoneMediaCounter *self);
guint              phone_media_counter_get   (PhoneMediaCounter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaCounter, phone_media_counter_unref)

void        phone_media_bus_connect      (GstBus *bus, GstElement *webrtcbin);
GstPromise *phone_media_bus_create_promise (GstBus *bus, guint serial);
/* Counts the buffers that pass pad. */
void        phone_media_bus_count        (GstPad *pad, PhoneMediaCounter *counter);
/* Counts what comes from the network to webrtcbin, STUN apart. */
void        phone_media_bus_count_arriving (GstElement *webrtcbin, PhoneMediaCounter *counter);
/* Keeps the end of a source that failed from what comes after it. */
void        phone_media_bus_drop_eos     (GstPad *pad);
/* Key frame requests that leave through pad upstream become plain PLI for the stream they reach there. */
void        phone_media_bus_renew_requests (GstPad *pad);
/* Reads RFC 4733 events from RTP that passes pad. */
void        phone_media_bus_watch_events (GstBus *bus, GstPad *pad, guint clock_rate);
/* From now on the DTLS elements in webrtcbin use this certificate and key. */
void        phone_media_bus_set_certificate (GstElement *webrtcbin, const char *pem);

G_END_DECLS
