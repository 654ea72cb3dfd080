/* SPDX-License-Identifier: BSD-2-Clause */
/* init: see the header. */
#include "init/init.h"

#include "init/title.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void init_signals(void)
{
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    for (int s = 1; s < _NSIG; s++)
        sigaction(s, &dfl, NULL); /* refused for KILL, STOP and glibc's own: as it should be */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void init_detach(int keep)
{
    int null = open("/dev/null", O_RDWR);
    int first = 3;
    if (keep >= 0) {
        /* Above 3 first, so that dup2() never meets itself. */
        int high = fcntl(keep, F_DUPFD, 16);
        dup2(high, 3);
        first = 4;
    }
    for (int fd = 0; fd < 3 && null >= 0; fd++)
        dup2(null, fd);
    close_range((unsigned)first, ~0U, 0);
    if (chdir("/") < 0)
        _exit(1);
    setsid();
    umask(022);
}

void init_own_files(int last)
{
    if (close_range((unsigned)last + 1, ~0U, CLOSE_RANGE_UNSHARE) < 0)
        _exit(1); /* nothing may be done to descriptors that are another's */
}

noreturn void init_holder(const char *lab, int lifeline)
{
    title_set(TITLE_PREFIX "%s" TITLE_STARTING, lab);
    init_detach(lifeline);
    init_signals();
    prctl(PR_SET_NAME, "vethlab-holder");
    signal(SIGCHLD, SIG_IGN); /* the kernel reaps; nothing is left to do but to wait */
    for (;;) {
        char byte;
        ssize_t n = read(INIT_LIFELINE, &byte, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(0);
        title_set(TITLE_PREFIX "%s", lab);
        /* Nothing of the caller is kept; with a single id the kernel refuses (EPERM). They cannot
         * be dropped before: only now are the id maps known to be written. */
        if (setgroups(0, NULL) < 0 && errno != EPERM)
            _exit(1);
        send(INIT_LIFELINE, &byte, 1, MSG_NOSIGNAL); /* from here on `list` calls it running */
        if (byte == INIT_COMMITTED)
            break;
    }
    close(INIT_LIFELINE);
    for (;;)
        pause();
}

static void reap(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

noreturn void init_node(const char *title)
{
    title_put(title);
    prctl(PR_SET_NAME, "vethlab-node");
    sigset_t set;
    sigemptyset(&set);
    static const int wanted[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        sigaddset(&set, wanted[i]);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &set, NULL);
    if (write(3, "r", 1) == 1)
        close(3);
    for (;;) {
        int sig = sigwaitinfo(&set, NULL);
        if (sig == SIGCHLD)
            reap();
        else if (sig > 0 && getpid() == 1)
            kill(-1, sig);
    }
}
