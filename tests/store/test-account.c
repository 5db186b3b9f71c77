/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-account-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "phone-store-error.h"

#define MINIMAL "\"uri\":\"sip:alice@example.com\",\"sockets\":\"wss://sip.example.com\""

static PhoneAccount *
read_good (const char           *json,
           PhoneAccountSecrets **out_secrets)
{
  g_autoptr(GError) error = NULL;
  PhoneAccount *account = phone_account_from_json (json, -1, out_secrets, &error);

  g_assert_no_error (error);
  g_assert_nonnull (account);

  return account;
}

static void
test_defaults (void)
{
  PhoneAccount *account = read_good ("{" MINIMAL "}", NULL);
  int weight = -1;

  g_assert_cmpstr (phone_account_get_uri (account), ==, "sip:alice@example.com");
  g_assert_cmpstr (phone_account_get_user (account), ==, "alice");
  g_assert_cmpstr (phone_account_get_domain (account), ==, "example.com");
  g_assert_cmpuint (phone_account_get_n_sockets (account), ==, 1);
  g_assert_cmpstr (phone_account_get_nth_socket (account, 0, &weight), ==, "wss://sip.example.com");
  g_assert_cmpint (weight, ==, 0);
  g_assert_cmpstr (phone_account_get_authorization_user (account), ==, "alice");
  g_assert_null (phone_account_get_display_name (account));
  g_assert_null (phone_account_get_contact_uri (account));
  g_assert_true (g_uuid_string_is_valid (phone_account_get_instance_id (account)));
  g_assert_false (phone_account_get_use_preloaded_route (account));
  g_assert_true (phone_account_get_session_timers (account));
  g_assert_true (phone_account_get_session_timers_update (account));
  g_assert_false (phone_account_get_session_timers_force_refresher (account));
  g_assert_cmpuint (phone_account_get_no_answer_timeout (account), ==, 60);
  g_assert_true (phone_account_get_register (account));
  g_assert_cmpuint (phone_account_get_register_expires (account), ==, 600);
  g_assert_cmpuint (phone_account_get_recovery_min (account), ==, 2);
  g_assert_cmpuint (phone_account_get_recovery_max (account), ==, 30);
  g_assert_cmpuint (g_strv_length ((char **) phone_account_get_extra_headers (account)), ==, 0);
  g_assert_cmpuint (phone_account_get_n_ice_servers (account), ==, 0);
  g_assert_false (phone_account_get_relay_only (account));
  g_assert_true (phone_account_get_enabled (account));
  g_assert_false (phone_account_get_demo (account));
  g_assert_finalize_object (account);
}

static void
test_everything (void)
{
  g_autoptr(PhoneAccountSecrets) secrets = NULL;
  PhoneAccount *account;
  const char *username = NULL;
  int weight = 0;

  account = read_good ("{\"uri\":\"Alice:x@Example.COM:5060;Transport=WS\","
                       "\"sockets\":[\"ws://a.example\",{\"url\":\"wss://b.example:8443/sip\",\"weight\":10}],"
                       "\"password\":1234,\"ha1\":\"abc\",\"realm\":\"r\",\"authorization_user\":\"al\",\"authorization_jwt\":\"Bearer x\","
                       "\"display_name\":0,\"contact_uri\":\"sip:c@h.invalid;transport=ws\","
                       "\"instance_id\":\"uuid:8f1fa16a-1165-4a96-8341-785b1ef24f12\",\"use_preloaded_route\":true,\"session_timers\":false,"
                       "\"session_timers_refresh_method\":\"invite\",\"session_timers_force_refresher\":true,\"no_answer_timeout\":\"30\","
                       "\"register\":false,\"register_expires\":0,\"registrar_server\":\"Reg.example:5070\",\"register_from_tag_trail\":\"-t\","
                       "\"connection_recovery_min_interval\":1,\"connection_recovery_max_interval\":9.0,\"user_agent\":\"Mine\","
                       "\"extra_headers\":[\"X-A: b\",7,\"X-C: d\"],\"tls\":{\"ca\":\"/etc/ca.pem\"},"
                       "\"pcConfig\":{\"iceServers\":[{\"urls\":\"stun:s.example\"},"
                       "{\"urls\":[\"turn:t.example:3478?transport=udp\",\"turn:u.example\"],\"username\":\"me\",\"credential\":\"secret\"}],"
                       "\"iceTransportPolicy\":\"relay\"}}", &secrets);
  g_assert_cmpstr (phone_account_get_uri (account), ==, "sip:Alice:x@example.com:5060;transport=ws");
  g_assert_cmpstr (phone_account_get_user (account), ==, "Alice");
  g_assert_cmpuint (phone_account_get_n_sockets (account), ==, 2);
  g_assert_cmpstr (phone_account_get_nth_socket (account, 1, &weight), ==, "wss://b.example:8443/sip");
  g_assert_cmpint (weight, ==, 10);
  g_assert_cmpstr (secrets->password, ==, "1234");
  g_assert_cmpstr (secrets->ha1, ==, "abc");
  g_assert_cmpstr (secrets->authorization_jwt, ==, "Bearer x");
  g_assert_cmpstr (g_hash_table_lookup (secrets->credentials, "turn:u.example"), ==, "secret");
  g_assert_cmpstr (phone_account_get_realm (account), ==, "r");
  g_assert_cmpstr (phone_account_get_authorization_user (account), ==, "al");
  g_assert_cmpstr (phone_account_get_display_name (account), ==, "0");
  g_assert_cmpstr (phone_account_get_contact_uri (account), ==, "sip:c@h.invalid;transport=ws");
  g_assert_cmpstr (phone_account_get_instance_id (account), ==, "8f1fa16a-1165-4a96-8341-785b1ef24f12");
  g_assert_true (phone_account_get_use_preloaded_route (account));
  g_assert_false (phone_account_get_session_timers (account));
  g_assert_false (phone_account_get_session_timers_update (account));
  g_assert_true (phone_account_get_session_timers_force_refresher (account));
  g_assert_cmpuint (phone_account_get_no_answer_timeout (account), ==, 30);
  g_assert_false (phone_account_get_register (account));
  g_assert_cmpuint (phone_account_get_register_expires (account), ==, 0);
  g_assert_cmpstr (phone_account_get_registrar_server (account), ==, "sip:reg.example:5070");
  g_assert_cmpstr (phone_account_get_register_from_tag_trail (account), ==, "-t");
  g_assert_cmpuint (phone_account_get_recovery_min (account), ==, 1);
  g_assert_cmpuint (phone_account_get_recovery_max (account), ==, 9);
  g_assert_cmpstr (phone_account_get_user_agent (account), ==, "Mine");
  g_assert_cmpuint (g_strv_length ((char **) phone_account_get_extra_headers (account)), ==, 2);
  g_assert_cmpstr (phone_account_get_extra_headers (account)[1], ==, "X-C: d");
  g_assert_cmpstr (phone_account_get_ca_file (account), ==, "/etc/ca.pem");
  g_assert_cmpuint (phone_account_get_n_ice_servers (account), ==, 3);
  g_assert_cmpstr (phone_account_get_nth_ice_server (account, 1, &username), ==, "turn:t.example:3478?transport=udp");
  g_assert_cmpstr (username, ==, "me");
  g_assert_true (phone_account_get_relay_only (account));
  g_assert_finalize_object (account);
}

static void
test_empty_is_default (void)
{
  g_autoptr(PhoneAccountSecrets) secrets = NULL;
  PhoneAccount *account = read_good ("{" MINIMAL ",\"password\":null,\"register\":null,\"register_expires\":\"\",\"extra_headers\":[],"
                                     "\"session_timers_refresh_method\":\"\",\"pcConfig\":null,\"tls\":{\"ca\":null},\"realm\":[]}", &secrets);

  g_assert_null (secrets->password);
  g_assert_true (phone_account_get_register (account));
  g_assert_cmpuint (phone_account_get_register_expires (account), ==, 600);
  g_assert_true (phone_account_get_session_timers_update (account));
  g_assert_finalize_object (account);
}

/* The sentence names the key. */
static void
test_refusals (void)
{
  static const struct
  {
    const char *json;
    const char *named;
  } rows[] = {
    { "", "JSON" },
    { "[]", "JSON" },
    { "{\"uri\":", "JSON" },
    { "{\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":\"sip:a@b\"}", "“sockets”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":[]}", "“sockets”" },
    { "{\"uri\":\"sip:b\",\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":\"sip:a b@c\",\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":\"sip:a%4@c\",\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":\"sip:a@b:99999\",\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":\"a@b\\r\\nX: y\",\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":7,\"sockets\":\"wss://h\"}", "“uri”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":\"http://h\"}", "“sockets”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":\"wss://\"}", "“sockets”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":7}", "“sockets”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":[{\"weight\":1}]}", "“sockets”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":[{\"url\":\"wss://h\",\"weight\":\"1\"}]}", "“sockets.weight”" },
    { "{\"uri\":\"sip:a@b\",\"sockets\":[{\"url\":\"wss://h\",\"heavy\":1}]}", "“sockets.heavy”" },
    { "{" MINIMAL ",\"lalala\":1}", "“lalala”" },
    { "{" MINIMAL ",\"outbound_proxy_set\":\"x\"}", "“outbound_proxy_set”" },
    { "{" MINIMAL ",\"register\":\"yes\"}", "“register”" },
    { "{" MINIMAL ",\"register_expires\":-1}", "“register_expires”" },
    { "{" MINIMAL ",\"register_expires\":1.5}", "“register_expires”" },
    { "{" MINIMAL ",\"no_answer_timeout\":0}", "“no_answer_timeout”" },
    { "{" MINIMAL ",\"no_answer_timeout\":\"soon\"}", "“no_answer_timeout”" },
    { "{" MINIMAL ",\"no_answer_timeout\":1e300}", "“no_answer_timeout”" },
    { "{" MINIMAL ",\"connection_recovery_min_interval\":0}", "“connection_recovery_min_interval”" },
    { "{" MINIMAL ",\"connection_recovery_max_interval\":{}}", "“connection_recovery_max_interval”" },
    { "{" MINIMAL ",\"session_timers_refresh_method\":\"BYE\"}", "“session_timers_refresh_method”" },
    { "{" MINIMAL ",\"instance_id\":\"abc\"}", "“instance_id”" },
    { "{" MINIMAL ",\"registrar_server\":\"sip:a@b\"}", "“registrar_server”" },
    { "{" MINIMAL ",\"contact_uri\":\"no uri\"}", "“contact_uri”" },
    { "{" MINIMAL ",\"authorization_user\":\"a\\\"b\"}", "“authorization_user”" },
    { "{" MINIMAL ",\"user_agent\":7}", "“user_agent”" },
    { "{" MINIMAL ",\"user_agent\":\"a\\nb\"}", "“user_agent”" },
    { "{" MINIMAL ",\"authorization_jwt\":{}}", "“authorization_jwt”" },
    { "{" MINIMAL ",\"register_from_tag_trail\":\"a;b\"}", "“register_from_tag_trail”" },
    { "{" MINIMAL ",\"extra_headers\":\"X: y\"}", "“extra_headers”" },
    { "{" MINIMAL ",\"extra_headers\":[\"X: y\\r\\nZ: w\"]}", "“extra_headers”" },
    { "{" MINIMAL ",\"tls\":{\"cert\":\"x\"}}", "“tls.cert”" },
    { "{" MINIMAL ",\"tls\":true}", "“tls”" },
    { "{" MINIMAL ",\"pcConfig\":[1]}", "“pcConfig”" },
    { "{" MINIMAL ",\"pcConfig\":{\"bundlePolicy\":\"x\"}}", "“pcConfig.bundlePolicy”" },
    { "{" MINIMAL ",\"pcConfig\":{\"iceTransportPolicy\":\"some\"}}", "“pcConfig.iceTransportPolicy”" },
    { "{" MINIMAL ",\"pcConfig\":{\"iceServers\":[{\"urls\":\"http://x\"}]}}", "“pcConfig.iceServers.urls”" },
    { "{" MINIMAL ",\"pcConfig\":{\"iceServers\":[{\"urls\":\"turns:x\"}]}}", "“pcConfig.iceServers.urls” names a “turns:”" },
    { "{" MINIMAL ",\"pcConfig\":{\"iceServers\":[{\"url\":\"stun:x\"}]}}", "“pcConfig.iceServers.url”" },
    { "{" MINIMAL ",\"enabled\":true}", "“enabled”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(PhoneAccountSecrets) secrets = NULL;

      g_test_message ("%s", rows[i].json);
      g_assert_null (phone_account_from_json (rows[i].json, -1, &secrets, &error));
      g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, rows[i].named));
      g_assert_null (secrets);
    }
}

static void
test_hostile_files (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (300 * 1024, ' ');
  const char *files[] = { deep, large, "\xff\xfe{}", "{\"\\u0000\":1}" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (phone_account_from_json (files[i], -1, NULL, &error));
      g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID);
    }
}

static void
test_uris (void)
{
  static const struct
  {
    const char *text;
    const char *normal;
  } rows[] = {
    { "alice@example.com", "sip:alice@example.com" },
    { "SIP:f%61keUA@jssip.net", "sip:fakeUA@jssip.net" },
    { "sips:alice@Example.com", "sips:alice@example.com" },
    { "sip:+1-555;ext=2@h;User=Phone;lr", "sip:+1-555;ext=2@h;user=Phone;lr" },
    { "sip:a%2fb%40c@h", "sip:a/b%40c@h" },
    { "sip:a@[2001:DB8::1]:5061", "sip:a@[2001:db8::1]:5061" },
    { "sip:a@h?Subject=x", "sip:a@h?Subject=x" },
    { "sip:a@", NULL },
    { "sip:@h", NULL },
    { "sip:a@[::1", NULL },
    { "sip:a@h:0", NULL },
    { "sip:a@h:", NULL },
    { "sip:a@h;=x", NULL },
    { "sip:a@h;x=", NULL },
    { "sip:a@h?", NULL },
    { "sip:a@b@c", NULL },
    { "sip:a@-h", NULL },
    { "sip:a@h..i", NULL },
    { "sip:a%zz@h", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *normal = phone_account_uri_normalize (rows[i].text, TRUE);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (normal, ==, rows[i].normal);
    }
}

static void
test_users (void)
{
  static const struct
  {
    const char *uri;
    const char *user;
  } rows[] = {
    { "sip:a%20b:secret@h", "a b" },
    { "sip:%C3%A4@h", "ä" },
    { "sip:%CE@h", "%CE" },
    { "sip:a%0D%0Ab@h", "a%0D%0Ab" },
    { "sip:a%22b@h", "a%22b" },
    { "sip:h", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *user = phone_account_uri_dup_user (rows[i].uri);

      g_assert_cmpstr (user, ==, rows[i].user);
    }
}

static JsonObject *
parse_object (JsonParser *parser,
              const char *json)
{
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));

  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_to_json (void)
{
  g_autoptr(PhoneAccountSecrets) secrets = NULL;
  g_autoptr(PhoneAccount) account = NULL;
  g_autoptr(PhoneAccount) again = NULL;
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autofree char *json = NULL, *json_again = NULL;
  JsonObject *object;

  account = read_good ("{\"uri\":\"sip:f%61keUA@jssip.net\",\"sockets\":\"wss://h\",\"password\":\"secret1\",\"ha1\":\"secret2\","
                       "\"authorization_jwt\":\"secret3\",\"instance_id\":\"uuid:8f1fa16a-1165-4a96-8341-785b1ef24f12\","
                       "\"registrar_server\":\"registrar.jssip.NET:6060;TRansport=TCP\",\"no_answer_timeout\":60000,"
                       "\"pcConfig\":{\"iceServers\":[{\"urls\":\"turn:t\",\"username\":\"u\",\"credential\":\"secret4\"}]}}", &secrets);
  json = phone_account_to_json (account);
  g_assert_null (strstr (json, "secret"));
  object = parse_object (parser, json);
  g_assert_cmpstr (json_object_get_string_member (object, "uri"), ==, "sip:fakeUA@jssip.net");
  g_assert_cmpstr (json_object_get_string_member (object, "instance_id"), ==, "8f1fa16a-1165-4a96-8341-785b1ef24f12");
  g_assert_cmpstr (json_object_get_string_member (object, "registrar_server"), ==, "sip:registrar.jssip.net:6060;transport=tcp");
  g_assert_cmpint (json_object_get_int_member (object, "no_answer_timeout"), ==, 60000);
  g_assert_cmpstr (json_object_get_string_member (object, "authorization_user"), ==, "fakeUA");
  g_assert_cmpint (json_object_get_int_member (object, "register_expires"), ==, 600);
  g_assert_true (json_object_get_boolean_member (object, "register"));
  g_assert_true (json_object_get_null_member (object, "display_name"));

  again = read_good (json, NULL);
  json_again = phone_account_to_json (again);
  g_assert_cmpstr (json, ==, json_again);
}

static void
test_derived_defaults (void)
{
  g_autoptr(PhoneAccount) account = read_good ("{\"uri\":\"sip:alice@example.com:5070;x=y\",\"sockets\":\"wss://h\"}", NULL);
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autofree char *json = phone_account_to_json (account);
  g_autofree char *settings = phone_account_to_settings (account);
  JsonObject *object = parse_object (parser, json);

  g_assert_cmpstr (json_object_get_string_member (object, "registrar_server"), ==, "sip:example.com:5070");
  g_assert_cmpstr (json_object_get_string_member (object, "authorization_user"), ==, "alice");
  object = parse_object (parser, settings);
  g_assert_true (json_object_get_null_member (object, "registrar_server"));
  g_assert_true (json_object_get_null_member (object, "authorization_user"));
}

static void
test_check_text (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (phone_account_check_text ("uri", "alice@example.com", NULL));
  g_assert_false (phone_account_check_text ("uri", "alice", NULL));
  g_assert_false (phone_account_check_text ("uri", "", &error));
  g_assert_error (error, PHONE_STORE_ERROR, PHONE_STORE_ERROR_INVALID);
  g_assert_true (phone_account_check_text ("registrar_server", "", NULL));
  g_assert_true (phone_account_check_text ("pcConfig.iceServers.urls", "stun:h:3478", NULL));
  g_assert_false (phone_account_check_text ("pcConfig.iceServers.urls", "turns:h", NULL));
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          gpointer    data)
{
  (*(guint *) data)++;
}

static void
test_properties (void)
{
  PhoneAccount *account = phone_account_new ();
  const char *sockets[] = { "wss://a 5", "ws://b", NULL };
  g_auto(GStrv) read = NULL;
  guint n_notified = 0;

  g_signal_connect (account, "notify::display-name", G_CALLBACK (count_cb), &n_notified);
  g_object_set (account, "uri", "sip:bob@h", "display-name", "Bob", "sockets", sockets, "register-expires", 5, NULL);
  g_object_set (account, "display-name", "Bob", NULL);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpstr (phone_account_get_user (account), ==, "bob");
  g_assert_cmpuint (phone_account_get_register_expires (account), ==, 5);
  g_object_get (account, "sockets", &read, NULL);
  g_assert_true (g_strv_equal ((const char * const *) read, sockets));
  g_assert_finalize_object (account);
}

static void
test_secrets_json (void)
{
  g_autoptr(PhoneAccountSecrets) secrets = phone_account_secrets_new ();
  g_autoptr(PhoneAccountSecrets) again = NULL;
  g_autoptr(PhoneAccountSecrets) bad = phone_account_secrets_from_json ("[\"nonsense\"");
  g_autofree char *json = NULL;

  g_assert_true (phone_account_secrets_is_empty (secrets));
  g_assert_true (phone_account_secrets_is_empty (bad));
  secrets->password = g_strdup ("p\"ä");
  g_hash_table_insert (secrets->credentials, g_strdup ("turn:h"), g_strdup ("c"));
  json = phone_account_secrets_to_json (secrets);
  again = phone_account_secrets_from_json (json);
  g_assert_cmpstr (again->password, ==, "p\"ä");
  g_assert_null (again->ha1);
  g_assert_cmpstr (g_hash_table_lookup (again->credentials, "turn:h"), ==, "c");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/account/has-the-defaults-of-jssip", test_defaults);
  g_test_add_func ("/store/account/reads-every-key", test_everything);
  g_test_add_func ("/store/account/empty-values-stand-for-the-default", test_empty_is_default);
  g_test_add_func ("/store/account/refusals-name-the-key", test_refusals);
  g_test_add_func ("/store/account/hostile-files-are-refused", test_hostile_files);
  g_test_add_func ("/store/account/one-spelling-for-an-address", test_uris);
  g_test_add_func ("/store/account/user-is-plain-text-or-stays-escaped", test_users);
  g_test_add_func ("/store/account/json-has-defaults-and-no-secrets", test_to_json);
  g_test_add_func ("/store/account/derived-defaults-are-not-stored", test_derived_defaults);
  g_test_add_func ("/store/account/checks-what-is-typed", test_check_text);
  g_test_add_func ("/store/account/properties-notify-once", test_properties);
  g_test_add_func ("/store/account/secrets-survive-their-json", test_secrets_json);

  return g_test_run ();
}
