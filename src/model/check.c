/* SPDX-License-Identifier: BSD-2-Clause */
/* check: see the header. Each rule is a function over the whole topology; pairs are found by
 * sorting, so that a lab of the largest size is checked in milliseconds. */
#include "model/check.h"

#include "base/mem.h"
#include "base/name.h"
#include "model/check_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void check_name(const struct topo *t, struct faults *f)
{
    static const struct mark nowhere = {0};
    char why[160];
    const char *fault = name_fault_node(t->name ? t->name : "", why, sizeof why);
    if (fault)
        fault_add(f, FAULT_ERROR, t->name_mark, "the lab's name \"%s\" %s%s",
                  t->name ? t->name : "", fault,
                  t->name_mark.line ? "" : ": give it another (\"name:\" or --name)");
    if (t->nodes == 0 && !t->incomplete)
        fault_add(f, FAULT_ERROR, nowhere,
                  "the lab has no nodes: write \"nodes:\" with at least one name below it");
    if (t->nodes > TOPO_NODES_MAX)
        fault_add(f, FAULT_ERROR, t->node[TOPO_NODES_MAX].mark,
                  "%zu nodes are more than the limit of %d", t->nodes, TOPO_NODES_MAX);
    if (t->links > TOPO_LINKS_MAX)
        fault_add(f, FAULT_ERROR, t->link[TOPO_LINKS_MAX].mark,
                  "%zu links are more than the limit of %d", t->links, TOPO_LINKS_MAX);
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
    if (t->nodes)
        qsort(sorted, t->nodes, sizeof *sorted, by_node_name);
    for (size_t i = 1; i < t->nodes; i++)
        if (strcasecmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            fault_add(
                f, FAULT_ERROR, sorted[i]->mark, "node \"%s\" exists already in line %u%s",
                sorted[i]->name, sorted[i - 1]->mark.line,
                strcmp(sorted[i - 1]->name, sorted[i]->name) == 0 ? "" : " (case does not matter)");
    free(sorted);
}

static int by_interface(const void *a, const void *b)
{
    const struct topo_end *const *x = a, *const *y = b;
    if ((*x)->node != (*y)->node)
        return (*x)->node < (*y)->node ? -1 : 1;
    int c = strcmp((*x)->ifname, (*y)->ifname);
    return c ? c : (*x < *y ? -1 : *x > *y);
}

static void sort_ends(const struct topo *t, struct check_ends *ends)
{
    size_t at = 0;
    ends->count = t->links * 2;
    ends->end = mem_zalloc(ends->count, sizeof *ends->end);
    ends->first = mem_zalloc(t->nodes + 1, sizeof *ends->first);
    for (size_t i = 0; i < ends->count; i++)
        ends->end[i] = &t->link[i / 2].end[i % 2];
    if (ends->count)
        qsort(ends->end, ends->count, sizeof *ends->end, by_interface);
    for (int node = 0; node <= (int)t->nodes; node++) {
        while (at < ends->count && ends->end[at]->node < node)
            at++;
        ends->first[node] = at;
    }
}

static void check_end(const struct topo *t, const struct topo_end *end, struct faults *f)
{
    char why[160];
    const char *fault = name_fault_if(end->ifname, why, sizeof why);
    const struct topo_node *n = end->node < 0 ? NULL : &t->node[end->node];
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
        fault_add(f, FAULT_ERROR, end->mac_mark,
                  "the MAC address of \"%s\" is zero or a group address: let it begin with 02",
                  end->ifname);
}

/* A bridge has the smallest MTU of its ports. */
static const struct topo_node *bridge_with_ipv6(const struct topo *t, const struct topo_link *l)
{
    for (int k = 0; k < 2; k++) {
        const struct topo_node *n = l->end[k].node < 0 ? NULL : &t->node[l->end[k].node];
        if (n && n->kind == NODE_BRIDGE && check_has_ipv6(&n->prefix))
            return n;
    }
    return NULL;
}

static void check_link(const struct topo *t, const struct topo_link *l, struct faults *f)
{
    const struct topo_node *bridge = bridge_with_ipv6(t, l);
    if (l->mtu && (l->mtu < TOPO_MTU_MIN || l->mtu > TOPO_MTU_MAX))
        fault_add(f, FAULT_ERROR, l->mark, "the MTU %u is not between %d and %d", l->mtu,
                  TOPO_MTU_MIN, TOPO_MTU_MAX);
    else if (l->mtu && l->mtu < TOPO_MTU_IPV6_MIN &&
             (check_has_ipv6(&l->end[0].prefix) || check_has_ipv6(&l->end[1].prefix)))
        fault_add(f, FAULT_ERROR, l->mark,
                  "a link with IPv6 addresses has an MTU of at least %d, not %u", TOPO_MTU_IPV6_MIN,
                  l->mtu);
    else if (l->mtu && l->mtu < TOPO_MTU_IPV6_MIN && bridge)
        fault_add(f, FAULT_ERROR, l->mark,
                  "a port of the bridge %s, which has IPv6 addresses, has an MTU of at least %d, "
                  "not %u: the bridge's is its ports' smallest",
                  bridge->name, TOPO_MTU_IPV6_MIN, l->mtu);
    if (l->end[0].node == TOPO_HOST && l->end[1].node == TOPO_HOST)
        fault_add(f, FAULT_ERROR, l->mark, "both ends of a link are on the machine itself");
}

static void check_links(const struct topo *t, const struct check_ends *ends, struct faults *f)
{
    for (size_t i = 0; i < ends->count; i++) {
        const struct topo_end *end = ends->end[i], *before = i ? ends->end[i - 1] : NULL;
        check_end(t, end, f);
        if (before && end->node != TOPO_NOWHERE && before->node == end->node &&
            strcmp(before->ifname, end->ifname) == 0)
            fault_add(f, FAULT_ERROR, end->mark,
                      "interface \"%s\" of %s is used already in line %u", end->ifname,
                      topo_node_name(t, end->node), before->mark.line);
    }
    for (size_t i = 0; i < t->links; i++)
        check_link(t, &t->link[i], f);
}

static int by_addr(const void *a, const void *b)
{
    const struct topo_prefix *const *x = a, *const *y = b;
    int c = ip_addr_cmp(&(*x)->prefix.addr, &(*y)->prefix.addr);
    if (c)
        return c;
    if ((*x)->mark.line != (*y)->mark.line)
        return (*x)->mark.line < (*y)->mark.line ? -1 : 1;
    return (int)(*x)->mark.column - (int)(*y)->mark.column;
}

static size_t collect(const struct topo_prefix **to, size_t at, const struct topo_prefixes *list)
{
    for (size_t i = 0; i < list->count; i++)
        to[at++] = &list->item[i];
    return at;
}

static void check_one_addr(const struct topo_prefix *p, struct faults *f)
{
    char text[IP_TEXT_MAX];
    if (ip_addr_is_zero(&p->prefix.addr) || ip_addr_is_multicast(&p->prefix.addr))
        fault_add(f, FAULT_ERROR, p->mark, "%s is no address that an interface can have",
                  ip_prefix_format(&p->prefix, text));
    else if (ip_addr_is_loopback(&p->prefix.addr))
        fault_add(f, FAULT_ERROR, p->mark, "the address %s is on lo of every node already",
                  ip_addr_format(&p->prefix.addr, text));
}

static void check_addrs(const struct topo *t, struct faults *f)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < t->links; i++)
        count += t->link[i].end[0].prefix.count + t->link[i].end[1].prefix.count;
    for (size_t i = 0; i < t->nodes; i++)
        count += t->node[i].prefix.count;
    const struct topo_prefix **sorted = mem_zalloc(count, sizeof *sorted);
    for (size_t i = 0; i < t->links; i++)
        for (int k = 0; k < 2; k++)
            at = collect(sorted, at, &t->link[i].end[k].prefix);
    for (size_t i = 0; i < t->nodes; i++)
        at = collect(sorted, at, &t->node[i].prefix);
    if (count)
        qsort(sorted, count, sizeof *sorted, by_addr);
    for (size_t i = 0; i < count; i++) {
        char text[IP_TEXT_MAX];
        const struct ip_addr *a = &sorted[i]->prefix.addr;
        check_one_addr(sorted[i], f);
        if (i && ip_addr_cmp(&sorted[i - 1]->prefix.addr, a) == 0 && !ip_addr_is_link_local(a))
            fault_add(f, FAULT_ERROR, sorted[i]->mark, "the address %s is given already in line %u",
                      ip_addr_format(a, text), sorted[i - 1]->mark.line);
    }
    free(sorted);
}

void topo_check(const struct topo *t, struct faults *f)
{
    struct check_ends ends;
    sort_ends(t, &ends);
    check_name(t, f);
    check_node_names(t, f);
    check_links(t, &ends, f);
    check_addrs(t, f);
    for (size_t i = 0; i < t->nodes; i++)
        check_node(t, (int)i, &ends, f);
    if (t->pings > TOPO_LIST_MAX)
        fault_add(f, FAULT_ERROR, t->ping[TOPO_LIST_MAX].mark,
                  "%zu pings are more than the limit of %d", t->pings, TOPO_LIST_MAX);
    free(ends.end);
    free(ends.first);
}
