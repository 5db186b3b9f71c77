/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tone a telephone makes. It is never started or stopped by an event but read off all calls after each change, so that
 * ringing stops in every case. Only the busy tone follows an event, and it ends by itself. */
#include "config.h"
#include "phone-switchboard-internal.h"

static gboolean
phone_switchboard_is_talking (PhoneCall *call)
{
  const PhoneCallState state = phone_call_get_state (call);

  return state == PHONE_CALL_STATE_ACTIVE || state == PHONE_CALL_STATE_CONFIRMING || state == PHONE_CALL_STATE_ANSWERING
    || state == PHONE_CALL_STATE_DIALING || state == PHONE_CALL_STATE_RINGING;
}

static PhoneMediaToneKind
phone_switchboard_find_tone (PhoneSwitchboard *self)
{
  gboolean incoming = FALSE;
  gboolean ringback = FALSE;
  gboolean talking = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      incoming |= phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING && !phone_call_is_replacement (call);
      ringback |= phone_call_get_state (call) == PHONE_CALL_STATE_RINGING && !phone_call_has_early_media (call);
      talking |= phone_switchboard_is_talking (call);
    }

  if (incoming && !self->silenced)
    return talking ? PHONE_MEDIA_TONE_WAITING : PHONE_MEDIA_TONE_RING;

  return ringback ? PHONE_MEDIA_TONE_RINGBACK : PHONE_MEDIA_TONE_NONE;
}

static gboolean
phone_switchboard_has_live_call (PhoneSwitchboard *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i++)
    {
      g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

      if (phone_call_get_state (call) != PHONE_CALL_STATE_ENDED)
        return TRUE;
    }

  return FALSE;
}

void
phone_switchboard_update_tone (PhoneSwitchboard *self)
{
  PhoneMediaToneKind wanted = phone_switchboard_find_tone (self);

  if (self->tone_kind == wanted && !(self->busy_tone && phone_switchboard_has_live_call (self)))
    return;

  self->tone_kind = wanted;
  self->busy_tone = FALSE;
  if (self->parts.tone == NULL)
    return;

  if (wanted == PHONE_MEDIA_TONE_NONE)
    phone_media_tone_stop (self->parts.tone);
  else
    phone_media_tone_play (self->parts.tone, wanted);
}

static gboolean
phone_switchboard_deserves_busy_tone (PhoneCall *call)
{
  const PhoneCallEndReason reason = phone_call_get_end_reason (call);

  return phone_call_get_direction (call) == PHONE_CALL_OUTGOING && phone_call_get_start_time (call) == 0
    && phone_call_get_originator (call) != PHONE_CALL_ORIGINATOR_LOCAL
    && reason != PHONE_CALL_END_CANCELLED && reason != PHONE_CALL_END_REDIRECTED;
}

/* An outgoing call that came to nothing is heard, if nothing else is. */
void
phone_switchboard_play_end (PhoneSwitchboard *self,
                            PhoneCall        *call)
{
  if (self->parts.tone == NULL || self->tone_kind != PHONE_MEDIA_TONE_NONE
      || phone_switchboard_has_live_call (self) || !phone_switchboard_deserves_busy_tone (call))
    return;

  self->busy_tone = TRUE;
  phone_media_tone_play (self->parts.tone, PHONE_MEDIA_TONE_BUSY);
}

/**
 * phone_switchboard_silence:
 *
 * Stops ringing without answering. The next call rings again.
 */
void
phone_switchboard_silence (PhoneSwitchboard *self)
{
  g_return_if_fail (PHONE_IS_SWITCHBOARD (self));

  self->silenced = TRUE;
  phone_switchboard_update_tone (self);
}

/**
 * phone_switchboard_play_key:
 *
 * The short sound of a dial-pad key.
 */
void
phone_switchboard_play_key (PhoneSwitchboard *self,
                            char              key)
{
  g_return_if_fail (PHONE_IS_SWITCHBOARD (self));

  if (self->parts.tone)
    phone_media_tone_play_key (self->parts.tone, key);
}

/**
 * phone_switchboard_is_ringing:
 *
 * Returns: whether an incoming call is heard
 */
gboolean
phone_switchboard_is_ringing (PhoneSwitchboard *self)
{
  g_return_val_if_fail (PHONE_IS_SWITCHBOARD (self), FALSE);

  return self->tone_kind == PHONE_MEDIA_TONE_RING || self->tone_kind == PHONE_MEDIA_TONE_WAITING;
}
