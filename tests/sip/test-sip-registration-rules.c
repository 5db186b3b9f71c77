/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-registration.h"

#include "phone-agent-stage.h"
#include "phone-sip-agent-private.h"

#include <string.h>

#define CHALLENGE "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"a\", qop=\"auth\""

static void
failed_cb (PhoneAgentStage *stage,
           PhoneSipMessage *response,
           const char      *cause)
{
  g_string_append_printf (stage->log, "failed %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0, cause);
}

static void
registered_cb (PhoneAgentStage *stage)
{
  g_string_append (stage->log, "registered;");
}

static void
unregistered_cb (PhoneAgentStage *stage,
                 PhoneSipMessage *response,
                 const char      *cause)
{
  g_string_append_printf (stage->log, "unregistered %u %s;", response != NULL ? phone_sip_message_get_status (response) : 0,
                          cause != NULL ? cause : "-");
}

static PhoneSipRegistration *
registration (PhoneAgentStage *stage)
{
  return phone_sip_agent_get_registration (stage->agent);
}

static void
configure (PhoneSipAgentConfig *config)
{
  config->credentials = phone_sip_credentials_new ("alice", "secret");
}

static void
brief (PhoneSipAgentConfig *config)
{
  config->register_expires = 3;
}

static void
medium (PhoneSipAgentConfig *config)
{
  config->register_expires = 50;
}

static void
set_up (PhoneAgentStage *stage,
        gconstpointer    data)
{
  phone_agent_stage_open (stage, data);
  g_signal_connect_swapped (registration (stage), "registered", G_CALLBACK (registered_cb), stage);
  g_signal_connect_swapped (registration (stage), "unregistered", G_CALLBACK (unregistered_cb), stage);
  g_signal_connect_swapped (registration (stage), "failed", G_CALLBACK (failed_cb), stage);
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

/* A 200 with our Contact, as bare as the registrar likes, and lines. */
static void
grant (PhoneAgentStage *stage,
       PhoneSipMessage *request,
       const char      *params)
{
  g_autofree char *uri = phone_sip_uri_to_string (phone_sip_agent_get_contact_uri (stage->agent));
  g_autofree char *lines = g_strdup_printf ("Contact: <%s>%s", uri, params);

  phone_scripted_peer_reply (stage->peer, request, 200, lines, NULL);
  phone_agent_stage_pump (stage);
}

static PhoneSipMessage *
begin (PhoneAgentStage *stage)
{
  phone_sip_registration_register (registration (stage));

  return phone_scripted_peer_expect (stage->peer, "REGISTER");
}

static void
test_extra (PhoneAgentStage *stage,
            gconstpointer    data)
{
  static const char * const lines[] = { "X-Door: blue", NULL };
  static const char * const params[] = { "verified=true", NULL };
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) farewell = NULL;
  g_autoptr(PhoneSipMessage) plain = NULL;

  phone_sip_registration_set_extra_headers (registration (stage), lines);
  phone_sip_registration_set_extra_contact_params (registration (stage), params);
  request = begin (stage);
  grant (stage, request, ";expires=600");
  phone_sip_registration_unregister (registration (stage), FALSE);
  farewell = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (farewell, "X-Door"), ==, "blue");
  g_assert_nonnull (strstr (header (farewell, "Contact"), ";verified=true;"));
  phone_scripted_peer_reply (stage->peer, farewell, 200, NULL, NULL);
  phone_agent_stage_pump (stage);

  phone_sip_registration_set_extra_headers (registration (stage), NULL);
  phone_sip_registration_set_extra_contact_params (registration (stage), NULL);
  plain = begin (stage);
  g_assert_null (header (plain, "X-Door"));
  g_assert_null (strstr (header (plain, "Contact"), "verified"));
  g_assert_cmpstr (phone_sip_message_get_call_id (plain), ==, phone_sip_message_get_call_id (request));
  g_assert_cmpuint (phone_sip_message_get_cseq (plain), ==, phone_sip_message_get_cseq (request) + 2);
}

/* Seconds until the REGISTER that refreshes. */
static void
test_lifetime (PhoneAgentStage *stage,
               gconstpointer    data)
{
  static const struct
  {
    const char *params;
    guint       refresh;
  } rows[] = {
    { ";expires=30\nExpires: 60", 25 },
    { "\nExpires: 40", 35 },
    { "", 45 },
    { "\nExpires: 2", 5 },
    { ";expires=0\nExpires: 60", 5 },
    { ";expires=64", 59 },
  };
  g_autoptr(PhoneSipMessage) request = begin (stage);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      grant (stage, request, rows[i].params);
      g_clear_pointer (&request, phone_sip_message_unref);
      phone_agent_stage_advance (stage, rows[i].refresh * 1000 - 1);
      g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
      phone_agent_stage_advance (stage, 1);
      request = phone_scripted_peer_expect (stage->peer, "REGISTER");
    }
}

static void
test_stale (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) first = begin (stage);
  g_autoptr(PhoneSipMessage) second = NULL;

  phone_scripted_peer_reply (stage->peer, first, 401, CHALLENGE, NULL);
  second = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpuint (phone_sip_message_get_cseq (second), ==, phone_sip_message_get_cseq (first) + 1);
  grant (stage, first, ";expires=600");
  phone_scripted_peer_reply (stage->peer, first, 500, NULL, NULL);
  phone_agent_stage_expect_log (stage, "");
  g_assert_cmpint (phone_sip_registration_get_state (registration (stage)), ==, PHONE_SIP_REGISTRATION_STATE_REGISTERING);
  grant (stage, second, ";expires=600");
  phone_agent_stage_expect_log (stage, "registered;");
}

static void
test_423_floor (PhoneAgentStage *stage,
                gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) first = begin (stage);
  g_autoptr(PhoneSipMessage) second = NULL;

  g_assert_cmpstr (header (first, "Expires"), ==, "3");
  phone_scripted_peer_reply (stage->peer, first, 423, "Min-Expires: 5", NULL);
  second = phone_scripted_peer_expect (stage->peer, "REGISTER");
  g_assert_cmpstr (header (second, "Expires"), ==, "10");
}

static void
test_causes (PhoneAgentStage *stage,
             gconstpointer    data)
{
  static const struct
  {
    guint       status;
    const char *log;
  } rows[] = {
    { 302, "failed 302 Redirected;" },
    { 403, "failed 403 Rejected;" },
    { 404, "failed 404 Not Found;" },
    { 480, "failed 480 Unavailable;" },
    { 486, "failed 486 Busy;" },
    { 503, "failed 503 SIP Failure Code;" },
    { 604, "failed 604 Not Found;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(PhoneSipMessage) request = begin (stage);

      phone_scripted_peer_reply (stage->peer, request, rows[i].status, NULL, NULL);
      phone_agent_stage_expect_log (stage, rows[i].log);
      g_assert_false (phone_sip_registration_is_registered (registration (stage)));
    }
}

static void
test_farewell_fails (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) request = begin (stage);
  g_autoptr(PhoneSipMessage) again = NULL;

  grant (stage, request, ";expires=600");
  phone_sip_registration_unregister (registration (stage), FALSE);
  phone_agent_stage_answer (stage, "REGISTER", 403, NULL, NULL);
  phone_agent_stage_expect_log (stage, "registered;unregistered 403 Rejected;");

  again = begin (stage);
  grant (stage, again, ";expires=600");
  phone_sip_registration_unregister (registration (stage), FALSE);
  phone_agent_stage_expect (stage, "REGISTER");
  phone_agent_stage_advance (stage, 32000);
  phone_agent_stage_expect_log (stage, "registered;unregistered 0 Request Timeout;");
}

#define ADD(path, change, function) g_test_add ("/sip/registration-rules/" path, PhoneAgentStage, change, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("extras-go-with-the-farewell-and-can-be-cleared", configure, test_extra);
  ADD ("lifetime-is-that-of-the-contact-or-the-header-or-ours", medium, test_lifetime);
  ADD ("answers-to-an-earlier-request-are-dropped", configure, test_stale);
  ADD ("423-asks-for-ten-seconds-at-least", brief, test_423_floor);
  ADD ("failures-have-causes", configure, test_causes);
  ADD ("failed-farewell-ends-it-too", configure, test_farewell_fails);

  return g_test_run ();
}
