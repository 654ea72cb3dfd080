/* SPDX-License-Identifier: BSD-2-Clause */
/* plan: see the header.
 *
 * Order matters in four places. The sysctls of `all` and `default` come before a node's first
 * interface, since an interface copies them when it is made. A link is made from the end that has
 * more to say in the creating message: the bridge port, which gets its master and IFF_UP there.
 * Routes follow all addresses and all "up"s, because a gateway must be reachable when its route is
 * added. Readiness comes last, so that the kernel's deferred work of all links overlaps. */
#include "plan/plan.h"

#include "base/mem.h"
#include "plan/setting.h"

#include <stdlib.h>
#include <string.h>

struct plan {
    const struct topo *topo;
    struct ops *out;
    uint32_t *bridge_index; /* per node: its bridge device, or 0 */
    uint32_t first_link;    /* ifindex of link 0's end 0; ends follow in file order */
};

struct default_sysctl {
    const char *key, *value;
};

/* What a lab depends on is set explicitly, never inherited from the machine. */
static const struct default_sysctl node_defaults[] = {
    {"net/ipv4/ip_forward", "0"},
    {"net/ipv4/conf/all/rp_filter", "0"},
    {"net/ipv4/conf/default/rp_filter", "0"},
    {"net/ipv4/ping_group_range", "0 0"},
    {"net/ipv6/conf/all/forwarding", "0"},
    {"net/ipv6/conf/all/accept_ra", "0"},
    {"net/ipv6/conf/default/accept_ra", "0"},
    {"net/ipv6/conf/all/disable_ipv6", "0"},
};
static const struct default_sysctl ipv6_on[] = {
    {"net/ipv6/conf/default/disable_ipv6", "0"},
};
/* A switch forwards frames, whatever is in them; IPv6 on its ports would only give them addresses,
 * and cost time where there are many. A bridge device with an address of that family has a setting
 * of its own. */
static const struct default_sysctl ipv6_off[] = {
    {"net/ipv6/conf/default/disable_ipv6", "1"},
};
static const struct default_sysctl no_dad[] = {
    {"net/ipv6/conf/all/accept_dad", "0"},
    {"net/ipv6/conf/default/accept_dad", "0"},
};

static bool is_set_by_file(const struct topo_node *n, const char *key)
{
    for (size_t i = 0; i < n->sysctls; i++)
        if (strcmp(n->sysctl[i].key, key) == 0)
            return true;
    return false;
}

/* Early: everything but the settings of one interface, which exists later. */
static bool is_late(const char *key)
{
    const char *conf = strstr(key, "/conf/");
    const char *neigh = strstr(key, "/neigh/");
    const char *name = conf ? conf + 6 : neigh ? neigh + 7 : NULL;
    return name && strncmp(name, "all/", 4) != 0 && strncmp(name, "default/", 8) != 0;
}

/* lo is older than its node's settings. It follows IPv4's `default` unless the machine's own was
 * ever written, which new namespaces copy (systemd does that): so it is told. */
static void add_lo(struct plan *p, int node, const char *of_default, const char *value,
                   struct mark mark)
{
    struct setting s;
    char key[SETTING_KEY_MAX];
    if (!setting_parse(of_default, &s) || !setting_is_of(&s, "default") ||
        !setting_is_copied(&s, "lo") || !setting_key(&s, "lo", key) ||
        is_set_by_file(&p->topo->node[node], key))
        return;
    const char *kept = ops_keep(p->out, mem_strdup(key));
    ops_add(p->out, OP_SYSCTL_SET, node, mark)->u.sysctl =
        (struct op_sysctl){kept, value, NULL, true, false};
}

static void add_defaults(struct plan *p, int node, const struct default_sysctl *list, size_t count)
{
    static const struct mark nowhere = {0};
    for (size_t i = 0; i < count; i++) {
        if (is_set_by_file(&p->topo->node[node], list[i].key))
            continue;
        struct op *op = ops_add(p->out, OP_SYSCTL_SET, node, nowhere);
        op->u.sysctl = (struct op_sysctl){list[i].key, list[i].value, NULL, true, false};
        add_lo(p, node, list[i].key, list[i].value, nowhere);
    }
}

static void add_sysctls(struct plan *p, int node, bool late)
{
    const struct topo_node *n = &p->topo->node[node];
    for (size_t i = 0; i < n->sysctls; i++) {
        if (is_late(n->sysctl[i].key) != late)
            continue;
        struct op *op = ops_add(p->out, OP_SYSCTL_SET, node, n->sysctl[i].mark);
        op->u.sysctl = (struct op_sysctl){n->sysctl[i].key, n->sysctl[i].value, NULL, false, late};
        add_lo(p, node, n->sysctl[i].key, n->sysctl[i].value, n->sysctl[i].mark);
    }
}

static bool has_ipv6(const struct topo_node *n)
{
    for (size_t i = 0; i < n->prefix.count; i++)
        if (n->prefix.item[i].prefix.addr.family == AF_INET6)
            return true;
    return false;
}

void plan_add_bridge_ipv6(struct ops *out, int node, const struct topo_node *n)
{
    char *key = mem_printf("net/ipv6/conf/%s/disable_ipv6", n->name);
    const char *kept = ops_keep(out, key);
    static const struct mark nowhere = {0};
    if (!is_set_by_file(n, kept) && !is_set_by_file(n, ipv6_off[0].key))
        ops_add(out, OP_SYSCTL_SET, node, nowhere)->u.sysctl =
            (struct op_sysctl){kept, "0", NULL, true, true};
}

static void add_nodes(struct plan *p)
{
    for (size_t i = 0; i < p->topo->nodes; i++) {
        const struct topo_node *n = &p->topo->node[i];
        ops_add(p->out, OP_NODE_ADD, (int)i, n->mark)->u.node_add.want = n;
        add_defaults(p, (int)i, node_defaults, ARRAY_LEN(node_defaults));
        add_defaults(p, (int)i, n->kind == NODE_BRIDGE ? ipv6_off : ipv6_on, 1);
        if (!n->dad)
            add_defaults(p, (int)i, no_dad, ARRAY_LEN(no_dad));
        add_sysctls(p, (int)i, false);
    }
}

static void add_bridges(struct plan *p)
{
    uint32_t next = OP_IFINDEX_FIRST;
    for (size_t i = 0; i < p->topo->nodes; i++) {
        const struct topo_node *n = &p->topo->node[i];
        if (n->kind != NODE_BRIDGE)
            continue;
        p->bridge_index[i] = next++;
        struct op *op = ops_add(p->out, OP_BRIDGE_ADD, (int)i, n->mark);
        op->u.link_add.end[0] = (struct op_link_end){
            .node = (int)i, .ifname = n->name, .ifindex = p->bridge_index[i], .up = true};
        if (has_ipv6(n))
            plan_add_bridge_ipv6(p->out, (int)i, n);
    }
    p->first_link = next;
}

static uint32_t end_index(const struct plan *p, size_t link, int k)
{
    return p->first_link + 2 * (uint32_t)link + (uint32_t)k;
}

static uint32_t end_master(const struct plan *p, const struct topo_end *end)
{
    return end->node == TOPO_HOST ? 0 : p->bridge_index[end->node];
}

/* Which end's namespace the message goes to: a node's, and a bridge's rather than a host's. */
static int outer_end(const struct plan *p, const struct topo_link *l)
{
    if (l->end[0].node == TOPO_HOST)
        return 1;
    if (l->end[1].node == TOPO_HOST)
        return 0;
    return !end_master(p, &l->end[0]) && end_master(p, &l->end[1]);
}

static void add_links(struct plan *p)
{
    for (size_t i = 0; i < p->topo->links; i++) {
        const struct topo_link *l = &p->topo->link[i];
        int outer = outer_end(p, l);
        struct op *op = ops_add(p->out, OP_LINK_ADD, l->end[outer].node, l->mark);
        op->u.link_add.mtu = l->mtu;
        for (int k = 0; k < 2; k++) {
            const struct topo_end *end = &l->end[k == 0 ? outer : !outer];
            op->u.link_add.end[k] = (struct op_link_end){
                .node = end->node,
                .ifname = end->ifname,
                .ifindex = end->node == TOPO_HOST ? 0 : end_index(p, i, k == 0 ? outer : !outer),
                .mac = end->has_mac ? end->mac : NULL,
                .master = end_master(p, end),
                .up = k == 0,
            };
        }
    }
}

static void add_addrs(struct plan *p, int node, const char *ifname, uint32_t ifindex,
                      const struct topo_prefixes *list)
{
    bool nodad = node == TOPO_HOST || !p->topo->node[node].dad;
    for (size_t i = 0; i < list->count; i++) {
        struct op *op = ops_add(p->out, OP_ADDR_ADD, node, list->item[i].mark);
        op->u.addr = (struct op_addr){ifname, ifindex, list->item[i].prefix, nodad};
    }
}

static void add_up(struct plan *p, int node, const char *ifname, uint32_t ifindex, uint32_t master,
                   struct mark mark)
{
    struct op *op = ops_add(p->out, OP_LINK_SET, node, mark);
    op->u.link_set =
        (struct op_link_set){.ifname = ifname, .ifindex = ifindex, .fields = OP_SET_UP};
    op->u.link_set.want.up = true;
    if (master) {
        op->u.link_set.fields |= OP_SET_MASTER;
        op->u.link_set.want.master = master;
    }
}

/* Ends in the order of nodes: every node's messages stand together and go out in one batch. */
struct end_ref {
    int node;
    uint32_t link;
    int k;
};

static int by_node(const void *a, const void *b)
{
    const struct end_ref *x = a, *y = b;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return x->k - y->k;
}

static struct end_ref *sorted_ends(const struct topo *t)
{
    struct end_ref *ref = mem_zalloc(t->links * 2, sizeof *ref);
    for (size_t i = 0; i < t->links * 2; i++)
        ref[i] = (struct end_ref){t->link[i / 2].end[i % 2].node, (uint32_t)(i / 2), (int)(i % 2)};
    qsort(ref, t->links * 2, sizeof *ref, by_node);
    return ref;
}

static void configure_end(struct plan *p, const struct end_ref *r)
{
    const struct topo_end *end = &p->topo->link[r->link].end[r->k];
    bool is_outer = outer_end(p, &p->topo->link[r->link]) == r->k;
    uint32_t index = end_index(p, r->link, r->k);
    if (!is_outer)
        add_up(p, r->node, end->ifname, index, end_master(p, end), end->mark);
    add_addrs(p, r->node, end->ifname, index, &end->prefix);
}

static void add_host_sysctl(struct ops *out, const char *ifname, const char *what,
                            const char *value, struct mark mark)
{
    char *key = mem_printf("net/ipv6/conf/%s/%s", ifname, what);
    struct op *op = ops_add(out, OP_SYSCTL_SET, TOPO_HOST, mark);
    op->u.sysctl = (struct op_sysctl){ops_keep(out, key), value, NULL, true, true};
}

void plan_add_host_sysctls(struct ops *out, const char *ifname, bool has_ipv6, struct mark mark)
{
    if (has_ipv6) {
        add_host_sysctl(out, ifname, "accept_ra", "0", mark);
        add_host_sysctl(out, ifname, "accept_dad", "0", mark);
    }
    add_host_sysctl(out, ifname, "disable_ipv6", has_ipv6 ? "0" : "1", mark);
}

/* The end in the machine's own namespace. Only settings of that interface are written, which go
 * with it, and before it is up: a node's router advertisement must never give the machine a route,
 * and an end without IPv6 addresses does not speak IPv6 at all. */
static void configure_host_end(struct plan *p, const struct topo_link *l,
                               const struct topo_end *end)
{
    bool has_ipv6 = false;
    for (size_t i = 0; i < end->prefix.count; i++)
        has_ipv6 |= end->prefix.item[i].prefix.addr.family == AF_INET6;
    struct op *op = ops_add(p->out, OP_LINK_SET, TOPO_HOST, end->mark);
    op->u.link_set = (struct op_link_set){.ifname = end->ifname, .fields = OP_SET_ALIAS};
    if (!l->mtu || l->mtu >= TOPO_MTU_IPV6_MIN) /* else it has no such settings */
        plan_add_host_sysctls(p->out, end->ifname, has_ipv6, end->mark);
    add_up(p, TOPO_HOST, end->ifname, 0, 0, end->mark);
    add_addrs(p, TOPO_HOST, end->ifname, 0, &end->prefix);
}

static void add_interfaces(struct plan *p, const struct end_ref *ref)
{
    static const struct mark nowhere = {0};
    size_t total = p->topo->links * 2, at = 0;
    for (; at < total && ref[at].node == TOPO_HOST; at++) {
        const struct topo_link *l = &p->topo->link[ref[at].link];
        configure_host_end(p, l, &l->end[ref[at].k]);
    }
    for (size_t i = 0; i < p->topo->nodes; i++) {
        const struct topo_node *n = &p->topo->node[i];
        if (!n->lo_down)
            add_up(p, (int)i, "lo", 1, 0, nowhere);
        if (n->kind == NODE_BRIDGE)
            add_addrs(p, (int)i, n->name, p->bridge_index[i], &n->prefix);
        else
            add_addrs(p, (int)i, "lo", 1, &n->prefix);
        for (; at < total && ref[at].node == (int)i; at++)
            configure_end(p, &ref[at]);
    }
}

/* The interface of a route: named, or 0 where the kernel finds it by the gateway. */
static uint32_t route_index(const struct plan *p, int node, const struct topo_route *r,
                            const struct end_ref *ref, size_t first, size_t last)
{
    if (!r->dev)
        return 0;
    for (size_t i = first; i < last; i++)
        if (strcmp(p->topo->link[ref[i].link].end[ref[i].k].ifname, r->dev) == 0)
            return end_index(p, ref[i].link, ref[i].k);
    return strcmp(r->dev, "lo") == 0 ? 1 : p->bridge_index[node];
}

static void add_routes(struct plan *p, const struct end_ref *ref)
{
    size_t total = p->topo->links * 2, first = 0;
    for (size_t i = 0; i < p->topo->nodes; i++) {
        const struct topo_node *n = &p->topo->node[i];
        while (first < total && ref[first].node < (int)i)
            first++;
        size_t last = first;
        while (last < total && ref[last].node == (int)i)
            last++;
        for (size_t k = 0; k < n->routes; k++) {
            const struct topo_route *r = &n->route[k];
            struct op *op = ops_add(p->out, OP_ROUTE_ADD, (int)i, r->mark);
            op->u.route = (struct op_route){
                .ifname = r->dev, .to = r->to, .via = r->via, .src = r->src, .metric = r->metric};
            op->u.route.ifindex = route_index(p, (int)i, r, ref, first, last);
        }
    }
}

/* Per node: a link ends there. */
static bool *nodes_with_links(const struct topo *t)
{
    bool *has = mem_zalloc(t->nodes + 1, sizeof *has);
    for (size_t i = 0; i < t->links * 2; i++)
        if (t->link[i / 2].end[i % 2].node >= 0)
            has[t->link[i / 2].end[i % 2].node] = true;
    return has;
}

/* A bridge has carrier once one of its ports has, so it is asked last. */
static void add_ready(struct plan *p, const struct end_ref *ref)
{
    for (size_t i = 0; i < p->topo->links * 2; i++) {
        const struct topo_end *end = &p->topo->link[ref[i].link].end[ref[i].k];
        uint32_t index = ref[i].node == TOPO_HOST ? 0 : end_index(p, ref[i].link, ref[i].k);
        struct op *op = ops_add(p->out, OP_LINK_READY, ref[i].node, end->mark);
        op->u.ready = (struct op_ready){end->ifname, index};
    }
    bool *has_link = nodes_with_links(p->topo);
    for (size_t i = 0; i < p->topo->nodes; i++)
        if (p->bridge_index[i] && has_link[i])
            ops_add(p->out, OP_LINK_READY, (int)i, p->topo->node[i].mark)->u.ready =
                (struct op_ready){p->topo->node[i].name, p->bridge_index[i]};
    free(has_link);
}

static void add_execs(struct plan *p)
{
    for (size_t i = 0; i < p->topo->nodes; i++)
        for (size_t k = 0; k < p->topo->node[i].execs; k++) {
            const struct topo_exec *x = &p->topo->node[i].exec[k];
            ops_add(p->out, OP_EXEC, (int)i, x->mark)->u.exec = x;
        }
}

void plan_build(const struct topo *desired, struct ops *out)
{
    struct plan p = {.topo = desired, .out = out};
    p.bridge_index = mem_zalloc(desired->nodes, sizeof *p.bridge_index);
    struct end_ref *ref = sorted_ends(desired);
    add_nodes(&p);
    add_bridges(&p);
    add_links(&p);
    for (size_t i = 0; i < desired->nodes; i++)
        add_sysctls(&p, (int)i, true);
    add_interfaces(&p, ref);
    add_routes(&p, ref);
    add_ready(&p, ref);
    add_execs(&p);
    free(ref);
    free(p.bridge_index);
}
