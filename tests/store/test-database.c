/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-database-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "phone-account-store.h"
#include "phone-contact-store.h"
#include "phone-history.h"
#include "phone-store-error.h"

typedef struct
{
  char *folder;
  char *path;
} Place;

static void
place_set_up (Place         *place,
              gconstpointer  data)
{
  place->folder = g_dir_make_tmp ("phone-XXXXXX", NULL);
  g_assert_nonnull (place->folder);
  place->path = g_build_filename (place->folder, "deep", "phone.db", NULL);
}

static void
place_remove (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        place_remove (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
place_tear_down (Place         *place,
                 gconstpointer  data)
{
  place_remove (place->folder);
  g_free (place->folder);
  g_free (place->path);
}

static PhoneDatabase *
open_good (const char *path)
{
  g_autoptr(GError) error = NULL;
  PhoneDatabase *database = phone_database_open (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (database);

  return database;
}

static void
test_new_file (Place         *place,
               gconstpointer  data)
{
  PhoneDatabase *database = open_good (place->path);
  GStatBuf status;

  g_assert_cmpint (phone_database_get_integer (database, "PRAGMA user_version"), ==, phone_database_schema_version ());
  g_assert_cmpint (phone_database_get_integer (database, "PRAGMA synchronous"), ==, 1);
  g_assert_null (phone_database_get_set_aside (database));
  g_assert_cmpint (g_stat (place->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_finalize_object (database);
}

static void
test_corrupt (Place         *place,
              gconstpointer  data)
{
  const char *rubbish = "this is not a database, whatever it is called, and it is longer than a page header would be, by some";
  g_autofree char *aside = g_strconcat (place->path, ".corrupt-1", NULL);
  g_autofree char *folder = g_path_get_dirname (place->path);
  g_autofree char *kept = NULL;
  PhoneDatabase *database;

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (place->path, rubbish, -1, NULL));
  database = open_good (place->path);
  g_assert_cmpstr (phone_database_get_set_aside (database), ==, aside);
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, rubbish);
  g_assert_true (phone_database_execute (database, "INSERT INTO call (kind, uri, start) VALUES (0, 'sip:a@b', 1)", NULL));
  g_assert_finalize_object (database);
}

/* A page in the middle: the header still looks good. */
static void
test_damaged_page (Place         *place,
                   gconstpointer  data)
{
  PhoneDatabase *database = open_good (place->path);
  g_autofree char *noise = g_malloc (4096);
  int fd;

  for (guint i = 0; i < 500; i++)
    g_assert_true (phone_database_execute (database, "INSERT INTO call (kind, uri, start) VALUES (0, hex (randomblob (100)), 1)", NULL));
  g_assert_finalize_object (database);

  memset (noise, 0xa5, 4096);
  fd = g_open (place->path, O_WRONLY, 0);
  g_assert_cmpint (pwrite (fd, noise, 4096, 10 * 4096), ==, 4096);
  close (fd);
  database = open_good (place->path);
  g_assert_nonnull (phone_database_get_set_aside (database));
  g_assert_cmpint (phone_database_get_integer (database, "SELECT count(*) FROM call"), ==, 0);
  g_assert_finalize_object (database);
}

static void
test_newer (Place         *place,
            gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  PhoneDatabase *database = open_good (place->path);

  phone_database_execute (database, "PRAGMA user_version=1000", NULL);
  g_assert_finalize_object (database);

  g_assert_null (phone_database_open (place->path, &error));
  g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_NEWER);
  g_assert_true (g_file_test (place->path, G_FILE_TEST_EXISTS));
}

/* What was committed is there after the program was killed, and what was not is not. */
static void
test_killed (Place         *place,
             gconstpointer  data)
{
  PhoneDatabase *database;
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      database = phone_database_open (place->path, NULL);
      phone_database_execute (database, "INSERT INTO call (kind, uri, start) VALUES (0, 'kept', 1)", NULL);
      phone_database_begin (database, NULL);
      phone_database_execute (database, "INSERT INTO call (kind, uri, start) VALUES (0, 'lost', 2)", NULL);
      raise (SIGKILL);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));

  database = open_good (place->path);
  g_assert_null (phone_database_get_set_aside (database));
  g_assert_cmpint (phone_database_get_integer (database, "SELECT count(*) FROM call"), ==, 1);
  g_assert_cmpint (phone_database_get_integer (database, "SELECT count(*) FROM call WHERE uri = 'kept'"), ==, 1);
  g_assert_finalize_object (database);
}

static void
test_unwritable_place (Place         *place,
                       gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (place->folder, "file", "phone.db", NULL);
  g_autofree char *file = g_build_filename (place->folder, "file", NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (phone_database_open (path, &error));
  g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_FAILED);
}

/* Every version that ever went out opens, with all that was in it. */
static void
test_old_versions (Place         *place,
                   gconstpointer  data)
{
  for (guint version = 1; version <= phone_database_schema_version (); version++)
    {
      g_autofree char *name = g_strdup_printf ("v%u.db", version);
      g_autofree char *fixture = g_test_build_filename (G_TEST_DIST, "fixtures", "db", name, NULL);
      g_autofree char *path = g_build_filename (place->folder, name, NULL);
      g_autofree char *content = NULL;
      g_autoptr(PhoneDatabase) database = NULL;
      g_autoptr(PhoneAccountStore) accounts = NULL;
      g_autoptr(PhoneContactStore) contacts = NULL;
      g_autoptr(PhoneHistory) history = NULL;
      g_autoptr(PhoneContact) contact = NULL;
      PhoneAccount *account;
      gsize length;

      g_assert_true (g_file_get_contents (fixture, &content, &length, NULL));
      g_assert_true (g_file_set_contents (path, content, length, NULL));
      database = open_good (path);
      accounts = phone_account_store_new (database);
      contacts = phone_contact_store_new (database);
      history = phone_history_new (database);

      g_assert_null (phone_database_get_set_aside (database));
      account = phone_account_store_find (accounts, "sip:alice@example.com");
      g_assert_nonnull (account);
      g_assert_cmpstr (phone_account_get_nth_socket (account, 0, NULL), ==, "wss://sip.example.com");
      contact = phone_contact_store_find (contacts, "sip:bob@example.com");
      g_assert_nonnull (contact);
      g_assert_cmpstr (phone_contact_get_name (contact), ==, "Bob");
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (history)), ==, 2);
      g_assert_cmpuint (phone_history_get_n_missed (history), ==, 1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/database/new-file-has-the-newest-schema-and-is-private", Place, NULL, place_set_up, test_new_file, place_tear_down);
  g_test_add ("/store/database/sets-a-corrupt-file-aside", Place, NULL, place_set_up, test_corrupt, place_tear_down);
  g_test_add ("/store/database/sets-a-file-with-a-damaged-page-aside", Place, NULL, place_set_up, test_damaged_page, place_tear_down);
  g_test_add ("/store/database/refuses-a-newer-version-untouched", Place, NULL, place_set_up, test_newer, place_tear_down);
  g_test_add ("/store/database/keeps-what-was-committed-when-killed", Place, NULL, place_set_up, test_killed, place_tear_down);
  g_test_add ("/store/database/says-when-the-folder-cannot-be-made", Place, NULL, place_set_up, test_unwritable_place, place_tear_down);
  g_test_add ("/store/database/opens-every-old-version", Place, NULL, place_set_up, test_old_versions, place_tear_down);

  return g_test_run ();
}
