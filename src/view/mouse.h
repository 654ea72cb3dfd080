/* SPDX-License-Identifier: BSD-2-Clause */
/* mouse: what a click and the wheel do; pure. What is pointed at is found by drawing the frame once
 * more (view/hits.h). */
#ifndef VETHLAB_VIEW_MOUSE_H
#define VETHLAB_VIEW_MOUSE_H

#include "live/term_input.h"
#include "view/hits.h"
#include "view/ui.h"

#define MOUSE_TWICE_NS (400LL * 1000 * 1000) /* two clicks within it are a double one */

/* What lies at a cell of the screen (ui->rows, ui->cols). */
struct hit mouse_hit(const struct view_ui *ui, const struct view_data *d, int row, int col);

/* A click selects what is there, a second one at the same place zooms or goes to the pane; on a key
 * of the last line it presses that. The wheel moves what is under the pointer. */
enum ui_wish mouse_act(struct view_ui *ui, const struct term_mouse *m, struct view_data *d);

#endif
