/* SPDX-License-Identifier: BSD-2-Clause */
/* rawtty: the caller's terminal, raw while a command's own terminal is relayed through it, and as
 * it was afterwards whatever ends us: a guard process restores it where we cannot (SIGKILL). */
#ifndef VETHLAB_LIVE_RAWTTY_H
#define VETHLAB_LIVE_RAWTTY_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

struct rawtty {
    int fd; /* of the terminal; the caller's */
    struct termios saved, raw;
    bool is_raw;
    pid_t guard;
    int guard_pipe; /* write end: a byte says that nothing is to be restored */
};

/* Remembers the modes of `fd` and starts the guard; nothing is changed yet. */
int rawtty_open(struct rawtty *t, int fd, struct err *e);

/* The same for a terminal that shall only not show what is typed: its lines and signals stay, and
 * rawtty_raw() takes away the echo. */
int rawtty_open_quiet(struct rawtty *t, int fd, struct err *e);

void rawtty_raw(struct rawtty *t);     /* also after SIGCONT, when a shell has had its own modes */
void rawtty_restore(struct rawtty *t); /* not from the background, where the terminal is not ours */
void rawtty_close(struct rawtty *t);   /* restores, ends the guard */
void rawtty_forget(struct rawtty *t);  /* what was typed and not read, if the terminal is ours */

#endif
