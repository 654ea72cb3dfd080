/* SPDX-License-Identifier: BSD-2-Clause */
/* preflight: what the machine must allow, asked before anything is created, and the name of the
 * switch where it refuses. */
#ifndef VETHLAB_KERNEL_PREFLIGHT_H
#define VETHLAB_KERNEL_PREFLIGHT_H

#include "base/err.h"

#include <stdbool.h>

/* Linux 5.14 or newer: clone3(2), pidfds for setns(2), close_range(2), SO_NETNS_COOKIE. `release`
 * as uname(2) has it. EXIT_LIMIT with one sentence otherwise. */
int preflight_release(const char *release, struct err *e);
int preflight_kernel(struct err *e); /* the running one */

/* A refusal to make namespaces, to write an id map or to mount in them: `num` is its errno. Sets
 * the sentence that names the switch which refuses, and what to do: EXIT_DENIED, or EXIT_LIMIT
 * where only a number is too small. `proc` is where /proc is mounted. Returns -num. */
int preflight_refused(const char *proc, bool rootless, int num, struct err *e);

/* A /proc that cannot be mounted, because a part of the machine's own is covered: names the cover
 * (mount_namespaces(7): a mount in a user namespace must not reveal more than is seen already). */
int preflight_masked(const char *proc, int num, struct err *e);

#endif
