/* SPDX-License-Identifier: BSD-2-Clause */
/* map_table: the topology as a table, where lines would be a tangle: a row and a column for each
 * node, and where they meet how the link between them is, with the row's interface where that has
 * room. For the map only. */
#ifndef VETHLAB_VIEW_MAP_TABLE_H
#define VETHLAB_VIEW_MAP_TABLE_H

#include "view/map_graph.h"
#include "view/map_layout.h"
#include "view/map_state.h"

struct map_table {
    size_t vertices;
    int *first;                /* owned; [row * vertices + col]: an edge between the two; -1 */
    int *next;                 /* owned; by edge: another one between the same two; -1 */
    int head_rows, label_cols; /* stay while the rest scrolls */
    int number_cols;           /* of the node's number in its row; 0: columns have names */
    int row_pitch, col_pitch;
    bool words, rates; /* cells have room for them */
    int rows, cols;    /* of the whole */
};

/* True if all columns have room. */
bool map_table_fits(const struct map_graph *g, int cols);

/* For a room of this size. */
void map_table_init(struct map_table *t, const struct map_graph *g, int rows, int cols);
void map_table_fini(struct map_table *t);

/* Where the name of a vertex stands at the beginning of its row. */
struct map_box map_table_place(const struct map_table *t, size_t v);
/* The edge whose cell is there, in coordinates of the table, and which of its ends is the row's;
 * -1: none. */
int map_table_edge(const struct map_table *t, const struct map_graph *g, int row, int col,
                   int *end);
/* From vertex `row`, the edge in the next column (`step` 1) or the one before (-1) that of vertex
 * `col`, and which of its ends is the row's; -1: none. */
int map_table_beside(const struct map_table *t, const struct map_graph *g, size_t row, int col,
                     int step, int *end);

struct map_table_frame { /* all borrowed */
    const struct map_graph *graph;
    const struct map_link *at; /* how each edge is */
    const bool *hidden;        /* by node: the filter hides it */
    int top, left;             /* how many rows and columns are scrolled away */
};

void map_table_draw(const struct map_table *t, const struct map_table_frame *f, struct area a,
                    const struct view_data *d, struct map_sel sel);

/* What the signs mean: in the first row, of which `used` columns are taken, or in the last one;
 * left out if neither has room. */
void map_table_signs(const struct map_table *t, struct area a, int used);

#endif
