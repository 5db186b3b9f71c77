/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the call window's template shows, and when: closures over the call's properties, without an effect. */
#include "config.h"
#include "phone-call-window-private.h"

#include <glib/gi18n.h>

#include "phone-format.h"

char *
phone_call_window_format_state (GObject            *object,
                                PhoneCallState      state,
                                gboolean            offers_video,
                                gint64              duration,
                                gboolean            local_hold,
                                gboolean            remote_hold,
                                gboolean            reconnecting,
                                PhoneCallEndReason  reason,
                                const char         *cause,
                                guint               status,
                                int                 originator)
{
  g_autofree char *sentence = NULL;

  if (state == PHONE_CALL_STATE_ENDED)
    sentence = phone_format_end_reason (object, reason, cause, status, originator);

  if (sentence != NULL && *sentence != '\0')
    return g_steal_pointer (&sentence);
  if (reconnecting && state == PHONE_CALL_STATE_ACTIVE)
    return g_strdup (_("Reconnecting…"));

  return phone_format_call_state (object, state, offers_video, duration, local_hold, remote_hold);
}

/* Before a picture is agreed nothing is sent, so nothing is said. */
char *
phone_call_window_format_test_media (GObject        *object,
                                     gboolean        test_camera,
                                     gboolean        test_microphone,
                                     gboolean        local_video,
                                     PhoneCallState  state)
{
  if (state == PHONE_CALL_STATE_INCOMING || state >= PHONE_CALL_STATE_ENDING)
    return g_strdup ("");

  return phone_format_test_media (object, test_camera && local_video, test_microphone);
}

gboolean
phone_call_window_not (GObject  *object,
                       gboolean  value)
{
  return !value;
}

gboolean
phone_call_window_shows_lock (GObject        *object,
                              gboolean        encrypted,
                              PhoneCallState  state)
{
  return encrypted && state < PHONE_CALL_STATE_ENDING;
}

gboolean
phone_call_window_has_text (GObject    *object,
                            const char *text)
{
  return text != NULL && *text != '\0';
}

gboolean
phone_call_window_shows_self (GObject        *object,
                              gboolean        local_video,
                              gboolean        camera_muted,
                              gboolean        local_hold,
                              PhoneCallState  state)
{
  return local_video && !camera_muted && !local_hold && state != PHONE_CALL_STATE_INCOMING && state < PHONE_CALL_STATE_ENDING;
}

char *
phone_call_window_fullscreen_icon (GObject  *object,
                                   gboolean  fullscreen)
{
  return g_strdup (fullscreen ? "phone-unfullscreen-symbolic" : "phone-fullscreen-symbolic");
}

GtkAlign
phone_call_window_person_align (GObject  *object,
                                gboolean  keypad)
{
  return keypad ? GTK_ALIGN_START : GTK_ALIGN_CENTER;
}
