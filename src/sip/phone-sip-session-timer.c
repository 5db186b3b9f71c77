/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Session timers (RFC 4028): a call that nobody refreshes is over, so that a peer that vanished does not hold it for ever. Both
 * sides agree in INVITE, UPDATE and their 2xx on an interval and on who refreshes; the refresher sends UPDATE (or the same offer
 * again) at half of it, the other side waits a tenth longer than the whole. A refresh that finds the session busy, or the
 * server away, is tried again soon: one missed instant must not cost the call. */
#include "config.h"
#include "phone-sip-session.h"

#include <stdlib.h>
#include <string.h>

#include "phone-sip-session-private.h"

#define BUSY_WAIT   1000        /* ms */
#define FAILED_WAIT 5000        /* ms */
#define MAX_EXPIRES 86400       /* s */

static gboolean
phone_sip_session_timers_wanted (PhoneSipSession *self)
{
  return phone_sip_agent_get_config (self->agent)->session_timers;
}

/* "90;refresher=uac" → 90 and "uac"; 0 without the header. */
static guint
phone_sip_session_read_expires (PhoneSipMessage *message,
                                gboolean        *out_uac,
                                gboolean        *out_uas)
{
  const char *value = phone_sip_message_get_header (message, PHONE_SIP_HEADER_SESSION_EXPIRES);

  *out_uac = *out_uas = FALSE;
  if (value == NULL)
    return 0;

  for (const char *part = strchr (value, ';'); part != NULL; part = strchr (part, ';'))
    {
      part += 1 + strspn (part + 1, " \t");
      *out_uac |= g_ascii_strncasecmp (part, "refresher=uac", 13) == 0;
      *out_uas |= g_ascii_strncasecmp (part, "refresher=uas", 13) == 0;
    }

  return (guint) CLAMP (g_ascii_strtoll (value, NULL, 10), 0, MAX_EXPIRES);
}

static void
phone_sip_session_refresh_cb (gpointer data)
{
  PhoneSipSession *self = data;
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  self->refresh_timer = 0;
  if (!phone_sip_session_refresh (self))
    self->refresh_timer = phone_sip_clock_add (phone_sip_agent_get_clock (self->agent), BUSY_WAIT, phone_sip_session_refresh_cb, self);
}

static void
phone_sip_session_expired_cb (gpointer data)
{
  static const PhoneSipTerminateOptions options = { .status = 408, .reason = "Session Timer Expired", .cause = PHONE_SIP_CAUSE_REQUEST_TIMEOUT };
  PhoneSipSession *self = data;
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  self->expiry_timer = 0;
  phone_sip_session_terminate (self, &options, NULL);
}

void
phone_sip_session_refresh_failed (PhoneSipSession *self)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_clock_clear (clock, &self->refresh_timer);
  self->refresh_timer = phone_sip_clock_add (clock, FAILED_WAIT, phone_sip_session_refresh_cb, self);
}

void
phone_sip_session_offer_timer (PhoneSipSession *self,
                               PhoneSipRequest *request)
{
  gboolean first = self->dialog == NULL;
  guint expires = self->session_expires != 0 ? self->session_expires : self->offered_expires;
  const char *refresher = "";
  g_autofree char *value = NULL;

  if (!phone_sip_session_timers_wanted (self) || expires == 0)
    return;

  if (first)
    refresher = phone_sip_agent_get_config (self->agent)->session_timers_force_refresher ? ";refresher=uac" : "";
  else
    refresher = self->refresher ? ";refresher=uac" : ";refresher=uas";

  value = g_strdup_printf ("%u%s", MAX (expires, self->min_se), refresher);
  phone_sip_request_set_header (request, "Session-Expires", value);
  if (self->min_se != 0)
    {
      g_autofree char *min_se = g_strdup_printf ("%u", self->min_se);

      phone_sip_request_set_header (request, "Min-SE", min_se);
    }
}

/* RFC 4028 §7.2; without an answer about timers we refresh for ourselves, as JsSIP does. */
void
phone_sip_session_agree_timer_uac (PhoneSipSession *self,
                                   PhoneSipMessage *response)
{
  gboolean uac, uas;
  guint expires = phone_sip_session_read_expires (response, &uac, &uas);

  if (phone_sip_message_get_header (response, PHONE_SIP_HEADER_ALLOW) != NULL)
    self->peer_updates = phone_sip_message_has_token (response, PHONE_SIP_HEADER_ALLOW, "UPDATE");
  if (!phone_sip_session_timers_wanted (self))
    return;

  if (expires >= PHONE_SIP_SESSION_MIN_EXPIRES)
    {
      self->session_expires = expires;
      self->refresher = !uas;
    }
  else
    {
      self->session_expires = MAX (self->offered_expires, self->min_se);
      self->refresher = TRUE;
    }
}

void
phone_sip_session_agree_timer_uas (PhoneSipSession        *self,
                                   PhoneSipMessage        *request,
                                   PhoneSipMessageBuilder *builder)
{
  gboolean uac, uas;
  guint expires = phone_sip_session_read_expires (request, &uac, &uas);
  gboolean supported = phone_sip_message_has_token (request, PHONE_SIP_HEADER_SUPPORTED, "timer");
  guint32 minimum = 0;

  if (!phone_sip_session_timers_wanted (self))
    return;

  phone_sip_message_get_uint (request, PHONE_SIP_HEADER_MIN_SE, &minimum);
  if (expires >= PHONE_SIP_SESSION_MIN_EXPIRES)
    self->session_expires = expires;
  else
    self->session_expires = MAX (self->offered_expires != 0 ? self->offered_expires : PHONE_SIP_SESSION_EXPIRES, MIN (minimum, MAX_EXPIRES));
  self->refresher = !(uac && supported);

  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_SESSION_EXPIRES, "%u;refresher=%s",
                                        self->session_expires, self->refresher ? "uas" : "uac");
  if (supported)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_REQUIRE, "timer");
}

gboolean
phone_sip_session_refuse_timer (PhoneSipSession           *self,
                                PhoneSipServerTransaction *transaction)
{
  static const char * const lines[] = { "Min-SE: " G_STRINGIFY (PHONE_SIP_SESSION_MIN_SE), NULL };
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  gboolean uac, uas;
  guint expires = phone_sip_session_read_expires (request, &uac, &uas);

  if (!phone_sip_session_timers_wanted (self) || expires == 0 || expires >= PHONE_SIP_SESSION_MIN_EXPIRES ||
      !phone_sip_message_has_token (request, PHONE_SIP_HEADER_SUPPORTED, "timer"))
    return FALSE;

  phone_sip_server_transaction_reply (transaction, 422, NULL, lines);

  return TRUE;
}

void
phone_sip_session_start_timer (PhoneSipSession *self)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_session_stop_timer (self);
  if (self->session_expires == 0 || !phone_sip_session_is_established (self))
    return;

  self->expiry_timer = phone_sip_clock_add (clock, self->session_expires * 1100, phone_sip_session_expired_cb, self);
  if (self->refresher)
    self->refresh_timer = phone_sip_clock_add (clock, self->session_expires * 500, phone_sip_session_refresh_cb, self);
}

void
phone_sip_session_stop_timer (PhoneSipSession *self)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_clock_clear (clock, &self->refresh_timer);
  phone_sip_clock_clear (clock, &self->expiry_timer);
}
