/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_counters: the counters of a node's interfaces out of /proc/PID/net/dev.
 *
 * rtnetlink has them too, but answers only when nobody else on the machine holds its lock; this
 * file is read without. It names interfaces and does not number them: one that was renamed a moment
 * ago keeps its old counters until the event of it has come. */
#ifndef VETHLAB_LIVE_WATCH_COUNTERS_H
#define VETHLAB_LIVE_WATCH_COUNTERS_H

#include "model/snap.h"

#include <stddef.h>

/* Into the interfaces of `n` that the text names. What is no line of it is passed over, and an
 * interface that is not in it keeps what it had. Pure. */
void watch_counters_parse(const char *text, size_t len, struct snap_node *n);

/* Of the network namespace that process `pid` is in; 0: ours. 0 or -errno. */
int watch_counters_read(pid_t pid, struct snap_node *n);

#endif
