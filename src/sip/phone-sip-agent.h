/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-endpoint.h"
#include "phone-sip-page.h"
#include "phone-sip-registration.h"
#include "phone-sip-session.h"

G_BEGIN_DECLS

/* Who the agent is: JsSIP's configuration without sockets and media. Plain struct, copied by the agent. */
typedef struct
{
  PhoneSipUri         *uri;                     /* mandatory, with user */
  PhoneSipUri         *contact_uri;             /* NULL: random user at sent-by, transport=ws */
  PhoneSipUri         *registrar;               /* NULL: uri without user, parameters, headers */
  char                *display_name;
  char                *instance_id;             /* UUID without "urn:uuid:" */
  PhoneSipCredentials *credentials;
  char                *user_agent;
  char               **extra_headers;
  char                *register_from_tag_trail;
  guint                register_expires;        /* s; 0: no Expires */
  guint                no_answer_timeout;       /* s */
  guint                register_ : 1;
  guint                use_preloaded_route : 1;
  guint                session_timers : 1;
  guint                session_timers_update : 1;       /* refresh by UPDATE, else re-INVITE */
  guint                session_timers_force_refresher : 1;
  guint                trust_asserted_identity : 1;
} PhoneSipAgentConfig;

PhoneSipAgentConfig *phone_sip_agent_config_new  (PhoneSipUri *uri);     /* JsSIP's defaults; takes a copy of uri */
PhoneSipAgentConfig *phone_sip_agent_config_copy (const PhoneSipAgentConfig *self);
void                 phone_sip_agent_config_free (PhoneSipAgentConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSipAgentConfig, phone_sip_agent_config_free)

/* The user agent below media: one endpoint, one registration, its sessions, pages, subscriptions. JsSIP's UA without WebRTC.
 * Signals: "new-session" (PhoneSipSession *, PhoneSipMessage *request): an INVITE from the peer, 100 sent, nothing more; without a
 * handler it gets 405. "new-page" (PhoneSipPage *): an incoming MESSAGE or OPTIONS. "sip-event" (const char *event,
 * PhoneSipMessage *): NOTIFY out of a dialog, answered 200. "new-subscribe" (const char *event, PhoneSipServerTransaction *) → gboolean. */
#define PHONE_TYPE_SIP_AGENT (phone_sip_agent_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipAgent, phone_sip_agent, PHONE, SIP_AGENT, GObject)

PhoneSipAgent        *phone_sip_agent_new              (const PhoneSipAgentConfig *config, PhoneSipTransport *transport, PhoneSipClock *clock);
PhoneSipEndpoint     *phone_sip_agent_get_endpoint     (PhoneSipAgent *self);
PhoneSipTransport    *phone_sip_agent_get_transport    (PhoneSipAgent *self);
PhoneSipRegistration *phone_sip_agent_get_registration (PhoneSipAgent *self);
const PhoneSipAgentConfig *phone_sip_agent_get_config  (PhoneSipAgent *self);
/* The parameters that may change at run time (JsSIP's UA.set). */
void                  phone_sip_agent_set_credentials  (PhoneSipAgent *self, const PhoneSipCredentials *credentials);
void                  phone_sip_agent_set_display_name (PhoneSipAgent *self, const char *display_name);
void                  phone_sip_agent_set_extra_headers (PhoneSipAgent *self, const char * const *lines);
/* "<sip:…>" for Contact: GRUU where the registrar gave one. */
char                 *phone_sip_agent_create_contact   (PhoneSipAgent *self, gboolean anonymous, gboolean outbound);

/* Connects; registers on connection if the config says so. */
void                  phone_sip_agent_start            (PhoneSipAgent *self);
/* Unregisters, ends every session, closes the transport at once or after 2 s while something is still pending. */
void                  phone_sip_agent_stop             (PhoneSipAgent *self);
gboolean              phone_sip_agent_is_started       (PhoneSipAgent *self);
void                  phone_sip_agent_terminate_sessions (PhoneSipAgent *self);
void                  phone_sip_agent_terminate_sessions_with (PhoneSipAgent *self, const PhoneSipTerminateOptions *options);
guint                 phone_sip_agent_get_n_sessions   (PhoneSipAgent *self);

/* An outgoing session, not sent yet. */
PhoneSipSession      *phone_sip_agent_create_session   (PhoneSipAgent *self, const PhoneSipUri *target);
/* A request out of any dialog with From, To, Contact, Route and credentials filled in (MESSAGE, OPTIONS, SUBSCRIBE, PUBLISH …). */
PhoneSipRequest      *phone_sip_agent_create_request   (PhoneSipAgent *self, const char *method, const PhoneSipUri *target);
/* The session whose dialog a Replaces header or parameter names, or NULL. */
PhoneSipSession      *phone_sip_agent_find_session     (PhoneSipAgent *self, const char *call_id, const char *to_tag, const char *from_tag);

G_END_DECLS
