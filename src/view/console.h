/* SPDX-License-Identifier: BSD-2-Clause */
/* console: runs what the palette was told (live/errand.h), and keeps what it prints. */
#ifndef VETHLAB_VIEW_CONSOLE_H
#define VETHLAB_VIEW_CONSOLE_H

#include "live/errand.h"
#include "view/command.h"
#include "view/ui.h"

struct output;

struct console {
    struct errand *errand; /* borrowed; NULL: nothing can be run */
    struct command_lab lab;
    struct view_ui *ui;
    struct output *output; /* owned */
    void (*changed)(void *ctx);
    void *ctx;
};

/* errand, lab, ui, changed and ctx are set. 0 or -errno. */
int console_start(struct console *c, struct loop *loop, struct err *e);
void console_end(struct console *c);

/* A line of the palette; what cannot be done is said. The wish is to be granted by the caller. */
enum ui_wish console_take(struct console *c, const char *line, struct view_data *d);

/* True if a command runs, and was told to end. */
bool console_interrupt(struct console *c);
bool console_is_busy(const struct console *c);

#endif
