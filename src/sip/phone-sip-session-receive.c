/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request of the peer inside our dialog (RFC 3261 §12.2.2): the sequence number first, then a table by method. What stands in no
 * row gets 501; a row may still refuse by state. */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-sip-session-private.h"

static void
phone_sip_session_receive_bye (PhoneSipSession           *self,
                               PhoneSipServerTransaction *transaction)
{
  PhoneSipSessionNews news = { .message = phone_sip_server_transaction_get_request (transaction), .originator = "remote", .cause = PHONE_SIP_CAUSE_BYE };
  gboolean held = self->bye_due;

  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  if (held)
    {
      self->bye_due = FALSE;
      phone_sip_session_stop_awaiting (self);
      phone_sip_session_drop_dialog (self, self->dialog);
      phone_sip_session_settle (self);
      return;
    }

  phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_BYE, &news);
}

/* MESSAGE and OPTIONS are the same in and out of a dialog. */
static void
phone_sip_session_receive_page (PhoneSipSession           *self,
                                PhoneSipServerTransaction *transaction)
{
  phone_sip_agent_receive_page (self->agent, transaction);
}

static const struct
{
  PhoneSipMethod   method;
  void           (*receive) (PhoneSipSession           *self,
                             PhoneSipServerTransaction *transaction);
} receivers[] = {
  { PHONE_SIP_METHOD_INVITE,  phone_sip_session_receive_modification },
  { PHONE_SIP_METHOD_UPDATE,  phone_sip_session_receive_modification },
  { PHONE_SIP_METHOD_BYE,     phone_sip_session_receive_bye },
  { PHONE_SIP_METHOD_PRACK,   phone_sip_session_receive_prack },
  { PHONE_SIP_METHOD_INFO,    phone_sip_session_receive_info },
  { PHONE_SIP_METHOD_REFER,   phone_sip_session_receive_refer },
  { PHONE_SIP_METHOD_NOTIFY,  phone_sip_session_receive_notify },
  { PHONE_SIP_METHOD_MESSAGE, phone_sip_session_receive_page },
  { PHONE_SIP_METHOD_OPTIONS, phone_sip_session_receive_page },
};

void
phone_sip_session_receive (PhoneSipSession           *self,
                           PhoneSipServerTransaction *transaction,
                           PhoneSipDialog            *dialog)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  if (!phone_sip_dialog_accept_cseq (dialog, request))
    {
      phone_sip_server_transaction_reply (transaction, 500, NULL, NULL);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (receivers); i++)
    if (receivers[i].method == phone_sip_message_get_method (request))
      {
        receivers[i].receive (self, transaction);
        return;
      }

  phone_sip_server_transaction_reply (transaction, 501, NULL, NULL);
}
