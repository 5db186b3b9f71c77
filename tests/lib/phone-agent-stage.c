/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-agent-stage.h"

#include "phone-sip-refer.h"

#define PEER_TAG "peer"

static guint
phone_agent_stage_status (PhoneSipMessage *message)
{
  return message == NULL || phone_sip_message_is_request (message) ? 0 : phone_sip_message_get_status (message);
}

static void
phone_agent_stage_sending_cb (PhoneAgentStage *self)
{
  g_string_append (self->log, "sending;");
}

static void
phone_agent_stage_progress_cb (PhoneAgentStage *self,
                               const char      *originator,
                               PhoneSipMessage *response)
{
  g_string_append_printf (self->log, "progress %s %u;", originator, phone_agent_stage_status (response));
}

static void
phone_agent_stage_answer_cb (PhoneAgentStage *self,
                             const char      *sdp,
                             gboolean         early)
{
  g_string_append_printf (self->log, "answer %s%s;", sdp, early ? " early" : "");
}

static void
phone_agent_stage_accepted_cb (PhoneAgentStage *self,
                               const char      *originator,
                               PhoneSipMessage *response)
{
  g_string_append_printf (self->log, "accepted %s;", originator);
}

static void
phone_agent_stage_confirmed_cb (PhoneAgentStage *self,
                                const char      *originator,
                                PhoneSipMessage *ack)
{
  g_string_append_printf (self->log, "confirmed %s;", originator);
}

static void
phone_agent_stage_ended_cb (PhoneAgentStage *self,
                            const char      *originator,
                            PhoneSipMessage *message,
                            const char      *cause)
{
  g_string_append_printf (self->log, "ended %s %s;", originator, cause);
}

static void
phone_agent_stage_failed_cb (PhoneAgentStage *self,
                             const char      *originator,
                             PhoneSipMessage *message,
                             const char      *cause)
{
  g_string_append_printf (self->log, "failed %s %u %s;", originator, phone_agent_stage_status (message), cause);
}

static void
phone_agent_stage_modified_cb (PhoneAgentStage *self,
                               const char      *sdp)
{
  g_string_append_printf (self->log, "modified %s;", sdp);
}

static void
phone_agent_stage_info_cb (PhoneAgentStage *self,
                           PhoneSipMessage *request)
{
  g_string_append_printf (self->log, "info %s;", phone_sip_message_get_body (request, NULL));
}

static void
phone_agent_stage_finished_cb (PhoneAgentStage *self,
                               PhoneSipRequest *request,
                               PhoneSipMessage *response,
                               const char      *cause)
{
  g_string_append_printf (self->log, "finished %s %u%s%s;", phone_sip_request_get_method (request), phone_agent_stage_status (response),
                          cause != NULL ? " " : "", cause != NULL ? cause : "");
}

static void
phone_agent_stage_new_session_cb (PhoneAgentStage *self,
                                  PhoneSipSession *session,
                                  PhoneSipMessage *request)
{
  g_string_append (self->log, "new;");
  g_set_object (&self->session, session);
  phone_agent_stage_watch (self, session);
}

void
phone_agent_stage_open (PhoneAgentStage  *self,
                        void            (*change) (PhoneSipAgentConfig *config))
{
  g_autoptr(PhoneSipTransport) transport = NULL;
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_new ("sip", "alice", "example.org", 0);
  g_autoptr(PhoneSipAgentConfig) config = phone_sip_agent_config_new (uri);
  PhoneFakeSocket *far;

  self->clock = phone_fake_clock_new ();
  self->log = g_string_new (NULL);
  self->cseq = 1;
  transport = phone_sip_transport_new (PHONE_SIP_CLOCK (self->clock));
  phone_sip_transport_set_keepalive (transport, 0);
  phone_fake_socket_new_pair (&self->socket, &far);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (self->socket), 0);
  self->peer = phone_scripted_peer_new (PHONE_SIP_SOCKET (far));
  g_object_unref (far);

  config->register_ = FALSE;
  if (change != NULL)
    change (config);
  self->agent = phone_sip_agent_new (config, transport, PHONE_SIP_CLOCK (self->clock));
  phone_sip_agent_start (self->agent);
  phone_fake_socket_pump (self->socket);
}

void
phone_agent_stage_close (PhoneAgentStage *self)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_handlers_disconnect_by_data (self->agent, self);
  g_assert_finalize_object (self->agent);
  if (self->session != NULL)
    g_assert_finalize_object (g_steal_pointer (&self->session));
  g_object_unref (self->peer);
  g_object_unref (self->socket);
  g_assert_cmpuint (phone_fake_clock_get_n_timers (self->clock), ==, 0);
  g_assert_finalize_object (self->clock);
  g_string_free (self->log, TRUE);
}

void
phone_agent_stage_watch (PhoneAgentStage *self,
                         PhoneSipSession *session)
{
  static const struct
  {
    const char *name;
    GCallback   callback;
  } watched[] = {
    { "sending",          G_CALLBACK (phone_agent_stage_sending_cb) },
    { "progress",         G_CALLBACK (phone_agent_stage_progress_cb) },
    { "answer",           G_CALLBACK (phone_agent_stage_answer_cb) },
    { "accepted",         G_CALLBACK (phone_agent_stage_accepted_cb) },
    { "confirmed",        G_CALLBACK (phone_agent_stage_confirmed_cb) },
    { "ended",            G_CALLBACK (phone_agent_stage_ended_cb) },
    { "failed",           G_CALLBACK (phone_agent_stage_failed_cb) },
    { "modified",         G_CALLBACK (phone_agent_stage_modified_cb) },
    { "info",             G_CALLBACK (phone_agent_stage_info_cb) },
    { "request-finished", G_CALLBACK (phone_agent_stage_finished_cb) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_swapped (session, watched[i].name, watched[i].callback, self);
}

void
phone_agent_stage_take_calls (PhoneAgentStage *self)
{
  g_signal_connect_swapped (self->agent, "new-session", G_CALLBACK (phone_agent_stage_new_session_cb), self);
}

void
phone_agent_stage_pump (PhoneAgentStage *self)
{
  phone_fake_socket_pump (self->socket);
}

void
phone_agent_stage_advance (PhoneAgentStage *self,
                           guint            milliseconds)
{
  phone_agent_stage_pump (self);
  phone_fake_clock_advance (self->clock, milliseconds);
  phone_agent_stage_pump (self);
}

void
phone_agent_stage_expect_log (PhoneAgentStage *self,
                              const char      *expected)
{
  phone_agent_stage_pump (self);
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

PhoneSipMessage *
phone_agent_stage_call (PhoneAgentStage              *self,
                        const char                   *sdp,
                        const PhoneSipConnectOptions *options)
{
  g_autoptr(PhoneSipUri) bob = phone_sip_uri_new ("sip", "bob", "example.org", 0);
  g_autoptr(GError) error = NULL;

  self->session = phone_sip_agent_create_session (self->agent, bob);
  phone_agent_stage_watch (self, self->session);
  phone_sip_session_connect (self->session, sdp, options, &error);
  g_assert_no_error (error);

  return phone_scripted_peer_expect (self->peer, "INVITE");
}

PhoneSipMessage *
phone_agent_stage_call_up (PhoneAgentStage *self)
{
  PhoneSipMessage *invite = phone_agent_stage_call (self, "offer", NULL);

  phone_scripted_peer_reply (self->peer, invite, 200, PHONE_STAGE_CONTACT "\nAllow: UPDATE", "answer");
  phone_agent_stage_expect (self, "ACK");
  phone_agent_stage_expect_log (self, "sending;answer answer;accepted remote;confirmed local;");

  return invite;
}

void
phone_agent_stage_invite (PhoneAgentStage *self,
                          const char      *lines,
                          const char      *sdp)
{
  phone_scripted_peer_send (self->peer,
                            "INVITE sip:alice@example.org SIP/2.0\n"
                            "Via: SIP/2.0/WS peer.invalid;branch=z9hG4bKinvite%u\n"
                            "Max-Forwards: 70\n"
                            "From: \"Bob\" <sip:bob@example.org>;tag=" PEER_TAG "\n"
                            "To: <sip:alice@example.org>\n"
                            "Call-ID: call-of-bob-%u\n"
                            "CSeq: 1 INVITE\n"
                            "%s%s%s\n\n%s",
                            self->n_sent, self->n_sent, lines != NULL ? lines : PHONE_STAGE_CONTACT,
                            sdp != NULL ? "\nContent-Type: application/sdp" : "", "", sdp != NULL ? sdp : "");
  self->n_sent++;
  phone_agent_stage_pump (self);
}

PhoneSipMessage *
phone_agent_stage_invite_up (PhoneAgentStage *self,
                             const char      *lines)
{
  g_autoptr(GError) error = NULL;
  PhoneSipMessage *response;

  phone_agent_stage_take_calls (self);
  phone_agent_stage_invite (self, lines, "offer");
  phone_sip_session_ring (self->session, NULL, &error);
  g_assert_no_error (error);
  phone_agent_stage_expect (self, "180");
  phone_sip_session_accept (self->session, "answer", 0, NULL, &error);
  g_assert_no_error (error);
  response = phone_scripted_peer_expect (self->peer, "200");
  phone_agent_stage_request (self, "ACK", 1, NULL, NULL);
  phone_agent_stage_expect_log (self, "new;progress local 0;accepted local;confirmed remote;");

  return response;
}

void
phone_agent_stage_request (PhoneAgentStage *self,
                           const char      *method,
                           guint32          cseq,
                           const char      *lines,
                           const char      *body)
{
  PhoneSipDialog *dialog = phone_sip_session_get_dialog (self->session);

  phone_scripted_peer_send (self->peer,
                            "%s sip:alice@%s;transport=ws SIP/2.0\n"
                            "Via: SIP/2.0/WS peer.invalid;branch=z9hG4bKin%u\n"
                            "Max-Forwards: 70\n"
                            "From: <sip:bob@example.org>;tag=%s\n"
                            "To: <sip:alice@example.org>;tag=%s\n"
                            "Call-ID: %s\n"
                            "CSeq: %u %s%s%s%s\n\n%s",
                            method, phone_sip_endpoint_get_sent_by (phone_sip_agent_get_endpoint (self->agent)), self->n_sent++,
                            phone_sip_dialog_get_remote_tag (dialog), phone_sip_dialog_get_local_tag (dialog),
                            phone_sip_dialog_get_call_id (dialog), cseq != 0 ? cseq : ++self->cseq, method,
                            lines != NULL ? "\n" : "", lines != NULL ? lines : "",
                            body != NULL && (lines == NULL || g_strstr_len (lines, -1, "Content-Type") == NULL) ? "\nContent-Type: application/sdp" : "",
                            body != NULL ? body : "");
  phone_agent_stage_pump (self);
}

void
phone_agent_stage_stranger (PhoneAgentStage *self,
                            const char      *method,
                            const char      *lines,
                            const char      *body)
{
  phone_scripted_peer_send (self->peer,
                            "%s sip:alice@example.org SIP/2.0\n"
                            "Via: SIP/2.0/WS peer.invalid;branch=z9hG4bKout%u\n"
                            "Max-Forwards: 70\n"
                            "From: <sip:bob@example.org>;tag=" PEER_TAG "\n"
                            "To: <sip:alice@example.org>\n"
                            "Call-ID: stranger-%u\n"
                            "CSeq: 7 %s%s%s\n\n%s",
                            method, self->n_sent, self->n_sent, method, lines != NULL ? "\n" : "", lines != NULL ? lines : "", body != NULL ? body : "");
  self->n_sent++;
  phone_agent_stage_pump (self);
}

void
phone_agent_stage_expect (PhoneAgentStage *self,
                          const char      *what)
{
  g_autoptr(PhoneSipMessage) message = phone_scripted_peer_expect (self->peer, what);
}

void
phone_agent_stage_answer (PhoneAgentStage *self,
                          const char      *method,
                          guint            status,
                          const char      *lines,
                          const char      *body)
{
  g_autoptr(PhoneSipMessage) message = phone_scripted_peer_expect (self->peer, method);

  phone_scripted_peer_reply (self->peer, message, status, lines, body);
  phone_agent_stage_pump (self);
}
