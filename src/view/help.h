/* SPDX-License-Identifier: BSD-2-Clause */
/* help: the keys, and what the words and signs mean. */
#ifndef VETHLAB_VIEW_HELP_H
#define VETHLAB_VIEW_HELP_H

#include "view/canvas.h"

/* A box in the middle of `a`, without its first `top` lines (as far as there are more than fit). */
void help_draw(struct area a, int top);

int help_lines(void);

#endif
