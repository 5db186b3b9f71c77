/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A description's text to values (RFC 8866). Tokens are checked here, codec names are taken from our own table later. Reading is
 * lenient in order and line ends and strict in sizes; a line that cannot be used is left out, and only a text without a single
 * m-line is an error. */
#include "config.h"
#include "phone-media-sdp.h"

#include "phone-media-sdp-private.h"

#include <string.h>

#define MAX_TEXT       (64 * 1024)
#define MAX_LINES      16
#define MAX_FORMATS    64
#define MAX_CANDIDATES 64
#define MAX_SOURCES    64
#define MAX_TOKEN      256

/* RFC 3551 §6, those that are spoken today. */
static const struct
{
  guint       payload;
  const char *name;
  guint       clock_rate;
} static_formats[] = {
  { 0, "PCMU", 8000 },
  { 8, "PCMA", 8000 },
  { 9, "G722", 8000 },
};

/* What stands before the first m-line and holds for each that does not say otherwise. */
typedef struct
{
  PhoneMediaSdpLine *defaults;
  GStrv              bundle;
} Session;

static gboolean
phone_media_sdp_is_printable (const char *text,
                              gboolean    spaces)
{
  gsize length = 0;

  for (; text[length] != '\0'; length++)
    {
      if (length >= 2 * MAX_TOKEN || (guchar) text[length] < ' ' || (guchar) text[length] > '~')
        return FALSE;
      if (text[length] == ' ' && !spaces)
        return FALSE;
    }

  return length > 0;
}

static void
phone_media_sdp_set (char       **field,
                     const char  *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
phone_media_sdp_take_token (char       **field,
                            const char  *value,
                            gsize        min,
                            gsize        max)
{
  gsize length = strlen (value);

  if (length < min || length > max || !phone_media_sdp_is_printable (value, FALSE))
    return;

  phone_media_sdp_set (field, value);
}

static gboolean
phone_media_sdp_parse_number (const char *text,
                              guint       max,
                              guint      *out_number)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL))
    return FALSE;

  *out_number = number;

  return TRUE;
}

static void
phone_media_sdp_parse_fingerprint (PhoneMediaSdpLine *line,
                                   const char        *value)
{
  const char *hex = strchr (value, ' ');

  if (hex == NULL || strlen (value) > MAX_TOKEN || !g_ascii_isalpha (value[0]) || strspn (value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != (gsize) (hex - value))
    return;
  if (strlen (hex + 1) < 2 || strspn (hex + 1, "0123456789abcdefABCDEF:") != strlen (hex + 1))
    return;
  /* RFC 8122 §5: of several, one that we can check. */
  if (line->fingerprint != NULL && g_ascii_strncasecmp (line->fingerprint, "sha-256 ", 8) == 0)
    return;

  g_free (line->fingerprint);
  line->fingerprint = g_strdup (value);
}

/* RFC 8839 §5.1: foundation component transport priority address port typ type … */
static void
phone_media_sdp_parse_candidate (PhoneMediaSdpLine *line,
                                 const char        *attribute)
{
  g_auto (GStrv) parts = NULL;
  guint number;

  if (line->candidates->len >= MAX_CANDIDATES || !phone_media_sdp_is_printable (attribute, TRUE))
    return;

  parts = g_strsplit (attribute, " ", -1);
  if (g_strv_length (parts) < 8 || strlen (parts[0]) > strlen ("candidate:") + 32 || !g_str_equal (parts[6], "typ"))
    return;
  if (!phone_media_sdp_parse_number (parts[1], 256, &number) || !phone_media_sdp_parse_number (parts[3], G_MAXUINT32, &number)
      || !phone_media_sdp_parse_number (parts[5], G_MAXUINT16, &number))
    return;
  if (g_ascii_strcasecmp (parts[2], "udp") != 0 && g_ascii_strcasecmp (parts[2], "tcp") != 0)
    return;

  g_ptr_array_add (line->candidates, g_strdup (attribute));
}

static void
phone_media_sdp_parse_extmap (PhoneMediaSdpLine *line,
                              const char        *value)
{
  g_auto (GStrv) parts = g_strsplit_set (value, " /", 2);
  guint id;

  if (g_strv_length (parts) == 2 && strstr (parts[1], PHONE_MEDIA_SDP_TRANSPORT_CC) != NULL
      && phone_media_sdp_parse_number (parts[0], 14, &id))
    line->transport_cc_id = id;
}

static void
phone_media_sdp_parse_rtpmap (PhoneMediaSdpLine *line,
                              const char        *value)
{
  g_auto (GStrv) parts = g_strsplit_set (value, " /", 4);
  PhoneMediaSdpFormat *format;
  guint payload;
  guint clock_rate;

  if (g_strv_length (parts) < 3 || !phone_media_sdp_parse_number (parts[0], 127, &payload)
      || !phone_media_sdp_parse_number (parts[2], 1000000, &clock_rate))
    return;
  format = phone_media_sdp_line_find_format (line, payload);
  if (format == NULL)
    return;

  g_free (format->name);
  format->name = g_strdup (parts[1]);
  format->clock_rate = clock_rate;
  format->channels = 0;
  if (parts[3] != NULL)
    phone_media_sdp_parse_number (parts[3], 255, &format->channels);
}

static void
phone_media_sdp_parse_fmtp (PhoneMediaSdpLine *line,
                            const char        *value)
{
  const char *space = strchr (value, ' ');
  g_autofree char *payload_text = NULL;
  PhoneMediaSdpFormat *format;
  guint payload;

  if (space == NULL)
    return;
  payload_text = g_strndup (value, space - value);
  if (!phone_media_sdp_parse_number (payload_text, 127, &payload) || !phone_media_sdp_is_printable (space + 1, TRUE))
    return;
  format = phone_media_sdp_line_find_format (line, payload);
  if (format == NULL)
    return;

  g_free (format->fmtp);
  format->fmtp = g_strdup (space + 1);
}

static void
phone_media_sdp_parse_feedback (PhoneMediaSdpLine *line,
                                const char        *value)
{
  g_auto (GStrv) parts = g_strsplit (value, " ", 2);
  PhoneMediaFeedback feedback = 0;
  guint payload = 0;

  if (g_strv_length (parts) < 2)
    return;
  for (guint i = 0; i < PHONE_MEDIA_SDP_N_FEEDBACKS; i++)
    if (g_str_equal (parts[1], phone_media_sdp_feedbacks[i].name))
      feedback = phone_media_sdp_feedbacks[i].feedback;
  if (!g_str_equal (parts[0], "*") && !phone_media_sdp_parse_number (parts[0], 127, &payload))
    return;

  for (guint i = 0; i < line->formats->len; i++)
    {
      PhoneMediaSdpFormat *format = g_ptr_array_index (line->formats, i);

      if (parts[0][0] == '*' || format->payload == payload)
        format->feedback |= feedback;
    }
}

static void
phone_media_sdp_parse_source (PhoneMediaSdpLine *line,
                              const char        *attribute)
{
  if (line->sources->len < MAX_SOURCES && phone_media_sdp_is_printable (attribute, TRUE))
    g_ptr_array_add (line->sources, g_strdup (attribute));
}

static void
phone_media_sdp_parse_direction (PhoneMediaSdpLine *line,
                                 const char        *attribute)
{
  for (guint i = 0; i < PHONE_MEDIA_SDP_N_DIRECTIONS; i++)
    if (g_str_equal (attribute, phone_media_sdp_directions[i].name))
      line->direction = phone_media_sdp_directions[i].direction;
}

/* The value of "name:value", or NULL. */
static const char *
phone_media_sdp_match (const char *attribute,
                       const char *name)
{
  gsize length = strlen (name);

  return strncmp (attribute, name, length) == 0 && attribute[length] == ':' ? attribute + length + 1 : NULL;
}

static void
phone_media_sdp_parse_attribute (PhoneMediaSdpLine *line,
                                 const char        *attribute)
{
  const char *value;

  if ((value = phone_media_sdp_match (attribute, "mid")) != NULL)
    phone_media_sdp_take_token (&line->mid, value, 1, 64);
  else if ((value = phone_media_sdp_match (attribute, "ice-ufrag")) != NULL)
    phone_media_sdp_take_token (&line->ufrag, value, 4, MAX_TOKEN);
  else if ((value = phone_media_sdp_match (attribute, "ice-pwd")) != NULL)
    phone_media_sdp_take_token (&line->password, value, 22, MAX_TOKEN);
  else if ((value = phone_media_sdp_match (attribute, "setup")) != NULL)
    phone_media_sdp_take_token (&line->setup, value, 6, 8);
  else if ((value = phone_media_sdp_match (attribute, "fingerprint")) != NULL)
    phone_media_sdp_parse_fingerprint (line, value);
  else if (phone_media_sdp_match (attribute, "candidate") != NULL)
    phone_media_sdp_parse_candidate (line, attribute);
  else if ((value = phone_media_sdp_match (attribute, "extmap")) != NULL)
    phone_media_sdp_parse_extmap (line, value);
  else if ((value = phone_media_sdp_match (attribute, "rtpmap")) != NULL)
    phone_media_sdp_parse_rtpmap (line, value);
  else if ((value = phone_media_sdp_match (attribute, "fmtp")) != NULL)
    phone_media_sdp_parse_fmtp (line, value);
  else if ((value = phone_media_sdp_match (attribute, "rtcp-fb")) != NULL)
    phone_media_sdp_parse_feedback (line, value);
  else if (phone_media_sdp_match (attribute, "ssrc") != NULL || phone_media_sdp_match (attribute, "ssrc-group") != NULL)
    phone_media_sdp_parse_source (line, attribute);
  else if (g_str_equal (attribute, "rtcp-mux"))
    line->rtcp_mux = TRUE;
  else if (g_str_equal (attribute, "rtcp-rsize"))
    line->rtcp_rsize = TRUE;
  else if (g_str_equal (attribute, "bundle-only"))
    line->bundle_only = TRUE;
  else if (g_str_equal (attribute, "end-of-candidates"))
    line->end_of_candidates = TRUE;
  else
    phone_media_sdp_parse_direction (line, attribute);
}

static void
phone_media_sdp_parse_formats (PhoneMediaSdpLine *line,
                               const char        *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", MAX_FORMATS + 1);

  for (guint i = 0; parts[i] != NULL && i < MAX_FORMATS; i++)
    {
      guint payload;

      if (!phone_media_sdp_parse_number (parts[i], 127, &payload) || phone_media_sdp_line_find_format (line, payload) != NULL)
        continue;

      phone_media_sdp_line_add_format (line, payload, NULL, 0, 0, NULL);
      for (guint j = 0; j < G_N_ELEMENTS (static_formats); j++)
        if (static_formats[j].payload == payload)
          {
            PhoneMediaSdpFormat *format = phone_media_sdp_line_find_format (line, payload);

            format->name = g_strdup (static_formats[j].name);
            format->clock_rate = static_formats[j].clock_rate;
          }
    }
}

/* "audio 9[/2] UDP/TLS/RTP/SAVPF 111 63" */
static PhoneMediaSdpLine *
phone_media_sdp_parse_media (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, " ", 4);
  PhoneMediaSdpLine *line;
  char *slash;
  guint port;

  if (g_strv_length (parts) < 4)
    return NULL;
  slash = strchr (parts[1], '/');
  if (slash != NULL)
    *slash = '\0';
  if (!phone_media_sdp_parse_number (parts[1], G_MAXUINT16, &port) || !phone_media_sdp_is_printable (parts[0], FALSE)
      || !phone_media_sdp_is_printable (parts[2], FALSE) || !phone_media_sdp_is_printable (parts[3], TRUE))
    return NULL;

  line = phone_media_sdp_line_new (parts[0]);
  line->port = port;
  line->direction = PHONE_MEDIA_DIRECTION_BOTH;
  phone_media_sdp_set (&line->proto, parts[2]);
  line->format_text = g_strdup (parts[3]);
  phone_media_sdp_parse_formats (line, parts[3]);

  return line;
}

static void
phone_media_sdp_parse_origin (PhoneMediaSdp *self,
                              const char    *value)
{
  g_auto (GStrv) parts = g_strsplit (value, " ", 4);

  if (g_strv_length (parts) < 3)
    return;

  phone_media_sdp_take_token (&self->session_id, parts[1], 1, 64);
  self->version = g_ascii_strtoull (parts[2], NULL, 10);
}

/* "IN IP4 192.0.2.1/127" */
static void
phone_media_sdp_parse_connection (PhoneMediaSdpLine *line,
                                  const char        *value)
{
  g_auto (GStrv) parts = g_strsplit (value, " ", 3);

  if (g_strv_length (parts) == 3)
    phone_media_sdp_take_token (&line->address, parts[2], 1, MAX_TOKEN);
}

static void
phone_media_sdp_inherit (PhoneMediaSdpLine       *line,
                         const PhoneMediaSdpLine *defaults)
{
  phone_media_sdp_set (&line->ufrag, defaults->ufrag);
  phone_media_sdp_set (&line->password, defaults->password);
  phone_media_sdp_set (&line->fingerprint, defaults->fingerprint);
  phone_media_sdp_set (&line->setup, defaults->setup);
  phone_media_sdp_set (&line->address, defaults->address);
  line->transport_cc_id = defaults->transport_cc_id;
  line->direction = defaults->direction;
}

static gboolean
phone_media_sdp_parse_line (PhoneMediaSdp *self,
                            Session       *session,
                            const char    *text)
{
  PhoneMediaSdpLine *line = self->lines->len > 0 ? g_ptr_array_index (self->lines, self->lines->len - 1) : session->defaults;
  const char *value = text + 2;

  if (text[0] == '\0' || text[1] != '=')
    return TRUE;

  switch (text[0])
    {
    case 'm':
      if (self->lines->len >= MAX_LINES || (line = phone_media_sdp_parse_media (value)) == NULL)
        return FALSE;
      phone_media_sdp_inherit (line, session->defaults);
      g_ptr_array_add (self->lines, line);
      break;
    case 'o':
      phone_media_sdp_parse_origin (self, value);
      break;
    case 'c':
      phone_media_sdp_parse_connection (line, value);
      break;
    case 'a':
      if (g_str_has_prefix (value, "group:BUNDLE ") && session->bundle == NULL)
        session->bundle = g_strsplit (value + strlen ("group:BUNDLE "), " ", MAX_LINES + 1);
      else
        phone_media_sdp_parse_attribute (line, value);
      break;
    default:
      break;
    }

  return TRUE;
}

static void
phone_media_sdp_mark_bundle (PhoneMediaSdp *self,
                             GStrv          bundle)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneMediaSdpLine *line = g_ptr_array_index (self->lines, i);

      line->bundled = bundle != NULL && line->mid != NULL && g_strv_contains ((const char * const *) bundle, line->mid);
    }
}

/**
 * phone_media_sdp_parse:
 * @text: a description of at most 64 KiB
 *
 * Returns: (transfer full): what it says, or %NULL: %PHONE_MEDIA_ERROR_BAD_DESCRIPTION
 */
PhoneMediaSdp *
phone_media_sdp_parse (const char  *text,
                       GError     **error)
{
  g_autoptr (PhoneMediaSdp) self = phone_media_sdp_new ();
  g_autoptr (PhoneMediaSdpLine) defaults = phone_media_sdp_line_new ("session");
  g_auto (GStrv) texts = NULL;
  Session session = { defaults, NULL };
  gboolean good = strnlen (text, MAX_TEXT + 1) <= MAX_TEXT;

  defaults->direction = PHONE_MEDIA_DIRECTION_BOTH;
  if (good)
    texts = g_strsplit (text, "\n", -1);
  for (guint i = 0; good && texts[i] != NULL; i++)
    good = phone_media_sdp_parse_line (self, &session, g_strchomp (texts[i]));
  phone_media_sdp_mark_bundle (self, session.bundle);
  g_strfreev (session.bundle);

  if (!good || self->lines->len == 0)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION,
                           "The session description has no usable media line");
      return NULL;
    }

  return g_steal_pointer (&self);
}
