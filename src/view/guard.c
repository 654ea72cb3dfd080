/* SPDX-License-Identifier: BSD-2-Clause */
/* guard: see the header. */
#include "view/guard.h"

#include "base/apart.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A terminal whose output is stopped (Ctrl-S) would hold the guard for ever. */
#define LAST_WORDS_S 5

struct post {
    int fd, tty;
    int shell; /* pidfd of who waits for the main process, or -1 */
    const struct termios *sane;
    const char *reset;
    size_t reset_len;
};

struct message { /* one datagram */
    bool armed;
    struct termios up;
};

/* Field by field: the padding of the structure is nobody's. */
static bool same_settings(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
           a->c_cflag == b->c_cflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

/* Being in another session, tcsetattr(3) is allowed here although we are not in the foreground. A
 * shell that was quicker than we has written its prompt onto the screen that we leave; at SIGWINCH
 * it does so again. */
static void give_back(const struct post *p, const struct message *last)
{
    struct termios now;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    alarm(LAST_WORDS_S);
    bool first = tcgetattr(p->tty, &now) == 0 && same_settings(&now, &last->up);
    if (first)
        tcsetattr(p->tty, TCSANOW, p->sane);
    io_write_all(p->tty, p->reset, p->reset_len);
    if (!first && p->shell >= 0)
        syscall(SYS_pidfd_send_signal, p->shell, SIGWINCH, NULL, 0);
}

static _Noreturn void stand_guard(const struct post *p)
{
    struct message last = {0}, m;
    ssize_t n;
    while ((n = recv(p->fd, &m, sizeof m, 0)) == (ssize_t)sizeof m || (n < 0 && errno == EINTR))
        if (n > 0)
            last = m;
    /* One byte: the end was a proper one. */
    if (n == 0 && last.armed)
        give_back(p, &last);
    _exit(0);
}

/* In the child. */
static _Noreturn void stand(struct post *p)
{
    int keep[] = {p->fd, p->tty, p->shell};
    apart_become("vethlab-guard", APART_SESSION | APART_ROOT, keep, ARRAY_LEN(keep));
    signal(SIGALRM, SIG_DFL);
    p->fd = keep[0];
    p->tty = keep[1];
    p->shell = keep[2];
    stand_guard(p);
}

int guard_start(struct guard *g, int tty, const struct termios *sane, const char *reset,
                size_t reset_len, struct err *e)
{
    int pair[2];
    struct post p = {.tty = tty, .sane = sane, .reset = reset, .reset_len = reset_len};
    *g = (struct guard)GUARD_NONE;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return err_set(e, errno, "cannot make a socket pair");
    p.shell = (int)syscall(SYS_pidfd_open, getppid(), 0);
    g->pid = fork();
    if (g->pid < 0) {
        int num = errno;
        *g = (struct guard)GUARD_NONE;
        mem_close_fd(&p.shell);
        close(pair[0]);
        close(pair[1]);
        return err_set(e, num, "cannot start the process that guards the terminal");
    }
    if (g->pid == 0) {
        p.fd = pair[1];
        stand(&p);
    }
    mem_close_fd(&p.shell);
    close(pair[1]);
    g->fd = pair[0];
    return 0;
}

/* A guard that somebody killed is missed by nobody. */
void guard_arm(const struct guard *g, const struct termios *up)
{
    struct message m;
    memset(&m, 0, sizeof m);
    m.armed = true;
    m.up = *up;
    if (g->fd >= 0)
        send(g->fd, &m, sizeof m, MSG_NOSIGNAL);
}

void guard_disarm(const struct guard *g)
{
    struct message m;
    memset(&m, 0, sizeof m);
    if (g->fd >= 0)
        send(g->fd, &m, sizeof m, MSG_NOSIGNAL);
}

void guard_leave_it(struct guard *g)
{
    mem_close_fd(&g->fd);
    while (g->pid > 0 && waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    g->pid = 0;
}

void guard_end(struct guard *g)
{
    if (g->fd >= 0)
        send(g->fd, "", 1, MSG_NOSIGNAL);
    guard_leave_it(g);
}
