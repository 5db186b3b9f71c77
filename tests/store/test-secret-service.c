/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-secret-service.h"

#include <glib/gstdio.h>

#include "phone-expect.h"

typedef struct
{
  gboolean             done;
  GAsyncResult        *result;
} Answer;

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Answer *answer = data;

  answer->result = g_object_ref (result);
  answer->done = TRUE;
}

static void
save (PhoneSecrets *secrets,
      const char   *uri,
      const char   *password)
{
  g_autoptr(PhoneAccountSecrets) kept = phone_account_secrets_new ();
  g_autoptr(GError) error = NULL;
  Answer answer = { FALSE, NULL };

  kept->password = g_strdup (password);
  phone_secrets_save_async (secrets, uri, kept, NULL, answered_cb, &answer);
  phone_expect_flag ("saved", &answer.done);
  g_assert_true (phone_secrets_save_finish (secrets, answer.result, &error));
  g_assert_no_error (error);
  g_object_unref (answer.result);
}

static char *
lookup (PhoneSecrets *secrets,
        const char   *uri)
{
  g_autoptr(PhoneAccountSecrets) found = NULL;
  g_autoptr(GError) error = NULL;
  Answer answer = { FALSE, NULL };

  phone_secrets_lookup_async (secrets, uri, NULL, answered_cb, &answer);
  phone_expect_flag ("looked up", &answer.done);
  found = phone_secrets_lookup_finish (secrets, answer.result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (found);
  g_object_unref (answer.result);

  return g_strdup (found->password);
}

static void
clear (PhoneSecrets *secrets,
       const char   *uri)
{
  Answer answer = { FALSE, NULL };

  phone_secrets_clear_async (secrets, uri, NULL, answered_cb, &answer);
  phone_expect_flag ("cleared", &answer.done);
  g_assert_true (phone_secrets_clear_finish (secrets, answer.result, NULL));
  g_object_unref (answer.result);
}

static void
unavailable_cb (PhoneSecrets *secrets,
                const char   *sentence,
                gpointer      data)
{
  g_assert_cmpstr (sentence, !=, "");
  (*(guint *) data)++;
}

/* libsecret opens its back end once in a process, so each state of the key ring is a process of its own. */
static void
test_key_ring (void)
{
  g_autofree char *folder = NULL, *path = NULL, *asan = NULL;

  if (g_test_subprocess ())
    {
      PhoneSecrets *secrets = PHONE_SECRETS (phone_secret_service_new ("org.example.Phone"));
      g_autoptr(PhoneSecretService) other = phone_secret_service_new ("org.example.Phone.Bob");
      g_autofree char *found = NULL, *changed = NULL, *foreign = NULL, *cleared = NULL;

      save (secrets, "sip:alice@example.com", "one");
      found = lookup (secrets, "sip:alice@example.com");
      g_assert_cmpstr (found, ==, "one");
      g_assert_true (phone_secrets_is_persistent (secrets));
      save (secrets, "sip:alice@example.com", "two");
      changed = lookup (secrets, "sip:alice@example.com");
      g_assert_cmpstr (changed, ==, "two");
      foreign = lookup (PHONE_SECRETS (other), "sip:alice@example.com");
      g_assert_null (foreign);
      clear (secrets, "sip:alice@example.com");
      cleared = lookup (secrets, "sip:alice@example.com");
      g_assert_null (cleared);
      g_assert_finalize_object (secrets);
      return;
    }

  folder = g_dir_make_tmp ("phone-XXXXXX", NULL);
  path = g_build_filename (folder, "test.keyring", NULL);
  /* libsecret 0.20 loses the file's entity tag with each write of its file back end. */
  asan = g_strdup (g_getenv ("ASAN_OPTIONS"));
  if (asan != NULL)
    {
      g_autofree char *lenient = g_strconcat (asan, ":detect_leaks=0", NULL);

      g_setenv ("ASAN_OPTIONS", lenient, TRUE);
    }
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  if (asan != NULL)
    g_setenv ("ASAN_OPTIONS", asan, TRUE);
  g_unlink (path);
  g_rmdir (folder);
  g_test_trap_assert_passed ();
}

static void
test_no_key_ring (void)
{
  if (g_test_subprocess ())
    {
      PhoneSecrets *secrets = PHONE_SECRETS (phone_secret_service_new ("org.example.Phone"));
      g_autofree char *nothing = NULL, *found = NULL, *cleared = NULL;
      guint n_told = 0;

      g_signal_connect (secrets, "unavailable", G_CALLBACK (unavailable_cb), &n_told);
      nothing = lookup (secrets, "sip:alice@example.com");
      g_assert_null (nothing);
      save (secrets, "sip:alice@example.com", "one");
      g_assert_false (phone_secrets_is_persistent (secrets));
      g_assert_cmpuint (n_told, ==, 1);
      found = lookup (secrets, "sip:alice@example.com");
      g_assert_cmpstr (found, ==, "one");
      clear (secrets, "sip:alice@example.com");
      cleared = lookup (secrets, "sip:alice@example.com");
      g_assert_null (cleared);
      g_assert_finalize_object (secrets);
      return;
    }

  g_unsetenv ("SECRET_BACKEND");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_cancelled (void)
{
  g_autoptr(PhoneSecretService) service = phone_secret_service_new ("org.example.Phone");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  Answer answer = { FALSE, NULL };

  g_cancellable_cancel (cancellable);
  phone_secrets_lookup_async (PHONE_SECRETS (service), "sip:a@b", cancellable, answered_cb, &answer);
  phone_expect_flag ("looked up", &answer.done);
  g_assert_null (phone_secrets_lookup_finish (PHONE_SECRETS (service), answer.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (phone_secrets_is_persistent (PHONE_SECRETS (service)));
  g_object_unref (answer.result);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/secret-service/keeps-changes-and-forgets", test_key_ring);
  g_test_add_func ("/store/secret-service/without-key-ring-keeps-for-this-run-and-tells-once", test_no_key_ring);
  g_test_add_func ("/store/secret-service/cancelled-is-not-unavailable", test_cancelled);

  return g_test_run ();
}
