/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PHONE_STORE_ERROR_FAILED,             /* SQLite's own words in the message */
  PHONE_STORE_ERROR_NEWER,              /* the file was written by a newer version */
  PHONE_STORE_ERROR_CORRUPT,
  PHONE_STORE_ERROR_EXISTS,
  PHONE_STORE_ERROR_INVALID,            /* a bad account or contact file; the message names the key */
  PHONE_STORE_ERROR_NO_KEY_RING,        /* kept for this run only */
} PhoneStoreError;

#define PHONE_STORE_ERROR (phone_store_error_quark ())
GQuark phone_store_error_quark (void);

G_END_DECLS
