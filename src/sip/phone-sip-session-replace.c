/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An INVITE that wants the place of a call of ours (RFC 3891). The dialog is found by Call-ID and both tags; an unknown one is 481, one
 * that is over 603, one that is not up 403, and one that is up although only an early one was meant 486. Whoever owns the old
 * session decides; it keeps its dialog until the new one is confirmed. */
#include "config.h"
#include "phone-sip-session.h"

#include "phone-sip-session-private.h"

PhoneSipSession *
phone_sip_session_find_replaced (PhoneSipAgent *agent,
                                 const char    *replaces,
                                 guint         *out_status)
{
  g_auto(GStrv) parts = g_strsplit (replaces, ";", 16);
  const char *to_tag = NULL;
  const char *from_tag = NULL;
  gboolean early_only = FALSE;
  PhoneSipSession *session;

  *out_status = 400;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);

      if (g_ascii_strncasecmp (part, "to-tag=", 7) == 0)
        to_tag = part + 7;
      else if (g_ascii_strncasecmp (part, "from-tag=", 9) == 0)
        from_tag = part + 9;
      else if (g_ascii_strcasecmp (part, "early-only") == 0)
        early_only = TRUE;
    }

  if (parts[0] == NULL || *parts[0] == '\0' || to_tag == NULL || from_tag == NULL)
    return NULL;

  session = phone_sip_agent_find_session (agent, parts[0], to_tag, from_tag);
  if (session == NULL)
    *out_status = 481;
  else if (phone_sip_session_is_ended (session))
    *out_status = 603;
  else if (phone_sip_session_get_state (session) != PHONE_SIP_SESSION_STATE_CONFIRMED)
    *out_status = 403;
  else if (early_only)
    *out_status = 486;
  else
    return session;

  return NULL;
}

void
phone_sip_session_replace (PhoneSipSession *self,
                           PhoneSipSession *old)
{
  static const PhoneSipTerminateOptions busy = { .status = 486 };

  g_set_object (&self->replaced, old);
  if (!phone_sip_session_emit_replaces (old, self))
    phone_sip_session_terminate (self, &busy, NULL);
}

void
phone_sip_session_end_replaced (PhoneSipSession *self)
{
  g_autoptr(PhoneSipSession) old = g_steal_pointer (&self->replaced);

  if (old != NULL && !phone_sip_session_is_ended (old))
    phone_sip_session_terminate (old, NULL, NULL);
}
