/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-ua.h"

G_BEGIN_DECLS

typedef enum
{
  PHONE_STATUS_FINE,            /* nothing to say */
  PHONE_STATUS_WORKING,         /* connecting for longer than a blink */
  PHONE_STATUS_IDLE,            /* switched off or signed out */
  PHONE_STATUS_PROBLEM,
} PhoneStatusLevel;

/* How all accounts together stand, in one sentence: the worst of them speaks.
 * Properties (notify): "level" i, "text" s (the last sentence while level is FINE), "ua" (whom it is about, or NULL), "editable" b (editing the account may help). */
#define PHONE_TYPE_STATUS (phone_status_get_type ())
G_DECLARE_FINAL_TYPE (PhoneStatus, phone_status, PHONE, STATUS, GObject)

/* uas: of PhoneUa. */
PhoneStatus *phone_status_new    (GListModel  *uas);
PhoneUa     *phone_status_get_ua (PhoneStatus *self);
/* Makes every account that is not in service try again now. */
void         phone_status_retry  (PhoneStatus *self);

G_END_DECLS
