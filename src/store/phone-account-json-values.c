/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of the account file that are one text, number or flag, and lists of texts: JsSIP's checks, and no line break. */
#include "config.h"
#include "phone-account-json-private.h"

#include <math.h>
#include <string.h>

#define MAX_TEXT    8192
#define MAX_SECONDS 4294967.0           /* in milliseconds it still fits 32 bits */

gboolean
phone_account_json_is_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

gboolean
phone_account_json_is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) &&
         (json_node_get_value_type (node) == G_TYPE_INT64 || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

gboolean
phone_account_json_is_empty (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node) ||
         (phone_account_json_is_text (node) && *json_node_get_string (node) == '\0') ||
         (JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) == 0) ||
         (phone_account_json_is_number (node) && isnan (json_node_get_double (node)));
}

/* JavaScript's String () of a plain value. */
static char *
phone_account_json_dup_text (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (phone_account_json_is_text (node))
    return json_node_dup_string (node);

  return json_to_string (node, FALSE);
}

const char *
phone_account_json_check_plain (const char *text)
{
  if (strlen (text) > MAX_TEXT)
    return "is too long";
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < ' ' || *p == 0x7f)
      return "must not contain control characters";

  return NULL;
}

const char *
phone_account_json_read_text (PhoneAccountReading *reading)
{
  g_autofree char *text = phone_account_json_dup_text (reading->node);
  const char *problem = text != NULL ? phone_account_json_check_plain (text) : "must be a text";

  if (problem == NULL)
    g_object_set (reading->account, reading->property, text, NULL);

  return problem;
}

const char *
phone_account_json_read_string (PhoneAccountReading *reading)
{
  return phone_account_json_is_text (reading->node) ? phone_account_json_read_text (reading) : "must be a text";
}

const char *
phone_account_json_read_flag (PhoneAccountReading *reading)
{
  if (!JSON_NODE_HOLDS_VALUE (reading->node) || json_node_get_value_type (reading->node) != G_TYPE_BOOLEAN)
    return "must be true or false";
  g_object_set (reading->account, reading->property, json_node_get_boolean (reading->node), NULL);

  return NULL;
}

/* A number with nothing after the point, also as a text: JsSIP's isDecimal (). -1 if it is none. */
static double
phone_account_json_get_seconds (JsonNode *node)
{
  double seconds = -1;
  char *end = NULL;

  if (phone_account_json_is_number (node))
    seconds = json_node_get_double (node);
  else if (phone_account_json_is_text (node))
    {
      seconds = g_ascii_strtod (json_node_get_string (node), &end);
      if (*end != '\0')
        return -1;
    }

  return isfinite (seconds) && seconds == floor (seconds) ? seconds : -1;
}

const char *
phone_account_json_read_seconds (PhoneAccountReading *reading)
{
  double seconds = phone_account_json_get_seconds (reading->node);

  if (seconds < 0)
    return "must be a whole number of seconds, 0 or more";
  if (seconds > MAX_SECONDS)
    return "is too large";
  g_object_set (reading->account, reading->property, (guint) seconds, NULL);

  return NULL;
}

const char *
phone_account_json_read_positive (PhoneAccountReading *reading)
{
  return phone_account_json_get_seconds (reading->node) == 0 ? "must be a whole number of seconds above 0"
                                                              : phone_account_json_read_seconds (reading);
}

static const char *
phone_account_json_read_sip_uri (PhoneAccountReading *reading,
                                 gboolean             needs_user,
                                 const char          *problem)
{
  g_autofree char *uri = NULL;

  if (!phone_account_json_is_text (reading->node))
    return problem;
  uri = phone_account_uri_normalize (json_node_get_string (reading->node), needs_user);
  if (uri == NULL)
    return problem;
  g_object_set (reading->account, reading->property, uri, NULL);

  return NULL;
}

const char *
phone_account_json_read_uri (PhoneAccountReading *reading)
{
  return phone_account_json_read_sip_uri (reading, TRUE, "must be a SIP address with a user, as in “sip:alice@example.com”");
}

const char *
phone_account_json_read_contact_uri (PhoneAccountReading *reading)
{
  const char *problem = "must be a SIP URI, as in “sip:alice@host.invalid;transport=ws”";

  if (!phone_account_json_is_text (reading->node) || g_ascii_strncasecmp (json_node_get_string (reading->node), "sip", 3) != 0)
    return problem;

  return phone_account_json_read_sip_uri (reading, FALSE, problem);
}

const char *
phone_account_json_read_registrar (PhoneAccountReading *reading)
{
  const char *problem = "must be a SIP URI without a user, as in “sip:registrar.example.com”";

  if (!phone_account_json_is_text (reading->node) || strchr (json_node_get_string (reading->node), '@') != NULL)
    return problem;

  return phone_account_json_read_sip_uri (reading, FALSE, problem);
}

const char *
phone_account_json_read_uuid (PhoneAccountReading *reading)
{
  const char *problem = "must be a UUID";
  const char *text;

  if (!phone_account_json_is_text (reading->node))
    return problem;
  text = json_node_get_string (reading->node);
  if (g_ascii_strncasecmp (text, "uuid:", 5) == 0)
    text += 5;
  if (!g_uuid_string_is_valid (text))
    return problem;
  g_object_set (reading->account, reading->property, text, NULL);

  return NULL;
}

/* It goes between quotation marks (RFC 3261 §25.1, quoted-string). */
const char *
phone_account_json_read_authorization_user (PhoneAccountReading *reading)
{
  g_autofree char *text = phone_account_json_dup_text (reading->node);

  for (const char *p = text; p != NULL && *p != '\0'; p++)
    {
      if (*p == '"' || (*p == '\\' && p[1] == '\0'))
        return "must not contain quotation marks";
      if (*p == '\\')
        p++;
    }

  return phone_account_json_read_text (reading);
}

const char *
phone_account_json_read_tag (PhoneAccountReading *reading)
{
  if (!phone_account_json_is_text (reading->node))
    return "must be a text";
  for (const char *p = json_node_get_string (reading->node); *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~", *p) == NULL)
      return "must consist of letters, digits and -.!%*_+`'~";

  return phone_account_json_read_text (reading);
}

const char *
phone_account_json_read_refresh_method (PhoneAccountReading *reading)
{
  g_autofree char *method = NULL;

  if (!phone_account_json_is_text (reading->node))
    return "must be “INVITE” or “UPDATE”";
  method = g_ascii_strup (json_node_get_string (reading->node), -1);
  if (strcmp (method, "INVITE") != 0 && strcmp (method, "UPDATE") != 0)
    return "must be “INVITE” or “UPDATE”";
  g_object_set (reading->account, reading->property, method, NULL);

  return NULL;
}

const char *
phone_account_json_read_headers (PhoneAccountReading *reading)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) lines = NULL;
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (reading->node))
    return "must be an array of header lines";
  array = json_node_get_array (reading->node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *line = phone_account_json_is_text (node) ? json_node_get_string (node) : NULL;

      if (line == NULL)
        continue;
      if (strchr (line, ':') == NULL || *line == ':' || phone_account_json_check_plain (line) != NULL)
        return "must consist of lines like “X-Name: value”";
      g_strv_builder_add (builder, line);
    }
  lines = g_strv_builder_end (builder);
  g_object_set (reading->account, reading->property, lines, NULL);

  return NULL;
}

static const char *
phone_account_json_take_secret (PhoneAccountReading  *reading,
                                char                **secret)
{
  g_autofree char *text = phone_account_json_dup_text (reading->node);
  const char *problem = text != NULL ? phone_account_json_check_plain (text) : "must be a text";

  if (problem != NULL)
    return problem;
  phone_account_secrets_wipe (*secret);
  *secret = g_steal_pointer (&text);

  return NULL;
}

const char *
phone_account_json_read_password (PhoneAccountReading *reading)
{
  return phone_account_json_take_secret (reading, &reading->secrets->password);
}

const char *
phone_account_json_read_ha1 (PhoneAccountReading *reading)
{
  return phone_account_json_take_secret (reading, &reading->secrets->ha1);
}

const char *
phone_account_json_read_jwt (PhoneAccountReading *reading)
{
  if (!phone_account_json_is_text (reading->node))
    return "must be a text";

  return phone_account_json_take_secret (reading, &reading->secrets->authorization_jwt);
}
