/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A fuzzer without clang: every file of the directories on the command line, once. */

#include "config.h"
#include "fuzz.h"

static guint
replay (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL), *text = NULL;
      g_autofree guint8 *block = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (file, &text, &length, NULL));
      block = g_memdup2 (text, length);
      LLVMFuzzerTestOneInput (block != NULL ? block : (guint8 *) "", length);
      n++;
    }

  return n;
}

int
main (int    argc,
      char **argv)
{
  for (int i = 1; i < argc; i++)
    g_assert_cmpuint (replay (argv[i]), >, 0);

  return 0;
}
