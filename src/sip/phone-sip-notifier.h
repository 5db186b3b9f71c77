/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-agent.h"

G_BEGIN_DECLS

/* The other end of a subscription: somebody subscribed to us (RFC 6665). JsSIP's Notifier. Made in the agent's "new-subscribe" handler;
 * the agent holds it until terminated.
 * Signals: "subscribe" (gboolean unsubscribe, PhoneSipMessage *request, const char *body or NULL, const char *content_type or NULL),
 * "expired" (): before the final NOTIFY that follows by itself; "terminated" (PhoneSipNotifierEnd), once, last.
 * Property "state" (notify). */
#define PHONE_TYPE_SIP_NOTIFIER (phone_sip_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipNotifier, phone_sip_notifier, PHONE, SIP_NOTIFIER, GObject)

typedef enum
{
  PHONE_SIP_NOTIFIER_STATE_PENDING,
  PHONE_SIP_NOTIFIER_STATE_ACTIVE,
  PHONE_SIP_NOTIFIER_STATE_TERMINATED,
} PhoneSipNotifierState;

/* JsSIP's numbers. */
typedef enum
{
  PHONE_SIP_NOTIFIER_END_RESPONSE_TIMEOUT,
  PHONE_SIP_NOTIFIER_END_TRANSPORT_ERROR,
  PHONE_SIP_NOTIFIER_END_NON_OK_RESPONSE,
  PHONE_SIP_NOTIFIER_END_AUTHENTICATION_FAILED,
  PHONE_SIP_NOTIFIER_END_FINAL_NOTIFY_SENT,
  PHONE_SIP_NOTIFIER_END_UNSUBSCRIBE_RECEIVED,
  PHONE_SIP_NOTIFIER_END_EXPIRED,
} PhoneSipNotifierEnd;

#define PHONE_TYPE_SIP_NOTIFIER_STATE (phone_sip_notifier_state_get_type ())
#define PHONE_TYPE_SIP_NOTIFIER_END   (phone_sip_notifier_end_get_type ())
GType phone_sip_notifier_state_get_type (void);
GType phone_sip_notifier_end_get_type   (void);

typedef struct
{
  const char * const *extra_headers;
  const char         *allow_events;
  guint               default_expires;  /* s; 0: 900 */
  gboolean            pending;          /* begins as pending */
} PhoneSipNotifierOptions;

/* Errors MALFORMED (no Event or usable Contact), INVALID_ARGUMENT. content_type is of every notify () body. */
PhoneSipNotifier      *phone_sip_notifier_new        (PhoneSipAgent *agent, PhoneSipServerTransaction *subscribe, const char *content_type,
                                                      const PhoneSipNotifierOptions *options, GError **error);
/* Answers the SUBSCRIBE 200 and emits "subscribe". */
void                   phone_sip_notifier_start      (PhoneSipNotifier *self);
void                   phone_sip_notifier_set_active (PhoneSipNotifier *self);
/* Error INVALID_STATE when terminated or not started. */
gboolean               phone_sip_notifier_notify     (PhoneSipNotifier *self, const char *body, GError **error);
/* The final NOTIFY; reason NULL: none; retry_after below 0: none. */
gboolean               phone_sip_notifier_terminate  (PhoneSipNotifier *self, const char *body, const char *reason, int retry_after, GError **error);
PhoneSipNotifierState  phone_sip_notifier_get_state  (PhoneSipNotifier *self);
const char            *phone_sip_notifier_get_id     (PhoneSipNotifier *self);

G_END_DECLS
