/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The peer's half of the wire: its offers and answers taken in, and what webrtcbin is fed of them. */
#include "config.h"
#include "phone-media-wire-private.h"

#include <string.h>

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

const PhoneMediaSdpLine *
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
