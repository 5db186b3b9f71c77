/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A small SIP-over-WebSocket registrar and proxy on 127.0.0.1, for "Try it", --demo and the tests. Any user of its domain may register.
 * It relays with Record-Route, forks to every binding of a user, answers 480 for a user that is away and 404 for one outside the domain. */
#define PHONE_TYPE_EXCHANGE (phone_exchange_get_type ())
G_DECLARE_FINAL_TYPE (PhoneExchange, phone_exchange, PHONE, EXCHANGE, GObject)

PhoneExchange *phone_exchange_new        (const char *domain);                                    /* "demo.invalid" */
gboolean       phone_exchange_listen     (PhoneExchange *self, guint16 port, GError **error);     /* 0: any free port */
void           phone_exchange_close      (PhoneExchange *self);
const char    *phone_exchange_get_url    (PhoneExchange *self);                                   /* "ws://127.0.0.1:41234" */
const char    *phone_exchange_get_domain (PhoneExchange *self);
guint          phone_exchange_get_n_bindings (PhoneExchange *self, const char *user);
/* Optional digest: with a password a REGISTER and an INVITE of user are challenged. NULL: open. */
void           phone_exchange_set_password (PhoneExchange *self, const char *user, const char *password);

G_END_DECLS
