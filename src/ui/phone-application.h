/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-account-store.h"
#include "phone-contact-store.h"
#include "phone-history.h"
#include "phone-secrets.h"
#include "phone-switchboard.h"

G_BEGIN_DECLS

/* The parts the application shows; made by the assembly when the application starts up (only in the primary instance). */
typedef struct
{
  PhoneSwitchboard  *switchboard;
  PhoneAccountStore *accounts;
  PhoneContactStore *contacts;
  PhoneHistory      *history;
  PhoneSecrets      *secrets;
  GListModel        *microphones;       /* of GObjects with "id" and "name"; may be NULL */
  GListModel        *cameras;
  GListModel        *speakers;
} PhoneApplicationParts;

/* Opens what lasts for application id and fills in accounts, contacts, history and secrets (borrowed, they live as long as data);
 * FALSE and error with a sentence where that cannot be done. A second call changes nothing. */
typedef gboolean (*PhoneOpenStoreFunc) (const char *application_id, PhoneApplicationParts *out_parts, gpointer data, GError **error);
/* Fills in the rest and takes the accounts into service. */
typedef gboolean (*PhoneAssembleFunc) (const char *application_id, GSettings *settings, PhoneApplicationParts *out_parts, gpointer data, GError **error);
/* Starts the exchange and the echo party once and adds the demo account; the string is the address to call. */
typedef char *(*PhoneDemoFunc) (gpointer data, GError **error);
/* For this run, pattern and tone instead of devices. */
typedef void (*PhoneTestMediaFunc) (gpointer data);

typedef struct
{
  PhoneOpenStoreFunc  open_store;
  PhoneAssembleFunc   assemble;
  PhoneDemoFunc       start_demo;
  PhoneTestMediaFunc  use_test_media;
  gpointer            data;
} PhoneApplicationHooks;

#define PHONE_TYPE_APPLICATION (phone_application_get_type ())
G_DECLARE_FINAL_TYPE (PhoneApplication, phone_application, PHONE, APPLICATION, AdwApplication)

/* hooks is copied. */
PhoneApplication            *phone_application_new       (const PhoneApplicationHooks *hooks);
const PhoneApplicationParts *phone_application_get_parts (PhoneApplication *self);

G_END_DECLS
