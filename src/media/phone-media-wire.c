/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two SDP layers. webrtcbin 1.22 is good at one offer and answer and at added m-lines, and bad at all else that a re-INVITE does:
 * it refuses changed directions, answers refused lines as if they lived, always wants to be the DTLS client, copies the peer's
 * o= line, and cannot go back. So it is fed a peer without moods: every line sendrecv, with a mid, never refused, only codecs that
 * we speak; and what SIP carries is written here from the same values. A wire line and webrtcbin's line (its "link") are matched
 * by index, so that lines we do not take (a data channel, a second picture) never reach webrtcbin, and a picture that moves to
 * another line stays where it was. Values in, values out. */
#include "config.h"
#include "phone-media-wire.h"

#include <string.h>

#define TRANSPORT_CC_ID 3

static void
phone_media_wire_line_free (gpointer data)
{
  PhoneMediaWireLine *line = data;

  g_free (line->media);
  g_free (line->mid);
  g_free (line->proto);
  g_free (line->format_text);
  g_free (line);
}

static PhoneMediaWireLine *
phone_media_wire_line_copy (const PhoneMediaWireLine *line)
{
  PhoneMediaWireLine *copy = g_memdup2 (line, sizeof *line);

  copy->media = g_strdup (line->media);
  copy->mid = g_strdup (line->mid);
  copy->proto = g_strdup (line->proto);
  copy->format_text = g_strdup (line->format_text);

  return copy;
}

static PhoneMediaWireLine *
phone_media_wire_append (PhoneMediaWire *self,
                         const char     *media)
{
  PhoneMediaWireLine *line = g_new0 (PhoneMediaWireLine, 1);

  line->media = g_strdup (media);
  line->proto = g_strdup ("UDP/TLS/RTP/SAVPF");
  line->link = -1;
  line->rejected = TRUE;
  g_ptr_array_add (self->lines, line);

  return line;
}

static void
phone_media_wire_set (char       **field,
                      const char  *value)
{
  char *old = *field;

  *field = g_strdup (value);
  g_free (old);
}

static gboolean
phone_media_wire_has_mid (const PhoneMediaWire *self,
                          const char           *mid)
{
  for (guint i = 0; i < self->lines->len; i++)
    if (g_strcmp0 (((PhoneMediaWireLine *) g_ptr_array_index (self->lines, i))->mid, mid) == 0)
      return TRUE;

  return FALSE;
}

static char *
phone_media_wire_create_mid (const PhoneMediaWire *self)
{
  for (guint number = 0;; number++)
    {
      g_autofree char *mid = g_strdup_printf ("%u", number);

      if (!phone_media_wire_has_mid (self, mid))
        return g_steal_pointer (&mid);
    }
}

/* What stands behind "m=" when our own line has been refused. */
static char *
phone_media_wire_print_formats (const char *media)
{
  g_autoptr (PhoneMediaSdpLine) line = phone_media_sdp_line_new (media);
  GString *text = g_string_new (NULL);

  phone_media_codecs_fill (line);
  for (guint i = 0; i < line->formats->len; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", ((PhoneMediaSdpFormat *) g_ptr_array_index (line->formats, i))->payload);

  return g_string_free (text, FALSE);
}

/* A line that webrtcbin has for this kind and no live wire line uses, or the next one. */
static int
phone_media_wire_take_link (PhoneMediaWire *self,
                            const char     *media)
{
  for (guint i = 0; self->local != NULL && i < self->local->lines->len; i++)
    {
      PhoneMediaWireLine *user = phone_media_wire_find_link (self, i);

      if (!g_str_equal (phone_media_sdp_get_line (self->local, i)->media, media) || (user != NULL && !user->rejected))
        continue;
      if (user != NULL)
        user->link = -1;
      return i;
    }

  return phone_media_wire_count_links (self);
}

/* Leaves the agreed codec, its retransmission and its events. */
static void
phone_media_wire_restrict (PhoneMediaSdpLine        *line,
                           const PhoneMediaWireLine *wire)
{
  g_autofree char *apt = g_strdup_printf ("apt=%u", wire->payload);

  for (guint i = line->formats->len; i-- > 0;)
    {
      const PhoneMediaSdpFormat *format = g_ptr_array_index (line->formats, i);

      if (format->payload != wire->payload && format->payload != wire->event_payload && g_strcmp0 (format->fmtp, apt) != 0)
        g_ptr_array_remove_index (line->formats, i);
    }
}

static void
phone_media_wire_adopt_transport (PhoneMediaSdpLine       *line,
                                  const PhoneMediaSdpLine *from)
{
  phone_media_wire_set (&line->ufrag, from->ufrag);
  phone_media_wire_set (&line->password, from->password);
  phone_media_wire_set (&line->fingerprint, from->fingerprint);
  phone_media_wire_set (&line->setup, from->setup);
}

static const PhoneMediaSdpLine *
phone_media_wire_find_bundled (const PhoneMediaSdp *sdp,
                               gboolean             with_candidates)
{
  for (guint i = 0; sdp != NULL && i < sdp->lines->len; i++)
    {
      const PhoneMediaSdpLine *line = phone_media_sdp_get_line (sdp, i);

      if (line->bundled && (!with_candidates || line->candidates->len > 0))
        return line;
    }

  return NULL;
}

/* What of a line webrtcbin would have to know: all but candidates and sources. */
static char *
phone_media_wire_sign (const PhoneMediaSdpLine *line)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_new ();
  PhoneMediaSdpLine *copy = phone_media_sdp_line_copy (line);

  g_ptr_array_set_size (copy->candidates, 0);
  g_ptr_array_set_size (copy->sources, 0);
  copy->end_of_candidates = FALSE;
  g_ptr_array_add (sdp->lines, copy);

  return phone_media_sdp_print (sdp);
}

static gboolean
phone_media_wire_is_news (const PhoneMediaWire    *self,
                          guint                    link,
                          const PhoneMediaSdpLine *line)
{
  const PhoneMediaSdpLine *known = self->remote != NULL ? phone_media_sdp_get_line (self->remote, link) : NULL;
  g_autofree char *old = known != NULL ? phone_media_wire_sign (known) : NULL;
  g_autofree char *new = phone_media_wire_sign (line);

  return g_strcmp0 (old, new) != 0;
}

static const char *
phone_media_wire_find_feed_mid (const PhoneMediaWire *self,
                                guint                 link)
{
  const PhoneMediaSdpLine *line = self->local != NULL ? phone_media_sdp_get_line (self->local, link) : NULL;

  return line != NULL ? line->mid : NULL;
}

/* A peer's line as webrtcbin may see it. */
static PhoneMediaSdpLine *
phone_media_wire_create_feed (const PhoneMediaWire     *self,
                              const PhoneMediaWireLine *wire,
                              const PhoneMediaSdpLine  *line,
                              gboolean                  offer)
{
  PhoneMediaSdpLine *feed = phone_media_sdp_line_copy (line);
  const char *mid = phone_media_wire_find_feed_mid (self, wire->link);
  g_autofree char *own = g_strdup_printf ("link%d", wire->link);

  phone_media_codecs_filter (feed);
  if (offer)
    phone_media_wire_restrict (feed, wire);
  phone_media_wire_set (&feed->mid, mid != NULL ? mid : own);
  phone_media_wire_set (&feed->proto, "UDP/TLS/RTP/SAVPF");
  phone_media_wire_set (&feed->address, NULL);
  if (feed->setup == NULL || offer)
    phone_media_wire_set (&feed->setup, feed->setup != NULL ? feed->setup : offer ? "actpass" : "active");
  feed->port = 9;
  feed->direction = PHONE_MEDIA_DIRECTION_BOTH;
  feed->rtcp_mux = TRUE;
  feed->bundle_only = FALSE;

  return feed;
}

static PhoneMediaSdpLine *
phone_media_wire_invent_feed (const PhoneMediaWire *self,
                              guint                 link)
{
  PhoneMediaSdpLine *feed = phone_media_sdp_line_copy (phone_media_sdp_get_line (self->local, link));
  const PhoneMediaSdpLine *other = self->remote != NULL ? phone_media_wire_find_bundled (self->remote, FALSE) : NULL;

  if (other == NULL && self->remote != NULL)
    other = phone_media_sdp_get_line (self->remote, 0);
  g_ptr_array_set_size (feed->candidates, 0);
  g_ptr_array_set_size (feed->sources, 0);
  if (other != NULL)
    phone_media_wire_adopt_transport (feed, other);
  if (g_strcmp0 (feed->setup, "actpass") == 0)
    phone_media_wire_set (&feed->setup, g_strcmp0 (self->setup, "active") == 0 ? "passive" : "active");

  return feed;
}

static gboolean
phone_media_wire_is_kind (const PhoneMediaWireLine *line,
                          gboolean                  video)
{
  return g_str_equal (line->media, video ? "video" : "audio");
}

static void
phone_media_wire_reject (PhoneMediaWireLine *line)
{
  line->rejected = TRUE;
  line->local = PHONE_MEDIA_DIRECTION_INACTIVE;
  line->remote = PHONE_MEDIA_DIRECTION_INACTIVE;
}

/* The one line of its kind that we take, −1: none. A peer that removes a track and adds one (RFC 8829 §4.1.2) offers another line
 * beside the first, which it goes on receiving by: the line that the peer sends by is the better one, and then the one there is. */
static int
phone_media_wire_choose_offered (const PhoneMediaWire *self,
                                 const PhoneMediaSdp  *offer,
                                 const char           *media,
                                 gboolean              welcome)
{
  int best = -1;
  int best_rank = -1;

  for (guint i = 0; i < offer->lines->len; i++)
    {
      const PhoneMediaSdpLine *line = phone_media_sdp_get_line (offer, i);
      const PhoneMediaWireLine *wire = i < self->lines->len ? g_ptr_array_index (self->lines, i) : NULL;
      const gboolean lives = wire != NULL && !wire->rejected && g_str_equal (wire->media, media);
      const int rank = (line->direction & PHONE_MEDIA_DIRECTION_SEND ? 2 : 0) + (lives ? 1 : 0);
      guint payload;

      if (!g_str_equal (line->media, media) || !(lives || welcome) || rank <= best_rank
          || phone_media_sdp_line_is_rejected (line) || !phone_media_sdp_line_is_secure (line)
          || phone_media_codecs_choose (line, &payload) == NULL)
        continue;
      best = i;
      best_rank = rank;
    }

  return best;
}

static void
phone_media_wire_reject_others (PhoneMediaWire *self,
                                const int      *chosen)
{
  for (guint i = 0; i < self->lines->len; i++)
    if ((int) i != chosen[0] && (int) i != chosen[1])
      phone_media_wire_reject (g_ptr_array_index (self->lines, i));
}

/* A line of the peer's offer: what becomes of it and what webrtcbin gets to see; NULL if it is refused. */
static PhoneMediaSdpLine *
phone_media_wire_take_offered (PhoneMediaWire          *self,
                               guint                    index,
                               const PhoneMediaSdpLine *line,
                               gboolean                 chosen)
{
  PhoneMediaWireLine *wire = index < self->lines->len ? g_ptr_array_index (self->lines, index)
                                                      : phone_media_wire_append (self, line->media);
  const PhoneMediaCodec *codec;
  guint payload = 0;

  if (!g_str_equal (wire->media, line->media))
    {
      phone_media_wire_set (&wire->media, line->media);
      wire->link = -1;
      wire->rejected = TRUE;
    }
  phone_media_wire_set (&wire->mid, line->mid);
  phone_media_wire_set (&wire->proto, line->proto);
  phone_media_wire_set (&wire->format_text, line->format_text);

  codec = chosen ? phone_media_codecs_choose (line, &payload) : NULL;
  if (codec == NULL)
    {
      phone_media_wire_reject (wire);
      return NULL;
    }

  if (wire->link < 0)
    wire->link = phone_media_wire_take_link (self, line->media);
  wire->rejected = FALSE;
  wire->codec = codec;
  wire->payload = payload;
  wire->event_payload = phone_media_codecs_find_event (line, codec);
  wire->remote = line->direction;
  wire->bundled = line->bundled;
  wire->no_rtcp_mux = !line->rtcp_mux;

  return phone_media_wire_create_feed (self, wire, line, TRUE);
}

/* The peer may send whatever we offered, also what its answer does not repeat. */
static void
phone_media_wire_keep_offered (const PhoneMediaWire *self,
                               guint                 link,
                               PhoneMediaSdpLine    *feed)
{
  const PhoneMediaSdpLine *line = self->local != NULL ? phone_media_sdp_get_line (self->local, link) : NULL;

  for (guint i = 0; line != NULL && i < line->formats->len; i++)
    {
      const PhoneMediaSdpFormat *format = g_ptr_array_index (line->formats, i);

      if (phone_media_sdp_line_find_format (feed, format->payload) == NULL)
        phone_media_sdp_line_add_format (feed, format->payload, format->name, format->clock_rate, format->channels,
                                         format->fmtp)->feedback = format->feedback;
    }
}

/* A line of the peer's answer; NULL if the peer refused ours. */
static PhoneMediaSdpLine *
phone_media_wire_take_answered (PhoneMediaWire          *self,
                                PhoneMediaWireLine      *wire,
                                const PhoneMediaSdpLine *line)
{
  const PhoneMediaCodec *codec;
  PhoneMediaSdpLine *feed;
  guint payload = 0;

  if (line == NULL || phone_media_sdp_line_is_rejected (line) || !phone_media_sdp_line_is_secure (line)
      || !g_str_equal (wire->media, line->media) || (codec = phone_media_codecs_choose (line, &payload)) == NULL)
    {
      phone_media_wire_reject (wire);
      return NULL;
    }

  wire->codec = codec;
  wire->payload = payload;
  wire->event_payload = phone_media_codecs_find_event (line, codec);
  wire->remote = line->direction;
  feed = phone_media_wire_create_feed (self, wire, line, FALSE);
  phone_media_wire_keep_offered (self, wire->link, feed);
  feed->bundled = wire->bundled;
  if (g_strcmp0 (feed->setup, "actpass") == 0)
    phone_media_wire_set (&feed->setup, "active");

  return feed;
}

/* Puts feed where webrtcbin has it, and lets lines that the peer left out follow the bundle's transport. */
static void
phone_media_wire_assemble (PhoneMediaWire *self,
                           GPtrArray      *feeds)
{
  PhoneMediaSdp *remote = phone_media_sdp_new ();
  guint n_links = phone_media_wire_count_links (self);

  for (guint link = 0; link < n_links; link++)
    {
      const PhoneMediaSdpLine *known = self->remote != NULL ? phone_media_sdp_get_line (self->remote, link) : NULL;
      PhoneMediaSdpLine *feed = NULL;

      for (guint i = 0; i < feeds->len && feed == NULL; i++)
        if (g_ptr_array_index (feeds, i) != NULL && ((PhoneMediaWireLine *) g_ptr_array_index (self->lines, i))->link == (int) link)
          feed = phone_media_sdp_line_copy (g_ptr_array_index (feeds, i));
      if (feed == NULL && known != NULL)
        feed = phone_media_sdp_line_copy (known);
      else if (feed == NULL)
        feed = phone_media_wire_invent_feed (self, link);
      g_ptr_array_add (remote->lines, feed);
    }
  g_clear_pointer (&self->remote, phone_media_sdp_free);
  self->remote = remote;
}

static void
phone_media_wire_follow_bundle (PhoneMediaWire *self,
                                GPtrArray      *feeds)
{
  const PhoneMediaSdpLine *lead = NULL;

  for (guint i = 0; i < feeds->len && lead == NULL; i++)
    {
      const PhoneMediaSdpLine *feed = g_ptr_array_index (feeds, i);

      if (feed != NULL && feed->bundled)
        lead = feed;
    }
  for (guint i = 0; lead != NULL && i < self->remote->lines->len; i++)
    {
      PhoneMediaSdpLine *line = phone_media_sdp_get_line (self->remote, i);

      if (line->bundled)
        phone_media_wire_adopt_transport (line, lead);
    }
}

static void
phone_media_wire_feed_release (gpointer data)
{
  g_clear_pointer ((PhoneMediaSdpLine **) &data, phone_media_sdp_line_free);
}

static gboolean
phone_media_wire_is_empty (const PhoneMediaWire *self)
{
  return phone_media_wire_find (self, FALSE) == NULL && phone_media_wire_find (self, TRUE) == NULL;
}

/* RFC 8839 §4.4.1.1.1: another one of the two restarts ICE. */
static gboolean
phone_media_wire_has_same_credentials (const PhoneMediaSdpLine *line,
                                       const PhoneMediaSdpLine *other)
{
  return g_strcmp0 (line->ufrag, other->ufrag) == 0 && g_strcmp0 (line->password, other->password) == 0;
}

/* A bundled line's credentials count only where they are the bundle's. */
static gboolean
phone_media_wire_restarts_ice (const PhoneMediaWire *self,
                               GPtrArray            *feeds)
{
  gboolean led = FALSE;

  for (guint i = 0; self->remote != NULL && i < feeds->len; i++)
    {
      const PhoneMediaSdpLine *feed = g_ptr_array_index (feeds, i);
      const PhoneMediaWireLine *wire = g_ptr_array_index (self->lines, i);
      const PhoneMediaSdpLine *known = feed != NULL ? phone_media_sdp_get_line (self->remote, wire->link) : NULL;

      if (known != NULL && !(led && feed->bundled) && !phone_media_wire_has_same_credentials (known, feed))
        return TRUE;
      led |= feed != NULL && feed->bundled;
    }

  return FALSE;
}

static gboolean
phone_media_wire_has_new_certificate (const PhoneMediaWire *self,
                                      GPtrArray            *feeds)
{
  for (guint i = 0; self->remote != NULL && i < feeds->len; i++)
    {
      const PhoneMediaSdpLine *feed = g_ptr_array_index (feeds, i);
      const PhoneMediaWireLine *wire = g_ptr_array_index (self->lines, i);
      const PhoneMediaSdpLine *known = feed != NULL ? phone_media_sdp_get_line (self->remote, wire->link) : NULL;

      if (known != NULL && g_ascii_strcasecmp (known->fingerprint, feed->fingerprint) != 0)
        return TRUE;
    }

  return FALSE;
}

/* RFC 8839 §4.2.1.2: what an ICE-less peer would use, the most reachable first. */
static void
phone_media_wire_fill_default (PhoneMediaSdpLine *line,
                               GPtrArray         *candidates)
{
  static const char *const types[] = { "relay", "srflx", "host" };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    for (guint i = 0; i < candidates->len; i++)
      {
        g_auto (GStrv) parts = g_strsplit (g_ptr_array_index (candidates, i), " ", -1);

        if (!g_str_equal (parts[1], "1") || g_ascii_strcasecmp (parts[2], "udp") != 0 || !g_str_equal (parts[7], types[t])
            || strchr (parts[4], ':') != NULL)
          continue;

        phone_media_wire_set (&line->address, parts[4]);
        line->port = atoi (parts[5]);
        return;
      }
}

static PhoneMediaSdpLine *
phone_media_wire_print_rejected (const PhoneMediaWireLine *wire)
{
  PhoneMediaSdpLine *line = phone_media_sdp_line_new (wire->media);

  line->port = 0;
  line->direction = PHONE_MEDIA_DIRECTION_INACTIVE;
  phone_media_wire_set (&line->mid, wire->mid);
  phone_media_wire_set (&line->proto, wire->proto);
  phone_media_wire_set (&line->format_text, wire->format_text);

  return line;
}

static PhoneMediaSdpLine *
phone_media_wire_print_live (const PhoneMediaWire     *self,
                             const PhoneMediaWireLine *wire,
                             gboolean                  answer)
{
  PhoneMediaSdpLine *line = phone_media_sdp_line_copy (phone_media_sdp_get_line (self->local, wire->link));
  const PhoneMediaSdpLine *lead = wire->bundled ? phone_media_wire_find_bundled (self->local, TRUE) : NULL;
  GPtrArray *candidates = lead != NULL ? lead->candidates : line->candidates;

  phone_media_wire_fill_default (line, candidates);
  if (line->candidates->len == 0 && lead != NULL && !answer)
    for (guint i = 0; i < candidates->len; i++)
      g_ptr_array_add (line->candidates, g_strdup (g_ptr_array_index (candidates, i)));
  line->end_of_candidates = line->candidates->len > 0;
  line->direction = wire->local;
  line->bundled = wire->bundled;
  line->rtcp_mux = !wire->no_rtcp_mux;
  phone_media_wire_set (&line->mid, wire->mid);
  phone_media_wire_set (&line->proto, wire->proto);
  phone_media_wire_set (&line->setup, answer ? self->setup : "actpass");

  return line;
}

PhoneMediaWire *
phone_media_wire_new (void)
{
  PhoneMediaWire *self = g_new0 (PhoneMediaWire, 1);

  self->lines = g_ptr_array_new_with_free_func (phone_media_wire_line_free);
  /* RFC 8829 §5.2.1: 64 bits with the highest zero, here also good for those who read 32 signed ones. */
  self->session_id = g_strdup_printf ("%u", g_random_int_range (1, G_MAXINT32));

  return self;
}

PhoneMediaWire *
phone_media_wire_copy (const PhoneMediaWire *self)
{
  PhoneMediaWire *copy = g_memdup2 (self, sizeof *self);

  copy->lines = g_ptr_array_new_with_free_func (phone_media_wire_line_free);
  for (guint i = 0; i < self->lines->len; i++)
    g_ptr_array_add (copy->lines, phone_media_wire_line_copy (g_ptr_array_index (self->lines, i)));
  copy->local = self->local != NULL ? phone_media_sdp_copy (self->local) : NULL;
  copy->remote = self->remote != NULL ? phone_media_sdp_copy (self->remote) : NULL;
  copy->model = self->model != NULL ? phone_media_sdp_copy (self->model) : NULL;
  copy->session_id = g_strdup (self->session_id);

  return copy;
}

void
phone_media_wire_free (PhoneMediaWire *self)
{
  g_ptr_array_unref (self->lines);
  g_clear_pointer (&self->local, phone_media_sdp_free);
  g_clear_pointer (&self->remote, phone_media_sdp_free);
  g_clear_pointer (&self->model, phone_media_sdp_free);
  g_free (self->session_id);
  g_free (self);
}

/**
 * phone_media_wire_find:
 *
 * Returns: (transfer none) (nullable): the live line of this kind
 */
PhoneMediaWireLine *
phone_media_wire_find (const PhoneMediaWire *self,
                       gboolean              video)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneMediaWireLine *line = g_ptr_array_index (self->lines, i);

      if (!line->rejected && phone_media_wire_is_kind (line, video))
        return line;
    }

  return NULL;
}

PhoneMediaWireLine *
phone_media_wire_find_link (const PhoneMediaWire *self,
                            guint                 link)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneMediaWireLine *line = g_ptr_array_index (self->lines, i);

      if (line->link == (int) link)
        return line;
    }

  return NULL;
}

/**
 * phone_media_wire_count_links:
 *
 * Returns: how many lines webrtcbin has, or will have with those that were added
 */
guint
phone_media_wire_count_links (const PhoneMediaWire *self)
{
  int n_links = self->local != NULL ? (int) self->local->lines->len : 0;

  for (guint i = 0; i < self->lines->len; i++)
    n_links = MAX (n_links, ((PhoneMediaWireLine *) g_ptr_array_index (self->lines, i))->link + 1);

  return n_links;
}

PhoneMediaDirection
phone_media_wire_line_get_agreed (const PhoneMediaWireLine *self)
{
  return self == NULL || self->rejected ? PHONE_MEDIA_DIRECTION_INACTIVE
                                        : self->local & phone_media_direction_reverse (self->remote);
}

/**
 * phone_media_wire_add:
 *
 * The live line of this kind, or a new one at the end: a refused line is not used again, since a peer may have stopped what
 * was behind it.
 *
 * Returns: (transfer none): the line
 */
PhoneMediaWireLine *
phone_media_wire_add (PhoneMediaWire *self,
                      gboolean        video)
{
  PhoneMediaWireLine *line = phone_media_wire_find (self, video);
  int link;

  if (line != NULL)
    return line;

  link = phone_media_wire_take_link (self, video ? "video" : "audio");
  line = phone_media_wire_append (self, video ? "video" : "audio");
  line->mid = phone_media_wire_create_mid (self);
  line->format_text = phone_media_wire_print_formats (line->media);
  line->link = link;
  line->rejected = FALSE;
  line->bundled = self->lines->len == 1 || ((PhoneMediaWireLine *) g_ptr_array_index (self->lines, 0))->bundled
                  || self->local == NULL;

  return line;
}

/* What our line was like, or is to be if it is new. */
static PhoneMediaSdpLine *
phone_media_wire_create_model (const PhoneMediaWire     *self,
                               const PhoneMediaWireLine *wire)
{
  const PhoneMediaSdpLine *known = self->local != NULL ? phone_media_sdp_get_line (self->local, wire->link) : NULL;
  PhoneMediaSdpLine *line;

  if (known != NULL)
    return phone_media_sdp_line_copy (known);

  line = phone_media_sdp_line_new (wire->media);
  phone_media_codecs_fill (line);
  line->transport_cc_id = TRANSPORT_CC_ID;
  line->bundled = wire->bundled;

  return line;
}

/**
 * phone_media_wire_renew:
 *
 * A new webrtcbin takes over: live lines get links in wire order, and nothing is known of the old one's descriptions.
 */
void
phone_media_wire_renew (PhoneMediaWire *self)
{
  PhoneMediaSdp *model = phone_media_sdp_new ();
  int next = 0;

  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneMediaWireLine *line = g_ptr_array_index (self->lines, i);

      if (!line->rejected)
        g_ptr_array_add (model->lines, phone_media_wire_create_model (self, line));
      line->link = line->rejected ? -1 : next++;
    }
  g_clear_pointer (&self->model, phone_media_sdp_free);
  self->model = model;
  g_clear_pointer (&self->local, phone_media_sdp_free);
  g_clear_pointer (&self->remote, phone_media_sdp_free);
  self->setup = NULL;
}

/**
 * phone_media_wire_take_local:
 * @local: what create-offer or create-answer made
 * @fingerprint: (nullable): the one to write instead of what it says
 * @answer: which of them
 *
 * Returns: (transfer full): what set-local-description is to get, or %NULL: %PHONE_MEDIA_ERROR_FAILED
 */
char *
phone_media_wire_take_local (PhoneMediaWire  *self,
                             const char      *local,
                             const char      *fingerprint,
                             gboolean         answer,
                             GError         **error)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (local, error);

  if (sdp == NULL)
    return NULL;
  if (sdp->lines->len != phone_media_wire_count_links (self) || (answer && self->remote == NULL))
    {
      g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED,
                   "webrtcbin made %u media lines instead of %u", sdp->lines->len, phone_media_wire_count_links (self));
      return NULL;
    }

  if (answer && self->setup == NULL)
    self->setup = g_strcmp0 (phone_media_sdp_get_line (self->remote, 0)->setup, "active") == 0 ? "passive" : "active";

  for (guint i = 0; i < sdp->lines->len; i++)
    {
      PhoneMediaSdpLine *line = phone_media_sdp_get_line (sdp, i);
      const PhoneMediaSdpLine *known = self->local != NULL ? phone_media_sdp_get_line (self->local, i) : NULL;
      const PhoneMediaSdpLine *before = known != NULL || self->model == NULL ? known : phone_media_sdp_get_line (self->model, i);
      const PhoneMediaSdpLine *model = answer ? phone_media_sdp_get_line (self->remote, i) : before;
      const PhoneMediaWireLine *wire = phone_media_wire_find_link (self, i);

      if (model != NULL)
        {
          g_autoptr (PhoneMediaSdpLine) copy = phone_media_sdp_line_copy (model);

          g_clear_pointer (&line->formats, g_ptr_array_unref);
          line->formats = g_steal_pointer (&copy->formats);
          copy->formats = g_ptr_array_new ();
          line->transport_cc_id = model->transport_cc_id;
          line->bundled = model->bundled;
        }
      else
        {
          phone_media_codecs_fill (line);
          line->transport_cc_id = TRANSPORT_CC_ID;
          line->bundled = wire != NULL ? wire->bundled : TRUE;
        }
      if (known != NULL && line->candidates->len == 0)
        for (guint c = 0; c < known->candidates->len; c++)
          g_ptr_array_add (line->candidates, g_strdup (g_ptr_array_index (known->candidates, c)));
      line->port = 9;
      line->direction = PHONE_MEDIA_DIRECTION_BOTH;
      line->rtcp_mux = TRUE;
      line->rtcp_rsize = TRUE;
      line->bundle_only = FALSE;
      phone_media_wire_set (&line->setup, answer ? self->setup : "actpass");
      phone_media_wire_set (&line->proto, "UDP/TLS/RTP/SAVPF");
      if (fingerprint != NULL)
        phone_media_wire_set (&line->fingerprint, fingerprint);
    }

  g_clear_pointer (&self->local, phone_media_sdp_free);
  self->local = g_steal_pointer (&sdp);

  return phone_media_sdp_print (self->local);
}

/**
 * phone_media_wire_add_candidate:
 * @link: webrtcbin's line
 * @candidate: "candidate:…"
 *
 * Collects a candidate of ours for what is printed from now on.
 */
void
phone_media_wire_add_candidate (PhoneMediaWire *self,
                                guint           link,
                                const char     *candidate)
{
  PhoneMediaSdpLine *line = self->local != NULL ? phone_media_sdp_get_line (self->local, link) : NULL;
  g_auto (GStrv) parts = g_strsplit (candidate, " ", -1);

  if (line == NULL || g_strv_length (parts) < 8)
    return;
  for (guint i = 0; i < line->candidates->len; i++)
    if (g_str_equal (g_ptr_array_index (line->candidates, i), candidate))
      return;

  g_ptr_array_add (line->candidates, g_strdup (candidate));
}

/**
 * phone_media_wire_set_wishes:
 * @audio: what we want of the sound
 * @video: what we want of the picture
 * @answer: whether the peer's offer limits it (RFC 3264 §6.1)
 */
void
phone_media_wire_set_wishes (PhoneMediaWire      *self,
                             PhoneMediaDirection  audio,
                             PhoneMediaDirection  video,
                             gboolean             answer)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneMediaWireLine *line = g_ptr_array_index (self->lines, i);
      PhoneMediaDirection wish = phone_media_wire_is_kind (line, TRUE) ? video : audio;

      if (!line->rejected)
        line->local = answer ? wish & phone_media_direction_reverse (line->remote) : wish;
    }
}

/**
 * phone_media_wire_print:
 * @answer: whether it answers an offer
 *
 * Returns: (transfer full): the wire SDP, one version on (RFC 3264 §8)
 */
char *
phone_media_wire_print (PhoneMediaWire *self,
                        gboolean        answer)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_new ();

  sdp->session_id = g_strdup (self->session_id);
  sdp->version = ++self->version;
  for (guint i = 0; i < self->lines->len; i++)
    {
      const PhoneMediaWireLine *line = g_ptr_array_index (self->lines, i);

      g_ptr_array_add (sdp->lines, line->rejected ? phone_media_wire_print_rejected (line)
                                                  : phone_media_wire_print_live (self, line, answer));
    }

  return phone_media_sdp_print (sdp);
}

/**
 * phone_media_wire_take_offer:
 * @offer: wire SDP of the peer
 * @audio: whether a new line of sound is welcome
 * @video: whether a new picture is
 * @out_news: (inout): what webrtcbin has to learn
 *
 * After an error the wire is spoilt: work on a copy.
 *
 * Returns: whether some line can be answered: %PHONE_MEDIA_ERROR_BAD_DESCRIPTION, %PHONE_MEDIA_ERROR_NO_COMMON_CODEC
 */
gboolean
phone_media_wire_take_offer (PhoneMediaWire      *self,
                             const char          *offer,
                             gboolean             audio,
                             gboolean             video,
                             PhoneMediaWireNews  *out_news,
                             GError             **error)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (offer, error);
  g_autoptr (GPtrArray) feeds = g_ptr_array_new_with_free_func (phone_media_wire_feed_release);
  gboolean news = FALSE;
  int chosen[2];

  if (sdp == NULL)
    return FALSE;
  if (sdp->lines->len < self->lines->len)
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION,
                           "The new offer has lost media lines of the old one");
      return FALSE;
    }

  chosen[0] = phone_media_wire_choose_offered (self, sdp, "audio", audio);
  chosen[1] = phone_media_wire_choose_offered (self, sdp, "video", video);
  phone_media_wire_reject_others (self, chosen);
  for (guint i = 0; i < sdp->lines->len; i++)
    g_ptr_array_add (feeds, phone_media_wire_take_offered (self, i, phone_media_sdp_get_line (sdp, i),
                                                           (int) i == chosen[0] || (int) i == chosen[1]));
  if (phone_media_wire_is_empty (self))
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_COMMON_CODEC,
                           "The offer has no encrypted media in a codec known here");
      return FALSE;
    }

  if (out_news->replace || phone_media_wire_has_new_certificate (self, feeds)
      || (out_news->silent && phone_media_wire_restarts_ice (self, feeds)))
    {
      phone_media_wire_renew (self);
      out_news->replace = TRUE;
    }
  for (guint i = 0; i < feeds->len; i++)
    if (g_ptr_array_index (feeds, i) != NULL)
      news |= phone_media_wire_is_news (self, ((PhoneMediaWireLine *) g_ptr_array_index (self->lines, i))->link,
                                        g_ptr_array_index (feeds, i));
  if (!news)
    return TRUE;

  phone_media_wire_assemble (self, feeds);
  phone_media_wire_follow_bundle (self, feeds);
  phone_media_wire_set (&self->remote->session_id, sdp->session_id);
  self->remote->version = sdp->version;
  out_news->feed = phone_media_sdp_print (self->remote);

  return TRUE;
}

/**
 * phone_media_wire_take_answer:
 * @answer: wire SDP of the peer
 * @out_news: what webrtcbin has to learn, if it made the offer
 *
 * Returns: whether some line was taken: %PHONE_MEDIA_ERROR_BAD_DESCRIPTION, %PHONE_MEDIA_ERROR_NO_COMMON_CODEC
 */
gboolean
phone_media_wire_take_answer (PhoneMediaWire      *self,
                              const char          *answer,
                              PhoneMediaWireNews  *out_news,
                              GError             **error)
{
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (answer, error);
  g_autoptr (GPtrArray) feeds = g_ptr_array_new_with_free_func (phone_media_wire_feed_release);

  if (sdp == NULL)
    return FALSE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneMediaWireLine *line = g_ptr_array_index (self->lines, i);

      g_ptr_array_add (feeds, line->rejected ? NULL
                                             : phone_media_wire_take_answered (self, line, phone_media_sdp_get_line (sdp, i)));
    }
  if (phone_media_wire_is_empty (self))
    {
      g_set_error_literal (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_COMMON_CODEC,
                           "The answer takes no encrypted media in a codec known here");
      return FALSE;
    }

  for (guint i = 0; i < feeds->len && self->setup == NULL; i++)
    if (g_ptr_array_index (feeds, i) != NULL)
      self->setup = g_str_equal (((PhoneMediaSdpLine *) g_ptr_array_index (feeds, i))->setup, "passive") ? "active" : "passive";
  phone_media_wire_assemble (self, feeds);
  phone_media_wire_follow_bundle (self, feeds);
  phone_media_wire_set (&self->remote->session_id, sdp->session_id);
  self->remote->version = sdp->version;
  out_news->feed = phone_media_sdp_print (self->remote);

  return TRUE;
}

/**
 * phone_media_wire_leads_to:
 * @peer: (nullable): what a webrtcbin was told of a peer, by link index
 *
 * Forks of one call, and a peer that another device takes over, differ in ICE credentials and certificate (RFC 8839 §4.4.3).
 *
 * Returns: whether that webrtcbin speaks to the peer of @self
 */
gboolean
phone_media_wire_leads_to (const PhoneMediaWire *self,
                           const PhoneMediaSdp  *peer)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const PhoneMediaWireLine *wire = g_ptr_array_index (self->lines, i);
      const PhoneMediaSdpLine *line = wire->rejected || self->remote == NULL ? NULL : phone_media_sdp_get_line (self->remote, wire->link);
      const PhoneMediaSdpLine *known = line != NULL && peer != NULL ? phone_media_sdp_get_line (peer, wire->link) : NULL;

      if (line != NULL && (known == NULL || !phone_media_wire_has_same_credentials (line, known)
                           || g_ascii_strcasecmp (line->fingerprint, known->fingerprint) != 0))
        return FALSE;
    }

  return TRUE;
}

/**
 * phone_media_wire_abandon:
 * @offered: the copy of @self that carried the refused offer
 *
 * Returns: (transfer full) (nullable): an answer for webrtcbin; %NULL if nothing was agreed before
 */
char *
phone_media_wire_abandon (PhoneMediaWire *self,
                          PhoneMediaWire *offered)
{
  g_autoptr (GPtrArray) feeds = g_ptr_array_new ();

  self->version = offered->version;
  if (self->remote == NULL || offered->local == NULL)
    return NULL;

  phone_media_wire_assemble (offered, feeds);
  g_clear_pointer (&self->local, phone_media_sdp_free);
  g_clear_pointer (&self->remote, phone_media_sdp_free);
  self->local = g_steal_pointer (&offered->local);
  self->remote = g_steal_pointer (&offered->remote);

  return phone_media_sdp_print (self->remote);
}

void
phone_media_wire_news_clear (PhoneMediaWireNews *self)
{
  g_clear_pointer (&self->feed, g_free);
  self->replace = FALSE;
}
