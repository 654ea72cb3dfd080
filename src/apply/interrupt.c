/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupt: see the header. */
#include "apply/interrupt.h"

#include "base/mem.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void fill(sigset_t *set, bool only_heeded)
{
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(set);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        struct sigaction was;
        if (!only_heeded || (sigaction(wanted[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN))
            sigaddset(set, wanted[i]);
    }
}

int interrupt_open(sigset_t *before, struct err *e)
{
    sigset_t set;
    fill(&set, true);
    sigprocmask(SIG_BLOCK, &set, before);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? err_set(e, errno, "cannot make a signalfd") : fd;
}

int interrupt_take(int fd, struct err *e)
{
    struct signalfd_siginfo info;
    if (read(fd, &info, sizeof info) != (ssize_t)sizeof info)
        return err_set(e, errno, "cannot read signals");
    return (int)info.ssi_signo;
}

void interrupt_block(void)
{
    sigset_t set;
    fill(&set, false);
    sigprocmask(SIG_BLOCK, &set, NULL);
}
