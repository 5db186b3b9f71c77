/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The twelve keys of a telephone. Signal "key" (const char *key): "0" … "9", "*", "#", and "+" for a long press of 0. */
#define PHONE_TYPE_KEYPAD (phone_keypad_get_type ())
G_DECLARE_FINAL_TYPE (PhoneKeypad, phone_keypad, PHONE, KEYPAD, GtkWidget)

GtkWidget *phone_keypad_new (void);

G_END_DECLS
