/* SPDX-License-Identifier: BSD-2-Clause */
/* iptext: an interface exactly as ip(8) of iproute2 6.1 prints it, for teaching; pure. */
#ifndef VETHLAB_VIEW_IPTEXT_H
#define VETHLAB_VIEW_IPTEXT_H

#include "base/buf.h"
#include "model/snap.h"

#include <stdint.h>

/* As `ip link`: two lines and one for each alias and other name. Names are written raw,
 * an alias clean. */
void iptext_link(const struct snap_node *n, const struct snap_if *i, struct buf *out);

/* As `ip addr`: the same without what only `ip link` tells, and two lines for each address. */
void iptext_addr(const struct snap_node *n, const struct snap_if *i, int64_t now_ns,
                 struct buf *out);

/* As `ip route` and `ip -6 route` print a row of the main table, without a newline. */
void iptext_route(const struct snap_node *n, const struct snap_route *r, struct buf *out);

/* As `ip neigh`, likewise. */
void iptext_neigh(const struct snap_node *n, const struct snap_neigh *x, struct buf *out);

#endif
