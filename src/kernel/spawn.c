/* SPDX-License-Identifier: BSD-2-Clause */
/* spawn: see the header. */
#include "kernel/spawn.h"

#include "base/io.h"
#include "base/mem.h"
#include "kernel/preflight.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

pid_t spawn_fork(uint64_t flags, int *pidfd)
{
    struct clone_args args = {.flags = flags};
    if (!(flags & CLONE_PARENT)) /* then it is as ours is, and the kernel wants none here */
        args.exit_signal = SIGCHLD;
    if (pidfd) {
        args.flags |= CLONE_PIDFD;
        args.pidfd = (uint64_t)(uintptr_t)pidfd;
    }
    long pid = syscall(SYS_clone3, &args, sizeof args);
    return pid < 0 ? -errno : (pid_t)pid;
}

int spawn_pidfd_kill(int pidfd)
{
    if (syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
        return -errno;
    return 0;
}

int spawn_wait_gone(int pidfd, int timeout_ms)
{
    return io_wait_readable(pidfd, timeout_ms);
}

bool spawn_is_privileged(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    if (syscall(SYS_capget, &head, data) < 0)
        return false;
    uint32_t want = 1u << CAP_SYS_ADMIN | 1u << CAP_NET_ADMIN;
    return (data[0].effective & want) == want;
}

int mounts_lab(struct err *e)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
        return preflight_refused("/proc", true, errno, e);
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return preflight_masked("/proc", errno, e);
    if (mount("vethlab", "/sys", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755") < 0)
        return err_set(e, errno, "cannot mount the lab's tmpfs");
    return 0;
}

int mounts_node(const char *hosts, bool *sys_refused, struct err *e)
{
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    *sys_refused = false;
    if (mount("proc", "/proc", "proc", flags, NULL) < 0)
        return err_set(e, errno, "cannot mount /proc");
    if (hosts && mount(hosts, "/etc/hosts", NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
        return err_set(e, errno, "cannot bind the lab's hosts file to /etc/hosts");
    if (mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL) == 0)
        return 0;
    if (errno != EPERM)
        return err_set(e, errno, "cannot mount /sys");
    *sys_refused = true;
    if (mount("empty", "/sys", "tmpfs", flags | MS_RDONLY, NULL) < 0)
        return err_set(e, errno, "cannot cover /sys");
    return 0;
}

/* Writing some of them takes the machine-wide rtnl lock, and the kernel spins where that is held
 * (restart_syscall() behind rtnl_trylock()), even if nothing changes: so one is read first. */
static int write_unless_equal(const char *path, const char *value)
{
    char now[128];
    size_t len = strlen(value);
    _cleanup_fd_ int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) /* there are some that can only be written */
        return io_write_file(AT_FDCWD, path, value);
    ssize_t n = io_read(fd, now, sizeof now);
    if (n == (ssize_t)len + 1 && memcmp(now, value, len) == 0 && now[len] == '\n')
        return 0;
    return pwrite(fd, value, len, 0) < 0 ? -errno : 0;
}

#define SYSCTL_MAX 4096

int sysctl_dir(pid_t pid)
{
    struct statfs fs;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/root/proc/sys", pid);
    _cleanup_fd_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
        return -1;
    return mem_steal_fd(&fd);
}

char *sysctl_read(const char *key)
{
    return sysctl_read_at(-1, key);
}

/* One read(2) gives a whole value. */
char *sysctl_read_at(int dir, const char *key)
{
    char text[SYSCTL_MAX];
    _cleanup_free_ char *path = mem_printf("%s%s", dir < 0 ? "/proc/sys/" : "", key);
    _cleanup_fd_ int fd = openat(dir < 0 ? AT_FDCWD : dir, path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : io_read(fd, text, sizeof text);
    if (len < 0)
        return NULL;
    while (len > 0 && strchr(" \t\n", text[len - 1]))
        len--;
    return mem_strndup(text, (size_t)len);
}

int sysctl_write(const char *key, const char *value, struct err *e)
{
    char path[512];
    snprintf(path, sizeof path, "/proc/sys/%s", key);
    int r = write_unless_equal(path, value);
    if (r == -ENOENT)
        return err_set(e, ENOENT, "this kernel has no sysctl %s", key);
    if (r < 0)
        return err_set(e, -r, "cannot set sysctl %s to \"%s\"", key, value);
    return 0;
}
