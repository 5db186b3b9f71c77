/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-uri.h"

G_BEGIN_DECLS

/* name-addr or addr-spec with header parameters (RFC 3261 §20.10): From, To, Contact, Route, Refer-To … A mutable value. */
typedef struct _PhoneSipAddress PhoneSipAddress;

#define PHONE_TYPE_SIP_ADDRESS (phone_sip_address_get_type ())
GType            phone_sip_address_get_type         (void);
PhoneSipAddress *phone_sip_address_new              (const PhoneSipUri *uri, const char *display_name);
PhoneSipAddress *phone_sip_address_parse            (const char *text, gssize length, GError **error);
/* A comma-separated list; (element-type PhoneSipAddress). "*" (Contact) gives an address with is_wildcard (). */
GPtrArray       *phone_sip_address_parse_list       (const char *text, gssize length, GError **error);
PhoneSipAddress *phone_sip_address_copy             (const PhoneSipAddress *self);
void             phone_sip_address_free             (PhoneSipAddress *self);
char            *phone_sip_address_to_string        (const PhoneSipAddress *self);
gboolean         phone_sip_address_is_wildcard      (const PhoneSipAddress *self);
PhoneSipUri     *phone_sip_address_get_uri          (const PhoneSipAddress *self);   /* (transfer none), changeable in place */
const char      *phone_sip_address_get_display_name (const PhoneSipAddress *self);
void             phone_sip_address_set_display_name (PhoneSipAddress *self, const char *display_name);
guint            phone_sip_address_get_n_params     (const PhoneSipAddress *self);
const char      *phone_sip_address_get_nth_param    (const PhoneSipAddress *self, guint n, const char **out_value);
gboolean         phone_sip_address_has_param        (const PhoneSipAddress *self, const char *name);
const char      *phone_sip_address_get_param        (const PhoneSipAddress *self, const char *name);
void             phone_sip_address_set_param        (PhoneSipAddress *self, const char *name, const char *value);
gboolean         phone_sip_address_delete_param     (PhoneSipAddress *self, const char *name);
void             phone_sip_address_clear_params     (PhoneSipAddress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipAddress, phone_sip_address_free)

G_END_DECLS
