/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-socket.h"

G_BEGIN_DECLS

/* Two sockets in memory, each other's peer. What happens (open, frame, close) waits in one queue for both and is delivered in
 * order by an idle of the main context, or by phone_fake_socket_pump () at once.
 *
 * A CRLF CRLF is kept off the peer and answered as alive at once, so that a test moves the clock without thinking of it;
 * phone_fake_socket_set_silent () stops that. The ends open by phone_sip_socket_connect (); a frame to an end that is not open is lost. */
#define PHONE_TYPE_FAKE_SOCKET (phone_fake_socket_get_type ())
G_DECLARE_FINAL_TYPE (PhoneFakeSocket, phone_fake_socket, PHONE, FAKE_SOCKET, GObject)

void             phone_fake_socket_new_pair    (PhoneFakeSocket **a, PhoneFakeSocket **b);
/* Alone: connects, and records what is sent. */
PhoneFakeSocket *phone_fake_socket_new         (const char *url);
/* Delivers everything, also what is caused by it; either end may be given. */
void             phone_fake_socket_pump        (PhoneFakeSocket *self);
/* The connection breaks: both ends see "disconnected" with error. */
void             phone_fake_socket_cut         (PhoneFakeSocket *self);
/* The connection breaks instead of the delivery of frame n from now, counting both directions; 0: the next one. */
void             phone_fake_socket_cut_after   (PhoneFakeSocket *self, guint n);
/* Further attempts to connect end with this error. NULL: they succeed again. */
void             phone_fake_socket_set_refusal (PhoneFakeSocket *self, const GError *error);
void             phone_fake_socket_set_silent  (PhoneFakeSocket *self, gboolean silent);
gboolean         phone_fake_socket_is_open     (PhoneFakeSocket *self);
/* A frame as if the peer had sent it. */
void             phone_fake_socket_inject      (PhoneFakeSocket *self, const char *bytes, gssize length);
/* What this end sent, in order, CRLF CRLF too. */
guint            phone_fake_socket_get_n_sent  (PhoneFakeSocket *self);
const char      *phone_fake_socket_get_sent    (PhoneFakeSocket *self, guint n);
/* Of this end, from the next connection on; NULL: not known. */
void             phone_fake_socket_set_local_address (PhoneFakeSocket *self, const char *address);
/* For long runs: frames are no longer kept. */
void             phone_fake_socket_set_recording (PhoneFakeSocket *self, gboolean recording);

G_END_DECLS
