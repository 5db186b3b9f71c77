/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-agent.h"
#include "phone-sip-dialog.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-notifier.h"
#include "phone-sip-subscription.h"

G_BEGIN_DECLS

struct _PhoneSipAgent
{
  GObject               parent_instance;

  PhoneSipAgentConfig  *config;
  PhoneSipTransport    *transport;
  PhoneSipClock        *clock;
  PhoneSipEndpoint     *endpoint;
  PhoneSipRegistration *registration;
  PhoneSipUri          *contact;
  GHashTable           *dialogs;                /* Name → borrowed */
  GHashTable           *held;                   /* sessions, pages, subscriptions, notifiers */
  GHashTable           *sessions;               /* borrowed: all that point here */
  char                 *contact_text;
  char                 *identity;               /* From without its tag */
  GArray               *listeners;
  guint                 stop_timer;
  guint                 started : 1;
  guint                 stopping : 1;
  guint                 wants_registration : 1;
};

/* phone-sip-agent-receive.c */
extern const PhoneSipEndpointOwner phone_sip_agent_endpoint_owner;
GHashTable      *phone_sip_agent_create_dialogs  (void);
GArray          *phone_sip_agent_create_listeners (void);

/* Its signals, for that. */
gboolean         phone_sip_agent_listens_to_sessions (PhoneSipAgent *self);
gboolean         phone_sip_agent_listens_to_pages    (PhoneSipAgent *self);
void             phone_sip_agent_emit_new_session    (PhoneSipAgent *self, PhoneSipSession *session, PhoneSipMessage *request);
void             phone_sip_agent_emit_new_page       (PhoneSipAgent *self, PhoneSipPage *page);
void             phone_sip_agent_emit_sip_event      (PhoneSipAgent *self, const char *event, PhoneSipMessage *request);
gboolean         phone_sip_agent_emit_new_subscribe  (PhoneSipAgent *self, const char *event, PhoneSipServerTransaction *transaction);

/* What the agent's own parts ask of it. */

/* What the peer sends in dialog goes to owner until it is removed. */
void             phone_sip_agent_add_dialog      (PhoneSipAgent *self, PhoneSipDialog *dialog, const PhoneSipDialogOwner *functions, gpointer owner);
void             phone_sip_agent_remove_dialog   (PhoneSipAgent *self, PhoneSipDialog *dialog);
/* The agent holds what is under way: sessions until nothing can come for them any more, pages until answered. Sessions point back
 * without a reference, so it also knows those that it does not hold. */
void             phone_sip_agent_note_session    (PhoneSipAgent *self, PhoneSipSession *session);
void             phone_sip_agent_forget_session  (PhoneSipAgent *self, PhoneSipSession *session);
void             phone_sip_agent_hold            (PhoneSipAgent *self, gpointer object);
void             phone_sip_agent_let_go          (PhoneSipAgent *self, gpointer object);

/* A NOTIFY that comes before the 2xx of its SUBSCRIBE (RFC 6665 §4.1.2.4) is offered to every listener in turn. */
typedef gboolean (*PhoneSipAgentNotifyFunc) (gpointer owner, PhoneSipServerTransaction *transaction);
void             phone_sip_agent_add_listener    (PhoneSipAgent *self, gpointer owner, PhoneSipAgentNotifyFunc func);
void             phone_sip_agent_remove_listener (PhoneSipAgent *self, gpointer owner);

/* MESSAGE or OPTIONS, in or out of a dialog. */
void             phone_sip_agent_receive_page    (PhoneSipAgent *self, PhoneSipServerTransaction *transaction);

PhoneSipClock   *phone_sip_agent_get_clock       (PhoneSipAgent *self);
/* The Contact without GRUU: what REGISTER binds. */
const PhoneSipUri *phone_sip_agent_get_contact_uri (PhoneSipAgent *self);
/* Whether a new connection registers (JsSIP's dynamic register flag). */
void             phone_sip_agent_set_wants_registration (PhoneSipAgent *self, gboolean wanted);
/* The headers that every request of ours has beside the dialog's or the registration's: Allow, Supported by method, credentials. */
void             phone_sip_agent_complete        (PhoneSipAgent *self, PhoneSipRequest *request);
/* For INVITE or UPDATE. */
const char      *phone_sip_agent_get_supported   (PhoneSipAgent *self, PhoneSipMethod method);
const char      *phone_sip_agent_get_allow       (void);
const char      *phone_sip_agent_get_accept      (void);
/* From value, with a fresh tag, for a request out of any dialog. */
char            *phone_sip_agent_create_from     (PhoneSipAgent *self, const char *user, const char *display_name, gboolean anonymous, const char *tag);
/* A response with lines of a caller's, and a body; NULL and error on a bad line. */
PhoneSipMessage *phone_sip_agent_create_reply    (PhoneSipServerTransaction *transaction, guint status, const char *reason,
                                                  const char * const *extra_headers, const char *content_type, const char *body,
                                                  GError **error);
/* The same from a response that was begun; takes builder. */
PhoneSipMessage *phone_sip_agent_end_reply       (PhoneSipMessageBuilder *builder, const char * const *extra_headers,
                                                  const char *content_type, const char *body, GError **error);

PhoneSipRegistration *phone_sip_registration_new    (PhoneSipAgent *agent);
/* The agent goes: no signal, no timer, no request any more. */
void                  phone_sip_registration_detach (PhoneSipRegistration *self);
void                  phone_sip_registration_opened (PhoneSipRegistration *self, gboolean wanted);
void                  phone_sip_registration_closed (PhoneSipRegistration *self);
char                 *phone_sip_registration_print_machine (void);

PhoneSipPage    *phone_sip_page_new_incoming     (PhoneSipAgent *agent, PhoneSipServerTransaction *transaction);
/* Answers 200 unless a handler did. */
void             phone_sip_page_finish           (PhoneSipPage *self);

/* The agent goes while they are under way. */
void             phone_sip_page_detach           (PhoneSipPage *self);
void             phone_sip_subscription_detach   (PhoneSipSubscription *self);
void             phone_sip_notifier_detach       (PhoneSipNotifier *self);

G_END_DECLS
