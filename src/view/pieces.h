/* SPDX-License-Identifier: BSD-2-Clause */
/* pieces: a line of short texts beside one another, the top and the bottom one of the screen. */
#ifndef VETHLAB_VIEW_PIECES_H
#define VETHLAB_VIEW_PIECES_H

#include "view/canvas.h"

#include <stdbool.h>

#define PIECES_MAX 32

/* Where not all fit, those with the highest rank go first. */
struct piece {
    char key[32], text[192];
    int rank;
    int code;   /* the key that a click on it presses; 0: none */
    bool right; /* at the right end */
};

struct pieces {
    struct piece item[PIECES_MAX];
    int count;
};

/* The new piece, to be filled. */
struct piece *pieces_add(struct pieces *l, int rank, bool right);
void pieces_draw(struct area a, struct pieces *l, enum canvas_style key, enum canvas_style text);

#endif
