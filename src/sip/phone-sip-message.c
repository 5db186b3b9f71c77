/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A message is one block from the heap, however many headers it has:
 *
 *   struct · index of header lines · head cut into strings · branch, tags … · the text as on the wire · NUL
 *
 * The index was counted before the block is taken, so nothing grows. The cut copy has a NUL behind every name and value and spaces for
 * folds; the wire text is kept for the trace, for repetitions and as the place of the body. A typical message has 15 lines, and look-ups
 * scan the index: 5 ns. What a transaction needs of every message (branch, Call-ID, CSeq, tags) is parsed at the door; a message without
 * it does not exist. */

#include "config.h"
#include "phone-sip-message.h"

#include <string.h>

#include "phone-sip-message-private.h"

G_DEFINE_BOXED_TYPE (PhoneSipMessage, phone_sip_message, phone_sip_message_ref, phone_sip_message_unref)

static inline const char *
phone_sip_message_keep (char          **at,
                        PhoneSipSlice   slice)
{
  char *kept = *at;

  if (slice.text == NULL)
    return NULL;

  memcpy (kept, slice.text, slice.length);
  kept[slice.length] = '\0';
  *at += slice.length + 1;
  return kept;
}

/* "host" or "host:port" without the white space that may stand around the colon. */
static const char *
phone_sip_message_keep_sent_by (char              **at,
                                const PhoneSipVia  *via)
{
  const char *kept = phone_sip_message_keep (at, via->host);

  if (kept != NULL && via->port >= 0)
    *at += g_snprintf (*at - 1, 7, ":%d", via->port);

  return kept;
}

/* "Application / SDP ; x=y" becomes "application/sdp". */
static const char *
phone_sip_message_keep_content_type (char          **at,
                                     PhoneSipSlice   value)
{
  char *kept = *at, *out = kept;

  for (gsize i = 0; i < value.length && value.text[i] != ';'; i++)
    if (!PHONE_SIP_CHAR_IS (value.text[i], PHONE_SIP_CHAR_LWS))
      *out++ = g_ascii_tolower (value.text[i]);

  if (out == kept)
    return NULL;

  *out++ = '\0';
  *at = out;
  return kept;
}

static void
phone_sip_message_cut_line (char                     *head,
                            const PhoneSipHeaderLine *line)
{
  char *value = head + line->value;

  if (line->name_length != G_MAXUINT8)
    head[line->name + line->name_length] = '\0';
  else
    head[line->name + strcspn (head + line->name, ": \t")] = '\0';

  if (line->folded)
    for (guint i = 0; i < line->length; i++)
      if (value[i] == '\r' || value[i] == '\n' || value[i] == '\t')
        value[i] = ' ';

  value[line->length] = '\0';
}

static inline PhoneSipSlice
phone_sip_message_move (PhoneSipSlice  slice,
                        const char    *from,
                        const char    *to)
{
  return slice.text != NULL ? (PhoneSipSlice) { to + (slice.text - from), slice.length } : slice;
}

static PhoneSipMessage *
phone_sip_message_new (const PhoneSipMessageDraft   *draft,
                       const PhoneSipMessageEssence *essence)
{
  gsize lines_size = draft->n_lines * sizeof (PhoneSipHeaderLine);
  gsize extra = essence->via.host.length + 8 + essence->via.branch.length + 1 + essence->from_tag.length + 1 +
                essence->to_tag.length + 1 + essence->content_type.length + 1 + essence->cseq_method.length + 1;
  PhoneSipMessage *self = g_malloc (sizeof *self + lines_size + draft->head_length + extra + draft->length + 1);
  char *at = (char *) (self + 1) + lines_size + draft->head_length;

  self->ref_count = 1;
  self->status = draft->status;
  self->cseq = essence->cseq;
  self->more_vias = essence->more_vias;
  self->n_lines = draft->n_lines;
  self->lines = (PhoneSipHeaderLine *) (self + 1);
  memcpy (self->lines, draft->lines, lines_size);

  self->head = (char *) self->lines + lines_size;
  memcpy (self->head, draft->text, draft->head_length);
  for (guint i = 0; i < self->n_lines; i++)
    phone_sip_message_cut_line (self->head, &self->lines[i]);

  self->request_uri = self->reason = NULL;
  if (draft->status == 0)
    {
      self->request_uri = self->head + (draft->request_uri.text - draft->text);
      self->head[draft->request_uri.text - draft->text + draft->request_uri.length] = '\0';
    }
  else
    {
      self->reason = self->head + (draft->reason.text - draft->text);
      self->head[draft->reason.text - draft->text + draft->reason.length] = '\0';
    }

  self->sent_by = phone_sip_message_keep_sent_by (&at, &essence->via);
  self->branch = phone_sip_message_keep (&at, essence->via.branch);
  self->from_tag = phone_sip_message_keep (&at, essence->from_tag);
  self->to_tag = phone_sip_message_keep (&at, essence->to_tag);
  self->content_type = phone_sip_message_keep_content_type (&at, essence->content_type);
  self->call_id = essence->call_id.text != NULL ? self->head + self->lines[essence->call_id_line].value : NULL;
  self->method = phone_sip_method_from_string (essence->cseq_method.text, essence->cseq_method.length);
  self->method_name = self->method != PHONE_SIP_METHOD_UNKNOWN ? phone_sip_method_to_string (self->method)
                                                               : phone_sip_message_keep (&at, essence->cseq_method);

  if (draft->body == NULL)
    {
      memcpy (at, draft->text, draft->length);
    }
  else
    {
      memcpy (at, draft->text, draft->head_length);
      memcpy (at + draft->head_length, draft->body, draft->length - draft->head_length);
    }

  at[draft->length] = '\0';
  self->text = at;
  self->text_length = draft->length;
  self->body = at + draft->head_length;
  self->body_length = draft->length - draft->head_length;
  self->hosts.from = phone_sip_message_move (essence->hosts.from, draft->text, at);
  self->hosts.to = phone_sip_message_move (essence->hosts.to, draft->text, at);
  self->hosts.request = phone_sip_message_move (draft->request_host, draft->text, at);
  return self;
}

PhoneSipMessage *
phone_sip_message_new_from_draft (const PhoneSipMessageDraft  *draft,
                                  GError                     **error)
{
  PhoneSipMessageEssence essence;

  memset (&essence, 0, sizeof essence);
  if (!phone_sip_message_take_essence (draft, &essence, error))
    return NULL;

  return phone_sip_message_new (draft, &essence);
}

PhoneSipMessage *
phone_sip_message_new_unchecked (const PhoneSipMessageDraft *draft)
{
  PhoneSipMessageEssence essence;

  memset (&essence, 0, sizeof essence);
  phone_sip_message_take_essence (draft, &essence, NULL);
  if (essence.cseq_method.text == NULL)
    essence.cseq_method = (PhoneSipSlice) { "", 0 };

  return phone_sip_message_new (draft, &essence);
}

const PhoneSipMessageHosts *
phone_sip_message_get_hosts (const PhoneSipMessage *self)
{
  return &self->hosts;
}

gboolean
phone_sip_message_has_more_vias (const PhoneSipMessage *self)
{
  return self->more_vias;
}

/**
 * phone_sip_message_ref:
 * @self: a message
 *
 * Returns: (transfer full): @self
 */
PhoneSipMessage *
phone_sip_message_ref (PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * phone_sip_message_unref:
 * @self: (transfer full): a message
 *
 * Drops a reference; the last one frees the message.
 */
void
phone_sip_message_unref (PhoneSipMessage *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_int_dec_and_test (&self->ref_count))
    g_free (self);
}

/**
 * phone_sip_message_is_request:
 * @self: a message
 *
 * Returns: whether it is a request
 */
gboolean
phone_sip_message_is_request (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->status == 0;
}

/**
 * phone_sip_message_get_method:
 * @self: a message
 *
 * Returns: the method of a request, or of the request that a response answers
 */
PhoneSipMethod
phone_sip_message_get_method (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, PHONE_SIP_METHOD_UNKNOWN);

  return self->method;
}

/**
 * phone_sip_message_get_method_name:
 * @self: a message
 *
 * Returns: (transfer none): the method's name, also of an extension method
 */
const char *
phone_sip_message_get_method_name (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->method_name;
}

/**
 * phone_sip_message_get_request_uri:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): the Request-URI as text, a good URI; %NULL for a response
 */
const char *
phone_sip_message_get_request_uri (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request_uri;
}

/**
 * phone_sip_message_get_status:
 * @self: a message
 *
 * Returns: 100 to 699; 0 for a request
 */
guint
phone_sip_message_get_status (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->status;
}

/**
 * phone_sip_message_get_reason:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): the reason phrase of a response, possibly empty; %NULL for a request
 */
const char *
phone_sip_message_get_reason (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason;
}

/**
 * phone_sip_message_get_branch:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): the branch of the topmost Via; %NULL from a peer of RFC 2543
 */
const char *
phone_sip_message_get_branch (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->branch;
}

/**
 * phone_sip_message_get_via_sent_by:
 * @self: a message
 *
 * Returns: (transfer none): "host" or "host:port" of the topmost Via
 */
const char *
phone_sip_message_get_via_sent_by (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sent_by;
}

/**
 * phone_sip_message_get_call_id:
 * @self: a message
 *
 * Returns: (transfer none): the Call-ID
 */
const char *
phone_sip_message_get_call_id (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->call_id;
}

/**
 * phone_sip_message_get_cseq:
 * @self: a message
 *
 * Returns: the sequence number, below 2³¹
 */
guint32
phone_sip_message_get_cseq (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->cseq;
}

/**
 * phone_sip_message_get_from_tag:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): the tag of From; %NULL from a peer of RFC 2543
 */
const char *
phone_sip_message_get_from_tag (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->from_tag;
}

/**
 * phone_sip_message_get_to_tag:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): the tag of To, %NULL outside a dialog
 */
const char *
phone_sip_message_get_to_tag (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->to_tag;
}

/**
 * phone_sip_message_get_content_type:
 * @self: a message
 *
 * Returns: (nullable) (transfer none): type and subtype in lower case, without parameters
 */
const char *
phone_sip_message_get_content_type (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->content_type;
}

/**
 * phone_sip_message_get_body:
 * @self: a message
 * @out_length: (out) (optional): its length in bytes
 *
 * Returns: (nullable) (transfer none): the body, with a NUL behind it; %NULL if it is empty
 */
const char *
phone_sip_message_get_body (const PhoneSipMessage *self,
                            gsize                 *out_length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (out_length != NULL)
    *out_length = self->body_length;

  return self->body_length > 0 ? self->body : NULL;
}

/**
 * phone_sip_message_get_text:
 * @self: a message
 * @out_length: (out) (optional): its length in bytes
 *
 * Returns: (transfer none): the message as on the wire, from the start line to the end of the body
 */
const char *
phone_sip_message_get_text (const PhoneSipMessage *self,
                            gsize                 *out_length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (out_length != NULL)
    *out_length = self->text_length;

  return self->text;
}
