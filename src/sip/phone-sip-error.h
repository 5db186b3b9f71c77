/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PHONE_SIP_ERROR_MALFORMED,            /* a peer's bytes are not SIP */
  PHONE_SIP_ERROR_TOO_LARGE,            /* above one of the limits */
  PHONE_SIP_ERROR_INVALID_ARGUMENT,     /* JsSIP's TypeError */
  PHONE_SIP_ERROR_INVALID_STATE,        /* JsSIP's InvalidStateError */
  PHONE_SIP_ERROR_NOT_SUPPORTED,        /* JsSIP's NotSupportedError */
  PHONE_SIP_ERROR_CONFIGURATION,        /* JsSIP's ConfigurationError */
  PHONE_SIP_ERROR_NOT_CONNECTED,
  PHONE_SIP_ERROR_TIMEOUT,
  PHONE_SIP_ERROR_REFUSED,              /* a final response of 300 or above */
  PHONE_SIP_ERROR_CLOSED,               /* the session or dialog has ended meanwhile */
} PhoneSipError;

#define PHONE_SIP_ERROR (phone_sip_error_quark ())
GQuark phone_sip_error_quark (void);

G_END_DECLS
