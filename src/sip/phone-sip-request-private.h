/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-endpoint-private.h"
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

struct _PhoneSipRequest
{
  GObject                    parent_instance;

  PhoneSipEndpointHome      *home;              /* the endpoint, weakly */
  char                      *method;
  char                      *uri;
  guint32                    cseq;
  GArray                    *lines;             /* -draft's, without Via */
  char                      *content_type;
  char                      *body;
  gsize                      body_length;
  PhoneSipCredentials       *credentials;
  PhoneSipMessage           *message;           /* last sent */
  PhoneSipClientTransaction *transaction;       /* owned while it lives */
  GArray                    *doors;             /* -authenticate's; NULL until one asked */
  guint                      n_answers;
  gboolean                   sent;
  gboolean                   cancelled;
  gboolean                   finished;          /* a final response or failure was passed on */
  const PhoneSipRequestOwner *owner_table;
  gpointer                   owner;             /* borrowed */
};

/* A draft of a dialog, which knows Call-ID and CSeq. */
PhoneSipRequest *phone_sip_request_new_with_id (PhoneSipEndpoint *endpoint, const char *method, const char *request_uri,
                                                const char *call_id, guint32 cseq);
/* table NULL: nobody any more. The owner has to leave before it is gone. */
void             phone_sip_request_set_owner   (PhoneSipRequest *self, const PhoneSipRequestOwner *table, gpointer owner);

/* phone-sip-request-draft.c */
GArray          *phone_sip_request_create_lines  (void);
/* name is used for a header without a number only. */
void             phone_sip_request_append_header (PhoneSipRequest *self, PhoneSipHeader header, const char *name, const char *value);
/* prove: with what the servers asked for. */
PhoneSipMessage *phone_sip_request_print         (PhoneSipRequest *self, gboolean prove, GError **error);

/* phone-sip-request-authenticate.c */
/* Whether response asks for a proof that we can still give. */
gboolean         phone_sip_request_can_answer    (PhoneSipRequest *self, PhoneSipMessage *response);
void             phone_sip_request_print_proof   (PhoneSipRequest *self, PhoneSipMessageBuilder *builder);

G_END_DECLS
