/* SPDX-License-Identifier: BSD-2-Clause */
/* output: what a command of the palette has printed, and the box over the screen in which it is
 * read; pure. */
#ifndef VETHLAB_VIEW_OUTPUT_H
#define VETHLAB_VIEW_OUTPUT_H

#include "base/buf.h"
#include "view/canvas.h"

#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_LINES_MAX 2000 /* the last ones */
#define OUTPUT_LINE_MAX  1000 /* bytes; a longer line goes on in the next */

struct output {
    char *title;                  /* owned, clean; NULL: nothing was run yet */
    char *line[OUTPUT_LINES_MAX]; /* owned, clean; a ring */
    size_t lines;                 /* of all that were printed */
    struct buf partial;           /* raw: the last line, which may go on */
    bool running;
    int code; /* when it ended */
};

struct output *output_new(void);
void output_free(struct output *o); /* NULL is allowed */

void output_begin(struct output *o, const char *title);
void output_add(struct output *o, const char *bytes, size_t len);
void output_end(struct output *o, int code);

/* Rows of the text, `cols` wide (a row of a table stays one, other lines are folded at blanks), and
 * the rows and columns that are seen of it in `a`. */
int output_rows(const struct output *o, int cols);
void output_room(const struct output *o, struct area a, int *rows, int *cols);

/* Columns of the widest row that is not folded; 0: none. */
int output_width(const struct output *o);

/* `top`: the first row that is seen; < 0: so that the last one is. `left`: the first column of
 * rows that are not folded. */
void output_draw(const struct output *o, struct area a, int top, int left);

#endif
