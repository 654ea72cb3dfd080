/* SPDX-License-Identifier: BSD-2-Clause */
/* map_graph: see the header. A link is known from both its ends, and counts from the first. */
#include "view/map_graph.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *map_graph_name(const struct map_vertex *v, const struct view_data *d, char *to,
                           size_t size)
{
    if (v->node == MAP_HOST)
        snprintf(to, size, "host");
    else if (v->node < 0)
        snprintf(to, size, "(outside)");
    else
        snprintf(to, size, "%s", d->snap->node[v->node].name);
    return to;
}

static int add_vertex(struct map_graph *g, int node, int beside)
{
    mem_grow(&g->vertex, &g->vertex_room, g->vertices, sizeof *g->vertex);
    g->vertex[g->vertices] = (struct map_vertex){.node = node, .beside = beside};
    return (int)g->vertices++;
}

static int find_or_add(struct map_graph *g, size_t nodes, int node, int beside)
{
    for (size_t i = nodes; i < g->vertices; i++)
        if (g->vertex[i].node == node && g->vertex[i].beside == beside)
            return (int)i;
    return add_vertex(g, node, beside);
}

bool map_graph_draws(const struct view_data *d, size_t node, const struct snap_if *i)
{
    if (!i->peer_index)
        return false;
    /* A VLAN or macvlan names the interface below it in the same way; it is no way out. */
    if (i->peer_node != MAP_HOST && (i->peer_node < 0 || (size_t)i->peer_node >= d->nodes))
        return i->peer_nsid >= 0 || strcmp(i->kind, "veth") == 0;
    return i->peer_node == MAP_HOST || (size_t)i->peer_node != node;
}

/* The other end's vertex; -1: it is no link, or it is counted from there. */
static int far_vertex(struct map_graph *g, const struct view_data *d, size_t node,
                      const struct snap_if *i)
{
    if (!map_graph_draws(d, node, i))
        return -1;
    if (i->peer_node == MAP_HOST)
        return find_or_add(g, d->nodes, MAP_HOST, -1);
    if (i->peer_node < 0 || (size_t)i->peer_node >= d->nodes)
        return find_or_add(g, d->nodes, SNAP_NODE_NONE, (int)node);
    const struct snap_if *peer = snap_if_by_index(&d->snap->node[i->peer_node], i->peer_index);
    bool mutual = peer && peer->peer_index == i->index && peer->peer_node == (int)node;
    return mutual && (size_t)i->peer_node < node ? -1 : i->peer_node;
}

static void add_edge(struct map_graph *g, const struct view_data *d, const struct canvas *c,
                     size_t node, const struct snap_if *i, int far)
{
    mem_grow(&g->edge, &g->edge_room, g->edges, sizeof *g->edge);
    struct map_edge *e = &g->edge[g->edges++];
    *e = (struct map_edge){.end = {(int)node, far}, .ifindex = {i->index, 0}, .count = 1};
    e->width[0] = canvas_width(c, i->name);
    if ((size_t)far >= d->nodes)
        return;
    const struct snap_if *peer = snap_if_by_index(&d->snap->node[far], i->peer_index);
    e->ifindex[1] = i->peer_index;
    e->width[1] = peer ? canvas_width(c, peer->name) : 0;
}

static void add_node_edges(struct map_graph *g, const struct view_data *d, const struct canvas *c,
                           size_t node)
{
    const struct snap_node *n = &d->snap->node[node];
    size_t first = g->edges;
    for (size_t i = 0; i < n->ifs; i++) {
        int far = far_vertex(g, d, node, &n->iface[i]);
        if (strcmp(n->iface[i].kind, "bridge") == 0)
            g->vertex[node].bridge = true;
        if (far >= 0)
            add_edge(g, d, c, node, &n->iface[i], far);
    }
    /* Ports in the order of their numbers, whatever order the kernel told them in. */
    for (size_t i = first + 1; i < g->edges; i++)
        for (size_t k = i; k > first && g->edge[k].ifindex[0] < g->edge[k - 1].ifindex[0]; k--) {
            struct map_edge swap = g->edge[k];
            g->edge[k] = g->edge[k - 1];
            g->edge[k - 1] = swap;
        }
}

static bool parallel(const struct map_edge *a, const struct map_edge *b)
{
    return (a->end[0] == b->end[0] && a->end[1] == b->end[1]) ||
           (a->end[0] == b->end[1] && a->end[1] == b->end[0]);
}

static size_t count_parallel(const struct map_graph *g, const struct map_edge *e, size_t from)
{
    size_t count = 0;
    for (size_t k = from; k < g->edges; k++)
        count += parallel(&g->edge[k], e);
    return count;
}

/* More than MAP_SEPARATE between the same two become one line. Only for graphs that are drawn: it
 * compares each with each. */
static void bundle(struct map_graph *g)
{
    size_t kept = 0;
    for (size_t i = 0; i < g->edges; i++) {
        struct map_edge e = g->edge[i];
        size_t first = 0;
        while (first < kept && !parallel(&g->edge[first], &e))
            first++;
        if (first < kept && g->edge[first].count > 1) {
            g->edge[first].count++;
            continue;
        }
        if (first == kept && count_parallel(g, &e, i) > MAP_SEPARATE)
            e.count = 2; /* a mark until the next one comes */
        g->edge[kept++] = e;
    }
    g->edges = kept;
    for (size_t i = 0; i < kept; i++)
        if (g->edge[i].count > 1)
            g->edge[i].count--;
}

void map_graph_init(struct map_graph *g, const struct view_data *d, const struct canvas *c)
{
    *g = (struct map_graph){.ascii = c->ascii};
    for (size_t i = 0; i < d->nodes; i++)
        add_vertex(g, (int)i, -1);
    for (size_t i = 0; i < d->nodes; i++)
        add_node_edges(g, d, c, i);
    for (size_t i = 0; i < g->vertices; i++) {
        char name[256];
        int width = canvas_width(c, map_graph_name(&g->vertex[i], d, name, sizeof name));
        g->vertex[i].width = width < MAP_NAME_COLS ? width : MAP_NAME_COLS;
        g->vertex[i].width += g->vertex[i].bridge ? 2 : 0;
    }
    if (g->edges <= 1000)
        bundle(g);
}

void map_graph_fini(struct map_graph *g)
{
    free(g->vertex);
    free(g->edge);
    *g = (struct map_graph){0};
}

static bool same_edge(const struct map_edge *a, const struct map_edge *b)
{
    for (int k = 0; k < 2; k++)
        if (a->end[k] != b->end[k] || a->ifindex[k] != b->ifindex[k] || a->width[k] != b->width[k])
            return false;
    return a->count == b->count;
}

bool map_graph_same(const struct map_graph *a, const struct map_graph *b)
{
    if (a->vertices != b->vertices || a->edges != b->edges || a->ascii != b->ascii)
        return false;
    for (size_t i = 0; i < a->vertices; i++)
        if (a->vertex[i].node != b->vertex[i].node || a->vertex[i].beside != b->vertex[i].beside ||
            a->vertex[i].width != b->vertex[i].width)
            return false;
    for (size_t i = 0; i < a->edges; i++)
        if (!same_edge(&a->edge[i], &b->edge[i]))
            return false;
    return true;
}

int map_graph_find(const struct map_graph *a, size_t v, const struct map_graph *b)
{
    for (size_t i = 0; i < b->vertices; i++)
        if (b->vertex[i].node == a->vertex[v].node && b->vertex[i].beside == a->vertex[v].beside)
            return (int)i;
    return -1;
}
