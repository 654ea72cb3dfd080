/* SPDX-License-Identifier: BSD-2-Clause */
/* ns: run a function in each of a list of network namespaces.
 *
 * The main thread of a verb never changes its network namespace. One worker thread does (setns(2)
 * acts on the calling thread), runs the function in each namespace in order, and hands back errors
 * and whatever descriptors the function opened: a socket stays in the namespace it was made in. */
#ifndef VETHLAB_KERNEL_NS_H
#define VETHLAB_KERNEL_NS_H

#include "base/err.h"

#include <stddef.h>

/* Called on the worker thread with the network namespace set. Must not touch what the main thread
 * uses meanwhile (the main thread waits). 0 or -errno with *e set: this namespace failed. */
typedef int ns_fn(size_t index, void *ctx, struct err *e);

/* Runs `fn` in each namespace of netns_fd[0..count). A failing one does not stop the others:
 * `each` (count entries, may be NULL) gets each one's error, num 0 for none. The signals are
 * blocked on the worker. Returns 0, or the first failure. */
int ns_run_each(const int *netns_fd, size_t count, ns_fn *fn, void *ctx, struct err *each,
                struct err *e);

/* Runs `fn` once, with index 0, in a network namespace that is new and empty (only lo, down). The
 * namespace lives on only in the descriptors that `fn` opened. Needs CAP_SYS_ADMIN in the caller's
 * user namespace. 0, what `fn` returned, or -errno (-ENOSPC: user.max_net_namespaces). */
int ns_run_new(ns_fn *fn, void *ctx, struct err *e);

#endif
