/* SPDX-License-Identifier: BSD-2-Clause */
/* enter: runs a command in a node: setns(2) by pidfd into all of its namespaces, then fork (a pid
 * namespace is entered by children only), then exec with a clean environment and nothing else. */
#ifndef VETHLAB_KERNEL_ENTER_H
#define VETHLAB_KERNEL_ENTER_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct enter_command {
    char *const *argv;      /* NULL-terminated */
    const char *const *env; /* "KEY=VALUE", NULL-terminated; the whole environment */
    int stdio[3];           /* descriptors for 0, 1 and 2; stay the caller's */
    int user_ns_pidfd;      /* of the lab's holder where its user namespace is another, else -1 */
};

#define ENTER_FAILED    125 /* entering failed: the sentence is on the command's standard error */
#define ENTER_NOT_EXEC  126 /* found, but cannot be executed (env(1)) */
#define ENTER_NOT_FOUND 127

/* Starts the command in the node whose first process `pidfd` is. Returns the pid of a child of
 * ours that ends as the command does (its exit code, or 128+n); waitpid() it. If it is killed, so
 * is the command. -errno with *e set if nothing was started. */
pid_t enter_start(int pidfd, const struct enter_command *c, struct err *e);

#endif
