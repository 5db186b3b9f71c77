/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wire trace: every message as it is, in a log domain of its own, except what proves who we are. This is the only
 * function that prints a message. */
#include "config.h"
#include "phone-sip-endpoint-private.h"

#include <string.h>

#define TRACE_DOMAIN "phone-sip-trace"

static gboolean
phone_sip_endpoint_trace_is_secret (const char *line,
                                    gsize       length)
{
  static const char * const names[] = { "Authorization", "Proxy-Authorization" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize n = strlen (names[i]);
      gsize end = n;

      if (length <= n || g_ascii_strncasecmp (line, names[i], n) != 0)
        continue;

      while (end < length && (line[end] == ' ' || line[end] == '\t'))
        end++;

      if (end < length && line[end] == ':')
        return TRUE;
    }

  return FALSE;
}

/* Header lines one by one; a secret one loses its value and its continuation lines. */
static void
phone_sip_endpoint_trace_mask (GString    *out,
                               const char *text,
                               gsize       length)
{
  const char *end = text + length;
  gboolean secret = FALSE;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', (gsize) (end - text));
      const char *next = newline != NULL ? newline + 1 : end;
      gboolean folded = *text == ' ' || *text == '\t';

      if (*text == '\r' || *text == '\n')
        break;

      if (!folded)
        {
          secret = phone_sip_endpoint_trace_is_secret (text, (gsize) (next - text));

          if (secret)
            g_string_append_printf (out, "%.*s: ***\n", (int) strcspn (text, " \t:"), text);
        }

      if (!secret)
        g_string_append_len (out, text, next - text);

      text = next;
    }

  g_string_append_len (out, text, end - text);
}

gboolean
phone_sip_endpoint_trace_is_on (void)
{
  return !g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, TRACE_DOMAIN);
}

void
phone_sip_endpoint_trace (const char *direction,
                          const char *text,
                          gsize       length)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autofree char *printable = NULL;

  phone_sip_endpoint_trace_mask (out, text, length);
  printable = g_utf8_make_valid (out->str, (gssize) out->len);
  g_log (TRACE_DOMAIN, G_LOG_LEVEL_DEBUG, "%s\n%s", direction, printable);
}
