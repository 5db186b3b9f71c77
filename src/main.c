/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "phone-application.h"
#include "phone-assembly.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>

int
main (int    argc,
      char **argv)
{
  g_autoptr (PhoneAssembly) assembly = NULL;
  g_autoptr (PhoneApplication) application = NULL;
  const char *locale_dir = g_getenv ("PHONE_LOCALE_DIR");

  /* gvfs rewrites sip: and tel: links; a local GFile keeps them byte for byte. */
  g_setenv ("GIO_USE_VFS", "local", TRUE);
  /* Media threads come and go with every call: arenas of their own would never be given back. */
  mallopt (M_ARENA_MAX, 2);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : PHONE_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_("Phone"));

  assembly = phone_assembly_new ();
  application = phone_application_new (phone_assembly_get_hooks (assembly));

  return g_application_run (G_APPLICATION (application), argc, argv);
}
