/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first packet on a path that takes over. Chromium, where the other side is in control of ICE, goes on sending to the path it has
 * until data comes by the new one, and so does the ClientHello that we wait for: seconds pass before it comes again. So data comes: a
 * byte that is neither STUN nor DTLS nor SRTP, which everybody drops (RFC 7983 §7). */
#include "config.h"
#include "phone-media-link-private.h"

#include <gst/base/gstbasesink.h>

#define INTERVAL_MS 100

static const guint8 knock[] = { 0x50 };

static void
phone_media_link_knock_at (const GValue *value,
                           gpointer      data)
{
  GstBaseSink *sink = GST_BASE_SINK (g_value_get_object (value));
  g_autoptr (GstBuffer) buffer = NULL;

  /* DTLS is sending by itself just now: that knocks as well. */
  if (!GST_BASE_SINK_PREROLL_TRYLOCK (sink))
    return;

  /* Past the pad: no stream has begun yet, and this is none. The lock is what keeps two threads out of render (). */
  buffer = gst_buffer_new_memdup (knock, sizeof knock);
  GST_BASE_SINK_GET_CLASS (sink)->render (sink, buffer);
  GST_BASE_SINK_PREROLL_UNLOCK (sink);
}

static gboolean
phone_media_link_knock_cb (gpointer data)
{
  PhoneMediaLink *self = data;
  GstIterator *sinks;

  if (self->connected)
    {
      self->knock_id = 0;
      return G_SOURCE_REMOVE;
    }

  sinks = gst_bin_iterate_all_by_element_factory_name (GST_BIN (self->webrtcbin), "nicesink");
  gst_iterator_foreach (sinks, phone_media_link_knock_at, NULL);
  gst_iterator_free (sinks);

  return G_SOURCE_CONTINUE;
}

/* ICE has found a path: only one that takes over has somebody who looks elsewhere. */
void
phone_media_link_start_knocking (PhoneMediaLink *self)
{
  if (self->fingerprint == NULL || self->connected || self->knock_id != 0)
    return;

  self->knock_id = g_timeout_add (INTERVAL_MS, phone_media_link_knock_cb, self);
  phone_media_link_knock_cb (self);
}
