/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-transport.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-sip-error.h"

#include <gio/gio.h>
#include <string.h>

#define OPTIONS \
  "OPTIONS sip:bob@example.org SIP/2.0\r\n" \
  "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n" \
  "From: <sip:alice@example.org>;tag=a\r\n" \
  "To: <sip:bob@example.org>\r\n" \
  "Call-ID: c\r\n" \
  "CSeq: 1 OPTIONS\r\n" \
  "Content-Length: 0\r\n\r\n"

typedef struct
{
  PhoneFakeClock    *clock;
  PhoneSipTransport *transport;
  GString           *log;
  GError            *cause;
  guint              messages;
  guint              malformed;
} Fixture;

static void
connecting_cb (Fixture           *fixture,
               PhoneSipSocket    *socket,
               guint              attempts,
               PhoneSipTransport *transport)
{
  g_string_append_printf (fixture->log, "try %s %u;", phone_sip_socket_get_url (socket), attempts);
}

static void
connected_cb (Fixture           *fixture,
              PhoneSipSocket    *socket,
              PhoneSipTransport *transport)
{
  g_string_append_printf (fixture->log, "open %s;", phone_sip_socket_get_url (socket));
}

static void
disconnected_cb (Fixture           *fixture,
                 PhoneSipSocket    *socket,
                 gboolean           error,
                 guint              code,
                 const char        *reason,
                 GError            *cause,
                 PhoneSipTransport *transport)
{
  g_string_append_printf (fixture->log, "lost %s %s;", phone_sip_socket_get_url (socket), error ? "error" : "clean");
  g_clear_error (&fixture->cause);
  fixture->cause = cause != NULL ? g_error_copy (cause) : NULL;
}

static void
message_cb (Fixture           *fixture,
            PhoneSipMessage   *message,
            PhoneSipTransport *transport)
{
  fixture->messages++;
}

static void
malformed_cb (Fixture           *fixture,
              GBytes            *frame,
              GError            *error,
              PhoneSipTransport *transport)
{
  g_assert_nonnull (error);
  fixture->malformed++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = phone_fake_clock_new ();
  fixture->transport = phone_sip_transport_new (PHONE_SIP_CLOCK (fixture->clock));
  fixture->log = g_string_new (NULL);
  g_signal_connect_swapped (fixture->transport, "connecting", G_CALLBACK (connecting_cb), fixture);
  g_signal_connect_swapped (fixture->transport, "connected", G_CALLBACK (connected_cb), fixture);
  g_signal_connect_swapped (fixture->transport, "disconnected", G_CALLBACK (disconnected_cb), fixture);
  g_signal_connect_swapped (fixture->transport, "message", G_CALLBACK (message_cb), fixture);
  g_signal_connect_swapped (fixture->transport, "malformed", G_CALLBACK (malformed_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->transport);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->log, TRUE);
  g_clear_error (&fixture->cause);
}

static PhoneFakeSocket *
add_socket (Fixture    *fixture,
            const char *url,
            int         weight,
            gboolean    refuses)
{
  PhoneFakeSocket *socket = phone_fake_socket_new (url);
  g_autoptr(GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "no");

  if (refuses)
    phone_fake_socket_set_refusal (socket, error);

  phone_sip_transport_add_socket (fixture->transport, PHONE_SIP_SOCKET (socket), weight);
  g_object_unref (socket);

  return socket;
}

static void
open_one (Fixture          *fixture,
          PhoneFakeSocket **out_socket)
{
  *out_socket = add_socket (fixture, "ws://one", 0, FALSE);
  phone_sip_transport_connect (fixture->transport);
  phone_fake_socket_pump (*out_socket);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
}

static void
test_connects (Fixture       *fixture,
               gconstpointer  data)
{
  PhoneFakeSocket *socket;

  g_assert_null (phone_sip_transport_get_socket (fixture->transport));
  open_one (fixture, &socket);
  g_assert_cmpstr (fixture->log->str, ==, "try ws://one 0;open ws://one;");
  g_assert_true (phone_sip_transport_get_socket (fixture->transport) == PHONE_SIP_SOCKET (socket));

  phone_sip_transport_connect (fixture->transport);
  phone_sip_transport_disconnect (fixture->transport);
  g_assert_false (phone_sip_transport_is_connected (fixture->transport));
  g_assert_cmpstr (fixture->log->str, ==, "try ws://one 0;open ws://one;lost ws://one clean;");
  phone_fake_clock_advance (fixture->clock, 100000);
  g_assert_cmpstr (fixture->log->str, ==, "try ws://one 0;open ws://one;lost ws://one clean;");
}

static void
test_tries_heaviest_first (Fixture       *fixture,
                           gconstpointer  data)
{
  PhoneFakeSocket *light = add_socket (fixture, "ws://light", 1, FALSE);
  PhoneFakeSocket *heavy = add_socket (fixture, "ws://heavy", 9, TRUE);
  PhoneFakeSocket *middle = add_socket (fixture, "ws://middle", 5, TRUE);

  phone_sip_transport_set_recovery (fixture->transport, 1, 1);
  phone_sip_transport_connect (fixture->transport);
  phone_fake_socket_pump (heavy);
  phone_fake_clock_advance (fixture->clock, 1000);
  phone_fake_socket_pump (middle);
  phone_fake_clock_advance (fixture->clock, 1000);
  phone_fake_socket_pump (light);
  g_assert_cmpstr (fixture->log->str, ==,
                   "try ws://heavy 0;lost ws://heavy error;try ws://middle 1;lost ws://middle error;"
                   "try ws://light 2;open ws://light;");

  /* All have failed now: the heaviest is good again. */
  g_string_truncate (fixture->log, 0);
  phone_fake_socket_set_refusal (heavy, NULL);
  phone_fake_socket_cut (light);
  phone_fake_clock_advance (fixture->clock, 1000);
  phone_fake_socket_pump (heavy);
  g_assert_cmpstr (fixture->log->str, ==, "lost ws://light error;try ws://heavy 1;open ws://heavy;");
}

static void
test_chooses_among_equals (Fixture       *fixture,
                           gconstpointer  data)
{
  guint first = 0;

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (PHONE_SIP_CLOCK (fixture->clock));
      g_autoptr(PhoneFakeSocket) one = phone_fake_socket_new ("ws://one");
      g_autoptr(PhoneFakeSocket) two = phone_fake_socket_new ("ws://two");

      phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (one), 3);
      phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (two), 3);
      phone_sip_transport_connect (transport);
      first += phone_sip_transport_get_socket (transport) == PHONE_SIP_SOCKET (one);
    }

  g_assert_cmpuint (first, >, 40);
  g_assert_cmpuint (first, <, 160);
}

/* floor (random · 2ⁿ + 1) s, within the bounds: attempt n comes within [min, 2ⁿ] and never after max. */
static void
test_recovers_within_bounds (Fixture       *fixture,
                             gconstpointer  data)
{
  PhoneFakeSocket *socket = add_socket (fixture, "ws://one", 0, TRUE);
  gint64 longest = 0;

  phone_sip_transport_connect (fixture->transport);
  phone_fake_socket_pump (socket);

  for (guint n = 1; n <= 12; n++)
    {
      gint64 before = phone_sip_clock_get_time (PHONE_SIP_CLOCK (fixture->clock));
      gint64 waited;

      while (!phone_sip_transport_is_connecting (fixture->transport))
        phone_fake_clock_advance (fixture->clock, 500);

      waited = phone_sip_clock_get_time (PHONE_SIP_CLOCK (fixture->clock)) - before;
      longest = MAX (longest, waited);
      g_assert_cmpint (waited, >=, 2000);
      g_assert_cmpint (waited, <=, MIN (30000, MAX (2000, 1000 << n)));
      phone_fake_socket_pump (socket);
    }

  g_assert_cmpint (longest, >, 4000);
  g_assert_true (g_error_matches (fixture->cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED));
}

static void
test_counts_from_the_last_connection (Fixture       *fixture,
                                      gconstpointer  data)
{
  PhoneFakeSocket *socket = add_socket (fixture, "ws://one", 0, TRUE);

  phone_sip_transport_set_recovery (fixture->transport, 1, 1);
  phone_sip_transport_connect (fixture->transport);
  phone_fake_socket_pump (socket);
  phone_fake_clock_advance (fixture->clock, 1000);
  phone_fake_socket_pump (socket);
  phone_fake_socket_set_refusal (socket, NULL);
  phone_fake_clock_advance (fixture->clock, 1000);
  phone_fake_socket_pump (socket);
  g_string_truncate (fixture->log, 0);
  phone_fake_socket_cut (socket);
  phone_fake_clock_advance (fixture->clock, 1000);
  g_assert_cmpstr (fixture->log->str, ==, "lost ws://one error;try ws://one 1;");
}

static void
test_retries_now (Fixture       *fixture,
                  gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_sip_transport_retry_now (fixture->transport);
  phone_fake_socket_cut (socket);
  g_assert_false (phone_sip_transport_is_connecting (fixture->transport));
  phone_sip_transport_retry_now (fixture->transport);
  g_assert_true (phone_sip_transport_is_connecting (fixture->transport));
  phone_fake_socket_pump (socket);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
}

static void
test_reconnects (Fixture       *fixture,
                 gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  g_string_truncate (fixture->log, 0);
  phone_sip_transport_reconnect (fixture->transport);
  g_assert_false (phone_fake_socket_is_open (socket));
  g_assert_cmpstr (fixture->log->str, ==, "lost ws://one error;try ws://one 1;");
  phone_fake_socket_pump (socket);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
}

/* The server was not at fault: the other one is not tried for a change of network. */
static void
test_reconnects_to_the_same (Fixture       *fixture,
                             gconstpointer  data)
{
  PhoneFakeSocket *heavy = add_socket (fixture, "ws://heavy", 9, FALSE);
  PhoneFakeSocket *light = add_socket (fixture, "ws://light", 1, FALSE);

  phone_sip_transport_connect (fixture->transport);
  phone_fake_socket_pump (heavy);
  phone_fake_socket_cut (heavy);
  phone_fake_clock_advance (fixture->clock, 3000);
  phone_fake_socket_pump (light);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
  g_string_truncate (fixture->log, 0);
  phone_sip_transport_reconnect (fixture->transport);
  g_assert_cmpstr (fixture->log->str, ==, "lost ws://light error;try ws://light 1;");
}

static void
test_stop_ends_recovery (Fixture       *fixture,
                         gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_fake_socket_cut (socket);
  phone_sip_transport_disconnect (fixture->transport);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (fixture->clock), ==, 0);
}

static void
disconnect_cb (PhoneSipTransport *transport)
{
  phone_sip_transport_disconnect (transport);
}

static void
test_listener_may_stop (Fixture       *fixture,
                        gconstpointer  data)
{
  PhoneFakeSocket *socket = add_socket (fixture, "ws://one", 0, FALSE);

  g_signal_connect (fixture->transport, "connecting", G_CALLBACK (disconnect_cb), NULL);
  phone_sip_transport_connect (fixture->transport);
  phone_fake_socket_pump (socket);
  g_assert_false (phone_sip_transport_is_connecting (fixture->transport));
  g_assert_false (phone_fake_socket_is_open (socket));
}

static void
test_pings (Fixture       *fixture,
            gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_fake_clock_advance (fixture->clock, 5000);
  g_assert_cmpuint (phone_fake_socket_get_n_sent (socket), ==, 1);
  g_assert_cmpstr (phone_fake_socket_get_sent (socket, 0), ==, "\r\n\r\n");
  phone_fake_clock_advance (fixture->clock, 55000);
  g_assert_cmpuint (phone_fake_socket_get_n_sent (socket), ==, 12);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
}

static void
test_gives_up_a_silent_peer (Fixture       *fixture,
                             gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_fake_socket_set_silent (socket, TRUE);
  phone_fake_clock_advance (fixture->clock, 8900);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
  phone_fake_clock_advance (fixture->clock, 100);
  g_assert_false (phone_sip_transport_is_connected (fixture->transport));
  g_assert_true (g_error_matches (fixture->cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_assert_false (phone_fake_socket_is_open (socket));
  g_assert_true (g_str_has_suffix (fixture->log->str, "lost ws://one error;"));
}

static void
test_any_byte_is_life (Fixture       *fixture,
                       gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_fake_socket_set_silent (socket, TRUE);

  for (guint i = 0; i < 20; i++)
    {
      phone_fake_clock_advance (fixture->clock, 8000);
      phone_fake_socket_inject (socket, i % 2 == 0 ? "\r\n" : OPTIONS, -1);
      phone_fake_socket_pump (socket);
    }

  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
  g_assert_cmpuint (fixture->messages, ==, 10);
}

static void
test_no_keepalive (Fixture       *fixture,
                   gconstpointer  data)
{
  PhoneFakeSocket *socket;

  phone_sip_transport_set_keepalive (fixture->transport, 0);
  open_one (fixture, &socket);
  phone_fake_clock_advance (fixture->clock, 1000000);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
  g_assert_cmpuint (phone_fake_socket_get_n_sent (socket), ==, 0);
}

static void
test_answers_pings (Fixture       *fixture,
                    gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_fake_socket_inject (socket, "\r\n\r\n", -1);
  phone_fake_socket_inject (socket, "\r\n", -1);
  phone_fake_socket_pump (socket);
  g_assert_cmpuint (phone_fake_socket_get_n_sent (socket), ==, 1);
  g_assert_cmpstr (phone_fake_socket_get_sent (socket, 0), ==, "\r\n");
  g_assert_cmpuint (fixture->malformed, ==, 0);
}

static void
test_garbage_is_malformed (Fixture       *fixture,
                           gconstpointer  data)
{
  PhoneFakeSocket *socket;

  open_one (fixture, &socket);
  phone_fake_socket_inject (socket, "hello", -1);
  phone_fake_socket_inject (socket, "\0\1\2\3\4\5\6", 7);
  phone_fake_socket_inject (socket, OPTIONS, -1);
  phone_fake_socket_pump (socket);
  g_assert_cmpuint (fixture->malformed, ==, 2);
  g_assert_cmpuint (fixture->messages, ==, 1);
  g_assert_true (phone_sip_transport_is_connected (fixture->transport));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/sip/transport/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("connects-and-disconnects", test_connects);
  ADD ("tries-the-heaviest-first", test_tries_heaviest_first);
  ADD ("chooses-at-random-among-equals", test_chooses_among_equals);
  ADD ("recovers-within-bounds", test_recovers_within_bounds);
  ADD ("counts-attempts-from-the-last-connection", test_counts_from_the_last_connection);
  ADD ("retries-now", test_retries_now);
  ADD ("reconnects-at-once", test_reconnects);
  ADD ("reconnects-to-the-same-server", test_reconnects_to_the_same);
  ADD ("disconnect-ends-recovery", test_stop_ends_recovery);
  ADD ("listener-may-disconnect-while-connecting", test_listener_may_stop);
  ADD ("pings-each-interval", test_pings);
  ADD ("gives-up-a-silent-peer-within-10-s", test_gives_up_a_silent_peer);
  ADD ("any-byte-is-a-sign-of-life", test_any_byte_is_life);
  ADD ("without-keepalive-stays-open", test_no_keepalive);
  ADD ("answers-a-ping-and-swallows-a-pong", test_answers_pings);
  ADD ("garbage-is-malformed-and-no-harm", test_garbage_is_malformed);
#undef ADD

  return g_test_run ();
}
