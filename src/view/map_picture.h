/* SPDX-License-Identifier: BSD-2-Clause */
/* map_picture: the topology as boxes and lines, from its places and how it is. For the map only. */
#ifndef VETHLAB_VIEW_MAP_PICTURE_H
#define VETHLAB_VIEW_MAP_PICTURE_H

#include "view/map_layout.h"
#include "view/map_state.h"

struct map_picture { /* all borrowed */
    const struct map_graph *graph;
    const struct map_layout *layout;
    const struct map_link *at; /* how each edge is */
    const bool *hidden;        /* by node: the filter hides it */
    int top, left;             /* what is at the area's first row and column */
};

/* Nodes that are hidden, and links to them, are there and dim: the picture stays as it is. */
void map_picture_draw(const struct map_picture *m, struct area a, const struct view_data *d,
                      struct map_sel sel);

#endif
