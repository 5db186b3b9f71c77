/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows a plain sentence in the toast overlay around a widget; where there is none it is lost. */
void phone_toast_say  (GtkWidget  *widget,
                       const char *sentence);
/* The same with a button "Undo"; undone is called with data (a reference is held on it) if it is pressed. */
void phone_toast_undo (GtkWidget  *widget,
                       const char *sentence,
                       GCallback   undone,
                       GObject    *data);

G_END_DECLS
