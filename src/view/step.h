/* SPDX-License-Identifier: BSD-2-Clause */
/* step: what the step bar of `run --step` shows, as a plain value, and the bar itself. */
#ifndef VETHLAB_VIEW_STEP_H
#define VETHLAB_VIEW_STEP_H

#include "teach/steps.h"
#include "view/canvas.h"

#include <stdbool.h>
#include <stddef.h>

struct view_step_line {
    const char *place; /* whose terminal: a node, or "machine"; borrowed */
    char *text;        /* owned; what is typed there */
    bool more;         /* the line before goes on: a shell asks for it with another sign */
};

/* One step in words. */
struct view_step_words {
    struct view_step_line *line; /* owned */
    size_t lines, line_room;
    char *sentence; /* owned */
};

/* Everything of the topology that is borrowed must outlive it. */
void step_words_init(struct view_step_words *w, const struct topo *t, const struct op *op);
void step_words_fini(struct view_step_words *w);

enum view_step_state {
    STEP_NEXT,  /* the step is the one that a key would do */
    STEP_DOING, /* it is being done */
    STEP_UNDOING,
    STEP_FAILED, /* doing or undoing it failed: `error` says why */
    STEP_ENDED,  /* nothing can be done any more: `error` says why */
};

struct view_step {
    const struct view_step_words *words; /* borrowed; of the step; NULL: all are done */
    size_t number, of;                   /* of the step, from 1; all of them */
    enum view_step_state state;
    bool undo;         /* STEP_FAILED: it was to be undone */
    bool may_skip;     /* STEP_FAILED: a command, which may be passed over */
    bool running;      /* on to the end, until a key is pressed */
    size_t skipped;    /* commands that failed and were passed over */
    const char *error; /* borrowed; or NULL */
};

/* Rows that the bar takes for these words, `cols` wide. */
int step_bar_rows(const struct view_step_words *w, int cols, bool ascii);

/* Draws a struct view_step into all rows of `a`. What does not fit is cut: the sentence first, down
 * to one row, then the commands. */
void step_bar_draw(struct area a, const void *view_step);

#endif
