/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-exchange.h"

G_BEGIN_DECLS

/* Registers as "echo" at an exchange, answers every call and sends back what it hears and sees. */
#define PHONE_TYPE_ECHO_PARTY (phone_echo_party_get_type ())
G_DECLARE_FINAL_TYPE (PhoneEchoParty, phone_echo_party, PHONE, ECHO_PARTY, GObject)

PhoneEchoParty *phone_echo_party_new   (PhoneExchange *exchange);
void            phone_echo_party_start (PhoneEchoParty *self);
void            phone_echo_party_stop  (PhoneEchoParty *self);
guint           phone_echo_party_get_n_calls (PhoneEchoParty *self);

G_END_DECLS
