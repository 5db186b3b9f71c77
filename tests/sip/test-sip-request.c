/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-request.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-scripted-peer.h"
#include "phone-sip-error.h"
#include "phone-sip-status.h"

#include <string.h>

#define NEAR_REALM  "WWW-Authenticate: Digest realm=\"near\", nonce=\"n1\", qop=\"auth\""
#define PROXY_REALM "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"p1\", qop=\"auth\", algorithm=SHA-256"

typedef struct
{
  PhoneFakeClock    *clock;
  PhoneSipEndpoint  *endpoint;
  PhoneFakeSocket   *near;
  PhoneScriptedPeer *peer;
  PhoneSipRequest   *request;
  GString           *log;
} Fixture;

static void
provisional_cb (Fixture         *fixture,
                PhoneSipMessage *response)
{
  g_string_append_printf (fixture->log, "%u;", phone_sip_message_get_status (response));
}

static void
succeeded_cb (Fixture         *fixture,
              PhoneSipMessage *response)
{
  g_string_append_printf (fixture->log, "ok %u;", phone_sip_message_get_status (response));
}

static void
failed_cb (Fixture         *fixture,
           PhoneSipMessage *response,
           const char      *cause)
{
  g_string_append_printf (fixture->log, "failed %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0, cause);
}

static void
authenticated_cb (Fixture *fixture)
{
  g_string_append (fixture->log, "again;");
}

static PhoneSipRequest *
make (Fixture    *fixture,
      const char *method)
{
  PhoneSipRequest *request = phone_sip_request_new (fixture->endpoint, method, "sip:bob@example.org");
  g_autoptr(PhoneSipCredentials) credentials = phone_sip_credentials_new ("alice", "secret");

  phone_sip_request_set_header (request, "From", "<sip:alice@example.org>;tag=a");
  phone_sip_request_set_header (request, "To", "<sip:bob@example.org>");
  phone_sip_request_set_credentials (request, credentials);
  g_signal_connect_swapped (request, "provisional", G_CALLBACK (provisional_cb), fixture);
  g_signal_connect_swapped (request, "succeeded", G_CALLBACK (succeeded_cb), fixture);
  g_signal_connect_swapped (request, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect_swapped (request, "authenticated", G_CALLBACK (authenticated_cb), fixture);

  return request;
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
  fixture->request = make (fixture, data != NULL ? data : "MESSAGE");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->request);
  g_object_unref (fixture->near);
  g_object_unref (fixture->peer);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->log, TRUE);
}

static PhoneSipMessage *
send_and_expect (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  phone_sip_request_send (fixture->request, &error);
  g_assert_no_error (error);

  return phone_scripted_peer_expect (fixture->peer, phone_sip_request_get_method (fixture->request));
}

/* Refuses sent with a challenge; gives what comes next. */
static PhoneSipMessage *
challenge (Fixture         *fixture,
           PhoneSipMessage *sent,
           guint            status,
           const char      *lines)
{
  phone_scripted_peer_reply (fixture->peer, sent, status, lines, NULL);

  return phone_scripted_peer_expect (fixture->peer, phone_sip_request_get_method (fixture->request));
}

static void
answer (Fixture         *fixture,
        PhoneSipMessage *sent,
        guint            status,
        const char      *lines)
{
  phone_scripted_peer_reply (fixture->peer, sent, status, lines, NULL);
  phone_fake_socket_pump (fixture->near);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
}

static void
test_draft (Fixture       *fixture,
            gconstpointer  data)
{
  static const char * const routes[] = { "<sip:one;lr>", "<sip:two;lr>", NULL };
  static const char * const good[] = { "X-A: 1", "x-b:2", NULL };
  static const char * const bad[] = { "X-C: 1", "no header", NULL };
  static const char * const split[] = { "X-C: 1\r\nX-D: 2", NULL };
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) values = NULL;
  g_autofree char *text = NULL;
  PhoneSipRequest *request = fixture->request;

  g_assert_cmpstr (phone_sip_request_get_method (request), ==, "MESSAGE");
  g_assert_cmpstr (phone_sip_request_get_uri (request), ==, "sip:bob@example.org");
  g_assert_cmpstr (phone_sip_request_get_header (request, "max-forwards"), ==, "69");
  g_assert_nonnull (phone_sip_request_get_header (request, "i"));
  g_assert_null (phone_sip_request_get_header (request, "Route"));
  g_assert_null (phone_sip_request_get_body (request));
  g_assert_cmpstr (phone_sip_request_get_header (request, "From"), ==, "<sip:alice@example.org>;tag=a");
  g_assert_cmpstr (phone_sip_request_get_header (request, "To"), ==, "<sip:bob@example.org>");
  values = phone_sip_request_get_headers (request, "Route");
  g_assert_cmpuint (g_strv_length (values), ==, 0);
  g_clear_pointer (&values, g_strfreev);
  phone_sip_request_set_headers (request, "Route", routes);
  values = phone_sip_request_get_headers (request, "Route");
  g_assert_cmpuint (g_strv_length (values), ==, 2);
  phone_sip_request_set_header (request, "route", "<sip:three;lr>");
  g_assert_cmpstr (phone_sip_request_get_header (request, "Route"), ==, "<sip:three;lr>");
  phone_sip_request_set_header (request, "Route", NULL);
  g_assert_false (phone_sip_request_has_header (request, "Route"));
  g_assert_true (phone_sip_request_add_lines (request, good, &error));
  g_assert_cmpstr (phone_sip_request_get_header (request, "X-B"), ==, "2");
  g_assert_true (phone_sip_request_has_header (request, "x-a"));
  phone_sip_request_set_header (request, "X-A", "3");
  g_assert_cmpstr (phone_sip_request_get_header (request, "X-A"), ==, "3");
  g_assert_false (phone_sip_request_add_lines (request, bad, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (phone_sip_request_add_lines (request, split, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_assert_false (phone_sip_request_has_header (request, "X-C"));
  phone_sip_request_set_cseq (request, 77);
  g_assert_cmpstr (phone_sip_request_get_header (request, "CSeq"), ==, "77 MESSAGE");
  g_assert_cmpuint (phone_sip_request_get_cseq (request), ==, 77);
  phone_sip_request_set_body (request, "text/plain", "grüße", -1);
  text = phone_sip_request_to_string (request);
  g_assert_nonnull (strstr (text, "\r\nCSeq: 77 MESSAGE\r\n"));
  g_assert_nonnull (strstr (text, "\r\nContent-Length: 7\r\n"));
  g_assert_nonnull (strstr (text, "\r\nSupported: outbound\r\n"));
  g_assert_nonnull (strstr (text, "\r\nAllow: INVITE,ACK,"));
}

/* As JsSIP writes it: line, headers, extra headers, Allow, Supported, User-Agent, length, body. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  static const char * const parts[] = {
    "MESSAGE sip:bob@example.org SIP/2.0\r\n", "\r\nFrom: ", "\r\nTo: ", "\r\nX-A: 1\r\n", "\r\nAllow: ", "\r\nSupported: ", "\r\nUser-Agent: Test/1\r\n",
    "\r\nContent-Length: 7\r\n", "\r\n\r\ngrüße",
  };
  g_autofree char *text = NULL;
  const char *at;

  phone_sip_endpoint_set_user_agent (fixture->endpoint, "Test/1");
  phone_sip_request_add_header (fixture->request, "X-A", "1");
  phone_sip_request_set_body (fixture->request, "text/plain", "grüße", -1);
  at = text = phone_sip_request_to_string (fixture->request);
  g_assert_true (g_str_has_prefix (text, parts[0]));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      at = strstr (at, parts[i]);
      if (at == NULL)
        g_error ("“%s” is not in its place in\n%s", parts[i], text);
    }
  g_assert_cmpstr (at, ==, "\r\n\r\ngrüße");
}

static void
test_copy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(PhoneSipRequest) copy = NULL;

  phone_sip_request_add_header (fixture->request, "X-A", "1");
  phone_sip_request_set_body (fixture->request, "text/plain", "hello", -1);
  copy = phone_sip_request_copy (fixture->request);
  phone_sip_request_set_header (fixture->request, "X-A", NULL);
  g_assert_cmpstr (phone_sip_request_get_header (copy, "X-A"), ==, "1");
  g_assert_cmpstr (phone_sip_request_get_body (copy), ==, "hello");
  g_assert_cmpuint (phone_sip_request_get_cseq (copy), ==, phone_sip_request_get_cseq (fixture->request));
  g_assert_cmpstr (phone_sip_request_get_header (copy, "Call-ID"), ==, phone_sip_request_get_header (fixture->request, "Call-ID"));
}

static void
test_sends_once (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);
  g_autoptr(GError) error = NULL;

  g_assert_false (phone_sip_request_send (fixture->request, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
  g_assert_cmpstr (phone_sip_message_get_call_id (phone_sip_request_get_message (fixture->request)), ==,
                   phone_sip_message_get_call_id (sent));
  g_assert_nonnull (phone_sip_request_get_transaction (fixture->request));
  answer (fixture, sent, 202, NULL);
  g_assert_cmpstr (fixture->log->str, ==, "ok 202;");
  g_assert_null (phone_sip_request_get_transaction (fixture->request));
}

static void
test_bad_header_is_an_error (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  phone_sip_request_add_header (fixture->request, "X", "a\r\nb");
  g_assert_false (phone_sip_request_send (fixture->request, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);
}

static void
test_fails (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);

  answer (fixture, sent, 100, NULL);
  answer (fixture, sent, 486, NULL);
  g_assert_cmpstr (fixture->log->str, ==, "100;failed 486 Busy;");
}

static void
test_time_out (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);

  phone_fake_clock_advance (fixture->clock, 32000);
  g_assert_cmpstr (fixture->log->str, ==, "failed 0 Request Timeout;");
}

static void
test_408_is_a_time_out (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);

  answer (fixture, sent, 408, NULL);
  g_assert_cmpstr (fixture->log->str, ==, "failed 408 Request Timeout;");
}

static void
test_401 (Fixture       *fixture,
          gconstpointer  data)
{
  guint32 cseq = phone_sip_request_get_cseq (fixture->request);
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, 401, NEAR_REALM);
  const char *proof = phone_sip_message_get_header (second, PHONE_SIP_HEADER_AUTHORIZATION);

  g_assert_null (phone_sip_message_get_header (first, PHONE_SIP_HEADER_AUTHORIZATION));
  g_assert_nonnull (proof);
  g_assert_nonnull (strstr (proof, "nc=00000001"));
  g_assert_nonnull (strstr (proof, "uri=\"sip:bob@example.org\""));
  g_assert_cmpuint (phone_sip_message_get_cseq (second), ==, cseq + 1);
  g_assert_cmpuint (phone_sip_request_get_cseq (fixture->request), ==, cseq + 1);
  g_assert_cmpstr (phone_sip_message_get_call_id (second), ==, phone_sip_message_get_call_id (first));
  g_assert_cmpstr (phone_sip_message_get_branch (second), !=, phone_sip_message_get_branch (first));
  answer (fixture, second, 200, NULL);
  g_assert_cmpstr (fixture->log->str, ==, "again;ok 200;");
}

static void
test_407 (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, 407, PROXY_REALM);

  g_assert_null (phone_sip_message_get_header (second, PHONE_SIP_HEADER_AUTHORIZATION));
  g_assert_nonnull (strstr (phone_sip_message_get_header (second, PHONE_SIP_HEADER_PROXY_AUTHORIZATION), "algorithm=SHA-256"));
  answer (fixture, second, 200, NULL);
  g_assert_cmpstr (fixture->log->str, ==, "again;ok 200;");
}

static void
test_407_then_401 (Fixture       *fixture,
                   gconstpointer  data)
{
  gboolean proxy_first = data == NULL;
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, proxy_first ? 407 : 401, proxy_first ? PROXY_REALM : NEAR_REALM);
  g_autoptr(PhoneSipMessage) third = challenge (fixture, second, proxy_first ? 401 : 407, proxy_first ? NEAR_REALM : PROXY_REALM);

  g_assert_nonnull (phone_sip_message_get_header (third, PHONE_SIP_HEADER_AUTHORIZATION));
  g_assert_nonnull (phone_sip_message_get_header (third, PHONE_SIP_HEADER_PROXY_AUTHORIZATION));
  g_assert_cmpuint (phone_sip_message_get_cseq (third), ==, phone_sip_message_get_cseq (first) + 2);

  /* The nonce that was used before counts up (RFC 7616 §3.4). */
  g_assert_nonnull (strstr (phone_sip_message_get_header (third, proxy_first ? PHONE_SIP_HEADER_PROXY_AUTHORIZATION
                                                                             : PHONE_SIP_HEADER_AUTHORIZATION), "nc=00000002"));
  answer (fixture, third, 200, NULL);
  g_assert_cmpstr (fixture->log->str, ==, "again;again;ok 200;");
}

static void
test_two_realms_at_once (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, 407,
                                                 PROXY_REALM "\nProxy-Authenticate: Digest realm=\"other\", nonce=\"q\", qop=\"auth\"");

  g_assert_cmpuint (phone_sip_message_count_header (second, "Proxy-Authorization"), ==, 2);
  answer (fixture, second, 200, NULL);
}

/* RFC 8760 §2.4: the topmost that we know; a second line of the same realm is an alternative. */
static void
test_chooses_algorithm (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, 401,
                                                 "WWW-Authenticate: Digest realm=\"r\", nonce=\"x\", qop=\"auth\", algorithm=SHA-256\n"
                                                 "WWW-Authenticate: Digest realm=\"r\", nonce=\"y\", qop=\"auth\", algorithm=MD5");
  const char *proof = phone_sip_message_get_header (second, PHONE_SIP_HEADER_AUTHORIZATION);

  g_assert_cmpuint (phone_sip_message_count_header (second, "Authorization"), ==, 1);
  g_assert_nonnull (strstr (proof, "algorithm=SHA-256"));
  g_assert_nonnull (strstr (proof, "nonce=\"x\""));
  answer (fixture, second, 200, NULL);
}

static void
test_wrong_password_stops (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, 401, NEAR_REALM);

  answer (fixture, second, 401, "WWW-Authenticate: Digest realm=\"near\", nonce=\"n2\", qop=\"auth\"");
  g_assert_cmpstr (fixture->log->str, ==, "again;failed 401 Authentication Error;");
}

static void
test_stale (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) second = challenge (fixture, first, 401, NEAR_REALM);
  g_autoptr(PhoneSipMessage) third = challenge (fixture, second, 401,
                                                "WWW-Authenticate: Digest realm=\"near\", nonce=\"n2\", qop=\"auth\", stale=true");

  g_assert_nonnull (strstr (phone_sip_message_get_header (third, PHONE_SIP_HEADER_AUTHORIZATION), "nonce=\"n2\""));
  g_assert_nonnull (strstr (phone_sip_message_get_header (third, PHONE_SIP_HEADER_AUTHORIZATION), "nc=00000001"));

  /* Stale with the very nonce that it gave is no reason to go on. */
  answer (fixture, third, 401, "WWW-Authenticate: Digest realm=\"near\", nonce=\"n2\", qop=\"auth\", stale=true");
  g_assert_cmpstr (fixture->log->str, ==, "again;again;failed 401 Authentication Error;");
}

static void
test_stale_for_ever (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);
  guint answers = 0;

  while (answers < 20)
    {
      g_autofree char *line = g_strdup_printf ("WWW-Authenticate: Digest realm=\"near\", nonce=\"n%u\", qop=\"auth\", stale=true", answers);
      PhoneSipMessage *next;

      phone_scripted_peer_reply (fixture->peer, sent, 401, line, NULL);
      phone_fake_socket_pump (fixture->near);

      if (phone_scripted_peer_get_n_waiting (fixture->peer) == 0)
        break;

      next = phone_scripted_peer_expect (fixture->peer, "MESSAGE");
      g_clear_pointer (&sent, phone_sip_message_unref);
      sent = next;
      answers++;
    }

  g_assert_cmpuint (answers, ==, 3);
  g_assert_true (g_str_has_suffix (fixture->log->str, "failed 401 Authentication Error;"));
}

static void
test_unknown_scheme (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);

  answer (fixture, sent, 401, "WWW-Authenticate: Negotiate abc\nWWW-Authenticate: Digest nonsense");
  g_assert_cmpstr (fixture->log->str, ==, "failed 401 Authentication Error;");
}

static void
test_no_credentials (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) sent = NULL;

  phone_sip_request_set_credentials (fixture->request, NULL);
  sent = send_and_expect (fixture);
  answer (fixture, sent, 401, NEAR_REALM);
  g_assert_cmpstr (fixture->log->str, ==, "failed 401 Authentication Error;");
}

static void
test_jwt (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr(PhoneSipCredentials) credentials = phone_sip_credentials_new ("alice", NULL);
  g_autoptr(PhoneSipMessage) sent = NULL;

  credentials->jwt = g_strdup ("Bearer abc.def");
  phone_sip_request_set_credentials (fixture->request, credentials);
  sent = send_and_expect (fixture);
  g_assert_cmpstr (phone_sip_message_get_header (sent, PHONE_SIP_HEADER_AUTHORIZATION), ==, "Bearer abc.def");
  answer (fixture, sent, 200, NULL);
}

static void
test_cancel_after_challenge (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) ack = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autoptr(PhoneSipMessage) cancel = NULL;
  g_autoptr(PhoneSipMessage) last = NULL;

  phone_scripted_peer_reply (fixture->peer, first, 401, NEAR_REALM, NULL);
  ack = phone_scripted_peer_expect (fixture->peer, "ACK");
  second = phone_scripted_peer_expect (fixture->peer, "INVITE");
  phone_scripted_peer_reply (fixture->peer, second, 180, NULL, NULL);
  phone_fake_socket_pump (fixture->near);
  phone_sip_request_cancel (fixture->request, NULL);
  cancel = phone_scripted_peer_expect (fixture->peer, "CANCEL");
  g_assert_cmpstr (phone_sip_message_get_branch (cancel), ==, phone_sip_message_get_branch (second));
  g_assert_cmpuint (phone_sip_message_get_cseq (cancel), ==, phone_sip_message_get_cseq (second));
  phone_scripted_peer_reply (fixture->peer, second, 487, NULL, NULL);
  last = phone_scripted_peer_expect (fixture->peer, "ACK");
  g_assert_cmpstr (fixture->log->str, ==, "again;180;failed 487 SIP Failure Code;");
}

static void
test_cancelled_is_not_repeated (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) first = send_and_expect (fixture);
  g_autoptr(PhoneSipMessage) ack = NULL;

  phone_sip_request_cancel (fixture->request, NULL);
  phone_scripted_peer_reply (fixture->peer, first, 401, NEAR_REALM, NULL);
  ack = phone_scripted_peer_expect (fixture->peer, "ACK");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->peer), ==, 0);
  g_assert_true (g_str_has_prefix (fixture->log->str, "failed 401 "));
}

static void
test_lives_until_answered (Fixture       *fixture,
                           gconstpointer  data)
{
  PhoneSipRequest *dropped = make (fixture, "INFO");
  PhoneSipRequest *watched = dropped;
  g_autoptr(PhoneSipMessage) first = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;

  g_object_add_weak_pointer (G_OBJECT (dropped), (gpointer *) &watched);
  phone_sip_request_send (dropped, NULL);
  g_object_unref (dropped);
  g_assert_nonnull (watched);
  first = phone_scripted_peer_expect (fixture->peer, "INFO");
  phone_scripted_peer_reply (fixture->peer, first, 401, NEAR_REALM, NULL);
  second = phone_scripted_peer_expect (fixture->peer, "INFO");
  answer (fixture, second, 200, NULL);
  g_assert_null (watched);
  g_assert_cmpstr (fixture->log->str, ==, "again;ok 200;");
}

static void
test_endpoint_goes (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(PhoneSipTransport) transport = g_object_ref (phone_sip_endpoint_get_transport (fixture->endpoint));
  g_autoptr(PhoneSipMessage) sent = send_and_expect (fixture);
  g_autoptr(GError) error = NULL;
  PhoneSipRequest *late = make (fixture, "INFO");

  g_assert_finalize_object (fixture->endpoint);
  g_assert_cmpstr (fixture->log->str, ==, "");
  g_assert_false (phone_sip_request_send (late, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_CONNECTED);
  g_assert_finalize_object (late);
  fixture->endpoint = phone_sip_endpoint_new (transport, PHONE_SIP_CLOCK (fixture->clock));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, func) g_test_add ("/sip/request/" path, Fixture, data, set_up, func, tear_down)
  ADD ("draft-may-be-changed", NULL, test_draft);
  ADD ("draft-is-written-in-order", NULL, test_order);
  ADD ("copy-is-another-draft", NULL, test_copy);
  ADD ("is-sent-once", NULL, test_sends_once);
  ADD ("malformed-header-is-an-error", NULL, test_bad_header_is_an_error);
  ADD ("fails-with-cause", NULL, test_fails);
  ADD ("times-out", NULL, test_time_out);
  ADD ("408-is-a-time-out", NULL, test_408_is_a_time_out);
  ADD ("answers-401", NULL, test_401);
  ADD ("answers-407", NULL, test_407);
  ADD ("answers-407-then-401", NULL, test_407_then_401);
  ADD ("answers-401-then-407", "OPTIONS", test_407_then_401);
  ADD ("answers-two-realms-at-once", NULL, test_two_realms_at_once);
  ADD ("prefers-the-topmost-algorithm", NULL, test_chooses_algorithm);
  ADD ("wrong-password-stops", NULL, test_wrong_password_stops);
  ADD ("stale-nonce-is-answered", NULL, test_stale);
  ADD ("stale-for-ever-stops", NULL, test_stale_for_ever);
  ADD ("unknown-scheme-stops", NULL, test_unknown_scheme);
  ADD ("no-credentials-stop", NULL, test_no_credentials);
  ADD ("token-is-sent-verbatim", NULL, test_jwt);
  ADD ("cancel-follows-the-repetition", "INVITE", test_cancel_after_challenge);
  ADD ("cancelled-is-not-repeated", "INVITE", test_cancelled_is_not_repeated);
  ADD ("lives-until-answered", NULL, test_lives_until_answered);
  ADD ("endpoint-may-go-first", NULL, test_endpoint_goes);
#undef ADD

  return g_test_run ();
}
