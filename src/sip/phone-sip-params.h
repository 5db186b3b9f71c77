/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-scanner.h"

G_BEGIN_DECLS

/* An ordered list of name[=value] pairs: parameters of a URI, of an address, of Event, Reason, Subscription-State … Names
 * compare without case and are kept in lower case unless the list belongs to URI headers. Embedded in its owner. */
typedef struct
{
  char *name;
  char *value;          /* NULL: no value */
} PhoneSipParam;

typedef struct
{
  PhoneSipParam *items;
  guint          n_items;
  guint          allocated;
} PhoneSipParams;

void        phone_sip_params_clear    (PhoneSipParams *self);
void        phone_sip_params_copy     (PhoneSipParams *self, const PhoneSipParams *from);
/* *( SEMI generic-param ) up to the end or something else; quotes stay on values. */
gboolean    phone_sip_params_take     (PhoneSipParams *self, PhoneSipScanner *scanner);
void        phone_sip_params_append   (PhoneSipParams *self, char *name, char *value);  /* (transfer full) both */
void        phone_sip_params_set      (PhoneSipParams *self, const char *name, const char *value);
gboolean    phone_sip_params_delete   (PhoneSipParams *self, const char *name);
const PhoneSipParam *phone_sip_params_find (const PhoneSipParams *self, const char *name);
const char *phone_sip_params_get      (const PhoneSipParams *self, const char *name);
/* The value without quotes, or NULL. */
char       *phone_sip_params_get_text (const PhoneSipParams *self, const char *name);
gboolean    phone_sip_params_get_uint (const PhoneSipParams *self, const char *name, guint32 *out_value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhoneSipParams, phone_sip_params_clear)

/* One value with parameters, the shape of most small headers: "refer;id=7", "active;expires=60", "1800;refresher=uac".
 * value is a token, a number, a media type or a Call-ID. FALSE if the text is anything else. */
gboolean    phone_sip_params_parse_value (PhoneSipParams *self, const char *text, gssize length, guint value_class, char **out_value);

G_END_DECLS
