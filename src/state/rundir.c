/* SPDX-License-Identifier: BSD-2-Clause */
/* rundir: see the header. The directory is its own lock, so that a lock never outlives what it
 * locks; whoever removes it does so under the lock, and whoever got the lock compares the inode
 * with the path's, since the directory may have been removed while it waited at the door. */
#include "state/rundir.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Each further try means that another command removed a directory meanwhile. */
#define TRIES     100
#define MOMENT_MS 250

/* Another command may remove it between the two calls. */
static int make_and_look(const char *path, struct stat *st)
{
    for (int i = 0; i < TRIES; i++) {
        if (mkdir(path, 0700) == 0)
            chmod(path, 0700); /* whatever the caller's umask is */
        else if (errno != EEXIST)
            return -errno;
        if (lstat(path, st) == 0)
            return 0;
        if (errno != ENOENT)
            return -errno;
    }
    return -EBUSY;
}

static int check_dir(const char *path, struct err *e)
{
    struct stat st;
    int r = make_and_look(path, &st);
    if (r < 0)
        return r;
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 07777) != 0700)
        return err_set_exit(e, EXIT_DENIED, 0,
                            "%s is not a directory of ours with mode 0700: remove it, or see who "
                            "made it",
                            path);
    return 0;
}

#define CANDIDATES 4

/* In a user namespace of an ordinary user, root is not the owner of /run. */
static bool is_real_root(void)
{
    struct stat st;
    return stat("/run", &st) == 0 && st.st_uid == 0;
}

/* As the user namespace around ours knows it (user_namespaces(7), uid_map). */
static uid_t outer_uid(uid_t uid)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    unsigned inside, outside, count;
    int used;
    if (io_read_file(AT_FDCWD, "/proc/self/uid_map", 65536, &b) < 0)
        return uid;
    for (const char *at = buf_str(&b);
         sscanf(at, "%u %u %u %n", &inside, &outside, &count, &used) == 3; at += used)
        if (uid >= inside && uid - inside < count)
            return outside + (uid - inside);
    return uid;
}

/* Of the caller's environment; NULL: none that counts. */
static const char *xdg_dir(void)
{
    const char *xdg = secure_getenv("XDG_RUNTIME_DIR");
    return xdg && xdg[0] == '/' ? xdg : NULL;
}

static bool fits(const char *xdg)
{
    return strlen(xdg) + sizeof "/vethlab" <= RUNDIR_MAX;
}

/* Where the run directory of `uid` may be, best first; "" where one does not apply. The environment
 * speaks only for ourselves. */
static void candidates(uid_t uid, char path[CANDIDATES][RUNDIR_MAX])
{
    const char *xdg = uid == geteuid() ? xdg_dir() : NULL;
    uid_t outer = outer_uid(uid);
    for (size_t i = 0; i < CANDIDATES; i++)
        path[i][0] = '\0';
    if (uid == 0 && is_real_root())
        snprintf(path[0], RUNDIR_MAX, "/run/vethlab");
    if (xdg && fits(xdg))
        snprintf(path[1], RUNDIR_MAX, "%s/vethlab", xdg);
    snprintf(path[2], RUNDIR_MAX, "/run/user/%u/vethlab", outer);
    snprintf(path[3], RUNDIR_MAX, "/tmp/vethlab-%u", outer);
}

int rundir_find(char path[RUNDIR_MAX], struct err *e)
{
    char try[CANDIDATES][RUNDIR_MAX];
    const char *xdg = xdg_dir();
    if (xdg && !fits(xdg))
        return err_set(e, ENAMETOOLONG, "XDG_RUNTIME_DIR has %zu bytes, and %zu are the most",
                       strlen(xdg), RUNDIR_MAX - sizeof "/vethlab");
    candidates(geteuid(), try);
    for (size_t i = 0; i < CANDIDATES; i++) {
        if (!try[i][0])
            continue;
        e->num = 0;
        e->text[0] = '\0';
        int r = check_dir(try[i], e);
        if (r < 0 && e->text[0]) /* in /tmp it may be another user's, who need not give it up */
            return i < CANDIDATES - 1
                       ? r
                       : err_prefix(e, "there is no run directory (set XDG_RUNTIME_DIR)");
        if (r == 0) {
            memcpy(path, try[i], RUNDIR_MAX);
            return 0;
        }
    }
    return err_set(e, EACCES, "no run directory can be made: set XDG_RUNTIME_DIR");
}

/* A directory that is that user's alone, or -ENOENT. */
static int open_private(const char *path, uid_t uid)
{
    struct stat st;
    _cleanup_fd_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == uid && (st.st_mode & 0077) == 0)
        return mem_steal_fd(&fd);
    return -ENOENT;
}

/* The run directory of `uid`, if there is one that is his alone. */
static int open_rundir(uid_t uid)
{
    char try[CANDIDATES][RUNDIR_MAX];
    candidates(uid, try);
    int fd = -ENOENT;
    for (size_t i = 0; fd < 0 && i < CANDIDATES; i++)
        fd = try[i][0] ? open_private(try[i], uid) : fd;
    return fd;
}

int rundir_open_lab(const char *lab, uid_t uid)
{
    _cleanup_fd_ int dir = open_rundir(uid);
    if (dir < 0)
        return dir;
    int fd = openat(dir, lab, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int rundir_open_told(const char *path, const char *lab, uid_t uid)
{
    const char *slash = strrchr(path, '/');
    return path[0] == '/' && strcmp(slash + 1, lab) == 0 ? open_private(path, uid) : -ENOENT;
}

void rundir_each(rundir_fn *fn, void *ctx)
{
    int fd = open_rundir(geteuid());
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *d;
    char why[128];
    while (dir && (d = readdir(dir)))
        if (!name_fault_node(d->d_name, why, sizeof why))
            fn(d->d_name, ctx);
    if (dir)
        closedir(dir);
}

/* Who holds the lock, as /proc/locks names it; 0 if that cannot be told. */
static int lock_holder(const struct stat *st)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    char want[64];
    snprintf(want, sizeof want, ":%lu ", (unsigned long)st->st_ino);
    if (io_read_file(AT_FDCWD, "/proc/locks", 1 << 20, &b) < 0 || !b.data)
        return 0;
    for (char *save = NULL, *line = strtok_r(b.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        int pid = 0;
        if (strstr(line, "FLOCK") && strstr(line, want) &&
            sscanf(line, "%*s %*s %*s %*s %d", &pid) == 1)
            return pid;
    }
    return 0;
}

static int conflict(const char *lab, const struct stat *st, struct err *e)
{
    int pid = lock_holder(st);
    if (pid > 0)
        err_set_exit(e, EXIT_CONFLICT, 0, "lab %s is locked by another vethlab command (pid %d)",
                     lab, pid);
    else
        err_set_exit(e, EXIT_CONFLICT, 0, "lab %s is locked by another vethlab command", lab);
    e->num = EWOULDBLOCK;
    return -EWOULDBLOCK;
}

/* 0 locked, 1 the directory went away meanwhile, -errno. */
static int lock_once(const char *lab, struct rundir_lock *out, struct err *e)
{
    struct stat mine, there;
    int r = check_dir(out->path, e);
    if (r == -ENOENT)
        return 1;
    if (r < 0)
        return e->text[0] ? r : err_set(e, -r, "cannot make %s", out->path);
    _cleanup_fd_ int fd = open(out->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 1 : err_set(e, errno, "cannot open %s", out->path);
    if (fstat(fd, &mine) < 0)
        return err_set(e, errno, "cannot look at %s", out->path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? conflict(lab, &mine, e)
                                    : err_set(e, errno, "cannot lock %s", out->path);
    if (lstat(out->path, &there) < 0 || there.st_ino != mine.st_ino || there.st_dev != mine.st_dev)
        return 1;
    out->fd = mem_steal_fd(&fd);
    return 0;
}

int rundir_lock_lab(const char *lab, struct rundir_lock *out, struct err *e)
{
    char dir[RUNDIR_MAX];
    *out = (struct rundir_lock){.fd = -1};
    for (int i = 0; i < TRIES; i++) { /* each round means that another command removed it */
        int r = rundir_find(dir, e);
        if (r < 0)
            return r;
        snprintf(out->path, sizeof out->path, "%s/%.32s", dir, lab);
        r = lock_once(lab, out, e);
        if (r <= 0)
            return r;
    }
    return err_set_exit(e, EXIT_CONFLICT, EBUSY, "lab %s: its directory keeps vanishing", lab);
}

int rundir_await_lab(const char *lab, struct rundir_lock *out, struct err *e)
{
    static const struct timespec step = {.tv_nsec = CLOCK_NS_PER_MS};
    int64_t deadline_ns = clock_mono_ns() + MOMENT_MS * CLOCK_NS_PER_MS;
    int r = rundir_lock_lab(lab, out, e);
    while (r == -EWOULDBLOCK && clock_mono_ns() < deadline_ns) {
        nanosleep(&step, NULL); /* flock(2) knows no deadline */
        *e = (struct err)ERR_INIT;
        r = rundir_lock_lab(lab, out, e);
    }
    return r;
}

int rundir_lock_other(const char *lab, uid_t uid, struct rundir_lock *out, struct err *e)
{
    struct stat st;
    *out = (struct rundir_lock){.fd = -1};
    _cleanup_fd_ int fd = rundir_open_lab(lab, uid);
    if (fd < 0)
        return 0;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK && fstat(fd, &st) == 0
                   ? conflict(lab, &st, e)
                   : err_set(e, errno, "cannot lock the directory of lab %s", lab);
    out->fd = mem_steal_fd(&fd);
    return 0;
}

int rundir_lock_told(const char *path, const char *lab, const struct rundir_lock *usual,
                     struct rundir_lock *out, struct err *e)
{
    struct stat there, other;
    *out = (struct rundir_lock){.fd = -1};
    if (strlen(path) >= sizeof out->path)
        return 0;
    _cleanup_fd_ int fd = rundir_open_told(path, lab, geteuid());
    if (fd < 0 || fstat(fd, &there) < 0)
        return 0;
    if (usual->fd >= 0 && fstat(usual->fd, &other) == 0 && other.st_ino == there.st_ino &&
        other.st_dev == there.st_dev)
        return 0;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? conflict(lab, &there, e)
                                    : err_set(e, errno, "cannot lock %s", path);
    snprintf(out->path, sizeof out->path, "%s", path);
    out->fd = mem_steal_fd(&fd);
    return 0;
}

#define STEPS_NAME "steps"

static int lock_steps(int fd, const char *lab, struct err *e)
{
    struct stat st;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK || fstat(fd, &st) < 0)
        return err_set(e, errno, "cannot lock the steps of lab %s", lab);
    int pid = lock_holder(&st);
    char who[32] = "";
    if (pid > 0)
        snprintf(who, sizeof who, ", pid %d", pid);
    err_set_exit(e, EXIT_CONFLICT, 0,
                 "lab %s is being built step by step (run --step%s): leave that first, or take the "
                 "lab down",
                 lab, who);
    e->num = EWOULDBLOCK;
    return -EWOULDBLOCK;
}

int rundir_hold_steps(const struct rundir_lock *l, const char *lab, int *fd, struct err *e)
{
    _cleanup_fd_ int own =
        openat(l->fd, STEPS_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (own < 0)
        return err_set(e, errno, "cannot make %s/" STEPS_NAME, l->path);
    int r = lock_steps(own, lab, e);
    if (r == 0)
        *fd = mem_steal_fd(&own);
    return r;
}

int rundir_check_steps(const struct rundir_lock *l, const char *lab, struct err *e)
{
    _cleanup_fd_ int fd = openat(l->fd, STEPS_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? 0 : lock_steps(fd, lab, e);
}

void rundir_clean_lab(const struct rundir_lock *l)
{
    int fd = openat(l->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *d;
    while (dir && (d = readdir(dir)))
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            unlinkat(l->fd, d->d_name, 0);
    if (dir)
        closedir(dir);
}

void rundir_remove_lab(struct rundir_lock *l)
{
    rundir_clean_lab(l);
    rundir_leave_lab(l);
}

void rundir_leave_lab(struct rundir_lock *l)
{
    if (l->fd >= 0 && rmdir(l->path) == 0) {
        char *slash = strrchr(l->path, '/');
        *slash = '\0';
        rmdir(l->path); /* fails, as it should, while another lab is in it */
    }
    mem_close_fd(&l->fd);
}

void rundir_unlock(struct rundir_lock *l)
{
    mem_close_fd(&l->fd);
}
