/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection test of the account form. An account of its own is put into service with the secrets typed, under another instance
 * id so that a binding of the same person on this machine stays (RFC 5626 §4.1). The test ends with the first sure word: registered and
 * unregistered again, refused, or each of its servers tried once. */
#include "config.h"
#include "phone-account-test.h"
#include "phone-ua-private.h"

#define LIMIT_MILLISECONDS 20000u
#define GOODBYE_MILLISECONDS 2500u

typedef struct
{
  PhoneSipClock  *clock;
  PhoneUa        *ua;
  gulong          cancelled;
  guint           timer;
  guint           failures;
  PhoneUaProblem  problem;
  char           *detail;
  gboolean        leaving;      /* the word is found, the registration is being taken back */
} Trial;

static void
trial_free (Trial *self)
{
  phone_sip_clock_clear (self->clock, &self->timer);
  g_clear_object (&self->ua);
  g_clear_object (&self->clock);
  g_free (self->detail);
  g_free (self);
}

static gboolean
phone_account_test_release_cb (gpointer data)
{
  g_object_unref (data);

  return G_SOURCE_REMOVE;
}

/* The task is let go of only after the signal that ends it. */
static void
phone_account_test_end (GTask *task)
{
  Trial *trial = g_task_get_task_data (task);

  if (g_task_get_completed (task) || trial->ua == NULL)
    return;

  phone_sip_clock_clear (trial->clock, &trial->timer);
  g_cancellable_disconnect (g_task_get_cancellable (task), trial->cancelled);
  g_signal_handlers_disconnect_by_data (trial->ua, task);
  phone_ua_stop (trial->ua);
  g_task_return_int (task, (gssize) trial->problem);
  g_idle_add (phone_account_test_release_cb, task);
}

static void
phone_account_test_timeout_cb (gpointer data)
{
  GTask *task = data;
  Trial *trial = g_task_get_task_data (task);

  trial->timer = 0;
  phone_account_test_end (task);
}

static void
phone_account_test_found (GTask          *task,
                          PhoneUaProblem  problem,
                          const char     *detail)
{
  Trial *trial = g_task_get_task_data (task);

  trial->problem = problem;
  g_free (trial->detail);
  trial->detail = g_strdup (detail);
}

static void
phone_account_test_registered_cb (PhoneUa *ua,
                                  guint    status,
                                  GTask   *task)
{
  Trial *trial = g_task_get_task_data (task);

  phone_account_test_found (task, PHONE_UA_PROBLEM_NONE, "");
  trial->leaving = TRUE;
  phone_sip_clock_clear (trial->clock, &trial->timer);
  trial->timer = phone_sip_clock_add (trial->clock, GOODBYE_MILLISECONDS, phone_account_test_timeout_cb, task);
  phone_ua_unregister (ua, FALSE);
}

static void
phone_account_test_unregistered_cb (PhoneUa    *ua,
                                    guint       status,
                                    const char *cause,
                                    GTask      *task)
{
  Trial *trial = g_task_get_task_data (task);

  if (trial->leaving)
    phone_account_test_end (task);
}

static void
phone_account_test_refused_cb (PhoneUa    *ua,
                               guint       status,
                               const char *cause,
                               GTask      *task)
{
  phone_account_test_found (task, phone_ua_get_problem (ua), phone_ua_get_problem_detail (ua));
  phone_account_test_end (task);
}

static void
phone_account_test_disconnected_cb (PhoneUa    *ua,
                                    const char *url,
                                    gboolean    failed,
                                    guint       code,
                                    const char *reason,
                                    GTask      *task)
{
  Trial *trial = g_task_get_task_data (task);

  if (!trial->leaving)
    phone_account_test_found (task, phone_ua_get_problem (ua), phone_ua_get_problem_detail (ua));
  if (trial->leaving || ++trial->failures >= phone_account_get_n_sockets (phone_ua_get_account (ua)))
    phone_account_test_end (task);
}

static void
phone_account_test_connected_cb (PhoneUa    *ua,
                                 const char *url,
                                 GTask      *task)
{
  if (phone_account_get_register (phone_ua_get_account (ua)))
    return;

  phone_account_test_found (task, PHONE_UA_PROBLEM_NONE, "");
  phone_account_test_end (task);
}

static gboolean
phone_account_test_end_cb (gpointer data)
{
  phone_account_test_end (data);

  return G_SOURCE_REMOVE;
}

static void
phone_account_test_cancelled_cb (GCancellable *cancellable,
                                 GTask        *task)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, phone_account_test_end_cb, g_object_ref (task), g_object_unref);
}

void
phone_account_test_async (PhoneAccount                *account,
                          const PhoneAccountSecrets   *secrets,
                          const PhoneSwitchboardParts *parts,
                          GCancellable                *cancellable,
                          GAsyncReadyCallback          callback,
                          gpointer                     data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Trial *trial = g_new0 (Trial, 1);

  g_task_set_source_tag (task, phone_account_test_async);
  g_task_set_task_data (task, trial, (GDestroyNotify) trial_free);
  trial->clock = g_object_ref (parts->clock);
  trial->ua = phone_ua_new_trial (account, secrets, parts);
  trial->problem = PHONE_UA_PROBLEM_UNREACHABLE;
  trial->detail = g_strdup ("");
  trial->timer = phone_sip_clock_add (trial->clock, LIMIT_MILLISECONDS, phone_account_test_timeout_cb, task);
  g_signal_connect (trial->ua, "connected", G_CALLBACK (phone_account_test_connected_cb), task);
  g_signal_connect (trial->ua, "registered", G_CALLBACK (phone_account_test_registered_cb), task);
  g_signal_connect (trial->ua, "unregistered", G_CALLBACK (phone_account_test_unregistered_cb), task);
  g_signal_connect (trial->ua, "registration-failed", G_CALLBACK (phone_account_test_refused_cb), task);
  g_signal_connect (trial->ua, "disconnected", G_CALLBACK (phone_account_test_disconnected_cb), task);
  if (cancellable)
    trial->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (phone_account_test_cancelled_cb), task, NULL);

  phone_ua_start (trial->ua);
  if (phone_ua_get_problem (trial->ua) == PHONE_UA_PROBLEM_CONFIGURATION)
    {
      phone_account_test_found (task, PHONE_UA_PROBLEM_CONFIGURATION, phone_ua_get_problem_detail (trial->ua));
      phone_account_test_end (task);
    }
}

PhoneUaProblem
phone_account_test_finish (GAsyncResult  *result,
                           char         **out_detail,
                           GError       **error)
{
  Trial *trial = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) cancelled = NULL;
  gssize problem = g_task_propagate_int (G_TASK (result), &cancelled);

  if (cancelled)
    {
      g_propagate_error (error, g_steal_pointer (&cancelled));
      return PHONE_UA_PROBLEM_UNREACHABLE;
    }
  if (out_detail)
    *out_detail = g_strdup (trial->detail);

  return (PhoneUaProblem) problem;
}
