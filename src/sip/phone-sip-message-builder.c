/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The builder writes wire text line after line and notes where each line stands, so the message at the end needs no parsing of
 * lines, only the check of the five headers that every message passes. What callers hand in may come from a peer or a person: a line end
 * or NUL in it makes _end () refuse (header injection), nothing else does. */

#include "config.h"
#include "phone-sip-message.h"

#include <string.h>

#include "phone-sip-address-private.h"
#include "phone-sip-error.h"
#include "phone-sip-message-private.h"
#include "phone-sip-status.h"
#include "phone-sip-writer.h"

#define PHONE_SIP_BUILDER_LINES 32      /* before the index needs the heap */
#define PHONE_SIP_BUILDER_TEXT  2000    /* a usual head */
#define PHONE_SIP_BUILDER_KEPT  4096    /* the largest text that a spare builder keeps */

struct _PhoneSipMessageBuilder
{
  PhoneSipWriter      writer;
  guint               status;
  gsize               method_length;
  gsize               uri_length;
  gsize               reason_length;
  gboolean            bad;
  gboolean            has_content_type;
  gboolean            secret;           /* credentials are in the text: not to be left in memory */
  char               *content_type;
  char               *body;
  gsize               body_length;
  guint               n_lines;
  guint               allocated;
  PhoneSipHeaderLine *lines;            /* inline_lines, or on the heap */
  PhoneSipHeaderLine  inline_lines[PHONE_SIP_BUILDER_LINES];
};

/* The builder freed last, for the next one: its two blocks are a fifth of the cost of a message. */
static PhoneSipMessageBuilder *phone_sip_message_builder_spare;

static PhoneSipMessageBuilder *
phone_sip_message_builder_new (void)
{
  PhoneSipMessageBuilder *self = g_atomic_pointer_exchange (&phone_sip_message_builder_spare, NULL);
  PhoneSipWriter writer = { NULL, };

  if (self == NULL)
    {
      self = g_malloc (sizeof *self);
      phone_sip_writer_reserve (&writer, PHONE_SIP_BUILDER_TEXT);
    }
  else
    {
      writer = self->writer;
      writer.length = 0;
    }

  memset (self, 0, G_STRUCT_OFFSET (PhoneSipMessageBuilder, inline_lines));
  self->writer = writer;
  self->lines = self->inline_lines;
  self->allocated = PHONE_SIP_BUILDER_LINES;
  return self;
}

static inline gboolean
phone_sip_message_builder_is_clean (const char *text,
                                    gsize       length)
{
  return memchr (text, '\r', length) == NULL && memchr (text, '\n', length) == NULL;
}

/* The same for text in the writer, sixteen bytes at a time: what is behind the end is made clean first. Values are short and
 * there are many, two calls of memchr cost more than all the rest of a line. */
typedef guint8 PhoneSipBytes __attribute__ ((vector_size (16), may_alias, aligned (1)));

static inline gboolean
phone_sip_message_builder_is_clean_line (PhoneSipWriter *writer,
                                         gsize           start)
{
  PhoneSipBytes found = { 0, };
  guint64 halves[2];
  char *at, *end;

  phone_sip_writer_reserve (writer, 16);
  at = writer->text + start;
  end = writer->text + writer->length;
  memset (end, 0, 16);
  for (; at < end; at += 16)
    {
      PhoneSipBytes bytes = *(PhoneSipBytes *) at;

      found |= (PhoneSipBytes) (bytes == '\r') | (PhoneSipBytes) (bytes == '\n');
    }

  memcpy (halves, &found, sizeof halves);
  return (halves[0] | halves[1]) == 0;
}

static PhoneSipHeaderLine *
phone_sip_message_builder_append_line (PhoneSipMessageBuilder *self)
{
  if (self->n_lines == self->allocated)
    {
      PhoneSipHeaderLine *lines = g_new (PhoneSipHeaderLine, 2 * self->allocated);

      memcpy (lines, self->lines, self->n_lines * sizeof *lines);
      if (self->lines != self->inline_lines)
        g_free (self->lines);
      self->lines = lines;
      self->allocated *= 2;
    }

  return &self->lines[self->n_lines++];
}

/* Writes "Name: " and begins to note the line. */
static inline PhoneSipHeaderLine *
phone_sip_message_builder_begin_line (PhoneSipMessageBuilder *self,
                                      PhoneSipHeader          header,
                                      const char             *name,
                                      gsize                   name_length,
                                      gsize                   value_length)
{
  PhoneSipHeaderLine *line = phone_sip_message_builder_append_line (self);
  PhoneSipWriter *writer = &self->writer;
  char *at;

  phone_sip_writer_reserve (writer, name_length + value_length + 2 + 16);
  line->header = header;
  line->folded = FALSE;
  line->name = writer->length;
  line->name_length = MIN (name_length, G_MAXUINT8);
  line->value = writer->length + name_length + 2;

  at = writer->text + writer->length;
  phone_sip_writer_copy (at, name, name_length);
  at[name_length] = ':';
  at[name_length + 1] = ' ';
  writer->length += name_length + 2;
  return line;
}

static inline void
phone_sip_message_builder_end_line (PhoneSipMessageBuilder *self,
                                    PhoneSipHeaderLine     *line)
{
  PhoneSipWriter *writer = &self->writer;

  line->length = writer->length - line->value;
  if (!phone_sip_message_builder_is_clean_line (writer, line->value))
    self->bad = TRUE;

  writer->text[writer->length] = '\r';
  writer->text[writer->length + 1] = '\n';
  writer->length += 2;
}

static void
phone_sip_message_builder_write_line (PhoneSipMessageBuilder *self,
                                      PhoneSipHeader          header,
                                      const char             *name,
                                      gsize                   name_length,
                                      const char             *value,
                                      gsize                   value_length)
{
  PhoneSipHeaderLine *line = phone_sip_message_builder_begin_line (self, header, name, name_length, value_length);

  phone_sip_writer_copy (self->writer.text + self->writer.length, value, value_length);
  self->writer.length += value_length;
  phone_sip_message_builder_end_line (self, line);
}

void
phone_sip_message_builder_add_slice (PhoneSipMessageBuilder *self,
                                     PhoneSipHeader          header,
                                     const char             *value,
                                     gsize                   length)
{
  gsize name_length;
  const char *name = phone_sip_header_get_name_slice (header, &name_length);

  if (header == PHONE_SIP_HEADER_CONTENT_LENGTH)
    return;

  if (header == PHONE_SIP_HEADER_CONTENT_TYPE)
    self->has_content_type = TRUE;
  else if (header == PHONE_SIP_HEADER_AUTHORIZATION || header == PHONE_SIP_HEADER_PROXY_AUTHORIZATION)
    self->secret = TRUE;

  phone_sip_message_builder_write_line (self, header, name, name_length, value, length);
}

void
phone_sip_message_builder_add_cseq (PhoneSipMessageBuilder *self,
                                    guint32                 number,
                                    const char             *method)
{
  PhoneSipHeaderLine *line = phone_sip_message_builder_begin_line (self, PHONE_SIP_HEADER_CSEQ, "CSeq", 4, 0);

  phone_sip_writer_add_uint (&self->writer, number);
  phone_sip_writer_add_char (&self->writer, ' ');
  phone_sip_writer_add (&self->writer, method);
  phone_sip_message_builder_end_line (self, line);
}

static void
phone_sip_message_builder_add_named (PhoneSipMessageBuilder *self,
                                     const char             *name,
                                     gsize                   name_length,
                                     const char             *value,
                                     gsize                   value_length)
{
  PhoneSipHeader header = phone_sip_header_from_name (name, name_length);

  if (header != PHONE_SIP_HEADER_OTHER)
    {
      phone_sip_message_builder_add_slice (self, header, value, value_length);
      return;
    }

  for (gsize i = 0; i < name_length; i++)
    if (!PHONE_SIP_CHAR_IS (name[i], PHONE_SIP_CHAR_TOKEN))
      self->bad = TRUE;

  if (name_length == 0)
    self->bad = TRUE;

  phone_sip_message_builder_write_line (self, header, name, name_length, value, value_length);
}

static PhoneSipMessageDraft
phone_sip_message_builder_finish (PhoneSipMessageBuilder *self)
{
  PhoneSipMessageDraft draft = { NULL, };
  PhoneSipHeaderLine *line;

  if (self->content_type != NULL && !self->has_content_type)
    phone_sip_message_builder_add_slice (self, PHONE_SIP_HEADER_CONTENT_TYPE, self->content_type, strlen (self->content_type));

  line = phone_sip_message_builder_begin_line (self, PHONE_SIP_HEADER_CONTENT_LENGTH, "Content-Length", 14, 20);
  phone_sip_writer_add_uint (&self->writer, self->body_length);
  phone_sip_message_builder_end_line (self, line);
  phone_sip_writer_add_literal (&self->writer, "\r\n");

  draft.text = self->writer.text;
  draft.head_length = self->writer.length;
  draft.body = self->body;
  draft.length = draft.head_length + self->body_length;
  draft.lines = self->lines;
  draft.n_lines = self->n_lines;
  draft.status = self->status;
  if (self->status == 0)
    {
      draft.method = (PhoneSipSlice) { draft.text, self->method_length };
      draft.request_uri = (PhoneSipSlice) { draft.text + self->method_length + 1, self->uri_length };
    }
  else
    {
      draft.reason = (PhoneSipSlice) { draft.text + 12, self->reason_length };
    }

  return draft;
}

/**
 * phone_sip_message_builder_new_request:
 * @method_name: the method
 * @request_uri: the Request-URI as text
 *
 * Returns: (transfer full): a builder of a request
 */
PhoneSipMessageBuilder *
phone_sip_message_builder_new_request (const char *method_name,
                                       const char *request_uri)
{
  PhoneSipMessageBuilder *self;

  g_return_val_if_fail (method_name != NULL && request_uri != NULL, NULL);

  self = phone_sip_message_builder_new ();
  self->method_length = strlen (method_name);
  self->uri_length = strlen (request_uri);
  self->bad = self->method_length == 0 || self->uri_length == 0 || strpbrk (method_name, " \t\r\n") != NULL || strpbrk (request_uri, " \t\r\n") != NULL;
  phone_sip_writer_add_bytes (&self->writer, method_name, self->method_length);
  phone_sip_writer_add_char (&self->writer, ' ');
  phone_sip_writer_add_bytes (&self->writer, request_uri, self->uri_length);
  phone_sip_writer_add_literal (&self->writer, " SIP/2.0\r\n");
  return self;
}

/**
 * phone_sip_message_builder_new_response:
 * @status: 100 to 699
 * @reason: (nullable): the reason phrase; %NULL is the standard one
 *
 * Returns: (transfer full): a builder of a response
 */
PhoneSipMessageBuilder *
phone_sip_message_builder_new_response (guint       status,
                                        const char *reason)
{
  PhoneSipMessageBuilder *self;

  g_return_val_if_fail (status >= 100 && status < 700, NULL);

  if (reason == NULL)
    reason = phone_sip_status_get_reason (status);

  self = phone_sip_message_builder_new ();
  self->status = status;
  self->reason_length = strlen (reason);
  self->bad = !phone_sip_message_builder_is_clean (reason, self->reason_length);
  phone_sip_writer_add_literal (&self->writer, "SIP/2.0 ");
  phone_sip_writer_add_uint (&self->writer, status);
  phone_sip_writer_add_char (&self->writer, ' ');
  phone_sip_writer_add_bytes (&self->writer, reason, self->reason_length);
  phone_sip_writer_add_literal (&self->writer, "\r\n");
  return self;
}

static void
phone_sip_message_builder_add_to (PhoneSipMessageBuilder *self,
                                  PhoneSipSlice           value,
                                  const char             *to_tag)
{
  PhoneSipHeaderLine *line = phone_sip_message_builder_begin_line (self, PHONE_SIP_HEADER_TO, "To", 2, value.length);

  phone_sip_writer_add_bytes (&self->writer, value.text, value.length);
  phone_sip_writer_add_literal (&self->writer, ";tag=");
  phone_sip_writer_add (&self->writer, to_tag);
  phone_sip_message_builder_end_line (self, line);
}

/**
 * phone_sip_message_builder_new_reply:
 * @request: a request
 * @status: 100 to 699
 * @reason: (nullable): the reason phrase; %NULL is the standard one
 * @to_tag: (nullable): tag for a To that has none; not used for 100
 *
 * Begins a response as RFC 3261 §8.2.6.2 has it: every Via in order, From, To, Call-ID, CSeq, and for 101 to 299 the Record-Route of the
 * request (§12.1.1).
 *
 * Returns: (transfer full): a builder of a response
 */
PhoneSipMessageBuilder *
phone_sip_message_builder_new_reply (const PhoneSipMessage *request,
                                     guint                  status,
                                     const char            *reason,
                                     const char            *to_tag)
{
  PhoneSipMessageBuilder *self = phone_sip_message_builder_new_response (status, reason);
  gboolean tag = to_tag != NULL && status > 100 && phone_sip_message_get_to_tag (request) == NULL;
  guint n = phone_sip_message_get_n_headers (request);

  for (guint i = 0; i < n; i++)
    {
      PhoneSipSlice value;
      PhoneSipHeader header = phone_sip_message_get_nth_slice (request, i, &value);

      switch ((guint) header)
        {
        case PHONE_SIP_HEADER_TO:
          if (tag)
            {
              phone_sip_message_builder_add_to (self, value, to_tag);
              break;
            }
          G_GNUC_FALLTHROUGH;

        case PHONE_SIP_HEADER_VIA:
        case PHONE_SIP_HEADER_FROM:
        case PHONE_SIP_HEADER_CALL_ID:
        case PHONE_SIP_HEADER_CSEQ:
          phone_sip_message_builder_add_slice (self, header, value.text, value.length);
          break;

        case PHONE_SIP_HEADER_RECORD_ROUTE:
          if (status > 100 && status < 300)
            phone_sip_message_builder_add_slice (self, header, value.text, value.length);
          break;

        default:
          break;
        }
    }

  return self;
}

/**
 * phone_sip_message_builder_add:
 * @self: a builder
 * @header: a known header; Content-Length is ignored, _end () writes it
 * @value: its value
 *
 * Adds a line.
 */
void
phone_sip_message_builder_add (PhoneSipMessageBuilder *self,
                               PhoneSipHeader          header,
                               const char             *value)
{
  g_return_if_fail (self != NULL && header != PHONE_SIP_HEADER_OTHER && value != NULL);

  phone_sip_message_builder_add_slice (self, header, value, strlen (value));
}

/**
 * phone_sip_message_builder_add_printf:
 * @self: a builder
 * @header: a known header
 * @format: printf format of the value
 * @...: its arguments
 *
 * Adds a line.
 */
void
phone_sip_message_builder_add_printf (PhoneSipMessageBuilder *self,
                                      PhoneSipHeader          header,
                                      const char             *format,
                                      ...)
{
  g_autofree char *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);

  phone_sip_message_builder_add (self, header, value);
}

/**
 * phone_sip_message_builder_add_address:
 * @self: a builder
 * @header: From, To, Contact, Route …
 * @address: its value
 *
 * Adds a line.
 */
void
phone_sip_message_builder_add_address (PhoneSipMessageBuilder *self,
                                       PhoneSipHeader          header,
                                       const PhoneSipAddress  *address)
{
  gsize name_length;
  const char *name = phone_sip_header_get_name_slice (header, &name_length);
  PhoneSipHeaderLine *line;

  g_return_if_fail (self != NULL && address != NULL && name != NULL);

  line = phone_sip_message_builder_begin_line (self, header, name, name_length, 0);
  phone_sip_address_write (address, &self->writer);
  phone_sip_message_builder_end_line (self, line);
}

/**
 * phone_sip_message_builder_add_by_name:
 * @self: a builder
 * @name: a header name; a known one is written in its long form
 * @value: its value
 *
 * Adds a line.
 */
void
phone_sip_message_builder_add_by_name (PhoneSipMessageBuilder *self,
                                       const char             *name,
                                       const char             *value)
{
  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  phone_sip_message_builder_add_named (self, name, strlen (name), value, strlen (value));
}

/**
 * phone_sip_message_builder_add_line:
 * @self: a builder
 * @line: "Name: value"
 *
 * Adds a line as extra headers come from scripts; without a colon the message will be refused.
 */
void
phone_sip_message_builder_add_line (PhoneSipMessageBuilder *self,
                                    const char             *line)
{
  const char *colon, *name_end, *value;
  gsize length;

  g_return_if_fail (self != NULL && line != NULL);

  colon = strchr (line, ':');
  if (colon == NULL)
    {
      self->bad = TRUE;
      return;
    }

  for (name_end = colon; name_end > line && (name_end[-1] == ' ' || name_end[-1] == '\t'); name_end--)
    ;
  for (value = colon + 1; *value == ' ' || *value == '\t'; value++)
    ;
  for (length = strlen (value); length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'); length--)
    ;

  phone_sip_message_builder_add_named (self, line, name_end - line, value, length);
}

/**
 * phone_sip_message_builder_set_body:
 * @self: a builder
 * @content_type: (nullable): value of Content-Type, unless a line gives it
 * @body: (nullable): the body, any bytes
 * @length: its length, or -1 for a string
 *
 * Sets the body, copied.
 */
void
phone_sip_message_builder_set_body (PhoneSipMessageBuilder *self,
                                    const char             *content_type,
                                    const char             *body,
                                    gssize                  length)
{
  g_return_if_fail (self != NULL);

  g_free (self->content_type);
  g_free (self->body);
  self->content_type = g_strdup (content_type);
  self->body_length = body == NULL ? 0 : length < 0 ? strlen (body) : (gsize) length;
  self->body = g_memdup2 (body, self->body_length);
}

/**
 * phone_sip_message_builder_end:
 * @self: (transfer full): a builder
 * @error: return location for %PHONE_SIP_ERROR_MALFORMED
 *
 * Writes Content-Type, Content-Length and body, and frees the builder.
 *
 * Returns: (transfer full): the message; %NULL and @error if a value has a line end in it or one of the five headers that every message
 *   needs is missing or bad
 */
PhoneSipMessage *
phone_sip_message_builder_end (PhoneSipMessageBuilder  *self,
                               GError                 **error)
{
  PhoneSipMessageDraft draft;
  PhoneSipMessage *message = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  draft = phone_sip_message_builder_finish (self);
  if (self->bad)
    g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "A header line or the start line has something in it that may not stand there");
  else
    message = phone_sip_message_new_from_draft (&draft, error);

  phone_sip_message_builder_free (self);
  return message;
}

void
phone_sip_message_builder_set_body_length (PhoneSipMessageBuilder *self,
                                           gsize                   length)
{
  self->body_length = length;
}

const char *
phone_sip_message_builder_get_head (PhoneSipMessageBuilder *self,
                                    gsize                  *out_length)
{
  PhoneSipMessageDraft draft = phone_sip_message_builder_finish (self);

  *out_length = draft.head_length;
  return draft.text;
}

PhoneSipMessage *
phone_sip_message_builder_end_unchecked (PhoneSipMessageBuilder *self)
{
  PhoneSipMessageDraft draft = phone_sip_message_builder_finish (self);
  PhoneSipMessage *message = self->bad ? NULL : phone_sip_message_new_unchecked (&draft);

  phone_sip_message_builder_free (self);
  return message;
}

/**
 * phone_sip_message_builder_free:
 * @self: (nullable) (transfer full): a builder
 *
 * Throws it away without a message.
 */
void
phone_sip_message_builder_free (PhoneSipMessageBuilder *self)
{
  if (self == NULL)
    return;

  if (self->lines != self->inline_lines)
    g_free (self->lines);
  g_free (self->content_type);
  g_free (self->body);

  if (self->writer.allocated <= PHONE_SIP_BUILDER_KEPT)
    {
      if (self->secret)
        explicit_bzero (self->writer.text, self->writer.length);
      self = g_atomic_pointer_exchange (&phone_sip_message_builder_spare, self);
    }

  if (self != NULL)
    {
      phone_sip_writer_clear (&self->writer);
      g_free (self);
    }
}
