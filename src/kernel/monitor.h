/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor: the link, address, route and queueing discipline events of many network namespaces, in
 * the kernel's own order.
 *
 * One socket hears them all. It lives in a namespace of its own, in which node i has the id i, and
 * has NETLINK_LISTEN_ALL_NSID set (netlink(7)): so one queue keeps the order between the nodes,
 * which a socket in each of them could not. Two more sockets there ask about any node by its id.
 * None keeps a node's namespace alive, and nothing is changed in the nodes' or the machine's
 * namespaces.
 *
 * Events never wait for the kernel's one lock of rtnetlink (rtnl), which anybody on the machine may
 * hold for seconds; the monitor_read_*() do, and may therefore be called on another thread. */
#ifndef VETHLAB_KERNEL_MONITOR_H
#define VETHLAB_KERNEL_MONITOR_H

#include "base/err.h"
#include "model/snap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum monitor_kind {
    MONITOR_LINK_NEW, /* new or changed: link */
    MONITOR_LINK_DEL, /* ifindex, link (as it was), moved_ifindex, moved_nsid */
    MONITOR_ADDR_NEW, /* new or changed: ifindex, addr */
    MONITOR_ADDR_DEL,
    MONITOR_ROUTE_NEW, /* new or changed: route, routes, replaces */
    MONITOR_ROUTE_DEL, /* route, routes */
    MONITOR_QDISC_NEW, /* ifindex, qdisc: at the root of what it sends */
    MONITOR_QDISC_DEL, /* ifindex; what is there now, the kernel does not say */
    MONITOR_KIND_COUNT
};

/* Of routes only those come that somebody asked for: not what the kernel makes of addresses itself
 * (table local, protocol kernel). It is silent where it drops routes of IPv4 because their link was
 * set down or their address went.
 *
 * Valid during the callback. `link` has no addresses; peer_nsid is the id within the node's own
 * namespace and peer_node is SNAP_NODE_NONE: see monitor_find_peer(). */
struct monitor_event {
    enum monitor_kind kind;
    int node;
    uint32_t ifindex;
    const struct snap_if *link;
    const struct snap_addr *addr;
    uint32_t moved_ifindex;         /* by which it goes on in another namespace; 0: it does not */
    int32_t moved_nsid;             /* that one's id within the node's own, -1: unknown */
    const struct snap_route *route; /* one for each next hop */
    size_t routes;
    bool replaces; /* others of the same prefix, table and metric are gone */
    const char *qdisc;
};

/* False: the monitor is silent about it. */
bool monitor_tells_route(const struct snap_route *r);

typedef void monitor_fn(const struct monitor_event *ev, void *ctx);

struct monitor;

/* Needs CAP_SYS_ADMIN in the user namespace of the lab (enter it first). */
int monitor_open(struct monitor **out, struct err *e);
void monitor_close(struct monitor *m); /* NULL is allowed */

/* From now on the events of this namespace are heard as those of `node` (counted from 0, each only
 * once). The descriptor stays the caller's and can be closed. */
int monitor_add(struct monitor *m, int node, int netns_fd, struct err *e);

/* Readable while events wait. Never blocks. */
int monitor_fd(const struct monitor *m);

/* Hands at most about `max` waiting events to `fn`. 1: there may be more; 0: none left; -ENOBUFS:
 * the kernel dropped events, everything must be read again; another -errno with *e set. */
int monitor_read(struct monitor *m, size_t max, monitor_fn *fn, void *ctx, struct err *e);

/* Throws the waiting events away: to be called before everything is read again. */
void monitor_drain(struct monitor *m);

/* Asks for receive memory of so many bytes; less where the system allows less (rmem_max without
 * privileges). monitor_open() has asked for 8 MiB. */
void monitor_set_room(struct monitor *m, int bytes);

/* Which node (or SNAP_NODE_HOST, SNAP_NODE_NONE) has the peer of an interface of `node` that an
 * event told with this peer_index and peer_nsid (or that went there: moved_*). Does not wait for
 * rtnl. The first event of the end of a veth that is made first does not tell its peer: that of the
 * other end does. */
int monitor_find_peer(struct monitor *m, int node, const struct snap_if *link);

/* Reads the interfaces of a node into `out` (appending), peers resolved, without addresses; or one
 * of them. -ENODEV: there is none (any more). They wait for rtnl. On any thread, but one at a time;
 * the other functions may be called meanwhile, but monitor_add() and monitor_close(). */
int monitor_read_links(struct monitor *m, int node, struct snap_node *out, struct err *e);
int monitor_read_link(struct monitor *m, int node, uint32_t ifindex, struct snap_if *out);

#endif
