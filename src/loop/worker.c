/* SPDX-License-Identifier: BSD-2-Clause */
/* worker: see the header.
 *
 * Thread and owner share one structure, which the last of them frees: a thread that runs a job when
 * its owner goes is detached, so that nobody has to wait for it. */
#include "loop/worker.h"

#include "base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct list {
    struct worker_job *first, **end;
};

struct worker {
    pthread_mutex_t lock;
    pthread_cond_t more, idle; /* for the thread; for worker_finish() */
    struct list waiting, over;
    pthread_t thread;
    bool has_thread, runs;
    bool left, alone; /* the owner is gone; and the thread was detached */
    size_t undone;    /* the owner's: posted, and done() not yet called */
    int eventfd;      /* written for each job that is over */
    struct loop_source *source;
    void (*last)(void *ctx);
    void *last_ctx;
};

static void list_init(struct list *l)
{
    l->first = NULL;
    l->end = &l->first;
}

static void list_add(struct list *l, struct worker_job *job)
{
    job->next = NULL;
    *l->end = job;
    l->end = &job->next;
}

static struct worker_job *list_take(struct list *l)
{
    struct worker_job *job = l->first;
    if (!job)
        return NULL;
    l->first = job->next;
    if (!l->first)
        l->end = &l->first;
    return job;
}

static void list_drop(struct list *l)
{
    for (struct worker_job *job; (job = list_take(l));)
        job->drop(job);
}

/* Nobody else knows it any more. */
static void destroy(struct worker *w)
{
    list_drop(&w->waiting);
    list_drop(&w->over);
    if (w->last)
        w->last(w->last_ctx);
    if (w->eventfd >= 0)
        close(w->eventfd);
    pthread_cond_destroy(&w->more);
    pthread_cond_destroy(&w->idle);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static void tell(struct worker *w)
{
    static const uint64_t one = 1;
    ssize_t ignored = write(w->eventfd, &one, sizeof one); /* cannot fail: the count is small */
    (void)ignored;
}

static void run_one(struct worker *w, struct worker_job *job)
{
    w->runs = true;
    pthread_mutex_unlock(&w->lock);
    job->run(job);
    pthread_mutex_lock(&w->lock);
    w->runs = false;
    list_add(&w->over, job);
    tell(w);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->left) {
        struct worker_job *job = list_take(&w->waiting);
        if (job) {
            run_one(w, job);
            continue;
        }
        pthread_cond_signal(&w->idle);
        pthread_cond_wait(&w->more, &w->lock);
    }
    bool alone = w->alone;
    pthread_mutex_unlock(&w->lock);
    if (alone)
        destroy(w);
    return NULL;
}

static bool start_thread(struct worker *w)
{
    sigset_t all, before;
    sigfillset(&all); /* inherited: signals stay the main thread's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(&w->thread, NULL, work, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r == 0;
}

void worker_post(struct worker *w, struct worker_job *job)
{
    pthread_mutex_lock(&w->lock);
    w->undone++;
    if (!w->has_thread)
        w->has_thread = start_thread(w);
    if (w->has_thread)
        list_add(&w->waiting, job);
    else
        run_one(w, job);
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
}

bool worker_is_busy(const struct worker *w)
{
    return w->undone > 0;
}

/* What done() posts is served in the next round. It may not free the worker. */
static void serve(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    struct worker_job *job = w->over.first;
    list_init(&w->over);
    pthread_mutex_unlock(&w->lock);
    for (struct worker_job *next; job; job = next) {
        next = job->next;
        w->undone--;
        job->done(job);
    }
}

static void on_over(int fd, uint32_t events, void *ctx)
{
    (void)events;
    uint64_t count;
    if (read(fd, &count, sizeof count) == sizeof count)
        serve(ctx);
}

int worker_new(struct loop *loop, struct worker **out, struct err *e)
{
    struct worker *w = mem_zalloc(1, sizeof *w);
    list_init(&w->waiting);
    list_init(&w->over);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    pthread_cond_init(&w->idle, NULL);
    w->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->eventfd < 0) {
        int r = err_set(e, errno, "cannot make a descriptor for what a thread has done");
        destroy(w);
        return r;
    }
    w->source = loop_add_fd(loop, w->eventfd, EPOLLIN, on_over, w, e);
    if (!w->source) {
        destroy(w);
        return -e->num;
    }
    *out = w;
    return 0;
}

void worker_free(struct worker *w, void (*last)(void *ctx), void *ctx)
{
    if (!w)
        return;
    loop_remove(w->source);
    pthread_mutex_lock(&w->lock);
    w->last = last;
    w->last_ctx = ctx;
    w->left = true;
    bool alone = w->alone = w->runs, has_thread = w->has_thread;
    if (alone)
        pthread_detach(w->thread);
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
    if (alone)
        return;
    if (has_thread)
        pthread_join(w->thread, NULL);
    destroy(w);
}

void worker_finish(struct worker *w)
{
    while (w->undone) {
        pthread_mutex_lock(&w->lock);
        while (w->waiting.first || w->runs)
            pthread_cond_wait(&w->idle, &w->lock);
        pthread_mutex_unlock(&w->lock);
        serve(w);
    }
}
