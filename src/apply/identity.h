/* SPDX-License-Identifier: BSD-2-Clause */
/* identity: what a running node is beside its network. */
#ifndef VETHLAB_APPLY_IDENTITY_H
#define VETHLAB_APPLY_IDENTITY_H

#include "kernel/lab.h"
#include "model/snap.h"
#include "model/topo.h"

/* Reads hostname and namespaces of those nodes in which `want` and `was` (may be NULL) differ about
 * them into the snapshot, whose nodes are the lab's: the record is older than what runs if an
 * `apply` was killed. A node that ends meanwhile is left out. After lab_enter_userns(). 0 or
 * -errno: what cannot be read is not unchanged. */
int identity_read(const struct lab *l, const struct topo *want, const struct topo *was,
                  struct snap *is, struct err *e);

#endif
