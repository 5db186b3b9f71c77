/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-agent.h"

G_BEGIN_DECLS

/* Our subscription to an event of somebody (RFC 6665): JsSIP's Subscriber. It refreshes itself. The agent holds it until terminated.
 * Signals: "accepted" (): the first 2xx; "notify-received" (gboolean final, PhoneSipMessage *request, const char *body, const char *content_type): a NOTIFY
 * with a body; "terminated" (PhoneSipSubscriptionEnd, const char *reason or NULL, int retry_after, -1: none), once, last.
 * Property "state" (notify): JsSIP's pending and active events. */
#define PHONE_TYPE_SIP_SUBSCRIPTION (phone_sip_subscription_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipSubscription, phone_sip_subscription, PHONE, SIP_SUBSCRIPTION, GObject)

/* JsSIP's numbers. */
typedef enum
{
  PHONE_SIP_SUBSCRIPTION_STATE_PENDING,
  PHONE_SIP_SUBSCRIPTION_STATE_ACTIVE,
  PHONE_SIP_SUBSCRIPTION_STATE_TERMINATED,
  PHONE_SIP_SUBSCRIPTION_STATE_INIT,
  PHONE_SIP_SUBSCRIPTION_STATE_WAITING_NOTIFY,
} PhoneSipSubscriptionState;

typedef enum
{
  PHONE_SIP_SUBSCRIPTION_END_RESPONSE_TIMEOUT,
  PHONE_SIP_SUBSCRIPTION_END_TRANSPORT_ERROR,
  PHONE_SIP_SUBSCRIPTION_END_NON_OK_RESPONSE,
  PHONE_SIP_SUBSCRIPTION_END_WRONG_OK_RESPONSE,
  PHONE_SIP_SUBSCRIPTION_END_AUTHENTICATION_FAILED,
  PHONE_SIP_SUBSCRIPTION_END_UNSUBSCRIBE_TIMEOUT,
  PHONE_SIP_SUBSCRIPTION_END_FINAL_NOTIFY,
  PHONE_SIP_SUBSCRIPTION_END_WRONG_NOTIFY,
} PhoneSipSubscriptionEnd;

#define PHONE_TYPE_SIP_SUBSCRIPTION_STATE (phone_sip_subscription_state_get_type ())
#define PHONE_TYPE_SIP_SUBSCRIPTION_END   (phone_sip_subscription_end_get_type ())
GType phone_sip_subscription_state_get_type (void);
GType phone_sip_subscription_end_get_type   (void);

typedef struct
{
  guint               expires;          /* s; 0: default 900 */
  gboolean            fetch;            /* Expires: 0, one NOTIFY and over */
  const char         *content_type;     /* of bodies given to subscribe () */
  const char         *allow_events;
  const char * const *extra_headers;
  const PhoneSipUri  *from_uri;         /* NULL: the agent's */
  const PhoneSipUri  *to_uri;           /* NULL: the target */
  const char         *from_display_name;
  const char         *to_display_name;
  guint32             cseq;             /* 0: random */
} PhoneSipSubscriptionOptions;

/* event may end in ";id=x". Error INVALID_ARGUMENT if event or accept is missing. */
PhoneSipSubscription      *phone_sip_subscription_new       (PhoneSipAgent *agent, const PhoneSipUri *target, const char *event, const char *accept,
                                                             const PhoneSipSubscriptionOptions *options, GError **error);
/* First the SUBSCRIBE that begins it, later one in its dialog (kept back until there is one). Errors INVALID_STATE, INVALID_ARGUMENT (a body without content_type). */
gboolean                   phone_sip_subscription_subscribe (PhoneSipSubscription *self, const char *body, GError **error);
/* SUBSCRIBE with Expires: 0, once. */
gboolean                   phone_sip_subscription_terminate (PhoneSipSubscription *self, const char *body, GError **error);
PhoneSipSubscriptionState  phone_sip_subscription_get_state (PhoneSipSubscription *self);
/* Call-ID, From tag, To tag and event of the dialog; NULL before one exists. */
const char                *phone_sip_subscription_get_id    (PhoneSipSubscription *self);

G_END_DECLS
