/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-application.h"

G_BEGIN_DECLS

/* The main window: contacts, dial pad, recent calls, or the welcome page while there is no account. Owned by the application.
 * It has its own actions win.preferences, win.about, win.add-account, win.show-page::name, win.show-help-overlay; from the application it needs
 * app.quit and app.start-demo (insensitive where missing). Settings used: window-width i, window-height i, window-maximized b. */
#define PHONE_TYPE_WINDOW (phone_window_get_type ())
G_DECLARE_FINAL_TYPE (PhoneWindow, phone_window, PHONE, WINDOW, AdwApplicationWindow)

/* parts is copied with a reference on each; settings may be NULL. */
PhoneWindow *phone_window_new          (GtkApplication              *application,
                                        const PhoneApplicationParts *parts,
                                        GSettings                   *settings);
/* Shows the dial pad with target in its entry, ready to call. */
void         phone_window_dial         (PhoneWindow                 *self,
                                        const char                  *target);
/* page: "contacts", "dial", "history". */
void         phone_window_show_page    (PhoneWindow                 *self,
                                        const char                  *page);
/* A toast with a (translated, plain) sentence. */
void         phone_window_say          (PhoneWindow                 *self,
                                        const char                  *sentence);

G_END_DECLS
