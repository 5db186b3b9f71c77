/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 §12. A dialog is small: four strings that never change (Call-ID, tags, the two addresses), and three things that do:
 * sequence numbers, route set (until confirmed) and remote target (whenever a target refresh says so, in requests and in
 * responses alike: §12.2.1.2, RFC 3311 §5). A challenge repeats a request with a higher number, so the dialog listens to its
 * own requests and never hands out a number twice. A peer may send as many routes as it likes; sixteen are believed.
 *
 * Of a number that is not lower but equal §12.2.2 says nothing. JsSIP sends what a 491 refused again under its old number, and by
 * another branch: a new transaction, so a new request. Of such a request alone an equal number is taken, and once. */
#include "config.h"
#include "phone-sip-dialog.h"

#include <string.h>

#include "phone-sip-error.h"
#include "phone-sip-message-private.h"
#include "phone-sip-request-private.h"
#include "phone-sip-token.h"

#define MAX_ROUTES 16

struct _PhoneSipDialog
{
  GObject     parent_instance;

  char       *call_id;
  char       *local_tag;
  char       *remote_tag;               /* "" for an RFC 2543 peer */
  char       *local_address;            /* our From, with tag */
  char       *remote_address;           /* our To, with tag */
  char       *remote_target;
  char      **route_set;
  GPtrArray  *requests;                 /* lately made; their retries need higher numbers than any other */
  const PhoneSipDialogOwner *functions;
  gpointer    owner;                    /* borrowed */
  PhoneSipMessage *repeatable;          /* the request that bore remote_cseq, if it may come again */
  guint32     local_cseq;
  guint32     remote_cseq;
  guint       has_remote_cseq : 1;
  guint       early : 1;
};

G_DEFINE_FINAL_TYPE (PhoneSipDialog, phone_sip_dialog, G_TYPE_OBJECT)

static char *
phone_sip_dialog_read_target (const PhoneSipMessage  *message,
                              GError                **error)
{
  PhoneSipAddressParts contact;

  if (!phone_sip_message_split_address (message, PHONE_SIP_HEADER_CONTACT, &contact) || contact.is_wildcard || !contact.uri.is_sip)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_MALFORMED, "no usable Contact");
      return NULL;
    }

  return phone_sip_slice_dup (phone_sip_uri_parts_get_text (&contact.uri));
}

static void
phone_sip_dialog_reverse (char **list)
{
  guint n = g_strv_length (list);

  for (guint i = 0; i < n / 2; i++)
    {
      char *swapped = list[i];

      list[i] = list[n - 1 - i];
      list[n - 1 - i] = swapped;
    }
}

static char **
phone_sip_dialog_read_routes (const PhoneSipMessage  *message,
                              gboolean                reversed,
                              GError                **error)
{
  g_auto(GStrv) routes = NULL;

  if (phone_sip_message_get_header (message, PHONE_SIP_HEADER_RECORD_ROUTE) == NULL)
    return g_new0 (char *, 1);

  routes = phone_sip_message_get_headers (message, "Record-Route");
  if (g_strv_length (routes) > MAX_ROUTES)
    {
      g_set_error_literal (error, PHONE_SIP_ERROR, PHONE_SIP_ERROR_TOO_LARGE, "too many routes");
      return NULL;
    }

  if (reversed)
    phone_sip_dialog_reverse (routes);

  return g_steal_pointer (&routes);
}

static gboolean
phone_sip_dialog_fill (PhoneSipDialog         *self,
                       const PhoneSipMessage  *request,
                       const PhoneSipMessage  *peer,
                       gboolean                reversed,
                       GError                **error)
{
  self->call_id = g_strdup (phone_sip_message_get_call_id (request));
  self->remote_target = phone_sip_dialog_read_target (peer, error);
  if (self->remote_target == NULL)
    return FALSE;
  self->route_set = phone_sip_dialog_read_routes (peer, reversed, error);

  return self->route_set != NULL;
}

/* A retry counts one up from the number of its draft: a draft under way follows what was given out meanwhile. */
static void
phone_sip_dialog_raise_drafts (PhoneSipDialog  *self,
                               PhoneSipRequest *newest)
{
  for (guint i = 0; i < self->requests->len; i++)
    if (self->requests->pdata[i] != newest)
      phone_sip_request_set_cseq (self->requests->pdata[i], self->local_cseq);
}

static void
phone_sip_dialog_request_authenticated_cb (PhoneSipDialog  *self,
                                           PhoneSipRequest *request)
{
  self->local_cseq = MAX (self->local_cseq, phone_sip_request_get_cseq (request));
  phone_sip_dialog_raise_drafts (self, request);
}

/* Takes note of what retries have used, and lets go of requests that are over. While there is but one, nobody needs to hear of its
 * retry before the next one is made. */
static void
phone_sip_dialog_review_requests (PhoneSipDialog *self)
{
  for (guint i = self->requests->len; i > 0; i--)
    {
      PhoneSipRequest *request = self->requests->pdata[i - 1];

      self->local_cseq = MAX (self->local_cseq, phone_sip_request_get_cseq (request));
      if (phone_sip_request_get_message (request) != NULL && phone_sip_request_get_transaction (request) == NULL)
        {
          g_signal_handlers_disconnect_by_data (request, self);
          g_ptr_array_remove_index_fast (self->requests, i - 1);
        }
    }
}

static void
phone_sip_dialog_watch_requests (PhoneSipDialog *self)
{
  if (self->requests->len < 2)
    return;

  for (guint i = 0; i < self->requests->len; i++)
    {
      g_signal_handlers_disconnect_by_data (self->requests->pdata[i], self);
      g_signal_connect_swapped (self->requests->pdata[i], "authenticated", G_CALLBACK (phone_sip_dialog_request_authenticated_cb), self);
    }
}

static gboolean
phone_sip_dialog_is_loose (const char *route)
{
  g_autoptr(PhoneSipAddress) address = phone_sip_address_parse (route, -1, NULL);

  return address == NULL || phone_sip_uri_has_param (phone_sip_address_get_uri (address), "lr");
}

/* The Request-URI and the Route values of a request (RFC 3261 §12.2.1.1): a first route without "lr" is a strict router. */
static char *
phone_sip_dialog_plan_route (PhoneSipDialog  *self,
                             GPtrArray      **out_routes)
{
  GPtrArray *routes = g_ptr_array_new_with_free_func (g_free);
  gboolean strict = self->route_set[0] != NULL && !phone_sip_dialog_is_loose (self->route_set[0]);
  char *uri = NULL;

  for (guint i = strict ? 1 : 0; self->route_set[i] != NULL; i++)
    g_ptr_array_add (routes, g_strdup (self->route_set[i]));

  if (strict)
    {
      g_autoptr(PhoneSipAddress) first = phone_sip_address_parse (self->route_set[0], -1, NULL);

      uri = phone_sip_uri_to_string (phone_sip_address_get_uri (first));
      g_ptr_array_add (routes, g_strdup_printf ("<%s>", self->remote_target));
    }

  *out_routes = routes;

  return uri != NULL ? uri : g_strdup (self->remote_target);
}

static gboolean
phone_sip_dialog_is_repeat (PhoneSipDialog        *self,
                            const PhoneSipMessage *request)
{
  return self->repeatable != NULL &&
         phone_sip_message_get_cseq (request) == phone_sip_message_get_cseq (self->repeatable) &&
         phone_sip_message_get_method (request) == phone_sip_message_get_method (self->repeatable) &&
         g_strcmp0 (phone_sip_message_get_branch (request), phone_sip_message_get_branch (self->repeatable)) != 0;
}

static void
phone_sip_dialog_dispose (GObject *object)
{
  PhoneSipDialog *self = PHONE_SIP_DIALOG (object);

  for (guint i = 0; i < self->requests->len; i++)
    g_signal_handlers_disconnect_by_data (self->requests->pdata[i], self);
  g_ptr_array_set_size (self->requests, 0);

  G_OBJECT_CLASS (phone_sip_dialog_parent_class)->dispose (object);
}

static void
phone_sip_dialog_finalize (GObject *object)
{
  PhoneSipDialog *self = PHONE_SIP_DIALOG (object);

  g_free (self->call_id);
  g_free (self->local_tag);
  g_free (self->remote_tag);
  g_free (self->local_address);
  g_free (self->remote_address);
  g_free (self->remote_target);
  g_strfreev (self->route_set);
  g_ptr_array_unref (self->requests);
  g_clear_pointer (&self->repeatable, phone_sip_message_unref);

  G_OBJECT_CLASS (phone_sip_dialog_parent_class)->finalize (object);
}

static void
phone_sip_dialog_class_init (PhoneSipDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_sip_dialog_dispose;
  object_class->finalize = phone_sip_dialog_finalize;
}

static void
phone_sip_dialog_init (PhoneSipDialog *self)
{
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
  self->early = TRUE;
}

/**
 * phone_sip_dialog_new_uac:
 * @request: our request as it was sent last
 * @response: the response that makes the dialog: a provisional one with a To tag, or a 2xx
 * @error: return location
 *
 * The caller's side of a dialog (RFC 3261 §12.1.2); early unless @response is a 2xx.
 *
 * Returns: (transfer full) (nullable): the dialog; %NULL with %PHONE_SIP_ERROR_MALFORMED (no usable Contact)
 *   or %PHONE_SIP_ERROR_TOO_LARGE (more than 16 routes)
 */
PhoneSipDialog *
phone_sip_dialog_new_uac (PhoneSipMessage  *request,
                          PhoneSipMessage  *response,
                          GError          **error)
{
  g_autoptr(PhoneSipDialog) self = g_object_new (PHONE_TYPE_SIP_DIALOG, NULL);
  const char *remote_tag;

  g_return_val_if_fail (request != NULL && response != NULL, NULL);

  if (!phone_sip_dialog_fill (self, request, response, TRUE, error))
    return NULL;

  remote_tag = phone_sip_message_get_to_tag (response);
  self->local_tag = g_strdup (phone_sip_message_get_from_tag (request));
  self->remote_tag = g_strdup (remote_tag != NULL ? remote_tag : "");
  self->local_address = g_strdup (phone_sip_message_get_header (request, PHONE_SIP_HEADER_FROM));
  self->remote_address = g_strdup (phone_sip_message_get_header (response, PHONE_SIP_HEADER_TO));
  self->local_cseq = phone_sip_message_get_cseq (request);
  self->early = phone_sip_message_get_status (response) < 200;

  return g_steal_pointer (&self);
}

/**
 * phone_sip_dialog_new_uas:
 * @request: the peer's request
 * @local_tag: the To tag of our responses
 * @error: return location
 *
 * The called side of a dialog (RFC 3261 §12.1.1), early until phone_sip_dialog_confirm().
 *
 * Returns: (transfer full) (nullable): the dialog; %NULL with %PHONE_SIP_ERROR_MALFORMED (no usable Contact)
 *   or %PHONE_SIP_ERROR_TOO_LARGE (more than 16 routes)
 */
PhoneSipDialog *
phone_sip_dialog_new_uas (PhoneSipMessage  *request,
                          const char       *local_tag,
                          GError          **error)
{
  g_autoptr(PhoneSipDialog) self = g_object_new (PHONE_TYPE_SIP_DIALOG, NULL);
  const char *remote_tag;

  g_return_val_if_fail (request != NULL && local_tag != NULL, NULL);

  if (!phone_sip_dialog_fill (self, request, request, FALSE, error))
    return NULL;

  remote_tag = phone_sip_message_get_from_tag (request);
  self->local_tag = g_strdup (local_tag);
  self->remote_tag = g_strdup (remote_tag != NULL ? remote_tag : "");
  self->remote_address = g_strdup (phone_sip_message_get_header (request, PHONE_SIP_HEADER_FROM));
  self->local_address = phone_sip_message_get_to_tag (request) != NULL
    ? g_strdup (phone_sip_message_get_header (request, PHONE_SIP_HEADER_TO))
    : g_strconcat (phone_sip_message_get_header (request, PHONE_SIP_HEADER_TO), ";tag=", local_tag, NULL);
  self->local_cseq = g_random_int_range (1, 10000);
  self->remote_cseq = phone_sip_message_get_cseq (request);
  self->has_remote_cseq = TRUE;

  return g_steal_pointer (&self);
}

const char *
phone_sip_dialog_get_call_id (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  return self->call_id;
}

const char *
phone_sip_dialog_get_local_tag (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  return self->local_tag;
}

const char *
phone_sip_dialog_get_remote_tag (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  return self->remote_tag;
}

const char *
phone_sip_dialog_get_remote_target (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  return self->remote_target;
}

const char * const *
phone_sip_dialog_get_route_set (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  return (const char * const *) self->route_set;
}

gboolean
phone_sip_dialog_is_early (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), FALSE);

  return self->early;
}

/**
 * phone_sip_dialog_confirm:
 * @self: an early dialog
 * @response: (nullable): the 2xx; its route set and target count, not those of the provisional (RFC 3261 §13.2.2.4).
 *   %NULL or a response of ours on the called side
 *
 * Makes the dialog a confirmed one.
 */
void
phone_sip_dialog_confirm (PhoneSipDialog  *self,
                          PhoneSipMessage *response)
{
  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));

  self->early = FALSE;

  if (response != NULL && g_strcmp0 (phone_sip_message_get_from_tag (response), self->local_tag) == 0)
    {
      g_auto(GStrv) routes = phone_sip_dialog_read_routes (response, TRUE, NULL);

      if (routes != NULL)
        {
          g_strfreev (self->route_set);
          self->route_set = g_steal_pointer (&routes);
        }
      phone_sip_dialog_refresh_target (self, response);
    }
}

gboolean
phone_sip_dialog_matches (PhoneSipDialog        *self,
                          const PhoneSipMessage *message)
{
  gboolean request = phone_sip_message_is_request (message);
  const char *from = phone_sip_message_get_from_tag (message);
  const char *to = phone_sip_message_get_to_tag (message);
  const char *remote = request ? from : to;

  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), FALSE);

  return g_str_equal (self->call_id, phone_sip_message_get_call_id (message)) &&
         g_strcmp0 (self->local_tag, request ? to : from) == 0 &&
         g_str_equal (self->remote_tag, remote != NULL ? remote : "");
}

/**
 * phone_sip_dialog_accept_cseq:
 * @self: a dialog
 * @request: a request of the peer
 *
 * Checks and remembers the sequence number of @request (RFC 3261 §12.2.2). A gap is no error. ACK and CANCEL carry the number of
 * their INVITE and are not counted. The last number is taken once more after phone_sip_dialog_allow_repeat().
 *
 * Returns: %FALSE if the number is not above the last one: the request is answered 500
 */
gboolean
phone_sip_dialog_accept_cseq (PhoneSipDialog        *self,
                              const PhoneSipMessage *request)
{
  guint32 cseq = phone_sip_message_get_cseq (request);

  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), FALSE);

  if (self->has_remote_cseq && cseq <= self->remote_cseq && !phone_sip_dialog_is_repeat (self, request))
    return FALSE;

  self->remote_cseq = cseq;
  self->has_remote_cseq = TRUE;
  g_clear_pointer (&self->repeatable, phone_sip_message_unref);

  return TRUE;
}

/**
 * phone_sip_dialog_allow_repeat:
 * @self: a dialog
 * @request: the last request that phone_sip_dialog_accept_cseq() took, refused by 491
 *
 * Lets a request of the same method come under the number of @request, unless a higher one comes first. A peer that keeps
 * RFC 3261 §12.2.1.1 takes the next number and never sends one.
 */
void
phone_sip_dialog_allow_repeat (PhoneSipDialog  *self,
                               PhoneSipMessage *request)
{
  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));
  g_return_if_fail (request != NULL);

  g_clear_pointer (&self->repeatable, phone_sip_message_unref);
  self->repeatable = phone_sip_message_ref (request);
}

/**
 * phone_sip_dialog_refresh_target:
 * @self: a dialog
 * @message: a target refresh request that we accepted, or a 2xx to one of ours
 *
 * Takes the remote target from the Contact of @message, if it has a usable one.
 */
void
phone_sip_dialog_refresh_target (PhoneSipDialog        *self,
                                 const PhoneSipMessage *message)
{
  char *target;

  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));

  target = phone_sip_dialog_read_target (message, NULL);
  if (target != NULL)
    {
      g_free (self->remote_target);
      self->remote_target = target;
    }
}

/**
 * phone_sip_dialog_create_request:
 * @self: a dialog
 * @endpoint: who sends it
 * @method: its name
 *
 * A draft with Request-URI, Route, From, To, Call-ID, Max-Forwards and the next sequence number (RFC 3261 §12.2.1.1).
 * Contact and credentials are the caller's.
 *
 * Returns: (transfer full): the draft
 */
PhoneSipRequest *
phone_sip_dialog_create_request (PhoneSipDialog   *self,
                                 PhoneSipEndpoint *endpoint,
                                 const char       *method)
{
  PhoneSipRequest *request;
  g_autoptr(GPtrArray) routes = NULL;
  g_autofree char *uri = NULL;

  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  phone_sip_dialog_review_requests (self);
  uri = phone_sip_dialog_plan_route (self, &routes);
  request = phone_sip_request_new_with_id (endpoint, method, uri, self->call_id, ++self->local_cseq);
  for (guint i = 0; i < routes->len; i++)
    phone_sip_request_add_header (request, "Route", routes->pdata[i]);
  phone_sip_request_set_header (request, "From", self->local_address);
  phone_sip_request_set_header (request, "To", self->remote_address);

  g_ptr_array_add (self->requests, g_object_ref (request));
  phone_sip_dialog_raise_drafts (self, request);
  phone_sip_dialog_watch_requests (self);

  return request;
}

/**
 * phone_sip_dialog_create_ack:
 * @self: a dialog
 * @endpoint: who sends it
 * @cseq: the number of the INVITE
 * @invite: the INVITE as it was sent last; its credentials are repeated (RFC 3261 §13.2.2.4)
 * @content_type: (nullable): of the body
 * @body: (nullable): the answer to a late offer
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the ACK to a 2xx
 */
PhoneSipMessage *
phone_sip_dialog_create_ack (PhoneSipDialog         *self,
                             PhoneSipEndpoint       *endpoint,
                             guint32                 cseq,
                             const PhoneSipMessage  *invite,
                             const char             *content_type,
                             const char             *body,
                             GError                **error)
{
  static const PhoneSipHeader repeated[] = { PHONE_SIP_HEADER_AUTHORIZATION, PHONE_SIP_HEADER_PROXY_AUTHORIZATION };
  g_autoptr(PhoneSipMessageBuilder) builder = NULL;
  g_autoptr(GPtrArray) routes = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *via = phone_sip_endpoint_create_via (endpoint);
  const char * const *extra = phone_sip_endpoint_get_extra_headers (endpoint);

  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), NULL);

  uri = phone_sip_dialog_plan_route (self, &routes);
  builder = phone_sip_message_builder_new_request ("ACK", uri);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_VIA, via);
  for (guint i = 0; i < routes->len; i++)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_ROUTE, routes->pdata[i]);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_MAX_FORWARDS, "69");
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_FROM, self->local_address);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_TO, self->remote_address);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_CALL_ID, self->call_id);
  phone_sip_message_builder_add_cseq (builder, cseq, "ACK");

  for (guint i = 0; i < G_N_ELEMENTS (repeated); i++)
    {
      const char *value = phone_sip_message_get_header (invite, repeated[i]);

      if (value != NULL)
        phone_sip_message_builder_add (builder, repeated[i], value);
    }

  for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
    phone_sip_message_builder_add_line (builder, extra[i]);
  if (phone_sip_endpoint_get_user_agent (endpoint) != NULL)
    phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_USER_AGENT, phone_sip_endpoint_get_user_agent (endpoint));
  if (body != NULL)
    phone_sip_message_builder_set_body (builder, content_type, body, -1);

  return phone_sip_message_builder_end (g_steal_pointer (&builder), error);
}

void
phone_sip_dialog_set_local_cseq (PhoneSipDialog *self,
                                 guint32         cseq)
{
  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));

  self->local_cseq = cseq;
}

void
phone_sip_dialog_set_owner (PhoneSipDialog            *self,
                            const PhoneSipDialogOwner *functions,
                            gpointer                   owner)
{
  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));

  self->functions = functions;
  self->owner = owner;
}

gboolean
phone_sip_dialog_has_owner (PhoneSipDialog *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_DIALOG (self), FALSE);

  return self->functions != NULL;
}

void
phone_sip_dialog_receive_request (PhoneSipDialog            *self,
                                  PhoneSipServerTransaction *transaction)
{
  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));

  if (self->functions != NULL)
    self->functions->request (self->owner, transaction, self);
}

void
phone_sip_dialog_receive_ack (PhoneSipDialog  *self,
                              PhoneSipMessage *ack)
{
  g_return_if_fail (PHONE_IS_SIP_DIALOG (self));

  if (self->functions != NULL && self->functions->ack != NULL)
    self->functions->ack (self->owner, ack, self);
}
