/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-history-private.h"

struct _PhoneCallRecord
{
  GObject              parent_instance;

  gint64               id;
  PhoneCallRecordKind  kind;
  char                *uri;
  char                *name;
  char                *account;
  gint64               start;           /* Unix ms */
  gint64               duration;        /* ms */
  gboolean             video;
  char                *cause;
  guint                status;
  gboolean             seen;
};

G_DEFINE_FINAL_TYPE (PhoneCallRecord, phone_call_record, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_KIND,
  PROP_URI,
  PROP_NAME,
  PROP_ACCOUNT,
  PROP_START,
  PROP_DURATION,
  PROP_VIDEO,
  PROP_CAUSE,
  PROP_STATUS,
  PROP_SEEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_call_record_take_text (char         **field,
                             const GValue  *value)
{
  g_free (*field);
  *field = g_value_dup_string (value);
  if (*field == NULL)
    *field = g_strdup ("");
}

static void
phone_call_record_finalize (GObject *object)
{
  PhoneCallRecord *self = PHONE_CALL_RECORD (object);

  g_free (self->uri);
  g_free (self->name);
  g_free (self->account);
  g_free (self->cause);

  G_OBJECT_CLASS (phone_call_record_parent_class)->finalize (object);
}

static void
phone_call_record_get_property (GObject    *object,
                                guint       property,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneCallRecord *self = PHONE_CALL_RECORD (object);

  switch (property)
    {
    case PROP_ID:
      g_value_set_int64 (value, self->id);
      break;
    case PROP_KIND:
      g_value_set_int (value, self->kind);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->account);
      break;
    case PROP_START:
      g_value_set_int64 (value, self->start);
      break;
    case PROP_DURATION:
      g_value_set_int64 (value, self->duration);
      break;
    case PROP_VIDEO:
      g_value_set_boolean (value, self->video);
      break;
    case PROP_CAUSE:
      g_value_set_string (value, self->cause);
      break;
    case PROP_STATUS:
      g_value_set_uint (value, self->status);
      break;
    case PROP_SEEN:
      g_value_set_boolean (value, self->seen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
phone_call_record_set_property (GObject      *object,
                                guint         property,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  PhoneCallRecord *self = PHONE_CALL_RECORD (object);

  switch (property)
    {
    case PROP_ID:
      self->id = g_value_get_int64 (value);
      break;
    case PROP_KIND:
      self->kind = g_value_get_int (value);
      break;
    case PROP_URI:
      phone_call_record_take_text (&self->uri, value);
      break;
    case PROP_NAME:
      phone_call_record_take_text (&self->name, value);
      break;
    case PROP_ACCOUNT:
      phone_call_record_take_text (&self->account, value);
      break;
    case PROP_START:
      self->start = g_value_get_int64 (value);
      break;
    case PROP_DURATION:
      self->duration = g_value_get_int64 (value);
      break;
    case PROP_VIDEO:
      self->video = g_value_get_boolean (value);
      break;
    case PROP_CAUSE:
      phone_call_record_take_text (&self->cause, value);
      break;
    case PROP_STATUS:
      self->status = g_value_get_uint (value);
      break;
    case PROP_SEEN:
      self->seen = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

/* A call is over when its record is made: all but what the store itself moves is said once, at construction. */
static void
phone_call_record_class_init (PhoneCallRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = phone_call_record_finalize;
  object_class->get_property = phone_call_record_get_property;
  object_class->set_property = phone_call_record_set_property;

  properties[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_KIND] = g_param_spec_int ("kind", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, "", flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, "", flags);
  properties[PROP_START] = g_param_spec_int64 ("start", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_DURATION] = g_param_spec_int64 ("duration", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_VIDEO] = g_param_spec_boolean ("video", NULL, NULL, FALSE, flags);
  properties[PROP_CAUSE] = g_param_spec_string ("cause", NULL, NULL, "", flags);
  properties[PROP_STATUS] = g_param_spec_uint ("status", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SEEN] = g_param_spec_boolean ("seen", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_call_record_init (PhoneCallRecord *self)
{
}

/**
 * phone_call_record_get_id:
 * @self: a record
 *
 * Returns: its number in the history; 0 before it is added
 */
gint64
phone_call_record_get_id (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), 0);

  return self->id;
}

void
phone_call_record_set_id (PhoneCallRecord *self,
                          gint64           id)
{
  self->id = id;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

/**
 * phone_call_record_get_kind:
 * @self: a record
 *
 * Returns: what became of the call
 */
PhoneCallRecordKind
phone_call_record_get_kind (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), PHONE_CALL_RECORD_OUTGOING);

  return self->kind;
}

/**
 * phone_call_record_get_uri:
 * @self: a record
 *
 * Returns: the other side's URI
 */
const char *
phone_call_record_get_uri (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), NULL);

  return self->uri;
}

/**
 * phone_call_record_get_name:
 * @self: a record
 *
 * Returns: the name the other side had then, or ""
 */
const char *
phone_call_record_get_name (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), NULL);

  return self->name;
}

/**
 * phone_call_record_get_account:
 * @self: a record
 *
 * Returns: the URI of the account that was called or used
 */
const char *
phone_call_record_get_account (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), NULL);

  return self->account;
}

/**
 * phone_call_record_get_start:
 * @self: a record
 *
 * Returns: when it began, in milliseconds since 1970
 */
gint64
phone_call_record_get_start (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), 0);

  return self->start;
}

/**
 * phone_call_record_get_duration:
 * @self: a record
 *
 * Returns: how long people could talk, in milliseconds
 */
gint64
phone_call_record_get_duration (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), 0);

  return self->duration;
}

/**
 * phone_call_record_get_video:
 * @self: a record
 *
 * Returns: whether there was a picture
 */
gboolean
phone_call_record_get_video (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), FALSE);

  return self->video;
}

/**
 * phone_call_record_get_cause:
 * @self: a record
 *
 * Returns: JsSIP's cause text
 */
const char *
phone_call_record_get_cause (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), NULL);

  return self->cause;
}

/**
 * phone_call_record_get_status:
 * @self: a record
 *
 * Returns: the SIP status code that ended it, or 0
 */
guint
phone_call_record_get_status (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), 0);

  return self->status;
}

/**
 * phone_call_record_get_seen:
 * @self: a record
 *
 * Returns: whether the person has looked at the history since
 */
gboolean
phone_call_record_get_seen (PhoneCallRecord *self)
{
  g_return_val_if_fail (PHONE_IS_CALL_RECORD (self), FALSE);

  return self->seen;
}

void
phone_call_record_set_seen (PhoneCallRecord *self,
                            gboolean         seen)
{
  if (self->seen == seen)
    return;
  self->seen = seen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN]);
}
