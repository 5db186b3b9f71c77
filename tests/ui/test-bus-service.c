/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-bus-service.h"

#include <string.h>

#include "phone-call-private.h"
#include "phone-expect.h"
#include "phone-fake-media.h"
#include "phone-fake-socket.h"
#include "phone-memory-secrets.h"
#include "phone-scripted-peer.h"
#include "phone-switchboard-private.h"

#define ROOT      "/org/example/Phone/Test"
#define ACCOUNT   ROOT "/Accounts/1"
#define CALL      ROOT "/Calls/1"
#define INTERFACE "org.example.Phone."
#define ERROR     "org.example.Phone.Error."

/* A phone with one account, its server as a script, and a client on a private bus. */
typedef struct
{
  GTestDBus         *bus;
  GDBusConnection   *server;
  GDBusConnection   *client;
  PhoneDatabase     *database;
  PhoneAccountStore *accounts;
  PhoneSipClock     *clock;
  PhoneSecrets      *secrets;
  PhoneFakeSocket   *near;
  PhoneFakeSocket   *far;
  PhoneScriptedPeer *peer;
  PhoneSwitchboard  *switchboard;
  PhoneBusService   *service;
  guint              subscription;
  GString           *heard;             /* "path Member parameters" a line */
} House;

static PhoneSipSocket *
house_create_socket (const char  *url,
                     const char  *ca_file,
                     gpointer     data,
                     GError     **error)
{
  House *house = data;

  return PHONE_SIP_SOCKET (g_object_ref (house->near));
}

static PhoneMediaConfig *
house_create_media_config (gpointer data)
{
  return phone_media_config_new ();
}

static void
house_signal_cb (GDBusConnection *connection,
                 const char      *sender,
                 const char      *path,
                 const char      *interface,
                 const char      *member,
                 GVariant        *parameters,
                 gpointer         data)
{
  House *house = data;
  g_autofree char *text = g_variant_print (parameters, FALSE);

  g_string_append_printf (house->heard, "%s %s %s\n", path, member, text);
}

static GDBusConnection *
house_connect (House *house)
{
  g_autoptr(GError) error = NULL;
  GDBusConnection *connection;

  connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (house->bus),
                                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                       NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (connection, FALSE);

  return connection;
}

static void
house_add_account (House      *house,
                   const char *uri)
{
  g_autoptr(PhoneAccount) account = phone_account_new ();

  g_object_set (account, "uri", uri, "display-name", "Alice", "register", FALSE, NULL);
  phone_account_add_socket (account, "ws://server.invalid", 0);
  g_assert_true (phone_account_store_save (house->accounts, account, NULL));
}

static void
house_set_up (House         *house,
              gconstpointer  data)
{
  PhoneSwitchboardParts parts = { NULL, };

  house->heard = g_string_new (NULL);
  house->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (house->bus);
  house->server = house_connect (house);
  house->client = house_connect (house);
  house->subscription = g_dbus_connection_signal_subscribe (house->client, g_dbus_connection_get_unique_name (house->server),
                                                            NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                            house_signal_cb, house, NULL);

  house->database = phone_database_open (NULL, NULL);
  house->accounts = phone_account_store_new (house->database);
  house->clock = phone_sip_clock_new_main_loop ();
  house->secrets = PHONE_SECRETS (phone_memory_secrets_new ());
  phone_fake_socket_new_pair (&house->near, &house->far);
  house->peer = phone_scripted_peer_new (PHONE_SIP_SOCKET (house->far));
  house_add_account (house, "sip:alice@example.com");

  parts.clock = house->clock;
  parts.accounts = house->accounts;
  parts.secrets = house->secrets;
  parts.socket_factory = house_create_socket;
  parts.media_factory = phone_fake_media_new;
  parts.media_config = house_create_media_config;
  parts.data = house;
  house->service = phone_bus_service_new (NULL, ROOT);
  g_assert_true (phone_bus_service_export (house->service, house->server, NULL));
  house->switchboard = phone_switchboard_new (&parts);
  phone_bus_service_set_switchboard (house->service, house->switchboard);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_answered (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

static void
house_tear_down (House         *house,
                 gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;

  phone_switchboard_shut_down_async (house->switchboard, answered_cb, &result);
  phone_expect_until ("the switchboard is quiet", is_answered, &result);
  g_clear_object (&result);
  phone_bus_service_unexport (house->service);
  g_assert_finalize_object (house->service);
  g_clear_object (&house->switchboard);
  g_clear_object (&house->peer);
  g_clear_object (&house->near);
  g_clear_object (&house->far);
  g_clear_object (&house->accounts);
  g_clear_object (&house->database);
  g_clear_object (&house->clock);
  g_clear_object (&house->secrets);
  g_dbus_connection_signal_unsubscribe (house->client, house->subscription);
  g_dbus_connection_close_sync (house->client, NULL, NULL);
  g_dbus_connection_close_sync (house->server, NULL, NULL);
  g_clear_object (&house->client);
  g_clear_object (&house->server);
  g_test_dbus_down (house->bus);
  g_clear_object (&house->bus);
  g_string_free (house->heard, TRUE);
}

/* The answer as text, or the name of the error. */
static char *
house_call (House      *house,
            const char *path,
            const char *interface,
            const char *method,
            GVariant   *parameters)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GVariant) value = NULL;
  g_autoptr(GError) error = NULL;

  g_dbus_connection_call (house->client, g_dbus_connection_get_unique_name (house->server), path, interface, method, parameters,
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, answered_cb, &result);
  phone_expect_until (method, is_answered, &result);
  value = g_dbus_connection_call_finish (house->client, result, &error);
  if (value != NULL)
    return g_variant_print (value, FALSE);
  g_test_message ("%s: %s", method, error->message);

  return g_dbus_error_get_remote_error (error);
}

static void
assert_call (House      *house,
             const char *path,
             const char *interface,
             const char *method,
             GVariant   *parameters,
             const char *expected)
{
  g_autofree char *answer = house_call (house, path, interface, method, parameters);

  g_assert_cmpstr (answer, ==, expected);
}

static void
assert_property (House      *house,
                 const char *path,
                 const char *interface,
                 const char *property,
                 const char *expected)
{
  assert_call (house, path, "org.freedesktop.DBus.Properties", "Get", g_variant_new ("(ss)", interface, property), expected);
}

static GVariant *
no_options (void)
{
  return g_variant_new_parsed ("(@a{sv} {},)");
}

typedef struct
{
  House      *house;
  const char *text;
} Awaited;

static gboolean
is_heard (gpointer data)
{
  Awaited *awaited = data;

  return strstr (awaited->house->heard->str, awaited->text) != NULL;
}

static void
expect_heard (House      *house,
              const char *text)
{
  Awaited awaited = { house, text };

  phone_expect_until (text, is_heard, &awaited);
}

static gboolean
is_quiet (gpointer data)
{
  return !phone_call_get_busy (data);
}

static void
test_tree (House         *house,
           gconstpointer  data)
{
  g_autofree char *objects = NULL, *own = NULL;

  expect_heard (house, "'State': <'connected'>");
  objects = house_call (house, ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL);
  g_assert_nonnull (strstr (objects, "'" ACCOUNT "'"));
  g_assert_null (strstr (objects, "/Calls/"));
  own = house_call (house, ROOT, "org.freedesktop.DBus.Introspectable", "Introspect", NULL);
  g_assert_nonnull (strstr (own, INTERFACE "Calls"));
  assert_property (house, ACCOUNT, INTERFACE "Account", "Uri", "(<'sip:alice@example.com'>,)");
  assert_property (house, ACCOUNT, INTERFACE "Account", "DisplayName", "(<'Alice'>,)");
  assert_property (house, ACCOUNT, INTERFACE "Account", "StatusCode", "(<uint32 0>,)");

  house_add_account (house, "sip:bob@example.com");
  expect_heard (house, "InterfacesAdded ('" ROOT "/Accounts/2'");
  g_assert_true (phone_account_store_remove (house->accounts, phone_account_store_find (house->accounts, "sip:bob@example.com"), NULL));
  expect_heard (house, "InterfacesRemoved ('" ROOT "/Accounts/2'");
}

static void
test_register (House         *house,
               gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL, again = NULL;

  expect_heard (house, "'State': <'connected'>");
  assert_call (house, ACCOUNT, INTERFACE "Account", "Register", NULL, "()");
  request = phone_scripted_peer_expect (house->peer, "REGISTER");
  phone_scripted_peer_reply (house->peer, request, 403, NULL, NULL);
  expect_heard (house, "'StatusCode': <uint32 403>");
  assert_call (house, ACCOUNT, INTERFACE "Account", "Register", NULL, "()");
  again = phone_scripted_peer_expect (house->peer, "REGISTER");
}

static void
test_message (House         *house,
              gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) request = NULL;
  g_autofree char *id = NULL, *finished = NULL;

  expect_heard (house, "'State': <'connected'>");
  id = house_call (house, ACCOUNT, INTERFACE "Account", "SendMessage", g_variant_new ("(ss)", "sip:bob@example.com", "hello"));
  g_assert_true (g_str_has_prefix (id, "('"));
  request = phone_scripted_peer_expect (house->peer, "MESSAGE");
  phone_scripted_peer_reply (house->peer, request, 404, NULL, NULL);
  id[strlen (id) - 2] = '\0';
  finished = g_strdup_printf (ACCOUNT " RequestFinished %s, 404, ", id);
  expect_heard (house, finished);
  assert_call (house, ACCOUNT, INTERFACE "Account", "SendMessage", g_variant_new ("(ss)", "no address at all <", "hello"), ERROR "InvalidTarget");
}

static void
test_dial_refusals (House         *house,
                    gconstpointer  data)
{
  expect_heard (house, "'State': <'connected'>");
  assert_call (house, ROOT, INTERFACE "Calls", "Dial", g_variant_new_parsed ("('a b <', @a{sv} {})"), ERROR "InvalidTarget");
  assert_call (house, ROOT, INTERFACE "Calls", "Dial", g_variant_new_parsed ("('sip:bob@example.com', {'account': <'sip:nobody@example.com'>})"),
               ERROR "NoAccount");
  assert_call (house, ACCOUNT, INTERFACE "Account", "Stop", NULL, "()");
  expect_heard (house, "'State': <'offline'>");
  assert_call (house, ROOT, INTERFACE "Calls", "Dial", g_variant_new_parsed ("('sip:bob@example.com', {'account': <'sip:alice@example.com'>})"),
               ERROR "NotConnected");
}

static void
test_call (House         *house,
           gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) invite = NULL, cancel = NULL;

  expect_heard (house, "'State': <'connected'>");
  assert_call (house, ROOT, INTERFACE "Calls", "Dial", g_variant_new_parsed ("('sip:bob@example.com', {'video': <false>})"),
               "('" CALL "',)");
  expect_heard (house, "InterfacesAdded ('" CALL "'");
  assert_property (house, CALL, INTERFACE "Call", "Account", "(<objectpath '" ACCOUNT "'>,)");
  assert_property (house, CALL, INTERFACE "Call", "Direction", "(<'outgoing'>,)");
  assert_property (house, CALL, INTERFACE "Call", "RemoteUri", "(<'sip:bob@example.com'>,)");
  assert_property (house, CALL, INTERFACE "Call", "Statistics", "(<@a{sv} {}>,)");

  invite = phone_scripted_peer_expect (house->peer, "INVITE");
  expect_heard (house, CALL " Event ('sending'");
  phone_scripted_peer_reply (house->peer, invite, 180, NULL, NULL);
  expect_heard (house, "'State': <'ringing'>");
  expect_heard (house, CALL " Event ('progress'");
  assert_call (house, CALL, INTERFACE "Call", "Hold", NULL, ERROR "InvalidState");
  assert_call (house, CALL, INTERFACE "Call", "TransferTo", g_variant_new ("(o)", ROOT "/Calls/99"), ERROR "InvalidArgument");
  assert_call (house, CALL, INTERFACE "Call", "Mute", g_variant_new ("(bb)", TRUE, FALSE), "()");
  assert_property (house, CALL, INTERFACE "Call", "MicrophoneMuted", "(<true>,)");

  phone_scripted_peer_reply (house->peer, invite, 486, NULL, NULL);
  expect_heard (house, "'State': <'ended'>");
  expect_heard (house, CALL " Event ('failed'");
  assert_property (house, CALL, INTERFACE "Call", "StatusCode", "(<uint32 486>,)");
  assert_property (house, CALL, INTERFACE "Call", "EndCause", "(<'Busy'>,)");
  assert_property (house, CALL, INTERFACE "Call", "Originator", "(<'remote'>,)");
  g_assert_null (strstr (house->heard->str, "InterfacesRemoved"));
  expect_heard (house, "InterfacesRemoved ('" CALL "'");
}

static void
test_hang_up (House         *house,
              gconstpointer  data)
{
  g_autoptr(PhoneSipMessage) invite = NULL, cancel = NULL;

  expect_heard (house, "'State': <'connected'>");
  assert_call (house, ROOT, INTERFACE "Calls", "Dial", g_variant_new_parsed ("('sip:bob@example.com', @a{sv} {})"), "('" CALL "',)");
  invite = phone_scripted_peer_expect (house->peer, "INVITE");
  phone_scripted_peer_reply (house->peer, invite, 180, NULL, NULL);
  expect_heard (house, "'State': <'ringing'>");
  assert_call (house, CALL, INTERFACE "Call", "HangUp", no_options (), "()");
  cancel = phone_scripted_peer_expect (house->peer, "CANCEL");
  phone_scripted_peer_reply (house->peer, cancel, 200, NULL, NULL);
  phone_scripted_peer_reply (house->peer, invite, 487, NULL, NULL);
  expect_heard (house, "'State': <'ended'>");
  assert_property (house, CALL, INTERFACE "Call", "EndCause", "(<'Canceled'>,)");
  assert_property (house, CALL, INTERFACE "Call", "Originator", "(<'local'>,)");
}

#define CONTACT "Contact: <sip:bob@peer.invalid;transport=ws>"
#define SDP \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:96 opus/48000/2\r\n"

static void
test_renegotiate (House         *house,
                  gconstpointer  data)
{
  static const struct
  {
    const char *options;
    const char *method;
    guint       n_restarts;
  } rows[] = {
    { "(@a{sv} {},)", "INVITE", 0 },
    { "({'use-update': <true>},)", "UPDATE", 0 },
    { "({'use-update': <false>},)", "INVITE", 0 },
    { "({'use-update': <true>, 'ice-restart': <true>},)", "UPDATE", 1 },
    { "({'ice-restart': <true>},)", "INVITE", 2 },
    { "({'use-update': <'yes'>},)", "INVITE", 2 },
  };
  g_autoptr(PhoneSipMessage) invite = NULL;
  g_autoptr(PhoneCall) call = NULL;

  expect_heard (house, "'State': <'connected'>");
  assert_call (house, ROOT, INTERFACE "Calls", "Dial", g_variant_new_parsed ("('sip:bob@example.com', {'video': <false>})"), "('" CALL "',)");
  invite = phone_scripted_peer_expect (house->peer, "INVITE");
  assert_call (house, CALL, INTERFACE "Call", "Renegotiate", no_options (), ERROR "InvalidState");
  phone_scripted_peer_reply (house->peer, invite, 200, CONTACT, SDP);
  phone_sip_message_unref (phone_scripted_peer_expect (house->peer, "ACK"));
  expect_heard (house, "'State': <'active'>");
  call = g_list_model_get_item (phone_switchboard_get_calls (house->switchboard), 0);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(PhoneSipMessage) request = NULL;

      assert_call (house, CALL, INTERFACE "Call", "Renegotiate", g_variant_new_parsed (rows[i].options), "()");
      request = phone_scripted_peer_expect (house->peer, rows[i].method);
      g_assert_cmpstr (phone_sip_message_get_content_type (request), ==, "application/sdp");
      phone_scripted_peer_reply (house->peer, request, 200, CONTACT, SDP);
      if (g_str_equal (rows[i].method, "INVITE"))
        phone_sip_message_unref (phone_scripted_peer_expect (house->peer, "ACK"));
      phone_expect_until ("quiet", is_quiet, call);
      g_assert_cmpuint (phone_fake_media_get_n_restarts (PHONE_FAKE_MEDIA (phone_call_get_media (call))), ==, rows[i].n_restarts);
    }
  g_assert_cmpstr (phone_call_get_problem (call), ==, "");
}

static void
test_not_ready (void)
{
  PhoneBusService *service = phone_bus_service_new (NULL, ROOT);

  g_assert_finalize_object (service);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/bus-service/new-destroy", test_not_ready);
  g_test_add ("/ui/bus-service/accounts-are-objects-while-in-service", House, NULL, house_set_up, test_tree, house_tear_down);
  g_test_add ("/ui/bus-service/register-always-sends", House, NULL, house_set_up, test_register, house_tear_down);
  g_test_add ("/ui/bus-service/message-and-its-outcome", House, NULL, house_set_up, test_message, house_tear_down);
  g_test_add ("/ui/bus-service/dial-refusals-have-names", House, NULL, house_set_up, test_dial_refusals, house_tear_down);
  g_test_add ("/ui/bus-service/call-from-dial-to-five-seconds-after-the-end", House, NULL, house_set_up, test_call, house_tear_down);
  g_test_add ("/ui/bus-service/renegotiates-by-invite-and-by-update", House, NULL, house_set_up, test_renegotiate, house_tear_down);
  g_test_add ("/ui/bus-service/hang-up-cancels", House, NULL, house_set_up, test_hang_up, house_tear_down);

  return g_test_run ();
}
