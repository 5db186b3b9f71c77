/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Text that grows at its end: what every to_string () and the message builder write into. Lives on the stack or in its owner;
 * a bounded append costs a comparison and a memcpy. */
typedef struct
{
  char  *text;
  gsize  length;
  gsize  allocated;
} PhoneSipWriter;

static inline void
phone_sip_writer_reserve (PhoneSipWriter *self,
                          gsize           more)
{
  if (G_UNLIKELY (self->length + more + 1 > self->allocated))
    {
      self->allocated = MAX (2 * self->allocated, MAX (self->length + more + 1, 128));
      self->text = g_realloc (self->text, self->allocated);
    }
}

/* memcpy () for pieces of a few bytes, which nearly all are, without the call: first and last bytes of each size overlap. */
static inline void
phone_sip_writer_copy (char       *to,
                       const char *from,
                       gsize       length)
{
  guint64 first8, last8;
  guint32 first4, last4;

  if (length > 16)
    {
      memcpy (to, from, length);
    }
  else if (length >= 8)
    {
      memcpy (&first8, from, 8);
      memcpy (&last8, from + length - 8, 8);
      memcpy (to, &first8, 8);
      memcpy (to + length - 8, &last8, 8);
    }
  else if (length >= 4)
    {
      memcpy (&first4, from, 4);
      memcpy (&last4, from + length - 4, 4);
      memcpy (to, &first4, 4);
      memcpy (to + length - 4, &last4, 4);
    }
  else if (length > 0)
    {
      to[0] = from[0];
      to[length / 2] = from[length / 2];
      to[length - 1] = from[length - 1];
    }
}

static inline void
phone_sip_writer_add_bytes (PhoneSipWriter *self,
                            const char     *bytes,
                            gsize           length)
{
  phone_sip_writer_reserve (self, length);
  phone_sip_writer_copy (self->text + self->length, bytes, length);
  self->length += length;
}

static inline void
phone_sip_writer_add (PhoneSipWriter *self,
                      const char     *text)
{
  phone_sip_writer_add_bytes (self, text, strlen (text));
}

static inline void
phone_sip_writer_add_char (PhoneSipWriter *self,
                           char            c)
{
  phone_sip_writer_reserve (self, 1);
  self->text[self->length++] = c;
}

static inline void
phone_sip_writer_add_uint (PhoneSipWriter *self,
                           guint64         value)
{
  char digits[20], *at = digits + sizeof digits;

  do
    *--at = '0' + value % 10;
  while ((value /= 10) != 0);

  phone_sip_writer_add_bytes (self, at, digits + sizeof digits - at);
}

/* A literal, whose length the compiler knows. */
#define phone_sip_writer_add_literal(self, literal) phone_sip_writer_add_bytes ((self), "" literal, sizeof (literal) - 1)

/* Ends the text and gives it away; the writer is empty again. */
static inline char *
phone_sip_writer_steal (PhoneSipWriter *self)
{
  char *text;

  phone_sip_writer_reserve (self, 0);
  self->text[self->length] = '\0';
  text = g_steal_pointer (&self->text);
  self->length = self->allocated = 0;
  return text;
}

static inline void
phone_sip_writer_clear (PhoneSipWriter *self)
{
  g_clear_pointer (&self->text, g_free);
  self->length = self->allocated = 0;
}

G_END_DECLS
