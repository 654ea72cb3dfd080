/* SPDX-License-Identifier: BSD-2-Clause */
/* pings: which pings the view shows of a lab; pure. */
#ifndef VETHLAB_VIEW_PINGS_H
#define VETHLAB_VIEW_PINGS_H

#include "model/snap.h"
#include "model/topo.h"

#include <stdbool.h>
#include <stddef.h>

/* Across a bridge a node pings so many of its neighbours, those after its own port first: with all
 * of them a hundred nodes would have ten thousand. */
#define PINGS_EACH_BRIDGE 4

struct pings_one {
    size_t from; /* index in the snapshot */
    int to_node; /* likewise, or SNAP_NODE_NONE */
    struct ip_addr to;
};

/* The address at which one node pings another: on what both share, else its first, IPv4 before IPv6
 * where both do, as `vethlab ping` has it. False: there is none. */
bool pings_target(const struct snap *s, size_t from, size_t to, struct ip_addr *out);
/* The node that has the address, or SNAP_NODE_NONE. */
int pings_owner(const struct snap *s, const struct ip_addr *a);

/* False: no node has the address any more, or `from` has none from which it could be pinged: its
 * own of that family that are neither link-local nor 127.0.0.0/8 or ::1. Of the machine only the
 * lab's ends are known: it is believed to have some. */
bool pings_can(const struct snap *s, size_t from, const struct ip_addr *to);

/* May be told the same ping twice. */
typedef void pings_fn(const struct pings_one *p, void *ctx);

/* What the file says under `pings`, where it does (t->has_pings; `t` may be NULL); otherwise every
 * node pings the first address across each of its links, and behind a bridge its neighbours on it.
 * Link-local addresses are passed over. */
void pings_choose(const struct snap *s, const struct topo *t, pings_fn *fn, void *ctx);

#endif
