/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-client-transaction.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-scripted-peer.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-status.h"

#include <string.h>

typedef struct
{
  PhoneFakeClock            *clock;
  PhoneSipEndpoint          *endpoint;
  PhoneFakeSocket           *near;
  PhoneScriptedPeer         *peer;
  PhoneSipClientTransaction *transaction;
  GString                   *log;
} Fixture;

static void
response_cb (Fixture         *fixture,
             PhoneSipMessage *response)
{
  g_string_append_printf (fixture->log, "%u;", phone_sip_message_get_status (response));
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
  fixture->transaction = NULL;
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
  phone_sip_transport_connect (transport);
  phone_fake_socket_pump (fixture->near);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->endpoint);
  g_object_unref (fixture->near);
  g_object_unref (fixture->peer);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->log, TRUE);
}

static void
start (Fixture    *fixture,
       const char *method)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request (method, "sip:bob@example.org");
  g_autofree char *via = phone_sip_endpoint_create_via (fixture->endpoint);
  g_autoptr(GError) error = NULL;
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, via);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ROUTE, "<sip:proxy.example.org;lr>");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ROUTE, "<sip:second.example.org;lr>");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_FROM, "<sip:alice@example.org>;tag=a");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_TO, "<sip:bob@example.org>");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CALL_ID, "call");
  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_CSEQ, "7 %s", method);
  request = phone_sip_message_builder_end (builder, &error);
  g_assert_no_error (error);

  fixture->transaction = phone_sip_endpoint_send_request (fixture->endpoint, request);
  g_signal_connect_swapped (fixture->transaction, "response", G_CALLBACK (response_cb), fixture);
  g_signal_connect_swapped (fixture->transaction, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect_swapped (fixture->transaction, "terminated", G_CALLBACK (terminated_cb), fixture);
}

static void
answer (Fixture         *fixture,
        PhoneSipMessage *request,
        guint            status)
{
  phone_scripted_peer_reply (fixture->peer, request, status, NULL, NULL);
  phone_fake_socket_pump (fixture->near);
}

static void
test_table (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "machines", "client-transaction.txt", NULL);
  g_autofree char *table = phone_sip_client_transaction_print_table ();
  g_autofree char *expected = NULL;

  g_file_get_contents (path, &expected, NULL, NULL);
  g_assert_cmpstr (table, ==, expected);
}

static void
test_other_succeeds (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "OPTIONS");
  g_assert_cmpint (phone_sip_client_transaction_get_state (fixture->transaction), ==, PHONE_SIP_CLIENT_TRANSACTION_STATE_CALLING);
  request = phone_scripted_peer_expect (fixture->peer, "OPTIONS");
  answer (fixture, request, 100);
  g_assert_cmpint (phone_sip_client_transaction_get_state (fixture->transaction), ==, PHONE_SIP_CLIENT_TRANSACTION_STATE_PROCEEDING);
  answer (fixture, request, 200);
  answer (fixture, request, 200);
  g_assert_cmpstr (fixture->log->str, ==, "100;200;gone;");
  g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (fixture->endpoint), ==, 0);
}

static void
test_other_times_out (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "OPTIONS");
  request = phone_scripted_peer_expect (fixture->peer, "OPTIONS");
  answer (fixture, request, 100);
  phone_fake_clock_advance (fixture->clock, 31999);
  g_assert_cmpstr (fixture->log->str, ==, "100;");
  phone_fake_clock_advance (fixture->clock, 1);
  g_assert_cmpstr (fixture->log->str, ==, "100;" PHONE_SIP_CAUSE_REQUEST_TIMEOUT ";gone;");
  answer (fixture, request, 200);
  g_assert_cmpstr (fixture->log->str, ==, "100;" PHONE_SIP_CAUSE_REQUEST_TIMEOUT ";gone;");
}

static void
test_is_not_repeated (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  phone_fake_clock_advance (fixture->clock, 31000);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
}

static void
test_invite_times_out (Fixture       *fixture,
                       gconstpointer  data)
{
  start (fixture, "INVITE");
  phone_fake_clock_advance (fixture->clock, 32000);
  g_assert_cmpstr (fixture->log->str, ==, PHONE_SIP_CAUSE_REQUEST_TIMEOUT ";gone;");
}

static void
test_invite_rings_for_long (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  answer (fixture, request, 180);
  phone_fake_clock_advance (fixture->clock, 1000000);
  g_assert_cmpstr (fixture->log->str, ==, "180;");
  answer (fixture, request, 200);
  g_assert_cmpstr (fixture->log->str, ==, "180;200;");
}

static void
test_invite_accepts_forks (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  phone_scripted_peer_reply_as (fixture->peer, "one", request, 200, NULL, NULL);
  phone_scripted_peer_reply_as (fixture->peer, "two", request, 200, NULL, NULL);
  phone_scripted_peer_reply_as (fixture->peer, "three", request, 486, NULL, NULL);
  phone_scripted_peer_reply_as (fixture->peer, "three", request, 180, NULL, NULL);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpstr (fixture->log->str, ==, "200;200;");
  g_assert_cmpint (phone_sip_client_transaction_get_state (fixture->transaction), ==, PHONE_SIP_CLIENT_TRANSACTION_STATE_ACCEPTED);
  phone_fake_clock_advance (fixture->clock, 32000);
  g_assert_cmpstr (fixture->log->str, ==, "200;200;gone;");
}

static void
test_invite_acknowledges_refusal (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) ack = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  answer (fixture, request, 486);
  ack = phone_scripted_peer_expect (fixture->peer, "ACK");
  g_assert_cmpstr (phone_sip_message_get_branch (ack), ==, phone_sip_message_get_branch (request));
  g_assert_cmpstr (phone_sip_message_get_request_uri (ack), ==, "sip:bob@example.org");
  g_assert_cmpstr (phone_sip_message_get_to_tag (ack), ==, "peer");
  g_assert_cmpstr (phone_sip_message_get_from_tag (ack), ==, "a");
  g_assert_cmpstr (phone_sip_message_get_call_id (ack), ==, "call");
  g_assert_cmpuint (phone_sip_message_get_cseq (ack), ==, 7);
  g_assert_cmpuint (phone_sip_message_count_header (ack, "Via"), ==, 1);
  g_assert_cmpuint (phone_sip_message_count_header (ack, "Route"), ==, 2);
  g_assert_cmpstr (fixture->log->str, ==, "486;gone;");
}

static void
test_cancel_now (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char * const reason[] = { "Reason: SIP;cause=200;text=\"elsewhere\"", NULL };
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) cancel = NULL;
  g_autoptr(PhoneSipMessage) ack = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  answer (fixture, request, 180);
  phone_sip_client_transaction_cancel (fixture->transaction, reason);
  phone_sip_client_transaction_cancel (fixture->transaction, NULL);
  cancel = phone_scripted_peer_expect (fixture->peer, "CANCEL");
  g_assert_cmpstr (phone_sip_message_get_branch (cancel), ==, phone_sip_message_get_branch (request));
  g_assert_null (phone_sip_message_get_to_tag (cancel));
  g_assert_cmpuint (phone_sip_message_get_cseq (cancel), ==, 7);
  g_assert_cmpuint (phone_sip_message_count_header (cancel, "Route"), ==, 2);
  g_assert_cmpstr (phone_sip_message_get_header (cancel, PHONE_SIP_HEADER_REASON), ==, "SIP;cause=200;text=\"elsewhere\"");
  answer (fixture, cancel, 200);
  g_assert_cmpstr (fixture->log->str, ==, "180;");
  answer (fixture, request, 487);
  ack = phone_scripted_peer_expect (fixture->peer, "ACK");
  g_assert_cmpstr (fixture->log->str, ==, "180;487;gone;");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
}

static void
test_cancel_waits_for_provisional (Fixture       *fixture,
                                   gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) cancel = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  phone_sip_client_transaction_cancel (fixture->transaction, NULL);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  answer (fixture, request, 100);
  cancel = phone_scripted_peer_expect (fixture->peer, "CANCEL");

  /* RFC 3261 §9.1: nobody heeds it. */
  phone_fake_clock_advance (fixture->clock, 32000);
  g_assert_cmpstr (fixture->log->str, ==, "100;" PHONE_SIP_CAUSE_REQUEST_TIMEOUT ";gone;");
}

static void
test_cancel_too_late (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  answer (fixture, request, 200);
  phone_sip_client_transaction_cancel (fixture->transaction, NULL);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
}

static void
test_cancel_of_other_is_nothing (Fixture       *fixture,
                                 gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "MESSAGE");
  request = phone_scripted_peer_expect (fixture->peer, "MESSAGE");
  answer (fixture, request, 100);
  phone_sip_client_transaction_cancel (fixture->transaction, NULL);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
}

static void
test_connection_breaks (Fixture       *fixture,
                        gconstpointer  data)
{
  start (fixture, GPOINTER_TO_INT (data) ? "INVITE" : "MESSAGE");
  phone_fake_socket_cut (fixture->near);
  g_assert_cmpstr (fixture->log->str, ==, PHONE_SIP_CAUSE_CONNECTION_ERROR ";gone;");
  phone_sip_transport_disconnect (phone_sip_endpoint_get_transport (fixture->endpoint));
}

static void
test_no_connection (Fixture       *fixture,
                    gconstpointer  data)
{
  phone_sip_transport_disconnect (phone_sip_endpoint_get_transport (fixture->endpoint));
  start (fixture, "OPTIONS");
  g_assert_cmpstr (fixture->log->str, ==, "");
  phone_fake_clock_advance (fixture->clock, 0);
  g_assert_cmpstr (fixture->log->str, ==, PHONE_SIP_CAUSE_CONNECTION_ERROR ";gone;");
}

static void
test_break_after_answer_is_no_failure (Fixture       *fixture,
                                       gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;

  start (fixture, "INVITE");
  request = phone_scripted_peer_expect (fixture->peer, "INVITE");
  answer (fixture, request, 200);
  phone_sip_transport_disconnect (phone_sip_endpoint_get_transport (fixture->endpoint));
  g_assert_cmpstr (fixture->log->str, ==, "200;gone;");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, func) g_test_add ("/sip/client-transaction/" path, Fixture, GINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("table-is-that-of-the-rfc", 0, test_table);
  ADD ("other-request-gets-one-final-response", 0, test_other_succeeds);
  ADD ("other-request-times-out-after-32-s", 0, test_other_times_out);
  ADD ("nothing-is-repeated", 0, test_is_not_repeated);
  ADD ("invite-without-answer-times-out", 0, test_invite_times_out);
  ADD ("invite-may-ring-for-long", 0, test_invite_rings_for_long);
  ADD ("invite-passes-on-every-2xx", 0, test_invite_accepts_forks);
  ADD ("invite-acknowledges-a-refusal", 0, test_invite_acknowledges_refusal);
  ADD ("cancel-after-provisional", 0, test_cancel_now);
  ADD ("cancel-waits-for-provisional", 0, test_cancel_waits_for_provisional);
  ADD ("cancel-after-answer-is-nothing", 0, test_cancel_too_late);
  ADD ("cancel-of-other-request-is-nothing", 0, test_cancel_of_other_is_nothing);
  ADD ("broken-connection-fails-invite", 1, test_connection_breaks);
  ADD ("broken-connection-fails-other-request", 0, test_connection_breaks);
  ADD ("missing-connection-fails-later", 0, test_no_connection);
  ADD ("break-after-answer-is-no-failure", 0, test_break_after_answer_is_no_failure);
#undef ADD

  return g_test_run ();
}
