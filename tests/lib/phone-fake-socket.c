/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-fake-socket.h"

#include <gio/gio.h>
#include <string.h>

typedef enum
{
  EVENT_OPEN,
  EVENT_REFUSED,
  EVENT_FRAME,
  EVENT_CLOSED,         /* by the peer */
} Kind;

typedef struct
{
  Kind             kind;
  PhoneFakeSocket *to;          /* borrowed: an end takes its events with it */
  GBytes          *frame;
} Event;

/* What both ends share. */
typedef struct
{
  GQueue           events;
  guint            idle_id;
  int              cut_after;   /* frames; -1: never */
  PhoneFakeSocket *ends[2];     /* borrowed */
} Wire;

struct _PhoneFakeSocket
{
  GObject    parent_instance;

  Wire      *wire;              /* g_rc_box */
  guint      index;
  char      *url;
  char      *local_address;
  gboolean   open;
  gboolean   connecting;
  gboolean   silent;
  gboolean   recording;
  GError    *refusal;
  GPtrArray *sent;
};

static void phone_fake_socket_iface_init (PhoneSipSocketInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneFakeSocket, phone_fake_socket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_SIP_SOCKET, phone_fake_socket_iface_init))

static void
phone_fake_socket_event_free (Event *event)
{
  g_clear_pointer (&event->frame, g_bytes_unref);
  g_free (event);
}

static void
phone_fake_socket_wire_clear (gpointer data)
{
  Wire *wire = data;

  g_clear_handle_id (&wire->idle_id, g_source_remove);
  g_queue_clear_full (&wire->events, (GDestroyNotify) phone_fake_socket_event_free);
}

static void
phone_fake_socket_wire_unref (Wire *wire)
{
  g_rc_box_release_full (wire, phone_fake_socket_wire_clear);
}

static void
phone_fake_socket_break (PhoneFakeSocket *self,
                         gboolean         error)
{
  g_autoptr(GError) cause = NULL;

  if (!self->open && !self->connecting)
    return;

  self->open = FALSE;
  self->connecting = FALSE;

  if (error)
    cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The connection was cut");

  phone_sip_socket_emit_disconnected (PHONE_SIP_SOCKET (self), error, error ? 0 : 1000, NULL, cause);
}

static void
phone_fake_socket_break_both (Wire *wire)
{
  g_autoptr(PhoneFakeSocket) first = wire->ends[0] != NULL ? g_object_ref (wire->ends[0]) : NULL;
  g_autoptr(PhoneFakeSocket) second = wire->ends[1] != NULL ? g_object_ref (wire->ends[1]) : NULL;

  g_queue_clear_full (&wire->events, (GDestroyNotify) phone_fake_socket_event_free);
  wire->cut_after = -1;

  if (first != NULL)
    phone_fake_socket_break (first, TRUE);

  if (second != NULL)
    phone_fake_socket_break (second, TRUE);
}

static void
phone_fake_socket_deliver_frame (PhoneFakeSocket *self,
                                 GBytes          *frame)
{
  Wire *wire = self->wire;

  if (!self->open)
    return;

  if (wire->cut_after == 0)
    {
      phone_fake_socket_break_both (wire);
      return;
    }

  if (wire->cut_after > 0)
    wire->cut_after--;

  phone_sip_socket_emit_received (PHONE_SIP_SOCKET (self), frame);
}

static void
phone_fake_socket_deliver (PhoneFakeSocket *self,
                           Event           *event)
{
  switch (event->kind)
    {
    case EVENT_OPEN:
      if (!self->connecting)
        break;
      self->connecting = FALSE;
      self->open = TRUE;
      phone_sip_socket_emit_connected (PHONE_SIP_SOCKET (self));
      break;

    case EVENT_REFUSED:
      if (!self->connecting)
        break;
      self->connecting = FALSE;
      phone_sip_socket_emit_disconnected (PHONE_SIP_SOCKET (self), TRUE, 0, NULL, self->refusal);
      break;

    case EVENT_FRAME:
      phone_fake_socket_deliver_frame (self, event->frame);
      break;

    case EVENT_CLOSED:
      phone_fake_socket_break (self, FALSE);
      break;

    default:
      g_assert_not_reached ();
    }
}

static void
phone_fake_socket_drain (Wire *wire)
{
  Event *event;

  g_rc_box_acquire (wire);

  while ((event = g_queue_pop_head (&wire->events)) != NULL)
    {
      g_autoptr(PhoneFakeSocket) to = g_object_ref (event->to);

      phone_fake_socket_deliver (to, event);
      phone_fake_socket_event_free (event);
    }

  phone_fake_socket_wire_unref (wire);
}

static gboolean
phone_fake_socket_idle_cb (gpointer data)
{
  Wire *wire = data;

  wire->idle_id = 0;
  phone_fake_socket_drain (wire);

  return G_SOURCE_REMOVE;
}

static void
phone_fake_socket_queue (PhoneFakeSocket *to,
                         Kind             kind,
                         GBytes          *frame)
{
  Event *event = g_new0 (Event, 1);

  event->kind = kind;
  event->to = to;
  event->frame = frame;
  g_queue_push_tail (&to->wire->events, event);

  if (to->wire->idle_id == 0)
    to->wire->idle_id = g_idle_add (phone_fake_socket_idle_cb, to->wire);
}

static void
phone_fake_socket_forget_events (PhoneFakeSocket *self)
{
  GList *link = self->wire->events.head;

  while (link != NULL)
    {
      GList *next = link->next;
      Event *event = link->data;

      if (event->to == self)
        {
          g_queue_delete_link (&self->wire->events, link);
          phone_fake_socket_event_free (event);
        }

      link = next;
    }
}

static PhoneFakeSocket *
phone_fake_socket_get_peer (PhoneFakeSocket *self)
{
  return self->wire->ends[1 - self->index];
}

static const char *
phone_fake_socket_get_url (PhoneSipSocket *socket)
{
  return PHONE_FAKE_SOCKET (socket)->url;
}

static const char *
phone_fake_socket_get_sip_uri (PhoneSipSocket *socket)
{
  return "sip:fake.invalid;transport=ws";
}

static const char *
phone_fake_socket_get_via_transport (PhoneSipSocket *socket)
{
  return "WS";
}

static void
phone_fake_socket_connect (PhoneSipSocket *socket)
{
  PhoneFakeSocket *self = PHONE_FAKE_SOCKET (socket);

  if (self->open || self->connecting)
    return;

  self->connecting = TRUE;
  phone_fake_socket_queue (self, self->refusal != NULL ? EVENT_REFUSED : EVENT_OPEN, NULL);
}

static void
phone_fake_socket_disconnect (PhoneSipSocket *socket)
{
  PhoneFakeSocket *self = PHONE_FAKE_SOCKET (socket);
  PhoneFakeSocket *peer = phone_fake_socket_get_peer (self);

  if (self->open && peer != NULL && peer->open)
    phone_fake_socket_queue (peer, EVENT_CLOSED, NULL);

  self->open = FALSE;
  self->connecting = FALSE;
}

static gboolean
phone_fake_socket_send (PhoneSipSocket *socket,
                        const char     *text,
                        gsize           length)
{
  PhoneFakeSocket *self = PHONE_FAKE_SOCKET (socket);
  PhoneFakeSocket *peer = phone_fake_socket_get_peer (self);

  if (!self->open)
    return FALSE;

  if (self->recording)
    g_ptr_array_add (self->sent, g_strndup (text, length));

  if (length == 4 && memcmp (text, "\r\n\r\n", 4) == 0)
    {
      /* At once, not queued: the clock of the test does not wait for the main context. */
      if (!self->silent)
        phone_sip_socket_emit_alive (socket);
    }
  else if (peer != NULL)
    phone_fake_socket_queue (peer, EVENT_FRAME, g_bytes_new (text, length));

  return TRUE;
}

static char *
phone_fake_socket_get_local_address (PhoneSipSocket *socket)
{
  return g_strdup (PHONE_FAKE_SOCKET (socket)->local_address);
}

static void
phone_fake_socket_iface_init (PhoneSipSocketInterface *iface)
{
  iface->get_url = phone_fake_socket_get_url;
  iface->get_sip_uri = phone_fake_socket_get_sip_uri;
  iface->get_via_transport = phone_fake_socket_get_via_transport;
  iface->connect = phone_fake_socket_connect;
  iface->disconnect = phone_fake_socket_disconnect;
  iface->send = phone_fake_socket_send;
  iface->get_local_address = phone_fake_socket_get_local_address;
}

static void
phone_fake_socket_dispose (GObject *object)
{
  PhoneFakeSocket *self = PHONE_FAKE_SOCKET (object);

  if (self->wire != NULL)
    {
      phone_fake_socket_disconnect (PHONE_SIP_SOCKET (self));
      phone_fake_socket_forget_events (self);
      self->wire->ends[self->index] = NULL;
      g_clear_pointer (&self->wire, phone_fake_socket_wire_unref);
    }

  G_OBJECT_CLASS (phone_fake_socket_parent_class)->dispose (object);
}

static void
phone_fake_socket_finalize (GObject *object)
{
  PhoneFakeSocket *self = PHONE_FAKE_SOCKET (object);

  g_free (self->url);
  g_free (self->local_address);
  g_clear_error (&self->refusal);
  g_ptr_array_unref (self->sent);

  G_OBJECT_CLASS (phone_fake_socket_parent_class)->finalize (object);
}

static void
phone_fake_socket_class_init (PhoneFakeSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_fake_socket_dispose;
  object_class->finalize = phone_fake_socket_finalize;
}

static void
phone_fake_socket_init (PhoneFakeSocket *self)
{
  self->sent = g_ptr_array_new_with_free_func (g_free);
  self->recording = TRUE;
}

static PhoneFakeSocket *
phone_fake_socket_new_end (Wire       *wire,
                           guint       index,
                           const char *url)
{
  PhoneFakeSocket *self = g_object_new (PHONE_TYPE_FAKE_SOCKET, NULL);

  self->wire = wire;
  self->index = index;
  self->url = g_strdup (url);
  wire->ends[index] = self;

  return self;
}

void
phone_fake_socket_new_pair (PhoneFakeSocket **a,
                            PhoneFakeSocket **b)
{
  Wire *wire = g_rc_box_new0 (Wire);

  g_queue_init (&wire->events);
  wire->cut_after = -1;
  *a = phone_fake_socket_new_end (wire, 0, "ws://a.invalid");
  *b = phone_fake_socket_new_end (g_rc_box_acquire (wire), 1, "ws://b.invalid");
}

PhoneFakeSocket *
phone_fake_socket_new (const char *url)
{
  Wire *wire = g_rc_box_new0 (Wire);

  g_queue_init (&wire->events);
  wire->cut_after = -1;

  return phone_fake_socket_new_end (wire, 0, url);
}

void
phone_fake_socket_pump (PhoneFakeSocket *self)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  phone_fake_socket_drain (self->wire);
}

void
phone_fake_socket_cut (PhoneFakeSocket *self)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  phone_fake_socket_break_both (self->wire);
}

void
phone_fake_socket_cut_after (PhoneFakeSocket *self,
                             guint            n)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  self->wire->cut_after = (int) n;
}

void
phone_fake_socket_set_refusal (PhoneFakeSocket *self,
                               const GError    *error)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  g_clear_error (&self->refusal);
  self->refusal = error != NULL ? g_error_copy (error) : NULL;
}

void
phone_fake_socket_set_silent (PhoneFakeSocket *self,
                              gboolean         silent)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  self->silent = silent;
}

gboolean
phone_fake_socket_is_open (PhoneFakeSocket *self)
{
  g_return_val_if_fail (PHONE_IS_FAKE_SOCKET (self), FALSE);

  return self->open;
}

void
phone_fake_socket_inject (PhoneFakeSocket *self,
                          const char      *bytes,
                          gssize           length)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  phone_fake_socket_queue (self, EVENT_FRAME, g_bytes_new (bytes, length < 0 ? strlen (bytes) : (gsize) length));
}

guint
phone_fake_socket_get_n_sent (PhoneFakeSocket *self)
{
  g_return_val_if_fail (PHONE_IS_FAKE_SOCKET (self), 0);

  return self->sent->len;
}

const char *
phone_fake_socket_get_sent (PhoneFakeSocket *self,
                            guint            n)
{
  g_return_val_if_fail (PHONE_IS_FAKE_SOCKET (self), NULL);
  g_return_val_if_fail (n < self->sent->len, NULL);

  return self->sent->pdata[n];
}

void
phone_fake_socket_set_local_address (PhoneFakeSocket *self,
                                     const char      *address)
{
  g_free (self->local_address);
  self->local_address = g_strdup (address);
}

void
phone_fake_socket_set_recording (PhoneFakeSocket *self,
                                 gboolean         recording)
{
  g_return_if_fail (PHONE_IS_FAKE_SOCKET (self));

  self->recording = recording;
}
