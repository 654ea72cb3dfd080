/* SPDX-License-Identifier: BSD-2-Clause */
/* reach: to which address one node of a lab pings another. Pure: from a snapshot.
 *
 * Interfaces are on one segment if a veth connects them, or bridges between them do. */
#ifndef VETHLAB_LIVE_REACH_H
#define VETHLAB_LIVE_REACH_H

#include "model/snap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reach;

struct reach *reach_new(const struct snap *s); /* borrows `s`; owned by the caller */
void reach_free(struct reach *r);              /* NULL is allowed */

struct reach_target {
    struct ip_addr to;
    uint32_t scope_ifindex; /* of `from`, for link-local IPv6; else 0 */
    bool shared;            /* the two nodes have a link or bridge in common, and this is on it */
};

/* True if the node has an address that others can ping: neither of loopback nor link-local. */
bool reach_has(const struct reach *r, size_t node, sa_family_t family);

/* The address of `to` on a link or bridge that both share, in a prefix of `from` if there is one;
 * else the first one of `to`, that of lo last. False: it has none of this family. */
bool reach_pick(const struct reach *r, size_t from, size_t to, sa_family_t family,
                struct reach_target *out);

/* The same, but only link-local ones (fe80::/10) on what both share. */
bool reach_pick_link_local(const struct reach *r, size_t from, size_t to, struct reach_target *out);

/* The first address at the other end of the interface at `iface` of `node`: of the veth's other
 * end, or, where that is a port of a bridge, of another node on it. *node_out: whose it is. */
bool reach_across(const struct reach *r, size_t node, size_t iface, sa_family_t family,
                  struct reach_target *out, size_t *node_out);

/* How many neighbour entries all nodes together can come to have if each pings each: pairs of
 * interfaces on one segment that have addresses of the family. */
size_t reach_neighbours(const struct reach *r, sa_family_t family);

/* The node that has the address, or SNAP_NODE_NONE. */
int reach_owner(const struct reach *r, const struct ip_addr *a);

#endif
