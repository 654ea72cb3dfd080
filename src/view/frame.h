/* SPDX-License-Identifier: BSD-2-Clause */
/* frame: boxes, rules, and texts that flow: what panes and the help are made of. */
#ifndef VETHLAB_VIEW_FRAME_H
#define VETHLAB_VIEW_FRAME_H

#include "view/canvas.h"

#include <stdbool.h>

void frame_box(struct area a, bool focused); /* around the area, inside it */
void frame_rule(struct area a, int row, bool focused);
/* From one side of a box to the other. */
void frame_divider(struct area a, int row, bool focused);

/* "^3 v91 more": what is hidden of a list, so that it ends before column `right`; nothing where
 * nothing is hidden or no room is. Returns the column where it begins, else `right`. */
int frame_hidden(struct area a, int row, int right, enum canvas_style style, int before, int after);

/* Texts beside one another, two blanks between, in a new line where one does not fit. The last
 * column of the area stays free. */
struct flow {
    struct area a;
    int row, col, left; /* begin with col = left */
    bool used;
};
/* What is longer than a line goes on in the next, where it can after a blank or a colon. */
void flow_add(struct flow *f, enum canvas_style style, const char *text);
void flow_break(struct flow *f);    /* what comes next begins a line */
int flow_end(const struct flow *f); /* the row after it */

#endif
