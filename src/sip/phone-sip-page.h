/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-request.h"

G_BEGIN_DECLS

typedef struct _PhoneSipAgent PhoneSipAgent;

/* A MESSAGE (RFC 3428) or OPTIONS out of a call, either direction: JsSIP's Message and Options.
 * Signals (outgoing): "succeeded" (PhoneSipMessage *response), "failed" (const char *originator, PhoneSipMessage *response or NULL, const char *cause). */
#define PHONE_TYPE_SIP_PAGE (phone_sip_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipPage, phone_sip_page, PHONE, SIP_PAGE, GObject)

typedef struct
{
  const char         *content_type;     /* NULL: text/plain (MESSAGE), application/sdp (OPTIONS) */
  const char * const *extra_headers;
  const char         *from_user;
  const char         *from_display_name;
} PhoneSipPageOptions;

PhoneSipPage    *phone_sip_page_new              (PhoneSipAgent *agent, PhoneSipMethod method, const PhoneSipUri *target,
                                                  const char *body, const PhoneSipPageOptions *options, GError **error);
gboolean         phone_sip_page_send             (PhoneSipPage *self, GError **error);
gboolean         phone_sip_page_is_incoming      (PhoneSipPage *self);
PhoneSipMethod   phone_sip_page_get_method       (PhoneSipPage *self);
PhoneSipMessage *phone_sip_page_get_request      (PhoneSipPage *self);
PhoneSipAddress *phone_sip_page_get_local        (PhoneSipPage *self);
PhoneSipAddress *phone_sip_page_get_remote       (PhoneSipPage *self);
/* Incoming only, once; if neither was called in the "new-page" handler the agent answers 200 (OPTIONS: with Allow, Accept, Supported). */
gboolean         phone_sip_page_accept           (PhoneSipPage *self, const char * const *extra_headers, const char *content_type, const char *body, GError **error);
gboolean         phone_sip_page_reject           (PhoneSipPage *self, guint status, const char *reason, const char * const *extra_headers, const char *body, GError **error);

G_END_DECLS
