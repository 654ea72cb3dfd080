/* SPDX-License-Identifier: BSD-2-Clause */
/* snap: what the kernel says of a lab at one moment, as a plain value. Filled by kernel/observe.h
 * (libnl), read by show, plan, the view and the tests. Strings from the kernel are kept raw here
 * (comparing needs them so); whoever prints passes them through text_clean(). */
#ifndef VETHLAB_MODEL_SNAP_H
#define VETHLAB_MODEL_SNAP_H

#include "base/addr.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SNAP_NODE_NONE (-1) /* no such node, or not known */
#define SNAP_NODE_HOST (-2) /* the machine itself */

#define SNAP_FOREVER UINT32_MAX

struct snap_addr {
    struct ip_prefix prefix;
    struct ip_addr peer, broadcast; /* AF_UNSPEC: none */
    char label[IFNAMSIZ];           /* IPv4 only */
    uint32_t flags;                 /* IFA_F_*, linux/if_addr.h */
    uint8_t scope;                  /* RT_SCOPE_* */
    uint32_t valid_s, preferred_s;  /* left of its life when it was read, or SNAP_FOREVER */
    int64_t read_ns;                /* when that was, CLOCK_MONOTONIC; 0 where all is for ever */
};

struct snap_stats {
    uint64_t rx_bytes, rx_packets, rx_errors, rx_dropped;
    uint64_t tx_bytes, tx_packets, tx_errors, tx_dropped;
};

struct snap_if {
    uint32_t index;
    char name[IFNAMSIZ];
    char kind[16];     /* "veth", "bridge", ...; "" for lo */
    char qdisc[16];    /* at its root: "noqueue", ...; a change of it makes no event of the link */
    uint32_t flags;    /* IFF_*, linux/if.h */
    uint8_t operstate; /* IF_OPER_*, linux/if.h */
    bool carrier;
    bool has_mac, has_broadcast;
    uint8_t mac[MAC_LEN], broadcast[MAC_LEN];
    uint16_t type; /* ARPHRD_*, net/if_arp.h */
    uint32_t group, txqlen;
    uint8_t linkmode;   /* IF_LINK_MODE_*, linux/if.h */
    char altnames[160]; /* each with a newline behind it; those that do not fit are missing */
    uint32_t mtu;
    uint32_t master;     /* index in the same node, 0: none */
    uint32_t peer_index; /* IFLA_LINK, 0: none */
    int32_t peer_nsid;   /* IFLA_LINK_NETNSID, -1: none given (same namespace) */
    int peer_node;       /* index into snap.node, or SNAP_NODE_* */
    bool going;          /* the kernel is taking it away: only a watch sees that */
    char *alias;         /* owned, or NULL */
    struct snap_addr *addr;
    size_t addrs, addr_room;
    struct snap_stats stats;
};

struct snap_route {
    struct ip_prefix to;
    struct ip_addr via; /* AF_UNSPEC: on link */
    struct ip_addr src; /* AF_UNSPEC: none */
    uint32_t ifindex;
    uint32_t metric;
    uint32_t flags;   /* of the next hop, RTNH_F_*, linux/rtnetlink.h */
    uint32_t table;   /* RT_TABLE_* */
    uint8_t protocol; /* RTPROT_*: kernel 2, boot 3, static 4 */
    uint8_t type;     /* RTN_* */
    uint8_t scope;
    uint8_t tos; /* IPv4 */
    uint16_t hop,
        hops;       /* of several next hops each has a row, one behind the other; 0: the first */
    uint8_t weight; /* of this next hop, less one, as the kernel counts */
};

struct snap_neigh {
    struct ip_addr addr;
    uint32_t ifindex;
    uint16_t state; /* NUD_*, linux/neighbour.h */
    bool has_mac;
    uint8_t mac[MAC_LEN];
};

struct snap_node {
    char *name;          /* owned */
    pid_t pid;           /* in our pid namespace */
    bool gone;           /* it ended while being read: what follows is empty */
    char *hostname;      /* owned; NULL: not read (apply/identity.h) */
    unsigned namespaces; /* enum topo_ns bits (model/topo.h); 0: not read */
    bool incomplete;     /* it changed all the while it was read: rows may be missing */
    struct snap_if *iface;
    size_t ifs, if_room;
    struct snap_route *route;
    size_t routes, route_room;
    struct snap_neigh *neigh;
    size_t neighs, neigh_room;
};

struct snap {
    char *lab; /* owned */
    struct snap_node *node;
    size_t nodes, node_room;
    int machine; /* which node is the machine itself, with the lab's ends there; SNAP_NODE_NONE */
};

struct snap *snap_new(const char *lab);
void snap_free(struct snap *s); /* NULL is allowed */
struct snap_node *snap_add_node(struct snap *s, const char *name);
void snap_node_clear(struct snap_node *n); /* all it has goes; name and pid stay */
struct snap_if *snap_node_add_if(struct snap_node *n);
void snap_if_fini(struct snap_if *i); /* frees what it owns; the caller takes it out of its node */
struct snap_addr *snap_if_add_addr(struct snap_if *i);
struct snap_route *snap_node_add_route(struct snap_node *n);
struct snap_neigh *snap_node_add_neigh(struct snap_node *n);

int snap_find_node(const struct snap *s, const char *name); /* index or SNAP_NODE_NONE */
const struct snap_if *snap_find_if(const struct snap_node *n, const char *ifname); /* or NULL */
const struct snap_if *snap_if_by_index(const struct snap_node *n, uint32_t index); /* or NULL */

/* The word that ip(8) prints behind "state". */
const char *snap_state_word(const struct snap_if *i);

#endif
