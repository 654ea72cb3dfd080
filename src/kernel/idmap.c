/* SPDX-License-Identifier: BSD-2-Clause */
/* idmap: the id maps of a rootless lab. The range comes from newuidmap(1), which alone may write
 * it; where it or a range is missing, a single id is mapped and setgroups(2) denied, as
 * user_namespaces(7) demands. */
#include "kernel/spawn.h"

#include "base/io.h"
#include "base/mem.h"

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

/* The first range of `path` (subuid(5)) for this user, by name or number. */
static bool find_range(const char *path, const char *user, uid_t uid, struct range *out)
{
    _cleanup_buf_ struct buf b = BUF_INIT;
    char number[24];
    snprintf(number, sizeof number, "%u", uid);
    if (io_read_file(AT_FDCWD, path, 1 << 20, &b) < 0 || b.len == 0)
        return false;
    for (char *save = NULL, *line = strtok_r(b.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        size_t n = strcspn(line, ":");
        bool mine = (user && strlen(user) == n && strncmp(line, user, n) == 0) ||
                    (strlen(number) == n && strncmp(line, number, n) == 0);
        if (mine && sscanf(line + n, ":%lu:%lu", &out->first, &out->count) == 2 && out->count > 0)
            return true;
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

static int map_single(pid_t pid, struct err *e)
{
    char path[64], line[64];
    snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
    int r = io_write_file(AT_FDCWD, path, "deny");
    if (r < 0 && r != -ENOENT)
        return err_set(e, -r, "cannot write %s", path);
    snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
    snprintf(line, sizeof line, "0 %u 1", getegid());
    r = io_write_file(AT_FDCWD, path, line);
    if (r < 0 && r != -EPERM)
        return err_set(e, -r, "cannot write the group id map of the lab");
    snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
    snprintf(line, sizeof line, "0 %u 1", geteuid());
    r = io_write_file(AT_FDCWD, path, line);
    if (r < 0 && r != -EPERM)
        return err_set(e, -r, "cannot write the user id map of the lab");
    return 0;
}

int idmap_write(pid_t pid, enum idmap_kind *kind, struct err *e)
{
    struct range uids, gids;
    const struct passwd *pw = getpwuid(getuid());
    const char *user = pw ? pw->pw_name : NULL;
    *kind = IDMAP_RANGE;
    if (find_range("/etc/subuid", user, getuid(), &uids) &&
        find_range("/etc/subgid", user, getuid(), &gids) &&
        map_range("newgidmap", pid, getegid(), &gids) &&
        map_range("newuidmap", pid, geteuid(), &uids))
        return 0;
    *kind = IDMAP_SINGLE;
    return map_single(pid, e);
}
