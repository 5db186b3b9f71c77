/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-refer.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"

#include <string.h>

static void
set_up (PhoneAgentStage *stage,
        gconstpointer    data)
{
  phone_agent_stage_open (stage, NULL);
}

static void
tear_down (PhoneAgentStage *stage,
           gconstpointer    data)
{
  phone_agent_stage_close (stage);
}

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
request_succeeded_cb (PhoneAgentStage *stage,
                      PhoneSipMessage *response)
{
  g_string_append_printf (stage->log, "requested %u;", phone_sip_message_get_status (response));
}

static void
request_failed_cb (PhoneAgentStage *stage,
                   PhoneSipMessage *response,
                   const char      *cause)
{
  g_string_append_printf (stage->log, "request failed %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0, cause);
}

#define DEFINE_NOTE(name)                                                 \
  static void                                                             \
  name ## _cb (PhoneAgentStage *stage,                                    \
               PhoneSipMessage *notify,                                   \
               const char      *status_line)                              \
  {                                                                       \
    g_string_append_printf (stage->log, #name " <%s>;", status_line);     \
  }

DEFINE_NOTE (trying)
DEFINE_NOTE (progress)
DEFINE_NOTE (accepted)
DEFINE_NOTE (failed)

static PhoneSipReferSubscriber *
refer (PhoneAgentStage    *stage,
       PhoneSipSession    *replaces,
       const char * const *extra)
{
  g_autoptr(PhoneSipUri) carol = phone_sip_uri_new ("sip", "carol", "example.org", 0);
  g_autoptr(GError) error = NULL;
  PhoneSipReferSubscriber *subscriber = phone_sip_session_refer (stage->session, carol, replaces, extra, &error);

  g_assert_no_error (error);
  g_signal_connect_swapped (subscriber, "request-succeeded", G_CALLBACK (request_succeeded_cb), stage);
  g_signal_connect_swapped (subscriber, "request-failed", G_CALLBACK (request_failed_cb), stage);
  g_signal_connect_swapped (subscriber, "trying", G_CALLBACK (trying_cb), stage);
  g_signal_connect_swapped (subscriber, "progress", G_CALLBACK (progress_cb), stage);
  g_signal_connect_swapped (subscriber, "accepted", G_CALLBACK (accepted_cb), stage);
  g_signal_connect_swapped (subscriber, "failed", G_CALLBACK (failed_cb), stage);

  return subscriber;
}

static void
notify (PhoneAgentStage *stage,
        const char      *event,
        const char      *state,
        const char      *fragment)
{
  g_autofree char *lines = g_strdup_printf ("Event: %s\nSubscription-State: %s\n" PHONE_STAGE_CONTACT "\nContent-Type: message/sipfrag;version=2.0",
                                            event, state);

  phone_agent_stage_request (stage, "NOTIFY", 0, lines, fragment);
}

static void
test_blind (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  PhoneSipReferSubscriber *subscriber = refer (stage, NULL, NULL);
  g_autoptr(PhoneSipMessage) request = phone_scripted_peer_expect (stage->peer, "REFER");
  g_autofree char *event = g_strdup_printf ("refer;id=%u", phone_sip_message_get_cseq (request));

  g_assert_cmpstr (header (request, "Refer-To"), ==, "<sip:carol@example.org>");
  g_assert_cmpstr (header (request, "Referred-By"), ==, "<sip:alice@example.org>");
  g_assert_nonnull (header (request, "Contact"));
  g_assert_cmpuint (phone_sip_refer_subscriber_get_id (subscriber), ==, phone_sip_message_get_cseq (request));
  phone_scripted_peer_reply (stage->peer, request, 202, NULL, NULL);
  phone_agent_stage_expect_log (stage, "requested 202;");
  notify (stage, event, "active;expires=60", "SIP/2.0 100 Trying");
  phone_agent_stage_expect (stage, "200");
  notify (stage, "refer", "active;expires=60", "SIP/2.0 180 Ringing\r\nX: y");
  phone_agent_stage_expect (stage, "200");
  notify (stage, event, "active;expires=60", "nonsense");
  phone_agent_stage_expect (stage, "200");
  notify (stage, event, "terminated;reason=noresource", "SIP/2.0 200 OK");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "trying <SIP/2.0 100 Trying>;progress <SIP/2.0 180 Ringing>;accepted <SIP/2.0 200 OK>;");
  notify (stage, event, "terminated;reason=noresource", "SIP/2.0 200 OK");
  phone_agent_stage_expect (stage, "481");
  g_assert_finalize_object (subscriber);
}

static void
test_failures (PhoneAgentStage *stage,
               gconstpointer    data)
{
  static const char * const extra[] = { "Referred-By: <sip:boss@example.org>", NULL };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  PhoneSipReferSubscriber *subscriber = refer (stage, NULL, extra);
  g_autoptr(PhoneSipMessage) request = phone_scripted_peer_expect (stage->peer, "REFER");

  g_assert_cmpstr (header (request, "Referred-By"), ==, "<sip:boss@example.org>");
  phone_scripted_peer_reply (stage->peer, request, 603, NULL, NULL);
  phone_agent_stage_expect_log (stage, "request failed 603 Rejected;");
  g_assert_finalize_object (subscriber);

  subscriber = refer (stage, NULL, NULL);
  phone_agent_stage_answer (stage, "REFER", 202, NULL, NULL);
  notify (stage, "refer", "terminated;reason=noresource", "SIP/2.0 486 Busy Here");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "requested 202;failed <SIP/2.0 486 Busy Here>;");
  g_assert_finalize_object (subscriber);

  subscriber = refer (stage, NULL, NULL);
  phone_agent_stage_expect (stage, "REFER");
  phone_agent_stage_advance (stage, 32000);
  phone_agent_stage_expect_log (stage, "request failed 0 Request Timeout;");
  g_assert_finalize_object (subscriber);
}

static void
test_dialog_error (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  PhoneSipReferSubscriber *subscriber = refer (stage, NULL, NULL);

  phone_agent_stage_answer (stage, "REFER", 481, NULL, NULL);
  phone_agent_stage_expect_log (stage, "request failed 481 Dialog Error;ended remote Dialog Error;");
  g_assert_finalize_object (subscriber);
}

static void
test_connection_breaks (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  PhoneSipReferSubscriber *subscriber = refer (stage, NULL, NULL);

  phone_agent_stage_expect (stage, "REFER");
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_expect_log (stage, "request failed 0 Connection Error;");
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
  g_assert_finalize_object (subscriber);
}

static void
add_credentials (PhoneSipAgentConfig *config)
{
  config->credentials = phone_sip_credentials_new ("alice", "secret");
}

/* The transfer is known by the number of the REFER that was sent last. */
static void
test_challenge (void)
{
  PhoneAgentStage stage = { NULL, };
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autoptr(PhoneSipMessage) first = NULL;
  g_autoptr(PhoneSipMessage) second = NULL;
  g_autofree char *old_event = NULL;
  g_autofree char *event = NULL;
  PhoneSipReferSubscriber *subscriber;

  phone_agent_stage_open (&stage, add_credentials);
  invite = phone_agent_stage_call_up (&stage);
  subscriber = refer (&stage, NULL, NULL);
  first = phone_scripted_peer_expect (stage.peer, "REFER");
  phone_scripted_peer_reply (stage.peer, first, 407, "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"n\", qop=\"auth\"", NULL);
  second = phone_scripted_peer_expect (stage.peer, "REFER");
  g_assert_nonnull (header (second, "Proxy-Authorization"));
  g_assert_cmpstr (header (second, "Refer-To"), ==, header (first, "Refer-To"));
  g_assert_cmpuint (phone_sip_message_get_cseq (second), ==, phone_sip_message_get_cseq (first) + 1);
  g_assert_cmpuint (phone_sip_refer_subscriber_get_id (subscriber), ==, phone_sip_message_get_cseq (second));
  phone_scripted_peer_reply (stage.peer, second, 202, NULL, NULL);
  phone_agent_stage_expect_log (&stage, "requested 202;");

  old_event = g_strdup_printf ("refer;id=%u", phone_sip_message_get_cseq (first));
  notify (&stage, old_event, "active;expires=60", "SIP/2.0 100 Trying");
  phone_agent_stage_expect (&stage, "481");
  event = g_strdup_printf ("refer;id=%u", phone_sip_message_get_cseq (second));
  notify (&stage, event, "terminated;reason=noresource", "SIP/2.0 200 OK");
  phone_agent_stage_expect (&stage, "200");
  phone_agent_stage_expect_log (&stage, "accepted <SIP/2.0 200 OK>;");
  g_assert_finalize_object (subscriber);
  phone_agent_stage_close (&stage);
}

static void
test_notify_early (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  notify (stage, "refer", "active", "SIP/2.0 100 Trying");
  phone_agent_stage_expect (stage, "403");
}

static void
test_notify_rules (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipReferSubscriber) one = NULL;
  g_autoptr(PhoneSipReferSubscriber) two = NULL;

  phone_agent_stage_request (stage, "NOTIFY", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "400");
  notify (stage, "presence", "active", NULL);
  phone_agent_stage_expect (stage, "489");
  notify (stage, "refer", "active", "SIP/2.0 100 Trying");
  phone_agent_stage_expect (stage, "481");
  one = refer (stage, NULL, NULL);
  phone_agent_stage_answer (stage, "REFER", 202, NULL, NULL);
  two = refer (stage, NULL, NULL);
  phone_agent_stage_answer (stage, "REFER", 202, NULL, NULL);
  notify (stage, "refer", "active", "SIP/2.0 100 Trying");
  phone_agent_stage_expect (stage, "400");
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
test_attended (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipSession) first = g_steal_pointer (&stage->session);
  g_autoptr(PhoneSipMessage) second_invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipSession) second = g_steal_pointer (&stage->session);
  g_autofree char *replaces = phone_sip_session_get_replaces (second);
  g_autofree char *escaped = g_uri_escape_string (replaces, NULL, FALSE);
  g_autofree char *expected = g_strdup_printf ("<sip:carol@example.org?Replaces=%s>", escaped);
  g_autoptr(PhoneSipReferSubscriber) subscriber = NULL;
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipUri) parsed = NULL;
  g_autoptr(PhoneSipAddress) refer_to = NULL;
  g_auto(GStrv) value = NULL;

  stage->session = g_object_ref (first);
  subscriber = refer (stage, second, NULL);
  request = phone_scripted_peer_expect (stage->peer, "REFER");
  g_assert_cmpstr (header (request, "Refer-To"), ==, expected);
  refer_to = phone_sip_message_get_address (request, PHONE_SIP_HEADER_REFER_TO);
  value = phone_sip_uri_get_header (phone_sip_address_get_uri (refer_to), "Replaces");
  g_assert_cmpstr (value[0], ==, replaces);
  g_signal_handlers_disconnect_by_data (second, stage);
  g_signal_handlers_disconnect_by_data (first, stage);
  g_clear_object (&stage->session);
}

static void
test_wrong_state (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_autoptr(PhoneSipUri) carol = phone_sip_uri_new ("sip", "carol", "example.org", 0);
  g_autoptr(GError) error = NULL;

  g_assert_null (phone_sip_session_refer (stage->session, carol, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
}

typedef struct
{
  PhoneAgentStage        stage;
  PhoneSipReferNotifier *notifier;
  PhoneSipSession       *call;
  guint                  n_sent;        /* frames of ours before the signal */
} Transferee;

static void
refer_cb (Transferee            *self,
          PhoneSipReferNotifier *notifier)
{
  g_set_object (&self->notifier, notifier);
  self->n_sent = phone_fake_socket_get_n_sent (self->stage.socket);
}

static void
transferee_open (Transferee *self)
{
  g_autoptr(PhoneSipMessage) invite = NULL;

  phone_agent_stage_open (&self->stage, NULL);
  invite = phone_agent_stage_call_up (&self->stage);
  g_signal_connect_swapped (self->stage.session, "refer", G_CALLBACK (refer_cb), self);
}

static void
transferee_close (Transferee *self)
{
  g_signal_handlers_disconnect_by_data (self->stage.session, self);
  g_clear_object (&self->notifier);
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, &self->stage);
  g_clear_object (&self->call);
  phone_agent_stage_close (&self->stage);
}

static void
expect_notify (Transferee *self,
               const char *state,
               const char *fragment)
{
  g_autoptr(PhoneSipMessage) request = phone_scripted_peer_expect (self->stage.peer, "NOTIFY");
  g_autofree char *event = g_strdup_printf ("refer;id=%u", phone_sip_message_get_cseq (phone_sip_refer_notifier_get_request (self->notifier)));

  g_assert_cmpstr (header (request, "Event"), ==, event);
  g_assert_nonnull (header (request, "Contact"));
  g_assert_cmpstr (header (request, "Subscription-State"), ==, state);
  g_assert_cmpstr (header (request, "Content-Type"), ==, "message/sipfrag;version=2.0");
  g_assert_cmpstr (phone_sip_message_get_body (request, NULL), ==, fragment);
  phone_scripted_peer_reply (self->stage.peer, request, 200, NULL, NULL);
  phone_agent_stage_pump (&self->stage);
}

static void
test_referred (void)
{
  Transferee self = { { NULL, }, };
  g_autoptr(PhoneSipMessage) invite = NULL;
  PhoneSipConnectOptions options = { NULL, };

  transferee_open (&self);
  phone_agent_stage_request (&self.stage, "REFER", 9,
                             PHONE_STAGE_CONTACT "\nRefer-To: <sip:carol@example.org?Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>", NULL);
  phone_agent_stage_expect (&self.stage, "202");
  expect_notify (&self, "active;expires=300", "SIP/2.0 100 Trying\r\n");
  g_assert_nonnull (self.notifier);
  g_assert_true (g_str_has_prefix (phone_fake_socket_get_sent (self.stage.socket, self.n_sent - 2), "SIP/2.0 202 "));
  g_assert_true (g_str_has_prefix (phone_fake_socket_get_sent (self.stage.socket, self.n_sent - 1), "NOTIFY "));
  g_assert_cmpstr (phone_sip_refer_notifier_get_replaces (self.notifier), ==, "abc;to-tag=1;from-tag=2");
  g_assert_cmpuint (phone_sip_uri_get_n_headers (phone_sip_refer_notifier_get_target (self.notifier)), ==, 0);
  g_assert_cmpuint (phone_sip_message_get_cseq (phone_sip_refer_notifier_get_request (self.notifier)), ==, 9);

  self.call = phone_sip_agent_create_session (self.stage.agent, phone_sip_refer_notifier_get_target (self.notifier));
  phone_sip_refer_notifier_accept (self.notifier, self.call);
  options.replaces = phone_sip_refer_notifier_get_replaces (self.notifier);
  phone_sip_session_connect (self.call, "offer", &options, NULL);
  invite = phone_scripted_peer_expect (self.stage.peer, "INVITE");
  g_assert_cmpstr (header (invite, "Replaces"), ==, "abc;to-tag=1;from-tag=2");
  phone_scripted_peer_reply (self.stage.peer, invite, 180, PHONE_STAGE_CONTACT, NULL);
  expect_notify (&self, "active;expires=300", "SIP/2.0 180 Ringing\r\n");
  phone_scripted_peer_reply (self.stage.peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (&self.stage, "ACK");
  expect_notify (&self, "terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
  phone_sip_refer_notifier_notify (self.notifier, 486, NULL);
  phone_agent_stage_pump (&self.stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (self.stage.peer), ==, 0);
  transferee_close (&self);
}

static void
test_referred_in_vain (void)
{
  Transferee self = { { NULL, }, };
  g_autoptr(PhoneSipMessage) invite = NULL;

  transferee_open (&self);
  phone_agent_stage_request (&self.stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: sip:carol@example.org", NULL);
  phone_agent_stage_expect (&self.stage, "202");
  expect_notify (&self, "active;expires=300", "SIP/2.0 100 Trying\r\n");
  self.call = phone_sip_agent_create_session (self.stage.agent, phone_sip_refer_notifier_get_target (self.notifier));
  phone_sip_refer_notifier_accept (self.notifier, self.call);
  phone_sip_session_connect (self.call, "offer", NULL, NULL);
  invite = phone_scripted_peer_expect (self.stage.peer, "INVITE");
  phone_scripted_peer_reply (self.stage.peer, invite, 486, NULL, NULL);
  phone_agent_stage_expect (&self.stage, "ACK");
  expect_notify (&self, "terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n");
  g_assert_cmpint (phone_sip_session_get_state (self.stage.session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);

  /* The person changes their mind: there is no response to pass on. */
  phone_agent_stage_request (&self.stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: sip:carol@example.org", NULL);
  phone_agent_stage_expect (&self.stage, "202");
  expect_notify (&self, "active;expires=300", "SIP/2.0 100 Trying\r\n");
  g_clear_object (&self.call);
  self.call = phone_sip_agent_create_session (self.stage.agent, phone_sip_refer_notifier_get_target (self.notifier));
  phone_sip_refer_notifier_accept (self.notifier, self.call);
  phone_sip_session_terminate (self.call, NULL, NULL);
  expect_notify (&self, "terminated;reason=noresource", "SIP/2.0 487 Canceled\r\n");
  transferee_close (&self);
}

static void
test_declined (void)
{
  Transferee self = { { NULL, }, };

  transferee_open (&self);
  phone_agent_stage_request (&self.stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: sip:carol@example.org", NULL);
  phone_agent_stage_expect (&self.stage, "202");
  expect_notify (&self, "active;expires=300", "SIP/2.0 100 Trying\r\n");
  phone_sip_refer_notifier_reject (self.notifier);
  expect_notify (&self, "terminated;reason=noresource", "SIP/2.0 603 Decline\r\n");
  transferee_close (&self);
}

static void
test_unusable (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) last = NULL;

  phone_agent_stage_request (stage, "REFER", 0, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect (stage, "400");
  phone_agent_stage_request (stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: <mailto:carol@example.org>", NULL);
  phone_agent_stage_expect (stage, "416");

  /* Nobody listens. */
  phone_agent_stage_request (stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: <sip:carol@example.org>", NULL);
  phone_agent_stage_expect (stage, "202");
  phone_agent_stage_expect (stage, "NOTIFY");
  last = phone_scripted_peer_expect (stage->peer, "NOTIFY");
  g_assert_cmpstr (phone_sip_message_get_body (last, NULL), ==, "SIP/2.0 603 Decline\r\n");
}

static void
test_call_ends_first (void)
{
  Transferee self = { { NULL, }, };

  transferee_open (&self);
  phone_agent_stage_request (&self.stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: sip:carol@example.org", NULL);
  phone_agent_stage_expect (&self.stage, "202");
  expect_notify (&self, "active;expires=300", "SIP/2.0 100 Trying\r\n");
  phone_agent_stage_request (&self.stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (&self.stage, "200");
  phone_sip_refer_notifier_reject (self.notifier);
  phone_agent_stage_pump (&self.stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (self.stage.peer), ==, 0);
  transferee_close (&self);
}

/* A subscription that the peer has given up is over (RFC 6665 §4.2.2); the call goes on. */
static void
test_notify_refused (void)
{
  Transferee self = { { NULL, }, };

  transferee_open (&self);
  phone_agent_stage_request (&self.stage, "REFER", 0, PHONE_STAGE_CONTACT "\nRefer-To: sip:carol@example.org", NULL);
  phone_agent_stage_expect (&self.stage, "202");
  phone_agent_stage_answer (&self.stage, "NOTIFY", 403, NULL, NULL);
  phone_sip_refer_notifier_notify (self.notifier, 180, NULL);
  phone_sip_refer_notifier_reject (self.notifier);
  phone_agent_stage_pump (&self.stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (self.stage.peer), ==, 0);
  g_assert_cmpint (phone_sip_session_get_state (self.stage.session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
  transferee_close (&self);
}

#define ADD(path, function) g_test_add ("/sip/session-refer/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("transfers-blindly", test_blind);
  ADD ("tells-how-a-transfer-fails", test_failures);
  ADD ("ends-when-the-peer-knows-no-call", test_dialog_error);
  ADD ("tells-that-the-connection-broke", test_connection_breaks);
  g_test_add_func ("/sip/session-refer/has-a-new-id-after-a-challenge", test_challenge);
  ADD ("checks-notifications", test_notify_rules);
  ADD ("refuses-notifications-before-the-call-is-up", test_notify_early);
  ADD ("transfers-to-another-call", test_attended);
  ADD ("needs-a-call-that-is-up", test_wrong_state);
  g_test_add_func ("/sip/session-refer/follows", test_referred);
  g_test_add_func ("/sip/session-refer/tells-when-following-fails", test_referred_in_vain);
  g_test_add_func ("/sip/session-refer/declines", test_declined);
  ADD ("refuses-what-it-cannot-follow", test_unusable);
  g_test_add_func ("/sip/session-refer/is-silent-when-the-call-ended-first", test_call_ends_first);
  g_test_add_func ("/sip/session-refer/is-silent-after-a-refused-notify", test_notify_refused);

  return g_test_run ();
}
