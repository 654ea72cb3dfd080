/* SPDX-License-Identifier: BSD-2-Clause */
/* draw: a canvas onto the screen that is up (view/screen.h). It decides nothing but how a style
 * looks on this terminal. */
#ifndef VETHLAB_VIEW_DRAW_H
#define VETHLAB_VIEW_DRAW_H

#include "view/canvas.h"
#include "view/theme.h"

struct drawer;

/* After screen_open(). Colours are used where the terminal has them and the theme wants them. */
struct drawer *draw_new(void);
void draw_free(struct drawer *d); /* NULL is allowed */

/* Shows the canvas at the top left. Rows that are as they were are not touched, and of the others
 * ncurses sends what differs. */
void draw_canvas(struct drawer *d, const struct canvas *c, enum theme theme);

/* What is on the terminal is not known any more (it was resized, or somebody wrote over it). */
void draw_forget(struct drawer *d);

#endif
