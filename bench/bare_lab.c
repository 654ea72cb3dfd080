/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_lab: see the header. */
#include "bare_lab.h"

#include "bare_net.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RUN    "/run/bare"
#define RECORD "record"

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, RUN "/%s", name);
}

int bare_lab_lock(const char *name)
{
    char path[128];
    path_of(name, path);
    mkdir(RUN, 0700);
    mkdir(path, 0700);
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir < 0 || flock(dir, LOCK_EX | LOCK_NB) < 0)
        die(path);
    return dir;
}

static ssize_t read_file(int dir, const char *pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", pid, name);
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, size - 1);
    close(fd);
    text[n < 0 ? 0 : n] = '\0';
    return n;
}

/* "bare", "up", LAB. */
static int has_title(int proc, const char *pid, const char *name)
{
    char text[256];
    ssize_t n = read_file(proc, pid, "cmdline", text, sizeof text);
    size_t at = n > 0 ? strlen(text) + 1 : 0;
    if (n <= 0 || at + 3 >= (size_t)n || strcmp(text + at, "up") != 0)
        return 0;
    return strcmp(text + at + 3, name) == 0;
}

static int is_holder(int proc, const char *pid)
{
    char text[4096];
    unsigned uid;
    int outer, inner, further;
    if (read_file(proc, pid, "status", text, sizeof text) <= 0)
        return 0;
    const char *u = strstr(text, "\nUid:"), *ns = strstr(text, "\nNSpid:");
    return u && ns && sscanf(u, "\nUid: %u", &uid) == 1 && uid == getuid() &&
           sscanf(ns, "\nNSpid:%*[\t]%d%*[\t]%d%*[\t]%d", &outer, &inner, &further) == 2 &&
           inner == 1;
}

static void read_start(int proc, const char *pid, char start[32])
{
    char text[1024];
    const char *p = NULL;
    if (read_file(proc, pid, "stat", text, sizeof text) > 0)
        p = strrchr(text, ')');
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    snprintf(start, 32, "%.*s", p ? (int)strcspn(p + 1, " ") : 0, p ? p + 1 : "");
}

/* The pidfd of a process that was nominated, once it is believed; or -1. */
static int believed(int proc, const char *pid, const char *name, char start[32])
{
    int fd = (int)syscall(SYS_pidfd_open, atoi(pid), 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    read_start(proc, pid, start);
    if (fd < 0 || (has_title(proc, pid, name) && is_holder(proc, pid) && poll(&p, 1, 0) == 0))
        return fd;
    close(fd);
    return -1;
}

int bare_lab_find(const char *name, char start[32])
{
    DIR *dir = opendir("/proc");
    struct dirent *d;
    int found = -1;
    if (!dir)
        die("/proc");
    while (found < 0 && (d = readdir(dir)))
        if (d->d_name[0] >= '1' && d->d_name[0] <= '9' && has_title(dirfd(dir), d->d_name, name))
            found = believed(dirfd(dir), d->d_name, name, start);
    closedir(dir);
    return found;
}

void bare_lab_record(int dir, pid_t holder)
{
    char pid[16], start[32], text[64], path[64];
    int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(dir, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
    snprintf(pid, sizeof pid, "%d", holder);
    read_start(proc, pid, start);
    int n = snprintf(text, sizeof text, "%s %s\n", pid, start);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (fd < 0 || write(fd, text, (size_t)n) != n ||
        linkat(AT_FDCWD, path, dir, RECORD, AT_SYMLINK_FOLLOW) < 0)
        die("record");
}

int bare_lab_recorded(int dir, const char *name)
{
    char text[64] = "", pid[16] = "", was[32] = "", start[32];
    read_file(dir, ".", RECORD, text, sizeof text);
    if (sscanf(text, "%15s %31s", pid, was) != 2)
        return -1;
    int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = believed(proc, pid, name, start);
    return strcmp(was, start) == 0 ? fd : -1;
}

void bare_lab_remove(const char *name, int dir)
{
    char path[128];
    path_of(name, path);
    unlinkat(dir, RECORD, 0);
    rmdir(path);
    rmdir(RUN);
}
