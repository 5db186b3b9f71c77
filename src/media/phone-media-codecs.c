/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we speak, as one table. Opus and VP8 first, since every WebRTC peer has them (RFC 7742, RFC 7874); G.711 for gateways;
 * H.264 only in constrained baseline with packetization-mode 1, since the payloader makes FU-A. An answer takes the offerer's
 * order (RFC 3264 §6.1), so our order matters only where we offer. The encoders' settings are for talking: no look-ahead, a
 * constant rate that the rate control moves, key frames only when asked for. */
#include "config.h"
#include "phone-media-codecs.h"

#include <string.h>

#define FEEDBACK_VIDEO (PHONE_MEDIA_FEEDBACK_NACK | PHONE_MEDIA_FEEDBACK_PLI | PHONE_MEDIA_FEEDBACK_FIR | PHONE_MEDIA_FEEDBACK_TRANSPORT_CC)
#define TRANSPORT_CC   "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

static const PhoneMediaCodec codecs[] = {
  { "opus", FALSE, 111, 0, 110, 48000, 2, "minptime=10;useinbandfec=1",
    "audioresample ! audio/x-raw,rate=48000 ! opusenc name=encoder bitrate=40000 inband-fec=true packet-loss-percentage=5",
    "rtpopuspay", "rtpopusdepay", "opusdec plc=true use-inband-fec=true" },
  { "PCMU", FALSE, 0, 0, 126, 8000, 1, NULL,
    "audioresample ! audio/x-raw,rate=8000,channels=1 ! mulawenc name=encoder",
    "rtppcmupay max-ptime=20000000 min-ptime=20000000", "rtppcmudepay", "mulawdec" },
  { "PCMA", FALSE, 8, 0, 126, 8000, 1, NULL,
    "audioresample ! audio/x-raw,rate=8000,channels=1 ! alawenc name=encoder",
    "rtppcmapay max-ptime=20000000 min-ptime=20000000", "rtppcmadepay", "alawdec" },
  { "VP8", TRUE, 96, 97, 0, 90000, 0, NULL,
    "vp8enc name=encoder deadline=1 cpu-used=12 threads=1 end-usage=cbr lag-in-frames=0 keyframe-max-dist=2000 error-resilient=default",
    "rtpvp8pay picture-id-mode=2", "rtpvp8depay request-keyframe=true wait-for-keyframe=true", "vp8dec automatic-request-sync-points=true" },
  { "H264", TRUE, 102, 103, 0, 90000, 0, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    "x264enc name=encoder tune=zerolatency speed-preset=ultrafast key-int-max=2000 threads=2 bframes=0 ! video/x-h264,profile=constrained-baseline ! h264parse config-interval=-1",
    "rtph264pay aggregate-mode=zero-latency config-interval=-1", "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse", "avdec_h264 automatic-request-sync-points=true" },
};

/* RFC 6184 §8.2.2: without packetization-mode it is 0; a profile that starts with 42 is some baseline. */
static gboolean
phone_media_codecs_is_our_h264 (const char *fmtp)
{
  g_auto (GStrv) parameters = g_strsplit (fmtp != NULL ? fmtp : "", ";", 16);
  gboolean mode = FALSE;
  gboolean baseline = TRUE;

  for (guint i = 0; parameters[i] != NULL; i++)
    {
      const char *parameter = g_strstrip (parameters[i]);

      if (g_ascii_strcasecmp (parameter, "packetization-mode=1") == 0)
        mode = TRUE;
      else if (g_ascii_strncasecmp (parameter, "profile-level-id=", 17) == 0)
        baseline = g_ascii_strncasecmp (parameter + 17, "42", 2) == 0;
    }

  return mode && baseline;
}

static const PhoneMediaCodec *
phone_media_codecs_match (const PhoneMediaSdpLine   *line,
                          const PhoneMediaSdpFormat *format)
{
  gboolean video = g_str_equal (line->media, "video");

  for (guint i = 0; format->name != NULL && i < G_N_ELEMENTS (codecs); i++)
    {
      const PhoneMediaCodec *codec = &codecs[i];

      if (codec->video == video && g_ascii_strcasecmp (codec->name, format->name) == 0
          && codec->clock_rate == format->clock_rate
          && (!g_str_equal (codec->name, "H264") || phone_media_codecs_is_our_h264 (format->fmtp)))
        return codec;
    }

  return NULL;
}

static gboolean
phone_media_codecs_repairs (const PhoneMediaSdpLine   *line,
                            const PhoneMediaSdpFormat *format)
{
  const PhoneMediaSdpFormat *target;

  if (format->name == NULL || g_ascii_strcasecmp (format->name, "rtx") != 0 || format->fmtp == NULL
      || !g_str_has_prefix (format->fmtp, "apt="))
    return FALSE;

  target = phone_media_sdp_line_find_format (line, atoi (format->fmtp + 4));

  return target != NULL && phone_media_codecs_match (line, target) != NULL;
}

static gboolean
phone_media_codecs_is_event (const PhoneMediaSdpFormat *format,
                             guint                      clock_rate)
{
  return format->name != NULL && g_ascii_strcasecmp (format->name, "telephone-event") == 0 && format->clock_rate == clock_rate;
}

/* An event is kept for the clocks of the codecs that are. */
static gboolean
phone_media_codecs_is_event_of (const PhoneMediaSdpLine   *line,
                                const PhoneMediaSdpFormat *format)
{
  for (guint i = 0; i < line->formats->len; i++)
    {
      const PhoneMediaCodec *codec = phone_media_codecs_match (line, g_ptr_array_index (line->formats, i));

      if (codec != NULL && phone_media_codecs_is_event (format, codec->clock_rate))
        return TRUE;
    }

  return FALSE;
}

static void
phone_media_codecs_add_event (PhoneMediaSdpLine     *line,
                              const PhoneMediaCodec *codec)
{
  if (codec->event_payload != 0 && phone_media_sdp_line_find_format (line, codec->event_payload) == NULL)
    phone_media_sdp_line_add_format (line, codec->event_payload, "telephone-event", codec->clock_rate, 0, "0-15");
}

const PhoneMediaCodec *
phone_media_codecs_get (guint index)
{
  return index < G_N_ELEMENTS (codecs) ? &codecs[index] : NULL;
}

const PhoneMediaCodec *
phone_media_codecs_find (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (codecs); i++)
    if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];

  return NULL;
}

const PhoneMediaCodec *
phone_media_codecs_choose (const PhoneMediaSdpLine *line,
                           guint                   *out_payload)
{
  for (guint i = 0; i < line->formats->len; i++)
    {
      const PhoneMediaSdpFormat *format = g_ptr_array_index (line->formats, i);
      const PhoneMediaCodec *codec = phone_media_codecs_match (line, format);

      if (codec == NULL)
        continue;

      if (out_payload != NULL)
        *out_payload = format->payload;
      return codec;
    }

  return NULL;
}

guint
phone_media_codecs_find_event (const PhoneMediaSdpLine *line,
                               const PhoneMediaCodec   *codec)
{
  for (guint i = 0; codec != NULL && i < line->formats->len; i++)
    {
      const PhoneMediaSdpFormat *format = g_ptr_array_index (line->formats, i);

      if (phone_media_codecs_is_event (format, codec->clock_rate))
        return format->payload;
    }

  return 0;
}

void
phone_media_codecs_fill (PhoneMediaSdpLine *line)
{
  gboolean video = g_str_equal (line->media, "video");

  g_ptr_array_set_size (line->formats, 0);
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    {
      const PhoneMediaCodec *codec = &codecs[i];
      PhoneMediaSdpFormat *format;

      if (codec->video != video)
        continue;

      format = phone_media_sdp_line_add_format (line, codec->payload, codec->name, codec->clock_rate, codec->channels, codec->fmtp);
      format->feedback = video ? FEEDBACK_VIDEO : PHONE_MEDIA_FEEDBACK_TRANSPORT_CC;
      if (codec->rtx_payload != 0)
        {
          g_autofree char *fmtp = g_strdup_printf ("apt=%u", codec->payload);

          phone_media_sdp_line_add_format (line, codec->rtx_payload, "rtx", codec->clock_rate, 0, fmtp);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (codecs[i].video == video)
      phone_media_codecs_add_event (line, &codecs[i]);
}

void
phone_media_codecs_filter (PhoneMediaSdpLine *line)
{
  g_autoptr (PhoneMediaSdpLine) whole = phone_media_sdp_line_copy (line);

  for (guint i = line->formats->len; i-- > 0;)
    {
      PhoneMediaSdpFormat *format = g_ptr_array_index (line->formats, i);
      const PhoneMediaCodec *codec = phone_media_codecs_match (whole, format);

      if (codec == NULL && !phone_media_codecs_repairs (whole, format) && !phone_media_codecs_is_event_of (whole, format))
        {
          g_ptr_array_remove_index (line->formats, i);
          continue;
        }

      if (codec != NULL)
        {
          format->feedback &= codec->video ? FEEDBACK_VIDEO : PHONE_MEDIA_FEEDBACK_TRANSPORT_CC;
          g_free (format->fmtp);
          format->fmtp = g_strdup (codec->fmtp);
        }
    }
}

char *
phone_media_codecs_print_caps (const PhoneMediaCodec *codec,
                               guint                  payload,
                               guint                  transport_cc_id)
{
  g_autoptr (GString) caps = g_string_new ("application/x-rtp");
  g_autofree char *name = g_ascii_strup (codec->name, -1);

  g_string_append_printf (caps, ",media=(string)%s,encoding-name=(string)%s,payload=(int)%u,clock-rate=(int)%u",
                          codec->video ? "video" : "audio", name, payload, codec->clock_rate);
  if (codec->video)
    g_string_append (caps, ",rtcp-fb-nack-pli=(boolean)true,rtcp-fb-ccm-fir=(boolean)true");
  if (transport_cc_id != 0)
    g_string_append_printf (caps, ",rtcp-fb-transport-cc=(boolean)true,extmap-%u=(string)" TRANSPORT_CC, transport_cc_id);

  return g_string_free (g_steal_pointer (&caps), FALSE);
}
