/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-contact-private.h"

#include <string.h>

#include "phone-account-private.h"

struct _PhoneContact
{
  GObject   parent_instance;

  gint64    id;
  char     *name;
  char     *uri;
  gboolean  favourite;
};

G_DEFINE_FINAL_TYPE (PhoneContact, phone_contact, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_URI,
  PROP_FAVOURITE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
phone_contact_set_text (PhoneContact  *self,
                        char         **field,
                        const char    *text,
                        guint          property)
{
  if (text == NULL)
    text = "";
  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
phone_contact_set_favourite (PhoneContact *self,
                             gboolean      favourite)
{
  if (self->favourite == favourite)
    return;
  self->favourite = favourite;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAVOURITE]);
}

static void
phone_contact_finalize (GObject *object)
{
  PhoneContact *self = PHONE_CONTACT (object);

  g_free (self->name);
  g_free (self->uri);

  G_OBJECT_CLASS (phone_contact_parent_class)->finalize (object);
}

static void
phone_contact_get_property (GObject    *object,
                            guint       property,
                            GValue     *value,
                            GParamSpec *pspec)
{
  PhoneContact *self = PHONE_CONTACT (object);

  switch (property)
    {
    case PROP_ID:
      g_value_set_int64 (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_FAVOURITE:
      g_value_set_boolean (value, self->favourite);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
phone_contact_set_property (GObject      *object,
                            guint         property,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  PhoneContact *self = PHONE_CONTACT (object);

  switch (property)
    {
    case PROP_NAME:
      phone_contact_set_text (self, &self->name, g_value_get_string (value), property);
      break;
    case PROP_URI:
      phone_contact_set_text (self, &self->uri, g_value_get_string (value), property);
      break;
    case PROP_FAVOURITE:
      phone_contact_set_favourite (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
phone_contact_class_init (PhoneContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = phone_contact_finalize;
  object_class->get_property = phone_contact_get_property;
  object_class->set_property = phone_contact_set_property;

  properties[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "", flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, "", flags);
  properties[PROP_FAVOURITE] = g_param_spec_boolean ("favourite", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_contact_init (PhoneContact *self)
{
  self->name = g_strdup ("");
  self->uri = g_strdup ("");
}

static gboolean
phone_contact_is_number (const char *text)
{
  const char *p = *text == '+' ? text + 1 : text;

  return *p != '\0' && strspn (p, "0123456789*#") == strlen (p);
}

/* RFC 3966 §5.1.1: visual separators mean nothing. */
static char *
phone_contact_strip_separators (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (strchr (" -.()", *text) == NULL)
      g_string_append_c (plain, *text);

  return g_string_free (plain, FALSE);
}

/**
 * phone_contact_new:
 * @name: a person's name
 * @uri: a SIP URI or a number
 *
 * Returns: (transfer full): a contact that is not stored yet
 */
PhoneContact *
phone_contact_new (const char *name,
                   const char *uri)
{
  return g_object_new (PHONE_TYPE_CONTACT, "name", name, "uri", uri, NULL);
}

/**
 * phone_contact_get_id:
 * @self: a contact
 *
 * Returns: its number in the store; 0 if it is not stored
 */
gint64
phone_contact_get_id (PhoneContact *self)
{
  g_return_val_if_fail (PHONE_IS_CONTACT (self), 0);

  return self->id;
}

void
phone_contact_set_id (PhoneContact *self,
                      gint64        id)
{
  if (self->id == id)
    return;
  self->id = id;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

/**
 * phone_contact_get_name:
 * @self: a contact
 *
 * Returns: the name
 */
const char *
phone_contact_get_name (PhoneContact *self)
{
  g_return_val_if_fail (PHONE_IS_CONTACT (self), NULL);

  return self->name;
}

/**
 * phone_contact_get_uri:
 * @self: a contact
 *
 * Returns: the address as it was typed: a SIP URI or a number
 */
const char *
phone_contact_get_uri (PhoneContact *self)
{
  g_return_val_if_fail (PHONE_IS_CONTACT (self), NULL);

  return self->uri;
}

/**
 * phone_contact_get_favourite:
 * @self: a contact
 *
 * Returns: whether it stands before the others
 */
gboolean
phone_contact_get_favourite (PhoneContact *self)
{
  g_return_val_if_fail (PHONE_IS_CONTACT (self), FALSE);

  return self->favourite;
}

char *
phone_contact_address_key (const char *uri)
{
  g_autofree char *typed = g_strstrip (g_strdup (uri));
  const char *rest = g_ascii_strncasecmp (typed, "tel:", 4) == 0 ? typed + 4 : typed;
  g_autofree char *number = phone_contact_strip_separators (rest);
  g_autofree char *normal = NULL;
  const char *host;

  number[strcspn (number, ";?")] = '\0';
  if (phone_contact_is_number (number))
    return g_steal_pointer (&number);
  normal = phone_account_uri_normalize (typed, TRUE);
  if (normal == NULL)
    return phone_contact_fold (typed);
  host = strchr (normal, '@');
  normal[(host - normal) + strcspn (host, ";?")] = '\0';

  return g_strdup (strchr (normal, ':') + 1);
}

char *
phone_contact_number_key (const char *uri)
{
  g_autofree char *normal = phone_account_uri_normalize (uri, TRUE);
  g_autofree char *user = normal != NULL ? phone_account_uri_dup_user (normal) : NULL;
  g_autofree char *number = user != NULL ? phone_contact_strip_separators (user) : NULL;

  if (number == NULL)
    return NULL;
  number[strcspn (number, ";?")] = '\0';

  return phone_contact_is_number (number) ? g_steal_pointer (&number) : NULL;
}

char *
phone_contact_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *caseless = g_utf8_casefold (valid, -1);
  g_autofree char *apart = g_utf8_normalize (caseless, -1, G_NORMALIZE_ALL);
  GString *folded = g_string_new (NULL);

  for (const char *p = apart; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_unichar (folded, g_utf8_get_char (p));

  return g_string_free (folded, FALSE);
}
