/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-dialog.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"
#include "phone-sip-parser.h"

#include <string.h>

static PhoneSipMessage *
parse (const char *format,
       ...)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  PhoneSipMessage *message;
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  g_string_replace (text, "\n", "\r\n", 0);
  message = phone_sip_parse (text->str, text->len, &error);
  g_assert_no_error (error);

  return message;
}

static PhoneSipMessage *
invite (const char *lines)
{
  return parse ("INVITE sip:bob@example.org SIP/2.0\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\nFrom: \"Al\" <sip:alice@example.org>;tag=a\n"
                "To: <sip:bob@example.org>\nCall-ID: c\nCSeq: 20 INVITE\nContent-Length: 0%s%s\n\n", lines != NULL ? "\n" : "", lines != NULL ? lines : "");
}

static PhoneSipMessage *
response (guint       status,
          const char *tag,
          const char *lines)
{
  return parse ("SIP/2.0 %u X\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\nFrom: \"Al\" <sip:alice@example.org>;tag=a\n"
                "To: <sip:bob@example.org>;tag=%s\nCall-ID: c\nCSeq: 20 INVITE\nContent-Length: 0%s%s\n\n",
                status, tag, lines != NULL ? "\n" : "", lines != NULL ? lines : "");
}

static PhoneSipMessage *
request_by (const char *branch,
            const char *method,
            guint       cseq,
            const char *from_tag,
            const char *to_tag)
{
  return parse ("%s sip:alice@a.invalid SIP/2.0\nVia: SIP/2.0/WS b.invalid;branch=%s\nFrom: <sip:bob@example.org>;tag=%s\n"
                "To: <sip:alice@example.org>;tag=%s\nCall-ID: c\nCSeq: %u %s\nContact: <sip:bob@moved.invalid>\nContent-Length: 0\n\n",
                method, branch, from_tag, to_tag, cseq, method);
}

static PhoneSipMessage *
request (const char *method,
         guint       cseq,
         const char *from_tag,
         const char *to_tag)
{
  return request_by ("z9hG4bK2", method, cseq, from_tag, to_tag);
}

#define ROUTES "Record-Route: <sip:p1.invalid;lr>, <sip:p2.invalid;lr>\nRecord-Route: <sip:p3.invalid;lr>"

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

static void
test_caller (PhoneAgentStage *stage,
             gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) sent = invite (NULL);
  g_autoptr(PhoneSipMessage) ringing = response (180, "b", "Contact: <sip:bob@b.invalid>\n" ROUTES);
  g_autoptr(PhoneSipMessage) answer = response (200, "b", "Contact: <sip:bob@b2.invalid>\nRecord-Route: <sip:p9.invalid;lr>");
  g_autoptr(PhoneSipMessage) ours = request ("INFO", 1, "b", "a");
  g_autoptr(PhoneSipMessage) other = request ("INFO", 1, "x", "a");
  g_autoptr(GError) error = NULL;
  PhoneSipDialog *dialog = phone_sip_dialog_new_uac (sent, ringing, &error);
  g_autoptr(PhoneSipRequest) info = NULL;
  g_auto(GStrv) routes = NULL;

  g_assert_no_error (error);
  g_assert_true (phone_sip_dialog_is_early (dialog));
  g_assert_cmpstr (phone_sip_dialog_get_call_id (dialog), ==, "c");
  g_assert_cmpstr (phone_sip_dialog_get_local_tag (dialog), ==, "a");
  g_assert_cmpstr (phone_sip_dialog_get_remote_tag (dialog), ==, "b");
  g_assert_cmpstr (phone_sip_dialog_get_route_set (dialog)[0], ==, "<sip:p3.invalid;lr>");
  g_assert_cmpstr (phone_sip_dialog_get_route_set (dialog)[2], ==, "<sip:p1.invalid;lr>");
  g_assert_true (phone_sip_dialog_matches (dialog, ringing));
  g_assert_true (phone_sip_dialog_matches (dialog, ours));
  g_assert_false (phone_sip_dialog_matches (dialog, other));

  info = phone_sip_dialog_create_request (dialog, phone_sip_agent_get_endpoint (stage->agent), "INFO");
  g_assert_cmpuint (phone_sip_request_get_cseq (info), ==, 21);
  g_assert_cmpstr (phone_sip_request_get_uri (info), ==, "sip:bob@b.invalid");
  g_assert_cmpstr (phone_sip_request_get_header (info, "From"), ==, "\"Al\" <sip:alice@example.org>;tag=a");
  g_assert_cmpstr (phone_sip_request_get_header (info, "To"), ==, "<sip:bob@example.org>;tag=b");
  routes = phone_sip_request_get_headers (info, "Route");
  g_assert_cmpuint (g_strv_length (routes), ==, 3);
  g_assert_cmpstr (routes[0], ==, "<sip:p3.invalid;lr>");

  phone_sip_dialog_confirm (dialog, answer);
  g_assert_false (phone_sip_dialog_is_early (dialog));
  g_assert_cmpstr (phone_sip_dialog_get_remote_target (dialog), ==, "sip:bob@b2.invalid");
  g_assert_cmpstr (phone_sip_dialog_get_route_set (dialog)[0], ==, "<sip:p9.invalid;lr>");
  g_assert_null (phone_sip_dialog_get_route_set (dialog)[1]);
  g_assert_finalize_object (dialog);
}

static void
test_called (PhoneAgentStage *stage,
             gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) received = invite ("Contact: <sip:alice@a.invalid>\n" ROUTES);
  PhoneSipDialog *dialog = phone_sip_dialog_new_uas (received, "mine", NULL);
  g_autoptr(PhoneSipRequest) bye = phone_sip_dialog_create_request (dialog, phone_sip_agent_get_endpoint (stage->agent), "BYE");

  g_assert_cmpstr (phone_sip_dialog_get_local_tag (dialog), ==, "mine");
  g_assert_cmpstr (phone_sip_dialog_get_remote_tag (dialog), ==, "a");
  g_assert_cmpstr (phone_sip_dialog_get_route_set (dialog)[0], ==, "<sip:p1.invalid;lr>");
  g_assert_cmpstr (phone_sip_request_get_header (bye, "From"), ==, "<sip:bob@example.org>;tag=mine");
  g_assert_cmpstr (phone_sip_request_get_uri (bye), ==, "sip:alice@a.invalid");
  g_assert_finalize_object (dialog);
}

static void
test_strict_router (PhoneAgentStage *stage,
                    gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) received = invite ("Contact: <sip:alice@a.invalid>\nRecord-Route: <sip:old.invalid>, <sip:new.invalid;lr>");
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uas (received, "mine", NULL);
  g_autoptr(PhoneSipRequest) bye = phone_sip_dialog_create_request (dialog, phone_sip_agent_get_endpoint (stage->agent), "BYE");
  g_auto(GStrv) routes = phone_sip_request_get_headers (bye, "Route");

  g_assert_cmpstr (phone_sip_request_get_uri (bye), ==, "sip:old.invalid");
  g_assert_cmpuint (g_strv_length (routes), ==, 2);
  g_assert_cmpstr (routes[0], ==, "<sip:new.invalid;lr>");
  g_assert_cmpstr (routes[1], ==, "<sip:alice@a.invalid>");
}

static void
test_cseq (void)
{
  g_autoptr(PhoneSipMessage) received = invite ("Contact: <sip:alice@a.invalid>");
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uas (received, "mine", NULL);
  static const struct
  {
    guint    cseq;
    gboolean good;
  } steps[] = { { 20, FALSE }, { 21, TRUE }, { 21, FALSE }, { 30, TRUE }, { 29, FALSE }, { 31, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr(PhoneSipMessage) next = request ("INFO", steps[i].cseq, "a", "mine");

      g_assert_cmpint (phone_sip_dialog_accept_cseq (dialog, next), ==, steps[i].good);
    }
}

/* By another branch and the same method, once, and not after a higher one. */
static void
test_repeat (void)
{
  g_autoptr(PhoneSipMessage) received = invite ("Contact: <sip:alice@a.invalid>");
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uas (received, "mine", NULL);
  static const struct
  {
    const char *branch;
    const char *method;
    guint       cseq;
    gboolean    good;
    gboolean    refused;
  } steps[] = {
    { "z9hG4bK2", "INVITE", 21, TRUE, TRUE },
    { "z9hG4bK2", "INVITE", 21, FALSE, FALSE },
    { "z9hG4bK3", "UPDATE", 21, FALSE, FALSE },
    { "z9hG4bK3", "INVITE", 20, FALSE, FALSE },
    { "z9hG4bK3", "INVITE", 21, TRUE, FALSE },
    { "z9hG4bK4", "INVITE", 21, FALSE, FALSE },
    { "z9hG4bK5", "INVITE", 22, TRUE, TRUE },
    { "z9hG4bK6", "INFO", 23, TRUE, FALSE },
    { "z9hG4bK7", "INVITE", 22, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr(PhoneSipMessage) next = request_by (steps[i].branch, steps[i].method, steps[i].cseq, "a", "mine");

      g_assert_cmpint (phone_sip_dialog_accept_cseq (dialog, next), ==, steps[i].good);
      if (steps[i].refused)
        phone_sip_dialog_allow_repeat (dialog, next);
    }
  g_assert_finalize_object (g_steal_pointer (&dialog));
}

static void
test_target (void)
{
  g_autoptr(PhoneSipMessage) received = invite ("Contact: <sip:alice@a.invalid>");
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uas (received, "mine", NULL);
  g_autoptr(PhoneSipMessage) moved = request ("UPDATE", 21, "a", "mine");
  g_autoptr(PhoneSipMessage) without = response (200, "b", NULL);
  g_autoptr(PhoneSipMessage) foreign = response (200, "b", "Contact: <mailto:a@b>");

  phone_sip_dialog_refresh_target (dialog, moved);
  g_assert_cmpstr (phone_sip_dialog_get_remote_target (dialog), ==, "sip:bob@moved.invalid");
  phone_sip_dialog_refresh_target (dialog, without);
  phone_sip_dialog_refresh_target (dialog, foreign);
  g_assert_cmpstr (phone_sip_dialog_get_remote_target (dialog), ==, "sip:bob@moved.invalid");
}

/* Another spelling of an escape or of a parameter may be another address to the peer's proxy. */
static void
test_target_spelling (void)
{
  g_autoptr(PhoneSipMessage) received =
    invite ("Contact: , \"Al, B\" <sip:%41l@A.invalid;Transport=WS;ob> ; expires=60, <sip:other@a.invalid>");
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uas (received, "mine", NULL);

  g_assert_cmpstr (phone_sip_dialog_get_remote_target (dialog), ==, "sip:%41l@A.invalid;Transport=WS;ob");
}

static void
test_unusable (void)
{
  static const char * const contacts[] = { NULL, "Contact: *", "Contact: <tel:+1>", "Contact: nonsense" };
  g_autoptr(GString) many = g_string_new ("Contact: <sip:alice@a.invalid>\nRecord-Route: <sip:p0.invalid;lr>");
  g_autoptr(PhoneSipMessage) crowded = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (contacts); i++)
    {
      g_autoptr(PhoneSipMessage) received = invite (contacts[i]);

      g_assert_null (phone_sip_dialog_new_uas (received, "mine", &error));
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);
      g_clear_error (&error);
    }

  for (guint i = 1; i < 17; i++)
    g_string_append_printf (many, ", <sip:p%u.invalid;lr>", i);
  crowded = invite (many->str);
  g_assert_null (phone_sip_dialog_new_uas (crowded, "mine", &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE);
}

static void
test_ack (PhoneAgentStage *stage,
          gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) sent = invite ("Proxy-Authorization: Digest username=\"alice\"");
  g_autoptr(PhoneSipMessage) answer = response (200, "b", "Contact: <sip:bob@b.invalid>\n" ROUTES);
  g_autoptr(PhoneSipDialog) dialog = phone_sip_dialog_new_uac (sent, answer, NULL);
  g_autoptr(PhoneSipMessage) ack =
    phone_sip_dialog_create_ack (dialog, phone_sip_agent_get_endpoint (stage->agent), 20, sent, "application/sdp", "sdp", NULL);
  g_auto(GStrv) routes = phone_sip_message_get_headers (ack, "Route");

  g_assert_cmpint (phone_sip_message_get_method (ack), ==, PHONE_SIP_METHOD_ACK);
  g_assert_cmpuint (phone_sip_message_get_cseq (ack), ==, 20);
  g_assert_cmpstr (phone_sip_message_get_request_uri (ack), ==, "sip:bob@b.invalid");
  g_assert_cmpuint (g_strv_length (routes), ==, 3);
  g_assert_cmpstr (phone_sip_message_get_header_by_name (ack, "Proxy-Authorization"), ==, "Digest username=\"alice\"");
  g_assert_cmpstr (phone_sip_message_get_body (ack, NULL), ==, "sdp");
  g_assert_cmpstr (phone_sip_message_get_branch (ack), !=, phone_sip_message_get_branch (sent));
}

static void
with_credentials (PhoneSipAgentConfig *config)
{
  config->credentials = phone_sip_credentials_new ("alice", "secret");
}

/* Two requests are challenged at once: no number is used twice. */
static void
test_numbers_under_challenge (void)
{
  PhoneAgentStage stage = { NULL, };
  g_autoptr(PhoneSipMessage) sent = NULL;
  g_autoptr(PhoneSipRequest) first = NULL;
  g_autoptr(PhoneSipRequest) second = NULL;
  PhoneSipMessage *messages[4] = { NULL, };
  static const char challenge[] = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";

  phone_agent_stage_open (&stage, with_credentials);
  sent = phone_agent_stage_call_up (&stage);
  first = phone_sip_session_send_request (stage.session, "INFO", NULL, "text/plain", "1", NULL);
  second = phone_sip_session_send_request (stage.session, "INFO", NULL, "text/plain", "2", NULL);
  messages[0] = phone_scripted_peer_expect (stage.peer, "INFO");
  messages[1] = phone_scripted_peer_expect (stage.peer, "INFO");
  phone_scripted_peer_reply (stage.peer, messages[0], 401, challenge, NULL);
  phone_scripted_peer_reply (stage.peer, messages[1], 401, challenge, NULL);
  messages[2] = phone_scripted_peer_expect (stage.peer, "INFO");
  messages[3] = phone_scripted_peer_expect (stage.peer, "INFO");
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (phone_sip_message_get_cseq (messages[i]), ==, phone_sip_message_get_cseq (sent) + 1 + i);
  phone_scripted_peer_reply (stage.peer, messages[2], 200, NULL, NULL);
  phone_scripted_peer_reply (stage.peer, messages[3], 200, NULL, NULL);
  phone_agent_stage_expect_log (&stage, "finished INFO 200;finished INFO 200;");
  for (guint i = 0; i < 4; i++)
    phone_sip_message_unref (messages[i]);
  phone_agent_stage_close (&stage);
}

#define ADD(path, function) g_test_add ("/sip/dialog/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("caller", test_caller);
  ADD ("called", test_called);
  ADD ("goes-by-a-strict-router", test_strict_router);
  g_test_add_func ("/sip/dialog/counts-the-requests-of-the-peer", test_cseq);
  g_test_add_func ("/sip/dialog/takes-a-refused-number-once-more", test_repeat);
  g_test_add_func ("/sip/dialog/follows-the-remote-target", test_target);
  g_test_add_func ("/sip/dialog/keeps-the-target-as-the-peer-spells-it", test_target_spelling);
  g_test_add_func ("/sip/dialog/refuses-what-makes-none", test_unusable);
  ADD ("acknowledges", test_ack);
  g_test_add_func ("/sip/dialog/uses-no-number-twice", test_numbers_under_challenge);

  return g_test_run ();
}
