/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tags, branches, Call-IDs, cnonces: RFC 3261 §19.3 asks for cryptographically random ones, so the kernel makes them. One call
 * of getrandom fills a pool for many tokens: a call costs some eight of them. */

#include "config.h"
#include "phone-sip-token.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static const char phone_sip_token_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static GMutex phone_sip_token_lock;
static guint8 phone_sip_token_pool[256];
static gsize  phone_sip_token_left;

static void
phone_sip_token_refill (void)
{
  gsize filled = 0;

  while (filled < sizeof phone_sip_token_pool)
    {
      gssize n = getrandom (phone_sip_token_pool + filled, sizeof phone_sip_token_pool - filled, 0);

      if (n < 0 && errno != EINTR)
        g_error ("The system gives no random bytes: %s", g_strerror (errno));
      if (n > 0)
        filled += n;
    }

  phone_sip_token_left = filled;
}

static guint8
phone_sip_token_next_byte (void)
{
  guint8 *byte;
  guint8 value;

  if (phone_sip_token_left == 0)
    phone_sip_token_refill ();

  byte = &phone_sip_token_pool[--phone_sip_token_left];
  value = *byte;
  *byte = 0;
  return value;
}

/* 252 is the last multiple of 36: bytes above it would favour the first letters. */
static void
phone_sip_token_fill (char  *text,
                      guint  length)
{
  g_mutex_lock (&phone_sip_token_lock);

  for (guint i = 0; i < length;)
    {
      guint8 byte = phone_sip_token_next_byte ();

      if (byte < 252)
        text[i++] = phone_sip_token_letters[byte % 36];
    }

  g_mutex_unlock (&phone_sip_token_lock);
}

/**
 * phone_sip_token_new:
 * @length: number of characters
 *
 * Returns: (transfer full): random lower-case letters and digits, about 5.2 bits each
 */
char *
phone_sip_token_new (guint length)
{
  char *text = g_malloc (length + 1);

  phone_sip_token_fill (text, length);
  text[length] = '\0';
  return text;
}

/**
 * phone_sip_token_branch:
 *
 * Returns: (transfer full): a fresh Via branch with the magic cookie of RFC 3261 §8.1.1.7
 */
char *
phone_sip_token_branch (void)
{
  char *text = g_malloc (7 + 16 + 1);

  memcpy (text, "z9hG4bK", 7);
  phone_sip_token_fill (text + 7, 16);
  text[7 + 16] = '\0';
  return text;
}

/**
 * phone_sip_token_uuid:
 *
 * Returns: (transfer full): a random UUID (version 4) in lower case
 */
char *
phone_sip_token_uuid (void)
{
  guint8 b[16];

  g_mutex_lock (&phone_sip_token_lock);
  for (guint i = 0; i < sizeof b; i++)
    b[i] = phone_sip_token_next_byte ();
  g_mutex_unlock (&phone_sip_token_lock);

  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;

  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
                          b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
