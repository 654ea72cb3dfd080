/* SPDX-License-Identifier: BSD-2-Clause */
/* labfile: see the header. */
#include "state/labfile.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whatever the caller's umask is. */
static int ours(const struct labfile *f, struct err *e)
{
    return fchmod(f->fd, 0600) < 0 ? err_set(e, errno, "cannot open the lab's file to ourselves")
                                   : 0;
}

int labfile_create(int dirfd, const char *name, struct labfile *out, struct err *e)
{
    *out = (struct labfile){.dirfd = dirfd, .fd = -1};
    snprintf(out->name, sizeof out->name, "%s", name);
    out->fd = openat(dirfd, ".", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    if (out->fd >= 0)
        return ours(out, e);
    /* EISDIR, EOPNOTSUPP: the file system cannot (overlayfs before 6.3). */
    if (errno != EISDIR && errno != EOPNOTSUPP && errno != ENOENT)
        return err_set(e, errno, "cannot make a file in the lab's directory");
    snprintf(out->temporary, sizeof out->temporary, ".%.50s.new", name);
    out->fd = openat(dirfd, out->temporary,
                     O_CREAT | O_TRUNC | O_NOFOLLOW | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    if (out->fd >= 0)
        return ours(out, e);
    out->temporary[0] = '\0';
    return err_set(e, errno, "cannot make a file in the lab's directory");
}

int labfile_link(struct labfile *f, struct err *e)
{
    int r = 0;
    if (f->temporary[0]) {
        r = renameat(f->dirfd, f->temporary, f->dirfd, f->name);
        f->temporary[0] = '\0';
    } else {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", f->fd);
        unlinkat(f->dirfd, f->name, 0);
        r = linkat(AT_FDCWD, path, f->dirfd, f->name, AT_SYMLINK_FOLLOW);
    }
    return r < 0 ? err_set(e, errno, "cannot name the file %s of the lab", f->name) : 0;
}

void labfile_fini(struct labfile *f)
{
    if (f->temporary[0])
        unlinkat(f->dirfd, f->temporary, 0);
    mem_close_fd(&f->fd);
}
