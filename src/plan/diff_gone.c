/* SPDX-License-Identifier: BSD-2-Clause */
/* diff_gone: the operations that take away what a lab has and the topology has not: routes,
 * addresses, interfaces, nodes, in this order. */
#include "plan/diff_work.h"

#include "base/mem.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

static const struct mark nowhere = {0};

static uint32_t metric_of(const struct op_route *want)
{
    bool is_default = want->metric == 0 && want->to.addr.family == AF_INET6;
    return is_default ? TOPO_METRIC_IPV6 : want->metric;
}

bool diff_is_route(const struct op_route *want, uint32_t ifindex, const struct snap_route *is)
{
    return is->hops < 2 && ip_prefix_cmp(&want->to, &is->to) == 0 && want->tos == is->tos &&
           metric_of(want) == is->metric && ip_addr_cmp(&want->via, &is->via) == 0 &&
           (ifindex == 0 || ifindex == is->ifindex) &&
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

bool diff_is_rival(const struct snap_route *a, const struct snap_route *b)
{
    return ip_prefix_cmp(&a->to, &b->to) == 0 && a->tos == b->tos && a->metric == b->metric &&
           a->table == b->table;
}

struct diff_key diff_key_of_addr(int snap_node, uint32_t ifindex, const struct ip_prefix *p)
{
    return (struct diff_key){.node = snap_node, .number = ifindex, .prefix = *p};
}

struct diff_key diff_key_of_route(int snap_node, const struct op_route *want)
{
    return (struct diff_key){snap_node, metric_of(want), want->tos, want->to, want->via};
}

static struct diff_key key_of_row(size_t snap_node, const struct snap_route *r)
{
    return (struct diff_key){(int)snap_node, r->metric, r->tos, r->to, r->via};
}

bool diff_stays(const struct diff *d, size_t node, const struct snap_if *i)
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

/* The kernel's own link-local address is made of the MAC that the interface had when it was set up,
 * or of a secret: those have the shape of the one, or the mark of the other. */
static bool is_kernels(const struct snap_if *i, const struct ip_prefix *p)
{
    const uint8_t *b = p->addr.byte;
    if (p->len != 64 || !ip_addr_is_link_local(&p->addr))
        return false;
    if (b[11] == 0xff && b[12] == 0xfe)
        return true;
    for (size_t k = 0; k < i->addrs; k++)
        if (ip_prefix_cmp(&i->addr[k].prefix, p) == 0)
            return (i->addr[k].flags & IFA_F_STABLE_PRIVACY) != 0;
    return false;
}

bool diff_is_own_addr(const struct snap_if *i, const struct ip_prefix *p)
{
    if (i->flags & IFF_LOOPBACK)
        return ip_addr_is_loopback(&p->addr) && p->len == (p->addr.family == AF_INET ? 8 : 128);
    return p->addr.family == AF_INET6 && is_kernels(i, p);
}

/* Whether it was asked for first belongs to an IPv6 address whose node's `dad` changes; one given
 * by hand is as good either way, and on the machine that is off. */
static bool is_asked_alike(const struct diff *d, const struct op_addr *want,
                           const struct snap_addr *is, int node)
{
    if (node < 0 || is->prefix.addr.family != AF_INET6)
        return true;
    const struct topo_node *was = diff_was(d, d->want->node[node].name);
    return !was || was->dad == d->want->node[node].dad ||
           want->nodad == ((is->flags & IFA_F_NODAD) != 0);
}

static bool wants_addr(const struct diff *d, size_t node, const struct snap_if *i,
                       const struct snap_addr *is)
{
    if (is_node_going(d, node) || (diff_is_visible(i) && !diff_stays(d, node, i)))
        return false;
    struct diff_key key = diff_key_of_addr((int)node, i->index, &is->prefix);
    const struct diff_entry *e = diff_index_first(&d->addrs, &key);
    const struct op *want = e ? e->of : NULL;
    return want && is_asked_alike(d, &want->u.addr, is, d->topo_node[node]);
}

static struct diff_key key_of_network(size_t snap_node, uint32_t ifindex, const struct ip_prefix *p)
{
    struct ip_prefix net = *p;
    for (int bit = net.len; bit < ip_addr_bits(&net.addr); bit++)
        net.addr.byte[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
    return diff_key_of_addr((int)snap_node, ifindex, &net);
}

/* Only `lo` can be wanted down (`lo: down`). */
static bool goes_down(const struct diff *d, size_t node, const struct snap_if *i)
{
    return i->index == 1 && (i->flags & IFF_UP) && !is_node_going(d, node) &&
           d->topo_node[node] >= 0 && d->want->node[d->topo_node[node]].lo_down;
}

static bool has_loopback(const struct snap_if *lo)
{
    for (size_t i = 0; i < lo->addrs; i++)
        if (lo->addr[i].prefix.addr.family == AF_INET && diff_is_own_addr(lo, &lo->addr[i].prefix))
            return true;
    return false;
}

bool diff_changes_loopback(const struct diff *d, size_t snap_node, const struct snap_if *lo)
{
    int t = d->topo_node[snap_node];
    if (lo->index != 1 || t < 0 || is_node_going(d, snap_node))
        return false;
    return d->want->node[t].lo_down ? goes_down(d, snap_node, lo) && has_loopback(lo)
                                    : !has_loopback(lo);
}

bool diff_keeps_addr(const struct diff *d, size_t snap_node, const struct snap_if *i, size_t k)
{
    const struct ip_prefix *p = &i->addr[k].prefix;
    if (diff_is_own_addr(i, p))
        return true;
    if (!wants_addr(d, snap_node, i, &i->addr[k]))
        return false;
    if (p->addr.family == AF_INET6 && (goes_down(d, snap_node, i) || d->turns_ipv6[snap_node]))
        return false;
    struct diff_key net = key_of_network(snap_node, i->index, p);
    return p->addr.family != AF_INET || !diff_index_first(&d->going, &net);
}

static bool loses(const struct diff *d, size_t snap_node, const struct snap_if *i,
                  sa_family_t family)
{
    bool has = false;
    if ((diff_is_visible(i) && !diff_stays(d, snap_node, i)) || goes_down(d, snap_node, i) ||
        (family == AF_INET6 && d->turns_ipv6[snap_node]))
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

/* Asked for each route: found once. */
static bool loses_routes(const struct diff *d, size_t snap_node, const struct snap_if *i,
                         sa_family_t family)
{
    enum { UNKNOWN, NO, YES };
    size_t slot = d->if_base[snap_node] + (size_t)(i - d->is->node[snap_node].iface);
    uint8_t *known = &d->loses[2 * slot + (family == AF_INET6)];
    if (*known == UNKNOWN)
        *known = loses(d, snap_node, i, family) ? YES : NO;
    return *known == YES;
}

static struct diff_key key_of_src(size_t snap_node, const struct ip_addr *a)
{
    struct ip_prefix alone = {.addr = *a};
    return diff_key_of_addr((int)snap_node, 0, &alone);
}

bool diff_loses_route(const struct diff *d, size_t snap_node, const struct snap_route *r)
{
    const struct snap_if *out = snap_if_by_index(&d->is->node[snap_node], r->ifindex);
    struct diff_key src = key_of_src(snap_node, &r->src);
    return (out && loses_routes(d, snap_node, out, r->to.addr.family)) ||
           (r->src.family != AF_UNSPEC && diff_index_first(&d->src_going, &src));
}

/* Last first: a secondary address before the primary that would take it along. */
static void take_addrs_of(struct diff *d, size_t n, const struct snap_if *i)
{
    for (size_t k = i->addrs; k-- > 0;) {
        const struct snap_addr *a = &i->addr[k];
        if (diff_keeps_addr(d, n, i, k))
            continue;
        struct op *op = ops_add(&d->out->ops, OP_ADDR_DEL, d->topo_node[n], nowhere);
        op->u.addr =
            (struct op_addr){i->name, i->index, a->prefix,
                             a->prefix.addr.family != AF_INET6 || (a->flags & IFA_F_NODAD) != 0};
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
    if (is_node_going(d, node) || diff_loses_route(d, node, r))
        return false;
    struct diff_key key = key_of_row(node, r);
    const struct diff_entry *e = diff_index_first(&d->routes, &key);
    for (; e; e = diff_index_next(&d->routes, e)) {
        const struct op_route *want = &((const struct op *)e->of)->u.route;
        if (diff_is_route(want, want->ifindex ? d->real[want->ifindex] : 0, r))
            return true;
    }
    return false;
}

/* All next hops of a route that has several: one operation, as the kernel has one route. `first` is
 * the row of the first. */
static void put_hops(struct ops *l, const struct snap_node *n, const struct snap_route *first,
                     struct op_route *to)
{
    to->ifname = NULL;
    to->ifindex = 0;
    to->via = (struct ip_addr){.family = AF_UNSPEC};
    if (first->hops > OP_HOPS_MAX)
        return; /* it goes by its prefix, and does not come back */
    struct op_hop *hop = mem_zalloc(first->hops, sizeof *hop);
    for (size_t k = 0; k < first->hops; k++) {
        const struct snap_route *r = first + k;
        const struct snap_if *out = snap_if_by_index(n, r->ifindex);
        hop[k] = (struct op_hop){out ? out->name : NULL, r->ifindex, r->via, r->weight};
    }
    ops_keep(l, (char *)hop);
    to->hop = hop;
    to->hops = first->hops;
}

static void take_route(struct diff *d, size_t n, const struct snap_route *r,
                       enum op_route_place place)
{
    const struct snap_node *node = &d->is->node[n];
    const struct snap_if *out = snap_if_by_index(node, r->ifindex);
    struct op_route gone = {.ifname = out ? out->name : NULL,
                            .ifindex = r->ifindex,
                            .to = r->to,
                            .via = r->via,
                            .src = r->src,
                            .metric = r->metric,
                            .tos = r->tos,
                            .place = place,
                            .protocol = r->protocol,
                            .scope = r->scope};
    if (r->hop > 0)
        return; /* gone with the first */
    if (r->hops > 1)
        put_hops(&d->out->ops, node, r, &gone);
    ops_add(&d->out->ops, OP_ROUTE_DEL, d->topo_node[n], nowhere)->u.route = gone;
}

/* A file has room for one of them; NULL: none stays. By hand another may have been made that is the
 * file's by all that the file says: ours is static. */
static const struct snap_route *stays_of(const struct diff *d, size_t n, const struct snap_route *r,
                                         size_t rows)
{
    const struct snap_route *stays = NULL;
    for (size_t k = 0; k < rows; k++)
        if (diff_is_given_route(&r[k]) && wants_route(d, n, &r[k]) &&
            (!stays || (stays->protocol != RTPROT_STATIC && r[k].protocol == RTPROT_STATIC)))
            stays = &r[k];
    return stays;
}

/* Of rivals those before the first that stays go from the first on, those behind it from the last
 * on: added again the other way round, each comes to where it was. Of IPv6 the kernel puts each
 * behind the others. */
static void take_rivals(struct diff *d, size_t n, const struct snap_route *r, size_t rows)
{
    const struct snap_route *stays = stays_of(d, n, r, rows);
    size_t routes = 0, i = 0;
    for (size_t k = 0; k < rows; k++)
        routes += r[k].hop == 0;
    bool is_v4 = r->to.addr.family == AF_INET;
    for (; is_v4 && i < rows && &r[i] != stays && diff_is_given_route(&r[i]); i++)
        take_route(d, n, &r[i], routes > 1 ? OP_ROUTE_FIRST : OP_ROUTE_ALONE);
    for (size_t k = rows; k-- > i;)
        if (&r[k] != stays && diff_is_given_route(&r[k]))
            take_route(d, n, &r[k], routes > 1 ? OP_ROUTE_LAST : OP_ROUTE_ALONE);
}

static void take_routes(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++) {
        const struct snap_node *node = &d->is->node[n];
        for (size_t i = 0, rows; is_known(d, n) && i < node->routes; i += rows) {
            rows = 1;
            while (i + rows < node->routes &&
                   diff_is_rival(&node->route[i], &node->route[i + rows]))
                rows++;
            take_rivals(d, n, &node->route[i], rows);
        }
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

/* The kernel would let them go with it, and the way back could not bring them to it again. */
static void free_ports(struct diff *d, size_t n, const struct snap_if *master)
{
    const struct snap_node *node = &d->is->node[n];
    for (size_t k = 0; k < node->ifs; k++) {
        const struct snap_if *i = &node->iface[k];
        if (i->master != master->index || !diff_stays(d, n, i))
            continue;
        struct op *op = ops_add(&d->out->ops, OP_LINK_SET, d->topo_node[n], nowhere);
        op->u.link_set =
            (struct op_link_set){.ifname = i->name, .ifindex = i->index, .fields = OP_SET_MASTER};
        op->u.link_set.before.master = master->index;
    }
}

/* Bridges after their ports: two passes. */
static void take_links(struct diff *d)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t n = 0; n < d->is->nodes; n++)
            for (size_t k = 0; is_known(d, n) && k < d->is->node[n].ifs; k++) {
                const struct snap_if *i = &d->is->node[n].iface[k];
                bool is_br = strcmp(i->kind, "bridge") == 0;
                if (!diff_is_visible(i) || diff_stays(d, n, i) || is_br != (pass == 1))
                    continue;
                if (strcmp(i->kind, "veth") != 0)
                    free_ports(d, n, i);
                take_link(d, n, i);
            }
}

/* What a person put there to cut a direction; a discipline that only shapes is his own affair. */
static void take_qdiscs(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++)
        for (size_t k = 0; !is_node_going(d, n) && k < d->is->node[n].ifs; k++) {
            const struct snap_if *i = &d->is->node[n].iface[k];
            if (!diff_is_visible(i) || !diff_stays(d, n, i) ||
                strcmp(i->qdisc, OP_QDISC_BLACKHOLE) != 0)
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

/* The last one counts. On the way to 1 the kernel takes every IPv6 address of the node, whatever
 * the interfaces' own settings are then; on the way back from 0 too. */
static void collect_switch(struct diff *d, size_t snap_node, const struct op_sysctl *s)
{
    const struct plan_values *v = d->values;
    if (strcmp(s->key, "net/ipv6/conf/all/disable_ipv6") != 0)
        return;
    const char *now = v->now((int)snap_node, s->key, v->ctx);
    d->turns_ipv6[snap_node] =
        now && (strtol(now, NULL, 0) != 0) != (strtol(s->value, NULL, 0) != 0);
}

static void collect_wanted(struct diff *d)
{
    for (size_t i = 0; i < d->built.count; i++) {
        const struct op *op = &d->built.item[i];
        int at = diff_snap_node(d, op->node);
        struct diff_key key = {0};
        if (at >= 0 && op->kind == OP_SYSCTL_SET)
            collect_switch(d, (size_t)at, &op->u.sysctl);
        if (at < 0 || (op->kind != OP_ADDR_ADD && op->kind != OP_ROUTE_ADD))
            continue;
        if (op->kind == OP_ADDR_ADD)
            key = diff_key_of_addr(at, d->real[op->u.addr.ifindex], &op->u.addr.prefix);
        else
            key = diff_key_of_route(at, &op->u.route);
        diff_index_add(op->kind == OP_ADDR_ADD ? &d->addrs : &d->routes, &key, op);
    }
    diff_index_sort(&d->addrs);
    diff_index_sort(&d->routes);
}

static void collect_addrs_of(struct diff *d, size_t n, const struct snap_if *i)
{
    bool loopback = diff_changes_loopback(d, n, i);
    for (size_t k = 0; k < i->addrs; k++) {
        const struct ip_prefix *p = &i->addr[k].prefix;
        struct diff_key key = diff_key_of_addr((int)n, i->index, p);
        diff_index_add(&d->has_addrs, &key, &i->addr[k]);
        if (p->addr.family != AF_INET || diff_is_own_addr(i, p) || wants_addr(d, n, i, &i->addr[k]))
            continue;
        key = key_of_network(n, i->index, p);
        diff_index_add(&d->going, &key, NULL);
    }
    if (!loopback)
        return;
    struct ip_prefix own; /* others of its network are behind it in the kernel's list */
    ip_prefix_parse("127.0.0.1/8", &own);
    struct diff_key key = key_of_network(n, i->index, &own);
    diff_index_add(&d->going, &key, NULL);
}

static void collect_sources(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++)
        for (size_t k = 0; k < d->is->node[n].ifs; k++) {
            const struct snap_if *i = &d->is->node[n].iface[k];
            for (size_t a = 0; a < i->addrs; a++) {
                struct diff_key key = key_of_src(n, &i->addr[a].prefix.addr);
                if (!diff_keeps_addr(d, n, i, a))
                    diff_index_add(&d->src_going, &key, NULL);
            }
        }
    diff_index_sort(&d->src_going);
}

static void collect_present(struct diff *d)
{
    for (size_t n = 0; n < d->is->nodes; n++) {
        const struct snap_node *node = &d->is->node[n];
        for (size_t k = 0; k < node->ifs; k++)
            collect_addrs_of(d, n, &node->iface[k]);
        for (size_t k = 0; k < node->routes; k++) {
            struct diff_key key = key_of_row(n, &node->route[k]);
            if (node->route[k].table == RT_TABLE_MAIN)
                diff_index_add(&d->has_routes, &key, &node->route[k]);
        }
    }
    diff_index_sort(&d->has_addrs);
    diff_index_sort(&d->has_routes);
    diff_index_sort(&d->going);
    collect_sources(d);
}

void diff_collect(struct diff *d)
{
    collect_wanted(d);
    collect_present(d);
}

void diff_take_away(struct diff *d)
{
    take_qdiscs(d);
    take_routes(d);
    take_addrs(d);
    take_links(d);
    take_nodes(d);
}
