/* SPDX-License-Identifier: BSD-2-Clause */
/* losses: what the kernel drops with an operation and does not bring back with its inverse. Pure.
 *
 * With an interface that is set down go its IPv6 addresses (unless keep_addr_on_down) and the
 * routes over it (fib_disable_ip(), addrconf_ifdown()); with an MTU below 1280, all that is IPv6.
 * When it is up again the kernel makes only what it makes by itself. */
#ifndef VETHLAB_PLAN_LOSSES_H
#define VETHLAB_PLAN_LOSSES_H

#include "model/op.h"
#include "model/snap.h"

/* Whether anything may go: only then is it worth to look. */
bool plan_may_lose(const struct op *op);

/* Appends what brings back what `op` is going to drop, in the order in which it must be done after
 * op's inverse: addresses, routes on the link, routes by a gateway. `n`: the node before `op`, with
 * addresses and routes. What is there already when it is done (EEXIST) was not dropped. Not among
 * it: what the kernel gives itself, addresses that expire, routes of other tables. The names are
 * kept by `out`. */
void plan_losses(const struct op *op, const struct snap_node *n, struct ops *out);

#endif
