/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SIP and the media say to a call: each signal becomes an event of the table, JsSIP's session event of the same name, or both. */
#include "config.h"
#include "phone-call-private.h"

static const char *
phone_call_get_known_originator (const char *originator)
{
  if (g_strcmp0 (originator, "local") == 0)
    return "local";

  return g_strcmp0 (originator, "remote") == 0 ? "remote" : "system";
}

static PhoneCallOriginator
phone_call_parse_originator (const char *originator)
{
  if (g_strcmp0 (originator, "local") == 0)
    return PHONE_CALL_ORIGINATOR_LOCAL;

  return g_strcmp0 (originator, "remote") == 0 ? PHONE_CALL_ORIGINATOR_REMOTE : PHONE_CALL_ORIGINATOR_SYSTEM;
}

static GVariant *
phone_call_describe (const char      *originator,
                     PhoneSipMessage *response)
{
  guint status = response ? phone_sip_message_get_status (response) : 0;

  if (status == 0)
    return g_variant_new_parsed ("{'originator': <%s>}", phone_call_get_known_originator (originator));

  return g_variant_new_parsed ("{'originator': <%s>, 'status-code': <%u>}", phone_call_get_known_originator (originator), status);
}

/* The first word about the end stays: what comes later is only its echo. */
void
phone_call_record_end (PhoneCall           *self,
                       PhoneCallOriginator  originator,
                       PhoneCallEndReason   reason,
                       guint                status,
                       const char          *cause)
{
  if (self->end_reason != PHONE_CALL_END_NONE)
    return;

  self->end_reason = reason;
  self->originator = originator;
  self->status_code = status <= 699 ? status : 0;
  self->end_cause = phone_call_make_text (cause);
  phone_call_notify (self, PHONE_CALL_PROP_END_REASON);
  phone_call_notify (self, PHONE_CALL_PROP_ORIGINATOR);
  phone_call_notify (self, PHONE_CALL_PROP_STATUS_CODE);
  phone_call_notify (self, PHONE_CALL_PROP_END_CAUSE);
}

static void
phone_call_session_sending_cb (PhoneSipSession *session,
                               PhoneSipRequest *request,
                               PhoneCall       *self)
{
  phone_call_emit_event (self, "sending", g_variant_new_parsed ("{'method': <%s>}", phone_sip_request_get_method (request)));
}

static void
phone_call_session_progress_cb (PhoneSipSession *session,
                                const char      *originator,
                                PhoneSipMessage *response,
                                PhoneCall       *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);

  phone_call_emit_event (self, "progress", phone_call_describe (originator, response));
  if (self->direction == PHONE_CALL_OUTGOING)
    phone_call_dispatch (self, PHONE_CALL_EVENT_PROGRESS);
}

static void
phone_call_session_answer_cb (PhoneSipSession *session,
                              const char      *sdp,
                              gboolean         early,
                              PhoneCall       *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  g_autofree char *reviewed = NULL;

  if (phone_call_is_over (self))
    return;

  reviewed = phone_call_review_sdp (self, "remote", "answer", sdp);
  g_free (self->remote_sdp);
  self->remote_sdp = g_steal_pointer (&reviewed);
  if (!early)
    return;

  self->early_media = TRUE;
  phone_call_apply_answer (self);
}

static void
phone_call_session_accepted_cb (PhoneSipSession *session,
                                const char      *originator,
                                PhoneSipMessage *response,
                                PhoneCall       *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);

  self->accepted = TRUE;
  phone_call_emit_event (self, "accepted", phone_call_describe (originator, response));
  if (self->direction == PHONE_CALL_OUTGOING)
    phone_call_dispatch (self, PHONE_CALL_EVENT_ANSWERED);
}

static void
phone_call_session_confirmed_cb (PhoneSipSession *session,
                                 const char      *originator,
                                 PhoneSipMessage *ack,
                                 PhoneCall       *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);

  phone_call_emit_event (self, "confirmed", phone_call_describe (originator, NULL));
  phone_call_dispatch (self, PHONE_CALL_EVENT_CONFIRMED);
}

static guint
phone_call_guess_status (PhoneCall       *self,
                         PhoneSipMessage *message,
                         const char      *cause)
{
  if (message && !phone_sip_message_is_request (message))
    return self->accepted ? 0 : phone_sip_message_get_status (message);
  if (self->accepted || self->direction == PHONE_CALL_OUTGOING)
    return self->wanted_status;
  if (self->wanted_reason != PHONE_CALL_END_NONE)
    return self->wanted_status;
  if (g_strcmp0 (cause, PHONE_SIP_CAUSE_NO_ANSWER) == 0)
    return 408;

  return 487;
}

static void
phone_call_read_redirection (PhoneCall       *self,
                             PhoneSipMessage *response)
{
  g_autoptr (GPtrArray) contacts = phone_sip_message_get_addresses (response, PHONE_SIP_HEADER_CONTACT);
  g_autofree char *uri = NULL;
  g_autofree char *text = NULL;

  if (contacts == NULL || contacts->len == 0 || phone_sip_address_is_wildcard (contacts->pdata[0]))
    return;

  uri = phone_sip_uri_to_string (phone_sip_address_get_uri (contacts->pdata[0]));
  text = phone_call_make_text (uri);
  phone_call_set_string (self, &self->redirect_target, text, PHONE_CALL_PROP_REDIRECT_TARGET);
}

static PhoneCallEndReason
phone_call_find_reason (PhoneCall       *self,
                        PhoneSipMessage *message,
                        const char      *cause)
{
  guint status = message ? phone_sip_message_get_status (message) : 0;

  if (self->wanted_reason != PHONE_CALL_END_NONE)
    return self->wanted_reason;
  if (!self->accepted && status >= 300)
    return phone_call_end_for_status (status, self->state == PHONE_CALL_STATE_RINGING);
  if (phone_sip_session_is_answered_elsewhere (self->session))
    return PHONE_CALL_END_ANSWERED_ELSEWHERE;

  return phone_call_end_for_cause (cause, self->accepted);
}

static void
phone_call_session_gone_cb (PhoneSipSession *session,
                            const char      *originator,
                            PhoneSipMessage *message,
                            const char      *cause,
                            PhoneCall       *self)
{
  g_autoptr (PhoneCall) alive = g_object_ref (self);
  PhoneCallOriginator who = phone_call_parse_originator (originator);
  PhoneCallEndReason reason = phone_call_find_reason (self, message, cause);

  g_object_freeze_notify (G_OBJECT (self));
  if (message && PHONE_SIP_STATUS_IS_REDIRECT (phone_sip_message_get_status (message)))
    phone_call_read_redirection (self, message);
  if (reason == self->wanted_reason && self->failure_event == NULL)
    who = PHONE_CALL_ORIGINATOR_LOCAL;
  phone_call_record_end (self, who, reason, phone_call_guess_status (self, message, cause), cause);
  phone_call_dispatch (self, who == PHONE_CALL_ORIGINATOR_REMOTE ? PHONE_CALL_EVENT_REMOTE_END : PHONE_CALL_EVENT_SESSION_GONE);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_call_session_modification_cb (PhoneSipSession *session,
                                    PhoneSipMessage *request,
                                    const char      *sdp,
                                    PhoneCall       *self)
{
  phone_call_modify_peer (self, request, sdp);
}

/* The ACK of our 2xx that carried an offer, or a refresh that was answered with something new. */
static void
phone_call_session_modified_cb (PhoneSipSession *session,
                                const char      *sdp,
                                PhoneCall       *self)
{
  if (phone_call_is_over (self))
    return;
  if (!self->empty_invite && sdp != NULL)
    {
      phone_call_modify_refreshed (self, sdp);
      return;
    }
  if (self->phase != PHONE_CALL_MEDIA_OFFERED || !self->empty_invite)
    return;

  if (sdp == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_BAD_DESCRIPTION, "The ACK had no description");

      phone_call_modify_taken (self, error);
      return;
    }

  g_free (self->remote_sdp);
  self->remote_sdp = phone_call_review_sdp (self, "remote", "answer", sdp);
  g_clear_pointer (&self->applied_sdp, g_free);
  phone_call_apply_answer (self);
}

static void
phone_call_session_refreshed_cb (PhoneSipSession *session,
                                 PhoneSipMessage *request,
                                 PhoneCall       *self)
{
  phone_call_emit_event (self, "update", g_variant_new_parsed ("{'sdp': <false>}"));
}

static void
phone_call_session_info_cb (PhoneSipSession *session,
                            PhoneSipMessage *request,
                            PhoneCall       *self)
{
  phone_call_dtmf_received (self, request);
}

static void
phone_call_session_refer_cb (PhoneSipSession       *session,
                             PhoneSipReferNotifier *notifier,
                             PhoneCall             *self)
{
  phone_call_transfer_asked (self, notifier);
}

static void
phone_call_session_replaces_cb (PhoneSipSession *session,
                                PhoneSipSession *incoming,
                                PhoneCall       *self)
{
  phone_call_transfer_replace (self, incoming);
}

/* The session outlives the call's end by its last transactions, so each handler ends with the call. */
void
phone_call_connect_session (PhoneCall *self)
{
  const struct { const char *name; GCallback handler; } handlers[] = {
    { "sending",      G_CALLBACK (phone_call_session_sending_cb) },
    { "progress",     G_CALLBACK (phone_call_session_progress_cb) },
    { "answer",       G_CALLBACK (phone_call_session_answer_cb) },
    { "accepted",     G_CALLBACK (phone_call_session_accepted_cb) },
    { "confirmed",    G_CALLBACK (phone_call_session_confirmed_cb) },
    { "ended",        G_CALLBACK (phone_call_session_gone_cb) },
    { "failed",       G_CALLBACK (phone_call_session_gone_cb) },
    { "modification", G_CALLBACK (phone_call_session_modification_cb) },
    { "modified",     G_CALLBACK (phone_call_session_modified_cb) },
    { "refreshed",    G_CALLBACK (phone_call_session_refreshed_cb) },
    { "info",         G_CALLBACK (phone_call_session_info_cb) },
    { "refer",        G_CALLBACK (phone_call_session_refer_cb) },
    { "replaces",     G_CALLBACK (phone_call_session_replaces_cb) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->session, handlers[i].name, handlers[i].handler, self, 0);
}

/* JsSIP's causes are coarser where the call is still to be answered: whatever its browser does not take is "WebRTC Error". */
static const struct
{
  PhoneMediaError     code;
  guint               status;           /* to reject an INVITE with (JsSIP's) */
  PhoneCallEndReason  reason;
  const char         *cause;
  const char         *answering_cause;
} media_failures[] = {
  { PHONE_MEDIA_ERROR_DEVICE,          480, PHONE_CALL_END_MEDIA,        PHONE_SIP_CAUSE_USER_DENIED_MEDIA_ACCESS, PHONE_SIP_CAUSE_USER_DENIED_MEDIA_ACCESS },
  { PHONE_MEDIA_ERROR_BAD_DESCRIPTION, 488, PHONE_CALL_END_INCOMPATIBLE, PHONE_SIP_CAUSE_BAD_MEDIA_DESCRIPTION,    PHONE_SIP_CAUSE_WEBRTC_ERROR },
  { PHONE_MEDIA_ERROR_NO_COMMON_CODEC, 488, PHONE_CALL_END_INCOMPATIBLE, PHONE_SIP_CAUSE_INCOMPATIBLE_SDP,         PHONE_SIP_CAUSE_WEBRTC_ERROR },
  { PHONE_MEDIA_ERROR_ICE,             408, PHONE_CALL_END_MEDIA,        PHONE_SIP_CAUSE_RTP_TIMEOUT,              PHONE_SIP_CAUSE_RTP_TIMEOUT },
  { PHONE_MEDIA_ERROR_FAILED,          500, PHONE_CALL_END_MEDIA,        PHONE_SIP_CAUSE_WEBRTC_ERROR,             PHONE_SIP_CAUSE_INTERNAL_ERROR },
};

/* step: JsSIP's event that tells which step of the media failed, static; NULL: none. */
void
phone_call_fail_media (PhoneCall    *self,
                       const GError *error,
                       const char   *step)
{
  guint row = G_N_ELEMENTS (media_failures) - 1;

  if (phone_call_is_over (self))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (media_failures); i++)
    if (g_error_matches (error, PHONE_MEDIA_ERROR, (int) media_failures[i].code))
      row = i;

  g_debug ("Media of call %s: %s", self->id, error->message);
  self->wanted_reason = media_failures[row].reason;
  self->wanted_status = media_failures[row].status;
  g_clear_pointer (&self->wanted_phrase, g_free);
  g_free (self->wanted_cause);
  self->wanted_cause = g_strdup (self->state == PHONE_CALL_STATE_ANSWERING ? media_failures[row].answering_cause : media_failures[row].cause);
  self->failure_event = media_failures[row].code == PHONE_MEDIA_ERROR_DEVICE ? "getusermediafailed" : step;
  if (self->state == PHONE_CALL_STATE_INCOMING || self->state == PHONE_CALL_STATE_ANSWERING || self->state == PHONE_CALL_STATE_PREPARING)
    phone_call_record_end (self, media_failures[row].code == PHONE_MEDIA_ERROR_DEVICE ? PHONE_CALL_ORIGINATOR_LOCAL : PHONE_CALL_ORIGINATOR_SYSTEM,
                           media_failures[row].reason,
                           self->state == PHONE_CALL_STATE_PREPARING ? 0 : media_failures[row].status,
                           self->wanted_cause);
  phone_call_dispatch (self, PHONE_CALL_EVENT_MEDIA_FAILED);
}

static void
phone_call_media_failed_cb (PhoneMediaSession *media,
                            GError            *error,
                            PhoneCall         *self)
{
  const gboolean no_path = g_error_matches (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_ICE);
  const gboolean early = self->state == PHONE_CALL_STATE_DIALING || self->state == PHONE_CALL_STATE_RINGING;

  /* Whose early media cannot be reached need not be who answers. */
  if (early && self->early_media && no_path)
    g_debug ("Early media of call %s: %s", self->id, error->message);
  else if (no_path && phone_call_path_lost (self))
    g_debug ("Call %s seeks a new path: %s", self->id, error->message);
  else
    phone_call_fail_media (self, error, NULL);
}

static void
phone_call_media_candidate_cb (PhoneMediaSession *media,
                               const char        *candidate,
                               PhoneCall         *self)
{
  g_autofree char *text = phone_call_make_text (candidate);

  phone_call_emit_event (self, "icecandidate", g_variant_new_parsed ("{'candidate': <%s>}", text));
}

static void
phone_call_media_dtmf_cb (PhoneMediaSession *media,
                          char               tone,
                          guint              duration,
                          PhoneCall         *self)
{
  phone_call_dtmf_heard (self, tone, duration);
}

static void
phone_call_media_notify_cb (PhoneMediaSession *media,
                            GParamSpec        *pspec,
                            PhoneCall         *self)
{
  gboolean connected, test_camera, test_microphone;

  g_object_get (media, "connected", &connected, "test-camera", &test_camera, "test-microphone", &test_microphone, NULL);
  g_object_freeze_notify (G_OBJECT (self));
  if (self->encrypted != !!connected)
    {
      self->encrypted = !!connected;
      phone_call_notify (self, PHONE_CALL_PROP_ENCRYPTED);
      if (connected)
        phone_call_path_found (self);
    }
  if (self->test_camera != !!test_camera)
    {
      self->test_camera = !!test_camera;
      phone_call_notify (self, PHONE_CALL_PROP_TEST_CAMERA);
    }
  if (self->test_microphone != !!test_microphone)
    {
      self->test_microphone = !!test_microphone;
      phone_call_notify (self, PHONE_CALL_PROP_TEST_MICROPHONE);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
phone_call_connect_media (PhoneCall *self)
{
  g_signal_connect_object (self->media, "failed", G_CALLBACK (phone_call_media_failed_cb), self, 0);
  g_signal_connect_object (self->media, "candidate", G_CALLBACK (phone_call_media_candidate_cb), self, 0);
  g_signal_connect_object (self->media, "dtmf", G_CALLBACK (phone_call_media_dtmf_cb), self, 0);
  g_signal_connect_object (self->media, "notify::connected", G_CALLBACK (phone_call_media_notify_cb), self, 0);
  g_signal_connect_object (self->media, "notify::test-camera", G_CALLBACK (phone_call_media_notify_cb), self, 0);
  g_signal_connect_object (self->media, "notify::test-microphone", G_CALLBACK (phone_call_media_notify_cb), self, 0);
  phone_call_media_notify_cb (self->media, NULL, self);
}
