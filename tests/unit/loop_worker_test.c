/* SPDX-License-Identifier: BSD-2-Clause */
/* loop_worker_test: jobs in their order, a loop that goes on meanwhile, an owner that does not
 * wait. What a slow kernel is elsewhere, a pipe is here. */
#include "loop/worker.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct task {
    struct worker_job job;
    int wait_fd; /* run() reads one byte from it; -1: does not wait */
    int tell_fd; /* drop() writes a byte to it */
    int number, *order, *count;
};

static void run(struct worker_job *job)
{
    struct task *t = (struct task *)job;
    char byte;
    if (t->wait_fd >= 0 && read(t->wait_fd, &byte, 1) != 1)
        abort();
    t->number *= 10; /* seen in done(): it was run before */
}

static void done(struct worker_job *job)
{
    struct task *t = (struct task *)job;
    t->order[(*t->count)++] = t->number;
    free(t);
}

static void drop(struct worker_job *job)
{
    struct task *t = (struct task *)job;
    if (t->tell_fd >= 0 && write(t->tell_fd, "d", 1) != 1)
        abort();
    free(t);
}

static void last(void *ctx)
{
    const int *fd = ctx;
    if (write(*fd, "l", 1) != 1)
        abort();
}

static struct worker *made(struct loop **loop)
{
    struct worker *w = NULL;
    struct err e = ERR_INIT;
    assert_int_equal(loop_new(loop, &e), 0);
    assert_int_equal(worker_new(*loop, &w, &e), 0);
    return w;
}

static void post(struct worker *w, const struct task *like)
{
    struct task *t = mem_zalloc(1, sizeof *t);
    *t = *like;
    t->job = (struct worker_job){.run = run, .done = done, .drop = drop};
    worker_post(w, &t->job);
}

static void jobs_are_done_in_their_order_and_the_loop_goes_on(void **state)
{
    (void)state;
    struct loop *loop;
    struct worker *w = made(&loop);
    struct err e = ERR_INIT;
    int gate[2], order[8], count = 0;
    assert_int_equal(pipe(gate), 0);
    assert_false(worker_is_busy(w));
    for (int i = 1; i <= 3; i++)
        post(w, &(struct task){{0}, i == 1 ? gate[0] : -1, -1, i, order, &count});
    assert_int_equal(loop_step(loop, 0, &e), 0); /* does not wait for the first */
    assert_int_equal(count, 0);
    assert_true(worker_is_busy(w));
    assert_int_equal(write(gate[1], "x", 1), 1);
    while (count < 3)
        assert_int_equal(loop_step(loop, -1, &e), 0);
    assert_false(worker_is_busy(w));
    for (int i = 0; i < 3; i++)
        assert_int_equal(order[i], (i + 1) * 10);
    worker_free(w, NULL, NULL);
    loop_free(loop);
    close(gate[0]);
    close(gate[1]);
}

static void an_owner_that_goes_does_not_wait(void **state)
{
    (void)state;
    struct loop *loop;
    struct worker *w = made(&loop);
    int gate[2], told[2], count = 0;
    char bytes[4] = "";
    assert_int_equal(pipe(gate), 0);
    assert_int_equal(pipe(told), 0);
    for (int i = 1; i <= 3; i++)
        post(w, &(struct task){{0}, i == 1 ? gate[0] : -1, told[1], i, NULL, &count});
    worker_free(w, last, &told[1]); /* the first may have begun, or not */
    loop_free(loop);
    assert_int_equal(write(gate[1], "x", 1), 1);
    for (size_t got = 0; got < 4; got++)
        assert_int_equal(read(told[0], bytes + got, 1), 1);
    assert_memory_equal(bytes, "dddl", 4);
    assert_int_equal(count, 0);
    for (int i = 0; i < 2; i++) {
        close(gate[i]);
        close(told[i]);
    }
}

static void what_was_asked_for_can_be_waited_for(void **state)
{
    (void)state;
    struct loop *loop;
    struct worker *w = made(&loop);
    struct err e = ERR_INIT;
    int order[8], count = 0;
    worker_finish(w); /* nothing was */
    for (int i = 1; i <= 3; i++)
        post(w, &(struct task){{0}, -1, -1, i, order, &count});
    worker_finish(w);
    assert_int_equal(count, 3);
    assert_int_equal(order[2], 30);
    assert_int_equal(loop_step(loop, 0, &e), 0); /* and nothing comes twice */
    assert_int_equal(count, 3);
    worker_free(w, NULL, NULL);
    worker_free(NULL, NULL, NULL);
    loop_free(loop);
}

int main(void)
{
    alarm(120); /* nothing here may wait for ever */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_done_in_their_order_and_the_loop_goes_on),
        cmocka_unit_test(an_owner_that_goes_does_not_wait),
        cmocka_unit_test(what_was_asked_for_can_be_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
