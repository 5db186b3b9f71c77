/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdlib.h>

#include <glib.h>

/* Ends the program so that the fuzzer writes down the input. */
#define fuzz_fail(...) G_STMT_START { g_printerr (__VA_ARGS__); abort (); } G_STMT_END

/* One input; what is wrong ends the program. */
int LLVMFuzzerTestOneInput (const guint8 *bytes, gsize length);
