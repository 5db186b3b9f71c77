/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call-private.h"
#include "phone-ua-private.h"

G_BEGIN_DECLS

struct _PhoneUa
{
  GObject                parent_instance;

  PhoneAccount          *account;
  PhoneSwitchboardParts  parts;
  PhoneAccountSecrets   *secrets;       /* NULL: to be fetched */
  GCancellable          *cancellable;   /* of fetching them */
  PhoneSipAgent         *agent;
  GListStore            *calls;
  GHashTable            *pages;         /* PhoneSipPage → id; under way */
  GPtrArray             *leaving;
  guint                  reload_source;

  PhoneUaState           state;
  PhoneUaProblem         problem;
  char                  *problem_detail;
  guint                  status_code;
  char                  *socket;
  char                  *local_address; /* of ours, at the last connection */

  guint                  trial : 1;
  guint                  wanted : 1;            /* between start () and stop () */
  guint                  connected : 1;         /* as the last event said */
  guint                  was_connected : 1;     /* the last attempt succeeded, also if that connection broke since */
  guint                  unregistered : 1;      /* and that is what somebody wanted, or the server */
  guint                  reload_due : 1;
};

/* Emitted by whichever aspect hears of it. */
enum
{
  PHONE_UA_SIGNAL_CONNECTING,
  PHONE_UA_SIGNAL_CONNECTED,
  PHONE_UA_SIGNAL_DISCONNECTED,
  PHONE_UA_SIGNAL_REGISTERED,
  PHONE_UA_SIGNAL_UNREGISTERED,
  PHONE_UA_SIGNAL_REGISTRATION_FAILED,
  PHONE_UA_SIGNAL_REGISTRATION_EXPIRING,
  PHONE_UA_SIGNAL_NEW_CALL,
  PHONE_UA_SIGNAL_MESSAGE_RECEIVED,
  PHONE_UA_SIGNAL_REQUEST_FINISHED,
  PHONE_UA_SIGNAL_SIP_EVENT,
  PHONE_UA_N_SIGNALS,
};

extern guint phone_ua_signals[PHONE_UA_N_SIGNALS];

/* phone-ua.c */
/* Reads transport and registration anew, after every event of them. */
void     phone_ua_update_state     (PhoneUa         *self);
void     phone_ua_set_problem      (PhoneUa         *self,
                                    PhoneUaProblem   problem,
                                    guint            status,
                                    const char      *detail);
void     phone_ua_set_socket       (PhoneUa         *self,
                                    PhoneSipSocket  *socket);
/* A call or an agent that is over, until the time has passed. */
void     phone_ua_keep             (PhoneUa         *self,
                                    gpointer         object,
                                    guint            milliseconds);

/* phone-ua-agent.c */
gboolean phone_ua_create_agent     (PhoneUa         *self,
                                    GError         **error);
void     phone_ua_disconnect_agent (PhoneUa         *self);
/* 0 without a response. */
guint    phone_ua_read_status      (PhoneSipMessage *response);

/* phone-ua-network.c */
/* The server was reached from where socket leaves. */
void     phone_ua_follow_address   (PhoneUa         *self,
                                    PhoneSipSocket  *socket);

/* phone-ua-calls.c */
void     phone_ua_new_session_cb   (PhoneSipAgent   *agent,
                                    PhoneSipSession *session,
                                    PhoneSipMessage *request,
                                    PhoneUa         *self);
/* FALSE with PHONE_UA_ERROR_NOT_CONNECTED. */
gboolean phone_ua_may_send         (PhoneUa         *self,
                                    GError         **error);

/* phone-ua-page.c */
void     phone_ua_new_page_cb      (PhoneSipAgent   *agent,
                                    PhoneSipPage    *page,
                                    PhoneUa         *self);

G_END_DECLS
