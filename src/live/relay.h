/* SPDX-License-Identifier: BSD-2-Clause */
/* relay: stands between the caller and a command in a node until that ends. */
#ifndef VETHLAB_LIVE_RELAY_H
#define VETHLAB_LIVE_RELAY_H

#include "base/err.h"
#include "kernel/enter.h"
#include "live/forward.h"

/* A command that has our own descriptors: nothing but signals is passed on; when we are stopped and
 * continued, so is it. Returns its exit code; `n` is finished. */
int relay_signals(struct enter *n, struct forward *f);

/* A command on a terminal of its own: descriptors 0 and 1 are relayed to and from it. Where 0 is a
 * terminal it is raw meanwhile, and the window size is kept in step. End of file on 0: the terminal
 * hangs up if 0 is one, else it gets its own end-of-file character. Returns the exit code, -errno
 * if the caller's terminal could not be set up (the command is ended); `n` is finished. */
int relay_terminal(struct enter *n, struct forward *f, struct err *e);

#endif
