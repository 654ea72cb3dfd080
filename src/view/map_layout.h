/* SPDX-License-Identifier: BSD-2-Clause */
/* map_layout: from a graph to places: pure integers, the same on each machine and in each run.
 *
 * Nodes are put down by the shape of what hangs together: a tree from its middle to the left and
 * right, a chain as a line that is folded where it must be, a ring as a rectangle, anything else
 * on a grid, where swaps shorten it. Lines then look for their way cell by cell (map_route.h). */
#ifndef VETHLAB_VIEW_MAP_LAYOUT_H
#define VETHLAB_VIEW_MAP_LAYOUT_H

#include "view/map.h"
#include "view/map_graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAP_VERTICES_MAX 64 /* more are a list and neither picture nor table */
#define MAP_EDGES_MAX    160
#define MAP_SIDE_MAX     400 /* rows and columns of a picture */

enum { ARM_UP = 1, ARM_RIGHT = 2, ARM_DOWN = 4, ARM_LEFT = 8 };

/* Which lines run through a cell: 0 none, else the edge's index + 1. Two at most, and then they
 * cross: one lies wholly in the row, the other in the column. In a cell of a box: the line
 * that ends there. */
struct map_cell {
    uint16_t row_edge, col_edge;
    uint8_t arms; /* ARM_* of both */
    uint8_t text; /* a name or a rate has its place here */
    uint16_t box; /* the vertex's index + 1 */
};

struct map_box {
    int row, col, rows, cols; /* of one row: only the name, between brackets */
};

struct map_slot { /* a place for a text; width 0: there is none */
    int row, col, width;
};

struct map_path {
    uint32_t *cell; /* owned; row * cols + col, from end 0 to end 1, boxes not among them */
    size_t cells;   /* 0: no way was found */
    struct map_slot name[2], rate;
    uint32_t sign[3]; /* cells of the line for a sign: at either end, and in the middle */
};

struct map_layout {
    int rows, cols; /* of the picture, which may be more or less than the room */
    int room_rows, room_cols;
    struct map_box *box;   /* owned; one for each vertex */
    struct map_path *path; /* owned; one for each edge */
    struct map_cell *cell; /* owned; rows * cols */
    size_t vertices, edges;
    size_t lost;   /* edges without a way */
    bool tangled;  /* a part of it is no tree, chain or ring */
    int crossings; /* of straight lines between the places on the grid, before there are ways */
    enum map_form form, wish; /* never MAP_AUTO; if it is not MAP_LINES, there are no places */
    size_t table_edges;       /* of MAP_TABLE: so many there were when it became one */
};

/* `old` with the graph it was made for, or NULL: as many boxes as possible stay where they are,
 * and a table stays one, if the room and the wish are the same. */
void map_layout_init(struct map_layout *l, const struct map_graph *g, int room_rows, int room_cols,
                     enum map_form wish, const struct map_layout *old,
                     const struct map_graph *old_graph);
void map_layout_fini(struct map_layout *l);

#endif
