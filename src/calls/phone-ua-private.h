/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-agent.h"
#include "phone-sip-error.h"
#include "phone-sip-refer.h"
#include "phone-switchboard-private.h"

G_BEGIN_DECLS

#define PHONE_UA_MAX_CALLS 8

PhoneUa       *phone_ua_new                (PhoneAccount                *account,
                                            const PhoneSwitchboardParts *parts);
/* For a trial of an account that is not stored: these secrets instead of the key ring's, an instance of its own, no calls. */
PhoneUa       *phone_ua_new_trial          (PhoneAccount                *account,
                                            const PhoneAccountSecrets   *secrets,
                                            const PhoneSwitchboardParts *parts);
/* NULL while nothing was started. */
PhoneSipAgent *phone_ua_get_agent          (PhoneUa                     *self);
guint          phone_ua_count_live_calls   (PhoneUa                     *self);
/* Reads account and secrets anew, now or when the last call has ended. */
void           phone_ua_reload             (PhoneUa                     *self);
gboolean       phone_ua_is_started         (PhoneUa                     *self);
/* A call to where the peer's REFER points; the notifier tells it how the call goes. (transfer none) */
PhoneCall     *phone_ua_follow_refer       (PhoneUa                     *self,
                                            PhoneSipReferNotifier       *notifier,
                                            const PhoneUaCallOptions    *options,
                                            GError                     **error);
/* Answers an INVITE that takes the place of a live call. */
gboolean       phone_ua_answer_replacement (PhoneUa                     *self,
                                            PhoneSipSession             *incoming,
                                            PhoneCall                   *replaced,
                                            gboolean                     video);

/* phone-ua-config.c */
/* What a person types or a link says, at home where it names no domain: the account's host with port and parameters. */
PhoneSipUri         *phone_ua_parse_target    (PhoneUa                      *self,
                                               const char                   *target,
                                               GError                      **error);
PhoneSipAgentConfig *phone_ua_config_new      (PhoneAccount                 *account,
                                               const PhoneAccountSecrets    *secrets,
                                               GError                      **error);
PhoneSipTransport   *phone_ua_transport_new   (PhoneAccount                 *account,
                                               const PhoneSwitchboardParts  *parts,
                                               GError                      **error);
PhoneMediaConfig    *phone_ua_media_config_new (PhoneAccount                *account,
                                               const PhoneAccountSecrets    *secrets,
                                               const PhoneSwitchboardParts  *parts,
                                               const char                   *socket_url);
gboolean             phone_ua_has_credentials (const PhoneAccountSecrets    *secrets);

/* phone-ua-problem.c */
PhoneUaProblem       phone_ua_problem_for_error  (const GError   *error);
PhoneUaProblem       phone_ua_problem_for_status (guint           status,
                                                  const char     *cause,
                                                  gboolean        has_credentials);

G_END_DECLS
