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

/* The lines of an INVITE that wants the place of the stage's session. */
static char *
make_replaces (PhoneAgentStage *stage)
{
  PhoneSipDialog *dialog = phone_sip_session_get_dialog (stage->session);

  return g_strdup_printf (PHONE_STAGE_CONTACT "\nReplaces: %s;to-tag=%s;from-tag=%s", phone_sip_dialog_get_call_id (dialog),
                          phone_sip_dialog_get_local_tag (dialog), phone_sip_dialog_get_remote_tag (dialog));
}

static void
reject_cb (PhoneSipSession *old,
           PhoneSipSession *incoming,
           PhoneAgentStage *stage)
{
  PhoneSipTerminateOptions busy = { .status = 486 };

  g_string_append (stage->log, "replaces;");
  g_assert_true (phone_sip_session_terminate (incoming, &busy, NULL));
}

static void
test_rejected (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = phone_agent_stage_invite_up (stage, NULL);
  g_autofree char *lines = make_replaces (stage);

  g_signal_connect (stage->session, "replaces", G_CALLBACK (reject_cb), stage);
  phone_agent_stage_stranger (stage, "INVITE", lines, NULL);
  phone_agent_stage_expect (stage, "486");
  phone_agent_stage_expect_log (stage, "replaces;");
  g_assert_cmpint (phone_sip_session_get_state (stage->session), ==, PHONE_SIP_SESSION_STATE_CONFIRMED);
  g_assert_cmpuint (phone_sip_agent_get_n_sessions (stage->agent), ==, 1);
}

static void
test_not_up (PhoneAgentStage *stage,
             gconstpointer    data)
{
  g_autofree char *lines = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  lines = make_replaces (stage);
  g_signal_connect (stage->session, "replaces", G_CALLBACK (reject_cb), stage);
  phone_agent_stage_stranger (stage, "INVITE", lines, NULL);
  phone_agent_stage_expect (stage, "403");
  phone_agent_stage_expect_log (stage, "new;accepted local;");
}

/* Its BYE still waits for the ACK, but it is over. */
static void
test_over (PhoneAgentStage *stage,
           gconstpointer    data)
{
  g_autofree char *lines = NULL;

  phone_agent_stage_take_calls (stage);
  phone_agent_stage_invite (stage, NULL, "offer");
  phone_sip_session_accept (stage->session, "answer", 0, NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  lines = make_replaces (stage);
  phone_sip_session_terminate (stage->session, NULL, NULL);
  g_signal_connect (stage->session, "replaces", G_CALLBACK (reject_cb), stage);
  phone_agent_stage_stranger (stage, "INVITE", lines, NULL);
  phone_agent_stage_expect (stage, "603");
  phone_agent_stage_expect_log (stage, "new;accepted local;ended local Terminated;");
}

#define ADD(path, function) g_test_add ("/sip/session-replace/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("is-rejected-by-its-owner", test_rejected);
  ADD ("refuses-a-call-that-is-not-up", test_not_up);
  ADD ("refuses-a-call-that-is-over", test_over);

  return g_test_run ();
}
