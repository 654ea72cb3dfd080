/* SPDX-License-Identifier: BSD-2-Clause */
/* thresholds: the neighbour limits of the machine, shared by all its network namespaces: the one
 * thing of the machine that the bench changes, and puts back. */
#ifndef VETHLAB_BENCH_THRESHOLDS_H
#define VETHLAB_BENCH_THRESHOLDS_H

#include <stdbool.h>

/* Opens them and remembers their values; before the bench has a network namespace of its own. */
bool thresholds_open(void);
bool thresholds_raise(void); /* false: they could not be opened or written */
void thresholds_restore(void);

#endif
