/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person can do in a call, as actions of its window, and in which states of the call each makes sense. */
#include "config.h"
#include "phone-call-window-private.h"

#include "phone-format.h"
#include "phone-toast.h"
#include "phone-transfer-dialog.h"

#define STATE(name) (1u << PHONE_CALL_STATE_##name)
#define BEFORE_ANSWER (STATE (NEW) | STATE (PREPARING) | STATE (DIALING) | STATE (RINGING))
#define ANSWERED (STATE (ANSWERING) | STATE (CONFIRMING) | STATE (ACTIVE))

/* In which states an action makes sense. */
static const struct
{
  const char *action;
  guint       states;
} actions[] = {
  { "call.answer",          STATE (INCOMING) },
  { "call.decline",         STATE (INCOMING) },
  { "call.hang-up",         BEFORE_ANSWER | ANSWERED },
  { "call.mute",            BEFORE_ANSWER | ANSWERED },
  { "call.camera-off",      BEFORE_ANSWER | ANSWERED },
  { "call.toggle-camera",   BEFORE_ANSWER | ANSWERED },
  { "call.hold",            STATE (ACTIVE) },
  { "call.keypad",          STATE (ACTIVE) },
  { "call.transfer",        STATE (ACTIVE) },
  { "call.again",           STATE (ENDED) },
  { "call.follow-redirect", STATE (ENDED) },
};

void
phone_call_window_say (PhoneCallWindow *self,
                       const GError    *error)
{
  g_autofree char *sentence = phone_format_call_error (error);

  if (error != NULL)
    phone_toast_say (self->stage, sentence);
}

static void
phone_call_window_answer_action (GtkWidget  *widget,
                                 const char *action_name,
                                 GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  phone_call_answer (self->call, g_variant_get_boolean (parameter) && phone_call_get_offers_video (self->call), &error);
  phone_call_window_say (self, error);
}

static void
phone_call_window_hang_up_action (GtkWidget  *widget,
                                  const char *action_name,
                                  GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  phone_call_hang_up (self->call, 0, NULL, &error);
  phone_call_window_say (self, error);
}

static void
phone_call_window_set_video_action (GtkWidget  *widget,
                                    const char *action_name,
                                    GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  phone_call_set_video (self->call, g_str_equal (action_name, "call.add-video"), &error);
  phone_call_window_say (self, error);
}

static void
phone_call_window_toggle_camera_action (GtkWidget  *widget,
                                        const char *action_name,
                                        GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);

  if (phone_call_get_local_video (self->call))
    phone_call_set_muted (self->call, phone_call_get_microphone_muted (self->call), !phone_call_get_camera_muted (self->call));
  else
    gtk_widget_activate_action (widget, "call.add-video", NULL);
}

static void
phone_call_window_transfer_action (GtkWidget  *widget,
                                   const char *action_name,
                                   GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);

  phone_transfer_dialog_present (GTK_WINDOW (self), self->switchboard, self->call);
}

static void
phone_call_window_decide_transfer_action (GtkWidget  *widget,
                                          const char *action_name,
                                          GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (action_name, "call.accept-transfer"))
    phone_call_accept_transfer (self->call, &error);
  else
    phone_call_reject_transfer (self->call, &error);

  phone_call_window_say (self, error);
}

static void
phone_call_window_place (PhoneCallWindow *self,
                         const char      *target)
{
  PhoneUa *ua = phone_call_get_ua (self->call);
  const char *account = ua != NULL ? phone_account_get_uri (phone_ua_get_account (ua)) : NULL;
  PhoneUaCallOptions options = { .video = self->had_video };
  g_autoptr (GError) error = NULL;

  /* The account may have gone since. */
  if (account != NULL && phone_switchboard_find_ua (self->switchboard, account) == NULL)
    account = NULL;

  if (phone_switchboard_place_call (self->switchboard, target, account, &options, &error) != NULL)
    gtk_window_close (GTK_WINDOW (self));
  else
    phone_call_window_say (self, error);
}

static void
phone_call_window_again_action (GtkWidget  *widget,
                                const char *action_name,
                                GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);

  phone_call_window_place (self, phone_call_get_remote_uri (self->call));
}

static void
phone_call_window_follow_redirect_action (GtkWidget  *widget,
                                          const char *action_name,
                                          GVariant   *parameter)
{
  PhoneCallWindow *self = PHONE_CALL_WINDOW (widget);
  const char *target = phone_call_get_redirect_target (self->call);

  if (target != NULL)
    phone_call_window_place (self, target);
}

static void
phone_call_window_fullscreen_action (GtkWidget  *widget,
                                     const char *action_name,
                                     GVariant   *parameter)
{
  GtkWindow *window = GTK_WINDOW (widget);

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}

/* After the state, or our picture, has changed. */
void
phone_call_window_review_actions (PhoneCallWindow *self)
{
  PhoneCallState state = phone_call_get_state (self->call);
  gboolean active = state == PHONE_CALL_STATE_ACTIVE;
  gboolean video = phone_call_get_local_video (self->call);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].action, (actions[i].states & (1u << state)) != 0);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "call.add-video", active && !video);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "call.remove-video", active && video);
}

void
phone_call_window_class_init_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "call.answer", "b", phone_call_window_answer_action);
  gtk_widget_class_install_action (widget_class, "call.decline", NULL, phone_call_window_hang_up_action);
  gtk_widget_class_install_action (widget_class, "call.hang-up", NULL, phone_call_window_hang_up_action);
  gtk_widget_class_install_action (widget_class, "call.add-video", NULL, phone_call_window_set_video_action);
  gtk_widget_class_install_action (widget_class, "call.remove-video", NULL, phone_call_window_set_video_action);
  gtk_widget_class_install_action (widget_class, "call.toggle-camera", NULL, phone_call_window_toggle_camera_action);
  gtk_widget_class_install_action (widget_class, "call.transfer", NULL, phone_call_window_transfer_action);
  gtk_widget_class_install_action (widget_class, "call.accept-transfer", NULL, phone_call_window_decide_transfer_action);
  gtk_widget_class_install_action (widget_class, "call.reject-transfer", NULL, phone_call_window_decide_transfer_action);
  gtk_widget_class_install_action (widget_class, "call.again", NULL, phone_call_window_again_action);
  gtk_widget_class_install_action (widget_class, "call.follow-redirect", NULL, phone_call_window_follow_redirect_action);
  gtk_widget_class_install_action (widget_class, "call.fullscreen", NULL, phone_call_window_fullscreen_action);
  gtk_widget_class_install_property_action (widget_class, "call.mute", "muted");
  gtk_widget_class_install_property_action (widget_class, "call.camera-off", "camera-off");
  gtk_widget_class_install_property_action (widget_class, "call.hold", "held");
  gtk_widget_class_install_property_action (widget_class, "call.keypad", "keypad");

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "call.mute", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, 0, "call.toggle-camera", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_h, 0, "call.hold", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_k, 0, "call.keypad", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_t, 0, "call.transfer", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, 0, "call.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "call.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "call.decline", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "call.hang-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}
