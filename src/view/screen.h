/* SPDX-License-Identifier: BSD-2-Clause */
/* screen: the terminal from the moment it becomes a screen until it is given back, whatever ends
 * the program. Notes (base/log.h) are kept while it is up and printed afterwards. */
#ifndef VETHLAB_VIEW_SCREEN_H
#define VETHLAB_VIEW_SCREEN_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct screen;

/* One key, as a number: a character (Unicode), or SCREEN_KEY_*. */
enum {
    SCREEN_KEY_NONE = -1, /* none waits */
    SCREEN_KEY_HANGUP = -2,
    SCREEN_KEY_UP = 0x110000, /* above all characters */
    SCREEN_KEY_DOWN,
    SCREEN_KEY_LEFT,
    SCREEN_KEY_RIGHT,
    SCREEN_KEY_PAGE_UP,
    SCREEN_KEY_PAGE_DOWN,
    SCREEN_KEY_HOME,
    SCREEN_KEY_END,
    SCREEN_KEY_BACK_TAB,
    SCREEN_KEY_OTHER, /* one that has no name here */
};

/* Called for each note while the screen is up; `line` is borrowed. */
typedef void screen_note_fn(const char *line, void *ctx);

/* Puts the screen up, behind its guard (view/guard.h). To be called while single-threaded. -EINVAL
 * with a sentence where $TERM names no terminal that can move its cursor. One at a time. */
int screen_open(screen_note_fn *fn, void *ctx, struct screen **out, struct err *e);

/* Gives the terminal back and prints the notes; NULL is allowed. */
void screen_close(struct screen *s);

int screen_input(const struct screen *s); /* descriptor to wait on before screen_key() */

/* The next key, never waiting. What was pressed is all read when SCREEN_KEY_NONE comes. */
int32_t screen_key(struct screen *s);

/* After SIGWINCH: the new size in columns and rows. */
void screen_resize(struct screen *s, int *columns, int *rows);
void screen_size(const struct screen *s, int *columns, int *rows);

/* After SIGTSTP (blocked): gives the terminal back, stops the process, and puts the screen up again
 * when it is continued. */
void screen_stop(struct screen *s);

/* After SIGCONT: a shell may have had the terminal meanwhile. Everything is drawn anew. */
void screen_continue(struct screen *s);

#endif
