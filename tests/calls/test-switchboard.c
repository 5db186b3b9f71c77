/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"
#include "phone-store-error.h"

#include <gst/gst.h>
#include <string.h>

/* Alice's switchboard at one end of a pair of sockets, Bob's account at the other. */
typedef struct
{
  PhoneUaPair       *pair;      /* its first account is put out of service */
  PhoneDatabase     *database;
  PhoneAccountStore *accounts;
  PhoneContactStore *contacts;
  PhoneHistory      *history;
  PhoneMediaTone    *tone;
  PhoneSwitchboard  *switchboard;
  PhoneUa           *bob;
  guint              n_incoming;
  guint              n_ended;
} Fixture;

static void
incoming_cb (PhoneSwitchboard *switchboard,
             PhoneCall        *call,
             Fixture          *fixture)
{
  fixture->n_incoming++;
}

static void
ended_cb (PhoneSwitchboard *switchboard,
          PhoneCall        *call,
          Fixture          *fixture)
{
  fixture->n_ended++;
}

static gboolean
is_connected (gpointer data)
{
  PhoneSwitchboard *switchboard = data;
  g_autoptr (PhoneUa) ua = g_list_model_get_item (phone_switchboard_get_uas (switchboard), 0);

  return ua && phone_ua_is_connected (ua);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  PhoneSwitchboardParts parts;
  g_autoptr (PhoneAccount) account = phone_ua_pair_create_account ("sip:alice@example.com");
  g_autoptr (PhoneContact) contact = phone_contact_new ("Robert", "sip:bob@example.com");
  g_autoptr (GError) error = NULL;

  fixture->pair = phone_ua_pair_new ();
  phone_ua_stop (fixture->pair->uas[0]);
  phone_ua_pair_settle ();
  fixture->bob = fixture->pair->uas[1];
  fixture->database = phone_database_open (NULL, &error);
  g_assert_no_error (error);
  fixture->accounts = phone_account_store_new (fixture->database);
  fixture->contacts = phone_contact_store_new (fixture->database);
  fixture->history = phone_history_new (fixture->database);
  fixture->tone = phone_media_tone_new (NULL, NULL);
  g_assert_true (phone_contact_store_save (fixture->contacts, contact, NULL));
  g_assert_true (phone_account_store_save (fixture->accounts, account, NULL));

  parts = fixture->pair->parts[0];
  parts.accounts = fixture->accounts;
  parts.contacts = fixture->contacts;
  parts.history = fixture->history;
  parts.tone = fixture->tone;
  fixture->switchboard = phone_switchboard_new (&parts);
  g_signal_connect (fixture->switchboard, "incoming-call", G_CALLBACK (incoming_cb), fixture);
  g_signal_connect (fixture->switchboard, "call-ended", G_CALLBACK (ended_cb), fixture);
  for (guint i = 0; i < 100 && !(is_connected (fixture->switchboard) && phone_ua_is_connected (fixture->bob)); i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (fixture->pair->clock, 500);
    }
  g_assert_true (is_connected (fixture->switchboard));
  g_assert_true (phone_ua_is_connected (fixture->bob));
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_assert_true (phone_switchboard_shut_down_finish (PHONE_SWITCHBOARD (source), result, NULL));
  *(gboolean *) data = TRUE;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gboolean done = FALSE;

  phone_switchboard_shut_down_async (fixture->switchboard, done_cb, &done);
  phone_ua_pair_settle ();
  phone_fake_clock_advance (fixture->pair->clock, 2500);
  phone_expect_flag ("quiet", &done);
  g_assert_false (phone_switchboard_is_ringing (fixture->switchboard));
  for (guint i = 0; i < 4; i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (fixture->pair->clock, 20000);
    }
  phone_ua_pair_settle ();
  g_assert_finalize_object (fixture->switchboard);
  g_assert_finalize_object (fixture->tone);
  g_object_unref (fixture->history);
  g_object_unref (fixture->contacts);
  g_object_unref (fixture->accounts);
  g_object_unref (fixture->database);
  phone_ua_pair_free (fixture->pair);
}

/* Bob calls; what rings at the switchboard. */
static PhoneCall *
ring (Fixture    *fixture,
      PhoneCall **out_bobs)
{
  GListModel *calls = phone_switchboard_get_calls (fixture->switchboard);
  guint before = fixture->n_incoming;
  PhoneCall *bobs = phone_ua_call (fixture->bob, "alice", NULL, NULL);
  g_autoptr (PhoneCall) call = NULL;

  g_assert_nonnull (bobs);
  phone_expect_count ("incoming call", &fixture->n_incoming, before + 1);
  phone_ua_pair_settle ();
  call = g_list_model_get_item (calls, g_list_model_get_n_items (calls) - 1);
  if (out_bobs)
    *out_bobs = bobs;

  return call;
}

static PhoneCall *
dial (Fixture    *fixture,
      PhoneCall **out_bobs)
{
  guint before = g_list_model_get_n_items (G_LIST_MODEL (fixture->bob));
  g_autoptr (GError) error = NULL;
  PhoneCall *call = phone_switchboard_place_call (fixture->switchboard, "bob", NULL, NULL, &error);

  g_assert_no_error (error);
  phone_expect_call_state (call, PHONE_CALL_STATE_RINGING);
  *out_bobs = phone_ua_pair_get_call (fixture->bob, before);

  return call;
}

static PhoneCallRecord *
last_record (Fixture *fixture)
{
  return g_list_model_get_item (G_LIST_MODEL (fixture->history), 0);
}

static void
assert_recorded (Fixture             *fixture,
                 PhoneCallRecordKind  kind)
{
  g_autoptr (PhoneCallRecord) record = last_record (fixture);

  g_assert_nonnull (record);
  g_assert_cmpint (phone_call_record_get_kind (record), ==, kind);
  g_assert_cmpstr (phone_call_record_get_uri (record), ==, "sip:bob@example.com");
  g_assert_cmpstr (phone_call_record_get_name (record), ==, "Robert");
  g_assert_cmpstr (phone_call_record_get_account (record), ==, "sip:alice@example.com");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->history)), ==, fixture->n_ended);
}

static void
test_outgoing (Fixture       *fixture,
               gconstpointer  data)
{
  PhoneCall *bobs;
  PhoneCall *call = dial (fixture, &bobs);

  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_RINGBACK);
  g_assert_true (phone_switchboard_get_active_call (fixture->switchboard) == call);
  g_assert_true (phone_switchboard_find_call (fixture->switchboard, phone_call_get_id (call)) == call);
  g_assert_cmpstr (phone_call_get_remote_name (call), ==, "Robert");
  phone_call_answer (bobs, FALSE, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_NONE);
  phone_call_hang_up (call, 0, NULL, NULL);
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_NONE);
  g_assert_null (phone_switchboard_get_active_call (fixture->switchboard));
  assert_recorded (fixture, PHONE_CALL_RECORD_OUTGOING);
  phone_fake_clock_advance (fixture->pair->clock, 5000);
  g_assert_cmpuint (g_list_model_get_n_items (phone_switchboard_get_calls (fixture->switchboard)), ==, 0);
}

static void
test_busy_tone (Fixture       *fixture,
                gconstpointer  data)
{
  PhoneCall *bobs;
  PhoneCall *call = dial (fixture, &bobs);

  phone_call_hang_up (bobs, 486, NULL, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_BUSY);
  assert_recorded (fixture, PHONE_CALL_RECORD_OUTGOING_FAILED);
  call = dial (fixture, &bobs);
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_RINGBACK);
  phone_call_hang_up (call, 0, NULL, NULL);
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_NONE);
}

static void
test_answered (Fixture       *fixture,
               gconstpointer  data)
{
  PhoneCall *call = ring (fixture, NULL);

  g_assert_true (phone_switchboard_is_ringing (fixture->switchboard));
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_RING);
  g_assert_null (phone_switchboard_get_active_call (fixture->switchboard));
  phone_call_answer (call, FALSE, NULL);
  g_assert_false (phone_switchboard_is_ringing (fixture->switchboard));
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_NONE);
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_switchboard_get_active_call (fixture->switchboard) == call);
  phone_call_hang_up (call, 0, NULL, NULL);
  assert_recorded (fixture, PHONE_CALL_RECORD_INCOMING);
}

static void
test_missed (Fixture       *fixture,
             gconstpointer  data)
{
  PhoneCall *bobs;
  PhoneCall *call = ring (fixture, &bobs);

  phone_call_hang_up (bobs, 0, NULL, NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_false (phone_switchboard_is_ringing (fixture->switchboard));
  assert_recorded (fixture, PHONE_CALL_RECORD_MISSED);
  g_assert_cmpuint (phone_history_get_n_missed (fixture->history), ==, 1);
}

static void
test_answered_elsewhere (Fixture       *fixture,
                         gconstpointer  data)
{
  PhoneCall *bobs;
  PhoneCall *call = ring (fixture, &bobs);

  phone_call_hang_up (bobs, 200, "Call completed elsewhere", NULL);
  phone_expect_call_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_reason (call), ==, PHONE_CALL_END_ANSWERED_ELSEWHERE);
  assert_recorded (fixture, PHONE_CALL_RECORD_ANSWERED_ELSEWHERE);
  g_assert_cmpuint (phone_history_get_n_missed (fixture->history), ==, 0);
}

static void
test_declined (Fixture       *fixture,
               gconstpointer  data)
{
  PhoneCall *call = ring (fixture, NULL);

  phone_call_hang_up (call, 0, NULL, NULL);
  g_assert_false (phone_switchboard_is_ringing (fixture->switchboard));
  assert_recorded (fixture, PHONE_CALL_RECORD_DECLINED);
}

static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  PhoneCall *call = ring (fixture, NULL);

  phone_switchboard_silence (fixture->switchboard);
  g_assert_false (phone_switchboard_is_ringing (fixture->switchboard));
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_INCOMING);
  ring (fixture, NULL);
  g_assert_true (phone_switchboard_is_ringing (fixture->switchboard));
}

static void
test_second_call (Fixture       *fixture,
                  gconstpointer  data)
{
  PhoneCall *bobs;
  PhoneCall *first = ring (fixture, NULL);
  PhoneCall *second, *third;

  phone_call_answer (first, FALSE, NULL);
  phone_expect_call_state (first, PHONE_CALL_STATE_ACTIVE);

  second = ring (fixture, NULL);
  g_assert_cmpint (phone_media_tone_get_kind (fixture->tone), ==, PHONE_MEDIA_TONE_WAITING);
  g_assert_false (phone_call_get_local_hold (first));
  phone_call_answer (second, FALSE, NULL);
  g_assert_true (phone_call_get_local_hold (first));
  phone_expect_call_state (second, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_switchboard_get_active_call (fixture->switchboard) == second);
  phone_ua_pair_settle ();

  g_assert_true (phone_call_unhold (first, NULL));
  g_assert_true (phone_call_get_local_hold (second));
  g_assert_true (phone_switchboard_get_active_call (fixture->switchboard) == first);
  phone_ua_pair_settle ();

  third = dial (fixture, &bobs);
  g_assert_true (phone_call_get_local_hold (first));
  g_assert_true (phone_switchboard_get_active_call (fixture->switchboard) == third);
  phone_call_hang_up (third, 0, NULL, NULL);
  g_assert_null (phone_switchboard_get_active_call (fixture->switchboard));
}

static void
refused_cb (PhoneSipSession *session,
            const char      *originator,
            PhoneSipMessage *response,
            const char      *cause,
            guint           *status)
{
  *status = response ? phone_sip_message_get_status (response) : 1;
}

static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_parse ("sip:alice@example.com", -1, NULL);
  g_autoptr (PhoneSipSession) ninth = phone_sip_agent_create_session (phone_ua_get_agent (fixture->bob), uri);
  guint status = 0;

  for (guint i = 0; i < 8; i++)
    ring (fixture, NULL);
  g_signal_connect (ninth, "failed", G_CALLBACK (refused_cb), &status);
  g_assert_true (phone_sip_session_connect (ninth, "v=0\r\n", NULL, NULL));
  phone_ua_pair_settle ();
  g_assert_cmpuint (status, ==, 486);
  g_assert_cmpuint (fixture->n_incoming, ==, 8);
}

static void
test_accounts (Fixture       *fixture,
               gconstpointer  data)
{
  GListModel *uas = phone_switchboard_get_uas (fixture->switchboard);
  g_autoptr (PhoneAccount) second = phone_ua_pair_create_account ("sip:alice@office.invalid");
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;

  g_object_set (second, "enabled", FALSE, NULL);
  g_assert_true (phone_account_store_save (fixture->accounts, second, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (uas), ==, 2);
  g_assert_cmpint (phone_ua_get_state (phone_switchboard_find_ua (fixture->switchboard, "sip:alice@office.invalid")), ==, PHONE_UA_STATE_OFFLINE);
  uri = phone_switchboard_parse_target (fixture->switchboard, "bob", &error);
  g_assert_cmpstr (uri, ==, "sip:bob@example.com");
  g_assert_null (phone_switchboard_parse_target (fixture->switchboard, "", &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET);
  g_clear_error (&error);
  g_assert_null (phone_switchboard_place_call (fixture->switchboard, "bob", "sip:nobody@example.com", NULL, &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NO_ACCOUNT);
  g_clear_error (&error);
  g_assert_null (phone_switchboard_place_call (fixture->switchboard, "bob", "sip:alice@office.invalid", NULL, &error));
  g_assert_error (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED);
  g_clear_error (&error);
  g_assert_true (phone_switchboard_remove_account (fixture->switchboard, second, &error));
  g_assert_cmpuint (g_list_model_get_n_items (uas), ==, 1);
}

typedef struct
{
  gboolean  done;
  gboolean  good;
  gboolean  persistent;
  GError   *error;
} Added;

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Added *added = data;

  added->good = phone_switchboard_add_account_finish (PHONE_SWITCHBOARD (source), result, &added->persistent, &added->error);
  added->done = TRUE;
}

static void
test_add_account (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (PhoneAccount) account = phone_ua_pair_create_account ("sip:carol@example.com");
  g_autoptr (PhoneAccount) twin = phone_ua_pair_create_account ("sip:carol@example.com");
  g_autoptr (PhoneAccountSecrets) secrets = phone_account_secrets_new ();
  Added added = { FALSE, };

  g_object_set (account, "enabled", FALSE, NULL);
  secrets->password = g_strdup ("sesame");
  phone_switchboard_add_account_async (fixture->switchboard, account, secrets, NULL, added_cb, &added);
  phone_expect_flag ("added", &added.done);
  g_assert_no_error (added.error);
  g_assert_true (added.good && added.persistent);
  g_assert_nonnull (phone_switchboard_find_ua (fixture->switchboard, "sip:carol@example.com"));
  g_assert_cmpstr (phone_memory_secrets_get (fixture->pair->secrets, "sip:carol@example.com")->password, ==, "sesame");

  added = (Added) { FALSE, };
  phone_switchboard_add_account_async (fixture->switchboard, twin, secrets, NULL, added_cb, &added);
  phone_expect_flag ("added", &added.done);
  g_assert_false (added.good);
  g_assert_error (added.error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_EXISTS);
  g_clear_error (&added.error);

  added = (Added) { FALSE, };
  phone_memory_secrets_lose (fixture->pair->secrets);
  phone_switchboard_add_account_async (fixture->switchboard, account, secrets, NULL, added_cb, &added);
  phone_expect_flag ("added", &added.done);
  g_assert_true (added.good);
  g_assert_false (added.persistent);
  g_assert_true (phone_switchboard_remove_account (fixture->switchboard, account, NULL));
  phone_ua_pair_settle ();
}

static void
test_remove_account (Fixture       *fixture,
                     gconstpointer  data)
{
  PhoneCall *bobs;
  PhoneCall *call = ring (fixture, &bobs);
  g_autoptr (PhoneAccount) account = g_list_model_get_item (G_LIST_MODEL (fixture->accounts), 0);

  phone_call_answer (call, FALSE, NULL);
  phone_expect_call_state (bobs, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_switchboard_remove_account (fixture->switchboard, account, NULL));
  phone_expect_call_state (bobs, PHONE_CALL_STATE_ENDED);
  g_assert_cmpuint (g_list_model_get_n_items (phone_switchboard_get_calls (fixture->switchboard)), ==, 0);
  g_assert_cmpuint (fixture->n_ended, ==, 1);
}

static void
test_shut_down_rings (Fixture       *fixture,
                      gconstpointer  data)
{
  PhoneCall *bobs;

  ring (fixture, &bobs);
  g_assert_true (phone_switchboard_is_ringing (fixture->switchboard));
}

int
main (int   argc,
      char *argv[])
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/calls/switchboard/outgoing-call", Fixture, NULL, set_up, test_outgoing, tear_down);
  g_test_add ("/calls/switchboard/busy-tone", Fixture, NULL, set_up, test_busy_tone, tear_down);
  g_test_add ("/calls/switchboard/incoming-call-answered", Fixture, NULL, set_up, test_answered, tear_down);
  g_test_add ("/calls/switchboard/missed", Fixture, NULL, set_up, test_missed, tear_down);
  g_test_add ("/calls/switchboard/answered-elsewhere-is-not-missed", Fixture, NULL, set_up, test_answered_elsewhere, tear_down);
  g_test_add ("/calls/switchboard/declined", Fixture, NULL, set_up, test_declined, tear_down);
  g_test_add ("/calls/switchboard/silence", Fixture, NULL, set_up, test_silence, tear_down);
  g_test_add ("/calls/switchboard/one-call-is-heard", Fixture, NULL, set_up, test_second_call, tear_down);
  g_test_add ("/calls/switchboard/eight-calls-and-then-busy", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/calls/switchboard/accounts", Fixture, NULL, set_up, test_accounts, tear_down);
  g_test_add ("/calls/switchboard/adds-accounts", Fixture, NULL, set_up, test_add_account, tear_down);
  g_test_add ("/calls/switchboard/removing-an-account-ends-its-calls", Fixture, NULL, set_up, test_remove_account, tear_down);
  g_test_add ("/calls/switchboard/shuts-down-while-ringing", Fixture, NULL, set_up, test_shut_down_rings, tear_down);

  return g_test_run ();
}
