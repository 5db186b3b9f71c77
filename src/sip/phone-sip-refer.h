/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-session.h"

G_BEGIN_DECLS

/* Call transfer (RFC 3515) inside a session. Both objects live in their session until the last NOTIFY. */

/* Our REFER and the NOTIFYs that tell how it goes. JsSIP's ReferSubscriber.
 * Signals: "request-succeeded" (PhoneSipMessage *response), "request-failed" (PhoneSipMessage *response or NULL, const char *cause),
 * "trying", "progress", "accepted", "failed" (PhoneSipMessage *notify, const char *status_line): by the status of the message/sipfrag. */
#define PHONE_TYPE_SIP_REFER_SUBSCRIBER (phone_sip_refer_subscriber_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipReferSubscriber, phone_sip_refer_subscriber, PHONE, SIP_REFER_SUBSCRIBER, GObject)

/* Sends REFER to target; replaces: attended transfer, the call of ours that the target is to take over; NULL: blind.
 * A "Referred-By" among extra_headers takes the place of ours. (transfer full); NULL and error INVALID_STATE unless the call is up. */
PhoneSipReferSubscriber *phone_sip_session_refer             (PhoneSipSession *session, const PhoneSipUri *target, PhoneSipSession *replaces,
                                                              const char * const *extra_headers, GError **error);
/* The CSeq of the REFER: "id" of its Event. */
guint32                  phone_sip_refer_subscriber_get_id   (PhoneSipReferSubscriber *self);

/* A REFER of the peer, answered 202 with a NOTIFY "100 Trying" already. JsSIP's ReferNotifier. Exactly one of accept () and reject ()
 * is called, now or later. */
#define PHONE_TYPE_SIP_REFER_NOTIFIER (phone_sip_refer_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipReferNotifier, phone_sip_refer_notifier, PHONE, SIP_REFER_NOTIFIER, GObject)

PhoneSipMessage         *phone_sip_refer_notifier_get_request  (PhoneSipReferNotifier *self);
/* Refer-To without URI headers; where to call. */
PhoneSipUri             *phone_sip_refer_notifier_get_target   (PhoneSipReferNotifier *self);
/* The Replaces value of Refer-To, for PhoneSipConnectOptions, or NULL. */
const char              *phone_sip_refer_notifier_get_replaces (PhoneSipReferNotifier *self);
/* call: the outgoing session that follows the REFER, before its connect (); its way is told to the peer. */
void                     phone_sip_refer_notifier_accept       (PhoneSipReferNotifier *self, PhoneSipSession *call);
/* NOTIFY 603. */
void                     phone_sip_refer_notifier_reject       (PhoneSipReferNotifier *self);
/* A status line by hand; 200 and above is the last one. reason NULL: the standard one. */
void                     phone_sip_refer_notifier_notify       (PhoneSipReferNotifier *self, guint status, const char *reason);

G_END_DECLS
