/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-stage.h"

#include "phone-expect.h"

static PhoneSipSocket *
phone_ua_stage_create_socket (const char  *url,
                              const char  *ca_file,
                              gpointer     data,
                              GError     **error)
{
  return g_object_ref (PHONE_SIP_SOCKET (data));
}

static gboolean
phone_ua_stage_is_connected (gpointer data)
{
  return phone_ua_is_connected (data);
}

void
phone_ua_stage_open (PhoneUaStage  *self,
                     void         (*change) (PhoneAccount *account))
{
  PhoneSwitchboardParts parts = {
    .socket_factory = phone_ua_stage_create_socket,
    .media_factory = phone_fake_media_new,
  };

  self->clock = phone_fake_clock_new ();
  self->secrets = phone_memory_secrets_new ();
  phone_fake_socket_new_pair (&self->sockets[0], &self->sockets[1]);
  self->peer = phone_scripted_peer_new (PHONE_SIP_SOCKET (self->sockets[1]));
  self->account = phone_ua_pair_create_account ("sip:alice@example.com");
  if (change != NULL)
    change (self->account);

  parts.clock = PHONE_SIP_CLOCK (self->clock);
  parts.secrets = PHONE_SECRETS (self->secrets);
  parts.data = self->sockets[0];
  self->ua = phone_ua_new (self->account, &parts);
  phone_ua_start (self->ua);
  phone_expect_until ("connected", phone_ua_stage_is_connected, self->ua);
}

void
phone_ua_stage_close (PhoneUaStage *self)
{
  phone_ua_stop (self->ua);
  for (guint i = 0; i < 4; i++)
    phone_ua_stage_advance (self, 20000);
  g_assert_finalize_object (self->ua);
  g_clear_pointer (&self->dialog, phone_sip_message_unref);
  g_object_unref (self->account);
  g_object_unref (self->peer);
  g_object_unref (self->sockets[0]);
  g_object_unref (self->sockets[1]);
  g_object_unref (self->secrets);
  phone_ua_pair_settle ();
  g_assert_finalize_object (self->clock);
}

void
phone_ua_stage_advance (PhoneUaStage *self,
                        guint         milliseconds)
{
  phone_ua_pair_settle ();
  phone_fake_clock_advance (self->clock, milliseconds);
  phone_ua_pair_settle ();
}

PhoneCall *
phone_ua_stage_dial (PhoneUaStage *self)
{
  g_autoptr (GError) error = NULL;
  PhoneCall *call = phone_ua_call (self->ua, "bob", NULL, &error);

  g_assert_no_error (error);
  g_clear_pointer (&self->dialog, phone_sip_message_unref);
  self->dialog = phone_scripted_peer_expect (self->peer, "INVITE");

  return call;
}

PhoneCall *
phone_ua_stage_call (PhoneUaStage *self)
{
  PhoneCall *call = phone_ua_stage_dial (self);

  phone_scripted_peer_reply (self->peer, self->dialog, 200, PHONE_UA_STAGE_CONTACT, PHONE_UA_STAGE_SDP);
  phone_ua_stage_expect (self, "ACK");
  phone_expect_call_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();

  return call;
}

PhoneCall *
phone_ua_stage_invite (PhoneUaStage *self,
                       const char   *sdp)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->ua));

  phone_scripted_peer_send (self->peer,
                            "INVITE sip:alice@example.com SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKinvite%u\nMax-Forwards: 70\n"
                            "From: \"Bob\" <sip:bob@example.com>;tag=peer\nTo: <sip:alice@example.com>\nCall-ID: call-of-bob-%u\nCSeq: 1 INVITE\n"
                            PHONE_UA_STAGE_CONTACT "%s\n\n%s",
                            self->n_sent, self->n_sent, sdp != NULL ? "\nContent-Type: application/sdp" : "", sdp != NULL ? sdp : "");
  self->n_sent++;
  g_clear_pointer (&self->dialog, phone_sip_message_unref);
  self->dialog = phone_scripted_peer_expect (self->peer, "180");

  return phone_ua_pair_get_call (self->ua, n);
}

void
phone_ua_stage_request (PhoneUaStage *self,
                        const char   *method,
                        guint32       cseq,
                        const char   *lines,
                        const char   *body)
{
  const char *tag = phone_sip_message_is_request (self->dialog) ? phone_sip_message_get_from_tag (self->dialog)
                                                                : phone_sip_message_get_to_tag (self->dialog);

  phone_scripted_peer_send (self->peer,
                            "%s sip:alice@%s;transport=ws SIP/2.0\nVia: SIP/2.0/WS peer.invalid;branch=z9hG4bKin%u\nMax-Forwards: 70\n"
                            "From: <sip:bob@example.com>;tag=peer\nTo: <sip:alice@example.com>;tag=%s\nCall-ID: %s\nCSeq: %u %s%s%s\n\n%s",
                            method, phone_sip_endpoint_get_sent_by (phone_sip_agent_get_endpoint (phone_ua_get_agent (self->ua))), self->n_sent++,
                            tag, phone_sip_message_get_call_id (self->dialog), cseq, method,
                            lines != NULL ? "\n" : "", lines != NULL ? lines : "", body != NULL ? body : "");
  phone_ua_pair_settle ();
}

void
phone_ua_stage_expect (PhoneUaStage *self,
                       const char   *what)
{
  g_autoptr (PhoneSipMessage) message = phone_scripted_peer_expect (self->peer, what);
}
