/* SPDX-License-Identifier: BSD-2-Clause */
/* forward: see the header. */
#include "live/forward.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Standard signals do not queue (signal(7)), so that two so close may be one to anybody. */
#define SAME_NS (100 * CLOCK_NS_PER_MS)

static const int wanted[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1,
                             SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH};

int forward_open(struct forward *f, struct err *e)
{
    sigset_t set;
    *f = (struct forward){.fd = -1};
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        struct sigaction now;
        if (sigaction(wanted[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&set, wanted[i]);
    }
    sigprocmask(SIG_BLOCK, &set, &f->before);
    f->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (f->fd >= 0)
        return 0;
    int num = errno;
    sigprocmask(SIG_SETMASK, &f->before, NULL);
    return err_set(e, num, "cannot wait for signals");
}

int forward_next(struct forward *f)
{
    struct signalfd_siginfo info;
    while (io_read(f->fd, &info, sizeof info) == (ssize_t)sizeof info) {
        int64_t now = clock_mono_ns();
        bool same = info.ssi_pid && info.ssi_signo == f->last_signal &&
                    info.ssi_pid == f->last_pid && now - f->last_ns < SAME_NS;
        f->last_signal = info.ssi_signo;
        f->last_pid = info.ssi_pid;
        f->last_ns = now;
        if (!same)
            return (int)info.ssi_signo;
    }
    return 0;
}

void forward_stop(void)
{
    sigset_t stop, blocked;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, &blocked); /* here we stand until SIGCONT */
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

void forward_close(struct forward *f)
{
    if (f->fd >= 0)
        sigprocmask(SIG_SETMASK, &f->before, NULL);
    mem_close_fd(&f->fd);
}
