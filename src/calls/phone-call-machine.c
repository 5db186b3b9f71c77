/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The third of the three machines of a call, after the transaction and the session: what a telephone does with what SIP, media
 * and the person say. The session below hides that CANCEL waits for a provisional response, that BYE waits for the ACK, and that
 * a 200 which crosses our CANCEL gets its ACK and a BYE (RFC 3261 §9.1, §15): here all of it is ENDING.
 *
 * ACTIVE means that the ACK is here (or went out), not that somebody pressed a button. Each end of a call that has a session on
 * the wire goes through ENDING, so that ENDED is reached by one way only: the session's last word, or the guard. */
#include "config.h"
#include "phone-call-private.h"

#include "phone-sip-machine.h"

/* No step may take for ever. The times are beyond what the media session (gathering) and the transactions (64 × T1) allow themselves. */
static const guint limits[PHONE_CALL_STATE_ENDED + 1] = {
  [PHONE_CALL_STATE_PREPARING] = 20000,
  [PHONE_CALL_STATE_ANSWERING] = 20000,
  [PHONE_CALL_STATE_ENDING]    = PHONE_SIP_TIMER_64_T1 + 2000,
};

/* A person said no: every telephone of theirs falls silent and the caller hears that it was declined (RFC 3261 §21.6.2). */
#define DEFAULT_REFUSAL 603

static const char *
phone_call_failed_event (PhoneCall *self)
{
  return self->accepted ? "ended" : "failed";
}

static GVariant *
phone_call_describe_end (PhoneCall *self)
{
  static const char * const originators[] = { "local", "remote", "system" };

  return g_variant_new_parsed ("{'originator': <%s>, 'cause': <%s>, 'status-code': <%u>}",
                               originators[self->originator], phone_call_get_end_cause (self), self->status_code);
}

static void
phone_call_release (PhoneCall *self)
{
  phone_call_record_end (self, PHONE_CALL_ORIGINATOR_LOCAL,
                         self->wanted_reason != PHONE_CALL_END_NONE ? self->wanted_reason : PHONE_CALL_END_CANCELLED,
                         self->wanted_status, self->wanted_cause ? self->wanted_cause : PHONE_SIP_CAUSE_CANCELED);

  phone_sip_clock_clear (self->clock, &self->guard);
  phone_sip_clock_clear (self->clock, &self->modify_retry);
  phone_sip_clock_clear (self->clock, &self->media_guard);
  phone_call_path_release (self);
  phone_call_stats_release (self);
  phone_call_dtmf_release (self);
  phone_call_transfer_release (self);
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->session, self);
  if (!phone_sip_session_is_ended (self->session))
    phone_sip_session_terminate (self->session, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->media, self);
  phone_media_session_close (self->media);

  self->end_time = g_get_real_time () / 1000;
  phone_call_set_busy (self);
  phone_call_notify (self, PHONE_CALL_PROP_END_TIME);
  phone_call_emit_event (self, phone_call_failed_event (self), phone_call_describe_end (self));
  if (self->failure_event)
    phone_call_emit_event (self, self->failure_event, NULL);
}

static void
phone_call_terminate (PhoneCall *self)
{
  PhoneSipTerminateOptions options = {
    .status = self->wanted_status,
    .reason = self->wanted_phrase,
    .cause = self->wanted_cause,
    .extra_headers = (const char * const *) self->wanted_headers,
    .content_type = self->wanted_content_type,
    .body = self->wanted_body,
  };
  g_autoptr (GError) error = NULL;

  if (phone_sip_session_terminate (self->session, &options, &error))
    return;

  g_debug ("Ending call %s: %s", self->id, error->message);
  if (!phone_sip_session_is_ended (self->session))
    phone_sip_session_terminate (self->session, NULL, NULL);
  if (phone_sip_session_is_ended (self->session))
    phone_call_dispatch (self, PHONE_CALL_EVENT_SESSION_GONE);
}

static void
phone_call_reject (PhoneCall *self)
{
  if (self->wanted_status == 0)
    self->wanted_status = DEFAULT_REFUSAL;
  phone_call_terminate (self);
}

static void
phone_call_cancel (PhoneCall *self)
{
  phone_call_terminate (self);
}

static void
phone_call_bye (PhoneCall *self)
{
  phone_call_terminate (self);
}

static void
phone_call_fail_signalling (PhoneCall    *self,
                            const GError *error)
{
  g_debug ("Call %s: %s", self->id, error->message);
  phone_call_record_end (self, PHONE_CALL_ORIGINATOR_SYSTEM, PHONE_CALL_END_CONNECTION, 0, PHONE_SIP_CAUSE_CONNECTION_ERROR);
  phone_call_dispatch (self, PHONE_CALL_EVENT_SESSION_GONE);
}

static void
phone_call_send_invite (PhoneCall *self)
{
  PhoneSipConnectOptions options = {
    .extra_headers = (const char * const *) self->extra_headers,
    .from_user = self->from_user,
    .from_display_name = self->from_display_name,
    .replaces = self->replaces,
    .session_expires = self->session_expires,
    .anonymous = self->anonymous,
  };
  g_autoptr (GError) error = NULL;

  if (!phone_sip_session_connect (self->session, self->local_sdp, &options, &error) && !phone_call_is_over (self))
    phone_call_fail_signalling (self, error);
}

static void
phone_call_alert (PhoneCall *self)
{
  g_autoptr (GError) error = NULL;

  if (!phone_sip_session_ring (self->session, NULL, &error) && !phone_call_is_over (self))
    phone_call_fail_signalling (self, error);
}

static void
phone_call_send_200 (PhoneCall *self)
{
  g_autoptr (GError) error = NULL;

  self->phase = self->empty_invite ? PHONE_CALL_MEDIA_OFFERED : PHONE_CALL_MEDIA_IDLE;
  if (!phone_sip_session_accept (self->session, self->local_sdp, self->session_expires,
                                 (const char * const *) self->extra_headers, &error))
    {
      if (!phone_call_is_over (self))
        phone_call_fail_signalling (self, error);
      return;
    }
  if (!self->empty_invite)
    phone_call_agree (self, TRUE);
}

static void
phone_call_begin (PhoneCall *self)
{
  if (self->start_time != 0)
    return;

  self->start_time = g_get_real_time () / 1000;
  phone_call_notify (self, PHONE_CALL_PROP_START_TIME);
}

static void
phone_call_connect (PhoneCall *self)
{
  phone_call_begin (self);
  phone_call_apply_answer (self);
}

static void
phone_call_start_clock (PhoneCall *self)
{
  phone_call_begin (self);
  phone_call_modify_kick (self);
}

#define CELL(state, event) [PHONE_CALL_STATE_##state * PHONE_CALL_N_EVENTS + PHONE_CALL_EVENT_##event]
#define TO(state, action) PHONE_SIP_GO (PHONE_CALL_STATE_##state, phone_call_##action)
#define STAY(state)       PHONE_SIP_GO_ONLY (PHONE_CALL_STATE_##state)

static const PhoneSipTransition cells[(PHONE_CALL_STATE_ENDED + 1) * PHONE_CALL_N_EVENTS] = {
  CELL (NEW, DIAL)                = TO (PREPARING, start_offer),
  CELL (NEW, INVITED)             = TO (INCOMING, alert),
  CELL (NEW, HANG_UP)             = TO (ENDED, release),
  CELL (NEW, REMOTE_END)          = TO (ENDED, release),
  CELL (NEW, SESSION_GONE)        = TO (ENDED, release),

  CELL (PREPARING, OFFER_READY)   = TO (DIALING, send_invite),
  CELL (PREPARING, HANG_UP)       = TO (ENDED, release),
  CELL (PREPARING, MEDIA_FAILED)  = TO (ENDED, release),
  CELL (PREPARING, TIMEOUT)       = TO (ENDED, release),
  CELL (PREPARING, SESSION_GONE)  = TO (ENDED, release),

  CELL (DIALING, PROGRESS)        = STAY (RINGING),
  CELL (DIALING, ANSWERED)        = TO (ACTIVE, connect),
  CELL (DIALING, HANG_UP)         = TO (ENDING, cancel),
  CELL (DIALING, REMOTE_END)      = TO (ENDED, release),
  CELL (DIALING, MEDIA_FAILED)    = TO (ENDING, cancel),
  CELL (DIALING, SESSION_GONE)    = TO (ENDED, release),

  CELL (RINGING, PROGRESS)        = STAY (RINGING),
  CELL (RINGING, ANSWERED)        = TO (ACTIVE, connect),
  CELL (RINGING, HANG_UP)         = TO (ENDING, cancel),
  CELL (RINGING, REMOTE_END)      = TO (ENDED, release),
  CELL (RINGING, MEDIA_FAILED)    = TO (ENDING, cancel),
  CELL (RINGING, SESSION_GONE)    = TO (ENDED, release),

  CELL (INCOMING, ACCEPT)         = TO (ANSWERING, start_answer),
  CELL (INCOMING, HANG_UP)        = TO (ENDING, reject),
  CELL (INCOMING, REMOTE_END)     = TO (ENDED, release),
  CELL (INCOMING, MEDIA_FAILED)   = TO (ENDING, reject),
  CELL (INCOMING, SESSION_GONE)   = TO (ENDED, release),

  CELL (ANSWERING, ANSWER_READY)  = TO (CONFIRMING, send_200),
  CELL (ANSWERING, HANG_UP)       = TO (ENDING, reject),
  CELL (ANSWERING, REMOTE_END)    = TO (ENDED, release),
  CELL (ANSWERING, MEDIA_FAILED)  = TO (ENDING, reject),
  CELL (ANSWERING, TIMEOUT)       = TO (ENDING, reject),
  CELL (ANSWERING, SESSION_GONE)  = TO (ENDED, release),

  CELL (CONFIRMING, CONFIRMED)    = TO (ACTIVE, start_clock),
  CELL (CONFIRMING, HANG_UP)      = TO (ENDING, bye),
  CELL (CONFIRMING, REMOTE_END)   = TO (ENDED, release),
  CELL (CONFIRMING, MEDIA_FAILED) = TO (ENDING, bye),
  CELL (CONFIRMING, SESSION_GONE) = TO (ENDED, release),

  CELL (ACTIVE, HANG_UP)          = TO (ENDING, bye),
  CELL (ACTIVE, REMOTE_END)       = TO (ENDED, release),
  CELL (ACTIVE, MEDIA_FAILED)     = TO (ENDING, bye),
  CELL (ACTIVE, SESSION_GONE)     = TO (ENDED, release),

  CELL (ENDING, ANSWERED)         = STAY (ENDING),
  CELL (ENDING, REMOTE_END)       = TO (ENDED, release),
  CELL (ENDING, TIMEOUT)          = TO (ENDED, release),
  CELL (ENDING, SESSION_GONE)     = TO (ENDED, release),
};

static const char * const states[] = {
  "new", "preparing", "dialing", "ringing", "incoming", "answering", "confirming", "active", "ending", "ended",
};

static const char * const events[] = {
  "dial", "invited", "offer-ready", "progress", "answered", "accept", "answer-ready", "confirmed", "hang-up", "remote-end",
  "media-failed", "timeout", "session-gone",
};

static const PhoneSipMachine machine = {
  .prefix = "phone_call_",
  .states = states, .n_states = G_N_ELEMENTS (states),
  .events = events, .n_events = G_N_ELEMENTS (events),
  .cells = cells,
};

static void
phone_call_guard_cb (gpointer data)
{
  PhoneCall *self = data;

  self->guard = 0;
  if (self->state != PHONE_CALL_STATE_ENDING)
    {
      self->wanted_reason = PHONE_CALL_END_TIMEOUT;
      self->wanted_status = self->state == PHONE_CALL_STATE_ANSWERING ? 480 : 0;
      g_free (self->wanted_cause);
      self->wanted_cause = g_strdup (PHONE_SIP_CAUSE_WEBRTC_ERROR);
    }
  phone_call_dispatch (self, PHONE_CALL_EVENT_TIMEOUT);
}

/* The state has moved before the action runs, and listeners hear of it last: whoever calls back finds finished work. */
void
phone_call_dispatch (PhoneCall      *self,
                     PhoneCallEvent  event)
{
  const PhoneSipTransition *cell = phone_sip_machine_look_up (&machine, self->state, event);
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  PhoneCallState next;

  if (cell == NULL)
    {
      g_debug ("Call %s: %s means nothing when %s", self->id, events[event], states[self->state]);
      return;
    }

  g_object_freeze_notify (G_OBJECT (self));
  next = (PhoneCallState) (cell->next - 1);
  if (next != self->state)
    {
      phone_sip_clock_clear (self->clock, &self->guard);
      self->state = next;
      if (limits[next] != 0)
        self->guard = phone_sip_clock_add (self->clock, limits[next], phone_call_guard_cb, self);
      phone_call_notify (self, PHONE_CALL_PROP_STATE);
    }
  if (cell->action)
    ((void (*) (PhoneCall *)) cell->action) (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* The table as text, for the test that compares it. */
char *
phone_call_machine_to_string (void)
{
  return phone_sip_machine_to_string (&machine);
}
