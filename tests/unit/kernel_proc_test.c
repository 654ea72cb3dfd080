/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_proc_test: a process between SIGKILL and its end is known as dying: a tracer (ptrace(2),
 * PTRACE_O_TRACEEXIT) holds one there. What is long is read whole, and what cannot be read is no
 * process that ended. */
#include "base/mem.h"
#include "kernel/lab.h"
#include "kernel/proc.h"

#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t sleeper(void)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    for (;;)
        pause();
}

static void killed_is_dying_before_it_is_dead(void **state)
{
    (void)state;
    struct proc_info info;
    int status = 0;
    pid_t pid = sleeper();
    assert_true(pid > 0);
    assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, (void *)(long)PTRACE_O_TRACEEXIT), 0);
    assert_int_equal(proc_read(pid, &info), 0);
    assert_false(info.is_dying);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(proc_read(pid, &info), 0); /* it may not even have run yet */
    assert_true(info.is_dying);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
    assert_int_equal(proc_read(pid, &info), 0);
    assert_true(info.is_dying);
    assert_string_not_equal(info.title, "");
    ptrace(PTRACE_CONT, pid, NULL, NULL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(proc_read(pid, &info), -ESRCH);
}

static void stopped_is_not_dying(void **state)
{
    (void)state;
    struct proc_info info;
    int status = 0;
    pid_t pid = sleeper();
    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_int_equal(proc_read(pid, &info), 0);
    assert_false(info.is_dying);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
}

/* In a child with as many groups as make /proc/PID/status longer than a page: NSpid stands behind
 * them. 0 all is well, 77 groups cannot be set here. */
static int in_many_groups(void)
{
    gid_t group[1000];
    struct proc_info info;
    for (size_t i = 0; i < 1000; i++)
        group[i] = 1800000000u + (gid_t)i;
    if (setgroups(1000, group) < 0)
        return 77;
    if (proc_read(getpid(), &info) != 0 || info.nspids == 0)
        return 1;
    return info.nspid[0] == getpid() && info.ppid == getppid() && info.start_ticks ? 0 : 2;
}

static int code_of(int (*fn)(void))
{
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(fn());
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void long_status_is_read_to_its_end(void **state)
{
    (void)state;
    int code = code_of(in_many_groups);
    if (code == 77)
        skip();
    assert_int_equal(code, 0);
}

/* What cannot be opened is not gone. */
static int without_descriptors(void)
{
    struct proc_info info;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 3;
    for (rlim_t n = 16; n-- > 0;) {
        limit.rlim_cur = n;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
            return 4;
        int r = proc_read(getpid(), &info);
        if (r != 0 && r != -EMFILE)
            return 1;
        if (n == 0 && r == 0)
            return 2;
    }
    return 0;
}

static void too_few_descriptors_are_not_the_end_of_a_process(void **state)
{
    (void)state;
    assert_int_equal(code_of(without_descriptors), 0);
}

/* A lab of the nodes "a", "b", ... with these processes. */
static void make_lab(struct lab *l, const char *names, const pid_t *pids)
{
    lab_init(l);
    for (size_t i = 0; names[i]; i++) {
        mem_grow(&l->node, &l->node_room, l->nodes, sizeof *l->node);
        l->node[l->nodes++] = (struct lab_node){
            .name = mem_strndup(names + i, 1), .pid = pids[i], .start_ticks = (uint64_t)pids[i]};
    }
}

static void assert_nodes(const struct lab *l, const char *names, const pid_t *pids)
{
    for (size_t i = 0; i < l->nodes; i++) {
        assert_int_equal(l->node[i].name[0], names[i]);
        assert_int_equal(l->node[i].pid, pids[i]);
    }
    assert_int_equal(l->nodes, strlen(names));
}

static void nodes_that_others_make_are_taken_in(void **state)
{
    (void)state;
    struct lab l, same, less, more;
    make_lab(&l, "ab", (pid_t[]){11, 12});
    make_lab(&same, "ba", (pid_t[]){12, 11});
    make_lab(&less, "a", (pid_t[]){11});
    make_lab(&more, "adbe", (pid_t[]){11, 14, 22, 15});
    lab_add_machine(&l);
    assert_false(lab_has_news(&l, &same));
    assert_false(lab_has_news(&l, &less)); /* who goes is no news: a watch tells it */
    assert_true(lab_has_news(&l, &more));
    assert_int_equal(lab_take_nodes(&l, &more), 2);
    assert_string_equal(l.node[4].name, "host");
    assert_int_equal(l.node[4].pid, 0);
    assert_nodes(&l, "abdeh", (pid_t[]){11, 22, 14, 15, 0});
    assert_false(lab_has_news(&l, &more));
    assert_int_equal(lab_take_nodes(&l, &less), 0);
    assert_nodes(&l, "abdeh", (pid_t[]){11, -1, -1, -1, 0});
    assert_true(lab_has_news(&l, &more));
    lab_fini(&l);
    lab_fini(&same);
    lab_fini(&less);
    lab_fini(&more);
}

static void nodes_that_ended_have_their_places(void **state)
{
    (void)state;
    static const char *const names[] = {"x", "a", "y", "z", "b", "c"};
    static const char *const one[] = {"x"};
    struct lab l, again, none;
    make_lab(&l, "bac", (pid_t[]){12, 11, 13});
    lab_add_machine(&l);
    lab_add_missing(&l, names, ARRAY_LEN(names));
    assert_nodes(&l, "xbayzch", (pid_t[]){-1, 12, 11, -1, -1, 13, 0});
    lab_add_missing(&l, names, ARRAY_LEN(names));
    assert_int_equal(l.nodes, 7);
    make_lab(&again, "bacy", (pid_t[]){12, 11, 13, 20});
    assert_true(lab_has_news(&l, &again));
    assert_int_equal(lab_take_nodes(&l, &again), 0);
    assert_nodes(&l, "xbayzch", (pid_t[]){-1, 12, 11, 20, -1, 13, 0});
    lab_init(&none);
    lab_add_missing(&none, one, 1);
    assert_nodes(&none, "x", (pid_t[]){-1});
    lab_fini(&l);
    lab_fini(&again);
    lab_fini(&none);
}

static void another_child_is_another_number(void **state)
{
    (void)state;
    const struct lab l = {.holder = getpid()};
    uint64_t none = lab_children(&l);
    assert_true(none);
    pid_t pid = sleeper();
    uint64_t one = lab_children(&l);
    assert_true(one && one != none);
    assert_int_equal(lab_children(&l), one);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(lab_children(&l), none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_is_dying_before_it_is_dead),
        cmocka_unit_test(nodes_that_others_make_are_taken_in),
        cmocka_unit_test(nodes_that_ended_have_their_places),
        cmocka_unit_test(another_child_is_another_number),
        cmocka_unit_test(stopped_is_not_dying),
        cmocka_unit_test(long_status_is_read_to_its_end),
        cmocka_unit_test(too_few_descriptors_are_not_the_end_of_a_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
