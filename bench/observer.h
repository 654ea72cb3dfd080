/* SPDX-License-Identifier: BSD-2-Clause */
/* observer: when has the kernel freed a namespace? It gives every network namespace of the lab an
 * id in its own namespace, closes the descriptor, and counts the RTM_DELNSID that come back. */
#ifndef VETHLAB_BENCH_OBSERVER_H
#define VETHLAB_BENCH_OBSERVER_H

/* Marks each network namespace that a process or a name in /run/netns has, but our own and those
 * marked before; their number. */
int observer_mark(void);
/* Until all marked ones are freed, at most `timeout_ms`; how many are left. */
int observer_wait(int timeout_ms);

#endif
