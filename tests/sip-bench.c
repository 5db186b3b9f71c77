/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The protocol code at work over a file of framed messages (u32 little-endian length, then the message), or over an in-memory
 * transport, for instruction counts: run it under cachegrind with two round counts and divide the difference. What is printed proves that the
 * work was done: the checksum sums up every decoded field, and that of "serialize" is taken from its output, parsed again. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "phone-sip-address-private.h"
#include "phone-sip-digest.h"
#include "phone-sip-message-private.h"
#include "phone-sip-parser.h"
#include "phone-sip-via.h"

#include "sip-bench.h"

typedef struct
{
  const char *bytes;
  gsize       length;
} Frame;

static GArray *
bench_load (const char  *path,
            char       **out_file)
{
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_autoptr (GError) error = NULL;
  gsize length, at = 0;
  guint32 size;

  if (!g_file_get_contents (path, out_file, &length, &error))
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }

  while (at + 4 <= length)
    {
      Frame frame;

      memcpy (&size, *out_file + at, 4);
      size = GUINT32_FROM_LE (size);
      if (size > length - at - 4)
        break;

      frame.bytes = *out_file + at + 4;
      frame.length = size;
      g_array_append_val (frames, frame);
      at += 4 + size;
    }

  return frames;
}

static guint64
bench_uint (PhoneSipSlice slice)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (slice.text, slice.length);
  guint32 value;

  return slice.text != NULL && phone_sip_scanner_take_uint (&scanner, G_MAXUINT32, &value) ? value : 0;
}

static guint64
bench_sum_vias (PhoneSipSlice value)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);
  PhoneSipVia via;
  guint64 sum = 0;

  do
    {
      if (!phone_sip_via_take (&scanner, &via))
        break;
      sum += via.host.length + via.branch.length;
    }
  while (phone_sip_scanner_skip_char (&scanner, ','));

  return sum;
}

static guint64
bench_sum_addresses (PhoneSipSlice value,
                     gboolean      contact)
{
  PhoneSipScanner scanner = PHONE_SIP_SCANNER_INIT (value.text, value.length);
  PhoneSipAddressParts address;
  guint64 sum = 0;

  do
    {
      if (!phone_sip_address_take (&scanner, &address) || address.is_wildcard)
        break;

      sum += address.uri.host.length;
      if (contact)
        {
          sum += address.uri.user.length;
          sum += bench_uint (address.expires);
        }
    }
  while (phone_sip_scanner_skip_char (&scanner, ','));

  return sum;
}

static guint64
bench_sum_challenge (PhoneSipSlice value)
{
  g_autoptr (PhoneSipChallenge) challenge = phone_sip_challenge_parse (value.text, FALSE, NULL);

  return challenge != NULL ? strlen (challenge->realm) + strlen (challenge->nonce) : 0;
}

static gsize
bench_length (const char *text)
{
  return text != NULL ? strlen (text) : 0;
}

/* Every field of a message, decoded. */
static guint64
bench_decode (const PhoneSipMessage *message)
{
  guint n = phone_sip_message_get_n_headers (message);
  const PhoneSipMessageHosts *hosts = phone_sip_message_get_hosts (message);
  guint64 sum;
  gsize body_length;

  phone_sip_message_get_body (message, &body_length);
  sum = phone_sip_message_get_status (message) + phone_sip_message_get_cseq (message) + body_length +
        bench_length (phone_sip_message_get_call_id (message)) + bench_length (phone_sip_message_get_from_tag (message)) +
        bench_length (phone_sip_message_get_to_tag (message));

  sum += hosts->from.length + hosts->to.length + hosts->request.length;

  for (guint i = 0; i < n; i++)
    {
      PhoneSipSlice value;

      switch ((guint) phone_sip_message_get_nth_slice (message, i, &value))
        {
        case PHONE_SIP_HEADER_VIA:
          sum += bench_sum_vias (value);
          break;
        case PHONE_SIP_HEADER_ROUTE:
        case PHONE_SIP_HEADER_RECORD_ROUTE:
          sum += bench_sum_addresses (value, FALSE);
          break;
        case PHONE_SIP_HEADER_CONTACT:
          sum += bench_sum_addresses (value, TRUE);
          break;
        case PHONE_SIP_HEADER_MAX_FORWARDS:
        case PHONE_SIP_HEADER_EXPIRES:
          sum += bench_uint (value);
          break;
        case PHONE_SIP_HEADER_WWW_AUTHENTICATE:
          sum += bench_sum_challenge (value);
          break;
        default:
          break;
        }
    }

  return sum;
}

static int
bench_parse (const char *file,
             guint       rounds)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GArray) frames = bench_load (file, &bytes);
  gint64 start = g_get_monotonic_time ();
  guint64 sum = 0;

  for (guint round = 0; round < rounds; round++)
    {
      sum = 0;
      for (guint i = 0; i < frames->len; i++)
        {
          const Frame *frame = &g_array_index (frames, Frame, i);
          PhoneSipMessage *message = phone_sip_parse (frame->bytes, frame->length, NULL);

          if (message == NULL)
            continue;

          sum += bench_decode (message);
          phone_sip_message_unref (message);
        }
    }

  g_printerr ("parse: %u messages, %.3f us each\n", frames->len * rounds,
              (double) (g_get_monotonic_time () - start) / MAX (1, frames->len * rounds));
  printf ("%" G_GUINT64_FORMAT "\n", sum);
  return 0;
}

/* A decoded message: what serializing starts from. */
typedef struct
{
  PhoneSipHeader   header;
  const char      *name;
  PhoneSipSlice    text;
  PhoneSipAddress *address;
  PhoneSipVia     *via;
} Line;

typedef struct
{
  PhoneSipMessage *message;
  PhoneSipUri     *request_uri;
  GArray          *lines;
} Decoded;

static void
bench_decode_line (GArray                *lines,
                   const PhoneSipMessage *message,
                   guint                  i)
{
  Line line = { 0, };
  PhoneSipSlice value;

  line.header = phone_sip_message_get_nth_header (message, i, &line.name, NULL);
  phone_sip_message_get_nth_slice (message, i, &value);
  line.text = value;

  switch ((guint) line.header)
    {
    case PHONE_SIP_HEADER_CONTENT_LENGTH:
      return;
    case PHONE_SIP_HEADER_VIA:
      line.via = g_new0 (PhoneSipVia, 1);
      if (!phone_sip_via_parse (value.text, value.length, line.via))
        g_clear_pointer (&line.via, g_free);
      break;
    case PHONE_SIP_HEADER_FROM:
    case PHONE_SIP_HEADER_TO:
    case PHONE_SIP_HEADER_ROUTE:
    case PHONE_SIP_HEADER_RECORD_ROUTE:
    case PHONE_SIP_HEADER_CONTACT:
      line.address = phone_sip_address_parse (value.text, value.length, NULL);
      break;
    default:
      break;
    }

  g_array_append_val (lines, line);
}

static void
bench_write_via (PhoneSipMessageBuilder *builder,
                 const PhoneSipVia      *via)
{
  char text[512];
  PhoneSipWriter writer = { text, 0, sizeof text };

  phone_sip_writer_add_bytes (&writer, via->protocol.text, via->protocol.length);
  phone_sip_writer_add_char (&writer, '/');
  phone_sip_writer_add_bytes (&writer, via->version.text, via->version.length);
  phone_sip_writer_add_char (&writer, '/');
  phone_sip_writer_add_bytes (&writer, via->transport.text, via->transport.length);
  phone_sip_writer_add_char (&writer, ' ');
  phone_sip_writer_add_bytes (&writer, via->host.text, via->host.length);
  if (via->port >= 0)
    {
      phone_sip_writer_add_char (&writer, ':');
      phone_sip_writer_add_uint (&writer, via->port);
    }
  phone_sip_writer_add_bytes (&writer, via->params.text, via->params.length);
  phone_sip_message_builder_add_slice (builder, PHONE_SIP_HEADER_VIA, writer.text, writer.length);
}

/* From the decoded structures to wire text at the end of out. */
static void
bench_encode (const Decoded  *decoded,
              PhoneSipWriter *out)
{
  PhoneSipMessageBuilder *builder;
  const char *text;
  gsize length;

  if (phone_sip_message_is_request (decoded->message))
    {
      char text_uri[512];
      PhoneSipWriter uri = { text_uri, 0, sizeof text_uri };

      phone_sip_uri_write (decoded->request_uri, &uri);
      uri.text[uri.length] = '\0';
      builder = phone_sip_message_builder_new_request (phone_sip_message_get_method_name (decoded->message), uri.text);
    }
  else
    {
      builder = phone_sip_message_builder_new_response (phone_sip_message_get_status (decoded->message), phone_sip_message_get_reason (decoded->message));
    }

  for (guint i = 0; i < decoded->lines->len; i++)
    {
      const Line *line = &g_array_index (decoded->lines, Line, i);

      if (line->via != NULL)
        bench_write_via (builder, line->via);
      else if (line->address != NULL)
        phone_sip_message_builder_add_address (builder, line->header, line->address);
      else if (line->header != PHONE_SIP_HEADER_OTHER)
        phone_sip_message_builder_add_slice (builder, line->header, line->text.text, line->text.length);
      else
        phone_sip_message_builder_add_by_name (builder, line->name, line->text.text);
    }

  text = phone_sip_message_get_body (decoded->message, &length);
  phone_sip_message_builder_set_body_length (builder, length);
  if (length > 0)
    {
      gsize head_length;
      const char *head = phone_sip_message_builder_get_head (builder, &head_length);

      phone_sip_writer_add_bytes (out, head, head_length);
      phone_sip_writer_add_bytes (out, text, length);
    }
  else
    {
      text = phone_sip_message_builder_get_head (builder, &length);
      phone_sip_writer_add_bytes (out, text, length);
    }

  phone_sip_message_builder_free (builder);
}

static GArray *
bench_decode_all (GArray *frames)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Decoded));

  for (guint i = 0; i < frames->len; i++)
    {
      const Frame *frame = &g_array_index (frames, Frame, i);
      Decoded decoded = { phone_sip_parse (frame->bytes, frame->length, NULL), NULL, NULL };

      if (decoded.message == NULL)
        continue;

      decoded.lines = g_array_new (FALSE, FALSE, sizeof (Line));
      for (guint n = 0; n < phone_sip_message_get_n_headers (decoded.message); n++)
        bench_decode_line (decoded.lines, decoded.message, n);
      if (phone_sip_message_is_request (decoded.message))
        decoded.request_uri = phone_sip_uri_parse (phone_sip_message_get_request_uri (decoded.message), -1, NULL);
      g_array_append_val (all, decoded);
    }

  return all;
}

static void
bench_free_all (GArray *all)
{
  for (guint i = 0; i < all->len; i++)
    {
      Decoded *decoded = &g_array_index (all, Decoded, i);

      for (guint n = 0; n < decoded->lines->len; n++)
        {
          Line *line = &g_array_index (decoded->lines, Line, n);

          phone_sip_address_free (line->address);
          g_free (line->via);
        }

      g_array_unref (decoded->lines);
      phone_sip_uri_free (decoded->request_uri);
      phone_sip_message_unref (decoded->message);
    }

  g_array_unref (all);
}

static int
bench_serialize (const char *file,
                 guint       rounds)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GArray) frames = bench_load (file, &bytes);
  GArray *all = bench_decode_all (frames);
  gint64 start = g_get_monotonic_time ();
  PhoneSipWriter out = { NULL, };
  guint64 sum = 0, written = 0;

  for (guint round = 0; round < rounds; round++)
    for (guint i = 0; i < all->len; i++)
      {
        out.length = 0;
        bench_encode (&g_array_index (all, Decoded, i), &out);
        written += out.length;
      }

  g_printerr ("serialize: %" G_GUINT64_FORMAT " bytes, %.3f us a message\n", written,
              (double) (g_get_monotonic_time () - start) / MAX (1, all->len * rounds));

  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr (PhoneSipMessage) again = NULL;

      out.length = 0;
      bench_encode (&g_array_index (all, Decoded, i), &out);
      again = phone_sip_parse (out.text, out.length, NULL);
      if (again != NULL)
        sum += bench_decode (again);
    }

  phone_sip_writer_clear (&out);
  bench_free_all (all);
  printf ("%" G_GUINT64_FORMAT "\n", sum);
  return 0;
}

/* file NULL: the mode works in memory and its one argument is a count. */
static const struct
{
  const char *name;
  int       (*run_file)  (const char *file, guint rounds);
  int       (*run_count) (guint count);
} modes[] = {
  { "parse", bench_parse, NULL },
  { "serialize", bench_serialize, NULL },
  { "transaction", NULL, bench_transaction },
  { "call", NULL, bench_call },
};

int
main (int    argc,
      char **argv)
{
  for (guint i = 0; argc > 2 && i < G_N_ELEMENTS (modes); i++)
    {
      if (strcmp (argv[1], modes[i].name) != 0)
        continue;

      if (modes[i].run_count != NULL && argc == 3)
        return modes[i].run_count (atoi (argv[2]));
      if (modes[i].run_file != NULL && argc == 4)
        return modes[i].run_file (argv[2], atoi (argv[3]));
    }

  g_printerr ("Usage: sip-bench parse|serialize FILE ROUNDS, sip-bench transaction|call COUNT\n");
  return 1;
}
