/* SPDX-License-Identifier: BSD-2-Clause */
/* errand: commands of this program that the view has run for it.
 *
 * A view of a rootless lab has entered the lab's user namespace, from which other labs cannot be
 * reached and nothing new be built; and it must never wait. So a runner is forked before, which
 * executes one command at a time where the view was started, without a terminal, and hands back
 * what it prints. It keeps nothing of the view but one end of a socket; when that closes, the
 * command that runs is asked to end (SIGTERM), and the runner ends. */
#ifndef VETHLAB_LIVE_ERRAND_H
#define VETHLAB_LIVE_ERRAND_H

#include "base/err.h"
#include "loop/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define ERRAND_WORDS_MAX 64
#define ERRAND_BYTES_MAX 8192 /* of all words */

struct errand_hooks {
    /* What the command wrote to standard output and standard error, as it comes; raw bytes. */
    void (*output)(const char *bytes, size_t len, void *ctx);
    /* It ended: its exit code, 128+n after signal n, 127 if it could not be executed. */
    void (*ended)(int code, void *ctx);
    void *ctx;
};

struct errand {
    int fd; /* -1: none */
    pid_t runner;
    bool busy; /* a command runs */
    struct loop_source *source;
    struct errand_hooks hooks;
};

#define ERRAND_NONE                                                                                \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/* Forks the runner: while single-threaded, before namespaces are entered and the terminal is
 * changed. `program` is executed for each command; NULL: this one. 0 or -errno. */
int errand_open(struct errand *r, const char *program, struct err *e);

/* From now on `hooks` are called from the loop. 0 or -errno. */
int errand_watch(struct errand *r, struct loop *loop, const struct errand_hooks *hooks,
                 struct err *e);

/* Runs the program with these arguments (argv[0] is not among them; NULL-terminated). -EBUSY while
 * another command runs, -E2BIG beyond the limits, -EPIPE where the runner was killed. */
int errand_run(struct errand *r, const char *const *words, struct err *e);

void errand_interrupt(struct errand *r); /* SIGINT to the command that runs, if one does */

void errand_close(struct errand *r); /* ends the runner and waits for it */

#endif
