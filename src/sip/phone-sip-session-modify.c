/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A description changes while the call is up: re-INVITE (RFC 3261 §14) and UPDATE (RFC 3311), from either side, as one machine with
 * one thing under way at a time. Glare: what crosses ours gets 491; ours that was crossed waits 2.1 to 4 s if the Call-ID is ours
 * and 0 to 2 s if not (§14.1), then goes again with the next number, and theirs may pass meanwhile. A second one of theirs before the
 * first is answered gets 500 with Retry-After (§14.2), and so does, without it, one that nobody here answers. Whatever a peer
 * refuses, the call goes on as it was; only 481, which says that the peer knows no such call, ends it. By §12.2.1.2 silence and 408
 * should end it too. They do not here: what was lost may be the server's connection at either end while the call's media flow, and who
 * has really gone is found out by those and by session timers. */
#include "config.h"
#include "phone-sip-session.h"

#include <string.h>

#include "phone-sip-session-private.h"

#define MAX_TRIES      8
#define BUSY_WAIT      500      /* ms until ours looks again whether theirs is over */
#define MAX_RETRY_WAIT 10       /* s of a Retry-After that we sit out */
#define DEFAULT_STATUS 403      /* JsSIP's */
#define LIMIT_INVITE   PHONE_SIP_TIMER_64_T1
#define LIMIT_UPDATE   (PHONE_SIP_TIMER_64_T1 / 2)     /* whoever sent it gives up after 64·T1 */

typedef enum
{
  EVENT_SEND,           /* ours, now */
  EVENT_DEFER,          /* ours, when the call is confirmed */
  EVENT_DUE,            /* ours, again */
  EVENT_ANSWERED,
  EVENT_ASKED,          /* the 2xx has an offer */
  EVENT_CROSSED,        /* 491 and its kin */
  EVENT_REFUSED,
  EVENT_RECEIVE,        /* theirs */
  EVENT_RESPOND,        /* our 2xx to UPDATE */
  EVENT_RESPOND_INVITE, /* our 2xx to INVITE */
  EVENT_DROP,           /* theirs is refused or cancelled */
  EVENT_ACK,            /* to or from the peer */
  N_EVENTS,
} Event;

typedef struct
{
  PhoneSipMessage *message;
  const char      *cause;
  guint            wait;        /* ms */
} News;

typedef void (*Action) (PhoneSipSession *self,
                        const News      *news);

static void phone_sip_session_modify_dispatch (PhoneSipSession *self, Event event, const News *news);

static void
phone_sip_session_modify_forget (PhoneSipSession *self)
{
  g_clear_object (&self->modify_request);
  g_clear_pointer (&self->modify_sdp, g_free);
  g_clear_pointer (&self->modify_headers, g_strfreev);
  self->modify_method = PHONE_SIP_METHOD_UNKNOWN;
  self->modify_tries = 0;
  self->refreshing = FALSE;
}

static void
phone_sip_session_modify_due_cb (gpointer data)
{
  PhoneSipSession *self = data;
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  self->modify_timer = 0;
  phone_sip_session_modify_dispatch (self, EVENT_DUE, NULL);
}

static void
phone_sip_session_modify_wait (PhoneSipSession *self,
                               guint            milliseconds)
{
  PhoneSipClock *clock = phone_sip_agent_get_clock (self->agent);

  phone_sip_clock_clear (clock, &self->modify_timer);
  self->modify_timer = phone_sip_clock_add (clock, milliseconds, phone_sip_session_modify_due_cb, self);
}

static const char *
phone_sip_session_modify_read (PhoneSipMessage *message)
{
  return g_strcmp0 (phone_sip_message_get_content_type (message), PHONE_SIP_SDP) == 0 ? phone_sip_message_get_body (message, NULL) : NULL;
}

static void
phone_sip_session_modify_succeeded_cb (PhoneSipSession *self,
                                       PhoneSipMessage *response,
                                       PhoneSipRequest *request)
{
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);
  News news = { .message = response };
  gboolean asks = phone_sip_message_get_method (response) == PHONE_SIP_METHOD_INVITE && self->modify_sdp == NULL;

  if (self->agent == NULL)
    return;

  if (request == self->modify_request && self->modification == PHONE_SIP_MODIFICATION_SENT)
    phone_sip_session_modify_dispatch (self, asks && phone_sip_session_modify_read (response) != NULL ? EVENT_ASKED : EVENT_ANSWERED, &news);
  else if (self->modify_ack != NULL && phone_sip_message_get_cseq (self->modify_ack) == phone_sip_message_get_cseq (response))
    phone_sip_endpoint_send (phone_sip_agent_get_endpoint (self->agent), self->modify_ack);
}

/* RFC 3261 §14.1. */
static guint
phone_sip_session_modify_glare_wait (PhoneSipSession *self)
{
  return self->outgoing ? 10 * (guint) g_random_int_range (210, 401) : 10 * (guint) g_random_int_range (0, 201);
}

/* Ms until the refused request may go again, or −1 if it may not. */
static int
phone_sip_session_modify_retry_wait (PhoneSipSession *self,
                                     PhoneSipMessage *response)
{
  guint status = phone_sip_message_get_status (response);
  guint32 value = 0;

  if (self->modify_tries >= MAX_TRIES)
    return -1;
  if (status == 491)
    return (int) phone_sip_session_modify_glare_wait (self);
  if (status == 500 && phone_sip_message_get_uint (response, PHONE_SIP_HEADER_RETRY_AFTER, &value) && value <= MAX_RETRY_WAIT)
    return (int) value * 1000;
  if (status == 422 && phone_sip_message_get_uint (response, PHONE_SIP_HEADER_MIN_SE, &value) && value > self->min_se)
    {
      self->min_se = value;
      self->offered_expires = MAX (self->offered_expires, value);
      return 0;
    }
  if ((status == 405 || status == 501) && self->refreshing && self->modify_method == PHONE_SIP_METHOD_UPDATE)
    {
      self->peer_updates = FALSE;
      self->modify_method = PHONE_SIP_METHOD_INVITE;
      self->modify_sdp = g_strdup (self->local_sdp);
      return 0;
    }

  return -1;
}

static void
phone_sip_session_modify_failed_cb (PhoneSipSession *self,
                                    PhoneSipMessage *response,
                                    const char      *cause,
                                    PhoneSipRequest *request)
{
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);
  News news = { .message = response, .cause = cause };
  int wait;

  if (self->agent == NULL || request != self->modify_request)
    return;

  wait = response != NULL ? phone_sip_session_modify_retry_wait (self, response) : -1;
  if (wait >= 0)
    {
      news.wait = (guint) wait;
      phone_sip_session_modify_dispatch (self, EVENT_CROSSED, &news);
    }
  else
    {
      phone_sip_session_modify_dispatch (self, EVENT_REFUSED, &news);
    }
}

static void
phone_sip_session_modify_return_error (GTask      *task,
                                       int         code,
                                       guint       status,
                                       const char *cause)
{
  g_task_set_task_data (task, GUINT_TO_POINTER (status), NULL);
  g_task_return_new_error (task, PHONE_SIP_ERROR, code, "%s", cause);
  g_object_unref (task);
}

static int
phone_sip_session_modify_get_error (const News *news)
{
  if (news->message != NULL)
    return PHONE_SIP_ERROR_REFUSED;

  return g_strcmp0 (news->cause, PHONE_SIP_CAUSE_REQUEST_TIMEOUT) == 0 ? PHONE_SIP_ERROR_TIMEOUT : PHONE_SIP_ERROR_NOT_CONNECTED;
}

static void
phone_sip_session_modify_transmit (PhoneSipSession *self,
                                   const News      *news)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *contact = phone_sip_session_create_contact (self);
  g_autoptr(PhoneSipRequest) request = phone_sip_session_create_request (self, self->dialog, phone_sip_method_to_string (self->modify_method));
  News failure = { .cause = PHONE_SIP_CAUSE_INTERNAL_ERROR };

  /* Theirs may have passed since a refresh was due. */
  if (self->refreshing && self->modify_sdp != NULL)
    {
      g_free (self->modify_sdp);
      self->modify_sdp = g_strdup (self->local_sdp);
    }
  phone_sip_request_set_header (request, "Contact", contact);
  phone_sip_session_offer_timer (self, request);
  if (self->modify_sdp != NULL)
    phone_sip_request_set_body (request, PHONE_SIP_SDP, self->modify_sdp, -1);

  self->modify_tries++;
  g_set_object (&self->modify_request, request);
  g_signal_connect_object (request, "succeeded", G_CALLBACK (phone_sip_session_modify_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (request, "failed", G_CALLBACK (phone_sip_session_modify_failed_cb), self, G_CONNECT_SWAPPED);

  if (!phone_sip_request_add_lines (request, (const char * const *) self->modify_headers, &error) ||
      !phone_sip_request_send (request, &error))
    {
      g_debug ("modification not sent: %s", error->message);
      phone_sip_session_modify_dispatch (self, EVENT_REFUSED, &failure);
    }
}

static gboolean
phone_sip_session_modify_acknowledge (PhoneSipSession  *self,
                                      PhoneSipMessage  *response,
                                      const char       *sdp,
                                      GError          **error)
{
  PhoneSipEndpoint *endpoint = phone_sip_agent_get_endpoint (self->agent);
  PhoneSipMessage *ack = phone_sip_dialog_create_ack (self->dialog, endpoint, phone_sip_message_get_cseq (response),
                                                      phone_sip_request_get_message (self->modify_request),
                                                      sdp != NULL ? PHONE_SIP_SDP : NULL, sdp, error);

  if (ack == NULL)
    return FALSE;

  g_clear_pointer (&self->modify_ack, phone_sip_message_unref);
  self->modify_ack = ack;
  phone_sip_endpoint_send (endpoint, ack);

  return TRUE;
}

static void
phone_sip_session_modify_complete (PhoneSipSession *self,
                                   const News      *news)
{
  const char *sdp = phone_sip_session_modify_read (news->message);
  GTask *task = g_steal_pointer (&self->task);
  gboolean changed = self->refreshing && sdp != NULL && g_strcmp0 (sdp, self->remote_sdp) != 0;

  phone_sip_dialog_refresh_target (self->dialog, news->message);
  if (self->modify_method == PHONE_SIP_METHOD_INVITE)
    phone_sip_session_modify_acknowledge (self, news->message, NULL, NULL);
  phone_sip_session_agree_timer_uac (self, news->message);
  phone_sip_session_start_timer (self);
  if (self->modify_sdp != NULL)
    phone_sip_session_set_local_sdp (self, self->modify_sdp);
  if (sdp != NULL)
    phone_sip_session_set_remote_sdp (self, sdp);
  phone_sip_session_modify_forget (self);

  if (task != NULL)
    {
      g_task_set_task_data (task, GUINT_TO_POINTER (phone_sip_message_get_status (news->message)), NULL);
      g_task_return_pointer (task, g_strdup (sdp != NULL ? sdp : ""), g_free);
      g_object_unref (task);
    }
  if (changed)
    phone_sip_session_emit_modified (self, sdp);
}

/* The ACK waits for answer (). */
static void
phone_sip_session_modify_owe (PhoneSipSession *self,
                              const News      *news)
{
  GTask *task = g_steal_pointer (&self->task);

  phone_sip_dialog_refresh_target (self->dialog, news->message);
  phone_sip_session_agree_timer_uac (self, news->message);
  self->modify_owed = phone_sip_message_ref (news->message);
  phone_sip_session_set_remote_sdp (self, phone_sip_session_modify_read (news->message));

  if (task != NULL)
    {
      g_task_set_task_data (task, GUINT_TO_POINTER (phone_sip_message_get_status (news->message)), NULL);
      g_task_return_pointer (task, g_strdup (self->remote_sdp), g_free);
      g_object_unref (task);
    }
}

static void
phone_sip_session_modify_cross (PhoneSipSession *self,
                                const News      *news)
{
  phone_sip_session_modify_wait (self, news->wait);
}

static void
phone_sip_session_modify_fail (PhoneSipSession *self,
                               const News      *news)
{
  guint status = news->message != NULL ? phone_sip_message_get_status (news->message) : 0;
  GTask *task = g_steal_pointer (&self->task);
  PhoneSipSessionNews gone = { .message = news->message, .originator = "remote", .cause = PHONE_SIP_CAUSE_DIALOG_ERROR };
  gboolean refreshing = self->refreshing;

  phone_sip_session_modify_forget (self);
  if (refreshing)
    phone_sip_session_refresh_failed (self);
  if (task != NULL)
    phone_sip_session_modify_return_error (task, phone_sip_session_modify_get_error (news), status, news->cause);
  if (status == 481)
    phone_sip_session_dispatch (self, PHONE_SIP_SESSION_EVENT_BREAK, &gone);
}

/* Theirs passes while ours waits to go again: what ours says was true before theirs, so its owner is to offer anew. A refresh of
 * our own says nothing new and just waits on. NULL: nothing of the owner's waits. */
static GTask *
phone_sip_session_modify_yield (PhoneSipSession *self)
{
  GTask *task = self->modification == PHONE_SIP_MODIFICATION_WAITING ? g_steal_pointer (&self->task) : NULL;

  if (task != NULL)
    {
      phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &self->modify_timer);
      phone_sip_session_modify_forget (self);
    }

  return task;
}

static void
phone_sip_session_modify_look_again (PhoneSipSession *self,
                                     const News      *news)
{
  phone_sip_session_modify_wait (self, BUSY_WAIT);
}

#define GO(next, action) PHONE_SIP_GO (PHONE_SIP_MODIFICATION_ ## next, phone_sip_session_modify_ ## action)
#define GO_ONLY(next) PHONE_SIP_GO_ONLY (PHONE_SIP_MODIFICATION_ ## next)

static const PhoneSipTransition table[PHONE_SIP_N_MODIFICATIONS][N_EVENTS] = {
  [PHONE_SIP_MODIFICATION_STABLE] = {
    [EVENT_SEND]           = GO (SENT, transmit),
    [EVENT_DEFER]          = GO_ONLY (WAITING),
    [EVENT_DUE]            = GO (SENT, transmit),
    [EVENT_RECEIVE]        = GO_ONLY (RECEIVED),
  },
  [PHONE_SIP_MODIFICATION_SENT] = {
    [EVENT_ANSWERED]       = GO (STABLE, complete),
    [EVENT_ASKED]          = GO (OWED, owe),
    [EVENT_CROSSED]        = GO (WAITING, cross),
    [EVENT_REFUSED]        = GO (STABLE, fail),
  },
  [PHONE_SIP_MODIFICATION_WAITING] = {
    [EVENT_DUE]            = GO (SENT, transmit),
    [EVENT_RECEIVE]        = GO_ONLY (RECEIVED),
  },
  [PHONE_SIP_MODIFICATION_OWED] = {
    [EVENT_ACK]            = GO_ONLY (STABLE),
  },
  [PHONE_SIP_MODIFICATION_RECEIVED] = {
    [EVENT_DUE]            = GO (RECEIVED, look_again),
    [EVENT_RESPOND]        = GO_ONLY (STABLE),
    [EVENT_RESPOND_INVITE] = GO_ONLY (UNACKNOWLEDGED),
    [EVENT_DROP]           = GO_ONLY (STABLE),
  },
  [PHONE_SIP_MODIFICATION_UNACKNOWLEDGED] = {
    [EVENT_DUE]            = GO (UNACKNOWLEDGED, look_again),
    [EVENT_ACK]            = GO_ONLY (STABLE),
  },
};

#undef GO
#undef GO_ONLY

static const char * const state_names[] = { "STABLE", "SENT", "WAITING", "OWED", "RECEIVED", "UNACKNOWLEDGED" };

static const char * const event_names[] = {
  "SEND", "DEFER", "DUE", "ANSWERED", "ASKED", "CROSSED", "REFUSED", "RECEIVE", "RESPOND", "RESPOND_INVITE", "DROP", "ACK",
};

static const PhoneSipMachine machine = {
  "phone_sip_session_modify_", state_names, PHONE_SIP_N_MODIFICATIONS, event_names, N_EVENTS, &table[0][0],
};

G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == PHONE_SIP_N_MODIFICATIONS);
G_STATIC_ASSERT (G_N_ELEMENTS (event_names) == N_EVENTS);

static void
phone_sip_session_modify_dispatch (PhoneSipSession *self,
                                   Event            event,
                                   const News      *news)
{
  static const News nothing = { NULL, };
  const PhoneSipTransition *cell = phone_sip_machine_look_up (&machine, self->modification, event);

  if (cell == NULL)
    {
      g_debug ("modification: %s means nothing in %s", event_names[event], state_names[self->modification]);
      return;
    }

  self->modification = cell->next - 1;
  if (cell->action != NULL)
    ((Action) cell->action) (self, news != NULL ? news : &nothing);
}

static void
phone_sip_session_modify_begin (PhoneSipSession    *self,
                                PhoneSipMethod      method,
                                const char         *sdp,
                                const char * const *headers)
{
  self->modify_method = method;
  self->modify_sdp = g_strdup (sdp);
  self->modify_headers = g_strdupv ((char **) headers);
  self->modify_tries = 0;
  phone_sip_session_modify_dispatch (self, self->state == PHONE_SIP_SESSION_STATE_CONFIRMED ? EVENT_SEND : EVENT_DEFER, NULL);
}

static void
phone_sip_session_modify_release_theirs (PhoneSipSession *self)
{
  phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &self->modify_guard);
  if (self->modify_transaction != NULL)
    phone_sip_server_transaction_set_owner (self->modify_transaction, NULL, NULL);
  g_clear_object (&self->modify_transaction);
}

static void
phone_sip_session_modify_cancelled_cb (gpointer         owner,
                                       PhoneSipMessage *cancel)
{
  PhoneSipSession *self = owner;

  phone_sip_server_transaction_reply (self->modify_transaction, 487, NULL, NULL);
  phone_sip_session_modify_release_theirs (self);
  phone_sip_session_modify_dispatch (self, EVENT_DROP, NULL);
}

static void
phone_sip_session_modify_lost_cb (gpointer    owner,
                                  const char *cause)
{
  phone_sip_session_modify_release_theirs (owner);
  phone_sip_session_modify_dispatch (owner, EVENT_DROP, NULL);
}

static const PhoneSipServerTransactionOwner transaction_owner = {
  phone_sip_session_modify_cancelled_cb,
  phone_sip_session_modify_lost_cb,
};

static void
phone_sip_session_modify_guard_cb (gpointer data)
{
  PhoneSipSession *self = data;
  g_autoptr(PhoneSipSession) kept = g_object_ref (self);

  self->modify_guard = 0;
  phone_sip_session_refuse_modification (self, 500, NULL, NULL, NULL);
}

/* Our 200 to their INVITE or UPDATE; NULL and error if it cannot be written. */
static gboolean
phone_sip_session_modify_respond (PhoneSipSession            *self,
                                  PhoneSipServerTransaction  *transaction,
                                  const char                 *sdp,
                                  GError                    **error)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  gboolean invite = phone_sip_message_get_method (request) == PHONE_SIP_METHOD_INVITE;
  gboolean offered = phone_sip_session_modify_read (request) != NULL;
  PhoneSipMessageBuilder *builder = phone_sip_session_create_reply (self, transaction, 200);
  g_autoptr(PhoneSipMessage) response = NULL;

  phone_sip_session_add_abilities (self, builder, request);
  response = phone_sip_agent_end_reply (builder, NULL, PHONE_SIP_SDP, sdp, error);
  if (response == NULL)
    return FALSE;

  phone_sip_dialog_refresh_target (self->dialog, request);
  if (offered)
    phone_sip_session_set_remote_sdp (self, phone_sip_session_modify_read (request));
  if (sdp != NULL)
    phone_sip_session_set_local_sdp (self, sdp);
  phone_sip_server_transaction_respond (transaction, response);
  if (invite)
    phone_sip_session_await_ack (self, transaction, response, !offered);
  phone_sip_session_start_timer (self);

  return TRUE;
}

/* The status that refuses theirs before anybody is asked, or 0. */
static guint
phone_sip_session_modify_check (PhoneSipSession *self,
                                PhoneSipMessage *request)
{
  gboolean invite = phone_sip_message_get_method (request) == PHONE_SIP_METHOD_INVITE;
  gboolean offers = phone_sip_session_modify_read (request) != NULL;

  if (phone_sip_message_get_body (request, NULL) != NULL && !offers)
    return 415;
  if (!phone_sip_session_is_established (self) && (invite || offers))
    return 403;
  if (!invite && !offers)
    return 0;
  if (self->owed != NULL || self->modification == PHONE_SIP_MODIFICATION_SENT || self->modification == PHONE_SIP_MODIFICATION_OWED ||
      self->unacknowledged.wants_answer)
    return 491;
  if (self->modification == PHONE_SIP_MODIFICATION_RECEIVED || self->modification == PHONE_SIP_MODIFICATION_UNACKNOWLEDGED ||
      (invite && self->unacknowledged.response != NULL))
    return 500;

  return 0;
}

static void
phone_sip_session_modify_refuse_early (PhoneSipSession           *self,
                                       PhoneSipServerTransaction *transaction,
                                       guint                      status)
{
  g_autofree char *later = g_strdup_printf ("Retry-After: %d", g_random_int_range (1, 11));
  const char *later_lines[] = { later, NULL };
  static const char * const accept_lines[] = { "Accept: " PHONE_SIP_SDP, NULL };

  if (status == 491)
    phone_sip_dialog_allow_repeat (self->dialog, phone_sip_server_transaction_get_request (transaction));
  phone_sip_server_transaction_reply (transaction, status, status == 403 ? "Wrong Status" : NULL,
                                      status == 500 ? later_lines : status == 415 ? accept_lines : NULL);
}

void
phone_sip_session_receive_modification (PhoneSipSession           *self,
                                        PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *sdp = phone_sip_session_modify_read (request);
  guint status = phone_sip_session_modify_check (self, request);
  guint limit = phone_sip_message_get_method (request) == PHONE_SIP_METHOD_INVITE ? LIMIT_INVITE : LIMIT_UPDATE;
  GTask *yielded;

  if (status != 0)
    {
      phone_sip_session_modify_refuse_early (self, transaction, status);
      return;
    }
  if (phone_sip_session_refuse_timer (self, transaction))
    return;
  if (sdp == NULL && phone_sip_message_get_method (request) == PHONE_SIP_METHOD_UPDATE)
    {
      phone_sip_session_modify_respond (self, transaction, NULL, NULL);
      phone_sip_session_emit_refreshed (self, request);
      return;
    }

  self->modify_transaction = g_object_ref (transaction);
  phone_sip_server_transaction_set_owner (transaction, &transaction_owner, self);
  yielded = phone_sip_session_modify_yield (self);
  phone_sip_session_modify_dispatch (self, EVENT_RECEIVE, NULL);
  self->modify_guard = phone_sip_clock_add (phone_sip_agent_get_clock (self->agent), limit, phone_sip_session_modify_guard_cb, self);
  if (!phone_sip_session_emit_modification (self, request, sdp))
    phone_sip_session_refuse_modification (self, 488, NULL, NULL, NULL);
  if (yielded != NULL)
    phone_sip_session_modify_return_error (yielded, PHONE_SIP_ERROR_REFUSED, 491, phone_sip_status_get_reason (491));
}

/* The ACK to our 2xx to a re-INVITE. */
void
phone_sip_session_modification_acknowledged (PhoneSipSession *self,
                                             PhoneSipMessage *ack)
{
  gboolean wants_answer = self->unacknowledged.wants_answer;
  const char *sdp = phone_sip_session_modify_read (ack);

  phone_sip_session_stop_awaiting (self);
  phone_sip_session_modify_dispatch (self, EVENT_ACK, NULL);
  if (wants_answer)
    {
      if (sdp != NULL)
        phone_sip_session_set_remote_sdp (self, sdp);
      phone_sip_session_emit_modified (self, sdp);
    }
}

void
phone_sip_session_modification_confirmed (PhoneSipSession *self)
{
  if (self->modification == PHONE_SIP_MODIFICATION_WAITING && self->state == PHONE_SIP_SESSION_STATE_CONFIRMED && self->modify_timer == 0)
    phone_sip_session_modify_dispatch (self, EVENT_DUE, NULL);
}

gboolean
phone_sip_session_refresh (PhoneSipSession *self)
{
  gboolean update = phone_sip_agent_get_config (self->agent)->session_timers_update && self->peer_updates;

  if (self->state != PHONE_SIP_SESSION_STATE_CONFIRMED || !phone_sip_session_is_ready_to_modify (self))
    return FALSE;

  self->refreshing = TRUE;
  phone_sip_session_modify_begin (self, update ? PHONE_SIP_METHOD_UPDATE : PHONE_SIP_METHOD_INVITE, update ? NULL : self->local_sdp, NULL);

  return TRUE;
}

void
phone_sip_session_stop_modify (PhoneSipSession *self)
{
  GTask *task = g_steal_pointer (&self->task);

  phone_sip_clock_clear (phone_sip_agent_get_clock (self->agent), &self->modify_timer);
  if (self->modify_request != NULL)
    g_signal_handlers_disconnect_by_data (self->modify_request, self);
  phone_sip_session_modify_forget (self);
  g_clear_pointer (&self->modify_owed, phone_sip_message_unref);
  if (self->modify_transaction != NULL && self->modification == PHONE_SIP_MODIFICATION_RECEIVED)
    {
      phone_sip_server_transaction_set_owner (self->modify_transaction, NULL, NULL);
      phone_sip_server_transaction_reply (self->modify_transaction, 487, NULL, NULL);
    }
  phone_sip_session_modify_release_theirs (self);
  self->modification = PHONE_SIP_MODIFICATION_STABLE;
  if (task != NULL)
    phone_sip_session_modify_return_error (task, PHONE_SIP_ERROR_CLOSED, 0, "the session has ended");
}

void
phone_sip_session_modify_pay_ack (PhoneSipSession *self)
{
  if (self->modify_owed != NULL)
    phone_sip_session_modify_acknowledge (self, self->modify_owed, NULL, NULL);
  g_clear_pointer (&self->modify_owed, phone_sip_message_unref);
}

char *
phone_sip_modification_print_machine (void)
{
  return phone_sip_machine_to_string (&machine);
}

gboolean
phone_sip_session_has_modification (PhoneSipSession *self)
{
  return self->modify_method != PHONE_SIP_METHOD_UNKNOWN;
}

/**
 * phone_sip_session_modify_async:
 * @self: a session that is up
 * @method: %PHONE_SIP_METHOD_INVITE or %PHONE_SIP_METHOD_UPDATE
 * @sdp: (nullable): our offer
 * @extra_headers: (nullable): "Name: value" lines
 * @cancellable: (nullable): only the answer is forgotten, not the request
 * @callback: called at the end
 * @data: for @callback
 *
 * Offers a new description. 491 and the like are tried again by the rules, unless the peer's own offer passes meanwhile: then
 * this ends with %PHONE_SIP_ERROR_REFUSED and 491, for a new one after it. Before the ACK to our 200 it waits for that.
 */
void
phone_sip_session_modify_async (PhoneSipSession     *self,
                                PhoneSipMethod       method,
                                const char          *sdp,
                                const char * const  *extra_headers,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             data)
{
  GTask *task;

  g_return_if_fail (PHONE_IS_SIP_SESSION (self));
  g_return_if_fail (method == PHONE_SIP_METHOD_INVITE || method == PHONE_SIP_METHOD_UPDATE);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, phone_sip_session_modify_async);

  if (self->agent == NULL || !phone_sip_session_is_ready_to_modify (self))
    {
      phone_sip_session_modify_return_error (task, PHONE_SIP_ERROR_INVALID_STATE, 0, "the session is not ready for it");
      return;
    }

  self->task = task;
  phone_sip_session_modify_begin (self, method, sdp, extra_headers);
}

/**
 * phone_sip_session_modify_finish:
 * @self: a session
 * @result: of the callback
 * @out_status: (out) (optional): the final status of the peer, 0 if there was none
 * @error: return location
 *
 * The call goes on whatever this returns. An INVITE without @sdp gives the peer's offer: phone_sip_session_answer() must follow.
 *
 * Returns: (transfer full) (nullable): the peer's description, "" if the response had none; %NULL with %PHONE_SIP_ERROR_REFUSED,
 *   %PHONE_SIP_ERROR_TIMEOUT, %PHONE_SIP_ERROR_NOT_CONNECTED, %PHONE_SIP_ERROR_INVALID_STATE (not up, or busy) or %PHONE_SIP_ERROR_CLOSED
 */
char *
phone_sip_session_modify_finish (PhoneSipSession  *self,
                                 GAsyncResult     *result,
                                 guint            *out_status,
                                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (out_status != NULL)
    *out_status = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
phone_sip_session_modify_answer_owed (PhoneSipSession  *self,
                                      const char       *sdp,
                                      GError          **error)
{
  if (!phone_sip_session_modify_acknowledge (self, self->modify_owed, sdp, error))
    return FALSE;

  g_clear_pointer (&self->modify_owed, phone_sip_message_unref);
  phone_sip_session_set_local_sdp (self, sdp);
  phone_sip_session_modify_forget (self);
  phone_sip_session_modify_dispatch (self, EVENT_ACK, NULL);
  phone_sip_session_start_timer (self);

  return TRUE;
}

/**
 * phone_sip_session_answer:
 * @self: a session
 * @sdp: our answer, or our offer if their INVITE had none
 * @error: return location
 *
 * Our half of what "modification", "offer" or a modification without offer left open.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_STATE if nothing is open: it may have been cancelled meanwhile, or answered 500
 *   because nothing was said for 32 s (UPDATE: 16 s)
 */
gboolean
phone_sip_session_answer (PhoneSipSession  *self,
                          const char       *sdp,
                          GError          **error)
{
  g_autoptr(PhoneSipServerTransaction) transaction = NULL;
  gboolean invite;

  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);
  g_return_val_if_fail (sdp != NULL, FALSE);

  if (self->agent != NULL && self->owed != NULL)
    return phone_sip_session_acknowledge (self, sdp, error);
  if (self->agent != NULL && self->prack_owed != NULL)
    return phone_sip_session_answer_provisional (self, sdp, error);
  if (self->agent != NULL && self->modification == PHONE_SIP_MODIFICATION_OWED)
    return phone_sip_session_modify_answer_owed (self, sdp, error);
  if (self->agent == NULL || self->modification != PHONE_SIP_MODIFICATION_RECEIVED)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "nothing waits for an answer");
      return FALSE;
    }

  transaction = g_object_ref (self->modify_transaction);
  if (!phone_sip_session_modify_respond (self, transaction, sdp, error))
    return FALSE;

  invite = phone_sip_message_get_method (phone_sip_server_transaction_get_request (transaction)) == PHONE_SIP_METHOD_INVITE;
  phone_sip_session_modify_release_theirs (self);
  phone_sip_session_modify_dispatch (self, invite ? EVENT_RESPOND_INVITE : EVENT_RESPOND, NULL);

  return TRUE;
}

/**
 * phone_sip_session_refuse_modification:
 * @self: a session whose peer asks for a modification
 * @status: 300 to 699; 0 is 403
 * @reason: (nullable): the phrase
 * @extra_headers: (nullable): "Name: value" lines
 * @error: return location
 *
 * The call goes on as it was.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_ARGUMENT (status) or %PHONE_SIP_ERROR_INVALID_STATE (nothing is asked)
 */
gboolean
phone_sip_session_refuse_modification (PhoneSipSession     *self,
                                       guint                status,
                                       const char          *reason,
                                       const char * const  *extra_headers,
                                       GError             **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_SESSION (self), FALSE);

  if (status == 0)
    status = DEFAULT_STATUS;
  if (status < 300 || status > 699)
    {
      g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "%u is no refusal", status);
      return FALSE;
    }
  if (self->agent == NULL || self->modification != PHONE_SIP_MODIFICATION_RECEIVED)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "nothing waits for an answer");
      return FALSE;
    }

  phone_sip_server_transaction_set_owner (self->modify_transaction, NULL, NULL);
  phone_sip_server_transaction_reply (self->modify_transaction, status, reason, extra_headers);
  phone_sip_session_modify_release_theirs (self);
  phone_sip_session_modify_dispatch (self, EVENT_DROP, NULL);

  return TRUE;
}
