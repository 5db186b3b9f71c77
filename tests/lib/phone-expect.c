/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "phone-expect.h"

#define LIMIT_SECONDS 20

static gboolean
phone_expect_expired_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
phone_expect_flag_is_set (gpointer data)
{
  return *(gboolean *) data;
}

typedef struct
{
  guint *count;
  guint  at_least;
} Count;

static gboolean
phone_expect_count_is_reached (gpointer data)
{
  Count *count = data;

  return *count->count >= count->at_least;
}

void
phone_expect_until (const char     *what,
                    PhoneCondition  condition,
                    gpointer        data)
{
  gboolean expired = FALSE;
  guint limit = g_timeout_add_seconds (LIMIT_SECONDS, phone_expect_expired_cb, &expired);

  while (!condition (data) && !expired)
    g_main_context_iteration (NULL, TRUE);

  if (expired)
    g_error ("waited in vain for: %s", what);

  g_source_remove (limit);
}

void
phone_expect_flag (const char *what,
                   gboolean   *flag)
{
  phone_expect_until (what, phone_expect_flag_is_set, flag);
}

void
phone_expect_count (const char *what,
                    guint      *count,
                    guint       at_least)
{
  Count reached = { count, at_least };

  phone_expect_until (what, phone_expect_count_is_reached, &reached);
}
