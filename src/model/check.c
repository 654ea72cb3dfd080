/* SPDX-License-Identifier: BSD-2-Clause */
/* check: see the header. Each rule is a function over the whole topology; pairs are found by
 * sorting, so that a lab of the largest size is checked in milliseconds. */
#include "model/check.h"

#include "base/mem.h"
#include "base/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void check_name(const struct topo *t, struct faults *f)
{
    char why[160];
    const char *fault = name_fault_node(t->name ? t->name : "", why, sizeof why);
    if (fault)
        fault_add(f, FAULT_ERROR, t->name_mark, "the lab's name \"%s\" %s", t->name ? t->name : "",
                  fault);
    if (t->nodes == 0)
        fault_add(f, FAULT_ERROR, t->name_mark,
                  "the lab has no nodes: write \"nodes:\" with at least one name below it");
    if (t->nodes > TOPO_NODES_MAX)
        fault_add(f, FAULT_ERROR, t->name_mark, "%zu nodes are more than the limit of %d", t->nodes,
                  TOPO_NODES_MAX);
    if (t->links > TOPO_LINKS_MAX)
        fault_add(f, FAULT_ERROR, t->name_mark, "%zu links are more than the limit of %d", t->links,
                  TOPO_LINKS_MAX);
}

static int by_node_name(const void *a, const void *b)
{
    const struct topo_node *const *x = a, *const *y = b;
    int c = strcasecmp((*x)->name, (*y)->name);
    return c ? c : (*x < *y ? -1 : *x > *y);
}

static void check_node_names(const struct topo *t, struct faults *f)
{
    char why[160];
    const struct topo_node **sorted = mem_zalloc(t->nodes, sizeof *sorted);
    for (size_t i = 0; i < t->nodes; i++) {
        const struct topo_node *n = &t->node[i];
        sorted[i] = n;
        const char *fault = name_fault_node(n->name, why, sizeof why);
        if (fault)
            fault_add(f, FAULT_ERROR, n->mark, "the node name \"%s\" %s", n->name, fault);
        else if (n->kind == NODE_BRIDGE && strlen(n->name) > NAME_IF_MAX)
            fault_add(f, FAULT_ERROR, n->mark,
                      "the bridge \"%s\" has a name of %zu bytes, but its device is named so too, "
                      "and an interface name has at most %d",
                      n->name, strlen(n->name), NAME_IF_MAX);
    }
    qsort(sorted, t->nodes, sizeof *sorted, by_node_name);
    for (size_t i = 1; i < t->nodes; i++)
        if (strcasecmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            fault_add(f, FAULT_ERROR, sorted[i]->mark,
                      "node \"%s\" exists already in line %u (case does not matter)",
                      sorted[i]->name, sorted[i - 1]->mark.line);
    free(sorted);
}

struct end_ref {
    const struct topo_end *end;
};

static int by_interface(const void *a, const void *b)
{
    const struct end_ref *x = a, *y = b;
    if (x->end->node != y->end->node)
        return x->end->node < y->end->node ? -1 : 1;
    int c = strcmp(x->end->ifname, y->end->ifname);
    return c ? c : (x->end < y->end ? -1 : x->end > y->end);
}

static void check_end(const struct topo *t, const struct topo_end *end, struct faults *f)
{
    char why[160];
    const char *fault = name_fault_if(end->ifname, why, sizeof why);
    const struct topo_node *n = end->node == TOPO_HOST ? NULL : &t->node[end->node];
    if (fault)
        fault_add(f, FAULT_ERROR, end->mark, "the interface name \"%s\" %s", end->ifname, fault);
    else if (strcmp(end->ifname, "lo") == 0)
        fault_add(f, FAULT_ERROR, end->mark, "the interface \"lo\" is in every node already");
    if (n && n->kind == NODE_BRIDGE && strcmp(end->ifname, n->name) == 0)
        fault_add(f, FAULT_ERROR, end->mark,
                  "port \"%s\" has the name of its bridge: choose another", end->ifname);
    if (n && n->kind == NODE_BRIDGE && end->prefix.count)
        fault_add(f, FAULT_ERROR, end->prefix.item[0].mark,
                  "port \"%s\" of bridge %s cannot have an address: give it to the bridge itself "
                  "(ipv4 or ipv6 of the node)",
                  end->ifname, n->name);
    if (end->prefix.count > TOPO_IF_ADDRS_MAX)
        fault_add(f, FAULT_ERROR, end->mark,
                  "%zu addresses on one interface are more than the limit of %d", end->prefix.count,
                  TOPO_IF_ADDRS_MAX);
    if (end->has_mac && ((end->mac[0] & 1) || memcmp(end->mac, "\0\0\0\0\0", MAC_LEN) == 0))
        fault_add(f, FAULT_ERROR, end->mark, "the MAC address of \"%s\" is zero or a group address",
                  end->ifname);
}

static void check_run_length(const struct topo *t, const struct end_ref *r, size_t count,
                             struct faults *f)
{
    if (r->end->node == TOPO_HOST)
        return;
    const struct topo_node *n = &t->node[r->end->node];
    size_t max = n->kind == NODE_BRIDGE ? TOPO_BRIDGE_PORTS_MAX : TOPO_NODE_IFS_MAX;
    if (count > max)
        fault_add(f, FAULT_ERROR, n->mark, "node %s has %zu interfaces, more than the limit of %zu",
                  n->name, count, max);
}

static void check_ends(const struct topo *t, struct faults *f)
{
    size_t count = t->links * 2, run = 0;
    struct end_ref *ref = mem_zalloc(count, sizeof *ref);
    for (size_t i = 0; i < count; i++) {
        ref[i].end = &t->link[i / 2].end[i % 2];
        check_end(t, ref[i].end, f);
    }
    qsort(ref, count, sizeof *ref, by_interface);
    for (size_t i = 0; i < count; i++) {
        bool same_node = i && ref[i - 1].end->node == ref[i].end->node;
        if (same_node && strcmp(ref[i - 1].end->ifname, ref[i].end->ifname) == 0)
            fault_add(f, FAULT_ERROR, ref[i].end->mark,
                      "interface \"%s\" of %s is used already in line %u", ref[i].end->ifname,
                      topo_node_name(t, ref[i].end->node), ref[i - 1].end->mark.line);
        run = same_node ? run + 1 : 1;
        if (i + 1 == count || ref[i + 1].end->node != ref[i].end->node)
            check_run_length(t, &ref[i], run, f);
    }
    free(ref);
    for (size_t i = 0; i < t->links; i++) {
        const struct topo_link *l = &t->link[i];
        if (l->mtu && (l->mtu < TOPO_MTU_MIN || l->mtu > TOPO_MTU_MAX))
            fault_add(f, FAULT_ERROR, l->mark, "the MTU %u is not between %d and %d", l->mtu,
                      TOPO_MTU_MIN, TOPO_MTU_MAX);
        if (l->end[0].node == TOPO_HOST && l->end[1].node == TOPO_HOST)
            fault_add(f, FAULT_ERROR, l->mark, "both ends of a link are on the machine itself");
    }
}

struct addr_ref {
    const struct topo_prefix *p;
};

static int by_addr(const void *a, const void *b)
{
    const struct addr_ref *x = a, *y = b;
    int c = ip_addr_cmp(&x->p->prefix.addr, &y->p->prefix.addr);
    if (c)
        return c;
    if (x->p->mark.line != y->p->mark.line)
        return x->p->mark.line < y->p->mark.line ? -1 : 1;
    return (int)x->p->mark.column - (int)y->p->mark.column;
}

static size_t collect(struct addr_ref *to, size_t at, const struct topo_prefixes *list)
{
    for (size_t i = 0; i < list->count; i++)
        to[at++].p = &list->item[i];
    return at;
}

static void check_one_addr(const struct topo_prefix *p, struct faults *f)
{
    char text[IP_TEXT_MAX];
    if (ip_addr_is_zero(&p->prefix.addr) || ip_addr_is_multicast(&p->prefix.addr))
        fault_add(f, FAULT_ERROR, p->mark, "%s is no address that an interface can have",
                  ip_prefix_format(&p->prefix, text));
}

static void check_addrs(const struct topo *t, struct faults *f)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < t->links; i++)
        count += t->link[i].end[0].prefix.count + t->link[i].end[1].prefix.count;
    for (size_t i = 0; i < t->nodes; i++)
        count += t->node[i].prefix.count;
    struct addr_ref *ref = mem_zalloc(count, sizeof *ref);
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            at = collect(ref, at, &t->link[i].end[k].prefix);
    for (size_t i = 0; i < t->nodes; i++)
        at = collect(ref, at, &t->node[i].prefix);
    qsort(ref, count, sizeof *ref, by_addr);
    for (size_t i = 0; i < count; i++) {
        char text[IP_TEXT_MAX];
        const struct ip_addr *a = &ref[i].p->prefix.addr;
        check_one_addr(ref[i].p, f);
        if (i && ip_addr_cmp(&ref[i - 1].p->prefix.addr, a) == 0 && !ip_addr_is_link_local(a))
            fault_add(f, FAULT_ERROR, ref[i].p->mark, "the address %s is given already in line %u",
                      ip_addr_format(a, text), ref[i - 1].p->mark.line);
    }
    free(ref);
}

/* True if `a` is on a prefix of the node (an interface's or its own), `dev` NULL or that one. */
static bool is_on_link(const struct topo *t, int node, const struct ip_addr *a, const char *dev)
{
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++) {
            const struct topo_end *end = &t->link[i].end[k];
            if (end->node != node || (dev && strcmp(dev, end->ifname) != 0))
                continue;
            for (size_t p = 0; p < end->prefix.count; p++)
                if (ip_prefix_contains(&end->prefix.item[p].prefix, a))
                    return true;
        }
    const struct topo_node *n = &t->node[node];
    for (size_t p = 0; n->kind == NODE_BRIDGE && p < n->prefix.count; p++)
        if (ip_prefix_contains(&n->prefix.item[p].prefix, a))
            return true;
    return false;
}

static bool has_interface(const struct topo *t, int node, const char *name)
{
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            if (t->link[i].end[k].node == node && strcmp(t->link[i].end[k].ifname, name) == 0)
                return true;
    return strcmp(name, "lo") == 0 ||
           (t->node[node].kind == NODE_BRIDGE && strcmp(name, t->node[node].name) == 0);
}

static void check_route(const struct topo *t, int node, const struct topo_route *r,
                        struct faults *f)
{
    char via[IP_TEXT_MAX];
    const char *name = t->node[node].name;
    if (r->dev && !has_interface(t, node, r->dev))
        fault_add(f, FAULT_ERROR, r->mark, "node %s has no interface \"%s\" for this route", name,
                  r->dev);
    else if (r->via.family == AF_UNSPEC && !r->dev)
        fault_add(f, FAULT_ERROR, r->mark, "the route needs a gateway (via) or an interface (dev)");
    else if (r->via.family != AF_UNSPEC && !ip_addr_is_link_local(&r->via) &&
             !is_on_link(t, node, &r->via, r->dev))
        fault_add(f, FAULT_ERROR, r->mark, "the gateway %s is on no link of node %s",
                  ip_addr_format(&r->via, via), name);
}

static void check_node(const struct topo *t, int node, struct faults *f)
{
    const struct topo_node *n = &t->node[node];
    for (size_t i = 0; i < n->routes; i++)
        check_route(t, node, &n->route[i], f);
    for (size_t i = 0; i < n->sysctls; i++)
        if (strncmp(n->sysctl[i].key, "net/", 4) != 0 || strstr(n->sysctl[i].key, ".."))
            fault_add(f, FAULT_ERROR, n->sysctl[i].mark,
                      "sysctl \"%s\" is not below net: it would change the machine itself",
                      n->sysctl[i].key);
}

void topo_check(const struct topo *t, struct faults *f)
{
    check_name(t, f);
    check_node_names(t, f);
    check_ends(t, f);
    check_addrs(t, f);
    for (size_t i = 0; i < t->nodes; i++)
        check_node(t, (int)i, f);
}
