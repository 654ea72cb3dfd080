/* SPDX-License-Identifier: BSD-2-Clause */
/* list: all nodes that the filter shows, a line each, sorted as ui->sort says; the focused one is
 * selected and always seen. */
#ifndef VETHLAB_VIEW_LIST_H
#define VETHLAB_VIEW_LIST_H

#include "view/canvas.h"
#include "view/data.h"
#include "view/ui.h"

void list_draw(struct area a, const struct view_data *d, const struct view_ui *ui);

#endif
