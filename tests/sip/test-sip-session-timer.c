/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-agent-stage.h"

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
call_up (PhoneAgentStage *stage,
         const char      *lines)
{
  g_autoptr(PhoneSipMessage) invite = phone_agent_stage_call (stage, "offer", NULL);

  phone_scripted_peer_reply (stage->peer, invite, 200, lines, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "sending;answer answer;accepted remote;confirmed local;");
}

static void
test_refresher (PhoneAgentStage *stage,
                gconstpointer    data)
{
  call_up (stage, PHONE_STAGE_CONTACT "\nAllow: INVITE, UPDATE\nSession-Expires: 90;refresher=uac");
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(PhoneSipMessage) update = NULL;

      phone_agent_stage_advance (stage, 44999);
      g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
      phone_agent_stage_advance (stage, 1);
      update = phone_scripted_peer_expect (stage->peer, "UPDATE");
      g_assert_null (phone_sip_message_get_body (update, NULL));
      g_assert_cmpstr (header (update, "Session-Expires"), ==, "90;refresher=uac");
      phone_scripted_peer_reply (stage->peer, update, 200, PHONE_STAGE_CONTACT "\nSession-Expires: 90;refresher=uac", NULL);
      phone_agent_stage_pump (stage);
    }
  phone_agent_stage_expect_log (stage, "");
}

static void
test_refresher_by_invite (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) again = NULL;

  call_up (stage, PHONE_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac");
  phone_agent_stage_advance (stage, 50000);
  again = phone_scripted_peer_expect (stage->peer, "INVITE");
  g_assert_cmpstr (phone_sip_message_get_body (again, NULL), ==, "offer");
  phone_scripted_peer_reply (stage->peer, again, 200, PHONE_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac", "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_advance (stage, 50000);
  phone_agent_stage_expect (stage, "INVITE");
}

/* A peer may answer a refresh with something new; what it says again is no news. */
static void
test_changed_answer (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  static const struct { const char *answer; const char *log; } rows[] = {
    { "answer", "" },
    { "moved", "modified moved;" },
    { "moved", "" },
    { NULL, "" },
    { "answer", "modified answer;" },
  };

  call_up (stage, PHONE_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      phone_agent_stage_advance (stage, 50000);
      phone_agent_stage_answer (stage, "INVITE", 200, PHONE_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac", rows[i].answer);
      phone_agent_stage_expect (stage, "ACK");
      phone_agent_stage_expect_log (stage, rows[i].log);
    }
}

static void
answer_cb (PhoneSipSession *session,
           PhoneSipMessage *request,
           const char      *sdp,
           const char      *ours)
{
  g_assert_true (phone_sip_session_answer (session, ours, NULL));
}

/* What a refresh repeats is what was agreed last, also if theirs passed while it waited. */
static void
test_refresh_after_theirs (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) again = NULL;

  call_up (stage, PHONE_STAGE_CONTACT "\nSession-Expires: 100;refresher=uac");
  g_signal_connect (stage->session, "modification", G_CALLBACK (answer_cb), "our answer");
  phone_agent_stage_advance (stage, 50000);
  phone_agent_stage_answer (stage, "INVITE", 491, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_request (stage, "INVITE", 5, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_request (stage, "ACK", 5, NULL, NULL);
  phone_agent_stage_advance (stage, 4000);
  again = phone_scripted_peer_expect (stage->peer, "INVITE");
  g_assert_cmpstr (phone_sip_message_get_body (again, NULL), ==, "our answer");
}

static void
test_refresher_falls_back (PhoneAgentStage *stage,
                           gconstpointer    data)
{
  call_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSession-Expires: 90;refresher=uac");
  phone_agent_stage_advance (stage, 45000);
  phone_agent_stage_answer (stage, "UPDATE", 405, NULL, NULL);
  phone_agent_stage_advance (stage, 1);
  phone_agent_stage_answer (stage, "INVITE", 200, PHONE_STAGE_CONTACT "\nSession-Expires: 90;refresher=uac", "answer");
  phone_agent_stage_expect (stage, "ACK");
}

static void
test_without_their_timer (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  call_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE");
  phone_agent_stage_advance (stage, 45000);
  phone_agent_stage_answer (stage, "UPDATE", 200, NULL, NULL);
}

static void
test_not_refresher (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(PhoneSipMessage) bye = NULL;

  call_up (stage, PHONE_STAGE_CONTACT "\nSession-Expires: 90;refresher=uas");
  phone_agent_stage_advance (stage, 98000);
  phone_agent_stage_request (stage, "UPDATE", 2, PHONE_STAGE_CONTACT "\nSupported: timer\nSession-Expires: 90;refresher=uac", NULL);
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (header (response, "Session-Expires"), ==, "90;refresher=uac");
  g_assert_cmpstr (header (response, "Require"), ==, "timer");
  phone_agent_stage_advance (stage, 98999);
  phone_agent_stage_expect_log (stage, "");
  phone_agent_stage_advance (stage, 1);
  bye = phone_scripted_peer_expect (stage->peer, "BYE");
  g_assert_cmpstr (header (bye, "Reason"), ==, "SIP ;cause=408 ;text=\"Session Timer Expired\"");
  phone_scripted_peer_reply (stage->peer, bye, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "ended local Request Timeout;");
}

static void
test_as_called (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response =
    phone_agent_stage_invite_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSupported: timer\nSession-Expires: 200;refresher=uas");

  g_assert_cmpstr (header (response, "Session-Expires"), ==, "200;refresher=uas");
  phone_agent_stage_advance (stage, 100000);
  phone_agent_stage_answer (stage, "UPDATE", 200, "Session-Expires: 200;refresher=uac", NULL);
  phone_agent_stage_advance (stage, 100000);
  phone_agent_stage_expect (stage, "UPDATE");
}

static void
test_caller_refreshes (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response =
    phone_agent_stage_invite_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSupported: timer\nSession-Expires: 200;refresher=uac");

  g_assert_cmpstr (header (response, "Session-Expires"), ==, "200;refresher=uac");
  phone_agent_stage_advance (stage, 219000);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_agent_stage_advance (stage, 1000);
  phone_agent_stage_answer (stage, "BYE", 200, NULL, NULL);
}

static void
keep_cb (PhoneSipSession *session,
         PhoneSipMessage *request,
         const char      *sdp,
         gpointer         data)
{
}

static void
test_busy (PhoneAgentStage *stage,
           gconstpointer    data)
{
  call_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSession-Expires: 90;refresher=uac");
  g_signal_connect (stage->session, "modification", G_CALLBACK (keep_cb), NULL);
  phone_agent_stage_advance (stage, 44000);
  phone_agent_stage_request (stage, "UPDATE", 2, PHONE_STAGE_CONTACT, "their offer");
  phone_agent_stage_advance (stage, 5000);
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
  phone_sip_session_refuse_modification (stage->session, 488, NULL, NULL, NULL);
  phone_agent_stage_expect (stage, "488");
  phone_agent_stage_advance (stage, 1000);
  phone_agent_stage_answer (stage, "UPDATE", 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "");
}

static void
test_refused_refresh (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  call_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSession-Expires: 90;refresher=uac");
  phone_agent_stage_advance (stage, 45000);
  phone_agent_stage_answer (stage, "UPDATE", 503, NULL, NULL);
  phone_agent_stage_expect_log (stage, "");
  phone_agent_stage_advance (stage, 5000);
  phone_agent_stage_answer (stage, "UPDATE", 422, "Min-SE: 120", NULL);
  phone_agent_stage_advance (stage, 1);
  {
    g_autoptr(PhoneSipMessage) update = phone_scripted_peer_expect (stage->peer, "UPDATE");

    g_assert_cmpstr (header (update, "Min-SE"), ==, "120");
    g_assert_cmpstr (header (update, "Session-Expires"), ==, "120;refresher=uac");
    phone_scripted_peer_reply (stage->peer, update, 200, "Session-Expires: 120;refresher=uac", NULL);
  }
  phone_agent_stage_advance (stage, 60000);
  phone_agent_stage_expect (stage, "UPDATE");
}

static void
test_server_away (PhoneAgentStage *stage,
                  gconstpointer    data)
{
  call_up (stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSession-Expires: 90;refresher=uac");
  phone_agent_stage_advance (stage, 44000);
  phone_fake_socket_cut (stage->socket);
  phone_agent_stage_advance (stage, 1500);
  phone_agent_stage_expect_log (stage, "");
  phone_sip_socket_connect (phone_scripted_peer_get_socket (stage->peer));
  phone_agent_stage_advance (stage, 3000);
  phone_agent_stage_advance (stage, 3000);
  phone_agent_stage_answer (stage, "UPDATE", 200, "Session-Expires: 90;refresher=uac", NULL);
  phone_agent_stage_expect_log (stage, "");
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
}

static void
forced (PhoneSipAgentConfig *config)
{
  config->session_timers_force_refresher = TRUE;
}

static void
without (PhoneSipAgentConfig *config)
{
  config->session_timers = FALSE;
}

static void
by_invite (PhoneSipAgentConfig *config)
{
  config->session_timers_update = FALSE;
}

static void
test_configured (void)
{
  PhoneAgentStage stage = { NULL, };
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autoptr(PhoneSipMessage) bare = NULL;

  phone_agent_stage_open (&stage, forced);
  invite = phone_agent_stage_call (&stage, "offer", NULL);
  g_assert_cmpstr (header (invite, "Session-Expires"), ==, "90;refresher=uac");
  phone_agent_stage_close (&stage);

  phone_agent_stage_open (&stage, without);
  bare = phone_agent_stage_call (&stage, "offer", NULL);
  g_assert_null (header (bare, "Session-Expires"));
  g_assert_cmpstr (header (bare, "Supported"), ==, "100rel,ice,replaces,outbound");
  phone_scripted_peer_reply (stage.peer, bare, 200, PHONE_STAGE_CONTACT "\nSession-Expires: 90", "answer");
  phone_agent_stage_expect (&stage, "ACK");
  phone_agent_stage_advance (&stage, 1000000);
  g_assert_cmpint (phone_sip_session_get_state (stage.session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
  phone_agent_stage_close (&stage);

  phone_agent_stage_open (&stage, by_invite);
  call_up (&stage, PHONE_STAGE_CONTACT "\nAllow: UPDATE\nSession-Expires: 90;refresher=uac");
  phone_agent_stage_advance (&stage, 45000);
  phone_agent_stage_expect (&stage, "INVITE");
  phone_agent_stage_close (&stage);
}

#define ADD(path, function) g_test_add ("/sip/session-timer/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("refreshes-by-update", test_refresher);
  ADD ("refreshes-by-invite-when-the-peer-knows-no-update", test_refresher_by_invite);
  ADD ("tells-of-a-changed-answer", test_changed_answer);
  ADD ("repeats-what-was-agreed-last", test_refresh_after_theirs);
  ADD ("falls-back-to-invite", test_refresher_falls_back);
  ADD ("refreshes-when-the-peer-says-nothing", test_without_their_timer);
  ADD ("ends-when-nobody-refreshes", test_not_refresher);
  ADD ("refreshes-as-called", test_as_called);
  ADD ("leaves-it-to-the-caller", test_caller_refreshes);
  ADD ("tries-again-when-busy", test_busy);
  ADD ("tries-again-when-refused", test_refused_refresh);
  ADD ("tries-again-when-the-server-was-away", test_server_away);
  g_test_add_func ("/sip/session-timer/does-as-configured", test_configured);

  return g_test_run ();
}
