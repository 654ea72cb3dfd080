/* SPDX-License-Identifier: BSD-2-Clause */
/* live_shell_test: a shell in a process with namespaces of its own that looks like a node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mem.h"
#include "kernel/proc.h"
#include "kernel/spawn.h"
#include "kernel_testns.h"
#include "live/shell.h"

#define WAIT_NS (20 * CLOCK_NS_PER_S)

static struct lab lab;
static struct loop *loop;
static int told;

static pid_t node_process(const char *title)
{
    int ready[2];
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = spawn_fork(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS, NULL);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execlp("sleep", title, "600", (char *)NULL);
        _exit(1);
    }
    char c;
    close(ready[1]);
    assert_true(pid > 0);
    assert_int_equal(read(ready[0], &c, 1), 0);
    close(ready[0]);
    return pid;
}

static int begin(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    struct proc_info info;
    setenv("SHELL", "/bin/sh", 1);
    lab_init(&lab);
    lab.name = mem_strdup("t");
    lab.uid = getuid();
    mem_grow(&lab.node, &lab.node_room, lab.nodes, sizeof *lab.node);
    struct lab_node *n = &lab.node[lab.nodes++];
    n->name = mem_strdup("n0");
    n->pid = lab.holder = node_process("vethlab: t/n0");
    assert_int_equal(proc_read(n->pid, &info), 0);
    n->start_ticks = info.start_ticks;
    return loop_new(&loop, &e);
}

static int end(void **state)
{
    (void)state;
    kill(lab.holder, SIGKILL);
    waitpid(lab.holder, NULL, 0);
    lab_fini(&lab);
    loop_free(loop);
    return 0;
}

static void on_change(struct shell *s, void *ctx)
{
    (void)s, (void)ctx;
    told++;
}

static struct shell *open_shell(int rows, int cols)
{
    struct err e = ERR_INIT;
    struct shell *s = NULL;
    const struct shell_options o = {
        .loop = loop, .lab = &lab, .rows = rows, .cols = cols, .history = 100, .fn = on_change};
    if (shell_open(&o, &s, &e) < 0)
        fail_msg("%s", e.text);
    return s;
}

static bool shows(struct shell *s, const char *text)
{
    int rows, cols;
    term_size(shell_term(s), &rows, &cols);
    for (int row = 0; row < rows; row++) {
        char line[2048] = "", cell[TERM_TEXT_MAX];
        for (int col = 0; col < cols; col++)
            strcat(line, term_cell_text(term_cell(shell_term(s), row, col), cell));
        if (strstr(line, text))
            return true;
    }
    return false;
}

static void step(int ms)
{
    struct err e = ERR_INIT;
    assert_int_equal(loop_step(loop, ms, &e), 0);
}

static void expect(struct shell *s, const char *text)
{
    int64_t until_ns = clock_mono_ns() + WAIT_NS;
    while (!shows(s, text)) {
        assert_true(clock_mono_ns() < until_ns);
        step(100);
    }
}

static int expect_end(struct shell *s)
{
    int code = -1;
    int64_t until_ns = clock_mono_ns() + WAIT_NS;
    while (!shell_has_ended(s, &code)) {
        assert_true(clock_mono_ns() < until_ns);
        step(100);
    }
    return code;
}

static void type(struct shell *s, const char *text)
{
    assert_true(shell_send(s, text, strlen(text)));
}

static void test_echo_and_end(void **state)
{
    (void)state;
    struct shell *s = open_shell(24, 80);
    expect(s, "t/n0# ");
    type(s,
         "echo a$((1+1))b $TERM $VETHLAB_NODE.$TMUX$LINES$COLUMNS; stty -a | grep -o ' iutf8'\r");
    expect(s, "a2b " TERM_NAME " n0.");
    expect(s, " iutf8");
    type(s, "echo last words; exit 7\r");
    assert_int_equal(expect_end(s), 7);
    assert_true(shows(s, "last words"));
    assert_true(told > 0);
    assert_false(shell_send(s, "x", 1));
    shell_resize(s, 10, 40);
    shell_close(s);
}

static void test_size(void **state)
{
    (void)state;
    struct shell *s = open_shell(24, 80);
    type(s, "stty size\r");
    expect(s, "24 80");
    shell_resize(s, 30, 100);
    type(s, "stty size\r");
    expect(s, "30 100");
    type(s, "trap 'echo told' WINCH; sleep 0.1\r");
    shell_resize(s, 20, 50);
    type(s, "stty size\r");
    expect(s, "20 50");
    shell_close(s);
}

static void test_storm(void **state)
{
    (void)state; /* keys get through while a program prints as fast as it can */
    struct shell *s = open_shell(24, 80);
    expect(s, "t/n0# ");
    type(s, "yes\r");
    expect(s, "y         ");
    for (int i = 0; i < 20; i++)
        step(100);
    type(s, "\003");
    int64_t began_ns = clock_mono_ns();
    expect(s, "t/n0# ");
    assert_true(clock_mono_ns() - began_ns < 5 * CLOCK_NS_PER_S);
    shell_close(s);
}

static void test_answers(void **state)
{
    (void)state; /* a program asks the terminal where its cursor is */
    struct shell *s = open_shell(24, 80);
    expect(s, "t/n0# ");
    type(s, "stty -icanon -echo; printf '\\033[6n'; dd bs=1 count=6 2>/dev/null | tr -d '\\033'; "
            "stty sane\r");
    expect(s, ";1R");
    shell_close(s);
}

static void test_full(void **state)
{
    (void)state; /* nobody reads what is typed */
    struct shell *s = open_shell(24, 80);
    char *much = mem_zalloc(64 * 1024, 1);
    memset(much, 'x', 64 * 1024);
    type(s, "stty -icanon -echo -isig; exec sleep 100\r");
    bool taken = true;
    for (int i = 0; i < 64 && taken; i++) {
        taken = shell_send(s, much, 64 * 1024);
        step(1);
    }
    assert_false(taken);
    free(much);
    shell_close(s);
}

static int count_children(void)
{
    int n = 0;
    char path[64], line[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    FILE *f = fopen(path, "re");
    if (f && fgets(line, sizeof line, f))
        for (char *p = line; (p = strchr(p, ' ')); p++)
            n++;
    if (f)
        fclose(f);
    return n;
}

static void test_close(void **state)
{
    (void)state; /* what does not end of a hang-up is killed */
    int before = count_children();
    struct shell *s = open_shell(24, 80);
    type(s, "trap '' HUP TERM; echo rea''dy; while :; do sleep 1; done\r");
    expect(s, "ready");
    int64_t began_ns = clock_mono_ns();
    shell_close(s);
    assert_true(clock_mono_ns() - began_ns < 2 * CLOCK_NS_PER_S);
    assert_int_equal(count_children(), before);
}

/* However many do not end of it, together they take no longer than one. */
static void test_close_all(void **state)
{
    (void)state;
    struct shell *all[21] = {NULL};
    int before = count_children();
    for (size_t i = 0; i < 20; i++)
        all[i] = open_shell(24, 80);
    for (size_t i = 0; i < 20; i++) {
        type(all[i], "trap '' HUP TERM; echo rea''dy; while :; do sleep 1; done\r");
        expect(all[i], "ready");
    }
    int64_t began_ns = clock_mono_ns();
    shell_close_all(all, 21);
    assert_true(clock_mono_ns() - began_ns < 1900 * CLOCK_NS_PER_MS);
    assert_int_equal(count_children(), before);
}

static void test_node_ends(void **state)
{
    (void)state;
    struct shell *s = open_shell(24, 80);
    expect(s, "t/n0# ");
    kill(lab.holder, SIGKILL); /* the node's first process: the kernel ends all others */
    assert_int_equal(expect_end(s), 128 + SIGKILL);
    shell_close(s);
    struct err e = ERR_INIT;
    const struct shell_options o = {
        .loop = loop, .lab = &lab, .rows = 2, .cols = 2, .fn = on_change};
    assert_true(shell_open(&o, &s, &e) < 0);
    assert_non_null(strstr(e.text, "n0"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    if (!testns_private())
        return testns_refused("of a network");
    const struct CMUnitTest tests[] = {
        TEST(test_echo_and_end), TEST(test_size),  TEST(test_storm),     TEST(test_answers),
        TEST(test_full),         TEST(test_close), TEST(test_close_all), TEST(test_node_ends),
    };
    return cmocka_run_group_tests_name("live_shell", tests, NULL, NULL);
}
