/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 §17.1 with RFC 6026. One type, two tables: INVITE (Figure 5) and everything else (Figure 6).
 *
 * The transport is always reliable. So nothing is ever repeated (Timers A, E), the waits for stray repetitions are zero
 * (Timers D, K) and what is left of the timers is one at a time: B or F until the answer, M for the forks of an answered
 * INVITE, and 64*T1 after a CANCEL that nobody heeds (RFC 3261 §9.1).
 *
 * The CANCEL leaves without a transaction of its own: a reliable transport does not repeat it and its answer changes nothing. */
#include "config.h"
#include "phone-sip-client-transaction.h"

#include "phone-sip-endpoint-private.h"
#include "phone-sip-machine.h"
#include "phone-sip-message-private.h"
#include "phone-sip-status.h"

typedef PhoneSipClientTransactionState State;

#define CALLING    PHONE_SIP_CLIENT_TRANSACTION_STATE_CALLING
#define PROCEEDING PHONE_SIP_CLIENT_TRANSACTION_STATE_PROCEEDING
#define ACCEPTED   PHONE_SIP_CLIENT_TRANSACTION_STATE_ACCEPTED
#define COMPLETED  PHONE_SIP_CLIENT_TRANSACTION_STATE_COMPLETED
#define TERMINATED PHONE_SIP_CLIENT_TRANSACTION_STATE_TERMINATED
#define N_STATES   (TERMINATED + 1)

typedef enum
{
  EV_1XX,
  EV_2XX,
  EV_FINAL,             /* 300 to 699 */
  EV_CANCEL,            /* the owner wants no answer any more */
  EV_TIMER,
  EV_LINGERED,          /* a wait of zero is over */
  EV_TRANSPORT,
  EV_ABANDON,
  N_EVENTS
} Event;

typedef void (*Action) (PhoneSipClientTransaction *self, PhoneSipMessage *message);

struct _PhoneSipClientTransaction
{
  GObject                 parent_instance;

  PhoneSipEndpoint       *endpoint;             /* borrowed; NULL once terminated */
  PhoneSipMessage        *request;
  const PhoneSipMachine  *machine;
  State                   state;
  guint                   timer_id;
  char                  **cancel_lines;
  gboolean                cancelled;
  const PhoneSipClientTransactionOwner *owner_table;
  gpointer                owner;                /* borrowed */
};

G_DEFINE_FINAL_TYPE (PhoneSipClientTransaction, phone_sip_client_transaction, G_TYPE_OBJECT)

enum
{
  SIGNAL_RESPONSE,
  SIGNAL_FAILED,
  SIGNAL_TERMINATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void phone_sip_client_transaction_dispatch (PhoneSipClientTransaction *self, Event event, PhoneSipMessage *message);

static void
phone_sip_client_transaction_timer_cb (gpointer data)
{
  PhoneSipClientTransaction *self = data;

  self->timer_id = 0;
  phone_sip_client_transaction_dispatch (self, EV_TIMER, NULL);
}

static void
phone_sip_client_transaction_broken_cb (gpointer data)
{
  PhoneSipClientTransaction *self = data;

  self->timer_id = 0;
  phone_sip_client_transaction_dispatch (self, EV_TRANSPORT, NULL);
}

static void
phone_sip_client_transaction_stop_timer (PhoneSipClientTransaction *self)
{
  if (self->timer_id != 0)
    phone_sip_clock_clear (phone_sip_endpoint_get_clock (self->endpoint), &self->timer_id);
}

static void
phone_sip_client_transaction_start_timer (PhoneSipClientTransaction *self)
{
  phone_sip_client_transaction_stop_timer (self);
  self->timer_id = phone_sip_clock_add (phone_sip_endpoint_get_clock (self->endpoint), PHONE_SIP_TIMER_64_T1,
                                        phone_sip_client_transaction_timer_cb, self);
}

/* A request of the transaction's own: same Request-URI, same branch, same Call-ID, From and CSeq number. */
static PhoneSipMessageBuilder *
phone_sip_client_transaction_build (PhoneSipClientTransaction *self,
                                    const char                *method,
                                    const char                *to)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request (method, phone_sip_message_get_request_uri (self->request));
  guint n_headers = phone_sip_message_get_n_headers (self->request);
  gboolean via_done = FALSE;

  for (guint i = 0; i < n_headers; i++)
    {
      const char *value;
      PhoneSipHeader header = phone_sip_message_get_nth_header (self->request, i, NULL, &value);

      if (header == PHONE_SIP_HEADER_VIA && !via_done)
        {
          /* Our own Via stands alone on its line. */
          phone_sip_message_builder_add (builder, header, value);
          via_done = TRUE;
        }
      else if (header == PHONE_SIP_HEADER_ROUTE || header == PHONE_SIP_HEADER_FROM || header == PHONE_SIP_HEADER_CALL_ID)
        phone_sip_message_builder_add (builder, header, value);
      else if (header == PHONE_SIP_HEADER_TO)
        phone_sip_message_builder_add (builder, header, to != NULL ? to : value);
    }

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_MAX_FORWARDS, "69");
  phone_sip_message_builder_add_cseq (builder, phone_sip_message_get_cseq (self->request), method);

  return builder;
}

static void
phone_sip_client_transaction_send_built (PhoneSipClientTransaction *self,
                                         PhoneSipMessageBuilder    *builder)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PhoneSipMessage) message = phone_sip_message_builder_end (builder, &error);

  if (message != NULL)
    phone_sip_endpoint_send (self->endpoint, message);
  else
    g_debug ("cannot write it: %s", error->message);
}

static void
phone_sip_client_transaction_send_cancel (PhoneSipClientTransaction *self)
{
  PhoneSipMessageBuilder *builder = phone_sip_client_transaction_build (self, "CANCEL", NULL);

  for (guint i = 0; self->cancel_lines != NULL && self->cancel_lines[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, self->cancel_lines[i]);

  phone_sip_client_transaction_send_built (self, builder);
}

static void
phone_sip_client_transaction_deliver (PhoneSipClientTransaction *self,
                                      PhoneSipMessage           *message)
{
  if (self->owner_table != NULL)
    self->owner_table->response (self->owner, message);

  g_signal_emit (self, signals[SIGNAL_RESPONSE], 0, message);
}

static void
phone_sip_client_transaction_report_failure (PhoneSipClientTransaction *self,
                                             const char                *cause)
{
  if (self->owner_table != NULL)
    self->owner_table->failed (self->owner, cause);

  g_signal_emit (self, signals[SIGNAL_FAILED], 0, cause);
}

static void
phone_sip_client_transaction_proceed (PhoneSipClientTransaction *self,
                                      PhoneSipMessage           *message)
{
  phone_sip_client_transaction_stop_timer (self);

  if (self->cancelled)
    {
      phone_sip_client_transaction_send_cancel (self);
      phone_sip_client_transaction_start_timer (self);
    }

  phone_sip_client_transaction_deliver (self, message);
}

static void
phone_sip_client_transaction_linger (PhoneSipClientTransaction *self,
                                     PhoneSipMessage           *message)
{
  phone_sip_client_transaction_start_timer (self);
  phone_sip_client_transaction_deliver (self, message);
}

static void
phone_sip_client_transaction_complete (PhoneSipClientTransaction *self,
                                       PhoneSipMessage           *message)
{
  phone_sip_client_transaction_stop_timer (self);
  phone_sip_client_transaction_deliver (self, message);
  phone_sip_client_transaction_dispatch (self, EV_LINGERED, NULL);
}

/* RFC 3261 §17.1.1.3: the To of the ACK is that of the response. */
static void
phone_sip_client_transaction_acknowledge (PhoneSipClientTransaction *self,
                                          PhoneSipMessage           *message)
{
  const char *to = phone_sip_message_get_header (message, PHONE_SIP_HEADER_TO);

  phone_sip_client_transaction_send_built (self, phone_sip_client_transaction_build (self, "ACK", to));
  phone_sip_client_transaction_complete (self, message);
}

static void
phone_sip_client_transaction_remember_cancel (PhoneSipClientTransaction *self,
                                              PhoneSipMessage           *message)
{
  self->cancelled = TRUE;
}

static void
phone_sip_client_transaction_cancel_now (PhoneSipClientTransaction *self,
                                         PhoneSipMessage           *message)
{
  if (self->cancelled)
    return;

  self->cancelled = TRUE;
  phone_sip_client_transaction_start_timer (self);
  phone_sip_client_transaction_send_cancel (self);
}

static void
phone_sip_client_transaction_time_out (PhoneSipClientTransaction *self,
                                       PhoneSipMessage           *message)
{
  phone_sip_client_transaction_report_failure (self, PHONE_SIP_CAUSE_REQUEST_TIMEOUT);
}

static void
phone_sip_client_transaction_fail (PhoneSipClientTransaction *self,
                                   PhoneSipMessage           *message)
{
  phone_sip_client_transaction_report_failure (self, PHONE_SIP_CAUSE_CONNECTION_ERROR);
}

/* RFC 3261 Figure 5 with RFC 6026's Accepted. */
static const PhoneSipTransition invite_table[N_STATES][N_EVENTS] = {
  [CALLING]    = { [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_client_transaction_proceed),
                   [EV_2XX]       = PHONE_SIP_GO (ACCEPTED, phone_sip_client_transaction_linger),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_client_transaction_acknowledge),
                   [EV_CANCEL]    = PHONE_SIP_GO (CALLING, phone_sip_client_transaction_remember_cancel),
                   [EV_TIMER]     = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_time_out),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [PROCEEDING] = { [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_client_transaction_deliver),
                   [EV_2XX]       = PHONE_SIP_GO (ACCEPTED, phone_sip_client_transaction_linger),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_client_transaction_acknowledge),
                   [EV_CANCEL]    = PHONE_SIP_GO (PROCEEDING, phone_sip_client_transaction_cancel_now),
                   [EV_TIMER]     = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_time_out),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [ACCEPTED]   = { [EV_2XX]       = PHONE_SIP_GO (ACCEPTED, phone_sip_client_transaction_deliver),
                   [EV_TIMER]     = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_TRANSPORT] = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [COMPLETED]  = { [EV_LINGERED]  = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_TRANSPORT] = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
};

/* RFC 3261 Figure 6. Its Trying is our CALLING. */
static const PhoneSipTransition other_table[N_STATES][N_EVENTS] = {
  [CALLING]    = { [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_client_transaction_deliver),
                   [EV_2XX]       = PHONE_SIP_GO (COMPLETED, phone_sip_client_transaction_complete),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_client_transaction_complete),
                   [EV_TIMER]     = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_time_out),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [PROCEEDING] = { [EV_1XX]       = PHONE_SIP_GO (PROCEEDING, phone_sip_client_transaction_deliver),
                   [EV_2XX]       = PHONE_SIP_GO (COMPLETED, phone_sip_client_transaction_complete),
                   [EV_FINAL]     = PHONE_SIP_GO (COMPLETED, phone_sip_client_transaction_complete),
                   [EV_TIMER]     = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_time_out),
                   [EV_TRANSPORT] = PHONE_SIP_GO (TERMINATED, phone_sip_client_transaction_fail),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
  [COMPLETED]  = { [EV_LINGERED]  = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_TRANSPORT] = PHONE_SIP_GO_ONLY (TERMINATED),
                   [EV_ABANDON]   = PHONE_SIP_GO_ONLY (TERMINATED) },
};

static const char * const state_names[] = { "CALLING", "PROCEEDING", "ACCEPTED", "COMPLETED", "TERMINATED" };
static const char * const event_names[] = { "1XX", "2XX", "FINAL", "CANCEL", "TIMER", "LINGERED", "TRANSPORT", "ABANDON" };

static const PhoneSipMachine invite_machine = { "phone_sip_client_transaction_", state_names, N_STATES, event_names, N_EVENTS, invite_table[0] };
static const PhoneSipMachine other_machine = { "phone_sip_client_transaction_", state_names, N_STATES, event_names, N_EVENTS, other_table[0] };

static void
phone_sip_client_transaction_terminate (PhoneSipClientTransaction *self)
{
  PhoneSipEndpoint *endpoint = self->endpoint;

  if (endpoint == NULL)
    return;

  phone_sip_client_transaction_stop_timer (self);
  self->endpoint = NULL;
  phone_sip_endpoint_forget_client (endpoint, self);

  if (self->owner_table != NULL)
    self->owner_table->terminated (self->owner);

  g_signal_emit (self, signals[SIGNAL_TERMINATED], 0);
}

static void
phone_sip_client_transaction_dispatch (PhoneSipClientTransaction *self,
                                       Event                      event,
                                       PhoneSipMessage           *message)
{
  const PhoneSipTransition *transition = phone_sip_machine_look_up (self->machine, self->state, event);

  if (transition == NULL)
    {
      g_debug ("client transaction: nothing to do for event %d in state %d", event, self->state);
      return;
    }

  g_object_ref (self);
  self->state = transition->next - 1;

  if (transition->action != NULL)
    ((Action) transition->action) (self, message);

  if (self->state == TERMINATED)
    phone_sip_client_transaction_terminate (self);

  g_object_unref (self);
}

static void
phone_sip_client_transaction_finalize (GObject *object)
{
  PhoneSipClientTransaction *self = PHONE_SIP_CLIENT_TRANSACTION (object);

  g_clear_pointer (&self->request, phone_sip_message_unref);
  g_strfreev (self->cancel_lines);

  G_OBJECT_CLASS (phone_sip_client_transaction_parent_class)->finalize (object);
}

static void
phone_sip_client_transaction_class_init (PhoneSipClientTransactionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->finalize = phone_sip_client_transaction_finalize;

  /**
   * PhoneSipClientTransaction::response:
   * @response: a provisional one, the first final one, or for INVITE each 2xx
   */
  signals[SIGNAL_RESPONSE] =
    g_signal_new ("response", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_set_va_marshaller (signals[SIGNAL_RESPONSE], type, g_cclosure_marshal_VOID__BOXEDv);

  /**
   * PhoneSipClientTransaction::failed:
   * @cause: %PHONE_SIP_CAUSE_REQUEST_TIMEOUT or %PHONE_SIP_CAUSE_CONNECTION_ERROR
   */
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__STRING,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PhoneSipClientTransaction::terminated:
   *
   * Always the last one.
   */
  signals[SIGNAL_TERMINATED] =
    g_signal_new ("terminated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);
  g_signal_set_va_marshaller (signals[SIGNAL_TERMINATED], type, g_cclosure_marshal_VOID__VOIDv);
}

static void
phone_sip_client_transaction_init (PhoneSipClientTransaction *self)
{
}

PhoneSipClientTransaction *
phone_sip_client_transaction_new (PhoneSipEndpoint *endpoint,
                                  PhoneSipMessage  *request)
{
  PhoneSipClientTransaction *self = g_object_new (PHONE_TYPE_SIP_CLIENT_TRANSACTION, NULL);

  self->endpoint = endpoint;
  self->request = phone_sip_message_ref (request);
  self->machine = phone_sip_message_get_method (request) == PHONE_SIP_METHOD_INVITE ? &invite_machine : &other_machine;

  return self;
}

void
phone_sip_client_transaction_set_owner (PhoneSipClientTransaction            *self,
                                        const PhoneSipClientTransactionOwner *table,
                                        gpointer                              owner)
{
  self->owner_table = table;
  self->owner = owner;
}

void
phone_sip_client_transaction_start (PhoneSipClientTransaction *self)
{
  if (phone_sip_endpoint_send (self->endpoint, self->request))
    phone_sip_client_transaction_start_timer (self);
  else
    self->timer_id = phone_sip_clock_add (phone_sip_endpoint_get_clock (self->endpoint), 0,
                                          phone_sip_client_transaction_broken_cb, self);
}

void
phone_sip_client_transaction_receive (PhoneSipClientTransaction *self,
                                      PhoneSipMessage           *response)
{
  guint status = phone_sip_message_get_status (response);

  if (PHONE_SIP_STATUS_IS_PROVISIONAL (status))
    phone_sip_client_transaction_dispatch (self, EV_1XX, response);
  else if (PHONE_SIP_STATUS_IS_SUCCESS (status))
    phone_sip_client_transaction_dispatch (self, EV_2XX, response);
  else
    phone_sip_client_transaction_dispatch (self, EV_FINAL, response);
}

void
phone_sip_client_transaction_break (PhoneSipClientTransaction *self)
{
  phone_sip_client_transaction_dispatch (self, EV_TRANSPORT, NULL);
}

void
phone_sip_client_transaction_abandon (PhoneSipClientTransaction *self)
{
  phone_sip_client_transaction_dispatch (self, EV_ABANDON, NULL);
}

/* Both tables as text, for the test that holds them beside the RFC. */
char *
phone_sip_client_transaction_print_table (void)
{
  g_autofree char *invite = phone_sip_machine_to_string (&invite_machine);
  g_autofree char *other = phone_sip_machine_to_string (&other_machine);

  return g_strconcat ("INVITE\n", invite, "\nother\n", other, NULL);
}

/**
 * phone_sip_client_transaction_get_request:
 *
 * Returns: (transfer none): what was sent
 */
PhoneSipMessage *
phone_sip_client_transaction_get_request (PhoneSipClientTransaction *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_CLIENT_TRANSACTION (self), NULL);

  return self->request;
}

PhoneSipClientTransactionState
phone_sip_client_transaction_get_state (PhoneSipClientTransaction *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_CLIENT_TRANSACTION (self), PHONE_SIP_CLIENT_TRANSACTION_STATE_TERMINATED);

  return self->state;
}

/**
 * phone_sip_client_transaction_cancel:
 * @extra: (nullable): lines for the CANCEL, such as "Reason: SIP;cause=200"
 *
 * Sends CANCEL now, or as soon as a provisional response came (RFC 3261 §9.1). Only an INVITE without final response can be
 * cancelled; otherwise this does nothing. If no final response follows within 64*T1, "failed" comes.
 */
void
phone_sip_client_transaction_cancel (PhoneSipClientTransaction *self,
                                     const char * const        *extra)
{
  g_return_if_fail (PHONE_IS_SIP_CLIENT_TRANSACTION (self));

  if (self->cancelled)
    return;

  g_strfreev (self->cancel_lines);
  self->cancel_lines = g_strdupv ((char **) extra);
  phone_sip_client_transaction_dispatch (self, EV_CANCEL, NULL);
}
