/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The archive of the calls room is searched after this object file, so its own definitions are never pulled in; only the enumerations' types are. */
#include "config.h"
#include "phone-fake-calls.h"

#include <string.h>

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

G_DEFINE_QUARK (phone-call-error-quark, phone_call_error)
G_DEFINE_QUARK (phone-ua-error-quark, phone_ua_error)

struct _PhoneUa
{
  GObject parent_instance;

  GValue   values[6];
  GString *intent;
};

G_DEFINE_FINAL_TYPE (PhoneUa, phone_ua, G_TYPE_OBJECT)

static GParamSpec *phone_ua_properties[6 + 1];

static void
phone_ua_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  g_value_copy (&PHONE_UA (object)->values[prop_id - 1], value);
}

static void
phone_ua_set_property (GObject      *object,
                       guint         prop_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  g_value_copy (value, &PHONE_UA (object)->values[prop_id - 1]);
  g_object_notify_by_pspec (object, pspec);
}

static void
phone_ua_finalize (GObject *object)
{
  PhoneUa *self = PHONE_UA (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->values); i++)
    g_value_unset (&self->values[i]);

  g_string_free (self->intent, TRUE);

  G_OBJECT_CLASS (phone_ua_parent_class)->finalize (object);
}

static void
phone_ua_class_init (PhoneUaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  guint i = 1;

  object_class->finalize = phone_ua_finalize;
  object_class->get_property = phone_ua_get_property;
  object_class->set_property = phone_ua_set_property;

  phone_ua_properties[i++] = g_param_spec_object ("account", NULL, NULL, PHONE_TYPE_ACCOUNT, FLAGS);
  phone_ua_properties[i++] = g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_UA_STATE, 0, FLAGS);
  phone_ua_properties[i++] = g_param_spec_enum ("problem", NULL, NULL, PHONE_TYPE_UA_PROBLEM, 0, FLAGS);
  phone_ua_properties[i++] = g_param_spec_string ("problem-detail", NULL, NULL, "", FLAGS);
  phone_ua_properties[i++] = g_param_spec_uint ("status-code", NULL, NULL, 0, 999, 0, FLAGS);
  phone_ua_properties[i++] = g_param_spec_string ("socket", NULL, NULL, "", FLAGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (phone_ua_properties), phone_ua_properties);
}

static void
phone_ua_init (PhoneUa *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->values); i++)
    {
      g_value_init (&self->values[i], phone_ua_properties[i + 1]->value_type);
      g_param_value_set_default (phone_ua_properties[i + 1], &self->values[i]);
    }

  self->intent = g_string_new (NULL);
}

PhoneAccount *
phone_ua_get_account (PhoneUa *self)
{
  return g_value_get_object (&self->values[0]);
}

PhoneUaState
phone_ua_get_state (PhoneUa *self)
{
  return (PhoneUaState) g_value_get_enum (&self->values[1]);
}

PhoneUaProblem
phone_ua_get_problem (PhoneUa *self)
{
  return (PhoneUaProblem) g_value_get_enum (&self->values[2]);
}

const char *
phone_ua_get_problem_detail (PhoneUa *self)
{
  return g_value_get_string (&self->values[3]);
}

guint
phone_ua_get_status_code (PhoneUa *self)
{
  return g_value_get_uint (&self->values[4]);
}

const char *
phone_ua_get_socket (PhoneUa *self)
{
  return g_value_get_string (&self->values[5]);
}

void
phone_ua_start (PhoneUa *self)
{
  g_string_assign (self->intent, "start");
}

void
phone_ua_stop (PhoneUa *self)
{
  g_string_assign (self->intent, "stop");
}

void
phone_ua_register (PhoneUa *self)
{
  g_string_assign (self->intent, "register");
}

void
phone_ua_retry_now (PhoneUa *self)
{
  g_string_assign (self->intent, "retry-now");
}

void
phone_ua_terminate_sessions (PhoneUa *self)
{
  g_string_assign (self->intent, "terminate-sessions");
}

gboolean
phone_ua_is_connected (PhoneUa *self)
{
  PhoneUaState state = phone_ua_get_state (self);

  return state == PHONE_UA_STATE_CONNECTED || state == PHONE_UA_STATE_REGISTERING || state == PHONE_UA_STATE_REGISTERED ||
         state == PHONE_UA_STATE_UNREGISTERED;
}

const char *
phone_fake_ua_get_intent (PhoneUa *self)
{
  return self->intent->str;
}

PhoneUa *
phone_fake_ua_new (PhoneAccount *account)
{
  return g_object_new (PHONE_TYPE_UA, "account", account, NULL);
}

struct _PhoneCall
{
  GObject parent_instance;

  GValue   values[28];
  GString *intent;
  guint    n_watchers;
  PhoneVideoSlot *remote_slot;
  PhoneVideoSlot *local_slot;
};

G_DEFINE_FINAL_TYPE (PhoneCall, phone_call, G_TYPE_OBJECT)

static GParamSpec *phone_call_properties[28 + 1];

static void
phone_call_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  g_value_copy (&PHONE_CALL (object)->values[prop_id - 1], value);
}

static void
phone_call_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  g_value_copy (value, &PHONE_CALL (object)->values[prop_id - 1]);
  g_object_notify_by_pspec (object, pspec);
}

static void
phone_call_finalize (GObject *object)
{
  PhoneCall *self = PHONE_CALL (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->values); i++)
    g_value_unset (&self->values[i]);

  g_string_free (self->intent, TRUE);
  phone_video_slot_unref (self->remote_slot);
  phone_video_slot_unref (self->local_slot);

  G_OBJECT_CLASS (phone_call_parent_class)->finalize (object);
}

static void
phone_call_class_init (PhoneCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  guint i = 1;

  object_class->finalize = phone_call_finalize;
  object_class->get_property = phone_call_get_property;
  object_class->set_property = phone_call_set_property;

  phone_call_properties[i++] = g_param_spec_string ("id", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_CALL_STATE, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_enum ("direction", NULL, NULL, PHONE_TYPE_CALL_DIRECTION, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_object ("ua", NULL, NULL, PHONE_TYPE_UA, FLAGS);
  phone_call_properties[i++] = g_param_spec_string ("remote-uri", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_string ("remote-name", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_int64 ("start-time", NULL, NULL, 0, G_MAXINT64, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_int64 ("end-time", NULL, NULL, 0, G_MAXINT64, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("local-hold", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("remote-hold", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("microphone-muted", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("camera-muted", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("local-video", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("remote-video", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("offers-video", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("encrypted", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("test-camera", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("test-microphone", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_enum ("end-reason", NULL, NULL, PHONE_TYPE_CALL_END_REASON, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_string ("end-cause", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_uint ("status-code", NULL, NULL, 0, 999, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_enum ("originator", NULL, NULL, PHONE_TYPE_CALL_ORIGINATOR, 0, FLAGS);
  phone_call_properties[i++] = g_param_spec_string ("transfer-request", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_string ("redirect-target", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_variant ("stats", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, FLAGS);
  phone_call_properties[i++] = g_param_spec_string ("problem", NULL, NULL, "", FLAGS);
  phone_call_properties[i++] = g_param_spec_boolean ("reconnecting", NULL, NULL, FALSE, FLAGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (phone_call_properties), phone_call_properties);
}

static void
phone_call_init (PhoneCall *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->values); i++)
    {
      g_value_init (&self->values[i], phone_call_properties[i + 1]->value_type);
      g_param_value_set_default (phone_call_properties[i + 1], &self->values[i]);
    }

  self->intent = g_string_new (NULL);
  self->remote_slot = phone_video_slot_new ();
  self->local_slot = phone_video_slot_new ();
}

const char *
phone_call_get_id (PhoneCall *self)
{
  return g_value_get_string (&self->values[0]);
}

PhoneCallState
phone_call_get_state (PhoneCall *self)
{
  return (PhoneCallState) g_value_get_enum (&self->values[1]);
}

PhoneCallDirection
phone_call_get_direction (PhoneCall *self)
{
  return (PhoneCallDirection) g_value_get_enum (&self->values[2]);
}

PhoneUa *
phone_call_get_ua (PhoneCall *self)
{
  return g_value_get_object (&self->values[3]);
}

const char *
phone_call_get_remote_uri (PhoneCall *self)
{
  return g_value_get_string (&self->values[4]);
}

const char *
phone_call_get_remote_name (PhoneCall *self)
{
  return g_value_get_string (&self->values[5]);
}

gint64
phone_call_get_start_time (PhoneCall *self)
{
  return g_value_get_int64 (&self->values[6]);
}

gint64
phone_call_get_end_time (PhoneCall *self)
{
  return g_value_get_int64 (&self->values[7]);
}

gboolean
phone_call_get_local_hold (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[8]);
}

gboolean
phone_call_get_remote_hold (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[9]);
}

gboolean
phone_call_get_microphone_muted (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[10]);
}

gboolean
phone_call_get_camera_muted (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[11]);
}

gboolean
phone_call_get_local_video (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[12]);
}

gboolean
phone_call_get_remote_video (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[13]);
}

gboolean
phone_call_get_offers_video (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[14]);
}

gboolean
phone_call_get_encrypted (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[15]);
}

gboolean
phone_call_get_test_camera (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[16]);
}

gboolean
phone_call_get_test_microphone (PhoneCall *self)
{
  return g_value_get_boolean (&self->values[17]);
}

PhoneCallEndReason
phone_call_get_end_reason (PhoneCall *self)
{
  return (PhoneCallEndReason) g_value_get_enum (&self->values[18]);
}

const char *
phone_call_get_end_cause (PhoneCall *self)
{
  return g_value_get_string (&self->values[19]);
}

guint
phone_call_get_status_code (PhoneCall *self)
{
  return g_value_get_uint (&self->values[20]);
}

PhoneCallOriginator
phone_call_get_originator (PhoneCall *self)
{
  return (PhoneCallOriginator) g_value_get_enum (&self->values[21]);
}

const char *
phone_call_get_transfer_request (PhoneCall *self)
{
  return g_value_get_string (&self->values[22]);
}

const char *
phone_call_get_redirect_target (PhoneCall *self)
{
  return g_value_get_string (&self->values[23]);
}

GVariant *
phone_call_get_stats (PhoneCall *self)
{
  return g_value_get_variant (&self->values[24]);
}

PhoneVideoSlot *
phone_call_get_remote_slot (PhoneCall *self)
{
  return self->remote_slot;
}

PhoneVideoSlot *
phone_call_get_local_slot (PhoneCall *self)
{
  return self->local_slot;
}

gboolean
phone_call_is_ended (PhoneCall *self)
{
  return phone_call_get_state (self) == PHONE_CALL_STATE_ENDED;
}

void
phone_call_set_muted (PhoneCall *self,
                      gboolean   microphone,
                      gboolean   camera)
{
  g_object_set (self, "microphone-muted", microphone, "camera-muted", camera, NULL);
}

gboolean
phone_call_answer (PhoneCall  *self,
                   gboolean    video,
                   GError    **error)
{
  g_string_printf (self->intent, "answer %s", video ? "video" : "voice");

  return TRUE;
}

gboolean
phone_call_hang_up (PhoneCall   *self,
                    guint        status,
                    const char  *reason,
                    GError     **error)
{
  g_string_assign (self->intent, "hang-up");

  return TRUE;
}

gboolean
phone_call_hold (PhoneCall  *self,
                 GError    **error)
{
  g_string_assign (self->intent, "hold");
  g_object_set (self, "local-hold", TRUE, NULL);

  return TRUE;
}

gboolean
phone_call_unhold (PhoneCall  *self,
                   GError    **error)
{
  g_string_assign (self->intent, "unhold");
  g_object_set (self, "local-hold", FALSE, NULL);

  return TRUE;
}

gboolean
phone_call_set_video (PhoneCall  *self,
                      gboolean    video,
                      GError    **error)
{
  g_string_assign (self->intent, video ? "add-video" : "remove-video");

  return TRUE;
}

gboolean
phone_call_send_dtmf (PhoneCall   *self,
                      const char  *tones,
                      const char  *transport,
                      guint        duration,
                      guint        gap,
                      GError     **error)
{
  g_string_printf (self->intent, "dtmf %s", tones);

  return TRUE;
}

gboolean
phone_call_transfer (PhoneCall   *self,
                     const char  *target,
                     GError     **error)
{
  g_string_printf (self->intent, "transfer %s", target);

  return TRUE;
}

gboolean
phone_call_transfer_to (PhoneCall  *self,
                        PhoneCall  *other,
                        GError    **error)
{
  g_string_printf (self->intent, "transfer-to %s", phone_call_get_id (other));

  return TRUE;
}

gboolean
phone_call_accept_transfer (PhoneCall  *self,
                            GError    **error)
{
  g_string_assign (self->intent, "accept-transfer");

  return TRUE;
}

gboolean
phone_call_reject_transfer (PhoneCall  *self,
                            GError    **error)
{
  g_string_assign (self->intent, "reject-transfer");

  return TRUE;
}

void
phone_call_watch_stats (PhoneCall *self)
{
  self->n_watchers++;
}

void
phone_call_unwatch_stats (PhoneCall *self)
{
  self->n_watchers--;
}

const char *
phone_fake_call_get_intent (PhoneCall *self)
{
  return self->intent->str;
}

guint
phone_fake_call_get_n_watchers (PhoneCall *self)
{
  return self->n_watchers;
}

PhoneCall *
phone_fake_call_new (PhoneUa            *ua,
                     const char         *remote_uri,
                     const char         *remote_name,
                     PhoneCallDirection  direction)
{
  static guint last_id;
  g_autofree char *id = g_strdup_printf ("%u", ++last_id);

  return g_object_new (PHONE_TYPE_CALL, "id", id, "ua", ua, "remote-uri", remote_uri, "remote-name", remote_name, "direction", direction, NULL);
}

struct _PhoneSwitchboard
{
  GObject parent_instance;

  PhoneAccountStore *accounts;
  GListStore        *calls;
  GListStore        *uas;
  GString           *intent;
  PhoneAccountSecrets *secrets;         /* of the account that was added last; NULL: as before */
  PhoneUaProblem     problem;
  char              *detail;
};

G_DEFINE_FINAL_TYPE (PhoneSwitchboard, phone_switchboard, G_TYPE_OBJECT)

static void
phone_switchboard_finalize (GObject *object)
{
  PhoneSwitchboard *self = PHONE_SWITCHBOARD (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->calls);
  g_clear_object (&self->uas);
  g_string_free (self->intent, TRUE);
  g_free (self->detail);
  phone_account_secrets_free (self->secrets);

  G_OBJECT_CLASS (phone_switchboard_parent_class)->finalize (object);
}

static void
phone_switchboard_class_init (PhoneSwitchboardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_switchboard_finalize;

  g_signal_new ("incoming-call", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  g_signal_new ("call-ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  g_signal_new ("message-received", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                PHONE_TYPE_UA, G_TYPE_STRING, G_TYPE_STRING);
}

static void
phone_switchboard_init (PhoneSwitchboard *self)
{
  self->calls = g_list_store_new (PHONE_TYPE_CALL);
  self->uas = g_list_store_new (PHONE_TYPE_UA);
  self->intent = g_string_new (NULL);
}

GListModel *
phone_switchboard_get_calls (PhoneSwitchboard *self)
{
  return G_LIST_MODEL (self->calls);
}

GListModel *
phone_switchboard_get_uas (PhoneSwitchboard *self)
{
  return G_LIST_MODEL (self->uas);
}

PhoneUa *
phone_switchboard_find_ua (PhoneSwitchboard *self,
                           const char       *uri)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->uas)); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (G_LIST_MODEL (self->uas), i);

      if (g_strcmp0 (phone_account_get_uri (phone_ua_get_account (ua)), uri) == 0)
        return ua;
    }

  return NULL;
}

PhoneCall *
phone_switchboard_find_call (PhoneSwitchboard *self,
                             const char       *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      if (g_strcmp0 (phone_call_get_id (call), id) == 0)
        return call;
    }

  return NULL;
}

char *
phone_switchboard_parse_target (PhoneSwitchboard  *self,
                                const char        *text,
                                GError           **error)
{
  if (strpbrk (text, " <>") != NULL)
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET, "no address");
      return NULL;
    }

  return g_str_has_prefix (text, "sip:") ? g_strdup (text) : g_strdup_printf ("sip:%s%s", text, strchr (text, '@') != NULL ? "" : "@example.com");
}

PhoneCall *
phone_switchboard_place_call (PhoneSwitchboard          *self,
                              const char                *target,
                              const char                *account,
                              const PhoneUaCallOptions  *options,
                              GError                   **error)
{
  g_autofree char *uri = phone_switchboard_parse_target (self, target, error);
  g_autoptr (PhoneCall) call = NULL;

  g_string_printf (self->intent, "%s %s", options->video ? "video" : "voice", uri);

  if (uri == NULL)
    return NULL;

  call = phone_fake_call_new (NULL, uri, "", PHONE_CALL_OUTGOING);
  g_list_store_append (self->calls, call);

  return call;
}

void
phone_switchboard_play_key (PhoneSwitchboard *self,
                            char              key)
{
}

void
phone_switchboard_test_account_async (PhoneSwitchboard          *self,
                                      PhoneAccount              *account,
                                      const PhoneAccountSecrets *secrets,
                                      GCancellable              *cancellable,
                                      GAsyncReadyCallback        callback,
                                      gpointer                   data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_string_printf (self->intent, "test %s at %s", phone_account_get_uri (account), phone_account_get_nth_socket (account, 0, NULL));
  g_task_return_int (task, self->problem);
}

PhoneUaProblem
phone_switchboard_test_account_finish (PhoneSwitchboard  *self,
                                       GAsyncResult      *result,
                                       char             **out_detail,
                                       GError           **error)
{
  gssize problem = g_task_propagate_int (G_TASK (result), error);

  *out_detail = g_strdup (self->detail);

  return problem > 0 ? (PhoneUaProblem) problem : PHONE_UA_PROBLEM_NONE;
}

void
phone_switchboard_add_account_async (PhoneSwitchboard          *self,
                                     PhoneAccount              *account,
                                     const PhoneAccountSecrets *secrets,
                                     GCancellable              *cancellable,
                                     GAsyncReadyCallback        callback,
                                     gpointer                   data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;

  g_string_printf (self->intent, "add %s password %s", phone_account_get_uri (account),
                   secrets != NULL ? secrets->password : "as before");
  g_clear_pointer (&self->secrets, phone_account_secrets_free);
  self->secrets = secrets != NULL ? phone_account_secrets_copy (secrets) : NULL;

  if (phone_account_store_save (self->accounts, account, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

gboolean
phone_switchboard_add_account_finish (PhoneSwitchboard  *self,
                                      GAsyncResult      *result,
                                      gboolean          *out_persistent,
                                      GError           **error)
{
  *out_persistent = TRUE;

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
phone_switchboard_remove_account (PhoneSwitchboard  *self,
                                  PhoneAccount      *account,
                                  GError           **error)
{
  g_string_printf (self->intent, "remove %s", phone_account_get_uri (account));

  return TRUE;
}

void
phone_fake_switchboard_add_ua (PhoneSwitchboard *self,
                               PhoneUa          *ua)
{
  g_list_store_append (self->uas, ua);
}

void
phone_fake_switchboard_add_call (PhoneSwitchboard *self,
                                 PhoneCall        *call)
{
  g_list_store_append (self->calls, call);

  if (phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING)
    g_signal_emit_by_name (self, "incoming-call", call);
}

void
phone_fake_switchboard_set_test_result (PhoneSwitchboard *self,
                                        PhoneUaProblem    problem,
                                        const char       *detail)
{
  self->problem = problem;
  g_free (self->detail);
  self->detail = g_strdup (detail);
}

const char *
phone_fake_switchboard_get_intent (PhoneSwitchboard *self)
{
  return self->intent->str;
}

const PhoneAccountSecrets *
phone_fake_switchboard_get_secrets (PhoneSwitchboard *self)
{
  return self->secrets;
}

PhoneSwitchboard *
phone_fake_switchboard_new (PhoneAccountStore *accounts)
{
  PhoneSwitchboard *self = g_object_new (PHONE_TYPE_SWITCHBOARD, NULL);

  g_set_object (&self->accounts, accounts);

  return self;
}
