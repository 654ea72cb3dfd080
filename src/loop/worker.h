/* SPDX-License-Identifier: BSD-2-Clause */
/* worker: a thread that does one job after the other, and whose results come through the loop.
 *
 * For calls that the kernel may keep waiting: a request to rtnetlink waits inside sendmsg(2) while
 * another holds the kernel's lock of it, and a socket that does not block is no help. Who uses a
 * worker is not held up by that, nor does he wait for a job under way when he ends it. */
#ifndef VETHLAB_LOOP_WORKER_H
#define VETHLAB_LOOP_WORKER_H

#include "base/err.h"
#include "loop/loop.h"

#include <stdbool.h>

/* Put first into a structure of one's own, which belongs to the worker from worker_post() until
 * done() or drop() is called, once one of them. */
struct worker_job {
    void (*run)(struct worker_job *job);  /* on the thread: nothing there may be the loop's too */
    void (*done)(struct worker_job *job); /* in the loop, in the order of posting */
    void (*drop)(struct worker_job *job); /* the worker ended before; perhaps on the thread */
    struct worker_job *next;              /* the worker's */
};

struct worker;

/* `loop` is borrowed. The thread is started by the first job; where none can be, a job is done at
 * once, as if it had been called. The signals are blocked on it. */
int worker_new(struct loop *loop, struct worker **out, struct err *e);

void worker_post(struct worker *w, struct worker_job *job);

/* Posted, and done() not yet called. */
bool worker_is_busy(const struct worker *w);

/* Drops what waits and what is done. What is under way is left to itself and dropped at its end;
 * then, which may be at once, last(ctx) is called (NULL: nothing): until then a job may use what
 * it was given. NULL is allowed as a worker where `last` is NULL. */
void worker_free(struct worker *w, void (*last)(void *ctx), void *ctx);

/* Waits until all that was posted has been run, what done() posts included, and calls done(). */
void worker_finish(struct worker *w);

#endif
