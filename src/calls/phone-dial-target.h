/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-uri.h"

G_BEGIN_DECLS

/* What a person types or a link carries, as an address to call: "bob", "+1 (555) 12-34", "bob@example.com", "sip:", "sips:", "tel:",
 * "callto:" and what desktops make of such links on the way ("sip:///bob@example.com", "%5B…%5D"). domain takes those without one. */
PhoneSipUri *phone_dial_target_parse (const char *text, const char *domain, GError **error);
/* The part to show and edit in an entry: "bob@example.com", "+15551234". Never NULL. */
char        *phone_dial_target_clean (const char *text);

G_END_DECLS
