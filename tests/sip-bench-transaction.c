/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sip-bench.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-sip-request.h"

#include <stdio.h>

static gboolean
bench_request_cb (PhoneSipEndpoint          *endpoint,
                  PhoneSipServerTransaction *transaction,
                  gpointer                   data)
{
  return phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
}

static void
bench_succeeded_cb (guint *n)
{
  (*n)++;
}

static PhoneSipEndpoint *
bench_endpoint_new (PhoneFakeSocket *socket,
                    PhoneFakeClock  *clock)
{
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (PHONE_SIP_CLOCK (clock));

  phone_sip_transport_set_keepalive (transport, 0);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (socket), 0);
  phone_sip_transport_connect (transport);
  phone_fake_socket_set_recording (socket, FALSE);
  phone_fake_socket_pump (socket);

  return phone_sip_endpoint_new (transport, PHONE_SIP_CLOCK (clock));
}

/* OPTIONS and its 200, both ends with their transactions. */
int
bench_transaction (guint count)
{
  PhoneFakeClock *clock = phone_fake_clock_new ();
  PhoneFakeSocket *near;
  PhoneFakeSocket *far;
  PhoneSipEndpoint *client;
  PhoneSipEndpoint *server;
  gint64 start;
  guint n = 0;

  phone_fake_socket_new_pair (&near, &far);
  client = bench_endpoint_new (near, clock);
  server = bench_endpoint_new (far, clock);
  g_signal_connect (server, "request", G_CALLBACK (bench_request_cb), NULL);
  start = g_get_monotonic_time ();

  for (guint i = 0; i < count; i++)
    {
      PhoneSipRequest *request = phone_sip_request_new (client, "OPTIONS", "sip:bob@example.org");

      phone_sip_request_set_header (request, "From", "<sip:alice@example.org>;tag=a1b2c3");
      phone_sip_request_set_header (request, "To", "<sip:bob@example.org>");
      phone_sip_request_set_header (request, "Contact", "<sip:alice@a1b2c3d4e5f6.invalid;transport=ws>");
      g_signal_connect_swapped (request, "succeeded", G_CALLBACK (bench_succeeded_cb), &n);
      phone_sip_request_send (request, NULL);
      g_object_unref (request);
      phone_fake_socket_pump (near);
    }

  g_printerr ("transaction: %.3f us each\n", (double) (g_get_monotonic_time () - start) / MAX (1, count));
  printf ("%u\n", n);
  g_object_unref (client);
  g_object_unref (server);
  g_object_unref (near);
  g_object_unref (far);
  g_object_unref (clock);

  return n == count ? 0 : 1;
}
