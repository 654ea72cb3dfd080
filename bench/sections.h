/* SPDX-License-Identifier: BSD-2-Clause */
/* sections: what is measured beside up and down. */
#ifndef VETHLAB_BENCH_SECTIONS_H
#define VETHLAB_BENCH_SECTIONS_H

#include "contestant.h"

/* A lab of 1,000 nodes: the largest resident set of `up`, the descriptors of its builder, the
 * private memory of a node. */
void section_memory(const struct tools *t);

/* Every ordered pair of 30 and of 100 nodes pinged once. */
void section_pings(const struct tools *t, int rounds);

/* The first pings after `count` bring-ups, over IPv4 and IPv6. */
void section_first(const struct tools *t, int count);

/* `view`: from a kernel event to the changed cell; what it takes with 2 and 10 nodes; with 100,
 * each at 10 pings a second, and 1,000 events a second; a shell in a pane. Over so many seconds,
 * half of them for each of the first. */
void section_view_latency(const struct tools *t, int seconds);
void section_view_load(const struct tools *t, int seconds);
void section_view_crowd(const struct tools *t, int seconds);
void section_view_shell(const struct tools *t, int seconds);

/* `plan` and `apply` of a running lab of 500 nodes, and the pure difference. */
void section_plan(const struct tools *t, int rounds);

#endif
