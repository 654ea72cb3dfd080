/* SPDX-License-Identifier: BSD-2-Clause */
/* apart: see the header. */
#include "base/apart.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool put_null(void)
{
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < APART_FIRST; fd++)
        if (null < 0 || dup2(null, fd) < 0)
            return false;
    return true;
}

/* Out of the way first, so that none is overwritten before it has moved. */
static bool keep_only(int *keep, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (keep[i] >= 0 && (keep[i] = fcntl(keep[i], F_DUPFD, APART_FIRST + APART_MAX)) < 0)
            return false;
    if (!put_null())
        return false;
    for (size_t i = 0; i < count; i++) {
        int to = APART_FIRST + (int)i;
        if (keep[i] < 0)
            close(to);
        else if ((keep[i] = dup2(keep[i], to)) < 0)
            return false;
    }
    return close_range(APART_FIRST + (unsigned)count, ~0U, 0) == 0;
}

void apart_become(const char *name, unsigned flags, int *keep, size_t count)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, name);
    if (flags & APART_SESSION)
        setsid();
    if ((flags & APART_ROOT && chdir("/") < 0) || count > APART_MAX || !keep_only(keep, count))
        _exit(1);
}
