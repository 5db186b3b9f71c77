/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-address-private.h"
#include "phone-sip-message.h"
#include "phone-sip-scanner.h"
#include "phone-sip-via.h"

G_BEGIN_DECLS

/* One header line: places in the wire text, and the same places in the message's cut copy of it. */
typedef struct
{
  guint32 name;
  guint32 value;
  guint32 length;           /* of the value, trimmed; folds inside */
  guint8  header;
  guint8  name_length;      /* 255: longer */
  guint8  folded;
} PhoneSipHeaderLine;

/* What is known of a text before it becomes a message. */
typedef struct
{
  const char         *text;             /* starts with the start line */
  gsize               head_length;      /* up to and with the empty line */
  gsize               length;           /* with the body */
  const char         *body;             /* if it does not stand behind the head; else NULL */
  PhoneSipHeaderLine *lines;
  guint               n_lines;
  PhoneSipSlice       method;           /* of a request */
  PhoneSipSlice       request_uri;      /* of a request */
  PhoneSipSlice       request_host;     /* of a request with a SIP URI, if known */
  PhoneSipSlice       reason;           /* of a response */
  guint               status;           /* 0 for a request */
} PhoneSipMessageDraft;

/* Where the message comes from and goes to: found when it was parsed, pieces of its wire text. request is empty for a response. */
typedef struct
{
  PhoneSipSlice from;
  PhoneSipSlice to;
  PhoneSipSlice request;
} PhoneSipMessageHosts;

/* Slices of the wire text that the message keeps. */
typedef struct
{
  PhoneSipVia    via;
  PhoneSipMessageHosts hosts;
  PhoneSipSlice  call_id;
  PhoneSipSlice  cseq_method;
  PhoneSipSlice  from_tag;
  PhoneSipSlice  to_tag;
  PhoneSipSlice  content_type;
  guint32        cseq;
  gboolean       more_vias;
  guint          call_id_line;
} PhoneSipMessageEssence;

struct _PhoneSipMessage
{
  gint                ref_count;
  guint               status;
  PhoneSipMethod      method;
  guint32             cseq;
  gboolean            more_vias;
  guint               n_lines;
  PhoneSipHeaderLine *lines;
  char               *head;             /* the cut copy */
  const char         *method_name;
  const char         *request_uri;
  const char         *reason;
  const char         *branch;
  const char         *sent_by;
  const char         *call_id;
  const char         *from_tag;
  const char         *to_tag;
  const char         *content_type;
  const char         *text;
  gsize               text_length;
  const char         *body;
  gsize               body_length;
  PhoneSipMessageHosts hosts;
};

/* TRUE if every one of the five is there once (Via: at least once) and good. */
gboolean         phone_sip_message_take_essence   (const PhoneSipMessageDraft *draft, PhoneSipMessageEssence *essence, GError **error);
/* Checks the five headers that a message must have and makes the message: one allocation. */
PhoneSipMessage *phone_sip_message_new_from_draft (const PhoneSipMessageDraft *draft, GError **error);
/* The same without the check, for the answer to a request that is bad. */
PhoneSipMessage *phone_sip_message_new_unchecked  (const PhoneSipMessageDraft *draft);
const PhoneSipMessageHosts *phone_sip_message_get_hosts (const PhoneSipMessage *self);
/* Whether there is a Via below the topmost one. */
gboolean         phone_sip_message_has_more_vias  (const PhoneSipMessage *self);
/* The pieces of the first address of the first line; FALSE if absent or malformed. */
gboolean         phone_sip_message_split_address  (const PhoneSipMessage *self, PhoneSipHeader header, PhoneSipAddressParts *out);
/* phone_sip_header_get_name () with its length. */
const char      *phone_sip_header_get_name_slice  (PhoneSipHeader header, gsize *out_length);
/* A start line without its line end: method and Request-URI, or status and reason. */
gboolean         phone_sip_parser_take_start_line (const char *at, const char *stop, PhoneSipMessageDraft *draft, GError **error);
/* The value with its true length, NULs of quoted pairs included. */
PhoneSipHeader   phone_sip_message_get_nth_slice  (const PhoneSipMessage *self, guint n, PhoneSipSlice *out_value);
/* As _end (), but the message need not have the five headers. */
PhoneSipMessage *phone_sip_message_builder_end_unchecked (PhoneSipMessageBuilder *self);
/* Writes what is left, and gives the text up to the body: for who has the body in
 * another place and needs bytes, not a message. The builder can only be freed then. */
void             phone_sip_message_builder_set_body_length (PhoneSipMessageBuilder *self, gsize length);
const char      *phone_sip_message_builder_get_head      (PhoneSipMessageBuilder *self, gsize *out_length);
void             phone_sip_message_builder_add_cseq      (PhoneSipMessageBuilder *self, guint32 number, const char *method);
void             phone_sip_message_builder_add_slice     (PhoneSipMessageBuilder *self, PhoneSipHeader header, const char *value, gsize length);

G_END_DECLS
