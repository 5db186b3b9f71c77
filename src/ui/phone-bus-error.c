/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-bus-error.h"

#include "phone-call.h"
#include "phone-format.h"
#include "phone-ua.h"

#define PREFIX "org.example.Phone.Error."

static const struct
{
  GQuark      (*domain) (void);
  int         code;
  const char *name;
} names[] = {
  { phone_ua_error_quark,   PHONE_UA_ERROR_INVALID_TARGET,     PREFIX "InvalidTarget" },
  { phone_ua_error_quark,   PHONE_UA_ERROR_NO_ACCOUNT,         PREFIX "NoAccount" },
  { phone_ua_error_quark,   PHONE_UA_ERROR_NOT_CONNECTED,      PREFIX "NotConnected" },
  { phone_ua_error_quark,   PHONE_UA_ERROR_TOO_LARGE,          PREFIX "TooLarge" },
  { phone_call_error_quark, PHONE_CALL_ERROR_INVALID_STATE,    PREFIX "InvalidState" },
  { phone_call_error_quark, PHONE_CALL_ERROR_INVALID_ARGUMENT, PREFIX "InvalidArgument" },
};

static const char *
phone_bus_name_error (const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_error_matches (error, names[i].domain (), names[i].code))
      return names[i].name;

  return PREFIX "Failed";
}

void
phone_bus_return_error (GDBusMethodInvocation *invocation,
                        const GError          *error)
{
  g_autofree char *sentence = phone_format_call_error (error);

  g_dbus_method_invocation_return_dbus_error (invocation, phone_bus_name_error (error), sentence);
}

void
phone_bus_return_result (GDBusMethodInvocation *invocation,
                         const GError          *error)
{
  if (error != NULL)
    phone_bus_return_error (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}
