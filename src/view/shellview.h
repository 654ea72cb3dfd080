/* SPDX-License-Identifier: BSD-2-Clause */
/* shellview: what a terminal shows, copied onto a canvas. */
#ifndef VETHLAB_VIEW_SHELLVIEW_H
#define VETHLAB_VIEW_SHELLVIEW_H

#include "live/term.h"
#include "view/canvas.h"

/* The terminal's top left at that of the area; `keys`: it gets the keys, and its cursor is the
 * screen's. Where a line further down is cut off by the area, so is the cursor. */
void shellview_draw(const struct term *t, struct area a, bool keys);

#endif
