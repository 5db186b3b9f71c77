/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call-window.h"

#include "phone-call-controls.h"
#include "phone-video-view.h"

G_BEGIN_DECLS

struct _PhoneCallWindow
{
  AdwApplicationWindow parent_instance;

  PhoneSwitchboard  *switchboard;
  PhoneCall         *call;
  gint64             duration;          /* seconds */
  gboolean           keypad_shown;
  gboolean           shows_picture;
  gboolean           had_video;         /* ours, for "call again" */
  guint              clock_id;
  guint              quiet_id;
  guint              close_id;
  double             pointer_x;
  double             pointer_y;

  GtkWidget         *stage;
  PhoneVideoView    *remote_view;
  PhoneVideoView    *local_view;
  GtkWidget         *top;
  GtkWidget         *bottom;
  GtkLabel          *digits;
  PhoneCallControls *controls;
};

/* Shows what went wrong; NULL: nothing did. */
void phone_call_window_say (PhoneCallWindow *self, const GError *error);
void phone_call_window_review_actions (PhoneCallWindow *self);
void phone_call_window_class_init_actions (GtkWidgetClass *widget_class);

/* Closures of the template; object is the window. */
char *phone_call_window_format_state (GObject *object,
                                      PhoneCallState state,
                                      gboolean offers_video,
                                      gint64 duration,
                                      gboolean local_hold,
                                      gboolean remote_hold,
                                      gboolean reconnecting,
                                      PhoneCallEndReason reason,
                                      const char *cause,
                                      guint status,
                                      int originator);
char *phone_call_window_format_test_media (GObject *object, gboolean test_camera, gboolean test_microphone, gboolean local_video, PhoneCallState state);
gboolean phone_call_window_not (GObject *object, gboolean value);
gboolean phone_call_window_shows_lock (GObject *object, gboolean encrypted, PhoneCallState state);
gboolean phone_call_window_has_text (GObject *object, const char *text);
gboolean phone_call_window_shows_self (GObject *object, gboolean local_video, gboolean camera_muted, gboolean local_hold, PhoneCallState state);
char *phone_call_window_fullscreen_icon (GObject *object, gboolean fullscreen);
GtkAlign phone_call_window_person_align (GObject *object, gboolean keypad);

G_END_DECLS
