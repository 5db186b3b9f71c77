/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-address.h"
#include "phone-sip-uri-private.h"

G_BEGIN_DECLS

/* The pieces of an address where they stand; nothing is allocated. */
typedef struct
{
  PhoneSipSlice    display_name;        /* with quotes if it had them; text NULL: none */
  PhoneSipUriParts uri;
  PhoneSipSlice    params;              /* from the first ";" on, checked */
  PhoneSipSlice    tag;                 /* text NULL: none */
  PhoneSipSlice    expires;             /* of a Contact; text NULL: none */
  gboolean         is_wildcard;
  gboolean         is_bracketed;
} PhoneSipAddressParts;

/* One address; the scanner then stands at the end, on a comma, or on rubbish. */
gboolean phone_sip_address_take  (PhoneSipScanner *scanner, PhoneSipAddressParts *out);
/* All of text must be one address. */
gboolean phone_sip_address_split (const char *text, gsize length, PhoneSipAddressParts *out);
PhoneSipAddress *phone_sip_address_new_from_parts (const PhoneSipAddressParts *parts);
/* The value of a parameter in parts->params, FALSE if it is not there. */
gboolean phone_sip_address_find_param (const PhoneSipAddressParts *parts, const char *name, PhoneSipSlice *out_value);
void     phone_sip_address_write (const PhoneSipAddress *self, PhoneSipWriter *writer);

G_END_DECLS
