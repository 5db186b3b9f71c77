/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-sip-message.h"
#include "phone-sip-socket.h"

G_BEGIN_DECLS

/* The other end of a socket as a script: waits for messages and answers with raw ones. It knows no transactions, so that a
 * test says things that no agent says. A new one connects its socket. */
#define PHONE_TYPE_SCRIPTED_PEER (phone_scripted_peer_get_type ())
G_DECLARE_FINAL_TYPE (PhoneScriptedPeer, phone_scripted_peer, PHONE, SCRIPTED_PEER, GObject)

PhoneScriptedPeer *phone_scripted_peer_new          (PhoneSipSocket *socket);
/* Runs the main context until a message is there, and fails the test unless it is a request of that method or a response of that
 * status ("INVITE", "200"). A 100 is passed over unless it is awaited. (transfer full) */
PhoneSipMessage   *phone_scripted_peer_expect       (PhoneScriptedPeer *self, const char *what);
/* What came and was not expected yet. */
guint              phone_scripted_peer_get_n_waiting (PhoneScriptedPeer *self);
/* The To tag of replies from now on, to play several forks; "peer" at first. */
void               phone_scripted_peer_set_tag      (PhoneScriptedPeer *self, const char *tag);
/* lines: header lines separated by '\n', or NULL; body: application/sdp, or NULL. */
void               phone_scripted_peer_reply        (PhoneScriptedPeer *self, PhoneSipMessage *request, guint status, const char *lines, const char *body);
/* The other way of forking: a reply to request under another tag, without changing the peer's. */
void               phone_scripted_peer_reply_as     (PhoneScriptedPeer *self, const char *tag, PhoneSipMessage *request, guint status, const char *lines, const char *body);
/* A message with '\n' for line ends; Content-Length is written where it is missing. */
void               phone_scripted_peer_send         (PhoneScriptedPeer *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
PhoneSipSocket    *phone_scripted_peer_get_socket   (PhoneScriptedPeer *self);

G_END_DECLS
