/* SPDX-License-Identifier: BSD-2-Clause */
/* map_list: the topology as a list, where a picture would be too much: each node that has several
 * neighbours on a row of its own, with numbers; below it those that hang on it alone.
 * For the map only. */
#ifndef VETHLAB_VIEW_MAP_LIST_H
#define VETHLAB_VIEW_MAP_LIST_H

#include "view/map_graph.h"
#include "view/map_layout.h"
#include "view/map_state.h"

struct map_list {
    struct map_box *place; /* owned; of each vertex, one row high */
    bool *head;            /* owned; a row of its own */
    size_t vertices;
    int rows;
};

void map_list_init(struct map_list *l, const struct map_graph *g, int cols);
void map_list_fini(struct map_list *l);

/* `top`: the first row of the list that is shown; `at`: how each edge is; `hidden`: by node. */
void map_list_draw(const struct map_list *l, struct area a, int top, const struct view_data *d,
                   const struct map_graph *g, const struct map_link *at, const bool *hidden,
                   struct map_sel sel);

/* The first row: how many there are, and what is not well. Returns how wide that is. */
int map_list_sum(struct area a, const struct view_data *d, const struct map_graph *g,
                 const struct map_link *at);

#endif
