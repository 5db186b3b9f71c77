/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-subscription.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"
#include "phone-sip-notifier.h"

#include <string.h>

typedef struct
{
  PhoneAgentStage       stage;
  PhoneSipSubscription *subscription;
  PhoneSipNotifier     *notifier;
  PhoneSipMessage      *subscribe;      /* the first, either way */
  char                 *our_tag;        /* of the notifier's dialog */
} Fixture;

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
accepted_cb (Fixture *fixture)
{
  g_string_append (fixture->stage.log, "accepted;");
}

static void
notify_cb (Fixture         *fixture,
           gboolean         final,
           PhoneSipMessage *request,
           const char      *body,
           const char      *content_type)
{
  g_string_append_printf (fixture->stage.log, "notify%s %s %s;", final ? " final" : "", content_type, body);
}

static void
state_cb (PhoneSipSubscription *subscription,
          GParamSpec           *pspec,
          Fixture              *fixture)
{
  static const char * const names[] = { "pending", "active", "over", "init", "waiting" };

  g_string_append_printf (fixture->stage.log, "%s;", names[phone_sip_subscription_get_state (subscription)]);
}

static void
terminated_cb (Fixture                 *fixture,
               PhoneSipSubscriptionEnd  end,
               const char              *reason,
               int                      retry_after)
{
  g_string_append_printf (fixture->stage.log, "terminated %d %s %d;", end, reason, retry_after);
}

static void
open_subscription (Fixture                           *fixture,
                   const PhoneSipSubscriptionOptions *options)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(GError) error = NULL;

  fixture->subscription = phone_sip_subscription_new (fixture->stage.agent, bob, "presence", "application/pidf+xml", options, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (fixture->subscription, "accepted", G_CALLBACK (accepted_cb), fixture);
  g_signal_connect_swapped (fixture->subscription, "notify-received", G_CALLBACK (notify_cb), fixture);
  g_signal_connect_swapped (fixture->subscription, "terminated", G_CALLBACK (terminated_cb), fixture);
  g_signal_connect (fixture->subscription, "notify::state", G_CALLBACK (state_cb), fixture);
  g_assert_true (phone_sip_subscription_subscribe (fixture->subscription, NULL, &error));
  fixture->subscribe = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  phone_agent_stage_open (&fixture->stage, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->subscribe, phone_sip_message_unref);
  g_free (fixture->our_tag);
  if (fixture->subscription != NULL)
    g_signal_handlers_disconnect_by_data (fixture->subscription, fixture);
  if (fixture->notifier != NULL)
    g_signal_handlers_disconnect_by_data (fixture->notifier, fixture);
  g_signal_handlers_disconnect_by_data (fixture->stage.agent, fixture);
  phone_agent_stage_close (&fixture->stage);
  if (fixture->subscription != NULL)
    g_assert_finalize_object (fixture->subscription);
  if (fixture->notifier != NULL)
    g_assert_finalize_object (fixture->notifier);
}

static void
notify (Fixture    *fixture,
        const char *lines,
        const char *body)
{
  PhoneSipMessage *first = fixture->subscribe;

  phone_scripted_peer_send (fixture->stage.peer,
                            "NOTIFY sip:alice@x.invalid SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKnotify%u\n"
                            "From: <sip:bob@example.org>;tag=peer\nTo: %s\nCall-ID: %s\nCSeq: %u NOTIFY\n" PHONE_STAGE_CONTACT "%s%s\n\n%s",
                            fixture->stage.n_sent, header (first, "From"), phone_sip_message_get_call_id (first), 10 + fixture->stage.n_sent,
                            lines != NULL ? "\n" : "", lines != NULL ? lines : "", body != NULL ? body : "");
  fixture->stage.n_sent++;
  phone_agent_stage_pump (&fixture->stage);
}

static void
accept_it (Fixture *fixture)
{
  phone_scripted_peer_reply (fixture->stage.peer, fixture->subscribe, 200, PHONE_STAGE_CONTACT "\nExpires: 900", NULL);
  phone_agent_stage_pump (&fixture->stage);
}

static void
come_active (Fixture *fixture)
{
  open_subscription (fixture, NULL);
  accept_it (fixture);
  notify (fixture, "Event: presence\nSubscription-State: active;expires=900", NULL);
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect_log (&fixture->stage, "waiting;accepted;active;");
}

static void
test_subscribe (Fixture       *fixture,
                gconstpointer  data)
{
  PhoneSipSubscriptionOptions options = { .expires = 300, .allow_events = "presence", .from_display_name = "Al", .cseq = 77 };
  g_autoptr(PhoneSipMessage) again = NULL;
  g_autoptr(PhoneSipMessage) over = NULL;
  g_autoptr(GError) error = NULL;

  open_subscription (fixture, &options);
  g_assert_cmpstr (header (fixture->subscribe, "Event"), ==, "presence");
  g_assert_cmpstr (header (fixture->subscribe, "Expires"), ==, "300");
  g_assert_cmpstr (header (fixture->subscribe, "Accept"), ==, "application/pidf+xml");
  g_assert_cmpstr (header (fixture->subscribe, "Allow-Events"), ==, "presence");
  g_assert_nonnull (header (fixture->subscribe, "Contact"));
  g_assert_cmpuint (phone_sip_message_get_cseq (fixture->subscribe), ==, 77);
  g_assert_nonnull (strstr (header (fixture->subscribe, "From"), "\"Al\""));

  /* Kept back until there is a dialog. */
  g_assert_true (phone_sip_subscription_subscribe (fixture->subscription, NULL, NULL));
  phone_agent_stage_pump (&fixture->stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->stage.peer), ==, 0);
  accept_it (fixture);
  again = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
  g_assert_cmpstr (phone_sip_message_get_to_tag (again), ==, "peer");
  phone_scripted_peer_reply (fixture->stage.peer, again, 200, PHONE_STAGE_CONTACT "\nExpires: 300", NULL);
  g_assert_nonnull (phone_sip_subscription_get_id (fixture->subscription));

  notify (fixture, "Event: presence\nSubscription-State: pending", NULL);
  phone_agent_stage_expect (&fixture->stage, "200");
  notify (fixture, "Event: presence\nSubscription-State: active;expires=300\nContent-Type: application/pidf+xml", "<presence/>");
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect_log (&fixture->stage, "waiting;accepted;pending;active;notify application/pidf+xml <presence/>;");

  g_assert_false (phone_sip_subscription_subscribe (fixture->subscription, "body", &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (phone_sip_subscription_terminate (fixture->subscription, NULL, NULL));
  g_assert_false (phone_sip_subscription_terminate (fixture->subscription, NULL, NULL));
  over = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
  g_assert_cmpstr (header (over, "Expires"), ==, "0");
  phone_scripted_peer_reply (fixture->stage.peer, over, 200, PHONE_STAGE_CONTACT, NULL);
  notify (fixture, "Event: presence\nSubscription-State: terminated;reason=timeout;retry-after=20\nContent-Type: text/plain", "bye");
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect_log (&fixture->stage, "notify final text/plain bye;over;terminated 6 timeout 20;");
  phone_agent_stage_advance (&fixture->stage, 1000000);
}

static void
test_arguments (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(GError) error = NULL;

  g_assert_null (phone_sip_subscription_new (fixture->stage.agent, bob, NULL, "a/b", NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (phone_sip_subscription_new (fixture->stage.agent, bob, "presence", "", NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  fixture->subscription = phone_sip_subscription_new (fixture->stage.agent, bob, "presence;id=5", "a/b", NULL, NULL);
  g_assert_false (phone_sip_subscription_terminate (fixture->subscription, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
}

static void
test_early_notify (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) over = NULL;

  open_subscription (fixture, NULL);
  notify (fixture, "Event: presence\nSubscription-State: active;expires=900", NULL);
  phone_agent_stage_expect (&fixture->stage, "200");
  accept_it (fixture);
  phone_agent_stage_expect_log (&fixture->stage, "waiting;active;accepted;");
  phone_sip_subscription_terminate (fixture->subscription, NULL, NULL);
  over = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
  g_assert_cmpuint (phone_sip_message_get_cseq (over), ==, phone_sip_message_get_cseq (fixture->subscribe) + 1);
  g_assert_cmpstr (phone_sip_message_get_request_uri (over), ==, "sip:bob@peer.invalid;transport=ws");
}

static void
test_wrong_notify (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct
  {
    const char *lines;
    const char *status;
  } cases[] = {
    { "Subscription-State: active", "400" },
    { "Event: dialog\nSubscription-State: active", "489" },
    { "Event: presence;id=9\nSubscription-State: active", "489" },
    { "Event: presence", "400" },
    { "Event: presence\nSubscription-State: dancing", "400" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      come_active (fixture);
      notify (fixture, cases[i].lines, NULL);
      phone_agent_stage_expect (&fixture->stage, cases[i].status);
      phone_agent_stage_expect_log (&fixture->stage, "over;terminated 7 (null) -1;");
      g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
      g_clear_pointer (&fixture->subscribe, phone_sip_message_unref);
    }
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    guint       status;
    const char *lines;
    const char *log;
  } cases[] = {
    { 404, NULL, "waiting;over;terminated 2 (null) -1;" },
    { 401, NULL, "waiting;over;terminated 4 (null) -1;" },
    { 200, NULL, "waiting;over;terminated 3 (null) -1;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      open_subscription (fixture, NULL);
      phone_scripted_peer_reply (fixture->stage.peer, fixture->subscribe, cases[i].status, cases[i].lines, NULL);
      phone_agent_stage_expect_log (&fixture->stage, cases[i].log);
      g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
      g_clear_pointer (&fixture->subscribe, phone_sip_message_unref);
    }
}

static void
test_423 (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) again = NULL;

  open_subscription (fixture, NULL);
  phone_scripted_peer_reply (fixture->stage.peer, fixture->subscribe, 423, "Min-Expires: 3600", NULL);
  again = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
  g_assert_cmpstr (header (again, "Expires"), ==, "3600");
  g_assert_cmpuint (phone_sip_message_get_cseq (again), ==, phone_sip_message_get_cseq (fixture->subscribe) + 1);
}

static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  open_subscription (fixture, NULL);
  phone_agent_stage_advance (&fixture->stage, 32000);
  phone_agent_stage_expect_log (&fixture->stage, "waiting;over;terminated 0 (null) -1;");
  g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
  g_clear_pointer (&fixture->subscribe, phone_sip_message_unref);

  open_subscription (fixture, NULL);
  accept_it (fixture);
  phone_agent_stage_advance (&fixture->stage, 32000);
  phone_agent_stage_expect_log (&fixture->stage, "waiting;accepted;over;terminated 0 (null) -1;");
  g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
  g_clear_pointer (&fixture->subscribe, phone_sip_message_unref);

  come_active (fixture);
  phone_sip_subscription_terminate (fixture->subscription, NULL, NULL);
  phone_agent_stage_answer (&fixture->stage, "SUBSCRIBE", 200, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_advance (&fixture->stage, 32000);
  phone_agent_stage_expect_log (&fixture->stage, "over;terminated 5 (null) -1;");
  g_assert_finalize_object (g_steal_pointer (&fixture->subscription));
  g_clear_pointer (&fixture->subscribe, phone_sip_message_unref);

  open_subscription (fixture, NULL);
  phone_fake_socket_cut (fixture->stage.socket);
  phone_agent_stage_expect_log (&fixture->stage, "waiting;over;terminated 1 (null) -1;");
}

static void
test_refresh (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) again = NULL;
  guint waited = 0;

  come_active (fixture);
  while (phone_scripted_peer_get_n_waiting (fixture->stage.peer) == 0 && waited < 900)
    {
      phone_agent_stage_advance (&fixture->stage, 1000);
      waited++;
    }
  g_assert_cmpuint (waited, >=, 450);
  g_assert_cmpuint (waited, <=, 900 - 70);
  again = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
  phone_scripted_peer_reply (fixture->stage.peer, again, 200, PHONE_STAGE_CONTACT "\nExpires: 900", NULL);

  /* A NOTIFY that says shorter counts. */
  notify (fixture, "Event: presence\nSubscription-State: active;expires=30", NULL);
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_advance (&fixture->stage, 24999);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->stage.peer), ==, 0);
  phone_agent_stage_advance (&fixture->stage, 1);
  phone_agent_stage_expect (&fixture->stage, "SUBSCRIBE");
}

static void
test_made_as_told (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char * const extra[] = { "X-Desk: green", NULL };
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipUri) from = phone_sip_uri_new ("sip", "office", "example.org", 0);
  g_autoptr(PhoneSipUri) to = phone_sip_uri_new ("sip", "desk", "example.org", 0);
  PhoneSipSubscriptionOptions options = { .content_type = "application/xml", .extra_headers = extra, .from_uri = from, .to_uri = to,
                                          .from_display_name = "Office", .to_display_name = "Desk" };

  fixture->subscription = phone_sip_subscription_new (fixture->stage.agent, bob, "presence;id=5", "application/pidf+xml", &options, NULL);
  g_assert_cmpint (phone_sip_subscription_get_state (fixture->subscription), ==, PHONE_SIP_SUBSCRIPTION_STATE_INIT);
  g_assert_true (phone_sip_subscription_subscribe (fixture->subscription, "<filter/>", NULL));
  fixture->subscribe = phone_scripted_peer_expect (fixture->stage.peer, "SUBSCRIBE");
  g_assert_cmpstr (phone_sip_message_get_request_uri (fixture->subscribe), ==, "sip:bob@example.org");
  g_assert_cmpstr (header (fixture->subscribe, "Event"), ==, "presence;id=5");
  g_assert_cmpstr (header (fixture->subscribe, "Expires"), ==, "900");
  g_assert_cmpstr (header (fixture->subscribe, "X-Desk"), ==, "green");
  g_assert_true (g_str_has_prefix (header (fixture->subscribe, "From"), "\"Office\" <sip:office@example.org>;tag="));
  g_assert_cmpstr (header (fixture->subscribe, "To"), ==, "\"Desk\" <sip:desk@example.org>");
  g_assert_cmpstr (phone_sip_message_get_content_type (fixture->subscribe), ==, "application/xml");
  g_assert_cmpstr (phone_sip_message_get_body (fixture->subscribe, NULL), ==, "<filter/>");
  accept_it (fixture);
  notify (fixture, "Event: presence;id=5\nSubscription-State: active;expires=900", NULL);
  phone_agent_stage_expect (&fixture->stage, "200");
  g_assert_cmpint (phone_sip_subscription_get_state (fixture->subscription), ==, PHONE_SIP_SUBSCRIPTION_STATE_ACTIVE);
}

static void
test_fetch (Fixture       *fixture,
            gconstpointer  data)
{
  PhoneSipSubscriptionOptions options = { .fetch = TRUE };

  open_subscription (fixture, &options);
  g_assert_cmpstr (header (fixture->subscribe, "Expires"), ==, "0");
  accept_it (fixture);
  notify (fixture, "Event: presence\nSubscription-State: terminated;reason=timeout\nContent-Type: text/plain", "once");
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect_log (&fixture->stage, "waiting;accepted;notify final text/plain once;over;terminated 6 timeout -1;");
}

/* Whoever wants it back subscribes anew: neither the reason nor a new connection does it. */
static void
test_is_over (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  come_active (fixture);
  notify (fixture, "Event: presence\nSubscription-State: terminated;reason=deactivated;retry-after=1", NULL);
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect_log (&fixture->stage, "over;terminated 6 deactivated 1;");
  phone_agent_stage_advance (&fixture->stage, 1000000);
  phone_fake_socket_cut (fixture->stage.socket);
  phone_sip_socket_connect (phone_scripted_peer_get_socket (fixture->stage.peer));
  phone_agent_stage_advance (&fixture->stage, 5000);
  g_assert_true (phone_sip_transport_is_connected (phone_sip_agent_get_transport (fixture->stage.agent)));
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (fixture->stage.peer), ==, 0);
  g_assert_false (phone_sip_subscription_subscribe (fixture->subscription, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
}

/* The notifier's side. */
static void
subscribed_cb (Fixture         *fixture,
               gboolean         unsubscribe,
               PhoneSipMessage *request,
               const char      *body,
               const char      *content_type)
{
  g_string_append_printf (fixture->stage.log, "%s %s;", unsubscribe ? "unsubscribe" : "subscribe", body);
}

static void
expired_cb (Fixture *fixture)
{
  g_string_append (fixture->stage.log, "expired;");
}

static void
ended_cb (Fixture             *fixture,
          PhoneSipNotifierEnd  end)
{
  g_string_append_printf (fixture->stage.log, "terminated %d;", end);
}

static gboolean
new_subscribe_cb (Fixture                   *fixture,
                  const char                *event,
                  PhoneSipServerTransaction *transaction)
{
  PhoneSipNotifierOptions options = { .pending = TRUE, .allow_events = "presence" };
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (event, ==, "presence");
  fixture->notifier = phone_sip_notifier_new (fixture->stage.agent, transaction, "application/pidf+xml", &options, &error);
  g_assert_no_error (error);
  fixture->our_tag = g_strdup (phone_sip_server_transaction_get_to_tag (transaction));
  fixture->subscribe = phone_sip_message_ref (phone_sip_server_transaction_get_request (transaction));
  g_signal_connect_swapped (fixture->notifier, "subscribe", G_CALLBACK (subscribed_cb), fixture);
  g_signal_connect_swapped (fixture->notifier, "expired", G_CALLBACK (expired_cb), fixture);
  g_signal_connect_swapped (fixture->notifier, "terminated", G_CALLBACK (ended_cb), fixture);
  phone_sip_notifier_start (fixture->notifier);

  return TRUE;
}

static PhoneSipMessage *
be_subscribed (Fixture    *fixture,
               const char *expires)
{
  g_autofree char *lines = g_strdup_printf (PHONE_STAGE_CONTACT "\nEvent: presence%s%s", expires != NULL ? "\nExpires: " : "", expires != NULL ? expires : "");

  g_signal_connect_swapped (fixture->stage.agent, "new-subscribe", G_CALLBACK (new_subscribe_cb), fixture);
  phone_agent_stage_stranger (&fixture->stage, "SUBSCRIBE", lines, NULL);

  return phone_scripted_peer_expect (fixture->stage.peer, "200");
}

static void
subscribe_again (Fixture    *fixture,
                 guint       cseq,
                 const char *expires)
{
  phone_scripted_peer_send (fixture->stage.peer,
                            "SUBSCRIBE sip:alice@x.invalid SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKsub%u\n"
                            "From: <sip:bob@example.org>;tag=peer\nTo: <sip:alice@example.org>;tag=%s\nCall-ID: %s\nCSeq: %u SUBSCRIBE\n"
                            PHONE_STAGE_CONTACT "\nEvent: presence\nExpires: %s\n\n",
                            fixture->stage.n_sent++, fixture->our_tag, phone_sip_message_get_call_id (fixture->subscribe), cseq, expires);
  phone_agent_stage_pump (&fixture->stage);
}

static void
test_notifier (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, "100");
  g_autoptr(PhoneSipMessage) first = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autoptr(PhoneSipMessage) last = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr (header (response, "Expires"), ==, "100");
  g_assert_nonnull (header (response, "Contact"));
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);");

  g_assert_true (phone_sip_notifier_notify (fixture->notifier, NULL, NULL));
  first = phone_scripted_peer_expect (fixture->stage.peer, "NOTIFY");
  g_assert_cmpstr (header (first, "Subscription-State"), ==, "pending;expires=100");
  g_assert_cmpstr (header (first, "Event"), ==, "presence");
  g_assert_cmpstr (header (first, "Allow-Events"), ==, "presence");
  g_assert_null (phone_sip_message_get_body (first, NULL));
  phone_scripted_peer_reply (fixture->stage.peer, first, 200, NULL, NULL);

  phone_sip_notifier_set_active (fixture->notifier);
  phone_agent_stage_advance (&fixture->stage, 40000);
  phone_sip_notifier_notify (fixture->notifier, "<presence/>", NULL);
  second = phone_scripted_peer_expect (fixture->stage.peer, "NOTIFY");
  g_assert_cmpstr (header (second, "Subscription-State"), ==, "active;expires=60");
  g_assert_cmpstr (phone_sip_message_get_content_type (second), ==, "application/pidf+xml");
  phone_scripted_peer_reply (fixture->stage.peer, second, 200, NULL, NULL);

  subscribe_again (fixture, 8, "50");
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);");
  subscribe_again (fixture, 8, "50");
  phone_agent_stage_expect (&fixture->stage, "500");

  g_assert_true (phone_sip_notifier_terminate (fixture->notifier, "bye", "giveup", 60, NULL));
  last = phone_scripted_peer_expect (fixture->stage.peer, "NOTIFY");
  g_assert_cmpstr (header (last, "Subscription-State"), ==, "terminated;reason=giveup;retry-after=60");
  g_assert_cmpstr (phone_sip_message_get_body (last, NULL), ==, "bye");
  phone_agent_stage_expect_log (&fixture->stage, "terminated 4;");
  g_assert_false (phone_sip_notifier_notify (fixture->notifier, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
  phone_agent_stage_advance (&fixture->stage, 100000);
}

static void
test_notifier_expires (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, NULL);
  g_autoptr(PhoneSipMessage) last = NULL;

  g_assert_cmpstr (header (response, "Expires"), ==, "900");
  phone_agent_stage_advance (&fixture->stage, 900000);
  last = phone_scripted_peer_expect (fixture->stage.peer, "NOTIFY");
  g_assert_cmpstr (header (last, "Subscription-State"), ==, "terminated;reason=timeout");
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);expired;terminated 6;");
}

static void
test_unsubscribed (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, "100");

  subscribe_again (fixture, 8, "0");
  phone_agent_stage_expect (&fixture->stage, "200");
  phone_agent_stage_expect (&fixture->stage, "NOTIFY");
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);unsubscribe (null);terminated 5;");
}

static void
test_notify_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, "100");

  phone_sip_notifier_notify (fixture->notifier, NULL, NULL);
  phone_agent_stage_answer (&fixture->stage, "NOTIFY", 481, NULL, NULL);
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);terminated 2;");
}

static void
test_notify_challenged (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, "100");

  phone_sip_notifier_notify (fixture->notifier, NULL, NULL);
  phone_agent_stage_answer (&fixture->stage, "NOTIFY", 401, "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", NULL);
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);terminated 3;");
}

static void
test_notify_without_connection (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, "100");

  phone_sip_notifier_notify (fixture->notifier, NULL, NULL);
  phone_agent_stage_expect (&fixture->stage, "NOTIFY");
  phone_fake_socket_cut (fixture->stage.socket);
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);terminated 1;");
}

static void
typed_subscribe_cb (Fixture         *fixture,
                    gboolean         unsubscribe,
                    PhoneSipMessage *request,
                    const char      *body,
                    const char      *content_type)
{
  g_assert_cmpint (phone_sip_message_get_method (request), ==, PHONE_SIP_METHOD_SUBSCRIBE);
  g_string_append_printf (fixture->stage.log, "%s %s %s;", unsubscribe ? "unsubscribe" : "subscribe", content_type, body);
}

static gboolean
take_as_told_cb (Fixture                   *fixture,
                 const char                *event,
                 PhoneSipServerTransaction *transaction)
{
  static const char * const extra[] = { "X-Desk: green", NULL };
  PhoneSipNotifierOptions options = { .extra_headers = extra, .default_expires = 300 };

  fixture->notifier = phone_sip_notifier_new (fixture->stage.agent, transaction, "text/plain", &options, NULL);
  g_signal_connect_swapped (fixture->notifier, "subscribe", G_CALLBACK (typed_subscribe_cb), fixture);
  phone_sip_notifier_start (fixture->notifier);

  return TRUE;
}

static void
test_notifier_made_as_told (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(PhoneSipMessage) request = NULL;

  g_signal_connect_swapped (fixture->stage.agent, "new-subscribe", G_CALLBACK (take_as_told_cb), fixture);
  phone_agent_stage_stranger (&fixture->stage, "SUBSCRIBE", PHONE_STAGE_CONTACT "\nEvent: x\nContent-Type: application/xml", "<filter/>");
  response = phone_scripted_peer_expect (fixture->stage.peer, "200");
  g_assert_cmpstr (header (response, "Expires"), ==, "300");
  phone_agent_stage_expect_log (&fixture->stage, "subscribe application/xml <filter/>;");
  g_assert_cmpint (phone_sip_notifier_get_state (fixture->notifier), ==, PHONE_SIP_NOTIFIER_STATE_ACTIVE);
  phone_sip_notifier_notify (fixture->notifier, "news", NULL);
  request = phone_scripted_peer_expect (fixture->stage.peer, "NOTIFY");
  g_assert_cmpstr (header (request, "Subscription-State"), ==, "active;expires=300");
  g_assert_cmpstr (header (request, "X-Desk"), ==, "green");
  g_assert_null (header (request, "Allow-Events"));
  g_assert_cmpstr (phone_sip_message_get_content_type (request), ==, "text/plain");
  phone_scripted_peer_reply (fixture->stage.peer, request, 200, NULL, NULL);
}

static void
test_notify_lost (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) response = be_subscribed (fixture, "100");

  phone_sip_notifier_notify (fixture->notifier, NULL, NULL);
  phone_agent_stage_expect (&fixture->stage, "NOTIFY");
  phone_agent_stage_advance (&fixture->stage, 32000);
  phone_agent_stage_expect_log (&fixture->stage, "subscribe (null);terminated 0;");
}

static void
test_bad_subscribe (Fixture       *fixture,
                    gconstpointer  data)
{
  g_signal_connect_swapped (fixture->stage.agent, "new-subscribe", G_CALLBACK (new_subscribe_cb), fixture);
  phone_agent_stage_stranger (&fixture->stage, "SUBSCRIBE", PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect (&fixture->stage, "405");
  phone_agent_stage_stranger (&fixture->stage, "SUBSCRIBE", "Event: presence", NULL);
  phone_agent_stage_expect (&fixture->stage, "405");
  phone_agent_stage_stranger (&fixture->stage, "SUBSCRIBE", PHONE_STAGE_CONTACT "\nEvent: presence\nExpires: soon", NULL);
  phone_agent_stage_expect (&fixture->stage, "405");
}

#define ADD(path, function) g_test_add ("/sip/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("subscription/lives-and-ends", test_subscribe);
  ADD ("subscription/checks-its-arguments", test_arguments);
  ADD ("subscription/takes-a-notify-that-overtakes-the-answer", test_early_notify);
  ADD ("subscription/ends-at-a-wrong-notify", test_wrong_notify);
  ADD ("subscription/ends-when-refused", test_refused);
  ADD ("subscription/asks-for-longer-after-423", test_423);
  ADD ("subscription/ends-in-silence", test_silence);
  ADD ("subscription/refreshes", test_refresh);
  ADD ("subscription/is-made-as-told", test_made_as_told);
  ADD ("subscription/fetches-once", test_fetch);
  ADD ("subscription/stays-over", test_is_over);
  ADD ("notifier/lives-and-ends", test_notifier);
  ADD ("notifier/is-made-as-told", test_notifier_made_as_told);
  ADD ("notifier/expires", test_notifier_expires);
  ADD ("notifier/is-unsubscribed", test_unsubscribed);
  ADD ("notifier/ends-when-refused", test_notify_refused);
  ADD ("notifier/ends-when-challenged-without-credentials", test_notify_challenged);
  ADD ("notifier/ends-with-the-connection", test_notify_without_connection);
  ADD ("notifier/ends-in-silence", test_notify_lost);
  ADD ("notifier/is-not-made-of-a-bad-subscribe", test_bad_subscribe);

  return g_test_run ();
}
