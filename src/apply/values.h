/* SPDX-License-Identifier: BSD-2-Clause */
/* values: the present values of those sysctls that a topology speaks of, in every node. */
#ifndef VETHLAB_APPLY_VALUES_H
#define VETHLAB_APPLY_VALUES_H

#include "kernel/lab.h"
#include "plan/diff.h"

struct values;

/* Reads, in each node of the lab, every sysctl that plan_build(want) sets in some node or that
 * `was` (may be NULL) had, and the same in a new network namespace; of nodes that neither has,
 * those of a plain node. The nodes of the lab are those of the snapshot, in the same order. After
 * lab_enter_userns(). */
int values_read(const struct lab *l, const struct topo *want, const struct topo *was,
                struct values **out, struct err *e);
void values_free(struct values *v);

/* For plan_diff(); valid as long as `v`. */
struct plan_values values_source(struct values *v);

#endif
