/* SPDX-License-Identifier: BSD-2-Clause */
/* help: the experiment by hand, where the lab is made for it, the keys that count on this screen,
 * those first that a beginner needs, and what the words and signs mean. */
#ifndef VETHLAB_VIEW_HELP_H
#define VETHLAB_VIEW_HELP_H

#include "view/canvas.h"
#include "view/keys.h"

/* A box in the middle of `a`, without its first ui->help_top lines (as far as there are more than
 * fit). */
void help_draw(struct area a, const struct view_data *d, const struct view_ui *ui);

/* On a screen of ui->cols. */
int help_lines(const struct view_ui *ui, const struct view_data *d);

/* How many of them are seen at a time on a screen of ui->rows. */
int help_page(const struct view_ui *ui, const struct view_data *d);

#endif
