/* SPDX-License-Identifier: BSD-2-Clause */
/* map_route: lines between boxes: each takes the way that costs least, where steps, bends,
 * crossings and being close to others cost; what is crossed is then taken up and laid anew. For
 * map_layout.c only. */
#ifndef VETHLAB_VIEW_MAP_ROUTE_H
#define VETHLAB_VIEW_MAP_ROUTE_H

#include "view/map_graph.h"
#include "view/map_layout.h"

/* l->box, rows, cols and cell (with boxes in it) are given; fills l->path[].cell and the cells'
 * lines, and counts l->lost. */
void map_route(struct map_layout *l, const struct map_graph *g);
/* Then: places for names, rates and signs on and beside the lines. */
void map_route_texts(struct map_layout *l, const struct map_graph *g);

#endif
