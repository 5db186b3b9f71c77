/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-toast.h"

#include <glib/gi18n.h>

static AdwToast *
phone_toast_new (const char *sentence)
{
  /* A toast's title is markup, and most sentences hold somebody's name. */
  g_autofree char *markup = g_markup_escape_text (sentence, -1);

  return adw_toast_new (markup);
}

static void
phone_toast_show (GtkWidget *widget,
                  AdwToast  *toast)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  GtkRoot *root = gtk_widget_get_root (widget);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
  else if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), toast);
  else
    g_object_unref (toast);
}

void
phone_toast_say (GtkWidget  *widget,
                 const char *sentence)
{
  phone_toast_show (widget, phone_toast_new (sentence));
}

void
phone_toast_undo (GtkWidget  *widget,
                  const char *sentence,
                  GCallback   undone,
                  GObject    *data)
{
  AdwToast *toast = phone_toast_new (sentence);

  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_data (toast, "button-clicked", undone, g_object_ref (data), (GClosureNotify) (GCallback) g_object_unref, G_CONNECT_SWAPPED);
  phone_toast_show (widget, toast);
}
