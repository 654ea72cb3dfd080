/* SPDX-License-Identifier: BSD-2-Clause */
/* map_graph: what of a lab the map's layout depends on: nodes, links, and how wide their names are.
 * For the map only. */
#ifndef VETHLAB_VIEW_MAP_GRAPH_H
#define VETHLAB_VIEW_MAP_GRAPH_H

#include "view/canvas.h"
#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAP_HOST      SNAP_NODE_HOST /* the machine */
#define MAP_SEPARATE  3              /* so many links between the same two are lines of their own */
#define MAP_NAME_COLS 15             /* a node's name has no more room in a picture */

/* A node of the lab; behind these the machine, and for each node the outside that it is linked to
 * (whether two nodes' outsides are the same is not known). */
struct map_vertex {
    int node;    /* of the snapshot, MAP_HOST, or SNAP_NODE_NONE: outside */
    int beside;  /* outside: of which node; else -1 */
    int width;   /* columns of what stands in its box */
    bool bridge; /* it has a device of this kind */
};

/* One line of the picture: a link, or `count` of them, of which [0] is the first. */
struct map_edge {
    int end[2]; /* vertices */
    uint32_t ifindex[2];
    int width[2]; /* columns of the interfaces' names; 0: it has none that is known */
    int count;
};

struct map_graph {
    struct map_vertex *vertex; /* owned */
    size_t vertices, vertex_room;
    struct map_edge *edge; /* owned; by first vertex, then as the interfaces are numbered */
    size_t edges, edge_room;
    bool ascii; /* widths are counted so */
};

/* Links in one node's own namespace are left out: there is no line to draw. */
void map_graph_init(struct map_graph *g, const struct view_data *d, const struct canvas *c);
bool map_graph_draws(const struct view_data *d, size_t node, const struct snap_if *i);
void map_graph_fini(struct map_graph *g);
bool map_graph_same(const struct map_graph *a, const struct map_graph *b);
/* The vertex of `b` that stands for the same as vertex `v` of `a`; -1: there is none. */
int map_graph_find(const struct map_graph *a, size_t v, const struct map_graph *b);

/* The name that stands in a vertex's box; `to` has room for `size` bytes, a NUL among them. */
const char *map_graph_name(const struct map_vertex *v, const struct view_data *d, char *to,
                           size_t size);

#endif
