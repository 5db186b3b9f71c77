/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-request.h"

G_BEGIN_DECLS

/* REGISTER with refresh, outbound (RFC 5626), GRUU (RFC 5627), Service-Route (RFC 3608), back-off: JsSIP's Registrator. One table.
 * Signals: "registered" (PhoneSipMessage *): only when it was not; "unregistered" (PhoneSipMessage * or NULL, const char *cause or NULL);
 * "failed" (PhoneSipMessage * or NULL, const char *cause); "expiring" () → gboolean: TRUE if a handler refreshes by itself.
 * Property "state" (notify). */
#define PHONE_TYPE_SIP_REGISTRATION (phone_sip_registration_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipRegistration, phone_sip_registration, PHONE, SIP_REGISTRATION, GObject)

typedef enum
{
  PHONE_SIP_REGISTRATION_STATE_OFFLINE,         /* not wanted, or no connection */
  PHONE_SIP_REGISTRATION_STATE_REGISTERING,
  PHONE_SIP_REGISTRATION_STATE_ONLINE,
  PHONE_SIP_REGISTRATION_STATE_RETRYING,        /* failed, tries again by itself later */
  PHONE_SIP_REGISTRATION_STATE_REFUSED,         /* failed for credentials; waits for a person */
} PhoneSipRegistrationState;

#define PHONE_TYPE_SIP_REGISTRATION_STATE (phone_sip_registration_state_get_type ())
GType                      phone_sip_registration_state_get_type     (void);

PhoneSipRegistrationState  phone_sip_registration_get_state          (PhoneSipRegistration *self);
gboolean                   phone_sip_registration_is_registered      (PhoneSipRegistration *self);
guint                      phone_sip_registration_get_status         (PhoneSipRegistration *self);  /* the last final SIP code, 0 */
/* Sends a REGISTER now, also when registered; nothing while one is under way. Not connected: "failed" with Connection Error. */
void                       phone_sip_registration_register           (PhoneSipRegistration *self);
void                       phone_sip_registration_unregister         (PhoneSipRegistration *self, gboolean all);
void                       phone_sip_registration_set_extra_headers  (PhoneSipRegistration *self, const char * const *lines);
/* Parameters of our Contact, "name" or "name=value"; NULL clears. */
void                       phone_sip_registration_set_extra_contact_params (PhoneSipRegistration *self, const char * const *params);
const char                *phone_sip_registration_get_pub_gruu       (PhoneSipRegistration *self);
const char                *phone_sip_registration_get_temp_gruu      (PhoneSipRegistration *self);
const char * const        *phone_sip_registration_get_service_route  (PhoneSipRegistration *self);

G_END_DECLS
