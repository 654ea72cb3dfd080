/* SPDX-License-Identifier: BSD-2-Clause */
/* values: the present values of those sysctls that a topology speaks of, in every node. */
#ifndef VETHLAB_APPLY_VALUES_H
#define VETHLAB_APPLY_VALUES_H

#include "kernel/lab.h"
#include "plan/diff.h"

struct values;

/* Every sysctl that plan_build(want) sets in some node or on the machine, or that `was` (may be
 * NULL) had in a node, and of nodes that neither has those of a plain node; not yet read. `all`:
 * what each interface made of our own settings, too, which takes as long as to read the lab. The
 * lab is borrowed until they are. */
struct values *values_new(const struct lab *l, const struct topo *want, const struct topo *was,
                          bool all);

/* An ns_fn: reads those of lab node `index`, in whose network namespace it is. */
int values_read_node(size_t index, void *values, struct err *e);

/* Reads those of the machine, in whose network namespace the caller is. The machine counts as the
 * node behind the lab's last one, which is its place in the snapshot. */
void values_read_machine(struct values *v);

/* Reads what they are in a new network namespace. After lab_enter_userns(). */
int values_read_new(struct values *v, struct err *e);
void values_free(struct values *v);

/* For plan_diff(); valid as long as `v`. */
struct plan_values values_source(struct values *v);

#endif
