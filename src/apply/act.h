/* SPDX-License-Identifier: BSD-2-Clause */
/* act: one operation on one interface of a running lab, at once: what a person does to it while he
 * looks on. It takes no lock and writes no record: the kernel is the truth, and plan shows it. */
#ifndef VETHLAB_APPLY_ACT_H
#define VETHLAB_APPLY_ACT_H

#include "base/err.h"
#include "kernel/lab.h"
#include "model/op.h"

#include <stddef.h>

/* Sends the operation, which must be one rtnetlink message but none that makes interfaces
 * (OP_LINK_SET, OP_ADDR_*, OP_ROUTE_*, OP_QDISC_*), from the network namespace of node `node` of
 * the lab; op->node is not looked at. lab_enter_userns() first. A few milliseconds. 0 or -errno
 * with the kernel's own words; -EOPNOTSUPP with a sentence where this kernel lacks the
 * discipline. */
int act_do(const struct lab *l, size_t node, const struct op *op, struct err *e);

/* What the kernel will drop with that operation, as operations of the same kind that bring it back
 * after its inverse (plan/losses.h), appended to `out`: to be asked before it is done. 0 or
 * -errno. */
int act_losses(const struct lab *l, size_t node, const struct op *op, struct ops *out,
               struct err *e);

#endif
