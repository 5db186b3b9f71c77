/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-store-error.h"

G_DEFINE_QUARK (phone-store-error, phone_store_error)
