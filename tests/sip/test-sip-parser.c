/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Frames in tests/fixtures/sip: what is refused begins with "bad-". Every one is also cut off at every byte, in a block of its own size. */

#include "config.h"
#include "phone-sip-error.h"
#include "phone-sip-parser.h"

#include <string.h>

static char *
load (const char *name,
      gsize      *out_length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "sip", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, out_length, &error);
  g_assert_no_error (error);
  return text;
}

static PhoneSipMessage *
parse_file (const char *name)
{
  gsize length;
  g_autofree char *text = load (name, &length);
  g_autoptr (GError) error = NULL;
  PhoneSipMessage *message = phone_sip_parse (text, length, &error);

  if (message == NULL)
    g_error ("%s was refused: %s", name, error->message);
  return message;
}

static void
test_every_file (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "sip", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      gsize length;
      g_autofree char *text = load (name, &length);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipMessage) message = phone_sip_parse (text, length, &error);
      gboolean refused = g_str_has_prefix (name, "bad-") || g_str_has_prefix (name, "version-");

      if ((message == NULL) != refused)
        g_error ("%s: %s", name, message == NULL ? error->message : "passed");
      g_assert_cmpint (message == NULL, ==, error != NULL);
      n++;
    }

  g_assert_cmpuint (n, >, 40);
}

/* Every reader of a message that was cut off somewhere. */
static void
read_all (PhoneSipMessage *message)
{
  const char *name, *value;
  gsize length;

  for (guint i = 0; i < phone_sip_message_get_n_headers (message); i++)
    {
      PhoneSipHeader header = phone_sip_message_get_nth_header (message, i, &name, &value);
      g_auto (GStrv) values = phone_sip_message_get_headers (message, name);
      guint32 number;

      g_assert_nonnull (values);
      g_assert_nonnull (value);
      if (header != PHONE_SIP_HEADER_OTHER)
        {
          g_autoptr (PhoneSipAddress) address = phone_sip_message_get_address (message, header);
          g_autoptr (GPtrArray) addresses = phone_sip_message_get_addresses (message, header);

          phone_sip_message_get_uint (message, header, &number);
        }
    }

  g_assert_nonnull (phone_sip_message_get_call_id (message));
  g_assert_nonnull (phone_sip_message_get_text (message, &length));
}

static void
test_cut_off (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "sip", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      gsize length;
      g_autofree char *text = load (name, &length);

      for (gsize cut = 0; cut < length; cut++)
        {
          g_autofree char *block = g_memdup2 (text, cut);
          g_autoptr (GError) error = NULL;
          g_autoptr (PhoneSipMessage) message = phone_sip_parse (block != NULL ? block : "", cut, &error);

          if (message != NULL)
            {
              read_all (message);
            }
          else
            {
              g_autoptr (PhoneSipMessage) answer = phone_sip_parse_refuse (block != NULL ? block : "", cut, error);

              if (answer != NULL)
                g_assert_cmpuint (phone_sip_message_get_status (answer), >=, 400);
            }
        }
    }
}

static void
test_odd_spaces (void)
{
  g_autoptr (PhoneSipMessage) message = parse_file ("invite-odd-spaces.sip");
  g_autoptr (PhoneSipAddress) to = NULL;
  g_autoptr (GPtrArray) contacts = NULL;
  gsize length;
  guint32 forwards;

  g_assert_cmpint (phone_sip_message_get_method (message), ==, PHONE_SIP_METHOD_INVITE);
  g_assert_cmpstr (phone_sip_message_get_request_uri (message), ==, "sip:dora@bergen.example;lr");
  g_assert_cmpstr (phone_sip_message_get_to_tag (message), ==, "t1");
  g_assert_cmpstr (phone_sip_message_get_from_tag (message), ==, "77");
  g_assert_cmpstr (phone_sip_message_get_branch (message), ==, "z9hG4bKone");
  g_assert_cmpstr (phone_sip_message_get_via_sent_by (message), ==, "a.invalid");
  g_assert_cmpstr (phone_sip_message_get_call_id (message), ==, "odd@oslo");
  g_assert_cmpuint (phone_sip_message_get_cseq (message), ==, 12);
  g_assert_cmpuint (phone_sip_message_count_header (message, "via"), ==, 3);
  g_assert_cmpuint (phone_sip_message_count_header (message, "Contact"), ==, 2);
  g_assert_cmpstr (phone_sip_message_get_header (message, PHONE_SIP_HEADER_SUBJECT), ==, "");
  g_assert_cmpstr (phone_sip_message_get_header_by_name (message, "X-Unknown"), ==, ";;,,\\\"");
  g_assert_true (phone_sip_message_get_uint (message, PHONE_SIP_HEADER_MAX_FORWARDS, &forwards));
  g_assert_cmpuint (forwards, ==, 70);
  to = phone_sip_message_get_address (message, PHONE_SIP_HEADER_TO);
  g_assert_cmpstr (phone_sip_address_get_display_name (to), ==, "Dora \"D\" Dahl");
  contacts = phone_sip_message_get_addresses (message, PHONE_SIP_HEADER_CONTACT);
  g_assert_cmpuint (contacts->len, ==, 2);
  g_assert_cmpstr (phone_sip_address_get_display_name (contacts->pdata[0]), ==, "D, <x>");
  g_assert_cmpstr (phone_sip_message_get_body (message, &length), ==, "abcd");
  g_assert_cmpuint (length, ==, 4);
}

static void
test_escapes (void)
{
  g_autoptr (PhoneSipMessage) message = parse_file ("register-escapes.sip"), other = parse_file ("options-extension-method.sip");
  g_autoptr (PhoneSipAddress) to = phone_sip_message_get_address (message, PHONE_SIP_HEADER_TO);

  g_assert_cmpstr (phone_sip_message_get_from_tag (message), ==, "%41");
  g_assert_cmpuint (phone_sip_message_count_header (message, "Contact"), ==, 2);
  g_assert_cmpstr (phone_sip_uri_get_user (phone_sip_address_get_uri (to)), ==, "em%00il");
  g_assert_cmpint (phone_sip_message_get_method (other), ==, PHONE_SIP_METHOD_UNKNOWN);
  g_assert_cmpstr (phone_sip_message_get_method_name (other), ==, "REG%49STER.v1");
}

static void
test_body (void)
{
  g_autoptr (PhoneSipMessage) trailing = parse_file ("message-trailing-octets.sip"), binary = parse_file ("message-binary-body.sip");
  g_autoptr (PhoneSipMessage) plain = parse_file ("invite-plain.sip"), quoted = parse_file ("message-nul-in-quotes.sip");
  gsize length;
  const char *text;

  g_assert_cmpstr (phone_sip_message_get_body (trailing, &length), ==, "hi");
  text = phone_sip_message_get_text (trailing, &length);
  g_assert_true (g_str_has_suffix (text, "\r\n\r\nhi"));
  g_assert_cmpuint (strlen (text), ==, length);
  text = phone_sip_message_get_body (binary, &length);
  g_assert_cmpmem (text, length, "\0\xff\0\x80\r\n", 6);
  g_assert_cmpstr (phone_sip_message_get_content_type (plain), ==, "application/sdp");
  g_assert_null (phone_sip_message_get_body (quoted, &length));
  g_assert_cmpuint (length, ==, 0);
}

static void
test_responses (void)
{
  g_autoptr (PhoneSipMessage) empty = parse_file ("response-no-reason.sip"), odd = parse_file ("response-odd-reason.sip"), lower = parse_file ("response-lower-case-version.sip");

  g_assert_false (phone_sip_message_is_request (empty));
  g_assert_cmpuint (phone_sip_message_get_status (empty), ==, 183);
  g_assert_cmpstr (phone_sip_message_get_reason (empty), ==, "");
  g_assert_null (phone_sip_message_get_request_uri (empty));
  g_assert_cmpint (phone_sip_message_get_method (empty), ==, PHONE_SIP_METHOD_INVITE);
  g_assert_cmpstr (phone_sip_message_get_reason (odd), ==, "= 10² × 2, naturally");
  g_assert_cmpuint (phone_sip_message_get_status (lower), ==, 486);
}

static void
test_old_peer (void)
{
  g_autoptr (PhoneSipMessage) message = parse_file ("request-rfc2543.sip");

  g_assert_null (phone_sip_message_get_branch (message));
  g_assert_null (phone_sip_message_get_from_tag (message));
  g_assert_null (phone_sip_message_get_to_tag (message));
}

static void
test_ipv6 (void)
{
  g_autoptr (PhoneSipMessage) message = parse_file ("request-ipv6.sip");

  g_assert_cmpstr (phone_sip_message_get_via_sent_by (message), ==, "[2001:db8::9:1]:7443");
}

static void
test_refusals (void)
{
  static const struct { const char *name; guint status; const char *part; } rows[] = {
    { "version-3.sip", 505, "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bKx\r\n" },
    { "bad-open-quote.sip", 400, "From: \"Emil <sip:e@h>;tag=1\r\n" },
    { "bad-no-from.sip", 400, "CSeq: 3 OPTIONS\r\n" },
    { "bad-cseq-wraps.sip", 400, "CSeq: 36893488147419103232 OPTIONS\r\n" },
    { "bad-two-call-id.sip", 400, "Call-ID: b.oslo\r\n" },
    { "bad-no-via.sip", 0, NULL },
    { "bad-status-1000.sip", 0, NULL },
    { "bad-empty.sip", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize length;
      g_autofree char *text = load (rows[i].name, &length);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipMessage) message = phone_sip_parse (text, length, &error), answer = NULL;

      g_assert_null (message);
      answer = phone_sip_parse_refuse (text, length, error);
      if (rows[i].status == 0)
        {
          g_assert_null (answer);
          continue;
        }

      g_assert_cmpuint (phone_sip_message_get_status (answer), ==, rows[i].status);
      g_assert_nonnull (strstr (phone_sip_message_get_text (answer, NULL), rows[i].part));
    }
}

/* A frame of one header n times. */
static char *
repeat (const char *line,
        guint       n,
        gsize      *out_length)
{
  GString *text = g_string_new ("OPTIONS sip:h SIP/2.0\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nVia: SIP/2.0/WSS a;branch=b\r\n");

  for (guint i = 0; i < n; i++)
    g_string_append (text, line);
  g_string_append (text, "\r\n");
  *out_length = text->len;
  return g_string_free (text, FALSE);
}

static void
test_limits (void)
{
  static const struct { const char *line; guint n; gboolean good; } rows[] = {
    { "Via: SIP/2.0/WSS a;branch=b\r\n", 195, TRUE },
    { "Via: SIP/2.0/WSS a;branch=b\r\n", 196, FALSE },
    { "Via: SIP/2.0/WSS a;branch=b\r\n", 50000, FALSE },
    { "a: b\r\n", 5000, FALSE },
    { "a:\r\n b\r\n", 10, TRUE },
  };
  g_autoptr (GString) line = g_string_new ("Subject: "), fold = g_string_new ("Subject: x\r\n");
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = repeat (rows[i].line, rows[i].n, &length);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhoneSipMessage) message = phone_sip_parse (text, length, &error);

      g_assert_cmpint (message != NULL, ==, rows[i].good);
      if (message == NULL)
        g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE);
    }

  while (line->len < PHONE_SIP_MAX_LINE + 20)
    g_string_append (line, "0123456789");
  g_string_append (line, "\r\n");
  for (guint i = 0; i < 2000; i++)
    g_string_append (fold, " 0123456789\r\n");

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *text = repeat (i == 0 ? line->str : fold->str, 1, &length);
      g_autoptr (GError) error = NULL;

      g_assert_null (phone_sip_parse (text, length, &error));
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE);
    }
}

static void
test_wire_text (void)
{
  g_autoptr (PhoneSipMessage) message = parse_file ("request-empty-lines-first.sip"), lines = parse_file ("request-line-feeds.sip");
  gsize length;

  g_assert_true (g_str_has_prefix (phone_sip_message_get_text (message, &length), "OPTIONS "));
  g_assert_cmpstr (phone_sip_message_get_header (lines, PHONE_SIP_HEADER_SUBJECT), ==, "folded  here");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/parser/every-fixture-as-its-name-says", test_every_file);
  g_test_add_func ("/sip/parser/cut-off-at-every-byte", test_cut_off);
  g_test_add_func ("/sip/parser/odd-white-space-and-folds", test_odd_spaces);
  g_test_add_func ("/sip/parser/percent-is-no-escape-outside-uris", test_escapes);
  g_test_add_func ("/sip/parser/body-by-its-length-in-bytes", test_body);
  g_test_add_func ("/sip/parser/responses", test_responses);
  g_test_add_func ("/sip/parser/a-peer-of-rfc2543", test_old_peer);
  g_test_add_func ("/sip/parser/ipv6", test_ipv6);
  g_test_add_func ("/sip/parser/answers-to-bad-requests", test_refusals);
  g_test_add_func ("/sip/parser/limits", test_limits);
  g_test_add_func ("/sip/parser/wire-text-is-kept", test_wire_text);
  return g_test_run ();
}
