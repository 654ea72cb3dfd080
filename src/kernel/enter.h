/* SPDX-License-Identifier: BSD-2-Clause */
/* enter: runs a command in a node: setns(2) by pidfd into all of its namespaces, then fork (a pid
 * namespace is entered by children only), then exec with a clean environment and nothing else: no
 * descriptor, group, signal disposition or mask of the caller, in a session of its own. */
#ifndef VETHLAB_KERNEL_ENTER_H
#define VETHLAB_KERNEL_ENTER_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

struct enter_terminal { /* what the new terminal begins with */
    bool has_modes;
    struct termios modes;
    struct winsize size;
};

struct enter_command {
    char *const *argv;      /* NULL-terminated; argv[0] is looked for in the PATH of `env` */
    char *const *fallback;  /* executed where argv cannot be (shell); NULL: nothing is */
    const char *const *env; /* "KEY=VALUE", NULL-terminated; the whole environment */
    const char *cwd;        /* entered if the node has it, else /; NULL: / */
    int stdio[3];      /* descriptors for 0, 1 and 2, stay the caller's; -1: the new terminal */
    int user_ns_pidfd; /* of the lab's holder where its user namespace is another, else -1 */
    const struct enter_terminal *terminal; /* or NULL: stdio has no -1 */
};

/* A command that was started: a child of ours that ends as the command does. */
struct enter {
    pid_t pid;
    int leash;         /* while it is open the command may live */
    int master, slave; /* of the new terminal, opened inside the node; else -1 */
};

#define ENTER_INIT                                                                                 \
    {                                                                                              \
        0, -1, -1, -1                                                                              \
    }

#define ENTER_FAILED    125 /* the node could not be entered */
#define ENTER_NOT_EXEC  126 /* found, but cannot be executed (env(1)) */
#define ENTER_NOT_FOUND 127

/* Starts the command in the node whose first process `pidfd` is, and returns when it has been
 * executed. On failure nothing runs, and e->exit is one of the three codes above.
 *
 * The command does not outlive us, whatever ends us: the child kills it when the leash closes, and
 * the kernel kills it when the child is killed. */
int enter_start(int pidfd, const struct enter_command *c, struct enter *out, struct err *e);

/* Sends the signal, once, to the command's process group. Nothing if it ended. */
void enter_signal(const struct enter *n, int sig);

/* Waits for the end: the exit code, or 128+n. Closes what `n` holds. */
int enter_wait(struct enter *n);

#endif
