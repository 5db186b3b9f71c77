/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"
#include "phone-sip-session-private.h"

typedef struct
{
  char   *sdp;
  guint   status;
  GError *error;
  guint   n;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->sdp, g_free);
  g_clear_error (&outcome->error);
  outcome->n = 0;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
modified_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Outcome *outcome = data;

  outcome->n++;
  outcome->sdp = phone_sip_session_modify_finish (PHONE_SIP_SESSION (source), result, &outcome->status, &outcome->error);
}

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
settle (PhoneAgentStage *stage)
{
  phone_agent_stage_pump (stage);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_up (PhoneAgentStage *stage)
{
  settle (stage);
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
  g_assert_true (phone_sip_session_is_ready_to_modify (stage->session));
}

static void
test_machine (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "machines", "modification.txt", NULL);
  g_autofree char *expected = NULL;
  g_autofree char *printed = phone_sip_modification_print_machine ();

  g_file_get_contents (path, &expected, NULL, NULL);
  g_assert_cmpstr (printed, ==, expected);
}

static void
test_reinvite (PhoneAgentStage *stage,
               gconstpointer    data)
{
  static const char * const extra[] = { "X-Hold: yes", NULL };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) again = NULL;
  g_autoptr(PhoneSipMessage) ack = NULL;
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", extra, NULL, modified_cb, &outcome);
  g_assert_false (phone_sip_session_is_ready_to_modify (stage->session));
  again = phone_scripted_peer_expect (stage->peer, "INVITE");
  g_assert_cmpuint (phone_sip_message_get_cseq (again), ==, phone_sip_message_get_cseq (invite) + 1);
  g_assert_cmpstr (phone_sip_message_get_request_uri (again), ==, "sip:bob@peer.invalid;transport=ws");
  g_assert_cmpstr (header (again, "X-Hold"), ==, "yes");
  g_assert_nonnull (header (again, "Contact"));
  phone_scripted_peer_reply (stage->peer, again, 200, "Contact: <sip:bob@moved.invalid>", "held");
  ack = phone_scripted_peer_expect (stage->peer, "ACK");
  g_assert_cmpuint (phone_sip_message_get_cseq (ack), ==, phone_sip_message_get_cseq (again));
  g_assert_cmpstr (phone_sip_message_get_request_uri (ack), ==, "sip:bob@moved.invalid");
  assert_up (stage);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (outcome.sdp, ==, "held");
  g_assert_cmpuint (outcome.status, ==, 200);

  /* A repeated 2xx gets its ACK again. */
  phone_scripted_peer_reply (stage->peer, again, 200, "Contact: <sip:bob@moved.invalid>", "held");
  phone_agent_stage_expect (stage, "ACK");
  g_assert_cmpuint (outcome.n, ==, 1);
}

static void
test_update (PhoneAgentStage *stage,
             gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) update = NULL;
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_UPDATE, "hold", NULL, NULL, modified_cb, &outcome);
  update = phone_scripted_peer_expect (stage->peer, "UPDATE");
  g_assert_cmpstr (header (update, "Supported"), ==, "timer,ice,outbound");
  phone_scripted_peer_reply (stage->peer, update, 200, "Contact: <sip:bob@moved.invalid>", "held");
  assert_up (stage);
  g_assert_cmpstr (outcome.sdp, ==, "held");
  g_assert_cmpstr (phone_sip_dialog_get_remote_target (phone_sip_session_get_dialog (stage->session)), ==, "sip:bob@moved.invalid");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

static void
test_refused (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const guint statuses[] = { 488, 403, 500, 408, 603 };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto(Outcome) outcome = { NULL, };

      phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &outcome);
      phone_agent_stage_answer (stage, "INVITE", statuses[i], NULL, NULL);
      phone_agent_stage_expect (stage, "ACK");
      assert_up (stage);
      g_assert_error (outcome.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_REFUSED);
      g_assert_cmpuint (outcome.status, ==, statuses[i]);
    }
  phone_agent_stage_expect_log (stage, "");
}

static void
test_timeout (PhoneAgentStage *stage,
              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &outcome);
  phone_agent_stage_expect (stage, "INVITE");
  phone_agent_stage_advance (stage, 33000);
  assert_up (stage);
  g_assert_error (outcome.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TIMEOUT);
  phone_agent_stage_expect_log (stage, "");
}

static void
test_481 (PhoneAgentStage *stage,
          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &outcome);
  phone_agent_stage_answer (stage, "INVITE", 481, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  settle (stage);
  g_assert_error (outcome.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_REFUSED);
  phone_agent_stage_expect_log (stage, "ended remote Dialog Error;");
}

static void
test_not_ready (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);
  g_auto(Outcome) early = { NULL, };
  g_auto(Outcome) first = { NULL, };
  g_auto(Outcome) second = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &early);
  settle (stage);
  g_assert_error (early.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &first);
  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "unhold", NULL, NULL, modified_cb, &second);
  settle (stage);
  g_assert_error (second.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
  phone_agent_stage_answer (stage, "INVITE", 200, PHONE_STAGE_CONTACT, "held");
  phone_agent_stage_expect (stage, "ACK");
  assert_up (stage);
  g_assert_no_error (first.error);
}

static void
test_closed_under_way (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_UPDATE, "hold", NULL, NULL, modified_cb, &outcome);
  phone_agent_stage_expect (stage, "UPDATE");
  phone_agent_stage_request (stage, "BYE", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  settle (stage);
  g_assert_error (outcome.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_CLOSED);
  phone_agent_stage_advance (stage, 70000);
}

/* The Call-ID is ours: 2.1 to 4 s; theirs: 0 to 2 s. */
static void
run_491_of (PhoneAgentStage *stage,
            PhoneSipMethod   method,
            guint            least,
            guint            most)
{
  const char *name = phone_sip_method_to_string (method);
  g_auto(Outcome) outcome = { NULL, };
  g_autoptr(PhoneSipMessage) first = NULL;
  guint waited = 0;

  phone_sip_session_modify_async (stage->session, method, "hold", NULL, NULL, modified_cb, &outcome);
  first = phone_scripted_peer_expect (stage->peer, name);
  for (guint turn = 0; turn < 3; turn++)
    {
      phone_scripted_peer_reply (stage->peer, first, 491, NULL, NULL);
      phone_agent_stage_pump (stage);
      if (method == PHONE_SIP_METHOD_INVITE)
        phone_agent_stage_expect (stage, "ACK");
      for (waited = 0; phone_scripted_peer_get_n_waiting (stage->peer) == 0 && waited <= most; waited += 10)
        phone_agent_stage_advance (stage, 10);
      g_assert_cmpuint (waited, >=, least);
      g_assert_cmpuint (waited, <=, most + 10);
      {
        g_autoptr(PhoneSipMessage) again = phone_scripted_peer_expect (stage->peer, name);

        g_assert_cmpuint (phone_sip_message_get_cseq (again), ==, phone_sip_message_get_cseq (first) + 1);
        g_assert_cmpstr (phone_sip_message_get_body (again, NULL), ==, "hold");
        phone_sip_message_unref (first);
        first = g_steal_pointer (&again);
      }
    }
  phone_scripted_peer_reply (stage->peer, first, 200, PHONE_STAGE_CONTACT, "held");
  phone_agent_stage_pump (stage);
  if (method == PHONE_SIP_METHOD_INVITE)
    phone_agent_stage_expect (stage, "ACK");
  assert_up (stage);
  g_assert_cmpstr (outcome.sdp, ==, "held");
}

static void
run_491 (PhoneAgentStage *stage,
         guint            least,
         guint            most)
{
  run_491_of (stage, PHONE_SIP_METHOD_UPDATE, least, most);
  run_491_of (stage, PHONE_SIP_METHOD_INVITE, least, most);
}

static void
test_491_as_caller (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  run_491 (stage, 2100, 4000);
}

static void
test_491_as_called (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);

  run_491 (stage, 0, 2000);
}

static void
answer_cb (PhoneSipSession *session,
           PhoneSipMessage *request,
           const char      *sdp,
           const char      *ours)
{
  if (sdp != NULL)
    g_assert_cmpstr (sdp, ==, "their offer");
  g_assert_true (phone_sip_session_answer (session, ours, NULL));
}

static void
keep_cb (PhoneSipSession *session,
         PhoneSipMessage *request,
         const char      *sdp,
         gpointer         data)
{
}

static void
test_received (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) response = NULL;

  g_signal_connect (stage->session, "modification", G_CALLBACK (answer_cb), "our answer");
  phone_agent_stage_request (stage, "INVITE", 5, "Contact: <sip:bob@moved.invalid>", "their offer");
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "our answer");
  g_assert_nonnull (header (response, "Contact"));
  g_assert_false (phone_sip_session_is_ready_to_modify (stage->session));
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  assert_up (stage);
  g_assert_cmpstr (phone_sip_session_get_remote_sdp (stage->session), ==, "their offer");
  g_assert_cmpstr (phone_sip_dialog_get_remote_target (phone_sip_session_get_dialog (stage->session)), ==, "sip:bob@moved.invalid");

  phone_agent_stage_request (stage, "UPDATE", 6, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "200");
  assert_up (stage);
}

static void
test_received_without_sdp (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(PhoneSipMessage) refreshed = NULL;

  g_signal_connect (stage->session, "modification", G_CALLBACK (answer_cb), "our offer");
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, NULL);
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "our offer");
  phone_agent_stage_request (stage, "ACK", 5, NULL, "their answer");
  phone_agent_stage_expect_log (stage, "modified their answer;");
  assert_up (stage);

  phone_agent_stage_request (stage, "UPDATE", 6, "Contact: <sip:bob@moved.invalid>", NULL);
  refreshed = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_null (phone_sip_message_get_body (refreshed, NULL));
  g_assert_cmpstr (phone_sip_dialog_get_remote_target (phone_sip_session_get_dialog (stage->session)), ==, "sip:bob@moved.invalid");
}

static void
test_refuses (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const char * const extra[] = { "X-Why: busy", NULL };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(GError) error = NULL;

  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "488");
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_request (stage, "UPDATE", 6, PHONE_STAGE_CONTACT, "their offer");
  g_assert_false (phone_sip_session_refuse_modification (stage->session, 200, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (phone_sip_session_refuse_modification (stage->session, 0, "Not today", extra, NULL));
  response = phone_scripted_peer_expect (stage->peer, "403");
  g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Not today");
  g_assert_cmpstr (header (response, "X-Why"), ==, "busy");
  assert_up (stage);
  g_assert_false (phone_sip_session_answer (stage->session, "late", NULL));
  phone_agent_stage_request (stage, "UPDATE", 7, "Content-Type: text/plain", "no sdp");
  phone_agent_stage_expect (stage, "415");
}

static void
test_refuses_reinvite (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  static const struct { guint asked; const char *sent; } rows[] = { { 0, "403" }, { 300, "300" }, { 488, "488" }, { 699, "699" } };
  static const guint bad[] = { 100, 200, 299, 700 };
  static const char * const extra[] = { "X-Why: busy", NULL };
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(PhoneSipMessage) response = NULL;

      phone_agent_stage_request (stage, "INVITE", 5 + i, PHONE_STAGE_CONTACT, "their offer");
      phone_agent_stage_expect (stage, "100");
      for (guint k = 0; k < G_N_ELEMENTS (bad); k++)
        {
          g_autoptr(GError) error = NULL;

          g_assert_false (phone_sip_session_refuse_modification (stage->session, bad[k], NULL, NULL, &error));
          g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
        }
      g_assert_true (phone_sip_session_refuse_modification (stage->session, rows[i].asked, "Not today", extra, NULL));
      response = phone_scripted_peer_expect (stage->peer, rows[i].sent);
      g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Not today");
      g_assert_cmpstr (header (response, "X-Why"), ==, "busy");
      phone_agent_stage_request (stage, "ACK", 5 + i, NULL, NULL);
      assert_up (stage);
    }
}

static void
test_received_twice (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) response = NULL;
  guint after;

  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "first");
  phone_agent_stage_request (stage, "UPDATE", 6, PHONE_STAGE_CONTACT, "second");
  response = phone_scripted_peer_expect (stage->peer, "500");
  g_assert_true (phone_sip_message_get_uint (response, PHONE_SIP_HEADER_RETRY_AFTER, &after));
  g_assert_cmpuint (after, >=, 1);
  g_assert_cmpuint (after, <=, 10);
  phone_sip_session_answer (stage->session, "answer", NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  assert_up (stage);
}

/* An UPDATE that overtakes the ACK to our answer to their INVITE is answered too (RFC 3311 §5.2), and the next one is taken. */
static void
test_received_before_the_ack (PhoneAgentStage *stage,
                              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) response = NULL;

  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "first");
  phone_agent_stage_expect (stage, "100");
  g_assert_true (phone_sip_session_answer (stage->session, "answer", NULL));
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "UPDATE", 6, PHONE_STAGE_CONTACT, "second");
  response = phone_scripted_peer_expect (stage->peer, "500");
  g_assert_nonnull (header (response, "Retry-After"));
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  assert_up (stage);
  phone_agent_stage_request (stage, "UPDATE", 7, PHONE_STAGE_CONTACT, "third");
  g_assert_true (phone_sip_session_answer (stage->session, "answer", NULL));
  phone_agent_stage_expect (stage, "200");
  assert_up (stage);
}

static void
test_received_cancelled (PhoneAgentStage *stage,
                         gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  PhoneSipDialog *dialog = phone_sip_session_get_dialog (stage->session);
  guint branch = stage->n_sent;

  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "first");
  phone_agent_stage_expect (stage, "100");
  phone_scripted_peer_send (stage->peer,
                            "CANCEL sip:alice@%s;transport=ws SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKin%u\n"
                            "From: <sip:bob@example.org>;tag=%s\nTo: <sip:alice@example.org>;tag=%s\nCall-ID: %s\nCSeq: 5 CANCEL\n\n",
                            phone_sip_endpoint_get_sent_by (phone_sip_agent_get_endpoint (stage->agent)), branch,
                            phone_sip_dialog_get_remote_tag (dialog), phone_sip_dialog_get_local_tag (dialog), phone_sip_dialog_get_call_id (dialog));
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect (stage, "487");
  assert_up (stage);
  g_assert_false (phone_sip_session_answer (stage->session, "late", NULL));
}

/* Nobody here answers theirs: they hear so in time, and the next one is taken. */
static void
test_received_unanswered (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) response = NULL;

  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "100");
  phone_agent_stage_advance (stage, 31999);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_advance (stage, 1);
  response = phone_scripted_peer_expect (stage->peer, "500");
  g_assert_null (header (response, "Retry-After"));
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  assert_up (stage);
  g_assert_false (phone_sip_session_answer (stage->session, "late", NULL));

  phone_agent_stage_request (stage, "INVITE", 6, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "100");
  g_assert_true (phone_sip_session_answer (stage->session, "our answer", NULL));
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 6, NULL, NULL);

  phone_agent_stage_request (stage, "UPDATE", 7, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_advance (stage, 15999);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_advance (stage, 1);
  phone_agent_stage_expect (stage, "500");
  phone_agent_stage_advance (stage, 20000);
  assert_up (stage);
  phone_agent_stage_expect_log (stage, "");
}

static void
test_received_unacknowledged (PhoneAgentStage *stage,
                              gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  g_signal_connect (stage->session, "modification", G_CALLBACK (answer_cb), "our answer");
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_advance (stage, 500);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_advance (stage, 32000);
  while (phone_scripted_peer_get_n_waiting (stage->peer) > 1)
    phone_agent_stage_expect (stage, "200");
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended remote No ACK;");
}

/* Theirs meets ours at each stage of ours. */
static void
test_glare_while_sent (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) ours = NULL;
  g_auto(Outcome) outcome = { NULL, };

  g_signal_connect (stage->session, "modification", G_CALLBACK (answer_cb), "our answer");
  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &outcome);
  ours = phone_scripted_peer_expect (stage->peer, "INVITE");
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "491");
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  phone_agent_stage_request (stage, "UPDATE", 6, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "491");
  phone_agent_stage_request (stage, "UPDATE", 7, PHONE_STAGE_CONTACT, NULL);
  phone_agent_stage_expect (stage, "200");

  /* Crossed: ours waits; when theirs passes meanwhile, ours is out of date and its owner is told. */
  phone_scripted_peer_reply (stage->peer, ours, 491, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  g_assert_false (phone_sip_session_is_ready_to_modify (stage->session));
  phone_agent_stage_request (stage, "INVITE", 8, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 8, NULL, NULL);
  phone_agent_stage_advance (stage, 4000);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  assert_up (stage);
  g_assert_error (outcome.error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_REFUSED);
  g_assert_cmpuint (outcome.status, ==, 491);
  phone_agent_stage_expect_log (stage, "");
}

/* JsSIP sends what was refused again under its old number (against RFC 3261 §12.2.1.1), and gives the call up for any refusal. A
 * number that was not refused by 491 is no such repeat. */
static void
test_glare_repeat (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) ours = NULL;
  g_autoptr(PhoneSipMessage) answer = NULL;
  g_auto(Outcome) outcome = { NULL, };

  g_signal_connect (stage->session, "modification", G_CALLBACK (answer_cb), "our answer");
  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &outcome);
  ours = phone_scripted_peer_expect (stage->peer, "INVITE");
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "491");
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "491");
  phone_scripted_peer_reply (stage->peer, ours, 491, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");

  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  answer = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpuint (phone_sip_message_get_cseq (answer), ==, 5);
  g_assert_cmpstr (phone_sip_message_get_body (answer, NULL), ==, "our answer");
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "500");
  phone_agent_stage_request (stage, "INVITE", 4, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "500");
  assert_up (stage);
  g_assert_cmpuint (outcome.status, ==, 491);
  phone_agent_stage_expect_log (stage, "");
}

/* A refresh of ours says nothing new: it waits on while theirs passes, and falls due before theirs is acknowledged. */
static void
test_glare_refresh (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);

  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_advance (stage, 45000);
  phone_agent_stage_answer (stage, "UPDATE", 491, NULL, NULL);
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "100");
  phone_agent_stage_advance (stage, 6000);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_sip_session_answer (stage->session, "our answer", NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  phone_agent_stage_advance (stage, 600);
  phone_agent_stage_answer (stage, "UPDATE", 200, NULL, NULL);
  assert_up (stage);
}

static void
test_500_with_retry_after (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_UPDATE, "hold", NULL, NULL, modified_cb, &outcome);
  phone_agent_stage_answer (stage, "UPDATE", 500, "Retry-After: 3", NULL);
  phone_agent_stage_advance (stage, 2900);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_advance (stage, 100);
  phone_agent_stage_answer (stage, "UPDATE", 200, NULL, "held");
  assert_up (stage);
  g_assert_cmpstr (outcome.sdp, ==, "held");
}

static void
test_asks_for_an_offer (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call_up (stage);
  g_autoptr(PhoneSipMessage) ack = NULL;
  g_auto(Outcome) outcome = { NULL, };

  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, NULL, NULL, NULL, modified_cb, &outcome);
  phone_agent_stage_answer (stage, "INVITE", 200, PHONE_STAGE_CONTACT, "their offer");
  settle (stage);
  g_assert_cmpstr (outcome.sdp, ==, "their offer");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  g_assert_true (phone_sip_session_answer (stage->session, "our answer", NULL));
  ack = phone_scripted_peer_expect (stage->peer, "ACK");
  g_assert_cmpstr (phone_sip_message_get_body (ack, NULL), ==, "our answer");
  assert_up (stage);
}

static void
test_waits_for_the_ack (PhoneAgentStage *stage,
                        gconstpointer    data)
{
  g_auto(Outcome) outcome = { NULL, };

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_sip_session_modify_async (stage->session, PHONE_SIP_METHOD_INVITE, "hold", NULL, NULL, modified_cb, &outcome);
  phone_agent_stage_pump (stage);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_request (stage, "ACK", 1, NULL, NULL);
  phone_agent_stage_answer (stage, "INVITE", 200, PHONE_STAGE_CONTACT, "held");
  phone_agent_stage_expect (stage, "ACK");
  assert_up (stage);
  g_assert_cmpstr (outcome.sdp, ==, "held");
}

static void
test_wrong_state (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  phone_agent_stage_request (stage, "UPDATE", 2, PHONE_STAGE_CONTACT, "their offer");
  response = phone_scripted_peer_expect (stage->peer, "403");
  g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Wrong Status");
}

static void
test_wrong_state_of_others (PhoneAgentStage *stage,
                            gconstpointer    data)
{
  static const struct { const char *method; const char *lines; const char *body; } rows[] = {
    { "INVITE", PHONE_STAGE_CONTACT, "their offer" },
    { "INVITE", PHONE_STAGE_CONTACT, NULL },
    { "REFER", PHONE_STAGE_CONTACT "\nRefer-To: <sip:carol@example.org>", NULL },
    { "NOTIFY", PHONE_STAGE_CONTACT "\nEvent: refer\nSubscription-State: active", NULL },
  };

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_ring (stage->session, NULL, NULL);
  phone_agent_stage_expect (stage, "180");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(PhoneSipMessage) response = NULL;

      phone_agent_stage_request (stage, rows[i].method, 2 + i, rows[i].lines, rows[i].body);
      if (g_str_equal (rows[i].method, "INVITE"))
        phone_agent_stage_expect (stage, "100");
      response = phone_scripted_peer_expect (stage->peer, "403");
      g_assert_cmpstr (phone_sip_message_get_reason (response), ==, "Wrong Status");
      if (g_str_equal (rows[i].method, "INVITE"))
        phone_agent_stage_request (stage, "ACK", 2 + i, NULL, NULL);
    }
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_WAITING_FOR_ANSWER);
}

#define ADD(path, function) g_test_add ("/sip/session-modify/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sip/session-modify/machine", test_machine);
  ADD ("offers-by-reinvite", test_reinvite);
  ADD ("offers-by-update", test_update);
  ADD ("survives-every-refusal", test_refused);
  ADD ("survives-a-time-out", test_timeout);
  ADD ("ends-when-the-peer-knows-no-call", test_481);
  ADD ("needs-a-session-that-is-ready", test_not_ready);
  ADD ("is-closed-under-way", test_closed_under_way);
  ADD ("waits-and-retries-after-491-as-caller", test_491_as_caller);
  ADD ("waits-and-retries-after-491-as-called", test_491_as_called);
  ADD ("answers-theirs", test_received);
  ADD ("offers-when-asked-and-refreshes", test_received_without_sdp);
  ADD ("refuses-theirs", test_refuses);
  ADD ("refuses-their-invite-with-any-refusal", test_refuses_reinvite);
  ADD ("takes-one-of-theirs-at-a-time", test_received_twice);
  ADD ("refuses-an-update-before-the-ack", test_received_before_the_ack);
  ADD ("forgets-theirs-when-cancelled", test_received_cancelled);
  ADD ("refuses-theirs-when-nobody-answers", test_received_unanswered);
  ADD ("ends-when-theirs-is-never-acknowledged", test_received_unacknowledged);
  ADD ("glare/while-ours-is-sent", test_glare_while_sent);
  ADD ("glare/takes-a-refused-offer-under-its-old-number", test_glare_repeat);
  ADD ("glare/a-refresh-waits-for-theirs", test_glare_refresh);
  ADD ("glare/500-with-retry-after", test_500_with_retry_after);
  ADD ("asks-for-an-offer", test_asks_for_an_offer);
  ADD ("waits-for-the-ack-of-the-call", test_waits_for_the_ack);
  ADD ("refuses-offers-before-the-call-is-up", test_wrong_state);
  ADD ("refuses-what-needs-a-call-before-it-is-up", test_wrong_state_of_others);

  return g_test_run ();
}
