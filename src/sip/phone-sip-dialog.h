/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-request.h"

G_BEGIN_DECLS

/* A dialog (RFC 3261 §12): the lasting half of a conversation. It knows tags, sequence numbers, the route set and the remote
 * target, and builds requests from them. It sends nothing. Owned by a session, subscription or notifier, who enter it at the agent. */
#define PHONE_TYPE_SIP_DIALOG (phone_sip_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSipDialog, phone_sip_dialog, PHONE, SIP_DIALOG, GObject)

PhoneSipDialog  *phone_sip_dialog_new_uac          (PhoneSipMessage *request, PhoneSipMessage *response, GError **error);
PhoneSipDialog  *phone_sip_dialog_new_uas          (PhoneSipMessage *request, const char *local_tag, GError **error);
const char      *phone_sip_dialog_get_call_id      (PhoneSipDialog *self);
const char      *phone_sip_dialog_get_local_tag    (PhoneSipDialog *self);
const char      *phone_sip_dialog_get_remote_tag   (PhoneSipDialog *self);
const char      *phone_sip_dialog_get_remote_target (PhoneSipDialog *self);
const char * const *phone_sip_dialog_get_route_set (PhoneSipDialog *self);
gboolean         phone_sip_dialog_is_early         (PhoneSipDialog *self);
void             phone_sip_dialog_confirm          (PhoneSipDialog *self, PhoneSipMessage *response);   /* route set and target of the 2xx */
/* Whether message belongs to it (requests and responses). */
gboolean         phone_sip_dialog_matches          (PhoneSipDialog *self, const PhoneSipMessage *message);
/* FALSE if the CSeq of an incoming request is too low (RFC 3261 §12.2.2). */
gboolean         phone_sip_dialog_accept_cseq      (PhoneSipDialog *self, const PhoneSipMessage *request);
/* request was refused by 491: its number may come once more. */
void             phone_sip_dialog_allow_repeat     (PhoneSipDialog *self, PhoneSipMessage *request);
void             phone_sip_dialog_refresh_target   (PhoneSipDialog *self, const PhoneSipMessage *message);
/* A draft with route set, tags, the next CSeq. ACK takes the CSeq given by its INVITE. */
PhoneSipRequest *phone_sip_dialog_create_request   (PhoneSipDialog *self, PhoneSipEndpoint *endpoint, const char *method);
PhoneSipMessage *phone_sip_dialog_create_ack       (PhoneSipDialog *self, PhoneSipEndpoint *endpoint, guint32 cseq, const PhoneSipMessage *invite,
                                                    const char *content_type, const char *body, GError **error);
/* For a dialog that a NOTIFY made on the subscriber's side: requests count on from cseq. */
void             phone_sip_dialog_set_local_cseq   (PhoneSipDialog *self, guint32 cseq);

/* What an owner does with what the peer sends in the dialog: a request, not checked yet, and the ACK to a 2xx. */
typedef struct
{
  void (*request) (gpointer owner, PhoneSipServerTransaction *transaction, PhoneSipDialog *dialog);
  void (*ack)     (gpointer owner, PhoneSipMessage *ack, PhoneSipDialog *dialog);       /* may be NULL */
} PhoneSipDialogOwner;

/* For the agent, which finds the dialog of a message. owner is borrowed; NULL: nobody any more. */
void             phone_sip_dialog_set_owner        (PhoneSipDialog *self, const PhoneSipDialogOwner *functions, gpointer owner);
gboolean         phone_sip_dialog_has_owner        (PhoneSipDialog *self);
void             phone_sip_dialog_receive_request  (PhoneSipDialog *self, PhoneSipServerTransaction *transaction);
void             phone_sip_dialog_receive_ack      (PhoneSipDialog *self, PhoneSipMessage *ack);

G_END_DECLS
