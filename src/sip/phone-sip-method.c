/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The methods of RFC 3261 and of the extensions a phone speaks. Names are case-sensitive (RFC 3261 §7.1): "invite" is an
 * extension method. A method not in the table is legal and keeps its name in the message. */

#include "config.h"
#include "phone-sip-method.h"

#include <string.h>

#define METHOD(name) { name, sizeof (name) - 1 }

static const struct { const char *name; gsize length; } phone_sip_methods[] = {
  [PHONE_SIP_METHOD_UNKNOWN]   = { NULL, 0 },
  [PHONE_SIP_METHOD_INVITE]    = METHOD ("INVITE"),
  [PHONE_SIP_METHOD_ACK]       = METHOD ("ACK"),
  [PHONE_SIP_METHOD_CANCEL]    = METHOD ("CANCEL"),
  [PHONE_SIP_METHOD_BYE]       = METHOD ("BYE"),
  [PHONE_SIP_METHOD_REGISTER]  = METHOD ("REGISTER"),
  [PHONE_SIP_METHOD_OPTIONS]   = METHOD ("OPTIONS"),
  [PHONE_SIP_METHOD_MESSAGE]   = METHOD ("MESSAGE"),
  [PHONE_SIP_METHOD_INFO]      = METHOD ("INFO"),
  [PHONE_SIP_METHOD_UPDATE]    = METHOD ("UPDATE"),
  [PHONE_SIP_METHOD_PRACK]     = METHOD ("PRACK"),
  [PHONE_SIP_METHOD_REFER]     = METHOD ("REFER"),
  [PHONE_SIP_METHOD_SUBSCRIBE] = METHOD ("SUBSCRIBE"),
  [PHONE_SIP_METHOD_NOTIFY]    = METHOD ("NOTIFY"),
  [PHONE_SIP_METHOD_PUBLISH]   = METHOD ("PUBLISH"),
};

/**
 * phone_sip_method_to_string:
 * @method: a method
 *
 * Returns: (nullable) (transfer none): the name as it stands on the wire; %NULL for %PHONE_SIP_METHOD_UNKNOWN
 */
const char *
phone_sip_method_to_string (PhoneSipMethod method)
{
  g_return_val_if_fail ((guint) method < G_N_ELEMENTS (phone_sip_methods), NULL);

  return phone_sip_methods[method].name;
}

/**
 * phone_sip_method_from_string:
 * @name: text, not necessarily terminated
 * @length: its length in bytes, or -1
 *
 * Returns: the method, or %PHONE_SIP_METHOD_UNKNOWN for an extension method (RFC 3261 §7.1: case matters)
 */
PhoneSipMethod
phone_sip_method_from_string (const char *name,
                              gssize      length)
{
  gsize size = length < 0 ? strlen (name) : (gsize) length;

  for (guint i = 1; i < G_N_ELEMENTS (phone_sip_methods); i++)
    if (phone_sip_methods[i].length == size && phone_sip_methods[i].name[0] == name[0] &&
        memcmp (phone_sip_methods[i].name, name, size) == 0)
      return i;

  return PHONE_SIP_METHOD_UNKNOWN;
}
