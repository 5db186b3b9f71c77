/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two SDP layers. webrtcbin 1.22 is good at one offer and answer and at added m-lines, and bad at all else that a re-INVITE does:
 * it refuses changed directions, answers refused lines as if they lived, always wants to be the DTLS client, copies the peer's
 * o= line, and cannot go back. So it is fed a peer without moods: every line sendrecv, with a mid, never refused, only codecs that
 * we speak; and what SIP carries is written here from the same values. A wire line and webrtcbin's line (its "link") are matched
 * by index, so that lines we do not take (a data channel, a second picture) never reach webrtcbin, and a picture that moves to
 * another line stays where it was. Values in, values out. */
#include "config.h"
#include "phone-media-wire-private.h"

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

PhoneMediaWireLine *
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

void
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
int
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

static gboolean
phone_media_wire_is_kind (const PhoneMediaWireLine *line,
                          gboolean                  video)
{
  return g_str_equal (line->media, video ? "video" : "audio");
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
