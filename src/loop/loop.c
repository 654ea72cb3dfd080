/* SPDX-License-Identifier: BSD-2-Clause */
/* loop: see the header.
 *
 * A source that is removed inside a callback may still stand in the round's list of events, and its
 * memory may be looked at once more: it is only marked dead there, and freed after the round. All
 * timers share one timerfd that is armed for the earliest; it is set only when that one changes. */
#include "loop/loop.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define ROUND_EVENTS 64

enum source_kind { SOURCE_FD, SOURCE_TIMER, SOURCE_SIGNALS };

struct loop_source {
    struct loop *loop;
    struct loop_source *next; /* in loop.source */
    enum source_kind kind;
    bool dead; /* removed; freed after the round */
    int fd;    /* SOURCE_FD: the caller's; SOURCE_SIGNALS: ours */
    union {
        loop_fd_fn *fd;
        loop_timer_fn *timer;
        loop_signal_fn *signal;
    } fn;
    void *ctx;
    int64_t due_ns;   /* of a timer; 0: stopped */
    int64_t every_ns; /* 0: once */
    sigset_t mask_before;
};

struct loop {
    int epoll;
    int timer;        /* one timerfd for all timers */
    int64_t armed_ns; /* what it is set to; 0: disarmed */
    bool quits;
    int depth; /* rounds being served: a callback may step the loop itself */
    bool has_dead;
    struct loop_source *source;
};

static int watch(struct loop *l, int fd, uint32_t events, void *what, struct err *e)
{
    struct epoll_event ev = {.events = events, .data.ptr = what};
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0)
        return err_set(e, errno, "cannot watch descriptor %d", fd);
    return 0;
}

int loop_new(struct loop **out, struct err *e)
{
    struct loop *l = mem_zalloc(1, sizeof *l);
    *out = NULL;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    int r = 0;
    if (l->epoll < 0 || l->timer < 0)
        r = err_set(e, errno, "cannot make an event loop");
    if (r == 0)
        r = watch(l, l->timer, EPOLLIN, NULL, e);
    if (r < 0) {
        loop_free(l);
        return r;
    }
    *out = l;
    return 0;
}

static void source_free(struct loop_source *s)
{
    if (s->kind == SOURCE_SIGNALS && s->fd >= 0) {
        close(s->fd);
        pthread_sigmask(SIG_SETMASK, &s->mask_before, NULL);
    }
    free(s);
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    while (l->source) {
        struct loop_source *s = l->source;
        l->source = s->next;
        source_free(s);
    }
    mem_close_fd(&l->timer);
    mem_close_fd(&l->epoll);
    free(l);
}

static struct loop_source *add(struct loop *l, enum source_kind kind, void *ctx)
{
    struct loop_source *s = mem_zalloc(1, sizeof *s);
    *s = (struct loop_source){.loop = l, .next = l->source, .kind = kind, .fd = -1, .ctx = ctx};
    l->source = s;
    return s;
}

/* Takes a source away that was never watched. */
static struct loop_source *take_back(struct loop_source *s)
{
    s->loop->source = s->next;
    source_free(s);
    return NULL;
}

struct loop_source *loop_add_fd(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *ctx,
                                struct err *e)
{
    struct loop_source *s = add(l, SOURCE_FD, ctx);
    s->fd = fd;
    s->fn.fd = fn;
    return watch(l, fd, events, s, e) < 0 ? take_back(s) : s;
}

int loop_set_events(struct loop_source *s, uint32_t events, struct err *e)
{
    struct epoll_event ev = {.events = events, .data.ptr = s};
    if (epoll_ctl(s->loop->epoll, EPOLL_CTL_MOD, s->fd, &ev) < 0)
        return err_set(e, errno, "cannot watch descriptor %d", s->fd);
    return 0;
}

struct loop_source *loop_add_timer(struct loop *l, int64_t first_ns, int64_t every_ns,
                                   loop_timer_fn *fn, void *ctx, struct err *e)
{
    (void)e; /* nothing can fail: the timerfd is there already */
    struct loop_source *s = add(l, SOURCE_TIMER, ctx);
    s->fn.timer = fn;
    loop_set_timer(s, first_ns, every_ns);
    return s;
}

void loop_set_timer(struct loop_source *s, int64_t first_ns, int64_t every_ns)
{
    s->due_ns = first_ns > 0 ? first_ns : 1; /* 0 means stopped: the far past is 1 */
    s->every_ns = every_ns;
}

void loop_stop_timer(struct loop_source *s)
{
    s->due_ns = 0;
}

struct loop_source *loop_add_signals(struct loop *l, const sigset_t *set, loop_signal_fn *fn,
                                     void *ctx, struct err *e)
{
    struct loop_source *s = add(l, SOURCE_SIGNALS, ctx);
    s->fn.signal = fn;
    pthread_sigmask(SIG_BLOCK, set, &s->mask_before);
    s->fd = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (s->fd < 0) {
        err_set(e, errno, "cannot make a signalfd");
        pthread_sigmask(SIG_SETMASK, &s->mask_before, NULL);
        return take_back(s);
    }
    return watch(l, s->fd, EPOLLIN, s, e) < 0 ? take_back(s) : s;
}

static void sweep(struct loop *l)
{
    for (struct loop_source **at = &l->source; *at;) {
        struct loop_source *s = *at;
        if (!s->dead) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        source_free(s);
    }
    l->has_dead = false;
}

void loop_remove(struct loop_source *s)
{
    if (!s)
        return;
    struct loop *l = s->loop;
    /* The caller may have closed it already: then the kernel has forgotten it too. */
    if (s->fd >= 0)
        epoll_ctl(l->epoll, EPOLL_CTL_DEL, s->fd, NULL);
    s->dead = true;
    s->due_ns = 0;
    l->has_dead = true;
    if (l->depth == 0)
        sweep(l);
}

/* Sets the timerfd to the earliest timer, if that is not what it is set to. */
static void arm(struct loop *l)
{
    int64_t first = 0;
    for (const struct loop_source *s = l->source; s; s = s->next)
        if (s->due_ns && (first == 0 || s->due_ns < first))
            first = s->due_ns;
    if (first == l->armed_ns)
        return;
    l->armed_ns = first;
    struct itimerspec when = {.it_value = {first / CLOCK_NS_PER_S, first % CLOCK_NS_PER_S}};
    timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/* The next time of a periodic timer that lies in the future; missed ones are skipped. */
static int64_t next_due(const struct loop_source *s, int64_t now)
{
    if (s->every_ns <= 0)
        return 0;
    int64_t missed = now > s->due_ns ? (now - s->due_ns) / s->every_ns : 0;
    return s->due_ns + (missed + 1) * s->every_ns;
}

static void serve_timers(struct loop *l)
{
    uint64_t count;
    if (read(l->timer, &count, sizeof count) > 0)
        l->armed_ns = 0;
    int64_t now = clock_mono_ns();
    /* A timer added by a callback stands before this one in the list: served in the next round. */
    for (struct loop_source *s = l->source; s; s = s->next) {
        if (s->kind != SOURCE_TIMER || s->due_ns == 0 || s->due_ns > now)
            continue;
        s->due_ns = next_due(s, now);
        s->fn.timer(now, s->ctx);
    }
}

static void serve_signals(struct loop_source *s)
{
    struct signalfd_siginfo info;
    while (!s->dead && read(s->fd, &info, sizeof info) == (ssize_t)sizeof info)
        s->fn.signal(&info, s->ctx);
}

static void serve(struct loop *l, const struct epoll_event *ev)
{
    struct loop_source *s = ev->data.ptr;
    if (!s)
        serve_timers(l);
    else if (s->dead)
        return;
    else if (s->kind == SOURCE_SIGNALS)
        serve_signals(s);
    else
        s->fn.fd(s->fd, ev->events, s->ctx);
}

int loop_step(struct loop *l, int timeout_ms, struct err *e)
{
    struct epoll_event ev[ROUND_EVENTS];
    arm(l);
    int n = epoll_wait(l->epoll, ev, ROUND_EVENTS, timeout_ms);
    if (n < 0)
        return errno == EINTR ? 0 : err_set(e, errno, "cannot wait for events");
    l->depth++;
    for (int i = 0; i < n; i++)
        serve(l, &ev[i]);
    l->depth--;
    if (l->has_dead && l->depth == 0)
        sweep(l);
    return 0;
}

int loop_run(struct loop *l, struct err *e)
{
    int r = 0;
    l->quits = false;
    while (r == 0 && !l->quits)
        r = loop_step(l, -1, e);
    return r;
}

void loop_quit(struct loop *l)
{
    l->quits = true;
}
