/* SPDX-License-Identifier: BSD-2-Clause */
/* stepping: the steps of `run --step` in the split view: what keys ask of apply/stepper.h, what
 * becomes of it, and the bar that tells. */
#ifndef VETHLAB_VIEW_STEPPING_H
#define VETHLAB_VIEW_STEPPING_H

#include "apply/stepper.h"
#include "base/err.h"
#include "kernel/lab.h"
#include "loop/loop.h"
#include "view/ui.h"

#include <stdbool.h>

struct stepping;

/* What a lab that is stepped through has for the view; all borrowed. */
struct view_steps {
    struct stepper *stepper;
    struct lab *lab;         /* the one that is viewed; lab_expect_nodes() was called */
    const struct topo *topo; /* its nodes are the lab's, in the same order */
};

struct stepping_hooks {
    void (*changed)(void *ctx);                /* the bar, or the lab: a frame is wanted */
    void (*note)(const char *text, void *ctx); /* borrowed: what a command said, say */
    void *ctx;
};

/* `ui` gets the bar, and follows the steps: the node where something happens has the focus. */
int stepping_start(struct loop *loop, const struct view_steps *v, struct view_ui *ui, bool ascii,
                   const struct stepping_hooks *hooks, struct stepping **out, struct err *e);
void stepping_stop(struct stepping *s); /* NULL is allowed */

/* What a key asks. What cannot be done at once is done when it can: keys may come faster. */
void stepping_wish(struct stepping *s, enum ui_wish wish);

/* A key was pressed: stops running on. True if it was, and the key has had its effect. */
bool stepping_interrupt(struct stepping *s);

/* Before a frame: sets the bar's height for this screen. */
void stepping_fit(struct stepping *s, int rows, int cols);

/* True once after nodes have come or gone, or less is to be pinged: the lab's nodes were looked
 * for anew, and session_renew() is due. */
bool stepping_take_change(struct stepping *s);

#endif
