/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "sip-bench.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-sip-agent.h"

#include <stdio.h>

#define SDP \
  "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n" \
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n" \
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n"

static void
bench_new_session_cb (PhoneSipAgent   *agent,
                      PhoneSipSession *session,
                      PhoneSipMessage *request,
                      gpointer         data)
{
  phone_sip_session_ring (session, NULL, NULL);
  phone_sip_session_accept (session, SDP, 0, NULL, NULL);
}

static void
bench_ended_cb (guint *n)
{
  (*n)++;
}

static PhoneSipAgent *
bench_agent_new (const char      *user,
                 PhoneFakeSocket *socket,
                 PhoneFakeClock  *clock)
{
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (PHONE_SIP_CLOCK (clock));
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_new ("sip", user, "example.org", 0);
  g_autoptr(PhoneSipAgentConfig) config = phone_sip_agent_config_new (uri);
  PhoneSipAgent *agent;

  config->register_ = FALSE;
  phone_sip_transport_set_keepalive (transport, 0);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (socket), 0);
  phone_fake_socket_set_recording (socket, FALSE);
  agent = phone_sip_agent_new (config, transport, PHONE_SIP_CLOCK (clock));
  phone_sip_agent_start (agent);
  phone_fake_socket_pump (socket);

  return agent;
}

/* INVITE 100 180 200 ACK BYE 200, both ends with their sessions and dialogs. The clock moves on after each call as far as it does
 * at ten calls a second, so that what lingers is as much as it would be. */
int
bench_call (guint count)
{
  PhoneFakeClock *clock = phone_fake_clock_new ();
  g_autoptr(PhoneSipUri) target = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  PhoneFakeSocket *near;
  PhoneFakeSocket *far;
  PhoneSipAgent *caller;
  PhoneSipAgent *callee;
  gint64 start;
  guint n = 0;

  phone_fake_socket_new_pair (&near, &far);
  caller = bench_agent_new ("alice", near, clock);
  callee = bench_agent_new ("bob", far, clock);
  g_signal_connect (callee, "new-session", G_CALLBACK (bench_new_session_cb), NULL);
  start = g_get_monotonic_time ();

  for (guint i = 0; i < count; i++)
    {
      PhoneSipSession *session = phone_sip_agent_create_session (caller, target);

      g_signal_connect_swapped (session, "ended", G_CALLBACK (bench_ended_cb), &n);
      phone_sip_session_connect (session, SDP, NULL, NULL);
      phone_fake_socket_pump (near);
      phone_sip_session_terminate (session, NULL, NULL);
      phone_fake_socket_pump (near);
      g_object_unref (session);
      phone_fake_clock_advance (clock, 100);
    }

  g_printerr ("call: %.3f us each\n", (double) (g_get_monotonic_time () - start) / MAX (1, count));
  phone_fake_clock_advance (clock, 64000);
  phone_fake_socket_pump (near);
  g_printerr ("call: %u transactions, %u timers and %u sessions are left\n",
              phone_sip_endpoint_get_n_transactions (phone_sip_agent_get_endpoint (caller))
              + phone_sip_endpoint_get_n_transactions (phone_sip_agent_get_endpoint (callee)),
              phone_fake_clock_get_n_timers (clock),
              phone_sip_agent_get_n_sessions (caller) + phone_sip_agent_get_n_sessions (callee));
  printf ("%u\n", n);
  phone_sip_transport_disconnect (phone_sip_agent_get_transport (caller));
  g_object_unref (caller);
  g_object_unref (callee);
  g_object_unref (near);
  g_object_unref (far);
  g_object_unref (clock);

  return n == count ? 0 : 1;
}
