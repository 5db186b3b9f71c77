/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-digest.h"
#include "phone-sip-endpoint.h"

G_BEGIN_DECLS

/* One request from us until its final response: a draft that may be changed until it is sent, then its transaction, with the
 * answers to 401 and 407 (both in one request, stale nonces, several realms). JsSIP's OutgoingRequest and RequestSender in one.
 * The CSeq of a retry comes from the owner through "cseq" of the draft: an authenticated repetition counts one up.
 * Signals: "provisional" (PhoneSipMessage *), "succeeded" (PhoneSipMessage *): 2xx (of INVITE: each one),
 * "failed" (PhoneSipMessage *response or NULL, const char *cause), "authenticated" (): a retry left with a new CSeq. */
#define PHONE_TYPE_SIP_REQUEST (phone_sip_request_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipRequest, phone_sip_request, PHONE, SIP_REQUEST, GObject)

PhoneSipRequest           *phone_sip_request_new             (PhoneSipEndpoint *endpoint, const char *method, const char *request_uri);
const char                *phone_sip_request_get_method      (PhoneSipRequest *self);
const char                *phone_sip_request_get_uri         (PhoneSipRequest *self);
void                       phone_sip_request_set_uri         (PhoneSipRequest *self, const char *request_uri);
guint32                    phone_sip_request_get_cseq        (PhoneSipRequest *self);
void                       phone_sip_request_set_cseq        (PhoneSipRequest *self, guint32 cseq);
/* set replaces all lines of that name, add appends one; NULL removes. */
void                       phone_sip_request_set_header      (PhoneSipRequest *self, const char *name, const char *value);
void                       phone_sip_request_set_headers     (PhoneSipRequest *self, const char *name, const char * const *values);
void                       phone_sip_request_add_header      (PhoneSipRequest *self, const char *name, const char *value);
/* "Name: value" lines, or NULL. FALSE and error on a malformed one. */
gboolean                   phone_sip_request_add_lines       (PhoneSipRequest *self, const char * const *lines, GError **error);
const char                *phone_sip_request_get_header      (PhoneSipRequest *self, const char *name);
char                     **phone_sip_request_get_headers     (PhoneSipRequest *self, const char *name);
gboolean                   phone_sip_request_has_header      (PhoneSipRequest *self, const char *name);
void                       phone_sip_request_set_body        (PhoneSipRequest *self, const char *content_type, const char *body, gssize length);
const char                *phone_sip_request_get_body        (PhoneSipRequest *self);
const char                *phone_sip_request_get_content_type (PhoneSipRequest *self);
char                      *phone_sip_request_to_string       (PhoneSipRequest *self);
PhoneSipRequest           *phone_sip_request_copy            (PhoneSipRequest *self);
void                       phone_sip_request_set_credentials (PhoneSipRequest *self, const PhoneSipCredentials *credentials);
gboolean                   phone_sip_request_send            (PhoneSipRequest *self, GError **error);
/* The message last sent, NULL before; what CANCEL and ACK are made from. */
PhoneSipMessage           *phone_sip_request_get_message     (PhoneSipRequest *self);
PhoneSipClientTransaction *phone_sip_request_get_transaction (PhoneSipRequest *self);
void                       phone_sip_request_cancel          (PhoneSipRequest *self, const char * const *extra);

G_END_DECLS
