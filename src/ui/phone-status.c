/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connecting takes a tenth of a second where all is well, and a strip that opens and shuts for that long only frightens; so WORKING is said when it has lasted.
 * Problems are said at once. */
#include "config.h"
#include "phone-status.h"

#include <glib/gi18n.h>

#include "phone-format.h"

#define PATIENCE_MS 1200

struct _PhoneStatus
{
  GObject parent_instance;

  GListModel       *uas;
  GPtrArray        *watched;
  PhoneUa          *ua;
  char             *text;
  PhoneStatusLevel  level;
  guint             patience_id;
  gboolean          impatient;          /* WORKING has lasted */
};

G_DEFINE_FINAL_TYPE (PhoneStatus, phone_status, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_LEVEL,
  PROP_TEXT,
  PROP_UA,
  PROP_EDITABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static PhoneStatusLevel
phone_status_judge (PhoneUa *ua)
{
  if (phone_ua_get_problem (ua) != PHONE_UA_PROBLEM_NONE)
    return PHONE_STATUS_PROBLEM;

  switch (phone_ua_get_state (ua))
    {
    case PHONE_UA_STATE_FAILED:
      return PHONE_STATUS_PROBLEM;

    case PHONE_UA_STATE_CONNECTING:
    case PHONE_UA_STATE_REGISTERING:
      return PHONE_STATUS_WORKING;

    case PHONE_UA_STATE_CONNECTED:
      return phone_account_get_register (phone_ua_get_account (ua)) ? PHONE_STATUS_WORKING : PHONE_STATUS_FINE;

    case PHONE_UA_STATE_OFFLINE:
    case PHONE_UA_STATE_UNREGISTERED:
      return PHONE_STATUS_IDLE;

    case PHONE_UA_STATE_REGISTERED:
    default:
      return PHONE_STATUS_FINE;
    }
}

static char *
phone_status_word (PhoneUa          *ua,
                   PhoneStatusLevel  level,
                   gboolean          one_of_several)
{
  g_autofree char *address = phone_format_address (NULL, phone_account_get_uri (phone_ua_get_account (ua)));
  g_autofree char *reason = NULL;

  if (level == PHONE_STATUS_WORKING)
    return g_strdup_printf (_("Connecting %s…"), address);

  if (level == PHONE_STATUS_IDLE)
    return g_strdup_printf (_("%s is offline: calls cannot reach you."), address);

  reason = phone_format_ua_reason (ua);

  return one_of_several ? g_strdup_printf ("%s: %s", address, reason) : g_steal_pointer (&reason);
}

static void
phone_status_review (PhoneStatus *self,
                     GSourceFunc  patience_over)
{
  PhoneStatusLevel worst = PHONE_STATUS_FINE;
  g_autoptr (PhoneUa) whose = NULL;
  guint n_uas = g_list_model_get_n_items (self->uas);

  for (guint i = 0; i < n_uas; i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (self->uas, i);
      PhoneStatusLevel level = phone_status_judge (ua);

      if (level > worst)
        {
          worst = level;
          g_set_object (&whose, ua);
        }
    }

  if (worst != PHONE_STATUS_WORKING)
    {
      g_clear_handle_id (&self->patience_id, g_source_remove);
      self->impatient = FALSE;
    }
  else if (!self->impatient)
    {
      if (self->patience_id == 0)
        self->patience_id = g_timeout_add (PATIENCE_MS, patience_over, self);

      /* A problem that is being retried stays said until it is solved. */
      if (self->level == PHONE_STATUS_PROBLEM)
        return;

      worst = PHONE_STATUS_FINE;
    }

  g_object_freeze_notify (G_OBJECT (self));

  if (worst != PHONE_STATUS_FINE)
    {
      g_free (self->text);
      self->text = phone_status_word (whose, worst, n_uas > 1);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
    }

  if (g_set_object (&self->ua, whose))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UA]);

  if (self->level != worst)
    {
      self->level = worst;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EDITABLE]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* The patience is over: what is being worked on is said. */
static gboolean
phone_status_patience_over_cb (gpointer data)
{
  PhoneStatus *self = data;

  self->patience_id = 0;
  self->impatient = TRUE;
  phone_status_review (self, phone_status_patience_over_cb);

  return G_SOURCE_REMOVE;
}

static void
phone_status_review_cb (PhoneStatus *self)
{
  phone_status_review (self, phone_status_patience_over_cb);
}

static void
phone_status_uas_changed_cb (PhoneStatus *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, i), self);

  g_ptr_array_set_size (self->watched, 0);

  for (guint i = 0; i < g_list_model_get_n_items (self->uas); i++)
    {
      PhoneUa *ua = g_list_model_get_item (self->uas, i);

      g_ptr_array_add (self->watched, ua);
      g_signal_connect_object (ua, "notify::state", G_CALLBACK (phone_status_review_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (ua, "notify::problem", G_CALLBACK (phone_status_review_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (ua, "notify::problem-detail", G_CALLBACK (phone_status_review_cb), self, G_CONNECT_SWAPPED);
    }

  phone_status_review_cb (self);
}

/* Waiting and trying again helps against these; a change of the account does not. */
static gboolean
phone_status_is_editable (PhoneStatus *self)
{
  if (self->ua == NULL || self->level != PHONE_STATUS_PROBLEM || phone_account_get_demo (phone_ua_get_account (self->ua)))
    return FALSE;

  return phone_ua_get_problem (self->ua) != PHONE_UA_PROBLEM_UNREACHABLE && phone_ua_get_problem (self->ua) != PHONE_UA_PROBLEM_SERVER;
}

static void
phone_status_dispose (GObject *object)
{
  PhoneStatus *self = PHONE_STATUS (object);

  g_clear_handle_id (&self->patience_id, g_source_remove);

  for (guint i = 0; self->watched != NULL && i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, i), self);

  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_object (&self->ua);
  g_clear_object (&self->uas);

  G_OBJECT_CLASS (phone_status_parent_class)->dispose (object);
}

static void
phone_status_finalize (GObject *object)
{
  PhoneStatus *self = PHONE_STATUS (object);

  g_free (self->text);

  G_OBJECT_CLASS (phone_status_parent_class)->finalize (object);
}

static void
phone_status_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  PhoneStatus *self = PHONE_STATUS (object);

  switch (prop_id)
    {
    case PROP_LEVEL:
      g_value_set_int (value, (int) self->level);
      break;

    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;

    case PROP_UA:
      g_value_set_object (value, self->ua);
      break;

    case PROP_EDITABLE:
      g_value_set_boolean (value, phone_status_is_editable (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_status_class_init (PhoneStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = phone_status_dispose;
  object_class->finalize = phone_status_finalize;
  object_class->get_property = phone_status_get_property;

  properties[PROP_LEVEL] = g_param_spec_int ("level", NULL, NULL, PHONE_STATUS_FINE, PHONE_STATUS_PROBLEM, PHONE_STATUS_FINE, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  properties[PROP_UA] = g_param_spec_object ("ua", NULL, NULL, PHONE_TYPE_UA, flags);
  properties[PROP_EDITABLE] = g_param_spec_boolean ("editable", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_status_init (PhoneStatus *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->text = g_strdup ("");
}

PhoneStatus *
phone_status_new (GListModel *uas)
{
  PhoneStatus *self = g_object_new (PHONE_TYPE_STATUS, NULL);

  self->uas = g_object_ref (uas);
  g_signal_connect_object (uas, "items-changed", G_CALLBACK (phone_status_uas_changed_cb), self, G_CONNECT_SWAPPED);
  phone_status_uas_changed_cb (self);

  return self;
}

PhoneUa *
phone_status_get_ua (PhoneStatus *self)
{
  g_return_val_if_fail (PHONE_IS_STATUS (self), NULL);

  return self->ua;
}

void
phone_status_retry (PhoneStatus *self)
{
  g_return_if_fail (PHONE_IS_STATUS (self));

  for (guint i = 0; i < g_list_model_get_n_items (self->uas); i++)
    {
      g_autoptr (PhoneUa) ua = g_list_model_get_item (self->uas, i);

      if (phone_status_judge (ua) == PHONE_STATUS_FINE)
        continue;

      if (phone_ua_get_state (ua) == PHONE_UA_STATE_OFFLINE)
        phone_ua_start (ua);
      else if (phone_ua_is_connected (ua))
        phone_ua_register (ua);
      else
        phone_ua_retry_now (ua);
    }
}
