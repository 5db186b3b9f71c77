/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-exchange.h"

#include "phone-sip-clock.h"
#include "phone-sip-transport.h"

G_BEGIN_DECLS

/* One open WebSocket. It dies with its connection and takes its bindings with it. */
typedef struct
{
  PhoneExchange     *exchange;          /* borrowed */
  guint              id;                /* the token in Record-Route; never used twice */
  PhoneSipTransport *transport;
} PhoneExchangeLine;

/* Where a user is reached: RFC 3261 §10.3. */
typedef struct
{
  PhoneExchangeLine *line;              /* borrowed; the line's end removes the binding */
  char              *key;               /* instance and reg-id (RFC 5626 §6), else the Contact URI */
  PhoneSipAddress   *contact;
  gint64             expires;           /* on the exchange's clock, ms */
} PhoneExchangeBinding;

struct _PhoneExchange
{
  GObject        parent_instance;

  PhoneSipClock *clock;
  gpointer       server;                /* SoupServer, NULL before listen () */
  char          *domain;
  char          *url;
  char          *sent_by;               /* "127.0.0.1:port": our Via and Record-Route */
  char          *nonce;
  GPtrArray     *lines;                 /* of PhoneExchangeLine, owned */
  GHashTable    *users;                 /* user → GPtrArray of PhoneExchangeBinding */
  GHashTable    *passwords;             /* user → password */
  GHashTable    *branches;              /* our Via branch → borrowed branch of a fork */
  GPtrArray     *forks;                 /* owned */
  guint          last_line;
};

#define PHONE_EXCHANGE_MAX_LINES    64
#define PHONE_EXCHANGE_MAX_BINDINGS 10
#define PHONE_EXCHANGE_MAX_FORKS    256

/* registrar */
void                  phone_exchange_register      (PhoneExchange *self, PhoneExchangeLine *line, PhoneSipMessage *request);
GPtrArray            *phone_exchange_get_bindings  (PhoneExchange *self, const char *user);     /* (transfer container), live ones */
PhoneExchangeBinding *phone_exchange_find_contact  (PhoneExchange *self, const PhoneSipUri *uri);
void                  phone_exchange_drop_bindings (PhoneExchange *self, PhoneExchangeLine *line);

/* challenge: TRUE if the request may pass, else it was answered. */
gboolean              phone_exchange_authorize     (PhoneExchange *self, PhoneExchangeLine *line, PhoneSipMessage *request);

/* relay */
void                  phone_exchange_relay_request  (PhoneExchange *self, PhoneExchangeLine *line, PhoneSipMessage *request);
void                  phone_exchange_relay_response (PhoneExchange *self, PhoneExchangeLine *line, PhoneSipMessage *response);
void                  phone_exchange_drop_forks     (PhoneExchange *self, PhoneExchangeLine *line);
void                  phone_exchange_fork_free      (gpointer fork);

/* Answers from the exchange itself; extra may be NULL. */
void                  phone_exchange_reply         (PhoneExchange *self, PhoneExchangeLine *line, PhoneSipMessage *request, guint status, const char * const *extra);

G_END_DECLS
