/* SPDX-License-Identifier: BSD-2-Clause */
/* observe: a snapshot of a whole lab, or of one namespace, through libnl-route-3's caches. This is
 * the second, independent implementation of the protocol: nothing here uses what kernel/ writes
 * with. */
#ifndef VETHLAB_KERNEL_OBSERVE_H
#define VETHLAB_KERNEL_OBSERVE_H

#include "kernel/lab.h"
#include "kernel/ns.h"
#include "model/snap.h"

enum observe_what { /* links are always read */
                    OBSERVE_ADDRS = 1,
                    OBSERVE_ROUTES = 2,
                    OBSERVE_NEIGHS = 4,
                    OBSERVE_ALL = 7,
};

/* Reads every node of the lab; `what` is enum observe_what bits. A node that ended meanwhile is
 * marked `gone` and no error. Peers are found by the lab's unique interface indexes, confirmed by
 * RTM_GETNSID; made by hand: the slow way. lab_enter_userns() first. Owned by the caller. */
int observe_lab(const struct lab *l, unsigned what, struct snap **out, struct err *e);

/* Adds the machine as a last node "host" with those of its interfaces that are ends of the lab's
 * links; nothing where it has none. To be called in its network namespace. True: added. */
int observe_add_machine(struct snap *s, bool *added, struct err *e);

/* Reads routes and neighbours alone (OBSERVE_ROUTES, OBSERVE_NEIGHS) of a node, appending. -ESRCH,
 * -ENOENT: it ended. */
int observe_tables(const struct lab *l, size_t node, unsigned what, struct snap_node *out,
                   struct err *e);

/* Reads a node alone, appending; no peers. Errors as above, for any thread. */
int observe_node(const struct lab *l, size_t node, unsigned what, struct snap_node *out,
                 struct err *e);

/* Reads the namespace the calling thread is in (tests; on the ns worker) into one node. */
int observe_here(unsigned what, struct snap_node *out, struct err *e);

#endif
