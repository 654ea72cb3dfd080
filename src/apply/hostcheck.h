/* SPDX-License-Identifier: BSD-2-Clause */
/* hostcheck: links to the machine itself, before a lab is built or changed and when it goes. All of
 * it acts in the network namespace of the caller, which is the machine's own. */
#ifndef VETHLAB_APPLY_HOSTCHECK_H
#define VETHLAB_APPLY_HOSTCHECK_H

#include "base/err.h"
#include "kernel/lab.h"
#include "model/op.h"
#include "model/snap.h"

#include <stdbool.h>

/* Nothing to do where no link of `t` ends on the machine. Else EXIT_DENIED unless `allowed` (the
 * user said --allow-host) and we may change this network namespace; EXIT_CONFLICT if an interface
 * of such a name exists, or if a prefix of such an end overlaps a route of the machine. What a
 * running lab of the same name has there does not count: it goes before this one is built, or this
 * one is not built. */
int hostcheck_up(const struct topo *t, bool allowed, struct err *e);

/* The same before `ops` change a running lab into `want`, of whose ends on the machine `is` was
 * read: nothing to do where no operation is on the machine, and what the lab has there does not
 * count. */
int hostcheck_change(const struct topo *want, const struct ops *ops, const struct snap *is,
                     bool allowed, struct err *e);

/* Again, when no lab of that name runs any more: the kernel may hold on to the interfaces of one
 * that was killed a moment ago. Waits for them up to 2 s. */
int hostcheck_free(const struct topo *t, struct err *e);

/* Deletes the ends that a running lab has on the machine, which frees their names at once. */
int hostcheck_remove(const struct lab *l, struct err *e);

/* The same for a lab of the caller's whose processes are gone already, but whose namespaces the
 * kernel has not yet taken down; NULL: all of them. How many there were, or -errno. */
int hostcheck_sweep(const char *lab, struct err *e);

#endif
