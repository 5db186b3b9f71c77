/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"
#include "phone-history.h"

G_BEGIN_DECLS

/* An ended call as a record of history. */
PhoneCallRecordKind  phone_call_logger_get_kind   (PhoneCall *call);
PhoneCallRecord     *phone_call_logger_new_record (PhoneCall *call);
void                 phone_call_logger_write      (PhoneHistory *history, PhoneCall *call);

G_END_DECLS
