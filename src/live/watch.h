/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: a running lab's snapshot kept up to date from the kernel's events, and what changed.
 *
 * All nodes' events come through one socket, in the order in which the kernel made them (see
 * kernel/monitor.h). No descriptor of a node's namespace is kept: a watch never holds up a lab's
 * end. Where the kernel had to drop events (ENOBUFS), everything is read again, at most once a
 * second, and the differences are reported as events as well.
 *
 * Once it runs, a watch never waits for the kernel's lock of rtnetlink: what only that gives is
 * read on a thread (live/watch_reader.h), counters come from /proc (live/watch_counters.h). */
#ifndef VETHLAB_LIVE_WATCH_H
#define VETHLAB_LIVE_WATCH_H

#include "base/err.h"
#include "kernel/lab.h"
#include "loop/loop.h"
#include "model/snap.h"

#include <stdint.h>

enum watch_what {
    WATCH_LINK_ADDED,    /* iface */
    WATCH_LINK_CHANGED,  /* iface, before, changed */
    WATCH_LINK_REMOVED,  /* before, how, moved_to, peer_name */
    WATCH_ADDR_ADDED,    /* iface, addr */
    WATCH_ADDR_CHANGED,  /* iface, addr (its flags: no longer tentative, say), addr_before */
    WATCH_ADDR_REMOVED,  /* iface, addr_before, fell */
    WATCH_ROUTE_ADDED,   /* route; iface where it has one; as kernel/monitor.h tells of routes */
    WATCH_ROUTE_REMOVED, /* the same; addr_before: this address went, and the route with it */
    WATCH_NODE_GONE,     /* its first process ended; snap.node[node] is empty and `gone` */
    WATCH_NODE_CAME,     /* somebody else made it: told by view/session, not by a watch */
    WATCH_NODE_AGAIN,    /* the same of one that was there before */
    WATCH_LAB_GONE,      /* the holder ended; the last event of a watch */
    WATCH_RESYNCED,      /* events were lost; those that follow are the differences */
    WATCH_STATS,         /* the node's counters were read (watch_count()) */
    WATCH_WHAT_COUNT
};

/* What of an interface changed: bits of watch_event.changed. */
enum {
    WATCH_NAME = 1,
    WATCH_ADMIN = 2,     /* IFF_UP */
    WATCH_CARRIER = 4,   /* carrier lost or found */
    WATCH_OPERSTATE = 8, /* IF_OPER_* */
    WATCH_MAC = 16,
    WATCH_MTU = 32,
    WATCH_MASTER = 64,
    WATCH_PEER = 128,
    WATCH_ALIAS = 256,
    WATCH_FLAGS = 512,  /* another flag (IFF_PROMISC, ...) */
    WATCH_QDISC = 1024, /* at the root; only where nothing else changed with it */
};

/* How an interface went. */
enum watch_how {
    WATCH_MISSED,  /* it was not heard: events were lost */
    WATCH_DELETED, /* a veth with its other end, whose event comes next */
    WATCH_MOVED,   /* into another namespace: moved_to */
};

/* Valid during the callback only, as is everything it points to. */
struct watch_event {
    enum watch_what what;
    uint64_t seq;                 /* 1, 2, ...: the order of this watch's events but STATS */
    int64_t at_ns;                /* CLOCK_MONOTONIC, when it was read from the kernel */
    int64_t at_real_ns;           /* CLOCK_REALTIME, for the clock beside the words */
    const struct snap *snap;      /* as it is now */
    int node;                     /* index into snap.node; SNAP_NODE_NONE: the lab as a whole */
    unsigned changed;             /* WATCH_NAME... */
    const struct snap_if *iface;  /* as it is now, inside the snapshot; NULL if removed */
    const struct snap_if *before; /* as it was (its addresses not included), or NULL */
    const struct snap_addr *addr, *addr_before;
    const struct snap_route *route;
    enum watch_how how;
    bool fell;             /* the kernel took it since the interface was set down */
    int moved_to;          /* index into snap.node, or SNAP_NODE_* */
    const char *peer_name; /* of the other end, where the event before told that it was deleted */
};

/* Called from the loop, after the snapshot was brought up to date. Must not free the watch. */
typedef void watch_fn(const struct watch_event *ev, void *ctx);

struct watch;

/* Reads the lab (links, addresses, peers) and begins to watch it; lab_enter_userns() first. `lab`
 * and `loop` are borrowed and must outlive the watch. Where its last node is the machine
 * (lab_add_machine()), that has the ends of the lab's links, and nothing else of it is told. */
int watch_start(struct loop *loop, const struct lab *lab, watch_fn *fn, void *ctx,
                struct watch **out, struct err *e);
void watch_stop(struct watch *w); /* NULL is allowed */

/* Borrowed; changed in place while the loop runs, the same pointer for the watch's whole life.
 * Its nodes are the lab's, in the same order. */
const struct snap *watch_snap(const struct watch *w);

/* From now on reads each node's counters every `every_ns`, one node after the other and spread over
 * that time: to read all at once would be seen in the round-trip times. WATCH_STATS after each; a
 * node that cannot be read keeps its old ones, without. Counters are no events. */
void watch_count(struct watch *w, int64_t every_ns);

uint64_t watch_resyncs(const struct watch *w); /* how often events were lost */

#endif
