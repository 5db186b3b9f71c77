/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef gboolean (*PhoneCondition) (gpointer data);

/* Runs the main context until condition holds; fails the test after a generous limit (20 s), naming what was awaited. */
void phone_expect_until (const char *what, PhoneCondition condition, gpointer data);
/* The same for a flag that a callback sets, and for a property reaching an integer. */
void phone_expect_flag  (const char *what, gboolean *flag);
void phone_expect_count (const char *what, guint *count, guint at_least);
/* For the set-up of tests whose media is real (GLib forgets it with each test): lets pass what GStreamer says of races of its own. */
void phone_expect_gstreamer_races (void);

G_END_DECLS
