/* SPDX-License-Identifier: BSD-2-Clause */
/* watch_routes: the routes of one node that somebody asked for, kept from what the kernel tells and
 * from what it does not tell: that it dropped those of a link that was set down. Pure. */
#ifndef VETHLAB_LIVE_WATCH_ROUTES_H
#define VETHLAB_LIVE_WATCH_ROUTES_H

#include "model/snap.h"

#include <stdbool.h>
#include <stddef.h>

/* A router with a full table of the Internet is not followed route by route: what comes beyond is
 * told as it comes, and what goes with its link is then not. */
#define WATCH_ROUTES_MAX 1024

struct watch_routes {
    struct snap_route *item; /* owned, sorted by nothing */
    size_t count, room;
    bool overfull; /* some were not taken */
};

void watch_routes_fini(struct watch_routes *l);

/* Told after the list was changed; `r` is valid during the call. */
typedef void watch_routes_fn(const struct snap_route *r, bool added, void *ctx);

/* One message's rows. `replaces`: others with their prefix, table and metric are gone. What is
 * known already is not told. `fn` may be NULL. */
void watch_routes_put(struct watch_routes *l, const struct snap_route *row, size_t rows,
                      bool replaces, watch_routes_fn *fn, void *ctx);
void watch_routes_remove(struct watch_routes *l, const struct snap_route *row, size_t rows,
                         watch_routes_fn *fn, void *ctx);

/* The list becomes these rows, which must be of those that are told (kernel/monitor.h). */
void watch_routes_sync(struct watch_routes *l, const struct snap_route *row, size_t rows,
                       watch_routes_fn *fn, void *ctx);

/* The interface was set down or is gone: its routes are, but for those that have another next hop
 * through an interface that is up. `n`: the node as it is now. */
void watch_routes_link_down(struct watch_routes *l, uint32_t ifindex, const struct snap_node *n,
                            watch_routes_fn *fn, void *ctx);

/* The address was taken from the interface, which now is as `i` says: routes with it as source are
 * gone, and after the last one of IPv4 all of IPv4. */
void watch_routes_addr_gone(struct watch_routes *l, const struct snap_if *i,
                            const struct ip_addr *addr, watch_routes_fn *fn, void *ctx);

#endif
