/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-test.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"
#include "phone-scripted-peer.h"

typedef struct
{
  PhoneFakeClock        *clock;
  PhoneFakeSocket       *sockets[2];
  PhoneScriptedPeer     *server;
  PhoneAccount          *account;
  PhoneAccountSecrets   *secrets;
  PhoneSwitchboardParts  parts;
  GCancellable          *cancellable;
  gboolean               done;
  PhoneUaProblem         problem;
  char                  *detail;
  GError                *error;
} Fixture;

static PhoneSipSocket *
create_socket (const char  *url,
               const char  *ca_file,
               gpointer     data,
               GError     **error)
{
  return g_object_ref (PHONE_SIP_SOCKET (data));
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Fixture *fixture = data;

  fixture->problem = phone_account_test_finish (result, &fixture->detail, &fixture->error);
  fixture->done = TRUE;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = phone_fake_clock_new ();
  phone_fake_socket_new_pair (&fixture->sockets[0], &fixture->sockets[1]);
  fixture->account = phone_ua_pair_create_account ("sip:alice@example.com");
  g_object_set (fixture->account, "register", TRUE, NULL);
  fixture->secrets = phone_account_secrets_new ();
  fixture->cancellable = g_cancellable_new ();
  fixture->parts = (PhoneSwitchboardParts) {
    .clock = PHONE_SIP_CLOCK (fixture->clock),
    .socket_factory = create_socket,
    .media_factory = phone_fake_media_new,
    .data = fixture->sockets[0],
  };
  fixture->server = phone_scripted_peer_new (PHONE_SIP_SOCKET (fixture->sockets[1]));
}

static void
begin (Fixture *fixture)
{
  phone_account_test_async (fixture->account, fixture->secrets, &fixture->parts, fixture->cancellable, done_cb, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  phone_expect_flag ("result", &fixture->done);
  for (guint i = 0; i < 4; i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (fixture->clock, 20000);
    }
  phone_ua_pair_settle ();
  g_object_unref (fixture->server);
  g_object_unref (fixture->sockets[0]);
  g_object_unref (fixture->sockets[1]);
  g_object_unref (fixture->account);
  g_object_unref (fixture->cancellable);
  phone_account_secrets_free (fixture->secrets);
  g_free (fixture->detail);
  g_clear_error (&fixture->error);
  g_assert_finalize_object (fixture->clock);
}

static void
answer_register (Fixture    *fixture,
                 guint       status,
                 const char *lines)
{
  g_autoptr (PhoneSipMessage) request = phone_scripted_peer_expect (fixture->server, "REGISTER");
  g_autofree char *echo = g_strdup_printf ("Contact: %s", phone_sip_message_get_header (request, PHONE_SIP_HEADER_CONTACT));

  phone_scripted_peer_reply (fixture->server, request, status, lines ? lines : status == 200 ? echo : NULL, NULL);
  phone_ua_pair_settle ();
}

static void
test_good (Fixture       *fixture,
           gconstpointer  data)
{
  begin (fixture);
  answer_register (fixture, 200, NULL);
  g_assert_false (fixture->done);
  answer_register (fixture, 200, "Expires: 0");
  phone_expect_flag ("result", &fixture->done);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_NONE);
}

static void
test_password (Fixture       *fixture,
               gconstpointer  data)
{
  static const char challenge[] = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"abc\"";

  fixture->secrets->password = g_strdup ("wrong");
  begin (fixture);
  answer_register (fixture, 401, challenge);
  answer_register (fixture, 401, challenge);
  phone_expect_flag ("result", &fixture->done);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_PASSWORD);
  g_assert_cmpstr (fixture->detail, ==, "401 Unauthorized");
}

static void
test_no_such_user (Fixture       *fixture,
                   gconstpointer  data)
{
  begin (fixture);
  answer_register (fixture, 404, NULL);
  phone_expect_flag ("result", &fixture->done);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_NO_SUCH_USER);
}

static void
test_certificate (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GError) error = g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "self-signed");

  phone_fake_socket_set_refusal (fixture->sockets[0], error);
  begin (fixture);
  phone_expect_flag ("result", &fixture->done);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_CERTIFICATE);
  g_assert_cmpstr (fixture->detail, ==, "self-signed");
}

static void
test_configuration (Fixture       *fixture,
                    gconstpointer  data)
{
  phone_account_clear_sockets (fixture->account);
  begin (fixture);
  phone_expect_flag ("result", &fixture->done);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_CONFIGURATION);
}

static void
test_no_word (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PhoneSipMessage) request = NULL;

  begin (fixture);
  request = phone_scripted_peer_expect (fixture->server, "REGISTER");
  phone_fake_clock_advance (fixture->clock, 20000);
  phone_expect_flag ("result", &fixture->done);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_UNREACHABLE);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  begin (fixture);
  phone_ua_pair_settle ();
  g_cancellable_cancel (fixture->cancellable);
  phone_expect_flag ("result", &fixture->done);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_without_registration (Fixture       *fixture,
                           gconstpointer  data)
{
  g_object_set (fixture->account, "register", FALSE, NULL);
  begin (fixture);
  phone_expect_flag ("result", &fixture->done);
  g_assert_cmpint (fixture->problem, ==, PHONE_UA_PROBLEM_NONE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/calls/account-test/all-is-well", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/calls/account-test/wrong-password", Fixture, NULL, set_up, test_password, tear_down);
  g_test_add ("/calls/account-test/no-such-user", Fixture, NULL, set_up, test_no_such_user, tear_down);
  g_test_add ("/calls/account-test/certificate", Fixture, NULL, set_up, test_certificate, tear_down);
  g_test_add ("/calls/account-test/configuration", Fixture, NULL, set_up, test_configuration, tear_down);
  g_test_add ("/calls/account-test/server-says-nothing", Fixture, NULL, set_up, test_no_word, tear_down);
  g_test_add ("/calls/account-test/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/calls/account-test/without-registration", Fixture, NULL, set_up, test_without_registration, tear_down);

  return g_test_run ();
}
