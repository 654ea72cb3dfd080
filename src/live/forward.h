/* SPDX-License-Identifier: BSD-2-Clause */
/* forward: the signals that a command in a node gets in our place. */
#ifndef VETHLAB_LIVE_FORWARD_H
#define VETHLAB_LIVE_FORWARD_H

#include "base/err.h"

#include <signal.h>
#include <stdint.h>

struct forward {
    int fd; /* readable when a signal waits */
    sigset_t before;
    uint32_t last_signal, last_pid;
    int64_t last_ns;
};

/* From here on INT, TERM, HUP, QUIT, USR1, USR2, TSTP, CONT and WINCH are read instead of acting,
 * but for those that our caller had ignored (nohup, background jobs of a script). */
int forward_open(struct forward *f, struct err *e);

/* The next signal, or 0: none waits. One that the same process sent a moment ago counts once:
 * timeout(1) sends to its command, then to the group in which that is too. */
int forward_next(struct forward *f);

/* Stops us as an unhandled SIGTSTP would; returns when we are continued. */
void forward_stop(void);

void forward_close(struct forward *f);

#endif
