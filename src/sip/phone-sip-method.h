/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PHONE_SIP_METHOD_UNKNOWN,     /* an extension method; the message keeps its name */
  PHONE_SIP_METHOD_INVITE,
  PHONE_SIP_METHOD_ACK,
  PHONE_SIP_METHOD_CANCEL,
  PHONE_SIP_METHOD_BYE,
  PHONE_SIP_METHOD_REGISTER,
  PHONE_SIP_METHOD_OPTIONS,
  PHONE_SIP_METHOD_MESSAGE,
  PHONE_SIP_METHOD_INFO,
  PHONE_SIP_METHOD_UPDATE,
  PHONE_SIP_METHOD_PRACK,
  PHONE_SIP_METHOD_REFER,
  PHONE_SIP_METHOD_SUBSCRIBE,
  PHONE_SIP_METHOD_NOTIFY,
  PHONE_SIP_METHOD_PUBLISH,
} PhoneSipMethod;

const char     *phone_sip_method_to_string   (PhoneSipMethod  method);
PhoneSipMethod  phone_sip_method_from_string (const char     *name,
                                              gssize          length);

G_END_DECLS
