/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is typed into the account form, judged and normalised. Pure. Each returns the value to store, or NULL with a sentence in out_hint
 * (untouched otherwise; "" where the field is merely empty). */
char *phone_account_form_parse_server    (const char  *text,
                                          char       **out_hint);
char *phone_account_form_parse_address   (const char  *text,
                                          char       **out_hint);
char *phone_account_form_parse_registrar (const char  *text,
                                          char       **out_hint);
/* kind: "stun" or "turn". */
char *phone_account_form_parse_relay     (const char  *text,
                                          const char  *kind,
                                          char       **out_hint);

G_END_DECLS
