/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The proxy (RFC 3261 §16). Every hop is a WebSocket on this machine, so nothing is repeated and nothing is lost: what remains of a
 * stateful proxy is the response context, here PhoneExchangeFork. Record-Route carries the two ends of the call as line numbers
 * ("3-7"), since a Contact of a WebSocket client cannot be reached by name (RFC 7118 §5.2); when a line has gone, the binding
 * with the same Contact is the way. The fork of an INVITE stays for 64·T1 after its final response, as long as RFC 6026 lets a 2xx come; any other ends with it. */

#include "config.h"

#include "phone-exchange-private.h"

#include <stdlib.h>
#include <string.h>

#include "phone-sip-status.h"
#include "phone-sip-token.h"

typedef struct _PhoneExchangeFork PhoneExchangeFork;

typedef struct
{
  PhoneExchangeLine *line;      /* borrowed */
  char              *uri;       /* the Request-URI to send */
} PhoneExchangeTarget;

/* One copy of a request on its way to one line. */
typedef struct
{
  PhoneExchangeFork *fork;
  PhoneExchangeLine *line;      /* borrowed; NULL once it has gone */
  PhoneSipMessage   *sent;
  guint              status;    /* the final one, 0 before */
  gboolean           provisional;
  gboolean           cancelled;
} PhoneExchangeBranch;

struct _PhoneExchangeFork
{
  PhoneExchange     *exchange;
  PhoneExchangeLine *upstream;  /* borrowed; NULL once it has gone */
  PhoneSipMessage   *request;
  GPtrArray         *branches;
  PhoneSipMessage   *best;
  gboolean           answered;  /* a final response went upstream */
  guint              timer;
};

static void
phone_exchange_target_free (gpointer data)
{
  PhoneExchangeTarget *target = data;

  g_free (target->uri);
  g_free (target);
}

static void
phone_exchange_add_target (GPtrArray         *targets,
                           PhoneExchangeLine *line,
                           const char        *uri)
{
  PhoneExchangeTarget *target = g_new0 (PhoneExchangeTarget, 1);

  target->line = line;
  target->uri = g_strdup (uri);
  g_ptr_array_add (targets, target);
}

static void
phone_exchange_branch_free (gpointer data)
{
  PhoneExchangeBranch *branch = data;

  g_hash_table_remove (branch->fork->exchange->branches, phone_sip_message_get_branch (branch->sent));
  phone_sip_message_unref (branch->sent);
  g_free (branch);
}

void
phone_exchange_fork_free (gpointer data)
{
  PhoneExchangeFork *fork = data;

  phone_sip_clock_clear (fork->exchange->clock, &fork->timer);
  g_ptr_array_unref (fork->branches);
  phone_sip_message_unref (fork->request);
  g_clear_pointer (&fork->best, phone_sip_message_unref);
  g_free (fork);
}

static void
phone_exchange_fork_expired_cb (gpointer data)
{
  PhoneExchangeFork *fork = data;

  fork->timer = 0;
  g_ptr_array_remove_fast (fork->exchange->forks, fork);
}

static void
phone_exchange_fork_linger (PhoneExchangeFork *fork)
{
  PhoneSipClock *clock = fork->exchange->clock;
  gboolean over = fork->answered && phone_sip_message_get_method (fork->request) != PHONE_SIP_METHOD_INVITE;

  phone_sip_clock_clear (clock, &fork->timer);
  fork->timer = phone_sip_clock_add (clock, over ? 0 : PHONE_SIP_TIMER_64_T1, phone_exchange_fork_expired_cb, fork);
}

static PhoneExchangeLine *
phone_exchange_find_line (PhoneExchange *self,
                          guint          id)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      PhoneExchangeLine *line = g_ptr_array_index (self->lines, i);

      if (line->id == id)
        return line;
    }

  return NULL;
}

/* The topmost Route if it is ours: its user part names both ends. */
static PhoneSipAddress *
phone_exchange_get_own_route (PhoneExchange   *self,
                              PhoneSipMessage *request)
{
  g_autoptr (GPtrArray) routes = phone_sip_message_get_addresses (request, PHONE_SIP_HEADER_ROUTE);
  PhoneSipUri *uri;
  g_autofree char *host_port = NULL;

  if (routes == NULL || routes->len == 0)
    return NULL;

  uri = phone_sip_address_get_uri (g_ptr_array_index (routes, 0));
  host_port = g_strdup_printf ("%s:%u", phone_sip_uri_get_host (uri), phone_sip_uri_get_port (uri));

  return g_str_equal (host_port, self->sent_by) ? phone_sip_address_copy (g_ptr_array_index (routes, 0)) : NULL;
}

static PhoneExchangeLine *
phone_exchange_other_end (PhoneExchange     *self,
                          PhoneExchangeLine *from,
                          PhoneSipAddress   *route)
{
  const char *token = phone_sip_uri_get_user (phone_sip_address_get_uri (route));
  char *end;
  guint first, second;

  if (token == NULL)
    return NULL;

  first = (guint) strtoul (token, &end, 10);
  second = *end == '-' ? (guint) strtoul (end + 1, NULL, 10) : 0;

  return phone_exchange_find_line (self, from->id == first ? second : first);
}

static GPtrArray *
phone_exchange_find_targets (PhoneExchange     *self,
                             PhoneExchangeLine *from,
                             PhoneSipMessage   *request,
                             guint             *out_status)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (phone_exchange_target_free);
  const char *text = phone_sip_message_get_request_uri (request);
  g_autoptr (PhoneSipUri) uri = phone_sip_uri_parse (text, -1, NULL);
  g_autoptr (PhoneSipAddress) route = phone_exchange_get_own_route (self, request);
  PhoneExchangeLine *other = route != NULL ? phone_exchange_other_end (self, from, route) : NULL;
  PhoneExchangeBinding *contact;

  if (uri == NULL || !phone_sip_uri_is_sip (uri))
    {
      *out_status = uri == NULL ? 400 : 416;
      return NULL;
    }

  if (other != NULL)
    {
      phone_exchange_add_target (targets, other, text);
    }
  else if ((contact = phone_exchange_find_contact (self, uri)) != NULL)
    {
      phone_exchange_add_target (targets, contact->line, text);
    }
  else if (g_strcmp0 (phone_sip_uri_get_host (uri), self->domain) == 0 && phone_sip_uri_get_user (uri) != NULL)
    {
      g_autoptr (GPtrArray) bindings = phone_exchange_get_bindings (self, phone_sip_uri_get_user (uri));

      for (guint i = 0; i < bindings->len; i++)
        {
          PhoneExchangeBinding *binding = g_ptr_array_index (bindings, i);
          g_autofree char *target = phone_sip_uri_to_string (phone_sip_address_get_uri (binding->contact));

          phone_exchange_add_target (targets, binding->line, target);
        }
    }

  if (targets->len > 0)
    return g_steal_pointer (&targets);

  *out_status = phone_sip_message_get_to_tag (request) != NULL ? 481
                : g_strcmp0 (phone_sip_uri_get_host (uri), self->domain) == 0 ? 480 : 404;

  return NULL;
}

/* The lines of message but for our own topmost Via, Route and what the builder writes by itself. */
static void
phone_exchange_copy_headers (PhoneSipMessageBuilder *builder,
                             PhoneSipMessage        *message,
                             gboolean                skip_first_route,
                             gboolean                skip_first_via)
{
  gsize length;
  const char *body = phone_sip_message_get_body (message, &length);

  for (guint i = 0; i < phone_sip_message_get_n_headers (message); i++)
    {
      const char *name, *value;
      PhoneSipHeader header = phone_sip_message_get_nth_header (message, i, &name, &value);
      gboolean *skip = header == PHONE_SIP_HEADER_ROUTE ? &skip_first_route : header == PHONE_SIP_HEADER_VIA ? &skip_first_via : NULL;

      if (header == PHONE_SIP_HEADER_CONTENT_LENGTH || header == PHONE_SIP_HEADER_MAX_FORWARDS || (header == PHONE_SIP_HEADER_CONTENT_TYPE && body != NULL))
        continue;

      if (skip != NULL && *skip)
        {
          const char *comma = strchr (value, ',');

          *skip = FALSE;
          if (comma != NULL)
            phone_sip_message_builder_add (builder, header, comma + 1 + strspn (comma + 1, " \t"));
          continue;
        }

      if (header == PHONE_SIP_HEADER_OTHER)
        phone_sip_message_builder_add_by_name (builder, name, value);
      else
        phone_sip_message_builder_add (builder, header, value);
    }

  if (body != NULL)
    {
      const char *type = phone_sip_message_get_header (message, PHONE_SIP_HEADER_CONTENT_TYPE);

      phone_sip_message_builder_set_body (builder, type != NULL ? type : "application/octet-stream", body, (gssize) length);
    }
}

static gboolean
phone_exchange_makes_dialog (PhoneSipMessage *request)
{
  PhoneSipMethod method = phone_sip_message_get_method (request);

  return method == PHONE_SIP_METHOD_INVITE || method == PHONE_SIP_METHOD_SUBSCRIBE ||
         method == PHONE_SIP_METHOD_REFER || method == PHONE_SIP_METHOD_NOTIFY;
}

static PhoneSipMessage *
phone_exchange_build_copy (PhoneExchange       *self,
                           PhoneExchangeLine   *from,
                           PhoneSipMessage     *request,
                           PhoneExchangeTarget *target)
{
  g_autoptr (PhoneSipAddress) route = phone_exchange_get_own_route (self, request);
  g_autofree char *branch = phone_sip_token_branch ();
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_request (phone_sip_message_get_method_name (request), target->uri);
  guint32 hops;

  if (!phone_sip_message_get_uint (request, PHONE_SIP_HEADER_MAX_FORWARDS, &hops))
    hops = 70;

  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_VIA, "SIP/2.0/WS %s;branch=%s", self->sent_by, branch);
  if (phone_exchange_makes_dialog (request))
    phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_RECORD_ROUTE, "<sip:%u-%u@%s;transport=ws;lr>",
                                          from->id, target->line->id, self->sent_by);
  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_MAX_FORWARDS, "%u", hops - 1);
  phone_exchange_copy_headers (builder, request, route != NULL, FALSE);

  return phone_sip_message_builder_end (builder, NULL);
}

static void
phone_exchange_forward_response (PhoneExchangeFork *fork,
                                 PhoneSipMessage   *response)
{
  PhoneSipMessageBuilder *builder;
  g_autoptr (PhoneSipMessage) copy = NULL;

  if (fork->upstream == NULL)
    return;

  builder = phone_sip_message_builder_new_response (phone_sip_message_get_status (response), phone_sip_message_get_reason (response));
  phone_exchange_copy_headers (builder, response, FALSE, TRUE);
  copy = phone_sip_message_builder_end (builder, NULL);

  if (copy != NULL)
    phone_sip_transport_send (fork->upstream->transport, copy);
}

/* ACK and CANCEL of a branch repeat its Via, From, To, Call-ID, Route and CSeq number (RFC 3261 §9.1, §17.1.1.3). */
static void
phone_exchange_branch_send (PhoneExchangeBranch *branch,
                            const char          *method,
                            const char          *to)
{
  static const PhoneSipHeader same[] = { PHONE_SIP_HEADER_VIA, PHONE_SIP_HEADER_FROM, PHONE_SIP_HEADER_CALL_ID, PHONE_SIP_HEADER_ROUTE };
  PhoneSipMessageBuilder *builder;
  g_autoptr (PhoneSipMessage) message = NULL;

  if (branch->line == NULL)
    return;

  builder = phone_sip_message_builder_new_request (method, phone_sip_message_get_request_uri (branch->sent));
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    if (phone_sip_message_get_header (branch->sent, same[i]) != NULL)
      phone_sip_message_builder_add (builder, same[i], phone_sip_message_get_header (branch->sent, same[i]));
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_TO, to);
  phone_sip_message_builder_add (builder, PHONE_SIP_HEADER_MAX_FORWARDS, "70");
  phone_sip_message_builder_add_printf (builder, PHONE_SIP_HEADER_CSEQ, "%u %s", phone_sip_message_get_cseq (branch->sent), method);
  message = phone_sip_message_builder_end (builder, NULL);

  if (message != NULL)
    phone_sip_transport_send (branch->line->transport, message);
}

static void
phone_exchange_cancel_branches (PhoneExchangeFork *fork)
{
  if (phone_sip_message_get_method (fork->request) != PHONE_SIP_METHOD_INVITE)
    return;

  for (guint i = 0; i < fork->branches->len; i++)
    {
      PhoneExchangeBranch *branch = g_ptr_array_index (fork->branches, i);

      if (branch->status != 0 || branch->cancelled)
        continue;

      branch->cancelled = TRUE;
      if (branch->provisional)
        phone_exchange_branch_send (branch, "CANCEL", phone_sip_message_get_header (branch->sent, PHONE_SIP_HEADER_TO));
    }
}

static gboolean
phone_exchange_fork_is_pending (PhoneExchangeFork *fork)
{
  for (guint i = 0; i < fork->branches->len; i++)
    if (((PhoneExchangeBranch *) g_ptr_array_index (fork->branches, i))->status == 0)
      return TRUE;

  return FALSE;
}

/* RFC 3261 §16.7 step 6: the lowest class, 6xx before all, and a challenge before other 4xx. */
static guint
phone_exchange_rank (guint status)
{
  if (status >= 600)
    return 0;
  if (status == 401 || status == 407)
    return 400;

  return status;
}

static void
phone_exchange_fork_finish (PhoneExchangeFork *fork)
{
  if (fork->answered || phone_exchange_fork_is_pending (fork))
    return;

  fork->answered = TRUE;
  if (fork->best != NULL)
    phone_exchange_forward_response (fork, fork->best);
  else if (fork->upstream != NULL)
    phone_exchange_reply (fork->exchange, fork->upstream, fork->request, 480, NULL);

  phone_exchange_fork_linger (fork);
}

static void
phone_exchange_branch_refused (PhoneExchangeBranch *branch,
                               PhoneSipMessage     *response)
{
  PhoneExchangeFork *fork = branch->fork;

  if (phone_sip_message_get_method (fork->request) == PHONE_SIP_METHOD_INVITE)
    phone_exchange_branch_send (branch, "ACK", phone_sip_message_get_header (response, PHONE_SIP_HEADER_TO));

  if (branch->status != 0)
    return;

  branch->status = phone_sip_message_get_status (response);
  if (fork->best == NULL || phone_exchange_rank (branch->status) < phone_exchange_rank (phone_sip_message_get_status (fork->best)))
    {
      g_clear_pointer (&fork->best, phone_sip_message_unref);
      fork->best = phone_sip_message_ref (response);
    }

  if (branch->status >= 600)
    phone_exchange_cancel_branches (fork);
  phone_exchange_fork_finish (fork);
}

static void
phone_exchange_branch_accepted (PhoneExchangeBranch *branch,
                                PhoneSipMessage     *response)
{
  PhoneExchangeFork *fork = branch->fork;

  branch->status = phone_sip_message_get_status (response);
  fork->answered = TRUE;
  phone_exchange_forward_response (fork, response);
  phone_exchange_cancel_branches (fork);
  phone_exchange_fork_linger (fork);
}

static void
phone_exchange_fork_request (PhoneExchange     *self,
                             PhoneExchangeLine *from,
                             PhoneSipMessage   *request,
                             GPtrArray         *targets)
{
  PhoneExchangeFork *fork = g_new0 (PhoneExchangeFork, 1);

  fork->exchange = self;
  fork->upstream = from;
  fork->request = phone_sip_message_ref (request);
  fork->branches = g_ptr_array_new_with_free_func (phone_exchange_branch_free);
  g_ptr_array_add (self->forks, fork);

  if (phone_sip_message_get_method (request) == PHONE_SIP_METHOD_INVITE)
    phone_exchange_reply (self, from, request, 100, NULL);
  else
    phone_exchange_fork_linger (fork);

  for (guint i = 0; i < targets->len; i++)
    {
      PhoneExchangeTarget *target = g_ptr_array_index (targets, i);
      PhoneSipMessage *copy = phone_exchange_build_copy (self, from, request, target);
      PhoneExchangeBranch *branch;

      if (copy == NULL)
        continue;

      branch = g_new0 (PhoneExchangeBranch, 1);
      branch->fork = fork;
      branch->line = target->line;
      branch->sent = copy;
      g_ptr_array_add (fork->branches, branch);
      g_hash_table_insert (self->branches, (gpointer) phone_sip_message_get_branch (copy), branch);
      phone_sip_transport_send (target->line->transport, copy);
    }

  phone_exchange_fork_finish (fork);
}

static PhoneExchangeFork *
phone_exchange_find_fork (PhoneExchange     *self,
                          PhoneExchangeLine *upstream,
                          PhoneSipMessage   *request)
{
  const char *branch = phone_sip_message_get_branch (request);

  for (guint i = 0; i < self->forks->len; i++)
    {
      PhoneExchangeFork *fork = g_ptr_array_index (self->forks, i);

      if (fork->upstream == upstream && branch != NULL &&
          phone_sip_message_get_method (fork->request) == PHONE_SIP_METHOD_INVITE &&
          g_strcmp0 (phone_sip_message_get_branch (fork->request), branch) == 0)
        return fork;
    }

  return NULL;
}

static void
phone_exchange_relay_cancel (PhoneExchange     *self,
                             PhoneExchangeLine *line,
                             PhoneSipMessage   *cancel)
{
  PhoneExchangeFork *fork = phone_exchange_find_fork (self, line, cancel);

  phone_exchange_reply (self, line, cancel, fork != NULL ? 200 : 481, NULL);
  if (fork != NULL && !fork->answered)
    phone_exchange_cancel_branches (fork);
}

static void
phone_exchange_relay_ack (PhoneExchange     *self,
                          PhoneExchangeLine *line,
                          PhoneSipMessage   *ack)
{
  g_autoptr (GPtrArray) targets = NULL;
  g_autoptr (PhoneSipMessage) copy = NULL;
  PhoneExchangeTarget *target;
  guint status;

  /* The ACK to a refusal carries the INVITE's branch and ends here. */
  if (phone_exchange_find_fork (self, line, ack) != NULL)
    return;

  targets = phone_exchange_find_targets (self, line, ack, &status);
  if (targets == NULL)
    return;

  target = g_ptr_array_index (targets, 0);
  copy = phone_exchange_build_copy (self, line, ack, target);
  if (copy != NULL)
    phone_sip_transport_send (target->line->transport, copy);
}

void
phone_exchange_relay_request (PhoneExchange     *self,
                              PhoneExchangeLine *line,
                              PhoneSipMessage   *request)
{
  g_autoptr (GPtrArray) targets = NULL;
  PhoneSipMethod method = phone_sip_message_get_method (request);
  guint status;
  guint32 hops;

  if (method == PHONE_SIP_METHOD_ACK)
    {
      phone_exchange_relay_ack (self, line, request);
      return;
    }

  if (method == PHONE_SIP_METHOD_CANCEL)
    {
      phone_exchange_relay_cancel (self, line, request);
      return;
    }

  if (phone_sip_message_get_uint (request, PHONE_SIP_HEADER_MAX_FORWARDS, &hops) && hops == 0)
    {
      phone_exchange_reply (self, line, request, 483, NULL);
      return;
    }

  if (phone_sip_message_get_to_tag (request) == NULL && !phone_exchange_authorize (self, line, request))
    return;

  if (self->forks->len >= PHONE_EXCHANGE_MAX_FORKS)
    {
      phone_exchange_reply (self, line, request, 503, NULL);
      return;
    }

  targets = phone_exchange_find_targets (self, line, request, &status);
  if (targets != NULL)
    phone_exchange_fork_request (self, line, request, targets);
  else
    phone_exchange_reply (self, line, request, status, NULL);
}

void
phone_exchange_relay_response (PhoneExchange     *self,
                               PhoneExchangeLine *line,
                               PhoneSipMessage   *response)
{
  const char *name = phone_sip_message_get_branch (response);
  PhoneExchangeBranch *branch = name != NULL ? g_hash_table_lookup (self->branches, name) : NULL;
  guint status = phone_sip_message_get_status (response);

  if (branch == NULL || branch->line != line || phone_sip_message_get_method (response) != phone_sip_message_get_method (branch->sent))
    return;

  if (PHONE_SIP_STATUS_IS_PROVISIONAL (status))
    {
      if (!branch->provisional)
        {
          branch->provisional = TRUE;
          if (branch->cancelled)
            phone_exchange_branch_send (branch, "CANCEL", phone_sip_message_get_header (branch->sent, PHONE_SIP_HEADER_TO));
        }
      if (status > 100 && branch->status == 0)
        phone_exchange_forward_response (branch->fork, response);
    }
  else if (PHONE_SIP_STATUS_IS_SUCCESS (status))
    {
      phone_exchange_branch_accepted (branch, response);
    }
  else
    {
      phone_exchange_branch_refused (branch, response);
    }
}

void
phone_exchange_drop_forks (PhoneExchange     *self,
                           PhoneExchangeLine *line)
{
  for (guint i = self->forks->len; i > 0; i--)
    {
      PhoneExchangeFork *fork = g_ptr_array_index (self->forks, i - 1);

      if (fork->upstream == line)
        {
          fork->upstream = NULL;
          phone_exchange_cancel_branches (fork);
        }

      for (guint j = 0; j < fork->branches->len; j++)
        {
          PhoneExchangeBranch *branch = g_ptr_array_index (fork->branches, j);

          if (branch->line != line)
            continue;

          branch->line = NULL;
          if (branch->status == 0)
            branch->status = 480;
        }

      phone_exchange_fork_finish (fork);
    }
}
