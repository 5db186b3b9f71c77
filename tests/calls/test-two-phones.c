/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-call-private.h"
#include "phone-expect.h"
#include "phone-exchange.h"
#include "phone-media-webrtc.h"
#include "phone-memory-secrets.h"
#include "phone-sip-websocket.h"
#include "phone-switchboard-private.h"

/* Two switchboards in one process, at an exchange on 127.0.0.1, with real media from test sources. */
typedef struct
{
  PhoneDatabase     *database;
  PhoneAccountStore *accounts;
  PhoneHistory      *history;
  PhoneSwitchboard  *switchboard;
  PhoneUa           *ua;
  PhoneCall         *incoming;
} Phone;

typedef struct
{
  PhoneExchange      *exchange;
  PhoneSipClock      *clock;
  PhoneMemorySecrets *secrets;
  Phone               phones[2];
} House;

static PhoneSipSocket *
create_socket (const char  *url,
               const char  *ca_file,
               gpointer     data,
               GError     **error)
{
  return PHONE_SIP_SOCKET (phone_sip_websocket_new (url, error));
}

static PhoneMediaConfig *
create_config (gpointer data)
{
  PhoneMediaConfig *config = phone_media_config_new ();

  config->test_media = TRUE;

  return config;
}

static void
incoming_cb (PhoneSwitchboard *switchboard,
             PhoneCall        *call,
             Phone            *phone)
{
  g_set_object (&phone->incoming, call);
}

static gboolean
is_registered (gpointer data)
{
  return phone_ua_is_registered (data);
}

static void
set_up_phone (House      *house,
              Phone      *phone,
              const char *uri)
{
  g_autoptr (PhoneAccount) account = phone_account_new ();
  PhoneSwitchboardParts parts = {
    .clock = house->clock,
    .secrets = PHONE_SECRETS (house->secrets),
    .socket_factory = create_socket,
    .media_factory = phone_media_webrtc_new,
    .media_config = create_config,
  };

  phone->database = phone_database_open (NULL, NULL);
  phone->accounts = phone_account_store_new (phone->database);
  phone->history = phone_history_new (phone->database);
  g_object_set (account, "uri", uri, NULL);
  phone_account_add_socket (account, phone_exchange_get_url (house->exchange), 0);
  g_assert_true (phone_account_store_save (phone->accounts, account, NULL));
  parts.accounts = phone->accounts;
  parts.history = phone->history;
  phone->switchboard = phone_switchboard_new (&parts);
  g_signal_connect (phone->switchboard, "incoming-call", G_CALLBACK (incoming_cb), phone);
  phone->ua = phone_switchboard_find_ua (phone->switchboard, uri);
  phone_expect_until (uri, is_registered, phone->ua);
}

static void
set_up (House         *house,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  phone_expect_gstreamer_races ();
  house->exchange = phone_exchange_new ("house.invalid");
  g_assert_true (phone_exchange_listen (house->exchange, 0, &error));
  g_assert_no_error (error);
  house->clock = phone_sip_clock_new_main_loop ();
  house->secrets = phone_memory_secrets_new ();
  set_up_phone (house, &house->phones[0], "sip:alice@house.invalid");
  set_up_phone (house, &house->phones[1], "sip:bob@house.invalid");
}

static void
quiet_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  *(gboolean *) data = TRUE;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
tear_down (House         *house,
           gconstpointer  data)
{
  for (guint i = 0; i < 2; i++)
    {
      Phone *phone = &house->phones[i];
      gboolean quiet = FALSE;

      phone_switchboard_shut_down_async (phone->switchboard, quiet_cb, &quiet);
      phone_expect_flag ("quiet", &quiet);
      g_clear_object (&phone->incoming);
      settle ();
      g_assert_finalize_object (phone->switchboard);
      g_object_unref (phone->history);
      g_object_unref (phone->accounts);
      g_object_unref (phone->database);
    }
  phone_exchange_close (house->exchange);
  settle ();
  g_object_unref (house->exchange);
  g_object_unref (house->secrets);
  g_object_unref (house->clock);
  settle ();
}

static gboolean
has_incoming (gpointer data)
{
  return ((Phone *) data)->incoming != NULL;
}

static gboolean
is_active (gpointer data)
{
  return phone_call_get_state (data) == PHONE_CALL_STATE_ACTIVE;
}

static gboolean
is_ended (gpointer data)
{
  return phone_call_get_state (data) == PHONE_CALL_STATE_ENDED;
}

static gboolean
is_encrypted (gpointer data)
{
  return phone_call_get_encrypted (data);
}

static guint64
read_stat (PhoneCall  *call,
           const char *name)
{
  guint64 value = 0;

  if (phone_call_get_stats (call))
    g_variant_lookup (phone_call_get_stats (call), name, "t", &value);

  return value;
}

/* Few of each: a loaded machine under a sanitizer has to manage it within the limit of an expectation. */
static gboolean
hears_and_sees (gpointer data)
{
  return read_stat (data, "audio-packets-received") > 20 && read_stat (data, "video-frames-decoded") > 2;
}

static gboolean
hears (gpointer data)
{
  return read_stat (data, "audio-packets-received") > 20;
}

/* Alice calls, Bob answers; both hear each other. */
static PhoneCall *
connect_call (House      *house,
              gboolean    video,
              PhoneCall **out_callee)
{
  PhoneUaCallOptions options = { .video = video };
  g_autoptr (GError) error = NULL;
  PhoneCall *caller = phone_switchboard_place_call (house->phones[0].switchboard, "bob", NULL, &options, &error);
  PhoneCall *callee;

  g_assert_no_error (error);
  phone_expect_until ("incoming call", has_incoming, &house->phones[1]);
  callee = house->phones[1].incoming;
  g_assert_true (phone_call_answer (callee, video, &error));
  phone_expect_until ("caller active", is_active, caller);
  phone_expect_until ("callee active", is_active, callee);
  phone_expect_until ("caller encrypted", is_encrypted, caller);
  phone_expect_until ("callee encrypted", is_encrypted, callee);
  phone_call_watch_stats (caller);
  phone_call_watch_stats (callee);
  *out_callee = callee;

  return caller;
}

static void
test_video_call (House         *house,
                 gconstpointer  data)
{
  PhoneCall *callee;
  PhoneCall *caller = connect_call (house, TRUE, &callee);

  phone_expect_until ("Alice hears and sees", hears_and_sees, caller);
  phone_expect_until ("Bob hears and sees", hears_and_sees, callee);
  g_assert_true (phone_call_get_local_video (caller) && phone_call_get_remote_video (caller));
  g_assert_true (phone_call_get_test_microphone (caller));
  phone_call_hang_up (caller, 0, NULL, NULL);
  phone_expect_until ("Bob's call over", is_ended, callee);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (house->phones[0].history)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (house->phones[1].history)), ==, 1);
}

static gboolean
is_held_by_peer (gpointer data)
{
  return phone_call_get_remote_hold (data);
}

static gboolean
is_not_held_by_peer (gpointer data)
{
  return !phone_call_get_remote_hold (data);
}

static gboolean
sees (gpointer data)
{
  return phone_call_get_remote_video (data) && read_stat (data, "video-frames-decoded") > 2;
}

static void
test_changes (House         *house,
              gconstpointer  data)
{
  PhoneCall *callee;
  PhoneCall *caller = connect_call (house, FALSE, &callee);

  phone_expect_until ("Alice hears", hears, caller);
  g_assert_true (phone_call_hold (caller, NULL));
  phone_expect_until ("held", is_held_by_peer, callee);
  g_assert_true (phone_call_unhold (caller, NULL));
  phone_expect_until ("not held", is_not_held_by_peer, callee);
  g_assert_true (phone_call_set_video (caller, TRUE, NULL));
  phone_expect_until ("Bob sees", sees, callee);
  g_assert_false (phone_call_get_local_video (callee));
  g_assert_cmpstr (phone_call_get_problem (caller), ==, "");
  phone_call_hang_up (callee, 0, NULL, NULL);
  phone_expect_until ("Alice's call over", is_ended, caller);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  if (!phone_media_init (&error))
    {
      g_print ("1..0 # SKIP %s\n", error->message);
      return 0;
    }

  g_test_add ("/calls/two-phones/sound-and-picture-both-ways", House, NULL, set_up, test_video_call, tear_down);
  g_test_add ("/calls/two-phones/hold-and-a-picture-added", House, NULL, set_up, test_changes, tear_down);

  return g_test_run ();
}
