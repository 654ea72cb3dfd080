/* SPDX-License-Identifier: BSD-2-Clause */
/* guard: a small process that gives the terminal back when the main process can no longer do so:
 * after a crash, even after SIGKILL.
 *
 * It holds one end of a socket pair, the terminal, and nothing else of its parent, so that neither
 * a lab's lifeline nor anything else lives longer through it. It has a session of its own, which
 * the terminal's signals do not reach, and all signals blocked. */
#ifndef VETHLAB_VIEW_GUARD_H
#define VETHLAB_VIEW_GUARD_H

#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

struct guard {
    pid_t pid; /* 0: none */
    int fd;    /* -1: none */
};

#define GUARD_NONE                                                                                 \
    {                                                                                              \
        0, -1                                                                                      \
    }

/* Forks the guard, to be called while single-threaded and before the terminal is changed. `sane` is
 * what the terminal shall have in the end, `reset` the bytes that bring its ordinary screen back;
 * both are copied by the fork. 0 or -errno. */
int guard_start(struct guard *g, int tty, const struct termios *sane, const char *reset,
                size_t reset_len, struct err *e);

/* The screen is up, and the terminal has these settings: from now on the guard is armed. Only a
 * terminal that still has them in the end is set back: otherwise a shell was there before. */
void guard_arm(const struct guard *g, const struct termios *up);

/* The screen is down (stopped, say): the terminal is somebody else's. */
void guard_disarm(const struct guard *g);

/* Ends the guard, which touches nothing, and waits for it. */
void guard_end(struct guard *g);

/* Ends the guard as if the main process had died: it gives the terminal back. For a main process
 * that is in the background, and which tcsetattr(3) would stop. */
void guard_leave_it(struct guard *g);

#endif
