/* SPDX-License-Identifier: GPL-3.0-or-later */
/* REGISTER (RFC 3261 §10), its refresh, and what belongs to it: outbound (RFC 5626: reg-id and +sip.instance), GRUU (RFC 5627),
 * Service-Route (RFC 3608). One registration an account; one request at a time; Call-ID and From tag stay, CSeq counts.
 *
 * A registrar that fails is asked again by itself: after 2 s doubling to 5 min, half of each wait random (RFC 5626 §4.5), or after
 * its Retry-After if that is longer. Refused credentials or an unknown user are not asked again before a person, or a new
 * connection, gives a reason to. A 2xx that does not list our Contact is a failure like any other: nobody could call us.
 * A refresh stays ONLINE: what is shown to people changes only when something changed for them. */
#include "config.h"
#include "phone-sip-registration.h"

#include <string.h>

#include "phone-sip-agent-private.h"
#include "phone-sip-machine.h"
#include "phone-sip-status.h"
#include "phone-sip-token.h"

#define MIN_EXPIRES     10      /* s: JsSIP's floor */
#define REFRESH_MARGIN  32      /* s */
#define FIRST_WAIT      2000    /* ms */
#define LONGEST_WAIT    300000  /* ms */
#define MAX_RETRY_AFTER 3600    /* s */
#define MAX_ROUTES      16
#define MAX_EXPIRES     (G_MAXINT / 1000)       /* s */

G_DEFINE_ENUM_TYPE (PhoneSipRegistrationState, phone_sip_registration_state,
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_REGISTRATION_STATE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_REGISTRATION_STATE_REGISTERING, "registering"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_REGISTRATION_STATE_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_REGISTRATION_STATE_RETRYING, "retrying"),
                    G_DEFINE_ENUM_VALUE (PHONE_SIP_REGISTRATION_STATE_REFUSED, "refused"))

typedef enum
{
  EVENT_REGISTER,       /* register (), or a connection that is wanted for it */
  EVENT_UNREGISTER,
  EVENT_ACCEPTED,       /* 2xx with our Contact */
  EVENT_AGAIN,          /* 423: the same at once, for longer */
  EVENT_REFUSED,        /* 401, 403, 404, 407 */
  EVENT_FAILED,         /* anything else */
  EVENT_IN_VAIN,        /* failed, and nobody wants it any more */
  EVENT_CLOSED,         /* the connection */
  EVENT_REFRESH_DUE,
  EVENT_RETRY_DUE,
  N_EVENTS,
} Event;

typedef struct
{
  PhoneSipMessage *message;
  const char      *cause;
} News;

struct _PhoneSipRegistration
{
  GObject                    parent_instance;

  PhoneSipAgent             *agent;             /* borrowed; NULL once it went */
  PhoneSipRegistrationState  state;
  PhoneSipRequest           *request;           /* under way */
  PhoneSipRequest           *farewell;          /* un-REGISTER under way */
  char                      *call_id;
  char                      *from_tag;
  guint32                    cseq;
  guint                      expires;           /* asked for, s */
  guint                      granted;
  guint                      status;
  guint                      failures;
  guint                      timer;
  guint                      wanted_again : 1;  /* register () during the farewell */
  guint                      unwanted : 1;      /* unregister () during the first REGISTER */
  guint                      lengthened : 1;    /* the one under way goes again, after 423 */
  char                     **extra_headers;
  char                     **extra_params;
  char                      *pub_gruu;
  char                      *temp_gruu;
  char                     **service_route;
};

G_DEFINE_FINAL_TYPE (PhoneSipRegistration, phone_sip_registration, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

enum
{
  SIGNAL_REGISTERED,
  SIGNAL_UNREGISTERED,
  SIGNAL_FAILED,
  SIGNAL_EXPIRING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void phone_sip_registration_dispatch (PhoneSipRegistration *self, Event event, const News *news);

static PhoneSipClock *
phone_sip_registration_get_clock (PhoneSipRegistration *self)
{
  return phone_sip_agent_get_clock (self->agent);
}

static void
phone_sip_registration_drop_request (PhoneSipRequest      **request,
                                     PhoneSipRegistration  *self)
{
  if (*request != NULL)
    g_signal_handlers_disconnect_by_data (*request, self);
  g_clear_object (request);
}

/* expires: NULL leaves it to the registrar. */
static char *
phone_sip_registration_make_contact (PhoneSipRegistration *self,
                                     const char           *expires)
{
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (self->agent);
  g_autofree char *uri = phone_sip_uri_to_string (phone_sip_agent_get_contact_uri (self->agent));
  GString *contact = g_string_new (NULL);

  g_string_append_printf (contact, "<%s>;+sip.ice;reg-id=1;+sip.instance=\"<urn:uuid:%s>\"", uri, config->instance_id);
  for (guint i = 0; self->extra_params != NULL && self->extra_params[i] != NULL; i++)
    g_string_append_printf (contact, ";%s", self->extra_params[i]);
  if (expires != NULL)
    g_string_append_printf (contact, ";expires=%s", expires);

  return g_string_free (contact, FALSE);
}

static PhoneSipUri *
phone_sip_registration_make_registrar (PhoneSipRegistration *self)
{
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (self->agent);
  PhoneSipUri *uri = phone_sip_uri_copy (config->registrar != NULL ? config->registrar : config->uri);

  if (config->registrar == NULL)
    {
      phone_sip_uri_set_user (uri, NULL);
      phone_sip_uri_set_password (uri, NULL);
      phone_sip_uri_clear_params (uri);
      phone_sip_uri_clear_headers (uri);
    }

  return uri;
}

static PhoneSipRequest *
phone_sip_registration_draft (PhoneSipRegistration *self,
                              const char           *contact,
                              const char           *expires)
{
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (self->agent);
  g_autoptr(PhoneSipUri) registrar = phone_sip_registration_make_registrar (self);
  PhoneSipRequest *request = phone_sip_agent_create_request (self->agent, "REGISTER", registrar);
  g_autofree char *aor = phone_sip_uri_to_string (config->uri);
  g_autofree char *to = g_strdup_printf ("<%s>", aor);
  g_autofree char *from = phone_sip_agent_create_from (self->agent, NULL, NULL, FALSE, self->from_tag);

  /* A registration is not routed by what an earlier one was told (RFC 3608 §5). */
  phone_sip_request_set_headers (request, "Route", NULL);
  if (self->call_id == NULL)
    self->call_id = g_strdup (phone_sip_request_get_header (request, "Call-ID"));
  phone_sip_request_set_header (request, "Call-ID", self->call_id);
  phone_sip_request_set_header (request, "To", to);
  phone_sip_request_set_header (request, "From", from);
  phone_sip_request_set_header (request, "Contact", contact);
  phone_sip_request_set_cseq (request, ++self->cseq);
  if (expires != NULL)
    phone_sip_request_set_header (request, "Expires", expires);
  phone_sip_request_add_lines (request, (const char * const *) self->extra_headers, NULL);

  return request;
}

/* Our line among the bindings of a 2xx: by instance and reg-id, else by user (JsSIP's way). */
static PhoneSipAddress *
phone_sip_registration_find_contact (PhoneSipRegistration *self,
                                     GPtrArray            *contacts)
{
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (self->agent);
  const PhoneSipUri *ours = phone_sip_agent_get_contact_uri (self->agent);
  g_autofree char *urn = g_strdup_printf ("<urn:uuid:%s>", config->instance_id);

  for (guint i = 0; i < contacts->len; i++)
    {
      const char *instance = phone_sip_address_get_param (contacts->pdata[i], "+sip.instance");
      const char *reg_id = phone_sip_address_get_param (contacts->pdata[i], "reg-id");
      g_autofree char *bare = g_strdup (instance != NULL ? instance : "");

      g_strstrip (g_strdelimit (bare, "\"", ' '));
      if (g_ascii_strcasecmp (bare, urn) == 0 && g_strcmp0 (reg_id, "1") == 0)
        return contacts->pdata[i];
    }

  for (guint i = 0; i < contacts->len; i++)
    if (!phone_sip_address_is_wildcard (contacts->pdata[i]) &&
        g_strcmp0 (phone_sip_uri_get_user (phone_sip_address_get_uri (contacts->pdata[i])), phone_sip_uri_get_user (ours)) == 0)
      return contacts->pdata[i];

  return NULL;
}

static void
phone_sip_registration_store (char       **field,
                              const char  *value)
{
  g_autofree char *bare = NULL;

  g_clear_pointer (field, g_free);
  if (value == NULL)
    return;

  bare = g_strdup (value);
  g_strstrip (g_strdelimit (bare, "\"<>", ' '));
  if (*bare != '\0')
    *field = g_steal_pointer (&bare);
}

static void
phone_sip_registration_learn_route (PhoneSipRegistration *self,
                                    PhoneSipMessage      *response)
{
  g_auto(GStrv) routes = phone_sip_message_get_headers (response, "Service-Route");

  g_clear_pointer (&self->service_route, g_strfreev);
  if (routes != NULL && routes[0] != NULL && g_strv_length (routes) <= MAX_ROUTES)
    self->service_route = g_steal_pointer (&routes);
}

/* FALSE if the 2xx does not list our Contact. */
static gboolean
phone_sip_registration_learn (PhoneSipRegistration *self,
                              PhoneSipMessage      *response)
{
  g_autoptr(GPtrArray) contacts = phone_sip_message_get_addresses (response, PHONE_SIP_HEADER_CONTACT);
  PhoneSipAddress *ours = contacts != NULL ? phone_sip_registration_find_contact (self, contacts) : NULL;
  const char *expires;
  guint32 seconds = 0;

  if (ours == NULL)
    return FALSE;

  expires = phone_sip_address_get_param (ours, "expires");
  if (expires != NULL)
    seconds = (guint32) CLAMP (g_ascii_strtoll (expires, NULL, 10), 0, MAX_EXPIRES);
  else if (!phone_sip_message_get_uint (response, PHONE_SIP_HEADER_EXPIRES, &seconds))
    seconds = self->expires;

  self->granted = MAX (MIN (seconds, MAX_EXPIRES), MIN_EXPIRES);
  phone_sip_registration_store (&self->pub_gruu, phone_sip_address_get_param (ours, "pub-gruu"));
  phone_sip_registration_store (&self->temp_gruu, phone_sip_address_get_param (ours, "temp-gruu"));
  phone_sip_registration_learn_route (self, response);

  return TRUE;
}

static void
phone_sip_registration_forget (PhoneSipRegistration *self)
{
  g_clear_pointer (&self->pub_gruu, g_free);
  g_clear_pointer (&self->temp_gruu, g_free);
  g_clear_pointer (&self->service_route, g_strfreev);
}

static void
phone_sip_registration_refresh_cb (gpointer data)
{
  PhoneSipRegistration *self = data;

  self->timer = 0;
  phone_sip_registration_dispatch (self, EVENT_REFRESH_DUE, NULL);
}

static void
phone_sip_registration_retry_cb (gpointer data)
{
  PhoneSipRegistration *self = data;

  self->timer = 0;
  phone_sip_registration_dispatch (self, EVENT_RETRY_DUE, NULL);
}

/* JsSIP's moment: somewhere in the second half, a transaction's length before the end. */
static void
phone_sip_registration_plan_refresh (PhoneSipRegistration *self)
{
  guint wait = self->granted - 5;

  if (self->granted > 2 * REFRESH_MARGIN)
    {
      guint half = self->granted / 2;

      wait = half + (guint) g_random_int_range (0, (gint32) MAX (half - REFRESH_MARGIN, 1));
    }

  phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
  self->timer = phone_sip_clock_add (phone_sip_registration_get_clock (self), wait * 1000, phone_sip_registration_refresh_cb, self);
}

static void
phone_sip_registration_plan_retry (PhoneSipRegistration *self,
                                   PhoneSipMessage      *response)
{
  guint wait = FIRST_WAIT;
  guint32 retry_after = 0;

  for (guint i = 0; i < self->failures && wait < LONGEST_WAIT; i++)
    wait *= 2;
  wait = MIN (wait, LONGEST_WAIT);
  wait = wait / 2 + (guint) g_random_int_range (0, (gint32) wait / 2 + 1);
  if (response != NULL && phone_sip_message_get_uint (response, PHONE_SIP_HEADER_RETRY_AFTER, &retry_after))
    wait = MAX (wait, MIN (retry_after, MAX_RETRY_AFTER) * 1000);

  self->failures++;
  phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
  self->timer = phone_sip_clock_add (phone_sip_registration_get_clock (self), wait, phone_sip_registration_retry_cb, self);
}

/* Whether the REGISTER that got this response is worth repeating at once. Twice in a row is not: then the registrar waits like one
 * that fails, and hears the longer time later. */
static gboolean
phone_sip_registration_lengthen (PhoneSipRegistration *self,
                                 PhoneSipMessage      *response)
{
  gboolean again = !self->lengthened;
  guint32 minimum = 0;

  phone_sip_message_get_uint (response, PHONE_SIP_HEADER_MIN_EXPIRES, &minimum);
  minimum = MIN (minimum, MAX_EXPIRES);
  if (minimum <= self->expires)
    again = FALSE;
  else
    self->expires = MAX (minimum, MIN_EXPIRES);
  self->lengthened = again;

  return again;
}

static Event
phone_sip_registration_judge (PhoneSipRegistration *self,
                              PhoneSipMessage      *response)
{
  guint status = response != NULL ? phone_sip_message_get_status (response) : 0;

  if (self->unwanted)
    return EVENT_IN_VAIN;
  if (status == 423 && phone_sip_registration_lengthen (self, response))
    return EVENT_AGAIN;

  self->lengthened = FALSE;

  return status == 401 || status == 403 || status == 404 || status == 407 ? EVENT_REFUSED : EVENT_FAILED;
}

static void
phone_sip_registration_succeeded_cb (PhoneSipRegistration *self,
                                     PhoneSipMessage      *response,
                                     PhoneSipRequest      *request)
{
  News news = { .message = response };
  gboolean listed;

  if (request != self->request)
    return;

  phone_sip_registration_drop_request (&self->request, self);
  self->status = phone_sip_message_get_status (response);
  self->lengthened = FALSE;
  listed = phone_sip_registration_learn (self, response);
  news.cause = listed ? NULL : PHONE_SIP_CAUSE_SIP_FAILURE_CODE;
  phone_sip_registration_dispatch (self, listed ? EVENT_ACCEPTED : self->unwanted ? EVENT_IN_VAIN : EVENT_FAILED, &news);
}

static void
phone_sip_registration_failed_cb (PhoneSipRegistration *self,
                                  PhoneSipMessage      *response,
                                  const char           *cause,
                                  PhoneSipRequest      *request)
{
  News news = { .message = response, .cause = cause };

  if (request != self->request)
    return;

  phone_sip_registration_drop_request (&self->request, self);
  self->status = response != NULL ? phone_sip_message_get_status (response) : 0;
  phone_sip_registration_dispatch (self, phone_sip_registration_judge (self, response), &news);
}

static void
phone_sip_registration_authenticated_cb (PhoneSipRegistration *self,
                                         PhoneSipRequest      *request)
{
  self->cseq = MAX (self->cseq, phone_sip_request_get_cseq (request));
}

static void
phone_sip_registration_send (PhoneSipRegistration *self,
                             const News           *news)
{
  News failure = { .cause = PHONE_SIP_CAUSE_INTERNAL_ERROR };
  g_autofree char *expires = self->expires != 0 ? g_strdup_printf ("%u", self->expires) : NULL;
  g_autofree char *contact = NULL;

  if (self->request != NULL)
    return;

  phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
  contact = phone_sip_registration_make_contact (self, expires);
  self->request = phone_sip_registration_draft (self, contact, expires);
  g_signal_connect_object (self->request, "succeeded", G_CALLBACK (phone_sip_registration_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->request, "failed", G_CALLBACK (phone_sip_registration_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->request, "authenticated", G_CALLBACK (phone_sip_registration_authenticated_cb), self, G_CONNECT_SWAPPED);
  if (!phone_sip_request_send (self->request, NULL))
    {
      phone_sip_registration_drop_request (&self->request, self);
      phone_sip_registration_dispatch (self, EVENT_FAILED, &failure);
    }
}

static void
phone_sip_registration_come_online (PhoneSipRegistration *self,
                                    const News           *news)
{
  self->failures = 0;
  phone_sip_registration_plan_refresh (self);
  g_signal_emit (self, signals[SIGNAL_REGISTERED], 0, news->message);
  if (self->unwanted)
    phone_sip_registration_unregister (self, FALSE);
}

static void
phone_sip_registration_stay_online (PhoneSipRegistration *self,
                                    const News           *news)
{
  self->failures = 0;
  phone_sip_registration_plan_refresh (self);
}

static void
phone_sip_registration_refresh (PhoneSipRegistration *self,
                                const News           *news)
{
  gboolean handled = FALSE;

  g_signal_emit (self, signals[SIGNAL_EXPIRING], 0, &handled);
  if (!handled && self->agent != NULL && self->state == PHONE_SIP_REGISTRATION_STATE_ONLINE)
    phone_sip_registration_send (self, news);
}

static void
phone_sip_registration_fail (PhoneSipRegistration *self,
                             const News           *news)
{
  phone_sip_registration_plan_retry (self, news->message);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, news->message, news->cause);
}

static void
phone_sip_registration_give_up (PhoneSipRegistration *self,
                                const News           *news)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, news->message, news->cause);
}

static void
phone_sip_registration_lose (PhoneSipRegistration *self,
                             const News           *news)
{
  phone_sip_registration_forget (self);
  phone_sip_registration_plan_retry (self, news->message);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, news->message, news->cause);
  g_signal_emit (self, signals[SIGNAL_UNREGISTERED], 0, news->message, news->cause);
}

static void
phone_sip_registration_be_refused (PhoneSipRegistration *self,
                                   const News           *news)
{
  phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
  phone_sip_registration_forget (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, news->message, news->cause);
  g_signal_emit (self, signals[SIGNAL_UNREGISTERED], 0, news->message, news->cause);
}

static void
phone_sip_registration_rest (PhoneSipRegistration *self,
                             const News           *news)
{
  phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
  phone_sip_registration_drop_request (&self->request, self);
}

/* The connection broke under the first REGISTER. */
static void
phone_sip_registration_break_off (PhoneSipRegistration *self,
                                  const News           *news)
{
  phone_sip_registration_rest (self, news);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, NULL, PHONE_SIP_CAUSE_CONNECTION_ERROR);
}

static void
phone_sip_registration_go_offline (PhoneSipRegistration *self,
                                   const News           *news)
{
  phone_sip_registration_rest (self, news);
  phone_sip_registration_forget (self);
  g_signal_emit (self, signals[SIGNAL_UNREGISTERED], 0, NULL, NULL);
}

static void
phone_sip_registration_withdraw (PhoneSipRegistration *self,
                                 const News           *news)
{
  self->unwanted = TRUE;
}

#define GO(next, action) PHONE_SIP_GO (PHONE_SIP_REGISTRATION_STATE_ ## next, phone_sip_registration_ ## action)
#define GO_ONLY(next) PHONE_SIP_GO_ONLY (PHONE_SIP_REGISTRATION_STATE_ ## next)
#define N_STATES (PHONE_SIP_REGISTRATION_STATE_REFUSED + 1)

static const PhoneSipTransition table[N_STATES][N_EVENTS] = {
  [PHONE_SIP_REGISTRATION_STATE_OFFLINE] = {
    [EVENT_REGISTER]    = GO (REGISTERING, send),
  },
  [PHONE_SIP_REGISTRATION_STATE_REGISTERING] = {
    [EVENT_UNREGISTER]  = GO (REGISTERING, withdraw),
    [EVENT_ACCEPTED]    = GO (ONLINE, come_online),
    [EVENT_AGAIN]       = GO (REGISTERING, send),
    [EVENT_REFUSED]     = GO (REFUSED, give_up),
    [EVENT_FAILED]      = GO (RETRYING, fail),
    [EVENT_IN_VAIN]     = GO (OFFLINE, give_up),
    [EVENT_CLOSED]      = GO (OFFLINE, break_off),
  },
  [PHONE_SIP_REGISTRATION_STATE_ONLINE] = {
    [EVENT_REGISTER]    = GO (ONLINE, send),
    [EVENT_UNREGISTER]  = GO_ONLY (OFFLINE),
    [EVENT_ACCEPTED]    = GO (ONLINE, stay_online),
    [EVENT_AGAIN]       = GO (ONLINE, send),
    [EVENT_REFUSED]     = GO (REFUSED, be_refused),
    [EVENT_FAILED]      = GO (RETRYING, lose),
    [EVENT_CLOSED]      = GO (OFFLINE, go_offline),
    [EVENT_REFRESH_DUE] = GO (ONLINE, refresh),
  },
  [PHONE_SIP_REGISTRATION_STATE_RETRYING] = {
    [EVENT_REGISTER]    = GO (REGISTERING, send),
    [EVENT_UNREGISTER]  = GO (OFFLINE, rest),
    [EVENT_CLOSED]      = GO (OFFLINE, rest),
    [EVENT_RETRY_DUE]   = GO (REGISTERING, send),
  },
  [PHONE_SIP_REGISTRATION_STATE_REFUSED] = {
    [EVENT_REGISTER]    = GO (REGISTERING, send),
    [EVENT_UNREGISTER]  = GO (OFFLINE, rest),
  },
};

#undef GO
#undef GO_ONLY

static const char * const state_names[] = { "OFFLINE", "REGISTERING", "ONLINE", "RETRYING", "REFUSED" };

static const char * const event_names[] = {
  "REGISTER", "UNREGISTER", "ACCEPTED", "AGAIN", "REFUSED", "FAILED", "IN_VAIN", "CLOSED", "REFRESH_DUE", "RETRY_DUE",
};

static const PhoneSipMachine machine = {
  "phone_sip_registration_", state_names, N_STATES, event_names, N_EVENTS, &table[0][0],
};

G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == N_STATES);
G_STATIC_ASSERT (G_N_ELEMENTS (event_names) == N_EVENTS);

static void
phone_sip_registration_dispatch (PhoneSipRegistration *self,
                                 Event                 event,
                                 const News           *news)
{
  static const News nothing = { NULL, };
  const PhoneSipTransition *cell = phone_sip_machine_look_up (&machine, self->state, event);
  g_autoptr(PhoneSipRegistration) kept = g_object_ref (self);
  PhoneSipRegistrationState next;

  if (cell == NULL || self->agent == NULL)
    {
      g_debug ("registration: %s means nothing in %s", event_names[event], state_names[self->state]);
      return;
    }

  next = cell->next - 1;
  g_object_freeze_notify (G_OBJECT (self));
  if (next != self->state)
    {
      self->state = next;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  if (cell->action != NULL)
    ((void (*) (PhoneSipRegistration *, const News *)) cell->action) (self, news != NULL ? news : &nothing);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
phone_sip_registration_farewell_over (PhoneSipRegistration *self,
                                      PhoneSipMessage      *response,
                                      const char           *cause)
{
  g_autoptr(PhoneSipRegistration) kept = g_object_ref (self);
  gboolean again = self->wanted_again;

  phone_sip_registration_drop_request (&self->farewell, self);
  self->wanted_again = FALSE;
  self->status = response != NULL ? phone_sip_message_get_status (response) : 0;
  phone_sip_registration_forget (self);
  g_signal_emit (self, signals[SIGNAL_UNREGISTERED], 0, response, cause);
  if (again && self->agent != NULL)
    phone_sip_registration_register (self);
}

static void
phone_sip_registration_farewell_succeeded_cb (PhoneSipRegistration *self,
                                              PhoneSipMessage      *response,
                                              PhoneSipRequest      *request)
{
  phone_sip_registration_farewell_over (self, response, NULL);
}

static void
phone_sip_registration_farewell_failed_cb (PhoneSipRegistration *self,
                                           PhoneSipMessage      *response,
                                           const char           *cause,
                                           PhoneSipRequest      *request)
{
  phone_sip_registration_farewell_over (self, response, cause);
}

static void
phone_sip_registration_say_farewell (PhoneSipRegistration *self,
                                     gboolean              all)
{
  g_autofree char *contact = all ? g_strdup ("*") : phone_sip_registration_make_contact (self, "0");

  self->farewell = phone_sip_registration_draft (self, contact, "0");
  g_signal_connect_object (self->farewell, "succeeded", G_CALLBACK (phone_sip_registration_farewell_succeeded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->farewell, "failed", G_CALLBACK (phone_sip_registration_farewell_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->farewell, "authenticated", G_CALLBACK (phone_sip_registration_authenticated_cb), self, G_CONNECT_SWAPPED);
  if (!phone_sip_request_send (self->farewell, NULL))
    phone_sip_registration_farewell_over (self, NULL, PHONE_SIP_CAUSE_CONNECTION_ERROR);
}

static void
phone_sip_registration_finalize (GObject *object)
{
  PhoneSipRegistration *self = PHONE_SIP_REGISTRATION (object);

  g_clear_object (&self->request);
  g_clear_object (&self->farewell);
  g_free (self->call_id);
  g_free (self->from_tag);
  g_strfreev (self->extra_headers);
  g_strfreev (self->extra_params);
  phone_sip_registration_forget (self);

  G_OBJECT_CLASS (phone_sip_registration_parent_class)->finalize (object);
}

static void
phone_sip_registration_get_property (GObject    *object,
                                     guint       property_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, PHONE_SIP_REGISTRATION (object)->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
phone_sip_registration_class_init (PhoneSipRegistrationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = PHONE_TYPE_SIP_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->finalize = phone_sip_registration_finalize;
  object_class->get_property = phone_sip_registration_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PHONE_TYPE_SIP_REGISTRATION_STATE, PHONE_SIP_REGISTRATION_STATE_OFFLINE,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SIGNAL_REGISTERED] =
    g_signal_new ("registered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, message);
  signals[SIGNAL_UNREGISTERED] =
    g_signal_new ("unregistered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, message, text);
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, message, text);
  signals[SIGNAL_EXPIRING] =
    g_signal_new ("expiring", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 0);
}

static void
phone_sip_registration_init (PhoneSipRegistration *self)
{
}

PhoneSipRegistration *
phone_sip_registration_new (PhoneSipAgent *agent)
{
  PhoneSipRegistration *self = g_object_new (PHONE_TYPE_SIP_REGISTRATION, NULL);
  const PhoneSipAgentConfig *config = phone_sip_agent_get_config (agent);
  g_autofree char *tag = phone_sip_token_new (10);

  self->agent = agent;
  self->from_tag = g_strconcat (tag, config->register_from_tag_trail, NULL);
  self->cseq = (guint32) g_random_int_range (1, 10000);
  self->expires = config->register_expires;

  return self;
}

void
phone_sip_registration_detach (PhoneSipRegistration *self)
{
  if (self->agent == NULL)
    return;

  phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
  phone_sip_registration_drop_request (&self->request, self);
  phone_sip_registration_drop_request (&self->farewell, self);
  self->state = PHONE_SIP_REGISTRATION_STATE_OFFLINE;
  self->agent = NULL;
}

void
phone_sip_registration_opened (PhoneSipRegistration *self,
                               gboolean              wanted)
{
  if (wanted)
    phone_sip_registration_register (self);
}

void
phone_sip_registration_closed (PhoneSipRegistration *self)
{
  phone_sip_registration_dispatch (self, EVENT_CLOSED, NULL);
}

char *
phone_sip_registration_print_machine (void)
{
  return phone_sip_machine_to_string (&machine);
}

PhoneSipRegistrationState
phone_sip_registration_get_state (PhoneSipRegistration *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REGISTRATION (self), PHONE_SIP_REGISTRATION_STATE_OFFLINE);

  return self->state;
}

gboolean
phone_sip_registration_is_registered (PhoneSipRegistration *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REGISTRATION (self), FALSE);

  return self->state == PHONE_SIP_REGISTRATION_STATE_ONLINE;
}

guint
phone_sip_registration_get_status (PhoneSipRegistration *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REGISTRATION (self), 0);

  return self->status;
}

/**
 * phone_sip_registration_register:
 * @self: a registration
 *
 * Sends a REGISTER now, also when registered, and keeps the registration up from then on, over connections too. Nothing happens
 * while one is under way; without a connection "failed" comes with Connection Error, and the REGISTER with the next connection.
 */
void
phone_sip_registration_register (PhoneSipRegistration *self)
{
  g_return_if_fail (PHONE_IS_SIP_REGISTRATION (self));

  if (self->agent == NULL)
    return;

  self->unwanted = FALSE;
  phone_sip_agent_set_wants_registration (self->agent, TRUE);
  if (self->farewell != NULL)
    self->wanted_again = TRUE;
  else if (!phone_sip_transport_is_connected (phone_sip_agent_get_transport (self->agent)))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, NULL, PHONE_SIP_CAUSE_CONNECTION_ERROR);
  else
    phone_sip_registration_dispatch (self, EVENT_REGISTER, NULL);
}

/**
 * phone_sip_registration_unregister:
 * @self: a registration
 * @all: every binding of the account ("Contact: *"), not just ours
 *
 * Takes the binding back; nothing registers by itself any more. "unregistered" comes with the response. Nothing is sent if nothing
 * was registered.
 */
void
phone_sip_registration_unregister (PhoneSipRegistration *self,
                                   gboolean              all)
{
  gboolean registered;

  g_return_if_fail (PHONE_IS_SIP_REGISTRATION (self));

  if (self->agent == NULL)
    return;

  registered = self->state == PHONE_SIP_REGISTRATION_STATE_ONLINE;
  phone_sip_agent_set_wants_registration (self->agent, FALSE);
  self->wanted_again = FALSE;
  if (registered)
    {
      phone_sip_clock_clear (phone_sip_registration_get_clock (self), &self->timer);
      phone_sip_registration_drop_request (&self->request, self);
      self->unwanted = FALSE;
    }
  phone_sip_registration_dispatch (self, EVENT_UNREGISTER, NULL);
  if (registered && self->agent != NULL)
    phone_sip_registration_say_farewell (self, all);
}

void
phone_sip_registration_set_extra_headers (PhoneSipRegistration *self,
                                          const char * const   *lines)
{
  char **copy;

  g_return_if_fail (PHONE_IS_SIP_REGISTRATION (self));

  copy = g_strdupv ((char **) lines);
  g_strfreev (self->extra_headers);
  self->extra_headers = copy;
}

void
phone_sip_registration_set_extra_contact_params (PhoneSipRegistration *self,
                                                 const char * const   *params)
{
  char **copy;

  g_return_if_fail (PHONE_IS_SIP_REGISTRATION (self));

  copy = g_strdupv ((char **) params);
  g_strfreev (self->extra_params);
  self->extra_params = copy;
}

const char *
phone_sip_registration_get_pub_gruu (PhoneSipRegistration *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REGISTRATION (self), NULL);

  return self->pub_gruu;
}

const char *
phone_sip_registration_get_temp_gruu (PhoneSipRegistration *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REGISTRATION (self), NULL);

  return self->temp_gruu;
}

const char * const *
phone_sip_registration_get_service_route (PhoneSipRegistration *self)
{
  g_return_val_if_fail (PHONE_IS_SIP_REGISTRATION (self), NULL);

  return (const char * const *) self->service_route;
}
