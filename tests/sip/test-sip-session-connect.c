/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-agent-stage.h"

#include <string.h>

#define URN "<urn:uuid:11111111-2222-3333-4444-555555555555>"

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
configure (PhoneSipAgentConfig *config)
{
  g_free (config->instance_id);
  config->instance_id = g_strdup ("11111111-2222-3333-4444-555555555555");
  config->display_name = g_strdup ("Alice");
}

static void
set_up (PhoneAgentStage *stage,
        gconstpointer    data)
{
  phone_agent_stage_open (stage, configure);
}

static void
tear_down (PhoneAgentStage *stage,
           gconstpointer    data)
{
  phone_agent_stage_close (stage);
}

/* A call that nobody takes; the INVITE. */
static PhoneSipMessage *
call (PhoneAgentStage              *stage,
      const PhoneSipConnectOptions *options)
{
  PhoneSipMessage *invite = phone_agent_stage_call (stage, "offer", options);

  phone_scripted_peer_reply (stage->peer, invite, 486, NULL, NULL);
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_advance (stage, 70000);
  g_assert_finalize_object (g_steal_pointer (&stage->session));

  return invite;
}

static const struct
{
  PhoneSipConnectOptions  options;
  const char             *from;
  const char             *identity;
  const char             *privacy;
} identities[] = {
  { { .session_expires = 0 }, "\"Alice\" <sip:alice@example.org>;tag=", NULL, NULL },
  { { .from_display_name = "Office" }, "\"Office\" <sip:alice@example.org>;tag=", NULL, NULL },
  { { .from_user = "desk" }, "\"Alice\" <sip:desk@example.org>;tag=", "<sip:alice@example.org>", NULL },
  { { .from_user = "desk", .from_display_name = "Office" }, "\"Office\" <sip:desk@example.org>;tag=", "<sip:alice@example.org>", NULL },
  { { .anonymous = TRUE }, "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", "<sip:alice@example.org>", "id" },
  { { .anonymous = TRUE, .from_user = "desk" }, "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=", "<sip:alice@example.org>", "id" },
  { { .anonymous = TRUE, .from_display_name = "Nobody" }, "\"Nobody\" <sip:anonymous@anonymous.invalid>;tag=", "<sip:alice@example.org>", "id" },
};

static void
test_identity (PhoneAgentStage *stage,
               gconstpointer    data)
{
  for (guint i = 0; i < G_N_ELEMENTS (identities); i++)
    {
      g_autoptr(PhoneSipMessage) invite = call (stage, &identities[i].options);

      g_test_message ("%u: %s", i, header (invite, "From"));
      g_assert_true (g_str_has_prefix (header (invite, "From"), identities[i].from));
      g_assert_cmpstr (header (invite, "P-Preferred-Identity"), ==, identities[i].identity);
      g_assert_cmpstr (header (invite, "Privacy"), ==, identities[i].privacy);
      if (identities[i].options.anonymous)
        g_assert_cmpstr (header (invite, "Contact"), ==, "<sip:anonymous@anonymous.invalid;transport=ws;ob>");
      else
        g_assert_true (g_str_has_suffix (header (invite, "Contact"), ".invalid;transport=ws;ob>"));
    }
}

static void
test_interval (PhoneAgentStage *stage,
               gconstpointer    data)
{
  static const struct
  {
    guint       wanted;
    const char *offered;
  } rows[] = {
    { 0, "90" }, { 1, "90" }, { 59, "90" }, { 60, "60" }, { 61, "61" }, { 1800, "1800" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PhoneSipConnectOptions options = { .session_expires = rows[i].wanted };
      g_autoptr(PhoneSipMessage) invite = call (stage, &options);

      g_assert_cmpstr (header (invite, "Session-Expires"), ==, rows[i].offered);
    }
}

static void
test_headers (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const char * const extra[] = { "X-One: 1", "X-Two: 2", "x-one: 3", NULL };
  PhoneSipConnectOptions options = { .extra_headers = extra };

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(PhoneSipMessage) invite = call (stage, &options);
      g_auto(GStrv) ones = phone_sip_message_get_headers (invite, "X-One");

      g_assert_cmpuint (phone_sip_message_get_cseq (invite), <, 10000);
      g_assert_cmpstr (header (invite, "To"), ==, "<sip:bob@example.org>");
      g_assert_cmpuint (g_strv_length (ones), ==, 2);
      g_assert_cmpstr (header (invite, "X-Two"), ==, "2");
    }
}

static void
test_temporary_gruu (PhoneAgentStage *stage,
                     gconstpointer    data)
{
  PhoneSipConnectOptions options = { .anonymous = TRUE };
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(PhoneSipMessage) invite = NULL;

  phone_sip_registration_register (phone_sip_agent_get_registration (stage->agent));
  request = phone_scripted_peer_expect (stage->peer, "REGISTER");
  phone_scripted_peer_reply (stage->peer, request, 200,
                             "Contact: <sip:a@b.invalid>;reg-id=1;+sip.instance=\"" URN "\";temp-gruu=\"sip:t@example.org;gr\";expires=600000", NULL);
  phone_agent_stage_pump (stage);
  invite = call (stage, &options);
  g_assert_cmpstr (header (invite, "Contact"), ==, "<sip:t@example.org;gr>");
  g_assert_cmpstr (header (invite, "Supported"), ==, "timer,gruu,100rel,ice,replaces,outbound");
}

static void
step (PhoneAgentStage *stage,
      const char      *name)
{
  const guint n_sent = phone_fake_socket_get_n_sent (stage->socket);
  const char *last = n_sent > 0 ? phone_fake_socket_get_sent (stage->socket, n_sent - 1) : "-";

  g_string_append_printf (stage->log, "%s after %.*s;", name, (int) strcspn (last, " "), last);
}

static void
sending_cb (PhoneAgentStage *stage)
{
  step (stage, "sending");
}

static void
answer_cb (PhoneAgentStage *stage)
{
  step (stage, "answer");
}

static void
accepted_cb (PhoneAgentStage *stage)
{
  step (stage, "accepted");
}

static void
confirmed_cb (PhoneAgentStage *stage)
{
  step (stage, "confirmed");
}

/* The ACK does not wait for what listeners of the answer do: one of them may hang up, and BYE must not overtake it. */
static void
test_order (PhoneAgentStage *stage,
            gconstpointer    data)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(PhoneSipMessage) invite = NULL;

  stage->session = phone_sip_agent_create_session (stage->agent, bob);
  g_signal_connect_swapped (stage->session, "sending", G_CALLBACK (sending_cb), stage);
  g_signal_connect_swapped (stage->session, "answer", G_CALLBACK (answer_cb), stage);
  g_signal_connect_swapped (stage->session, "accepted", G_CALLBACK (accepted_cb), stage);
  g_signal_connect_swapped (stage->session, "confirmed", G_CALLBACK (confirmed_cb), stage);
  g_assert_true (phone_sip_session_connect (stage->session, "offer", NULL, NULL));
  invite = phone_scripted_peer_expect (stage->peer, "INVITE");
  phone_scripted_peer_reply (stage->peer, invite, 200, PHONE_STAGE_CONTACT, "answer");
  phone_agent_stage_expect (stage, "ACK");
  phone_agent_stage_expect_log (stage, "sending after -;answer after ACK;accepted after ACK;confirmed after ACK;");
}

#define ADD(path, function) g_test_add ("/sip/session-connect/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("shows-whom-it-is-told-to-show", test_identity);
  ADD ("offers-the-interval-it-is-told", test_interval);
  ADD ("adds-headers-and-counts-from-a-small-number", test_headers);
  ADD ("hides-behind-a-temporary-gruu", test_temporary_gruu);
  ADD ("tells-each-step-in-its-place", test_order);

  return g_test_run ();
}
