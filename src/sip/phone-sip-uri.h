/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A SIP or SIPS URI (RFC 3261 §19.1), a mutable value; any other scheme (tel:, mailto:, …) is kept as opaque text
 * with is_sip () FALSE. Getters return unescaped text. */
typedef struct _PhoneSipUri PhoneSipUri;

#define PHONE_TYPE_SIP_URI (phone_sip_uri_get_type ())
GType        phone_sip_uri_get_type       (void);
PhoneSipUri *phone_sip_uri_new            (const char   *scheme,
                                           const char   *user,
                                           const char   *host,
                                           guint         port);
PhoneSipUri *phone_sip_uri_parse          (const char   *text,
                                           gssize        length,
                                           GError      **error);
PhoneSipUri *phone_sip_uri_copy           (const PhoneSipUri *self);
void         phone_sip_uri_free           (PhoneSipUri  *self);
char        *phone_sip_uri_to_string      (const PhoneSipUri *self);
char        *phone_sip_uri_to_aor         (const PhoneSipUri *self,
                                           gboolean      with_port);
gboolean     phone_sip_uri_equal          (const PhoneSipUri *a,
                                           const PhoneSipUri *b);

gboolean     phone_sip_uri_is_sip         (const PhoneSipUri *self);
const char  *phone_sip_uri_get_scheme     (const PhoneSipUri *self);
const char  *phone_sip_uri_get_user       (const PhoneSipUri *self);
const char  *phone_sip_uri_get_password   (const PhoneSipUri *self);
const char  *phone_sip_uri_get_host       (const PhoneSipUri *self);
guint        phone_sip_uri_get_port       (const PhoneSipUri *self);
void         phone_sip_uri_set_scheme     (PhoneSipUri  *self, const char *scheme);
void         phone_sip_uri_set_user       (PhoneSipUri  *self, const char *user);
void         phone_sip_uri_set_password   (PhoneSipUri  *self, const char *password);
void         phone_sip_uri_set_host       (PhoneSipUri  *self, const char *host);
void         phone_sip_uri_set_port       (PhoneSipUri  *self, guint port);

/* Parameters: names compare without case; a parameter without value has the value NULL. */
guint        phone_sip_uri_get_n_params   (const PhoneSipUri *self);
const char  *phone_sip_uri_get_nth_param  (const PhoneSipUri *self, guint n, const char **out_value);
gboolean     phone_sip_uri_has_param      (const PhoneSipUri *self, const char *name);
const char  *phone_sip_uri_get_param      (const PhoneSipUri *self, const char *name);
void         phone_sip_uri_set_param      (PhoneSipUri *self, const char *name, const char *value);
gboolean     phone_sip_uri_delete_param   (PhoneSipUri *self, const char *name);
void         phone_sip_uri_clear_params   (PhoneSipUri *self);

/* Headers ("?Subject=x"): the same name may stand several times. */
guint        phone_sip_uri_get_n_headers  (const PhoneSipUri *self);
const char  *phone_sip_uri_get_nth_header (const PhoneSipUri *self, guint n, const char **out_value);
gboolean     phone_sip_uri_has_header     (const PhoneSipUri *self, const char *name);
char       **phone_sip_uri_get_header     (const PhoneSipUri *self, const char *name);
void         phone_sip_uri_set_header     (PhoneSipUri *self, const char *name, const char *value);
void         phone_sip_uri_add_header     (PhoneSipUri *self, const char *name, const char *value);
gboolean     phone_sip_uri_delete_header  (PhoneSipUri *self, const char *name);
void         phone_sip_uri_clear_headers  (PhoneSipUri *self);

/* What a person types or a link carries → a SIP URI in domain (JsSIP's normalizeTarget); NULL and error if it cannot be one. */
PhoneSipUri *phone_sip_uri_from_target    (const char   *text,
                                           const char   *domain,
                                           GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipUri, phone_sip_uri_free)

G_END_DECLS
