/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: see the header.
 *
 * plan_build() counts interface indexes from the first on; a running lab has its own. So each index
 * of the built list is translated: to that of the interface which is there already and stays, or to
 * a new one above all that are in use. An interface stays if it is what the file says: the same
 * name in the same node, and for a link the same other end. Its MTU, MAC, master and state are then
 * changed in place; everything else is taken away and made anew.
 *
 * What the kernel would take along silently (addresses and routes of an interface that goes) is
 * taken away by operations of its own, so that the inverse list brings it back. */
#include "plan/diff.h"

#include "base/mem.h"
#include "plan/diff_work.h"
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

static bool is_bridge(const struct snap_if *i)
{
    return i && strcmp(i->kind, "bridge") == 0;
}

bool diff_has_bridge(const struct snap_node *n)
{
    return is_bridge(snap_find_if(n, n->name));
}

/* A node that has to be made anew: what it is cannot be changed while its process lives. The record
 * is older than what runs where an `apply` was killed, so that the node itself has the last word.
 */
static bool must_replace(const struct topo_node *want, const struct topo_node *was,
                         const struct snap_node *is)
{
    if (!was) /* what the record would say of the kind is not known */
        return is->namespaces && is->namespaces != want->namespaces;
    bool is_as_wanted = diff_has_bridge(is) == (want->kind == NODE_BRIDGE);
    if (want->kind != was->kind && !is_as_wanted)
        return true;
    return want->namespaces != (is->namespaces ? is->namespaces : was->namespaces);
}

const struct topo_node *diff_was(const struct diff *d, const char *name)
{
    int i = d->was ? named_find(d->was_name, d->was->nodes, name) : -1;
    return i < 0 ? NULL : &d->was->node[i];
}

int diff_snap_node(const struct diff *d, int node)
{
    return node == TOPO_HOST ? d->is->machine : d->out->snap_node[node];
}

static void add_gone(struct diff *d, size_t snap_node)
{
    struct topo *t = &d->out->topo;
    struct topo_node *n = &t->node[t->nodes];
    const struct topo_node *was = diff_was(d, d->is->node[snap_node].name);
    *n = was ? *was : (struct topo_node){.namespaces = TOPO_NS_ALL};
    n->name = d->is->node[snap_node].name;
    n->hostname = was ? was->hostname : n->name;
    d->out->snap_node[t->nodes++] = (int)snap_node;
}

/* Pairs the nodes by name, and appends to the topology those that go. */
static void match_nodes(struct diff *d)
{
    const struct snap *is = d->is;
    struct topo *t = &d->out->topo;
    struct named *name = mem_zalloc(is->nodes + 1, sizeof *name);
    bool *stays = mem_zalloc(is->nodes + 1, sizeof *stays);
    size_t count = 0;
    for (size_t i = 0; i < is->nodes; i++)
        if (!is->node[i].gone && (int)i != is->machine)
            name[count++] = (struct named){is->node[i].name, (int)i};
    named_sort(name, count);
    for (size_t i = 0; i < d->want->nodes; i++) {
        const struct topo_node *want = &d->want->node[i];
        int at = named_find(name, count, want->name);
        bool anew = at >= 0 && must_replace(want, diff_was(d, want->name), &is->node[at]);
        d->out->replaced += anew;
        d->out->snap_node[i] = anew ? -1 : at;
        if (at >= 0 && !anew)
            stays[at] = true;
    }
    for (size_t i = 0; i < is->nodes; i++)
        if (!stays[i] && !is->node[i].gone && (int)i != is->machine)
            add_gone(d, i);
    for (size_t i = 0; i < t->nodes; i++)
        if (d->out->snap_node[i] >= 0)
            d->topo_node[d->out->snap_node[i]] = (int)i;
    if (is->machine >= 0)
        d->topo_node[is->machine] = TOPO_HOST;
    free(stays);
    free(name);
}

static size_t if_slot(const struct diff *d, int snap_node, const struct snap_if *i)
{
    return d->if_base[snap_node] + (size_t)(i - d->is->node[snap_node].iface);
}

static const struct snap_if *current(const struct diff *d, int node, const char *ifname)
{
    int at = diff_snap_node(d, node);
    return at < 0 ? NULL : snap_find_if(&d->is->node[at], ifname);
}

static void keep(struct diff *d, int node, const struct snap_if *i, uint32_t plan_index)
{
    d->stays[if_slot(d, diff_snap_node(d, node), i)] = true;
    d->real[plan_index] = i->index;
    d->now[plan_index] = i;
}

/* True if the two ends are there and are each other's. */
static bool is_same_link(const struct diff *d, const struct op_link_add *l,
                         const struct snap_if *end[2])
{
    for (int k = 0; k < 2; k++)
        if (!end[k] || strcmp(end[k]->kind, "veth") != 0 || !end[!k] ||
            end[k]->peer_node != diff_snap_node(d, l->end[!k].node) ||
            end[k]->peer_index != end[!k]->index)
            return false;
    return true;
}

static void match_link(struct diff *d, const struct op *op)
{
    const struct op_link_add *l = &op->u.link_add;
    const struct snap_if *end[2];
    for (int k = 0; k < 2; k++)
        end[k] = current(d, l->end[k].node, l->end[k].ifname);
    bool same = is_same_link(d, l, end);
    for (int k = 0; k < 2; k++)
        if (same)
            keep(d, l->end[k].node, end[k], l->end[k].ifindex);
        else if (l->end[k].node != TOPO_HOST)
            d->real[l->end[k].ifindex] = d->next_index++;
}

static void match_interfaces(struct diff *d)
{
    for (size_t i = 0; i < d->built.count; i++) {
        const struct op *op = &d->built.item[i];
        if (op->kind == OP_LINK_ADD)
            match_link(d, op);
        if (op->kind != OP_BRIDGE_ADD)
            continue;
        const struct op_link_end *end = &op->u.link_add.end[0];
        const struct snap_if *now = current(d, op->node, end->ifname);
        if (is_bridge(now))
            keep(d, op->node, now, end->ifindex);
        else
            d->real[end->ifindex] = d->next_index++;
    }
}

uint32_t diff_host_index(const struct diff *d, const char *ifname)
{
    return (uint32_t)named_find(d->host_end, d->host_ends, ifname);
}

static uint32_t *index_of(struct op *op)
{
    switch (op->kind) {
    case OP_LINK_SET:
        return &op->u.link_set.ifindex;
    case OP_ADDR_ADD:
        return &op->u.addr.ifindex;
    case OP_LINK_READY:
        return &op->u.ready.ifindex;
    default:
        return NULL;
    }
}

/* On the machine interfaces are found by name where they are made; here their ends get numbers as
 * all others have. */
static void number_host_ends(struct diff *d)
{
    d->host_end = mem_zalloc(d->want->links + 1, sizeof *d->host_end);
    for (size_t i = 0; i < d->built.count; i++) {
        struct op_link_end *far = &d->built.item[i].u.link_add.end[1];
        if (d->built.item[i].kind != OP_LINK_ADD || far->node != TOPO_HOST)
            continue;
        far->ifindex = ++d->last_built;
        d->host_end[d->host_ends++] = (struct named){far->ifname, (int)far->ifindex};
    }
    named_sort(d->host_end, d->host_ends);
    for (size_t i = 0; i < d->built.count; i++) {
        struct op *op = &d->built.item[i];
        uint32_t *index = op->node == TOPO_HOST ? index_of(op) : NULL;
        if (!index)
            continue;
        const char *name = op->kind == OP_LINK_SET   ? op->u.link_set.ifname
                           : op->kind == OP_ADDR_ADD ? op->u.addr.ifname
                                                     : op->u.ready.ifname;
        *index = diff_host_index(d, name);
    }
}

/* The largest index that plan_build() gave out, and above all that the lab has. */
static void count_indexes(struct diff *d)
{
    uint32_t last = OP_IFINDEX_FIRST;
    for (size_t i = 0; i < d->built.count; i++) {
        const struct op *op = &d->built.item[i];
        if (op->kind != OP_LINK_ADD && op->kind != OP_BRIDGE_ADD)
            continue;
        for (int k = 0; k < 2; k++)
            if (op->u.link_add.end[k].ifindex > last)
                last = op->u.link_add.end[k].ifindex;
    }
    d->next_index = OP_IFINDEX_FIRST;
    for (size_t i = 0; i < d->is->nodes; i++)
        for (size_t k = 0; (int)i != d->is->machine && k < d->is->node[i].ifs; k++)
            if (d->is->node[i].iface[k].index >= d->next_index)
                d->next_index = d->is->node[i].iface[k].index + 1;
    d->last_built = last;
}

static void diff_init(struct diff *d)
{
    size_t slots = 0;
    plan_build(d->want, &d->built);
    d->was_name = mem_zalloc(d->was ? d->was->nodes + 1 : 1, sizeof *d->was_name);
    for (size_t i = 0; d->was && i < d->was->nodes; i++)
        d->was_name[i] = (struct named){d->was->node[i].name, (int)i};
    if (d->was)
        named_sort(d->was_name, d->was->nodes);
    count_indexes(d);
    number_host_ends(d);
    d->real = mem_zalloc(d->last_built + 1, sizeof *d->real);
    d->now = mem_zalloc(d->last_built + 1, sizeof *d->now);
    d->real[1] = 1; /* lo */
    d->if_base = mem_zalloc(d->is->nodes + 1, sizeof *d->if_base);
    d->topo_node = mem_zalloc(d->is->nodes + 1, sizeof *d->topo_node);
    for (size_t i = 0; i < d->is->nodes; i++) {
        d->topo_node[i] = TOPO_NOWHERE;
        d->if_base[i] = slots;
        slots += d->is->node[i].ifs;
    }
    d->stays = mem_zalloc(slots + 1, sizeof *d->stays);
    d->loses = mem_zalloc(2 * slots + 1, sizeof *d->loses);
    d->turns_ipv6 = mem_zalloc(d->is->nodes + 1, sizeof *d->turns_ipv6);
    size_t nodes = d->want->nodes + d->is->nodes;
    d->out->topo = *d->want;
    d->out->topo.node = mem_zalloc(nodes + 1, sizeof *d->out->topo.node);
    if (d->want->nodes)
        memcpy(d->out->topo.node, d->want->node, d->want->nodes * sizeof *d->want->node);
    d->out->snap_node = mem_zalloc(nodes + 1, sizeof *d->out->snap_node);
}

void plan_diff(const struct topo *want, const struct snap *is, const struct topo *was,
               const struct plan_values *values, struct plan_diff *out)
{
    struct diff d = {.want = want, .is = is, .was = was, .values = values, .out = out};
    *out = (struct plan_diff){.was = was};
    diff_init(&d);
    match_nodes(&d);
    match_interfaces(&d);
    diff_collect(&d);
    diff_take_away(&d);
    diff_bring(&d);
    ops_fini(&d.built);
    free(d.real);
    free(d.now);
    free(d.if_base);
    free(d.topo_node);
    free(d.stays);
    free(d.was_name);
    free(d.host_end);
    free(d.loses);
    free(d.turns_ipv6);
    diff_index_fini(&d.addrs);
    diff_index_fini(&d.routes);
    diff_index_fini(&d.has_addrs);
    diff_index_fini(&d.has_routes);
    diff_index_fini(&d.going);
    diff_index_fini(&d.src_going);
}

bool plan_is_news(const struct plan_diff *d, const struct op *op)
{
    bool is_new_node = op->node >= 0 && d->snap_node[op->node] < 0;
    return op->kind != OP_LINK_READY &&
           !(op->kind == OP_SYSCTL_SET && op->u.sysctl.optional && is_new_node);
}

size_t plan_count_news(const struct plan_diff *d)
{
    size_t count = 0;
    for (size_t i = 0; i < d->ops.count; i++)
        count += plan_is_news(d, &d->ops.item[i]);
    return count;
}

void plan_diff_fini(struct plan_diff *d)
{
    ops_fini(&d->ops);
    ops_fini(&d->kept);
    free(d->forgotten);
    ops_fini(&d->overwritten);
    free(d->topo.node);
    free(d->snap_node);
    *d = (struct plan_diff){0};
}
