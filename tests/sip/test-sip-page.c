/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-page.h"

#include "phone-agent-stage.h"
#include "phone-sip-error.h"

#include <string.h>

static void
succeeded_cb (PhoneAgentStage *stage,
              PhoneSipMessage *response)
{
  g_string_append_printf (stage->log, "succeeded %u;", phone_sip_message_get_status (response));
}

static void
failed_cb (PhoneAgentStage *stage,
           const char      *originator,
           PhoneSipMessage *response,
           const char      *cause)
{
  g_string_append_printf (stage->log, "failed %s %u %s;", originator, response != NULL ? phone_sip_message_get_status (response) : 0, cause);
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

static PhoneSipPage *
page (PhoneAgentStage           *stage,
      PhoneSipMethod             method,
      const char                *body,
      const PhoneSipPageOptions *options)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(GError) error = NULL;
  PhoneSipPage *made = phone_sip_page_new (stage->agent, method, bob, body, options, &error);

  g_assert_no_error (error);
  g_signal_connect_swapped (made, "succeeded", G_CALLBACK (succeeded_cb), stage);
  g_signal_connect_swapped (made, "failed", G_CALLBACK (failed_cb), stage);

  return made;
}

static const char *
header (PhoneSipMessage *message,
        const char      *name)
{
  return phone_sip_message_get_header_by_name (message, name);
}

static void
test_message (PhoneAgentStage *stage,
              gconstpointer    data)
{
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_MESSAGE, "Hällo", NULL);
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (phone_sip_page_send (sent, NULL));
  request = phone_scripted_peer_expect (stage->peer, "MESSAGE");
  g_assert_cmpstr (phone_sip_message_get_content_type (request), ==, "text/plain");
  g_assert_cmpstr (phone_sip_message_get_body (request, NULL), ==, "Hällo");
  g_assert_cmpstr (header (request, "Content-Length"), ==, "6");
  g_assert_null (header (request, "Contact"));
  phone_scripted_peer_reply (stage->peer, request, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "succeeded 200;");
  g_assert_false (phone_sip_page_send (sent, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
  g_assert_false (phone_sip_page_is_incoming (sent));
  g_assert_cmpstr (phone_sip_uri_get_user (phone_sip_address_get_uri (phone_sip_page_get_local (sent))), ==, "alice");
  g_assert_cmpstr (phone_sip_uri_get_user (phone_sip_address_get_uri (phone_sip_page_get_remote (sent))), ==, "bob");
  g_clear_error (&error);
  g_assert_false (phone_sip_page_accept (sent, NULL, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (phone_sip_page_reject (sent, 0, NULL, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED);
  g_assert_finalize_object (sent);
}

static void
test_message_options (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  static const char * const extra[] = { "X-Mood: good", NULL };
  PhoneSipPageOptions options = { .content_type = "text/html", .extra_headers = extra, .from_user = "office", .from_display_name = "Office" };
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_MESSAGE, "", &options);
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_page_send (sent, NULL);
  request = phone_scripted_peer_expect (stage->peer, "MESSAGE");
  g_assert_null (phone_sip_message_get_body (request, NULL));
  g_assert_cmpstr (header (request, "X-Mood"), ==, "good");
  g_assert_nonnull (strstr (header (request, "From"), "\"Office\" <sip:office@example.org>"));
  g_assert_cmpstr (header (request, "P-Preferred-Identity"), ==, "<sip:alice@example.org>");
  phone_scripted_peer_reply (stage->peer, request, 404, NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed remote 404 Not Found;");
  g_assert_finalize_object (sent);
}

static void
test_message_type (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  PhoneSipPageOptions options = { .content_type = "text/html" };
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_MESSAGE, "<b>hi</b>", &options);
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_page_send (sent, NULL);
  request = phone_scripted_peer_expect (stage->peer, "MESSAGE");
  g_assert_cmpstr (phone_sip_message_get_content_type (request), ==, "text/html");
  g_assert_cmpstr (phone_sip_message_get_body (request, NULL), ==, "<b>hi</b>");
  phone_scripted_peer_reply (stage->peer, request, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "succeeded 200;");
  g_assert_finalize_object (sent);
}

static void
test_timeout (PhoneAgentStage *stage,
              gconstpointer    data)
{
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_MESSAGE, "hello", NULL);

  phone_sip_page_send (sent, NULL);
  phone_agent_stage_expect (stage, "MESSAGE");
  phone_agent_stage_advance (stage, 32000);
  phone_agent_stage_expect_log (stage, "failed system 0 Request Timeout;");
  g_assert_finalize_object (sent);
}

static void
test_disconnected (PhoneAgentStage *stage,
                   gconstpointer    data)
{
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_MESSAGE, "hello", NULL);

  phone_fake_socket_cut (stage->socket);
  phone_sip_page_send (sent, NULL);
  phone_agent_stage_advance (stage, 1);
  phone_agent_stage_expect_log (stage, "failed system 0 Connection Error;");
  g_assert_finalize_object (sent);
}

/* Two seconds are theirs to be answered in; then the connection goes and they fail. */
static void
test_stopped (PhoneAgentStage *stage,
              gconstpointer    data)
{
  PhoneSipPage *answered = page (stage, PHONE_SIP_METHOD_MESSAGE, "first", NULL);
  PhoneSipPage *lost = page (stage, PHONE_SIP_METHOD_OPTIONS, NULL, NULL);

  phone_sip_page_send (answered, NULL);
  phone_sip_page_send (lost, NULL);
  phone_sip_agent_stop (stage->agent);
  phone_agent_stage_answer (stage, "MESSAGE", 200, NULL, NULL);
  phone_agent_stage_expect (stage, "OPTIONS");
  phone_agent_stage_expect_log (stage, "succeeded 200;");
  phone_agent_stage_advance (stage, 2000);
  phone_agent_stage_expect_log (stage, "failed system 0 Connection Error;");
  g_assert_finalize_object (answered);
  g_assert_finalize_object (lost);
}

static void
test_held_until_answered (PhoneAgentStage *stage,
                          gconstpointer    data)
{
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_MESSAGE, "hello", NULL);

  phone_sip_page_send (sent, NULL);
  g_object_unref (sent);
  phone_agent_stage_answer (stage, "MESSAGE", 202, NULL, NULL);
  phone_agent_stage_expect_log (stage, "succeeded 202;");
}

static void
test_options (PhoneAgentStage *stage,
              gconstpointer    data)
{
  PhoneSipPage *sent = page (stage, PHONE_SIP_METHOD_OPTIONS, NULL, NULL);
  g_autoptr(PhoneSipMessage) request = NULL;

  phone_sip_page_send (sent, NULL);
  request = phone_scripted_peer_expect (stage->peer, "OPTIONS");
  g_assert_cmpstr (phone_sip_message_get_content_type (request), ==, "application/sdp");
  g_assert_null (phone_sip_message_get_body (request, NULL));
  phone_scripted_peer_reply (stage->peer, request, 200, NULL, NULL);
  phone_agent_stage_expect_log (stage, "succeeded 200;");
  g_assert_finalize_object (sent);

  sent = page (stage, PHONE_SIP_METHOD_OPTIONS, "v=0", NULL);
  phone_sip_page_send (sent, NULL);
  g_clear_pointer (&request, phone_sip_message_unref);
  request = phone_scripted_peer_expect (stage->peer, "OPTIONS");
  g_assert_cmpstr (phone_sip_message_get_body (request, NULL), ==, "v=0");
  phone_scripted_peer_reply (stage->peer, request, 480, NULL, NULL);
  phone_agent_stage_expect_log (stage, "failed remote 480 Unavailable;");
  g_assert_finalize_object (sent);

  sent = page (stage, PHONE_SIP_METHOD_OPTIONS, NULL, NULL);
  phone_sip_page_send (sent, NULL);
  phone_agent_stage_expect (stage, "OPTIONS");
  phone_agent_stage_advance (stage, 32000);
  phone_agent_stage_expect_log (stage, "failed system 0 Request Timeout;");
  g_assert_finalize_object (sent);
}

static void
accept_cb (PhoneAgentStage *stage,
           PhoneSipPage    *page)
{
  static const char * const extra[] = { "X-Read: yes", NULL };
  g_autoptr(GError) error = NULL;

  g_string_append_printf (stage->log, "new %s;", phone_sip_message_get_body (phone_sip_page_get_request (page), NULL));
  g_assert_true (phone_sip_page_is_incoming (page));
  g_assert_cmpstr (phone_sip_uri_get_user (phone_sip_address_get_uri (phone_sip_page_get_local (page))), ==, "alice");
  g_assert_cmpstr (phone_sip_uri_get_user (phone_sip_address_get_uri (phone_sip_page_get_remote (page))), ==, "bob");
  g_assert_true (phone_sip_page_accept (page, extra, NULL, "thanks", NULL));
  g_assert_false (phone_sip_page_reject (page, 486, NULL, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE);
}

static void
reject_cb (PhoneAgentStage *stage,
           PhoneSipPage    *page)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (phone_sip_page_reject (page, 200, NULL, NULL, NULL, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (phone_sip_page_reject (page, 0, "Later", NULL, NULL, NULL));
}

static void
note_cb (PhoneAgentStage *stage,
         PhoneSipPage    *page)
{
  g_string_append (stage->log, "new;");
}

static void
test_incoming (PhoneAgentStage *stage,
               gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(PhoneSipMessage) refusal = NULL;
  gulong id;

  phone_agent_stage_stranger (stage, "MESSAGE", "Content-Type: text/plain", "hi");
  phone_agent_stage_expect (stage, "405");

  id = g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (accept_cb), stage);
  phone_agent_stage_stranger (stage, "MESSAGE", "Content-Type: text/plain", "hi");
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (phone_sip_message_get_content_type (response), ==, "text/plain");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "thanks");
  g_assert_cmpstr (header (response, "X-Read"), ==, "yes");
  phone_agent_stage_expect_log (stage, "new hi;");
  g_signal_handler_disconnect (stage->agent, id);

  id = g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (reject_cb), stage);
  phone_agent_stage_stranger (stage, "MESSAGE", NULL, NULL);
  refusal = phone_scripted_peer_expect (stage->peer, "480");
  g_assert_cmpstr (phone_sip_message_get_reason (refusal), ==, "Later");
  g_signal_handler_disconnect (stage->agent, id);

  g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (note_cb), stage);
  phone_agent_stage_stranger (stage, "MESSAGE", NULL, NULL);
  phone_agent_stage_expect (stage, "200");
  phone_agent_stage_expect_log (stage, "new;");
}

static void
test_incoming_options (PhoneAgentStage *stage,
                       gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_agent_stage_stranger (stage, "OPTIONS", NULL, NULL);
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (header (response, "Allow"), ==, "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY,SUBSCRIBE,PRACK");
  g_assert_cmpstr (header (response, "Accept"), ==, "application/sdp, application/dtmf-relay");
  g_assert_cmpstr (header (response, "Supported"), ==, "outbound");
}

static void
refuse_cb (PhoneAgentStage *stage,
           PhoneSipPage    *page)
{
  static const char * const extra[] = { "X-Why: full", NULL };
  static const guint bad[] = { 100, 299, 700 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (phone_sip_page_reject (page, bad[i], NULL, NULL, NULL, &error));
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT);
    }
  g_assert_true (phone_sip_page_reject (page, 413, "Box is full", extra, "empty it first", NULL));
}

static void
test_refuses (PhoneAgentStage *stage,
              gconstpointer    data)
{
  static const char * const methods[] = { "MESSAGE", "OPTIONS" };

  g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (refuse_cb), stage);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr(PhoneSipMessage) refusal = NULL;

      phone_agent_stage_stranger (stage, methods[i], NULL, NULL);
      refusal = phone_scripted_peer_expect (stage->peer, "413");
      g_assert_cmpstr (phone_sip_message_get_reason (refusal), ==, "Box is full");
      g_assert_cmpstr (header (refusal, "X-Why"), ==, "full");
      g_assert_cmpstr (phone_sip_message_get_content_type (refusal), ==, "text/plain");
      g_assert_cmpstr (phone_sip_message_get_body (refusal, NULL), ==, "empty it first");
    }
}

static void
tell_cb (PhoneAgentStage *stage,
         PhoneSipPage    *page)
{
  static const char * const extra[] = { "Accept-Language: nb", NULL };

  g_assert_cmpint (phone_sip_page_get_method (page), ==, PHONE_SIP_METHOD_OPTIONS);
  g_assert_true (phone_sip_page_accept (page, extra, "application/sdp", "v=0", NULL));
  g_assert_false (phone_sip_page_accept (page, NULL, NULL, NULL, NULL));
}

static void
test_options_by_hand (PhoneAgentStage *stage,
                      gconstpointer    data)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  g_signal_connect_swapped (stage->agent, "new-page", G_CALLBACK (tell_cb), stage);
  phone_agent_stage_stranger (stage, "OPTIONS", NULL, NULL);
  response = phone_scripted_peer_expect (stage->peer, "200");
  g_assert_cmpstr (header (response, "Accept-Language"), ==, "nb");
  g_assert_cmpstr (phone_sip_message_get_content_type (response), ==, "application/sdp");
  g_assert_cmpstr (phone_sip_message_get_body (response, NULL), ==, "v=0");
  g_assert_cmpuint (phone_scripted_peer_get_n_waiting (stage->peer), ==, 0);
}

#define ADD(path, function) g_test_add ("/sip/page/" path, PhoneAgentStage, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("sends-a-message", test_message);
  ADD ("sends-as-told", test_message_options);
  ADD ("says-its-type", test_message_type);
  ADD ("times-out", test_timeout);
  ADD ("fails-without-connection", test_disconnected);
  ADD ("ends-with-its-agent", test_stopped);
  ADD ("is-held-until-answered", test_held_until_answered);
  ADD ("asks-for-options", test_options);
  ADD ("is-received", test_incoming);
  ADD ("is-refused-as-told", test_refuses);
  ADD ("answers-options", test_incoming_options);
  ADD ("answers-options-by-hand", test_options_by_hand);

  return g_test_run ();
}
