/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-contact-store.h"

#include <locale.h>
#include <string.h>

#include "phone-database-private.h"
#include "phone-store-error.h"

typedef struct
{
  PhoneDatabase     *database;
  PhoneContactStore *store;
} Book;

static void
book_set_up (Book          *book,
             gconstpointer  data)
{
  book->database = phone_database_open (NULL, NULL);
  book->store = phone_contact_store_new (book->database);
}

static void
book_tear_down (Book          *book,
                gconstpointer  data)
{
  g_assert_finalize_object (book->store);
  g_assert_finalize_object (book->database);
}

static void
add (PhoneContactStore *store,
     const char        *name,
     const char        *uri,
     gboolean           favourite)
{
  g_autoptr(PhoneContact) contact = phone_contact_new (name, uri);

  g_object_set (contact, "favourite", favourite, NULL);
  g_assert_true (phone_contact_store_save (store, contact, NULL));
}

static void
assert_names (PhoneContactStore *store,
              const char        *expected)
{
  GListModel *model = G_LIST_MODEL (store);
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(PhoneContact) contact = g_list_model_get_item (model, i);

      g_string_append_printf (names, "%s%s", i > 0 ? "," : "", phone_contact_get_name (contact));
    }
  g_assert_cmpstr (names->str, ==, expected);
}

static void
test_order (Book          *book,
            gconstpointer  data)
{
  g_autoptr(PhoneContactStore) again = NULL;
  g_autoptr(PhoneContact) contact = NULL;

  add (book->store, "Carol", "sip:carol@h", FALSE);
  add (book->store, "Alice", "sip:alice@h", FALSE);
  add (book->store, "Zoe", "sip:zoe@h", TRUE);
  add (book->store, "Bob", "sip:bob@h", FALSE);
  assert_names (book->store, "Zoe,Alice,Bob,Carol");
  contact = phone_contact_store_find (book->store, "sip:alice@h");
  g_object_set (contact, "name", "Dave", NULL);
  g_assert_true (phone_contact_store_save (book->store, contact, NULL));
  assert_names (book->store, "Zoe,Bob,Carol,Dave");
  g_assert_true (phone_contact_store_remove (book->store, contact, NULL));
  assert_names (book->store, "Zoe,Bob,Carol");
  again = phone_contact_store_new (book->database);
  assert_names (again, "Zoe,Bob,Carol");
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            gpointer    data)
{
  g_string_append_printf (data, "%u-%u+%u ", position, removed, added);
}

static void
test_search (Book          *book,
             gconstpointer  data)
{
  g_autoptr(GString) changes = g_string_new (NULL);
  gulong id;

  add (book->store, "Zoë Müller", "sip:zoe@example.com", FALSE);
  add (book->store, "张伟", "+1 555 1234", FALSE);
  add (book->store, "Bob 100%", "sip:bob@example.com", FALSE);
  id = g_signal_connect (book->store, "items-changed", G_CALLBACK (changed_cb), changes);
  phone_contact_store_set_search (book->store, "MULLER zoe");
  assert_names (book->store, "Zoë Müller");
  g_assert_cmpstr (changes->str, ==, "0-3+0 0-0+1 ");
  phone_contact_store_set_search (book->store, "伟");
  assert_names (book->store, "张伟");
  phone_contact_store_set_search (book->store, "55");
  assert_names (book->store, "张伟");
  phone_contact_store_set_search (book->store, "0%");
  assert_names (book->store, "Bob 100%");
  phone_contact_store_set_search (book->store, "' OR 1 --");
  assert_names (book->store, "");
  g_assert_cmpuint (phone_contact_store_count (book->store), ==, 3);
  phone_contact_store_set_search (book->store, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (book->store)), ==, 3);
  g_signal_handler_disconnect (book->store, id);
}

static void
test_save_under_search (Book          *book,
                        gconstpointer  data)
{
  add (book->store, "Ada", "sip:ada@h", FALSE);
  add (book->store, "Bob", "sip:bob@h", FALSE);
  phone_contact_store_set_search (book->store, "ada");
  add (book->store, "Zed", "sip:zed@h", FALSE);
  assert_names (book->store, "Ada");
  add (book->store, "Adam", "sip:adam@h", FALSE);
  assert_names (book->store, "Ada,Adam");
}

static void
test_find (Book          *book,
           gconstpointer  data)
{
  static const struct
  {
    const char *uri;
    const char *name;
  } rows[] = {
    { "sip:Bob@EXAMPLE.com", NULL },
    { "sip:bob@EXAMPLE.com;transport=ws", "Bob" },
    { "bob@example.com", "Bob" },
    { "sips:b%6fb@example.com:5061", NULL },
    { "sip:+15551234@gateway.example", "Number" },
    { "tel:+1-555-1234", "Number" },
    { "+1 (555) 12.34", "Number" },
    { "sip:carol@example.com", NULL },
    { "rubbish <>", NULL },
  };

  add (book->store, "Bob", "sip:bob@example.com", FALSE);
  add (book->store, "Number", "+1 555 1234", FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(PhoneContact) contact = phone_contact_store_find (book->store, rows[i].uri);

      g_test_message ("%s", rows[i].uri);
      g_assert_cmpstr (contact != NULL ? phone_contact_get_name (contact) : NULL, ==, rows[i].name);
    }
}

static void
test_import (Book          *book,
             gconstpointer  data)
{
  const char *cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Miller;Zo\r\n e;;;\r\nitem1.TEL;TYPE=\"cell,voice:x\":+1 555\r\n"
                      "item2.IMPP;X-SERVICE-TYPE=SIP:sip:zoe@example.com\r\nIMPP:xmpp:zoe@example.com\r\nEMAIL:zoe@example.com\r\nEND:VCARD\r\n"
                      "begin:vcard\nversion:4.0\nFN:Bob\\, the \\\\ one\nTEL;VALUE=uri:tel:+1-777\nend:vcard\n"
                      "BEGIN:VCARD\nVERSION:4.0\nFN:No Address\nEND:VCARD\n";
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (phone_contact_store_import (book->store, cards, -1, &error), ==, 3);
  g_assert_no_error (error);
  assert_names (book->store, "Bob, the \\ one,Zoe Miller,Zoe Miller");
  g_assert_cmpint (phone_contact_store_import (book->store, cards, -1, NULL), ==, 0);
}

static void
test_import_refusals (Book          *book,
                      gconstpointer  data)
{
  static const char * const rows[] = {
    "", "hello", "BEGIN:VCARD\nFN:A\nTEL:1\n", "BEGIN:VCARD\nBEGIN:VCARD\n", "END:VCARD\n",
    "BEGIN:VCARD\nVERSION:2.1\nFN:A\nTEL:1\nEND:VCARD\n", "BEGIN:VCARD\nFN:\xff\nEND:VCARD\n",
    "BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD\nBEGIN:VCARD\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (phone_contact_store_import (book->store, rows[i], -1, &error), ==, -1);
      g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID);
      g_assert_cmpuint (phone_contact_store_count (book->store), ==, 0);
    }
}

static void
test_export (Book          *book,
             gconstpointer  data)
{
  const char *longest = "A name that is much longer than a line of a card may be, with ä and 张 where the fold could fall, and more";
  g_autoptr(PhoneDatabase) database = phone_database_open (NULL, NULL);
  g_autoptr(PhoneContactStore) copy = phone_contact_store_new (database);
  g_autofree char *cards = NULL, *cards_again = NULL;
  g_auto(GStrv) lines = NULL;

  add (book->store, "Semi; colon, comma\\", "sip:a@h", TRUE);
  add (book->store, "Number", "+1 555", FALSE);
  add (book->store, "Bare", "bob", FALSE);
  add (book->store, longest, "sip:long@h", FALSE);
  cards = phone_contact_store_export (book->store);
  lines = g_strsplit (cards, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 75);
  g_assert_cmpint (phone_contact_store_import (copy, cards, -1, NULL), ==, 4);
  cards_again = phone_contact_store_export (copy);
  g_assert_cmpstr (cards, ==, cards_again);
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/contact-store/favourites-first-then-by-name", Book, NULL, book_set_up, test_order, book_tear_down);
  g_test_add ("/store/contact-store/searches-parts-of-words-in-any-script", Book, NULL, book_set_up, test_search, book_tear_down);
  g_test_add ("/store/contact-store/saving-respects-the-search", Book, NULL, book_set_up, test_save_under_search, book_tear_down);
  g_test_add ("/store/contact-store/finds-an-address-in-any-spelling", Book, NULL, book_set_up, test_find, book_tear_down);
  g_test_add ("/store/contact-store/imports-vcards-of-both-versions", Book, NULL, book_set_up, test_import, book_tear_down);
  g_test_add ("/store/contact-store/a-bad-address-book-changes-nothing", Book, NULL, book_set_up, test_import_refusals, book_tear_down);
  g_test_add ("/store/contact-store/export-comes-in-again", Book, NULL, book_set_up, test_export, book_tear_down);

  return g_test_run ();
}
