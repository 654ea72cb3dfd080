/* SPDX-License-Identifier: BSD-2-Clause */
/* hits: what lies where on the screen, for the mouse. Whoever draws a thing marks the cells that it
 * took; nothing is kept: a frame is drawn for the question. */
#ifndef VETHLAB_VIEW_HITS_H
#define VETHLAB_VIEW_HITS_H

#include "view/canvas.h"

#include <stddef.h>
#include <stdint.h>

enum hit_kind {
    HIT_NOTHING,
    HIT_PANE, /* of `node` */
    HIT_LINK, /* of `node`: `id` is its index */
    HIT_PING, /* of `node`: `id` counts from 1 */
    HIT_ROW,  /* of the list: `node` */
    HIT_MAP,  /* map_hit() knows more */
    HIT_LOG,
    HIT_KEY,    /* in the last line: `id` is the key */
    HIT_OUTPUT, /* the box of a command */
    HIT_HELP,
};

struct hit {
    enum hit_kind kind;
    size_t node;
    uint32_t id;
};

/* Where the canvas has a collection of marks: these cells are that, instead of what was there. */
void hits_mark(struct area a, struct hit what);
void hits_mark_rows(struct area a, int row, int rows, struct hit what);

/* A collection for a canvas (its `hits`): asked about one cell. */
struct hits {
    int row, col;     /* of the canvas */
    struct hit found; /* the last mark on it */
};

#endif
