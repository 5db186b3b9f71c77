/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/app/gstappsrc.h>

G_BEGIN_DECLS

/* One camera for all calls of the process: a device opens once. Property "test" (notify): a moving pattern stands in for it. */
#define PHONE_TYPE_MEDIA_CAMERA (phone_media_camera_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMediaCamera, phone_media_camera, PHONE, MEDIA_CAMERA, GObject)

/* The camera with this id (NULL: the first one found), open since somebody holds it and closed with the last reference. */
PhoneMediaCamera *phone_media_camera_open     (const char *id, gboolean test);
gboolean          phone_media_camera_get_test (PhoneMediaCamera *self);
/* Frames go to source until it is removed. */
void              phone_media_camera_add      (PhoneMediaCamera *self, GstAppSrc *source);
void              phone_media_camera_remove   (PhoneMediaCamera *self, GstAppSrc *source);

G_END_DECLS
