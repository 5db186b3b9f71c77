/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-echo-party.h"

#include "phone-expect.h"
#include "phone-media-webrtc.h"
#include "phone-sip-agent.h"
#include "phone-sip-websocket.h"

/* A caller as the phone is one: an agent and a media session, put together by hand. */
typedef struct
{
  PhoneExchange     *exchange;
  PhoneEchoParty    *party;
  PhoneSipAgent     *agent;
  PhoneSipSession   *session;
  PhoneMediaSession *media;
  char              *sdp;
  guint              described;
  guint              registered;
  guint              confirmed;
  guint              over;
  guint              media_connected;
  guint              frames;
} Caller;

static void
count_cb (guint *count)
{
  (*count)++;
}

static gboolean
echo_is_there (gpointer data)
{
  return phone_exchange_get_n_bindings (data, "echo") == 1;
}

static gboolean
echo_is_away (gpointer data)
{
  return phone_exchange_get_n_bindings (data, "echo") == 0;
}

static gboolean
echo_is_idle (gpointer data)
{
  return phone_echo_party_get_n_calls (data) == 0;
}

static void
set_up (Caller        *caller,
        gconstpointer  data)
{
  g_autoptr(PhoneSipClock) clock = phone_sip_clock_new_main_loop ();
  g_autoptr(PhoneSipTransport) transport = phone_sip_transport_new (clock);
  g_autoptr(PhoneSipWebsocket) socket = NULL;
  g_autoptr(PhoneSipUri) uri = phone_sip_uri_new ("sip", "alice", "demo.invalid", 0);
  g_autoptr(PhoneSipAgentConfig) config = phone_sip_agent_config_new (uri);
  g_autoptr(GError) error = NULL;

  phone_expect_gstreamer_races ();
  caller->exchange = phone_exchange_new ("demo.invalid");
  phone_exchange_listen (caller->exchange, 0, &error);
  g_assert_no_error (error);
  caller->party = phone_echo_party_new (caller->exchange);
  phone_echo_party_start (caller->party);
  phone_expect_until ("the echo party's registration", echo_is_there, caller->exchange);

  socket = phone_sip_websocket_new (phone_exchange_get_url (caller->exchange), NULL);
  phone_sip_transport_add_socket (transport, PHONE_SIP_SOCKET (socket), 0);
  caller->agent = phone_sip_agent_new (config, transport, clock);
  g_signal_connect_swapped (phone_sip_agent_get_registration (caller->agent), "registered", G_CALLBACK (count_cb), &caller->registered);
  phone_sip_agent_start (caller->agent);
  phone_expect_count ("the caller's registration", &caller->registered, 1);
}

static gboolean
agent_is_gone (gpointer data)
{
  return !phone_sip_transport_is_connected (phone_sip_agent_get_transport (data));
}

static void
tear_down (Caller        *caller,
           gconstpointer  data)
{
  if (caller->media != NULL)
    phone_media_session_close (caller->media);

  g_clear_object (&caller->media);
  g_clear_object (&caller->session);
  phone_sip_agent_stop (caller->agent);
  phone_expect_until ("the caller's end", agent_is_gone, caller->agent);
  g_assert_finalize_object (caller->agent);
  phone_echo_party_stop (caller->party);
  g_assert_finalize_object (caller->party);
  g_assert_finalize_object (caller->exchange);
  g_free (caller->sdp);

  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
offer_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  Caller *caller = data;
  g_autoptr(GError) error = NULL;

  caller->sdp = phone_media_session_create_offer_finish (PHONE_MEDIA_SESSION (object), result, &error);
  g_assert_no_error (error);
  caller->described++;
}

static void
applied_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr(GError) error = NULL;

  phone_media_session_apply_answer_finish (PHONE_MEDIA_SESSION (object), result, &error);
  g_assert_no_error (error);
}

static void
answer_cb (Caller     *caller,
           const char *sdp,
           gboolean    early)
{
  phone_media_session_apply_answer_async (caller->media, sdp, NULL, applied_cb, caller);
}

static void
frame_cb (PhoneVideoSlot *slot,
          gpointer        data)
{
  Caller *caller = data;
  PhoneVideoFrame *frame = phone_video_slot_get (slot);

  if (frame != NULL)
    caller->frames++;

  g_clear_pointer (&frame, phone_video_frame_unref);
}

static void
make_session (Caller *caller)
{
  g_autoptr(PhoneSipUri) target = phone_sip_uri_parse ("sip:echo@demo.invalid", -1, NULL);

  g_clear_object (&caller->session);
  caller->session = phone_sip_agent_create_session (caller->agent, target);
  g_signal_connect_swapped (caller->session, "confirmed", G_CALLBACK (count_cb), &caller->confirmed);
  g_signal_connect_swapped (caller->session, "ended", G_CALLBACK (count_cb), &caller->over);
  g_signal_connect_swapped (caller->session, "failed", G_CALLBACK (count_cb), &caller->over);
}

static void
test_sends_back (Caller        *caller,
                 gconstpointer  data)
{
  g_autoptr(PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr(GError) error = NULL;

  if (!phone_media_init (&error))
    {
      g_test_skip (error->message);
      return;
    }

  config->test_media = TRUE;
  config->loopback = TRUE;
  config->audio = TRUE;
  config->video = TRUE;
  caller->media = phone_media_webrtc_new (config, NULL);
  g_signal_connect_swapped (caller->media, "connected", G_CALLBACK (count_cb), &caller->media_connected);
  phone_video_slot_set_listener (phone_media_session_get_remote_slot (caller->media), frame_cb, caller);
  phone_media_session_create_offer_async (caller->media, NULL, offer_cb, caller);
  phone_expect_count ("the offer", &caller->described, 1);

  make_session (caller);
  g_signal_connect_swapped (caller->session, "answer", G_CALLBACK (answer_cb), caller);
  phone_sip_session_connect (caller->session, caller->sdp, NULL, &error);
  g_assert_no_error (error);
  phone_expect_count ("the call", &caller->confirmed, 1);
  g_assert_cmpuint (phone_echo_party_get_n_calls (caller->party), ==, 1);
  phone_expect_count ("the media", &caller->media_connected, 1);
  phone_expect_count ("our own picture", &caller->frames, 10);

  phone_sip_session_terminate (caller->session, NULL, &error);
  g_assert_no_error (error);
  phone_expect_count ("the end", &caller->over, 1);
  phone_expect_until ("the echo party's end of the call", echo_is_idle, caller->party);
  phone_video_slot_set_listener (phone_media_session_get_remote_slot (caller->media), NULL, NULL);
}

static void
test_refuses_nonsense (Caller        *caller,
                       gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  if (!phone_media_init (&error))
    {
      g_test_skip (error->message);
      return;
    }

  make_session (caller);
  phone_sip_session_connect (caller->session, "this is no SDP", NULL, &error);
  g_assert_no_error (error);
  phone_expect_count ("the refusal", &caller->over, 1);
  g_assert_cmpuint (caller->confirmed, ==, 0);
  phone_expect_until ("the echo party's end of the call", echo_is_idle, caller->party);
}

static void
test_stops (Caller        *caller,
            gconstpointer  data)
{
  phone_echo_party_stop (caller->party);
  phone_expect_until ("the echo party's leaving", echo_is_away, caller->exchange);
  make_session (caller);
  phone_sip_session_connect (caller->session, "v=0\r\n", NULL, NULL);
  phone_expect_count ("the refusal", &caller->over, 1);
  phone_echo_party_start (caller->party);
  phone_expect_until ("the echo party's return", echo_is_there, caller->exchange);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/exchange/echo-party/" path, Caller, NULL, set_up, func, tear_down)
  ADD ("sends-back-the-picture", test_sends_back);
  ADD ("refuses-what-is-no-description", test_refuses_nonsense);
  ADD ("stops-and-starts-again", test_stops);
#undef ADD

  return g_test_run ();
}
