/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-application.h"

G_BEGIN_DECLS

/* What windows are given, without a network, media, files or a session bus: fakes of calls, a database and secrets in memory. */
typedef struct
{
  PhoneApplicationParts  parts;
  AdwApplication        *application;
  PhoneDatabase         *database;
} PhoneTestParts;

void       phone_test_parts_init        (PhoneTestParts *self);
/* Runs what is queued, and fails if a part is still held by a window. */
void       phone_test_parts_clear       (PhoneTestParts *self);
PhoneUa   *phone_test_parts_add_account (PhoneTestParts *self,
                                         const char     *uri,
                                         PhoneUaState    state);
/* Until everything queued has run. */
void       phone_test_settle            (void);
/* Presents the window and waits until it is mapped. */
void       phone_test_show              (GtkWidget      *window);
/* Destroys it and fails if somebody still holds it. */
void       phone_test_destroy           (GtkWidget      *window);
void       phone_test_press            (GtkWidget      *button);
/* The first descendant of type, and of the accessible or visible label if not NULL. */
/* Chooses a file in the window that asks for one. */
void       phone_test_choose            (const char     *path);
GtkWidget *phone_test_find              (GtkWidget      *root,
                                         GType           type,
                                         const char     *label);
/* Whether a label with this text is to be seen. */
gboolean   phone_test_sees              (GtkWidget      *root,
                                         const char     *text);

G_END_DECLS
