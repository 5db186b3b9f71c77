/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A draft is a list of header lines; sending prints it with a fresh Via and opens a transaction. A challenge is answered by
 * printing the same draft again with one CSeq more and one line more for each realm that asked (RFC 3261 §22, RFC 8760). Realms
 * of a registrar (401) and of proxies (407) add up, so that a request may pass several doors. Each realm is answered once; a
 * second time only if it says that nothing but its nonce was stale.
 *
 * From send () to the end of the transaction the request keeps itself alive, so that an owner may let go of it at once. */
#include "config.h"
#include "phone-sip-request.h"

#include "phone-sip-endpoint-private.h"
#include "phone-sip-error.h"
#include "phone-sip-request-private.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#include <string.h>

#define MAX_FORWARDS     "69"
#define CALL_ID_LENGTH   17u
#define MAX_FIRST_CSEQ   10000
#define MAX_ANSWERS      6u     /* to challenges in one request */
#define MAX_STALE        2u     /* of one realm */

typedef struct
{
  PhoneSipHeader  header;
  char           *name;         /* of a header without a number; else NULL */
  char           *value;
} Line;

/* A realm that asked, and its last challenge. */
typedef struct
{
  PhoneSipChallenge *challenge;
  guint              nc;
  guint              n_stale;
} Door;

struct _PhoneSipRequest
{
  GObject                    parent_instance;

  PhoneSipEndpointHome      *home;              /* the endpoint, weakly */
  char                      *method;
  char                      *uri;
  guint32                    cseq;
  GArray                    *lines;             /* of Line, without Via */
  char                      *content_type;
  char                      *body;
  gsize                      body_length;
  PhoneSipCredentials       *credentials;
  PhoneSipMessage           *message;           /* last sent */
  PhoneSipClientTransaction *transaction;       /* owned while it lives */
  GArray                    *doors;             /* of Door; NULL until one asked */
  guint                      n_answers;
  gboolean                   sent;
  gboolean                   cancelled;
  gboolean                   finished;          /* a final response or failure was passed on */
  const PhoneSipRequestOwner *owner_table;
  gpointer                   owner;             /* borrowed */
};

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
phone_sip_request_line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->name);
  g_free (line->value);
}

static void
phone_sip_request_door_clear (gpointer data)
{
  Door *door = data;

  phone_sip_challenge_free (door->challenge);
}

static gboolean
phone_sip_request_line_is (const Line     *line,
                           PhoneSipHeader  header,
                           const char     *name)
{
  if (line->header != header)
    return FALSE;

  return header != PHONE_SIP_HEADER_OTHER || g_ascii_strcasecmp (line->name, name) == 0;
}

static Line *
phone_sip_request_find_header (PhoneSipRequest *self,
                               PhoneSipHeader   header,
                               const char      *name)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      if (phone_sip_request_line_is (line, header, name))
        return line;
    }

  return NULL;
}

static Line *
phone_sip_request_find_line (PhoneSipRequest *self,
                             const char      *name)
{
  return phone_sip_request_find_header (self, phone_sip_header_from_name (name, -1), name);
}

/* name is used for a header without a number only. */
static void
phone_sip_request_append_header (PhoneSipRequest *self,
                                 PhoneSipHeader   header,
                                 const char      *name,
                                 const char      *value)
{
  Line line = { header, header == PHONE_SIP_HEADER_OTHER ? g_strdup (name) : NULL, g_strdup (value) };

  g_array_append_val (self->lines, line);
}

static void
phone_sip_request_append_line (PhoneSipRequest *self,
                               const char      *name,
                               const char      *value)
{
  phone_sip_request_append_header (self, phone_sip_header_from_name (name, -1), name, value);
}

static void
phone_sip_request_remove_lines (PhoneSipRequest *self,
                                const char      *name)
{
  PhoneSipHeader header = phone_sip_header_from_name (name, -1);

  for (guint i = self->lines->len; i > 0; i--)
    if (phone_sip_request_line_is (&g_array_index (self->lines, Line, i - 1), header, name))
      g_array_remove_index (self->lines, i - 1);
}

/* What JsSIP announces, where the owner has not said otherwise. */
static const char *
phone_sip_request_get_supported (PhoneSipRequest *self)
{
  switch ((int) phone_sip_method_from_string (self->method, -1))
    {
    case PHONE_SIP_METHOD_REGISTER:
      return "path,gruu,outbound";
    case PHONE_SIP_METHOD_INVITE:
      return "ice,replaces,outbound";
    case PHONE_SIP_METHOD_UPDATE:
      return "ice,outbound";
    default:
      return "outbound";
    }
}

static void
phone_sip_request_print_common (PhoneSipRequest        *self,
                                PhoneSipMessageBuilder *builder)
{
  const char * const *extra = NULL;
  const char *user_agent = NULL;

  if (self->home->endpoint != NULL)
    {
      user_agent = phone_sip_endpoint_get_user_agent (self->home->endpoint);
      extra = phone_sip_endpoint_get_extra_headers (self->home->endpoint);
    }

  for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, extra[i]);

  if (phone_sip_request_find_header (self, PHONE_SIP_HEADER_ALLOW, NULL) == NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ALLOW, PHONE_SIP_ALLOW);

  if (phone_sip_request_find_header (self, PHONE_SIP_HEADER_SUPPORTED, NULL) == NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_SUPPORTED, phone_sip_request_get_supported (self));

  if (user_agent != NULL && phone_sip_request_find_header (self, PHONE_SIP_HEADER_USER_AGENT, NULL) == NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_USER_AGENT, user_agent);
}

/* One line for each realm that asked; the token that is sent unasked unless a digest takes its place. */
static void
phone_sip_request_print_proof (PhoneSipRequest        *self,
                               PhoneSipMessageBuilder *builder)
{
  gboolean authorized = FALSE;

  for (guint i = 0; self->doors != NULL && i < self->doors->len; i++)
    {
      Door *door = &g_array_index (self->doors, Door, i);
      g_autoptr(GError) error = NULL;
      g_autofree char *value = phone_sip_digest_authorize (door->challenge, self->credentials, self->method, self->uri,
                                                           self->body, self->body_length, NULL, ++door->nc, &error);

      if (value == NULL)
        {
          g_debug ("cannot answer a challenge: %s", error->message);
          continue;
        }

      phone_sip_message_builder_add (builder, door->challenge->proxy ? PHONE_SIP_HEADER_PROXY_AUTHORIZATION
                                                                     : PHONE_SIP_HEADER_AUTHORIZATION, value);
      authorized |= !door->challenge->proxy;
    }

  if (!authorized && self->credentials != NULL && self->credentials->jwt != NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_AUTHORIZATION, self->credentials->jwt);
}

static PhoneSipMessage *
phone_sip_request_print (PhoneSipRequest  *self,
                         gboolean          prove,
                         GError          **error)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request (self->method, self->uri);
  g_autofree char *via = self->home->endpoint != NULL ? phone_sip_endpoint_create_via (self->home->endpoint)
                                                : g_strdup ("SIP/2.0/WS invalid;branch=z9hG4bK0");

  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, via);

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      if (line->header != PHONE_SIP_HEADER_OTHER)
        phone_sip_message_builder_add (builder, line->header, line->value);
      else
        phone_sip_message_builder_add_by_name (builder, line->name, line->value);
    }

  if (prove)
    phone_sip_request_print_proof (self, builder);

  phone_sip_request_print_common (self, builder);

  if (self->body_length > 0)
    phone_sip_message_builder_set_body (builder, self->content_type, self->body, (gssize) self->body_length);
  else if (self->content_type != NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CONTENT_TYPE, self->content_type);

  return phone_sip_message_builder_end (builder, error);
}

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

static Door *
phone_sip_request_find_door (PhoneSipRequest         *self,
                             const PhoneSipChallenge *challenge)
{
  for (guint i = 0; i < self->doors->len; i++)
    {
      Door *door = &g_array_index (self->doors, Door, i);

      if (door->challenge->proxy == challenge->proxy && g_strcmp0 (door->challenge->realm, challenge->realm) == 0)
        return door;
    }

  return NULL;
}

/* FALSE if this realm has seen our proof and did not like it. Takes the challenge. */
static gboolean
phone_sip_request_note_challenge (PhoneSipRequest   *self,
                                  PhoneSipChallenge *challenge)
{
  Door *door = phone_sip_request_find_door (self, challenge);

  if (door == NULL)
    {
      Door new_door = { challenge, 0, 0 };

      g_array_append_val (self->doors, new_door);
      return TRUE;
    }

  if (!challenge->stale || door->n_stale >= MAX_STALE || g_strcmp0 (door->challenge->nonce, challenge->nonce) == 0)
    {
      phone_sip_challenge_free (challenge);
      return FALSE;
    }

  phone_sip_challenge_free (door->challenge);
  door->challenge = challenge;
  door->nc = 0;
  door->n_stale++;

  return TRUE;
}

/* Whether response asks for a proof that we can still give. */
static gboolean
phone_sip_request_can_answer (PhoneSipRequest *self,
                              PhoneSipMessage *response)
{
  guint status = phone_sip_message_get_status (response);
  g_autoptr(GPtrArray) challenges = NULL;
  gboolean good = TRUE;

  if ((status != 401 && status != 407) || self->cancelled || self->finished
      || self->credentials == NULL || self->n_answers >= MAX_ANSWERS)
    return FALSE;

  challenges = phone_sip_digest_choose (response, self->credentials);

  if (challenges == NULL || challenges->len == 0)
    return FALSE;

  if (self->doors == NULL)
    {
      self->doors = g_array_new (FALSE, FALSE, sizeof (Door));
      g_array_set_clear_func (self->doors, phone_sip_request_door_clear);
    }

  g_ptr_array_set_free_func (challenges, NULL);

  for (guint i = 0; i < challenges->len; i++)
    good &= phone_sip_request_note_challenge (self, challenges->pdata[i]);

  self->n_answers++;

  return good;
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
  self->lines = g_array_sized_new (FALSE, FALSE, sizeof (Line), 12);
  g_array_set_clear_func (self->lines, phone_sip_request_line_clear);
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
 * phone_sip_request_set_cseq:
 *
 * Sets the CSeq line too.
 */
void
phone_sip_request_set_cseq (PhoneSipRequest *self,
                            guint32          cseq)
{
  Line *line;
  char number[16];
  char *digit = &number[sizeof number - 1];

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));

  self->cseq = cseq;
  *digit = '\0';

  do
    *--digit = (char) ('0' + cseq % 10);
  while ((cseq /= 10) > 0);

  line = phone_sip_request_find_header (self, PHONE_SIP_HEADER_CSEQ, NULL);

  if (line == NULL)
    {
      phone_sip_request_append_header (self, PHONE_SIP_HEADER_CSEQ, NULL, NULL);
      line = &g_array_index (self->lines, Line, self->lines->len - 1);
    }

  g_free (line->value);
  line->value = g_strconcat (digit, " ", self->method, NULL);
}

/**
 * phone_sip_request_set_header:
 * @value: (nullable): NULL removes
 *
 * Replaces all lines of that name by one, at the place of the first.
 */
void
phone_sip_request_set_header (PhoneSipRequest *self,
                              const char      *name,
                              const char      *value)
{
  const char *values[] = { value, NULL };

  phone_sip_request_set_headers (self, name, values);
}

/**
 * phone_sip_request_set_headers:
 * @values: (nullable): one line each; NULL or empty removes
 */
void
phone_sip_request_set_headers (PhoneSipRequest    *self,
                               const char         *name,
                               const char * const *values)
{
  PhoneSipHeader header;
  Line *line;

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));
  g_return_if_fail (name != NULL);

  header = phone_sip_header_from_name (name, -1);
  line = phone_sip_request_find_header (self, header, name);

  if (line != NULL && values != NULL && values[0] != NULL && values[1] == NULL)
    {
      g_autofree char *old = g_steal_pointer (&line->value);
      Line kept;

      line->value = g_strdup (values[0]);
      kept = *line;
      *line = (Line) { PHONE_SIP_N_HEADERS, NULL, NULL };
      phone_sip_request_remove_lines (self, name);

      for (guint i = 0; i < self->lines->len; i++)
        if (g_array_index (self->lines, Line, i).header == PHONE_SIP_N_HEADERS)
          g_array_index (self->lines, Line, i) = kept;

      return;
    }

  if (line != NULL)
    phone_sip_request_remove_lines (self, name);

  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    phone_sip_request_append_header (self, header, name, values[i]);
}

/**
 * phone_sip_request_add_header:
 *
 * Appends a line.
 */
void
phone_sip_request_add_header (PhoneSipRequest *self,
                              const char      *name,
                              const char      *value)
{
  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);

  phone_sip_request_append_line (self, name, value);
}

static gboolean
phone_sip_request_is_line (const char *line)
{
  gsize name = strcspn (line, " \t:\"<>@,;()[]{}\\/?=");
  gsize colon = name + strspn (line + name, " \t");

  return name > 0 && line[colon] == ':' && strpbrk (line, "\r\n") == NULL;
}

/**
 * phone_sip_request_add_lines:
 * @lines: (nullable): "Name: value"
 *
 * Returns: FALSE and %PHONE_SIP_ERROR_INVALID_ARGUMENT on a malformed line; then nothing was added
 */
gboolean
phone_sip_request_add_lines (PhoneSipRequest     *self,
                             const char * const  *lines,
                             GError             **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), FALSE);

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (!phone_sip_request_is_line (lines[i]))
      {
        g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "Line %u is no header line", i + 1);
        return FALSE;
      }

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (lines[i], strcspn (lines[i], " \t:"));
      g_autofree char *value = g_strstrip (g_strdup (strchr (lines[i], ':') + 1));

      phone_sip_request_append_line (self, name, value);
    }

  return TRUE;
}

/**
 * phone_sip_request_get_header:
 *
 * Returns: (nullable): the first line of that name, until the draft changes
 */
const char *
phone_sip_request_get_header (PhoneSipRequest *self,
                              const char      *name)
{
  Line *line;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  line = phone_sip_request_find_line (self, name);

  return line != NULL ? line->value : NULL;
}

/**
 * phone_sip_request_get_headers:
 *
 * Returns: (transfer full): the lines of that name, maybe none
 */
char **
phone_sip_request_get_headers (PhoneSipRequest *self,
                               const char      *name)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  PhoneSipHeader header;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  header = phone_sip_header_from_name (name, -1);

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      if (phone_sip_request_line_is (line, header, name))
        g_strv_builder_add (builder, line->value);
    }

  return g_strv_builder_end (builder);
}

gboolean
phone_sip_request_has_header (PhoneSipRequest *self,
                              const char      *name)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return phone_sip_request_find_line (self, name) != NULL;
}

/**
 * phone_sip_request_set_body:
 * @content_type: (nullable): sent even without a body
 * @body: (nullable): NULL for none
 * @length: in bytes, or -1 if NUL-terminated
 */
void
phone_sip_request_set_body (PhoneSipRequest *self,
                            const char      *content_type,
                            const char      *body,
                            gssize           length)
{
  g_autofree char *old_type = NULL;
  g_autofree char *old_body = NULL;

  g_return_if_fail (PHONE_IS_SIP_REQUEST (self));

  old_type = g_steal_pointer (&self->content_type);
  old_body = g_steal_pointer (&self->body);
  self->content_type = g_strdup (content_type);
  self->body_length = body == NULL ? 0 : length < 0 ? strlen (body) : (gsize) length;

  if (body != NULL)
    {
      self->body = g_malloc (self->body_length + 1);
      memcpy (self->body, body, self->body_length);
      self->body[self->body_length] = '\0';
    }
}

const char *
phone_sip_request_get_body (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->body;
}

const char *
phone_sip_request_get_content_type (PhoneSipRequest *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  return self->content_type;
}

/**
 * phone_sip_request_to_string:
 *
 * Returns: (transfer full) (nullable): what was sent, or what would be sent, with another branch and without proofs; NULL
 * while the draft is no message
 */
char *
phone_sip_request_to_string (PhoneSipRequest *self)
{
  g_autoptr(PhoneSipMessage) message = NULL;
  const char *text;
  gsize length;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  message = self->message != NULL ? phone_sip_message_ref (self->message) : phone_sip_request_print (self, FALSE, NULL);

  if (message == NULL)
    return NULL;

  text = phone_sip_message_get_text (message, &length);

  return g_strndup (text, length);
}

/**
 * phone_sip_request_copy:
 *
 * Returns: (transfer full): the same draft, unsent
 */
PhoneSipRequest *
phone_sip_request_copy (PhoneSipRequest *self)
{
  PhoneSipRequest *copy;

  g_return_val_if_fail (PHONE_IS_SIP_REQUEST (self), NULL);

  copy = g_object_new (PHONE_TYPE_SIP_REQUEST, NULL);
  copy->home = g_rc_box_acquire (self->home);
  copy->method = g_strdup (self->method);
  copy->uri = g_strdup (self->uri);
  copy->cseq = self->cseq;

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      phone_sip_request_append_header (copy, line->header, line->name, line->value);
    }

  phone_sip_request_set_body (copy, self->content_type, self->body, (gssize) self->body_length);
  phone_sip_request_set_credentials (copy, self->credentials);

  return copy;
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
