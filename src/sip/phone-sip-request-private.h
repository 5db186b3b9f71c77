/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-request.h"

G_BEGIN_DECLS

/* What the object above a request hears, before the signals and without their price. */
typedef struct
{
  void (*provisional)   (gpointer owner, PhoneSipMessage *response);
  void (*succeeded)     (gpointer owner, PhoneSipMessage *response);
  void (*failed)        (gpointer owner, PhoneSipMessage *response, const char *cause);
  void (*authenticated) (gpointer owner);
  void (*terminated)    (gpointer owner);       /* its transaction is over: no 2xx can come again */
} PhoneSipRequestOwner;

/* A draft of a dialog, which knows Call-ID and CSeq. */
PhoneSipRequest *phone_sip_request_new_with_id (PhoneSipEndpoint *endpoint, const char *method, const char *request_uri,
                                                const char *call_id, guint32 cseq);
/* table NULL: nobody any more. The owner has to leave before it is gone. */
void             phone_sip_request_set_owner   (PhoneSipRequest *self, const PhoneSipRequestOwner *table, gpointer owner);

G_END_DECLS
