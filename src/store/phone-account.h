/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One account: JsSIP's configuration plus our additions, without secrets. Every item is a GObject property (dashed name of the
 * account JSON key); lists are strv: "sockets" ("wss://host weight"), "ice-servers" ("url username"), "extra-headers".
 * Properties (notify): "id" x (0: not stored), "uri" s, "sockets" as, "display-name", "contact-uri", "instance-id", "authorization-user",
 * "realm", "registrar-server", "register" b, "register-expires" u, "register-from-tag-trail", "no-answer-timeout" u, "session-timers" b,
 * "session-timers-refresh-method" s, "session-timers-force-refresher" b, "use-preloaded-route" b, "recovery-min" u, "recovery-max" u,
 * "user-agent", "extra-headers" as, "ice-servers" as, "relay-only" b, "ca-file" s, "trust-asserted-identity" b, "enabled" b, "demo" b (not stored). */
#define PHONE_TYPE_ACCOUNT (phone_account_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAccount, phone_account, PHONE, ACCOUNT, GObject)

PhoneAccount        *phone_account_new                  (void);        /* JsSIP's defaults */
gint64               phone_account_get_id               (PhoneAccount *self);
const char          *phone_account_get_uri              (PhoneAccount *self);   /* "sip:alice@example.com" */
const char          *phone_account_get_user             (PhoneAccount *self);
const char          *phone_account_get_domain           (PhoneAccount *self);
const char          *phone_account_get_display_name     (PhoneAccount *self);
const char          *phone_account_get_authorization_user (PhoneAccount *self); /* or the user of uri */
const char          *phone_account_get_realm            (PhoneAccount *self);
const char          *phone_account_get_contact_uri      (PhoneAccount *self);
const char          *phone_account_get_instance_id      (PhoneAccount *self);
const char          *phone_account_get_registrar_server (PhoneAccount *self);
const char          *phone_account_get_user_agent       (PhoneAccount *self);
const char          *phone_account_get_register_from_tag_trail (PhoneAccount *self);
const char          *phone_account_get_ca_file          (PhoneAccount *self);
const char * const  *phone_account_get_extra_headers    (PhoneAccount *self);
guint                phone_account_get_register_expires (PhoneAccount *self);
guint                phone_account_get_no_answer_timeout (PhoneAccount *self);
guint                phone_account_get_recovery_min     (PhoneAccount *self);
guint                phone_account_get_recovery_max     (PhoneAccount *self);
gboolean             phone_account_get_register         (PhoneAccount *self);
gboolean             phone_account_get_session_timers   (PhoneAccount *self);
gboolean             phone_account_get_session_timers_update (PhoneAccount *self);
gboolean             phone_account_get_session_timers_force_refresher (PhoneAccount *self);
gboolean             phone_account_get_use_preloaded_route (PhoneAccount *self);
gboolean             phone_account_get_relay_only       (PhoneAccount *self);
gboolean             phone_account_get_trust_asserted_identity (PhoneAccount *self);
gboolean             phone_account_get_enabled          (PhoneAccount *self);
gboolean             phone_account_get_demo             (PhoneAccount *self);
guint                phone_account_get_n_sockets        (PhoneAccount *self);
const char          *phone_account_get_nth_socket       (PhoneAccount *self, guint n, int *out_weight);
void                 phone_account_add_socket           (PhoneAccount *self, const char *url, int weight);
void                 phone_account_clear_sockets        (PhoneAccount *self);
guint                phone_account_get_n_ice_servers    (PhoneAccount *self);
const char          *phone_account_get_nth_ice_server   (PhoneAccount *self, guint n, const char **out_username);
void                 phone_account_add_ice_server       (PhoneAccount *self, const char *url, const char *username);
void                 phone_account_clear_ice_servers    (PhoneAccount *self);

/* The secrets of an account, only ever in memory and in the key ring; wiped when freed. */
typedef struct
{
  char       *password;
  char       *ha1;
  char       *authorization_jwt;
  GHashTable *credentials;      /* TURN: url → credential */
} PhoneAccountSecrets;

PhoneAccountSecrets *phone_account_secrets_new  (void);
PhoneAccountSecrets *phone_account_secrets_copy (const PhoneAccountSecrets *self);
void                 phone_account_secrets_free (PhoneAccountSecrets *self);
gboolean             phone_account_secrets_is_empty (const PhoneAccountSecrets *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneAccountSecrets, phone_account_secrets_free)

/* Account JSON (JsSIP's configuration object). Error INVALID names the key. */
PhoneAccount        *phone_account_from_json    (const char *json, gssize length, PhoneAccountSecrets **out_secrets, GError **error);
/* Without secrets; defaults filled in. */
char                *phone_account_to_json      (PhoneAccount *self);
/* What a person types, checked as it would be in the file: key "uri", "sockets", "pcConfig.iceServers.urls", …. "" stands for the default. */
gboolean             phone_account_check_text   (const char *key, const char *text, GError **error);

G_END_DECLS
