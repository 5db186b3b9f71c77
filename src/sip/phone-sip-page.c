/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page is one request and one answer: MESSAGE (RFC 3428) or OPTIONS. Outgoing ones are held by the agent until answered. An
 * incoming one is answered inside the agent's "new-page" handler or, if nobody did, with 200 right after it. */
#include "config.h"
#include "phone-sip-page.h"

#include "phone-sip-agent-private.h"
#include "phone-sip-endpoint-private.h"
#include "phone-sip-error.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#define DEFAULT_REFUSAL 480

struct _PhoneSipPage
{
  GObject                    parent_instance;

  PhoneSipAgent             *agent;             /* weak */
  PhoneSipMethod             method;
  PhoneSipRequest           *request;           /* outgoing */
  PhoneSipServerTransaction *transaction;       /* incoming */
  PhoneSipAddress           *local;
  PhoneSipAddress           *remote;
  guint                      answered : 1;
};

G_DEFINE_FINAL_TYPE (PhoneSipPage, phone_sip_page, G_TYPE_OBJECT)

enum
{
  SIGNAL_SUCCEEDED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_sip_page_over (PhoneSipPage *self)
{
  g_signal_handlers_disconnect_by_data (self->request, self);
  if (self->agent != NULL)
    phone_sip_agent_let_go (self->agent, self);
}

static void
phone_sip_page_succeeded_cb (PhoneSipPage    *self,
                             PhoneSipMessage *response)
{
  g_autoptr(PhoneSipPage) kept = g_object_ref (self);

  phone_sip_page_over (self);
  g_signal_emit (self, signals[SIGNAL_SUCCEEDED], 0, response);
}

static void
phone_sip_page_failed_cb (PhoneSipPage    *self,
                          PhoneSipMessage *response,
                          const char      *cause)
{
  g_autoptr(PhoneSipPage) kept = g_object_ref (self);

  phone_sip_page_over (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, response != NULL ? "remote" : "system", response, cause);
}

static void
phone_sip_page_dispose (GObject *object)
{
  PhoneSipPage *self = PHONE_SIP_PAGE (object);

  g_clear_object (&self->request);
  g_clear_object (&self->transaction);
  g_clear_weak_pointer (&self->agent);

  G_OBJECT_CLASS (phone_sip_page_parent_class)->dispose (object);
}

static void
phone_sip_page_finalize (GObject *object)
{
  PhoneSipPage *self = PHONE_SIP_PAGE (object);

  g_clear_pointer (&self->local, phone_sip_address_free);
  g_clear_pointer (&self->remote, phone_sip_address_free);

  G_OBJECT_CLASS (phone_sip_page_parent_class)->finalize (object);
}

static void
phone_sip_page_class_init (PhoneSipPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = phone_sip_page_dispose;
  object_class->finalize = phone_sip_page_finalize;

  signals[SIGNAL_SUCCEEDED] =
    g_signal_new ("succeeded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, message);
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, text, message, text);
}

static void
phone_sip_page_init (PhoneSipPage *self)
{
}

/**
 * phone_sip_page_new:
 * @agent: who sends it
 * @method: %PHONE_SIP_METHOD_MESSAGE or %PHONE_SIP_METHOD_OPTIONS
 * @target: to whom
 * @body: (nullable): what it says; "" sends none
 * @options: (nullable): what differs from the default
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a page, not sent yet; %NULL with %PHONE_SIP_ERROR_INVALID_ARGUMENT (a malformed extra header)
 */
PhoneSipPage *
phone_sip_page_new (PhoneSipAgent              *agent,
                    PhoneSipMethod              method,
                    const PhoneSipUri          *target,
                    const char                 *body,
                    const PhoneSipPageOptions  *options,
                    GError                    **error)
{
  static const PhoneSipPageOptions defaults = { NULL, };
  const char *type = method == PHONE_SIP_METHOD_MESSAGE ? "text/plain" : "application/sdp";
  g_autoptr(PhoneSipPage) self = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_AGENT (agent), NULL);
  g_return_val_if_fail (target != NULL, NULL);
  g_return_val_if_fail (method == PHONE_SIP_METHOD_MESSAGE || method == PHONE_SIP_METHOD_OPTIONS, NULL);

  if (options == NULL)
    options = &defaults;

  self = g_object_new (PHONE_TYPE_SIP_PAGE, NULL);
  g_set_weak_pointer (&self->agent, agent);
  self->method = method;
  self->request = phone_sip_agent_create_request (agent, phone_sip_method_to_string (method), target);
  if (options->from_user != NULL || options->from_display_name != NULL)
    {
      g_autofree char *tag = phone_sip_token_new (10);
      g_autofree char *from = phone_sip_agent_create_from (agent, options->from_user, options->from_display_name, FALSE, tag);

      phone_sip_request_set_header (self->request, "From", from);
    }
  if (options->from_user != NULL)
    {
      g_autofree char *uri = phone_sip_uri_to_string (phone_sip_agent_get_config (agent)->uri);
      g_autofree char *identity = g_strdup_printf ("<%s>", uri);

      phone_sip_request_set_header (self->request, "P-Preferred-Identity", identity);
    }
  phone_sip_request_set_body (self->request, options->content_type != NULL ? options->content_type : type, body, -1);
  if (!phone_sip_request_add_lines (self->request, options->extra_headers, error))
    return NULL;

  self->local = phone_sip_address_parse (phone_sip_request_get_header (self->request, "From"), -1, NULL);
  self->remote = phone_sip_address_new (target, NULL);

  return g_steal_pointer (&self);
}

PhoneSipPage *
phone_sip_page_new_incoming (PhoneSipAgent             *agent,
                             PhoneSipServerTransaction *transaction)
{
  PhoneSipPage *self = g_object_new (PHONE_TYPE_SIP_PAGE, NULL);
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  gboolean trusted = phone_sip_agent_get_config (agent)->trust_asserted_identity;

  g_set_weak_pointer (&self->agent, agent);
  self->method = phone_sip_message_get_method (request);
  self->transaction = g_object_ref (transaction);
  self->local = phone_sip_message_get_address (request, PHONE_SIP_HEADER_TO);
  self->remote = trusted ? phone_sip_message_get_address (request, PHONE_SIP_HEADER_P_ASSERTED_IDENTITY) : NULL;
  if (self->remote == NULL)
    self->remote = phone_sip_message_get_address (request, PHONE_SIP_HEADER_FROM);

  return self;
}

void
phone_sip_page_finish (PhoneSipPage *self)
{
  g_autofree char *accept = g_strconcat ("Accept: ", phone_sip_agent_get_accept (), NULL);
  const char *lines[] = { "Allow: " PHONE_SIP_ALLOW, accept, "Supported: outbound", NULL };

  if (self->answered)
    return;

  self->answered = TRUE;
  phone_sip_server_transaction_reply (self->transaction, 200, NULL, self->method == PHONE_SIP_METHOD_OPTIONS ? lines : NULL);
}

void
phone_sip_page_detach (PhoneSipPage *self)
{
  if (self->request != NULL)
    g_signal_handlers_disconnect_by_data (self->request, self);
  g_clear_weak_pointer (&self->agent);
}

/**
 * phone_sip_page_send:
 * @self: an outgoing page
 * @error: return location
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_NOT_SUPPORTED (incoming), %PHONE_SIP_ERROR_INVALID_STATE (sent before) or
 *   %PHONE_SIP_ERROR_MALFORMED (a body that is no message)
 */
gboolean
phone_sip_page_send (PhoneSipPage  *self,
                     GError       **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), FALSE);

  if (self->request == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED, "not an outgoing page");
      return FALSE;
    }
  if (self->agent == NULL || !phone_sip_request_send (self->request, error))
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the agent is gone");
      return FALSE;
    }

  g_signal_connect_object (self->request, "succeeded", G_CALLBACK (phone_sip_page_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->request, "failed", G_CALLBACK (phone_sip_page_failed_cb), self, G_CONNECT_SWAPPED);
  phone_sip_agent_hold (self->agent, self);

  return TRUE;
}

gboolean
phone_sip_page_is_incoming (PhoneSipPage *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), FALSE);

  return self->transaction != NULL;
}

PhoneSipMethod
phone_sip_page_get_method (PhoneSipPage *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), PHONE_SIP_METHOD_UNKNOWN);

  return self->method;
}

/**
 * phone_sip_page_get_request:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): the request; of an outgoing page as sent last, %NULL before
 */
PhoneSipMessage *
phone_sip_page_get_request (PhoneSipPage *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), NULL);

  return self->transaction != NULL ? phone_sip_server_transaction_get_request (self->transaction)
                                   : phone_sip_request_get_message (self->request);
}

PhoneSipAddress *
phone_sip_page_get_local (PhoneSipPage *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), NULL);

  return self->local;
}

PhoneSipAddress *
phone_sip_page_get_remote (PhoneSipPage *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), NULL);

  return self->remote;
}

static gboolean
phone_sip_page_answer (PhoneSipPage        *self,
                       guint                status,
                       const char          *reason,
                       const char * const  *extra_headers,
                       const char          *content_type,
                       const char          *body,
                       GError             **error)
{
  g_autoptr(PhoneSipMessage) response = NULL;

  if (self->transaction == NULL)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_NOT_SUPPORTED, "not an incoming page");
      return FALSE;
    }
  if (self->answered)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_STATE, "the page was answered before");
      return FALSE;
    }

  response = phone_sip_agent_create_reply (self->transaction, status, reason, extra_headers,
                                           body != NULL && content_type == NULL ? "text/plain" : content_type, body, error);
  if (response == NULL)
    return FALSE;

  self->answered = TRUE;
  phone_sip_server_transaction_respond (self->transaction, response);

  return TRUE;
}

/**
 * phone_sip_page_accept:
 * @self: an incoming page
 * @extra_headers: (nullable): "Name: value" lines
 * @content_type: (nullable): of @body; text/plain unless said
 * @body: (nullable): what the answer carries
 * @error: return location
 *
 * Answers 200.
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_NOT_SUPPORTED (outgoing), %PHONE_SIP_ERROR_INVALID_STATE (answered before) or
 *   %PHONE_SIP_ERROR_MALFORMED (a bad extra header)
 */
gboolean
phone_sip_page_accept (PhoneSipPage        *self,
                       const char * const  *extra_headers,
                       const char          *content_type,
                       const char          *body,
                       GError             **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), FALSE);

  return phone_sip_page_answer (self, 200, NULL, extra_headers, content_type, body, error);
}

/**
 * phone_sip_page_reject:
 * @self: an incoming page
 * @status: 300 to 699; 0 is 480
 * @reason: (nullable): the phrase
 * @extra_headers: (nullable): "Name: value" lines
 * @body: (nullable): text/plain
 * @error: return location
 *
 * Returns: %FALSE with %PHONE_SIP_ERROR_INVALID_ARGUMENT (status) and as phone_sip_page_accept()
 */
gboolean
phone_sip_page_reject (PhoneSipPage        *self,
                       guint                status,
                       const char          *reason,
                       const char * const  *extra_headers,
                       const char          *body,
                       GError             **error)
{
  g_return_val_if_fail (PHONE_IS_SIP_PAGE (self), FALSE);

  if (status == 0)
    status = DEFAULT_REFUSAL;
  if (status < 300 || status > 699)
    {
      g_set_error (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_INVALID_ARGUMENT, "%u is no refusal", status);
      return FALSE;
    }

  return phone_sip_page_answer (self, status, reason, extra_headers, NULL, body, error);
}
