/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-scripted-peer.h"

#include "phone-expect.h"
#include "phone-sip-parser.h"

#include <string.h>

struct _PhoneScriptedPeer
{
  GObject         parent_instance;

  PhoneSipSocket *socket;
  GQueue          waiting;      /* of PhoneSipMessage */
  char           *tag;
};

G_DEFINE_FINAL_TYPE (PhoneScriptedPeer, phone_scripted_peer, G_TYPE_OBJECT)

static void
phone_scripted_peer_received_cb (PhoneScriptedPeer *self,
                                 GBytes            *frame)
{
  g_autoptr(GError) error = NULL;
  PhoneSipMessage *message;
  gsize length;
  const char *bytes = g_bytes_get_data (frame, &length);

  if (length <= 4)
    return;

  message = phone_sip_parse (bytes, length, &error);
  g_assert_no_error (error);
  g_queue_push_tail (&self->waiting, message);
}

static gboolean
phone_scripted_peer_has_message (gpointer data)
{
  PhoneScriptedPeer *self = data;

  return !g_queue_is_empty (&self->waiting);
}

static char *
phone_scripted_peer_describe (PhoneSipMessage *message)
{
  if (phone_sip_message_is_request (message))
    return g_strdup (phone_sip_message_get_method_name (message));

  return g_strdup_printf ("%u", phone_sip_message_get_status (message));
}

static void
phone_scripted_peer_dispose (GObject *object)
{
  PhoneScriptedPeer *self = PHONE_SCRIPTED_PEER (object);

  if (self->socket != NULL)
    phone_sip_socket_disconnect (self->socket);

  g_clear_object (&self->socket);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) phone_sip_message_unref);

  G_OBJECT_CLASS (phone_scripted_peer_parent_class)->dispose (object);
}

static void
phone_scripted_peer_finalize (GObject *object)
{
  g_free (PHONE_SCRIPTED_PEER (object)->tag);

  G_OBJECT_CLASS (phone_scripted_peer_parent_class)->finalize (object);
}

static void
phone_scripted_peer_class_init (PhoneScriptedPeerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_scripted_peer_dispose;
  G_OBJECT_CLASS (klass)->finalize = phone_scripted_peer_finalize;
}

static void
phone_scripted_peer_init (PhoneScriptedPeer *self)
{
  g_queue_init (&self->waiting);
  self->tag = g_strdup ("peer");
}

PhoneScriptedPeer *
phone_scripted_peer_new (PhoneSipSocket *socket)
{
  PhoneScriptedPeer *self = g_object_new (PHONE_TYPE_SCRIPTED_PEER, NULL);

  self->socket = g_object_ref (socket);
  g_signal_connect_object (socket, "received", G_CALLBACK (phone_scripted_peer_received_cb), self, G_CONNECT_SWAPPED);
  phone_sip_socket_connect (socket);

  return self;
}

PhoneSipMessage *
phone_scripted_peer_expect (PhoneScriptedPeer *self,
                            const char        *what)
{
  while (TRUE)
    {
      g_autoptr(PhoneSipMessage) message = NULL;
      g_autofree char *is = NULL;

      phone_expect_until (what, phone_scripted_peer_has_message, self);
      message = g_queue_pop_head (&self->waiting);
      is = phone_scripted_peer_describe (message);

      if (g_str_equal (is, "100") && !g_str_equal (what, "100"))
        continue;

      if (!g_str_equal (is, what))
        g_error ("expected %s, got:\n%s", what, phone_sip_message_get_text (message, NULL));

      return g_steal_pointer (&message);
    }
}

guint
phone_scripted_peer_get_n_waiting (PhoneScriptedPeer *self)
{
  return g_queue_get_length (&self->waiting);
}

void
phone_scripted_peer_set_tag (PhoneScriptedPeer *self,
                             const char        *tag)
{
  g_free (self->tag);
  self->tag = g_strdup (tag);
}

void
phone_scripted_peer_reply (PhoneScriptedPeer *self,
                           PhoneSipMessage   *request,
                           guint              status,
                           const char        *lines,
                           const char        *body)
{
  phone_scripted_peer_reply_as (self, self->tag, request, status, lines, body);
}

void
phone_scripted_peer_reply_as (PhoneScriptedPeer *self,
                              const char        *tag,
                              PhoneSipMessage   *request,
                              guint              status,
                              const char        *lines,
                              const char        *body)
{
  PhoneSipMessageBuilder *builder = phone_sip_message_builder_new_reply (request, status, NULL, status > 100 ? tag : NULL);
  g_auto(GStrv) split = g_strsplit (lines != NULL ? lines : "", "\n", -1);
  g_autoptr(PhoneSipMessage) response = NULL;
  g_autoptr(GError) error = NULL;
  const char *text;
  gsize length;

  for (guint i = 0; split[i] != NULL; i++)
    if (*split[i] != '\0')
      phone_sip_message_builder_add_line (builder, split[i]);

  if (body != NULL)
    phone_sip_message_builder_set_body (builder, "application/sdp", body, -1);

  response = phone_sip_message_builder_end (builder, &error);
  g_assert_no_error (error);
  text = phone_sip_message_get_text (response, &length);
  phone_sip_socket_send (self->socket, text, length);
}

void
phone_scripted_peer_send (PhoneScriptedPeer *self,
                          const char        *format,
                          ...)
{
  g_autofree char *text = NULL;
  g_autoptr(GString) head = g_string_new (NULL);
  const char *body;
  const char *gap;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  gap = strstr (text, "\n\n");
  body = gap != NULL ? gap + 2 : "";
  g_string_append_len (head, text, gap != NULL ? gap - text : (gssize) strlen (text));

  while (head->len > 0 && head->str[head->len - 1] == '\n')
    g_string_truncate (head, head->len - 1);

  if (strstr (head->str, "Content-Length:") == NULL)
    g_string_append_printf (head, "\nContent-Length: %zu", strlen (body));

  g_string_replace (head, "\n", "\r\n", 0);
  g_string_append (head, "\r\n\r\n");
  g_string_append (head, body);
  phone_sip_socket_send (self->socket, head->str, head->len);
}

PhoneSipSocket *
phone_scripted_peer_get_socket (PhoneScriptedPeer *self)
{
  return self->socket;
}
