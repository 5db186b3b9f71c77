/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reliable provisional responses (RFC 3262). As caller: each one gets its PRACK, in the order of RSeq on each early dialog; a
 * repetition is dropped, and so is one that comes too early, for its predecessor will come again. As called party: only where the
 * peer requires it, or supports it and we have a description to bring through; the response is repeated from T1 on until its
 * PRACK comes, and 64·T1 without one mean that the caller cannot be reached. One is outstanding at a time. */
#include "config.h"
#include "phone-sip-session.h"

#include <stdio.h>

#include "phone-sip-session-private.h"

static void
phone_sip_session_repeat_reliable_cb (gpointer data)
{
  PhoneSipSession *self = data;

  self->reliable_interval *= 2;
  self->reliable_timer = phone_sip_clock_add (phone_sip_agent_get_clock (self->agent), self->reliable_interval,
                                              phone_sip_session_repeat_reliable_cb, self);
  phone_sip_server_transaction_respond (self->transaction, self->reliable);
}

static void
phone_sip_session_no_prack_cb (gpointer data)
{
  PhoneSipSession *self = data;
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);
  PhoneSipSessionNews news = { .originator = "remote", .cause = PHONE_SIP_CAUSE_REQUEST_TIMEOUT, .status = 504 };

  self->reliable_limit_timer = 0;
  phone_sip_session_stop_prack (self);
  if (!phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_LAPSE, &news))
    {
      phone_sip_server_transaction_reply (self->transaction, news.status, NULL, NULL);
      phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_BREAK, &news);
    }
}

static void
phone_sip_session_stop_reliable (PhoneSipSession *self)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_clock_clear (clock, &self->reliable_timer);
  phone_sip_clock_clear (clock, &self->reliable_limit_timer);
  g_clear_pointer (&self->reliable, phone_sip_message_unref);
}

void
phone_sip_session_stop_prack (PhoneSipSession *self)
{
  phone_sip_session_stop_reliable (self);
  g_clear_pointer (&self->prack_owed, phone_sip_message_unref);
  g_clear_pointer (&self->deferred_accept, phone_sip_message_unref);
}

/* The PRACK for response, with our answer if it had an offer. */
static gboolean
phone_sip_session_send_prack (PhoneSipSession  *self,
                              PhoneSipDialog   *dialog,
                              PhoneSipMessage  *response,
                              const char       *sdp,
                              GError          **error)
{
  g_autoptr(PhoneSipRequest) prack = phone_sip_session_create_request (self, dialog, "PRACK");
  g_autofree char *rack = NULL;
  guint32 rseq = 0;

  phone_sip_message_get_uint (response, PHONE_SIP_HEADER_RSEQ, &rseq);
  rack = g_strdup_printf ("%u %u INVITE", rseq, phone_sip_message_get_cseq (response));
  phone_sip_request_set_header (prack, "RAck", rack);
  if (sdp != NULL)
    phone_sip_request_set_body (prack, PHONE_SIP_SDP, sdp, -1);

  return phone_sip_session_follow_request (self, prack, error);
}

gboolean
phone_sip_session_acknowledge_provisional (PhoneSipSession *self,
                                           PhoneSipDialog  *dialog,
                                           PhoneSipMessage *response)
{
  const char *tag = phone_sip_dialog_get_remote_tag (dialog);
  guint32 rseq = 0;
  guint32 expected;
  gboolean offers = self->local_sdp == NULL && phone_sip_message_get_body (response, NULL) != NULL &&
                    g_strcmp0 (phone_sip_message_get_content_type (response), PHONE_SIP_SDP) == 0;

  if (!phone_sip_message_get_uint (response, PHONE_SIP_HEADER_RSEQ, &rseq) || rseq == 0)
    return FALSE;
  if (self->remote_rseq == NULL)
    self->remote_rseq = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  expected = GPOINTER_TO_UINT (g_hash_table_lookup (self->remote_rseq, tag));
  if (expected != 0 && rseq != expected)
    return FALSE;
  g_hash_table_insert (self->remote_rseq, g_strdup (tag), GUINT_TO_POINTER (rseq + 1));

  if (offers && self->prack_owed == NULL)
    self->prack_owed = phone_sip_message_ref (response);
  else
    phone_sip_session_send_prack (self, dialog, response, NULL, NULL);

  return TRUE;
}

gboolean
phone_sip_session_answer_provisional (PhoneSipSession  *self,
                                      const char       *sdp,
                                      GError          **error)
{
  g_autoptr(PhoneSipMessage) response = g_steal_pointer (&self->prack_owed);
  PhoneSipDialog *dialog = self->dialog;

  for (guint i = 0; dialog == NULL && i < self->early->len; i++)
    if (phone_sip_dialog_matches (self->early->pdata[i], response))
      dialog = self->early->pdata[i];

  if (dialog == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the early dialog is gone");
      return FALSE;
    }

  phone_sip_session_set_local_sdp (self, sdp);
  self->answered_reliably = TRUE;

  return phone_sip_session_send_prack (self, dialog, response, sdp, error);
}

gboolean
phone_sip_session_wants_reliable (PhoneSipSession *self,
                                  gboolean         with_sdp)
{
  if (self->reliable != NULL)
    return FALSE;

  return phone_sip_message_has_token (self->invite, PHONE_SIP_HEADER_REQUIRE, "100rel") ||
         (with_sdp && phone_sip_message_has_token (self->invite, PHONE_SIP_HEADER_SUPPORTED, "100rel"));
}

gboolean
phone_sip_session_send_reliable (PhoneSipSession  *self,
                                 guint             status,
                                 const char       *sdp,
                                 GError          **error)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);
  PhoneSipMessageBuilder *builder = phone_sip_session_create_reply (self, self->transaction, status);

  self->rseq = self->rseq == 0 ? (guint32) g_random_int_range (1, 10000) : self->rseq + 1;
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_REQUIRE, "100rel");
  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_RSEQ, "%u", self->rseq);
  self->reliable = phone_sip_agent_end_reply (builder, NULL, PHONE_SIP_SDP, sdp, error);
  if (self->reliable == NULL)
    return FALSE;

  self->reliable_sdp = sdp != NULL;
  self->reliable_interval = PHONE_SIP_T1;
  self->reliable_timer = phone_sip_clock_add (clock, self->reliable_interval, phone_sip_session_repeat_reliable_cb, self);
  self->reliable_limit_timer = phone_sip_clock_add (clock, PHONE_SIP_TIMER_64_T1, phone_sip_session_no_prack_cb, self);
  phone_sip_server_transaction_respond (self->transaction, self->reliable);

  return TRUE;
}

static gboolean
phone_sip_session_matches_rack (PhoneSipSession *self,
                                PhoneSipMessage *prack)
{
  const char *value = phone_sip_message_get_header (prack, PHONE_SIP_HEADER_RACK);
  unsigned int rseq, cseq;
  char method[16];

  return self->reliable != NULL && value != NULL && sscanf (value, "%u %u %15s", &rseq, &cseq, method) == 3 &&
         rseq == self->rseq && cseq == phone_sip_message_get_cseq (self->invite) && g_str_equal (method, "INVITE");
}

void
phone_sip_session_receive_prack (PhoneSipSession           *self,
                                 PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *prack = phone_sip_server_transaction_get_request (transaction);
  g_autoptr(PhoneSipMessage) accept = NULL;
  const char *sdp = phone_sip_message_get_body (prack, NULL);

  if (!phone_sip_session_matches_rack (self, prack))
    {
      phone_sip_server_transaction_reply (transaction, 481, NULL, NULL);
      return;
    }

  phone_sip_session_stop_reliable (self);
  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  if (sdp != NULL && self->remote_sdp == NULL && g_strcmp0 (phone_sip_message_get_content_type (prack), PHONE_SIP_SDP) == 0)
    {
      phone_sip_session_set_remote_sdp (self, sdp);
      phone_sip_session_emit_modified (self, self->remote_sdp);
    }

  accept = g_steal_pointer (&self->deferred_accept);
  if (accept != NULL && self->agent != NULL && self->state == PHONE_SIP_SESSION_STATE_WAITING_FOR_ACK)
    {
      phone_sip_server_transaction_respond (self->transaction, accept);
      phone_sip_session_await_ack (self, self->transaction, accept, self->remote_sdp == NULL);
    }
}
