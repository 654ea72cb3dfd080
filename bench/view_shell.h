/* SPDX-License-Identifier: BSD-2-Clause */
/* view_shell: a program that writes as fast as it can in a pane of the view, and in tmux. */
#ifndef VETHLAB_BENCH_VIEW_SHELL_H
#define VETHLAB_BENCH_VIEW_SHELL_H

#include "view_pty.h"

/* `view`: a view whose first node is focused; it is left as it was. Notes the figures: the time of
 * `yes | head -c 50M` against tmux with a pane of the same size, and from Ctrl-C to the prompt.
 * Quick: of less, to see that it works. */
void shell_measure(struct pty *view, bool quick);

#endif
