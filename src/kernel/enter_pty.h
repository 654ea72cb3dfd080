/* SPDX-License-Identifier: BSD-2-Clause */
/* enter_pty: the terminal of an entered command. It is opened inside the node, so that its name
 * means the same there (tty(1), /proc/self/fd), and its master is handed to the caller. */
#ifndef VETHLAB_KERNEL_ENTER_PTY_H
#define VETHLAB_KERNEL_ENTER_PTY_H

#include "kernel/enter.h"

/* In the node: opens a new terminal, sets it up, sends both its ends through `socket`. The
 * command's end stays open in *slave. */
int enter_pty_open(const struct enter_terminal *t, int socket, int *slave, struct err *e);

/* In the caller: what enter_pty_open() sent. */
int enter_pty_receive(int socket, int *master, int *slave, struct err *e);

/* In the leader of a new session: makes `slave` its controlling terminal and puts it where `stdio`
 * has -1. 0 or -1 with errno. */
int enter_pty_take(int slave, const int stdio[3]);

#endif
