/* SPDX-License-Identifier: BSD-2-Clause */
/* plan: from a topology (and what runs) to the ordered list of operations. Pure. */
#ifndef VETHLAB_PLAN_PLAN_H
#define VETHLAB_PLAN_PLAN_H

#include "model/op.h"

/* The operations that build `desired` where nothing runs, in the order in which they are done:
 * nodes with their sysctls, bridges (with IPv6, if they have addresses of it), links, the late
 * sysctls of the file, then each node's interfaces and addresses, routes, readiness, commands.
 * `out` borrows from `desired`, which must be checked. */
void plan_build(const struct topo *desired, struct ops *out);

/* The settings of an end on the machine, as plan_build() has them. */
void plan_add_host_sysctls(struct ops *out, const char *ifname, bool has_ipv6, struct mark mark);

/* The setting of a bridge device that has IPv6 addresses, unless the file itself sets it. */
void plan_add_bridge_ipv6(struct ops *out, int node, const struct topo_node *n);

#endif
