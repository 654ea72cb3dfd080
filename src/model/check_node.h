/* SPDX-License-Identifier: BSD-2-Clause */
/* check_node: the part of the check that looks at one node: routes, sysctls, variables, commands.
 */
#ifndef VETHLAB_MODEL_CHECK_NODE_H
#define VETHLAB_MODEL_CHECK_NODE_H

#include "model/topo.h"

/* All ends of all links, by node, then by interface. first[i] .. first[i + 1] are those of node i;
 * those of the machine itself stand before first[0]. */
struct check_ends {
    const struct topo_end **end; /* owned */
    size_t *first;               /* owned */
    size_t count;
};

/* True if one of the addresses is of IPv6. */
bool check_has_ipv6(const struct topo_prefixes *list);

void check_node(const struct topo *t, int node, const struct check_ends *ends, struct faults *f);

#endif
