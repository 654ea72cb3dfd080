/* SPDX-License-Identifier: BSD-2-Clause */
/* doing: the keys by which something is done to the lab: its links, its processes, its pings; pure.
 * For the ui only. */
#ifndef VETHLAB_VIEW_DOING_H
#define VETHLAB_VIEW_DOING_H

#include "view/ui.h"

/* True if `action` is one of these; then *wish is what it asks of the world. Whatever cannot be
 * done here is said. */
bool doing_act(struct view_ui *ui, enum ui_action action, const struct view_data *d,
               enum ui_wish *wish);

#endif
