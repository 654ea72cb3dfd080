/* SPDX-License-Identifier: BSD-2-Clause */
/* shellview: what a terminal shows, copied onto a canvas. */
#ifndef VETHLAB_VIEW_SHELLVIEW_H
#define VETHLAB_VIEW_SHELLVIEW_H

#include "live/term.h"
#include "view/canvas.h"

/* The terminal's top left at that of the area, or, where the area is lower, so much further down
 * that its cursor is inside. `keys`: it gets the keys, and its cursor is the screen's. */
void shellview_draw(const struct term *t, struct area a, bool keys);

#endif
