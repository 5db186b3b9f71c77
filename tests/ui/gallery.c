/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows one window in one situation, for looking at and for pictures of it: gallery SITUATION [WIDTH HEIGHT [PICTURE.png]]. Without a picture's name the
 * window stays. */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>

#include "phone-call-window.h"
#include "phone-account-dialog.h"
#include "phone-contact-dialog.h"
#include "phone-fake-calls.h"
#include "phone-memory-secrets.h"
#include "phone-preferences-window.h"
#include "phone-window.h"

static PhoneApplicationParts parts;
static PhoneUa *alice;

static const char * const people[][2] = {
  { "Anna Bergström", "anna@example.com" }, { "Bob", "bob@example.com" }, { "Carol van der Meer", "sip:carol.vandermeer@conference.example.org" },
  { "Dmitri Ivanov", "+15551234567" }, { "张伟", "zhangwei@example.cn" }, { "Reception", "100" },
};

static PhoneVideoFrame *
gallery_create_frame (guint width,
                      guint height,
                      guint seed)
{
  guchar *data = g_malloc (width * height * 4);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guchar *pixel = data + (y * width + x) * 4;
        gboolean inside = (x - width / 2.0) * (x - width / 2.0) + (y - height * 0.42) * (y - height * 0.42) < height * height / 25.0 ||
                          (y > height * 0.64 && ABS (x - width / 2.0) < height * 0.3);

        pixel[0] = inside ? 150 - seed / 2 : 90 + y * 60 / height;
        pixel[1] = inside ? 170 : 110 + x * 60 / width;
        pixel[2] = inside ? 210 - seed : 120 + seed;
        pixel[3] = 255;
      }

  return phone_video_frame_new (g_bytes_new_take (data, width * height * 4), width, height, width * 4, 1.0);
}

static void
gallery_add_people (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autoptr (PhoneContact) contact = phone_contact_new (people[i][0], people[i][1]);

      g_object_set (contact, "favourite", i < 2, NULL);
      phone_contact_store_save (parts.contacts, contact, NULL);
    }
}

static void
gallery_add_history (void)
{
  for (int i = 0; i < 9; i++)
    {
      g_autoptr (PhoneCallRecord) record =
        g_object_new (PHONE_TYPE_CALL_RECORD, "kind", i % 6, "uri", people[i % 6][1], "name", i == 3 ? "" : people[i % 6][0],
                      "account", "sip:alice@example.com", "start", g_get_real_time () / 1000 - (gint64) i * i * 3600 * 1000 * 5,
                      "duration", (gint64) (i % 6 == 0 || i % 6 == 2 ? 83000 * (i + 1) : 0), "video", i % 2 == 0, NULL);

      phone_history_add (parts.history, record, NULL);
    }
}

static void
gallery_add_account (PhoneUaState   state,
                     PhoneUaProblem problem)
{
  g_autoptr (PhoneAccount) account = phone_account_new ();

  g_object_set (account, "uri", "sip:alice@example.com", "display-name", "Alice", NULL);
  phone_account_add_socket (account, "wss://sip.example.com/ws", 0);
  phone_account_store_save (parts.accounts, account, NULL);
  alice = phone_fake_ua_new (account);
  g_object_set (alice, "state", state, "problem", problem, NULL);
  phone_fake_switchboard_add_ua (parts.switchboard, alice);
}

static GtkWindow *
gallery_open_call (GtkApplication *application,
                   const char     *what)
{
  gboolean incoming = g_str_has_prefix (what, "incoming");
  gboolean video = g_strstr_len (what, -1, "video") != NULL;
  g_autoptr (PhoneCall) call = phone_fake_call_new (alice, "sip:anna@example.com", g_str_has_suffix (what, "unnamed") ? "" : "Anna Bergström",
                                                    incoming ? PHONE_CALL_INCOMING : PHONE_CALL_OUTGOING);
  GtkWindow *window;

  g_object_set (call, "offers-video", video, "state", incoming ? PHONE_CALL_STATE_INCOMING : PHONE_CALL_STATE_RINGING,
                "local-video", video && !incoming, NULL);

  if (!incoming && !g_str_has_prefix (what, "ringing"))
    g_object_set (call, "state", PHONE_CALL_STATE_ACTIVE, "start-time", g_get_real_time () / 1000 - 83000, "remote-video", video, "encrypted", TRUE, NULL);
  if (g_str_has_prefix (what, "test"))
    g_object_set (call, "test-camera", TRUE, "test-microphone", TRUE, NULL);
  if (g_str_has_prefix (what, "held"))
    g_object_set (call, "remote-hold", TRUE, NULL);
  if (g_str_has_prefix (what, "transfer"))
    g_object_set (call, "transfer-request", "sip:carol@example.org", NULL);
  if (g_str_has_prefix (what, "busy"))
    g_object_set (call, "end-reason", PHONE_CALL_END_BUSY, "status-code", 486, "end-cause", "Busy", "state", PHONE_CALL_STATE_ENDED, NULL);
  if (g_str_has_prefix (what, "moved"))
    g_object_set (call, "end-reason", PHONE_CALL_END_REDIRECTED, "redirect-target", "sip:anna@mobile.example.net", "state", PHONE_CALL_STATE_ENDED, NULL);

  if (video)
    {
      phone_video_slot_put (phone_call_get_remote_slot (call), gallery_create_frame (640, 480, 10));
      phone_video_slot_put (phone_call_get_local_slot (call), gallery_create_frame (320, 180, 90));
    }

  phone_fake_switchboard_add_call (parts.switchboard, call);
  window = GTK_WINDOW (phone_call_window_new (application, parts.switchboard, call));

  if (g_str_has_prefix (what, "keypad"))
    g_object_set (window, "keypad", TRUE, NULL);

  return window;
}

static GtkWindow *
gallery_open (GtkApplication *application,
              const char     *what)
{
  GtkWindow *window;
  g_autoptr (PhoneContact) contact = NULL;

  if (g_str_equal (what, "welcome") || g_str_equal (what, "empty-contacts"))
    {
      if (g_str_equal (what, "empty-contacts"))
        gallery_add_account (PHONE_UA_STATE_REGISTERED, PHONE_UA_PROBLEM_NONE);

      return GTK_WINDOW (phone_window_new (application, &parts, NULL));
    }

  gallery_add_account (g_str_equal (what, "problem") ? PHONE_UA_STATE_FAILED : g_str_equal (what, "offline") ? PHONE_UA_STATE_OFFLINE : PHONE_UA_STATE_REGISTERED,
                       g_str_equal (what, "problem") ? PHONE_UA_PROBLEM_PASSWORD : PHONE_UA_PROBLEM_NONE);
  gallery_add_people ();
  gallery_add_history ();

  if (g_str_has_prefix (what, "call-"))
    return gallery_open_call (application, what + strlen ("call-"));
  if (g_str_equal (what, "account"))
    return GTK_WINDOW (phone_account_dialog_new (parts.switchboard, parts.secrets, NULL));
  if (g_str_equal (what, "edit-account"))
    {
      PhoneAccount *account = phone_ua_get_account (alice);

      phone_account_add_socket (account, "wss://backup.example.com/ws", 0);
      phone_account_add_ice_server (account, "stun:stun.example.com", NULL);
      phone_account_add_ice_server (account, "turn:turn.example.com:3478?transport=tcp", "alice");

      return GTK_WINDOW (phone_account_dialog_new (parts.switchboard, parts.secrets, account));
    }
  if (g_str_equal (what, "preferences"))
    return GTK_WINDOW (phone_preferences_window_new (&parts, NULL));
  if (g_str_equal (what, "contact"))
    {
      contact = g_list_model_get_item (G_LIST_MODEL (parts.contacts), 0);
      return GTK_WINDOW (phone_contact_dialog_new (parts.switchboard, parts.contacts, contact));
    }

  window = GTK_WINDOW (phone_window_new (application, &parts, NULL));

  if (g_str_equal (what, "problem"))
    phone_window_show_page (PHONE_WINDOW (window), "dial");
  else if (g_str_equal (what, "suggestions"))
    phone_window_dial (PHONE_WINDOW (window), "an");
  else if (g_str_equal (what, "invalid"))
    phone_window_dial (PHONE_WINDOW (window), "bob <at> home");
  else if (g_str_equal (what, "dial-number"))
    phone_window_dial (PHONE_WINDOW (window), "+15551234");
  else if (g_str_equal (what, "offline"))
    phone_memory_secrets_lose (PHONE_MEMORY_SECRETS (parts.secrets));
  else
    phone_window_show_page (PHONE_WINDOW (window), what);

  return window;
}

static gboolean
gallery_settled_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
gallery_save_picture (GtkWindow  *window,
                      const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  gboolean settled = FALSE;

  g_timeout_add (900, gallery_settled_cb, &settled);

  while (!settled)
    g_main_context_iteration (NULL, TRUE);

  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable), gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  gdk_texture_save_to_png (texture, path);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (PhoneDatabase) database = NULL;
  GtkWindow *window;

  setlocale (LC_ALL, "");

  if (g_getenv ("GALLERY_LOCALE_DIR") != NULL)
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("GALLERY_LOCALE_DIR"));

  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = adw_application_new ("org.example.Phone.Gallery", G_APPLICATION_NON_UNIQUE);
  g_application_set_resource_base_path (G_APPLICATION (application), "/org/example/Phone");
  g_application_register (G_APPLICATION (application), NULL, NULL);

  database = phone_database_open (NULL, NULL);
  parts.accounts = phone_account_store_new (database);
  parts.contacts = phone_contact_store_new (database);
  parts.history = phone_history_new (database);
  parts.secrets = PHONE_SECRETS (phone_memory_secrets_new ());
  parts.switchboard = phone_fake_switchboard_new (parts.accounts);

  window = gallery_open (GTK_APPLICATION (application), argc > 1 ? argv[1] : "welcome");

  if (argc > 3)
    {
      gtk_widget_set_size_request (GTK_WIDGET (window), 350, 350);
      gtk_window_set_default_size (window, atoi (argv[2]), atoi (argv[3]));
    }

  gtk_window_present (window);

  if (argc > 4)
    {
      gallery_save_picture (window, argv[4]);
      return 0;
    }

  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
