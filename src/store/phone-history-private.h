/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-history.h"

G_BEGIN_DECLS

/* phone-call-record.c */
void phone_call_record_set_id   (PhoneCallRecord *self, gint64 id);
void phone_call_record_set_seen (PhoneCallRecord *self, gboolean seen);

G_END_DECLS
