/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 §17.2 with RFC 6026. One type, two tables: INVITE (Figure 7) and everything else (Figure 8).
 *
 * The transport is always reliable: no response is repeated for want of an ACK (Timer G), and Timers I and J are zero. What
 * is left is H (no ACK to a refusal), L (2xx and its stray ACKs) and the provisional response that is said again each minute
 * so that no proxy on the way loses patience (RFC 3261 §13.3.1.1). A 2xx is repeated by the session, which knows its ACK. */
#include "config.h"
#include "phone-sip-server-transaction.h"

#include "phone-sip-endpoint-private.h"
#include "phone-sip-machine.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#define REMINDER   60000u      /* ms */
#define TAG_LENGTH 10u

typedef PhoneSipServerTransactionState State;

#define TRYING     PHONE_SIP_SERVER_TRANSACTION_STATE_TRYING
#define PROCEEDING PHONE_SIP_SERVER_TRANSACTION_STATE_PROCEEDING
#define ACCEPTED   PHONE_SIP_SERVER_TRANSACTION_STATE_ACCEPTED
#define COMPLETED  PHONE_SIP_SERVER_TRANSACTION_STATE_COMPLETED
#define CONFIRMED  PHONE_SIP_SERVER_TRANSACTION_STATE_CONFIRMED
#define TERMINATED PHONE_SIP_SERVER_TRANSACTION_STATE_TERMINATED
#define N_STATES   (TERMINATED + 1)

typedef enum
{
  EV_REQUEST,           /* the same again */
  EV_ACK,
  EV_CANCEL,
  EV_1XX,               /* from the owner, as the next two */
  EV_2XX,
  EV_FINAL,
  EV_TIMER,
  EV_LINGERED,          /* a wait of zero is over */
  EV_TRANSPORT,
  EV_ABANDON,
  N_EVENTS
} Event;

typedef void (*Action) (PhoneSipServerTransaction *self, PhoneSipMessage *message);

struct _PhoneSipServerTransaction
{
  GObject                 parent_instance;

  PhoneSipEndpoint       *endpoint;             /* borrowed; NULL once terminated */
  PhoneSipMessage        *request;
  PhoneSipMessage        *response;             /* the last one */
  const PhoneSipMachine  *machine;
  State                   state;
  guint                   timer_id;
  char                   *to_tag;
  gboolean                answered;             /* finally */
  const PhoneSipServerTransactionOwner *owner_table;
  gpointer                owner;                /* borrowed */
};

G_DEFINE_FINAL_TYPE (PhoneSipServerTransaction, phone_sip_server_transaction, G_TYPE_OBJECT)

enum
{
  SIGNAL_CANCELLED,
  SIGNAL_ACKNOWLEDGED,
  SIGNAL_FAILED,
  SIGNAL_TERMINATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean phone_sip_server_transaction_dispatch (PhoneSipServerTransaction *self, Event event, PhoneSipMessage *message);

static void
phone_sip_server_transaction_timer_cb (gpointer data)
{
  PhoneSipServerTransaction *self = data;

  self->timer_id = 0;
  phone_sip_server_transaction_dispatch (self, EV_TIMER, NULL);
}

static void
phone_sip_server_transaction_stop_timer (PhoneSipServerTransaction *self)
{
  if (self->timer_id != 0)
    phone_sip_clock_clear (phone_sip_endpoint_get_clock (self->endpoint), &self->timer_id);
}

static void
phone_sip_server_transaction_start_timer (PhoneSipServerTransaction *self,
                                          guint                      milliseconds)
{
  phone_sip_server_transaction_stop_timer (self);
  self->timer_id = phone_sip_clock_add (phone_sip_endpoint_get_clock (self->endpoint), milliseconds,
                                        phone_sip_server_transaction_timer_cb, self);
}

static void
phone_sip_server_transaction_count_answer (PhoneSipServerTransaction *self)
{
  if (self->answered)
    return;

  self->answered = TRUE;
  phone_sip_endpoint_answered (self->endpoint, self);
}

static void
phone_sip_server_transaction_repeat (PhoneSipServerTransaction *self,
                                     PhoneSipMessage           *message)
{
  if (self->response != NULL)
    phone_sip_endpoint_send (self->endpoint, self->response);
}

static void
phone_sip_server_transaction_remind (PhoneSipServerTransaction *self,
                                     PhoneSipMessage           *message)
{
  phone_sip_server_transaction_start_timer (self, REMINDER);
  phone_sip_server_transaction_repeat (self, NULL);
}

static void
phone_sip_server_transaction_send (PhoneSipServerTransaction *self,
                                   PhoneSipMessage           *message)
{
  phone_sip_message_ref (message);
  g_clear_pointer (&self->response, phone_sip_message_unref);
  self->response = message;
  phone_sip_endpoint_send (self->endpoint, message);
}

static void
phone_sip_server_transaction_provide (PhoneSipServerTransaction *self,
                                      PhoneSipMessage           *message)
{
  if (phone_sip_message_get_status (message) > 100)
    phone_sip_server_transaction_start_timer (self, REMINDER);

  phone_sip_server_transaction_send (self, message);
}

static void
phone_sip_server_transaction_accept (PhoneSipServerTransaction *self,
                                     PhoneSipMessage           *message)
{
  phone_sip_server_transaction_count_answer (self);
  phone_sip_server_transaction_start_timer (self, PHONE_SIP_TIMER_64_T1);
  phone_sip_server_transaction_send (self, message);
}

static void
phone_sip_server_transaction_refuse (PhoneSipServerTransaction *self,
                                     PhoneSipMessage           *message)
{
  phone_sip_server_transaction_count_answer (self);
  phone_sip_server_transaction_start_timer (self, PHONE_SIP_TIMER_64_T1);
  phone_sip_server_transaction_send (self, message);
}

static void
phone_sip_server_transaction_finish (PhoneSipServerTransaction *self,
                                     PhoneSipMessage           *message)
{
  phone_sip_server_transaction_count_answer (self);
  phone_sip_server_transaction_send (self, message);
  phone_sip_server_transaction_dispatch (self, EV_LINGERED, NULL);
}

static void
phone_sip_server_transaction_cancel (PhoneSipServerTransaction *self,
                                     PhoneSipMessage           *message)
{
  if (self->owner_table != NULL)
    self->owner_table->cancelled (self->owner, message);

  g_signal_emit (self, signals[SIGNAL_CANCELLED], 0, message);
}

/* RFC 6026 §7.1: in Accepted the ACK is the owner's. */
static void
phone_sip_server_transaction_pass_ack (PhoneSipServerTransaction *self,
                                       PhoneSipMessage           *message)
{
  phone_sip_endpoint_pass_ack (self->endpoint, message);
}

static void
phone_sip_server_transaction_confirm (PhoneSipServerTransaction *self,
                                      PhoneSipMessage           *message)
{
  phone_sip_server_transaction_stop_timer (self);
  g_signal_emit (self, signals[SIGNAL_ACKNOWLEDGED], 0);
  phone_sip_server_transaction_dispatch (self, EV_LINGERED, NULL);
}

static void
phone_sip_server_transaction_report_failure (PhoneSipServerTransaction *self,
                                             const char                *cause)
{
  if (self->owner_table != NULL)
    self->owner_table->failed (self->owner, cause);

  g_signal_emit (self, signals[SIGNAL_FAILED], 0, cause);
}

static void
phone_sip_server_transaction_miss_ack (PhoneSipServerTransaction *self,
                                       PhoneSipMessage           *message)
{
  phone_sip_server_transaction_report_failure (self, PHONE_SIP_CAUSE_NO_ACK);
}

static void
phone_sip_server_transaction_fail (PhoneSipServerTransaction *self,
                                   PhoneSipMessage           *message)
{
  phone_sip_server_transaction_report_failure (self, PHONE_SIP_CAUSE_CONNECTION_ERROR);
}

/* RFC 3261 Figure 7 with RFC 6026's Accepted. */
static const PhoneSipTransition invite_table[N_STATES][N_EVENTS] = {
  [PROCEEDING] = { [EV_REQUEST]   = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_repeat),
                   [EV_CANCEL]    = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_cancel),
                   [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_provide),
                   [EV_2XX]       = PHONE_SIP_GO (ACCEPTED, phone_sip_server_transaction_accept),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_server_transaction_refuse),
                   [EV_TIMER]     = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_remind),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_server_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [ACCEPTED]   = { [EV_REQUEST]   = PHONE_SIP_GO_ONLY (ACCEPTED),
                   [EV_ACK]       = PHONE_SIP_GO (ACCEPTED, phone_sip_server_transaction_pass_ack),
                   [EV_2XX]       = PHONE_SIP_GO (ACCEPTED, phone_sip_server_transaction_send),
                   [EV_TIMER]     = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_TRANSPORT] = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [COMPLETED]  = { [EV_REQUEST]   = PHONE_SIP_GO (COMPLETED, phone_sip_server_transaction_repeat),
                   [EV_ACK]       = PHONE_SIP_GO (CONFIRMED, phone_sip_server_transaction_confirm),
                   [EV_TIMER]     = PHONE_SIP_GO (TERMINATED, phone_sip_server_transaction_miss_ack),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_server_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [CONFIRMED]  = { [EV_LINGERED]  = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_TRANSPORT] = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
};

/* RFC 3261 Figure 8. */
static const PhoneSipTransition other_table[N_STATES][N_EVENTS] = {
  [TRYING]     = { [EV_REQUEST]   = PHONE_SIP_GO_ONLY (TRYING),
                   [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_send),
                   [EV_2XX]       = PHONE_SIP_GO (COMPLETED, phone_sip_server_transaction_finish),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_server_transaction_finish),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_server_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [PROCEEDING] = { [EV_REQUEST]   = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_repeat),
                   [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_server_transaction_send),
                   [EV_2XX]       = PHONE_SIP_GO (COMPLETED, phone_sip_server_transaction_finish),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_server_transaction_finish),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_server_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [COMPLETED]  = { [EV_LINGERED]  = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_TRANSPORT] = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
};

static const char * const state_names[] = { "TRYING", "PROCEEDING", "ACCEPTED", "COMPLETED", "CONFIRMED", "TERMINATED" };
static const char * const event_names[] = { "REQUEST", "ACK", "CANCEL", "1XX", "2XX", "FINAL", "TIMER", "LINGERED", "TRANSPORT", "ABANDON" };

static const PhoneSipMachine invite_machine = { "phone_sip_server_transaction_", state_names, N_STATES, event_names, N_EVENTS, invite_table[0] };
static const PhoneSipMachine other_machine = { "phone_sip_server_transaction_", state_names, N_STATES, event_names, N_EVENTS, other_table[0] };

static void
phone_sip_server_transaction_terminate (PhoneSipServerTransaction *self)
{
  PhoneSipEndpoint *endpoint = self->endpoint;

  if (endpoint == NULL)
    return;

  phone_sip_server_transaction_stop_timer (self);
  phone_sip_server_transaction_count_answer (self);
  self->endpoint = NULL;
  phone_sip_endpoint_forget_server (endpoint, self);
  g_signal_emit (self, signals[SIGNAL_TERMINATED], 0);
}

static gboolean
phone_sip_server_transaction_dispatch (PhoneSipServerTransaction *self,
                                       Event                      event,
                                       PhoneSipMessage           *message)
{
  const PhoneSipTransition *transition = phone_sip_machine_look_up (self->machine, self->state, event);

  if (transition == NULL)
    {
      g_debug ("server transaction: nothing to do for event %d in state %d", event, self->state);
      return FALSE;
    }

  g_object_ref (self);
  self->state = transition->next - 1;

  if (transition->action != NULL)
    ((Action) transition->action) (self, message);

  if (self->state == TERMINATED)
    phone_sip_server_transaction_terminate (self);

  g_object_unref (self);

  return TRUE;
}

static void
phone_sip_server_transaction_finalize (GObject *object)
{
  PhoneSipServerTransaction *self = PHONE_SIP_SERVER_TRANSACTION (object);

  g_clear_pointer (&self->request, phone_sip_message_unref);
  g_clear_pointer (&self->response, phone_sip_message_unref);
  g_free (self->to_tag);

  G_OBJECT_CLASS (phone_sip_server_transaction_parent_class)->finalize (object);
}

static void
phone_sip_server_transaction_class_init (PhoneSipServerTransactionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->finalize = phone_sip_server_transaction_finalize;

  /**
   * PhoneSipServerTransaction::cancelled:
   * @cancel: the CANCEL, already answered
   *
   * No final response was sent yet; the owner now sends 487.
   */
  signals[SIGNAL_CANCELLED] =
    g_signal_new ("cancelled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE);

  /**
   * PhoneSipServerTransaction::acknowledged:
   *
   * The ACK to a response of 300 or above.
   */
  signals[SIGNAL_ACKNOWLEDGED] =
    g_signal_new ("acknowledged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);

  /**
   * PhoneSipServerTransaction::failed:
   * @cause: %PHONE_SIP_CAUSE_NO_ACK or %PHONE_SIP_CAUSE_CONNECTION_ERROR
   */
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__STRING,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PhoneSipServerTransaction::terminated:
   *
   * Always the last one.
   */
  signals[SIGNAL_TERMINATED] =
    g_signal_new ("terminated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);
  g_signal_set_va_marshaller (signals[SIGNAL_TERMINATED], type, g_cclosure_marshal_VOID__VOIDv);
}

static void
phone_sip_server_transaction_init (PhoneSipServerTransaction *self)
{
}

PhoneSipServerTransaction *
phone_sip_server_transaction_new (PhoneSipEndpoint *endpoint,
                                  PhoneSipMessage  *request)
{
  PhoneSipServerTransaction *self = g_object_new (PHONE_TYPE_SIP_SERVER_TRANSACTION, NULL);
  gboolean invite = phone_sip_message_get_method (request) == PHONE_SIP_METHOD_INVITE;

  self->endpoint = endpoint;
  self->request = phone_sip_message_ref (request);
  self->machine = invite ? &invite_machine : &other_machine;
  self->state = invite ? PROCEEDING : TRYING;

  return self;
}

void
phone_sip_server_transaction_set_owner (PhoneSipServerTransaction            *self,
                                        const PhoneSipServerTransactionOwner *table,
                                        gpointer                              owner)
{
  self->owner_table = table;
  self->owner = owner;
}

void
phone_sip_server_transaction_start (PhoneSipServerTransaction *self)
{
  if (self->machine == &invite_machine)
    phone_sip_server_transaction_reply (self, 100, NULL, NULL);
}

void
phone_sip_server_transaction_receive (PhoneSipServerTransaction *self,
                                      PhoneSipMessage           *request)
{
  PhoneSipMethod method = phone_sip_message_get_method (request);

  if (method == PHONE_SIP_METHOD_ACK)
    phone_sip_server_transaction_dispatch (self, EV_ACK, request);
  else if (method == PHONE_SIP_METHOD_CANCEL)
    phone_sip_server_transaction_dispatch (self, EV_CANCEL, request);
  else
    phone_sip_server_transaction_dispatch (self, EV_REQUEST, request);
}

void
phone_sip_server_transaction_break (PhoneSipServerTransaction *self)
{
  phone_sip_server_transaction_dispatch (self, EV_TRANSPORT, NULL);
}

void
phone_sip_server_transaction_abandon (PhoneSipServerTransaction *self)
{
  phone_sip_server_transaction_dispatch (self, EV_ABANDON, NULL);
}

/* Both tables as text, for the test that holds them beside the RFC. */
char *
phone_sip_server_transaction_print_table (void)
{
  g_autofree char *invite = phone_sip_machine_to_string (&invite_machine);
  g_autofree char *other = phone_sip_machine_to_string (&other_machine);

  return g_strconcat ("INVITE\n", invite, "\nother\n", other, NULL);
}

/**
 * phone_sip_server_transaction_get_request:
 *
 * Returns: (transfer none): what came
 */
PhoneSipMessage *
phone_sip_server_transaction_get_request (PhoneSipServerTransaction *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (self), NULL);

  return self->request;
}

PhoneSipServerTransactionState
phone_sip_server_transaction_get_state (PhoneSipServerTransaction *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (self), PHONE_SIP_SERVER_TRANSACTION_STATE_TERMINATED);

  return self->state;
}

/**
 * phone_sip_server_transaction_get_to_tag:
 *
 * Returns: the tag of the request's To if it has one, else the one that all our responses share
 */
const char *
phone_sip_server_transaction_get_to_tag (PhoneSipServerTransaction *self)
{
  const char *tag;

  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (self), NULL);

  tag = phone_sip_message_get_to_tag (self->request);

  if (tag != NULL)
    return tag;

  if (self->to_tag == NULL)
    self->to_tag = phone_sip_token_new (TAG_LENGTH);

  return self->to_tag;
}

/**
 * phone_sip_server_transaction_respond:
 * @response: made from the request
 *
 * Returns: FALSE if a final response went before or the connection is gone; a second 2xx to INVITE is passed on (RFC 6026 §7.1)
 */
gboolean
phone_sip_server_transaction_respond (PhoneSipServerTransaction *self,
                                      PhoneSipMessage           *response)
{
  guint status;

  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (self), FALSE);
  g_return_val_if_fail (response != NULL, FALSE);

  status = phone_sip_message_get_status (response);

  if (PHONE_SIP_STATUS_IS_PROVISIONAL (status))
    return phone_sip_server_transaction_dispatch (self, EV_1XX, response);

  if (PHONE_SIP_STATUS_IS_SUCCESS (status))
    return phone_sip_server_transaction_dispatch (self, EV_2XX, response);

  return phone_sip_server_transaction_dispatch (self, EV_FINAL, response);
}

/**
 * phone_sip_server_transaction_create_reply:
 * @reason: (nullable): NULL for the standard phrase
 *
 * Returns: (transfer full): a response with the headers of RFC 3261 §8.2.6, our tag and the endpoint's common headers, to
 * which more may be added
 */
PhoneSipMessageBuilder *
phone_sip_server_transaction_create_reply (PhoneSipServerTransaction *self,
                                           guint                      status,
                                           const char                *reason)
{
  const char *tag;

  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (self), NULL);

  tag = status > 100 ? phone_sip_server_transaction_get_to_tag (self) : NULL;

  if (self->endpoint == NULL)
    return phone_sip_message_builder_new_reply (self->request, status, reason, tag);

  return phone_sip_endpoint_create_reply (self->endpoint, self->request, status, reason, tag);
}

/**
 * phone_sip_server_transaction_reply:
 * @status: 100 to 699
 * @reason: (nullable): NULL for the standard phrase
 * @extra: (nullable): "Name: value" lines
 *
 * Returns: as phone_sip_server_transaction_respond(); FALSE too if a line is malformed
 */
gboolean
phone_sip_server_transaction_reply (PhoneSipServerTransaction *self,
                                    guint                      status,
                                    const char                *reason,
                                    const char * const        *extra)
{
  PhoneSipMessageBuilder *builder;
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(GError) error = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_SERVER_TRANSACTION (self), FALSE);
  g_return_val_if_fail (status >= 100 && status <= 699, FALSE);

  builder = phone_sip_server_transaction_create_reply (self, status, reason);

  for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, extra[i]);

  response = phone_sip_message_builder_end (builder, &error);

  if (response == NULL)
    {
      g_debug ("cannot write the response: %s", error->message);
      return FALSE;
    }

  return phone_sip_server_transaction_respond (self, response);
}
