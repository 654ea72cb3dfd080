/* SPDX-License-Identifier: BSD-2-Clause */
/* snap: building, freeing and asking a snapshot. */
#include "model/snap.h"

#include "base/mem.h"

#include <linux/if.h>
#include <stdlib.h>
#include <string.h>

struct snap *snap_new(const char *lab)
{
    struct snap *s = mem_zalloc(1, sizeof *s);
    s->lab = mem_strdup(lab);
    s->machine = SNAP_NODE_NONE;
    return s;
}

void snap_if_fini(struct snap_if *i)
{
    free(i->alias);
    free(i->addr);
}

void snap_node_clear(struct snap_node *n)
{
    for (size_t i = 0; i < n->ifs; i++)
        snap_if_fini(&n->iface[i]);
    free(n->iface);
    free(n->route);
    free(n->neigh);
    free(n->hostname);
    *n = (struct snap_node){.name = n->name, .pid = n->pid, .gone = n->gone};
}

void snap_free(struct snap *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->nodes; i++) {
        snap_node_clear(&s->node[i]);
        free(s->node[i].name);
    }
    free(s->node);
    free(s->lab);
    free(s);
}

struct snap_node *snap_add_node(struct snap *s, const char *name)
{
    mem_grow(&s->node, &s->node_room, s->nodes, sizeof *s->node);
    struct snap_node *n = &s->node[s->nodes++];
    *n = (struct snap_node){.name = mem_strdup(name)};
    return n;
}

struct snap_if *snap_node_add_if(struct snap_node *n)
{
    mem_grow(&n->iface, &n->if_room, n->ifs, sizeof *n->iface);
    struct snap_if *i = &n->iface[n->ifs++];
    *i = (struct snap_if){.peer_nsid = -1, .peer_node = SNAP_NODE_NONE};
    return i;
}

struct snap_addr *snap_if_add_addr(struct snap_if *i)
{
    mem_grow(&i->addr, &i->addr_room, i->addrs, sizeof *i->addr);
    struct snap_addr *a = &i->addr[i->addrs++];
    *a = (struct snap_addr){0};
    return a;
}

struct snap_route *snap_node_add_route(struct snap_node *n)
{
    mem_grow(&n->route, &n->route_room, n->routes, sizeof *n->route);
    struct snap_route *r = &n->route[n->routes++];
    *r = (struct snap_route){0};
    return r;
}

struct snap_neigh *snap_node_add_neigh(struct snap_node *n)
{
    mem_grow(&n->neigh, &n->neigh_room, n->neighs, sizeof *n->neigh);
    struct snap_neigh *x = &n->neigh[n->neighs++];
    *x = (struct snap_neigh){0};
    return x;
}

int snap_find_node(const struct snap *s, const char *name)
{
    for (size_t i = 0; i < s->nodes; i++)
        if (strcmp(s->node[i].name, name) == 0)
            return (int)i;
    return SNAP_NODE_NONE;
}

const struct snap_if *snap_find_if(const struct snap_node *n, const char *ifname)
{
    for (size_t i = 0; i < n->ifs; i++)
        if (strncmp(n->iface[i].name, ifname, sizeof n->iface[i].name) == 0)
            return &n->iface[i];
    return NULL;
}

const struct snap_if *snap_if_by_index(const struct snap_node *n, uint32_t index)
{
    for (size_t i = 0; i < n->ifs; i++)
        if (n->iface[i].index == index)
            return &n->iface[i];
    return NULL;
}

static const char *const operstates[] = {
    [IF_OPER_UNKNOWN] = "UNKNOWN", [IF_OPER_NOTPRESENT] = "NOTPRESENT",
    [IF_OPER_DOWN] = "DOWN",       [IF_OPER_LOWERLAYERDOWN] = "LOWERLAYERDOWN",
    [IF_OPER_TESTING] = "TESTING", [IF_OPER_DORMANT] = "DORMANT",
    [IF_OPER_UP] = "UP",
};

const char *snap_state_word(const struct snap_if *i)
{
    return i->operstate < ARRAY_LEN(operstates) ? operstates[i->operstate] : "UNKNOWN";
}
