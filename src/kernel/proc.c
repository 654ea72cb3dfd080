/* SPDX-License-Identifier: BSD-2-Clause */
/* proc: see the header. */
#include "kernel/proc.h"

#include "base/io.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define STAT_START_TIME 22
#define STAT_EXIT_CODE  52

/* The kernel has two words for a process that is no more, by when it went. */
static int failure(int num)
{
    return num == ENOENT ? -ESRCH : -num;
}

static int open_file(int proc_fd, pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "%d/%s", pid, name);
    int fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? failure(errno) : fd;
}

/* Reads at most size-1 bytes of /proc/PID/NAME; the length, or -errno. */
static ssize_t read_small(int proc_fd, pid_t pid, const char *name, char *buf, size_t size)
{
    _cleanup_fd_ int fd = open_file(proc_fd, pid, name);
    if (fd < 0)
        return fd;
    ssize_t n = io_read(fd, buf, size - 1);
    if (n >= 0)
        buf[n] = '\0';
    return n < 0 ? failure((int)-n) : n;
}

/* Gone meanwhile, or another user's who is not ours to see (proc(5), hidepid). */
static bool is_passed_over(int r)
{
    return r == -ESRCH || r == -EACCES || r == -EPERM;
}

int proc_walk(const char *prefix, proc_fn *fn, void *ctx)
{
    DIR *dir = opendir("/proc");
    if (!dir)
        return -errno;
    int proc_fd = dirfd(dir);
    size_t prefix_len = strlen(prefix);
    struct dirent *d;
    int r = 0;
    while (r == 0 && (d = readdir(dir))) {
        if (d->d_name[0] < '1' || d->d_name[0] > '9')
            continue;
        char title[PROC_TITLE_MAX];
        pid_t pid = atoi(d->d_name);
        ssize_t len = read_small(proc_fd, pid, "cmdline", title, sizeof title);
        if (len < 0 && !is_passed_over((int)len))
            r = (int)len;
        else if (len >= (ssize_t)prefix_len && strncmp(title, prefix, prefix_len) == 0 &&
                 !fn(pid, title, ctx))
            break;
    }
    closedir(dir);
    return r;
}

/* The numbers behind "KEY:" in /proc/PID/status; how many were stored. */
static size_t status_numbers(const char *status, const char *key, long *out, size_t max)
{
    size_t count = 0;
    const char *p = strstr(status, key);
    if (!p)
        return 0;
    p += strlen(key);
    while (count < max) {
        char *end;
        p += strspn(p, "\t ");
        long v = strtol(p, &end, 10);
        if (end == p)
            break;
        out[count++] = v;
        p = end;
    }
    return count;
}

/* The command name in field 2 may hold spaces and brackets, so count from its end. */
static uint64_t stat_field(const char *stat, int number)
{
    const char *p = strrchr(stat, ')');
    for (int field = 2; p && field < number; field++)
        p = strchr(p + 1, ' ');
    return p ? strtoull(p + 1, NULL, 10) : 0;
}

/* proc(5): exit_code. The kernel sets it when it sends the signal, not when the process hears it.
 */
static bool is_killed(const char *stat)
{
    return (stat_field(stat, STAT_EXIT_CODE) & 0x7f) == SIGKILL;
}

static void take_status(const char *text, struct proc_info *out)
{
    long v[PROC_NSPIDS_MAX];
    if (status_numbers(text, "\nPPid:", v, 1) == 1)
        out->ppid = (pid_t)v[0];
    if (status_numbers(text, "\nUid:", v, 1) == 1)
        out->uid = (uid_t)v[0];
    out->nspids = status_numbers(text, "\nNSpid:", v, PROC_NSPIDS_MAX);
    for (size_t i = 0; i < out->nspids; i++)
        out->nspid[i] = (pid_t)v[i];
}

/* 65,536 groups (NGROUPS_MAX) of at most eleven bytes stand before NSpid. */
#define STATUS_MAX ((size_t)1 << 20)

/* One read(2) has all of it but where its owner is in hundreds of groups. */
static int read_status(int proc_fd, pid_t pid, struct proc_info *out)
{
    char text[4096];
    _cleanup_buf_ struct buf whole = BUF_INIT;
    _cleanup_fd_ int fd = open_file(proc_fd, pid, "status");
    if (fd < 0)
        return fd;
    ssize_t n = io_read(fd, text, sizeof text - 1);
    if (n <= 0)
        return n < 0 ? failure((int)-n) : -ESRCH;
    text[n] = '\0';
    if ((size_t)n < sizeof text - 1) {
        take_status(text, out);
        return 0;
    }
    buf_add(&whole, text, (size_t)n);
    int r = io_read_all(fd, STATUS_MAX, &whole);
    if (r == 0)
        take_status(buf_str(&whole), out);
    return r < 0 ? failure(-r) : 0;
}

int proc_read(pid_t pid, struct proc_info *out)
{
    char stat[1024]; /* 52 numbers and a name */
    _cleanup_fd_ int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    *out = (struct proc_info){.pid = pid};
    if (proc_fd < 0)
        return -errno;
    ssize_t n = read_small(proc_fd, pid, "cmdline", out->title, sizeof out->title);
    if (n < 0)
        return (int)n;
    int r = read_status(proc_fd, pid, out);
    if (r < 0)
        return r;
    n = read_small(proc_fd, pid, "stat", stat, sizeof stat);
    if (n <= 0)
        return n < 0 ? (int)n : -ESRCH;
    out->start_ticks = stat_field(stat, STAT_START_TIME);
    out->is_dying = is_killed(stat);
    return 0;
}

int proc_boot_id(char *out, size_t size)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    int r = io_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", 4096, &b);
    if (r < 0)
        return r;
    snprintf(out, size, "%.*s", (int)strcspn(buf_str(&b), "\n"), buf_str(&b));
    return 0;
}

int proc_ns(pid_t pid, const char *name, struct proc_ns *out)
{
    char path[64];
    struct stat st;
    if (pid)
        snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, name);
    else
        snprintf(path, sizeof path, "/proc/self/ns/%s", name);
    if (stat(path, &st) < 0)
        return failure(errno);
    *out = (struct proc_ns){st.st_dev, st.st_ino};
    return 0;
}
