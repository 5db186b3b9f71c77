/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The actions with "app." before them: what notifications, the menu and other programs may ask of the application as a whole. */

#include "config.h"

#include "phone-application-private.h"

static void
phone_application_answer_call_action (GSimpleAction *action,
                                      GVariant      *parameter,
                                      gpointer       data)
{
  PhoneApplication *self = PHONE_APPLICATION (data);
  PhoneCall *call = phone_application_find_call (self, g_variant_get_string (parameter, NULL));

  if (call == NULL)
    return;

  phone_application_show_call (self, call);
  phone_call_answer (call, phone_call_get_offers_video (call), NULL);
}

static void
phone_application_decline_call_action (GSimpleAction *action,
                                       GVariant      *parameter,
                                       gpointer       data)
{
  PhoneCall *call = phone_application_find_call (PHONE_APPLICATION (data), g_variant_get_string (parameter, NULL));

  if (call != NULL)
    phone_call_hang_up (call, 0, NULL, NULL);
}

static void
phone_application_show_call_action (GSimpleAction *action,
                                    GVariant      *parameter,
                                    gpointer       data)
{
  PhoneApplication *self = PHONE_APPLICATION (data);
  PhoneCall *call = phone_application_find_call (self, g_variant_get_string (parameter, NULL));

  if (call != NULL)
    phone_application_show_call (self, call);
}

static void
phone_application_show_history_action (GSimpleAction *action,
                                       GVariant      *parameter,
                                       gpointer       data)
{
  phone_window_show_page (phone_application_show_window (PHONE_APPLICATION (data)), "history");
}

static void
phone_application_activate_action (GSimpleAction *action,
                                   GVariant      *parameter,
                                   gpointer       data)
{
  g_application_activate (G_APPLICATION (data));
}

static void
phone_application_dial_action (GSimpleAction *action,
                               GVariant      *parameter,
                               gpointer       data)
{
  phone_application_dial (PHONE_APPLICATION (data), g_variant_get_string (parameter, NULL));
}

static void
phone_application_start_demo_action (GSimpleAction *action,
                                     GVariant      *parameter,
                                     gpointer       data)
{
  phone_application_start_demo (PHONE_APPLICATION (data));
}

static void
phone_application_quit_action (GSimpleAction *action,
                               GVariant      *parameter,
                               gpointer       data)
{
  phone_application_quit (PHONE_APPLICATION (data));
}

static const GActionEntry actions[] = {
  { .name = "answer-call", .activate = phone_application_answer_call_action, .parameter_type = "s" },
  { .name = "decline-call", .activate = phone_application_decline_call_action, .parameter_type = "s" },
  { .name = "show-call", .activate = phone_application_show_call_action, .parameter_type = "s" },
  { .name = "show-history", .activate = phone_application_show_history_action },
  { .name = "activate", .activate = phone_application_activate_action },
  { .name = "dial", .activate = phone_application_dial_action, .parameter_type = "s" },
  { .name = "start-demo", .activate = phone_application_start_demo_action },
  { .name = "quit", .activate = phone_application_quit_action },
};

static const struct
{
  const char *action;
  const char *accels[3];
} shortcuts[] = {
  { "app.quit", { "<Control>q" } },
  { "win.preferences", { "<Control>comma" } },
  { "win.show-help-overlay", { "<Control>question" } },
  { "win.show-page::contacts", { "<Alt>1" } },
  { "win.show-page::dial", { "<Alt>2" } },
  { "win.show-page::history", { "<Alt>3" } },
  { "window.close", { "<Control>w" } },
};

void
phone_application_add_actions (PhoneApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action, shortcuts[i].accels);
}
