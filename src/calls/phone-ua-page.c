/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request and its answer outside any call: MESSAGE either way (RFC 3428) and OPTIONS. What is sent has an id, by which
 * "request-finished" names it. */
#include "config.h"
#include "phone-ua-internal.h"

#include "phone-sip-token.h"

#include <string.h>

#define MAX_TEXT 32768

static void
phone_ua_finish_page (PhoneUa      *self,
                      PhoneSipPage *page,
                      guint         status,
                      const char   *cause)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  g_autofree char *id = NULL;
  g_autoptr (PhoneSipPage) kept = NULL;

  if (!g_hash_table_steal_extended (self->pages, page, (gpointer *) &kept, (gpointer *) &id))
    return;

  g_signal_handlers_disconnect_by_data (page, self);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_REQUEST_FINISHED], 0, id, status, cause);
}

static void
phone_ua_page_succeeded_cb (PhoneSipPage    *page,
                            PhoneSipMessage *response,
                            PhoneUa         *self)
{
  phone_ua_finish_page (self, page, phone_ua_read_status (response), "");
}

static void
phone_ua_page_failed_cb (PhoneSipPage    *page,
                         const char      *originator,
                         PhoneSipMessage *response,
                         const char      *cause,
                         PhoneUa         *self)
{
  phone_ua_finish_page (self, page, phone_ua_read_status (response), cause ? cause : "");
}

static char *
phone_ua_send_page (PhoneUa         *self,
                    PhoneSipMethod   method,
                    const char      *target,
                    const char      *body,
                    GError         **error)
{
  g_autoptr (PhoneSipUri) uri = phone_ua_parse_target (self, target, error);
  g_autoptr (PhoneSipPage) page = NULL;
  g_autoptr (GError) refused = NULL;
  char *id;

  if (uri == NULL || !phone_ua_may_send (self, error))
    return NULL;

  page = phone_sip_page_new (self->agent, method, uri, body, NULL, &refused);
  if (page == NULL)
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_INVALID_TARGET, refused->message);
      return NULL;
    }

  id = phone_sip_token_new (10);
  g_hash_table_insert (self->pages, g_object_ref (page), g_strdup (id));
  g_signal_connect_object (page, "succeeded", G_CALLBACK (phone_ua_page_succeeded_cb), self, 0);
  g_signal_connect_object (page, "failed", G_CALLBACK (phone_ua_page_failed_cb), self, 0);
  if (phone_sip_page_send (page, &refused))
    return id;

  g_signal_handlers_disconnect_by_data (page, self);
  g_hash_table_remove (self->pages, page);
  g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_NOT_CONNECTED, refused->message);
  g_free (id);

  return NULL;
}

void
phone_ua_new_page_cb (PhoneSipAgent *agent,
                      PhoneSipPage  *page,
                      PhoneUa       *self)
{
  g_autoptr (PhoneUa) alive = g_object_ref (self);
  PhoneSipMessage *request = phone_sip_page_get_request (page);
  PhoneSipAddress *remote = phone_sip_page_get_remote (page);
  g_autofree char *uri = NULL;
  g_autofree char *from = NULL;
  g_autofree char *type = NULL;
  g_autofree char *text = NULL;

  if (!phone_sip_page_is_incoming (page) || phone_sip_page_get_method (page) != PHONE_SIP_METHOD_MESSAGE || remote == NULL)
    return;

  uri = phone_sip_uri_to_string (phone_sip_address_get_uri (remote));
  from = phone_call_make_text (uri);
  type = phone_call_make_text (phone_sip_message_get_content_type (request));
  text = phone_call_make_text (phone_sip_message_get_body (request, NULL));
  phone_sip_page_accept (page, NULL, NULL, NULL, NULL);
  g_signal_emit (self, phone_ua_signals[PHONE_UA_SIGNAL_MESSAGE_RECEIVED], 0, from, type, text);
}

/**
 * phone_ua_send_message:
 * @target: what a person types, or a URI
 * @text: at most 32 KiB
 *
 * Sends one MESSAGE (RFC 3428).
 *
 * Returns: (transfer full): the id that "request-finished" names; %NULL with an error of domain #PHONE_UA_ERROR
 */
char *
phone_ua_send_message (PhoneUa     *self,
                       const char  *target,
                       const char  *text,
                       GError     **error)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);
  g_return_val_if_fail (target != NULL && text != NULL, NULL);

  if (strlen (text) > MAX_TEXT)
    {
      g_set_error_literal (error, PHONE_UA_ERROR, PHONE_UA_ERROR_TOO_LARGE, "The message is too long");
      return NULL;
    }

  return phone_ua_send_page (self, PHONE_SIP_METHOD_MESSAGE, target, text, error);
}

/**
 * phone_ua_send_options:
 * @target: what a person types, or a URI
 *
 * Asks what @target can do: OPTIONS (RFC 3261 §11).
 *
 * Returns: (transfer full): as phone_ua_send_message()
 */
char *
phone_ua_send_options (PhoneUa     *self,
                       const char  *target,
                       GError     **error)
{
  g_return_val_if_fail (PHONE_IS_UA (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  return phone_ua_send_page (self, PHONE_SIP_METHOD_OPTIONS, target, NULL, error);
}
