/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-ua-pair.h"

#include "phone-expect.h"

/* The end that stands in the parts' data is the one to hand out. */
static PhoneSipSocket *
phone_ua_pair_create_socket (const char  *url,
                             const char  *ca_file,
                             gpointer     data,
                             GError     **error)
{
  return g_object_ref (PHONE_SIP_SOCKET (data));
}

/* An account that needs no registrar. */
PhoneAccount *
phone_ua_pair_create_account (const char *uri)
{
  PhoneAccount *account = phone_account_new ();

  g_object_set (account, "uri", uri, "register", FALSE, NULL);
  phone_account_add_socket (account, "ws://127.0.0.1:1", 0);

  return account;
}

static gboolean
phone_ua_pair_is_connected (gpointer data)
{
  PhoneUaPair *self = data;

  return phone_ua_is_connected (self->uas[0]) && phone_ua_is_connected (self->uas[1]);
}

PhoneUaPair *
phone_ua_pair_new (void)
{
  static const char * const uris[] = { "sip:alice@example.com", "sip:bob@example.com" };
  PhoneUaPair *self = g_new0 (PhoneUaPair, 1);

  self->clock = phone_fake_clock_new ();
  self->secrets = phone_memory_secrets_new ();
  phone_fake_socket_new_pair (&self->sockets[0], &self->sockets[1]);
  for (guint i = 0; i < 2; i++)
    {
      self->accounts[i] = phone_ua_pair_create_account (uris[i]);
      self->parts[i] = (PhoneSwitchboardParts) {
        .clock = PHONE_SIP_CLOCK (self->clock),
        .secrets = PHONE_SECRETS (self->secrets),
        .socket_factory = phone_ua_pair_create_socket,
        .media_factory = phone_fake_media_new,
        .data = self->sockets[i],
      };
      self->uas[i] = phone_ua_new (self->accounts[i], &self->parts[i]);
      phone_ua_start (self->uas[i]);
    }
  phone_expect_until ("both connected", phone_ua_pair_is_connected, self);

  return self;
}

void
phone_ua_pair_free (PhoneUaPair *self)
{
  for (guint i = 0; i < 2; i++)
    phone_ua_stop (self->uas[i]);
  for (guint i = 0; i < 4; i++)
    {
      phone_ua_pair_settle ();
      phone_fake_clock_advance (self->clock, 20000);
    }
  phone_ua_pair_settle ();
  for (guint i = 0; i < 2; i++)
    {
      g_assert_finalize_object (self->uas[i]);
      g_object_unref (self->accounts[i]);
    }
  for (guint i = 0; i < 2; i++)
    g_object_unref (self->sockets[i]);
  g_object_unref (self->secrets);
  g_assert_finalize_object (self->clock);
  g_free (self);
}

void
phone_ua_pair_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

typedef struct
{
  PhoneCall      *call;
  PhoneCallState  state;
} Wanted;

static gboolean
phone_ua_pair_is_in_state (gpointer data)
{
  Wanted *wanted = data;

  return phone_call_get_state (wanted->call) == wanted->state;
}

void
phone_expect_call_state (PhoneCall      *call,
                         PhoneCallState  state)
{
  Wanted wanted = { call, state };

  phone_expect_until (phone_call_state_to_string (state), phone_ua_pair_is_in_state, &wanted);
}

static gboolean
phone_ua_pair_has_call (gpointer data)
{
  return g_list_model_get_n_items (data) > 0;
}

PhoneCall *
phone_ua_pair_dial (PhoneUaPair               *self,
                    const PhoneUaCallOptions  *options,
                    PhoneCall                **out_callee)
{
  g_autoptr (GError) error = NULL;
  PhoneCall *caller = phone_ua_call (self->uas[0], "bob", options, &error);

  g_assert_no_error (error);
  phone_expect_call_state (caller, PHONE_CALL_STATE_RINGING);
  phone_expect_until ("Bob's call", phone_ua_pair_has_call, self->uas[1]);
  *out_callee = phone_ua_pair_get_call (self->uas[1], g_list_model_get_n_items (G_LIST_MODEL (self->uas[1])) - 1);
  g_assert_cmpint (phone_call_get_state (*out_callee), ==, PHONE_CALL_STATE_INCOMING);

  return caller;
}

PhoneCall *
phone_ua_pair_call (PhoneUaPair  *self,
                    gboolean      video,
                    PhoneCall   **out_callee)
{
  PhoneUaCallOptions options = { .video = video };
  g_autoptr (GError) error = NULL;
  PhoneCall *caller = phone_ua_pair_dial (self, &options, out_callee);

  g_assert_true (phone_call_answer (*out_callee, video, &error));
  g_assert_no_error (error);
  phone_expect_call_state (caller, PHONE_CALL_STATE_ACTIVE);
  phone_expect_call_state (*out_callee, PHONE_CALL_STATE_ACTIVE);
  phone_ua_pair_settle ();

  return caller;
}

static void
phone_ua_pair_event_cb (PhoneCall  *call,
                        const char *name,
                        GVariant   *details,
                        GString    *events)
{
  g_string_append_printf (events, "%s ", name);
}

static void
phone_ua_pair_free_events (gpointer  events,
                           GClosure *closure)
{
  g_string_free (events, TRUE);
}

GString *
phone_ua_pair_record_events (PhoneCall *call)
{
  GString *events = g_string_new (NULL);

  g_signal_connect_data (call, "event", G_CALLBACK (phone_ua_pair_event_cb), events, phone_ua_pair_free_events, 0);

  return events;
}

static void
phone_ua_pair_details_cb (PhoneCall  *call,
                          const char *name,
                          GVariant   *details,
                          GString    *events)
{
  static const char * const texts[] = { "originator", "type", "candidate" };
  static const char * const flags[] = { "audio", "video", "sdp" };
  const char *text;
  gboolean flag;

  g_string_append (events, name);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_variant_lookup (details, texts[i], "&s", &text))
      g_string_append_printf (events, " %s", text);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (g_variant_lookup (details, flags[i], "b", &flag))
      g_string_append_printf (events, " %s%s", flag ? "" : "no ", flags[i]);
  g_string_append_c (events, ';');
}

GString *
phone_ua_pair_record_details (PhoneCall *call)
{
  GString *events = g_string_new (NULL);

  g_signal_connect_data (call, "event", G_CALLBACK (phone_ua_pair_details_cb), events, phone_ua_pair_free_events, 0);

  return events;
}

PhoneFakeMedia *
phone_ua_pair_get_media (PhoneCall *call)
{
  return PHONE_FAKE_MEDIA (phone_call_get_media (call));
}

PhoneCall *
phone_ua_pair_get_call (PhoneUa *ua,
                        guint    n)
{
  g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (ua), n);

  return call;
}
