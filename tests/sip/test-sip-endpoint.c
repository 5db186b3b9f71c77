/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-endpoint.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-scripted-peer.h"
#include "phone-sip-request.h"

#include <string.h>

typedef struct
{
  PhoneFakeClock    *clock;
  PhoneSipEndpoint  *endpoint;
  PhoneFakeSocket   *near;
  PhoneScriptedPeer *peer;
  GPtrArray         *transactions;
  gboolean           handle;
  guint              acks;
  guint              strays;
  guint              made;
  guint              destroyed;
} Fixture;

static gboolean
request_cb (Fixture                   *fixture,
            PhoneSipServerTransaction *transaction)
{
  g_ptr_array_add (fixture->transactions, g_object_ref (transaction));

  return fixture->handle;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(PhoneSipTransport) transport = NULL;
  PhoneFakeSocket *far;

  fixture->clock = phone_fake_clock_new ();
  fixture->transactions = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->handle = TRUE;
  transport = phone_sip_transport_new (PHONE_SIP_CLOCK (fixture->clock));
  phone_sip_transport_set_keepalive (transport, 0);
  phone_fake_socket_new_pair (&fixture->near, &far);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (fixture->near), 0);
  fixture->peer = phone_scripted_peer_new (PHONE_SIP_SOCKET (far));
  g_object_unref (far);
  fixture->endpoint = phone_sip_endpoint_new (transport, PHONE_SIP_CLOCK (fixture->clock));
  g_signal_connect_swapped (fixture->endpoint, "request", G_CALLBACK (request_cb), fixture);
  g_signal_connect_swapped (fixture->endpoint, "ack", G_CALLBACK (count_cb), &fixture->acks);
  g_signal_connect_swapped (fixture->endpoint, "stray-response", G_CALLBACK (count_cb), &fixture->strays);
  g_signal_connect_swapped (fixture->endpoint, "new-transaction", G_CALLBACK (count_cb), &fixture->made);
  g_signal_connect_swapped (fixture->endpoint, "transaction-destroyed", G_CALLBACK (count_cb), &fixture->destroyed);
  phone_sip_transport_connect (transport);
  phone_fake_socket_pump (fixture->near);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->endpoint);
  g_assert_cmpuint (fixture->made, ==, fixture->destroyed);
  g_ptr_array_unref (fixture->transactions);
  g_object_unref (fixture->near);
  g_object_unref (fixture->peer);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
}

static void
receive (Fixture    *fixture,
         const char *method,
         const char *via_params,
         const char *call_id,
         guint       cseq,
         const char *to_tag)
{
  phone_scripted_peer_send (fixture->peer,
                            "%s sip:bob@example.org SIP/2.0\n"
                            "Via: SIP/2.0/WS peer.invalid%s\n"
                            "From: <sip:alice@example.org>;tag=a\n"
                            "To: <sip:bob@example.org>%s\n"
                            "Call-ID: %s\n"
                            "CSeq: %u %s\n", method, via_params, to_tag, call_id, cseq, method);
  phone_fake_socket_pump (fixture->near);
}

static PhoneSipMessage *
expect (Fixture    *fixture,
        const char *what)
{
  return phone_scripted_peer_expect (fixture->peer, what);
}

static PhoneSipRequest *
send_request (Fixture    *fixture,
              const char *method)
{
  PhoneSipRequest *request = phone_sip_request_new (fixture->endpoint, method, "sip:bob@example.org");
  g_autoptr(GError) error = NULL;

  phone_sip_request_set_header (request, "From", "<sip:alice@example.org>;tag=a");
  phone_sip_request_set_header (request, "To", "<sip:bob@example.org>");
  phone_sip_request_send (request, &error);
  g_assert_no_error (error);

  return request;
}

static void
test_new (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *one = phone_sip_endpoint_create_via (fixture->endpoint);
  g_autofree char *two = phone_sip_endpoint_create_via (fixture->endpoint);
  g_autofree char *start = g_strdup_printf ("SIP/2.0/WS %s;branch=z9hG4bK", phone_sip_endpoint_get_sent_by (fixture->endpoint));

  g_assert_cmpuint (strlen (phone_sip_endpoint_get_sent_by (fixture->endpoint)), ==, 12 + strlen (".invalid"));
  g_assert_true (g_str_has_prefix (one, start));
  g_assert_cmpstr (one, !=, two);
  phone_sip_endpoint_set_sent_by (fixture->endpoint, "host.example");
  g_free (one);
  one = phone_sip_endpoint_create_via (fixture->endpoint);
  g_assert_true (g_str_has_prefix (one, "SIP/2.0/WS host.example;"));
}

static void
test_unhandled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  fixture->handle = FALSE;
  receive (fixture, "PUBLISH", ";branch=z9hG4bK1", "c", 1, "");
  response = expect (fixture, "405");
  g_assert_true (phone_sip_message_has_token (response, PHONE_SIP_HEADER_ALLOW, "INVITE"));
  g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (fixture->endpoint), ==, 0);
}

/* Different branch, same everything else: a fork of one request (RFC 3261 §8.2.2.2). */
static void
test_merged (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  receive (fixture, "INVITE", ";branch=z9hG4bK1", "c", 1, "");
  receive (fixture, "INVITE", ";branch=z9hG4bK2", "c", 1, "");
  response = expect (fixture, "482");
  g_assert_cmpstr (phone_sip_message_get_branch (response), ==, "z9hG4bK2");
  g_assert_cmpuint (fixture->transactions->len, ==, 1);

  /* In a dialog, or with another CSeq, it is another request. */
  receive (fixture, "INVITE", ";branch=z9hG4bK3", "c", 2, "");
  receive (fixture, "INVITE", ";branch=z9hG4bK4", "c", 1, ";tag=x");
  g_assert_cmpuint (fixture->transactions->len, ==, 3);
}

static void
test_loop (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(PhoneSipRequest) request = send_request (fixture, "OPTIONS");
  g_autoptr(PhoneSipMessage) sent = expect (fixture, "OPTIONS");
  g_autoptr(PhoneSipMessage) response = NULL;

  receive (fixture, "OPTIONS", ";branch=z9hG4bKproxy", phone_sip_message_get_call_id (sent), phone_sip_message_get_cseq (sent), "");
  response = expect (fixture, "482");
  g_assert_cmpuint (fixture->transactions->len, ==, 0);
}

static void
test_cancel_without_invite (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  receive (fixture, "CANCEL", ";branch=z9hG4bK1", "c", 1, "");
  response = expect (fixture, "481");
  g_assert_cmpint (phone_sip_message_get_method (response), ==, PHONE_SIP_METHOD_CANCEL);
}

static void
test_cancel_of_other_sender (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  receive (fixture, "INVITE", ";branch=z9hG4bK1", "c", 1, "");
  phone_scripted_peer_send (fixture->peer,
                            "CANCEL sip:bob@example.org SIP/2.0\n"
                            "Via: SIP/2.0/WS other.invalid;branch=z9hG4bK1\n"
                            "From: <sip:alice@example.org>;tag=a\nTo: <sip:bob@example.org>\nCall-ID: c\nCSeq: 1 CANCEL\n");
  response = expect (fixture, "481");
}

static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  for (guint i = 0; i < 32; i++)
    {
      g_autofree char *branch = g_strdup_printf (";branch=z9hG4bK%u", i);
      g_autofree char *call_id = g_strdup_printf ("c%u", i);

      receive (fixture, "MESSAGE", branch, call_id, 1, "");
    }

  g_assert_cmpuint (fixture->transactions->len, ==, 32);
  receive (fixture, "MESSAGE", ";branch=z9hG4bKmore", "more", 1, "");
  response = expect (fixture, "503");
  g_assert_nonnull (phone_sip_message_get_header (response, PHONE_SIP_HEADER_RETRY_AFTER));
  g_assert_cmpuint (fixture->transactions->len, ==, 32);

  /* What belongs to a dialog still comes in, and an answer makes room. */
  receive (fixture, "BYE", ";branch=z9hG4bKbye", "c", 2, ";tag=x");
  g_assert_cmpuint (fixture->transactions->len, ==, 33);
  phone_sip_server_transaction_reply (fixture->transactions->pdata[0], 200, NULL, NULL);
  phone_sip_server_transaction_reply (fixture->transactions->pdata[32], 200, NULL, NULL);
  receive (fixture, "MESSAGE", ";branch=z9hG4bKmore", "more", 1, "");
  g_assert_cmpuint (fixture->transactions->len, ==, 34);
}

/* RFC 3261 §17.2.3: a branch without the cookie means nothing. */
static void
test_old_peer (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) refusal = NULL;
  const char *vias[] = { "", ";branch=1" };

  for (guint i = 0; i < G_N_ELEMENTS (vias); i++)
    {
      g_autofree char *call_id = g_strdup_printf ("old%u", i);
      PhoneSipServerTransaction *transaction;

      receive (fixture, "INVITE", vias[i], call_id, 1, "");
      receive (fixture, "INVITE", vias[i], call_id, 1, "");
      g_assert_cmpuint (fixture->transactions->len, ==, i + 1);
      transaction = fixture->transactions->pdata[i];
      phone_sip_server_transaction_reply (transaction, 486, NULL, NULL);
      g_clear_pointer (&refusal, phone_sip_message_unref);
      refusal = expect (fixture, "486");
      receive (fixture, "ACK", vias[i], call_id, 1, ";tag=x");
      g_assert_cmpint (phone_sip_server_transaction_get_state (transaction), ==, PHONE_SIP_SERVER_TRANSACTION_STATE_TERMINATED);
    }

  /* The same branch in another call is another transaction. */
  receive (fixture, "INVITE", ";branch=1", "old7", 1, "");
  g_assert_cmpuint (fixture->transactions->len, ==, 3);
  g_assert_cmpuint (fixture->acks, ==, 0);
}

static void
test_ack_of_2xx (Fixture       *fixture,
                 gconstpointer  data)
{
  receive (fixture, "INVITE", ";branch=z9hG4bK1", "c", 1, "");
  phone_sip_server_transaction_reply (fixture->transactions->pdata[0], 200, NULL, NULL);
  receive (fixture, "ACK", ";branch=z9hG4bK2", "c", 1, ";tag=x");
  g_assert_cmpuint (fixture->acks, ==, 1);
}

static void
test_stray (Fixture       *fixture,
            gconstpointer  data)
{
  phone_scripted_peer_send (fixture->peer,
                            "SIP/2.0 200 OK\nVia: SIP/2.0/WS %s;branch=z9hG4bKgone\n"
                            "From: <sip:a@b>;tag=a\nTo: <sip:c@d>;tag=b\nCall-ID: c\nCSeq: 1 INVITE\n",
                            phone_sip_endpoint_get_sent_by (fixture->endpoint));
  phone_scripted_peer_send (fixture->peer,
                            "SIP/2.0 200 OK\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKgone\n"
                            "From: <sip:a@b>;tag=a\nTo: <sip:c@d>;tag=b\nCall-ID: c\nCSeq: 1 OPTIONS\n");
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (fixture->strays, ==, 1);
}

static void
test_foreign_via (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(PhoneSipRequest) request = send_request (fixture, "OPTIONS");
  g_autoptr(PhoneSipMessage) sent = expect (fixture, "OPTIONS");
  guint succeeded = 0;

  g_signal_connect_swapped (request, "succeeded", G_CALLBACK (count_cb), &succeeded);
  phone_scripted_peer_reply (fixture->peer, sent, 200, "Via: SIP/2.0/WS else.invalid;branch=z9hG4bKelse", NULL);
  phone_scripted_peer_send (fixture->peer,
                            "SIP/2.0 200 OK\nVia: %s, SIP/2.0/WS else.invalid\nFrom: <sip:a@b>;tag=a\nTo: <sip:c@d>;tag=b\n"
                            "Call-ID: c\nCSeq: 1 OPTIONS\n",
                            phone_sip_message_get_header (sent, PHONE_SIP_HEADER_VIA));
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (succeeded, ==, 0);
  phone_scripted_peer_reply (fixture->peer, sent, 200, NULL, NULL);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (succeeded, ==, 1);
}

static void
test_wrong_method_in_response (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr(PhoneSipRequest) request = send_request (fixture, "OPTIONS");
  g_autoptr(PhoneSipMessage) sent = expect (fixture, "OPTIONS");

  phone_scripted_peer_send (fixture->peer,
                            "SIP/2.0 200 OK\nVia: %s\nFrom: <sip:a@b>;tag=a\nTo: <sip:c@d>;tag=b\nCall-ID: c\nCSeq: 1 BYE\n",
                            phone_sip_message_get_header (sent, PHONE_SIP_HEADER_VIA));
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (fixture->endpoint), ==, 1);
}

static void
test_malformed (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) bad = NULL;
  g_autoptr(PhoneSipMessage) version = NULL;

  phone_scripted_peer_send (fixture->peer,
                            "OPTIONS sip:bob@example.org SIP/2.0\nVia: SIP/2.0/WS p.invalid;branch=z9hG4bK1\n"
                            "From: <sip:a@b>;tag=a\nTo: <sip:c@d>\nCall-ID: c\nCSeq: 1 OPTIONS\nContent-Length: 99\n");
  bad = expect (fixture, "400");
  phone_scripted_peer_send (fixture->peer,
                            "OPTIONS sip:bob@example.org SIP/7.0\nVia: SIP/2.0/WS p.invalid;branch=z9hG4bK1\n"
                            "From: <sip:a@b>;tag=a\nTo: <sip:c@d>\nCall-ID: c\nCSeq: 1 OPTIONS\n");
  version = expect (fixture, "505");
  phone_scripted_peer_send (fixture->peer, "hello");
  phone_scripted_peer_send (fixture->peer, "ACK sip:bob@example.org SIP/2.0\nFrom: <sip:a@b>\n");
  phone_scripted_peer_send (fixture->peer, "SIP/2.0 banana\nFrom: <sip:a@b>\n");
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  g_assert_cmpuint (fixture->transactions->len, ==, 0);
}

/* A response that promises more than it brings is dropped: nobody is told of a refusal (RFC 3261 §18.3). */
static void
test_short_response (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(PhoneSipRequest) request = send_request (fixture, "OPTIONS");
  g_autoptr(PhoneSipMessage) sent = expect (fixture, "OPTIONS");
  guint succeeded = 0;

  g_signal_connect_swapped (request, "succeeded", G_CALLBACK (count_cb), &succeeded);
  for (guint length = 6; length >= 5; length--)
    {
      phone_scripted_peer_send (fixture->peer,
                                "SIP/2.0 200 OK\nVia: %s\nFrom: <sip:alice@example.org>;tag=a\nTo: <sip:bob@example.org>;tag=b\nCall-ID: %s\nCSeq: %s\n"
                                "Content-Type: text/plain\nContent-Length: %u\n\nhello",
                                phone_sip_message_get_header (sent, PHONE_SIP_HEADER_VIA), phone_sip_message_get_call_id (sent),
                                phone_sip_message_get_header (sent, PHONE_SIP_HEADER_CSEQ), length);
      phone_fake_socket_pump (fixture->near);
      g_assert_cmpuint (succeeded, ==, 6 - length);
      g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
    }
}

static void
test_extra_headers (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char * const lines[] = { "X-One: 1", "X-Two: 2", NULL };
  g_autoptr(PhoneSipRequest) request = NULL;
  g_autoptr(PhoneSipMessage) sent = NULL;
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_sip_endpoint_set_extra_headers (fixture->endpoint, lines);
  phone_sip_endpoint_set_user_agent (fixture->endpoint, "Test/1");
  request = send_request (fixture, "OPTIONS");
  sent = expect (fixture, "OPTIONS");
  g_assert_cmpstr (phone_sip_message_get_header_by_name (sent, "X-One"), ==, "1");
  g_assert_cmpstr (phone_sip_message_get_header_by_name (sent, "x-two"), ==, "2");
  g_assert_cmpstr (phone_sip_message_get_header (sent, PHONE_SIP_HEADER_USER_AGENT), ==, "Test/1");

  receive (fixture, "MESSAGE", ";branch=z9hG4bK1", "c", 1, "");
  phone_sip_server_transaction_reply (fixture->transactions->pdata[0], 200, NULL, NULL);
  response = expect (fixture, "200");
  g_assert_cmpstr (phone_sip_message_get_header_by_name (response, "X-Two"), ==, "2");
  phone_sip_endpoint_set_extra_headers (fixture->endpoint, NULL);
}

static void
test_survives_disconnect (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr(PhoneSipRequest) request = send_request (fixture, "INVITE");

  receive (fixture, "INVITE", ";branch=z9hG4bK1", "c", 1, "");
  g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (fixture->endpoint), ==, 2);
  phone_sip_transport_disconnect (phone_sip_endpoint_get_transport (fixture->endpoint));
  g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (fixture->endpoint), ==, 0);
}

static void
test_trace_masks (void)
{
  if (g_test_subprocess ())
    {
      Fixture fixture = { 0 };

      set_up (&fixture, NULL);
      phone_scripted_peer_send (fixture.peer,
                                "MESSAGE sip:bob@example.org SIP/2.0\nVia: SIP/2.0/WS p.invalid;branch=z9hG4bK1\n"
                                "From: <sip:a@b>;tag=a\nTo: <sip:c@d>\nCall-ID: c\nCSeq: 1 MESSAGE\n"
                                "authorization : Digest username=\"s3cret\",\n response=\"s3cret\"\n"
                                "Proxy-Authorization: Bearer s3cret\n"
                                "X-Seen: yes\n\nbody");
      phone_fake_socket_pump (fixture.near);
      phone_sip_server_transaction_reply (fixture.transactions->pdata[0], 200, NULL, NULL);
      tear_down (&fixture, NULL);
      return;
    }

  g_setenv ("G_MESSAGES_DEBUG", "phone-sip-trace", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*received*MESSAGE sip:bob@example.org*Proxy-Authorization: ****X-Seen: yes*body*sent*SIP/2.0 200 OK*");
  g_test_trap_assert_stdout_unmatched ("*s3cret*");
}

/* Nothing unless asked for; the wire only when asked for by its own name. */
static void
test_trace_by_name (void)
{
  static const struct
  {
    const char *domains;
    gboolean    traced;
  } rows[] = {
    { NULL, FALSE },
    { "phone-sip", FALSE },
    { "phone-calls phone-media", FALSE },
    { "phone-calls phone-sip-trace", TRUE },
    { "all", TRUE },
  };

  if (g_test_subprocess ())
    {
      Fixture fixture = { 0 };

      set_up (&fixture, NULL);
      receive (&fixture, "MESSAGE", ";branch=z9hG4bK1", "c", 1, "");
      phone_sip_server_transaction_reply (fixture.transactions->pdata[0], 200, NULL, NULL);
      tear_down (&fixture, NULL);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].domains != NULL)
        g_setenv ("G_MESSAGES_DEBUG", rows[i].domains, TRUE);
      else
        g_unsetenv ("G_MESSAGES_DEBUG");
      g_test_trap_subprocess (NULL, 0, 0);
      g_unsetenv ("G_MESSAGES_DEBUG");
      g_test_trap_assert_passed ();
      if (rows[i].traced)
        g_test_trap_assert_stdout ("*phone-sip-trace*MESSAGE sip:bob@example.org SIP/2.0*SIP/2.0 200 OK*");
      else
        g_test_trap_assert_stdout_unmatched ("*SIP/2.0*");
      if (rows[i].domains == NULL)
        g_test_trap_assert_stdout_unmatched ("*DEBUG*");
      g_test_trap_assert_stderr_unmatched ("*SIP/2.0*");
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/sip/endpoint/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("makes-a-fresh-branch", test_new);
  ADD ("unhandled-request-gets-405", test_unhandled);
  ADD ("merged-request-gets-482", test_merged);
  ADD ("own-request-coming-back-gets-482", test_loop);
  ADD ("cancel-without-invite-gets-481", test_cancel_without_invite);
  ADD ("cancel-of-another-sender-gets-481", test_cancel_of_other_sender);
  ADD ("too-many-requests-get-503-with-retry-after", test_limit);
  ADD ("peer-of-rfc-2543-is-matched", test_old_peer);
  ADD ("ack-of-2xx-is-told", test_ack_of_2xx);
  ADD ("stray-2xx-is-told", test_stray);
  ADD ("response-with-foreign-via-is-dropped", test_foreign_via);
  ADD ("response-to-another-method-is-dropped", test_wrong_method_in_response);
  ADD ("malformed-request-gets-400-or-505", test_malformed);
  ADD ("response-shorter-than-it-says-is-dropped", test_short_response);
  ADD ("extra-headers-everywhere", test_extra_headers);
  ADD ("disconnect-ends-all-transactions", test_survives_disconnect);
#undef ADD
  g_test_add_func ("/sip/endpoint/trace-masks-credentials", test_trace_masks);
  g_test_add_func ("/sip/endpoint/trace-is-written-only-when-asked-for", test_trace_by_name);

  return g_test_run ();
}
