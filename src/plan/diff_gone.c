/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_gone: the operations that take away what a lab has and the topology has not: routes,
 * addresses, interfaces, nodes, in this order. */
#include "plan/diff_work.h"

#include "base/mem.h"

#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const struct mark nowhere = {0};

bool diff_is_route(const struct op_route *want, uint32_t ifindex, const struct snap_route *is)
{
    uint32_t metric = want->metric;
    if (metric == 0 && want->to.addr.family == AF_INET6)
        metric = DIFF_IP6_METRIC;
    return ip_prefix_cmp(&want->to, &is->to) == 0 && metric == is->metric &&
           ip_addr_cmp(&want->via, &is->via) == 0 && (ifindex == 0 || ifindex == is->ifindex) &&
           (want->src.family == AF_UNSPEC || ip_addr_cmp(&want->src, &is->src) == 0);
}

/* Some kernels put these into every new namespace; they cannot be taken out of it. */
bool diff_is_visible(const struct snap_if *i)
{
    static const char *const fallback[] = {"tunl0",    "gre0", "gretap0", "erspan0", "ip_vti0",
                                           "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"};
    for (size_t k = 0; k < ARRAY_LEN(fallback); k++)
        if (strcmp(i->name, fallback[k]) == 0)
            return false;
    return i->index != 1;
}

bool diff_is_given_route(const struct snap_route *r)
{
    return r->table == RT_TABLE_MAIN && r->protocol != RTPROT_KERNEL && r->protocol != RTPROT_RA &&
           r->type == RTN_UNICAST;
}

static int op_by_node(const void *a, const void *b)
{
    const struct op *x = *(const struct op *const *)a, *y = *(const struct op *const *)b;
    return (x->node > y->node) - (x->node < y->node);
}

static struct wanted collect(const struct diff *d, enum op_kind kind)
{
    struct wanted w = {.op = mem_zalloc(d->built.count + 1, sizeof *w.op)};
    for (size_t i = 0; i < d->built.count; i++)
        if (d->built.item[i].kind == kind)
            w.op[w.count++] = &d->built.item[i];
    qsort(w.op, w.count, sizeof *w.op, op_by_node); /* they are in order but for the machine's */
    return w;
}

/* The first operation of `node`, or w->count. */
static size_t first_of(const struct wanted *w, int node)
{
    size_t low = 0, high = w->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (w->op[mid]->node < node)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool stays(const struct diff *d, size_t node, const struct snap_if *i)
{
    return d->stays[d->if_base[node] + (size_t)(i - d->is->node[node].iface)];
}

static bool is_known(const struct diff *d, size_t node)
{
    return d->topo_node[node] != TOPO_NOWHERE;
}

static bool is_node_going(const struct diff *d, size_t node)
{
    int t = d->topo_node[node];
    return t == TOPO_NOWHERE || (t >= 0 && (size_t)t >= d->want->nodes);
}

bool diff_is_own_addr(const struct snap_if *i, const struct ip_prefix *p)
{
    if (i->flags & IFF_LOOPBACK)
        return (p->addr.family == AF_INET && p->addr.byte[0] == 127 && p->len == 8) ||
               (p->addr.family == AF_INET6 && p->len == 128 &&
                memcmp(p->addr.byte, in6addr_loopback.s6_addr, sizeof in6addr_loopback) == 0);
    return p->addr.family == AF_INET6 && ip_addr_is_link_local(&p->addr);
}

static bool wants_addr(const struct diff *d, size_t node, const struct snap_if *i,
                       const struct ip_prefix *p)
{
    const struct wanted *w = &d->addrs;
    int t = d->topo_node[node];
    if (is_node_going(d, node) || (diff_is_visible(i) && !stays(d, node, i)))
        return false;
    for (size_t k = first_of(w, t); k < w->count && w->op[k]->node == t; k++) {
        const struct op_addr *a = &w->op[k]->u.addr;
        if (d->real[a->ifindex] == i->index && ip_prefix_cmp(&a->prefix, p) == 0)
            return true;
    }
    return false;
}

static bool is_same_network(const struct ip_prefix *a, const struct ip_prefix *b)
{
    return a->len == b->len && ip_prefix_contains(a, &b->addr);
}

/* Only `lo` can be wanted down (`lo: down`). */
static bool goes_down(const struct diff *d, size_t node, const struct snap_if *i)
{
    return i->index == 1 && (i->flags & IFF_UP) && !is_node_going(d, node) &&
           d->topo_node[node] >= 0 && d->want->node[d->topo_node[node]].lo_down;
}

bool diff_keeps_addr(const struct diff *d, size_t snap_node, const struct snap_if *i, size_t k)
{
    const struct ip_prefix *p = &i->addr[k].prefix;
    if (diff_is_own_addr(i, p))
        return true;
    if (!wants_addr(d, snap_node, i, p))
        return false;
    if (p->addr.family == AF_INET6 && goes_down(d, snap_node, i))
        return false;
    for (size_t other = 0; p->addr.family == AF_INET && other < i->addrs; other++)
        if (is_same_network(p, &i->addr[other].prefix) &&
            !diff_is_own_addr(i, &i->addr[other].prefix) &&
            !wants_addr(d, snap_node, i, &i->addr[other].prefix))
            return false;
    return true;
}

bool diff_loses_routes(const struct diff *d, size_t snap_node, const struct snap_if *i,
                       sa_family_t family)
{
    bool has = false;
    if ((diff_is_visible(i) && !stays(d, snap_node, i)) || goes_down(d, snap_node, i))
        return true;
    for (size_t k = 0; family == AF_INET && k < i->addrs; k++) {
        if (i->addr[k].prefix.addr.family != AF_INET)
            continue;
        has = true;
        if (diff_keeps_addr(d, snap_node, i, k))
            return false;
    }
    return has;
}

/* Last first: a secondary address before the primary that would take it along. */
static void take_addrs_of(struct diff *d, size_t n, const struct snap_if *i)
{
    for (size_t k = i->addrs; k-- > 0;) {
        const struct snap_addr *a = &i->addr[k];
        if (diff_keeps_addr(d, n, i, k))
            continue;
        struct op *op = ops_add(&d->out->ops, OP_ADDR_DEL, d->topo_node[n], nowhere);
        op->u.addr = (struct op_addr){i->name, i->index, a->prefix, true};
    }
}

static void take_addrs(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++)
        for (size_t k = 0; is_known(d, n) && k < d->is->node[n].ifs; k++) {
            const struct snap_if *i = &d->is->node[n].iface[k];
            if (i->index == 1 || diff_is_visible(i))
                take_addrs_of(d, n, i);
        }
}

static bool wants_route(const struct diff *d, size_t node, const struct snap_route *r)
{
    const struct wanted *w = &d->routes;
    const struct snap_if *out = snap_if_by_index(&d->is->node[node], r->ifindex);
    if (is_node_going(d, node) || (out && diff_loses_routes(d, node, out, r->to.addr.family)))
        return false;
    int t = d->topo_node[node];
    for (size_t i = first_of(w, t); i < w->count && w->op[i]->node == t; i++) {
        const struct op_route *want = &w->op[i]->u.route;
        if (diff_is_route(want, want->ifindex ? d->real[want->ifindex] : 0, r))
            return true;
    }
    return false;
}

static void take_routes(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++)
        for (size_t i = 0; is_known(d, n) && i < d->is->node[n].routes; i++) {
            const struct snap_route *r = &d->is->node[n].route[i];
            if (!diff_is_given_route(r) || wants_route(d, n, r))
                continue;
            const struct snap_if *out = snap_if_by_index(&d->is->node[n], r->ifindex);
            struct op *op = ops_add(&d->out->ops, OP_ROUTE_DEL, d->topo_node[n], nowhere);
            op->u.route = (struct op_route){
                out ? out->name : NULL, r->ifindex, r->to, r->via, r->src, r->metric};
        }
}

static struct op_link_end end_of(const struct diff *d, size_t node, const struct snap_if *i)
{
    return (struct op_link_end){.node = d->topo_node[node],
                                .ifname = i->name,
                                .ifindex = i->index,
                                .mac = i->has_mac ? i->mac : NULL,
                                .master = i->master,
                                .up = (i->flags & IFF_UP) != 0,
                                .alias = (int)node == d->is->machine ? i->alias : NULL};
}

/* A pair goes once, from whichever end is met first. */
static void take_link(struct diff *d, size_t n, const struct snap_if *i)
{
    bool is_br = strcmp(i->kind, "bridge") == 0;
    struct op_link_add gone = {.end = {end_of(d, n, i), {.node = TOPO_HOST}}, .mtu = i->mtu};
    int far = strcmp(i->kind, "veth") == 0 ? i->peer_node : SNAP_NODE_NONE;
    if (far >= 0 && (size_t)far < d->is->nodes) {
        const struct snap_if *peer = snap_if_by_index(&d->is->node[far], i->peer_index);
        if (peer && ((size_t)far < n || ((size_t)far == n && peer < i)))
            return;
        if (peer)
            gone.end[1] = end_of(d, (size_t)far, peer);
    }
    struct op *op =
        ops_add(&d->out->ops, is_br ? OP_BRIDGE_DEL : OP_LINK_DEL, d->topo_node[n], nowhere);
    op->u.link_add = gone;
}

/* Bridges after their ports: two passes. */
static void take_links(struct diff *d)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t n = 0; n < d->is->nodes; n++)
            for (size_t k = 0; is_known(d, n) && k < d->is->node[n].ifs; k++) {
                const struct snap_if *i = &d->is->node[n].iface[k];
                bool is_br = strcmp(i->kind, "bridge") == 0;
                if (diff_is_visible(i) && !stays(d, n, i) && is_br == (pass == 1))
                    take_link(d, n, i);
            }
}

/* What a person put there to cut a direction; a discipline that only shapes is his own affair. */
static void take_qdiscs(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++)
        for (size_t k = 0; !is_node_going(d, n) && k < d->is->node[n].ifs; k++) {
            const struct snap_if *i = &d->is->node[n].iface[k];
            if (!diff_is_visible(i) || !stays(d, n, i) || strcmp(i->qdisc, OP_QDISC_BLACKHOLE) != 0)
                continue;
            ops_add(&d->out->ops, OP_QDISC_DEL, d->topo_node[n], nowhere)->u.qdisc =
                (struct op_qdisc){i->name, i->index, OP_QDISC_BLACKHOLE};
        }
}

static void take_nodes(struct diff *d)
{
    for (size_t i = d->want->nodes; i < d->out->topo.nodes; i++)
        ops_add(&d->out->ops, OP_NODE_DEL, (int)i, nowhere)->u.node_add.want =
            &d->out->topo.node[i];
}

void diff_collect(struct diff *d)
{
    d->addrs = collect(d, OP_ADDR_ADD);
    d->routes = collect(d, OP_ROUTE_ADD);
}

void diff_take_away(struct diff *d)
{
    take_qdiscs(d);
    take_routes(d);
    take_addrs(d);
    take_links(d);
    take_nodes(d);
}
