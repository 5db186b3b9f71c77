/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

void
phone_about_present (GtkWindow *parent)
{
  adw_show_about_window (parent,
                         "application-name", _("Phone"),
                         "application-icon", PHONE_APP_ID,
                         "version", PHONE_VERSION,
                         "developer-name", _("The Phone authors"),
                         "comments", _("Video calls over SIP, with a server of your choice."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}
