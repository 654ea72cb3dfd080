/* SPDX-License-Identifier: BSD-2-Clause */
/* builder_inside: how a process comes into a holder's namespaces, and how it and the one that
 * stays outside talk: datagrams on a SOCK_SEQPACKET socket pair (enum build_message). */
#ifndef VETHLAB_APPLY_BUILDER_INSIDE_H
#define VETHLAB_APPLY_BUILDER_INSIDE_H

#include "apply/builder.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Goes into the namespaces `flags` (CLONE_NEWPID always, CLONE_NEWNS, CLONE_NEWUSER) of the process
 * behind `pidfd` and runs `inside` in a child, because only a child is in the pid namespace; it
 * must not return. This process stays to reap that child: as an orphan it would fall to the
 * machine's init, not to the holder, and its zombie would hold the pid namespace. A failure is told
 * on `channel`. */
_Noreturn void builder_enter(int pidfd, int flags, int channel, void (*inside)(void *ctx),
                             void *ctx);

/* One datagram to whoever is outside; cut at what a message can hold. */
void builder_tell(int channel, enum build_message kind, const void *data, size_t len);
_Noreturn void builder_fail(int channel, const struct err *e); /* tells it and exits */

struct builder_heard {
    int kind; /* enum build_message; 0: whoever is inside has ended */
    size_t len;
    char data[sizeof(struct err) + 1]; /* a text ends with NUL, counted in `len` or not */
};

/* The next datagram; `flags` as of recv(2). False: none waits (MSG_DONTWAIT). */
bool builder_hear(int channel, int flags, struct builder_heard *out);

/* Of BUILD_ERROR: puts the error into *e and returns its number. */
int builder_heard_err(const struct builder_heard *h, struct err *e);

#endif
