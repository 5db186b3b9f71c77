/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a path counts as lost. libnice asks the peer every five seconds (RFC 7675 §5.1) and gives a path up after fifty without an
 * answer, or after ten if it minds the peer's consent: one question lost may be enough then, too little to break off a conversation
 * that goes on. So it minds while nothing else comes by the path either, which makes ten to fourteen seconds for one that is dead, well
 * within the thirty of RFC 7675. Sound and pictures come all the time, and on hold reports of reception (RFC 3550 §6.2) at most seven
 * and a half seconds apart. Who sends neither for long has the fifty again, as some question of so many is lost on a good path too. */
#include "config.h"
#include "phone-media-link-private.h"

#define SILENT_SECONDS     3
#define SUSPICIOUS_SECONDS 8
#define QUIET_SECONDS      30

/* The agent wants to be told when it is made, and webrtcbin makes it; but it reads the wish at each question, and what stores the wish
 * stores it later too. */
static void
phone_media_link_mind_consent (PhoneMediaLink *self,
                               gboolean        mind)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self->agent), "consent-freshness");
  g_auto (GValue) value = G_VALUE_INIT;

  if (pspec == NULL || self->mindful == mind)
    return;

  self->mindful = mind;
  g_value_init (&value, G_TYPE_BOOLEAN);
  g_value_set_boolean (&value, mind);
  G_OBJECT_GET_CLASS (self->agent)->set_property (self->agent, pspec->param_id, &value, pspec);
}

/**
 * phone_media_link_listen:
 *
 * A second has passed.
 */
void
phone_media_link_listen (PhoneMediaLink *self)
{
  guint arrived = phone_media_counter_get (self->arrived);

  self->silence = arrived == self->heard ? self->silence + 1 : 0;
  self->heard = arrived;
  phone_media_link_mind_consent (self, self->silence >= SUSPICIOUS_SECONDS && self->silence < QUIET_SECONDS);
}

gboolean
phone_media_link_is_silent (PhoneMediaLink *self)
{
  return self->silence >= SILENT_SECONDS;
}

static gboolean
phone_media_link_listen_cb (gpointer data)
{
  phone_media_link_listen (data);

  return G_SOURCE_CONTINUE;
}

void
phone_media_link_start_listening (PhoneMediaLink *self)
{
  gboolean minds = TRUE;

  if (self->agent != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (self->agent), "consent-freshness") != NULL)
    g_object_get (self->agent, "consent-freshness", &minds, NULL);
  if (!minds && self->listen_id == 0)
    self->listen_id = g_timeout_add_seconds (1, phone_media_link_listen_cb, self);
}
