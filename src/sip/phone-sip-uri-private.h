/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-scanner.h"
#include "phone-sip-uri.h"
#include "phone-sip-writer.h"

G_BEGIN_DECLS

/* The pieces of a URI where they stand, still escaped; nothing is allocated. Of a URI that is not SIP only scheme and rest. */
typedef struct
{
  PhoneSipSlice scheme;
  PhoneSipSlice rest;           /* everything behind "scheme:" */
  PhoneSipSlice user;           /* text NULL: none */
  PhoneSipSlice password;       /* text NULL: none */
  PhoneSipSlice host;
  PhoneSipSlice params;         /* from the first ";" on */
  PhoneSipSlice headers;        /* behind "?"; text NULL: none */
  gint          port;           /* -1: none */
  gboolean      is_sip;
} PhoneSipUriParts;

/* Scheme and all behind it, as it stands. */
static inline PhoneSipSlice
phone_sip_uri_parts_get_text (const PhoneSipUriParts *parts)
{
  return (PhoneSipSlice) { parts->scheme.text, parts->scheme.length + 1 + parts->rest.length };
}

/* All of text must be a URI. */
gboolean     phone_sip_uri_split          (const char *text, gsize length, PhoneSipUriParts *out);
PhoneSipUri *phone_sip_uri_new_from_parts (const PhoneSipUriParts *parts);
/* (transfer full) (nullable): as phone_sip_uri_get_user () of the whole. */
char        *phone_sip_uri_parts_read_user (const PhoneSipUriParts *parts);
void         phone_sip_uri_write          (const PhoneSipUri *self, PhoneSipWriter *writer);

G_END_DECLS
