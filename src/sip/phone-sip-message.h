/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-address.h"
#include "phone-sip-header.h"
#include "phone-sip-method.h"

G_BEGIN_DECLS

/* A request or a response: one block of text with an index over it, never changed once built, shared by reference.
 * A message that exists has a good top Via, From, To, Call-ID and CSeq; everything else may be odd. */
typedef struct _PhoneSipMessage PhoneSipMessage;

#define PHONE_TYPE_SIP_MESSAGE (phone_sip_message_get_type ())
GType            phone_sip_message_get_type           (void);
PhoneSipMessage *phone_sip_message_ref                (PhoneSipMessage *self);
void             phone_sip_message_unref              (PhoneSipMessage *self);

gboolean         phone_sip_message_is_request         (const PhoneSipMessage *self);
PhoneSipMethod   phone_sip_message_get_method         (const PhoneSipMessage *self);  /* of a response: its CSeq method */
const char      *phone_sip_message_get_method_name    (const PhoneSipMessage *self);
const char      *phone_sip_message_get_request_uri    (const PhoneSipMessage *self);  /* text; NULL for a response */
guint            phone_sip_message_get_status         (const PhoneSipMessage *self);  /* 0 for a request */
const char      *phone_sip_message_get_reason         (const PhoneSipMessage *self);

/* The five that a transaction and a dialog need, parsed once. */
const char      *phone_sip_message_get_branch         (const PhoneSipMessage *self);  /* top Via; NULL if it has none (RFC 2543) */
const char      *phone_sip_message_get_via_sent_by    (const PhoneSipMessage *self);
const char      *phone_sip_message_get_call_id        (const PhoneSipMessage *self);
guint32          phone_sip_message_get_cseq           (const PhoneSipMessage *self);
const char      *phone_sip_message_get_from_tag       (const PhoneSipMessage *self);
const char      *phone_sip_message_get_to_tag         (const PhoneSipMessage *self);

/* Header lines in order. A value is NUL-terminated text inside the message. */
guint            phone_sip_message_get_n_headers      (const PhoneSipMessage *self);
PhoneSipHeader   phone_sip_message_get_nth_header     (const PhoneSipMessage *self, guint n, const char **out_name, const char **out_value);
const char      *phone_sip_message_get_header         (const PhoneSipMessage *self, PhoneSipHeader header);
const char      *phone_sip_message_get_header_by_name (const PhoneSipMessage *self, const char *name);
guint            phone_sip_message_count_header       (const PhoneSipMessage *self, const char *name);
char           **phone_sip_message_get_headers        (const PhoneSipMessage *self, const char *name);  /* every value, comma lists of list headers split */

/* Typed getters; NULL or FALSE when absent or unparsable. */
PhoneSipAddress *phone_sip_message_get_address        (const PhoneSipMessage *self, PhoneSipHeader header);
GPtrArray       *phone_sip_message_get_addresses      (const PhoneSipMessage *self, PhoneSipHeader header);  /* all of Contact, Route, … */
gboolean         phone_sip_message_get_uint           (const PhoneSipMessage *self, PhoneSipHeader header, guint32 *out_value);
gboolean         phone_sip_message_has_token          (const PhoneSipMessage *self, PhoneSipHeader header, const char *token);  /* Supported, Require, Allow */

const char      *phone_sip_message_get_content_type   (const PhoneSipMessage *self);  /* lower case, without parameters; NULL */
const char      *phone_sip_message_get_body           (const PhoneSipMessage *self, gsize *out_length);  /* NULL when empty; NUL-terminated */
const char      *phone_sip_message_get_text           (const PhoneSipMessage *self, gsize *out_length);  /* as on the wire */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipMessage, phone_sip_message_unref)

/* Building. A builder writes the wire text; _end () gives the message and frees the builder. Values with CR, LF or NUL are
 * refused by _end () with PHONE_SIP_ERROR_MALFORMED. Content-Length is written by _end (). */
typedef struct _PhoneSipMessageBuilder PhoneSipMessageBuilder;

PhoneSipMessageBuilder *phone_sip_message_builder_new_request  (const char *method_name, const char *request_uri);
PhoneSipMessageBuilder *phone_sip_message_builder_new_response (guint status, const char *reason);  /* reason NULL: the standard one */
/* A response to request (RFC 3261 §8.2.6): Via, From, Call-ID, CSeq, To (with to_tag where it has none) and, for 101–299, Record-Route. */
PhoneSipMessageBuilder *phone_sip_message_builder_new_reply    (const PhoneSipMessage *request, guint status, const char *reason, const char *to_tag);
void                    phone_sip_message_builder_add          (PhoneSipMessageBuilder *self, PhoneSipHeader header, const char *value);
void                    phone_sip_message_builder_add_printf   (PhoneSipMessageBuilder *self, PhoneSipHeader header, const char *format, ...) G_GNUC_PRINTF (3, 4);
void                    phone_sip_message_builder_add_address  (PhoneSipMessageBuilder *self, PhoneSipHeader header, const PhoneSipAddress *address);
void                    phone_sip_message_builder_add_by_name  (PhoneSipMessageBuilder *self, const char *name, const char *value);
void                    phone_sip_message_builder_add_line     (PhoneSipMessageBuilder *self, const char *line);  /* "Name: value", as in extra_headers */
void                    phone_sip_message_builder_set_body     (PhoneSipMessageBuilder *self, const char *content_type, const char *body, gssize length);
PhoneSipMessage        *phone_sip_message_builder_end          (PhoneSipMessageBuilder *self, GError **error);
void                    phone_sip_message_builder_free         (PhoneSipMessageBuilder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipMessageBuilder, phone_sip_message_builder_free)

G_END_DECLS
