/* SPDX-License-Identifier: BSD-2-Clause */
/* ns: the worker thread that goes into network namespaces so that nobody else has to.
 *
 * The thread ends after each call: it would be in the last namespace, and keep that alive. */
#include "kernel/ns.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

struct job {
    const int *netns_fd; /* NULL: one new namespace */
    size_t count;
    ns_fn *fn;
    void *ctx;
    struct err *each;  /* or NULL */
    struct err *first; /* of the caller */
    int result;
};

static int enter(const struct job *j, size_t i, struct err *e)
{
    if (!j->netns_fd) {
        if (unshare(CLONE_NEWNET) == 0)
            return 0;
        return err_set(e, errno,
                       "cannot make a network namespace to work in (the sysctl "
                       "user.max_net_namespaces limits their number)");
    }
    if (setns(j->netns_fd[i], CLONE_NEWNET) < 0)
        return err_set(e, errno, "cannot enter network namespace %zu of %zu", i + 1, j->count);
    return 0;
}

static void *work(void *arg)
{
    struct job *j = arg;
    for (size_t i = 0; i < j->count; i++) {
        struct err e = ERR_INIT;
        int r = enter(j, i, &e);
        if (r == 0)
            r = j->fn(i, j->ctx, &e);
        if (j->each)
            j->each[i] = e;
        if (r < 0 && j->result == 0) {
            j->result = r;
            *j->first = e;
        }
    }
    return NULL;
}

static int run(struct job *j)
{
    pthread_t thread;
    sigset_t all, before;
    if (j->count == 0)
        return 0;
    /* The thread inherits the mask: signals stay the main thread's. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&thread, NULL, work, j);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (r)
        return err_set(j->first, r, "cannot start a thread (a limit on processes: ulimit -u)");
    pthread_join(thread, NULL);
    return j->result;
}

int ns_run_each(const int *netns_fd, size_t count, ns_fn *fn, void *ctx, struct err *each,
                struct err *e)
{
    struct job j = {
        .netns_fd = netns_fd, .count = count, .fn = fn, .ctx = ctx, .each = each, .first = e};
    return run(&j);
}

int ns_run_new(ns_fn *fn, void *ctx, struct err *e)
{
    struct job j = {.count = 1, .fn = fn, .ctx = ctx, .first = e};
    return run(&j);
}
