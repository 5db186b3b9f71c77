/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request before it is sent: a list of header lines in the order in which they were set, most of them of headers with a number, and
 * what printing adds to them. It is printed again for every challenge, so nothing here knows whether it was sent. */
#include "config.h"
#include "phone-sip-request.h"

#include "phone-sip-error.h"
#include "phone-sip-request-private.h"

#include <string.h>

typedef struct
{
  PhoneSipHeader  header;
  char           *name;         /* of a header without a number; else NULL */
  char           *value;
} Line;

static void
phone_sip_request_line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->name);
  g_free (line->value);
}

static gboolean
phone_sip_request_line_is (const Line     *line,
                           PhoneSipHeader  header,
                           const char     *name)
{
  if (line->header != header)
    return FALSE;

  return header != PHONE_SIP_HEADER_OTHER || g_ascii_strcasecmp (line->name, name) == 0;
}

static Line *
phone_sip_request_find_header (PhoneSipRequest *self,
                               PhoneSipHeader   header,
                               const char      *name)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      if (phone_sip_request_line_is (line, header, name))
        return line;
    }

  return NULL;
}

static Line *
phone_sip_request_find_line (PhoneSipRequest *self,
                             const char      *name)
{
  return phone_sip_request_find_header (self, phone_sip_header_from_name (name, -1), name);
}

GArray *
phone_sip_request_create_lines (void)
{
  GArray *lines = g_array_sized_new (FALSE, FALSE, sizeof (Line), 12);

  g_array_set_clear_func (lines, phone_sip_request_line_clear);

  return lines;
}

void
phone_sip_request_append_header (PhoneSipRequest *self,
                                 PhoneSipHeader   header,
                                 const char      *name,
                                 const char      *value)
{
  Line line = { header, header == PHONE_SIP_HEADER_OTHER ? g_strdup (name) : NULL, g_strdup (value) };

  g_array_append_val (self->lines, line);
}

static void
phone_sip_request_append_line (PhoneSipRequest *self,
                               const char      *name,
                               const char      *value)
{
  phone_sip_request_append_header (self, phone_sip_header_from_name (name, -1), name, value);
}

static void
phone_sip_request_remove_lines (PhoneSipRequest *self,
                                const char      *name)
{
  PhoneSipHeader header = phone_sip_header_from_name (name, -1);

  for (guint i = self->lines->len; i > 0; i--)
    if (phone_sip_request_line_is (&g_array_index (self->lines, Line, i - 1), header, name))
      g_array_remove_index (self->lines, i - 1);
}

/* What JsSIP announces, where the owner has not said otherwise. */
static const char *
phone_sip_request_get_supported (PhoneSipRequest *self)
{
  switch ((int) phone_sip_method_from_string (self->method, -1))
    {
    case PHONE_SIP_METHOD_REGISTER:
      return "path,gruu,outbound";
    case PHONE_SIP_METHOD_INVITE:
      return "ice,replaces,outbound";
    case PHONE_SIP_METHOD_UPDATE:
      return "ice,outbound";
    default:
      return "outbound";
    }
}

static void
phone_sip_request_print_common (PhoneSipRequest        *self,
                                PhoneSipMessageBuilder *builder)
{
  const char * const *extra = NULL;
  const char *user_agent = NULL;

  if (self->home->endpoint != NULL)
    {
      user_agent = phone_sip_endpoint_get_user_agent (self->home->endpoint);
      extra = phone_sip_endpoint_get_extra_headers (self->home->endpoint);
    }

  for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, extra[i]);

  if (phone_sip_request_find_header (self, PHONE_SIP_HEADER_ALLOW, NULL) == NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ALLOW, PHONE_SIP_ALLOW);

  if (phone_sip_request_find_header (self, PHONE_SIP_HEADER_SUPPORTED, NULL) == NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUPPORTED, phone_sip_request_get_supported (self));

  if (user_agent != NULL && phone_sip_request_find_header (self, PHONE_SIP_HEADER_USER_AGENT, NULL) == NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_USER_AGENT, user_agent);
}

PhoneSipMessage *
phone_sip_request_print (PhoneSipRequest  *self,
                         gboolean          prove,
                         GError          **error)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request (self->method, self->uri);
  g_autofree char *via = self->home->endpoint != NULL ? phone_sip_endpoint_create_via (self->home->endpoint)
                                                : g_strdup ("SIP/2.0/WS invalid;branch=z9hG4bK0");

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, via);

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      if (line->header != PHONE_SIP_HEADER_OTHER)
        phone_sip_message_builder_add (builder, line->header, line->value);
      else
        phone_sip_message_builder_add_by_name (builder, line->name, line->value);
    }

  if (prove)
    phone_sip_request_print_proof (self, builder);

  phone_sip_request_print_common (self, builder);

  if (self->body_length > 0)
    phone_sip_message_builder_set_body (builder, self->content_type, self->body, (gssize) self->body_length);
  else if (self->content_type != NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CONTENT_TYPE, self->content_type);

  return phone_sip_message_builder_end (builder, error);
}

/**
 * phone_sip_request_set_cseq:
 *
 * Sets the CSeq line too.
 */
void
phone_sip_request_set_cseq (PhoneSipRequest *self,
                            guint32          cseq)
{
  Line *line;
  char number[16];
  char *digit = &number[sizeof number - 1];

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));

  self->cseq = cseq;
  *digit = '\0';

  do
    *--digit = (char) ('0' + cseq % 10);
  while ((cseq /= 10) > 0);

  line = phone_sip_request_find_header (self, PHONE_SIP_HEADER_CSEQ, NULL);

  if (line == NULL)
    {
      phone_sip_request_append_header (self, PHONE_SIP_HEADER_CSEQ, NULL, NULL);
      line = &g_array_index (self->lines, Line, self->lines->len - 1);
    }

  g_free (line->value);
  line->value = g_strconcat (digit, " ", self->method, NULL);
}

/**
 * phone_sip_request_set_header:
 * @value: (nullable): NULL removes
 *
 * Replaces all lines of that name by one, at the place of the first.
 */
void
phone_sip_request_set_header (PhoneSipRequest *self,
                              const char      *name,
                              const char      *value)
{
  const char *values[] = { value, NULL };

  phone_sip_request_set_headers (self, name, values);
}

/**
 * phone_sip_request_set_headers:
 * @values: (nullable): one line each; NULL or empty removes
 */
void
phone_sip_request_set_headers (PhoneSipRequest    *self,
                               const char         *name,
                               const char * const *values)
{
  PhoneSipHeader header;
  Line *line;

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));
  g_return_if_fail (name != NULL);

  header = phone_sip_header_from_name (name, -1);
  line = phone_sip_request_find_header (self, header, name);

  if (line != NULL && values != NULL && values[0] != NULL && values[1] == NULL)
    {
      g_autofree char *old = g_steal_pointer (&line->value);
      Line kept;

      line->value = g_strdup (values[0]);
      kept = *line;
      *line = (Line) { PHONE_SIP_N_HEADERS, NULL, NULL };
      phone_sip_request_remove_lines (self, name);

      for (guint i = 0; i < self->lines->len; i++)
        if (g_array_index (self->lines, Line, i).header == PHONE_SIP_N_HEADERS)
          g_array_index (self->lines, Line, i) = kept;

      return;
    }

  if (line != NULL)
    phone_sip_request_remove_lines (self, name);

  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    phone_sip_request_append_header (self, header, name, values[i]);
}

/**
 * phone_sip_request_add_header:
 *
 * Appends a line.
 */
void
phone_sip_request_add_header (PhoneSipRequest *self,
                              const char      *name,
                              const char      *value)
{
  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  phone_sip_request_append_line (self, name, value);
}

static gboolean
phone_sip_request_is_line (const char *line)
{
  gsize name = strcspn (line, " \t:\"<>@,;()[]{}\\/?=");
  gsize colon = name + strspn (line + name, " \t");

  return name > 0 && line[colon] == ':' && strpbrk (line, "\r\n") == NULL;
}

/**
 * phone_sip_request_add_lines:
 * @lines: (nullable): "Name: value"
 *
 * Returns: FALSE and %PHONE_SIP_ERROR_INVALID_ARGUMENT on a malformed line; then nothing was added
 */
gboolean
phone_sip_request_add_lines (PhoneSipRequest     *self,
                             const char * const  *lines,
                             GError             **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), FALSE);

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (!phone_sip_request_is_line (lines[i]))
      {
        g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "Line %u is no header line", i + 1);
        return FALSE;
      }

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (lines[i], strcspn (lines[i], " \t:"));
      g_autofree char *value = g_strstrip (g_strdup (strchr (lines[i], ':') + 1));

      phone_sip_request_append_line (self, name, value);
    }

  return TRUE;
}

/**
 * phone_sip_request_get_header:
 *
 * Returns: (nullable): the first line of that name, until the draft changes
 */
const char *
phone_sip_request_get_header (PhoneSipRequest *self,
                              const char      *name)
{
  Line *line;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  line = phone_sip_request_find_line (self, name);

  return line != NULL ? line->value : NULL;
}

/**
 * phone_sip_request_get_headers:
 *
 * Returns: (transfer full): the lines of that name, maybe none
 */
char **
phone_sip_request_get_headers (PhoneSipRequest *self,
                               const char      *name)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  PhoneSipHeader header;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  header = phone_sip_header_from_name (name, -1);

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      if (phone_sip_request_line_is (line, header, name))
        g_strv_builder_add (builder, line->value);
    }

  return g_strv_builder_end (builder);
}

gboolean
phone_sip_request_has_header (PhoneSipRequest *self,
                              const char      *name)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return phone_sip_request_find_line (self, name) != NULL;
}

/**
 * phone_sip_request_set_body:
 * @content_type: (nullable): sent even without a body
 * @body: (nullable): NULL for none
 * @length: in bytes, or -1 if NUL-terminated
 */
void
phone_sip_request_set_body (PhoneSipRequest *self,
                            const char      *content_type,
                            const char      *body,
                            gssize           length)
{
  g_autofree char *old_type = NULL;
  g_autofree char *old_body = NULL;

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));

  old_type = g_steal_pointer (&self->content_type);
  old_body = g_steal_pointer (&self->body);
  self->content_type = g_strdup (content_type);
  self->body_length = body == NULL ? 0 : length < 0 ? strlen (body) : (gsize) length;

  if (body != NULL)
    {
      self->body = g_malloc (self->body_length + 1);
      memcpy (self->body, body, self->body_length);
      self->body[self->body_length] = '\0';
    }
}

const char *
phone_sip_request_get_body (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->body;
}

const char *
phone_sip_request_get_content_type (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->content_type;
}

/**
 * phone_sip_request_to_string:
 *
 * Returns: (transfer full) (nullable): what was sent, or what would be sent, with another branch and without proofs; NULL
 * while the draft is no message
 */
char *
phone_sip_request_to_string (PhoneSipRequest *self)
{
  g_autoptr(PhoneSipMessage) message = NULL;
  const char *text;
  gsize length;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  message = self->message != NULL ? phone_sip_message_ref (self->message) : phone_sip_request_print (self, FALSE, NULL);

  if (message == NULL)
    return NULL;

  text = phone_sip_message_get_text (message, &length);

  return g_strndup (text, length);
}

/**
 * phone_sip_request_copy:
 *
 * Returns: (transfer full): the same draft, unsent
 */
PhoneSipRequest *
phone_sip_request_copy (PhoneSipRequest *self)
{
  PhoneSipRequest *copy;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  copy = g_object_new (PHONE_TYPE_SIP_REQUEST, NULL);
  copy->home = g_rc_box_acquire (self->home);
  copy->method = g_strdup (self->method);
  copy->uri = g_strdup (self->uri);
  copy->cseq = self->cseq;

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      phone_sip_request_append_header (copy, line->header, line->name, line->value);
    }

  phone_sip_request_set_body (copy, self->content_type, self->body, (gssize) self->body_length);
  phone_sip_request_set_credentials (copy, self->credentials);

  return copy;
}
