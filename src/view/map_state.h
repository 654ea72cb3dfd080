/* SPDX-License-Identifier: BSD-2-Clause */
/* map_state: how the links and nodes of the map are: all of it may change from frame to frame while
 * the places do not. For the map only. */
#ifndef VETHLAB_VIEW_MAP_STATE_H
#define VETHLAB_VIEW_MAP_STATE_H

#include "view/map.h"
#include "view/map_graph.h"

#define MAP_BUSY_BPS 100000 /* bytes a second from which a line is drawn heavy */

struct map_link {
    const struct snap_if *iface[2]; /* of the first link; NULL: not of this lab, or gone */
    int up, all;                    /* of the links that this line stands for */
    bool set_down[2];               /* this end (of one of them) is down by its own flag */
    uint64_t bps;                   /* bytes a second, both directions; 0: none or not known */
    bool selected;
    int selected_end;
    bool hidden; /* by the filter, with both of its nodes; for the caller to set */
};

struct map_link map_state_link(const struct view_data *d, const struct map_graph *g, size_t edge,
                               struct map_sel sel);
/* One of the last echo requests of this node was not answered, or not even sent. */
bool map_state_has_loss(const struct view_data *d, size_t node);

/* One line about the selected link, or the node, in at most `cols` columns if it can be said in
 * so many. Owned by the caller. */
char *map_state_words(const struct view_data *d, const struct canvas *c, int cols,
                      struct map_sel sel);
/* "1.2k/s" */
const char *map_state_rate(char to[32], uint64_t bps);

#endif
