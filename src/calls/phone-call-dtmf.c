/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and INFO (RFC 6086). Keys go as telephone-events in the sound (RFC 4733) where the peer takes those, else one INFO a key with
 * application/dtmf-relay, as gateways have understood it for long; no RFC describes that body. */
#include "config.h"
#include "phone-call-private.h"

#include <string.h>

#define DEFAULT_DURATION 100u
#define MIN_DURATION     70u
#define MAX_DURATION     6000u
#define DEFAULT_GAP      500u
#define MIN_GAP          50u
#define PAUSE            2000u
#define MAX_WAITING      256

#define RELAY_TYPE "application/dtmf-relay"

void
phone_call_dtmf_release (PhoneCall *self)
{
  if (self->clock)
    phone_sip_clock_clear (self->clock, &self->tone_timer);
  if (self->tones)
    g_string_free (g_steal_pointer (&self->tones), TRUE);
  g_clear_pointer (&self->tone_headers, g_strfreev);
}

static gboolean
phone_call_may_inform (PhoneCall  *self,
                       GError    **error)
{
  if (self->state == PHONE_CALL_STATE_ACTIVE || self->state == PHONE_CALL_STATE_CONFIRMING || self->state == PHONE_CALL_STATE_RINGING)
    return TRUE;

  return phone_call_refuse (self, error);
}

static void
phone_call_tone_failed_cb (PhoneSipRequest *request,
                           PhoneSipMessage *response,
                           const char      *cause,
                           PhoneCall       *self)
{
  if (self->tones)
    g_string_truncate (self->tones, 0);
}

static void
phone_call_send_tone (PhoneCall *self,
                      char       tone)
{
  const char text[] = { tone, '\0' };
  g_autofree char *body = g_strdup_printf ("Signal=%c\r\nDuration=%u\r\n", tone, self->tone_duration);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneSipRequest) request = phone_sip_session_send_request (self->session, "INFO", (const char * const *) self->tone_headers,
                                                                        RELAY_TYPE, body, &error);

  if (request == NULL)
    {
      g_debug ("Call %s: %s", self->id, error->message);
      g_string_truncate (self->tones, 0);
      return;
    }

  g_signal_connect_object (request, "failed", G_CALLBACK (phone_call_tone_failed_cb), self, 0);
  phone_call_emit_event (self, "newDTMF", g_variant_new_parsed ("{'originator': <'local'>, 'tone': <%s>, 'duration': <%u>, 'transport': <'info'>}",
                                                                text, self->tone_duration));
}

static void
phone_call_next_tone_cb (gpointer data)
{
  PhoneCall *self = data;
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  guint wait;
  char tone;

  self->tone_timer = 0;
  if (self->tones == NULL || self->tones->len == 0)
    return;

  tone = self->tones->str[0];
  g_string_erase (self->tones, 0, 1);
  wait = tone == ',' ? PAUSE : self->tone_duration + self->tone_gap;
  if (tone != ',')
    phone_call_send_tone (self, tone);
  if (self->tones)
    self->tone_timer = phone_sip_clock_add (self->clock, wait, phone_call_next_tone_cb, self);
}

/* What waits already keeps its duration, gap and headers, and what is added takes them over. */
static gboolean
phone_call_queue_tones (PhoneCall                  *self,
                        const char                 *tones,
                        guint                       duration,
                        guint                       gap,
                        const char * const         *extra_headers,
                        GError                    **error)
{
  if (self->tones == NULL || self->tones->len + strlen (tones) > MAX_WAITING)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "Too many keys at once");
      return FALSE;
    }

  for (const char *at = tones; *at; at++)
    g_string_append_c (self->tones, g_ascii_toupper (*at));
  if (self->tone_timer != 0)
    return TRUE;

  self->tone_duration = duration;
  self->tone_gap = gap;
  g_strfreev (self->tone_headers);
  self->tone_headers = g_strdupv ((char **) extra_headers);
  phone_call_next_tone_cb (self);

  return TRUE;
}

static gboolean
phone_call_check_tones (const char  *tones,
                        const char  *transport,
                        GError     **error)
{
  static const char * const transports[] = { "auto", "info", "rfc4733", NULL };

  if (*tones == '\0' || tones[strspn (tones, "0123456789ABCDabcdRr#*,")] != '\0')
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "Keys are 0-9, A-D, R, #, * and a comma for a pause");
      return FALSE;
    }
  if (!g_strv_contains (transports, transport))
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "Keys go by auto, info or rfc4733");
      return FALSE;
    }

  return TRUE;
}

/**
 * phone_call_send_dtmf:
 * @tones: keys of "0-9A-D#*", "R" (hook flash) and "," (two seconds of silence)
 * @transport: (nullable): "info", "rfc4733", or "auto" for the second if the peer takes it
 * @duration: of a key in milliseconds, 0 for 100; kept between 70 and 6000
 * @gap: between keys in milliseconds, 0 for 500; at least 50
 *
 * Sends keys. More of them while some still wait are added to the queue.
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE, or #PHONE_CALL_ERROR_INVALID_ARGUMENT if @tones or @transport are none
 */
gboolean
phone_call_send_dtmf (PhoneCall   *self,
                      const char  *tones,
                      const char  *transport,
                      guint        duration,
                      guint        gap,
                      GError     **error)
{
  PhoneCallDtmfOptions options = { .transport = transport, .duration = duration, .gap = gap };

  return phone_call_send_dtmf_with (self, tones, &options, error);
}

/**
 * phone_call_send_dtmf_with:
 * @tones: as in phone_call_send_dtmf()
 * @options: how they go; the headers are those of each INFO, a malformed one among them lets no key out
 *
 * Returns: as phone_call_send_dtmf()
 */
gboolean
phone_call_send_dtmf_with (PhoneCall                   *self,
                           const char                  *tones,
                           const PhoneCallDtmfOptions  *options,
                           GError                     **error)
{
  const char *transport;
  guint duration, gap;

  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);
  g_return_val_if_fail (tones != NULL, FALSE);
  g_return_val_if_fail (options != NULL, FALSE);

  transport = options->transport ? options->transport : "auto";
  if (!phone_call_may_inform (self, error) || !phone_call_check_tones (tones, transport, error))
    return FALSE;

  duration = CLAMP (options->duration == 0 ? DEFAULT_DURATION : options->duration, MIN_DURATION, MAX_DURATION);
  gap = MIN (MAX (options->gap == 0 ? DEFAULT_GAP : options->gap, MIN_GAP), 60000u);
  if (!g_str_equal (transport, "info"))
    {
      g_autoptr (GError) refused = NULL;

      if (phone_media_session_send_dtmf (self->media, tones, duration, gap, &refused))
        return TRUE;
      if (g_str_equal (transport, "rfc4733"))
        {
          g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, refused->message);
          return FALSE;
        }
    }

  return phone_call_queue_tones (self, tones, duration, gap, options->extra_headers, error);
}

/**
 * phone_call_send_info:
 * @content_type: of @body
 * @body: (nullable): anything
 *
 * Sends one INFO (RFC 6086 §4).
 *
 * Returns: FALSE and #PHONE_CALL_ERROR_INVALID_STATE, #PHONE_CALL_ERROR_INVALID_ARGUMENT without a type, or #PHONE_CALL_ERROR_FAILED
 */
gboolean
phone_call_send_info (PhoneCall   *self,
                      const char  *content_type,
                      const char  *body,
                      GError     **error)
{
  return phone_call_send_info_with (self, content_type, body, NULL, error);
}

/**
 * phone_call_send_info_with:
 * @content_type: of @body
 * @body: (nullable): anything
 * @extra_headers: (nullable): "Name: value" lines
 *
 * Returns: as phone_call_send_info(); #PHONE_CALL_ERROR_FAILED also for a malformed header
 */
gboolean
phone_call_send_info_with (PhoneCall           *self,
                           const char          *content_type,
                           const char          *body,
                           const char * const  *extra_headers,
                           GError             **error)
{
  g_autoptr (PhoneSipRequest) request = NULL;
  g_autoptr (GError) refused = NULL;

  g_return_val_if_fail (PHONE_IS_CALL (self), FALSE);

  if (!phone_call_may_inform (self, error))
    return FALSE;
  if (content_type == NULL || *content_type == '\0')
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_INVALID_ARGUMENT, "INFO needs a content type");
      return FALSE;
    }

  request = phone_sip_session_send_request (self->session, "INFO", extra_headers, content_type, body, &refused);
  if (request == NULL)
    {
      g_set_error_literal (error, PHONE_CALL_ERROR, PHONE_CALL_ERROR_FAILED, refused->message);
      return FALSE;
    }

  phone_call_emit_event (self, "newInfo", g_variant_new_parsed ("{'originator': <'local'>, 'type': <%s>, 'body': <%s>}",
                                                                content_type, body ? body : ""));

  return TRUE;
}

/* The value of a line "name = value" of a dtmf-relay body, or NULL. */
static char *
phone_call_find_relay_value (const char *body,
                             const char *name)
{
  g_auto (GStrv) lines = g_strsplit_set (body, "\r\n", 16);

  for (guint i = 0; lines[i]; i++)
    {
      char *equals = strchr (lines[i], '=');

      if (equals == NULL)
        continue;

      *equals = '\0';
      if (g_ascii_strcasecmp (g_strstrip (lines[i]), name) == 0)
        return g_strdup (g_strstrip (equals + 1));
    }

  return NULL;
}

static void
phone_call_receive_tone (PhoneCall  *self,
                         char        tone,
                         guint       duration,
                         const char *transport)
{
  const char text[] = { g_ascii_toupper (tone), '\0' };

  phone_call_emit_event (self, "newDTMF", g_variant_new_parsed ("{'originator': <'remote'>, 'tone': <%s>, 'duration': <%u>, 'transport': <%s>}",
                                                                text, duration, transport));
  phone_call_emit_dtmf (self, text, duration);
}

static void
phone_call_receive_relay (PhoneCall  *self,
                          const char *body)
{
  g_autofree char *key = phone_call_find_relay_value (body, "Signal");
  g_autofree char *length = phone_call_find_relay_value (body, "Duration");
  guint duration = DEFAULT_DURATION;

  if (key == NULL || strlen (key) != 1 || strspn (key, "0123456789ABCDabcd#*") != 1)
    return;
  if (length && *length && strlen (length) <= 4 && strspn (length, "0123456789") == strlen (length))
    duration = (guint) g_ascii_strtoull (length, NULL, 10);

  phone_call_receive_tone (self, key[0], duration, "info");
}

/* An INFO of the peer, answered already. */
void
phone_call_dtmf_received (PhoneCall       *self,
                          PhoneSipMessage *request)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  const char *type = phone_sip_message_get_content_type (request);
  g_autofree char *type_text = phone_call_make_text (type);
  g_autofree char *body = phone_call_make_text (phone_sip_message_get_body (request, NULL));

  if (g_strcmp0 (type, RELAY_TYPE) == 0)
    {
      phone_call_receive_relay (self, body);
      return;
    }

  phone_call_emit_event (self, "newInfo", g_variant_new_parsed ("{'originator': <'remote'>, 'type': <%s>, 'body': <%s>}", type_text, body));
  phone_call_emit_info (self, type_text, body);
}

/* A telephone-event in the sound. */
void
phone_call_dtmf_heard (PhoneCall *self,
                       char       tone,
                       guint      duration)
{
  if (strchr ("0123456789ABCDabcd#*", tone) && tone != '\0')
    phone_call_receive_tone (self, tone, duration, "rfc4733");
}
