/* SPDX-License-Identifier: BSD-2-Clause */
/* events: the log of events on the screen: all of it, a node's part in its pane, and the newest one
 * over the panes' lower edge. */
#ifndef VETHLAB_VIEW_EVENTS_H
#define VETHLAB_VIEW_EVENTS_H

#include "view/canvas.h"
#include "view/data.h"
#include "view/ui.h"

#define EVENTS_NEWEST_NS (6LL * 1000 * 1000 * 1000) /* how long the newest one is shown */

void events_draw(struct area a, const struct view_data *d, const struct view_ui *ui);

/* The last row of `a`, where that is the lower edge of boxes. What is minor waits there until what
 * is not has had its time. */
void events_draw_newest(struct area a, const struct view_data *d);

/* What a key means on that screen; false: nothing there that it does not mean elsewhere. */
bool events_act(struct view_ui *ui, enum ui_action action, const struct view_data *d);

#endif
