/* SPDX-License-Identifier: BSD-2-Clause */
/* topo: a topology as a plain value: what the file asks for, checked or not, never what runs.
 *
 * Built by format/ (or by hand in tests), checked by topo_check() in model/check.h, read by plan/.
 * All strings are owned by the topology; names are clean, commands and values of variables are
 * valid UTF-8 without control characters but tab and newline. All indexes are into its own arrays.
 */
/* layers: long header, because a topology is one value and is read in one piece. */
#ifndef VETHLAB_MODEL_TOPO_H
#define VETHLAB_MODEL_TOPO_H

#include "base/addr.h"
#include "model/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits, checked before anything is created (reference: reliability.md, "Input limits"). */
#define TOPO_NODES_MAX        4096
#define TOPO_LINKS_MAX        16384
#define TOPO_NODE_IFS_MAX     256
#define TOPO_BRIDGE_PORTS_MAX 1000
#define TOPO_IF_ADDRS_MAX     64
#define TOPO_MTU_MIN          68
#define TOPO_MTU_IPV6_MIN     1280 /* RFC 8200, section 5; below, the kernel has no IPv6 there */
#define TOPO_MTU_MAX          65535
#define TOPO_METRIC_IPV6      1024 /* of a route without one (IP6_RT_PRIO_USER) */
#define TOPO_SCALAR_MAX       4096
#define TOPO_LIST_MAX         4096 /* routes, sysctls, execs, env of one node; pings of a lab */

#define TOPO_EXEC_TIMEOUT_S 60 /* unless told otherwise */

#define TOPO_HOST    (-1) /* the machine itself, where a node index is meant */
#define TOPO_NOWHERE (-2) /* of an end whose node does not exist: only where there are faults */

enum node_kind { NODE_LINUX, NODE_BRIDGE, NODE_KIND_COUNT };
extern const char *const node_kind_names[NODE_KIND_COUNT];

/* The namespaces a node has of its own; net always. */
enum topo_ns { TOPO_NS_NET = 1, TOPO_NS_PID = 2, TOPO_NS_MNT = 4, TOPO_NS_UTS = 8 };
#define TOPO_NS_ALL   (TOPO_NS_NET | TOPO_NS_PID | TOPO_NS_MNT | TOPO_NS_UTS)
#define TOPO_NS_COUNT 4
extern const char *const topo_ns_names[TOPO_NS_COUNT]; /* of bit 0, 1, ... */

struct topo_prefix {
    struct ip_prefix prefix;
    struct mark mark;
};

struct topo_prefixes {        /* IPv4 before IPv6, else in the file's order */
    struct topo_prefix *item; /* owned */
    size_t count, room;
};

struct topo_route {
    struct ip_prefix to; /* host bits cleared; len 0 is the default route */
    struct ip_addr via;  /* AF_UNSPEC: on link, then dev is set */
    char *dev;           /* interface, or NULL: the one whose prefix contains via */
    struct ip_addr src;  /* preferred source, or AF_UNSPEC */
    uint32_t metric;     /* 0: the kernel's default */
    struct mark mark;
};

struct topo_pair { /* a sysctl or an environment variable */
    char *key;     /* sysctl: slashes between the parts, "net/ipv4/conf/eth0.100/rp_filter" */
    char *value;
    struct mark mark;
};

/* What a node's commands and shells find in their environment. */
#define TOPO_ENV_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define TOPO_ENV_HOME "HOME=/root"

struct topo_exec {
    char **argv; /* NULL-terminated; a string in the file is {"/bin/sh", "-c", string} */
    bool shell;  /* it was a string */
    bool ignore_failure;
    uint32_t timeout_s; /* 1-86400 */
    struct mark mark;
};

struct topo_node {
    char *name;
    char *hostname; /* the name unless told otherwise */
    enum node_kind kind;
    unsigned namespaces;         /* enum topo_ns bits */
    bool lo_down;                /* `lo: down` */
    bool dad;                    /* `dad: true`: duplicate address detection stays on */
    struct topo_prefixes prefix; /* on lo; on a bridge node: on the bridge device */
    struct topo_route *route;
    size_t routes, route_room;
    struct topo_pair *sysctl;
    size_t sysctls, sysctl_room;
    struct topo_pair *env;
    size_t envs, env_room;
    struct topo_exec *exec;
    size_t execs, exec_room;
    bool incomplete;  /* its kind, addresses or links could not be read wholly */
    struct mark mark; /* of its name */
};

struct topo_end {
    int node; /* index into node[], TOPO_HOST, or TOPO_NOWHERE */
    char *ifname;
    bool has_mac;
    uint8_t mac[MAC_LEN];
    struct mark mac_mark;
    struct topo_prefixes prefix; /* of this end, both families, in file order */
    struct mark mark;
};

struct topo_link {
    struct topo_end end[2];
    uint32_t mtu; /* 0: the kernel's default, 1500 */
    struct mark mark;
};

/* A ping the view shows: from a node to an address or to a node (then `to_node` >= 0 and the
 * address is chosen as `ping LAB A B` chooses it). */
struct topo_ping {
    int from;
    int to_node; /* -1 if `to` is an address */
    struct ip_addr to;
    struct mark mark;
};

struct topo {
    char *name;
    char *file; /* as given by the user and clean, or "-" */
    struct topo_node *node;
    size_t nodes, node_room;
    struct topo_link *link;
    size_t links, link_room;
    struct topo_ping *ping;
    size_t pings, ping_room;
    bool incomplete; /* nodes, or ends of links, could not be read */
    bool has_pings;  /* the file has the key, perhaps empty: none are made up then */
    struct mark name_mark;
};

struct topo *topo_new(void);
void topo_free(struct topo *t); /* NULL is allowed */

/* Adders return the new element, zeroed but for defaults (kind linux, all namespaces, hostname as
 * name, timeout 60). Valid until the next add of the same kind. Strings are copied. */
struct topo_node *topo_add_node(struct topo *t, const char *name);
struct topo_link *topo_add_link(struct topo *t);
struct topo_ping *topo_add_ping(struct topo *t);
struct topo_route *topo_node_add_route(struct topo_node *n);
struct topo_pair *topo_node_add_sysctl(struct topo_node *n, const char *key, const char *value);
struct topo_pair *topo_node_add_env(struct topo_node *n, const char *key, const char *value);
struct topo_exec *topo_node_add_exec(struct topo_node *n); /* argv is the caller's to set */
struct topo_prefix *topo_prefixes_add(struct topo_prefixes *list, const struct ip_prefix *p);

/* Index of the node of that name, or -1. Case matters. O(n). */
int topo_find_node(const struct topo *t, const char *name);

/* Node name for messages: "host" for TOPO_HOST. Borrowed. */
const char *topo_node_name(const struct topo *t, int node);

/* True if any link has an end on the machine itself. */
bool topo_has_host_link(const struct topo *t);

/* The first address of a family on a node (AF_UNSPEC: any): links in file order, then lo. NULL if
 * it has none. */
const struct ip_prefix *topo_node_addr(const struct topo *t, int node, sa_family_t family);

#endif
