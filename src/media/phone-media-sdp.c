/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session description (RFC 8866) as far as a call needs it, as plain values. What is not listed in the header is not kept, so
 * that nothing of a peer's text is ever repeated that was not looked at. Fifteen lines of one peer in one call, so plain arrays
 * do. Text becomes values in phone-media-sdp-parse.c, and values text in phone-media-sdp-print.c. */
#include "config.h"
#include "phone-media-sdp.h"

#include "phone-media-sdp-private.h"

const PhoneMediaSdpDirectionName phone_media_sdp_directions[PHONE_MEDIA_SDP_N_DIRECTIONS] = {
  { "sendrecv", PHONE_MEDIA_DIRECTION_BOTH },
  { "sendonly", PHONE_MEDIA_DIRECTION_SEND },
  { "recvonly", PHONE_MEDIA_DIRECTION_RECEIVE },
  { "inactive", PHONE_MEDIA_DIRECTION_INACTIVE },
};

const PhoneMediaSdpFeedbackName phone_media_sdp_feedbacks[PHONE_MEDIA_SDP_N_FEEDBACKS] = {
  { "nack", PHONE_MEDIA_FEEDBACK_NACK },
  { "nack pli", PHONE_MEDIA_FEEDBACK_PLI },
  { "ccm fir", PHONE_MEDIA_FEEDBACK_FIR },
  { "transport-cc", PHONE_MEDIA_FEEDBACK_TRANSPORT_CC },
};

static void
phone_media_sdp_format_free (gpointer data)
{
  PhoneMediaSdpFormat *format = data;

  g_free (format->name);
  g_free (format->fmtp);
  g_free (format);
}

static PhoneMediaSdpFormat *
phone_media_sdp_format_copy (const PhoneMediaSdpFormat *format)
{
  PhoneMediaSdpFormat *copy = g_memdup2 (format, sizeof *format);

  copy->name = g_strdup (format->name);
  copy->fmtp = g_strdup (format->fmtp);

  return copy;
}

static GPtrArray *
phone_media_sdp_copy_strings (GPtrArray *strings)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < strings->len; i++)
    g_ptr_array_add (copy, g_strdup (g_ptr_array_index (strings, i)));

  return copy;
}

static void
phone_media_sdp_line_release (gpointer data)
{
  phone_media_sdp_line_free (data);
}

PhoneMediaSdp *
phone_media_sdp_new (void)
{
  PhoneMediaSdp *self = g_new0 (PhoneMediaSdp, 1);

  self->lines = g_ptr_array_new_with_free_func (phone_media_sdp_line_release);

  return self;
}

PhoneMediaSdp *
phone_media_sdp_copy (const PhoneMediaSdp *self)
{
  PhoneMediaSdp *copy = phone_media_sdp_new ();

  copy->session_id = g_strdup (self->session_id);
  copy->version = self->version;
  for (guint i = 0; i < self->lines->len; i++)
    g_ptr_array_add (copy->lines, phone_media_sdp_line_copy (g_ptr_array_index (self->lines, i)));

  return copy;
}

void
phone_media_sdp_free (PhoneMediaSdp *self)
{
  g_free (self->session_id);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/**
 * phone_media_sdp_get_line:
 *
 * Returns: (transfer none) (nullable): the m-line at @index
 */
PhoneMediaSdpLine *
phone_media_sdp_get_line (const PhoneMediaSdp *self,
                          guint                index)
{
  return index < self->lines->len ? g_ptr_array_index (self->lines, index) : NULL;
}

PhoneMediaSdpLine *
phone_media_sdp_line_new (const char *media)
{
  PhoneMediaSdpLine *self = g_new0 (PhoneMediaSdpLine, 1);

  self->media = g_strdup (media);
  self->port = 9;
  self->proto = g_strdup ("UDP/TLS/RTP/SAVPF");
  self->formats = g_ptr_array_new_with_free_func (phone_media_sdp_format_free);
  self->candidates = g_ptr_array_new_with_free_func (g_free);
  self->sources = g_ptr_array_new_with_free_func (g_free);

  return self;
}

PhoneMediaSdpLine *
phone_media_sdp_line_copy (const PhoneMediaSdpLine *self)
{
  PhoneMediaSdpLine *copy = g_memdup2 (self, sizeof *self);

  copy->media = g_strdup (self->media);
  copy->proto = g_strdup (self->proto);
  copy->format_text = g_strdup (self->format_text);
  copy->mid = g_strdup (self->mid);
  copy->ufrag = g_strdup (self->ufrag);
  copy->password = g_strdup (self->password);
  copy->fingerprint = g_strdup (self->fingerprint);
  copy->setup = g_strdup (self->setup);
  copy->address = g_strdup (self->address);
  copy->candidates = phone_media_sdp_copy_strings (self->candidates);
  copy->sources = phone_media_sdp_copy_strings (self->sources);
  copy->formats = g_ptr_array_new_with_free_func (phone_media_sdp_format_free);
  for (guint i = 0; i < self->formats->len; i++)
    g_ptr_array_add (copy->formats, phone_media_sdp_format_copy (g_ptr_array_index (self->formats, i)));

  return copy;
}

void
phone_media_sdp_line_free (PhoneMediaSdpLine *self)
{
  g_free (self->media);
  g_free (self->proto);
  g_free (self->format_text);
  g_free (self->mid);
  g_free (self->ufrag);
  g_free (self->password);
  g_free (self->fingerprint);
  g_free (self->setup);
  g_free (self->address);
  g_ptr_array_unref (self->formats);
  g_ptr_array_unref (self->candidates);
  g_ptr_array_unref (self->sources);
  g_free (self);
}

/**
 * phone_media_sdp_line_is_rejected:
 *
 * Returns: whether the line is refused: port 0, unless it only says that it needs BUNDLE (RFC 8843 §6)
 */
gboolean
phone_media_sdp_line_is_rejected (const PhoneMediaSdpLine *self)
{
  return self->port == 0 && !(self->bundle_only && self->bundled);
}

/**
 * phone_media_sdp_line_is_secure:
 *
 * Returns: whether the line can be DTLS-SRTP over ICE
 */
gboolean
phone_media_sdp_line_is_secure (const PhoneMediaSdpLine *self)
{
  return g_strrstr (self->proto, "RTP/SAVP") != NULL && self->fingerprint != NULL && self->ufrag != NULL
         && self->password != NULL;
}

PhoneMediaSdpFormat *
phone_media_sdp_line_add_format (PhoneMediaSdpLine *self,
                                 guint              payload,
                                 const char        *name,
                                 guint              clock_rate,
                                 guint              channels,
                                 const char        *fmtp)
{
  PhoneMediaSdpFormat *format = g_new0 (PhoneMediaSdpFormat, 1);

  format->payload = payload;
  format->name = g_strdup (name);
  format->clock_rate = clock_rate;
  format->channels = channels;
  format->fmtp = g_strdup (fmtp);
  g_ptr_array_add (self->formats, format);

  return format;
}

PhoneMediaSdpFormat *
phone_media_sdp_line_find_format (const PhoneMediaSdpLine *self,
                                  guint                    payload)
{
  for (guint i = 0; i < self->formats->len; i++)
    {
      PhoneMediaSdpFormat *format = g_ptr_array_index (self->formats, i);

      if (format->payload == payload)
        return format;
    }

  return NULL;
}

/**
 * phone_media_direction_reverse:
 *
 * Returns: @direction as the other side sees it
 */
PhoneMediaDirection
phone_media_direction_reverse (PhoneMediaDirection direction)
{
  return ((direction & PHONE_MEDIA_DIRECTION_SEND) ? PHONE_MEDIA_DIRECTION_RECEIVE : 0)
         | ((direction & PHONE_MEDIA_DIRECTION_RECEIVE) ? PHONE_MEDIA_DIRECTION_SEND : 0);
}

static const PhoneMediaSdpLine *
phone_media_sdp_find_live (const PhoneMediaSdp *self,
                           const char          *media)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const PhoneMediaSdpLine *line = g_ptr_array_index (self->lines, i);

      if (g_str_equal (line->media, media) && !phone_media_sdp_line_is_rejected (line))
        return line;
    }

  return NULL;
}

/**
 * phone_media_sdp_get_direction:
 * @sdp: wire SDP
 * @video: which kind is meant
 *
 * A peer may send by one line and receive by another.
 *
 * Returns: the direction of all lines of the kind as the writer of @sdp sees it
 */
PhoneMediaDirection
phone_media_sdp_get_direction (const char *sdp,
                               gboolean    video)
{
  g_autoptr (PhoneMediaSdp) self = NULL;
  PhoneMediaDirection direction = PHONE_MEDIA_DIRECTION_INACTIVE;

  g_return_val_if_fail (sdp != NULL, PHONE_MEDIA_DIRECTION_INACTIVE);

  self = phone_media_sdp_parse (sdp, NULL);
  for (guint i = 0; self != NULL && i < self->lines->len; i++)
    {
      const PhoneMediaSdpLine *line = phone_media_sdp_get_line (self, i);

      if (g_str_equal (line->media, video ? "video" : "audio") && !phone_media_sdp_line_is_rejected (line))
        direction |= line->direction;
    }

  return direction;
}

/**
 * phone_media_sdp_has_video:
 *
 * Returns: whether a video line of @sdp is not refused
 */
gboolean
phone_media_sdp_has_video (const char *sdp)
{
  g_autoptr (PhoneMediaSdp) self = NULL;

  g_return_val_if_fail (sdp != NULL, FALSE);

  self = phone_media_sdp_parse (sdp, NULL);

  return self != NULL && phone_media_sdp_find_live (self, "video") != NULL;
}
