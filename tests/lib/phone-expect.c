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

/* Two things that GStreamer 1.22 says of itself when threads meet, and that cost nothing to speak of. */
static const struct
{
  const char     *domain;
  GLogLevelFlags  level;
  const char     *pattern;
} races[] = {
  /* rtpsession lets go of its lock in the middle of writing a sender report, to ask for the clock rate of a source. A source that
   * comes right then costs one report, which the next one makes up for. */
  { "GLib", G_LOG_LEVEL_CRITICAL, "g_hash_table_foreach: assertion 'version == hash_table->version' failed" },
  /* A queue that is taken down while its thread passes events on has forgotten the first of them before the second. */
  { "GStreamer", G_LOG_LEVEL_WARNING, "*Sticky event misordering, got 'caps' before 'stream-start'*" },
};

static gboolean
phone_expect_is_race (const char *message)
{
  for (guint i = 0; i < G_N_ELEMENTS (races); i++)
    if (g_pattern_match_simple (races[i].pattern, message))
      return TRUE;

  return FALSE;
}

static void
phone_expect_race_cb (const char     *domain,
                      GLogLevelFlags  level,
                      const char     *message,
                      gpointer        data)
{
  if (phone_expect_is_race (message))
    g_printerr ("%s says: %s\n", domain, message);
  else
    g_log_default_handler (domain, level, message, data);
}

static gboolean
phone_expect_is_fatal_cb (const char     *domain,
                          GLogLevelFlags  level,
                          const char     *message,
                          gpointer        data)
{
  return !phone_expect_is_race (message);
}

void
phone_expect_gstreamer_races (void)
{
  static gboolean handled;

  for (guint i = 0; !handled && i < G_N_ELEMENTS (races); i++)
    g_log_set_handler (races[i].domain, races[i].level | G_LOG_FLAG_FATAL, phone_expect_race_cb, NULL);
  handled = TRUE;
  g_test_log_set_fatal_handler (phone_expect_is_fatal_cb, NULL);
}
