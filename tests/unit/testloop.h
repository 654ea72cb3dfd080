/* SPDX-License-Identifier: BSD-2-Clause */
/* testloop: a loop for tests that want to say themselves when time passes: poll(2) over the added
 * descriptors, timers that fire when asked. It takes the place of src/loop in the test program. */
#ifndef VETHLAB_TESTS_TESTLOOP_H
#define VETHLAB_TESTS_TESTLOOP_H

#include <poll.h>
#include <string.h>

#include "loop/loop.h"

#define TESTLOOP_MAX 64

struct loop_source {
    bool used;
    int fd; /* -1: a timer */
    loop_fd_fn *fd_fn;
    loop_timer_fn *timer_fn;
    int64_t due_ns; /* of a timer; 0: stopped */
    void *ctx;
};

struct loop {
    struct loop_source source[TESTLOOP_MAX];
};

static inline struct loop_source *testloop_add(struct loop *l, struct loop_source s)
{
    for (int i = 0; i < TESTLOOP_MAX; i++)
        if (!l->source[i].used) {
            l->source[i] = s;
            l->source[i].used = true;
            return &l->source[i];
        }
    return NULL;
}

struct loop_source *loop_add_fd(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *ctx,
                                struct err *e)
{
    (void)events, (void)e;
    return testloop_add(l, (struct loop_source){.fd = fd, .fd_fn = fn, .ctx = ctx});
}

struct loop_source *loop_add_timer(struct loop *l, int64_t first_ns, int64_t every_ns,
                                   loop_timer_fn *fn, void *ctx, struct err *e)
{
    (void)every_ns, (void)e;
    return testloop_add(
        l, (struct loop_source){.fd = -1, .timer_fn = fn, .ctx = ctx, .due_ns = first_ns});
}

void loop_set_timer(struct loop_source *s, int64_t first_ns, int64_t every_ns)
{
    (void)every_ns;
    s->due_ns = first_ns;
}

void loop_stop_timer(struct loop_source *s)
{
    s->due_ns = 0;
}

void loop_remove(struct loop_source *s)
{
    if (s)
        s->used = false;
}

/* Serves one readable descriptor; false if none became readable within `ms`. */
static inline bool testloop_step(struct loop *l, int ms)
{
    struct pollfd p[TESTLOOP_MAX];
    for (int i = 0; i < TESTLOOP_MAX; i++)
        p[i] = (struct pollfd){.fd = l->source[i].used ? l->source[i].fd : -1, .events = POLLIN};
    if (poll(p, TESTLOOP_MAX, ms) <= 0)
        return false;
    for (int i = 0; i < TESTLOOP_MAX; i++)
        if (p[i].revents && l->source[i].used)
            l->source[i].fd_fn(p[i].fd, POLLIN, l->source[i].ctx);
    return true;
}

/* Fires each timer that is set, as if its time had come; how many. */
static inline int testloop_fire(struct loop *l)
{
    int fired = 0;
    for (int i = 0; i < TESTLOOP_MAX; i++) {
        struct loop_source *s = &l->source[i];
        if (!s->used || s->fd >= 0 || s->due_ns == 0)
            continue;
        int64_t due_ns = s->due_ns;
        s->due_ns = 0;
        s->timer_fn(due_ns, s->ctx);
        fired++;
    }
    return fired;
}

static inline bool testloop_is_empty(const struct loop *l)
{
    for (int i = 0; i < TESTLOOP_MAX; i++)
        if (l->source[i].used)
            return false;
    return true;
}

#endif
