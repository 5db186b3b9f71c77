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

#include "phone-sip-address-private.h"
#include "phone-sip-error.h"
#include "phone-sip-message-private.h"
#include "phone-sip-status.h"
#include "phone-sip-via.h"

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

G_DEFINE_BOXED_TYPE (PhoneSipMessage, phone_sip_message, phone_sip_message_ref, phone_sip_message_unref)

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

static inline PhoneSipSlice
phone_sip_message_draft_slice (const PhoneSipMessageDraft *draft,
                               const PhoneSipHeaderLine   *line)
{
  return (PhoneSipSlice) { draft->text + line->value, line->length };
}

static gboolean
phone_sip_message_take_cseq (PhoneSipSlice           value,
                             PhoneSipMessageEssence *essence)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

  /* RFC 3261 §8.1.1.5: "MUST be less than 2**31" */
  if (!phone_sip_scanner_take_uint (&scanner, G_MAXINT32, &essence->cseq) || phone_sip_scanner_is_done (&scanner) ||
      !PHONE_SIP_CHAR_IS (*scanner.at, PHONE_SIP_CHAR_LWS))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  return phone_sip_scanner_take (&scanner, PHONE_SIP_CHAR_TOKEN, &essence->cseq_method) && phone_sip_scanner_is_done (&scanner);
}

static gboolean
phone_sip_message_take_call_id (PhoneSipSlice           value,
                                PhoneSipMessageEssence *essence)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

  return phone_sip_scanner_take (&scanner, PHONE_SIP_CHAR_VISIBLE, &essence->call_id) && phone_sip_scanner_is_done (&scanner);
}

static gboolean
phone_sip_message_take_address (PhoneSipSlice  value,
                                PhoneSipSlice *out_host,
                                PhoneSipSlice *out_tag)
{
  PhoneSipAddressParts parts;

  if (!phone_sip_address_split (value.text, value.length, &parts) || parts.is_wildcard)
    return FALSE;

  *out_host = parts.uri.host;
  *out_tag = parts.tag;
  return TRUE;
}

static gboolean
phone_sip_message_take_via (PhoneSipSlice           value,
                            PhoneSipMessageEssence *essence)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);

  if (!phone_sip_via_take (&scanner, &essence->via))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  essence->more_vias = !phone_sip_scanner_is_done (&scanner);
  return !essence->more_vias || *scanner.at == ',';
}

static gboolean
phone_sip_message_refuse (GError        **error,
                          PhoneSipHeader  header,
                          const char     *what)
{
  g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "%s %s", phone_sip_header_get_name (header), what);
  return FALSE;
}

/* TRUE if every one of the five is there once (Via: at least once) and good. */
static gboolean
phone_sip_message_take_essence (const PhoneSipMessageDraft  *draft,
                                PhoneSipMessageEssence      *essence,
                                GError                     **error)
{
  static const PhoneSipHeader needed[] = {
    PHONE_SIP_HEADER_VIA, PHONE_SIP_HEADER_FROM, PHONE_SIP_HEADER_TO, PHONE_SIP_HEADER_CALL_ID, PHONE_SIP_HEADER_CSEQ,
  };
  guint seen = 0;

  for (guint i = 0; i < draft->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &draft->lines[i];
      PhoneSipSlice value = phone_sip_message_draft_slice (draft, line);
      gboolean good;
      guint bit;

      switch (line->header)
        {
        case PHONE_SIP_HEADER_VIA:
          if ((seen & 1) != 0)
            {
              essence->more_vias = TRUE;
              continue;
            }
          bit = 1;
          good = phone_sip_message_take_via (value, essence);
          break;

        case PHONE_SIP_HEADER_FROM:
          bit = 2;
          good = phone_sip_message_take_address (value, &essence->hosts.from, &essence->from_tag);
          break;

        case PHONE_SIP_HEADER_TO:
          bit = 4;
          good = phone_sip_message_take_address (value, &essence->hosts.to, &essence->to_tag);
          break;

        case PHONE_SIP_HEADER_CALL_ID:
          bit = 8;
          good = phone_sip_message_take_call_id (value, essence);
          essence->call_id_line = i;
          break;

        case PHONE_SIP_HEADER_CSEQ:
          bit = 16;
          good = phone_sip_message_take_cseq (value, essence);
          break;

        case PHONE_SIP_HEADER_CONTENT_TYPE:
          essence->content_type = value;
          continue;

        default:
          continue;
        }

      if (!good)
        return phone_sip_message_refuse (error, line->header, "is malformed");
      if ((seen & bit) != 0)
        return phone_sip_message_refuse (error, line->header, "stands twice");
      seen |= bit;
    }

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if ((seen & 1 << i) == 0)
      return phone_sip_message_refuse (error, needed[i], "is missing");

  /* RFC 3261 §8.1.1.5: "The method MUST match that of the request." */
  if (draft->status == 0 && (draft->method.length != essence->cseq_method.length ||
                             memcmp (draft->method.text, essence->cseq_method.text, draft->method.length) != 0))
    return phone_sip_message_refuse (error, PHONE_SIP_HEADER_CSEQ, "names another method");

  return TRUE;
}

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

static inline const PhoneSipHeaderLine *
phone_sip_message_find_line (const PhoneSipMessage *self,
                             PhoneSipHeader         header)
{
  for (guint i = 0; i < self->n_lines; i++)
    if (self->lines[i].header == header)
      return &self->lines[i];

  return NULL;
}

static inline gboolean
phone_sip_message_line_is (const PhoneSipMessage    *self,
                           const PhoneSipHeaderLine *line,
                           PhoneSipHeader            header,
                           const char               *name)
{
  if (line->header != header)
    return FALSE;

  return header != PHONE_SIP_HEADER_OTHER || g_ascii_strcasecmp (self->head + line->name, name) == 0;
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

gboolean
phone_sip_message_split_address (const PhoneSipMessage *self,
                                 PhoneSipHeader         header,
                                 PhoneSipAddressParts  *out)
{
  const PhoneSipHeaderLine *line = phone_sip_message_find_line (self, header);
  gboolean list = phone_sip_header_is_list (header);
  PhoneSipScanner scanner;

  if (line == NULL)
    return FALSE;

  scanner = (PhoneSipScanner) PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
  while (list && phone_sip_scanner_skip_char (&scanner, ','))
    ;
  if (!phone_sip_address_take (&scanner, out))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  return phone_sip_scanner_is_done (&scanner) || (list && *scanner.at == ',');
}

PhoneSipHeader
phone_sip_message_get_nth_slice (const PhoneSipMessage *self,
                                 guint                  n,
                                 PhoneSipSlice         *out_value)
{
  out_value->text = self->head + self->lines[n].value;
  out_value->length = self->lines[n].length;
  return self->lines[n].header;
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
 * phone_sip_message_get_n_headers:
 * @self: a message
 *
 * Returns: how many header lines there are
 */
guint
phone_sip_message_get_n_headers (const PhoneSipMessage *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_lines;
}

/**
 * phone_sip_message_get_nth_header:
 * @self: a message
 * @n: index below the count
 * @out_name: (out) (optional): the name; the long form of a known header
 * @out_value: (out) (optional): the value of the line, unfolded
 *
 * Returns: the header
 */
PhoneSipHeader
phone_sip_message_get_nth_header (const PhoneSipMessage  *self,
                                  guint                   n,
                                  const char            **out_name,
                                  const char            **out_value)
{
  const PhoneSipHeaderLine *line;

  g_return_val_if_fail (self != NULL && n < self->n_lines, PHONE_SIP_HEADER_OTHER);

  line = &self->lines[n];
  if (out_name != NULL)
    *out_name = line->header != PHONE_SIP_HEADER_OTHER ? phone_sip_header_get_name (line->header) : self->head + line->name;
  if (out_value != NULL)
    *out_value = self->head + line->value;

  return line->header;
}

/**
 * phone_sip_message_get_header:
 * @self: a message
 * @header: a known header
 *
 * Returns: (nullable) (transfer none): the value of its first line
 */
const char *
phone_sip_message_get_header (const PhoneSipMessage *self,
                              PhoneSipHeader         header)
{
  const PhoneSipHeaderLine *line;

  g_return_val_if_fail (self != NULL && header != PHONE_SIP_HEADER_OTHER, NULL);

  line = phone_sip_message_find_line (self, header);
  return line != NULL ? self->head + line->value : NULL;
}

/**
 * phone_sip_message_get_header_by_name:
 * @self: a message
 * @name: a name in any case and form
 *
 * Returns: (nullable) (transfer none): the value of its first line
 */
const char *
phone_sip_message_get_header_by_name (const PhoneSipMessage *self,
                                      const char            *name)
{
  PhoneSipHeader header;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  header = phone_sip_header_from_name (name, -1);
  for (guint i = 0; i < self->n_lines; i++)
    if (phone_sip_message_line_is (self, &self->lines[i], header, name))
      return self->head + self->lines[i].value;

  return NULL;
}

/**
 * phone_sip_message_get_headers:
 * @self: a message
 * @name: a name in any case and form
 *
 * Returns: (transfer full): every value in order; lines of a list header are split at their commas
 */
char **
phone_sip_message_get_headers (const PhoneSipMessage *self,
                               const char            *name)
{
  GPtrArray *values = g_ptr_array_new ();
  PhoneSipHeader header = phone_sip_header_from_name (name, -1);
  gboolean list = phone_sip_header_is_list (header);

  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
      PhoneSipSlice element;

      if (!phone_sip_message_line_is (self, line, header, name))
        continue;

      if (!list)
        g_ptr_array_add (values, g_strdup (self->head + line->value));
      else
        while (phone_sip_scanner_take_element (&scanner, &element))
          g_ptr_array_add (values, phone_sip_slice_dup (element));
    }

  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (values, FALSE);
}

/**
 * phone_sip_message_count_header:
 * @self: a message
 * @name: a name in any case and form
 *
 * Returns: how many values there are, those of a comma-separated list counted apart
 */
guint
phone_sip_message_count_header (const PhoneSipMessage *self,
                                const char            *name)
{
  PhoneSipHeader header;
  gboolean list;
  guint count = 0;

  g_return_val_if_fail (self != NULL && name != NULL, 0);

  header = phone_sip_header_from_name (name, -1);
  list = phone_sip_header_is_list (header);
  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
      PhoneSipSlice element;

      if (!phone_sip_message_line_is (self, line, header, name))
        continue;

      if (!list)
        count++;
      else
        while (phone_sip_scanner_take_element (&scanner, &element))
          count++;
    }

  return count;
}

/**
 * phone_sip_message_get_address:
 * @self: a message
 * @header: From, To, Contact, Refer-To …
 *
 * Returns: (nullable) (transfer full): the first address of its first line; %NULL if absent or malformed
 */
PhoneSipAddress *
phone_sip_message_get_address (const PhoneSipMessage *self,
                               PhoneSipHeader         header)
{
  PhoneSipAddressParts parts;

  g_return_val_if_fail (self != NULL, NULL);

  return phone_sip_message_split_address (self, header, &parts) ? phone_sip_address_new_from_parts (&parts) : NULL;
}

/**
 * phone_sip_message_get_addresses:
 * @self: a message
 * @header: Contact, Route, Record-Route, P-Asserted-Identity …
 *
 * Returns: (transfer full) (element-type PhoneSipAddress): every address in order; %NULL if absent or if one is malformed
 */
GPtrArray *
phone_sip_message_get_addresses (const PhoneSipMessage *self,
                                 PhoneSipHeader         header)
{
  g_autoptr (GPtrArray) all = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      GPtrArray *some;

      if (line->header != header)
        continue;

      some = phone_sip_address_parse_list (self->head + line->value, line->length, NULL);
      if (some == NULL)
        return NULL;

      if (all == NULL)
        all = some;
      else
        g_ptr_array_extend_and_steal (all, some);
    }

  return g_steal_pointer (&all);
}

/**
 * phone_sip_message_get_uint:
 * @self: a message
 * @header: Expires, Max-Forwards, Min-Expires, Session-Expires, Retry-After …
 * @out_value: (out): the number
 *
 * Reads the number that a value begins with; parameters or a comment may follow it.
 *
 * Returns: %FALSE if absent, malformed or above 2³² − 1; @out_value is then untouched
 */
gboolean
phone_sip_message_get_uint (const PhoneSipMessage *self,
                            PhoneSipHeader         header,
                            guint32               *out_value)
{
  const PhoneSipHeaderLine *line;
  PhoneSipScanner scanner;
  guint32 value;

  g_return_val_if_fail (self != NULL, FALSE);

  line = phone_sip_message_find_line (self, header);
  if (line == NULL)
    return FALSE;

  scanner = (PhoneSipScanner) PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
  if (!phone_sip_scanner_take_uint (&scanner, G_MAXUINT32, &value))
    return FALSE;

  phone_sip_scanner_skip_lws (&scanner);
  if (!phone_sip_scanner_is_done (&scanner) && *scanner.at != ';' && *scanner.at != '(')
    return FALSE;

  *out_value = value;
  return TRUE;
}

/**
 * phone_sip_message_has_token:
 * @self: a message
 * @header: Supported, Require, Allow …
 * @token: an option tag or a method
 *
 * Returns: whether one of the lists of @header has @token; methods compare with case
 */
gboolean
phone_sip_message_has_token (const PhoneSipMessage *self,
                             PhoneSipHeader         header,
                             const char            *token)
{
  gsize length;

  g_return_val_if_fail (self != NULL && token != NULL, FALSE);

  length = strlen (token);
  for (guint i = 0; i < self->n_lines; i++)
    {
      const PhoneSipHeaderLine *line = &self->lines[i];
      PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (self->head + line->value, line->length);
      PhoneSipSlice element;

      if (line->header != header)
        continue;

      while (phone_sip_scanner_take_element (&scanner, &element))
        if (element.length == length && (header == PHONE_SIP_HEADER_ALLOW ? memcmp (element.text, token, length) == 0
                                                                          : phone_sip_slice_equal (element, token)))
          return TRUE;
    }

  return FALSE;
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
