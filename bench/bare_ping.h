/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_ping: the least a program can do to ping every ordered pair of a lab's nodes once. */
#ifndef VETHLAB_BENCH_BARE_PING_H
#define VETHLAB_BENCH_BARE_PING_H

#include "lab.h"

#include <sys/types.h>

/* The nodes are the children of `holder` in the order of the lab. 0 if all pairs answered. */
int bare_ping_all(const struct lab *l, pid_t holder);

#endif
