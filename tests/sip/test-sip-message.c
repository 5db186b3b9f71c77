/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-sip-error.h"
#include "phone-sip-message.h"
#include "phone-sip-parser.h"

#include <string.h>

static PhoneSipMessageBuilder *
begin_request (const char *method)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request (method, "sip:dora@bergen.example");

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, "SIP/2.0/WSS a.invalid;branch=z9hG4bKone");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_FROM, "<sip:emil@oslo.example>;tag=77");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_TO, "<sip:dora@bergen.example>");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CALL_ID, "c1");
  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_CSEQ, "%u %s", 7, method);
  return builder;
}

static PhoneSipMessage *
end (PhoneSipMessageBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  PhoneSipMessage *message = phone_sip_message_builder_end (builder, &error);

  g_assert_no_error (error);
  return message;
}

static void
test_text (void)
{
  PhoneSipMessageBuilder *builder = begin_request ("INVITE");
  g_autoptr (PhoneSipMessage) message = NULL, again = NULL;
  const char *text;
  gsize length;

  phone_sip_message_builder_add_by_name (builder, "x-mine", "1");
  phone_sip_message_builder_add_line (builder, "k :  timer ");
  phone_sip_message_builder_set_body (builder, "application/sdp", "v=0\r\n\xc3\xa6", -1);
  message = end (builder);
  text = phone_sip_message_get_text (message, &length);
  g_assert_cmpstr (text, ==,
                   "INVITE sip:dora@bergen.example SIP/2.0\r\n"
                   "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bKone\r\n"
                   "From: <sip:emil@oslo.example>;tag=77\r\n"
                   "To: <sip:dora@bergen.example>\r\n"
                   "Call-ID: c1\r\n"
                   "CSeq: 7 INVITE\r\n"
                   "x-mine: 1\r\n"
                   "Supported: timer\r\n"
                   "Content-Type: application/sdp\r\n"
                   "Content-Length: 7\r\n"
                   "\r\n"
                   "v=0\r\n\xc3\xa6");
  g_assert_cmpuint (length, ==, strlen (text));

  again = phone_sip_parse (text, length, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (phone_sip_message_get_n_headers (again), ==, phone_sip_message_get_n_headers (message));
  for (guint i = 0; i < phone_sip_message_get_n_headers (message); i++)
    {
      const char *name, *value, *other_name, *other_value;

      g_assert_cmpint (phone_sip_message_get_nth_header (message, i, &name, &value), ==, phone_sip_message_get_nth_header (again, i, &other_name, &other_value));
      g_assert_cmpstr (name, ==, other_name);
      g_assert_cmpstr (value, ==, other_value);
    }
  g_assert_cmpstr (phone_sip_message_get_text (again, NULL), ==, text);
}

static void
assert_user (PhoneSipMessage *message,
             PhoneSipHeader   header,
             const char      *user)
{
  g_autoptr (PhoneSipAddress) address = phone_sip_message_get_address (message, header);

  g_assert_nonnull (address);
  g_assert_cmpstr (phone_sip_uri_get_user (phone_sip_address_get_uri (address)), ==, user);
}

static void
test_getters (void)
{
  PhoneSipMessageBuilder *builder = begin_request ("INFO");
  g_autoptr (PhoneSipMessage) message = NULL;
  g_auto (GStrv) supported = NULL, none = NULL;
  guint32 value = 1;

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUPPORTED, "timer, path");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUPPORTED, "100rel");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ALLOW, "INVITE,ACK");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SESSION_EXPIRES, "90;refresher=uac");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_RETRY_AFTER, "12 (busy)");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_EXPIRES, "4294967296");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_MIN_EXPIRES, "5 x");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CONTACT, "<sip:a@h>");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CONTACT, "<sip:b@h>, nonsense");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_EVENT, "refer;id=9");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_REPLACES, "c2;to-tag=x;from-tag=y");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_REFER_TO, "<sip:carol@h?X=y>");
  message = end (builder);

  g_assert_true (phone_sip_message_is_request (message));
  g_assert_cmpint (phone_sip_message_get_method (message), ==, PHONE_SIP_METHOD_INFO);
  g_assert_cmpuint (phone_sip_message_get_cseq (message), ==, 7);
  g_assert_cmpstr (phone_sip_message_get_call_id (message), ==, "c1");
  g_assert_cmpstr (phone_sip_message_get_request_uri (message), ==, "sip:dora@bergen.example");
  g_assert_cmpstr (phone_sip_message_get_header (message, PHONE_SIP_HEADER_VIA), ==, "SIP/2.0/WSS a.invalid;branch=z9hG4bKone");
  g_assert_cmpstr (phone_sip_message_get_header (message, PHONE_SIP_HEADER_EVENT), ==, "refer;id=9");
  g_assert_cmpstr (phone_sip_message_get_header (message, PHONE_SIP_HEADER_REPLACES), ==, "c2;to-tag=x;from-tag=y");
  assert_user (message, PHONE_SIP_HEADER_FROM, "emil");
  assert_user (message, PHONE_SIP_HEADER_TO, "dora");
  assert_user (message, PHONE_SIP_HEADER_REFER_TO, "carol");
  g_assert_null (phone_sip_message_get_address (message, PHONE_SIP_HEADER_REFERRED_BY));
  g_assert_null (phone_sip_message_get_address (message, PHONE_SIP_HEADER_EVENT));
  g_assert_cmpstr (phone_sip_message_get_branch (message), ==, "z9hG4bKone");
  g_assert_cmpstr (phone_sip_message_get_from_tag (message), ==, "77");
  g_assert_null (phone_sip_message_get_to_tag (message));
  g_assert_true (phone_sip_message_has_token (message, PHONE_SIP_HEADER_SUPPORTED, "100REL"));
  g_assert_true (phone_sip_message_has_token (message, PHONE_SIP_HEADER_SUPPORTED, "path"));
  g_assert_false (phone_sip_message_has_token (message, PHONE_SIP_HEADER_SUPPORTED, "pat"));
  g_assert_false (phone_sip_message_has_token (message, PHONE_SIP_HEADER_REQUIRE, "path"));
  g_assert_true (phone_sip_message_has_token (message, PHONE_SIP_HEADER_ALLOW, "ACK"));
  g_assert_false (phone_sip_message_has_token (message, PHONE_SIP_HEADER_ALLOW, "ack"));
  supported = phone_sip_message_get_headers (message, "k");
  g_assert_cmpuint (g_strv_length (supported), ==, 3);
  g_assert_cmpstr (supported[2], ==, "100rel");
  g_assert_cmpuint (phone_sip_message_count_header (message, "supported"), ==, 3);
  none = phone_sip_message_get_headers (message, "X-None");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_null (phone_sip_message_get_header (message, PHONE_SIP_HEADER_REASON));
  g_assert_null (phone_sip_message_get_header_by_name (message, "X-None"));
  g_assert_true (phone_sip_message_get_uint (message, PHONE_SIP_HEADER_SESSION_EXPIRES, &value));
  g_assert_cmpuint (value, ==, 90);
  g_assert_true (phone_sip_message_get_uint (message, PHONE_SIP_HEADER_RETRY_AFTER, &value));
  g_assert_cmpuint (value, ==, 12);
  g_assert_false (phone_sip_message_get_uint (message, PHONE_SIP_HEADER_EXPIRES, &value));
  g_assert_false (phone_sip_message_get_uint (message, PHONE_SIP_HEADER_MIN_EXPIRES, &value));
  g_assert_cmpuint (value, ==, 12);
  g_assert_null (phone_sip_message_get_addresses (message, PHONE_SIP_HEADER_CONTACT));
  g_assert_null (phone_sip_message_get_addresses (message, PHONE_SIP_HEADER_ROUTE));
  g_assert_null (phone_sip_message_get_content_type (message));
  g_assert_null (phone_sip_message_get_body (message, NULL));
}

static void
test_reply (void)
{
  static const struct { guint status; const char *tag, *to; gboolean route; } rows[] = {
    { 100, "t", "<sip:dora@bergen.example>", FALSE },
    { 180, "t", "<sip:dora@bergen.example>;tag=t", TRUE },
    { 200, "t", "<sip:dora@bergen.example>;tag=t", TRUE },
    { 302, "t", "<sip:dora@bergen.example>;tag=t", FALSE },
    { 486, NULL, "<sip:dora@bergen.example>", FALSE },
  };
  PhoneSipMessageBuilder *builder = begin_request ("INVITE");
  g_autoptr (PhoneSipMessage) request = NULL;

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, "SIP/2.0/TCP b, SIP/2.0/TCP c");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_RECORD_ROUTE, "<sip:p1;lr>, <sip:p2;lr>");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUBJECT, "x");
  request = end (builder);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PhoneSipMessage) reply = end (phone_sip_message_builder_new_reply (request, rows[i].status, NULL, rows[i].tag));

      g_assert_cmpuint (phone_sip_message_get_status (reply), ==, rows[i].status);
      g_assert_cmpuint (phone_sip_message_count_header (reply, "Via"), ==, 3);
      g_assert_cmpstr (phone_sip_message_get_header (reply, PHONE_SIP_HEADER_TO), ==, rows[i].to);
      g_assert_cmpstr (phone_sip_message_get_header (reply, PHONE_SIP_HEADER_CSEQ), ==, "7 INVITE");
      g_assert_cmpuint (phone_sip_message_count_header (reply, "Record-Route"), ==, rows[i].route ? 2 : 0);
      g_assert_null (phone_sip_message_get_header (reply, PHONE_SIP_HEADER_SUBJECT));
      g_assert_cmpint (phone_sip_message_get_method (reply), ==, PHONE_SIP_METHOD_INVITE);
    }
}

static void
test_reply_keeps_tag (void)
{
  static const char bye[] = "BYE sip:h SIP/2.0\r\nv: SIP/2.0/WSS a\r\nf: <sip:a@h>;tag=1\r\nt: <sip:b@h>;tag=2\r\ni: c\r\nCSeq: 1 BYE\r\n\r\n";
  g_autoptr (PhoneSipMessage) request = phone_sip_parse (bye, sizeof bye - 1, NULL);
  g_autoptr (PhoneSipMessage) reply = NULL;

  g_assert_nonnull (request);
  reply = end (phone_sip_message_builder_new_reply (request, 481, "Gone Away", "other"));
  g_assert_cmpstr (phone_sip_message_get_to_tag (reply), ==, "2");
  g_assert_cmpstr (phone_sip_message_get_reason (reply), ==, "Gone Away");
}

static void
test_injection (void)
{
  static const struct { const char *value; gboolean line; } rows[] = {
    { "a\r\nVia: b", FALSE }, { "a\nb", FALSE }, { "a\rb", FALSE }, { "no colon", TRUE }, { "a b: c", TRUE }, { ": c", TRUE }, { "X: a\r\nY: b", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PhoneSipMessageBuilder *builder = begin_request ("INFO");
      g_autoptr (GError) error = NULL;

      if (rows[i].line)
        phone_sip_message_builder_add_line (builder, rows[i].value);
      else
        phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUBJECT, rows[i].value);

      g_assert_null (phone_sip_message_builder_end (builder, &error));
      g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);
    }
}

static void
test_essence (void)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request ("INFO", "sip:h");
  g_autoptr (GError) error = NULL;

  g_assert_null (phone_sip_message_builder_end (builder, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);
  g_clear_error (&error);

  builder = begin_request ("INFO");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_FROM, "<sip:x@h>");
  g_assert_null (phone_sip_message_builder_end (builder, &error));
  g_assert_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED);

  phone_sip_message_builder_free (begin_request ("INFO"));
}

static void
test_body (void)
{
  PhoneSipMessageBuilder *builder = begin_request ("MESSAGE");
  g_autoptr (PhoneSipMessage) message = NULL;
  const char *body;
  gsize length;

  phone_sip_message_builder_add_line (builder, "Content-Type: text/PLAIN;charset=utf-8");
  phone_sip_message_builder_add_line (builder, "Content-Length: 99");
  phone_sip_message_builder_set_body (builder, "text/html", "a\0b", 3);
  message = end (builder);
  body = phone_sip_message_get_body (message, &length);
  g_assert_cmpmem (body, length, "a\0b", 3);
  g_assert_cmpint (body[length], ==, 0);
  g_assert_cmpstr (phone_sip_message_get_content_type (message), ==, "text/plain");
  g_assert_cmpuint (phone_sip_message_count_header (message, "Content-Type"), ==, 1);
  g_assert_cmpstr (phone_sip_message_get_header (message, PHONE_SIP_HEADER_CONTENT_LENGTH), ==, "3");
}

static void
test_many_lines (void)
{
  PhoneSipMessageBuilder *builder = begin_request ("INFO");
  g_autoptr (PhoneSipMessage) message = NULL;

  for (guint i = 0; i < 150; i++)
    phone_sip_message_builder_add_by_name (builder, "X-Many", "1");
  message = end (builder);
  g_assert_cmpuint (phone_sip_message_count_header (message, "x-many"), ==, 150);
}

static void
test_address (void)
{
  g_autoptr (PhoneSipAddress) address = phone_sip_address_parse ("Dora <sip:d@h>;tag=\"x\"", -1, NULL);
  PhoneSipMessageBuilder *builder = begin_request ("INFO");
  g_autoptr (PhoneSipMessage) message = NULL;

  phone_sip_message_builder_add_address (builder, PHONE_SIP_HEADER_CONTACT, address);
  message = end (builder);
  g_assert_cmpstr (phone_sip_message_get_header (message, PHONE_SIP_HEADER_CONTACT), ==, "\"Dora\" <sip:d@h>;tag=\"x\"");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/message/built-text-parses-to-the-same", test_text);
  g_test_add_func ("/sip/message/getters", test_getters);
  g_test_add_func ("/sip/message/reply-copies-what-rfc3261-says", test_reply);
  g_test_add_func ("/sip/message/reply-keeps-the-tag", test_reply_keeps_tag);
  g_test_add_func ("/sip/message/line-ends-in-values-are-refused", test_injection);
  g_test_add_func ("/sip/message/five-headers-are-needed", test_essence);
  g_test_add_func ("/sip/message/body-of-any-bytes", test_body);
  g_test_add_func ("/sip/message/more-lines-than-the-builder-has-room-for", test_many_lines);
  g_test_add_func ("/sip/message/addresses", test_address);
  return g_test_run ();
}
