/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "phone-database.h"
#include "phone-row-list.h"

G_BEGIN_DECLS

typedef enum
{
  PHONE_CALL_RECORD_OUTGOING,
  PHONE_CALL_RECORD_OUTGOING_FAILED,
  PHONE_CALL_RECORD_INCOMING,
  PHONE_CALL_RECORD_MISSED,
  PHONE_CALL_RECORD_DECLINED,
  PHONE_CALL_RECORD_ANSWERED_ELSEWHERE,
} PhoneCallRecordKind;

/* One past call: properties "id" x, "kind" i, "uri" s, "name" s, "account" s (URI), "start" x (Unix ms), "duration" x (ms), "video" b, "cause" s, "status" u, "seen" b. */
#define PHONE_TYPE_CALL_RECORD (phone_call_record_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallRecord, phone_call_record, PHONE, CALL_RECORD, GObject)
gint64               phone_call_record_get_id       (PhoneCallRecord *self);
PhoneCallRecordKind  phone_call_record_get_kind     (PhoneCallRecord *self);
const char          *phone_call_record_get_uri      (PhoneCallRecord *self);
const char          *phone_call_record_get_name     (PhoneCallRecord *self);
const char          *phone_call_record_get_account  (PhoneCallRecord *self);
gint64               phone_call_record_get_start    (PhoneCallRecord *self);
gint64               phone_call_record_get_duration (PhoneCallRecord *self);
gboolean             phone_call_record_get_video    (PhoneCallRecord *self);
const char          *phone_call_record_get_cause    (PhoneCallRecord *self);
guint                phone_call_record_get_status   (PhoneCallRecord *self);
gboolean             phone_call_record_get_seen     (PhoneCallRecord *self);

/* Past calls, newest first, as a GListModel that reads a row when it is looked at. Property "n-missed" u (unseen missed calls, notify). */
#define PHONE_TYPE_HISTORY (phone_history_get_type ())
G_DECLARE_FINAL_TYPE (PhoneHistory, phone_history, PHONE, HISTORY, PhoneRowList)
PhoneHistory *phone_history_new          (PhoneDatabase *database);
/* record: made with g_object_new (PHONE_TYPE_CALL_RECORD, …). */
gboolean      phone_history_add          (PhoneHistory *self, PhoneCallRecord *record, GError **error);
gboolean      phone_history_remove       (PhoneHistory *self, PhoneCallRecord *record, GError **error);
gboolean      phone_history_clear        (PhoneHistory *self, GError **error);
void          phone_history_mark_seen    (PhoneHistory *self);
guint         phone_history_get_n_missed (PhoneHistory *self);

G_END_DECLS
