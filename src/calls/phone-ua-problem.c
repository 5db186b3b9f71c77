/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with an account, in one word: from the errors of resolver, sockets, TLS and HTTP on the way to the server, and from
 * the status codes of the server. The ui words it. */
#include "config.h"
#include "phone-ua-private.h"

#include <string.h>

PhoneUaProblem
phone_ua_problem_for_error (const GError *error)
{
  if (error == NULL)
    return PHONE_UA_PROBLEM_UNREACHABLE;
  if (error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return PHONE_UA_PROBLEM_NAME_NOT_FOUND;
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS))
    return PHONE_UA_PROBLEM_NOT_SIP;
  if (error->domain == G_TLS_ERROR)
    return PHONE_UA_PROBLEM_CERTIFICATE;
  if (g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT)
      || g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_CONFIGURATION))
    return PHONE_UA_PROBLEM_CONFIGURATION;

  /* libsoup's domains are not visible from here; its handshake errors mean that something else than SIP answered. */
  return strstr (g_quark_to_string (error->domain), "soup") ? PHONE_UA_PROBLEM_NOT_SIP : PHONE_UA_PROBLEM_UNREACHABLE;
}

PhoneUaProblem
phone_ua_problem_for_status (guint       status,
                             const char *cause,
                             gboolean    has_credentials)
{
  switch (status)
    {
    case 0:
      return PHONE_UA_PROBLEM_UNREACHABLE;
    case 401:
    case 407:
      return has_credentials ? PHONE_UA_PROBLEM_PASSWORD : PHONE_UA_PROBLEM_NO_PASSWORD;
    case 403:
      return PHONE_UA_PROBLEM_PASSWORD;
    case 404:
      return PHONE_UA_PROBLEM_NO_SUCH_USER;
    default:
      return PHONE_UA_PROBLEM_SERVER;
    }
}
