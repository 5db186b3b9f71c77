/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A phone keeps one connection for days, to one of a handful of servers. Two facts shape this file. A dead peer says nothing:
 * without traffic of our own a half-open connection is noticed at the next call. So every interval a "\r\n\r\n" leaves
 * (RFC 7118 §6, RFC 5626 §4.4.1), the socket is asked for its own signs of life as well, because not every server answers the
 * CRLF, and a deadline runs that any byte from the peer moves on. And a server that comes back is met by all its phones at once:
 * attempt n waits floor (random · 2ⁿ + 1) s within two bounds, as JsSIP does.
 *
 * A socket that failed is passed over until all have failed; the heaviest is tried first. */
#include "config.h"
#include "phone-sip-transport.h"

#include "phone-sip-parser.h"

#include <gio/gio.h>
#include <string.h>

#define DEFAULT_MIN_INTERVAL 2u
#define DEFAULT_MAX_INTERVAL 30u
#define DEFAULT_KEEPALIVE    5u
#define PATIENCE             4u     /* s beyond the interval until a silent peer is given up */
#define STALL                1000   /* ms: a deadline that comes so late says more about us than about the peer */
#define MAX_EXPONENT         30u
#define MAX_SOCKETS          64u

typedef enum
{
  STATE_DISCONNECTED,
  STATE_CONNECTING,
  STATE_CONNECTED,
} State;

typedef struct
{
  PhoneSipSocket *socket;
  int             weight;
  gboolean        failed;
} Entry;

struct _PhoneSipTransport
{
  GObject        parent_instance;

  PhoneSipClock *clock;
  GArray        *entries;        /* of Entry */
  PhoneSipSocket *socket;        /* the one in use or tried */
  gulong         handlers[4];    /* on socket while it is in use or tried */
  State          state;
  guint          min_interval;
  guint          max_interval;
  guint          keepalive;
  guint          attempts;       /* since the last connection */
  guint          recovery_id;
  guint          ping_id;
  guint          deadline_id;
  gint64         deadline;       /* when deadline_id is due */
  gint64         heard;          /* when the peer last gave a sign of life */
};

G_DEFINE_FINAL_TYPE (PhoneSipTransport, phone_sip_transport, G_TYPE_OBJECT)

enum
{
  PROP_CONNECTED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_CONNECTING,
  SIGNAL_CONNECTED,
  SIGNAL_DISCONNECTED,
  SIGNAL_MESSAGE,
  SIGNAL_MALFORMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
phone_sip_transport_entry_clear (gpointer data)
{
  Entry *entry = data;

  g_clear_object (&entry->socket);
}

static void
phone_sip_transport_unbind (PhoneSipTransport *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->handlers); i++)
    g_clear_signal_handler (&self->handlers[i], self->socket);
}

static void
phone_sip_transport_stop_timers (PhoneSipTransport *self)
{
  phone_sip_clock_clear (self->clock, &self->recovery_id);
  phone_sip_clock_clear (self->clock, &self->ping_id);
  phone_sip_clock_clear (self->clock, &self->deadline_id);
}

static void
phone_sip_transport_set_state (PhoneSipTransport *self,
                               State              state)
{
  gboolean changed = (self->state == STATE_CONNECTED) != (state == STATE_CONNECTED);

  self->state = state;

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
}

/* The heaviest that has not failed; random among equals; once all have failed, all are good again. */
static PhoneSipSocket *
phone_sip_transport_choose (PhoneSipTransport *self)
{
  PhoneSipSocket *chosen = NULL;
  int weight = 0;
  guint equals = 0;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->failed || (chosen != NULL && entry->weight < weight))
        continue;

      equals = chosen != NULL && entry->weight == weight ? equals + 1 : 1;
      weight = entry->weight;

      if (equals == 1 || g_random_int_range (0, (gint32) equals) == 0)
        chosen = entry->socket;
    }

  if (chosen != NULL || self->entries->len == 0)
    return chosen;

  for (guint i = 0; i < self->entries->len; i++)
    g_array_index (self->entries, Entry, i).failed = FALSE;

  return phone_sip_transport_choose (self);
}

/* Of the server that was chosen last. */
static void
phone_sip_transport_set_failed (PhoneSipTransport *self,
                                gboolean           failed)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->socket == self->socket)
        entry->failed = failed;
    }
}

static void
phone_sip_transport_recover_cb (gpointer data)
{
  PhoneSipTransport *self = data;

  self->recovery_id = 0;
  phone_sip_transport_connect (self);
}

static void
phone_sip_transport_recover (PhoneSipTransport *self)
{
  double span;
  double wait;

  self->attempts++;
  span = (double) (1u << MIN (self->attempts, MAX_EXPONENT));
  wait = (double) (gint64) (g_random_double () * span + 1);
  self->recovery_id = phone_sip_clock_add (self->clock, (guint) CLAMP (wait, self->min_interval, self->max_interval) * 1000,
                                           phone_sip_transport_recover_cb, self);
}

/* The connection is gone, or never came. */
static void
phone_sip_transport_lose (PhoneSipTransport *self,
                          gboolean           error,
                          guint              code,
                          const char        *reason,
                          GError            *cause)
{
  g_autoptr(PhoneSipTransport) alive = g_object_ref (self);
  g_autoptr(PhoneSipSocket) socket = g_object_ref (self->socket);

  phone_sip_transport_stop_timers (self);
  phone_sip_transport_unbind (self);
  phone_sip_transport_set_failed (self, TRUE);
  phone_sip_transport_recover (self);
  phone_sip_transport_set_state (self, STATE_DISCONNECTED);
  g_signal_emit (self, signals[SIGNAL_DISCONNECTED], 0, socket, error, code, reason, cause);
}

/* Nothing more will come of this connection. */
static void
phone_sip_transport_give_up (PhoneSipTransport *self,
                             int                code,
                             const char        *message)
{
  g_autoptr(PhoneSipSocket) socket = g_object_ref (self->socket);
  g_autoptr(GError) error = g_error_new_literal (G_IO_ERROR, code, message);

  g_debug ("%s", message);
  phone_sip_transport_unbind (self);
  phone_sip_socket_disconnect (socket);
  phone_sip_transport_lose (self, TRUE, 0, NULL, error);
}

static void
phone_sip_transport_deadline_cb (gpointer data)
{
  PhoneSipTransport *self = data;
  gint64 now = phone_sip_clock_get_time (self->clock);
  gint64 until = self->heard + (self->keepalive + PATIENCE) * 1000;

  self->deadline_id = 0;

  /* Late by much: this process slept, and what the peer sent meanwhile is still to be read. */
  if (until <= now && now - self->deadline >= STALL)
    until = now + STALL;

  if (until > now)
    {
      self->deadline = until;
      self->deadline_id = phone_sip_clock_add (self->clock, (guint) (until - now), phone_sip_transport_deadline_cb, self);
      return;
    }

  phone_sip_transport_give_up (self, G_IO_ERROR_TIMED_OUT, "The server is silent");
}

static void
phone_sip_transport_ping_cb (gpointer data)
{
  PhoneSipTransport *self = data;

  self->ping_id = phone_sip_clock_add (self->clock, self->keepalive * 1000, phone_sip_transport_ping_cb, self);
  phone_sip_socket_send (self->socket, "\r\n\r\n", 4);
}

static void
phone_sip_transport_start_keepalive (PhoneSipTransport *self)
{
  phone_sip_clock_clear (self->clock, &self->ping_id);
  phone_sip_clock_clear (self->clock, &self->deadline_id);
  phone_sip_socket_set_keepalive (self->socket, self->keepalive);
  self->heard = phone_sip_clock_get_time (self->clock);

  if (self->keepalive == 0)
    return;

  self->deadline = self->heard + (self->keepalive + PATIENCE) * 1000;
  self->ping_id = phone_sip_clock_add (self->clock, self->keepalive * 1000, phone_sip_transport_ping_cb, self);
  self->deadline_id = phone_sip_clock_add (self->clock, (self->keepalive + PATIENCE) * 1000,
                                           phone_sip_transport_deadline_cb, self);
}

static void
phone_sip_transport_socket_connected_cb (PhoneSipTransport *self,
                                         PhoneSipSocket    *socket)
{
  self->attempts = 0;
  phone_sip_transport_start_keepalive (self);
  g_object_ref (self);
  phone_sip_transport_set_state (self, STATE_CONNECTED);
  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0, socket);
  g_object_unref (self);
}

static void
phone_sip_transport_socket_disconnected_cb (PhoneSipTransport *self,
                                            gboolean           error,
                                            guint              code,
                                            const char        *reason,
                                            GError            *cause,
                                            PhoneSipSocket    *socket)
{
  phone_sip_transport_lose (self, error, code, reason, cause);
}

static void
phone_sip_transport_socket_alive_cb (PhoneSipTransport *self,
                                     PhoneSipSocket    *socket)
{
  self->heard = phone_sip_clock_get_time (self->clock);
}

static gboolean
phone_sip_transport_is_keepalive (const char *bytes,
                                  gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != '\r' && bytes[i] != '\n')
      return FALSE;

  return TRUE;
}

static void
phone_sip_transport_socket_received_cb (PhoneSipTransport *self,
                                        GBytes            *frame,
                                        PhoneSipSocket    *socket)
{
  g_autoptr(PhoneSipMessage) message = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (frame, &length);

  self->heard = phone_sip_clock_get_time (self->clock);

  if (phone_sip_transport_is_keepalive (bytes, length))
    {
      if (length >= 4)
        phone_sip_socket_send (socket, "\r\n", 2);
      return;
    }

  message = phone_sip_parse (bytes, length, &error);

  if (message != NULL)
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
  else
    g_signal_emit (self, signals[SIGNAL_MALFORMED], 0, frame, error);
}

static void
phone_sip_transport_bind (PhoneSipTransport *self)
{
  self->handlers[0] = g_signal_connect_swapped (self->socket, "connected",
                                                G_CALLBACK (phone_sip_transport_socket_connected_cb), self);
  self->handlers[1] = g_signal_connect_swapped (self->socket, "disconnected",
                                                G_CALLBACK (phone_sip_transport_socket_disconnected_cb), self);
  self->handlers[2] = g_signal_connect_swapped (self->socket, "received",
                                                G_CALLBACK (phone_sip_transport_socket_received_cb), self);
  self->handlers[3] = g_signal_connect_swapped (self->socket, "alive",
                                                G_CALLBACK (phone_sip_transport_socket_alive_cb), self);
}

static void
phone_sip_transport_attempt (PhoneSipTransport *self,
                             PhoneSipSocket    *chosen)
{
  g_autoptr(PhoneSipTransport) alive = g_object_ref (self);
  g_autoptr(PhoneSipSocket) socket = NULL;

  g_set_object (&self->socket, chosen);

  if (self->socket == NULL)
    return;

  socket = g_object_ref (self->socket);
  phone_sip_transport_set_state (self, STATE_CONNECTING);
  g_signal_emit (self, signals[SIGNAL_CONNECTING], 0, socket, self->attempts);

  /* A listener may have called disconnect (). */
  if (self->state != STATE_CONNECTING || self->socket != socket || self->handlers[0] != 0)
    return;

  phone_sip_transport_bind (self);
  phone_sip_socket_connect (socket);
}

static void
phone_sip_transport_dispose (GObject *object)
{
  PhoneSipTransport *self = PHONE_SIP_TRANSPORT (object);

  if (self->clock != NULL)
    phone_sip_transport_stop_timers (self);

  if (self->socket != NULL)
    {
      phone_sip_transport_unbind (self);

      if (self->state != STATE_DISCONNECTED)
        phone_sip_socket_disconnect (self->socket);
    }

  self->state = STATE_DISCONNECTED;
  g_clear_object (&self->socket);
  g_array_set_size (self->entries, 0);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (phone_sip_transport_parent_class)->dispose (object);
}

static void
phone_sip_transport_finalize (GObject *object)
{
  PhoneSipTransport *self = PHONE_SIP_TRANSPORT (object);

  g_array_unref (self->entries);

  G_OBJECT_CLASS (phone_sip_transport_parent_class)->finalize (object);
}

static void
phone_sip_transport_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  PhoneSipTransport *self = PHONE_SIP_TRANSPORT (object);

  switch (prop_id)
    {
    case PROP_CONNECTED:
      g_value_set_boolean (value, phone_sip_transport_is_connected (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
phone_sip_transport_class_init (PhoneSipTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = phone_sip_transport_dispose;
  object_class->finalize = phone_sip_transport_finalize;
  object_class->get_property = phone_sip_transport_get_property;

  properties[PROP_CONNECTED] =
    g_param_spec_boolean ("connected", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * PhoneSipTransport::connecting:
   * @socket: what is tried
   * @attempts: how many failed since the last connection
   */
  signals[SIGNAL_CONNECTING] =
    g_signal_new ("connecting", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, PHONE_TYPE_SIP_SOCKET, G_TYPE_UINT);

  /**
   * PhoneSipTransport::connected:
   * @socket: what is open now
   */
  signals[SIGNAL_CONNECTED] =
    g_signal_new ("connected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_SIP_SOCKET);

  /**
   * PhoneSipTransport::disconnected:
   * @socket: what closed or could not be opened
   * @error: whether it was not an orderly close
   * @code: the close code, 0 if there was none
   * @reason: (nullable): what the peer gave as reason
   * @cause: (nullable): why
   */
  signals[SIGNAL_DISCONNECTED] =
    g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 5, PHONE_TYPE_SIP_SOCKET, G_TYPE_BOOLEAN, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_ERROR);

  /**
   * PhoneSipTransport::message:
   * @message: a well-formed one
   */
  signals[SIGNAL_MESSAGE] =
    g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, g_cclosure_marshal_VOID__BOXED,
                  G_TYPE_NONE, 1, PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
  g_signal_set_va_marshaller (signals[SIGNAL_MESSAGE], type, g_cclosure_marshal_VOID__BOXEDv);

  /**
   * PhoneSipTransport::malformed:
   * @frame: what came
   * @error: why it is no SIP message
   */
  signals[SIGNAL_MALFORMED] =
    g_signal_new ("malformed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_ERROR);
}

static void
phone_sip_transport_init (PhoneSipTransport *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, phone_sip_transport_entry_clear);
  self->min_interval = DEFAULT_MIN_INTERVAL;
  self->max_interval = DEFAULT_MAX_INTERVAL;
  self->keepalive = DEFAULT_KEEPALIVE;
}

/**
 * phone_sip_transport_new:
 *
 * Returns: (transfer full): a transport without sockets
 */
PhoneSipTransport *
phone_sip_transport_new (PhoneSipClock *clock)
{
  PhoneSipTransport *self;

  g_return_val_if_fail (PHONE_IS_SIP_CLOCK (clock), NULL);

  self = g_object_new (PHONE_TYPE_SIP_TRANSPORT, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * phone_sip_transport_add_socket:
 * @weight: the highest is tried first
 */
void
phone_sip_transport_add_socket (PhoneSipTransport *self,
                                PhoneSipSocket    *socket,
                                int                weight)
{
  Entry entry = { socket, weight, FALSE };

  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));
  g_return_if_fail (PHONE_IS_SIP_SOCKET (socket));
  g_return_if_fail (self->entries->len < MAX_SOCKETS);

  g_object_ref (socket);
  g_array_append_val (self->entries, entry);
}

/**
 * phone_sip_transport_set_recovery:
 * @min_interval: seconds, at least 1
 * @max_interval: seconds, at least @min_interval
 *
 * Bounds of the wait before a new attempt.
 */
void
phone_sip_transport_set_recovery (PhoneSipTransport *self,
                                  guint              min_interval,
                                  guint              max_interval)
{
  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));

  self->min_interval = MAX (min_interval, 1);
  self->max_interval = MAX (max_interval, self->min_interval);
}

/**
 * phone_sip_transport_set_keepalive:
 * @interval: seconds, 0 for none
 *
 * RFC 7118 §6 and RFC 5626 §4.4.1.
 */
void
phone_sip_transport_set_keepalive (PhoneSipTransport *self,
                                   guint              interval)
{
  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));

  self->keepalive = MIN (interval, G_MAXUINT / 2000);

  if (self->state == STATE_CONNECTED)
    phone_sip_transport_start_keepalive (self);
}

/**
 * phone_sip_transport_connect:
 *
 * Opens a connection and keeps one open until phone_sip_transport_disconnect(). Does nothing if there is one or one is tried.
 */
void
phone_sip_transport_connect (PhoneSipTransport *self)
{
  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));

  if (self->state != STATE_DISCONNECTED)
    return;

  phone_sip_clock_clear (self->clock, &self->recovery_id);
  phone_sip_transport_attempt (self, phone_sip_transport_choose (self));
}

/**
 * phone_sip_transport_disconnect:
 *
 * Closes the connection and stops trying. "disconnected" comes without error before this returns.
 */
void
phone_sip_transport_disconnect (PhoneSipTransport *self)
{
  g_autoptr(PhoneSipSocket) socket = NULL;
  gboolean active;

  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));

  active = self->state != STATE_DISCONNECTED;
  phone_sip_transport_stop_timers (self);
  self->attempts = 0;

  if (!active)
    return;

  socket = g_object_ref (self->socket);
  phone_sip_transport_unbind (self);
  phone_sip_socket_disconnect (socket);
  g_object_ref (self);
  phone_sip_transport_set_state (self, STATE_DISCONNECTED);
  g_signal_emit (self, signals[SIGNAL_DISCONNECTED], 0, socket, FALSE, 0u, NULL, NULL);
  g_object_unref (self);
}

/**
 * phone_sip_transport_retry_now:
 *
 * Cuts a waiting recovery interval short; does nothing else.
 */
void
phone_sip_transport_retry_now (PhoneSipTransport *self)
{
  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));

  if (self->recovery_id == 0)
    return;

  phone_sip_clock_clear (self->clock, &self->recovery_id);
  phone_sip_transport_attempt (self, phone_sip_transport_choose (self));
}

/**
 * phone_sip_transport_reconnect:
 *
 * Gives the present connection up, whose address has gone, and opens another one to the same server at once: "disconnected" comes
 * with an error before this returns. Without a connection it does what phone_sip_transport_retry_now() does.
 */
void
phone_sip_transport_reconnect (PhoneSipTransport *self)
{
  g_autoptr(PhoneSipTransport) alive = NULL;

  g_return_if_fail (PHONE_IS_SIP_TRANSPORT (self));

  if (self->state != STATE_CONNECTED)
    {
      phone_sip_transport_retry_now (self);
      return;
    }

  alive = g_object_ref (self);
  phone_sip_transport_give_up (self, G_IO_ERROR_NETWORK_UNREACHABLE, "The network has changed");

  /* A listener may have called disconnect (). */
  if (self->recovery_id == 0)
    return;

  phone_sip_transport_set_failed (self, FALSE);
  phone_sip_clock_clear (self->clock, &self->recovery_id);
  phone_sip_transport_attempt (self, self->socket);
}

gboolean
phone_sip_transport_is_connected (PhoneSipTransport *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_TRANSPORT (self), FALSE);

  return self->state == STATE_CONNECTED;
}

gboolean
phone_sip_transport_is_connecting (PhoneSipTransport *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_TRANSPORT (self), FALSE);

  return self->state == STATE_CONNECTING;
}

/**
 * phone_sip_transport_get_socket:
 *
 * Returns: (transfer none) (nullable): the one in use or last tried
 */
PhoneSipSocket *
phone_sip_transport_get_socket (PhoneSipTransport *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_TRANSPORT (self), NULL);

  return self->socket;
}

/**
 * phone_sip_transport_get_via_transport:
 *
 * Returns: that of the socket in use, "WS" before there is one
 */
const char *
phone_sip_transport_get_via_transport (PhoneSipTransport *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_TRANSPORT (self), NULL);

  return self->socket != NULL ? phone_sip_socket_get_via_transport (self->socket) : "WS";
}

/**
 * phone_sip_transport_send:
 *
 * Returns: FALSE if there is no connection
 */
gboolean
phone_sip_transport_send (PhoneSipTransport *self,
                          PhoneSipMessage   *message)
{
  const char *text;
  gsize length;

  g_return_val_if_fail (PHONE_IS_SIP_TRANSPORT (self), FALSE);
  g_return_val_if_fail (message != NULL, FALSE);

  if (self->state != STATE_CONNECTED)
    return FALSE;

  text = phone_sip_message_get_text (message, &length);

  return phone_sip_socket_send (self->socket, text, length);
}
