/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-history.h"

#include "phone-database-private.h"

static PhoneCallRecord *
create_record (PhoneCallRecordKind  kind,
               const char          *uri,
               gint64               start)
{
  return g_object_new (PHONE_TYPE_CALL_RECORD, "kind", kind, "uri", uri, "name", "Somebody", "account", "sip:me@example.com",
                       "start", start, "duration", G_GINT64_CONSTANT (61000), "video", TRUE, "cause", "Terminated", "status", 200, NULL);
}

static void
add (PhoneHistory        *history,
     PhoneCallRecordKind  kind,
     const char          *uri,
     gint64               start)
{
  g_autoptr(PhoneCallRecord) record = create_record (kind, uri, start);
  g_autoptr(GError) error = NULL;

  g_assert_true (phone_history_add (history, record, &error));
  g_assert_no_error (error);
}

static void
assert_uris (GListModel *model,
             const char *expected)
{
  g_autoptr(GString) uris = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(PhoneCallRecord) record = g_list_model_get_item (model, i);

      g_string_append_printf (uris, "%s%s", i > 0 ? " " : "", phone_call_record_get_uri (record));
    }
  g_assert_cmpstr (uris->str, ==, expected);
}

static void
test_order (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  PhoneHistory *history = phone_history_new (database);

  add (history, PHONE_CALL_RECORD_OUTGOING, "a", 1000);
  add (history, PHONE_CALL_RECORD_OUTGOING, "c", 3000);
  add (history, PHONE_CALL_RECORD_OUTGOING, "b", 2000);
  add (history, PHONE_CALL_RECORD_OUTGOING, "d", 3000);
  assert_uris (G_LIST_MODEL (history), "d c b a");
  g_assert_finalize_object (history);
  history = phone_history_new (database);
  assert_uris (G_LIST_MODEL (history), "d c b a");
  g_assert_finalize_object (history);
}

static void
test_round_trip (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  PhoneHistory *history = phone_history_new (database);
  g_autoptr(PhoneCallRecord) record = NULL;

  add (history, PHONE_CALL_RECORD_DECLINED, "sip:bob@example.com", G_GINT64_CONSTANT (1700000000123));
  g_assert_finalize_object (history);
  history = phone_history_new (database);
  record = g_list_model_get_item (G_LIST_MODEL (history), 0);
  g_assert_cmpint (phone_call_record_get_kind (record), ==, PHONE_CALL_RECORD_DECLINED);
  g_assert_cmpstr (phone_call_record_get_uri (record), ==, "sip:bob@example.com");
  g_assert_cmpstr (phone_call_record_get_name (record), ==, "Somebody");
  g_assert_cmpstr (phone_call_record_get_account (record), ==, "sip:me@example.com");
  g_assert_cmpint (phone_call_record_get_start (record), ==, G_GINT64_CONSTANT (1700000000123));
  g_assert_cmpint (phone_call_record_get_duration (record), ==, 61000);
  g_assert_true (phone_call_record_get_video (record));
  g_assert_cmpstr (phone_call_record_get_cause (record), ==, "Terminated");
  g_assert_cmpuint (phone_call_record_get_status (record), ==, 200);
  g_assert_false (phone_call_record_get_seen (record));
  g_assert_finalize_object (history);
}

static void
notified_cb (GObject    *object,
             GParamSpec *pspec,
             gpointer    data)
{
  (*(guint *) data)++;
}

static void
test_missed (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneHistory) history = phone_history_new (database);
  g_autoptr(PhoneCallRecord) record = create_record (PHONE_CALL_RECORD_MISSED, "sip:bob@example.com", 5);
  guint n_notified = 0;

  g_signal_connect (history, "notify::n-missed", G_CALLBACK (notified_cb), &n_notified);
  add (history, PHONE_CALL_RECORD_ANSWERED_ELSEWHERE, "a", 1);
  g_assert_cmpuint (phone_history_get_n_missed (history), ==, 0);
  add (history, PHONE_CALL_RECORD_MISSED, "b", 2);
  g_assert_true (phone_history_add (history, record, NULL));
  g_assert_cmpuint (phone_history_get_n_missed (history), ==, 2);
  g_assert_cmpuint (n_notified, ==, 2);
  phone_history_mark_seen (history);
  g_assert_cmpuint (phone_history_get_n_missed (history), ==, 0);
  g_assert_true (phone_call_record_get_seen (record));
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            gpointer    data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static void
test_changes (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneHistory) history = phone_history_new (database);
  g_autoptr(GString) changes = g_string_new (NULL);
  g_autoptr(PhoneCallRecord) record = NULL;

  g_signal_connect (history, "items-changed", G_CALLBACK (changed_cb), changes);
  add (history, PHONE_CALL_RECORD_INCOMING, "a", 1);
  add (history, PHONE_CALL_RECORD_INCOMING, "b", 2);
  record = g_list_model_get_item (G_LIST_MODEL (history), 1);
  g_assert_true (phone_history_remove (history, record, NULL));
  assert_uris (G_LIST_MODEL (history), "b");
  g_assert_true (phone_history_clear (history, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (history)), ==, 0);
  g_assert_cmpstr (changes->str, ==, "0-0+1 0-0+1 1-1+0 0-1+0 ");
  g_assert_cmpint (phone_database_get_integer (database, "SELECT count(*) FROM call"), ==, 0);
}

/* One object a row while somebody holds it, and few objects for many rows. */
static void
test_lazy (void)
{
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  PhoneHistory *history;
  PhoneCallRecord *first, *far;
  g_autoptr(PhoneCallRecord) again = NULL;
  gpointer gone = NULL;

  g_assert_true (phone_database_execute (database,
                                         "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
                                         " INSERT INTO call (kind, uri, start) SELECT 0, 'sip:' || i || '@h', i FROM n", NULL));
  history = phone_history_new (database);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (history)), ==, 50000);
  first = g_list_model_get_item (G_LIST_MODEL (history), 0);
  g_assert_cmpstr (phone_call_record_get_uri (first), ==, "sip:50000@h");
  far = g_list_model_get_item (G_LIST_MODEL (history), 49999);
  g_assert_cmpstr (phone_call_record_get_uri (far), ==, "sip:1@h");
  g_set_weak_pointer (&gone, far);
  g_object_unref (far);
  for (guint i = 1000; i < 2000; i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (history), i));
  g_assert_null (gone);
  again = g_list_model_get_item (G_LIST_MODEL (history), 0);
  g_assert_true (again == first);
  g_object_unref (first);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (history), 50000));
  g_assert_finalize_object (history);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/history/newest-first-also-after-a-restart", test_order);
  g_test_add_func ("/store/history/keeps-every-column", test_round_trip);
  g_test_add_func ("/store/history/counts-missed-calls-until-seen", test_missed);
  g_test_add_func ("/store/history/tells-its-changes", test_changes);
  g_test_add_func ("/store/history/reads-rows-when-looked-at", test_lazy);

  return g_test_run ();
}
