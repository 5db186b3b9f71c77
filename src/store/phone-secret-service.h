/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-secrets.h"

G_BEGIN_DECLS

/* libsecret behind PhoneSecrets. profile is the application id, so that two profiles do not share items. */
#define PHONE_TYPE_SECRET_SERVICE (phone_secret_service_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSecretService, phone_secret_service, PHONE, SECRET_SERVICE, GObject)

PhoneSecretService *phone_secret_service_new (const char *profile);

G_END_DECLS
