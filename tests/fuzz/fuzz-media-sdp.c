/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Descriptions, one after another with a line "=" between: offers of a peer, each answered, and at last an answer to an offer of
 * ours. Whatever they say, what we print reads the same again and webrtcbin gets whole lines only. */

#include "config.h"
#include "fuzz.h"

#include <string.h>

#include "phone-media-wire.h"

/* What webrtcbin would make of what it was fed. */
static char *
create_local (const PhoneMediaWire *wire,
              gboolean              answer)
{
  GString *text = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  guint n_links = phone_media_wire_count_links (wire);

  for (guint link = 0; link < n_links; link++)
    {
      const PhoneMediaWireLine *line = phone_media_wire_find_link (wire, link);
      const PhoneMediaSdpLine *remote = wire->remote != NULL ? phone_media_sdp_get_line (wire->remote, link) : NULL;
      const PhoneMediaSdpLine *local = wire->local != NULL ? phone_media_sdp_get_line (wire->local, link) : NULL;
      const char *media = local != NULL ? local->media : line->media;

      if (answer && (remote == NULL || remote->mid == NULL || remote->ufrag == NULL || remote->formats->len == 0))
        fuzz_fail ("webrtcbin is fed half a line");
      g_string_append_printf (text, "m=%s 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:%s\r\na=ice-ufrag:ours\r\na=ice-pwd:ourpasswordourpassword\r\n"
                              "a=fingerprint:sha-256 00:11\r\na=setup:active\r\n", media, answer ? remote->mid : line != NULL && line->mid != NULL ? line->mid : "x");
    }

  return g_string_free (text, FALSE);
}

static void
check_print (PhoneMediaWire *wire,
             gboolean        answer)
{
  g_autofree char *text = phone_media_wire_print (wire, answer);
  g_autoptr (PhoneMediaSdp) sdp = phone_media_sdp_parse (text, NULL);
  g_autofree char *again = sdp != NULL ? phone_media_sdp_print (sdp) : NULL;
  g_autoptr (PhoneMediaSdp) second = again != NULL ? phone_media_sdp_parse (again, NULL) : NULL;
  g_autofree char *third = second != NULL ? phone_media_sdp_print (second) : NULL;

  if (sdp == NULL || sdp->lines->len != wire->lines->len)
    fuzz_fail ("our own description cannot be read again:\n%s", text);
  /* Reading fills in the names of static payload types, once. */
  if (g_strcmp0 (again, third) != 0)
    fuzz_fail ("our own description\n%s\nbecame\n%s", again, third);
}

static PhoneMediaWire *
answer_offer (PhoneMediaWire *wire,
              const char     *offer)
{
  g_autoptr (PhoneMediaWire) next = phone_media_wire_copy (wire);
  g_auto (PhoneMediaWireNews) news = { 0 };

  if (!phone_media_wire_take_offer (next, offer, TRUE, TRUE, &news, NULL))
    return phone_media_wire_copy (wire);

  if (news.feed != NULL)
    {
      g_autofree char *local = create_local (next, TRUE);
      g_autofree char *feed = phone_media_wire_take_local (next, local, NULL, TRUE, NULL);

      if (feed == NULL)
        fuzz_fail ("what webrtcbin made is refused:\n%s", local);
    }
  phone_media_wire_set_wishes (next, PHONE_MEDIA_DIRECTION_BOTH, PHONE_MEDIA_DIRECTION_BOTH, TRUE);
  check_print (next, TRUE);

  return g_steal_pointer (&next);
}

static void
offer_and_take (PhoneMediaWire *wire,
                const char     *answer)
{
  g_auto (PhoneMediaWireNews) news = { 0 };
  g_autofree char *local = NULL;
  g_autofree char *feed = NULL;

  phone_media_wire_add (wire, FALSE);
  phone_media_wire_add (wire, TRUE);
  local = create_local (wire, FALSE);
  feed = phone_media_wire_take_local (wire, local, NULL, FALSE, NULL);
  if (feed == NULL)
    fuzz_fail ("what webrtcbin made is refused:\n%s", local);
  phone_media_wire_add_candidate (wire, 0, "candidate:1 1 UDP 2015364095 127.0.0.1 5000 typ host");
  phone_media_wire_set_wishes (wire, PHONE_MEDIA_DIRECTION_BOTH, PHONE_MEDIA_DIRECTION_BOTH, FALSE);
  check_print (wire, FALSE);
  if (phone_media_wire_take_answer (wire, answer, &news, NULL))
    check_print (wire, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         length)
{
  g_autofree char *text = g_strndup ((const char *) bytes, length);
  g_auto (GStrv) parts = g_strsplit (text, "\n=\n", 6);
  g_autoptr (PhoneMediaWire) wire = phone_media_wire_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    {
      PhoneMediaWire *next;

      phone_media_sdp_get_direction (parts[i], TRUE);
      if (parts[i + 1] == NULL)
        {
          offer_and_take (wire, parts[i]);
          break;
        }
      next = answer_offer (wire, parts[i]);
      phone_media_wire_free (wire);
      wire = next;
    }

  return 0;
}
