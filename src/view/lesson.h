/* SPDX-License-Identifier: BSD-2-Clause */
/* lesson: the first topic of the help, where a lab is made for it: how two of its nodes are linked
 * by hand, with their names and numbers. */
#ifndef VETHLAB_VIEW_LESSON_H
#define VETHLAB_VIEW_LESSON_H

#include "view/canvas.h"
#include "view/ui.h"

/* Some node sees the first process of another one. */
bool lesson_has(const struct view_data *d);

/* Writes it from `row` on. Returns the row after it; `row` where there is none. */
int lesson_draw(struct area a, int row, const struct view_data *d, const struct view_ui *ui);

#endif
