/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-application.h"

#include "phone-bus-service.h"
#include "phone-notifier.h"
#include "phone-window.h"

G_BEGIN_DECLS

struct _PhoneApplication
{
  AdwApplication         parent_instance;

  PhoneApplicationHooks  hooks;
  PhoneApplicationParts  parts;
  GSettings             *settings;
  PhoneNotifier         *notifier;
  PhoneBusService       *bus_service;
  PhoneWindow           *window;        /* borrowed; NULL while it is closed */
  GtkWindow             *quit_dialog;   /* weak: the question, while it is asked */
  guint                  inhibit_cookie;
  guint                  demo : 1;              /* asked for on our own command line, before startup */
  guint                  test_media : 1;
  guint                  holding : 1;           /* an account keeps us alive without a window */
  guint                  quitting : 1;
};

PhoneWindow *phone_application_show_window  (PhoneApplication *self);
/* A target from a link or the command line: into the dial pad, or called at once if the person chose so. */
void         phone_application_dial         (PhoneApplication *self, const char *target);
gboolean     phone_application_start_demo   (PhoneApplication *self);
PhoneCall   *phone_application_find_call    (PhoneApplication *self, const char *id);
void         phone_application_show_call    (PhoneApplication *self, PhoneCall *call);
void         phone_application_quit         (PhoneApplication *self);

/* -actions.c */
void         phone_application_add_actions  (PhoneApplication *self);

/* -command-line.c */
void         phone_application_add_options  (PhoneApplication *self);
int          phone_application_handle_local_options (GApplication *application, GVariantDict *options);
int          phone_application_command_line (GApplication *application, GApplicationCommandLine *command_line);

G_END_DECLS
