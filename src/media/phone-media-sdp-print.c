/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A description's values to text (RFC 8866), with CRLF line ends. */
#include "config.h"
#include "phone-media-sdp.h"

#include "phone-media-sdp-private.h"

#include <string.h>

static void
phone_media_sdp_print_bundle (const PhoneMediaSdp *self,
                              GString             *out)
{
  g_autoptr (GString) mids = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const PhoneMediaSdpLine *line = g_ptr_array_index (self->lines, i);

      if (line->bundled && line->mid != NULL)
        g_string_append_printf (mids, " %s", line->mid);
    }

  if (mids->len > 0)
    g_string_append_printf (out, "a=group:BUNDLE%s\r\n", mids->str);
}

static void
phone_media_sdp_print_attribute (GString    *out,
                                 const char *name,
                                 const char *value)
{
  if (value != NULL)
    g_string_append_printf (out, "a=%s:%s\r\n", name, value);
}

static void
phone_media_sdp_print_format (const PhoneMediaSdpFormat *format,
                              GString                   *out)
{
  if (format->name != NULL)
    {
      g_string_append_printf (out, "a=rtpmap:%u %s/%u", format->payload, format->name, format->clock_rate);
      if (format->channels > 1)
        g_string_append_printf (out, "/%u", format->channels);
      g_string_append (out, "\r\n");
    }
  for (guint i = 0; i < PHONE_MEDIA_SDP_N_FEEDBACKS; i++)
    if (format->feedback & phone_media_sdp_feedbacks[i].feedback)
      g_string_append_printf (out, "a=rtcp-fb:%u %s\r\n", format->payload, phone_media_sdp_feedbacks[i].name);
  if (format->fmtp != NULL)
    g_string_append_printf (out, "a=fmtp:%u %s\r\n", format->payload, format->fmtp);
}

static void
phone_media_sdp_print_media (const PhoneMediaSdpLine *line,
                             GString                 *out)
{
  g_string_append_printf (out, "m=%s %u %s", line->media, line->port, line->proto);
  for (guint i = 0; i < line->formats->len; i++)
    g_string_append_printf (out, " %u", ((PhoneMediaSdpFormat *) g_ptr_array_index (line->formats, i))->payload);
  if (line->formats->len == 0)
    g_string_append_printf (out, " %s", line->format_text != NULL ? line->format_text : "0");
  g_string_append_printf (out, "\r\nc=IN %s %s\r\n",
                          line->address != NULL && strchr (line->address, ':') != NULL ? "IP6" : "IP4",
                          line->address != NULL ? line->address : "0.0.0.0");
}

static void
phone_media_sdp_print_line (const PhoneMediaSdpLine *line,
                            GString                 *out)
{
  phone_media_sdp_print_media (line, out);
  phone_media_sdp_print_attribute (out, "mid", line->mid);
  for (guint i = 0; i < PHONE_MEDIA_SDP_N_DIRECTIONS; i++)
    if (phone_media_sdp_directions[i].direction == line->direction)
      g_string_append_printf (out, "a=%s\r\n", phone_media_sdp_directions[i].name);
  phone_media_sdp_print_attribute (out, "ice-ufrag", line->ufrag);
  phone_media_sdp_print_attribute (out, "ice-pwd", line->password);
  phone_media_sdp_print_attribute (out, "fingerprint", line->fingerprint);
  phone_media_sdp_print_attribute (out, "setup", line->setup);
  if (line->rtcp_mux)
    g_string_append (out, "a=rtcp-mux\r\n");
  if (line->rtcp_rsize)
    g_string_append (out, "a=rtcp-rsize\r\n");
  if (line->bundle_only)
    g_string_append (out, "a=bundle-only\r\n");
  if (line->transport_cc_id != 0)
    g_string_append_printf (out, "a=extmap:%u " PHONE_MEDIA_SDP_TRANSPORT_CC "\r\n", line->transport_cc_id);
  for (guint i = 0; i < line->formats->len; i++)
    phone_media_sdp_print_format (g_ptr_array_index (line->formats, i), out);
  for (guint i = 0; i < line->sources->len; i++)
    g_string_append_printf (out, "a=%s\r\n", (char *) g_ptr_array_index (line->sources, i));
  for (guint i = 0; i < line->candidates->len; i++)
    g_string_append_printf (out, "a=%s\r\n", (char *) g_ptr_array_index (line->candidates, i));
  if (line->end_of_candidates)
    g_string_append (out, "a=end-of-candidates\r\n");
}

/**
 * phone_media_sdp_print:
 *
 * Returns: (transfer full): the description as text with CRLF line ends
 */
char *
phone_media_sdp_print (const PhoneMediaSdp *self)
{
  GString *out = g_string_sized_new (2048);
  const PhoneMediaSdpLine *first = phone_media_sdp_get_line (self, 0);
  const char *address = first != NULL && first->address != NULL ? first->address : "0.0.0.0";

  g_string_append_printf (out, "v=0\r\no=- %s %" G_GUINT64_FORMAT " IN %s %s\r\ns=-\r\nt=0 0\r\n",
                          self->session_id != NULL ? self->session_id : "1", self->version,
                          strchr (address, ':') != NULL ? "IP6" : "IP4", address);
  phone_media_sdp_print_bundle (self, out);
  for (guint i = 0; i < self->lines->len; i++)
    phone_media_sdp_print_line (g_ptr_array_index (self->lines, i), out);

  return g_string_free (out, FALSE);
}
