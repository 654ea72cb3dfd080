/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_preflight: which kernels are too old, and which switch is named where the kernel refuses;
 * the switches stand in a directory of the test's own, as no machine has all of them. */
#include "kernel/preflight.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void test_release(void **state)
{
    static const char *const fine[] = {"5.14.0-70.el9.x86_64", "5.14", "5.15-rc1", "6",
                                       "6.1.0-28-amd64",       "10.0"};
    static const char *const old[] = {"5.13.19", "5.4.0-100-generic", "4.19", "2.6.78", "3", "",
                                      "x"};
    (void)state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct err e = ERR_INIT;
        assert_int_equal(preflight_release(fine[i], &e), 0);
        assert_string_equal(e.text, "");
    }
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        struct err e = ERR_INIT;
        assert_true(preflight_release(old[i], &e) < 0);
        assert_int_equal(e.exit, EXIT_LIMIT);
    }
    struct err e = ERR_INIT;
    preflight_release("4.19\x1b[2J", &e);
    assert_string_equal(e.text,
                        "this kernel is Linux 4.19\\x1b[2J, but vethlab needs Linux 5.14 or newer");
}

static char proc[64];

static void put(const char *path, const char *text)
{
    char name[256], *slash = name;
    snprintf(name, sizeof name, "%s/%s", proc, path);
    while ((slash = strchr(slash + 1, '/'))) {
        *slash = '\0';
        mkdir(name, 0700);
        *slash = '/';
    }
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
    (void)state;
    strcpy(proc, "/tmp/vethlab-preflight.XXXXXX");
    return mkdtemp(proc) ? 0 : -1;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", proc);
    return system(command); /* NOLINT: the directory is our own */
}

static void expect(int num, bool rootless, enum exit_code exit, const char *part)
{
    struct err e = ERR_INIT;
    assert_int_equal(preflight_refused(proc, rootless, num, &e), -num);
    assert_int_equal(e.exit, exit);
    if (!strstr(e.text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, e.text);
}

static void test_switches(void **state)
{
    (void)state;
    expect(EPERM, true, EXIT_DENIED,
           "a security module may forbid it, or a chroot); run it with sudo");
    expect(EPERM, false, EXIT_DENIED, "cannot make the lab's namespaces: EPERM");
    put("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
    expect(EACCES, true, EXIT_DENIED, "kernel.apparmor_restrict_unprivileged_userns is 1");
    put("sys/kernel/apparmor_restrict_unprivileged_userns", "0\n");
    put("sys/kernel/unprivileged_userns_clone", "0\n");
    expect(EPERM, true, EXIT_DENIED, "kernel.unprivileged_userns_clone is 0; run it with sudo");
    put("sys/kernel/unprivileged_userns_clone", "1\n");
    put("sys/user/max_user_namespaces", "0\n");
    expect(ENOSPC, true, EXIT_DENIED, "user.max_user_namespaces is 0; run it with sudo");
    put("sys/user/max_user_namespaces", "100\n");
    expect(ENOSPC, true, EXIT_DENIED, "is used up, or too many are nested; run it with sudo");
    expect(EUSERS, true, EXIT_DENIED, "too many are nested");
    expect(ENOSPC, false, EXIT_LIMIT, "user.max_*_namespaces is used up");
    put("sys/user/max_pid_namespaces", "0\n");
    expect(ENOSPC, false, EXIT_DENIED, "user.max_pid_namespaces is 0");
}

static void test_filter(void **state)
{
    (void)state;
    put("self/status", "Name:\tx\nSeccomp:\t0\nSeccomp_filters:\t0\n");
    expect(EPERM, true, EXIT_DENIED, "a security module may forbid it");
    put("self/status", "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n");
    expect(EPERM, true, EXIT_DENIED, "a seccomp filter, as containers install them");
    expect(ENOSYS, true, EXIT_DENIED, "a seccomp filter");
    expect(ENOSYS, false, EXIT_DENIED, "a seccomp filter");
}

static void test_masked(void **state)
{
    struct err e = ERR_INIT;
    char text[512];
    (void)state;
    snprintf(text, sizeof text,
             "1 0 0:1 / / rw - ext4 root rw\n2 1 0:2 / %s rw - proc proc rw\n"
             "3 2 0:3 / %s/sys/fs/binfmt_misc rw - autofs s rw\n"
             "4 2 0:4 / %s/kcore rw - tmpfs t rw\n",
             proc, proc, proc);
    put("self/mountinfo", text);
    assert_int_equal(preflight_masked(proc, EPERM, &e), -EPERM);
    assert_int_equal(e.exit, EXIT_DENIED);
    assert_non_null(strstr(e.text, "a mount on /tmp/vethlab-preflight."));
    assert_non_null(strstr(e.text, "/kcore masks a part of the machine's own"));
    put("self/mountinfo", "");
    e = (struct err)ERR_INIT;
    assert_int_equal(preflight_masked(proc, EPERM, &e), -EPERM);
    assert_non_null(strstr(e.text, "cannot make the lab's namespaces"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_release),
        cmocka_unit_test_setup_teardown(test_switches, setup, teardown),
        cmocka_unit_test_setup_teardown(test_filter, setup, teardown),
        cmocka_unit_test_setup_teardown(test_masked, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
