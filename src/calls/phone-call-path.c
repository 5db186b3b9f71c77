/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A call outlives its network (RFC 8445 §9): when the path of its media is lost, or the telephone has moved to another address, a new
 * path is sought by a re-INVITE that restarts ICE. It carries our present Contact, so that the peer's requests find us again (RFC 3261
 * §12.2.1.1).
 *
 * While the server is away the wish for a path waits. A path that is lost, or given up for a new one, gives the call a limit; what is
 * refused or fails within it is tried again. Until then a refusal does nothing: the old path may be as good as ever. */
#include "config.h"
#include "phone-call-private.h"

/* Beyond a request that nobody answers, so that there is time for another one. */
#define LIMIT_MILLISECONDS (PHONE_SIP_TIMER_64_T1 + 13000)
#define PAUSE_MILLISECONDS 2000

static void
phone_call_path_set_reconnecting (PhoneCall *self,
                                  gboolean   reconnecting)
{
  if (self->reconnecting == !!reconnecting)
    return;

  self->reconnecting = !!reconnecting;
  phone_call_notify (self, PHONE_CALL_PROP_RECONNECTING);
}

static void
phone_call_path_limit_cb (gpointer data)
{
  PhoneCall *self = data;
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE, "No new path to the other side was found");

  self->path_limit = 0;
  phone_call_path_release (self);
  phone_call_fail_media (self, error, NULL);
}

static void
phone_call_path_set_limit (PhoneCall *self)
{
  if (self->path_limit == 0)
    self->path_limit = phone_sip_clock_add (self->clock, LIMIT_MILLISECONDS, phone_call_path_limit_cb, self);
}

static void
phone_call_path_seek (PhoneCall *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  self->wish.path = TRUE;
  phone_call_path_set_reconnecting (self, TRUE);
  phone_call_modify_kick (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_call_path_pause_cb (gpointer data)
{
  PhoneCall *self = data;

  self->path_pause = 0;
  phone_call_path_seek (self);
}

static void
phone_call_path_pause (PhoneCall *self)
{
  if (self->path_pause == 0)
    self->path_pause = phone_sip_clock_add (self->clock, PAUSE_MILLISECONDS, phone_call_path_pause_cb, self);
}

/* There is none any more, or the new one leads nowhere. FALSE: there never was one. */
gboolean
phone_call_path_lost (PhoneCall *self)
{
  if (self->state != PHONE_CALL_STATE_ACTIVE || !self->had_path)
    return FALSE;

  if (self->path_limit != 0)
    {
      phone_call_path_pause (self);
      return TRUE;
    }

  phone_call_path_set_limit (self);
  phone_call_path_seek (self);

  return TRUE;
}

/* The telephone has another address than before. */
void
phone_call_path_moved (PhoneCall *self)
{
  if (self->state == PHONE_CALL_STATE_ACTIVE && self->had_path)
    phone_call_path_seek (self);
}

/* The media are connected. */
void
phone_call_path_found (PhoneCall *self)
{
  self->had_path = TRUE;
  phone_call_path_release (self);
}

/* Offer and answer of whichever side have crossed: the path that they lead to is tried now. */
void
phone_call_path_tried (PhoneCall *self)
{
  gboolean connected;

  self->asked.path = FALSE;
  if (!self->reconnecting || phone_media_session_needs_restart (self->media))
    return;

  g_object_get (self->media, "connected", &connected, NULL);
  if (connected)
    {
      if (!self->wish.path)
        phone_call_path_found (self);
      return;
    }

  self->wish.path = FALSE;
  phone_sip_clock_clear (self->clock, &self->path_pause);
  phone_call_path_set_limit (self);
}

/* The peer did not take the offer of a new one, or did not hear it. */
void
phone_call_path_refused (PhoneCall *self)
{
  if (self->path_limit != 0)
    phone_call_path_pause (self);
  else if (!self->wish.path)
    phone_call_path_release (self);
}

/* Nothing is sought any more. */
void
phone_call_path_release (PhoneCall *self)
{
  phone_sip_clock_clear (self->clock, &self->path_limit);
  phone_sip_clock_clear (self->clock, &self->path_pause);
  self->wish.path = FALSE;
  phone_call_path_set_reconnecting (self, FALSE);
}
