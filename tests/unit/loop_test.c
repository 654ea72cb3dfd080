/* SPDX-License-Identifier: BSD-2-Clause */
/* loop: descriptors, timers and signals of one epoll set; removal while events are being served. */
#include "loop/loop.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct counter {
    struct loop *loop;
    struct loop_source *victim; /* removed by the callback */
    struct loop_source *own;
    int calls;
    int quit_at; /* loop_quit() at this call; 0: never */
    int64_t last_ns;
    int signal;
};

static void count(struct counter *c)
{
    c->calls++;
    if (c->victim) {
        loop_remove(c->victim);
        c->victim = NULL;
    }
    if (c->quit_at && c->calls >= c->quit_at)
        loop_quit(c->loop);
}

static void on_fd(int fd, uint32_t events, void *ctx)
{
    char byte;
    assert_true(events & (EPOLLIN | EPOLLHUP));
    assert_true(read(fd, &byte, 1) >= 0);
    count(ctx);
}

static void on_timer(int64_t now_ns, void *ctx)
{
    struct counter *c = ctx;
    assert_true(now_ns <= clock_mono_ns());
    c->last_ns = now_ns;
    count(c);
}

static void on_signal(const struct signalfd_siginfo *info, void *ctx)
{
    struct counter *c = ctx;
    c->signal = (int)info->ssi_signo;
    count(c);
}

static struct loop *make(void)
{
    struct err e = ERR_INIT;
    struct loop *l = NULL;
    assert_int_equal(loop_new(&l, &e), 0);
    return l;
}

static void step(struct loop *l, int ms)
{
    struct err e = ERR_INIT;
    assert_int_equal(loop_step(l, ms, &e), 0);
}

static void test_fd(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    int p[2];
    assert_int_equal(pipe(p), 0);
    struct counter c = {.loop = l, .quit_at = 2};
    struct loop_source *s = loop_add_fd(l, p[0], EPOLLIN, on_fd, &c, &e);
    assert_non_null(s);
    step(l, 0);
    assert_int_equal(c.calls, 0);
    assert_int_equal(write(p[1], "ab", 2), 2);
    assert_int_equal(loop_run(l, &e), 0);
    assert_int_equal(c.calls, 2);
    loop_remove(s);
    assert_int_equal(write(p[1], "c", 1), 1);
    step(l, 0);
    assert_int_equal(c.calls, 2);
    loop_free(l);
    assert_int_equal(close(p[0]) | close(p[1]), 0); /* they stayed ours */
}

static void test_fd_is_refused(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    assert_null(loop_add_fd(l, -1, EPOLLIN, on_fd, NULL, &e));
    assert_non_null(strstr(e.text, "EBADF"));
    loop_free(l);
}

static void test_set_events(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    int p[2];
    assert_int_equal(pipe(p), 0);
    struct counter c = {.loop = l};
    struct loop_source *s = loop_add_fd(l, p[0], 0, on_fd, &c, &e);
    assert_int_equal(write(p[1], "a", 1), 1);
    step(l, 0);
    assert_int_equal(c.calls, 0);
    assert_int_equal(loop_set_events(s, EPOLLIN, &e), 0);
    step(l, 0);
    assert_int_equal(c.calls, 1);
    loop_free(l);
    close(p[0]), close(p[1]);
}

/* Both are ready in one round; whichever is served first removes the other. */
static void test_removed_in_round(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    int p[2], q[2];
    assert_int_equal(pipe(p) | pipe(q), 0);
    struct counter a = {.loop = l}, b = {.loop = l};
    struct loop_source *sa = loop_add_fd(l, p[0], EPOLLIN, on_fd, &a, &e);
    struct loop_source *sb = loop_add_fd(l, q[0], EPOLLIN, on_fd, &b, &e);
    a.victim = sb;
    b.victim = sa;
    assert_int_equal(write(p[1], "x", 1) + write(q[1], "x", 1), 2);
    step(l, 1000);
    assert_int_equal(a.calls + b.calls, 1);
    step(l, 0);
    assert_int_equal(a.calls + b.calls, 1);
    loop_free(l);
    close(p[0]), close(p[1]), close(q[0]), close(q[1]);
}

static void test_timer_once(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    struct counter c = {.loop = l, .quit_at = 1};
    int64_t due = clock_mono_ns() + 5 * CLOCK_NS_PER_MS;
    struct loop_source *s = loop_add_timer(l, due, 0, on_timer, &c, &e);
    assert_int_equal(loop_run(l, &e), 0);
    assert_true(c.last_ns >= due);
    step(l, 10);
    assert_int_equal(c.calls, 1);
    loop_set_timer(s, 1, 0); /* the past: at once, and it can be set again */
    step(l, 1000);
    assert_int_equal(c.calls, 2);
    loop_set_timer(s, clock_mono_ns() + 2 * CLOCK_NS_PER_MS, 0);
    loop_stop_timer(s);
    step(l, 10);
    assert_int_equal(c.calls, 2);
    loop_free(l);
}

static void test_timer_periodic(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    struct counter c = {.loop = l, .quit_at = 3};
    int64_t start = clock_mono_ns();
    loop_add_timer(l, start + CLOCK_NS_PER_MS, 2 * CLOCK_NS_PER_MS, on_timer, &c, &e);
    assert_int_equal(loop_run(l, &e), 0);
    assert_true(clock_mono_ns() - start >= 5 * CLOCK_NS_PER_MS);
    usleep(20000); /* ten periods are missed: one call makes up for them */
    c.quit_at = 0;
    c.calls = 0;
    step(l, 0);
    assert_int_equal(c.calls, 1);
    loop_free(l);
}

static void test_two_timers(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    struct counter early = {.loop = l}, late = {.loop = l, .quit_at = 1};
    int64_t now = clock_mono_ns();
    loop_add_timer(l, now + 8 * CLOCK_NS_PER_MS, 0, on_timer, &late, &e);
    loop_add_timer(l, now + 2 * CLOCK_NS_PER_MS, 0, on_timer, &early, &e);
    assert_int_equal(loop_run(l, &e), 0);
    assert_int_equal(early.calls, 1);
    assert_true(early.last_ns <= late.last_ns);
    loop_free(l);
}

static void test_timer_removes_itself(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    struct counter c = {.loop = l};
    c.victim = loop_add_timer(l, 1, CLOCK_NS_PER_MS, on_timer, &c, &e);
    step(l, 1000);
    step(l, 10);
    assert_int_equal(c.calls, 1);
    loop_free(l);
}

static void test_signals(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct loop *l = make();
    sigset_t set, before, after;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    struct counter c = {.loop = l, .quit_at = 1};
    assert_non_null(loop_add_signals(l, &set, on_signal, &c, &e));
    raise(SIGUSR1);
    assert_int_equal(loop_run(l, &e), 0);
    assert_int_equal(c.signal, SIGUSR1);
    loop_free(l);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&after, SIGUSR1), sigismember(&before, SIGUSR1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fd),         cmocka_unit_test(test_fd_is_refused),
        cmocka_unit_test(test_set_events), cmocka_unit_test(test_removed_in_round),
        cmocka_unit_test(test_timer_once), cmocka_unit_test(test_timer_periodic),
        cmocka_unit_test(test_two_timers), cmocka_unit_test(test_timer_removes_itself),
        cmocka_unit_test(test_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
