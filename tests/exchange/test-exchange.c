/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-exchange.h"

#include "phone-expect.h"
#include "phone-scripted-peer.h"
#include "phone-sip-agent.h"
#include "phone-sip-websocket.h"

#include <string.h>

typedef struct
{
  PhoneExchange     *exchange;
  PhoneScriptedPeer *alice;
  PhoneScriptedPeer *bob;
  PhoneScriptedPeer *carol;
} Fixture;

static void
count_cb (guint *count)
{
  (*count)++;
}

static PhoneScriptedPeer *
connect_peer (Fixture *fixture)
{
  g_autoptr(PhoneSipWebsocket) socket = phone_sip_websocket_new (phone_exchange_get_url (fixture->exchange), NULL);
  PhoneScriptedPeer *peer;
  guint connected = 0;
  gulong id = g_signal_connect_swapped (socket, "connected", G_CALLBACK (count_cb), &connected);

  peer = phone_scripted_peer_new (PHONE_SIP_SOCKET (socket));
  phone_expect_count ("the connection", &connected, 1);
  g_signal_handler_disconnect (socket, id);

  return peer;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->exchange = phone_exchange_new ("demo.invalid");
  phone_exchange_listen (fixture->exchange, 0, &error);
  g_assert_no_error (error);
  fixture->alice = connect_peer (fixture);
  fixture->bob = connect_peer (fixture);
  fixture->carol = connect_peer (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->alice);
  g_clear_object (&fixture->bob);
  g_clear_object (&fixture->carol);
  g_assert_finalize_object (fixture->exchange);

  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* user: also the host of the Contact and of the Via, so that every party has its own. */
static PhoneSipMessage *
register_with (PhoneScriptedPeer *peer,
               const char        *user,
               const char        *device,
               const char        *lines,
               const char        *status)
{
  static guint cseq;

  cseq++;
  phone_scripted_peer_send (peer,
                            "REGISTER sip:demo.invalid SIP/2.0\n"
                            "Via: SIP/2.0/WS %s.invalid;branch=z9hG4bKreg%u\n"
                            "From: <sip:%s@demo.invalid>;tag=r\nTo: <sip:%s@demo.invalid>\n"
                            "Call-ID: reg-%s\nCSeq: %u REGISTER\n%s\n",
                            device, cseq, user, user, device, cseq, lines);

  return phone_scripted_peer_expect (peer, status);
}

static void
register_peer (PhoneScriptedPeer *peer,
               const char        *user,
               const char        *device)
{
  g_autofree char *contact = g_strdup_printf ("Contact: <sip:%s@%s.invalid;transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:%s>\";expires=600",
                                              user, device, device);
  g_autoptr(PhoneSipMessage) ok = register_with (peer, user, device, contact, "200");
}

static void
send_request (PhoneScriptedPeer *peer,
              const char        *method,
              const char        *uri,
              const char        *branch,
              guint              cseq,
              const char        *lines)
{
  phone_scripted_peer_send (peer,
                            "%s %s SIP/2.0\n"
                            "Via: SIP/2.0/WS alice.invalid;branch=z9hG4bK%s\n"
                            "Max-Forwards: 69\n"
                            "From: <sip:alice@demo.invalid>;tag=a\nTo: <sip:bob@demo.invalid>\n"
                            "Call-ID: call\nCSeq: %u %s\n"
                            "Contact: <sip:alice@alice.invalid;transport=ws>\n%s\n"
                            "hello", method, uri, branch, cseq, method, lines);
}

/* A request in the dialog that response made, along its Record-Route. */
static void
send_in_dialog (PhoneScriptedPeer *peer,
                const char        *method,
                const char        *branch,
                PhoneSipMessage   *response,
                guint              cseq)
{
  g_autoptr(PhoneSipAddress) contact = phone_sip_message_get_address (response, PHONE_SIP_HEADER_CONTACT);
  g_autofree char *target = phone_sip_uri_to_string (phone_sip_address_get_uri (contact));

  phone_scripted_peer_send (peer,
                            "%s %s SIP/2.0\n"
                            "Via: SIP/2.0/WS alice.invalid;branch=z9hG4bK%s\n"
                            "Route: %s\n"
                            "From: %s\nTo: %s\nCall-ID: call\nCSeq: %u %s\n",
                            method, target, branch, phone_sip_message_get_header (response, PHONE_SIP_HEADER_RECORD_ROUTE),
                            phone_sip_message_get_header (response, PHONE_SIP_HEADER_FROM),
                            phone_sip_message_get_header (response, PHONE_SIP_HEADER_TO), cseq, method);
}

/* The same from the other end: From and To change places, and the way is that of the request. */
static void
send_back_in_dialog (PhoneScriptedPeer *peer,
                     const char        *method,
                     const char        *branch,
                     PhoneSipMessage   *invite,
                     guint              cseq)
{
  g_autoptr(PhoneSipAddress) contact = phone_sip_message_get_address (invite, PHONE_SIP_HEADER_CONTACT);
  g_autofree char *target = phone_sip_uri_to_string (phone_sip_address_get_uri (contact));

  phone_scripted_peer_send (peer,
                            "%s %s SIP/2.0\n"
                            "Via: SIP/2.0/WS bob.invalid;branch=z9hG4bK%s\n"
                            "Route: %s\n"
                            "From: %s;tag=peer\nTo: %s\nCall-ID: call\nCSeq: %u %s\n",
                            method, target, branch, phone_sip_message_get_header (invite, PHONE_SIP_HEADER_RECORD_ROUTE),
                            phone_sip_message_get_header (invite, PHONE_SIP_HEADER_TO),
                            phone_sip_message_get_header (invite, PHONE_SIP_HEADER_FROM), cseq, method);
}

static void
expect (PhoneScriptedPeer *peer,
        const char        *what)
{
  g_autoptr(PhoneSipMessage) message = phone_scripted_peer_expect (peer, what);
}

/* Everything that is under way has arrived once a request goes around. */
static void
expect_quiet (Fixture           *fixture,
              PhoneScriptedPeer *peer)
{
  g_autoptr(PhoneSipMessage) response = register_with (peer, "quiet", "quiet", "", "200");

  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (peer), ==, 0);
}

static void
test_registers (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) one = NULL;
  g_autoptr(PhoneSipMessage) two = NULL;
  g_autoptr(PhoneSipMessage) again = NULL;
  g_autoptr(PhoneSipMessage) less = NULL;
  g_autoptr(PhoneSipMessage) none = NULL;
  g_autoptr(GPtrArray) contacts = NULL;

  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "bob"), ==, 0);
  one = register_with (fixture->bob, "bob", "b1", "Contact: <sip:bob@b1.invalid>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"\nExpires: 300", "200");
  g_assert_cmpuint (phone_sip_message_count_header (one, "Contact"), ==, 1);
  g_assert_nonnull (strstr (phone_sip_message_get_header (one, PHONE_SIP_HEADER_CONTACT), "expires=300"));
  two = register_with (fixture->carol, "bob", "b2", "Contact: <sip:bob@b2.invalid>;reg-id=1;+sip.instance=\"<urn:uuid:2>\";expires=60", "200");
  contacts = phone_sip_message_get_addresses (two, PHONE_SIP_HEADER_CONTACT);
  g_assert_cmpuint (contacts->len, ==, 2);

  /* The same instance with a new URI is the same binding (RFC 5626 §6). */
  again = register_with (fixture->bob, "bob", "b1", "Contact: <sip:new@b1.invalid>;reg-id=1;+sip.instance=\"<urn:uuid:1>\";expires=60", "200");
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "bob"), ==, 2);
  less = register_with (fixture->bob, "bob", "b1", "Contact: <sip:new@b1.invalid>;reg-id=1;+sip.instance=\"<urn:uuid:1>\";expires=0", "200");
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "bob"), ==, 1);
  none = register_with (fixture->carol, "bob", "b2", "Contact: *\nExpires: 0", "200");
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "bob"), ==, 0);
  g_assert_cmpuint (phone_sip_message_count_header (none, "Contact"), ==, 0);
}

static void
test_refuses_registrations (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) brief = NULL;

  brief = register_with (fixture->bob, "bob", "b1", "Contact: <sip:bob@b1.invalid>;expires=1", "423");
  g_assert_nonnull (phone_sip_message_get_header (brief, PHONE_SIP_HEADER_MIN_EXPIRES));
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "bob"), ==, 0);
  phone_scripted_peer_send (fixture->bob,
                            "REGISTER sip:else.invalid SIP/2.0\nVia: SIP/2.0/WS b.invalid;branch=z9hG4bKx\n"
                            "From: <sip:bob@else.invalid>;tag=r\nTo: <sip:bob@else.invalid>\nCall-ID: x\nCSeq: 1 REGISTER\n");
  expect (fixture->bob, "404");
}

static void
test_connection_takes_bindings (Fixture       *fixture,
                                gconstpointer  data)
{
  register_peer (fixture->bob, "bob", "bob");
  register_peer (fixture->carol, "bob", "carol");
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "bob"), ==, 2);
  g_clear_object (&fixture->bob);

  while (phone_exchange_get_n_bindings (fixture->exchange, "bob") > 1)
    g_main_context_iteration (NULL, TRUE);

  /* A request goes to the one that is left. */
  send_request (fixture->alice, "MESSAGE", "sip:bob@demo.invalid", "m", 1, "");
  expect (fixture->carol, "MESSAGE");
}

static void
test_relays (Fixture       *fixture,
             gconstpointer  data)
{
  static const char * const methods[] = { "MESSAGE", "OPTIONS", "INFO", "NOTIFY", "SUBSCRIBE", "PUBLISH", "FANCY" };

  register_peer (fixture->bob, "bob", "bob");

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr(PhoneSipMessage) request = NULL;
      g_autoptr(PhoneSipMessage) response = NULL;
      const char *body;
      gsize length;

      send_request (fixture->alice, methods[i], "sip:bob@demo.invalid", methods[i], i, "Content-Type: text/plain\nX-Kept: as it is\n");
      request = phone_scripted_peer_expect (fixture->bob, methods[i]);
      body = phone_sip_message_get_body (request, &length);
      g_assert_cmpstr (body, ==, "hello");
      g_assert_cmpstr (phone_sip_message_get_request_uri (request), ==, "sip:bob@bob.invalid;transport=ws");
      g_assert_cmpstr (phone_sip_message_get_header_by_name (request, "X-Kept"), ==, "as it is");
      g_assert_cmpstr (phone_sip_message_get_header (request, PHONE_SIP_HEADER_MAX_FORWARDS), ==, "68");
      g_assert_cmpuint (phone_sip_message_count_header (request, "Via"), ==, 2);
      phone_scripted_peer_reply (fixture->bob, request, 202, "X-Back: yes", NULL);
      response = phone_scripted_peer_expect (fixture->alice, "202");
      g_assert_cmpuint (phone_sip_message_count_header (response, "Via"), ==, 1);
      g_assert_cmpstr (phone_sip_message_get_header_by_name (response, "X-Back"), ==, "yes");
    }
}

static void
test_relays_many (Fixture       *fixture,
                  gconstpointer  data)
{
  register_peer (fixture->bob, "bob", "bob");

  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *branch = g_strdup_printf ("m%u", i);
      g_autoptr(PhoneSipMessage) request = NULL;

      send_request (fixture->alice, "MESSAGE", "sip:bob@demo.invalid", branch, i, "");
      request = phone_scripted_peer_expect (fixture->bob, "MESSAGE");
      phone_scripted_peer_reply (fixture->bob, request, 200, NULL, NULL);
      expect (fixture->alice, "200");
    }
}

static void
test_refuses (Fixture       *fixture,
              gconstpointer  data)
{
  send_request (fixture->alice, "MESSAGE", "sip:nobody@demo.invalid", "1", 1, "");
  expect (fixture->alice, "480");
  send_request (fixture->alice, "MESSAGE", "sip:bob@elsewhere.invalid", "2", 2, "");
  expect (fixture->alice, "404");
  send_request (fixture->alice, "MESSAGE", "tel:123", "3", 3, "");
  expect (fixture->alice, "416");
  phone_scripted_peer_send (fixture->alice,
                            "OPTIONS sip:bob@demo.invalid SIP/2.0\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKmf\nMax-Forwards: 0\n"
                            "From: <sip:a@demo.invalid>;tag=a\nTo: <sip:bob@demo.invalid>\nCall-ID: mf\nCSeq: 1 OPTIONS\n");
  expect (fixture->alice, "483");
  phone_scripted_peer_send (fixture->alice,
                            "BYE sip:x@nowhere.invalid SIP/2.0\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKbye\n"
                            "From: <sip:a@demo.invalid>;tag=a\nTo: <sip:bob@demo.invalid>;tag=b\nCall-ID: bye\nCSeq: 1 BYE\n");
  expect (fixture->alice, "481");
  send_request (fixture->alice, "CANCEL", "sip:bob@demo.invalid", "none", 4, "");
  expect (fixture->alice, "481");
}

static void
test_forks (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) at_bob = NULL;
  g_autoptr(PhoneSipMessage) at_carol = NULL;
  g_autoptr(PhoneSipMessage) cancel = NULL;
  g_autoptr(PhoneSipMessage) ringing = NULL;
  g_autoptr(PhoneSipMessage) ok = NULL;
  g_autoptr(PhoneSipMessage) ack = NULL;
  g_autoptr(PhoneSipMessage) info = NULL;
  g_autoptr(PhoneSipMessage) bye = NULL;

  register_peer (fixture->bob, "bob", "bob");
  register_peer (fixture->carol, "bob", "carol");
  phone_scripted_peer_set_tag (fixture->carol, "carol");
  send_request (fixture->alice, "INVITE", "sip:bob@demo.invalid", "i", 1, "");
  at_bob = phone_scripted_peer_expect (fixture->bob, "INVITE");
  at_carol = phone_scripted_peer_expect (fixture->carol, "INVITE");
  g_assert_cmpstr (phone_sip_message_get_branch (at_bob), !=, phone_sip_message_get_branch (at_carol));

  phone_scripted_peer_reply (fixture->carol, at_carol, 180, "Contact: <sip:bob@carol.invalid>", NULL);
  ringing = phone_scripted_peer_expect (fixture->alice, "180");
  phone_scripted_peer_reply (fixture->bob, at_bob, 200, "Contact: <sip:bob@bob.invalid>", NULL);
  ok = phone_scripted_peer_expect (fixture->alice, "200");
  g_assert_cmpstr (phone_sip_message_get_to_tag (ok), ==, "peer");

  /* The loser is told, and its 487 stays here. */
  cancel = phone_scripted_peer_expect (fixture->carol, "CANCEL");
  g_assert_cmpstr (phone_sip_message_get_branch (cancel), ==, phone_sip_message_get_branch (at_carol));
  phone_scripted_peer_reply (fixture->carol, cancel, 200, NULL, NULL);
  phone_scripted_peer_reply (fixture->carol, at_carol, 487, NULL, NULL);
  expect (fixture->carol, "ACK");

  /* ACK, INFO and BYE follow the Record-Route, from both ends. */
  send_in_dialog (fixture->alice, "ACK", "ack", ok, 1);
  ack = phone_scripted_peer_expect (fixture->bob, "ACK");
  send_in_dialog (fixture->alice, "INFO", "info", ok, 2);
  info = phone_scripted_peer_expect (fixture->bob, "INFO");
  g_assert_null (phone_sip_message_get_header (info, PHONE_SIP_HEADER_ROUTE));
  phone_scripted_peer_reply (fixture->bob, info, 200, NULL, NULL);
  expect (fixture->alice, "200");
  send_back_in_dialog (fixture->bob, "BYE", "bye", at_bob, 1);
  bye = phone_scripted_peer_expect (fixture->alice, "BYE");
  phone_scripted_peer_reply (fixture->alice, bye, 200, NULL, NULL);
  expect (fixture->bob, "200");
  expect_quiet (fixture, fixture->alice);
  expect_quiet (fixture, fixture->carol);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) at_bob = NULL;
  g_autoptr(PhoneSipMessage) at_carol = NULL;
  g_autoptr(PhoneSipMessage) cancel = NULL;

  register_peer (fixture->bob, "bob", "bob");
  register_peer (fixture->carol, "bob", "carol");
  send_request (fixture->alice, "INVITE", "sip:bob@demo.invalid", "i", 1, "");
  at_bob = phone_scripted_peer_expect (fixture->bob, "INVITE");
  at_carol = phone_scripted_peer_expect (fixture->carol, "INVITE");
  phone_scripted_peer_reply (fixture->bob, at_bob, 180, NULL, NULL);
  expect (fixture->alice, "180");
  send_request (fixture->alice, "CANCEL", "sip:bob@demo.invalid", "i", 1, "");
  expect (fixture->alice, "200");
  cancel = phone_scripted_peer_expect (fixture->bob, "CANCEL");

  /* One that has said nothing yet is cancelled when it speaks (RFC 3261 §9.1). */
  expect_quiet (fixture, fixture->carol);
  phone_scripted_peer_reply (fixture->carol, at_carol, 180, NULL, NULL);
  expect (fixture->carol, "CANCEL");
  expect (fixture->alice, "180");
  phone_scripted_peer_reply (fixture->bob, at_bob, 487, NULL, NULL);
  expect (fixture->bob, "ACK");
  phone_scripted_peer_reply (fixture->carol, at_carol, 487, NULL, NULL);
  expect (fixture->carol, "ACK");
  expect (fixture->alice, "487");
}

static void
test_best_refusal (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct { guint first; guint second; const char *expected; } rows[] = {
    { 486, 480, "480" },
    { 503, 486, "486" },
    { 486, 302, "302" },
    { 404, 407, "407" },
  };

  register_peer (fixture->bob, "bob", "bob");
  register_peer (fixture->carol, "bob", "carol");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *branch = g_strdup_printf ("i%u", i);
      g_autoptr(PhoneSipMessage) at_bob = NULL;
      g_autoptr(PhoneSipMessage) at_carol = NULL;

      send_request (fixture->alice, "INVITE", "sip:bob@demo.invalid", branch, i + 1, "");
      at_bob = phone_scripted_peer_expect (fixture->bob, "INVITE");
      at_carol = phone_scripted_peer_expect (fixture->carol, "INVITE");
      phone_scripted_peer_reply (fixture->bob, at_bob, rows[i].first, NULL, NULL);
      expect (fixture->bob, "ACK");
      phone_scripted_peer_reply (fixture->carol, at_carol, rows[i].second, NULL, NULL);
      expect (fixture->carol, "ACK");
      expect (fixture->alice, rows[i].expected);
      send_request (fixture->alice, "ACK", "sip:bob@demo.invalid", branch, i + 1, "");
    }

  expect_quiet (fixture, fixture->bob);
}

static void
test_decline_ends_all (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) at_bob = NULL;
  g_autoptr(PhoneSipMessage) at_carol = NULL;

  register_peer (fixture->bob, "bob", "bob");
  register_peer (fixture->carol, "bob", "carol");
  send_request (fixture->alice, "INVITE", "sip:bob@demo.invalid", "i", 1, "");
  at_bob = phone_scripted_peer_expect (fixture->bob, "INVITE");
  at_carol = phone_scripted_peer_expect (fixture->carol, "INVITE");
  phone_scripted_peer_reply (fixture->carol, at_carol, 180, NULL, NULL);
  expect (fixture->alice, "180");
  phone_scripted_peer_reply (fixture->bob, at_bob, 603, NULL, NULL);
  expect (fixture->carol, "CANCEL");
  phone_scripted_peer_reply (fixture->carol, at_carol, 487, NULL, NULL);
  expect (fixture->alice, "603");
}

static void
test_callee_vanishes (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) at_bob = NULL;

  register_peer (fixture->bob, "bob", "bob");
  send_request (fixture->alice, "INVITE", "sip:bob@demo.invalid", "i", 1, "");
  at_bob = phone_scripted_peer_expect (fixture->bob, "INVITE");
  g_clear_object (&fixture->bob);
  expect (fixture->alice, "480");
}

static void
test_caller_vanishes (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) at_bob = NULL;

  register_peer (fixture->bob, "bob", "bob");
  send_request (fixture->alice, "INVITE", "sip:bob@demo.invalid", "i", 1, "");
  at_bob = phone_scripted_peer_expect (fixture->bob, "INVITE");
  phone_scripted_peer_reply (fixture->bob, at_bob, 180, NULL, NULL);
  expect (fixture->alice, "180");
  g_clear_object (&fixture->alice);
  expect (fixture->bob, "CANCEL");
  phone_scripted_peer_reply (fixture->bob, at_bob, 487, NULL, NULL);
  expect (fixture->bob, "ACK");
}

static void
test_garbage (Fixture       *fixture,
              gconstpointer  data)
{
  PhoneSipSocket *socket = phone_scripted_peer_get_socket (fixture->alice);

  phone_sip_socket_send (socket, "garbage", 7);
  phone_sip_socket_send (socket, "\r\n\r\n", 4);
  phone_sip_socket_send (socket, "SIP/2.0 200 OK\r\n\r\n", 18);
  phone_scripted_peer_send (fixture->alice,
                            "SIP/2.0 200 OK\nVia: SIP/2.0/WS 127.0.0.1;branch=z9hG4bKx\nFrom: <sip:a@b>;tag=a\nTo: <sip:a@b>;tag=b\n"
                            "Call-ID: x\nCSeq: 1 INVITE\n");
  phone_scripted_peer_send (fixture->alice,
                            "ACK sip:bob@demo.invalid SIP/2.0\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKx\nRoute: <sip:999999999999-7@%s;lr>\n"
                            "From: <sip:a@b>;tag=a\nTo: <sip:a@b>;tag=b\nCall-ID: x\nCSeq: 1 ACK\n",
                            phone_exchange_get_url (fixture->exchange) + strlen ("ws://"));
  phone_scripted_peer_send (fixture->alice,
                            "REGISTER sip:demo.invalid SIP/2.0\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKy\n"
                            "From: <sip:a@demo.invalid>;tag=a\nTo: <sip:demo.invalid>\nCall-ID: y\nCSeq: 1 REGISTER\nContact: <<<>>>\n");
  expect (fixture->alice, "404");
  expect_quiet (fixture, fixture->alice);
}

/* Two agents, as the phone has them. */

typedef struct
{
  PhoneSipAgent   *agent;
  PhoneSipSession *session;
  guint            registered;
  guint            registration_failed;
  guint            sessions;
  guint            pages;
  guint            accepted;
  guint            confirmed;
  guint            ended;
  guint            infos;
  char            *cause;
} Party;

static void
party_ended_cb (Party           *party,
                const char      *originator,
                PhoneSipMessage *message,
                const char      *cause)
{
  party->ended++;
  g_free (party->cause);
  party->cause = g_strdup (cause);
}

static void
party_watch (Party           *party,
             PhoneSipSession *session)
{
  g_set_object (&party->session, session);
  g_signal_connect_swapped (session, "accepted", G_CALLBACK (count_cb), &party->accepted);
  g_signal_connect_swapped (session, "confirmed", G_CALLBACK (count_cb), &party->confirmed);
  g_signal_connect_swapped (session, "info", G_CALLBACK (count_cb), &party->infos);
  g_signal_connect_swapped (session, "ended", G_CALLBACK (party_ended_cb), party);
  g_signal_connect_swapped (session, "failed", G_CALLBACK (party_ended_cb), party);
}

static void
party_session_cb (Party           *party,
                  PhoneSipSession *session,
                  PhoneSipMessage *request)
{
  party->sessions++;
  party_watch (party, session);
  phone_sip_session_ring (session, NULL, NULL);
}

static Party *
party_new (Fixture    *fixture,
           const char *user,
           const char *password)
{
  g_autoptr(PhoneSipClock) clock = phone_sip_clock_new_main_loop ();
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (clock);
  g_autoptr(PhoneSipWebsocket) socket = phone_sip_websocket_new (phone_exchange_get_url (fixture->exchange), NULL);
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_new ("sip", user, "demo.invalid", 0);
  g_autoptr(PhoneSipAgentConfig) config = phone_sip_agent_config_new (uri);
  Party *party = g_new0 (Party, 1);

  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (socket), 0);

  if (password != NULL)
    {
      g_clear_pointer (&config->credentials, phone_sip_credentials_free);
      config->credentials = phone_sip_credentials_new (user, password);
    }

  party->agent = phone_sip_agent_new (config, transport, clock);
  g_signal_connect_swapped (party->agent, "new-session", G_CALLBACK (party_session_cb), party);
  g_signal_connect_swapped (party->agent, "new-page", G_CALLBACK (count_cb), &party->pages);
  g_signal_connect_swapped (phone_sip_agent_get_registration (party->agent), "registered", G_CALLBACK (count_cb), &party->registered);
  g_signal_connect_swapped (phone_sip_agent_get_registration (party->agent), "failed", G_CALLBACK (count_cb), &party->registration_failed);
  phone_sip_agent_start (party->agent);

  return party;
}

static gboolean
party_is_gone (gpointer data)
{
  return !phone_sip_transport_is_connected (phone_sip_agent_get_transport (data));
}

static void
party_free (Party *party)
{
  g_clear_object (&party->session);
  phone_sip_agent_stop (party->agent);
  phone_expect_until ("the agent's end", party_is_gone, party->agent);
  g_signal_handlers_disconnect_by_data (party->agent, party);
  g_assert_finalize_object (party->agent);
  g_free (party->cause);
  g_free (party);
}

static void
test_agents_call (Fixture       *fixture,
                  gconstpointer  data)
{
  Party *caller = party_new (fixture, "dave", NULL);
  Party *callee = party_new (fixture, "erin", NULL);
  g_autoptr(PhoneSipUri) target = phone_sip_uri_parse ("sip:erin@demo.invalid", -1, NULL);
  g_autoptr(PhoneSipSession) session = NULL;
  g_autoptr(PhoneSipRequest) info = NULL;
  g_autoptr(GError) error = NULL;
  guint succeeded = 0;

  phone_expect_count ("the caller's registration", &caller->registered, 1);
  phone_expect_count ("the callee's registration", &callee->registered, 1);
  session = phone_sip_agent_create_session (caller->agent, target);
  party_watch (caller, session);
  phone_sip_session_connect (session, "v=0\r\n", NULL, &error);
  g_assert_no_error (error);
  phone_expect_count ("the call at the callee", &callee->sessions, 1);
  phone_sip_session_accept (callee->session, "v=0\r\n", 0, NULL, &error);
  g_assert_no_error (error);
  phone_expect_count ("the confirmation at the caller", &caller->confirmed, 1);
  phone_expect_count ("the confirmation at the callee", &callee->confirmed, 1);

  info = phone_sip_session_send_request (callee->session, "INFO", NULL, "text/plain", "hello", &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (info, "succeeded", G_CALLBACK (count_cb), &succeeded);
  phone_expect_count ("the INFO at the caller", &caller->infos, 1);
  phone_expect_count ("its answer", &succeeded, 1);

  phone_sip_session_terminate (session, NULL, &error);
  g_assert_no_error (error);
  phone_expect_count ("the end at the callee", &callee->ended, 1);
  phone_expect_count ("the end at the caller", &caller->ended, 1);
  g_assert_cmpstr (callee->cause, ==, "Terminated");
  g_clear_object (&session);
  party_free (caller);
  party_free (callee);
}

static void
test_agent_with_password (Fixture       *fixture,
                          gconstpointer  data)
{
  Party *good;
  Party *bad;

  phone_exchange_set_password (fixture->exchange, "dave", "secret");
  good = party_new (fixture, "dave", "secret");
  phone_expect_count ("the registration", &good->registered, 1);
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "dave"), ==, 1);
  bad = party_new (fixture, "dave", "wrong");
  phone_expect_count ("the refusal", &bad->registration_failed, 1);
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "dave"), ==, 1);
  party_free (good);
  party_free (bad);
}

static void
test_close_and_listen_again (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autofree char *url = g_strdup (phone_exchange_get_url (fixture->exchange));
  g_autoptr(GError) error = NULL;
  guint16 port = (guint16) atoi (strrchr (url, ':') + 1);
  Party *party = party_new (fixture, "dave", NULL);

  phone_expect_count ("the registration", &party->registered, 1);
  phone_exchange_close (fixture->exchange);
  g_assert_null (phone_exchange_get_url (fixture->exchange));
  g_assert_cmpuint (phone_exchange_get_n_bindings (fixture->exchange, "dave"), ==, 0);
  phone_expect_until ("the disconnection", party_is_gone, party->agent);
  phone_exchange_listen (fixture->exchange, port, &error);
  g_assert_no_error (error);
  phone_expect_count ("the registration after the restart", &party->registered, 2);
  party_free (party);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/exchange/exchange/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("registers-several-bindings", test_registers);
  ADD ("refuses-a-brief-or-foreign-registration", test_refuses_registrations);
  ADD ("connection-takes-its-bindings", test_connection_takes_bindings);
  ADD ("relays-every-method", test_relays);
  ADD ("relays-hundreds", test_relays_many);
  ADD ("refuses-what-cannot-be-routed", test_refuses);
  ADD ("forks-and-cancels-the-losers", test_forks);
  ADD ("cancels-every-fork", test_cancel);
  ADD ("tells-the-best-refusal", test_best_refusal);
  ADD ("decline-ends-all-forks", test_decline_ends_all);
  ADD ("callee-vanishes", test_callee_vanishes);
  ADD ("caller-vanishes", test_caller_vanishes);
  ADD ("garbage-does-no-harm", test_garbage);
  ADD ("two-agents-call", test_agents_call);
  ADD ("agent-proves-its-password", test_agent_with_password);
  ADD ("closes-and-listens-again", test_close_and_listen_again);
#undef ADD

  return g_test_run ();
}
