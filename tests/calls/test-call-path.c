/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call whose network changes: what it does by itself, and that nothing of it is told as a refusal or an end before its time. */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"

static PhoneCall *
call (PhoneUaPair  *pair,
      PhoneCall   **out_callee)
{
  PhoneCall *caller = phone_ua_pair_call (pair, TRUE, out_callee);

  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  phone_fake_media_set_connected (phone_ua_pair_get_media (*out_callee));

  return caller;
}

static void
pass (PhoneUaPair *pair,
      guint        milliseconds)
{
  for (guint i = 0; i < milliseconds; i += 100)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (pair->clock, 100);
    }
  phone_ua_pair_settle ();
}

static void
lose_path (PhoneCall *call)
{
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE, "lost");

  phone_fake_media_fail (phone_ua_pair_get_media (call), error);
}

static guint
count_restarts (PhoneCall *call)
{
  return phone_fake_media_get_n_restarts (phone_ua_pair_get_media (call));
}

/* The peer answers whatever it is offered by 488; FALSE: no more. */
static void
refuse (PhoneCall *peer,
        gboolean   refuses)
{
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "no");

  phone_fake_media_set_failure (phone_ua_pair_get_media (peer), refuses ? error : NULL);
}

static void
test_lost (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);
  GString *theirs = phone_ua_pair_record_events (callee);

  lose_path (caller);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_call_get_reconnecting (caller));
  pass (pair, 300);
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  g_assert_cmpstr (theirs->str, ==, "reinvite sdp sdp ");
  g_assert_true (phone_call_get_reconnecting (caller));
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  g_assert_false (phone_call_get_reconnecting (caller));
  pass (pair, 60000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
}

static void
test_new_path_fails (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  lose_path (caller);
  pass (pair, 300);
  lose_path (caller);
  pass (pair, 3000);
  g_assert_cmpuint (count_restarts (caller), ==, 2);
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  pass (pair, 60000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
}

/* Agreed to, but nothing comes of it. */
static void
test_not_found (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  lose_path (caller);
  pass (pair, 44000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  pass (pair, 2000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_MEDIA);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "RTP Timeout");
  g_assert_false (phone_call_get_reconnecting (caller));
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_ENDED);
}

static void
test_refused (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  refuse (callee, TRUE);
  lose_path (caller);
  pass (pair, 20000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
  g_assert_true (phone_call_get_reconnecting (caller));
  g_assert_cmpuint (count_restarts (caller), >, 5);
  g_assert_cmpuint (count_restarts (caller), <, 12);

  refuse (callee, FALSE);
  pass (pair, 3000);
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  pass (pair, 60000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_false (phone_call_get_reconnecting (caller));
}

static void
test_refused_always (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  refuse (callee, TRUE);
  lose_path (caller);
  pass (pair, 46000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "RTP Timeout");
}

static void
test_never_had_one (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = phone_ua_pair_call (pair, FALSE, &callee);

  lose_path (caller);
  pass (pair, 300);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (phone_call_get_end_cause (caller), ==, "RTP Timeout");
  g_assert_cmpuint (count_restarts (caller), ==, 0);
}

static void
test_waits_for_server (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) refusal = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "away");
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  phone_fake_socket_set_refusal (pair->sockets[0], refusal);
  phone_fake_socket_cut (pair->sockets[0]);
  phone_ua_pair_settle ();
  lose_path (caller);
  pass (pair, 10000);
  g_assert_cmpuint (count_restarts (caller), ==, 0);
  g_assert_true (phone_call_get_reconnecting (caller));
  phone_fake_socket_set_refusal (pair->sockets[0], NULL);
  phone_ua_retry_now (pair->uas[0]);
  pass (pair, 500);
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  pass (pair, 60000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
}

/* The connection breaks and comes again; what its end is called decides. */
static void
reconnect (PhoneUaPair *pair,
           const char  *address)
{
  phone_fake_socket_set_local_address (pair->sockets[0], address);
  phone_fake_socket_cut (pair->sockets[0]);
  phone_ua_pair_settle ();
  phone_ua_retry_now (pair->uas[0]);
  phone_ua_retry_now (pair->uas[1]);
  pass (pair, 5000);
}

static void
test_moved (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  reconnect (pair, "192.0.2.1");
  g_assert_cmpuint (count_restarts (caller), ==, 0);
  reconnect (pair, "192.0.2.1");
  g_assert_cmpuint (count_restarts (caller), ==, 0);
  reconnect (pair, "192.0.2.2");
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  g_assert_true (phone_call_get_reconnecting (caller));
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  g_assert_false (phone_call_get_reconnecting (caller));
  g_assert_cmpuint (count_restarts (callee), ==, 0);
}

/* The old path may be as good as ever. */
static void
test_moved_and_refused (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  refuse (callee, TRUE);
  reconnect (pair, "192.0.2.1");
  reconnect (pair, "192.0.2.2");
  pass (pair, 60000);
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_false (phone_call_get_reconnecting (caller));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
}

static guint
count_connections (PhoneUa *ua)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (ua), "connections"));
}

static void
connected_cb (PhoneUa *ua)
{
  g_object_set_data (G_OBJECT (ua), "connections", GUINT_TO_POINTER (count_connections (ua) + 1));
}

static void
test_network_changes (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  g_signal_connect (pair->uas[0], "connected", G_CALLBACK (connected_cb), NULL);
  reconnect (pair, "127.0.0.1");
  g_assert_cmpuint (count_connections (pair->uas[0]), ==, 1);
  phone_ua_retry_now (pair->uas[0]);
  pass (pair, 1000);
  g_assert_cmpuint (count_connections (pair->uas[0]), ==, 1);
  g_assert_cmpuint (count_restarts (caller), ==, 0);

  /* No machine has this one: it must have gone. */
  reconnect (pair, "192.0.2.1");
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  phone_fake_socket_set_local_address (pair->sockets[0], "127.0.0.1");
  phone_ua_retry_now (pair->uas[0]);
  g_assert_false (phone_ua_is_connected (pair->uas[0]));
  pass (pair, 5000);
  g_assert_true (phone_ua_is_connected (pair->uas[0]));
  g_assert_cmpuint (count_restarts (caller), ==, 2);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
}

static void
test_hold_stays (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  g_assert_true (phone_call_hold (caller, NULL));
  pass (pair, 300);
  refuse (callee, TRUE);
  lose_path (caller);
  pass (pair, 5000);
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_fake_media_get_hold (phone_ua_pair_get_media (caller)));
  refuse (callee, FALSE);
  pass (pair, 5000);
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_call_get_remote_hold (callee));
  g_assert_true (phone_call_unhold (caller, NULL));
  pass (pair, 300);
  g_assert_false (phone_call_get_remote_hold (callee));
}

/* A hold that is wished while the server is away comes with the new path. */
static void
test_hold_meanwhile (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  g_autoptr (GError) refusal = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "away");
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  phone_fake_socket_set_refusal (pair->sockets[0], refusal);
  phone_fake_socket_cut (pair->sockets[0]);
  phone_ua_pair_settle ();
  lose_path (caller);
  g_assert_true (phone_call_hold (caller, NULL));
  pass (pair, 3000);
  g_assert_true (phone_call_get_local_hold (caller));
  phone_fake_socket_set_refusal (pair->sockets[0], NULL);
  phone_ua_retry_now (pair->uas[0]);
  pass (pair, 1000);
  g_assert_cmpuint (count_restarts (caller), ==, 1);
  g_assert_true (phone_call_get_local_hold (caller));
  g_assert_true (phone_call_get_remote_hold (callee));
}

static void
test_both_lose (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  lose_path (caller);
  lose_path (callee);
  pass (pair, 10000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_ACTIVE);
  phone_fake_media_set_connected (phone_ua_pair_get_media (caller));
  phone_fake_media_set_connected (phone_ua_pair_get_media (callee));
  pass (pair, 60000);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_state (callee), ==, PHONE_CALL_STATE_ACTIVE);
  g_assert_false (phone_call_get_reconnecting (caller) || phone_call_get_reconnecting (callee));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
  g_assert_cmpstr (phone_call_get_problem (callee), ==, "");
  g_assert_cmpuint (count_restarts (caller) + count_restarts (callee), <=, 3);
}

static void
test_hung_up (void)
{
  g_autoptr (PhoneUaPair) pair = phone_ua_pair_new ();
  PhoneCall *callee;
  PhoneCall *caller = call (pair, &callee);

  refuse (callee, TRUE);
  lose_path (caller);
  pass (pair, 1000);
  g_assert_true (phone_call_hang_up (caller, 0, NULL, NULL));
  pass (pair, 300);
  g_assert_cmpint (phone_call_get_state (caller), ==, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_reason (caller), ==, PHONE_CALL_END_HUNG_UP);
  g_assert_false (phone_call_get_reconnecting (caller));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/calls/call-path/a-lost-path-is-sought-again", test_lost);
  g_test_add_func ("/calls/call-path/a-new-path-that-fails-is-not-the-last", test_new_path_fails);
  g_test_add_func ("/calls/call-path/ends-when-none-is-found-in-time", test_not_found);
  g_test_add_func ("/calls/call-path/refusals-misstate-nothing", test_refused);
  g_test_add_func ("/calls/call-path/ends-when-refused-all-the-time", test_refused_always);
  g_test_add_func ("/calls/call-path/a-first-path-is-not-sought-again", test_never_had_one);
  g_test_add_func ("/calls/call-path/waits-for-the-server", test_waits_for_server);
  g_test_add_func ("/calls/call-path/follows-to-another-address", test_moved);
  g_test_add_func ("/calls/call-path/a-refusal-after-a-move-ends-nothing", test_moved_and_refused);
  g_test_add_func ("/calls/call-path/only-changes-that-concern-us-count", test_network_changes);
  g_test_add_func ("/calls/call-path/a-hold-stays-a-hold", test_hold_stays);
  g_test_add_func ("/calls/call-path/a-hold-meanwhile-comes-with-it", test_hold_meanwhile);
  g_test_add_func ("/calls/call-path/both-sides-at-once", test_both_lose);
  g_test_add_func ("/calls/call-path/call-ends-meanwhile", test_hung_up);

  return g_test_run ();
}
