/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An account is a bag of settings with a name and a default each, so it is a table: one row a property, one value a row. Only
 * the two lists have a shape of their own. Nothing is checked here, for a half-filled form is an account too; the checks
 * stand at the door where accounts come in (phone-account-json.c). */

#include "config.h"
#include "phone-account-private.h"

#include <string.h>

typedef enum
{
  TEXT,
  NUMBER,
  FLAG,
} Kind;

enum {
  PROP_0,
  PROP_URI,
  PROP_DISPLAY_NAME,
  PROP_CONTACT_URI,
  PROP_INSTANCE_ID,
  PROP_AUTHORIZATION_USER,
  PROP_REALM,
  PROP_REGISTRAR_SERVER,
  PROP_REGISTER_FROM_TAG_TRAIL,
  PROP_SESSION_TIMERS_REFRESH_METHOD,
  PROP_USER_AGENT,
  PROP_CA_FILE,
  PROP_REGISTER_EXPIRES,
  PROP_NO_ANSWER_TIMEOUT,
  PROP_RECOVERY_MIN,
  PROP_RECOVERY_MAX,
  PROP_REGISTER,
  PROP_SESSION_TIMERS,
  PROP_SESSION_TIMERS_FORCE_REFRESHER,
  PROP_USE_PRELOADED_ROUTE,
  PROP_RELAY_ONLY,
  PROP_TRUST_ASSERTED_IDENTITY,
  PROP_ENABLED,
  PROP_DEMO,
  N_PLAIN,
  PROP_ID = N_PLAIN,
  PROP_SOCKETS,
  PROP_EXTRA_HEADERS,
  PROP_ICE_SERVERS,
  N_PROPS
};

/* JsSIP's defaults; a text without default is NULL. */
static const struct
{
  const char *name;
  Kind        kind;
  const char *text;
  guint       number;
} plain[N_PLAIN] = {
  [PROP_URI]                            = { "uri", TEXT },
  [PROP_DISPLAY_NAME]                   = { "display-name", TEXT },
  [PROP_CONTACT_URI]                    = { "contact-uri", TEXT },
  [PROP_INSTANCE_ID]                    = { "instance-id", TEXT },
  [PROP_AUTHORIZATION_USER]             = { "authorization-user", TEXT },
  [PROP_REALM]                          = { "realm", TEXT },
  [PROP_REGISTRAR_SERVER]               = { "registrar-server", TEXT },
  [PROP_REGISTER_FROM_TAG_TRAIL]        = { "register-from-tag-trail", TEXT },
  [PROP_SESSION_TIMERS_REFRESH_METHOD]  = { "session-timers-refresh-method", TEXT, "UPDATE" },
  [PROP_USER_AGENT]                     = { "user-agent", TEXT, "Phone/" PHONE_VERSION },
  [PROP_CA_FILE]                        = { "ca-file", TEXT },
  [PROP_REGISTER_EXPIRES]               = { "register-expires", NUMBER, NULL, 600 },
  [PROP_NO_ANSWER_TIMEOUT]              = { "no-answer-timeout", NUMBER, NULL, 60 },
  [PROP_RECOVERY_MIN]                   = { "recovery-min", NUMBER, NULL, 2 },
  [PROP_RECOVERY_MAX]                   = { "recovery-max", NUMBER, NULL, 30 },
  [PROP_REGISTER]                       = { "register", FLAG, NULL, TRUE },
  [PROP_SESSION_TIMERS]                 = { "session-timers", FLAG, NULL, TRUE },
  [PROP_SESSION_TIMERS_FORCE_REFRESHER] = { "session-timers-force-refresher", FLAG, NULL, FALSE },
  [PROP_USE_PRELOADED_ROUTE]            = { "use-preloaded-route", FLAG, NULL, FALSE },
  [PROP_RELAY_ONLY]                     = { "relay-only", FLAG, NULL, FALSE },
  [PROP_TRUST_ASSERTED_IDENTITY]        = { "trust-asserted-identity", FLAG, NULL, FALSE },
  [PROP_ENABLED]                        = { "enabled", FLAG, NULL, TRUE },
  [PROP_DEMO]                           = { "demo", FLAG, NULL, FALSE },
};

typedef struct
{
  char *url;
  char *username;       /* ICE server */
  int   weight;         /* socket */
} Server;

struct _PhoneAccount
{
  GObject     parent_instance;

  gint64      id;
  char       *texts[N_PLAIN];
  guint       numbers[N_PLAIN];
  char       *user;             /* of uri */
  char       *domain;
  GArray     *sockets;          /* of Server */
  GArray     *ice_servers;
  char      **extra_headers;
};

G_DEFINE_FINAL_TYPE (PhoneAccount, phone_account, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void
phone_account_server_clear (Server *server)
{
  g_free (server->url);
  g_free (server->username);
}

static GArray *
phone_account_create_servers (void)
{
  GArray *servers = g_array_new (FALSE, TRUE, sizeof (Server));

  g_array_set_clear_func (servers, (GDestroyNotify) phone_account_server_clear);

  return servers;
}

static Server *
phone_account_nth_server (GArray *servers,
                          guint   n)
{
  return n < servers->len ? &g_array_index (servers, Server, n) : NULL;
}

/* "url rest" with the rest left out where it says nothing. */
static char **
phone_account_dup_servers (GArray *servers)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint n = 0; n < servers->len; n++)
    {
      Server *server = phone_account_nth_server (servers, n);
      g_autofree char *line = NULL;

      if (server->username != NULL)
        line = g_strdup_printf ("%s %s", server->url, server->username);
      else if (server->weight != 0)
        line = g_strdup_printf ("%s %d", server->url, server->weight);
      g_strv_builder_add (builder, line != NULL ? line : server->url);
    }

  return g_strv_builder_end (builder);
}

static void
phone_account_set_sockets (PhoneAccount       *self,
                           const char * const *lines)
{
  g_object_freeze_notify (G_OBJECT (self));
  phone_account_clear_sockets (self);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      const char *space = strchr (lines[i], ' ');
      g_autofree char *url = g_strndup (lines[i], space != NULL ? (gsize) (space - lines[i]) : strlen (lines[i]));

      phone_account_add_socket (self, url, space != NULL ? (int) g_ascii_strtoll (space + 1, NULL, 10) : 0);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_account_set_ice_servers (PhoneAccount       *self,
                               const char * const *lines)
{
  g_object_freeze_notify (G_OBJECT (self));
  phone_account_clear_ice_servers (self);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      const char *space = strchr (lines[i], ' ');
      g_autofree char *url = g_strndup (lines[i], space != NULL ? (gsize) (space - lines[i]) : strlen (lines[i]));

      phone_account_add_ice_server (self, url, space != NULL ? space + 1 : NULL);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_account_set_extra_headers (PhoneAccount       *self,
                                 const char * const *lines)
{
  static const char * const none[] = { NULL };

  if (lines == NULL)
    lines = none;
  if (g_strv_equal ((const char * const *) self->extra_headers, lines))
    return;
  g_strfreev (self->extra_headers);
  self->extra_headers = g_strdupv ((char **) lines);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXTRA_HEADERS]);
}

/* An empty text means the default. */
static void
phone_account_set_text (PhoneAccount *self,
                        guint         property,
                        const char   *text)
{
  if (text == NULL || *text == '\0')
    text = plain[property].text;
  if (g_strcmp0 (self->texts[property], text) == 0)
    return;
  g_free (self->texts[property]);
  self->texts[property] = g_strdup (text);
  if (property == PROP_URI)
    {
      g_free (self->user);
      g_free (self->domain);
      self->user = phone_account_uri_dup_user (text != NULL ? text : "");
      self->domain = phone_account_uri_dup_domain (text != NULL ? text : "");
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
phone_account_set_number (PhoneAccount *self,
                          guint         property,
                          guint         number)
{
  if (self->numbers[property] == number)
    return;
  self->numbers[property] = number;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
phone_account_finalize (GObject *object)
{
  PhoneAccount *self = PHONE_ACCOUNT (object);

  for (guint i = 0; i < N_PLAIN; i++)
    g_free (self->texts[i]);
  g_free (self->user);
  g_free (self->domain);
  g_array_unref (self->sockets);
  g_array_unref (self->ice_servers);
  g_strfreev (self->extra_headers);

  G_OBJECT_CLASS (phone_account_parent_class)->finalize (object);
}

static void
phone_account_get_property (GObject    *object,
                            guint       property,
                            GValue     *value,
                            GParamSpec *pspec)
{
  PhoneAccount *self = PHONE_ACCOUNT (object);

  if (property < N_PLAIN)
    {
      if (plain[property].kind == TEXT)
        g_value_set_string (value, self->texts[property]);
      else if (plain[property].kind == NUMBER)
        g_value_set_uint (value, self->numbers[property]);
      else
        g_value_set_boolean (value, self->numbers[property] != 0);
      return;
    }
  switch (property)
    {
    case PROP_ID:
      g_value_set_int64 (value, self->id);
      break;
    case PROP_SOCKETS:
      g_value_take_boxed (value, phone_account_dup_servers (self->sockets));
      break;
    case PROP_EXTRA_HEADERS:
      g_value_set_boxed (value, self->extra_headers);
      break;
    case PROP_ICE_SERVERS:
      g_value_take_boxed (value, phone_account_dup_servers (self->ice_servers));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
phone_account_set_property (GObject      *object,
                            guint         property,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  PhoneAccount *self = PHONE_ACCOUNT (object);

  if (property < N_PLAIN)
    {
      if (plain[property].kind == TEXT)
        phone_account_set_text (self, property, g_value_get_string (value));
      else if (plain[property].kind == NUMBER)
        phone_account_set_number (self, property, g_value_get_uint (value));
      else
        phone_account_set_number (self, property, g_value_get_boolean (value) ? TRUE : FALSE);
      return;
    }
  switch (property)
    {
    case PROP_SOCKETS:
      phone_account_set_sockets (self, g_value_get_boxed (value));
      break;
    case PROP_EXTRA_HEADERS:
      phone_account_set_extra_headers (self, g_value_get_boxed (value));
      break;
    case PROP_ICE_SERVERS:
      phone_account_set_ice_servers (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static GParamSpec *
phone_account_create_pspec (guint       property,
                            GParamFlags flags)
{
  switch (plain[property].kind)
    {
    case TEXT:
      return g_param_spec_string (plain[property].name, NULL, NULL, plain[property].text, flags);
    case NUMBER:
      return g_param_spec_uint (plain[property].name, NULL, NULL, 0, G_MAXUINT, plain[property].number, flags);
    case FLAG:
    default:
      return g_param_spec_boolean (plain[property].name, NULL, NULL, plain[property].number, flags);
    }
}

static void
phone_account_class_init (PhoneAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = phone_account_finalize;
  object_class->get_property = phone_account_get_property;
  object_class->set_property = phone_account_set_property;

  for (guint i = PROP_0 + 1; i < N_PLAIN; i++)
    properties[i] = phone_account_create_pspec (i, flags);
  properties[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SOCKETS] = g_param_spec_boxed ("sockets", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_EXTRA_HEADERS] = g_param_spec_boxed ("extra-headers", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_ICE_SERVERS] = g_param_spec_boxed ("ice-servers", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

/* The instance identifier stays with the account, so that a registrar knows it again after a restart (RFC 5626 §4.1); JsSIP
 * makes a new one for each run. */
static void
phone_account_init (PhoneAccount *self)
{
  for (guint i = PROP_0 + 1; i < N_PLAIN; i++)
    {
      self->texts[i] = g_strdup (plain[i].text);
      self->numbers[i] = plain[i].number;
    }
  self->texts[PROP_INSTANCE_ID] = g_uuid_string_random ();
  self->user = g_strdup ("");
  self->domain = g_strdup ("");
  self->sockets = phone_account_create_servers ();
  self->ice_servers = phone_account_create_servers ();
  self->extra_headers = g_new0 (char *, 1);
}

/**
 * phone_account_new:
 *
 * Returns: (transfer full): an account with JsSIP's defaults, a random instance identifier and no URI
 */
PhoneAccount *
phone_account_new (void)
{
  return g_object_new (PHONE_TYPE_ACCOUNT, NULL);
}

/**
 * phone_account_get_id:
 * @self: an account
 *
 * Returns: its number in the store; 0 if it is not stored
 */
gint64
phone_account_get_id (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->id;
}

void
phone_account_set_id (PhoneAccount *self,
                      gint64        id)
{
  if (self->id == id)
    return;
  self->id = id;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

/**
 * phone_account_get_uri:
 * @self: an account
 *
 * Returns: the address of record as a SIP URI; "" before it is set
 */
const char *
phone_account_get_uri (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_URI] != NULL ? self->texts[PROP_URI] : "";
}

/**
 * phone_account_get_user:
 * @self: an account
 *
 * Returns: the user of the URI with escapes dissolved, or ""
 */
const char *
phone_account_get_user (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->user;
}

/**
 * phone_account_get_domain:
 * @self: an account
 *
 * Returns: the host of the URI in lower case, without port; or ""
 */
const char *
phone_account_get_domain (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->domain;
}

/**
 * phone_account_get_display_name:
 * @self: an account
 *
 * Returns: (nullable): the name that callees see
 */
const char *
phone_account_get_display_name (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_DISPLAY_NAME];
}

/**
 * phone_account_get_authorization_user:
 * @self: an account
 *
 * Returns: the user name for authentication; the user of the URI unless another is set
 */
const char *
phone_account_get_authorization_user (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_AUTHORIZATION_USER] != NULL ? self->texts[PROP_AUTHORIZATION_USER] : self->user;
}

/**
 * phone_account_get_realm:
 * @self: an account
 *
 * Returns: (nullable): the realm that the stored hash belongs to
 */
const char *
phone_account_get_realm (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_REALM];
}

/**
 * phone_account_get_contact_uri:
 * @self: an account
 *
 * Returns: (nullable): the Contact to register; %NULL for a random one
 */
const char *
phone_account_get_contact_uri (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_CONTACT_URI];
}

/**
 * phone_account_get_instance_id:
 * @self: an account
 *
 * Returns: a UUID without prefix (RFC 5626 §4.1)
 */
const char *
phone_account_get_instance_id (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_INSTANCE_ID];
}

/**
 * phone_account_get_registrar_server:
 * @self: an account
 *
 * Returns: (nullable): the registrar's URI; %NULL for the domain of the account
 */
const char *
phone_account_get_registrar_server (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_REGISTRAR_SERVER];
}

/**
 * phone_account_get_user_agent:
 * @self: an account
 *
 * Returns: the value of the User-Agent header
 */
const char *
phone_account_get_user_agent (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_USER_AGENT];
}

/**
 * phone_account_get_register_from_tag_trail:
 * @self: an account
 *
 * Returns: (nullable): what is appended to the From tag of REGISTER
 */
const char *
phone_account_get_register_from_tag_trail (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_REGISTER_FROM_TAG_TRAIL];
}

/**
 * phone_account_get_ca_file:
 * @self: an account
 *
 * Returns: (nullable): a PEM file with a private certificate authority
 */
const char *
phone_account_get_ca_file (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return self->texts[PROP_CA_FILE];
}

/**
 * phone_account_get_extra_headers:
 * @self: an account
 *
 * Returns: (transfer none): header lines for every request and response, %NULL-terminated
 */
const char * const *
phone_account_get_extra_headers (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  return (const char * const *) self->extra_headers;
}

/**
 * phone_account_get_register_expires:
 * @self: an account
 *
 * Returns: how long a registration shall last in seconds; 0 leaves it to the registrar
 */
guint
phone_account_get_register_expires (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->numbers[PROP_REGISTER_EXPIRES];
}

/**
 * phone_account_get_no_answer_timeout:
 * @self: an account
 *
 * Returns: after how many seconds an incoming call that nobody answers is refused
 */
guint
phone_account_get_no_answer_timeout (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->numbers[PROP_NO_ANSWER_TIMEOUT];
}

/**
 * phone_account_get_recovery_min:
 * @self: an account
 *
 * Returns: the first pause before a new connection attempt, in seconds
 */
guint
phone_account_get_recovery_min (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->numbers[PROP_RECOVERY_MIN];
}

/**
 * phone_account_get_recovery_max:
 * @self: an account
 *
 * Returns: the longest pause before a new connection attempt, in seconds
 */
guint
phone_account_get_recovery_max (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->numbers[PROP_RECOVERY_MAX];
}

/**
 * phone_account_get_register:
 * @self: an account
 *
 * Returns: whether it registers by itself once connected
 */
gboolean
phone_account_get_register (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_REGISTER];
}

/**
 * phone_account_get_session_timers:
 * @self: an account
 *
 * Returns: whether calls use session timers (RFC 4028)
 */
gboolean
phone_account_get_session_timers (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_SESSION_TIMERS];
}

/**
 * phone_account_get_session_timers_update:
 * @self: an account
 *
 * Returns: whether sessions are refreshed by UPDATE; otherwise by INVITE
 */
gboolean
phone_account_get_session_timers_update (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return g_ascii_strcasecmp (self->texts[PROP_SESSION_TIMERS_REFRESH_METHOD], "INVITE") != 0;
}

/**
 * phone_account_get_session_timers_force_refresher:
 * @self: an account
 *
 * Returns: whether our INVITE asks to be the refresher
 */
gboolean
phone_account_get_session_timers_force_refresher (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_SESSION_TIMERS_FORCE_REFRESHER];
}

/**
 * phone_account_get_use_preloaded_route:
 * @self: an account
 *
 * Returns: whether initial requests carry a Route to the WebSocket server
 */
gboolean
phone_account_get_use_preloaded_route (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_USE_PRELOADED_ROUTE];
}

/**
 * phone_account_get_relay_only:
 * @self: an account
 *
 * Returns: whether media goes by TURN relays only
 */
gboolean
phone_account_get_relay_only (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_RELAY_ONLY];
}

/**
 * phone_account_get_trust_asserted_identity:
 * @self: an account
 *
 * Returns: whether P-Asserted-Identity from this server names the caller (RFC 3325)
 */
gboolean
phone_account_get_trust_asserted_identity (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_TRUST_ASSERTED_IDENTITY];
}

/**
 * phone_account_get_enabled:
 * @self: an account
 *
 * Returns: whether it is to be in service
 */
gboolean
phone_account_get_enabled (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_ENABLED];
}

/**
 * phone_account_get_demo:
 * @self: an account
 *
 * Returns: whether it is the demo line, which lasts for this run
 */
gboolean
phone_account_get_demo (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), FALSE);

  return self->numbers[PROP_DEMO];
}

/**
 * phone_account_get_n_sockets:
 * @self: an account
 *
 * Returns: how many WebSocket servers it has
 */
guint
phone_account_get_n_sockets (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->sockets->len;
}

/**
 * phone_account_get_nth_socket:
 * @self: an account
 * @n: which, from 0
 * @out_weight: (out) (optional): its weight; the heaviest is tried first
 *
 * Returns: (nullable): its URL
 */
const char *
phone_account_get_nth_socket (PhoneAccount *self,
                              guint         n,
                              int          *out_weight)
{
  Server *server;

  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  server = phone_account_nth_server (self->sockets, n);
  if (server == NULL)
    return NULL;
  if (out_weight != NULL)
    *out_weight = server->weight;

  return server->url;
}

/**
 * phone_account_add_socket:
 * @self: an account
 * @url: a ws: or wss: URL
 * @weight: its weight; the heaviest is tried first
 *
 * Appends a WebSocket server.
 */
void
phone_account_add_socket (PhoneAccount *self,
                          const char   *url,
                          int           weight)
{
  Server server = { g_strdup (url), NULL, weight };

  g_return_if_fail (PHONE_IS_ACCOUNT (self));

  g_array_append_val (self->sockets, server);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOCKETS]);
}

/**
 * phone_account_clear_sockets:
 * @self: an account
 *
 * Forgets all WebSocket servers.
 */
void
phone_account_clear_sockets (PhoneAccount *self)
{
  g_return_if_fail (PHONE_IS_ACCOUNT (self));

  if (self->sockets->len == 0)
    return;
  g_array_set_size (self->sockets, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOCKETS]);
}

/**
 * phone_account_get_n_ice_servers:
 * @self: an account
 *
 * Returns: how many STUN and TURN servers it has
 */
guint
phone_account_get_n_ice_servers (PhoneAccount *self)
{
  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), 0);

  return self->ice_servers->len;
}

/**
 * phone_account_get_nth_ice_server:
 * @self: an account
 * @n: which, from 0
 * @out_username: (out) (optional) (nullable): the user name for TURN
 *
 * Returns: (nullable): its URL (RFC 7064, RFC 7065)
 */
const char *
phone_account_get_nth_ice_server (PhoneAccount  *self,
                                  guint          n,
                                  const char   **out_username)
{
  Server *server;

  g_return_val_if_fail (PHONE_IS_ACCOUNT (self), NULL);

  server = phone_account_nth_server (self->ice_servers, n);
  if (server == NULL)
    return NULL;
  if (out_username != NULL)
    *out_username = server->username;

  return server->url;
}

/**
 * phone_account_add_ice_server:
 * @self: an account
 * @url: a stun: or turn: URL
 * @username: (nullable): the user name for TURN; its credential is one of the secrets
 *
 * Appends a STUN or TURN server.
 */
void
phone_account_add_ice_server (PhoneAccount *self,
                              const char   *url,
                              const char   *username)
{
  Server server = { g_strdup (url), g_strdup (username), 0 };

  g_return_if_fail (PHONE_IS_ACCOUNT (self));

  g_array_append_val (self->ice_servers, server);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ICE_SERVERS]);
}

/**
 * phone_account_clear_ice_servers:
 * @self: an account
 *
 * Forgets all STUN and TURN servers.
 */
void
phone_account_clear_ice_servers (PhoneAccount *self)
{
  g_return_if_fail (PHONE_IS_ACCOUNT (self));

  if (self->ice_servers->len == 0)
    return;
  g_array_set_size (self->ice_servers, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ICE_SERVERS]);
}
