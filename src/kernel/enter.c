/* SPDX-License-Identifier: BSD-2-Clause */
/* enter: see the header.
 *
 * Two processes: the first joins the namespaces and waits; the second is a child inside the node's
 * pid namespace and becomes the command. The first is not dumpable before it joins, so that nothing
 * in the node can trace it or reach the program's file through it (CVE-2019-5736, CVE-2016-9962).
 */
#include "kernel/enter.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void fail(int code, const char *what, int num)
{
    dprintf(STDERR_FILENO, "vethlab: %s: %s\n", what, strerror(num));
    _exit(code);
}

static void join(int pidfd, const struct enter_command *c)
{
    prctl(PR_SET_DUMPABLE, 0);
    if (c->user_ns_pidfd >= 0 && setns(c->user_ns_pidfd, CLONE_NEWUSER) < 0)
        fail(ENTER_FAILED, "cannot enter the lab's user namespace", errno);
    if (setns(pidfd, CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS) < 0)
        fail(ENTER_FAILED, "cannot enter the node's namespaces", errno);
}

static void take_stdio(const int stdio[3])
{
    int high[3];
    for (int i = 0; i < 3; i++)
        high[i] = dup(stdio[i]);
    for (int i = 0; i < 3; i++)
        dup2(high[i], i);
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
}

static _Noreturn void become(const struct enter_command *c)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    for (int s = 1; s < _NSIG; s++)
        sigaction(s, &dfl, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (chdir("/") < 0)
        fail(ENTER_FAILED, "cannot enter /", errno);
    setsid();
    execvpe(c->argv[0], c->argv, (char *const *)c->env);
    fail(errno == ENOENT ? ENTER_NOT_FOUND : ENTER_NOT_EXEC, c->argv[0], errno);
}

static _Noreturn void wait_and_end(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            _exit(ENTER_FAILED);
    _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

pid_t enter_start(int pidfd, const struct enter_command *c, struct err *e)
{
    pid_t outer = fork();
    if (outer < 0)
        return err_set(e, errno, "cannot start a process");
    if (outer > 0)
        return outer;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    take_stdio(c->stdio);
    join(pidfd, c);
    pid_t inner = fork();
    if (inner < 0 && errno == ENOMEM)
        fail(ENTER_FAILED, "the node is not running any more", ESRCH);
    if (inner < 0)
        fail(ENTER_FAILED, "cannot start a process in the node", errno);
    if (inner == 0)
        become(c);
    wait_and_end(inner);
}
