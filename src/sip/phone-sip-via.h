/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-scanner.h"

G_BEGIN_DECLS

/* One Via value (RFC 3261 §20.42, RFC 3581), as slices of the text it was found in: as long-lived as that. */
typedef struct
{
  PhoneSipSlice protocol;       /* "SIP" */
  PhoneSipSlice version;        /* "2.0" */
  PhoneSipSlice transport;      /* "WSS" */
  PhoneSipSlice host;           /* an IPv6 address with its brackets */
  gint          port;           /* -1: none */
  PhoneSipSlice params;         /* from the first ";" on */
  PhoneSipSlice branch;         /* text NULL: none, as the next ones */
  PhoneSipSlice received;
  PhoneSipSlice rport;          /* length 0 without value */
} PhoneSipVia;

/* One value; the scanner then stands at the end, on a comma, or on rubbish. */
gboolean phone_sip_via_take  (PhoneSipScanner *scanner, PhoneSipVia *out);
/* All of text must be one value. */
gboolean phone_sip_via_parse (const char *text, gssize length, PhoneSipVia *out);

G_END_DECLS
