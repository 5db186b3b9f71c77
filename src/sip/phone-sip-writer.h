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

static inline void
phone_sip_writer_add_bytes (PhoneSipWriter *self,
                            const char     *bytes,
                            gsize           length)
{
  phone_sip_writer_reserve (self, length);
  memcpy (self->text + self->length, bytes, length);
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
