/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-error.h"

G_DEFINE_QUARK (phone-sip-error, phone_sip_error)
