/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two agents before each other: what both sides make of the same wire, and of one that breaks at every single message. */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-fake-clock.h"
#include "phone-fake-socket.h"
#include "phone-sip-agent.h"
#include "phone-sip-error.h"
#include "phone-sip-refer.h"

#include <malloc.h>

#define FEW_CALLS  500
#define MANY_CALLS 50000        /* with "-m slow" */

typedef struct
{
  PhoneFakeClock          *clock;
  PhoneFakeSocket         *sockets[2];
  PhoneSipAgent           *agents[2];           /* alice, bob */
  PhoneSipSession         *sessions[2];
  PhoneSipSession         *transfer;
  PhoneSipReferSubscriber *subscriber;
  guint                    answers;
  guint                    refused;
} Pair;

static void
modification_cb (PhoneSipSession *session,
                 PhoneSipMessage *request,
                 const char      *sdp,
                 Pair            *pair)
{
  phone_sip_session_answer (session, "answer", NULL);
}

static void
refer_cb (Pair                  *pair,
          PhoneSipReferNotifier *notifier)
{
  g_clear_object (&pair->transfer);
  pair->transfer = phone_sip_agent_create_session (pair->agents[1], phone_sip_refer_notifier_get_target (notifier));
  phone_sip_refer_notifier_accept (notifier, pair->transfer);
  phone_sip_session_connect (pair->transfer, "offer", NULL, NULL);
}

static void
new_session_cb (PhoneSipAgent   *agent,
                PhoneSipSession *session,
                PhoneSipMessage *request,
                Pair            *pair)
{
  if (agent == pair->agents[1] && pair->sessions[1] == NULL)
    {
      pair->sessions[1] = g_object_ref (session);
      g_signal_connect (session, "modification", G_CALLBACK (modification_cb), pair);
      g_signal_connect_swapped (session, "refer", G_CALLBACK (refer_cb), pair);
    }
  phone_sip_session_ring (session, NULL, NULL);
  phone_sip_session_accept (session, "answer", 0, NULL, NULL);
}

static PhoneSipAgent *
make_agent (Pair            *pair,
            const char      *user,
            PhoneFakeSocket *socket)
{
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (PHONE_SIP_CLOCK (pair->clock));
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_new ("sip", user, "example.org", 0);
  g_autoptr(PhoneSipAgentConfig) config = phone_sip_agent_config_new (uri);
  PhoneSipAgent *agent;

  config->register_ = FALSE;
  phone_sip_transport_set_keepalive (transport, 0);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (socket), 0);
  agent = phone_sip_agent_new (config, transport, PHONE_SIP_CLOCK (pair->clock));
  g_signal_connect (agent, "new-session", G_CALLBACK (new_session_cb), pair);
  phone_sip_agent_start (agent);

  return agent;
}

static void
pump (Pair *pair)
{
  phone_fake_socket_pump (pair->sockets[0]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  phone_fake_socket_pump (pair->sockets[0]);
}

static void
advance (Pair  *pair,
         guint  milliseconds)
{
  pump (pair);
  for (guint i = 0; i < milliseconds; i += 100)
    {
      phone_fake_clock_advance (pair->clock, 100);
      pump (pair);
    }
}

static void
pair_open (Pair *pair)
{
  pair->clock = phone_fake_clock_new ();
  phone_fake_socket_new_pair (&pair->sockets[0], &pair->sockets[1]);
  pair->agents[0] = make_agent (pair, "alice", pair->sockets[0]);
  pair->agents[1] = make_agent (pair, "bob", pair->sockets[1]);
  pump (pair);
}

static void
pair_close (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    g_assert_finalize_object (pair->agents[i]);

  /* A modification that was under way ends in the main loop. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < 2; i++)
    if (pair->sessions[i] != NULL)
      {
        g_signal_handlers_disconnect_by_data (pair->sessions[i], pair);
        g_assert_finalize_object (pair->sessions[i]);
      }
  if (pair->transfer != NULL)
    g_assert_finalize_object (pair->transfer);
  if (pair->subscriber != NULL)
    g_assert_finalize_object (pair->subscriber);
  for (guint i = 0; i < 2; i++)
    g_object_unref (pair->sockets[i]);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (pair->clock), ==, 0);
  g_assert_finalize_object (pair->clock);
}

static void
call (Pair *pair)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);

  pair->sessions[0] = phone_sip_agent_create_session (pair->agents[0], bob);
  g_signal_connect (pair->sessions[0], "modification", G_CALLBACK (modification_cb), pair);
  phone_sip_session_connect (pair->sessions[0], "offer", NULL, NULL);
  pump (pair);
}

static void
modified_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Pair *pair = data;
  g_autofree char *sdp = phone_sip_session_modify_finish (PHONE_SIP_SESSION (source), result, NULL, NULL);

  if (sdp != NULL)
    pair->answers++;
  else
    pair->refused++;
}

static void
assert_confirmed (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (phone_sip_session_get_state (pair->sessions[i]), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
assert_quiet (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (phone_sip_agent_get_n_sessions (pair->agents[i]), ==, 0);
      g_assert_cmpuint (phone_sip_endpoint_get_n_transactions (phone_sip_agent_get_endpoint (pair->agents[i])), ==, 0);
    }
}

static void
test_call (void)
{
  Pair pair = { NULL, };

  pair_open (&pair);
  call (&pair);
  assert_confirmed (&pair);
  g_assert_cmpstr (phone_sip_session_get_remote_sdp (pair.sessions[0]), ==, "answer");
  g_assert_cmpstr (phone_sip_session_get_remote_sdp (pair.sessions[1]), ==, "offer");
  advance (&pair, 300000);
  assert_confirmed (&pair);
  phone_sip_session_terminate (pair.sessions[1], NULL, NULL);
  advance (&pair, 64000);
  assert_quiet (&pair);
  pair_close (&pair);
}

/* Both offer at the same moment, by each pair of methods: one gets through, the other is told to offer anew or gets through too. */
static void
test_glare (void)
{
  static const PhoneSipMethod methods[] = { PHONE_SIP_METHOD_INVITE, PHONE_SIP_METHOD_UPDATE };

  for (guint i = 0; i < 4; i++)
    {
      Pair pair = { NULL, };

      pair_open (&pair);
      call (&pair);
      phone_sip_session_modify_async (pair.sessions[0], methods[i % 2], "hold", NULL, NULL, modified_cb, &pair);
      phone_sip_session_modify_async (pair.sessions[1], methods[i / 2], "hold", NULL, NULL, modified_cb, &pair);
      advance (&pair, 9000);
      g_assert_cmpuint (pair.answers + pair.refused, ==, 2);
      g_assert_cmpuint (pair.answers, >=, 1);
      assert_confirmed (&pair);
      for (guint k = 0; k < 2; k++)
        g_assert_true (phone_sip_session_is_ready_to_modify (pair.sessions[k]));
      phone_sip_session_terminate (pair.sessions[0], NULL, NULL);
      advance (&pair, 64000);
      assert_quiet (&pair);
      pair_close (&pair);
    }
}

static void
live (Pair *pair)
{
  g_autoptr(PhoneSipUri) alice = phone_sip_uri_new ("sip", "alice", "example.org", 0);

  call (pair);
  if (pair->sessions[1] == NULL)
    return;
  phone_sip_session_modify_async (pair->sessions[1], PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, pair);
  pump (pair);
  phone_sip_session_modify_async (pair->sessions[0], PHONE_SIP_METHOD_UPDATE, "hold", NULL, NULL, modified_cb, pair);
  pump (pair);
  pair->subscriber = phone_sip_session_refer (pair->sessions[0], alice, NULL, NULL, NULL);
  pump (pair);
  phone_sip_session_terminate (pair->sessions[0], NULL, NULL);
  pump (pair);
}

/* Everything a call can do, with the connection broken at message 0, 1, 2 …; then both reconnect, and half an hour passes. */
static void
test_broken_at_every_message (void)
{
  for (guint n = 0; n < 36; n++)
    {
      Pair pair = { NULL, };

      pair_open (&pair);
      phone_fake_socket_cut_after (pair.sockets[0], n);
      live (&pair);
      for (guint i = 0; i < 2; i++)
        phone_sip_agent_terminate_sessions (pair.agents[i]);
      advance (&pair, 130000);
      assert_quiet (&pair);
      for (guint i = 0; i < 2; i++)
        if (pair.sessions[i] != NULL)
          g_assert_cmpint (phone_sip_session_get_state (pair.sessions[i]), ==, PHONE_SIP_SESSION_STATE_TERMINATED);
      pair_close (&pair);
    }
}

/* The same, and the agents are gone while all is open. */
static void
test_gone_at_every_message (void)
{
  for (guint n = 0; n < 36; n++)
    {
      Pair pair = { NULL, };

      pair_open (&pair);
      phone_fake_socket_cut_after (pair.sockets[0], n);
      live (&pair);
      pair_close (&pair);
    }
}

static void
object_gone (gpointer  data,
             GObject  *object)
{
  guint *n_objects = data;

  (*n_objects)--;
}

static void
watch (gpointer  object,
       guint    *n_objects)
{
  (*n_objects)++;
  g_object_weak_ref (object, object_gone, n_objects);
}

static void
watch_call_cb (PhoneSipAgent   *agent,
               PhoneSipSession *session,
               PhoneSipMessage *request,
               guint           *n_objects)
{
  watch (session, n_objects);
  watch (phone_sip_session_get_dialog (session), n_objects);
}

static void
watch_transaction_cb (PhoneSipEndpoint *endpoint,
                      GObject          *transaction,
                      guint            *n_objects)
{
  watch (transaction, n_objects);
}

/* Ten a second, each hung up by the caller, until nothing lingers any more. */
static void
call_often (Pair  *pair,
            guint  n_calls,
            guint *n_objects)
{
  for (guint i = 0; i < n_calls; i++)
    {
      call (pair);
      watch (pair->sessions[0], n_objects);
      watch (phone_sip_session_get_dialog (pair->sessions[0]), n_objects);
      phone_sip_session_terminate (pair->sessions[0], NULL, NULL);
      g_clear_object (&pair->sessions[0]);
      g_clear_object (&pair->sessions[1]);
      phone_fake_clock_advance (pair->clock, 100);
    }

  advance (pair, 64000);
}

/* What the first calls take for good are tables that grow to their size. */
static void
test_many_calls (void)
{
  guint n_calls = g_test_slow () ? MANY_CALLS : FEW_CALLS;
  Pair pair = { NULL, };
  guint n_objects = 0;
  gsize before, after;

  if (g_getenv ("GLIBC_TUNABLES") == NULL)
    {
      g_test_skip ("Bytes are counted without the allocators' caches: run it by meson test");
      return;
    }

  pair_open (&pair);
  for (guint i = 0; i < 2; i++)
    {
      phone_fake_socket_set_recording (pair.sockets[i], FALSE);
      g_signal_connect (phone_sip_agent_get_endpoint (pair.agents[i]), "new-transaction", G_CALLBACK (watch_transaction_cb), &n_objects);
    }
  g_signal_connect (pair.agents[1], "new-session", G_CALLBACK (watch_call_cb), &n_objects);

  call_often (&pair, FEW_CALLS, &n_objects);
  before = mallinfo2 ().uordblks;
  call_often (&pair, n_calls, &n_objects);
  after = mallinfo2 ().uordblks;

  g_test_message ("%u calls: %u objects are left; heap %" G_GSIZE_FORMAT " bytes before, %" G_GSIZE_FORMAT " after",
                  n_calls, n_objects, before, after);
  g_assert_cmpuint (n_objects, ==, 0);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (pair.clock), ==, 0);
  g_assert_cmpuint (after, ==, before);
  assert_quiet (&pair);
  pair_close (&pair);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sip/session-pair/calls-for-minutes", test_call);
  g_test_add_func ("/sip/session-pair/glare", test_glare);
  g_test_add_func ("/sip/session-pair/broken-at-every-message", test_broken_at_every_message);
  g_test_add_func ("/sip/session-pair/many-calls-leave-nothing", test_many_calls);
  g_test_add_func ("/sip/session-pair/gone-at-every-message", test_gone_at_every_message);

  return g_test_run ();
}
