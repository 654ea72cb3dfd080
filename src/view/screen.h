/* SPDX-License-Identifier: BSD-2-Clause */
/* screen: the terminal from the moment it becomes a screen until it is given back, whatever ends
 * the program. Notes (base/log.h) are kept while it is up and printed afterwards. */
#ifndef VETHLAB_VIEW_SCREEN_H
#define VETHLAB_VIEW_SCREEN_H

#include "base/err.h"
#include "view/keyinput.h"

#include <stdbool.h>

struct screen;

/* Called for each note while the screen is up; `line` is borrowed. */
typedef void screen_note_fn(const char *line, void *ctx);

/* Puts the screen up, behind its guard (view/guard.h). To be called while single-threaded. -EINVAL
 * with a sentence where $TERM names no terminal that can move its cursor. One at a time. */
int screen_open(screen_note_fn *fn, void *ctx, struct screen **out, struct err *e);

/* Gives the terminal back and prints the notes; NULL is allowed. */
void screen_close(struct screen *s);

int screen_input(const struct screen *s); /* descriptor to wait on before screen_key() */

/* The next key, never waiting. What was pressed is all read when SCREEN_KEY_NONE comes. */
int screen_key(struct screen *s);

/* When it is to be asked next although nothing came: a paste ends so whose end is lost. 0: never */
int64_t screen_due_ns(const struct screen *s);

/* What was pasted, or where the mouse is, until the next screen_key(). */
const struct buf *screen_paste(const struct screen *s);
const struct term_mouse *screen_mouse(const struct screen *s);

/* The mouse is ours and no longer the terminal's own for selecting; or given back. */
void screen_take_mouse(struct screen *s, bool on);

/* All keys come as keys, Ctrl-C and its like too: they are for somebody else. */
void screen_all_keys(struct screen *s, bool on);

void screen_size(const struct screen *s, int *rows, int *cols);
void screen_resize(struct screen *s); /* after SIGWINCH */

/* After SIGTSTP (blocked): gives the terminal back and stops the process. When it is continued the
 * screen is down, unless screen_raise() finds that it may be up. */
void screen_stop(struct screen *s);

/* True if nothing may be drawn: the program was stopped, and is in the background since. */
bool screen_is_down(const struct screen *s);

/* After SIGCONT, or any time: puts a screen that is down up again if this is the terminal's
 * foreground process group. True if it did: everything must be drawn anew. */
bool screen_raise(struct screen *s);

/* After SIGCONT: somebody may have had the terminal, if it was SIGSTOP that stopped us. */
void screen_refresh(struct screen *s);

#endif
