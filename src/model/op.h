/* SPDX-License-Identifier: BSD-2-Clause */
/* op: one typed operation. plan/ makes the ordered list; apply/ executes it, teach/ explains it,
 * the exporter writes it as a script, the stepping view does and undoes it. There is no second
 * truth: whatever changes a lab is an operation of this list.
 *
 * An operation says where it acts (`node`), what it does, which line of the file asked for it, and
 * enough to be undone: one that changes a value carries the value before. Strings and pointers are
 * borrowed from the topology or the snapshot that the plan was made of; both outlive the list. */
/* layers: long header, because an operation is one value and is read in one piece. */
#ifndef VETHLAB_MODEL_OP_H
#define VETHLAB_MODEL_OP_H

#include "model/topo.h"

/* In the order in which a plan towards more has them. */
enum op_kind {
    OP_NODE_ADD,     /* namespaces, pid 1, /proc, /sys, hostname, lo up */
    OP_HOSTNAME_SET, /* of a node that is there already and has one of its own */
    OP_SYSCTL_SET,   /* one net.* value in the node's network namespace */
    OP_BRIDGE_ADD,   /* the bridge device of a bridge node */
    OP_LINK_ADD,     /* a veth pair between two namespaces, both ends named */
    OP_LINK_SET,     /* up, down, mtu, mac, master of one interface */
    OP_ADDR_ADD,     /* one prefix on one interface */
    OP_ROUTE_ADD,    /* one route */
    OP_QDISC_ADD,    /* a queueing discipline at the root of one interface: what happens to what it
                      * sends; no topology asks for one yet, a person does */
    OP_LINK_READY,   /* nothing is changed: waits until the interface is up with carrier */
    OP_EXEC,         /* one command in the node; cannot be undone */
    OP_QDISC_DEL,
    OP_ROUTE_DEL,
    OP_ADDR_DEL,
    OP_LINK_DEL, /* one end; the kernel takes the other with it */
    OP_BRIDGE_DEL,
    OP_NODE_DEL,
    OP_KIND_COUNT
};
extern const char *const op_kind_names[OP_KIND_COUNT]; /* "node-add", ... as in JSON */

/* Which fields of struct op_link_set are meant. */
enum op_set { OP_SET_UP = 1, OP_SET_MTU = 2, OP_SET_MAC = 4, OP_SET_MASTER = 8, OP_SET_ALIAS = 16 };

struct op_node {
    const struct topo_node *want; /* OP_NODE_ADD */
};

struct op_hostname {
    const char *want, *before;
};

struct op_sysctl {
    const char *key; /* slashes between the parts */
    const char *value;
    const char *before; /* NULL: not known */
    bool optional;      /* our own default: a kernel without the file is no error */
    bool late;          /* names an interface: after the links */
};

struct op_link_end {
    int node; /* index, or TOPO_HOST */
    const char *ifname;
    uint32_t ifindex;   /* unique in the lab; 0: the kernel chooses (host ends), and whatever
                         * follows for that end is found by its name there */
    const uint8_t *mac; /* NULL: the kernel chooses */
    uint32_t master;    /* ifindex in the same node, 0: none */
    bool up;
    const char *alias; /* of a deletion: what the end on the machine had; NULL: none */
};

struct op_link_add { /* end[0] is the outer end: its node is op.node. A deletion carries it too */
    struct op_link_end end[2];
    uint32_t mtu; /* 0: default */
};

struct op_link_state {
    bool up;
    uint32_t mtu;
    uint8_t mac[MAC_LEN];
    uint32_t master;
    const char *alias; /* NULL: the tag that says whose lab it belongs to (kernel/hostnet.h) */
};
#define OP_TAG_PREFIX "vethlab:"

struct op_link_set {
    const char *ifname;
    uint32_t ifindex;
    unsigned fields; /* enum op_set bits */
    struct op_link_state want, before;
};

struct op_addr {
    const char *ifname;
    uint32_t ifindex;
    struct ip_prefix prefix;
    bool nodad;
};

#define OP_HOPS_MAX 256
struct op_hop {
    const char *ifname; /* or NULL */
    uint32_t ifindex;
    struct ip_addr via; /* AF_UNSPEC: on link */
    uint8_t weight;     /* less one */
};

/* Where others of the same prefix, TOS and metric are, as `ip route append` makes them. Packets
 * take the first. */
enum op_route_place {
    OP_ROUTE_ALONE,
    OP_ROUTE_FIRST, /* one that is added comes before them; one that goes was there */
    OP_ROUTE_LAST,
};

struct op_route {
    const char *ifname; /* the interface it leaves through, or NULL */
    uint32_t ifindex;   /* 0: the kernel finds it by the gateway */
    struct ip_prefix to;
    struct ip_addr via, src;
    uint32_t metric;
    uint8_t tos;              /* IPv4 */
    const struct op_hop *hop; /* of several next hops all; via and interface then say nothing */
    size_t hops;              /* 0: one, `via` and the interface */
    enum op_route_place place;
    uint8_t protocol, scope; /* as the kernel has it, unless alone: the right one goes, and comes
                              * back as it was */
};

struct op_qdisc {
    const char *ifname;
    uint32_t ifindex;
    const char *kind; /* OP_QDISC_BLACKHOLE: tc(8) knows more, we do not yet */
};

/* Drops whatever the interface sends: so one direction of a cable is cut. */
#define OP_QDISC_BLACKHOLE "blackhole"

struct op_ready {
    const char *ifname;
    uint32_t ifindex;
};

struct op {
    enum op_kind kind;
    int node;         /* index into topo.node; TOPO_HOST */
    struct mark mark; /* what in the file asked for it; line 0: our own default */
    union {
        struct op_node node_add;      /* OP_NODE_ADD, OP_NODE_DEL */
        struct op_hostname hostname;  /* OP_HOSTNAME_SET */
        struct op_sysctl sysctl;      /* OP_SYSCTL_SET */
        struct op_link_add link_add;  /* OP_LINK_ADD, _DEL; OP_BRIDGE_ADD, _DEL (end[0] only) */
        struct op_link_set link_set;  /* OP_LINK_SET */
        struct op_addr addr;          /* OP_ADDR_ADD, OP_ADDR_DEL */
        struct op_route route;        /* OP_ROUTE_ADD, OP_ROUTE_DEL */
        struct op_qdisc qdisc;        /* OP_QDISC_ADD, OP_QDISC_DEL */
        struct op_ready ready;        /* OP_LINK_READY */
        const struct topo_exec *exec; /* OP_EXEC */
    } u;
};

struct ops {
    struct op *item; /* owned */
    size_t count, room;
    char **text; /* owned strings, for what is in no topology */
    size_t texts, text_room;
};

void ops_fini(struct ops *l);
/* Hands a string over to the list, which frees it with itself; returns it. */
const char *ops_keep(struct ops *l, char *text);

/* A zeroed operation of that kind at the end. Valid until the next add. */
struct op *ops_add(struct ops *l, enum op_kind kind, int node, struct mark mark);

/* What undoes `op`, as an operation. False for what cannot be undone (OP_EXEC) and where the value
 * before is not known (OP_SYSCTL_SET). The inverse of OP_LINK_READY is itself. */
bool op_invert(const struct op *op, struct op *out);

/* Every index that a lab gives to interfaces starts here: 2-10 are left to the fallback tunnel
 * devices that some kernels put into every new namespace. */
#define OP_IFINDEX_FIRST 11

/* True if it changes an interface of the machine itself: there, or by its other end. */
bool op_is_on_machine(const struct op *op);

#endif
