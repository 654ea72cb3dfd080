/* SPDX-License-Identifier: BSD-2-Clause */
/* preflight: see the header. A refusal has no reason in it but its errno; the reason is looked for
 * afterwards, the certain ones first. */
#include "kernel/preflight.h"

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define OLDEST_MAJOR 5
#define OLDEST_MINOR 14

int preflight_release(const char *release, struct err *e)
{
    unsigned major = 0, minor = 0;
    char clean[80];
    int parts = sscanf(release, "%u.%u", &major, &minor);
    if (parts >= 1 && (major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR)))
        return 0;
    text_clean_to(clean, sizeof clean, release);
    return err_set_exit(e, EXIT_LIMIT, 0,
                        "this kernel is Linux %s, but vethlab needs Linux %d.%d or newer", clean,
                        OLDEST_MAJOR, OLDEST_MINOR);
}

int preflight_kernel(struct err *e)
{
    struct utsname u;
    if (uname(&u) < 0)
        return err_set(e, errno, "cannot ask for the kernel's version");
    return preflight_release(u.release, e);
}

/* The number in PROC/PATH, or -1. */
static long switch_value(const char *proc, const char *path)
{
    char name[512], *end;
    _cleanup_buf_ struct buf b = BUF_INIT;
    snprintf(name, sizeof name, "%s/%s", proc, path);
    if (io_read_file(AT_FDCWD, name, 64, &b) < 0 || b.len == 0)
        return -1;
    long v = strtol(buf_str(&b), &end, 10);
    return end == buf_str(&b) ? -1 : v;
}

/* Mode 2 of seccomp(2): a filter is installed, as containers do. */
static bool is_filtered(const char *proc)
{
    char name[512];
    _cleanup_buf_ struct buf b = BUF_INIT;
    snprintf(name, sizeof name, "%s/self/status", proc);
    if (io_read_file(AT_FDCWD, name, 65536, &b) < 0)
        return false;
    const char *line = strstr(buf_str(&b), "\nSeccomp:");
    return line && strtol(line + strlen("\nSeccomp:"), NULL, 10) == 2;
}

#define WITH_SUDO "run it with sudo"
#define BY_ROOT   "run it with sudo, or let root change that switch"

static int no_space(const char *proc, bool rootless, int num, struct err *e)
{
    static const char *const others[] = {"pid", "mnt", "net", "uts"};
    char path[64];
    if (rootless && switch_value(proc, "sys/user/max_user_namespaces") == 0)
        return err_set_exit(e, EXIT_DENIED, num,
                            "user namespaces are switched off here: user.max_user_namespaces is "
                            "0; " BY_ROOT);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        snprintf(path, sizeof path, "sys/user/max_%s_namespaces", others[i]);
        if (switch_value(proc, path) == 0)
            return err_set_exit(e, EXIT_DENIED, num,
                                "namespaces are switched off here: user.max_%s_namespaces is 0",
                                others[i]);
    }
    if (rootless)
        return err_set_exit(e, EXIT_DENIED, num,
                            "no further user namespace is allowed here: the quota "
                            "user.max_user_namespaces, this one or an outer user namespace's, is "
                            "used up, or too many are nested; " WITH_SUDO);
    return err_set_exit(e, EXIT_LIMIT, num,
                        "no further namespaces are allowed here: one of the quotas "
                        "user.max_*_namespaces is used up");
}

int preflight_refused(const char *proc, bool rootless, int num, struct err *e)
{
    static const struct {
        const char *path, *name;
        long bad;
    } switches[] = {
        {"sys/kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone is 0", 0},
        {"sys/user/max_user_namespaces", "user.max_user_namespaces is 0", 0},
        {"sys/kernel/apparmor_restrict_unprivileged_userns",
         "kernel.apparmor_restrict_unprivileged_userns is 1 (AppArmor)", 1},
    };
    if (num == ENOSPC || num == EUSERS)
        return no_space(proc, rootless, num, e);
    if (num == EAGAIN)
        return err_set_exit(e, EXIT_LIMIT, num,
                            "too many processes run already for another: see `ulimit -u` and the "
                            "cgroup's pids.max");
    for (size_t i = 0; rootless && num != ENOSYS && i < ARRAY_LEN(switches); i++)
        if (switch_value(proc, switches[i].path) == switches[i].bad)
            return err_set_exit(
                e, EXIT_DENIED, num,
                "this kernel refuses user namespaces to ordinary users: %s; " BY_ROOT,
                switches[i].name);
    if (is_filtered(proc))
        return err_set_exit(e, EXIT_DENIED, num,
                            "a seccomp filter, as containers install them, forbids to make "
                            "namespaces%s",
                            rootless ? "; outside of it, or with sudo, it works" : "");
    if (num == EINVAL)
        return err_set_exit(e, EXIT_DENIED, num,
                            "this kernel was built without user, pid or network namespaces%s",
                            rootless ? "; where only user namespaces are missing, " WITH_SUDO : "");
    return err_set_exit(e, num == EPERM || num == EACCES ? EXIT_DENIED : EXIT_FAILED, num,
                        "cannot make the lab's namespaces%s",
                        rootless ? " (a security module may forbid it, or a chroot); " WITH_SUDO
                                 : "");
}

/* The mount point of a line of mountinfo, if it is below PROC and covers a part of it. What
 * systemd mounts on an empty directory covers nothing. */
static bool is_cover(const char *proc, char *line, const char **where)
{
    char *save = NULL, *field = strtok_r(line, " ", &save);
    for (int i = 1; field && i < 5; i++)
        field = strtok_r(NULL, " ", &save);
    size_t n = strlen(proc);
    if (!field || strncmp(field, proc, n) != 0 || field[n] != '/')
        return false;
    *where = field;
    return strcmp(field + n, "/sys/fs/binfmt_misc") != 0;
}

int preflight_masked(const char *proc, int num, struct err *e)
{
    char name[512], clean[256];
    _cleanup_buf_ struct buf b = BUF_INIT;
    snprintf(name, sizeof name, "%s/self/mountinfo", proc);
    if (io_read_file(AT_FDCWD, name, 4 << 20, &b) == 0 && b.len)
        for (char *save = NULL, *line = strtok_r(b.data, "\n", &save); line;
             line = strtok_r(NULL, "\n", &save)) {
            const char *where;
            if (!is_cover(proc, line, &where))
                continue;
            text_clean_to(clean, sizeof clean, where);
            return err_set_exit(e, EXIT_DENIED, num,
                                "cannot mount a /proc for the lab: a mount on %s masks a part of "
                                "the machine's own, as containers do; outside of it, or with "
                                "sudo, it works",
                                clean);
        }
    return preflight_refused(proc, true, num, e);
}
