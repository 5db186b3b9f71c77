/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The party at the other end of "Try it": an agent like any other, registered at the exchange, that answers every call with media that
 * sends back what it receives. A call here is two objects, session and media; it goes when its session is over. */

#include "config.h"

#include "phone-echo-party.h"

#include "phone-media-echo.h"
#include "phone-sip-agent.h"
#include "phone-sip-websocket.h"

#define MAX_CALLS 8

struct _PhoneEchoParty
{
  GObject            parent_instance;

  PhoneExchange     *exchange;
  PhoneSipClock     *clock;
  PhoneSipTransport *transport;
  PhoneSipAgent     *agent;
  GPtrArray         *calls;     /* of PhoneEchoCall */
};

G_DEFINE_FINAL_TYPE (PhoneEchoParty, phone_echo_party, G_TYPE_OBJECT)

typedef struct
{
  PhoneEchoParty    *party;     /* borrowed */
  PhoneSipSession   *session;
  PhoneMediaSession *media;
  GCancellable      *cancellable;
} PhoneEchoCall;

static void
phone_echo_call_free (gpointer data)
{
  PhoneEchoCall *call = data;

  g_signal_handlers_disconnect_by_data (call->session, call);
  g_cancellable_cancel (call->cancellable);
  phone_media_session_close (call->media);
  g_object_unref (call->media);
  g_object_unref (call->session);
  g_object_unref (call->cancellable);
  g_free (call);
}

static void
phone_echo_call_over_cb (PhoneSipSession *session,
                         const char      *originator,
                         PhoneSipMessage *message,
                         const char      *cause,
                         PhoneEchoCall   *call)
{
  g_ptr_array_remove_fast (call->party->calls, call);
}

static void
phone_echo_call_fail (PhoneSipSession *session,
                      guint            status)
{
  PhoneSipTerminateOptions options = { .status = status };

  phone_sip_session_terminate (session, &options, NULL);
}

/* The session is the callbacks' only hold: a call that has gone has cancelled them. */
static void
phone_echo_call_first_description_cb (GObject      *object,
                                      GAsyncResult *result,
                                      gpointer      data)
{
  g_autoptr (PhoneSipSession) session = PHONE_SIP_SESSION (data);
  gboolean answering = phone_sip_session_get_remote_sdp (session) != NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = answering ? phone_media_session_create_answer_finish (PHONE_MEDIA_SESSION (object), result, &error)
                                   : phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || phone_sip_session_is_ended (session))
    return;

  if (sdp == NULL || !phone_sip_session_accept (session, sdp, 0, NULL, NULL))
    phone_echo_call_fail (session, 488);
}

static void
phone_echo_call_later_answer_cb (GObject      *object,
                                 GAsyncResult *result,
                                 gpointer      data)
{
  g_autoptr (PhoneSipSession) session = PHONE_SIP_SESSION (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_answer_finish (PHONE_MEDIA_SESSION (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || phone_sip_session_is_ended (session))
    return;

  if (sdp != NULL)
    phone_sip_session_answer (session, sdp, NULL);
  else
    phone_sip_session_refuse_modification (session, 488, NULL, NULL, NULL);
}

static void
phone_echo_call_later_offer_cb (GObject      *object,
                                GAsyncResult *result,
                                gpointer      data)
{
  g_autoptr (PhoneSipSession) session = PHONE_SIP_SESSION (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || phone_sip_session_is_ended (session))
    return;

  if (sdp != NULL)
    phone_sip_session_answer (session, sdp, NULL);
  else
    phone_sip_session_refuse_modification (session, 488, NULL, NULL, NULL);
}

static gboolean
phone_echo_call_modification_cb (PhoneSipSession *session,
                                 PhoneSipMessage *request,
                                 const char      *sdp,
                                 PhoneEchoCall   *call)
{
  if (sdp != NULL)
    phone_media_session_create_answer_async (call->media, sdp, call->cancellable, phone_echo_call_later_answer_cb, g_object_ref (session));
  else
    phone_media_session_create_offer_async (call->media, call->cancellable, phone_echo_call_later_offer_cb, g_object_ref (session));

  return TRUE;
}

static void
phone_echo_call_applied_cb (GObject      *object,
                            GAsyncResult *result,
                            gpointer      data)
{
  g_autoptr (PhoneSipSession) session = PHONE_SIP_SESSION (data);
  g_autoptr (GError) error = NULL;

  if (!phone_media_session_apply_answer_finish (PHONE_MEDIA_SESSION (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !phone_sip_session_is_ended (session))
    phone_echo_call_fail (session, 0);
}

static void
phone_echo_call_modified_cb (PhoneSipSession *session,
                             const char      *sdp,
                             PhoneEchoCall   *call)
{
  if (sdp != NULL)
    phone_media_session_apply_answer_async (call->media, sdp, call->cancellable, phone_echo_call_applied_cb, g_object_ref (session));
}

static void
phone_echo_party_add_call (PhoneEchoParty  *self,
                           PhoneSipSession *session)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  const char *offer = phone_sip_session_get_remote_sdp (session);
  PhoneEchoCall *call = g_new0 (PhoneEchoCall, 1);

  config->loopback = TRUE;
  config->video = offer == NULL || phone_media_sdp_has_video (offer);

  call->party = self;
  call->session = g_object_ref (session);
  call->media = phone_media_echo_new (config, NULL);
  call->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->calls, call);

  g_signal_connect (session, "ended", G_CALLBACK (phone_echo_call_over_cb), call);
  g_signal_connect (session, "failed", G_CALLBACK (phone_echo_call_over_cb), call);
  g_signal_connect (session, "modification", G_CALLBACK (phone_echo_call_modification_cb), call);
  g_signal_connect (session, "modified", G_CALLBACK (phone_echo_call_modified_cb), call);

  phone_sip_session_ring (session, NULL, NULL);
  if (offer != NULL)
    phone_media_session_create_answer_async (call->media, offer, call->cancellable, phone_echo_call_first_description_cb, g_object_ref (session));
  else
    phone_media_session_create_offer_async (call->media, call->cancellable, phone_echo_call_first_description_cb, g_object_ref (session));
}

static void
phone_echo_party_new_session_cb (PhoneSipAgent   *agent,
                                 PhoneSipSession *session,
                                 PhoneSipMessage *request,
                                 PhoneEchoParty  *self)
{
  if (self->calls->len < MAX_CALLS)
    phone_echo_party_add_call (self, session);
  else
    phone_echo_call_fail (session, 486);
}

static void
phone_echo_party_dispose (GObject *object)
{
  PhoneEchoParty *self = PHONE_ECHO_PARTY (object);

  phone_echo_party_stop (self);
  g_clear_object (&self->exchange);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (phone_echo_party_parent_class)->dispose (object);
}

static void
phone_echo_party_finalize (GObject *object)
{
  g_ptr_array_unref (PHONE_ECHO_PARTY (object)->calls);

  G_OBJECT_CLASS (phone_echo_party_parent_class)->finalize (object);
}

static void
phone_echo_party_class_init (PhoneEchoPartyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_echo_party_dispose;
  object_class->finalize = phone_echo_party_finalize;
}

static void
phone_echo_party_init (PhoneEchoParty *self)
{
  self->clock = phone_sip_clock_new_main_loop ();
  self->calls = g_ptr_array_new_with_free_func (phone_echo_call_free);
}

/**
 * phone_echo_party_new:
 * @exchange: where it registers; must listen before phone_echo_party_start()
 *
 * Makes the echo party, not reachable yet.
 *
 * Returns: (transfer full): the echo party
 */
PhoneEchoParty *
phone_echo_party_new (PhoneExchange *exchange)
{
  PhoneEchoParty *self;

  g_return_val_if_fail (PHONE_IS_EXCHANGE (exchange), NULL);

  self = g_object_new (PHONE_TYPE_ECHO_PARTY, NULL);
  self->exchange = g_object_ref (exchange);

  return self;
}

/**
 * phone_echo_party_start:
 * @self: an echo party
 *
 * Connects to the exchange and registers as "echo" in its domain.
 */
void
phone_echo_party_start (PhoneEchoParty *self)
{
  g_autoptr (PhoneSipUri) uri = NULL;
  g_autoptr (PhoneSipAgentConfig) config = NULL;
  g_autoptr (PhoneSipWebsocket) socket = NULL;

  g_return_if_fail (PHONE_IS_ECHO_PARTY (self));
  g_return_if_fail (phone_exchange_get_url (self->exchange) != NULL);

  if (self->agent != NULL)
    return;

  uri = phone_sip_uri_new ("sip", "echo", phone_exchange_get_domain (self->exchange), 0);
  config = phone_sip_agent_config_new (uri);
  socket = phone_sip_websocket_new (phone_exchange_get_url (self->exchange), NULL);

  self->transport = phone_sip_transport_new (self->clock);
  phone_sip_transport_add_socket (self->transport, PHONE_SIP_SOCKET (socket), 0);
  self->agent = phone_sip_agent_new (config, self->transport, self->clock);
  g_signal_connect_object (self->agent, "new-session", G_CALLBACK (phone_echo_party_new_session_cb), self, G_CONNECT_DEFAULT);
  phone_sip_agent_start (self->agent);
}

/**
 * phone_echo_party_stop:
 * @self: an echo party
 *
 * Ends its calls and leaves the exchange. May be called twice.
 */
void
phone_echo_party_stop (PhoneEchoParty *self)
{
  g_return_if_fail (PHONE_IS_ECHO_PARTY (self));

  if (self->agent == NULL)
    return;

  phone_sip_agent_stop (self->agent);
  g_ptr_array_set_size (self->calls, 0);
  g_clear_object (&self->agent);
  phone_sip_transport_disconnect (self->transport);
  g_clear_object (&self->transport);
}

/**
 * phone_echo_party_get_n_calls:
 * @self: an echo party
 *
 * Returns: how many calls are up or being answered
 */
guint
phone_echo_party_get_n_calls (PhoneEchoParty *self)
{
  g_return_val_if_fail (PHONE_IS_ECHO_PARTY (self), 0);

  return self->calls->len;
}
