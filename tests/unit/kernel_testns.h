/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel_testns: network namespaces for unit tests of src/kernel, without touching the machine. */
#ifndef VETHLAB_TESTS_KERNEL_TESTNS_H
#define VETHLAB_TESTS_KERNEL_TESTNS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline bool testns_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Moves the whole test, before any thread, into a network namespace of its own; without privileges
 * into a user namespace first. False: refused, errno says why. */
static inline bool testns_private(void)
{
    char map[64];
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWNET) == 0)
        return true;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        return false;
    snprintf(map, sizeof map, "0 %u 1", uid);
    if (!testns_write("/proc/self/setgroups", "deny") || !testns_write("/proc/self/uid_map", map))
        return false;
    snprintf(map, sizeof map, "0 %u 1", gid);
    return testns_write("/proc/self/gid_map", map);
}

/* The exit code of a test program that cannot run: skipped with the reason, or, with MUST_WORK=1,
 * failed. */
static inline int testns_refused(const char *what)
{
    bool must = getenv("MUST_WORK") && strcmp(getenv("MUST_WORK"), "1") == 0;
    printf("1..1\n%s 1 - namespaces%s %s: %s\n", must ? "not ok" : "ok", must ? ":" : " # SKIP",
           what, strerror(errno));
    return must ? 1 : 77;
}

#endif
