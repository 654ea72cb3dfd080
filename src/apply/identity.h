/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: what a running node is beside its network. */
#ifndef VETHLAB_APPLY_IDENTITY_H
#define VETHLAB_APPLY_IDENTITY_H

#include "kernel/lab.h"
#include "model/snap.h"
#include "model/topo.h"

struct identity;

/* Nothing is read yet. All is borrowed; `was` may be NULL. */
struct identity *identity_new(const struct lab *l, const struct topo *want, const struct topo *was);

/* An ns_fn: reads the hostname of lab node `index`, if it has one of its own, and its namespaces if
 * `want` and `was` differ about them or there is no `was`: the record is older than what runs if an
 * `apply` was killed.
 * 0 or -errno: what cannot be read is not unchanged; but a node that has ended is left out. */
int identity_read_node(size_t index, void *identity, struct err *e);

/* Puts what was read into the snapshot, whose nodes are the lab's, and frees `i`. */
void identity_put(struct identity *i, struct snap *is);

#endif
