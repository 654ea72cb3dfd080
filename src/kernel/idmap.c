/* SPDX-License-Identifier: BSD-2-Clause */
/* idmap: the id maps of a rootless lab. The range comes from newuidmap(1), which alone may write
 * it; where it or a range is missing, a single id is mapped and setgroups(2) denied, as
 * user_namespaces(7) demands. */
#include "kernel/spawn.h"

#include "base/io.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/mem.h"
#include "kernel/preflight.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct range {
    unsigned long first, count;
};

/* System users of distributions are below it (SYS_UID_MAX of login.defs(5) is 999): with a range
 * that does not hold them nothing works that a single id does not allow too. */
#define RANGE_MIN 1000

/* The first range of `path` (subuid(5)) for this user, by name or number, that is large enough.
 * Else false, and why. */
static bool find_range(const char *path, const char *user, uid_t uid, struct range *out, char *why,
                       size_t size)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    char number[24];
    struct range r = {0};
    snprintf(number, sizeof number, "%u", uid);
    snprintf(why, size, "%s gives no ids to user %s", path, user ? user : number);
    if (io_read_file(AT_FDCWD, path, 1 << 20, &b) < 0 || b.len == 0)
        return false;
    for (char *save = NULL, *line = strtok_r(b.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        size_t n = strcspn(line, ":");
        bool mine = (user && strlen(user) == n && strncmp(line, user, n) == 0) ||
                    (strlen(number) == n && strncmp(line, number, n) == 0);
        if (!mine || sscanf(line + n, ":%lu:%lu", &r.first, &r.count) != 2 || r.count == 0)
            continue;
        if (r.count >= RANGE_MIN) {
            *out = r;
            return true;
        }
        snprintf(why, size, "%s gives only %lu ids to user %s", path, r.count,
                 user ? user : number);
    }
    return false;
}

static bool run_helper(char *const argv[])
{
    pid_t pid = fork();
    if (pid < 0)
        return false;
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        limit_restore_files();
        execvp(argv[0], argv);
        _exit(127);
    }
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool map_range(const char *helper, pid_t pid, unsigned own, const struct range *r)
{
    char text[5][24];
    snprintf(text[0], sizeof text[0], "%d", pid);
    snprintf(text[1], sizeof text[1], "%u", own);
    snprintf(text[2], sizeof text[2], "%lu", r->first);
    snprintf(text[3], sizeof text[3], "%lu", r->count);
    char name[16], zero[] = "0", one[] = "1";
    snprintf(name, sizeof name, "%s", helper);
    char *argv[] = {name, text[0], zero, text[1], one, one, text[2], text[3], NULL};
    return run_helper(argv);
}

/* True if /proc/PID/NAME has a line already: a helper wrote it before the other one failed. */
static bool is_mapped(pid_t pid, const char *name)
{
    char path[64];
    _cleanup_buf_ struct buf b = BUF_INIT;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return io_read_file(AT_FDCWD, path, 65536, &b) == 0 && b.len > 0;
}

/* The kernel refuses the first map where a security module took the capabilities away. */
static int map_one(pid_t pid, const char *name, unsigned id, struct err *e)
{
    char path[64], line[64];
    if (is_mapped(pid, name))
        return 0;
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    snprintf(line, sizeof line, "0 %u 1", id);
    int r = io_write_file(AT_FDCWD, path, line);
    if (r < 0)
        return preflight_refused("/proc", true, -r, e);
    return 0;
}

static int map_single(pid_t pid, struct err *e)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
    int r = is_mapped(pid, "gid_map") ? 0 : io_write_file(AT_FDCWD, path, "deny");
    if (r < 0 && r != -ENOENT)
        return preflight_refused("/proc", true, -r, e);
    r = map_one(pid, "gid_map", getegid(), e);
    return r < 0 ? r : map_one(pid, "uid_map", geteuid(), e);
}

static bool map_ranges(pid_t pid, char *why, size_t size)
{
    struct range uids, gids;
    const struct passwd *pw = getpwuid(getuid());
    const char *user = pw ? pw->pw_name : NULL;
    if (!find_range("/etc/subuid", user, getuid(), &uids, why, size) ||
        !find_range("/etc/subgid", user, getuid(), &gids, why, size))
        return false;
    snprintf(why, size, "newuidmap or newgidmap is missing or refuses (package uidmap)");
    return map_range("newgidmap", pid, getegid(), &gids) &&
           map_range("newuidmap", pid, geteuid(), &uids);
}

int idmap_write(pid_t pid, struct err *e)
{
    char why[256];
    if (map_ranges(pid, why, sizeof why))
        return 0;
    log_verbose("only one user id is mapped, so programs that change to another user will not "
                "work: %s",
                why);
    return map_single(pid, e);
}
