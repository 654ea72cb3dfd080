/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_work: what the parts of plan_diff() share. */
#ifndef VETHLAB_PLAN_DIFF_WORK_H
#define VETHLAB_PLAN_DIFF_WORK_H

#include "plan/diff.h"
#include "plan/diff_index.h"
#include "plan/named.h"

/* An end's MTU where the file says none. */
#define DIFF_MTU_DEFAULT 1500

struct diff {
    const struct topo *want;
    const struct snap *is;
    const struct topo *was; /* or NULL */
    const struct plan_values *values;
    struct plan_diff *out;
    struct named *was_name; /* the nodes of `was`, sorted */
    struct ops built;       /* plan_build(want) */
    int *topo_node;         /* per node of the snapshot: its index in out->topo, TOPO_HOST, or
                             * TOPO_NOWHERE: not there any more */
    struct named *host_end; /* the ends on the machine, sorted: the index in the built list */
    size_t host_ends;
    size_t *if_base;            /* per node of the snapshot: its first place in `stays` */
    bool *stays;                /* per interface of the snapshot */
    uint32_t *real;             /* per index of the built list: the index in the lab; 0: none, or
                                 * the kernel will choose it (on the machine) */
    const struct snap_if **now; /* per index of the built list: what is there, or NULL: new */
    uint32_t last_built;        /* the largest index of the built list */
    /* What the topology wants where something is: operations; what is there: rows of the snapshot
     * (routes of the main table). */
    struct diff_index addrs, routes, has_addrs, has_routes;
    struct diff_index going;     /* IPv4 networks of which an address goes, by interface */
    struct diff_index src_going; /* addresses that go, if only on the way, by node */
    bool *turns_ipv6;            /* per node of the snapshot: disable_ipv6 of all is set */
    uint8_t *loses;              /* per interface of the snapshot and IP version, see diff_gone.c */
    uint32_t next_index;         /* for new interfaces */
};

/* The node of that name in `was`, or NULL. */
const struct topo_node *diff_was(const struct diff *d, const char *name);

/* Where a node of the topology, or TOPO_HOST, is in the snapshot, or -1. */
int diff_snap_node(const struct diff *d, int node);

/* The index in the built list of the machine's end of that name, which is there. */
uint32_t diff_host_index(const struct diff *d, const char *ifname);

void diff_take_away(struct diff *d); /* diff_gone.c: what the topology does not have */
void diff_bring(struct diff *d);     /* diff_come.c: what does not hold yet */

/* True of an interface that is what the topology wants, or can be made so. */
bool diff_stays(const struct diff *d, size_t snap_node, const struct snap_if *i);

/* False for lo, which no operation makes or takes away, and the fallback tunnels of the kernel,
 * which are let alone. */
bool diff_is_visible(const struct snap_if *i);

/* True if it has the device that makes a node a bridge: named as itself. */
bool diff_has_bridge(const struct snap_node *n);

/* Addresses that the kernel gives by itself; of lo 127.0.0.1/8 and ::1. */
bool diff_is_own_addr(const struct snap_if *i, const struct ip_prefix *p);

/* True of two next to each other in a node's list that have prefix, TOS, metric and table in
 * common: one more of them is refused, unless it is said where it comes among them. */
bool diff_is_rival(const struct snap_route *a, const struct snap_route *b);

/* A route that somebody gave, not one that the kernel keeps by itself. */
bool diff_is_given_route(const struct snap_route *r);

/* True if address `k` of an interface stays where it is. One that the topology wants goes and comes
 * again where a primary address of its network goes, or, of IPv6, where the interface is set down
 * or IPv6 is switched of all: the kernel would take it along, there or on the way back. */
bool diff_keeps_addr(const struct diff *d, size_t snap_node, const struct snap_if *i, size_t k);

/* True if the route vanishes on the way, or its source: the interface goes itself, is set down,
 * loses IPv6 or its last IPv4 address (the kernel's fib_disable_ip()), or the source address goes.
 */
bool diff_loses_route(const struct diff *d, size_t snap_node, const struct snap_route *r);

/* True if the topology wants lo to have 127.0.0.1 in other circumstances than now: it is added to
 * one that is up without it, and taken from one that is set down. */
bool diff_changes_loopback(const struct diff *d, size_t snap_node, const struct snap_if *lo);

void diff_collect(struct diff *d); /* fills the indexes */

/* True if the snapshot's route is this operation's. `ifindex` is the operation's in the lab. */
bool diff_is_route(const struct op_route *want, uint32_t ifindex, const struct snap_route *is);

/* The keys under which diff_collect() has what is wanted and what is there. */
struct diff_key diff_key_of_addr(int snap_node, uint32_t ifindex, const struct ip_prefix *p);
struct diff_key diff_key_of_route(int snap_node, const struct op_route *want);

#endif
