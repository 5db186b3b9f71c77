/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-server-transaction.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-scripted-peer.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-status.h"

typedef struct
{
  PhoneFakeClock            *clock;
  PhoneSipEndpoint          *endpoint;
  PhoneFakeSocket           *near;
  PhoneScriptedPeer         *peer;
  PhoneSipServerTransaction *transaction;
  guint                      requests;
  GString                   *log;
} Fixture;

static void
cancelled_cb (Fixture         *fixture,
              PhoneSipMessage *cancel)
{
  g_assert_cmpint (phone_sip_message_get_method (cancel), ==, PHONE_SIP_METHOD_CANCEL);
  g_string_append (fixture->log, "cancelled;");
}

static void
acknowledged_cb (Fixture *fixture)
{
  g_string_append (fixture->log, "acknowledged;");
}

static void
failed_cb (Fixture    *fixture,
           const char *cause)
{
  g_string_append_printf (fixture->log, "%s;", cause);
}

static void
terminated_cb (Fixture *fixture)
{
  g_string_append (fixture->log, "gone;");
}

static gboolean
request_cb (Fixture                   *fixture,
            PhoneSipServerTransaction *transaction)
{
  fixture->requests++;
  g_set_object (&fixture->transaction, transaction);
  g_signal_connect_swapped (transaction, "cancelled", G_CALLBACK (cancelled_cb), fixture);
  g_signal_connect_swapped (transaction, "acknowledged", G_CALLBACK (acknowledged_cb), fixture);
  g_signal_connect_swapped (transaction, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect_swapped (transaction, "terminated", G_CALLBACK (terminated_cb), fixture);

  return TRUE;
}

static void
ack_cb (Fixture         *fixture,
        PhoneSipMessage *ack)
{
  g_string_append (fixture->log, "ack;");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(PhoneSipTransport) transport = NULL;
  PhoneFakeSocket *far;

  fixture->clock = phone_fake_clock_new ();
  fixture->log = g_string_new (NULL);
  transport = phone_sip_transport_new (PHONE_SIP_CLOCK (fixture->clock));
  phone_sip_transport_set_keepalive (transport, 0);
  phone_fake_socket_new_pair (&fixture->near, &far);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (fixture->near), 0);
  fixture->peer = phone_scripted_peer_new (PHONE_SIP_SOCKET (far));
  g_object_unref (far);
  fixture->endpoint = phone_sip_endpoint_new (transport, PHONE_SIP_CLOCK (fixture->clock));
  g_signal_connect_swapped (fixture->endpoint, "request", G_CALLBACK (request_cb), fixture);
  g_signal_connect_swapped (fixture->endpoint, "ack", G_CALLBACK (ack_cb), fixture);
  phone_sip_transport_connect (transport);
  phone_fake_socket_pump (fixture->near);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->endpoint);

  if (fixture->transaction != NULL)
    g_assert_finalize_object (fixture->transaction);

  g_object_unref (fixture->near);
  g_object_unref (fixture->peer);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->log, TRUE);
}

static void
receive (Fixture    *fixture,
         const char *method,
         const char *branch,
         const char *to_tag)
{
  phone_scripted_peer_send (fixture->peer,
                            "%s sip:bob@example.org SIP/2.0\n"
                            "Via: SIP/2.0/WS peer.invalid;branch=%s\n"
                            "From: <sip:alice@example.org>;tag=a\n"
                            "To: <sip:bob@example.org>%s\n"
                            "Call-ID: call\n"
                            "CSeq: 3 %s\n", method, branch, to_tag, method);
  phone_fake_socket_pump (fixture->near);
}

static void
expect (Fixture    *fixture,
        const char *status)
{
  g_autoptr(PhoneSipMessage) message = phone_scripted_peer_expect (fixture->peer, status);
}

static PhoneSipServerTransactionState
state (Fixture *fixture)
{
  return phone_sip_server_transaction_get_state (fixture->transaction);
}

static void
test_table (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "machines", "server-transaction.txt", NULL);
  g_autofree char *table = phone_sip_server_transaction_print_table ();
  g_autofree char *expected = NULL;

  g_file_get_contents (path, &expected, NULL, NULL);
  g_assert_cmpstr (table, ==, expected);
}

static void
test_other (Fixture       *fixture,
            gconstpointer  data)
{
  receive (fixture, "MESSAGE", "z9hG4bKm", "");
  g_assert_cmpint (state (fixture), ==, PHONE_SIP_SERVER_TRANSACTION_STATE_TRYING);
  receive (fixture, "MESSAGE", "z9hG4bKm", "");
  g_assert_cmpuint (fixture->requests, ==, 1);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);

  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 180, NULL, NULL));
  expect (fixture, "180");
  receive (fixture, "MESSAGE", "z9hG4bKm", "");
  expect (fixture, "180");

  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 200, "Fine", NULL));
  g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, 500, NULL, NULL));
  expect (fixture, "200");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  g_assert_cmpint (state (fixture), ==, PHONE_SIP_SERVER_TRANSACTION_STATE_TERMINATED);
  g_assert_cmpstr (fixture->log->str, ==, "gone;");
}

static void
test_invite_tries_at_once (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) trying = NULL;

  receive (fixture, "INVITE", "z9hG4bKi", "");
  trying = phone_scripted_peer_expect (fixture->peer, "100");
  g_assert_null (phone_sip_message_get_to_tag (trying));
  receive (fixture, "INVITE", "z9hG4bKi", "");
  expect (fixture, "100");
  g_assert_cmpuint (fixture->requests, ==, 1);
}

static void
test_replies_share_a_tag (Fixture       *fixture,
                          gconstpointer  data)
{
  static const char * const extra[] = { "X-Test: yes", NULL };
  g_autoptr(PhoneSipMessage) ringing = NULL;
  g_autoptr(PhoneSipMessage) busy = NULL;

  phone_sip_endpoint_set_user_agent (fixture->endpoint, "Test/1");
  receive (fixture, "INVITE", "z9hG4bKi", "");
  phone_sip_server_transaction_reply (fixture->transaction, 180, NULL, extra);
  phone_sip_server_transaction_reply (fixture->transaction, 486, NULL, NULL);
  ringing = phone_scripted_peer_expect (fixture->peer, "180");
  busy = phone_scripted_peer_expect (fixture->peer, "486");
  g_assert_cmpstr (phone_sip_message_get_to_tag (ringing), ==, phone_sip_server_transaction_get_to_tag (fixture->transaction));
  g_assert_cmpstr (phone_sip_message_get_to_tag (ringing), ==, phone_sip_message_get_to_tag (busy));
  g_assert_cmpstr (phone_sip_message_get_header_by_name (ringing, "X-Test"), ==, "yes");
  g_assert_cmpstr (phone_sip_message_get_header (busy, PHONE_SIP_HEADER_SERVER), ==, "Test/1");
}

static void
test_invite_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  receive (fixture, "INVITE", "z9hG4bKi", "");
  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 603, NULL, NULL));
  g_assert_cmpint (state (fixture), ==, PHONE_SIP_SERVER_TRANSACTION_STATE_COMPLETED);
  g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, NULL));
  expect (fixture, "603");
  receive (fixture, "INVITE", "z9hG4bKi", "");
  expect (fixture, "603");
  receive (fixture, "ACK", "z9hG4bKi", ";tag=x");
  g_assert_cmpstr (fixture->log->str, ==, "acknowledged;gone;");
}

static void
test_invite_refused_without_ack (Fixture       *fixture,
                                 gconstpointer  data)
{
  receive (fixture, "INVITE", "z9hG4bKi", "");
  phone_sip_server_transaction_reply (fixture->transaction, 603, NULL, NULL);
  phone_fake_clock_advance (fixture->clock, 32000);
  g_assert_cmpstr (fixture->log->str, ==, PHONE_SIP_CAUSE_NO_ACK ";gone;");
}

static void
test_invite_accepted (Fixture       *fixture,
                      gconstpointer  data)
{
  receive (fixture, "INVITE", "z9hG4bKi", "");
  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, NULL));
  g_assert_cmpint (state (fixture), ==, PHONE_SIP_SERVER_TRANSACTION_STATE_ACCEPTED);
  expect (fixture, "200");

  /* RFC 6026 §7.1: repetitions are absorbed, another 2xx passes, an ACK goes to the owner. */
  receive (fixture, "INVITE", "z9hG4bKi", "");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, NULL));
  g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, 486, NULL, NULL));
  expect (fixture, "200");
  receive (fixture, "ACK", "z9hG4bKi", ";tag=x");
  receive (fixture, "ACK", "z9hG4bKother", ";tag=x");
  g_assert_cmpstr (fixture->log->str, ==, "ack;ack;");
  phone_fake_clock_advance (fixture->clock, 32000);
  g_assert_cmpstr (fixture->log->str, ==, "ack;ack;gone;");
}

static void
test_provisional_is_said_again (Fixture       *fixture,
                                gconstpointer  data)
{
  receive (fixture, "INVITE", "z9hG4bKi", "");
  phone_fake_clock_advance (fixture->clock, 100000);
  phone_fake_socket_pump (fixture->near);
  expect (fixture, "100");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  phone_sip_server_transaction_reply (fixture->transaction, 180, NULL, NULL);
  expect (fixture, "180");
  phone_fake_clock_advance (fixture->clock, 59999);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  phone_fake_clock_advance (fixture->clock, 1);
  expect (fixture, "180");
  phone_fake_clock_advance (fixture->clock, 60000);
  expect (fixture, "180");
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) answer = NULL;

  receive (fixture, "INVITE", "z9hG4bKi", "");
  receive (fixture, "CANCEL", "z9hG4bKi", "");
  g_assert_cmpstr (fixture->log->str, ==, "cancelled;");
  answer = phone_scripted_peer_expect (fixture->peer, "200");
  g_assert_cmpint (phone_sip_message_get_method (answer), ==, PHONE_SIP_METHOD_CANCEL);
  g_assert_cmpstr (phone_sip_message_get_to_tag (answer), ==, phone_sip_server_transaction_get_to_tag (fixture->transaction));
  phone_sip_server_transaction_reply (fixture->transaction, 487, NULL, NULL);
  expect (fixture, "487");
  receive (fixture, "CANCEL", "z9hG4bKi", "");
  expect (fixture, "200");
  g_assert_cmpstr (fixture->log->str, ==, "cancelled;");
}

static void
test_connection_breaks (Fixture       *fixture,
                        gconstpointer  data)
{
  receive (fixture, GPOINTER_TO_INT (data) ? "INVITE" : "INFO", "z9hG4bKi", "");
  phone_sip_transport_disconnect (phone_sip_endpoint_get_transport (fixture->endpoint));
  g_assert_cmpstr (fixture->log->str, ==, PHONE_SIP_CAUSE_CONNECTION_ERROR ";gone;");
  g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, NULL));
}

static void
test_endpoint_goes_first (Fixture       *fixture,
                          gconstpointer  data)
{
  PhoneSipEndpoint *endpoint = fixture->endpoint;

  receive (fixture, "INVITE", "z9hG4bKi", "");
  g_assert_finalize_object (endpoint);
  g_assert_cmpstr (fixture->log->str, ==, "gone;");
  g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, NULL));
  fixture->endpoint = phone_sip_endpoint_new (phone_sip_transport_new (PHONE_SIP_CLOCK (fixture->clock)), PHONE_SIP_CLOCK (fixture->clock));
  g_object_unref (phone_sip_endpoint_get_transport (fixture->endpoint));
}

static void
test_bad_line_is_refused (Fixture       *fixture,
                          gconstpointer  data)
{
  static const char * const extra[] = { "X: a\r\nY: b", NULL };

  receive (fixture, "INFO", "z9hG4bKi", "");
  g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, extra));
  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 200, NULL, NULL));
}

static void
test_no_such_status (Fixture       *fixture,
                     gconstpointer  data)
{
  static const guint statuses[] = { 0, 99, 700 };

  receive (fixture, "INFO", "z9hG4bKi", "");
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_test_expect_message ("phone-sip", G_LOG_LEVEL_CRITICAL, "*status*");
      g_assert_false (phone_sip_server_transaction_reply (fixture->transaction, statuses[i], NULL, NULL));
      g_test_assert_expected_messages ();
    }
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  g_assert_true (phone_sip_server_transaction_reply (fixture->transaction, 699, NULL, NULL));
  expect (fixture, "699");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, func) g_test_add ("/sip/server-transaction/" path, Fixture, GINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("table-is-that-of-the-rfc", 0, test_table);
  ADD ("other-request-gets-one-final-response", 0, test_other);
  ADD ("invite-gets-100-at-once", 0, test_invite_tries_at_once);
  ADD ("replies-share-a-tag", 0, test_replies_share_a_tag);
  ADD ("refused-invite-waits-for-its-ack", 0, test_invite_refused);
  ADD ("refused-invite-without-ack-fails", 0, test_invite_refused_without_ack);
  ADD ("accepted-invite-absorbs-repetitions", 0, test_invite_accepted);
  ADD ("provisional-is-said-again-each-minute", 0, test_provisional_is_said_again);
  ADD ("cancel-is-answered-and-told", 0, test_cancel);
  ADD ("broken-connection-fails-invite", 1, test_connection_breaks);
  ADD ("broken-connection-fails-other-request", 0, test_connection_breaks);
  ADD ("outlives-its-endpoint", 0, test_endpoint_goes_first);
  ADD ("malformed-line-is-refused", 0, test_bad_line_is_refused);
  ADD ("replies-100-to-699", 0, test_no_such_status);
#undef ADD

  return g_test_run ();
}
