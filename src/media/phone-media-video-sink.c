/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From raw video to the slot: queue of one, scale, BGRA, appsink. Two frames wait at most; a frame that comes while the last is
 * still being converted replaces it. The body runs on the streaming thread and touches the slot and elements only. Bytes are not
 * copied: the frame keeps the buffer mapped until the last reader has gone. */
#include "config.h"
#include "phone-media-video-sink.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

typedef struct
{
  PhoneVideoSlot *slot;
  GstElement     *filter;
  GstPad         *natural;      /* where the size as sent can be read */
  guint           width;        /* asked of the filter */
  guint           height;
} Sink;

typedef struct
{
  GstSample *sample;
  GstMapInfo map;
} Mapping;

static void
phone_media_video_sink_free (gpointer data)
{
  Sink *sink = data;

  phone_video_slot_unref (sink->slot);
  gst_object_unref (sink->filter);
  gst_object_unref (sink->natural);
  g_free (sink);
}

static void
phone_media_video_sink_unmap (gpointer data)
{
  Mapping *mapping = data;

  gst_buffer_unmap (gst_sample_get_buffer (mapping->sample), &mapping->map);
  gst_sample_unref (mapping->sample);
  g_free (mapping);
}

static GBytes *
phone_media_video_sink_map (GstSample *sample)
{
  Mapping *mapping = g_new0 (Mapping, 1);

  if (!gst_buffer_map (gst_sample_get_buffer (sample), &mapping->map, GST_MAP_READ))
    {
      g_free (mapping);
      return NULL;
    }
  mapping->sample = gst_sample_ref (sample);

  return g_bytes_new_with_free_func (mapping->map.data, mapping->map.size, phone_media_video_sink_unmap, mapping);
}

/* The largest size with the picture's shape that fits into what is shown, never larger than the picture. */
static void
phone_media_video_sink_fit (Sink *sink)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (sink->natural);
  g_autoptr (GstCaps) wanted = NULL;
  GstVideoInfo info;
  guint width;
  guint height;
  double scale;

  phone_video_slot_get_size (sink->slot, &width, &height);
  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return;

  scale = width == 0 || height == 0 ? 1.0 : MIN (1.0, MIN ((double) width / info.width, (double) height / info.height));
  width = MAX (2, ((guint) (info.width * scale + 0.5)) & ~1u);
  height = MAX (2, ((guint) (info.height * scale + 0.5)) & ~1u);
  if (width == sink->width && height == sink->height)
    return;

  sink->width = width;
  sink->height = height;
  wanted = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "BGRA", "width", G_TYPE_INT, (int) width,
                                "height", G_TYPE_INT, (int) height, NULL);
  g_object_set (sink->filter, "caps", wanted, NULL);
}

static GstFlowReturn
phone_media_video_sink_sample_cb (GstAppSink *appsink,
                                  gpointer    data)
{
  Sink *sink = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  g_autoptr (GBytes) bytes = NULL;
  PhoneVideoFrame *frame = NULL;
  GstVideoInfo info;

  if (sample == NULL || gst_sample_get_caps (sample) == NULL || !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)))
    return GST_FLOW_OK;

  bytes = phone_media_video_sink_map (sample);
  if (bytes != NULL)
    frame = phone_video_frame_new (bytes, info.width, info.height, GST_VIDEO_INFO_PLANE_STRIDE (&info, 0),
                                   (double) info.par_n / MAX (info.par_d, 1));
  if (frame != NULL)
    phone_video_slot_put (sink->slot, frame);
  phone_media_video_sink_fit (sink);

  return GST_FLOW_OK;
}

/**
 * phone_media_video_sink_new:
 * @slot: where the frames go
 * @sync: whether to wait for a frame's time
 *
 * Returns: (transfer floating): a bin with a pad "sink" for raw video
 */
GstElement *
phone_media_video_sink_new (PhoneVideoSlot *slot,
                            gboolean        sync)
{
  GstAppSinkCallbacks callbacks = { .new_sample = phone_media_video_sink_sample_cb };
  GstElement *bin = gst_parse_bin_from_description ("queue name=first leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 "
                                                    "! videoconvertscale ! capsfilter name=filter caps=video/x-raw,format=BGRA "
                                                    "! appsink name=last max-buffers=1 drop=true async=false", TRUE, NULL);
  g_autoptr (GstElement) first = NULL;
  g_autoptr (GstElement) last = NULL;
  Sink *sink;

  g_return_val_if_fail (bin != NULL, NULL);

  first = gst_bin_get_by_name (GST_BIN (bin), "first");
  last = gst_bin_get_by_name (GST_BIN (bin), "last");
  sink = g_new0 (Sink, 1);
  sink->slot = phone_video_slot_ref (slot);
  sink->filter = gst_bin_get_by_name (GST_BIN (bin), "filter");
  sink->natural = gst_element_get_static_pad (first, "sink");
  g_object_set (last, "sync", sync, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (last), &callbacks, sink, phone_media_video_sink_free);

  return bin;
}
