/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_lean: what a child has of its parent's memory, by its /proc/PID/maps. */
#include "kernel/lean.h"
#include "kernel/spawn.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__
#endif
#endif

struct seen {
    bool heap, other, libc, stack, program;
};

/* Written by the parent and read by the child: the program's own data is there. */
static volatile char letter = 'a';

static struct seen see(pid_t pid)
{
    char path[64], line[512];
    struct seen s = {0};
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        s.heap |= strstr(line, "[heap]") != NULL;
        s.stack |= strstr(line, "[stack]") != NULL;
        s.other |= strstr(line, "/libcmocka") != NULL;
        s.libc |= strstr(line, "/libc.so") != NULL;
        s.program |= strstr(line, "kernel_lean_test") != NULL;
    }
    fclose(f);
    return s;
}

/* Of a child that has said what it read. */
static struct seen see_child(void)
{
    int said[2];
    char byte = 0, local = (char)(letter + 1);
    assert_int_equal(pipe(said), 0);
    letter = 'x';
    pid_t pid = spawn_fork(0, NULL);
    if (pid == 0) { /* cmocka is not there */
        char both = letter == 'x' ? local : '?';
        if (write(said[1], &both, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_true(pid > 0);
    close(said[1]);
    assert_int_equal(read(said[0], &byte, 1), 1);
    close(said[0]);
    assert_int_equal(byte, local);
    struct seen s = see(pid);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return s;
}

static void test_children(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    char *volatile used = malloc(1000);
    assert_non_null(used);
    memset(used, 'u', 1000);
    for (int i = 0; i < 2; i++) {
        lean_children(true);
        struct seen lean = see_child();
        assert_true(lean.program && lean.libc && lean.stack);
        assert_false(lean.heap || lean.other);
        lean_children(false);
        struct seen whole = see_child();
        assert_true(whole.program && whole.libc && whole.stack && whole.heap && whole.other);
    }
    free(used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_children)};
    return cmocka_run_group_tests_name("lean", tests, NULL, NULL);
}
