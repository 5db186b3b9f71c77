/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where messages meet transactions (RFC 3261 §17.1.3, §17.2.3). A client transaction is found by its branch, which is ours
 * and unique; a server transaction by the peer's branch, sent-by and method, an ACK or CANCEL counting as INVITE. A peer
 * without the branch cookie (RFC 2543) is matched by Call-ID, CSeq, From tag and Request-URI instead.
 *
 * What a peer can make us keep is bounded twice: few requests that wait for an answer, more that only linger. */
#include "config.h"
#include "phone-sip-endpoint.h"

#include "phone-sip-endpoint-private.h"
#include "phone-sip-message-private.h"
#include "phone-sip-parser.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#include <string.h>

#define COOKIE             "z9hG4bK"
#define MAX_UNANSWERED     32u
#define MAX_SERVERS        4096u
#define RETRY_AFTER        "Retry-After: 5"
#define TAG_LENGTH         10u
#define PREFIX_LENGTH      5u
#define HOST_LENGTH        12u

struct _PhoneSipEndpoint
{
  GObject             parent_instance;

  PhoneSipTransport  *transport;
  PhoneSipClock      *clock;
  GHashTable         *clients;          /* branch, in the request → PhoneSipClientTransaction */
  GHashTable         *servers;          /* request → PhoneSipServerTransaction, by transaction */
  GHashTable         *originals;        /* request, by what a fork has in common (RFC 3261 §8.2.2.2) */
  guint               n_unanswered;
  char               *sent_by;
  char               *user_agent;
  char              **extra_headers;
  char               *call_id_prefix;
  gboolean            traced;
  PhoneSipEndpointHome *home;
  const PhoneSipEndpointOwner *owner_table;
  gpointer            owner;            /* borrowed */
};

G_DEFINE_FINAL_TYPE (PhoneSipEndpoint, phone_sip_endpoint, G_TYPE_OBJECT)

enum
{
  SIGNAL_REQUEST,
  SIGNAL_ACK,
  SIGNAL_STRAY_RESPONSE,
  SIGNAL_NEW_TRANSACTION,
  SIGNAL_TRANSACTION_DESTROYED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
phone_sip_endpoint_has_cookie (const char *branch)
{
  return branch != NULL && strncmp (branch, COOKIE, strlen (COOKIE)) == 0 && branch[strlen (COOKIE)] != '\0';
}

/* The method whose transaction a request belongs to. */
static PhoneSipMethod
phone_sip_endpoint_get_key_method (const PhoneSipMessage *request)
{
  PhoneSipMethod method = phone_sip_message_get_method (request);

  return method == PHONE_SIP_METHOD_ACK || method == PHONE_SIP_METHOD_CANCEL ? PHONE_SIP_METHOD_INVITE : method;
}

static gboolean
phone_sip_endpoint_same_method (const PhoneSipMessage *a,
                                const PhoneSipMessage *b)
{
  PhoneSipMethod method = phone_sip_endpoint_get_key_method (a);

  if (method != phone_sip_endpoint_get_key_method (b))
    return FALSE;

  return method != PHONE_SIP_METHOD_UNKNOWN
         || strcmp (phone_sip_message_get_method_name (a), phone_sip_message_get_method_name (b)) == 0;
}

static guint
phone_sip_endpoint_transaction_hash (gconstpointer key)
{
  const char *branch = phone_sip_message_get_branch (key);

  return g_str_hash (phone_sip_endpoint_has_cookie (branch) ? branch : phone_sip_message_get_call_id (key));
}

static gboolean
phone_sip_endpoint_transaction_equal (gconstpointer a,
                                      gconstpointer b)
{
  const char *branch = phone_sip_message_get_branch (a);

  if (g_strcmp0 (branch, phone_sip_message_get_branch (b)) != 0
      || !phone_sip_endpoint_same_method (a, b)
      || g_strcmp0 (phone_sip_message_get_via_sent_by (a), phone_sip_message_get_via_sent_by (b)) != 0)
    return FALSE;

  if (phone_sip_endpoint_has_cookie (branch))
    return TRUE;

  return phone_sip_message_get_cseq (a) == phone_sip_message_get_cseq (b)
         && strcmp (phone_sip_message_get_call_id (a), phone_sip_message_get_call_id (b)) == 0
         && g_strcmp0 (phone_sip_message_get_from_tag (a), phone_sip_message_get_from_tag (b)) == 0
         && g_strcmp0 (phone_sip_message_get_request_uri (a), phone_sip_message_get_request_uri (b)) == 0;
}

/* Of our own branches the end is random. */
static guint
phone_sip_endpoint_branch_hash (gconstpointer key)
{
  gsize length = strlen (key);

  return g_str_hash ((const char *) key + (length > 8 ? length - 8 : 0));
}

static guint
phone_sip_endpoint_original_hash (gconstpointer key)
{
  return g_str_hash (phone_sip_message_get_call_id (key)) ^ phone_sip_message_get_cseq (key);
}

static gboolean
phone_sip_endpoint_original_equal (gconstpointer a,
                                   gconstpointer b)
{
  return phone_sip_message_get_cseq (a) == phone_sip_message_get_cseq (b)
         && strcmp (phone_sip_message_get_call_id (a), phone_sip_message_get_call_id (b)) == 0
         && g_strcmp0 (phone_sip_message_get_from_tag (a), phone_sip_message_get_from_tag (b)) == 0
         && phone_sip_endpoint_same_method (a, b);
}

static void
phone_sip_endpoint_reply_stateless (PhoneSipEndpoint      *self,
                                    const PhoneSipMessage *request,
                                    guint                  status,
                                    const char            *line)
{
  g_autofree char *tag = phone_sip_token_new (TAG_LENGTH);
  PhoneSipMessageBuilder *builder = phone_sip_endpoint_create_reply (self, request, status, NULL, tag);
  g_autoptr(PhoneSipMessage) response = NULL;

  if (line != NULL)
    phone_sip_message_builder_add_line (builder, line);

  response = phone_sip_message_builder_end (builder, NULL);

  if (response != NULL)
    phone_sip_endpoint_send (self, response);
}

static void
phone_sip_endpoint_receive_cancel (PhoneSipEndpoint *self,
                                   PhoneSipMessage  *cancel)
{
  PhoneSipServerTransaction *transaction = g_hash_table_lookup (self->servers, cancel);
  g_autoptr(PhoneSipMessage) response = NULL;

  if (transaction == NULL)
    {
      phone_sip_endpoint_reply_stateless (self, cancel, 481, NULL);
      return;
    }

  /* RFC 3261 §9.2: the To tag of both answers is the same. */
  response = phone_sip_message_builder_end (
    phone_sip_endpoint_create_reply (self, cancel, 200, NULL, phone_sip_server_transaction_get_to_tag (transaction)), NULL);

  if (response != NULL)
    phone_sip_endpoint_send (self, response);

  phone_sip_server_transaction_receive (transaction, cancel);
}

static void
phone_sip_endpoint_receive_ack (PhoneSipEndpoint *self,
                                PhoneSipMessage  *ack)
{
  PhoneSipServerTransaction *transaction = g_hash_table_lookup (self->servers, ack);

  if (transaction != NULL)
    phone_sip_server_transaction_receive (transaction, ack);
  else
    phone_sip_endpoint_pass_ack (self, ack);
}

/* The status that RFC 3261 §8.2 gives to a new request before anybody looks into it, or 0. */
static guint
phone_sip_endpoint_inspect (PhoneSipEndpoint *self,
                            PhoneSipMessage  *request)
{
  if (g_hash_table_size (self->servers) >= MAX_SERVERS)
    return 503;

  if (phone_sip_message_get_to_tag (request) != NULL)
    return 0;

  if (strncmp (phone_sip_message_get_call_id (request), self->call_id_prefix, PREFIX_LENGTH) == 0)
    return 482;

  if (g_hash_table_contains (self->originals, request))
    return 482;

  return self->n_unanswered >= MAX_UNANSWERED ? 503 : 0;
}

static void
phone_sip_endpoint_open_server (PhoneSipEndpoint *self,
                                PhoneSipMessage  *request)
{
  PhoneSipServerTransaction *transaction = phone_sip_server_transaction_new (self, request);
  g_autoptr(PhoneSipServerTransaction) alive = g_object_ref (transaction);
  gboolean handled;

  g_hash_table_insert (self->servers, request, transaction);

  if (phone_sip_message_get_to_tag (request) == NULL)
    g_hash_table_add (self->originals, request);

  self->n_unanswered++;
  phone_sip_server_transaction_start (transaction);
  g_signal_emit (self, signals[SIGNAL_NEW_TRANSACTION], 0, transaction);

  handled = self->owner_table != NULL && self->owner_table->request (self->owner, transaction);

  if (!handled)
    g_signal_emit (self, signals[SIGNAL_REQUEST], 0, transaction, &handled);

  if (!handled)
    phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
}

static void
phone_sip_endpoint_receive_request (PhoneSipEndpoint *self,
                                    PhoneSipMessage  *request)
{
  PhoneSipMethod method = phone_sip_message_get_method (request);
  PhoneSipServerTransaction *transaction;
  guint status;

  if (method == PHONE_SIP_METHOD_ACK)
    {
      phone_sip_endpoint_receive_ack (self, request);
      return;
    }

  if (method == PHONE_SIP_METHOD_CANCEL)
    {
      phone_sip_endpoint_receive_cancel (self, request);
      return;
    }

  transaction = g_hash_table_lookup (self->servers, request);

  if (transaction != NULL)
    {
      phone_sip_server_transaction_receive (transaction, request);
      return;
    }

  status = phone_sip_endpoint_inspect (self, request);

  if (status != 0)
    phone_sip_endpoint_reply_stateless (self, request, status, status == 503 ? RETRY_AFTER : NULL);
  else
    phone_sip_endpoint_open_server (self, request);
}

static void
phone_sip_endpoint_receive_response (PhoneSipEndpoint *self,
                                     PhoneSipMessage  *response)
{
  const char *branch = phone_sip_message_get_branch (response);
  PhoneSipClientTransaction *transaction = branch != NULL ? g_hash_table_lookup (self->clients, branch) : NULL;
  PhoneSipMessage *request;

  if (transaction == NULL)
    {
      if (phone_sip_message_get_method (response) == PHONE_SIP_METHOD_INVITE
          && PHONE_SIP_STATUS_IS_SUCCESS (phone_sip_message_get_status (response)))
        g_signal_emit (self, signals[SIGNAL_STRAY_RESPONSE], 0, response);
      else
        g_debug ("a response that nobody waits for");
      return;
    }

  request = phone_sip_client_transaction_get_request (transaction);

  /* The answer to a CANCEL has the branch of the INVITE. */
  if (strcmp (phone_sip_message_get_method_name (response), phone_sip_message_get_method_name (request)) != 0)
    return;

  /* RFC 3261 §8.1.3.3: a response with more Vias than its request had went astray. */
  if (phone_sip_message_has_more_vias (response) && !phone_sip_message_has_more_vias (request))
    {
      g_debug ("a response with foreign Vias");
      return;
    }

  phone_sip_client_transaction_receive (transaction, response);
}

static void
phone_sip_endpoint_message_cb (PhoneSipEndpoint  *self,
                               PhoneSipMessage   *message,
                               PhoneSipTransport *transport)
{
  g_autoptr(PhoneSipEndpoint) alive = g_object_ref (self);

  if (self->traced)
    {
      gsize length;
      const char *text = phone_sip_message_get_text (message, &length);

      phone_sip_endpoint_trace ("received", text, length);
    }

  if (phone_sip_message_is_request (message))
    phone_sip_endpoint_receive_request (self, message);
  else
    phone_sip_endpoint_receive_response (self, message);
}

static void
phone_sip_endpoint_malformed_cb (PhoneSipEndpoint  *self,
                                 GBytes            *frame,
                                 GError            *error,
                                 PhoneSipTransport *transport)
{
  gsize length;
  const char *text = g_bytes_get_data (frame, &length);
  g_autoptr(PhoneSipMessage) response = phone_sip_parse_refuse (text, length, error);

  if (self->traced)
    phone_sip_endpoint_trace ("received, malformed", text, length);

  if (response != NULL)
    phone_sip_endpoint_send (self, response);
}

static GPtrArray *
phone_sip_endpoint_copy_values (GHashTable *table)
{
  GPtrArray *values = g_ptr_array_new_full (g_hash_table_size (table), g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);

  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (values, g_object_ref (value));

  return values;
}

/* What waits on the old connection cannot be answered on a new one. */
static void
phone_sip_endpoint_disconnected_cb (PhoneSipEndpoint *self)
{
  g_autoptr(PhoneSipEndpoint) alive = g_object_ref (self);
  g_autoptr(GPtrArray) clients = phone_sip_endpoint_copy_values (self->clients);
  g_autoptr(GPtrArray) servers = phone_sip_endpoint_copy_values (self->servers);

  for (guint i = 0; i < clients->len; i++)
    phone_sip_client_transaction_break (clients->pdata[i]);

  for (guint i = 0; i < servers->len; i++)
    phone_sip_server_transaction_break (servers->pdata[i]);
}

static void
phone_sip_endpoint_abandon_all (PhoneSipEndpoint *self)
{
  g_autoptr(GPtrArray) clients = phone_sip_endpoint_copy_values (self->clients);
  g_autoptr(GPtrArray) servers = phone_sip_endpoint_copy_values (self->servers);

  for (guint i = 0; i < clients->len; i++)
    phone_sip_client_transaction_abandon (clients->pdata[i]);

  for (guint i = 0; i < servers->len; i++)
    phone_sip_server_transaction_abandon (servers->pdata[i]);
}

static void
phone_sip_endpoint_dispose (GObject *object)
{
  PhoneSipEndpoint *self = PHONE_SIP_ENDPOINT (object);

  self->home->endpoint = NULL;
  phone_sip_endpoint_abandon_all (self);

  if (self->transport != NULL)
    g_signal_handlers_disconnect_by_data (self->transport, self);

  g_clear_object (&self->transport);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (phone_sip_endpoint_parent_class)->dispose (object);
}

static void
phone_sip_endpoint_finalize (GObject *object)
{
  PhoneSipEndpoint *self = PHONE_SIP_ENDPOINT (object);

  g_hash_table_unref (self->clients);
  g_hash_table_unref (self->originals);
  g_hash_table_unref (self->servers);
  g_free (self->sent_by);
  g_free (self->user_agent);
  g_strfreev (self->extra_headers);
  g_free (self->call_id_prefix);
  g_rc_box_release (self->home);

  G_OBJECT_CLASS (phone_sip_endpoint_parent_class)->finalize (object);
}

static void
phone_sip_endpoint_class_init (PhoneSipEndpointClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = phone_sip_endpoint_dispose;
  object_class->finalize = phone_sip_endpoint_finalize;

  /**
   * PhoneSipEndpoint::request:
   * @transaction: a new one
   *
   * Returns: whether somebody answers or has answered it; otherwise it gets 405
   */
  signals[SIGNAL_REQUEST] =
    g_signal_new ("request", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                  G_TYPE_BOOLEAN, 1, PHONE_TYPE_SIP_SERVER_TRANSACTION);

  /**
   * PhoneSipEndpoint::ack:
   * @ack: one that belongs to a 2xx
   */
  signals[SIGNAL_ACK] =
    g_signal_new ("ack", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE);

  /**
   * PhoneSipEndpoint::stray-response:
   * @response: a 2xx to an INVITE whose transaction is over
   */
  signals[SIGNAL_STRAY_RESPONSE] =
    g_signal_new ("stray-response", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE);

  /**
   * PhoneSipEndpoint::new-transaction:
   * @transaction: a client or server transaction
   */
  signals[SIGNAL_NEW_TRANSACTION] =
    g_signal_new ("new-transaction", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__OBJECT,
                  G_TYPE_NONE, 1, G_TYPE_OBJECT);

  /**
   * PhoneSipEndpoint::transaction-destroyed:
   * @transaction: a client or server transaction
   */
  signals[SIGNAL_TRANSACTION_DESTROYED] =
    g_signal_new ("transaction-destroyed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__OBJECT,
                  G_TYPE_NONE, 1, G_TYPE_OBJECT);
}

static void
phone_sip_endpoint_init (PhoneSipEndpoint *self)
{
  g_autofree char *host = phone_sip_token_new (HOST_LENGTH);

  self->clients = g_hash_table_new_full (phone_sip_endpoint_branch_hash, g_str_equal, NULL, g_object_unref);
  self->servers = g_hash_table_new_full (phone_sip_endpoint_transaction_hash, phone_sip_endpoint_transaction_equal,
                                         NULL, g_object_unref);
  self->originals = g_hash_table_new (phone_sip_endpoint_original_hash, phone_sip_endpoint_original_equal);
  self->sent_by = g_strconcat (host, ".invalid", NULL);
  self->call_id_prefix = phone_sip_token_new (PREFIX_LENGTH);
  self->traced = phone_sip_endpoint_trace_is_on ();
  self->home = g_rc_box_new (PhoneSipEndpointHome);
  self->home->endpoint = self;
}

void
phone_sip_endpoint_answered (PhoneSipEndpoint          *self,
                             PhoneSipServerTransaction *transaction)
{
  self->n_unanswered--;
}

void
phone_sip_endpoint_forget_client (PhoneSipEndpoint          *self,
                                  PhoneSipClientTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_client_transaction_get_request (transaction);

  g_object_ref (transaction);
  g_hash_table_remove (self->clients, phone_sip_message_get_branch (request));
  g_signal_emit (self, signals[SIGNAL_TRANSACTION_DESTROYED], 0, transaction);
  g_object_unref (transaction);
}

void
phone_sip_endpoint_forget_server (PhoneSipEndpoint          *self,
                                  PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  g_object_ref (transaction);

  if (phone_sip_message_get_to_tag (request) == NULL)
    g_hash_table_remove (self->originals, request);

  g_hash_table_remove (self->servers, request);
  g_signal_emit (self, signals[SIGNAL_TRANSACTION_DESTROYED], 0, transaction);
  g_object_unref (transaction);
}

void
phone_sip_endpoint_pass_ack (PhoneSipEndpoint *self,
                             PhoneSipMessage  *ack)
{
  if (self->owner_table != NULL)
    self->owner_table->ack (self->owner, ack);

  g_signal_emit (self, signals[SIGNAL_ACK], 0, ack);
}

void
phone_sip_endpoint_set_owner (PhoneSipEndpoint            *self,
                              const PhoneSipEndpointOwner *table,
                              gpointer                     owner)
{
  self->owner_table = table;
  self->owner = owner;
}

PhoneSipEndpointHome *
phone_sip_endpoint_get_home (PhoneSipEndpoint *self)
{
  return self->home;
}

const char *
phone_sip_endpoint_get_call_id_prefix (PhoneSipEndpoint *self)
{
  return self->call_id_prefix;
}

/**
 * phone_sip_endpoint_new:
 *
 * Returns: (transfer full): an endpoint that listens to @transport
 */
PhoneSipEndpoint *
phone_sip_endpoint_new (PhoneSipTransport *transport,
                        PhoneSipClock     *clock)
{
  PhoneSipEndpoint *self;

  g_return_val_if_fail (PHONE_IS_SIP_TRANSPORT (transport), NULL);
  g_return_val_if_fail (PHONE_IS_SIP_CLOCK (clock), NULL);

  self = g_object_new (PHONE_TYPE_SIP_ENDPOINT, NULL);
  self->transport = g_object_ref (transport);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (transport, "message", G_CALLBACK (phone_sip_endpoint_message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (transport, "malformed", G_CALLBACK (phone_sip_endpoint_malformed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (transport, "disconnected", G_CALLBACK (phone_sip_endpoint_disconnected_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * phone_sip_endpoint_get_transport:
 *
 * Returns: (transfer none):
 */
PhoneSipTransport *
phone_sip_endpoint_get_transport (PhoneSipEndpoint *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);

  return self->transport;
}

/**
 * phone_sip_endpoint_get_clock:
 *
 * Returns: (transfer none):
 */
PhoneSipClock *
phone_sip_endpoint_get_clock (PhoneSipEndpoint *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);

  return self->clock;
}

const char *
phone_sip_endpoint_get_sent_by (PhoneSipEndpoint *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);

  return self->sent_by;
}

/**
 * phone_sip_endpoint_set_sent_by:
 * @sent_by: host or host:port for Via
 */
void
phone_sip_endpoint_set_sent_by (PhoneSipEndpoint *self,
                                const char       *sent_by)
{
  g_autofree char *old = NULL;

  g_return_if_fail (PHONE_IS_SIP_ENDPOINT (self));
  g_return_if_fail (sent_by != NULL);

  old = g_steal_pointer (&self->sent_by);
  self->sent_by = g_strdup (sent_by);
}

/**
 * phone_sip_endpoint_set_user_agent:
 * @user_agent: (nullable): for User-Agent and Server; NULL for neither
 */
void
phone_sip_endpoint_set_user_agent (PhoneSipEndpoint *self,
                                   const char       *user_agent)
{
  g_autofree char *old = NULL;

  g_return_if_fail (PHONE_IS_SIP_ENDPOINT (self));

  old = g_steal_pointer (&self->user_agent);
  self->user_agent = g_strdup (user_agent);
}

const char *
phone_sip_endpoint_get_user_agent (PhoneSipEndpoint *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);

  return self->user_agent;
}

/**
 * phone_sip_endpoint_set_extra_headers:
 * @lines: (nullable): "Name: value" lines for every request and response
 */
void
phone_sip_endpoint_set_extra_headers (PhoneSipEndpoint   *self,
                                      const char * const *lines)
{
  g_auto(GStrv) old = NULL;

  g_return_if_fail (PHONE_IS_SIP_ENDPOINT (self));

  old = g_steal_pointer (&self->extra_headers);
  self->extra_headers = g_strdupv ((char **) lines);
}

const char * const *
phone_sip_endpoint_get_extra_headers (PhoneSipEndpoint *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);

  return (const char * const *) self->extra_headers;
}

/**
 * phone_sip_endpoint_create_via:
 *
 * Returns: (transfer full): a Via with a fresh branch
 */
char *
phone_sip_endpoint_create_via (PhoneSipEndpoint *self)
{
  g_autofree char *branch = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);

  branch = phone_sip_token_branch ();

  return g_strconcat ("SIP/2.0/", self->transport != NULL ? phone_sip_transport_get_via_transport (self->transport) : "WS",
                      " ", self->sent_by, ";branch=", branch, NULL);
}

/**
 * phone_sip_endpoint_send_request:
 * @request: anything but ACK and CANCEL, with a Via of phone_sip_endpoint_create_via() on top
 *
 * Returns: (transfer none): its transaction, alive until "terminated"; a send failure comes as "failed" later
 */
PhoneSipClientTransaction *
phone_sip_endpoint_send_request (PhoneSipEndpoint *self,
                                 PhoneSipMessage  *request)
{
  PhoneSipClientTransaction *transaction;
  const char *branch;

  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);
  g_return_val_if_fail (request != NULL && phone_sip_message_is_request (request), NULL);

  branch = phone_sip_message_get_branch (request);
  g_return_val_if_fail (branch != NULL, NULL);

  transaction = phone_sip_client_transaction_new (self, request);
  g_hash_table_insert (self->clients, (char *) branch, transaction);
  g_signal_emit (self, signals[SIGNAL_NEW_TRANSACTION], 0, transaction);
  phone_sip_client_transaction_start (transaction);

  return transaction;
}

/**
 * phone_sip_endpoint_send:
 *
 * Returns: FALSE if there is no connection
 */
gboolean
phone_sip_endpoint_send (PhoneSipEndpoint *self,
                         PhoneSipMessage  *message)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);

  if (self->transport == NULL)
    return FALSE;

  if (self->traced)
    {
      gsize length;
      const char *text = phone_sip_message_get_text (message, &length);

      phone_sip_endpoint_trace ("sent", text, length);
    }

  return phone_sip_transport_send (self->transport, message);
}

/**
 * phone_sip_endpoint_create_reply:
 * @reason: (nullable): NULL for the standard phrase
 * @to_tag: (nullable): for a To without tag
 *
 * Returns: (transfer full): the start of a response with the common headers
 */
PhoneSipMessageBuilder *
phone_sip_endpoint_create_reply (PhoneSipEndpoint      *self,
                                 const PhoneSipMessage *request,
                                 guint                  status,
                                 const char            *reason,
                                 const char            *to_tag)
{
  PhoneSipMessageBuilder *builder;

  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), NULL);
  g_return_val_if_fail (request != NULL, NULL);

  builder = phone_sip_message_builder_new_reply (request, status, reason, to_tag);

  if (status == 405)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ALLOW, PHONE_SIP_ALLOW);

  if (self->user_agent != NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SERVER, self->user_agent);

  for (guint i = 0; self->extra_headers != NULL && self->extra_headers[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, self->extra_headers[i]);

  return builder;
}

guint
phone_sip_endpoint_get_n_transactions (PhoneSipEndpoint *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_ENDPOINT (self), 0);

  return g_hash_table_size (self->clients) + g_hash_table_size (self->servers);
}
