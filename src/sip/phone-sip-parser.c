/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One frame to one message (RFC 3261 §7, §18.3; RFC 7118 §5). Line ends are found by memchr, so a byte of a value costs next to
 * nothing until somebody reads it. The index of lines is on the stack; the message takes one block once everything is known. A frame is a
 * datagram: octets behind Content-Length are dropped, too few are an error. What is not accepted though some peers send it: white space
 * more than the grammar's in the start line, a bare CR. What is accepted beyond it: bare LF as a line end, empty lines in front. */

#include "config.h"
#include "phone-sip-parser.h"

#include <string.h>

#include "phone-sip-error.h"
#include "phone-sip-message-private.h"
#include "phone-sip-token.h"
#include "phone-sip-uri-private.h"

static gboolean
phone_sip_parser_fail (GError       **error,
                       PhoneSipError  code,
                       const char    *text)
{
  g_set_error_literal (error, PHONE_SIP_ERROR, code, text);
  return FALSE;
}

/* The end of the line without CR LF in out_stop, and the start of the next one; NULL without a line end. */
static inline const char *
phone_sip_parser_find_line (const char  *at,
                            const char  *end,
                            const char **out_stop)
{
  const char *newline = memchr (at, '\n', end - at);

  if (newline == NULL)
    return NULL;

  *out_stop = newline > at && newline[-1] == '\r' ? newline - 1 : newline;
  return newline + 1;
}

/* "SIP/2.0"; case does not matter (RFC 3261 §7.1). */
static gboolean
phone_sip_parser_check_version (const char  *text,
                                gsize        length,
                                GError     **error)
{
  PhoneSipScanner scanner;
  guint32 number;

  if (length == 7 && memcmp (text, "SIP/2.0", 7) == 0)
    return TRUE;
  if (length < 7 || g_ascii_strncasecmp (text, "SIP/", 4) != 0)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The start line is not SIP");
  if (length == 7 && memcmp (text + 4, "2.0", 3) == 0)
    return TRUE;

  scanner = (PhoneSipScanner) PHONE_SIP_SCANNER_INIT (text + 4, length - 4);
  if (!phone_sip_scanner_take_uint (&scanner, G_MAXUINT16, &number) || phone_sip_scanner_is_done (&scanner) || *scanner.at++ != '.' ||
      !phone_sip_scanner_take_uint (&scanner, G_MAXUINT16, &number) || !phone_sip_scanner_is_done (&scanner))
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The version of SIP is malformed");

  return phone_sip_parser_fail (error, PHONE_SIP_ERROR_NOT_SUPPORTED, "The version of SIP is not 2.0");
}

static gboolean
phone_sip_parser_take_status_line (const char            *at,
                                   const char            *stop,
                                   PhoneSipMessageDraft  *draft,
                                   GError               **error)
{
  const char *space = memchr (at, ' ', stop - at);
  PhoneSipScanner scanner;
  guint32 status;

  if (space == NULL || !phone_sip_parser_check_version (at, space - at, error))
    return error == NULL || *error != NULL ? FALSE : phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The status line is malformed");

  scanner = (PhoneSipScanner) { space + 1, stop };
  if (!phone_sip_scanner_take_uint (&scanner, 699, &status) || scanner.at != space + 4 || status < 100 ||
      (scanner.at < stop && *scanner.at != ' '))
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The status code is malformed");

  if (scanner.at < stop)
    scanner.at++;

  draft->status = status;
  draft->reason = (PhoneSipSlice) { scanner.at, stop - scanner.at };
  return TRUE;
}

static gboolean
phone_sip_parser_take_request_line (const char            *at,
                                    const char            *stop,
                                    PhoneSipMessageDraft  *draft,
                                    GError               **error)
{
  PhoneSipScanner scanner = { at, stop };
  PhoneSipUriParts parts;
  const char *uri, *space;

  if (!phone_sip_scanner_take (&scanner, PHONE_SIP_CHAR_TOKEN, &draft->method) || phone_sip_scanner_is_done (&scanner) || *scanner.at != ' ')
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The method is malformed");

  uri = scanner.at + 1;
  space = memchr (uri, ' ', stop - uri);
  if (space == NULL)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The request line is malformed");

  draft->request_uri = (PhoneSipSlice) { uri, space - uri };
  if (!phone_sip_parser_check_version (space + 1, stop - space - 1, error))
    return FALSE;

  if (!phone_sip_uri_split (uri, space - uri, &parts))
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The Request-URI is malformed");

  draft->request_host = parts.host;
  return TRUE;
}

gboolean
phone_sip_parser_take_start_line (const char            *at,
                                  const char            *stop,
                                  PhoneSipMessageDraft  *draft,
                                  GError               **error)
{
  if (stop - at >= 4 && (g_ascii_strncasecmp (at, "SIP/", 4) == 0))
    return phone_sip_parser_take_status_line (at, stop, draft, error);

  return phone_sip_parser_take_request_line (at, stop, draft, error);
}

/* A NUL is legal in one place, behind the backslash of a quoted pair (RFC 3261 §25.1). */
static gboolean
phone_sip_parser_has_loose_nul (const char *text,
                                gsize       length)
{
  const char *end = text + length;

  for (const char *at = text; (at = memchr (at, '\0', end - at)) != NULL; at++)
    if (at == text || at[-1] != '\\')
      return TRUE;

  return FALSE;
}

static gboolean
phone_sip_parser_take_header (const char            *at,
                              const char            *stop,
                              PhoneSipMessageDraft  *draft,
                              GError               **error)
{
  const char *colon = memchr (at, ':', stop - at), *name_end, *value;
  PhoneSipHeaderLine *line = &draft->lines[draft->n_lines];

  if (colon == NULL)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "A header line has no colon");

  for (name_end = colon; name_end > at && (name_end[-1] == ' ' || name_end[-1] == '\t'); name_end--)
    ;
  if (name_end == at)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "A header line has no name");

  line->header = phone_sip_header_from_name (at, name_end - at);
  if (line->header == PHONE_SIP_HEADER_OTHER)
    for (const char *c = at; c < name_end; c++)
      if (!PHONE_SIP_CHAR_IS (*c, PHONE_SIP_CHAR_TOKEN))
        return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "A header name is malformed");

  for (value = colon + 1; value < stop && (*value == ' ' || *value == '\t'); value++)
    ;
  while (stop > value && (stop[-1] == ' ' || stop[-1] == '\t'))
    stop--;

  line->name = at - draft->text;
  line->name_length = MIN (name_end - at, G_MAXUINT8);
  line->value = value - draft->text;
  line->length = stop - value;
  line->folded = FALSE;
  draft->n_lines++;
  return TRUE;
}

/* A line that begins with white space continues the one before it (RFC 3261 §7.3.1). */
static gboolean
phone_sip_parser_take_fold (const char            *at,
                            const char            *stop,
                            PhoneSipMessageDraft  *draft,
                            GError               **error)
{
  PhoneSipHeaderLine *line;

  if (draft->n_lines == 0)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The start line is folded");

  line = &draft->lines[draft->n_lines - 1];
  while (at < stop && (*at == ' ' || *at == '\t'))
    at++;
  while (stop > at && (stop[-1] == ' ' || stop[-1] == '\t'))
    stop--;
  if (at == stop)
    return TRUE;

  if (line->length == 0)
    line->value = at - draft->text;
  else
    line->folded = TRUE;

  line->length = stop - draft->text - line->value;
  return line->length <= PHONE_SIP_MAX_LINE || phone_sip_parser_fail (error, PHONE_SIP_ERROR_TOO_LARGE, "A header line is too long");
}

/* From the start line to the empty line. */
static gboolean
phone_sip_parser_take_head (const char            *bytes,
                            const char            *end,
                            PhoneSipMessageDraft  *draft,
                            GError               **error)
{
  const char *stop, *at = bytes, *next = phone_sip_parser_find_line (at, end, &stop);

  if (next == NULL)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "There is no start line");
  if (stop - at > PHONE_SIP_MAX_LINE)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_TOO_LARGE, "The start line is too long");
  if (memchr (at, '\r', stop - at) != NULL)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "A CR stands without LF");
  if (!phone_sip_parser_take_start_line (at, stop, draft, error))
    return FALSE;

  for (at = next; (next = phone_sip_parser_find_line (at, end, &stop)) != NULL; at = next)
    {
      if (stop == at)
        {
          draft->head_length = next - bytes;
          if (phone_sip_parser_has_loose_nul (bytes, draft->head_length))
            return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "A NUL stands in a header");
          return TRUE;
        }

      if (stop - at > PHONE_SIP_MAX_LINE)
        return phone_sip_parser_fail (error, PHONE_SIP_ERROR_TOO_LARGE, "A header line is too long");
      if (memchr (at, '\r', stop - at) != NULL)
        return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "A CR stands without LF");

      if (*at == ' ' || *at == '\t')
        {
          if (!phone_sip_parser_take_fold (at, stop, draft, error))
            return FALSE;
          continue;
        }

      if (draft->n_lines == PHONE_SIP_MAX_HEADERS)
        return phone_sip_parser_fail (error, PHONE_SIP_ERROR_TOO_LARGE, "There are too many headers");
      if (!phone_sip_parser_take_header (at, stop, draft, error))
        return FALSE;
    }

  return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The empty line behind the headers is missing");
}

/* Content-Length rules; without one, all the rest of the frame is the body (RFC 3261 §18.3). */
static gboolean
phone_sip_parser_measure_body (PhoneSipMessageDraft  *draft,
                               gsize                  available,
                               GError               **error)
{
  const PhoneSipHeaderLine *found = NULL;
  guint32 length = available;

  for (guint i = 0; i < draft->n_lines; i++)
    if (draft->lines[i].header == PHONE_SIP_HEADER_CONTENT_LENGTH)
      {
        PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (draft->text + draft->lines[i].value, draft->lines[i].length);

        if (found != NULL)
          return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "Content-Length stands twice");
        if (!phone_sip_scanner_take_uint (&scanner, G_MAXINT32, &length) || !phone_sip_scanner_is_done (&scanner))
          return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "Content-Length is malformed");
        found = &draft->lines[i];
      }

  if (length > available)
    return phone_sip_parser_fail (error, PHONE_SIP_ERROR_MALFORMED, "The body is shorter than Content-Length");

  draft->length = draft->head_length + length;
  return TRUE;
}

static gsize
phone_sip_parser_skip_empty_lines (const char *bytes,
                                   gsize       length)
{
  gsize start = 0;

  while (start < length && (bytes[start] == '\r' || bytes[start] == '\n'))
    start++;

  return start;
}

/**
 * phone_sip_parse:
 * @bytes: one WebSocket message
 * @length: its length
 * @error: return location for %PHONE_SIP_ERROR_MALFORMED, %PHONE_SIP_ERROR_TOO_LARGE or %PHONE_SIP_ERROR_NOT_SUPPORTED
 *
 * Makes a message of a frame, in time linear to its size and with one allocation.
 *
 * Returns: (transfer full): the message, or %NULL and @error
 */
PhoneSipMessage *
phone_sip_parse (const char  *bytes,
                 gsize        length,
                 GError     **error)
{
  PhoneSipHeaderLine lines[PHONE_SIP_MAX_HEADERS];
  PhoneSipMessageDraft draft;
  gsize start;

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);

  if (length == 0)
    bytes = "";
  if (length > PHONE_SIP_MAX_FRAME)
    {
      phone_sip_parser_fail (error, PHONE_SIP_ERROR_TOO_LARGE, "The frame is too large");
      return NULL;
    }

  memset (&draft, 0, sizeof draft);
  start = phone_sip_parser_skip_empty_lines (bytes, length);
  draft.text = bytes + start;
  draft.lines = lines;

  if (!phone_sip_parser_take_head (draft.text, bytes + length, &draft, error) ||
      !phone_sip_parser_measure_body (&draft, length - start - draft.head_length, error))
    return NULL;

  return phone_sip_message_new_from_draft (&draft, error);
}

static guint
phone_sip_parser_refusal_status (const GError *error)
{
  if (g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED))
    return 505;
  if (g_error_matches (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE))
    return 513;

  return 400;
}

/* Copies the lines that a response needs, as far as there are such; TRUE if one was a Via. */
static gboolean
phone_sip_parser_copy_refused (const char             *at,
                               const char             *end,
                               PhoneSipMessageBuilder *builder)
{
  PhoneSipHeaderLine lines[PHONE_SIP_MAX_HEADERS];
  PhoneSipMessageDraft draft = { .text = at, .lines = lines };
  const char *stop, *next;
  g_autofree char *tag = phone_sip_token_new (10);
  gboolean via = FALSE;
  guint seen = 0;

  for (; draft.n_lines < PHONE_SIP_MAX_HEADERS && (next = phone_sip_parser_find_line (at, end, &stop)) != NULL && stop > at; at = next)
    {
      if (*at == ' ' || *at == '\t')
        {
          if (!phone_sip_parser_take_fold (at, stop, &draft, NULL))
            break;
        }
      else
        {
          phone_sip_parser_take_header (at, stop, &draft, NULL);
        }
    }

  for (guint i = 0; i < draft.n_lines; i++)
    {
      guint header = lines[i].header, bit;
      g_autofree char *value = NULL;

      if (header == PHONE_SIP_HEADER_VIA)
        via = TRUE, bit = 0;
      else if (header == PHONE_SIP_HEADER_FROM)
        bit = 1;
      else if (header == PHONE_SIP_HEADER_TO)
        bit = 2;
      else if (header == PHONE_SIP_HEADER_CALL_ID)
        bit = 4;
      else if (header == PHONE_SIP_HEADER_CSEQ)
        bit = 8;
      else
        continue;

      if ((seen & bit) != 0)
        continue;
      seen |= bit;
      value = g_strndup (draft.text + lines[i].value, lines[i].length);
      g_strdelimit (value, "\r\n\t", ' ');

      /* §8.2.6.2: "the UAS MUST add a tag to the To header field in the response" */
      if (header == PHONE_SIP_HEADER_TO && strstr (value, "tag=") == NULL)
        phone_sip_message_builder_add_printf (builder, header, "%s;tag=%s", value, tag);
      else
        phone_sip_message_builder_add (builder, header, value);
    }

  return via;
}

/**
 * phone_sip_parse_refuse:
 * @bytes: one WebSocket message
 * @length: its length
 * @error: why phone_sip_parse() refused it
 *
 * Answers a bad request with what is there of it (RFC 3261 §8.2, RFC 4475 §3.3.1): 505 for another version, 513 above a limit, else 400.
 *
 * Returns: (nullable) (transfer full): a response that is fit for sending only; %NULL if the frame is no request that can be answered
 */
PhoneSipMessage *
phone_sip_parse_refuse (const char   *bytes,
                        gsize         length,
                        const GError *error)
{
  const char *at, *end, *stop, *next;
  PhoneSipMessageBuilder *builder;

  if (length == 0)
    return NULL;

  at = bytes + phone_sip_parser_skip_empty_lines (bytes, length);
  end = bytes + MIN (length, PHONE_SIP_MAX_FRAME);
  next = at < end ? phone_sip_parser_find_line (at, end, &stop) : NULL;
  if (next == NULL || (stop - at >= 4 && (g_ascii_strncasecmp (at, "SIP/", 4) == 0 || memcmp (at, "ACK ", 4) == 0)) ||
      g_strstr_len (at, stop - at, " ") == NULL)
    return NULL;

  builder = phone_sip_message_builder_new_response (phone_sip_parser_refusal_status (error), NULL);
  if (phone_sip_parser_copy_refused (next, end, builder))
    return phone_sip_message_builder_end_unchecked (builder);

  phone_sip_message_builder_free (builder);
  return NULL;
}
