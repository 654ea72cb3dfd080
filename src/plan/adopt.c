/* SPDX-License-Identifier: BSD-2-Clause */
/* adopt: see the header.
 *
 * Each part keeps the order of the file, and what was added by hand follows. All elements get marks
 * whose lines count them, those of the file below those added by hand: so the check, which refuses
 * the later of two, tells which element has to stay out. */
#include "plan/adopt.h"

#include "base/mem.h"
#include "base/name.h"
#include "plan/diff_work.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ADDED (1u << 24) /* above all that a file can have */

struct adopt {
    const struct topo *want;
    const struct snap *is;
    const struct topo *was; /* or NULL */
    struct topo *out;
    int *node;             /* per node of the snapshot: its index in `out`, TOPO_HOST or
                            * TOPO_NOWHERE */
    int *snap_node;        /* per node of `out`: its index in the snapshot */
    size_t *if_base;       /* per node of the snapshot: its first place in `used` */
    bool *used;            /* per interface of the snapshot: an end of a link of `out` */
    uint32_t known, added; /* lines given out */
};

static struct mark known(struct adopt *a)
{
    return (struct mark){++a->known, 1, 1};
}

static struct mark added(struct adopt *a)
{
    return (struct mark){FIRST_ADDED + ++a->added, 1, 1};
}

/* --- addresses and routes --------------------------------------------------------------------- */
static bool has_prefix(const struct topo_prefixes *list, const struct ip_prefix *p)
{
    for (size_t i = 0; i < list->count; i++)
        if (ip_prefix_cmp(&list->item[i].prefix, p) == 0)
            return true;
    return false;
}

static bool is_on(const struct snap_if *i, const struct ip_prefix *p)
{
    for (size_t k = 0; k < i->addrs; k++)
        if (ip_prefix_cmp(&i->addr[k].prefix, p) == 0)
            return true;
    return false;
}

/* `was`: what the file says, or NULL. */
static void take_prefixes(struct adopt *a, const struct snap_if *i, const struct topo_prefixes *was,
                          struct topo_prefixes *out)
{
    for (size_t k = 0; was && k < was->count; k++)
        if (is_on(i, &was->item[k].prefix))
            topo_prefixes_add(out, &was->item[k].prefix)->mark = known(a);
    for (size_t k = 0; k < i->addrs; k++)
        if (!diff_is_own_addr(i, &i->addr[k].prefix) && !has_prefix(out, &i->addr[k].prefix))
            topo_prefixes_add(out, &i->addr[k].prefix)->mark = added(a);
}

static struct op_route op_of(const struct topo_route *r)
{
    return (struct op_route){
        .ifname = r->dev, .to = r->to, .via = r->via, .src = r->src, .metric = r->metric};
}

static bool is_route(const struct snap_node *n, const struct topo_route *want,
                     const struct snap_route *is)
{
    struct op_route op = op_of(want);
    const struct snap_if *i = want->dev ? snap_find_if(n, want->dev) : NULL;
    return (!want->dev || i) && diff_is_route(&op, i ? i->index : 0, is);
}

static void add_route(struct topo_node *n, const struct topo_route *r, struct mark mark)
{
    struct topo_route *to = topo_node_add_route(n);
    *to = *r;
    to->dev = mem_strdup(r->dev);
    to->mark = mark;
}

static void take_routes(struct adopt *a, const struct snap_node *n, const struct topo_node *was,
                        struct topo_node *out)
{
    bool *taken = mem_zalloc(n->routes + 1, sizeof *taken);
    for (size_t i = 0; was && i < was->routes; i++) {
        bool there = false;
        for (size_t k = 0; k < n->routes; k++)
            if (diff_is_given_route(&n->route[k]) && is_route(n, &was->route[i], &n->route[k]))
                there = taken[k] = true;
        if (there)
            add_route(out, &was->route[i], known(a));
    }
    for (size_t k = 0; k < n->routes; k++) {
        const struct snap_route *r = &n->route[k];
        const struct snap_if *dev = snap_if_by_index(n, r->ifindex);
        if (taken[k] || !dev || !diff_is_given_route(r) || r->tos || r->hops > 1)
            continue;
        char name[IFNAMSIZ];
        memcpy(name, dev->name, sizeof name);
        bool is_default = r->to.addr.family == AF_INET6 && r->metric == TOPO_METRIC_IPV6;
        struct topo_route new = {.to = r->to,
                                 .via = r->via,
                                 .dev = name,
                                 .src = r->src,
                                 .metric = is_default ? 0 : r->metric};
        add_route(out, &new, added(a));
    }
    free(taken);
}

/* --- nodes ------------------------------------------------------------------------------------ */
static void copy_exec(struct topo_node *to, const struct topo_exec *x)
{
    struct topo_exec *copy = topo_node_add_exec(to);
    size_t words = 0;
    while (x->argv[words])
        words++;
    *copy = *x;
    copy->argv = mem_zalloc(words + 1, sizeof *copy->argv);
    for (size_t i = 0; i < words; i++)
        copy->argv[i] = mem_strdup(x->argv[i]);
}

static const struct topo_node *find(const struct topo *t, const char *name)
{
    int i = t ? topo_find_node(t, name) : -1;
    return i < 0 ? NULL : &t->node[i];
}

/* What a running node cannot change is as it was made. */
static void add_node(struct adopt *a, size_t at)
{
    const struct snap_node *n = &a->is->node[at];
    const struct topo_node *want = find(a->want, n->name), *was = find(a->was, n->name);
    const struct topo_node *text = want ? want : was, *made = was ? was : want;
    struct topo_node *to = topo_add_node(a->out, n->name);
    a->node[at] = (int)a->out->nodes - 1;
    a->snap_node[a->out->nodes - 1] = (int)at;
    to->mark = known(a);
    to->kind = diff_has_bridge(n) ? NODE_BRIDGE : NODE_LINUX;
    if (n->hostname && name_is_hostname(n->hostname)) {
        free(to->hostname);
        to->hostname = mem_strdup(n->hostname);
    }
    if (n->namespaces || made)
        to->namespaces = n->namespaces ? n->namespaces : made->namespaces;
    if (!text)
        return;
    if (!n->hostname) {
        free(to->hostname);
        to->hostname = mem_strdup(made->hostname);
    }
    to->dad = text->dad;
    for (size_t i = 0; i < text->sysctls; i++)
        topo_node_add_sysctl(to, text->sysctl[i].key, text->sysctl[i].value)->mark = known(a);
    for (size_t i = 0; i < text->envs; i++)
        topo_node_add_env(to, text->env[i].key, text->env[i].value)->mark = known(a);
    for (size_t i = 0; i < text->execs; i++)
        copy_exec(to, &text->exec[i]);
}

static void add_nodes(struct adopt *a)
{
    for (size_t i = 0; i < a->is->nodes; i++)
        a->node[i] = (int)i == a->is->machine ? TOPO_HOST : TOPO_NOWHERE;
    for (size_t i = 0; i < a->want->nodes; i++) {
        int at = snap_find_node(a->is, a->want->node[i].name);
        if (at >= 0 && !a->is->node[at].gone)
            add_node(a, (size_t)at);
    }
    for (size_t i = 0; i < a->is->nodes; i++)
        if (a->node[i] == TOPO_NOWHERE && !a->is->node[i].gone)
            add_node(a, i);
}

/* What a node has of its own: on lo, or on its bridge device. */
static void fill_node(struct adopt *a, size_t index)
{
    struct topo_node *to = &a->out->node[index];
    const struct snap_node *n = &a->is->node[a->snap_node[index]];
    const struct topo_node *want = find(a->want, to->name);
    const struct snap_if *lo = snap_if_by_index(n, 1);
    const struct snap_if *own = to->kind == NODE_BRIDGE ? snap_find_if(n, to->name) : lo;
    if (!want)
        want = find(a->was, to->name);
    to->lo_down = lo && !(lo->flags & IFF_UP);
    if (own)
        take_prefixes(a, own, want ? &want->prefix : NULL, &to->prefix);
    take_routes(a, n, want, to);
}

/* --- links ------------------------------------------------------------------------------------ */
static size_t slot(const struct adopt *a, size_t node, const struct snap_if *i)
{
    return a->if_base[node] + (size_t)(i - a->is->node[node].iface);
}

struct place {
    int node; /* of the snapshot */
    const struct snap_if *iface;
};

static struct place place_of(const struct adopt *a, const struct topo_end *end)
{
    int node = end->node == TOPO_HOST ? a->is->machine
                                      : snap_find_node(a->is, a->want->node[end->node].name);
    bool there = node >= 0 && a->node[node] != TOPO_NOWHERE;
    return (struct place){node, there ? snap_find_if(&a->is->node[node], end->ifname) : NULL};
}

static bool is_pair(const struct place p[2])
{
    for (int k = 0; k < 2; k++)
        if (!p[k].iface || !p[!k].iface || strcmp(p[k].iface->kind, "veth") != 0 ||
            p[k].iface->peer_node != p[!k].node || p[k].iface->peer_index != p[!k].iface->index)
            return false;
    return true;
}

static void take_end(struct adopt *a, const struct place *p, const struct topo_end *want,
                     struct topo_end *to)
{
    to->node = a->node[p->node];
    to->mark = want ? known(a) : added(a);
    to->ifname = mem_strdup(want ? want->ifname : p->iface->name);
    a->used[slot(a, (size_t)p->node, p->iface)] = true;
    /* One that the kernel chose changes nothing where it stands in the text of a link made by
     * hand, and makes the same lab again. */
    to->has_mac = p->iface->has_mac && (!want || want->has_mac);
    memcpy(to->mac, p->iface->mac, MAC_LEN);
    to->mac_mark = to->mark;
    if (to->node == TOPO_HOST || a->out->node[to->node].kind != NODE_BRIDGE)
        take_prefixes(a, p->iface, want ? &want->prefix : NULL, &to->prefix);
}

static void add_link(struct adopt *a, const struct place p[2], const struct topo_link *want)
{
    struct topo_link *l = topo_add_link(a->out);
    const struct snap_if *i = p[0].iface;
    l->mark = want ? known(a) : added(a);
    l->mtu = i->mtu == DIFF_MTU_DEFAULT && !(want && want->mtu) ? 0 : i->mtu;
    for (int k = 0; k < 2; k++)
        take_end(a, &p[k], want ? &want->end[k] : NULL, &l->end[k]);
}

static void add_known_links(struct adopt *a)
{
    for (size_t i = 0; i < a->want->links; i++) {
        const struct topo_link *l = &a->want->link[i];
        struct place p[2] = {place_of(a, &l->end[0]), place_of(a, &l->end[1])};
        if (is_pair(p))
            add_link(a, p, l);
    }
}

static void add_made_links(struct adopt *a)
{
    for (size_t n = 0; n < a->is->nodes; n++)
        for (size_t k = 0; a->node[n] >= 0 && k < a->is->node[n].ifs; k++) {
            const struct snap_if *i = &a->is->node[n].iface[k];
            if (strcmp(i->kind, "veth") != 0 || i->peer_node < 0 ||
                a->node[i->peer_node] == TOPO_NOWHERE || a->used[slot(a, n, i)])
                continue;
            const struct snap_if *peer =
                snap_if_by_index(&a->is->node[i->peer_node], i->peer_index);
            struct place p[2] = {{(int)n, i}, {i->peer_node, peer}};
            if (peer && is_pair(p))
                add_link(a, p, NULL);
        }
}

/* --- settings --------------------------------------------------------------------------------- */
/* One of `all` says something of `default` and of interfaces, and `default` of interfaces. */
#define ADOPT_ROUNDS 3

/* Whatever else would be set back has its present value in the text. True if there was any. */
static bool take_sysctls(struct adopt *a, const struct plan_values *values)
{
    struct plan_diff d;
    bool is_more = false;
    plan_diff(a->out, a->is, a->was, values, &d);
    for (size_t i = 0; i < d.ops.count; i++) {
        const struct op *op = &d.ops.item[i];
        if (op->kind != OP_SYSCTL_SET || op->node < 0 || (size_t)op->node >= a->out->nodes ||
            !op->u.sysctl.before)
            continue;
        struct topo_node *n = &a->out->node[op->node];
        size_t k = 0;
        while (k < n->sysctls && strcmp(n->sysctl[k].key, op->u.sysctl.key) != 0)
            k++;
        if (k == n->sysctls)
            topo_node_add_sysctl(n, op->u.sysctl.key, "")->mark = added(a);
        is_more |= strcmp(n->sysctl[k].value, op->u.sysctl.before) != 0;
        free(n->sysctl[k].value);
        n->sysctl[k].value = mem_strdup(op->u.sysctl.before);
        for (char *c = n->sysctl[k].value; *c; c++)
            *c = *c == '\t' || *c == '\n' ? ' ' : *c; /* as people write several numbers */
    }
    plan_diff_fini(&d);
    return is_more;
}

static void add_pings(struct adopt *a)
{
    a->out->has_pings = a->want->has_pings;
    for (size_t i = 0; i < a->want->pings; i++) {
        const struct topo_ping *p = &a->want->ping[i];
        int from = topo_find_node(a->out, a->want->node[p->from].name);
        int to = p->to_node < 0 ? -1 : topo_find_node(a->out, a->want->node[p->to_node].name);
        if (from < 0 || (p->to_node >= 0 && to < 0))
            continue;
        struct topo_ping *copy = topo_add_ping(a->out);
        *copy = *p;
        copy->from = from;
        copy->to_node = to;
    }
}

struct topo *plan_adopt(const struct topo *want, const struct snap *is, const struct topo *was,
                        const struct plan_values *values)
{
    struct adopt a = {.want = want, .is = is, .was = was, .out = topo_new()};
    size_t slots = 0;
    a.out->name = mem_strdup(want->name);
    a.out->file = mem_strdup(want->file);
    a.node = mem_zalloc(is->nodes + 1, sizeof *a.node);
    a.snap_node = mem_zalloc(is->nodes + 1, sizeof *a.snap_node);
    a.if_base = mem_zalloc(is->nodes + 1, sizeof *a.if_base);
    for (size_t i = 0; i < is->nodes; i++) {
        a.if_base[i] = slots;
        slots += is->node[i].ifs;
    }
    a.used = mem_zalloc(slots + 1, sizeof *a.used);
    add_nodes(&a);
    add_known_links(&a);
    add_made_links(&a);
    for (size_t i = 0; i < a.out->nodes; i++)
        fill_node(&a, i);
    add_pings(&a);
    adopt_fit(a.out);
    for (int i = 0; i < ADOPT_ROUNDS && take_sysctls(&a, values); i++)
        continue;
    adopt_fit(a.out);
    free(a.node);
    free(a.snap_node);
    free(a.if_base);
    free(a.used);
    return a.out;
}
