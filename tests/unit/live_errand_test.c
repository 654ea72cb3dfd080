/* SPDX-License-Identifier: BSD-2-Clause */
/* live_errand_test: commands run by the runner: what they print, how they end, and that neither
 * they nor the runner outlive what they are for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "live/errand.h"

#define LIMIT_NS (20 * CLOCK_NS_PER_S)

struct seen {
    struct buf text;
    int code; /* -1: it runs still */
};

static void on_output(const char *bytes, size_t len, void *ctx)
{
    struct seen *s = ctx;
    buf_add(&s->text, bytes, len);
}

static void on_ended(int code, void *ctx)
{
    ((struct seen *)ctx)->code = code;
}

struct stage {
    struct loop *loop;
    struct errand errand;
    struct seen seen;
};

static int set_up(void **state)
{
    struct stage *g = mem_zalloc(1, sizeof *g);
    struct err e = ERR_INIT;
    const struct errand_hooks hooks = {.output = on_output, .ended = on_ended, .ctx = &g->seen};
    assert_int_equal(errand_open(&g->errand, "/bin/sh", &e), 0);
    assert_int_equal(loop_new(&g->loop, &e), 0);
    assert_int_equal(errand_watch(&g->errand, g->loop, &hooks, &e), 0);
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *g = *state;
    errand_close(&g->errand);
    loop_free(g->loop);
    buf_fini(&g->seen.text);
    free(g);
    return 0;
}

static int sh(struct stage *g, const char *script, struct err *e)
{
    const char *const words[] = {"-c", script, NULL};
    g->seen.code = -1;
    buf_reset(&g->seen.text);
    return errand_run(&g->errand, words, e);
}

static int await_end(struct stage *g)
{
    struct err e = ERR_INIT;
    int64_t limit_ns = clock_mono_ns() + LIMIT_NS;
    while (g->seen.code < 0 && clock_mono_ns() < limit_ns)
        assert_int_equal(loop_step(g->loop, 100, &e), 0);
    return g->seen.code;
}

static void output_and_code_come_back(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    assert_int_equal(sh(g, "echo out; echo err >&2; exit 3", &e), 0);
    assert_true(g->errand.busy);
    assert_int_equal(sh(g, "true", &e), -EBUSY);
    assert_string_equal(e.text, "another command still runs: EBUSY (Device or resource busy)");
    g->seen.code = -1;
    assert_int_equal(await_end(g), 3);
    assert_string_equal(buf_str(&g->seen.text), "out\nerr\n");
    assert_int_equal(sh(g, "cat; tty; kill -TERM $$", &e), 0); /* no input, no terminal */
    assert_int_equal(await_end(g), 128 + SIGTERM);
    assert_string_equal(buf_str(&g->seen.text), "not a tty\n");
}

static void much_output_is_whole(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    assert_int_equal(sh(g, "head -c 3000000 /dev/zero", &e), 0);
    assert_int_equal(await_end(g), 0);
    assert_int_equal(g->seen.text.len, 3000000);
}

static void an_interrupt_reaches_the_command(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    errand_interrupt(&g->errand); /* nothing runs: nothing happens */
    assert_int_equal(
        sh(g, "trap 'echo caught; exit 9' INT; echo go; while :; do sleep 0.05; done", &e), 0);
    while (g->seen.text.len == 0)
        assert_int_equal(loop_step(g->loop, 100, &e), 0);
    errand_interrupt(&g->errand);
    assert_int_equal(await_end(g), 9);
    assert_string_equal(buf_str(&g->seen.text), "go\ncaught\n");
}

static void nothing_of_the_view_is_kept(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    assert_int_equal(sh(g, "ls /proc/self/fd | wc -l", &e), 0);
    assert_int_equal(await_end(g), 0);
    assert_int_equal(atoi(buf_str(&g->seen.text)), 4); /* 0, 1, 2 and the directory that ls reads */
}

static void closing_ends_what_runs(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    int ends[2];
    char text[200], byte;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    /* The command's own copy of the pipe, opened by name, is closed when it is gone. */
    snprintf(text, sizeof text, "exec 7>/proc/%d/fd/%d; echo go; exec sleep 100", (int)getpid(),
             ends[1]);
    assert_int_equal(sh(g, text, &e), 0);
    while (g->seen.text.len == 0)
        assert_int_equal(loop_step(g->loop, 100, &e), 0);
    close(ends[1]);
    errand_close(&g->errand);
    alarm(20);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    alarm(0);
    close(ends[0]);
    errand_close(&g->errand); /* once more does nothing */
}

static void what_is_too_long_is_refused(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    const char *many[ERRAND_WORDS_MAX + 2] = {NULL};
    char *much = mem_zalloc(ERRAND_BYTES_MAX + 1, 1);
    for (size_t i = 0; i <= ERRAND_WORDS_MAX; i++)
        many[i] = "x";
    assert_int_equal(errand_run(&g->errand, many, &e), -E2BIG);
    memset(much, 'x', ERRAND_BYTES_MAX);
    assert_int_equal(sh(g, much, &e), -E2BIG);
    assert_string_equal(e.text, "the command is too long: E2BIG (Argument list too long)");
    assert_false(g->errand.busy);
    free(much);
}

static void a_killed_runner_is_noticed(void **state)
{
    struct stage *g = *state;
    struct err e = ERR_INIT;
    assert_int_equal(sh(g, "exec sleep 1", &e), 0);
    assert_int_equal(kill(g->errand.runner, SIGKILL), 0);
    assert_int_equal(await_end(g), 128 + SIGKILL);
    assert_int_equal(sh(g, "true", &e), -EPIPE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(output_and_code_come_back),        TEST(much_output_is_whole),
        TEST(an_interrupt_reaches_the_command), TEST(nothing_of_the_view_is_kept),
        TEST(closing_ends_what_runs),           TEST(what_is_too_long_is_refused),
        TEST(a_killed_runner_is_noticed),
    };
    return cmocka_run_group_tests_name("live_errand", tests, NULL, NULL);
}
