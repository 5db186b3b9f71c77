/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two calls may show one camera, and a device opens once: so capture is a pipeline of its own, and its frames are handed to every
 * call's appsrc. The list of those is shared with the streaming thread, hence the counted struct with a lock; the object itself
 * stays on the main context. The table of open cameras is the one thing per process in this room, for the device is. A camera
 * that cannot be opened, or fails later, turns into a moving pattern and says so; calls do not notice. */
#include "config.h"
#include "phone-media-camera.h"

#include "phone-media-bins.h"

#include <gst/app/gstappsink.h>

typedef struct
{
  GMutex     mutex;
  GPtrArray *sources;           /* (element-type GstAppSrc), under mutex */
} Fan;

struct _PhoneMediaCamera
{
  GObject     parent_instance;
  char       *key;
  char       *id;
  gboolean    test;
  Fan        *fan;
  GstElement *pipeline;
  guint       watch_id;
};

G_DEFINE_FINAL_TYPE (PhoneMediaCamera, phone_media_camera, G_TYPE_OBJECT)

enum
{
  PROP_TEST = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static GHashTable *cameras;     /* key → PhoneMediaCamera, borrowed; main context only */

static void
phone_media_camera_fan_clear (gpointer data)
{
  Fan *fan = data;

  g_ptr_array_unref (fan->sources);
  g_mutex_clear (&fan->mutex);
}

static void
phone_media_camera_fan_release (gpointer data)
{
  g_atomic_rc_box_release_full (data, phone_media_camera_fan_clear);
}

static GstFlowReturn
phone_media_camera_sample_cb (GstAppSink *appsink,
                              gpointer    data)
{
  Fan *fan = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (appsink);
  GstCaps *caps = sample != NULL ? gst_sample_get_caps (sample) : NULL;

  if (caps == NULL)
    return GST_FLOW_OK;

  g_mutex_lock (&fan->mutex);
  for (guint i = 0; i < fan->sources->len; i++)
    {
      GstBuffer *buffer = gst_buffer_copy (gst_sample_get_buffer (sample));

      GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
      GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
      gst_app_src_set_caps (g_ptr_array_index (fan->sources, i), caps);
      gst_app_src_push_buffer (g_ptr_array_index (fan->sources, i), buffer);
    }
  g_mutex_unlock (&fan->mutex);

  return GST_FLOW_OK;
}

static void
phone_media_camera_stop (PhoneMediaCamera *self)
{
  g_clear_handle_id (&self->watch_id, g_source_remove);
  if (self->pipeline != NULL)
    phone_media_bins_dismiss (self->pipeline);
  g_clear_object (&self->pipeline);
}

static gboolean
phone_media_camera_start (PhoneMediaCamera *self,
                          GstBusFunc        message_cb)
{
  GstAppSinkCallbacks callbacks = { .new_sample = phone_media_camera_sample_cb };
  GstElement *source = phone_media_bins_open_camera (self->id, self->test);
  GstElement *sink;
  g_autoptr (GstBus) bus = NULL;

  if (source == NULL)
    return FALSE;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (sink, "sync", FALSE, "max-buffers", 1, "drop", TRUE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, g_atomic_rc_box_acquire (self->fan), phone_media_camera_fan_release);
  gst_bin_add_many (GST_BIN (self->pipeline), source, sink, NULL);
  gst_element_link (source, sink);
  bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  self->watch_id = gst_bus_add_watch (bus, message_cb, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  return TRUE;
}

static gboolean
phone_media_camera_message_cb (GstBus     *bus,
                               GstMessage *message,
                               gpointer    data)
{
  PhoneMediaCamera *self = data;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR || self->test)
    return G_SOURCE_CONTINUE;

  phone_media_camera_stop (self);
  self->test = TRUE;
  phone_media_camera_start (self, phone_media_camera_message_cb);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEST]);

  return G_SOURCE_REMOVE;
}

static void
phone_media_camera_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  PhoneMediaCamera *self = PHONE_MEDIA_CAMERA (object);

  switch (id)
    {
    case PROP_TEST:
      g_value_set_boolean (value, self->test);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
phone_media_camera_dispose (GObject *object)
{
  PhoneMediaCamera *self = PHONE_MEDIA_CAMERA (object);

  if (self->key != NULL)
    g_hash_table_remove (cameras, self->key);
  g_clear_pointer (&self->key, g_free);
  phone_media_camera_stop (self);

  G_OBJECT_CLASS (phone_media_camera_parent_class)->dispose (object);
}

static void
phone_media_camera_finalize (GObject *object)
{
  PhoneMediaCamera *self = PHONE_MEDIA_CAMERA (object);

  phone_media_camera_fan_release (self->fan);
  g_free (self->id);

  G_OBJECT_CLASS (phone_media_camera_parent_class)->finalize (object);
}

static void
phone_media_camera_class_init (PhoneMediaCameraClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_media_camera_get_property;
  object_class->dispose = phone_media_camera_dispose;
  object_class->finalize = phone_media_camera_finalize;

  properties[PROP_TEST] = g_param_spec_boolean ("test", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_media_camera_init (PhoneMediaCamera *self)
{
  self->fan = g_atomic_rc_box_new0 (Fan);
  g_mutex_init (&self->fan->mutex);
  self->fan->sources = g_ptr_array_new_with_free_func (gst_object_unref);
}

/**
 * phone_media_camera_open:
 * @id: (nullable): a device id, or %NULL for the first camera found
 * @test: whether a moving pattern is wanted instead
 *
 * Returns: (transfer full): the camera, shared with whoever holds it already
 */
PhoneMediaCamera *
phone_media_camera_open (const char *id,
                         gboolean    test)
{
  const char *key = test ? "test" : id != NULL ? id : "default";
  PhoneMediaCamera *self;

  if (cameras == NULL)
    cameras = g_hash_table_new (g_str_hash, g_str_equal);
  self = g_hash_table_lookup (cameras, key);
  if (self != NULL)
    return g_object_ref (self);

  self = g_object_new (PHONE_TYPE_MEDIA_CAMERA, NULL);
  self->key = g_strdup (key);
  self->id = g_strdup (id);
  self->test = test;
  g_hash_table_insert (cameras, self->key, self);
  if (!phone_media_camera_start (self, phone_media_camera_message_cb))
    {
      self->test = TRUE;
      phone_media_camera_start (self, phone_media_camera_message_cb);
    }

  return self;
}

gboolean
phone_media_camera_get_test (PhoneMediaCamera *self)
{
  g_return_val_if_fail (PHONE_IS_MEDIA_CAMERA (self), FALSE);

  return self->test;
}

void
phone_media_camera_add (PhoneMediaCamera *self,
                        GstAppSrc        *source)
{
  g_return_if_fail (PHONE_IS_MEDIA_CAMERA (self));

  g_mutex_lock (&self->fan->mutex);
  g_ptr_array_add (self->fan->sources, gst_object_ref (source));
  g_mutex_unlock (&self->fan->mutex);
}

void
phone_media_camera_remove (PhoneMediaCamera *self,
                           GstAppSrc        *source)
{
  g_return_if_fail (PHONE_IS_MEDIA_CAMERA (self));

  g_mutex_lock (&self->fan->mutex);
  g_ptr_array_remove (self->fan->sources, source);
  g_mutex_unlock (&self->fan->mutex);
}
