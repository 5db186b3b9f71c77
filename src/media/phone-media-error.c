/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-media-error.h"

G_DEFINE_QUARK (phone-media-error, phone_media_error)
