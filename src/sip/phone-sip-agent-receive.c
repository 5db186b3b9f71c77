/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the peer asks of the agent. A request takes one of two ways. With a To tag it belongs to a dialog, found in one hash by
 * Call-ID and both tags; who owns the dialog answers. Without one, the checks of RFC 3261 §8.2 and of JsSIP's sanity list come first
 * (scheme, user, Require), then a table by method. Calls at once are limited to eight, so that a stranger cannot fill the desk. */
#include "config.h"
#include "phone-sip-agent.h"

#include <string.h>

#include "phone-sip-agent-private.h"
#include "phone-sip-message-private.h"
#include "phone-sip-session-private.h"

#define MAX_SESSIONS 8

/* What a peer may require of us. */
static const char * const known_extensions[] = {
  "100rel", "gruu", "ice", "norefersub", "outbound", "path", "replaces", "timer", NULL
};

typedef struct
{
  gpointer                owner;        /* borrowed */
  PhoneSipAgentNotifyFunc func;
} Listener;

/* What a dialog is found by; nothing is allocated for it. */
typedef struct
{
  const char *call_id;
  const char *local_tag;
  const char *remote_tag;
} Name;

static guint
phone_sip_agent_hash_name (gconstpointer key)
{
  const Name *name = key;

  return g_str_hash (name->local_tag) ^ g_str_hash (name->remote_tag);
}

static gboolean
phone_sip_agent_equal_names (gconstpointer a,
                             gconstpointer b)
{
  const Name *one = a;
  const Name *other = b;

  return g_str_equal (one->local_tag, other->local_tag) && g_str_equal (one->remote_tag, other->remote_tag) &&
         g_str_equal (one->call_id, other->call_id);
}

static Name
phone_sip_agent_get_name (PhoneSipDialog *dialog)
{
  return (Name) { phone_sip_dialog_get_call_id (dialog), phone_sip_dialog_get_local_tag (dialog), phone_sip_dialog_get_remote_tag (dialog) };
}

static PhoneSipDialog *
phone_sip_agent_find_dialog (PhoneSipAgent         *self,
                             const PhoneSipMessage *request)
{
  const char *local_tag = phone_sip_message_get_to_tag (request);
  const char *remote_tag = phone_sip_message_get_from_tag (request);
  Name name = { phone_sip_message_get_call_id (request), local_tag != NULL ? local_tag : "", remote_tag != NULL ? remote_tag : "" };

  return g_hash_table_lookup (self->dialogs, &name);
}

static void
phone_sip_agent_receive_invite (PhoneSipAgent             *self,
                                PhoneSipServerTransaction *transaction)
{
  static const char * const accept[] = { "Accept: " PHONE_SIP_SDP, NULL };
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *replaces = phone_sip_message_get_header (request, PHONE_SIP_HEADER_REPLACES);
  const char *type = phone_sip_message_get_content_type (request);
  g_autoptr(PhoneSipSession) session = NULL;
  PhoneSipSession *replaced = NULL;

  if (phone_sip_message_get_body (request, NULL) != NULL && g_strcmp0 (type, PHONE_SIP_SDP) != 0)
    {
      phone_sip_server_transaction_reply (transaction, 415, NULL, accept);
      return;
    }

  if (replaces != NULL)
    {
      guint status = 481;

      replaced = phone_sip_session_find_replaced (self, replaces, &status);
      if (replaced == NULL)
        {
          phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
          return;
        }
    }
  else if (!phone_sip_agent_listens_to_sessions (self))
    {
      phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
      return;
    }
  else if (phone_sip_agent_get_n_sessions (self) >= MAX_SESSIONS)
    {
      phone_sip_server_transaction_reply (transaction, 486, NULL, NULL);
      return;
    }

  session = phone_sip_session_new_incoming (self, transaction);
  if (session == NULL)
    return;

  if (replaced != NULL)
    phone_sip_session_replace (session, replaced);
  else
    phone_sip_agent_emit_new_session (self, session, request);
}

void
phone_sip_agent_receive_page (PhoneSipAgent             *self,
                              PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  g_autoptr(PhoneSipPage) page = NULL;

  if (phone_sip_message_get_method (request) == PHONE_SIP_METHOD_MESSAGE &&
      !phone_sip_agent_listens_to_pages (self))
    {
      phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
      return;
    }

  page = phone_sip_page_new_incoming (self, transaction);
  phone_sip_agent_emit_new_page (self, page);
  phone_sip_page_finish (page);
}

static void
phone_sip_agent_receive_event (PhoneSipAgent             *self,
                               PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *event = phone_sip_message_get_header (request, PHONE_SIP_HEADER_EVENT);

  phone_sip_server_transaction_reply (transaction, 200, NULL, NULL);
  phone_sip_agent_emit_sip_event (self, event != NULL ? event : "", request);
}

static void
phone_sip_agent_receive_subscribe (PhoneSipAgent             *self,
                                   PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  const char *event = phone_sip_message_get_header (request, PHONE_SIP_HEADER_EVENT);
  g_autoptr(PhoneSipAddress) contact = phone_sip_message_get_address (request, PHONE_SIP_HEADER_CONTACT);
  gboolean handled = FALSE;
  guint32 expires;

  if (event != NULL && contact != NULL &&
      (phone_sip_message_get_header (request, PHONE_SIP_HEADER_EXPIRES) == NULL ||
       phone_sip_message_get_uint (request, PHONE_SIP_HEADER_EXPIRES, &expires)))
    handled = phone_sip_agent_emit_new_subscribe (self, event, transaction);

  if (!handled)
    phone_sip_server_transaction_reply (transaction, 405, NULL, NULL);
}

static void
phone_sip_agent_receive_orphan (PhoneSipAgent             *self,
                                PhoneSipServerTransaction *transaction)
{
  phone_sip_server_transaction_reply (transaction, 481, NULL, NULL);
}

/* Requests out of any dialog; a method without a row gets 405. */
static const struct
{
  PhoneSipMethod   method;
  void           (*receive) (PhoneSipAgent             *self,
                             PhoneSipServerTransaction *transaction);
} receivers[] = {
  { PHONE_SIP_METHOD_INVITE,    phone_sip_agent_receive_invite },
  { PHONE_SIP_METHOD_MESSAGE,   phone_sip_agent_receive_page },
  { PHONE_SIP_METHOD_OPTIONS,   phone_sip_agent_receive_page },
  { PHONE_SIP_METHOD_NOTIFY,    phone_sip_agent_receive_event },
  { PHONE_SIP_METHOD_SUBSCRIBE, phone_sip_agent_receive_subscribe },
  { PHONE_SIP_METHOD_BYE,       phone_sip_agent_receive_orphan },
  { PHONE_SIP_METHOD_PRACK,     phone_sip_agent_receive_orphan },
};

static char *
phone_sip_agent_find_unsupported (const PhoneSipMessage *request)
{
  g_auto(GStrv) required = NULL;
  GString *unsupported = NULL;

  if (phone_sip_message_get_header (request, PHONE_SIP_HEADER_REQUIRE) == NULL ||
      phone_sip_message_get_method (request) == PHONE_SIP_METHOD_CANCEL)
    return NULL;

  required = phone_sip_message_get_headers (request, "Require");
  for (guint i = 0; required[i] != NULL; i++)
    {
      gboolean known = FALSE;

      for (guint k = 0; known_extensions[k] != NULL && !known; k++)
        known = g_ascii_strcasecmp (known_extensions[k], required[i]) == 0;
      if (known)
        continue;

      if (unsupported == NULL)
        unsupported = g_string_new (required[i]);
      else
        g_string_append_printf (unsupported, ", %s", required[i]);
    }

  return unsupported != NULL ? g_string_free (unsupported, FALSE) : NULL;
}

static gboolean
phone_sip_agent_is_for_us (PhoneSipAgent          *self,
                           const PhoneSipUriParts *uri)
{
  g_autofree char *user = phone_sip_uri_parts_read_user (uri);

  return user != NULL &&
         (g_strcmp0 (user, phone_sip_uri_get_user (self->config->uri)) == 0 ||
          g_strcmp0 (user, phone_sip_uri_get_user (self->contact)) == 0);
}

/* 0, or the status that answers a request which must not reach anybody (JsSIP's sanity list, RFC 3261 §8.2.2). */
static guint
phone_sip_agent_check (PhoneSipAgent         *self,
                       const PhoneSipMessage *request)
{
  const char *text = phone_sip_message_get_request_uri (request);
  PhoneSipUriParts uri;
  PhoneSipAddressParts to;

  if (!phone_sip_uri_split (text, strlen (text), &uri) || !phone_sip_slice_equal (uri.scheme, "sip"))
    return 416;
  if (!phone_sip_message_split_address (request, PHONE_SIP_HEADER_TO, &to) || !phone_sip_slice_equal (to.uri.scheme, "sip"))
    return 416;
  if (!phone_sip_agent_is_for_us (self, &uri))
    return 404;

  return 0;
}

static gboolean
phone_sip_agent_offer_to_listeners (PhoneSipAgent             *self,
                                    PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);

  if (phone_sip_message_get_method (request) != PHONE_SIP_METHOD_NOTIFY)
    return FALSE;

  for (guint i = 0; i < self->listeners->len; i++)
    {
      Listener listener = g_array_index (self->listeners, Listener, i);

      if (listener.func (listener.owner, transaction))
        return TRUE;
    }

  return FALSE;
}

static void
phone_sip_agent_receive_in_dialog (PhoneSipAgent             *self,
                                   PhoneSipServerTransaction *transaction)
{
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  PhoneSipDialog *dialog = phone_sip_agent_find_dialog (self, request);

  if (dialog != NULL)
    {
      g_autoptr(PhoneSipDialog) kept = g_object_ref (dialog);

      phone_sip_dialog_receive_request (kept, transaction);
    }
  else if (!phone_sip_agent_offer_to_listeners (self, transaction))
    {
      phone_sip_agent_receive_orphan (self, transaction);
    }
}

static gboolean
phone_sip_agent_receive_request (gpointer                   owner,
                                 PhoneSipServerTransaction *transaction)
{
  g_autoptr(PhoneSipAgent) self = g_object_ref (owner);
  PhoneSipMessage *request = phone_sip_server_transaction_get_request (transaction);
  PhoneSipMethod method = phone_sip_message_get_method (request);
  g_autofree char *unsupported = NULL;
  guint status;

  if (phone_sip_message_get_to_tag (request) == NULL)
    {
      status = phone_sip_agent_check (self, request);
      if (status != 0)
        {
          phone_sip_server_transaction_reply (transaction, status, NULL, NULL);
          return TRUE;
        }
    }

  unsupported = phone_sip_agent_find_unsupported (request);
  if (unsupported != NULL)
    {
      g_autofree char *line = g_strconcat ("Unsupported: ", unsupported, NULL);
      const char *lines[] = { line, NULL };

      phone_sip_server_transaction_reply (transaction, 420, NULL, lines);
      return TRUE;
    }

  if (phone_sip_message_get_to_tag (request) != NULL)
    {
      phone_sip_agent_receive_in_dialog (self, transaction);
      return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (receivers); i++)
    if (receivers[i].method == method)
      {
        receivers[i].receive (self, transaction);
        return TRUE;
      }

  return FALSE;
}

static void
phone_sip_agent_receive_ack (gpointer         owner,
                             PhoneSipMessage *ack)
{
  g_autoptr(PhoneSipAgent) self = g_object_ref (owner);
  PhoneSipDialog *dialog = phone_sip_agent_find_dialog (self, ack);

  if (dialog != NULL)
    {
      g_autoptr(PhoneSipDialog) kept = g_object_ref (dialog);

      phone_sip_dialog_receive_ack (kept, ack);
    }
}

const PhoneSipEndpointOwner phone_sip_agent_endpoint_owner = { phone_sip_agent_receive_request, phone_sip_agent_receive_ack };

GHashTable *
phone_sip_agent_create_dialogs (void)
{
  return g_hash_table_new_full (phone_sip_agent_hash_name, phone_sip_agent_equal_names, g_free, NULL);
}

GArray *
phone_sip_agent_create_listeners (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Listener));
}

void
phone_sip_agent_add_dialog (PhoneSipAgent             *self,
                            PhoneSipDialog            *dialog,
                            const PhoneSipDialogOwner *functions,
                            gpointer                   owner)
{
  Name name = phone_sip_agent_get_name (dialog);

  phone_sip_dialog_set_owner (dialog, functions, owner);
  g_hash_table_replace (self->dialogs, g_memdup2 (&name, sizeof name), dialog);
}

void
phone_sip_agent_remove_dialog (PhoneSipAgent  *self,
                               PhoneSipDialog *dialog)
{
  Name name = phone_sip_agent_get_name (dialog);

  if (!phone_sip_dialog_has_owner (dialog))
    return;

  phone_sip_dialog_set_owner (dialog, NULL, NULL);
  if (g_hash_table_lookup (self->dialogs, &name) == dialog)
    g_hash_table_remove (self->dialogs, &name);
}

void
phone_sip_agent_add_listener (PhoneSipAgent           *self,
                              gpointer                 owner,
                              PhoneSipAgentNotifyFunc  func)
{
  Listener listener = { owner, func };

  g_array_append_val (self->listeners, listener);
}

void
phone_sip_agent_remove_listener (PhoneSipAgent *self,
                                 gpointer       owner)
{
  for (guint i = self->listeners->len; i > 0; i--)
    if (g_array_index (self->listeners, Listener, i - 1).owner == owner)
      g_array_remove_index (self->listeners, i - 1);
}
