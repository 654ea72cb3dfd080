/* SPDX-License-Identifier: BSD-2-Clause */
/* map_place: boxes for the nodes of a graph, before there are lines. For map_layout.c only. */
#ifndef VETHLAB_VIEW_MAP_PLACE_H
#define VETHLAB_VIEW_MAP_PLACE_H

#include "view/map_graph.h"
#include "view/map_layout.h"

/* What hangs together: vertices, and who is whose neighbour. */
struct map_part {
    const struct map_graph *g;
    int *vertex; /* borrowed; ascending */
    int count;
    int rows, cols; /* room that is best not exceeded */
    int loose;      /* from 0: how much more room lines get than is needed, after one got lost */
    struct map_box *box;      /* out; by vertex, from row 0 and column 0 */
    int used_rows, used_cols; /* out */
    bool tangled;             /* out: it is no tree, chain or ring */
    int crossings;            /* out: then, of straight lines on its grid */
};

/* Neighbours, each once, in the order of the edges. */
int map_part_degree(const struct map_part *p, int v);
int map_part_neighbours(const struct map_part *p, int v, int to[MAP_VERTICES_MAX]);
/* How many lines there are between two; in *names the columns that their names need. */
int map_part_lines(const struct map_part *p, int a, int b, int *names);

bool map_place_tree(struct map_part *p); /* false: it is none */
bool map_place_chain(struct map_part *p);
bool map_place_ring(struct map_part *p);
void map_place_grid(struct map_part *p);

#endif
