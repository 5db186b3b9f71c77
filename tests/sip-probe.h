/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "phone-sip-address.h"
#include "phone-sip-params.h"

G_BEGIN_DECLS

/* name NULL: an element of an array. text NULL: null. Bytes that are no UTF-8 are replaced. */
void     probe_add_string  (JsonBuilder *builder, const char *name, const char *text);
void     probe_add_int     (JsonBuilder *builder, const char *name, gint64 value);
void     probe_add_uri     (JsonBuilder *builder, const PhoneSipUri *uri);
void     probe_add_address (JsonBuilder *builder, const PhoneSipAddress *address);
/* An object of name → value without quotes, or null; without those in except. */
void     probe_add_params  (JsonBuilder *builder, const PhoneSipParams *params, const char * const *except);
/* The value of a header of that name. */
gboolean probe_header      (JsonBuilder *builder, const char *name, const char *text, GError **error);

G_END_DECLS
