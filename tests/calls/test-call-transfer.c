/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-exchange.h"
#include "phone-expect.h"
#include "phone-sip-websocket.h"

#include <string.h>

/* Three telephones at one exchange, over real sockets and real time, with fake media. */
typedef struct
{
  PhoneExchange      *exchange;
  PhoneSipClock      *clock;
  PhoneMemorySecrets *secrets;
  PhoneUa            *uas[3];
} House;

enum { ALICE, BOB, CAROL };

static PhoneSipSocket *
create_socket (const char  *url,
               const char  *ca_file,
               gpointer     data,
               GError     **error)
{
  return PHONE_SIP_SOCKET (phone_sip_websocket_new (url, error));
}

static gboolean
is_registered (gpointer data)
{
  return phone_ua_is_registered (data);
}

static void
set_up (House         *house,
        gconstpointer  data)
{
  static const char * const uris[] = { "sip:alice@house.invalid", "sip:bob@house.invalid", "sip:carol@house.invalid" };
  g_autoptr (GError) error = NULL;

  house->exchange = phone_exchange_new ("house.invalid");
  g_assert_true (phone_exchange_listen (house->exchange, 0, &error));
  g_assert_no_error (error);
  house->clock = phone_sip_clock_new_main_loop ();
  house->secrets = phone_memory_secrets_new ();
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (PhoneAccount) account = phone_account_new ();
      PhoneSwitchboardParts parts = {
        .clock = house->clock,
        .secrets = PHONE_SECRETS (house->secrets),
        .socket_factory = create_socket,
        .media_factory = phone_fake_media_new,
      };

      g_object_set (account, "uri", uris[i], NULL);
      phone_account_add_socket (account, phone_exchange_get_url (house->exchange), 0);
      house->uas[i] = phone_ua_new (account, &parts);
      phone_ua_start (house->uas[i]);
      phone_expect_until (uris[i], is_registered, house->uas[i]);
    }
}

static gboolean
is_offline (gpointer data)
{
  return phone_ua_get_state (data) == PHONE_UA_STATE_OFFLINE;
}

static void
tear_down (House         *house,
           gconstpointer  data)
{
  for (guint i = 0; i < 3; i++)
    phone_ua_stop (house->uas[i]);
  for (guint i = 0; i < 3; i++)
    phone_expect_until ("offline", is_offline, house->uas[i]);
  for (guint i = 0; i < 3; i++)
    g_object_unref (house->uas[i]);
  phone_ua_pair_settle ();
  phone_exchange_close (house->exchange);
  phone_ua_pair_settle ();
  g_object_unref (house->exchange);
  g_object_unref (house->secrets);
  g_object_unref (house->clock);
  phone_ua_pair_settle ();
}

typedef struct
{
  PhoneUa        *ua;
  PhoneCallState  state;
  PhoneCall      *found;
  PhoneCall      *not_this;
} Search;

static gboolean
has_call (gpointer data)
{
  Search *search = data;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (search->ua)); i++)
    {
      PhoneCall *call = phone_ua_pair_get_call (search->ua, i);

      if (call != search->not_this && phone_call_get_state (call) == search->state)
        search->found = call;
    }

  return search->found != NULL;
}

static PhoneCall *
await_call (PhoneUa        *ua,
            PhoneCallState  state,
            PhoneCall      *not_this)
{
  Search search = { ua, state, NULL, not_this };

  phone_expect_until (phone_call_state_to_string (state), has_call, &search);

  return search.found;
}

static PhoneCall *
connect_call (House      *house,
              guint       from,
              guint       to,
              const char *target,
              PhoneCall **out_callee,
              PhoneCall  *not_this)
{
  g_autoptr (GError) error = NULL;
  PhoneCall *caller = phone_ua_call (house->uas[from], target, NULL, &error);

  g_assert_no_error (error);
  *out_callee = await_call (house->uas[to], PHONE_CALL_STATE_INCOMING, not_this);
  phone_call_answer (*out_callee, FALSE, NULL);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ACTIVE);
  phone_expect_call_state (*out_callee, PHONE_CALL_STATE_ACTIVE);

  return caller;
}

static void
count_cb (PhoneUa             *ua,
          PhoneCall           *call,
          PhoneCallOriginator  originator,
          guint               *n)
{
  g_assert_cmpint (originator, ==, PHONE_CALL_ORIGINATOR_LOCAL);
  ++*n;
}

/* Alice sends Bob to Carol; Bob's telephone follows by itself, Alice's call ends by itself. */
static void
test_blind (House         *house,
            gconstpointer  data)
{
  PhoneCall *bob;
  PhoneCall *alice = connect_call (house, ALICE, BOB, "bob", &bob, NULL);
  PhoneCall *carol, *followed;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (house->uas[BOB], "new-call", G_CALLBACK (count_cb), &n);
  g_assert_true (phone_call_transfer (alice, "carol", &error));
  g_assert_no_error (error);
  g_assert_true (phone_call_get_busy (alice));
  carol = await_call (house->uas[CAROL], PHONE_CALL_STATE_INCOMING, NULL);
  g_assert_cmpstr (phone_call_get_remote_uri (carol), ==, "sip:bob@house.invalid");
  g_assert_null (phone_call_get_transfer_request (bob));
  phone_call_answer (carol, FALSE, NULL);
  phone_expect_call_state (carol, PHONE_CALL_STATE_ACTIVE);
  phone_expect_call_state (alice, PHONE_CALL_STATE_ENDED);
  phone_expect_call_state (bob, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_originator (alice), ==, PHONE_CALL_ORIGINATOR_LOCAL);
  g_assert_cmpint (phone_call_get_end_reason (alice), ==, PHONE_CALL_END_HUNG_UP);
  followed = await_call (house->uas[BOB], PHONE_CALL_STATE_ACTIVE, bob);
  g_assert_cmpstr (phone_call_get_remote_uri (followed), ==, "sip:carol@house.invalid");
  g_assert_cmpuint (n, ==, 1);
  g_signal_handlers_disconnect_by_data (house->uas[BOB], &n);
}

static gboolean
has_problem (gpointer data)
{
  return *phone_call_get_problem (data) != '\0';
}

static void
test_target_declines (House         *house,
                      gconstpointer  data)
{
  PhoneCall *bob;
  PhoneCall *alice = connect_call (house, ALICE, BOB, "bob", &bob, NULL);
  PhoneCall *carol;

  g_assert_true (phone_call_transfer (alice, "carol", NULL));
  carol = await_call (house->uas[CAROL], PHONE_CALL_STATE_INCOMING, NULL);
  phone_call_hang_up (carol, 486, NULL, NULL);
  phone_expect_until ("problem", has_problem, alice);
  g_assert_cmpstr (phone_call_get_problem (alice), ==, "Busy");
  g_assert_false (phone_call_get_busy (alice));
  g_assert_cmpint (phone_call_get_state (alice), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_state (bob), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_false (phone_call_is_transferred (bob));
}

static gboolean
has_request (gpointer data)
{
  return phone_call_get_transfer_request (data) != NULL;
}

/* Another domain: the person is asked. */
static void
test_stranger (House         *house,
               gconstpointer  data)
{
  PhoneCall *bob;
  PhoneCall *alice = connect_call (house, ALICE, BOB, "bob", &bob, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_call_accept_transfer (bob, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_true (phone_call_transfer (alice, "sip:premium@elsewhere.invalid", NULL));
  phone_expect_until ("request", has_request, bob);
  g_assert_cmpstr (phone_call_get_transfer_request (bob), ==, "sip:premium@elsewhere.invalid");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (house->uas[BOB])), ==, 1);
  g_assert_true (phone_call_reject_transfer (bob, &error));
  g_assert_null (phone_call_get_transfer_request (bob));
  phone_expect_until ("problem", has_problem, alice);
  g_assert_cmpstr (phone_call_get_problem (alice), ==, "Rejected");
  g_assert_cmpint (phone_call_get_state (alice), ==, PHONE_CALL_STATE_ACTIVE);
}

static void
test_stranger_accepted (House         *house,
                        gconstpointer  data)
{
  PhoneCall *bob;
  PhoneCall *alice = connect_call (house, ALICE, BOB, "bob", &bob, NULL);

  g_assert_true (phone_call_transfer (alice, "sip:friend@elsewhere.invalid", NULL));
  phone_expect_until ("request", has_request, bob);
  g_assert_true (phone_call_accept_transfer (bob, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (house->uas[BOB])), ==, 2);
  phone_expect_until ("problem", has_problem, alice);
  g_assert_cmpstr (phone_call_get_problem (alice), ==, "Not Found");
}

/* Alice talks to Bob and to Carol, then joins them: Carol's call is replaced without ringing. */
static void
test_attended (House         *house,
               gconstpointer  data)
{
  PhoneCall *bob, *carol;
  PhoneCall *first = connect_call (house, ALICE, BOB, "bob", &bob, NULL);
  PhoneCall *second = connect_call (house, ALICE, CAROL, "carol", &carol, NULL);
  PhoneCall *joined_bob, *joined_carol;
  GString *events = phone_ua_pair_record_events (carol);
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_call_transfer_to (first, first, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (phone_call_transfer_to (first, second, &error));
  g_assert_no_error (error);
  joined_bob = await_call (house->uas[BOB], PHONE_CALL_STATE_ACTIVE, bob);
  joined_carol = await_call (house->uas[CAROL], PHONE_CALL_STATE_ACTIVE, carol);
  g_assert_cmpstr (phone_call_get_remote_uri (joined_bob), ==, "sip:carol@house.invalid");
  g_assert_cmpstr (phone_call_get_remote_uri (joined_carol), ==, "sip:bob@house.invalid");
  g_assert_true (phone_call_is_replacement (joined_carol));
  phone_expect_call_state (first, PHONE_CALL_STATE_ENDED);
  phone_expect_call_state (second, PHONE_CALL_STATE_ENDED);
  phone_expect_call_state (bob, PHONE_CALL_STATE_ENDED);
  phone_expect_call_state (carol, PHONE_CALL_STATE_ENDED);
  g_assert_true (g_str_has_prefix (events->str, "replaces "));
}

static void
test_arguments (House         *house,
                gconstpointer  data)
{
  PhoneCall *bob;
  PhoneCall *alice = connect_call (house, ALICE, BOB, "bob", &bob, NULL);
  PhoneCall *ringing = phone_ua_call (house->uas[ALICE], "carol", NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_call_transfer (alice, "two words", &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (phone_call_transfer (ringing, "bob", &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_false (phone_call_transfer_to (alice, ringing, &error));
  g_assert_error (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_STATE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/calls/call-transfer/blind", House, NULL, set_up, test_blind, tear_down);
  g_test_add ("/calls/call-transfer/target-declines", House, NULL, set_up, test_target_declines, tear_down);
  g_test_add ("/calls/call-transfer/strangers-are-asked-about", House, NULL, set_up, test_stranger, tear_down);
  g_test_add ("/calls/call-transfer/strangers-may-be-called", House, NULL, set_up, test_stranger_accepted, tear_down);
  g_test_add ("/calls/call-transfer/attended", House, NULL, set_up, test_attended, tear_down);
  g_test_add ("/calls/call-transfer/refuses-what-cannot-be", House, NULL, set_up, test_arguments, tear_down);

  return g_test_run ();
}
