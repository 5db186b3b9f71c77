/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The INVITE session of RFC 3261 §13 to §15: what both sides share, and the table that says which event means what. The verbs are
 * in files of their own (-connect, -accept, -modify, -close, -receive, -timer, -prack, -info, -replace).
 *
 * What the table hides from its owner: CANCEL waits for the first provisional response; a 200 that crosses a CANCEL gets its ACK
 * and a BYE; BYE after our 200 waits for the ACK. "failed" and "ended" come at once when this side closes, as in JsSIP; the
 * session then lives on in the agent's hand, silent, until nothing of the peer can come for it any more.
 *
 * Hold and the like are no states: they are modifications, a machine of its own (-modify). */
#include "config.h"
#include "phone-sip-session.h"

#include <string.h>

#include "phone-sip-request-private.h"
#include "phone-sip-session-private.h"

G_DEFINE_ENUM_TYPE (PhoneSipSessionState, phone_sip_session_state,
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_NULL, "null"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_INVITE_SENT, "invite-sent"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_1XX_RECEIVED, "1xx-received"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_INVITE_RECEIVED, "invite-received"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_WAITING_FOR_ANSWER, "waiting-for-answer"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_WAITING_FOR_ACK, "waiting-for-ack"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_CONFIRMED, "confirmed"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_CANCELED, "canceled"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_SESSION_STATE_TERMINATED, "terminated"))

G_DEFINE_FINAL_TYPE (PhoneSipSession, phone_sip_session, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SIGNAL_SENDING,
  SIGNAL_PROGRESS,
  SIGNAL_ANSWER,
  SIGNAL_OFFER,
  SIGNAL_ACCEPTED,
  SIGNAL_CONFIRMED,
  SIGNAL_ENDED,
  SIGNAL_FAILED,
  SIGNAL_MODIFICATION,
  SIGNAL_MODIFIED,
  SIGNAL_REFRESHED,
  SIGNAL_INFO,
  SIGNAL_REFER,
  SIGNAL_REPLACES,
  SIGNAL_REQUEST_FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define N_STATES (PHONE_SIP_SESSION_STATE_TERMINATED + 1)
#define STATE(name) PHONE_SIP_SESSION_STATE_ ## name
#define EV(name) [PHONE_SIP_SESSION_EVENT_ ## name]
#define GO(next, action) PHONE_SIP_GO (STATE (next), phone_sip_session_ ## action)

static const PhoneSipTransition table[N_STATES][PHONE_SIP_SESSION_N_EVENTS] = {
  [STATE (NULL)] = {
    EV (CONNECT)  = GO (INVITE_SENT, send_invite),
    EV (INVITE)   = GO (INVITE_RECEIVED, take_invite),
    EV (CLOSE)    = GO (TERMINATED, drop_unsent),
  },
  [STATE (INVITE_SENT)] = {
    EV (TRYING)   = PHONE_SIP_GO_ONLY (STATE (1XX_RECEIVED)),
    EV (PROGRESS) = GO (1XX_RECEIVED, take_progress),
    EV (ANSWER)   = GO (CONFIRMED, take_answer),
    EV (REFUSE)   = GO (TERMINATED, take_refusal),
    EV (CLOSE)    = GO (CANCELED, send_cancel),
    EV (BYE)      = GO (CANCELED, take_early_bye),
  },
  [STATE (1XX_RECEIVED)] = {
    EV (PROGRESS) = GO (1XX_RECEIVED, take_progress),
    EV (ANSWER)   = GO (CONFIRMED, take_answer),
    EV (REFUSE)   = GO (TERMINATED, take_refusal),
    EV (CLOSE)    = GO (CANCELED, send_cancel),
    EV (BYE)      = GO (CANCELED, take_early_bye),
    EV (BREAK)    = GO (CANCELED, send_cancel),
  },
  [STATE (INVITE_RECEIVED)] = {
    EV (RING)     = GO (WAITING_FOR_ANSWER, start_ringing),
    EV (ACCEPT)   = GO (WAITING_FOR_ACK, send_answer),
    EV (CANCEL)   = GO (TERMINATED, take_cancel),
    EV (LAPSE)    = GO (TERMINATED, lapse),
    EV (CLOSE)    = GO (TERMINATED, reject),
    EV (BYE)      = GO (TERMINATED, take_early_bye),
    EV (BREAK)    = GO (TERMINATED, take_loss),
  },
  [STATE (WAITING_FOR_ANSWER)] = {
    EV (RING)     = GO (WAITING_FOR_ANSWER, start_ringing),
    EV (ACCEPT)   = GO (WAITING_FOR_ACK, send_answer),
    EV (CANCEL)   = GO (TERMINATED, take_cancel),
    EV (LAPSE)    = GO (TERMINATED, lapse),
    EV (CLOSE)    = GO (TERMINATED, reject),
    EV (BYE)      = GO (TERMINATED, take_early_bye),
    EV (BREAK)    = GO (TERMINATED, take_loss),
  },
  [STATE (WAITING_FOR_ACK)] = {
    EV (ACK)      = GO (CONFIRMED, take_ack),
    EV (NO_ACK)   = GO (TERMINATED, send_bye),
    EV (CLOSE)    = GO (TERMINATED, hold_bye),
    EV (BYE)      = GO (TERMINATED, take_bye),
    EV (BREAK)    = GO (TERMINATED, send_bye),
  },
  [STATE (CONFIRMED)] = {
    EV (NO_ACK)   = GO (TERMINATED, send_bye),
    EV (CLOSE)    = GO (TERMINATED, send_bye),
    EV (BYE)      = GO (TERMINATED, take_bye),
    EV (BREAK)    = GO (TERMINATED, send_bye),
  },
  [STATE (CANCELED)] = {
    EV (ANSWER)   = GO (TERMINATED, take_late_answer),
    EV (REFUSE)   = GO (TERMINATED, settle_canceled),
  },
};

#undef STATE
#undef EV
#undef GO

static const char * const state_names[] = {
  "NULL", "INVITE_SENT", "1XX_RECEIVED", "INVITE_RECEIVED", "WAITING_FOR_ANSWER", "WAITING_FOR_ACK", "CONFIRMED", "CANCELED", "TERMINATED",
};

static const char * const event_names[] = {
  "CONNECT", "TRYING", "PROGRESS", "ANSWER", "REFUSE", "INVITE", "RING", "ACCEPT", "ACK", "NO_ACK", "CANCEL", "LAPSE", "CLOSE", "BYE", "BREAK",
};

static const PhoneSipMachine machine = {
  "phone_sip_session_", state_names, N_STATES, event_names, PHONE_SIP_SESSION_N_EVENTS, &table[0][0],
};

G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == N_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (event_names) == PHONE_SIP_SESSION_N_EVENTS);

static void
phone_sip_session_dialog_request (gpointer                   owner,
                                  PhoneSipServerTransaction *transaction,
                                  PhoneSipDialog            *dialog)
{
  g_autoptr(PhoneSipSession) kept = g_object_ref (owner);

  phone_sip_session_receive (kept, transaction, dialog);
}

static void
phone_sip_session_dialog_ack (gpointer         owner,
                              PhoneSipMessage *ack,
                              PhoneSipDialog  *dialog)
{
  g_autoptr(PhoneSipSession) kept = g_object_ref (owner);

  phone_sip_session_receive_ack (kept, ack);
}

static const PhoneSipDialogOwner dialog_owner = { phone_sip_session_dialog_request, phone_sip_session_dialog_ack };

/* Who the peer says it is, or who a trusted proxy says (RFC 3325 §9.1). */
static PhoneSipAddress *
phone_sip_session_read_caller (PhoneSipSession *self)
{
  PhoneSipAddress *asserted = self->trusts_assertion
    ? phone_sip_message_get_address (self->invite, PHONE_SIP_HEADER_P_ASSERTED_IDENTITY)
    : NULL;

  return asserted != NULL ? asserted : phone_sip_message_get_address (self->invite, PHONE_SIP_HEADER_FROM);
}

/* Before the INVITE is written, the account's. */
static PhoneSipAddress *
phone_sip_session_read_local (PhoneSipSession *self)
{
  if (self->invite != NULL)
    return phone_sip_message_get_address (self->invite, self->outgoing ? PHONE_SIP_HEADER_FROM : PHONE_SIP_HEADER_TO);
  if (self->request != NULL)
    return phone_sip_address_parse (phone_sip_request_get_header (self->request, "From"), -1, NULL);
  if (self->agent != NULL)
    return phone_sip_address_new (phone_sip_agent_get_config (self->agent)->uri, phone_sip_agent_get_config (self->agent)->display_name);

  return NULL;
}

static void
phone_sip_session_stop_all (PhoneSipSession *self)
{
  phone_sip_session_stop_accept (self);
  phone_sip_session_stop_awaiting (self);
  phone_sip_session_stop_modify (self);
  phone_sip_session_stop_timer (self);
  phone_sip_session_stop_prack (self);
  phone_sip_session_stop_requests (self);
  phone_sip_session_stop_refer (self);
}

static void
phone_sip_session_drop_early (PhoneSipSession *self)
{
  for (guint i = 0; i < self->early->len; i++)
    phone_sip_session_drop_dialog (self, self->early->pdata[i]);
  g_ptr_array_set_size (self->early, 0);
}

static void
phone_sip_session_dispose (GObject *object)
{
  PhoneSipSession *self = PHONE_SIP_SESSION (object);

  phone_sip_session_detach (self);
  g_clear_object (&self->dialog);
  g_clear_object (&self->request);
  g_clear_object (&self->transaction);
  g_clear_object (&self->replaced);

  G_OBJECT_CLASS (phone_sip_session_parent_class)->dispose (object);
}

static void
phone_sip_session_finalize (GObject *object)
{
  PhoneSipSession *self = PHONE_SIP_SESSION (object);

  g_free (self->id);
  g_clear_pointer (&self->target, phone_sip_uri_free);
  g_clear_pointer (&self->local, phone_sip_address_free);
  g_clear_pointer (&self->remote, phone_sip_address_free);
  g_free (self->local_sdp);
  g_free (self->remote_sdp);
  g_free (self->reason_text);
  g_clear_pointer (&self->invite, phone_sip_message_unref);
  g_clear_pointer (&self->ack, phone_sip_message_unref);
  g_clear_pointer (&self->owed, phone_sip_message_unref);
  g_clear_pointer (&self->modify_ack, phone_sip_message_unref);
  g_ptr_array_unref (self->early);
  g_ptr_array_unref (self->requests);
  g_ptr_array_unref (self->refers);
  g_strfreev (self->bye_headers);
  g_free (self->bye_type);
  g_free (self->bye_body);
  g_clear_pointer (&self->remote_rseq, g_hash_table_unref);

  G_OBJECT_CLASS (phone_sip_session_parent_class)->finalize (object);
}

static void
phone_sip_session_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PhoneSipSession *self = PHONE_SIP_SESSION (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_sip_session_class_init (PhoneSipSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = phone_sip_session_dispose;
  object_class->finalize = phone_sip_session_finalize;
  object_class->get_property = phone_sip_session_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_SIP_SESSION_STATE, PHONE_SIP_SESSION_STATE_NULL,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SIGNAL_SENDING] =
    g_signal_new ("sending", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_SIP_REQUEST);
  signals[SIGNAL_PROGRESS] =
    g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, text, message);
  signals[SIGNAL_ANSWER] =
    g_signal_new ("answer", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, text, G_TYPE_BOOLEAN);
  signals[SIGNAL_OFFER] =
    g_signal_new ("offer", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, text);
  signals[SIGNAL_ACCEPTED] =
    g_signal_new ("accepted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, text, message);
  signals[SIGNAL_CONFIRMED] =
    g_signal_new ("confirmed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, text, message);
  signals[SIGNAL_ENDED] =
    g_signal_new ("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, text, message, text);
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, text, message, text);
  signals[SIGNAL_MODIFICATION] =
    g_signal_new ("modification", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, message, text);
  signals[SIGNAL_MODIFIED] =
    g_signal_new ("modified", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, text);
  signals[SIGNAL_REFRESHED] =
    g_signal_new ("refreshed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, message);
  signals[SIGNAL_INFO] =
    g_signal_new ("info", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, message);
  signals[SIGNAL_REFER] =
    g_signal_new ("refer", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_SIP_REFER_NOTIFIER);
  signals[SIGNAL_REPLACES] =
    g_signal_new ("replaces", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_SIP_SESSION);
  signals[SIGNAL_REQUEST_FINISHED] =
    g_signal_new ("request-finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, PHONE_TYPE_SIP_REQUEST, message, text);
}

static void
phone_sip_session_init (PhoneSipSession *self)
{
  self->early = g_ptr_array_new_with_free_func (g_object_unref);
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
  self->refers = g_ptr_array_new_with_free_func (g_object_unref);
}

PhoneSipSession *
phone_sip_session_new_outgoing (PhoneSipAgent     *agent,
                                const PhoneSipUri *target)
{
  PhoneSipSession *self = g_object_new (PHONE_TYPE_SIP_SESSION, NULL);

  self->agent = agent;
  phone_sip_agent_note_session (agent, self);
  self->outgoing = TRUE;
  self->target = phone_sip_uri_copy (target);

  return self;
}

PhoneSipSession *
phone_sip_session_new_incoming (PhoneSipAgent             *agent,
                                PhoneSipServerTransaction *transaction)
{
  g_autoptr(PhoneSipSession) self = g_object_new (PHONE_TYPE_SIP_SESSION, NULL);
  PhoneSipMessage *invite = phone_sip_server_transaction_get_request (transaction);
  PhoneSipSessionNews news = { .message = invite, .transaction = transaction };
  g_autoptr(PhoneSipDialog) dialog = NULL;

  self->agent = agent;
  phone_sip_agent_note_session (agent, self);
  if (phone_sip_session_refuse_timer (self, transaction))
    return NULL;

  dialog = phone_sip_dialog_new_uas (invite, phone_sip_server_transaction_get_to_tag (transaction), NULL);
  if (dialog == NULL)
    {
      phone_sip_server_transaction_reply (transaction, 500, "Missing Contact header field", NULL);
      return NULL;
    }

  self->dialog = g_object_ref (dialog);
  self->id = g_strconcat (phone_sip_message_get_call_id (invite), phone_sip_dialog_get_remote_tag (dialog), NULL);
  phone_sip_session_adopt_dialog (self, dialog);
  phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_INVITE, &news);

  return g_steal_pointer (&self);
}

/* The agent goes: everything stops where it stands, without a word. */
void
phone_sip_session_detach (PhoneSipSession *self)
{
  if (self->agent == NULL)
    return;

  phone_sip_session_stop_all (self);
  phone_sip_session_drop_early (self);
  if (self->dialog != NULL)
    phone_sip_session_drop_dialog (self, self->dialog);
  if (self->request != NULL)
    phone_sip_request_set_owner (self->request, NULL, NULL);
  g_clear_object (&self->replaced);
  self->bye_due = FALSE;
  self->finished = TRUE;
  self->state = PHONE_SIP_SESSION_STATE_TERMINATED;
  phone_sip_agent_forget_session (self->agent, self);
  self->agent = NULL;
}

gboolean
phone_sip_session_dispatch (PhoneSipSession           *self,
                            PhoneSipSessionEvent       event,
                            const PhoneSipSessionNews *news)
{
  static const PhoneSipSessionNews nothing = { NULL, };
  const PhoneSipTransition *cell = phone_sip_machine_look_up (&machine, self->state, event);
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  if (cell == NULL || self->agent == NULL)
    {
      g_debug ("session: %s means nothing in %s", event_names[event], state_names[self->state]);
      return FALSE;
    }

  self->state = cell->next - 1;
  if (cell->action != NULL)
    ((void (*) (PhoneSipSession *, const PhoneSipSessionNews *)) cell->action) (self, news != NULL ? news : &nothing);

  if (self->state == PHONE_SIP_SESSION_STATE_TERMINATED)
    phone_sip_session_settle (self);
  if (self->notified_state != self->state)
    {
      self->notified_state = self->state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }

  return TRUE;
}

void
phone_sip_session_adopt_dialog (PhoneSipSession *self,
                                PhoneSipDialog  *dialog)
{
  phone_sip_agent_add_dialog (self->agent, dialog, &dialog_owner, self);
}

void
phone_sip_session_drop_dialog (PhoneSipSession *self,
                               PhoneSipDialog  *dialog)
{
  phone_sip_agent_remove_dialog (self->agent, dialog);
}

void
phone_sip_session_set_remote_sdp (PhoneSipSession *self,
                                  const char      *sdp)
{
  char *copy = g_strdup (sdp);

  g_free (self->remote_sdp);
  self->remote_sdp = copy;
}

void
phone_sip_session_set_local_sdp (PhoneSipSession *self,
                                 const char      *sdp)
{
  char *copy = g_strdup (sdp);

  g_free (self->local_sdp);
  self->local_sdp = copy;
}

void
phone_sip_session_clean_up (PhoneSipSession *self)
{
  if (self->agent == NULL)
    return;

  phone_sip_session_stop_accept (self);
  phone_sip_session_stop_modify (self);
  phone_sip_session_stop_timer (self);
  phone_sip_session_stop_prack (self);
  phone_sip_session_stop_requests (self);
  phone_sip_session_stop_refer (self);
  phone_sip_session_drop_early (self);
  if (!self->bye_due)
    {
      phone_sip_session_stop_awaiting (self);
      if (self->dialog != NULL)
        phone_sip_session_drop_dialog (self, self->dialog);
    }
  g_clear_object (&self->replaced);
}

void
phone_sip_session_settle (PhoneSipSession *self)
{
  if (self->agent != NULL && !self->bye_due && !self->lingering)
    phone_sip_agent_let_go (self->agent, self);
}

void
phone_sip_session_emit_sending (PhoneSipSession *self,
                                PhoneSipRequest *request)
{
  g_signal_emit (self, signals[SIGNAL_SENDING], 0, request);
}

void
phone_sip_session_emit_progress (PhoneSipSession *self,
                                 const char      *originator,
                                 PhoneSipMessage *response)
{
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, originator, response);
}

void
phone_sip_session_emit_answer (PhoneSipSession *self,
                               const char      *sdp,
                               gboolean         early)
{
  g_signal_emit (self, signals[SIGNAL_ANSWER], 0, sdp, early);
}

/* Nobody to answer it means nobody can talk: the session ends. */
void
phone_sip_session_emit_offer (PhoneSipSession *self,
                              const char      *sdp)
{
  static const PhoneSipTerminateOptions options = { .status = 488, .cause = PHONE_SIP_CAUSE_BAD_MEDIA_DESCRIPTION };

  if (g_signal_has_handler_pending (self, signals[SIGNAL_OFFER], 0, TRUE))
    g_signal_emit (self, signals[SIGNAL_OFFER], 0, sdp);
  else
    phone_sip_session_terminate (self, &options, NULL);
}

void
phone_sip_session_emit_accepted (PhoneSipSession *self,
                                 const char      *originator,
                                 PhoneSipMessage *response)
{
  if (self->finished)
    return;

  self->accepted = TRUE;
  self->start_time = g_get_real_time () / 1000;
  g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0, originator, response);
}

void
phone_sip_session_emit_confirmed (PhoneSipSession *self,
                                  const char      *originator,
                                  PhoneSipMessage *ack)
{
  if (!self->finished)
    g_signal_emit (self, signals[SIGNAL_CONFIRMED], 0, originator, ack);
}

void
phone_sip_session_emit_modified (PhoneSipSession *self,
                                 const char      *sdp)
{
  if (!self->finished)
    g_signal_emit (self, signals[SIGNAL_MODIFIED], 0, sdp);
}

void
phone_sip_session_emit_refreshed (PhoneSipSession *self,
                                  PhoneSipMessage *request)
{
  if (!self->finished)
    g_signal_emit (self, signals[SIGNAL_REFRESHED], 0, request);
}

gboolean
phone_sip_session_emit_modification (PhoneSipSession *self,
                                     PhoneSipMessage *request,
                                     const char      *sdp)
{
  if (!g_signal_has_handler_pending (self, signals[SIGNAL_MODIFICATION], 0, TRUE))
    return FALSE;

  g_signal_emit (self, signals[SIGNAL_MODIFICATION], 0, request, sdp);

  return TRUE;
}

gboolean
phone_sip_session_emit_refer (PhoneSipSession       *self,
                              PhoneSipReferNotifier *notifier)
{
  if (!g_signal_has_handler_pending (self, signals[SIGNAL_REFER], 0, TRUE))
    return FALSE;

  g_signal_emit (self, signals[SIGNAL_REFER], 0, notifier);

  return TRUE;
}

gboolean
phone_sip_session_emit_replaces (PhoneSipSession *self,
                                 PhoneSipSession *incoming)
{
  if (!g_signal_has_handler_pending (self, signals[SIGNAL_REPLACES], 0, TRUE))
    return FALSE;

  g_signal_emit (self, signals[SIGNAL_REPLACES], 0, incoming);

  return TRUE;
}

void
phone_sip_session_emit_info (PhoneSipSession *self,
                             PhoneSipMessage *request)
{
  g_signal_emit (self, signals[SIGNAL_INFO], 0, request);
}

void
phone_sip_session_emit_request_finished (PhoneSipSession *self,
                                         PhoneSipRequest *request,
                                         PhoneSipMessage *response,
                                         const char      *cause)
{
  g_signal_emit (self, signals[SIGNAL_REQUEST_FINISHED], 0, request, response, cause);
}

void
phone_sip_session_emit_over (PhoneSipSession *self,
                             const char      *originator,
                             PhoneSipMessage *message,
                             const char      *cause,
                             gboolean         ended)
{
  if (self->finished)
    return;

  self->finished = TRUE;
  if (ended)
    self->end_time = g_get_real_time () / 1000;
  g_signal_emit (self, signals[ended ? SIGNAL_ENDED : SIGNAL_FAILED], 0, originator, message, cause);
}

char *
phone_sip_session_print_machine (void)
{
  return phone_sip_machine_to_string (&machine);
}

PhoneSipSessionState
phone_sip_session_get_state (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), PHONE_SIP_SESSION_STATE_NULL);

  return self->state;
}

gboolean
phone_sip_session_is_outgoing (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  return self->outgoing;
}

/**
 * phone_sip_session_is_in_progress:
 * @self: a session
 *
 * Returns: whether it is neither answered nor over
 */
gboolean
phone_sip_session_is_in_progress (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  return self->state <= PHONE_SIP_SESSION_STATE_WAITING_FOR_ANSWER;
}

gboolean
phone_sip_session_is_established (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  return self->state == PHONE_SIP_SESSION_STATE_WAITING_FOR_ACK || self->state == PHONE_SIP_SESSION_STATE_CONFIRMED;
}

gboolean
phone_sip_session_is_ended (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), TRUE);

  return self->state == PHONE_SIP_SESSION_STATE_CANCELED || self->state == PHONE_SIP_SESSION_STATE_TERMINATED;
}

gboolean
phone_sip_session_is_ready_to_modify (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  return phone_sip_session_is_established (self) && self->owed == NULL &&
         self->modification == PHONE_SIP_MODIFICATION_STABLE && !phone_sip_session_has_modification (self) &&
         !self->unacknowledged.wants_answer;
}

const char *
phone_sip_session_get_id (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  return self->id;
}

PhoneSipDialog *
phone_sip_session_get_dialog (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  return self->dialog;
}

PhoneSipMessage *
phone_sip_session_get_invite (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  return self->invite;
}

PhoneSipAddress *
phone_sip_session_get_local (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  if (self->local == NULL)
    self->local = phone_sip_session_read_local (self);

  return self->local;
}

PhoneSipAddress *
phone_sip_session_get_remote (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  if (self->remote == NULL)
    self->remote = self->outgoing ? phone_sip_address_new (self->target, NULL) : phone_sip_session_read_caller (self);

  return self->remote;
}

const char *
phone_sip_session_get_local_sdp (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  return self->local_sdp;
}

const char *
phone_sip_session_get_remote_sdp (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  return self->remote_sdp;
}

/**
 * phone_sip_session_get_reason:
 * @self: a session
 * @out_text: (out) (transfer none) (nullable) (optional): the text beside it
 *
 * Returns: the cause in the Reason header (RFC 3326, protocol SIP) of the CANCEL or BYE that ended it, 0 without one
 */
guint
phone_sip_session_get_reason (PhoneSipSession  *self,
                              const char      **out_text)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), 0);

  if (out_text != NULL)
    *out_text = self->reason_text;

  return self->reason_status;
}

gboolean
phone_sip_session_is_answered_elsewhere (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  return self->elsewhere;
}

gint64
phone_sip_session_get_start_time (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), 0);

  return self->start_time;
}

gint64
phone_sip_session_get_end_time (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), 0);

  return self->end_time;
}

/**
 * phone_sip_session_get_replaces:
 * @self: a session with a dialog
 *
 * Returns: (transfer full) (nullable): the dialog as a third party must name it to our peer (RFC 3891): to-tag is the peer's tag
 */
char *
phone_sip_session_get_replaces (PhoneSipSession *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), NULL);

  if (self->dialog == NULL)
    return NULL;

  return g_strdup_printf ("%s;to-tag=%s;from-tag=%s",
                          phone_sip_dialog_get_call_id (self->dialog),
                          phone_sip_dialog_get_remote_tag (self->dialog),
                          phone_sip_dialog_get_local_tag (self->dialog));
}
