/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One cell of a state table: where an event leads and what is done on the way. An empty cell ignores the event. */
typedef struct
{
  guint8      next;             /* state + 1; 0: empty */
  GCallback   action;           /* NULL: only the state changes */
  const char *action_name;
} PhoneSipTransition;

#define PHONE_SIP_GO(next, action) { (next) + 1, G_CALLBACK (action), #action }
#define PHONE_SIP_GO_ONLY(next)    { (next) + 1, NULL, NULL }

/* A table with the names that make it readable: tests print it and compare it with tests/fixtures/machines. */
typedef struct
{
  const char               *prefix;     /* left off the actions' names */
  const char * const       *states;
  guint                     n_states;
  const char * const       *events;
  guint                     n_events;
  const PhoneSipTransition *cells;      /* row by row */
} PhoneSipMachine;

/* NULL for an empty cell. */
const PhoneSipTransition *phone_sip_machine_look_up   (const PhoneSipMachine *self, guint state, guint event);
char                     *phone_sip_machine_to_string (const PhoneSipMachine *self);

G_END_DECLS
