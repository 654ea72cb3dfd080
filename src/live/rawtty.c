/* SPDX-License-Identifier: BSD-2-Clause */
/* rawtty: see the header.
 *
 * The guard is a child in a group of its own, so that no signal for our group takes it along. It
 * restores only a terminal that still has exactly our raw modes: a shell that noticed our end first
 * has set its own by then. */
#include "live/rawtty.h"

#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_as(int fd, const struct termios *want)
{
    struct termios now;
    return tcgetattr(fd, &now) == 0 && now.c_iflag == want->c_iflag &&
           now.c_oflag == want->c_oflag && now.c_lflag == want->c_lflag;
}

static _Noreturn void guard(const struct rawtty *t, int pipe_end)
{
    char byte;
    sigset_t all;
    sigfillset(&all); /* SIGTTOU too: blocked, it lets the background set modes */
    sigprocmask(SIG_SETMASK, &all, NULL);
    setpgid(0, 0);
    prctl(PR_SET_NAME, "vethlab-guard");
    dup2(t->fd, 0);
    dup2(pipe_end, 1);
    close_range(2, ~0U, 0);
    if (io_read(1, &byte, 1) == 0 && is_as(0, &t->raw))
        tcsetattr(0, TCSANOW, &t->saved);
    _exit(0);
}

static int read_modes(struct rawtty *t, int fd, struct err *e)
{
    *t = (struct rawtty){.fd = fd, .guard = -1, .guard_pipe = -1};
    if (tcgetattr(fd, &t->saved) < 0)
        return err_set(e, errno, "cannot read the terminal's modes");
    t->raw = t->saved;
    return 0;
}

static int start_guard(struct rawtty *t, struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_set(e, errno, "cannot make a pipe");
    t->guard = fork();
    if (t->guard == 0) {
        close(ends[1]);
        /* Away from 0 and 1, where guard() puts its two. */
        guard(t, fcntl(ends[0], F_DUPFD, 3));
    }
    int num = errno;
    close(ends[0]);
    t->guard_pipe = ends[1];
    if (t->guard > 0)
        return 0;
    mem_close_fd(&t->guard_pipe);
    return err_set(e, num, "cannot start a process");
}

int rawtty_open(struct rawtty *t, int fd, struct err *e)
{
    int r = read_modes(t, fd, e);
    cfmakeraw(&t->raw);
    return r < 0 ? r : start_guard(t, e);
}

int rawtty_open_quiet(struct rawtty *t, int fd, struct err *e)
{
    int r = read_modes(t, fd, e);
    t->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    return r < 0 ? r : start_guard(t, e);
}

static bool is_ours(const struct rawtty *t)
{
    return tcgetpgrp(t->fd) == getpgrp();
}

void rawtty_raw(struct rawtty *t)
{
    if (is_ours(t))
        t->is_raw = tcsetattr(t->fd, TCSADRAIN, &t->raw) == 0;
}

void rawtty_restore(struct rawtty *t)
{
    if (t->is_raw && is_ours(t))
        tcsetattr(t->fd, TCSANOW, &t->saved);
    t->is_raw = false;
}

void rawtty_close(struct rawtty *t)
{
    rawtty_restore(t);
    if (t->guard_pipe >= 0)
        io_write_all(t->guard_pipe, "x", 1);
    mem_close_fd(&t->guard_pipe);
    while (t->guard > 0 && waitpid(t->guard, NULL, 0) < 0 && errno == EINTR)
        ;
    t->guard = -1;
}

void rawtty_forget(struct rawtty *t)
{
    if (is_ours(t))
        tcflush(t->fd, TCIFLUSH);
}
