/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A mode of sip-bench that runs in memory, count times: one function a file (sip-bench-transaction.c, …) and one row in the
 * table of sip-bench.c. The return value is the exit code; the figure goes to standard output. */
int bench_transaction (guint count);
int bench_call        (guint count);

G_END_DECLS
