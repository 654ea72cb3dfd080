/* SPDX-License-Identifier: BSD-2-Clause */
/* map: the topology drawn in characters: nodes as boxes, links as lines, and what is not well.
 *
 * Where things lie follows from nodes, links and the room alone, so that the picture stands still
 * while state, addresses and traffic change. What would be a tangle of lines becomes a table: a row
 * and a column for each node, and where they meet the link between them. What is too much for
 * either (by its size against the room) becomes a list: each node that has several neighbours with
 * these, counted. */
#ifndef VETHLAB_VIEW_MAP_H
#define VETHLAB_VIEW_MAP_H

#include "view/canvas.h"
#include "view/data.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map; /* remembers places and how far it is scrolled between frames */

/* What is selected: a node of the snapshot, and one of its links or 0. */
struct map_sel {
    size_t node;
    uint32_t ifindex;
};

/* How the lab is shown; of what cannot be, the automatic choice is taken. */
enum map_form { MAP_AUTO, MAP_LINES, MAP_TABLE, MAP_LIST, MAP_FORM_COUNT };

struct map_wish {
    struct map_sel sel;
    const char *filter; /* nodes_match(); NULL: none. What it hides is there, and dim. */
    enum map_form form;
};

enum map_dir { MAP_UP, MAP_RIGHT, MAP_DOWN, MAP_LEFT };

struct map *map_new(void);    /* owned by the caller */
void map_free(struct map *m); /* NULL is allowed */

/* Draws into the whole area and brings the selected node into it. Its last row tells of the
 * selected link all that is known, or of the node. */
void map_draw(struct map *m, struct area a, const struct view_data *d, const struct map_wish *w);

/* True if the interface has a line (or stands in the table) there: lo, for one, has none. */
bool map_has_link(const struct view_data *d, size_t node, const struct snap_if *i);

/* What the last map_draw() put at a cell of the canvas (not of the area): a node, with ifindex 0,
 * or the nearer end of a link. A box of the machine or of the outside gives false. */
bool map_hit(const struct map *m, int row, int col, struct map_sel *out);

/* The next node in a direction, as the last map_draw() laid it out; `node` itself at the edge. */
size_t map_step(const struct map *m, size_t node, enum map_dir dir);

/* In a table, left and right are other links of the same node: the one beside `from`, or `from`
 * at the edge. False: it is another direction, or no table. */
bool map_step_link(const struct map *m, struct map_sel from, enum map_dir dir, struct map_sel *out);

#endif
