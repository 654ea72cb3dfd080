/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_proc_test: a process between SIGKILL and its end is known as dying: a tracer (ptrace(2),
 * PTRACE_O_TRACEEXIT) holds one there. */
#include "kernel/proc.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ptrace.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_is_dying_before_it_is_dead),
        cmocka_unit_test(stopped_is_not_dying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
