/* SPDX-License-Identifier: BSD-2-Clause */
/* scene: one frame, from values to cells; pure. */
#ifndef VETHLAB_VIEW_SCENE_H
#define VETHLAB_VIEW_SCENE_H

#include "view/canvas.h"
#include "view/data.h"
#include "view/ui.h"

#define SCENE_ROWS_MIN 6 /* below, only a notice */
#define SCENE_COLS_MIN 20

/* Draws on the whole canvas, whose size and character set decide what fits. (ui->rows and
 * ui->cols shall be the same: keys that turn pages count with them.) */
void scene_draw(const struct view_data *d, const struct view_ui *ui, struct canvas *c);

/* For --once: all nodes below one another, in as many lines as it takes, `cols` wide (at least
 * SCENE_COLS_MIN), nothing selected. Appends plain text. */
void scene_once(const struct view_data *d, int cols, bool ascii, struct buf *out);

#endif
