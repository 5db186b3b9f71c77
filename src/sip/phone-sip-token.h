/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Random tokens from the system's generator, lower-case letters and digits. */
char *phone_sip_token_new      (guint length);
char *phone_sip_token_branch   (void);                 /* "z9hG4bK…" */
char *phone_sip_token_uuid     (void);

G_END_DECLS
