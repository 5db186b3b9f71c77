/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request on its way. Sending prints the draft (-draft) with a fresh Via and opens a transaction. A challenge is answered by
 * printing the same draft again with one CSeq more and one line more for each realm that asked (-authenticate).
 *
 * From send () to the end of the transaction the request keeps itself alive, so that an owner may let go of it at once. */
#include "config.h"
#include "phone-sip-request.h"

#include "phone-sip-error.h"
#include "phone-sip-request-private.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#include <string.h>

#define MAX_FORWARDS   "69"
#define CALL_ID_LENGTH 17u
#define MAX_FIRST_CSEQ 10000

G_DEFINE_FINAL_TYPE (PhoneSipRequest, phone_sip_request, G_TYPE_OBJECT)

enum
{
  SIGNAL_PROVISIONAL,
  SIGNAL_SUCCEEDED,
  SIGNAL_FAILED,
  SIGNAL_AUTHENTICATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean phone_sip_request_transmit (PhoneSipRequest *self, GError **error);

static void
phone_sip_request_release_transaction (PhoneSipRequest *self)
{
  if (self->transaction == NULL)
    return;

  phone_sip_client_transaction_set_owner (self->transaction, NULL, NULL);
  g_clear_object (&self->transaction);
}

static void
phone_sip_request_fail (PhoneSipRequest *self,
                        PhoneSipMessage *response,
                        const char      *cause)
{
  if (self->finished)
    return;

  self->finished = TRUE;

  if (self->owner_table != NULL)
    self->owner_table->failed (self->owner, response, cause);

  g_signal_emit (self, signals[SIGNAL_FAILED], 0, response, cause);
}

static void
phone_sip_request_provide (PhoneSipRequest *self,
                           PhoneSipMessage *response)
{
  if (self->owner_table != NULL)
    self->owner_table->provisional (self->owner, response);

  g_signal_emit (self, signals[SIGNAL_PROVISIONAL], 0, response);
}

static void
phone_sip_request_succeed (PhoneSipRequest *self,
                           PhoneSipMessage *response)
{
  self->finished = TRUE;

  if (self->owner_table != NULL)
    self->owner_table->succeeded (self->owner, response);

  g_signal_emit (self, signals[SIGNAL_SUCCEEDED], 0, response);
}

static void
phone_sip_request_answer_challenge (PhoneSipRequest *self,
                                    PhoneSipMessage *response)
{
  g_autoptr(GError) error = NULL;

  phone_sip_request_set_cseq (self, self->cseq + 1);
  phone_sip_request_release_transaction (self);

  if (phone_sip_request_transmit (self, &error))
    {
      if (self->owner_table != NULL)
        self->owner_table->authenticated (self->owner);

      g_signal_emit (self, signals[SIGNAL_AUTHENTICATED], 0);
      return;
    }

  g_debug ("cannot repeat the request: %s", error->message);
  phone_sip_request_fail (self, response, PHONE_SIP_CAUSE_INTERNAL_ERROR);
  g_object_unref (self);
}

static const char *
phone_sip_request_get_cause (PhoneSipRequest *self,
                             guint            status)
{
  /* A server in between gave up waiting just as our own timer would have. */
  if (status == 408 && strcmp (self->method, "INVITE") != 0)
    return PHONE_SIP_CAUSE_REQUEST_TIMEOUT;

  return phone_sip_status_get_cause (status);
}

static void
phone_sip_request_response_cb (gpointer         owner,
                               PhoneSipMessage *response)
{
  PhoneSipRequest *self = owner;
  guint status = phone_sip_message_get_status (response);

  if (PHONE_SIP_STATUS_IS_PROVISIONAL (status))
    phone_sip_request_provide (self, response);
  else if (PHONE_SIP_STATUS_IS_SUCCESS (status))
    phone_sip_request_succeed (self, response);
  else if (phone_sip_request_can_answer (self, response))
    phone_sip_request_answer_challenge (self, response);
  else
    phone_sip_request_fail (self, response, phone_sip_request_get_cause (self, status));
}

static void
phone_sip_request_failed_cb (gpointer    owner,
                             const char *cause)
{
  phone_sip_request_fail (owner, NULL, cause);
}

static void
phone_sip_request_terminated_cb (gpointer owner)
{
  PhoneSipRequest *self = owner;

  phone_sip_request_release_transaction (self);

  if (self->owner_table != NULL)
    self->owner_table->terminated (self->owner);

  g_object_unref (self);
}

static const PhoneSipClientTransactionOwner transaction_owner = {
  phone_sip_request_response_cb,
  phone_sip_request_failed_cb,
  phone_sip_request_terminated_cb,
};

/* Prints and sends; the caller holds the reference that the end of the transaction drops. */
static gboolean
phone_sip_request_transmit (PhoneSipRequest  *self,
                            GError          **error)
{
  g_autoptr(PhoneSipMessage) message = NULL;

  if (self->home->endpoint == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_CONNECTED, "The endpoint is gone");
      return FALSE;
    }

  message = phone_sip_request_print (self, TRUE, error);

  if (message == NULL)
    return FALSE;

  g_clear_pointer (&self->message, phone_sip_message_unref);
  self->message = phone_sip_message_ref (message);
  self->transaction = g_object_ref (phone_sip_endpoint_send_request (self->home->endpoint, message));
  phone_sip_client_transaction_set_owner (self->transaction, &transaction_owner, self);

  return TRUE;
}

static void
phone_sip_request_dispose (GObject *object)
{
  PhoneSipRequest *self = PHONE_SIP_REQUEST (object);

  phone_sip_request_release_transaction (self);

  G_OBJECT_CLASS (phone_sip_request_parent_class)->dispose (object);
}

static void
phone_sip_request_finalize (GObject *object)
{
  PhoneSipRequest *self = PHONE_SIP_REQUEST (object);

  g_clear_pointer (&self->home, g_rc_box_release);
  g_free (self->method);
  g_free (self->uri);
  g_free (self->content_type);
  g_free (self->body);
  g_array_unref (self->lines);
  g_clear_pointer (&self->doors, g_array_unref);
  g_clear_pointer (&self->credentials, phone_sip_credentials_free);
  g_clear_pointer (&self->message, phone_sip_message_unref);

  G_OBJECT_CLASS (phone_sip_request_parent_class)->finalize (object);
}

static void
phone_sip_request_class_init (PhoneSipRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = phone_sip_request_dispose;
  object_class->finalize = phone_sip_request_finalize;

  /**
   * PhoneSipRequest::provisional:
   * @response: 100 to 199
   */
  signals[SIGNAL_PROVISIONAL] =
    g_signal_new ("provisional", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * PhoneSipRequest::succeeded:
   * @response: 2xx; of an INVITE that was forked each one
   */
  signals[SIGNAL_SUCCEEDED] =
    g_signal_new ("succeeded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_set_va_marshaller (signals[SIGNAL_SUCCEEDED], type, g_cclosure_marshal_VOID__BOXEDv);

  /**
   * PhoneSipRequest::failed:
   * @response: (nullable): the final one, NULL after a time-out or a broken connection
   * @cause: one of the PHONE_SIP_CAUSE texts
   *
   * Comes at most once, and never after "succeeded".
   */
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, PHONE_TYPE_SIP_MESSAGE, G_TYPE_STRING);

  /**
   * PhoneSipRequest::authenticated:
   *
   * A challenge was answered: the request left again with a new CSeq.
   */
  signals[SIGNAL_AUTHENTICATED] =
    g_signal_new ("authenticated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__VOID, G_TYPE_NONE, 0);
}

static void
phone_sip_request_init (PhoneSipRequest *self)
{
  self->lines = phone_sip_request_create_lines ();
}

void
phone_sip_request_set_owner (PhoneSipRequest            *self,
                             const PhoneSipRequestOwner *table,
                             gpointer                    owner)
{
  self->owner_table = table;
  self->owner = owner;
}

PhoneSipRequest *
phone_sip_request_new_with_id (PhoneSipEndpoint *endpoint,
                               const char       *method,
                               const char       *request_uri,
                               const char       *call_id,
                               guint32           cseq)
{
  PhoneSipRequest *self = g_object_new (PHONE_TYPE_SIP_REQUEST, NULL);

  self->home = g_rc_box_acquire (phone_sip_endpoint_get_home (endpoint));
  self->method = g_strdup (method);
  self->uri = g_strdup (request_uri);
  phone_sip_request_append_header (self, PHONE_SIP_HEADER_MAX_FORWARDS, NULL, MAX_FORWARDS);
  phone_sip_request_append_header (self, PHONE_SIP_HEADER_CALL_ID, NULL, call_id);
  phone_sip_request_set_cseq (self, cseq);

  return self;
}

/**
 * phone_sip_request_new:
 * @method: upper case
 * @request_uri: as text
 *
 * Returns: (transfer full): a draft with Max-Forwards, a fresh Call-ID and a random CSeq; From and To are the owner's to set
 */
PhoneSipRequest *
phone_sip_request_new (PhoneSipEndpoint *endpoint,
                       const char       *method,
                       const char       *request_uri)
{
  g_autofree char *token = NULL;
  g_autofree char *call_id = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (endpoint), NULL);
  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (request_uri != NULL, NULL);

  token = phone_sip_token_new (CALL_ID_LENGTH);
  call_id = g_strconcat (phone_sip_endpoint_get_call_id_prefix (endpoint), token, NULL);

  return phone_sip_request_new_with_id (endpoint, method, request_uri, call_id, (guint32) g_random_int_range (1, MAX_FIRST_CSEQ));
}

const char *
phone_sip_request_get_method (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->method;
}

const char *
phone_sip_request_get_uri (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->uri;
}

void
phone_sip_request_set_uri (PhoneSipRequest *self,
                           const char      *request_uri)
{
  g_autofree char *old = NULL;

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));
  g_return_if_fail (request_uri != NULL);

  old = g_steal_pointer (&self->uri);
  self->uri = g_strdup (request_uri);
}

guint32
phone_sip_request_get_cseq (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), 0);

  return self->cseq;
}

/**
 * phone_sip_request_set_credentials:
 * @credentials: (nullable): what to answer challenges with; copied
 */
void
phone_sip_request_set_credentials (PhoneSipRequest           *self,
                                   const PhoneSipCredentials *credentials)
{
  PhoneSipCredentials *copy;

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));

  copy = credentials != NULL ? phone_sip_credentials_copy (credentials) : NULL;
  g_clear_pointer (&self->credentials, phone_sip_credentials_free);
  self->credentials = copy;
}

/**
 * phone_sip_request_send:
 *
 * Sends it, once. Without a connection it still returns TRUE and "failed" comes later.
 *
 * Returns: FALSE and %PHONE_SIP_ERROR_INVALID_STATE if it was sent before, %PHONE_SIP_ERROR_MALFORMED if the draft is no
 * message, %PHONE_SIP_ERROR_NOT_CONNECTED if the endpoint is gone
 */
gboolean
phone_sip_request_send (PhoneSipRequest  *self,
                        GError          **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), FALSE);

  if (self->sent)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "The request was sent before");
      return FALSE;
    }

  if (!phone_sip_request_transmit (self, error))
    return FALSE;

  self->sent = TRUE;
  g_object_ref (self);

  return TRUE;
}

/**
 * phone_sip_request_get_message:
 *
 * Returns: (transfer none) (nullable): the message last sent
 */
PhoneSipMessage *
phone_sip_request_get_message (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->message;
}

/**
 * phone_sip_request_get_transaction:
 *
 * Returns: (transfer none) (nullable): the transaction under way
 */
PhoneSipClientTransaction *
phone_sip_request_get_transaction (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->transaction;
}

/**
 * phone_sip_request_cancel:
 * @extra: (nullable): lines for the CANCEL
 *
 * Cancels an INVITE that is under way; no challenge is answered any more.
 */
void
phone_sip_request_cancel (PhoneSipRequest    *self,
                          const char * const *extra)
{
  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));

  if (self->transaction == NULL)
    return;

  self->cancelled = TRUE;
  phone_sip_client_transaction_cancel (self->transaction, extra);
}
